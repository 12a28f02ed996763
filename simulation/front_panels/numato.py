r"""Front panel of the Numato USB relay modules with 16 and 32 channels.

Sources: Numato Lab user manuals and sample programs; michaelkeating.com, "Numato relay on x":
ASCII, CR-terminated, echo, ``\n\r>`` prompt, letters from relay 10 on, upper case only. Nothing is
ever wired to GPIO and analogue inputs here.
Assumed: 8 ms to operate, 5 ms to release, contacts of 50 mohm; an open GPIO keeps the level that it
was last driven to, an open analogue input reads 0.
"""

from collections.abc import Mapping

from instruments.units import Ohm, Second
from simulation.clock import VirtualClock
from simulation.elements import Contact
from simulation.front_panels.terminals import refuse_unknown
from simulation.netlist import Link, SimulatedInstrument
from simulation.noise import Noise
from simulation.world import World

OPERATE_TIME: Second = 8e-3
RELEASE_TIME: Second = 5e-3
CONTACT_RESISTANCE: Ohm = 0.05

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
_LINE_END = "\n\r"
_LONGEST_LINE = 80
_DIGITS = frozenset("0123456789abcdefABCDEF")
_PINS = {16: 10, 32: 8}
_ANALOGUE_INPUTS = 5


class Numato:
    """A board that echoes what it is told, then answers, then prompts."""

    exchange_time: Second = 1e-3

    def __init__(
        self,
        instrument: SimulatedInstrument,
        links: Mapping[str, Link],
        world: World,
        clock: VirtualClock,
        noise: Noise,  # noqa: ARG002 - all front panels are built alike
    ) -> None:
        self.count = 32 if instrument.model.endswith("32") else 16
        refuse_unknown(instrument.model, links, [str(number) for number in range(self.count)])
        self._clock = clock
        self._coils = 0
        self._pins = 0
        self._id = instrument.serial
        self._line = ""
        self._contacts: dict[int, Contact] = {}
        for terminal, link in links.items():
            contact = Contact(
                link.plus,
                link.minus,
                CONTACT_RESISTANCE + link.series,
                name=f"{instrument.name}.{terminal}",
            )
            self._contacts[int(terminal)] = world.add(contact)

    @property
    def energised(self) -> frozenset[int]:
        """Return the numbers of the relays whose coils are energised."""
        return frozenset(n for n in range(self.count) if self._coils >> n & 1)

    def receive(self, data: bytes) -> bytes:
        """Take in what arrived on the port; return echo, answers and prompts."""
        answer = ""
        *lines, rest = data.decode("latin-1").replace("\n", "").split("\r")
        for line in lines:
            known = (self._line + line)[:_LONGEST_LINE]
            self._line = ""
            answer += line + _LINE_END + self._execute(known) + ">"
        self._line = (self._line + rest)[:_LONGEST_LINE]
        return (answer + rest).encode("latin-1")

    def power_cycle(self) -> None:
        """Lose power: all relays drop out."""
        self._line = ""
        self._pins = 0
        self._energise(0)

    def _execute(self, line: str) -> str:
        """Return what stands between the echo and the prompt."""
        match line.split():
            case ["ver"]:
                return "00000008" + _LINE_END
            case ["id", "get"]:
                return self._id + _LINE_END
            case ["id", "set", text] if len(text) == 8:
                self._id = text
            case ["reset"]:
                self._energise(0)
            case ["relay", *words]:
                return self._relay(words)
            case ["gpio", "set" | "clear" | "read" as verb, name]:
                return self._gpio(verb, _LETTERS.find(name[0]))
            case ["adc", "read", name] if 0 <= _LETTERS.find(name[0]) < _ANALOGUE_INPUTS:
                return "0" + _LINE_END
            case _:
                pass
        return ""

    def _gpio(self, verb: str, number: int) -> str:
        if not 0 <= number < _PINS[self.count]:
            return ""
        if verb == "read":
            return str(self._pins >> number & 1) + _LINE_END
        bit = 1 << number
        self._pins = self._pins | bit if verb == "set" else self._pins & ~bit
        return ""

    def _relay(self, words: list[str]) -> str:
        match words:
            case ["readall"]:
                return f"{self._coils:0{self.count // 4}x}" + _LINE_END
            case ["writeall", text]:
                mask = _hexadecimal(text)
                if mask is not None and mask < 1 << self.count:
                    self._energise(mask)
            case ["read" | "on" | "off" as verb, name]:
                number = self._number(name)
                if number is not None:
                    return self._single(verb, number)
            case _:
                pass
        return ""

    def _single(self, verb: str, number: int) -> str:
        if verb == "read":
            return ("on" if self._coils >> number & 1 else "off") + _LINE_END
        bit = 1 << number
        self._energise(self._coils | bit if verb == "on" else self._coils & ~bit)
        return ""

    def _number(self, name: str) -> int | None:
        """Return the relay behind the first character; the board reads no further."""
        number = _LETTERS.find(name[0])
        return number if 0 <= number < self.count else None

    def _energise(self, mask: int) -> None:
        changed = self._coils ^ mask
        self._coils = mask
        for coils, delay in ((changed & mask, OPERATE_TIME), (changed & ~mask, RELEASE_TIME)):
            if coils:
                self._clock.schedule(delay, lambda moved=coils: self._move(moved))

    def _move(self, coils: int) -> None:
        """Bring the contacts of ``coils`` to where their coils hold them by now."""
        for number, contact in self._contacts.items():
            if coils >> number & 1:
                if self._coils >> number & 1:
                    contact.close()
                else:
                    contact.open()


def _hexadecimal(text: str) -> int | None:
    """Return the value of a string of hexadecimal digits, None for anything else."""
    return int(text, 16) if text and _DIGITS.issuperset(text) else None
