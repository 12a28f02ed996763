"""A bench with one device named and another, perhaps, behind the connector."""

from collections.abc import Generator
from contextlib import contextmanager

from rig import ROOT, spec

from bench.assembly import assembled, build_laboratory
from bench.bench import Bench
from bench.bench_file_reader import load_bench_file
from bench.operating_point import OperatingPoint
from bench.procedures.catalogue import signatures
from bench.spec_file import load_spec
from instruments.supply import SupplyOutput
from simulation.laboratory import Laboratory

DEVICES = ("smallbms", "smallbms_prealarm", "smallbms_ng")
SIMULATED = "simulated"
MINIMAL = "minimal-simulated"


@contextmanager
def fitted(
    named: str, real: str = "", bench: str = "simulated", faults: tuple[str, ...] = ()
) -> Generator[tuple[Bench, Laboratory]]:
    """Open a bench for the device ``named`` with the unit ``real`` behind the connector."""
    file = load_bench_file(ROOT / "benches" / f"{bench}.toml")
    laboratory = build_laboratory(file, spec(real or named).device, faults, 1)
    try:
        with assembled(
            file, spec(named).device, laboratory.wires, laboratory.reseed, serial="T1"
        ) as opened:
            yield opened, laboratory
    finally:
        laboratory.close()


def healthy(device: str, **changes: float | str) -> OperatingPoint:
    case = next(c for c in spec(device).cases() if c.point.link_closed)
    base = {**case.point, "vbat": 12.8, "battery": "healthy"}
    base |= {"remote_l": "open", "remote_h": "open"}
    return OperatingPoint(base | changes)


def power_by_hand(bench: Bench) -> None:
    """Power the unit as somebody would who does not know ``bench.apply``, which looks first."""
    bench.switch_to({"bypass", "remote_link", "loop.1", "loop.2", "loop.3"} & bench._contacts.roles)
    supply = bench.role(SupplyOutput, "supply")
    supply.set_voltage(12.8)
    supply.set_current_limit(1.5)
    supply.enable()
    bench.clock.sleep(2.0)


def refused_file(device: str, tmp_path, old: str, new: str) -> None:
    """Load the specification with a change; raises SpecError if it is refused."""
    text = (ROOT / "test_specs" / f"{device}.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / f"{device}.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    register = ROOT / "test_specs" / "discrepancies.toml"
    (tmp_path / register.name).write_text(register.read_text("utf-8"), "utf-8")
    load_spec(path, signatures())


def contacts(terminal: str) -> tuple[str, str]:
    return f"to_bus.{terminal}", "bus_short"
