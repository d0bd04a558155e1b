"""A hiring year found from end to end, in a center of twelve people over eight weeks."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from shop import problems, sim

from sim.command.cli import main
from sim.errors import ScenarioError
from sim.scenario.language.staffing_hiring import HiringSearch
from sim.scenario.load import load, plan_of
from sim.scenario.reading.plans import read_file
from sim.staffing.hiring.finding import find_hiring
from sim.staffing.hiring.found import HiringFound
from sim.staffing.hiring.intake import allows, changes_of, classes_today, intakes_of
from sim.staffing.hiring.playing import Luck, Playing, Stopped
from sim.study.run import Entry, Options, run_study
from sim.study.targets import verdicts_of

CENTER = """
title = "Twelve people, eight weeks"
[center]
start = 2027-01-04
weeks = 8
interval = "60min"
currency = "USD"
open = { mon-fri = "09:00-15:00" }
[run]
seed = 5
[queues.calls]
channel = "phone"
talk = { family = "exponential", mean = "30m" }
patience = { family = "exponential", mean = "15min" }
service_level = { target = 0.80, within = "5min", per = "month" }
forecast = { week = 620, season = "season.csv", shape = "shape.csv" }
[groups.desk]
heads = 12
tenure = "400w"
contract_hours = 30
shifts = { day = "100%" }
attrition = "usual"
wage = 20
skills = { calls = { priority = 1 } }
[shifts.day]
hours = "09:00-15:00"
[attrition.usual]
annual_rate = 0.2
[hiring.winter]
group = "desk"
starts = 2027-01-11
offers = 14
cost = 500
training = { length = "2w", dropout = 0.1 }
[plans.nobody]
hiring = "none"
"""
RUNS = 8


def write(folder: Path, more: str = "") -> Path:
    """`more`: at the end of the file."""
    days = ("mon", "tue", "wed", "thu", "fri")
    rows = [f"{day},{hour:02d}:00,{1 / 30}" for day in days for hour in range(9, 15)]
    (folder / "shape.csv").write_text("\n".join(["weekday,start,share", *rows]) + "\n")
    # Two thirds more from February on.
    season = [f"{week},{0.6 if week < 5 else 1.0}" for week in range(1, 54)]
    (folder / "season.csv").write_text("\n".join(["week,factor", *season]) + "\n")
    (folder / "center.toml").write_text(CENTER + more)
    return folder / "center.toml"


class Silent:
    """A watcher."""

    def stage(self, text: str) -> None: ...
    def progress(self, plan: str, done: int, wanted: int) -> None: ...
    def kept(self, *what: Any) -> None: ...


@cache
def found_in(folder: Path) -> HiringFound:
    return find_hiring(read_file(write(folder)), "base", Options(replications=RUNS, jobs=1), Silent())


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> HiringFound:
    return found_in(tmp_path_factory.mktemp("hiring"))


def test_it_holds_and_is_cheaper(found: HiringFound) -> None:
    """On the fresh luck, by intervals for all plans put to the test; and than today's class, surely."""
    assert found.is_finished
    assert found.holds
    assert found.confirmation.is_sure
    assert found.confirmation.seed != 5
    assert all(period.level.low >= period.target for period in found.periods)
    today = found.rivals[0]
    assert today.plan == "base"
    assert found.best_rival is today
    assert today.difference.high < 0.0
    # Without anybody hired February fails, so nobody at all is no answer.
    assert [one.plan for one in found.missed] == ["nobody"]
    assert found.classes


def test_it_is_the_plan_that_its_books_are_of(found: HiringFound) -> None:
    """The plan played by itself on the same luck, as `sim run` would, costs and holds the same."""
    options = Options(replications=RUNS, seed=found.confirmation.seed, jobs=1)
    result = run_study([Entry(found.base, found.plan)], options, Silent()).results[0]
    assert result.kpi("cost_total").mean == pytest.approx(found.cost.mean)
    assert result.kpi("cost_total").half_width == pytest.approx(found.cost.half_width)
    worst = verdicts_of(result)[0].worst_level.mean
    assert worst == pytest.approx(found.periods[0].level.mean)


