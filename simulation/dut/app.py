"""The app as it acts on a smallBMS NG: what somebody with a phone can set, read and start.

Names and texts are those of a person's instructions; the pages of the app stand in 004-sv:299 to
500. A session is as short as the action, so only ``connect`` shows at the blue LED.
"""

from typing import Protocol

from simulation.dut.bluetooth import Bluetooth
from simulation.dut.bus_battery import BatteryReport
from simulation.dut.charge_monitor import ChargeMonitor
from simulation.dut.firmware_update import FirmwareUpdate
from simulation.dut.readings import Readings
from simulation.dut.settings import KEPT, RESET, Settings, parse

SETTABLE = ("soc", *RESET, *KEPT)
READABLE = (
    *SETTABLE,
    "battery_capacity",
    "battery_voltage",
    "battery_count",
    "battery_series",
    "battery_parallel",
    "allow_to_charge",
    "allow_to_discharge",
    "codes",
    "update",
    "time_remaining",
    "consumed_charge",
    "voltage",
    "current",
    "temperature",
)
ACTIONS = (
    "synchronise",
    "factory_reset",
    "connect",
    "disconnect",
    "firmware_update",
    "interrupt_update",
)
UNKNOWN = "---"
NO_CODES = "none"


class AppError(Exception):
    """The app cannot do it; the words are for the person who holds the phone."""


class NotFound(AppError):
    """The unit is not in the list of the app: without power, or with Bluetooth off."""


class NotPossible(AppError):
    """The app offers nothing like it, or not with this value, or not now."""


class Unit(Protocol):
    """What of a unit the app reaches."""

    settings: Settings
    bluetooth: Bluetooth
    update: FirmwareUpdate
    charge: ChargeMonitor

    @property
    def report(self) -> BatteryReport | None:
        """Return what the bank last said, None while it is not heard."""
        ...

    @property
    def is_pre_alarm(self) -> bool:
        """Return whether the app is to show a pre-alarm."""
        ...

    def readings(self) -> Readings:
        """Return the unit's view now."""
        ...

    def react(self) -> None:
        """Act on what the app has changed."""
        ...


class App:
    """VictronConnect next to one unit. Everything raises NotFound where the unit is not found."""

    __slots__ = ("_unit",)

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    @property
    def finds_unit(self) -> bool:
        """Return whether the unit stands in the list of the app."""
        return self._unit.bluetooth.is_active

    def set(self, name: str, text: str) -> None:
        """Set one of `SETTABLE`, such as ``soc`` to ``20 %``; raises NotPossible if refused."""
        unit = self._found()
        if name not in SETTABLE:
            raise NotPossible(f"the app has no setting {name!r}; it has {', '.join(SETTABLE)}")
        try:
            if name == "soc":
                self._heard()
                unit.charge.set(parse(name, text, "%"))
            else:
                unit.settings.set(name, text)
        except ValueError as error:
            raise NotPossible(str(error)) from None
        if name == "bluetooth" and not unit.settings.is_on(name):
            unit.bluetooth.mute()
        unit.react()

    def read(self, name: str) -> str:
        """Return what the app shows at one of `READABLE`; `UNKNOWN` while the unit has no idea."""
        unit = self._found()
        if name not in READABLE:
            raise NotPossible(f"the app does not show {name!r}; it shows {', '.join(READABLE)}")
        if name in RESET or name in KEPT:
            return unit.settings.text(name)
        readings = unit.readings()
        if name == "update":
            return unit.update.stage
        if name == "codes":
            return " ".join(readings.codes) or NO_CODES
        if name == "allow_to_charge":
            return _yes(readings.allow_to_charge)
        if name == "allow_to_discharge":
            return "Pre-alarm" if unit.is_pre_alarm else _yes(readings.allow_to_discharge)
        return UNKNOWN if unit.report is None else _measured(name, readings, unit.report)

    def do(self, action: str) -> None:
        """Do one of `ACTIONS`; raises NotPossible for another, or where it makes no sense now."""
        unit = self._found()
        if action == "synchronise":
            self._heard()
            unit.charge.set(100.0)
        elif action == "factory_reset":
            unit.settings.reset()
        elif action in ("connect", "disconnect"):
            unit.bluetooth.is_connected = action == "connect"
        elif action == "firmware_update" and not unit.update.is_running:
            unit.update.start()
        elif action == "interrupt_update" and unit.update.is_running:
            unit.update.fail()
        elif action in ACTIONS:
            running = "" if unit.update.is_running else "no "
            raise NotPossible(f"no {action} now: {running}update is running")
        else:
            raise NotPossible(f"the app cannot {action!r}; it can {', '.join(ACTIONS)}")
        unit.react()

    def _found(self) -> Unit:
        if not self.finds_unit:
            raise NotFound("the app does not find the unit: it has no power, or Bluetooth is off")
        return self._unit

    def _heard(self) -> BatteryReport:
        report = self._unit.report
        if report is None:
            raise NotPossible("the unit does not hear its battery")
        return report


def _yes(allowed: bool) -> str:
    return "Yes" if allowed else "No"


def _measured(name: str, readings: Readings, report: BatteryReport) -> str:
    """Return a figure of the bank as the app shows it."""
    minutes = readings.time_to_go
    return {
        "soc": f"{readings.state_of_charge:.1f} %",
        "battery_capacity": f"{report.capacity:g} Ah",
        "battery_voltage": f"{report.nominal_voltage:g} V",
        "battery_count": f"{report.series * report.parallel}",
        "battery_series": f"{report.series}",
        "battery_parallel": f"{report.parallel}",
        "time_remaining": "infinite" if minutes is None else f"{minutes} min",
        "consumed_charge": f"{readings.consumed_charge:.1f} Ah",
        "voltage": f"{readings.voltage:.2f} V",
        "current": f"{readings.current:.1f} A",
        "temperature": f"{readings.temperature:.0f} degC",
    }[name]
