"""Match SCPI program headers: short and long forms, optional nodes, any case (SCPI-99)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from inspect import Parameter, signature
from typing import Any, TypeVar

from simulation.front_panels.scpi.errors import DialectError

_NODE = re.compile(r"(\[)?:?(\*?[A-Za-z]+)(#|\d+)?(\])?")
_CACHE_LIMIT = 4096
_SYNTAX = re.compile(r":?\*?[A-Za-z][A-Za-z0-9_]*(?::[A-Za-z][A-Za-z0-9_]*)*:?\??")
_LONGEST_NODE = 12

Handler = Callable[..., str | None]
Function = TypeVar("Function", bound=Handler)


@dataclass(frozen=True, slots=True)
class Entry:
    """What to call for a header, and how many parameters it takes."""

    call: Handler
    least: int
    most: int


def command(*headers: str) -> Callable[[Function], Function]:
    """Mark a method as the action behind ``headers``, written as manuals print them.

    ``[:SOURce]:VOLTage[:LEVel]``: capitals are the short form, brackets are optional, ``#``
    stands for an optional numeric suffix 1, digits for themselves, a trailing ``?`` makes a query.
    """

    def mark(function: Function) -> Function:
        function.__dict__["scpi_headers"] = headers
        return function

    return mark


@lru_cache(maxsize=1024)
def pattern(header: str) -> re.Pattern[str]:
    """Return the expression that matches a header in upper case with a leading colon."""
    parts: list[str] = []
    for opening, name, suffix, closing in _NODE.findall(header):
        short, long = re.escape(_short(name)), re.escape(name.upper())
        node = f":(?:{short}|{long})" if short != long else f":{short}"
        node += "1?" if suffix == "#" else suffix
        parts.append(f"(?:{node})?" if opening and closing else node)
    return re.compile("".join(parts) + (r"\?" if header.endswith("?") else ""))


def needed(header: str) -> tuple[str, ...]:
    """Return what every spelling of a header contains: the beginning of each required node."""
    nodes = _NODE.findall(header)
    return tuple(_stem(name) for opening, name, _, closing in nodes if not (opening and closing))


def arity(call: Handler) -> tuple[int, int]:
    """Return the least and greatest number of parameters after the panel itself."""
    least = most = 0
    for parameter in list(signature(call).parameters.values())[1:]:
        if parameter.kind is Parameter.VAR_POSITIONAL:
            most = 10_000
        else:
            most += 1
            least += parameter.default is Parameter.empty
    return least, most


class Headers:
    """All headers of one dialect; remembers each spelling after its first match.

    Of some hundred headers a session uses a few dozen, so an expression is made for those only that
    a spelling may match.
    """

    __slots__ = ("_handlers", "known")

    def __init__(self, handlers: Iterable[tuple[str, Handler]]) -> None:
        self._handlers = tuple((needed(header), header, call) for header, call in handlers)
        self.known: dict[str, Entry] = {}

    def find(self, header: str) -> Entry | None:
        """Return the entry for ``header`` as it was sent, None if the dialect lacks it."""
        entry = self.known.get(header)
        if entry is not None:
            return entry
        text = header.upper()
        if text.startswith(":*"):
            return None  # a common command is no part of the tree (IEEE 488.2, 7.6.1.5)
        text = text if text.startswith(":") else ":" + text
        for parts, candidate, call in self._handlers:
            if all(part in text for part in parts) and pattern(candidate).fullmatch(text):
                if len(self.known) >= _CACHE_LIMIT:
                    self.known.clear()
                entry = self.known[header] = Entry(call, *arity(call))
                return entry
        return None


def undefined(header: str) -> DialectError:
    """Return what is wrong with a header that no dialect has (SCPI-99, volume 2, 21.8.9).

    A query that goes on lacks the semicolon behind it; after a command only white space may follow.
    """
    if not header.isprintable():
        return DialectError(-101)
    found = _SYNTAX.match(header)
    if found is None:
        return DialectError(-113)
    if found.end() < len(header):
        return DialectError(-103 if found[0].endswith("?") else -111)
    if any(len(node.strip("*?")) > _LONGEST_NODE for node in header.split(":")):
        return DialectError(-112)
    return DialectError(-113)


def constants(answers: Mapping[str, str | None]) -> list[tuple[str, Handler]]:
    """Return headers that have always the same answer, each with what to call for it."""

    def of(answer: str | None) -> Handler:
        def tell(panel: object) -> str | None:  # noqa: ARG001 - handlers are called alike
            return answer

        return tell

    return [(header, of(answer)) for header, answer in answers.items()]


def _short(name: str) -> str:
    """Return the short form of a node: its letters that are not lower case."""
    return "".join(letter for letter in name if not letter.islower())


def _stem(name: str) -> str:
    """Return the capitals that a node begins with: ``DISC`` of ``DISChargingTime``."""
    return name[: len(name) - len(name.lstrip("*ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]


def marked(cls: type) -> list[tuple[str, Handler]]:
    """Return the headers of all marked methods of a class, nearest class first."""
    found: list[tuple[str, Handler]] = []
    seen: set[str] = set()
    for base in cls.__mro__:
        for name, member in vars(base).items():
            headers: Any = getattr(member, "scpi_headers", ())
            if headers and name not in seen:
                found.extend((header, member) for header in headers)
            seen.add(name)
    return found
