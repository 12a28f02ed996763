"""The simulated smallBMS NG (N): its circuit between the terminals and its behaviour.

Built to the data sheets (002 German, 003 French) and the manual (004 Swedish). The battery speaks
on a digital bus that nobody published: the poles of the link only carry it, three closed poles
make the bank heard, an open one is a cable that is off. Other assumptions are marked as such with
each parameter in ``smallbms_ng.toml``.
"""

from instruments.units import DegreeCelsius, Volt
from simulation.clock import VirtualClock
from simulation.dut.app import App
from simulation.dut.battery_link import POLES, BatteryLink
from simulation.dut.blinking_led import BlinkingLed, Pattern, pattern
from simulation.dut.bluetooth import Bluetooth
from simulation.dut.bus_battery import BatteryReport, BusBattery
from simulation.dut.bus_receiver import BusReceiver
from simulation.dut.charge_monitor import ChargeMonitor
from simulation.dut.codes import Codes
from simulation.dut.comparator import Comparator, Persistent
from simulation.dut.fault import Fault
from simulation.dut.firmware_update import FirmwareUpdate
from simulation.dut.on_air import OnAir
from simulation.dut.output_stage import OutputStage
from simulation.dut.parameters import DataSheet, Parameters
from simulation.dut.readings import ALARM, WARNING, Readings
from simulation.dut.remote_input import RemoteInput
from simulation.dut.settings import Settings
from simulation.dut.supervision import Supervision
from simulation.dut.supply_section import SupplySection
from simulation.elements import Element
from simulation.world import World

_INPUTS = ("BAT+", "REMOTE_L", "REMOTE_H", *POLES)
_VOLTAGE_ERROR = 9  # E-B09


