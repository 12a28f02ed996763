"""Front panel of the GW Instek PSW 80-13.5 and of the Keithley 2260B-80-13, its twin.

Sources: GW Instek PSW programming manual; PyMeasure's keithley2260B driver; published notes of
users of 2260B-80-13 and PSW units (105 % maximum, -113 on SYST:REM, -222 below 10 % protection,
error queue that survives sessions, OUTP:MODE? that says nothing about CV or CC).
Assumed, not checked with the data sheet: accuracy, ramp of 50 ms, depth of the error queue,
over-current delay, bleeder, power limit, numbers of digits, span of the current slew rates (which
change nothing here: the current limit moves at once) and of the internal resistance.
"""

from collections.abc import Mapping
from typing import ClassVar

from instruments.accuracy import Accuracy
from instruments.units import Ampere, Ohm, Second, Volt
from simulation.clock import Event, VirtualClock
from simulation.elements import SupplySource
from simulation.front_panels.scpi_headers import command
from simulation.front_panels.scpi_panel import ScpiPanel
from simulation.front_panels.scpi_parameters import boolean
from simulation.front_panels.scpi_settings import Choice, Number, Setting, Switch
from simulation.front_panels.terminals import open_circuit, refuse_unknown
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.world import World

RATED_VOLTAGE: Volt = 80.0
RATED_CURRENT: Ampere = 13.5
RATED_POWER = 360.0
_HEADROOM = 1.05

RAMP_TIME: Second = 0.05
RAMP_STEPS = 5
_OVERCURRENT_DELAY: Second = 0.05
_BLEEDER: Ohm = 10e3
_NO_BLEEDER: Ohm = 1e9

_ASSUMED = "assumed: 0.1 % + 10 mV and 0.1 % + 10 mA, not checked with the data sheet"
ACCURACIES: Mapping[str, Accuracy] = {
    "voltage": Accuracy(of_reading=1e-3, fixed=10e-3, basis=_ASSUMED),
    "current": Accuracy(of_reading=1e-3, fixed=10e-3, basis=_ASSUMED),
}

_MOST_RESISTANCE: Ohm = 5.926
_AT_POWER_ON = "output_at_power_on"
_OUTPUT_MODES = ("CVHS", "CCHS", "CVLS", "CCLS")
_SLEW_RATE_MODES = (2.0, 3.0)


