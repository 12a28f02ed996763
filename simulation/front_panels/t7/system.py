"""What a T7 tells of itself: timers, time of day, name, network.

Sources: ljm_constants.json (a T7 without clock of its own counts seconds since it started; names),
labjack.ljm (byte order of a MAC address). Assumed: the MAC address and the gateway, which come from
serial number and address.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from instruments.units import Second
from simulation.clock import VirtualClock
from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.memory import Memory
from simulation.front_panels.t7.registers import Register

CORE_TIMER_HZ = 40e6
SYSTEM_TIMER_HZ = 20.0
_COUNTER_HZ = 10e3
_WRAP = 1 << 32
_LONGEST_NAME = 49
_MAC_PREFIX = 0x902E87
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class System:
    """Timers since the last start, texts and addresses."""

    def __init__(self, memory: Memory, clock: VirtualClock, serial: int, name: str) -> None:
        self._memory = memory
        self._clock = clock
        self._serial = serial
        self.name = name
        self.network_address = 0
        self._started: Second = clock.now()

    def restart(self) -> None:
        """Let the timers begin again."""
        self._started = self._clock.now()

    def uptime(self) -> Second:
        """Return the time since the last start [s]."""
        return self._clock.now() - self._started

    def core_timer(self) -> int:
        """Return the 40 MHz counter; wraps every 107 s."""
        return int(self.uptime() * CORE_TIMER_HZ) % _WRAP

    def started(self) -> Second:
        """Return the clock's time of the last start [s]."""
        return self._started

    def readers(self) -> dict[str, Callable[[Register], float]]:
        """Return how registers are read, by family."""
        return {
            "SERIAL_NUMBER": lambda _: float(self._serial),
            "CORE_TIMER": lambda _: float(self.core_timer()),
            # unlike the 40 MHz counter it takes years to wrap
            "SYSTEM_TIMER_20HZ": lambda _: float(int(self.uptime() * SYSTEM_TIMER_HZ) % _WRAP),
            "SYSTEM_COUNTER_10KHZ": lambda _: float(int(self.uptime() * _COUNTER_HZ) % 10_000),
            "RTC_TIME_S": lambda _: float(int(self.uptime())),
            "RTC_TIME_CALENDAR": self._calendar,
            "ETHERNET_IP": lambda _: float(self.network_address),
            "ETHERNET_GATEWAY": lambda _: float(self.network_address & 0xFFFFFF00 | 1),
        }

    def writers(self) -> dict[str, Callable[[Register, float], None]]:
        """Return how registers are written, by family."""
        return {"RTC_SET_TIME_S": self._no_clock}

    def read_bytes(self, register: Register) -> bytes | None:
        """Return what a register of text or bytes holds, None for any other."""
        if register.name == "DEVICE_NAME_DEFAULT":
            return self.name.encode("ascii", "replace")
        if register.name == "ETHERNET_MAC":
            address = _MAC_PREFIX << 24 | self._serial & 0xFFFFFF
            return b"\0\0" + address.to_bytes(6, "little")
        return None

    def rename(self, raw: bytes) -> None:
        """Take a name of up to 49 characters without dots; raises DeviceError 2420."""
        name = raw.split(b"\0")[0].decode("ascii", "replace")
        if not 0 < len(name) <= _LONGEST_NAME or "." in name or not name.isprintable():
            raise DeviceError(errors.DEVICE_NAME_MUST_BE_ALPHANUM)
        self.name = name

    def _calendar(self, register: Register) -> float:
        now = _EPOCH + timedelta(seconds=int(self.uptime()))
        return float(
            (now.year, now.month, now.day, now.hour, now.minute, now.second)[register.index]
        )

    def _no_clock(self, _register: Register, _value: float) -> None:
        raise DeviceError(errors.RTC_NOT_PRESENT)
