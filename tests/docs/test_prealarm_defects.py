"""The page on faulty devices lists the defects of the device with pre-alarm as they are."""

import re

from pages import ROOT

from simulation.faults import fault_names, find_fault

DEVICE = "smallbms_prealarm"


def test_defects_are_listed_with_what_they_violate():
    page = ROOT.joinpath("docs", "how-to", "describe-a-faulty-device.md")
    _, found, told = page.read_text(encoding="utf-8").partition(
        "\n## Defects of the simulated smallBMS with pre-alarm\n"
    )
    assert found
    rows = re.findall(r"^\| `([\w-]+)` \| .* \| (.*) \|$", told.partition("\n## ")[0], re.M)
    own = [name for name in fault_names(DEVICE) if name.startswith("prealarm-")]
    have = {name: ", ".join(find_fault(DEVICE, name).clauses) or "none" for name in own}
    assert dict(rows) == have


def test_it_can_have_each_defect_of_the_device_with_two_outputs():
    assert set(fault_names("smallbms")) <= set(fault_names(DEVICE))
