"""A simulated bench with its laboratory at hand, for tests that pull cables."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from bench.assembly import assembled, build_laboratory
from bench.bench import Bench
from bench.bench_file_reader import load_bench_file
from bench.procedures.catalogue import signatures
from bench.results import CaseResult
from bench.spec import Case, Device, Spec
from bench.spec_file import load_spec
from simulation.laboratory import Laboratory

ROOT = Path(__file__).parents[2]


@cache
def spec(name: str = "smallbms") -> Spec:
    return load_spec(ROOT / "test_specs" / f"{name}.toml", signatures())


def case(case_id: str) -> Case:
    (found,) = (case for case in spec().cases() if case.id == case_id)
    return found


@dataclass
class Kept:
    """A recorder that keeps results in a list."""

    results: list[CaseResult] = field(default_factory=list)

    def record(self, result: CaseResult) -> None:
        self.results.append(result)


@contextmanager
def simulated_bench(
    faults: Sequence[str] = (),
    seed: int = 1,
    path: Path = ROOT / "benches" / "simulated.toml",
    name: str = "smallbms",
    taken_for: Device | None = None,
) -> Generator[tuple[Bench, Laboratory]]:
    file = load_bench_file(path)
    device = spec(name).device
    laboratory = build_laboratory(file, device, faults, seed)
    named = taken_for or device
    try:
        with assembled(file, named, laboratory.wires, laboratory.reseed, serial="T1") as bench:
            yield bench, laboratory
    finally:
        laboratory.close()
