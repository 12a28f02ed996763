"""What other people's programs for the 34970A, 34972A and DAQ970A send, in the order they send it.

The sequences are those of published drivers (PyICe, instrumation, SCPI-Instrument-Control, daqmon,
the CAMELS driver, PythonEquipmentDrivers); the values are those of the circuit.
"""

import pytest
from panel_rig import Bench


@pytest.fixture
def meter():
    links = [("101", "V"), ("102", "H"), ("103", "R"), ("104", "P"), ("105", "T"), ("121", "I")]
    bench = Bench("keysight.DAQ970A", links)
    bench.battery("V", 12.0)
    bench.resistor("V", "H", 1e3)
    bench.resistor("H", "BAT-", 1e3)
    bench.resistor("R", "BAT-", 4700.0)
    bench.resistor("P", "BAT-", 107.79)  # a PT100 at 20 degC
    bench.resistor("T", "BAT-", 100.0)
    bench.resistor("V", "I", 1e3)
    return bench


def floats(text):
    return [float(part) for part in text.split(",")]


def send(meter, *messages):
    """Send messages as a program would; return the answers."""
    answers = []
    for message in messages:
        answer = meter.ask(message)
        assert (answer is not None) == ("?" in message), message
        assert meter.error() == 0, message
        answers += [] if answer is None else [answer]
    return answers


def test_scan_list_is_asked_back_and_fetched_after_operation_complete(meter):
    # PyICe: channel settings with blanks, a scan for each read, then the channel is monitored
    card, cycles, scan, done, reading, span = send(
        meter,
        "SYSTem:CTYPe? 100",
        "SYSTem:RELay:CYCLes? (@ 101,102,103)",
        "CONFigure:VOLTage:DC AUTO , (@101)",
        "VOLTage:DC:NPLC 1, (@101)",
        "INPut:IMPedance:AUTO ON , (@101)",
        "SENSe:ZERO:AUTO ONCE,(@101)",
        "ROUT:CHAN:DELAY 0.01,(@101)",
        "ROUTe:SCAN (@101)",
        "ROUTe:SCAN?",
        "INIT",
        "*OPC?",
        "FETCh?",
        "ROUTe:MONitor (@101)",
        "ROUTe:MONitor:STATe ON",
        "CALCulate:SCALe:GAIN 2, (@101)",
        "CALCulate:SCALe:OFFSet 1, (@101)",
        'CALCulate:SCALe:UNIT "A", (@101)',
        "CALCulate:SCALe:STATe ON ,(@101)",
        "SENSe:VOLTage:DC:RANGe? (@101)",
    )
    assert card.split(",")[1] == "DAQM901A"
    assert [int(count) for count in cycles.split(",")] == [0, 0, 0]
    assert scan.split("(@")[1].strip(")") == "101"
    assert done == "1"
    assert float(reading) == pytest.approx(12.0, abs=0.01)
    assert float(span) == 300.0
    meter.clock.sleep(0.1)
    assert meter.number("ROUTe:MONitor:DATA?") == pytest.approx(25.0, abs=0.02)


def test_thermocouples_resistances_and_currents_of_one_list(meter):
    # PyICe and PythonEquipmentDrivers
    send(
        meter,
        "CONFigure:TEMPerature TCouple,K,(@105)",
        "SENSe:TEMPerature:NPLC 1,(@105)",
        "CONFigure:RESistance (@103)",
        "CONF:CURR:DC 0.1,(@121)",
        "CURRent:DC:NPLC 1,(@121)",
        "ROUT:SCAN (@121,103,105)",
    )
    ohms, degrees, amperes = floats(meter.ask("READ?"))
    assert ohms == pytest.approx(4700.0, rel=1e-3)
    assert degrees == pytest.approx(0.0, abs=0.3)
    assert amperes == pytest.approx(12.0 / 1005.0, rel=2e-3)


