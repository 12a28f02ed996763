"""Listening to Bluetooth Low Energy over bleak.

bleak is asynchronous; here its event loop runs only while somebody listens, between two looks at
the bench's clock. The receiver is off between two listenings, because an active scan makes a device
answer, which costs it current.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from instruments.errors import NoAnswer, NotSupported
from instruments.transports.bluetooth import Advertisement, BluetoothWire
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


class Receiver:
    """The receiver of this computer, listening for the device of one wire."""

    __slots__ = ("_backend", "_loop", "_wire")

    def __init__(
        self, wire: BluetoothWire, backend: "Callable[[], type[BaseBleakScanner]] | None"
    ) -> None:
        self._wire = wire
        self._backend = backend
        self._loop = asyncio.new_event_loop()

    def listen(
        self, within: Second, wanted: Callable[[Advertisement], bool]
    ) -> Advertisement | None:
        """Return what `BluetoothWire.listen` does."""
        return self._loop.run_until_complete(self._listen(within, wanted))

    def close(self) -> None:
        """Release the event loop."""
        self._loop.close()

    async def _listen(
        self, within: Second, wanted: Callable[[Advertisement], bool]
    ) -> Advertisement | None:
        wire, clock = self._wire, self._wire.clock
        heard: list[Advertisement] = []

        def take(device: "BLEDevice", said: "AdvertisementData") -> None:
            ours = wire.heard(device.address, said.local_name, said.manufacturer_data)
            if ours is not None:
                heard.append(ours)

        scanner = await self._started(take)
        try:
            deadline = clock.now() + within
            while (left := deadline - clock.now()) > 0.0:
                # the bench's clock passes the time, then the loop gets its turn
                clock.sleep(min(left, _LOOK))
                await asyncio.sleep(0.0)
                while heard:
                    advertisement = heard.pop(0)
                    if wanted(advertisement):
                        return advertisement
            wire.transcript.note(wire.name, f"nothing heard within {within:g} s")
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
            raise NotSupported(_MISSING, self._wire.exchange("scan")) from None
        try:
            scanner = BleakScanner(take, backend=self._backend() if self._backend else None)
            async with asyncio.timeout(_START_TIMEOUT):
                await scanner.start()
        except BleakBluetoothNotAvailableError as error:
            raise NotSupported(
                f"this computer has no Bluetooth receiver that can be used: {error.args[0]}; plug "
                "one in, switch it on and allow this program to use it",
                self._wire.exchange("scan"),
            ) from error
        except FileNotFoundError as error:
            # Linux without a D-Bus socket
            raise NotSupported(
                "this computer runs no Bluetooth service (no D-Bus socket); install and start "
                "BlueZ",
                self._wire.exchange("scan"),
            ) from error
        except (BleakError, OSError, TimeoutError) as error:
            reason = str(error) or type(error).__name__
            raise NoAnswer(
                f"the Bluetooth receiver does not start: {reason}", self._wire.exchange("scan")
            ) from error
        return scanner

    async def _stop(self, scanner: "BleakScanner") -> None:
        from bleak.exc import BleakError

        try:
            async with asyncio.timeout(_START_TIMEOUT):
                await scanner.stop()
        except (BleakError, OSError, TimeoutError) as error:
            # what was heard was heard; a receiver that is gone fails at the next start
            self._wire.transcript.note(self._wire.name, f"the receiver does not stop: {error}")
