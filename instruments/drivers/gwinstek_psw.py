r"""GW Instek PSW 80-13.5 and Keithley 2260B-80-13: 80 V, 13.5 A, 360 W supplies of one make.

Command set: GW Instek PSW series programming manual and Keithley Series 2260B reference manual, as
collected with reports of real units (PSW30-72 firmware 02.53, 2260B-80-13 firmware 01.72).
Not yet verified on hardware.

LAN is a raw socket on port 2268 with ``\n`` after each message. USB is a CDC serial port
(``ASRL...::INSTR``), not USBTMC; identify the unit by its serial number, not by the port.
``SYST:REM`` and ``SYST:LOC`` answer -113 and are not needed. There is no query for CV or CC:
``OUTP:MODE?`` answers the slew priority. One bit says that some protection has tripped, not which.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from instruments.accuracy import Accuracy
from instruments.declared import DeclaredAccuracies
from instruments.errors import NotSupported, OutOfRange
from instruments.instrument import Identity, Instrument
from instruments.scpi import format_number
from instruments.scpi_session import ScpiSession
from instruments.supply import SupplyOutput
from instruments.transports.wires import Wires
from instruments.units import Ampere, Second, Volt

if TYPE_CHECKING:
    from instruments.transports.visa import VisaWire

_RATED_VOLTAGE: Volt = 80.0
_RATED_CURRENT: Ampere = 13.5
_SETTABLE = 1.05  # VOLT? MAX and CURR? MAX answer 105 % of the rating
_PROTECTION_FLOOR = 0.1  # below 10 % of the rating a real unit answers -222
_OVERVOLTAGE_CEILING = 1.1
_OVERCURRENT_CEILING = 1.1
_TIMEOUT: Second = 2.0
_DEAD: Volt = 5.0  # below anything that a unit works at, and below the lowest OVP
_FALL: Second = 30.0  # the output capacitors discharge slowly without a load
_POLL: Second = 0.1
_NEUTRAL: Mapping[str, float] = {
    "OUTP:MODE": 0.0,  # constant voltage at high speed, no slew rate
    "OUTP:DEL:ON": 0.0,
    "OUTP:DEL:OFF": 0.0,
    "RES": 0.0,
}
"""What an earlier program may have left otherwise, and what a bench would take for the unit's."""


class GwInstekPsw80(Instrument):
    """GW Instek PSW 80-13.5."""

    __slots__ = ("_identity", "_output", "_session")

    TERMINALS: ClassVar[Mapping[str, type]] = {"out": SupplyOutput}
    MODEL: ClassVar[str] = "PSW80-13.5"

    def __init__(self, wire: "VisaWire", accuracies: DeclaredAccuracies) -> None:
        wire.model = self.MODEL
        self._session = ScpiSession(wire)
        self._identity = self._session.identify()
        # the queue survives the connection: what an earlier session left there is not our error
        self._session.drain_errors()
        self._output = _Output(self._session, accuracies)
        self._output.neutralise()

    @classmethod
    def open(
        cls, name: str, resource: str, wires: Wires, accuracies: Mapping[str, Accuracy]
    ) -> Self:
        """Open the supply at ``resource``; raises InstrumentError."""
        wire = wires.visa(
            name, resource, read_termination="\n", write_termination="\n", timeout=_TIMEOUT
        )
        try:
            return cls(wire, DeclaredAccuracies(name, accuracies))
        except BaseException:
            wire.close()
            raise

    def identity(self) -> Identity:
        """Return what ``*IDN?`` answered when the supply was opened."""
        return self._identity

    def terminals(self) -> tuple[str, ...]:
        """Return ``out``."""
        return tuple(self.TERMINALS)

    def terminal(self, name: str) -> SupplyOutput:
        """Return the output; raises NotSupported for any name but ``out``."""
        if name != "out":
            raise NotSupported(f"no terminal {name!r}, only 'out'", self._session.wire.exchange())
        return self._output

    def make_safe(self) -> None:
        """Switch the output off, verify it, and wait until the terminals are dead.

        Raises Rejected while the output is on, and when its terminals still carry a voltage after
        half a minute: from the output capacitors with the bleeder off, or from something else.
        """
        self._output.disable()
        self._output.await_dead()

    def close(self) -> None:
        """Release the wire."""
        self._session.wire.close()


class Keithley2260B80(GwInstekPsw80):
    """Keithley 2260B-80-13; its identity says ``Model 2260B-80-13``."""

    __slots__ = ()

    MODEL: ClassVar[str] = "2260B-80-13"


