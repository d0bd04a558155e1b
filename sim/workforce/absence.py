"""Who is sick and who is on leave: sickness in spells that come by themselves, leave planned under a cap.

Sickness is a chain of two states per calendar day. With f sick days a day in the long run and spells of L days, a well
person falls ill with chance f / ((1 − f) L) and a sick one recovers with chance 1/L; everybody starts in steady state.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from sim import luck as purposes
from sim.luck import EVE, PURPOSES_A_DAY, PeopleLuck, uniforms
from sim.scenario.model import Scenario
from sim.scenario.reading.csv_tables import season_factor
from sim.units import DAY, YEAR
from sim.workforce.attrition import burnout_factor
from sim.workforce.people import Agents
from sim.workforce.roster import Roster

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

WORKING_DAYS = 5
"""A week, of somebody who is due the whole of an absence's `annual_days`."""


class Absences:
    """The sickness and the leave of one replication, for all who may ever work."""

    def __init__(self, scenario: Scenario, agents: Agents, roster: Roster, luck: PeopleLuck) -> None:
        self.not_taken = 0.0
        """Leave days that found no place."""
        self._on_floor = np.zeros(len(agents.names), np.bool_)
        kinds = {name: _Kind(scenario, agents, name, luck) for name in scenario.spec.absence}
        self._sickness = [_Sickness(kind) for kind in kinds.values() if kind.law.is_sickness]
        self._leave = _LeavePlan(scenario, agents, roster, [k for k in kinds.values() if not k.law.is_sickness])
        dates = scenario.clock.dates
        self._years = [0, *(day for day in range(1, len(dates)) if dates[day].timetuple().tm_yday == 1), len(dates)]

    def moved(self, old: Ints, new: Ints) -> None:
        """These people go on under other agent numbers, with their spells and their leave; call before `joined`."""
        for sickness in self._sickness:
            sickness.state[new] = sickness.state[old]
        self._leave.moved(old, new)

    def joined(self, day: int, who: Bools, on_floor: Bools) -> None:
        """`who` are new on the floor this morning: their health, and their leave; everybody's leave at New Year."""
        self._on_floor = on_floor
        new_year = day in self._years[1:-1]
        if who.any():
            for sickness in self._sickness:
                sickness.start(day, who)
        if new_year or who.any():
            last = min(year for year in self._years if year > day)
            self.not_taken += self._leave.plan(day, last, on_floor if new_year else who, on_floor, again=new_year)

    def leave(self, day: int) -> tuple[Bools, Bools]:
        """(who, paid) on leave on a date, as planned."""
        return self._leave.on(day)

    def on_leave(self, first: int, last: int) -> Bools:
        """Agents × days: leave planned so far."""
        return np.stack([self._leave.on(day)[0] for day in range(first, last)], axis=1)

    def sick(self, day: int, occupancy: Floats) -> tuple[Bools, Bools]:
        """(who, paid) sick today; `occupancy` of each group over its last weeks, NaN where unknown. Once a day."""
        who, paid = np.zeros_like(self._on_floor), np.zeros_like(self._on_floor)
        for sickness in self._sickness:
            ill = sickness.advance(day, self._on_floor, occupancy)
            paid |= ill & ~who & sickness.kind.law.paid
            who |= ill
        return who, paid


class _Kind:
    """One absence of the scenario: whom it concerns, its season by date, and everybody's luck with it."""

    def __init__(self, scenario: Scenario, agents: Agents, name: str, luck: PeopleLuck) -> None:
        self.name, self.law = name, scenario.spec.absence[name]
        of_group = [name in group.absences(self.law.is_sickness) for group in scenario.numbered.groups]
        self.concerns: Bools = np.array(of_group)[agents.group]
        self.group = agents.group
        season = scenario.data.absence_seasons.get(name)
        self.season = np.array([season_factor(season, date) for date in scenario.clock.dates])
        self._luck = luck
        # Its name sets a person's luck apart from that with another absence.
        self._word = np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little"))

    def uniforms(self, purpose: int, day: int, who: Ints) -> Floats:
        """One per person."""
        return uniforms(self._luck.keys[who] ^ self._word, purpose + PURPOSES_A_DAY * (day + EVE))


UNKNOWN, WELL, SICK = -1, 0, 1


