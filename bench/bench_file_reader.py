"""Reading bench files: TOML in, a record out; a mistake is one sentence: file, key and remedy.

pydantic lives and dies here and in ``bench_file_tables``. Nothing here touches an instrument.
"""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from pydantic import (  # noqa: TID253 - whoever imports this module is about to read a file
    BaseModel,
    ValidationError,
)

from bench.bench_file import BenchFile
from bench.bench_file_builder import Builder
from bench.bench_file_tables import (
    BatteryBusTable,
    BatteryTable,
    BenchTable,
    ComputedTable,
    FileTables,
    InstrumentTable,
    PartTable,
    RowTable,
    SimulationTable,
)
from bench.errors import ConfigError
from bench.wrong_value import wrong_value


def load_bench_file(path: Path) -> BenchFile:
    """Read and validate a bench file; raises ConfigError with one line for each mistake."""
    raw = _merged(path, ())
    try:
        model = FileTables.model_validate(raw)
    except ValidationError as error:
        raise ConfigError("\n".join(_sentence(path, detail) for detail in error.errors())) from None
    return Builder(path, model).bench_file(_digest(raw))


def _merged(path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    """Read a file and lay it over the one it extends."""
    if path.resolve() in [other.resolve() for other in seen]:
        raise ConfigError(f"{path}: extends itself; remove one of the 'extends' keys")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))  # editors may put a BOM first
    except FileNotFoundError:
        raise ConfigError(_refused(path, seen, "there is no such bench file")) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 ({error}); save it as UTF-8") from None
    except OSError as error:
        raise ConfigError(_refused(path, seen, f"cannot be read ({error.strerror})")) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}; correct that line") from None
    base = raw.pop("extends", None)
    if base is None:
        return raw
    if not isinstance(base, str):
        raise ConfigError(
            f"{path}: key 'extends': must be a path in quotes, not {base!r}; correct it"
        )
    return _overlay(_merged(path.parent / base, (*seen, path)), raw)


def _refused(path: Path, seen: tuple[Path, ...], said: str) -> str:
    """Return the sentence for a file that cannot be had; whoever extends it has named it."""
    where = f"key 'extends' in {seen[-1]}" if seen else "its name"
    return f"{path}: {said}; check {where}"


def _overlay(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, dict):
            merged[key] = _overlay(cast("dict[str, Any]", below), cast("dict[str, Any]", value))
        else:
            merged[key] = value
    return merged


def _digest(raw: Mapping[str, Any]) -> str:
    return sha256(repr(sorted(raw.items())).encode()).hexdigest()


def _sentence(path: Path, detail: Any) -> str:  # noqa: ANN401 - pydantic's own record
    keys = [str(key) for key in detail["loc"]]
    where = ".".join(keys)
    match detail["type"]:
        case "extra_forbidden":
            return f"{path}: unknown key '{where}'{_suggestion(keys)}; remove or correct it"
        case "missing":
            return f"{path}: key '{where}' is missing; add it"
        case "value_error":
            return f"{path}: key '{where}': {detail['ctx']['error']}"
        case _:
            return f"{path}: key '{where}': {wrong_value(detail)}"


_MODELS: dict[str, type[BaseModel]] = {
    "bench": BenchTable,
    "instruments": InstrumentTable,
    "wiring": RowTable,
    "computed": ComputedTable,
    "parts": PartTable,
    "battery": BatteryTable,
    "battery_bus": BatteryBusTable,
    "simulation": SimulationTable,
}


def _suggestion(keys: list[str]) -> str:
    model = _MODELS.get(keys[0], FileTables) if len(keys) > 1 else FileTables
    names = [field.alias or name for name, field in model.model_fields.items()]
    near = get_close_matches(keys[-1], names, n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""
