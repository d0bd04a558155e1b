"""Days before the horizon that are played and count nowhere, for a center that does not open empty.

They repeat the first week: its expected volumes, its seats, and the roster of the starting staff. Their luck is their
own, by date. The floor's clock then begins with them; everything else goes on telling time from the horizon's start.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import Expected
from sim.floor.tables.duties import Duties, by_time, fixed_duties, lower_duties, roster_duties
from sim.floor.tables.engine import Observed
from sim.observations import OFF, Table
from sim.scenario.model import Scenario
from sim.scenario.reading.csv_tables import Profile
from sim.workforce.segments import Segments, joined

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TIMES = ("arrived", "ended", "case_began", "gives_up")
TIMES_IF_ANY = ("answered", "hung_up", "promised", "again")
"""Of contact rows: below 0 (or 0, of `hung_up`) where there is none."""


@dataclass(frozen=True)
class WarmUp:
    """The days before the first, and what is the same for all replications."""

    scenario: Scenario
    """The plan from the first of these days on: what the floor and its customers go by."""
    days: int
    seconds: float
    """From their start to the horizon's: what the floor's clock is ahead."""
    like: Ints
    """By interval from their start on, the one of the horizon that it is like."""
    duties: Duties
    """Of the starting staff, from the first of these days on, by the horizon's time."""
    fixed: Duties
    home: Table
    """Duty rows of the horizon's first moment: who was at work until then goes, before others come in their place."""

    def volumes(self, horizon: dict[str, Expected]) -> dict[str, Expected]:
        """What is expected from the first of these days on."""
        return {queue: one.of_intervals(self.like) for queue, one in horizon.items()}

    def by_the_floor(self, duties: Table) -> Table:
        """Duty rows of the horizon as the floor's clock has them."""
        rows = duties.copy()
        rows["time"] += self.seconds
        return rows

    def by_the_horizon(self, observed: Observed) -> Observed:
        """What the floor saw, by the horizon's clock; `arrived` is below 0 of who came before it."""
        contacts, presence = observed.contacts.copy(), observed.presence.copy()
        for name in TIMES:
            contacts[name] -= self.seconds
        for name in TIMES_IF_ANY:
            contacts[name] -= np.where(contacts[name] > 0.0, self.seconds, 0.0)
        presence["began"] -= self.seconds
        presence["ended"] -= self.seconds
        return Observed(contacts, presence)


def warm_up_of(scenario: Scenario, segments: Segments) -> WarmUp | None:
    """None where there are no such days. `segments`: those of the starting staff over the horizon."""
    days = scenario.warm_up_days
    if not days:
        return None
    early = _from_before(scenario, days)
    seconds = float(early.clock.day_start[days])
    before = _repeated(scenario, early, segments, days)
    whole = _seamless(joined([before, _later(segments, seconds)]), early.clock.day_start[days : days + 1])
    duties, fixed = lower_duties(early, whole), fixed_duties(early)
    home = roster_duties(before)
    home = by_time(home[(home["time"] >= seconds) & (home["activity"] == OFF)])
    home["time"] -= seconds
    return WarmUp(
        early, days, seconds, _like(scenario, early, days),
        _by_horizon(duties, days, seconds), _by_horizon(fixed, days, seconds), home,
    )  # fmt: skip


def _by_horizon(duties: Duties, days: int, seconds: float) -> Duties:
    rows = duties.rows.copy()
    rows["time"] -= seconds
    return Duties(rows, duties.first_of_day, days)


def _from_before(scenario: Scenario, days: int) -> Scenario:
    """The plan, begun so many days earlier; its seats are those of the days that these are like."""
    center, clock = scenario.spec.center, scenario.clock
    start = center.start - dt.timedelta(days=days)
    moved = center.model_copy(update={"start": start, "days": clock.days + days, "weeks": None})
    early = scenario.with_spec(center=moved)
    moments = [
        (date, clock.dates[number - days if number >= days else clock.like(number - days)], start)
        for number, date in enumerate(early.clock.dates)
        for start, _ in early.clock.local_starts(number)
    ]
    seats = {
        group: Profile("date", {(date, start): profile.at(like, start) for date, like, start in moments})
        for group, profile in scenario.data.seats.items()
    }
    return replace(early, data=replace(scenario.data, seats=seats))


def _like(scenario: Scenario, early: Scenario, days: int) -> Ints:
    """Interval by interval; a day that a clock change makes longer than the one it is like repeats the last."""
    first, parts = scenario.clock.day_first, []
    for number in range(days):
        day = scenario.clock.like(number - days)
        length = int(early.clock.day_first[number + 1] - early.clock.day_first[number])
        parts.append(np.minimum(first[day] + np.arange(length), first[day + 1] - 1))
    return np.concatenate([*parts, np.arange(scenario.clock.intervals)])


def _repeated(scenario: Scenario, early: Scenario, segments: Segments, days: int) -> Segments:
    """The roster of the days that these are like, cut at midnights, by the floor's clock."""
    parts = []
    for number in range(days):
        day = scenario.clock.like(number - days)
        start, end = scenario.clock.day_start[day : day + 2]
        room = early.clock.day_start[number + 1] - early.clock.day_start[number]
        first, last = np.maximum(segments.start, start), np.minimum(segments.end, min(end, start + room))
        shift = float(early.clock.day_start[number] - start)
        part = replace(segments, start=first + shift, end=last + shift).take(first < last)
        parts.append(part)
    return _seamless(joined(parts), early.clock.day_start)


def _later(segments: Segments, seconds: float) -> Segments:
    return replace(segments, start=segments.start + seconds, end=segments.end + seconds)


def _seamless(segments: Segments, cuts: Floats) -> Segments:
    """By agent and time; what the midnights cut is in one piece again."""
    segments = segments.take(np.lexsort((segments.start, segments.agent)))
    goes_on = np.zeros(len(segments.agent), np.bool_)
    same = (segments.agent[1:] == segments.agent[:-1]) & (segments.activity[1:] == segments.activity[:-1])
    goes_on[1:] = same & (segments.start[1:] == segments.end[:-1]) & np.isin(segments.start[1:], cuts)
    first = np.flatnonzero(~goes_on)
    if not len(first):
        return segments
    return replace(segments, end=np.maximum.reduceat(segments.end, first)[np.cumsum(~goes_on) - 1]).take(first)
