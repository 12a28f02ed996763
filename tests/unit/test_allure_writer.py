"""Our writer of Allure's files beside the one of allure-python-commons."""

import json

import allure_commons  # noqa: TID253  a test may
import pytest
from allure_commons import model2  # noqa: TID253  a test may
from allure_commons.logger import AllureFileLogger  # noqa: TID253  a test may

from reports.allure_writer import AllureWriter


def sample():
    """Return a result with every kind of field: nested, empty, False, not ASCII."""
    return model2.TestResult(
        uuid="u",
        name='résumé "1"\n',
        status="failed",
        statusDetails=model2.StatusDetails(message="µV", known=False),
        steps=[
            model2.TestStepResult(name="one", start=1, stop=2),
            model2.TestStepResult(
                name="two",
                steps=[model2.TestStepResult(name="deep")],
                parameters=[model2.Parameter(name="p", value="1", excluded=True)],
            ),
        ],
        attachments=[model2.Attachment(name="a", source="a.csv", type="text/csv")],
        labels=[model2.Label(name="epic", value="")],
        titlePath=["x", "y"],
        start=0,
        stop=5,
    )


@pytest.fixture
def manager():
    """Return Allure's plugin manager with nobody but the test's own loggers."""
    kept = allure_commons.plugin_manager.get_plugins()
    for plugin in kept:
        allure_commons.plugin_manager.unregister(plugin)
    yield allure_commons.plugin_manager
    for plugin in allure_commons.plugin_manager.get_plugins():
        allure_commons.plugin_manager.unregister(plugin)
    for plugin in kept:
        allure_commons.plugin_manager.register(plugin)


def test_writes_the_same_bytes(tmp_path, manager):
    manager.register(AllureFileLogger(str(tmp_path / "theirs")))
    manager.hook.report_result(result=sample())
    give_back = AllureWriter(tmp_path / "ours").register()
    manager.hook.report_result(result=sample())
    give_back()
    manager.hook.report_result(result=sample())

    (ours,) = (tmp_path / "ours").iterdir()
    theirs = list((tmp_path / "theirs").iterdir())
    assert len(theirs) == 2  # before and after
    assert {path.read_bytes() for path in theirs} == {ours.read_bytes()}
    assert ours.name.endswith("-result.json")


def test_fixtures_without_steps_leave_no_file(tmp_path, manager):
    manager.register(AllureFileLogger(str(tmp_path)))
    AllureWriter(tmp_path).register()
    step = model2.TestBeforeResult(name="warm up", status="passed")
    manager.hook.report_container(container=model2.TestResultContainer(uuid="a", children=["t"]))
    manager.hook.report_container(container=model2.TestResultContainer(uuid="b", befores=[step]))

    (path,) = tmp_path.iterdir()
    assert json.loads(path.read_text("utf-8"))["uuid"] == "b"


def test_leaves_the_form_alone_that_somebody_asked_for(tmp_path, manager, monkeypatch):
    monkeypatch.setenv("ALLURE_INDENT_OUTPUT", "1")
    manager.register(AllureFileLogger(str(tmp_path)))
    AllureWriter(tmp_path / "ours").register()
    manager.hook.report_result(result=sample())

    (path,) = tmp_path.glob("*.json")
    assert "\n    " in path.read_text("utf-8")
