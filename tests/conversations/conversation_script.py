"""Conversations as text: what is called, what must go over the wire, what comes back.

A file has a header of ``key: value`` lines and then scenes. A scene named ``open`` is played before
every other scene. In a scene, a line begins with

    #   a comment: the words of the manual the lines rest on
    $   a call: a terminal (``-`` for the instrument), a method, Python literals; a dictionary is an
        instruction for a person
    >   what must be sent, without its terminator
    <   what comes back, with Python escapes; (timeout) for silence, (closed) for a terminal that
        is, (late) before a text that comes only after the timeout, (hex) before raw bytes,
        (error N) for an LJM error code; from the air: address, company, raw bytes
    =   what the call must return, a Python literal; of a record, the fields that are named
    !   the class of the error the call must raise, and words its text must contain
"""

from ast import literal_eval
from collections import deque
from dataclasses import dataclass, field, is_dataclass
from pathlib import Path

import instruments.errors
from instruments.accuracy import Accuracy
from instruments.operator import Instruction

FOLDER = Path(__file__).parent


@dataclass
class Call:
    target: str
    method: str
    arguments: list[object]
    lines: list[tuple[str, str]] = field(default_factory=list)
    result: str | None = None
    error: tuple[str, str] | None = None


@dataclass
class Conversation:
    path: Path
    header: dict[str, str]
    scenes: dict[str, list[Call]]


class Script:
    """The lines that the wire of one scene still has to see."""

    def __init__(self) -> None:
        self.lines: deque[tuple[str, str]] = deque()

    def sent(self, text: str) -> None:
        assert self.lines, f"{text!r} was sent, nothing was expected"
        kind, expected = self.lines.popleft()
        assert (kind, expected) == (">", text), f"{text!r} was sent, expected {kind} {expected!r}"

    def answer(self) -> str | None:
        """Return the next answer, None where the script has none."""
        if self.lines and self.lines[0][0] == "<":
            return self.lines.popleft()[1]
        return None


def read_conversation(path: Path) -> Conversation:
    header: dict[str, str] = {}
    scenes: dict[str, list[Call]] = {}
    calls: list[Call] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        kind, _, text = line.partition(" ")
        if not line.strip() or kind == "#":
            continue
        if line.startswith("["):
            assert line[1:-1] not in scenes, f"{path.name}:{number}: scene {line} twice"
            calls = scenes[line[1:-1]] = []
        elif calls is None:
            key, _, value = line.partition(": ")
            header[key] = value
        elif kind == "$":
            target, method, *arguments = text.split(maxsplit=2)
            values = literal_eval(f"[{arguments[0]}]") if arguments else []
            values = [Instruction(**v) if isinstance(v, dict) else v for v in values]
            calls.append(Call(target, method, values))
        elif kind in "<>":
            calls[-1].lines.append((kind, text))
        elif kind == "=":
            calls[-1].result = text
        elif kind == "!":
            name, _, words = text.partition(" ")
            calls[-1].error = (name, words)
        else:
            raise AssertionError(f"{path.name}:{number}: cannot read {line!r}")
    return Conversation(path, header, scenes)


def unescape(text: str) -> bytes:
    if text.startswith("(hex) "):
        return bytes.fromhex(text.removeprefix("(hex) "))
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")


def play(calls: list[Call], script: Script, instrument: object, opener: object = None) -> object:
    """Play ``calls`` and check everything; returns the instrument that ``- open`` gave."""
    for call in calls:
        script.lines.extend(call.lines)
        outcome: object = None
        error: Exception | None = None
        try:
            if call.method == "open":
                instrument = opener()  # type: ignore[operator]
            else:
                view = instrument if call.target == "-" else instrument.terminal(call.target)  # type: ignore[attr-defined]
                outcome = getattr(view, call.method)(*call.arguments)
        except instruments.errors.InstrumentError as raised:
            error = raised
        said = f"{call.target} {call.method}{tuple(call.arguments)}"
        if call.error is None:
            if error is not None:
                raise AssertionError(f"{said} raised {error!r}") from error
            check_result(said, call.result, outcome)
        else:
            kind, words = call.error
            assert type(error).__name__ == kind, f"{said}: {error!r} instead of {kind}"
            assert words in str(error), f"{said}: {words!r} is not in {error}"
            assert error is not None
            assert error.exchange.role, f"{said}: the error does not say which instrument"
        assert not script.lines, f"{said}: never sent {list(script.lines)}"
    return instrument


def check_result(said: str, expected: str | None, outcome: object) -> None:
    if expected is None:
        return
    wanted = literal_eval(expected)
    if isinstance(wanted, set):
        wanted = frozenset(wanted)
    if is_dataclass(outcome):
        outcome = {name: getattr(outcome, name) for name in wanted}
    assert outcome == wanted, f"{said} gave {outcome!r}, expected {wanted!r}"


def accuracies(header: dict[str, str]) -> dict[str, Accuracy]:
    """Return the accuracies that stand in a header as ``accuracy.<key>: <fixed part>``."""
    return {
        key.removeprefix("accuracy."): Accuracy(fixed=float(value), basis="conversation")
        for key, value in header.items()
        if key.startswith("accuracy.")
    }


def settings(header: dict[str, str]) -> dict[str, str]:
    """Return the settings that stand in a header as ``settings.<key>: <text>``."""
    return {
        key.removeprefix("settings."): value
        for key, value in header.items()
        if key.startswith("settings.")
    }


class PatientClock:
    """A clock that only moves when somebody waits."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def sleep(self, duration: float) -> None:
        self._now += max(0.0, duration)
