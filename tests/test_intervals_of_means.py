"""Intervals: inside the range of what they are of, as wide as they should be, and reported as they are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.measures.kpis import ratio
from sim.report.page.figures import share_cell
from sim.report.text.known import Estimate as Shown
from sim.report.text.names import half_width_text, spread_text
from sim.report.text.numbers import half_width
from sim.report.text.phrases import half_text
from sim.study.statistics import (
    FREE,
    NOT_NEGATIVE,
    SHARE,
    Range,
    binomial,
    estimate,
    ratio_bands,
    tenth_and_ninetieth,
)

T_3 = 3.182446305
"""t(0.975) at 3 degrees of freedom."""


def mean_of(values: list[float], within: Range = FREE):  # type: ignore[no-untyped-def]
    sums = {"x": np.array(values), "n": np.ones(len(values))}
    return estimate(lambda s: ratio(s["x"], s["n"]), sums, within)


def test_a_skewed_mean_wait_stays_above_zero() -> None:
    """Waits 2, 4, 10, 80: mean 24, standard error 18.74; ± 59.7 would begin at −36. On the log scale ÷ and × e^2.49."""
    found = mean_of([2.0, 4.0, 10.0, 80.0], NOT_NEGATIVE)
    error = np.std([2.0, 4.0, 10.0, 80.0], ddof=1) / 2
    factor = math.exp(T_3 * error / 24.0)
    assert (found.low, found.high) == pytest.approx((24.0 / factor, 24.0 * factor))
    assert mean_of([2.0, 4.0, 10.0, 80.0]).low == pytest.approx(24.0 - T_3 * error)


def test_a_share_stays_below_one() -> None:
    """Shares 0.9, 1, 1, 1: mean 0.975, standard error 0.025. On the logit scale log 39 ± 3.18 × 0.025 ÷ 0.024375."""
    found = mean_of([0.9, 1.0, 1.0, 1.0], SHARE)
    logits = (math.log(39.0) + side * T_3 * 0.025 / 0.024375 for side in (-1, 1))
    assert (found.low, found.high) == pytest.approx([1.0 / (1.0 + math.exp(-logit)) for logit in logits])
    value, low, high = ratio_bands(np.array([[0.9], [1.0], [1.0], [1.0]]), np.ones((4, 1)))
    assert (value[0], low[0], high[0]) == pytest.approx((found.mean, found.low, found.high))


def test_amounts_below_zero_stay_there() -> None:
    """Credits are mirror images of amounts above 0."""
    above, below = mean_of([1.0, 2.0, 30.0], NOT_NEGATIVE), mean_of([-1.0, -2.0, -30.0], (-np.inf, 0.0))
    assert (below.low, below.high) == pytest.approx((-above.high, -above.low))
    assert below.high < 0.0


def test_far_from_the_ends_an_interval_is_t() -> None:
    for within in (FREE, NOT_NEGATIVE, (0.0, 200.0)):
        found = mean_of([99.0, 100.0, 101.0, 104.0], within)
        half = T_3 * np.std([99.0, 100.0, 101.0, 104.0], ddof=1) / 2
        assert (found.low, found.high) == pytest.approx((101.0 - half, 101.0 + half))


def test_where_nothing_varies_there_is_no_width_and_from_one_replication_no_interval() -> None:
    assert (mean_of([0.0, 0.0, 0.0], SHARE).low, mean_of([0.0, 0.0, 0.0], SHARE).high) == (0.0, 0.0)
    assert math.isnan(mean_of([5.0], NOT_NEGATIVE).low)


def test_nominal_95_per_cent_cover_as_much_where_values_are_skewed() -> None:
    """Means of 20 exponential values (skewness 2), and of 20 shares of mean 8/9: 93 to 97 % where t's are below.

    A standard error of 0.3 points at 6,000 draws, of 0.15 at 20,000.
    """
    rng = np.random.default_rng(20)
    waits, shares = rng.exponential(1.0, (20, 6_000)), rng.beta(4.0, 0.5, (20, 20_000))
    found = [mean_of(list(values), NOT_NEGATIVE) for values in waits.T]
    of_waits = np.mean([one.low <= 1.0 <= one.high for one in found])
    _, low, high = ratio_bands(shares, np.ones_like(shares))
    of_shares = np.mean((low <= 8.0 / 9.0) & (high >= 8.0 / 9.0))
    for covered, values, exact in ((of_waits, waits, 1.0), (of_shares, shares, 8.0 / 9.0)):
        half = 2.093024054 * values.std(axis=0, ddof=1) / np.sqrt(20)
        assert np.mean(np.abs(values.mean(axis=0) - exact) <= half) < 0.93 < covered < 0.97


def test_wilsons_interval() -> None:
    """2 of 20: 2.8 to 30.1 %; none of 20: 0 to 16.1 % (Newcombe 1998); one trial tells nothing."""
    assert (binomial(2, 20).low, binomial(2, 20).high) == pytest.approx((0.0279, 0.3010), abs=5e-5)
    assert (binomial(0, 20).low, binomial(0, 20).high) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert (binomial(20, 20).low, binomial(20, 20).high) == pytest.approx((0.8389, 1.0), abs=5e-5)
    assert math.isnan(binomial(1, 1).mean)


def test_a_tenth_of_the_values_lies_below_the_tenth_percentile() -> None:
    """Of 19 values the second and the eighteenth, of 9 the first and the last; of 8 none has a tenth of them outside."""
    told = np.full((3, 19), np.nan)
    told[0] = np.arange(19.0, 0.0, -1.0)
    told[1, :9], told[2, :8] = np.arange(1.0, 10.0), np.arange(8.0)
    low, high = tenth_and_ninetieth(told)
    assert low.tolist()[:2] == [2.0, 1.0]
    assert high.tolist()[:2] == [18.0, 9.0]
    assert np.isnan([low[2], high[2]]).all()


def test_the_next_date_lies_between_them_with_chance_80_per_cent() -> None:
    """20,000 times 19 values and one more, of a skewed law: a standard error of 0.3 points."""
    rng = np.random.default_rng(3)
    values, further = rng.lognormal(0.0, 1.0, (20_000, 19)), rng.lognormal(0.0, 1.0, 20_000)
    low, high = tenth_and_ninetieth(values)
    assert np.mean((low <= further) & (further <= high)) == pytest.approx(0.8, abs=3.5 * 0.4 / np.sqrt(20_000))


def test_plus_minus_is_printed_only_where_it_is_the_interval() -> None:
    assert spread_text(24.0, 9.2, 60.1, "s") == "9 to 60 s"
    assert spread_text(24.0, 20.0, 28.0, "s") == half_width_text(20.0, 28.0, "s") == "± 4.0 s"
    assert spread_text(170.0, 60.0, 200.0, "s") == "60 s to 3 min 20 s"
    assert spread_text(24.0, math.nan, math.nan, "s") == ""
    assert share_cell(Shown(0.975, 0.74, 0.998)).small == "74.0 to 99.8 %"
    assert half_text(Shown(5.0, 1.0, 20.0), 0) == "1 to 20"
    assert half_width(mean_of([2.0, 4.0, 10.0, 80.0], NOT_NEGATIVE), digits=0) == " (2 to 288)"
    assert half_width(mean_of([99.0, 101.0], NOT_NEGATIVE), digits=0) == " ± 13"
