"""Lessons: their figures against queueing theory, their sentences against their figures, and the command."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import theory
from scipy import stats
from shop import sim as command

import sim
from sim.errors import SimError
from sim.lessons.lesson import lesson, lessons, write_scenario
from sim.lessons.playing import Taught, teach
from sim.study.statistics import Estimate


def exact_waits() -> dict[str, dict[str, float]]:
    """Mean waits in seconds: Pollaczek and Khinchine for one agent, Erlang C for several."""
    of_calls = 14 / 3600
    many = {agents: theory.erlang_c(rate / 3600, 1 / 240, agents) for agents, rate in ((5, 63.75), (10, 127.5))}
    busy = theory.erlang_c(142.5 / 3600, 1 / 240, 10)
    return {
        "variability": {
            "alike": theory.m_g_1_wait(of_calls, 180.0, 0.0),
            "differing": theory.m_g_1_wait(of_calls, 180.0, 1.0),
        },
        "occupancy": {"before": many[10].wait_mean, "after": busy.wait_mean},
        "pooling": {"apart": many[5].wait_mean, "together": many[10].wait_mean},
    }


@pytest.mark.long
@pytest.mark.parametrize("name", ["variability", "occupancy", "pooling"])
def test_a_lesson_waits_as_theory_says(name: str) -> None:
    """Within 3.5 standard errors, which are at most 5 % of the exact wait; and the lesson's claim stands."""
    found = teach(lesson(name), jobs=1)
    t = float(stats.t.ppf(0.975, found.replications - 1))
    exact = exact_waits()[name]
    assert set(exact) == set(found.figures)
    for figure, wait in exact.items():
        told = found.figures[figure]
        error = told.half_width / t
        assert error <= 0.05 * wait
        assert abs(told.mean - wait) <= 3.5 * error, f"{figure}: {told.mean:.1f} ± {error:.1f}, exact {wait:.1f}"
    assert found.holds


def test_a_claim_that_the_figures_contradict_is_not_made() -> None:
    one = lesson("pooling")
    low, high = Estimate(50.0, 45.0, 55.0), Estimate(90.0, 80.0, 100.0)
    assert Taught(one, {"apart": high, "together": low}, 20).finding == one.holds
    assert Taught(one, {"apart": low, "together": high}, 20).finding == one.otherwise
    touching = replace(high, low=54.0)
    assert Taught(one, {"apart": touching, "together": low}, 20).finding == one.otherwise


def test_texts_hold_three_questions_and_only_figures_that_are_played() -> None:
    for one in lessons():
        assert len(one.questions) == 3
        texts = [one.answer, one.holds, one.otherwise, *(answer for _, answer in one.questions)]
        assert {name for text in texts for name in re.findall(r"{(\w+)}", text)} <= set(one.figures)
        assert {one.more, one.less} <= set(one.figures)


def test_a_lesson_s_scenario_is_written_whole_and_loads(tmp_path: Path) -> None:
    for one in lessons():
        written = write_scenario(one, tmp_path / one.name)
        assert {plan for _, plan in one.figures.values()} <= set(
            sim.compare(*sim.load_all(written[0]), replications=2, jobs=1).plans
        )
        with pytest.raises(SimError, match="already"):
            write_scenario(one, tmp_path / one.name)


def test_the_command_lists_and_teaches() -> None:
    told = command("lessons")
    assert told.exit_code == 0
    assert [line.split()[1] for line in told.output.splitlines()[:3]] == ["variability", "occupancy", "pooling"]
    told = command("lessons", "3")
    assert told.exit_code == 0
    assert told.output.index("Lesson 3: Pooling") < told.output.index("Together:")
    assert max(map(len, told.output.splitlines())) <= 80


def test_a_lesson_that_is_not_there_is_one_message() -> None:
    told = command("lessons", "11")
    assert told.exit_code == 2
    assert "there is no such lesson" in told.output + told.stderr
