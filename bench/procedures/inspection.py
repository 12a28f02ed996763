"""What only eyes see: one question to the operator, with nothing applied to the device."""

from collections.abc import Iterator
from pathlib import Path

from bench.bench import Bench
from bench.errors import NotRun
from bench.instructions import instruction, sentences
from bench.measurement import Measurement
from bench.operating_point import OperatingPoint
from bench.photo import Photo, read_photo
from bench.procedure import Arguments, measurement
from instruments.operator import Operator

CONFORMS, DEVIATES, SKIPPED = "conforms", "does not conform", "not looked at"
WORDS = (CONFORMS, DEVIATES)
_NO_PHOTO = "none"
_PHOTOS = ("photo", "other_photo")
_QUOTES = " \t\"'"  # a file that is dropped onto a terminal comes with them
_TRIES = 3  # a finding does not wait for ever for its photo


def items() -> tuple[str, ...]:
    """Return what can be asked about: the catalogue's ``inspect.ITEM?``, photos apart."""
    found = (key for key in sentences() if key.startswith("inspect.") and key.endswith("?"))
    names = (key.removeprefix("inspect.").removesuffix("?") for key in found)
    return tuple(name for name in names if name not in _PHOTOS)


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator: nothing else is needed."""
    del arguments, point
    return ("operator",)


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield ``finding``, what the operator says of the item in ``item``, and who it was.

    Raises NotRun for what was not looked at: that is no finding.
    """
    del point
    operator = bench.operator()
    item, figure = str(arguments["item"]), str(arguments.get("figure", ""))
    said = operator.ask(instruction(f"inspect.{item}?", figure), (*WORDS, SKIPPED))
    who = operator.who()
    if said == SKIPPED:
        raise NotRun(f"{who} has not looked at it")
    photos = _photos(operator) if said == DEVIATES else ()
    yield measurement(bench, "finding", said, source=f"operator {who}", photos=photos)


def _photos(operator: Operator) -> tuple[Photo, ...]:
    """Return the photo that the operator names, none if there is none that can be read."""
    question = instruction("inspect.photo?")
    for _ in range(_TRIES):
        path = operator.ask(question).strip(_QUOTES)
        if path == _NO_PHOTO:
            break
        try:
            return (read_photo(Path(path)),)
        except (OSError, ValueError) as error:
            said = error.strerror if isinstance(error, OSError) else str(error)
            question = instruction("inspect.other_photo?", f"{path}: {said}")
    return ()
