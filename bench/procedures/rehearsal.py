"""What outputs do in the cycles before the one that is measured.

A unit that misses every second signal does well whenever an odd one is looked at.
"""

from collections.abc import Iterable, Iterator

from bench.bench import Bench
from bench.measurement import Measurement
from bench.procedure import measurement
from bench.procedures.readings import read
from bench.procedures.state import HIGH_DROP
from instruments.units import Second

WORDS = ("NONE", "SOME")
"""Whether there are exceptions: cycles in which an output did otherwise than in the last one."""

_SETTLE: Second = 0.02


class Rehearsal:
    """Remembers which of the outputs ``names`` were high when they were looked at."""

    __slots__ = ("_bench", "_looks", "_measured", "_names")

    def __init__(self, bench: Bench, names: tuple[str, ...]) -> None:
        self._bench = bench
        self._names = names
        self._looks: dict[str, list[tuple[bool, ...]]] = {}
        self._measured: dict[str, bool] = {}

    def look(self, suffix: str = "") -> None:
        """Look at all outputs, pulled down; ``suffix`` tells which part of the cycle it is."""
        pulls = tuple(f"pull_down.{name}" for name in self._names)
        self._bench.switch(close=pulls)
        self._bench.clock.sleep(_SETTLE)
        drops = [read(self._bench, f"drop.{name}").value for name in self._names]
        self._bench.switch(release=pulls)
        highs = tuple(drop <= HIGH_DROP for drop in drops)
        self._looks.setdefault(suffix, []).append(highs)

    def heard(self, found: Iterable[Measurement]) -> Iterator[Measurement]:
        """Yield what is measured of the last cycle, and take note of the states in it."""
        for told in found:
            if told.name.startswith("state"):
                self._measured[told.name] = told.value == "HIGH"
            yield told

    def exceptions(self) -> Iterator[Measurement]:
        """Yield of each output whether it ever did otherwise than in the last cycle."""
        if not self._looks:
            return
        for number, name in enumerate(self._names):
            differs = any(
                look[number] != self._measured[f"state{suffix}.{name}"]
                for suffix, looks in self._looks.items()
                for look in looks
            )
            yield measurement(
                self._bench,
                f"exceptions.{name}",
                WORDS[differs],
                source=f"pull_down.{name}, drop.{name}",
            )
