"""The air between simulated radios and bleak: a backend for bleak's own scanner.

All of the genuine ``BleakScanner`` runs above it. Radios are asked what they say only while
somebody listens: to the listener that makes no difference, and it keeps the clock free of events.
"""

from typing import TYPE_CHECKING

from simulation.clock import Event, VirtualClock
from simulation.front_panels.radio import COMPANY, Radio

if TYPE_CHECKING:
    from bleak.backends.scanner import BaseBleakScanner

_STRENGTH = -60  # dBm


class Antenna:
    """The way from one radio to the receiver of this computer; can be lost and can garble."""

    __slots__ = ("_garbled", "is_cut", "radio")

    def __init__(self, radio: Radio) -> None:
        self.radio = radio
        self.is_cut = False
        self._garbled: list[bytes] = []

    def cut(self) -> None:
        """Pull the receiver out of the computer."""
        self.is_cut = True

    def mend(self) -> None:
        """Plug the receiver in again."""
        self.is_cut = False

    def garble(self, reply: bytes) -> None:
        """Replace the data of the next advertisement."""
        self._garbled.append(reply)

    def power_cycle(self) -> None:
        """Restart the receiver, which remembers nothing anyway."""

    def carry(self, slot: int) -> bytes | None:
        """Return what arrives of the advertisement in ``slot``, None where there is none."""
        said = self.radio.speak(slot)
        return said if said is None or not self._garbled else self._garbled.pop(0)


class Air:
    """What is in the air of one laboratory."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._antennas: list[Antenna] = []
        self._scanners: list[BaseBleakScanner] = []
        self._events: dict[Antenna, Event] = {}

    def connect(self, radio: Radio) -> Antenna:
        """Let a radio be heard and return the way that it is heard by."""
        antenna = Antenna(radio)
        self._antennas.append(antenna)
        return antenna

    def backend(self) -> "type[BaseBleakScanner]":
        """Return the class that bleak's scanner is to be built on."""
        from simulation.wires.scanner import scanner_of

        return scanner_of(self)

    def is_receivable(self) -> bool:
        """Return whether the receiver is in the computer."""
        return not any(antenna.is_cut for antenna in self._antennas)

    def listen(self, scanner: "BaseBleakScanner") -> None:
        """Let a scanner hear what is said from now on."""
        self._scanners.append(scanner)
        for antenna in self._antennas:
            if antenna not in self._events:
                self._schedule(antenna)

    def leave(self, scanner: "BaseBleakScanner") -> None:
        """Let a scanner hear nothing any more."""
        self._scanners.remove(scanner)
        if not self._scanners:
            for event in self._events.values():
                event.cancel()
            self._events.clear()

    def announce(self, address: str, name: str, data: dict[int, bytes]) -> None:
        """Say something to whoever listens, as any device near by might."""
        from bleak.backends.scanner import AdvertisementData

        for scanner in tuple(self._scanners):
            said = AdvertisementData(name, data, {}, [], None, _STRENGTH, ())
            device = scanner.create_or_update_device(address, address, name, None, said)
            scanner.call_detection_callbacks(device, said)

    def _schedule(self, antenna: Antenna) -> None:
        now = self._clock.now()
        slot, moment = antenna.radio.next_slot(now)
        self._events[antenna] = self._clock.schedule(moment - now, lambda: self._say(antenna, slot))

    def _say(self, antenna: Antenna, slot: int) -> None:
        self._schedule(antenna)
        said = antenna.carry(slot)
        if said is not None and not antenna.is_cut:
            data = {COMPANY: said} if said else dict[int, bytes]()
            self.announce(antenna.radio.address, antenna.radio.name, data)
