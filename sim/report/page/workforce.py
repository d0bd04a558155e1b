"""The report's parts on months: groups over the horizon, shrinkage, burnout, replacement, results by month."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.report.page.figures import Cell, Figures, Grid, Part, share_cell, side_by_side
from sim.report.text.names import date_text, month_text, spread_text, verdict_on
from sim.report.text.numbers import NOTHING, count, decimal, seconds, share
from sim.report.text.phrases import TONES
from sim.report.text.workforce import KIND_NAMES, SEEN, Story, shrinkage_rows, story_of
from sim.workforce.contract_hours import MOST_OFF

LONG = 56
"""Days beyond which results are told by month, too."""


def people(f: Figures) -> Part:
    """Each group's ledger over the horizon."""
    changes = any(scenario.uses.turnover for scenario in f.facts.scenarios.values())
    lives = ("Heads", "Hired", "Left", *_moved_head(f), "Attrition a year", "Proficient after")
    need = ("Effective FTE", "FTE required", "Weeks of hours enough", "Intervals short", "Short at worst")
    note = (
        "Means over replications. Effective FTE: available hours × speed ÷ full-time hours, mean of the weeks; "
        "required: what reaches the targets in every interval. A week whose hours are enough in total may be short of "
        "people in many intervals: both stand side by side. Intervals are open ones; short at worst says by how many "
        "people of the group, and in which week."
    )
    note += " Attrition: leavers per head and year, ends of contracts left out." if changes else ""

    def cells(f: Figures, plan: str, name: str) -> list[Cell]:
        story = story_of(f.tables.workforce, plan, name)
        return [*(_life_cells(f, plan, name, story) if changes else []), *_need_cells(story)]

    grids = side_by_side(f, "Group", lambda plan: _moving(f, plan), (*(lives if changes else ()), *need), cells)
    # Where nobody comes or goes, it says little beside the plans' seats.
    return Part("workforce", "Workforce", note, grids, f.facts.remarks, folded=not changes)


def _moving(f: Figures, plan: str) -> list[str]:
    scenario = f.facts.scenarios[plan]
    return scenario.groups if scenario.uses.moving_workforce else []


def _moved_head(f: Figures) -> tuple[str, ...]:
    """Heads moved in less those moved out have a column where some plan has moves."""
    return ("Moved",) if any(scenario.spec.moves for scenario in f.facts.scenarios.values()) else ()


def _life_cells(f: Figures, plan: str, name: str, story: Story) -> list[Cell]:
    rate, weeks = (f.kpi(plan, kpi, "group", name) for kpi in ("attrition_rate", "weeks_to_proficiency"))
    lost = (("contract ended", story.contract_ended), ("in training", story.dropped_out))
    known = math.isfinite(weeks.mean)
    return [
        Cell(f"{count(story.heads_start)} → {count(story.heads_end)}"),
        Cell(decimal(story.hired)),
        Cell(decimal(story.left), "\n".join(f"{decimal(heads)} {why}" for why, heads in lost if heads)),
        *(Cell(decimal(story.moved_in - story.moved_out)) for _ in _moved_head(f)),
        share_cell(rate),
        Cell(f"{decimal(weeks.mean)} weeks" if known else NOTHING, "since the hire" if known else ""),
    ]


def _need_cells(story: Story) -> list[Cell]:
    week, tone = (f"week of {date_text(story.peak_week)}", "bad") if story.peak_short >= SEEN else ("", "")
    return [
        Cell(decimal(story.fte)),
        Cell(decimal(story.fte_required), "", "bad" if story.fte < story.fte_required else ""),
        Cell(f"{story.weeks_enough} of {story.weeks}", f"of these {story.enough_but_short} short in some interval"),
        Cell(count(story.intervals_short), f"of {count(story.intervals_open)} open"),
        Cell(decimal(story.peak_short), week, tone),
    ]


def contract_hours(f: Figures) -> Part:
    """What the roster gives each contract, beside what it says."""

    def cells(f: Figures, plan: str, name: str) -> list[Cell]:
        heads, hours, rostered = (
            f.kpi(plan, kpi, "contract", name).mean
            for kpi in ("contract_heads", "contract_hours_week", "rostered_hours_week")
        )
        tone = "bad" if abs(rostered / hours - 1.0) > MOST_OFF else ""
        return [
            Cell(count(heads)),
            Cell(f"{decimal(rostered, 2)} h", "", tone),
            Cell(share(rostered / hours), "", tone),
        ]

    note = (
        "Hours a week and person. Rostered is what a full week without days off pays when everybody comes; "
        "workforce.csv has every week's."
    )
    head = ("Heads", "Rostered", "Of the contract")
    grids = side_by_side(f, "Contract", lambda plan: f.names(plan, "contract"), head, cells)
    return Part("contract-hours", "Contract hours and the roster", note, grids)


