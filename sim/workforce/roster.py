"""Who is scheduled when: shifts, rotations, breaks, part-time days and roster files become segments."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.observations import AVAILABLE, BREAK
from sim.scenario.checks_staffing import break_bounds
from sim.scenario.model import Scenario
from sim.scenario.schema import Group, Shift
from sim.units import DAY, HOUR
from sim.workforce.people import Agents

FULL_ENOUGH = 0.99
"""A contract of at least this share of the shift's hours works all its days."""


@dataclass(frozen=True)
class Segments:
    """Scheduled stretches, by agent and time; `start` and `end` in seconds since the start of the horizon."""

    agent: NDArray[np.int64]
    day: NDArray[np.int64]
    """Number of the local date on which the shift starts; -1 for a night shift that began before the horizon."""
    start: NDArray[np.float64]
    end: NDArray[np.float64]
    activity: NDArray[np.int64]
    paid: NDArray[np.bool_]


Stretch = tuple[int, int, float, float, int, bool]


def build_segments(scenario: Scenario, agents: Agents) -> Segments:
    """Every scheduled stretch of every agent, clipped to the horizon."""
    stretches: list[Stretch] = []
    for number, (name, group) in enumerate(scenario.spec.groups.items()):
        members = agents.of_group(number).tolist()
        if group.roster is not None:
            stretches += _from_file(scenario, name, agents, members)
        elif group.shifts is not None:
            stretches += _from_shifts(scenario, group, agents, members)
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
    clock = scenario.clock
    rows = [row for row in scenario.data.rosters[name] if -1 <= (row.date - clock.start).days < clock.days]
    days = [(row.date - clock.start).days for row in rows]
    return [
        (ids[row.agent], day, clock.elapsed(day, row.start), clock.elapsed(day, row.end), row.activity, row.paid)
        for row, day in zip(rows, days, strict=True)
    ]


def largest_remainder(shares: list[float], total: int) -> list[int]:
    """Whole numbers in these proportions that add up to `total`."""
    exact = [share * total for share in shares]
    counts = [math.floor(value + 1e-9) for value in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (counts[i] - exact[i], i))
    for i in by_remainder[: total - sum(counts)]:
        counts[i] += 1
    return counts


def _from_shifts(scenario: Scenario, group: Group, agents: Agents, members: list[int]) -> list[Stretch]:
    parts = group.shifts or {}
    if all(kind == "share" for kind, _ in parts.values()):
        counts = largest_remainder([value for _, value in parts.values()], len(members))
    else:
        counts = [int(value) for _, value in parts.values()]
    stretches: list[Stretch] = []
    first = 0
    for shift_name, count in zip(parts, counts, strict=True):
        stretches += _shift_stretches(
            scenario, group, scenario.spec.shifts[shift_name], agents, members[first : first + count]
        )
        first += count
    return stretches


def _shift_stretches(
    scenario: Scenario, group: Group, shift: Shift, agents: Agents, members: list[int]
) -> list[Stretch]:
    clock = scenario.clock
    rotation = scenario.spec.rotations[group.rotation] if group.rotation is not None else None
    monday = clock.start - dt.timedelta(days=clock.start.weekday())
    shares = [_contract_share(scenario, group, shift, float(agents.contract_hours[a])) for a in members]
    turns = [0] * len(members)
    stretches: list[Stretch] = []
    # A night shift of the eve reaches into the first day.
    for day in range(-1 if shift.hours[1] > DAY else 0, clock.days):
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
        if date in scenario.closed_days:
            continue
        for position, a in enumerate(working):
            stretches += _agent_day(scenario, shift, a, day, position / max(1, len(working) - 1))
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


def _agent_day(scenario: Scenario, shift: Shift, a: int, day: int, place: float) -> list[Stretch]:
    """Work cut by breaks; `place` from 0 to 1 staggers them over the shift's agents."""
    clock = scenario.clock
    stretches: list[Stretch] = []
    pauses = []
    for pause in shift.breaks:
        first, last = break_bounds(shift, pause)
        pauses.append((float(round(first + place * (last - first))), pause))
    # A break has its length in real time, also in the hour that a clock change skips or repeats.
    at, end = clock.elapsed(day, shift.hours[0]), clock.elapsed(day, shift.hours[1])
    for start, pause in sorted(pauses, key=lambda entry: entry[0]):
        leaves = min(max(at, clock.elapsed(day, start)), end)
        back = min(leaves + round(pause.length), end)
        if leaves > at:
            stretches.append((a, day, at, leaves, AVAILABLE, True))
        if back > leaves:
            stretches.append((a, day, leaves, back, BREAK, pause.paid))
        at = back
    if end > at:
        stretches.append((a, day, at, end, AVAILABLE, True))
    return stretches
