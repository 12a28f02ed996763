"""Keysight DAQ970A data acquisition system with a DAQM901A multiplexer in slot 1.

Command set: Keysight DAQ970A and 34970A/34972A programming guides. Accuracy: data sheet, see
``keysight_daq970a.toml``. Not yet verified on hardware.

Channels 101 to 120 measure voltage, 121 and 122 only current. ``CONF`` sets a channel back to its
defaults and makes it the scan list; it is sent once for each channel, after that ``ROUT:SCAN``
changes between channels and ``READ?`` takes a reading. ``INP:IMP:AUTO`` gives more than 10 Gohm
on ranges up to 10 V; on higher ranges the input is 10 Mohm whatever is set. An overload reads
9.9E+37.
"""

from abc import abstractmethod
from collections.abc import Mapping
from math import ceil, inf
from typing import TYPE_CHECKING, ClassVar, Self

from instruments.accuracy import Accuracy
from instruments.data_sheet import RangeAccuracy, load_ranges
from instruments.declared import DeclaredAccuracies
from instruments.drivers.keysight_daq970a_scan import Scanner
from instruments.errors import InstrumentError, NotSupported, OutOfRange
from instruments.instrument import Identity, Instrument
from instruments.multimeter import Multimeter
from instruments.scpi import format_number, parse_number, parse_numbers
from instruments.scpi_session import ScpiSession
from instruments.transports.wires import Wires
from instruments.units import Ohm, Second
from instruments.waveform import Waveform

if TYPE_CHECKING:
    from instruments.transports.visa import VisaWire

_MODULE = "DAQM901A"
_VOLTAGE_CHANNELS = tuple(str(number) for number in range(101, 121))
_CURRENT_CHANNELS = ("121", "122")
_HIGH_OHMIC_RANGE = 10.0  # up to here the input is above 10 Gohm with INP:IMP:AUTO ON
_INPUT_RESISTANCE: Ohm = 10e6
# by current range; those of the 34970A, unverified for the DAQ970A and its smaller ranges
_SHUNTS: dict[float, Ohm] = {0.01: 5.0, 0.1: 5.0, 1.0: 0.1}
_TIMEOUT: Second = 5.0


class KeysightDaq970A(Instrument):
    """Keysight DAQ970A; slot 1 must hold a DAQM901A."""

    __slots__ = ("_channels", "_identity", "_scanner")

    TERMINALS: ClassVar[Mapping[str, type]] = dict.fromkeys(
        (*_VOLTAGE_CHANNELS, *_CURRENT_CHANNELS), Multimeter
    )
    MODEL: ClassVar[str] = "DAQ970A"

    def __init__(self, wire: "VisaWire", accuracies: DeclaredAccuracies) -> None:
        wire.model = self.MODEL
        session = ScpiSession(wire)
        self._identity = session.identify()
        session.drain_errors()
        _require_module(wire)
        self._scanner = Scanner(session)
        self._scanner.reset()
        sheet = load_ranges("keysight_daq970a.toml", "voltage")
        self._channels: dict[str, _Channel] = {
            **{
                name: _Voltage(self._scanner, name, accuracies, sheet) for name in _VOLTAGE_CHANNELS
            },
            **{name: _Current(self._scanner, name, accuracies) for name in _CURRENT_CHANNELS},
        }

    @classmethod
    def open(
        cls, name: str, resource: str, wires: Wires, accuracies: Mapping[str, Accuracy]
    ) -> Self:
        """Open the system at ``resource``; raises InstrumentError."""
        wire = wires.visa(
            name, resource, read_termination="\n", write_termination="\n", timeout=_TIMEOUT
        )
        try:
            return cls(wire, DeclaredAccuracies(name, accuracies))
        except BaseException:
            wire.close()
            raise

    def identity(self) -> Identity:
        """Return what ``*IDN?`` answered when the system was opened."""
        return self._identity

    def terminals(self) -> tuple[str, ...]:
        """Return ``101`` to ``120`` (voltage), ``121`` and ``122`` (current)."""
        return tuple(self.TERMINALS)

    def terminal(self, name: str) -> Multimeter:
        """Return one channel; raises NotSupported for any name not in ``terminals``."""
        if name not in self._channels:
            raise NotSupported(
                f"no channel {name!r}, only 101 to 122", self._scanner.wire.exchange()
            )
        return self._channels[name]

    def make_safe(self) -> None:
        """Stop any scan and verify it; the inputs themselves drive nothing."""
        self._scanner.stop()

    def close(self) -> None:
        """Release the wire."""
        self._scanner.wire.close()


