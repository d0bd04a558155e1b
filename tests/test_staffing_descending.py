"""Strides along slopes: a program that trusts them leads down, and what misses asks for more room."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.staffing.allowed import Allowed, Column, Heads
from sim.staffing.descending import descend
from sim.staffing.gains import Gains, Slopes
from sim.staffing.judge import Judged

ALLOWED = Allowed(tuple(Column("agents", shift, None, 0, 60, 20) for shift in ("early", "late")))


class World:
    """Two targets, each of so many seats of one shift and half of the other's; saturating above them, as levels do."""

    def __init__(self, needs: tuple[float, float]) -> None:
        self.needs, self.played = needs, list[Heads]()

    def margin(self, heads: Heads) -> np.ndarray:
        early, late = heads
        seats = np.array([early + 0.5 * late, late + 0.5 * early])
        return np.asarray(0.2 * np.tanh((seats - np.array(self.needs)) / 8.0))

    def of_one(self, heads: Heads) -> Judged:
        self.played.append(heads)
        return Judged(heads, float(100 * heads[0] + 90 * heads[1]), self.margin(heads))

    def see(self, heads: Heads) -> Slopes:
        here = self.margin(heads)
        gain = np.stack([here - self.margin(h) for h in ((heads[0] - 1, heads[1]), (heads[0], heads[1] - 1))], axis=1)
        return Slopes(heads, here, gain, np.zeros_like(gain), np.array([100.0, 90.0]))


@pytest.mark.parametrize("needs", [(18.0, 15.0), (9.5, 17.2), (30.0, 30.0)])
def test_strides_end_where_nothing_cheaper_holds_by_the_slopes(needs: tuple[float, float]) -> None:
    world = World(needs)
    judge = SimpleNamespace(runs=40, allowed=ALLOWED, of_one=world.of_one)
    gains = Gains(judge, np.zeros((2, 2)))  # type: ignore[arg-type]
    gains.see = lambda heads, *_, **__: gains.seen.append(world.see(heads))  # type: ignore[method-assign, assignment, func-returns-value]
    start = replace(world.of_one((36, 34)))
    found = descend(judge, gains, start, np.array([100.0, 90.0]))  # type: ignore[arg-type]
    every = [(early, late) for early in range(61) for late in range(61)]
    best = min((h for h in every if (world.margin(h) >= 0.0).all()), key=lambda h: 100 * h[0] + 90 * h[1])
    assert found.holds
    # Within one head of what counting finds, by a handful of plays.
    assert found.cost - (100 * best[0] + 90 * best[1]) <= 100
    assert len(world.played) <= 14


def test_a_staffing_that_cannot_be_cheaper_is_left_alone() -> None:
    world = World((18.0, 15.0))
    judge = SimpleNamespace(
        runs=40, allowed=replace(ALLOWED, columns=tuple(replace(c, least=36) for c in ALLOWED.columns))
    )
    gains = Gains(judge, np.zeros((2, 2)), [world.see((36, 36))])  # type: ignore[arg-type]
    start = world.of_one((36, 36))
    assert descend(judge, gains, start, np.array([100.0, 90.0])) is start  # type: ignore[arg-type]