def test_waiting_has_its_price(found: HiringFound) -> None:
    """Whoever starts later is paid for less long, and is missed: the lowest period falls with each week."""
    assert len(found.delays) >= 2
    saves = [delay.saves.mean for delay in found.delays]
    levels = [delay.lowest.level.mean for delay in found.delays]
    assert saves == sorted(saves)
    assert saves[0] > 0.0
    assert levels == sorted(levels, reverse=True)


def test_a_bound_is_below(found: HiringFound) -> None:
    assert found.bound is not None
    assert 0.0 <= found.bound.gap < 0.35
    assert found.bound.cost <= found.cost.mean


def test_any_number_of_processes_plays_the_same(found: HiringFound) -> None:
    """What the search sees of a plan; the rest of it is arithmetic."""
    file, answers = read_file(found.base.folder / "center.toml"), []
    for jobs in (1, 2):
        luck = Luck(5, "simpy", jobs, "cost_total")
        playing = Playing(file, found.base, "base", found.intakes, luck, Silent())
        # In two goes, as the search does.
        playing.answer(found.classes, 1)
        answers.append(playing.answer(found.classes, 3))
    one, other = answers
    assert np.array_equal(one.money, other.money)
    assert all(np.array_equal(a, b) for a, b in zip(one.levels, other.levels, strict=True))
    assert all(np.array_equal(a, b) for a, b in zip(one.days, other.days, strict=True))


def test_time_over_leaves_the_best_so_far(tmp_path: Path) -> None:
    """The file's time, where none is given."""
    path = write(tmp_path, '[staffing]\ntime = "0s"\n')
    found = find_hiring(read_file(path), "base", Options(replications=RUNS, jobs=1), Silent())
    assert not found.is_finished
    assert not found.confirmation.is_sure
    assert "not confirmed" in found.confirmation.says
    assert found.study is None


def test_no_replication_is_played_past_the_time(tmp_path: Path) -> None:
    """On any luck, and in the middle of a plan: what is known is known."""
    file = read_file(write(tmp_path))
    today = plan_of(file, "base")
    playing = Playing(file, today, "base", intakes_of(file, today), Luck(5, "simpy", 1, "cost_total"), Silent())
    before = playing.answer((), 1)
    playing.deadline = 0.0
    assert playing.answer((), 1).money == before.money
    with pytest.raises(Stopped):
        playing.answer((), 2)


def test_what_no_class_can_mend_is_said(tmp_path: Path) -> None:
    """February is too busy for twelve and eight."""
    path = write(tmp_path, "[staffing.hiring.desk]\nsize = { at_most = 8 }\n")
    path.write_text(path.read_text().replace("week = 620", "week = 1500"))
    found = find_hiring(read_file(path), "base", Options(replications=2, jobs=1), Silent())
    assert not found.holds
    assert found.periods[0].margin < 0.0
    assert "calls reaches" in found.in_the_way


def test_the_command_writes_a_plan_that_runs(tmp_path: Path) -> None:
    path, out = write(tmp_path), tmp_path / "out"
    words = ["staff", str(path), "--hiring", "--replications", "4", "--jobs", "1", "--time", "0s", "--out", str(out)]
    # Nothing confirmed, and said so; the plan's file is there all the same.
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 0, told.output
    assert "not confirmed" in told.output
    written = load(out / "staffed.toml", "staffed")
    classes = pd.read_csv(out / "classes.csv")
    assert [one.offers for one in written.spec.hiring.values()] == classes["offers"].tolist()
    assert [str(one.starts) for one in written.spec.hiring.values()] == classes["starts"].tolist()


