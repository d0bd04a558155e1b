"""From today's cost to another plan's, line by line: stacked bars from zero would hide what differs."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.choosing.decision import Decision, Weighed
from sim.report.charts.marks import label_rows
from sim.report.charts.style import BLUE, INK, MUTED, PAPER, VERMILION, Sheet, area, clip, hatched, line, room_for
from sim.report.tables.study import Tables
from sim.report.text.facts import Facts
from sim.report.text.names import NET_COST, change_span, change_text, money_digits, plural
from sim.report.text.numbers import decimal, money
from sim.report.text.phrases import income_lines, without_income
from sim.study.statistics import Estimate

DEARER = "////"
MOST_STEPS = 12
INCOME, CUSTOMERS = "income", "sales and customers lost"
WHAT = {"cost_total": "cost", "net_cost": "net cost"}


class Step(NamedTuple):
    """What a line adds to today's cost, less than nothing where it saves."""

    name: str
    change: float


class Fall(NamedTuple):
    """The whole way: `start` + the steps = `end`. `whole`: the difference with the comparison's interval."""

    plan: str
    start: float
    steps: list[Step]
    end: float
    whole: Estimate


def told_of(decision: Decision) -> Weighed | None:
    """The plan whose way from today is shown: the chosen, or where today's stays, the next best."""
    if decision.chosen is None or not decision.keeps_today:
        return decision.chosen
    if decision.runner_up is not None:
        return decision.runner_up
    others = [one for one in decision.plans[1:] if not one.left_out.why]
    return min(others, key=lambda one: one.money.mean) if others else None


def fall_to(one: Weighed, decision: Decision, costs: pd.DataFrame) -> Fall:
    """From the baseline to this plan; `costs`: the table of that name."""
    base, plan = decision.baseline.plan, one.plan
    amounts = {
        which: {
            str(name): float(mean) for name, mean in
            costs[costs["plan"] == which][["line", "mean"]].itertuples(index=False)
        }
        for which in (base, plan)
    }  # fmt: skip
    lines = [str(name) for name in dict.fromkeys(without_income(costs)["line"]) if name != "total"]
    steps = [Step(name, amounts[plan].get(name, 0.0) - amounts[base].get(name, 0.0)) for name in lines]
    start, end = decision.baseline.money.mean, one.money.mean
    if decision.kpi == "net_cost":
        if income_lines(costs):
            earned = amounts[plan].get("income total", 0.0) - amounts[base].get("income total", 0.0)
            steps.append(Step(INCOME, -earned))
        steps.append(Step(CUSTOMERS, end - start - math.fsum(step.change for step in steps)))
    return Fall(plan, start, _those_that_count(steps), end, one.change)


def _those_that_count(steps: list[Step]) -> list[Step]:
    """The largest in their order, without those of nothing; the rest together."""
    moved = [step for step in steps if abs(step.change) >= 0.005]
    if len(moved) <= MOST_STEPS:
        return moved
    shown = sorted(moved, key=lambda step: -abs(step.change))[: MOST_STEPS - 1]
    rest = [step for step in moved if step not in shown]
    others = Step(f"{len(rest)} other lines", math.fsum(step.change for step in rest))
    return [*(step for step in moved if step in shown), others]


