"""Roles as the bench hands them out: the driver's own abilities behind the safety envelope."""

from collections.abc import Callable, Collection

from bench.errors import SafetyTrip
from bench.safety import Envelope, check_request
from instruments.daq import AnalogOutput
from instruments.load import LoadInput
from instruments.multimeter import Multimeter
from instruments.operator import Instruction, Operator
from instruments.relay import Relay
from instruments.supply import SupplyOutput
from instruments.units import Ampere, Ohm, Second, Volt
from instruments.waveform import Waveform


class GuardedSupply(SupplyOutput):
    """A supply output that cannot be set beyond the device's absolute maximum.

    ``check_cover`` raises SafetyTrip for a voltage that an open cover does not allow.
    """

    __slots__ = ("_ceiling", "_check_cover", "_envelope", "_output", "_voltage")

    def __init__(
        self,
        output: SupplyOutput,
        envelope: Envelope,
        ceiling: Ampere,
        check_cover: Callable[[Volt], None],
    ) -> None:
        self._output = output
        self._envelope = envelope
        self._ceiling = ceiling
        self._check_cover = check_cover
        self._voltage: Volt = 0.0

    def set_voltage(self, voltage: Volt) -> None:
        """Set the regulated voltage [V]; raises SafetyTrip beyond the absolute maximum."""
        self._envelope.check_voltage(voltage)
        self._check_cover(voltage)
        self._output.set_voltage(voltage)
        self._voltage = voltage

    def set_current_limit(self, current: Ampere) -> None:
        """Set the current limit [A], at most the ceiling of the bench file."""
        self._output.set_current_limit(min(current, self._ceiling))

    def set_overvoltage_protection(self, voltage: Volt) -> None:
        """Arm the over-voltage protection at ``voltage`` [V]."""
        self._output.set_overvoltage_protection(voltage)

    def set_overcurrent_protection(self, current: Ampere) -> None:
        """Arm the over-current protection at ``current`` [A], at most the ceiling.

        A supply that cannot be armed as low as the ceiling is armed as low as it can.
        """
        least = self._output.overcurrent_protection_floor()
        self._output.set_overcurrent_protection(min(current, max(self._ceiling, least)))

    def overvoltage_protection_floor(self) -> Volt:
        """Return the lowest level of the over-voltage protection [V]."""
        return self._output.overvoltage_protection_floor()

    def overcurrent_protection_floor(self) -> Ampere:
        """Return the lowest level of the over-current protection [A]."""
        return self._output.overcurrent_protection_floor()

    def enable(self) -> None:
        """Switch the output on; raises SafetyTrip where the cover is open and must not be."""
        self._check_cover(self._voltage)
        self._output.enable()

    def disable(self) -> None:
        """Switch the output off."""
        self._output.disable()

    def is_enabled(self) -> bool:
        """Return whether the output says it is on."""
        return self._output.is_enabled()

    def voltage(self) -> Volt:
        """Measure the voltage at the output [V]."""
        return self._output.voltage()

    def current(self) -> Ampere:
        """Measure the current out of the output [A]."""
        return self._output.current()

    def voltage_uncertainty(self, voltage: Volt) -> Volt:
        """Return the standard uncertainty of a measured ``voltage`` [V]."""
        return self._output.voltage_uncertainty(voltage)

    def current_uncertainty(self, current: Ampere) -> Ampere:
        """Return the standard uncertainty of a measured ``current`` [A]."""
        return self._output.current_uncertainty(current)

    def is_tripped(self) -> bool:
        """Return whether a protection has switched the output off."""
        return self._output.is_tripped()

    def clear_trip(self) -> None:
        """Release a tripped protection; leaves the output off."""
        self._output.clear_trip()


class GuardedLoad(LoadInput):
    """A load that cannot draw more than the rating of the output it is routed to."""

    __slots__ = ("_closed", "_current", "_envelope", "_input", "enabled")

    def __init__(
        self, load: LoadInput, envelope: Envelope, closed: Callable[[], frozenset[str]]
    ) -> None:
        self._input = load
        self._envelope = envelope
        self._closed = closed
        self._current: Ampere = 0.0
        self.enabled = False

    def set_current(self, current: Ampere) -> None:
        """Set constant-current mode and its level [A]; raises SafetyTrip beyond the rating."""
        self._envelope.check_load(current, self._closed())
        self._input.set_current(current)
        self._current = current

    def current_setpoint_uncertainty(self, current: Ampere) -> Ampere:
        """Return the standard uncertainty of a current set to ``current`` [A]."""
        return self._input.current_setpoint_uncertainty(current)

    def enable(self) -> None:
        """Start to sink; raises SafetyTrip where the set current is beyond the rating."""
        self._envelope.check_load(self._current, self._closed())
        self.enabled = True  # first: a command that fails half way may have switched it on
        self._input.enable()

    def disable(self) -> None:
        """Stop sinking."""
        self._input.disable()
        self.enabled = False

    def is_enabled(self) -> bool:
        """Return whether the input says it is on."""
        return self._input.is_enabled()

    def voltage(self) -> Volt:
        """Measure the voltage at the input [V]."""
        return self._input.voltage()

    def current(self) -> Ampere:
        """Measure the current into the input [A]."""
        return self._input.current()

    def voltage_uncertainty(self, voltage: Volt) -> Volt:
        """Return the standard uncertainty of a measured ``voltage`` [V]."""
        return self._input.voltage_uncertainty(voltage)

    def current_uncertainty(self, current: Ampere) -> Ampere:
        """Return the standard uncertainty of a measured ``current`` [A]."""
        return self._input.current_uncertainty(current)


class GuardedRelay(Relay):
    """A contact that moves only through the bench, which checks the whole set of contacts."""

    __slots__ = ("_relay", "_role", "_switch")

    def __init__(
        self, relay: Relay, role: str, switch: Callable[[Collection[str], Collection[str]], None]
    ) -> None:
        self._relay = relay
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
        return self._relay.is_energised()


class GuardedSource(AnalogOutput):
    """An analog output that never exceeds the voltage the device is powered with."""

    __slots__ = ("_maximum", "_output")

    def __init__(self, output: AnalogOutput, maximum: Callable[[], Volt]) -> None:
        self._output = output
        self._maximum = maximum

    def set_voltage(self, voltage: Volt) -> None:
        """Set the open-circuit voltage [V]; raises SafetyTrip above the battery voltage."""
        if not 0.0 <= voltage <= self._maximum():
            raise SafetyTrip(
                f"{voltage:g} V is above the battery voltage of {self._maximum():g} V: a remote "
                "input must never be"
            )
        self._output.set_voltage(voltage)

    def span(self) -> tuple[Volt, Volt]:
        """Return the lowest and highest voltage [V]."""
        return self._output.span()


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
    """A person who is not asked for what may leave a real unit unusable."""

    __slots__ = ("_operator", "_simulated")

    def __init__(self, operator: Operator, *, simulated: bool) -> None:
        self._operator = operator
        self._simulated = simulated

    def carry_out(self, instruction: Instruction) -> None:
        """Ask for something to be done; raises SafetyTrip for what a real unit must not see."""
        check_request(instruction.key, simulated=self._simulated)
        self._operator.carry_out(instruction)

    def ask(self, instruction: Instruction, words: tuple[str, ...] = ()) -> str:
        """Ask a question and return the answer."""
        return self._operator.ask(instruction, words)

    def who(self) -> str:
        """Return who answers."""
        return self._operator.who()
