"""What a bench file can run, said before anything is opened."""

from collections.abc import Collection, Mapping

from bench import remote
from bench.battery_coding import SECTIONS
from bench.bench_file import BenchFile
from bench.cover import TOUCH_SAFE
from bench.procedures.catalogue import PROCEDURES
from bench.safety import SIMULATED_ONLY
from bench.spec import Case, Device, Verify

ASSISTED: Mapping[Verify, str] = {
    Verify.INSPECTION: "needs a person who looks at the device: add --inspection",
    Verify.CHAMBER: "needs a climate chamber that a person sets: add --chamber",
}
"""Why procedures that keep a person busy do not run unless that was asked for."""


def missing(case: Case, file: BenchFile, device: Device, assisted: Collection[Verify] = ()) -> str:
    """Return why this bench cannot run ``case`` of ``device``; empty when it can.

    ``assisted`` are the kinds of clauses for which somebody said that a person is there.
    """
    if case.clause.verify is Verify.GUARD and not _is_harmless(case, file):
        return "guard clause: the stimulus would destroy the device, so the bench refuses it"
    needed = (*needed_roles(case), *_implied_roles(case, file))
    absent = [role for role in needed if role not in file.wiring]
    if absent:
        return f"{file.path.name} wires no role {', '.join(absent)}"
    needs = PROCEDURES[case.test.procedure].assisted
    if needs is not None and needs not in assisted:
        return ASSISTED[needs]
    coding = file.batteries.get(device.battery_link)
    conditions = (case.point.battery, *_signalled(case))
    for condition in conditions:
        if condition != "healthy" and (coding is None or condition not in coding):
            section = SECTIONS[device.battery_link]
            return f"{file.path.name} does not say in [{section}] how to signal '{condition}'"
    return ""


def _is_harmless(case: Case, file: BenchFile) -> bool:
    """Return whether what would destroy a real unit happens to a simulated one, as it may."""
    test = case.test
    stimuli = PROCEDURES[test.procedure].signature.stimulates(test.arguments)
    return file.simulated and bool(stimuli) and SIMULATED_ONLY.issuperset(stimuli)


def _signalled(case: Case) -> tuple[str, ...]:
    """Return the conditions of the battery that the procedure signals by itself."""
    conditions = PROCEDURES[case.test.procedure].conditions
    return conditions(case.test.arguments) if conditions else ()


def _implied_roles(case: Case, file: BenchFile) -> tuple[str, ...]:
    """Return the roles that the case needs because of what this bench is."""
    implied: list[str] = []
    if "supply_current" in needed_roles(case) and "supply_current" in file.wiring.connections:
        implied.append("bypass")  # inrush would blow the fuse of a current input in the lead
    current = case.point.get("load_current", "none")
    if not isinstance(current, str) and current < file.load_floor:
        implied.append("bus_resistor.1")  # the electronic load is too coarse
    return tuple(implied)


def needed_roles(case: Case) -> tuple[str, ...]:
    """Return every role that the case needs: its point's and its procedure's."""
    procedure = PROCEDURES[case.test.procedure]
    point = case.point
    roles = list(procedure.roles(case.test.arguments, point))
    if not procedure.powered:
        return tuple(roles)
    roles.append("supply")
    if point.vbat > TOUCH_SAFE:
        roles.append("interlock")
    roles += remote.contacts(point)
    for terminal, _ in remote.levels(point):
        roles += [f"dac.{terminal}", f"remote_voltage.{terminal}"]
    return tuple(dict.fromkeys(roles))
