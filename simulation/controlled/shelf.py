"""The devices that lie ready at a simulated bench, and which of them is fitted to which output."""

from collections.abc import Mapping
from types import MappingProxyType

from simulation.clock import VirtualClock
from simulation.controlled.device import ControlledDevice
from simulation.controlled.sheet import sheet_of
from simulation.world import World

NOTHING = "nothing"


class Shelf:
    """Fits one device at a time to each output; ``fitted`` is the table of terminal -> device."""

    __slots__ = ("_clock", "_fitted", "_outputs", "_world", "fitted")

    def __init__(self, world: World, clock: VirtualClock, outputs: tuple[str, ...]) -> None:
        self._world = world
        self._clock = clock
        self._outputs = outputs
        self._fitted: dict[str, ControlledDevice] = {}
        self.fitted: Mapping[str, ControlledDevice] = MappingProxyType(self._fitted)

    def fit(self, terminal: str, device: str) -> str:
        """Fit ``device`` to ``terminal`` in place of what is there, or ``nothing``.

        Raises ValueError in words where there is no such output or device.
        """
        if terminal not in self._outputs:
            raise ValueError(f"this unit has no output {terminal}")
        sheet = None if device == NOTHING else sheet_of(device)
        old = self._fitted.pop(terminal, None)
        if old is not None:
            old.remove()
        if sheet is not None:
            new = self._fitted[terminal] = ControlledDevice(
                sheet, terminal, self._world, self._clock
            )
            new.fit()
        return ""
