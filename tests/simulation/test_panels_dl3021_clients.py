"""What published DL3000 drivers and scripts say, in their spellings and their order.

None of them is at hand here; each conversation is rebuilt from what its author published.
"""

import pytest
from panel_rig import Bench

from simulation.supply_source import SupplySource

CONVERSATIONS = {
    # contributed driver of nominal instro, checked by its authors on a DL3021 and a DL3031A
    "instro": """
        FUNC CURRent; CURRent:LEVel:IMMediate 1.0; CURRent:RANGe 4; CURRent:SLEW:BOTH 0.2
        INPut 1; MEASure:CURRent?; MEASure:VOLTage?; INPut 0
        FUNC VOLTage; VOLTage:LEVel:IMMediate 10.0; VOLTage:ILIMt 2.0; VOLTage:RANGe 15
        FUNC RESistance; RESistance:LEVel:IMMediate 20.0; FUNC POWer; POWer:LEVel:IMMediate 15.0
        TRIGger:SOURce EXTernal; TRIGger:SOURce MANual; TRIGger:SOURce BUS
        FUNCtion:MODE FIXed; FUNCtion:MODE WAVe; FUNCtion:MODE OCP; FUNCtion:MODE OPP
        CURRent:RANGe MAXimum; CURRent:VON DEF; CURRent:VLIMt MIN; CURRent:ILIMt MAX
        CURRent:TRANsient:MODE CONTinuous; CURRent:TRANsient:ALEVel 2; CURRent:TRANsient:BLEVel MIN
        CURRent:TRANsient:AWIDth 5; CURRent:TRANsient:BWIDth 5; CURRent:TRANsient:FREQuency 0.1
        CURRent:TRANsient:PERiod 20; CURRent:TRANsient:ADUTy 40; CURRent:SLEW:POSitive 0.2
        TRANsient:STATe ON; TRANsient:STATe 0
        LIST:MODE CR; LIST:MODE CC; LIST:RANGe 4; LIST:COUNt MIN; LIST:STEP 3; LIST:END LAST
        LIST:LEVel 0,1.5; LIST:WIDth 0,0.1; LIST:SLEW 0,0.1
        BATTary:RANGe 40; BATTary:LEVel:IMMediate 1; BATTary:VSTop 3; BATTary:CSTop 100
        BATTary:TIMestop 3600; BATTary:VON 2; BATTary:VENabstop 1; BATTary:CENabstop ON
        BATTary:TENabstop OFF; OCP:RANGe MAX; OCP:VON 1; OCP:VONDelay 10; OCP:ISET 0.5
        OCP:ISTEP 0.1; OCP:IDELaystep 20; OCP:IMAX 3; OCP:IMIN 2; OCP:VOCP 5; OCP:TOCP 100
        OPP:PSTEP 2; OPP:PDELaystep 20; OPP:PMAX MAX; OPP:VOPP 5; WAVe:TIMe ADD
        WAVe:TSTep 10; SENSe 1
        INPut:STATe OFF; FUNCtion:MODE BATTery
    """,
    # dcps, class RigolDL3000
    "dcps": """
        *RST; *CLS; *IDN?; :DEBug:KEY 0; :SOURce:FUNCtion?; :SOURce:FUNCtion:MODE?
        :SOURce:FUNCtion:MODE FIX; :SOURce:FUNCtion RESistance; :SOURce:FUNCtion CURR
        :SOURce:FUNCtion:MODE BATTERY; :SOURce:FUNCtion:MODE?; :SOURce:FUNCtion CURR
        :SOURce:SENSE ON; :SOURce:SENSe?; :SOURce:SENSE OFF; :SOURce:INPut ON; :SOURce:INPut?
        :SOURce:VOLTage?; :SOURce:CURRent 0.4; :SOURce:CURRent?; :MEASure:VOLTage:DC?
        :MEASure:CURRent:DC?; :SOURce:CURRent:VON 2.0; :SOURce:INPut OFF; :SYSTem:ERRor?
        :DEBug:KEY 1; :SYSTem:KEY 9; :SYSTem:KEY 40; :SYSTem:KEY 8
    """,
    # instrumation, class RigolDL3021; not its MEAS:DISC?, on which units stay silent
    "instrumation": """
        *RST; *OPC?; :SOUR:FUNC CURR; :SOUR:FUNC?; :SOUR:CURR:LEV:IMM 1.0; :SOUR:CURR:LEV:IMM?
        :SOUR:INP:STAT ON; :SOUR:INP:STAT?; :MEAS:VOLT?; :MEAS:CURR?; :MEAS:POW?; :MEAS:RES?
        :SOUR:VOLT:LEV:IMM 15.0; :SOUR:RES:LEV:IMM 50.0; :SOUR:POW:LEV:IMM 9.0
        :SOUR:FUNC:MODE BATT; :MEAS:CAP?; :MEAS:WATT?; :SOUR:FUNC:MODE FIX; :SOUR:INP:STAT OFF
    """,
    # a browser front end for list mode
    "lab-controller": """
        :SOUR:CURR:LEV?; :SOUR:VOLT:LEV?; :SOUR:RES:LEV?; :SOUR:POW:LEV?; :SOUR:LIST:MODE CC
        :SOUR:LIST:RANG 4; :SOUR:LIST:STEP 2; :SOUR:LIST:COUN 0; :SOUR:LIST:LEV 0,1.5
        :SOUR:LIST:WID 0,0.5; :SOUR:LIST:SLEW 0,0.2; :SOUR:LIST:LEV 1,0.5; :SOUR:LIST:WID 1,0.5
        :SOUR:FUNC:MODE LIST; :TRIG:SOUR BUS; :SOUR:INP ON; :TRIG; :SOUR:FUNC:MODE FIX
    """,
    # a class of a test tool automation; its other words are those that it lists from the guide
    "tool-automation": """
        *WAI; :SOURCE:FUNC CURR; :SOURCE:CURRENT:LEVEL 0.5; :SOURCE:CURRENT:RANGE MIN
        :SOURCE:CURRENT:SLEW DEF; :SOURCE:CURRENT:VON MIN; :SOURCE:CURRENT:VLIMT MAX
        :SOURCE:CURRENT:ILIMT DEF; :SOURCE:CURRENT:LEVEL?; :SOURCE:CURRENT:RANGE?
        :SOURCE:CURRENT:SLEW?; :SOURCE:CURRENT:VON?; :SOURCE:CURRENT:VLIMT?
        :SOURCE:CURRENT:ILIMT?; :SOURCE:INPUT:STATE ON; :SOURCE:INPUT:STATE 0; :SOURCE:FUNC VOLT
        :SOURCE:VOLTAGE:LEVEL MAX; :SOURCE:VOLTAGE:RANGE?; :SOURCE:FUNC RES
        :SOURCE:RESISTANCE:LEVEL DEF; :SOURCE:FUNC POW; :SOURCE:POWER:LEVEL MIN
        :SOURCE:POWER:VLIMT?; :SOURCE:FUNCTION:MODE FIX; :SOURCE:FUNCTION:MODE?
        :FETCH:VOLTAGE:DC?; :FETCH:VOLTAGE:MAX?; :FETCH:VOLTAGE:MIN?; :FETCH:CURRENT:MAX?
        :FETCH:CURRENT:MIN?; :FETCH:RESISTANCE:DC?; :FETCH:POWER:DC?; :FETCH:CAPABILITY?
        :FETCH:WATTHOURS?; :FETCH:DISCHARGINGTIME?; :FETCH:TIME?; :STATUS:PRESET
        :STATUS:OPERATION:CONDITION?; :STATUS:OPERATION:ENABLE 1; :LXI:IDENTIFY:STATE 1
        :LXI:MDNS:ENABLE 1; :LXI:RESET; :LXI:RESTART
    """,
    # LabLink, whose authors tried it on a DL3021A
    "lablink": """
        *IDN?; *OPT?; *CLS; :SOUR:CURR:SLEW? MIN; :SOUR:CURR:SLEW? MAX; :SOUR:CURR:SLEW:POS? MIN
        :SOUR:TRAN:STAT?; :SOUR:CURR:TRAN:MODE?; :SOUR:CURR:TRAN:FREQ?; :SOUR:CURR:TRAN:ADUT 50.0
        :SOUR:BATT 1.0; :SOUR:BATT:RANG?; :SOUR:BATT:VST 3.0; :SOUR:BATT:VENabstop?; :SOUR:OCP:IST 1
        :SOUR:OPP:PST?; :SOUR:OPP:TOPP?; :SOUR:LIST:LEV? 1; :SOUR:LIST:WID? 1; :SOUR:LIST:SLEW? 1
        :SOUR:LIST:END?; :STAT:QUES:COND?; :SOUR:CURR:RANG MIN; :SOUR:VOLT:RANG?; :SYSTem:ERRor?
    """,
    # a converter bench that arms protections first and reads everything back
    "converter-bench": """
        :SOUR:CURR:RANG MIN; :SOUR:CURR:SLEW:BOTH MIN; :SOUR:CURR:VLIM 25.0; :SOUR:CURR:ILIM 2.55
        :SOUR:CURR:VLIM?; :SOUR:CURR:ILIM?; :SOUR:SENS?; :STAT:QUES:COND?; :STAT:OPER:COND?
        :SOUR:CURR:TRAN:AWID? MIN; :SOUR:CURR:TRAN:PER? MAX; :SOUR:CURR:SLEW:NEG? MAX; :MEAS:TIME?
        :MEAS:VOLT:MAX?; :MEAS:VOLT:MIN?; :MEAS:CURR:MAX?; :MEAS:CURR:MIN?; :STAT:QUES?; *WAI
    """,
}


