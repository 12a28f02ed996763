"""The Bluetooth radio of the smallBMS NG: when it is active, and whether the app is connected."""

from collections.abc import Callable

from simulation.clock import Event, VirtualClock
from simulation.dut.parameters import Parameters
from simulation.dut.settings import Settings


class Bluetooth:
    """Active while enabled, while somebody is connected, and for a while after each start.

    The while is the way back for who has disabled it (004-sv:367 to 368). ``when_changed`` is
    called when it is over.
    """

    __slots__ = (
        "_clock",
        "_event",
        "_is_broken",
        "_is_started",
        "_is_up_when_off",
        "_outlasts_disabling",
        "_settings",
        "_when_changed",
        "_window",
        "is_connected",
        "is_remote_off",
    )

    def __init__(
        self,
        clock: VirtualClock,
        parameters: Parameters,
        settings: Settings,
        *,
        when_changed: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._when_changed = when_changed
        self._window = parameters.number("bluetooth.window")
        self._is_broken = parameters.switch("bluetooth.broken")
        self._is_up_when_off = parameters.switch("bluetooth.active_in_remote_off")
        self._outlasts_disabling = parameters.switch("bluetooth.outlasts_disabling")
        self._is_started = False
        self._event: Event | None = None
        self.is_connected = False
        self.is_remote_off = False

    @property
    def is_active(self) -> bool:
        """Return whether the radio can be heard."""
        wanted = self._settings.is_on("bluetooth") or self._event is not None or self.is_connected
        can = self._is_started and not self._is_broken
        return can and wanted and (self._is_up_when_off or not self.is_remote_off)

    @property
    def is_on_air(self) -> bool:
        """Return whether there are advertisements; what is active is seen at the LED."""
        return self.is_active or (self._outlasts_disabling and self._is_started)

    def start(self) -> None:
        """Begin with the unit, and with the while after a start."""
        self._is_started = True
        self._event = self._clock.schedule(self._window, self._end_window)

    def stop(self) -> None:
        """Fall silent: no power, or disabled."""
        self._is_started = False
        self.mute()

    def mute(self) -> None:
        """Drop the connection and what is left of the while; only being enabled counts now."""
        self.is_connected = False
        if self._event is not None:
            self._event.cancel()
            self._event = None

    def _end_window(self) -> None:
        self._event = None
        self._when_changed()
