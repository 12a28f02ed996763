"""The extended features of a T7's digital lines: clocks, PWM, pulses, counters, edge timing.

Sources: ljm_constants.json (clock divisors and roll values, reads when disabled, captured B) and
LabJack's published Python examples (indexes, which lines can do what, 80 MHz core clock, READ_A is
ticks or a count, READ_A_F seconds, READ_B_F hertz). Assumed: lines for quadrature and pulse width
as on the data sheet's table; a pulse width is read as time high in A and time low in B; interrupt
timing counts the 40 MHz core timer. A PWM above 100 kHz is not simulated.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from instruments.units import Hertz, Second
from simulation.clock import Event, VirtualClock
from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.digital import DigitalPort
from simulation.front_panels.t7.edges import Edges
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.memory import Memory
from simulation.front_panels.t7.pins import DIO_NAMES, Pins
from simulation.front_panels.t7.quadrature import Quadrature
from simulation.front_panels.t7.registers import Register
from simulation.world import World

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_CORE: Hertz = 80e6
_CORE_TIMER: Hertz = 40e6
_DIVISORS = (1, 2, 4, 8, 16, 32, 64, 256)
_WORD = 1 << 32
_FASTEST: Hertz = 100e3

_PWM, _PULSES = 0, 2
_PERIOD_RISING, _PERIOD_FALLING, _WIDTH = 3, 4, 5
_FAST_COUNTER, _COUNTER = 7, 8
_QUADRATURE = 10
_INTERRUPT_PERIOD = 11
_OUT = (0, 2, 3, 4, 5)
_INTERRUPT = (0, 1, 2, 3, 6, 7)
_LINES = {
    _PWM: _OUT,
    1: _OUT,
    _PULSES: _OUT,
    _PERIOD_RISING: (0, 1),
    _PERIOD_FALLING: (0, 1),
    _WIDTH: (0, 1),
    6: (0, 1),
    _FAST_COUNTER: (16, 17, 18, 19),
    _COUNTER: _INTERRUPT,
    9: _INTERRUPT,
    _QUADRATURE: _INTERRUPT,
    _INTERRUPT_PERIOD: _INTERRUPT,
    12: _INTERRUPT,
}
"""The lines that can do a feature, by index."""

_LEFT_OUT = (1, 6, 9, 12)
"""Phase-shifted PWM, line to line, debounced counter, conditional reset."""


class DigitalFeatures:
    """What enabled features drive and have seen; ``triggered`` hears of each edge of a line."""

    def __init__(
        self,
        memory: Memory,
        digital: DigitalPort,
        pins: Pins,
        world: World,
        clock: VirtualClock,
        triggered: Callable[[int], None],
    ) -> None:
        self._memory = memory
        self._digital = digital
        self._pins = pins
        self._world = world
        self._clock = clock
        self._triggered = triggered
        self._edges: dict[int, Edges] = {}
        self._pairs: dict[int, Quadrature] = {}
        self._outputs: dict[int, list[Event]] = {}
        self._captured: dict[int, tuple[float, float]] = {}

    def reset(self) -> None:
        """Disable all features."""
        for line in range(len(DIO_NAMES)):
            self._disable(line)
        self._captured.clear()

    def readers(self) -> dict[str, Callable[[Register], float]]:
        """Return how registers are read, by family."""
        table: dict[str, Callable[[Register], float]] = {
            "DIO#_EF_READ_A": lambda r: self._read(r.index)[0],
            "DIO#_EF_READ_A_F": lambda r: self._read(r.index)[1],
            "DIO#_EF_READ_A_AND_RESET": lambda r: self._read(r.index, reset=True)[0],
            "DIO#_EF_READ_A_F_AND_RESET": lambda r: self._read(r.index, reset=True)[1],
            "DIO#_EF_READ_B": lambda r: self._captured.get(r.index, (0.0, 0.0))[0],
            "DIO#_EF_READ_B_F": lambda r: self._captured.get(r.index, (0.0, 0.0))[1],
        }
        for number in range(3):
            table[f"DIO_EF_CLOCK{number}_COUNT"] = lambda _, n=number: self._count(n)
        return table

    def writers(self) -> dict[str, Callable[[Register, float], None]]:
        """Return how registers are written, by family."""
        table: dict[str, Callable[[Register, float], None]] = {
            "DIO#_EF_ENABLE": self._enable,
            "DIO#_EF_CONFIG_A": self._configure,
        }
        for number in range(3):
            table[f"DIO_EF_CLOCK{number}_ENABLE"] = lambda r, v, n=number: self._run(n, r, v)
            table[f"DIO_EF_CLOCK{number}_DIVISOR"] = self._divide
            table[f"DIO_EF_CLOCK{number}_ROLL_VALUE"] = self._turn_over
        return table

    def counts(self, line: int, times: "NDArray[numpy.float64]") -> "NDArray[numpy.float64]":
        """Return what a counter held at clock times; 0 for any other feature."""
        import numpy

        edges = self._edges.get(line)
        if edges is None or self._index(line) not in (_COUNTER, _FAST_COUNTER):
            return numpy.zeros(times.shape)
        return edges.counted(times)

    # clocks

    def _divide(self, register: Register, value: float) -> None:
        if value not in _DIVISORS:
            raise DeviceError(errors.ILLEGAL_DATA_VALUE)
        self._turn_over(register, value)

    def _turn_over(self, register: Register, value: float) -> None:
        """Write a setting of a clock; outputs take it over if it runs."""
        self._memory.set(register.name, value)
        self._drive_all()

    def _run(self, number: int, register: Register, value: float) -> None:
        """Start or stop a clock; clock 0 is made of clocks 1 and 2."""
        others = (1, 2) if number == 0 else (0,)
        if value and any(self._memory.get(f"DIO_EF_CLOCK{other}_ENABLE") for other in others):
            raise DeviceError(errors.EF_32BIT_REQUIRES_BOTH_CLOCKS)
        self._memory.set(register.name, float(bool(value)))
        self._drive_all()

    def _drive_all(self) -> None:
        for line in _OUT:
            if self._is_enabled(line) and self._index(line) in (_PWM, _PULSES):
                self._drive(line)

    def _rate(self, number: int) -> Hertz:
        """Return the ticks of a clock in a second, 0 while it stands."""
        if not self._memory.get(f"DIO_EF_CLOCK{number}_ENABLE"):
            return 0.0
        return _CORE / self._memory.get(f"DIO_EF_CLOCK{number}_DIVISOR")

    def _roll(self, number: int) -> float:
        whole = _WORD if number == 0 else 1 << 16
        return self._memory.get(f"DIO_EF_CLOCK{number}_ROLL_VALUE") or float(whole)

    def _count(self, number: int) -> float:
        ticks = self._clock.now() * self._rate(number)
        return float(int(ticks % self._roll(number)))

    def _source(self, line: int) -> int:
        return int(self._memory.get(f"DIO{line}_EF_CLOCK_SOURCE")) % 3

    # features

    def _index(self, line: int) -> int:
        return int(self._memory.get(f"DIO{line}_EF_INDEX"))

    def _is_enabled(self, line: int) -> bool:
        return bool(self._memory.get(f"DIO{line}_EF_ENABLE"))

    def _enable(self, register: Register, value: float) -> None:
        line = register.index
        index = self._index(line)
        if value:
            if index not in _LINES:
                raise DeviceError(errors.EF_INVALID_TYPE)
            if line not in _LINES[index]:
                raise DeviceError(errors.EF_PIN_TYPE_MISMATCH)
            if index in _LEFT_OUT:
                raise DeviceError(errors.NOT_IMPLEMENTED)
        self._disable(line)
        self._memory.set(register.name, float(bool(value)))
        if not value:
            return
        if index in (_PWM, _PULSES):
            self._drive(line)
            return
        self._digital.read_line(line)
        if index == _QUADRATURE:
            first = line & ~1
            if all(self._is_enabled(n) and self._index(n) == index for n in (first, first + 1)):
                self._pairs[first] = Quadrature(self._pins, self._world, self._clock, first)
        else:
            self._captured.pop(line, None)
            self._edges[line] = Edges(
                self._pins, self._world, self._clock, line, lambda: self._triggered(line)
            )

    def _disable(self, line: int) -> None:
        for event in self._outputs.pop(line, ()):
            event.cancel()
        edges = self._edges.pop(line, None)
        if edges is not None:
            edges.close()
        pair = self._pairs.pop(line & ~1, None)
        if pair is not None:
            pair.close()

    def _configure(self, register: Register, value: float) -> None:
        """Write CONFIG_A; a running output takes it over."""
        self._memory.set(register.name, value)
        line = register.index
        if self._is_enabled(line) and self._index(line) == _PWM:
            self._drive(line)

    def _drive(self, line: int) -> None:
        """Begin periods of an output: high at once, low when the clock comes to CONFIG_A."""
        for event in self._outputs.pop(line, ()):
            event.cancel()
        source = self._source(line)
        rate = self._rate(source)
        if not rate:
            return
        period = self._roll(source) / rate
        if period < 1.0 / _FASTEST:
            raise DeviceError(errors.NOT_IMPLEMENTED)
        width = self._memory.get(f"DIO{line}_EF_CONFIG_A") / rate
        if self._index(line) == _PULSES:
            self._pulse(line, width, period, int(self._memory.get(f"DIO{line}_EF_CONFIG_C")))
        else:
            self._digital.write_line(line, width > 0.0)
            if 0.0 < width < period:
                self._toggle(line, width, period)

    def _toggle(self, line: int, width: Second, period: Second) -> None:
        events = self._outputs.setdefault(line, [])
        events.append(self._clock.every(period, lambda: self._digital.write_line(line, True)))

        def fall() -> None:
            self._digital.write_line(line, False)
            events.append(self._clock.every(period, lambda: self._digital.write_line(line, False)))

        events.append(self._clock.schedule(width, fall))

    def _pulse(self, line: int, width: Second, period: Second, left: int) -> None:
        """Give ``left`` pulses, from the next period on."""
        self._digital.write_line(line, False)
        events = self._outputs.setdefault(line, [])
        remaining = left

        def rise() -> None:
            nonlocal remaining
            if remaining == 0:
                events[0].cancel()
                return
            remaining -= 1
            self._digital.write_line(line, True)
            self._clock.schedule(width, lambda: self._digital.write_line(line, False))

        if left and 0.0 < width < period:
            events.append(self._clock.every(period, rise))

    # readings

    def _read(self, line: int, *, reset: bool = False) -> tuple[float, float]:
        """Return READ_A as ticks or count and as seconds or count; keeps what B returns."""
        pair = self._pairs.get(line & ~1)
        if pair is not None:
            count = pair.read(reset=reset)
            return float(count % _WORD), float(count)
        edges = self._edges.get(line)
        if edges is None:
            return 0.0, 0.0
        index = self._index(line)
        if index in (_COUNTER, _FAST_COUNTER):
            value = float(edges.count() % _WORD)
            found, captured = (value, value), (value, value)
        elif index == _WIDTH:
            high, low = edges.widths()
            rate = self._rate(self._source(line))
            found = (float(round(high * rate)), high)
            captured = (float(round(low * rate)), low)
        else:
            period = edges.period(rising=self._is_rising(line, index))
            interrupt = index == _INTERRUPT_PERIOD
            rate = _CORE_TIMER if interrupt else self._rate(self._source(line))
            period = period if rate else 0.0
            ticks = float(round(period * rate) % _WORD)
            found = (ticks, period)
            captured = (ticks, 1.0 / period if period else 0.0)
        self._captured[line] = captured
        if reset:
            edges.reset()
        return found

    def _is_rising(self, line: int, index: int) -> bool:
        if index == _INTERRUPT_PERIOD:
            return bool(int(self._memory.get(f"DIO{line}_EF_CONFIG_A")) & 1)
        return index == _PERIOD_RISING
