"""A branch: two nets and the current between them as a piecewise linear function of the voltage."""

from bisect import bisect_left
from collections.abc import Callable
from math import inf

from instruments.units import Ampere, Volt, Watt

Siemens = float


class Branch:
    """Current ``slopes[r] * v + offsets[r]`` from net ``a`` to net ``b`` in region ``r`` of ``v``.

    ``bounds`` are the ascending voltages between the regions. The current must be continuous and
    must not fall with the voltage: then a circuit has one solution and the search for it ends.
    ``driven`` is False where neither offsets nor regions ever occur (a resistor, a contact).
    A ``power`` above 0 makes the last region the curve ``power / v`` (a constant power load).
    """

    __slots__ = (
        "a",
        "b",
        "bounds",
        "changed",
        "driven",
        "last",
        "offsets",
        "power",
        "region",
        "slopes",
    )

    def __init__(self, a: str, b: str, *, driven: bool) -> None:
        self.a = a
        self.b = b
        self.driven = driven
        self.bounds: tuple[Volt, ...] = ()
        self.slopes: tuple[Siemens, ...] = (0.0,)
        self.offsets: tuple[Ampere, ...] = (0.0,)
        self.power: Watt = 0.0
        self.region = 0
        self.changed: Callable[[Branch], None] = _nobody
        self.last: Callable[[Branch], Volt] = _nothing

    def conduct(self, slope: Siemens) -> None:
        """Become a plain conductance ``slope`` [S]."""
        self.curve((), (slope,), (0.0,))

    def curve(
        self,
        bounds: tuple[Volt, ...],
        slopes: tuple[Siemens, ...],
        offsets: tuple[Ampere, ...],
        power: Watt = 0.0,
    ) -> None:
        """Take another characteristic: one slope [S] and offset [A] more than bounds [V].

        If it has other regions than before, the branch begins in that of its last voltage. What it
        has already is no change.
        """
        if (
            slopes == self.slopes
            and offsets == self.offsets
            and bounds == self.bounds
            and power == self.power
        ):
            return
        if len(bounds) != len(self.bounds) or power:
            self.region = bisect_left(bounds, self.last(self)) if bounds else 0
        self.bounds = bounds
        self.slopes = slopes
        self.offsets = offsets
        self.power = power
        self.changed(self)

    def leave(self) -> None:
        """Belong to no circuit any more."""
        self.changed = _nobody
        self.last = _nothing

    def limits(self) -> tuple[Volt, Volt]:
        """Return the lowest and the highest voltage of the present region [V]."""
        region, bounds = self.region, self.bounds
        return (
            bounds[region - 1] if region > 0 else -inf,
            bounds[region] if region < len(bounds) else inf,
        )


def _nobody(branch: Branch) -> None:
    """Tell nobody: the branch is in no circuit yet."""


def _nothing(branch: Branch) -> Volt:
    """Return 0 V: the branch is in no circuit yet."""
    del branch
    return 0.0
