"""The weakest defect that a clause sees is where circuit theory and the decision rule put it."""

import csv
from dataclasses import replace
from io import StringIO
from math import inf

import pytest
from typer.testing import CliRunner

from reports.detection_limit import Reach, dump, load
from reports.detection_page import to_html
from reports.detection_text import summary, to_csv
from station.cli import app
from station.cores import on_cores
from station.defects import chosen
from station.ledger import open_ledger
from station.search import find_limits, searches

STRANGE = """
[[fault]]
id = "dirt"
title = "{magnitude} of dirt between LOAD and BAT-"
variants = ["S"]
clauses = ["S-LOAD-LEVEL"]
magnitude = 1e9
unit = "ohm"
parts = [{ kind = "resistor", plus = "LOAD", minus = "BAT-", value = "magnitude" }]

[[fault]]
id = "beyond-repair"
title = "LOAD lies 1 V below Vbat, and the boot takes {magnitude}"
variants = ["S"]
clauses = ["S-LOAD-LEVEL"]
magnitude = 1.1
unit = "s"
set = { "load.drop" = 1.0, "supply.boot_time" = "magnitude" }
"""


def found(tmp_path, names, *files, clause="S-LOAD-LEVEL", ends="light[vbat=70V]"):
    """Return the limits of one clause, at one operating point."""
    (golden,), defects = chosen(["smallbms"], names, files)
    only = frozenset(
        c.id for c in golden.cases() if c.id.startswith(clause) and c.id.endswith(ends)
    )
    assert only
    tasks = list(searches([replace(golden, only=only)], defects))
    told = []
    with open_ledger(tmp_path / "out") as ledger:
        limits = find_limits(
            [task for task in tasks if task.clause == clause],
            ledger,
            spread=on_cores(1),
            told=lambda *news: told.append(news),
        )
    return limits, [name for *_, name in told if name]


def test_a_drop_is_seen_from_the_limit_less_u_and_rejected_from_the_limit_plus_u(tmp_path):
    ((limit,), told) = found(tmp_path, "load-drop-0v3")
    assert told == ["smallbms: load-drop-0v3, S-LOAD-LEVEL"]
    u = limit.uncertainty
    assert limit.quantity == "drop"
    assert limit.case == "S-LOAD-LEVEL.light[vbat=70V]"
    # a pull-down of 100 kohm and the divider of 1 Mohm draw 0.77 mA through 60 mohm
    border = 0.1 - 70.0 * (1 / 100e3 + 1 / 1e6) * 0.06
    resolution = 1e-4 * limit.deviation
    assert limit.noticed.reach is Reach.FOUND
    assert limit.noticed.magnitude == pytest.approx(border - u, abs=u + resolution)
    band = limit.rejected.magnitude - limit.noticed.magnitude
    assert band == pytest.approx(2.0 * u, abs=2.0 * resolution)
    assert limit.conforming == 0.02


def test_a_resistance_that_a_conforming_unit_has_not_is_searched_from_infinity(tmp_path):
    ((limit,), _) = found(
        tmp_path, "load-pulled-low", clause="S-REM-BOTH", ends="[vbat=70V,link=open]"
    )
    assert limit.conforming == inf
    # 10 uA through it, less the 0.2 uA that leak in anyway, at 70 V less the drop of the pull-up
    assert limit.noticed.magnitude == pytest.approx(69.0 / 10.2e-6, rel=0.12)
    assert limit.noticed.magnitude > limit.rejected.magnitude
    assert limit.quantity == "leakage.LOAD"


def test_what_is_never_or_always_seen_is_said(tmp_path):
    path = tmp_path / "strange.toml"
    path.write_text(STRANGE, encoding="utf-8")
    (never, always), _ = found(tmp_path, "dirt,beyond-repair", path)
    assert never.noticed.reach is Reach.BEYOND
    assert never.noticed.magnitude == pytest.approx(1e9 / 64)
    assert never.quantity == ""
    assert always.noticed.reach is Reach.BELOW
    assert always.noticed.magnitude == pytest.approx(1.0, abs=1e-6)
    told = "\n".join(summary([never, always]))
    assert "0 of 2 limits found" in told
    assert "S-LOAD-LEVEL sees dirt not even at 15.625 Mohm" in told
    assert "S-LOAD-LEVEL sees beyond-repair already at 1 s" in told
    page = to_html([never, always])
    assert "Seen at the smallest size that was tried (1)" in page
    assert "Not seen at the largest size that was tried (1)" in page
    assert [load(dump(limit)) for limit in (never, always)] == [never, always]


def test_a_search_that_was_done_is_not_done_again(tmp_path):
    first, _ = found(tmp_path, "current-off-too-high", clause="S-CUR-OFF", ends="[vbat=12.8V]")
    again, told = found(tmp_path, "current-off-too-high", clause="S-CUR-OFF", ends="[vbat=12.8V]")
    assert told == []
    assert again == first
    (line,) = csv.DictReader(StringIO(to_csv(first)))
    assert float(line["noticed_at"]) == first[0].noticed.magnitude < 1.5e-3
    assert line["U unit"] == "A"


@pytest.mark.parametrize("names", ["led-red-stuck", "cable-open-ignored"])
def test_nothing_to_search_is_red(names, tmp_path):
    arguments = ["limits", "smallbms", "--faults", names, "--out", str(tmp_path)]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 1
    assert "nothing to search" in done.output


def test_a_real_bench_is_refused(tmp_path):
    arguments = ["limits", "smallbms", "--bench", "benches/reference.toml", "--out", str(tmp_path)]
    done = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert done.exit_code == 2
    assert "is a real bench" in done.output
