"""LabJack T7 and T7-Pro data acquisition devices, through LabJack's own LJM library.

Registers: LabJack T-series data sheet and Modbus map. Accuracy: data sheet, see
``labjack_t7.toml``. Not yet verified on hardware.

A program that ran before leaves its ranges, negative channels and directions behind: all of them
are written at open. LJM reconnects to a restarted device without a word, with all
settings back at power-up: each reading therefore carries the 20 Hz timer and a setting along.
While a stream runs, AIN cannot be read otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from math import hypot, sqrt
from typing import ClassVar, Self

from instruments.accuracy import Accuracy
from instruments.daq import AnalogOutput, Daq, DigitalInput
from instruments.data_sheet import load_ranges
from instruments.declared import DeclaredAccuracies
from instruments.drivers.labjack_t7_lines import (
    DIO,
    REGISTERS,
    RELAYS,
    DigitalLines,
    InputLine,
    RelayLine,
    sinking,
)
from instruments.drivers.labjack_t7_stream import T7Recording
from instruments.errors import NotSupported, OutOfRange, Rejected
from instruments.instrument import Identity
from instruments.multimeter import Multimeter
from instruments.relay import Relay, RelayBank
from instruments.transports.ljm import LjmWire
from instruments.transports.wires import Wires
from instruments.units import Hertz, Ohm, Second, Volt
from instruments.waveform import Waveform

_PRODUCT_ID = 7.0
_RANGE: Volt = 10.0
_INPUT_RESISTANCE: Ohm = 1e9
# 8 is what 0 means on a plain T7; a restarted device is back at 0 and gives itself away
_RESOLUTION = 8.0
_SETTINGS: dict[str, float] = {
    "AIN_ALL_RANGE": _RANGE,
    "AIN_ALL_NEGATIVE_CH": 199.0,  # single-ended
    "AIN_ALL_RESOLUTION_INDEX": _RESOLUTION,
    "AIN_ALL_SETTLING_US": 0.0,  # automatic
    **{f"DIO{n}_EF_ENABLE": 0.0 for n in range(8)},  # a clock or pulses would drive their line on
    "DIO_INHIBIT": 0.0,
    "DIO_DIRECTION": 0.0,  # all inputs
}
_VERIFIED = ("AIN_ALL_RANGE", "AIN_ALL_NEGATIVE_CH", "AIN_ALL_RESOLUTION_INDEX", "DIO_DIRECTION")
_WATCHDOG = "WATCHDOG_ENABLE_DEFAULT"
_GUARDS = ["AIN_ALL_RESOLUTION_INDEX", "SYSTEM_TIMER_20HZ"]

_AIN = tuple(f"AIN{n}" for n in range(14))
_DAC = ("DAC0", "DAC1")

_DAC_SPAN: tuple[Volt, Volt] = (0.0, 5.0)
_DAC_STEP: Volt = 0.005  # four steps of 12 bit over 5 V
_MOST_SAMPLES: Hertz = 100_000.0  # of all channels of a stream together
# the data sheet's figure for the time base is not at hand: generous for a crystal, unverified
_TIME_BASE_ERROR = 100e-6


_View = Multimeter | AnalogOutput | InputLine | RelayLine


class LabJackT7(Daq, RelayBank):
    """LabJack T7 or T7-Pro; ``resource`` is a serial number, an IP address or ``ANY``."""

    __slots__ = ("_identity", "_lines", "_recording", "_terminals", "_timer", "wire")

    TERMINALS: ClassVar[Mapping[str, type]] = {
        **dict.fromkeys(_AIN, Multimeter),
        **dict.fromkeys(_DAC, AnalogOutput),
        **dict.fromkeys(DIO, DigitalInput),
        **dict.fromkeys(RELAYS, Relay),
    }
    MODEL: ClassVar[str] = "T7"

    def __init__(self, wire: LjmWire, accuracies: DeclaredAccuracies) -> None:
        wire.model = self.MODEL
        self.wire = wire
        self._recording: T7Recording | None = None
        self._timer = 0.0
        self._identity = _identify(wire)
        wire.stop_stream()  # one that a killed program has left running
        _disarm_watchdog(wire)
        self._configure()
        self._lines = DigitalLines(wire)
        self._terminals: dict[str, _View] = {
            **{name: _AnalogInput(self, name, accuracies) for name in _AIN},
            **{name: _Dac(wire, name) for name in _DAC},
            **{name: InputLine(self._lines, bit) for bit, name in enumerate(DIO)},
            **{name: RelayLine(self._lines, name) for name in RELAYS},
        }

    @classmethod
    def open(
        cls, name: str, resource: str, wires: Wires, accuracies: Mapping[str, Accuracy]
    ) -> Self:
        """Open the device ``resource``; raises InstrumentError."""
        wire = wires.ljm(name, resource)
        try:
            return cls(wire, DeclaredAccuracies(name, accuracies))
        except BaseException:
            wire.close()
            raise

    def identity(self) -> Identity:
        """Return what the device's registers said when it was opened."""
        return self._identity

    def terminals(self) -> tuple[str, ...]:
        """Return the names of analog inputs, analog outputs, digital lines and their relays."""
        return tuple(self.TERMINALS)

    def terminal(self, name: str) -> _View:
        """Return a Multimeter for AIN, an AnalogOutput for DAC, a DigitalInput for other lines.

        A line with ``.relay`` behind its name is a Relay.
        """
        if name not in self._terminals:
            raise NotSupported(
                f"no terminal {name!r}, only AIN0 to AIN13, DAC0, DAC1, FIO, EIO, CIO, or one of "
                "these lines with '.relay'",
                self.wire.exchange(),
            )
        return self._terminals[name]

    def record(self, terminals: Sequence[str], rate: Hertz) -> T7Recording:
        """Start to stream analog inputs at ``rate`` [Hz]; raises OutOfRange above 100 kHz in all.

        Raises NotSupported for anything but analog inputs, Rejected while another recording runs.
        """
        names = list(terminals)
        if not names or not set(names) <= set(_AIN) or len(set(names)) != len(names):
            raise NotSupported(
                f"{', '.join(names) or 'nothing'} cannot be recorded, only AIN0 to AIN13 once",
                self.wire.exchange(),
            )
        if not 0.0 < rate * len(names) <= _MOST_SAMPLES:
            raise OutOfRange(
                f"{len(names)} inputs at {rate:g} Hz are outside 0 to {_MOST_SAMPLES:g} samples/s",
                self.wire.exchange(),
            )
        self._refuse_while_recording("record")
        self._recording = T7Recording(self.wire, names, rate)
        return self._recording

    def time_uncertainty(self, rate: Hertz, duration: Second) -> Second:
        """Return u of the time between two edges [s]: each lies anywhere between two samples."""
        sampling = 1.0 / rate / sqrt(6.0)  # difference of two rectangular errors: triangular
        return hypot(sampling, _TIME_BASE_ERROR * duration / sqrt(3.0))

    def energised(self) -> frozenset[str]:
        """Return the relays whose lines the device reads back as sinking."""
        return self._lines.energised()

    def energise_only(self, terminals: Iterable[str]) -> None:
        """Energise exactly ``terminals`` in one packet; raises NotSupported, Rejected."""
        self._lines.energise_only(terminals)

    def make_safe(self) -> None:
        """Stop a stream, set both DACs to 0 V, release all relays and verify them."""
        self._recording = None
        self.wire.stop_stream()
        # in one packet, so that nothing waits for the read-back of anything else
        self.wire.write_all(dict.fromkeys(_DAC, 0.0) | sinking(0))
        first, second, *lines = self.wire.read_all((*_DAC, *REGISTERS))
        _check_level(self.wire, _DAC[0], 0.0, first)
        _check_level(self.wire, _DAC[1], 0.0, second)
        self._lines.verify(0, *lines)

    def close(self) -> None:
        """Release the device; its outputs stay as they are."""
        self.wire.close()

    def read_input(self, name: str) -> Volt:
        """Return one analog input [V]; raises Rejected when the device has lost its settings."""
        self._refuse_while_recording(name)
        value, resolution, timer = self.wire.read_all([name, *_GUARDS])
        if resolution != _RESOLUTION or timer < self._timer:
            self._configure()
            raise Rejected(
                "the device has restarted or was reconfigured; its outputs are not what was set",
                self.wire.exchange(name, f"resolution {resolution:g}, timer {timer:g}"),
            )
        self._timer = timer
        return value

    def _configure(self) -> None:
        self.wire.write_all(_SETTINGS)
        *found, self._timer = self.wire.read_all([*_VERIFIED, "SYSTEM_TIMER_20HZ"])
        if found != [_SETTINGS[name] for name in _VERIFIED]:
            raise Rejected(
                "the settings were not taken", self.wire.exchange(", ".join(_VERIFIED), str(found))
            )

    def _refuse_while_recording(self, what: str) -> None:
        if self._recording is not None and self._recording.is_running():
            raise Rejected(
                "analog inputs cannot be read otherwise while a recording runs; stop it first",
                self.wire.exchange(what),
            )


