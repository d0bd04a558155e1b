"""A group's shifts in an order of their own: their heads, the hours they pay, their breaks, when somebody works."""

from __future__ import annotations

from sim.scenario.language.groups import Group
from sim.scenario.language.shifts import Break, PartTable, Shift
from sim.scenario.model import Scenario
from sim.shares import largest_remainder
from sim.units import DAY, HOUR, WEEK


def parts_in_order(s: Scenario, group: Group) -> dict[str, PartTable]:
    """The group's shifts by when they begin, end and pause: the order in which the file names them says nothing."""
    known = {name: part for name, part in (group.shifts or {}).items() if name in s.spec.shifts}

    def place(name: str) -> tuple[object, ...]:
        shift = s.spec.shifts[name].as_planned
        pauses = [(pause.at or -1.0, pause.within or (), pause.length, pause.paid) for pause in shift.breaks]
        return shift.hours, shift.days, pauses, name

    return {name: known[name] for name in sorted(known, key=place)}


def heads_by_shift(s: Scenario, group: Group, heads: int) -> list[int]:
    """So many heads on the group's shifts, in their order."""
    parts = list(parts_in_order(s, group).values())
    if any(part.kind == "share" for part in parts):
        return largest_remainder([part.value for part in parts], heads)
    return [int(part.value) for part in parts]


def paid_hours(shift: Shift) -> float:
    """Of one day, as planned."""
    planned = shift.as_planned
    unpaid = sum(pause.length for pause in planned.breaks if not pause.paid)
    return (planned.hours[1] - planned.hours[0] - unpaid) / HOUR


def hours_a_week(s: Scenario, group: Group, shift: Shift) -> float:
    """What the shift pays in a full week, mean over the weeks of the group's rotation."""
    days = float(len(shift.days))
    rotation = s.spec.rotations.get(group.rotation or "")
    if rotation is not None:
        weeks = rotation.weeks
        days = sum(week[day] != "-" for week in weeks for day in shift.days) / len(weeks)
    return paid_hours(shift) * days


def break_bounds(shift: Shift, pause: Break) -> tuple[float, float]:
    """Earliest and latest start of a break, in seconds after the midnight at which the shift's date begins."""
    start = shift.hours[0]
    if pause.at is not None:
        at = pause.at if pause.at >= start else pause.at + DAY
        return at, at
    assert pause.within is not None
    first, last = pause.within
    if first < start:
        first, last = first + DAY, last + DAY
    return first, last - pause.length


def meets_a_shift(s: Scenario, group: Group, days: tuple[int, ...], hours: tuple[float, float]) -> bool:
    """Whether some agent works at these hours, in any week of a rotation; a roster's rows are not looked at."""
    if group.shifts is None or not set(group.shifts) <= set(s.spec.shifts):
        return True
    rotation = s.spec.rotations.get(group.rotation or "")
    for shift in (s.spec.shifts[name] for name in group.shifts):
        for day in shift.days:
            if rotation is not None and not any(rotation.works(week, day) for week in range(len(rotation.weeks))):
                continue
            for other in days:
                # The shift, and the block, may reach into the next day; and Sunday into Monday.
                for offset in ((day - other) * DAY + week * WEEK for week in (-1, 0, 1)):
                    if hours[0] < shift.hours[1] + offset and shift.hours[0] + offset < hours[1]:
                        return True
    return False
