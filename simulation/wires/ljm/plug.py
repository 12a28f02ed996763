"""Plugging simulated devices in: the stand-in takes the place of the native library."""

from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from io import StringIO
from types import ModuleType
from typing import Any

from simulation.wires.ljm.functions import Functions
from simulation.wires.ljm.library import LjmLibrary, Station


def wrapper() -> ModuleType:
    """Import LabJack's wrapper; it prints a line when the native library is missing."""
    with redirect_stdout(StringIO()):
        return import_module("labjack.ljm.ljm")


_library: LjmLibrary | None = None


@contextmanager
def plugged(station: Station) -> Generator[LjmLibrary]:
    """Make a device reachable through ``labjack.ljm`` in the body; several may be nested."""
    global _library  # the wrapper has one library per process, too
    module = wrapper()
    original = module.__dict__.get("_staticLib")
    library = _library
    if library is None:
        library = _library = LjmLibrary()
        functions: Any = Functions(library)
        functions.replaced = original
        module.__dict__["_staticLib"] = functions
    library.stations.append(station)
    try:
        yield library
    finally:
        library.remove(station)
        if not library.stations:
            module.__dict__["_staticLib"] = module.__dict__["_staticLib"].replaced
            _library = None
