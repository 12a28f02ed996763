"""Settings of the app: what is shown of them, what they do to the outputs, what is left of them."""

from collections.abc import Iterator, Mapping
from typing import cast

from bench.app import NUMBERS, SWITCHES, written
from bench.bench import Bench
from bench.measurement import Contribution, Evidence, Measurement
from bench.operating_point import OperatingPoint
from bench.power import power_cycle
from bench.procedure import Arguments, measurement, terminals
from bench.procedures import condition, lapses
from bench.procedures.readings import battery_voltage
from bench.procedures.rehearsal import Rehearsal
from bench.procedures.streams import curves, edge, streaming
from bench.procedures.switching import watching
from bench.quantity import parse_as
from instruments.supply import SupplyOutput
from instruments.units import Hertz, Second

PARAMETERS: Mapping[str, str | tuple[str, ...]] = {
    **{name: shown.unit for name, shown in NUMBERS.items()},
    **SWITCHES,
}
SHOWN = {f"shown.{name}": kind for name, kind in PARAMETERS.items()}
RATE: Hertz = 100.0
"""The operator's word that it is done is the stimulus; finer steps would tell nothing."""

CYCLES = ("1", "2", "3")
"""How often the state of charge is set and recovers; the last time is looked at."""

_WAIT = "10 s"
_OFF: Second = 5.0
_RELEASE: Second = 5.0


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator, what is looked at and the streams of what is watched."""
    watched = (*terminals(arguments, "opens"), *terminals(arguments, "keeps"))
    streams = [f"{kind}.{name}" for name in watched for kind in ("stream", "pull_down")]
    return ("operator", *condition.roles(arguments, point), *streams)


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield what the app shows once all is set, what that does, and states when it is put back.

    Before, it is set and recovers ``cycles`` less one times. Outputs in ``keeps`` are watched while
    all is set, instead of those in ``opens``. With ``power_cycle`` the unit loses
    its power between the two, with ``remote_cycle`` it is switched off and on by its remote input.
    """
    asked = {name: written(name, str(arguments[name])) for name in arguments if name in PARAMETERS}
    wait = parse_as(cast("str", arguments.get("wait", _WAIT)), "s")
    with bench.app.changing() as app:
        rehearsal = Rehearsal(bench, terminals(arguments, "terminals"))
        left = _rehearsed(bench, rehearsal, asked, arguments, wait)
        if keeps := terminals(arguments, "keeps"):
            yield from _kept(bench, left, keeps, wait)
        else:
            yield from _set(bench, left, terminals(arguments, "opens"), wait)
        if "power_cycle" in arguments:
            power_cycle(bench.role(SupplyOutput, "supply"), bench.clock)
            bench.clock.sleep(wait)
        if "remote_cycle" in arguments:
            contacts = tuple(role for role in bench.closed if role.startswith("remote"))
            bench.switch(release=contacts)
            bench.clock.sleep(_OFF)
            bench.switch(close=contacts)
            bench.clock.sleep(wait)
        for name in asked:
            text = app.read(name)
            shown = NUMBERS.get(name)
            value, unit = (text, "") if shown is None else (shown.value(name, text), shown.unit)
            yield measurement(bench, f"shown.{name}", value, unit, source="operator")
        yield from rehearsal.heard(condition.look(bench, point, arguments))
        if "synchronised" in arguments:
            app.remember("soc")
            app.do("synchronise")
            charge = app.number("soc", NUMBERS["soc"])
            yield measurement(bench, "synchronised", charge, "1", source="operator")
        if "recovers_at" in arguments:
            app.set("soc", written("soc", str(arguments["recovers_at"])))
        else:
            app.restore()
        bench.clock.sleep(_RELEASE)
        yield from rehearsal.heard(condition.look_after(bench, arguments))
        yield from rehearsal.exceptions()


def _rehearsed(
    bench: Bench,
    rehearsal: Rehearsal,
    asked: Mapping[str, str],
    arguments: Arguments,
    wait: Second,
) -> Mapping[str, str]:
    """Go through what is measured as often as it was done ``cycles`` less one times before.

    All is set, and what is set last goes back and forth. Returns what is left to be set.
    """
    cycles = int(str(arguments.get("cycles", CYCLES[0])))
    if cycles == 1:
        return asked
    *first, last = asked
    for name in first:
        bench.app.set(name, asked[name])
    for _ in range(cycles - 1):
        bench.app.set(last, asked[last])
        bench.clock.sleep(wait)
        rehearsal.look()
        bench.app.set(last, written(last, str(arguments["recovers_at"])))
        bench.clock.sleep(_RELEASE)
        rehearsal.look("_after")
    return {last: asked[last]}


def _kept(
    bench: Bench, asked: Mapping[str, str], keeps: tuple[str, ...], wait: Second
) -> Iterator[Measurement]:
    """Set all, and yield how long outputs were not as they are most of the time meanwhile."""
    threshold = battery_voltage(bench).value / 2.0
    with watching(bench, keeps) as stream:
        for name, text in asked.items():
            bench.app.set(name, text)
        stream.wait(wait)
    found = [lapses.steady(bench, stream, f"lapse.{name}", threshold) for name in keeps]
    yield from lapses.illustrated(found, curves("Outputs while the app sets", stream, {}))


def _set(
    bench: Bench, asked: Mapping[str, str], opens: tuple[str, ...], wait: Second
) -> Iterator[Measurement]:
    """Set all, and yield when outputs opened, counted from the last word of the operator [s]."""
    if not opens:
        for name, text in asked.items():
            bench.app.set(name, text)
        bench.clock.sleep(wait)
        return
    threshold = battery_voltage(bench).value / 2.0
    pulls = tuple(f"pull_down.{name}" for name in opens)
    for name in asked:
        bench.app.remember(name)
    *first, last = asked
    for name in first:
        bench.app.set(name, asked[name])
    bench.switch(close=pulls)
    with streaming(bench, [f"stream.{name}" for name in opens], RATE) as stream:
        bench.app.set(last, asked[last])
        done = bench.clock.now()
        stream.wait(wait)
    bench.switch(release=pulls)
    daq, _ = bench.recorder_of(f"stream.{opens[0]}")
    evidence: tuple[Evidence, ...] = (
        curves(f"Outputs when {last} is set to {asked[last]}", stream, {"done": done}),
    )
    for name in opens:
        wave = stream.waves[f"stream.{name}"]
        opened = edge(wave, threshold, rising=False, after=wave.start)
        elapsed = wait if opened is None else opened - done
        yield measurement(
            bench,
            f"opening_time.{name}",
            elapsed,
            "s",
            Contribution(
                name="edge after the operator's word",
                standard_uncertainty=daq.time_uncertainty(RATE, abs(elapsed)),
                basis="sampling interval and clock error of the streaming device",
            ),
            source=f"stream.{name}, operator",
            evidence=evidence if name == opens[0] else (),
        )
