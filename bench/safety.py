"""The safety envelope: what may reach the wires of a bench, whoever asks.

Every door - spec file, procedure, REPL - ends here, because the bench hands out guarded roles only.
"""

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from math import inf

from bench.controlled import ControlledDevice
from bench.errors import SafetyTrip
from bench.family import OUTPUTS
from bench.operating_point import OperatingPoint
from bench.spec import Device
from bench.wiring import Wiring
from instruments.units import Ampere, Ohm, Volt

SUPPLY = "BAT+"
RETURN = "BAT-"

LEAST_SUPPLY_PATH: Ohm = 5_000.0
"""A contact path between battery plus and minus below this is a short, not a stimulus [ohm]."""

LEAST_SOURCE_PATH: Ohm = 5_000.0
"""A contact path from an analog output to battery voltage below this back-feeds it [ohm]."""

LEAST_OUTPUT_PATH: Ohm = 5_000.0
"""A contact path between two outputs, or from one to battery plus, below this ties them [ohm]."""


SIMULATED_ONLY = frozenset({"app.interrupt_update"})
"""What a person may be asked for on a simulated unit only: a real one may be lost by it."""


def check_request(key: str, *, simulated: bool) -> None:
    """Refuse to ask a person for what may leave a real unit unusable."""
    if key in SIMULATED_ONLY and not simulated:
        raise SafetyTrip(
            f"'{key}' may leave the unit unusable: refused on a real bench; use a simulated one"
        )


