"""One case on many drawn units at once: the circuit as arrays, judged by each decision rule."""

# ruff: noqa: TID253  this module is for arrays only and imported where they are wanted

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from math import inf, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.assembly import SIMULATED_SERIAL, assembled, build_laboratory
from bench.bench import Bench
from bench.errors import ConfigError
from bench.limit import DecisionRule, Limit
from bench.measurement import Measurement
from bench.procedure import terminal
from bench.procedures.catalogue import PROCEDURES
from bench.procedures.loading import drawing
from bench.procedures.readings import Reading, divider_conductance
from bench.procedures.supply import fed_by_meter
from bench.risk import chances, conforms
from bench.spec import Case
from bench.verdict import Verdict
from instruments.multimeter import Multimeter
from reports import wording
from reports.rates import CaseRates, Errors, Rate, RuleRates, Units, dump
from simulation.population import Laboratory, Population
from station.defects import drawn_parameters, moving_parameter
from station.unit import Unit

Column = NDArray[np.float64]

QUANTITIES = {
    "outputs.drop": "drop",
    "outputs.rating": "drop",
    "supply.current": "supply_current",
}
"""What the array path measures, by procedure."""

_SAMPLES = 20  # of a record of 10 s, a reading each 0.5 s
_BORDER = 4.0  # standard uncertainties on both sides of the limit
_INRUSH = 1.0


def judged_limit(case: Case) -> Limit | None:
    """Return the limit that the array path can judge of a case; None where there is none."""
    limit = case.test.limits.get(QUANTITIES.get(case.test.procedure, ""))
    return None if limit is None or limit.informative or limit.equals is not None else limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """``count`` units drawn with ``seed``, all at one case; unit k meets instruments of seed k."""

    unit: Unit
    case_id: str
    count: int
    seed: int
    kept: int
    """How many readings are handed out, to be compared with those of the drivers."""

    @property
    def name(self) -> str:
        """Return the case in words."""
        return f"{self.unit.device}: {self.count} units at {self.case_id}"

    def fingerprint(self, software: str) -> str:
        """Return the digest of everything that the outcome follows from."""
        own = (self.case_id, str(self.count), str(self.seed), str(self.kept), "batch 1")
        return sha256("\0".join((self.unit.fingerprint(software), *own)).encode()).hexdigest()

    def outcome(self) -> dict[str, Any]:
        """Measure and judge; returns rates and readings as JSON data. Raises ConfigError."""
        (case,) = (case for case in self.unit.cases() if case.id == self.case_id)
        limit, dial = judged_limit(case), moving_parameter(self.unit.device, case.clause.id)
        if limit is None or not dial:
            raise ConfigError(f"{case.id}: no tolerance moves what is judged")
        with _at_point(self.unit, case) as (bench, laboratory):
            try:
                table = _Table(self, case, bench, laboratory, dial)
                rates = list(table.rates(limit))
            except ValueError as error:
                raise ConfigError(f"{self.unit.bench_path}: {error}") from None
            record = table.record(limit, rates)
            return {"rates": dump(record), "readings": table.readings(self.kept)}


