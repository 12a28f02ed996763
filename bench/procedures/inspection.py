"""What only eyes see: one question to the operator, with nothing applied to the device."""

from collections.abc import Iterator

from bench.bench import Bench
from bench.errors import NotRun
from bench.instructions import instruction, sentences
from bench.measurement import Measurement
from bench.procedure import Arguments, measurement
from bench.spec import OperatingPoint

CONFORMS, DEVIATES, SKIPPED = "conforms", "does not conform", "not looked at"
WORDS = (CONFORMS, DEVIATES)
_NO_PHOTO = "none"


def items() -> tuple[str, ...]:
    """Return what can be asked about: the catalogue's ``inspect.ITEM?``, the photo apart."""
    found = (key for key in sentences() if key.startswith("inspect.") and key.endswith("?"))
    names = (key.removeprefix("inspect.").removesuffix("?") for key in found)
    return tuple(name for name in names if name != "photo")


def roles(arguments: Arguments, point: OperatingPoint) -> tuple[str, ...]:
    """Return the operator: nothing else is needed."""
    del arguments, point
    return ("operator",)


def measure(bench: Bench, point: OperatingPoint, arguments: Arguments) -> Iterator[Measurement]:
    """Yield ``finding``, what the operator says of the item in ``item``, and who it was.

    Raises NotRun for what was not looked at: that is no finding.
    """
    del point
    operator = bench.operator()
    item, figure = str(arguments["item"]), str(arguments.get("figure", ""))
    said = operator.ask(instruction(f"inspect.{item}?", figure), (*WORDS, SKIPPED))
    who = operator.who()
    if said == SKIPPED:
        raise NotRun(f"{who} has not looked at it")
    source = f"operator {who}"
    if said == DEVIATES:
        photo = operator.ask(instruction("inspect.photo?"))
        source += "" if photo == _NO_PHOTO else f", photo {photo}"
    yield measurement(bench, "finding", said, source=source)
