"""The supply current that is measured is that of the device: what the fixture takes is left out."""

from statistics import fmean

import pytest
from rig import Kept, simulated_bench, spec

from bench.execution import run_case
from simulation.dut.parameters import data_sheet

_STATES = {
    "S-CUR-ON": "current.on",
    "S-CUR-LOWCELL": "current.low_cell",
    "S-CUR-OFF": "current.remote_off",
}
_LEAKAGE = 2 * 0.2e-6  # what flows into an output that is off comes from BAT+ as well


@pytest.mark.parametrize("clause", _STATES)
@pytest.mark.parametrize("vbat", ["8V", "70V"])
def test_the_mean_over_instruments_is_what_the_unit_draws(clause, vbat):
    (case,) = (c for c in spec().cases() if c.id.startswith(f"{clause}.curve[vbat={vbat}"))
    drawn = data_sheet("smallbms").parameters[_STATES[clause]].value
    found = []
    for seed in range(6):
        with simulated_bench(seed=seed) as (bench, _):
            result = run_case(case, bench, Kept())
        (check,) = (c for c in result.checks if c.measurement.name == "supply_current")
        found.append(check.measurement)
    u = found[0].uncertainty
    # far less than one u: a bias would not average out over the errors of six instruments
    assert fmean(m.value for m in found) == pytest.approx(drawn + _LEAKAGE / 2, abs=0.6 * u)
    assert all(abs(m.value - drawn) < 2.0 * u + _LEAKAGE for m in found)
