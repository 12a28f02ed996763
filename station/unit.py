"""One simulated unit, with a known defect or with none, and a suite to run against it."""

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench.assembly import open_bench
from bench.bench_file import BenchFile
from bench.errors import ConfigError
from bench.execution import run_case
from bench.results import CaseResult
from bench.spec import Case, Spec
from reports.kill_matrix import Row, cells_of, dump, refusal
from reports.request import PROJECT, SIMULATED_BENCH, SPECS, Request, assisted

_SOFTWARE = ("instruments", "simulation", "bench")


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A defect as a campaign needs it: the word that builds it in, and what it is said to violate.

    ``definition`` is all that it consists of, so that a changed one is run again. ``magnitude`` is
    its size in ``unit`` and ``conforming`` that of a conforming unit; None where it has no size.
    """

    word: str
    name: str
    title: str
    claims: tuple[str, ...]
    definition: str
    magnitude: float | None = None
    conforming: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One unit to run a suite against; without a ``defect`` it is the conforming one.

    ``only`` keeps the cases with these ids; None is the whole suite. ``seed`` is that of the
    instruments' errors; None is that of the bench file.
    """

    device: str
    defect: Defect | None = None
    bench_path: Path = SIMULATED_BENCH
    specs: Path = SPECS
    only: frozenset[str] | None = None
    seed: int | None = None

    @property
    def name(self) -> str:
        """Return device, defect and seed in words."""
        seed = "" if self.seed is None else f", seed {self.seed}"
        return f"{self.device}: {self.defect.name if self.defect else 'conforming unit'}{seed}"

    def bench_file(self) -> BenchFile:
        """Return the simulated bench; raises ConfigError."""
        return self._request().bench_file()

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

    def each(self, cases: Iterable[Case]) -> Generator[CaseResult]:
        """Run ``cases`` one by one while asked for more; raises ConfigError and SpecError."""
        request = self._request()
        with open_bench(
            request.bench_path,
            device=request.spec().device,
            faults=[self.defect.word] if self.defect else [],
            seed=self.seed,
        ) as bench:
            for case in cases:
                yield run_case(case, bench, _NOBODY)

    def run(self) -> Row:
        """Run every case, whatever the others say; raises ConfigError and SpecError."""
        defect = self.defect
        results = list(self.each(self.cases()))
        return Row(
            device=self.device,
            fault=defect.name if defect else "",
            title=defect.title if defect else "",
            claims=defect.claims if defect else (),
            cells=cells_of(results),
            seed=self.seed,
            refused=refusal(results),
        )

    def outcome(self) -> dict[str, Any]:
        """Run every case and return the row as JSON data; raises ConfigError and SpecError."""
        return dump(self.run())

    def _request(self) -> Request:
        request = Request(
            bench_path=self.bench_path,
            device=self.device,
            specs=self.specs,
            assisted=assisted(inspection=True, chamber=True),  # by the simulated person
        )
        if not request.bench_file().simulated:
            raise ConfigError(
                f"{self.bench_path} is a real bench: defects can be simulated only; "
                "use benches/simulated.toml"
            )
        return request


class _Nobody:
    """A recorder that keeps nothing: whoever runs the cases has their results."""

    def record(self, result: CaseResult) -> None:
        """Do nothing."""


_NOBODY = _Nobody()


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


@cache
def own_software() -> str:
    """Return the digest of the code and data that this process measures with."""
    return software_hash()
