"""A LabJack T7 at the level of its registers.

Sources: LabJack T-series data sheet (Modbus map) and ljm_constants.json. Assumed: firmware strings.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from instruments.units import Hertz, Second
from simulation.clock import Event, VirtualClock
from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.analog import AnalogInputs
from simulation.front_panels.t7.byte_access import ByteAccess
from simulation.front_panels.t7.configuration import Configuration
from simulation.front_panels.t7.digital import DigitalPort
from simulation.front_panels.t7.digital_features import DigitalFeatures
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.memory import Memory
from simulation.front_panels.t7.pins import AIN_COUNT, DAC_SPAN, TERMINALS, Pins
from simulation.front_panels.t7.registers import (
    BY_ADDRESS,
    BY_NAME,
    FLOAT32,
    UINT16,
    Register,
)
from simulation.front_panels.t7.scan_list import StreamSettings
from simulation.front_panels.t7.square_wave import SquareWave
from simulation.front_panels.t7.stream import Stream
from simulation.front_panels.t7.stream_out import StreamOuts
from simulation.front_panels.t7.system import SYSTEM_TIMER_HZ, System
from simulation.front_panels.t7.watchdog import Watchdog
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.world import World

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_LONGEST_WAIT = 100_000.0
_REBOOT = 0x4C4A
_GREATEST = 3.4028234663852886e38  # single precision


def _is_volatile(name: str) -> bool:
    """Whether a register is back at its default after power-up; those are named _DEFAULT."""
    return not name.endswith("_DEFAULT")


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
        self._clock = clock
        self._pins = Pins(links, world, clock, noise, instrument.accuracies, instrument.model)
        self._memory = Memory()
        self._last_error = 0
        self._square = SquareWave(clock, self._pins)
        self.system = System(self._memory, clock, self.serial, instrument.name)
        self.bytes = ByteAccess(self.system, read=self.read, write=self.write)
        self.digital = DigitalPort(self._pins)
        self.outputs = StreamOuts(self.write)
        self.stream = Stream(
            self._pins,
            self.digital,
            world,
            clock,
            self.system.core_timer,
            self._counter,
            self.outputs.advance,
        )
        self._features = DigitalFeatures(
            self._memory, self.digital, self._pins, world, clock, self._trigger
        )
        self._analog = AnalogInputs(
            self._memory, self._pins, clock, self.stream, self._settings, read=self.read
        )
        self._configuration = Configuration(
            self._memory, self.digital, reset=self._reset_outputs, write=self.write
        )
        self._watchdog = Watchdog(
            self._memory,
            clock,
            self.digital,
            set_dac=lambda number, value: self._write_dac(BY_NAME[f"DAC{number}"], value),
            restore=self._configuration.restore,
            reset=self.power_cycle,
        )
        self._readers: dict[str, Callable[[Register], float]] = self._reading()
        self._writers: dict[str, Callable[[Register, float], None]] = self._writing()

    # what the wire asks

    def exchange(self) -> None:
        """Take the time of one packet; any traffic feeds the watchdog."""
        self.wait(self.exchange_time)
        self._watchdog.feed()

    def wait(self, duration: Second) -> None:
        """Let ``duration`` [s] pass while the host waits; no time passes inside a callback."""
        if not self._clock.running:
            self._clock.sleep(duration)

    def after(self, duration: Second, call: Callable[[], None]) -> Event:
        """Call a function of the host after ``duration`` [s]."""
        return self._clock.schedule(duration, call)

    def now(self) -> Second:
        """Return the time on the clock that the device and its host share [s]."""
        return self._clock.now()

    def read(self, register: Register) -> float:
        """Return the value of a register; raises DeviceError."""
        if register.access == "W":
            raise self._refuse(errors.ILLEGAL_DATA_ADDRESS)
        reader = self._readers.get(register.family)
        if reader is None:
            return self._memory.get(register.name)
        try:
            return reader(register)
        except DeviceError as error:
            self._last_error = error.code
            raise

    def write(self, register: Register, value: float) -> None:
        """Write a register; raises DeviceError."""
        if register.access == "R":
            raise self._refuse(errors.ILLEGAL_DATA_ADDRESS)
        if not abs(value) <= _GREATEST:
            raise self._refuse(errors.ILLEGAL_DATA_VALUE)
        if register.kind != FLOAT32:
            value = float(int(value) & (0xFFFF if register.kind == UINT16 else 0xFFFFFFFF))
        writer = self._writers.get(register.family)
        if writer is None:
            self._memory.set(register.name, value)
            return
        try:
            writer(register, value)
        except DeviceError as error:
            self._last_error = error.code
            raise

    def note_refusal(self, code: int, *, exception: int, frame: int, transaction: int) -> None:
        """Keep what a Modbus client may ask about its last request that failed."""
        self._last_error = code
        self._memory.set("LAST_MB_ERR", float(exception))
        self._memory.set("LAST_ERR_FRAME", float(frame))
        self._memory.set("LAST_ERR_TRANSACTION_ID", float(transaction))

    @property
    def last_error(self) -> int:
        """LabJack's number of the last refusal."""
        return self._last_error

    def start_stream(self, addresses: Sequence[int], rate: Hertz) -> Hertz:
        """Start a stream as the registers say; return the actual rate [Hz]."""
        try:
            return self.stream.start(addresses, rate, self._settings(addresses))
        except DeviceError as error:
            self._last_error = error.code
            raise

    def power_cycle(self) -> None:
        """Lose power: the configuration is as at power-up, the stream is gone."""
        self.stream.abandon()
        self.outputs.reset()
        self.system.restart()
        self._memory.forget(_is_volatile)
        self._configuration.restore(factory=False)
        self._watchdog.boot()

    # registers with a meaning

    def _reading(self) -> dict[str, Callable[[Register], float]]:
        return {
            **self.system.readers(),
            **self._analog.readers(),
            **self._features.readers(),
            **self.outputs.readers(),
            **self._configuration.readers(),
            **self.digital.readers(),
            "STREAM_START_TIME_STAMP": lambda _: float(self.stream.start_stamp % (1 << 32)),
            "STREAM_SETTLING_US_ACTUAL": lambda _: self.stream.settling,
            "STREAM_SCANRATE_HZ_ACTUAL": lambda _: self.stream.rate,
            "STREAM_ENABLE": lambda _: float(self.stream.running),
            "LAST_ERR_DETAIL": lambda _: float(self._last_error),
        }

    def _writing(self) -> dict[str, Callable[[Register, float], None]]:
        return {
            **self.system.writers(),
            **self._analog.writers(),
            **self._features.writers(),
            **self.outputs.writers(),
            **self._configuration.writers(),
            "DAC#": self._write_dac,
            "DAC#_BINARY": lambda r, value: self._write_dac(
                BY_NAME[f"DAC{r.index}"], min(value / 0xFFFF, 1.0) * DAC_SPAN
            ),
            "DAC1_FREQUENCY_OUT_ENABLE": lambda _, value: self._square.switch(bool(value)),
            **self.digital.writers(),
            **dict.fromkeys(_WATCHDOG, self._watchdog.write),
            "WAIT_US_BLOCKING": self._wait,
            "SYSTEM_REBOOT": self._reboot,
            "STREAM_ENABLE": self._refuse_stream,
        }

    def _refuse(self, code: int) -> DeviceError:
        self._last_error = code
        return DeviceError(code)

    # stream

    def _settings(self, addresses: Sequence[int]) -> StreamSettings:
        memory, analog = self._memory, self._analog
        channels = [BY_ADDRESS[a].index for a in addresses if a in _INPUTS]
        return StreamSettings(
            resolution=int(memory.get("STREAM_RESOLUTION_INDEX")),
            settling=memory.get("STREAM_SETTLING_US"),
            buffer_size=int(memory.get("STREAM_BUFFER_SIZE_BYTES")),
            scans=int(memory.get("STREAM_NUM_SCANS")),
            trigger=int(memory.get("STREAM_TRIGGER_INDEX")),
            clock_source=int(memory.get("STREAM_CLOCK_SOURCE")),
            ranges={channel: analog.range(channel) for channel in channels},
            differential=frozenset(n for n in channels if analog.is_differential(n)),
        )

    def _counter(
        self, register: Register, times: "NDArray[numpy.float64]"
    ) -> "NDArray[numpy.float64]":
        """Return what a counter in a scan list held at clock times."""
        import numpy

        if register.family == "SYSTEM_TIMER_20HZ":
            return numpy.floor((times - self.system.started()) * SYSTEM_TIMER_HZ)
        return self._features.counts(register.index, times)

    def _trigger(self, line: int) -> None:
        if self.stream.awaits == line:
            self.stream.begin()

    def _refuse_stream(self, _: Register, value: float) -> None:
        if value:
            raise DeviceError(errors.NOT_IMPLEMENTED)  # streams start through LJM here
        self.stream.stop()

    # outputs, configuration

    def _write_dac(self, register: Register, value: float) -> None:
        if register.index == 1:
            self._square.switch(False)
        self._memory.set(register.name, value)
        self._pins.set_dac(register.index, value)

    def _wait(self, register: Register, value: float) -> None:
        if value > _LONGEST_WAIT:
            raise DeviceError(errors.ILLEGAL_DATA_VALUE)
        self._memory.set(register.name, value)
        self._clock.sleep(value * 1e-6)

    def _reset_outputs(self) -> None:
        self._square.switch(False)
        self._features.reset()
        self.digital.reset()

    def _reboot(self, _: Register, value: float) -> None:
        if int(value) >> 16 != _REBOOT:
            raise DeviceError(errors.ILLEGAL_DATA_VALUE)
        self.power_cycle()


_WATCHDOG = tuple(name for name in BY_NAME if name.startswith("WATCHDOG"))
_INPUTS = frozenset(BY_NAME[f"AIN{n}"].address for n in range(AIN_COUNT))
