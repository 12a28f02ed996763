"""False rejects and false accepts as a page of its own."""

from collections.abc import Iterator, Sequence
from html import escape

from bench.limit import DecisionRule
from reports.page import badge, document
from reports.rates import CONFIDENCE, CaseRates, DeviceRates, Errors, Rate, RuleRates, Units

AGREEMENT = 0.7
"""Standard uncertainties that array path and drivers may be apart.

Both have the same fixed errors and noise of their own, at most 0.2 of the limit of error each way;
the limit of error is at least the square root of three standard uncertainties.
"""

_RULES = {
    DecisionRule.ILAC_G8: "ILAC-G8",
    DecisionRule.SIMPLE: "simple",
    DecisionRule.ISO_14253: "ISO 14253-1",
}
_SETS = (
    (Units.PRODUCTION, Errors.SIMULATED, "Units of production",
     "Drawn within the tolerances; the instruments err as the simulated ones do."),
    (Units.BORDER, Errors.SIMULATED, "Units at the border",
     "Within 4 u of the limit, half of them beyond; the same instruments."),
    (Units.BORDER, Errors.NORMAL, "Units at the border, errors as the rules assume",
     "The same units; errors normal with the declared standard uncertainty. This checks the "
     "figures themselves: theory has to lie in the interval."),
)  # fmt: skip


def to_html(devices: Sequence[DeviceRates]) -> str:
    """Return the page, a section for each device."""
    parts = (
        "<h1>Good units: how often each rule is wrong</h1>",
        '<p class="simulated"><b>SIMULATED</b> devices: says what the suite does with units '
        "of assumed tolerances, nothing about real ones</p>",
        '<p class="facts">A false reject is a FAIL of a unit that conforms, in parts of those that '
        "do; a false accept is a PASS of one that does not, in parts of those that do not. "
        f"Intervals are Wilson's, {CONFIDENCE:.0%}. Theory is the rule's after JCGM 106:2012, from "
        "the true value of each unit and a normal error with the declared standard uncertainty. "
        "ILAC-G8 says PASS and FAIL beyond U = 2 u, ISO 14253-1 beyond 1.645 u, simple acceptance "
        "everywhere; what lies between is undecided, with ILAC-G8 in two conditional classes. "
        "Of each clause the operating point is shown at which units are nearest to the limit; the "
        "table of values (CSV) has them all.</p>",
        *(part for device in devices for part in _section(device)),
    )
    return document("False rejects and false accepts", parts)


def percent(share: float | None) -> str:
    """Return a share in percent with as many digits as it deserves; empty for None."""
    if share is None:
        return ""
    if share == 0.0:
        return "0 %"
    return "< 0.001 %" if share < 1e-5 else f"{100.0 * share:.2g} %"


def interval(rate: Rate) -> str:
    """Return a confidence interval in percent."""
    low, high = (round(100.0 * end, 6) for end in rate.interval)
    return f"{low:.2g} to {high:.2g} %"


def _section(device: DeviceRates) -> Iterator[str]:
    yield f'<h2 id="{escape(device.device)}">{escape(device.title)}</h2>'
    yield f"<p>{device.units} units as arrays at {len(device.cases)} operating points. "
    yield f"{_agreement(device)}</p>"
    for units, errors, heading, text in _SETS:
        yield f'<h3>{escape(heading)}</h3><p class="facts">{escape(text)}</p>'
        yield from _table(device.deciding, units, errors)
    yield from _through_drivers(device)


def _agreement(device: DeviceRates) -> str:
    compared = max((case.compared for case in device.cases), default=0)
    if not compared:
        return "No unit was measured through the drivers."
    worst = max(case.agreement for case in device.cases)
    look = ("agree", "good") if worst <= AGREEMENT else ("disagree", "bad")
    return (
        f"{compared} of them went through the drivers as well: both ways {badge(*look)}, at most "
        f"{worst:.2f} u apart where {AGREEMENT} u of noise are possible."
    )


def _table(cases: Sequence[CaseRates], units: Units, errors: Errors) -> Iterator[str]:
    yield '<table class="list"><thead><tr><th>Clause</th><th>Judged</th><th>Rule</th>'
    for name in ("False reject", "False accept"):
        yield f'<th class="number">{name}</th><th class="number">interval</th>'
        yield '<th class="number">theory</th>'
    yield '<th class="number">undecided</th><th class="number">theory</th><th></th></tr></thead>'
    yield "<tbody>"
    for case in cases:
        chosen = [rates for rates in case.rates if (rates.units, rates.errors) == (units, errors)]
        yield from (_row(case, rates, first=n == 0) for n, rates in enumerate(chosen))
    yield "</tbody></table>"


def _row(case: CaseRates, rates: RuleRates, *, first: bool) -> str:
    judged = f"{escape(case.quantity)} {escape(case.limit)}<small>{escape(case.case)}</small>"
    cells = [
        ("tight", f"<code>{escape(case.clause)}</code>" if first else ""),
        ("", judged if first else ""),
        ("tight", escape(_RULES[rates.rule])),
    ]
    for rate in (rates.false_reject, rates.false_accept):
        known = bool(rate.total)
        cells += [
            ("number", f"{rate.count} of {rate.total}" if known else "no such unit"),
            ("number", interval(rate) if known else ""),
            ("number", percent(rate.promised) if known else ""),
        ]
    cells += [
        ("number", percent(rates.undecided.value)),
        ("number", percent(rates.undecided.promised)),
        ("tight", _judgement(rates)),
    ]
    inside = "".join(f'<td class="{look}">{text}</td>' for look, text in cells)
    return f'<tr class="{"first" if first else ""}">{inside}</tr>'


def _judgement(rates: RuleRates) -> str:
    """Return what the counts say of the rule's promise."""
    wrong = [rate for rate in (rates.false_reject, rates.false_accept) if rate.total]
    if any(rate.is_worse for rate in wrong):
        return badge("worse than promised", "bad")
    if any(rate.is_other for rate in wrong):
        return badge("better than promised", "good")
    return badge("as promised", "none")


def _through_drivers(device: DeviceRates) -> Iterator[str]:
    if not device.clauses:
        return
    total = device.clauses[0].alarms.total
    bad = [clause for clause in device.clauses if clause.alarms.count]
    yield f"<h3>Every clause, through the drivers: {total} units of production</h3>"
    limit = device.clauses[0].alarms
    if not bad:
        yield f"<p>None of {len(device.clauses)} clauses says anything against one of them: of "
        yield f"each the false-reject rate is {interval(limit)}.</p>"
        return
    yield "<ul>"
    for clause in bad:
        yield f"<li><code>{escape(clause.clause)}</code> {clause.alarms.count} of {total}, "
        yield f"{interval(clause.alarms)}: {escape(clause.said)}</li>"
    yield f"</ul><p>The other {len(device.clauses) - len(bad)} clauses say nothing.</p>"
