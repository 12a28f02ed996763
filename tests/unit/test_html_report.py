"""The page: Allure's output without its analytics, and a sentence when it cannot be made."""

import json
import shutil

import pytest
from sample_run import write_run

from reports import html
from reports.html import ReportError, lacks_results, without_analytics, write_report
from reports.run import read_runs

ALLURE = html.PROJECT / "node_modules" / "allure" / "cli.js"
PAGE = b"""<head><title>x</title>
<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
<script>
    window.dataLayer = window.dataLayer || [];
    function gtag() { dataLayer.push(arguments); }
    gtag("js", new Date());
</script>
</head><script>window.ours = 1;</script>"""


def _render(directory):
    return write_report(read_runs(directory), directory)


def test_the_analytics_go_and_the_rest_stays():
    clean = without_analytics(PAGE)

    assert b"gtag" not in clean
    assert b"googletagmanager" not in clean
    assert clean.endswith(b"</head><script>window.ours = 1;</script>")
    assert without_analytics(clean) == clean


def test_without_node_the_results_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    directory = write_run(tmp_path / "run")

    with pytest.raises(ReportError, match=r"Node.js is missing: install Node 20 .* are kept in"):
        _render(directory)
    assert (directory / "coverage.html").is_file()
    assert len(list((directory / "allure-results").glob("*-result.json"))) == 4


def test_without_allure_the_remedy_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: "node")
    monkeypatch.setattr(html, "PROJECT", tmp_path)

    with pytest.raises(ReportError, match="Allure is missing: run 'npm ci' in"):
        _render(write_run(tmp_path / "run"))


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    if not (ALLURE.is_file() and shutil.which("node")):
        pytest.skip("needs Node and npm ci")
    directory = write_run(tmp_path_factory.mktemp("rendered") / "run")
    _render(directory)
    return directory


def test_one_file_holds_everything(rendered):
    page = (rendered / "report.html").read_bytes()

    assert b"googletagmanager" not in page
    assert b"test-results/" in page
    assert not (rendered / "report").exists()


def test_a_second_time_adds_nothing_to_the_history(rendered):
    history = rendered.parent / "history.jsonl"
    before = history.read_text("utf-8").splitlines()
    _render(rendered)

    assert len(before) == 1
    assert history.read_text("utf-8").splitlines() == before


def test_too_large_a_run_becomes_a_directory(rendered, monkeypatch):
    monkeypatch.setattr(html, "SINGLE_FILE_LIMIT", 10)
    report = _render(rendered)

    assert not report.is_single
    assert report.page == rendered / "report" / "index.html"
    assert b"googletagmanager" not in report.page.read_bytes()


def test_two_devices_share_a_page_and_keep_what_is_their_own(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    for device in ("one", "two"):
        write_run(tmp_path / "run" / f"run-{device}", device=device)
    with pytest.raises(ReportError, match=r"Node\.js is missing"):
        _render(tmp_path / "run")

    results = tmp_path / "run" / "allure-results"
    assert len(list(results.glob("*-result.json"))) == 8
    known = dict(
        line.split("=", 1) for line in (results / "environment.properties").read_text().splitlines()
    )
    assert (known["device.one"], known["device.two"]) == ("one", "two")
    assert "bench" in known
    assert '"buildName": "run"' in (results / "executor.json").read_text()
    assert (tmp_path / "run" / "run-two" / "coverage.html").is_file()


def test_what_allure_missed_is_made_from_the_journal(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    run = write_run(tmp_path / "run")
    with pytest.raises(ReportError, match=r"Node\.js is missing"):
        _render(run)
    kept, cut, *_ = sorted((run / "allure-results").glob("*-result.json"))
    before, lost = kept.read_bytes(), json.loads(cut.read_bytes())["fullName"]
    cut.write_text("{", encoding="utf-8")
    assert lacks_results(read_runs(run), run)
    cut.unlink()
    kept.write_bytes(before + b"\n")
    with pytest.raises(ReportError, match=r"Node\.js is missing"):
        _render(run)
    assert json.loads(cut.read_bytes())["fullName"] == lost
    assert kept.read_bytes() == before + b"\n"


def test_a_report_that_cannot_be_written_is_a_sentence(tmp_path, monkeypatch):
    run = write_run(tmp_path / "run")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reports.html.write_matrix", full)
    with pytest.raises(ReportError, match=r"cannot be written \(No space .* record is untouched"):
        _render(run)
