"""Charts as PNG files: a single run's five or six, or a comparison's three. Drawn off screen, the same bytes every time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.report import charts_compare
from sim.report.facts import Facts
from sim.report.numbers import decimal, money, seconds, share
from sim.report.style import (
    BLUE,
    GREY,
    INK,
    MUTED,
    ORANGE,
    PALE,
    SKY,
    VERMILION,
    Sheet,
    area,
    bare,
    clip,
    drawing,
    line,
    room_for,
)
from sim.report.tables import Tables
from sim.report.windows import MOST_DAYS, Timeline, Window, choose_names, choose_window, hours_of
from sim.report.words import date_text, money_digits, plural, span_text

Floats = NDArray[np.float64]

AIM = (0.75, 0.85)
"""Occupancy that centers usually aim for."""


def draw(tables: Tables, facts: Facts) -> dict[str, bytes]:
    """PNG files by name: a comparison's if there are several plans, else the single plan's."""
    with drawing():
        if facts.compares:
            return charts_compare.draw(tables, facts)
        return _Single(tables, facts).draw()


class _Single:
    """One plan's rows, and the days that its charts show."""

    def __init__(self, tables: Tables, facts: Facts) -> None:
        self.facts = facts
        self.tables = tables
        rows = tables.intervals[tables.intervals["plan"] == facts.baseline]
        self.queues = rows[rows["scope"] == "queue"]
        self.groups = rows[rows["scope"] == "group"]
        self.window = choose_window(self.queues) if len(self.queues) else Window()
        self.summary = tables.summary[tables.summary["plan"] == facts.baseline]
        self.runs = plural(facts.replications[facts.baseline], "replication")
        self.when = span_text(facts.start, facts.last)

    def draw(self) -> dict[str, bytes]:
        files: dict[str, bytes] = {}
        if self.window.dates:
            files["arrivals.png"] = self.arrivals()
            if self.queues["date"].nunique() > MOST_DAYS:
                files["shortage.png"] = self.shortage()
            files["service_level.png"] = self.service_level()
            files["waiting.png"] = self.waiting()
            files["occupancy.png"] = self.occupancy()
        files["costs.png"] = self.costs()
        return files

    def estimate(self, scope: str, name: str, kpi: str) -> tuple[float, float, float]:
        """(mean, low, high) from the summary."""
        s = self.summary
        row = s[(s["scope"] == scope) & (s["name"] == name) & (s["kpi"] == kpi)][["mean", "ci_low", "ci_high"]].to_numpy(float)
        return (row[0, 0], row[0, 1], row[0, 2]) if len(row) else (np.nan, np.nan, np.nan)

    def center(self, rows: pd.DataFrame) -> pd.DataFrame:
        """All queues added up per date and hour, with the load in erlangs."""
        own = rows.groupby("name")["aht_s"].transform("mean")
        load = rows["offered"] * rows["aht_s"].fillna(own).fillna(0.0) / (self.facts.interval_minutes * 60.0)
        columns = ["offered", "abandoned", "seats", "required", "short"]
        table = rows[["date", "start", *columns]].fillna(0.0).assign(load=load, hour=hours_of(rows["start"]))
        whole = table.groupby(["date", "start", "hour"], sort=False)[[*columns, "load"]].sum()
        return whole.groupby(["date", "hour"]).mean().reset_index()

    def shown(self) -> str:
        """The days that the window shows."""
        if " " in self.window.dates[0]:
            return "typical week"
        first, last = (dt.date.fromisoformat(self.window.dates[n]) for n in (0, -1))
        return span_text(first, last)

    def arrivals(self) -> bytes:
        """Left: contacts per interval. Right: load, people required and seats. A row per day."""
        table = self.center(self.window.of(self.queues))
        days = self.window.dates
        one = len(days) == 1
        body = 2.9 if one else 0.75 + 1.22 * len(days)
        when = date_text(days[0], year=True) if one else self.shown()
        minutes = f"{self.facts.interval_minutes:g} min"
        key = [
            area(PALE, "contacts"), area(VERMILION, "of these abandoned"), area(SKY, "load", alpha=0.45), line(BLUE, "seats"),
            line(INK, "required", linestyle=(0, (3, 1))), area(VERMILION, "people short", alpha=0.55),
        ]  # fmt: skip
        notes = (self.window.note, f"Means over {self.runs}. Required: seats that reach the target on that interval's own load.")
        sheet = Sheet(body, f"Contacts, and seats against need, {when}", notes, key)
        axes = sheet.grid(
            len(days), 2, left=0.55, across=0.55, above=0.42, down=0.32, ratios=(2, 3), sharex=True, sharey="col"
        )
        step = self.facts.interval_minutes / 60.0
        edges = np.arange(self.window.first, self.window.last + 1.5 * step, step)
        for number, date in enumerate(days):
            left, right = axes[number]
            day = _on_grid(table[table["date"] == date], edges, step)
            _contacts(left, day, edges)
            _staffing(right, day, edges)
            for panel in (left, right):
                panel.set_title(date_text(date), fontsize=9.5, fontweight="bold", pad=3)
                _hours(panel, edges[0], edges[-1])
        axes[0, 0].set_ylim(0, 1.08 * max(table["offered"].max(), 1.0))
        axes[0, 1].set_ylim(0, 1.08 * max(table[["seats", "required", "load"]].to_numpy(float).max(), 1.0))
        for panel, unit in zip(axes[0], (f"contacts per {minutes}", "people (load in erlangs)"), strict=True):
            panel.text(1.0, 1.04, unit, transform=panel.transAxes, ha="right", va="bottom", fontsize=9, color=MUTED)
        return sheet.png()

    def shortage(self) -> bytes:
        """People short over all dates and hours of the day."""
        table = self.center(self.queues).pivot(index="date", columns="hour", values="short")
        dates = [date for date in dict.fromkeys(self.queues["date"]) if date in table.index]
        grid = table.loc[dates].to_numpy(float)
        note = "A row per day, dark where people are missing; white: nobody short; grey: closed."
        sheet = Sheet(max(2.5, 0.9 + 0.085 * len(dates)), f"Where people are short, {self.when}", (note,))
        axes = sheet.grid(1, 1, left=1.35, right=1.0, above=0.15)[0, 0]
        hours = table.columns.to_numpy(float)
        picture = _heat(axes, grid, hours, self.facts.interval_minutes / 60.0, 12)
        ticks = [n for n, date in enumerate(dates) if n == 0 or (date[-3:] == "mon" if " " in date else date_text(date)[:3] == "Mon")]
        axes.set_yticks(np.array(ticks) + 0.5, [date_text(dates[n]).replace("Mon, ", "") for n in ticks])
        _bar(sheet, axes, picture, "people short")
        return sheet.png()

    def service_level(self) -> bytes:
        """Each queue's service level over the timeline, with its band and target."""
        rows = self.window.of(self.queues)
        names, capped = choose_names(self.queues, "queues")
        timeline = Timeline.of(self.window, self.facts.interval_minutes)
        notes = (self.window.note, capped, f"Line: mean over {self.runs}; band: its 95 % interval; dashed: the target.")
        bottom = 0.35 if len(timeline.dates) > 2 else 0.5
        sheet = Sheet(0.3 + bottom + 1.5 * len(names), "Service level by interval, against the target", notes)
        axes = sheet.grid(len(names), 1, left=0.65, right=0.85, above=0.32, down=0.34, bottom=bottom, sharex=True)
        for name, panel in zip(names, axes[:, 0], strict=True):
            own = rows[rows["name"] == name]
            target = self.facts.targets[self.facts.baseline][name]
            x = np.arange(timeline.length)
            low, high = timeline.spread(own, "service_level_low"), timeline.spread(own, "service_level_high")
            panel.fill_between(x, low, high, color=SKY, alpha=0.4, linewidth=0)
            _with_lone_points(panel, timeline.spread(own, "service_level"), BLUE)
            panel.axhline(target.share, color=VERMILION, linewidth=1.2, linestyle=(0, (4, 2)))
            _at_right(panel, target.share, f"target\n{share(target.share, 0)}", VERMILION)
            whole = self.estimate("queue", name, "service_level")
            panel.set_title(f"{clip(name, 40)}: {share(whole[0])} answered within {seconds(target.within)}")
            _percent(panel)
            _days(panel, timeline)
        return sheet.png()

    def occupancy(self) -> bytes:
        """Each group's occupancy over the timeline."""
        rows = self.window.of(self.groups)
        rows = rows[rows["seats"] >= 0.05]
        names, capped = choose_names(self.groups, "groups")
        timeline = Timeline.of(self.window, self.facts.interval_minutes)
        aim = f"Band: {share(AIM[0], 0)} to {share(AIM[1], 0)}, what centers usually aim for; above 90 % people wear out."
        bottom = 0.35 if len(timeline.dates) > 2 else 0.5
        sheet = Sheet(0.3 + bottom + 1.4 * len(names), "Occupancy of the agents by interval", (self.window.note, capped, aim))
        axes = sheet.grid(len(names), 1, left=0.65, right=0.85, above=0.32, down=0.34, bottom=bottom, sharex=True)
        for name, panel in zip(names, axes[:, 0], strict=True):
            panel.axhspan(*AIM, color=PALE, alpha=0.55, linewidth=0)
            _with_lone_points(panel, timeline.spread(rows[rows["name"] == name], "occupancy"), BLUE)
            mean = self.estimate("group", name, "occupancy")[0]
            if np.isfinite(mean):
                panel.axhline(mean, color=ORANGE, linewidth=1.2, linestyle=(0, (4, 2)))
                _at_right(panel, mean, f"mean\n{share(mean, 0)}", "#9A6A00")
            panel.set_title(clip(name, 60))
            _percent(panel)
            _days(panel, timeline)
        return sheet.png()

    def waiting(self) -> bytes:
        """Left: mean wait and 90th percentile per queue. Right: the mean wait of the answered by hour of the day."""
        names, capped = choose_names(self.queues, "queues", 12)
        key = [
            line(BLUE, "mean wait of the answered", marker="o", linewidth=2),
            line(VERMILION, "90 % of all wait less", marker="D", linewidth=2),
            line(INK, "time limit of the target", marker="|", markersize=11, markeredgewidth=2, linewidth=0),
        ]
        notes = (capped, f"Bars through the marks: 95 % interval over {self.runs}. Right: mean wait of the answered, by time of day.")
        sheet = Sheet(1.0 + 0.45 * max(2, len(names)), "How long customers wait, by queue", notes, key)
        left, right = sheet.grid(1, 2, left=room_for(names), right=0.95, across=0.3, above=0.12, ratios=(5, 4))[0]
        limits = self.facts.targets[self.facts.baseline]
        waits = {(name, kpi): self.estimate("queue", name, kpi) for name in names for kpi in ("asa_s", "wait_p90_s")}
        size, unit = _time_unit(max((high for wait in waits.values() for high in wait if np.isfinite(high)), default=0.0))
        for row, name in enumerate(names):
            for kpi, colour, mark, y in (("asa_s", BLUE, "o", row + 0.37), ("wait_p90_s", VERMILION, "D", row + 0.63)):
                mean, low, high = (value / size for value in waits[name, kpi])
                left.plot([low, high], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
                left.plot(mean, y, color=colour, marker=mark, markersize=6)
            left.plot(limits[name].within / size, row + 0.5, color=INK, marker="|", markersize=14, markeredgewidth=2)
        _rows(left, names)
        left.set_xlim(left=0)
        left.set_xlabel(unit)
        rows = self.queues[self.queues["name"].isin(names) & (self.queues["answered"] > 0)]
        rows = rows.assign(hour=hours_of(rows["start"]), waited=rows["asa_s"].fillna(0.0) * rows["answered"])
        sums = rows.groupby(["name", "hour"])[["waited", "answered"]].sum().unstack("hour")
        with np.errstate(invalid="ignore", divide="ignore"):
            grid = (sums["waited"] / sums["answered"]).reindex(names).to_numpy(float)
        hours = sums["answered"].columns.to_numpy(float)
        picture = _heat(right, grid / size, hours, self.facts.interval_minutes / 60.0, 5)
        right.set_yticks([])
        right.set_xlabel("time of day")
        _bar(sheet, right, picture, unit)
        return sheet.png()

    def costs(self) -> bytes:
        """Cost by line, in the order of the table; lines of nothing are left out."""
        c = self.tables.costs
        table = c[(c["plan"] == self.facts.baseline) & (c["line"] != "total")]
        shown = table[table["mean"].abs() > 0]
        total = float(c[(c["plan"] == self.facts.baseline) & (c["line"] == "total")]["mean"].sum())
        currency = self.facts.currency
        names = [str(name) for name in shown["line"]]
        left_out = len(table) - len(shown)
        notes = (f"{plural(left_out, 'line')} of 0 left out. " if left_out else "") + f"Mean over {self.runs}, {self.when}."
        title = f"What it costs: {money(total, currency, money_digits(total))}"
        sheet = Sheet(0.75 + 0.36 * max(1, len(names)), title, (notes,))
        axes = sheet.grid(1, 1, left=room_for(names, 34), right=1.75, above=0.08)[0, 0]
        means = shown["mean"].to_numpy(float)
        axes.barh(np.arange(len(names)) + 0.5, means, height=0.66, color=[BLUE if m >= 0 else GREY for m in means])
        for row, (mean, low, high) in enumerate(shown[["mean", "ci_low", "ci_high"]].to_numpy(float)):
            axes.plot([low, high], [row + 0.5] * 2, color=INK, linewidth=1.4)
            part = f" · {share(mean / total, 0)}" if total else ""
            text = f" {decimal(mean, money_digits(total))}{part}"
            axes.annotate(
                text, (max(mean, 0.0 if np.isnan(high) else high), row + 0.5), xytext=(4, 0), textcoords="offset points",
                va="center", fontsize=9,
            )  # fmt: skip
        _rows(axes, names, 34)
        axes.set_xlabel(currency)
        axes.xaxis.set_major_locator(_few(5))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if total >= 10 else f"{value:,.2f}")
        return sheet.png()


