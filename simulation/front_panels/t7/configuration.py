"""IO_CONFIG of a T7: the configuration it has, that of its next start and that of the factory.

Source: ljm_constants.json ("AIN, DIO, DAC, AIN_EF, DIO_EF"; what its registers return). Assumed:
the registers that the checksum covers.
"""

from collections.abc import Callable
from zlib import crc32

from simulation.front_panels.t7.digital import DigitalPort
from simulation.front_panels.t7.memory import Memory
from simulation.front_panels.t7.registers import BY_NAME, Register

_LINES = ("DIO_STATE", "DIO_DIRECTION")
_CHECKED = tuple(
    name
    for name, register in BY_NAME.items()
    if register.name == name and name.startswith(("AIN", "DIO")) and register.access == "RW"
    and "_" in name and name not in _LINES
)  # fmt: skip


class Configuration:
    """What is stored for the next start; ``reset`` and ``write`` are the device's."""

    def __init__(
        self,
        memory: Memory,
        digital: DigitalPort,
        *,
        reset: Callable[[], None],
        write: Callable[[Register, float], None],
    ) -> None:
        self._memory = memory
        self._digital = digital
        self._reset = reset
        self._write = write
        self._bootup: dict[str, float] = {}

    def readers(self) -> dict[str, Callable[[Register], float]]:
        """Return how registers are read, by family."""
        return {
            "IO_CONFIG_CURRENT_CRC32": lambda _: float(self._checksum()),
            "IO_CONFIG_CHECK_FOR_FACTORY": lambda _: float(not self._bootup),
            "IO_CONFIG_CHECK_FOR_BOOTUP": lambda _: float(self._current() == self._bootup),
        }

    def writers(self) -> dict[str, Callable[[Register, float], None]]:
        """Return how registers are written, by family."""
        return {
            "IO_CONFIG_SET_CURRENT_TO_FACTORY": lambda _, __: self.restore(factory=True),
            "IO_CONFIG_SET_CURRENT_TO_BOOTUP": lambda _, __: self.restore(factory=False),
            "IO_CONFIG_SET_BOOTUP_TO_CURRENT": lambda _, __: self._keep(self._current()),
            "IO_CONFIG_SET_BOOTUP_TO_FACTORY": lambda _, __: self._keep({}),
        }

    def restore(self, factory: bool) -> None:
        """Bring the configuration to that of the factory or to that of power-up."""
        stored = {} if factory else self._bootup
        self._memory.forget(_is_covered)
        self._reset()
        self._memory.load({name: v for name, v in stored.items() if name not in _LINES})
        for name in _LINES:
            if name in stored:
                self._digital.write(BY_NAME[name], int(stored[name]))
        for name in ("DAC0", "DAC1"):
            self._write(BY_NAME[name], self._memory.get(name))
        for name, value in stored.items():
            if name.endswith("_EF_ENABLE"):
                self._write(BY_NAME[name], value)

    def _current(self) -> dict[str, float]:
        """Return what differs from the factory's configuration."""
        lines = dict(zip(_LINES, (self._digital.latch, self._digital.direction), strict=True))
        found = self._memory.changed(_is_covered)
        return found | {name: float(value) for name, value in lines.items() if value}

    def _keep(self, configuration: dict[str, float]) -> None:
        self._bootup = configuration

    def _checksum(self) -> int:
        return crc32(repr([self._memory.get(name) for name in _CHECKED]).encode("ascii"))


def _is_covered(name: str) -> bool:
    return name.startswith(("AIN", "DIO", "DAC"))
