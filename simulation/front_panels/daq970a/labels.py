"""Labels of the channels of a DAQ970A.

Source: DAQ970A programming guide, page 207 (30 characters, longer ones are cut; USER and FACTory;
CLEar:MODule). Assumed: which of the factory's labels named there a DAQM901A has.
"""

from simulation.front_panels.daq970a.channels import ChannelPanel
from simulation.front_panels.daq970a.daqm901a_channel import CURRENT_CHANNELS
from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.parameters import quoted, string
from simulation.front_panels.scpi.settings import Choice

_LONGEST = 30
_FACTORY, _FACTORY_CURRENT = "Armature relay MUX Channel", "Current Channel MUX Switch"
_KIND = Choice(header="", name="label", words=("USER", "FACTory"), replies=("USER", "FACT"))
_MODULE = Choice(
    header="", name="module", words=("1", "2", "3", "ALL"), replies=("1", "2", "3", "ALL")
)


class LabelPanel(ChannelPanel):
    """Keeps what a user calls the channels."""

    def __init__(self, *, idn: str) -> None:
        super().__init__(idn=idn)
        self._labels: dict[int, str] = {}

    @command("ROUTe:CHANnel:LABel")
    def _set_label(self, text: str, where: str) -> None:
        label = string(text)[:_LONGEST]
        for channel in self._channels(where):
            self._labels[channel] = label

    @command("ROUTe:CHANnel:LABel?")
    def _ask_label(self, first: str = "", second: str = "") -> str:
        kind = _KIND.reply(_KIND.place(first)) if second else "USER"
        told = _factory_label if kind == "FACT" else self._label
        return ",".join(quoted(told(channel)) for channel in self._channels(second or first))

    @command("ROUTe:CHANnel:LABel:CLEar:MODule")
    def _clear_labels(self, text: str) -> None:
        if _MODULE.reply(_MODULE.place(text)) in ("1", "ALL"):
            self._labels.clear()

    def _label(self, channel: int) -> str:
        return self._labels.get(channel, "")


def _factory_label(channel: int) -> str:
    return _FACTORY_CURRENT if channel in CURRENT_CHANNELS else _FACTORY
