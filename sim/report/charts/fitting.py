"""The pictures of a fit: volumes by date and by time of day, handle times, patience, agents, seats."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from sim.fitting.finding import Flags, Floats
from sim.fitting.fit import Fit, QueueFit
from sim.fitting.volumes import date_of
from sim.report.charts.style import BLUE, GREEN, GREY, INK, MUTED, ORANGE, VERMILION, Sheet, clip, drawing, line
from sim.report.charts.svg import Drawn
from sim.report.text import fitting as text
from sim.units import HOUR, format_time_of_day

MOST_PANELS = 6
"""Queues, or groups, that are drawn; the largest."""
PANEL, ACROSS = 1.75, 2
WEEKENDS = {5: (ORANGE, "--", "Saturday"), 6: (VERMILION, ":", "Sunday")}

Panel = Callable[[Sheet, Axes, int], None]


def draw(f: Fit) -> dict[str, Drawn]:
    """By name."""
    queues = sorted(range(len(f.queues)), key=lambda n: -f.queues[n].offered)[:MOST_PANELS]
    timed = [n for n in queues if len(f.queues[n].work.days)]
    patient = [n for n in queues if f.queues[n].patience.family]
    sheets = {
        "volumes": _volumes(f, queues), "times-of-day": _times_of_day(f, queues), "handle-days": _handle_days(f, timed),
        "handle-hours": _handle_hours(f, timed), "patience": _patience(f, patient), "agents": _agents(f),
        "seats": _seats(f),
    }  # fmt: skip
    with drawing():
        return {
            f"{name}.png": sheet().drawn(f"{name}.png", with_svg=True)
            for name, sheet in sheets.items()
            if sheet is not None
        }


def _panels(
    title: str, notes: list[str], key: list[Any], rows: list[int], panel: Panel, down: float = 0.6
) -> Callable[[], Sheet] | None:  # fmt: skip
    if not rows:
        return None

    def make() -> Sheet:
        wide = 1 if len(rows) == 1 else ACROSS
        high = math.ceil(len(rows) / wide)
        sheet = Sheet(0.35 + down + PANEL * high + down * (high - 1), title, notes, key)
        axes = sheet.grid(high, wide, left=0.6, right=0.2, above=0.35, bottom=down - 0.15, across=0.6, down=down)
        for place, row in enumerate(rows):
            panel(sheet, axes.flat[place], row)
        for place in range(len(rows), high * wide):
            axes.flat[place].set_visible(False)
        return sheet

    return make


def _named(axes: Axes, name: str) -> None:
    axes.set_title(clip(name, 40))


def _volumes(f: Fit, queues: list[int]) -> Callable[[], Sheet] | None:
    numbers = np.arange(len(f.counts.dates))
    weekdays = f.counts.weekdays

    def panel(sheet: Sheet, axes: Axes, queue: int) -> None:
        usual = f.usual[queue]
        total = f.counts.offered[queue].sum(axis=1)
        expected = np.nansum(f.week[queue][weekdays], axis=1)
        axes.plot(numbers, expected, color=MUTED, linewidth=1.2, drawstyle="steps-mid")
        whole = usual.any(axis=1) & ~_has_event(f, queue)
        odd = ~whole & (expected > 0)
        axes.plot(numbers[whole], total[whole], color=BLUE, marker="o", markersize=4, linewidth=0)
        axes.plot(numbers[odd], total[odd], color=VERMILION, marker="X", markersize=7, linewidth=0)
        for number in np.flatnonzero((whole | odd) & (expected > 0)):
            said = f"{f.counts.dates[number]}: {total[number]:,} contacts, usual {expected[number]:,.0f}"
            sheet.tell_point(axes, said, float(number), float(total[number]))
        _dates(axes, f)
        axes.set_ylim(0)
        _named(axes, f.queues[queue].name)

    key = [
        line(BLUE, "a day's contacts", marker="o", linewidth=0), line(MUTED, "usual on that weekday"),
        line(VERMILION, "with something unusual in it", marker="X", linewidth=0),
    ]  # fmt: skip
    return _panels("Contacts by date", [], key, queues, panel)


def _has_event(f: Fit, queue: int) -> Flags:
    name = f.queues[queue].name
    dates = {one.date for one in f.special if one.queue in ("", name)}
    return np.array([date in dates for date in f.counts.dates])


def _dates(axes: Axes, f: Fit) -> None:
    step = max(7, 7 * math.ceil(len(f.counts.dates) / 7 / 5))
    places = list(range(0, len(f.counts.dates), step))
    axes.set_xticks(places, [f"{f.counts.dates[at].day} {f.counts.dates[at]:%b}" for at in places])


def _times_of_day(f: Fit, queues: list[int]) -> Callable[[], Sheet] | None:
    def panel(sheet: Sheet, axes: Axes, queue: int) -> None:
        _by_time(sheet, axes, f, f.week[queue], "contacts")
        _named(axes, f.queues[queue].name)

    key = [
        line(BLUE, "Monday to Friday, a line each"),
        *(line(c, name, linestyle=s) for c, s, name in WEEKENDS.values()),
    ]
    minutes = f.counts.interval / 60
    return _panels(f"Usual contacts by time of day, in {minutes:.0f} minutes", [], key, queues, panel)


def _weekend_key() -> list[Any]:
    return [line(colour, name, linestyle=style) for colour, style, name in WEEKENDS.values()]


def _by_time(sheet: Sheet, axes: Axes, f: Fit, week: Floats, what: str) -> None:
    hours = (np.arange(week.shape[1]) + 0.5) * f.counts.interval / HOUR
    for weekday in range(7):
        if not np.isfinite(week[weekday]).any():
            continue
        colour, style, _ = WEEKENDS.get(weekday, (BLUE, "-", ""))
        axes.plot(hours, week[weekday], color=colour, linestyle=style, linewidth=1.1)
        best = int(np.nanargmax(week[weekday]))
        at = format_time_of_day(best * f.counts.interval)
        said = f"{text.WEEKDAYS[weekday]}: most at {at}, {week[weekday, best]:.1f} {what}"
        sheet.tell_point(axes, said, float(hours[best]), float(week[weekday, best]))
    _clock(axes, f)
    axes.set_ylim(0)


def _clock(axes: Axes, f: Fit) -> None:
    spans = [span for span in f.hours if span is not None]
    low, high = min(span[0] for span in spans) / HOUR, max(span[1] for span in spans) / HOUR
    step = max(1, math.ceil((high - low) / 6))
    ticks = list(range(math.ceil(low), math.floor(high) + 1, step))
    axes.set_xticks(ticks, [f"{hour}:00" for hour in ticks])
    axes.set_xlim(low, high)


def _handle_days(f: Fit, queues: list[int]) -> Callable[[], Sheet] | None:
    start = f.counts.dates[0]

    def panel(sheet: Sheet, axes: Axes, queue: int) -> None:
        work = f.queues[queue].work
        x = np.array([(date_of(day) - start).days for day in work.days])
        axes.plot(x, work.by_day, color=BLUE, marker="o", markersize=4, linewidth=0)
        axes.axhline(work.mean.value, color=MUTED, linewidth=1.0)
        if work.drift is not None and work.drift.is_clear:
            ends = np.array([x[0], x[-1]])
            slope = work.drift.per_week.value * work.mean.value / 7
            axes.plot(
                ends, work.drift.at_the_end + slope * (ends - x[-1]), color=VERMILION, linewidth=1.8, linestyle="--"
            )
        for day, at, mean in zip(work.days, x, work.by_day, strict=True):
            sheet.tell_point(axes, f"{date_of(day)}: {mean:.0f} s", float(at), float(mean))
        _dates(axes, f)
        axes.set_ylim(0, float(work.by_day.max()) * 1.1)
        _named(axes, f.queues[queue].name)

    key = [
        line(BLUE, "mean of a day, s", marker="o", linewidth=0), line(MUTED, "mean of all"),
        line(VERMILION, "drift, where it is clear", linestyle="--"),
    ]  # fmt: skip
    return _panels("Handle time by date (talk and hold)", [], key, queues, panel)


def _handle_hours(f: Fit, queues: list[int]) -> Callable[[], Sheet] | None:
    def panel(sheet: Sheet, axes: Axes, queue: int) -> None:
        work = f.queues[queue].work
        hours = np.array([hour for hour, _ in work.by_hour], float) + 0.5
        for at, (hour, mean) in zip(hours, work.by_hour, strict=True):
            axes.plot([at, at], [mean.low, mean.high], color=INK, linewidth=1.0)
            said = f"{hour}:00: {text.value_text(mean, 's')}, {text.interval_text(mean, 's')}, n {mean.n:,}"
            sheet.tell_point(axes, said, float(at), mean.value)
        axes.plot(hours, [mean.value for _, mean in work.by_hour], color=BLUE, marker="o", markersize=4, linewidth=0)
        axes.axhline(work.mean.value, color=MUTED, linewidth=1.0)
        _clock(axes, f)
        axes.set_ylim(0)
        _named(axes, f.queues[queue].name)

    key = [line(BLUE, "mean of an hour, s; line: 95 % interval", marker="o", linewidth=0), line(MUTED, "mean of all")]
    notes = ["The scenario has one mean for all hours: where hours clearly differ, busy ones are not quite right."]
    return _panels("Handle time by hour (talk and hold)", notes, key, queues, panel)


def _patience(f: Fit, queues: list[int]) -> Callable[[], Sheet] | None:
    def panel(sheet: Sheet, axes: Axes, queue: int) -> None:
        p = f.queues[queue].patience
        seen = p.times <= p.longest
        axes.step(
            np.concatenate([[0.0], p.times[seen]]) / 60, 100 * np.concatenate([[1.0], p.surviving[seen]]), color=BLUE,
            where="post", linewidth=1.8,
        )  # fmt: skip
        times = np.linspace(0.0, 2 * p.longest, 100)
        law = 100 * p.survival(times)
        axes.plot(times / 60, law, color=VERMILION, linestyle="--", linewidth=1.6)
        axes.axvline(p.longest / 60, color=GREY, linewidth=1.0, linestyle=":")
        for at in (0.25, 0.5, 1.0, 2.0):
            left = float(np.interp(at * p.longest, times, law))
            said = f"after {at * p.longest:.0f} s: {left:.0f} % would still wait, by the law"
            sheet.tell_point(axes, said, at * p.longest / 60, left)
        axes.set_ylim(0, 103)
        axes.set_xlabel("minutes")
        _named(axes, _patience_name(f.queues[queue]))

    key = [
        line(BLUE, "who still wait, % (Kaplan-Meier)"), line(VERMILION, "the scenario's law", linestyle="--"),
        line(GREY, "longer waits were hardly seen", linestyle=":"),
    ]  # fmt: skip
    return _panels("Patience", [], key, queues, panel, down=0.85)


def _patience_name(q: QueueFit) -> str:
    return f"{q.name}: mean {text.value_text(q.patience.mean, 's')}"


def _agents(f: Fit) -> Callable[[], Sheet] | None:
    talent = f.talent
    if not len(talent.agents):
        return None

    def make() -> Sheet:
        order = np.argsort(talent.effects)
        title = "How agents differ in handle time"
        notes = [
            "Each against the middle one, after queue and hour; line: 95 % interval. Chance moves agents with few "
            f"contacts: beyond it they differ by {text.value_text(talent.spread, '')} on the log scale."
        ]
        sheet = Sheet(2.9, title, notes)
        axes = sheet.grid(1, 1, left=0.6, above=0.15, bottom=0.45)[0, 0]
        for place, one in enumerate(order):
            effect, error = 100 * (math.exp(talent.effects[one]) - 1), 1.96 * talent.errors[one]
            ends = [100 * (math.exp(talent.effects[one] + way * error) - 1) for way in (-1, 1)]
            axes.plot([place, place], ends, color=INK, linewidth=1.0)
            axes.plot(place, effect, color=GREEN, marker="o", markersize=5, linewidth=0)
            sheet.tell_point(
                axes, f"{effect:+.0f} %, {ends[0]:+.0f} to {ends[1]:+.0f} %".replace("-", "−"), place, effect
            )
        axes.axhline(0.0, color=MUTED, linewidth=1.0)
        axes.set_xticks([])
        axes.set_xlabel("agents, the fastest first")
        axes.set_ylabel("% longer")
        return sheet

    return make


def _seats(f: Fit) -> Callable[[], Sheet] | None:
    groups = sorted(range(len(f.groups)), key=lambda n: -float(np.nansum(f.groups[n].usual)))[:MOST_PANELS]

    def panel(sheet: Sheet, axes: Axes, group: int) -> None:
        usual = f.groups[group].usual
        _by_time(sheet, axes, f, usual, "seats")
        hours = np.arange(usual.shape[1]) * f.counts.interval / HOUR
        working = usual[:5]
        known = np.isfinite(working).any(axis=0)
        whole = np.where(known, np.nansum(working, axis=0) / np.maximum(np.isfinite(working).sum(axis=0), 1), np.nan)
        axes.step(hours, np.round(whole), color=GREY, where="post", linewidth=1.0)
        _named(axes, text.group_name(f, f.groups[group]))

    how = {"log-ons": "From log-ons less pauses.", "inferred": "Inferred from who answered when: an estimate."}
    key = [
        line(BLUE, "Monday to Friday"), *_weekend_key(),
        line(GREY, "mean of Monday to Friday, in whole seats"),
    ]  # fmt: skip
    return _panels("Usual seats by time of day", [how.get(f.seats_are, "")], key, groups, panel)
