"""What a bench file can run, said before anything is opened."""

from bench.bench import TOUCH_SAFE
from bench.bench_file import BenchFile
from bench.procedures.catalogue import PROCEDURES
from bench.spec import Case, Verify


def missing(case: Case, file: BenchFile) -> str:
    """Return why this bench cannot run ``case``; empty when it can."""
    if case.clause.verify is Verify.GUARD:
        return "guard clause: the stimulus would destroy the device, so the bench refuses it"
    absent = [role for role in needed_roles(case) if role not in file.wiring]
    if absent:
        return f"{file.path.name} wires no role {', '.join(absent)}"
    condition = case.point.battery
    if condition != "healthy" and (file.battery is None or condition not in file.battery.opens):
        return f"{file.path.name} does not say in [battery] how to signal '{condition}'"
    return ""


def needed_roles(case: Case) -> tuple[str, ...]:
    """Return every role that the case needs: its point's and its procedure's."""
    procedure = PROCEDURES[case.test.procedure]
    point = case.point
    roles = ["supply", *procedure.roles(case.test.arguments, point)]
    if point.vbat > TOUCH_SAFE:
        roles.append("interlock")
    if point.link_closed:
        roles.append("remote_link")
    for axis, terminal in (("remote_l", "REMOTE_L"), ("remote_h", "REMOTE_H")):
        match point[axis]:
            case "open":
                pass
            case "vbat":
                roles.append(f"remote.{terminal}.plus")
            case "vbat/2":
                roles += [f"remote.{terminal}.half", "half_divider"]
            case 0.0:
                roles.append(f"remote.{terminal}.minus")
            case _:
                roles += [
                    f"remote.{terminal}.dac",
                    f"dac.{terminal}",
                    f"remote_voltage.{terminal}",
                ]
    return tuple(dict.fromkeys(roles))
