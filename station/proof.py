"""The proof of a suite: conforming units pass it, and units with known defects do not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from reports.kill_matrix import KillMatrix, Row, load
from station.campaign import Spread, Told, run_campaign
from station.ledger import Ledger
from station.unit import Defect, Unit, software_hash


def prove(
    goldens: Sequence[Unit],
    defects: Mapping[str, Sequence[Defect]],
    ledger: Ledger,
    *,
    spread: Spread,
    told: Told,
    seeds: Sequence[int] = (),
) -> tuple[KillMatrix, ...]:
    """Run every conforming unit and, of each device, a unit with each of its ``defects``.

    Each conforming unit is run again with each of ``seeds``. Returns a matrix for each of
    ``goldens``, in their order whatever ended first. Raises BenchError.
    """
    software = software_hash()
    batches = [
        [
            golden,
            *(replace(golden, seed=seed) for seed in seeds),
            *(replace(golden, defect=defect) for defect in defects.get(golden.device, ())),
        ]
        for golden in goldens
    ]
    marks = [[unit.fingerprint(software) for unit in batch] for batch in batches]
    units = dict(zip(chain(*marks), chain(*batches), strict=True))
    outcomes = run_campaign(units, ledger, spread=spread, told=told)
    rows = {mark: load(outcome) for mark, outcome in outcomes.items()}
    return tuple(
        matrix(batch[0], *(rows[mark] for mark in batch_marks))
        for batch, batch_marks in zip(batches, marks, strict=True)
    )


def matrix(golden: Unit, row: Row, *rows: Row) -> KillMatrix:
    """Return the matrix of one device from the ``row`` of the conforming unit and the others."""
    spec = golden.spec()
    titles = {clause.id: clause.title for clause in spec.clauses}
    return KillMatrix(
        device=golden.device,
        title=spec.device.title,
        clauses={clause: titles[clause] for clause in row.cells},
        golden=row,
        others=tuple(other for other in rows if not other.fault),
        rows=tuple(other for other in rows if other.fault),
        unmeasured=tuple(clause for clause in titles if clause not in row.cells),
    )
