"""Procedures that change a unit by its app: all is put back, and nothing real is interrupted."""

from dataclasses import replace

import pytest
from rig import ROOT, Kept, simulated_bench, spec

from bench.app import App, written
from bench.assembly import assembled, build_laboratory
from bench.bench_file_reader import load_bench_file
from bench.capability import missing
from bench.errors import SafetyTrip, SpecError
from bench.execution import run_case
from bench.instructions import instruction
from bench.procedures import condition, firmware
from bench.procedures.catalogue import PROCEDURES, signatures
from bench.quantity import QuantityError
from bench.spec_file import load_spec
from bench.verdict import Verdict
from instruments.errors import Rejected
from instruments.operator import Instruction
from simulation.dut.app import SETTABLE
from simulation.dut.handling import Handling

NAME = "smallbms_ng"
SPEC = ROOT / "test_specs" / f"{NAME}.toml"


@pytest.fixture
def rig():
    with simulated_bench(name=NAME) as (bench, laboratory):
        yield bench, laboratory


def case(clause, index=0):
    return [case for case in spec(NAME).cases() if case.clause.id == clause][index]


def kinds():
    """Return one case of each test that changes something in the app."""
    seen = {}
    for one in spec(NAME).cases():
        if one.test.procedure.partition(".")[0] in ("app", "firmware", "bluetooth"):
            seen.setdefault((one.clause.id, one.test.name), one)
    return list(seen.values())


def settings(laboratory):
    """Return what the unit is set to, without asking anybody; a discharge takes a little charge."""
    unit = laboratory.device
    kept = {name: unit.settings.text(name) for name in SETTABLE if name != "soc"}
    return {**kept, "soc": round(unit.battery.state_of_charge), "update": unit.update.stage}


def refusing(laboratory, key):
    """Let the person refuse to set ``key``; return what makes it possible again."""
    handling = Handling(laboratory.device)

    def app(asked, value):
        if asked == key and value:
            raise ValueError("the phone is empty")
        return handling.app(asked, value)

    laboratory.teach("app", app)
    return lambda: laboratory.teach("app", handling.app)


def broken(*_):
    raise Rejected("broken")


@pytest.mark.parametrize("one", kinds(), ids=lambda one: one.id)
def test_a_case_leaves_the_unit_as_it_was(rig, one):
    bench, laboratory = rig
    before = settings(laboratory)
    assert run_case(one, bench, Kept()).fault is None
    assert settings(laboratory) == before
    assert bench.app.changed == ()


def test_settings_are_put_back_after_an_error(rig, monkeypatch):
    bench, laboratory = rig
    before = settings(laboratory)
    monkeypatch.setattr(condition, "look", broken)
    result = run_case(case("NG-SOC-ZERO"), bench, Kept())
    assert result.verdict is Verdict.ERROR
    assert "broken" in result.fault.message
    assert settings(laboratory) == before


def test_what_cannot_be_put_back_is_an_error_and_is_put_back_before_the_next_case(rig):
    bench, laboratory = rig
    before = settings(laboratory)
    one = case("NG-SOC-TAIL", 1)
    assert one.test.arguments == {"tail_current": "8 %"}
    handling = Handling(laboratory.device)

    def once(key, value):
        if (key, value) == ("tail_current", "4 %"):
            raise ValueError("the phone is empty")
        return handling.app(key, value)

    laboratory.teach("app", once)
    first = run_case(one, bench, Kept())
    assert first.verdict is Verdict.ERROR
    assert "the phone is empty" in first.fault.message
    again = run_case(case("NG-SUP-RANGE"), bench, Kept())
    assert again.verdict is Verdict.ERROR  # not measured on a unit that is not what it should be
    assert "the phone is empty" in again.fault.message
    laboratory.teach("app", handling.app)
    assert run_case(case("NG-SUP-RANGE"), bench, Kept()).verdict is Verdict.PASS
    assert settings(laboratory) == before


