"""The circuit breaker of a PSW, in the words of Keithley's program for the 2260B.

"Trips the power switch trip (circuit breaker) to turn the unit off (shut down the power)"; on
protections: "This setting only applies after power has been reset."
"""

import pytest
from panel_rig import Bench


@pytest.fixture
def supply():
    bench = Bench("keithley.2260B-80-13", [("out", "V")])
    bench.resistor("V", "BAT-", 100.0)
    for message in ("VOLT 20", "CURR 2", "OUTP ON"):
        assert bench.tell(message) == 0
    bench.clock.sleep(0.2)
    return bench


def is_silent(supply):
    answers = [supply.ask(message) for message in ("*IDN?", "MEAS:VOLT?", "SYST:ERR?", "BANANA?")]
    return answers == [None] * 4


@pytest.mark.parametrize("message", ["SYST:CONF:BTR", ":SYSTem:CONFigure:BTRip:IMMediate"])
def test_on_command_the_unit_shuts_down(supply, message):
    assert supply.volts("V") == pytest.approx(20.0, abs=0.05)
    assert supply.ask(message) is None
    supply.clock.sleep(1.0)
    assert supply.volts("V") == pytest.approx(0.0, abs=0.01)
    assert is_silent(supply)
    supply.ask("OUTP ON")
    supply.clock.sleep(1.0)
    assert supply.volts("V") == pytest.approx(0.0, abs=0.01)


def test_somebody_switches_it_on_again(supply):
    supply.ask("SYST:CONF:BTR")
    supply.panel.power_cycle()
    assert "2260B" in supply.ask("*IDN?")
    assert supply.ask("OUTP?") == "0"
    assert supply.error() == 0  # what it did not hear left no error


def test_a_delayed_output_does_not_come_without_power(supply):
    supply.tell("OUTP OFF")
    supply.tell("OUTP:DEL:ON 2")
    supply.tell("OUTP ON")
    supply.ask("SYST:CONF:BTR")
    supply.clock.sleep(5.0)
    assert supply.volts("V") == pytest.approx(0.0, abs=0.01)


def test_protections_trip_it_from_the_next_start_on(supply):
    assert supply.tell("SYST:CONF:BTR:PROT ON") == 0
    supply.tell("VOLT:PROT 10")
    assert supply.ask("OUTP:PROT:TRIP?") == "1"  # tripped, and still there
    supply.panel.power_cycle()
    assert supply.ask("SYST:CONF:BTR:PROT?") == "1"
    for message in ("VOLT:PROT 25", "CURR 1", "VOLT 20", "OUTP ON"):
        supply.tell(message)
    supply.clock.sleep(0.2)
    supply.tell("VOLT:PROT 21")
    assert "2260B" in supply.ask("*IDN?")
    supply.ask("VOLT:PROT 10")
    assert is_silent(supply)
    assert supply.volts("V") == pytest.approx(0.0, abs=0.5)
    supply.panel.power_cycle()
    assert supply.ask("OUTP:PROT:TRIP?") == "0"


def test_without_it_a_protection_leaves_the_unit_on(supply):
    supply.panel.power_cycle()
    for message in ("VOLT 20", "CURR 2", "OUTP ON"):
        supply.tell(message)
    supply.clock.sleep(0.2)
    supply.tell("VOLT:PROT 10")
    assert supply.ask("OUTP:PROT:TRIP?") == "1"
