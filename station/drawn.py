"""Conforming units drawn within tolerances: many as arrays, some through the drivers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from bench.errors import ConfigError
from reports.kill_matrix import Row, cells_of, dump
from reports.kill_matrix import load as load_row
from reports.rates import CaseRates, ClauseAlarms, DeviceRates, Rate, load
from station.batch import QUANTITIES, Batch, judged_limit
from station.campaign import Spread, Task, Told, run_campaign
from station.defects import drawn_unit, moving_parameter
from station.ledger import Ledger, Outcome
from station.unit import Unit, software_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnUnit:
    """One drawn unit, on a bench with the errors of its own instruments; the whole suite."""

    unit: Unit

    @property
    def name(self) -> str:
        """Return device and number in words."""
        return self.unit.name

    def fingerprint(self, software: str) -> str:
        """Return the digest of everything that the outcome follows from."""
        return sha256(f"drawn 1 {self.unit.fingerprint(software)}".encode()).hexdigest()

    def outcome(self) -> dict[str, Any]:
        """Run every case; returns the row and the judged readings as JSON data."""
        cases = self.unit.cases()
        results = list(self.unit.each(cases))
        readings = {
            case.id: [check.measurement.value, check.measurement.uncertainty]
            for case, result in zip(cases, results, strict=True)
            for check in result.checks
            if judged_limit(case) and check.measurement.name == QUANTITIES[case.test.procedure]
        }
        row = Row(device=self.unit.device, cells=cells_of(results), seed=self.unit.seed)
        return {"row": dump(row), "readings": readings}


def measure_rates(
    goldens: Sequence[Unit],
    ledger: Ledger,
    *,
    count: int,
    sample: int,
    seed: int,
    spread: Spread,
    told: Told,
) -> tuple[DeviceRates, ...]:
    """Draw ``count`` units of each device as arrays and ``sample`` of them through the drivers.

    Raises ConfigError for a device of which nothing can be drawn, and BenchError.
    """
    software = software_hash()
    batches = {golden.device: _batches(golden, count, sample, seed) for golden in goldens}
    singles = {golden.device: _singles(golden, sample, seed) for golden in goldens}
    tasks: dict[str, Task] = {}
    for device in batches:
        tasks |= {task.fingerprint(software): task for task in batches[device]}
        tasks |= {task.fingerprint(software): task for task in singles[device]}
    outcomes = run_campaign(tasks, ledger, spread=spread, told=told)
    found = {task.name: outcomes[mark] for mark, task in tasks.items()}
    return tuple(
        _device_rates(
            golden,
            count,
            [found[task.name] for task in batches[golden.device]],
            [found[task.name] for task in singles[golden.device]],
        )
        for golden in goldens
    )


def _batches(golden: Unit, count: int, sample: int, seed: int) -> list[Batch]:
    found = [
        Batch(unit=golden, case_id=case.id, count=count, seed=seed, kept=min(sample, count))
        for case in golden.cases()
        if judged_limit(case) and moving_parameter(golden.device, case.clause.id)
    ]
    if not found:
        raise ConfigError(f"{golden.device}: no tolerances are given, so no unit can be drawn")
    return found


def _singles(golden: Unit, sample: int, seed: int) -> list[DrawnUnit]:
    return [
        DrawnUnit(unit=replace(golden, defect=drawn_unit(golden.device, seed, number), seed=number))
        for number in range(sample)
    ]


def _device_rates(
    golden: Unit, count: int, batches: Sequence[Outcome], singles: Sequence[Outcome]
) -> DeviceRates:
    spec = golden.spec()
    titles = {clause.id: clause.title for clause in spec.clauses}
    rows = [load_row(single["row"]) for single in singles]
    return DeviceRates(
        device=golden.device,
        title=spec.device.title,
        units=count,
        cases=tuple(_agreeing(batch, singles) for batch in batches),
        clauses=tuple(_alarms(golden.device, titles, rows)),
    )


def _agreeing(batch: Outcome, singles: Sequence[Outcome]) -> CaseRates:
    """Return the rates of a case with how far arrays and drivers are apart."""
    rates = load(batch["rates"])
    apart = [
        abs(value - there[0]) / max(u, there[1])
        for (value, u), single in zip(batch["readings"], singles, strict=True)
        if (there := _reading(single, rates.case)) is not None
    ]
    return replace(rates, agreement=max(apart, default=0.0), compared=len(apart))


def _reading(single: Outcome, case: str) -> tuple[float, float] | None:
    found: Mapping[str, Sequence[float]] = single["readings"]
    pair = found.get(case)
    return None if pair is None else (pair[0], pair[1])


def _alarms(device: str, titles: Mapping[str, str], rows: Sequence[Row]) -> list[ClauseAlarms]:
    clauses = dict.fromkeys(clause for row in rows for clause in row.cells)
    found: list[ClauseAlarms] = []
    for clause in clauses:
        cells = [row.cells[clause] for row in rows if clause in row.cells]
        bad = [cell for cell in cells if cell.is_alarm]
        found.append(
            ClauseAlarms(
                device=device,
                clause=clause,
                title=titles[clause],
                alarms=Rate(count=len(bad), total=len(cells), promised=0.0),
                said=bad[0].said if bad else "",
            )
        )
    return found
