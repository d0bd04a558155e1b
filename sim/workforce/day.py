"""One replication's people, day by day: who is employed, there, absent, in training, and how good they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clock import EARLIEST
from sim.luck import PeopleLuck
from sim.observations import LEAVE, SICK
from sim.scenario.model import Scenario
from sim.workforce.absence import Absences
from sim.workforce.away import AwayBlocks
from sim.workforce.careers import Careers
from sim.workforce.courses import Courses
from sim.workforce.off_floor import MENTORING, OffFloor
from sim.workforce.people import Agents
from sim.workforce.proficiency import courtesy_on, skill_tables_on
from sim.workforce.roster import Roster
from sim.workforce.segments import Segments, absent, in_order, joined

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

KNOWN_AFTER = 7
"""Days before the occupancy of the last weeks says anything."""

USUAL_WEEKS = 4.0


@dataclass(frozen=True)
class Today:
    """What the floor needs of the workforce for one day."""

    segments: Segments
    """Stretches of the shifts that begin today."""
    speed: Floats
    """Agents × queues, relative to standard; 0 without the skill."""
    resolution: Floats
    courtesy: Floats
    """Per agent, 1 being usual."""
    mentoring: Floats
    """Seconds of the stretches that each agent spends with nesters."""


class Workforce:
    """The slow things of one replication, once a day: the week's ledger decides who sits on the floor."""

    def __init__(self, scenario: Scenario, agents: Agents, roster: Roster, replication: int) -> None:
        self.scenario, self.agents, self.roster = scenario, agents, roster
        sources = [(source.name, source.count) for source in agents.sources]
        luck = PeopleLuck(scenario.spec.run.seed, replication, sources)
        self.careers = Careers(scenario, agents, luck)
        self.courses = Courses(scenario, agents)
        self.absences = Absences(scenario, agents, roster, luck)
        self._off_floor = OffFloor(scenario, agents, roster, luck)
        self._away = AwayBlocks(scenario, agents)
        self._was_on_floor = np.zeros(len(agents.names), np.bool_)
        self._planned_until = EARLIEST
        # Groups whose dates begin together, and the next date of each such place.
        places = [group.site or "" for group in scenario.numbered.groups]
        self._places = [
            (places.index(p), np.array([q == p for q in places])[agents.group]) for p in dict.fromkeys(places)
        ]
        self._next_date = [EARLIEST] * len(self._places)
        self._first_shift = [_first_shift(scenario, place) for place in dict.fromkeys(places)]
        self._windows = {sickness: self._weeks_looked_at(sickness) for sickness in (False, True)}
        self._recent = {sickness: np.full(len(scenario.groups), np.nan) for sickness in (False, True)}

    def _weeks_looked_at(self, sickness: bool) -> Floats:
        """Per group, the weeks over which occupancy burns people out."""
        spec = self.scenario.spec
        weeks = []
        for group in self.scenario.numbered.groups:
            law = spec.attrition.get(group.spec.attrition or "")
            laws = list(group.absences(sickness=True).values()) if sickness else [law] if law else []
            weeks.append(max((one.burnout.over_weeks for one in laws if one.burnout is not None), default=USUAL_WEEKS))
        return np.array(weeks)

    def morning(self, day: int) -> Today:
        """Who comes, goes and is promoted today, and the stretches of everybody whose shift begins today."""
        clock, careers = self.scenario.clock, self.careers
        careers.morning(day)
        on_floor = careers.on_floor
        before, after = careers.moved
        self.absences.moved(before, after)
        self.courses.moved(before, after)
        self.absences.joined(day, on_floor & ~self._was_on_floor, on_floor)
        self._was_on_floor = on_floor.copy()
        sick, sick_paid = self.absences.sick(day, self._recent[True])
        mentoring = np.zeros(len(on_floor))
        parts: list[Segments] = []
        for number, (group, members) in enumerate(self._places):
            local = self.scenario.numbered.groups[group].local_time
            first = self._first_shift[number]
            # A place ahead of the center begins its next date's shifts today already, if their time has come.
            while (date := self._next_date[number]) <= day or local.elapsed(date, first) < clock.day_start[day + 1]:
                self._next_date[number] += 1
                segments, attended = self._begun(date, on_floor & members, (sick, sick_paid))
                parts.append(segments)
                self.courses.attended(date, attended)
                mentoring += attended.get(MENTORING, 0.0)
        taught = self.courses.factors(day)
        speed, resolution = skill_tables_on(self.scenario, self.agents, careers, self.courses, taught, day)
        courtesy = courtesy_on(self.scenario, self.agents, taught)
        return Today(in_order(joined(parts)), speed, resolution, courtesy, mentoring)

    def _begun(self, date: int, who: Bools, sick: tuple[Bools, Bools]) -> tuple[Segments, dict[str, Floats]]:
        """The stretches of these people's shifts of a local date; what they attended of what is planned."""
        if date >= self._planned_until:
            self._plan_week(date)
        # Whoever comes on the first day had no shift on its eve.
        segments = self.roster.of_date(date, who & (self.careers.joined_day <= date))
        for activity, (away, paid) in ((LEAVE, self.absences.leave(date)), (SICK, sick)):
            segments = absent(segments, away, activity, paid)
        segments = self._away.cut(segments, date)
        segments, attended = self._off_floor.cut(segments, date, self.careers)
        return segments, attended

    def _plan_week(self, first: int) -> None:
        """Meetings, coaching and courses of a week, up to its Sunday, for those on the floor when it is planned."""
        weekday = (self.scenario.clock.start + dt.timedelta(days=first)).weekday()
        self._planned_until = first + 7 - weekday
        on_floor, tenure = self.careers.on_floor, first - self.careers.hired_day
        wanted = self.courses.due(first, self._planned_until, on_floor, tenure)
        on_leave = self.absences.on_leave(first, self._planned_until)
        self._off_floor.plan_week(first, self._planned_until, on_floor, on_leave, wanted)

    def evening(self, day: int, handled: Floats, handling: Floats, available: Floats) -> None:
        """What the day did to people: contacts handled by each; agent seconds so far, days × groups."""
        for sickness, windows in self._windows.items():
            self._recent[sickness] = recent_occupancy(handling, available, windows)
        self.careers.evening(day, handled, self._recent[False])


def _first_shift(scenario: Scenario, place: str) -> float:
    """Seconds after midnight at which the first shift of a place ("" for the center itself) begins."""
    begins = [
        begin
        for group in scenario.numbered.groups
        if (group.site or "") == place
        for begin in (
            *(scenario.spec.shifts[shift].hours[0] for shift in group.spec.shifts or ()),
            *(row.start for row in scenario.data.rosters.get(group.name, ())),
        )
    ]
    return min(begins, default=0.0)


def recent_occupancy(handling: Floats, available: Floats, weeks: Floats) -> Floats:
    """Per group, over its last so many weeks (days × groups of agent seconds); NaN in the first week."""
    days, groups = handling.shape
    result = np.full(groups, np.nan)
    if days < KNOWN_AFTER:
        return result
    for g in range(groups):
        first = max(0, days - round(7 * weeks[g]))
        there = available[first:, g].sum()
        if there > 0.0:
            result[g] = handling[first:, g].sum() / there
    return result
