"""Which roles there are, and the ability that each asks of whoever plays it.

The patterns are those of ``docs/reference/bench-file.md``. Where a procedure asks for a new
role, it is added here and there.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from bench.family import OUTPUTS
from instruments.catalogue import driver_class, terminals_of
from instruments.daq import AnalogOutput, Daq, DigitalInput
from instruments.load import LoadInput
from instruments.multimeter import Multimeter
from instruments.operator import Operator
from instruments.relay import Relay
from instruments.supply import SupplyOutput
from instruments.telemetry import Telemetry

ROLES: Mapping[str, type] = {
    "supply": SupplyOutput,
    "supply_current": Multimeter,
    "bypass": Relay,
    "interlock": DigitalInput,
    "vbat": Multimeter,
    "drop.<output>": Multimeter,
    "remote_voltage.<input>": Multimeter,
    "load": LoadInput,
    "bus_current": Multimeter,
    "to_bus.<output>": Relay,
    "bus_load": Relay,
    "bus_short": Relay,
    "bus_resistor.<n>": Relay,
    "pull_up.<output>": Relay,
    "pull_down.<output>": Relay,
    "remote.<input>.minus": Relay,
    "remote.<input>.plus": Relay,
    "remote.<input>.half": Relay,
    "remote.<input>.dac": Relay,
    "remote_link": Relay,
    "half_divider": Relay,
    "dac.<input>": AnalogOutput,
    "loop.<n>": Relay,
    "stream.<net>": Multimeter,
    "telemetry": Telemetry,
    "operator": Operator,
    "engaged.<output>": Multimeter,
    "light.<led>": Multimeter,
}
"""Each role, with a place in angles for what it is at, and the contract of its ability."""

_STREAMED = ("stream.", "engaged.", "light.")
_PLACES: Mapping[str, tuple[str, ...]] = {
    "output": OUTPUTS,
    "input": ("REMOTE_L", "REMOTE_H"),
    "net": (*OUTPUTS, "vbat", "loop.1", "loop.2", "loop.3"),
    "led": ("LED_BLUE", "LED_RED"),
    "n": tuple(str(number) for number in range(1, 33)),
}


def _names() -> Iterator[tuple[str, type]]:
    for pattern, ability in ROLES.items():
        place = re.search(r"<(\w+)>", pattern)
        if place is None:
            yield pattern, ability
            continue
        for name in _PLACES[place[1]]:
            yield pattern.replace(place[0], name), ability


_ABILITIES = dict(_names())


def unknown_role(role: str) -> str:
    """Return the sentence for a role that nobody asks for; empty for one that there is."""
    if role in _ABILITIES:
        return ""
    near = get_close_matches(role, _ABILITIES, n=1, cutoff=0.7)
    hint = f"did you mean '{near[0]}'?" if near else "see the roles in docs/reference/bench-file.md"
    return f"there is no such role; {hint}"


def misplayed(role: str, at: str, model: str, terminal: str) -> str:
    """Return the sentence for a terminal that cannot play ``role``; empty for one that can.

    Raises NotSupported for a model that has no driver.
    """
    ability = _ABILITIES.get(role, object)
    if not issubclass(terminals_of(model)[terminal], ability):
        return f"{at} is no {ability.__name__}, as the role asks for; wire another terminal"
    if role.startswith(_STREAMED) and not issubclass(driver_class(model), Daq):
        return f"{at} cannot stream, as the role asks for; wire another terminal"
    return ""
