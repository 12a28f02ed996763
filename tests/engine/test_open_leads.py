"""Each lead of the reference bench open in turn: nobody takes a bench in pieces for a good unit."""

from dataclasses import replace

import pytest
from rig import ROOT, Kept, spec

from bench.assembly import assembled, build_laboratory
from bench.bench_file_reader import load_bench_file
from bench.execution import run_case
from bench.verdict import Verdict

FILE = load_bench_file(ROOT / "benches" / "simulated.toml")

TOLD = {
    "supply": "S-SUP-RANGE[vbat=8V]",
    "supply_current": "S-CUR-ON.nominal[vbat=12.8V]",
    "interlock": "S-SUP-RANGE[vbat=64V]",
    "vbat": "S-SUP-RANGE[vbat=8V]",
    "load": "S-LOAD-IMAX[vbat=8V,load_current=1A]",
    "to_bus.LOAD": "S-LOAD-IMAX[vbat=8V,load_current=1A]",
    "bus_load": "S-LOAD-IMAX[vbat=8V,load_current=1A]",
    "bus_current": "S-CHG-ILIM[vbat=12.8V]",
    "to_bus.CHARGER": "S-CHG-ILIM[vbat=12.8V]",
    "to_bus.PRE-ALARM": "P-PRE-LEVEL.curve[vbat=8V,load_current=10mA]",
    "bus_short": "S-CHG-ILIM[vbat=12.8V]",
    "bus_resistor.1": "S-CHG-ILIM[vbat=12.8V]",
    "bus_resistor.2": "S-CHG-ILIM[vbat=25.6V]",
    "bus_resistor.3": "S-CHG-ILIM[vbat=51.2V]",
    "bus_resistor.4": "S-LOAD-LEVEL.curve[vbat=8V,load_current=10mA]",
    "bus_resistor.5": "S-LOAD-LEVEL.curve[vbat=25.6V,load_current=10mA]",
    "bus_resistor.6": "S-LOAD-LEVEL.curve[vbat=51.2V,load_current=10mA]",
    "bus_resistor.7": "S-CHG-LEVEL.curve[vbat=8V,load_current=1mA]",
    "pull_up.LOAD": "S-LOAD-FLOAT.undervoltage[vbat=10V]",
    "pull_up.CHARGER": "S-SUP-SYSTEMS.charge[vbat=12.8V]",
    "pull_up.PRE-ALARM": "P-LOAD-FLOAT.cable-open[vbat=12.8V]",
    "remote_voltage.REMOTE_L": "S-REM-L.on[vbat=12.8V,remote_l=3V]",
    "remote_voltage.REMOTE_H": "S-LOAD-UV.any-remote[vbat=12.8V,remote_h=vbat]",
    "remote.REMOTE_L.minus": "S-LOAD-UV.any-remote[vbat=12.8V,remote_l=0V]",
    "remote.REMOTE_L.plus": "S-REM-H.on[vbat=12.8V,remote_l=vbat,remote_h=vbat]",
    "remote.REMOTE_L.dac": "S-REM-L.on[vbat=12.8V,remote_l=3V]",
    "remote.REMOTE_H.plus": "S-LOAD-UV.any-remote[vbat=12.8V,remote_h=vbat]",
    "remote.REMOTE_H.half": "S-REM-H.on[vbat=12.8V,remote_h=vbat/2]",
    "remote.REMOTE_H.dac": "S-LOAD-UV.any-remote[vbat=12.8V,remote_h=3V]",
    "half_divider": "S-REM-H.on[vbat=12.8V,remote_h=vbat/2]",
    "dac.REMOTE_L": "S-REM-L.on[vbat=12.8V,remote_l=3V]",
    "dac.REMOTE_H": "S-LOAD-UV.any-remote[vbat=12.8V,remote_h=3V]",
}
"""Lead -> a case that is a BENCH ERROR without it."""

FAILS = {
    "bypass": "S-LOAD-IMAX[vbat=8V,load_current=1A]",
    "drop.LOAD": "S-LOAD-FLOAT.undervoltage[vbat=10V]",
    "drop.CHARGER": "S-SUP-SYSTEMS.charge[vbat=12.8V]",
    "drop.PRE-ALARM": "P-CHG-OVT.trip[vbat=8V,battery=overvoltage]",
    "pull_down.LOAD": "S-SUP-SYSTEMS.discharge[vbat=12.8V]",
    "pull_down.CHARGER": "S-SUP-SYSTEMS.charge[vbat=12.8V]",
    "pull_down.PRE-ALARM": "P-CHG-OVT.trip[vbat=12.8V,battery=overvoltage]",
    "remote_link": "S-SUP-RANGE[vbat=8V]",
    "loop.1": "S-SUP-RANGE[vbat=8V]",
    "loop.2": "S-SUP-RANGE[vbat=8V]",
    "loop.3": "S-SUP-RANGE[vbat=8V]",
    "stream.LOAD": "S-LOAD-UV.trip[vbat=12.8V]",
    "stream.CHARGER": "S-CHG-OV.trip[vbat=12.8V]",
    "stream.PRE-ALARM": "P-LOAD-UV.trip[vbat=12.8V]",
    "light.LED_BLUE": "S-LED-BLUE.lit[vbat=8V]",
    "light.LED_RED": "S-LED-RED.lit[vbat=12.8V,battery=overvoltage]",
    "engaged.LOAD": "S-LOAD-USES.battery-protect[vbat=12.8V]",
    "engaged.CHARGER": "S-CHG-USES.charger[vbat=12.8V]",
}
"""Lead -> a case that fails without it: the unit could do the same."""

SILENT = {
    "remote.REMOTE_L.half": "no test brings REMOTE_L there",
    "remote.REMOTE_H.minus": "an open REMOTE_H is at BAT- too",
    "stream.vbat": "only drawn",
    "stream.loop.1": "only dates a stimulus; without it the command does",
    "stream.loop.2": "only dates a stimulus; without it the command does",
    "stream.loop.3": "only dates a stimulus; without it the command does",
}
"""Lead -> why no verdict depends on it."""


def verdict_without(lead, case_id):
    """Return the verdict of a case on a conforming unit whose bench has one lead open."""
    row = FILE.wiring.connections[lead]
    opened = {**FILE.wiring.connections, lead: replace(row, plus=f"open end of {lead}")}
    copper = replace(FILE, wiring=replace(FILE.wiring, connections=opened))
    name = "smallbms_prealarm" if case_id.startswith("P-") else "smallbms"
    device = spec(name).device
    (case,) = (case for case in spec(name).cases() if case.id == case_id)
    laboratory = build_laboratory(copper, device, (), 1)
    try:
        with assembled(FILE, device, laboratory.wires, laboratory.reseed, serial="T1") as bench:
            return run_case(case, bench, Kept()).verdict
    finally:
        laboratory.close()


@pytest.mark.parametrize("lead", TOLD)
def test_an_open_lead_is_an_error_of_the_bench(lead):
    assert verdict_without(lead, TOLD[lead]) is Verdict.ERROR


@pytest.mark.parametrize("lead", FAILS)
def test_an_open_lead_that_looks_like_a_defect_passes_nobody(lead):
    assert verdict_without(lead, FAILS[lead]) in (Verdict.FAIL, Verdict.ERROR)


def test_each_lead_is_accounted_for():
    leads = {role for role, row in FILE.wiring.connections.items() if row.plus}
    assert leads == {*TOLD, *FAILS, *SILENT}
