"""Telemetry on the simulated bench: what the unit says against what its outputs do."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from rig import ROOT, Kept, spec

from bench.assembly import assembled, build_laboratory
from bench.bench_file_reader import load_bench_file
from bench.errors import ConfigError
from bench.execution import run_case
from bench.procedures.catalogue import PROCEDURES
from bench.verdict import Verdict

NG = "smallbms_ng"
KEY = "5ca1ab1e0ddba11c0ffee15dec0ded00"
SIMULATED = ROOT / "benches" / "simulated.toml"


@contextmanager
def opened(*faults, name=NG, path=SIMULATED):
    file = load_bench_file(path)
    device = spec(name).device
    laboratory = build_laboratory(file, device, faults, 1)
    try:
        with assembled(file, device, laboratory.wires, laboratory.reseed, serial="T1") as bench:
            yield bench, laboratory
    finally:
        laboratory.close()


def case(case_id):
    (found,) = (case for case in spec(NG).cases() if case.id == case_id)
    return found


ITEMS = "NG-BLE-IR.items[vbat=13.2V]"
PERMISSIONS = "NG-BLE-IR.permissions[vbat=13.2V]"


def said(bench, procedure, **point):
    """Apply a point and return what a procedure measures, by name."""
    at = case(ITEMS).point | point
    bench.apply(at, settle=40.0)  # LOAD opens 30 s after a pre-alarm
    return {m.name: m for m in PROCEDURES[procedure].measure(bench, at, {})}


@pytest.mark.parametrize(
    ("battery", "permission", "terminal", "other", "fault"),
    [
        ("overvoltage", "allow_to_charge", "CHARGER", "LOAD", "charge-always-allowed"),
        ("undertemperature", "allow_to_charge", "CHARGER", "LOAD", "charge-always-allowed"),
        ("undervoltage", "allow_to_discharge", "LOAD", "CHARGER", "discharge-always-allowed"),
    ],
)
def test_a_permission_that_its_output_contradicts_is_seen(
    battery, permission, terminal, other, fault
):
    for faults, word, verdict in (((), "NO", "CONSISTENT"), ((fault,), "YES", "CONTRADICTS")):
        with opened(*faults) as (bench, _):
            found = said(bench, "telemetry.consistency", battery=battery)
        assert found[f"state.{terminal}"].value == "FLOAT"
        assert found[permission].value == word
        assert found[f"consistency.{terminal}"].value == verdict
        assert found[f"state.{other}"].value == "HIGH"
        assert found[f"consistency.{other}"].value == "CONSISTENT"


def test_an_output_that_is_not_high_contradicts_what_is_permitted():
    with opened("charger-not-high") as (bench, _):
        found = said(bench, "telemetry.consistency")
    assert (found["allow_to_charge"].value, found["state.CHARGER"].value) == ("YES", "FLOAT")
    assert found["consistency.CHARGER"].value == "CONTRADICTS"
    assert found["consistency.LOAD"].value == "CONSISTENT"


def test_remote_off_explains_open_outputs_whatever_is_permitted():
    with opened("charge-always-allowed") as (bench, _):
        found = said(bench, "telemetry.consistency", link="open")
    assert (found["allow_to_charge"].value, found["remote_enabled"].value) == ("YES", "NO")
    assert found["consistency.CHARGER"].value == "CONSISTENT"


def test_items_of_a_battery_in_use():
    with opened() as (bench, laboratory):
        bench.apply(case(ITEMS).point, settle=2.0)
        laboratory.device.battery.set_current(-25.0)
        found = said(bench, "telemetry.readout")
    assert found["missing"].value == "none"
    assert found["current"].value == -25.0
    assert found["state_of_charge"].unit == "1"
    assert 0.0 < found["state_of_charge"].value < 1.0
    assert found["consumed_charge"].value < 0.0
    # 004-sv: the time until the discharge floor at the present current
    charge = found["state_of_charge"].value - 0.10
    assert found["time_to_go"].value == pytest.approx(charge * 100.0 / 25.0 * 3600.0, abs=300.0)
    assert found["voltage"].uncertainty == pytest.approx(0.01 / 12.0**0.5)


def test_items_of_a_battery_that_is_not_heard_are_missing_and_unknown():
    with opened() as (bench, _):
        found = said(bench, "telemetry.readout", battery="cable_open")
    assert found["radio"].value == "HEARD"
    assert "voltage" in found["missing"].value.split()
    assert found["voltage"].value == "unknown"
    assert "A-B05" in found["codes"].value.split()
    assert "voltage_difference" not in found


def verdict_of(case_id, bench):
    result = run_case(case(case_id), bench, Kept())
    return result.verdict, result.fault.message if result.fault else ""


def test_a_silent_unit_fails_and_a_lost_receiver_does_not():
    with opened("bluetooth-dead") as (bench, laboratory):
        assert verdict_of(ITEMS, bench)[0] is Verdict.FAIL
        assert verdict_of(PERMISSIONS, bench)[0] is Verdict.FAIL
        laboratory.cut("radio")
        for one in (ITEMS, PERMISSIONS, "NG-BLE[vbat=13.2V]"):
            verdict, message = verdict_of(one, bench)
            assert verdict is Verdict.ERROR
            assert "no Bluetooth receiver" in message


def test_a_unit_that_the_app_finds_and_the_receiver_does_not_hear_is_a_bench_error():
    with opened() as (bench, laboratory):
        laboratory.panels["radio"].address = "00:00:5E:00:53:99"  # not that of the bench file
        for one in (ITEMS, PERMISSIONS, "NG-BLE[vbat=13.2V]", "NG-CHG-ATC-HV.air[vbat=12.8V]"):
            verdict, message = verdict_of(one, bench)
            assert verdict is Verdict.ERROR, one
            assert "VictronConnect finds the unit" in message
            assert "instruments.radio.resource" in message


def test_a_unit_that_advertises_too_seldom_fails():
    with opened() as (bench, laboratory):
        radio = laboratory.panels["radio"]
        always = radio.speak
        radio.speak = lambda slot: None if slot % 30 else always(slot)
        assert verdict_of("NG-BLE[vbat=13.2V]", bench)[0] is Verdict.FAIL


def test_a_unit_that_is_found_but_says_nothing_has_bluetooth_and_no_readout():
    with opened("readout-mute") as (bench, _):
        assert verdict_of("NG-BLE[vbat=13.2V]", bench)[0] is Verdict.PASS
        assert verdict_of(ITEMS, bench)[0] is Verdict.FAIL


def with_settings(tmp_path, settings):
    path = tmp_path / "bench.toml"
    base = Path(SIMULATED).as_posix()
    path.write_text(
        f'schema = 1\nextends = "{base}"\n[instruments.radio.settings]\n{settings}\n',
        encoding="utf-8",
    )
    return path


def test_the_key_of_another_unit_is_a_bench_error(tmp_path):
    with opened() as (bench, laboratory):
        laboratory.panels["radio"]._key = bytes(16)
        verdict, message = verdict_of(ITEMS, bench)
        assert verdict is Verdict.ERROR
        assert "wrong key" in message
        assert KEY not in message


def test_no_record_of_a_run_holds_the_key():
    with opened() as (bench, _):
        kept = Kept()
        result = run_case(case(ITEMS), bench, kept)
        assert KEY not in repr((bench.provenance(), result, kept.results)).lower()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('kee = "env:X"', r"instruments\.radio\.settings\.kee.*it has key, record_type"),
        ('key = "env:X"', r"instruments\.radio\.settings\.key.*written out"),
        ('record_type = "bms"', r"record_type.*'bms'"),
        ("record_type = 10", r"instruments\.radio\.settings\.record_type"),
    ],
)
def test_mistakes_in_the_settings_name_file_key_and_remedy(tmp_path, settings, words):
    path = with_settings(tmp_path, settings)
    with pytest.raises(ConfigError, match=words) as caught, opened(path=path):
        pass
    assert str(caught.value).startswith(str(path))


def test_settings_of_a_model_without_any_are_refused(tmp_path):
    path = tmp_path / "bench.toml"
    base = Path(SIMULATED).as_posix()
    path.write_text(
        f'schema = 1\nextends = "{base}"\n[instruments.load]\nsettings = {{ mode = "CC" }}\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigError, match=r"settings\.mode.*it has none; remove it"):
        load_bench_file(path)


@pytest.mark.parametrize("name", ["smallbms", "smallbms_prealarm"])
def test_devices_without_a_radio_are_tested_on_the_same_bench_and_are_silent(name):
    with opened(name=name) as (bench, _):
        bench.apply(spec(name).cases()[0].point, settle=2.0)
        procedure = PROCEDURES["telemetry.hearing"]
        (heard,) = procedure.measure(bench, spec(name).cases()[0].point, {})
        assert heard.value == "SILENT"
