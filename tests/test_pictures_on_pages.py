"""Pictures drawn into pages: the page's colours, marks that say the tables' values, and the same bytes every time."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections import Counter
from importlib import resources

import numpy as np
import pandas as pd
import pytest
from shop import SHOP, table, write
from worlds import Silent

from sim.choosing.decision import Decision, Weighed, decide
from sim.report.charts import waterfall, week_texts
from sim.report.charts.cost_lines import OTHER, looks
from sim.report.charts.plan import draw
from sim.report.charts.seats import short_text
from sim.report.charts.shades import DISTANCES, NO_CELL, distance_shades, heat_edges, heat_shades
from sim.report.charts.style import CHANNEL_MARKS, STRONG, VERDICT_MARKS
from sim.report.charts.svg import VARIABLES, Drawn, Mark, compact, inline
from sim.report.charts.weekdays import week_of
from sim.report.page.page import render
from sim.report.tables.study import Tables, tabulate
from sim.report.text.facts import Facts, Target, facts_of
from sim.report.text.numbers import NOTHING, percent_beside
from sim.scenario.language.channels import CHANNELS
from sim.scenario.load import load
from sim.study.compare import compare
from sim.study.run import Entry, Options, run_study
from sim.study.statistics import UNKNOWN, Estimate

SVG = "{http://www.w3.org/2000/svg}"
PLANS = ("base", "more", "fewer")
FILES: dict[str, str | bytes] = {"orders.csv": table("contacts", "12", days=("mon", "tue", "wed", "thu", "fri"))}


def page_part(name: str) -> str:
    return resources.files("sim.report.page").joinpath(name).read_text(encoding="utf-8")


# ---- Paths ----------------------------------------------------------------------------------------------------------


def points_of(path: str) -> list[tuple[float, float]]:
    """Where a path of M, h, v, l and z goes, by a reader of its own."""
    found, x, y = list[tuple[float, float]](), 0.0, 0.0
    for letter, rest in re.findall(r"([Mhvlz])([^Mhvlz]*)", path):
        numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", rest)]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True)) if letter in "Ml" else []
        pairs += [(number, 0.0) for number in numbers] if letter == "h" else []
        pairs += [(0.0, number) for number in numbers] if letter == "v" else []
        for dx, dy in pairs:
            x, y = (dx, dy) if letter == "M" else (x + dx, y + dy)
            found.append((x, y))
    return found


def test_a_path_in_steps_goes_where_it_went() -> None:
    """A thousand steps of a third of a point: rounding one by one would be off by 33 points at the end."""
    path = "M 10 20 " + " ".join(f"L {10 + step / 3:.6f} {20 + step % 7:.6f}" for step in range(1, 1000))
    points = points_of(compact(path))
    assert points[-1] == pytest.approx((10 + 333, 20 + 999 % 7), abs=0.06)
    assert points[499] == pytest.approx((10 + 499 / 3, 20 + 499 % 7), abs=0.06)


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("M 1 2 L 11 2 L 21 2 L 21 5", "M1 2h20v3"),
        # There and back is two steps.
        ("M 1 2 L 11 2 L 6 2", "M1 2h10-5"),
        ("M 1 2 L 1 2 L 1.04 2 L 3 4 z", "M1 2l2 2z"),
        ("M 0 0 C 1 1 2 1 3 0 L 4 -0.5", "M0 0c1 1 2 1 3 0l1-.5"),
        ("M 5 5 L 6 6 z M 1 1 L 2 1", "M5 5l1 1zM1 1h1"),
    ],
)
def test_paths_are_short(path: str, short: str) -> None:
    assert compact(path) == short


# ---- One picture ----------------------------------------------------------------------------------------------------


def test_what_marks_say_is_escaped() -> None:
    source = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"><g/></svg>'
    evil = '<b> & "it"'
    text = inline(source, "one", evil, 10.0, [Mark((1, 2, 3, 4), evil, evil, evil, 1)])
    root = ET.fromstring(text)
    group = root.find(f"{SVG}g")
    assert group is not None
    assert (root.attrib["aria-label"], group.attrib["data-plan"], group.attrib["data-panel"]) == (evil, evil, evil)
    assert [title.text for title in root.iter(f"{SVG}title")] == [evil]
    assert root.attrib["viewBox"] == "0 10 100 40"


def test_a_colour_that_no_variable_stands_for_would_be_seen() -> None:
    path = '<path d="M 0 0 L 1 1" style="fill: #123456; stroke: #0072b2"/>'
    source = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{path}</svg>'
    drawn = inline(source.encode(), "one", "", 0.0, [])
    assert 'fill="#123456"' in drawn
    assert 'stroke="var(--c-blue)"' in drawn


# ---- Shades, colours, looks -----------------------------------------------------------------------------------------


def test_shades_go_by_the_distance_from_the_target() -> None:
    distance = np.array([[0.2, 0.05, 0.0, 0.8 - 0.8, -0.01, -0.05, -0.15, -0.3, -0.31, np.nan]])
    assert distance_shades(distance).tolist() == [[5, 5, 4, 4, 3, 3, 2, 1, 0, NO_CELL]]


def test_nothing_has_the_paper_s_shade_and_the_highest_the_last() -> None:
    edges = heat_edges(9.5)
    assert edges.tolist() == [0, 2, 4, 6, 8, 10]
    assert heat_shades(np.array([0.0, 0.1, 2.0, 2.1, 9.5, np.nan]), edges).tolist() == [0, 1, 1, 2, 5, NO_CELL]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def variables(mode: str) -> dict[str, str]:
    """By name, in light or dark, the page's own among them."""
    css = page_part("report.html") + page_part("charts-style.html")
    dark = "".join(re.findall(r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", css, re.DOTALL))
    printed = r"@media print \{.*?\n\}\n"
    light = re.sub(printed, "", re.sub(r"@media[^{]*dark\) \{.*?\n\}\n", "", css, flags=re.DOTALL), flags=re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light))
    return found | (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", dark)) if mode == "dark" else {})


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_all_colours_can_be_read(mode: str) -> None:
    """Text at 4.5:1, marks at 3:1 (WCAG 1.4.3, 1.4.11); the dark ones are not the light ones by mistake."""
    found = variables(mode)
    assert set(VARIABLES.values()) <= set(found)
    paper = found["paper"]
    for name in VARIABLES.values():
        if name.startswith("t-") or name in ("ink", "muted"):
            assert contrast(found[name], paper) >= 4.5, name
        if name.startswith("c-") and name not in ("c-grid", "c-pale", "c-closed"):
            assert contrast(found[name], paper) >= 3.0, name
    if mode == "light":
        assert all(found[name] == colour for colour, name in VARIABLES.items())


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_worse_is_further_from_the_paper_in_grey_and_its_letters_can_be_read(mode: str) -> None:
    found = variables(mode)
    shades = [found[VARIABLES[shade.lower()]] for shade in DISTANCES]
    for place, (shade, own) in enumerate(zip(DISTANCES, shades, strict=True)):
        letters = found["paper"] if shade in STRONG else found["ink"]
        assert contrast(letters, own) >= 4.5, place
    short = [contrast(shade, found["paper"]) for shade in shades[:4]]
    assert short == sorted(short, reverse=True)
    assert min(short) > max(contrast(shade, found["paper"]) for shade in shades[4:])


def test_better_and_worse_differ_in_shape() -> None:
    assert VERDICT_MARKS["better"]["marker"] != VERDICT_MARKS["worse"]["marker"]


def test_a_cost_line_looks_the_same_on_every_page() -> None:
    all_lines = ["wages core", "wages evening", "weekend premium", "load", "seats", "vendor far", "total"]
    found = looks(all_lines)
    assert found["load"] == looks(["load"])["load"]
    assert found["wages core"] != found["wages evening"]
    assert found["wages core"].colour == found["wages evening"].colour
    assert len(set(found.values())) == len(all_lines)
    assert found["total"] == OTHER


# ---- Weekdays -------------------------------------------------------------------------------------------------------


def row(name: str, date: str, start: str, offered: float, level: float, short: float) -> dict[str, object]:
    return {"name": name, "date": date, "start": start, "offered": offered, "service_level": level, "short": short}


TARGETS = {"a": Target(0.8, 20, "all", "day"), "b": Target(0.9, 20, "all", "day")}


def test_a_cell_weighs_queues_and_dates_by_their_contacts() -> None:
    """2 and 9 March 2026 are Mondays."""
    rows = pd.DataFrame([
        row("a", "2026-03-02", "09:00", 30, 0.5, 2.0), row("b", "2026-03-02", "09:00", 10, 0.9, 1.0),
        row("a", "2026-03-09", "09:00", 60, 1.0, 0.0), row("a", "2026-03-03", "09:30", 10, 0.2, 4.0),
        row("a", "2026-03-03", "10:00", 0, float("nan"), 1.0),
    ])  # fmt: skip
    week = week_of(rows, TARGETS, 0.5)
    assert week.days == ["mon", "tue"]
    assert week.edges.tolist() == [9.0, 9.5, 10.0, 10.5]
    # (15 + 9 + 60) of 100; aims 0.8 × 90 + 0.9 × 10.
    assert week.level[0, 0] == pytest.approx(0.84)
    assert week.aim[0, 0] == pytest.approx(0.81)
    # (2 + 1) on one Monday, nobody on the other.
    assert week.short[0, 0] == pytest.approx(1.5)
    assert (week.level[1, 1], week.short[1, 1]) == pytest.approx((0.2, 4.0))
    assert pd.isna(week.level[0, 1])
    assert pd.isna(week.level[1, 2])


def test_a_long_day_of_short_intervals_has_wider_cells_that_keep_the_worst() -> None:
    starts = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 15, 30, 45)]
    rows = pd.DataFrame([row("a", "2026-03-02", start, 4, 0.5, 3.0 if start == "09:15" else 1.0) for start in starts])
    week = week_of(rows, TARGETS, 0.25)
    assert week.level.shape == (1, 48)
    assert week.short[0, 18] == 3.0
    assert week.short[0, 19] == 1.0


