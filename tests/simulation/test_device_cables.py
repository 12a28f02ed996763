"""The unit with cable and buffer capacitance on its terminals: it still comes to rest, and acts."""

import pytest
from device_rig import Rig

from simulation.elements import Capacitor

CABLE, BUFFER = 2e-9, 1e-6


class _Restless(Exception):
    pass


def _cabled(buffer):
    rig = Rig()
    for terminal in ("LOAD", "CHARGER", "REMOTE_L", "REMOTE_H"):
        rig.world.add(Capacitor(terminal, "BAT-", CABLE))
    if buffer:
        rig.world.add(Capacitor("BAT+", "BAT-", buffer))
    states = []

    def count():
        states.append(rig.clock.now())
        if len(states) > 3000:
            raise _Restless(f"3000 states until {states[-1]} s")

    rig.world.observe(count)
    return rig


@pytest.mark.parametrize("buffer", [0.0, BUFFER, 100 * BUFFER])
def test_a_cabled_unit_comes_to_rest_and_acts(buffer):
    rig = _cabled(buffer)
    rig.sleep(1.0)
    for _ in range(20):
        rig.link.open()
        rig.sleep(0.5)
        for terminal in ("LOAD", "CHARGER"):
            # five time constants of 100 kohm and 2 nF and more: a floating pin follows the pull
            rig.downs[terminal].close()
            rig.sleep(0.01)
            assert rig.v(terminal) < 0.1
            rig.downs[terminal].open()
            rig.ups[terminal].close()
            rig.sleep(0.01)
            assert rig.drop(terminal) < 0.1
            rig.ups[terminal].open()
            rig.sleep(0.01)
        rig.link.close()
        rig.sleep(0.5)
        assert rig.drop("LOAD") < 0.1
        assert rig.drop("CHARGER") < 0.6


def test_a_unit_that_stays_off_after_a_short_is_high_with_a_cable():
    rig = Rig(faults=["charger-latches-off"], link=False)
    rig.world.add(Capacitor("CHARGER", "BAT-", 2e-9))
    rig.link.close()
    rig.sleep(1.0)
    assert rig.state("CHARGER") == "HIGH"
    rig.shorts["CHARGER"].close()
    rig.sleep(0.5)
    rig.shorts["CHARGER"].open()
    rig.downs["CHARGER"].close()
    rig.sleep(1.0)
    assert rig.v("CHARGER") < 1.0
