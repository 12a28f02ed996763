"""Fixtures that several unit tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def documents() -> Path:
    """Return the folder of the documents' texts; skip where they were not given."""
    given = os.environ.get("SMALLBMS_DOCUMENTS")
    folder = Path(given) if given else Path(__file__).parents[3] / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("the documents were not given: set SMALLBMS_DOCUMENTS to the folder of texts")
    return folder