def test_typical_weeks_of_months_count_by_weekday() -> None:
    rows = pd.DataFrame([
        row("a", "2026-03 sat", "09:00", 10, 0.6, 1.0), row("a", "2026-04 sat", "09:00", 30, 1.0, 0.0)
    ])  # fmt: skip
    week = week_of(rows, TARGETS, 0.5)
    assert week.days == ["sat"]
    assert week.level[0, 0] == pytest.approx(0.9)


def test_hours_short_are_people_times_hours() -> None:
    assert (
        short_text(pd.DataFrame({"short": [2.0, 0.0, 1.0, 0.04]}), 0.5) == "1.5 person-hours short, in 2 of 4 intervals"
    )
    assert short_text(pd.DataFrame({"short": [0.0, 0.0]}), 0.5) == "nobody short"


# ---- A played comparison --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tables, Facts, dict[str, Drawn], str]:
    more = "\n[plans.more]\ngroups.core.heads = 11\n[plans.fewer]\ngroups.core.heads = 7\n"
    toml = SHOP.replace("days = 2", "days = 5") + more
    path = write(tmp_path_factory.mktemp("pictures"), toml, FILES)
    base = load(path)
    entries = [Entry(base, base if plan == "base" else load(path, plan), plan) for plan in PLANS]
    results = run_study(entries, Options(3, 1, jobs=1, engine="compiled"), Silent()).results
    differences = compare(results, list(PLANS))
    tables = tabulate(results, list(PLANS), differences)
    facts = facts_of(results, list(PLANS), differences, "compiled", "sim compare spring.toml")
    decision = decide(results, list(PLANS), differences)
    drawn = draw(tables, facts, decision)
    again = draw(tables, facts, decision)
    assert drawn == again
    return tables, facts, drawn, render(tables, facts, drawn)


