"""What a DL3021 tells about its input: measurements and the questionable status.

Sources: Rigol DL3000 programming guide (words, table 1-1 of the questionable status, the 200 ms of
MEAS:TIME?); notes of users (a line ``0`` behind measurements on USB; silence on MEAS:DISC?, because
the short form of DISChargingTime is DISCT). Assumed: that extremes count from the moment at which
the input was switched on. MEAS:WAV? stays unknown: nobody published what it answers.
"""

from collections.abc import Mapping
from typing import ClassVar

from instruments.accuracy import Accuracy
from instruments.units import Ampere, Volt
from simulation.front_panels.dl3021.input import Input
from simulation.front_panels.dl3021.tests import Discharge
from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.panel import ScpiPanel
from simulation.front_panels.scpi.parameters import mask
from simulation.noise import Noise

_QUESTIONABLE_BIT = 0x08
_SIXTEEN_BITS = 0xFFFF
_INTEGRATION = "200"  # ms


class ReadingPanel(ScpiPanel):
    """The queries that look at the input."""

    ANSWERS: ClassVar[Mapping[str, str | None]] = {
        ":MEASure:TIME?": _INTEGRATION,
        ":FETCh:TIME?": _INTEGRATION,
        ":STATus:OPERation[:EVENt]?": "0",
    }

    def __init__(
        self,
        *,
        idn: str,
        load: Input,
        discharge: Discharge,
        noise: Noise,
        accuracies: Mapping[str, Accuracy],
        trailing_garbage: bool,
    ) -> None:
        super().__init__(idn=idn)
        self._input = load
        self._discharge = discharge
        self._noise = noise
        self._accuracies = accuracies
        self._questionable_events = 0
        self._questionable_enable = 0
        self._operation_enable = 0
        self.trailing_garbage = trailing_garbage
        """Whether MEAS answers carry a second line ``0``, as seen on a unit over USB."""

    def take_socket(self) -> None:
        """Leave the second line out: it was seen on USB, where it ends with its message."""
        self.trailing_garbage = False

    # measurements

    @command(":MEASure:VOLTage[:DC]?", ":FETCh:VOLTage[:DC]?")
    def _measure_voltage(self) -> str:
        return self._print(self._volts(self._input.voltage()))

    @command(":MEASure:VOLTage:MAX?", ":FETCh:VOLTage:MAX?")
    def _measure_most_volts(self) -> str:
        return self._print(self._volts(self._input.volts[1]))

    @command(":MEASure:VOLTage:MIN?", ":FETCh:VOLTage:MIN?")
    def _measure_least_volts(self) -> str:
        return self._print(self._volts(self._input.volts[0]))

    @command(":MEASure:CURRent[:DC]?", ":FETCh:CURRent[:DC]?")
    def _measure_current(self) -> str:
        return self._print(self._amps(self._input.current()))

    @command(":MEASure:CURRent:MAX?", ":FETCh:CURRent:MAX?")
    def _measure_most_amps(self) -> str:
        return self._print(self._amps(self._input.amps[1]))

    @command(":MEASure:CURRent:MIN?", ":FETCh:CURRent:MIN?")
    def _measure_least_amps(self) -> str:
        return self._print(self._amps(self._input.amps[0]))

    @command(":MEASure:POWer[:DC]?", ":FETCh:POWer[:DC]?")
    def _measure_power(self) -> str:
        load = self._input
        return self._print(self._volts(load.voltage()) * self._amps(load.current()))

    @command(":MEASure:RESistance[:DC]?", ":FETCh:RESistance[:DC]?")
    def _measure_resistance(self) -> str:
        amps = self._amps(self._input.current())
        volts = self._volts(self._input.voltage())
        return self._print(volts / amps if abs(amps) > 1e-6 else 0.0)

    @command(":MEASure:CAPability?", ":FETCh:CAPability?")
    def _measure_charge(self) -> str:
        return self._print(self._discharge.charge)

    @command(":MEASure:WATThours?", ":FETCh:WATThours?")
    def _measure_energy(self) -> str:
        return self._print(self._discharge.energy)

    @command(":MEASure:DISChargingTime?", ":FETCh:DISChargingTime?")
    def _measure_duration(self) -> str:
        return self._print(self._discharge.duration)

    def _print(self, value: float) -> str:
        return f"{value:.6f}\n0" if self.trailing_garbage else f"{value:.6f}"

    def _volts(self, volts: Volt) -> Volt:
        full_scale = self.settings["voltage_range"]
        accuracy = self._accuracies["voltage"]
        return self._noise.indicate(volts, accuracy, full_scale, ("voltage", full_scale))

    def _amps(self, amps: Ampere) -> Ampere:
        full_scale = self.settings["current_range"]
        accuracy = self._accuracies["current"]
        return self._noise.indicate(amps, accuracy, full_scale, ("current", full_scale))

    # status

    def summaries(self) -> int:
        """Return bit 3 for an enabled event of the questionable status."""
        self._questionable_events |= self.questionable_condition()
        raised = self._questionable_events & self._questionable_enable
        return _QUESTIONABLE_BIT if raised else 0

    @command("*CLS")
    def _clear_status(self) -> None:
        super()._clear_status()
        self._questionable_events = 0

    @command(":STATus:PRESet")
    def _preset_status(self) -> None:
        self._questionable_enable = self._operation_enable = 0

    @command(":STATus:QUEStionable[:EVENt]?")
    def _ask_questionable_events(self) -> str:
        found = self._questionable_events | self.questionable_condition()
        self._questionable_events = 0
        return str(found)

    @command(":STATus:QUEStionable:ENABle")
    def _enable_questionable(self, text: str) -> None:
        self._questionable_enable = mask(text, _SIXTEEN_BITS)

    @command(":STATus:QUEStionable:ENABle?")
    def _ask_enabled_questionable(self) -> str:
        return str(self._questionable_enable)

    @command(":STATus:OPERation:ENABle")
    def _enable_operation(self, text: str) -> None:
        self._operation_enable = mask(text, _SIXTEEN_BITS)

    @command(":STATus:OPERation:ENABle?")
    def _ask_enabled_operation(self) -> str:
        return str(self._operation_enable)
