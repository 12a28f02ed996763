"""What a program may ask of LJM without harm: rooms too small, values that no register takes.

Sources: labjack.ljm (how its wrapper makes room for a read); ljm_constants.json (error numbers).
"""

import ctypes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from t7_rig import Wired

from simulation.front_panels.t7.registers import BY_NAME

UNKNOWN_ERROR = 1221
"""How a crash of the simulation itself would show."""

NAMES = st.one_of(
    st.sampled_from(sorted(name for name in BY_NAME if not name.startswith("WATCHDOG"))),
    st.sampled_from(["BANANA", "", "ain0", "AIN999", "SPI_GO", "DIO22_EF_INDEX", "FIO8"]),
)
VALUES = st.one_of(
    st.floats(),
    st.sampled_from([0, 1, -1, 2.5, 199, 2000, 2500, 65536, 1 << 32, -(1 << 31) - 1, 1e300]),
)


@pytest.fixture
def wired():
    found = Wired({"DAC0": "A", "AIN0": "A"})
    yield found
    found.close()


def test_a_refused_start_leaves_no_more_room_than_it_asked_for(wired):
    # the wrapper makes room for 10 values before it hears that a stream of 100 runs already
    wired.ljm.eStreamStart(wired.handle, 100, 1, [0], 1000)
    again = lambda: wired.ljm.eStreamStart(wired.handle, 10, 1, [0], 1000)  # noqa: E731
    assert wired.refusal(again) == 2605
    data = (ctypes.c_double * 100)(*[777.0] * 100)
    backlogs = ctypes.c_int32(), ctypes.c_int32()
    code = wired.ljm.ljm._staticLib.LJM_eStreamRead(
        wired.handle, ctypes.byref(data), *map(ctypes.byref, backlogs)
    )
    assert code == 0
    assert list(data[:10]) == pytest.approx([0.0] * 10, abs=0.01)
    assert list(data[10:]) == [777.0] * 90
    wired.ljm.eStreamStop(wired.handle)


@settings(max_examples=150, deadline=None)
@given(accesses=st.lists(st.tuples(NAMES, st.none() | VALUES), min_size=1, max_size=6))
def test_any_register_takes_or_refuses_any_value(accesses):
    wired = Wired({"DAC0": "A", "AIN0": "A", "FIO0": "C", "DAC1": "C"})
    ljm, handle = wired.ljm, wired.handle
    for name, value in accesses:
        if value is None:
            codes = [wired.refusal(lambda n=name: ljm.eReadName(handle, n)),
                     wired.refusal(lambda n=name: ljm.eReadNameArray(handle, n, 3)),
                     wired.refusal(lambda n=name: ljm.eReadNameByteArray(handle, n, 7)),
                     wired.refusal(lambda n=name: ljm.eReadNameString(handle, n))]  # fmt: skip
        else:
            codes = [wired.refusal(lambda n=name, v=value: ljm.eWriteName(handle, n, v))]
        assert UNKNOWN_ERROR not in codes
    names, writes, numbers, values = [], [], [], []
    for name, value in accesses:
        names.append(name)
        writes.append(int(value is not None))
        numbers.append(1)
        values.append(0.0 if value is None else value)
    code = wired.refusal(lambda: ljm.eNames(handle, len(names), names, writes, numbers, values))
    assert code != UNKNOWN_ERROR
    wired.close()


@settings(max_examples=60, deadline=None)
@given(
    scans=st.integers(-2, 50),
    rate=st.one_of(st.floats(), st.sampled_from([1.0, 100.0, 1e5, 1e9, 0.0, -5.0])),
    addresses=st.lists(
        st.sampled_from([0, 2, 28, 2500, 61520, 4899, 4800, 99999, -1]), min_size=1, max_size=4
    ),
)
def test_any_stream_starts_or_is_refused(scans, rate, addresses):
    wired = Wired({"DAC0": "A", "AIN0": "A"})
    ljm, handle = wired.ljm, wired.handle
    start = lambda: ljm.eStreamStart(handle, scans, len(addresses), addresses, rate)  # noqa: E731
    code = wired.refusal(start)
    assert code != UNKNOWN_ERROR
    if code == 0 and scans / rate < 10.0:
        assert wired.refusal(lambda: ljm.eStreamRead(handle)) in (0, 1308)
        assert wired.refusal(lambda: ljm.eStreamStop(handle)) == 0
    wired.close()