def test_nobody_is_asked_after_an_interruption_and_the_next_case_puts_back(rig, monkeypatch):
    bench, laboratory = rig
    before = settings(laboratory)

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(condition, "look", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run_case(case("NG-SOC-ZERO"), bench, Kept())
    assert settings(laboratory) != before
    assert run_case(case("NG-SUP-RANGE"), bench, Kept()).verdict is Verdict.PASS
    assert settings(laboratory) == before


def test_an_update_is_over_before_an_error_takes_the_power(rig, monkeypatch):
    bench, laboratory = rig
    monkeypatch.setattr(firmware, "curves", broken)
    assert run_case(case("NG-FW-CHG"), bench, Kept()).verdict is Verdict.ERROR
    assert laboratory.device.update.stage == "complete"
    monkeypatch.undo()
    assert run_case(case("NG-FW-CHG"), bench, Kept()).verdict is Verdict.PASS


def test_a_bluetooth_that_cannot_be_enabled_again_is_an_error(rig):
    bench, laboratory = rig
    handling = Handling(laboratory.device)

    def stuck(key, value):
        if (key, value) == ("bluetooth", "on"):
            raise ValueError("it is not in the list")
        return handling.app(key, value)

    laboratory.teach("app", stuck)
    result = run_case(case("NG-BT-30S"), bench, Kept())
    assert result.verdict is Verdict.ERROR
    assert bench.app.changed == ("bluetooth",)
    laboratory.teach("app", handling.app)
    assert run_case(case("NG-SUP-RANGE"), bench, Kept()).verdict is Verdict.PASS
    assert laboratory.device.settings.is_on("bluetooth")


def test_a_number_that_is_none_is_refused(rig):
    bench, laboratory = rig
    laboratory.teach("app", lambda key, value: "" if value else "plenty")
    result = run_case(case("NG-SOC-SET"), bench, Kept())
    assert result.verdict is Verdict.ERROR
    assert "'plenty' is no number in %" in result.fault.message


def test_time_remaining_without_a_current_has_no_verdict(rig):
    bench, _ = rig
    one = case("NG-SOC-TTG")
    resting = replace(one, point=one.point | {"battery": "healthy"})
    assert run_case(resting, bench, Kept()).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("soc", "12.5 %", "12.5 %"),
        ("soc", "300000 ppm", "30 %"),
        ("charge_detection_time", "300 s", "5 min"),
        ("charged_voltage", "13600 mV", "13.6 V"),
        ("mode", "off", "off"),
    ],
)
def test_settings_are_written_as_the_app_writes_them(name, text, shown):
    assert written(name, text) == shown


@pytest.mark.parametrize(("name", "text"), [("soc", "12 V"), ("mode", "asleep")])
def test_what_is_no_setting_is_refused(name, text):
    with pytest.raises(QuantityError):
        written(name, text)


def test_without_an_operator_a_case_says_who_is_missing(tmp_path):
    path = tmp_path / "lonely.toml"
    text = (ROOT / "benches" / "reference.toml").read_text(encoding="utf-8")
    text = text.replace('operator = { at = "operator.person" }\n', "")
    text = text.partition("[battery_bus]")[0]
    path.write_text(text, encoding="utf-8", newline="\n")
    file = load_bench_file(path)
    device = spec(NAME).device
    for clause in ("NG-SOC-WARN", "NG-RESET", "NG-FW-CHG", "NG-BT-30S", "NG-CFG-AUTO"):
        assert "wires no role operator" in missing(case(clause), file, device), clause
    assert "how to signal 'overvoltage'" in missing(case("NG-CHG-ATC-HV"), file, device)


def test_a_sequence_is_not_begun_where_not_all_of_it_can_be_signalled():
    reference = load_bench_file(ROOT / "benches" / "reference.toml")
    slow = case("NG-PRE-30S")
    assert slow.point.battery == "prealarm"  # which a laboratory can bring about
    assert "how to signal 'undervoltage'" in missing(slow, reference, spec(NAME).device)


# --- an interrupted update: on simulated units only -------


@pytest.fixture
def real():
    """Give a bench that takes itself for a real one, and the laboratory that its wires end in."""
    simulated = load_bench_file(ROOT / "benches" / "simulated.toml")
    device = spec(NAME).device
    laboratory = build_laboratory(simulated, device, (), 1)
    file = replace(simulated, seed=None)
    try:
        with assembled(file, device, laboratory.wires, laboratory.reseed, serial="T1") as bench:
            yield bench, laboratory
    finally:
        laboratory.close()


def test_an_interrupted_update_runs_in_simulation():
    simulated = load_bench_file(ROOT / "benches" / "simulated.toml")
    assert missing(case("NG-FW-120S"), simulated, spec(NAME).device) == ""


def test_the_plan_of_a_real_bench_refuses_an_interrupted_update():
    reference = load_bench_file(ROOT / "benches" / "reference.toml")
    assert "guard clause" in missing(case("NG-FW-120S"), reference, spec(NAME).device)


def test_a_spec_file_cannot_ask_for_an_interrupted_update_by_another_name(tmp_path):
    text = SPEC.read_text(encoding="utf-8")
    guarded = 'figure = "120 s"\nverify = "guard"'
    assert guarded in text
    for unlisted in (text, text.replace(', "app.interrupt_update"]', "]")):
        (tmp_path / SPEC.name).write_text(
            unlisted.replace(guarded, 'figure = "120 s"\nverify = "app"'), encoding="utf-8"
        )
        register = SPEC.with_name("discrepancies.toml").read_text(encoding="utf-8")
        (tmp_path / "discrepancies.toml").write_text(register, encoding="utf-8")
        with pytest.raises(SpecError, match=r"applies app\.interrupt_update, which destroys"):
            load_spec(tmp_path / SPEC.name, signatures())