def _on_grid(day: pd.DataFrame, edges: Floats, step: float) -> pd.DataFrame:
    """A row for every interval of the day, 0 where the center is closed."""
    slots = np.round((day["hour"].to_numpy(float) - edges[0]) / step).astype(int)
    figures = day[["offered", "abandoned", "load", "seats", "required", "short"]]
    return figures.set_axis(slots, axis=0).reindex(range(len(edges) - 1), fill_value=0.0)


def _contacts(axes: Axes, day: pd.DataFrame, edges: Floats) -> None:
    axes.stairs(day["offered"].to_numpy(float), edges, fill=True, color=PALE)
    axes.stairs(day["abandoned"].to_numpy(float), edges, fill=True, color=VERMILION)


def _staffing(axes: Axes, day: pd.DataFrame, edges: Floats) -> None:
    load, seats, required, short = (day[name].to_numpy(float) for name in ("load", "seats", "required", "short"))
    axes.stairs(load, edges, fill=True, color=SKY, alpha=0.45)
    # Shaded down from what is required: queues of separate pools cannot lend each other their spare seats.
    axes.stairs(required, edges, baseline=required - short, fill=True, color=VERMILION, alpha=0.55)
    axes.stairs(required, edges, color=INK, linewidth=1.2, linestyle=(0, (3, 1)), baseline=None)
    axes.stairs(seats, edges, color=BLUE, linewidth=1.8, baseline=None)


