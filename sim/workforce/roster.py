"""Who is scheduled when: shifts, rotations, breaks, part-time days, roster files and away blocks become segments.

All of them are written in the time of the group's site, which may be in another zone than the center.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.clock import LocalTime
from sim.observations import AVAILABLE, AWAY, BREAK
from sim.scenario.checks_staffing import break_bounds
from sim.scenario.model import Scenario
from sim.scenario.schema import Away, Group, Shift
from sim.units import HOUR
from sim.workforce.people import Agents

FULL_ENOUGH = 0.99
"""A contract of at least this share of the shift's hours works all its days."""


@dataclass(frozen=True)
class Segments:
    """Scheduled stretches, by agent and time; `start` and `end` in seconds since the start of the horizon."""

    agent: NDArray[np.int64]
    day: NDArray[np.int64]
    """Number of the local date, at the group's place, on which the shift starts. Before 0 for a night shift that began
    before the horizon, and at a site behind the center's time; past the last day at a site ahead of it."""
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    activity: NDArray[np.int64]
    paid: NDArray[np.bool_]

    def days(self, horizon: int) -> range:
        """Day numbers on which somebody may be paid: the horizon's, its eve, and what sites add before and after."""
        return range(int(self.day.min(initial=-1)), int(self.day.max(initial=horizon - 1)) + 1)


Stretch = tuple[int, int, float, float, int, bool]


def build_segments(scenario: Scenario, agents: Agents) -> Segments:
    """Every scheduled stretch of every agent, clipped to the horizon."""
    stretches: list[Stretch] = []
    for number, (name, group) in enumerate(scenario.spec.groups.items()):
        members = agents.of_group(number).tolist()
        if group.roster is not None:
            scheduled = _from_file(scenario, name, agents, members)
        elif group.shifts is not None:
            scheduled = _from_shifts(scenario, name, agents, members)
        else:
            continue
        stretches += _with_away(scenario, name, scheduled)
    end = scenario.clock.end
    clipped = [(a, d, max(0.0, s), min(end, e), act, paid) for a, d, s, e, act, paid in stretches]
    # What lies outside the horizon goes, and what a roster puts into the hour that a clock change skips.
    clipped = [stretch for stretch in clipped if stretch[2] < stretch[3]]
    clipped.sort()
    columns = list(zip(*clipped, strict=True)) if clipped else [()] * 6
    kinds = (np.int64, np.int64, np.float64, np.float64, np.int64, np.bool_)
    return Segments(*(np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)))


def _from_file(scenario: Scenario, name: str, agents: Agents, members: list[int]) -> list[Stretch]:
    ids = {agents.names[a]: a for a in members}
    clock, local = scenario.clock, scenario.local_time(name)
    dated = [((row.date - clock.start).days, row) for row in scenario.data.rosters[name]]
    return [
        (ids[row.agent], day, local.elapsed(day, row.start), local.elapsed(day, row.end), row.activity, row.paid)
        for day, row in dated
        if clock.reached(local, day, (row.start, row.end))
    ]


def largest_remainder(shares: list[float], total: int) -> list[int]:
    """Whole numbers in these proportions that add up to `total`."""
    exact = [share * total for share in shares]
    counts = [math.floor(value + 1e-9) for value in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (counts[i] - exact[i], i))
    for i in by_remainder[: total - sum(counts)]:
        counts[i] += 1
    return counts


def _from_shifts(scenario: Scenario, name: str, agents: Agents, members: list[int]) -> list[Stretch]:
    parts = scenario.spec.groups[name].shifts or {}
    if all(kind == "share" for kind, _ in parts.values()):
        counts = largest_remainder([value for _, value in parts.values()], len(members))
    else:
        counts = [int(value) for _, value in parts.values()]
    stretches: list[Stretch] = []
    first = 0
    for shift_name, count in zip(parts, counts, strict=True):
        stretches += _shift_stretches(
            scenario, name, scenario.spec.shifts[shift_name], agents, members[first : first + count]
        )
        first += count
    return stretches


def _shift_stretches(scenario: Scenario, name: str, shift: Shift, agents: Agents, members: list[int]) -> list[Stretch]:
    clock, local = scenario.clock, scenario.local_time(name)
    group, days_off = scenario.spec.groups[name], scenario.days_off(name)
    rotation = scenario.spec.rotations[group.rotation] if group.rotation is not None else None
    monday = clock.start - dt.timedelta(days=clock.start.weekday())
    shares = [_contract_share(scenario, group, shift, float(agents.contract_hours[a])) for a in members]
    turns = [0] * len(members)
    stretches: list[Stretch] = []
    for day in clock.days_reached(local, shift.hours):
        date = clock.start + dt.timedelta(days=day)
        working = []
        for position, a in enumerate(members):
            week = (date - monday).days // 7 + (position if rotation and rotation.assign == "spread" else 0)
            if date.weekday() not in shift.days or (rotation and not rotation.works(week, date.weekday())):
                continue
            turn, share = turns[position], shares[position]
            turns[position] += 1
            # A part-timer works this share of the shift's days, each starting elsewhere in the pattern.
            offset = (position * 0.6180339887498949) % 1.0
            if math.floor((turn + 1) * share + offset) > math.floor(turn * share + offset):
                working.append(a)
        if date in days_off:
            continue
        for position, a in enumerate(working):
            stretches += _agent_day(local, shift, a, day, position / max(1, len(working) - 1))
    return stretches


