"""What the terminal says of a workforce that moves: heads, attrition, proficiency, shrinkage, burnout, replacement."""

from __future__ import annotations

import math

from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text

from sim.measures.kpis import GROUP
from sim.report.tables.study import Tables
from sim.report.terminal.channels import percent
from sim.report.terminal.grid import caption_below, grid
from sim.report.text.names import date_text
from sim.report.text.numbers import NOTHING, count, decimal
from sim.report.text.shortage import center_short
from sim.report.text.workforce import KIND_NAMES, SEEN, shrinkage_rows, story_of, story_of_all
from sim.study.result import PlanResult


def people(result: PlanResult, label: str, tables: Tables) -> list[Grid]:
    """Who came and went, effective people against need, and shrinkage; nothing where nobody moves."""
    if not result.scenario.uses.moving_workforce:
        return []
    tables_of = (_lives(result, label, tables), _need(result, label, tables), _shrinkage(result, label, tables))
    return [table for table in tables_of if table is not None]


def _lives(result: PlanResult, label: str, tables: Tables) -> Grid | None:
    scenario, moves = result.scenario, bool(result.scenario.spec.moves)
    if not scenario.uses.turnover:
        return None
    ramps = scenario.uses.ramps
    columns = [("group", "l"), ("heads", "r"), ("hired", "r"), ("left", "r")]
    columns += [("moved", "r")] if moves else []
    columns += [("attrition a year, %", "r")]
    columns += [("proficient after", "r")] if ramps else []
    table = grid("Workforce (heads at start and end)", *columns)
    for name in scenario.groups:
        story, rate = story_of(tables.workforce, label, name), tables.known.kpi(label, "attrition_rate", GROUP, name)
        cells = [escape(name), f"{count(story.heads_start)} → {count(story.heads_end)}"]
        cells += [decimal(story.hired), decimal(story.left)]
        cells += [decimal(story.moved_in - story.moved_out)] if moves else []
        cells.append(percent(rate))
        if ramps:
            weeks = tables.known.kpi(label, "weeks_to_proficiency", GROUP, name).mean
            cells.append(f"{decimal(weeks)} weeks" if math.isfinite(weeks) else NOTHING)
        table.add_row(*cells)
    return table


def _need(result: PlanResult, label: str, tables: Tables) -> Grid:
    table = grid(
        "Effective people against need (FTE, mean of the weeks)", ("group", "l"), ("effective", "r"),
        ("required", "r"), ("enough", "r"), ("intervals short", "r"), ("at worst", "r"), ("week of", "r"),
    )  # fmt: skip
    stories = {name: story_of(tables.workforce, label, name) for name in result.scenario.groups}
    if len(stories) > 1:
        stories["all groups"] = story_of_all(tables.workforce, label, center_short(result))
    for name, story in stories.items():
        short = story.peak_short >= SEEN
        table.add_row(
            escape(name), decimal(story.fte), decimal(story.fte_required), f"{story.weeks_enough} of {story.weeks}",
            f"{count(story.intervals_short)} of {count(story.intervals_open)}",
            Text(decimal(story.peak_short) if short else NOTHING, style="bold red" if short else ""),
            date_text(story.peak_week).split(" ", 1)[1] if short else "",
        )  # fmt: skip
    busy = ", ".join(f"{escape(name)} {story.enough_but_short}" for name, story in stories.items())
    caption_below(table, f"enough: weeks of hours enough in total; of these, short in some interval: {busy}")
    return table


def _shrinkage(result: PlanResult, label: str, tables: Tables) -> Grid | None:
    rows = shrinkage_rows(result.scenario)
    if not rows:
        return None
    plan = result.scenario.spec.shrinkage_plan
    names = ("planned, %", "produced, %") if plan is not None else ("produced, %",)
    table = grid("Shrinkage", ("", "l"), *((name, "r") for name in names))
    for kind, planned in rows:
        cells = [decimal(100 * planned)] if planned is not None else []
        table.add_row(KIND_NAMES[kind], *cells, decimal(100 * tables.known.kpi(label, f"shrinkage_{kind}").mean))
    cells = [decimal(100 * plan.combined)] if plan is not None else []
    table.add_row(Text("in all", style="bold"), *cells, decimal(100 * tables.known.kpi(label, "shrinkage").mean))
    caption_below(table, "leave, sickness: of contracted hours; others: of attended ones")
    return table


def contracts(result: PlanResult) -> Grid | None:
    """What the roster gives each contract, beside what it says; nothing where the file gives no contract hours."""
    if not result.prepared.contracts:
        return None
    table = grid(
        "Contracts (hours a week)", ("group", "l"), ("contract", "r"), ("heads", "r"), ("rostered", "r"), ("", "n")
    )
    for one in result.prepared.contracts:
        table.add_row(
            escape(one.group), f"{one.hours:g}", count(one.heads),
            Text(decimal(one.rostered, 2), style="bold red" if one.is_off else ""),
            f"{decimal(100 * one.off_by, 0)} %" if one.is_off else "",
        )  # fmt: skip
    caption_below(table, "rostered: paid in a full week without days off, when everybody comes")
    return table
