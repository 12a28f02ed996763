"""How one channel of a DAQM901A is set up; a configuration starts from these values."""

from dataclasses import dataclass

from instruments.units import Ohm, Second
from simulation.front_panels.daq970a.daqm901a_functions import (
    AC_COUPLED,
    AC_SETTLING,
    COUNTED,
)

VOLTAGE_CHANNELS = tuple(range(101, 121))
CURRENT_CHANNELS = (121, 122)
CHANNELS = VOLTAGE_CHANNELS + CURRENT_CHANNELS
BANK = 10
"""Channels of one bank; a four-wire measurement senses on the channel that many further on."""

LINE_PERIOD: Second = 0.02
GATE: Second = 0.1
"""How long frequency and period are counted unless an aperture is set (34970A/72A reference)."""

AUTOMATIC_DELAY: Second = 2e-3  # PyICe waits at least 2 ms per channel

COUPLES = ("B", "E", "J", "K", "N", "R", "S", "T")
PROBES = ("TC", "RTD", "FRTD", "THER", "FTH")
THERMISTORS = ("2252", "5000", "10000")
RTDS = ("+85", "+91")
JUNCTIONS = ("INT", "EXT", "FIX")
DEGREES = ("C", "F", "K")


@dataclass(slots=True)
class Channel:
    """How one channel is set up.

    ``couple``, ``probe``, ``thermistor``, ``rtd``, ``junction`` and ``degrees`` are places in the
    tuples of this module, switches are 0.0 or 1.0. Defaults: 34970A/34972A command reference.
    """

    function: str = "VOLT"
    range: float | None = None
    input_range: float | None = None
    nplc: float = 1.0
    aperture: Second | None = None
    high_impedance: float = 0.0
    automatic_zero: float = 1.0
    delay: Second | None = None
    gain: float = 1.0
    offset: float = 0.0
    unit: str = ""
    scaled: float = 0.0
    lower: float = 0.0
    upper: float = 0.0
    lower_on: float = 0.0
    upper_on: float = 0.0
    filter: float = 20.0
    offset_compensated: float = 0.0
    probe: float = 0.0
    couple: float = 2.0
    thermistor: float = 1.0
    rtd: float = 0.0
    rtd_resistance: Ohm = 100.0
    junction: float = 2.0
    junction_temperature: float = 0.0
    open_check: float = 0.0
    degrees: float = 0.0

    def integration(self) -> Second:
        """Return how long one reading is integrated [s]; twice with offset compensation."""
        usual = GATE if self.function in COUNTED else self.nplc * LINE_PERIOD
        once = usual if self.aperture is None else self.aperture
        return 2.0 * once if self.offset_compensated else once

    def settling(self) -> Second:
        """Return how long the input settles before a reading [s]."""
        if self.delay is not None:
            return self.delay
        return AC_SETTLING[self.filter] if self.function in AC_COUPLED else AUTOMATIC_DELAY

    def wiring(self) -> str:
        """Return the function that the meter works in; temperatures are volts or ohms to it."""
        if self.function != "TEMP":
            return self.function
        return {"TC": "VOLT", "FRTD": "FRES", "FTH": "FRES"}.get(PROBES[int(self.probe)], "RES")
