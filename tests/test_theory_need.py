"""The formula behind the seats required, against independent code: balking, lines, busy days, parts of a seat."""

from __future__ import annotations

import numpy as np
import pytest
import theory
from numpy.testing import assert_allclose
from scipy import stats

from sim.measures.erlang import LARGEST, Asked, Line, _weight_of_no_wait, formula
from sim.measures.erlang_seats import seats_in_fractions

HANDLE = 180.0

SYSTEMS = [
    # load, seats, mean patience (0: never), balk, lines (0: no limit), within, short
    (6.0, 5, 300.0, 0.3, 0, 20.0, 5.0),
    (12.0, 14, 120.0, 0.15, 0, 30.0, 40.0),
    (50.0, 47, 600.0, 0.5, 0, 20.0, 0.0),
    (8.0, 10, 0.0, 0.2, 0, 20.0, 0.0),
    (3.0, 2, 200.0, 1.0, 0, 20.0, 5.0),
    (20.0, 20, 250.0, 0.0, 24, 20.0, 5.0),
    (20.0, 22, 0.0, 0.0, 30, 60.0, 0.0),
    (30.0, 20, 90.0, 0.25, 28, 120.0, 10.0),
    (60.0, 25, 300.0, 0.1, 90, 300.0, 20.0),
    (1.5, 3, 0.0, 0.0, 3, 20.0, 0.0),
]


def line(
    load: float, patience: float, balk: float = 0.0, lines: float = 0, handle: float = HANDLE, day: float = 0.0,
    interval: float = 0.0,
) -> Line:  # fmt: skip
    theta = 1.0 / patience if patience else 0.0
    return Line(np.array([load / handle]), np.array([handle]), np.array([theta]), balk, lines or np.inf, day, interval)


@pytest.mark.parametrize(("load", "seats", "patience", "balk", "lines", "within", "short"), SYSTEMS)
def test_balking_and_lines_are_those_of_the_chain(
    load: float, seats: int, patience: float, balk: float, lines: int, within: float, short: float
) -> None:
    """A birth-death chain with stages for the wait, solved by uniformisation: nothing in common but the model."""
    told = formula(line(load, patience, balk, lines), float(seats), Asked(within, short))
    inside = {"impatience": 1.0 / patience if patience else 0.0, "balk": balk, "places": lines or None}
    exact = theory.m_m_n(load / HANDLE, 1.0 / HANDLE, seats, within=within, **inside)  # type: ignore[arg-type]
    early = theory.m_m_n(load / HANDLE, 1.0 / HANDLE, seats, within=short, **inside)  # type: ignore[arg-type]
    offered = 1.0 - exact.blocked
    assert_allclose(told.blocked, exact.blocked, atol=1e-12)
    assert_allclose(told.answered_within, exact.answered_within * offered, rtol=1e-9)
    assert_allclose(told.abandoned, exact.abandoned * offered, rtol=1e-9, atol=1e-12)
    assert_allclose(told.abandoned_within, exact.abandoned_within * offered, rtol=1e-8, atol=1e-12)
    assert_allclose(told.abandoned_short, early.abandoned_within * offered, rtol=1e-8, atol=1e-12)
    levels = theory.service_levels(1.0, 1.0 - exact.abandoned, exact.answered_within, exact.abandoned_within)
    for convention in ("negative", "positive", "ignore", "answered"):
        assert_allclose(told.service_level(convention), getattr(levels, convention), rtol=1e-8)


def test_three_lines_for_three_people_are_erlang_b() -> None:
    """1.5 erlangs on three: 13.4 % find them taken, and nobody else waits."""
    told = formula(line(1.5, 0.0, lines=3, handle=900.0), 3.0, Asked(20.0))
    assert_allclose(told.blocked, theory.erlang_b(3, 1.5), rtol=1e-12)
    assert float(told.blocked[0]) == pytest.approx(0.134, abs=5e-4)
    assert_allclose(told.service_level("negative"), 1.0)
    # More people than lines are of no use.
    assert_allclose(formula(line(1.5, 0.0, lines=3), 7.0, Asked(20.0)).blocked, told.blocked)


def test_the_table_book_case_of_need() -> None:
    """57 calls an hour of 1,110 s within three minutes, nobody gives up: 20 seats 67.9 %, 21 seats 80.7 % (Erlang C);
    80 % lies between them, where the straight line from one to the other crosses it."""
    calls = line(57 * 1110 / 3600, 0.0, handle=1110.0)
    levels = [float(formula(calls, n, Asked(180.0)).service_level("negative")[0]) for n in (20.0, 21.0)]
    exact = [theory.erlang_c(57 / 3600, 1 / 1110, n, 180.0).answered_within for n in (20, 21)]
    assert levels == pytest.approx(exact, rel=1e-9)
    assert [round(100 * level, 1) for level in levels] == [67.9, 80.7]
    part = float(seats_in_fractions(calls, Asked(180.0))[0])
    assert part == pytest.approx(20 + (0.8 - exact[0]) / (exact[1] - exact[0]), abs=1e-4)
    assert float(formula(calls, part, Asked(180.0)).service_level("negative")[0]) == pytest.approx(0.8, abs=1e-5)


def test_patience_that_outlives_every_wait_is_no_patience() -> None:
    """From a mean of an hour to one of a thousand years, the answer goes over into Erlang C without a jump."""
    calls = theory.erlang_c(17.6 / HANDLE, 1 / HANDLE, 21, 20.0).answered_within
    gaps = []
    for hours in (1e1, 1e2, 1e3, 1e4, 1e6, 1e8):
        found = formula(line(17.6, hours * 3600.0), 21.0, Asked(20.0)).service_level("negative")[0]
        gaps.append(abs(float(found) - calls))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] < 0.01
    assert gaps[-1] < 1e-9


