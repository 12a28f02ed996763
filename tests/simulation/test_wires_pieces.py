"""Bytes that arrive in pieces: however a network cuts them, an instrument answers the same.

Sources: IEEE 488.2, 7.5 (a message ends with a line feed); GW Instek PSW programming manual,
command format; Modbus messaging on TCP/IP 1.0b (a packet ends where its header says).
"""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panel_rig import SCPI_MODELS, Bench
from t7_rig import Wired

from simulation.wires.cable import Cable

MESSAGES = {
    "gwinstek.PSW80-13.5": b"*IDN?\nVOLT 5;CURR 2\r\nAPPL?\nNO\n\n;\nSYST:ERR?\nVOLT?;CURR?\r\n",
    "keithley.2260B-80-13": b":SOUR:VOLT 7\nsour:volt?\nSYST:INF?\nDISP:TEXT 'a;b'\nDISP:TEXT?\n",
    "rigol.DL3021": b"*IDN?\nCURR 1.5;:CURR?\nFUNC RES\nFUNC?\nLIST:LEV 1,0.5\nLIST:LEV? 1\n",
    "keysight.DAQ970A": b"CONF:VOLT:DC (@101,102)\nROUT:SCAN?\nREAD?\n*ESR?\nSYST:ERR?\n",
}
LINES = b"\rver\rrelay on 3\r\nrelay readall\rrelay read 3\rnonsense\rrelay off 3\rrelay readall\r"
PACKETS = bytes.fromhex(
    "0001 0000 0006 01 03 d73c 0002"  # TEST
    "0002 0000 000b 01 10 03e8 0002 04 40200000"  # DAC0, 2.5 V
    "0003 0000 0006 01 04 03e8 0002"
    "0004 0000 0006 01 03 ffff 0001"  # nowhere
    "0005 0000 0006 01 4c 00 ea60 02"
)


def pieces(data, cuts):
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(places)]


def line_of(model):
    bench = Bench(model)
    return Cable("unit", "SIM", bench.panel, bench.clock).connect()


def test_the_messages_are_for_all_models():
    assert set(MESSAGES) == set(SCPI_MODELS)


@pytest.mark.parametrize("model", MESSAGES)
@settings(max_examples=40, deadline=None)
@given(cuts=st.lists(st.integers(0, 10_000), max_size=20))
def test_messages_may_be_cut_anywhere(model, cuts):
    data = MESSAGES[model]
    whole, parts = line_of(model), line_of(model)
    expected = whole.feed(data)
    assert expected.count(b"\n") >= 3
    assert b"".join(parts.feed(piece) for piece in pieces(data, cuts)) == expected


@settings(max_examples=40, deadline=None)
@given(cuts=st.lists(st.integers(0, 10_000), max_size=20))
def test_lines_to_a_relay_board_may_be_cut_anywhere(cuts):
    whole, parts = line_of("numato.USBRELAY16"), line_of("numato.USBRELAY16")
    expected = whole.feed(LINES)
    assert b"0008" in expected
    assert b"".join(parts.feed(piece) for piece in pieces(LINES, cuts)) == expected


@settings(max_examples=40, deadline=None)
@given(cuts=st.lists(st.integers(0, 10_000), max_size=20))
def test_packets_may_be_cut_anywhere(cuts):
    answers = []
    for cut in ((), cuts):
        wired = Wired({"DAC0": "A", "AIN0": "A"})
        (port,) = wired.laboratory.ports()
        line = port.connect()
        answers.append(b"".join(line.feed(piece) for piece in pieces(PACKETS, cut)))
        assert not line.is_lost
        wired.close()
    assert answers[0] == answers[1]
    assert answers[0].startswith(bytes.fromhex("0001 0000 0007 01 03 04 00112233"))
    assert answers[0].endswith(bytes.fromhex("0005 0000 0006 01 4c 40e00000"))
