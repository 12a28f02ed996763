"""Scanning with an external instrument: a DAQ970A whose own meter is switched off.

Sources: DAQ970A programming guide, page 204 (ROUTe:CHANnel:ADVance:SOURce: for the meter disabled
only, one *TRG is buffered); 34970A user's guide, page 244 (not the source of the trigger as well,
which an attempt sets to IMMediate); Rigol M300 programming guide, 2-105, for the words that its
maker took over (ROUTe:CHANnel:FWIRe pairs channels and answers 0 or 1). Assumed: -221 with the
meter enabled; that the trigger closes the first channel and the advance behind the last one ends
the sweep; that nobody sends a pulse, so that EXTernal never advances.
"""

from collections.abc import Callable, Mapping

from simulation.clock import Event, VirtualClock
from simulation.front_panels.daq970a.daqm901a import Daqm901a
from simulation.front_panels.daq970a.daqm901a_channel import BANK, CHANNELS, Channel
from simulation.front_panels.daq970a.errors import refused
from simulation.front_panels.daq970a.relays import Relays
from simulation.front_panels.daq970a.states import State, StatePanel
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.parameters import boolean
from simulation.front_panels.scpi.settings import Choice
from simulation.netlist import Link
from simulation.world import World

_SOURCE = Choice(
    header="",
    name="advance",
    words=("BUS", "IMMediate", "EXTernal"),
    replies=("BUS", "IMM", "EXT"),
)
_LAST_OF_BANK_1 = CHANNELS[0] + BANK - 1


class ChannelAdvance:
    """Stands where a scan has its meter: holds a channel until the next advance signal."""

    def __init__(self, clock: VirtualClock, relays: Relays) -> None:
        self._clock = clock
        self._relays = relays
        self._done: Callable[[], None] | None = None
        self._is_buffered = False
        self.event: Event | None = None
        self.source = "EXT"
        self.pairs: set[int] = set()
        """The channels that are closed with the one a bank further on."""

    def measure(
        self,
        number: int,
        channel: Channel,
        took: Callable[[float], None],  # noqa: ARG002 - somebody else takes the reading
        done: Callable[[], None],
    ) -> None:
        """Close a channel; ``done`` is called at the advance signal."""
        self._relays.open_all()
        self._relays.close([number, number + BANK] if number in self.pairs else [number])
        self._done = done
        if self.source == "IMM" or self._is_buffered:
            self._is_buffered = False
            self.event = self._clock.schedule(channel.settling(), self._advance)

    def signal(self) -> None:
        """Take an advance signal; one that comes early is kept, more are ignored."""
        if self._done is None or self.event is not None:
            self._is_buffered = True
        else:
            self.event = self._clock.schedule(0.0, self._advance)

    def stop(self) -> None:
        """Forget the channel."""
        if self.event is not None:
            self.event.cancel()
            self.event = None
        self._done = None
        self._relays.open_all()

    def _advance(self) -> None:
        self.event = None
        done, self._done = self._done, None
        self._relays.open_all()
        if done is not None:
            done()


class ExternalPanel(StatePanel):
    """Switches the meter off and on, and scans without it."""

    def __init__(
        self,
        *,
        idn: str,
        clock: VirtualClock,
        card: Daqm901a,
        links: Mapping[str, Link],
        world: World,
    ) -> None:
        super().__init__(idn=idn, clock=clock, card=card, links=links, world=world)
        self._has_meter = True
        self._advance = ChannelAdvance(clock, self._relays)

    def reset(self) -> None:
        """Enable the meter; the external instrument has nothing to say any more."""
        super().reset()
        self._use_meter(True)

    def configuration(self) -> State:
        """Return all that belongs to a state."""
        external = (self._advance.source, self._advance.pairs)
        return {**super().configuration(), "meter": self._has_meter, "external": external}

    def configure_again(self, state: State) -> None:
        """Take over a state; raises DialectError 292 if it had the meter where this has not."""
        if state["meter"] != self._has_meter:
            raise refused(292)
        super().configure_again(state)
        self._advance.source, self._advance.pairs = state["external"]

    def _use_meter(self, on: bool) -> None:
        self._has_meter = on
        self._scan.meter = self._meter if on else self._advance
        self._advance.source, self._advance.pairs = "EXT", set()

    def _need_meter(self) -> None:
        if not self._has_meter:
            raise refused(225)

    def _need_external(self) -> ChannelAdvance:
        if self._has_meter:
            raise DialectError(-221)
        return self._advance

    @command("INSTrument:DMM[:STATe]")
    def _set_meter(self, text: str) -> None:
        on = boolean(text)
        if on != self._has_meter:
            self.reset()  # "when you change the state ..., the instrument issues a Factory Reset"
            self._use_meter(on)

    @command("INSTrument:DMM[:STATe]?")
    def _ask_meter(self) -> str:
        return "1" if self._has_meter else "0"

    @command("ROUTe:CHANnel:ADVance:SOURce")
    def _set_advance(self, text: str) -> None:
        advance = self._need_external()
        wanted = _SOURCE.reply(_SOURCE.place(text))
        self._keep_apart(wanted, self._scan.source)
        advance.source = wanted

    @command("ROUTe:CHANnel:ADVance:SOURce?")
    def _ask_advance(self) -> str:
        return self._need_external().source

    @command("ROUTe:CHANnel:FWIRe")
    def _set_pairs(self, text: str, where: str = "") -> None:
        on = boolean(text)
        advance = self._need_external()
        numbers = self._channels(where)
        if any(number > _LAST_OF_BANK_1 for number in numbers):
            raise refused(306)
        if on:
            advance.pairs.update(numbers)
        else:
            advance.pairs.difference_update(numbers)

    @command("ROUTe:CHANnel:FWIRe?")
    def _ask_pairs(self, where: str = "") -> str:
        pairs = self._need_external().pairs
        numbers = self._channels(where)
        if not numbers:
            raise DialectError(-109)
        return ",".join("1" if number in pairs else "0" for number in numbers)

    @command("TRIGger:SOURce")
    def _set_source(self, text: str) -> None:
        super()._set_source(text)
        if not self._has_meter:
            self._keep_apart(self._scan.source, self._advance.source)

    def _keep_apart(self, wanted: str, other: str) -> None:
        """Raise DialectError -221 where trigger and advance would have one source."""
        if wanted == other != "IMM":
            self._scan.source = "IMM"
            raise DialectError(-221)

    @command("*TRG")
    def _trigger(self) -> None:
        if not self._has_meter and self._scan.running and self._advance.source == "BUS":
            self._advance.signal()
        else:
            super()._trigger()
