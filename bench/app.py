"""VictronConnect in the hands of the operator: what it shows, and settings that are put back."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from bench.instructions import instruction
from bench.quantity import QuantityError, parse_as
from instruments.errors import Rejected
from instruments.operator import Operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How the app writes a number: in ``app_unit``, which is ``factor`` times ``unit``."""

    app_unit: str
    unit: str
    factor: float

    def text(self, value: float) -> str:
        """Return ``value``, in ``unit``, as it is written in the app."""
        return f"{value / self.factor:.6g} {self.app_unit}"

    def value(self, name: str, text: str) -> float:
        """Return the number in what was read from the app, in ``unit``; raises Rejected."""
        digits = text.strip().removesuffix(self.app_unit).strip()
        try:
            return float(digits.replace(",", ".")) * self.factor
        except ValueError:
            raise Rejected(
                f"app.{name}: {text!r} is no number in {self.app_unit or 'pieces'}"
            ) from None


NUMBERS: Mapping[str, Shown] = {
    "soc": Shown(app_unit="%", unit="1", factor=0.01),
    "soc_warning": Shown(app_unit="%", unit="1", factor=0.01),
    "discharge_floor": Shown(app_unit="%", unit="1", factor=0.01),
    "tail_current": Shown(app_unit="%", unit="1", factor=0.01),
    "charged_voltage": Shown(app_unit="V", unit="V", factor=1.0),
    "charge_detection_time": Shown(app_unit="min", unit="s", factor=60.0),
}
"""Settings that are numbers; the state of charge is set like one."""

SWITCHES: Mapping[str, tuple[str, ...]] = {"mode": ("on", "off"), "bluetooth": ("on", "off")}
"""Settings that are words."""


class App:
    """What the operator reads, sets and does in the app of the unit.

    What was set is known until it is put back, also beyond the end of a case that broke.
    """

    __slots__ = ("_before", "_operator")

    def __init__(self, operator: Callable[[], Operator]) -> None:
        self._operator = operator
        self._before: dict[str, str] = {}

    @property
    def changed(self) -> tuple[str, ...]:
        """Return the names of the settings that are not what they were."""
        return tuple(self._before)

    @property
    def left(self) -> tuple[str, ...]:
        """Return in words what is not what it was."""
        return tuple(f"in the app, '{name}' was {was}" for name, was in self._before.items())

    def read(self, name: str) -> str:
        """Return what the app shows at ``name``; raises InstrumentError."""
        return self._operator().ask(instruction(f"app.{name}?")).strip()

    def number(self, name: str, shown: Shown) -> float:
        """Return the number that the app shows at ``name``, in ``shown.unit``."""
        return shown.value(name, self.read(name))

    def set(self, name: str, text: str) -> None:
        """Set ``name`` to ``text`` as the app writes it; raises InstrumentError."""
        self.remember(name)
        self._operator().carry_out(instruction(f"app.{name}", text))

    def remember(self, name: str) -> None:
        """Look what ``name`` is, unless that is known, for `restore`."""
        if name not in self._before:
            self._before[name] = self.read(name)

    def finds_unit(self) -> bool:
        """Return whether the app lists the unit."""
        return self.is_so("found")

    def is_so(self, name: str) -> bool:
        """Return the answer to a question that takes yes or no."""
        return self._operator().ask(instruction(f"app.{name}?"), ("yes", "no")) == "yes"

    def do(self, action: str) -> None:
        """Have ``action`` done; raises InstrumentError."""
        self._operator().carry_out(instruction(f"app.{action}"))

    def restore(self) -> None:
        """Put back what was changed, the last first; what was refused stays to be put back."""
        for name in reversed(self.changed):
            self._operator().carry_out(instruction(f"app.{name}", self._before[name]))
            del self._before[name]

    @contextmanager
    def changing(self) -> Generator["App"]:
        """Put back on leaving what is changed in the block.

        After an interruption nobody is asked: the next case puts it back before it begins.
        """
        try:
            yield self
        except Exception:
            with suppress(Exception):  # what broke the block is told, not what follows from it
                self.restore()
            raise
        self.restore()


def written(name: str, text: str) -> str:
    """Return what a spec file writes for a setting as the app writes it; raises QuantityError."""
    if name in SWITCHES:
        if text not in SWITCHES[name]:
            raise QuantityError(f"{name} is one of {', '.join(SWITCHES[name])}, not {text!r}")
        return text
    shown = NUMBERS[name]
    return shown.text(parse_as(text, shown.unit))
