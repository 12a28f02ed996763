"""The battery of the device: its conditions, brought about by contacts or by a person."""

from collections.abc import Callable

from bench.battery_coding import SECTIONS, BatteryCoding
from bench.bench_file import BenchFile
from bench.errors import ConfigError
from bench.spec import Device
from bench.surroundings import Surroundings


class Battery:
    """Signals conditions in the way that the bench file names for the device's battery link.

    ``switch`` closes the roles of its first and releases those of its second argument.
    """

    __slots__ = ("_coding", "_path", "_section", "_surroundings", "_switch", "loop")

    def __init__(
        self,
        file: BenchFile,
        device: Device,
        surroundings: Surroundings,
        switch: Callable[[frozenset[str], frozenset[str]], None],
    ) -> None:
        self._coding: BatteryCoding | None = file.batteries.get(device.battery_link)
        self._path = file.path
        self._section = SECTIONS[device.battery_link]
        self._surroundings = surroundings
        self._switch = switch
        self.loop = frozenset(row.role for row in file.wiring.family("loop"))

    def signal(self, condition: str) -> None:
        """Let the loop box or the operator bring about ``condition``, or ``healthy``.

        Going back to healthy is asked for as well when the operator was asked for the condition.
        Raises as `roles`.
        """
        opened = frozenset(self.roles(condition))
        self._switch(self.loop - opened, opened)
        self._surroundings.bring_battery(condition if self._is_asked(condition) else "")

    def restore(self) -> None:
        """Have the battery brought back from the condition that the operator was asked for."""
        self._surroundings.bring_battery("")

    def roles(self, condition: str) -> tuple[str, ...]:
        """Return the loop roles that are opened for ``condition``, none where a person is asked.

        Raises ConfigError where the bench file does not say how to signal it.
        """
        if condition == "healthy" or self._is_asked(condition):
            return ()
        if self._coding is None or condition not in self._coding:
            raise ConfigError(
                f"{self._path}: section [{self._section}] does not say how to signal '{condition}'"
            )
        return self._coding.opens[condition]

    def _is_asked(self, condition: str) -> bool:
        return self._coding is not None and condition in self._coding.asked
