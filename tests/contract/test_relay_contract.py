"""The contract of RelayBank and Relay, over both boards and the digital lines of a T7."""

import pytest
from contract_rig import BOARDS, open_rig

from instruments.errors import NotSupported


@pytest.fixture(params=BOARDS)
def rig(request):
    with open_rig(board=request.param) as found:
        found.power(10.0)
        yield found


def test_every_relay_switches_itself_and_no_other(rig):
    for name in rig.relays.terminals():
        relay = rig.relays.terminal(name)
        relay.energise()
        assert relay.is_energised()
        assert rig.relays.energised() == {name}
        relay.release()
        assert not rig.relays.energised()


def test_contact_closes_the_circuit_after_its_operate_time(rig):
    rig.relays.terminal("0").energise()
    rig.wait(0.02)
    assert rig.volts("OUT") == pytest.approx(10.0, abs=0.01)
    rig.relays.terminal("0").release()
    rig.wait(0.02)
    assert rig.volts("OUT") == pytest.approx(0.0, abs=1e-3)


def test_relay_12_is_not_relay_1(rig):
    rig.relays.terminal("12").energise()
    rig.wait(0.02)
    assert rig.volts("OUT") == pytest.approx(10.0 / 3.0, rel=0.01)  # R4 over R1 and R2


def test_energise_only_releases_the_others(rig):
    rig.relays.energise_only(["0", "3", "15"])
    assert rig.relays.energised() == {"0", "3", "15"}
    rig.relays.energise_only(["2"])
    assert rig.relays.energised() == {"2"}
    rig.relays.energise_only([])
    assert rig.relays.energised() == frozenset()


def test_unknown_relay_moves_nothing(rig):
    with pytest.raises(NotSupported):
        rig.relays.energise_only(["0", "99"])
    assert rig.relays.energised() == frozenset()


def test_power_cycle_drops_all_relays(rig):
    rig.relays.energise_only(["0"])
    rig.lab.power_cycle("relays")
    rig.wait(0.02)
    assert rig.volts("OUT") == pytest.approx(0.0, abs=1e-3)


@pytest.fixture
def lines():
    with open_rig() as found:
        found.power(10.0)
        yield found


def test_a_line_of_a_t7_switches_its_relay_and_no_other(lines):
    for name in ("FIO0.relay", "FIO7.relay", "EIO0.relay", "CIO3.relay"):
        relay = lines.daq.terminal(name)
        relay.energise()
        assert relay.is_energised()
        assert lines.daq.energised() == {name}
        relay.release()
        assert not lines.daq.energised()


def test_the_relay_of_a_line_closes_the_circuit_after_its_operate_time(lines):
    lines.daq.energise_only(["CIO3.relay", "EIO1.relay"])
    lines.wait(0.02)
    assert lines.volts("OUT") == pytest.approx(10.0, abs=0.01)
    lines.daq.energise_only(["EIO1.relay"])
    lines.wait(0.02)
    assert lines.volts("OUT") == pytest.approx(0.0, abs=1e-3)


def test_reading_levels_leaves_the_relays_of_a_t7_alone(lines):
    lines.daq.energise_only(["CIO3.relay"])
    lines.wait(0.02)
    lines.daq.terminal("FIO0").is_high()
    lines.daq.terminal("EIO0").is_high()
    lines.daq.terminal("AIN0").measure()
    assert lines.daq.energised() == {"CIO3.relay"}
    assert lines.volts("OUT") == pytest.approx(10.0, abs=0.01)


@pytest.mark.parametrize("end", ["make_safe", "power_cycle"])
def test_the_relays_of_a_t7_drop_out(lines, end):
    lines.daq.energise_only(["CIO3.relay"])
    lines.wait(0.02)
    if end == "make_safe":
        lines.daq.make_safe()
    else:
        lines.lab.power_cycle("daq")
    lines.wait(0.02)
    assert lines.volts("OUT") == pytest.approx(0.0, abs=1e-3)


def test_what_is_no_relay_of_a_t7_moves_nothing(lines):
    with pytest.raises(NotSupported):
        lines.daq.energise_only(["CIO3.relay", "AIN0"])
    assert lines.daq.energised() == frozenset()
