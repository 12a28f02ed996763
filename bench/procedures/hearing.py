"""Whether the unit is on the air, and whether its silence is its own.

A wrong address in the bench file sounds like a broken radio. VictronConnect goes by no address:
that the receiver does not hear what the app finds is no finding about the unit.
"""

from bench.bench import Bench
from instruments.errors import NoAnswer
from instruments.telemetry import Telemetry
from instruments.units import Second

ROLE = "telemetry"
_LONGER: Second = 60.0  # for a unit that advertises too seldom, which is its own fault


def receiver(bench: Bench) -> Telemetry:
    """Return who hears the unit; raises ConfigError without one."""
    return bench.role(Telemetry, ROLE)


def is_heard(bench: Bench, within: Second) -> bool:
    """Return whether anything of the unit is heard within ``within`` [s].

    On a bench with a person, a unit that is silent is looked for in the app. Raises NoAnswer when
    it is found there and never heard here.
    """
    if receiver(bench).hears(within):
        return True
    if not bench.has("operator") or not bench.app.finds_unit():
        return False
    if not receiver(bench).hears(_LONGER):
        name = bench.file.wiring[ROLE].instrument
        address = bench.file.instruments[name].resource
        raise NoAnswer(
            f"nothing is heard from {address}, but VictronConnect finds the unit: put the unit's "
            f"address into instruments.{name}.resource of {bench.file.path}, or bring the receiver "
            "near it"
        )
    return False
