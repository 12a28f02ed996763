"""Front panel of the Rigol DL3021 electronic load (150 V, 40 A, 200 W).

Sources: Rigol DL3000 programming guide; published *RST dumps and driver notes of users (FUNC?
answers CC, trailing ``0`` line, WAV after power-on, no short over SCPI).
Assumed, not checked with the data sheet: accuracy, reset values, depth and words of the error
queue, that key 33 needs ``:DEB:KEY 1`` first, that capacity, energy and time of discharge read 0
where no battery test has run. Slew rates and voltage and current limits are taken and told but
change nothing.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

from instruments.accuracy import Accuracy
from instruments.units import Ampere, Volt
from simulation.clock import VirtualClock
from simulation.elements import LoadSink
from simulation.front_panels.scpi_errors import DialectError
from simulation.front_panels.scpi_headers import command
from simulation.front_panels.scpi_panel import ScpiPanel
from simulation.front_panels.scpi_parameters import boolean, number
from simulation.front_panels.scpi_settings import Choice, Number, Setting, Switch
from simulation.front_panels.terminals import open_circuit, refuse_unknown
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.world import World

LOW_RANGE: Ampere = 4.0
HIGH_RANGE: Ampere = 40.0
_SHORT_KEY = 33
_SHORT_RESISTANCE = 1e-3

_ASSUMED = "assumed: 0.05 % + 0.05 % of range, not checked with the data sheet"
ACCURACIES: Mapping[str, Accuracy] = {
    "voltage": Accuracy(of_reading=5e-4, of_full_scale=5e-4, basis=_ASSUMED),
    "current": Accuracy(of_reading=5e-4, of_full_scale=5e-4, basis=_ASSUMED),
    "current_setpoint": Accuracy(of_reading=5e-4, of_full_scale=5e-4, basis=_ASSUMED),
}

_FUNCTIONS = ("CURRent", "RESistance", "VOLTage", "POWer")
_ANSWERS: tuple[Literal["CC", "CR", "CV", "CP"], ...] = ("CC", "CR", "CV", "CP")
_LEVELS = ("current", "resistance", "voltage", "power")
_REGULATIONS = ("FIXed", "LIST", "WAVe", "BATTary", "OCP", "OPP")
_REGULATION_ANSWERS = ("FIX", "LIST", "WAV", "BATT", "OCP", "OPP")


class Dl3021(ScpiPanel):
    """An electronic load whose queries do not always answer in the words that set them."""

    TERMINALS: ClassVar[tuple[str, ...]] = ("in",)
    NO_ERROR: ClassVar[str] = '0,"No error"'
    SETTINGS: ClassVar[tuple[Setting, ...]] = (
        Choice(header="[:SOURce]:FUNCtion", name="function", words=_FUNCTIONS, replies=_ANSWERS),
        Choice(header="[:SOURce]:FUNCtion:MODE", name="regulation", words=_REGULATIONS,
               replies=_REGULATION_ANSWERS),
        Number(header="[:SOURce]:CURRent[:LEVel][:IMMediate]", name="current", low=0.0,
               high=HIGH_RANGE, default=0.0, unit="A", form=".6f"),
        Number(header="[:SOURce]:VOLTage[:LEVel][:IMMediate]", name="voltage", low=0.0,
               high=150.0, default=15.0, unit="V", form=".6f"),
        Number(header="[:SOURce]:RESistance[:LEVel][:IMMediate]", name="resistance", low=0.08,
               high=15e3, default=15e3, unit="OHM", form=".6f"),
        Number(header="[:SOURce]:POWer[:LEVel][:IMMediate]", name="power", low=0.0, high=200.0,
               default=0.0, unit="W", form=".6f"),
        Number(header="[:SOURce]:CURRent:RANGe", name="current_range", low=0.0, high=HIGH_RANGE,
               default=HIGH_RANGE, unit="A", form=".6f"),
        Number(header="[:SOURce]:VOLTage:RANGe", name="voltage_range", low=0.0, high=150.0,
               default=150.0, unit="V", form=".6f"),
        Number(header="[:SOURce]:RESistance:RANGe", name="resistance_range", low=0.0, high=15e3,
               default=15e3, unit="OHM", form=".6f"),
        Number(header="[:SOURce]:CURRent:VLIMt", name="vlim", low=0.0, high=155.0, default=155.0,
               unit="V", form=".6f"),
        Number(header="[:SOURce]:CURRent:ILIMt", name="ilim", low=0.0, high=70.0, default=70.0,
               unit="A", form=".4f"),
        Number(header="[:SOURce]:CURRent:VON", name="von", low=0.0, high=150.0, default=0.0,
               unit="V", form=".6f"),
        Number(header="[:SOURce]:CURRent:SLEW[:BOTH]", name="slew", low=0.001, high=2.5,
               default=0.5, form=".6f"),
        Number(header="[:SOURce]:CURRent:SLEW:POSitive", name="slew_up", low=0.001, high=2.5,
               default=0.5, form=".6f"),
        Number(header="[:SOURce]:CURRent:SLEW:NEGative", name="slew_down", low=0.001, high=2.5,
               default=0.5, form=".6f"),
        *[
            Number(header=f"[:SOURce]:{word}:{limit}", name=f"{word} {limit}", low=0.0,
                   high=high, default=high, unit=unit, form=form)
            for word in ("VOLTage", "RESistance", "POWer")
            for limit, high, unit, form in (("VLIMt", 155.0, "V", ".6f"),
                                            ("ILIMt", 70.0, "A", ".4f"))
        ],
        Switch(header="[:SOURce]:SENSe[:STATe]", name="remote_sense"),
        Switch(header=":DEBug:KEY", name="debug_keys"),
    )  # fmt: skip

    def __init__(
        self,
        instrument: SimulatedInstrument,
        links: Mapping[str, Link],
        world: World,
        clock: VirtualClock,  # noqa: ARG002 - all front panels are built alike
        noise: Noise,
    ) -> None:
        refuse_unknown(instrument.model, links, self.TERMINALS)
        super().__init__(idn=f"RIGOL TECHNOLOGIES,DL3021,{instrument.serial},00.01.05.00.01")
        link = links.get("in") or open_circuit(instrument.name, "in", world.ground)
        self._nets = (link.plus, link.minus)
        self._world = world
        self._noise = noise
        self._accuracies = {**ACCURACIES, **instrument.accuracies}
        self._sink = LoadSink(link.plus, link.minus, name=f"{instrument.name}.in")
        world.add(self._sink)
        self._is_on = False
        self._is_short = False
        self.trailing_garbage = instrument.resource.upper().endswith("::INSTR")
        """Whether MEAS answers carry a second line ``0``, as seen on a unit over USB."""
        self.settings["regulation"] = 2.0  # read as WAV after power-on in a dump of a unit
        world.observe(self._watch)

    # input

    def limits(self, setting: Number) -> tuple[float, float]:
        """Return limits that follow the range in use."""
        if setting.name == "current":
            return 0.0, self.settings["current_range"]
        if setting.name == "voltage":
            return 0.0, self.settings["voltage_range"]
        if setting.name == "resistance" and self.settings["resistance_range"] == 15.0:
            return 0.08, 15.0
        return setting.low, setting.high

    def change(self, setting: Setting, value: float) -> None:
        """Take over a value; ranges snap to the next one that is large enough."""
        snaps = {
            "current_range": (LOW_RANGE, HIGH_RANGE, "current"),
            "voltage_range": (15.0, 150.0, "voltage"),
            "resistance_range": (15.0, 15e3, "resistance"),
        }
        if setting.name in snaps:
            low, high, level = snaps[setting.name]
            value = low if value <= low else high
            self.settings[level] = min(self.settings[level], value)
        super().change(setting, value)

    def settled(self, name: str) -> None:  # noqa: ARG002 - any setting may shape the input
        """Shape the sink."""
        self._shape()

    def _shape(self) -> None:
        function = int(self.settings["function"])
        if self._is_short:
            self._sink.set("CR", _SHORT_RESISTANCE)
        else:
            level = self.settings[_LEVELS[function]]
            if function == 0 and level > 0.0:
                level = max(0.0, self._realised(level))
            self._sink.set(_ANSWERS[function], level)
        sinks = self._is_on and (self._is_short or self._is_above_von())
        if sinks != self._sink.is_on:
            if sinks:
                self._sink.on()
            else:
                self._sink.off()

    def set_point(self) -> tuple[Ampere, Accuracy, Ampere]:
        """Return the current that is asked for, its accuracy and the full scale of the range."""
        accuracy = self._accuracies["current_setpoint"]
        return self.settings["current"], accuracy, self.settings["current_range"]

    def _realised(self, level: Ampere) -> Ampere:
        """Return the current that a set point really draws: a fixed error within the accuracy."""
        _, accuracy, full_scale = self.set_point()
        gain, offset = self._noise.fixed_errors(("current_setpoint", full_scale))
        floor = accuracy.of_full_scale * full_scale + accuracy.fixed
        return level * (1.0 + gain * accuracy.of_reading) + offset * floor

    def _is_above_von(self) -> bool:
        threshold = self.settings["von"]
        return threshold <= 0.0 or self._world.voltage(*self._nets) > threshold

    def _watch(self) -> None:
        if not self._is_on or self._is_short or self.settings["von"] <= 0.0:
            return
        # latched: once it sinks, its own current may pull the input below the threshold
        if not self._sink.is_on and self._is_above_von():
            self._sink.on()

    def _switch(self, on: bool) -> None:
        self._is_on = on
        self._shape()

    def reset(self) -> None:
        """Switch the input off and put all settings back."""
        self._is_short = False
        self._is_on = False
        super().reset()

    def power_cycle(self) -> None:
        """Come up with the input off; FUNC:MODE? then reads WAV."""
        super().power_cycle()
        self.settings["regulation"] = 2.0

    # dialect

    @command("[:SOURce]:INPut[:STATe]")
    def _set_input(self, text: str) -> None:
        self._switch(boolean(text))

    @command("[:SOURce]:INPut[:STATe]?")
    def _ask_input(self) -> str:
        return "1" if self._is_on else "0"

    @command(":SYSTem:KEY")
    def _press(self, text: str) -> None:
        key = round(number(text))
        if not 0 <= key <= 255:
            raise DialectError(-222)
        if key == _SHORT_KEY and self.settings["debug_keys"]:
            self._is_short = not self._is_short
            self._shape()

    @command(":MEASure:VOLTage[:DC]?")
    def _measure_voltage(self) -> str:
        return self._print(self._voltage())

    @command(":MEASure:CURRent[:DC]?")
    def _measure_current(self) -> str:
        return self._print(self._current())

    @command(":MEASure:POWer[:DC]?")
    def _measure_power(self) -> str:
        return self._print(self._voltage() * self._current())

    @command(":MEASure:RESistance[:DC]?")
    def _measure_resistance(self) -> str:
        amps = self._current()
        return self._print(self._voltage() / amps if abs(amps) > 1e-6 else 0.0)

    @command(":MEASure:CAPability?", ":MEASure:WATThours?", ":MEASure:DISChargingtime?")
    def _measure_discharge(self) -> str:
        return self._print(0.0)  # counted by a battery test only

    def _print(self, value: float) -> str:
        return f"{value:.6f}\n0" if self.trailing_garbage else f"{value:.6f}"

    def _voltage(self) -> Volt:
        full_scale = self.settings["voltage_range"]
        volts = self._world.voltage(*self._nets)
        return self._noise.indicate(
            volts, self._accuracies["voltage"], full_scale, ("voltage", full_scale)
        )

    def _current(self) -> Ampere:
        full_scale = self.settings["current_range"]
        amps = self._world.current(self._sink) if self._sink.is_on else 0.0
        return self._noise.indicate(
            amps, self._accuracies["current"], full_scale, ("current", full_scale)
        )
