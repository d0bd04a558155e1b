"""People missing: one figure for one thing, counted out of open intervals, wherever it is shown."""

from __future__ import annotations

from io import StringIO

import numpy as np
import pytest
from rich.console import Console
from shop import table
from worlds import play

from sim.measures.kpis import CENTER, GROUP, QUEUE
from sim.measures.shortage import Shortage, shortage
from sim.report.page.figures import Figures
from sim.report.page.sentences import headlines
from sim.report.page.service import worst
from sim.report.tables.study import tabulate
from sim.report.terminal.summary import summarise
from sim.report.text.facts import facts_of
from sim.report.text.shortage import center_short
from sim.report.text.workforce import story_of, story_of_all
from sim.study.result import PlanResult


def test_short_intervals_are_counted_out_of_open_ones() -> None:
    """A twentieth of a person prints as none; what is missing while closed is apart."""
    missing, is_open = np.array([0.04, 0.05, 2.0, 3.5, 9.0, 0.0]), np.array([1, 1, 1, 1, 0, 1], np.bool_)
    found = Shortage(missing, is_open)
    assert found.short.tolist() == [False, True, True, True, False, False]
    assert found.after_hours.tolist() == [False, False, False, False, True, False]
    assert found.peak == 3.5
    assert found.worst(2).tolist() == [3, 2]
    peak, short, of_open = found.by_period(np.array([0, 3]))
    assert (peak.tolist(), short.tolist(), of_open.tolist()) == ([2.0, 3.5], [2, 1], [3, 2])


CENTER_OF_TWO = """\
title = "Two"
[center]
start = 2026-03-02
days = 7
open = { mon-fri = "09:00-11:00" }
[run]
replications = 2
[queues.calls]
channel = "phone"
forecast = { csv = "calls.csv" }
talk = { family = "exponential", mean = "6min" }
[queues.other]
like = "calls"
forecast = { csv = "other.csv" }
[queues.mail]
channel = "email"
forecast = { csv = "mail.csv" }
talk = { family = "exponential", mean = "10min" }
[groups.callers]
heads = 5
shifts = { day = 5 }
ramp = "none"
skills = { calls = {} }
[groups.others]
heads = 2
shifts = { day = 2 }
skills = { other = {}, mail = { priority = 2 } }
[shifts.day]
days = "mon-fri"
hours = "09:00-12:00"
[ramp.none]
family = "exponential"
start = { speed = 1.0 }
weeks_to_95 = 1
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> PlanResult:
    """Calls are busiest on Monday, the others on Tuesday; mails are more than the others' hours."""
    folder = tmp_path_factory.mktemp("two")
    weekdays = ("mon", "tue", "wed", "thu", "fri")
    (folder / "calls.csv").write_text(table("contacts", "24", days=weekdays).replace("mon,09:30,24", "mon,09:30,40"))
    (folder / "other.csv").write_text(table("contacts", "3", days=weekdays).replace("tue,10:30,3", "tue,10:30,14"))
    (folder / "mail.csv").write_text(table("contacts", "9", days=weekdays))
    (folder / "two.toml").write_text(CENTER_OF_TWO)
    return play(folder / "two.toml", replications=2)


def test_groups_and_queues_add_up_to_the_same(result: PlanResult) -> None:
    need = result.requirement()
    assert need.short.sum() > 10
    assert need.group_short.sum(axis=1) == pytest.approx(need.short.sum(axis=1))
    assert need.group_required.sum(axis=1) == pytest.approx(need.required.sum(axis=1))
    assert need.seats.sum(axis=1) == pytest.approx(need.group_seats.sum(axis=1), abs=1e-6)
    # Required less seats is short, queue by queue.
    assert need.short == pytest.approx(np.maximum(need.required - need.seats, 0.0), abs=0.011)


def test_the_denominator_is_open_intervals_and_work_after_closing_its_own(result: PlanResult) -> None:
    """Five days of four open half hours; people stay on till noon, and mails are short there too."""
    need, scenario = result.requirement(), result.scenario
    found = center_short(result)
    whole = shortage(scenario, need, CENTER, "all")
    assert found.open == 20
    assert 0 < found.short <= 20
    assert found.after_hours == 10
    assert found.after_hours_h == pytest.approx(need.short[~whole.is_open].sum() / 2)
    assert shortage(scenario, need, QUEUE, "calls").is_open.sum() == 20
    assert not shortage(scenario, need, QUEUE, "calls").after_hours.any()


def test_at_worst_is_the_same_number_for_the_same_scope(result: PlanResult) -> None:
    """Sentence, page's table, terminal, ledger, summary: the center's peak is one number; a group's is its own."""
    tables, found = tabulate([result], ["base"]), center_short(result)
    facts = facts_of([result], ["base"], None, "compiled", "sim run")
    told = f"by {found.peak:.1f} at worst"
    sentences = [sentence.text for sentence in headlines(Figures(tables, facts))[0].sentences]
    (sentence,) = [text for text in sentences if "short of people" in text]
    assert sentence.startswith(f"{found.short} of 20 open intervals are short of people, {told}, Mon 2 Mar 09:30.")
    assert "Outside opening hours" in sentence
    first = worst(Figures(tables, facts)).grids[0].rows[0]
    assert (first[1].text, first[5].text) == ("09:30", f"{found.peak:.1f}")
    screen = StringIO()
    summarise(Console(file=screen, width=140), result, "base", tables)
    assert f"{found.short} of 20 open intervals are short of people" in screen.getvalue()
    line = next(row for row in screen.getvalue().splitlines() if "2026-03-02" in row and "09:30" in row)
    assert f" {found.peak:.1f} " in line
    whole = story_of_all(tables.workforce, "base", found)
    assert (whole.peak_short, whole.intervals_short, whole.intervals_open) == (found.peak, found.short, 20)
    summary = tables.summary.set_index(["scope", "name", "kpi"])["mean"]
    assert summary["center", "all", "peak_short"] == found.peak
    assert summary["center", "all", "intervals_short"] == found.short
    for group in ("callers", "others"):
        story = story_of(tables.workforce, "base", group)
        of_group = shortage(result.scenario, result.requirement(), GROUP, group)
        assert (story.peak_short, story.intervals_short) == (of_group.peak, of_group.short.sum())
        assert (summary["group", group, "peak_short"], story.intervals_open) == (story.peak_short, 20)


def test_a_week_of_hours_enough_in_total_does_not_hide_its_short_intervals(result: PlanResult) -> None:
    """Callers: 5 people × 15 h are more than the calls take, and short on Monday at 09:30 all the same."""
    story = story_of(tabulate([result], ["base"]).workforce, "base", "callers")
    assert story.fte >= story.fte_required
    assert (story.weeks, story.weeks_enough, story.enough_but_short) == (1, 1, 1)
    assert story.intervals_short > 0