class _AnalogInput(Multimeter):
    """One analog input, single-ended, -10 to 10 V."""

    __slots__ = ("_accuracy", "_device", "_name")

    def __init__(self, device: LabJackT7, name: str, accuracies: DeclaredAccuracies) -> None:
        self._device = device
        self._name = name
        sheet = {r.full_scale: r.accuracy for r in load_ranges("labjack_t7.toml", "voltage")}
        self._accuracy = accuracies.given("voltage") or sheet[_RANGE]

    @property
    def unit(self) -> str:
        """Return ``V``."""
        return "V"

    def measure(self) -> Volt:
        """Take one reading [V]; raises OutOfRange at the ends of the range."""
        value = self._device.read_input(self._name)
        if not -_RANGE < value < _RANGE:
            raise OutOfRange(
                f"{self._name} reads {value:g} V, outside {-_RANGE:g} to {_RANGE:g} V",
                self._device.wire.exchange(self._name, f"{value:g}"),
            )
        return value

    def record(self, duration: Second, interval: Second) -> Waveform:
        """Stream this input for ``duration`` [s]; raises OutOfRange at the ends of the range."""
        import numpy

        recording = self._device.record([self._name], 1.0 / interval)
        recording.wait(duration)
        waveform = recording.stop()[self._name]
        if numpy.any(numpy.abs(waveform.samples) >= _RANGE):
            raise OutOfRange(
                f"{self._name} went outside {-_RANGE:g} to {_RANGE:g} V",
                self._device.wire.exchange(self._name),
            )
        return waveform

    def uncertainty(self, reading: Volt) -> Volt:
        """Return u of a voltage [V], from the bench file or else from the data sheet."""
        return self._accuracy.standard_uncertainty(reading, _RANGE)

    def input_resistance(self, reading: Volt) -> Ohm:  # noqa: ARG002 - the same at any reading
        """Return 1 Gohm."""
        return _INPUT_RESISTANCE


