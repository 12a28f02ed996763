"""What is fitted to the outputs; a person changes it while the power is off."""

from collections.abc import Callable, Mapping

from bench.controlled import NOTHING, ControlledDevice, controlled_devices, removal
from bench.errors import ConfigError, SafetyTrip
from bench.safety import Envelope
from instruments.operator import Operator
from instruments.units import Volt


class Fitting:
    """Keeps the table of output -> device and asks only for what is different.

    What is fitted stays until something else is wanted, because a person's way to the bench is the
    most expensive thing on it. ``look`` is called before anything is fitted, because what is fitted
    would disturb a look at the bare unit.
    """

    __slots__ = ("_envelopes", "_fitted", "_look", "_operator", "_supply_level")

    def __init__(
        self,
        envelopes: tuple[Envelope, ...],
        operator: Callable[[], Operator],
        supply_level: Callable[[], Volt],
        look: Callable[[], object],
    ) -> None:
        self._envelopes = envelopes
        self._operator = operator
        self._supply_level = supply_level
        self._look = look
        self._fitted: dict[str, str] = {}

    @property
    def fitted(self) -> Mapping[str, str]:
        """Return output -> name of the device that is fitted to it."""
        return dict(self._fitted)

    @property
    def left(self) -> tuple[str, ...]:
        """Return in words what is fitted."""
        return tuple(f"'{name}' is fitted to {output}" for output, name in self._fitted.items())

    def change(self, wanted: Mapping[str, str]) -> None:
        """Have exactly the devices in ``wanted`` fitted, output -> name.

        Raises SafetyTrip while the bench is powered and for a device that is not for the output,
        ConfigError for one that nobody knows, InstrumentError when the person cannot do it.
        """
        if wanted == self._fitted:
            return
        if self._supply_level() > 0.0:
            raise SafetyTrip("nothing is fitted or removed while the device has power: refused")
        devices = {output: self._checked(output, name) for output, name in wanted.items()}
        if devices:
            self._look()
        for output in [output for output in self._fitted if output not in wanted]:
            self._operator().carry_out(removal(output))
            self._note(output, None)
        for output, device in devices.items():
            if self._fitted.get(output, NOTHING) != device.name:
                self._operator().carry_out(device.instruction(output))
                self._note(output, device)

    def _checked(self, output: str, name: str) -> ControlledDevice:
        known = controlled_devices()
        if name not in known:
            raise ConfigError(
                f"there is no device '{name}' to fit to {output}; there are {', '.join(known)}"
            )
        self._envelopes[0].check_fitting(output, known[name])
        return known[name]

    def _note(self, output: str, device: ControlledDevice | None) -> None:
        self._fitted.pop(output, None)
        if device is not None:
            self._fitted[output] = device.name
        for envelope in self._envelopes:
            envelope.fit(output, device)
