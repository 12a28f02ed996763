"""Output stages, supply and start-up of the simulated smallBMS against analytic values."""

import pytest
from device_rig import OUTPUTS, PULL, Rig

from simulation.dut.parameters import data_sheet
from simulation.elements import Capacitor

SYSTEMS = [8.0, 12.8, 25.6, 51.2, 70.0]
P = {name: p.value for name, p in data_sheet("smallbms").parameters.items()}


@pytest.mark.parametrize("vbat", SYSTEMS)
@pytest.mark.parametrize("current", [0.1e-3, 1e-3, 0.1, 0.5, 1.0])
def test_load_drop(vbat, current):
    rig = Rig(vbat)
    rig.load("LOAD", current)
    assert rig.drop("LOAD") == pytest.approx(P["load.drop"] + current * P["load.resistance"])
    assert rig.drop("LOAD") <= 0.1


@pytest.mark.parametrize("vbat", SYSTEMS)
@pytest.mark.parametrize("current", [0.01e-3, 0.1e-3, 5e-3, 10e-3])
def test_charger_drop(vbat, current):
    rig = Rig(vbat)
    rig.load("CHARGER", current)
    expected = P["charger.drop"] + current * P["charger.resistance"]
    assert rig.drop("CHARGER") == pytest.approx(expected)
    assert rig.drop("CHARGER") <= 0.6


@pytest.mark.parametrize("vbat", SYSTEMS)
def test_charger_limits_a_short_and_recovers_by_itself(vbat):
    rig = Rig(vbat)
    rig.shorts["CHARGER"].close()
    rig.sleep(2.0)
    assert rig.world.current(rig.shorts["CHARGER"]) == pytest.approx(P["charger.current_limit"])
    assert P["charger.current_limit"] > 10e-3
    assert rig.state("LOAD") == "HIGH"
    rig.shorts["CHARGER"].open()
    assert rig.state("CHARGER") == "HIGH"


@pytest.mark.parametrize("vbat", SYSTEMS)
@pytest.mark.parametrize("terminal", OUTPUTS)
def test_a_floating_output_leaks_hardly_and_never_sinks(vbat, terminal):
    rig = Rig(vbat, link=False)
    rig.downs[terminal].close()
    leakage = rig.v(terminal) / PULL
    assert leakage == pytest.approx(P[f"{terminal.lower()}.leakage"], rel=0.01)
    rig.downs[terminal].open()
    rig.ups[terminal].close()
    assert rig.drop(terminal) == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize(
    ("link", "poles", "printed", "name"),
    [
        (True, (), 2.7e-3, "on"),
        (True, (1,), 2.0e-3, "low_cell"),
        (False, (), 1.5e-3, "remote_off"),
        (False, (1,), 1.5e-3, "remote_off"),
        (True, (2,), 2.7e-3, "on"),
    ],
)
def test_supply_current_stays_below_the_printed_figure(link, poles, printed, name):
    rig = Rig(link=link)
    for number in poles:
        rig.poles[number - 1].open()
    rig.sleep(1.0)
    drawn = rig.supply_current()
    # all that BAT+ delivers: the unit itself, and the leakage into the rig's probes
    assert drawn == pytest.approx(P[f"current.{name}"], abs=1e-6)
    assert 0.93 * printed < drawn < printed


def test_output_current_comes_out_of_the_supply():
    rig = Rig()
    before = rig.supply_current()
    rig.load("LOAD", 0.7)
    assert rig.supply_current() - before == pytest.approx(0.7, rel=1e-6)


def test_outputs_float_until_the_boot_is_over():
    rig = Rig(powered=False)
    rig.downs["LOAD"].close()
    rig.sleep(5.0)
    assert rig.v("BAT+") == pytest.approx(0.0, abs=1e-3)
    rig.supply.on()
    rig.sleep(0.9999999)
    assert rig.v("LOAD") < 0.1
    assert rig.supply_current() == pytest.approx(P["current.boot"], abs=2e-6)
    rig.sleep(0.0000002)
    assert rig.v("LOAD") > 12.0


