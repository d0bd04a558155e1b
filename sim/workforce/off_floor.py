"""Off the floor within a shift: meetings, coaching, course hours, mentoring; and shifts begun late or ended early.

Fixed hours take everybody who is at work. What has a length is planned week by week and person by person, where it is
quietest; whoever is ill on the day has missed it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sim import luck as purposes
from sim.luck import PeopleLuck
from sim.observations import AVAILABLE, COACHING, LATE, MEETING
from sim.scenario.language.off_floor import Activity, Unpunctual, heads_at_once
from sim.scenario.model import Scenario
from sim.units import WEEK
from sim.workforce.away import NEAR
from sim.workforce.people import Agents
from sim.workforce.quietest import Cover
from sim.workforce.roster import Roster
from sim.workforce.segments import Bools, Floats, Ints, Segments, Window, clipped, cut_out, work_within

ALL_WEEK = tuple(range(7))
MENTORING = "mentoring"
"""Key of the seconds that mentors spend with nesters."""

NOT_ASKED: Floats = np.empty(0)

KEPT = 9
"""Days for which a plan is kept: places whose dates begin later are still in the week before."""


@dataclass(frozen=True)
class Wanted:
    """Hours that some agents are due, in blocks, wherever it is quietest."""

    agents: Ints
    """Who goes first stands first."""
    seconds: Floats
    """Of each of them."""
    a_day: float
    at_once: float
    """Share of a group's heads, one of them at least."""
    activity: int
    paid: bool
    key: str


class Staff(Protocol):
    """What mentoring asks of people's careers, per agent."""

    @property
    def proficient(self) -> Bools: ...

    @property
    def hired_day(self) -> Floats: ...

    @property
    def nesting_entry(self) -> Ints:
        """Number of the hiring entry of those who are nesting, else −1."""
        ...


