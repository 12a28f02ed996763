"""The DAQM901A multiplexer in slot 1: 20 voltage channels and two current channels.

Sources: DAQ970A data sheet; PyICe driver (input impedance, current only on channels 21 and 22);
34970A/34972A command reference (four-wire pairs, open thermocouples). Assumed: that a current
channel's shunt is in series all the time, also between readings; 5 ohm up to 100 mA and 0.1 ohm on
1 A; a terminal block at 23 degC. Signals are slower here than what AC functions see, so that these
read the error of the meter, and no frequency.
"""

from collections.abc import Mapping
from math import inf

from instruments.accuracy import Accuracy
from instruments.units import DegreeCelsius, Ohm, Volt
from simulation.elements import Contact, Resistor
from simulation.front_panels.daq970a.daqm901a_channel import (
    BANK,
    CHANNELS,
    COUPLES,
    CURRENT_CHANNELS,
    DEGREES,
    JUNCTIONS,
    PROBES,
    RTDS,
    THERMISTORS,
    Channel,
)
from simulation.front_panels.daq970a.daqm901a_functions import (
    AC_ACCURACY,
    AC_COUPLED,
    CURRENT_ACCURACY,
    CURRENT_RANGES,
    FUNCTIONS,
    RESISTANCE_ACCURACY,
    VOLTAGE_ACCURACY,
)
from simulation.front_panels.daq970a.daqm901a_ohms import INPUT_RESISTANCE, Ohmmeter
from simulation.front_panels.daq970a.temperature import (
    in_degrees,
    of_platinum,
    of_thermistor,
    of_thermocouple,
)
from simulation.front_panels.terminals import refuse_unknown
from simulation.netlist import Link
from simulation.noise import Noise
from simulation.world import World

HIGH_IMPEDANCE_UP_TO: Volt = 10.0
BURDENS: Mapping[float, Ohm] = {0.01: 5.0, 0.1: 5.0, 1.0: 0.1}
OVERRANGE = 1.2
OVERLOAD = 9.9e37
TERMINAL_BLOCK: DegreeCelsius = 23.0

