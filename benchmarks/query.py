"""Simulated queries beside pyvisa-sim: ``python -m benchmarks.query``."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.ratio import Ratio, main
from benchmarks.timing import side_by_side
from instruments.catalogue import open_instrument
from simulation.clock import VirtualClock
from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.panel import ScpiPanel
from simulation.laboratory import Laboratory
from simulation.netlist import Link, Part, SimulatedInstrument
from simulation.wires.cable import Cable
from simulation.wires.visa import SimulatedVisaLibrary

_RESOURCE = "TCPIP0::192.0.2.1::2268::SOCKET"
_LONG = ",".join(["12.000"] * 143)
_CALLS = 300

# what pyvisa-sim is told; its dialogues are the shortest way through it
_SIMULATION = f"""
spec: "1.1"
devices:
  supply:
    eom:
      TCPIP SOCKET: {{q: "\\n", r: "\\n"}}
    dialogues:
      - {{q: "MEAS:VOLT?", r: "12.000"}}
      - {{q: "LONG?", r: "{_LONG}"}}
resources:
  {_RESOURCE}: {{device: supply}}
"""


class _LongWinded(ScpiPanel):
    """A panel with one answer of 1 kB."""

    @command("LONG?")
    def _long(self) -> str:
        return _LONG


def _laboratory() -> Laboratory:
    def instrument(name: str, model: str, resource: str) -> SimulatedInstrument:
        return SimulatedInstrument(name=name, model=model, resource=resource, serial="1")

    return Laboratory(
        instruments=[
            instrument("supply", "gwinstek.PSW80-13.5", _RESOURCE),
            instrument("relays", "numato.USBRELAY16", "/dev/ttyACM0"),
        ],
        links=[Link(instrument="supply", terminal="out", plus="V", minus="BAT-")],
        parts=[Part(name="R", kind="resistor", plus="V", minus="BAT-", value=100.0)],
    )


def _long_winded():  # noqa: ANN202 - a PyVISA resource
    import pyvisa

    library = SimulatedVisaLibrary("benchmark@smallbms")
    library.connect(Cable("long", _RESOURCE, _LongWinded(idn="long"), VirtualClock()))
    return pyvisa.ResourceManager(library)


def _reads_per_answer(laboratory: Laboratory) -> tuple[float, float]:
    """Return how often the relay driver reads its port for an answer, and the answer's bytes."""
    from simulation.wires.serial_urls import protocol_sim

    counts = {"reads": 0, "bytes": 0}
    original = protocol_sim.Serial.read

    def counted(port: protocol_sim.Serial, size: int = 1) -> bytes:
        data = original(port, size)
        counts["reads"] += 1
        counts["bytes"] += len(data)
        return data

    board = open_instrument("relays", "numato.USBRELAY16", "/dev/ttyACM0", laboratory.wires, {})
    relay = board.terminal("0")
    protocol_sim.Serial.read = counted
    try:
        for _ in range(10):
            relay.is_energised()
    finally:
        protocol_sim.Serial.read = original
        board.close()
    return counts["reads"] / 10, counts["bytes"] / 10


def run() -> list[Ratio]:
    """Return the cost of a query, of a 1 kB answer and the reads of a serial answer."""
    import pyvisa

    laboratory = _laboratory()
    driver = open_instrument("supply", "gwinstek.PSW80-13.5", _RESOURCE, laboratory.wires, {})
    output = driver.terminal("out")
    ends = {"read_termination": "\n", "write_termination": "\n"}
    plain = laboratory.visa_manager().open_resource(_RESOURCE, **ends)
    long_manager = _long_winded()
    long = long_manager.open_resource(_RESOURCE, **ends)
    with TemporaryDirectory() as folder:
        file = Path(folder, "supply.yaml")
        file.write_text(_SIMULATION, encoding="utf-8", newline="\n")
        peer_manager = pyvisa.ResourceManager(f"{file}@sim")
    peer = peer_manager.open_resource(_RESOURCE, **ends)
    times = side_by_side(
        {
            "driver": output.voltage,
            "query": lambda: float(plain.query("MEAS:VOLT?")),
            "peer": lambda: float(peer.query("MEAS:VOLT?")),
            "long": lambda: long.query("LONG?"),
            "long peer": lambda: peer.query("LONG?"),
        },
        calls=_CALLS,
    )
    reads, size = _reads_per_answer(laboratory)
    for resource in (peer, long, plain):
        resource.close()
    driver.close()
    laboratory.close()
    return [
        Ratio(
            name="query through PyVISA and the driver",
            ours=times["driver"],
            peer=times["peer"],
            goal=0.5,
            text="pyvisa-sim; ours measures in the circuit and keeps a transcript",
        ),
        Ratio(
            name="query through PyVISA alone",
            ours=times["query"],
            peer=times["peer"],
            text="pyvisa-sim; the same PyVISA call on both",
        ),
        Ratio(
            name="1 kB answer through PyVISA",
            ours=times["long"],
            peer=times["long peer"],
            goal=0.05,
            text="pyvisa-sim",
        ),
        Ratio(
            name="reads of a serial answer",
            ours=reads,
            peer=size,
            goal=0.5,
            unit="reads",
            text="one read per byte, as pyserial's read_until",
        ),
    ]


if __name__ == "__main__":
    sys.exit(main(run()))
