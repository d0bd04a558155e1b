"""A log, and everything that is estimated from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import Problem, ScenarioError
from sim.fitting.again import Again, fit_again
from sim.fitting.agents import Talent, fit_skills, fit_talent
from sim.fitting.busyness import Busyness, correlations, fit_busyness, week_cv
from sim.fitting.finding import Finding, Flags, Floats, Ints
from sim.fitting.handling import Handling, fit_handling
from sim.fitting.patience import Patience, fit_patience
from sim.fitting.records import ABANDONED, ANSWERED, BLOCKED, Log
from sim.fitting.seats import Spells, Waits, Work, infer_spells, pauses_of, seats_by_interval, signed_on
from sim.fitting.volumes import (
    Counts,
    Special,
    count,
    date_of,
    local_times,
    open_cells,
    opening,
    specials,
    usual_week,
)
from sim.fitting.wrap import NOT_SEEN, Wrap, infer_wrap
from sim.study.statistics import t_quantile
from sim.units import DAY, HOUR

if TYPE_CHECKING:
    import pandas as pd

INTERVAL = 1800.0
WITHIN_S = 20.0
"""Where a log has no threshold of its own."""
FEWEST_CONTACTS = 50
FEWEST_ANSWERED = 20
OFTEN_TWO = 0.02
"""Of the contacts, begun beside another: more than a clock that is off by a second brings about."""
FEWEST_OF_QUEUE = 20
"""A queue with fewer contacts is left out, and said so."""
LEAST_WRAP_SEEN = 0.5
"""Share of answered contacts whose wrap must be known, for the log to count as knowing it."""


@dataclass(frozen=True)
class QueueFit:
    name: str
    channel: str
    offered: int
    answered: int
    abandoned: int
    in_time: int
    """Answered within the log's threshold, or 20 s."""
    asa_s: float
    busyness: Busyness
    weeks: Finding
    work: Handling
    """Talk and hold together."""
    wrap: Handling | None
    """None where the log does not know it."""
    patience: Patience
    again: Again


@dataclass(frozen=True)
class GroupFit:
    """Agents who serve the same queues."""

    queues: tuple[str, ...]
    agents: tuple[str, ...]
    by_date: Floats
    """Mean seats, date × interval."""
    usual: Floats
    """weekday × interval; NaN where closed or never seen."""
    week: Finding
    """Seat hours of a usual week; its interval from how dates of one weekday differ."""


@dataclass(frozen=True)
class Fit:
    log: Log
    until: dt.date
    """The last date that was fitted on."""
    held_back: tuple[dt.date, ...]
    counts: Counts
    hours: list[tuple[float, float] | None]
    usual: Flags
    special: list[Special]
    week: Floats
    """Mean volume, queue × weekday × interval."""
    week_dates: Ints
    queues: tuple[QueueFit, ...]
    together: list[list[Finding]]
    """Correlation of the days' volumes, queue by queue."""
    talent: Talent
    groups: tuple[GroupFit, ...]
    seats_are: str
    """"log-ons", "inferred" or nothing."""
    inferred_wrap: Wrap
    pauses: dict[str, float]
    out_of_hours: int
    remarks: tuple[str, ...]

    @property
    def first(self) -> dt.date:
        return self.counts.dates[0]


@dataclass(frozen=True)
class _Rows:
    """The contacts' columns as numbers."""

    queue: Ints
    day: Ints
    second: Floats
    arrived: Floats
    left: Floats
    gone: Floats
    answered: Flags
    abandoned: Flags
    agent: Ints
    customer: Ints
    work: Floats
    wrap: Floats


