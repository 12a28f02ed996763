"""The simulated smallBMS NG (N): its circuit between the terminals and its behaviour.

Built to the data sheets (002 German, 003 French) and the manual (004 Swedish). The battery speaks
on a digital bus that nobody published: here three closed poles of the link stand for a healthy
battery on the bus, an open pole for a cable that is off. Other assumptions are marked as such with
each parameter in ``smallbms_ng.toml``.
"""

from instruments.units import Volt
from simulation.clock import VirtualClock
from simulation.dut.battery_link import POLES, BatteryLink
from simulation.dut.blinking_led import BlinkingLed
from simulation.dut.comparator import Comparator, Persistent
from simulation.dut.fault import Fault
from simulation.dut.output_stage import OutputStage
from simulation.dut.parameters import DataSheet, Parameters
from simulation.dut.remote_input import RemoteInput
from simulation.dut.supply_section import SupplySection
from simulation.elements import Element
from simulation.world import World

_INPUTS = ("BAT+", "REMOTE_L", "REMOTE_H", *POLES)


class SmallBmsNg:
    """A unit with LOAD, CHARGER and PRE-ALARM that acts on the voltages of its terminals.

    While the remote input is on and the battery is heard, LOAD and CHARGER are high. A battery that
    falls silent is a warning first (W-B05), then an alarm that opens both (A-B05). A battery
    voltage outside the allowed span lights the red LED (E-B09) and changes no output. PRE-ALARM
    floats: what raises it comes over the bus or from the app.
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
        self._stages = (self._load, self._charger, self._pre_alarm)
        self._watching = tuple(stage for stage in self._stages if stage.watches)
        self._remote = RemoteInput(world, parameters)
        self._link = BatteryLink(world, parameters)
        self._blue = BlinkingLed(world, clock, parameters, "led_blue", "LED_BLUE")
        self._red = BlinkingLed(world, clock, parameters, "led_red", "LED_RED")
        self.elements: dict[str, Element] = {
            "SUPPLY": self._supply.element,
            "LOAD": self._load.element,
            "CHARGER": self._charger.element,
            "PRE-ALARM": self._pre_alarm.element,
            "REMOTE_L": self._remote.pull_up,
            "REMOTE_H": self._remote.pull_down,
            "LED_BLUE": self._blue.element,
            "LED_RED": self._red.element,
            **dict(zip(POLES, self._link.pull_ups, strict=True)),
        }
        self._make_inputs()
        self._seen: tuple[Volt, ...] = (0.0,) * len(_INPUTS)

    def start(self) -> None:
        """Look at the terminals from now on."""
        self.world.observe(self._look)

    def _make_inputs(self) -> None:
        """Make what the unit believes of its inputs, each with its reaction time."""
        number, switch = self.parameters.number, self.parameters.switch
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
        self._is_allowed = True
        self._keeps_charger = switch("remote.keeps_charger")
        self._bluetooth = switch("bluetooth.enabled")
        self._bluetooth_when_off = switch("bluetooth.active_in_remote_off")

    def _believed(self, to_yes: float, to_no: float) -> Persistent:
        return Persistent(
            self.clock, to_yes=to_yes, to_no=to_no, accepted=False, when_changed=self._react
        )

    def _look(self) -> None:
        """See the terminals; most states of the circuit change nothing at the inputs."""
        voltage = self.world.voltage
        seen = tuple([voltage(terminal, "BAT-") for terminal in _INPUTS])
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
        self._is_allowed = enough and not too_much
        remote = self._remote.wants_on(low, high, supply, was_on=self._remote_on.accepted)
        present = all(self._link.closed(*poles))
        return remote, present, present

    def _inputs(self) -> tuple[Persistent, ...]:
        return (self._remote_on, self._heard, self._alive)

    def _power(self, on: bool) -> None:
        """Start the inputs' pull-ups with the power, or lose everything with it."""
        self._remote.power(on)
        self._link.power(on)
        for led in (self._blue, self._red):
            led.show("dark", powered=on)
        if on:
            return
        for input_ in self._inputs():
            input_.adopt(False)
        for stage in self._stages:
            stage.reset()
            stage.switch(False)

    def _boot(self) -> None:
        """Believe the inputs as they are when the boot is over."""
        for input_, wish in zip(self._inputs(), self._read(), strict=True):
            input_.adopt(wish)
        self._drive()

    def _drive(self) -> None:
        """Set outputs, LEDs and own consumption from what the unit believes."""
        on, alive = self._remote_on.accepted, self._alive.accepted
        self._load.switch(on and alive)
        self._charger.switch((on or self._keeps_charger) and alive)
        if on and not (alive and self._is_allowed):
            red = "lit"
        elif on and not self._heard.accepted:
            red = "blinking"
        else:
            red = "dark"
        self._red.show(red, powered=True)
        advertises = self._bluetooth and (on or self._bluetooth_when_off)
        self._blue.show("blinking" if advertises else "dark", powered=True)
        self._supply.draw("remote_off" if not on else "on" if alive else "low_cell")
