"""A person at a terminal, as an instrument of the bench.

Command set: docs/explanations/decisions/0019-a-person-is-an-instrument.md. Not yet verified on
hardware: nobody has worked at a real bench with it.

Every instruction is one sentence with its key and value in brackets, so that the transcript says
without doubt what was asked for. Three forms: ``[app.discharge_floor = 20 %]`` is to be set,
``[app.reset]`` is to be done, ``[app.state_of_charge?]`` is to be answered.
"""

from collections.abc import Mapping
from typing import ClassVar, Self

from instruments.accuracy import Accuracy
from instruments.errors import NotSupported, Rejected
from instruments.instrument import Identity, Instrument
from instruments.operator import Instruction, Operator
from instruments.transports.console import ConsoleWire
from instruments.transports.wires import Wires

_CANNOT = "cannot"


class PersonAtTerminal(Instrument):
    """Somebody who reads a terminal; has one terminal in the sense of the wiring, ``person``."""

    __slots__ = ("_operator", "_wire")

    TERMINALS: ClassVar[Mapping[str, type]] = {"person": Operator}
    TOUCHES_NETS: ClassVar[bool] = False

    def __init__(self, wire: ConsoleWire) -> None:
        wire.model = "operator"
        self._wire = wire
        self._operator = _Person(wire)

    @classmethod
    def open(
        cls,
        name: str,
        resource: str,
        wires: Wires,
        accuracies: Mapping[str, Accuracy],  # noqa: ARG003 - a person measures nothing
    ) -> Self:
        """Open the wire to the person, who is asked nothing yet; raises NotSupported."""
        return cls(wires.console(name, resource))

    def identity(self) -> Identity:
        """Return that it is an operator; who it is, ``Operator.who`` tells."""
        return Identity(manufacturer="", model="operator", serial="", firmware="")

    def terminals(self) -> tuple[str, ...]:
        """Return ``person``."""
        return tuple(self.TERMINALS)

    def terminal(self, name: str) -> Operator:
        """Return the person; raises NotSupported for any other name."""
        if name not in self.TERMINALS:
            raise NotSupported(f"no terminal {name!r}, only person", self._wire.exchange())
        return self._operator

    def make_safe(self) -> None:
        """Do nothing: a person switches nothing on, and must not be waited for."""

    def close(self) -> None:
        """Release the terminal."""
        self._wire.close()


class _Person(Operator):
    """The ability itself; asks who is there before anything else."""

    __slots__ = ("_who", "_wire")

    def __init__(self, wire: ConsoleWire) -> None:
        self._wire = wire
        self._who = ""

    def carry_out(self, instruction: Instruction) -> None:
        """Ask for something to be done; Enter says it is, anything else why it cannot be.

        Raises Rejected with the person's words, NoAnswer when nobody can be asked.
        """
        self.who()
        key, value = instruction.key, instruction.value
        what = f"[{key} = {value}]" if value else f"[{key}]"
        reason = self._wire.ask(_prompt(instruction, what, "Enter when done, or why not"))
        if reason:
            raise Rejected(f"{self._who} cannot do it: {reason}", self._wire.exchange(what, reason))

    def ask(self, instruction: Instruction, words: tuple[str, ...] = ()) -> str:
        """Ask a question and return the answer; one of ``words``, by itself or by its number.

        Raises Rejected for an answer that begins with ``cannot``, NoAnswer as ``carry_out``.
        """
        self.who()
        what = f"[{instruction.key}?]"
        known = {word.casefold(): word for word in words}
        known |= {str(number): word for number, word in enumerate(words, start=1)}
        offered = ", ".join(f"{number} {word}" for number, word in enumerate(words, start=1))
        offered = f"{offered or 'answer'}, or cannot: why"
        answer = self._wire.ask(_prompt(instruction, what, offered))
        while not (answer.casefold() in known if words else answer):
            self._refuse_to_go_on(what, answer)
            self._wire.say(f"  {answer!r} is none of these" if words else "  please answer")
            answer = self._wire.ask(f"  {offered} {what}: ")
        self._refuse_to_go_on(what, answer)
        return known[answer.casefold()] if words else answer

    def who(self) -> str:
        """Return who answers; asks once, and again while there is no name."""
        while not self._who:
            self._who = self._wire.ask("\nOPERATOR  Who is there? Name or initials [who?]: ")
        return self._who

    def _refuse_to_go_on(self, what: str, answer: str) -> None:
        if answer.casefold().startswith(_CANNOT):
            raise Rejected(
                f"{self._who} cannot answer: {answer}", self._wire.exchange(what, answer)
            )


def _prompt(instruction: Instruction, what: str, offered: str) -> str:
    """Return the lines that are shown; the first begins a line of its own in any output."""
    return f"\nOPERATOR  {instruction.text}  {what}\n  {offered}: "
