"""Front panel of the GW Instek PSW 80-13.5 and of the Keithley 2260B-80-13, its twin.

Sources: GW Instek PSW programming manual; Keithley Series 2260B manual; PyMeasure's keithley2260B
driver and pyscan's, which was tested with a real unit; example programs of the maker; published
notes of users of 2260B-80-13 and PSW units (105 % maximum, -113 on SYST:REM, -222 below 10 %
protection, error queue that survives sessions, OUTP:MODE? that says nothing about CV or CC, two
values from MEAS:ALL?).
Not simulated, -113: polarity of the external output switch, network, GPIB
and USB settings, mode of the key lock, stored test scripts. The units have no *SAV and *RCL.
What is assumed stands in `output` and `settings` beside this module.
"""

from collections.abc import Mapping
from math import ceil
from typing import ClassVar

from simulation.clock import VirtualClock
from simulation.front_panels.psw.breaker import BreakerPanel
from simulation.front_panels.psw.settings import SETTINGS, TRIGGER_AT_ONCE
from simulation.front_panels.psw.trigger import TriggerSystem
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import command, pattern
from simulation.front_panels.scpi.parameters import boolean, quoted, string
from simulation.front_panels.scpi.settings import Number, Setting
from simulation.front_panels.terminals import refuse_unknown
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.world import World

_WAITING_FOR_TRIGGER = 0x20
_LEVELS = {setting.name: setting for setting in SETTINGS if setting.name in ("voltage", "current")}
_BEEP = Number(
    header=":SYSTem:BEEPer[:IMMediate]", name="beep", low=0, high=3600, default=0, form=".0f"
)


