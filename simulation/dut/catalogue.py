"""The devices that can be simulated, by name."""

from collections.abc import Callable, Sequence

from simulation.clock import VirtualClock
from simulation.dut.device import Device
from simulation.dut.parameters import DataSheet, Parameters, data_sheet
from simulation.dut.smallbms import SmallBms
from simulation.dut.smallbms_ng import SmallBmsNg
from simulation.dut.smallbms_prealarm import SmallBmsPrealarm
from simulation.elements import Capacitor, Resistor
from simulation.faults import Fault, FaultPart, find_fault
from simulation.world import World

_Builder = Callable[[DataSheet, Parameters, tuple[Fault, ...], World, VirtualClock], Device]
_BUILDERS: dict[str, _Builder] = {
    "smallbms": SmallBms,
    "smallbms_prealarm": SmallBmsPrealarm,
    "smallbms_ng": SmallBmsNg,
}


def device_names() -> tuple[str, ...]:
    """Return the names that `build_device` knows."""
    return tuple(_BUILDERS)


def build_device(
    name: str, world: World, clock: VirtualClock, faults: Sequence[str] = ()
) -> Device:
    """Put a unit into ``world``, with the defects that ``faults`` ask for.

    A fault is named as in `simulation.faults`. Raises ValueError naming the known devices, faults
    or parameters where a word is unknown.
    """
    sheet = data_sheet(name)
    parameters = Parameters(sheet)
    found = tuple(find_fault(name, spec) for spec in faults)
    for fault in found:
        fault.alter(parameters)
    try:
        device = _BUILDERS[name](sheet, parameters, found, world, clock)
        for fault in found:
            for part in fault.parts:
                _solder(fault, part, device)
    except ValueError as error:
        raise ValueError(
            f"no {name} can be built with fault {', '.join(faults)}: {error}"
        ) from None
    for fault in found:
        if fault.modify is not None:
            fault.modify(device)
    device.start()
    return device


def _solder(fault: Fault, part: FaultPart, device: Device) -> None:
    """Add a stray part between two terminals of the unit."""
    for net in (part.plus, part.minus):
        if net not in device.sheet.terminals:
            known = ", ".join(device.sheet.terminals)
            raise ValueError(f"{fault.id!r} names a terminal {net!r}; known: {known}")
    kind = Resistor if part.kind == "resistor" else Capacitor
    device.world.add(kind(part.plus, part.minus, fault.size(part.value)))
