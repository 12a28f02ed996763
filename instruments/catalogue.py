"""Which driver serves which model. Other packages add theirs by an entry point.

An entry point of the group ``smallbms_bench.drivers`` has the model as its name and a class that
fits ``Driver`` as its value::

    [project.entry-points."smallbms_bench.drivers"]
    "acme.PS100" = "acme_drivers.ps100:AcmePs100"
"""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import ClassVar, Protocol, cast

from instruments.accuracy import Accuracy
from instruments.errors import Exchange, NotSupported
from instruments.instrument import Instrument
from instruments.transports.wires import Wires

GROUP = "smallbms_bench.drivers"
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})

_OWN = {
    "gwinstek.PSW80-13.5": "instruments.drivers.gwinstek_psw:GwInstekPsw80",
    "keithley.2260B-80-13": "instruments.drivers.gwinstek_psw:Keithley2260B80",
    "keysight.DAQ970A": "instruments.drivers.keysight_daq970a:KeysightDaq970A",
    "labjack.T7": "instruments.drivers.labjack_t7:LabJackT7",
    "numato.USBRELAY16": "instruments.drivers.numato_relay:NumatoUsbRelay16",
    "numato.USBRELAY32": "instruments.drivers.numato_relay:NumatoUsbRelay32",
    "person.operator": "instruments.drivers.person:PersonAtTerminal",
    "rigol.DL3021": "instruments.drivers.rigol_dl3021:RigolDl3021",
    "victron.InstantReadout": "instruments.drivers.victron_instant_readout:VictronInstantReadout",
}


class Driver(Protocol):
    """What a driver class offers before any instrument is open.

    A class that needs to be told more than its resource has ``SETTINGS: ClassVar[tuple[str,
    ...]]``, the names that it knows, and its ``open`` takes them as the keyword ``settings``.

    A class whose terminals are connected to nothing, such as a person or a radio receiver, also has
    ``TOUCHES_NETS: ClassVar[bool] = False``; its rows of the wiring join no nets.
    """

    TERMINALS: ClassVar[Mapping[str, type]]
    """The names that ``Instrument.terminal`` accepts, and the contract of what it returns."""

    @classmethod
    def open(
        cls, name: str, resource: str, wires: Wires, accuracies: Mapping[str, Accuracy]
    ) -> Instrument:
        """Open the instrument at ``resource``, called ``name`` in the bench file."""
        ...


class _SetDriver(Protocol):
    """A driver class with settings."""

    @classmethod
    def open(
        cls,
        name: str,
        resource: str,
        wires: Wires,
        accuracies: Mapping[str, Accuracy],
        *,
        settings: Mapping[str, str],
    ) -> Instrument: ...


def models() -> tuple[str, ...]:
    """Return the models that have a driver, in alphabetical order."""
    return tuple(sorted({*_OWN, *(entry.name for entry in entry_points(group=GROUP))}))


def driver_class(model: str) -> type[Driver]:
    """Return the driver class of ``model``; raises NotSupported naming the known models."""
    if model in _OWN:
        module, _, name = _OWN[model].partition(":")
        return cast("type[Driver]", getattr(import_module(module), name))
    for entry in entry_points(group=GROUP, name=model):
        return cast("type[Driver]", entry.load())
    raise NotSupported(
        f"no driver for model {model!r}; known models: {', '.join(models())}", Exchange(model=model)
    )


def terminals_of(model: str) -> Mapping[str, type]:
    """Return terminal name -> ability of ``model``, nothing opened; raises NotSupported."""
    return driver_class(model).TERMINALS


def settings_of(model: str) -> tuple[str, ...]:
    """Return the names of the settings of ``model``, mostly none; raises NotSupported."""
    names: tuple[str, ...] = getattr(driver_class(model), "SETTINGS", ())
    return names


def touches_nets(model: str) -> bool:
    """Return whether the terminals of ``model`` are connected to anything; raises NotSupported."""
    return bool(getattr(driver_class(model), "TOUCHES_NETS", True))


def open_instrument(
    name: str,
    model: str,
    resource: str,
    wires: Wires,
    accuracies: Mapping[str, Accuracy],
    settings: Mapping[str, str] = NO_SETTINGS,
) -> Instrument:
    """Open one instrument; raises InstrumentError.

    ``accuracies`` are those of the bench file; they take precedence over the data sheet's.
    ``settings`` are for a driver that has some.
    """
    driver = driver_class(model)
    known = settings_of(model)
    if unknown := [key for key in settings if key not in known]:
        raise NotSupported(
            f"no setting {unknown[0]!r}; there are {', '.join(known) or 'none'}",
            Exchange(role=name, model=model, resource=resource),
        )
    if not known:
        return driver.open(name, resource, wires, accuracies)
    return cast("_SetDriver", driver).open(name, resource, wires, accuracies, settings=settings)
