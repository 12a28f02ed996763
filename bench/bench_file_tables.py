"""The tables of a bench file as pydantic checks them; ``bench_file`` turns them into records."""

from datetime import date
from math import inf
from typing import Annotated, Literal

from pydantic import (  # noqa: TID253 - whoever imports this module is about to read a file
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from bench.quantity import QuantityError, parse_as


def _quantity(unit: str) -> BeforeValidator:
    def parse(text: object) -> float:
        if not isinstance(text, str):
            raise ValueError(f"{text!r} has no unit; write it in quotes, as in '5 {unit}'")
        try:
            value = parse_as(text, unit)
        except QuantityError as error:
            raise ValueError(str(error)) from None
        if value < 0.0:
            raise ValueError(f"{text!r} is negative; give zero or more")
        return value

    return BeforeValidator(parse)


_Ampere = Annotated[float, _quantity("A")]
_Second = Annotated[float, _quantity("s")]
_Ohm = Annotated[float, _quantity("ohm")]
_Ratio = Annotated[float, _quantity("1")]
_Words = Annotated[str, Field(min_length=1)]
_Nets = Annotated[list[str], Field(min_length=2, max_length=2)]


class Strict(BaseModel):
    """A table in which an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid")


class BenchTable(Strict):
    """``[bench]``."""

    name: _Words
    title: str = ""
    make_safe: list[str]
    load_floor: _Ampere = 0.02
    relay_settle: _Second = 0.02
    current_ceiling: _Ampere = 1.5


class CalibrationTable(Strict):
    """A certificate."""

    certificate: _Words
    due: date


class AccuracyTable(Strict):
    """One limit of error."""

    of_reading: _Ratio = 0.0
    of_full_scale: _Ratio = 0.0
    fixed: str = ""
    basis: _Words


class InstrumentTable(Strict):
    """``[instruments.<name>]``."""

    model: _Words
    resource: _Words
    serial: str
    calibration: CalibrationTable | None = None
    accuracy: dict[str, AccuracyTable] = Field(default_factory=dict[str, AccuracyTable])
    settings: dict[str, str] = Field(default_factory=dict[str, str])


class PartTable(Strict):
    """``[parts]``: one passive part."""

    kind: Literal["resistor", "capacitor"]
    between: _Nets
    value: str
    note: str = ""


class RowTable(Strict):
    """``[wiring]``: one role. ``between`` is given for a terminal that touches nets."""

    at: str
    between: _Nets | None = None
    series: _Ohm = 0.0
    tolerance: _Ratio = 0.0
    divider: float = Field(default=1.0, ge=1.0)
    divider_tolerance: _Ratio = 0.0
    input_resistance: _Ohm = inf
    note: str = ""


class ComputedTable(Strict):
    """``[computed]``: a role that is computed from what others read."""

    difference: _Nets | None = None
    current_of: Literal["supply", "load"] | None = None
    note: str = ""


class BatteryTable(Strict):
    """``[battery]``: loop roles that are opened, by condition."""

    basis: _Words
    prealarm: list[str] = Field(default_factory=list[str])
    undervoltage: list[str] = Field(default_factory=list[str])
    overvoltage: list[str] = Field(default_factory=list[str])
    overtemperature: list[str] = Field(default_factory=list[str])
    undertemperature: list[str] = Field(default_factory=list[str])
    undervoltage_overtemperature: list[str] = Field(default_factory=list[str])
    undervoltage_overvoltage: list[str] = Field(default_factory=list[str])
    prealarm_overtemperature: list[str] = Field(default_factory=list[str])
    cable_open: list[str] = Field(default_factory=list[str])


class BatteryBusTable(Strict):
    """``[battery_bus]``: what a bench can have a battery say that speaks on a bus.

    ``operator`` names the conditions that a person is asked for.
    """

    basis: _Words
    cable_open: list[str] = Field(default_factory=list[str])
    operator: list[str] = Field(default_factory=list[str])


class SimulationTable(Strict):
    """``[simulation]``."""

    seed: int = 1


class FileTables(Strict):
    """A bench file."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    schema_: Literal[1] = Field(alias="schema")
    bench: BenchTable
    instruments: dict[str, InstrumentTable]
    wiring: dict[str, RowTable]
    computed: dict[str, ComputedTable] = Field(default_factory=dict[str, ComputedTable])
    parts: dict[str, PartTable] = Field(default_factory=dict[str, PartTable])
    battery: BatteryTable | None = None
    battery_bus: BatteryBusTable | None = None
    simulation: SimulationTable | None = None
