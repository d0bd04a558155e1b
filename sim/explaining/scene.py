"""A stretch of one day as a replay shows it: who waited, who was answered by whom, what each agent did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.errors import Problem, ScenarioError
from sim.explaining.agent_days import DOING, ON_DUTY, agent_days
from sim.explaining.beside import FATE_FIELDS, LEAST_MUCH, counted, fates
from sim.explaining.seen import Ints, Seen
from sim.observations import OFF, OUTCOMES, REFUSED
from sim.scenario.model import Scenario
from sim.study.expected.need import Need
from sim.units import parse_time_of_day

MOST_CONTACTS = 20_000
"""A page of more would be slow to open, and to watch."""

CONTACT_FIELDS = (
    "contact", "queue", "arrived", "left", "answered", "hung_up", "ended", "outcome", "agent", "patience", "ahead",
    "stands",
)  # fmt: skip
"""Of each contact of a scene: its number, its queue's, seconds after the scene's begin, its outcome's number, its
agent's place in the scene (-1 for nobody), seconds of patience (None where there is none), and whether it stands in
line."""

INTERVAL_FIELDS = ("began", "ended", "expected", "came", "required")
"""Of each interval that reaches into a scene, all queues together: contacts that the plan expects, and that came within
opening hours, in the whole of it; seats that its target needs on the expected load."""

STRETCH_FIELDS = ("agent", "doing", "began", "ended", "contact")


def window_of(scenario: Scenario, day: int, since: str | None, until: str | None) -> tuple[float, float]:
    """Seconds since the start, of hours of a day; where none are said, the hours in which any queue is open."""
    date, problems = scenario.clock.dates[day], list[Problem]()
    spans = [span for queue in scenario.numbered.queues for span in queue.open_spans(date)]
    hours = [min((span[0] for span in spans), default=0.0), max((span[1] for span in spans), default=86400.0)]
    for place, (option, text) in enumerate((("--from", since), ("--to", until))):
        if text is not None:
            try:
                hours[place] = parse_time_of_day(text)
            except ValueError as error:
                problems.append(Problem(f"{option} {text}", str(error)))
    if not problems and hours[0] >= hours[1]:
        problems.append(Problem("--from", "is not before --to; write such as --from 10:00 --to 12:00"))
    if problems:
        raise ScenarioError(scenario.name, problems)
    return scenario.clock.elapsed(day, hours[0]), scenario.clock.elapsed(day, hours[1])


def scene(seen: Seen, label: str, replication: int, day: int, window: tuple[float, float]) -> dict[str, Any]:
    """All that a page needs, as JSON takes it; SimError where that is nothing, or too much to watch.

    Times are seconds after the window's begin, to a tenth.
    """
    begin, end = window
    scenario, rows = seen.scenario, seen.rows
    there = shown_rows(seen, window)
    if len(there) > MOST_CONTACTS:
        told = f"{len(there):,} contacts are too many to watch; show fewer hours with --from and --to"
        raise ScenarioError(scenario.name, [Problem("replay", told)])
    days = agent_days(seen)
    shown = (days.began < end) & (days.ended > begin) & (days.doing != OFF)
    if not len(there) and not shown.any():
        told = f"nothing happens on {scenario.clock.dates[day]} in these hours: nobody comes, and nobody is signed on"
        raise ScenarioError(scenario.name, [Problem("replay", told)])
    agents = np.unique(days.agent[shown])
    place = {int(agent): number for number, agent in enumerate(agents)}
    number_of = {int(row): number for number, row in enumerate(there)}
    contacts = [
        [
            int(seen.contact[row]), int(rows["queue"][row]), _after(rows["arrived"][row], begin),
            _after(seen.left[row], begin), _after(rows["answered"][row], begin) if seen.answered[row] else None,
            _after(rows["hung_up"][row], begin) if seen.answered[row] else None, _after(rows["ended"][row], begin),
            int(rows["outcome"][row]), place.get(int(rows["agent"][row]), -1) if seen.by_ours[row] else -1,
            None if np.isnan(seen.patience[row]) else round(float(seen.patience[row]), 1), int(seen.ahead[row]),
            int(seen.stood[row]),
        ]
        for row in there.tolist()
    ]  # fmt: skip
    stretches = [
        [
            place[int(a)],
            int(what),
            _after(max(b, begin), begin),
            _after(min(e, end), begin),
            number_of.get(int(row), -1),
        ]
        for a, what, b, e, row in _rows(days, np.flatnonzero(shown))
    ]
    return {
        "title": scenario.spec.title or scenario.name, "plan": label, "replication": replication,
        "seed": scenario.spec.run.seed, "date": scenario.clock.dates[day].isoformat(),
        "zone": scenario.spec.center.timezone, "starts": _of_day(scenario, begin), "length": round(end - begin, 1),
        "queues": [
            {"name": q.name, "channel": q.spec.channel, "live": q.is_live, "within": float(q.level.within)}
            for q in scenario.numbered.queues
        ],
        "groups": list(scenario.groups), "doing": list(DOING), "on_duty": [DOING[what] for what in ON_DUTY],
        "outcomes": list(OUTCOMES),
        "agents": [[seen.prepared.agents.names[a], int(seen.prepared.agents.group[a])] for a in agents.tolist()],
        "fields": {
            "contacts": list(CONTACT_FIELDS), "stretches": list(STRETCH_FIELDS), "intervals": list(INTERVAL_FIELDS),
        },
        "contacts": contacts, "stretches": stretches, "intervals": _intervals(seen, window),
    }  # fmt: skip


def _intervals(seen: Seen, window: tuple[float, float]) -> list[list[float]]:
    """See INTERVAL_FIELDS."""
    length, rows = seen.scenario.clock.interval, seen.rows
    first, last = int(window[0] // length), min(int(np.ceil(window[1] / length)), seen.scenario.clock.intervals)
    need = Need(seen.prepared).requirement
    arrived = rows["arrived"][rows["outcome"] != REFUSED]
    came = np.histogram(arrived, np.arange(first, last + 1) * length)[0]
    edges = [_after(min(max(n * length, window[0]), window[1]), window[0]) for n in range(first, last + 1)]
    return [
        [
            *edges[number - first : number - first + 2],
            round(float(need.contacts[number].sum()), 1), count, round(float(need.required[number].sum()), 1),
        ]
        for number, count in zip(range(first, last), came.tolist(), strict=True)
    ]  # fmt: skip


def shown_rows(seen: Seen, window: tuple[float, float]) -> Ints:
    """The contact rows of a scene: who came, or was still there, within it."""
    begin, end = window
    inside = (seen.rows["arrived"] >= begin) | (seen.rows["ended"] > begin)
    return np.flatnonzero(inside & (seen.rows["arrived"] < end))


def both(
    one: tuple[Seen, str], other: tuple[Seen, str], replication: int, day: int, window: tuple[float, float]
) -> dict[str, Any]:
    """The scene of a plan, with that of another plan "against" it, and who fared differently with that one."""
    rows = shown_rows(one[0], window), shown_rows(other[0], window)
    first, second = (scene(seen, label, replication, day, window) for seen, label in (one, other))
    found = fates(one[0], other[0], rows, window[0])
    first["fields"]["fates"] = list(FATE_FIELDS)
    return {**first, "against": second, "fates": found, "fared": counted(found), "much": LEAST_MUCH}


def _rows(days: Any, at: Any) -> Sequence[tuple[Any, ...]]:
    return list(zip(*(column[at].tolist() for column in days), strict=True))


def _after(when: float, begin: float) -> float:
    return round(float(when) - begin, 1)


def _of_day(scenario: Scenario, begin: float) -> float:
    """Local seconds after midnight."""
    moment = scenario.clock.moment(begin)
    return moment.hour * 3600.0 + moment.minute * 60.0 + moment.second
