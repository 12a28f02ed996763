"""Each lead of a bench open in turn: nobody takes a bench in pieces for a good unit."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from rig import ROOT, Kept, simulated_bench, spec

from bench import leads
from bench.assembly import assembled, build_laboratory
from bench.bench import Bench
from bench.bench_file_reader import load_bench_file
from bench.execution import run_case
from bench.verdict import Verdict
from instruments.errors import OutOfRange
from simulation.faults import fault_names

FILES = {name: load_bench_file(ROOT / "benches" / f"{name}.toml") for name in ("simulated",)}
FILES["minimal"] = load_bench_file(ROOT / "benches" / "minimal-simulated.toml")
DEVICES = {"S": "smallbms", "P": "smallbms_prealarm", "N": "smallbms_ng"}

OUTPUTS = ("LOAD", "CHARGER", "PRE-ALARM")
INPUTS = ("REMOTE_L", "REMOTE_H")
LOOP = ("loop.1", "loop.2", "loop.3")
EVERYWHERE = (
    *("supply", "vbat", "remote_link", *(f"remote_voltage.{name}" for name in INPUTS)),
    *(f"{kind}.{name}" for kind in ("stream", "pull_down") for name in OUTPUTS),
)
AT_ONCE = {
    "simulated": (
        *("supply_current", "bypass", *EVERYWHERE),
        *(f"{kind}.{name}" for kind in ("drop", "pull_up") for name in OUTPUTS),
    ),
    "minimal": EVERYWHERE,
}
"""Leads that the first look at any unit proves: without one every case is a BENCH ERROR."""

BY_THE_LOOP = (*LOOP, *(f"stream.{pole}" for pole in LOOP))
"""Leads that it proves of a unit whose battery opens contacts."""

IMAX, CURVE = (
    "S-LOAD-IMAX[vbat=8V,load_current=1A]",
    "S-LOAD-LEVEL.curve[vbat={},load_current=10mA]",
)
SHORT = "S-CHG-ILIM[vbat={}]"
ANY = "S-LOAD-UV.any-remote[vbat=12.8V,remote_{}]"
BY_LOW, BY_HIGH = "S-REM-L.on[vbat=12.8V,remote_l=3V]", ANY.format("h=3V")
HALF = "S-REM-H.on[vbat=12.8V,remote_h=vbat/2]"
HIGHEST = "S-SUP-RANGE[vbat=64V]"
BOTH_UP = "S-REM-H.on[vbat=12.8V,remote_l=vbat,remote_h=vbat]"
TOLD = {
    ("simulated", "interlock", HIGHEST),
    ("simulated", "load", IMAX),
    ("simulated", "to_bus.LOAD", IMAX),
    ("simulated", "bus_load", IMAX),
    ("simulated", "bus_current", SHORT.format("12.8V")),
    ("simulated", "bus_current", "NG-CHG-IMAX[vbat=8V,load_current=500mA]"),
    ("simulated", "to_bus.CHARGER", SHORT.format("12.8V")),
    ("simulated", "to_bus.CHARGER", "NG-CHG-IMAX[vbat=8V,load_current=500mA]"),
    ("simulated", "to_bus.PRE-ALARM", "P-PRE-LEVEL.curve[vbat=8V,load_current=10mA]"),
    ("simulated", "to_bus.PRE-ALARM", "NG-PRE-IMAX[vbat=8V,load_current=500mA]"),
    ("simulated", "bus_short", SHORT.format("12.8V")),
    ("simulated", "bus_resistor.1", SHORT.format("12.8V")),
    ("simulated", "bus_resistor.2", SHORT.format("25.6V")),
    ("simulated", "bus_resistor.3", SHORT.format("51.2V")),
    ("simulated", "bus_resistor.4", CURVE.format("8V")),
    ("simulated", "bus_resistor.5", CURVE.format("25.6V")),
    ("simulated", "bus_resistor.6", CURVE.format("51.2V")),
    ("simulated", "bus_resistor.7", "S-CHG-LEVEL.curve[vbat=8V,load_current=1mA]"),
    ("simulated", "remote.REMOTE_L.minus", ANY.format("l=0V")),
    ("simulated", "remote.REMOTE_L.minus", "S-REM-BOTH.toggle[vbat=51.2V,remote_l=0V,link=open]"),
    ("simulated", "remote.REMOTE_L.plus", BOTH_UP),
    ("simulated", "remote.REMOTE_L.dac", BY_LOW),
    ("simulated", "remote.REMOTE_H.plus", ANY.format("h=vbat")),
    ("simulated", "remote.REMOTE_H.half", HALF),
    ("simulated", "remote.REMOTE_H.dac", BY_HIGH),
    ("simulated", "half_divider", HALF),
    ("simulated", "dac.REMOTE_L", BY_LOW),
    ("simulated", "dac.REMOTE_L", "NG-REM-L.threshold[vbat=12.8V]"),
    ("simulated", "dac.REMOTE_H", BY_HIGH),
    ("simulated", "dac.REMOTE_H", "S-REM-H.threshold[vbat=12.8V]"),
    ("minimal", "interlock", HIGHEST),
    ("minimal", "load", IMAX),
    ("minimal", "to_bus.LOAD", IMAX),
    ("minimal", "to_bus.CHARGER", "NG-CHG-IMAX[vbat=8V,load_current=500mA]"),
    ("minimal", "to_bus.PRE-ALARM", "P-PRE-IMAX[vbat=8V,load_current=1A]"),
    ("minimal", "remote.REMOTE_L.minus", "NG-REM-BOTH.toggle[vbat=51.2V,remote_l=0V,link=open]"),
    ("minimal", "remote.REMOTE_L.plus", BOTH_UP),
    ("minimal", "remote.REMOTE_L.dac", BY_LOW),
    ("minimal", "remote.REMOTE_H.plus", ANY.format("h=vbat")),
    ("minimal", "remote.REMOTE_H.dac", BY_HIGH),
    ("minimal", "dac.REMOTE_L", "S-REM-L.threshold[vbat=12.8V]"),
    ("minimal", "dac.REMOTE_H", "NG-REM-H.threshold[vbat=12.8V]"),
}
"""Bench, lead and a case that is a BENCH ERROR without it."""

FAILS = {
    ("simulated", "light.LED_BLUE", "S-LED-BLUE.lit[vbat=8V]"),
    ("simulated", "light.LED_RED", "S-LED-RED.lit[vbat=12.8V,battery=overvoltage]"),
    ("simulated", "engaged.LOAD", "S-LOAD-USES.battery-protect[vbat=12.8V]"),
    ("simulated", "engaged.CHARGER", "S-CHG-USES.charger[vbat=12.8V]"),
    ("simulated", "loop.1", "NG-SUP-RANGE[vbat=8V]"),
    ("simulated", "loop.2", "NG-SUP-RANGE[vbat=8V]"),
    ("simulated", "loop.3", "NG-SUP-RANGE[vbat=8V]"),
    ("minimal", "light.LED_BLUE", "S-LED-BLUE.lit[vbat=8V]"),
    ("minimal", "light.LED_RED", "S-LED-RED.lit[vbat=12.8V,battery=overvoltage]"),
    ("minimal", "pull_up.LOAD", "S-LOAD-FLOAT.undervoltage[vbat=10V]"),
    ("minimal", "pull_up.CHARGER", "S-SUP-SYSTEMS.charge[vbat=12.8V]"),
    ("minimal", "pull_up.PRE-ALARM", "P-CHG-OVT.trip[vbat=8V,battery=overvoltage]"),
}
"""Bench, lead and a case that fails without it: the unit could do the same."""

SILENT = {
    "remote.REMOTE_L.half": "no test brings REMOTE_L there",
    "remote.REMOTE_H.minus": "an open REMOTE_H is at BAT- too",
    "stream.vbat": "only drawn",
}
"""Lead -> why no verdict depends on it."""


@contextmanager
def bench_without(lead: str, *, bench: str, device: str) -> Generator[Bench]:
    """Open a bench around a conforming unit, with one lead open that its file says is there."""
    file, named = FILES[bench], spec(device).device
    row = file.wiring.connections[lead]
    opened = {**file.wiring.connections, lead: replace(row, plus=f"open end of {lead}")}
    copper = replace(file, wiring=replace(file.wiring, connections=opened))
    laboratory = build_laboratory(copper, named, (), 1)
    try:
        with assembled(file, named, laboratory.wires, laboratory.reseed, serial="T1") as opened:
            yield opened
    finally:
        laboratory.close()


def verdict_without(bench, lead, case_id):
    device = DEVICES[case_id[0]]
    (case,) = (case for case in spec(device).cases() if case.id == case_id)
    with bench_without(lead, bench=bench, device=device) as opened:
        return run_case(case, opened, Kept()).verdict


@pytest.mark.parametrize("device", DEVICES.values())
@pytest.mark.parametrize(("bench", "lead"), [(b, lead) for b in FILES for lead in AT_ONCE[b]])
def test_the_first_look_at_a_unit_proves_the_leads_that_it_relies_on(bench, lead, device):
    with bench_without(lead, bench=bench, device=device) as opened:
        for _ in range(2):  # and goes on doing so
            with pytest.raises(OutOfRange, match=r"is open|are open|outside"):
                opened.confirm_variant()


@pytest.mark.parametrize("device", [DEVICES["S"], DEVICES["P"]])
@pytest.mark.parametrize("bench", FILES)
@pytest.mark.parametrize("lead", BY_THE_LOOP)
def test_the_first_look_proves_the_leads_of_the_battery_loop(bench, lead, device):
    with (
        bench_without(lead, bench=bench, device=device) as opened,
        pytest.raises(OutOfRange, match=r"is open|outside"),
    ):
        opened.confirm_variant()


def test_what_the_look_proves_open_is_an_error_of_the_bench_in_every_case():
    # the level is judged within its limits by a meter that is connected to nothing
    light = "S-LOAD-LEVEL.light[vbat=8V]"
    assert verdict_without("simulated", "drop.LOAD", light) is Verdict.ERROR


@pytest.mark.parametrize(("bench", "lead", "case"), sorted(TOLD))
def test_an_open_lead_is_an_error_of_the_bench(bench, lead, case):
    assert verdict_without(bench, lead, case) is Verdict.ERROR


@pytest.mark.parametrize(("bench", "lead", "case"), sorted(FAILS))
def test_an_open_lead_that_looks_like_a_defect_passes_nobody(bench, lead, case):
    assert verdict_without(bench, lead, case) in (Verdict.FAIL, Verdict.ERROR)


# such a lead comes off in the middle of a run
@pytest.mark.parametrize(
    ("lead", "case"),
    [
        ("stream.loop.1", "S-LOAD-UV.trip[vbat=12.8V]"),
        ("stream.loop.2", "S-CHG-OV.trip[vbat=12.8V]"),
        ("stream.loop.1", "P-PRE-30S.step[vbat=12.8V]"),
        ("stream.loop.3", "P-PRE-30S.recovery[vbat=12.8V]"),
    ],
)
def test_a_signal_that_is_followed_and_not_read_back_is_an_error(monkeypatch, lead, case):
    monkeypatch.setattr(leads, "prove_inputs", lambda bench: None)
    assert verdict_without("simulated", lead, case) is Verdict.ERROR


@pytest.mark.parametrize("bench", FILES)
def test_each_lead_is_accounted_for(bench):
    wired = {role for role, row in FILES[bench].wiring.connections.items() if row.plus}
    shown = {lead for at, lead, _ in TOLD | FAILS if at == bench}
    assert wired == shown | {*AT_ONCE[bench], *BY_THE_LOOP} | (wired & SILENT.keys())


@pytest.mark.parametrize("bench", ["simulated", "minimal-simulated"])
@pytest.mark.parametrize("device", DEVICES.values())
def test_no_defect_of_a_unit_is_taken_for_an_open_lead(bench, device):
    another = {"wrong-variant-fitted", "charger-drop-0v6"}  # looks like one, and is told as that
    for fault in sorted({*fault_names(device)} - another):
        path = ROOT / "benches" / f"{bench}.toml"
        with simulated_bench([fault], path=path, name=device) as (opened, _):
            opened.confirm_variant()
