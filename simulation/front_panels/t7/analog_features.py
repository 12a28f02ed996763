"""The extended features of a T7's analog inputs: slope and offset, extremes, thermocouples.

Sources: T-series data sheet, 14.1.8 (samples that a feature takes: 200 unless set, at most 16384 in
180 ms, as a burst of the stream); LabJack's example thermocouple_example_ain_ef (indexes, unit in
CONFIG_A, register of the cold junction in CONFIG_B, its slope to kelvin in CONFIG_D and offset in
CONFIG_E, temperature, volts and cold junction in READ_A to C). Assumed: 6000 scans/s unless set;
slope in CONFIG_D and offset in CONFIG_E of feature 1; maximum in READ_B and minimum in READ_C of
feature 3; the device's own temperature as the cold junction unless set, -9999 outside of a type's
table. Other features are not simulated, nor is type C, which NIST has no table for.
"""

from collections.abc import Callable, Sequence
from math import isinf

from instruments.units import DegreeCelsius, Volt
from simulation.front_panels.daq970a.temperature import in_degrees, in_span, of_thermocouple
from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.memory import Memory
from simulation.front_panels.t7.registers import BY_ADDRESS, BY_NAME, Register
from simulation.front_panels.t7.scan_list import StreamSettings
from simulation.front_panels.t7.stream import Stream

NONE = 0.0
FEATURES = (0, 1, 3, 4, 5, 10, 11, *range(20, 26), 27, 28, 30, 40, 41, 42, 50, 51)
"""All indexes that a T7 has."""

_SLOPE, _EXTREMES = 1.0, 3.0
_COUPLES = {20.0: "E", 21.0: "J", 22.0: "K", 23.0: "R", 24.0: "T", 25.0: "S", 27.0: "N", 28.0: "B"}
_UNITS = ("K", "C", "F")
_ZERO_CELSIUS = 273.15  # K
_OUTSIDE = -9999.0
_SAMPLES, _MOST_SAMPLES, _LONGEST_BURST = 200.0, 16384.0, 0.180
_SCAN_RATE = 6000.0


class AnalogFeatures:
    """What READ_A starts and READ_B and READ_C keep of it; ``input`` takes one reading."""

    def __init__(
        self,
        memory: Memory,
        stream: Stream,
        settings: Callable[[Sequence[int]], StreamSettings],
        *,
        read: Callable[[Register], float],
        voltage: Callable[[int], Volt],
    ) -> None:
        self._memory = memory
        self._stream = stream
        self._settings = settings
        self._read_register = read
        self._voltage = voltage
        self._kept: dict[int, tuple[float, float]] = {}

    def readers(self) -> dict[str, Callable[[Register], float]]:
        """Return how registers are read, by family."""
        return {
            "AIN#_EF_READ_A": lambda register: self._read(register.index),
            "AIN#_EF_READ_B": lambda register: self._captured(register.index, 0),
            "AIN#_EF_READ_C": lambda register: self._captured(register.index, 1),
        }

    def _get(self, channel: int, what: str) -> float:
        return self._memory.get(f"AIN{channel}_EF_{what}")

    def _read(self, channel: int) -> float:
        index = self._get(channel, "INDEX")
        if index == NONE:
            raise DeviceError(errors.AIN_EF_CHANNEL_INACTIVE)
        if index == _SLOPE:
            slope = self._get(channel, "CONFIG_D") or 1.0
            return self._voltage(channel) * slope + self._get(channel, "CONFIG_E")
        if index == _EXTREMES:
            return self._average(channel)
        if index in _COUPLES:
            return self._temperature(channel, _COUPLES[index])
        raise DeviceError(errors.NOT_IMPLEMENTED)

    def _average(self, channel: int) -> Volt:
        """Take a burst and return its mean [V]; keeps maximum and minimum."""
        count = self._get(channel, "CONFIG_A") or _SAMPLES
        rate = self._get(channel, "CONFIG_D") or _SCAN_RATE
        if count > _MOST_SAMPLES:
            raise DeviceError(errors.AIN_EF_INVALID_NUM_SAMPLES)
        if not 0.0 < count / rate <= _LONGEST_BURST:
            raise DeviceError(errors.AIN_EF_SCAN_TIME_TOO_LONG)
        addresses = [BY_NAME[f"AIN{channel}"].address]
        self._stream.start(addresses, rate, self._settings(addresses))
        samples, _ = self._stream.read(int(count))
        self._stream.stop()
        self._kept[channel] = float(samples.max()), float(samples.min())
        return float(samples.mean())

    def _temperature(self, channel: int, couple: str) -> float:
        """Return a temperature in the unit that is set; keeps volts and that of the junction."""
        unit = int(self._get(channel, "CONFIG_A"))
        if unit >= len(_UNITS):
            raise DeviceError(errors.ILLEGAL_DATA_VALUE)
        junction = self._junction(channel)
        volts = self._voltage(channel)
        self._kept[channel] = volts, in_degrees(junction, _UNITS[unit])
        if not in_span(couple, junction):
            return _OUTSIDE
        found = of_thermocouple(couple, volts, junction)
        return _OUTSIDE if isinf(found) else in_degrees(found, _UNITS[unit])

    def _junction(self, channel: int) -> DegreeCelsius:
        address = int(self._get(channel, "CONFIG_B"))
        register = BY_ADDRESS.get(address) if address else BY_NAME["TEMPERATURE_DEVICE_K"]
        if register is None or register.family.startswith("AIN#_EF"):
            raise DeviceError(errors.ILLEGAL_DATA_ADDRESS)
        slope = self._get(channel, "CONFIG_D") or 1.0
        return (
            self._read_register(register) * slope + self._get(channel, "CONFIG_E") - _ZERO_CELSIUS
        )

    def _captured(self, channel: int, place: int) -> float:
        """Return a result of the last reading of READ_A, 0 before it."""
        return self._kept.get(channel, (0.0, 0.0))[place]
