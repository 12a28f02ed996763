"""The register of documents and discrepancies: TOML in, records out.

Also holds what all files that cite documents share: strict models, and mistakes gathered so that
all of them are told at once, one sentence each.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import (  # noqa: TID253 - whoever imports this module is about to read a file
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
)

from bench.discrepancy import Discrepancy, Document, Reading, Source
from bench.errors import SpecError
from bench.wrong_value import wrong_value

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Documents by key and discrepancies by id, each in the order of the file."""

    documents: Mapping[str, Document]
    discrepancies: Mapping[str, Discrepancy]


class Mistakes:
    """Gathers what is wrong with one file, so that a person corrects it in one go."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sentences: dict[str, None] = {}

    def add(self, where: str, sentence: str) -> None:
        """Keep one mistake; ``where`` names the entry and the key."""
        self._sentences[f"{self._path}: {where}: {sentence}"] = None

    def raise_if_any(self) -> None:
        """Raise SpecError with one line for each mistake."""
        if self._sentences:
            raise SpecError("\n".join(self._sentences))

    def validate(self, model: type[ModelT], raw: object, where: str) -> ModelT | None:
        """Return the model of ``raw``; keep the mistakes and return None when there are any."""
        try:
            return model.model_validate(raw)
        except ValidationError as error:
            for detail in error.errors():
                keys = tuple(str(key) for key in detail["loc"])
                self.add(_place(where, keys), _sentence(model, keys, detail))
            return None


class Strict(BaseModel):
    """A table that accepts no key it does not know."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class SourceTable(Strict):
    """Where a statement stands."""

    document: str
    language: str
    line: int = Field(ge=1)
    section: str = ""
    quote: str = Field(min_length=1)


class DocumentTable(Strict):
    """A document that is cited."""

    title: str
    revision: str = ""
    languages: list[str] = Field(min_length=1)
    file: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class _Reading(Strict):
    text: str = Field(min_length=1)
    sources: list[SourceTable] = Field(min_length=1)


class _Discrepancy(Strict):
    id: str = Field(pattern=r"^D-[A-Z0-9-]+$")
    severity: Literal["A", "B", "C"]
    topic: str = Field(min_length=1)
    readings: list[_Reading] = Field(min_length=1)
    adopted: str = Field(min_length=1)
    reason: str = ""
    consequence: str = ""


class _File(Strict):
    schema_: Literal[1] = Field(alias="schema")
    documents: dict[str, DocumentTable] = Field(default_factory=dict[str, DocumentTable])
    discrepancy: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])


def load_register(path: Path) -> Register:
    """Read and validate a register; raises SpecError with one line for each mistake."""
    mistakes = Mistakes(path)
    model = mistakes.validate(_File, read_toml(path), "the file")
    mistakes.raise_if_any()
    assert model is not None  # noqa: S101 - raise_if_any has raised otherwise
    documents = {key: document(key, table) for key, table in model.documents.items()}
    register = Register(
        documents=documents,
        discrepancies={
            entry.id: entry for entry in _discrepancies(model.discrepancy, documents, mistakes)
        },
    )
    mistakes.raise_if_any()
    return register


def _discrepancies(
    tables: Iterable[dict[str, Any]], documents: Mapping[str, Document], mistakes: Mistakes
) -> Iterable[Discrepancy]:
    seen: set[str] = set()
    for number, raw in enumerate(tables, start=1):
        where = f"discrepancy {raw.get('id', f'number {number}')}"
        table = mistakes.validate(_Discrepancy, raw, where)
        if table is None:
            continue
        if table.id in seen:
            mistakes.add(f"{where}, key id", "the id is taken; give each entry its own")
        seen.add(table.id)
        yield Discrepancy(
            id=table.id,
            severity=table.severity,
            topic=table.topic,
            readings=tuple(
                Reading(
                    text=reading.text,
                    sources=sources(reading.sources, documents, mistakes, f"{where}, key readings"),
                )
                for reading in table.readings
            ),
            adopted=table.adopted,
            reason=table.reason,
            consequence=table.consequence,
        )


def read_toml(path: Path) -> dict[str, Any]:
    """Return the parsed file; raises SpecError when it is missing, unreadable or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SpecError(f"{path}: there is no such file; check its name") from None
    except UnicodeDecodeError as error:
        raise SpecError(f"{path}: is not UTF-8 ({error}); save it as UTF-8") from None
    except OSError as error:
        raise SpecError(f"{path}: cannot be read ({error}); check its name and rights") from None
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"{path}: is not valid TOML: {error}; correct that line") from None


def document(key: str, table: DocumentTable) -> Document:
    """Return the record of a document's table."""
    return Document(
        key=key,
        title=table.title,
        revision=table.revision,
        languages=tuple(table.languages),
        file=table.file,
        sha256=table.sha256,
    )


def sources(
    tables: Iterable[SourceTable],
    documents: Mapping[str, Document],
    mistakes: Mistakes,
    where: str,
) -> tuple[Source, ...]:
    """Return the records of citations; a document or language that is not there is a mistake."""
    found: list[Source] = []
    for table in tables:
        cited = documents.get(table.document)
        if cited is None:
            mistakes.add(where, unknown("document", table.document, documents))
            continue
        if table.language not in cited.languages:
            mistakes.add(
                where,
                f"document '{table.document}' has no language '{table.language}'; "
                f"it has {', '.join(cited.languages)}",
            )
        found.append(
            Source(
                key=cited.key,
                document=cited.title,
                revision=cited.revision,
                language=table.language,
                line=table.line,
                section=table.section,
                quote=table.quote,
            )
        )
    return tuple(found)


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """Return the sentence for a name that is not among ``known``, with the nearest one."""
    names = tuple(known)
    return f"unknown {kind} '{name}'{nearest(name, names)}; known are {', '.join(names) or 'none'}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` or nothing."""
    near = get_close_matches(name, tuple(known), n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""


def _place(where: str, keys: tuple[str, ...]) -> str:
    return f"{where}, key {'.'.join(keys)}" if keys else where


def _sentence(model: type[BaseModel], keys: tuple[str, ...], detail: Any) -> str:  # noqa: ANN401
    match detail["type"]:
        case "extra_forbidden":
            known = _keys_beside(model, keys)
            hint = nearest(keys[-1], known) or f" (known are {', '.join(known)})"
            return f"unknown key{hint}; remove or correct it"
        case "missing":
            return "is missing; add it"
        case "value_error":
            return str(detail["ctx"]["error"])
        case _:
            return wrong_value(detail)


def _keys_beside(model: type[BaseModel], keys: tuple[str, ...]) -> list[str]:
    """Return the keys that the table around an unknown key accepts, following type annotations."""
    table: Any = model
    for key in keys[:-1]:
        table = _fields(table)[key].annotation if _is_model(table) else get_args(table)[-1]
    return list(_fields(table)) if _is_model(table) else []


def _is_model(table: object) -> bool:
    return isinstance(table, type) and issubclass(table, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field for name, field in model.model_fields.items()}
