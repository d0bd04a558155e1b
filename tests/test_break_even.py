"""Where working faster stops paying, against the sum over a case's attempts."""

from __future__ import annotations

import pytest

from sim.measures.break_even import load_break_even, load_break_even_of_several


@pytest.mark.parametrize(("share", "fcr"), [(0.3, 0.7), (0.6, 0.5), (0.95, 0.65), (1.0, 0.4), (1.0, 0.9)])
def test_at_the_break_even_for_load_a_change_of_pace_leaves_the_work_as_it_is(share: float, fcr: float) -> None:
    e = load_break_even(share, fcr)
    assert e is not None
    assert e == pytest.approx((1 - share * (1 - fcr)) / (share * fcr))

    def work(pace: float, elasticity: float) -> float:
        """Of a case: time × attempts, each unresolved one followed by another with the repeat's share."""
        return sum(pace * (share * (1 - fcr * pace**elasticity)) ** n for n in range(3000))

    assert (work(1 + 1e-5, e) - work(1 - 1e-5, e)) / 2e-5 == pytest.approx(0.0, abs=1e-4)
    assert work(1.02, e) >= work(1.0, e) - 1e-3
    assert work(0.999, e - 0.2) < work(1.0, e - 0.2)
    assert work(0.999, e + 0.2) > work(1.0, e + 0.2)


@pytest.mark.parametrize("gain", [0.8, 1.25, 1.6])
def test_at_the_break_even_of_concurrency_a_case_takes_the_same_time(gain: float) -> None:
    k = load_break_even_of_several(0.9, 0.7, gain)
    assert k is not None
    today = sum((0.9 * 0.3) ** n for n in range(2000))
    assert sum((0.9 * (1 - 0.7 * k)) ** n for n in range(5000)) / gain == pytest.approx(today)


def test_where_nobody_comes_again_nothing_breaks_even() -> None:
    assert load_break_even(0.0, 0.7) is None
    assert load_break_even(0.5, 0.0) is None
    assert load_break_even_of_several(0.0, 0.7, 1.2) is None
    # So much is won by three at once that even resolving nothing would take less time.
    assert load_break_even_of_several(0.1, 0.7, 3.0) is None
