"""The journal: nothing lost, nothing changed unseen, the same from the same seed."""

import errno
import hashlib
import json
import math
import os
from dataclasses import replace

import numpy  # noqa: TID253 - a test may
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_run import RESULTS, curve, measured, result, write_run

from bench.limit import Limit
from bench.photo import Photo
from bench.verdict import Verdict
from reports.allure_results import write_results
from reports.journal import Journal, RecordError, canonical
from reports.run import journals, newest, read_run, verify_chain


def _lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _rewrite(path, number, change):
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[number] = change(lines[number])
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def test_results_come_back_as_they_were(tmp_path):
    run = read_run(write_run(tmp_path / "run"))

    assert run.problems == ()
    assert run.end == "finished"
    assert run.simulated
    for back, sent in zip(run.results, RESULTS, strict=True):
        assert back.verdict is sent.verdict
        assert back.fault == sent.fault
        assert back.point == sent.point
        assert back.transcript == sent.transcript
        for one, other in zip(back.checks, sent.checks, strict=True):
            assert one.judgement == other.judgement
            assert one.measurement.value == other.measurement.value
            assert one.measurement.budget == other.measurement.budget


def test_curves_come_back_within_nine_digits(tmp_path):
    run = read_run(write_run(tmp_path / "run"))
    (sent,) = RESULTS[1].checks[0].measurement.evidence
    (back,) = run.results[1].checks[0].measurement.evidence

    numpy.testing.assert_allclose(back.x, sent.x, rtol=1e-8)
    assert back.columns.keys() == sent.columns.keys()
    for name, column in sent.columns.items():
        numpy.testing.assert_allclose(back.columns[name], column, rtol=1e-8)
    assert (back.marks, back.levels) == (dict(sent.marks), dict(sent.levels))


def test_each_line_carries_the_hash_of_its_canonical_json_and_of_the_one_before(tmp_path):
    (path,) = journals(write_run(tmp_path / "run"))
    previous = ""
    for line in _lines(path):
        claimed = line.pop("hash")
        text = json.dumps(line, sort_keys=True, separators=(",", ":"))
        assert claimed == hashlib.sha256(text.encode("ascii")).hexdigest()
        assert line["previous"] == previous
        previous = claimed


def test_lines_are_on_disk_before_the_run_ends(tmp_path):
    directory = write_run(tmp_path / "run", end="")

    run = read_run(directory)
    assert len(run.results) == len(RESULTS)
    assert run.end == "broken off"
    assert any("no end of run" in problem for problem in run.problems)


@pytest.mark.parametrize("cut", [1, 20, 400])
def test_a_line_cut_short_costs_only_itself(tmp_path, cut):
    directory = write_run(tmp_path / "run", end="")
    (path,) = journals(directory)
    path.write_bytes(path.read_bytes()[:-cut])

    run = read_run(directory)
    assert len(run.results) == len(RESULTS) - 1
    assert any("cut short" in problem for problem in run.problems)


def test_a_changed_value_is_seen(tmp_path):
    directory = write_run(tmp_path / "run")
    (path,) = journals(directory)
    _rewrite(path, 1, lambda line: line.replace('"value":0.052', '"value":0.051'))

    assert any("line 2: changed after it was recorded" in p for p in verify_chain(directory))


def test_a_line_is_known_by_what_it_says_and_not_by_how_it_is_set(tmp_path):
    directory = write_run(tmp_path / "run")
    (path,) = journals(directory)
    _rewrite(path, 1, lambda line: json.dumps(dict(reversed(json.loads(line).items()))) + "\n")

    assert verify_chain(directory) == ()


def test_a_value_that_was_said_twice_is_seen(tmp_path):
    directory = write_run(tmp_path / "run")
    (path,) = journals(directory)
    _rewrite(path, 1, lambda line: line.replace('{"data":{', '{"data":{"verdict":"PASS",', 1))

    assert any("line 2: changed after it was recorded" in p for p in verify_chain(directory))


def test_a_removed_line_is_seen(tmp_path):
    directory = write_run(tmp_path / "run")
    (path,) = journals(directory)
    _rewrite(path, 2, lambda line: "")

    problems = verify_chain(directory)
    assert any("line 3: does not follow the line before it" in problem for problem in problems)
    assert any("fingerprint" in problem for problem in problems)


