"""A wire without a wire: what one Bluetooth Low Energy device advertises.

Nothing is sent to the device and nobody connects to it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from instruments.clock import Clock
from instruments.errors import Exchange
from instruments.transports.transcript import Transcript
from instruments.units import Second

if TYPE_CHECKING:
    from bleak.backends.scanner import BaseBleakScanner

    from instruments.transports.bluetooth_receiver import Receiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Advertisement:
    """One advertisement: when it was heard [s] on the bench clock, company number -> its data."""

    elapsed: Second
    data: Mapping[int, bytes]


class BluetoothWire:
    """Listens to one device, known by its address or by the name that it advertises.

    On macOS an address is the identifier that CoreBluetooth gives the device on that computer.
    ``backend`` takes the place of the operating system's Bluetooth, as bleak allows.
    """

    __slots__ = ("_backend", "_receiver", "address", "clock", "model", "name", "transcript")

    def __init__(
        self,
        name: str,
        address: str,
        *,
        clock: Clock,
        transcript: Transcript,
        backend: "Callable[[], type[BaseBleakScanner]] | None" = None,
    ) -> None:
        self.name = name
        self.address = address
        self.model = ""
        self.clock = clock
        self.transcript = transcript
        self._backend = backend
        self._receiver: Receiver | None = None

    def listen(
        self, within: Second, wanted: Callable[[Advertisement], bool] = lambda _: True
    ) -> Advertisement | None:
        """Return the first ``wanted`` advertisement from now on, None when there is none in time.

        The receiver's own start does not count as part of ``within`` [s]. Raises NotSupported when
        this computer cannot receive, NoAnswer when its receiver fails.
        """
        if self._receiver is None:
            # asyncio is much to load for a bench whose device is never listened to
            from instruments.transports.bluetooth_receiver import Receiver

            self._receiver = Receiver(self, self._backend)
        return self._receiver.listen(within, wanted)

    def heard(
        self, address: str, name: str | None, data: Mapping[int, bytes]
    ) -> Advertisement | None:
        """Return what was heard from ``address`` or ``name``, None unless that is our device."""
        if address.lower() != self.address.lower() and name != self.address:
            return None
        text = ", ".join(f"{company:#06x} {content.hex()}" for company, content in data.items())
        self.transcript.received(self.name, text or "no manufacturer data")
        return Advertisement(elapsed=self.clock.now(), data=dict(data))

    def exchange(self, command: str = "", reply: str = "") -> Exchange:
        """Return the description of an exchange on this wire."""
        return Exchange(
            role=self.name, model=self.model, resource=self.address, command=command, reply=reply
        )

    def close(self) -> None:
        """Release the receiver."""
        if self._receiver is not None:
            self._receiver.close()
            self._receiver = None
