"""The settings of the smallBMS NG, in memory that outlasts a loss of power."""

from simulation.dut.parameters import Parameters

# What a factory reset brings back (004-sv:496 to 500), and what it leaves.
RESET = (
    "charged_voltage",
    "tail_current",
    "charge_detection_time",
    "soc_warning",
    "discharge_floor",
)
KEPT = ("mode", "bluetooth")
_UNITS = {
    "charged_voltage": "V",
    "tail_current": "%",
    "charge_detection_time": "min",
    "soc_warning": "%",
    "discharge_floor": "%",
}
_STATES = ("on", "off")


class Settings:
    """Settings by name; numbers in their units, ``mode`` and ``bluetooth`` on or off."""

    __slots__ = (
        "_defaults",
        "_delivered",
        "_is_volatile",
        "_on",
        "_spared",
        "_updates_reset",
        "_values",
    )

    def __init__(self, parameters: Parameters) -> None:
        self._defaults = {name: parameters.number(f"setting.{name}") for name in RESET}
        self._values = dict(self._defaults)
        self._delivered = {"mode": True, "bluetooth": parameters.switch("bluetooth.enabled")}
        self._on = dict(self._delivered)
        self._is_volatile = parameters.switch("setting.lost_with_power")
        self._updates_reset = parameters.switch("setting.lost_with_update")
        self._spared = parameters.one_of("setting.reset_spares", "", *RESET)

    def number(self, name: str) -> float:
        """Return a number in its unit."""
        return self._values[name]

    def is_on(self, name: str) -> bool:
        """Return whether ``mode`` or ``bluetooth`` is on."""
        return self._on[name]

    def text(self, name: str) -> str:
        """Return a setting as the app shows it."""
        if name in self._on:
            return _STATES[not self._on[name]]
        return f"{self._values[name]:g} {_UNITS[name]}"

    def set(self, name: str, text: str) -> None:
        """Take a setting over from text such as ``20 %`` or ``on``; or ValueError."""
        if name in self._on:
            if text not in _STATES:
                raise ValueError(f"{name} is on or off, not {text!r}")
            self._on[name] = text == "on"
        else:
            self._values[name] = parse(name, text, _UNITS[name])

    def reset(self) -> None:
        """Bring the five settings of a factory reset back to their defaults."""
        for name in RESET:
            if name != self._spared:
                self._values[name] = self._defaults[name]

    def outlast_update(self) -> None:
        """Keep everything over a firmware update, unless the firmware starts from nothing."""
        if self._updates_reset:
            self._values = dict(self._defaults)

    def lose_power(self) -> None:
        """Keep everything, unless the memory is broken."""
        if self._is_volatile:
            self._values = dict(self._defaults)
            self._on = dict(self._delivered)


def parse(name: str, text: str, unit: str) -> float:
    """Return the number in a text with or without its unit; percent go from 0 to 100.

    Raises ValueError naming what was expected.
    """
    try:
        value = float(text.strip().removesuffix(unit))
    except ValueError:
        raise ValueError(f"{name} is a number in {unit}, not {text!r}") from None
    if not 0.0 <= value <= (100.0 if unit == "%" else 1e3):
        raise ValueError(f"{name} cannot be {text!r}")
    return value
