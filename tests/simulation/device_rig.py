"""A bare circuit around a simulated device: ideal pulls, sources and contacts, no instruments."""

from simulation.clock import VirtualClock
from simulation.dut.catalogue import build_device
from simulation.elements import Contact, Probe, Resistor, VoltageSource
from simulation.load_sink import LoadSink
from simulation.supply_source import SupplySource
from simulation.world import World

PULL = 100e3
OUTPUTS = ("LOAD", "CHARGER")


class Rig:
    """A device between a stiff supply, pulls on its outputs, sources on its remote inputs."""

    def __init__(self, vbat=12.8, faults=(), *, link=True, device="smallbms", powered=True):
        self.clock = VirtualClock()
        self.world = World(self.clock)
        add = self.world.add
        self.supply = add(SupplySource("BAT+", "BAT-", output_resistance=1e-6, bleeder=1e9))
        self.device = build_device(device, self.world, self.clock, faults)
        self.link = add(Contact("REMOTE_L", "REMOTE_H", 0.1))
        self.sources = {}
        self.contacts = {}
        for terminal in ("REMOTE_L", "REMOTE_H"):
            self.sources[terminal] = add(VoltageSource(f"{terminal}.source", "BAT-", 0.0, 1e-3))
            self.contacts[terminal] = add(Contact(terminal, f"{terminal}.source", 1e-3))
        self.poles = [
            add(Contact(f"BATTERY_LINK.{n}", "BAT-", 0.1, closed=True)) for n in (1, 2, 3)
        ]
        self.downs, self.ups, self.shorts, self.loads = {}, {}, {}, {}
        self.outputs = tuple(t for t in (*OUTPUTS, "PRE-ALARM") if t in self.device.sheet.terminals)
        for terminal in self.outputs:
            add(Resistor(f"{terminal}.down", "BAT-", PULL))
            add(Resistor(f"{terminal}.up", "BAT+", PULL))
            self.downs[terminal] = add(Contact(terminal, f"{terminal}.down", 0.1))
            self.ups[terminal] = add(Contact(terminal, f"{terminal}.up", 0.1))
            self.shorts[terminal] = add(Contact(terminal, "BAT-", 1e-3))
            self.loads[terminal] = add(
                LoadSink(terminal, "BAT-", minimum_resistance=1e-3, input_resistance=1e12)
            )
            add(Probe(terminal, "BAT-", 10e9))
        self.supply.set(vbat, 5.0)
        if link:
            self.link.close()
        if powered:
            self.supply.on()
            self.clock.sleep(2.0)

    def sleep(self, duration):
        self.clock.sleep(duration)

    def v(self, terminal):
        return self.world.voltage(terminal, "BAT-")

    def drop(self, terminal):
        return self.world.voltage("BAT+", terminal)

    def supply_current(self):
        return self.world.current(self.supply)

    def drive(self, terminal, voltage):
        """Connect a remote terminal to a voltage, or to nothing."""
        if voltage is None:
            self.contacts[terminal].open()
        else:
            self.sources[terminal].set(voltage)
            self.contacts[terminal].close()

    def load(self, terminal, current):
        self.loads[terminal].set("CC", current)
        self.loads[terminal].on()

    def unload(self, terminal):
        self.loads[terminal].off()

    def state(self, terminal):
        """Classify an output with both pulls (domain knowledge: never with a bare voltmeter)."""
        down, up = self.downs[terminal], self.ups[terminal]
        down.close()
        low_drop, low = self.drop(terminal), self.v(terminal)
        down.open()
        up.close()
        high_drop, high = self.drop(terminal), self.v(terminal)
        up.open()
        if low_drop <= 1.0:
            return "HIGH"
        if low <= 1.0 and high_drop <= 1.0:
            return "FLOAT"
        return "LOW" if high <= 1.0 else "WEAK"

    def states(self):
        return tuple(self.state(terminal) for terminal in self.outputs)

    def lit(self, led):
        return self.v(led) > 1.0
