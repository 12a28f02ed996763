"""The ``[[clause.test]]`` tables of a spec file: procedure and grid, checked and built."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import Field  # noqa: TID253 - whoever imports this module is about to read a file

from bench.limit import Limit
from bench.operating_point import AXES, BASE_AXES, AxisValue, OperatingPoint
from bench.quantity import format_quantity
from bench.register_file import Mistakes, Strict, unknown
from bench.safety import SIMULATED_ONLY
from bench.spec import Arguments, Device, ProcedureSignature, Test, Verify
from bench.spec_limit_table import LimitReader, read_quantity
from bench.spec_point_checks import PointChecks


class TestTable(Strict):
    """How one aspect of a clause is measured."""

    name: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9-]*)?$")
    procedure: str
    with_: dict[str, Any] = Field(alias="with", default_factory=dict[str, Any])
    at: dict[str, Any] = Field(default_factory=dict[str, Any])
    rows: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    settle: str | None = None
    limits: dict[str, Any] = Field(default_factory=dict[str, Any])
    note: str = ""
    tags: list[str] = Field(default_factory=list[str])


def _read_time(mistakes: Mistakes, where: str, text: str) -> float:
    """Return a duration [s]; keep the mistake and return 0 where it is none or negative."""
    value = read_quantity(mistakes, where, text, "s")
    if value < 0.0:
        mistakes.add(where, f"{text!r} is negative; give zero or more")
    return max(value, 0.0)


def read_axis_value(mistakes: Mistakes, where: str, axis: str, text: object) -> AxisValue | None:
    """Return the value of an axis; keep the mistake and return None when it is none."""
    known = AXES.get(axis)
    if known is None:
        mistakes.add(where, unknown("axis", axis, AXES))
    elif not isinstance(text, str):
        mistakes.add(where, f"{text!r} is no text; write it in quotes, with its unit")
    else:
        try:
            return known.parse(text)
        except ValueError as error:
            words = f"; words are {', '.join(known.words)}" if known.unit and known.words else ""
            mistakes.add(where, f"{error}{words}")
    return None


def read_point(mistakes: Mistakes, where: str, table: Mapping[str, object]) -> OperatingPoint:
    """Return the point that a table of axes writes, without the axes that are wrong."""
    values = {
        axis: read_axis_value(mistakes, f"{where}{axis}", axis, text)
        for axis, text in table.items()
    }
    return OperatingPoint({axis: value for axis, value in values.items() if value is not None})


class TestReader:
    """Turns test tables into records for one device; gathers what is wrong with them."""

    __test__ = False  # not a test class for pytest to collect

    def __init__(
        self,
        *,
        device: Device,
        defaults: OperatingPoint,
        settle: str,
        limits: LimitReader,
        procedures: Mapping[str, ProcedureSignature] | None,
        mistakes: Mistakes,
    ) -> None:
        self._device = device
        self._defaults = defaults
        self._limits = limits
        self._procedures = procedures
        self._mistakes = mistakes
        self._points = PointChecks(device, mistakes)
        self._settle = _read_time(mistakes, "key settle", settle)

    def _wrong(self, where: str, sentence: str) -> None:
        self._mistakes.add(where, sentence)

    def read(self, clause: str, verify: Verify, table: TestTable) -> Test:
        """Return the record of one test; ``clause`` names it in mistakes."""
        where = f"{clause}, test '{table.name}'" if table.name else clause
        arguments = self._arguments(where, table.with_)
        signature = self._signature(where, table.procedure)
        if signature is not None:
            self._check_arguments(where, signature, arguments)
            self._check_stimuli(where, verify, signature, arguments)
        fixed = {axis: text for axis, text in table.at.items() if not isinstance(text, list)}
        lists = {
            axis: cast("list[object]", text)
            for axis, text in table.at.items()
            if isinstance(text, list)
        }
        test = Test(
            name=table.name,
            procedure=table.procedure,
            arguments=arguments,
            base=self._defaults | read_point(self._mistakes, f"{where}, key at.", fixed),
            axes=self._axes(where, lists),
            rows=tuple(
                read_point(self._mistakes, f"{where}, key rows.", row) for row in table.rows
            ),
            settle=self._settle
            if table.settle is None
            else _read_time(self._mistakes, f"{where}, key settle", table.settle),
            limits=self._read_limits(where, table, signature, arguments),
            note=table.note,
            tags=tuple(table.tags),
        )
        self._check_axes(where, test, table, signature)
        self._points.check(where, test, signature)
        return test

    def _arguments(self, where: str, table: Mapping[str, object]) -> Arguments:
        """Return the arguments of a procedure, without those that are no texts."""
        arguments: dict[str, str | tuple[str, ...]] = {}
        for name, value in table.items():
            texts = cast("list[object]", value) if isinstance(value, list) else [value]
            if not all(isinstance(text, str) for text in texts):
                self._wrong(
                    f"{where}, key with.{name}",
                    f"must be a text in quotes or a list of such, not {value!r}; correct it",
                )
            else:
                known = cast("list[str]", texts)
                arguments[name] = tuple(known) if isinstance(value, list) else known[0]
        return arguments

    def _read_limits(
        self,
        where: str,
        table: TestTable,
        signature: ProcedureSignature | None,
        arguments: Arguments,
    ) -> dict[str, Limit]:
        produced = None
        if signature is not None and all(name in arguments for name in signature.required):
            produced = signature.produces(arguments)
        return self._limits.read(where, table.procedure, table.limits, produced)

    def _signature(self, where: str, name: str) -> ProcedureSignature | None:
        if self._procedures is None:
            return None
        signature = self._procedures.get(name)
        if signature is None:
            self._wrong(
                f"{where}, key procedure", unknown("procedure", name, sorted(self._procedures))
            )
        return signature

    def _check_arguments(
        self, where: str, signature: ProcedureSignature, arguments: Arguments
    ) -> None:
        for name in signature.required:
            if name not in arguments:
                self._wrong(f"{where}, key with.{name}", f"{signature.name} needs it; add it")
        for name, value in arguments.items():
            key = f"{where}, key with.{name}"
            kind = signature.parameters.get(name)
            if kind is None:
                self._wrong(key, unknown("parameter", name, signature.parameters))
            elif kind == "terminals" and isinstance(value, str):
                self._wrong(key, f"{value!r} must be a list, such as ['{value}']")
            elif kind != "terminals" and not isinstance(value, str):
                self._wrong(key, f"{list(value)!r} must be a single text; remove the brackets")
            else:
                self._check_argument(key, kind, value)

    def _check_argument(
        self, key: str, kind: str | tuple[str, ...], value: str | tuple[str, ...]
    ) -> None:
        values = (value,) if isinstance(value, str) else value
        if isinstance(kind, tuple):
            known, what = kind, "word"
        elif kind in ("terminal", "terminals"):
            known, what = self._device.terminals, "terminal"
        elif kind == "text":
            return
        elif kind == "s":
            _read_time(self._mistakes, key, str(value))
            return
        else:
            quantity = read_quantity(self._mistakes, key, str(value), kind)
            if kind == "degC":
                self._check_temperature(key, quantity)
            return
        for one in values:
            if one not in known:
                self._wrong(key, unknown(what, one, known))

    def _check_temperature(self, key: str, temperature: float) -> None:
        ends = self._device.temperatures
        if ends is None:
            self._wrong(key, "the device has no operating_temperature; add the range to its table")
        elif not ends[0] <= temperature <= ends[1]:
            shown = " to ".join(format_quantity(end, "degC") for end in ends)
            self._wrong(
                key,
                f"{format_quantity(temperature, 'degC')} is outside the operating temperature of "
                f"{self._device.name}, {shown}; stay within it",
            )

    def _check_stimuli(
        self, where: str, verify: Verify, signature: ProcedureSignature, arguments: Arguments
    ) -> None:
        for stimulus in signature.stimulates(arguments):
            forbidden = SIMULATED_ONLY.union(self._device.forbidden)
            if stimulus in forbidden and verify is not Verify.GUARD:
                self._wrong(
                    f"{where}, key procedure",
                    f"{signature.name} applies {stimulus}, which destroys {self._device.name}; "
                    "choose another procedure or terminal",
                )

    def _axes(
        self, where: str, lists: Mapping[str, list[object]]
    ) -> dict[str, tuple[AxisValue, ...]]:
        axes: dict[str, tuple[AxisValue, ...]] = {}
        for axis, texts in lists.items():
            if not texts:
                self._wrong(
                    f"{where}, key at.{axis}", "the list is empty; give values or remove it"
                )
            values = [
                read_axis_value(self._mistakes, f"{where}, key at.{axis}", axis, text)
                for text in texts
            ]
            if axis in AXES:
                axes[axis] = tuple(value for value in values if value is not None)
        return axes

    def _check_axes(
        self, where: str, test: Test, table: TestTable, signature: ProcedureSignature | None
    ) -> None:
        for axis in {axis for row in test.rows for axis in row} & test.axes.keys():
            self._wrong(f"{where}, key rows.{axis}", "is also in 'at'; give it in one of them")
        if signature is None:
            return
        varied = {*table.at, *(axis for row in table.rows for axis in row)} & AXES.keys()
        for axis in sorted(varied - {*BASE_AXES, *signature.axes}):
            self._wrong(
                f"{where}, key at.{axis}", f"{signature.name} does not use this axis; remove it"
            )
        for axis in signature.axes:
            if axis not in varied:
                self._wrong(f"{where}, key at.{axis}", f"{signature.name} needs it; add it")
