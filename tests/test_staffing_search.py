"""A search for staff: the same on any number of processes, kept when it is stopped, gone on with when it was killed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from staffings import Crew, Line, write_center
from worlds import Silent

import sim
from sim.errors import ScenarioError
from sim.staffing.allowed import Allowed, Column
from sim.staffing.confirming import ERROR, spent
from sim.staffing.cutting import Cutting
from sim.staffing.found import Found
from sim.staffing.judge import Judged
from sim.staffing.playing import Playing
from sim.staffing.program import Cut, Program, Proposal
from sim.staffing.remembered import Kept
from sim.staffing.search import find_staff
from sim.staffing.wanted import Wanted
from sim.study.run import Options

RUNS = 40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Ten erlangs of patient people: fourteen hold 80 % in 20 s (13.05 by Erlang C)."""
    line, crew = Line(10.0 / 3.0, 180.0, None, 0.8), Crew({"day": 11}, {"calls": 1.0})
    return write_center(tmp_path, {"calls": line}, {"agents": crew})


def search(path: Path, wanted: Wanted | None = None, *, jobs: int = 1, watcher: object = None) -> Found:
    center = sim.load(path)
    options = Options(RUNS, 1, jobs=jobs, engine="compiled", remember=True)
    return find_staff(center._file, "base", wanted, options, watcher or Silent())  # type: ignore[arg-type]


class Stopping(Silent):
    """Presses Ctrl-C as soon as a stage begins."""

    def __init__(self, stage: str) -> None:
        self._stage, self.stages = stage, list[str]()

    def stage(self, text: str) -> None:
        import signal

        self.stages.append(text)
        if text.startswith(self._stage):
            signal.raise_signal(signal.SIGINT)


def test_the_plan_is_the_same_on_one_and_on_two_processes(path: Path) -> None:
    one, two = search(path), search(path, jobs=2)
    assert one.heads == two.heads == (14,)
    assert (one.periods, one.bound, one.worth, one.curve) == (two.periods, two.bound, two.worth, two.curve)


def test_ctrl_c_keeps_the_best_so_far_and_says_that_nothing_confirms_it(path: Path) -> None:
    found = search(path, watcher=Stopping("confirming"))
    assert not found.is_finished
    assert found.heads == (14,)
    assert not found.confirmation.is_sure
    assert found.confirmation.replications == 0


def test_no_time_at_all_leaves_todays_staff(path: Path) -> None:
    found = search(path, Wanted(seconds=1e-9))
    assert not found.is_finished
    assert found.heads == (11,)


def test_a_search_that_was_killed_goes_on_where_it_was(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it has played is not played again, and the plan is the same."""
    monkeypatch.setenv("SIM_SOLUTIONS", str(tmp_path / "kept"))
    stopped = search(path, watcher=Stopping("confirming"))
    stage = Stopping("none of them")
    again = search(path, watcher=stage)
    assert stage.stages[0] == "calibrating to what was observed"
    assert stage.stages[1].startswith("going on with ")
    assert stopped.replications > 0
    monkeypatch.setenv("SIM_SOLUTIONS", str(tmp_path / "other"))
    whole = search(path)
    assert again.replications < whole.replications
    assert (again.heads, again.periods, again.worth) == (whole.heads, whole.periods, whole.worth)
    # A finished search leaves nothing behind.
    assert not list((tmp_path / "kept" / "searches").glob("*"))


def test_a_torn_store_counts_as_not_there(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIM_SOLUTIONS", str(tmp_path / "kept"))
    search(path, watcher=Stopping("confirming"))
    (kept,) = (tmp_path / "kept" / "searches").glob("*.sqlite")
    kept.write_bytes(b"torn" + kept.read_bytes()[4:2000])
    assert search(path).heads == (14,)


def test_tests_one_after_another_spend_no_more_than_the_error_allowed() -> None:
    """Σ 1 ÷ (k(k+1)) over all k is 1."""
    assert sum(spent(number) for number in range(1, 10_000)) == pytest.approx(ERROR, rel=2e-4)
    assert spent(1) == pytest.approx(0.025)


def test_the_best_service_for_a_sum_stays_within_it(path: Path) -> None:
    """A person costs 24 hours of 20 a day: for 12.5 people's pay there are twelve."""
    budget = 12.5 * 24.0 * 20.0 * sim.load(path).scenario.clock.days
    found = search(path, Wanted(budget=budget))
    assert found.heads == (12,)
    assert not found.holds


def test_impossible_names_the_target_and_what_is_in_the_way(path: Path) -> None:
    text = path.read_text() + "\n[staffing.groups.agents]\nheads = { at_least = 1, at_most = 12 }\n"
    path.write_text(text)
    found = search(path)
    assert found.heads == (12,)
    assert found.impossible is not None
    assert found.impossible.period.name == "calls"
    assert found.impossible.period.level.mean < 0.8
    assert "staffing.groups.agents.heads" in found.impossible.in_the_way
    assert not found.confirmation.is_sure


def test_answers_are_kept_apart_by_what_is_asked(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIM_SOLUTIONS", str(tmp_path / "kept"))
    file = sim.load(path)._file
    from sim.staffing.allowed import allowed_of
    from sim.staffing.playing import Question
    from sim.staffing.wanted import wanted_of

    scenario = sim.load(path).scenario
    question = Question(file, "base", (), allowed_of(scenario), wanted_of(scenario), 1)
    kept = Kept.of(question)
    assert kept is not None
    played = Playing(question, "compiled", 1, kept).answer((14,), 2)
    assert played is not None
    again = kept.read(1, (14,))
    assert again is not None
    assert (again.sums == played.sums).all()
    assert kept.read(2, (14,)) is None
    other = Kept.of(replace(question, wanted=Wanted(targets={"calls": 0.9})))
    assert other is not None
    assert other.read(1, (14,)) is None


def test_a_staff_that_is_not_allowed_is_never_the_answer(path: Path) -> None:
    """Today's fourteen hold; five at most are allowed, who cannot."""
    text = path.read_text().replace('"day" = 11', '"day" = 14')
    assert text != path.read_text()
    path.write_text(text + "\n[staffing.groups.agents]\nheads = { at_least = 1, at_most = 5 }\n")
    found = search(path)
    assert found.heads == (5,)
    assert not found.holds
    assert found.impossible is not None


def test_nothing_to_hold_is_refused(path: Path) -> None:
    path.write_text(path.read_text() + "\n[staffing]\nhold = { targets = [] }\n")
    with pytest.raises(ScenarioError, match="nothing must hold"):
        search(path)


def test_a_bound_rests_on_no_plane_that_a_staffing_which_holds_contradicts() -> None:
    """Six heads at least, says a plane; four are seen to hold: the plane is wrong, and the other is left."""
    allowed = Allowed((Column("agents", "day", None, 0, 9, 5),))
    program = Program(allowed, np.array([10.0]), [Cut((1.0,), 6.0), Cut((1.0,), 3.0)])
    judge = SimpleNamespace(
        of_played=lambda: [Judged((4,), 40.0, np.array([0.1])), Judged((2,), 20.0, np.array([-0.1]))]
    )
    cutting = Cutting(judge, program, SimpleNamespace(), 4)  # type: ignore[arg-type]
    assert program.cheapest() == Proposal((6,), pytest.approx(60.0))
    cutting.settle()
    assert program.cuts == [Cut((1.0,), 3.0)]
    assert cutting.thrown_away == 1
    assert cutting.last == Proposal((3,), pytest.approx(30.0))
