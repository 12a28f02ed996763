"""Roles as the bench hands them out: the driver's own abilities behind the safety envelope.

What is guarded lies behind names with two underscores: they cannot be reached by ``role._output``.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from math import inf

from bench.errors import SafetyTrip
from bench.safety import Envelope, check_request
from instruments.daq import AnalogOutput, Daq, Recording
from instruments.load import LoadInput
from instruments.multimeter import Multimeter
from instruments.operator import Instruction, Operator
from instruments.relay import Relay
from instruments.supply import SupplyOutput
from instruments.units import Ampere, Hertz, Ohm, Second, Volt
from instruments.waveform import Waveform

_PROTECTION_REACH = 1.05


class GuardedSupply(SupplyOutput):
    """A supply output that cannot be set beyond the device's absolute maximum.

    ``check_cover`` raises SafetyTrip for a voltage that an open cover does not allow. ``driven``
    returns the highest voltage that an analog output is set to, and ``quench`` brings them to 0 V:
    a remote input must not be left above the battery voltage.
    """

    __slots__ = (
        "__output",
        "_ceiling",
        "_check_cover",
        "_driven",
        "_envelope",
        "_highest",
        "_is_limited",
        "_is_on",
        "_lowest",
        "_may_be_on",
        "_quench",
    )

    def __init__(
        self,
        output: SupplyOutput,
        envelope: Envelope,
        ceiling: Ampere,
        check_cover: Callable[[Volt], None],
        driven: Callable[[], Volt],
        quench: Callable[[], None],
    ) -> None:
        self.__output = output
        self._envelope = envelope
        self._ceiling = ceiling
        self._check_cover = check_cover
        self._driven = driven
        self._quench = quench
        self._lowest: Volt = 0.0
        self._highest: Volt = inf  # nobody knows what an earlier program has left
        self._is_limited = False
        self._is_on = self._may_be_on = False

    @property
    def level(self) -> Volt:
        """Return the highest voltage that the device may be powered with [V]."""
        return self._highest if self._may_be_on else 0.0

    @property
    def assured_level(self) -> Volt:
        """Return the voltage that the device is powered with at least [V]."""
        return self._lowest if self._is_on else 0.0

    def note_safe(self) -> None:
        """Take note that the instrument was made safe."""
        self._is_on = self._may_be_on = False

    def set_voltage(self, voltage: Volt) -> None:
        """Set the regulated voltage [V].

        Raises SafetyTrip beyond the absolute maximum, and below what a remote input is driven with.
        """
        self._envelope.check_voltage(voltage)
        self._check_cover(voltage)
        if voltage < self._driven():
            raise SafetyTrip(
                f"{voltage:g} V is below the {self._driven():g} V on a remote input, which would "
                "then be above the battery voltage: lower that first"
            )
        self._lowest = min(self._lowest, voltage)  # a command that fails may have been taken
        self._highest = max(self._highest, voltage)
        self.__output.set_voltage(voltage)
        self._lowest = self._highest = voltage

    def set_current_limit(self, current: Ampere) -> None:
        """Set the current limit [A], at most the ceiling of the bench file."""
        self.__output.set_current_limit(min(current, self._ceiling))
        self._is_limited = True

    def set_overvoltage_protection(self, voltage: Volt) -> None:
        """Arm the over-voltage protection at ``voltage`` [V]; raises SafetyTrip if it is too high.

        It must trip before the device is hurt: at 5 % above the absolute maximum at the latest.
        """
        most = max(_PROTECTION_REACH * self._envelope.maximum_voltage, self._floor())
        if not 0.0 <= voltage <= most:
            raise SafetyTrip(f"an over-voltage protection at {voltage:g} V protects nothing")
        self.__output.set_overvoltage_protection(voltage)

    def set_overcurrent_protection(self, current: Ampere) -> None:
        """Arm the over-current protection at ``current`` [A], at most the ceiling.

        A supply that cannot be armed as low as the ceiling is armed as low as it can.
        """
        least = self.__output.overcurrent_protection_floor()
        self.__output.set_overcurrent_protection(min(current, max(self._ceiling, least)))

    def overvoltage_protection_floor(self) -> Volt:
        """Return the lowest level of the over-voltage protection [V]."""
        return self._floor()

    def overcurrent_protection_floor(self) -> Ampere:
        """Return the lowest level of the over-current protection [A]."""
        return self.__output.overcurrent_protection_floor()

    def enable(self) -> None:
        """Switch the output on, at the ceiling of the bench file where no current limit was set.

        Raises SafetyTrip where the cover is open and must not be, and before a voltage was set.
        """
        if self._highest == inf:
            raise SafetyTrip(
                "the supply holds a voltage that an earlier program has left: set one first"
            )
        self._check_cover(self._highest)
        if not self._is_limited:
            self.set_current_limit(self._ceiling)
        self._may_be_on = True  # first: a command that fails half way may have switched it on
        self.__output.enable()
        self._is_on = True

    def disable(self) -> None:
        """Bring what drives a remote input to 0 V, then switch the output off."""
        self._quench()
        self._is_on = False
        self.__output.disable()
        self._may_be_on = False

    def is_enabled(self) -> bool:
        """Return whether the output says it is on."""
        return self.__output.is_enabled()

    def voltage(self) -> Volt:
        """Measure the voltage at the output [V]."""
        return self.__output.voltage()

    def current(self) -> Ampere:
        """Measure the current out of the output [A]."""
        return self.__output.current()

    def voltage_uncertainty(self, voltage: Volt) -> Volt:
        """Return the standard uncertainty of a measured ``voltage`` [V]."""
        return self.__output.voltage_uncertainty(voltage)

    def current_uncertainty(self, current: Ampere) -> Ampere:
        """Return the standard uncertainty of a measured ``current`` [A]."""
        return self.__output.current_uncertainty(current)

    def is_tripped(self) -> bool:
        """Return whether a protection has switched the output off."""
        return self.__output.is_tripped()

    def clear_trip(self) -> None:
        """Release a tripped protection; leaves the output off."""
        self.__output.clear_trip()

    def _floor(self) -> Volt:
        return self.__output.overvoltage_protection_floor()


class GuardedLoad(LoadInput):
    """A load that cannot draw more than the rating of the output it is routed to."""

    __slots__ = ("__input", "_check", "_current", "_enabled")

    def __init__(self, load: LoadInput, check: Callable[[Ampere], None]) -> None:
        self.__input = load
        self._check = check
        self._current: Ampere = inf  # nobody knows what an earlier program has left
        self._enabled = False

    @property
    def enabled(self) -> bool:
        """Return whether the load may be sinking."""
        return self._enabled

    def note_safe(self) -> None:
        """Take note that the instrument was made safe."""
        self._enabled = False

    def set_current(self, current: Ampere) -> None:
        """Set constant-current mode and its level [A]; raises SafetyTrip beyond the rating."""
        self._check(current)
        self._current = inf  # a command that fails may have set it to anything
        self.__input.set_current(current)
        self._current = current

    def current_setpoint_uncertainty(self, current: Ampere) -> Ampere:
        """Return the standard uncertainty of a current set to ``current`` [A]."""
        return self.__input.current_setpoint_uncertainty(current)

    def enable(self) -> None:
        """Start to sink.

        Raises SafetyTrip where the set current is beyond the rating, and before one was set.
        """
        if self._current == inf:
            raise SafetyTrip("it is not known which current the load is set to: set one first")
        self._check(self._current)
        self._enabled = True  # first: a command that fails half way may have switched it on
        self.__input.enable()

    def disable(self) -> None:
        """Stop sinking."""
        self.__input.disable()
        self._enabled = False

    def is_enabled(self) -> bool:
        """Return whether the input says it is on."""
        return self.__input.is_enabled()

    def voltage(self) -> Volt:
        """Measure the voltage at the input [V]."""
        return self.__input.voltage()

    def current(self) -> Ampere:
        """Measure the current into the input [A]."""
        return self.__input.current()

    def voltage_uncertainty(self, voltage: Volt) -> Volt:
        """Return the standard uncertainty of a measured ``voltage`` [V]."""
        return self.__input.voltage_uncertainty(voltage)

    def current_uncertainty(self, current: Ampere) -> Ampere:
        """Return the standard uncertainty of a measured ``current`` [A]."""
        return self.__input.current_uncertainty(current)


class GuardedRelay(Relay):
    """A contact that moves only through the bench, which checks the whole set of contacts."""

    __slots__ = ("__relay", "_role", "_switch")

    def __init__(
        self, relay: Relay, role: str, switch: Callable[[Collection[str], Collection[str]], None]
    ) -> None:
        self.__relay = relay
        self._role = role
        self._switch = switch

    def energise(self) -> None:
        """Energise the coil; raises SafetyTrip for a dangerous set of contacts."""
        self._switch((self._role,), ())

    def release(self) -> None:
        """Release the coil; raises SafetyTrip where it would switch hot."""
        self._switch((), (self._role,))

    def is_energised(self) -> bool:
        """Return what the board reads back."""
        return self.__relay.is_energised()


class GuardedSource(AnalogOutput):
    """An analog output that never exceeds the voltage the device is powered with."""

    __slots__ = ("__output", "_level", "_maximum")

    def __init__(self, output: AnalogOutput, maximum: Callable[[], Volt]) -> None:
        self.__output = output
        self._maximum = maximum
        self._level: Volt = 0.0

    @property
    def level(self) -> Volt:
        """Return the highest voltage that may be on the output [V]."""
        return self._level

    def note_safe(self) -> None:
        """Take note that the instrument was made safe."""
        self._level = 0.0

    def set_voltage(self, voltage: Volt) -> None:
        """Set the open-circuit voltage [V]; raises SafetyTrip above the battery voltage."""
        if not 0.0 <= voltage <= self._maximum():
            raise SafetyTrip(
                f"{voltage:g} V is above the battery voltage of {self._maximum():g} V: a remote "
                "input must never be"
            )
        self._level = max(self._level, voltage)  # a command that fails may have been taken
        self.__output.set_voltage(voltage)
        self._level = voltage

    def span(self) -> tuple[Volt, Volt]:
        """Return the lowest and highest voltage [V]."""
        return self.__output.span()


class Streamer:
    """A device that streams, with nothing in reach but its streams."""

    __slots__ = ("__daq",)

    def __init__(self, daq: Daq) -> None:
        self.__daq = daq

    def record(self, terminals: Sequence[str], rate: Hertz) -> Recording:
        """Start to stream ``terminals`` at ``rate`` [Hz]; only one recording runs at a time."""
        return self.__daq.record(terminals, rate)

    def time_uncertainty(self, rate: Hertz, duration: Second) -> Second:
        """Return the standard uncertainty of a time between two edges ``duration`` apart [s]."""
        return self.__daq.time_uncertainty(rate, duration)


class ScaledMeter(Multimeter):
    """A meter behind a divider: readings and uncertainties are those at the pin."""

    __slots__ = ("_input_resistance", "_meter", "_ratio", "_tolerance")

    def __init__(
        self, meter: Multimeter, ratio: float, tolerance: float, input_resistance: Ohm
    ) -> None:
        self._meter = meter
        self._ratio = ratio
        self._tolerance = tolerance
        self._input_resistance = input_resistance

    @property
    def unit(self) -> str:
        """Return the unit of the readings."""
        return self._meter.unit

    def measure(self) -> float:
        """Take one reading [V at the pin]."""
        return self._meter.measure() * self._ratio

    def record(self, duration: Second, interval: Second) -> Waveform:
        """Take readings every ``interval`` for ``duration`` [s], [V at the pin]."""
        raw = self._meter.record(duration, interval)
        return Waveform(
            samples=raw.samples * self._ratio,
            start=raw.start,
            interval=raw.interval,
            unit=raw.unit,
        )

    def uncertainty(self, reading: float) -> float:
        """Return the standard uncertainty of ``reading``: meter and divider together [V]."""
        meter = self._meter.uncertainty(reading / self._ratio) * self._ratio
        divider = abs(reading) * self._tolerance / 3.0**0.5
        return (meter * meter + divider * divider) ** 0.5

    def input_resistance(self, reading: float) -> Ohm:
        """Return what the divider puts across the pin [ohm]."""
        del reading
        return self._input_resistance


class GuardedOperator(Operator):
    """A person who is not asked for what may leave a real unit unusable, and who is not hurried.

    ``pausing`` gives a context in which nobody expects the run to go on.
    """

    __slots__ = ("_operator", "_pausing", "_simulated")

    def __init__(
        self,
        operator: Operator,
        pausing: Callable[[], AbstractContextManager[None]],
        *,
        simulated: bool,
    ) -> None:
        self._operator = operator
        self._pausing = pausing
        self._simulated = simulated

    def carry_out(self, instruction: Instruction) -> None:
        """Ask for something to be done; raises SafetyTrip for what a real unit must not see."""
        check_request(instruction.key, simulated=self._simulated)
        with self._pausing():
            self._operator.carry_out(instruction)

    def ask(self, instruction: Instruction, words: tuple[str, ...] = ()) -> str:
        """Ask a question and return the answer."""
        with self._pausing():
            return self._operator.ask(instruction, words)

    def who(self) -> str:
        """Return who answers."""
        with self._pausing():
            return self._operator.who()
