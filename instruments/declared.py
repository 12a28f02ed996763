"""The accuracies that hold for one instrument: the bench file's before the data sheet's."""

from collections.abc import Mapping

from instruments.accuracy import Accuracy
from instruments.errors import Exchange, NotSupported


class DeclaredAccuracies:
    """Accuracy by key for the instrument ``name`` of a bench file.

    A key without a figure is no reason not to work with an instrument; it is one not to state an
    uncertainty. So it is found out when the uncertainty is asked for, not before.
    """

    __slots__ = ("_declared", "_name")

    def __init__(self, name: str, declared: Mapping[str, Accuracy]) -> None:
        self._name = name
        self._declared = dict(declared)

    def given(self, key: str) -> Accuracy | None:
        """Return the accuracy under ``key``, None where there is none."""
        return self._declared.get(key)

    def standard_uncertainty(self, key: str, reading: float, full_scale: float) -> float:
        """Return u of ``reading``, in its unit; raises NotSupported where nothing is declared."""
        accuracy = self._declared.get(key)
        if accuracy is None:
            raise NotSupported(
                f"the {key.replace('_', ' ')} accuracy of {self._name} is not known; state it in "
                f"the bench file under [instruments.{self._name}.accuracy.{key}]",
                Exchange(role=self._name),
            )
        return accuracy.standard_uncertainty(reading, full_scale)
