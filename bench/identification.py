"""Which variant sits behind the connector, by looks that hurt none of them.

At 12.8 V, switched on by its remote link and with a healthy battery, the outputs are read under
pull-downs of less than a milliampere, and the supply current is read on and off where the bench
can. The drop of CHARGER tells a switch (N) from a diode (S, P): that is also what decides whether
it may be shorted. S and P are not told apart, and need not be: nothing that one of them is given
hurts the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench import leads
from bench.family import OUTPUTS, Variant, split, variants
from bench.operating_point import OperatingPoint
from instruments.multimeter import Multimeter
from instruments.units import Second, Volt

POINT = OperatingPoint(
    {
        "vbat": 12.8,
        "battery": "healthy",
        "remote_l": "open",
        "remote_h": "open",
        "link": "closed",
    }
)
_SETTLE: Second = 2.0  # no document states a start-up or reaction time
_SHORTLY: Second = 0.1
_HIGH_DROP: Volt = 1.0
_REACH = 2.0  # standard uncertainties within which a reading says neither
_CONSUMPTION = 1.05  # what a unit may draw beyond its figure, and the dividers of the fixture


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One harmless reading with its expanded uncertainty."""

    value: float
    expanded: float

    def above(self, level: float) -> bool:
        """Return whether the value is certainly above ``level``."""
        return self.value - self.expanded > level

    def below(self, level: float) -> bool:
        """Return whether the value is certainly below ``level``."""
        return self.value + self.expanded < level


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What was seen of the unit; what the bench cannot read is absent."""

    drops: Mapping[str, Look] = field(default_factory=dict[str, Look])
    currents: Mapping[str, Look] = field(default_factory=dict[str, Look])

    def charger_kind(self) -> str:
        """Return ``switch``, ``diode``, or empty where CHARGER tells neither."""
        drop = self.drops.get("CHARGER")
        if drop is None:
            return ""
        if drop.below(split()):
            return "switch"
        return "diode" if drop.above(split()) and drop.below(_HIGH_DROP) else ""

    def told(self) -> str:
        """Return in words what was measured."""
        parts = [f"{name} {look.value:.2g} V below Vbat" for name, look in self.drops.items()]
        parts += [f"{look.value * 1e3:.3g} mA while {on}" for on, look in self.currents.items()]
        return ", ".join(parts) or "nothing: the bench lacks the roles for it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """Whether the unit may be treated as the variant that was named; ``mismatch`` says why not.

    ``confirmed`` is False also where the looks tell nothing, as with a unit whose CHARGER is not
    high, and for a variant that nobody described: it is then given only what all of them tolerate.
    """

    confirmed: bool
    mismatch: str
    told: str


UNKNOWN = Identification(confirmed=False, mismatch="", told="nothing yet")


def conclude(letter: str, looks: Looks) -> Identification:
    """Hold what was seen against the variant ``letter`` and against the others.

    A unit counts as another variant only if its outputs contradict the named one and nothing
    contradicts the other; else it is a unit with a defect, which the tests will find.
    """
    known = variants()
    if letter not in known:
        told = f"{looks.told()}; bench/variants.toml has no variant '{letter}' to tell it by"
        return Identification(confirmed=False, mismatch="", told=told)
    named = known[letter]
    fitting = [v for v in known.values() if v is not named and not _contradictions(v, looks)]
    mismatch = ""
    if fitting and any(said.startswith("its ") for said in _contradictions(named, looks)):
        others = " or ".join(other.title for other in fitting)
        mismatch = (
            f"the unit behind the connector is no {named.title}, it looks like {others} "
            f"({looks.told()}): fit the right one or correct --dut"
        )
    return Identification(
        confirmed=not mismatch and looks.charger_kind() == _kind(named),
        mismatch=mismatch,
        told=looks.told(),
    )


def identify(bench: leads.Looked, letter: str) -> Identification:
    """Power the unit gently, look, and conclude; the caller makes the bench safe.

    What the looks rely on is proven with them: an open lead raises OutOfRange, other failures
    raise InstrumentError and BenchError.
    """
    return conclude(letter, _look(bench))


def _look(bench: leads.Looked) -> Looks:
    if not bench.has("remote_link"):
        return Looks()
    names = [
        n for n in OUTPUTS if bench.has(f"drop.{n}") and n in (*bench.device.ratings, "PRE-ALARM")
    ]
    bench.apply(POINT, settle=_SETTLE)
    leads.prove_power(bench)
    leads.insist(lambda: leads.prove_inputs(bench))
    pulls = tuple(f"pull_down.{n}" for n in names if bench.has(f"pull_down.{n}"))
    bench.switch(close=pulls)
    bench.clock.sleep(_SHORTLY)
    drops = {name: _read(bench, f"drop.{name}") for name in names}
    leads.insist(lambda: leads.prove_meters(bench, names))
    bench.switch(release=pulls)
    currents: dict[str, Look] = {}
    has_ammeter = bench.has("supply_current") and bench.has("bypass")
    if has_ammeter:
        currents["on"] = _current(bench)
    bench.switch(release=("remote_link",))
    bench.clock.sleep(_SETTLE)
    if has_ammeter:
        currents["remote off"] = _current(bench)
    leads.insist(lambda: leads.prove_pulls(bench, names))
    return Looks(drops=drops, currents=currents)


def _current(bench: leads.Looked) -> Look:
    bypassed = _read(bench, "supply_current")
    bench.switch(release=("bypass",))
    bench.clock.sleep(_SETTLE)
    look = _read(bench, "supply_current")
    leads.prove_power(bench)
    leads.prove_bypass(bypassed.value, look.value)
    bench.switch(close=("bypass",))
    return look


def _read(bench: leads.Looked, role: str) -> Look:
    meter = bench.role(Multimeter, role)
    value = meter.measure()
    return Look(value=value, expanded=_REACH * meter.uncertainty(value))


def _kind(variant: Variant) -> str:
    return "switch" if variant.charger_drop < split() else "diode"


def _contradictions(variant: Variant, looks: Looks) -> list[str]:
    """Return what a conforming unit of ``variant`` does not do; ``its`` marks the outputs."""
    found: list[str] = []
    load, charger, alarm = (looks.drops.get(name) for name in OUTPUTS)
    if load is not None and load.above(split()):
        found.append("LOAD lies too low")
    if charger is not None and not charger.below(_HIGH_DROP):
        found.append("CHARGER is not high")
    kind = looks.charger_kind()
    if kind and kind != _kind(variant):
        found.append(f"its CHARGER is a {kind}")
    if alarm is not None and alarm.below(_HIGH_DROP) and not variant.pre_alarm:
        found.append("its PRE-ALARM is high")
    for state, figure in (("on", variant.current_on), ("remote off", variant.current_off)):
        look = looks.currents.get(state)
        if look is not None and look.above(_CONSUMPTION * figure):
            found.append(f"it draws too much while {state}")
    return found
