"""LjmWire without a device: an absent, old or incomplete library, and LJM's errors by kind."""

import importlib
from types import SimpleNamespace

import pytest

from instruments.errors import NoAnswer, NotSupported, Rejected
from instruments.transports import ljm
from instruments.transports.ljm import LjmWire
from instruments.transports.transcript import Transcript


class _Clock:
    def now(self) -> float:
        return 0.0

    def sleep(self, duration: float) -> None:
        raise AssertionError("nothing to wait for")


def wire() -> LjmWire:
    clock = _Clock()
    return LjmWire("t7", "ANY", clock=clock, transcript=Transcript(clock))


def library(**functions):
    from labjack.ljm import LJMError

    usual = {
        "readLibraryConfigS": lambda name: 1.23,
        "writeLibraryConfigS": lambda name, value: None,
        "openS": lambda *_: 1,
        "getHandleInfo": lambda handle: (7, 1, 470012345, 0, 0, 64),
    }
    return SimpleNamespace(
        LJMError=LJMError, ljm=SimpleNamespace(_staticLib=object()), **(usual | functions)
    )


def test_missing_library_is_one_sentence_and_prints_nothing(monkeypatch, capsys):
    wrapper = importlib.import_module("labjack.ljm.ljm")
    capsys.readouterr()  # the wrapper itself may have printed just now
    monkeypatch.setattr(wrapper, "_staticLib", None)
    with pytest.raises(NotSupported, match="install it") as caught:
        wire()
    assert caught.value.exchange.role == "t7"
    assert capsys.readouterr().out == ""


def test_genuine_wrapper_still_has_what_the_wire_uses():
    wrapper = importlib.import_module("labjack.ljm")
    used = (
        "openS getHandleInfo close eReadName eReadNames eWriteNames namesToAddresses eStreamStart "
        "eStreamRead eStreamStop readLibraryConfigS writeLibraryConfigS LJMError"
    )
    assert not [name for name in used.split() if not hasattr(wrapper, name)]
    assert hasattr(wrapper.ljm, "_staticLib")


def test_old_library_is_not_supported(monkeypatch):
    monkeypatch.setattr(
        ljm, "_import_wrapper", lambda: library(readLibraryConfigS=lambda name: 1.08)
    )
    with pytest.raises(NotSupported, match=r"1\.08 is too old"):
        wire()


def test_function_that_the_library_lacks_is_not_supported(monkeypatch):
    def absent(*_):
        raise AttributeError("undefined symbol: LJM_eReadNames")

    monkeypatch.setattr(ljm, "_import_wrapper", lambda: library(eReadNames=absent))
    with pytest.raises(NotSupported, match="LJM_eReadNames"):
        wire().read_all(["AIN0"])


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1227, NoAnswer),  # LJME_DEVICE_NOT_FOUND
        (1230, NoAnswer),  # claimed by another process
        (1239, NoAnswer),  # reconnect failed
        (1263, NoAnswer),  # no response bytes
        (1294, NotSupported),  # invalid name
        (1267, NotSupported),  # not implemented
        (2370, Rejected),  # AIN range invalid, from the device
        (2605, Rejected),  # stream is active
    ],
)
def test_errors_by_kind(monkeypatch, code, kind):
    from labjack.ljm import LJMError

    def fail(*_):
        raise LJMError(code, errorString="NAME")

    monkeypatch.setattr(ljm, "_import_wrapper", lambda: library(eReadName=fail))
    with pytest.raises(kind) as caught:
        wire().read("AIN0")
    assert type(caught.value) is kind
    assert caught.value.exchange.command == "AIN0"
    assert str(code) in caught.value.exchange.reply


def test_short_timeouts_are_set_before_the_device_is_opened(monkeypatch):
    order: list[str] = []

    def configure(name: str, value: float) -> None:
        assert value <= 1000.0
        order.append(name)

    def open_device(*_: str) -> int:
        order.append("open")
        return 1

    monkeypatch.setattr(
        ljm, "_import_wrapper", lambda: library(writeLibraryConfigS=configure, openS=open_device)
    )
    wire()
    assert order[-1] == "open"
    assert {"LJM_SEND_RECEIVE_TIMEOUT_MS", "LJM_OPEN_TCP_DEVICE_TIMEOUT_MS"} <= set(order)
