"""The screw terminals of a LabJack T7: analog inputs, DACs and digital lines in the circuit.

Sources: LabJack T-series data sheet, A-3 (analog inputs), A-4 (DAC steps) and 18.0 (AIN14 is a
temperature sensor: volts * -92.6 + 467.6 is its temperature [K]). Assumed: DAC source resistance
50 ohm and errors within 0.1 % of 5 V, logic threshold 1.5 V, pull-ups of 100 kohm, 550 ohm (FIO)
and 180 ohm (EIO, CIO, MIO) in series with a driven line.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from instruments.accuracy import Accuracy
from instruments.units import Ampere, Ohm, Volt
from simulation.branch import Branch
from simulation.clock import VirtualClock
from simulation.elements import Element, Probe, Resistor, VoltageSource
from simulation.front_panels.t7.modbus_map import DEVICE_TEMPERATURE
from simulation.front_panels.t7.relay_card import SUFFIX, RelayCard
from simulation.front_panels.terminals import refuse_unknown
from simulation.netlist import Link
from simulation.noise import Noise
from simulation.world import World

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

AIN_COUNT = 14
_TEMPERATURE_CHANNEL = 14
_TEMPERATURE_SLOPE, _TEMPERATURE_OFFSET = -92.6, 467.6
DIO_NAMES = (
    *(f"FIO{n}" for n in range(8)),
    *(f"EIO{n}" for n in range(8)),
    *(f"CIO{n}" for n in range(4)),
    *(f"MIO{n}" for n in range(3)),
)
TERMINALS = (
    *(f"AIN{n}" for n in range(AIN_COUNT)),
    "DAC0",
    "DAC1",
    *DIO_NAMES[:20],
    *(f"{name}{SUFFIX}" for name in DIO_NAMES[:20]),
)

RANGES: tuple[Volt, ...] = (10.0, 1.0, 0.1, 0.01)
_SHEET = "T-series data sheet, appendix A-3-2-1"
ACCURACY: Mapping[float, Accuracy] = {
    10.0: Accuracy(fixed=2e-3, basis=_SHEET),
    1.0: Accuracy(fixed=200e-6, basis=_SHEET),
    0.1: Accuracy(fixed=20e-6, basis=_SHEET),
    0.01: Accuracy(fixed=20e-6, basis=_SHEET),
}
LOWEST_PART, HIGHEST_PART = -1.05, 1.01  # -10.5 V to +10.1 V on the 10 V range

_INPUT_IMPEDANCE: Ohm = 1e9
_BIAS: Ampere = 20e-9
_DAC_RESISTANCE: Ohm = 50.0
DAC_SPAN: Volt = 5.0
_DAC_STEPS = 4096
_DAC_ACCURACY = Accuracy(of_full_scale=1e-3, basis="assumed")
_LOGIC_THRESHOLD: Volt = 1.5
_LOGIC_SUPPLY: Volt = 3.3
_PULL_UP: Ohm = 100e3
_FIO_RESISTANCE: Ohm = 550.0
_EIO_RESISTANCE: Ohm = 180.0


def internal(channel: int) -> Volt:
    """Return the voltage at one of the inputs inside the device [V]."""
    if channel == _TEMPERATURE_CHANNEL:
        return (DEVICE_TEMPERATURE - _TEMPERATURE_OFFSET) / _TEMPERATURE_SLOPE
    return 0.0


class Line(Element):
    """A digital line: a voltage behind a resistance, both of which change with its direction."""

    __slots__ = ()
    sign: ClassVar[float] = -1.0

    def __init__(self, plus: str, minus: str, *, name: str) -> None:
        super().__init__(name, Branch(plus, minus, driven=True))
        self.drive(_LOGIC_SUPPLY, _PULL_UP)

    def drive(self, volts: Volt, ohms: Ohm) -> None:
        """Present ``volts`` [V] behind ``ohms`` [ohm]."""
        self.branches[0].curve((), (1.0 / ohms,), (-volts / ohms,))


class Pins:
    """What is wired to the device, and how it loads the circuit."""

    def __init__(
        self,
        links: Mapping[str, Link],
        world: World,
        clock: VirtualClock,
        noise: Noise,
        accuracies: Mapping[str, Accuracy],
        model: str,
    ) -> None:
        refuse_unknown(model, links, TERMINALS)
        self._world = world
        self._noise = noise
        self._accuracy = accuracies.get("voltage")
        self._links = links
        self._charge: Volt = 0.0
        self._dacs: dict[int, VoltageSource] = {}
        self._lines: dict[int, Line] = {}
        self._card = RelayCard(world, clock)
        for terminal, link in links.items():
            self._connect(terminal, link)
        self.wired = tuple(number for number, name in enumerate(DIO_NAMES) if name in links)
        """The digital lines that something is wired to, by number."""

    def _connect(self, terminal: str, link: Link) -> None:
        name = f"{link.instrument}.{terminal}"
        nets = (link.plus, link.minus)
        if link.divider < 1.0:
            raise ValueError(f"{name}: a divider cannot be {link.divider}")
        if link.input_resistance is not None:
            self._world.add(Resistor(*nets, link.input_resistance, name=name))
        elif terminal.startswith("AIN"):
            self._world.add(Probe(*nets, _INPUT_IMPEDANCE, _BIAS, name=name))
        elif terminal.startswith("DAC"):
            source = VoltageSource(*nets, 0.0, _DAC_RESISTANCE, name=name)
            self._dacs[int(terminal[3:])] = self._world.add(source)
        elif terminal.endswith(SUFFIX):
            self._card.plug_in(DIO_NAMES.index(terminal.removesuffix(SUFFIX)), link)
        else:
            line = Line(*nets, name=name)
            self._lines[DIO_NAMES.index(terminal)] = self._world.add(line)

    # analog inputs

    def pair(self, channel: int) -> tuple[str, str] | None:
        """Return the nets of an analog input, None if nothing is wired to it."""
        link = self._links.get(f"AIN{channel}")
        return (link.plus, link.minus) if link else None

    def divider(self, channel: int) -> float:
        """Return how much smaller the voltage at the input is than at the nets."""
        link = self._links.get(f"AIN{channel}")
        return link.divider if link else 1.0

    def pin_voltage(self, channel: int) -> Volt:
        """Return the voltage at an input now; an open one keeps half of the last input's."""
        pair = self.pair(channel)
        if pair is None:
            self._charge *= 0.5
        else:
            self._charge = self._world.voltage(*pair) / self.divider(channel)
        return self._charge

    def convert(self, volts: Volt, span: Volt) -> Volt:
        """Return what the converter makes of ``volts`` on the range ``span``; it saturates."""
        accuracy = self._accuracy or ACCURACY[span]
        reading = self._noise.indicate(volts, accuracy, span, ("AIN", span))
        return min(max(reading, LOWEST_PART * span), HIGHEST_PART * span)

    def convert_scans(
        self, volts: "NDArray[numpy.float64]", spans: Sequence[Volt]
    ) -> "NDArray[numpy.float64]":
        """Return what the converter makes of scans; ``spans`` are the ranges of the columns."""
        import numpy

        if len(set(spans)) > 1:
            columns = [
                self.convert_scans(volts[:, [place]], [span]) for place, span in enumerate(spans)
            ]
            return numpy.hstack(columns)
        span = spans[0]
        accuracy = self._accuracy or ACCURACY[span]
        readings = self._noise.indicate_array(volts, accuracy, span, ("AIN", span))
        numpy.maximum(readings, LOWEST_PART * span, out=readings)
        numpy.minimum(readings, HIGHEST_PART * span, out=readings)
        return readings

    # analog outputs

    def set_dac(self, number: int, volts: Volt) -> None:
        """Set a DAC to the nearest of its 4096 steps within 0 V to 5 V."""
        source = self._dacs.get(number)
        if source is None:
            return
        step = DAC_SPAN / _DAC_STEPS
        level = round(min(max(volts, 0.0), DAC_SPAN - step) / step) * step
        _, offset = self._noise.fixed_errors(("DAC", number))
        error = offset * _DAC_ACCURACY.of_full_scale * DAC_SPAN
        source.set(max(0.0, level + error) if level else 0.0)

    # digital lines

    def line_pair(self, number: int) -> tuple[str, str] | None:
        """Return the nets of a digital line, None if nothing is wired to it."""
        link = self._links.get(DIO_NAMES[number])
        return (link.plus, link.minus) if link else None

    def is_high(self, number: int, volts: Volt) -> bool:
        """Return the level that a line reads at ``volts`` between its nets."""
        link = self._links[DIO_NAMES[number]]
        return volts / link.divider > _LOGIC_THRESHOLD

    def are_high(self, number: int, volts: "NDArray[numpy.float64]") -> "NDArray[numpy.bool_]":
        """Return the levels that a line reads at voltages between its nets; same shape."""
        return volts / self._links[DIO_NAMES[number]].divider > _LOGIC_THRESHOLD

    def level(self, number: int, *, driven: bool, latch: bool) -> bool:
        """Return the level at the pin; an open input is pulled up."""
        pair = self.line_pair(number)
        if pair is None:
            return latch if driven else True
        return self.is_high(number, self._world.voltage(*pair))

    def edge_level(self, number: int) -> Volt:
        """Return the voltage between the nets of a wired line at which its level changes [V]."""
        return _LOGIC_THRESHOLD * self._links[DIO_NAMES[number]].divider

    def set_line(self, number: int, *, driven: bool, latch: bool) -> None:
        """Drive a line to its latch, or leave it to its pull-up."""
        self._card.follow(number, sinks=driven and not latch)
        line = self._lines.get(number)
        if line is None:
            return
        if not driven:
            line.drive(_LOGIC_SUPPLY, _PULL_UP)
        else:
            ohms = _FIO_RESISTANCE if number < 8 else _EIO_RESISTANCE
            line.drive(_LOGIC_SUPPLY if latch else 0.0, ohms)
