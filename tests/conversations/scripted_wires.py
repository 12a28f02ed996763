"""The far end of each kind of wire, played from a script."""

# ruff: noqa: TID253 - only imported by tests that need these libraries

import asyncio
from types import SimpleNamespace
from typing import Any

import pyvisa
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from conversation_script import PatientClock, Script, unescape
from pyvisa import constants, rname
from pyvisa.constants import ResourceAttribute, StatusCode
from pyvisa.highlevel import VisaLibraryBase


class ScriptedVisa(VisaLibraryBase):
    """A VISA library with one instrument behind it, whatever its resource name."""

    script: Script
    clock: PatientClock
    write_termination = "\n"
    read_termination = b"\n"

    def _init(self) -> None:
        self._attributes: dict[int, dict[int, Any]] = {}
        self._sessions = 0
        self._input = b""
        self._is_socket = False
        self.events: list[str] = []

    def open_default_resource_manager(self):
        return 1, StatusCode.success

    def parse_resource_extended(self, session, resource_name):
        parsed = rname.parse_resource_name(resource_name)
        self._is_socket = parsed.resource_class == "SOCKET"
        return (
            pyvisa.highlevel.ResourceInfo(
                parsed.interface_type_const,
                0,
                parsed.resource_class,
                str(parsed),
                None,
            ),
            StatusCode.success,
        )

    def open(self, session, resource_name, access_mode=None, open_timeout=0):
        self._sessions += 1
        self.events.append("open")
        self._attributes[self._sessions] = {ResourceAttribute.timeout_value: 2000}
        if self._is_socket:
            self._input = b""  # what was meant for the old connection is lost
        return self._sessions, StatusCode.success

    def close(self, session):
        return StatusCode.success

    def clear(self, session):
        self.events.append("clear")
        self._input = b""
        return StatusCode.success

    def flush(self, session, mask):
        self._input = b""
        return StatusCode.success

    def get_attribute(self, session, attribute):
        return self._attributes.get(session, {}).get(attribute, 0), StatusCode.success

    def set_attribute(self, session, attribute, state):
        self._attributes.setdefault(session, {})[attribute] = state
        return StatusCode.success

    def disable_event(self, session, event_type, mechanism):
        return StatusCode.success

    def discard_events(self, session, event_type, mechanism):
        return StatusCode.success

    def write(self, session, data):
        text = data.decode("ascii")
        assert text.endswith(self.write_termination), f"{text!r} has no terminator"
        self.script.sent(text.removesuffix(self.write_termination))
        return len(data), StatusCode.success

    def read(self, session, count):
        if not self._input:
            self._take_answer(session)
        end = self._attributes[session].get(ResourceAttribute.termchar)
        stop = len(self._input)
        if self._attributes[session].get(ResourceAttribute.termchar_enabled) and end:
            stop = self._input.index(bytes([end])) + 1
        data, self._input = self._input[: min(stop, count)], self._input[min(stop, count) :]
        status = StatusCode.success if len(data) == stop else StatusCode.success_max_count_read
        return data, self.handle_return_value(session, status)

    def _take_answer(self, session):
        answer = self.script.answer()
        if answer is None or answer == "(timeout)" or answer.startswith("(late) "):
            self.clock.sleep(self._attributes[session][ResourceAttribute.timeout_value] / 1000)
            if answer and answer.startswith("(late) "):
                self._input = unescape(answer.removeprefix("(late) ")) + self.read_termination
            raise pyvisa.VisaIOError(StatusCode.error_timeout)
        self._input = unescape(answer) + self.read_termination

    def list_resources(self, session, query="?*::INSTR"):
        return ()


