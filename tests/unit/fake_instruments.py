"""Instruments that only write down what they are told, and fail when asked to."""

from dataclasses import dataclass, field

from instruments.errors import Exchange, NoAnswer
from instruments.instrument import Identity
from instruments.load import LoadInput
from instruments.relay import Relay, RelayBank
from instruments.supply import SupplyOutput

Told = list[tuple[str, object]]


@dataclass
class Teller:
    """Takes commands; the answer to those in ``mute`` is lost on the way."""

    told: Told = field(default_factory=list)
    mute: set[str] = field(default_factory=set)

    def take(self, command: str, value: object = None) -> None:
        self.told.append((command, value))
        if command in self.mute:
            raise NoAnswer("no answer", Exchange(role="fake"))


class Switched(Teller):
    """What is switched on and off, and has an ammeter."""

    def enable(self):
        self.take("enable")

    def disable(self):
        self.take("disable")

    def is_enabled(self):
        return True

    def current(self):
        return 0.0

    def current_uncertainty(self, current):
        return 0.01


class FakeSupply(Switched, SupplyOutput):
    """A supply of 80 V whose readings are given."""

    readings: list[float]
    tripped = False

    def set_voltage(self, voltage):
        self.take("voltage", voltage)

    def set_current_limit(self, current):
        self.take("current", current)

    def set_overvoltage_protection(self, voltage):
        self.take("ovp", voltage)

    def set_overcurrent_protection(self, current):
        self.take("ocp", current)

    def overvoltage_protection_floor(self):
        return 8.0

    def overcurrent_protection_floor(self):
        return 1.35

    def voltage(self):
        return self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]

    def voltage_uncertainty(self, voltage):
        return 0.05

    def is_tripped(self):
        return self.tripped

    def clear_trip(self):
        self.take("clear")


class FakeLoad(Switched, LoadInput):
    """A load that measures nothing."""

    def set_current(self, current):
        self.take("current", current)

    def current_setpoint_uncertainty(self, current):
        return 0.001

    def voltage(self):
        return 0.0

    def voltage_uncertainty(self, voltage):
        return 0.1


class FakeRelay(Relay):
    def energise(self):
        raise AssertionError("contacts are switched as a set")

    release = energise

    def is_energised(self):
        return False


@dataclass
class FakeBoard(Teller, RelayBank):
    """A board of relays; its terminals in ``others`` are something else."""

    others: frozenset[str] = frozenset()

    def identity(self):
        return Identity(manufacturer="", model="", serial="", firmware="")

    def terminals(self):
        return ()

    def terminal(self, name):
        return object() if name in self.others else FakeRelay()

    def energised(self):
        return frozenset()

    def energise_only(self, terminals):
        self.take("energise", frozenset(terminals))

    def make_safe(self):
        self.take("safe")

    def close(self):
        pass
