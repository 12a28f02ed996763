"""One suite against one simulated unit with a known defect, or with none."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bench.assembly import open_bench
from bench.errors import ConfigError
from bench.execution import run_case
from bench.results import CaseResult
from bench.spec import Case, Spec
from reports.kill_matrix import KillMatrix, Row, cells_of
from reports.request import PROJECT, SIMULATED_BENCH, SPECS, Request

_SOFTWARE = ("instruments", "simulation", "bench")


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A defect as a campaign needs it: the word that builds it in, and what it is said to violate.

    ``definition`` is all that it consists of, so that a changed one is run again.
    """

    word: str
    name: str
    title: str
    claims: tuple[str, ...]
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit to run a suite against; without a ``defect`` it is the conforming one.

    ``only`` keeps the cases with these ids; None is the whole suite.
    """

    device: str
    defect: Defect | None = None
    bench_path: Path = SIMULATED_BENCH
    specs: Path = SPECS
    only: frozenset[str] | None = None

    @property
    def name(self) -> str:
        """Return device and defect in words."""
        return f"{self.device}: {self.defect.name if self.defect else 'conforming unit'}"

    def spec(self) -> Spec:
        """Return the device's specification; raises ConfigError and SpecError."""
        return self._request().spec()

    def cases(self) -> list[Case]:
        """Return the cases that the bench can run; raises ConfigError and SpecError."""
        runnable = [case for case, lacking in self._request().cases() if not lacking]
        return [case for case in runnable if self.only is None or case.id in self.only]

    def fingerprint(self, software: str) -> str:
        """Return the digest of everything that the outcome follows from.

        ``software`` is that of `software_hash`. Raises ConfigError and SpecError.
        """
        request = self._request()
        parts = [
            software,
            self.name,
            request.spec().sha256,
            request.bench_file().sha256,
            self.defect.definition if self.defect else "",
            repr(self.defect.claims if self.defect else ()),
            repr(sorted(self.only) if self.only is not None else None),
        ]
        return sha256("\0".join(parts).encode()).hexdigest()

    def run(self) -> Row:
        """Run every case, whatever the others say; raises ConfigError and SpecError."""
        request, defect = self._request(), self.defect
        kept = _Kept()
        with open_bench(
            request.bench_path,
            device=request.spec().device,
            faults=[defect.word] if defect else [],
        ) as bench:
            for case in self.cases():
                run_case(case, bench, kept)
        return Row(
            device=self.device,
            fault=defect.name if defect else "",
            title=defect.title if defect else "",
            claims=defect.claims if defect else (),
            cells=cells_of(kept.results),
        )

    def _request(self) -> Request:
        request = Request(bench_path=self.bench_path, device=self.device, specs=self.specs)
        if not request.bench_file().simulated:
            raise ConfigError(
                f"{self.bench_path} is a real bench: defects can be simulated only; "
                "use benches/simulated.toml"
            )
        return request


class _Kept:
    """A recorder that keeps results in memory."""

    def __init__(self) -> None:
        self.results: list[CaseResult] = []

    def record(self, result: CaseResult) -> None:
        """Keep ``result``."""
        self.results.append(result)


def matrix(golden: Unit, row: Row, *rows: Row) -> KillMatrix:
    """Return the matrix of one device from the ``row`` of the conforming unit and the others."""
    spec = golden.spec()
    titles = {clause.id: clause.title for clause in spec.clauses}
    return KillMatrix(
        device=golden.device,
        title=spec.device.title,
        clauses={clause: titles[clause] for clause in row.cells},
        golden=row,
        rows=rows,
        unmeasured=tuple(clause for clause in titles if clause not in row.cells),
    )


def software_hash(folders: Sequence[Path] | None = None) -> str:
    """Return the digest of the code and data that measure; catalogues of defects are not of them.

    ``folders`` are those of the engine, the simulation and the drivers unless others are given.
    """
    digest = sha256()
    for folder in folders or [PROJECT / name for name in _SOFTWARE]:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".toml") and not path.name.startswith("faults_"):
                digest.update(path.relative_to(folder.parent).as_posix().encode() + b"\0")
                digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
