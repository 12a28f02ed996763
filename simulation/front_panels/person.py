"""A simulated person at a terminal: reads what is printed for a human and does it.

It reads the brackets: ``[key = value]`` is to be set, ``[key]`` is to be done, ``[key?]`` is to be
answered. What it can do is not its own: the laboratory teaches it skills by the first word of the
key. What it cannot do it refuses in words.
"""

import re
from collections.abc import Callable, Mapping

from instruments.units import Second
from simulation.clock import VirtualClock

Skill = Callable[[str, str], str]
"""Called with the rest of the key and the value; returns the answer to a question, else nothing.

Raises ValueError in words where it cannot be done.
"""

NAME = "Sim"
_TAKES: Second = 5.0  # to read, to do and to press Enter
_ASKED = re.compile(r"\[([^\[\]]+)\]")
_PROMPT = ": "


class Person:
    """Somebody who answers when the text ends as a prompt does."""

    exchange_time: Second = 1e-3

    def __init__(self, skills: Mapping[str, Skill], clock: VirtualClock) -> None:
        self._skills = skills
        self._clock = clock
        self._read = ""

    def receive(self, data: bytes) -> bytes:
        """Read what is shown; do and answer the last thing that is asked for in it."""
        self._read += data.decode("utf-8")
        if not self._read.endswith(_PROMPT):
            return b""
        text, self._read = self._read, ""
        asked = _ASKED.findall(text)
        self._clock.sleep(_TAKES)
        try:
            answer = self._follow(asked[-1]) if asked else self._refuse("I do not understand")
        except ValueError as error:
            answer = f"cannot: {error}"
        return (answer + "\n").encode("utf-8")

    def power_cycle(self) -> None:
        """Leave and come back, having forgotten what was shown."""
        self._read = ""

    def _follow(self, asked: str) -> str:
        if asked == "who?":
            return NAME
        key, _, value = asked.partition(" = ")
        head, _, rest = key.partition(".")
        skill = self._skills.get(head.removesuffix("?"))
        if skill is None:
            self._refuse(f"I do not know how to do '{asked}'")
        else:
            return skill(rest, value)
        return ""

    def _refuse(self, words: str) -> str:
        raise ValueError(words)
