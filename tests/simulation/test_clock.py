"""Virtual time: order, exactness, what a callback may and may not do."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.clock import ClockError, VirtualClock


def test_events_run_at_their_time_and_not_before():
    clock = VirtualClock()
    seen = []
    clock.schedule(1.0, lambda: seen.append(clock.now()))
    clock.sleep(0.999)
    assert seen == []
    clock.sleep(0.002)
    assert seen == [1.0]
    assert clock.now() == pytest.approx(1.001, abs=1e-12)


@given(st.lists(st.integers(0, 5), max_size=30))
def test_equal_times_keep_the_order_of_scheduling(delays):
    clock = VirtualClock()
    seen = []
    for number, delay in enumerate(delays):
        clock.schedule(float(delay), lambda number=number: seen.append(number))
    clock.sleep(10.0)
    assert seen == [n for _, n in sorted((d, n) for n, d in enumerate(delays))]


def test_a_negative_sleep_passes_nothing_but_runs_what_is_due():
    clock = VirtualClock()
    seen = []
    clock.sleep(2.0)
    clock.schedule(-5.0, lambda: seen.append(clock.now()))
    clock.sleep(-1.0)
    assert seen == [2.0]
    assert clock.now() == 2.0


@pytest.mark.parametrize("duration", [math.inf, math.nan, -math.inf])
def test_a_sleep_without_end_is_refused(duration):
    with pytest.raises(ValueError, match="cannot sleep"):
        VirtualClock().sleep(duration)


def test_cancelled_events_do_not_run_even_when_cancelled_at_their_own_time():
    clock = VirtualClock()
    seen = []
    late = clock.schedule(1.0, lambda: seen.append("late"))
    clock.schedule(0.5, late.cancel)
    rival = []
    clock.schedule(2.0, lambda: rival[0].cancel())
    rival.append(clock.schedule(2.0, lambda: seen.append("rival")))
    clock.sleep(3.0)
    assert seen == []


def test_a_callback_may_schedule_but_not_sleep():
    clock = VirtualClock()
    seen = []

    def first():
        clock.schedule(0.0, lambda: seen.append(clock.now()))
        with pytest.raises(ClockError):
            clock.sleep(1.0)

    clock.schedule(1.0, first)
    clock.sleep(1.0)
    assert seen == [1.0]


def test_periods_do_not_drift():
    clock = VirtualClock()
    seen = []
    event = clock.every(0.01, lambda: seen.append(clock.now()))
    clock.sleep(30.0)
    assert len(seen) == 3000
    assert seen == [0.01 * n for n in range(1, 3001)]
    event.cancel()
    clock.sleep(1.0)
    assert len(seen) == 3000


def test_a_round_of_a_period_counts_as_scheduled_at_the_round_before():
    clock = VirtualClock()
    seen = []
    clock.every(1.0, lambda: seen.append("period"))
    clock.schedule(2.0, lambda: seen.append("early"))
    clock.schedule(1.5, lambda: clock.schedule(1.5, lambda: seen.append("late")))
    clock.sleep(2.0)
    assert seen == ["period", "early", "period"]
    clock.sleep(1.0)
    assert seen[3:] == ["late", "period"]  # the round of 3 s was scheduled at 2 s


def test_a_period_can_be_cancelled_from_inside():
    clock = VirtualClock()
    seen = []

    def tick():
        seen.append(clock.now())
        if len(seen) == 3:
            event.cancel()

    event = clock.every(1.0, tick)
    clock.sleep(10.0)
    assert seen == [1.0, 2.0, 3.0]


def test_an_instant_ends_before_time_moves_and_after_all_that_is_due():
    clock = VirtualClock()
    seen = []

    def change(name):
        seen.append(name)
        clock.at_end_of_instant(lambda: seen.append(f"end {clock.now()}"))

    clock.schedule(1.0, lambda: change("a"))
    clock.schedule(1.0, lambda: seen.append("b"))
    clock.schedule(1.5, lambda: seen.append("c"))
    clock.sleep(2.0)
    assert seen == ["a", "b", "end 1.0", "c"]


def test_an_endless_instant_is_reported():
    clock = VirtualClock()

    def again():
        clock.schedule(0.0, again)

    clock.schedule(1.0, again)
    with pytest.raises(ClockError, match=r"1\.0 s does not come to an end"):
        clock.sleep(2.0)


def test_the_clock_survives_a_failing_callback():
    clock = VirtualClock()
    clock.schedule(1.0, lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        clock.sleep(2.0)
    assert clock.now() == 1.0
    clock.sleep(1.0)
    assert clock.now() == 2.0
