"""Estimators against known truths: intervals hold them as often as they say, seats come out as they were played.

Of so many trials of a 95 % interval, fewer hits than `LEAST` come by chance once in 2,000 times (binomial). The same
trials, many more of them: tests/benchmarks/truths_of_fit.py.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from known_logs import busy_counts
from seats_played import SEATS, center, log_played
from trials_of_fit import TRIALS, covered

import sim
from sim.fitting.agents import fit_skills
from sim.fitting.busyness import fit_busyness, week_cv
from sim.fitting.finding import share_of
from sim.fitting.fit import fit
from sim.fitting.patience import fit_patience
from sim.fitting.seats import Steps, Waits, Work, infer_spells, merged, pauses_of, seats_by_interval
from sim.fitting.spread import spread_between

QUICK, LEAST = 60, 50


@pytest.mark.parametrize("name", sorted(TRIALS))
def test_intervals_hold_the_truth(name: str) -> None:
    hits, mean = covered(name, QUICK, seed=11)
    assert hits >= LEAST
    # A standard deviation that may not fall below 0 comes out a little low.
    assert mean == pytest.approx(TRIALS[name][1], rel=0.2)


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(TRIALS))
def test_intervals_hold_the_truth_as_often_as_they_say(name: str) -> None:
    """93 to 97 % of 600 trials is 2.2 standard errors; here 4 of them, and intervals may be too wide."""
    hits, _ = covered(name, 600)
    assert hits / 600 >= 0.95 - 4 * (0.95 * 0.05 / 600) ** 0.5


def test_an_uncensored_exponential_has_its_plain_mean() -> None:
    waits = np.random.default_rng(3).exponential(100.0, 500) + 1.5
    law = fit_patience(waits, np.ones(500, bool))
    assert law.mean.low < 101.5 < law.mean.high
    # Nobody was answered: the curve is the plain share of longer waits.
    assert law.surviving[249] == pytest.approx(0.5)


def test_kaplan_meier_by_hand() -> None:
    """1+, 2, 3+, 4, 5+ (plus: answered): 1, 3/4, 3/4, 3/4 × 1/2."""
    law = fit_patience(np.array([1.5, 2.0, 3.0, 4.0, 5.0]), np.array([False, True, False, True, False]))
    assert law.surviving.tolist() == pytest.approx([1.0, 0.75, 0.75, 0.375, 0.375])
    assert law.family == ""


def test_balkers_are_told_from_a_law_that_begins_steep() -> None:
    rng = np.random.default_rng(5)
    patience = 300.0 / 1.133 * rng.weibull(0.8, 6000)
    offered = rng.exponential(60.0, 6000)
    waits, lost = np.minimum(patience, offered), patience < offered
    assert fit_patience(waits, lost).balk.value == 0.0
    balked = rng.random(6000) < 0.05
    found = fit_patience(np.where(balked, 0.5, waits), lost | balked)
    assert found.balk.low < 0.05 < found.balk.high
    assert found.mean.low < 300.0 < found.mean.high


def test_an_announcement_is_felt() -> None:
    rng = np.random.default_rng(8)
    patience, offered = rng.exponential(300.0, 8000), rng.exponential(80.0, 8000)
    patience = np.where((patience > 60.0) & (rng.random(8000) < 0.1), rng.uniform(60.0, 64.0, 8000), patience)
    peaks = fit_patience(np.minimum(patience, offered), patience < offered).peaks
    assert [second for second, _ in peaks] == [60.0]


def test_no_spread_is_none() -> None:
    counts = busy_counts(np.random.default_rng(2), 8, 0.0, 0.0)
    found = fit_busyness(counts, np.ones(counts.offered.shape, bool), 0)
    assert found.day_cv.low == 0.0
    assert found.interval_cv.low == 0.0
    assert found.day_cv.value < 0.02
    assert found.interval_cv.value < 0.08


def test_weeks_that_differ_are_told_from_days() -> None:
    rng = np.random.default_rng(4)
    inside = 0
    for _ in range(30):
        counts = busy_counts(rng, 12, 0.05, 0.0)
        level = np.repeat(rng.gamma(1 / 0.12**2, 0.12**2, 12), 7)
        counts = type(counts)(counts.queues, counts.dates, 1800.0, rng.poisson(counts.offered * level[None, :, None]))
        found = week_cv(counts, np.ones(counts.offered.shape, bool), 0)
        inside += found.low <= 0.12 <= found.high
    assert inside >= 23


def test_wilson_by_hand() -> None:
    """10 of 10: the upper end is 1, the lower n ÷ (n + z²)."""
    found = share_of(10, 10, "trials")
    assert found.high == pytest.approx(1.0)
    assert found.low == pytest.approx(10 / (10 + 1.959964**2), rel=1e-6)


def test_units_without_noise_spread_as_they_do() -> None:
    means = np.array([1.0, 2.0, 4.0, 7.0])
    assert spread_between(means, np.full(4, 1e-12), "units").value == pytest.approx(means.std(ddof=1), rel=1e-4)


def test_stretches_are_added_up_as_by_brute_force() -> None:
    rng = np.random.default_rng(6)
    since = rng.random(40) * 100
    until = since + rng.random(40) * 20
    moments = np.array([0.0, 13.0, 50.5, 200.0])
    fine = np.linspace(0, 200, 200_001)
    inside = ((fine[:, None] >= since) & (fine[:, None] < until)).sum(axis=1)
    united = inside > 0
    for moment in moments:
        step = fine < moment
        assert Steps(since, until).up_to(np.array([moment]))[0] == pytest.approx(inside[step].sum() * 1e-3, abs=0.05)
        assert Steps(*merged(since, until)).up_to(np.array([moment]))[0] == pytest.approx(
            united[step].sum() * 1e-3, abs=0.05
        )


def _work(*rows: tuple[int, float, float]) -> Work:
    agent, since, until = (np.array(column) for column in zip(*rows, strict=True))
    return Work(agent.astype(np.int64), np.zeros(len(rows), np.int64), since.astype(float), until.astype(float))


def _waits(*rows: tuple[float, float]) -> Waits:
    arrived, left = (np.array(column, float) for column in zip(*rows, strict=True))
    return Waits(np.zeros(len(rows), np.int64), arrived, left, np.ones(len(rows), bool))


def test_a_pause_is_absence_where_somebody_waited_long() -> None:
    """An agent works 0-100 and 600-700. Nobody waits: there throughout. Somebody waits 200-500: away from 100 to 600.
    Somebody waits 200-300, 40 s longer than wrap may last: so long is left out. A pause of two hours is absence."""
    serves = np.array([[True]])
    work = _work((0, 0.0, 100.0), (0, 600.0, 700.0))

    def there(waits: Waits, work: Work = work) -> float:
        spells = infer_spells(work, pauses_of(work, waits, serves), 60.0)
        return float(seats_by_interval(spells, np.ones(len(spells.agent), bool), np.array([0.0, 10_000.0]))[0] * 10_000)

    at_once = (0.0, 0.0), (600.0, 600.0)
    assert there(_waits(*at_once)) == pytest.approx(700.0)
    assert there(_waits(*at_once, (200.0, 500.0))) == pytest.approx(200.0)
    assert there(_waits(*at_once, (200.0, 300.0))) == pytest.approx(660.0)
    assert there(_waits(*at_once), _work((0, 0.0, 100.0), (0, 7300.0, 7400.0))) == pytest.approx(200.0)
    # Two agents: who was passed over three times by contacts that had not waited, was not there.
    pair = _work((0, 0.0, 100.0), (0, 600.0, 700.0), (1, 110.0, 120.0), (1, 210.0, 220.0), (1, 310.0, 320.0))
    passed = _waits(*at_once, (110.0, 110.0), (210.0, 210.0), (310.0, 310.0))
    assert there(passed, pair) == pytest.approx(200.0 + 210.0)


def test_seats_that_were_played_come_back(tmp_path: Path) -> None:
    """Seven days of 3 to 8 seats. Every half hour's usual seats within 0.3, but for the day's first: before their first
    contact nobody can see agents."""
    result = sim.run(center(tmp_path, 30.0, 13.0), seed=3, keep_contacts=True, jobs=1)
    truth = np.repeat(SEATS, 2).astype(float)
    for with_wrap in (True, False):
        fitted = fit(log_played(result.contacts.to_pandas(), with_wrap=with_wrap))
        usual = fitted.groups[0].usual[:, 16:36].mean(axis=0)
        assert np.abs(usual[1:] - truth[1:]).max() < 0.3
        assert abs(usual[0] - truth[0]) < 0.8
    assert fitted.hours == [(28800.0, 64800.0)] * 7


def test_skills_are_what_is_served_as_often_as_by_others() -> None:
    """Ten agents take two queues, 3 to 1, all day; three of them never the second, and one of it a tenth."""
    rng = np.random.default_rng(9)
    agents, hours = rng.integers(0, 10, 4000), rng.integers(0, 8, 4000)
    share = np.array([0.25] * 6 + [0.0] * 3 + [0.02])
    queues = (rng.random(4000) < share[agents]).astype(np.int64)
    groups, serves, taken = fit_skills(agents, queues, hours, 2)
    assert taken.sum() == 4000
    assert [serves[group].tolist() for group in groups] == [[True, True]] * 6 + [[True, False]] * 4