class Psw(ScpiPanel):
    """A 360 W supply: CV and CC by itself, trips on over-voltage and over-current."""

    TERMINALS: ClassVar[tuple[str, ...]] = ("out",)
    ERROR_DEPTH: ClassVar[int] = 32
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Number(
            header="[:SOURce]:VOLTage[:LEVel][:IMMediate][:AMPLitude]",
            name="voltage", low=0.0, high=RATED_VOLTAGE * _HEADROOM, default=0.0, unit="V",
        ),
        Number(
            header="[:SOURce]:CURRent[:LEVel][:IMMediate][:AMPLitude]",
            name="current", low=0.0, high=RATED_CURRENT * _HEADROOM, default=0.0, unit="A",
        ),
        Number(
            header="[:SOURce]:VOLTage:PROTection[:LEVel]",
            name="ovp", low=0.1 * RATED_VOLTAGE, high=1.1 * RATED_VOLTAGE,
            default=1.1 * RATED_VOLTAGE, unit="V",
        ),
        Number(
            header="[:SOURce]:CURRent:PROTection[:LEVel]",
            name="ocp", low=0.1 * RATED_CURRENT, high=1.1 * RATED_CURRENT,
            default=1.1 * RATED_CURRENT, unit="A",
        ),
        Switch(header="[:SOURce]:CURRent:PROTection:STATe", name="ocp_on", default=1.0),
        Number(
            header="[:SOURce]:VOLTage:SLEW:RISing",
            name="rise", low=0.1, high=160.0, default=160.0, unit="V",
        ),
        Number(
            header="[:SOURce]:VOLTage:SLEW:FALLing",
            name="fall", low=0.1, high=160.0, default=160.0, unit="V",
        ),
        Number(
            header="[:SOURce]:CURRent:SLEW:RISing",
            name="current_rise", low=0.01, high=27.0, default=27.0, unit="A",
        ),
        Number(
            header="[:SOURce]:CURRent:SLEW:FALLing",
            name="current_fall", low=0.01, high=27.0, default=27.0, unit="A",
        ),
        Number(
            header="[:SOURce]:RESistance[:LEVel][:IMMediate][:AMPLitude]",
            name="resistance", low=0.0, high=_MOST_RESISTANCE, default=0.0, unit="OHM",
        ),
        Number(header="OUTPut:DELay:ON", name="on_delay", low=0.0, high=99.99, default=0.0,
               unit="S", form=".2f"),
        Number(header="OUTPut:DELay:OFF", name="off_delay", low=0.0, high=99.99, default=0.0,
               unit="S", form=".2f"),
        Choice(header="OUTPut:MODE", name="priority", words=_OUTPUT_MODES,
               replies=("0", "1", "2", "3"), numbers=True),
        Choice(header=":SENSe:AVERage:COUNt", name="average", words=("LOW", "MIDDle", "HIGH"),
               replies=("0", "1", "2"), numbers=True),
        Choice(header=":SYSTem:CONFigure:BLEeder[:STATe]", name="bleeder",
               words=("OFF", "ON", "AUTO"), replies=("0", "1", "2"), default=1.0, numbers=True),
        Switch(header=":SYSTem:CONFigure:BTRip:PROTection", name="breaker_trip"),
        Switch(header=":SYSTem:CONFigure:BEEPer[:STATe]", name="beeper"),
        Switch(header=":SYSTem:CONFigure:OUTPut:PON[:STATe]", name=_AT_POWER_ON),
        Switch(header=":SYSTem:KLOCk", name="key_lock"),
        Choice(header=":SYSTem:COMMunicate:RLSTate", name="remote",
               words=("LOCal", "REMote", "RWL"), replies=("LOC", "REM", "RWL")),
    )  # fmt: skip

    def __init__(
        self,
        instrument: SimulatedInstrument,
        links: Mapping[str, Link],
        world: World,
        clock: VirtualClock,
        noise: Noise,
    ) -> None:
        refuse_unknown(instrument.model, links, self.TERMINALS)
        super().__init__(idn=_identity(instrument))
        link = links.get("out") or open_circuit(instrument.name, "out", world.ground)
        self._nets = (link.plus, link.minus)
        self._world = world
        self._clock = clock
        self._noise = noise
        self._accuracies = {**ACCURACIES, **instrument.accuracies}
        self._source = SupplySource(
            link.plus, link.minus, bleeder=_BLEEDER, name=f"{instrument.name}.out"
        )
        world.add(self._source)
        self._is_on = False
        self.is_tripped = False
        self._ramp: list[Event] = []
        self._switching: Event | None = None
        self._overcurrent: Event | None = None
        self._program = 0.0
        world.observe(self._protect)

    # output

    def settled(self, name: str) -> None:
        """Bring the source to a changed setting."""
        if name in ("voltage", "current"):
            self._regulate()
        elif name == "resistance":
            self._source.resist(self.settings["resistance"])
        elif name == "bleeder":
            on = self.settings["bleeder"] or 0.0
            self._source.branches[1].conduct(1.0 / (_BLEEDER if on else _NO_BLEEDER))
        elif name in ("ovp", "ocp", "ocp_on"):
            self._world.voltage(*self._nets)
            self._protect()

    def _regulate(self) -> None:
        for event in self._ramp:
            event.cancel()
        self._ramp.clear()
        target = self.settings["voltage"] if self._is_on else 0.0
        start = self._program
        if not self._is_on or target == start:
            self._step(target)
            return
        duration = RAMP_TIME
        if self.settings["priority"] in _SLEW_RATE_MODES:
            rate = self.settings["rise" if target > start else "fall"]
            duration = abs(target - start) / rate
        for step in range(RAMP_STEPS):
            part = (step + 1) / RAMP_STEPS
            level = target if step == RAMP_STEPS - 1 else start + part * (target - start)
            self._ramp.append(
                self._clock.schedule(part * duration, lambda volts=level: self._step(volts))
            )
        self._step(start)

    def _step(self, volts: Volt) -> None:
        self._program = volts
        power_limit = _HEADROOM * RATED_POWER / max(volts, 1.0)
        self._source.set(volts, min(self.settings["current"], power_limit))

    def _switch(self, on: bool) -> None:
        if on and self.is_tripped:
            return
        if on == self._is_on:
            return
        self._is_on = on
        self._program = 0.0
        if on:
            self._source.on()
        else:
            self._source.off()
        self._regulate()

    def _request(self, on: bool) -> None:
        if self._switching is not None:
            self._switching.cancel()
            self._switching = None
        delay = self.settings["on_delay" if on else "off_delay"]
        if delay > 0.0:
            self._switching = self._clock.schedule(delay, lambda: self._switch(on))
        else:
            self._switch(on)

    # protection

    def _protect(self) -> None:
        if not self._is_on:
            return
        if self._world.voltage(*self._nets) > self.settings["ovp"]:
            self._trip()
            return
        limit = self.settings["ocp"] if self.settings["ocp_on"] else None
        if limit is None or self.settings["current"] <= limit:
            exceeded = False
        else:
            exceeded = self._world.current(self._source) > limit
        if exceeded and self._overcurrent is None:
            self._overcurrent = self._clock.schedule(_OVERCURRENT_DELAY, self._trip)
        elif not exceeded and self._overcurrent is not None:
            self._overcurrent.cancel()
            self._overcurrent = None

    def _trip(self) -> None:
        self._overcurrent = None
        self.is_tripped = True
        self._switch(False)

    def reset(self) -> None:
        """Switch the output off and put all settings back."""
        if self._switching is not None:
            self._switching.cancel()
            self._switching = None
        self._switch(False)
        super().reset()

    def power_cycle(self) -> None:
        """Come up without a trip, and with the output off unless told otherwise before."""
        self.is_tripped = False
        kept = self.settings[_AT_POWER_ON]
        super().power_cycle()
        self.settings[_AT_POWER_ON] = kept
        if kept:
            self._request(True)

    # dialect

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
        self.is_tripped = False

    @command(":APPLy")
    def _apply(self, volts: str, amps: str = "") -> None:
        voltage, current = (
            setting for setting in self.SETTINGS if setting.name in ("voltage", "current")
        )
        level = voltage.read(self, volts)
        limit = current.read(self, amps) if amps else self.settings["current"]
        self.settings["current"] = limit
        self.change(voltage, level)

    @command(":APPLy?")
    def _ask_applied(self) -> str:
        return f"{self.settings['voltage']:+.3f},{self.settings['current']:+.3f}"

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
        return f"{self._voltage():+.4f},{self._current():+.4f}"

    @command(":SYSTem:PRESet")
    def _preset(self) -> None:
        self.reset()

    @command("ABORt")
    def _abort(self) -> None:
        """Do nothing: no trigger is waited for."""

    def _voltage(self) -> Volt:
        volts = self._world.voltage(*self._nets)
        return self._noise.indicate(volts, self._accuracies["voltage"], RATED_VOLTAGE, "voltage")

    def _current(self) -> Ampere:
        amps = self._world.current(self._source) if self._is_on else 0.0
        return self._noise.indicate(amps, self._accuracies["current"], RATED_CURRENT, "current")


def _identity(instrument: SimulatedInstrument) -> str:
    if instrument.model.startswith("keithley"):
        return f"Keithley Instruments Inc.,Model 2260B-80-13,{instrument.serial},01.72.20150702"
    return f"GW-INSTEK,PSW80-13.5,{instrument.serial},02.53.20220419"
