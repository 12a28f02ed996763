"""Front panel of the Rigol DL3021 electronic load (150 V, 40 A, 200 W).

Sources: Rigol DL3000 programming guide and user guide, where not public themselves as quoted by
their users; the dump of a unit after power-on (charkster/rigol_dl3021a: FUNC:MODE? WAV, TRIG:SOUR?
NULL, CURR:TRAN:MODE? NONE, transient levels 0 until a mode is chosen); notes of users of units
(FUNC? answers CC, and NONE while a battery is discharged; FUNC:MODE is taken and ignored then, FUNC
takes over again; a new trigger source disarms the transient generator; no short over SCPI). From
the guide's list example, which sends no FUNC:MODE: that LIST:MODE puts the load into list mode.
Assumed, not checked with the data sheet: accuracy, depth and words of the error queue, -221 for a
list that runs, that key 33 needs ``:DEB:KEY 1`` first, words of the transient modes, that WAVe:TIMe
changes nothing that can be told, that LXI words change nothing but what they tell.
"""

from collections.abc import Mapping
from typing import ClassVar

from instruments.accuracy import Accuracy
from instruments.units import Second
from simulation.clock import VirtualClock
from simulation.front_panels.dl3021 import settings as table
from simulation.front_panels.dl3021.list_panel import ListPanel
from simulation.front_panels.dl3021.settings import NUMBERS, RANGES, REGULATIONS
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.parameters import boolean, whole
from simulation.front_panels.scpi.settings import Number, Setting
from simulation.front_panels.terminals import open_circuit, refuse_unknown
from simulation.load_sink import LoadSink
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.world import World

_SHORT_KEY = 33
_REMOTE_SENSE, _LIST_RUNS = 0x0004, 0x0080
_MILLI = 1e-3

_ASSUMED = "assumed: 0.05 % + 0.05 % of range, not checked with the data sheet"
ACCURACIES: Mapping[str, Accuracy] = {
    "voltage": Accuracy(of_reading=5e-4, of_full_scale=5e-4, basis=_ASSUMED),
    "current": Accuracy(of_reading=5e-4, of_full_scale=5e-4, basis=_ASSUMED),
    "current_setpoint": Accuracy(of_reading=5e-4, of_full_scale=5e-4, basis=_ASSUMED),
}


