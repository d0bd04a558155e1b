"""Training that does something: courses whose effect decays until repeated, and cross-training that adds a skill."""

from __future__ import annotations

from itertools import chain

import numpy as np
from numpy.typing import NDArray

from sim.observations import TRAINING
from sim.scenario.language.off_floor import Course, CrossTraining, Effect
from sim.scenario.language.workforce import Ramp
from sim.scenario.model import Scenario
from sim.units import DAY, WEEK
from sim.workforce.off_floor import Wanted
from sim.workforce.people import Agents, holds
from sim.workforce.ramp import ramp_of_all

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

SLACK = 0.5
"""Seconds that may lack from a course's hours: they are cut to the floor's grid."""


class Courses:
    """Courses and cross-training of one replication: who is due, who has attended, and what it did."""

    def __init__(self, scenario: Scenario, agents: Agents) -> None:
        spec = scenario.spec
        self._heads = len(agents.names)
        self._courses: list[_Taught] = []
        self._cross: dict[int, list[_CrossTrained]] = {}
        for name, course in spec.courses.items():
            members = np.isin(agents.group, [scenario.group(group).number for group in course.groups])
            starts = (course.starts - scenario.clock.start).days
            self._courses.append(_Taught(f"courses/{name}", course, starts, members))
        held = holds(scenario, agents)
        for group in scenario.numbered.groups:
            for queue, terms in group.spec.cross_training.items():
                q = scenario.queue(queue).number
                starts = (terms.starts - scenario.clock.start).days
                may = (agents.group == group.number) & ~held[:, q]
                ramp = None if terms.ramp is None else spec.ramp[terms.ramp]
                taught = _CrossTrained(f"cross_training/{group.name}/{queue}", terms, starts, may, ramp)
                self._cross.setdefault(q, []).append(taught)

    @property
    def _all(self) -> list[_Taught]:
        return [*self._courses, *chain(*self._cross.values())]

    @property
    def begun(self) -> dict[str, Ints]:
        """How often each agent has begun, by key: again each time that a course is repeated."""
        return {taught.key: taught.begun for taught in self._all}

    def moved(self, old: Ints, new: Ints) -> None:
        """These people go on under other agent numbers, with what they have learnt."""
        for taught in self._all:
            for column in (taught.attended, taught.holds_from, taught.held_before):
                column[new] = column[old]

    def due(self, first: int, last: int, on_floor: Bools, tenure: Floats) -> list[Wanted]:
        """What is to be planned for the week from `first` until before `last`; `tenure` ranks for cross-training."""
        for cross in chain(*self._cross.values()):
            cross.choose(first, on_floor, tenure)
        wanted = []
        for taught in self._all:
            who = np.flatnonzero(taught.waiting(first, last) & on_floor)
            # What was begun is finished first.
            who = who[np.argsort(-taught.attended[who], kind="stable")]
            if len(who):
                terms = taught.terms
                seconds = terms.length - taught.attended[who]
                wanted.append(Wanted(who, seconds, terms.a_day, terms.at_once, TRAINING, terms.paid, taught.key))
        return wanted

    def attended(self, day: int, seconds: dict[str, Floats]) -> None:
        """Seconds on a day, by key, of every agent."""
        for taught in self._all:
            if taught.key in seconds:
                taught.attend(day, seconds[taught.key])

    def factors(self, day: int) -> Floats:
        """3 × agents: what courses multiply speed, resolution and courtesy by."""
        result = np.ones((3, self._heads))
        for taught in self._courses:
            result *= taught.effect(day)
        return result

    def skill_speed(self, day: int, queue: int) -> tuple[Bools, Floats, Floats]:
        """Of every agent: whether cross-training has given the skill of the queue; the ramp's speed and resolution."""
        learnt = np.zeros(self._heads, np.bool_)
        speed, resolution = np.ones((2, self._heads))
        for taught in self._cross.get(queue, ()):
            now = taught.holds_from <= day
            learnt |= now
            speed[now], resolution[now] = taught.ramp_of(now, day)
        return learnt, speed, resolution


class _Taught:
    """How far everybody is with one course, or cross-training."""

    def __init__(self, key: str, terms: Course | CrossTraining, starts: int, may: Bools) -> None:
        self.key, self.terms, self.starts, self.may = key, terms, starts, may
        self.begun = np.zeros(len(may), np.int64)
        self.attended = np.zeros(len(may))
        """Seconds, of the course that the agent is in now."""
        self.holds_from = np.full(len(may), np.inf)
        """The day after the last hour."""
        self.held_before = np.full(len(may), np.inf)
        """The same, of the last time but one: it holds on until the renewal does."""

    def waiting(self, first: int, last: int) -> Bools:
        """Who has hours to attend in a week: from the first that begins after the start; repeated when it is time."""
        if first < self.starts:
            return np.zeros_like(self.may)
        every = self.terms.every if isinstance(self.terms, Course) else None
        hours_left = np.isinf(self.holds_from)
        if every is not None:
            hours_left |= self.holds_from - 1 + every / DAY < last
        return np.asarray(self.may & hours_left)

    def attend(self, day: int, seconds: Floats) -> None:
        self.begun += (self.attended == 0) & (seconds > 0)
        self.attended += seconds
        done = (self.attended >= self.terms.length - SLACK) & (seconds > 0)
        self.attended[done] = 0.0
        self.held_before[done], self.holds_from[done] = self.holds_from[done], day + 1

    def effect(self, day: int) -> Floats:
        """3 × agents; a renewal takes the place of what was left."""
        assert isinstance(self.terms, Course)
        effect: Effect = self.terms.effect
        since = day - np.where(self.holds_from <= day, self.holds_from, self.held_before)
        left = (since >= 0).astype(np.float64)
        if self.terms.half_life is not None:
            left *= np.exp2(-np.maximum(since, 0.0) * DAY / self.terms.half_life)
        gain = np.array([effect.speed, effect.resolution, effect.courtesy]) - 1.0
        return np.asarray(1.0 + gain[:, None] * left)


class _CrossTrained(_Taught):
    """Cross-training of a group in one queue, for so many heads."""

    def __init__(self, key: str, terms: CrossTraining, starts: int, candidates: Bools, ramp: Ramp | None) -> None:
        super().__init__(key, terms, starts, np.zeros_like(candidates))
        self._candidates, self._ramp, self._left = candidates, ramp, terms.heads

    def choose(self, first: int, on_floor: Bools, tenure: Floats) -> None:
        """The longest-tenured candidates, until so many heads have been chosen; who leaves is not replaced."""
        if first < self.starts or not self._left:
            return
        who = np.flatnonzero(self._candidates & on_floor & ~self.may)
        chosen = who[np.argsort(-tenure[who], kind="stable")][: self._left]
        self.may[chosen] = True
        self._left -= len(chosen)

    def ramp_of(self, who: Bools, day: int) -> tuple[Floats, Floats]:
        """(speed, resolution) of these agents in the new skill, by the weeks since they have held it."""
        weeks = (day - self.holds_from[who]) * DAY / WEEK
        if self._ramp is None:
            return np.ones_like(weeks), np.ones_like(weeks)
        # How many of the agent's contacts were of this skill is not known: a usual week's stands for it.
        return ramp_of_all(self._ramp, weeks * (self._ramp.contacts_a_week or 1.0))
