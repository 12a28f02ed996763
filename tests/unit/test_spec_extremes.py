"""What the documents set as an end: no case of any shipped spec file goes beyond it."""

import tomllib

import pytest
from spec_data_rig import ROOT

from bench.controlled import controlled_devices
from bench.errors import SpecError
from bench.family import variants
from bench.instructions import sentences
from bench.operating_point import AXES
from bench.procedures.catalogue import PROCEDURES, signatures
from bench.quantity import parse_as
from bench.spec import Verify
from bench.spec_file import load_spec

FOLDER = ROOT / "test_specs"
DEVICES = ("smallbms", "smallbms_prealarm", "smallbms_ng")

# What each document prints as the end of a range or as a rating: the data sheets' tables.
PRINTED = {
    "smallbms": {"LOAD": 1.0, "CHARGER": 0.01},
    "smallbms_prealarm": {"LOAD": 1.0, "CHARGER": 0.01, "PRE-ALARM": 1.0},
    "smallbms_ng": {"LOAD": 1.0, "CHARGER": 0.5, "PRE-ALARM": 0.5},
}
SUPPLY = (8.0, 70.0)
TEMPERATURE = (-20.0, 50.0)


@pytest.fixture(scope="module", params=DEVICES)
def spec(request):
    return load_spec(FOLDER / f"{request.param}.toml", signatures())


@pytest.fixture(scope="module")
def cases(spec):
    return spec.cases()


def test_the_supply_reaches_both_ends_and_goes_beyond_none(cases):
    voltages = {case.point.vbat for case in cases if PROCEDURES[case.test.procedure].powered}
    assert (min(voltages), max(voltages)) == SUPPLY


def test_the_remote_input_stays_between_the_poles_of_the_battery(cases):
    levels = [
        (level, case)
        for case in cases
        for axis in ("remote_l", "remote_h")
        if (level := case.point.remote(axis)) is not None
    ]
    assert [case for level, case in levels if not 0.0 <= level <= case.point.vbat] == []
    assert max(level for level, _ in levels) == SUPPLY[1]


def test_the_greatest_current_asked_of_each_output_is_its_printed_rating(spec, cases):
    asked: dict[str, float] = {}
    for case in cases:
        current = case.point.get("load_current")
        if isinstance(current, str) or current is None:
            continue
        signature = signatures()[case.test.procedure]
        for parameter in signature.terminals_from:
            for terminal in signature.terminals(case.test.arguments, parameter):
                asked[terminal] = max(asked.get(terminal, 0.0), current)
    printed = PRINTED[spec.id]
    assert all(current <= printed[terminal] for terminal, current in asked.items())
    rated = {name: rating.current for name, rating in spec.device.ratings.items()}
    assert rated == printed
    unprotected = [n for n, r in spec.device.ratings.items() if not r.short_circuit_protected]
    assert {name: asked[name] for name in unprotected} == {n: printed[n] for n in unprotected}


def test_what_is_fitted_to_an_output_cannot_ask_for_more_than_its_rating(spec, cases):
    for case in cases:
        arguments = case.test.arguments
        fitted = {arguments["output"]: arguments["device"]} if "device" in arguments else {}
        if case.test.procedure == "controlled.system":
            fitted = {"LOAD": arguments["load"], "CHARGER": arguments["charger"]}
        for output, name in fitted.items():
            device = controlled_devices()[name]
            assert case.point.vbat <= device.maximum, case
            assert output in device.outputs, case
            rating = spec.device.ratings[output]
            asked = case.point.vbat / device.least_resistance
            assert rating.short_circuit_protected or asked <= rating.current, case


def test_a_short_is_asked_of_protected_outputs_only(spec, cases):
    for case in cases:
        stimuli = signatures()[case.test.procedure].stimulates(case.test.arguments)
        assert not set(stimuli) & set(spec.device.forbidden) or case.clause.verify is Verify.GUARD
        for stimulus in stimuli:
            output = stimulus.removeprefix("short.")
            if output != stimulus:
                assert spec.device.ratings[output].short_circuit_protected, case


def test_every_output_that_a_short_destroys_has_a_guard_clause(spec):
    """The guard is what stands in the coverage matrix and in a report beside the refusal."""
    guards = {c.id: c for c in spec.clauses if c.verify is Verify.GUARD and "-NOSC" in c.id}
    for name, rating in spec.device.ratings.items():
        words = [clause.text for clause in guards.values() if clause.text.startswith(name)]
        assert bool(words) != rating.short_circuit_protected, name
    assert all(not clause.tests for clause in guards.values())


def test_the_chamber_reaches_both_ends_and_goes_beyond_none(spec, cases):
    asked = {
        parse_as(str(case.test.arguments["temperature"]), "degC")
        for case in cases
        if "temperature" in case.test.arguments
    }
    assert (min(asked), max(asked)) == TEMPERATURE
    assert spec.device.temperatures == TEMPERATURE


def changed(tmp_path, old, new):
    register = (FOLDER / "discrepancies.toml").read_text(encoding="utf-8")
    (tmp_path / "discrepancies.toml").write_text(register, encoding="utf-8")
    text = (FOLDER / "smallbms.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "smallbms.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


RANGE = 'operating_temperature = ["-20 degC", "50 degC"]'


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'temperature = "50 degC"',
            'temperature = "85 degC"',
            "clause S-ENV-TEMP, test 'hot', key with.temperature: 85degC is outside the operating "
            "temperature of smallbms, -20degC to 50degC; stay within it",
        ),
        (
            'temperature = "-20 degC"',
            'temperature = "-21 degC"',
            "-21degC is outside the operating temperature of smallbms",
        ),
        (RANGE, "", "the device has no operating_temperature; add the range to its table"),
        (
            RANGE,
            'operating_temperature = ["50 degC", "-20 degC"]',
            "device, key operating_temperature: ['50 degC', '-20 degC'] is no range; write it as",
        ),
        (RANGE, 'operating_temperature = ["50 degC"]', "['50 degC'] is no range"),
        (RANGE, 'operating_temperature = ["-20 V", "50 degC"]', "'-20 V' is a voltage"),
    ],
)
def test_a_chamber_beyond_the_printed_range_is_refused_on_load(tmp_path, old, new, sentence):
    with pytest.raises(SpecError) as caught:
        load_spec(changed(tmp_path, old, new), signatures())
    assert sentence in str(caught.value)


def test_the_conditions_of_a_battery_are_data():
    """Whatever else a battery may signal is added to a file, with what a person is told."""
    text = (ROOT / "bench" / "conditions.toml").read_text(encoding="utf-8")
    conditions = tomllib.loads(text)
    assert AXES["battery"].words == tuple(conditions)
    assert all(conditions.values())
    prefix = "battery.condition = "
    asked = {key.removeprefix(prefix) for key in sentences() if key.startswith(prefix)}
    assert asked == set(conditions) - {"cable_open"}  # a relay unplugs the cable


def test_each_specified_device_can_be_told_from_its_sisters(spec):
    """A variant that is not among them would be taken at its word, whatever is plugged in."""
    assert spec.device.variant in variants()
