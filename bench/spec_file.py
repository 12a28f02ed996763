"""Spec files: TOML in, records out; every mistake is one sentence naming clause, key and remedy.

pydantic lives and dies here, in ``spec_test_table``, ``spec_limit_table`` and ``register_file``.
All keys are described in ``docs/reference/spec-file.md``.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from pydantic import Field  # noqa: TID253 - whoever imports this module is about to read a file

from bench.discrepancy import Discrepancy, Document
from bench.operating_point import AXES, OperatingPoint
from bench.register_file import (
    DocumentTable,
    Mistakes,
    Register,
    SourceTable,
    Strict,
    document,
    load_register,
    read_toml,
    sources,
    unknown,
)
from bench.spec import Clause, Device, ProcedureSignature, Rating, Spec, Verify
from bench.spec_limit_table import LimitReader, LimitTable, read_quantity
from bench.spec_test_table import TestReader, TestTable, read_axis_value, read_point

__all__ = ["load_spec"]


class _Rating(Strict):
    current: str
    short_circuit_protected: bool
    clause: str


class _Device(Strict):
    name: str
    variant: str
    part_number: str = ""
    title: str
    terminals: list[str] = Field(min_length=1)
    absolute_maximum: dict[str, str]
    ratings: dict[str, _Rating]
    forbidden: list[str] = Field(default_factory=list[str])
    battery_link: Literal["loop", "bus"] = "loop"
    operating_temperature: list[str] = Field(default_factory=list[str], max_length=2)


class _Clause(Strict):
    id: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]*$")
    category: str = Field(min_length=1)
    title: str = Field(min_length=1)
    text: str = Field(min_length=1)
    figure: str = ""
    verify: Verify
    sources: list[SourceTable] = Field(min_length=1)
    discrepancies: list[str] = Field(default_factory=list[str])
    reason: str = ""
    test: list[TestTable] = Field(default_factory=list[TestTable])


class _File(Strict):
    schema_: Literal[1] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    title: str
    register_: str = Field(alias="register", default="")
    documents: dict[str, DocumentTable] = Field(default_factory=dict[str, DocumentTable])
    device: _Device
    defaults: dict[str, Any]
    settle: str = "0 s"
    limit: dict[str, LimitTable] = Field(default_factory=dict[str, LimitTable])
    clause: list[dict[str, Any]] = Field(min_length=1)


def load_spec(path: Path, procedures: Mapping[str, ProcedureSignature] | None = None) -> Spec:
    """Read and validate a spec file; raises SpecError with one line for each mistake.

    ``procedures`` are those the caller can run. Without them the file's procedures, arguments
    and measurement names are taken as they are.
    """
    raw = read_toml(path)
    mistakes = Mistakes(path)
    model = mistakes.validate(_File, raw, "the file")
    mistakes.raise_if_any()
    assert model is not None  # noqa: S101 - raise_if_any has raised otherwise
    register = Register(documents={}, discrepancies={})
    if model.register_:
        register = load_register(path.parent / model.register_)
    spec = _Builder(model, register, procedures, mistakes).spec(
        digest=sha256(path.read_text(encoding="utf-8").encode()).hexdigest()
    )
    mistakes.raise_if_any()
    return spec


class _Builder:
    """Turns a parsed file into records and gathers what is wrong with it."""

    def __init__(
        self,
        model: _File,
        register: Register,
        procedures: Mapping[str, ProcedureSignature] | None,
        mistakes: Mistakes,
    ) -> None:
        self._model = model
        self._mistakes = mistakes
        self._discrepancies: Mapping[str, Discrepancy] = register.discrepancies
        self._documents: dict[str, Document] = {
            **register.documents,
            **{key: document(key, table) for key, table in model.documents.items()},
        }
        self._device = self._build_device()
        self._limits = LimitReader(model.limit, tuple(register.discrepancies), mistakes)
        self._tests = TestReader(
            device=self._device,
            defaults=self._defaults(),
            settle=model.settle,
            limits=self._limits,
            procedures=procedures,
            mistakes=mistakes,
        )

    def spec(self, digest: str) -> Spec:
        tables = [
            table
            for number, raw in enumerate(self._model.clause, start=1)
            if (table := self._clause_table(number, raw)) is not None
        ]
        clauses = tuple(self._clause(table) for table in tables)
        self._check_unique(clauses)
        self._check_ratings({str(raw.get("id")) for raw in self._model.clause})
        for name in self._limits.unused():
            self._wrong(f"key limit.{name}", "no test uses this limit; use it or remove it")
        return Spec(
            id=self._model.id,
            title=self._model.title,
            device=self._device,
            documents=self._documents,
            discrepancies=self._discrepancies,
            clauses=clauses,
            sha256=digest,
        )

    def _wrong(self, where: str, sentence: str) -> None:
        self._mistakes.add(where, sentence)

    # --- device and defaults ---------------------------------------------------------------

    def _build_device(self) -> Device:
        table = self._model.device
        maxima: dict[str, float] = {}
        for axis, text in table.absolute_maximum.items():
            value = read_axis_value(
                self._mistakes, f"device, key absolute_maximum.{axis}", axis, text
            )
            if isinstance(value, str):
                self._wrong(f"device, key absolute_maximum.{axis}", f"{text!r} is not a number")
            elif value is not None:
                maxima[axis] = value
        if "vbat" not in maxima:
            self._wrong("device, key absolute_maximum.vbat", "is missing; add the greatest voltage")
        return Device(
            name=table.name,
            variant=table.variant,
            part_number=table.part_number,
            title=table.title,
            terminals=tuple(table.terminals),
            absolute_maximum=maxima,
            ratings={name: self._rating(name, rating) for name, rating in table.ratings.items()},
            forbidden=tuple(table.forbidden),
            battery_link=table.battery_link,
            temperatures=self._temperatures(table.operating_temperature),
        )

    def _temperatures(self, texts: Sequence[str]) -> tuple[float, float] | None:
        where = "device, key operating_temperature"
        if not texts:
            return None
        ends = [read_quantity(self._mistakes, where, text, "degC") for text in texts]
        if len(ends) != 2 or ends[0] >= ends[1]:
            self._wrong(where, f"{list(texts)} is no range; write it as ['-20 degC', '50 degC']")
        return ends[0], ends[-1]

    def _rating(self, terminal: str, table: _Rating) -> Rating:
        where = f"device, key ratings.{terminal}"
        if terminal not in self._model.device.terminals:
            self._wrong(where, unknown("terminal", terminal, self._model.device.terminals))
        if not table.short_circuit_protected:
            forbidden = f"short.{terminal}"
            if forbidden not in self._model.device.forbidden:
                self._wrong(
                    where, f"is not short-circuit protected; add '{forbidden}' to forbidden"
                )
        current = read_quantity(self._mistakes, f"{where}.current", table.current, "A")
        return Rating(
            current=current,
            short_circuit_protected=table.short_circuit_protected,
            clause=table.clause,
        )

    def _check_ratings(self, clauses: set[str]) -> None:
        for terminal, rating in self._device.ratings.items():
            if rating.clause not in clauses:
                where = f"device, key ratings.{terminal}.clause"
                self._wrong(where, unknown("clause", rating.clause, sorted(clauses)))

    def _defaults(self) -> OperatingPoint:
        values = read_point(self._mistakes, "defaults, key ", self._model.defaults)
        for axis in AXES.keys() - self._model.defaults.keys():
            self._wrong(f"defaults, key {axis}", "is missing; add it")
        return OperatingPoint(values)

    # --- clauses ---------------------------------------------------------------------------

    def _clause_table(self, number: int, raw: dict[str, Any]) -> _Clause | None:
        return self._mistakes.validate(_Clause, raw, f"clause {raw.get('id', f'number {number}')}")

    def _clause(self, table: _Clause) -> Clause:
        where = f"clause {table.id}"
        if not table.test and not table.reason:
            self._wrong(f"{where}, key reason", "is missing; say why the clause has no test")
        for entry in table.discrepancies:
            if entry not in self._discrepancies:
                self._wrong(
                    f"{where}, key discrepancies",
                    unknown("discrepancy", entry, self._discrepancies),
                )
        return Clause(
            id=table.id,
            spec_id=self._model.id,
            category=table.category,
            title=table.title,
            text=table.text,
            figure=table.figure,
            verify=table.verify,
            sources=sources(
                table.sources, self._documents, self._mistakes, f"{where}, key sources"
            ),
            discrepancies=tuple(table.discrepancies),
            tests=tuple(self._tests.read(where, table.verify, test) for test in table.test),
            reason=table.reason,
        )

    def _check_unique(self, clauses: Sequence[Clause]) -> None:
        seen: set[str] = set()
        for clause in clauses:
            if clause.id in seen:
                self._wrong(f"clause {clause.id}", "the id is taken; give each clause its own")
                continue
            seen.add(clause.id)
            ids = [case.id for case in clause.cases()]
            repeated = next((case for case in ids if ids.count(case) > 1), None)
            if repeated is not None:
                self._wrong(
                    f"clause {clause.id}",
                    f"the case {repeated} occurs twice; name tests apart and repeat no point",
                )
