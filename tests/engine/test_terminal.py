"""Prompts on a real terminal: seen and answered although pytest keeps standard input and output."""

import os
import select
import subprocess
import sys
from pathlib import Path

import pytest
from rig import ROOT

from instruments.catalogue import open_instrument
from instruments.clock import WallClock
from instruments.errors import NoAnswer, NotSupported
from instruments.operator import Instruction
from instruments.transports import console
from instruments.transports.transcript import Transcript
from instruments.transports.wires import Wires

needs_pty = pytest.mark.skipif(
    os.name == "nt", reason="Windows has no pseudo terminals to play a person on"
)
PATIENCE = 60.0  # [s]; only a broken test waits as long

# The child makes the pseudo terminal its controlling one, as a login does, and runs pytest.
CHILD = """
import fcntl, sys, termios
fcntl.ioctl(int(sys.argv[1]), termios.TIOCSCTTY, 0)
import pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[2:]]))
"""

ASKS = """
from instruments.catalogue import open_instrument
from instruments.clock import WallClock
from instruments.operator import Instruction
from instruments.transports.transcript import Transcript
from instruments.transports.wires import Wires


def test_asks():
    clock = WallClock()
    wires = Wires(clock, Transcript(clock))
    with open_instrument("operator", "person.operator", "terminal", wires, {}) as driver:
        person = driver.terminal("person")
        person.carry_out(Instruction(key="app.soc", value="20 %", text="Set it."))
        question = Instruction(key="inspect.led", text="Is it lit?")
        assert person.ask(question, ("lit", "dark")) == "dark"
        assert person.who() == "Jo"
"""

INTERRUPTED = """
import pytest
from rig import Kept, simulated_bench, spec
from bench.execution import run_case
from instruments.transports import console
from reports.interrupts import Interrupts
import simulation.wires.console


def test_is_interrupted(monkeypatch):
    far_end = lambda cable: console.ControllingTerminal()
    monkeypatch.setattr(simulation.wires.console, "SimulatedConsole", far_end)
    kept = Kept()
    cases = spec("smallbms_ng").cases()
    cases = [c for c in cases if c.test.procedure == "battery.condition"]
    found = next(c for c in cases if c.point["battery"] == "prealarm")
    with simulated_bench(name="smallbms_ng") as (bench, laboratory):
        interrupts = Interrupts()
        interrupts.install()
        with pytest.raises(KeyboardInterrupt):
            run_case(found, bench, kept)
        interrupts.restore()
        assert not bench.unsafe
        assert abs(laboratory.world.voltage("BAT+", "BAT-")) < 1.0
    assert kept.results[0].fault.interrupted
"""


def talk(tmp_path: Path, test: str, *exchange: tuple[str, str]) -> tuple[int, str, str]:
    """Run ``test`` on a terminal, answer each prompt; return exit code, terminal and output."""
    path = tmp_path / "test_it.py"
    path.write_text(test, encoding="utf-8")
    near, far = os.openpty()  # type: ignore[attr-defined]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(far), str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(far,),
        start_new_session=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests/engine")))},
    )
    os.close(far)
    try:
        seen = ""
        for prompt, answer in exchange:
            before = len(seen)
            while prompt not in seen[before:]:
                ready, _, _ = select.select([near], [], [], PATIENCE)
                assert ready, f"no {prompt!r} in {seen!r}"
                seen += os.read(near, 4096).decode()
            os.write(near, answer.encode())
        output, _ = child.communicate(timeout=PATIENCE)
    finally:
        child.kill()
        os.close(near)
    return child.returncode, seen, output.decode()


@needs_pty
def test_a_person_is_asked_while_pytest_captures(tmp_path):
    code, seen, output = talk(
        tmp_path,
        ASKS,
        ("Who is there?", "Jo\n"),
        ("Enter when done", "\n"),
        ("Is it lit?", "maybe\n"),
        ("1 lit, 2 dark", "2\n"),
    )
    assert code == 0, output
    assert "Set it.  [app.soc = 20 %]" in seen
    assert "OPERATOR" not in output


@needs_pty
def test_ctrl_c_at_a_prompt_ends_the_case_and_leaves_the_bench_safe(tmp_path):
    code, _, output = talk(tmp_path, INTERRUPTED, ("Who is there?", "Jo\n"), ("pre-alarm", "\x03"))
    assert code == 0, output


@pytest.fixture
def nobody(monkeypatch, tmp_path):
    """Give wires on a computer whose controlling terminal is not there."""
    monkeypatch.setattr(console, "_IN", str(tmp_path / "no" / "tty"))
    clock = WallClock()
    return Wires(clock, Transcript(clock))


def test_without_a_terminal_the_bench_opens_and_who_asks_is_refused_in_a_sentence(nobody):
    driver = open_instrument("operator", "person.operator", "terminal", nobody, {})
    driver.make_safe()
    with pytest.raises(NoAnswer) as caught:
        driver.terminal("person").carry_out(Instruction(key="app.reset", text="Reset it."))
    assert "nobody can be asked" in caught.value.message
    assert "run this in a terminal" in caught.value.message
    driver.close()


def test_a_person_is_at_the_terminal_and_nowhere_else(nobody):
    with pytest.raises(NotSupported, match="'terminal', not at 'COM3'"):
        open_instrument("operator", "person.operator", "COM3", nobody, {})
