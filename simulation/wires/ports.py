"""Which serial ports exist: ``sim://<laboratory>/<instrument>``."""

from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from simulation.wires.cable import Cable

_PACKAGE = "simulation.wires.serial_urls"
_laboratories: "WeakValueDictionary[str, Ports]" = WeakValueDictionary()


class Ports:
    """The serial ports of one laboratory; they exist as long as this object."""

    def __init__(self, laboratory: str) -> None:
        import serial

        self.laboratory = laboratory
        self._cables: dict[str, Cable] = {}
        _laboratories[laboratory.lower()] = self
        if _PACKAGE not in serial.protocol_handler_packages:
            serial.protocol_handler_packages.append(_PACKAGE)

    def connect(self, cable: Cable) -> str:
        """Make a cable reachable and return its URL."""
        self._cables[cable.name] = cable
        return f"sim://{self.laboratory}/{cable.name}"

    def find(self, name: str) -> Cable | None:
        """Return the cable of an instrument, None if there is none or it is cut."""
        cable = self._cables.get(name)
        return None if cable is None or cable.is_cut else cable

    def close(self) -> None:
        """Take the ports away."""
        self._cables.clear()


def cable_at(url: str) -> Cable:
    """Return the cable behind a ``sim://`` URL; ValueError if there is none."""
    parts = urlsplit(url)
    laboratory = _laboratories.get(parts.netloc.lower())
    cable = laboratory.find(parts.path.strip("/")) if laboratory else None
    if parts.scheme != "sim" or cable is None:
        raise ValueError(f"no simulated serial port {url}")
    return cable