@pytest.mark.parametrize(
    ("message", "value", "tolerance"),
    [
        ("MEAS:VOLT:DC? AUTO,AUTO,(@102)", 6.0, 0.01),
        ("MEAS:VOLT:DC? DEF,DEF,(@102)", 6.0, 0.01),
        ("MEAS:VOLT? (@102)", 6.0, 0.01),
        ("MEAS:RES? AUTO,DEF,(@103)", 4700.0, 2.0),
        ("MEAS:RES? 10000,1,(@103)", 4700.0, 2.0),
        ("MEAS:CURR:DC? 1 A,(@121)", 12.0 / 1000.1, 1e-4),
        ("MEAS:CURR:DC? MAX,(@121)", 12.0 / 1000.1, 1e-4),
        ("MEAS:TEMP? RTD,85,(@104)", 20.0, 0.1),
        ("MEAS:TEMP? TC,K,(@105)", 0.0, 0.3),
        ("MEAS:VOLT:AC? AUTO,DEF,(@101)", 0.0, 1e-4),
        ("MEAS:FREQ? 20,DEF,(@101)", 0.0, 0.0),
    ],
)
def test_one_measurement_in_one_message(meter, message, value, tolerance):
    (answer,) = send(meter, message)
    assert float(answer) == pytest.approx(value, abs=tolerance)


def test_readings_are_taken_out_while_an_endless_scan_runs(meter):
    # daqmon: each command is followed by *OPC?, readings come with their channels
    send(
        meter,
        "CONF:VOLT:DC DEF,(@101,102)",
        "VOLT:DC:NPLC 1.0,(@101,102)",
        "CONF:TEMP TC,K,(@105)",
        "TEMP:NPLC 1.0,(@105)",
        "TEMP:TRAN:TC:RJUN:TYPE INT,(@105)",
        "ROUT:SCAN (@101,102,105)",
        "TRIG:COUNT INF",
        "TRIG:SOURCE TIMER",
        "TRIG:TIMER 1.000",
        "FORM:READ:CHAN ON",
        "*OPC?",
        "INIT",
    )
    assert meter.ask("TRIG:COUNT?") == "+9.90000000E+37"
    meter.clock.sleep(2.5)
    count = int(meter.ask("DATA:POIN?"))
    assert count == 9
    fields = floats(meter.ask(f"DATA:REM? {count}"))
    assert fields[1::2] == [101, 102, 105] * 3
    assert fields[0::6] == pytest.approx([12.0] * 3, abs=0.01)
    assert fields[4::6] == pytest.approx([23.0] * 3, abs=0.3)  # as warm as the terminal block
    meter.clock.sleep(1.0)
    assert int(meter.ask("DATA:POIN?")) == 3


def test_configuration_is_asked_back(meter):
    # daqmon, PythonEquipmentDrivers
    send(meter, "CONF:TEMP TC,J,(@105)", "CONF:VOLT:DC 10,(@101)", "ROUT:CHAN:DELAY 0.050,(@101)")
    answers = send(
        meter,
        "SENS:FUNC? (@105)",
        "FUNC? (@101)",
        "VOLT:DC:RANG? (@101)",
        "TEMP:TRAN:TC:TYPE? (@105)",
        "TEMP:TRAN:TC:RJUN:TYPE? (@105)",
        "ROUT:CHAN:DELAY? (@101)",
        "TRIG:SOUR?",
        "SYST:LFR?",
    )
    assert answers == [
        '"TEMP"', '"VOLT"', "+1.00000000E+01", "J", "FIX", "+5.00000000E-02", "IMM", "+50",
    ]  # fmt: skip


def test_logging_with_a_timer_reads_blocks(meter):
    # SCPI-Instrument-Control: R? between the sweeps
    send(
        meter,
        "CONF:VOLT:DC AUTO,AUTO,(@101,102)",
        "ROUT:SCAN (@101,102)",
        "TRIG:SOUR TIM",
        "TRIG:TIM 0.5",
        "TRIG:COUN 4",
        "INIT",
    )
    taken = []
    while len(taken) < 8:
        meter.clock.sleep(0.45)
        held = int(meter.ask("DATA:POIN?"))
        if held:
            text = meter.ask(f"R? {held}")
            taken += floats(text[2 + int(text[1]) :])
    assert taken == pytest.approx([12.0, 6.0] * 4, abs=0.01)


def test_monitored_channel_of_a_single_configuration(meter):
    # the CAMELS driver: units in the same message, also where they do not apply
    assert meter.tell("CONF:TEMP RTD,85,(@104);:UNIT:TEMP K") == 0
    send(meter, "ROUT:MON (@104)", "ROUT:MON:STAT ON")
    meter.clock.sleep(0.5)
    assert meter.number("ROUT:MON:DATA?") == pytest.approx(293.15, abs=0.1)
    assert meter.tell("CONF:VOLT:DC AUTO,(@102);:UNIT:TEMP K") == -221
    send(meter, "ROUT:MON (@102)")
    meter.clock.sleep(0.5)
    assert meter.number("ROUT:MON:DATA?") == pytest.approx(6.0, abs=0.01)


