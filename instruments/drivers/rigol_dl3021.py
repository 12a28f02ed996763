r"""Rigol DL3021 and DL3021A electronic loads: 150 V, 40 A, 200 W.

Command set: Rigol DL3000 series programming manual, as collected with dumps of real units
(DL3021 firmware 00.01.05). Not yet verified on hardware.

``FUNC?`` answers ``CC`` although ``CURR`` was set. Real units append ``\n0`` to measurements: only
the first line of an answer counts, and the bus must tell messages apart. USBTMC and VXI-11
(``::INSTR``) do; on a raw socket the stray line would answer the next question. ``CURR:RANG``
snaps to 4 A or 40 A. There is no command for the short, and the key press that stands in for one
cannot be read back: it is not offered.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from instruments.accuracy import Accuracy
from instruments.declared import DeclaredAccuracies
from instruments.errors import Exchange, InstrumentError, NotSupported, OutOfRange
from instruments.instrument import Identity, Instrument
from instruments.load import LoadInput
from instruments.scpi import first_line, format_number, parse_number
from instruments.scpi_session import ScpiSession
from instruments.transports.wires import Wires
from instruments.units import Ampere, Second, Volt

if TYPE_CHECKING:
    from instruments.transports.visa import VisaWire

_RANGES: tuple[Ampere, Ampere] = (4.0, 40.0)
_FULL_SCALE_VOLTAGE: Volt = 150.0
_CONSTANT_CURRENT = "CC"
_NO_PROGRAMME = ("FIX", "WAV")  # a unit that has just been switched on says WAV
_NEUTRAL: Mapping[str, float] = {
    ":SOUR:CURR:VON": 0.0,  # sinks at any voltage, and goes on when it falls
    ":SOUR:CURR:VLIM": 155.0,
    ":SOUR:CURR:ILIM": 70.0,
    ":SOUR:SENS": 0.0,  # without sense leads it would measure nothing
}
"""What an earlier program may have left otherwise; the limits are those after power-on."""

_TIMEOUT: Second = 2.0


class RigolDl3021(Instrument):
    """Rigol DL3021 or DL3021A."""

    __slots__ = ("_identity", "_input", "_session")

    TERMINALS: ClassVar[Mapping[str, type]] = {"in": LoadInput}
    MODEL: ClassVar[str] = "DL3021"

    def __init__(self, wire: "VisaWire", accuracies: DeclaredAccuracies) -> None:
        wire.model = self.MODEL
        self._session = ScpiSession(wire)
        self._identity = self._session.identify()
        self._session.drain_errors()
        self._input = _Input(self._session, accuracies)
        self._input.neutralise()

    @classmethod
    def open(
        cls, name: str, resource: str, wires: Wires, accuracies: Mapping[str, Accuracy]
    ) -> Self:
        """Open the load at ``resource``; raises InstrumentError."""
        if resource.upper().endswith("::SOCKET"):
            raise NotSupported(
                "this load adds stray lines to its answers, which a raw socket cannot tell from "
                "the next answer; use its USB or LAN ::INSTR resource",
                Exchange(role=name, model=cls.MODEL, resource=resource),
            )
        wire = wires.visa(
            name, resource, read_termination="", write_termination="\n", timeout=_TIMEOUT
        )
        try:
            return cls(wire, DeclaredAccuracies(name, accuracies))
        except BaseException:
            wire.close()
            raise

    def identity(self) -> Identity:
        """Return what ``*IDN?`` answered when the load was opened."""
        return self._identity

    def terminals(self) -> tuple[str, ...]:
        """Return ``in``."""
        return tuple(self.TERMINALS)

    def terminal(self, name: str) -> LoadInput:
        """Return the input; raises NotSupported for any name but ``in``."""
        if name != "in":
            raise NotSupported(f"no terminal {name!r}, only 'in'", self._session.wire.exchange())
        return self._input

    def make_safe(self) -> None:
        """Switch the input off and verify it."""
        self._input.disable()

    def close(self) -> None:
        """Release the wire."""
        self._session.wire.close()


class _Input(LoadInput):
    """The one input, in constant-current mode."""

    __slots__ = (
        "_accuracies",
        "_interruptions",
        "_is_neutral",
        "_range",
        "_session",
        "_wire",
    )

    def __init__(self, session: ScpiSession, accuracies: DeclaredAccuracies) -> None:
        self._session = session
        self._wire = session.wire
        self._accuracies = accuracies
        self._forget()

    def neutralise(self) -> None:
        """Switch the input off and undo what an earlier program has left; raises Rejected."""
        self.disable()
        self._ensure_neutral()

    def set_current(self, current: Ampere) -> None:
        """Set constant-current mode and its level [A], 0 to 40; the level is read back.

        Raises OutOfRange, Rejected. The range changes only when it has to, and only with the input
        off: what a change under load does is not documented, nor which level follows it. A load
        that was on is on again once it has the new level.
        """
        if not 0.0 <= current <= _RANGES[-1]:
            raise OutOfRange(
                f"{current:g} A is outside 0 to {_RANGES[-1]:g} A", self._wire.exchange()
            )
        if self._wire.interruptions != self._interruptions:
            self._forget()
        self._ensure_neutral()
        was_enabled = self._ensure_range(_range_for(current))
        command = f":SOUR:CURR:LEV:IMM {format_number(current)}"
        self._session.command(command)
        found = self._number(":SOUR:CURR:LEV:IMM?")
        if abs(found - current) > 1e-3 + 1e-3 * current:
            raise self._wire.rejected("the level was not taken", command, f"{found:g}")
        if was_enabled:
            self.enable()

    def current_setpoint_uncertainty(self, current: Ampere) -> Ampere:
        """Return u of a current set to ``current`` [A]; stated in the bench file."""
        full_scale = _range_for(current)
        return self._accuracies.standard_uncertainty("current_setpoint", current, full_scale)

    def enable(self) -> None:
        """Start to sink; raises Rejected."""
        self._session.command(":SOUR:INP:STAT 1")

    def disable(self) -> None:
        """Stop sinking; raises Rejected unless the load then says it is off."""
        self._wire.write(":SOUR:INP:STAT 0")
        if self.is_enabled():
            raise self._wire.rejected("the input is still on", ":SOUR:INP:STAT 0", "1")
        self._session.drain_errors()

    def is_enabled(self) -> bool:
        """Return whether the input says it is on."""
        return self._session.query_bool(":SOUR:INP:STAT?")

    def voltage(self) -> Volt:
        """Measure the input voltage [V]; raises OutOfRange, Rejected, NoAnswer."""
        return self._number(":MEAS:VOLT?")

    def current(self) -> Ampere:
        """Measure the input current [A]; raises OutOfRange, Rejected, NoAnswer."""
        return self._number(":MEAS:CURR?")

    def voltage_uncertainty(self, voltage: Volt) -> Volt:
        """Return u of a measured voltage [V]; stated in the bench file."""
        return self._accuracies.standard_uncertainty("voltage", voltage, _FULL_SCALE_VOLTAGE)

    def current_uncertainty(self, current: Ampere) -> Ampere:
        """Return u of a measured current [A]; stated in the bench file."""
        return self._accuracies.standard_uncertainty("current", current, _range_for(abs(current)))

    def _forget(self) -> None:
        """Set everything anew next time: the load may have been off in between."""
        self._interruptions = self._wire.interruptions
        self._is_neutral = False
        self._range: Ampere = 0.0

    def _ensure_neutral(self) -> None:
        """Set constant current at once, no programme, no latch and no limit below the rating.

        The mode goes first: it ends a battery test, which does not give way to another programme.
        """
        if self._is_neutral:
            return
        self._session.command(":SOUR:FUNC CURR")
        mode = first_line(self._wire.query(":SOUR:FUNC?"))
        if mode != _CONSTANT_CURRENT:
            raise self._wire.rejected("not in constant-current mode", ":SOUR:FUNC CURR", mode)
        if self._programme() not in _NO_PROGRAMME:
            self._session.command(":SOUR:FUNC:MODE FIX")
            if (programme := self._programme()) not in _NO_PROGRAMME:
                raise self._wire.rejected("a programme runs", ":SOUR:FUNC:MODE FIX", programme)
        for header, value in _NEUTRAL.items():
            if self._number(f"{header}?") != value:
                self._session.command(f"{header} {format_number(value)}")
                if (found := self._number(f"{header}?")) != value:
                    raise self._wire.rejected("the setting stays", header, f"{found:g}")
        self._is_neutral = True

    def _programme(self) -> str:
        return first_line(self._wire.query(":SOUR:FUNC:MODE?"))

    def _ensure_range(self, wanted: Ampere) -> bool:
        """Set the range where it is another; return whether the input was switched off for it."""
        if self._range == wanted:
            return False
        was_enabled = self.is_enabled()
        if was_enabled:
            self.disable()
        command = f":SOUR:CURR:RANG {format_number(wanted)}"
        self._session.command(command)
        found = self._number(":SOUR:CURR:RANG?")
        if found != wanted:
            raise self._wire.rejected("the range was not taken", command, f"{found:g}")
        self._range = wanted
        return was_enabled

    def _number(self, command: str) -> float:
        reply = self._wire.query(command)
        try:
            return parse_number(first_line(reply))
        except InstrumentError as error:
            raise self._wire.explained(error, command, reply) from None


def _range_for(current: Ampere) -> Ampere:
    return _RANGES[0] if current <= _RANGES[0] else _RANGES[-1]
