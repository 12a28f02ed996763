"""Victron Instant Readout: what a smallBMS NG says over Bluetooth to whoever has its key.

Command set: none, the device speaks unasked. Header, encryption and the record of a "Lynx Smart
BMS" (type 0x0A): victronenergy/dbus-ble-sensors at a3245a4, src/victron.c and src/victron-lsbms.c,
which decode it for the product numbers of VE.Bus BMS NG and smallBMS NG only. Input/output pairs 4
to 6: VE_REG_BMS_IO in ve_regs.h of victronenergy/gui-v2 at 3b94597. Decrypted and taken apart by
the package victron_ble. Not yet verified on hardware.

Type 0x0E ("Smart BMS") is in the manufacturer's list, but nobody published its layout. Should a
unit send it, ``record_type`` in the bench file makes this driver read it with the layout of 0x0A.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self, cast

from instruments.accuracy import Accuracy
from instruments.errors import NoAnswer, NotSupported, Rejected
from instruments.instrument import Identity, Instrument
from instruments.telemetry import Readout, Severity, Telemetry
from instruments.transports.wires import Wires
from instruments.units import Second

if TYPE_CHECKING:
    from victron_ble.devices import LynxSmartBMSData

    from instruments.transports.bluetooth import Advertisement, BluetoothWire

COMPANY = 0x02E1
"""Victron Energy in the Bluetooth SIG's list of companies."""

_INSTANT_READOUT = 0x10
_RECORD_TYPE = 0x0A
_HEADER = 8
_LENGTH = _HEADER + 16  # and one block, which victron_ble would fill up without a word
_KEY_BYTES = 16
_WARNING_PAIRS = 9
_UNKNOWN_CHARGE = 102.3  # all ten bits set; victron_ble 0.9.3 compares with fourteen
_SEVERITIES = {2: Severity.WARNING, 3: Severity.ALARM}
_SAID = {1: True, 2: False}


class VictronInstantReadout(Instrument):
    """A receiver for one unit; the unit's key is asked for at the first reading.

    Settings: ``key`` is ``env:NAME`` for an environment variable, ``file:PATH`` for a text file, or
    the 32 hexadecimal digits themselves; ``record_type`` is a number, ``0x0A`` without it.
    """

    __slots__ = ("_readout", "_wire")

    TERMINALS: ClassVar[Mapping[str, type]] = {"readout": Telemetry}
    TOUCHES_NETS: ClassVar[bool] = False
    SETTINGS: ClassVar[tuple[str, ...]] = ("key", "record_type")

    def __init__(self, wire: "BluetoothWire", settings: Mapping[str, str]) -> None:
        wire.model = "InstantReadout"
        self._wire = wire
        self._readout = _Readout(wire, settings.get("key", ""), _record_type(wire, settings))

    @classmethod
    def open(
        cls,
        name: str,
        resource: str,
        wires: Wires,
        accuracies: Mapping[str, Accuracy],  # noqa: ARG003 - the device states no accuracy
        *,
        settings: Mapping[str, str],
    ) -> Self:
        """Open the receiver for the device at ``resource``, an address or an advertised name.

        Nothing is received yet: devices without a radio are tested on the same bench. Raises
        Rejected for a setting that cannot be read.
        """
        return cls(wires.bluetooth(name, resource), settings)

    def identity(self) -> Identity:
        """Return the model; a receiver has no serial number of its own."""
        return Identity(manufacturer="", model="InstantReadout", serial="", firmware="")

    def terminals(self) -> tuple[str, ...]:
        """Return ``readout``."""
        return tuple(self.TERMINALS)

    def terminal(self, name: str) -> Telemetry:
        """Return the readout; raises NotSupported for any name but ``readout``."""
        if name != "readout":
            raise NotSupported(f"no terminal {name!r}, only 'readout'", self._wire.exchange())
        return self._readout

    def make_safe(self) -> None:
        """Let everything be as it is: a receiver does nothing to anybody."""

    def close(self) -> None:
        """Release the wire."""
        self._wire.close()


