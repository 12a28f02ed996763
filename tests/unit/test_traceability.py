"""The coverage matrix: every clause, what was said of it, why nothing was."""

import csv
import io
from html.parser import HTMLParser

from sample_run import CLAUSES, RESULTS, clause, measured, result, write_run

from bench.limit import Limit
from bench.verdict import Verdict
from reports.coverage import coverage
from reports.run import read_run
from reports.summary import summary
from reports.traceability import rows_of, to_csv, to_html, write_matrix


def _rows(results=RESULTS, clauses=CLAUSES):
    return {row.clause.id: row for row in coverage(clauses, results)}


def test_every_clause_has_a_row_in_the_order_of_the_file():
    assert list(_rows()) == ["S-LOAD-LEVEL", "S-LOAD-UV", "S-LED-RED", "S-ENV-IP"]


def test_the_verdict_of_a_clause_is_the_worst_and_shows_the_smallest_margin():
    row = _rows()["S-LOAD-LEVEL"]

    assert row.verdict is Verdict.FAIL
    assert row.counts == {Verdict.FAIL: 1, Verdict.PASS: 1}
    assert row.worst_case == "S-LOAD-LEVEL[vbat=70V]"
    assert row.worst_margin == "-0.252 V"
    assert row.why_not == ""


def test_margins_of_different_quantities_are_compared_in_parts_of_their_limits():
    micro = Limit(high=10e-6, unit="A", basis="b")
    one = result(
        measured(0.05),  # half of the limit is left
        measured(9e-6, micro, u=1e-9, name="leakage", unit="A"),  # a tenth is left
    )
    row = _rows([one])["S-LOAD-LEVEL"]
    assert row.worst_check.startswith("PASS leakage = 9.0000 µA")
    assert row.worst_margin == "1 µA"


def test_a_numeric_margin_tells_more_than_a_word():
    floating = Limit(equals="FLOAT", basis="b")
    row = _rows([result(measured("FLOAT", floating, name="state"), measured(0.05))])["S-LOAD-LEVEL"]
    assert row.worst_margin == "0.05 V"


def test_what_was_not_run_says_why():
    rows = _rows()

    assert rows["S-ENV-IP"].why_not == "read the label"
    assert rows["S-ENV-IP"].verdict is Verdict.NOT_RUN
    assert rows["S-LED-RED"].why_not == "no role leds"
    assert "2 of 3 cases were not selected or not reached" in rows["S-LOAD-UV"].why_not
    assert rows["S-LOAD-UV"].unreached == 2
    assert "daq is silent" in rows["S-LOAD-UV"].worst_check


def test_csv_reads_back():
    table = list(csv.DictReader(io.StringIO(to_csv(coverage(CLAUSES, RESULTS)))))

    assert [row["clause"] for row in table] == [entry.id for entry in CLAUSES]
    assert table[0]["fail"] == "1"
    assert table[0]["title"] == "LOAD is <normally> high"
    assert table[3]["why not run"] == "read the label"


class _Page(HTMLParser):
    void = ("meta", "br")

    def __init__(self):
        super().__init__()
        self.open, self.words, self.outside = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in self.void:
            self.open.append(tag)
        self.outside += [value for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_the_page_is_whole_and_needs_nothing_beside_it(tmp_path):
    run = read_run(write_run(tmp_path / "run"))
    page = _Page()
    page.feed(to_html(run, rows_of(run)))

    text = " ".join(page.words)
    assert page.open == []
    assert page.outside == []
    assert "LOAD is <normally> high" in text
    assert "SIMULATED" in text
    for words in ("FAIL", "BENCH ERROR", "NOT RUN", "read the label", "D-DROP"):
        assert words in text


def test_a_real_run_is_not_called_simulated(tmp_path):
    run = read_run(write_run(tmp_path / "run", backend="real", simulated=False))
    assert "SIMULATED" not in to_html(run, rows_of(run))


def test_both_files_are_written(tmp_path):
    page, table = write_matrix(read_run(write_run(tmp_path / "run")), tmp_path)
    assert (page.name, table.name) == ("coverage.html", "coverage.csv")


def test_the_summary_has_a_line_for_each_clause_that_was_run(tmp_path):
    lines = [text for text, _ in summary(read_run(write_run(tmp_path / "run")))]

    assert any(line.startswith("S-LOAD-LEVEL") and "-0.252 V" in line for line in lines)
    assert not any(line.startswith("S-ENV-IP") for line in lines)
    assert "BENCH ERRORS (1): these say nothing about the device" in lines
    assert "1 clauses have no test on this bench; the coverage matrix says why" in lines


def test_a_clause_without_results_or_reason_is_still_there():
    (row,) = coverage([clause("X", planned=0)], [])
    assert row.why_not == "the specification names no test"


def test_a_narrow_screen_gets_its_own_width_and_no_table(tmp_path):
    run = read_run(write_run(tmp_path / "run"))
    page = to_html(run, rows_of(run))
    assert '<meta name="viewport" content="width=device-width' in page
    assert "@media screen and (max-width:" in page