def waterfall(tables: Tables, facts: Facts, decision: Decision) -> dict[str, Sheet]:
    """A row per line, from today's cost above to the other plan's below."""
    one = told_of(decision)
    fall = fall_to(one, decision, tables.costs) if one is not None else None
    if fall is None or not fall.steps:
        return {}
    what, plan = WHAT[decision.kpi], fall.plan
    rows = [f"{what}, {clip(facts.baseline)}", *(step.name for step in fall.steps), f"{what}, {clip(plan)}"]
    title = f"From {clip(facts.baseline, 30)} to {clip(plan, 30)}: {what} by line, {plural(facts.days, 'day')}"
    why = "Today's plan stays; this is what the next best would change. " if decision.keeps_today else ""
    notes = (
        f"{why}{facts.currency}, means over replications; each bar begins where the last one ended, and the axis does "
        "not begin at zero. The line through the last mark: the difference's interval on common luck.",
        f"Net cost: {NET_COST}." if decision.kpi == "net_cost" else "",
    )
    key = [
        area(BLUE, "costs less"),
        hatched(VERMILION, DEARER, "costs more"),
        line(INK, what, marker="D", linewidth=0, markersize=6),
    ]
    sheet = Sheet(0.65 + 0.34 * len(rows), title, notes, key)
    axes = sheet.grid(1, 1, left=room_for(rows, 34), right=1.9, above=0.08)[0, 0]
    _steps(sheet, axes, fall, facts)
    label_rows(axes, rows, 34)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}".replace("-", "−"))
    axes.set_xlabel(facts.currency)
    return {"waterfall.png": sheet}


def _steps(sheet: Sheet, axes: Axes, fall: Fall, facts: Facts) -> None:
    reached = fall.start
    _whole(sheet, axes, 0, fall.start, facts, facts.baseline, "")
    for row, (name, change) in enumerate(fall.steps, start=1):
        dearer = change > 0
        axes.barh(
            row + 0.5, change, left=reached, height=0.62, color=VERMILION if dearer else BLUE, edgecolor=PAPER,
            linewidth=0, hatch=DEARER if dearer else "",
        )  # fmt: skip
        axes.plot([reached] * 2, [row - 0.19, row + 0.19], color=MUTED, linewidth=0.8)
        text = change_text(change, "money")
        _right_of(axes, max(reached, reached + change), row + 0.5, text, VERMILION if dearer else BLUE)
        ends = (min(reached, reached + change), max(reached, reached + change))
        sheet.tell(axes, f"{name}: {change_text(change, 'money', facts.currency)}", ends, (row + 0.1, row + 0.9))
        reached += change
    last = len(fall.steps) + 1
    axes.plot([reached] * 2, [last - 0.19, last + 0.5], color=MUTED, linewidth=0.8)
    low, high = fall.start + fall.whole.low, fall.start + fall.whole.high
    if math.isfinite(low):
        axes.plot([low, high], [last + 0.5] * 2, color=INK, linewidth=2, solid_capstyle="butt")
    span = change_span(fall.whole.low, fall.whole.high, "money")
    _whole(
        sheet, axes, last, fall.end, facts, fall.plan,
        change_text(fall.whole.mean, "money", facts.currency) + (f", interval {span}" if span else ""),
        high if math.isfinite(high) else fall.end,
    )  # fmt: skip
    edges = [value for value in (fall.start, fall.end, low, high, *_path(fall)) if math.isfinite(value)]
    room = 0.08 * max(max(edges) - min(edges), 1e-9)
    axes.set_xlim(min(edges) - room, max(edges) + room)


def _path(fall: Fall) -> list[float]:
    reached, path = fall.start, []
    for step in fall.steps:
        reached += step.change
        path.append(reached)
    return path


def _whole(
    sheet: Sheet, axes: Axes, row: int, value: float, facts: Facts, plan: str, change: str, right: float | None = None
) -> None:
    axes.plot(value, row + 0.5, color=INK, marker="D", markersize=6, zorder=3, clip_on=False)
    text = decimal(value, money_digits(value))
    _right_of(axes, value if right is None else right, row + 0.5, text, INK)
    told = f"{plan}: {money(value, facts.currency, money_digits(value))}"
    sheet.tell_point(axes, told + (f", {change} against {facts.baseline}" if change else ""), value, row + 0.5, plan)


def _right_of(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    axes.annotate(
        text, (x, y), xytext=(7, 0), textcoords="offset points", va="center", fontsize=9, color=colour,
        annotation_clip=False,
    )  # fmt: skip
