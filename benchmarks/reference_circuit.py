"""A circuit of the size of the reference bench: some 20 nets and 60 parts."""

from simulation.clock import VirtualClock
from simulation.elements import Contact, CurrentSource, Probe, Resistor, VoltageSource
from simulation.high_side import HighSide
from simulation.load_sink import LoadSink
from simulation.supply_source import SupplySource
from simulation.world import World


def reference_world() -> tuple[World, SupplySource]:
    """Return the world and its supply: a unit with two loaded outputs, pulls, probes, relays."""
    world = World(VirtualClock())
    add = world.add
    supply = add(SupplySource("PSU", "BAT-"))
    supply.set(12.8, 1.5)
    supply.on()
    add(Resistor("PSU", "FUSED", 0.05))
    add(Resistor("FUSED", "AMMETER", 2.0))
    add(Contact("FUSED", "AMMETER", 0.05, closed=True))
    add(Resistor("AMMETER", "BAT+", 0.02))
    add(CurrentSource("BAT+", "BAT-", 2.7e-3))
    add(HighSide("BAT+", "LOAD", on=True, resistance=0.08))
    add(HighSide("BAT+", "CHARGER", on=True, resistance=5.0, diode_drop=0.5, current_limit=0.015))
    load = add(LoadSink("ELOAD", "BAT-"))
    load.set("CC", 0.5)
    load.on()
    for out in ("LOAD", "CHARGER"):
        add(Contact(out, "ELOAD", 0.05, closed=out == "LOAD"))
        add(Resistor(f"{out}_UP", "BAT+", 1e5))
        add(Contact(out, f"{out}_UP", 0.05, closed=out == "CHARGER"))
        add(Resistor(f"{out}_DOWN", "BAT-", 1e5))
        add(Contact(out, f"{out}_DOWN", 0.05))
        add(Probe("BAT+", out, 10e6))
        add(Resistor(out, f"{out}_AIN", 910e3))
        add(Resistor(f"{out}_AIN", "BAT-", 91e3))
        add(Probe(f"{out}_AIN", "BAT-", 1e9, 20e-9))
        add(Resistor(f"{out}_LIGHT", "BAT-", 1e3))
        add(Contact(out, f"{out}_LIGHT", 0.05))
    for pin, level in (("REMOTE_L", 5.0), ("REMOTE_H", 0.0)):
        add(Resistor(pin, "3V3", 100e3))
        add(Resistor(pin, "BAT-", 1e6))
        add(VoltageSource(f"{pin}_DAC", "BAT-", level, 50.0))
        for to in ("BAT-", "BAT+", f"{pin}_DAC"):
            add(Resistor(f"{pin}_DRIVE", to, 10e3 if to == "BAT+" else 20e3))
        add(Contact(pin, f"{pin}_DRIVE", 0.05, closed=pin == "REMOTE_H"))
        add(Probe(pin, "BAT-", 10e6))
    add(Contact("REMOTE_L", "REMOTE_H", 0.05, closed=True))
    add(VoltageSource("3V3", "BAT-", 3.3, 10.0))
    for pole in ("BATTERY_LINK.1", "BATTERY_LINK.2", "BATTERY_LINK.3"):
        add(Resistor(pole, "3V3", 10e3))
        add(Contact(pole, "BAT-", 0.05, closed=True))
    add(Probe("BAT+", "BAT-", 10e6))
    add(Probe("FUSED", "AMMETER", 10e6))
    return world, supply