class OffFloor:
    """The plan of one replication, and what comes of it on the day."""

    def __init__(self, scenario: Scenario, agents: Agents, roster: Roster, luck: PeopleLuck) -> None:
        self._scenario, self._roster, self._group, self._heads = scenario, roster, agents.group, len(agents.names)
        self._monday = scenario.clock.start.weekday()
        groups = [group.spec for group in scenario.numbered.groups]
        kept = [
            _Kept(g, np.flatnonzero(agents.group == g), terms, activity, np.full(self._heads, np.inf))
            for g, group in enumerate(groups)
            for activities, activity in ((group.meetings, MEETING), (group.coaching, COACHING))
            for terms in activities.values()
        ]
        self._fixed = [one for one in kept if one.terms.hours is not None]
        self._planned = [one for one in kept if one.terms.length is not None]
        self._unpunctual = [
            _Unpunctuality([group.lateness for group in groups], agents.group, luck, at_end=False),
            _Unpunctuality([group.early_log_off for group in groups], agents.group, luck, at_end=True),
        ]
        self._nestings = [
            (number, hiring.nesting, scenario.group(hiring.group).number)
            for number, hiring in enumerate(scenario.spec.hiring.values())
            if hiring.nesting is not None and hiring.nesting.mentor_share
        ]
        self._plan: dict[int, list[Window]] = defaultdict(list)

    def _week(self, day: int) -> int:
        """Calendar weeks since the one in which the horizon begins."""
        return (day + self._monday) // 7

    # ---------------------------------------------------------------- the week's plan

    def plan_week(self, first: int, last: int, on_floor: Bools, on_leave: Bools, wanted: list[Wanted]) -> None:
        """Place what has a length on the dates from `first` until before `last`. `on_leave`: agents × these dates."""
        for day in [day for day in self._plan if day < first - KEPT]:
            del self._plan[day]
        week = self._week(first)
        if week < 0 or not (self._planned or wanted):
            return
        paper = clipped(self._roster.within_weeks(range(first, last), on_floor), self._scenario.clock)
        paper = paper.take(~on_leave[paper.agent, paper.day - first])
        paper = paper.take(np.argsort(paper.agent, kind="stable"))
        fixed = [window for day in range(first + min(NEAR), last + max(NEAR)) for window in self._at_fixed_hours(day)]
        paper, _ = cut_out(paper, fixed, self._heads)
        for g in range(len(self._scenario.groups)):
            members = on_floor & (self._group == g)
            stretches = paper.take((paper.activity == AVAILABLE) & members[paper.agent])
            planned = [one for one in self._planned if one.group == g]
            for one in planned:
                one.fall_due(week, on_floor)
            if len(stretches.agent):
                self._plan_group(stretches, g, int(members.sum()), planned, wanted)

    def _plan_group(self, stretches: Segments, g: int, heads: int, planned: list[_Kept], wanted: list[Wanted]) -> None:
        cover = Cover(stretches, self._roster.load[g], self._scenario.clock.interval)
        for one in planned:
            one.due_since[self._place(cover, one.job(), heads, one.terms.days)] = np.inf
        for job in wanted:
            self._place(cover, job, heads, ALL_WEEK)

    def _place(self, cover: Cover, job: Wanted, heads: int, weekdays: tuple[int, ...]) -> list[int]:
        """Note in the plan when a job is done; who found a place."""
        days = [day for day in cover.days if (day + self._monday) % 7 in weekdays]
        most = heads_at_once(job.at_once, heads)
        # Lessons can go on another day; a meeting is one.
        blocks = cover.place(job.agents, job.seconds, job.a_day, most, days, in_parts=bool(job.key))
        by_date = defaultdict(list)
        for agent, day, start, length in blocks:
            by_date[day].append((agent, start, start + length))
        for day, placed in by_date.items():
            agents, starts, ends = (np.array(column) for column in zip(*placed, strict=True))
            window = Window(agents, starts, ends, job.activity, job.paid, job.key)
            self._plan[day].append(window)
            cover.note(window)
        return [block[0] for block in blocks]

    # ---------------------------------------------------------------- the day

    def cut(self, segments: Segments, day: int, careers: Staff) -> tuple[Segments, dict[str, Floats]]:
        """A local date's stretches without what takes people off the floor; seconds attended per agent, by key."""
        at_work = _worked(segments, self._heads) if self._nestings else NOT_ASKED
        windows = [one.windows(segments, day) for one in self._unpunctual if one.any]
        windows += [window for near in NEAR for window in self._at_fixed_hours(day + near)]
        segments, attended = cut_out(segments, windows + self._plan.get(day, []), self._heads)
        mentoring = self._mentoring(segments, at_work, careers)
        # A mentor's hours past the end of the horizon cost nothing in it.
        segments, mentored = cut_out(clipped(segments, self._scenario.clock), mentoring, self._heads)
        return segments, attended | mentored

    def _at_fixed_hours(self, day: int) -> list[Window]:
        """Meetings and the like that begin on a local date."""
        windows = []
        for one in self._fixed:
            if self._week(day) % one.weeks == 0 and (day + self._monday) % 7 in one.terms.days:
                assert one.terms.hours is not None
                local = self._scenario.numbered.groups[one.group].local_time
                start, end = (local.elapsed(day, time) for time in one.terms.hours)
                windows.append(Window(one.members, start, end, one.activity, one.terms.paid))
        return windows

    def _mentoring(self, segments: Segments, at_work: Floats, careers: Staff) -> list[Window]:
        """With so many nesters at work, so many of the longest-tenured are with them for a part of their shift."""
        windows: list[Window] = []
        taken = np.zeros(self._heads, dtype=np.bool_)
        for number, nesting, group in self._nestings:
            nesters = int(((careers.nesting_entry == number) & (at_work > 0.0)).sum())
            if nesters:
                free = careers.proficient & (self._group == group) & (at_work > 0.0) & ~taken
                candidates = np.flatnonzero(free)
                order = np.argsort(careers.hired_day[candidates], kind="stable")
                mentors = candidates[order[: math.ceil(nesters / (nesting.mentor_per or 1))]]
                taken[mentors] = True
                windows += _spread(segments, mentors, at_work[mentors] * (nesting.mentor_share or 0.0))
        return windows


