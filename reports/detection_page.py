"""The detection limits as a page of its own: by clause, the weakest form of each defect."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from bench.quantity import show_quantity
from reports.detection_limit import DetectionLimit, Reach, Threshold
from reports.page import document

_HEAD = (
    ("Clause", ""), ("Defect", ""), ("Conforming<br>unit", "number"),
    ("No longer<br>PASS from", "number"), ("FAIL<br>from", "number"),
    ("Told by", ""), ("Limit", ""), ("U (k = 2) of<br>what is judged", "number"),
)  # fmt: skip


def to_html(limits: Sequence[DetectionLimit]) -> str:
    """Return the page, a section for each device."""
    benches = ", ".join(dict.fromkeys(limit.bench for limit in limits))
    parts = (
        "<h1>Detection limits: how small a defect each clause sees</h1>",
        '<p class="simulated"><b>SIMULATED</b> devices: says what the suite can see, nothing '
        "about a real unit</p>",
        f'<p class="facts">Bench: {escape(benches)}. Each defect is made weaker until its clause '
        "passes, by bisection, with the errors of one set of instruments; its title names the size "
        "in the catalogue. Between the two columns the verdict is a conditional one: the band is "
        "as wide as the uncertainty makes it. A word such as HIGH has no uncertainty; there the "
        "operating points and the readings behind the word set the limit.</p>",
        *(part for device, group in _by_device(limits) for part in _section(device, group)),
    )
    return document("Detection limits", parts)


def shown(magnitude: float, unit: str) -> str:
    """Return a magnitude with five significant digits and its unit."""
    if magnitude in (float("inf"), float("-inf")):
        return "∞" if magnitude > 0 else "-∞"
    return show_quantity(float(f"{magnitude:.5g}"), unit)


def reached(threshold: Threshold, unit: str) -> str:
    """Return a threshold in words: ``0.1 V``, ``below 20 mV``, ``not up to 1 V``."""
    text = shown(threshold.magnitude, unit)
    if threshold.reach is Reach.BELOW:
        return f"already at {text}"
    return text if threshold.reach is Reach.FOUND else f"not even at {text}"


def spread(limit: DetectionLimit) -> str:
    """Return the expanded uncertainty of what is judged; empty for a word."""
    if limit.uncertainty is None:
        return ""
    return show_quantity(float(f"{limit.uncertainty:.2g}"), limit.quantity_unit)


def _by_device(limits: Sequence[DetectionLimit]) -> Iterator[tuple[str, list[DetectionLimit]]]:
    for device in dict.fromkeys(limit.device for limit in limits):
        yield device, [limit for limit in limits if limit.device == device]


def _section(device: str, limits: Sequence[DetectionLimit]) -> Iterator[str]:
    yield f'<h2 id="{escape(device)}">{escape(device)}</h2>'
    yield from _odd("Seen at the smallest size that was tried", limits, Reach.BELOW)
    yield from _odd("Not seen at the largest size that was tried", limits, Reach.BEYOND)
    head = "".join(f'<th class="{look}">{words}</th>' for words, look in _HEAD)
    yield f'<table class="list"><thead><tr>{head}</tr></thead><tbody>'
    for _, group in groupby(sorted(limits, key=lambda limit: limit.clause), _clause):
        for number, limit in enumerate(group):
            yield _row(limit, first=number == 0)
    yield "</tbody></table>"


def _clause(limit: DetectionLimit) -> str:
    return limit.clause


def _odd(heading: str, limits: Sequence[DetectionLimit], reach: Reach) -> Iterator[str]:
    rows = [limit for limit in limits if limit.noticed.reach is reach]
    if not rows:
        return
    yield f"<h3>{escape(heading)} ({len(rows)})</h3><ul>"
    for limit in rows:
        yield f"<li><code>{escape(limit.fault)}</code> by {escape(limit.clause)}: "
        yield f"{escape(reached(limit.noticed, limit.unit))}</li>"
    yield "</ul>"


def _row(limit: DetectionLimit, *, first: bool) -> str:
    unit = limit.unit
    cells = (
        ("tight", f"<code>{escape(limit.clause)}</code>" if first else ""),
        ("", f"<code>{escape(limit.fault)}</code><small>{escape(limit.title)}</small>"),
        ("number", shown(limit.conforming, unit)),
        ("number", f"<b>{escape(reached(limit.noticed, unit))}</b>"),
        ("number", escape(reached(limit.rejected, unit))),
        ("", f"{escape(limit.quantity)}<small>{escape(limit.case)}</small>"),
        ("tight", escape(limit.limit.removeprefix("limits "))),
        ("number", spread(limit) or ("a word" if limit.quantity else "")),
    )
    inside = "".join(f'<td class="{look}">{text}</td>' for look, text in cells)
    return f'<tr class="{"first" if first else ""}">{inside}</tr>'