@pytest.fixture
def load():
    bench = Bench("rigol.DL3021", [("in", "V")])
    bench.battery("V", 20.0, ohms=0.1)
    return bench


@pytest.mark.parametrize("client", CONVERSATIONS)
def test_no_word_of_a_client_is_refused(load, client):
    for message in CONVERSATIONS[client].replace("\n", ";").split(";"):
        answer = load.ask(message.strip())
        load.clock.sleep(1e-3)
        assert (answer is not None) == ("?" in message), message
        assert load.ask("SYST:ERR?") == '0,"No error"', message


def test_the_list_example_of_the_guide_runs(load):
    # it sends no FUNC:MODE; its comment counts STEP 2 as three steps, see dl3021_list_panel
    for message in (
        ":SOUR:LIST:MODE CC", ":SOUR:LIST:RANG 6", ":SOUR:LIST:COUN 2", ":SOUR:LIST:STEP 2",
        ":SOUR:LIST:END LAST", ":SOUR:LIST:LEV 0,1", ":SOUR:LIST:WID 0,3", ":SOUR:LIST:SLEW 0,0.1",
        ":SOUR:LIST:LEV 1,1.2", ":SOUR:LIST:WID 1,5", ":SOUR:LIST:SLEW 1,0.3",
        ":SOUR:LIST:LEV 2,1.8", ":SOUR:LIST:WID 2,3.5", ":SOUR:LIST:SLEW 2,0.2",
        ":TRIG:SOUR BUS", ":SOUR:INP:STAT 1", ":TRIG:IMM",
    ):  # fmt: skip
        assert load.tell(message) == 0, message
    found = []
    for wait in (1.0, 4.0, 4.0, 4.0, 100.0):
        load.clock.sleep(wait)
        found.append(round(load.number(":MEAS:CURR?"), 1))
    assert found == [1.0, 1.2, 1.0, 1.2, 1.2]


