"""The roles of a bench: who plays them, each handed out behind the safety envelope."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from bench.bench_file import BenchFile
from bench.computed_meters import BuiltInAmmeter, DifferenceMeter
from bench.errors import ConfigError
from bench.guarded import GuardedLoad, GuardedOperator, GuardedRelay, GuardedSource, Streamer
from bench.guarded_supply import GuardedSupply
from bench.safety import Envelope
from bench.scaled_meter import ScaledMeter
from bench.wiring import ComputedRole, Connection
from instruments.clock import Clock
from instruments.daq import AnalogOutput, Daq
from instruments.instrument import Instrument
from instruments.load import LoadInput
from instruments.multimeter import Multimeter
from instruments.operator import Operator
from instruments.relay import Relay
from instruments.supply import SupplyOutput
from instruments.units import Ampere, Volt

Ability = TypeVar("Ability")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """What stands before the roles; each check raises SafetyTrip.

    ``switch`` closes the roles of its first and releases those of its second argument; in
    ``pausing`` nobody expects the run to go on.
    """

    envelope: Envelope
    check_cover: Callable[[Volt], None]
    check_load: Callable[[Ampere], None]
    switch: Callable[[Collection[str], Collection[str]], None]
    pausing: Callable[[], AbstractContextManager[None]]


class Roles:
    """Makes one view for each role that is asked for, and knows what they have been told."""

    __slots__ = ("__instruments", "_clock", "_file", "_guards", "_views")

    def __init__(
        self,
        file: BenchFile,
        instruments: Mapping[str, Instrument],
        clock: Clock,
        guards: Guards,
    ) -> None:
        self._file = file
        self.__instruments = instruments
        self._clock = clock
        self._guards = guards
        self._views: dict[str, object] = {}

    def role(self, kind: type[Ability], name: str) -> Ability:
        """Return the guarded ability that plays role ``name``.

        Raises ConfigError when nobody plays it, or somebody without the ability.
        """
        view = self._views.get(name)
        if view is None:
            view = self._views[name] = self._view(name)
        if not isinstance(view, kind):
            raise ConfigError(
                f"{self._file.path}: role '{name}' is played by "
                f"{self._file.wiring.played_by(name)}, which is no {kind.__name__}"
            )
        return view

    def recorder_of(self, name: str) -> tuple[Streamer, str]:
        """Return the streaming device behind role ``name`` and its terminal; raises ConfigError."""
        row = self._row(name)
        instrument = self.__instruments[row.instrument]
        if not isinstance(instrument, Daq):
            raise ConfigError(f"{self._file.path}: role '{name}': {row.at} cannot stream")
        return Streamer(instrument), row.terminal

    @property
    def is_loaded(self) -> bool:
        """Return whether the load may be sinking."""
        load = self._views.get("load")
        return isinstance(load, GuardedLoad) and load.enabled

    @property
    def supply_level(self) -> Volt:
        """Return the highest voltage that the device may be powered with [V]."""
        supply = self._views.get("supply")
        return supply.level if isinstance(supply, GuardedSupply) else 0.0

    def note_safe(self, unsafe: Collection[str]) -> None:
        """Take note that all instruments but those in ``unsafe`` were made safe."""
        for name, view in self._views.items():
            guarded = isinstance(view, GuardedLoad | GuardedSupply | GuardedSource)
            if guarded and self._file.wiring[name].instrument not in unsafe:
                view.note_safe()

    def _row(self, name: str) -> Connection:
        if name not in self._file.wiring.connections:
            raise ConfigError(
                f"{self._file.path}: nobody plays the role '{name}'; add it to [wiring]"
            )
        return self._file.wiring[name]

    def _view(self, name: str) -> object:
        if name in self._file.wiring.computed:
            return self._computed(self._file.wiring.computed[name])
        row = self._row(name)
        guards = self._guards
        view = self.__instruments[row.instrument].terminal(row.terminal)
        match view:
            case SupplyOutput():
                return GuardedSupply(
                    view,
                    guards.envelope,
                    self._file.current_ceiling,
                    guards.check_cover,
                    self._driven,
                    self._quench,
                )
            case LoadInput():
                return GuardedLoad(view, guards.check_load)
            case Relay():
                return GuardedRelay(view, name, guards.switch)
            case Operator():
                return GuardedOperator(view, guards.pausing, simulated=self._file.simulated)
            case AnalogOutput():
                return GuardedSource(view, self._assured_supply_level)
            case Multimeter() if row.divider != 1.0:
                return ScaledMeter(view, row.divider, row.divider_tolerance, row.input_resistance)
            case _:
                return view

    def _computed(self, computed: ComputedRole) -> Multimeter:
        if computed.kind == "difference":
            plus, minus = (self.role(Multimeter, role) for role in computed.of)
            return DifferenceMeter(plus, minus, self._clock)
        (role,) = computed.of
        kind = LoadInput if role == "load" else SupplyOutput
        return BuiltInAmmeter(self.role(kind, role), self._clock)

    def _sources(self) -> Iterator[GuardedSource]:
        return (view for view in self._views.values() if isinstance(view, GuardedSource))

    def _driven(self) -> Volt:
        """Return the highest voltage that any analog output is set to [V]."""
        return max((source.level for source in self._sources()), default=0.0)

    def _quench(self) -> None:
        """Set all analog outputs that were set to anything to 0 V."""
        for source in self._sources():
            if source.level > 0.0:
                source.set_voltage(0.0)

    def _assured_supply_level(self) -> Volt:
        supply = self._views.get("supply")
        return supply.assured_level if isinstance(supply, GuardedSupply) else 0.0
