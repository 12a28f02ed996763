"""pyserial's handler for ``sim://<laboratory>/<instrument>``."""

# pyserial has no types:
# pyright: reportUnknownMemberType=false, reportAttributeAccessIssue=false
# pyright: reportUnknownArgumentType=false, reportUnknownVariableType=false

from typing import Any

# pyserial itself imports this module, when a sim:// URL is opened
from serial.serialutil import (  # noqa: TID253
    LF,
    PortNotOpenError,
    SerialBase,
    SerialException,
    to_bytes,
)

from simulation.wires.cable import Cable, Line
from simulation.wires.ports import cable_at


class Serial(SerialBase):  # pyright: ignore[reportUntypedBaseClass] - pyserial has no types
    """A port whose time is virtual: a read that times out costs no time on the wall."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class
        self._cable: Cable | None = None
        self._line: Line | None = None
        self._received = bytearray()
        self.reads = 0
        """How often data was read; a byte at a time shows here."""
        super().__init__(*args, **kwargs)

    def open(self) -> None:
        """Connect to the panel; raises SerialException when there is none."""
        if self.is_open:
            raise SerialException("Port is already open.")
        if self._port is None:
            raise SerialException("Port must be configured before it can be used.")
        try:
            self._cable = cable_at(self._port)
        except ValueError as error:
            raise SerialException(str(error)) from error
        self._line = Line(self._cable)
        self._received.clear()
        self.is_open = True

    def close(self) -> None:
        """Hang up."""
        self.is_open = False
        self._cable = self._line = None

    @property
    def in_waiting(self) -> int:
        """Return how many bytes have arrived and were not read."""
        self._connection()
        return len(self._received)

    def read(self, size: int = 1) -> bytes:
        """Return ``size`` bytes, or what there is when the timeout has passed."""
        cable, _ = self._connection()
        self.reads += 1
        received = self._received
        if len(received) < size and self._timeout != 0:
            if self._timeout is None:
                raise SerialException("read would wait for ever: no timeout and nothing to come")
            cable.clock.sleep(self._timeout)
        data = bytes(received[:size])
        del received[:size]
        return data

    def read_until(self, expected: bytes = LF, size: int | None = None) -> bytes:
        """Return all up to and with ``expected``; what there is when the timeout has passed."""
        self._connection()
        end = self._received.find(expected)
        wanted = len(self._received) + 1 if end < 0 else end + len(expected)
        return self.read(wanted if size is None else min(wanted, size))

    def write(self, data: Any) -> int:  # noqa: ANN401 - whatever to_bytes takes
        """Send ``data`` and collect what comes back."""
        _, line = self._connection()
        block = to_bytes(data)
        self._received += line.feed(block)
        return len(block)

    def reset_input_buffer(self) -> None:
        """Forget what has arrived."""
        self._connection()
        self._received.clear()

    def reset_output_buffer(self) -> None:
        """Do nothing: what was written has been sent."""
        self._connection()

    def flush(self) -> None:
        """Do nothing: what was written has been sent."""
        self._connection()

    @property
    def out_waiting(self) -> int:
        """Return 0: what was written has been sent."""
        self._connection()
        return 0

    @property
    def cts(self) -> bool:
        """Return True: the panel is always ready."""
        return True

    @property
    def dsr(self) -> bool:
        """Return True: the panel is always ready."""
        return True

    @property
    def ri(self) -> bool:
        """Return False: nobody rings."""
        return False

    @property
    def cd(self) -> bool:
        """Return True: the panel is there."""
        return True

    def _connection(self) -> tuple[Cable, Line]:
        """Return what is connected; raises SerialException when it is not (any more)."""
        if self._cable is None or self._line is None:
            raise PortNotOpenError()
        if self._cable.disturbed and self._line.is_lost:
            raise SerialException("device disconnected")
        return self._cable, self._line

    def _reconfigure_port(self) -> None:
        """Accept any settings: a USB CDC port ignores them."""

    def _update_break_state(self) -> None:
        """Ignore a break."""

    def _update_rts_state(self) -> None:
        """Ignore RTS."""

    def _update_dtr_state(self) -> None:
        """Ignore DTR."""
