"""Who is scheduled when: shifts, rotations, breaks, part-time days and roster files become segments.

All of them are written in the time of the group's site, which may be in another zone than the center.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

import numpy as np

from sim.clock import BEYOND, EARLIEST, LocalTime
from sim.demand.forecast import expected, work_of
from sim.observations import AVAILABLE, BREAK
from sim.scenario.heads import on_the_floor
from sim.scenario.language.groups import Group
from sim.scenario.language.shifts import Shift
from sim.scenario.model import Scenario
from sim.scenario.pools import pools_of_groups
from sim.scenario.shift_hours import break_bounds, hours_a_week, parts_in_order
from sim.shares import GOLDEN
from sim.units import HOUR
from sim.workforce.away import AwayBlocks
from sim.workforce.joining import Source, is_capacity
from sim.workforce.pairing import shifts_of_joiners, shifts_of_staff
from sim.workforce.people import Agents
from sim.workforce.segments import Bools, Floats, Ints, Segments, clipped, joined

FULL_ENOUGH = 0.99
"""A contract of at least this share of the shift's hours works all its days."""

PLASTIC = 0.7548776662466927
"""Steps between rows of golden ones: its multiples fall evenly between whole numbers, too, and elsewhere."""


MOST_ROWS_KEPT = 40_000
"""Stretches of drawn-up weeks that are kept for whoever asks next, at 42 bytes each: those of a short horizon serve all
its replications, those of a year the places whose dates begin at different times."""


def build_segments(scenario: Scenario, agents: Agents, roster: Roster | None = None) -> Segments:
    """Every scheduled stretch of the starting staff, clipped to the horizon."""
    roster = Roster(scenario, agents) if roster is None else roster
    scheduled = AwayBlocks(scenario, agents).cut_all(roster.of_dates(roster.dates, agents.starting))
    found = clipped(scheduled, scenario.clock)
    # By agent and time; whatever else sets stretches apart that a clock change puts at the same time.
    columns = (found.paid, found.activity, found.end, found.start, found.day, found.agent)
    return found.take(np.lexsort(columns))


@dataclass(frozen=True)
class _Week:
    """The roster from a Monday to a Sunday, drawn up for some people."""

    who: Bools
    rows: Segments
    """By date, agent and time."""
    first_of_date: list[int]
    """Row numbers; then the count of all."""


@dataclass(frozen=True)
class _Crew:
    """All of a group who may ever work one shift; `begins` and `ends`: the shift's, per date."""

    shift: Shift
    local: LocalTime
    members: Ints
    begins: Floats
    ends: Floats