class _Channel(Multimeter):
    """One channel; measures on autorange unless a range is fixed."""

    __slots__ = ("_accuracies", "_fixed_range", "_name", "_scanner")

    FUNCTION: ClassVar[str]
    UNIT: ClassVar[str]

    def __init__(self, scanner: Scanner, name: str, accuracies: DeclaredAccuracies) -> None:
        self._scanner = scanner
        self._name = name
        self._accuracies = accuracies
        self._fixed_range: float | None = None

    @property
    def unit(self) -> str:
        """Return ``V`` or ``A``."""
        return self.UNIT

    def fix_range(self, full_scale: float) -> None:
        """Measure on the range of ``full_scale`` from now on; raises OutOfRange for any other."""
        if full_scale not in self._ranges():
            raise OutOfRange(
                f"no range of {full_scale:g} {self.UNIT}", self._scanner.wire.exchange()
            )
        self._fixed_range = full_scale

    def auto_range(self) -> None:
        """Let the instrument choose the range from now on."""
        self._fixed_range = None

    def measure(self) -> float:
        """Take one reading of 10 line periods; raises OutOfRange, Rejected, NoAnswer."""
        reply = self._scanner.read(self._name, self.FUNCTION, self._span())
        try:
            return parse_number(reply)
        except InstrumentError as error:
            raise self._scanner.wire.explained(error, "READ?", reply) from None

    def record(self, duration: Second, interval: Second) -> Waveform:
        """Take readings on the instrument's own timer; raises as ``measure``.

        The integration time is the longest that fits the interval; below 10 line periods the noise
        is above the data sheet's figure.
        """
        import numpy

        count = max(1, ceil(duration / interval - 1e-9))
        start, reply = self._scanner.sweep(self._name, self.FUNCTION, self._span(), count, interval)
        try:
            readings = parse_numbers(reply)
        except InstrumentError as error:
            raise self._scanner.wire.explained(error, "FETC?", reply[:80]) from None
        if len(readings) != count:
            raise self._scanner.wire.rejected(
                f"{len(readings)} readings instead of {count}", "FETC?", reply[:80]
            )
        return Waveform(
            samples=numpy.array(readings, dtype=numpy.float64),
            start=start,
            interval=interval,
            unit=self.UNIT,
        )

    @abstractmethod
    def _ranges(self) -> tuple[float, ...]:
        """Return the full scales of the ranges, smallest first."""

    def _span(self) -> str:
        return "AUTO" if self._fixed_range is None else format_number(self._fixed_range)

    def _full_scale(self, reading: float) -> float:
        """Return the range of ``reading``; near a range's end the larger, less accurate one."""
        if self._fixed_range is not None:
            return self._fixed_range
        ranges = self._ranges()
        return next((span for span in ranges if abs(reading) <= span), ranges[-1])


class _Voltage(_Channel):
    """A voltage channel."""

    __slots__ = ("_sheet",)

    FUNCTION: ClassVar[str] = "VOLT"
    UNIT: ClassVar[str] = "V"

    def __init__(
        self,
        scanner: Scanner,
        name: str,
        accuracies: DeclaredAccuracies,
        sheet: tuple[RangeAccuracy, ...],
    ) -> None:
        super().__init__(scanner, name, accuracies)
        self._sheet = {row.full_scale: row.accuracy for row in sheet}

    def uncertainty(self, reading: float) -> float:
        """Return u of a voltage [V], from the bench file or else from the data sheet."""
        full_scale = self._full_scale(reading)
        accuracy = self._accuracies.given("voltage") or self._sheet[full_scale]
        return accuracy.standard_uncertainty(reading, full_scale)

    def input_resistance(self, reading: float) -> Ohm:
        """Return 10 Mohm above the 10 V range, else infinity [ohm].

        On autorange the instrument may stay on its 10 V range up to some 12 V.
        """
        return inf if self._full_scale(reading) <= _HIGH_OHMIC_RANGE else _INPUT_RESISTANCE

    def _ranges(self) -> tuple[float, ...]:
        return tuple(self._sheet)


class _Current(_Channel):
    """A current channel."""

    __slots__ = ()

    FUNCTION: ClassVar[str] = "CURR"
    UNIT: ClassVar[str] = "A"

    def uncertainty(self, reading: float) -> float:
        """Return u of a current [A]; stated in the bench file, the sheet is not at hand."""
        full_scale = self._full_scale(reading)
        return self._accuracies.standard_uncertainty("current", reading, full_scale)

    def input_resistance(self, reading: float) -> Ohm:
        """Return the shunt of the range of ``reading`` [ohm]; of the 34970A, unverified."""
        return _SHUNTS[self._full_scale(reading)]

    def _ranges(self) -> tuple[float, ...]:
        return tuple(_SHUNTS)


def _require_module(wire: "VisaWire") -> None:
    reply = wire.query("SYST:CTYP? 100")
    fields = [field.strip() for field in reply.split(",")]
    if len(fields) < 2 or fields[1] != _MODULE:
        raise NotSupported(f"slot 1 must hold a {_MODULE}", wire.exchange("SYST:CTYP? 100", reply))
