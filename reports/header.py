"""The first line of a journal: what was run, with which files, on what, by which rule."""

import json
from collections.abc import Mapping
from typing import Any, cast

from bench.spec import Spec
from reports import clause


def run_header(spec: Spec, provenance: Mapping[str, object], *, whole: bool) -> dict[str, Any]:
    """Return the header as JSON data; it holds no time of day.

    ``provenance`` is what an open bench says of itself; the clauses of ``spec`` go with it, so that
    a report of this run needs no other file. ``whole`` says that nobody chose among its cases.
    """
    header = {
        **provenance,
        "simulated": provenance.get("backend") == "simulated",
        "whole": whole,
        "spec": {"id": spec.id, "title": spec.title, "sha256": spec.sha256},
        "clauses": clause.dump(clause.entries(spec)),
    }
    return json.loads(json.dumps(header, default=_plain))


def _plain(thing: object) -> object:
    """Return mappings and sets as what JSON has, anything else as text."""
    if isinstance(thing, Mapping):
        return dict(cast("Mapping[str, object]", thing))
    if isinstance(thing, set | frozenset):
        return sorted(str(member) for member in cast("set[object]", thing))
    return str(thing)
