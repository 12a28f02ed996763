"""What holds for the project's own tests and not for conformance runs."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Turn every warning into an error; a library's new warning must not stop a real bench."""
    for item in items:
        item.add_marker(pytest.mark.filterwarnings("error"), append=False)
