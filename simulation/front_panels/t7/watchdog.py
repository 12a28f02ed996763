"""The watchdog of a T7: what it does to its outputs when the host falls silent.

Sources: T-series data sheet, 23.0 (actions; any communication clears the timer), and
ljm_constants.json (disabled before its settings are written, strict mode, start-up delay). That
the settings outlast the power follows from the start-up delay, which counts from there. Assumed:
the number 1202 for a setting that is written while it is enabled, and that a time-out of 0 s never
comes.
"""

from collections.abc import Callable

from instruments.units import Second
from simulation.clock import Event, VirtualClock
from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.digital import DigitalPort
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.memory import Memory
from simulation.front_panels.t7.registers import Register

_TO_FACTORY, _TO_DEFAULT = 1.0, 2.0


class Watchdog:
    """A timer that packets from the host clear; its settings outlast the power."""

    def __init__(
        self,
        memory: Memory,
        clock: VirtualClock,
        digital: DigitalPort,
        *,
        set_dac: Callable[[int, float], None],
        restore: Callable[[bool], None],
        reset: Callable[[], None],
    ) -> None:
        self._memory = memory
        self._clock = clock
        self._digital = digital
        self._set_dac = set_dac
        self._restore = restore
        self._reset = reset
        self._timer: Event | None = None
        self._is_strict = False

    def feed(self) -> None:
        """Take notice of a packet; in strict mode only the key counts."""
        if self._timer is not None and not self._is_strict:
            self._arm(self._get("TIMEOUT_S"))

    def boot(self) -> None:
        """Start as the settings say; the first period is the start-up delay, if there is one."""
        self._disarm()
        if self._get("ENABLE"):
            self._start(self._get("STARTUP_DELAY_S") or self._get("TIMEOUT_S"))

    def write(self, register: Register, value: float) -> None:
        """Write one of the registers; raises DeviceError 1202 unless it is disabled first."""
        memory = self._memory
        if register.name == "WATCHDOG_ENABLE_DEFAULT":
            memory.set(register.name, value)
            self._disarm()
            if value:
                self._start(self._get("TIMEOUT_S"))
        elif register.name == "WATCHDOG_STRICT_CLEAR":
            if self._timer is not None and (
                not self._is_strict or value == self._get("STRICT_KEY")
            ):
                self._arm(self._get("TIMEOUT_S"))
        elif memory.get("WATCHDOG_ENABLE_DEFAULT"):
            raise DeviceError(errors.ILLEGAL_DATA_ADDRESS)
        else:
            memory.set(register.name, value)

    def _get(self, what: str) -> float:
        return self._memory.get(f"WATCHDOG_{what}_DEFAULT")

    def _start(self, period: Second) -> None:
        self._is_strict = bool(self._get("STRICT_ENABLE"))
        self._arm(period)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, period: Second) -> None:
        self._disarm()
        if period:
            self._timer = self._clock.schedule(period, self._bite)

    def _bite(self) -> None:
        """Do what the settings say; the timer runs on."""
        self._arm(self._get("TIMEOUT_S"))
        advanced = self._get("ADVANCED")
        if advanced in (_TO_FACTORY, _TO_DEFAULT):
            self._restore(advanced == _TO_FACTORY)
        if self._get("DIO_ENABLE"):
            self._digital.force(
                state=int(self._get("DIO_STATE")),
                direction=int(self._get("DIO_DIRECTION")),
                inhibit=int(self._get("DIO_INHIBIT")),
            )
        for number in (0, 1):
            if self._get(f"DAC{number}_ENABLE"):
                self._set_dac(number, self._get(f"DAC{number}"))
        if self._get("RESET_ENABLE"):
            self._reset()
