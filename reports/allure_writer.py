"""Allure's files, written as allure-python-commons writes them at a third of its cost.

Its own logger lets json encode piece by piece, which Python does without its C encoder, and copies
records field by field: together more than everything else that Allure does for a case. Imported
only when allure-pytest is active.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import allure_commons  # noqa: TID253 - this module is imported only when Allure is active
from allure_commons.logger import AllureFileLogger  # noqa: TID253

_names_of: dict[type, tuple[str, ...]] = {}


class AllureWriter(AllureFileLogger):
    """Takes the place of the logger that allure-pytest has registered, with the same bytes.

    Fixtures that neither set up nor tear down anything leave no file: Allure shows none of them.
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
        with open(f"{path}.tmp", "wb", buffering=0) as file:  # noqa: PTH123
            file.write(json.dumps(_plain(item), ensure_ascii=False).encode())
        os.replace(f"{path}.tmp", path)  # noqa: PTH105


def _plain(item: Any) -> Any:  # noqa: ANN401
    """Return a record as dictionaries, without what is empty, and anything else as it is."""
    if isinstance(item, list):
        return [_plain(member) for member in item]  # pyright: ignore[reportUnknownVariableType]
    kind: type = type(item)  # pyright: ignore[reportUnknownVariableType]
    names = _names_of.get(kind)
    if names is None:
        fields = getattr(kind, "__attrs_attrs__", ())
        names = _names_of[kind] = tuple(field.name for field in fields)
    if not names:
        return item
    values = [(name, getattr(item, name)) for name in names]
    return {name: _plain(value) for name, value in values if value or value is False}
