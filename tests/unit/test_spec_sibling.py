"""A device that nobody has heard of is specified by files alone, with other figures throughout."""

import re

import pytest
from spec_data_rig import ROOT

from reports.request import Request

FOLDER = ROOT / "test_specs"
BENCH = ROOT / "benches" / "reference.toml"

# Old -> new text of the sheet with pre-alarm: every printed figure is another one.
FIGURES = {
    'name = "smallbms_prealarm"': 'name = "sibling"',
    'id = "smallbms_prealarm"': 'id = "sibling"',
    "BMS400100000": "BMS400900000",
    'variant = "P"': 'variant = "X"',
    '"70 V"': '"36.5 V"',
    '"-20 degC"': '"-30 degC"',
    '"50 degC"': '"60 degC"',
    'current = "1 A"': 'current = "2 A"',
    'current = "10 mA"': 'current = "12 mA"',
    'high = "2.2 mA"': 'high = "4.1 mA"',
    'low = "3.5 V"': 'low = "4.2 V"',
    'high = "2.9 V"': 'high = "1.8 V"',
    'low = "30 s"': 'low = "20 s"',
}
BEYOND = re.compile(r'"((?:3[7-9]|[4-6]\d)(?:\.\d+)?) V"')
"""A battery voltage that this device must not see; a lower one that no grid has takes its place."""


@pytest.fixture
def sibling(tmp_path):
    register = (FOLDER / "discrepancies.toml").read_text(encoding="utf-8")
    (tmp_path / "discrepancies.toml").write_text(register, encoding="utf-8")
    text = (FOLDER / "smallbms_prealarm.toml").read_text(encoding="utf-8")
    text = BEYOND.sub(lambda found: f'"{float(found[1]) / 2.0 + 0.33:.2f} V"', text)
    for old, new in FIGURES.items():
        assert old in text, old
        text = text.replace(old, new)
    (tmp_path / "sibling.toml").write_text(text, encoding="utf-8")
    return Request(device="sibling", specs=tmp_path, bench_path=BENCH)


def test_its_figures_are_those_of_its_file(sibling):
    device = sibling.spec().device
    assert (device.variant, device.part_number) == ("X", "BMS400900000")
    assert device.absolute_maximum == {"vbat": 36.5}
    assert device.temperatures == (-30.0, 60.0)
    assert device.ratings["LOAD"].current == 2.0
    bounds = {
        (name, limit.low, limit.high)
        for case, _ in sibling.cases()
        for name, limit in case.test.limits.items()
        if not limit.informative
    }
    assert ("supply_current", None, 4.1e-3) in bounds
    assert ("threshold_on", 4.2, None) in bounds
    assert ("threshold_on", None, 1.8) in bounds
    assert ("lead_time", 20.0, None) in bounds
    assert max(case.point.vbat for case, _ in sibling.cases()) == 36.5


def test_a_real_bench_can_run_what_it_can_run_of_a_known_device(sibling):
    known = Request(device="smallbms_prealarm", bench_path=BENCH)
    reasons = {why for _, why in known.cases()}
    cases = sibling.cases()
    assert len(cases) > 300
    assert {why for _, why in cases} <= reasons
    assert sum(not why for _, why in cases) > 300