class _Output(SupplyOutput):
    """The one output. To raise both, set the voltage before the current limit."""

    __slots__ = ("_accuracies", "_number", "_session", "_wire")

    def __init__(self, session: ScpiSession, accuracies: DeclaredAccuracies) -> None:
        self._session = session
        self._wire = session.wire
        self._number = session.wire.query_number
        self._accuracies = accuracies

    def neutralise(self) -> None:
        """Set slew rate, delays and internal resistance to none where there are any."""
        for header, value in _NEUTRAL.items():
            if self._number(f"{header}?") != value:
                self._session.command(f"{header} {format_number(value)}")
                found = self._number(f"{header}?")
                if found != value:
                    raise self._wire.rejected("the setting stays", header, f"{found:g}")

    def set_voltage(self, voltage: Volt) -> None:
        """Set the regulated voltage [V], 0 to 84; raises OutOfRange, Rejected."""
        self._check("voltage", voltage, 0.0, _SETTABLE * _RATED_VOLTAGE)
        self._session.command(f"VOLT {format_number(voltage)}")

    def set_current_limit(self, current: Ampere) -> None:
        """Set the current limit [A], 0 to 14.175; raises OutOfRange, Rejected."""
        self._check("current limit", current, 0.0, _SETTABLE * _RATED_CURRENT)
        self._session.command(f"CURR {format_number(current)}")

    def set_overvoltage_protection(self, voltage: Volt) -> None:
        """Arm the over-voltage protection at ``voltage`` [V], 8 to 88; verified by read-back."""
        ceiling = _OVERVOLTAGE_CEILING * _RATED_VOLTAGE
        self._check("OVP", voltage, self.overvoltage_protection_floor(), ceiling)
        self._session.command(f"VOLT:PROT {format_number(voltage)}")
        self._verify("VOLT:PROT?", voltage)

    def set_overcurrent_protection(self, current: Ampere) -> None:
        """Arm the over-current protection at ``current`` [A], 1.35 and up; verified by read-back.

        Nothing is sent where the supply says that it is armed like that: it is asked before each
        power-on and hardly ever changes. Its upper end differs between reports (100 % or 110 %);
        the instrument has the last word.
        """
        ceiling = _OVERCURRENT_CEILING * _RATED_CURRENT
        self._check("OCP", current, self.overcurrent_protection_floor(), ceiling)
        if _agree(self._number("CURR:PROT?"), current) and self._is_armed():
            return
        self._session.command(f"CURR:PROT {format_number(current)}")
        self._session.command("CURR:PROT:STAT ON")
        self._verify("CURR:PROT?", current)
        if not self._is_armed():
            raise self._wire.rejected("OCP is not armed", "CURR:PROT:STAT ON", "0")

    def overvoltage_protection_floor(self) -> Volt:
        """Return 10 % of the rated voltage, 8 V."""
        return _PROTECTION_FLOOR * _RATED_VOLTAGE

    def overcurrent_protection_floor(self) -> Ampere:
        """Return 10 % of the rated current, 1.35 A."""
        return _PROTECTION_FLOOR * _RATED_CURRENT

    def enable(self) -> None:
        """Switch the output on; raises Rejected."""
        self._session.command("OUTP 1")

    def disable(self) -> None:
        """Switch the output off; raises Rejected unless the supply then says it is off."""
        self._wire.write("OUTP 0")
        if self.is_enabled():
            raise self._wire.rejected("the output is still on", "OUTP 0", "1")
        self._session.drain_errors()

    def await_dead(self) -> None:
        """Wait until next to nothing is left of the voltage; raises Rejected when it stays."""
        clock = self._wire.clock
        deadline = clock.now() + _FALL
        while (left := self.voltage()) > _DEAD:
            if clock.now() > deadline:
                raise self._wire.rejected(
                    f"off, and {left:.3g} V at its terminals after {_FALL:g} s: something else "
                    "feeds them, or the output capacitors keep it; switch the bleeder on",
                    "MEAS:VOLT?",
                    f"{left:g}",
                )
            clock.sleep(_POLL)

    def is_enabled(self) -> bool:
        """Return whether the output says it is on."""
        return self._session.query_bool("OUTP?")

    def voltage(self) -> Volt:
        """Measure the output voltage [V]; raises OutOfRange, Rejected, NoAnswer."""
        return self._number("MEAS:VOLT?")

    def current(self) -> Ampere:
        """Measure the output current [A]; raises OutOfRange, Rejected, NoAnswer."""
        return self._number("MEAS:CURR?")

    def voltage_uncertainty(self, voltage: Volt) -> Volt:
        """Return u of a measured voltage [V]; stated in the bench file."""
        return self._accuracies.standard_uncertainty("voltage", voltage, _RATED_VOLTAGE)

    def current_uncertainty(self, current: Ampere) -> Ampere:
        """Return u of a measured current [A]; stated in the bench file."""
        return self._accuracies.standard_uncertainty("current", current, _RATED_CURRENT)

    def is_tripped(self) -> bool:
        """Return whether OVP, OCP or OTP has tripped; the supply does not say which."""
        return self._session.query_bool("OUTP:PROT:TRIP?")

    def clear_trip(self) -> None:
        """Release a tripped protection with the output off."""
        self.disable()
        self._session.command("OUTP:PROT:CLE")

    def _check(self, what: str, value: float, low: float, high: float) -> None:
        if not low - 1e-9 <= value <= high + 1e-9:
            raise OutOfRange(
                f"{what} {value:g} is outside {low:g} to {high:g}", self._wire.exchange()
            )

    def _is_armed(self) -> bool:
        return self._session.query_bool("CURR:PROT:STAT?")

    def _verify(self, query: str, expected: float) -> None:
        found = self._number(query)
        if not _agree(found, expected):
            raise self._wire.rejected(f"the protection is not at {expected:g}", query, f"{found:g}")


def _agree(found: float, expected: float) -> bool:
    """Return whether a protection is where it should be, but for its resolution."""
    return abs(found - expected) <= 0.01 * max(1.0, abs(expected))
