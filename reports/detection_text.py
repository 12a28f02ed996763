"""The detection limits as CSV and as rows for a terminal."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from reports.detection_limit import DetectionLimit, Reach
from reports.detection_page import reached, shown, spread, to_html

_COLUMNS = (
    "device", "bench", "clause", "defect", "title", "unit", "conforming", "noticed", "noticed_at",
    "deviation", "failed", "failed_at", "case", "quantity", "limit", "U (k=2)", "U unit", "looks",
)  # fmt: skip
HEAD = ("clause", "defect", "conforming", "not PASS from", "FAIL from", "told by", "U (k=2)")


def write_limits(limits: Sequence[DetectionLimit], directory: Path) -> tuple[Path, Path]:
    """Write detection_limits.html and .csv into ``directory``; return their paths."""
    page, table = directory / "detection_limits.html", directory / "detection_limits.csv"
    page.write_text(to_html(limits), encoding="utf-8", newline="\n")
    table.write_text(to_csv(limits), encoding="utf-8", newline="\n")
    return page, table


def to_csv(limits: Sequence[DetectionLimit]) -> str:
    """Return all records as CSV, magnitudes in the unit of the defect without prefix."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(_line(limit) for limit in limits)
    return text.getvalue()


def rows(limits: Sequence[DetectionLimit]) -> Iterator[tuple[str, ...]]:
    """Yield a row for a terminal for each record, under ``HEAD``, by clause."""
    for limit in sorted(limits, key=lambda limit: (limit.device, limit.clause)):
        told = f"{limit.quantity}, {limit.limit}" if limit.quantity else ""
        yield (
            limit.clause,
            limit.fault,
            shown(limit.conforming, limit.unit),
            reached(limit.noticed, limit.unit),
            reached(limit.rejected, limit.unit),
            told,
            spread(limit),
        )


def summary(limits: Sequence[DetectionLimit]) -> Iterator[str]:
    """Yield what was searched, and what has no limit between the ends that were tried."""
    for device in dict.fromkeys(limit.device for limit in limits):
        own = [limit for limit in limits if limit.device == device]
        found = sum(limit.noticed.reach is Reach.FOUND for limit in own)
        defects = len({limit.fault for limit in own})
        yield f"{device}: {found} of {len(own)} limits found, of {defects} defects"
        for limit in own:
            if limit.noticed.reach is not Reach.FOUND:
                where = reached(limit.noticed, limit.unit)
                yield f"  {limit.clause} sees {limit.fault} {where}"


def _line(limit: DetectionLimit) -> tuple[object, ...]:
    noticed, failed = limit.noticed, limit.rejected
    return (
        limit.device, limit.bench, limit.clause, limit.fault, limit.title, limit.unit,
        limit.conforming, noticed.reach, noticed.magnitude, limit.deviation, failed.reach,
        failed.magnitude, limit.case, limit.quantity, limit.limit,
        "" if limit.uncertainty is None else f"{limit.uncertainty:.4g}", limit.quantity_unit,
        limit.looks,
    )  # fmt: skip
