"""The electrical world: parts between named nets, solved when somebody looks."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from instruments.units import Ampere, Volt
from simulation.branch import Branch
from simulation.clock import VirtualClock
from simulation.elements import Capacitor, Element
from simulation.network import CircuitError, Network
from simulation.tap import Tap

E = TypeVar("E", bound=Element)


class World:
    """A circuit on a virtual clock. State is computed when it is needed, never on a tick."""

    def __init__(self, clock: VirtualClock, ground: str = "BAT-") -> None:
        self.clock = clock
        self._ground = ground
        self._elements: list[Element] = []
        self._network: Network | None = None
        self._voltages: tuple[Volt, ...] = (0.0,)
        self._dirty = True
        self._closing = False
        self._observers: list[Callable[[], None]] = []
        self._observing = False
        self._taps: list[Tap] = []

    @property
    def ground(self) -> str:
        """Return the name of the net that voltages count from."""
        return self._ground

    @property
    def nets(self) -> tuple[str, ...]:
        """Return the names of all nets, ground first."""
        return self._build().names

    def add(self, element: E) -> E:
        """Put ``element`` into the circuit and return it; ValueError if it is in one already."""
        if element.world is not None:
            raise ValueError(f"{element} is in a circuit already")
        element.world = self
        self._elements.append(element)
        self._network = None
        self._mark()
        return element

    def voltage(self, plus: str, minus: str) -> Volt:
        """Return the voltage between two nets at now [V]; KeyError for a net that nothing names."""
        self.look()
        index = self._build().index
        return self._voltages[index[plus]] - self._voltages[index[minus]]

    def current(self, element: Element) -> Ampere:
        """Return the current through ``element`` at now, delivered if it is a source [A]."""
        self.look()
        network = self._build()
        total = 0.0
        for branch in element.branches:
            total += network.through(branch, self._voltages)
        return element.sign * total

    def observe(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` at each instant at which the circuit took a new state."""
        self._observers.append(callback)

    def tap(self, pairs: Sequence[tuple[str, str]]) -> Tap:
        """Record the voltage of each pair of nets (plus, minus) from now on, until closed."""
        self.look()
        index = self._build().index
        tap = Tap([(index[a], index[b]) for a, b in pairs], self.look, self._taps.remove)
        self._taps.append(tap)
        tap.piece(self.clock.now(), self._voltages)
        return tap

    def look(self) -> None:
        """Bring the state up to now; observers are told unless this is called from a callback."""
        if not self._dirty:
            return
        if self._observing or self.clock.running:
            self._solve()
        else:
            self.settle()

    def settle(self) -> None:
        """Solve and tell the observers until nothing changes any more."""
        self._closing = False
        for _ in range(1000):
            if not self._dirty:
                return
            self._solve()
            self._observing = True
            try:
                for callback in self._observers:
                    callback()
            finally:
                self._observing = False
        raise CircuitError(f"the circuit does not come to rest at {self.clock.now()} s")

    def _solve(self) -> None:
        network = self._build()
        self._voltages = network.consistent(network.steady)
        self._dirty = False
        for tap in self._taps:
            tap.piece(self.clock.now(), self._voltages)

    def _build(self) -> Network:
        if self._network is None:
            branches = [
                b for e in self._elements if not isinstance(e, Capacitor) for b in e.branches
            ]
            self._network = Network(branches, self._ground)
            for branch in branches:
                branch.changed = self._changed
        return self._network

    def _changed(self, branch: Branch) -> None:
        if self._network is not None:
            self._network.refresh(branch)
        self._mark()

    def _mark(self) -> None:
        self._dirty = True
        if not self._closing:
            self._closing = True
            self.clock.at_end_of_instant(self.settle)
