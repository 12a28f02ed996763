"""The radio of a simulated unit: Victron Instant Readout, enciphered with the key of the unit.

Written from the manufacturer's decoder, victronenergy/dbus-ble-sensors at a3245a4: header, key
check byte and AES-128 in counter mode from src/victron.c, the bits from src/victron-lsbms.c. Pairs
4 to 6 of the inputs and outputs: VE_REG_BMS_IO, ve_regs.h of victronenergy/gui-v2 at 3b94597.

Assumed: an advertisement each second, delayed by up to 10 ms as the Bluetooth Core Specification
has it (vol 6, part B, 4.4.2.2.1); a nonce that counts them; 0x02 behind the header byte, as in
published advertisements of other products; the product number that victron_ble lists as smallBMS;
unused bits set, as in a published record of a Lynx Smart BMS.
"""

import math
from collections.abc import Mapping
from random import Random

from instruments.units import Second
from simulation.dut.device import Advertises
from simulation.dut.readings import ALARM, WARNING, Readings
from simulation.netlist import SimulatedInstrument

COMPANY = 0x02E1
PRODUCT = 0xA3EC
INTERVAL: Second = 1.0
_DELAY: Second = 0.010
_HEADER = 0x10
_BLOCK = 16
_CODES = (1, 5, 7, 8, 9)
"""The codes that the manual prints for warnings and alarms; their pairs say at least: well."""


class Radio:
    """Speaks in slots of time whether or not anybody listens; a unit without one is silent.

    The bench file's ``settings`` hold the unit's key and record type. Raises ValueError for a key
    that is not written out: a simulated unit has no secrets.
    """

    def __init__(self, instrument: SimulatedInstrument, unit: Advertises | None, seed: int) -> None:
        self.address = instrument.resource
        self.name = f"smallBMS NG {instrument.serial}"
        self._unit = unit
        self._seed = f"{seed}/{instrument.name}"
        self._key = _key(instrument)
        self._record_type = _record_type(instrument)

    def next_slot(self, now: Second) -> tuple[int, Second]:
        """Return the number and the time [s] of the first slot after ``now`` [s]."""
        number = max(0, math.floor(now / INTERVAL) - 1)
        while (moment := self._moment(number)) <= now:
            number += 1
        return number, moment

    def speak(self, slot: int) -> bytes | None:
        """Return the manufacturer's data of the advertisement in a slot, None while silent.

        A unit that can be found but says nothing of itself has no data.
        """
        if self._unit is None or not self._unit.is_on_air():
            return None
        readings = self._unit.advertisement()
        if readings is None:
            return b""
        return packet(readings, key=self._key, nonce=slot & 0xFFFF, record_type=self._record_type)

    def _moment(self, number: int) -> Second:
        draw = Random(f"{self._seed}/{number}")  # noqa: S311 - not for secrets
        return number * INTERVAL + draw.uniform(0.0, _DELAY)


def packet(readings: Readings, *, key: bytes, nonce: int, record_type: int) -> bytes:
    """Return an advertisement's data: header, nonce, check byte, one enciphered block."""
    head = bytes([_HEADER, 0x02, *PRODUCT.to_bytes(2, "little"), record_type])
    block = enciphered(record(readings), key=key, nonce=nonce)
    return head + nonce.to_bytes(2, "little") + key[:1] + block


def enciphered(block: bytes, *, key: bytes, nonce: int) -> bytes:
    """Return up to one block in counter mode; the counter is the nonce and zeros behind it."""
    from Crypto.Cipher import AES

    stream = AES.new(key, AES.MODE_ECB).encrypt(nonce.to_bytes(_BLOCK, "little"))
    return bytes(plain ^ mask for plain, mask in zip(block, stream, strict=False))


def record(readings: Readings) -> bytes:
    """Return the record before it is enciphered; bits that nobody uses are set."""
    said = readings
    bits = filled = 0
    for width, value in (
        (8, said.error),
        (16, _number(said.time_to_go, 1.0, 0, 0xFFFF)),
        (16, _number(said.voltage, 100.0, -0x8000, 0x7FFF)),
        (16, _number(said.current, 10.0, -0x8000, 0x7FFF)),
        (16, _inputs(said)),
        (18, _warnings(said.levels)),
        (10, _number(said.state_of_charge, 10.0, 0, 0x3FF)),
        (20, _number(said.consumed_charge, -10.0, 0, 0xFFFFF)),
        (7, _number(said.temperature, 1.0, 0, 0x7F, bias=40)),
    ):
        bits |= (value & (1 << width) - 1) << filled
        filled += width
    bits |= (1 << 8 * _BLOCK) - (1 << filled)
    return bits.to_bytes(_BLOCK, "little")


def _number(value: float | None, scale: float, low: int, none: int, *, bias: int = 0) -> int:
    """Return ``value`` in steps, at the end of what the field can hold, ``none`` for None."""
    if value is None:
        return none
    return min(max(round(scale * value) + bias, low), none - 1)


def _inputs(said: Readings) -> int:
    """Return the pairs: 0 not there, 1 yes, 2 no."""
    pairs = {1: said.allow_to_charge, 2: said.allow_to_discharge, 5: said.remote_enabled}
    return sum((1 if yes else 2) << 2 * number for number, yes in pairs.items())


def _warnings(levels: Mapping[int, str]) -> int:
    """Return the pairs, that of code n at n - 1: 0 not there, 1 well, 2 warning, 3 alarm."""
    words = {WARNING: 2, ALARM: 3}
    pairs = {**dict.fromkeys(_CODES, 1), **{code: words[level] for code, level in levels.items()}}
    return sum(value << 2 * (code - 1) for code, value in pairs.items())


def _record_type(instrument: SimulatedInstrument) -> int:
    text = instrument.settings.get("record_type", "0x0A")
    try:
        return int(text, 0) & 0xFF
    except ValueError:
        raise ValueError(
            f"key 'instruments.{instrument.name}.settings.record_type': {text!r} is no number; "
            "write it as '0x0A'"
        ) from None


def _key(instrument: SimulatedInstrument) -> bytes:
    try:
        key = bytes.fromhex(instrument.settings.get("key", ""))
    except ValueError:
        key = b""
    if len(key) != _BLOCK:
        raise ValueError(
            f"key 'instruments.{instrument.name}.settings.key': a simulated unit has its key "
            "written out, 32 hexadecimal digits"
        )
    return key