def _contract_share(scenario: Scenario, group: Group, shift: Shift, contract_hours: float) -> float:
    """Share of the shift's days that a contract of this many hours a week works."""
    if math.isnan(contract_hours):
        return 1.0
    unpaid = sum(pause.length for pause in shift.breaks if not pause.paid)
    paid_hours = (shift.hours[1] - shift.hours[0] - unpaid) / HOUR
    days = float(len(shift.days))
    if group.rotation is not None:
        weeks = scenario.spec.rotations[group.rotation].weeks
        days = sum(week[day] != "-" for week in weeks for day in shift.days) / len(weeks)
    share = contract_hours / (paid_hours * days) if paid_hours * days else 1.0
    return 1.0 if share >= FULL_ENOUGH else share


def _agent_day(local: LocalTime, shift: Shift, a: int, day: int, place: float) -> list[Stretch]:
    """Work cut by breaks; `place` from 0 to 1 staggers them over the shift's agents."""
    stretches: list[Stretch] = []
    pauses = []
    for pause in shift.breaks:
        first, last = break_bounds(shift, pause)
        pauses.append((float(round(first + place * (last - first))), pause))
    # A break has its length in real time, also in the hour that a clock change skips or repeats.
    at, end = local.elapsed(day, shift.hours[0]), local.elapsed(day, shift.hours[1])
    for start, pause in sorted(pauses, key=lambda entry: entry[0]):
        leaves = min(max(at, local.elapsed(day, start)), end)
        back = min(leaves + round(pause.length), end)
        if leaves > at:
            stretches.append((a, day, at, leaves, AVAILABLE, True))
        if back > leaves:
            stretches.append((a, day, leaves, back, BREAK, pause.paid))
        at = back
    if end > at:
        stretches.append((a, day, at, end, AVAILABLE, True))
    return stretches


def _with_away(scenario: Scenario, name: str, scheduled: list[Stretch]) -> list[Stretch]:
    """A group's stretches with its away blocks cut out of the work."""
    clock, local, blocks = scenario.clock, scenario.local_time(name), scenario.spec.groups[name].away
    if not blocks:
        return scheduled
    by_date: dict[int, list[Stretch]] = {}
    for stretch in scheduled:
        by_date.setdefault(stretch[1], []).append(stretch)
    for block in blocks.values():
        turns: Counter[int] = Counter()
        for day in clock.days_reached(local, block.hours):
            if (clock.start + dt.timedelta(days=day)).weekday() in block.days:
                start, end = local.elapsed(day, block.hours[0]), local.elapsed(day, block.hours[1])
                # The block, and a shift that it meets, may each pass midnight.
                near = [date for date in (day - 1, day, day + 1) if date in by_date]
                leaving = _in_turn([s for date in near for s in by_date[date]], start, end, block.heads, turns)
                turns.update(leaving)
                for date in near:
                    by_date[date] = [part for s in by_date[date] for part in _cut(s, leaving, start, end, block)]
    return [stretch for stretches in by_date.values() for stretch in stretches]


def _in_turn(stretches: list[Stretch], start: float, end: float, heads: int, turns: Counter[int]) -> set[int]:
    """So many of those at work: first who is there for the whole block, then who was away the fewest times."""
    there: defaultdict[int, float] = defaultdict(float)
    at_work: set[int] = set()
    for a, _, begins, ends, activity, _ in stretches:
        inside = min(ends, end) - max(begins, start)
        if inside > 0 and activity in (AVAILABLE, BREAK):
            there[a] += inside
            at_work |= {a} if activity == AVAILABLE else set()
    return set(sorted(at_work, key=lambda a: (there[a] < end - start, turns[a], a))[:heads])


def _cut(stretch: Stretch, leaving: set[int], start: float, end: float, block: Away) -> list[Stretch]:
    """Work with the block taken out of it; breaks and the like stay where they are."""
    a, day, begins, ends, activity, paid = stretch
    first, last = max(begins, start), min(ends, end)
    if a not in leaving or activity != AVAILABLE or first >= last:
        return [stretch]
    parts = [(a, day, begins, first, activity, paid), (a, day, first, last, AWAY, block.paid)]
    parts.append((a, day, last, ends, activity, paid))
    return [part for part in parts if part[2] < part[3]]
