"""Targets that a plan cannot reach, whatever happens: more is asked of its people than they have time for.

An upper bound. Everybody who has the skill does nothing else, at the best speed that the file lets them have, from the
start of a period until its last contact would be late; desks, where they are few, hold no more. In a stretch of work
of s seconds a person begins at most s ÷ h + 1 + cv² contacts of mean length h (Lorden 1970, of renewal processes). So
nobody ill, no bad luck, and no routing is in it: what it refuses cannot be done, what it lets pass may still fail.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import expected, work_of
from sim.errors import Problem
from sim.measures.periods import first_days
from sim.measures.requirement import at_full_hands, hands
from sim.scenario.model import Scenario
from sim.scenario.pools import pools_of_groups
from sim.scenario.serving import has_vendor
from sim.study.expected.most_staff import MostStaff
from sim.units import HOUR
from sim.workforce.people import build_agents
from sim.workforce.skills import group_skills, skill_tables

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

COUNTED_WITH_ALL = "negative"
"""The way to count that leaves nobody out of the denominator: of the others no bound is known."""

COME_AGAIN = 1.1
"""Where customers come again, a plan that resolves more has fewer contacts than the forecast; not by more than this."""

ROUNDING = 1e-9

PERIODS = ("interval", "day", "week", "month")


def out_of_reach(staff: MostStaff, base: Scenario) -> Iterator[Problem]:
    """A warning for each live queue whose target cannot be met in some of its own periods; and for queues of the same
    people whose targets can each be met, but not together.

    `base`: the plan whose staff the handle times were observed of.
    """
    scenario = staff.scenario
    usual = _usual_speeds(base) if base is scenario else _usual_speeds(scenario) | _usual_speeds(base)
    pools, together = pools_of_groups(scenario), defaultdict[int, list[str]](list)
    asked = {name: _asked(scenario, name, usual[name]) for name in scenario.queues if _can_be_judged(staff, name)}
    refused = set[int]()
    for name, one in asked.items():
        pool = pools[scenario.group(scenario.queue(name).routed_to[0]).number]
        together[pool].append(name)
        worst = _worst(staff, {name: one})
        if worst is not None:
            refused.add(pool)
            yield Problem(f"queues.{name}.service_level", _own_text(scenario, name, worst))
    for pool, names in together.items():
        if len(names) > 1 and pool not in refused:
            worst = _worst(staff, {name: asked[name] for name in names})
            if worst is not None:
                yield Problem(f"queues.{names[0]}.service_level", _joint_text(scenario, names, worst))


def _can_be_judged(staff: MostStaff, name: str) -> bool:
    scenario, own = staff.scenario, staff.scenario.queue(name)
    queue = own.spec
    serving = staff.serving(name)
    groups = set(staff.agents.group[serving].tolist())
    if not own.is_live or not serving.any() or groups & staff.endless:
        return False
    if has_vendor(queue) or queue.callback is not None or queue.outreach is not None or scenario.spec.customers:
        return False
    # Whoever gets a busy signal is not among those who count.
    if queue.lines is not None or scenario.spec.center.lines is not None:
        return False
    return own.level.counting == COUNTED_WITH_ALL


@dataclass(frozen=True)
class _Asked:
    """What a queue asks for, by interval."""

    contacts: Floats
    work: Floats
    """Seconds of a standard agent that all of them take."""
    longest: float
    """Work of one contact where it takes longest, × all that a person may begin in no time."""
    target: float
    within: float
    per: str


def _asked(scenario: Scenario, name: str, usual_speed: float) -> _Asked:
    """`usual_speed`: of those of whom the handle time was observed."""
    volume, work, queue = expected(scenario, name), work_of(scenario, name), scenario.spec.queues[name]
    handle = volume.work_factor * (work.mean + work.mean_of("talk") * (volume.talk_factor - 1.0)) * usual_speed
    if hands(scenario, name) > 1 and work.mean:
        handle = handle * min(1.0, float(at_full_hands(scenario, name, np.array(work.mean))) / work.mean)
    contained = queue.self_service.containment if queue.self_service is not None else 0.0
    handed_on = (1.0 - contained) * max(0.0, 1.0 - sum(queue.deflect.values()))
    again = COME_AGAIN if scenario.queue(name).is_followed_up else 1.0
    contacts = volume.contacts * handed_on
    variety = max(law.cv**2 if law.mean else 0.0 for law in (work.talk, work.hold, work.wrap))
    longest = float(handle[contacts > 0.0].max(initial=0.0)) * hands(scenario, name) * (1.0 + variety)
    level = scenario.queue(name).level
    return _Asked(contacts, contacts * handle, longest, level.target / again, level.within, level.per)


@dataclass(frozen=True)
class _Worst:
    """The periods in which too much is asked, and the worst of them."""

    per: str
    failed: int
    periods: int
    """With any contacts."""
    first: int
    """Interval with which the worst begins."""
    possible: float
    """Of what is asked in it."""
    contacts: float
    hours: float
    """Of work that the targets ask for in it, at the usual speed."""
    for_want_of_desks: bool


def _worst(staff: MostStaff, asked: dict[str, _Asked]) -> _Worst | None:
    """Whether these queues' people can do, in every period, what their targets ask for."""
    clock, queues = staff.scenario.clock, list(asked.values())
    per = max((one.per for one in queues), key=PERIODS.index)
    first = np.arange(clock.intervals) if per == "interval" else clock.day_first[first_days(clock, per)]
    last = np.append(first[1:], clock.intervals)
    comes = np.sum([one.work for one in queues], axis=0)
    wanted = np.add.reduceat(np.sum([one.target * one.work for one in queues], axis=0), first)
    limited, free = _capacity(staff, list(asked), max(one.within for one in queues))
    longest = max(one.longest for one in queues)

    def possible(able: _Capacity) -> Floats:
        """Of what is wanted in each period: no more than comes in an interval, or than anybody has time for."""
        in_time = np.minimum(comes, able.in_time + able.may_begin * longest)
        whole = np.add.reduceat(able.seconds, first) + able.after[last - 1] + able.stretches(first, last) * longest
        done = np.minimum(np.add.reduceat(in_time, first), whole)
        return np.asarray(np.divide(done, wanted, out=np.full_like(done, np.inf), where=wanted > 0.0))

    share = possible(limited)
    failed = np.flatnonzero(share < 1.0 - ROUNDING)
    if not len(failed):
        return None
    worst = int(failed[np.argmin(share[failed])])
    contacts = sum(float(one.contacts[first[worst] : last[worst]].sum()) for one in queues)
    desks = bool((possible(free)[failed] >= 1.0).all())
    periods, hours = int((wanted > 0.0).sum()), float(wanted[worst]) / HOUR
    return _Worst(per, len(failed), periods, int(first[worst]), float(share[worst]), contacts, hours, desks)


