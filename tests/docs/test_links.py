"""Every link leads somewhere, and every page is led to."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import ROOT, pages, prose

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
_NAMED_FILE = re.compile(
    r"`((?:bench|benches|benchmarks|docs|fixtures|instruments|reports|simulation|station|test_specs"
    r"|tests)/[\w./-]+)`"
)


def links(page: Path) -> Iterator[tuple[Path, str]]:
    for target in _LINK.findall(" ".join(prose(page).split("\n"))):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as forges make them."""
    headings = _HEADING.findall(prose(page))
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_resolve(page):
    for target, anchor in links(page):
        assert target.exists(), f"{target} does not exist"
        if anchor:
            assert anchor in anchors(target), f"{target.name} has no heading for #{anchor}"


def test_every_page_is_reachable_from_the_readme():
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        waiting += [target for target, _ in links(page)]
    assert set(pages()) - seen <= set((ROOT / "changelog.d").glob("[0-9]*.md"))


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_that_are_named_exist(page):
    missing = [
        name
        for name in _NAMED_FILE.findall(prose(page))
        if not name.startswith("reports/out/")
        and name not in _EXAMPLES
        and not list(ROOT.glob(name.rstrip("/")))
    ]
    assert not missing


_EXAMPLES = {"benches/lab-3.toml"}
