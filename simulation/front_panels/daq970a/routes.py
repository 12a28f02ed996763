"""ROUTe words of a DAQ970A: relays by hand, their counts, the monitored channel.

Sources: DAQ970A programming guide (monitor); 34970A/34972A command reference; PyICe driver
(SYSTem:RELay:CYCLes?).
"""

from collections.abc import Mapping, Sequence

from simulation.clock import VirtualClock
from simulation.front_panels.daq970a.daqm901a import Daqm901a
from simulation.front_panels.daq970a.daqm901a_channel import Channel
from simulation.front_panels.daq970a.errors import refused
from simulation.front_panels.daq970a.limits import LimitPanel
from simulation.front_panels.daq970a.meter import Meter
from simulation.front_panels.daq970a.monitor import NO_DATA, Monitor
from simulation.front_panels.daq970a.relays import Relays
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.parameters import boolean
from simulation.netlist import Link
from simulation.world import World


class RoutePanel(LimitPanel):
    """Closes relays by hand and monitors one channel."""

    def __init__(
        self,
        *,
        idn: str,
        clock: VirtualClock,
        card: Daqm901a,
        links: Mapping[str, Link],
        world: World,
    ) -> None:
        super().__init__(idn=idn, clock=clock)
        self._card = card
        self._meter = Meter(clock, card)
        self._relays = Relays(links, world, card.cycles)
        self._monitor = Monitor(self._meter, self.is_measuring, self._take_monitored)
        self._monitored: dict[int, float] = {}

    def is_scanning(self) -> bool:
        """Return whether a scan has been initiated and is not over."""
        return False

    def is_measuring(self) -> bool:
        """Return whether a scan has the meter at present."""
        return False

    def _take_monitored(self, number: int, channel: Channel, value: float) -> None:
        self._monitored[number] = self.read(number, channel, value).value

    def _stop_monitor(self) -> None:
        """Look at no channel any more."""
        self._monitor.switch(False)
        self._monitor.number = None
        self._monitored.clear()

    def set_up_anew(self, numbers: Sequence[int]) -> None:
        """Monitor a channel as it is set up now."""
        super().set_up_anew(numbers)
        number = self._monitor.number
        if number is not None and number in numbers:
            self._monitored.pop(number, None)
            self._monitor.choose(number, self._table[number])

    @command("ROUTe:MONitor[:CHANnel]")
    def _choose_monitored(self, where: str) -> None:
        numbers = self._channels(where)
        if len(numbers) != 1:
            raise refused(281)
        if numbers[0] != self._monitor.number:
            self._monitored.clear()
            self._monitor.choose(numbers[0], self._table[numbers[0]])

    @command("ROUTe:MONitor[:CHANnel]?")
    def _ask_monitored(self) -> str:
        number = self._monitor.number
        return self.channel_list([] if number is None else [number])

    @command("ROUTe:MONitor:STATe")
    def _set_monitor(self, text: str) -> None:
        on = boolean(text)
        if on and self._monitor.number is None:
            if not self._list:
                raise DialectError(-221)
            self._monitor.choose(self._list[0], self._table[self._list[0]])
        if on != self._monitor.is_on:
            self._monitored.clear()
            self._monitor.switch(on)

    @command("ROUTe:MONitor:STATe?")
    def _ask_monitor(self) -> str:
        return "1" if self._monitor.is_on else "0"

    @command("ROUTe:MONitor:DATA?")
    def _ask_monitor_data(self) -> str:
        number = self._monitor.number
        if not self._monitor.is_on or number is None:
            return f"{NO_DATA:+.8E}"
        if self.is_measuring():
            latest = self._memory.latest(number, 1)
            if latest:
                return f"{latest[0].value:+.8E}"
        return f"{self._monitored.get(number, NO_DATA):+.8E}"

    @command("ROUTe:CLOSe")
    def _close(self, where: str) -> None:
        self._relays.close(self._free(where))

    @command("ROUTe:CLOSe:EXCLusive")
    def _close_only(self, where: str) -> None:
        numbers = self._free(where)
        self._relays.open_all()
        self._relays.close(numbers)

    @command("ROUTe:CLOSe?")
    def _ask_closed(self, where: str) -> str:
        return ",".join("1" if n in self._relays.closed else "0" for n in self._channels(where))

    @command("ROUTe:OPEN")
    def _open(self, where: str) -> None:
        numbers = self._channels(where)
        if self.is_scanning():
            raise refused(301)
        self._relays.open(numbers)

    @command("ROUTe:OPEN?")
    def _ask_open(self, where: str) -> str:
        return ",".join("0" if n in self._relays.closed else "1" for n in self._channels(where))

    @command("SYSTem:CPON")
    def _power_on_card(self, text: str) -> None:
        if text.upper() not in ("100", "200", "300", "1", "2", "3", "ALL"):
            raise DialectError(-224)
        if self.is_scanning():
            raise refused(301)
        if not self._list:
            self._relays.open_all()

    @command("DIAGnostic:RELay:CYCLes?", "SYSTem:RELay:CYCLes?")
    def _ask_cycles(self, where: str) -> str:
        return ",".join(f"{self._card.cycles[number]:+d}" for number in self._channels(where))

    def _free(self, where: str) -> list[int]:
        """Return channels that may be closed by hand; raises DialectError if any is scanned."""
        numbers = self._channels(where)
        if self._list or self.is_scanning():
            raise refused(301)
        return numbers
