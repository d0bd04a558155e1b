"""Charts drawn off screen, the same bytes every time: a single plan's; a comparison's elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from sim.choosing.decision import Decision
from sim.report.charts import channels as charts_channels
from sim.report.charts import compare as charts_compare
from sim.report.charts import quality as charts_quality
from sim.report.charts import seats as charts_seats
from sim.report.charts import waterfall as charts_waterfall
from sim.report.charts import weekdays as charts_weekdays
from sim.report.charts import workforce as charts_workforce
from sim.report.charts.center import center_of
from sim.report.charts.cost_lines import looks
from sim.report.charts.marks import (
    at_right,
    contacts,
    heat_map,
    label_days,
    label_hours,
    label_percent,
    label_rows,
    money_bars,
    on_grid,
    staffing,
    tell_cells,
    tell_contacts,
    tell_seats,
    time_text,
    time_unit,
    with_lone_points,
)
from sim.report.charts.shades import heat_key
from sim.report.charts.style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    PALE,
    SKY,
    VERMILION,
    Sheet,
    area,
    clip,
    drawing,
    line,
    room_for,
)
from sim.report.charts.svg import Drawn
from sim.report.charts.windows import MOST_DAYS, Timeline, Window, choose_names, choose_window, hours_of
from sim.report.tables.study import Tables
from sim.report.text.facts import Facts
from sim.report.text.lost import beside_level, chart_note, lost_of, still_waiting
from sim.report.text.names import date_text, money_digits, plural, span_text, spread_text
from sim.report.text.numbers import decimal, money, seconds, share
from sim.report.text.phrases import without_income
from sim.units import WEEKDAYS

MOST_ROW_LABELS = 40
MOST_CELLS = 1500
"""Of a heat map, each of which says its figure; of more, rows do."""

AIM = (0.75, 0.85)
"""Occupancy that centers usually aim for."""


def draw(tables: Tables, facts: Facts, decision: Decision | None = None) -> dict[str, Drawn]:
    """By the name of the PNG file: a comparison's if there are several plans, else the single plan's."""
    with drawing():
        sheets = _compared(tables, facts, decision) if facts.compares else _Single(tables, facts).draw()
        return {name: sheet.drawn(name) for name, sheet in sheets.items()}


def _compared(tables: Tables, facts: Facts, decision: Decision | None) -> dict[str, Sheet]:
    chosen = decision.chosen.plan if decision is not None and decision.chosen is not None else ""
    sheets = charts_weekdays.weekdays(tables, facts, chosen) | charts_seats.of_plans(tables, facts, chosen)
    if decision is not None:
        sheets |= charts_waterfall.waterfall(tables, facts, decision)
    sheets |= charts_compare.draw(tables, facts) | charts_quality.of_cases(tables, facts)
    return sheets | charts_workforce.of_plans(tables, facts)


class _Single:
    """One plan's rows, and the days that its charts show."""

    def __init__(self, tables: Tables, facts: Facts) -> None:
        self.facts = facts
        self.tables = tables
        rows = tables.intervals[tables.intervals["plan"] == facts.baseline]
        self.queues = rows[rows["scope"] == "queue"]
        self.groups = rows[rows["scope"] == "group"]
        live = facts.live(facts.baseline)
        # Replies come at all hours: days and hours are chosen by the queues in which customers wait.
        self.live = self.queues[self.queues["name"].isin(live)] if live else self.queues
        self.window = choose_window(self.live) if len(self.live) else Window()
        self.known = tables.known
        self.runs = plural(facts.replications[facts.baseline], "replication")
        self.when = span_text(facts.start, facts.last)

    def draw(self) -> dict[str, Sheet]:
        files: dict[str, Sheet] = {}
        beside = charts_channels.Beside(self.tables, self.facts, self.queues, self.groups)
        if self.window.dates:
            files |= beside.day_by_channel()
            files["arrivals.png"] = self.arrivals()
            if self.queues["date"].nunique() > MOST_DAYS:
                files["shortage.png"] = self.shortage()
            files |= charts_weekdays.weekdays(self.tables, self.facts)
            files["service_level.png"] = self.service_level()
            files["waiting.png"] = self.waiting()
            if len(self.groups):
                files["occupancy.png"] = self.occupancy()
        files |= charts_quality.of_cases(self.tables, self.facts)
        files |= charts_workforce.weeks_of_service(self.tables, self.facts)
        files |= charts_workforce.over_time(self.tables, self.facts)
        return (
            files | beside.work_that_waits() | beside.people_at_desks() | {"costs.png": self.costs()} | beside.income()
        )

    def estimate(self, scope: str, name: str, kpi: str) -> tuple[float, float, float]:
        """(mean, low, high) from the summary."""
        found = self.known.kpi(self.facts.baseline, kpi, scope, name)
        return found.mean, found.low, found.high

    def shown(self) -> str:
        """The days that the window shows."""
        if " " in self.window.dates[0]:
            return "typical week of " + date_text(self.window.dates[0]).split(", ")[1]
        first, last = (dt.date.fromisoformat(self.window.dates[n]) for n in (0, -1))
        return span_text(first, last)

    def arrivals(self) -> Sheet:
        """Left: contacts per interval. Right: load, people required and seats. A row per day."""
        table = center_of(self.window.of(self.queues), self.tables, self.facts, self.facts.baseline)
        days = self.window.dates
        one = len(days) == 1
        body = 2.9 if one else 0.75 + 1.22 * len(days)
        when = date_text(days[0], year=True) if one else self.shown()
        minutes = f"{self.facts.interval_minutes:g} min"
        key = [
            area(PALE, "contacts"),
            area(VERMILION, "of these abandoned"),
            *([area(ORANGE, "on top: did not get in")] if table[["blocked", "refused"]].to_numpy().any() else []),
            area(SKY, "load", alpha=0.45),
            line(BLUE, "seats"),
            line(INK, "required", linestyle=(0, (3, 1))),
            area(VERMILION, "people short", alpha=0.55),
        ]
        meaning = f"Means over {self.runs}. Required: seats that reach the target on the load expected."
        notes = (self.window.note, meaning, chart_note(self.tables.known, self.facts.baseline))
        sheet = Sheet(body, f"Contacts, and seats against need, {when}", notes, key)
        axes = sheet.grid(
            len(days), 2, left=0.55, across=0.55, above=0.42, down=0.32, ratios=(2, 3), sharex=True, sharey="col"
        )
        step = self.facts.interval_minutes / 60.0
        edges = np.arange(self.window.first, self.window.last + 1.5 * step, step)
        for number, date in enumerate(days):
            left, right = axes[number]
            day = on_grid(table[table["date"] == date], edges, step)
            contacts(left, day, edges)
            staffing(right, day, edges)
            tell_contacts(sheet, left, day, edges)
            tell_seats(sheet, right, day, edges)
            for panel in (left, right):
                panel.set_title(date_text(date), fontsize=9.5, fontweight="bold", pad=3)
                label_hours(panel, edges[0], edges[-1])
        axes[0, 0].set_ylim(0, 1.08 * max(table[["offered", "blocked", "refused"]].sum(axis=1).max(), 1.0))
        axes[0, 1].set_ylim(0, 1.08 * max(table[["seats", "required", "load"]].to_numpy(float).max(), 1.0))
        for panel, unit in zip(axes[0], (f"contacts per {minutes}", "people (load in erlangs)"), strict=True):
            panel.text(1.0, 1.04, unit, transform=panel.transAxes, ha="right", va="bottom", fontsize=9, color=MUTED)
        return sheet

    def shortage(self) -> Sheet:
        """People short over all dates and hours of the day."""
        everything = replace(self.window, dates=tuple(dict.fromkeys(self.queues["date"])))
        table = center_of(everything.of(self.queues), self.tables, self.facts, self.facts.baseline).pivot(
            index="date", columns="hour", values="short"
        )
        dates = sorted(table.index, key=lambda date: (date[:7], WEEKDAYS.index(date[8:])) if " " in date else (date, 0))
        grid = table.loc[dates].to_numpy(float)
        note = "A row per day, dark where people are missing; white: nobody short; grey: closed."
        sheet = Sheet(min(max(2.5, 0.9 + 0.085 * len(dates)), 12.0), f"Where people are short, {self.when}", (note,))
        axes = sheet.grid(1, 1, left=1.35, right=1.0, above=0.15)[0, 0]
        hours = table.columns.to_numpy(float)
        step = self.facts.interval_minutes / 60.0
        edges = heat_map(axes, grid, hours, step, 12)
        if grid.size <= MOST_CELLS:
            texts = [
                [f"{date_text(date)} {time_text(hour)}: {decimal(short)} short" if np.isfinite(short) else ""
                 for hour, short in zip(hours.tolist(), own, strict=True)]
                for date, own in zip(dates, grid.tolist(), strict=True)
            ]  # fmt: skip
            tell_cells(sheet, axes, hours, step, texts)
        else:
            for row, (date, own) in enumerate(zip(dates, grid, strict=True)):
                text = f"{date_text(date)}: at most {decimal(float(np.nanmax(own)))} short"
                sheet.tell(axes, text, (float(hours.min()), float(hours.max()) + step), (row, row + 1))
        ticks = {_row_label(date): row for row, date in reversed(list(enumerate(dates)))}
        labels = list(ticks)[:: -(-len(ticks) // MOST_ROW_LABELS)]
        axes.set_yticks(np.array([ticks[label] for label in labels]) + 0.5, labels)
        heat_key(sheet, axes, edges, "people short")
        return sheet

    def service_level(self) -> Sheet:
        """Each queue's service level over the timeline, with its band and target."""
        rows = self.window.of(self.live)
        names, capped = choose_names(self.live, "queues")
        timeline = Timeline.of(self.window, self.facts.interval_minutes)
        drawn = f"Line: mean over {self.runs}; dark band: its 95 % interval; dashed: the target."
        if spread := rows["service_level_p10"].notna().any():
            drawn += " Pale band: a single date lies in it with chance 80 %."
        notes = (self.window.note, capped, drawn)
        bottom = 0.35 if len(timeline.dates) > 2 else 0.5
        sheet = Sheet(0.3 + bottom + 1.5 * len(names), "Service level by interval, against the target", notes)
        axes = sheet.grid(len(names), 1, left=0.65, right=0.85, above=0.32, down=0.34, bottom=bottom, sharex=True)
        for name, panel in zip(names, axes[:, 0], strict=True):
            own = rows[rows["name"] == name]
            target = self.facts.targets[self.facts.baseline][name]
            x = np.arange(timeline.length)
            low, high = timeline.spread(own, "service_level_low"), timeline.spread(own, "service_level_high")
            if spread:
                tenth, ninetieth = (timeline.spread(own, f"service_level_{which}") for which in ("p10", "p90"))
                panel.fill_between(x, tenth, ninetieth, color=SKY, alpha=0.22, linewidth=0)
            panel.fill_between(x, low, high, color=SKY, alpha=0.55 if spread else 0.4, linewidth=0)
            with_lone_points(panel, timeline.spread(own, "service_level"), BLUE)
            panel.axhline(target.share, color=VERMILION, linewidth=1.2, linestyle=(0, (4, 2)))
            at_right(panel, target.share, f"target\n{share(target.share, 0)}", VERMILION)
            whole = self.estimate("queue", name, "service_level")
            beside = beside_level(lost_of(self.known, self.facts.baseline, "queue", name))
            title = f"{clip(name, 40)}: {share(whole[0])} answered within {seconds(target.within)}"
            panel.set_title(f"{title}; {beside}" if beside else title)
            label_percent(panel)
            label_days(panel, timeline)
            for place, when, record in timeline.tellable(own[own["service_level"].notna()]):
                level, least, most = (record[f"service_level{end}"] for end in ("", "_low", "_high"))
                around = spread_text(level, least, most, "share")
                text = f"{when}: {share(level)} in time" + (f" ({around})" if around else "")
                sheet.tell(panel, text, (place - 0.5, place + 0.5))
        return sheet

    def occupancy(self) -> Sheet:
        """Each group's occupancy over the timeline."""
        rows = self.window.of(self.groups)
        rows = rows[rows["seats"] >= 0.05]
        names, capped = choose_names(self.groups, "groups")
        timeline = Timeline.of(self.window, self.facts.interval_minutes)
        aim = (
            f"Grey: {share(AIM[0], 0)} to {share(AIM[1], 0)}, what centers usually aim for; above 90 % people wear out."
        )
        notes = (self.window.note, capped, aim)
        bottom = 0.35 if len(timeline.dates) > 2 else 0.5
        sheet = Sheet(0.3 + bottom + 1.4 * len(names), "Occupancy of the agents by interval", notes)
        axes = sheet.grid(len(names), 1, left=0.65, right=0.85, above=0.32, down=0.34, bottom=bottom, sharex=True)
        for name, panel in zip(names, axes[:, 0], strict=True):
            panel.axhspan(*AIM, color=PALE, alpha=0.55, linewidth=0)
            own = rows[rows["name"] == name]
            with_lone_points(panel, timeline.spread(own, "occupancy"), BLUE)
            for place, when, record in timeline.tellable(own[own["occupancy"].notna()]):
                text = f"{when}: occupancy {share(record['occupancy'])} of {decimal(record['seats'])} seats"
                sheet.tell(panel, text, (place - 0.5, place + 0.5))
            mean = self.estimate("group", name, "occupancy")[0]
            if np.isfinite(mean):
                panel.axhline(mean, color=ORANGE, linewidth=1.2, linestyle=(0, (4, 2)))
                at_right(panel, mean, f"mean\n{share(mean, 0)}", ORANGE)
            panel.set_title(clip(name, 60))
            label_percent(panel)
            label_days(panel, timeline)
        return sheet

    def waiting(self) -> Sheet:
        """Left: mean wait and 90th percentile per queue. Right: the mean wait of the answered by hour of the day."""
        names, capped = choose_names(self.live, "queues", 12)
        key = [
            line(BLUE, "mean wait of the answered", marker="o", linewidth=2),
            line(VERMILION, "90 % of all wait less", marker="D", linewidth=2),
            line(INK, "time limit of the target", marker="|", markersize=11, markeredgewidth=2, linewidth=0),
        ]
        bars = (
            f"Bars through the marks: 95 % interval over {self.runs}. Right: mean wait of the answered, by time of day."
        )
        calls_back = self.facts.scenarios[self.facts.baseline].uses.callbacks
        since = "Whoever is called back has waited since the own call." if calls_back else ""
        waiting = still_waiting(lost_of(self.known, self.facts.baseline))
        still = f"{waiting[0].upper()}{waiting[1:]}: their waits are in no mean." if waiting else ""
        notes = (capped, bars, since, still)
        sheet = Sheet(1.0 + 0.45 * max(2, len(names)), "How long customers wait, by queue", notes, key)
        left, right = sheet.grid(1, 2, left=room_for(names), right=0.95, across=0.3, above=0.12, ratios=(5, 4))[0]
        limits = self.facts.targets[self.facts.baseline]
        waits = {(name, kpi): self.estimate("queue", name, kpi) for name in names for kpi in ("asa_s", "wait_p90_s")}
        size, unit = time_unit(
            max((wait for three in waits.values() for wait in three if np.isfinite(wait)), default=0.0)
        )
        for row, name in enumerate(names):
            for kpi, colour, mark, y in (("asa_s", BLUE, "o", row + 0.37), ("wait_p90_s", VERMILION, "D", row + 0.63)):
                mean, low, high = (value / size for value in waits[name, kpi])
                left.plot([low, high], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
                left.plot(mean, y, color=colour, marker=mark, markersize=6, clip_on=False, zorder=3)
                if np.isfinite(mean):
                    what = "mean wait" if kpi == "asa_s" else "90 % of all wait less than"
                    spread = spread_text(*waits[name, kpi], "s")
                    text = f"{clip(name, 40)}: {what} {seconds(waits[name, kpi][0])}"
                    sheet.tell_point(left, f"{text} ({spread})" if spread else text, mean, y)
            left.plot(limits[name].within / size, row + 0.5, color=INK, marker="|", markersize=14, markeredgewidth=2)
        label_rows(left, names)
        left.set_xlim(left=0)
        left.set_xlabel(unit)
        rows = self.live[self.live["name"].isin(names) & (self.live["answered"] > 0)]
        if rows.empty:
            right.set_axis_off()
            return sheet
        rows = rows.assign(hour=hours_of(rows["start"]), waited=rows["asa_s"].fillna(0.0) * rows["answered"])
        sums = rows.groupby(["name", "hour"])[["waited", "answered"]].sum().unstack("hour")
        with np.errstate(invalid="ignore", divide="ignore"):
            grid = (sums["waited"] / sums["answered"]).reindex(names).to_numpy(float)
        hours = sums["answered"].columns.to_numpy(float)
        step = self.facts.interval_minutes / 60.0
        edges = heat_map(right, grid / size, hours, step, 5)
        texts = [
            [f"{clip(name, 40)}, {time_text(hour)}: mean wait {seconds(wait)}" if np.isfinite(wait) else ""
             for hour, wait in zip(hours.tolist(), own, strict=True)]
            for name, own in zip(names, grid.tolist(), strict=True)
        ]  # fmt: skip
        tell_cells(sheet, right, hours, step, texts)
        right.set_yticks([])
        right.set_xlabel("time of day")
        heat_key(sheet, right, edges, unit)
        return sheet

    def costs(self) -> Sheet:
        """Cost by line, in the order of the table; lines of nothing are left out."""
        c = without_income(self.tables.costs)
        table = c[(c["plan"] == self.facts.baseline) & (c["line"] != "total")]
        shown = table[table["mean"].abs() > 0]
        total = float(c[(c["plan"] == self.facts.baseline) & (c["line"] == "total")]["mean"].sum())
        currency = self.facts.currency
        names = [str(name) for name in shown["line"]]
        left_out = len(table) - len(shown)
        empty = f" Left out: {plural(left_out, 'line')} of 0." if left_out else ""
        title = f"What it costs: {money(total, currency, money_digits(total))}"
        sheet = Sheet(0.75 + 0.36 * max(1, len(names)), title, (f"Mean over {self.runs}, {self.when}.{empty}",))
        axes = sheet.grid(1, 1, left=room_for(names, 34), right=1.75, above=0.08)[0, 0]
        money_bars(sheet, axes, shown, names, total, currency, look=looks(str(name) for name in c["line"]))
        return sheet


def _row_label(date: str) -> str:
    """The week or the month of a heat map's row; its first row carries it."""
    if " " in date:
        return date_text(date).split(", ")[1]
    day = dt.date.fromisoformat(date)
    return date_text((day - dt.timedelta(days=day.weekday())).isoformat())
