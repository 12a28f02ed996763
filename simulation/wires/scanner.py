"""What bleak's scanner is built on in simulation; imported when a radio is listened to."""

from typing import Any

from bleak.backends.scanner import (  # noqa: TID253 - see the head
    AdvertisementDataCallback,
    BaseBleakScanner,
)
from bleak.exc import (  # noqa: TID253 - see the head
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
)

from simulation.wires.radio import Air


class _Scanner(BaseBleakScanner):
    air: Air

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str,
        **options: Any,  # noqa: ANN401 - bleak's own, for other operating systems
    ) -> None:
        del scanning_mode, options
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        """Begin to hear; fails without a receiver in the words of bleak on Linux."""
        if not self.air.is_receivable():
            raise BleakBluetoothNotAvailableError(
                "No Bluetooth adapters found.", BleakBluetoothNotAvailableReason.NO_BLUETOOTH
            )
        self.seen_devices = {}
        self.air.listen(self)

    async def stop(self) -> None:
        """Hear nothing any more."""
        self.air.leave(self)


def scanner_of(air: Air) -> type[BaseBleakScanner]:
    """Return a scanner class that hears what is in ``air``."""
    return type("SimulatedScanner", (_Scanner,), {"air": air})
