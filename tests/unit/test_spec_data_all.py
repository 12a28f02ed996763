"""All spec files together: nothing of the documents is dropped, and no clause stays unexplained."""

import re
from pathlib import Path

import pytest

from bench.errors import SpecError
from bench.procedures.catalogue import signatures
from bench.spec_file import load_spec

FOLDER = Path(__file__).parents[2] / "test_specs"
FILES = ("smallbms.toml", "smallbms_prealarm.toml", "smallbms_ng.toml")
SHARED = "ALL-SYS-NOVEBUS"  # each device has it

# Every testable statement of the five documents, as listed when they were read.
_LISTED = """
S-SUP-RANGE P-SUP-RANGE NG-SUP-RANGE S-SUP-SYSTEMS P-SUP-FUSE NG-SUP-FUSE S-CUR-ON
S-CUR-LOWCELL S-CUR-OFF P-CUR-ON P-CUR-LOWCELL P-CUR-OFF NG-CUR-ON NG-CUR-LOWCELL NG-CUR-OFF
S-LOAD-LEVEL P-LOAD-LEVEL NG-LOAD-LEVEL S-LOAD-IMAX P-LOAD-IMAX NG-LOAD-IMAX S-LOAD-NOSC
P-LOAD-NOSC NG-LOAD-NOSC S-LOAD-FLOAT P-LOAD-FLOAT NG-LOAD-FLOAT S-LOAD-UV P-LOAD-UV
NG-LOAD-UV S-LOAD-USES P-LOAD-USES P-LOAD-CONTACTOR NG-LOAD-CONTACTOR S-CHG-LEVEL P-CHG-LEVEL
NG-CHG-LEVEL
S-CHG-ILIM P-CHG-ILIM NG-CHG-IMAX NG-CHG-NOSC S-CHG-FLOAT P-CHG-FLOAT NG-CHG-FLOAT S-CHG-OV
S-CHG-OT S-CHG-UT P-CHG-OVT NG-CHG-ATC-LOWT NG-CHG-ATC-HIGHT NG-CHG-ATC-HV S-CHG-NOINDUCT
P-CHG-NOINDUCT NG-CHG-NOINDUCT S-CHG-USES P-CHG-USES NG-CHG-USES S-PRE-NONE P-PRE-IDLE
P-PRE-LEVEL P-PRE-IMAX P-PRE-NOSC NG-PRE-NOSC S-SYS-BATT
P-SUP-SYSTEMS P-PRE-USES P-SYS-SERIES NG-SUP-SYSTEMS NG-SOC-SYNC NG-APP-STATUS NG-APP-BATTERY
NG-APP-HISTORY NG-FW-NOTICE NG-INSTALL
P-PRE-30S NG-PRE-IDLE NG-PRE-LEVEL NG-PRE-IMAX NG-PRE-30S NG-PRE-DRIVES NG-PRE-ADJ
NG-PRE-STATUS S-REM-LINK S-REM-L S-REM-H S-REM-OFF P-REM-LINK P-REM-L P-REM-H P-REM-OFF
NG-REM-LINK NG-REM-L NG-REM-H NG-REM-OFF S-REM-BOTH P-REM-BOTH NG-REM-BOTH S-REM-ALT
NG-REM-ALT NG-REM-FITTED S-LED-BLUE S-LED-RED P-LED-BLUE P-LED-RED NG-LED-BT NG-LED-ERR
NG-SOC-WARN NG-SOC-ALARM NG-SOC-ZERO NG-SOC-TTG NG-SOC-SET NG-SOC-TAIL NG-SOC-CDT NG-ATD-FLOOR
NG-ATD-LV NG-CFG-AUTO NG-MODE-SW NG-CODE-WB01 NG-CODE-WB05 NG-CODE-WB07 NG-CODE-AB01
NG-CODE-AB05 NG-CODE-AB07 NG-CODE-AB08 NG-CODE-AB09 NG-CODE-EB01 NG-CODE-EB05 NG-CODE-EB09
NG-CODE-EB11 NG-CODE-SEM NG-CODE-RECOVER NG-FW-NOSHUT NG-FW-CHG NG-FW-120S NG-BT-30S NG-START
NG-RESET NG-BLE-IR NG-BLE NG-TERM P-SYS-MAXBAT NG-SYS-MAXBAT NG-SYS-ENERGY P-SYS-BATT
NG-SYS-BATT ALL-SYS-NOVEBUS NG-SYS-CHAIN NG-SYS-ICONT NG-SYS-IPULSE NG-SYS-IREC NG-SYS-ITAB12
NG-SYS-ITAB24 NG-SYS-RESERVE NG-INT-INV NG-INT-DCDC NG-INT-BP NG-INT-LILOAD NG-INT-INVCABLE
NG-INT-PULLLOW NG-INT-MPPT-DIR NG-INT-MPPT-CABLE NG-INT-IP43 NG-INT-SKYLLATG NG-INT-SKYLLAIP44
NG-INT-OTHER NG-EX-1 NG-EX-2 NG-EX-3 S-ENV-TEMP S-ENV-HUM S-ENV-IP S-MEC-MAT S-MEC-WEIGHT
S-MEC-DIM P-ENV-TEMP P-ENV-HUM P-ENV-IP P-MEC-MAT P-MEC-WEIGHT P-MEC-DIM NG-ENV-TEMP
NG-ENV-HUM NG-ENV-IP NG-MEC-MAT NG-MEC-WEIGHT NG-MEC-DIM P-STD NG-STD NG-DECL NG-SAFE
"""
IDS = _LISTED.split()


@pytest.fixture(scope="module")
def specs():
    return [load_spec(FOLDER / name, signatures()) for name in FILES]


def test_the_list_holds_each_clause_once():
    assert len(IDS) == len(set(IDS))


def test_the_spec_files_hold_exactly_the_listed_clauses(specs):
    held = [clause.id for spec in specs for clause in spec.clauses]
    assert set(held) == set(IDS)
    assert sorted(held) == sorted([*IDS, SHARED, SHARED])


def test_the_size_of_a_clause_is_the_number_of_its_cases(specs):
    for spec in specs:
        for clause in spec.clauses:
            assert clause.size == len(clause.cases()), clause.id


def test_every_clause_has_a_test_or_a_reason(specs):
    for spec in specs:
        for clause in spec.clauses:
            assert clause.tests or clause.reason, clause.id


def test_every_discrepancy_has_at_least_one_clause(specs):
    referred = {
        entry for spec in specs for clause in spec.clauses for entry in clause.discrepancies
    }
    assert set(specs[0].discrepancies) - referred == set()


@pytest.mark.parametrize("name", FILES)
def test_a_clause_without_test_and_without_reason_fails_loading(name, tmp_path):
    """The coverage gate: take any clause's reason away, and the file is refused."""
    register = (FOLDER / "discrepancies.toml").read_text(encoding="utf-8")
    (tmp_path / "discrepancies.toml").write_text(register, encoding="utf-8")
    text = (FOLDER / name).read_text(encoding="utf-8")
    reasons = re.findall(r'^reason = ".*"\n', text, re.M)
    assert reasons
    path = tmp_path / name
    path.write_text(re.sub(r'^reason = ".*"\n', "", text, flags=re.M), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_spec(path, signatures())
    sentences = [
        line for line in str(caught.value).splitlines() if "say why the clause has no test" in line
    ]
    assert len(sentences) == len(reasons)