def fit(log: Log, weeks_held_back: int = 0, until: dt.date | None = None) -> Fit:
    """Everything that the log can tell, on the dates up to `until`, or without its last weeks.

    ScenarioError where it holds too little.
    """
    contacts, held, remarks = _to_fit(log, weeks_held_back, until)
    names = tuple(str(name) for name in contacts["queue"].cat.categories)
    rows = _rows(contacts, log.timezone)
    remarks += _two_at_once(rows)
    counts = count(contacts, names, log.timezone, INTERVAL)
    hours = opening(counts)
    is_open = open_cells(counts, hours)
    usual, special = specials(counts, is_open)
    week, week_dates = usual_week(counts, usual)
    together = correlations(counts, usual)
    serves, groups, spells, wraps, pauses, how = _people(log, contacts, rows, names)
    queues = tuple(
        _queue(name, number, contacts, rows, counts, usual, number_again, log.within_s or WITHIN_S)
        for (number, name), number_again in zip(enumerate(names), _again(rows, len(names)), strict=True)
    )
    cells = rows.queue * 24 + (rows.second / HOUR).astype(np.int64)
    talent = fit_talent(np.where(rows.answered, rows.work, np.nan), rows.agent, cells)
    fitted = _groups(serves, groups, spells, contacts, names, counts, usual, is_open, log.timezone)
    outside = int(counts.offered.sum() - (counts.offered * is_open[counts.weekdays]).sum())
    return Fit(
        log, counts.dates[-1], held, counts, hours, usual, special, week, week_dates, queues, together, talent, fitted,
        how, wraps, pauses, outside, tuple(remarks),
    )  # fmt: skip


def _to_fit(
    log: Log, weeks_held_back: int, until: dt.date | None
) -> tuple[pd.DataFrame, tuple[dt.date, ...], list[str]]:
    """The contacts to fit on, those who were blocked and small queues left out; the dates held back; what to say."""
    remarks: list[str] = []
    if log.contacts is None:
        raise _too_little(log, "contacts", "the log holds sums of intervals and no contacts: patience, the law of "
                          "handle times and who works when cannot be read from it; give a log of contacts")  # fmt: skip
    contacts = log.contacts[(log.contacts["outcome"] != BLOCKED) & log.contacts["arrived"].notna()]
    if not len(contacts):
        raise _too_little(log, "contacts", "nobody was offered; give a log with contacts that came to a queue")
    day, _ = local_times(contacts["arrived"].to_numpy(float), log.timezone)
    first, last = date_of(int(day.min())), date_of(int(day.max()))
    end = last - dt.timedelta(weeks=weeks_held_back) if until is None else until
    if not first <= end <= last:
        what = f"the log runs from {first} to {last}: nothing is left up to {end}; hold back less"
        raise _too_little(log, "dates", what)
    held = tuple(end + dt.timedelta(days=1 + number) for number in range((last - end).days))
    contacts = contacts[day <= (end - dt.date(1970, 1, 1)).days]
    if len(contacts) < FEWEST_CONTACTS:
        raise _too_little(log, "contacts", f"{len(contacts)} are too few; at least {FEWEST_CONTACTS} are needed")
    number = contacts["queue"].value_counts()
    small = sorted(str(name) for name in number.index if number[name] < FEWEST_OF_QUEUE)
    for name in small:
        what = "no contact" if not number[name] else f"{number[name]} of {len(contacts)} contacts"
        remarks.append(f"queue {name} is left out: {what}; {FEWEST_OF_QUEUE} are needed")
    contacts = contacts[~contacts["queue"].isin(small)].copy()
    contacts["queue"] = contacts["queue"].cat.remove_unused_categories()
    answered = int((contacts["outcome"] == ANSWERED).sum())
    if answered < FEWEST_ANSWERED:
        what = f"{answered} were answered, at least {FEWEST_ANSWERED} are needed, to read handle time and seats from"
        raise _too_little(log, "answered", what)
    return contacts, held, remarks


def _two_at_once(rows: _Rows) -> list[str]:
    """Agents who are with two at a time: what is inferred from when they are free then means nothing."""
    known = np.flatnonzero(rows.answered & (rows.agent >= 0) & np.isfinite(rows.work))
    order = known[np.lexsort((rows.left[known], rows.agent[known]))]
    same = rows.agent[order[1:]] == rows.agent[order[:-1]]
    ends = rows.left[order] + rows.work[order]
    both = same & (rows.left[order[1:]] < ends[:-1] - 1.0)
    share = both.sum() / max(int(same.sum()), 1)
    if share <= OFTEN_TWO:
        return []
    what = f"agents begin {100 * share:.0f} % of their contacts while with another"
    return [f"{what}: seats and wrap, inferred from when they are free, are wrong if the agent is not who answered"]


