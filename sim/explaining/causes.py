"""What may make an hour bad, each as the change that takes it away: what a plan could say, and nothing that the floor
would have to know.

The base plan's calibration stays: without newcomers, say, the others do not become slower.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sim.scenario.model import Scenario
from sim.scenario.reading.toml_lines import as_keys

Changes = Mapping[str, Any]
"""By place in the file: what a plan may say there."""
Otherwise = Mapping[str, Mapping[str, Any]]
"""By shift: settings of it that are played otherwise, by the same people on the same days. A plan cannot say that:
shifts that pay other hours are worked on other days."""


@dataclass(frozen=True)
class Cause:
    """One thing that may make hours bad."""

    name: str
    """In a planner's words: "breaks and meetings"."""
    without: str
    """What is played instead: "nobody takes a break"."""
    changes: Changes
    shifts: Otherwise


@dataclass(frozen=True)
class Asked:
    """Whose hours they are."""

    scenario: Scenario
    queue: str
    dates: tuple[dt.date, ...]


def causes_of(asked: Asked) -> list[Cause]:
    """Those that the scenario has, in the order in which they are told."""
    found = []
    for name, without, changes_of in ALL:
        changes = dict(changes_of(asked))
        shifts = SHIFTS[name](asked) if name in SHIFTS else {}
        if changes or shifts:
            found.append(Cause(name, without, changes, shifts))
    return found


def played_otherwise(scenario: Scenario, ways: Iterable[Otherwise]) -> Scenario:
    """The plan with its shifts as some causes would have them, together."""
    shifts = dict(scenario.spec.shifts)
    for way in ways:
        for name, settings in way.items():
            shifts[name] = shifts[name].played_as(**settings)
    return scenario.with_spec(shifts=shifts)


def _no_breaks(asked: Asked) -> Otherwise:
    return {name: {"breaks": ()} for name, shift in asked.scenario.spec.shifts.items() if shift.breaks}


def _off_the_floor(asked: Asked) -> Iterator[tuple[str, Any]]:
    for name, group in asked.scenario.spec.groups.items():
        for key in ("meetings", "coaching", "away"):
            if getattr(group, key):
                yield as_keys(("groups", name, key)), "none"
    for name in asked.scenario.spec.courses:
        yield as_keys(("courses", name)), "none"


def _all_day(asked: Asked) -> Otherwise:
    """Shifts that are worked on these days reach over all opening hours of the queue, by the clock of their site."""
    spec, queue, found = asked.scenario.spec, asked.scenario.queue(asked.queue), dict[str, dict[str, Any]]()
    spans = [span for date in asked.dates for span in queue.open_spans(date)]
    weekdays = {date.weekday() for date in asked.dates}
    for name, group in spec.groups.items():
        if asked.queue not in group.skills or not spans:
            continue
        ahead = _ahead(asked, name)
        first, last = min(begin for begin, _ in spans) + ahead, max(end for _, end in spans) + ahead
        for shift_name in group.shifts or ():
            shift = spec.shifts[shift_name]
            hours = min(shift.hours[0], max(first, 0.0)), max(shift.hours[1], last)
            if weekdays & set(shift.days) and hours != shift.hours:
                found[shift_name] = {"hours": hours}
    return found


def _ahead(asked: Asked, group: str) -> float:
    """Seconds by which the clock of a group's site is ahead of the center's."""
    here, noon = asked.scenario.clock.local, 43200.0
    there = asked.scenario.group(group).local_time
    return here.elapsed(0, noon) - there.elapsed(0, noon)


def _absence(asked: Asked) -> Iterator[tuple[str, Any]]:
    for name in asked.scenario.spec.absence:
        yield as_keys(("absence", name)), "none"
    for name, group in asked.scenario.spec.groups.items():
        for key in ("lateness", "early_log_off"):
            if getattr(group, key) is not None:
                yield as_keys(("groups", name, key)), "none"


def _calls(asked: Asked) -> Iterator[tuple[str, Any]]:
    for name, queue in asked.scenario.spec.queues.items():
        for key in ("day_cv", "interval_cv"):
            if getattr(queue.busyness, key):
                yield as_keys(("queues", name, "busyness", key)), 0
    error = asked.scenario.spec.forecast_error
    if error.level_cv:
        yield "forecast_error.level_cv", 0
    if error.level != 1.0:
        yield "forecast_error.level", 1


def _handle_times(asked: Asked) -> Iterator[tuple[str, Any]]:
    for name, queue in asked.scenario.spec.queues.items():
        if queue.busyness.handle_day_cv:
            yield as_keys(("queues", name, "busyness", "handle_day_cv")), 0
    error = asked.scenario.spec.forecast_error
    if error.aht_cv:
        yield "forecast_error.aht_cv", 0
    if error.aht != 1.0:
        yield "forecast_error.aht", 1


def _newcomers(asked: Asked) -> Iterator[tuple[str, Any]]:
    for name, group in asked.scenario.spec.groups.items():
        if group.ramp is not None:
            yield as_keys(("groups", name, "ramp")), "none"
    for name, hiring in asked.scenario.spec.hiring.items():
        if hiring.nesting is not None:
            yield as_keys(("hiring", name, "nesting")), "none"


def _come_again(asked: Asked) -> Iterator[tuple[str, Any]]:
    for name, queue in asked.scenario.spec.queues.items():
        for key in ("repeat", "redial"):
            if getattr(queue, key) is not None:
                yield as_keys(("queues", name, key)), "none"


def _others_first(asked: Asked) -> Iterator[tuple[str, Any]]:
    """The queue goes first with everybody who serves others too."""
    spec, shared = asked.scenario.spec, False
    for name, group in spec.groups.items():
        own = group.skills.get(asked.queue)
        if own is None or len(group.skills) == 1:
            continue
        shared = True
        first = "skill_priority"
        if own.priority > 0:
            yield as_keys(("groups", name, "skills", asked.queue, "priority")), 0
        if group.take[0] != first:
            yield as_keys(("groups", name, "take")), [first, *(rule for rule in group.take if rule != first)]
    if shared and spec.queues[asked.queue].priority > 0:
        yield as_keys(("queues", asked.queue, "priority")), 0


def _nothing(_: Asked) -> Iterator[tuple[str, Any]]:
    yield from ()


SHIFT_TIMES = "shift starts and ends"

SHIFTS: Mapping[str, Callable[[Asked], Otherwise]] = {
    "breaks and meetings": _no_breaks,
    SHIFT_TIMES: _all_day,
}
"""Causes that lie in shifts, and what these are instead."""

ALL: tuple[tuple[str, str, Callable[[Asked], Iterator[tuple[str, Any]]]], ...] = (
    ("breaks and meetings", "nobody takes a break, or is in a meeting, a coaching or a course", _off_the_floor),
    (SHIFT_TIMES, "whoever works on the day is there for all of the queue's opening hours", _nothing),
    ("absence", "nobody is on leave, sick, late or gone early", _absence),
    ("busier than usual", "each day and hour brings what the forecast says, but for chance", _calls),
    ("longer contacts than usual", "handle times are the same on all days", _handle_times),
    ("newcomers", "everybody works like a proficient agent", _newcomers),
    ("repeats and redials", "nobody comes again", _come_again),
    (
        "other queues first",
        "the queue goes first by priority with everybody who serves others; its route stays",
        _others_first,
    ),
)
"""(name, what is played instead, the changes): a further cause is a row."""
