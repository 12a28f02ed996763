import pickle

import pytest

from bench.discrepancy import Source
from bench.limit import Limit
from bench.operating_point import AXES, OperatingPoint
from bench.quantity import QuantityError
from bench.spec import Clause, ProcedureSignature, Test, Verify

DEFAULTS = OperatingPoint(
    {
        "vbat": 12.8,
        "battery": "healthy",
        "remote_l": "open",
        "remote_h": "open",
        "link": "closed",
        "load_current": "none",
    }
)


def make_test(name="", axes=None, rows=(), base=DEFAULTS):
    return Test(
        name=name,
        procedure="outputs.drop",
        arguments={"terminal": "LOAD"},
        base=base,
        axes=axes or {},
        rows=tuple(rows),
        settle=0.0,
        limits={"drop": Limit(high=0.1, unit="V", basis="test")},
    )


def make_clause(*tests):
    source = Source(
        key="x", document="X", revision="", language="en", line=1, section="", quote="x"
    )
    return Clause(
        id="S-LOAD-LEVEL",
        spec_id="smallbms",
        category="load",
        title="t",
        text="t",
        figure="",
        verify=Verify.BENCH,
        sources=(source,),
        discrepancies=(),
        tests=tests,
    )


def ids(*tests):
    return [case.id for case in make_clause(*tests).cases()]


def test_an_id_names_clause_test_and_varied_axes_in_one_order():
    curve = make_test("curve", {"load_current": (0.5,), "vbat": (12.8,)})
    light = make_test("light", {"vbat": (70.0,)})
    assert ids(curve, light) == [
        "S-LOAD-LEVEL.curve[vbat=12.8V,load_current=500mA]",
        "S-LOAD-LEVEL.light[vbat=70V]",
    ]


def test_the_only_test_of_a_clause_needs_no_name_in_the_id():
    assert ids(make_test("curve", {"vbat": (8.0, 70.0)})) == [
        "S-LOAD-LEVEL[vbat=8V]",
        "S-LOAD-LEVEL[vbat=70V]",
    ]
    assert ids(make_test()) == ["S-LOAD-LEVEL"]


def test_rows_multiply_with_axes_and_keep_the_order_of_the_file():
    test = make_test(
        axes={"vbat": (12.8, 51.2)}, rows=[{"remote_l": 0.0}, {"remote_h": "vbat", "link": "open"}]
    )
    assert ids(test) == [
        "S-LOAD-LEVEL[vbat=12.8V,remote_l=0V]",
        "S-LOAD-LEVEL[vbat=51.2V,remote_l=0V]",
        "S-LOAD-LEVEL[vbat=12.8V,remote_h=vbat,link=open]",
        "S-LOAD-LEVEL[vbat=51.2V,remote_h=vbat,link=open]",
    ]


def test_growing_a_grid_keeps_the_ids_there_were():
    few = ids(make_test(axes={"vbat": (12.8, 51.2)}))
    many = ids(make_test(axes={"vbat": (8.0, 12.8, 25.6, 51.2)}))
    assert set(few) <= set(many)


def test_a_case_has_a_whole_point_and_shows_itself_as_its_id():
    (case,) = make_clause(make_test(axes={"vbat": (51.2,)})).cases()
    assert case.point.vbat == 51.2
    assert set(case.point) == set(AXES)
    assert repr(case) == case.id


def test_a_point_is_typed():
    point = DEFAULTS | {"remote_l": 3.4, "remote_h": "vbat/2", "link": "open", "load_current": 0.5}
    assert point.vbat == 12.8
    assert point.battery == "healthy"
    assert not point.link_closed
    assert point.load_current == 0.5
    assert point.remote("remote_l") == 3.4
    assert point.remote("remote_h") == 6.4
    assert DEFAULTS.remote("remote_l") is None
    assert (DEFAULTS | {"remote_l": "vbat"}).remote("remote_l") == 12.8
    assert point.text("remote_l") == "3.4V"
    assert point.text("remote_h") == "vbat/2"
    with pytest.raises(TypeError, match="battery is 'healthy', not a number"):
        point.number("battery")
    with pytest.raises(TypeError, match=r"vbat is 12\.8V, not a word"):
        point.word("vbat")


def test_a_point_is_a_value():
    assert OperatingPoint({"vbat": 8.0, "link": "open"}) == OperatingPoint(
        {"link": "open", "vbat": 8.0}
    )
    assert len({DEFAULTS, DEFAULTS | {}, DEFAULTS | {"vbat": 8.0}}) == 2
    assert pickle.loads(pickle.dumps(DEFAULTS)) == DEFAULTS  # noqa: S301 - our own bytes
    assert list(DEFAULTS) == list(AXES)
    with pytest.raises(KeyError):
        DEFAULTS["temperature"]
    with pytest.raises(KeyError, match="unknown axes temperature"):
        OperatingPoint({"temperature": 20.0})
    with pytest.raises(AttributeError):
        DEFAULTS.vbat = 80.0


def test_changing_a_point_leaves_the_old_one():
    assert (DEFAULTS | {"vbat": 70.0}).vbat == 70.0
    assert DEFAULTS.vbat == 12.8


def test_a_point_for_people():
    shown = (DEFAULTS | {"load_current": 0.01}).shown()
    assert shown["vbat"] == "12.8 V"
    assert shown["load_current"] == "10 mA"
    assert shown["battery"] == "healthy"


def test_axes_refuse_what_they_are_not():
    with pytest.raises(ValueError, match="'flat' is not one of healthy, prealarm, undervoltage"):
        AXES["battery"].parse("flat")
    with pytest.raises(QuantityError, match="'3 A' is a current"):
        AXES["remote_l"].parse("3 A")
    assert AXES["remote_l"].parse("vbat/2") == "vbat/2"


def test_a_signature_expands_terminals():
    signature = ProcedureSignature(
        name="battery.reaction",
        parameters={"trips": "terminals", "keeps": "terminals"},
        measurements={"reaction_time.{trips}": "s", "state.{keeps}": ("HIGH",), "light": "V"},
        stimuli=("short.{trips}",),
    )
    assert signature.produces({"trips": ("LOAD", "CHARGER"), "keeps": "LED_RED"}) == {
        "reaction_time.LOAD": "s",
        "reaction_time.CHARGER": "s",
        "state.LED_RED": ("HIGH",),
        "light": "V",
    }
    assert signature.produces({}) == {"light": "V"}
    assert signature.stimulates({"trips": ("LOAD",)}) == ("short.LOAD",)
