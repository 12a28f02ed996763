"""Single front panels on a small circuit, spoken to without any driver."""

from simulation.clock import VirtualClock
from simulation.elements import Resistor
from simulation.front_panels.daq970a.panel import Daq970a
from simulation.front_panels.dl3021.panel import Dl3021
from simulation.front_panels.numato import Numato
from simulation.front_panels.psw.panel import Psw
from simulation.front_panels.t7.panel import T7
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.supply_source import SupplySource
from simulation.world import World

KINDS = {
    "gwinstek.PSW80-13.5": Psw,
    "keithley.2260B-80-13": Psw,
    "rigol.DL3021": Dl3021,
    "keysight.DAQ970A": Daq970a,
    "labjack.T7": T7,
    "numato.USBRELAY16": Numato,
    "numato.USBRELAY32": Numato,
}
SCPI_MODELS = tuple(model for model, kind in KINDS.items() if kind in (Psw, Dl3021, Daq970a))


class Bench:
    """A clock, a world and one panel; ``ask`` and ``tell`` speak to it."""

    def __init__(self, model, links=(), *, seed=1, resource="SIM", accuracies=None):
        self.clock = VirtualClock()
        self.world = World(self.clock)
        instrument = SimulatedInstrument(
            name="unit",
            model=model,
            resource=resource,
            serial="470000001",
            accuracies=accuracies or {},
        )
        found = {
            terminal: Link(
                instrument="unit", terminal=terminal, plus=plus, minus="BAT-", **(more or {})
            )
            for terminal, plus, more in (
                link if len(link) == 3 else (*link, None) for link in links
            )
        }
        self.noise = Noise(seed, "unit")
        self.panel = KINDS[model](instrument, found, self.world, self.clock, self.noise)

    def ask(self, message):
        return self.panel.receive(message)

    def tell(self, message):
        assert self.panel.receive(message) is None
        return self.error()

    def error(self):
        return int(self.panel.receive("SYST:ERR?").split(",")[0])

    def number(self, message):
        return float(self.panel.receive(message).split("\n")[0])

    def volts(self, net):
        return self.world.voltage(net, "BAT-")

    def battery(self, net, volts, ohms=1e-3):
        """Put a stiff supply on a net."""
        source = SupplySource(net, "BAT-", output_resistance=ohms, bleeder=1e9)
        self.world.add(source)
        source.set(volts, 100.0)
        source.on()
        return source

    def resistor(self, plus, minus, ohms):
        return self.world.add(Resistor(plus, minus, ohms))
