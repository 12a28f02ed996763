"""The Bluetooth wire against computers that cannot receive."""

import builtins
import sys

import pytest

from instruments.errors import NoAnswer, NotSupported
from instruments.transports.bluetooth import BluetoothWire
from instruments.transports.transcript import Transcript
from simulation.clock import VirtualClock


def wire(backend=None):
    clock = VirtualClock()
    return BluetoothWire(
        "radio", "C0:FF:EE:00:00:01", clock=clock, transcript=Transcript(clock), backend=backend
    )


def failing(error):
    from bleak.backends.scanner import BaseBleakScanner

    class Scanner(BaseBleakScanner):
        def __init__(self, callback, service_uuids, *_, **__):
            super().__init__(callback, service_uuids)

        async def start(self):
            raise error

        async def stop(self):
            pass

    return lambda: Scanner


def test_missing_package_says_how_to_install_it(monkeypatch):
    genuine = builtins.__import__

    def without(name, *rest):
        if name.partition(".")[0] == "bleak":
            raise ImportError(name)
        return genuine(name, *rest)

    for name in [name for name in sys.modules if name.partition(".")[0] == "bleak"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    radio = wire()
    with pytest.raises(NotSupported, match=r"'bleak' is not installed.*pip install"):
        radio.listen(1.0)
    radio.close()


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (FileNotFoundError(2, "No such file or directory"), NotSupported, "BlueZ"),
        (TimeoutError(), NoAnswer, "TimeoutError"),
        (PermissionError(13, "Permission denied"), NoAnswer, "Permission denied"),
    ],
)
def test_a_receiver_that_does_not_start(error, kind, words):
    radio = wire(failing(error))
    with pytest.raises(kind, match=words) as caught:
        radio.listen(1.0)
    assert caught.value.exchange.role == "radio"
    radio.close()


def test_a_receiver_that_does_not_stop_costs_nothing_that_was_heard():
    from bleak.backends.scanner import BaseBleakScanner
    from bleak.exc import BleakError

    class Scanner(BaseBleakScanner):
        def __init__(self, callback, service_uuids, *_, **__):
            super().__init__(callback, service_uuids)

        async def start(self):
            pass

        async def stop(self):
            raise BleakError("gone")

    clock = VirtualClock()
    transcript = Transcript(clock)
    radio = BluetoothWire(
        "radio", "C0:FF:EE:00:00:01", clock=clock, transcript=transcript, backend=lambda: Scanner
    )
    assert radio.listen(1.0) is None
    assert clock.now() == pytest.approx(1.0)
    assert any("does not stop: gone" in line for line in transcript.since(0))
    radio.close()
