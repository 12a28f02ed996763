"""The parts that circuits are built of: they name their nets and tell their world what changes.

Current counts from the first net to the second through the part; a source counts what it delivers.
"""

from typing import ClassVar, Literal, Protocol

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


class Resistor(Element):
    """A resistance between two nets."""

    __slots__ = ()

    def __init__(self, a: str, b: str, ohms: Ohm, *, name: str = "") -> None:
        super().__init__(name or f"{a} to {b}", Branch(a, b, driven=False))
        self.set(ohms)

    def set(self, ohms: Ohm) -> None:
        """Become ``ohms`` [ohm]; ValueError unless above 0."""
        self.branches[0].conduct(1.0 / _positive(self, "resistance", ohms))


class Capacitor(Element):
    """A capacitance between two nets; uncharged when it enters the world."""

    __slots__ = ("farads",)

    def __init__(self, a: str, b: str, farads: Farad, *, name: str = "") -> None:
        super().__init__(name or f"{a} to {b}", Branch(a, b, driven=False))
        self.farads = _positive(self, "capacitance", farads)


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
        self._knee = _positive(self, "knee", knee)
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
        self.branches[0].curve((), (1.0 / _positive(self, "impedance", impedance),), (bias,))


class SupplySource(Element):
    """A laboratory supply: constant voltage, above the limit constant current, never a sink.

    The bleeder loads its own output whether it is on or off.
    """

    __slots__ = ("_conductance", "_output_resistance", "current_limit", "is_on", "voltage")
    sign = -1.0

    def __init__(
        self,
        plus: str,
        minus: str,
        *,
        output_resistance: Ohm = 1e-3,
        bleeder: Ohm = 50e3,
        name: str = "",
    ) -> None:
        super().__init__(
            name or f"{plus} to {minus}",
            Branch(plus, minus, driven=True),
            Branch(plus, minus, driven=False),
        )
        self._output_resistance: Ohm = max(output_resistance, MINIMUM_RESISTANCE)
        self._conductance: Siemens = 1.0 / self._output_resistance
        self.branches[1].conduct(1.0 / _positive(self, "bleeder", bleeder))
        self.voltage: Volt = 0.0
        self.current_limit: Ampere = 0.0
        self.is_on = False

    def set(self, voltage: Volt, current_limit: Ampere) -> None:
        """Regulate to ``voltage`` [V] and at most ``current_limit`` [A]; ValueError below 0."""
        if not (voltage >= 0.0 and current_limit >= 0.0):
            raise ValueError(f"{self} cannot be set to {voltage} V, {current_limit} A")
        self.voltage = voltage
        self.current_limit = current_limit
        self._shape()

    def resist(self, ohms: Ohm) -> None:
        """Put ``ohms`` [ohm] in series with the regulated voltage; ValueError below 0."""
        if not ohms >= 0.0:
            raise ValueError(f"{self}: a resistance cannot be {ohms} ohm")
        self._conductance = 1.0 / (self._output_resistance + ohms)
        self._shape()

    def on(self) -> None:
        """Turn the output on."""
        self.is_on = True
        self._shape()

    def off(self) -> None:
        """Turn the output off."""
        self.is_on = False
        self._shape()

    def mode(self) -> Literal["OFF", "CC", "CV"]:
        """Return what the output regulates now; a reverse fed output counts as CV."""
        if not self.is_on:
            return "OFF"
        return "CC" if self.region() == 0 and self.current_limit >= 0.0 else "CV"

    def _shape(self) -> None:
        branch = self.branches[0]
        if not self.is_on:
            branch.curve((), (0.0,), (0.0,))
            return
        g, volts, limit = self._conductance, self.voltage, self.current_limit
        branch.curve((volts - limit / g, volts), (0.0, g, 0.0), (-limit, -g * volts, 0.0))


