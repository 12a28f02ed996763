"""Contract of the person at the bench: does what no instrument can, and says what only eyes see."""

from abc import ABC, abstractmethod
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One thing a person is asked to do or to look at.

    ``key`` names it for machines and records, such as ``app.discharge_floor``; ``value`` is what
    is to be set, with its unit, empty where nothing is; ``text`` is the sentence for the person.
    """

    key: str
    value: str = ""
    text: str


class Operator(ABC):
    """A person who can be asked. Every prompt and every answer is on the transcript."""

    __slots__ = ()

    @abstractmethod
    def carry_out(self, instruction: Instruction) -> None:
        """Ask for something to be done and return when it is.

        Raises Rejected with the person's words when it cannot be done, NoAnswer when nobody can be
        asked.
        """

    @abstractmethod
    def ask(self, instruction: Instruction, words: tuple[str, ...] = ()) -> str:
        """Ask a question and return the answer, one of ``words`` where there are any.

        An answer that is none of ``words`` is asked for again. Raises as ``carry_out``.
        """

    @abstractmethod
    def who(self) -> str:
        """Return who answers, as the person said when first asked; raises NoAnswer."""
