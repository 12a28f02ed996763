"""The shape of the modules: size, names, docstrings, time."""

import ast

import pytest
from tracked import ROOT, files, modules, name

HARD_LIMIT = 500
NAMELESS = {"core", "common", "utils", "util", "helpers", "helper", "lib", "misc", "base"}
CLOCKS = {"time", "monotonic", "perf_counter", "sleep", "time_ns", "monotonic_ns"}
CALENDARS = {"now", "utcnow", "today"}


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_module_is_longer_than_a_reader_can_bear():
    python = [path for path in files() if path.suffix == ".py"]
    long = {
        name(path): lines
        for path in python
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > HARD_LIMIT
    }
    assert not long


def test_the_median_module_is_about_a_hundred_lines():
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in modules())
    assert lengths[len(lengths) // 2] <= 150


def test_every_file_has_a_name():
    offenders = [
        name(path)
        for path in files()
        if NAMELESS & {path.stem.lower(), *(part.lower() for part in path.relative_to(ROOT).parts)}
    ]
    assert not offenders


def test_public_things_say_what_they_are():
    silent = [
        f"{name(path)}:{node.lineno} {label}"
        for path in modules()
        for label, node in public(tree(path))
        if not ast.get_docstring(node)
    ]
    assert not silent


def public(module):
    """Yield the module and its public classes, functions and methods with their names."""
    if module.body:
        yield "module", module_with_line(module)
    for node in module.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                yield from methods(node)


def methods(owner):
    for node in owner.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
            if not decorators & {"overload", "override"}:
                yield f"{owner.name}.{node.name}", node


def module_with_line(module):
    module.lineno = 1
    return module


def test_time_comes_from_the_clock():
    """Waiting and reading the time go through the injected clock; UTC is stamped by reports."""
    allowed = ("instruments/clock.py", "reports/", "station/")
    offenders = [
        f"{name(path)}:{node.lineno} {ast.unparse(node.func)}"
        for path in modules()
        if not name(path).startswith(allowed)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if is_wall_clock(node.func)
    ]
    assert not offenders


def is_wall_clock(function):
    owner = ast.unparse(function.value)
    if owner == "time":
        return function.attr in CLOCKS
    return owner.rpartition(".")[2] in ("datetime", "date") and function.attr in CALENDARS


@pytest.mark.parametrize(
    "source", ["time.sleep(1)", "datetime.now()", "datetime.datetime.now(tz)", "date.today()"]
)
def test_the_search_for_wall_clocks_finds_them(source):
    (call,) = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    assert is_wall_clock(call.func)


def test_a_bare_clock_is_no_wall_clock():
    assert not is_wall_clock(ast.parse("self.clock.sleep(1)").body[0].value.func)


def test_no_failure_is_nameless():
    """A bare RuntimeError does not tell the bench from the product."""
    offenders = [
        f"{name(path)}:{node.lineno}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Call)
        and ast.unparse(node.exc.func) in ("RuntimeError", "Exception", "BaseException")
    ]
    assert not offenders
