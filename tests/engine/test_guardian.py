"""The guardian: a run dies, and its bench is made safe by somebody else.

The bench is real to the run: its instruments answer on sockets, from a simulation in this process.
"""

import io
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import pyvisa  # noqa: TID253  a test may
from rig import ROOT, spec

from bench.assembly import served_bench
from bench.bench_file_reader import load_bench_file
from bench.errors import ConfigError, SafetyTrip
from bench.guardian import DIED, Rescue, listen, rescue
from bench.lifeline import PATIENCE, GuardianLine, NoLifeline, WatchedClock, guarded
from instruments.clock import WallClock
from instruments.transports.transcript import Transcript
from instruments.transports.wires import Wires

SIMULATED = ROOT / "benches" / "simulated.toml"
BENCH = """
schema = 1
[bench]
name = "on-sockets"
title = "Two instruments behind sockets"
make_safe = ["daq", "supply"]
load_floor = "20 mA"
relay_settle = "20 ms"
current_ceiling = "1.5 A"
[instruments.supply]
model = "gwinstek.PSW80-13.5"
resource = "TCPIP0::127.0.0.1::{supply}::SOCKET"
serial = "{serials[supply]}"
[instruments.supply.accuracy]
voltage = {{ of_reading = "0.1 %", fixed = "10 mV", basis = "test" }}
current = {{ of_reading = "0.1 %", fixed = "10 mA", basis = "test" }}
[instruments.daq]
model = "keysight.DAQ970A"
resource = "TCPIP0::127.0.0.1::{daq}::SOCKET"
serial = "{serials[daq]}"
[wiring]
supply = {{ at = "supply.out", between = ["BAT+", "BAT-"] }}
vbat = {{ at = "daq.101", between = ["BAT+", "BAT-"] }}
"""
DIES = """
import os, signal, sys
from pathlib import Path
from bench.assembly import open_bench
from bench.procedures.catalogue import signatures
from bench.spec_file import load_spec
from instruments.supply import SupplyOutput

spec = load_spec(Path("test_specs/smallbms.toml"), signatures())
with open_bench(sys.argv[1], device=spec.device, serial="U1") as bench:
    bench.lifeline.work()
    supply = bench.role(SupplyOutput, "supply")
    supply.set_overvoltage_protection(14.0)
    supply.set_voltage(12.8)
    supply.set_current_limit(0.5)
    supply.enable()
    assert supply.is_enabled()
    {death}
"""
KILLED = "os.kill(os.getpid(), signal.SIGKILL)"
VANISHED = "os._exit(9)"
ENDED = "pass"
STOPPED = "os.kill(os.getpid(), signal.SIGSTOP)"
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")


@contextmanager
def on_sockets(tmp_path):
    """Serve a simulated bench; give a real bench file for it, and a way to ask its supply."""
    serials = {name: entry.serial for name, entry in load_bench_file(SIMULATED).instruments.items()}
    with served_bench(SIMULATED, spec().device) as ports:
        path = tmp_path / "bench.toml"
        path.write_text(BENCH.format(**ports, serials=serials), encoding="utf-8")
        yield path, lambda question: ask(ports["supply"], question)


def ask(port, question):
    manager = pyvisa.ResourceManager("@py")
    supply = manager.open_resource(
        f"TCPIP0::127.0.0.1::{port}::SOCKET", read_termination="\n", write_termination="\n"
    )
    try:
        return supply.query(question)
    finally:
        supply.close()


