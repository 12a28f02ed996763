"""The analog inputs in a stream of a T7: recorded together, converted as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from instruments.units import Second, Volt
from simulation.front_panels.t7.pins import Pins
from simulation.front_panels.t7.scan_list import StreamSettings
from simulation.tap import Tap
from simulation.world import World

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class StreamInputs:
    """The wired analog inputs of the scan list; one entry a column.

    ``against`` names for each differential one the pair behind those of the columns.
    """

    pins: Pins
    tap: Tap
    places: tuple[int, ...]
    delays: tuple[Second, ...]
    dividers: "NDArray[numpy.float64]"
    spans: tuple[Volt, ...]
    against: Mapping[int, int]

    def converted(self, times: "NDArray[numpy.float64]") -> "NDArray[numpy.float64]":
        """Return what the converter makes of the voltages at scans of ``times`` [s]."""
        volts = self.tap.samples(times, self.delays) / self.dividers
        if self.against:
            for place, other in self.against.items():
                volts[:, place] -= volts[:, other]
            volts = volts[:, : len(self.places)]
        return self.pins.convert_scans(volts, self.spans)


def recorded(
    pins: Pins,
    world: World,
    settings: StreamSettings,
    inputs: Sequence[tuple[int, int, Second]],
) -> StreamInputs | None:
    """Record inputs, each a place in the scan list, a channel and a delay [s].

    None when nothing is wired to any of them.
    """
    found = [entry for entry in inputs if pins.pair(entry[1]) is not None]
    if not found:
        return None
    import numpy

    channels = [channel for _, channel, _ in found]
    delays = [delay for _, _, delay in found]
    against: dict[int, int] = {}
    for place, channel in enumerate(channels.copy()):
        if channel in settings.differential and pins.pair(channel + 1) is not None:
            against[place] = len(channels)
            channels.append(channel + 1)
            delays.append(delays[place])
    pairs = [pair for channel in channels if (pair := pins.pair(channel)) is not None]
    return StreamInputs(
        pins,
        world.tap(pairs),
        tuple(place for place, _, _ in found),
        tuple(delays),
        numpy.array([pins.divider(channel) for channel in channels]),
        tuple(settings.span(channel) for _, channel, _ in found),
        against,
    )