def test_the_procedure_refuses_before_an_update_is_begun(real):
    bench, laboratory = real
    one = case("NG-FW-120S")
    bench.apply(one.point, settle=2.0)
    mark = laboratory.transcript.mark()
    with pytest.raises(SafetyTrip, match="refused on a real bench"):
        list(PROCEDURES["firmware.interrupted"].measure(bench, one.point, one.test.arguments))
    assert not any("firmware_update" in line for line in laboratory.transcript.since(mark))


def test_nobody_at_a_real_bench_is_asked_to_interrupt_an_update(real):
    bench, laboratory = real
    bench.apply(case("NG-FW-120S").point, settle=2.0)
    bench.app.do("firmware_update")
    with pytest.raises(SafetyTrip, match="refused on a real bench"):
        bench.app.do("interrupt_update")
    for asked in (
        instruction("app.interrupt_update"),
        Instruction(key="app.interrupt_update", text="Just do it."),
    ):
        with pytest.raises(SafetyTrip, match="refused on a real bench"):
            bench.operator().carry_out(asked)
    assert laboratory.device.update.is_running


def test_what_was_set_first_is_put_back_last():
    told = []

    class Anybody:
        def ask(self, instruction, words=()):
            return "1 %"

        def carry_out(self, instruction):
            told.append((instruction.key, instruction.value))

    app = App(Anybody)
    app.set("discharge_floor", "0 %")
    app.set("soc", "0 %")
    app.set("soc", "2 %")
    app.restore()
    assert told[3:] == [("app.soc", "1 %"), ("app.discharge_floor", "1 %")]
    assert app.changed == ()


# --- what the procedures measure ------------------------------------------------------------------


def values(result):
    return {check.measurement.name: check.measurement.value for check in result.checks}


def of(clause, name):
    return next(c for c in spec(NAME).cases() if c.clause.id == clause and c.test.name == name)


@pytest.mark.parametrize("name", ["fast", "step"])
def test_the_lead_of_the_pre_alarm_is_that_of_the_unit(rig, name):
    bench, laboratory = rig
    measured = values(run_case(of("NG-PRE-30S", name), bench, Kept()))
    lead = laboratory.device.parameters.number("warning.lead")
    assert measured["lead_time"] == pytest.approx(lead, abs=0.005)
    assert measured["prealarm_after"] == pytest.approx(0.0, abs=0.005)


def test_the_opening_at_the_floor_counts_from_the_word_of_the_operator(rig):
    bench, _ = rig
    measured = values(run_case(of("NG-SOC-ALARM", "by-floor"), bench, Kept()))
    assert measured["opening_time.LOAD"] == pytest.approx(0.0, abs=0.05)


def test_an_opening_that_does_not_come_counts_to_the_end():
    with simulated_bench(["floor-waits-30s"], name=NAME) as (bench, _):
        measured = values(run_case(of("NG-SOC-ALARM", "by-floor"), bench, Kept()))
    assert measured["opening_time.LOAD"] == 5.0


# one battery of 12.8 V and 100 Ah at 80 %, 10 A flow: 5 h to the floor that is set, 30 %
def test_the_remaining_time_is_held_against_the_figures_of_the_display(rig):
    bench, _ = rig
    measured = values(run_case(case("NG-SOC-TTG"), bench, Kept()))
    assert measured["remaining_time"] == pytest.approx(5 * 3600.0, rel=0.01)
    assert measured["remaining_deviation"] == pytest.approx(0.0, abs=0.01)


def test_a_failed_update_opens_the_load_when_its_time_is_over(rig):
    bench, laboratory = rig
    measured = values(run_case(case("NG-FW-120S"), bench, Kept()))
    grace = laboratory.device.parameters.number("update.grace")
    assert measured["load_delay"] == pytest.approx(grace, abs=0.1)


# 30 s from the end of the boot; blinking with a period of 2 s ends with light or without
def test_the_window_of_the_radio_is_seen_in_the_light(rig):
    bench, laboratory = rig
    measured = values(run_case(case("NG-BT-30S"), bench, Kept()))
    window = laboratory.device.parameters.number("bluetooth.window")
    assert window - 1.1 <= measured["window"] <= window + 0.1


@pytest.mark.parametrize(
    ("faults", "heard"),
    [((), "W-B05 A-B05"), (("battery-loss-unwarned",), "A-B05"), (("readout-mute",), "unknown")],
)
def test_codes_are_heard_in_their_order(faults, heard):
    with simulated_bench(faults, name=NAME) as (bench, _):
        measured = values(run_case(of("NG-CODE-SEM", "battery-lost"), bench, Kept()))
    assert measured["codes_heard"] == heard


def test_what_a_reset_spares_is_kept():
    with simulated_bench(["reset-forgets-floor"], name=NAME) as (bench, _):
        measured = values(run_case(case("NG-RESET"), bench, Kept()))
    assert measured["reset.discharge_floor"] == "KEPT"
    assert measured["reset.tail_current"] == "RESTORED"
    assert measured["default.tail_current"] == pytest.approx(0.04)
