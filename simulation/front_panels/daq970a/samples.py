"""How many samples a DAQ970A would take at a trigger when it digitises one channel.

Source: DAQ970A programming guide, pages 217 and 218 (limits, defaults, pretrigger below the count).
Digitising itself, which needs the words ACQuire, is not simulated. Assumed: -221 for a pretrigger
count that is not below the sample count.
"""

from simulation.front_panels.scpi.errors import DialectError
from simulation.front_panels.scpi.settings import Number, Setting

SAMPLES: tuple[Setting, ...] = (
    Number(header="SAMPle:COUNt", name="samples", low=1, high=50_331_648, default=1, form="+.0f"),
    Number(header="SAMPle:COUNt:PRETrigger", name="samples_before", low=0, high=999_999,
           default=0, form="+.0f"),
    Number(header="SAMPle:TIMer", name="sample_interval", low=20e-6, high=3600.0, default=1.0,
           unit="S", form="+.8E"),
)  # fmt: skip
_COUNTS = ("samples", "samples_before")


def counted(name: str, value: float, settings: dict[str, float]) -> float:
    """Return a sample count in whole samples; raises DialectError -221 for counts that conflict."""
    if name not in _COUNTS:
        return value
    counts = {key: settings[key] for key in _COUNTS} | {name: float(round(value))}
    if counts["samples_before"] >= counts["samples"]:
        raise DialectError(-221)
    return counts[name]
