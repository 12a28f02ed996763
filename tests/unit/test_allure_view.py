"""What Allure is told of a result, and results made from a journal alone."""

import json
from dataclasses import replace

import pytest
from sample_run import FLOAT, RESULTS, clause, header, measured, result, write_run

from bench.limit import Limit
from bench.photo import Photo
from bench.results import Fault
from bench.verdict import Verdict
from reports import wording
from reports.allure import AllureView
from reports.allure_files import Attachments, executor
from reports.allure_results import write_results
from reports.clause import dump
from reports.run import read_run

VIEW = AllureView(header())


def _identity(test):
    kept = {p["name"]: p["value"] for p in test["parameters"] if not p["excluded"]}
    return test["testCaseId"], kept


def test_identity_is_spec_clause_check_point_serial_and_backend():
    one, other = VIEW.test(RESULTS[0]), VIEW.test(RESULTS[1])

    assert _identity(one)[0] == _identity(other)[0]
    assert _identity(one)[1] == {"vbat": "8 V", "serial": "HQ1", "backend": "simulated"}
    assert one["historyId"] != other["historyId"]


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"serial": "HQ2"}, False),
        ({"simulated": False}, False),
        ({"seed": 9}, True),
        ({"decision_rule": "simple"}, True),
        ({"faults": ["load-drop-0v3"]}, True),
        ({"clauses": dump([clause(reason="reworded")])}, True),
    ],
)
def test_what_changes_a_history_and_what_does_not(changes, same):
    before = VIEW.test(RESULTS[0])
    after = AllureView(header(**changes)).test(RESULTS[0])

    assert (_identity(before) == _identity(after)) is same
    assert (before["historyId"] == after["historyId"]) is same


def test_a_measured_value_is_no_part_of_the_identity():
    assert _identity(VIEW.test(result(measured(0.01)))) == _identity(VIEW.test(RESULTS[0]))


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (result(measured(0.05)), "passed"),
        (result(measured(0.099)), "passed"),
        (result(measured(0.101)), "failed"),
        (result(measured(0.35)), "failed"),
        (result(measured(0.05, u=float("nan"))), "broken"),
        (result(fault=Fault(kind="NoAnswer", message="silent")), "broken"),
        (result(verdict=Verdict.NOT_RUN, reason="no role"), "skipped"),
        (result(measured(0.05, None)), "passed"),
    ],
)
def test_status(given, status):
    assert VIEW.test(given)["status"] == status


def test_a_conditional_pass_may_be_refused():
    assert AllureView(header(), strict=True).test(result(measured(0.099)))["status"] == "failed"


def test_an_interrupted_case_is_broken_and_never_passed():
    fault = Fault(kind="KeyboardInterrupt", message="interrupted", interrupted=True)
    test = VIEW.test(result(measured(0.05), fault=fault))

    assert test["status"] == "broken"
    assert test["statusDetails"]["message"].startswith("BENCH ERROR interrupted")


def test_a_pipe_or_a_tag_does_not_break_the_table():
    text = VIEW.test(RESULTS[0])["description"]

    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.replace("\\|", "").count("|") for line in table}) == 1
    assert "At \\| which load?" in text
    assert "**S-LOAD-LEVEL** LOAD is at Vbat - 0.1 V." in text


def test_each_limit_says_once_on_what_it_rests():
    derived = Limit(high=1e-3, unit="A", basis="derived: | leakage")
    checks = (
        *(measured(0.05), measured(0.06, name="drop_after")),
        measured(1e-6, derived, name="leak", unit="A"),
        measured(12.8, None, name="vbat"),
    )
    text = VIEW.test(result(*checks))["description"]
    assert [line for line in text.splitlines() if line.startswith("- Limit of")] == [
        "- Limit of drop, drop_after: stated (D-DROP)",
        "- Limit of leak: derived: \\| leakage",
    ]


@pytest.mark.parametrize(
    ("check", "line"),
    [
        (
            measured(0.23, Limit(low=0.225, high=0.235, basis="b"), u=0.0, name="soc", unit="1"),
            "PASS soc = 23 %  limits [22.5, 23.5] %",
        ),
        (
            measured(-0.0019, Limit(low=-0.05, high=0.05, basis="b"), u=1e-4, unit="1"),
            "PASS drop = -0.190 %  limits [-5, 5] %",
        ),
        (measured(0.052), "PASS drop = 0.0520 V  limits [.., 0.1] V"),
        (measured(0.052, u=0.0), "PASS drop = 0.052 V  limits [.., 0.1] V"),
        (
            measured(-3e-6, Limit(low=-1e-5, high=1e-5, basis="b"), u=2e-8, name="leak", unit="A"),
            "PASS leak = -3.000 µA  limits [-10, 10] µA",
        ),
        (
            measured(2.2e-3, Limit(high=2.7e-3, basis="b"), u=1e-6, name="draw", unit="A"),
            "PASS draw = 2.2000 mA  limits [.., 2.7] mA",
        ),
        (measured("LOW", Limit(equals="FLOAT", basis="b")), "FAIL drop = LOW  expected FLOAT"),
        (measured(12.8, None, u=0.05), "INFORMATIVE drop = 12.80 V  no limit"),
        (measured(float("nan")), "BENCH ERROR drop = nan V  limits [.., 0.1] V"),
    ],
)
def test_a_check_in_one_line(check, line):
    assert wording.line(check) == line


def test_a_photo_stands_with_its_case(tmp_path):
    finding = measured("does not conform", FLOAT, name="finding")
    photo = Photo(name="label.png", kind="image/png", data=b"\x89PNG\r\n\x1a\n of the label")
    shown = replace(finding, measurement=replace(finding.measurement, photos=(photo,)))
    (attached,) = (
        part for part in Attachments(tmp_path, "all").of(result(shown)) if "photo" in part["name"]
    )
    assert (attached["name"], attached["type"]) == ("photo label.png", "image/png")
    assert (tmp_path / attached["source"]).read_bytes() == photo.data


def test_results_from_a_journal_alone(tmp_path):
    run = read_run(write_run(tmp_path / "run"))
    count = write_results(run, tmp_path / "allure")

    files = [json.loads(p.read_bytes()) for p in (tmp_path / "allure").glob("*-result.json")]
    assert count == len(files) == len(RESULTS)
    assert {f["uuid"] for f in files} != {""}
    for test in files:
        assert test["stop"] >= test["start"] > 1_600_000_000_000
        for attachment in test["attachments"]:
            assert (tmp_path / "allure" / attachment["source"]).is_file()
    failed = next(test for test in files if test["status"] == "failed")
    kinds = sorted(attachment["type"] for attachment in failed["attachments"])
    assert kinds == ["image/svg+xml", "text/csv", "text/plain"]
    lines = (tmp_path / "allure" / "environment.properties").read_text("utf-8").splitlines()
    assert "kind=SIMULATED" in lines
    assert all("=" in line for line in lines)


@pytest.mark.parametrize(
    ("environment", "kind"),
    [
        ({}, "bench"),
        ({"GITHUB_ACTIONS": "true", "GITHUB_RUN_NUMBER": "7"}, "github"),
        ({"GITLAB_CI": "true", "CI_PIPELINE_IID": "7", "CI_PIPELINE_URL": "u"}, "gitlab"),
    ],
)
def test_executor(tmp_path, environment, kind):
    data = executor((read_run(write_run(tmp_path / "run")),), environment)
    assert data["type"] == kind
    assert data.get("buildOrder", 7) == 7