@dataclass(frozen=True)
class _Capacity:
    """What the queues' people could do at the most, by interval, in work of a standard agent."""

    seconds: Floats
    """Within the interval."""
    in_time: Floats
    """From its beginning until a contact that comes at its end would be late."""
    may_begin: Ints
    """Stretches of work in that time."""
    starts: Floats
    """When all stretches begin, rising; and when they end."""
    ends: Floats
    interval: float
    within: float

    @property
    def after(self) -> Floats:
        """After the interval's end, until a contact that comes then would be late."""
        return self.in_time - self.seconds

    def stretches(self, first: Ints, last: Ints) -> Ints:
        """How many there are between the beginning of one interval and the time that is given after another."""
        begun = np.searchsorted(self.starts, last * self.interval + self.within, side="left")
        return np.asarray(begun - np.searchsorted(self.ends, first * self.interval, side="right"))


def _capacity(staff: MostStaff, names: list[str], within: float) -> tuple[_Capacity, _Capacity]:
    """With the desks that there are, and with as many as are wanted."""
    scenario, clock, agents = staff.scenario, staff.scenario.clock, staff.agents
    speed = np.max([np.where(staff.serving(name), _best_speed(staff, name), 0.0) for name in names], axis=0)
    rows = (speed > 0.0)[staff.agent]
    who, start, end = staff.agent[rows], staff.start[rows], staff.end[rows]
    begins = np.arange(clock.intervals, dtype=np.float64) * clock.interval
    ends = begins + clock.interval
    sites, known = [group.site for group in scenario.numbered.groups], list(scenario.spec.sites)
    place = np.array([-1 if site is None else known.index(site) for site in sites])[agents.group[who]]
    able = np.zeros((2, 2, clock.intervals))
    for site in np.unique(place):
        here = place == site
        desks = scenario.spec.sites[known[site]].seats if site >= 0 else None
        most = math.inf if desks is None else desks * float(speed[who[here]].max())
        moments = np.concatenate([begins, ends, ends + within])
        until = _worked(start[here], end[here], speed[who[here]], moments).reshape(3, -1)
        inside, after = until[1] - until[0], until[2] - until[1]
        for row, limit in enumerate((most, math.inf)):
            kept = np.minimum(inside, limit * clock.interval)
            able[row, 0] += kept
            able[row, 1] += kept + np.minimum(after, limit * within if within else 0.0)
    slots: Ints = np.arange(clock.intervals, dtype=np.int64)
    limited, free = (
        _Capacity(one[0], one[1], slots, np.sort(start), np.sort(end), clock.interval, within) for one in able
    )
    begun = limited.stretches(slots, slots + 1)
    return replace(limited, may_begin=begun), replace(free, may_begin=begun)


