"""ngspice as a shared library through ctypes; needs the Debian package ``libngspice0``."""

import ctypes
from collections.abc import Sequence
from ctypes.util import find_library


class NgspiceMissing(Exception):
    """The shared library is not installed."""


class _Vector(ctypes.Structure):
    """``vector_info`` of sharedspice.h, as far as it is read here."""

    _fields_ = [
        ("v_name", ctypes.c_char_p),
        ("v_type", ctypes.c_int),
        ("v_flags", ctypes.c_short),
        ("v_realdata", ctypes.POINTER(ctypes.c_double)),
        ("v_compdata", ctypes.c_void_p),
        ("v_length", ctypes.c_int),
    ]


_SEND = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p)
_EXIT = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_int, ctypes.c_bool, ctypes.c_bool, ctypes.c_int, ctypes.c_void_p
)


def _ignore(*_: object) -> int:
    """Take any callback of the library and go on."""
    return 0


class NgspiceLibrary:
    """One ngspice in this process. It is a global of its library: make one only."""

    def __init__(self) -> None:
        """Load and initialise; NgspiceMissing says which package is needed."""
        name = find_library("ngspice")
        if name is None:
            raise NgspiceMissing("libngspice is not installed (Debian package libngspice0)")
        self._library = ctypes.CDLL(name)
        self._library.ngGet_Vec_Info.restype = ctypes.POINTER(_Vector)
        self.messages: list[str] = []
        self._send = _SEND(self._note)
        self._status = _SEND(_ignore)
        self._exit = _EXIT(_ignore)
        self._library.ngSpice_Init(self._send, self._status, self._exit, None, None, None, None)

    def _note(self, text: bytes, number: int, user: object) -> int:
        del number, user
        if len(self.messages) < 1000:
            self.messages.append(text.decode("utf-8", "replace"))
        return 0

    def command(self, text: str) -> None:
        """Run one command of ngspice's command language."""
        self._library.ngSpice_Command(text.encode())

    def load(self, netlist: str) -> None:
        """Make ``netlist`` the circuit."""
        lines = [line.encode() for line in netlist.splitlines() if line]
        array = (ctypes.c_char_p * (len(lines) + 2))(*lines, b".end", None)
        if self._library.ngSpice_Circ(array) != 0:
            raise ValueError("ngspice refuses the netlist: " + "; ".join(self.messages[-5:]))

    def values(self, vectors: Sequence[bytes]) -> list[float]:
        """Return the first value of each vector, such as ``b"V(3)"``."""
        get = self._library.ngGet_Vec_Info
        return [get(name).contents.v_realdata[0] for name in vectors]
