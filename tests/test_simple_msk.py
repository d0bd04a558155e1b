"""SimpleMSK, a public instance, played with its own staffing: what its authors' program found on a thousand days.

Published are means and the standard deviations or 95 % intervals of a thousand days: so the comparison is of two samples.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from worlds import Snapshots, play_plans

import sim
from sim.measures.sums import QUEUE_SUMS
from sim.study.result import PlanResult

FILE = Path(__file__).parent.parent / "scenarios" / "simple-msk.toml"
PLAN = "as-published"
DAYS = 1000

LEVEL = (0.501, 0.128 / math.sqrt(DAYS))
SERVED, ABANDONED = (4297.305, 437.605 / math.sqrt(DAYS)), (910.335, 551.164 / math.sqrt(DAYS))
IN_TIME = {
    "type-0": ((170.154, 93.722), (599.334, 83.392), (15.490, 27.520)),
    "type-1": ((262.936, 134.377), (511.648, 86.571), (34.697, 55.230)),
    "type-2": ((259.806, 155.150), (613.732, 99.046), (24.888, 44.327)),
}
"""Contacts answered within 20 s by period of arrival: mean and standard deviation over days."""


@pytest.fixture(scope="module")
def days() -> tuple[PlanResult, Snapshots]:
    watcher = Snapshots()
    return play_plans(FILE, [PLAN], 800, seed=1, watcher=watcher)[0], watcher


def alike(what: str, here: float, error: float, there: float, error_there: float, power: float) -> None:
    """Two means differ by at most 3.5 standard errors of their difference, and these tell `power` of it."""
    both = math.hypot(error, error_there)
    text = f"{what}: published {there:.6g} ± {error_there:.2g}, played {here:.6g} ± {error:.2g}"
    print(f"{text}, z {(here - there) / both:+.2f}")
    assert both <= power * there, f"{text}: too large to tell"
    assert abs(here - there) <= 3.5 * both, text


def test_its_own_staffing_gives_the_published_service_level() -> None:
    weighed = sim.load(FILE, PLAN).vary({"run.variance_reduction": "expected load"})
    level = sim.run(weighed, replications=400, seed=1, jobs=1, engine="compiled").kpi("service_level")
    alike("service level", level.mean, level.half_width / 1.96, *LEVEL, power=0.01)


def test_as_many_are_served_and_give_up(days: tuple[PlanResult, Snapshots]) -> None:
    result, _ = days
    for kpi, (mean, error), power in (("answered", SERVED, 0.01), ("abandoned", ABANDONED, 0.04)):
        told = result.kpi(kpi, "center", "all")
        alike(kpi, told.mean, told.half_width / 1.96, mean, error, power)


@pytest.mark.parametrize("queue", list(IN_TIME))
def test_as_many_are_answered_in_time_by_type_and_period(days: tuple[PlanResult, Snapshots], queue: str) -> None:
    result, watcher = days
    column = list(QUEUE_SUMS).index("within")
    q = list(result.scenario.spec.queues).index(queue)
    by_period = watcher.queue_slots[:, 16:28, q, column].reshape(-1, 3, 4).sum(axis=2)  # from eight to two
    errors = by_period.std(axis=0, ddof=1) / math.sqrt(len(by_period))
    for p, (mean, deviation) in enumerate(IN_TIME[queue]):
        there = deviation / math.sqrt(DAYS)
        alike(f"{queue}, period {p}", float(by_period[:, p].mean()), float(errors[p]), mean, there, 0.1)


def test_base_has_the_same_people_on_shifts() -> None:
    """Heads of the shifts are the seats of each period. Who goes finishes beside whoever comes, and is paid for it."""
    base, seats = sim.load(FILE), sim.load(FILE, PLAN)
    assert base.scenario.spec.run == seats.scenario.spec.run
    study = sim.compare(base, seats, replications=100, seed=1, jobs=1, engine="compiled")
    gain = study.kpi("service_level", plan="base").mean - study.kpi("service_level", plan=PLAN).mean
    assert 0.0 < gain < 0.01
    hours = 2 * (12 + 18 + 15 + 20) + 2.25 * (9 + 11)
    assert hours < study.kpi("paid_hours", plan="base").mean < 1.01 * hours
