"""The simulated smallBMS of two outputs (S): its circuit between the terminals and its behaviour.

Built to the data sheet (000, English); what nobody published is an assumption, marked as such with
each parameter in ``smallbms.toml``.
"""

from instruments.units import DegreeCelsius, Volt
from simulation.clock import VirtualClock
from simulation.dut.battery_link import POLES, BatteryLink
from simulation.dut.comparator import Persistent
from simulation.dut.fault import Fault
from simulation.dut.led import Led
from simulation.dut.output_stage import OutputStage
from simulation.dut.parameters import DataSheet, Parameters
from simulation.dut.remote_input import RemoteInput
from simulation.dut.supply_section import SupplySection
from simulation.elements import Element
from simulation.world import World

_INPUTS = ("BAT+", "REMOTE_L", "REMOTE_H", *POLES)


class SmallBms:
    """A unit that acts on the voltages of its terminals, after its reaction time.

    Fed above its minimum supply it boots with both outputs floating. Then, while the remote input
    is on and the link is plugged, LOAD is high if discharge is allowed, CHARGER if charge is.
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
        self._watching = tuple(s for s in (self._load, self._charger) if s.watches)
        self._remote = RemoteInput(world, parameters)
        self._link = BatteryLink(world, parameters)
        blue, red = "LED_BLUE", "LED_RED"
        if parameters.switch("wiring.leds_swapped"):
            blue, red = red, blue
        self._blue = Led(world, parameters, "led_blue", blue)
        self._red = Led(world, parameters, "led_red", red)
        self.elements: dict[str, Element] = {
            "SUPPLY": self._supply.element,
            "LOAD": self._load.element,
            "CHARGER": self._charger.element,
            "REMOTE_L": self._remote.pull_up,
            "REMOTE_H": self._remote.pull_down,
            blue: self._blue.element,
            red: self._red.element,
            **dict(zip(POLES, self._link.pull_ups, strict=True)),
        }
        self._make_inputs()
        self._seen: tuple[Volt, ...] = (0.0,) * len(_INPUTS)

    def start(self) -> None:
        """Look at the terminals from now on."""
        self.world.observe(self._look)

    def set_temperature(self, temperature: DegreeCelsius) -> None:
        """Bring the unit to a temperature."""
        for stage in self._stages():
            stage.set_temperature(temperature)
        self._supply.set_temperature(temperature)

    def _make_inputs(self) -> None:
        """Make what the unit believes of its inputs, each with its reaction time."""
        number = self.parameters.number
        self._remote_on = Persistent(
            self.clock,
            to_yes=number("remote.on_delay"),
            to_no=number("remote.off_delay"),
            accepted=False,
            when_changed=self._react,
        )
        self._may_discharge, self._may_charge, self._present = (
            Persistent(
                self.clock,
                to_yes=number("battery_link.release_delay"),
                to_no=number("battery_link.trip_delay"),
                accepted=False,
                when_changed=self._react,
            )
            for _ in POLES
        )
        switch = self.parameters.switch
        self._keeps_charger = switch("remote.keeps_charger")
        self._undervoltage_ignored = switch("battery_link.undervoltage_ignored")
        self._overvoltage_ignored = switch("battery_link.overvoltage_ignored")
        self._presence_ignored = switch("battery_link.presence_ignored")
        self._undervoltage_opens_charger = switch("battery_link.undervoltage_opens_charger")
        self._overvoltage_opens_load = switch("battery_link.overvoltage_opens_load")
        self._undervoltage_latches = switch("battery_link.undervoltage_latches")
        self._undervoltage_latched = False
        self._undervoltage_resets = switch("battery_link.undervoltage_resets")
        self._undervoltage_seen = number("battery_link.undervoltage_seen")
        self._overvoltage_seen = number("battery_link.overvoltage_seen")
        self._undervoltage_hides_charge = switch("battery_link.undervoltage_hides_charge")
        self._start_ignored = switch("battery_link.start_ignored")
        self._remote_clears = switch("battery_link.remote_clears")
        self._while_off_ignored = switch("battery_link.while_off_ignored")
        self._forget_signals()

    def _forget_signals(self) -> None:
        """Forget what the battery has signalled since the unit got its power."""
        self._trips = self._refusals = 0
        self._was_low = self._was_refused = self._was_on = False
        self._low_unseen = self._refusal_unseen = False
        self._known = (True, True)

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
            self._act()

    def _read(self) -> tuple[bool, ...]:
        """Return what the inputs say now: remote on, may discharge, may charge, link present."""
        supply, low, high, *poles = self._seen
        remote = self._remote.wants_on(low, high, supply, was_on=self._remote_on.accepted)
        discharge, charge, present = self._link.closed(*poles)
        self._note(discharge, charge)
        return (
            remote,
            discharge or self._overlooks_low,
            charge or self._overlooks_refusal,
            present or self._presence_ignored,
        )

    def _note(self, discharge: bool, charge: bool) -> None:
        """Overlook no longer what the battery has ceased to signal."""
        self._low_unseen &= not discharge
        self._refusal_unseen &= not charge

    def _inputs(self) -> tuple[Persistent, ...]:
        return (self._remote_on, self._may_discharge, self._may_charge, self._present)

    def _power(self, on: bool) -> None:
        """Start the inputs' pull-ups with the power, or lose everything with it."""
        self._remote.power(on)
        self._link.power(on)
        self._undervoltage_latched = False
        self._forget_signals()
        if on:
            for stage in self._stages():
                stage.start()
            self._show(blue=False, red=False)
            return
        for input_ in self._inputs():
            input_.adopt(False)
        for stage in self._stages():
            stage.reset()
            stage.switch(False)
        self._show(blue=False, red=False)

    def _stages(self) -> tuple[OutputStage, ...]:
        return (self._load, self._charger)

    def _boot(self) -> None:
        """Believe the inputs as they are when the boot is over."""
        if self._start_ignored:
            self._overlook_signals()
        for input_, wish in zip(self._inputs(), self._read(), strict=True):
            input_.adopt(wish)
        self._act()

    @property
    def _overlooks_low(self) -> bool:
        seen = self._trips < self._undervoltage_seen and not self._low_unseen
        return self._undervoltage_ignored or not seen

    @property
    def _overlooks_refusal(self) -> bool:
        seen = self._refusals < self._overvoltage_seen and not self._refusal_unseen
        return self._overvoltage_ignored or not seen

    def _overlook_signals(self) -> None:
        """Overlook what the battery signals now, until it no longer does."""
        discharge, charge, _ = self._link.closed(*self._seen[3:])
        self._low_unseen, self._refusal_unseen = not discharge, not charge

    def _act(self) -> None:
        """Count the signals that are over and drive the outputs, or reset on one if it does."""
        low, refused = not self._may_discharge.accepted, not self._may_charge.accepted
        self._trips += self._was_low and not low
        self._refusals += self._was_refused and not refused
        self._was_low, self._was_refused = low, refused
        on = self._remote_on.accepted and self._present.accepted
        if self._remote_clears and on and not self._was_on:
            self._overlook_signals()
        if self._while_off_ignored and on != self._was_on:
            self._compare(low, refused, on=on)
        self._was_on = on
        if self._undervoltage_resets and on and low:
            self._supply.restart()
            self._power(on=False)
        else:
            self._drive()

    def _compare(self, low: bool, refused: bool, *, on: bool) -> None:
        """Remember the signals when going off; overlook when on again what has come since."""
        if on:
            was_low, was_refused = self._known
            self._low_unseen |= low and not was_low
            self._refusal_unseen |= refused and not was_refused
        else:
            self._known = (low, refused)

    def _drive(self) -> None:
        """Set outputs, LEDs and own consumption from what the unit believes."""
        on = self._remote_on.accepted
        discharge, charge = self._may_discharge.accepted, self._may_charge.accepted
        present = self._present.accepted
        if self._undervoltage_latches and on and present and not discharge:
            self._undervoltage_latched = True
        discharge = discharge and not self._undervoltage_latched
        load = on and present and discharge and (charge or not self._overvoltage_opens_load)
        allows = charge or (self._undervoltage_hides_charge and not discharge)
        charger = (on or self._keeps_charger) and present and allows
        charger = charger and (discharge or not self._undervoltage_opens_charger)
        self._load.switch(load)
        if self._charger.switch(charger):
            self._load.disturb()
        self._show(blue=load, red=on and not (charge and present))
        self._supply.draw("remote_off" if not on else "on" if load else "low_cell")

    def _show(self, *, blue: bool, red: bool) -> None:
        powered = self._supply.is_powered
        self._blue.show(blue, powered=powered)
        self._red.show(red, powered=powered)
