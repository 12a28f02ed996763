"""The leads between bench and unit: proven once a run, before anything is believed.

A meter on an open lead reads what an output that is off would show, or one that is high; a pull on
an open lead says that every output floats or none. Each output is therefore read by two meters, and
pulled to both sides at once while the unit is switched off: what one pull moves the unit does not
hold, so the other must move it too. A unit with a defect contradicts none of this, as both meters
see the same defect, and a pin that it holds is moved by neither pull.
"""

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Protocol

from bench.bench_file import BenchFile
from bench.operating_point import OperatingPoint
from bench.roles import Ability
from bench.spec import Device
from instruments.clock import Clock
from instruments.errors import Exchange, OutOfRange
from instruments.load import LoadInput
from instruments.multimeter import Multimeter
from instruments.units import Ampere, Second, Volt

NEAR = 0.1
"""Part of the supply's level by which the battery voltage may differ: leads and burden, no more."""

_APART = 0.05  # of Vbat; two meters of one output are far nearer than that
_MOVED = 0.02  # of Vbat; a pull of 100 kohm moves what another of its kind moves by far more
_FREED = 0.4  # of Vbat; what a pull moves that far, it does not share with 15 kohm
_TIED: Volt = 0.5  # between two pins that a closed link joins
_CLOSED: Volt = 1.0  # of a pole of the link that a contact holds at BAT-
_SETTLE: Second = 0.1
_TRIES = 3
_FLOWS: Ampere = 0.1e-3  # what less is of the supply current says nothing of its bypass


class Looked(Protocol):
    """What a look at a unit asks of its bench."""

    @property
    def file(self) -> BenchFile:
        """Return the bench file."""
        ...

    @property
    def device(self) -> Device:
        """Return the kind of device that was named."""
        ...

    @property
    def clock(self) -> Clock:
        """Return the bench clock."""
        ...

    @property
    def supplied(self) -> Volt:
        """Return the voltage that the unit is powered with [V]."""
        ...

    def has(self, role: str) -> bool:
        """Return whether some instrument plays ``role``."""
        ...

    def role(self, kind: type[Ability], name: str) -> Ability:
        """Return the ability that plays role ``name``."""
        ...

    def apply(self, point: OperatingPoint, *, settle: Second) -> None:
        """Bring the unit to ``point``."""
        ...

    def switch(self, close: Collection[str] = (), release: Collection[str] = ()) -> None:
        """Close and release contacts by role."""
        ...


def check_supply(found: Volt, level: Volt) -> None:
    """Raise OutOfRange where ``found`` [V] at BAT+ is not the ``level`` of the supply [V]."""
    if level and abs(found - level) > NEAR * level:
        raise OutOfRange(
            f"BAT+ is at {found:.3g} V and the supply at {level:.3g} V: a lead of the "
            "bench is open, or the supply has given in",
            Exchange(role="vbat"),
        )


def insist(prove: Callable[[], None]) -> None:
    """Try a proof until it holds, and raise what it raises where it never does.

    A unit with a loose contact may change between two readings, a lead that is open does not.
    """
    for _ in range(_TRIES - 1):
        with suppress(OutOfRange):
            prove()
            return
    prove()


def prove_power(bench: Looked) -> None:
    """Raise OutOfRange where the unit is not supplied as it should be."""
    if bench.has("vbat"):
        check_supply(_read(bench, "vbat"), bench.supplied)


def prove_inputs(bench: Looked) -> None:
    """Raise OutOfRange where the closed link or a closed pole of the battery loop is open."""
    levels = {
        row.role: _read(bench, row.role) for row in bench.file.wiring.family("remote_voltage")
    }
    if len(levels) > 1 and max(levels.values()) - min(levels.values()) > _TIED:
        told = " and ".join(f"{role} {level:.3g} V" for role, level in levels.items())
        raise OutOfRange(
            f"the remote inputs are linked, yet one is not where the other is ({told}): the link, "
            "its leads or those of a meter are open",
            Exchange(role="remote_link"),
        )
    if bench.device.battery_link != "loop":
        return
    for row in bench.file.wiring.family("loop"):
        role = f"stream.{row.role}"
        if bench.has(role) and (level := _read(bench, role)) > _CLOSED:
            raise OutOfRange(
                f"{row.plus} is at {level:.3g} V while the contact of '{row.role}' ties it to "
                f"{row.minus}: a lead or the contact is open",
                Exchange(role=row.role),
            )


