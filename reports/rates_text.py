"""False rejects and false accepts as CSV and as lines for a terminal."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path

from reports.rates import CaseRates, DeviceRates, Errors, Rate, RuleRates, Units
from reports.rates_page import AGREEMENT, interval, percent, to_html

_COLUMNS = (
    "device", "clause", "case", "quantity", "limit", "unit", "u", "rule", "units", "errors",
    *(f"{name}{part}" for name in ("false_reject", "false_accept", "undecided")
      for part in ("", "_of", "_low", "_high", "_theory")),
    "agreement (u)", "compared",
)  # fmt: skip
HEAD = (
    "clause",
    "rule",
    "false reject",
    "interval",
    "theory",
    "false accept",
    "interval",
    "theory",
)


def write_rates(devices: Sequence[DeviceRates], directory: Path) -> tuple[Path, Path]:
    """Write rates.html and rates.csv into ``directory``; return their paths."""
    page, table = directory / "rates.html", directory / "rates.csv"
    page.write_text(to_html(devices), encoding="utf-8", newline="\n")
    table.write_text(to_csv(devices), encoding="utf-8", newline="\n")
    return page, table


def to_csv(devices: Sequence[DeviceRates]) -> str:
    """Return every operating point, rule and population as CSV."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for device in devices:
        for case in device.cases:
            writer.writerows(_line(case, rates) for rates in case.rates)
    return text.getvalue()


def rows(devices: Sequence[DeviceRates]) -> Iterator[tuple[str, ...]]:
    """Yield a row under ``HEAD`` for each clause and rule: units at the border."""
    for device in devices:
        for case in device.deciding:
            for rates in case.rates:
                if (rates.units, rates.errors) == (Units.BORDER, Errors.SIMULATED):
                    rejects, accepts = rates.false_reject, rates.false_accept
                    yield (case.clause, rates.rule, *_shown(rejects), *_shown(accepts))


def summary(devices: Sequence[DeviceRates]) -> Iterator[str]:
    """Yield what production comes to, and everything that is not as it should be."""
    for device in devices:
        rates = [
            entry.false_reject
            for case in device.cases
            for entry in case.rates
            if entry.units is Units.PRODUCTION
        ]
        worst = max(rates, key=lambda rate: rate.value or 0.0)
        yield (
            f"{device.device}: {device.units} units of production as arrays, at most {worst.count} "
            f"false rejects of a clause ({interval(worst)})"
        )
        for clause in device.clauses:
            if clause.alarms.count:
                yield f"  false alarm through the drivers: {clause.clause}: {clause.said}"
        yield from (f"  {line}" for line in wrong(device))


def wrong(device: DeviceRates) -> Iterator[str]:
    """Yield what contradicts a promise: a rate above theory, or two paths that disagree."""
    for case in device.cases:
        if case.agreement > AGREEMENT:
            yield f"{case.case}: arrays and drivers are {case.agreement:.2f} u apart"
        for rates in case.rates:
            for name, rate in (("reject", rates.false_reject), ("accept", rates.false_accept)):
                if rate.total and rate.is_worse:
                    yield (
                        f"{case.case}: {rates.rule}, {rates.units}, errors {rates.errors}: more "
                        f"false {name}s ({interval(rate)}) than promised ({percent(rate.promised)})"
                    )


def _shown(rate: Rate) -> tuple[str, str, str]:
    if not rate.total:
        return "no such unit", "", ""
    return f"{rate.count} of {rate.total}", interval(rate), percent(rate.promised)


def _line(case: CaseRates, rates: RuleRates) -> tuple[object, ...]:
    figures: list[object] = []
    for rate in (rates.false_reject, rates.false_accept, rates.undecided):
        low, high = rate.interval
        figures += [rate.count, rate.total, f"{low:.5f}", f"{high:.5f}", f"{rate.promised:.5f}"]
    return (
        case.device, case.clause, case.case, case.quantity, case.limit, case.unit, f"{case.u:.4g}",
        rates.rule, rates.units, rates.errors, *figures, f"{case.agreement:.3f}", case.compared,
    )  # fmt: skip
