"""Errors of an SCPI dialect and the queue they wait in (SCPI-99, volume 2, chapter 21.8)."""

from collections import deque

TEXTS = {
    -100: "Command error",
    -101: "Invalid character",
    -102: "Syntax error",
    -103: "Invalid separator",
    -104: "Data type error",
    -108: "Parameter not allowed",
    -109: "Missing parameter",
    -111: "Header separator error",
    -112: "Program mnemonic too long",
    -113: "Undefined header",
    -121: "Invalid character in number",
    -123: "Exponent too large",
    -124: "Too many digits",
    -131: "Invalid suffix",
    -134: "Suffix too long",
    -138: "Suffix not allowed",
    -151: "Invalid string data",
    -200: "Execution error",
    -211: "Trigger ignored",
    -213: "Init ignored",
    -221: "Settings conflict",
    -222: "Data out of range",
    -224: "Illegal parameter value",
    -230: "Data corrupt or stale",
    -350: "Queue overflow",
    -363: "Input buffer overrun",
    -410: "Query INTERRUPTED",
    -420: "Query UNTERMINATED",
}


class DialectError(Exception):
    """What a front panel finds wrong with a message; it goes into the error queue."""

    def __init__(self, code: int, text: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = text or TEXTS.get(code, "Error")


class ErrorQueue:
    """First in, first out; when full, the newest entry is replaced by -350."""

    __slots__ = ("_depth", "_entries", "_none", "_template")

    def __init__(self, *, depth: int, none: str, template: str = '{code},"{text}"') -> None:
        self._entries: deque[tuple[int, str]] = deque()
        self._depth = depth
        self._none = none
        self._template = template

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, code: int, text: str) -> None:
        """Queue one error."""
        if len(self._entries) >= self._depth:
            self._entries[-1] = (-350, TEXTS[-350])
        else:
            self._entries.append((code, text))

    def take(self) -> str:
        """Return and forget the oldest error in the model's own words, or its ``no error``."""
        if not self._entries:
            return self._none
        code, text = self._entries.popleft()
        return self._template.format(code=code, text=text)

    def clear(self) -> None:
        """Forget all errors."""
        self._entries.clear()