class _Sickness:
    """The chains of one kind of sickness."""

    def __init__(self, kind: _Kind) -> None:
        self.kind = kind
        law = kind.law
        assert law.spell is not None
        share = law.annual_days / (YEAR / DAY * WORKING_DAYS / 7)
        self._recover = DAY / law.spell
        self._fall_ill = self._recover * share / (1.0 - share)
        self.state = np.full(len(kind.concerns), UNKNOWN, np.int8)

    def start(self, day: int, who: Bools) -> None:
        """The steady state of today's season, for those of `who` whose health is not known yet."""
        starting = np.flatnonzero(who & self.kind.concerns & (self.state == UNKNOWN))
        fall_ill = self._fall_ill * self.kind.season[day]
        # Drawn with the day before, as today's luck decides how the state goes on.
        drawn = self.kind.uniforms(purposes.SICKNESS, day - 1, starting)
        self.state[starting] = drawn < fall_ill / (fall_ill + self._recover)

    def advance(self, day: int, on_floor: Bools, occupancy: Floats) -> Bools:
        """Who is sick today, of those on the floor."""
        here = np.flatnonzero(on_floor & self.kind.concerns)
        burnout = burnout_factor(self.kind.law.burnout, occupancy)[self.kind.group[here]]
        fall_ill = self._fall_ill * self.kind.season[day] * burnout
        stays_ill = 1.0 - self._recover
        ill = self.kind.uniforms(purposes.SICKNESS, day, here) < np.where(self.state[here] == SICK, stays_ill, fall_ill)
        self.state[here] = ill
        result = np.zeros_like(on_floor)
        result[here] = ill
        return result


class _LeavePlan:
    """The dates of everybody's leave: blocks of scheduled working days, placed by luck where season and cap allow."""

    def __init__(self, scenario: Scenario, agents: Agents, roster: Roster, kinds: list[_Kind]) -> None:
        self._kinds = kinds
        self._group = agents.group
        self._paid = np.array([False] + [kind.law.paid for kind in kinds])
        days, heads = scenario.clock.days, len(agents.names)
        self._taken = np.zeros((days, heads), np.int8)
        """0, or 1 + the number of the kind of leave that the agent has on the date."""
        self._planned = np.zeros((len(kinds), heads), np.bool_)
        if not kinds:
            return
        self._scheduled = np.stack([roster.scheduled(day) for day in range(days)])
        self._days_a_week = self._working_week(scenario)
        for number, kind in enumerate(kinds):
            for granted in scenario.data.granted_leave.get(kind.name, ()):
                first, last = ((date - scenario.clock.start).days for date in (granted.first, granted.last))
                dates = np.arange(max(first, 0), min(last + 1, days))
                whose = kind.concerns & (np.array(agents.names) == granted.agent)
                self._taken[np.ix_(dates, whose)] = np.where(self._scheduled[np.ix_(dates, whose)], number + 1, 0)

    def _working_week(self, scenario: Scenario) -> Floats:
        """Scheduled days a week of each agent; a holiday counts as what its weekday usually is."""
        dates = scenario.clock.dates
        off = [group.days_off for group in scenario.numbered.groups]
        regular = np.array([[date not in days for days in off] for date in dates])[:, self._group]
        weekday = np.array([date.weekday() for date in dates])
        worked, seen = np.zeros((7, len(self._group))), np.zeros((7, len(self._group)))
        for number in range(7):
            on = weekday == number
            worked[number] = (self._scheduled[on] & regular[on]).sum(axis=0)
            seen[number] = regular[on].sum(axis=0)
        usual = np.divide(worked, seen, out=np.zeros_like(worked), where=seen > 0)
        # In a horizon shorter than a week, the weekdays that are not in it are as those that are.
        return np.asarray(7.0 * usual.sum(axis=0) / np.maximum((seen > 0).sum(axis=0), 1))

    def moved(self, old: Ints, new: Ints) -> None:
        self._taken[:, new] = self._taken[:, old]
        self._planned[:, new] = self._planned[:, old]

    def on(self, day: int) -> tuple[Bools, Bools]:
        if not 0 <= day < len(self._taken):
            return np.zeros(len(self._group), np.bool_), np.zeros(len(self._group), np.bool_)
        kind = self._taken[day]
        return kind > 0, self._paid[kind]

    def plan(self, first: int, last: int, who: Bools, on_floor: Bools, *, again: bool) -> float:
        """Plan what these people are due from `first` until before `last`; the days that found no place."""
        lost = 0.0
        for number, kind in enumerate(self._kinds):
            planning = who & kind.concerns
            if not again:
                planning &= ~self._planned[number]
            self._planned[number] |= planning
            for group in np.unique(self._group[planning]):
                colleagues = on_floor & (self._group == group)
                members = np.flatnonzero(planning & (self._group == group))
                lost += self._plan_group(number, first, last, members, np.flatnonzero(colleagues))
        return lost

    def _plan_group(self, number: int, first: int, last: int, members: Ints, colleagues: Ints) -> float:
        """The same, for people of one group and one kind of leave."""
        kind = self._kinds[number]
        scheduled, taken = self._scheduled[first:last, members], self._taken[first:last, members]
        calendar = _Calendar(scheduled, taken, kind.season[first:last])
        due = kind.law.annual_days * (last - first) * DAY / YEAR * self._days_a_week[members] / WORKING_DAYS
        whole = np.floor(due + kind.uniforms(purposes.LEAVE_DAYS, first, members)).astype(np.int64)
        left = np.minimum(whole, calendar.working_days)
        lost = float((whole - left).sum())
        block = max(1, round(kind.law.block / DAY))
        room = None
        if kind.law.at_most < 1.0:
            on_leave = (self._taken[first:last, colleagues] == number + 1).sum(axis=1)
            room = kind.law.most_at_once(len(colleagues)) - on_leave
        # Who chooses first is luck too, not who has the lower number.
        turn = np.argsort(kind.uniforms(purposes.CHOSEN, first, members))
        nth = 0
        while left.any():
            length = np.minimum(left, block)
            wish = kind.uniforms(purposes.LEAVE_WHEN, first + nth, members)
            placed = calendar.place(length, wish, room, turn)
            lost += float(length[~placed].sum())
            left -= length
            nth += 1
        dates, who = calendar.chosen()
        self._taken[first + dates, members[who]] = number + 1
        return lost


