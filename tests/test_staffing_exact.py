"""A search for staff finds the cheapest staffing that is known without it: by Erlang, by a Markov chain, by counting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from staffings import (
    NEEDED,
    ROSTERED,
    SHAPES,
    Crew,
    Heads,
    Line,
    Small,
    covered_center,
    erlang_level,
    known_of_shape,
    least_agents,
    least_cover,
    small_center,
    write_center,
)
from worlds import Silent

import sim
from sim.staffing import confirming
from sim.staffing.allowed import allowed_of
from sim.staffing.ending import Clock
from sim.staffing.finding import Finding
from sim.staffing.found import Found
from sim.staffing.playing import Question
from sim.staffing.search import find_staff
from sim.staffing.setting import MOST_RUNS, Setting, Sizes
from sim.staffing.wanted import wanted_of
from sim.study.run import Options

TALK = 180.0
FOREVER, TWO_MINUTES = None, 120.0

ERLANG_C = [(2.5, 5), (6.0, 9), (10.0, 14), (13.0, 17), (14.0, 18)]
ERLANG_A = [(4.0, 6), (8.0, 10), (12.0, 14), (16.0, 18), (20.0, 22)]
QUICKLY = ((10.0, FOREVER), (12.0, TWO_MINUTES))
TABLE = [
    pytest.param(load, patience, agents, marks=() if (load, patience) in QUICKLY else pytest.mark.long)
    for patience, rows in ((FOREVER, ERLANG_C), (TWO_MINUTES, ERLANG_A))
    for load, agents in rows
]


def found_of(path: Path, seed: int = 1) -> Found:
    return find_staff(sim.load(path)._file, "base", None, Options(60, seed, jobs=1, engine="compiled"), Silent())


@pytest.mark.parametrize(("load", "patience", "agents"), TABLE)
def test_one_queue_takes_the_agents_that_erlang_says(
    tmp_path: Path, load: float, patience: float | None, agents: int
) -> None:
    """80 % in 20 s. Ten erlangs of patient people are 13.05 agents: fourteen, though thirteen are 0.4 points short."""
    known, exact = least_agents(lambda n: erlang_level(load, n, TALK, patience, 20.0), 0.8)
    assert known.heads == (agents,)
    assert known.holds_by > 0.02
    assert known.others_fail_by > (0.004 if exact == pytest.approx(13.05, abs=0.005) else 0.025)
    line, crew = Line(load * 60.0 / TALK, TALK, patience, 0.8), Crew({"day": round(load) + 1}, {"calls": 1.0})
    found = found_of(write_center(tmp_path, {"calls": line}, {"agents": crew}))
    assert found.heads == (agents,)
    assert found.confirmation.is_sure
    assert found.bound is not None
    assert found.bound.cost <= agents * 24.0 * 20.0 * 1.001
    assert found.bound.kind == "enumerated"
    assert found.bound.gap <= 0.01
    # The formula's need, in fractions, is what lies between the two whole numbers.
    assert found.need[0].formula == pytest.approx(exact, abs=0.006)


@pytest.mark.parametrize("shape", list(SHAPES))
def test_two_queues_take_the_agents_that_the_chain_says(tmp_path: Path, shape: str) -> None:
    known, _ = known_of_shape(shape)
    found = found_of(write_center(tmp_path, *SHAPES[shape]))
    assert found.heads == known.heads
    assert found.confirmation.is_sure
    price = 24.0 * sum(n * crew.wage for n, crew in zip(known.heads, SHAPES[shape][1].values(), strict=True))
    assert found.bound is not None
    assert found.bound.cost <= price * 1.001
    assert found.bound.gap <= 0.01


@pytest.mark.parametrize("today", [(3, 2, 3, 5, 1), pytest.param((6, 6, 6, 6, 6), marks=pytest.mark.long)])
def test_shifts_cover_what_each_hour_needs_in_as_few_hours_as_can_be(tmp_path: Path, today: Heads) -> None:
    hours, staffings = least_cover(NEEDED, list(ROSTERED.values()), 7)
    found = found_of(covered_center(tmp_path, today))
    assert found.confirmation.is_sure
    by_shift = {c.shift: number for c, number in zip(found.allowed.columns, found.heads, strict=True)}
    heads = tuple(by_shift[shift] for shift in ROSTERED)
    assert sum(n * (last - first) for n, (first, last) in zip(heads, ROSTERED.values(), strict=True)) == hours
    assert heads in staffings
    assert found.bound is not None
    assert found.bound.cost <= hours * 20.0 * 1.01
    assert found.bound.gap <= 0.01


# ---------------------------------------------------------------- the same luck


@pytest.mark.parametrize("seed", [pytest.param(n, marks=() if n in (1, 2) else pytest.mark.long) for n in range(20)])
def test_small_centers_get_what_counting_finds_on_the_same_luck(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    small = small_center(seed, tmp_path)
    best, cost = counted(small, seed=7)
    found, paid = on_this_luck(small, monkeypatch, seed=7)
    assert paid == pytest.approx(cost, rel=1e-9), f"{small.columns}: found {found}, cheapest {best}"


def counted(small: Small, seed: int) -> tuple[Heads, float]:
    """The cheapest of all staffings that reach their targets, each played by itself; its cost."""
    center = sim.load(small.path)
    best, least = None, float("inf")
    for heads in small.staffings():
        if small.price(heads) > least:
            break
        played = sim.run(
            center.vary(small.changes(heads), name="tried"),
            replications=MOST_RUNS, seed=seed, jobs=1, engine="compiled", anyway=True,
        )  # fmt: skip
        reached = (played.kpi("service_level", "queue", queue).mean >= aim for queue, aim in small.targets.items())
        if all(reached) and played.kpi("cost_total").mean < least:
            best, least = heads, played.kpi("cost_total").mean
    assert best is not None
    return best, least


def on_this_luck(small: Small, monkeypatch: pytest.MonkeyPatch, seed: int) -> tuple[Heads, float]:
    """What a search has before it plays anything on fresh luck."""
    monkeypatch.setattr(Sizes, "of", lambda *_: Sizes(MOST_RUNS, MOST_RUNS, MOST_RUNS))
    center = sim.load(small.path)
    scenario = center.scenario
    question = Question(center._file, "base", (), allowed_of(scenario), wanted_of(scenario), seed)
    options = Options(None, seed, jobs=1, engine="compiled")
    finding = Finding(Setting.of(question, options, Silent(), Clock(None)))
    finding.run()
    return finding.best.heads, finding.best.cost


# ---------------------------------------------------------------- one search


@pytest.mark.parametrize("jobs", [2, pytest.param(4, marks=pytest.mark.long)])
def test_as_many_processes_as_there_are_find_the_same(tmp_path: Path, jobs: int) -> None:
    file = sim.load(small_center(2, tmp_path).path)._file
    alone, together = (
        find_staff(file, "base", None, Options(48, 3, jobs=number, engine="compiled"), Silent()) for number in (1, jobs)
    )
    assert together.heads == alone.heads
    for name in ("plays", "replications", "periods", "worth", "curve", "bound", "confirmation"):
        assert getattr(together, name) == getattr(alone, name), name


def test_once_a_plan_has_passed_cheaper_ones_that_hold_get_a_chance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were all tests passed, each plan tested would be cheaper than the one before, and the last one told."""
    tested: list[confirming.Test] = []

    def always(*args: Any) -> confirming.Test:
        found = confirming.test(*args)
        assert found is not None
        tested.append(replace(found, passed=True, surely_fails=False))
        return tested[-1]

    monkeypatch.setattr("sim.staffing.fresh_luck.test", always)
    # As if much room were wanted.
    monkeypatch.setattr("sim.staffing.fresh_luck.buffer_of", lambda judge, *_: judge.buffer + 0.05)
    found = found_of(small_center(2, tmp_path).path)
    costs = [one.answer.cost for one in tested]
    assert len(costs) > 1
    assert costs == sorted(costs, reverse=True)
    assert found.heads == tested[-1].heads
    assert found.confirmation.tried == len(tested)


def test_where_no_plan_passes_the_one_that_came_nearest_is_told_as_not_sure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested: list[confirming.Test] = []

    def never(*args: Any) -> confirming.Test:
        found = confirming.test(*args)
        assert found is not None
        tested.append(replace(found, passed=False, surely_fails=False, worst=-0.01 * (1 + abs(len(tested) - 1))))
        return tested[-1]

    monkeypatch.setattr("sim.staffing.fresh_luck.test", never)
    found = found_of(small_center(2, tmp_path).path)
    # The second came nearest, by what the tests here say.
    assert len({one.heads for one in tested}) == len(tested) > 1
    assert found.heads == tested[1].heads
    assert not found.confirmation.is_sure