def child(*arguments, code=None):
    """Start Python in a session of its own, which has no terminal; everything it starts with it."""
    return subprocess.Popen(
        [sys.executable, *(["-c", code] if code else []), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )


@pytest.mark.parametrize("death", [pytest.param(KILLED, marks=posix), VANISHED])
def test_a_run_that_dies_leaves_a_safe_bench(tmp_path, death):
    with on_sockets(tmp_path) as (path, supply):
        said, _ = child(str(path), code=DIES.format(death=death)).communicate()  # guardian and all
        assert f"guardian: {DIED}; making the bench safe" in said
        assert "guardian: made safe and verified: daq, supply" in said
        assert supply("OUTP?") == "0"


def test_a_run_that_ends_well_needs_no_guardian(tmp_path):
    with on_sockets(tmp_path) as (path, supply):
        said, _ = child(str(path), code=DIES.format(death=ENDED)).communicate()
        assert said == ""
        assert supply("OUTP?") == "0"


@posix
def test_a_run_that_stands_still_is_killed(tmp_path):
    code = DIES.format(death=STOPPED).replace("import os", "import bench.lifeline as l\nimport os")
    code = code.replace("import bench.lifeline as l", _SHORT)
    with on_sockets(tmp_path) as (path, supply):
        run = child(str(path), code=code)
        said, _ = run.communicate()
        assert "guardian: no sign of life of the run for 2 s; making the bench safe" in said
        assert "made safe and verified: daq, supply" in said
        assert supply("OUTP?") == "0"
    assert run.returncode == -9


# the default of an argument is bound when its function is made
_SHORT = "import bench.lifeline as l; l.guarded.__wrapped__.__kwdefaults__['silence'] = 2.0"


def test_a_killed_session_has_an_end_in_its_journal(tmp_path):
    from reports.run import read_run

    suite = tmp_path / "suite"
    suite.mkdir()
    for name in ("smallbms.toml", "discrepancies.toml"):
        (suite / name).write_bytes((ROOT / "test_specs" / name).read_bytes())
    text = (
        "def test_dies(bench, recorder):\n    bench.lifeline.work()\n    __import__('os')._exit(9)"
    )
    (suite / "test_dies.py").write_text(text, encoding="utf-8")
    run = tmp_path / "run"
    options = ("-s", "-p", "fixtures.plugin", "-p", "no:cacheprovider", "--serial", "U1")
    with on_sockets(tmp_path) as (path, _):
        arguments = ("-m", "pytest", str(suite), "--bench", str(path), "--run-dir", str(run))
        said, _ = child(*arguments, *options).communicate()
    assert "made safe and verified" in said
    found = read_run(run)
    assert found.end == "aborted"
    assert found.problems == ()


def test_an_instrument_that_is_another_one_is_named(tmp_path):
    with on_sockets(tmp_path) as (path, supply):
        text = path.read_text("utf-8")
        serial = load_bench_file(path).instruments["daq"].serial
        path.write_text(text.replace(serial, "MY99999999"), encoding="utf-8")
        clock = SoonOver()
        done = rescue(load_bench_file(path), "why", Wires(clock, Transcript(clock)))
        assert done.safe == ("supply",)
        assert f"answers with serial {serial}" in done.unsafe["daq"]
        assert "NOT SAFE: daq" in str(done)
        assert supply("OUTP?") == "0"


class SoonOver(WallClock):
    """A clock on which a minute passes with the second look."""

    def __init__(self):
        super().__init__()
        self._looks = 0

    def now(self):
        self._looks += 1
        return super().now() + 100.0 * (self._looks > 1)


def lines(*words):
    return io.StringIO("".join(json.dumps(word) + "\n" for word in words))


def test_what_a_guardian_hears():
    case = {"case_id": "A"}
    watch = listen(lines({"alive": True}, {"afterwards": ["x"]}, {"case": case}), 10.0)
    assert (watch.why, watch.afterwards, watch.case) == (DIED, ["x"], case)
    assert listen(lines({"case": case}, {"case": None}), 10.0).case is None
    assert listen(lines({"alive": True}, {"farewell": True}), 10.0).why == ""
    assert listen(io.StringIO('{"alive": true}\n{"farew'), 10.0).why == DIED


def test_what_a_rescue_says():
    text = str(Rescue(why="because", safe=("supply",), unsafe={"load": "silent"}))
    assert text.splitlines() == [
        "guardian: made safe and verified: supply",
        "guardian: NOT SAFE: load: silent",
        "guardian: switch these off by hand before you touch anything",
    ]


class Hands:
    """A clock that is moved by hand."""

    def __init__(self):
        self.time = 0.0

    def now(self):
        return self.time

    def sleep(self, duration):
        self.time += duration


@pytest.fixture
def line():
    """Return a line to a guardian that is a text, with a clock moved by hand."""
    process = SimpleNamespace(poll=lambda: None, wait=lambda _: None)
    text = io.StringIO()
    text.close = lambda: None
    hands = Hands()
    line = GuardianLine(process, text, hands)
    yield line, hands, text
    line.end()


def test_a_case_that_makes_no_progress_is_stuck(line):
    line, hands, _ = line
    hands.time = 2.0 * PATIENCE
    assert not line.is_stuck, "nothing runs"
    line.work(watched=True)
    assert line.is_stuck
    line.clock.now()
    assert not line.is_stuck
    line.clock.sleep(3.0 * PATIENCE)
    hands.time += 0.9 * PATIENCE
    assert not line.is_stuck, "it slept"
    hands.time += 0.2 * PATIENCE
    assert line.is_stuck
    with line.pausing():
        assert not line.is_stuck, "a person takes their time"
    assert not line.is_stuck
    hands.time += 1.1 * PATIENCE
    assert line.is_stuck, "the person has answered"
    line.rest()
    assert not line.is_stuck, "a safe bench may wait"


def test_a_long_sleep_is_no_standstill():
    hands = Hands()
    clock = WatchedClock(hands)
    clock.busy_until = hands.time + 600.0  # as within a sleep of ten minutes
    hands.time = 500.0
    assert clock.idle() < 0.0


def test_farewell_is_said_of_a_safe_bench_only(line):
    line, _, text = line
    line.work()
    line.afterwards(["write", "an end"])
    line.end()
    assert "farewell" not in text.getvalue()
    text.seek(0)
    assert listen(text, 10.0).afterwards == [], "a run that lives ends its own journal"
    line.rest()
    line.end()
    assert '{"farewell": true}\n' in text.getvalue()


def test_nothing_starts_without_a_guardian(line):
    line, _, _ = line
    line._process.poll = lambda: 1
    with pytest.raises(SafetyTrip, match="guardian process of this bench has ended"):
        line.work()
    line._process.poll = lambda: None


def test_a_guardian_that_does_not_start_is_a_sentence(tmp_path, capfd):
    with pytest.raises(ConfigError, match="did not start"), guarded(tmp_path / "missing.toml"):
        pass
    assert "missing.toml" in capfd.readouterr().err


def test_a_guardian_that_was_not_ready_yet_does_not_outlive_an_interruption(monkeypatch):
    started = []

    class Answer:
        def __enter__(self):
            raise KeyboardInterrupt

        def __exit__(self, *_):
            pass

    class Slow(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            self.stdout.close()
            self.stdout = Answer()
            started.append(self)

    monkeypatch.setattr("bench.lifeline.subprocess.Popen", Slow)
    with pytest.raises(KeyboardInterrupt), guarded(SIMULATED):
        pass
    (guardian,) = started
    assert guardian.returncode is not None


def test_a_simulated_bench_has_none():
    lifeline = NoLifeline()
    lifeline.work(watched=True)
    lifeline.follow(lambda: pytest.fail("nobody asks"))
    with lifeline.pausing():
        lifeline.rest()
