"""What a search for staff is held against: the chain's levels are those that are played, and counting is counting."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from staffings import NEEDED, ROSTERED, SHAPES, known_of_shape, least_cover, load_between, seats_level, write_center
from worlds import close

import sim


@pytest.mark.parametrize("shape", list(SHAPES))
def test_the_least_that_holds_does_and_what_costs_no_more_does_not(tmp_path: Path, shape: str) -> None:
    lines, crews = SHAPES[shape]
    known, levels = known_of_shape(shape)
    assert min(known.holds_by, known.others_fail_by) > 0.009
    assert not any(number in (0, 9) for number in known.heads)
    center = sim.load(write_center(tmp_path, lines, crews))
    plan = center.vary({f"groups.{g}.shifts": {"day": n} for g, n in zip(crews, known.heads, strict=True)})
    played = sim.run(plan, replications=60, seed=1, jobs=1, engine="compiled")
    for queue, exact in zip(lines, levels[known.heads], strict=True):
        told = played.kpi("service_level", "queue", queue)
        close(f"{shape} {queue}", told.mean, told.half_width / 2.0, exact, power=0.006)


def test_hours_that_cover_a_need_are_counted() -> None:
    """Two shifts of two hours that overlap in the middle one: the need of the ends is the least of both."""
    assert least_cover([2, 3, 1], [(8, 10), (9, 11)], 4) == (6, [(2, 1)])
    least, found = least_cover(NEEDED, list(ROSTERED.values()), 7)
    every = itertools.product(range(8), repeat=len(ROSTERED))
    spans = list(ROSTERED.values())
    covers = [
        sum(n * (b - a) for n, (a, b) in zip(heads, spans, strict=True))
        for heads in every
        if all(
            sum(n for n, (a, b) in zip(heads, spans, strict=True) if a <= 8 + k < b) >= need
            for k, need in enumerate(NEEDED)
        )
    ]
    assert least == min(covers)
    assert len(found) == covers.count(least) > 1


def test_loads_lie_half_way_between_two_numbers_of_seats() -> None:
    for seats in range(2, 7):
        load = load_between(seats, 0.8)
        above, below = seats_level(load, seats) - 0.8, 0.8 - seats_level(load, seats - 1)
        assert above > 0.05
        assert below == pytest.approx(above, rel=1e-6)
