"""The bench: roles, wiring, clock, device and envelope, opened together and made safe together."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress

from bench import remote
from bench.app import App
from bench.battery import Battery
from bench.bench_file import BenchFile
from bench.contacts import Contacts
from bench.cover import Cover
from bench.errors import SafetyTrip
from bench.family import tolerated_by_all
from bench.fitting import Fitting
from bench.frozen import frozen_device, frozen_file
from bench.guarded import Streamer
from bench.identification import Identification, identify
from bench.lifeline import Lifeline
from bench.limit import DecisionRule
from bench.operating_point import OperatingPoint
from bench.power import power_up
from bench.roles import Ability, Guards, Roles
from bench.safety import Envelope
from bench.spec import Device
from bench.surroundings import Surroundings
from bench.variant_gate import VariantGate
from instruments.clock import Clock
from instruments.daq import AnalogOutput, DigitalInput
from instruments.errors import Exchange, InstrumentError, OutOfRange
from instruments.instrument import Instrument
from instruments.multimeter import Multimeter
from instruments.operator import Operator
from instruments.supply import SupplyOutput
from instruments.transports.transcript import Transcript
from instruments.units import Ampere, Second, Volt


class Bench:
    """Everything a procedure may touch. Every role it hands out is behind the safety envelope."""

    def __init__(
        self,
        *,
        file: BenchFile,
        device: Device,
        serial: str,
        rule: DecisionRule,
        instruments: Mapping[str, Instrument],
        clock: Clock,
        transcript: Transcript,
        reseed: Callable[[str], None],
        provenance: Mapping[str, object],
        lifeline: Lifeline,
    ) -> None:
        self._file = file = frozen_file(file)
        self._device = device = frozen_device(device)
        self.serial = serial
        self.rule = rule
        self.clock = clock
        self.transcript = transcript
        self.lifeline = lifeline
        self._unsafe = ""
        self.__instruments = instruments
        self._reseed = reseed
        self._provenance = provenance
        self._contacts = Contacts(file, instruments, clock, self._check_contacts)
        self._cover = Cover(lambda: self.role(DigitalInput, "interlock"))
        self._app = App(self.operator)
        self._surroundings = Surroundings(self.operator)
        self._battery = Battery(file, device, self._surroundings, self.switch)
        self._abandoned = False
        self._case_id = ""
        sources = tuple(role for role in file.wiring.connections if role.startswith("dac."))
        envelopes = tuple(
            Envelope(kind, file.wiring, contacts=self._contacts.roles, sources=sources)
            for kind in (device, tolerated_by_all(device))
        )
        self._envelope, cautious = envelopes
        self._gate = VariantGate(device, cautious, self._look)
        self._roles = Roles(
            file,
            instruments,
            clock,
            Guards(
                envelope=self._envelope,
                check_cover=self._cover.check,
                check_load=self._check_load,
                switch=self.switch,
                pausing=lifeline.pausing,
            ),
        )
        self._fitting = Fitting(
            envelopes, self.operator, lambda: self._roles.supply_level, self.confirm_variant
        )

    # --- what it is -----------------------------------------------------------------------------

    @property
    def file(self) -> BenchFile:
        """Return the bench file."""
        return self._file

    @property
    def device(self) -> Device:
        """Return the kind of device that was named."""
        return self._device

    @property
    def unsafe(self) -> str:
        """Return why the bench is not known to be safe; empty when it is."""
        return self._unsafe

    @property
    def simulated(self) -> bool:
        """Return whether the wires end in a circuit instead of in copper."""
        return self.file.simulated

    @property
    def app(self) -> App:
        """Return the app of the unit, in the hands of the operator."""
        return self._app

    @property
    def battery(self) -> Battery:
        """Return the battery, to be brought into a condition."""
        return self._battery

    @property
    def envelope(self) -> Envelope:
        """Return the safety envelope."""
        return self._envelope

    @property
    def closed(self) -> frozenset[str]:
        """Return the roles of the contacts that are closed."""
        return self._contacts.closed

    @property
    def supplied(self) -> Volt:
        """Return the voltage that the device is powered with [V], 0 while the supply is off."""
        return self._roles.supply_level

    @property
    def fitting(self) -> Fitting:
        """Return what is fitted to the outputs, to be changed by a person."""
        return self._fitting

    @property
    def left(self) -> tuple[str, ...]:
        """Return in words what a person has changed for a case and not put back."""
        return (*self._surroundings.left, *self._fitting.left, *self._app.left)

    def provenance(self) -> Mapping[str, object]:
        """Return what the run record says of files, instruments, device and decision rule."""
        return self._provenance

    def has(self, role: str) -> bool:
        """Return whether some instrument plays ``role``."""
        return role in self.file.wiring

    def role(self, kind: type[Ability], name: str) -> Ability:
        """Return the guarded ability that plays role ``name``.

        Raises ConfigError when nobody plays it, or somebody without the ability.
        """
        return self._roles.role(kind, name)

    def recorder_of(self, role: str) -> tuple[Streamer, str]:
        """Return the streaming device behind ``role`` and its terminal; raises ConfigError."""
        return self._roles.recorder_of(role)

    # --- what it does -----------------------------------------------------------------------------

    def begin(self, case_id: str) -> None:
        """Prepare for a case.

        Raises SafetyTrip while the bench is not known to be safe, and once the unit is known to be
        another variant than the one that was named.
        """
        self._refuse_unsafe()
        self._gate.refuse_mismatch()
        self.lifeline.work(watched=True)
        self._case_id = case_id
        self._reseed(case_id)
        self._surroundings.begin()

    def confirm_variant(self) -> Identification:
        """Look once, before the unit is powered for anything else, which variant it is; end safe.

        Until that has confirmed the variant, nothing is allowed that another one would not
        survive. Raises SafetyTrip for a wrong one, and InstrumentError.
        """
        return self._gate.confirm()

    def apply(self, point: OperatingPoint, *, settle: Second, owned: Collection[str] = ()) -> None:
        """Bring the device to ``point``; axes in ``owned`` are left to the procedure.

        What the operator was asked to change for an earlier case is undone before anything else.
        Contacts first, while cold; then power with its protections armed; then remote levels;
        then what a broken case has left in the app; then the battery's signal. ``settle`` [s]
        passes after each.
        """
        self._refuse_unsafe()
        self._envelope.check_point(point)
        self.lifeline.work()
        self.confirm_variant()
        self._surroundings.settle()
        wanted = {*self._contacts.known({*remote.contacts(point)}), *self._battery.loop, "bypass"}
        self.switch_to(wanted & self._contacts.roles)
        self._power(point.vbat)
        self.clock.sleep(settle)
        for terminal, level in remote.switched_levels(point):
            if self.has(role := f"remote_voltage.{terminal}"):
                measured = self.role(Multimeter, role).measure()
                remote.confirm(point, terminal, measured, level)
        for terminal, level in remote.levels(point):
            measured = self.drive_remote(terminal, level)
            remote.confirm(point, terminal, measured, level)
            self.clock.sleep(settle)
        if self._app.changed:
            self._app.restore()
            self.clock.sleep(settle)
        if "battery" not in owned and point.battery != "healthy":
            self._battery.signal(point.battery)
            self.clock.sleep(settle)

    def switch(self, close: Collection[str] = (), release: Collection[str] = ()) -> None:
        """Close and release contacts by role, breaking before making; raises ConfigError."""
        self._contacts.known({*close, *release})
        self.switch_to((self.closed - frozenset(release)) | frozenset(close))

    def switch_to(self, target: Collection[str]) -> None:
        """Close exactly the contacts in ``target``, breaking before making, then settle.

        Raises SafetyTrip for a dangerous set of contacts, and for a cover that was opened.
        """
        self._cover.check(self._roles.supply_level)
        self._contacts.switch_to(target)

    def bring_chamber(self, temperature: str) -> None:
        """Have the climate chamber brought to ``temperature``, for this case."""
        self._surroundings.bring_chamber(temperature)

    def operator(self) -> Operator:
        """Return the person at the bench; raises ConfigError when there is none."""
        return self.role(Operator, "operator")

    def drive_remote(self, terminal: str, level: Volt, *, within: Volt = 0.002) -> Volt:
        """Bring a remote input to ``level`` [V] by its DAC and return the measured level [V].

        It counts as reached ``within`` [V]. Raises ConfigError, SafetyTrip and InstrumentError.
        """
        return remote.drive(
            self.role(AnalogOutput, f"dac.{terminal}"),
            self.role(Multimeter, f"remote_voltage.{terminal}"),
            level,
            within=within,
            clock=self.clock,
            wait=self.file.relay_settle,
        )

    def verify_power(self) -> None:
        """Raise OutOfRange when a protection of the supply has switched it off meanwhile.

        Raises SafetyTrip when the cover was opened and must not have been.
        """
        self._cover.check(self._roles.supply_level)
        if self.role(SupplyOutput, "supply").is_tripped():
            raise OutOfRange(
                "a protection of the supply has tripped during the case", Exchange(role="supply")
            )

    def make_safe(self) -> tuple[Exception, ...]:
        """Make every instrument safe in the order of the bench file; go on after errors.

        Returns the errors. While there are any, ``unsafe`` says so and no case may begin.
        """
        errors: dict[str, Exception] = {}
        for name in self.file.make_safe:
            try:
                self.__instruments[name].make_safe()
            except Exception as error:  # noqa: BLE001 - whatever one does, the others come next
                errors[name] = error
        self._contacts.note_safe(errors.keys())
        self._roles.note_safe(errors.keys())
        self._unsafe = "; ".join(str(error) or repr(error) for error in errors.values())
        if not errors:
            self.lifeline.rest()
        return tuple(errors.values())

    def restore(self) -> None:
        """Have a person undo what was changed around the device, at the end of a run.

        Nothing is asked of anybody while the bench is not safe, or once the run was abandoned.
        """
        changed = self._fitting.fitted or self._surroundings.changed
        if self._abandoned or not changed or self.make_safe():
            return
        self._surroundings.begin()
        with suppress(InstrumentError):
            self._surroundings.settle()
            self._fitting.change({})

    def abandon(self) -> None:
        """Ask for nothing at the end: whoever interrupts a run wants to be left alone."""
        self._abandoned = True

    # --- how it does it ---------------------------------------------------------------------------

    def _refuse_unsafe(self) -> None:
        if self.unsafe:
            raise SafetyTrip(f"the bench could not be made safe ({self.unsafe}): nothing may start")

    def _look(self) -> Identification:
        """Power the unit gently and say what it looks like; end safe, or raise SafetyTrip."""
        self._reseed("variant")
        try:
            found = identify(self, self.device.variant)
        finally:
            self.make_safe()
        self._refuse_unsafe()  # the supply may still be on, and contacts come next
        self.lifeline.work(watched=bool(self._case_id))
        self._reseed(self._case_id)
        return found

    def _check_contacts(self, after: frozenset[str]) -> None:
        self._envelope.check_contacts(after)
        if self._roles.is_loaded:
            self._envelope.check_switching(self.closed, after)
        self._gate.check(lambda envelope: envelope.check_contacts(after))

    def _check_load(self, current: Ampere) -> None:
        if not self._contacts.are_known:
            raise SafetyTrip(
                "a command to the contacts has failed, nobody knows which are closed: switch them "
                "again, or make the bench safe"
            )
        self._envelope.check_load(current, self.closed)
        self._gate.check(lambda envelope: envelope.check_load(current, self.closed))

    def _power(self, vbat: Volt) -> None:
        power_up(
            self.role(SupplyOutput, "supply"),
            vbat,
            maximum=self._envelope.maximum_voltage,
            ceiling=self.file.current_ceiling,
            clock=self.clock,
        )