def said(picture: Drawn, plan: str = "") -> list[str]:
    """What the picture's marks say, of one plan."""
    groups = [g for g in ET.fromstring(picture.inline).iter(f"{SVG}g") if g.get("class") == "told"]
    return [
        title.text or "" for g in groups if not plan or g.get("data-plan") == plan for title in g.iter(f"{SVG}title")
    ]


def test_pictures_have_the_page_s_colours_and_ids_of_their_own(
    played: tuple[Tables, Facts, dict[str, Drawn], str],
) -> None:
    *_, drawn, page = played
    assert {"heat.png", "seats.png", "waterfall.png", "costs.png", "service_level.png"} <= set(drawn)
    for name, picture in drawn.items():
        ET.fromstring(picture.inline)
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\")", re.sub(r'(href="|url\()#[\w-]+', "", picture.inline)), name
        assert set(re.findall(r"var\(--([\w-]+)\)", picture.inline)) <= set(VARIABLES.values())
        assert said(picture), name
        ids = set(re.findall(r' id="([^"]+)"', picture.inline))
        assert set(re.findall(r'(?:href="|url\()#([\w-]+)', picture.inline)) <= ids
    assert max(Counter(re.findall(r' id="([^"]+)"', page)).values()) == 1
    assert "<img" not in page
    assert page.count('tabindex="0" aria-label=') == len(drawn)


