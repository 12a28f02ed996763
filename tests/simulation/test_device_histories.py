"""Whatever happened before: a healthy unit's state follows from its terminals as they are now."""

from device_rig import Rig
from hypothesis import given, settings
from hypothesis import strategies as st

VBATS = (0.0, 5.0, 8.0, 12.8, 51.2, 70.0)
REMOTES = (None, 0.0, 3.4, 5.0)

steps = st.lists(
    st.tuples(
        st.sampled_from(("vbat", "low", "high", "link", "pole", "short")),
        st.integers(0, 5),
        st.sampled_from((0.0, 0.05, 0.19, 0.2, 0.21, 1.0, 1.5)),
    ),
    max_size=25,
)


def _apply(rig, what, choice):
    """Change one thing around the unit; returns nothing, the rig is the state."""
    if what == "vbat":
        rig.supply.set(VBATS[choice], 5.0)
    elif what == "low":
        rig.drive("REMOTE_L", REMOTES[choice % 4])
    elif what == "high":
        rig.drive("REMOTE_H", REMOTES[choice % 4])
    elif what == "link":
        (rig.link.close if choice % 2 else rig.link.open)()
    elif what == "pole":
        pole = rig.poles[choice % 3]
        (pole.close if choice > 2 else pole.open)()
    else:
        short = rig.shorts["CHARGER"]
        (short.close if choice % 2 else short.open)()


def _seen(rig):
    return rig.states(), rig.lit("LED_BLUE"), rig.lit("LED_RED"), round(rig.supply_current(), 9)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(steps)
def test_history_leaves_no_trace(history):
    lived = Rig()
    for what, choice, pause in history:
        _apply(lived, what, choice)
        lived.sleep(pause)
    lived.sleep(3.0)
    fresh = Rig(powered=False)
    for what, choice, _ in history:
        _apply(fresh, what, choice)
    fresh.supply.on()
    fresh.sleep(3.0)
    assert _seen(lived) == _seen(fresh)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(steps)
def test_no_output_is_high_without_leave(history):
    rig = Rig()
    for what, choice, pause in history:
        _apply(rig, what, choice)
        rig.sleep(pause)
        rig.sleep(0.21 if pause < 1.2 else 0.0)
        open_poles = [number for number, pole in enumerate(rig.poles, 1) if not pole.is_closed]
        if 1 in open_poles or 3 in open_poles:
            assert not rig.device.elements["LOAD"].is_on
        if 2 in open_poles or 3 in open_poles:
            assert not rig.device.elements["CHARGER"].is_on
