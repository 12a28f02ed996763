"""Stream-outs of a T7: buffers that a running stream moves to a DAC or a digital port.

Sources: T-series data sheet, 3.2.3 (targets, upper bytes inhibit, where a waveform goes on after a
stream); ljm_constants.json (sizes, loops, what is refused); LabJack's published Python examples (a
set of values is put out whole before the next begins). Assumed: values without a loop go out as
they come, and a buffer that has run dry leaves its target at the last value; an aperiodic one
holds 20 s, as LabJack's example counts on.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import isfinite

from instruments.units import Hertz, Second
from simulation.front_panels.t7 import errors
from simulation.front_panels.t7.errors import DeviceError
from simulation.front_panels.t7.registers import BY_ADDRESS, Register

_COUNT = 4
_BYTES_PER_VALUE = 2
_SMALLEST, _LARGEST = 32, 16384
_AT_ONCE, _AT_SYNCH, _SYNCH = 1, 2, 3
_APERIODIC_TIME: Second = 20.0
_FLOAT_TARGETS = ("DAC#",)
_INTEGER_TARGETS = ("FIO_STATE", "EIO_STATE", "CIO_STATE", "MIO_STATE", "DIO_STATE",
                    "FIO_DIRECTION", "EIO_DIRECTION", "CIO_DIRECTION", "MIO_DIRECTION")  # fmt: skip


_Set = tuple[list[float], int]
"""Values, and how many of the last ones repeat."""


@dataclass(slots=True)
class _Out:
    """One stream-out: the set that goes out, those that wait, values that are in no set yet."""

    target: Register | None = None
    size: int = 0  # bytes
    enabled: bool = False
    loop: int = 0
    now: _Set = ([], 0)
    place: int = 0
    ready: deque[_Set] = field(default_factory=deque[_Set])
    held: deque[_Set] = field(default_factory=deque[_Set])
    loose: deque[float] = field(default_factory=deque[float])
    capacity: int = 0  # of the host's buffer, for an aperiodic one

    def clear(self) -> None:
        """Forget all values."""
        self.now, self.place, self.loop, self.capacity = ([], 0), 0, 0, 0
        self.ready.clear()
        self.held.clear()
        self.loose.clear()

    def next(self) -> float | None:
        """Return the value of the next scan, None when there is none."""
        values, loop = self.now
        if self.place >= len(values):
            if self.ready:
                (values, loop), self.place = self.ready.popleft(), 0
                self.now = values, loop
            elif loop:
                self.place -= loop
            else:
                return self.loose.popleft() if self.loose else None
        value = values[self.place]
        self.place += 1
        return value

    def waiting(self) -> int:
        """Return how many values have not gone out, of a loop those of its present turn."""
        sets = sum(len(values) for values, _ in (*self.ready, *self.held))
        return len(self.now[0]) - self.place + sets + len(self.loose)


class StreamOuts:
    """Four of them; ``write`` writes a register of the device."""

    def __init__(self, write: Callable[[Register, float], None]) -> None:
        self._write = write
        self._outs = tuple(_Out() for _ in range(_COUNT))

    def reset(self) -> None:
        """Forget all buffers."""
        self._outs = tuple(_Out() for _ in range(_COUNT))

    def readers(self) -> dict[str, Callable[[Register], float]]:
        """Return how registers are read, by family."""
        return {
            "STREAM_OUT#_TARGET": lambda r: float(t.address if (t := self._at(r).target) else 0),
            "STREAM_OUT#_BUFFER_ALLOCATE_NUM_BYTES": lambda r: float(self._at(r).size),
            "STREAM_OUT#_LOOP_NUM_VALUES": lambda r: float(self._at(r).loop),
            "STREAM_OUT#_ENABLE": lambda r: float(self._at(r).enabled),
            "STREAM_OUT#_BUFFER_STATUS": lambda r: float(self._free(self._at(r))),
        }

    def writers(self) -> dict[str, Callable[[Register, float], None]]:
        """Return how registers are written, by family."""
        return {
            "STREAM_OUT#_TARGET": lambda r, v: self._aim(self._at(r), int(v)),
            "STREAM_OUT#_BUFFER_ALLOCATE_NUM_BYTES": lambda r, v: self._allot(self._at(r), int(v)),
            "STREAM_OUT#_ENABLE": lambda r, v: self._enable(self._at(r), bool(v)),
            "STREAM_OUT#_LOOP_NUM_VALUES": lambda r, v: self._set_size(self._at(r), int(v)),
            "STREAM_OUT#_SET_LOOP": lambda r, v: self._set_loop(self._at(r), int(v)),
            "STREAM_OUT#_BUFFER_F32": lambda r, v: self._fill(self._at(r), v, _FLOAT_TARGETS),
            "STREAM_OUT#_BUFFER_U16": lambda r, v: self._fill(self._at(r), v, _INTEGER_TARGETS),
        }

    def repeat(self, index: int, target: int, values: Sequence[float]) -> None:
        """Load a waveform that repeats; raises DeviceError for what the device refuses."""
        out = self._numbered(index)
        size = _SMALLEST
        while size < _BYTES_PER_VALUE * (len(values) + 1):
            size *= 2
        self._enable(out, on=False)
        self._aim(out, target)
        self._allot(out, size)
        self._enable(out, on=True)
        family = out.target.family if out.target else ""
        kinds = _FLOAT_TARGETS if family in _FLOAT_TARGETS else _INTEGER_TARGETS
        for value in values:
            self._fill(out, value, kinds)
        self._set_size(out, len(values))
        self._set_loop(out, _AT_ONCE)

    def begin(self, index: int, target: int, rate: Hertz) -> None:
        """Make ready for values that come while the stream runs; LJM moves them to the device."""
        out = self._numbered(index)
        self._aim(out, target)
        self._enable(out, on=True)
        out.capacity = round(_APERIODIC_TIME * rate)

    def append(self, index: int, values: Sequence[float]) -> int:
        """Take values for an aperiodic stream-out; return how many more fit."""
        out = self._numbered(index)
        if not out.capacity:
            raise DeviceError(errors.APERIODIC_STREAM_OUT_NOT_INITIALIZED)
        if len(out.loose) + len(values) > out.capacity:
            raise DeviceError(errors.STREAM_OUT_BUFF_FULL)
        if not all(map(isfinite, values)):
            raise DeviceError(errors.ILLEGAL_DATA_VALUE)
        out.loose.extend(values)
        return out.capacity - len(out.loose)

    def advance(self, index: int) -> None:
        """Move one value to its target, as the stream does in each scan."""
        out = self._outs[index]
        if not out.enabled or out.target is None:
            return
        value = out.next()
        if value is not None:
            self._write(out.target, value)

    def _numbered(self, index: int) -> _Out:
        if not 0 <= index < _COUNT:
            raise DeviceError(errors.STREAM_OUT_INDEX_OUT_OF_RANGE)
        return self._outs[index]

    def _at(self, register: Register) -> _Out:
        return self._outs[register.index]

    def _aim(self, out: _Out, address: int) -> None:
        target = BY_ADDRESS.get(address)
        if target is None or target.family not in (*_FLOAT_TARGETS, *_INTEGER_TARGETS):
            raise DeviceError(errors.STREAM_OUT_TARGET_INVALID)
        out.target = target

    def _allot(self, out: _Out, size: int) -> None:
        if size > _LARGEST or size < _SMALLEST or size & (size - 1):
            raise DeviceError(errors.STREAM_OUT_BUFF_TOO_BIG)
        out.size = size

    def _enable(self, out: _Out, on: bool) -> None:
        out.enabled = on
        out.clear()

    def _set_size(self, out: _Out, count: int) -> None:
        _check_enabled(out)
        if count * _BYTES_PER_VALUE > out.size:
            raise DeviceError(errors.STREAM_OUT_LOOP_TOO_BIG)
        out.loop = count

    def _set_loop(self, out: _Out, when: int) -> None:
        """Make a set of the values written; it goes out when the one before it is complete."""
        _check_enabled(out)
        if out.loose:
            (out.held if when == _AT_SYNCH else out.ready).append((list(out.loose), out.loop))
            out.loose.clear()
        if when == _SYNCH:
            for other in self._outs:
                other.ready.extend(other.held)
                other.held.clear()

    def _fill(self, out: _Out, value: float, kinds: Sequence[str]) -> None:
        _check_enabled(out)
        if not out.size:
            raise DeviceError(errors.STREAM_OUT_BUFF_DNE)
        if out.target is None or out.target.family not in kinds:
            raise DeviceError(errors.STREAM_OUT_DATA_TRGT_MISMATCH)
        if not self._free(out):
            raise DeviceError(errors.STREAM_OUT_BUFF_FULL)
        if not isfinite(value):
            raise DeviceError(errors.ILLEGAL_DATA_VALUE)
        out.loose.append(value)

    def _free(self, out: _Out) -> int:
        """Return the bytes left in the buffer; one value less than was allotted can be used."""
        return max(0, out.size - _BYTES_PER_VALUE * (out.waiting() + 1))


def _check_enabled(out: _Out) -> None:
    if not out.enabled:
        raise DeviceError(errors.STREAM_OUT_NEEDS_TO_BE_ENABLED)