def prove_meters(bench: Looked, names: Collection[str]) -> None:
    """Raise OutOfRange where two meters of one output contradict each other.

    That is the one from BAT+ to it against the one of the stream; where the bench has the stream
    only, an output that seems to be off is looked at by the load as well.
    """
    for name in names:
        stream = _stream(bench, name)
        if stream is None:
            continue
        if f"drop.{name}" in bench.file.wiring.connections:
            other, level = f"drop.{name}", bench.supplied - _read(bench, f"drop.{name}")
        elif stream < bench.supplied / 2.0 and bench.has(f"to_bus.{name}"):
            other, level = "load", _on_bus(bench, name)
        else:
            continue
        if abs(level - stream) > (NEAR + _APART) * bench.supplied:
            raise OutOfRange(
                f"{name} is at {level:.3g} V by '{other}' and at {stream:.3g} V by "
                f"'stream.{name}': a lead of one of them is open",
                Exchange(role=other),
            )


def prove_pulls(bench: Looked, names: Collection[str]) -> None:
    """Raise OutOfRange where one pull moves an output and the other one does not.

    The unit is to be switched off, so that its outputs float.
    """
    names = [n for n in names if bench.has(f"pull_up.{n}") and bench.has(f"pull_down.{n}")]
    downs, ups = ([f"{kind}.{name}" for name in names] for kind in ("pull_down", "pull_up"))
    bench.switch(release=(*downs, *ups))
    free = _levels(bench, names)
    bench.switch(close=downs)
    down = _levels(bench, names)
    prove_meters(bench, names)
    bench.switch(close=ups)
    both = _levels(bench, names)
    bench.switch(release=downs)
    up = _levels(bench, names)
    prove_meters(bench, names)
    bench.switch(release=ups)
    least = _MOVED * bench.supplied
    for name in names:
        by_down = max(abs(down[name] - free[name]), abs(both[name] - up[name]))
        by_up = max(abs(up[name] - free[name]), abs(both[name] - down[name]))
        # a pin that a resistor pulls low goes up a little only, one that is held high starts there
        pull_down_is_open = by_down < least and by_up > _FREED * bench.supplied
        pull_up_is_open = by_up < least < by_down / 2.0 and free[name] < bench.supplied / 2.0
        if pull_down_is_open or pull_up_is_open:
            role = f"{'pull_down' if pull_down_is_open else 'pull_up'}.{name}"
            raise OutOfRange(
                f"'{role}' does not move {name}, and the other pull does: its lead or its contact "
                "is open",
                Exchange(role=role),
            )


def prove_bypass(bypassed: Ampere, flowing: Ampere) -> None:
    """Raise OutOfRange where a current [A] takes the meter though its bypass is closed."""
    if flowing > _FLOWS and bypassed > flowing / 2.0:
        raise OutOfRange(
            f"{bypassed:.3g} A of {flowing:.3g} A flow through the current input while it is "
            "bypassed: a lead or the contact of the bypass is open",
            Exchange(role="bypass"),
        )


def _levels(bench: Looked, names: Collection[str]) -> dict[str, Volt]:
    bench.clock.sleep(_SETTLE)
    return {name: bench.supplied - _read(bench, f"drop.{name}") for name in names}


def _on_bus(bench: Looked, name: str) -> Volt:
    """Return what the load, which draws nothing, sees of an output [V]."""
    contacts = [role for role in (f"to_bus.{name}", "bus_load") if bench.has(role)]
    bench.switch(close=contacts)
    bench.clock.sleep(_SETTLE)
    level = bench.role(LoadInput, "load").voltage()
    bench.switch(release=contacts)
    return level


def _stream(bench: Looked, name: str) -> Volt | None:
    return _read(bench, f"stream.{name}") if bench.has(f"stream.{name}") else None


def _read(bench: Looked, role: str) -> float:
    return bench.role(Multimeter, role).measure()
