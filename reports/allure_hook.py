"""Where allure-pytest lets go of a result: what it wrote gives way to what was measured.

Imported only when allure-pytest is active. ``report_result`` is a hook of allure-python-commons,
alike in 2.13.5 and 2.16; it is called just before the file is written.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import allure_commons  # noqa: TID253 - this module is imported only when Allure is active
from allure_commons import model2  # noqa: TID253

from bench.results import CaseResult
from reports.allure import AllureView
from reports.allure_files import Attachments

Current = Callable[[], tuple[str, CaseResult | None]]
_model: Any = model2  # its records are attrs classes without types
_KEPT_LABELS = ("host", "thread", "framework", "language")
_PLUMBING = {"bench", "case", "recorder", "pytestconfig"}
_REPLACED = ("name", "fullName", "testCaseId", "historyId", "titlePath", "description")


class AllureHook:
    """Completes the results of cases; leaves those of other tests alone.

    ``current`` gives the id of the running test's case ("" for a foreign test) and its result,
    which is None while nothing was recorded.
    """

    def __init__(self, view: AllureView, attachments: Attachments, current: Current) -> None:
        self._view = view
        self._attachments = attachments
        self._current = current

    def register(self) -> Callable[[], object]:
        """Register with Allure; return what undoes it."""
        manager = allure_commons.plugin_manager
        manager.register(self)
        return lambda: manager.unregister(self)

    @allure_commons.hookimpl(tryfirst=True)
    def report_result(self, result: Any) -> None:  # noqa: ANN401 - see _model
        """Replace what allure-pytest knows of a case by what the case says."""
        name, measured = self._current()
        if not name:
            return
        if measured is not None:
            attachments: list[dict[str, Any]] = []
            with suppress(OSError):  # the disk is full: the evidence is in the run all the same
                attachments = self._attachments.of(measured)
            _fill(result, self._view.test(measured), attachments)
        elif result.status == "passed":  # the status of the setup: the body never came to an end
            result.status = "broken"
            result.statusDetails = _model.StatusDetails(
                message="BENCH ERROR interrupted: no result"
            )

    @allure_commons.hookimpl(tryfirst=True)
    def report_container(self, container: Any) -> None:  # noqa: ANN401 - see _model
        """Leave out the fixtures that hand bench and case to a test; they say nothing."""
        for steps in (container.befores, container.afters):
            steps[:] = [step for step in steps if step.name.partition("::")[0] not in _PLUMBING]


def _fill(test: Any, data: dict[str, Any], attachments: list[dict[str, Any]]) -> None:  # noqa: ANN401
    kept = [label for label in test.labels if label.name in _KEPT_LABELS]
    test.labels = [*(_model.Label(**label) for label in data["labels"]), *kept]
    test.parameters = [_model.Parameter(**parameter) for parameter in data["parameters"]]
    test.steps = [_step(step, test.stop) for step in data["steps"]]
    test.attachments += [_model.Attachment(**part) for part in attachments]
    for name in _REPLACED:
        setattr(test, name, data[name])
    if data["status"] == "passed" and test.status in ("failed", "broken"):
        return  # something else went wrong with this test, such as a fixture's teardown
    details = data["statusDetails"]
    test.status = data["status"]
    test.statusDetails = _model.StatusDetails(**details) if details else None


def _step(data: dict[str, Any], at: int) -> Any:  # noqa: ANN401
    details = data["statusDetails"]
    return _model.TestStepResult(
        name=data["name"],
        status=data["status"],
        statusDetails=_model.StatusDetails(**details) if details else None,
        stage="finished",
        start=at,
        stop=at,
    )
