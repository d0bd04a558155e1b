"""The program that proposes classes, against all plans there are; and the curve of service that it keeps to."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest

from sim.scenario.language.staffing_hiring import ClassSize
from sim.scenario.language.workforce import Hiring
from sim.staffing.hiring.intake import Class, Intake, allows, in_room
from sim.staffing.hiring.program import Target, propose
from sim.staffing.hiring.response import Response, Seen, response_of

START = dt.date(2027, 3, 1)


def intake(dates: int, least: int, most: int, classes: int, room: int | None = None) -> Intake:
    hiring = Hiring.model_validate(
        {"group": "desk", "starts": START, "offers": 5, "training": {"length": "2w"}, "show_up": 1.0}
    )
    days = tuple(START + dt.timedelta(weeks=n) for n in range(dates))
    return Intake("desk", "spring", {}, hiring, days, ClassSize(at_least=least, at_most=most), classes, room, ())


def response(seed: int, stretches: int) -> Response:
    luck = np.random.default_rng(seed)
    people = 20.0 + 8.0 * luck.random(stretches)
    return Response(10.0, people, np.full(stretches, np.log(0.8 / 0.2)), 1.0 + luck.random(stretches),
                    np.arange(stretches) // 3)  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_is_cheaper(seed: int) -> None:
    """All plans of up to two classes of 3 to 6 on five dates, some in a room for eight."""
    luck = np.random.default_rng(seed)
    room = None if seed % 2 else 8
    intakes, stretches = [intake(5, 3, 6, 2, room)], 9
    costs = 40.0 - 4.0 * np.arange(5) + 3.0 * luck.random(5)
    # Whoever starts in a week is there from two stretches later on, and ever less.
    gone = np.maximum(np.arange(stretches)[None, :] - np.arange(5)[:, None] - 2, -1)
    offer = np.where(gone >= 0, 0.8 * 0.98 ** np.maximum(gone, 0), 0.0)
    own = response(seed, stretches)
    staff = own.people * (0.75 + 0.1 * luck.random())
    staff[:3] = own.people[:3] * 1.1
    target = Target(own, staff, (offer,), np.full(3, 0.8))
    best, cheapest = None, np.inf
    for number in range(3):
        for dates in itertools.combinations(range(5), number):
            for sizes in itertools.product(range(3, 7), repeat=number):
                plan = tuple(Class(0, date, size) for date, size in zip(dates, sizes, strict=True))
                if not allows(intakes, plan):
                    continue
                people = staff + sum((one.offers * offer[one.date] for one in plan), np.zeros(stretches))
                cost = sum(one.offers * costs[one.date] for one in plan)
                if (own.of_periods(people) >= 0.8).all() and cost < cheapest:
                    best, cheapest = plan, cost
    found = propose(intakes, [costs], [target])
    assert (found is None) == (best is None)
    if found is None:
        return
    # In pieces the curve is known to a fraction of a point, so near-ties may be told the other way round.
    people = staff + sum((one.offers * offer[one.date] for one in found.classes), np.zeros(stretches))
    assert allows(intakes, found.classes)
    assert own.of_periods(people).min() > 0.795
    assert found.cost <= cheapest + 1e-6
    assert found.bound <= found.cost + 1e-6


def test_some_of_these_hold() -> None:
    """Else the test above would compare nothing."""
    found = [propose([intake(5, 3, 6, 2)], [np.ones(5)], [_easy(seed)]) for seed in range(3)]
    assert all(one is not None and one.classes for one in found)


def _easy(seed: int) -> Target:
    own = response(seed, 9)
    staff = own.people * np.where(np.arange(9) < 3, 1.1, 0.9)
    return Target(own, staff, (np.tile(np.where(np.arange(9) < 3, 0.0, 0.9), (5, 1)),), np.full(3, 0.8))


def test_the_lines_are_the_least_concave_function_above_the_curve() -> None:
    own = response(0, 3)
    for stretch in range(3):
        lines = own.lines(stretch, 15.0, 60.0)
        people = np.linspace(15.0, 60.0, 400)
        level = np.array([own.level(np.full(3, one))[stretch] for one in people])
        above = np.min([rise * people + height for rise, height in lines], axis=0)
        assert (above >= level - 2e-3).all()
        # Beyond the point that the straight line from the few touches, they lie on the curve.
        upper = level > 0.85
        np.testing.assert_allclose(above[upper], level[upper], atol=4e-3)
        assert all(a[0] >= b[0] for a, b in itertools.pairwise(lines))


def test_the_slope_is_that_of_the_plans_played() -> None:
    """Levels made from a known slope, each stretch with a height of its own, and the last plan's are kept to."""
    luck, slope, base = np.random.default_rng(1), 14.0, np.full(6, 1000.0)
    heights = luck.normal(0.0, 0.5, 6)
    seen = []
    for part in (0.9, 1.0, 1.08):
        people = 30.0 * part * (1.0 + 0.02 * luck.random(6))
        level = 1.0 / (1.0 + np.exp(-(heights + slope * np.log(people / 30.0))))
        seen.append(Seen(people, level * base, base))
    found = response_of(seen, np.arange(6) // 3)
    assert found.slope == pytest.approx(slope, rel=1e-6)
    np.testing.assert_allclose(found.level(seen[-1].people), seen[-1].level)
    np.testing.assert_allclose(found.level(seen[0].people), seen[0].level, rtol=1e-6)


def test_with_enough_people_the_level_is_reached() -> None:
    own = response(2, 6)
    np.testing.assert_allclose(own.level(own.enough(0.83)), 0.83)


def test_who_is_in_training_together() -> None:
    """Two weeks' training, a class a week: each begins with the one before still in the room."""
    assert in_room([intake(3, 1, 9, 3, 8)], [0]) == [
        frozenset({(0, 0)}),
        frozenset({(0, 0), (0, 1)}),
        frozenset({(0, 1), (0, 2)}),
    ]
