"""One simulated laboratory with every model on a circuit simple enough to solve on paper.

V+ is the supply's output. OUT is fed from V+ through relay 0; 1 kohm from OUT to BAT-. The T7 sees
OUT through a divider by 10 (1 Mohm) and its own DAC0. Current channel 121 lies between OUT and
SINK, with 1 kohm from SINK to BAT-.
"""

from contextlib import contextmanager

from instruments.accuracy import Accuracy
from instruments.catalogue import open_instrument
from simulation.laboratory import Laboratory
from simulation.netlist import Link, Part, SimulatedInstrument

RESOURCES = {
    "gwinstek.PSW80-13.5": "TCPIP0::192.0.2.1::2268::SOCKET",
    "keithley.2260B-80-13": "ASRL7::INSTR",
    "rigol.DL3021": "USB0::0x1AB1::0x0E11::DL3A000001::INSTR",
    "keysight.DAQ970A": "TCPIP0::192.0.2.3::inst0::INSTR",
    "labjack.T7": "470000001",
    "numato.USBRELAY16": "/dev/serial/by-id/usb-numato16",
    "numato.USBRELAY32": "/dev/serial/by-id/usb-numato32",
    "person.operator": "terminal",
}
MODELS = tuple(RESOURCES)
SUPPLIES = ("gwinstek.PSW80-13.5", "keithley.2260B-80-13")
BOARDS = ("numato.USBRELAY16", "numato.USBRELAY32")
SERIAL = "470000001"
RESISTANCE = 1000.0

BENCH_FILE = {
    "gwinstek.PSW80-13.5": ("voltage", "current"),
    "keithley.2260B-80-13": ("voltage", "current"),
    "rigol.DL3021": ("voltage", "current", "current_setpoint"),
    "keysight.DAQ970A": ("current",),
}
STATED = Accuracy(of_reading=1e-3, of_full_scale=2e-4, fixed=5e-3, basis="bench file of this test")


def accuracies(model):
    return dict.fromkeys(BENCH_FILE.get(model, ()), STATED)


def link(instrument, terminal, plus, minus, **more):
    return Link(instrument=instrument, terminal=terminal, plus=plus, minus=minus, **more)


def laboratory(*, supply=SUPPLIES[0], board=BOARDS[0], seed=1):
    models = {
        "supply": supply,
        "load": "rigol.DL3021",
        "meter": "keysight.DAQ970A",
        "daq": "labjack.T7",
        "relays": board,
        "operator": "person.operator",
    }
    instruments = [
        SimulatedInstrument(
            name=name,
            model=model,
            resource=RESOURCES[model],
            serial=SERIAL,
            accuracies=accuracies(model),
        )
        for name, model in models.items()
    ]
    links = [
        link("supply", "out", "V+", "BAT-"),
        link("relays", "0", "V+", "OUT"),
        link("relays", "12", "PULL", "OUT"),
        link("load", "in", "OUT", "BAT-"),
        link("meter", "101", "V+", "BAT-"),
        link("meter", "102", "OUT", "BAT-"),
        link("meter", "103", "FLOAT", "BAT-"),
        link("meter", "121", "OUT", "SINK"),
        link("daq", "AIN0", "OUT", "BAT-", divider=10.0, input_resistance=1e6),
        link("daq", "AIN1", "D", "BAT-"),
        link("daq", "DAC0", "D", "BAT-"),
        link("daq", "FIO0", "F", "BAT-"),
        link("daq", "CIO3.relay", "V+", "OUT"),
        link("daq", "EIO0", "OUT", "BAT-", divider=10.0, input_resistance=1e6),
    ]
    parts = [
        Part(name="R1", kind="resistor", plus="OUT", minus="BAT-", value=RESISTANCE),
        Part(name="R2", kind="resistor", plus="SINK", minus="BAT-", value=RESISTANCE),
        Part(name="R3", kind="resistor", plus="F", minus="BAT-", value=1e6),
        Part(name="R4", kind="resistor", plus="PULL", minus="V+", value=RESISTANCE),
        Part(name="R5", kind="resistor", plus="FLOAT", minus="V+", value=10e6),
        Part(name="C1", kind="capacitor", plus="OUT", minus="BAT-", value=1e-9),
    ]
    return Laboratory(instruments=instruments, links=links, parts=parts, seed=seed), models


class Rig:
    """A laboratory and real drivers on its wires."""

    def __init__(self, lab, models):
        self.lab = lab
        self.models = models
        self.drivers = {}
        for name in models:
            self.open(name)

    def open(self, name):
        model = self.models[name]
        self.drivers[name] = open_instrument(
            name, model, RESOURCES[model], self.lab.wires, accuracies(model)
        )
        return self.drivers[name]

    def __getattr__(self, name):
        return self.drivers[name]

    @property
    def output(self):
        return self.supply.terminal("out")

    @property
    def input(self):
        return self.load.terminal("in")

    def power(self, voltage, current=1.0):
        self.output.set_voltage(voltage)
        self.output.set_current_limit(current)
        self.output.enable()
        self.wait(0.2)

    def wait(self, duration):
        self.lab.clock.sleep(duration)

    def volts(self, net):
        return self.lab.world.voltage(net, "BAT-")

    def close(self):
        for driver in self.drivers.values():
            driver.close()
        self.lab.close()


@contextmanager
def open_rig(**options):
    rig = Rig(*laboratory(**options))
    try:
        yield rig
    finally:
        rig.close()


def name_of(model):
    names = {
        "numato": "relays",
        "labjack": "daq",
        "rigol": "load",
        "keysight": "meter",
        "person": "operator",
    }
    return names.get(model.split(".")[0], "supply")


def rig_with(model):
    """Open a rig that has ``model`` in it."""
    if model in SUPPLIES:
        return open_rig(supply=model)
    return open_rig(board=model) if model in BOARDS else open_rig()
