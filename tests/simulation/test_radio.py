"""The simulated radio against records and a cipher that others have published."""

import pytest

from simulation.dut.readings import ALARM, WARNING, Readings
from simulation.front_panels.radio import Radio, enciphered, packet, record
from simulation.netlist import SimulatedInstrument

KEY = bytes.fromhex("603deb1015ca71be2b73aef0857d7781")


def test_cipher_against_an_advertisement_that_was_recorded():
    # keshavdv/victron-ble at 08a64d5, tests/test_battery_monitor.py: a SmartShunt's advertisement
    # of 15 enciphered bytes, its key, and the record in clear
    heard = bytes.fromhex("100289a302b040af925d09a4d89aa0128bdef48c6298a9")
    key = bytes.fromhex("aff4d0995b7d1e176c0c33ecb9e70dcd")
    clear = bytes.fromhex("ffffe50400000000030000f40140df03")[:15]
    nonce = int.from_bytes(heard[5:7], "little")
    assert enciphered(clear, key=key, nonce=nonce) == heard[8:]


def test_record_against_one_that_was_recorded():
    # keshavdv/victron-ble at 72fdf37, tests/test_lynx_smart_bms.py. What a Lynx Smart BMS says
    # beyond our fields is taken out of both: its relay and contactor, and codes that we do not have
    heard = int.from_bytes(bytes.fromhex("0040388b0afaff951555148ccf0200ff"), "little")
    said = Readings(
        allow_to_charge=True,
        allow_to_discharge=True,
        remote_enabled=True,
        time_to_go=14400,
        voltage=26.99,
        current=-0.6,
        state_of_charge=99.5,
        consumed_charge=-4.4,
    )
    ours = 0b1100_0011_1100 << 56 | 0b11 << 72 | 0b11 << 84
    others = 0xFFFF << 56 | 0x3FFFF << 72
    mask = (1 << 128) - 1 & ~others | ours
    assert int.from_bytes(record(said), "little") & mask == heard & mask


def field(block, start, width):
    return int.from_bytes(block, "little") >> start & (1 << width) - 1


def test_codes_are_pairs_at_their_number_less_one():
    block = record(Readings(error=11, levels={1: WARNING, 5: ALARM, 9: ALARM}))
    assert field(block, 0, 8) == 11
    warnings = field(block, 72, 18)
    assert [warnings >> 2 * pair & 3 for pair in range(9)] == [2, 0, 0, 0, 3, 0, 1, 1, 3]


def test_numbers_end_before_the_mark_for_unknown():
    block = record(
        Readings(
            voltage=1e4, current=-1e6, time_to_go=10**6, consumed_charge=-1e9, temperature=200.0
        )
    )
    assert field(block, 24, 16) == 0x7FFE
    assert field(block, 40, 16) == 0x8000
    assert field(block, 8, 16) == 0xFFFE
    assert field(block, 100, 20) == 0xFFFFE
    assert field(block, 120, 7) == 0x7E
    assert field(block, 90, 10) == 0x3FF


def test_header_names_product_type_nonce_and_check_byte():
    said = packet(Readings(), key=KEY, nonce=0xABCD, record_type=0x0A)
    assert said[:8] == bytes.fromhex("1002eca30acdab60")
    assert len(said) == 24  # with flags and company all that fits into an advertisement


@pytest.mark.parametrize("seed", [1, 2])
def test_slots_are_a_second_apart_and_count(seed):
    radio = Radio(
        SimulatedInstrument(
            name="r", model="", resource="a", serial="1", settings={"key": KEY.hex()}
        ),
        None,
        seed,
    )
    number, moment = radio.next_slot(0.0)
    for _ in range(50):
        following, later = radio.next_slot(moment)
        assert following == number + 1
        assert 0.99 <= later - moment <= 1.01
        number, moment = following, later
    assert radio.next_slot(moment - 1e-9) == (number, moment)