class Roster:
    """The paper roster of everybody who may ever work, by local date."""

    def __init__(self, scenario: Scenario, agents: Agents) -> None:
        self._scenario, self._agents = scenario, agents
        self.dates = range(EARLIEST, scenario.clock.days + BEYOND)
        """Day numbers of the local dates that may reach into the horizon."""
        shape = len(agents.names), len(self.dates)
        self._works: Bools = np.zeros(shape, dtype=np.bool_)
        self._places: Floats = np.zeros(shape)
        """From 0 to 1: how late in their windows a person's breaks are on a date."""
        self.hours_a_week: Floats = np.full(len(agents.names), np.nan)
        """What a full week of the roster pays each person; NaN who is given as seats."""
        self._weeks: dict[int, _Week] = {}
        """By number, counted from the one in which the horizon begins; the one asked for last stands last."""
        self._crews: list[_Crew] = []
        self._files: list[Segments] = []
        shared: dict[tuple[object, ...], list[tuple[Source, Ints]]] = {}
        pools = pools_of_groups(scenario)
        for one in scenario.numbered.groups:
            number, name, group = one.number, one.name, one.spec
            if group.roster is not None:
                self._read(name, agents.of_group(number))
            elif group.shifts is not None:
                sources = [source for source in agents.sources if source.group == number]
                for shift, members in self._assign(name, group, sources):
                    together = shared.setdefault((pools[number], shift, one.local_time.zone), [])
                    together += zip(sources, members, strict=True)
        for crew in shared.values():
            self._stagger(crew)

    def scheduled(self, day: int) -> Bools:
        """Per agent: whether a shift, or a row of a roster file, begins on this local date."""
        if day not in self.dates:
            return np.zeros(len(self._works), dtype=np.bool_)
        return self._works[:, day - EARLIEST].copy()

    def of_date(self, day: int, who: Bools) -> Segments:
        """The stretches of `who` on a local date, by agent and time; as written, also past the horizon."""
        return self.within_weeks(range(day, day + 1), who)

    def within_weeks(self, days: range, who: Bools) -> Segments:
        """Those of a few dates, by date, agent and time. What is drawn up for them is drawn up for their weeks."""
        monday = self._scenario.clock.start.weekday()
        parts = []
        for number in range((days.start + monday) // 7, (days.stop - 1 + monday) // 7 + 1):
            week, first = self._drawn_up(number, who), 7 * number - monday
            ends = (week.first_of_date[min(max(day - first, 0), 7)] for day in (days.start, days.stop))
            parts.append(week.rows.take(slice(*ends)))
        found = joined(parts)
        asked = who[found.agent]
        return found if asked.all() else found.take(asked)

    def _drawn_up(self, number: int, who: Bools) -> _Week:
        """A week's stretches of `who` and maybe others."""
        week, first = self._weeks.pop(number, None), 7 * number - self._scenario.clock.start.weekday()
        lacking = who if week is None else who & ~week.who
        if week is None or lacking.any():
            rows = self.of_dates(range(first, first + 7), lacking)
            rows = rows if week is None else joined([week.rows, rows])
            rows = rows.take(np.argsort((rows.day - first) * len(who) + rows.agent, kind="stable"))
            bounds = np.searchsorted(rows.day, np.arange(first, first + 8)).tolist()
            week = _Week(lacking.copy() if week is None else week.who | lacking, rows, bounds)
        self._weeks[number] = week
        while len(self._weeks) > 1 and sum(len(one.rows.agent) for one in self._weeks.values()) > MOST_ROWS_KEPT:
            del self._weeks[next(iter(self._weeks))]
        return week

    def of_dates(self, days: range, who: Bools) -> Segments:
        """Those of several dates, of no particular order but that one agent's are by time."""
        first, end = max(days.start, self.dates.start), min(days.stop, self.dates.stop)
        parts = [self._stretches(crew, first, end, who) for crew in self._crews if first < end]
        for rows in self._files:
            near = rows.take(slice(*np.searchsorted(rows.day, (first, end)).tolist()))
            parts.append(near.take(who[near.agent]))
        return joined(parts)

    @cached_property
    def load(self) -> Floats:
        """Groups × intervals: agent seconds that the forecast brings to the queues of each group's skills."""
        by_queue = []
        for queue in self._scenario.queues:
            work, volume = work_of(self._scenario, queue), expected(self._scenario, queue)
            handle = work.mean + work.mean_of("talk") * (volume.talk_factor - 1.0)
            by_queue.append(volume.contacts * volume.work_factor * handle)
        skills = [group.spec.skills for group in self._scenario.numbered.groups]
        has = np.array([[queue in known for queue in self._scenario.queues] for known in skills], dtype=np.float64)
        return np.asarray(has @ np.array(by_queue))

    def _read(self, name: str, members: Ints) -> None:
        """A roster file's rows, by date."""
        ids = {self._agents.names[a]: a for a in members.tolist()}
        clock, local = self._scenario.clock, self._scenario.group(name).local_time
        dated = [((row.date - clock.start).days, row) for row in self._scenario.data.rosters[name]]

        @cache
        def span(day: int, start: float, end: float) -> tuple[float, float] | None:
            """Many work the same hours; None where they do not reach the horizon."""
            reached = clock.reached(local, day, (start, end))
            return (local.elapsed(day, start), local.elapsed(day, end)) if reached else None

        rows = [
            (ids[row.agent], day, *hours, row.activity, row.paid)
            for day, row in dated
            if (hours := span(day, row.start, row.end)) is not None
        ]
        if not rows:
            return
        agent, day, start, end, activity, paid = (np.array(column) for column in zip(*rows, strict=True))
        self._works[agent, day - EARLIEST] = True
        weeks = len(np.unique(day)) / len({row.date.weekday() for _, row in dated})
        seconds = np.bincount(agent, (end - start) * paid, len(self.hours_a_week))
        self.hours_a_week[members] = seconds[members] / HOUR / max(weeks, 1.0)
        by_date = np.lexsort((start, agent, day))
        self._files.append(Segments(agent, day, start, end, activity, paid, paid).take(by_date))

    def _assign(self, name: str, group: Group, sources: list[Source]) -> Iterator[tuple[str, list[Ints]]]:
        """Each of a group's shifts, and who of each source works it."""
        clock, local = self._scenario.clock, self._scenario.group(name).local_time
        contracts = [self._agents.contract_hours[source.members] for source in sources]
        numbers = [shifts_of_staff(self._scenario, group, contracts[0])]
        for source, own in zip(sources[1:], contracts[1:], strict=True):
            endless = is_capacity(self._scenario, source)
            numbers.append(shifts_of_joiners(self._scenario, group, own, contracts[0], endless=endless))
        for kind, shift_name in enumerate(parts_in_order(self._scenario, group)):
            by_source = [source.members[number == kind] for source, number in zip(sources, numbers, strict=True)]
            shift = self._scenario.spec.shifts[shift_name]
            begins, ends = (np.array([local.elapsed(day, time) for day in self.dates]) for time in shift.hours)
            reached = (ends > 0.0) & (begins < clock.end)
            for members in by_source:
                self._schedule(name, group, shift, members, reached)
            self._crews.append(_Crew(shift, local, np.concatenate(by_source), begins, ends))
            yield shift_name, by_source

    def _schedule(self, name: str, group: Group, shift: Shift, members: Ints, reached: Bools) -> None:
        """The dates on which one source's people work a shift."""
        start, days_off = self._scenario.clock.start, self._scenario.group(name).days_off
        dates = [start + dt.timedelta(days=day) for day in self.dates]
        weekday = np.array([date.weekday() for date in dates])
        position = np.arange(len(members))
        pattern = np.tile(np.isin(weekday, shift.days) & reached, (len(members), 1))
        if group.rotation is not None:
            rotation = self._scenario.spec.rotations[group.rotation]
            weeks = np.array([[mark != "-" for mark in week] for week in rotation.weeks])
            monday = start - dt.timedelta(days=start.weekday())
            week = np.array([(date - monday).days // 7 for date in dates])
            spread = position if rotation.assign == "spread" else 0 * position
            pattern &= weeks[(week[None, :] + spread[:, None]) % len(weeks), weekday]
        # A part-timer works this share of the shift's days, each starting elsewhere in the pattern.
        contracts = self._agents.contract_hours[members].tolist()
        share = np.array([_contract_share(self._scenario, group, shift, hours) for hours in contracts])[:, None]
        self.hours_a_week[members] = share[:, 0] * hours_a_week(self._scenario, group, shift)
        offset = ((position * GOLDEN) % 1.0)[:, None]
        turn = np.cumsum(pattern, axis=1)
        due = np.floor(turn * share + offset) > np.floor((turn - 1) * share + offset)
        self._works[members] = pattern & due & np.array([date not in days_off for date in dates])

    def _stagger(self, crew: list[tuple[Source, Ints]]) -> None:
        """Breaks spread over everybody who works a shift for the same queues on a date, whichever group they are in.

        Each source is spread evenly over the whole, so that whoever has a rarer skill is, too. A class counts from the
        day on which it comes on the floor to the end of its term.
        """
        # The order of groups in the file says nothing.
        crew = sorted(crew, key=lambda one: one[0].name)
        counted = [(source, members) for source, members in crew if not is_capacity(self._scenario, source)]
        endless = [members for source, members in crew if is_capacity(self._scenario, source)]
        for row, members in enumerate(endless):
            # Only some of them are ever there at once: wherever they stand in the row, they are spread.
            place = (np.arange(1, len(members) + 1) * GOLDEN + row * PLASTIC) % 1.0
            self._places[members] = place[:, None]
        if not counted:
            return
        along, whose = [], []
        for source, members in counted:
            working = self._works[members] & self.may_be_there(source)
            rank = np.cumsum(working, axis=0) - 0.5
            along.append(np.where(working, rank / np.maximum(1, working.sum(axis=0)), np.inf))
            whose.append(members)
        position = np.concatenate(along)
        order = np.argsort(position, axis=0, kind="stable")
        rank = np.empty_like(position)
        np.put_along_axis(rank, order, np.arange(len(position), dtype=np.float64)[:, None], axis=0)
        last = np.maximum(1, np.isfinite(position).sum(axis=0) - 1)
        self._places[np.concatenate(whose)] = np.minimum(rank / last, 1.0)

    def may_be_there(self, source: Source) -> Bools:
        """By local date: whether anybody of a source may be on the floor."""
        start, dates = self._scenario.clock.start, np.array(self.dates)
        first = last = None
        if source.kind == "hiring":
            hiring = self._scenario.spec.hiring[source.entry]
            assert hiring.starts is not None
            first, last = on_the_floor(hiring, hiring.starts), hiring.contract_until
        elif source.kind == "moves":
            first = self._scenario.spec.moves[source.entry].on
        there = dates >= (EARLIEST if first is None else (first - start).days)
        return np.asarray(there & (dates <= (dates[-1] if last is None else (last - start).days)))

    def _stretches(self, crew: _Crew, first: int, end: int, who: Bools) -> Segments:
        """Work cut by breaks, by agent, date and time."""
        members = crew.members[who[crew.members]]
        here = slice(first - EARLIEST, end - EARLIEST)
        row, column = np.nonzero(self._works[members, here])
        agent, date = members[row], column + (first - EARLIEST)
        edges, paid = _edges(crew, date, self._places[agent, date])
        start, stop = edges[:-1].T.reshape(-1), edges[1:].T.reshape(-1)
        kept = np.flatnonzero(stop > start)
        whose, part = np.divmod(kept, len(paid))
        paid = paid.T.reshape(-1)[kept]
        activity = np.where(part % 2, BREAK, AVAILABLE)
        return Segments(agent[whose], date[whose] + EARLIEST, start[kept], stop[kept], activity, paid, paid)


def _edges(crew: _Crew, date: Ints, place: Floats) -> tuple[Floats, Bools]:
    """Moments between which people work, pause, work …, and what is paid: 2 × breaks + 2 rows, and one less."""
    shift, (opens, closes) = crew.shift, crew.shift.hours
    at, end = crew.begins[date], crew.ends[date]
    bounds = [break_bounds(shift, pause) for pause in shift.breaks]
    times = np.array([np.rint(first + place * (last - first)) for first, last in bounds]).reshape(
        len(bounds), len(date)
    )
    length = np.array([round(pause.length) for pause in shift.breaks], dtype=np.float64)[:, None]
    pays = np.array([pause.paid for pause in shift.breaks], dtype=np.bool_)[:, None]
    if any(last > first for (_, last), (first, _) in pairwise(bounds)):
        # Some may take them in another order.
        order = np.argsort(times, axis=0, kind="stable")
        length, pays, times = length[order, 0], pays[order, 0], np.take_along_axis(times, order, axis=0)
    moments = at + (times - opens)
    for changed in np.flatnonzero(end - at != closes - opens).tolist():
        # The clocks change within the shift.
        day = int(date[changed]) + EARLIEST
        moments[:, changed] = [crew.local.elapsed(day, time) for time in times[:, changed].tolist()]
    edges = [at]
    for number in range(len(times)):
        # A break has its length in real time, also in the hour that a clock change skips or repeats.
        leaves = np.minimum(np.maximum(edges[-1], moments[number]), end)
        edges += [leaves, np.minimum(leaves + length[number], end)]
    paid = np.ones((len(edges), len(date)), dtype=np.bool_)
    paid[1::2] = pays
    return np.array([*edges, end]), paid


def _contract_share(scenario: Scenario, group: Group, shift: Shift, contract_hours: float) -> float:
    """Share of the shift's days that a contract of this many hours a week works."""
    if math.isnan(contract_hours):
        return 1.0
    whole = hours_a_week(scenario, group, shift)
    share = contract_hours / whole if whole else 1.0
    return 1.0 if share >= FULL_ENOUGH else share
