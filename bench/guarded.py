"""Roles as the bench hands them out: the driver's own abilities behind the safety envelope.

What is guarded lies behind names with two underscores: they cannot be reached by ``role._output``.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from math import inf

from bench.errors import SafetyTrip
from bench.guarded_readings import GuardedReadings
from bench.safety import check_request
from instruments.daq import AnalogOutput, Daq, Recording
from instruments.load import LoadInput
from instruments.operator import Instruction, Operator
from instruments.relay import Relay
from instruments.units import Ampere, Hertz, Second, Volt


class GuardedLoad(GuardedReadings, LoadInput):
    """A load that cannot draw more than the rating of the output it is routed to."""

    __slots__ = ("__input", "_check", "_current", "_enabled")

    def __init__(self, load: LoadInput, check: Callable[[Ampere], None]) -> None:
        super().__init__(load)
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