class _Table:
    """The units of a batch at their operating point."""

    def __init__(
        self, batch: Batch, case: Case, bench: Bench, laboratory: Laboratory, dial: str
    ) -> None:
        numbers = range(batch.count)
        self._case = case
        self._bench = bench
        self._dial = dial
        key = sha256(f"{batch.seed}/{case.id}".encode()).digest()
        self._dice = np.random.default_rng(int.from_bytes(key[:8], "little"))
        self._population = Population(laboratory, numbers)
        self._values = _columns(batch.unit.device, batch.seed, numbers)
        self._true, self._shown, self._u = self._measured(self._values)

    def rates(self, limit: Limit) -> Iterator[RuleRates]:
        """Yield what each rule says of each population."""
        yield from _judged(
            limit, Units.PRODUCTION, Errors.SIMULATED, self._true, self._shown, self._u
        )
        border = limit.high if limit.high is not None else limit.low
        width = _BORDER * float(np.median(self._u))
        aim = self._dice.uniform(-width, width, len(self._true)) + (border or 0.0)
        moved = {**self._values, self._dial: self._values[self._dial] + aim - self._true}
        true, shown, u = self._measured(moved)
        yield from _judged(limit, Units.BORDER, Errors.SIMULATED, true, shown, u)
        shown = self._dice.normal(true, u)
        yield from _judged(limit, Units.BORDER, Errors.NORMAL, true, shown, u)
        self._border_u = float(np.median(u))

    def _moved(self, aim: Column) -> dict[str, Column]:
        """Return the parameters of units whose judged quantity is ``aim``."""
        return {**self._values, self._dial: self._values[self._dial] + aim - self._true}

    def record(self, limit: Limit, rates: Sequence[RuleRates]) -> CaseRates:
        """Return the record of this case; call it after `rates`."""
        case = self._case
        ends = [end for end in (limit.low, limit.high) if end is not None]
        mean = float(self._true.mean())
        return CaseRates(
            device=self._bench.device.name,
            clause=case.clause.id,
            case=case.id,
            quantity=QUANTITIES[case.test.procedure],
            unit=limit.unit,
            limit=wording.stated(limit).removeprefix("limits "),
            u=self._border_u,
            nearness=min(abs(end - mean) / (abs(end) or 1.0) for end in ends),
            rates=rates,
        )

    def readings(self, count: int) -> list[list[float]]:
        """Return value and standard uncertainty of the first units."""
        pairs = zip(self._shown[:count].tolist(), self._u[:count].tolist(), strict=True)
        return [list(pair) for pair in pairs]

    def _measured(self, values: Mapping[str, Column]) -> tuple[Column, Column, Column]:
        """Return true value, measured value and standard uncertainty of each unit."""
        if self._case.test.procedure == "supply.current":
            return self._supply_current(values)
        self._population.build(values)
        role = f"drop.{terminal(self._case.test.arguments)}"
        samples = 1 if self._case.test.procedure == "outputs.drop" else _SAMPLES
        true = self._across(role)
        shown = self._indicated(role, "VOLT", true, samples).max(axis=0)
        return true, shown, self._uncertainty(role, shown)

    def _supply_current(self, values: Mapping[str, Column]) -> tuple[Column, Column, Column]:
        """Return the same for the current that the unit draws, less what the fixture takes."""
        self._population.build(values, supply_current=self._dial)
        true = values[self._dial]
        fixture, through = np.zeros_like(true), true.copy()
        vbat = self._indicated("vbat", "VOLT", self._across("vbat"), 1)[0]
        total = divider_conductance(self._bench, "BAT+")
        fixture, through = fixture + vbat * total, through + self._across("vbat") * total
        unknown = np.zeros_like(true)
        for name in self._bench.device.ratings:
            conductance = divider_conductance(self._bench, name)
            drop = self._across(f"drop.{name}")
            through = through + (self._across("vbat") - drop) * conductance
            seen = self._indicated(f"drop.{name}", "VOLT", drop, 1)[0]
            doubt = self._doubt(f"drop.{name}", seen)
            fixture = fixture + (vbat - seen) * conductance - doubt
            unknown = unknown + np.abs(doubt)
        samples = self._indicated("supply_current", "CURR", through, _SAMPLES)
        shown = samples.mean(axis=0) - fixture
        scatter = samples.std(axis=0, ddof=1) / sqrt(_SAMPLES)
        meter = self._uncertainty("supply_current", shown)
        taken = ((1e-3 * fixture) ** 2 + unknown**2) / 3.0
        return true, shown, np.sqrt(meter**2 + scatter**2 + taken)

    def _doubt(self, role: str, seen: Column) -> Column:
        """Return by how much the procedure is wrong about the meter's own current [A].

        It takes the mean of what the meter feeds on this range and on the one below; the meter is
        on the one below as long as it can be.
        """
        found: list[float] = []
        for value in seen.tolist():
            reading = Reading(role=role, value=value, uncertainty=0.0, input_resistance=inf)
            here, below = fed_by_meter(self._bench, reading)
            found.append((here - below) / 2.0)
        return np.array(found)

    def _across(self, role: str) -> Column:
        row = self._bench.file.wiring[role]
        volts = self._population.voltages()
        return volts[row.plus] - volts[row.minus]

    def _indicated(self, role: str, function: str, true: Column, samples: int) -> Column:
        instrument = self._bench.file.wiring[role].instrument
        declared = self._bench.file.instruments[instrument].accuracies
        return self._population.indicated(instrument, function, true, declared, readings=samples)

    def _uncertainty(self, role: str, shown: Column) -> Column:
        meter = self._bench.role(Multimeter, role)
        return np.array([meter.uncertainty(value) for value in shown.tolist()])


@contextmanager
def _at_point(unit: Unit, case: Case) -> Generator[tuple[Bench, Laboratory]]:
    """Bring a bench with the nominal unit to where the procedure of the case takes its reading."""
    file, device = unit.bench_file(), unit.spec().device
    laboratory = build_laboratory(file, device, [], 0)
    owned = PROCEDURES[case.test.procedure].owns
    try:
        with assembled(
            file, device, laboratory.wires, laboratory.reseed, serial=SIMULATED_SERIAL
        ) as bench:
            bench.begin(case.id)
            bench.apply(case.point, settle=case.test.settle, owned=owned)
            if case.test.procedure == "supply.current":
                bench.switch(release=("bypass",))
                bench.clock.sleep(_INRUSH)
                yield bench, laboratory
            else:
                with drawing(bench, terminal(case.test.arguments), case.point):
                    yield bench, laboratory
    finally:
        laboratory.close()


def _columns(device: str, seed: int, numbers: Sequence[int]) -> dict[str, Column]:
    rows = [drawn_parameters(device, seed, number) for number in numbers]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def _judged(
    limit: Limit, units: Units, errors: Errors, true: Column, shown: Column, u: Column
) -> Iterator[RuleRates]:
    """Yield the rates of each rule on one population."""
    good = [conforms(limit, value) for value in true.tolist()]
    rows = list(zip(good, true.tolist(), shown.tolist(), u.tolist(), strict=True))
    for rule in DecisionRule:
        said = [limit.judge(_measurement(limit, row[2], row[3]), rule).verdict for row in rows]
        promised = [chances(limit, rule, row[1], row[3]) for row in rows]
        pairs = list(zip(good, said, promised, strict=True))
        yield RuleRates(
            rule=rule,
            units=units,
            errors=errors,
            false_reject=_rate([(v is Verdict.FAIL, p.failing) for g, v, p in pairs if g]),
            false_accept=_rate([(v is Verdict.PASS, p.passing) for g, v, p in pairs if not g]),
            undecided=_rate(
                [
                    (v not in (Verdict.PASS, Verdict.FAIL), 1.0 - p.passing - p.failing)
                    for _, v, p in pairs
                ]
            ),
        )


def _rate(rows: Sequence[tuple[bool, float]]) -> Rate:
    promised = sum(chance for _, chance in rows) / len(rows) if rows else 0.0
    return Rate(count=sum(hit for hit, _ in rows), total=len(rows), promised=promised)


def _measurement(limit: Limit, value: float, u: float) -> Measurement:
    return Measurement(
        name="", value=value, unit=limit.unit, uncertainty=u, elapsed=0.0, source="array path"
    )
