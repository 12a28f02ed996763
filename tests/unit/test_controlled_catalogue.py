"""What the bench knows of devices that can be fitted, against their models and the spec files."""

from pathlib import Path

import pytest

from bench.controlled import NOTHING, controlled_devices, removal, status_net
from bench.procedures.catalogue import PROCEDURES, signatures
from bench.spec_file import load_spec
from simulation.controlled import device as model
from simulation.controlled import sheet as models
from simulation.controlled import shelf

FOLDER = Path(__file__).parents[2] / "test_specs"
NAMES = ("smallbms", "smallbms_prealarm", "smallbms_ng")


def cases():
    for name in NAMES:
        spec = load_spec(FOLDER / f"{name}.toml", signatures())
        yield from (c for c in spec.cases() if c.test.procedure.startswith("controlled."))


def test_each_device_has_a_model_and_each_model_a_sentence_for_a_person():
    assert set(controlled_devices()) == set(models.controlled_devices())
    assert shelf.NOTHING == NOTHING
    for output in ("LOAD", "CHARGER"):
        assert model.status_net(output) == status_net(output)


@pytest.mark.parametrize("name", models.controlled_devices())
def test_no_model_loads_an_output_harder_than_the_envelope_believes(name):
    assert models.sheet_of(name).input_resistance >= controlled_devices()[name].least_resistance


@pytest.mark.parametrize("name", controlled_devices())
def test_a_person_is_told_what_to_connect_where(name):
    device = controlled_devices()[name]
    for output in device.outputs:
        told = device.instruction(output)
        assert (told.key, told.value) == (f"fit.{output}", name)
        assert told.text.startswith("The power is off.")
        assert f"to {output}" in told.text
        assert status_net(output) in told.text
        assert "[" not in told.text  # brackets are for machines
        assert "{" not in told.text
    assert removal("LOAD").value == NOTHING


def test_every_case_fits_devices_where_they_belong_and_within_their_maximum():
    count = 0
    for case in cases():
        procedure = PROCEDURES[case.test.procedure]
        assert procedure.fits is not None
        for output, name in procedure.fits(case.test.arguments).items():
            device = controlled_devices()[name]
            assert output in device.outputs, case
            assert case.point.vbat <= device.maximum, case
            count += 1
    assert count > 100


def test_every_device_is_fitted_by_some_case():
    fitted = {
        name
        for case in cases()
        for name in (PROCEDURES[case.test.procedure].fits or dict)(case.test.arguments).values()
    }
    assert fitted == set(controlled_devices())


def test_a_lock_out_is_waited_for():
    for case in cases():
        arguments = case.test.arguments
        locked = [
            sheet.lock_out or sheet.engage_delay
            for name in arguments.values()
            if isinstance(name, str) and name in controlled_devices()
            for sheet in (models.sheet_of(name),)
        ]
        waited = float(str(arguments.get("returns_within", "5 s")).removesuffix(" s"))
        assert waited > max(locked), case


def test_no_case_expects_a_device_to_be_on_below_its_own_battery_voltage():
    """A Cyrix-Li-ct that sees 12.8 V stays open; a case there would prove nothing."""
    for case in cases():
        scale = 1.0 if case.point.vbat < 18.0 else 2.0 if case.point.vbat < 36.0 else 4.0
        for name in case.test.arguments.values():
            if isinstance(name, str) and name in controlled_devices():
                sheet = models.sheet_of(name)
                assert case.point.vbat >= scale * sheet.supply_on_above, case