def _too_little(log: Log, where: str, what: str) -> ScenarioError:
    return ScenarioError(log.source, [Problem(where, what)])


def _rows(contacts: pd.DataFrame, timezone: str) -> _Rows:
    arrived, left, ended = (contacts[name].to_numpy(float) for name in ("arrived", "left", "ended"))
    left = np.where(np.isfinite(left), np.maximum(left, arrived), arrived)
    day, second = local_times(arrived, timezone)
    outcome = contacts["outcome"].astype(object).to_numpy()
    talk, hold, wrap = (contacts[name].to_numpy(float) for name in ("talk_s", "hold_s", "wrap_s"))
    gone = np.where(np.isfinite(ended), np.maximum(ended, left), left + np.nan_to_num(talk) + np.nan_to_num(hold))
    talk = np.where(np.isfinite(talk), talk, np.where(np.isfinite(ended), ended - left, np.nan))
    return _Rows(
        _codes(contacts["queue"]), day, second, arrived, left, gone, outcome == ANSWERED,
        outcome == ABANDONED, _codes(contacts["agent"]),
        _codes(contacts["customer"]), talk + np.nan_to_num(hold), wrap,
    )  # fmt: skip


def _codes(column: pd.Series[Any]) -> Ints:
    return np.asarray(column.cat.codes, np.int64)


def _queue(
    name: str, number: int, contacts: pd.DataFrame, rows: _Rows, counts: Counts, usual: Flags, again: Again,
    within_s: float,
) -> QueueFit:  # fmt: skip
    own = rows.queue == number
    served = own & rows.answered
    hours = (rows.second / HOUR).astype(np.int64)
    work = fit_handling(rows.work[served], rows.day[served], hours[served])
    wrap = None
    if served.any() and np.isfinite(rows.wrap[served]).mean() >= LEAST_WRAP_SEEN:
        wrap = fit_handling(rows.wrap[served], rows.day[served], hours[served])
    channels = contacts["channel"][own].dropna()
    channel = str(channels.mode().iloc[0]) if len(channels) else "phone"
    waits = rows.left - rows.arrived
    patience = fit_patience(waits[own], rows.abandoned[own])
    return QueueFit(
        name, channel, int(own.sum()), int(served.sum()), int((own & rows.abandoned).sum()),
        int((waits[served] <= within_s).sum()), float(waits[served].mean()) if served.any() else np.nan,
        fit_busyness(counts, usual, number), week_cv(counts, usual, number), work, wrap, patience, again,
    )  # fmt: skip


def _again(rows: _Rows, number: int) -> list[Again]:
    return fit_again(rows.customer, rows.queue, rows.arrived, rows.gone, rows.answered, rows.abandoned, number)