def shrinkage(f: Figures) -> Part:
    """Kinds down; what was planned, and what each plan produced."""
    planned: dict[str, float] = {}
    kinds: dict[str, None] = {}
    for plan in f.facts.plans:
        for kind, share_of in shrinkage_rows(f.facts.scenarios[plan]):
            kinds[kind] = None
            if share_of is not None:
                planned.setdefault(kind, share_of)
    plans = [plan for plan in f.facts.plans if _moving(f, plan)]
    rows = [
        [
            Cell(KIND_NAMES[kind]),
            *([Cell(share(planned.get(kind, math.nan)))] if planned else []),
            *(share_cell(f.kpi(plan, f"shrinkage_{kind}")) for plan in plans),
        ]
        for kind in kinds
    ]
    if rows:
        combined = next((p.combined for plan in plans if (p := f.facts.scenarios[plan].spec.shrinkage_plan)), math.nan)
        whole = [Cell(share(f.kpi(plan, "shrinkage").mean), "", "sum") for plan in plans]
        rows.append([Cell("in all", "", "sum"), *([Cell(share(combined), "", "sum")] if planned else []), *whole])
    produced = [f"Produced, {plan}" for plan in plans] if f.facts.compares else ["Produced"]
    note = (
        "Leave and sickness are shares of contracted hours, the rest of those attended; in all: "
        "1 − (1 − out of office) × (1 − in office)."
    )
    head = ("Kind", *(["Planned"] if planned else []), *produced)
    return Part("shrinkage", "Shrinkage, planned and produced", note, [Grid(head, rows)] if rows else [])


# ---- By month -------------------------------------------------------------------------------------------------------


def service_by_month(f: Figures) -> Part:
    """A grid per queue and plan, a row per month in which anybody came."""
    head = ("Offered", "Service level", "Abandoned", "Mean wait", "Handle time", "Seats", "Required", "People short")
    periods = f.tables.periods
    rows_of = periods[(periods["period"] == "month") & (periods["scope"] == "queue") & (periods["offered"] > 0)]
    grids = [
        Grid(
            ("Month", *head),
            [_month_row(row, f.facts.targets[str(plan)][str(name)].share) for row in rows.to_dict("records")],
            f"{name} · {plan}" if f.facts.compares else str(name),
            folded=f.facts.compares,
        )
        for (plan, name), rows in rows_of.groupby(["plan", "name"], sort=False)
    ]
    note = "Seats, required and people short are means over the intervals with demand."
    return Part("months", "Service by month", note, grids if f.facts.days > LONG else [])


def _month_row(row: dict[Any, Any], target: float) -> list[Cell]:
    level = row["service_level"], row["service_level_low"], row["service_level_high"]
    half, verdict = spread_text(*level, "share"), verdict_on(*level, target)
    lost = row["abandoned"] / row["offered"]
    return [
        Cell(month_text(str(row["date"]))),
        Cell(count(row["offered"])),
        Cell(share(row["service_level"]), half, TONES.get(verdict, "")),
        Cell(share(lost)),
        *(Cell(seconds(row[kpi])) for kpi in ("asa_s", "aht_s")),
        *(Cell(decimal(row[kpi])) for kpi in ("seats", "required", "short")),
    ]


def ledger_by_month(f: Figures) -> Part:
    """The weekly ledger gathered by the month in which the week begins."""
    head = (
        "Heads at the end", "Hired", "Left", *_moved_head(f), "In training", "Nesting", "Ramping", "Paid hours",
        "Hours required", "Effective FTE", "FTE required", "Short at worst", "Shrinkage",
    )  # fmt: skip
    moving = [plan for plan in f.facts.plans if _moving(f, plan)]
    ledger = f.tables.workforce[f.tables.workforce["plan"].isin(moving)]
    grids = []
    for (plan, name), rows in ledger.groupby(["plan", "group"], sort=False):
        months = rows.groupby(rows["week"].str[:7], sort=False)
        cells = [_ledger_row(f, own) for _, own in months]
        title = f"{name} · {plan}" if f.facts.compares else str(name)
        grids.append(Grid(("Month", *head), cells, title, folded=f.facts.compares or len(ledger["group"].unique()) > 2))
    note = "A week counts in the month in which it begins; workforce.csv has every week. FTE are means of the weeks."
    return Part("ledger", "The ledger by month", note, grids if f.facts.days > LONG else [])


def _ledger_row(f: Figures, rows: pd.DataFrame) -> list[Cell]:
    """A month of a group: its weeks' rows of the ledger."""
    last, total, mean = rows.iloc[-1], rows.sum(numeric_only=True), rows.mean(numeric_only=True)
    peak, contracted = float(rows["peak_short"].max()), float(total["contracted_hours"])
    lost = rows["shrinkage_produced"].fillna(0.0) * rows["contracted_hours"]
    return [
        Cell(month_text(str(rows["week"].iloc[0]))),
        Cell(decimal(last["heads_end"])),
        Cell(decimal(total["hired"])),
        Cell(decimal(total["left"])),
        *(Cell(decimal(total["moved_in"] - total["moved_out"])) for _ in _moved_head(f)),
        *(Cell(decimal(last[stage])) for stage in ("in_training", "nesting", "ramping")),
        *(Cell(count(total[hours])) for hours in ("paid_hours", "required_hours")),
        *(Cell(decimal(mean[fte])) for fte in ("fte_effective", "fte_required")),
        Cell(decimal(peak), "", "bad" if peak >= SEEN else ""),
        Cell(share(float(lost.sum()) / contracted if contracted else math.nan)),
    ]
