"""A run under way: an open bench, the journal that is written, the case that is being measured."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.assembly import open_bench
from bench.errors import ConfigError
from bench.results import CaseResult, Fault
from bench.spec import Case
from bench.verdict import Verdict
from reports import summary, wording
from reports.allure import AllureView
from reports.allure_files import Attachments, Plots
from reports.header import run_header
from reports.interrupts import Interrupts
from reports.journal import Journal, today
from reports.request import Request


class Recording:
    """A ``bench.results.Recorder`` that opens the bench with the journal and closes both.

    Raises ConfigError when the bench cannot be used or the directory cannot be written. From here
    to ``end`` the first Ctrl-C or SIGTERM breaks the run off and later ones are ignored.
    """

    def __init__(self, request: Request, directory: Path, *, writer: str = "") -> None:
        self.directory = directory
        self.case: Case | None = None
        self.result: CaseResult | None = None
        self.attachments: Attachments | None = None
        self._interrupts = Interrupts()
        with ExitStack() as stack:
            spec = request.spec()
            stack.callback(self._interrupts.restore)
            self._interrupts.install()
            self.bench = stack.enter_context(
                open_bench(
                    request.bench_path,
                    device=spec.device,
                    serial=request.serial,
                    faults=request.faults,
                    rule=request.rule,
                    seed=request.seed,
                    today=today(),
                )
            )
            self.header = run_header(spec, self.bench.provenance())
            self.stamp = summary.stamp(self.header)
            self._journal = self._open_journal(writer)
            self._stack = stack.pop_all()

    def follow_in_allure(self, results: Path, plots: Plots, strict: bool) -> None:
        """Complete what allure-pytest writes to ``results`` until the end of the run.

        With ``strict`` a conditional pass is shown as failed.
        """
        from reports.allure_hook import AllureHook

        self.attachments = Attachments(results, self.directory, plots)
        hook = AllureHook(AllureView(self.header, strict=strict), self.attachments, self._current)
        self._stack.callback(hook.register())

    def begin(self, case: Case | None, lacking: str = "") -> None:
        """Note which case starts (None: something else); record it at once if it cannot run."""
        self.case, self.result = case, None
        if lacking:
            self._record_unmeasured(Verdict.NOT_RUN, reason=lacking)

    def record(self, result: CaseResult) -> None:
        """Keep ``result`` on disk; a signal waits until it is there."""
        with self._interrupts.shield():
            self._journal.record(result)
            self.result = result

    def break_off(self, error: BaseException) -> None:
        """Record the running case as ended by ``error`` unless it has a result already."""
        if self.result is None:
            interrupted = not isinstance(error, Exception)
            said = "interrupted" if interrupted else f"defect in the test's own code: {error!r}"
            kind = type(error).__name__
            fault = Fault(kind=kind, message=said, interrupted=interrupted)
            self._record_unmeasured(Verdict.ERROR, fault=fault)

    def properties(self) -> list[tuple[str, str]]:
        """Return verdict, clause and a line for each measurement of the running case."""
        return wording.properties(self.result) if self.result else []

    def end(self, *, interrupted: bool) -> Iterator[str]:
        """Make the bench safe and close it, end the journal, draw the plots; yield how far it is.

        Signals are ignored until the bench is safe; a later one may break off the drawing.
        """
        self._interrupts.ignore()
        try:
            self._stack.close()
        finally:
            self._journal.close("interrupted" if interrupted else "finished")
        total = self.attachments.waiting if self.attachments else 0
        for done in self.attachments.draw() if self.attachments else ():
            yield f"plot {done} of {total} drawn"

    def _open_journal(self, writer: str) -> Journal:
        where = f"--run-dir {self.directory}"
        try:
            return Journal(self.directory, self.header, run_id=self.directory.name, writer=writer)
        except FileExistsError:
            raise ConfigError(f"{where}: holds a run already; name a new directory") from None
        except OSError as error:
            raise ConfigError(f"{where}: cannot be written ({error}); name another") from None

    def _current(self) -> tuple[str, CaseResult | None]:
        return (self.case.id if self.case else ""), self.result

    def _record_unmeasured(
        self, verdict: Verdict, reason: str = "", fault: Fault | None = None
    ) -> None:
        """Record the running case, if there is one; it has measured nothing."""
        if self.case is None:
            return
        now = self.bench.clock.now()
        self.record(
            CaseResult(
                case_id=self.case.id,
                spec_id=self.case.clause.spec_id,
                clause_id=self.case.clause.id,
                point=self.case.point.shown(),
                verdict=verdict,
                checks=(),
                started=now,
                ended=now,
                reason=reason,
                fault=fault,
            )
        )