class Psw(BreakerPanel):
    """A 360 W supply with its dialect."""

    TERMINALS: ClassVar[tuple[str, ...]] = ("out",)
    ERROR_DEPTH: ClassVar[int] = 32
    SETTINGS: ClassVar[tuple[Setting, ...]] = SETTINGS

    def __init__(
        self,
        instrument: SimulatedInstrument,
        links: Mapping[str, Link],
        world: World,
        clock: VirtualClock,
        noise: Noise,
    ) -> None:
        refuse_unknown(instrument.model, links, self.TERMINALS)
        super().__init__(instrument, links, world, clock, noise, idn=_identity(instrument))
        self._transient = TriggerSystem(self._take_levels)
        self._output = TriggerSystem(self._take_state)
        self._triggers = {"transient_source": self._transient, "output_source": self._output}
        self._quiet_at = 0.0
        self._text = ""

    # output

    @command("OUTPut[:STATe][:IMMediate]")
    def _set_output(self, text: str) -> None:
        self._request(boolean(text))

    @command("OUTPut[:STATe][:IMMediate]?")
    def _ask_output(self) -> str:
        return "1" if self._is_on else "0"

    @command("OUTPut:PROTection:TRIPped?")
    def _ask_tripped(self) -> str:
        return "1" if self.is_tripped else "0"

    @command("OUTPut:PROTection:CLEar")
    def _clear_trip(self) -> None:
        self._release()

    @command(":APPLy")
    def _apply(self, volts: str, amps: str = "") -> None:
        level = _LEVELS["voltage"].read(self, volts)
        if amps:
            self.settings["current"] = _LEVELS["current"].read(self, amps)
        self.change(_LEVELS["voltage"], level)

    @command(":APPLy?")
    def _ask_applied(self) -> str:
        return f"{self.settings['voltage']:+.3f},{self.settings['current']:+.3f}"

    # triggers

    @command(":INITiate[:IMMediate]:NAME")
    def _initiate(self, name: str) -> None:
        """Initiate a trigger system by its name; IMMediate ones act at once."""
        for word, source in (("TRANsient", "transient_source"), ("OUTPut", "output_source")):
            if pattern(word).fullmatch(":" + name.upper()):
                self._triggers[source].initiate(at_once=self.settings[source] == TRIGGER_AT_ONCE)
                self.note_status()
                return
        raise DialectError(-224)

    @command(":TRIGger:TRANsient[:IMMediate]")
    def _trigger_transient(self) -> None:
        self._transient.trigger()

    @command(":TRIGger:OUTPut[:IMMediate]")
    def _trigger_output(self) -> None:
        self._output.trigger()

    @command("*TRG")
    def _trigger(self) -> None:
        """Trigger whatever waits; -211 if nothing does (GW Instek PSU series manual, page 137)."""
        waiting = [system for system in self._triggers.values() if system.is_waiting]
        if not waiting:
            raise DialectError(-211)
        for system in waiting:
            system.trigger()

    @command("ABORt")
    def _abort(self) -> None:
        for system in self._triggers.values():
            system.abort()

    def _take_levels(self) -> None:
        self.settings["current"] = self.settings["triggered_current"]
        self.change(_LEVELS["voltage"], self.settings["triggered_voltage"])

    def _take_state(self) -> None:
        self._request(bool(self.settings["triggered_output"]))

    def settled(self, name: str) -> None:
        """Do what follows from a changed setting; IMMediate ends a wait for a trigger."""
        super().settled(name)
        system = self._triggers.get(name)
        if system and system.is_waiting and self.settings[name] == TRIGGER_AT_ONCE:
            system.trigger()

    def reset(self) -> None:
        """Switch the output off, put all settings back and both triggers to idle."""
        self._abort()
        super().reset()
        self._quiet_at = 0.0
        self._text = ""

    def operation_condition(self) -> int:
        """Return what the output does and whether a trigger is waited for."""
        waiting = any(system.is_waiting for system in self._triggers.values())
        return super().operation_condition() | (_WAITING_FOR_TRIGGER if waiting else 0)

    # readings

    @command(":MEASure[:SCALar]:VOLTage[:DC]?")
    def _measure_voltage(self) -> str:
        return f"{self._voltage():+.4f}"

    @command(":MEASure[:SCALar]:CURRent[:DC]?")
    def _measure_current(self) -> str:
        return f"{self._current():+.4f}"

    @command(":MEASure[:SCALar]:POWer[:DC]?")
    def _measure_power(self) -> str:
        return f"{self._voltage() * self._current():+.3f}"

    @command(":MEASure[:SCALar]:ALL[:DC]?")
    def _measure_all(self) -> str:
        """Return two values: a program that ran with a PSW80-27 refuses three.

        A list of the manual's commands says that power follows; not decided by any unit's reply.
        """
        return f"{self._voltage():+.4f},{self._current():+.4f}"

    # system

    @command(":SYSTem:PRESet")
    def _preset(self) -> None:
        self.reset()

    @command(":SYSTem:INFormation?")
    def _ask_information(self) -> str:
        """Return a definite length block (Series 2260B manual, page 73)."""
        text = ",".join(_information(self.idn))
        length = str(len(text))
        return f"#{len(length)}{length}{text}"

    @command(_BEEP.header)
    def _beep(self, seconds: str) -> None:
        self._quiet_at = self._clock.now() + round(_BEEP.read(self, seconds))

    @command(_BEEP.header + "?")
    def _ask_beep(self, word: str = "") -> str:
        """Return a limit or how long it still beeps [s]."""
        if word:
            return _BEEP.reply(_BEEP.read(self, word))
        return str(max(0, ceil(self._quiet_at - self._clock.now())))

    @command(":DISPlay[:WINDow]:TEXT[:DATA]")
    def _show(self, text: str) -> None:
        self._text = string(text)

    @command(":DISPlay[:WINDow]:TEXT[:DATA]?")
    def _ask_shown(self) -> str:
        return quoted(self._text)

    @command(":DISPlay[:WINDow]:TEXT:CLEar")
    def _clear_shown(self) -> None:
        self._text = ""


def _identity(instrument: SimulatedInstrument) -> str:
    if instrument.model.startswith("keithley"):
        return f"Keithley Instruments Inc.,Model 2260B-80-13,{instrument.serial},01.72.20150702"
    return f"GW-INSTEK,PSW80-13.5,{instrument.serial},02.53.20220419"


def _information(idn: str) -> list[str]:
    """Return the fields of ``SYST:INF?``; a client of PSW units reads two more than the 2260B has.

    Versions, dates and address are those of the 2260B manual's example, not of any unit.
    """
    maker, model, serial, firmware = idn.split(",")
    fields = [
        f"MFRS {maker}",
        f"Model {model.removeprefix('Model ')}",
        f"SN {serial}",
        f"Firmware-Version {firmware}",
        "Keyboard-CPLD 0x030C",
        "AnalogControl-CPLD 0x0421",
        "Kernel-BuildON May 22 2011",
    ]
    if maker.startswith("GW"):
        fields += ["TEST-Version 01.00", "TEST-BuildON May 22 2011"]
    return [*fields, "MAC 02-80-ad-20-31-b1"]
