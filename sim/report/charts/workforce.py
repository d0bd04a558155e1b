"""Charts of months: who is there, who came and left, effective people against need, shrinkage; and weeks of service."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.report.charts.marks import at_right, label_percent, tell_steps, unit_above, with_lone_points
from sim.report.charts.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    PAPER,
    SKY,
    VERMILION,
    WIDTH,
    Sheet,
    area,
    clip,
    hatched,
    line,
)
from sim.report.charts.week_texts import (
    STAGE_NAMES,
    fte_text,
    movements_text,
    short_text,
    shrinkage_text,
    stages_text,
)
from sim.report.charts.windows import choose_names
from sim.report.tables.study import Tables
from sim.report.text.facts import Facts
from sim.report.text.lost import chart_note
from sim.report.text.names import date_text, limit_text, month_tick, plural, span_text, spread_text
from sim.report.text.numbers import decimal, seconds, share
from sim.report.text.workforce import of_all_groups, story_of

Floats = NDArray[np.float64]

MOST_GROUPS = 3
"""Side by side; more would be too narrow to read."""

MOST_PLANS = 6
STAGES = (("proficient", BLUE, ""), ("ramping", SKY, ""), ("nesting", ORANGE, "////"), ("in_training", PALE, ""))
COME, GO = GREEN, VERMILION
LONG = 8
"""Weeks beyond which service is shown week by week, too."""


class Weeks:
    """The edges of the horizon's weeks in days since its start, and the dates that name them."""

    def __init__(self, facts: Facts) -> None:
        self.start, self.days = facts.start, facts.days
        mondays = range(-facts.start.weekday() % 7 or 7, facts.days, 7)
        self.edges = np.array([0, *mondays, facts.days], float)

    @property
    def count(self) -> int:
        return len(self.edges) - 1

    @property
    def middles(self) -> Floats:
        return np.asarray((self.edges[:-1] + self.edges[1:]) / 2)

    def tell(self, sheet: Sheet, axes: Axes, texts: Iterable[str], plan: str = "") -> None:
        """What each week says."""
        dates = [self.start + dt.timedelta(days=int(edge)) for edge in self.edges[:-1]]
        told = [f"week of {date_text(date.isoformat())}: {text}" for date, text in zip(dates, texts, strict=True)]
        tell_steps(sheet, axes, self.edges, told, plan)

    def label(self, axes: Axes, most: int) -> None:
        """Months, or over less than three of them Mondays."""
        axes.set_xlim(0, self.days)
        axes.grid(False, axis="x")
        firsts = [day for day in range(self.days) if (self.start + dt.timedelta(days=day)).day == 1]
        if len(firsts) < 3:
            days = [int(edge) for edge in self.edges[:-1]]
            ticks = days[:: -(-len(days) // most)]
            dates = [self.start + dt.timedelta(days=day) for day in ticks]
            axes.set_xticks(ticks, [f"{date.day} {date:%b}" for date in dates])
            return
        every = next(every for every in (1, 2, 3, 6, 12) if len(firsts) / every <= most or every == 12)
        dates = [self.start + dt.timedelta(days=day) for day in firsts]
        shown = [(day, date) for day, date in zip(firsts, dates, strict=True) if (date.month - 1) % every == 0]
        several = dates[-1].year > self.start.year
        axes.set_xticks([day for day, _ in shown], [month_tick(date, several) for _, date in shown])


def over_time(tables: Tables, facts: Facts) -> dict[str, Sheet]:
    """The ledger of a single plan whose workforce moves, over two weeks or more."""
    weeks = Weeks(facts)
    if weeks.count < 2 or not facts.scenarios[facts.baseline].uses.moving_workforce:
        return {}
    return {"workforce.png": _ledger(_of_plan(tables.workforce, facts.baseline), facts, weeks)}


def of_plans(tables: Tables, facts: Facts) -> dict[str, Sheet]:
    """Every plan's effective people against its need, all groups together, where some plan's workforce moves."""
    weeks, ledger = Weeks(facts), tables.workforce
    if weeks.count < 2 or not any(scenario.uses.moving_workforce for scenario in facts.scenarios.values()):
        return {}
    plans = list(facts.plans)[:MOST_PLANS]
    left_out = f" The first {MOST_PLANS} of {len(facts.plans)} plans." if len(facts.plans) > MOST_PLANS else ""
    notes = (
        "Left, FTE as played: available hours × speed ÷ full-time hours of the week, all groups; required: what "
        "reaches the targets in every interval. Right: open intervals in which people are expected to be missing, all "
        f"queues together: a week of hours enough may have many.{left_out}",
    )
    title = f"Effective people against need, plan by plan, {span_text(facts.start, facts.last)}"
    sheet = Sheet(0.65 + 1.55 * len(plans), title, notes, [*_fte_key(), _short_key()])
    axes = sheet.grid(
        len(plans), 2, left=0.75, right=0.25, across=0.75, above=0.32, down=0.4, bottom=0.4, ratios=(5, 3),
        sharex="col", sharey="col",
    )  # fmt: skip
    most = max(float(facts.short[plan].weeks["intervals_short"].max()) for plan in plans)
    for plan, (panel, beside) in zip(plans, axes, strict=True):
        own = of_all_groups(ledger, plan, facts.short[plan])
        story = story_of(own, plan, "")
        _short_intervals(beside, weeks, own)
        beside.set_title(f"{story.intervals_short:,.0f} intervals short")
        unit_above(beside, "a week")
        _counts(beside, max(most, 1.0))
        weeks.label(beside, 5)
        _fte(panel, weeks, own)
        moved = f": {own['hired'].sum():,.0f} hired, {own['left'].sum():,.0f} left"
        panel.set_title(clip(plan, 40) + (moved if own[["hired", "left"]].to_numpy().any() else ""))
        unit_above(panel, "FTE")
        weeks.label(panel, 14)
        told = own.to_dict("records")
        weeks.tell(sheet, panel, (fte_text(week) for week in told), plan)
        weeks.tell(sheet, beside, (short_text(week) for week in told), plan)
    return {"workforce.png": sheet}


def _of_plan(ledger: pd.DataFrame, plan: str) -> pd.DataFrame:
    return ledger[ledger["plan"] == plan]


def _most_moved(ledger: pd.DataFrame) -> tuple[list[str], str]:
    """Groups in their order; of too many, those in which most people come and go, and are short."""
    names = [str(name) for name in dict.fromkeys(ledger["group"])]
    if len(names) <= MOST_GROUPS:
        return names, ""
    table = ledger.assign(moves=ledger[["hired", "left", "moved_in", "moved_out"]].sum(axis=1))
    of_group = table.groupby("group")
    moves, short = of_group["moves"].sum().to_dict(), of_group["peak_short"].max().to_dict()
    chosen = set(sorted(names, key=lambda name: (-moves[name], -short[name]))[:MOST_GROUPS])
    note = f"{MOST_GROUPS} of {len(names)} groups: those in which most people come and go."
    return [name for name in names if name in chosen], note


def _ledger(ledger: pd.DataFrame, facts: Facts, weeks: Weeks) -> Sheet:
    """A column of up to four panels for each group."""
    names, capped = _most_moved(ledger)
    runs = plural(facts.replications[facts.baseline], "replication")
    notes = (
        capped,
        f"By week, means over {runs}; heads at the end of the week. FTE: available hours × speed ÷ full-time hours; "
        "required: what reaches the targets in every interval. A week whose hours are enough may be short of people "
        "in many of its open intervals. Shrinkage: of contracted hours.",
    )
    rows = _rows(ledger)
    heights, gap, bottom = [row.height for row in rows], 0.72, 0.42
    body = gap + sum(heights) + gap * (len(rows) - 1) + bottom
    sheet = Sheet(body, f"The workforce week by week, {span_text(facts.start, facts.last)}", notes)
    axes = sheet.grid(
        len(rows), len(names), left=0.72, right=0.2, across=0.75, above=gap, down=gap, bottom=bottom,
        sharex=True, height_ratios=heights,
    )  # fmt: skip
    for row, panels in zip(rows, axes, strict=True):
        for name, panel in zip(names, panels, strict=True):
            own = ledger[ledger["group"] == name]
            row.draw(panel, weeks, own)
            weeks.tell(sheet, panel, (row.says(record) for record in own.to_dict("records")))
            panel.set_ylabel(row.unit)
            weeks.label(panel, 12 // len(names))
            panel.tick_params(axis="x", labelbottom=True, labelsize=8.5)
        # Above the names of the groups, which the first row bears.
        _row_head(sheet, panels[0], row, 0.42 if row is rows[0] else 0.24)
    for name, panel in zip(names, axes[0], strict=True):
        panel.set_title(clip(name, 60 // len(names)))
    return sheet


class _Row(NamedTuple):
    """A row of panels, one for each group; heights in inches."""

    title: str
    unit: str
    height: float
    draw: Callable[[Axes, Weeks, pd.DataFrame], None]
    key: list[Any]
    says: Callable[[Mapping[Any, Any]], str]
    """A week's figures in words."""


def _rows(ledger: pd.DataFrame) -> list[_Row]:
    """Those that have something to show: heads only where people come, go or learn."""
    planned = bool(ledger["shrinkage_planned"].notna().any())
    moves = bool(ledger[["hired", "left", "moved_in", "moved_out"]].to_numpy().any())
    learn = bool(ledger[["ramping", "nesting", "in_training"]].to_numpy().any())
    stages = [hatched(colour, hatch, STAGE_NAMES.get(stage, stage)) for stage, colour, hatch in STAGES]
    movements = [area(COME, "hired, or moved here"), hatched(GO, "////", "left, or moved away")]
    shrinkage = [line(BLUE, "produced"), *([line(VERMILION, "planned", linestyle=(0, (4, 2)))] if planned else [])]
    return [
        *([_Row("Heads", "heads", 2.0, _stages, stages, stages_text)] if moves or learn else []),
        *([_Row("Who came and went", "heads a week", 1.2, _movements, movements, movements_text)] if moves else []),
        _Row("Effective people", "FTE", 1.8, _fte, _fte_key(), fte_text),
        _Row("Intervals short", "a week", 1.2, _short_intervals, [_short_key()], short_text),
        _Row("Shrinkage", "of contracted", 1.2, _shrinkage, shrinkage, shrinkage_text),
    ]


def _row_head(sheet: Sheet, first: Axes, row: _Row, above: float) -> None:
    """Title and key of a row, so many inches above its first panel."""
    top = first.get_position().y1 + above / sheet.height
    sheet.figure.text(0.1 / WIDTH, top, row.title, fontsize=10, fontweight="bold", va="center")
    sheet.figure.legend(
        handles=row.key, loc="center left", bbox_to_anchor=(0.24, top), ncols=len(row.key), borderaxespad=0.0,
        borderpad=0.0, handlelength=1.5, columnspacing=1.4, fontsize=8.5,
    )  # fmt: skip


def _fte_key() -> list[Any]:
    return [
        line(BLUE, "effective FTE"),
        line(INK, "required", linestyle=(0, (3, 1))),
        area(VERMILION, "short", alpha=0.45),
    ]


def _stages(axes: Axes, weeks: Weeks, rows: pd.DataFrame) -> None:
    heads = rows["heads_end"].to_numpy(float)
    others = rows[["ramping", "nesting", "in_training"]].sum(axis=1).to_numpy(float)
    reached = np.zeros(len(rows))
    for stage, colour, hatch in STAGES:
        values = heads - others if stage == "proficient" else rows[stage].to_numpy(float)
        axes.stairs(
            reached + values, weeks.edges, baseline=reached, fill=True, facecolor=colour, hatch=hatch, edgecolor=PAPER,
            linewidth=0,
        )  # fmt: skip
        reached = reached + values
    _counts(axes, max(float(reached.max(initial=0.0)), 1.0))


def _movements(axes: Axes, weeks: Weeks, rows: pd.DataFrame) -> None:
    came, went = (
        rows[[one, other]].sum(axis=1).to_numpy(float) for one, other in (("hired", "moved_in"), ("left", "moved_out"))
    )
    width = 0.8 * np.diff(weeks.edges)
    axes.bar(weeks.middles, came, width, color=COME)
    axes.bar(weeks.middles, -went, width, color=GO, hatch="////", edgecolor=PAPER, linewidth=0)
    axes.axhline(0, color=INK, linewidth=0.8)
    reach = max(float(came.max(initial=0.0)), float(went.max(initial=0.0)), 1.0)
    low = -1.15 * max(float(went.max(initial=0.0)), 0.25 * reach)
    axes.set_ylim(low, 1.15 * max(float(came.max(initial=0.0)), 0.25 * reach))
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")


def _fte(axes: Axes, weeks: Weeks, rows: pd.DataFrame) -> None:
    effective, required = rows["fte_effective"].to_numpy(float), rows["fte_required"].to_numpy(float)
    axes.stairs(
        required, weeks.edges, baseline=np.minimum(effective, required), fill=True, color=VERMILION, alpha=0.45,
        linewidth=0,
    )  # fmt: skip
    axes.stairs(required, weeks.edges, color=INK, linewidth=1.2, linestyle=(0, (3, 1)), baseline=None)
    axes.stairs(effective, weeks.edges, color=BLUE, linewidth=1.8, baseline=None)
    _counts(axes, max(axes.get_ylim()[1] / 1.08, float(effective.max(initial=0)), float(required.max(initial=0)), 1.0))


def _short_key() -> Any:
    return area(VERMILION, "open intervals short of people")


def _short_intervals(axes: Axes, weeks: Weeks, rows: pd.DataFrame) -> None:
    """Hours that are enough in total may be missing in many intervals of the week."""
    short = rows["intervals_short"].to_numpy(float)
    axes.stairs(short, weeks.edges, fill=True, color=VERMILION, linewidth=0)
    _counts(axes, max(float(short.max(initial=0.0)), 1.0))


def _shrinkage(axes: Axes, weeks: Weeks, rows: pd.DataFrame) -> None:
    produced, planned = (rows[f"shrinkage_{which}"].to_numpy(float) for which in ("produced", "planned"))
    axes.stairs(produced, weeks.edges, color=BLUE, linewidth=1.8, baseline=None)
    if np.isfinite(planned).any():
        axes.stairs(planned, weeks.edges, color=VERMILION, linewidth=1.4, linestyle=(0, (4, 2)), baseline=None)
    highest = np.nanmax(np.concatenate([produced, planned, [0.05]]))
    axes.set_ylim(0, min(1.03, 1.2 * highest))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")


def _counts(axes: Axes, highest: float) -> None:
    axes.set_ylim(0, 1.08 * highest)
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


# ---- Service over months --------------------------------------------------------------------------------------------


def weeks_of_service(tables: Tables, facts: Facts) -> dict[str, Sheet]:
    """Each queue's service level and contacts by week, beyond eight weeks, where other charts show a typical one."""
    weeks = Weeks(facts)
    periods = tables.periods[(tables.periods["plan"] == facts.baseline) & (tables.periods["period"] == "week")]
    queues = periods[periods["scope"] == "queue"]
    if weeks.count <= LONG or queues.empty:
        return {}
    names, capped = choose_names(queues, "queues")
    runs = plural(facts.replications[facts.baseline], "replication")
    drawn = f"Left: mean over {runs}; band: its 95 % interval; dashed: the target. Right: contacts a week."
    notes = (capped, drawn, chart_note(tables.known, facts.baseline))
    sheet = Sheet(0.55 + 1.6 * len(names), f"Service week by week, {span_text(facts.start, facts.last)}", notes)
    axes = sheet.grid(
        len(names), 2, left=0.65, right=0.25, across=1.25, above=0.32, down=0.58, bottom=0.42, ratios=(5, 3),
        sharex="col",
    )  # fmt: skip
    for name, (left, right) in zip(names, axes, strict=True):
        own, target = queues[queues["name"] == name], facts.targets[facts.baseline][name]
        low, high, level, offered = (
            own[column].to_numpy(float)
            for column in ("service_level_low", "service_level_high", "service_level", "offered")
        )
        left.fill_between(weeks.middles, low, high, color=SKY, alpha=0.4, linewidth=0)
        with_lone_points(left, level, BLUE, weeks.middles)
        left.axhline(target.share, color=VERMILION, linewidth=1.2, linestyle=(0, (4, 2)))
        at_right(left, target.share, f"target\n{share(target.share, 0)}", VERMILION)
        limit = seconds(target.within) if target.live else limit_text(target.within)
        left.set_title(f"{clip(name, 30)}: answered within {limit}")
        spreads = [
            spread_text(*three, "share") for three in zip(level.tolist(), low.tolist(), high.tolist(), strict=True)
        ]
        weeks.tell(
            sheet, left,
            (f"{share(mean)} in time" + (f" ({spread})" if spread else "")
             for mean, spread in zip(level.tolist(), spreads, strict=True)),
        )  # fmt: skip
        weeks.tell(sheet, right, (f"{decimal(number, 0)} contacts" for number in offered.tolist()))
        label_percent(left)
        right.stairs(offered, weeks.edges, fill=True, color=PALE)
        right.set_title("Contacts a week")
        _counts(right, max(float(offered.max(initial=0.0)), 1.0))
        for panel, most in ((left, 12), (right, 6)):
            weeks.label(panel, most)
            panel.tick_params(axis="x", labelbottom=True, labelsize=8.5)
    return {"weeks.png": sheet}
