"""What the smallBMS NG makes of its readings on the air, as far as that can be wrong."""

from dataclasses import replace

from simulation.dut.parameters import Parameters
from simulation.dut.readings import Readings


class OnAir:
    """Scales figures; a conforming unit leaves all as they are."""

    __slots__ = ("_charge", "_consumed", "_current", "_is_true", "_is_unsigned", "_offset", "_time")

    def __init__(self, parameters: Parameters) -> None:
        number = parameters.number
        self._current = number("readout.current_scale")
        self._charge = number("readout.charge_scale")
        self._consumed = number("readout.consumed_scale")
        self._time = number("readout.time_scale")
        self._offset = number("readout.temperature_offset")
        self._is_unsigned = parameters.switch("readout.temperature_unsigned")
        scales = (self._current, self._charge, self._consumed, self._time)
        is_scaled = scales != (1.0,) * len(scales)
        self._is_true = not (is_scaled or self._offset or self._is_unsigned)

    def of(self, said: Readings) -> Readings:
        """Return what is advertised of what the unit knows."""
        if self._is_true:
            return said
        time = _scaled(said.time_to_go, self._time)
        warmth = said.temperature
        if warmth is not None:
            warmth = (abs(warmth) if self._is_unsigned else warmth) + self._offset
        return replace(
            said,
            current=_scaled(said.current, self._current),
            state_of_charge=_scaled(said.state_of_charge, self._charge),
            consumed_charge=_scaled(said.consumed_charge, self._consumed),
            time_to_go=None if time is None else round(time),
            temperature=warmth,
        )


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
