"""Errors of its own that a DAQ970A reports (34970A/34972A command reference, error messages)."""

from simulation.front_panels.scpi.errors import DialectError

_TEXTS = {
    111: "Channel list: slot number out of range",
    112: "Channel list: channel number out of range",
    113: "Channel list: empty scan list",
    221: "Settings conflict: calculate limit state forced off",
    225: "Settings conflict: DMM disabled or missing",
    271: "Not able to accept unit names longer than 3 characters",
    272: "Not able to accept character in unit name",
    281: "Not able to perform on more than one channel",
    291: "Not able to recall state: it is empty",
    292: "Not able to recall state: DMM enable changed",
    301: "Module currently committed to scan",
    302: "No module was detected in this slot",
    305: "Not able to perform requested operation",
    306: "Part of a 4-wire pair",
    540: "Not able to null channel in overload",
}


def refused(code: int) -> DialectError:
    """Return the error that this model numbers ``code``."""
    return DialectError(code, _TEXTS[code])
