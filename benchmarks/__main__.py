"""Run benchmarks and print their ratios: ``python -m benchmarks [name ...]``."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from benchmarks.ratio import Ratio, main


def _names() -> tuple[str, ...]:
    """Return the modules beside this one that have something to run."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in _modules()}
    return tuple(sorted(name for name, text in texts.items() if "\ndef run(" in text))


def _modules() -> list[Path]:
    return list(Path(__file__).parent.glob("[!_]*.py"))


def _chosen(arguments: Sequence[str]) -> list[str]:
    names = _names()
    parser = ArgumentParser(prog="python -m benchmarks", description="Print ratios of one run.")
    parser.add_argument(
        "name", nargs="*", metavar="name", help=f"one of {', '.join(names)}; all without"
    )
    wanted: list[str] = parser.parse_args(arguments).name
    unknown = [name for name in wanted if name not in names]
    if unknown:
        parser.error(f"there is no benchmark '{unknown[0]}'; there are {', '.join(names)}")
    return wanted or list(names)


def _ratios(names: Sequence[str]) -> list[Ratio]:
    return [ratio for name in names for ratio in import_module(f"benchmarks.{name}").run()]


if __name__ == "__main__":
    sys.exit(main(_ratios(_chosen(sys.argv[1:]))))
