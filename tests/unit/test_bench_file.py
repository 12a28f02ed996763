"""Bench files: what is read, and the one sentence for each mistake."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.bench_file_reader import load_bench_file
from bench.errors import ConfigError
from bench.operating_point import AXES
from bench.wiring import cabling_sheet

BENCHES = Path(__file__).parents[2] / "benches"


def over_reference(tmp_path: Path, text: str) -> Path:
    """Write a bench file that lays ``text`` over the reference bench."""
    path = tmp_path / "mine.toml"
    reference = (BENCHES / "reference.toml").as_posix()
    path.write_text(f'schema = 1\nextends = "{reference}"\n{text}', encoding="utf-8")
    return path


def mistake(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load_bench_file(path)
    return str(caught.value)


def test_simulated_bench_is_the_reference_bench_but_for_the_ends_of_the_wires():
    reference = load_bench_file(BENCHES / "reference.toml")
    simulated = load_bench_file(BENCHES / "simulated.toml")
    assert simulated.wiring == reference.wiring
    assert simulated.batteries["loop"] == reference.batteries["loop"]
    assert simulated.batteries["bus"].opens == reference.batteries["bus"].opens
    assert simulated.simulated
    assert not reference.simulated
    assert {name: entry.model for name, entry in simulated.instruments.items()} == {
        name: entry.model for name, entry in reference.instruments.items()
    }


def test_quantities_are_read_in_si():
    file = load_bench_file(BENCHES / "reference.toml")
    row = file.wiring["pull_up.LOAD"]
    assert (row.series, row.tolerance) == (100e3, 1e-3)
    assert file.load_floor == pytest.approx(0.02)
    assert file.instruments["supply"].accuracies["voltage"].fixed == pytest.approx(0.01)


def test_parallel_dividers_and_parts_count_as_one_resistance(tmp_path):
    path = over_reference(
        tmp_path,
        '[parts]\nbleed = { kind = "resistor", between = ["BAT-", "LOAD"], value = "1 Mohm" }\n',
    )
    wiring = load_bench_file(path).wiring
    assert wiring.resistance_across("LOAD", "BAT-") == pytest.approx(500e3)
    assert wiring.resistance_across("LOAD", "CHARGER") == float("inf")


def test_cabling_sheet_names_every_role_and_part_once():
    file = load_bench_file(BENCHES / "reference.toml")
    rows = list(cabling_sheet(file.wiring))
    assert [row.cable for row in rows] == list(range(1, len(rows) + 1))
    connected = {role for role, row in file.wiring.connections.items() if row.touches_nets}
    assert {row.role for row in rows} == connected | {part.name for part in file.wiring.parts}
    assert set(file.wiring.connections) - connected == {"operator", "telemetry"}  # no cables
    (short,) = (row for row in rows if row.role == "bus_short")
    assert "protected" in short.note


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ('[bench]\nrelay_setle = "1 s"\n', "bench.relay_setle", "did you mean 'relay_settle'"),
        ('[bench]\nrelay_settle = "1 V"\n', "bench.relay_settle", "a time is needed"),
        ("[bench]\nrelay_settle = 1\n", "bench.relay_settle", "write it in quotes"),
        ('[bench]\nmake_safe = ["load"]\n', "bench.make_safe", "must name 'supply'"),
        ('[bench]\nmake_safe = ["lod"]\n', "bench.make_safe", "no instrument 'lod'"),
        (
            '[wiring]\nextra = { at = "relays.32", between = ["a", "b"] }\n',
            "wiring.extra.at",
            "has no terminal '32'",
        ),
        (
            '[wiring]\nextra = { at = "relays.0", between = ["a", "b"] }\n',
            "wiring.extra.at",
            "already plays the role 'bypass'",
        ),
        (
            '[wiring]\nextra = { at = "scope.1", between = ["a", "b"] }\n',
            "wiring.extra.at",
            "no instrument 'scope'",
        ),
        (
            '[wiring]\nsupply = { at = "supply.out", between = ["BAT", "BAT-"] }\n',
            "wiring.supply.between",
            "did you mean 'BAT",
        ),
        (
            '[wiring]\nsupply = { at = "supply.out", between = ["BAT-", "BAT-"] }\n',
            "wiring.supply.between",
            "joins two nets",
        ),
        (
            '[wiring]\nextra = { at = "relays.30" }\n',
            "wiring.extra.between",
            "add the two nets",
        ),
        (
            '[wiring.operator]\nbetween = ["a", "b"]\n',
            "wiring.operator.between",
            "connected to nothing; remove between",
        ),
        (
            '[wiring.operator]\nseries = "1 ohm"\n',
            "wiring.operator.series",
            "connected to nothing; remove series",
        ),
        (
            '[battery_bus]\noperator = ["tired"]\n',
            "battery_bus.operator",
            "'tired' is none of prealarm",
        ),
        (
            '[battery_bus]\noperator = ["healthy"]\n',
            "battery_bus.operator",
            "'healthy' is none of prealarm",
        ),
        (
            '[battery_bus]\ncable_open = ["loop.4"]\n',
            "battery_bus.cable_open",
            "no wiring plays the role 'loop.4'",
        ),
        ('[instruments.supply]\nmodel = "acme.X1"\n', "instruments.supply.model", "acme.X1"),
        (
            '[parts]\nfuse = { kind = "resistor", between = ["a", "b"], value = "0 ohm" }\n',
            "parts.fuse.value",
            "above zero",
        ),
        (
            '[parts]\nfuse = { kind = "fuse", between = ["a", "b"], value = "1 ohm" }\n',
            "parts.fuse.kind",
            "'resistor'",
        ),
        (
            '[instruments.daq.accuracy]\nfrequency = { basis = "none" }\n',
            "instruments.daq.accuracy.frequency",
            "use voltage, current",
        ),
        ('[battery]\nundervoltage = ["loop.9"]\n', "battery.undervoltage", "role 'loop.9'"),
        (
            '[computed]\nsum = { diference = ["vbat", "load"] }\n',
            "computed.sum.diference",
            "difference",
        ),
        ("[computed]\nnothing = {}\n", "computed.nothing", "either 'difference' or"),
        (
            '[computed]\nx = { difference = ["vbat", "stream.NONE"] }\n',
            "computed.x",
            "role 'stream.NONE'",
        ),
        (
            '[computed]\nx = { difference = ["vbat", "drop.LOAD"] }\n',
            "computed.x",
            "not measured against one net",
        ),
        (
            '[computed]\nbypass = { current_of = "supply" }\n',
            "computed.bypass",
            "wired to relays.0 already",
        ),
        (
            '[wiring]\nvbatt = { at = "daq.120", between = ["BAT+", "BAT-"] }\n',
            "wiring.vbatt",
            "there is no such role; did you mean 'vbat'?",
        ),
        (
            '[wiring]\n"drop.LAOD" = { at = "daq.120", between = ["BAT+", "LOAD"] }\n',
            "wiring.drop.LAOD",
            "there is no such role; did you mean 'drop.LOAD'?",
        ),
        (
            '[computed]\nsuply_current = { current_of = "supply" }\n',
            "computed.suply_current",
            "there is no such role; did you mean 'supply_current'?",
        ),
        (
            '[wiring]\nextra = { at = "t7.FIO0.relay", between = ["a", "b"] }\n',
            "wiring.extra.at",
            "already plays the role 'interlock'",
        ),
        (
            '[wiring]\nbypass = { at = "daq.118", between = ["fused", "BAT+"] }\n',
            "wiring.bypass.at",
            "daq.118 is no Relay, as the role asks for; wire another terminal",
        ),
        (
            '[wiring]\nbypass = { at = "t7.CIO3", between = ["fused", "BAT+"] }\n',
            "wiring.bypass.at",
            "t7.CIO3 is no Relay, as the role asks for; wire another terminal",
        ),
        (
            '[wiring]\n"light.LED_BLUE" = { at = "daq.119", between = ["LED_BLUE", "BAT-"] }\n',
            "wiring.light.LED_BLUE.at",
            "daq.119 cannot stream, as the role asks for; wire another terminal",
        ),
        # a value of the wrong kind is told in words of the file
        ("[bench]\nname = 3\n", "bench.name", "must be a text in quotes, not 3; correct it"),
        ('[bench]\nname = ""\n', "bench.name", "must not be empty, not ''; correct it"),
        ('[bench]\nmake_safe = "load"\n', "bench.make_safe", "must be a list in brackets"),
        ('[wiring]\nvbat = "daq.104"\n', "wiring.vbat", "must be a table, not 'daq.104'"),
        (
            '[wiring]\nvbat = { at = "daq.104", between = ["a", "b", "c"] }\n',
            "wiring.vbat.between",
            "needs at most 2 of them, not ['a', 'b', 'c']",
        ),
        (
            '[instruments.supply.calibration]\ncertificate = "1"\ndue = "soon"\n',
            "instruments.supply.calibration.due",
            "must be a date, such as 2027-06-30, not 'soon'",
        ),
        ('[bench]\nrelay_settle = "-1 s"\n', "bench.relay_settle", "'-1 s' is negative"),
        (
            '[instruments.supply.accuracy]\nvoltage = { fixed = "-1 mV", basis = "1" }\n',
            "instruments.supply.accuracy.voltage.fixed",
            "'-1 mV' is negative",
        ),
        (
            '[wiring]\nvbat = { at = "daq", between = ["BAT+", "BAT-"] }\n',
            "wiring.vbat.at",
            "names no terminal; write 'daq.TERMINAL', it has 101 .. 122",
        ),
        ("[simulation]\nseed = 1.5\n", "simulation.seed", "must be a whole number, not 1.5"),
    ],
)
def test_a_mistake_is_one_sentence_with_file_key_and_remedy(tmp_path, text, key, remedy):
    path = over_reference(tmp_path, text)
    lines = mistake(path).splitlines()
    assert all(line.startswith(f"{path}: ") for line in lines)
    assert any(remedy in line.partition(f"key '{key}'")[2] for line in lines)


def test_several_mistakes_are_told_at_once(tmp_path):
    said = mistake(
        over_reference(
            tmp_path,
            '[wiring]\nbypass = { at = "relays.40", between = ["a", "b"] }\n'
            'vbat = { at = "daq.1", between = ["a", "b"] }\n',
        )
    )
    assert len(said.splitlines()) == 2


def test_files_that_cannot_be_read(tmp_path):
    assert "no such bench file" in mistake(tmp_path / "none.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("schema = \n", encoding="utf-8")
    assert "not valid TOML" in mistake(broken)
    assert "line 1" in mistake(broken)
    circular = tmp_path / "circular.toml"
    circular.write_text('schema = 1\nextends = "circular.toml"\n', encoding="utf-8")
    assert "extends itself" in mistake(circular)
    empty = tmp_path / "empty.toml"
    empty.write_text("", encoding="utf-8")
    assert "'schema' is missing" in mistake(empty)


def test_a_file_that_another_extends_is_traced_to_the_key_that_names_it(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('schema = 1\nextends = "none.toml"\n', encoding="utf-8")
    said = mistake(path)
    assert f"{tmp_path / 'none.toml'}: there is no such bench file" in said
    assert f"check key 'extends' in {path}" in said
    path.write_text('schema = 1\nextends = "."\n', encoding="utf-8")
    assert f"check key 'extends' in {path}" in mistake(path)
    path.write_text("schema = 1\nextends = 3\n", encoding="utf-8")
    assert f"{path}: key 'extends': must be a path in quotes, not 3" in mistake(path)


def test_files_as_other_editors_save_them(tmp_path):
    text = over_reference(tmp_path, "").read_text(encoding="utf-8")
    path = tmp_path / "other.toml"
    path.write_bytes(("\ufeff" + text.replace("\n", "\r\n")).encode())
    assert load_bench_file(path).name == "reference"
    path.write_bytes((text + '[bench]\nname = "Prüfstand"\n').encode("latin-1"))
    said = mistake(path)
    assert f"{path}: is not UTF-8" in said
    assert "save it as UTF-8" in said
    assert "cannot be read" in mistake(tmp_path)
    assert "check its name" in mistake(tmp_path)


def test_conditions_are_asked_of_nobody_where_nobody_is(tmp_path):
    path = tmp_path / "lonely.toml"
    text = (BENCHES / "reference.toml").read_text(encoding="utf-8")
    path.write_text(
        text.replace('operator = { at = "operator.person" }\n', ""), encoding="utf-8", newline="\n"
    )
    assert "no wiring plays the role 'operator'; add it" in mistake(path)


def test_what_a_real_laboratory_is_asked_for_does_no_harm():
    asked = set(load_bench_file(BENCHES / "reference.toml").batteries["bus"].asked)
    assert not asked & {"undervoltage", "overvoltage", "overtemperature", "low_bank"}
    everything = set(load_bench_file(BENCHES / "simulated.toml").batteries["bus"].asked)
    assert everything == {*AXES["battery"].words} - {"healthy", "cable_open"}


def test_reading_a_bench_file_loads_no_library_of_a_wire():
    # `--plan`, `--collect-only` and a mistake in the file are said at once, also without libraries
    script = (
        "import sys; from pathlib import Path; from bench.bench_file_reader import load_bench_file;"
        f"load_bench_file(Path({str(BENCHES / 'simulated.toml')!r}));"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True
    )
    loaded = set(done.stdout.split())
    assert "tomllib" in loaded
    assert not loaded & {"pyvisa", "numpy", "serial", "labjack", "bleak", "asyncio"}
