"""The guardian process: makes a bench safe when the run that used it has died or hangs.

`lifeline` starts it as ``python -m bench.guardian BENCH_FILE SILENCE``; it says ``ready`` and
listens. When the line ends without a farewell, or nothing is heard for SILENCE seconds, it kills
what is left of the run, opens its own connections, makes every instrument safe in the order of the
bench file, and says so at the terminal and to the command that the run has left.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import IO, Any

from bench.bench_file import BenchFile
from bench.bench_file_reader import load_bench_file
from bench.errors import ConfigError
from bench.opening import mismatch, open_entry, sole_owner
from instruments.catalogue import driver_class
from instruments.clock import WallClock
from instruments.transports.console import ControllingTerminal
from instruments.transports.transcript import Transcript
from instruments.transports.wires import Wires
from instruments.units import Second

DIED = "the run has died, or has left a bench that is not safe"
_IGNORED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGTTOU", "SIGPIPE")
_OWNERSHIP: Second = 10.0  # the system needs a moment to take a dead run's locks away
_RETRY: Second = 1.0  # an instrument may take a moment to let go of a dead connection
_PERSISTENCE: Second = 60.0
_RECORDING: Second = 60.0


@dataclass(slots=True)
class Watch:
    """What a run has told. ``why`` is empty as long as it lives, and after a farewell."""

    case: Mapping[str, Any] | None = None
    afterwards: list[str] = field(default_factory=list[str])
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescue:
    """What was done: the instruments that are safe, and why others are not known to be."""

    why: str
    safe: tuple[str, ...]
    unsafe: Mapping[str, str]

    def __str__(self) -> str:
        lines: list[str] = []
        if self.safe:
            lines.append(f"guardian: made safe and verified: {', '.join(self.safe)}")
        lines += [f"guardian: NOT SAFE: {name}: {text}" for name, text in self.unsafe.items()]
        if self.unsafe:
            lines.append("guardian: switch these off by hand before you touch anything")
        return "\n".join(lines)


def listen(line: IO[str], silence: Second) -> Watch:
    """Return when the run has said farewell or is to be rescued."""
    told: SimpleQueue[str] = SimpleQueue()
    Thread(target=_read, args=(line, told.put), daemon=True).start()
    watch = Watch()
    while True:
        try:
            text = told.get(timeout=silence)
        except Empty:
            watch.why = f"no sign of life of the run for {silence:g} s"
            return watch
        try:
            words: dict[str, Any] = json.loads(text)
        except ValueError:  # the end, or a line that was cut short by it
            watch.why = DIED
            return watch
        if "farewell" in words:
            return watch
        watch.case = words.get("case", watch.case)
        watch.afterwards = words.get("afterwards", watch.afterwards)


def rescue(file: BenchFile, why: str, wires: Wires) -> Rescue:
    """Make every instrument safe over connections of its own; try again what does not work."""
    clock = wires.clock
    deadline = clock.now() + _PERSISTENCE
    left = dict.fromkeys(file.make_safe, "")
    safe: list[str] = []
    while True:
        for name in tuple(left):
            left[name] = _made_safe(file, name, wires)
            if not left[name]:
                safe.append(name)
                del left[name]
        if not left or clock.now() > deadline:
            break
        clock.sleep(_RETRY)
    return Rescue(why=why, safe=tuple(safe), unsafe=left)


def _made_safe(file: BenchFile, name: str, wires: Wires) -> str:
    """Make one instrument safe; return why that failed, empty if it did not."""
    entry = file.instruments[name]
    try:
        instrument = open_entry(entry, wires)
        try:
            if wrong := mismatch(entry, instrument.identity()):
                return wrong
            instrument.make_safe()
        finally:
            instrument.close()
    except Exception as error:  # noqa: BLE001 - whatever one does, the others come next
        return str(error) or repr(error)
    return ""


def _act(file: BenchFile, watch: Watch, run: int) -> None:
    """Make the bench safe, say so and let it be recorded."""
    _say(f"\nguardian: {watch.why}; making the bench safe")
    if watch.why != DIED:
        _kill(run)
    clock = WallClock()
    try:
        with sole_owner(file, patience=_OWNERSHIP):
            done = rescue(file, watch.why, Wires(clock, Transcript(clock)))
    except ConfigError as error:  # another run has begun, and that begins by making it safe
        done = Rescue(why=f"{watch.why}; {error}", safe=(), unsafe={})
        _say(f"guardian: {error}")
    if said := str(done):
        _say(said)
    if watch.afterwards:
        data = {"why": done.why, "safe": done.safe, "unsafe": done.unsafe, "case": watch.case}
        with suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(  # noqa: S603 - the command of the run that this process guards
                watch.afterwards,
                input=json.dumps(data),
                encoding="utf-8",
                check=False,
                timeout=_RECORDING,
            )


def _kill(run: int) -> None:
    """Kill the run, if that is who still has this process number."""
    if sys.platform == "win32":
        with suppress(OSError):
            os.kill(run, signal.SIGTERM)
    elif os.getppid() == run:
        os.kill(run, signal.SIGKILL)


def _read(line: IO[str], put: Callable[[str], None]) -> None:
    """Put each line, and an empty text at the end."""
    with suppress(OSError, ValueError):
        for text in line:
            put(text)
    put("")


def _say(text: str) -> None:
    """Tell the person at the terminal, or else whoever reads standard error."""
    try:
        if sys.platform == "win32":
            raise OSError("a process without a window has a terminal that nobody sees")
        ControllingTerminal().write(f"{text}\n")
    except OSError:
        with suppress(OSError):
            print(text, file=sys.stderr, flush=True)


def main() -> None:
    """Guard the run that has started this process."""
    for name in _IGNORED:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    run = os.getppid()
    path, silence = sys.argv[1:]
    file = load_bench_file(Path(path))
    for name in file.make_safe:  # what is loaded now need not be there when it is needed
        driver_class(file.instruments[name].model)
    print("ready", flush=True)
    watch = listen(sys.stdin, float(silence))
    if watch.why:
        _act(file, watch, run)


if __name__ == "__main__":
    main()
