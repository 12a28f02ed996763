"""Settings of an SCPI instrument: one record gives the command, its query and its limits."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import Handler, pattern
from simulation.front_panels.scpi.parameters import boolean, number

if TYPE_CHECKING:
    from simulation.front_panels.scpi.panel import ScpiPanel


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number between limits, as a manual tabulates it."""

    header: str
    name: str
    low: float
    high: float
    default: float
    unit: str = ""
    form: str = ".3f"

    def read(self, panel: "ScpiPanel", text: str) -> float:
        """Return the value that ``text`` means; raises DialectError -222 outside the limits."""
        low, high = panel.limits(self)
        word = text.upper()
        named = {"MIN": low, "MINIMUM": low, "MAX": high, "MAXIMUM": high}
        named |= {"DEF": self.default, "DEFAULT": self.default}
        if word in named:
            return min(max(named[word], low), high)
        value = number(text, self.unit)
        if not low <= value <= high:
            raise DialectError(-222)
        return value

    def reply(self, value: float) -> str:
        """Return the value as the model prints it."""
        return format(value, self.form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A setting that is on or off; answers 1 or 0."""

    header: str
    name: str
    default: float = 0.0

    def read(self, panel: "ScpiPanel", text: str) -> float:  # noqa: ARG002 - one shape for all
        """Return 1.0 or 0.0."""
        return 1.0 if boolean(text) else 0.0

    def reply(self, value: float) -> str:
        """Return ``1`` or ``0``."""
        return "1" if value else "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A setting that takes one of several words; ``replies`` are what its query answers."""

    header: str
    name: str
    words: tuple[str, ...]
    replies: tuple[str, ...]
    default: float = 0.0
    numbers: bool = False

    def read(self, panel: "ScpiPanel", text: str) -> float:  # noqa: ARG002 - one shape for all
        """Return the place of the word; raises DialectError -224 for an unknown one."""
        return self.place(text)

    def place(self, text: str) -> float:
        """Return the place of a word; raises DialectError -224 for an unknown one."""
        for place, word in enumerate(self.words):
            if text.upper() == word or pattern(word).fullmatch(":" + text.upper()):
                return float(place)
        if self.numbers and text[:1] in tuple("+-.0123456789"):
            value = number(text)
            if value in range(len(self.words)):
                return value
        raise DialectError(-224)

    def reply(self, value: float) -> str:
        """Return the model's answer for the word at this place."""
        return self.replies[int(value)]


Setting = Number | Switch | Choice


def handlers(setting: Setting) -> list[tuple[str, Handler]]:
    """Return the command and the query of a setting."""

    def change(panel: "ScpiPanel", text: str) -> None:
        panel.change(setting, setting.read(panel, text))

    def ask(panel: "ScpiPanel", text: str = "") -> str:
        if text:
            if not isinstance(setting, Number):
                raise DialectError(-108)
            return setting.reply(setting.read(panel, text))
        return setting.reply(panel.shown(setting))

    return [(setting.header, change), (setting.header + "?", ask)]
