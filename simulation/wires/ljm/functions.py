"""The C functions of LJM, as callbacks that the genuine wrapper calls through libffi."""

import ctypes
import sys
from _thread import interrupt_main
from collections.abc import Callable, Mapping
from ctypes import c_int, c_uint64
from typing import Any

from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.wires.ljm import devices, feedback, host, names, packets, streams
from simulation.wires.ljm.library import LjmLibrary
from simulation.wires.ljm.marshalling import Signatures

_ROOMS: Mapping[type, Signatures] = {
    devices.Devices: devices.SIGNATURES,
    feedback.Feedback: feedback.SIGNATURES,
    names.Names: names.SIGNATURES,
    packets.Packets: packets.SIGNATURES,
    streams.Streams: streams.SIGNATURES,
}

FUNCTIONS = frozenset(
    ["LJM_GetHostTick", *host.SIGNATURES, *(name for room in _ROOMS.values() for name in room)]
)
"""The names of the functions that are simulated."""


class Functions:
    """Stands where the wrapper keeps the native library; functions it lacks return 1267."""

    def __init__(self, library: LjmLibrary) -> None:
        self.replaced: object = None
        computer = host.Host(library)
        self.LJM_GetHostTick = ctypes.CFUNCTYPE(c_uint64)(computer.tick)
        self._add(computer, host.SIGNATURES)
        for room, signatures in _ROOMS.items():
            self._add(room(library), signatures)

    def __getattr__(self, name: str) -> Callable[..., int]:
        """Return a function that says it is not implemented, for any other LJM function."""
        if not name.startswith("LJM_"):
            raise AttributeError(name)
        return _not_implemented

    def _add(self, room: object, signatures: Signatures) -> None:
        for name, arguments in signatures.items():
            call = getattr(room, name.removeprefix("LJM_"))
            setattr(self, name, ctypes.CFUNCTYPE(c_int, *arguments)(_guarded(call)))


def _guarded(call: Callable[..., None]) -> Callable[..., int]:
    """Return ``call`` as a C function: an error becomes its number, success 0."""

    def run(*arguments: Any) -> int:  # noqa: ANN401 - whatever the signature says
        try:
            call(*arguments)
        except DeviceError as error:
            return error.code
        except KeyboardInterrupt:
            interrupt_main()  # an exception cannot pass through C; raise it again behind it
            return errors.UNKNOWN_ERROR
        except BaseException as error:  # noqa: BLE001 - none may be lost on the way through C
            _report(error)
            return errors.UNKNOWN_ERROR
        return 0

    return run


def _report(error: BaseException) -> None:
    """Show an error of the simulation itself, as Python does where none can be raised."""
    sys.excepthook(type(error), error, error.__traceback__)


def _not_implemented(*_arguments: object) -> int:
    return errors.NOT_IMPLEMENTED
