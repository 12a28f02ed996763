"""A small spec file that is right, and what it takes to read it with changes."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bench.errors import SpecError
from bench.spec import ProcedureSignature, Spec
from bench.spec_file import load_spec

PROCEDURES = {
    signature.name: signature
    for signature in (
        ProcedureSignature(
            name="outputs.drop",
            parameters={"terminal": "terminal"},
            required=("terminal",),
            axes=("load_current",),
            measurements={"drop": "V", "load_current": "A"},
            terminals_from=("terminal",),
        ),
        ProcedureSignature(
            name="outputs.rating",
            parameters={"terminal": "terminal", "duration": "s"},
            required=("terminal",),
            axes=("load_current",),
            measurements={"drop": "V"},
            terminals_from=("terminal",),
        ),
        ProcedureSignature(
            name="outputs.state",
            parameters={"terminals": "terminals"},
            required=("terminals",),
            measurements={
                "state.{terminals}": ("HIGH", "FLOAT", "LOW", "WEAK"),
                "leakage.{terminals}": "A",
            },
        ),
        ProcedureSignature(
            name="outputs.current_limit",
            parameters={"terminal": "terminal"},
            measurements={"state_after": ""},
            stimuli=("short.{terminal}",),
        ),
    )
}

GOOD = """
schema = 1
id = "thing"
title = "A thing"
register = "register.toml"
settle = "1 s"

[device]
name = "thing"
variant = "T"
title = "A thing"
terminals = ["BAT+", "BAT-", "LOAD", "CHARGER"]
absolute_maximum = { vbat = "70 V" }
forbidden = ["short.LOAD"]
[device.ratings]
LOAD = { current = "1 A", short_circuit_protected = false, clause = "T-LEVEL" }
CHARGER = { current = "10 mA", short_circuit_protected = true, clause = "T-LEVEL" }

[defaults]
vbat = "12.8 V"
battery = "healthy"
remote_l = "open"
remote_h = "open"
link = "closed"
load_current = "none"

[[clause]]
id = "T-LEVEL"
category = "load"
title = "LOAD is high"
text = "LOAD is high."
verify = "bench"
discrepancies = ["D-ONE"]
sources = [{ document = "sheet", language = "en", line = 4, quote = "Vbat" }]

  [[clause.test]]
  name = "curve"
  procedure = "outputs.drop"
  with = { terminal = "LOAD" }
  at = { vbat = ["8 V", "70 V"], load_current = ["1 mA", "1 A"] }
  settle = "50 ms"
  limits = { drop = { high = "0.1 V", basis = "stated", reading = "D-ONE" } }

  [[clause.test]]
  name = "state"
  procedure = "outputs.state"
  with = { terminals = ["LOAD", "CHARGER"] }
  at = { link = "open" }
  rows = [{ remote_l = "0 V" }, { remote_h = "vbat" }]
  limits = { "state.LOAD" = { equals = "HIGH", basis = "stated" } }

[[clause]]
id = "T-LABEL"
category = "inspection"
title = "IP20"
text = "The label says IP20."
verify = "inspection"
reason = "inspection"
sources = [{ document = "sheet", language = "en", line = 5, quote = "IP20" }]
"""

REGISTER = """
schema = 1
[documents.sheet]
title = "Data sheet"
languages = ["en"]
file = "sheet.txt"
sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

[[discrepancy]]
id = "D-ONE"
severity = "C"
topic = "One"
adopted = "This."
[[discrepancy.readings]]
text = "That."
sources = [{ document = "sheet", language = "en", line = 1, quote = "x" }]
"""

LIMIT = 'limits = { drop = { high = "0.1 V", basis = "stated", reading = "D-ONE" } }'


def loader(folder: Path) -> Callable[..., Spec]:
    """Return a function that writes the good file with changes into ``folder`` and reads it."""

    def load(
        *changes: tuple[str, str], procedures: Mapping[str, ProcedureSignature] | None = PROCEDURES
    ) -> Spec:
        text = GOOD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (folder / "register.toml").write_text(REGISTER, encoding="utf-8")
        path = folder / "thing.toml"
        path.write_text(text, encoding="utf-8")
        return load_spec(path, procedures)

    return load


def mistakes(load, *changes, procedures=PROCEDURES):
    """Return the sentences without the path of the file, which each must begin with."""
    with pytest.raises(SpecError) as caught:
        load(*changes, procedures=procedures)
    lines = str(caught.value).split("\n")
    assert all("thing.toml: " in line for line in lines)
    return [line.partition("thing.toml: ")[2] for line in lines]
