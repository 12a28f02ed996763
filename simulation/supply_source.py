"""The output of a laboratory supply as a part of the circuit."""

from typing import Literal

from instruments.units import Ampere, Ohm, Volt
from simulation.branch import Branch, Siemens
from simulation.elements import MINIMUM_RESISTANCE, Element, positive


class SupplySource(Element):
    """A laboratory supply: constant voltage, above the limit constant current, never a sink.

    The bleeder loads its own output whether it is on or off.
    """

    __slots__ = ("_conductance", "_output_resistance", "current_limit", "is_on", "voltage")
    sign = -1.0

    def __init__(
        self,
        plus: str,
        minus: str,
        *,
        output_resistance: Ohm = 1e-3,
        bleeder: Ohm = 50e3,
        name: str = "",
    ) -> None:
        super().__init__(
            name or f"{plus} to {minus}",
            Branch(plus, minus, driven=True),
            Branch(plus, minus, driven=False),
        )
        self._output_resistance: Ohm = max(output_resistance, MINIMUM_RESISTANCE)
        self._conductance: Siemens = 1.0 / self._output_resistance
        self.branches[1].conduct(1.0 / positive(self, "bleeder", bleeder))
        self.voltage: Volt = 0.0
        self.current_limit: Ampere = 0.0
        self.is_on = False

    def set(self, voltage: Volt, current_limit: Ampere) -> None:
        """Regulate to ``voltage`` [V] and at most ``current_limit`` [A]; ValueError below 0."""
        if not (voltage >= 0.0 and current_limit >= 0.0):
            raise ValueError(f"{self} cannot be set to {voltage} V, {current_limit} A")
        self.voltage = voltage
        self.current_limit = current_limit
        self._shape()

    def resist(self, ohms: Ohm) -> None:
        """Put ``ohms`` [ohm] in series with the regulated voltage; ValueError below 0."""
        if not ohms >= 0.0:
            raise ValueError(f"{self}: a resistance cannot be {ohms} ohm")
        self._conductance = 1.0 / (self._output_resistance + ohms)
        self._shape()

    def on(self) -> None:
        """Turn the output on."""
        self.is_on = True
        self._shape()

    def off(self) -> None:
        """Turn the output off."""
        self.is_on = False
        self._shape()

    def mode(self) -> Literal["OFF", "CC", "CV"]:
        """Return what the output regulates now; a reverse fed output counts as CV."""
        if not self.is_on:
            return "OFF"
        return "CC" if self.region() == 0 and self.current_limit >= 0.0 else "CV"

    def _shape(self) -> None:
        branch = self.branches[0]
        if not self.is_on:
            branch.curve((), (0.0,), (0.0,))
            return
        g, volts, limit = self._conductance, self.voltage, self.current_limit
        branch.curve((volts - limit / g, volts), (0.0, g, 0.0), (-limit, -g * volts, 0.0))
