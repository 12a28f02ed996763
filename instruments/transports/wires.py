"""Where drivers get their wires from: one factory for all transports of a bench."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from instruments.clock import Clock
from instruments.transports.transcript import Transcript
from instruments.units import Second

if TYPE_CHECKING:
    import pyvisa
    from bleak.backends.scanner import BaseBleakScanner

    from instruments.transports.bluetooth import BluetoothWire
    from instruments.transports.console import ConsoleWire
    from instruments.transports.ljm import LjmWire
    from instruments.transports.serial import SerialWire
    from instruments.transports.visa import VisaWire


class Wires:
    """Opens wires that share one clock and one transcript.

    The VISA resource manager is made when the first VISA wire is opened. It is never closed here:
    closing one pyvisa manager closes the resources of all others (pyvisa issue 742).
    """

    __slots__ = ("_bluetooth", "_manager", "_visa_manager", "clock", "transcript")

    def __init__(
        self,
        clock: Clock,
        transcript: Transcript,
        *,
        visa_manager: "Callable[[], pyvisa.ResourceManager] | None" = None,
        bluetooth: "Callable[[], type[BaseBleakScanner]] | None" = None,
    ) -> None:
        self.clock = clock
        self.transcript = transcript
        self._visa_manager = visa_manager or _pure_python_manager
        self._bluetooth = bluetooth
        self._manager: pyvisa.ResourceManager | None = None

    def visa(
        self,
        name: str,
        resource: str,
        *,
        read_termination: str,
        write_termination: str,
        timeout: Second,
    ) -> "VisaWire":
        """Open a VISA resource; raises NoAnswer or NotSupported."""
        from instruments.transports.visa import VisaWire

        if self._manager is None:
            self._manager = self._visa_manager()
        return VisaWire(
            self._manager,
            name,
            resource,
            read_termination=read_termination,
            write_termination=write_termination,
            timeout=timeout,
            clock=self.clock,
            transcript=self.transcript,
        )

    def serial(self, name: str, url: str, *, baudrate: int, timeout: Second) -> "SerialWire":
        """Open a serial port or a pyserial URL; raises NoAnswer."""
        from instruments.transports.serial import SerialWire

        return SerialWire(
            name,
            url,
            baudrate=baudrate,
            timeout=timeout,
            clock=self.clock,
            transcript=self.transcript,
        )

    def ljm(self, name: str, identifier: str) -> "LjmWire":
        """Open a LabJack T7 through LJM; raises NoAnswer or NotSupported."""
        from instruments.transports.ljm import LjmWire

        return LjmWire(name, identifier, clock=self.clock, transcript=self.transcript)

    def bluetooth(self, name: str, address: str) -> "BluetoothWire":
        """Return a wire to what the device at ``address`` advertises; nothing is received yet."""
        from instruments.transports.bluetooth import BluetoothWire

        return BluetoothWire(
            name,
            address,
            clock=self.clock,
            transcript=self.transcript,
            backend=self._bluetooth,
        )

    def console(self, name: str, resource: str) -> "ConsoleWire":
        """Make a wire to the person at the terminal; raises NotSupported for any other resource."""
        from instruments.errors import Exchange, NotSupported
        from instruments.transports.console import RESOURCE, ConsoleWire, ControllingTerminal

        if resource != RESOURCE:
            raise NotSupported(
                f"a person is at the resource '{RESOURCE}', not at {resource!r}",
                Exchange(role=name, resource=resource),
            )
        return ConsoleWire(
            name, resource, ControllingTerminal(), clock=self.clock, transcript=self.transcript
        )


def _pure_python_manager() -> "pyvisa.ResourceManager":
    import pyvisa

    # naming the backend saves the search for a vendor's VISA library (0.1 s)
    return pyvisa.ResourceManager("@py")