class ScriptedPort:
    """A pyserial port whose other side follows a script."""

    def __init__(self, script: Script, clock: PatientClock) -> None:
        self.script = script
        self.clock = clock
        self.timeout = 1.0
        self.reads = 0
        self.is_open = True
        self._input = b""
        self._written = b""
        self._late = b""

    @property
    def in_waiting(self) -> int:
        return len(self._input)

    def write(self, data: bytes) -> int:
        self._written += data
        if self._written.endswith(b"\r"):
            self.script.sent(self._written[:-1].decode("ascii"))
            self._written = b""
            self._input += self._late
            self._late = b""
            answer = self.script.answer()
            if answer is not None and answer.startswith("(late) "):
                self._late = unescape(answer.removeprefix("(late) "))
            elif answer is not None and answer != "(timeout)":
                self._input += unescape(answer)
        return len(data)

    def read(self, size: int = 1) -> bytes:
        self.reads += 1
        if not self._input:
            self.clock.sleep(self.timeout)
            self._input, self._late = self._late, b""
            return b""
        data, self._input = self._input[:size], self._input[size:]
        return data

    def reset_input_buffer(self) -> None:
        self._input = b""

    def close(self) -> None:
        self.is_open = False


class ScriptedTerminal:
    """A terminal whose reader follows a script; line ends are written as such there."""

    def __init__(self, script: Script) -> None:
        self.script = script

    def write(self, text: str) -> None:
        self.script.sent(text.replace("\n", "\\n"))

    def read_line(self) -> str:
        answer = self.script.answer()
        return "" if answer in (None, "(closed)") else f"{answer}\n"

    def close(self) -> None:
        pass


def scripted_ljm(script: Script, clock: PatientClock) -> Any:
    """Return a stand-in for the functions of ``labjack.ljm`` that the wire calls."""
    from labjack.ljm import LJMError

    config: dict[str, float] = {"LJM_LIBRARY_VERSION": 1.22}

    def ask(text: str) -> list[float]:
        script.sent(text)
        answer = script.answer()
        assert answer is not None, f"no answer to {text!r} in the script"
        if answer.startswith("(error "):
            raise LJMError(int(answer[7:-1]), errorString="SCRIPTED")
        clock.sleep(0.001)
        return [float(word) for word in answer.split()]

    def tell(text: str) -> None:
        script.sent(text)
        answer = script.answer()
        if answer is not None:
            raise LJMError(int(answer[7:-1]), errorString="SCRIPTED")
        clock.sleep(0.001)

    def write_names(handle, count, names, values):
        assert count == len(names) == len(values)
        tell("write " + " ".join(f"{n}={v:g}" for n, v in zip(names, values, strict=True)))

    def read_names(handle, count, names):
        assert count == len(names)
        values = ask("read " + " ".join(names))
        assert len(values) == count
        return values

    return SimpleNamespace(
        LJMError=LJMError,
        ljm=SimpleNamespace(_staticLib=object()),
        readLibraryConfigS=lambda name: config[name],
        writeLibraryConfigS=config.__setitem__,
        openS=lambda device, connection, identifier: int(
            (ask(f"open {device} {connection} {identifier}") or [1])[0]
        ),
        getHandleInfo=lambda handle: (7, 1, 470012345, 0, 0, 64),
        close=lambda handle: None,
        eReadName=lambda handle, name: ask(f"read {name}")[0],
        eReadNames=read_names,
        eWriteNames=write_names,
        namesToAddresses=lambda count, names: ([2 * int(n[3:]) for n in names], [3] * count),
        eStreamStart=lambda handle, scans, count, addresses, rate: ask(
            f"stream {addresses} {rate:g} Hz, {scans} scans a read"
        )[0],
        eStreamRead=lambda handle: (ask("stream read"), 0, 0),
        eStreamStop=lambda handle: tell("stream stop"),
        constants=constants,
    )


def scripted_scanner(script: Script) -> type[BaseBleakScanner]:
    """Return a backend for bleak that hears one line of the script in each turn of its loop."""

    class ScriptedScanner(BaseBleakScanner):
        def __init__(self, callback, service_uuids, *_, **__):
            super().__init__(callback, service_uuids)
            self.runs = False

        async def start(self):
            self.runs = True
            asyncio.get_running_loop().call_soon(self.hear)

        async def stop(self):
            self.runs = False

        def hear(self):
            line = script.answer() if self.runs else None
            if line in (None, "(timeout)"):
                return
            address, company, data = line.split()
            said = AdvertisementData(None, {int(company, 0): bytes.fromhex(data)}, {}, [], 0, 0, ())
            device = self.create_or_update_device(address, address, None, None, said)
            self.call_detection_callbacks(device, said)
            asyncio.get_running_loop().call_soon(self.hear)

    return ScriptedScanner
