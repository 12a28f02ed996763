"""A firmware update: what the outputs do while it runs, and after one that was interrupted."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress

from bench.bench import Bench
from bench.instructions import instruction
from bench.measurement import Contribution, Evidence, Measurement
from bench.procedure import Arguments, measurement
from bench.procedures import state
from bench.procedures.readings import battery_voltage
from bench.procedures.streams import Stream, curves, edge, longest_below, streaming
from bench.safety import check_request
from bench.spec import OperatingPoint
from instruments.errors import NoAnswer
from instruments.units import Hertz, Second

OUTPUTS = ("LOAD", "CHARGER")
INTERRUPTION = "app.interrupt_update"
"""The stimulus that may leave a unit unusable."""

STATES: dict[str, str | tuple[str, ...]] = {
    **{f"{kind}.{name}": unit for kind, unit in state.KINDS.items() for name in OUTPUTS},
    **{f"state_after.{name}": state.WORDS for name in OUTPUTS},
}

GRACE: Second = 120.0
"""The printed time from a failed update to the opening of LOAD (004-sv:353)."""

RATE: Hertz = 20.0
_BEGIN: Second = 10.0
_LOOK: Second = 60.0
_PATIENCE: Second = 1800.0
_RELEASE: Second = 5.0
_STAGES = ("running", "complete", "failed")


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator, streams and pulls."""
    looked = state.roles({**arguments, "terminals": OUTPUTS}, point)
    return ("operator", *looked, *(f"stream.{name}" for name in OUTPUTS))


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield states during an update, the longest gap of LOAD and how long it took, states after."""
    del point, arguments
    threshold = battery_voltage(bench).value / 2.0
    with _updating(bench):
        begun = bench.clock.now()
        bench.clock.sleep(_BEGIN)
        yield from state.states(bench, OUTPUTS)
        gap, evidence = 0.0, list[Evidence]()
        while _stage(bench) == "running":
            with _watching(bench) as stream:
                stream.wait(_LOOK)
            wave = stream.waves["stream.LOAD"]
            gap = max(gap, longest_below(wave, threshold, wave.start, wave.times()[-1]))
            evidence.append(curves(f"Update from {wave.start - begun:.0f} s on", stream, {}))
            _check_patience(bench, begun)
        yield _time(bench, "update_time", bench.clock.now() - begun, "operator")
        yield _time(bench, "load_gap", gap, "stream.LOAD", tuple(evidence))
    bench.clock.sleep(_RELEASE)
    yield from state.states(bench, OUTPUTS, suffix="_after")


def measure_interrupted(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield when LOAD opens after an update was interrupted, and states one and a half as late.

    An update that completes ends it.
    """
    del point, arguments
    check_request(INTERRUPTION, simulated=bench.simulated)  # before an update is begun
    threshold = battery_voltage(bench).value / 2.0
    with _updating(bench):
        bench.clock.sleep(_BEGIN)
        bench.app.do(INTERRUPTION.removeprefix("app."))
        failed = bench.clock.now()
        yield from state.states(bench, OUTPUTS, suffix="_at_once")
        with _watching(bench) as stream:
            stream.wait(1.5 * GRACE)
        opening = edge(stream.waves["stream.LOAD"], threshold, rising=False, after=failed)
        delay = (bench.clock.now() if opening is None else opening) - failed
        marks = {f"{GRACE:g} s after the failure": failed + GRACE}
        evidence = curves("LOAD after an interrupted update", stream, marks)
        yield _time(bench, "load_delay", delay, "stream.LOAD", (evidence,))
        yield from state.states(bench, OUTPUTS)
        bench.app.do("firmware_update")
        _await(bench)
    bench.clock.sleep(_RELEASE)
    yield from state.states(bench, OUTPUTS, suffix="_after")


@contextmanager
def _updating(bench: Bench) -> Generator[None]:
    """Have an update started; after an error wait for its end before the power may go."""
    bench.app.do("firmware_update")
    try:
        yield
    except Exception:
        with suppress(Exception):  # what broke the block is told
            if _stage(bench) == "failed":
                bench.app.do("firmware_update")
            _await(bench)
        raise


def _await(bench: Bench) -> None:
    """Wait until the update is complete; raises NoAnswer when it never is."""
    begun = bench.clock.now()
    while _stage(bench) != "complete":
        bench.clock.sleep(_LOOK)
        _check_patience(bench, begun)


def _check_patience(bench: Bench, begun: Second) -> None:
    if bench.clock.now() - begun > _PATIENCE:
        raise NoAnswer(f"the firmware update is not over after {_PATIENCE:g} s")


def _stage(bench: Bench) -> str:
    return bench.operator().ask(instruction("app.update?"), _STAGES)


@contextmanager
def _watching(bench: Bench) -> Generator[Stream]:
    """Stream the outputs, pulled down so that a floating one falls at once."""
    pulls = tuple(f"pull_down.{name}" for name in OUTPUTS)
    bench.switch(close=pulls)
    with streaming(bench, [f"stream.{name}" for name in OUTPUTS], RATE) as stream:
        yield stream
    bench.switch(release=pulls)


def _time(
    bench: Bench, name: str, value: Second, source: str, evidence: tuple[Evidence, ...] = ()
) -> Measurement:
    daq, _ = bench.recorder_of("stream.LOAD")
    line = Contribution(
        name="edge after the operator's word",
        standard_uncertainty=daq.time_uncertainty(RATE, abs(value)),
        basis="sampling interval and clock error of the streaming device",
    )
    return measurement(bench, name, value, "s", line, source=source, evidence=evidence)