class _Readout(Telemetry):
    """The advertisements of one device, deciphered."""

    __slots__ = ("_key", "_record_type", "_source", "_wire")

    def __init__(self, wire: "BluetoothWire", source: str, record_type: int) -> None:
        self._wire = wire
        self._source = source
        self._record_type = record_type
        self._key = b""

    def read(self, within: Second) -> Readout:
        """Return the next instant readout heard from now on.

        Raises NoAnswer when there is none within ``within`` [s], Rejected for a wrong key, an
        unknown record type or a record that is cut short, NotSupported without key or receiver.
        """
        self._key = self._key or _key(self._wire, self._source)
        heard = self._wire.listen(within, _is_readout)
        if heard is None:
            raise NoAnswer(
                f"no instant readout within {within:g} s: the device is silent, out of reach, has "
                "its instant readout switched off, or has another address",
                self._wire.exchange("read"),
            )
        return self._decoded(heard.elapsed, heard.data[COMPANY])

    def hears(self, within: Second) -> bool:
        """Return whether anything of the device is heard within ``within`` [s]."""
        return self._wire.listen(within) is not None

    def _decoded(self, elapsed: Second, raw: bytes) -> Readout:
        if len(raw) >= _HEADER and raw[4] != self._record_type:
            raise self._rejected(
                f"unknown record type {raw[4]:#04x}, expected {self._record_type:#04x}; see the "
                "setting 'record_type'",
                raw,
            )
        if len(raw) != _LENGTH:
            raise self._rejected(f"a record of {len(raw)} bytes instead of {_LENGTH}", raw)
        try:
            from victron_ble.devices import LynxSmartBMS
            from victron_ble.exceptions import AdvertisementKeyMismatchError
        except ImportError:
            raise NotSupported(
                "the Python package 'victron_ble' is not installed on this computer; install it "
                "with pip install -c constraints.txt victron-ble",
                self._wire.exchange("read"),
            ) from None
        try:
            data = LynxSmartBMS(self._key.hex()).parse(raw)
        except AdvertisementKeyMismatchError:
            raise self._rejected(
                "wrong key: it is not that of this device; see the setting 'key'", raw
            ) from None
        return _readout(elapsed, cast("LynxSmartBMSData", data))

    def _rejected(self, message: str, raw: bytes) -> Rejected:
        return Rejected(message, self._wire.exchange("read", raw.hex()))


def _is_readout(advertisement: "Advertisement") -> bool:
    return advertisement.data.get(COMPANY, b"")[:1] == bytes([_INSTANT_READOUT])


def _readout(elapsed: Second, data: "LynxSmartBMSData") -> Readout:
    """Return the record in SI units; what victron_ble leaves as bits is taken apart here."""
    charge, consumed, minutes = data.get_soc(), data.get_consumed_ah(), data.get_remaining_mins()
    inputs, warnings = data.get_io_status(), data.get_alarm_flags()
    levels = {k + 1: _SEVERITIES.get(_pair(warnings, k)) for k in range(_WARNING_PAIRS)}
    return Readout(
        elapsed=elapsed,
        error=data.get_error_flags(),
        conditions={number: level for number, level in levels.items() if level is not None},
        voltage=data.get_voltage(),
        current=data.get_current(),
        state_of_charge=None if charge == _UNKNOWN_CHARGE else charge,
        consumed_charge=None if consumed is None else -consumed,
        temperature=data.get_battery_temperature(),
        time_to_go=None if minutes is None else 60.0 * minutes,
        allowed_to_charge=_SAID.get(_pair(inputs, 1)),
        allowed_to_discharge=_SAID.get(_pair(inputs, 2)),
        remote_enabled=_SAID.get(_pair(inputs, 5)),
    )


def _pair(bits: int, number: int) -> int:
    return bits >> 2 * number & 0b11


def _record_type(wire: "BluetoothWire", settings: Mapping[str, str]) -> int:
    text = settings.get("record_type", "")
    try:
        number = int(text, 0) if text else _RECORD_TYPE
    except ValueError:
        number = -1
    if not 0 <= number <= 0xFF:
        raise Rejected(
            f"setting 'record_type': {text!r} is not a number of one byte; write it as '0x0A'",
            wire.exchange(),
        )
    return number


def _key(wire: "BluetoothWire", source: str) -> bytes:
    """Return the key that ``source`` leads to; no message ever holds the key itself."""
    kind, _, where = source.partition(":")
    digits, origin = source, "setting 'key'"
    if kind == "env":
        digits, origin = os.environ.get(where, ""), f"environment variable {where}"
    elif kind == "file":
        origin = f"file {where}"
        try:
            digits = Path(where).expanduser().read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise NotSupported(f"{origin} with the key: {error}", wire.exchange()) from None
    try:
        key = bytes.fromhex(digits)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise NotSupported(
            f"{origin} does not hold the key of the device: 32 hexadecimal digits, which "
            "VictronConnect shows under the product's instant readout details",
            wire.exchange(),
        )
    return key