class _Calendar:
    """The scheduled days of some people, over the days of a window: where blocks of leave fit.

    Arrays are people × their working days, in order; those who work fewer days have blocked ones at the end.
    """

    def __init__(self, scheduled: Bools, taken: NDArray[np.int8], season: Floats) -> None:
        self.working_days: Ints = scheduled.sum(axis=0)
        people, most = scheduled.shape[1], int(self.working_days.max(initial=0))
        self._date: Ints = np.argsort(~scheduled, axis=0, kind="stable").T[:, :most]
        beyond = np.arange(most) >= self.working_days[:, None]
        own = np.take_along_axis(taken.T, self._date, axis=1) > 0
        self._weight = season[self._date]
        self._blocked = beyond | own | (self._weight == 0.0)
        self._chosen = np.zeros((people, most), np.bool_)

    def chosen(self) -> tuple[Ints, Ints]:
        """(day of the window, person) of all the leave that was placed."""
        person, position = np.nonzero(self._chosen)
        return self._date[person, position], person

    def place(self, length: Ints, wish: Floats, room: Ints | None, turn: Ints) -> Bools:
        """A block of `length` working days for each person whose length is not 0; who found a place.

        The start is at quantile `wish` of the feasible ones, weighted by the season. Where `room` (people, by day of
        the window) runs out, those whose turn comes later look again, in what is left.
        """
        placed = length == 0
        asking = turn[~placed[turn]]
        while len(asking):
            start = self._starts(asking, length[asking], wish[asking], room)
            asking, start = asking[start >= 0], start[start >= 0]
            position = np.arange(self._date.shape[1])
            block = (position >= start[:, None]) & (position < (start + length[asking])[:, None])
            fits = np.ones(len(asking), np.bool_)
            if room is not None:
                row, column = np.nonzero(block)
                fits = self._fitting(row, self._date[asking[row], column], room, len(asking))
                row, column = row[fits[row]], column[fits[row]]
                np.subtract.at(room, self._date[asking[row], column], 1)
            block &= fits[:, None]
            self._blocked[asking] |= block
            self._chosen[asking] |= block
            placed[asking[fits]] = True
            asking = asking[~fits]
        return np.asarray(placed)

    def _starts(self, who: Ints, length: Ints, wish: Floats, room: Ints | None) -> Ints:
        """The position of each person's first day of the block; −1 if there is none."""
        blocked = self._blocked[who]
        if room is not None:
            blocked |= (room <= 0)[self._date[who]]
        most = blocked.shape[1]
        end = np.arange(most) + length[:, None]
        until = np.minimum(end, most)
        weight = np.where((end <= most) & (_sums(blocked, until) == 0), _sums(self._weight[who], until), 0.0)
        reached = np.cumsum(weight, axis=1)
        total = reached[:, -1]
        start = (reached < (wish * total)[:, None]).sum(axis=1)
        return np.where(total > 0.0, start, -1)

    @staticmethod
    def _fitting(row: Ints, date: Ints, room: Ints, asking: int) -> Bools:
        """Which blocks fit when all are granted in order: none of their days is beyond what has room."""
        claimed = np.zeros((asking, len(room)), np.int64)
        claimed[row, date] = 1
        beyond = (np.cumsum(claimed, axis=0) > room) & (claimed > 0)
        return np.asarray(~beyond.any(axis=1))


def _sums(values: NDArray[np.bool_] | Floats, until: Ints) -> Floats:
    """Of each row, from each position to before position `until`."""
    before = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    return np.asarray(np.take_along_axis(before, until, axis=1) - before[:, :-1])
