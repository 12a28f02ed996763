"""How the channels of a DAQ970A are set up: the part of its dialect that names channels.

Sources: Keysight DAQ970A programming guide, 34970A/34972A command reference; Analog Devices'
PyICe driver (channels ascending). Assumed: which of its codes the model takes for a channel that
cannot do something; that limits and scaling of a channel are not compared with each other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from simulation.front_panels.daq970a.daqm901a import TERMINAL_BLOCK
from simulation.front_panels.daq970a.daqm901a_channel import (
    BANK,
    CHANNELS,
    COUPLES,
    CURRENT_CHANNELS,
    PROBES,
    RTDS,
    THERMISTORS,
    Channel,
)
from simulation.front_panels.daq970a.daqm901a_functions import FUNCTIONS
from simulation.front_panels.daq970a.errors import refused
from simulation.front_panels.daq970a.sense import (
    range_of,
    resolution,
    resolve,
    sense_words,
    span_of,
    told_resolution,
)
from simulation.front_panels.daq970a.settings import FUNCTION_WORDS, channel_words
from simulation.front_panels.daq970a.system import SystemPanel
from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.headers import Handler, command, pattern
from simulation.front_panels.scpi.parameters import boolean, channels, number
from simulation.front_panels.scpi.settings import Choice

_LONGEST_DELAY = 60.0
_LONGEST_UNIT = 3
_LAST_OF_BANK_1 = CHANNELS[0] + BANK - 1
_SENSOR_ENDS_SCALING = ("degrees", "probe")

_PROBE = Choice(
    header="",
    name="probe",
    words=("TCouple", "RTD", "FRTD", "THERmistor", "FTHermistor"),
    replies=PROBES,
)
_SENSORS: Mapping[str, Choice] = {
    "TC": Choice(header="", name="couple", words=COUPLES, replies=COUPLES, default=2.0),
    "RTD": Choice(header="", name="rtd", words=("85", "91"), replies=RTDS),
    "THER": Choice(
        header="", name="thermistor", words=THERMISTORS, replies=THERMISTORS, default=1.0
    ),
}
_SENSOR_OF = {"FRTD": "RTD", "FTH": "THER"}


class ChannelPanel(SystemPanel):
    """The channels in slot 1, each with what was set for it, and the scan list."""

    def __init__(self, *, idn: str) -> None:
        super().__init__(idn=idn)
        self._table: dict[int, Channel] = {}
        self._list: list[int] = []
        self._forget()

    @classmethod
    def words(cls) -> list[tuple[str, Handler]]:
        """Add the words that set single channels."""
        return channel_words() + sense_words() + super().words()

    def _forget(self) -> None:
        """Put all channels to the state after ``*RST``."""
        for channel in CHANNELS:
            self._table[channel] = Channel(function=_first_function(channel))
        self._list = []

    # what the tables of words call

    def chosen(
        self, where: str, functions: Sequence[str] | None = None
    ) -> list[tuple[int, Channel]]:
        """Return the channels of a list, or of the scan list; raises DialectError.

        A setting of a function is for channels that are set to it only.
        """
        table = self._table
        found = [(channel, table[channel]) for channel in self._channels(where)]
        if functions is not None:
            for _, record in found:
                if record.function not in functions:
                    raise DialectError(-221)
        return found

    def tell(self, where: str, answer: Callable[[Channel], str]) -> str:
        """Return an answer for each channel of a list, or of the scan list."""
        found = self.chosen(where)
        if not found:
            raise DialectError(-109)
        return ",".join(answer(record) for _, record in found)

    def channel_changed(self, number: int, name: str) -> None:
        """Turn off what does not outlast a changed setting of a channel."""
        record = self._table[number]
        if name in _SENSOR_ENDS_SCALING:
            record.scaled = 0.0
        elif not (name == "scaled" and record.scaled):
            return
        if record.upper_on or record.lower_on:
            self.note(refused(221))
        record.upper = record.lower = record.upper_on = record.lower_on = 0.0

    def set_up_anew(self, numbers: Sequence[int]) -> None:
        """Do what follows from channels that begin with a new set-up."""

    # functions

    def _set_up(self, numbers: Sequence[int], record: Channel) -> None:
        for channel in numbers:
            self._table[channel] = replace(record)
        self.set_up_anew(numbers)

    @command("CONFigure?")
    def _ask_configuration(self, where: str = "") -> str:
        return self.tell(where, _told)

    @command("[SENSe]:TEMPerature:RJUNction?")
    def _ask_junction(self, where: str = "") -> str:
        return self.tell(where, lambda _: f"{TERMINAL_BLOCK:+.8E}")

    @command("[SENSe]:FUNCtion")
    def _set_function(self, text: str, where: str = "") -> None:
        name = text.strip("\"'")
        found = [f for word, f in FUNCTION_WORDS.items() if _is(name, word)]
        if not found:
            raise DialectError(-224)
        self._set_up(self._channels(where, found[0]), Channel(function=found[0]))

    @command("[SENSe]:FUNCtion?")
    def _ask_function(self, where: str = "") -> str:
        return self.tell(where, lambda record: f'"{record.function}"')

    def _read_configuration(
        self, function: str, parameters: Sequence[str]
    ) -> tuple[list[int], Channel]:
        """Return the channels of a CONFigure or MEASure and how they are to be set up."""
        if not parameters:
            raise DialectError(-109)
        numbers = self._channels(parameters[-1], function)
        if not numbers:
            raise DialectError(-109)
        words = parameters[:-1]
        record = Channel(function=function)
        if function == "TEMP":
            words = _read_sensor(record, words)
        if len(words) > 2:
            raise DialectError(-108)
        if words:
            record.range = span_of(function, words[0]) if function != "TEMP" else None
        if len(words) > 1:
            fixed = record.range is not None or function in ("TEMP", "FREQ", "PER")
            if resolution(words[1], fixed=fixed) is None or record.range is not None:
                resolve(record, words[1])
        if record.wiring() == "FRES" and numbers[-1] > _LAST_OF_BANK_1:
            raise refused(306)
        return numbers, record

    # settings with forms of their own

    @command("[SENSe]:ZERO:AUTO", "[SENSe]:VOLTage[:DC]:ZERO:AUTO")
    def _set_zero(self, text: str, where: str = "") -> None:
        on = text.upper() != "ONCE" and boolean(text)
        for _, record in self.chosen(where):
            record.automatic_zero = float(on)

    @command("[SENSe]:ZERO:AUTO?", "[SENSe]:VOLTage[:DC]:ZERO:AUTO?")
    def _ask_zero(self, where: str = "") -> str:
        return self.tell(where, lambda record: "1" if record.automatic_zero else "0")

    @command("ROUTe:CHANnel:DELay")
    def _set_delay(self, text: str, where: str = "") -> None:
        named = {"MIN": 0.0, "MAX": _LONGEST_DELAY, "DEF": 0.0}
        value = named.get(text.upper())
        value = number(text, "S") if value is None else value
        if not 0.0 <= value <= _LONGEST_DELAY:
            raise DialectError(-222)
        for _, record in self.chosen(where):
            record.delay = round(value, 3)  # 1 ms resolution

    @command("ROUTe:CHANnel:DELay?")
    def _ask_delay(self, where: str = "") -> str:
        named = {"MIN": 0.0, "MAX": _LONGEST_DELAY}
        if where.upper() in named:
            return f"{named[where.upper()]:+.8E}"
        return self.tell(where, lambda record: f"{record.delay or 0.0:+.8E}")

    @command("ROUTe:CHANnel:DELay:AUTO")
    def _set_automatic_delay(self, text: str, where: str = "") -> None:
        on = boolean(text)
        for _, record in self.chosen(where):
            record.delay = None if on else record.delay or 0.0

    @command("ROUTe:CHANnel:DELay:AUTO?")
    def _ask_automatic_delay(self, where: str = "") -> str:
        return self.tell(where, lambda record: "1" if record.delay is None else "0")

    @command("CALCulate:SCALe:UNIT")
    def _set_unit(self, text: str, where: str = "") -> None:
        label = text.strip("\"'").upper()
        if len(label) > _LONGEST_UNIT:
            raise refused(271)
        rest = label[1:] if label[:1] == "#" or label[:1].isalpha() else "?" * bool(label)
        if not all(letter.isalnum() or letter == "_" for letter in rest):
            raise refused(272)
        for _, record in self.chosen(where):
            record.unit = label

    @command("CALCulate:SCALe:UNIT?")
    def _ask_unit(self, where: str = "") -> str:
        return self.tell(where, lambda c: f'"{c.unit or FUNCTIONS[c.function].unit}"')

    # which channels a command means

    def _channels(self, text: str, function: str | None = None) -> list[int]:
        """Return the channels ascending, whatever their order was; the scan list if none given."""
        found = list(_listed(text)) if text else self._list
        if function is not None:
            is_current = FUNCTIONS[function].is_current
            if any(is_current != (channel in CURRENT_CHANNELS) for channel in found):
                raise refused(305)
        return found


@lru_cache(maxsize=256)
def _listed(text: str) -> tuple[int, ...]:
    """Return the channels of a list, ascending; raises DialectError unless the card has them."""
    found = tuple(sorted(set(channels(text))))
    if not found:
        raise DialectError(-109)
    for channel in found:
        if channel not in CHANNELS:
            raise _unknown(channel)
    return found


def _first_function(channel: int) -> str:
    return "CURR" if channel in CURRENT_CHANNELS else "VOLT"


def _is(text: str, word: str) -> bool:
    return pattern(word).fullmatch(":" + text.upper()) is not None


def _unknown(channel: int) -> DialectError:
    slot = channel // 100
    if not 1 <= slot <= 3:
        return refused(111)
    return refused(112) if slot == 1 else refused(302)


def _read_sensor(record: Channel, words: Sequence[str]) -> Sequence[str]:
    """Take the probe and its type from the front of the parameters; return the rest."""
    if words and words[0].upper() not in ("DEF", "DEFAULT"):
        record.probe = _PROBE.place(words[0])
    kind = PROBES[int(record.probe)]
    sensor = _SENSORS[_SENSOR_OF.get(kind, kind)]
    place = sensor.default
    if len(words) > 1 and words[1].upper() not in ("DEF", "DEFAULT"):
        place = sensor.place(words[1])
    setattr(record, sensor.name, place)
    return words[2:]


def _told(record: Channel) -> str:
    """Return a configuration as CONF? tells it."""
    more = ""
    if record.function == "TEMP":
        kind = PROBES[int(record.probe)]
        sensor = _SENSORS[_SENSOR_OF.get(kind, kind)]
        more = f"{kind},{sensor.reply(getattr(record, sensor.name)).lstrip('+')},"
    return f'"{record.function} {more}{range_of(record):+.6E},{told_resolution(record):+.6E}"'
