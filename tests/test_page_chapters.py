"""The page's order and words: chapters, tables that are one, plans side by side, places in a planner's words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from shop import SHOP, write
from worlds import Silent

from sim.report.page.beside import MOST_ACROSS, MOST_COLUMNS, side_by_side
from sim.report.page.chapters import ASSUMED, COST, SERVICE, TITLES, chapters_of, is_folded
from sim.report.page.figures import MOST_OPEN, Cell, Figures, Grid, Part, in_one_table
from sim.report.page.page import render
from sim.report.page.sentences import headlines
from sim.report.tables.study import Tables, tabulate
from sim.report.text.facts import Facts, facts_of
from sim.report.text.names import change_text
from sim.report.text.places import findings, place_words
from sim.scenario.load import load, load_plans
from sim.study.compare import compare
from sim.study.run import Entry, Options, run_study
from sim.study.statistics import Estimate


class Drawn:
    def __init__(self, name: str) -> None:
        self.name = name


def part(id: str, **more: bool) -> Part:
    return Part(id, id, grids=[Grid(("", ""), [[Cell("a"), Cell("1")]])], **more)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("queues.orders.patience", "queue orders: patience"),
        ("queues.orders.service_level.target", "queue orders: target"),
        ("groups.night_team.ramp", "group night_team: how new hires become proficient"),
        ("sites.krakow.seats (plans a, b)", "site krakow: desks (plans a, b)"),
        ("queues.chat", "queue chat"),
        ("costs.load", "load on wages"),
        ("experience.expected_wait", "wait that customers expect"),
        ("quality.some_thing.new_key", "quality: some thing, new key"),
        ("customers", "customers"),
    ],
)
def test_a_place_is_told_as_planners_do(where: str, words: str) -> None:
    assert place_words(where) == words


def test_what_is_said_of_many_places_is_said_once() -> None:
    rows = [("groups.a.ramp", "day by day"), ("groups.b.ramp", "day by day"), ("queues.c.fcr", "70 %")]
    first, second = findings(rows)
    assert first == ("groups a, b: how new hires become proficient", "groups.a.ramp, groups.b.ramp", "day by day")
    assert second.about == "queue c: FCR"
    # Of different settings each keeps its own name.
    (mixed,) = findings([("groups.a.ramp", "x"), ("queues.c.fcr", "x")])
    assert mixed.about == "group a: how new hires become proficient; queue c: FCR"


def test_chapters_stand_in_their_order_and_what_opens_on_a_click_behind_what_is_seen() -> None:
    parts = [part("costs"), part("calibration"), part("targets"), part("shut-out"), part("numbers"), Part("empty", "")]
    pictures = [Drawn("waterfall.png"), Drawn("seats.png"), Drawn("heat.png"), Drawn("costs.png"), Drawn("new.png")]
    found = {chapter.id: chapter for chapter in chapters_of(parts, pictures, compares=True)}
    assert list(found) == [id for id in TITLES if id in found]
    assert [one.id for one in found[SERVICE].parts] == ["shut-out", "targets"]
    assert [one.name for one in found[SERVICE].pictures] == ["heat.png"]
    # A picture that nobody knows is not lost.
    assert [one.name for one in found[SERVICE].more] == ["seats.png", "new.png"]
    assert [one.name for one in found[COST].pictures] == ["waterfall.png"]
    assert [one.id for one in found[ASSUMED].parts] == ["numbers"]
    alone = {chapter.id: chapter for chapter in chapters_of(parts, pictures, compares=False)}
    assert [one.id for one in alone[SERVICE].parts] == ["targets", "shut-out"]
    assert [one.name for one in alone[COST].more] == ["waterfall.png", "costs.png"]
    assert is_folded(False)(part("own", folded=True))


def test_tables_that_are_alike_are_one_and_a_long_one_ends_folded() -> None:
    rows = {name: [[Cell(plan), Cell("1")] for plan in ("a", "b", "c")] for name in ("x", "y", "z")}
    first, later = in_one_table(("Plan", "n"), rows)
    assert first.groups == (("x", 3), ("y", 3))
    assert [(name, len(own)) for name, own in first.blocks] == [("x", 3), ("y", 3)]
    assert (later.folded, later.title, later.groups, len(later.rows)) == (True, "z", (), 3)
    assert len(first.rows) <= MOST_OPEN
    (alone,) = in_one_table(("Plan", "n"), {"x": rows["x"]})
    assert (alone.title, alone.groups, alone.folded) == ("x", (), False)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.003, "+0.0030 contacts"), (-0.0012, "−0.0012 contacts"), (0.0, "0.00 contacts"), (0.00002, "0.00 contacts"),
     (0.02, "+0.02 contacts")],
)  # fmt: skip
def test_a_thousandth_of_a_contact_per_case_is_not_none(value: float, text: str) -> None:
    assert change_text(value, "contacts") == text


def study(folder: Path, more: int) -> tuple[Tables, Facts]:
    """The shop and so many plans more, each dearer, two replications."""
    file = write(folder, SHOP + "".join(f"[plans.p{n}]\ngroups.core.wage = {21 + n}\n" for n in range(more)))
    base = load(file)
    played = run_study([Entry(base, one) for one in load_plans(file)], Options(2, 1, jobs=1, engine="simpy"), Silent())
    labels = [result.scenario.plan for result in played.results]
    differences = compare(played.results, labels)
    facts = facts_of(played.results, labels, differences, "simpy", "sim compare spring.toml")
    return tabulate(played.results, labels, differences), replace(facts, roles={"base": "baseline, chosen"})


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return Figures(*study(tmp_path_factory.mktemp("three"), 2))


def test_a_few_plans_stand_across_with_levels_and_what_differs(three: Figures) -> None:
    (told,) = side_by_side(three)
    (grid,) = told.grids
    assert grid.head == ("", "base", "p0", "p1")
    lines = {row[0].text: row[1:] for row in grid.rows}
    assert [cell.text for cell in lines["In the decision"]] == ["baseline, chosen", "–", "–"]
    assert [cell.text for cell in lines["What it is"]] == [
        "as the file stands",
        "core: wage 20 → 21",
        "core: wage 20 → 22",
    ]
    cost = {plan: three.kpi(plan, "cost_total").mean for plan in three.facts.plans}
    base, dearer, _ = lines["Cost"]
    assert base.text == f"USD {cost['base']:,.0f}"
    assert dearer.text == f"USD {cost['p0']:,.0f}"
    # A dollar of twenty on all wages: the tone is that of the change, said in words, too.
    assert cost["p0"] / cost["base"] == pytest.approx(1.05)
    assert dearer.small.startswith("+")
    assert dearer.small.endswith(", worse")
    assert dearer.tone == "change bad"
    assert lines["Service level"][1].small == "the same"
    assert lines["orders"][0].text in ("met", "missed", "too close to tell")


def test_many_plans_stand_below_each_other_and_no_table_is_too_wide(tmp_path: Path) -> None:
    figures = Figures(*study(tmp_path, MOST_ACROSS))
    (told,) = side_by_side(figures)
    assert all(len(grid.rows) == MOST_ACROSS + 1 for grid in told.grids)
    assert all(len(grid.head) <= MOST_COLUMNS + 1 for grid in told.grids)
    first = told.grids[0]
    assert first.head == ("Plan", "What it is", "All targets hold", "Service level", "Cost")
    assert (first.folded, {grid.folded for grid in told.grids[1:]}) == (False, {True})
    heads = [head for grid in told.grids for head in grid.head[1:]]
    assert len(heads) == len(set(heads))
    assert {"Abandoned", "Occupancy", "Paid hours", "orders"} <= set(heads)


def test_nothing_is_better_or_worse_by_what_is_printed_as_none(three: Figures) -> None:
    place = ("p0", "center", "all", "attempts_per_case")
    for mean, verdict in ((0.0030, "worse"), (0.0002, "same")):
        three._changes[place] = Estimate(mean, mean / 2, 1.5 * mean, 0.0), "worse"
        assert three.change("p0", "attempts_per_case")[1] == verdict
    three._changes[place] = Estimate(0.0002, 0.0001, 0.0003, 0.0), "worse"
    assert not [one for one in headlines(three)[1].sentences if "contacts per case" in one.text]


def test_names_of_plans_and_places_stay_text(three: Figures) -> None:
    facts = replace(three.facts, warnings=(("queues.<b>.fcr", "<i>"),), assumptions=(("groups.a.ramp", "day by day"),))
    page = render(three.tables, facts, {})
    assert "queue &lt;b&gt;: FCR" in page
    assert "<i>" not in page
    # A warning stands before the plans, an assumption behind them; a planner's word heads both.
    assert (
        page.index('id="warnings"')
        < page.index('id="side-by-side"')
        < page.index('<div class="chapter" id="assumptions"')
    )
    assert "<dt>group a: how new hires become proficient</dt>" in page
    assert page == render(three.tables, facts, {})
