"""What one person more, or one fewer, for one interval would change: each played on the same customers.

One more is an agent of the group's skills, proficient from the start, on the floor for that time alone. One fewer is
somebody of the group who is away then. Both at the same time of every day that the group's queues are open: a day's
cell is what that day saw of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError
from sim.explaining.causes import Changes
from sim.explaining.variants import Variants, jackknifed, level_of, mean_of
from sim.scenario.model import Scenario
from sim.scenario.reading.toml_lines import as_keys
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, Watcher, make_ready
from sim.study.statistics import Estimate
from sim.units import DAY, format_time_of_day

Floats = NDArray[np.float64]

KEPT = frozenset({"interval_counts", "costs"})
EXTRA = "one-more"
"""The group, and the shift, of whoever is added."""

LEAST = 1800.0
"""Seconds: a shorter time on the floor is no offer to anybody."""
MOST_RUNS = 25
"""Of which single dates are kept."""
BEST = 10
OFFERED, ANSWERED, ABANDONED, MET, BASE = range(5)
"""Columns of what is kept of an interval."""
PLAYING = "one person more, or fewer"


@dataclass(frozen=True)
class Way:
    """So many people of a group more, or fewer, from `begin` to `end` of every day (seconds after midnight, of the
    group's site); without hours, heads of the group on its own shifts."""

    group: str
    people: int
    begin: float = 0.0
    end: float = 0.0

    @property
    def has_hours(self) -> bool:
        return self.end > 0.0


@dataclass(frozen=True)
class Cell:
    """A way on one weekday, mean over its dates; differences from the plan as it is."""

    way: Way
    weekday: int
    in_time: Estimate
    """Contacts answered in time."""
    abandoned: Estimate
    points: Estimate
    """Of the day's service level, as a share: all queues in which customers wait."""
    cost: float
    """Of that day, mean over the days of the way."""
    fresh: Estimate | None = None
    """`in_time` on replications that did not choose the cell; None where it was not chosen."""


@dataclass(frozen=True)
class Found:
    """What was found of all ways."""

    scenario: Scenario
    label: str
    replications: int
    step: float
    """Seconds of a cell."""
    cells: tuple[Cell, ...]
    heads: tuple[Cell, ...]
    """One head more, and one fewer, of each group on its own shifts; of all days together, `weekday` −1."""
    curve: tuple[tuple[int, Estimate, Estimate], ...]
    """(people more or fewer, level of that interval on that weekday, level of the day), at `curve_at`."""
    curve_at: Cell | None
    day_contacts: float
    """Contacts of a day in which customers wait, mean."""

    def best(self, people: int) -> list[Cell]:
        """The cells at which one more saves most for its cost, or one fewer loses least; those that are sure first."""
        chosen = [cell for cell in self.cells if cell.way.people == people]
        return sorted(chosen, key=_worth, reverse=True)[:BEST]


def _worth(cell: Cell) -> float:
    """Contacts in time, for the money of one; of one fewer those lost, for the money saved."""
    return cell.in_time.mean / abs(cell.cost) if cell.cost else cell.in_time.mean


Varied = Callable[[Changes], Entry]


def ways_of(scenario: Scenario, groups: Sequence[str], step: float) -> list[Way]:
    """One more and one fewer, of each group, at each step of the day at which its queues are open."""
    found = []
    for name in groups:
        spans = [
            span for queue in _queues_of(scenario, name) for date in scenario.clock.dates[:7]
            for span in scenario.queue(queue).open_spans(date)
        ]  # fmt: skip
        if not spans:
            continue
        ahead = _ahead(scenario, name)
        first, last = min(begin for begin, _ in spans), max(end for _, end in spans)
        for number in range(int(np.floor(first / step)), int(np.ceil(last / step))):
            begin, end = number * step + ahead, min((number + 1) * step, last) + ahead
            if 0.0 <= begin < end <= DAY:
                found += [Way(name, people, begin, end) for people in (1, -1)]
    return found


def _ahead(scenario: Scenario, group: str) -> float:
    """Seconds by which the clock of a group's site is ahead of the center's."""
    noon = 43200.0
    return scenario.clock.local.elapsed(0, noon) - scenario.group(group).local_time.elapsed(0, noon)


def _queues_of(scenario: Scenario, group: str) -> list[str]:
    """In which customers wait, and that the group serves."""
    return [queue for queue in scenario.spec.groups[group].skills if scenario.queue(queue).is_live]


def groups_of(scenario: Scenario, group: str | None) -> list[str]:
    """Those that serve a queue in which customers wait. ScenarioError for one that does not, or is not there."""
    serving = [
        name for name in scenario.groups if _queues_of(scenario, name) and scenario.spec.groups[name].seats is None
    ]
    if group is None:
        if not serving:
            text = "no group with people serves a queue in which customers wait; seats are not people"
            raise ScenarioError(scenario.name, [Problem("groups", text)])
        return serving
    if group not in serving:
        known = ", ".join(serving) or "none"
        text = f"serves no queue in which customers wait, or is not there; groups that do: {known}"
        raise ScenarioError(scenario.name, [Problem(f"--group {group}", text)])
    return [group]


def changes_of(scenario: Scenario, way: Way) -> Changes:
    """What a plan would say."""
    group = scenario.spec.groups[way.group]
    if not way.has_hours:
        return {as_keys(("groups", way.group, "heads")): f"{way.people:+d}"}
    hours = f"{format_time_of_day(way.begin)}-{format_time_of_day(way.end)}"
    if way.people < 0:
        away = {"days": "mon-sun", "hours": hours, "heads": -way.people, "paid": False}
        return {as_keys(("groups", way.group, "away", EXTRA)): away}
    given = scenario.resolved["groups"][way.group]
    kept = {key: given[key] for key in ("site", "skills", "capacity", "wage", "take", "pace") if key in given}
    changes: dict[str, object] = {
        as_keys(("groups", EXTRA)): {**kept, "heads": way.people, "shifts": {EXTRA: way.people}},
        as_keys(("shifts", EXTRA)): {"hours": hours},
    }
    for queue in group.skills:
        route = scenario.resolved["queues"][queue].get("route")
        if route is not None:
            changes[as_keys(("queues", queue, "route"))] = [_beside(tier, way.group) for tier in route]
    return changes


def _beside(tier: dict[str, object], group: str) -> dict[str, object]:
    """A step of a route that is open to whoever is added, where it is to the group."""
    groups = tier.get("groups")
    named = [groups] if isinstance(groups, str) else list(groups or ())  # type: ignore[call-overload]
    if group not in named or "share" in tier:
        return dict(tier)
    place = named.index(group) + 1
    return {**tier, "groups": [*named[:place], EXTRA, *named[place:]]}


@dataclass(frozen=True)
class _Seen:
    """What was kept of a plan: replications × days × (offered, answered, abandoned, met, base), of all queues in which
    customers wait; the same by interval; and cost by replication."""

    days: Floats
    intervals: Floats
    cost: Floats


def power_of_one(
    entry: Entry, vary: Varied, groups: Sequence[str], at: tuple[int, float] | None, options: Options, watcher: Watcher
) -> Found:
    """Play the plan with each way, and say what it changes. `at`: (weekday, seconds after midnight) of the curve, the
    place where one more saves most if it is not given."""
    scenario = entry.plan
    step = max(scenario.clock.interval, LEAST)
    ways = ways_of(scenario, groups, step)
    heads = [Way(name, people) for name in groups for people in (1, -1) if _has_heads(scenario, name)]
    ready = make_ready([entry], options)
    wanted = min(ready.wanted[0], MOST_RUNS)
    plays = _Plays(entry, vary, options, watcher, wanted * (1 + len(ways) + len(heads)))
    today, *seen = plays.of([None, *ways, *heads], range(wanted))
    cells = [
        cell for way, one in zip(ways, seen[: len(ways)], strict=True) for cell in _cells(scenario, way, one, today)
    ]
    heads_found = tuple(_whole(way, one, today) for way, one in zip(heads, seen[len(ways) :], strict=True))
    found = Found(
        scenario, entry.label or scenario.plan, wanted, step, tuple(cells), heads_found, (), None,
        float(today.days[..., OFFERED].mean()),
    )  # fmt: skip
    found = _confirmed(found, plays, range(wanted, 2 * wanted))
    return _with_curve(found, plays, at, range(wanted))


def _has_heads(scenario: Scenario, group: str) -> bool:
    spec = scenario.spec.groups[group]
    return spec.shifts is not None and spec.people is None and spec.roster is None


class _Plays:
    """Plays ways beside the plan as it is."""

    def __init__(self, entry: Entry, vary: Varied, options: Options, watcher: Watcher, plays: int) -> None:
        self._scenario, self._vary = entry.plan, vary
        self._variants = Variants(entry, KEPT, _seen, PLAYING, options, watcher, plays)

    def of(self, ways: Sequence[Way | None], runs: range) -> list[_Seen]:
        """What was seen with each; None: the plan as it is."""
        changes = ({} if way is None else changes_of(self._scenario, way) for way in ways)
        return self._variants.of([self._vary(one) for one in changes], runs)


def _seen(result: PlanResult) -> _Seen:
    scenario = result.scenario
    live = [queue.number for queue in scenario.numbered.queues if queue.is_live]
    counts = result.interval_counts[:, :, live].sum(axis=2, dtype=np.float64)
    days = np.add.reduceat(counts, scenario.clock.day_first[:-1], axis=1)
    return _Seen(days, counts, np.asarray(result.costs.sum(axis=1), np.float64))


def _cells(scenario: Scenario, way: Way, seen: _Seen, today: _Seen) -> Iterator[Cell]:
    dates = scenario.clock.dates
    open_on = [bool(_open_then(scenario, way, day)) for day in range(len(dates))]
    cost = float((seen.cost - today.cost).mean()) / max(sum(open_on), 1)
    for weekday in range(7):
        own = [day for day, date in enumerate(dates) if date.weekday() == weekday and open_on[day]]
        if own:
            yield _cell(way, weekday, seen.days[:, own], today.days[:, own], cost)


def _open_then(scenario: Scenario, way: Way, day: int) -> bool:
    """Whether any of the group's queues is open in these hours of a day."""
    date, ahead = scenario.clock.dates[day], _ahead(scenario, way.group)
    begin, end = way.begin - ahead, way.end - ahead
    spans = (span for queue in _queues_of(scenario, way.group) for span in scenario.queue(queue).open_spans(date))
    return any(first < end and last > begin for first, last in spans)


def _cell(way: Way, weekday: int, own: Floats, today: Floats, cost: float) -> Cell:
    """Of the dates of a weekday: replications × dates × counts."""
    changed = own.mean(axis=1) - today.mean(axis=1)
    return Cell(way, weekday, mean_of(changed[:, MET]), mean_of(changed[:, ABANDONED]), _points(own, today), cost)


def _whole(way: Way, seen: _Seen, today: _Seen) -> Cell:
    """Of all days together."""
    changed = (seen.days - today.days).sum(axis=1)
    cost = float((seen.cost - today.cost).mean())
    return Cell(way, -1, mean_of(changed[:, MET]), mean_of(changed[:, ABANDONED]), _points(seen.days, today.days), cost)


def _points(own: Floats, today: Floats) -> Estimate:
    """Of the level of these days, by the jackknife."""
    (mean, left_out), (before, before_without) = (_level_and_without(counts) for counts in (own, today))
    return jackknifed(mean - before, left_out - before_without)


def _level_and_without(counts: Floats) -> tuple[float, Floats]:
    return level_of(counts[..., MET].sum(axis=1), counts[..., BASE].sum(axis=1))


def _confirmed(found: Found, plays: _Plays, runs: range) -> Found:
    """The best cells once more, on replications that did not choose them: the best of many is flattered by its luck."""
    best = [*found.best(1), *found.best(-1)]
    ways = list(dict.fromkeys(cell.way for cell in best))
    today, *seen = plays.of([None, *ways], runs)
    again = {
        (cell.way, cell.weekday): cell.in_time
        for way, one in zip(ways, seen, strict=True)
        for cell in _cells(found.scenario, way, one, today)
    }
    chosen = {(cell.way, cell.weekday) for cell in best}
    cells = tuple(
        replace(cell, fresh=again[cell.way, cell.weekday]) if (cell.way, cell.weekday) in chosen else cell
        for cell in found.cells
    )
    return replace(found, cells=cells)


CURVE = (-3, -2, -1, 0, 1, 2, 3, 4, 5)


def _with_curve(found: Found, plays: _Plays, at: tuple[int, float] | None, runs: range) -> Found:
    """From three fewer to five more at one place."""
    where = _place(found, at)
    if where is None:
        return found
    way, clock = where.way, found.scenario.clock
    ways = [None if people == 0 else Way(way.group, people, way.begin, way.end) for people in CURVE]
    kept = [(people, one) for people, one in zip(CURVE, ways, strict=True) if _goes(found.scenario, one)]
    seen = plays.of([one for _, one in kept], runs)
    begin = way.begin - _ahead(found.scenario, way.group)
    days = [day for day, date in enumerate(clock.dates) if date.weekday() == where.weekday]
    cells = [
        n for day in days for n in range(int(clock.day_first[day]), int(clock.day_first[day + 1]))
        if begin <= (n * clock.interval - clock.day_start[day]) < way.end - _ahead(found.scenario, way.group)
    ]  # fmt: skip
    curve = tuple(
        (people, _level(one.intervals[:, cells]), _level(one.days[:, days]))
        for (people, _), one in zip(kept, seen, strict=True)
    )
    return replace(found, curve=curve, curve_at=where)


def _goes(scenario: Scenario, way: Way | None) -> bool:
    """Whether the group has so many people that could be away."""
    if way is None or way.people > 0:
        return True
    spec = scenario.spec.groups[way.group]
    heads = spec.heads if spec.heads is not None else sum(int(part.value) for part in (spec.shifts or {}).values())
    return heads + way.people >= 1


def _place(found: Found, at: tuple[int, float] | None) -> Cell | None:
    more = [cell for cell in found.cells if cell.way.people == 1]
    if at is None:
        return next(iter(found.best(1)), None)
    weekday, second = at
    there = [cell for cell in more if cell.weekday == weekday and cell.way.begin <= second < cell.way.end]
    if not there:
        text = "is no hour at which a group's queues are open"
        raise ScenarioError(found.scenario.name, [Problem("--at", text)])
    return max(there, key=_worth)


def _level(counts: Floats) -> Estimate:
    return jackknifed(*_level_and_without(counts))


def hours_text(way: Way) -> str:
    """ "10:00-10:30"."""
    return f"{format_time_of_day(way.begin)}-{format_time_of_day(way.end)}"
