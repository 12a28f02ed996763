"""Numato boards, against what their users found."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panel_rig import Bench

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUV"


@pytest.fixture(params=["numato.USBRELAY16", "numato.USBRELAY32"])
def board(request):
    bench = Bench(request.param, [("1", "A", {"series": 99.95}), ("12", "B")])
    bench.battery("S", 10.0)
    bench.resistor("S", "A", 100.0)
    bench.resistor("S", "B", 100.0)
    return bench


def test_echo_answer_prompt(board):
    # "echoes the command; reply bytes like `0000\\n\\r>`, wait for `>`"
    assert board.panel.receive(b"\r") == b"\n\r>"
    width = board.panel.count // 4
    answer = board.panel.receive(b"relay readall\r")
    assert answer == b"relay readall\n\r" + b"0" * width + b"\n\r>"


def test_commands_arrive_in_pieces(board):
    pieces = [board.panel.receive(bytes((byte,))) for byte in b"relay read 0\r"]
    assert b"".join(pieces) == b"relay read 0\n\roff\n\r>"


def test_relays_from_10_on_are_upper_case_letters(board):
    for number in range(board.panel.count):
        board.panel.receive(f"relay on {LETTERS[number]}\r".encode())
        assert board.panel.energised == {number}
        board.panel.receive(f"relay off {LETTERS[number]}\r".encode())


def test_relay_on_12_switches_relay_1(board):
    board.panel.receive(b"relay on 12\r")
    assert board.panel.energised == {1}


def test_lower_case_is_ignored(board):
    board.panel.receive(b"relay on c\r")
    assert board.panel.energised == frozenset()


def test_write_all_and_read_all_are_hexadecimal(board):
    width = board.panel.count // 4
    board.panel.receive(f"relay writeall {0x00FF:0{width}x}\r".encode())
    assert board.panel.energised == frozenset(range(8))
    assert f"{0x00FF:0{width}x}".encode() in board.panel.receive(b"relay readall\r")


def test_contact_moves_after_its_operate_time(board):
    board.panel.receive(b"relay on 1\r")
    board.clock.sleep(0.004)
    assert board.volts("A") == pytest.approx(10.0)
    board.clock.sleep(0.02)
    assert board.volts("A") == pytest.approx(5.0, rel=1e-3)  # 100 ohm and series 99.95 + contact


def test_a_quick_change_of_mind_does_not_close_the_contact(board):
    board.panel.receive(b"relay on 1\r")
    board.clock.sleep(0.001)
    board.panel.receive(b"relay off 1\r")
    board.clock.sleep(0.1)
    assert board.volts("A") == pytest.approx(10.0)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=12), st.sampled_from(
    [b"relay ", b"on ", b"off ", b"read ", b"writeall ", b"readall", b"\r", b"\n", b"id get",
     b"ver", b"0", b"F", b"V", b"ffffffffff", b"-1", b" "])), max_size=10))  # fmt: skip
def test_no_bytes_crash_the_board(blocks):
    panel = Bench("numato.USBRELAY16").panel
    for block in blocks:
        assert isinstance(panel.receive(block), bytes)
    assert panel.receive(b"\rrelay readall\r").endswith(b">")
