"""What a person can do to a simulated unit: to its app and its battery, and see by looking at it.

Keys are those that are printed for a person, without their first word: ``discharge_floor`` of
``app.discharge_floor = 20 %``, ``enclosure?`` of ``inspect.enclosure?``.
"""

from typing import Protocol, runtime_checkable

from instruments.units import DegreeCelsius
from simulation.dut.device import Device


@runtime_checkable
class App(Protocol):
    """The app of a device, as a person uses it; a device that has one offers it as ``app``."""

    def set(self, name: str, text: str) -> None:
        """Set the setting ``name`` to what is written in ``text``."""
        ...

    def read(self, name: str) -> str:
        """Return what the display says under ``name``."""
        ...

    def do(self, action: str) -> None:
        """Press what does ``action``."""
        ...


@runtime_checkable
class ChangingBattery(Protocol):
    """A battery that a person can bring into a condition; a device offers it as ``battery``."""

    def set_condition(self, word: str) -> None:
        """Bring it into the condition that ``word`` names."""
        ...


@runtime_checkable
class Thermal(Protocol):
    """Something that takes on the temperature of a chamber: a battery, a device."""

    def set_temperatures(self, temperature: DegreeCelsius) -> None:
        """Bring all of it to ``temperature`` [degC]."""
        ...


class Handling:
    """The hands and eyes of a person at one unit, None where there is no unit on the bench.

    Every method raises ValueError in words where it cannot be done.
    """

    __slots__ = ("_device",)

    def __init__(self, device: Device | None) -> None:
        self._device = device

    def app(self, key: str, value: str) -> str:
        """Set ``NAME`` to ``value``, read ``NAME?`` or do ``ACTION`` in the unit's app."""
        app = getattr(self._device, "app", None)
        if not isinstance(app, App):
            raise ValueError("this unit has no app")
        if key.endswith("?"):
            return app.read(key.removesuffix("?"))
        if value:
            app.set(key, value)
        else:
            app.do(key)
        return ""

    def battery(self, key: str, value: str) -> str:
        """Bring the battery of the unit into the condition ``value``."""
        battery = getattr(self._device, "battery", None)
        if not isinstance(battery, ChangingBattery):
            raise ValueError("there is no battery here that could be changed")
        if key != "condition":
            raise ValueError(f"I do not know the '{key}' of a battery")
        battery.set_condition(value)
        return ""

    def chamber(self, key: str, value: str) -> str:
        """Bring the unit and the cells of its battery to a temperature, such as ``4 degC``."""
        number, _, unit = value.partition(" ")
        if key != "temperature" or unit != "degC":
            raise ValueError(f"a chamber has a temperature in degC, not '{key} = {value}'")
        temperature = float(number)
        for part in (self._device, getattr(self._device, "battery", None)):
            if isinstance(part, Thermal):
                part.set_temperatures(temperature)
        return ""

    def inspect(self, key: str, value: str) -> str:
        """Return what is seen of the unit, as its data file has it under ``[inspection]``."""
        del value
        if self._device is None:
            raise ValueError("there is no unit to look at")
        return self._device.parameters.word(f"inspection.{key.removesuffix('?')}")