@pytest.mark.parametrize("curves", ["checked", "loaded"])
def test_a_changed_curve_is_seen(tmp_path, curves):
    directory = write_run(tmp_path / "run")
    (path,) = (directory / "evidence").glob("*.csv")
    path.write_text(path.read_text("utf-8").replace("12.8", "12.9", 1), encoding="utf-8")

    run = read_run(directory, curves=curves)
    assert any("was changed after it was recorded" in problem for problem in run.problems)
    assert len(run.results) == len(RESULTS)


def test_a_curve_behind_two_measurements_stays_one(tmp_path):
    shared = (curve(),)
    journal = Journal(tmp_path, {}, run_id="r")
    journal.record(result(measured(0.1, evidence=shared), measured(0.2, evidence=shared)))
    journal.record(result(measured(0.1, evidence=(replace(shared[0], marks={"other": 2.0}),))))
    journal.close()
    one, other = read_run(tmp_path).results
    assert one.checks[0].measurement.evidence[0] is one.checks[1].measurement.evidence[0]
    assert other.checks[0].measurement.evidence[0].marks == {"other": 2.0}


def _with_photo(directory):
    finding = measured("does not conform", Limit(equals="conforms", basis="stated"), name="finding")
    photo = Photo(name="label.jpg", kind="image/jpeg", data=b"\xff\xd8\xff of the label")
    measurement = replace(finding.measurement, photos=(photo, photo))
    journal = Journal(directory, {}, run_id="r")
    journal.record(result(replace(finding, measurement=measurement)))
    journal.close()
    return photo


def test_a_photo_comes_back_with_its_name_and_is_on_disk_once(tmp_path):
    photo = _with_photo(tmp_path)
    run = read_run(tmp_path)
    assert run.problems == ()
    assert run.results[0].checks[0].measurement.photos == (photo, photo)
    (path,) = (tmp_path / "evidence").iterdir()
    assert path.name == f"{hashlib.sha256(photo.data).hexdigest()}.jpg"


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_harmed_photo_is_seen(tmp_path, harm):
    _with_photo(tmp_path)
    (path,) = (tmp_path / "evidence").iterdir()
    path.unlink()
    if harm == "changed":
        path.write_bytes(b"\xff\xd8\xff of another label")
    assert any("photo 'label.jpg'" in problem for problem in verify_chain(tmp_path))
    assert read_run(tmp_path).results[0].checks[0].measurement.photos == ()


def test_a_journal_without_its_header_is_reported_as_what_is_not_known(tmp_path):
    directory = write_run(tmp_path / "run")
    (path,) = journals(directory)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[1:]))
    run = read_run(directory)
    assert len(run.results) == len(RESULTS)
    assert any("no header; it does not say what was measured" in said for said in run.problems)
    assert write_results(run, tmp_path / "allure") == len(RESULTS)
    told = (tmp_path / "allure" / "environment.properties").read_text(encoding="utf-8")
    assert "kind=unknown" in told

    path.write_bytes(b"")
    run = read_run(directory)
    assert write_results(run, tmp_path / "nothing") == 0
    assert any("no header" in said for said in run.problems)


def test_a_missing_curve_is_named_without_an_errno(tmp_path):
    directory = write_run(tmp_path / "run")
    (curve,) = (directory / "evidence").glob("*.csv")
    curve.unlink()
    (said,) = read_run(directory).problems
    assert f"evidence {curve.stem[:12]} cannot be read (No such file" in said


def test_a_line_of_garbage_does_not_hide_the_others(tmp_path):
    directory = write_run(tmp_path / "run")
    (path,) = journals(directory)
    _rewrite(path, 2, lambda line: "\x00\xff not json\n")

    run = read_run(directory)
    assert len(run.results) == len(RESULTS) - 1
    assert any("line 3: not a line of a journal" in problem for problem in run.problems)


def test_runs_of_one_seed_differ_in_stamps_only(tmp_path):
    first, second = write_run(tmp_path / "a"), write_run(tmp_path / "b")
    one, other = (_lines(journals(run)[0]) for run in (first, second))

    assert [line["data"] for line in one] == [line["data"] for line in other]
    outside = {key for line in one for key in line} - {"data", "kind"}
    stamps = {key for key in outside if key.endswith("_utc")}
    assert outside - stamps == {"run_id", "writer", "previous", "hash", "fingerprint"}
    assert read_run(first).fingerprints == read_run(second).fingerprints
    assert "_utc" not in canonical([line["data"] for line in one])


