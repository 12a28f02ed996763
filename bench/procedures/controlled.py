"""Devices behind the outputs: whether what is fitted to LOAD and CHARGER runs when it may.

A device is on for a length of time or off for it; anything between is chatter. That is read from
its status line, in one stream with the output that controls it, so that neither relays nor the
host's clock count.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from bench.bench import Bench
from bench.controlled import controlled_devices
from bench.errors import ConfigError
from bench.measurement import Contribution, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement
from bench.procedures.readings import battery_voltage, level_of, read
from bench.procedures.streams import Stream, curves, edge, streaming
from bench.quantity import parse_as
from instruments.multimeter import Multimeter
from instruments.units import Hertz, Second, Volt
from instruments.waveform import Waveform

OUTPUTS = ("LOAD", "CHARGER")
WORDS = ("ENGAGED", "DISENGAGED", "CHATTERING")
ENGAGED, DISENGAGED, CHATTERING = WORDS
RATE: Hertz = 200.0

_LAST: Second = 1.0
"""At the end of each phase the device is judged by its status over this time."""

_HOLD: Second = 5.0
_POLL: Second = 0.25
_LEFT: Volt = 1.0  # an output that is this far below its level is on its way


@dataclass(frozen=True, slots=True, kw_only=True)
class _Times:
    """How long is waited for a device to open after the event, and to return after its end [s]."""

    opens: Second
    returns: Second


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the person, and the streams of the output and of what is fitted to it."""
    del point
    output = cast("str", arguments["output"])
    return ("operator", f"stream.{output}", f"engaged.{output}", f"drop.{output}")


def system_roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the person, and the streams of both outputs and of what is fitted to them."""
    del arguments, point
    kinds = ("stream", "engaged")
    return ("operator", *(f"{kind}.{output}" for kind in kinds for output in OUTPUTS))


def fits(arguments: Arguments) -> Mapping[str, str]:
    """Return the one device that is to be fitted."""
    return {cast("str", arguments["output"]): cast("str", arguments["device"])}


def system_fits(arguments: Arguments) -> Mapping[str, str]:
    """Return the devices of a system."""
    return {output: cast("str", arguments[output.lower()]) for output in OUTPUTS}


def names(output: str) -> tuple[str, ...]:
    """Return the devices that can be fitted to ``output``."""
    known = controlled_devices().values()
    return tuple(device.name for device in known if output in device.outputs)


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield whether one device is on while its output is high, goes off with it and comes back.

    The event is the battery's condition at the point; where that is healthy, it is remote off.
    Raises ConfigError for an event that a person brings about: it has no place in a stream.
    """
    output = cast("str", arguments["output"])
    times = _times(arguments)
    event = _Event.of(bench, point)
    if event.is_asked:
        raise ConfigError(
            f"{bench.file.path}: a person is asked for '{point.battery}', but controlled.follows "
            "needs an event that relays bring about; use controlled.system"
        )
    threshold = battery_voltage(bench).value / 2.0
    _await_engaged(bench, (output,), threshold, times.returns)
    vbat, drop = battery_voltage(bench), read(bench, f"drop.{output}")
    yield measurement(
        bench, "level", level_of(vbat, drop), "V", vbat.line(), drop.line(), source=drop.role
    )
    with streaming(bench, _channels((output,)), RATE) as stream:
        stream.wait(_HOLD)
        begun = bench.clock.now()
        event.begin()
        stream.wait(times.opens)
        ended = bench.clock.now()
        event.end()
        stream.wait(times.returns)
    yield from _course(bench, stream, output, threshold, begun, ended)