class SmallBmsNg:
    """A unit with LOAD, CHARGER and PRE-ALARM, between a bank on its bus and an app on its radio.

    While it is on and the bank is heard, `Supervision` says which outputs are high. A bank that
    falls silent is a warning first (W-B05), then an alarm that opens LOAD and CHARGER (A-B05). A
    supply voltage outside the allowed span lights the red LED (E-B09) and changes no output. A unit
    that is off supervises nothing, reports no code and keeps the red LED dark (assumed).
    """

    def __init__(
        self,
        sheet: DataSheet,
        parameters: Parameters,
        faults: tuple[Fault, ...],
        world: World,
        clock: VirtualClock,
    ) -> None:
        self.sheet = sheet
        self.parameters = parameters
        self.faults = faults
        self.world = world
        self.clock = clock
        self._supply = SupplySection(
            world, clock, parameters, when_booted=self._boot, when_restarted=self._react
        )
        load, charger = "LOAD", "CHARGER"
        if parameters.switch("wiring.outputs_swapped"):
            load, charger = charger, load
        self._load = OutputStage(world, clock, parameters, "load", load)
        self._charger = OutputStage(world, clock, parameters, "charger", charger)
        self._pre_alarm = OutputStage(world, clock, parameters, "pre_alarm", "PRE-ALARM")
        self._pre_alarm.couple(self._load)
        self._stages = (self._load, self._charger, self._pre_alarm)
        self._watching = tuple(stage for stage in self._stages if stage.watches)
        self._remote = RemoteInput(world, parameters)
        self._link = BatteryLink(world, parameters)
        blue, red = "LED_BLUE", "LED_RED"
        if parameters.switch("wiring.leds_swapped"):
            blue, red = red, blue
        self._blue = BlinkingLed(world, clock, parameters, "led_blue", blue)
        self._red = BlinkingLed(world, clock, parameters, "led_red", red)
        self.elements: dict[str, Element] = {
            "SUPPLY": self._supply.element,
            "LOAD": self._load.element,
            "CHARGER": self._charger.element,
            "PRE-ALARM": self._pre_alarm.element,
            "REMOTE_L": self._remote.pull_up,
            "REMOTE_H": self._remote.pull_down,
            blue: self._blue.element,
            red: self._red.element,
            **dict(zip(POLES, self._link.pull_ups, strict=True)),
        }
        self._make_inputs()
        self._make_mind()
        self._seen: tuple[Volt, ...] = (0.0,) * len(_INPUTS)

    def start(self) -> None:
        """Look at the terminals from now on."""
        self.world.observe(self._look)
        self.battery.listener = self._react

    @property
    def report(self) -> BatteryReport | None:
        """Return what the bank last said, None once it counts as lost."""
        return self._bus.report

    @property
    def is_pre_alarm(self) -> bool:
        """Return whether the app is to show a pre-alarm."""
        return self._warns and not self._hides_pre_alarm

    def readings(self) -> Readings:
        """Return the unit's view now. The permissions follow the outputs (assumed)."""
        report, soc = self.report, self.battery.state_of_charge
        hottest = None if report is None else max(report.temperatures)
        return Readings(
            error=self._error,
            levels=self._codes.numbered(self._levels),
            allow_to_charge=self._charges or self._always_allows_charge,
            allow_to_discharge=self._loads or self._always_allows_discharge,
            remote_enabled=self._remote_on.accepted,
            time_to_go=None if report is None else self.charge.time_to_go(report),
            voltage=None if report is None else report.voltage,
            current=None if report is None else report.current,
            state_of_charge=None if report is None else soc,
            consumed_charge=None if report is None else (soc - 100.0) / 100.0 * report.capacity,
            temperature=hottest,
        )

    def advertisement(self) -> Readings | None:
        """Return what anybody near can read, None while the radio is silent."""
        says = self.bluetooth.is_on_air and not self._is_mute
        return self._on_air.of(self.readings()) if says else None

    def is_on_air(self) -> bool:
        """Return whether anybody near can find it."""
        return self.bluetooth.is_on_air

    def react(self) -> None:
        """Judge the charge anew and act: a setting or the count of charge has changed."""
        if self._write_gap:
            self._load.interrupt(self._write_gap)
        if self.report is not None:
            self.charge.look(self.report)
        self._react()

    def set_temperature(self, temperature: DegreeCelsius) -> None:
        """Bring the unit to a temperature; its bank has one of its own."""
        for stage in self._stages:
            stage.set_temperature(temperature)
        self._supply.set_temperature(temperature)
        self._supervision.set_temperature(temperature)

    def _make_inputs(self) -> None:
        """Make what the unit believes of its inputs, each with its reaction time."""
        number = self.parameters.number
        self._remote_on = self._believed(number("remote.on_delay"), number("remote.off_delay"))
        back = number("battery_link.return_delay")
        self._heard = self._believed(back, number("battery_link.warning_delay"))
        self._alive = self._believed(back, number("battery_link.alarm_delay"))
        hysteresis = number("allowed_voltage.hysteresis")
        self._enough = Comparator(
            number("allowed_voltage.lowest") - hysteresis / 2.0, hysteresis, is_above=True
        )
        self._too_much = Comparator(
            number("allowed_voltage.highest") + hysteresis / 2.0, hysteresis, is_above=False
        )
        for comparator in (self._enough, self._too_much):
            comparator.listen(self.world, "BAT+")
        self._error_latches = self.parameters.switch("allowed_voltage.latches")
        self._is_present = False
        self._is_allowed = True

    def _make_mind(self) -> None:
        """Make what judges, remembers and speaks; nothing of it is at a terminal."""
        clock, parameters, switch = self.clock, self.parameters, self.parameters.switch
        self.battery = BusBattery(clock)
        self.settings = Settings(parameters)
        self.bluetooth = Bluetooth(clock, parameters, self.settings, when_changed=self._react)
        self.update = FirmwareUpdate(
            clock,
            parameters,
            when_changed=self._react,
            when_complete=self.settings.outlast_update,
        )
        self.charge = ChargeMonitor(
            clock, parameters, self.settings, self.battery, when_changed=self.react
        )
        self._supervision = Supervision(clock, parameters, when_over=self._react)
        self._codes = Codes(parameters)
        self.app = App(self)
        self._bus = BusReceiver(parameters, self.battery)
        self._loads = self._charges = self._warns = False
        self._levels: dict[str, str] = {}
        self._error = 0
        self._keeps_charger = switch("remote.keeps_charger")
        self._ignores_mode = switch("setting.mode_ignored")
        self._write_gap = parameters.number("setting.write_gap")
        self._is_deafened = switch("bluetooth.deafens")
        self._is_mute = switch("readout.mute")
        self._on_air = OnAir(parameters)
        self._always_allows_charge = switch("readout.always_allows_charge")
        self._always_allows_discharge = switch("readout.always_allows_discharge")
        self._hides_pre_alarm = switch("readout.hides_pre_alarm")
        self._red_shows: dict[str, Pattern] = {
            "": "dark",
            WARNING: pattern(parameters, "led_red.warning"),
            ALARM: pattern(parameters, "led_red.alarm"),
        }
        self._red_shows_both: Pattern = pattern(parameters, "led_red.alarm_and_warning")
        self._blue_shows: Pattern = pattern(parameters, "led_blue.connected")
        self._blue_shows_on_alarm: Pattern = pattern(parameters, "led_blue.alarm")

    def _believed(self, to_yes: float, to_no: float) -> Persistent:
        return Persistent(
            self.clock, to_yes=to_yes, to_no=to_no, accepted=False, when_changed=self._react
        )

    def _look(self) -> None:
        """See the terminals; most states of the circuit change nothing at the inputs."""
        seen = self.world.voltages(_INPUTS)
        if seen != self._seen:
            self._seen = seen
            self._react()
        for stage in self._watching:
            stage.watch(seen[0])

    def _react(self) -> None:
        """Bring the unit into the state that the voltages last seen ask for."""
        if self._supply.watch(self._seen[0]):
            self._power(self._supply.is_powered)
        wishes = self._read()
        if self._supply.is_booted:
            for input_, wish in zip(self._inputs(), wishes, strict=True):
                input_.offer(wish)
            self._drive()

    def _read(self) -> tuple[bool, ...]:
        """Return what the inputs say now: remote on, battery heard, battery alive."""
        supply, low, high, *poles = self._seen
        enough, too_much = self._enough.above(supply), self._too_much.above(supply)
        was_allowed = self._is_allowed or not (self._error_latches and self._supply.is_booted)
        self._is_allowed = enough and not too_much and was_allowed
        remote = self._remote.wants_on(low, high, supply, was_on=self._remote_on.accepted)
        self._is_present = all(self._link.closed(*poles))
        return remote, self._is_present, self._is_present

    def _inputs(self) -> tuple[Persistent, ...]:
        return (self._remote_on, self._heard, self._alive)

    def _power(self, on: bool) -> None:
        """Start the inputs' pull-ups with the power, or lose everything with it."""
        self._remote.power(on)
        self._link.power(on)
        for led in (self._blue, self._red):
            led.show("dark", powered=on)
        if on:
            for stage in self._stages:
                stage.start()
            return
        for input_ in self._inputs():
            input_.adopt(False)
        for stage in self._stages:
            stage.reset()
            stage.switch(False)
        self._bus.forget()
        self._levels = {}
        self._error = 0
        self._loads = self._charges = self._warns = False
        self.charge.forget()
        self._supervision.forget()
        self.bluetooth.stop()
        self.update.lose_power()
        self.settings.lose_power()

    def _boot(self) -> None:
        """Believe the inputs as they are when the boot is over."""
        for input_, wish in zip(self._inputs(), self._read(), strict=True):
            input_.adopt(wish)
        self.bluetooth.start()
        self._drive()

    def _listen(self) -> None:
        """Take in what the bank said, once; forget it when the bank counts as lost."""
        if self._is_deafened and self.bluetooth.is_connected:
            return
        if not self._alive.accepted:
            self._bus.forget()
            self.charge.forget()
        elif self._bus.listen(hears=self._heard.accepted and self._is_present) and self.report:
            self.charge.look(self.report)

    def _drive(self) -> None:
        """Set outputs, LEDs and own consumption from what the unit believes."""
        self._listen()
        remote, alive = self._remote_on.accepted, self._alive.accepted
        on = remote and (self.settings.is_on("mode") or self._ignores_mode)
        supervision, update = self._supervision, self.update
        if on and alive and self.report is not None:
            supervision.judge(self.report, self.charge)
        else:
            supervision.rest()
        self._loads = supervision.may_load and update.may_load
        charges = supervision.may_charge or (self._keeps_charger and alive and not remote)
        self._charges = charges and update.may_charge
        self._load.switch(self._loads)
        if self._charger.switch(self._charges):
            self._load.disturb()
        # nothing is left to be warned of when a failed update has opened LOAD
        self._warns = supervision.warns and update.may_load
        self._pre_alarm.switch(self._warns)
        self._tell(on=on)
        self._supply.draw("remote_off" if not on else "on" if self._loads else "low_cell")

    def _tell(self, *, on: bool) -> None:
        """Set codes and LEDs; a unit that is off has nothing to say."""
        self._levels = dict(self._supervision.levels)
        if on and not self._heard.accepted:
            self._levels["battery_lost"] = WARNING if self._alive.accepted else ALARM
        voltage = 0 if self._is_allowed or not on else _VOLTAGE_ERROR
        self._error = self._supervision.error or voltage
        worst = ALARM if self._error else max(self._levels.values(), key=_severity, default="")
        red = self._red_shows[worst]
        if worst == ALARM and WARNING in self._levels.values():
            red = self._red_shows_both
        self._red.show(red, powered=True)
        self.bluetooth.is_remote_off = not self._remote_on.accepted
        active: Pattern = self._blue_shows_on_alarm if worst == ALARM else "blinking"
        blue: Pattern = active if self.bluetooth.is_active else "dark"
        if self.bluetooth.is_connected:
            blue = self._blue_shows
        self._blue.show(blue, powered=True)


def _severity(level: str) -> int:
    return (WARNING, ALARM).index(level)