def _people(
    log: Log, contacts: pd.DataFrame, rows: _Rows, names: tuple[str, ...]
) -> tuple[Flags, Ints, Spells, Wrap, dict[str, float], str]:
    """(group × queue, each agent's group, when they were there, wrap by pauses, pauses by reason, how it is known)."""
    hour = (rows.day * 24 + rows.second / HOUR).astype(np.int64)
    use = rows.answered & (rows.agent >= 0)
    groups, serves, _ = fit_skills(rows.agent[use], rows.queue[use], hour[use], len(names))
    wraps = NOT_SEEN
    if not len(serves):
        nobody = Spells(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
        return serves, groups, nobody, wraps, {}, ""
    order = np.flatnonzero(use)[np.lexsort((rows.left[use], rows.agent[use]))]
    work = Work(
        rows.agent[order], groups[rows.agent[order]], rows.left[order],
        rows.gone[order] + np.nan_to_num(rows.wrap[order]),
    )  # fmt: skip
    waits = Waits(rows.queue, rows.arrived, rows.left, rows.answered)
    pauses = pauses_of(work, waits, serves)
    if not np.isfinite(rows.wrap[order]).mean() >= LEAST_WRAP_SEEN:
        wraps = infer_wrap(work, waits, serves, pauses)
    if log.presence is not None and len(log.presence):
        spells, reasons = signed_on(log.presence, contacts["agent"].cat.categories)
        if len(spells.agent):
            return serves, groups, spells, wraps, reasons, "log-ons"
    spells = infer_spells(work, pauses, wraps.longest)
    return serves, groups, _with_last_wrap(spells, wraps.mean), wraps, {}, "inferred"


def _with_last_wrap(spells: Spells, wrap: Finding) -> Spells:
    """After the last contact of a stretch its wrap is still to do."""
    return spells._replace(until=spells.until + (wrap.value if wrap.is_known else 0.0))


def _groups(
    serves: Flags, groups: Ints, spells: Spells, contacts: pd.DataFrame, names: tuple[str, ...], counts: Counts,
    usual: Flags, is_open: Flags, timezone: str,
) -> tuple[GroupFit, ...]:  # fmt: skip
    edges = _edges(counts, timezone)
    people = contacts["agent"].cat.categories
    # A day that is special to every queue says nothing of usual seats; an event of one queue does.
    days = np.asarray(usual.any(axis=(0, 2)))
    found = []
    for group in range(len(serves)):
        own = groups[spells.agent] == group if len(groups) else np.zeros(0, bool)
        seats = seats_by_interval(spells, own, edges)
        week = np.full(is_open.shape, np.nan)
        for weekday in range(7):
            mine = days & (counts.weekdays == weekday)
            if mine.any():
                week[weekday] = np.where(is_open[weekday], seats[mine].mean(axis=0), np.nan)
        found.append(GroupFit(
            tuple(name for name, holds in zip(names, serves[group], strict=True) if holds),
            tuple(str(people[int(agent)]) for agent in np.flatnonzero(groups == group)), seats, week,
            _seat_hours(seats, days, counts, is_open),
        ))  # fmt: skip
    return tuple(found)


def _seat_hours(seats: Floats, days: Flags, counts: Counts, is_open: Flags) -> Finding:
    by_date = (seats * is_open[counts.weekdays]).sum(axis=1) * counts.interval / HOUR
    whole, squares, degrees, parts = 0.0, 0.0, 0, 0.0
    for weekday in range(7):
        own = by_date[days & (counts.weekdays == weekday)]
        if len(own):
            whole += float(own.mean())
            parts += 1 / len(own)
            squares += float(((own - own.mean()) ** 2).sum())
            degrees += len(own) - 1
    half = t_quantile(degrees) * float(np.sqrt(squares / degrees * parts)) if degrees > 0 else np.nan
    return Finding(whole, max(whole - half, 0.0) if half == half else half, whole + half, int(days.sum()), "days")


def _edges(counts: Counts, timezone: str) -> Floats:
    """Moments at which the intervals of each date begin on the local clock, and the last one's end."""
    from zoneinfo import ZoneInfo

    from sim.clock import timestamp

    zone, one_day = ZoneInfo(timezone), dt.timedelta(days=1)
    slots = counts.offered.shape[2]
    seconds = np.arange(slots + 1) * (DAY / slots)
    starts = [timestamp(date, 0.0, zone) for date in (*counts.dates, counts.dates[-1] + one_day)]
    edges = np.array(starts[:-1])[:, None] + seconds
    for number, date in enumerate(counts.dates):
        if starts[number + 1] - starts[number] != DAY:
            # A day of 23 or 25 hours: an hour that is not there has no length, one that comes twice has two.
            clock = [timestamp(date, float(second), zone) for second in seconds[:-1]]
            edges[number] = np.maximum.accumulate([*clock, starts[number + 1]])
    return np.asarray(edges, np.float64)