@pytest.mark.parametrize(
    "message",
    [
        ":CONFigure:TEMPerature:TCouple T,(@105)",
        "CONFigure:TEMPerature:TCouple K,1,(@105)",
        "CONFigure:TEMPerature:TCouple DEFault,1,(@105)",
        "CONF:TEMP TC, K,(@105)",
    ],
)
def test_thermocouples_are_asked_for_in_several_ways(meter, message):
    send(meter, message, ":UNIT:TEMPerature C", "ROUTe:SCAN (@105)")
    assert meter.number("READ?") == pytest.approx(0.0, abs=0.3)


def test_limits_with_alarm_information(meter):
    # SCPI-Instrument-Control and the examples of the manual
    send(
        meter,
        "CONF:VOLT:DC (@101,102)",
        "CALC:LIM:UPP 10.25,(@101,102)",
        "CALC:LIM:UPP:STAT ON,(@101,102)",
        "FORM:READ:ALAR ON",
    )
    assert floats(meter.ask("READ?"))[1::2] == [2, 0]
    assert meter.ask("CALC:LIM:UPP? (@101,102)") == "+1.02500000E+01,+1.02500000E+01"
    assert meter.ask("SYST:ALAR?").endswith(",101,2,1")


def test_a_channel_list_without_its_end_is_an_error(meter):
    # as a published program sends it
    assert meter.tell("CONF:VOLT:DC 10,0.00001,(@101:118") != 0


def test_an_asynchronous_logger_for_the_34970a(meter):
    # an open-source driver that spells all words out, in capitals, and its values in small letters
    answers = send(
        meter,
        "*RST",
        "*IDN?",
        "*CLS",
        "SYSTEM:DATE 2024,02,29",
        "SYSTEM:TIME 23,59,58",
        "SYSTEM:DATE?",
        "SYSTEM:CTYPE? 100",
        "SYSTEM:CTYPE? 200",
        'DISPLAY:TEXT "configuring!"',
        "CONFIGURE:VOLTAGE:DC auto,(@101,102)",
        "CONFIGURE:TEMPERATURE TCouple,K,(@105)",
        "UNIT:TEMPERATURE C,(@105)",
        "CALCULATE:LIMIT:LOWER 9,(@101)",
        "CALCULATE:LIMIT:LOWER:STATE on,(@101)",
        "OUTPUT:ALARM1:SOURCE (@101)",
        "CALCULATE:LIMIT:UPPER -14, (@102)",
        "CALCULATE:LIMIT:UPPER:STATE on,(@102)",
        "OUTPUT:ALARM4:SOURCE (@102)",
        "ROUTE:MONITOR:CHANNEL (@105)",
        "ROUTE:MONITOR:STATE on",
        "ROUTE:SCAN (@101,102,105)",
        "TRIGGER:SOURCE timer",
        "TRIGGER:TIMER 1",
        "TRIGGER:COUNT 3",
        "DISPLAY:TEXT:CLEAR",
        "FORMAT:READING:ALARM on",
        "FORMAT:READING:CHANNEL on",
        "FORMAT:READING:UNIT on",
        "FORMAT:READING:TIME on",
        "FORMAT:READING:TIME:TYPE absolute",
        "READ?",
    )
    assert answers[1] == "2024,02,29"
    fields = answers[-1].split(",")
    size = 3 + 6
    readings = [fields[place : place + size] for place in range(0, len(fields), size)]
    assert len(readings) == 9
    assert [reading[0].split()[1] for reading in readings[:3]] == ["VDC", "VDC", "C"]
    assert [int(reading[-2]) for reading in readings[:3]] == [101, 102, 105]
    assert [int(reading[-1]) for reading in readings[:3]] == [0, 2, 0]  # 6 V are above -14
    days = [tuple(map(int, reading[1:4])) for reading in readings]
    assert days[0] == (2024, 2, 29)
    assert days[-1] == (2024, 3, 1)  # the third sweep is on the next day
    assert meter.ask("SYST:ALAR?").split(",")[-3:] == ["102", "2", "4"]
