"""What must hold of time off the floor: leave and sickness, meetings and coaching, courses and cross-training."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.errors import did_you_mean
from sim.scenario.checks.findings import (
    Finding,
    error,
    group_has_people,
    is_lost,
    is_unknown,
    names_of,
    no_shift_at,
    warning,
    way_to,
)
from sim.scenario.heads import most_heads, starting_heads
from sim.scenario.language.groups import Group
from sim.scenario.language.off_floor import OUT_OF_OFFICE, Absence, Activity, CrossTraining, Lessons
from sim.scenario.model import Scenario
from sim.scenario.shift_hours import meets_a_shift
from sim.scenario.shrinkage_sources import produces
from sim.units import DAY, format_duration

DAYS_A_YEAR = 365
WORKING_DAYS = DAYS_A_YEAR * 5 / 7
MANY_DAYS = 100

# ---- Leave and sickness --------------------------------------------------------------------------------------------


def absences_are_of_groups(s: Scenario) -> Iterator[Finding]:
    for name, absence in s.spec.absence.items():
        yield from _groups(s, f"absence.{name}.groups", absence.groups)


def _groups(s: Scenario, where: str, groups: tuple[str, ...]) -> Iterator[Finding]:
    for group in dict.fromkeys(groups):
        yield from group_has_people(s, where, group)
    if len(set(groups)) < len(groups):
        yield error(where, "names a group twice")


def absence_leaves_days_to_work(s: Scenario) -> Iterator[Finding]:
    for name, absence in s.spec.absence.items():
        where, days = f"absence.{name}.annual_days", absence.annual_days
        if days > DAYS_A_YEAR:
            yield error(
                where, f"is {days:g}, but a year has {DAYS_A_YEAR} days, {int(WORKING_DAYS)} of them working days"
            )
        elif days >= WORKING_DAYS:
            yield error(where, f"is {days:g}, but a year has {int(WORKING_DAYS)} working days; write fewer")
        elif absence.spell is not None and days * DAY > (WORKING_DAYS - days) * absence.spell:
            spell = format_duration(absence.spell)
            text = (
                f"{days:g} days a year cannot come in spells of {spell}: the next would begin before the last has ended"
            )
            yield error(f"absence.{name}.spell", f"{text}; write a longer one")
        elif days > MANY_DAYS:
            yield warning(where, f"is {days:g} of {int(WORKING_DAYS)} working days a year; is it a number of hours?")


def leave_fits_under_its_cap(s: Scenario) -> Iterator[Finding]:
    for name, absence in s.spec.absence.items():
        for group in s.groups:
            if name in s.group(group).absences(sickness=False) and 0 < absence.annual_days < WORKING_DAYS:
                yield from _fits(s, f"absence.{name}.at_most", absence, group)


def _fits(s: Scenario, where: str, absence: Absence, group: str) -> Iterator[Finding]:
    """Room for leave: so many of the heads on each day that the group works; more, if hiring makes it larger."""
    sizes = [heads for heads in (starting_heads(s, group), most_heads(s, group)) if heads]
    if not sizes or most_heads(s, group) is None:
        return
    heads = max(sizes, key=lambda size: absence.most_at_once(size) / size)
    at_once = absence.most_at_once(heads)
    room = at_once / heads * DAYS_A_YEAR / 7 * _days_worked(s, s.spec.groups[group])
    if absence.annual_days > room + 1e-9:
        text = f"{absence.at_most:.0%} of the {heads} heads of {group} is {at_once}"
        text = f"{text}: there is room for {room:.1f} days a head and year, not for {absence.annual_days:g}"
        yield warning(where, f"{text}; the rest is not taken")


def _days_worked(s: Scenario, group: Group) -> int:
    """Weekdays on which somebody of the group may work."""
    shifts = [s.spec.shifts[name] for name in group.shifts or () if name in s.spec.shifts]
    return len({day for shift in shifts for day in shift.days}) if shifts else 7


def granted_leave_is_of_agents(s: Scenario) -> Iterator[Finding]:
    for name, granted in s.data.granted_leave.items():
        known: set[str] = set()
        for group in s.groups:
            if name in s.group(group).absences(sickness=False):
                known |= {person.name for person in s.data.people.get(group, ())}
                known |= {row.agent for row in s.data.rosters.get(group, ())}
        unknown = sorted({leave.agent for leave in granted} - known)
        if unknown and not known and not any(group.people or group.roster for group in s.spec.groups.values()):
            text = "leave is granted to agents by name: give their group a people file or a roster"
            yield error(f"absence.{name}.csv", text)
            continue
        for agent in unknown[:5] if known else ():
            yield error(
                f"absence.{name}.csv", f'"{agent}" is in no people file or roster; {did_you_mean(agent, known)}'
            )


def granted_leave_falls_in_the_horizon(s: Scenario) -> Iterator[Finding]:
    first, last = s.clock.dates[0], s.clock.dates[-1]
    for name, granted in s.data.granted_leave.items():
        outside = sum(leave.last < first or leave.first > last for leave in granted)
        if outside:
            yield warning(f"absence.{name}.csv", f"{outside} of {len(granted)} rows lie outside {first} to {last}")


# ---- Meetings and coaching -----------------------------------------------------------------------------------------


def activities_take_place(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        if group.seats is not None:
            continue
        for key in ("meetings", "coaching"):
            activities: dict[str, Activity] = getattr(group, key)
            for label, activity in activities.items():
                where = f"groups.{name}.{key}.{label}"
                if activity.at_once == 0:
                    yield error(f"{where}.at_once", "never lets anybody go; write a share such as 0.1")
                if activity.hours is not None and not meets_a_shift(s, group, activity.days, activity.hours):
                    yield warning(where, f"{no_shift_at(activity.days, activity.hours)}: it never takes place")
                elif activity.length is not None:
                    yield from _fits_a_shift(s, f"{where}.length", activity.length, name)


def _fits_a_shift(s: Scenario, where: str, length: float, group: str) -> Iterator[Finding]:
    parts = s.spec.groups[group].shifts or {}
    if not parts or not set(parts) <= set(s.spec.shifts):
        return
    longest = max(s.spec.shifts[part].hours[1] - s.spec.shifts[part].hours[0] for part in parts)
    if length > longest:
        text = f"{format_duration(length)} at a time, but no shift of {group} is longer than {format_duration(longest)}"
        yield warning(where, f"{text}: it never takes place")


# ---- Courses and cross-training ------------------------------------------------------------------------------------


def courses_have_groups(s: Scenario) -> Iterator[Finding]:
    for name, course in s.spec.courses.items():
        where = f"courses.{name}.groups"
        if not course.groups:
            yield error(where, 'is empty; write the groups that attend, such as groups = ["core"]')
        yield from _groups(s, where, course.groups)


def lessons_can_be_held(s: Scenario) -> Iterator[Finding]:
    for where, lessons, groups in _lessons(s):
        for key, way_out in (("length", '"8h"'), ("a_day", '"4h"'), ("at_once", "0.1")):
            if getattr(lessons, key) == 0:
                yield error(f"{where}.{key}", f"must be more than 0, such as {way_out}")
        for group in groups:
            if group in s.spec.groups:
                yield from _fits_a_shift(s, f"{where}.a_day", min(lessons.a_day, lessons.length), group)


def _lessons(s: Scenario) -> Iterator[tuple[str, Lessons, tuple[str, ...]]]:
    """(place, course or cross-training, groups that attend)."""
    for name, course in s.spec.courses.items():
        yield f"courses.{name}", course, tuple(dict.fromkeys(course.groups))
    for name, group in s.spec.groups.items():
        if group.seats is None:
            for queue, training in group.cross_training.items():
                yield f"groups.{name}.cross_training.{queue}", training, (name,)


def lessons_start_in_the_horizon(s: Scenario) -> Iterator[Finding]:
    first, last = s.clock.dates[0], s.clock.dates[-1]
    for where, lessons, _ in _lessons(s):
        if lessons.starts < first:
            text = f"{lessons.starts} lies before the first day, {first}: it starts then, and nobody has attended yet"
            yield warning(f"{where}.starts", text)
        elif lessons.starts > last:
            yield warning(f"{where}.starts", f"{lessons.starts} lies after the last day, {last}: nobody attends")


def courses_come_again(s: Scenario) -> Iterator[Finding]:
    for name, course in s.spec.courses.items():
        where = f"courses.{name}"
        if course.every is not None and course.every <= course.length:
            text = f"{format_duration(course.every)} is no longer than the course itself"
            yield error(f"{where}.every", f'{text}; write the time until it is repeated, such as "26w"')
        if course.half_life == 0:
            yield error(f"{where}.half_life", "the effect would be gone at once; leave it out if it stays")
        elif course.half_life is not None and set(dict(course.effect).values()) == {1.0}:
            yield warning(f"{where}.half_life", "the course has no effect that could fade; add effect")


def cross_training_adds_a_skill(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        for queue, training in group.cross_training.items() if group.seats is None else ():
            where = f"groups.{name}.cross_training.{queue}"
            if training.ramp is not None and is_unknown(s, "ramp", training.ramp):
                yield error(f"{where}.ramp", f'"{training.ramp}" is not a ramp; {way_to(s, "ramp", training.ramp)}')
            if queue in group.skills:
                yield from _somebody_to_train(s, where, name, group.skills[queue].holders, training)
            elif is_unknown(s, "queues", queue):
                yield error(where, f'"{queue}" is not a queue; {did_you_mean(queue, names_of(s, "queues"))}')
            elif not is_lost(s, f"groups.{name}.skills"):
                text = "is not a skill of the group: say who holds it before"
                yield error(where, f"{text}; add {queue} = {{ holders = 0 }} to groups.{name}.skills")


def _somebody_to_train(
    s: Scenario, where: str, group: str, holders: float, training: CrossTraining
) -> Iterator[Finding]:
    most = most_heads(s, group)
    if holders == 1:
        text = "everybody holds the skill already; write the share who hold it before"
        yield error(where, f"{text}, such as holders = 0, in groups.{group}.skills")
        return
    lack = most - max(math.floor(holders * most + 0.5 + 1e-9), holders > 0) if most is not None else training.heads
    if training.heads > lack:
        yield warning(f"{where}.heads", f"is {training.heads}, but only {lack} of {most} heads lack the skill")


# ---- What was planned ----------------------------------------------------------------------------------------------


def planned_shrinkage_adds_up(s: Scenario) -> Iterator[Finding]:
    """Out of the office of contracted hours, in the office of attended ones: neither is more than all of them."""
    plan = s.spec.shrinkage_plan
    shares: dict[str, float] = dict(plan) if plan is not None else {}
    for of, keys in (
        ("contracted", OUT_OF_OFFICE),
        ("attended", tuple(key for key in shares if key not in OUT_OF_OFFICE)),
    ):
        total = sum(shares.get(key, 0.0) for key in keys)
        if total > 1:
            yield error("shrinkage_plan", f"{' and '.join(keys)} add up to {total:.0%} of {of} hours; 100% at most")


def planned_shrinkage_is_produced(s: Scenario) -> Iterator[Finding]:
    if s.spec.shrinkage_plan is not None:
        idle = [kind for kind, share in s.spec.shrinkage_plan if share and not produces(s, kind)]
        if idle:
            text = f"nothing in the file produces {', '.join(idle)}: people are there as if it were 0"
            yield warning("shrinkage_plan", text)
