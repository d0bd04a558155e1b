"""Charts of several plans: differences with their intervals, cost by line, service level by period."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from sim.measures.kpis import TITLED
from sim.report.charts.cost_lines import OTHER, looks
from sim.report.charts.shades import DISTANCES, distance_key, distance_shades, draw_cells, letters_on
from sim.report.charts.style import (
    CLOSED,
    GREY,
    INK,
    MUTED,
    PAPER,
    VERDICT_MARKS,
    VERDICTS,
    WIDTH,
    Sheet,
    bare,
    clip,
    hatched,
    line,
    room_for,
)
from sim.report.charts.windows import choose_names
from sim.report.tables.study import Tables
from sim.report.text.facts import Facts
from sim.report.text.lost import lost_of, shut_out
from sim.report.text.names import (
    PILLARS,
    change_span,
    change_text,
    compared,
    date_text,
    money_digits,
    month_tick,
    plural,
    value_text,
)
from sim.report.text.numbers import money, percent_beside, share
from sim.report.text.phrases import without_income

Floats = NDArray[np.float64]

MOST_LINES = 7
MOST_PERIODS = 12
MODEL = "What customers feel is worked out from what happened, by weights that the file gives or that are assumed."


def draw(tables: Tables, facts: Facts) -> dict[str, Sheet]:
    files = {"costs.png": _costs(without_income(tables.costs), facts), "service_level.png": _levels(tables, facts)}
    if tables.comparison is not None:
        known = set(tables.comparison[tables.comparison["scope"] == "center"]["kpi"])
        title = f"What changes against “{clip(facts.baseline, 30)}”"
        shut_out = any(lost_of(tables.known, plan).shut_out for plan in facts.plans)
        first = {"differences.png": _differences(tables, facts, compared(known, shut_out=shut_out), title, 4)}
        pillars = [kpi for kpi in PILLARS if kpi in known]
        title = f"Six pillars, out of 10: what changes against “{clip(facts.baseline, 30)}”"
        more = {"pillars.png": _differences(tables, facts, pillars, title, 3, MODEL)} if pillars else {}
        files = first | more | files
    return files


def _differences(tables: Tables, facts: Facts, kpis: list[str], title: str, columns: int, about: str = "") -> Sheet:
    """A panel per KPI, a row per plan: the difference from the baseline with its interval."""
    comparison, known = tables.comparison, tables.known
    assert comparison is not None
    center = comparison[comparison["scope"] == "center"]
    plans = list(facts.plans[1:])
    rows = -(-len(kpis) // columns)
    key = [
        line(VERDICTS[verdict], text, **VERDICT_MARKS[verdict]) for verdict, text in
        (("better", "better"), ("worse", "worse"), ("unclear", "unclear or the same"), ("", "neither good nor bad"))
    ]  # fmt: skip
    note = "Dots: difference from the baseline; bars: interval on common luck. A bar across the line proves nothing."
    body = 0.4 + rows * (0.95 + 0.34 * len(plans))
    sheet = Sheet(body, title, (note, about or facts.certainty), key)
    left = room_for(plans, 20)
    axes = sheet.grid(rows, columns, left=left, right=0.15, across=0.32, above=0.5, down=1.0, bottom=0.42)
    for number, panel in enumerate(axes.flat):
        if number >= len(kpis):
            panel.set_visible(False)
            continue
        kpi = kpis[number]
        row = TITLED[kpi]
        name, unit = row.short or row.title, row.unit
        table = center[center["kpi"] == kpi].drop_duplicates("plan").set_index("plan").reindex(plans)
        _forest(sheet, panel, table, unit, facts.currency)
        panel.set_title(f"{name}\n", fontsize=9.5, fontweight="bold", pad=5)
        start = value_text(known.kpi(facts.baseline, kpi).mean, unit, facts.currency)
        panel.text(0, 1, f"baseline {start}", transform=panel.transAxes, va="bottom", fontsize=8.5, color=MUTED)
        units = {"share": "points", "s": "seconds", "h": "hours", "money": facts.currency}
        panel.set_xlabel(units.get(unit, unit), fontsize=8.5)
        labels = [clip(plan, 20) for plan in plans] if number % columns == 0 else []
        panel.set_yticks(np.arange(len(labels)) + 0.5, labels, color=INK, fontsize=9.5)
    return sheet


def _forest(sheet: Sheet, axes: Axes, table: pd.DataFrame, unit: str, currency: str) -> None:
    scale = 100.0 if unit == "share" else 1.0
    values = table[["difference", "ci_low", "ci_high"]].to_numpy(float) * scale
    reach = np.nanmax(np.abs(values)) if np.isfinite(values).any() else 0.0
    axes.axvline(0, color=MUTED, linewidth=1)
    for row, ((mean, low, high), verdict) in enumerate(zip(values, table["better"].fillna(""), strict=True)):
        colour = VERDICTS.get(str(verdict), GREY)
        axes.plot([low, high], [row + 0.66] * 2, color=colour, linewidth=2.4, solid_capstyle="butt")
        axes.plot(mean, row + 0.66, color=colour, **VERDICT_MARKS.get(str(verdict), VERDICT_MARKS["unclear"]))
        if np.isfinite(mean):
            _tell_change(
                sheet, axes, str(table.index[row]), (mean, low, high), (scale, unit, currency), str(verdict), row
            )
            text = change_text(mean / scale, unit).split(" ")[0]
            axes.text(
                mean, row + 0.44, text, ha="center", va="bottom", fontsize=8.5,
                color=MUTED if colour == GREY else colour,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6},
            )  # fmt: skip
    if reach < 0.005:
        values, reach = np.zeros((1, 1)), 0.0
    # Room at both ends for the numbers above the dots.
    low, high = min(0.0, float(np.nanmin(values, initial=0.0))), max(0.0, float(np.nanmax(values, initial=0.0)))
    room = max(0.28 * (high - low), 0.2 * reach, 1e-9 if reach else 1.0)
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(len(table), -0.12)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    number = ",.0f" if reach >= 1000 else ",.6g"
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:{number}}".replace("-", "−"))
    axes.tick_params(axis="both", length=0, labelsize=8.5)
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)


def _tell_change(
    sheet: Sheet, axes: Axes, plan: str, three: tuple[float, float, float], of: tuple[float, str, str], verdict: str,
    row: int,
) -> None:  # fmt: skip
    mean, low, high = three
    scale, unit, currency = of
    text = f"{plan}: {change_text(mean / scale, unit, currency)}"
    if np.isfinite(low):
        text += f", interval {change_span(low / scale, high / scale, unit)}"
    whole = (min(low, mean), max(high, mean)) if np.isfinite(low) else (mean, mean)
    sheet.tell(axes, text + (f", {verdict}" if verdict else ""), whole, (row + 0.3, row + 0.95), plan)


def _costs(costs: pd.DataFrame, facts: Facts) -> Sheet:
    """Cost by line, stacked per plan; the smallest of many lines together."""
    wide = costs.pivot(index="line", columns="plan", values="mean").reindex(columns=list(facts.plans)).fillna(0.0)
    order = [name for name in dict.fromkeys(costs["line"]) if name != "total" and wide.loc[name].abs().max() > 0]
    most = MOST_LINES if len(order) > MOST_LINES + 1 else len(order)
    shown = sorted(order, key=lambda name: -wide.loc[name].mean())[:most]
    stacks = {name: wide.loc[name].to_numpy(float) for name in order if name in shown}
    if len(shown) < len(order):
        rest = sum((wide.loc[name].to_numpy(float) for name in order if name not in shown), np.zeros(len(facts.plans)))
        stacks[f"{len(order) - len(shown)} other lines"] = rest
    total = wide.loc["total"].to_numpy(float)
    # Of all lines that there are: one that this page leaves out, or that costs nothing, has its look all the same.
    look = {
        **looks(str(name) for name in dict.fromkeys(costs["line"])),
        **dict.fromkeys(set(stacks) - set(order), OTHER),
    }
    key = [hatched(*look[name], clip(name, 26)) for name in stacks]
    per_row = 4
    keys = -(-len(key) // per_row)
    body = 0.75 + 0.42 * len(facts.plans) + 0.24 * keys
    sheet = Sheet(body, "What each plan costs, by line", (f"Mean over replications, {plural(facts.days, 'day')}.",))
    sheet.figure.legend(
        handles=key, loc="upper left", bbox_to_anchor=(0.1 / WIDTH, 1 - sheet.head / sheet.height),
        ncols=min(per_row, len(key) or 1), borderaxespad=0.0, borderpad=0.0, handlelength=1.4, columnspacing=1.6,
    )  # fmt: skip
    axes = sheet.grid(1, 1, left=room_for(facts.plans), right=1.2, above=0.14 + 0.22 * keys)[0, 0]
    rows, reached = np.arange(len(facts.plans)) + 0.5, np.zeros(len(facts.plans))
    for name, amounts in stacks.items():
        colour, hatch = look[name]
        axes.barh(rows, amounts, left=reached, height=0.68, color=colour, edgecolor=PAPER, linewidth=0.8, hatch=hatch)
        for plan, row, begin, amount in zip(
            facts.plans, rows.tolist(), reached.tolist(), amounts.tolist(), strict=True
        ):
            text = f"{plan}: {name} {money(amount, facts.currency, money_digits(amount))}"
            sheet.tell(axes, text, (begin, begin + amount), (row - 0.34, row + 0.34), plan)
        reached = reached + amounts
    totals = costs[costs["line"] == "total"].set_index("plan").reindex(list(facts.plans))
    for row, (low, high) in enumerate(totals[["ci_low", "ci_high"]].to_numpy(float)):
        axes.plot([low, high], [row + 0.5] * 2, color=INK, linewidth=1.6)
        text = money(total[row], facts.currency, money_digits(total[row]))
        end = max(reached[row], np.nan_to_num(high))
        axes.annotate(text, (end, row + 0.5), xytext=(5, 0), textcoords="offset points", va="center")
    axes.set_ylim(len(facts.plans), 0)
    axes.set_yticks(rows, [clip(plan) for plan in facts.plans], color=INK, fontsize=9.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.set_xlabel(facts.currency)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    return sheet


def _levels(tables: Tables, facts: Facts) -> Sheet:
    """Per queue, plans × periods: the service level in figures, shaded by its distance from the target."""
    queues = tables.periods[tables.periods["scope"] == "queue"]
    per = next((p for p in ("day", "week") if queues[queues["period"] == p]["date"].nunique() <= MOST_PERIODS), "month")
    rows = queues[queues["period"] == per]
    names, capped = choose_names(rows, "queues")
    dates = sorted(dict.fromkeys(rows["date"].astype(str)))
    lost = {plan: shut_out(lost_of(tables.known, plan)) for plan in facts.plans}
    told = "; ".join(f"{clip(plan, 20)}: {text}" for plan, text in lost.items() if text)
    note = f"Percent answered in time, by {per}. Pale blue: at the target or above; the darker, the further below."
    gaps, row_height = 0.62, 0.27
    plans = len(facts.plans)
    body = 0.3 + len(names) * (row_height * plans + gaps)
    sheet = Sheet(
        body,
        f"Service level by {per}, plan against plan",
        (note, f"Of those who got in. {told}." if told else "", capped),
        distance_key(),
    )
    left = room_for(facts.plans)
    right = max(0.2, WIDTH - left - 1.15 * len(dates))
    axes = sheet.grid(len(names), 1, left=left, right=right, above=0.55, down=gaps, bottom=0.12)
    for name, panel in zip(names, axes[:, 0], strict=True):
        own = rows[rows["name"] == name].pivot(index="plan", columns="date", values="service_level")
        grid = own.reindex(index=list(facts.plans), columns=dates).to_numpy(float)
        aims_of = [facts.targets[plan].get(name) for plan in facts.plans]
        targets = np.array([np.nan if aim is None else aim.share for aim in aims_of])
        _table_of_levels(panel, grid, targets)
        for row, plan in enumerate(facts.plans):
            for column, date in enumerate(dates):
                level, text = grid[row, column], _period_text(date, per, True)
                if np.isfinite(level):
                    aim = float(targets[row])
                    told_there = f"{plan}, {text}: {percent_beside(level, aim)} % in time, target {share(aim, 0)}"
                    sheet.tell(panel, told_there, (column, column + 1), (row, row + 1), plan)
        panel.set_yticks(np.arange(plans) + 0.5, [clip(plan) for plan in facts.plans], color=INK, fontsize=9.5)
        several = dates[0][:4] != dates[-1][:4]
        panel.set_xticks(np.arange(len(dates)) + 0.5, [_period_text(date, per, several) for date in dates])
        panel.xaxis.tick_top()
        panel.tick_params(length=0, pad=1)
        aims = " or ".join(dict.fromkeys(share(target, 0) for target in targets if np.isfinite(target)))
        panel.set_title(f"{clip(name, 40)}, target {aims}", fontweight="bold", pad=16)
    return sheet


def _table_of_levels(axes: Axes, grid: Floats, targets: Floats) -> None:
    shades = distance_shades(grid - targets[:, None])
    axes.set_facecolor(CLOSED)
    draw_cells(axes, np.arange(grid.shape[1] + 1.0), shades, DISTANCES)
    for (row, column), level in np.ndenumerate(grid):
        if np.isfinite(level):
            shade = DISTANCES[shades[row, column]] if np.isfinite(targets[row]) else CLOSED
            number = percent_beside(float(level), float(targets[row]))
            axes.text(
                column + 0.5, row + 0.52, number, ha="center", va="center", fontsize=9,
                color=letters_on(shade),
            )  # fmt: skip
    axes.hlines(range(1, len(grid)), 0, grid.shape[1], color=PAPER, linewidth=1.2)
    axes.vlines(range(1, grid.shape[1]), 0, len(grid), color=PAPER, linewidth=1.2)
    bare(axes)
    axes.set_xlim(0, grid.shape[1])
    axes.set_ylim(len(grid), 0)


def _period_text(date: str, per: str, several_years: bool) -> str:
    if per == "month":
        return month_tick(dt.date.fromisoformat(date), several_years)
    return date_text(date) if per == "day" else date_text(date).split(" ", 1)[1]
