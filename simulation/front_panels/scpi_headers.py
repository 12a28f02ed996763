"""Match SCPI program headers: short and long forms, optional nodes, any case (SCPI-99)."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from inspect import Parameter, signature
from typing import Any, TypeVar

_NODE = re.compile(r"(\[)?:?(\*?[A-Za-z]+)(#)?(\])?")
_CACHE_LIMIT = 4096

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
    stands for an optional numeric suffix 1, a trailing ``?`` makes a query.
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
        short = re.escape("".join(letter for letter in name if not letter.islower()))
        rest = "".join(letter for letter in name if letter.islower()).upper()
        node = f":{short}(?:{rest})?" if rest else f":{short}"
        node += "1?" if suffix else ""
        parts.append(f"(?:{node})?" if opening and closing else node)
    return re.compile("".join(parts) + (r"\?" if header.endswith("?") else ""))


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
    """All headers of one dialect; remembers each spelling after its first match."""

    __slots__ = ("_entries", "known")

    def __init__(self, handlers: Iterable[tuple[str, Handler]]) -> None:
        self._entries: list[tuple[re.Pattern[str], Entry]] = []
        self.known: dict[str, Entry] = {}
        for header, call in handlers:
            self._entries.append((pattern(header), Entry(call, *arity(call))))

    def find(self, header: str) -> Entry | None:
        """Return the entry for ``header`` as it was sent, None if the dialect lacks it."""
        entry = self.known.get(header)
        if entry is not None:
            return entry
        text = header.upper()
        text = text if text.startswith(":") else ":" + text
        for expression, candidate in self._entries:
            if expression.fullmatch(text):
                if len(self.known) >= _CACHE_LIMIT:
                    self.known.clear()
                self.known[header] = candidate
                return candidate
        return None


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
