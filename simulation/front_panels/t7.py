"""A LabJack T7 at the level of its registers.

Sources: LabJack T-series data sheet (Modbus map, A-1 data rates, A-3 analog inputs) and
ljm_constants.json. Assumed: which registers the configuration checksum covers (analog inputs and
watchdog), firmware strings.
"""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import ClassVar
from zlib import crc32

from instruments.units import Second, Volt
from simulation.clock import Event, VirtualClock
from simulation.front_panels import t7_errors as errors
from simulation.front_panels.t7_digital import DigitalPort
from simulation.front_panels.t7_errors import DeviceError
from simulation.front_panels.t7_pins import AIN_COUNT, RANGES, TERMINALS, Pins
from simulation.front_panels.t7_registers import BY_NAME, FLOAT32, Register
from simulation.front_panels.t7_stream import Stream
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.world import World

_CORE_TIMER_HZ = 40e6
_SYSTEM_TIMER_HZ = 20.0
_WRAP = 1 << 32
_SINGLE_ENDED = 199.0
_GROUND_CHANNEL = 15
_TEMPERATURE_CHANNEL = 14
_DEFAULT_RESOLUTION = 8
_LONGEST_SETTLING = 50_000.0
_LONGEST_WAIT = 100_000.0
_REBOOT = 0x4C4A
_DIFFERENT = {"RANGE": -9999.0, "SETTLING_US": -9999.0}
_SAMPLES_PER_SECOND = (100e3, 48e3, 22e3, 11e3, 5.5e3, 2.5e3, 1.2e3, 600.0)
"""Sample rates by resolution index 1 to 8, one channel."""

_CHECKED = tuple(name for name in BY_NAME if name.startswith(("AIN", "WATCHDOG")) and "_" in name)


