"""A scenario lowered to the floor's tables: after this, policies are data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.demand.arrivals import Columns, open_seconds
from sim.floor.records import (
    ASSIGN,
    CLOSE,
    FASTEST,
    IN_ORDER,
    LAYOUT,
    LONGEST_IDLE,
    MOST_PROFICIENT,
    SEAT_OFF,
    SEAT_ON,
    Agent,
    Book,
    Contact,
    Duty,
    Group,
    Member,
    Opening,
    Queue,
    Setting,
    Skill,
    Tier,
    blank,
)
from sim.observations import AVAILABLE, BREAK, OFF, Table
from sim.scenario import schema
from sim.scenario.model import Scenario
from sim.workforce.people import Agents
from sim.workforce.roster import Segments

CHOOSE = {
    "longest_idle": LONGEST_IDLE,
    "most_proficient": MOST_PROFICIENT,
    "fastest": FASTEST,
    "in_order": IN_ORDER,
}


def lower_setting(scenario: Scenario, agents: Agents, speed: Table, resolution: Table) -> Setting:
    """The floor before the first day; `speed` and `resolution` have shape agents × queues."""
    spec = scenario.spec
    tiers, members, routes = _routes(scenario)
    skills, openings, groups = _skills(scenario, routes)
    queues = blank(Queue, len(spec.queues))
    first = 0
    for number, (name, queue) in enumerate(spec.queues.items()):
        end = first + len(routes[name])
        queues[number] = (_limit(queue.lines), 0, int(queue.at_close == "cut off"), first, end)
        first = end
    people = blank(Agent, len(agents.names))
    people["group"] = agents.group
    book = blank(Book, 1)
    book["queues"], book["groups"], book["agents"] = len(spec.queues), len(spec.groups), len(agents.names)
    book["lines"] = _limit(spec.center.lines)
    book["lines_counted"] = int(
        any(limit is not None for limit in [spec.center.lines, *(q.lines for q in spec.queues.values())])
    )
    return Setting(
        book, people, queues, groups, tiers, members, skills, openings,
        np.ascontiguousarray(speed.reshape(-1)), np.ascontiguousarray(resolution.reshape(-1)),
    )  # fmt: skip


def _limit(lines: int | None) -> int:
    return -1 if lines is None else lines


def _table(record: type[Any], rows: list[tuple[Any, ...]]) -> Table:
    table = blank(record, len(rows))
    for at, row in enumerate(rows):
        table[at] = row
    return table


def _grid(seconds: float) -> float:
    return round(seconds * 2.0**20) / 2.0**20


def _routes(scenario: Scenario) -> tuple[Table, Table, dict[str, list[schema.Tier]]]:
    groups = scenario.groups
    tiers: list[tuple[Any, ...]] = []
    members: list[tuple[Any, ...]] = []
    routes: dict[str, list[schema.Tier]] = {}
    for queue in scenario.queues:
        routes[queue] = scenario.tiers_of(queue)
        for tier in routes[queue]:
            first, share = len(members), 0.0
            for name in tier.groups:
                share += tier.share[name] if tier.share else 0.0
                members.append((groups.index(name), tier.keep_idle, share))
            then = CHOOSE[tier.choose[1]] if len(tier.choose) > 1 else LONGEST_IDLE
            row = (
                _grid(tier.after),
                CHOOSE[tier.choose[0]],
                then,
                int(tier.share is not None),
                first,
                len(members),
            )
            tiers.append(row)
    return _table(Tier, tiers), _table(Member, members), routes


def _skills(scenario: Scenario, routes: dict[str, list[schema.Tier]]) -> tuple[Table, Table, Table]:
    skills: list[tuple[Any, ...]] = []
    openings: list[tuple[Any, ...]] = []
    groups: list[tuple[Any, ...]] = []
    for name, group in scenario.spec.groups.items():
        first_skill = len(skills)
        weighted = "wait_weight" in group.take
        keys = {queue: _rank_key(scenario, group, queue) for queue in group.skills}
        ranks = {key: rank for rank, key in enumerate(sorted(set(keys.values())))}
        for queue in sorted(group.skills, key=lambda q: (keys[q], scenario.queues.index(q))):
            first = len(openings)
            openings += [(_grid(tier.after), tier.keep_idle) for tier in routes[queue] if name in tier.groups]
            weight = scenario.spec.queues[queue].weight if weighted else 1.0
            skills.append((scenario.queues.index(queue), ranks[keys[queue]], weight, first, len(openings)))
        groups.append((0, first_skill, len(skills)))
    return _table(Skill, skills), _table(Opening, openings), _table(Group, groups)


def _rank_key(scenario: Scenario, group: schema.Group, queue: str) -> tuple[int, ...]:
    """What of a group's `take` is fixed per queue, up to the first rule that looks at waits."""
    key: list[int] = []
    for rule in group.take:
        if rule == "skill_priority":
            key.append(group.skills[queue].priority)
        elif rule == "priority_class":
            key.append(scenario.spec.queues[queue].priority)
        else:
            break
    return tuple(key)


