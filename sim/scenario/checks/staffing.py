"""What must hold of the people: staffing given once, shifts, breaks, rest, rosters and seats."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from itertools import pairwise

from sim.errors import did_you_mean
from sim.scenario.checks.findings import (
    Finding,
    breaks_do_not_fit,
    error,
    is_lost,
    is_unknown,
    names_of,
    no_shift_at,
    rest_is_too_short,
    rest_wanted,
    warning,
    way_to,
)
from sim.scenario.heads import heads_given, joining, may_grow_unknown, most_heads, starting_heads
from sim.scenario.language.groups import Group
from sim.scenario.model import Scenario
from sim.scenario.reading.csv_tables import MOST_HOURS_A_WEEK, Profile, RosterRow
from sim.scenario.shift_hours import heads_by_shift, meets_a_shift, parts_in_order
from sim.units import DAY, HOUR, MINUTE, WEEKDAYS, format_duration, format_time_of_day

STAFFING = ("shifts", "roster", "seats")
NAMED = (
    ("rotation", "rotations", "rotation"),
    ("ramp", "ramp", "ramp"),
    ("site", "sites", "site"),
    ("attrition", "attrition", "law of attrition"),
)
"""What a group names: its setting, the table of such things, and their kind."""


def staffing_is_given_once(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        where = f"groups.{name}"
        ways = [way for way in STAFFING if getattr(group, way) is not None]
        if any(is_lost(s, f"{where}.{way}") for way in STAFFING):
            continue
        if len(ways) != 1:
            given = f"not {' and '.join(ways)}" if ways else "shifts are usual"
            yield error(where, f"give exactly one of shifts, roster and seats; {given}")
            continue
        if ways[0] != "shifts":
            for key in ("heads", "rotation", "contract_hours"):
                if getattr(group, key) is not None and not (key == "contract_hours" and ways[0] == "roster"):
                    yield error(f"{where}.{key}", f"goes with shifts, not with {ways[0]}")
            if ways[0] == "seats" and group.people is not None:
                yield error(f"{where}.people", "goes with shifts or a roster, not with seats")
            continue
        if group.people is not None and group.heads is not None:
            yield error(f"{where}.heads", "the people file says how many; remove heads")
        yield from _shift_parts(s, name, group)


def _shift_parts(s: Scenario, name: str, group: Group) -> Iterator[Finding]:
    where = f"groups.{name}.shifts"
    parts = group.shifts or {}
    for shift in parts:
        if is_unknown(s, "shifts", shift):
            yield error(where, f'"{shift}" is not a shift; {did_you_mean(shift, names_of(s, "shifts"))}')
    kinds = {part.kind for part in parts.values()}
    total = sum(part.value for part in parts.values())
    people = len(s.data.people[name]) if name in s.data.people else group.heads
    if not parts:
        yield error(where, "is empty")
    elif len(kinds) == 2:
        yield error(where, "mixes shares and counts; give one kind")
    elif kinds == {"share"}:
        if abs(total - 1.0) > 1e-6:
            yield error(where, f"the shares add up to {total:.1%}, not 100 %")
        if people is None:
            yield error(f"groups.{name}.heads", "shares need heads (or people)")
    elif people is not None and people != total:
        yield error(
            where,
            f"the counts add up to {total:g}, but the group has {people} heads; drop one of the two, or use shares",
        )


def contracts_add_up(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        where = f"groups.{name}"
        places = {f"{where}.shifts.{shift}": part.contract_hours for shift, part in (group.shifts or {}).items()}
        places = {where: group.contract_hours, **places}
        for place, contracts in places.items():
            if any(hours > MOST_HOURS_A_WEEK for hours, _ in contracts or ()):
                yield error(f"{place}.contract_hours", f"is hours a week; {MOST_HOURS_A_WEEK:g} at most")
        heads, split = starting_heads(s, name), [count for _, count in group.contract_hours or ()]
        if any(split) and heads is not None and sum(split) != heads:
            yield error(f"{where}.contract_hours", f"the heads add up to {sum(split)}, but the group has {heads}")
        else:
            yield from _named_contracts(s, name, group)


def _named_contracts(s: Scenario, name: str, group: Group) -> Iterator[Finding]:
    """The group has as many heads of each contract that its shifts name; without a list of its own, just these."""
    heads, parts = heads_given(s, name), parts_in_order(s, group)
    if heads is None or len({part.kind for part in parts.values()}) != 1:
        return
    single = len(group.contract_hours or ()) == 1
    usual = group.contract_hours[0][0] if group.contract_hours is not None and single else None
    if name in s.data.people:
        people, where_from = [person.contract_hours or usual for person in s.data.people[name]], "the people file has"
    elif group.contract_hours is None or single:
        return
    else:
        people, where_from = [h for h, n in group.contract_hours for _ in range(n)], "the group's contract_hours have"
    wanted: dict[float, int] = {}
    for (shift, part), count in zip(parts.items(), heads_by_shift(s, group, heads), strict=True):
        for hours, given in part.contract_hours or ():
            wanted[hours] = wanted.get(hours, 0) + (given if part.names_heads else count)
            if wanted[hours] > people.count(hours):
                text = f"names {wanted[hours]} heads of {hours:g} hours so far, and {where_from} {people.count(hours)}"
                yield error(f"groups.{name}.shifts.{shift}.contract_hours", f"{text}; name fewer, or other contracts")


def names_are_known(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        for key, table, kind in NAMED:
            word = getattr(group, key)
            if word is not None and is_unknown(s, table, word):
                yield error(f"groups.{name}.{key}", f'"{word}" is not a {kind}; {way_to(s, table, word)}')


def _work_together(s: Scenario, shift: str) -> bool:
    """Whether a second person may ever work the shift."""
    total = 0
    for name, group in s.spec.groups.items():
        if shift not in (group.shifts or {}):
            continue
        heads = heads_given(s, name)
        if heads is None or may_grow_unknown(s, name) or any(joining(s, name)):
            return True
        if any(hiring.group == name for hiring in s.spec.hiring.values()):
            return True
        total += heads_by_shift(s, group, heads)[list(parts_in_order(s, group)).index(shift)]
    return total > 1


def breaks_fit_their_shift(s: Scenario) -> Iterator[Finding]:
    for name, shift in s.spec.shifts.items():
        yield from breaks_do_not_fit(name, shift)
        for number, pause in enumerate(shift.breaks, start=1):
            if pause.at is not None and _work_together(s, name):
                at_once = f"a fixed break sends everyone at once at {format_time_of_day(pause.at)}; use within"
                yield warning(f"shifts.{name}.breaks.{number}", at_once)


def rest_is_possible(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        shifts = {shift: s.spec.shifts[shift] for shift in group.shifts or () if shift in s.spec.shifts}
        yield from rest_is_too_short(s, name, shifts)
        wanted = rest_wanted(s, name)
        if wanted is None:
            continue
        last: dict[str, float] = {}
        short: dict[str, str] = {}
        for row in s.data.rosters.get(name, ()):
            start = (row.date - s.spec.center.start).days * DAY + row.start
            pause = start - last.get(row.agent, -math.inf)
            if 4 * HOUR < pause < wanted:
                short.setdefault(
                    row.agent,
                    f"{row.agent} has {format_duration(pause)} before {row.date} {format_time_of_day(row.start)}",
                )
            last[row.agent] = start + row.end - row.start
        for text in list(short.values())[:3]:
            yield error(f"groups.{name}.roster", f"{text}; {format_duration(wanted)} of rest are needed")


def rosters_name_people(s: Scenario) -> Iterator[Finding]:
    for name, rows in s.data.rosters.items():
        clock = s.clock
        if s.data.people.get(name):
            known = {person.name for person in s.data.people[name]}
            for agent in sorted({row.agent for row in rows} - known)[:5]:
                yield error(
                    f"groups.{name}.roster", f'"{agent}" is not in the people file; {did_you_mean(agent, known)}'
                )
        outside = sum(not _lies_within(s, name, row) for row in rows)
        if rows and outside == len(rows):
            yield error(f"groups.{name}.roster", f"no row lies within {clock.dates[0]} and {clock.dates[-1]}")
        elif outside:
            yield warning(f"groups.{name}.roster", f"{outside} rows lie outside the horizon and are not played")


def _lies_within(s: Scenario, group: str, row: RosterRow) -> bool:
    """Whether any of a row's hours are of the horizon; a site's days begin and end elsewhere."""
    day = (row.date - s.clock.start).days
    return s.clock.reached(s.group(group).local_time, day, (row.start, row.end))


def away_is_possible(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        heads = most_heads(s, name)
        for label, away in group.away.items():
            where = f"groups.{name}.away.{label}"
            if group.seats is not None:
                yield error(where, "goes with shifts or a roster: in seats, the away are left out already")
            elif heads is not None and away.heads > heads:
                yield error(f"{where}.heads", f"is {away.heads}, but the group has {heads} heads")
            elif heads and not meets_a_shift(s, group, away.days, away.hours):
                yield warning(where, f"{no_shift_at(away.days, away.hours)}: nobody is away")


def seats_reach_the_horizon(s: Scenario) -> Iterator[Finding]:
    for name, seats in s.data.seats.items():
        dates = s.clock.dates
        if seats.by == "date" and seats.values and not {slot[0] for slot in seats.values} & set(dates):
            yield error(f"groups.{name}.seats", f"no row lies within {dates[0]} and {dates[-1]}")
        elif seats.values and not any(seats.values.values()):
            yield warning(f"groups.{name}.seats", "all seats are 0")
        yield from _holes(s, name, seats)


def _holes(s: Scenario, group: str, seats: Profile) -> Iterator[Finding]:
    """Intervals without a row between two rows of a day: before the first and after the last, nobody is there."""
    interval = s.spec.center.interval
    starts: dict[int | dt.date, list[float]] = {}
    for day, start in seats.values:
        starts.setdefault(day, []).append(start)
    missing = []
    for day, present in starts.items():
        label = WEEKDAYS[day] if isinstance(day, int) else day.isoformat()
        present.sort()
        for one, other in pairwise(present):
            missing += [f"{label} {format_time_of_day(one + interval)}"] if other > one + interval else []
    if missing:
        some = f"{', '.join(missing[:3])}{f' and {len(missing) - 3} more places' if len(missing) > 3 else ''}"
        yield error(
            f"groups.{group}.seats.csv",
            f"no row for {some}; write a row per {interval / MINUTE:g} minutes, seats 0 if nobody is there",
        )
