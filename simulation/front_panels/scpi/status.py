"""Operation and questionable status of an SCPI instrument (SCPI-99, volume 1, chapter 9)."""

from simulation.front_panels.scpi.headers import command
from simulation.front_panels.scpi.panel import ScpiPanel
from simulation.front_panels.scpi.parameters import mask

_ALL = 0x7FFF
_QUESTIONABLE_BIT = 0x08
_OPERATION_BIT = 0x80


class StatusGroup:
    """Condition, transition filters, event and enable register of 15 bits."""

    __slots__ = ("_condition", "enable", "event", "negative", "positive")

    def __init__(self) -> None:
        self._condition = self.event = 0
        self.preset()

    def preset(self) -> None:
        """Let each bit that is set make an event, and no event a summary."""
        self.enable = self.negative = 0
        self.positive = _ALL

    def note(self, condition: int) -> None:
        """Take over the present condition; what changed passes the filters and is latched."""
        was, self._condition = self._condition, condition
        self.event |= condition & ~was & self.positive | was & ~condition & self.negative

    def take(self) -> int:
        """Return the events and forget them."""
        event, self.event = self.event, 0
        return event


class StatusPanel(ScpiPanel):
    """A panel with both groups.

    A condition is looked at when a query asks for it and when the model says so (`note_status`):
    one that comes and goes between two looks leaves no event.
    """

    def __init__(self, *, idn: str) -> None:
        super().__init__(idn=idn)
        self._operation = StatusGroup()
        self._questionable = StatusGroup()

    def note_status(self) -> None:
        """Latch what has changed."""
        self._operation.note(self.operation_condition())
        self._questionable.note(self.questionable_condition())

    def summaries(self) -> int:
        """Return the summaries of both groups, bits 3 and 7."""
        operation, questionable = self._operation, self._questionable
        if not (operation.enable or questionable.enable):
            return 0
        self.note_status()
        status = _OPERATION_BIT if operation.event & operation.enable else 0
        return status | (_QUESTIONABLE_BIT if questionable.event & questionable.enable else 0)

    def power_cycle(self) -> None:
        """Come up with no events and the filters of the preset."""
        super().power_cycle()
        self._operation = StatusGroup()
        self._questionable = StatusGroup()

    @command("*CLS")
    def _clear_status(self) -> None:
        super()._clear_status()
        self.note_status()
        self._operation.take()
        self._questionable.take()

    @command(":STATus:PRESet")
    def _preset_status(self) -> None:
        self._operation.preset()
        self._questionable.preset()

    @command(":STATus:OPERation[:EVENt]?")
    def _ask_operation_event(self) -> str:
        self.note_status()
        return str(self._operation.take())

    @command(":STATus:OPERation:ENABle")
    def _enable_operation(self, text: str) -> None:
        self._operation.enable = mask(text, _ALL)

    @command(":STATus:OPERation:ENABle?")
    def _ask_operation_enable(self) -> str:
        return str(self._operation.enable)

    @command(":STATus:OPERation:PTRansition")
    def _filter_operation_rise(self, text: str) -> None:
        self._operation.positive = mask(text, _ALL)

    @command(":STATus:OPERation:PTRansition?")
    def _ask_operation_rise(self) -> str:
        return str(self._operation.positive)

    @command(":STATus:OPERation:NTRansition")
    def _filter_operation_fall(self, text: str) -> None:
        self._operation.negative = mask(text, _ALL)

    @command(":STATus:OPERation:NTRansition?")
    def _ask_operation_fall(self) -> str:
        return str(self._operation.negative)

    @command(":STATus:QUEStionable:CONDition?")
    def _ask_questionable(self) -> str:
        return str(self.questionable_condition())

    @command(":STATus:QUEStionable[:EVENt]?")
    def _ask_questionable_event(self) -> str:
        self.note_status()
        return str(self._questionable.take())

    @command(":STATus:QUEStionable:ENABle")
    def _enable_questionable(self, text: str) -> None:
        self._questionable.enable = mask(text, _ALL)

    @command(":STATus:QUEStionable:ENABle?")
    def _ask_questionable_enable(self) -> str:
        return str(self._questionable.enable)

    @command(":STATus:QUEStionable:PTRansition")
    def _filter_questionable_rise(self, text: str) -> None:
        self._questionable.positive = mask(text, _ALL)

    @command(":STATus:QUEStionable:PTRansition?")
    def _ask_questionable_rise(self) -> str:
        return str(self._questionable.positive)

    @command(":STATus:QUEStionable:NTRansition")
    def _filter_questionable_fall(self, text: str) -> None:
        self._questionable.negative = mask(text, _ALL)

    @command(":STATus:QUEStionable:NTRansition?")
    def _ask_questionable_fall(self) -> str:
        return str(self._questionable.negative)
