"""Allure's files, written as allure-python-commons writes them at a third of its cost.

Its own logger lets json encode piece by piece, which Python does without its C encoder, and copies
records field by field: together more than everything else that Allure does for a case. Imported
only when allure-pytest is active.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import allure_commons  # noqa: TID253 - this module is imported only when Allure is active
from allure_commons.logger import AllureFileLogger  # noqa: TID253

_SIMPLE = frozenset((str, int, float, bool))


class AllureWriter(AllureFileLogger):
    """Takes the place of the logger that allure-pytest has registered, with the same bytes.

    Fixtures that neither set up nor tear down anything leave no file: Allure shows none of them.
    Where a disk is full nothing is written and nothing is raised: whoever makes the report takes
    what is missing from the journal.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(str(directory))
        self._place = os.path.abspath(directory)  # noqa: PTH100 - a text is joined faster

    def register(self) -> Callable[[], object]:
        """Take over from allure-pytest's logger; return what gives back to it."""
        manager: Any = allure_commons.plugin_manager
        own = [plugin for plugin in manager.get_plugins() if type(plugin) is AllureFileLogger]
        if not own or os.environ.get("ALLURE_INDENT_OUTPUT"):
            return lambda: None  # a reader of the files asks for another form
        for plugin in own:
            manager.unregister(plugin)
        manager.register(self)

        def give_back() -> None:
            manager.unregister(self)
            for plugin in own:
                manager.register(plugin)

        return give_back

    @allure_commons.hookimpl
    def report_result(self, result: Any) -> None:  # noqa: ANN401 - an attrs class without types
        """Write a result."""
        self._write(result)

    @allure_commons.hookimpl
    def report_container(self, container: Any) -> None:  # noqa: ANN401
        """Write the fixtures of some tests, if they did anything."""
        if container.befores or container.afters:
            self._write(container)

    def _write(self, item: Any) -> None:  # noqa: ANN401
        path = os.path.join(self._place, item.file_pattern.format(prefix=uuid4()))  # noqa: PTH118
        text = json.dumps(_plain(item), ensure_ascii=False).encode()
        with suppress(OSError):
            with open(f"{path}.tmp", "wb") as file:  # noqa: PTH123
                file.write(text)
            os.replace(f"{path}.tmp", path)  # noqa: PTH105


_fields: Callable[[Any], dict[str, Any]] = vars  # as its own annotations do not say


def _plain(item: Any) -> Any:  # noqa: ANN401
    """Return a record as dictionaries, without what is empty, and anything else as it is.

    A record keeps its fields in their order, and nothing else, in its ``__dict__``.
    """
    if isinstance(item, list):
        return [_plain(member) for member in item]  # pyright: ignore[reportUnknownVariableType]
    if not hasattr(item, "__attrs_attrs__"):
        return item
    return {
        name: value if type(value) in _SIMPLE else _plain(value)
        for name, value in _fields(item).items()
        if value or value is False
    }
