"""What a bench file's tables say, turned into records and held against what instruments have."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from bench.battery_coding import BatteryCoding
from bench.bench_file import BenchFile, Calibration, InstrumentEntry
from bench.bench_file_tables import AccuracyTable, FileTables, RowTable
from bench.errors import ConfigError
from bench.operating_point import AXES
from bench.quantity import QuantityError, parse_as
from bench.role_catalogue import misplayed, unknown_role
from bench.wiring import DEVICE_TERMINALS, ComputedRole, Connection, FixturePart, Wiring
from instruments.accuracy import Accuracy
from instruments.catalogue import settings_of, terminals_of, touches_nets
from instruments.errors import InstrumentError


class Builder:
    """Turns the parsed file into records and gathers what is wrong with it."""

    def __init__(self, path: Path, model: FileTables) -> None:
        self._path = path
        self._model = model
        self._mistakes: list[str] = []

    def bench_file(self, digest: str) -> BenchFile:
        """Return the record; raises ConfigError with one line for each mistake."""
        model = self._model
        wiring = Wiring(
            connections=self._connections(), parts=self._parts(), computed=self._computed()
        )
        self._check_make_safe()
        result = BenchFile(
            path=self._path,
            sha256=digest,
            name=model.bench.name,
            title=model.bench.title or model.bench.name,
            instruments={name: self._instrument(name) for name in model.instruments},
            wiring=wiring,
            make_safe=tuple(model.bench.make_safe),
            load_floor=model.bench.load_floor,
            relay_settle=model.bench.relay_settle,
            current_ceiling=model.bench.current_ceiling,
            batteries=self._batteries(),
            seed=model.simulation.seed if model.simulation else None,
        )
        if self._mistakes:
            raise ConfigError("\n".join(self._mistakes))
        return result

    def _wrong(self, key: str, what: str) -> None:
        self._mistakes.append(f"{self._path}: key '{key}': {what}")

    def _instrument(self, name: str) -> InstrumentEntry:
        entry = self._model.instruments[name]
        calibration = entry.calibration
        return InstrumentEntry(
            name=name,
            model=entry.model,
            resource=entry.resource,
            serial=entry.serial,
            calibration=Calibration(certificate=calibration.certificate, due=calibration.due)
            if calibration
            else None,
            accuracies={
                quantity: self._accuracy(name, quantity, accuracy)
                for quantity, accuracy in entry.accuracy.items()
            },
            settings=self._settings(name),
        )

    def _settings(self, name: str) -> Mapping[str, str]:
        entry = self._model.instruments[name]
        try:
            known = settings_of(entry.model)
        except InstrumentError as error:
            self._unknown_model(name, error)
            return {}
        for key in entry.settings:
            if key not in known:
                has = f"it has {', '.join(known)}" if known else "it has none; remove it"
                self._wrong(
                    f"instruments.{name}.settings.{key}", f"no setting of {entry.model}; {has}"
                )
        return entry.settings

    def _unknown_model(self, instrument: str, error: InstrumentError) -> None:
        sentence = f"{self._path}: key 'instruments.{instrument}.model': {error.message}"
        if sentence not in self._mistakes:
            self._mistakes.append(sentence)

    def _accuracy(self, name: str, quantity: str, accuracy: AccuracyTable) -> Accuracy:
        key = f"instruments.{name}.accuracy.{quantity}"
        unit = "V" if quantity == "voltage" else "A"
        if quantity not in ("voltage", "current", "current_setpoint"):
            self._wrong(key, "unknown quantity; use voltage, current or current_setpoint")
        fixed = self._value(f"{key}.fixed", accuracy.fixed, unit) if accuracy.fixed else 0.0
        return Accuracy(
            of_reading=accuracy.of_reading,
            of_full_scale=accuracy.of_full_scale,
            fixed=fixed,
            basis=accuracy.basis,
        )

    def _value(self, key: str, text: str, unit: str) -> float:
        try:
            value = parse_as(text, unit)
        except QuantityError as error:
            self._wrong(key, str(error))
            return 1.0
        if value < 0.0:
            self._wrong(key, f"{text!r} is negative; give zero or more")
            return 1.0
        return value

    def _parts(self) -> tuple[FixturePart, ...]:
        parts: list[FixturePart] = []
        for name, part in self._model.parts.items():
            plus, minus = part.between
            self._check_nets(f"parts.{name}.between", plus, minus)
            unit = "ohm" if part.kind == "resistor" else "F"
            value = self._value(f"parts.{name}.value", part.value, unit)
            if value <= 0.0:
                self._wrong(f"parts.{name}.value", f"{part.value!r} must be above zero")
            parts.append(
                FixturePart(
                    name=name, kind=part.kind, plus=plus, minus=minus, value=value, note=part.note
                )
            )
        return tuple(parts)

    def _connections(self) -> dict[str, Connection]:
        connections: dict[str, Connection] = {}
        taken: dict[str, str] = {}
        for role, row in self._model.wiring.items():
            self._check_role(f"wiring.{role}", role)
            instrument, _, terminal = row.at.partition(".")
            self._check_terminal(role, instrument, terminal)
            pin = f"{instrument}.{terminal.partition('.')[0]}"  # EIO0.relay sits on EIO0
            if pin in taken:
                self._wrong(
                    f"wiring.{role}.at",
                    f"{pin} already plays the role '{taken[pin]}'; give one of them another "
                    "terminal",
                )
            taken[pin] = role
            plus, minus = self._nets(role, row, instrument)
            connections[role] = Connection(
                role=role,
                instrument=instrument,
                terminal=terminal,
                plus=plus,
                minus=minus,
                series=row.series,
                tolerance=row.tolerance,
                divider=row.divider,
                divider_tolerance=row.divider_tolerance,
                input_resistance=row.input_resistance,
                note=row.note,
            )
        return connections

    def _computed(self) -> dict[str, ComputedRole]:
        computed: dict[str, ComputedRole] = {}
        for role, entry in self._model.computed.items():
            key = f"computed.{role}"
            self._check_role(key, role)
            if role in self._model.wiring:
                self._wrong(key, f"the role is wired to {self._model.wiring[role].at} already")
            if (entry.difference is None) == (entry.current_of is None):
                self._wrong(key, "write either 'difference' or 'current_of'")
                continue
            of = tuple(entry.difference or (str(entry.current_of),))
            absent = [name for name in of if name not in self._model.wiring]
            if absent:
                self._wrong(key, f"no wiring plays the role '{absent[0]}'")
            elif entry.difference and len({self._minus(name) for name in of}) > 1:
                self._wrong(key, f"'{of[0]}' and '{of[1]}' are not measured against one net")
            kind = "difference" if entry.difference else "current_of"
            computed[role] = ComputedRole(role=role, kind=kind, of=of, note=entry.note)
        return computed

    def _check_role(self, key: str, role: str) -> None:
        if said := unknown_role(role):
            self._wrong(key, said)

    def _minus(self, role: str) -> str:
        return (self._model.wiring[role].between or ["", ""])[1]

    def _nets(self, role: str, row: RowTable, instrument: str) -> tuple[str, str]:
        """Return the two nets of a row, empty for a terminal that touches none."""
        key = f"wiring.{role}.between"
        entry = self._model.instruments.get(instrument)
        try:
            connected = entry is None or touches_nets(entry.model)
        except InstrumentError:  # an unknown model, which is a mistake of its own
            connected = row.between is not None
        if connected and row.between is None:
            self._wrong(key, "is missing; add the two nets that the terminal joins")
        elif connected and row.between is not None:
            plus, minus = row.between
            self._check_nets(key, plus, minus)
            return plus, minus
        elif meant := sorted(row.model_fields_set - {"at", "note"}):
            self._wrong(
                f"wiring.{role}.{meant[0]}",
                f"{row.at} is connected to nothing; remove {', '.join(meant)}",
            )
        return "", ""

    def _check_terminal(self, role: str, instrument: str, terminal: str) -> None:
        key = f"wiring.{role}.at"
        entry = self._model.instruments.get(instrument)
        if entry is None:
            known = ", ".join(self._model.instruments)
            self._wrong(key, f"there is no instrument '{instrument}'; the file has {known}")
            return
        try:
            terminals = terminals_of(entry.model)
        except InstrumentError as error:
            self._unknown_model(instrument, error)
            return
        if terminal not in terminals:
            has = f"it has {_abridged(tuple(terminals))}"
            self._wrong(
                key,
                f"{entry.model} has no terminal '{terminal}'; {has}"
                if terminal
                else f"names no terminal; write '{instrument}.TERMINAL', {has}",
            )
        elif said := misplayed(role, f"{instrument}.{terminal}", entry.model, terminal):
            self._wrong(key, said)

    def _check_nets(self, key: str, plus: str, minus: str) -> None:
        for net in (plus, minus):
            if net != net.lower() and net not in DEVICE_TERMINALS:
                near = get_close_matches(net, DEVICE_TERMINALS, n=1)
                hint = f"did you mean '{near[0]}'?" if near else "write nets of the fixture small"
                self._wrong(key, f"the device has no terminal '{net}'; {hint}")
        if plus == minus:
            self._wrong(key, f"both ends are '{plus}'; a connection joins two nets")

    def _check_make_safe(self) -> None:
        named = self._model.bench.make_safe
        for name in named:
            if name not in self._model.instruments:
                self._wrong("bench.make_safe", f"there is no instrument '{name}'")
        for name in self._model.instruments:
            if named.count(name) != 1:
                self._wrong("bench.make_safe", f"must name '{name}' exactly once, in order")

    def _batteries(self) -> dict[str, BatteryCoding]:
        codings: dict[str, BatteryCoding] = {}
        loop, bus = self._model.battery, self._model.battery_bus
        if loop is not None:
            opens = loop.model_dump(exclude={"basis"})
            codings["loop"] = BatteryCoding(basis=loop.basis, opens=self._opened("battery", opens))
        if bus is not None:
            self._check_asked(bus.operator)
            codings["bus"] = BatteryCoding(
                basis=bus.basis,
                opens=self._opened("battery_bus", {"cable_open": bus.cable_open}),
                asked=tuple(bus.operator),
            )
        return codings

    def _opened(self, section: str, table: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
        opens = {condition: tuple(roles) for condition, roles in table.items() if roles}
        for condition, roles in opens.items():
            for role in roles:
                if role not in self._model.wiring:
                    self._wrong(f"{section}.{condition}", f"no wiring plays the role '{role}'")
        return opens

    def _check_asked(self, conditions: list[str]) -> None:
        known = [word for word in AXES["battery"].words if word not in ("healthy", "cable_open")]
        for condition in conditions:
            if condition not in known:
                self._wrong(
                    "battery_bus.operator",
                    f"{condition!r} is none of {', '.join(known)}; correct or remove it",
                )
        if conditions and "operator" not in self._model.wiring:
            self._wrong("battery_bus.operator", "no wiring plays the role 'operator'; add it")


def _abridged(names: tuple[str, ...]) -> str:
    return ", ".join(names) if len(names) <= 8 else f"{names[0]} .. {names[-1]}"
