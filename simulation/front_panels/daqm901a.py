"""The DAQM901A multiplexer in slot 1: 20 voltage channels and two current channels.

Sources: DAQ970A data sheet (accuracy of DC volts, 1 year); PyICe driver (input impedance, current
only on channels 21 and 22). Assumed: that a current channel's shunt is in series all the time,
also between readings; 5 ohm up to 100 mA and 0.1 ohm on 1 A; the accuracy of DC current.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from instruments.accuracy import Accuracy
from instruments.units import Ohm, Second, Volt
from simulation.elements import Contact, Resistor
from simulation.front_panels.terminals import refuse_unknown
from simulation.netlist import Link
from simulation.noise import Noise
from simulation.world import World

VOLTAGE_CHANNELS = tuple(range(101, 121))
CURRENT_CHANNELS = (121, 122)
CHANNELS = VOLTAGE_CHANNELS + CURRENT_CHANNELS

VOLTAGE_RANGES = (0.1, 1.0, 10.0, 100.0, 300.0)
CURRENT_RANGES = (0.01, 0.1, 1.0)
HIGH_IMPEDANCE_UP_TO: Volt = 10.0
INPUT_RESISTANCE: Ohm = 10e6
BURDENS: Mapping[float, Ohm] = {0.01: 5.0, 0.1: 5.0, 1.0: 0.1}
OVERRANGE = 1.2
OVERLOAD = 9.9e37

_SHEET = "DAQ970A data sheet, 1 year, 23 C +- 5 C"
VOLTAGE_ACCURACY: Mapping[float, Accuracy] = {
    0.1: Accuracy(of_reading=50e-6, of_full_scale=60e-6, basis=_SHEET),
    1.0: Accuracy(of_reading=35e-6, of_full_scale=6e-6, basis=_SHEET),
    10.0: Accuracy(of_reading=30e-6, of_full_scale=4e-6, basis=_SHEET),
    100.0: Accuracy(of_reading=40e-6, of_full_scale=6e-6, basis=_SHEET),
    300.0: Accuracy(of_reading=40e-6, of_full_scale=20e-6, basis=_SHEET),
}
_ASSUMED = "assumed: 0.05 % + 0.005 % of range, not checked with the data sheet"
CURRENT_ACCURACY = Accuracy(of_reading=5e-4, of_full_scale=5e-5, basis=_ASSUMED)


@dataclass(slots=True)
class Channel:
    """How one channel is configured."""

    function: str = "VOLT"
    range: float | None = None
    nplc: float = 1.0
    high_impedance: bool = False
    delay: Second | None = None
    gain: float = 1.0
    offset: float = 0.0
    unit: str = ""
    scaled: bool = False


class Daqm901a:
    """The card's relays and the meter behind them."""

    def __init__(
        self,
        links: Mapping[str, Link],
        world: World,
        noise: Noise,
        accuracies: Mapping[str, Accuracy],
        model: str,
    ) -> None:
        refuse_unknown(model, links, [str(number) for number in CHANNELS])
        self._world = world
        self._noise = noise
        self._accuracies = accuracies
        self._nets: dict[int, tuple[str, str]] = {}
        self._inputs: dict[int, Contact] = {}
        self._burdens: dict[int, Resistor] = {}
        for terminal, link in links.items():
            number = int(terminal)
            name = f"{link.instrument}.{terminal}"
            self._nets[number] = (link.plus, link.minus)
            if number in CURRENT_CHANNELS:
                burden = Resistor(link.plus, link.minus, BURDENS[CURRENT_RANGES[0]], name=name)
                self._burdens[number] = world.add(burden)
            else:
                load = Contact(link.plus, link.minus, INPUT_RESISTANCE, name=name)
                self._inputs[number] = world.add(load)

    def connect(self, number: int, channel: Channel) -> None:
        """Close the channel's relay: the meter loads the circuit unless it is high-impedance."""
        burden = self._burdens.get(number)
        if burden is not None:
            burden.set(BURDENS[self._range(number, channel)])
        load = self._inputs.get(number)
        if load is not None and not (
            channel.high_impedance and self._range(number, channel) <= HIGH_IMPEDANCE_UP_TO
        ):
            load.close()

    def disconnect(self, number: int) -> None:
        """Open the channel's relay."""
        load = self._inputs.get(number)
        if load is not None:
            load.open()

    def read(self, number: int, channel: Channel) -> float:
        """Return what the meter indicates now; 9.9E+37 beyond 120 % of a range."""
        value = self._true_value(number)
        span = self._range(number, channel)
        most = span if span == VOLTAGE_RANGES[-1] else OVERRANGE * span
        if not abs(value) <= most:
            return OVERLOAD if value > 0.0 else -OVERLOAD
        if number in CURRENT_CHANNELS:
            accuracy = self._accuracies.get("current", CURRENT_ACCURACY)
        else:
            accuracy = self._accuracies.get("voltage", VOLTAGE_ACCURACY[span])
        reading = self._noise.indicate(value, accuracy, span, (channel.function, span))
        return channel.gain * reading + channel.offset if channel.scaled else reading

    def _true_value(self, number: int) -> float:
        nets = self._nets.get(number)
        if nets is None:
            return 0.0
        if number in CURRENT_CHANNELS:
            return self._world.current(self._burdens[number])
        return self._world.voltage(*nets)

    def _range(self, number: int, channel: Channel) -> float:
        """Return the fixed range, or the lowest that holds the present value."""
        if channel.range is not None:
            return channel.range
        size = abs(self._true_value(number))
        ranges = CURRENT_RANGES if number in CURRENT_CHANNELS else VOLTAGE_RANGES
        for span in ranges:
            if size <= OVERRANGE * span:
                return span
        return ranges[-1]


def fitting_range(value: float, ranges: tuple[float, ...]) -> float:
    """Return the lowest range that holds ``value``; infinite if none does."""
    return next((span for span in ranges if value <= span), inf)
