"""Charts of what comes beside calls: a day by channel, work that waits, people at desks, what clients pay."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from sim.report.charts.marks import (
    at_right,
    label_days,
    label_hours,
    label_percent,
    money_bars,
    tell_steps,
    time_text,
    unit_above,
    with_lone_points,
)
from sim.report.charts.style import (
    BLUE,
    CHANNEL_COLOURS,
    CHANNEL_MARKS,
    INK,
    MUTED,
    PALE,
    PAPER,
    VERMILION,
    Sheet,
    area,
    clip,
    line,
    room_for,
)
from sim.report.charts.windows import MOST_PANELS, Timeline, choose_window, hours_of
from sim.report.tables.study import Tables
from sim.report.text.facts import Facts
from sim.report.text.lost import chart_note
from sim.report.text.names import date_text, money_digits, plural, span_text
from sim.report.text.numbers import decimal, money
from sim.report.text.phrases import income_lines
from sim.scenario.language.channels import CHANNELS
from sim.units import HOUR

Floats = NDArray[np.float64]

HATCH = "/////"


def _look(name: str) -> dict[str, Any]:
    """A channel's colour, and its shape, parted from the line it stands on."""
    shape = {"marker": CHANNEL_MARKS[name], "markersize": 7.0, "markeredgecolor": PAPER, "markeredgewidth": 0.8}
    return {"color": CHANNEL_COLOURS[name], **shape}