def _with_lone_points(axes: Axes, values: Floats, colour: str) -> None:
    """A line with gaps; a value between two gaps gets a dot, or it would not show."""
    known = np.isfinite(values)
    lone = known & ~np.r_[False, known[:-1]] & ~np.r_[known[1:], False]
    axes.plot(values, color=colour, linewidth=1.4)
    axes.plot(np.flatnonzero(lone), values[lone], color=colour, marker="o", markersize=2.5, linewidth=0)


def _at_right(axes: Axes, y: float, text: str, colour: str) -> None:
    axes.annotate(
        text, (1, y), xycoords=("axes fraction", "data"), xytext=(5, 0), textcoords="offset points", va="center",
        fontsize=9, color=colour, linespacing=1.1,
    )  # fmt: skip


def _time_unit(longest: float) -> tuple[float, str]:
    return next((size, unit) for size, unit in ((1.0, "seconds"), (60.0, "minutes"), (3600.0, "hours")) if longest < 600 * size or size > 60)


def _percent(axes: Axes) -> None:
    axes.set_ylim(0, 1.03)
    axes.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])


def _hours(axes: Axes, first: float, last: float, most: int = 7) -> None:
    gap = next(gap for gap in (1, 2, 3, 4, 6, 12, 24) if (last - first) / gap <= most)
    ticks = np.arange(np.ceil(first / gap) * gap, last + 0.01, gap)
    axes.set_xticks(ticks, [f"{int(tick):02d}:00" for tick in ticks])
    axes.set_xlim(first, last)
    axes.tick_params(axis="x", labelsize=8.5)