class _Dac(AnalogOutput):
    """One analog output, 50 ohm."""

    __slots__ = ("_name", "_wire")

    def __init__(self, wire: LjmWire, name: str) -> None:
        self._wire = wire
        self._name = name

    def set_voltage(self, voltage: Volt) -> None:
        """Set the open-circuit voltage [V]; raises OutOfRange, Rejected. Read back."""
        low, high = self.span()
        if not low <= voltage <= high:
            raise OutOfRange(
                f"{voltage:g} V is outside {low:g} to {high:g} V", self._wire.exchange(self._name)
            )
        self._wire.write_all({self._name: voltage})
        _check_level(self._wire, self._name, voltage, self._wire.read(self._name))

    def span(self) -> tuple[Volt, Volt]:
        """Return 0 V and 5 V."""
        return _DAC_SPAN


def _check_level(wire: LjmWire, name: str, voltage: Volt, found: Volt) -> None:
    if not abs(found - voltage) <= _DAC_STEP:
        raise Rejected(f"{name} is not at {voltage:g} V", wire.exchange(name, f"{found:g}"))


def _disarm_watchdog(wire: LjmWire) -> None:
    """Switch off a watchdog that another program has left; raises Rejected where it stays on.

    The data of a stream do not hold it off: it would reset the outputs in the middle of a
    recording. It is written only where it is on, because the setting outlasts the power.
    """
    if wire.read(_WATCHDOG):
        wire.write_all({_WATCHDOG: 0.0})
        if found := wire.read(_WATCHDOG):
            raise Rejected("the watchdog stays on", wire.exchange(_WATCHDOG, f"{found:g}"))


def _identify(wire: LjmWire) -> Identity:
    registers = ["PRODUCT_ID", "SERIAL_NUMBER", "FIRMWARE_VERSION"]
    product, serial, firmware = wire.read_all(registers)
    if product != _PRODUCT_ID:
        raise NotSupported("the device is not a T7", wire.exchange("PRODUCT_ID", f"{product:g}"))
    return Identity(
        manufacturer="LabJack", model="T7", serial=f"{serial:.0f}", firmware=f"{firmware:.4f}"
    )