class Dl3021(ListPanel):
    """An electronic load whose queries do not always answer in the words that set them."""

    TERMINALS: ClassVar[tuple[str, ...]] = ("in",)
    NO_ERROR: ClassVar[str] = '0,"No error"'
    SETTINGS: ClassVar[tuple[Setting, ...]] = table.SETTINGS
    ANSWERS: ClassVar[Mapping[str, str | None]] = {
        **ListPanel.ANSWERS,
        "*OPT?": "0,0,0,0,0",
        "[:SOURce]:WAVe:TIMe?": "0S",
        ":LXI:RESet": None,
        ":LXI:RESTart": None,
    }

    def __init__(
        self,
        instrument: SimulatedInstrument,
        links: Mapping[str, Link],
        world: World,
        clock: VirtualClock,
        noise: Noise,
    ) -> None:
        refuse_unknown(instrument.model, links, self.TERMINALS)
        link = links.get("in") or open_circuit(instrument.name, "in", world.ground)
        sink = LoadSink(link.plus, link.minus, name=f"{instrument.name}.in")
        world.add(sink)
        super().__init__(
            idn=f"RIGOL TECHNOLOGIES,DL3021,{instrument.serial},00.01.05.00.01",
            sink=sink,
            nets=(link.plus, link.minus),
            world=world,
            clock=clock,
            noise=noise,
            accuracies={**ACCURACIES, **instrument.accuracies},
            trailing_garbage=instrument.resource.upper().endswith("::INSTR"),
        )
        self._wake()

    # settings

    def limits(self, setting: Number) -> tuple[float, float]:
        """Return limits that follow the range in use."""
        name = setting.name
        if name == "resistance":
            spans, high = RANGES["resistance_range"][0], self.settings["resistance_range"]
            return table.LEAST_RESISTANCES[spans.index(high)], high
        if name.startswith("slew"):
            spans, high = RANGES["current_range"][0], self.settings["current_range"]
            return setting.low, table.SLEW_RATES[spans.index(high)]
        if name == "list_range":
            return 0.0, self._list_spans()[1]
        for span, (_, levels) in RANGES.items():
            if name in levels:
                return setting.low, self.settings[span]
        return setting.low, setting.high

    def change(self, setting: Setting, value: float) -> None:
        """Take over a value; ranges snap to the next one that is large enough."""
        name = setting.name
        if name.startswith("list") and self._list.is_running:
            raise DialectError(-221)
        if name == "wave_step" and value not in (1.0, 10.0):
            raise DialectError(-224)
        if name == "mode" and self._mode == table.BATTERY:
            return
        if name in RANGES:
            value = _snapped(value, RANGES[name][0])
        elif name == "list_range":
            value = _snapped(value, self._list_spans())
        super().change(setting, value)

    def shown(self, setting: Setting) -> float:
        """Return what a query answers: not always the value in force."""
        if setting.name in table.UNTOLD and self.settings["tran_mode"] == table.NONE:
            return 0.0
        if setting.name == "function" and self._mode == table.BATTERY:
            return float(len(REGULATIONS))
        return self.settings[setting.name]

    def settled(self, name: str) -> None:
        """Let other settings follow, then the input."""
        settings = self.settings
        if name == "function":
            settings["tran_mode"] = float(table.NONE)
            if self._mode != table.WAVE:
                settings["mode"] = float(table.FIXED)
            self._halt()
        elif name == "list_mode":
            settings["list_range"] = self._list_spans()[1]
            settings["mode"] = float(table.LIST)
            self._halt()
        elif name in ("mode", "trigger", "tran_mode"):
            self._halt()
            self._begin()
        elif name in RANGES:
            for follower in RANGES[name][1]:
                low, high = self.limits(NUMBERS[follower])
                settings[follower] = min(max(settings[follower], low), high)
        elif name in table.TIMES:
            self._retime(name)
        elif name.startswith("list"):
            self._list.length = int(settings["list_step"])
            self._list.cycles = int(settings["list_count"])
        self._shape()
        self._input.check()

    def _retime(self, name: str) -> None:
        """Keep widths, period, frequency and duty cycle consistent after ``name`` was set."""
        settings = self.settings
        if name in ("tran_a_width", "tran_b_width"):
            period = settings["tran_a_width"] + settings["tran_b_width"]
            settings["tran_duty"] = 100.0 * settings["tran_a_width"] / period
        else:
            period = settings["tran_period"]
            if name == "tran_frequency":
                period = 1.0 / settings["tran_frequency"]
            settings["tran_a_width"] = period * settings["tran_duty"] / 100.0
            settings["tran_b_width"] = period - settings["tran_a_width"]
        settings["tran_period"], settings["tran_frequency"] = period, 1.0 / period
        self._transient.retime(self._widths())

    def _widths(self) -> tuple[Second, Second]:
        """Return the times at level A and at level B [s]."""
        return self.settings["tran_a_width"] * _MILLI, self.settings["tran_b_width"] * _MILLI

    def _wake(self) -> None:
        """Set what a unit tells after power-on, other than after ``*RST``."""
        self.settings["mode"] = float(table.WAVE)
        self.settings["trigger"] = float(table.UNSET)

    def reset(self) -> None:
        """Switch the input off and put all settings back."""
        self._is_short = False
        self._input.switch(False)
        self._input.tripped = 0
        self.settings.update({setting.name: setting.default for setting in self.SETTINGS})
        self._list.clear()
        self._halt()
        self._shape()

    def power_cycle(self) -> None:
        """Come up with the input off; the list outlasts it."""
        kept = {name: value for name, value in self.settings.items() if name.startswith("list")}
        steps = list(self._list.steps)
        super().power_cycle()
        self.settings.update(kept)
        self._list.steps = steps
        self._list.length, self._list.cycles = int(kept["list_step"]), int(kept["list_count"])
        self._wake()

    def questionable_condition(self) -> int:
        """Return the questionable status condition register."""
        found = self._input.condition()
        if self.settings["remote_sense"]:
            found |= _REMOTE_SENSE
        return found | (_LIST_RUNS if self._list.is_running else 0)

    # dialect

    @command("[:SOURce]:INPut[:STATe]")
    def _set_input(self, text: str) -> None:
        self._switch(boolean(text))

    @command("[:SOURce]:INPut[:STATe]?")
    def _ask_input(self) -> str:
        return "1" if self._input.is_on else "0"

    @command("[:SOURce]:TRANsient[:STATe]")
    def _set_transient(self, text: str) -> None:
        on = boolean(text)
        by_key = self.settings["trigger"] not in (table.BUS, table.EXTERNAL)
        if on and (self._is_transient or self._mode == table.LIST):
            self._switch(True)
        if self._mode != table.LIST:
            self._transient.arm(on)
        elif not on:
            self._list.stop()
        if on and by_key:
            self._fire()

    @command("[:SOURce]:TRANsient[:STATe]?")
    def _ask_transient(self) -> str:
        armed = self._list.is_running if self._mode == table.LIST else self._transient.is_armed
        return "1" if armed else "0"

    @command(":TRIGger[:IMMediate]", "*TRG")
    def _trigger(self) -> None:
        if self.settings["trigger"] == table.BUS:
            self._fire()

    def _fire(self) -> None:
        """Carry out a trigger; one that finds the input off switches it and the generator on."""
        was_on = self._input.is_on
        if self._mode == table.LIST:
            self._switch(True)
            self._list.start()
        elif self._is_transient:
            self._switch(True)
            if not was_on:
                self._transient.arm(True)
            self._transient.fire(int(self.settings["tran_mode"]), self._widths())

    @command("[:SOURce]:WAVe:TIMe")
    def _set_window(self, text: str) -> None:
        if text.upper() not in ("ADD", "SUB"):
            raise DialectError(-224)

    @command(":SYSTem:KEY")
    def _press(self, text: str) -> None:
        key = whole(text, 0, 255)
        if key == _SHORT_KEY and self.settings["debug_keys"]:
            self._is_short = not self._is_short
            self._shape()


def _snapped(value: float, spans: tuple[float, float]) -> float:
    """Return the smallest of ``spans`` that is large enough."""
    return spans[0] if value <= spans[0] else spans[1]
