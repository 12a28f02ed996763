"""Many units of one device on as many benches: operating points and readings as arrays."""

# ruff: noqa: TID253  this module is for arrays only and imported where they are wanted

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from instruments.accuracy import Accuracy
from simulation.dut.device import Device
from simulation.elements import CurrentSource
from simulation.front_panels.daq970a.daqm901a import OVERRANGE
from simulation.front_panels.daq970a.daqm901a_functions import (
    CURRENT_ACCURACY,
    CURRENT_RANGES,
    VOLTAGE_ACCURACY,
    VOLTAGE_RANGES,
)
from simulation.front_panels.daq970a.panel import Daq970a
from simulation.front_panels.dl3021.panel import Dl3021
from simulation.high_side import HighSide
from simulation.laboratory import Laboratory
from simulation.load_sink import LoadSink
from simulation.many import Column, Units
from simulation.noise import Noises

__all__ = ["Laboratory", "Population"]

_STAGES = {"load": "LOAD", "charger": "CHARGER", "pre_alarm": "PRE-ALARM"}
_PROPERTIES = {"drop": "diode_drop", "resistance": "resistance", "leakage": "leakage"}


class Population:
    """Units of the device in ``laboratory``, which is at its operating point already.

    The circuit is that of the laboratory: same parts, same contacts, same solver. What is behind
    the terminals follows from the parameters of each unit; each is read by the meter of its own
    seed.
    """

    def __init__(self, laboratory: Laboratory, seeds: Sequence[int]) -> None:
        if laboratory.device is None:
            raise ValueError("there is no device in this laboratory")
        self._device: Device = laboratory.device
        self._units = Units(laboratory.world, len(seeds))
        self._seeds = seeds
        self._panels = laboratory.panels
        self._noises: dict[str, Noises] = {}
        for name, panel in laboratory.panels.items():
            if isinstance(panel, Dl3021):
                self._draw(name, panel, laboratory)

    def build(self, values: Mapping[str, Column], supply_current: str = "") -> None:
        """Give the units their parameters; ``supply_current`` names the one that they draw by."""
        for section, name in _STAGES.items():
            element = self._device.elements.get(name)
            own = {
                _PROPERTIES[key.partition(".")[2]]: column.tolist()
                for key, column in values.items()
                if key.partition(".")[0] == section and key.partition(".")[2] in _PROPERTIES
            }
            if isinstance(element, HighSide) and own:
                before = {key: getattr(element, key) for key in own}
                self._units.vary(element, _setter(element, own))
                element.set(**before)
        element = self._device.elements["SUPPLY"]
        if supply_current and isinstance(element, CurrentSource):
            amperes = values[supply_current].tolist()
            self._units.vary(element, lambda unit: element.set(amperes[unit]))
            element.set(self._device.parameters.number(supply_current))

    def voltages(self) -> Mapping[str, Column]:
        """Return the voltage of each net to ground [V]; raises as `Units.voltages`."""
        return self._units.voltages()

    def indicated(
        self,
        name: str,
        function: str,
        true_values: Column,
        declared: Mapping[str, Accuracy],
        *,
        readings: int = 1,
    ) -> NDArray[np.float64]:
        """Return what the DAQ called ``name`` indicates, shape (readings, units).

        ``function`` is VOLT or CURR, on autorange. ``declared`` are the accuracies of the bench
        file; without one the data sheet of the front panel counts. Raises ValueError for another
        instrument.
        """
        if not isinstance(self._panels.get(name), Daq970a):
            raise ValueError(f"{name} is no DAQ970A: many units at once are read by that one only")
        noises = self._noises_of(name)
        ranges: tuple[float, ...] = CURRENT_RANGES if function == "CURR" else VOLTAGE_RANGES
        steps = np.searchsorted(np.multiply(OVERRANGE, ranges), np.abs(true_values))
        chosen = np.minimum(steps, len(ranges) - 1)
        found = np.empty((readings, len(self._seeds)))
        for number, span in enumerate(ranges):
            mask = chosen == number
            if not mask.any():
                continue
            accuracy = (
                declared.get("current", CURRENT_ACCURACY)
                if function == "CURR"
                else declared.get("voltage", VOLTAGE_ACCURACY.get(span, VOLTAGE_ACCURACY[300.0]))
            )
            shown = noises.indicate(
                true_values, accuracy, span, (function, span), readings=readings
            )
            found[:, mask] = shown[:, mask]
        return found

    def _draw(self, name: str, panel: Dl3021, laboratory: Laboratory) -> None:
        """Let the load of each bench draw what its own set point error makes of the set point."""
        sinks = (e for e in laboratory.world.elements if isinstance(e, LoadSink))
        sink = next(element for element in sinks if element.name == f"{name}.in")
        if not sink.is_on or sink.mode != "CC":
            return
        level, accuracy, full_scale = panel.set_point()
        gain, offset = self._noises_of(name).fixed_errors(("current_setpoint", full_scale))
        floor = accuracy.of_full_scale * full_scale + accuracy.fixed
        amperes = (level * (1.0 + gain * accuracy.of_reading) + offset * floor).tolist()
        before = sink.level
        self._units.vary(sink, lambda unit: sink.set("CC", amperes[unit]))
        sink.set("CC", before)

    def _noises_of(self, name: str) -> Noises:
        if name not in self._noises:
            self._noises[name] = Noises(self._seeds, name)
        return self._noises[name]


def _setter(element: HighSide, own: Mapping[str, Sequence[float]]) -> Callable[[int], None]:
    def change(unit: int) -> None:
        changes: Any = {key: column[unit] for key, column in own.items()}
        element.set(**changes)

    return change