def _days(axes: Axes, timeline: Timeline) -> None:
    """Days as labels between white gaps; hours when there are only a few days."""
    axes.grid(False, axis="x")
    axes.set_xlim(-1, timeline.length)
    for position in timeline.breaks():
        axes.axvline(position, color=PALE, linewidth=0.8)
    if len(timeline.dates) > 2:
        axes.set_xticks(timeline.middles(), [_short_date(date) for date in timeline.dates])
        axes.tick_params(axis="x", length=0)
        return
    each = max(1, round(2 / timeline.step))
    ticks, labels = [], []
    for day, date in enumerate(timeline.dates):
        for n in range(0, timeline.width - 1, each):
            hour = timeline.first + n * timeline.step
            ticks.append(day * timeline.width + n)
            labels.append(f"{int(hour):02d}:{round(hour % 1 * 60):02d}" + (f"\n{_short_date(date)}" if n == 0 else ""))
    axes.set_xticks(ticks, labels)


def _short_date(date: str) -> str:
    return date.split(" ", 1)[1].capitalize() if " " in date else date_text(date)


def _rows(axes: Axes, names: list[str], most: int = 24) -> None:
    """Names down the side, the first on top."""
    axes.set_ylim(max(1, len(names)), 0)
    axes.set_yticks(np.arange(len(names)) + 0.5, [clip(name, most) for name in names], color=INK, fontsize=9.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)