def test_boot_starts_when_the_supply_suffices():
    rig = Rig(powered=False)
    start = P["supply.minimum"] + P["supply.hysteresis"]
    rig.supply.set(start - 0.01, 1.0)
    rig.supply.on()
    rig.sleep(3.0)
    assert rig.state("LOAD") == "FLOAT"
    rig.supply.set(start + 0.01, 1.0)
    rig.sleep(0.9999)
    assert rig.state("LOAD") == "FLOAT"
    rig.sleep(0.0002)
    assert rig.state("LOAD") == "HIGH"


def test_brown_out_resets_and_boots_again():
    rig = Rig()
    rig.downs["LOAD"].close()
    rig.supply.set(P["supply.minimum"] - 0.01, 1.0)
    rig.sleep(P["supply.ride_through"] * 1.001)
    assert rig.v("LOAD") < 0.1
    assert not rig.lit("LED_BLUE")
    rig.sleep(0.1)
    rig.supply.set(12.8, 1.0)
    rig.sleep(0.999)
    assert rig.v("LOAD") < 0.1
    rig.sleep(0.002)
    assert rig.v("LOAD") > 12.0


def test_an_outage_that_the_input_capacitor_bridges_does_nothing():
    rig = Rig()
    rig.supply.set(P["supply.minimum"] - 0.01, 1.0)
    rig.sleep(P["supply.ride_through"] * 0.999)
    rig.supply.set(12.8, 1.0)
    rig.sleep(2.0)
    assert rig.states() == ("HIGH", "HIGH")


def test_a_dip_above_the_minimum_does_nothing():
    rig = Rig()
    rig.supply.set(P["supply.minimum"] + 0.01, 1.0)
    rig.sleep(0.5)
    assert rig.states() == ("HIGH", "HIGH")


@pytest.mark.parametrize("limit", [0.1e-3, 0.5e-3, 1.0e-3, 1.5e-3, 3e-3])
def test_a_supply_too_weak_for_the_unit_does_not_stop_time(limit):
    rig = Rig(powered=False)
    rig.supply.set(12.8, limit)
    rig.supply.on()
    rig.sleep(3.0)
    assert rig.device.elements["LOAD"].is_on == (limit > P["current.on"])


def test_an_overload_that_pulls_the_supply_down_motorboats_and_ends():
    rig = Rig(faults=["charger-limit-missing"])
    rig.supply.set(12.8, 0.5)
    rig.shorts["CHARGER"].close()
    rig.sleep(10.0)
    rig.shorts["CHARGER"].open()
    rig.sleep(2.0)
    assert rig.states() == ("HIGH", "HIGH")


def test_an_unpowered_unit_shows_and_drives_nothing():
    rig = Rig(powered=False)
    rig.sleep(3.0)
    for terminal in rig.device.sheet.terminals:
        assert rig.v(terminal) == pytest.approx(0.0, abs=1e-3)


def test_brown_out_is_seen_while_a_buffer_empties():
    rig = Rig()
    farads = 1e-3
    rig.world.add(Capacitor("BAT+", "BAT-", farads))
    rig.sleep(1.0)
    rig.supply.off()
    # a constant current empties a capacitor in a straight line
    slope = P["current.on"] / farads
    until = (12.8 - P["supply.minimum"]) / slope
    rig.sleep(until * 0.999)
    assert rig.lit("LED_BLUE")
    rig.sleep(until * 0.002)
    assert not rig.lit("LED_BLUE")


def test_time_costs_no_look_at_rest():
    rig = Rig()
    looks = []
    rig.world.observe(lambda: looks.append(rig.clock.now()))
    rig.sleep(3600.0)
    assert all(look == 2.0 for look in looks)