MIXED = [
    # load, seats, patience, day CV, interval CV
    (17.6, 21, 300.0, 0.11, 0.18),
    (17.6, 21, 0.0, 0.1, 0.0),
    (100.0, 104, 240.0, 0.0, 0.15),
    (200.0, 215, 300.0, 0.15, 0.15),
    (4.0, 6, 300.0, 0.3, 0.3),
]


@pytest.mark.parametrize(("load", "seats", "patience", "day", "interval"), MIXED)
def test_busy_days_are_the_mixture_over_both_factors(
    load: float, seats: int, patience: float, day: float, interval: float
) -> None:
    """Brute force: E[f g level(λ f g)] over a fine grid of both gamma factors; those of more contacts count for more."""

    def places(cv: float) -> tuple[np.ndarray, np.ndarray]:
        if not cv:
            return np.ones(1), np.ones(1)
        edges = np.linspace(max(1e-9, 1 - 9 * cv), 1 + 9 * cv, 501)
        parts = np.diff(stats.gamma.cdf(edges, 1 / cv**2, scale=cv**2))
        return (edges[:-1] + edges[1:]) / 2, parts / parts.sum()

    (f, of_f), (g, of_g) = places(day), places(interval)
    factor, part = np.multiply.outer(f, g).ravel(), np.multiply.outer(of_f, of_g).ravel()
    lam, theta = load * factor / HANDLE, 1.0 / patience if patience else 0.0
    steady = formula(Line(lam, HANDLE, theta), float(seats), Asked(20.0)).answered_within  # type: ignore[arg-type]
    exact = float((part * factor * steady).sum() / (part * factor).sum())
    calls = line(load, patience, day=day, interval=interval)
    told = float(formula(calls, float(seats), Asked(20.0)).service_level("negative")[0])
    # Two factors are given as one of the same mean, spread and skewness.
    assert told == pytest.approx(exact, abs=2e-3 if day and interval else 5e-4)
    # And it matters: the formula that knows no busy days says something else.
    plain = float(formula(line(load, patience), float(seats), Asked(20.0)).service_level("negative")[0])
    assert abs(plain - exact) > 0.01


def tried(columns: Line, seats: np.ndarray, asked: Asked) -> np.ndarray:
    """The service level of all who try: whoever hears it engaged is not met."""
    found = formula(columns, seats, asked)
    met, base = found.counts(asked.counting)
    return met / (base + found.blocked)


def test_where_lines_alone_miss_the_target_the_need_is_that_without_a_limit() -> None:
    """16 erlangs on 12 lines: Erlang B turns a third away, whatever the seats; with 24, people can hold 80 % of all."""
    asked, load = Asked(20.0, target=0.8), np.array([16 / HANDLE])
    of_lines = [
        float(seats_in_fractions(Line(load, HANDLE, 1 / 240.0, 0.0, n), asked)[0]) for n in (np.inf, 24.0, 12.0)
    ]  # type: ignore[arg-type]
    assert of_lines[2] == pytest.approx(of_lines[0], rel=1e-5)
    assert of_lines[1] < of_lines[0]


def test_whoever_wraps_up_holds_no_line() -> None:
    """With seats for all, Erlang B of the talk alone: 12 erlangs on 14 lines lose 11.7 %, where all 16 of the work would
    lose 23.6 %. The formula leaves out that those who wrap up are now more, now fewer: up to a fifth of the loss."""
    line = Line(np.array([16 / HANDLE]), HANDLE, 0.0, 0.0, 14.0, wrap=0.25)  # type: ignore[arg-type]
    talk = work = 1.0
    for n in range(1, 15):
        talk, work = 12.0 * talk / (n + 12.0 * talk), 16.0 * work / (n + 16.0 * work)
    found = float(formula(line, 60.0, Asked(20.0)).blocked[0])
    assert 0.8 * talk < found < talk < work


def test_seats_in_fractions_are_where_the_target_is_just_reached() -> None:
    """Whatever is asked, and however the load varies: the level there is the target, and a whole seat less misses it."""
    rng = np.random.default_rng(5)
    load, cv = rng.uniform(0.05, 80.0, 60), np.where(rng.uniform(size=60) < 0.5, 0.0, 0.2)
    columns = Line(load / HANDLE, HANDLE, 1 / 240.0, 0.1, np.where(load > 40, 1.6 * load, np.inf), cv)  # type: ignore[arg-type]
    for asked in (Asked(20.0, target=0.8), Asked(60.0, 5.0, "ignore", 0.9), Asked(10.0, 5.0, "short_excluded", 0.7)):
        found = seats_in_fractions(columns, asked)
        assert_allclose(tried(columns, found, asked), asked.target, atol=2e-5)
        below = np.maximum(np.ceil(found) - 1.0, 0.0)
        assert (tried(columns, below, asked) < asked.target).all()
    assert seats_in_fractions(Line(np.array([0.0, 1e-4]), HANDLE, 0.0), Asked(20.0))[0] == 0.0  # type: ignore[arg-type]


@pytest.mark.parametrize("seats", [1, 5, 60, 500])
@pytest.mark.parametrize("load", [0.5, 80.0, 699.0, 701.0, 14_849.0, 1e7])
def test_the_chance_to_find_a_free_seat_is_erlang_b_however_deep_the_overload(seats: int, load: float) -> None:
    """Five people under a load of 14,849 were said to answer everybody: a sum of the Poisson law underflowed."""
    weight = 0.0
    for n in range(1, seats):
        weight = float(np.logaddexp(0.0, np.log(n / load) + weight))
    found = _weight_of_no_wait(np.array([float(seats)]), np.array([load]))
    assert_allclose(np.log(found), min(weight, LARGEST), rtol=1e-4, atol=1e-4)
