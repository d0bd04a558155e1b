"""Pilots stop when they know enough, and say how well they know it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from worlds import Calls, Staff, write

from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.calibration import pilots
from sim.study.calibration.calibrate import Calibration, calibrate, pilot_contacts
from sim.study.calibration.pilots import pilot
from sim.study.calibration.precision import FINEST, SURE, Judge, as_many_as, fewest, half_widths, tolerance
from sim.study.calibration.seen import Seen, together
from sim.study.prepared import prepare

LOOP = """
talk = { family = "exponential", mean = "240s" }
fcr = 0.7
repeat = { share = 0.5, after = { family = "exponential", mean = "6h" } }
patience = { family = "never" }
"""


def seeded(scenario: Scenario, seed: int) -> Scenario:
    return scenario.with_spec(run=scenario.spec.run.model_copy(update={"seed": seed}))


def counted(came: Sequence[float], repeats: Sequence[float]) -> list[Seen]:
    """Batches of one agent and one queue that saw so many contacts, and so many of them bring a repeat."""
    batches = [Seen.nothing(1, 1) for _ in came]
    for batch, contacts, again in zip(batches, came, repeats, strict=True):
        batch.by_queue("came")[0], batch.by_queue("repeats")[0] = contacts, again
        batch.by_agent("first")[0, 0] = contacts
    return batches


def test_the_half_width_of_a_share_is_the_binomial_one() -> None:
    """Student's t × √(p (1 − p) ÷ n) of batches of unequal size; a batch that saw nothing counts for nothing.

    The variance told has a relative spread of √(2 ÷ 12), its mean over 500 of 1.8 %.
    """
    luck, share, sizes = np.random.default_rng(12), 0.15, np.array([100.0] * 6 + [130.0] * 7 + [0.0])
    told = []
    for _ in range(500):
        again = luck.binomial(sizes.astype(np.int64), share)
        told.append(half_widths(lambda seen: seen.per_contact("repeats"), counted(sizes, again))[0] ** 2)
    variance = np.mean(told) / stats.t.ppf(0.975, 12) ** 2
    assert variance == pytest.approx(share * (1.0 - share) / sizes.sum(), rel=3.5 * 0.0183)


def test_one_batch_tells_nothing_of_its_spread() -> None:
    errors = half_widths(lambda seen: seen.per_contact("repeats"), counted([10.0, 0.0], [2.0, 0.0]))
    assert math.isinf(errors[0])


def test_a_quarter_of_what_twenty_replications_leave_open_is_enough() -> None:
    """By Student's t; but nobody asks for more than 0.2 %, and a rare queue for as little as it tells."""
    half_width = stats.t.ppf(0.975, 19) / math.sqrt(20 * 880)
    assert tolerance(np.array([880.0, 1e6, 10.0])) == pytest.approx(
        [half_width / 4, FINEST, stats.t.ppf(0.975, 19) / math.sqrt(200) / 4], rel=1e-3
    )
    assert fewest(np.array([880.0, 10.0])).tolist() == [1000.0, 100.0]


def test_who_tells_what_is_left_over_sees_as_many_as_the_last() -> None:
    enough = as_many_as(counted([60.0, 40.0], [0.0, 0.0]))
    assert enough(counted([20.0, 30.0], [0.0, 0.0])) == pytest.approx(2.0)
    assert enough(counted([50.0, 50.0], [0.0, 0.0])) <= 1.0


def judged(left: float, spread: float) -> Judge:
    """Of a figure with this value whose batches differ by about the spread; 0.01 will do."""

    def figures(seen: Seen) -> np.ndarray:
        return left + spread * (np.array([[seen.per_contact("repeats")[0]], [0.0]]) - 0.5)

    yes = np.ones(1, np.bool_)
    return Judge(figures, np.array([100.0]), yes, np.full((2, 1), 0.01), yes)


def test_what_is_missing_follows_the_square_of_the_error() -> None:
    batches = counted([100.0] * 13, [50.0 + 10.0 * (-1) ** b for b in range(13)])
    error = half_widths(judged(0.0, 1.0).figures, batches)[0, 0]
    assert judged(0.0, 1.0).missing(batches) == pytest.approx((error / (SURE * 0.01)) ** 2)
    assert judged(0.0, 0.1).missing(batches) == pytest.approx((error / (SURE * 0.1)) ** 2)
    # Before the queue has had its 1,000 contacts, or seven batches some, their spread is not looked at.
    few = counted([25.0] * 13, [12.0] * 13)
    assert judged(0.0, 0.0).missing(few) == pytest.approx(1000 / 325)
    assert judged(0.0, 0.0).missing(counted([1000.0, 0.0, 0.0], [1.0, 0.0, 0.0])) == pytest.approx(7.0)
    assert replace(judged(0.0, 1e9), scouts=True).missing(batches) <= 1.0


def test_a_loop_has_settled_when_nothing_but_luck_is_left_over() -> None:
    batches = counted([100.0] * 13, [50.0] * 13)
    assert judged(0.009, 0.0).is_settled(batches)
    assert not judged(0.011, 0.0).is_settled(batches)
    uneven = counted([100.0] * 13, [50.0 + 20.0 * (-1) ** b for b in range(13)])
    error = half_widths(judged(0.0, 1.0).figures, uneven)[0, 0]
    middle = together(uneven).per_contact("repeats")[0] - 0.5
    assert judged(1.45 * error - middle, 1.0).is_settled(uneven)
    assert not judged(1.55 * error - middle, 1.0).is_settled(uneven)