def test_a_pulse_is_found_in_the_greatest_current(load):
    # a test bench fires one pulse from *RST and reads its height back
    for message in (
        "*RST", "*WAI", ":SOURce:CURRent:TRANsient:MODE PULSe",
        ":SOURce:CURRent:TRANsient:ALEVel 5", ":SOURce:CURRent:TRANsient:BLEVel 0.0",
        ":SOURce:CURRent:TRANsient:AWIDth 0.03", ":SOURce:CURRent:TRANsient:BWIDth 0.03",
        ":SOURce:CURRent:SLEW:POS 1.0", ":SOURce:CURRent:SLEW:NEG 1.0", ":TRIGger:SOURce BUS",
        ":TRIGger", "*WAI",
    ):  # fmt: skip
        assert load.tell(message) == 0, message
    load.clock.sleep(0.1)
    assert load.number(":MEASure:CURRent:MAX?") == pytest.approx(5.0, abs=0.1)
    assert load.number(":MEASure:CURRent?") == pytest.approx(0.0, abs=0.1)
    load.tell(":SOURce:FUNCtion CURRent;:SOURce:CURRent 0.5")
    load.clock.sleep(0.01)
    assert load.number(":MEASure:CURRent?") == pytest.approx(0.5, abs=0.1)


def test_a_cell_is_discharged_down_to_its_last_volt():
    # "discharged at 1 A until 3.1 V + read voltage for 2 minute period to confirm test stopped"
    load = Bench("rigol.DL3021", [("in", "V")])
    cell = SupplySource("V", "BAT-", output_resistance=0.1, bleeder=1e9)
    load.world.add(cell)
    cell.on()
    cell.set(4.2, 10.0)
    setting = "FUNCtion:MODE BATTery;:BATTary:VSTop 3.1;VENabstop 1;VON 2;LEVel:IMMediate 1"
    assert load.tell(setting) == 0
    load.tell("INPut 1")
    for tenth in range(60):
        cell.set(4.2 - 0.02 * tenth, 10.0)
        load.clock.sleep(10.0)
    assert load.ask("INPut?") == "0"
    # the cell falls below 3.1 V + 1 A x 0.1 ohm in its 50th step
    assert load.number("MEAS:DISCT?") == pytest.approx(505.0, abs=5.5)
    assert load.number("MEAS:CAP?") == pytest.approx(1000 * 505 / 3600, rel=0.04)
    load.clock.sleep(120.0)
    assert load.number("MEASure:CURRent?") == pytest.approx(0.0, abs=0.05)
