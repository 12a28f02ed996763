"""What a person can do to a simulated unit: to its app and its battery, and see by looking at it.

Keys are those that are printed for a person, without their first word: ``discharge_floor`` of
``app.discharge_floor = 20 %``, ``enclosure?`` of ``inspect.enclosure?``.
"""

from simulation.dut.app import SETTABLE, AppError
from simulation.dut.device import Device, HasApp, HasBattery, HasTemperature


class Handling:
    """The hands and eyes of a person at one unit, None where there is no unit on the bench.

    Every method raises ValueError in words where it cannot be done.
    """

    __slots__ = ("_device",)

    def __init__(self, device: Device | None) -> None:
        self._device = device

    def app(self, key: str, value: str) -> str:
        """Set ``NAME`` to ``value``, read ``NAME?`` or do ``ACTION`` in the unit's app."""
        if not isinstance(self._device, HasApp):
            if key == "found?":
                return "no"
            raise ValueError("this unit has no app")
        app = self._device.app
        try:
            if key == "battery_changeable?":
                return "yes" if any(name.startswith("battery_") for name in SETTABLE) else "no"
            if key == "found?":
                return "yes" if app.finds_unit else "no"
            if key.endswith("?"):
                return app.read(key.removesuffix("?")) or "none"
            if value:
                app.set(key, value)
            else:
                app.do(key)
        except AppError as error:
            raise ValueError(str(error)) from None
        return ""

    def battery(self, key: str, value: str) -> str:
        """Bring the battery of the unit into the condition ``value``."""
        if not isinstance(self._device, HasBattery):
            raise ValueError("there is no battery here that could be changed")
        if key.endswith("?"):
            return self._device.battery.label(key.removesuffix("?"))
        if key != "condition":
            raise ValueError(f"I do not know the '{key}' of a battery")
        self._device.battery.set_condition(value)
        return ""

    def chamber(self, key: str, value: str) -> str:
        """Bring the unit and the cells of its battery to a temperature, such as ``4 degC``."""
        number, _, unit = value.partition(" ")
        if key != "temperature" or unit != "degC":
            raise ValueError(f"a chamber has a temperature in degC, not '{key} = {value}'")
        temperature = float(number)
        if isinstance(self._device, HasTemperature):
            self._device.set_temperature(temperature)
        if isinstance(self._device, HasBattery):
            self._device.battery.set_temperatures(temperature)
        return ""

    def inspect(self, key: str, value: str) -> str:
        """Return what is seen of the unit, as its data file has it under ``[inspection]``."""
        del value
        if self._device is None:
            raise ValueError("there is no unit to look at")
        if key in ("photo?", "other_photo?"):
            return "none"
        return self._device.parameters.word(f"inspection.{key.removesuffix('?')}")
