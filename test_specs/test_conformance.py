"""Every clause of the device's specification beside this file, at each of its operating points."""

from bench.bench import Bench
from bench.execution import run_case
from bench.results import Recorder
from bench.spec import Case


def test_clause(case: Case, bench: Bench, recorder: Recorder) -> None:
    """Measure one clause at one operating point and hold the result against its limits."""
    run_case(case, bench, recorder).raise_for_verdict()
