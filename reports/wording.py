"""How values, limits and verdicts read, everywhere alike: terminal, Allure, HTML, JUnit."""

from collections.abc import Mapping
from math import floor, isfinite, log10

from bench.limit import COVERAGE_FACTOR, Limit
from bench.measurement import Measurement
from bench.results import CaseResult, Check
from bench.verdict import Verdict

_PREFIXES = ((1e-2, 1.0, ""), (1e-4, 1e-3, "m"), (1e-7, 1e-6, "µ"), (0.0, 1e-9, "n"))
_SCALABLE = ("V", "A", "s", "W")
_NOTHING = Measurement(name="", value=0.0, unit="", uncertainty=0.0, elapsed=0.0, source="")


class Scale:
    """One unit with prefix, and one number of decimals, for a value, its limits and its U."""

    __slots__ = ("_decimals", "_factor", "unit")

    def __init__(self, measurement: Measurement, limit: Limit | None) -> None:
        value = measurement.value
        numbers = () if isinstance(value, str) else (value, *_ends(limit))
        largest = max((abs(number) for number in numbers if isfinite(number)), default=1.0)
        unit = measurement.unit or (limit.unit if limit else "")
        self._factor, self.unit = _scaled(largest, unit)
        self._decimals = self._decimals_for(COVERAGE_FACTOR * measurement.uncertainty)

    def text(self, number: float | str) -> str:
        """Return a measured number rounded where its uncertainty begins, without its unit."""
        if isinstance(number, str):
            return number
        scaled = number / self._factor
        if not isfinite(scaled) or self._decimals is None:
            return f"{scaled:.6g}"
        return f"{scaled:.{self._decimals}f}"

    def exact(self, number: float) -> str:
        """Return a stated number, such as a limit, as it was stated."""
        return f"{number / self._factor:.9g}"

    def spread(self, number: float) -> str:
        """Return the expanded uncertainty with two significant digits and no exponent."""
        if self._decimals is None:
            return f"{number / self._factor:.2g}"
        return f"{number / self._factor:.{self._decimals}f}"

    def brief(self, number: float) -> str:
        """Return a derived number, such as a margin, with four significant digits."""
        return f"{number / self._factor:.4g}"

    def _decimals_for(self, expanded: float) -> int | None:
        scaled = expanded / self._factor
        if not isfinite(scaled) or scaled <= 0.0:
            return None
        return min(9, max(0, 1 - floor(log10(scaled))))


def value(check: Check, scale: Scale | None = None) -> str:
    """Return value and unit: ``0.0520 V``."""
    scale = scale or scale_of(check)
    return f"{scale.text(check.measurement.value)} {scale.unit}".rstrip()


def limits(check: Check, scale: Scale | None = None) -> str:
    """Return the limits: ``limits [.., 0.1] V``, ``expected HIGH`` or ``no limit``."""
    if check.judgement is None:
        return "no limit"
    return stated(check.judgement.limit, scale or scale_of(check))


def stated(limit: Limit, scale: Scale | None = None) -> str:
    """Return a limit in words; without ``scale`` in the prefix that suits the limit itself."""
    if limit.equals is not None:
        return f"expected {limit.equals}"
    scale = scale or Scale(_NOTHING, limit)
    low = ".." if limit.low is None else scale.exact(limit.low)
    high = ".." if limit.high is None else scale.exact(limit.high)
    return f"limits [{low}, {high}] {scale.unit}".rstrip()


def expanded(check: Check, scale: Scale | None = None) -> str:
    """Return the expanded uncertainty, ``U = 0.0012 V``; empty for a nominal property."""
    measurement = check.measurement
    if isinstance(measurement.value, str):
        return ""
    scale = scale or scale_of(check)
    spread = scale.spread(COVERAGE_FACTOR * measurement.uncertainty)
    return f"U = {spread} {scale.unit}".rstrip()


def margin(check: Check, scale: Scale | None = None) -> str:
    """Return the distance to the nearest limit, ``margin -0.25 V``; empty where there is none."""
    if check.judgement is None or check.judgement.margin is None:
        return ""
    scale = scale or scale_of(check)
    return f"margin {scale.brief(check.judgement.margin)} {scale.unit}".rstrip()


def line(check: Check, scale: Scale | None = None) -> str:
    """Return one check in one line: ``PASS drop = 0.0520 V  limits [.., 0.1] V``."""
    scale = scale or scale_of(check)
    said = f"{words(check.verdict)} {check.measurement.name} = {value(check, scale)}"
    return f"{said}  {limits(check, scale)}"


def backend(header: Mapping[str, object]) -> str:
    """Return ``simulated`` or ``real``; ``unknown`` where the header of a run was lost."""
    if "simulated" not in header:
        return "unknown"
    return "simulated" if header["simulated"] else "real"


def point(result: CaseResult) -> str:
    """Return the operating point in one line."""
    return ", ".join(f"{axis} = {text}" for axis, text in result.point.items())


def words(verdict: Verdict) -> str:
    """Return a verdict as people say it: ``CONDITIONAL PASS``, ``BENCH ERROR``."""
    if verdict is Verdict.ERROR:
        return "BENCH ERROR"
    return verdict.value.replace("_", " ")


def message(result: CaseResult) -> str:
    """Return why a case did not pass: the first line is the worst check, or the bench's failure."""
    if result.fault is not None:
        said, why = result.fault.kind, result.fault.message
        if result.fault.interrupted:
            said, why = "interrupted", why.replace("interrupted", "no verdict was reached", 1)
        return f"BENCH ERROR {said}: {why}"
    telling = [check for check in result.checks if check.verdict.rank > Verdict.PASS.rank]
    telling.sort(key=lambda check: -check.verdict.rank)
    lines = [_sentence(check) for check in telling] or [f"{words(result.verdict)} {result.reason}"]
    return f"{lines[0]}\n" + "\n".join([*lines[1:], f"at {point(result)}"])


def properties(result: CaseResult) -> list[tuple[str, str]]:
    """Return what goes into JUnit: verdict, clause and a line for each measurement."""
    scaled = [(check, scale_of(check)) for check in result.checks]
    lines = [(c.measurement.name, f"{line(c, s)} {expanded(c, s)}".rstrip()) for c, s in scaled]
    return [("verdict", result.verdict.value), ("clause", result.clause_id), *lines]


def outcome(verdict: str, *, failed: bool) -> tuple[str, str, str]:
    """Return category, letter and word in which a test runner counts and draws a verdict."""
    if verdict == Verdict.ERROR:
        return "error", "E", "BENCH ERROR"
    word = words(Verdict(verdict))
    return ("failed", "F", word) if failed else ("passed", ".", word)


def scale_of(check: Check) -> Scale:
    """Return the scale in which the numbers of a check are shown.

    Whoever words several things of one check gives them its scale, which is most of their cost.
    """
    return Scale(check.measurement, check.judgement.limit if check.judgement else None)


def _sentence(check: Check) -> str:
    extras = [text for text in (margin(check), expanded(check)) if text]
    if check.judgement and check.judgement.reason:
        extras.append(check.judgement.reason)
    return ", ".join([line(check), *extras])


def _ends(limit: Limit | None) -> tuple[float, ...]:
    ends = (limit.low, limit.high) if limit else ()
    return tuple(end for end in ends if end is not None)


def _scaled(largest: float, unit: str) -> tuple[float, str]:
    if unit == "1":  # a ratio; files and the app of the NG write it so
        return 1e-2, "%"
    if unit not in _SCALABLE or largest == 0.0:
        return 1.0, unit
    return next((factor, prefix + unit) for least, factor, prefix in _PREFIXES if largest >= least)
