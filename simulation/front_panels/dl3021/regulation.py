"""How a DL3021 turns its settings and programmes into what its input does.

Sources: as for the front panel. Assumed: that nothing is drawn in list mode before the first
trigger, that switching the input off ends a list, a transient and a test.
"""

from collections.abc import Mapping
from math import inf

from instruments.accuracy import Accuracy
from instruments.units import Ampere, Volt
from simulation.clock import VirtualClock
from simulation.front_panels.dl3021 import settings as table
from simulation.front_panels.dl3021.input import Input
from simulation.front_panels.dl3021.list_mode import StepList
from simulation.front_panels.dl3021.readings import ReadingPanel
from simulation.front_panels.dl3021.settings import LEVELS, REGULATIONS, Regulation
from simulation.front_panels.dl3021.tests import Discharge, ProtectionTest
from simulation.front_panels.dl3021.transient import Transient
from simulation.load_sink import LoadSink
from simulation.noise import Noise
from simulation.world import World

_SHORT_RESISTANCE = 1e-3
_MICRO = 1e6  # A/us to A/s
_MILLI = 1e-3
_SPANS = (
    table.CURRENT_RANGES,
    table.RESISTANCE_RANGES,
    table.VOLTAGE_RANGES,
    (table.MOST_POWER, table.MOST_POWER),
)


