"""One finding of a check, and what several checks ask of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.errors import Problem, did_you_mean
from sim.scenario.model import Scenario
from sim.scenario.schema import Queue
from sim.units import DAY, format_time_of_day


@dataclass(frozen=True)
class Finding:
    problem: Problem
    only_warns: bool = False


def error(where: str, what: str) -> Finding:
    return Finding(Problem(where, what))


def warning(where: str, what: str) -> Finding:
    return Finding(Problem(where, what), only_warns=True)


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
    return did_you_mean(name, known) if known else f"add a table [{table}.{name}]"


def queues_of_known_channel(s: Scenario) -> Iterator[tuple[str, Queue]]:
    """Queues whose channel could be read: a stand-in for it says nothing about the rest of the queue."""
    for name, queue in s.spec.queues.items():
        if not is_lost(s, f"queues.{name}.channel"):
            yield name, queue


def channels_of(s: Scenario, group: str) -> set[str] | None:
    """Channels of the queues that the group serves; None if some of them could not be read."""
    skills = s.spec.groups[group].skills
    known = {name: queue.channel for name, queue in queues_of_known_channel(s)}
    if is_lost(s, f"groups.{group}.skills") or not set(skills) <= set(known):
        return None
    return {known[name] for name in skills}


def groups_serving(s: Scenario, queue: str) -> list[str]:
    """Groups that the queue's route reaches and that have its skill."""
    return s.queue(queue).routed_to


def has_vendor(queue: Queue) -> bool:
    return any(tier.vendor is not None for tier in queue.route or ())


def mean_work(s: Scenario, name: str, queue: Queue) -> float:
    """Mean seconds of work on a contact, as the file says; NaN where the forecast does."""
    if queue.handle is not None:
        return queue.handle.mean
    return sum(s.queue(name).law(part).mean for part in ("talk", "hold", "wrap"))


def hours_text(span: tuple[float, float]) -> str:
    """ "22:00-06:00", as a planner writes it."""
    start, end = span
    return f"{format_time_of_day(start)}-{format_time_of_day(end if end <= DAY else end - DAY)}"
