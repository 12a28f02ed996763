"""Thresholds of the remote inputs, searched from both sides."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.bench import Bench
from bench.measurement import Contribution, Evidence, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement, terminal
from bench.procedures.state import HIGH_DROP
from bench.quantity import parse_as
from instruments.daq import AnalogOutput
from instruments.errors import Exchange, OutOfRange
from instruments.multimeter import Multimeter
from instruments.units import Second, Volt

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

OUTPUTS = ("CHARGER", "LOAD")
"""What tells whether the unit is on; a unit may judge its input for each of them."""

_COARSE: Volt = 0.25
_DWELL: Second = 1.0
_PATIENCE: Second = 1.1
"""No document states a reaction time: as everywhere, a unit may take 2 s."""


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the source, its contact and the meters of the search."""
    del point
    name = terminal(arguments)
    drop = f"drop.{_output(arguments)}"
    return (f"remote.{name}.dac", f"dac.{name}", f"remote_voltage.{name}", drop)


def _output(arguments: Arguments) -> str:
    """Return the output that is looked at."""
    return str(arguments.get("output", OUTPUTS[0]))


@dataclass(slots=True)
class _Search:
    """Drives one input and remembers every level tried and what the unit did."""

    bench: Bench
    name: str
    output: str
    tried: list[tuple[Volt, bool]] = field(default_factory=list[tuple[float, bool]])

    def is_on(self, setting: Volt) -> bool:
        """Set the source, dwell, and return whether the output is high.

        A unit that did not change within the dwell may be slow, so it is looked at once more.
        """
        self.bench.role(AnalogOutput, f"dac.{self.name}").set_voltage(setting)
        self.bench.clock.sleep(_DWELL)
        on = self._is_high()
        if not self.tried or on == self.tried[-1][1]:
            self.bench.clock.sleep(_PATIENCE)
            on = self._is_high()
        self.tried.append((setting, on))
        return on

    def _is_high(self) -> bool:
        return self.bench.role(Multimeter, f"drop.{self.output}").measure() <= HIGH_DROP

    def transition(self, start: Volt, stop: Volt, step: Volt) -> tuple[Volt, Volt] | None:
        """Return the settings just before and after the unit changes between start and stop.

        Every probe is approached from ``start``'s side, because of the hysteresis. None when the
        unit does the same at all levels.
        """
        initial = self.is_on(start)
        direction = 1.0 if stop > start else -1.0
        before, after = start, start
        while after != stop:
            before, after = after, after + direction * min(_COARSE, abs(stop - after))
            if self.is_on(after) != initial:
                break
        else:
            return None
        while abs(after - before) > step * 1.001:
            middle = (before + after) / 2.0
            self.is_on(start)
            if self.is_on(middle) == initial:
                before = middle
            else:
                after = middle
        return before, after


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield the levels at which the unit turns on and off [V], measured at the pin.

    A level that the source cannot reach is reported as the end of its span: the true one lies
    beyond.
    """
    name = terminal(arguments)
    text = arguments.get("step", "10 mV")
    step = parse_as(text if isinstance(text, str) else text[0], "V")
    bench.switch(close=(f"remote.{name}.dac",))
    low, high = bench.role(AnalogOutput, f"dac.{name}").span()
    low, high = max(low, 0.0), min(high, point.vbat)
    search = _Search(bench, name, _output(arguments))
    found = {"up": _threshold(search, low, high, step)}
    turn = len(search.tried)
    found["down"] = _threshold(search, high, low, step)
    bench.role(AnalogOutput, f"dac.{name}").set_voltage(0.0)
    # An input that is active low turns the unit off on the way up and on on the way down.
    off, on = ("up", "down") if name == "REMOTE_L" else ("down", "up")
    evidence = _evidence(name, search, turn, found)
    line = Contribution(
        name="step of the search",
        standard_uncertainty=step / 12.0**0.5,
        basis="half the last step either way",
    )
    meter = bench.role(Multimeter, f"remote_voltage.{name}")
    for label, way in (("threshold_on", on), ("threshold_off", off)):
        value = found[way]
        reading = Contribution(
            name=f"reading of remote_voltage.{name}", standard_uncertainty=meter.uncertainty(value)
        )
        yield measurement(
            bench,
            label,
            value,
            "V",
            line,
            reading,
            source=f"remote_voltage.{name}",
            evidence=(evidence,) if label == "threshold_on" else (),
        )
    yield measurement(
        bench, "hysteresis", abs(found[off] - found[on]), "V", line, line, source="thresholds"
    )


def _threshold(search: _Search, start: Volt, stop: Volt, step: Volt) -> Volt:
    """Return the level at the pin where the unit changes on the way from start to stop [V]."""
    found = search.transition(start, stop, step)
    meter = search.bench.role(Multimeter, f"remote_voltage.{search.name}")
    if found is None:
        _check_source(search, meter, start, stop)
        return _unmoved(search, start, stop)
    levels: list[Volt] = []
    for setting in found:
        search.is_on(start)
        search.is_on(setting)
        levels.append(meter.measure())
    return sum(levels) / 2.0


def _check_source(search: _Search, meter: Multimeter, start: Volt, stop: Volt) -> None:
    """Raise OutOfRange where the pin does not go where the source does: then nothing was tried."""
    at_stop = meter.measure()
    search.is_on(start)
    if abs(at_stop - (at_start := meter.measure())) < abs(stop - start) / 2.0:
        raise OutOfRange(
            f"{search.name} goes from {at_start:.3g} V to {at_stop:.3g} V while its source goes "
            f"from {start:g} V to {stop:g} V: a lead or a contact of the bench is open",
            Exchange(role=f"dac.{search.name}"),
        )


def _unmoved(search: _Search, start: Volt, stop: Volt) -> Volt:
    """Return the end of the span that tells on which side the threshold lies.

    A unit that is on at every level turns off nowhere in the span of an active-low input (beyond
    its top) and below the bottom of an active-high one; one that is always off is the mirror.
    """
    always_on = search.tried[-1][1]
    active_low = search.name == "REMOTE_L"
    return max(start, stop) if always_on == active_low else min(start, stop)


def _evidence(name: str, search: _Search, turn: int, found: Mapping[str, Volt]) -> Evidence:
    """Return what the unit did at each level, on the way up and on the way down.

    ``turn`` is the number of probes of the way up.
    """
    import numpy

    levels = numpy.array(sorted({level for level, _ in search.tried}))
    ways = {"going up": search.tried[:turn], "going down": search.tried[turn:]}
    return Evidence(
        name=f"Threshold search on {name}",
        abscissa=f"level of {name}",
        abscissa_unit="V",
        ordinate_unit="1",
        x=levels,
        columns={
            f"on (1) or off (0) {way}": _steps(levels.tolist(), dict(sorted(tried)))
            for way, tried in ways.items()
        },
        marks={f"threshold {way}": value for way, value in found.items()},
    )


def _steps(levels: Sequence[Volt], tried: Mapping[Volt, bool]) -> "NDArray[numpy.float64]":
    """Return the state at each level: that of the nearest level tried at or below it."""
    import numpy

    state = float(next(iter(tried.values())))
    column: list[float] = []
    for level in levels:
        state = float(tried.get(level, bool(state)))
        column.append(state)
    return numpy.array(column)
