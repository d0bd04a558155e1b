"""A day whose demand and staff change, and days busier than others, against exact values."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import theory
from worlds import POWER, RARE, Calls, Floats, Snapshots, Staff, close, play, write

from sim.measures.kpis import LEVEL_SUMS
from sim.study.kept import STAFF_NAMES

QUARTER = 900.0
CALLS = [15, 25, 40, 40, 40, 25, 40, 30, 16, 0, 0, 0, 0, 0, 0, 0]
SEATS = [4, 7, 9, 5, 9, 8, 3, 7, 6, 1, 0, 0, 0, 0, 0, 0]
TALK, PATIENCE = 180.0, 120.0
COPIES = 6
ANSWERS = ("offered", "within", "abandoned")


def staffed_days(folder: Path) -> Path:
    """Six little days of four hours in every day; each begins with an empty center."""
    says = f"""
        talk = {{ family = "exponential", mean = "{TALK:g}s" }}
        patience = {{ family = "exponential", mean = "{PATIENCE:g}s" }}
        service_level.within = "0s\""""
    groups = {"agents": Staff(SEATS * COPIES, "skills.calls = {}")}
    return write(folder, {"calls": Calls(CALLS * COPIES, says)}, groups, interval=15, days=56)


def over_replications(what: str, values: Floats, exact: float, power: float = POWER) -> None:
    close(what, float(values.mean()), float(values.std(ddof=1)) / len(values) ** 0.5, exact, power)


@pytest.mark.long
def test_a_staffed_day_with_cuts_is_kolmogorovs(tmp_path: Path) -> None:
    """Forward equations of M(t)/M/s(t)+M. Two deep cuts: idle agents go first, the others finish their contact.

    By the quarter hour in which they arrive, or by the clock for the agents' time. What is left of a little day
    when the next begins is less than one in a million.
    """
    pieces = [theory.Piece(QUARTER, calls / QUARTER, seats) for calls, seats in zip(CALLS, SEATS, strict=True)]
    exact = theory.staffed_day(pieces, 1.0 / TALK, 1.0 / PATIENCE, room=60)
    assert exact.busy_at_end + exact.waiting_at_end < 1e-6
    watcher = Snapshots()
    play(staffed_days(tmp_path), 64, watcher=watcher)

    def by_quarter(slots: Floats, names: tuple[str, ...], name: str) -> Floats:
        """Replications × quarters of the little day: means over its copies and the days."""
        return slots[:, :, 0, names.index(name)].reshape(len(slots), -1, len(pieces)).mean(axis=1)

    offered, at_once, abandoned = (by_quarter(watcher.queue_slots, LEVEL_SUMS, n) for n in ANSWERS)
    handling, available = (by_quarter(watcher.group_slots, STAFF_NAMES, n) for n in ("handling", "available"))
    overrun = available - np.array(SEATS) * QUARTER
    over_replications("abandoned a day", abandoned.sum(axis=1), exact.abandoned)
    over_replications("handling a day", handling.sum(axis=1), sum(i.busy_s for i in exact.intervals))
    over_replications("overrun a day", overrun.sum(axis=1), sum(i.overrun_s for i in exact.intervals), RARE)
    for n, quarter in enumerate(exact.intervals[:10]):
        power = RARE if CALLS[n] == 0 else POWER
        over_replications(f"handling in {n}", handling[:, n], quarter.busy_s, power)
        if quarter.overrun_s > 60.0:
            over_replications(f"overrun in {n}", overrun[:, n], quarter.overrun_s, RARE)
        if CALLS[n]:
            over_replications(f"offered in {n}", offered[:, n], quarter.offered)
            power = RARE if quarter.answered_at_once < 0.2 * quarter.offered else POWER
            over_replications(f"at once in {n}", at_once[:, n], quarter.answered_at_once, power)


@pytest.mark.long
def test_counts_are_as_spread_out_as_busyness_says(tmp_path: Path) -> None:
    """Mean, variance and covariance of counts when good and bad days are shared by two of three queues.

    Of N ~ Poisson(mean × day × interval), gamma factors of mean 1. Sums of squared deviations from the known
    mean; the standard errors of variances of gamma mixtures are at most 1 % over 10,080 days.
    """
    day_cv, interval_cv = 0.4, 0.25
    half_days = {"orders": (12.0, 20.0), "claims": (16.0, 8.0), "other": (10.0, 10.0)}
    queues = {
        name: Calls(
            means,
            'talk = { family = "constant", mean = "1s" }\nbusyness = { day_cv = 0.4, interval_cv = 0.25'
            + (', shared = "shop" }' if name != "other" else " }"),
        )
        for name, means in half_days.items()
    }
    skills = "skills = { orders = {}, claims = {}, other = {} }"
    path = write(tmp_path, queues, {"agents": Staff(9, skills)}, interval=720, days=56)
    result = play(path, 180)
    counts = np.array(result.slot_levels)[..., 1].reshape(180, 56, 2, 3)
    means = np.array(list(half_days.values())).T
    deviation = counts - means
    cells = [(half, queue) for half in range(2) for queue in range(3)]
    for half, queue in cells:
        name = f"{list(half_days)[queue]} in half {half}"
        mean = means[half, queue]
        over_replications(f"mean of {name}", counts[:, :, half, queue].mean(axis=1), mean, 0.007)
        squares = (deviation[:, :, half, queue] ** 2).mean(axis=1)
        over_replications(f"variance of {name}", squares, theory.interval_variance(mean, day_cv, interval_cv), 0.023)
    for one, other in combinations(cells, 2):
        products = (deviation[:, :, *one] * deviation[:, :, *other]).mean(axis=1)
        what = f"covariance of {one} and {other}"
        error = float(products.std(ddof=1)) / len(products) ** 0.5
        scale = means[one] * means[other] * day_cv**2
        shared = one[1] == other[1] or 2 not in (one[1], other[1])
        if shared:
            close(what, float(products.mean()), error, scale, 0.032)
        else:
            assert error < 0.032 * scale
            assert abs(products.mean()) <= 3.5 * error, what
    totals = counts[..., 0].sum(axis=2)
    squares = ((totals - means[:, 0].sum()) ** 2).mean(axis=1)
    exact = theory.day_variance(means[:, 0].tolist(), day_cv, interval_cv)
    over_replications("variance of a day", squares, exact, 0.023)
    next_day = (deviation[:, 1:] * deviation[:, :-1]).mean(axis=(1, 2, 3))
    assert abs(next_day.mean()) <= 3.5 * next_day.std(ddof=1) / len(next_day) ** 0.5
