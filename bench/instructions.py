"""What the bench may ask of a person: a catalogue of sentences, and instructions made of them."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from bench.errors import ConfigError
from instruments.operator import Instruction

CATALOGUE = Path(__file__).with_name("instructions.toml")
_VALUE = "{value}"


def instruction(key: str, value: str = "") -> Instruction:
    """Return the instruction ``key`` of the catalogue, with ``value`` in its sentence.

    A key that ends in a question mark is one to be asked with ``Operator.ask``. Raises ConfigError
    for a key that the catalogue does not have, for a missing value and for one too many.
    """
    known = sentences()
    text = known.get(f"{key} = {value}") or known.get(key)
    if text is None:
        raise ConfigError(
            f"{CATALOGUE.name}: has no instruction '{key}'"
            + (f" with the value '{value}'" if value else "")
            + "; add its sentence"
        )
    fixed = f"{key} = {value}" in known
    if not fixed and (_VALUE in text) is not bool(value):
        raise ConfigError(
            f"{CATALOGUE.name}: the instruction '{key}' takes "
            + ("no value" if value else f"a value for {_VALUE}")
        )
    return Instruction(key=key.removesuffix("?"), value=value, text=text.replace(_VALUE, value))


@cache
def sentences() -> Mapping[str, str]:
    """Return key -> sentence; a key with words of its own has one as ``key = word`` for each."""
    content = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for key, entry in content.items():
        if isinstance(entry, str):
            found[key] = entry
        else:
            words = cast("dict[str, Any]", entry)
            found |= {f"{key} = {word}": str(sentence) for word, sentence in words.items()}
    return found