def _worked(segments: Segments, heads: int) -> Floats:
    """Seconds of work, per agent."""
    return work_within(segments, np.full(heads, -np.inf), np.full(heads, np.inf))


@dataclass(frozen=True)
class _Kept:
    """A meeting or coaching that a group keeps."""

    group: int
    members: Ints
    terms: Activity
    activity: int
    due_since: Floats
    """Week since which each agent is due; ∞: not due. Of what has a length."""

    @property
    def weeks(self) -> int:
        return round(self.terms.every / WEEK)

    def fall_due(self, week: int, on_floor: Bools) -> None:
        """Each of its weeks for some of them, so that they do not all go in the same one."""
        now = self.members[on_floor[self.members] & ((week - self.members) % self.weeks == 0)]
        self.due_since[now] = np.minimum(self.due_since[now], week)

    def job(self) -> Wanted:
        """Who waits longest goes first."""
        due = self.members[np.isfinite(self.due_since[self.members])]
        due = due[np.argsort(self.due_since[due], kind="stable")]
        length = self.terms.length or 0.0
        seconds = np.full(len(due), length)
        return Wanted(due, seconds, length, self.terms.at_once, self.activity, self.terms.paid, "")


class _Unpunctuality:
    """A share of shifts begun late, or ended early, by an exponential time: of the first, or last, stretch of work."""

    def __init__(self, terms: list[Unpunctual | None], group: Ints, luck: PeopleLuck, *, at_end: bool) -> None:
        self._luck, self._at_end = luck, at_end
        self._share, self._mean = (
            np.array([0.0 if one is None else getattr(one, key) for one in terms])[group] for key in ("share", "mean")
        )
        self._paid = np.array([one is not None and one.paid for one in terms])[group]
        self._whether, self._by = (
            (purposes.EARLY, purposes.EARLY_BY) if at_end else (purposes.LATE, purposes.LATE_BY)
        )  # fmt: skip
        self.any = bool(self._share.any())

    def windows(self, segments: Segments, day: int) -> Window:
        """Who is late, or gone early, on a date; the stretches are in order."""
        if not len(segments.agent):
            return Window(segments.agent, segments.start, segments.end, LATE, segments.paid)
        changes = (segments.agent[1:] != segments.agent[:-1]).nonzero()[0]
        rows = np.concatenate([changes, [len(segments.agent) - 1]] if self._at_end else [[0], changes + 1])
        rows = rows[segments.activity[rows] == AVAILABLE]
        rows = rows[self._luck.uniforms(self._whether, day, segments.agent[rows]) < self._share[segments.agent[rows]]]
        who = segments.agent[rows]
        length = np.rint(-self._mean[who] * np.log(self._luck.uniforms(self._by, day, who)))
        start, end = segments.start[rows], segments.end[rows]
        if self._at_end:
            return Window(who, np.maximum(start, end - length), end, LATE, self._paid[who])
        return Window(who, start, np.minimum(end, start + length), LATE, self._paid[who])


def _spread(segments: Segments, mentors: Ints, seconds: Floats) -> list[Window]:
    """Each mentor's seconds of work in one block, which breaks interrupt; the blocks' places spread over the shift."""
    windows = []
    for place, (mentor, wanted) in enumerate(zip(mentors.tolist(), seconds.tolist(), strict=True)):
        rows = np.flatnonzero((segments.agent == mentor) & (segments.activity == AVAILABLE))
        worked = np.cumsum(segments.end[rows] - segments.start[rows])
        block = round(min(wanted, worked[-1])) if len(rows) else 0
        if block > 0:
            at = math.floor((worked[-1] - block) * (place + 0.5) / len(mentors))
            first, last = np.searchsorted(worked, at, side="right"), np.searchsorted(worked, at + block)
            start = float(segments.end[rows[first]] - (worked[first] - at))
            end = float(segments.end[rows[last]] - (worked[last] - at - block))
            windows.append(Window(np.array([mentor]), start, end, COACHING, True, MENTORING))
    return windows
