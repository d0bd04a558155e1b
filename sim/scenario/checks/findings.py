"""One finding of a check; what could be read of a scenario; and the findings that several checks make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import Problem, did_you_mean
from sim.scenario.language.queues import Queue
from sim.scenario.model import Scenario
from sim.scenario.reading.toml_lines import as_key
from sim.units import DAY, WEEKDAYS, format_time_of_day

ALL = 1.0 - 1e-9
"""A share that leaves nothing over, but for rounding."""

LEAST_FACTOR, MOST_FACTOR = 0.5, 2.0
"""A factor beyond them is more likely a share: 0.03 where 1.03 was meant."""


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
