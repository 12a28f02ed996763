"""What the unit says over Bluetooth, and whether its outputs do what it says.

Silence of the unit is a result; a receiver that fails and a record that cannot be deciphered are
not. What the unit does not know is the word ``unknown``, where a number would be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from bench.bench import Bench
from bench.measurement import Contribution, Measurement
from bench.operating_point import OperatingPoint
from bench.procedure import Arguments, measurement
from bench.procedures import state
from bench.procedures.hearing import ROLE, is_heard, receiver
from bench.procedures.readings import battery_voltage
from bench.quantity import parse_as
from instruments.errors import NoAnswer
from instruments.telemetry import Readout
from instruments.units import Second

UNKNOWN = "unknown"
HEARING = ("HEARD", "SILENT")
ANSWERS = ("YES", "NO", UNKNOWN)
AGREEMENTS = ("CONSISTENT", "CONTRADICTS", UNKNOWN)

_OUTPUTS = ("LOAD", "CHARGER")
_WITHIN = "10 s"
_BASIS = "resolution of the record; the unit states no accuracy"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One number of a readout: ``step`` is its resolution, ``scale`` brings it to ``unit``."""

    name: str
    unit: str
    step: float
    scale: float = 1.0

    def value(self, readout: Readout) -> float | None:
        """Return what was said, in ``unit``, None where it was not."""
        said: float | None = getattr(readout, self.name)
        return None if said is None else self.scale * said


_NUMBERS = (
    _Item(name="voltage", unit="V", step=0.01),
    _Item(name="current", unit="A", step=0.1),
    _Item(name="state_of_charge", unit="1", step=0.001, scale=0.01),
    _Item(name="temperature", unit="degC", step=1.0),
    _Item(name="consumed_charge", unit="Ah", step=0.1),
    _Item(name="time_to_go", unit="s", step=60.0),
)
UNITS = {item.name: item.unit for item in _NUMBERS}
"""Number of a readout -> its unit."""

TOLD: dict[str, str | tuple[str, ...]] = {
    "radio": HEARING,
    "codes": "",
    "allow_to_charge": ANSWERS,
    "allow_to_discharge": ANSWERS,
    "remote_enabled": ANSWERS,
}
READOUT: dict[str, str | tuple[str, ...]] = {
    **TOLD,
    "missing": "",
    **UNITS,
    "voltage_difference": "V",
}
"""What is measured of a whole readout, and in which unit."""


def hearing_roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the receiver."""
    del arguments, point
    return (ROLE,)


def consistency_roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the receiver and what two pulls on both outputs need."""
    return (ROLE, *state.roles({**arguments, "terminals": _OUTPUTS}, point))


def measure_hearing(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield whether anything of the unit is heard in time."""
    del point
    yield _word(bench, "radio", HEARING[not is_heard(bench, _within(arguments))])


def measure_readout(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield every item of one readout, and which are missing.

    The time to go is missed only while the unit says that the battery is being discharged.
    """
    del point
    vbat = battery_voltage(bench)
    heard, readout = _read(bench, arguments)
    yield _word(bench, "radio", HEARING[not heard])
    yield _word(bench, "missing", " ".join(missing(readout)) or "none")
    yield _word(bench, "codes", " ".join(readout.codes) or "none" if readout else UNKNOWN)
    yield from _permissions(bench, readout)
    for item in _NUMBERS:
        value = item.value(readout) if readout else None
        if value is None:
            yield _word(bench, item.name, UNKNOWN, item.unit)
        else:
            yield measurement(bench, item.name, value, item.unit, _line(item), source=ROLE)
    if readout and readout.voltage is not None:
        yield measurement(
            bench,
            "voltage_difference",
            readout.voltage - vbat.value,
            "V",
            _line(_NUMBERS[0]),
            vbat.line(-1.0),
            source=f"{ROLE}, {vbat.role}",
        )


def measure_consistency(
    bench: Bench, point: OperatingPoint, arguments: Arguments
) -> Iterator[Measurement]:
    """Yield what LOAD and CHARGER are, what the unit permits, and whether the two agree."""
    del point
    pins = state.examine(bench, _OUTPUTS)
    heard, readout = _read(bench, arguments)  # after the pulls: not older than what they found
    yield _word(bench, "radio", HEARING[not heard])
    yield _word(bench, "codes", " ".join(readout.codes) or "none" if readout else UNKNOWN)
    yield from _permissions(bench, readout)
    permitted = {
        "LOAD": readout.allowed_to_discharge if readout else None,
        "CHARGER": readout.allowed_to_charge if readout else None,
    }
    remote = readout.remote_enabled if readout else None
    for pin in pins:
        source = f"pull_up.{pin.terminal}, pull_down.{pin.terminal}, drop.{pin.terminal}"
        yield measurement(bench, f"state.{pin.terminal}", pin.state, source=source)
        agreement = _agreement(pin.state, permitted[pin.terminal], remote)
        yield measurement(
            bench, f"consistency.{pin.terminal}", agreement, source=f"{ROLE}, {source}"
        )


def _agreement(found: str, permitted: bool | None, remote: bool | None) -> str:
    """Return whether an output is HIGH exactly when it is permitted and the remote input is on."""
    if permitted is None:
        return UNKNOWN
    expected = "HIGH" if permitted and remote is not False else "FLOAT"
    return "CONSISTENT" if found == expected else "CONTRADICTS"


def _permissions(bench: Bench, readout: Readout | None) -> Iterator[Measurement]:
    for name, said in (
        ("allow_to_charge", readout.allowed_to_charge if readout else None),
        ("allow_to_discharge", readout.allowed_to_discharge if readout else None),
        ("remote_enabled", readout.remote_enabled if readout else None),
    ):
        yield _word(bench, name, UNKNOWN if said is None else ANSWERS[not said])


def readout(bench: Bench) -> Readout | None:
    """Return what the unit says next, None where it is silent or says nothing of itself."""
    return _read(bench, {})[1]


def figure(readout: Readout | None, name: str) -> float | None:
    """Return a number of a readout in its unit of `UNITS`, None where it was not said."""
    item = next(item for item in _NUMBERS if item.name == name)
    return item.value(readout) if readout else None


def missing(readout: Readout | None) -> Iterator[str]:
    """Yield the items that a readout shows and this one does not (004-sv:469 to 475)."""
    for item in _NUMBERS:
        at_rest = readout is not None and not (readout.current or 0.0) < 0.0
        if item.name == "time_to_go" and at_rest:
            continue  # nothing is discharged, so there is no time to tell
        if readout is None or item.value(readout) is None:
            yield item.name
    if readout is None:
        yield "codes"


def _within(arguments: Arguments) -> Second:
    return parse_as(cast("str", arguments.get("within", _WITHIN)), "s")


def _read(bench: Bench, arguments: Arguments) -> tuple[bool, Readout | None]:
    """Return whether anything is heard, and the readout where the unit advertises one."""
    within = _within(arguments)
    if not is_heard(bench, within):
        return False, None
    try:
        return True, receiver(bench).read(within)
    except NoAnswer:
        return is_heard(bench, within), None  # which raises where it is the receiver that fails


def _word(bench: Bench, name: str, word: str, unit: str = "") -> Measurement:
    return measurement(bench, name, word, unit, source=ROLE)


def _line(item: _Item) -> Contribution:
    return Contribution(
        name=f"resolution of {item.name}",
        standard_uncertainty=item.step / 12.0**0.5,
        basis=_BASIS,
    )
