"""The electrical world: parts between named nets, solved when somebody looks."""

from collections.abc import Callable, Sequence
from math import inf, ulp
from typing import TypeVar

from instruments.units import Ampere, Second, Volt
from simulation.branch import Branch
from simulation.clock import Event, VirtualClock
from simulation.elements import Capacitor, Element, Signal
from simulation.modes import INSTANT
from simulation.network import CircuitError, Network
from simulation.tap import Tap
from simulation.transient import Transient

E = TypeVar("E", bound=Element)

_SOONEST: Second = 1e-13  # a state lasts at least
_ROUNDS = 1000  # states at one instant before the observers count as oscillating


class World:
    """A circuit on a virtual clock. State is computed when it is needed, never on a tick.

    Changes at one instant act together: at the next look, or when time is about to move. Then the
    observers are called until none of them changes anything more. Between two states all voltages
    are exact exponentials; a state ends when a part leaves its region, when a watched level is
    crossed and when a mode has gone its way. Nets that settle faster than ``instant`` [s] follow at
    once: their ways cost states and are over before anybody could see them.
    """

    __slots__ = (
        "_alarm", "_changed", "_closing", "_dirty", "_elements", "_ground", "_instant", "_levels",
        "_names", "_network", "_observers", "_parts_changed", "_settling", "_state", "_taps",
        "_untold", "_watched", "clock",
    )  # fmt: skip

    def __init__(
        self, clock: VirtualClock, ground: str = "BAT-", *, instant: Second = INSTANT
    ) -> None:
        self.clock = clock
        self._ground = ground
        self._instant = instant
        self._elements: list[Element] = []
        self._network: Network | None = None
        self._names: tuple[str, ...] = ()
        self._state: Transient | None = None
        self._dirty = False  # the state is not that of now
        self._parts_changed = False  # and not because it came to its end
        self._untold = False  # observers have not seen the state
        self._closing = False
        self._settling = False
        self._changed: list[Branch] = []
        self._alarm: Event | None = None
        self._observers: list[Callable[[], None]] = []
        self._watched: list[tuple[str, str, Volt]] = []
        self._levels: tuple[tuple[int, int, Volt], ...] | None = None  # the same by number
        self._taps: list[Tap] = []

    @property
    def ground(self) -> str:
        """Return the name of the net that voltages count from."""
        return self._ground

    @property
    def nets(self) -> tuple[str, ...]:
        """Return the names of all nets, ground first."""
        return self._built()[0].names

    @property
    def elements(self) -> tuple[Element, ...]:
        """Return all parts in the order in which they were added."""
        return tuple(self._elements)

    def add(self, element: E) -> E:
        """Put ``element`` into the circuit and return it; ValueError if it is in one already.

        A capacitor enters uncharged. Adding is meant for setting up: the solver is made anew.
        """
        if element.world is not None:
            raise ValueError(f"{element} is in a circuit already")
        element.world = self
        mark = self._mark_signal if isinstance(element, Signal) else self._mark
        for branch in element.branches:
            branch.changed = mark
            branch.last = self._last
        self._elements.append(element)
        self._network = None
        self._parts_changed = True
        self._touch()
        return element

    def remove(self, element: Element) -> None:
        """Take ``element`` out of the circuit; ValueError if it is not in this one.

        As with adding, the solver is made anew. What watched, looked at or recorded a net that goes
        with it must have been told before.
        """
        if element.world is not self:
            raise ValueError(f"{element} is not in this circuit")
        element.world = None
        for branch in element.branches:
            branch.leave()
        self._elements.remove(element)
        self._network = None
        self._parts_changed = True
        self._touch()

    def voltage(self, plus: str, minus: str) -> Volt:
        """Return the voltage from ``minus`` to ``plus`` at now [V]; KeyError for an unknown net."""
        if self._untold:
            self._now()
        network, state = self._network, self._state
        if network is None or state is None:
            network, state = self._built()
        a, b = network.index[plus], network.index[minus]
        if state.rates:
            return state.voltage(a, b, self.clock.now())
        return state.origin[a] - state.origin[b]

    def voltages(self, nets: Sequence[str]) -> tuple[Volt, ...]:
        """Return the voltages of ``nets`` to ground at now [V]; KeyError for an unknown net."""
        if self._untold:
            self._now()
        network, state = self._network, self._state
        if network is None or state is None:
            network, state = self._built()
        index, now = network.index, self.clock.now()
        if state.rates and now != state.since:
            return tuple([state.voltage(index[net], 0, now) for net in nets])
        origin = state.origin
        return tuple([origin[index[net]] for net in nets])

    def current(self, element: Element) -> Ampere:
        """Return the current through ``element`` at now, delivered if it is a source [A].

        Raises ValueError for a capacitor or for a part of another circuit.
        """
        if element.world is not self or isinstance(element, Capacitor):
            raise ValueError(f"the current of {element} is not known here")
        state = self._now()
        network = self._built()[0]
        now = self.clock.now()
        total = 0.0
        for branch in element.branches:
            a, b = network.index[branch.a], network.index[branch.b]
            total += network.through(branch, state.voltage(a, b, now))
        return element.sign * total

    def observe(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` at each instant at which the circuit took a new state.

        It may look, change parts and schedule events; it is called again until nothing changes.
        """
        self._observers.append(callback)
        self._touch()

    def ignore(self, callback: Callable[[], None]) -> None:
        """Undo `observe`."""
        self._observers = [known for known in self._observers if known != callback]

    def watch(self, plus: str, minus: str, level: Volt) -> None:
        """Make it a new state when the voltage crosses ``level`` [V] while capacitors settle.

        Without this, observers see a transient at its beginning and at the end of each mode only.
        """
        self._watched.append((plus, minus, level))
        self._levels = None
        self._touch()

    def unwatch(self, plus: str, minus: str, level: Volt) -> None:
        """Undo one `watch` of this level [V]; ValueError if there is none."""
        self._watched.remove((plus, minus, level))
        self._levels = None
        self._touch()

    def tap(self, pairs: Sequence[tuple[str, str]]) -> Tap:
        """Record the voltage of each pair of nets (plus, minus) from now on, until closed."""
        state = self._now()
        tap = Tap(pairs, self.look, self._taps.remove)
        tap.piece(self.clock.now(), state, self._built()[0].index)
        self._taps.append(tap)
        return tap

    def look(self) -> None:
        """Bring the state up to now; observers are told unless a callback is looking."""
        self._now()

    def settle(self) -> None:
        """Solve and tell the observers until nothing changes any more.

        Raises CircuitError that names the parts which keep changing.
        """
        if self._settling:
            return
        self._settling = True
        try:
            for turn in range(_ROUNDS):
                if self._dirty:
                    self._solve()
                if not self._untold:
                    return
                self._untold = False
                if turn < _ROUNDS // 2:
                    self._changed.clear()
                for callback in self._observers:
                    callback()
        finally:
            self._settling = False
        names = ", ".join(
            sorted(repr(e) for e in self._elements if set(e.branches) & set(self._changed))
        )
        raise CircuitError(f"no rest at {self.clock.now()} s; observers keep changing: {names}")

    def relax(self) -> None:
        """Put all capacitors into their steady state at once, then tell the observers."""
        self._built()[1].relax(self.clock.now())
        self._begun()
        self.look()

    def forget(self) -> None:
        """Forget regions and factorisations: the next look starts from nothing. For benchmarks."""
        self._built()[0].forget()
        self._touch()

    def _now(self) -> Transient:
        """Return the state, brought up to now."""
        if self._settling or self.clock.running:
            if self._dirty:
                self._solve()
        elif self._untold:
            self.settle()
        return self._built()[1]

    def _solve(self) -> None:
        """Find the state that follows from the capacitors' voltages and the parts as they are."""
        now = self.clock.now()
        state = self._built()[1]
        if self._parts_changed or not state.rests(now):
            state.begin(now)
        else:
            state.relax(now)
        self._begun()

    def _begun(self) -> None:
        """Note a new state: for its end, the taps and the observers."""
        self._dirty = self._parts_changed = False
        self._untold = True
        network, state = self._built()
        now = self.clock.now()
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        if state.rates:
            if self._levels is None:
                index = network.index
                self._levels = tuple((index[a], index[b], level) for a, b, level in self._watched)
            delay = state.next_change(self._levels)
            if delay < inf:
                # later by what the clock's rounding may take away: a level is to be behind then
                self._alarm = self.clock.schedule(max(delay + ulp(now), _SOONEST), self._touch)
        for tap in self._taps:
            tap.piece(now, state, network.index)

    def _built(self) -> tuple[Network, Transient]:
        """Return the solver for the present parts, and the state."""
        network, state = self._network, self._state
        if network is None or state is None:
            capacitors = [e for e in self._elements if isinstance(e, Capacitor)]
            ends = [(c.branches[0].a, c.branches[0].b, c.farads) for c in capacitors]
            network = Network(
                [b for e in self._elements if not isinstance(e, Capacitor) for b in e.branches],
                self._ground,
                [net for a, b, _ in ends for net in (a, b)],
            )
            before: dict[str, Volt] = {}
            if self._state is not None and self._names:
                found = self._state.voltages(self.clock.now())
                before = dict(zip(self._names, found, strict=True))
            state = Transient(network, ends, self._instant)
            state.origin = tuple(before.get(net, 0.0) for net in network.names)
            self._names = network.names
            self._network, self._state = network, state
            self._levels = None
        return network, state

    def _last(self, branch: Branch) -> Volt:
        """Return the voltage of ``branch`` when the state was last found, carried on to now."""
        if self._network is None or self._state is None:
            return 0.0
        index = self._network.index
        return self._state.voltage(index[branch.a], index[branch.b], self.clock.now())

    def _mark(self, branch: Branch) -> None:
        """Take note that a branch of a part has changed."""
        if self._network is not None:
            self._network.refresh(branch)
        if self._settling:
            self._changed.append(branch)
        self._parts_changed = True
        self._touch()

    def _mark_signal(self, branch: Branch) -> None:
        """Take note that a signal has changed: no new state, if its net leads to ground only."""
        network, state = self._network, self._state
        if network is not None and state is not None and not self._dirty:
            found = network.alone(branch)
            if found is not None:
                state.put(*found)
                for tap in [tap for tap in self._taps if network.names[found[0]] in tap.nets]:
                    tap.piece(self.clock.now(), state, network.index)
                return
        self._mark(branch)

    def _touch(self) -> None:
        """Ask for a new state before time moves on."""
        self._dirty = self._untold = True
        if not self._closing:
            self._closing = True
            self.clock.at_end_of_instant(self._close)

    def _close(self) -> None:
        """Settle because the clock is about to move on."""
        self._closing = False
        self.settle()