def test_the_folder_tells_what_was_found(found: HiringFound, tmp_path: Path) -> None:
    from sim.report.write_hiring import write_hiring

    write_hiring(tmp_path, found, read_file(found.base.folder / "center.toml"), [], "sim staff center.toml --hiring")
    plans = pd.read_csv(tmp_path / "plans.csv", index_col="plan")
    assert plans.loc["staffed", "cost"] - plans.loc["base", "cost"] == pytest.approx(plans.loc["base", "found_less_it"])
    told = json.loads((tmp_path / "manifest.json").read_text())["hiring"]
    assert [one["offers"] for one in told["classes"].values()] == [one.offers for one in found.names.values()]
    assert told["confirmed"]
    page = (tmp_path / "report.html").read_text()
    assert "Classes found" in page
    assert "What waiting costs" in page
    heads = pd.read_csv(tmp_path / "heads.csv")
    assert set(heads["plan"]) == {"without classes", "today", "found"}


# ---- What may be planned --------------------------------------------------------------------------------------------


def test_without_a_word_classes_are_like_the_files(tmp_path: Path) -> None:
    file = read_file(write(tmp_path))
    today = plan_of(file, "base")
    (intake,) = intakes_of(file, today)
    assert (intake.group, intake.like, intake.at_most, intake.size.at_most) == ("desk", "winter", 1, 28)
    # Mondays, as long as a class is trained by the last day.
    assert intake.dates[0] == dt.date(2027, 1, 4)
    assert intake.dates[-1] == dt.date(2027, 2, 8)
    classes = classes_today((intake,), today)
    assert classes is not None
    assert [(intake.dates[one.date], one.offers) for one in classes] == [(dt.date(2027, 1, 11), 14)]
    again = plan_of(file, "base", [changes_of((intake,), classes)])
    assert list(again.spec.hiring.values()) == list(today.spec.hiring.values())


def test_terms_and_rooms_are_kept_to(tmp_path: Path) -> None:
    more = """
[staffing.hiring.desk]
starts = { from = 2027-01-11, to = 2027-02-01, every = "1w" }
size = { at_least = 2, at_most = 6 }
at_most = "2 classes"
in_training = 8
until = [2027-02-22]
"""
    file = read_file(write(tmp_path, more))
    intakes = intakes_of(file, plan_of(file, "base"))
    assert [intake.hiring.contract_until for intake in intakes] == [None, dt.date(2027, 2, 22)]
    those = classes_of()
    assert allows(intakes, those((0, 0, 4), (1, 1, 4)))
    assert not allows(intakes, those((0, 0, 4), (1, 1, 5)))  # nine in the room
    assert allows(intakes, those((0, 0, 4), (1, 2, 5)))  # the first has left it
    assert not allows(intakes, those((0, 0, 1)))
    assert not allows(intakes, those((0, 0, 2), (0, 2, 2), (1, 3, 2)))


def classes_of() -> Any:
    from sim.staffing.hiring.intake import Class

    return lambda *those: tuple(Class(*one) for one in those)


DESK = "[staffing.hiring.desk]\n"


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ('class = "summer"\n', 'no plan of the file has a class "summer"; write class = "NAME" of one of: winter'),
        ("starts = [2027-02-22]\n", "no class that starts then is trained by 2027-02-28, the last day"),
        ("until = [2027-01-08]\n", "until 2027-01-08: no class would be trained before; write a later day"),
    ],
)
def test_what_allows_nothing_is_said(wanted: str, says: str, tmp_path: Path) -> None:
    """These need the whole file, and are asked when a search begins."""
    told = sim("staff", write(tmp_path, DESK + wanted), "--hiring")
    assert told.exit_code == 2
    assert problems(told) == [("staffing.hiring.desk", says)]


def test_a_file_without_classes_says_what_to_write(tmp_path: Path) -> None:
    path = write(tmp_path)
    text = path.read_text()
    path.write_text(text[: text.index("[hiring.winter]")])
    file = read_file(path)
    with pytest.raises(ScenarioError, match="no plan of the file has a class: add one"):
        intakes_of(file, plan_of(file, "base"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts": {"every": "12h"}},
        {"starts": {"from": dt.date(2027, 3, 1), "to": dt.date(2027, 2, 1)}},
        {"starts": []},
        {"size": {"at_least": 5, "at_most": 4}},
        {"at_most": "3 rooms"},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"every|lies before|write dates|at_least|3 rooms"):
        HiringSearch.model_validate(wrong)