class LoadSink(Element):
    """An electronic load. At low voltage it is its own minimum resistance; it never sources."""

    __slots__ = ("_floor", "_leakage", "_maximum", "is_on", "level", "mode")

    def __init__(
        self,
        plus: str,
        minus: str,
        *,
        minimum_resistance: Ohm = 0.05,
        maximum_current: Ampere = 40.0,
        input_resistance: Ohm = 1e6,
        name: str = "",
    ) -> None:
        super().__init__(
            name or f"{plus} to {minus}",
            Branch(plus, minus, driven=True),
            Branch(plus, minus, driven=False),
        )
        self._floor: Siemens = 1.0 / _positive(self, "minimum resistance", minimum_resistance)
        self._maximum = _positive(self, "maximum current", maximum_current)
        self.branches[1].conduct(1.0 / _positive(self, "input resistance", input_resistance))
        self.mode: Literal["CC", "CR", "CV", "CP"] = "CC"
        self.level = 0.0
        self.is_on = False

    def set(self, mode: Literal["CC", "CR", "CV", "CP"], level: float) -> None:
        """Regulate current [A], resistance [ohm], voltage [V] or power [W]; ValueError below 0."""
        if not level >= 0.0 or (mode == "CR" and level == 0.0):
            raise ValueError(f"{self} cannot be set to {mode} {level}")
        self.mode = mode
        self.level = level
        self._shape()

    def on(self) -> None:
        """Turn the input on."""
        self.is_on = True
        self._shape()

    def off(self) -> None:
        """Turn the input off."""
        self.is_on = False
        self._shape()

    def _shape(self) -> None:
        branch, g, level, most = self.branches[0], self._floor, self.level, self._maximum
        if not self.is_on or (level == 0.0 and self.mode in ("CC", "CP")):
            branch.curve((), (0.0,), (0.0,))
        elif self.mode == "CC":
            amps = min(level, most)
            branch.curve((0.0, amps / g), (0.0, g, 0.0), (0.0, 0.0, amps))
        elif self.mode == "CR":
            g = min(1.0 / level, g)
            branch.curve((0.0, most / g), (0.0, g, 0.0), (0.0, 0.0, most))
        elif self.mode == "CV":
            branch.curve((level, level + most / g), (0.0, g, 0.0), (0.0, -g * level, most))
        else:
            branch.curve((0.0, (level / g) ** 0.5), (0.0, g, 0.0), (0.0, 0.0, 0.0), level)


class HighSide(Element):
    """A high-side output stage from ``supply`` to ``out``; never a sink.

    On: a resistance behind a diode drop, up to the current limit. Off: a leakage that falls off
    below ``LEAKAGE_KNEE``. Above the supply it blocks. ``pull_low`` [S] to ground is not part of a
    healthy stage: it models a stage that is LOW instead of floating.
    """

    __slots__ = ("_curve", "current_limit", "diode_drop", "is_on", "leakage", "resistance")

    LEAKAGE_KNEE: ClassVar[Volt] = 0.1

    def __init__(
        self,
        supply: str,
        out: str,
        *,
        on: bool = False,
        resistance: Ohm = 0.05,
        diode_drop: Volt = 0.0,
        current_limit: Ampere | None = None,
        leakage: Ampere = 0.0,
        pull_low: Siemens = 0.0,
        ground: str = "BAT-",
        name: str = "",
    ) -> None:
        super().__init__(
            name or out, Branch(supply, out, driven=True), Branch(out, ground, driven=False)
        )
        self.is_on = on
        self.resistance = resistance
        self.diode_drop = diode_drop
        self.current_limit = current_limit
        self.leakage = leakage
        self.branches[1].conduct(pull_low)
        self.set()

    def on(self) -> None:
        """Connect the output to the supply."""
        self.is_on = True
        self._shape()

    def off(self) -> None:
        """Let the output float."""
        self.is_on = False
        self._shape()

    def set(
        self,
        *,
        resistance: Ohm | None = None,
        diode_drop: Volt | None = None,
        leakage: Ampere | None = None,
        pull_low: Siemens | None = None,
    ) -> None:
        """Change what is given; ValueError for a negative value."""
        if resistance is not None:
            self.resistance = resistance
        if diode_drop is not None:
            self.diode_drop = diode_drop
        if leakage is not None:
            self.leakage = leakage
        if pull_low is not None:
            self.branches[1].conduct(pull_low)
        if not (self.diode_drop >= 0.0 and self.leakage >= 0.0 and (pull_low or 0.0) >= 0.0):
            raise ValueError(f"{self}: drop, leakage and pull cannot be negative")
        self._shape()

    def limit_current(self, current_limit: Ampere | None) -> None:
        """Limit the output current to ``current_limit`` [A], or not at all."""
        if current_limit is not None:
            _positive(self, "current limit", current_limit)
        self.current_limit = current_limit
        self._shape()

    def limiting(self) -> bool:
        """Return whether the output is at its current limit now."""
        return self.is_on and self.current_limit is not None and self.region() == 2

    def _shape(self) -> None:
        branch, knee = self.branches[0], self.LEAKAGE_KNEE
        if not self.is_on:
            branch.curve((0.0, knee), (0.0, self.leakage / knee, 0.0), (0.0, 0.0, self.leakage))
            return
        g, drop = 1.0 / max(self.resistance, MINIMUM_RESISTANCE), self.diode_drop
        if self.current_limit is None:
            branch.curve((drop,), (0.0, g), (0.0, -g * drop))
        else:
            limit = self.current_limit
            branch.curve((drop, drop + limit / g), (0.0, g, 0.0), (0.0, -g * drop, limit))


def _positive(element: Element, what: str, value: float) -> float:
    """Return ``value`` or raise a ValueError that names the part."""
    if not value > 0.0:
        raise ValueError(f"{element}: the {what} must be above 0, not {value}")
    return value
