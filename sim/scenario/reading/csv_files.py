"""Every CSV file that a scenario names, read once for all plans and all places that name it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from sim.errors import Problem
from sim.scenario.language.groups import Group
from sim.scenario.language.laws import LawSpec
from sim.scenario.language.queues import Queue
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.reading.csv_data import Data
from sim.scenario.reading.csv_intervals import read_months, read_season, read_seats, read_shape, read_volumes
from sim.scenario.reading.csv_people import read_leave, read_people, read_roster
from sim.scenario.reading.csv_times import read_replay, read_sample
from sim.scenario.reading.plans import ScenarioFile
from sim.units import MINUTE

Named = tuple[str, str, str, str | None]
"""(table of `Data`, key in it, place in the scenario, name of the file; None if none is named)."""

READERS: dict[str, Callable[..., object]] = {
    "volumes": read_volumes,
    "shapes": read_shape,
    "months": read_months,
    "seasons": read_season,
    "replays": read_replay,
    "samples": read_sample,
    "seats": read_seats,
    "people": read_people,
    "rosters": read_roster,
    "attrition_seasons": read_season,
    "absence_seasons": read_season,
    "granted_leave": read_leave,
}
"""By table of `Data`."""

BY_INTERVAL = ("volumes", "shapes", "seats")
"""Tables whose readers must know how long an interval is."""


def read_data(spec: ScenarioSpec, file: ScenarioFile, lost: Collection[str], problems: list[Problem]) -> Data:
    """What the files hold; what is wrong with one joins `problems`, at each place that names it."""
    result = Data()
    # Where the interval is not known, any whole minute may start one.
    interval = MINUTE if {"center", "center.interval"} & set(lost) else spec.center.interval
    for table, key, where, name in _named(spec):
        if name is None:
            continue
        reader, more = READERS[table], (interval,) if table in BY_INTERVAL else ()
        if (reader, name, *more) not in file.tables:
            found: list[Problem] = []
            file.tables[reader, name, *more] = reader(where, name, file.path.parent, *more, found), found
        getattr(result, table)[key], found = file.tables[reader, name, *more]
        problems.extend(replace(problem, where=where) for problem in found)
    return result


def _named(spec: ScenarioSpec) -> Iterator[Named]:
    for name, queue in spec.queues.items():
        yield from _of_queue(name, queue)
    for name, group in spec.groups.items():
        yield from _of_group(name, group)
    for name, attrition in spec.attrition.items():
        yield "attrition_seasons", name, f"attrition.{name}.season", attrition.season
    for name, absence in spec.absence.items():
        yield "absence_seasons", name, f"absence.{name}.season", absence.season
        yield "granted_leave", name, f"absence.{name}.csv", absence.file


def _of_queue(name: str, queue: Queue) -> Iterator[Named]:
    forecast, where = queue.forecast, f"queues.{name}.forecast"
    yield "volumes", name, f"{where}.csv", forecast.file
    yield "shapes", name, f"{where}.shape", forecast.shape
    yield "months", name, f"{where}.months", forecast.months
    yield "seasons", name, f"{where}.season", forecast.season
    yield "replays", name, f"{where}.replay", forecast.replay
    for part, law in _laws(queue):
        yield "samples", f"{name}.{part}", f"queues.{name}.{part}.csv", law.file


def _of_group(name: str, group: Group) -> Iterator[Named]:
    for table, key in (("seats", "seats"), ("people", "people"), ("rosters", "roster")):
        own = getattr(group, key)
        yield table, name, f"groups.{name}.{key}.csv", None if own is None else own.file


def _laws(queue: Queue) -> Iterator[tuple[str, LawSpec]]:
    """The laws of a queue that are given, each by its place in the queue's table."""
    for part in ("talk", "hold", "wrap", "patience"):
        law = getattr(queue, part)
        if law is not None:
            yield part, law
    if queue.self_service is not None:
        yield "self_service.session", queue.self_service.session
    if queue.repeat is not None:
        yield "repeat.after", queue.repeat.after
    if queue.redial is not None:
        yield "redial.after", queue.redial.after
    if queue.escalation is not None:
        yield "escalation.length", queue.escalation.length
