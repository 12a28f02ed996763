"""A firmware update: what the outputs do while it runs, and after one that was interrupted."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from typing import cast

from bench.app import NUMBERS, written
from bench.bench import Bench
from bench.instructions import instruction
from bench.measurement import Contribution, Evidence, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement
from bench.procedures import state
from bench.procedures.readings import battery_voltage
from bench.procedures.streams import Stream, curves, edge, lapse, longest_below, streaming
from bench.quantity import parse_as
from bench.safety import check_request
from instruments.errors import NoAnswer
from instruments.units import Hertz, Second, Volt

OUTPUTS = ("LOAD", "CHARGER", "PRE-ALARM")
_CHANGED = {
    "soc_warning": "27 %",
    "discharge_floor": "17 %",
    "tail_current": "7 %",
    "charge_detection_time": "240 s",
    "charged_voltage": "13.9 V",
}  # nothing is delivered with these
KEPT = {name: NUMBERS[name].unit for name in _CHANGED}
"""Settings that are looked at after an update, and their units."""

INTERRUPTION = "app.interrupt_update"
"""The stimulus that may leave a unit unusable."""

STATES: dict[str, str | tuple[str, ...]] = {
    **{f"{kind}.{name}": unit for kind, unit in state.KINDS.items() for name in OUTPUTS},
    **{f"state_after.{name}": state.WORDS for name in OUTPUTS},
}

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
    """Yield states during an update, the longest gap of LOAD and how long it took, states after.

    The outputs are watched from before the update begins until it is over; ``charger_pulse`` is
    how long CHARGER was high while it ran for certain, ``prealarm_pulse`` how long PRE-ALARM was
    at any time. With ``settings`` they are changed before, and what is left is shown after.
    """
    del point
    with bench.app.changing() as app:
        if "settings" in arguments:
            for name, text in _CHANGED.items():
                app.set(name, written(name, text))
        yield from _update(bench)
        bench.clock.sleep(_RELEASE)
        yield from state.states(bench, OUTPUTS, suffix="_after")
        if "settings" in arguments:
            for name in KEPT:
                value = app.number(name, NUMBERS[name])
                unit = KEPT[name]
                yield measurement(bench, f"shown_after.{name}", value, unit, source="operator")


def _update(bench: Bench) -> Iterator[Measurement]:
    threshold = battery_voltage(bench).value / 2.0
    begun = bench.clock.now()
    with _updating(bench) as stream:
        yield from state.states(bench, OUTPUTS)
        gap = _gap(stream, threshold)
        evidence = [curves("Update as it begins", stream, {})]
        pulse, warned, stage = 0.0, _high(stream, "PRE-ALARM", threshold), _stage(bench)
        while stage == "running":
            with _watching(bench) as stream:
                stream.wait(_LOOK)
            gap = max(gap, _gap(stream, threshold))
            warned = max(warned, _high(stream, "PRE-ALARM", threshold))
            start = stream.waves["stream.CHARGER"].start
            evidence.append(curves(f"Update from {start - begun:.0f} s on", stream, {}))
            if (stage := _stage(bench)) == "running":
                pulse = max(pulse, _high(stream, "CHARGER", threshold))
            _check_patience(bench, begun)
        yield _time(bench, "update_time", bench.clock.now() - begun, "operator")
        yield _time(bench, "load_gap", gap, "stream.LOAD", tuple(evidence))
        yield _time(bench, "charger_pulse", pulse, "stream.CHARGER")
        yield _time(bench, "prealarm_pulse", warned, "stream.PRE-ALARM")


def _gap(stream: Stream, threshold: Volt) -> Second:
    wave = stream.waves["stream.LOAD"]
    return longest_below(wave, threshold, wave.start, wave.times()[-1])


def _high(stream: Stream, output: str, threshold: Volt) -> Second:
    wave = stream.waves[f"stream.{output}"]
    return lapse(wave, threshold, wave.start, wave.times()[-1], high=False)


def measure_interrupted(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield when LOAD opens after an update was interrupted, and states one and a half as late.

    ``opens_after`` is the printed time; ``load_gap`` is how long LOAD was open in its first half.

    An update that completes ends it.
    """
    del point
    grace = parse_as(cast("str", arguments["opens_after"]), "s")
    check_request(INTERRUPTION, simulated=bench.simulated)  # before an update is begun
    threshold = battery_voltage(bench).value / 2.0
    with _updating(bench):
        bench.app.do(INTERRUPTION.removeprefix("app."))
        failed = bench.clock.now()
        yield from state.states(bench, OUTPUTS, suffix="_at_once")
        with _watching(bench) as stream:
            stream.wait(1.5 * grace)
        opening = edge(stream.waves["stream.LOAD"], threshold, rising=False, after=failed)
        delay = (bench.clock.now() if opening is None else opening) - failed
        marks = {f"{grace:g} s after the failure": failed + grace}
        evidence = curves("LOAD after an interrupted update", stream, marks)
        yield _time(bench, "load_delay", delay, "stream.LOAD", (evidence,))
        wave = stream.waves["stream.LOAD"]
        gap = longest_below(wave, threshold, wave.start, failed + grace / 2.0)
        yield _time(bench, "load_gap", gap, "stream.LOAD")
        yield from state.states(bench, OUTPUTS)
        bench.app.do("firmware_update")
        _await(bench)
    bench.clock.sleep(_RELEASE)
    yield from state.states(bench, OUTPUTS, suffix="_after")


@contextmanager
def _updating(bench: Bench) -> Generator[Stream]:
    """Have an update started, and give the outputs from before that until it runs.

    After an error its end is waited for before the power may go.
    """
    is_begun = False
    try:
        with _watching(bench) as stream:
            bench.app.do("firmware_update")
            is_begun = True
            stream.wait(_BEGIN)
        yield stream
    except Exception:
        with suppress(Exception):  # what broke the block is told
            if is_begun and _stage(bench) == "failed":
                bench.app.do("firmware_update")
            if is_begun:
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
