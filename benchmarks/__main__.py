"""Run all benchmarks and print their ratios: ``python -m benchmarks [name ...]``."""

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

from benchmarks.ratio import Ratio, main


def _modules() -> list[ModuleType]:
    names = sorted(path.stem for path in Path(__file__).parent.glob("*.py"))
    wanted = sys.argv[1:] or [name for name in names if not name.startswith("_")]
    modules = [import_module(f"benchmarks.{name}") for name in wanted]
    return [module for module in modules if hasattr(module, "run")]


def _ratios() -> list[Ratio]:
    return [ratio for module in _modules() for ratio in module.run()]


if __name__ == "__main__":
    sys.exit(main(_ratios()))