def _every(edges: Floats, n: int) -> tuple[int, int]:
    """About eight shapes on a line, not all lines' at the same places: (the first, apart)."""
    apart = max(1, len(edges) // 8)
    return 2 * n % apart, apart


class Beside:
    """The baseline's rows of queues and groups; every chart comes only where the scenario has what it shows."""

    def __init__(self, tables: Tables, facts: Facts, queues: pd.DataFrame, groups: pd.DataFrame) -> None:
        self.tables, self.facts, self.groups = tables, facts, groups
        self.scenario = facts.scenarios[facts.baseline]
        channel_of = {queue.name: queue.spec.channel for queue in self.scenario.numbered.queues}
        self.queues = queues.assign(channel=queues["name"].map(channel_of), hour=hours_of(queues["start"]))
        self.step = facts.interval_minutes / 60.0
        self.runs = plural(facts.replications[facts.baseline], "replication")
        self.when = span_text(facts.start, facts.last)

    # ---- A day by channel -------------------------------------------------------------------------------------------

    def day_by_channel(self) -> dict[str, Sheet]:
        """The busiest day: contacts by channel, then service level (live channels) and backlog (deferred ones)."""
        names = [name for name in CHANNELS if name in self.scenario.uses.channels]
        if len(names) < 2:
            return {}
        contained = self._contained()
        whole = pd.concat([self.queues[["date", "offered"]], contained.rename(columns={"contained": "offered"})])
        date = str(whole.groupby("date", sort=False)["offered"].sum().idxmax())
        day, machine = self.queues[self.queues["date"] == date], contained[contained["date"] == date]
        live = [name for name in names if CHANNELS[name].live]
        later = [name for name in names if not CHANNELS[name].live]
        lower = [draw for there, draw in ((live, self._levels), (later, self._backlogs)) if there]
        key: list[Artist] = [Line2D([], [], label=name, linewidth=5.0, **_look(name)) for name in names]
        if len(machine):
            contained_too = area(PAPER, "contained by self-service", hatch=HATCH, alpha=0.99)
            contained_too.set_edgecolor(MUTED)
            key.append(contained_too)
        title = f"Contacts by channel, {date_text(date, year=True)}"
        notes = (
            f"The busiest day of {self.when}. Means over {self.runs}"
            + (", what machines contain by the forecast." if len(machine) else "."),
            chart_note(self.tables.known, self.facts.baseline),
        )
        heights = (2.5, *(1.35 for _ in lower))
        sheet = Sheet(sum(heights) + 0.42 * len(heights) + 0.35, title, notes, key)
        axes = sheet.grid(
            len(heights), 1, left=0.65, above=0.32, down=0.42, bottom=0.35, sharex=True, height_ratios=heights
        )[:, 0]
        shown = day[(day["offered"] > 0) | (day["backlog"] > 0)]["hour"]
        edges = np.arange(float(shown.min()), float(shown.max()) + 1.5 * self.step, self.step)
        self._stack(sheet, axes[0], day, machine, names, edges)
        for panel, draw, chosen in zip(axes[1:], lower, (kind for kind in (live, later) if kind), strict=True):
            draw(sheet, panel, day, chosen, edges)
        for panel in axes:
            label_hours(panel, edges[0], edges[-1], 12)
        return {"channels.png": sheet}

    def _contained(self) -> pd.DataFrame:
        """What machines contain, with the channel of their queue; nothing where they contain nothing."""
        table = self.facts.contained
        channel_of = {queue.name: queue.spec.channel for queue in self.scenario.numbered.queues}
        table = table.assign(channel=table["name"].map(channel_of), hour=hours_of(table["start"]))
        return table[table["contained"].astype(float) > 0]

    def _stack(
        self, sheet: Sheet, axes: Axes, day: pd.DataFrame, machine: pd.DataFrame, names: list[str], edges: Floats
    ) -> None:
        reached, told = np.zeros(len(edges) - 1), [list[str]() for _ in edges[:-1]]
        for name in names:
            values = self._series(day[day["channel"] == name], "offered", edges)
            axes.stairs(reached + values, edges, baseline=reached, fill=True, color=CHANNEL_COLOURS[name])
            # Neighbours that are alike in grey are parted.
            axes.stairs(reached + values, edges, color=PAPER, linewidth=0.8, baseline=None)
            reached = reached + values
            _add(told, name, values, 0)
        for name in names:
            values = self._series(machine[machine["channel"] == name], "contained", edges)
            if values.any():
                axes.stairs(
                    reached + values, edges, baseline=reached, fill=True, facecolor=PAPER, hatch=HATCH,
                    edgecolor=CHANNEL_COLOURS[name], linewidth=0.0,
                )  # fmt: skip
                reached = reached + values
                _add(told, f"{name} contained", values, 0)
        _tell(sheet, axes, edges, told)
        axes.set_title("Contacts that reach an agent's queue" + (", and the contained" if len(machine) else ""))
        unit_above(axes, f"contacts per {self.facts.interval_minutes:g} min")
        axes.set_ylim(0, 1.08 * max(float(reached.max()), 1.0))

    def _levels(self, sheet: Sheet, axes: Axes, day: pd.DataFrame, names: list[str], edges: Floats) -> None:
        middles, told = (edges[:-1] + edges[1:]) / 2, [list[str]() for _ in edges[:-1]]
        for n, name in enumerate(names):
            own = day[(day["channel"] == name) & day["service_level"].notna()]
            met = self._series(own.assign(met=own["service_level"] * own["offered"]), "met", edges)
            offered = self._series(own, "offered", edges)
            level = np.divide(met, offered, out=np.full(len(met), np.nan), where=offered > 0)
            axes.plot(middles, level, linewidth=1.8, markevery=_every(edges, n), **_look(name))
            _add(told, f"% in time on {name}", 100.0 * level, 1)
        _tell(sheet, axes, edges, told)
        label_percent(axes)
        axes.set_title("Live channels: answered in time")
        unit_above(axes, "share of contacts")

    def _backlogs(self, sheet: Sheet, axes: Axes, day: pd.DataFrame, names: list[str], edges: Floats) -> None:
        told = [list[str]() for _ in edges[:-1]]
        for n, name in enumerate(names):
            values = self._series(day[day["channel"] == name], "backlog", edges)
            axes.plot(edges[1:], values, linewidth=1.8, markevery=_every(edges, n), **_look(name))
            _add(told, f"{name} waiting at the interval's end", values, 0)
        _tell(sheet, axes, edges, told)
        axes.set_ylim(bottom=0)
        axes.set_title("Deferred channels: waiting for a reply")
        unit_above(axes, "contacts")

    def _series(self, rows: pd.DataFrame, column: str, edges: Floats) -> Floats:
        """The column added up per interval between the edges; an hour that a clock change repeats counts once."""
        sums = rows.groupby(["start", "hour"])[column].sum().groupby("hour").mean()
        slots = np.round((sums.index.to_numpy(float) - edges[0]) / self.step).astype(int)
        values = np.zeros(len(edges) - 1)
        inside = (slots >= 0) & (slots < len(values))
        values[slots[inside]] = sums.to_numpy(float)[inside]
        return values

    # ---- Work that waits --------------------------------------------------------------------------------------------

    def work_that_waits(self) -> dict[str, Sheet]:
        """Each deferred queue's backlog and the age of its oldest over the horizon, its closed hours shaded."""
        names = self.facts.deferred(self.facts.baseline)
        shown = [name for name in names if (self.queues[self.queues["name"] == name]["backlog"] > 0).any()][
            :MOST_PANELS
        ]
        if not shown:
            return {}
        by_day = " " in str(self.queues["date"].iloc[0])
        at = "at the end of each day" if by_day else "at intervals' ends"
        what = "Contacts that wait for a reply" if by_day else "Contacts that wait for a reply, and the oldest's age"
        notes = [f"{what} {at}; means over {self.runs}."]
        notes += [] if by_day else ["Grey: closed."]
        notes += [f"{MOST_PANELS} of {len(names)} queues."] if len(names) > len(shown) == MOST_PANELS else []
        sheet = Sheet(0.65 + 1.45 * len(shown), f"Backlog, {self.when}", (" ".join(notes),))
        columns = 1 if by_day else 2
        axes = sheet.grid(
            len(shown), columns, left=0.6, right=0.3, across=0.6, above=0.32, down=0.36, bottom=0.35, sharex=True
        )
        for name, panels in zip(shown, axes, strict=True):
            lines = [self._backlog_by_day(name)] if by_day else [self._backlog(name), self._ages(name)]
            title = clip(name, 30) if name == self._channel(name) else f"{clip(name, 30)} ({self._channel(name)})"
            titles, units = (title, ""), ("contacts", "age of the oldest, hours")
            for panel, (days, values), heading, unit in zip(panels, lines, titles, units, strict=False):
                if not by_day:
                    self._shade_closed(panel, name)
                colour = CHANNEL_COLOURS[self._channel(name)]
                panel.fill_between(days, values, color=colour, alpha=0.35, linewidth=0)
                panel.plot(days, values, color=colour, linewidth=1.2)
                panel.set_ylim(0, 1.08 * max(float(values.max()), 1.0))
                panel.set_title(heading)
                unit_above(panel, unit)
                self._label_dates(panel, 12 // columns)
                self._tell_days(sheet, panel, days, values, unit)
        return {"backlog.png": sheet}

    def _channel(self, name: str) -> str:
        return self.scenario.spec.queues[name].channel

    def _backlog(self, name: str) -> tuple[Floats, Floats]:
        """(days since the start, contacts) at the intervals' ends."""
        return self._over_time(self.queues[self.queues["name"] == name], "backlog")

    def _ages(self, name: str) -> tuple[Floats, Floats]:
        """(days since the start, hours) at the intervals' ends."""
        return self._over_time(self.facts.oldest[self.facts.oldest["name"] == name], "age")

    def _over_time(self, rows: pd.DataFrame, column: str) -> tuple[Floats, Floats]:
        """(days since the start, figures) at the intervals' ends; where there is no row, nobody waits."""
        clock, days, values = self.scenario.clock, list[float](), list[float]()
        known = dict(zip(zip(rows["date"], rows["start"], strict=True), rows[column].fillna(0.0), strict=True))
        for day, (date, width) in enumerate(zip(clock.dates, np.diff(clock.day_first).tolist(), strict=True)):
            # A day on which clocks change is as wide as any other.
            days += [day + (position + 1) / width for position in range(width)]
            starts = [clock.start_label(day, position) for position in range(width)]
            values += [float(known.get((date.isoformat(), start), 0.0)) for start in starts]
        return np.array(days), np.array(values)

    def _backlog_by_day(self, name: str) -> tuple[Floats, Floats]:
        p = self.tables.periods
        own = p[(p["plan"] == self.facts.baseline) & (p["name"] == name) & (p["scope"] == "queue")]
        backlog = own[own["period"] == "day"]["backlog"].fillna(0.0).to_numpy(float)
        return np.arange(1.0, len(backlog) + 1.0), backlog

    def _tell_days(self, sheet: Sheet, axes: Axes, days: Floats, values: Floats, unit: str) -> None:
        """The most of each day; a figure per interval would be more than anybody steps through."""
        for day in range(self.facts.days):
            own = values[(days > day) & (days <= day + 1)]
            if len(own):
                date = date_text((self.facts.start + dt.timedelta(days=day)).isoformat())
                most = "hours, the oldest" if "age" in unit else "waiting"
                sheet.tell(axes, f"{date}: at most {decimal(float(own.max()))} {most}", (day, day + 1))

    def _shade_closed(self, axes: Axes, name: str) -> None:
        closed_from = 0.0
        for day, date in enumerate(self.scenario.clock.dates):
            for start, end in sorted(self.scenario.queue(name).open_spans(date)):
                opens, closes = day + start / (24 * HOUR), day + end / (24 * HOUR)
                if opens > closed_from:
                    axes.axvspan(closed_from, opens, color=PALE, alpha=0.45, linewidth=0)
                closed_from = max(closed_from, closes)
        if closed_from < self.facts.days:
            axes.axvspan(closed_from, self.facts.days, color=PALE, alpha=0.45, linewidth=0)

    def _label_dates(self, axes: Axes, most: int) -> None:
        every = next(every for every in (1, 2, 7, 14, 28, 56) if self.facts.days / every <= most or every == 56)
        # From a week on, days are named by their Mondays.
        first = 0 if every < 7 else -self.facts.start.weekday() % 7
        ticks = range(first, self.facts.days, every)
        dates = [(self.facts.start + dt.timedelta(days=day)).isoformat() for day in ticks]
        axes.set_xticks(list(ticks), [date_text(date) for date in dates])
        axes.set_xlim(0, self.facts.days)

    # ---- People at desks --------------------------------------------------------------------------------------------

    def people_at_desks(self) -> dict[str, Sheet]:
        """Where desks are limited: people on shift and signed on against the desks."""
        desks = self.facts.desks
        if desks.empty:
            return {}
        names = list(dict.fromkeys(desks["name"]))[:MOST_PANELS]
        limits = {name: self.scenario.spec.sites[name].seats or 0 for name in names}
        over = (desks["people"] - desks["name"].map(limits)).clip(lower=0.0)
        # The window goes by who is missing: here, a desk.
        window = choose_window(desks.assign(offered=desks["people"], short=over, required=desks["people"]))
        if not window.dates:
            return {}
        timeline = Timeline.of(window, self.facts.interval_minutes)
        key = [
            line(INK, "on shift, breaks included", linestyle=(0, (3, 1))),
            line(BLUE, "signed on"),
            line(VERMILION, "desks"),
            area(VERMILION, "no desk free", alpha=0.4),
        ]
        note = f"Means over {self.runs}, in the center's time. Whoever is on shift keeps the desk during breaks."
        note += " On shift: the starting staff, if everybody comes." if self.scenario.uses.moving_workforce else ""
        week = window.note.replace("most people short", "fewest desks free")
        notes = (week.replace("most people needed, nobody short", "most people on shift"), note)
        bottom = 0.35 if len(timeline.dates) > 2 else 0.5
        sheet = Sheet(0.3 + bottom + 1.6 * len(names), "People and desks, by site", notes, key)
        axes = sheet.grid(len(names), 1, left=0.65, right=0.85, above=0.32, down=0.34, bottom=bottom, sharex=True)
        for name, panel in zip(names, axes[:, 0], strict=True):
            at_site = self.scenario.uses.sites.get(name, [])
            seats = self.groups[self.groups["name"].isin(at_site)].groupby(["date", "start"], sort=False)["seats"].sum()
            people = timeline.spread(window.of(desks[desks["name"] == name]), "people")
            x, limit = np.arange(timeline.length), float(limits[name])
            panel.fill_between(
                x, limit, people, where=people > limit, color=VERMILION, alpha=0.4, linewidth=0, interpolate=True
            )
            panel.plot(x, people, color=INK, linewidth=1.2, linestyle=(0, (3, 1)))
            for place, when, row in timeline.tellable(window.of(desks[desks["name"] == name])):
                text = f"{when}: {decimal(row['people'])} people on shift, {limit:.0f} desks"
                sheet.tell(panel, text, (place - 0.5, place + 0.5))
            with_lone_points(panel, timeline.spread(window.of(seats.reset_index()), "seats"), BLUE)
            panel.axhline(limit, color=VERMILION, linewidth=1.4)
            at_right(panel, limit, f"{limit:.0f}\ndesks", VERMILION)
            panel.set_ylim(0, 1.1 * max(limit, float(np.nanmax(people, initial=0.0))))
            panel.set_title(clip(name, 40))
            unit_above(panel, "people")
            label_days(panel, timeline)
        return {"desks.png": sheet}

    # ---- What clients pay -------------------------------------------------------------------------------------------

    def income(self) -> dict[str, Sheet]:
        """Bills, credits and bonuses by contract."""
        c = self.tables.costs[self.tables.costs["plan"] == self.facts.baseline]
        lines = [name for name in income_lines(c) if name not in ("income total", "margin")]
        if not lines:
            return {}
        amounts = {str(name): float(mean) for name, mean in zip(c["line"], c["mean"], strict=True)}
        shown, currency = c[c["line"].isin(lines)], self.facts.currency
        total, margin = amounts["income total"], amounts["margin"]
        cost = money(amounts["total"], currency, money_digits(amounts["total"]))
        left = money(margin, currency, money_digits(margin))
        title = f"What clients pay: {money(total, currency, money_digits(total))}"
        notes = (f"Mean over {self.runs}, {self.when}. All queues cost {cost}; that leaves {left}.",)
        sheet = Sheet(0.75 + 0.36 * len(lines), title, notes)
        axes = sheet.grid(1, 1, left=room_for(lines, 34), right=1.75, above=0.08)[0, 0]
        money_bars(sheet, axes, shown, lines, total, currency, shares=False)
        return {"contracts.png": sheet}


def _add(told: list[list[str]], what: str, values: Floats, digits: int) -> None:
    """Put a series' figures to what each interval says."""
    for texts, value in zip(told, values.tolist(), strict=True):
        if np.isfinite(value) and value > 0:
            texts.append(f"{decimal(value, digits)} {what}")


def _tell(sheet: Sheet, axes: Axes, edges: Floats, told: list[list[str]]) -> None:
    texts = [f"{time_text(hour)}: {', '.join(own)}" if own else "" for hour, own in zip(edges, told, strict=False)]
    tell_steps(sheet, axes, edges, texts)
