"""Centers with so many kinds of heads that a staffing is steered: what is found is what is known without it."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import numpy as np
import pytest
from staffings import Crew, Line, Small, erlang_level, small_center, write_center
from test_staffing_exact import counted
from worlds import Silent

import sim
from sim.staffing import covering, gains, polishing
from sim.staffing.allowed import Allowed, Column, allowed_of
from sim.staffing.ending import Clock
from sim.staffing.finding import Finding
from sim.staffing.judge import Judged
from sim.staffing.learning import MANY_COLUMNS, _corrected
from sim.staffing.playing import Question
from sim.staffing.polishing import polish, repair
from sim.staffing.program import Cut, Program
from sim.staffing.quiet import no_word_of_the_solver
from sim.staffing.search import find_staff
from sim.staffing.setting import MOST_RUNS, Setting, Sizes
from sim.staffing.steering import steer
from sim.staffing.wanted import wanted_of
from sim.study.run import Options

TALK, PATIENCE = 180.0, 120.0


def steered(path: Path, monkeypatch: pytest.MonkeyPatch, *, seed: int = 7, runs: int = MOST_RUNS) -> Judged:
    """Covered, mended and thinned, on the luck of this seed alone."""
    monkeypatch.setattr(Sizes, "of", lambda *_: Sizes(runs, runs, runs))
    center = sim.load(path)
    question = Question(center._file, "base", (), allowed_of(center.scenario), wanted_of(center.scenario), seed)
    setting = Setting.of(question, Options(None, seed, jobs=1, engine="compiled"), Silent(), Clock(None))
    finding = Finding(setting)
    monkeypatch.setattr(Finding, "_optimum", lambda *_: None)
    finding.run()
    judge, gains, price = setting.judge, setting.gains, setting.program.price
    found = finding.best if finding.best.holds else repair(judge, gains, finding.best, price)
    if len(price) > MANY_COLUMNS:
        found = steer(judge, gains, found, price)
    return polish(judge, gains, found, price, thorough=len(price) <= MANY_COLUMNS)


@pytest.mark.long
def test_queues_with_nothing_in_common_take_what_erlang_says_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nine queues with a group of their own: nine searches of one queue, and a tenth of that many plays."""
    lines, crews, wanted = {}, {}, []
    for number in range(MANY_COLUMNS + 1):
        agents = 3 + number // 2
        load = _load_between(agents)
        lines[f"q{number}"] = Line(load * 60.0 / TALK, TALK, PATIENCE, 0.8, groups=(f"g{number}",))
        # From far below to twice as many.
        crews[f"g{number}"] = Crew({"day": round(agents * (0.6 + 0.15 * number))}, {f"q{number}": 1.0})
        wanted.append(agents)
    found = steered(write_center(tmp_path, lines, crews), monkeypatch, runs=6)
    assert found.heads == tuple(wanted)


def _load_between(agents: int) -> float:
    """Erlangs at which `agents` are as far above 80 % in 20 s as one fewer is below."""
    loads = np.linspace(0.3 * agents, 1.2 * agents, 2_000)
    gaps = [sum(erlang_level(float(a), n, TALK, PATIENCE, 20.0) for n in (agents, agents - 1)) - 1.6 for a in loads]
    return float(loads[int(np.argmin(np.abs(gaps)))])


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_small_centers_get_what_counting_finds_when_they_are_steered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    small: Small = small_center(seed, tmp_path)
    best, cost = counted(small, seed=7)
    for module in (covering, gains, polishing):
        monkeypatch.setattr(module, "MANY_COLUMNS", 0)
    found = steered(small.path, monkeypatch)
    assert found.cost == pytest.approx(cost, rel=1e-9), f"{small.columns}: found {found.heads}, cheapest {best}"


def test_a_limit_that_nobody_set_is_told_as_the_search_s_own(tmp_path: Path) -> None:
    """Ten erlangs take fourteen; of five today no more than ten are tried."""
    line, crew = Line(10.0 / 3.0, TALK, None, 0.8), Crew({"day": 5}, {"calls": 1.0})
    center = sim.load(write_center(tmp_path, {"calls": line}, {"agents": crew}))
    found = find_staff(center._file, "base", None, Options(10, 1, jobs=1, engine="compiled"), Silent())
    assert found.heads == (10,)
    assert found.impossible is not None
    assert "2 times today's people were tried in agents" in found.impossible.in_the_way
    assert "[staffing.groups.agents] heads = { at_most" in found.impossible.in_the_way


def test_gains_are_corrected_by_what_changes_brought() -> None:
    """On paper 0.1 each. Two heads more of both brought 0.2, which halves them; were 0.02 each of the first alone the
    truth, the other's would be 0.08: they are drawn apart, as far as what is no straight line may be trusted."""
    prior = np.array([0.1, 0.1])
    halved = _corrected(prior, np.array([[2.0, 2.0]]), np.array([0.2]))
    assert halved[0] == pytest.approx(halved[1])
    assert halved[0] == pytest.approx(0.05, abs=0.01)
    told = _corrected(prior, np.array([[2.0, 2.0], [4.0, 0.0]]), np.array([0.2, 0.08]))
    assert told[0] < 0.035
    assert told[1] > 0.055
    # What can do nothing on paper is not believed to.
    assert _corrected(np.array([0.1, 0.0]), np.array([[0.0, 1.0]]), np.array([0.3]))[1] == 0.0


def test_a_step_goes_as_far_as_it_may_towards_what_is_missing() -> None:
    columns = tuple(Column("agents", shift, None, 0, 20, 10) for shift in ("early", "late"))
    program = Program(Allowed(columns), np.array([10.0, 11.0]), [Cut((1.0, 2.0), 40.0)])
    # 30 of 40 are there: five late ones close the gap for 55, ten early ones for 100.
    near, far = (program.nearby((10, 10), most, missing=1_000.0) for most in (3.0, 30.0))
    assert near is not None
    assert near.heads == (10, 13)
    assert far is not None
    # With room enough nobody early is needed: twenty late ones reach 40.
    assert far.heads == (0, 20)


def test_what_a_solver_prints_does_not_reach_the_reader(capfd: pytest.CaptureFixture[str]) -> None:
    """Neither at once nor later: C holds back what it prints where nobody looks on."""
    library = ctypes.CDLL(None)
    print("before")
    with no_word_of_the_solver():
        os.write(1, b"a line of the solver\n")
        library.puts(b"another, held back")
    print("after")
    library.fflush(None)
    assert capfd.readouterr().out.split() == ["before", "after"]
