"""What follows from one set of conductances, kept because relays come back to the same states."""

from dataclasses import dataclass

from instruments.units import Second, Volt
from simulation.branch import Siemens
from simulation.modes import Modes

Moved = tuple[int, int, int, Volt, tuple[float, ...]]
"""A driven branch's slot, or -1 and a watched level; its nets; by how much each mode moves it."""


@dataclass(slots=True, kw_only=True)
class Spread:
    """Modes, the shape of each over all nets, and the largest voltage of each shape.

    ``moved`` are the pairs of nets to look at while these modes go their way; see `Transient`.
    """

    modes: Modes
    shapes: tuple[tuple[float, ...], ...]
    sizes: tuple[float, ...]
    watched: tuple[tuple[int, int, Volt], ...] | None = None
    moved: tuple[Moved, ...] = ()


class Factored:
    """What follows from one set of conductances; ``modes``, by what is instant, when asked for."""

    __slots__ = ("modes", "ports", "ratios")

    def __init__(self, ratios: tuple[float, ...], ports: tuple[Siemens, ...]) -> None:
        self.ratios = ratios
        self.ports = ports
        self.modes: dict[Second, Spread] = {}
