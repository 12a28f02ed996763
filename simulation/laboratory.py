"""A simulated bench: instruments, cabling and device, and the wires that lead to them."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING, Protocol

from instruments.transports.transcript import Transcript
from instruments.transports.wires import Wires
from instruments.units import Second
from simulation.clock import VirtualClock
from simulation.controlled.shelf import Shelf
from simulation.dut.device import Advertises
from simulation.dut.handling import Handling
from simulation.elements import Capacitor, Resistor
from simulation.front_panels.daq970a.panel import Daq970a
from simulation.front_panels.dl3021.panel import Dl3021
from simulation.front_panels.numato import Numato
from simulation.front_panels.person import Person, Skill
from simulation.front_panels.psw.panel import Psw
from simulation.front_panels.radio import Radio
from simulation.front_panels.t7.panel import T7
from simulation.front_panels.terminals import links_of
from simulation.netlist import Link, Part, SimulatedInstrument
from simulation.noise import Noise
from simulation.wires.cable import Cable
from simulation.wires.laboratory_wires import LaboratoryWires
from simulation.wires.radio import Air
from simulation.world import World

if TYPE_CHECKING:
    from simulation.dut.device import Device
    from simulation.wires.ljm.library import Station
    from simulation.wires.ports import Ports
    from simulation.wires.served import Port
    from simulation.wires.visa import Manager

_WithPlug = Psw | Dl3021 | Daq970a | T7 | Numato
Panel = _WithPlug | Radio | Person

_INSTANT: Second = 1e-6  # no instrument of a bench tells times that are closer than 10 us
_RADIO = "victron.InstantReadout"
_PERSON = "person.operator"
_OUTPUTS = ("LOAD", "CHARGER")
"""Outputs that something can be fitted to."""

_PANELS: dict[str, Callable[..., _WithPlug]] = {
    "gwinstek.PSW80-13.5": Psw,
    "keithley.2260B-80-13": Psw,
    "rigol.DL3021": Dl3021,
    "keysight.DAQ970A": Daq970a,
    "labjack.T7": T7,
    "numato.USBRELAY16": Numato,
    "numato.USBRELAY32": Numato,
}

_numbers = count(1)


def simulated_models() -> tuple[str, ...]:
    """Return the models that have a front panel."""
    return tuple(sorted((*_PANELS, _RADIO, _PERSON)))


class _Plug(Protocol):
    """What of a wire can be disturbed: a cable, a T7 on its bus, the way of a radio."""

    def cut(self) -> None: ...
    def mend(self) -> None: ...
    def garble(self, reply: bytes) -> None: ...
    def power_cycle(self) -> None: ...


class Laboratory:
    """Builds the circuit, the front panels and the wires; close it to take the wires away.

    ``device`` names a simulated device under test, empty for none. Raises ValueError for an
    instrument, a terminal or a link that does not exist.
    """

    def __init__(
        self,
        *,
        instruments: Sequence[SimulatedInstrument],
        links: Sequence[Link],
        parts: Sequence[Part],
        device: str = "",
        faults: Sequence[str] = (),
        seed: int = 0,
    ) -> None:
        self.identifier = f"lab{next(_numbers)}"
        self.clock = VirtualClock()
        self.world = World(self.clock, instant=_INSTANT)
        self.air = Air(self.clock)
        self.panels: dict[str, Panel] = {}
        self._noises: list[Noise] = []
        self._plugs: dict[str, _Plug] = {}
        self._urls: dict[str, str] = {}
        self._visa_cables: list[Cable] = []
        self._consoles: dict[str, Cable] = {}
        self._manager: Manager | None = None
        self._ports: Ports | None = None
        self._modbus: list[Port] = []
        self._stack = ExitStack()
        for part in parts:
            self._place(part)
        self.device: Device | None = self._build_device(device, faults)
        self.shelf = Shelf(self.world, self.clock, self._outputs())
        handling = Handling(self.device)
        self._skills: dict[str, Skill] = {
            "app": handling.app,
            "battery": handling.battery,
            "chamber": handling.chamber,
            "inspect": handling.inspect,
            "fit": self.shelf.fit,
        }
        _check_instruments(instruments, links)
        try:
            for instrument in instruments:
                self._install(instrument, links, seed)
        except BaseException:
            self.close()
            raise
        self.transcript = Transcript(self.clock)
        self.wires: Wires = LaboratoryWires(
            self.clock, self.transcript, self._visa_manager, self._urls, self._consoles, self.air
        )

    def reseed(self, key: str) -> None:
        """Restart the noise of all instruments from (seed, ``key``)."""
        for noise in self._noises:
            noise.reseed(key)

    def teach(self, word: str, skill: Skill) -> None:
        """Let the person at this bench do what is asked for under keys that begin with ``word``.

        ``skill`` is called with the rest of the key (``LOAD`` of ``fit.LOAD``) and the value.
        """
        self._skills[word] = skill

    def cut(self, instrument_name: str) -> None:
        """Pull the cable of an instrument: it does not answer any more."""
        self._plug(instrument_name).cut()

    def mend(self, instrument_name: str) -> None:
        """Plug the cable of an instrument in again."""
        self._plug(instrument_name).mend()

    def garble(self, instrument_name: str, reply: str | bytes) -> None:
        """Replace the next answer of an instrument, terminator included."""
        raw = reply if isinstance(reply, bytes) else reply.encode("latin-1")
        self._plug(instrument_name).garble(raw)

    def power_cycle(self, instrument_name: str) -> None:
        """Switch an instrument off and on: its settings are those after power-on."""
        self._plug(instrument_name).power_cycle()

    def close(self) -> None:
        """Take the wires away."""
        if self._manager is not None:
            self._manager.close()
            self._manager = None
        if self._ports is not None:
            self._ports.close()
        self._stack.close()

    def visa_manager(self) -> "Manager":
        """Return a PyVISA resource manager that finds the instruments of this laboratory."""
        return self._visa_manager()

    def serial_url(self, instrument_name: str) -> str:
        """Return the pyserial URL of an instrument on a serial port."""
        return f"sim://{self.identifier}/{instrument_name}"

    def ports(self) -> "Sequence[Port]":
        """Return what can be served on sockets: all instruments, but not the person."""
        found: list[Port] = [
            plug
            for plug in self._plugs.values()
            if isinstance(plug, Cable) and not isinstance(plug.panel, Person)
        ]
        return found + self._modbus

    # building

    def _place(self, part: Part) -> None:
        if part.kind == "resistor":
            self.world.add(Resistor(part.plus, part.minus, part.value, name=part.name))
        else:
            self.world.add(Capacitor(part.plus, part.minus, part.value, name=part.name))

    def _outputs(self) -> tuple[str, ...]:
        known = self.device.sheet.terminals if self.device else ()
        return tuple(terminal for terminal in _OUTPUTS if terminal in known)

    def _build_device(self, device: str, faults: Sequence[str]) -> "Device | None":
        if not device:
            return None
        from simulation.dut.catalogue import build_device

        return build_device(device, self.world, self.clock, faults)

    def _install(self, instrument: SimulatedInstrument, links: Sequence[Link], seed: int) -> None:
        if instrument.model == _RADIO:
            self._tune(instrument, seed)
            return
        if instrument.model == _PERSON:
            self._seat(instrument)
            return
        build = _PANELS.get(instrument.model)
        if build is None:
            raise ValueError(
                f"{instrument.name}: there is no simulated {instrument.model}; "
                f"there are {', '.join(simulated_models())}"
            )
        noise = Noise(seed, instrument.name)
        self._noises.append(noise)
        panel = build(instrument, links_of(instrument.name, links), self.world, self.clock, noise)
        self.panels[instrument.name] = panel
        if isinstance(panel, T7):
            self._plugs[instrument.name] = self._plug_in(panel, instrument)
            return
        cable = Cable(instrument.name, instrument.resource, panel, self.clock)
        self._plugs[instrument.name] = cable
        if _is_visa(instrument.resource):
            self._visa_cables.append(cable)
        self._urls[instrument.resource] = self._port(cable)

    def _tune(self, instrument: SimulatedInstrument, seed: int) -> None:
        """Put the unit's radio on the air; S and P have none and are never heard."""
        unit = self.device if isinstance(self.device, Advertises) else None
        radio = Radio(instrument, unit, seed)
        self.panels[instrument.name] = radio
        self._plugs[instrument.name] = self.air.connect(radio)

    def _seat(self, instrument: SimulatedInstrument) -> None:
        person = Person(self._skills, self.clock)
        cable = Cable(instrument.name, instrument.resource, person, self.clock)
        self.panels[instrument.name] = person
        self._plugs[instrument.name] = self._consoles[instrument.resource] = cable

    def _port(self, cable: Cable) -> str:
        from simulation.wires.ports import Ports

        if self._ports is None:
            self._ports = Ports(self.identifier)
        return self._ports.connect(cable)

    def _plug_in(self, device: T7, instrument: SimulatedInstrument) -> "Station":
        from simulation.wires.ljm.library import Station
        from simulation.wires.ljm.plug import plugged
        from simulation.wires.modbus import ModbusPort

        station = Station(device, (instrument.serial, instrument.resource, instrument.name))
        self._stack.enter_context(plugged(station))
        self._modbus.append(ModbusPort(instrument.name, station, self.clock))
        return station

    def _plug(self, name: str) -> _Plug:
        if name not in self._plugs:
            raise ValueError(f"no instrument {name!r}; there are {', '.join(self._plugs)}")
        return self._plugs[name]

    def _visa_manager(self) -> "Manager":
        if self._manager is None:
            from simulation.wires.visa import manager

            self._manager = manager(self.identifier, self._visa_cables)
        return self._manager


def _is_visa(resource: str) -> bool:
    return "::" in resource


def _check_instruments(instruments: Sequence[SimulatedInstrument], links: Sequence[Link]) -> None:
    """Raise ValueError for two instruments of one name and for links to none."""
    names = [instrument.name for instrument in instruments]
    if len(set(names)) < len(names):
        raise ValueError(f"two instruments have the same name: {', '.join(sorted(names))}")
    resources = [instrument.resource for instrument in instruments]
    if len(set(resources)) < len(resources):
        raise ValueError(f"two instruments have the same resource: {', '.join(sorted(resources))}")
    for link in links:
        if link.instrument not in names:
            raise ValueError(f"a link names {link.instrument!r}; there are {', '.join(names)}")
