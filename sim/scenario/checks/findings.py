"""One finding of a check; what could be read of a scenario; and the findings that several checks make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from sim.errors import Problem, did_you_mean
from sim.scenario.language.queues import Queue
from sim.scenario.language.shifts import Shift
from sim.scenario.model import Scenario
from sim.scenario.reading.toml_lines import as_key
from sim.scenario.shift_hours import break_bounds
from sim.units import DAY, HOUR, WEEKDAYS, format_duration, format_time_of_day

ALL = 1.0 - 1e-9
"""A share that leaves nothing over, but for rounding."""

LEAST_FACTOR, MOST_FACTOR = 0.5, 2.0
"""A factor beyond them is more likely a share: 0.03 where 1.03 was meant."""

SHORTEST_REST = 8 * HOUR


@dataclass(frozen=True)
class Finding:
    problem: Problem
    only_warns: bool = False


def error(where: str, what: str) -> Finding:
    return Finding(Problem(where, what))


def warning(where: str, what: str) -> Finding:
    return Finding(Problem(where, what), only_warns=True)


# ---- What could be read --------------------------------------------------------------------------------------------


def is_lost(s: Scenario, place: str) -> bool:
    """Whether a place, or a table around it, could not be read."""
    return any(place == gone or place.startswith(gone + ".") for gone in s.lost)


def time_is_known(s: Scenario) -> bool:
    """Whether the center's days and hours, and the sites' zones, could be read."""
    return days_are_known(s) and not any(place.endswith(".timezone") for place in s.lost)


def days_are_known(s: Scenario) -> bool:
    """The same but for the zones: the center's is taken for UTC where it could not be read."""
    return not any(place.split(".")[0] in ("center", "calendars") and place != "center.timezone" for place in s.lost)


def is_unknown(s: Scenario, table: str, name: str) -> bool:
    """Whether the file has no such entry, not even one that could not be read."""
    return name not in getattr(s.spec, table) and not is_lost(s, f"{table}.{name}")


def names_of(s: Scenario, table: str) -> list[str]:
    written = s.resolved.get(table)
    return list(written) if isinstance(written, dict) else []


def way_to(s: Scenario, table: str, name: str) -> str:
    """The way out of a name that is in none of the file's tables of its kind."""
    known = names_of(s, table)
    return did_you_mean(name, known) if known else f"add a table [{table}.{as_key(name)}]"


def queues_of_known_channel(s: Scenario) -> Iterator[tuple[str, Queue]]:
    """Queues whose channel could be read: a stand-in for it says nothing about the rest of the queue."""
    for name, queue in s.spec.queues.items():
        if has_known_channel(s, name):
            yield name, queue


def has_known_channel(s: Scenario, queue: str) -> bool:
    return queue in s.spec.queues and not is_lost(s, f"queues.{queue}.channel")


def channels_of(s: Scenario, group: str) -> set[str] | None:
    """Channels of the queues that the group serves; None if some of them could not be read."""
    skills = s.spec.groups[group].skills
    if is_lost(s, f"groups.{group}.skills") or not all(has_known_channel(s, queue) for queue in skills):
        return None
    return {s.spec.queues[queue].channel for queue in skills}


# ---- What several checks find --------------------------------------------------------------------------------------


def hours_text(span: tuple[float, float]) -> str:
    """ "22:00-06:00", as a planner writes it."""
    start, end = span
    return f"{format_time_of_day(start)}-{format_time_of_day(end if end <= DAY else end - DAY)}"


def no_shift_at(days: tuple[int, ...], hours: tuple[float, float]) -> str:
    on = ", ".join(WEEKDAYS[day] for day in days) if len(days) < 7 else "any day"
    return f"no shift of the group works at {hours_text(hours)} on {on}"


def others_are_known(s: Scenario, where: str, name: str, others: list[str]) -> Iterator[Finding]:
    for other in others:
        if other == name:
            yield error(where, "names the queue itself; name another")
        elif is_unknown(s, "queues", other):
            known = [queue for queue in names_of(s, "queues") if queue != name]
            yield error(where, f'"{other}" is not a queue; {did_you_mean(other, known)}')


def group_is_known(s: Scenario, where: str, name: str) -> Iterator[Finding]:
    if is_unknown(s, "groups", name):
        yield error(where, f'"{name}" is not a group; {did_you_mean(name, names_of(s, "groups"))}')


def group_has_people(s: Scenario, where: str, name: str) -> Iterator[Finding]:
    """A known group whose people are simulated one by one."""
    yield from group_is_known(s, where, name)
    if name in s.spec.groups and s.spec.groups[name].seats is not None:
        yield error(where, f"{name} has seats, not people; give it shifts, or leave it out here")


def breaks_do_not_fit(name: str, shift: Shift) -> Iterator[Finding]:
    start, end = shift.hours
    placed: list[tuple[float, float, float]] = []
    for number, pause in enumerate(shift.breaks, start=1):
        first, last = break_bounds(shift, pause)
        if last + pause.length > end:
            outside = f"lies outside the shift {format_time_of_day(start)}-{format_time_of_day(end % DAY)}"
            yield error(f"shifts.{name}.breaks.{number}", outside)
        placed.append((first, last, pause.length))
    placed.sort()
    for (first, last, length), (next_first, next_last, _) in pairwise(placed):
        # Both starts move linearly over the agents, so the two ends of the window decide.
        if first + length > next_first or last + length > next_last:
            yield error(f"shifts.{name}.breaks", "two breaks overlap for some agents; move their windows apart")


def rest_is_too_short(s: Scenario, group: str, shifts: Mapping[str, Shift]) -> Iterator[Finding]:
    """Shifts after which the group's people cannot rest until the same shift of the day after."""
    wanted = rest_wanted(s, group)
    rest = SHORTEST_REST if wanted is None else wanted
    for name, shift in shifts.items():
        days = set(shift.days)
        consecutive = any((day + 1) % 7 in days for day in days)
        between = DAY - (shift.hours[1] - shift.hours[0])
        if consecutive and between < rest:
            needed = "are needed" if wanted is not None else "are assumed: set rest_between_shifts to allow less"
            text = f"leaves {format_duration(between)} until the next day's; {format_duration(rest)} of rest {needed}"
            yield error(f"groups.{group}.shifts", f"shift {name} {text}")


def rest_wanted(s: Scenario, group: str) -> float | None:
    """Seconds: the group's own rule, else its site's, else the center's."""
    site = s.group(group).site
    rules = (s.spec.groups[group], s.spec.sites[site] if site is not None else s.spec.center, s.spec.center)
    return next((rule.rest_between_shifts for rule in rules if rule.rest_between_shifts is not None), None)
