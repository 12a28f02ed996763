"""Contacts break before they make, and are not believed where a command has failed."""

from pathlib import Path

import pytest
from fake_instruments import FakeBoard

from bench.bench_file_reader import load_bench_file
from bench.contacts import Contacts
from bench.errors import ConfigError, SafetyTrip
from instruments.errors import NoAnswer
from simulation.clock import VirtualClock

FILE = load_bench_file(Path(__file__).parents[2] / "benches" / "reference.toml")
SHORT, BUS, LINK = "bus_short", "to_bus.LOAD", "remote_link"


def contacts(check=lambda roles: None):
    """Return contacts on one board, the others of the bench without any."""
    board = FakeBoard()
    others = FakeBoard(others=frozenset(row.terminal for row in FILE.wiring.connections.values()))
    instruments = dict.fromkeys(FILE.instruments, others) | {"relays": board}
    return Contacts(FILE, instruments, VirtualClock(), check), board, others


def sets(board):
    """Return which roles each command has closed."""
    rows = FILE.wiring.connections.values()
    names = {row.terminal: row.role for row in rows if row.instrument == "relays"}
    return [{names[terminal] for terminal in value} for _, value in board.told]


def test_what_is_released_opens_before_anything_closes():
    switches, board, _ = contacts()
    switches.switch_to({SHORT, LINK})
    switches.switch_to({BUS, LINK})
    assert sets(board) == [{SHORT, LINK}, {LINK}, {BUS, LINK}]
    assert switches.closed == {BUS, LINK}


def test_nothing_is_sent_for_what_is_so_already_and_nothing_twice():
    switches, board, others = contacts()
    for target in ({LINK}, {LINK}, set(), set()):
        switches.switch_to(target)
    assert sets(board) == [{LINK}, set()]
    assert others.told == []


def test_only_terminals_that_are_relays_are_contacts():
    switches, _, _ = contacts()
    assert "dac.REMOTE_L" not in switches.roles
    assert {SHORT, BUS, LINK} <= switches.roles


def test_a_role_that_no_contact_plays_is_named():
    switches, _, _ = contacts()
    with pytest.raises(ConfigError, match="'bus_long'"):
        switches.known({LINK, "bus_long"})
    assert switches.known((LINK,)) == (LINK,)


def test_each_step_is_checked_before_it_is_taken():
    asked = []

    def check(roles):
        asked.append(set(roles))
        if len(asked) > 1 and SHORT in roles:
            raise SafetyTrip("no")

    switches, board, _ = contacts(check)
    with pytest.raises(SafetyTrip):
        switches.switch_to({SHORT})
    assert asked == [{SHORT}, {SHORT}]
    assert board.told == []
    assert switches.are_known


def test_a_release_that_got_no_answer_is_not_taken_for_done():
    switches, board, _ = contacts()
    switches.switch_to({SHORT})
    board.mute.add("energise")
    for _ in range(2):
        with pytest.raises(NoAnswer):
            switches.switch_to(set())
        assert not switches.are_known
    board.mute.clear()
    switches.switch_to(set())
    assert switches.are_known
    assert sets(board)[1:] == [set(), set(), set()]


def test_what_may_not_have_opened_is_opened_before_anything_else_closes():
    switches, board, _ = contacts()
    switches.switch_to({SHORT})
    board.mute.add("energise")
    with pytest.raises(NoAnswer):
        switches.switch_to({BUS})
    board.mute.clear()
    switches.switch_to({BUS})
    assert sets(board)[1:] == [set(), set(), {BUS}]


@pytest.mark.parametrize(
    ("unsafe", "known"), [((), True), (("supply",), True), (("relays",), False)]
)
def test_a_board_that_could_not_be_made_safe_has_unknown_contacts(unsafe, known):
    switches, _, _ = contacts()
    switches.switch_to({SHORT})
    switches.note_safe(unsafe)
    assert switches.are_known is known
    assert switches.closed == (frozenset() if known else {SHORT})