class RegulatingPanel(ReadingPanel):
    """Static modes, transients, lists and tests, on one sink."""

    def __init__(
        self,
        *,
        idn: str,
        sink: LoadSink,
        nets: tuple[str, str],
        world: World,
        clock: VirtualClock,
        noise: Noise,
        accuracies: Mapping[str, Accuracy],
        trailing_garbage: bool,
    ) -> None:
        load = Input(sink, nets, world, clock)
        super().__init__(
            idn=idn,
            load=load,
            discharge=Discharge(clock, self._look),
            noise=noise,
            accuracies=accuracies,
            trailing_garbage=trailing_garbage,
        )
        load.on_change = self._look
        self._sink = sink
        self._transient = Transient(clock, self._shape)
        self._list = StepList(clock, self._shape)
        self._test = ProtectionTest(clock, self._shape)
        self._is_short = False

    @property
    def _mode(self) -> int:
        """What controls the input; the waveform display leaves that to the function."""
        return int(self.settings["mode"])

    @property
    def _is_transient(self) -> bool:
        """Whether levels A and B count instead of the static current."""
        return (
            self._mode in (table.FIXED, table.WAVE)
            and self.settings["function"] == 0.0
            and self.settings["tran_mode"] != table.NONE
        )

    def _shape(self) -> None:
        """Make the input do what settings and programmes say."""
        load, settings, mode = self._input, self.settings, self._mode
        von = 0.0
        if self._is_short:
            regulation, level, rate = REGULATIONS[1], _SHORT_RESISTANCE, inf
        elif mode == table.LIST:
            regulation, level, rate = self._listed()
        elif mode == table.BATTERY:
            regulation, level, rate = self._current("battery", "battery_range", "slew")
            von = settings["battery_von"]
        elif mode in (table.OCP, table.OPP):
            regulation, level, rate = self._tested(mode)
        elif self._is_transient:
            regulation, level, rate = self._alternating()
            von = settings["von"]
        elif settings["function"] == 0.0:
            regulation, level, rate = self._current("current", "current_range", "slew")
            von = settings["von"]
        else:
            function = int(settings["function"])
            regulation, level, rate = REGULATIONS[function], settings[LEVELS[function]], inf
        load.von = von
        limits = LEVELS[REGULATIONS.index(regulation)]
        load.voltage_limit = settings[f"{limits}_vlim"]
        allowance = self._accuracies["current"].limit_of_error(
            settings[f"{limits}_ilim"], table.CURRENT_RANGES[1]
        )
        load.current_limit = settings[f"{limits}_ilim"] + allowance
        load.regulate(regulation, level, rate)
        if mode == table.LIST and self._list.is_finished and settings["list_end"]:
            self._switch(False)

    def _current(self, name: str, span: str, slew: str) -> tuple[Regulation, Ampere, float]:
        level = self._realised(self.settings[name], self.settings[span])
        return "CC", level, self.settings[slew] * _MICRO

    def _alternating(self) -> tuple[Regulation, Ampere, float]:
        low, high = self.settings["tran_b"], self.settings["tran_a"]
        level = low + self._transient.share * (high - low)
        level = self._realised(level, self.settings["current_range"])
        slew = "slew_up" if level > self._sink.level else "slew_down"
        return "CC", level, self.settings[slew] * _MICRO

    def _listed(self) -> tuple[Regulation, float, float]:
        step = self._list.step
        if step is None:
            return "CC", 0.0, inf
        regulation = REGULATIONS[int(self.settings["list_mode"])]
        low, high = self._list_limits()
        level = min(max(step.level, low), high)
        if regulation != "CC":
            return regulation, level, inf
        return regulation, self._realised(level, high), step.slew * _MICRO

    def _tested(self, mode: int) -> tuple[Regulation, float, float]:
        level = self._test.level
        if level is None:
            return "CC", 0.0, inf
        if mode == table.OPP:
            return "CP", level, inf
        span = self.settings["ocp_range"]
        return "CC", self._realised(level, span), self.settings["slew"] * _MICRO

    def set_point(self) -> tuple[Ampere, Accuracy, Ampere]:
        """Return the current that is asked for, its accuracy and the full scale of the range."""
        accuracy = self._accuracies["current_setpoint"]
        return self.settings["current"], accuracy, self.settings["current_range"]

    def _realised(self, level: Ampere, full_scale: Ampere) -> Ampere:
        """Return the current that a set point really draws: a fixed error within the accuracy."""
        if level <= 0.0:
            return level
        accuracy = self._accuracies["current_setpoint"]
        gain, offset = self._noise.fixed_errors(("current_setpoint", full_scale))
        floor = accuracy.of_full_scale * full_scale + accuracy.fixed
        return max(0.0, level * (1.0 + gain * accuracy.of_reading) + offset * floor)

    def _look(self) -> None:
        """Follow what the circuit does, while the input is on."""
        load, mode = self._input, self._mode
        if not load.is_on:
            self._halt()
        elif mode == table.BATTERY:
            self._look_at_battery(load.voltage(), load.current())
        elif mode in (table.OCP, table.OPP):
            self._look_at_test("ocp" if mode == table.OCP else "opp", load.voltage())

    def _look_at_battery(self, volts: Volt, amps: Ampere) -> None:
        settings, found = self.settings, self._discharge
        found.count(volts, amps)
        ends = (
            ("battery_by_voltage", volts <= settings["battery_least_voltage"]),
            ("battery_by_charge", found.charge >= settings["battery_most_charge"]),
            ("battery_by_time", found.duration >= settings["battery_longest_time"]),
        )
        if any(settings[switch] and reached for switch, reached in ends):
            self._switch(False)

    def _look_at_test(self, name: str, volts: Volt) -> None:
        settings, test = self.settings, self._test
        if test.is_waiting:
            if volts > settings[f"{name}_von"]:
                wait, delay = settings[f"{name}_von_delay"], settings[f"{name}_step_delay"]
                test.start(settings[f"{name}_set"], settings[f"{name}_step"],
                           wait=wait * _MILLI, delay=delay * _MILLI)  # fmt: skip
        elif test.level is not None and (
            volts < settings[f"{name}_voltage"] or test.level > settings[f"{name}_max"]
        ):
            self._switch(False)

    def _switch(self, on: bool) -> None:
        if on == self._input.is_on:
            return
        if not on:
            self._halt()
        self._input.switch(on)
        self._shape()
        self._begin()

    def _begin(self) -> None:
        """Begin what runs by itself as soon as the input is on."""
        if self._input.is_on:
            if self._mode == table.BATTERY:
                self._discharge.start(self._input.voltage())
            self._look()

    def _halt(self) -> None:
        """End what runs by itself."""
        self._discharge.stop()
        self._test.stop()
        self._list.rewind()
        self._transient.arm(False)

    def _list_spans(self) -> tuple[float, float]:
        """Return the spans of the list's mode; constant power has one."""
        return _SPANS[int(self.settings["list_mode"])]

    def _list_limits(self) -> tuple[float, float]:
        """Return the least and greatest level of a step."""
        spans, high = self._list_spans(), self.settings["list_range"]
        if spans == table.RESISTANCE_RANGES:
            return table.LEAST_RESISTANCES[spans.index(high)], high
        return 0.0, high
