"""A bank of Lithium NG batteries on the bus that the smallBMS NG listens to.

The bus is unpublished; no protocol is simulated. What a battery knows reaches the unit as a record,
in the next turn of the bus after a change, and only while the link's poles (relays of the bench)
are closed. The batteries judge their cell voltages themselves (004-sv:394, 397) and, assumed here,
keep the count of charge.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from instruments.units import Ampere, DegreeCelsius, Volt
from simulation.clock import Event, VirtualClock
from simulation.dut.cells import NOMINAL, ROOM, Cells
from simulation.dut.hysteresis import Limit
from simulation.dut.parameters import read_numbers

DATA_FILE = Path(__file__).with_name("ng_battery.toml")
_CELLS_VOLTAGE: Volt = 3.2  # nominal, of one cell: 4 in a battery of 12.8 V
_TOGETHER = (
    "undervoltage_overtemperature",
    "undervoltage_overvoltage",
    "prealarm_overtemperature",
)
CONDITIONS = (
    "healthy",
    "prealarm",
    "undervoltage",
    "overvoltage",
    "overtemperature",
    "undertemperature",
    *_TOGETHER,
    "low_bank",
    "discharging",
    "invalid_configuration_1",
    "invalid_configuration_5",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryReport:
    """What a bank last said on the bus; ``voltage`` and ``capacity`` [Ah] are those of all of it.

    ``current`` is positive while charging. ``is_near_low``, ``is_low`` and ``is_high`` are the
    batteries' own judgement of their cells, ``invalid`` the number of a configuration error or 0.
    """

    cells: tuple[Volt, ...]
    temperatures: tuple[DegreeCelsius, ...]
    voltage: Volt
    current: Ampere
    nominal_voltage: Volt
    capacity: float
    series: int
    parallel: int
    is_near_low: bool
    is_low: bool
    is_high: bool
    invalid: int


class BusBattery(Cells):
    """``series`` times ``parallel`` equal batteries, healthy when new; the strings are alike.

    ``nominal_voltage`` [V] and ``capacity`` [Ah] are those of one battery. ``listener`` is called
    when something new was said.
    """

    def __init__(
        self,
        clock: VirtualClock,
        *,
        nominal_voltage: Volt | None = None,
        capacity: float | None = None,
        series: int | None = None,
        parallel: int | None = None,
    ) -> None:
        self._number = number = read_numbers(DATA_FILE)
        self._clock = clock
        self._period = number["bus.period"]
        self._nominal = nominal_voltage or number["bank.nominal_voltage"]
        self._series = series or round(number["bank.series"])
        self._parallel = parallel or round(number["bank.parallel"])
        self._capacity = self._parallel * (capacity or number["bank.capacity"])
        super().__init__(self._series * round(self._nominal / _CELLS_VOLTAGE))
        self._near_low = Limit(number["cell.prealarm"], number["cell.prealarm_release"])
        self._low = Limit(number["cell.undervoltage"], number["cell.undervoltage_release"])
        self._high = Limit(
            number["cell.overvoltage"], number["cell.overvoltage_release"], inclusive=True
        )
        self._bank_voltage: Volt | None = None
        self._current: Ampere = 0.0
        self._invalid = 0
        self._charge = number["bank.state_of_charge"]
        self._charge_since = clock.now()
        self._turn: Event | None = None
        self.listener: Callable[[], None] | None = None
        self.report = self._say()

    @property
    def state_of_charge(self) -> float:
        """Return the state of charge now [%]."""
        gone = self._clock.now() - self._charge_since
        percent = self._current * gone / 3600.0 / self._capacity * 100.0
        return min(100.0, max(0.0, self._charge + percent))

    def set_state_of_charge(self, percent: float) -> None:
        """Set the count of charge [%], as the app does or years of drift."""
        self._charge = min(100.0, max(0.0, percent))
        self._charge_since = self._clock.now()
        self._decide()

    def set_current(self, current: Ampere) -> None:
        """Let a current [A] flow, positive into the bank."""
        self.set_state_of_charge(self.state_of_charge)
        self._current = current
        self._decide()

    def set_bank_voltage(self, voltage: Volt | None) -> None:
        """Let the bank show a voltage [V] that is not the sum of its cells; None ends that."""
        self._bank_voltage = voltage
        self._decide()

    def set_configuration(self, invalid: int) -> None:
        """Put the batteries together wrongly, so that the unit tells error ``invalid``; 0: well."""
        self._invalid = invalid
        self._decide()

    def label(self, name: str) -> str:
        """Return what is read from the labels and the cables of the bank; or ValueError."""
        seen = {
            "capacity": f"{self._capacity:g} Ah",
            "voltage": f"{self._nominal * self._series:g} V",
            "count": f"{self._series * self._parallel}",
            "series": f"{self._series}",
            "parallel": f"{self._parallel}",
        }
        if name not in seen:
            raise ValueError(f"a battery does not show {name!r}; it shows {', '.join(seen)}")
        return seen[name]

    def set_condition(self, word: str) -> None:
        """Bring a healthy bank into one of `CONDITIONS`; its charge stays. Or ValueError.

        The bank recovers first, unnoticed: after ``undervoltage`` there is ``prealarm`` at once.
        """
        if word not in CONDITIONS:
            raise ValueError(f"no battery condition {word!r}; there are {', '.join(CONDITIONS)}")
        self._recover()
        for one in word.split("_") if word in _TOGETHER else (word,):
            self._bring(one)

    def _bring(self, word: str) -> None:
        value = self._number.get(f"condition.{word}", math.nan)
        if word in ("prealarm", "undervoltage"):
            self.set_cell(0, value)
        elif word == "overvoltage":
            self.set_cell(len(self._cells) - 1, value)
        elif word in ("overtemperature", "undertemperature"):
            self.set_temperatures(value)
        elif word == "low_bank":
            self.set_bank_voltage(value * len(self._cells))
        elif word == "discharging":
            self.set_current(value * self._capacity / 100.0)
        elif word != "healthy":
            self.set_configuration(int(word.rpartition("_")[2]))

    def _recover(self) -> None:
        self._bank_voltage = None
        self._invalid = 0
        self.set_current(0.0)
        self.set_temperatures(ROOM)
        self.set_cells(NOMINAL)

    def _decide(self) -> None:
        """Judge the cells, one raises and all clear, and tell in the next turn of the bus."""
        self._near_low.take(min(self._cells))
        self._low.take(min(self._cells))
        self._high.take(max(self._cells))
        if self._turn is None:
            now = self._clock.now()
            turn = (math.floor(now / self._period) + 1) * self._period
            self._turn = self._clock.schedule(turn - now, self._tell)

    def _tell(self) -> None:
        self._turn = None
        self.report = self._say()
        if self.listener is not None:
            self.listener()

    def _say(self) -> BatteryReport:
        voltage = sum(self._cells) if self._bank_voltage is None else self._bank_voltage
        return BatteryReport(
            cells=tuple(self._cells),
            temperatures=tuple(self._temperatures),
            voltage=voltage,
            current=self._current,
            nominal_voltage=self._nominal * self._series,
            capacity=self._capacity,
            series=self._series,
            parallel=self._parallel,
            is_near_low=self._near_low.is_reached,
            is_low=self._low.is_reached,
            is_high=self._high.is_reached,
            invalid=self._invalid,
        )