def _heat(axes: Axes, grid: Floats, hours: Floats, step: float, most: int) -> Any:
    """Rows × hours of the day in shades from white; grey where there is nothing."""
    edges = np.arange(hours.min(), hours.max() + 1.5 * step, step)
    full = np.full((len(grid), len(edges) - 1), np.nan)
    full[:, np.round((hours - edges[0]) / step).astype(int)] = grid
    axes.set_facecolor("#EEF0F2")
    highest = np.nanmax(full) if np.isfinite(full).any() else 0.0
    picture = axes.pcolormesh(
        edges, np.arange(len(grid) + 1), np.ma.masked_invalid(full), cmap="YlOrBr", vmin=0, vmax=max(highest, 1e-9)
    )
    bare(axes)
    axes.set_ylim(len(grid), 0)
    _hours(axes, edges[0], edges[-1], most)
    return picture


def _bar(sheet: Sheet, axes: Axes, picture: Any, unit: str) -> None:
    """A colour scale to the right of the axes."""
    box = axes.get_position()
    scale = sheet.figure.add_axes((box.x1 + 0.012, box.y0, 0.014, box.height))
    bar = sheet.figure.colorbar(picture, cax=scale)
    bar.outline.set_visible(False)  # type: ignore[operator]
    scale.yaxis.set_major_locator(_few(4))
    scale.tick_params(length=0)
    scale.set_ylabel(unit)


def _few(most: int) -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(most)