class T7:
    """One device: registers, analog inputs, DACs, digital lines, one stream."""

    TERMINALS: ClassVar[tuple[str, ...]] = TERMINALS
    exchange_time: Second = 1e-3

    def __init__(
        self,
        instrument: SimulatedInstrument,
        links: Mapping[str, Link],
        world: World,
        clock: VirtualClock,
        noise: Noise,
    ) -> None:
        if not instrument.serial.isdecimal():
            raise ValueError(
                f"{instrument.name}: the serial of a T7 is a number, not {instrument.serial!r}"
            )
        self.serial = int(instrument.serial)
        self.name = instrument.name
        self._clock = clock
        self._pins = Pins(links, world, clock, noise, instrument.accuracies, instrument.model)
        self.digital = DigitalPort(self._pins)
        self._memory: dict[str, float] = {}
        self._watchdog: Event | None = None
        self._timer_origin = clock.now()
        self._last_error = 0
        self.stream = Stream(self._pins, self.digital, world, clock, noise, self.core_timer)
        self._readers: dict[str, Callable[[Register], float]] = self._reading()
        self._writers: dict[str, Callable[[Register, float], None]] = self._writing()

    # what the wire asks

    def exchange(self) -> None:
        """Take the time of one packet; any traffic feeds the watchdog."""
        self._clock.sleep(self.exchange_time)
        if self._watchdog is not None:
            self._arm_watchdog()

    def wait(self, duration: Second) -> None:
        """Let ``duration`` [s] pass while the host waits for an answer that does not come."""
        self._clock.sleep(duration)

    def read(self, register: Register) -> float:
        """Return the value of a register; raises DeviceError."""
        if register.access == "W":
            raise self._refuse(errors.ILLEGAL_DATA_ADDRESS)
        reader = self._readers.get(register.family)
        if reader is None:
            return self._memory.get(register.name, register.default)
        try:
            return reader(register)
        except DeviceError as error:
            self._last_error = error.code
            raise

    def write(self, register: Register, value: float) -> None:
        """Write a register; raises DeviceError."""
        if register.access == "R":
            raise self._refuse(errors.ILLEGAL_DATA_ADDRESS)
        if not isfinite(value):
            raise self._refuse(errors.ILLEGAL_DATA_VALUE)
        if register.kind != FLOAT32:
            value = float(int(value) & (0xFFFF if register.kind == 0 else 0xFFFFFFFF))
        writer = self._writers.get(register.family)
        if writer is None:
            self._memory[register.name] = value
            return
        try:
            writer(register, value)
        except DeviceError as error:
            self._last_error = error.code
            raise

    def power_cycle(self) -> None:
        """Lose power: the configuration is back at its defaults, the stream is gone."""
        self._disarm_watchdog()
        self.stream.abandon()
        self._timer_origin = self._clock.now()
        self._factory()

    def stream_settings(self) -> tuple[int, int, Mapping[int, Volt]]:
        """Return resolution index, buffer size in bytes and the range of each input."""
        resolution = int(self._memory.get("STREAM_RESOLUTION_INDEX", 0.0))
        size = int(self._memory.get("STREAM_BUFFER_SIZE_BYTES", 0.0)) or 4096
        return resolution, size, {channel: self._range(channel) for channel in range(AIN_COUNT)}

    def core_timer(self) -> int:
        """Return the 40 MHz counter; wraps every 107 s."""
        return int((self._clock.now() - self._timer_origin) * _CORE_TIMER_HZ) % _WRAP

    def system_timer(self) -> int:
        """Return the 20 Hz counter; unlike the 40 MHz one it takes years to wrap."""
        return int((self._clock.now() - self._timer_origin) * _SYSTEM_TIMER_HZ) % _WRAP

    # registers with a meaning

    def _reading(self) -> dict[str, Callable[[Register], float]]:
        digital = self.digital
        table: dict[str, Callable[[Register], float]] = {
            "AIN#": lambda register: self._read_ain(register.index),
            "DIO#": lambda register: float(digital.read_line(register.index)),
            "SERIAL_NUMBER": lambda _: float(self.serial),
            "CORE_TIMER": lambda _: float(self.core_timer()),
            "SYSTEM_TIMER_20HZ": lambda _: float(self.system_timer()),
            "STREAM_START_TIME_STAMP": lambda _: float(self.stream.start_stamp),
            "STREAM_ENABLE": lambda _: float(self.stream.running),
            "IO_CONFIG_CURRENT_CRC32": lambda _: float(self._checksum()),
            "LAST_ERR_DETAIL": lambda _: float(self._last_error),
        }
        for family in ("FIO#", "EIO#", "CIO#", "MIO#"):
            table[family] = lambda register: float(digital.read_line(register.address - 2000))
        for family in BY_NAME:
            if family.endswith(("IO_STATE", "IO_DIRECTION", "IO_INHIBIT")):
                table[family] = lambda register: float(digital.read(register))
        for what in ("RANGE", "NEGATIVE_CH", "RESOLUTION_INDEX", "SETTLING_US"):
            table[f"AIN_ALL_{what}"] = lambda _, what=what: self._read_all(what)
        return table

    def _writing(self) -> dict[str, Callable[[Register, float], None]]:
        digital = self.digital
        table: dict[str, Callable[[Register, float], None]] = {
            "DAC#": self._write_dac,
            "DIO#": lambda register, value: digital.write_line(register.index, value != 0.0),
            "WAIT_US_BLOCKING": self._wait,
            "WATCHDOG_ENABLE_DEFAULT": self._enable_watchdog,
            "IO_CONFIG_SET_CURRENT_TO_FACTORY": self._restore_factory,
            "SYSTEM_REBOOT": self._reboot,
            "STREAM_ENABLE": self._refuse_stream,
        }
        for family in ("FIO#", "EIO#", "CIO#", "MIO#"):
            table[family] = lambda register, value: digital.write_line(
                register.address - 2000, value != 0.0
            )
        for family in BY_NAME:
            if family.endswith(("IO_STATE", "IO_DIRECTION", "IO_INHIBIT")):
                table[family] = lambda register, value: digital.write(register, int(value))
        for what in ("RANGE", "NEGATIVE_CH", "RESOLUTION_INDEX", "SETTLING_US"):
            table[f"AIN#_{what}"] = lambda register, value, what=what: self._configure(
                what, register.index, value
            )
            table[f"AIN_ALL_{what}"] = lambda _, value, what=what: self._configure_all(what, value)
        return table

    def _refuse(self, code: int) -> DeviceError:
        self._last_error = code
        return DeviceError(code)

    # analog inputs

    def _range(self, channel: int) -> Volt:
        return self._memory.get(f"AIN{channel}_RANGE", 0.0) or RANGES[0]

    def _read_ain(self, channel: int) -> Volt:
        if self.stream.running:
            raise DeviceError(errors.STREAM_IS_ACTIVE)
        if not self._memory.get("POWER_AIN", 1.0):
            raise DeviceError(errors.POWER_ANALOG_OFF)
        if channel == _TEMPERATURE_CHANNEL:
            return BY_NAME["TEMPERATURE_DEVICE_K"].default
        if channel == _GROUND_CHANNEL:
            return self._pins.convert(0.0, RANGES[0])
        memory = self._memory
        index = int(memory.get(f"AIN{channel}_RESOLUTION_INDEX", 0.0)) or _DEFAULT_RESOLUTION
        settling = memory.get(f"AIN{channel}_SETTLING_US", 0.0)
        self._clock.sleep(1.0 / _SAMPLES_PER_SECOND[index - 1] + settling * 1e-6)
        volts = self._pins.pin_voltage(channel)
        if memory.get(f"AIN{channel}_NEGATIVE_CH", _SINGLE_ENDED) != _SINGLE_ENDED:
            volts -= self._pins.pin_voltage(channel + 1)
        return self._pins.convert(volts, self._range(channel))

    def _configure(self, what: str, channel: int, value: float) -> None:
        _check_analog(what, channel, value)
        self._memory[f"AIN{channel}_{what}"] = value

    def _configure_all(self, what: str, value: float) -> None:
        for channel in range(AIN_COUNT):
            if what == "NEGATIVE_CH" and value != _SINGLE_ENDED:
                raise DeviceError(errors.AIN_NEGATIVE_CHANNEL_INVALID)
            self._configure(what, channel, value)

    def _read_all(self, what: str) -> float:
        default = BY_NAME[f"AIN0_{what}"].default
        values = {self._memory.get(f"AIN{n}_{what}", default) for n in range(AIN_COUNT)}
        return values.pop() if len(values) == 1 else _DIFFERENT.get(what, float(0xFFFF))

    # outputs, configuration, watchdog

    def _write_dac(self, register: Register, value: float) -> None:
        self._memory[register.name] = value
        self._pins.set_dac(register.index, value)

    def _wait(self, register: Register, value: float) -> None:
        if value > _LONGEST_WAIT:
            raise DeviceError(errors.ILLEGAL_DATA_VALUE)
        self._memory[register.name] = value
        self._clock.sleep(value * 1e-6)

    def _checksum(self) -> int:
        values = (self._memory.get(name, BY_NAME[name].default) for name in _CHECKED)
        return crc32(repr(tuple(values)).encode("ascii"))

    def _factory(self) -> None:
        self._disarm_watchdog()
        self._memory.clear()
        self.digital.reset()
        for number in (0, 1):
            self._pins.set_dac(number, 0.0)

    def _restore_factory(self, _register: Register, _value: float) -> None:
        self._factory()

    def _reboot(self, _: Register, value: float) -> None:
        if int(value) >> 16 != _REBOOT:
            raise DeviceError(errors.ILLEGAL_DATA_VALUE)
        self.power_cycle()

    def _refuse_stream(self, _: Register, value: float) -> None:
        if value:
            raise DeviceError(errors.STREAM_SCANLIST_INVALID)  # streams start through LJM here
        self.stream.stop()

    def _enable_watchdog(self, register: Register, value: float) -> None:
        self._memory[register.name] = value
        self._disarm_watchdog()
        if value:
            self._arm_watchdog()

    def _disarm_watchdog(self) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
            self._watchdog = None

    def _arm_watchdog(self) -> None:
        self._disarm_watchdog()
        timeout = self._memory.get("WATCHDOG_TIMEOUT_S_DEFAULT", 10.0)
        self._watchdog = self._clock.schedule(timeout, self._bite)

    def _bite(self) -> None:
        """Do what the watchdog registers say; it stays armed."""
        self._arm_watchdog()
        memory = self._memory
        if memory.get("WATCHDOG_DIO_ENABLE_DEFAULT", 0.0):
            self.digital.force(
                state=int(memory.get("WATCHDOG_DIO_STATE_DEFAULT", 0.0)),
                direction=int(memory.get("WATCHDOG_DIO_DIRECTION_DEFAULT", 0.0)),
                inhibit=int(memory.get("WATCHDOG_DIO_INHIBIT_DEFAULT", 0.0)),
            )
        for number in (0, 1):
            if memory.get(f"WATCHDOG_DAC{number}_ENABLE_DEFAULT", 0.0):
                level = memory.get(f"WATCHDOG_DAC{number}_DEFAULT", 0.0)
                self._write_dac(BY_NAME[f"DAC{number}"], level)


def _check_analog(what: str, channel: int, value: float) -> None:
    """Raise DeviceError for a setting that a T7 does not take on this channel."""
    if what == "RANGE" and not any(abs(value - span) < 1e-6 for span in (0.0, *RANGES)):
        raise DeviceError(errors.AIN_RANGE_INVALID)
    if what == "SETTLING_US" and not 0.0 <= value <= _LONGEST_SETTLING:
        raise DeviceError(errors.AIN_SETTLING_INVALID)
    if what == "RESOLUTION_INDEX" and value > _DEFAULT_RESOLUTION:
        raise DeviceError(errors.AIN_RESOLUTION_INVALID)
    if what == "NEGATIVE_CH" and value != _SINGLE_ENDED:
        is_pair = channel % 2 == 0 and value == channel + 1
        if not is_pair:
            raise DeviceError(errors.AIN_NEGATIVE_CHANNEL_INVALID)
