"""A device fitted to an output of the unit: an input with a threshold, and a contact behind it.

It sees its control terminal and the battery and nothing else. Whether it is on shows at its status
line, which is tied to BAT+ through a resistor while it is.
"""

from instruments.units import Ohm, Second, Volt
from simulation.clock import Event, VirtualClock
from simulation.controlled.sheet import Sheet
from simulation.dut.comparator import Comparator
from simulation.elements import Contact, Element, Resistor, VoltageSource
from simulation.world import World

STATUS_RESISTANCE: Ohm = 10e3
"""In line with the status line, where it is tied to the switched side [ohm]."""

_SYSTEMS: tuple[tuple[Volt, float], ...] = ((18.0, 1.0), (36.0, 2.0), (float("inf"), 4.0))
_FAR_LOW: Volt = 1.5  # the input behind a cable is pulled low: on below (assumption)
_FAR_HYSTERESIS: Volt = 0.5
_CONTACT: Ohm = 1.0


def status_net(terminal: str) -> str:
    """Return the net of the fixture that what is fitted to ``terminal`` drives."""
    return f"engaged_{terminal.lower()}"


class ControlledDevice:
    """One device at the output ``terminal``; ``is_engaged`` while it is on.

    It turns off at once when its input or the battery no longer asks for on; it turns on after its
    delay, and not before its lock-out is over.
    """

    __slots__ = (
        "_attempts",
        "_clock",
        "_control",
        "_elements",
        "_far",
        "_far_side",
        "_free_at",
        "_nets",
        "_pending",
        "_seen",
        "_status",
        "_switch",
        "_terminal",
        "_world",
        "is_engaged",
        "sheet",
    )

    def __init__(self, sheet: Sheet, terminal: str, world: World, clock: VirtualClock) -> None:
        self.sheet = sheet
        self.is_engaged = False
        self._terminal = terminal
        self._world = world
        self._clock = clock
        self._control = Comparator(
            (sheet.on_above + sheet.off_below) / 2.0,
            sheet.on_above - sheet.off_below,
            is_above=sheet.active_low,
        )
        self._attempts = 0
        self._free_at: Second = 0.0
        self._pending: Event | None = None
        self._status = Contact("BAT+", status_net(terminal), STATUS_RESISTANCE)
        self._far_side = f"{terminal.lower()}_remote"
        self._far = Comparator(_FAR_LOW, _FAR_HYSTERESIS, is_above=True)
        self._switch = Contact(self._far_side, "BAT-", _CONTACT)
        self._elements: list[Element] = [self._status, self._input()]
        self._nets = [terminal, "BAT+"]
        if sheet.far_voltage:
            pull_up = (self._far_side, "BAT-", sheet.far_voltage, sheet.far_resistance)
            self._elements += [self._switch, VoltageSource(*pull_up)]
            self._nets.append(self._far_side)
        self._seen: tuple[Volt, ...] = ()

    def fit(self) -> None:
        """Connect it to the output, to the battery and to the status line."""
        for element in self._elements:
            self._world.add(element)
        for comparator, net in self._watched():
            comparator.listen(self._world, net)
        self._world.observe(self._look)

    def remove(self) -> None:
        """Disconnect it; it forgets everything."""
        self._world.ignore(self._look)
        self._forget()
        for comparator, net in self._watched():
            comparator.leave(self._world, net)
        for element in self._elements:
            self._world.remove(element)

    def _input(self) -> Element:
        sheet = self.sheet
        if sheet.active_low:
            return VoltageSource(
                self._terminal, "BAT-", sheet.pull_up_voltage, sheet.input_resistance
            )
        return Resistor(self._terminal, "BAT-", sheet.input_resistance)

    def _watched(self) -> tuple[tuple[Comparator, str], ...]:
        """Return the comparators whose net may move slowly; the battery changes in steps."""
        control = (self._control, self._terminal)
        return (control, (self._far, self._far_side)) if self.sheet.far_voltage else (control,)

    def _look(self) -> None:
        """See control terminal, battery and, of a cable, its other side."""
        seen = self._world.voltages(self._nets)
        if seen == self._seen:
            return
        self._seen = seen
        control, supply, *far = seen
        if supply < self.sheet.minimum_supply:
            self._forget()
            self._switch.open()
            return
        wanted = self._control.above(control) != self.sheet.active_low
        if far:
            (self._switch.close if wanted else self._switch.open)()
            wanted = not self._far.above(far[0])
        per_12v = supply / next(scale for top, scale in _SYSTEMS if supply < top)
        self._follow(wanted and self._is_charged(per_12v))

    def _is_charged(self, per_12v: Volt) -> bool:
        """Return whether the battery [V, of a 12 V system] lets it stay on, or be turned on."""
        sheet = self.sheet
        if self.is_engaged:
            return per_12v >= sheet.supply_off_below
        recovered = self._attempts < sheet.attempts or per_12v >= sheet.recovered_above
        return recovered and per_12v >= sheet.supply_on_above

    def _follow(self, wanted: bool) -> None:
        """Turn off at once, or on when delay and lock-out are over."""
        if not wanted:
            self._cancel()
            if self.is_engaged:
                self.is_engaged = False
                self._status.open()
                self._free_at = self._clock.now() + self.sheet.lock_out
                spent = self._attempts >= self.sheet.attempts
                self._attempts = 0 if spent else self._attempts + 1
        elif not self.is_engaged and self._pending is None:
            wait = max(self.sheet.engage_delay, self._free_at - self._clock.now())
            if wait > 0.0:
                self._pending = self._clock.schedule(wait, self._engage)
            else:
                self._engage()

    def _engage(self) -> None:
        self._pending = None
        self.is_engaged = True
        self._status.close()

    def _forget(self) -> None:
        """Lose everything, as without power."""
        self._cancel()
        self.is_engaged = False
        self._status.open()
        self._attempts = 0
        self._free_at = 0.0

    def _cancel(self) -> None:
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None
