"""The points that a test asks for, held against what the device survives."""

from bench.operating_point import AXES, OperatingPoint
from bench.register_file import Mistakes
from bench.spec import Device, ProcedureSignature, Test


class PointChecks:
    """Gathers what is wrong with the points of tests of one device."""

    def __init__(self, device: Device, mistakes: Mistakes) -> None:
        self._device = device
        self._mistakes = mistakes

    def check(self, where: str, test: Test, signature: ProcedureSignature | None) -> None:
        """Keep a mistake for each point of ``test`` that must not reach the device."""
        outputs = self._loaded_outputs(test, signature)
        for varied in test.variations():
            point = test.base | varied
            for axis, maximum in self._device.absolute_maximum.items():
                self._check_maximum(where, point, axis, maximum)
            self._check_signs(where, point)
            for axis in ("remote_l", "remote_h"):
                self._check_remote(where, point, axis)
            for terminal in outputs:
                self._check_rating(where, point, terminal)

    def _check_signs(self, where: str, point: OperatingPoint) -> None:
        for axis, value in point.items():
            if not isinstance(value, str) and value < 0.0:
                self._mistakes.add(
                    f"{where}, key at.{axis}", f"{point.text(axis)} is negative; give zero or more"
                )

    def _check_remote(self, where: str, point: OperatingPoint, axis: str) -> None:
        level, vbat = point.get(axis), point.get("vbat")
        if isinstance(level, float) and isinstance(vbat, float) and level > vbat:
            self._mistakes.add(
                f"{where}, key at.{axis}",
                f"{point.text(axis)} is above vbat = {point.text('vbat')}; stay at or below it",
            )

    def _loaded_outputs(self, test: Test, signature: ProcedureSignature | None) -> tuple[str, ...]:
        if signature is None:
            terminal = test.arguments.get("terminal", ())
            return (terminal,) if isinstance(terminal, str) else terminal
        return tuple(
            terminal
            for parameter in signature.terminals_from
            for terminal in signature.terminals(test.arguments, parameter)
        )

    def _check_maximum(self, where: str, point: OperatingPoint, axis: str, maximum: float) -> None:
        value = point.get(axis)
        if isinstance(value, float) and value > maximum:
            self._mistakes.add(
                f"{where}, key at.{axis}",
                f"{point.text(axis)} is beyond the absolute maximum of {self._device.name}, "
                f"{AXES[axis].text(maximum)}; stay at or below it",
            )

    def _check_rating(self, where: str, point: OperatingPoint, terminal: str) -> None:
        current = point.get("load_current")
        rating = self._device.ratings.get(terminal)
        if rating is None or not isinstance(current, float) or current <= rating.current:
            return
        self._mistakes.add(
            f"{where}, key at.load_current",
            f"{point.text('load_current')} is beyond the rating of {terminal}, "
            f"{AXES['load_current'].text(rating.current)}; stay at or below it",
        )
