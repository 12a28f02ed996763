"""The wires of a simulated bench, found under the names of its bench file."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from instruments.transports.transcript import Transcript
from instruments.transports.wires import Wires
from instruments.units import Second
from simulation.clock import VirtualClock
from simulation.wires.cable import Cable
from simulation.wires.radio import Air

if TYPE_CHECKING:
    from instruments.transports.console import ConsoleWire
    from instruments.transports.serial import SerialWire
    from simulation.wires.visa import Manager


class LaboratoryWires(Wires):
    """Wires that find serial ports and the person under the names of the bench file."""

    __slots__ = ("_consoles", "_urls")

    def __init__(
        self,
        clock: VirtualClock,
        transcript: Transcript,
        manager: "Callable[[], Manager]",
        urls: dict[str, str],
        consoles: dict[str, Cable],
        air: Air,
    ) -> None:
        super().__init__(clock, transcript, visa_manager=manager, bluetooth=air.backend)
        self._urls = urls
        self._consoles = consoles

    def serial(self, name: str, url: str, *, baudrate: int, timeout: Second) -> "SerialWire":
        """Open the simulated port behind a port name of the bench file; raises NoAnswer."""
        known = self._urls.get(url, url)
        return super().serial(name, known, baudrate=baudrate, timeout=timeout)

    def console(self, name: str, resource: str) -> "ConsoleWire":
        """Make a wire to the simulated person at a resource of the bench file; raises NoAnswer."""
        from instruments.errors import Exchange, NoAnswer
        from instruments.transports.console import ConsoleWire
        from simulation.wires.console import SimulatedConsole

        cable = self._consoles.get(resource)
        if cable is None or cable.is_cut:
            raise NoAnswer(f"nobody is at {resource!r}", Exchange(role=name, resource=resource))
        return ConsoleWire(
            name, resource, SimulatedConsole(cable), clock=self.clock, transcript=self.transcript
        )
