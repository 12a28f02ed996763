"""The parts that circuits are built of: they name their nets and tell their world what changes.

Current counts from the first net to the second through the part; a source counts what it delivers.
"""

from typing import ClassVar, Protocol

from instruments.units import Ampere, Farad, Ohm, Volt
from simulation.branch import Branch, Siemens

MINIMUM_RESISTANCE: Ohm = 1e-6  # what a source or contact of "no" resistance has


class Surroundings(Protocol):
    """What a part may ask of the world it is in."""

    @property
    def ground(self) -> str:
        """Return the name of the net that voltages count from."""
        ...

    def look(self) -> None:
        """Bring the state of the circuit up to now."""
        ...


class Element:
    """A part of the circuit: some branches, and a name for messages."""

    __slots__ = ("branches", "name", "world")

    sign: ClassVar[float] = 1.0

    def __init__(self, name: str, *branches: Branch) -> None:
        self.name = name
        self.branches = branches
        self.world: Surroundings | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__} {self.name}"

    def region(self) -> int:
        """Return the region that the main branch is in, at now."""
        if self.world is not None:
            self.world.look()
        return self.branches[0].region


def positive(element: Element, what: str, value: float) -> float:
    """Return ``value`` or raise a ValueError that names the part."""
    if not value > 0.0:
        raise ValueError(f"{element}: the {what} must be above 0, not {value}")
    return value


class Resistor(Element):
    """A resistance between two nets."""

    __slots__ = ()

    def __init__(self, a: str, b: str, ohms: Ohm, *, name: str = "") -> None:
        super().__init__(name or f"{a} to {b}", Branch(a, b, driven=False))
        self.set(ohms)

    def set(self, ohms: Ohm) -> None:
        """Become ``ohms`` [ohm]; ValueError unless above 0."""
        self.branches[0].conduct(1.0 / positive(self, "resistance", ohms))


class Capacitor(Element):
    """A capacitance between two nets; uncharged when it enters the world."""

    __slots__ = ("farads",)

    def __init__(self, a: str, b: str, farads: Farad, *, name: str = "") -> None:
        super().__init__(name or f"{a} to {b}", Branch(a, b, driven=False))
        self.farads = positive(self, "capacitance", farads)


class Contact(Element):
    """A relay contact: its resistance when closed, nothing when open."""

    __slots__ = ("_on", "is_closed")

    def __init__(
        self, a: str, b: str, on_resistance: Ohm, closed: bool = False, *, name: str = ""
    ) -> None:
        super().__init__(name or f"{a} to {b}", Branch(a, b, driven=False))
        self._on: Siemens = 1.0 / max(on_resistance, MINIMUM_RESISTANCE)
        self.is_closed = False
        if closed:
            self.close()

    def close(self) -> None:
        """Connect the two nets."""
        if not self.is_closed:
            self.is_closed = True
            self.branches[0].conduct(self._on)

    def open(self) -> None:
        """Part the two nets."""
        if self.is_closed:
            self.is_closed = False
            self.branches[0].conduct(0.0)


class VoltageSource(Element):
    """A stiff voltage behind a resistance; sources and sinks."""

    __slots__ = ("_conductance",)
    sign = -1.0

    def __init__(
        self, plus: str, minus: str, volts: Volt, series_resistance: Ohm, *, name: str = ""
    ) -> None:
        super().__init__(name or f"{plus} to {minus}", Branch(plus, minus, driven=True))
        self._conductance: Siemens = 1.0 / max(series_resistance, MINIMUM_RESISTANCE)
        self.set(volts)

    def set(self, volts: Volt) -> None:
        """Change the open-circuit voltage to ``volts`` [V]."""
        g = self._conductance
        self.branches[0].curve((), (g,), (-g * volts,))


class Signal(VoltageSource):
    """A stiff voltage that only instruments look at, such as the light of an LED.

    Where its net leads to ground only, observers are not told of a change, and nothing but that
    net is solved: a lamp may blink for hours.
    """

    __slots__ = ()


class CurrentSource(Element):
    """A current drawn from plus to minus; below ``knee`` [V] it falls off as a resistor's does.

    So a circuit without supply rests at 0 V instead of being pulled below.
    """

    __slots__ = ("_knee",)

    def __init__(
        self, plus: str, minus: str, amperes: Ampere, *, knee: Volt = 0.5, name: str = ""
    ) -> None:
        super().__init__(name or f"{plus} to {minus}", Branch(plus, minus, driven=True))
        self._knee = positive(self, "knee", knee)
        self.set(amperes)

    def set(self, amperes: Ampere) -> None:
        """Draw ``amperes`` [A] from now on; ValueError below 0."""
        if not amperes >= 0.0:
            raise ValueError(f"{self}: a current to draw cannot be {amperes} A")
        knee = self._knee
        self.branches[0].curve((knee,), (amperes / knee, 0.0), (0.0, amperes))


class Probe(Element):
    """A measuring input: its impedance and the bias current that flows into its first net."""

    __slots__ = ()

    def __init__(
        self, a: str, b: str, impedance: Ohm, bias: Ampere = 0.0, *, name: str = ""
    ) -> None:
        super().__init__(name or f"{a} to {b}", Branch(a, b, driven=bias != 0.0))
        self.branches[0].curve((), (1.0 / positive(self, "impedance", impedance),), (bias,))