def lower_contacts(born: Columns) -> Table:
    """A day's contacts as the floor's records."""
    table = np.empty(len(born["arrived"]), LAYOUT[Contact])
    for f in fields(Contact):
        table[f.name] = born.get(f.name, f.default)
    return table


@dataclass(frozen=True)
class Duties:
    """The duty rows of the whole horizon, by time."""

    rows: Table
    first_of_day: NDArray[np.int64]

    def day(self, day: int) -> Table:
        return self.rows[self.first_of_day[day] : self.first_of_day[day + 1]]


def lower_duties(scenario: Scenario, segments: Segments) -> Duties:
    """Closing times, seats and rosters as one list of (time, what, who, activity, length)."""
    rows = [*_closing_rows(scenario), *_seat_rows(scenario), *_roster_rows(segments)]
    rows.sort(key=lambda row: row[0])
    table = _table(Duty, [row for row in rows if row[0] < scenario.clock.end])
    return Duties(table, np.searchsorted(table["time"], scenario.clock.day_start, side="left"))


Row = tuple[float, int, int, int, float]


def _closing_rows(scenario: Scenario) -> list[Row]:
    rows: list[Row] = []
    for number, (name, queue) in enumerate(scenario.spec.queues.items()):
        if queue.at_close == "cut off":
            spans = {span for day in range(scenario.clock.days) for span in open_seconds(scenario, name, day)}
            reopened = {start for start, _ in spans}
            rows += [(end, CLOSE, number, 0, 0.0) for _, end in spans if end not in reopened]
    return sorted(rows)


def _seat_rows(scenario: Scenario) -> list[Row]:
    """One row per seat that comes or goes at the start of an interval."""
    clock = scenario.clock
    rows: list[Row] = []
    for number, name in enumerate(scenario.groups):
        if name not in scenario.data.seats:
            continue
        seats, on = scenario.data.seats[name], 0
        for day, date in enumerate(clock.dates):
            for position, (start, _) in enumerate(clock.local_starts(day)):
                wanted = 0 if date in scenario.closed_days else int(seats.at(date, start))
                time = (int(clock.day_first[day]) + position) * clock.interval
                rows += [(time, SEAT_ON if wanted > on else SEAT_OFF, number, 0, 0.0)] * abs(wanted - on)
                on = wanted
    return rows


def _roster_rows(segments: Segments) -> list[Row]:
    """A break before work lasts its length from when it truly starts, so the work needs no row of its own.

    Any other break ends with the next row: nobody returns to work between a break and a meeting, or going home.
    """
    rows: list[Row] = []
    stretches = list(
        zip(
            segments.agent.tolist(),
            segments.start.tolist(),
            segments.end.tolist(),
            segments.activity.tolist(),
            strict=True,
        )
    )
    for at, (a, start, end, activity) in enumerate(stretches):
        before = stretches[at - 1] if at > 0 else None
        follows_break = before is not None and before[0] == a and before[2] == start and before[3] == BREAK
        behind = stretches[at + 1] if at + 1 < len(stretches) else None
        returns = activity == BREAK and behind is not None and behind[:2] == (a, end) and behind[3] == AVAILABLE
        if not (follows_break and activity == AVAILABLE):
            rows.append((start, ASSIGN, a, activity, end - start if returns else 0.0))
        if behind is None or behind[0] != a or behind[1] > end:
            rows.append((end, ASSIGN, a, OFF, 0.0))
    return rows
