"""What a DAQ970A is set to, and its single and timed scans."""

from instruments.errors import NoAnswer, OutOfRange
from instruments.scpi import format_number
from instruments.scpi_session import ScpiSession
from instruments.units import Second

_SCANNING = 1 << 4  # of the operation condition register
_POLL: Second = 0.02
_GRACE: Second = 2.0  # a scan that is this late does not end

# 5 ms settle 13.8 time constants (1 ppm) of 260 kohm into the 1390 pF of the multiplexer
_CHANNEL_DELAY: Second = 0.005
_LINE_PERIOD: Second = 0.020  # 50 Hz; at 60 Hz a reading is faster
_SLOWEST = 10.0
_APERTURES = (_SLOWEST, 1.0, 0.2, 0.02)  # integration times in line periods


class Scanner:
    """What the system is set to, so that it is set once."""

    __slots__ = (
        "_configured",
        "_interruptions",
        "_is_idle",
        "_is_trigger_immediate",
        "_scan",
        "session",
        "wire",
    )

    def __init__(self, session: ScpiSession) -> None:
        self.session = session
        self.wire = session.wire
        self._configured: dict[str, tuple[str, float]] = {}
        self._is_idle = False  # not known before it was reset
        self._forget()

    def reset(self) -> None:
        """Put the system into its power-on state: an earlier program's scaling would stay."""
        self._forget()
        self.session.command("*RST")
        self._is_trigger_immediate = True
        self._is_idle = True

    def stop(self) -> None:
        """Abort a scan that did not end; raises Rejected while the system says it still scans."""
        if self._is_idle and self.wire.interruptions == self._interruptions:
            return
        self.wire.write("ABOR")
        if self._is_scanning():
            raise self.wire.rejected("the scan does not stop", "ABOR", "scanning")
        self.session.drain_errors()
        self._is_idle = True

    def read(self, channel: str, function: str, span: str) -> str:
        """Return the answer of one reading of ``channel``, set up first where needed."""
        self._select(channel, function, span, _SLOWEST)
        self._trigger_immediately()
        self._is_idle = False
        reply = self.wire.query("READ?")
        self._is_idle = True
        return reply

    def sweep(
        self, channel: str, function: str, span: str, count: int, interval: Second
    ) -> tuple[Second, str]:
        """Take ``count`` readings every ``interval`` [s]; return the start time and the answer."""
        aperture = _fitting_aperture(interval)
        if aperture is None:
            raise OutOfRange(f"{interval:g} s is too short an interval", self.wire.exchange())
        clock = self.wire.clock
        try:
            self._select(channel, function, span, aperture)
            self._is_trigger_immediate = self._is_idle = False
            self.session.command("TRIG:SOUR TIM")
            self.session.command(f"TRIG:TIM {format_number(interval)}")
            self.session.command(f"TRIG:COUN {count}")
            self.wire.write("INIT")
            start = clock.now()
            clock.sleep(count * interval)
            self._wait_until_done()
            reply = self.wire.query("FETC?")
            self._is_idle = True
            self._trigger_immediately()
        except BaseException:
            self._forget()
            raise
        return start, reply

    def _select(self, channel: str, function: str, span: str, aperture: float) -> None:
        command = self.session.command
        if self.wire.interruptions != self._interruptions:
            self._forget()  # the system may have been off in between, or still be scanning
            self.session.command("ABOR")
        if channel not in self._configured:
            command(f"CONF:{function}:DC {span},(@{channel})")
            if function == "VOLT":
                command(f"INP:IMP:AUTO ON,(@{channel})")
            command(f"ROUT:CHAN:DEL {format_number(_CHANNEL_DELAY)},(@{channel})")
            self._scan = channel
        if self._configured.get(channel) != (span, aperture):
            if span == "AUTO":
                command(f"{function}:DC:RANG:AUTO ON,(@{channel})")
            else:
                command(f"{function}:DC:RANG {span},(@{channel})")
            command(f"{function}:DC:NPLC {format_number(aperture)},(@{channel})")
            self._configured[channel] = (span, aperture)
        if self._scan != channel:
            command(f"ROUT:SCAN (@{channel})")
            self._scan = channel

    def _trigger_immediately(self) -> None:
        if not self._is_trigger_immediate:
            self.session.command("TRIG:SOUR IMM")
            self.session.command("TRIG:COUN 1")
            self._is_trigger_immediate = True

    def _forget(self) -> None:
        """Set everything up anew before the next reading."""
        self._is_trigger_immediate = False
        self._interruptions = self.wire.interruptions
        self._configured.clear()
        self._scan = ""

    def _wait_until_done(self) -> None:
        clock = self.wire.clock
        deadline = clock.now() + _GRACE
        while self._is_scanning():
            if clock.now() > deadline:
                raise NoAnswer("the scan does not end", self.wire.exchange("INIT"))
            clock.sleep(_POLL)

    def _is_scanning(self) -> bool:
        return bool(int(self.wire.query_number("STAT:OPER:COND?")) & _SCANNING)


def _fitting_aperture(interval: Second) -> float | None:
    """Return the longest integration time that fits, autozero and delay included."""
    for aperture in _APERTURES:
        if 2.0 * aperture * _LINE_PERIOD + _CHANNEL_DELAY <= 0.9 * interval:
            return aperture
    return None
