"""What keeps a bench from opening: one sentence for each, before anything is powered."""

import os
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from rig import ROOT, simulated_bench, spec

from bench import opening
from bench.assembly import assembled, build_laboratory, open_bench
from bench.bench_file_reader import load_bench_file
from bench.errors import ConfigError
from bench.opening import sole_owner

SIMULATED = ROOT / "benches" / "simulated.toml"
REFERENCE = ROOT / "benches" / "reference.toml"


def over(base: Path, tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(f'schema = 1\nextends = "{base.as_posix()}"\n{text}', encoding="utf-8")
    return path


def refusal(path: Path, **options: object) -> str:
    with (
        pytest.raises(ConfigError) as caught,
        open_bench(path, device=spec().device, **options),
    ):
        pass
    return str(caught.value)


def test_a_real_bench_needs_the_serial_of_its_unit():
    assert "--serial" in refusal(REFERENCE)


def test_a_real_unit_cannot_be_given_a_defect():
    assert "load-drop-0v3" in refusal(REFERENCE, serial="HQ1", faults=["load-drop-0v3"])


def test_an_unknown_defect_is_answered_with_those_that_may_be_meant():
    said = refusal(SIMULATED, faults=["load-drop"])
    assert "'load-drop'" in said
    assert "did you mean load-drop-0v3" in said


def test_overdue_calibrations_block_all_at_once(tmp_path):
    text = "".join(
        f'[instruments.{name}]\ncalibration = {{ certificate = "C1", due = 2026-05-01 }}\n'
        for name in ("supply", "daq")
    )
    path = over(SIMULATED, tmp_path, text)
    said = refusal(path, today=date(2026, 5, 2))
    assert said.count("was due on 2026-05-01") == 2
    assert "instruments.daq.calibration.due" in said
    with open_bench(path, device=spec().device, today=date(2026, 5, 1)):
        pass


def assemble_against(written: Path, built: Path) -> str:
    """Open the bench that ``written`` describes over the instruments that ``built`` has."""
    device = spec().device
    laboratory = build_laboratory(load_bench_file(built), device, (), 1)
    with ExitStack() as stack:
        stack.callback(laboratory.close)
        caught = stack.enter_context(pytest.raises(ConfigError))
        bench = assembled(
            load_bench_file(written), device, laboratory.wires, laboratory.reseed, serial="T1"
        )
        stack.enter_context(bench)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "serial"), [("supply", "GEW1"), ("load", "DL1"), ("daq", "MY1"), ("t7", "470000009")]
)
def test_a_wrong_serial_behind_an_address_is_named(tmp_path, name, serial):
    path = over(SIMULATED, tmp_path, f'[instruments.{name}]\nserial = "{serial}"\n')
    said = assemble_against(path, SIMULATED)
    assert f"instruments.{name}.serial" in said
    assert serial in said


def test_a_wrong_model_behind_an_address_is_named(tmp_path):
    path = over(SIMULATED, tmp_path, '[instruments.supply]\nmodel = "keithley.2260B-80-13"\n')
    said = assemble_against(path, SIMULATED)
    assert "instruments.supply" in said
    assert "PSW80-13.5" in said


def test_all_unreachable_instruments_are_named_at_once(tmp_path):
    path = over(
        SIMULATED,
        tmp_path,
        '[instruments.supply]\nresource = "TCPIP0::192.0.2.1::2268::SOCKET"\n'
        '[instruments.daq]\nresource = "TCPIP0::192.0.2.2::5025::SOCKET"\n',
    )
    said = assemble_against(path, SIMULATED)
    assert "2 of 7 instruments did not answer" in said
    assert "192.0.2.1" in said
    assert "192.0.2.2" in said


def test_two_simulated_benches_side_by_side_do_not_disturb_each_other():
    with simulated_bench() as (first, first_laboratory), simulated_bench() as (second, _):
        point = spec().cases()[0].point
        first.apply(point, settle=2.0)
        assert first_laboratory.world.voltage("BAT+", "BAT-") > 7.0
        assert second.closed == frozenset()
        assert second.make_safe() == ()
        assert first_laboratory.world.voltage("BAT+", "BAT-") > 7.0


def test_a_real_bench_has_one_owner_on_a_computer():
    file = load_bench_file(REFERENCE)
    with sole_owner(file):
        locked = refusal(REFERENCE, serial="HQ1")
    assert "is in use by another run" in locked


@pytest.mark.skipif(os.name == "nt", reason="Windows has a temporary folder for each account only")
def test_an_account_with_a_temporary_folder_of_its_own_sees_who_owns_a_bench(monkeypatch, tmp_path):
    file = load_bench_file(REFERENCE)
    with sole_owner(file):
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr(tempfile, "tempdir", None)
        with pytest.raises(ConfigError, match="is in use by another run"), sole_owner(file):
            pytest.fail("the bench has two owners")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permissions for all accounts in a mode")
def test_another_account_can_own_the_bench_later(monkeypatch, tmp_path):
    monkeypatch.setattr(opening, "_shared_folder", lambda: tmp_path)
    before = os.umask(0o077)
    try:
        with sole_owner(load_bench_file(REFERENCE)):
            pass
    finally:
        os.umask(before)
    modes = [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()]
    assert modes
    assert set(modes) == {0o666}


def test_a_bench_that_cannot_be_reserved_is_named_with_the_file_in_the_way(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(opening, "_shared_folder", lambda: tmp_path / "file")
    sentence = r"instrument 'supply' .* cannot be reserved .*smallbms-bench-\w+\.lock: "
    with (
        pytest.raises(ConfigError, match=sentence),
        sole_owner(load_bench_file(REFERENCE)),
    ):
        pytest.fail("the bench has an owner")


def test_two_benches_on_one_computer_have_a_person_each(tmp_path):
    other = tmp_path / "other.toml"
    text = REFERENCE.read_text("utf-8").replace("192.168.10.", "192.168.11.")
    other.write_text(text.replace("-if00", "-if01"), "utf-8")
    with sole_owner(load_bench_file(REFERENCE)), sole_owner(load_bench_file(other)):
        locked = refusal(other, serial="HQ1")
    assert "is in use by another run" in locked
