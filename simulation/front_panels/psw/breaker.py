"""The power switch of a PSW, which is a circuit breaker that the unit itself can trip.

Sources: Keithley's program for the 2260B, in the words of the manual: SYSTem:CONFigure:BTRip
"trips the power switch trip (circuit breaker) to turn the unit off (shut down the power)",
BTRip:PROTection does so "when the OVP or OCP protection settings are tripped" and "only applies
after power has been reset". Assumed: that both leave the unit silent until it is switched on again.
"""

from simulation.front_panels.psw.output import PswOutput
from simulation.front_panels.scpi.headers import Entry, Headers, command

ON_PROTECTION = "breaker_trip"
_MANY = 10_000


def _nothing(*_: object) -> None:
    return None


class _Silence(Headers):
    """The dialect of a unit without power: takes everything and answers nothing."""

    def find(self, header: str) -> Entry | None:  # noqa: ARG002 - nobody is there to read it
        """Return what does nothing."""
        return Entry(_nothing, 0, _MANY)


_SILENCE = _Silence(())


class BreakerPanel(PswOutput):
    """An output that can take the power from its own front panel."""

    _trips_itself = False

    def shut_down(self) -> None:
        """Trip the breaker: no output and no answers until somebody switches the unit on."""
        self._forget_request()
        self._switch(False)
        self._headers, self._known = _SILENCE, {}

    def _trip(self, cause: int) -> None:
        super()._trip(cause)
        if self._trips_itself:
            self.shut_down()

    def power_cycle(self) -> None:
        """Come up with the breaker closed, which trips by protections as was set before."""
        self._headers = self._dialects[type(self)]
        self._known = self._headers.known
        kept = self.settings[ON_PROTECTION]
        super().power_cycle()
        self.settings[ON_PROTECTION] = kept
        self._trips_itself = bool(kept)

    @command(":SYSTem:CONFigure:BTRip[:IMMediate]")
    def _trip_breaker(self) -> None:
        self.shut_down()