class Envelope:
    """The limits of one device on one wiring; refuses with SafetyTrip before a wire moves."""

    __slots__ = (
        "_cleared",
        "_contacts",
        "_device",
        "_fitted",
        "_fixed",
        "_sources",
        "_supply_side",
        "_wiring",
    )

    def __init__(
        self, device: Device, wiring: Wiring, *, contacts: Iterable[str], sources: Iterable[str]
    ) -> None:
        """Take the roles that are relay contacts, and those that are analog outputs."""
        self._device = device
        self._wiring = wiring
        self._contacts = frozenset(contacts)
        self._sources = frozenset(sources)
        self._fitted: dict[str, ControlledDevice] = {}
        self._fixed = tuple(self._permanent_edges())
        plus = [wiring["supply"].plus] if "supply" in wiring else []
        self._supply_side = tuple(dict.fromkeys((SUPPLY, *plus)))
        self._cleared: set[frozenset[str]] = set()

    @property
    def maximum_voltage(self) -> Volt:
        """Return the absolute maximum of the battery voltage [V]."""
        return self._device.absolute_maximum["vbat"]

    def check_point(self, point: OperatingPoint) -> None:
        """Refuse a point with a voltage or a current that the device must never see."""
        self.check_voltage(point.vbat)
        for axis in ("remote_l", "remote_h"):
            level = point.remote(axis)
            if level is not None and not 0.0 <= level <= point.vbat:
                raise SafetyTrip(
                    f"{axis} at {level:g} V is outside 0 V to Vbat ({point.vbat:g} V): refused"
                )

    def check_voltage(self, voltage: Volt) -> None:
        """Refuse a battery voltage beyond the absolute maximum, or one that is not a number."""
        if not 0.0 <= voltage <= self.maximum_voltage:
            raise SafetyTrip(
                f"{voltage:g} V is outside 0 V to the absolute maximum of {self._device.title}, "
                f"{self.maximum_voltage:g} V: refused"
            )
        for output, fitted in self._fitted.items():
            if voltage > fitted.maximum:
                raise SafetyTrip(
                    f"{voltage:g} V is beyond the {fitted.maximum:g} V that what is fitted to "
                    f"{output} may see ({fitted.title}): refused"
                )

    def check_fitting(self, output: str, device: ControlledDevice) -> None:
        """Refuse a controlled device at an output that is not there, or not meant for it."""
        if output not in self._device.ratings:
            raise SafetyTrip(f"{self._device.title} has no output {output} to fit anything to")
        if output not in device.outputs:
            raise SafetyTrip(
                f"{device.title} belongs at {' or '.join(device.outputs)}, not at {output}: refused"
            )

    def fit(self, output: str, device: ControlledDevice | None) -> None:
        """Take note of what is fitted to ``output`` from now on; None for nothing."""
        if device is None:
            self._fitted.pop(output, None)
        else:
            self.check_fitting(output, device)
            self._fitted[output] = device
        self._cleared.clear()

    def check_load(self, current: Ampere, closed: frozenset[str]) -> None:
        """Refuse a load current beyond the rating of the output it would be drawn from."""
        if not current >= 0.0:
            raise SafetyTrip(f"a load current of {current:g} A makes no sense: refused")
        if "bypass" in self._contacts and "bypass" not in closed:
            raise SafetyTrip("the current input is not bypassed: no output may be loaded")
        for terminal in self._on_bus(closed):
            if terminal in self._fitted:
                raise SafetyTrip(
                    f"{self._fitted[terminal].title} is fitted to {terminal}, which is not loaded "
                    "as well: refused"
                )
            rating = self._device.ratings.get(terminal)
            allowed = rating.current if rating else 0.0
            if current > allowed * (1.0 + 1e-9):
                raise SafetyTrip(
                    f"{current:g} A is beyond the rating of {terminal}, {allowed:g} A: refused"
                )

    def check_switching(self, before: frozenset[str], after: frozenset[str]) -> None:
        """Refuse to move a contact that may carry load current while the load is on."""
        moved = sorted(
            role
            for role in before ^ after
            if role.startswith(("to_bus.", "bus_", "pull_")) or role == "bypass"
        )
        if moved:
            raise SafetyTrip(f"{', '.join(moved)} would switch hot: disable the load first")

    def check_contacts(self, closed: frozenset[str]) -> None:
        """Refuse a set of closed contacts that shorts, ties or back-feeds anything."""
        if closed in self._cleared:
            return
        edges = _merged([*self._fixed, *self._fitted_edges(), *self._closed_edges(closed)])
        self._check_supply(edges)
        self._check_outputs(edges)
        self._check_sources(edges)
        self._cleared.add(closed)

    def _check_supply(self, edges: Mapping[str, Mapping[str, Ohm]]) -> None:
        resistance = _resistance(edges, self._supply_side, RETURN, blocked=())
        if resistance < LEAST_SUPPLY_PATH:
            raise SafetyTrip(f"contacts would short BAT+ to BAT- ({resistance:g} ohm): refused")

    def _check_outputs(self, edges: Mapping[str, Mapping[str, Ohm]]) -> None:
        ratings = self._device.ratings
        for terminal, rating in ratings.items():
            protected = rating.short_circuit_protected
            forbidden = f"short.{terminal}" in self._device.forbidden
            least = 0.0 if protected and not forbidden else self.maximum_voltage / rating.current
            path = _resistance(edges, (terminal,), RETURN, blocked=self._supply_side)
            if path < least:
                raise SafetyTrip(
                    f"{terminal} is not short-circuit protected and would see {path:g} ohm, "
                    f"less than {least:g} ohm: refused"
                )
        for terminal in dict.fromkeys((*ratings, *OUTPUTS)):
            if terminal not in ratings:
                self._check_foreign(edges, terminal)
            for other in (*(name for name in OUTPUTS if name != terminal), *self._supply_side):
                blocked = (RETURN, *(net for net in self._supply_side if net != other))
                if _resistance(edges, (terminal,), other, blocked) < LEAST_OUTPUT_PATH:
                    raise SafetyTrip(f"contacts would tie {terminal} to {other}: refused")

    def _check_foreign(self, edges: Mapping[str, Mapping[str, Ohm]], terminal: str) -> None:
        """Refuse to load an output that the device has not: a wrong one might have it."""
        path = _resistance(edges, (terminal,), RETURN, blocked=self._supply_side)
        if path < LEAST_OUTPUT_PATH:
            raise SafetyTrip(
                f"{self._device.title} has no {terminal}; {path:g} ohm from there to BAT- would "
                "load another device behind the connector: refused"
            )

    def _check_sources(self, edges: Mapping[str, Mapping[str, Ohm]]) -> None:
        for role in self._sources:
            net = self._wiring[role].plus
            for side in self._supply_side:
                path = _resistance(edges, (net,), side, blocked=(RETURN,))
                if path < LEAST_SOURCE_PATH:
                    raise SafetyTrip(
                        f"contacts would feed the battery voltage into {role} through "
                        f"{path:g} ohm: refused"
                    )

    def _on_bus(self, closed: frozenset[str]) -> list[str]:
        return [role.removeprefix("to_bus.") for role in closed if role.startswith("to_bus.")]

    def _closed_edges(self, closed: frozenset[str]) -> Iterable[tuple[str, str, Ohm]]:
        for role in closed:
            row = self._wiring[role]
            yield row.plus, row.minus, row.series

    def _fitted_edges(self) -> Iterable[tuple[str, str, Ohm]]:
        for output, device in self._fitted.items():
            yield output, RETURN, device.least_resistance

    def _permanent_edges(self) -> Iterable[tuple[str, str, Ohm]]:
        for role in ("supply_current", "bus_current"):
            if role in self._wiring.connections:
                yield self._wiring[role].plus, self._wiring[role].minus, 0.0
        for part in self._wiring.parts:
            if part.kind == "resistor":
                yield part.plus, part.minus, part.value


def _merged(edges: Iterable[tuple[str, str, Ohm]]) -> dict[str, dict[str, Ohm]]:
    """Return net -> neighbour -> resistance, parallel contacts between two nets combined."""
    graph: dict[str, dict[str, Ohm]] = {}
    for plus, minus, ohms in edges:
        known = graph.setdefault(plus, {}).get(minus, inf)
        both = 0.0 if min(ohms, known) == 0.0 else 1.0 / (1.0 / ohms + 1.0 / known)
        graph[plus][minus] = both
        graph.setdefault(minus, {})[plus] = both
    return graph


def _resistance(
    graph: Mapping[str, Mapping[str, Ohm]],
    sources: Iterable[str],
    target: str,
    blocked: Iterable[str],
) -> Ohm:
    """Return the least series resistance of a path that avoids ``blocked`` nets (Dijkstra)."""
    closed = set(blocked)
    heap = [(0.0, net) for net in sources]
    while heap:
        ohms, net = heappop(heap)
        if net == target:
            return ohms
        if net in closed:
            continue
        closed.add(net)
        for neighbour, step in graph.get(net, {}).items():
            if neighbour not in closed:
                heappush(heap, (ohms + step, neighbour))
    return inf
