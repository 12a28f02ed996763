"""Front panels on loopback TCP ports, for clients that bring their own VISA or sockets.

Virtual time follows the wall here: before each exchange as much passes as has passed on the wall
since the last one. An exchange may take longer on the virtual clock, as a long measurement does.
"""

import os
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Lock, Thread
from typing import Protocol

from instruments.clock import Clock, WallClock
from simulation.clock import VirtualClock
from simulation.front_panels.scpi.panel import ScpiPanel
from simulation.wires.cable import Cable

HOST = "127.0.0.1"
_CHUNK = 4096


class Connection(Protocol):
    """One client's way to an instrument."""

    @property
    def is_lost(self) -> bool:
        """Whether nothing comes through any more."""
        ...

    def feed(self, data: bytes) -> bytes:
        """Return what the instrument answers to ``data``."""
        ...


class Port(Protocol):
    """Where an instrument can be reached."""

    name: str
    clock: VirtualClock

    def connect(self) -> Connection:
        """Return a new connection."""
        ...


class _Follower:
    """Lets the time of the wall pass on a virtual clock as well; one exchange at a time."""

    def __init__(self, clock: VirtualClock, wall: Clock) -> None:
        self._clock = clock
        self._wall = wall
        self._seen = wall.now()
        self._lock = Lock()

    def feed(self, line: Connection, data: bytes) -> bytes:
        """Let the time pass that has passed on the wall, then exchange."""
        with self._lock:
            now = self._wall.now()
            self._clock.sleep(now - self._seen)
            self._seen = now
            return line.feed(data)


class _Server(ThreadingTCPServer):
    """One port for one front panel."""

    allow_reuse_address = os.name == "posix"  # elsewhere it lets two servers share a port
    daemon_threads = True
    block_on_close = False

    def __init__(self, instrument: Port, follower: _Follower, port: int) -> None:
        self.instrument = instrument
        self.follower = follower
        super().__init__((HOST, port), _Client)


class _Client(BaseRequestHandler):
    """One client: bytes in, bytes out, until either side hangs up."""

    def handle(self) -> None:
        """Serve until the client leaves or the instrument loses power."""
        server = self.server
        assert isinstance(server, _Server)  # noqa: S101 - nobody else makes clients
        line = server.instrument.connect()
        while not line.is_lost:
            try:
                data = self.request.recv(_CHUNK)
                if not data:
                    return
                answer = server.follower.feed(line, data)
                if answer:
                    self.request.sendall(answer)
            except OSError:
                return


@contextmanager
def served(
    instruments: Iterable[Port],
    *,
    ports: Mapping[str, int] | None = None,
    wall: Clock | None = None,
) -> Generator[Mapping[str, int]]:
    """Serve each instrument on a loopback port in the body; give the ports by instrument name.

    ``ports`` fixes the port of an instrument; others get a free one. Raises OSError for a port
    that is taken.
    """
    chosen: dict[str, int] = {}
    followers: dict[VirtualClock, _Follower] = {}
    with ExitStack() as stack:
        for instrument in instruments:
            clock = instrument.clock
            follower = followers.get(clock)
            if follower is None:
                follower = followers[clock] = _Follower(clock, wall or WallClock())
            if isinstance(instrument, Cable) and isinstance(instrument.panel, ScpiPanel):
                instrument.panel.take_socket()
            port = (ports or {}).get(instrument.name, 0)
            server = stack.enter_context(_Server(instrument, follower, port))
            thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            chosen[instrument.name] = server.server_address[1]
        yield chosen