_OPEN_COUPLE: Ohm = 5e3
_CHECKED_ON: Ohm = 1e4
_OHMS = ("RES", "FRES")


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
        self._links = {int(terminal): link for terminal, link in links.items()}
        self._inputs: dict[int, Contact] = {}
        self._burdens: dict[int, Resistor] = {}
        self._ohmmeter = Ohmmeter(world)
        self._ohms_range: Ohm = 0.0
        self.external_junction: DegreeCelsius = inf
        self.cycles = dict.fromkeys(CHANNELS, 0)
        for number, link in self._links.items():
            name = f"{link.instrument}.{link.terminal}"
            if number in CURRENT_CHANNELS:
                burden = Resistor(link.plus, link.minus, BURDENS[CURRENT_RANGES[0]], name=name)
                self._burdens[number] = world.add(burden)
            else:
                load = Contact(link.plus, link.minus, INPUT_RESISTANCE, name=name)
                self._inputs[number] = world.add(load)

    def connect(self, number: int, channel: Channel) -> None:
        """Close the channel's relay: the meter loads the circuit unless it is high-impedance."""
        self.cycles[number] += 1
        function = channel.wiring()
        if function in _OHMS:
            ranges = FUNCTIONS["RES"].ranges
            fixed = channel.range if channel.function != "TEMP" else None
            self._drive(number, function, ranges[0] if fixed is None else fixed)
            return
        burden = self._burdens.get(number)
        if burden is not None:
            burden.set(BURDENS[self._range(number, channel)])
        load = self._inputs.get(number)
        if load is not None and not (
            function in AC_COUPLED
            or (channel.high_impedance and self._range(number, channel) <= HIGH_IMPEDANCE_UP_TO)
        ):
            load.close()

    def ranged(self, number: int, channel: Channel) -> bool:
        """Return whether the range fits; if not, the next one is tried and has to settle."""
        function = channel.wiring()
        if function not in _OHMS or (channel.range is not None and channel.function != "TEMP"):
            return True
        higher = [span for span in FUNCTIONS["RES"].ranges if span > self._ohms_range]
        if not higher or self._ohmmeter.ohms() <= OVERRANGE * self._ohms_range:
            return True
        self._drive(number, function, higher[0])
        return False

    def disconnect(self, number: int) -> None:
        """Open the channel's relay."""
        self._ohmmeter.disconnect()
        load = self._inputs.get(number)
        if load is not None:
            load.open()

    def read(self, number: int, channel: Channel) -> float:
        """Return what the meter indicates now; 9.9E+37 beyond 120 % of a range."""
        function = channel.function
        if function == "TEMP":
            return self._temperature(number, channel)
        if function in _OHMS:
            return self._ohms()
        if function in ("FREQ", "PER"):
            return 0.0
        value = 0.0 if function in AC_COUPLED else self._true_value(number)
        span = self._range(number, channel)
        most = span if span == FUNCTIONS["VOLT"].ranges[-1] else OVERRANGE * span
        if not abs(value) <= most:
            return OVERLOAD if value > 0.0 else -OVERLOAD
        if function in AC_COUPLED:
            return abs(self._noise.indicate(0.0, AC_ACCURACY, span, (function, span)))
        if number in CURRENT_CHANNELS:
            accuracy = self._accuracies.get("current", CURRENT_ACCURACY)
        else:
            accuracy = self._accuracies.get("voltage", VOLTAGE_ACCURACY[span])
        return self._noise.indicate(value, accuracy, span, (function, span))

    def _temperature(self, number: int, channel: Channel) -> float:
        probe = PROBES[int(channel.probe)]
        if probe == "TC":
            found = self._couple(number, channel)
        else:
            ohms = self._ohms()
            if abs(ohms) == OVERLOAD:
                found = inf
            elif probe in ("THER", "FTH"):
                found = of_thermistor(THERMISTORS[int(channel.thermistor)], ohms)
            else:
                found = of_platinum(RTDS[int(channel.rtd)], ohms, channel.rtd_resistance)
            if number == CHANNELS[0]:
                self.external_junction = found
        return OVERLOAD if found == inf else in_degrees(found, DEGREES[int(channel.degrees)])

    def _couple(self, number: int, channel: Channel) -> DegreeCelsius:
        span = FUNCTIONS["VOLT"].ranges[0]
        true = self._true_value(number)
        junction = {
            "INT": TERMINAL_BLOCK,
            "EXT": self.external_junction,
            "FIX": channel.junction_temperature,
        }[JUNCTIONS[int(channel.junction)]]
        if not abs(true) <= OVERRANGE * span or junction == inf:
            return inf
        if channel.open_check and self._is_open(number):
            return inf
        accuracy = self._accuracies.get("voltage", VOLTAGE_ACCURACY[span])
        volts = self._noise.indicate(true, accuracy, span, ("VOLT", span))
        return of_thermocouple(COUPLES[int(channel.couple)], volts, junction)

    def _is_open(self, number: int) -> bool:
        """Return whether more than 5 kohm are between the wires of a thermocouple."""
        link = self._links.get(number)
        self._ohmmeter.connect(link, link, _CHECKED_ON)
        ohms = self._ohmmeter.ohms()
        self._ohmmeter.disconnect()
        return ohms > _OPEN_COUPLE

    def _drive(self, number: int, function: str, span: Ohm) -> None:
        """Drive the test current of a range through a channel."""
        self._ohms_range = span
        sense = number + BANK if function == "FRES" else number
        self._ohmmeter.connect(self._links.get(number), self._links.get(sense), span)

    def _ohms(self) -> float:
        true, span = self._ohmmeter.ohms(), self._ohms_range
        if not abs(true) <= OVERRANGE * span:
            return OVERLOAD if true > 0.0 else -OVERLOAD
        return self._noise.indicate(true, RESISTANCE_ACCURACY[span], span, ("RES", span))

    def _true_value(self, number: int) -> float:
        burden = self._burdens.get(number)
        if burden is not None:
            return self._world.current(burden)
        link = self._links.get(number)
        return 0.0 if link is None else self._world.voltage(link.plus, link.minus)

    def _range(self, number: int, channel: Channel) -> float:
        """Return the fixed range, or the lowest that holds the present value."""
        function = channel.function
        if function == "TEMP":
            return FUNCTIONS[channel.wiring()].ranges[0]
        if channel.range is not None:
            return channel.range
        ranges = FUNCTIONS[function].ranges
        if function in AC_COUPLED:
            return ranges[0]
        size = abs(self._true_value(number))
        for span in ranges:
            if size <= OVERRANGE * span:
                return span
        return ranges[-1]
