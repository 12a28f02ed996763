"""A trigger system of the PSW: idle, or initiated and waiting (SCPI-99, volume 1, chapter 6).

The PSW has two, for the levels (TRANsient) and for the output (OUTPut). With the source IMMediate
an initiated system acts at once, with BUS it waits for ``*TRG`` or its own ``TRIGger`` command
(GW Instek APS-7000 manual, page 85; a program of the maker for the 2260B).
"""

from collections.abc import Callable

from simulation.front_panels.scpi.errors import DialectError


class TriggerSystem:
    """Does its action once for each time that it is initiated and triggered."""

    __slots__ = ("_act", "is_waiting")

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self.is_waiting = False

    def initiate(self, *, at_once: bool) -> None:
        """Act at once or wait for a trigger; raises DialectError -213 while waiting."""
        if self.is_waiting:
            raise DialectError(-213)
        if at_once:
            self._act()
        else:
            self.is_waiting = True

    def trigger(self) -> None:
        """Act and be idle again; raises DialectError -211 when idle."""
        if not self.is_waiting:
            raise DialectError(-211)
        self.is_waiting = False
        self._act()

    def abort(self) -> None:
        """Be idle."""
        self.is_waiting = False
