"""A run under way: an open bench, the journal that is written, the case that is being measured."""

import sys
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.assembly import open_bench
from bench.bench import Bench
from bench.errors import ConfigError
from bench.results import CaseError, CaseNotRun, CaseResult, Fault, Nonconformance
from bench.spec import Case
from bench.verdict import Verdict
from reports import aborted, summary, wording
from reports.allure import AllureView
from reports.allure_files import Attachments
from reports.header import run_header
from reports.interrupts import Interrupts
from reports.journal import Journal, RecordError, today
from reports.request import Request


class Recording:
    """A ``bench.results.Recorder`` that opens the bench with the journal and closes both.

    From ``open`` to ``end`` the first Ctrl-C, SIGTERM or SIGHUP breaks the run off; later ones, and
    all from ``end`` to ``release``, are ignored. ``end`` closes whatever ``open`` got to, so
    whoever keeps a recording calls it.
    ``whole`` is recorded: that nobody has chosen among the cases of the specification. ``lost``
    says why results can no longer be kept; nothing more is measured then.
    """

    bench: Bench
    header: dict[str, Any]
    stamp: str = ""
    _journal: Journal

    def __init__(
        self, request: Request, directory: Path, *, whole: bool = False, writer: str = ""
    ) -> None:
        self.directory = directory
        self.case: Case | None = None
        self.result: CaseResult | None = None
        self.lost = ""
        self._request = request
        self._whole = whole
        self._writer = writer
        self._interrupts = Interrupts()
        self._stack = ExitStack()

    def open(self) -> None:
        """Open bench and journal.

        Raises ConfigError when the bench cannot be used or the directory cannot be written.
        """
        request = self._request
        spec = request.spec()
        self._interrupts.install()
        self.bench = self._stack.enter_context(
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
        self.header = run_header(spec, self.bench.provenance(), whole=self._whole)
        self.stamp = summary.stamp(self.header)
        with self._interrupts.shield():  # a journal that is there must be known, to be ended
            self._journal = self._open_journal()
        path = str(self._journal.path.resolve())
        self.bench.lifeline.afterwards([sys.executable, "-m", "reports.aborted", path])

    def follow_in_allure(self, option: Any) -> None:  # noqa: ANN401 - a command line's options
        """Complete what allure-pytest writes until the end of the run, if it writes at all."""
        results = getattr(option, "allure_report_dir", None)
        if not results:
            return
        from reports.allure_hook import AllureHook
        from reports.allure_writer import AllureWriter

        self._stack.callback(AllureWriter(Path(results)).register())
        attachments = Attachments(Path(results), option.plots)
        view = AllureView(self.header, strict=option.conditional_fails)
        self._stack.callback(AllureHook(view, attachments, self._current).register())

    def begin(self, case: Case | None, lacking: str = "") -> None:
        """Note which case starts (None: something else); record it at once if it cannot run."""
        self.case, self.result = None, None
        self._interrupts.check()
        self.case = case
        runs = case if not lacking else None
        self.bench.lifeline.follow(lambda: runs and aborted.running(runs, self.bench.clock.now()))
        if lacking:
            self._record_unmeasured(Verdict.NOT_RUN, reason=lacking)

    def record(self, result: CaseResult) -> None:
        """Keep ``result`` on disk; a signal waits until it is there. Raises RecordError.

        A signal that came before and did not end the case was lost in a library, with whatever that
        did just then: the case counts as interrupted.
        """
        with self._interrupts.shield():
            if self._interrupts.name and not (result.fault and result.fault.interrupted):
                said = f"interrupted; {result.fault.message}" if result.fault else "interrupted"
                fault = Fault(kind="KeyboardInterrupt", message=said, interrupted=True)
                result = replace(result, verdict=Verdict.ERROR, fault=fault)
            try:
                self._journal.record(result)
            except RecordError as error:
                self.lost = str(error)
                raise
            self.result = result

    def hold(self) -> None:
        """Hold a signal back until ``let_go``: others report the case that has ended."""
        self._interrupts.hold()

    def let_go(self) -> None:
        """End the run by the signal that was held back, if one was; the case is reported."""
        self._interrupts.let_go()

    def break_off(self, error: BaseException | None, *, tested: bool = True) -> None:
        """Record the running case as ended by ``error``, if any, unless it has a result already.

        ``tested`` says that the test has raised it, and not somebody around the test.
        """
        if error is not None and self.result is None:
            interrupted = not tested or not isinstance(error, Exception)
            said = "interrupted" if interrupted else f"defect in the test's own code: {error!r}"
            if interrupted and isinstance(error, Exception):
                said = f"interrupted: {error!r}"
            kind = type(error).__name__
            fault = Fault(kind=kind, message=said, interrupted=interrupted)
            self._record_unmeasured(Verdict.ERROR, fault=fault)

    def objection(self, error: BaseException | None, *, strict: bool) -> str:
        """Return in words what the running case's verdict objects to; empty when it does not.

        ``error`` is what ended the case. With ``strict`` a conditional pass is objected to.
        """
        if self.result is None:
            return f"BENCH ERROR {self.lost}" if self.lost else ""
        judged = isinstance(error, CaseError | Nonconformance)
        refused = strict and error is None and self.result.verdict is Verdict.CONDITIONAL_PASS
        return wording.message(self.result) if judged or refused else ""

    def left_out(self, error: BaseException | None) -> str:
        """Return why the running case was left out while it ran; empty when it was not."""
        return str(error) if isinstance(error, CaseNotRun) else ""

    def properties(self) -> list[tuple[str, str]]:
        """Return verdict, clause and a line for each measurement of the running case."""
        if self.lost and self.result is None:
            return [("verdict", Verdict.ERROR.value)]
        return wording.properties(self.result) if self.result else []

    def end(self, *, interrupted: bool) -> None:
        """Make the bench safe and close it, then end the journal; no signal breaks that off."""
        self._interrupts.ignore()
        try:
            self._stack.close()
        finally:
            if hasattr(self, "_journal"):
                left = {"left": list(self.bench.left)} if self.bench.left else None
                self._journal.close("interrupted" if interrupted or self.lost else "finished", left)

    def release(self) -> None:
        """Give the signals back: nothing of the run is left that one could break off."""
        self._interrupts.restore()

    def _open_journal(self) -> Journal:
        where = f"--run-dir {self.directory}"
        try:
            return Journal(
                self.directory, self.header, run_id=self.directory.name, writer=self._writer
            )
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
        if self.case is None or self.lost:
            return
        now = self.bench.clock.now()
        result = CaseResult(
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
        with suppress(RecordError):  # ``lost`` says so
            self.record(result)
