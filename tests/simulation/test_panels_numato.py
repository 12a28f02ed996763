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


# what published programs send, and where in the answer they look


def test_makers_package_finds_its_answers_by_length(board):
    width = board.panel.count // 4
    for command, answer in (
        (b"ver\r", b"00000008"),
        (b"id get\r", b"470000001"),
        (b"relay readall\r", b"0" * width),
    ):
        assert board.panel.receive(command)[len(command) + 1 : -3] == answer


def test_makers_package_renames_the_board(board):
    board.panel.receive(b"id set bench-07\r")
    assert board.panel.receive(b"id get\r") == b"id get\n\rbench-07\n\r>"
    board.panel.receive(b"id set short\r")
    assert board.panel.receive(b"id get\r") == b"id get\n\rbench-07\n\r>"


@pytest.mark.parametrize("end", [b"\r", b"\n\r", b"\r\n"])
def test_programs_end_their_lines_in_three_ways(board, end):
    board.panel.receive(b"relay on C" + end)
    answer = board.panel.receive(b"relay read C" + end)
    assert answer == b"relay read C\n\ron\n\r>"
    board.panel.receive(b"relay off C" + end)
    board.clock.sleep(0.02)
    assert board.volts("B") == pytest.approx(10.0)


def test_a_program_that_begins_with_an_empty_line_gets_a_prompt_for_it(board):
    answer = board.panel.receive(b"\rrelay read 0\r")
    assert answer[17:].partition(b"\n\r")[0] == b"off"


def test_reset_releases_all_relays_after_their_time(board):
    board.panel.receive(b"relay on 1\rrelay on C\r")
    board.clock.sleep(0.02)
    assert board.volts("A") == pytest.approx(5.0, rel=1e-3)
    board.panel.receive(b"reset\r")
    assert board.panel.energised == frozenset()
    board.clock.sleep(0.02)
    assert board.volts("A") == pytest.approx(10.0)


def test_gpio_reads_one_digit_and_moves_no_relay(board):
    pins = {16: 10, 32: 8}[board.panel.count]
    for pin in range(pins):
        assert board.panel.receive(f"gpio set {pin}\r".encode())[-1:] == b">"
        assert board.panel.receive(f"gpio read {pin}\r".encode())[-4:-3] == b"1"
        board.panel.receive(f"gpio clear {pin}\r".encode())
        assert board.panel.receive(f"gpio read {pin}\r".encode())[-4:-3] == b"0"
    beyond = f"gpio read {LETTERS[pins]}\r".encode()
    assert board.panel.receive(beyond) == beyond[:-1] + b"\n\r>"
    assert board.panel.energised == frozenset()


def test_analogue_inputs_answer_a_number(board):
    for channel in range(5):
        assert board.panel.receive(f"adc read {channel}\r".encode())[12:-3] == b"0"
    assert board.panel.receive(b"adc read 5\r") == b"adc read 5\n\r>"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=12), st.sampled_from(
    [b"relay ", b"on ", b"off ", b"read ", b"writeall ", b"readall", b"\r", b"\n", b"id get",
     b"ver", b"0", b"F", b"V", b"ffffffffff", b"-1", b" ", b"gpio ", b"adc "])),
    max_size=10))  # fmt: skip
def test_no_bytes_crash_the_board(blocks):
    panel = Bench("numato.USBRELAY16").panel
    for block in blocks:
        assert isinstance(panel.receive(block), bytes)
    assert panel.receive(b"\rrelay readall\r").endswith(b">")