def test_every_interval_says_seats_and_need_as_the_table_has_them(
    played: tuple[Tables, Facts, dict[str, Drawn], str],
) -> None:
    tables, _, drawn, _ = played
    rows = tables.intervals[tables.intervals["scope"] == "queue"]
    for plan in PLANS:
        own, told = rows[rows["plan"] == plan], said(drawn["seats.png"], plan)
        at = own[(own["date"] == "2026-03-02") & (own["start"] == "09:30")]
        seats, required, short = (float(at[column].sum()) for column in ("seats", "required", "short"))
        lacking = f", {short:.1f} short" if short >= 0.05 else ""
        assert f"Mon 2 Mar 09:30: {seats:.1f} seats, {required:.1f} required{lacking}" in told
        # Between the first and the last contacts of the day.
        assert len(told) == int((own["offered"] > 0).sum())


def test_every_cell_says_its_service_and_who_is_missing(played: tuple[Tables, Facts, dict[str, Drawn], str]) -> None:
    tables, facts, drawn, _ = played
    rows = tables.intervals[(tables.intervals["scope"] == "queue") & (tables.intervals["plan"] == "fewer")]
    (queue,) = rows["name"].unique()
    one = rows[(rows["date"] == "2026-03-03") & (rows["start"] == "10:00")].iloc[0]
    lacking = f"; {one['short']:.1f} short" if one["short"] >= 0.05 else ""
    aim = facts.targets["fewer"][queue].share
    expected = f"Tue 10:00: {100 * one['service_level']:.1f} % in time, target {100 * aim:.0f} %{lacking}"
    assert expected in said(drawn["heat.png"], "fewer")


def test_costs_say_each_line_of_the_table(played: tuple[Tables, Facts, dict[str, Drawn], str]) -> None:
    tables, facts, drawn, _ = played
    told = said(drawn["costs.png"], "more")
    (wages,) = tables.costs.query("plan == 'more' and line == 'wages core'")["mean"].tolist()
    assert f"more: wages core {facts.currency} {wages:,.0f}" in told


# ---- The way from one plan's cost to another's ----------------------------------------------------------------------


def costs_of(**plans: dict[str, float]) -> pd.DataFrame:
    rows = [(plan, line, mean) for plan, own in plans.items() for line, mean in own.items()]
    return pd.DataFrame(rows, columns=["plan", "line", "mean"])


def weighed(plan: str, mean: float) -> Weighed:
    return Weighed(plan, Estimate(mean), Estimate(mean - 1000.0, -30.0, 50.0), UNKNOWN, (), 0.0, None, True)


def decision_of(kpi: str, chosen: str, runner_up: str = "", **means: float) -> Decision:
    plans = {plan: weighed(plan, mean) for plan, mean in means.items()}
    return Decision("holds", kpi, 3, tuple(plans.values()), 0.0, plans[chosen], plans.get(runner_up))


def test_lines_lead_from_todays_cost_to_the_chosen_plans() -> None:
    costs = costs_of(
        base={"wages core": 700, "load": 300, "telecom": 0, "total": 1000},
        more={"wages core": 650, "load": 290, "seats": 80, "telecom": 0, "total": 1020},
    )
    decision = decision_of("cost_total", "more", base=1000, more=1020)
    one = waterfall.told_of(decision)
    assert one is not None
    fall = waterfall.fall_to(one, decision, costs)
    assert (fall.start, fall.end) == (1000, 1020)
    assert fall.steps == [("wages core", -50), ("load", -10), ("seats", 80)]
    assert sum(step.change for step in fall.steps) == fall.end - fall.start


