"""The analog inputs of a T7 by command and response: settings and readings.

Sources: T-series data sheet, A-1 (data rates); ljm_constants.json.
"""

from collections.abc import Callable, Sequence
from functools import partial

from instruments.units import Volt
from simulation.clock import VirtualClock
from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.analog_features import FEATURES, NONE, AnalogFeatures
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.memory import Memory
from simulation.front_panels.t7.pins import AIN_COUNT, RANGES, Pins, internal
from simulation.front_panels.t7.registers import Register
from simulation.front_panels.t7.scan_list import StreamSettings
from simulation.front_panels.t7.stream import Stream

_WHAT = ("RANGE", "NEGATIVE_CH", "RESOLUTION_INDEX", "SETTLING_US", "EF_INDEX")
_SINGLE_ENDED, _DIFFERENTIAL = 199.0, 1.0
_DEFAULT_RESOLUTION = 8
_LONGEST_SETTLING = 50_000.0
_DIFFERENT = {"RANGE": -9999.0, "SETTLING_US": -9999.0}
_SAMPLES_PER_SECOND = (100e3, 48e3, 22e3, 11e3, 5.5e3, 2.5e3, 1.2e3, 600.0)
"""Sample rates by resolution index 1 to 8, one channel."""

_SINGLE_PRECISION = 1e-6


class AnalogInputs:
    """Channels 0 to 13 on the terminals, 14 and 15 inside the device."""

    def __init__(
        self,
        memory: Memory,
        pins: Pins,
        clock: VirtualClock,
        stream: Stream,
        settings: Callable[[Sequence[int]], StreamSettings],
        *,
        read: Callable[[Register], float],
    ) -> None:
        self._memory = memory
        self._pins = pins
        self._clock = clock
        self._stream = stream
        self._features = AnalogFeatures(memory, stream, settings, read=read, voltage=self.read)

    def readers(self) -> dict[str, Callable[[Register], float]]:
        """Return how registers are read, by family."""
        table: dict[str, Callable[[Register], float]] = {
            "AIN#": lambda register: self.read(register.index),
            **self._features.readers(),
        }
        for what in _WHAT:
            table[f"AIN_ALL_{what}"] = partial(self._read_all, what)
        return table

    def writers(self) -> dict[str, Callable[[Register, float], None]]:
        """Return how registers are written, by family."""
        table: dict[str, Callable[[Register, float], None]] = {}
        for what in _WHAT:
            table[f"AIN#_{what}"] = partial(self._configure, what)
            table[f"AIN_ALL_{what}"] = partial(self._configure_all, what)
        return table

    def range(self, channel: int) -> Volt:
        """Return the range of a channel [V]."""
        return self._memory.get(f"AIN{channel}_RANGE") or RANGES[0]

    def is_differential(self, channel: int) -> bool:
        """Whether a channel is measured against the next one."""
        return self._memory.get(f"AIN{channel}_NEGATIVE_CH") != _SINGLE_ENDED

    def read(self, channel: int) -> Volt:
        """Take one reading [V]; raises DeviceError 2460, 2605."""
        if self._stream.running:
            raise DeviceError(errors.STREAM_IS_ACTIVE)
        memory = self._memory
        if not memory.get("POWER_AIN"):
            raise DeviceError(errors.POWER_ANALOG_OFF)
        if channel >= AIN_COUNT:
            return self._pins.convert(internal(channel), RANGES[0])
        index = int(memory.get(f"AIN{channel}_RESOLUTION_INDEX")) or _DEFAULT_RESOLUTION
        settling = memory.get(f"AIN{channel}_SETTLING_US")
        self._clock.sleep(1.0 / _SAMPLES_PER_SECOND[index - 1] + settling * 1e-6)
        volts = self._pins.pin_voltage(channel)
        if self.is_differential(channel):
            volts -= self._pins.pin_voltage(channel + 1)
        return self._pins.convert(volts, self.range(channel))

    def _configure(self, what: str, register: Register, value: float) -> None:
        self._memory.set(f"AIN{register.index}_{what}", _checked(what, register.index, value))

    def _configure_all(self, what: str, _register: Register, value: float) -> None:
        """Set all channels; 1 makes the even ones differential, each against the next."""
        pairs = what == "NEGATIVE_CH" and value == _DIFFERENTIAL
        if what == "EF_INDEX" and value != NONE:
            raise DeviceError(errors.AIN_EF_INVALID_TYPE)
        for channel in range(AIN_COUNT):
            if not pairs:
                self._memory.set(f"AIN{channel}_{what}", _checked(what, channel, value))
            elif channel % 2 == 0:
                self._memory.set(f"AIN{channel}_{what}", channel + 1.0)

    def _read_all(self, what: str, _register: Register) -> float:
        channels = range(AIN_COUNT)
        if what == "NEGATIVE_CH" and all(self.is_differential(n) for n in channels[::2]):
            return _DIFFERENTIAL
        values = {self._memory.get(f"AIN{n}_{what}") for n in channels}
        return values.pop() if len(values) == 1 else _DIFFERENT.get(what, float(0xFFFF))


def _checked(what: str, channel: int, value: float) -> float:
    """Return the value that a setting takes; raises DeviceError for one that a T7 refuses here."""
    if what == "RANGE":
        return _range(value)
    if what == "SETTLING_US" and not 0.0 <= value <= _LONGEST_SETTLING:
        raise DeviceError(errors.AIN_SETTLING_INVALID)
    if what == "RESOLUTION_INDEX" and value > _DEFAULT_RESOLUTION:
        raise DeviceError(errors.AIN_RESOLUTION_INVALID)
    if what == "EF_INDEX" and value not in FEATURES:
        raise DeviceError(errors.AIN_EF_INVALID_TYPE)
    if what == "NEGATIVE_CH" and value != _SINGLE_ENDED:
        is_pair = channel % 2 == 0 and value == channel + 1
        if not is_pair:
            raise DeviceError(errors.AIN_NEGATIVE_CHANNEL_INVALID)
    return value


def _range(value: float) -> Volt:
    """Return the range [V] that a number in single precision means; raises DeviceError 2370."""
    for span in (0.0, *RANGES):
        if abs(value - span) < _SINGLE_PRECISION:
            return span
    raise DeviceError(errors.AIN_RANGE_INVALID)
