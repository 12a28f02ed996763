"""Whatever happened to a healthy smallBMS NG, its bank and its app: what must hold at all times."""

from device_rig import Rig
from hypothesis import example, given, settings
from hypothesis import strategies as st

from simulation.dut.app import AppError
from simulation.dut.bus_battery import CONDITIONS

HIGH, FLOAT = "HIGH", "FLOAT"
SETTINGS = (
    ("soc", "5 %"),
    ("soc", "15 %"),
    ("soc", "60 %"),
    ("discharge_floor", "0 %"),
    ("discharge_floor", "30 %"),
    ("mode", "off"),
    ("mode", "on"),
    ("bluetooth", "off"),
    ("bluetooth", "on"),
)
ACTIONS = ("synchronise", "factory_reset", "connect", "disconnect", "firmware_update")
STEPS = (
    *(("battery", word) for word in CONDITIONS),
    *(("set", setting) for setting in SETTINGS),
    *(("do", action) for action in (*ACTIONS, "interrupt_update")),
    *(("power", on) for on in (True, False)),
    *(("remote", on) for on in (True, False)),
    *(("pole", (number, on)) for number in range(3) for on in (True, False)),
)
steps = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from((0.0, 0.1, 0.2, 1.0, 5.0, 31.0, 200.0))),
    max_size=20,
)


def _apply(rig, what, value):
    app, battery = rig.device.app, rig.device.battery
    try:
        if what == "battery":
            battery.set_condition(value)
        elif what == "set":
            app.set(*value)
        elif what == "do":
            app.do(value)
    except AppError:
        return  # the app cannot, now: nothing happens
    if what == "power":
        (rig.supply.on if value else rig.supply.off)()
        rig.sleep(0.1)  # at the instant itself all outputs are near a BAT+ that is falling
    elif what == "remote":
        (rig.link.close if value else rig.link.open)()
    elif what == "pole":
        pole = rig.poles[value[0]]
        (pole.close if value[1] else pole.open)()


def _is_red(codes):
    return any(code[0] in "AE" for code in codes)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(steps)
@example([(("power", False), 0.0)])
@example([(("do", "firmware_update"), 1.0), (("power", False), 1.0), (("power", True), 5.0)])
@example(
    [
        (("battery", "prealarm"), 1.0),
        (("do", "firmware_update"), 1.0),
        (("do", "interrupt_update"), 200.0),
    ]
)
def test_what_the_unit_says_is_what_it_does(history):
    rig = Rig(device="smallbms_ng")
    for (what, value), pause in history:
        _apply(rig, what, value)
        rig.sleep(pause)
        load, charger, pre_alarm = rig.states()
        assert {load, charger, pre_alarm} <= {HIGH, FLOAT}
        assert pre_alarm == FLOAT or load == HIGH
        said = rig.device.advertisement()
        if said is None:
            assert not rig.lit("LED_BLUE")
            continue
        assert said.allow_to_charge == (charger == HIGH)
        assert said.allow_to_discharge == (load == HIGH)
        shown = rig.device.app.read("allow_to_discharge")
        assert shown == ("Pre-alarm" if pre_alarm == HIGH else "Yes" if load == HIGH else "No")
        assert rig.device.app.read("codes") == (" ".join(said.codes) or "none")
        if _is_red(said.codes):
            assert rig.lit("LED_RED")
        elif not said.codes:
            assert not rig.lit("LED_RED")


@settings(max_examples=60, deadline=None, derandomize=True)
@given(steps)
def test_a_unit_brought_back_to_health_has_no_memory(history):
    rig = Rig(device="smallbms_ng")
    for (what, value), pause in history:
        _apply(rig, what, value)
        rig.sleep(pause)
    for pole in rig.poles:
        pole.close()
    rig.link.close()
    rig.supply.off()
    rig.sleep(1.0)
    rig.supply.on()  # the radio is back for a while, whatever it was set to
    rig.device.battery.set_condition("healthy")
    rig.sleep(3.0)
    app = rig.device.app
    app.do("firmware_update")  # one that had failed is made good
    for name, text in (("soc", "80 %"), ("mode", "on"), ("bluetooth", "on")):
        app.set(name, text)
    app.do("factory_reset")
    rig.sleep(200.0)
    fresh = Rig(device="smallbms_ng")
    assert rig.states() == fresh.states()
    assert not rig.lit("LED_RED")
    assert rig.supply_current() == fresh.supply_current()
    assert rig.device.advertisement() == fresh.device.advertisement()


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.floats(2.5, 3.5),
            st.sampled_from((0.0, 0.1, 1.0, 10.0, 29.0, 35.0)),
        ),
        max_size=12,
    )
)
def test_cells_never_open_load_less_than_30_s_after_the_pre_alarm(history):
    rig = Rig(device="smallbms_ng")
    for terminal in ("LOAD", "PRE-ALARM"):
        rig.downs[terminal].close()
    seen = []

    def look():
        seen.append((rig.clock.now(), rig.v("LOAD") > 1.0, rig.v("PRE-ALARM") > 1.0))

    rig.world.observe(look)
    for number, voltage, pause in history:
        rig.device.battery.set_cell(number, voltage)
        rig.sleep(pause)
    rig.sleep(40.0)
    risen = None
    was_high = True
    for time, load, warned in seen:
        if was_high and not load:
            assert risen is not None
            assert time - risen >= 30.0
        was_high = load
        if not warned:
            risen = None
        elif risen is None:
            risen = time