def _usual_speeds(base: Scenario) -> dict[str, float]:
    """No less than this, of a standard agent, was the speed of those of whom a queue's handle time was observed."""
    agents = build_agents(base)
    speeds, found = skill_tables(base, agents)[0], dict[str, float]()
    for queue in base.numbered.queues:
        speed = speeds[:, queue.number]
        own = agents.starting & (speed > 0.0)
        # Which of the groups answered most is not known: of the slowest one, the mean by contacts.
        means = [1.0 / float((1.0 / speed[own & (agents.group == g)]).mean()) for g in np.unique(agents.group[own])]
        found[queue.name] = 1.0 if queue.spec.basis == "standard" else min(means, default=1.0)
    return found


def _best_speed(staff: MostStaff, name: str) -> Floats:
    """Per agent: the best speed that the file lets them have, of a standard agent: at the start, or proficient."""
    scenario, agents, groups = staff.scenario, staff.agents, [group.spec for group in staff.scenario.numbered.groups]
    spread = np.array([math.exp(group.talent.speed**2) for group in groups])[agents.group]
    # Of those who come, the luck is not known yet: their mean.
    talent = np.where(agents.starting, np.maximum(agents.talent[0], agents.speed), spread)
    taught = math.prod(max(1.0, course.effect.speed) for course in scenario.spec.courses.values())
    haste = np.array([1.0 / min(1.0, group.pressure.pace) if group.pressure else 1.0 for group in groups])
    skill = group_skills(scenario)[0][:, scenario.queue(name).number] * haste * taught
    return np.asarray(talent * skill[agents.group])


def _worked(start: Floats, end: Floats, rate: Floats, moments: Floats) -> Floats:
    """Work done by stretches at these rates, from the start of the horizon up to each moment."""
    if not len(start):
        return np.zeros(len(moments))
    times = np.concatenate([start, end])
    order = np.argsort(times, kind="stable")
    slope = np.cumsum(np.concatenate([rate, -rate])[order])
    times = times[order]
    done = np.append(0.0, np.cumsum(slope[:-1] * np.diff(times)))
    return np.asarray(np.interp(moments, times, done))


# ---- In words ------------------------------------------------------------------------------------------------------

OUT_OF_REACH = "cannot be reached"


def _own_text(scenario: Scenario, name: str, worst: _Worst) -> str:
    target = scenario.queue(name).level.target
    share, missing = worst.possible * target, worst.hours * (1.0 - worst.possible)
    who, way_out = _who(worst, "the skill")
    return (
        f"{target:.0%} {OUT_OF_REACH} {_periods(worst)}: {_when(scenario, worst)}, if {who} did nothing else, "
        f"at most {share:.0%} of the {worst.contacts:,.0f} contacts expected could be answered in time; "
        f"at least {missing:,.1f} agent hours are missing: {way_out}, or a lower target"
    )


def _joint_text(scenario: Scenario, names: list[str], worst: _Worst) -> str:
    who, way_out = _who(worst, "their skills")
    possible = worst.hours * worst.possible
    return (
        f"the targets of {' and '.join(names)} {OUT_OF_REACH} together {_periods(worst)}: "
        f"{_when(scenario, worst)} they ask for {worst.hours:,.1f} agent hours, and {who} has time for {possible:,.1f} "
        f"at most: {way_out}, or lower targets"
    )


def _who(worst: _Worst, skill: str) -> tuple[str, str]:
    if worst.for_want_of_desks:
        return f"everybody with {skill} who finds a desk", "more desks"
    return f"everybody with {skill}", "more people, hours or skills then"


def _periods(worst: _Worst) -> str:
    return f"in {worst.failed} of {worst.periods} {worst.per}s" if worst.periods > 1 else f"in this {worst.per}"


def _when(scenario: Scenario, worst: _Worst) -> str:
    clock = scenario.clock
    day = int(clock.interval_day[worst.first])
    date = clock.dates[day]
    if worst.per == "interval":
        return f"on {date:%a} {date} at {clock.start_label(day, worst.first - int(clock.day_first[day]))}"
    return {"day": f"on {date:%a} {date}", "week": f"in the week of {date}", "month": f"in {date:%B %Y}"}[worst.per]
