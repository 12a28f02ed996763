"""The simulated smallBMS with pre-alarm (P): a smallBMS with a third output, PRE-ALARM.

Built to the data sheet (001, Dutch). How the battery codes the pre-alarm on the three poles of the
link is unpublished. Assumed here:

- pole 1 open: a cell is low; pole 2 open: charging is not allowed (both as on the smallBMS);
- pole 3 open while pole 1 is closed: a cell is below the pre-alarm level;
- all three poles open: the cable is off.

A bench that signals otherwise says so in the section ``[battery]`` of its file.
"""

from instruments.units import DegreeCelsius
from simulation.clock import VirtualClock
from simulation.dut.comparator import Persistent
from simulation.dut.fault import Fault
from simulation.dut.output_stage import OutputStage
from simulation.dut.parameters import DataSheet, Parameters
from simulation.dut.pre_alarm import PreAlarm
from simulation.dut.smallbms import SmallBms
from simulation.world import World


class SmallBmsPrealarm(SmallBms):
    """A smallBMS that warns on PRE-ALARM before a low cell opens LOAD.

    A unit that finds a low cell when it starts, or is switched on, leaves LOAD open: nothing is
    published about that, and there is nothing to be warned of. A cable that is off opens all
    outputs at once.
    """

    def __init__(
        self,
        sheet: DataSheet,
        parameters: Parameters,
        faults: tuple[Fault, ...],
        world: World,
        clock: VirtualClock,
    ) -> None:
        super().__init__(sheet, parameters, faults, world, clock)
        self._pre_alarm = OutputStage(world, clock, parameters, "pre_alarm", "PRE-ALARM")
        self._alarm = PreAlarm(clock, parameters, when_over=self._react)
        self._is_inverted = parameters.switch("warning.inverted")
        self._outlasts_remote_off = parameters.switch("warning.outlasts_remote_off")
        self.elements["PRE-ALARM"] = self._pre_alarm.element
        self._pre_alarm.couple(self._load)
        if self._pre_alarm.watches:
            self._watching = (*self._watching, self._pre_alarm)

    def set_temperature(self, temperature: DegreeCelsius) -> None:
        """Bring the unit to a temperature."""
        super().set_temperature(temperature)
        self._alarm.set_temperature(temperature)

    def _make_inputs(self) -> None:
        super()._make_inputs()
        number = self.parameters.number
        self._warned = Persistent(
            self.clock,
            to_yes=number("battery_link.trip_delay"),
            to_no=number("battery_link.release_delay"),
            accepted=False,
            when_changed=self._react,
        )

    def _inputs(self) -> tuple[Persistent, ...]:
        # The warning first: when cells recover it ends before they count as good again, so that
        # no pre-alarm begins and ends in one instant.
        return (self._warned, *super()._inputs())

    def _read(self) -> tuple[bool, ...]:
        """Return what the inputs say now: a cell is near empty, then as on the smallBMS.

        With the cable off the poles say nothing else, so that only the presence changes.
        """
        supply, low, high, *poles = self._seen
        remote = self._remote.wants_on(low, high, supply, was_on=self._remote_on.accepted)
        closed = self._link.closed(*poles)
        discharge, charge, above_warning = closed if any(closed) else (True, True, True)
        self._note(discharge, charge)
        discharge = discharge or self._overlooks_low
        return (
            not (discharge and above_warning),
            remote,
            discharge,
            charge or self._overlooks_refusal,
            any(closed) or self._presence_ignored,
        )

    def _stages(self) -> tuple[OutputStage, ...]:
        return (*super()._stages(), self._pre_alarm)

    def _power(self, on: bool) -> None:
        super()._power(on)
        self._alarm.reset()

    def _drive(self) -> None:
        """Set outputs, LEDs and own consumption from what the unit believes."""
        on, present = self._remote_on.accepted, self._present.accepted
        discharge, charge = self._may_discharge.accepted, self._may_charge.accepted
        if on and present:
            self._alarm.decide(warning=self._warned.accepted, low=not discharge)
        else:
            self._alarm.forget()
        if self._undervoltage_latches and on and present:
            self._undervoltage_latched |= not discharge and not self._alarm.may_load
        load = self._alarm.may_load and not self._undervoltage_latched
        load = load and (charge or not self._overvoltage_opens_load)
        allows = charge or (self._undervoltage_hides_charge and not discharge)
        charger = (on or self._keeps_charger) and present and allows
        charger = charger and (discharge or not self._undervoltage_opens_charger)
        warns = self._alarm.warns
        if self._is_inverted:
            warns = load and not warns
        if self._outlasts_remote_off and not on:
            warns = self._pre_alarm.element.is_on
        self._load.switch(load)
        if self._charger.switch(charger):
            self._load.disturb()
        self._pre_alarm.switch(warns)
        self._show(blue=load, red=on and not (charge and present))
        self._supply.draw("remote_off" if not on else "on" if load else "low_cell")
