"""A step at the input of a world, for tests of what follows it."""

from simulation.elements import VoltageSource

G = "BAT-"


def step(world, volts=10.0, net="IN"):
    """Add a source at 0 V, let the world rest, then step it."""
    source = world.add(VoltageSource(net, G, 0.0, 0.0))
    world.look()
    world.clock.sleep(1.0)
    source.set(volts)
    return source
