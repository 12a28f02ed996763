"""Who is wired to what: role -> instrument terminal -> device terminal, as one table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from instruments.units import Ohm

DEVICE_TERMINALS = (
    "BAT+",
    "BAT-",
    "LOAD",
    "CHARGER",
    "PRE-ALARM",
    "REMOTE_L",
    "REMOTE_H",
    "BATTERY_LINK.1",
    "BATTERY_LINK.2",
    "BATTERY_LINK.3",
    "LED_BLUE",
    "LED_RED",
)
"""Terminals of the device family; every other net of a wiring is the fixture's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One row of the wiring: a role, the instrument terminal that plays it, the nets it joins.

    ``series`` [ohm] is in line with a relay contact, known to the part ``tolerance``. ``divider``
    n means that the instrument sees the n-th part of the voltage, known to ``divider_tolerance``;
    ``input_resistance`` [ohm] is then what the divider puts across the nets. Both nets are empty
    for a terminal that is connected to nothing: a person, a radio receiver.
    """

    role: str
    instrument: str
    terminal: str
    plus: str
    minus: str
    series: Ohm = 0.0
    tolerance: float = 0.0
    divider: float = 1.0
    divider_tolerance: float = 0.0
    input_resistance: Ohm = inf
    note: str = ""

    @property
    def at(self) -> str:
        """Return ``instrument.terminal``."""
        return f"{self.instrument}.{self.terminal}"

    @property
    def touches_nets(self) -> bool:
        """Return whether the terminal is connected to anything."""
        return bool(self.plus)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixturePart:
    """A passive part of the fixture that no instrument switches."""

    name: str
    kind: Literal["resistor", "capacitor"]
    plus: str
    minus: str
    value: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedRole:
    """A meter without a terminal of its own: what it reads follows from other roles.

    ``difference``: the first role's voltage less the second's. ``current_of``: what the ammeter
    built into the supply or the load says.
    """

    role: str
    kind: Literal["difference", "current_of"]
    of: tuple[str, ...]
    note: str = ""

    @property
    def formula(self) -> str:
        """Return how it is computed, in words."""
        return " - ".join(self.of) if self.kind == "difference" else f"ammeter of {self.of[0]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """The connections by role, the computed roles, and the passive parts."""

    connections: Mapping[str, Connection]
    parts: tuple[FixturePart, ...] = ()
    computed: Mapping[str, ComputedRole] = field(default_factory=dict[str, ComputedRole])

    def __contains__(self, role: str) -> bool:
        """Return whether some instrument plays ``role``, or several together."""
        return role in self.connections or role in self.computed

    def __getitem__(self, role: str) -> Connection:
        """Return the connection of ``role``; raises KeyError when no terminal plays it."""
        return self.connections[role]

    def played_by(self, role: str) -> str:
        """Return in words who plays ``role``; raises KeyError when nobody does."""
        if role in self.computed:
            return self.computed[role].formula
        return self.connections[role].at

    def family(self, prefix: str) -> tuple[Connection, ...]:
        """Return the connections of all roles ``prefix.<something>``, in the order of the file."""
        start = f"{prefix}."
        return tuple(row for role, row in self.connections.items() if role.startswith(start))

    def resistance_across(self, net: str, other: str) -> Ohm:
        """Return what dividers and resistors leave permanently between two nets [ohm]."""
        conductance = sum(
            1.0 / row.input_resistance
            for row in self.connections.values()
            if {row.plus, row.minus} == {net, other}
        ) + sum(
            1.0 / part.value
            for part in self.parts
            if part.kind == "resistor" and {part.plus, part.minus} == {net, other}
        )
        return 1.0 / conductance if conductance > 0.0 else inf


@dataclass(frozen=True, slots=True, kw_only=True)
class CableRow:
    """One line of the cabling sheet."""

    cable: int
    role: str
    instrument: str
    terminal: str
    plus: str
    minus: str
    through: str
    note: str = field(default="")


def cabling_sheet(wiring: Wiring) -> Iterator[CableRow]:
    """Yield the cabling sheet row by row: what to connect to what, and through which part."""
    number = 0
    for row in (row for row in wiring.connections.values() if row.touches_nets):
        number += 1
        yield CableRow(
            cable=number,
            role=row.role,
            instrument=row.instrument,
            terminal=row.terminal,
            plus=row.plus,
            minus=row.minus,
            through=_through(row),
            note=row.note,
        )
    for part in wiring.parts:
        number += 1
        yield CableRow(
            cable=number,
            role=part.name,
            instrument="fixture",
            terminal=part.kind,
            plus=part.plus,
            minus=part.minus,
            through=f"{part.value:g} {'ohm' if part.kind == 'resistor' else 'F'}",
            note=part.note,
        )


def _through(row: Connection) -> str:
    if row.series:
        return f"{row.series:g} ohm in series"
    if row.divider != 1.0:
        return f"divider 1:{row.divider:g}, {row.input_resistance:g} ohm"
    return ""
