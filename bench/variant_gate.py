"""What only one variant survives waits until the unit is known to be of it."""

from collections.abc import Callable

from bench.errors import SafetyTrip
from bench.identification import UNKNOWN, Identification
from bench.safety import Envelope
from bench.spec import Device


class VariantGate:
    """Has the unit looked at once; before, ``cautious`` stands beside the device's own envelope.

    ``look`` powers the unit gently, ends safe, and returns what it looks like.
    """

    __slots__ = ("_cautious", "_device", "_known", "_look", "_looking")

    def __init__(
        self, device: Device, cautious: Envelope, look: Callable[[], Identification]
    ) -> None:
        self._device = device
        self._cautious = cautious
        self._look = look
        self._looking = False
        self._known: Identification | None = None

    def confirm(self) -> Identification:
        """Look if nobody has, and return what the unit is; raises SafetyTrip for a wrong one."""
        if self._known is None and not self._looking:
            self._looking = True
            try:
                self._known = self._look()
            finally:
                self._looking = False
        self.refuse_mismatch()
        return self._known or UNKNOWN

    def refuse_mismatch(self) -> None:
        """Raise SafetyTrip once the unit is known to be another variant than the one named."""
        if self._known is not None and self._known.mismatch:
            raise SafetyTrip(self._known.mismatch)

    def check(self, check: Callable[[Envelope], None]) -> None:
        """Refuse what only the named variant survives, unless it is known to be the one.

        ``check`` holds something against an envelope. Raises SafetyTrip.
        """
        known = self._known
        if known is not None and known.confirmed:
            return
        try:
            check(self._cautious)
        except SafetyTrip as error:
            why = (
                f"is not known to be a {self._device.title} (measured: {known.told})"
                if known
                else "has not been looked at; call confirm_variant() first"
            )
            raise SafetyTrip(
                f"the unit behind the connector {why}, and another variant would not survive "
                f"this: {error}"
            ) from None