def test_another_result_has_another_fingerprint(tmp_path):
    first = write_run(tmp_path / "a", [result(measured(0.052))])
    second = write_run(tmp_path / "b", [result(measured(0.0521))])

    assert read_run(first).fingerprints != read_run(second).fingerprints


def test_a_run_is_never_written_over(tmp_path):
    directory = write_run(tmp_path / "run")
    with pytest.raises(FileExistsError):
        Journal(directory, {})


def test_workers_write_a_file_each_and_are_read_as_one_run(tmp_path):
    directory = tmp_path / "run"
    write_run(directory, RESULTS[:2], writer="gw0")
    write_run(directory, RESULTS[2:], writer="gw1", end="interrupted")

    run = read_run(directory)
    assert [path.name for path in journals(directory)] == ["journal-gw0.jsonl", "journal-gw1.jsonl"]
    assert len(run.results) == len(RESULTS)
    assert run.end == "interrupted"
    assert run.problems == ()


def test_the_end_line_counts(tmp_path):
    (path,) = journals(write_run(tmp_path / "run"))
    end = _lines(path)[-1]

    assert end["data"] == {
        "cases": 4,
        "end": "finished",
        "verdicts": {"PASS": 1, "FAIL": 1, "ERROR": 1, "NOT_RUN": 1},
    }


def test_a_closed_journal_takes_no_more(tmp_path):
    journal = Journal(tmp_path, {})
    journal.close()
    journal.close()
    with pytest.raises(ValueError, match="is closed"):
        journal.record(RESULTS[0])


def test_no_journal_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no journal"):
        read_run(tmp_path)
    with pytest.raises(FileNotFoundError, match="holds no run"):
        newest(tmp_path)


@settings(max_examples=60, deadline=None)
@given(
    value=st.one_of(st.floats(), st.text(max_size=20)),
    garbage=st.text(st.characters(codec=None, exclude_categories=()), max_size=30),
)
def test_any_value_and_any_garbage_survive(tmp_path_factory, value, garbage):
    limit = None if isinstance(value, str) else Limit(low=-1.0, high=1.0, basis="b")
    sent = result(measured(value, limit), reason=garbage)
    run = read_run(write_run(tmp_path_factory.mktemp("any") / "run", [sent]))

    assert run.problems == ()
    (back,) = run.results
    assert back.reason == garbage
    got = back.checks[0].measurement.value
    spelt = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
    expected = spelt.get(value, value) if isinstance(value, str) else value
    assert got == expected or (math.isnan(got) and math.isnan(expected))
    assert back.verdict is sent.verdict
    if isinstance(value, float) and not math.isfinite(value):
        assert back.verdict is Verdict.ERROR


class FullDisk:
    """``os`` on a disk that has room for so many bytes and takes what fits of the rest."""

    def __init__(self, room):
        self.room = room
        self.closed = []

    def __getattr__(self, name):
        return getattr(os, name)

    def write(self, file, data):
        if not self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = os.write(file, data[: self.room])
        self.room -= written
        return written

    def close(self, file):
        os.close(file)
        self.closed.append(file)

    def ftruncate(self, file, length):
        self.room += os.fstat(file).st_size - length
        os.ftruncate(file, length)


@pytest.mark.parametrize("reopened", [False, True])
def test_a_line_that_did_not_fit_leaves_room_for_the_end(tmp_path, monkeypatch, reopened):
    journal = Journal(tmp_path, {"simulated": True}, run_id="R")
    journal.record(RESULTS[0])
    if reopened:
        journal = Journal.reopened(journal.path)
    monkeypatch.setattr("reports.journal.os", FullDisk(room=900))
    with pytest.raises(RecordError, match="No space left on device"):
        journal.record(RESULTS[1])
    journal.close("interrupted")
    monkeypatch.undo()

    run = read_run(tmp_path)
    assert (run.end, run.problems) == ("interrupted", ())
    assert [result.case_id for result in run.results] == [RESULTS[0].case_id]


def test_a_directory_without_room_for_a_header_can_be_used_later(tmp_path, monkeypatch):
    disk = FullDisk(room=10)
    monkeypatch.setattr("reports.journal.os", disk)
    with pytest.raises(OSError, match="No space left"):
        Journal(tmp_path, {"simulated": True})
    monkeypatch.undo()
    assert disk.closed, "Windows deletes no file that is open"
    assert journals(tmp_path) == ()
    Journal(tmp_path, {"simulated": True}).close()
    assert read_run(tmp_path).problems == ()
