"""Find the nets behind an instrument's terminals."""

from collections.abc import Mapping, Sequence

from instruments.units import Ohm
from simulation.netlist import Link


def links_of(instrument: str, links: Sequence[Link]) -> Mapping[str, Link]:
    """Return the links of one instrument by terminal; ValueError if a terminal is linked twice."""
    found: dict[str, Link] = {}
    for link in links:
        if link.instrument != instrument:
            continue
        if link.terminal in found:
            raise ValueError(f"{instrument}.{link.terminal} is linked twice")
        found[link.terminal] = link
    return found


def refuse_unknown(model: str, links: Mapping[str, Link], terminals: Sequence[str]) -> None:
    """Raise ValueError if a link names a terminal that the model lacks."""
    for link in links.values():
        if link.terminal not in terminals:
            raise ValueError(
                f"{link.instrument} ({model}) has no terminal {link.terminal!r}; "
                f"it has {', '.join(terminals)}"
            )


def open_circuit(instrument: str, terminal: str, ground: str) -> Link:
    """Return a link that leads nowhere, for a terminal without a cable."""
    return Link(
        instrument=instrument, terminal=terminal, plus=f"{instrument}.{terminal}", minus=ground
    )


LEAKAGE_RESISTANCE: Ohm = 1e9
"""Insulation of an unconnected terminal; keeps its net defined."""
