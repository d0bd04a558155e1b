"""Shifts that the file does not have: its own begun earlier or later, or with breaks at other times."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.scenario.candidate_shifts import named, span_text, with_days
from sim.scenario.language.shifts import Break, Shift
from sim.scenario.model import Scenario
from sim.scenario.shift_hours import break_bounds
from sim.units import DAY, MINUTE, format_duration, format_time_of_day

STEP = 30 * MINUTE

MOST_STARTS, MOST_BREAKS = 8, 4
"""New shifts of a group: of other starts, and of the same hours with breaks at other times."""

FARTHEST_BREAKS = 2
"""Steps by which breaks move within their shift."""

ShiftTable = dict[str, Any]


def moved_shifts(scenario: Scenario, group: str, own: list[str]) -> dict[str, ShiftTable]:
    """Of a group's `own` shifts, as tables by name: the nearest moves first, in steps of half an hour.

    Breaks move along with a shift. It stays within the hours in which the group's queues are open, or its own shifts
    work already.
    """
    first, last = _working_hours(scenario, group, own)
    known = {_look(scenario.spec.shifts[name]) for name in own}
    found: dict[str, ShiftTable] = {}
    for moves, most in ((_starts(scenario, own, first, last), MOST_STARTS), (_breaks(scenario, own), MOST_BREAKS)):
        for name, table in moves:
            look = _look(Shift.model_validate(table))
            if most and look not in known and name not in scenario.spec.shifts:
                known.add(look)
                found[name] = table
                most -= 1
    return found


def _starts(scenario: Scenario, own: list[str], first: float, last: float) -> Iterator[tuple[str, ShiftTable]]:
    around_the_clock = last - first >= DAY
    for step in range(1, int(DAY / STEP)):
        for name in own:
            shift = scenario.spec.shifts[name]
            for by in (-step * STEP, step * STEP):
                start, end = shift.hours[0] + by, shift.hours[1] + by
                if 0.0 <= start < DAY and (around_the_clock or (first <= start and end <= last)):
                    yield named(name, start), _table(shift, by, by)


def _breaks(scenario: Scenario, own: list[str]) -> Iterator[tuple[str, ShiftTable]]:
    for step in range(1, FARTHEST_BREAKS + 1):
        for name in own:
            shift = scenario.spec.shifts[name]
            for by, word in ((-step * STEP, "earlier"), (step * STEP, "later")):
                bounds = [break_bounds(shift, pause) for pause in shift.breaks]
                inside = all(
                    shift.hours[0] < begin + by and end + by + pause.length < shift.hours[1]
                    for (begin, end), pause in zip(bounds, shift.breaks, strict=True)
                )
                if shift.breaks and inside:
                    yield f"{name}-breaks-{format_duration(step * STEP)}-{word}", _table(shift, 0.0, by)


def _working_hours(scenario: Scenario, group: str, own: list[str]) -> tuple[float, float]:
    """Earliest and latest time at the group's place at which it may work, by the first week's opening hours."""
    one, clock = scenario.group(group), scenario.clock
    spans = [scenario.spec.shifts[name].hours for name in own]
    for day in range(min(7, clock.days)):
        ahead = clock.elapsed(day, 0.0) - one.local_time.elapsed(day, 0.0)
        for queue in one.queues:
            spans += [(begin + ahead, end + ahead) for begin, end in queue.open_spans(clock.dates[day])]
    return min(begin for begin, _ in spans), max(end for _, end in spans)


def _table(shift: Shift, by: float, breaks_by: float) -> ShiftTable:
    start, end = shift.hours
    breaks = [_break(shift, pause, breaks_by) for pause in shift.breaks]
    return {
        **with_days(shift.days),
        "hours": span_text(start + by, end + by),
        **({"breaks": breaks} if breaks else {}),
    }


def _break(shift: Shift, pause: Break, by: float) -> dict[str, Any]:
    first, last = (moment + by for moment in break_bounds(shift, pause))
    at = {"within": span_text(first, last + pause.length)} if pause.at is None else {"at": _time(first)}
    return {**at, "length": format_duration(pause.length), "paid": pause.paid}


def _time(moment: float) -> str:
    return format_time_of_day(moment % DAY)


def _look(shift: Shift) -> tuple[object, ...]:
    """What of a shift differs from another by more than a name."""
    return shift.days, shift.hours, shift.breaks