def test_the_net_cost_s_way_goes_over_income_and_customers() -> None:
    costs = costs_of(
        base={"wages core": 700, "total": 700, "billing far": 100, "income total": 100, "margin": -600},
        more={"wages core": 750, "total": 750, "billing far": 160, "income total": 160, "margin": -590},
    )
    # Net cost 1,000 and 960: +50 wages, −60 income, so that −30 is left for customers.
    decision = decision_of("net_cost", "more", base=1000, more=960)
    fall = waterfall.fall_to(decision.plans[1], decision, costs)
    assert fall.steps == [("wages core", 50), (waterfall.INCOME, -60), (waterfall.CUSTOMERS, -30)]


def test_of_many_lines_the_small_ones_go_together() -> None:
    amounts = {f"vendor {number}": float(number) for number in range(1, 15)}
    costs = costs_of(base={"total": 0.0}, more={**amounts, "total": sum(amounts.values())})
    decision = decision_of("cost_total", "more", base=0.0, more=105.0)
    fall = waterfall.fall_to(decision.plans[1], decision, costs)
    assert len(fall.steps) == waterfall.MOST_STEPS
    assert fall.steps[-1] == ("3 other lines", 1 + 2 + 3)
    assert sum(step.change for step in fall.steps) == 105


def test_where_todays_plan_stays_the_way_leads_to_the_next_best() -> None:
    stays = decision_of("cost_total", "base", "more", base=1000, more=1020, third=1010)
    assert waterfall.told_of(stays) == stays.plans[1]
    alone = decision_of("cost_total", "base", base=1000, more=1020, third=1010)
    assert waterfall.told_of(alone) == alone.plans[2]
    nobody = Decision("one replication", "cost_total", 1, stays.plans, 0.0)
    assert waterfall.told_of(nobody) is None


def test_the_script_is_small() -> None:
    assert len(page_part("charts-script.html")) <= 10_000


def test_a_week_of_the_ledger_is_told_in_words() -> None:
    week = {
        "heads_end": 40.0, "ramping": 5.0, "nesting": 0.0, "in_training": 3.0, "hired": 3.0, "moved_in": 1.0,
        "left": 2.0, "moved_out": 0.0, "fte_effective": 38.24, "fte_required": 40.0, "shrinkage_produced": 0.281,
        "shrinkage_planned": float("nan"),
    }  # fmt: skip
    assert week_texts.stages_text(week) == "40.0 heads, 32.0 proficient, 5.0 ramping, 3.0 in training"
    assert week_texts.movements_text(week) == "4.0 hired or moved here, 2.0 left or moved away"
    assert week_texts.fte_text(week) == "38.2 effective FTE, 40.0 required"
    assert week_texts.shrinkage_text(week) == "produced 28.1 %"
    assert week_texts.shrinkage_text(week | {"shrinkage_planned": 0.3}) == "produced 28.1 %, planned 30.0 %"


@pytest.mark.parametrize(
    ("level", "target", "text"),
    [
        (0.796, 0.80, "79.6"), (0.7996, 0.80, "79.96"), (0.79999, 0.80, "<80"), (0.80, 0.80, "80"),
        (0.804, 0.80, "80"), (0.79, 0.80, "79"), (0.846, 0.85, "84.6"), (0.854, 0.85, "85"),
        (0.8051, 0.805, "81"), (0.8048, 0.805, "80"), (math.nan, 0.80, NOTHING),
    ],
)  # fmt: skip
def test_a_share_is_not_rounded_to_the_other_side_of_its_target(level: float, target: float, text: str) -> None:
    """A cell that is shaded as below the target does not say the target."""
    assert percent_beside(level, target) == text


def test_every_channel_has_a_shape_of_its_own() -> None:
    """Colours alone are alike in grey, and to some readers."""
    assert set(CHANNEL_MARKS) == set(CHANNELS)
    assert len(set(CHANNEL_MARKS.values())) == len(CHANNELS)


def test_a_picture_says_on_a_phone_that_it_scrolls(played: tuple[Tables, Facts, dict[str, Drawn], str]) -> None:
    page = played[3]
    assert page.count('<p class="sideways">') == page.count('<div class="picture">') > 3
    # Only where it does: not on a wider screen, nor on paper.
    assert ".sideways { display: none;" in page
    assert re.search(r"@media screen and \(max-width: 48rem\) \{[^@]*\.sideways \{ display: block; \}", page)
