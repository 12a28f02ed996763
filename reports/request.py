"""What somebody asks for: which bench, which device, by which rule; and the cases that follow."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench.bench_file import BenchFile
from bench.bench_file_reader import load_bench_file
from bench.capability import missing
from bench.errors import ConfigError
from bench.limit import DecisionRule
from bench.procedures.catalogue import signatures
from bench.spec import Case, Spec, Verify
from bench.spec_file import load_spec

PROJECT = Path(__file__).parent.parent
SIMULATED_BENCH = PROJECT / "benches" / "simulated.toml"
SPECS = PROJECT / "test_specs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One run as asked for. Its methods raise ConfigError and SpecError in plain sentences.

    ``parallel``: this is one of several processes, which need a bench each. ``assisted`` are the
    kinds of clauses for which a person is there.
    """

    bench_path: Path = SIMULATED_BENCH
    device: str = "smallbms"
    serial: str | None = None
    rule: DecisionRule = DecisionRule.ILAC_G8
    faults: tuple[str, ...] = ()
    seed: int | None = None
    parallel: bool = False
    assisted: frozenset[Verify] = frozenset()
    specs: Path = SPECS

    def bench_file(self) -> BenchFile:
        """Return the validated bench file, refused where this request cannot use it."""
        file = _bench_file(self.bench_path)
        if self.parallel and not file.simulated:
            raise ConfigError(f"{file.path}: is one real bench and serves one process; drop -n")
        return file

    def spec(self) -> Spec:
        """Return the device's specification."""
        path = self.specs / f"{self.device.replace('-', '_')}.toml"
        if not path.is_file():
            known = ", ".join(sorted(_devices(self.specs))) or "no device"
            raise ConfigError(f"--dut {self.device}: {self.specs} specifies {known}; choose one")
        return _spec(path)

    def cases(self) -> list[tuple[Case, str]]:
        """Return every case and why the bench cannot run it, which is empty when it can."""
        file, spec = self.bench_file(), self.spec()
        return [(case, missing(case, file, spec.device, self.assisted)) for case in spec.cases()]


def from_options(option: Any, here: Path, specs: Path, *, parallel: bool) -> Request:  # noqa: ANN401
    """Return what the options of a command line ask for; relative paths start ``here``."""
    if parallel and getattr(option, "clean_alluredir", False):
        raise ConfigError("a new worker would wipe results: drop -n or --clean-alluredir")
    return Request(
        bench_path=here / option.bench if option.bench else SIMULATED_BENCH,
        device=option.dut,
        serial=option.serial,
        rule=DecisionRule(option.decision_rule),
        faults=tuple(option.fault),
        seed=option.seed,
        parallel=parallel,
        assisted=assisted(inspection=option.inspection, chamber=option.chamber),
        specs=specs,
    )


def assisted(*, inspection: bool, chamber: bool) -> frozenset[Verify]:
    """Return the kinds of clauses that a person is there for."""
    asked = {Verify.INSPECTION: inspection, Verify.CHAMBER: chamber}
    return frozenset(verify for verify, wanted in asked.items() if wanted)


@lru_cache(maxsize=4)
def _bench_file(path: Path) -> BenchFile:
    return load_bench_file(path)


@lru_cache(maxsize=4)
def _spec(path: Path) -> Spec:
    return load_spec(path, signatures())


def _devices(folder: Path) -> list[str]:
    """Return the devices whose specifications lie in ``folder``; the register is none."""
    return [path.stem for path in folder.glob("*.toml") if path.stem != "discrepancies"]