def measure_system(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield which of load and charger run before an event, during it, and after it.

    What a relay does happens within a stream. What a person does takes minutes, so the stream
    waits until it is done.
    """
    times = _times(arguments)
    event = _Event.of(bench, point)
    threshold = battery_voltage(bench).value / 2.0
    _await_engaged(bench, OUTPUTS, threshold, times.returns)
    with streaming(bench, _channels(OUTPUTS), RATE) as stream:
        stream.wait(_HOLD)
    yield from _running(bench, "running_before", stream, threshold, _HOLD)
    for suffix, act, wait in (
        ("", event.begin, times.opens),
        ("_after", event.end, times.returns),
    ):
        if event.is_asked:
            act()
        with streaming(bench, _channels(OUTPUTS), RATE) as stream:
            stream.wait(_LAST)
            if not event.is_asked:
                act()
            stream.wait(wait)
        yield from _running(bench, f"running{suffix}", stream, threshold, _LAST)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """What makes the outputs open: a condition of the battery, or remote off."""

    bench: Bench
    condition: str
    contacts: frozenset[str]

    @classmethod
    def of(cls, bench: Bench, point: OperatingPoint) -> "_Event":
        """Return the event that belongs to ``point``."""
        is_remote = point.battery == "healthy"
        remote = frozenset(role for role in bench.closed if role.startswith("remote"))
        return cls(
            bench=bench,
            condition=point.battery,
            contacts=remote if is_remote else frozenset(),
        )

    @property
    def is_asked(self) -> bool:
        """Return whether a person brings it about."""
        return not self.contacts and not self.bench.battery.roles(self.condition)

    def begin(self) -> None:
        """Let it begin."""
        if self.contacts:
            self.bench.switch(release=self.contacts)
        else:
            self.bench.battery.signal(self.condition)

    def end(self) -> None:
        """Let it be over."""
        if self.contacts:
            self.bench.switch(close=self.contacts)
        else:
            self.bench.battery.signal("healthy")


def _times(arguments: Arguments) -> _Times:
    def of(key: str) -> Second:
        return parse_as(cast("str", arguments.get(key, "5 s")), "s")

    return _Times(opens=of("opens_within"), returns=of("returns_within"))


def _await_engaged(bench: Bench, outputs: Sequence[str], threshold: Volt, most: Second) -> None:
    """Wait until all devices are on, or for ``most`` [s]; a relay may take its time."""
    meters = [bench.role(Multimeter, f"engaged.{output}") for output in outputs]
    deadline = bench.clock.now() + most
    while bench.clock.now() < deadline:
        if all(meter.measure() > threshold for meter in meters):
            return
        bench.clock.sleep(_POLL)


def _channels(outputs: Sequence[str]) -> list[str]:
    return [f"{kind}.{output}" for output in outputs for kind in ("stream", "engaged")]


def _running(
    bench: Bench, quantity: str, stream: Stream, threshold: Volt, last: Second
) -> Iterator[Measurement]:
    """Yield of both devices whether they ran over the ``last`` seconds of a stream."""
    evidence = curves(f"Load and charger ({quantity})", stream, {})
    for output in OUTPUTS:
        wave = stream.waves[f"engaged.{output}"]
        yield measurement(
            bench,
            f"{quantity}.{output}",
            _word(wave, threshold, _end(wave) - last, _end(wave)),
            source=f"engaged.{output}",
            evidence=(evidence,) if output == OUTPUTS[0] else (),
        )


def _course(
    bench: Bench, stream: Stream, output: str, threshold: Volt, begun: Second, ended: Second
) -> Iterator[Measurement]:
    """Yield states and times of one device through an event; what never came counts to the end."""
    pin, status = stream.waves[f"stream.{output}"], stream.waves[f"engaged.{output}"]
    high = float(pin.samples[pin.times() < begun].mean())
    left = edge(pin, high - _LEFT, rising=False, after=begun)
    released = edge(status, threshold, rising=False, after=begun)
    back = edge(pin, threshold, rising=True, after=ended)
    engaged = edge(status, threshold, rising=True, after=ended)
    last = _end(status)
    marks = {
        name: at
        for name, at in {
            f"{output} leaves its level": left,
            "off": released,
            f"{output} is high again": back,
            "on again": engaged,
        }.items()
        if at is not None
    }
    title = f"{bench.fitting.fitted[output]} at {output}"
    evidence = (curves(title, stream, marks),)
    source = f"engaged.{output}"
    yield measurement(
        bench,
        "engaged",
        _word(status, threshold, pin.start, begun),
        source=source,
        evidence=evidence,
    )
    off = _word(status, threshold, ended - _LAST, ended)
    yield measurement(bench, "engaged_off", off, source=source)
    after = _word(status, threshold, last - _LAST, last)
    yield measurement(bench, "engaged_after", after, source=source)
    gone = min(ended if released is None else released, ended)
    release = gone - (begun if left is None else left)
    yield _time(bench, "release_time", max(release, 0.0), output)  # 0: it was not on
    returned = last if engaged is None else engaged
    yield _time(bench, "engage_time", returned - (ended if back is None else back), output)
    yield _time(bench, "off_time", returned - gone, output)


def _word(wave: Waveform, threshold: Volt, start: Second, stop: Second) -> str:
    """Return whether a status line was high, low or neither all the time from start to stop."""
    times = wave.times()
    high = wave.samples[(times >= start) & (times < stop)] > threshold
    if not high.size:
        raise ValueError(f"no samples between {start} s and {stop} s")
    return ENGAGED if bool(high.all()) else CHATTERING if bool(high.any()) else DISENGAGED


def _end(wave: Waveform) -> Second:
    return wave.start + wave.interval * len(wave.samples)


def _time(bench: Bench, name: str, value: Second, output: str) -> Measurement:
    daq, _ = bench.recorder_of(f"stream.{output}")
    return measurement(
        bench,
        name,
        value,
        "s",
        Contribution(
            name="two edges on one clock",
            standard_uncertainty=daq.time_uncertainty(RATE, abs(value)),
            basis="sampling interval and clock error of the streaming device",
        ),
        source=f"stream.{output}, engaged.{output}",
    )
