"""A simulated T7 behind LabJack's own wrapper, with wires between its terminals."""

from contextlib import redirect_stdout
from io import StringIO

from simulation.laboratory import Laboratory
from simulation.netlist import Link, Part, SimulatedInstrument

SERIAL = 470000001


class Wired:
    """A device whose ``terminals`` lie on nets: ``{"DAC0": "A", "AIN0": "A"}`` is a wire."""

    def __init__(self, terminals, *, resource=f"id-{SERIAL}", load=1e6):
        nets = dict.fromkeys(terminals.values())
        self.laboratory = Laboratory(
            instruments=[
                SimulatedInstrument(
                    name="daq", model="labjack.T7", resource=resource, serial=str(SERIAL)
                )
            ],
            links=[
                Link(instrument="daq", terminal=terminal, plus=net, minus="BAT-")
                for terminal, net in terminals.items()
            ],
            parts=[
                Part(name=f"R{net}", kind="resistor", plus=net, minus="BAT-", value=load)
                for net in nets
            ],
        )
        self.clock = self.laboratory.clock
        with redirect_stdout(StringIO()):  # the wrapper says that the native library is missing
            from labjack import ljm
        self.ljm = ljm
        self.handle = ljm.openS("ANY", "ANY", "ANY")

    def write(self, **values):
        """Write registers in one packet."""
        self.ljm.eWriteNames(self.handle, len(values), list(values), list(values.values()))

    def read(self, *names):
        """Read registers in one packet."""
        found = self.ljm.eReadNames(self.handle, len(names), list(names))
        return found[0] if len(names) == 1 else found

    def refusal(self, call):
        """Return the number of the error that ``call`` raises."""
        try:
            call()
        except self.ljm.LJMError as error:
            return error.errorCode
        return 0

    def volts(self, net):
        return self.laboratory.world.voltage(net, "BAT-")

    def close(self):
        self.laboratory.close()
