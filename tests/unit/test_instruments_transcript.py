"""The record of the wires."""

from instruments.transports.transcript import Transcript


class _Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, duration: float) -> None:
        self.time += duration


def test_lines_carry_time_instrument_and_direction():
    clock = _Clock()
    transcript = Transcript(clock)
    clock.time = 12.345678
    transcript.sent("supply", "VOLT 12.8")
    transcript.received("supply", "+0")
    transcript.note("supply", "late")
    assert transcript.since(0) == (
        "12.345678 supply > VOLT 12.8",
        "12.345678 supply < +0",
        "12.345678 supply ! late",
    )


def test_since_a_mark_gives_only_what_came_later():
    transcript = Transcript(_Clock())
    transcript.sent("load", "a")
    mark = transcript.mark()
    assert transcript.since(mark) == ()
    transcript.sent("load", "b")
    assert transcript.since(mark) == ("0.000000 load > b",)


def test_old_lines_are_forgotten_and_counted():
    transcript = Transcript(_Clock(), keep=3)
    transcript.sent("load", "before")
    mark = transcript.mark()
    for number in range(5):
        transcript.sent("load", str(number))
    lines = transcript.since(mark)
    assert lines[0] == "(2 older lines were not kept)"
    assert lines[1:] == tuple(f"0.000000 load > {number}" for number in (2, 3, 4))
    assert transcript.since(transcript.mark()) == ()


def test_one_exchange_is_one_line_whatever_it_contains():
    transcript = Transcript(_Clock())
    transcript.received("relays", "relay read 0\n\ron")
    assert transcript.since(0) == (r"0.000000 relays < relay read 0\n\ron",)