def mixed(folder: Path, contacts: float, days: int = 1) -> Scenario:
    queues = {
        "calls": Calls(contacts, LOOP + 'transfer.claims = { share = "20%" }\n'),
        "claims": Calls(contacts / 2, 'talk = { family = "exponential", mean = "300s" }\nfcr = 0.8\n'),
    }
    groups = {
        "slow": Staff(3, "skills = { calls = { speed = 0.8, resolution = 0.9 }, claims = {} }"),
        "fast": Staff(3, "skills = { calls = { speed = 1.2 }, claims = { speed = 0.7 } }"),
    }
    return load(write(folder, queues, groups, days=days))


def test_a_pilot_plays_until_nothing_is_missing(tmp_path: Path) -> None:
    """It looks after its first run, then when it has grown as it was asked, at most twofold."""
    prepared, seen = prepare(mixed(tmp_path, 4)), []

    def missing(batches: Sequence[Seen]) -> float:
        seen.append(float(together(batches).by_queue("fresh").sum()) / per_day)
        return {1: 3.0, 2: 1.2}.get(len(seen), 1.0)

    per_day = sum(one.contacts.sum() for one in prepared.fresh().values())
    pilot(prepared, "simpy", 0, 3, 60_000, missing)
    first, second, third = seen
    assert first == pytest.approx(1)
    assert second == pytest.approx(2, abs=1)
    assert third == pytest.approx(1.2 * second, abs=1)
    whole = together(pilot(prepared, "simpy", 0, 3, 1, lambda _: 2.0))
    assert whole.by_queue("fresh").sum() == pytest.approx(per_day)


def test_batches_see_together_what_one_alone_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contacts that are handed on, too, some over midnight."""
    prepared = prepare(mixed(tmp_path, 20, days=3))
    whole = together(pilot(prepared, "simpy", 0, 3, 8_000, lambda _: 2.0))
    monkeypatch.setattr(pilots, "BATCHES", 1)
    (alone,) = pilot(prepared, "simpy", 0, 3, 8_000, lambda _: 2.0)
    assert whole.by_queue("repeats")[0] > 500
    assert whole.by_queue("later_legs")[1] > 500
    assert whole.of_queues == pytest.approx(alone.of_queues, rel=1e-12)
    assert whole.of_agents == pytest.approx(alone.of_agents, rel=1e-12)


@pytest.mark.parametrize(("most", "days_apart"), [(60_000, False), (700, True)])
def test_runs_are_dealt_and_long_ones_by_their_days(most: int, days_apart: bool, tmp_path: Path) -> None:
    """Runs of three days: seven of them are within what a pilot may play, or they are not."""
    prepared = prepare(mixed(tmp_path, 4, days=3))
    assert 200 < prepared.contacts < 600
    (of_run,) = {tuple(queue.contacts.reshape(3, -1).sum(axis=1)) for queue in [prepared.fresh()["calls"]]}
    seen = pilot(prepared, "simpy", 0, 3, most, lambda _: 1.0)
    told = [batch.by_queue("fresh")[0] for batch in seen if batch.saw_some]
    assert told == pytest.approx(list(of_run) if days_apart else [sum(of_run)])


def test_the_solution_of_a_closed_loop_is_right_and_knows_how_right(tmp_path: Path) -> None:
    """Four contacts a case at most, each bringing the next with 0.5 × 0.3 (Jackson): 1 ÷ 1.175875 of contacts begin a
    case. Twelve seeds: errors of 0.2 %, as asked for, and no bias; what is left over spreads as its error says."""
    exact, contacts = 1.0 / (1.0 + 0.15 + 0.15**2 + 0.15**3), 24 * 100
    scenario = load(write(tmp_path, {"calls": Calls(100, LOOP)}, {"team": Staff(12, "skills.calls = {}")}, days=1))
    found = []
    for seed in range(12):
        rows = calibrate(prepare(seeded(scenario, seed)), "compiled").rows
        (row,) = [row for row in rows if row.figure == "contacts"]
        found.append((row.factor / exact - 1.0, row.residual, row.residual_half_width / SURE))
    error, residual, told = np.array(found).T
    allowed = float(tolerance(np.array([contacts]))[0])
    assert np.sqrt((error**2).mean()) <= 1.5 * allowed
    assert abs(error.mean()) <= 3.5 * allowed / math.sqrt(12)
    # The solution's own error and the luck of the pilot that judges it; χ² of 12.
    spread = ((residual**2) / (told**2 + allowed**2)).sum()
    assert stats.chi2.ppf(0.0005, 12) <= spread <= stats.chi2.ppf(0.9995, 12)


def contacts_played(monkeypatch: pytest.MonkeyPatch, scenario: Scenario, engine: str) -> tuple[int, Calibration]:
    played = []

    class Counting(pilots.DayByDay):
        def play(self, *days: int):
            yield from super().play(*days)
            played.append(self.born)

    with monkeypatch.context() as patch:
        patch.setattr(pilots, "DayByDay", Counting)
        solution = calibrate(prepare(scenario), engine)
    return sum(played), solution


def test_a_small_center_plays_as_much_as_its_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """880 contacts in two days: pilots of 260,000 contacts were played for a study of 17,600. Under both calendars the
    same, and about as many as the choice of the calendar reckons with."""
    scenario = mixed(tmp_path, 12.2, days=2)
    assert prepare(scenario).contacts == pytest.approx(880, abs=3)
    played, solution = contacts_played(monkeypatch, scenario, "simpy")
    assert 5_000 < played < 80_000
    assert played == pytest.approx(pilot_contacts(prepare(scenario)), rel=0.6)
    again, compiled = contacts_played(monkeypatch, scenario, "compiled")
    assert (again, compiled) == (played, solution)
