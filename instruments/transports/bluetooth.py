"""A wire without a wire: what one Bluetooth Low Energy device advertises, over bleak.

bleak is asynchronous; here its event loop runs only while somebody listens, between two looks at
the bench's clock. Nothing is sent to the device and nobody connects to it. The receiver is off
between two listenings, because an active scan makes a device answer, which costs it current.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from instruments.clock import Clock
from instruments.errors import Exchange, NoAnswer, NotSupported
from instruments.transports.transcript import Transcript
from instruments.units import Second

if TYPE_CHECKING:
    from bleak import BleakScanner
    from bleak.backends.device import BLEDevice
    from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

_MISSING = (
    "the Python package 'bleak' is not installed on this computer; install it with "
    "pip install -c constraints.txt bleak"
)
_LOOK: Second = 0.05  # between two looks; a device advertises about once a second
_START_TIMEOUT: Second = 5.0  # of the operating system's Bluetooth service


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

    __slots__ = ("_backend", "_loop", "_transcript", "address", "clock", "model", "name")

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
        self._transcript = transcript
        self._backend = backend
        self._loop: asyncio.AbstractEventLoop | None = None

    def listen(
        self, within: Second, wanted: Callable[[Advertisement], bool] = lambda _: True
    ) -> Advertisement | None:
        """Return the first ``wanted`` advertisement from now on, None when there is none in time.

        The receiver's own start does not count as part of ``within`` [s]. Raises NotSupported when
        this computer cannot receive, NoAnswer when its receiver fails.
        """
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(self._listen(within, wanted))

    def exchange(self, command: str = "", reply: str = "") -> Exchange:
        """Return the description of an exchange on this wire."""
        return Exchange(
            role=self.name, model=self.model, resource=self.address, command=command, reply=reply
        )

    def close(self) -> None:
        """Release the event loop."""
        if self._loop is not None:
            self._loop.close()
            self._loop = None

    async def _listen(
        self, within: Second, wanted: Callable[[Advertisement], bool]
    ) -> Advertisement | None:
        heard: list[Advertisement] = []

        def take(device: "BLEDevice", said: "AdvertisementData") -> None:
            if self._is_ours(device.address, said.local_name):
                heard.append(self._received(said.manufacturer_data))

        scanner = await self._started(take)
        try:
            deadline = self.clock.now() + within
            while (left := deadline - self.clock.now()) > 0.0:
                # the bench's clock passes the time, then the loop gets its turn
                self.clock.sleep(min(left, _LOOK))
                await asyncio.sleep(0.0)
                while heard:
                    advertisement = heard.pop(0)
                    if wanted(advertisement):
                        return advertisement
            self._transcript.note(self.name, f"nothing heard within {within:g} s")
            return None
        finally:
            await self._stop(scanner)

    async def _started(
        self, take: "Callable[[BLEDevice, AdvertisementData], None]"
    ) -> "BleakScanner":
        try:
            from bleak import BleakScanner
            from bleak.exc import BleakBluetoothNotAvailableError, BleakError
        except ImportError:
            raise NotSupported(_MISSING, self.exchange("scan")) from None
        try:
            scanner = BleakScanner(take, backend=self._backend() if self._backend else None)
            async with asyncio.timeout(_START_TIMEOUT):
                await scanner.start()
        except BleakBluetoothNotAvailableError as error:
            raise NotSupported(
                f"this computer has no Bluetooth receiver that can be used: {error.args[0]}; plug "
                "one in, switch it on and allow this program to use it",
                self.exchange("scan"),
            ) from error
        except FileNotFoundError as error:
            # Linux without a D-Bus socket
            raise NotSupported(
                "this computer runs no Bluetooth service (no D-Bus socket); install and start "
                "BlueZ",
                self.exchange("scan"),
            ) from error
        except (BleakError, OSError, TimeoutError) as error:
            reason = str(error) or type(error).__name__
            raise NoAnswer(
                f"the Bluetooth receiver does not start: {reason}", self.exchange("scan")
            ) from error
        return scanner

    async def _stop(self, scanner: "BleakScanner") -> None:
        from bleak.exc import BleakError

        try:
            async with asyncio.timeout(_START_TIMEOUT):
                await scanner.stop()
        except (BleakError, OSError, TimeoutError) as error:
            # what was heard was heard; a receiver that is gone fails at the next start
            self._transcript.note(self.name, f"the receiver does not stop: {error}")

    def _is_ours(self, address: str, name: str | None) -> bool:
        return address.lower() == self.address.lower() or name == self.address

    def _received(self, data: Mapping[int, bytes]) -> Advertisement:
        text = ", ".join(f"{company:#06x} {content.hex()}" for company, content in data.items())
        self._transcript.received(self.name, text or "no manufacturer data")
        return Advertisement(elapsed=self.clock.now(), data=dict(data))
