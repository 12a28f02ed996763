"""What a bench will be able to decide, found out before anything of it is opened.

The uncertainty of a result follows from the wiring, the declared accuracies and the readings at
the point. Rather than write each procedure's budget down a second time, the cases are run on the
twin of the bench: the same bench file, drivers and procedures, with a conforming device in
simulation.
"""

from collections.abc import Iterable
from contextlib import ExitStack, closing
from dataclasses import replace

from bench.assembly import SIMULATED_SERIAL, assembled, build_laboratory
from bench.bench_file import BenchFile, InstrumentEntry
from bench.errors import BenchError
from bench.execution import run_case
from bench.foreseen import Foreseen, Rehearsal
from bench.limit import Limit
from bench.results import CaseResult
from bench.spec import Case, Device

_SEED = 0
_KEY = "00" * 16


def rehearse(cases: Iterable[Case], file: BenchFile, device: Device) -> Rehearsal:
    """Run ``cases`` on the simulated twin of a bench and return how certain they will be.

    Cases that judge words only, such as a state, have no uncertainty and are left out.
    """
    numeric = [case for case in cases if any(map(_is_judged_number, case.test.limits.values()))]
    if not numeric:
        return Rehearsal(foreseen={}, unknown={})
    foreseen: dict[str, tuple[Foreseen, ...]] = {}
    unknown: dict[str, str] = {}
    try:
        for result in _run(numeric, file, device):
            if result.fault is not None:
                unknown[result.case_id] = result.fault.message
            else:
                foreseen[result.case_id] = tuple(
                    Foreseen(check=check, limit=check.judgement.limit)
                    for check in result.checks
                    if check.judgement is not None
                    and _is_judged_number(check.judgement.limit)
                    and not isinstance(check.measurement.value, str)
                )
    except BenchError as error:
        unknown.update((case.id, str(error)) for case in numeric if case.id not in foreseen)
    return Rehearsal(foreseen=foreseen, unknown=unknown)


def _is_judged_number(limit: Limit) -> bool:
    return limit.equals is None and not limit.informative and limit.width is not None


def _run(cases: Iterable[Case], file: BenchFile, device: Device) -> list[CaseResult]:
    twin = replace(
        file,
        seed=_SEED,
        instruments={name: _twin(entry) for name, entry in file.instruments.items()},
    )
    with ExitStack() as stack:
        laboratory = stack.enter_context(closing(build_laboratory(twin, device, (), _SEED)))
        bench = stack.enter_context(
            assembled(twin, device, laboratory.wires, laboratory.reseed, serial=SIMULATED_SERIAL)
        )
        kept = _Kept()
        return [run_case(case, bench, kept) for case in cases]


def _twin(entry: InstrumentEntry) -> InstrumentEntry:
    """Return an instrument for a twin, whose unit has a key of its own and no secrets."""
    if "key" not in entry.settings:
        return entry
    return replace(entry, settings={**entry.settings, "key": _KEY})


class _Kept:
    """A recorder that leaves no record: a rehearsal is no run."""

    def record(self, result: CaseResult) -> None:
        """Keep nothing."""
