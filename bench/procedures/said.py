"""What the unit says of itself: its codes and permissions, on the air or in the app."""

from collections.abc import Iterator

from bench.bench import Bench
from bench.measurement import Measurement
from bench.procedure import Arguments, measurement
from bench.procedures import hearing
from instruments.errors import NoAnswer
from instruments.telemetry import Readout
from instruments.units import Second

WAYS = ("telemetry", "app")
ROLES = {"telemetry": hearing.ROLE, "app": "operator"}
ANSWERS = ("YES", "NO", "PRE-ALARM", "unknown")
"""The app shows a pre-alarm in the place of the permission to discharge (004-sv:399)."""

_KINDS: dict[str, str | tuple[str, ...]] = {
    "codes": "",
    "allow_to_charge": ANSWERS,
    "allow_to_discharge": ANSWERS,
}
MEASUREMENTS = {
    f"{name}{suffix}": kind for suffix in ("", "_after") for name, kind in _KINDS.items()
}
NOTHING = "none"
UNKNOWN = "unknown"
_WITHIN: Second = 10.0


def way(arguments: Arguments) -> str:
    """Return how the unit is listened to, empty where it is not."""
    return str(arguments.get("by", ""))


def roles(arguments: Arguments) -> tuple[str, ...]:
    """Return who listens."""
    by = way(arguments)
    return (ROLES[by],) if by else ()


def said(bench: Bench, by: str, *, suffix: str = "") -> Iterator[Measurement]:
    """Yield codes and permissions, ``unknown`` where the unit is silent; nothing without a way.

    ``suffix`` goes behind their names.
    """
    if not by:
        return
    words = _on_the_air(bench) if by == "telemetry" else _in_the_app(bench)
    for name, word in zip(_KINDS, words, strict=True):
        yield measurement(bench, f"{name}{suffix}", word, source=ROLES[by])


def codes_during(bench: Bench, duration: Second) -> str:
    """Return what is heard on the air during a time [s]: codes in their order, each once."""
    heard: list[str] = []
    end = bench.clock.now() + duration
    while bench.clock.now() < end:
        read = _readout(bench)
        if read is None:
            return UNKNOWN
        heard += [code for code in read.codes if code not in heard]
    return " ".join(heard) or NOTHING


def _on_the_air(bench: Bench) -> tuple[str, str, str]:
    read = _readout(bench)
    if read is None:
        return UNKNOWN, UNKNOWN, UNKNOWN
    return (
        " ".join(read.codes) or NOTHING,
        _answer(read.allowed_to_charge),
        _answer(read.allowed_to_discharge),
    )


def _readout(bench: Bench) -> Readout | None:
    """Return what the unit says next, None while it is silent."""
    try:
        return hearing.receiver(bench).read(_WITHIN)
    except NoAnswer:
        hearing.is_heard(bench, _WITHIN)  # which raises where it is the receiver that fails
        return None


def _in_the_app(bench: Bench) -> tuple[str, str, str]:
    app = bench.app
    return (
        app.read("codes") or NOTHING,
        _permission(app.read("allow_to_charge")),
        _permission(app.read("allow_to_discharge")),
    )


def _answer(said: bool | None) -> str:
    return UNKNOWN if said is None else "YES" if said else "NO"


def _permission(shown: str) -> str:
    word = shown.upper()
    return word if word in ANSWERS else UNKNOWN
