"""The meter's ohms function: a test current through a pair of wires, the voltage at another.

Source: 34972A service guide (test currents, full scale voltages up to 5 V, 10 Mohm across the
unknown on the highest ranges). Assumed: 10 V at open terminals.
"""

from math import inf

from instruments.units import Ohm, Volt
from simulation.elements import Element, Resistor
from simulation.front_panels.daq970a.daqm901a_functions import SHUNTED_FROM, TEST_CURRENTS
from simulation.netlist import Link
from simulation.supply_source import SupplySource
from simulation.world import World

INPUT_RESISTANCE: Ohm = 10e6

_COMPLIANCE: Volt = 10.0
_NO_BLEEDER: Ohm = 1e12


class Ohmmeter:
    """Drives its current where and while it measures; otherwise it is not in the circuit."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._parts: list[Element] = []
        self._sense: Link | None = None
        self._range: Ohm = 0.0

    def connect(self, source: Link | None, sense: Link | None, span: Ohm) -> None:
        """Drive the test current of ``span`` through ``source``, look at ``sense``."""
        self.disconnect()
        self._range, self._sense = span, sense
        if source is None:
            self._sense = None
            return
        name = f"{source.instrument}.{source.terminal} ohms"
        current = SupplySource(
            source.plus, source.minus, output_resistance=1.0, bleeder=_NO_BLEEDER, name=name
        )
        current.set(_COMPLIANCE, TEST_CURRENTS[span])
        current.on()
        self._parts.append(self._world.add(current))
        if span >= SHUNTED_FROM:
            shunt = Resistor(source.plus, source.minus, INPUT_RESISTANCE, name=name)
            self._parts.append(self._world.add(shunt))

    def disconnect(self) -> None:
        """Take the test current away."""
        for part in self._parts:
            self._world.remove(part)
        self._parts.clear()

    def ohms(self) -> Ohm:
        """Return the resistance that the voltage now means; infinite where nothing is connected."""
        if self._sense is None:
            return inf
        volts = self._world.voltage(self._sense.plus, self._sense.minus)
        current = TEST_CURRENTS[self._range]
        if self._range < SHUNTED_FROM:
            return volts / current
        left = current - volts / INPUT_RESISTANCE  # what does not go through the input
        return volts / left if left > 0.0 else inf
