"""Front panels on loopback TCP ports, for clients that bring their own VISA or sockets.

Virtual time follows the wall here: before each exchange as much passes as has passed on the wall
since the last one. An exchange may take longer on the virtual clock, as a long measurement does.
"""

import os
from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Lock, Thread

from instruments.clock import Clock, WallClock
from simulation.clock import VirtualClock
from simulation.front_panels.scpi.panel import ScpiPanel
from simulation.wires.cable import Cable, Line

HOST = "127.0.0.1"
_CHUNK = 4096


class _Follower:
    """Lets the time of the wall pass on a virtual clock as well; one exchange at a time."""

    def __init__(self, clock: VirtualClock, wall: Clock) -> None:
        self._clock = clock
        self._wall = wall
        self._seen = wall.now()
        self._lock = Lock()

    def feed(self, line: Line, data: bytes) -> bytes:
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

    def __init__(self, cable: Cable, follower: _Follower, port: int) -> None:
        self.cable = cable
        self.follower = follower
        super().__init__((HOST, port), _Connection)


class _Connection(BaseRequestHandler):
    """One client: bytes in, bytes out, until either side hangs up."""

    def handle(self) -> None:
        """Serve until the client leaves or the instrument loses power."""
        server = self.server
        assert isinstance(server, _Server)  # noqa: S101 - nobody else makes connections
        line = Line(server.cable)
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
    cables: Iterable[Cable], *, ports: Mapping[str, int] | None = None, wall: Clock | None = None
) -> Generator[Mapping[str, int]]:
    """Serve each cable on a loopback port in the body; give the ports by instrument name.

    ``ports`` fixes the port of an instrument; others get a free one. Raises OSError for a port
    that is taken.
    """
    chosen: dict[str, int] = {}
    followers: dict[VirtualClock, _Follower] = {}
    with ExitStack() as stack:
        for cable in cables:
            follower = followers.get(cable.clock)
            if follower is None:
                follower = followers[cable.clock] = _Follower(cable.clock, wall or WallClock())
            if isinstance(cable.panel, ScpiPanel):
                cable.panel.take_socket()
            server = stack.enter_context(_Server(cable, follower, (ports or {}).get(cable.name, 0)))
            thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            chosen[cable.name] = server.server_address[1]
        yield chosen
