"""What every driver does on its simulated wire: identify, name terminals, fail loudly, be safe."""

from inspect import isabstract

import pytest
from contract_rig import MODELS, RESOURCES, SERIAL, name_of, open_rig, rig_with

from instruments.catalogue import models, open_instrument, terminals_of
from instruments.errors import InstrumentError, NoAnswer, NotSupported
from instruments.operator import Instruction
from simulation.laboratory import simulated_models

KNOWN = Instruction(key="chamber.temperature", value="25 degC", text="Warm it up.")


@pytest.fixture(params=MODELS)
def case(request):
    with rig_with(request.param) as rig:
        yield rig, request.param, name_of(request.param)


def ask(driver, model):
    """Ask something that needs an answer from the instrument."""
    if model.startswith("numato"):
        return driver.energised()
    if model.startswith("labjack"):
        return driver.terminal("AIN1").measure()
    if model.startswith("person"):
        driver.terminal("person").carry_out(KNOWN)
        return frozenset()
    if model.startswith("keysight"):
        return driver.terminal("101").measure()
    return driver.terminal(driver.terminals()[0]).voltage()


def test_every_own_driver_has_a_front_panel():
    assert set(simulated_models()) <= set(models())
    without_a_plug = {"victron.InstantReadout"}  # has a contract of its own, test_telemetry
    assert set(simulated_models()) - without_a_plug == set(RESOURCES)


def test_identity_names_model_and_serial(case):
    rig, model, name = case
    identity = rig.drivers[name].identity()
    assert identity.serial == ("" if name == "operator" else SERIAL)  # nobody is asked at open
    assert identity.model.removeprefix("Model ") in model


def test_terminals_are_those_of_the_catalogue(case):
    rig, model, name = case
    driver = rig.drivers[name]
    assert driver.terminals() == tuple(terminals_of(model))
    for terminal, ability in terminals_of(model).items():
        assert isinstance(driver.terminal(terminal), ability)
        assert isabstract(ability)  # a contract, not the class of one vendor


def test_unknown_terminal_is_not_supported(case):
    rig, _, name = case
    with pytest.raises(NotSupported, match="elsewhere"):
        rig.drivers[name].terminal("elsewhere")


def test_cut_cable_is_no_answer_and_costs_only_virtual_time(case):
    rig, model, name = case
    rig.lab.cut(name)
    before = rig.lab.clock.now()
    with pytest.raises(NoAnswer) as caught:
        ask(rig.drivers[name], model)
    assert caught.value.exchange.role == name
    assert rig.lab.clock.now() - before >= 0.5


def test_mended_cable_answers_again(case):
    rig, model, name = case
    good = ask(rig.drivers[name], model)
    rig.lab.cut(name)
    with pytest.raises(NoAnswer):
        ask(rig.drivers[name], model)
    rig.lab.mend(name)
    again = ask(rig.drivers[name], model)
    assert again == (good if isinstance(good, frozenset) else pytest.approx(good, abs=0.1))


def test_opening_an_unplugged_instrument_is_no_answer(case):
    rig, model, name = case
    rig.drivers[name].close()
    rig.lab.cut(name)
    with pytest.raises(NoAnswer):
        open_instrument(name, model, RESOURCES[model], rig.lab.wires, {})
    rig.lab.mend(name)
    rig.open(name)


def test_garbled_answer_is_an_instrument_error_then_the_wire_recovers(case):
    rig, model, name = case
    good = ask(rig.drivers[name], model)
    rig.lab.garble(name, "\x07nonsense\n")
    with pytest.raises(InstrumentError):
        ask(rig.drivers[name], model)
    again = ask(rig.drivers[name], model)
    assert again == (good if isinstance(good, frozenset) else pytest.approx(good, abs=0.1))


def test_make_safe_works_from_any_state(case):
    rig, _, name = case
    rig.power(12.0)
    rig.relays.terminal("0").energise()
    rig.input.set_current(0.5)
    rig.input.enable()
    rig.drivers[name].make_safe()
    rig.wait(0.1)
    if name == "supply":
        assert not rig.output.is_enabled()
        assert rig.volts("V+") < 1.0
    elif name == "load":
        assert not rig.input.is_enabled()
    elif name == "relays":
        assert not rig.relays.energised()
        assert rig.volts("OUT") == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(
    "case",
    # a meter and a person switch nothing on
    [model for model in MODELS if name_of(model) not in ("meter", "operator")],
    indirect=True,
)
def test_make_safe_on_a_cut_cable_says_so(case):
    rig, _, name = case
    rig.lab.cut(name)
    with pytest.raises(NoAnswer):
        rig.drivers[name].make_safe()


def test_two_laboratories_do_not_share_devices():
    with open_rig(seed=1) as first, open_rig(seed=2) as second:
        first.power(10.0)
        second.power(20.0)
        second.relays.terminal("0").energise()
        assert first.output.voltage() == pytest.approx(10.0, abs=0.1)
        assert second.output.voltage() == pytest.approx(20.0, abs=0.1)
        assert first.relays.energised() == frozenset()
        assert second.volts("OUT") > 9.0 > 1.0 > first.volts("OUT")


def test_one_seed_gives_one_history():
    def history(seed, key):
        with open_rig(seed=seed) as rig:
            rig.power(12.8)
            rig.lab.reseed(key)
            return [rig.output.voltage(), rig.meter.terminal("101").measure()]

    assert history(1, "a") == history(1, "a")
    assert history(1, "a") != history(2, "a")
    assert history(1, "a") != history(1, "b")


def test_noise_after_a_reseed_does_not_depend_on_what_ran_before():
    with open_rig() as rig:
        rig.power(12.8)
        rig.lab.reseed("case")
        first = rig.output.voltage()
        rig.output.voltage()
        rig.lab.reseed("case")
        assert rig.output.voltage() == first
