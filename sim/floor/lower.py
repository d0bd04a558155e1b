"""A scenario lowered to the floor's tables: after this, policies are data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.demand.arrivals import open_seconds
from sim.demand.contacts import TICKS, Columns
from sim.demand.forecast import expected, work_of
from sim.floor.records import (
    ASSIGN,
    BORN,
    BORN_LAYOUT,
    CLOSE,
    FASTEST,
    IN_ORDER,
    LONGEST_IDLE,
    MOST_LOAD,
    MOST_PROFICIENT,
    OPEN_QUEUE,
    SEAT_OFF,
    SEAT_ON,
    Agent,
    Book,
    Callback,
    Contact,
    Duty,
    Group,
    Holding,
    Member,
    Opening,
    Queue,
    Setting,
    Site,
    Skill,
    Tier,
    Transfer,
    Window,
    blank,
)
from sim.observations import AVAILABLE, BREAK, OFF, Table
from sim.scenario import schema
from sim.scenario.channels import CHANNELS
from sim.scenario.holding import blends, holdings, places
from sim.scenario.model import Scenario
from sim.workforce.people import Agents
from sim.workforce.segments import Segments

CHOOSE = {
    "longest_idle": LONGEST_IDLE,
    "most_proficient": MOST_PROFICIENT,
    "fastest": FASTEST,
    "in_order": IN_ORDER,
}


def lower_setting(scenario: Scenario, agents: Agents, speed: Table, resolution: Table) -> Setting:
    """The floor before the first day; `speed` and `resolution` have shape agents × queues.

    Vendors come after the groups, as groups whose agents are always there.
    """
    spec = scenario.spec
    tiers, members, routes = _routes(scenario)
    skills, openings, groups = _skills(scenario, routes)
    people, speed, resolution = _people(scenario, agents, speed, resolution)
    callbacks, windows = _callbacks(scenario)
    transfers, queues = _queues(scenario, routes)
    table = _holdings(scenario)
    _note_holdings(queues, table)
    book = blank(Book, 1)
    book["queues"], book["groups"], book["agents"] = len(queues), len(groups), len(people)
    book["lines"] = _limit(spec.center.lines)
    book["blends"] = groups["blends"].any()
    book["estimates"] = any(queue.callback or queue.announce for queue in spec.queues.values())
    sites = blank(Site, len(spec.sites))
    sites["desks"] = [_limit(site.seats) for site in spec.sites.values()]
    _place_lists(book[0], groups, sites)
    return Setting(
        book, people, queues, groups, tiers, members, skills, openings, table, transfers, callbacks,
        windows, sites, np.ascontiguousarray(speed.reshape(-1)), np.ascontiguousarray(resolution.reshape(-1)),
        _pace(scenario),
    )  # fmt: skip


def _place_lists(book: Any, groups: Table, sites: Table) -> None:
    """Where each kind of lists starts; kinds that the scenario does not need have no lists."""
    book["levels"] = groups["places"].max(initial=1) - 1
    book["first_level"] = book["queues"] + 2 * book["groups"]
    book["first_interruptible"] = book["first_level"] + book["levels"] * book["groups"]
    book["first_site"] = book["first_interruptible"] + (book["groups"] if book["blends"] else 0)
    book["first_hand"] = book["first_site"] + len(sites)
    book["first_parked"] = book["first_hand"] + (book["agents"] if book["blends"] else 0)
    book["lists"] = book["first_parked"] + (book["queues"] if book["estimates"] else 0)


def _people(scenario: Scenario, agents: Agents, speed: Table, resolution: Table) -> tuple[Table, Table, Table]:
    """The floor's agents, their speed and chance to resolve, the vendors' places after our own."""
    spec, queues = scenario.spec, len(scenario.queues)
    people = blank(Agent, len(agents.names))
    people["group"] = agents.group
    limited = [name for name, site in spec.sites.items() if site.seats is not None]
    sites = [scenario.site_of(name) for name in scenario.groups]
    numbers = np.array([list(spec.sites).index(site) if site in limited else -1 for site in sites], dtype=np.int64)
    people["site"] = numbers[agents.group]
    for number, vendor in enumerate(spec.vendors.values()):
        places = blank(Agent, vendor.capacity)
        places["group"] = len(scenario.groups) + number
        people = np.concatenate([people, places])
        speed = np.concatenate([speed, np.full((vendor.capacity, queues), 1.0 / vendor.handle_factor)])
        resolution = np.concatenate([resolution, np.full((vendor.capacity, queues), vendor.resolution)])
    return people, speed, resolution


def _queues(scenario: Scenario, routes: dict[str, list[schema.Tier]]) -> tuple[Table, Table]:
    """(transfers, queues)."""
    spec, names = scenario.spec, scenario.queues
    transfers: list[tuple[Any, ...]] = []
    table = blank(Queue, len(names))
    first = callbacks = 0
    targets = _transfer_targets(scenario)
    any_limit = any(limit is not None for limit in [spec.center.lines, *(q.lines for q in spec.queues.values())])
    for number, (name, queue) in enumerate(spec.queues.items()):
        row, channel = table[number], CHANNELS[queue.channel]
        row["first_tier"], first = first, first + len(routes[name])
        row["end_tier"] = first
        row["lines"], row["trunk"] = _limit(queue.lines), int(channel.lines)
        row["lines_counted"] = int(any_limit and (channel.lines or queue.lines is not None))
        row["cut_off"] = int(queue.at_close == "cut off")
        row["channel"], row["live"] = list(CHANNELS).index(queue.channel), int(channel.live)
        if name in targets and channel.live:
            row["closed"] = int(not any(start <= 0.0 < end for start, end in open_seconds(scenario, name, 0)))
        if queue.silent is not None:
            row["closes_after"] = _grid(queue.silent.closes_after)
        if queue.callback is not None:
            row["callback"], callbacks = callbacks, callbacks + 1
        if queue.announce is not None:
            told = queue.announce
            row["announces"], row["announce_above"] = 1, told.above
            row["tolerance"], row["patience_factor"] = told.tolerance, told.patience_factor
        row["handle"] = _planned_handle_time(scenario, name) if queue.announce or queue.callback else 0.0
        row["first_transfer"] = len(transfers)
        for target, transfer in queue.transfer.items():
            transfers.append((names.index(target), int(transfer.kind == "warm"), _grid(transfer.handover)))
        row["end_transfer"] = len(transfers)
    return _table(Transfer, transfers), table


def _planned_handle_time(scenario: Scenario, queue: str) -> float:
    """Mean handle time as planned, over the forecast; a replayed log's own times are not in it."""
    return work_of(scenario, queue).mean * expected(scenario, queue).usual_work


def _transfer_targets(scenario: Scenario) -> set[str]:
    return {target for queue in scenario.spec.queues.values() for target in queue.transfer}


def _callbacks(scenario: Scenario) -> tuple[Table, Table]:
    """How callbacks are made, in the order of the queues that offer them, and their quiet hours by time."""
    clock = scenario.clock
    rows: list[tuple[Any, ...]] = []
    windows: list[tuple[Any, ...]] = []
    for queue in scenario.spec.queues.values():
        callback = queue.callback
        if callback is None:
            continue
        first = len(windows)
        if callback.quiet is not None:
            start, end = callback.quiet
            spans = [(clock.elapsed(day, start), clock.elapsed(day, end)) for day in range(-1, clock.days)]
            windows += [span for span in spans if span[1] > 0.0 and span[0] < clock.end]
        above = callback.offer_above
        rows.append(
            (
                -1.0 if above.wait is None else above.wait, -1 if above.waiting is None else above.waiting,
                callback.accept, int(callback.when == "in turn"), callback.answered, _grid(callback.ring),
                callback.attempts, _grid(callback.retry_after), first, len(windows),
            )
        )  # fmt: skip
    return _table(Callback, rows), _table(Window, windows)


def _holdings(scenario: Scenario) -> Table:
    """group × queue, vendors last: they hold everything alone."""
    names, queues = [*scenario.groups, *scenario.spec.vendors], scenario.queues
    table = blank(Holding, len(names) * len(queues))
    channels = list(CHANNELS)
    for g, group in enumerate(scenario.groups):
        known = set(holdings(scenario, group))
        for q, queue in enumerate(queues):
            holding = scenario.holding(group, scenario.spec.queues[queue].channel)
            mask = 0 if scenario.is_live(queue) else sum(
                1 << channels.index(other) for other in set(holding.interrupted_by) & known
            )  # fmt: skip
            row = (holding.at_once, int(holding.alone or mask != 0), mask, _grid(holding.resume_penalty))
            table[g * len(queues) + q] = row
    return table


def _note_holdings(queues: Table, table: Table) -> None:
    """Tell each queue what to look for: groups that hold its contacts beside others, or drop others for them."""
    by_group = table.reshape(-1, len(queues))
    queues["shared"] = (by_group["alone"] == 0).any(axis=0)
    masks = int(np.bitwise_or.reduce(table["interrupted_by"]))
    queues["interrupts"] = (masks >> queues["channel"]) & 1


def _pace(scenario: Scenario) -> Table:
    """queue × load, flat: the speed of the work on each of so many contacts; the last value goes on."""
    table = np.ones((len(scenario.queues), MOST_LOAD))
    for q, queue in enumerate(scenario.queues):
        speeds = scenario.speed_by_load(queue)
        for load in range(1, MOST_LOAD):
            table[q, load] = speeds[min(load, len(speeds)) - 1]
    return np.ascontiguousarray(table.reshape(-1))


def _limit(given: int | None) -> int:
    return -1 if given is None else given


def _table(record: type[Any], rows: list[tuple[Any, ...]]) -> Table:
    table = blank(record, len(rows))
    for at, row in enumerate(rows):
        table[at] = row
    return table


def _grid(seconds: float) -> float:
    return round(seconds * TICKS) / TICKS


def _is_partial(scenario: Scenario, group: str, queue: str) -> int:
    """Whether only some of the group's agents ever hold the skill."""
    nests = [hiring.nesting for hiring in scenario.spec.hiring.values() if hiring.group == group and hiring.nesting]
    learns = any(nesting.queues and queue not in nesting.queues for nesting in nests)
    return int(learns or scenario.spec.groups[group].skills[queue].holders < 1.0)


def _routes(scenario: Scenario) -> tuple[Table, Table, dict[str, list[schema.Tier]]]:
    groups, vendors = scenario.groups, list(scenario.spec.vendors)
    tiers: list[tuple[Any, ...]] = []
    members: list[tuple[Any, ...]] = []
    routes: dict[str, list[schema.Tier]] = {}
    for queue in scenario.queues:
        routes[queue] = scenario.tiers_of(queue)
        for tier in routes[queue]:
            first, share = len(members), 0.0
            for name in tier.groups:
                share += tier.share[name] if tier.share else 0.0
                members.append((groups.index(name), tier.keep_idle, share, _is_partial(scenario, name, queue)))
            if tier.vendor is not None:
                members.append((len(groups) + vendors.index(tier.vendor), 0, 1.0, 0))
            rules = [rule for rule in tier.choose if rule not in schema.LOADS] or ["longest_idle"]
            then = CHOOSE[rules[1]] if len(rules) > 1 else LONGEST_IDLE
            row = (
                _grid(tier.after),
                CHOOSE[rules[0]],
                then,
                int(tier.choose[0] == "most_loaded"),
                int(tier.share is not None),
                first,
                len(members),
            )
            tiers.append(row)
    return _table(Tier, tiers), _table(Member, members), routes


def _skills(scenario: Scenario, routes: dict[str, list[schema.Tier]]) -> tuple[Table, Table, Table]:
    """What each group serves, in the order in which its free agents look; vendors serve whoever is sent to them."""
    skills: list[tuple[Any, ...]] = []
    openings: list[tuple[Any, ...]] = []
    groups: list[tuple[Any, ...]] = []
    for name, group in scenario.spec.groups.items():
        first_skill = len(skills)
        weighted = "wait_weight" in group.take
        keys = {queue: _rank_key(scenario, group, queue) for queue in group.skills}
        ranks = {key: rank for rank, key in enumerate(sorted(set(keys.values())))}
        for queue in sorted(group.skills, key=lambda q: (keys[q], scenario.queues.index(q))):
            if not scenario.holding(name, scenario.spec.queues[queue].channel).at_once:
                continue
            first = len(openings)
            openings += [(_grid(tier.after), tier.keep_idle) for tier in routes[queue] if name in tier.groups]
            weight = scenario.spec.queues[queue].weight if weighted else 1.0
            partial = _is_partial(scenario, name, queue)
            skills.append((scenario.queues.index(queue), ranks[keys[queue]], weight, first, len(openings), partial))
        keeps_idle = int(any(tier.keep_idle for queue in group.skills for tier in routes[queue] if name in tier.groups))
        row = (0, first_skill, len(skills), int(blends(scenario, name)), places(scenario, name), keeps_idle, -1.0)
        groups.append(row)
    for name, vendor in scenario.spec.vendors.items():
        first_skill = len(skills)
        for queue in scenario.queues:
            first = len(openings)
            openings += [(_grid(tier.after), 0) for tier in routes[queue] if tier.vendor == name]
            if len(openings) > first:
                skills.append((scenario.queues.index(queue), 0, 1.0, first, len(openings), 0))
        groups.append((0, first_skill, len(skills), 0, 1, 0, _grid(vendor.wait)))
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
    """A day's contacts, or their later legs, as the floor's records."""
    table = np.empty(len(born["arrived"]), BORN_LAYOUT)
    for f in fields(Contact)[:BORN]:
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
    """Closing and opening times, seats and rosters as one list of (time, what, who, activity, length)."""
    return _by_day(scenario, np.concatenate([fixed_duties(scenario).rows, roster_duties(segments)]))


def fixed_duties(scenario: Scenario) -> Duties:
    """Closing and opening times, and seats: what does not depend on who is there."""
    return _by_day(scenario, _table(Duty, [*_closing_rows(scenario), *_seat_rows(scenario)]))


def _by_day(scenario: Scenario, rows: Table) -> Duties:
    rows = by_time(rows[rows["time"] < scenario.clock.end])
    return Duties(rows, np.searchsorted(rows["time"], scenario.clock.day_start, side="left"))


def by_time(duties: Table) -> Table:
    """The same duty rows in the order of time; those of one moment stay in theirs."""
    return np.asarray(duties[np.argsort(duties["time"], kind="stable")])


def roster_duties(segments: Segments) -> Table:
    """Duty rows of scheduled stretches, agent by agent.

    A break before work lasts its length from when it truly starts, so the work needs no row of its own. Any other break
    ends with the next row: nobody returns to work between a break and a meeting, or going home.
    """
    agent, start, end, activity = segments.agent, segments.start, segments.end, segments.activity
    same = agent[1:] == agent[:-1]
    adjoins = same & (start[1:] == end[:-1])
    follows_break = np.concatenate([[False], adjoins & (activity[:-1] == BREAK)])[: len(agent)]
    before_work = np.concatenate([adjoins & (activity[1:] == AVAILABLE), [False]])[: len(agent)]
    goes = ~np.concatenate([same & (start[1:] <= end[:-1]), [False]])[: len(agent)]
    comes = ~(follows_break & (activity == AVAILABLE))
    # Each stretch has two places: how it begins, and that it ends in nothing.
    rows = blank(Duty, 2 * len(agent))
    rows["what"], rows["who"] = ASSIGN, np.repeat(agent, 2)
    rows["time"][0::2], rows["time"][1::2] = start, end
    rows["activity"][0::2], rows["activity"][1::2] = activity, OFF
    rows["length"][0::2] = np.where((activity == BREAK) & before_work, end - start, 0.0)
    return np.asarray(rows[np.stack([comes, goes], axis=1).reshape(-1)])


Row = tuple[float, int, int, int, float]


def _closing_rows(scenario: Scenario) -> list[Row]:
    """When queues close, and open, for whom it matters: those cut off at closing, and those sent on to the queue."""
    rows: list[Row] = []
    targets = _transfer_targets(scenario)
    for number, (name, queue) in enumerate(scenario.spec.queues.items()):
        is_target = name in targets and scenario.is_live(name)
        if queue.at_close == "cut off" or is_target:
            spans = {span for day in range(scenario.clock.days) for span in open_seconds(scenario, name, day)}
            reopened, closed = {start for start, _ in spans}, {end for _, end in spans}
            rows += [(end, CLOSE, number, 0, 0.0) for _, end in spans if end not in reopened]
            if is_target:
                starts = [start for start, _ in spans if start > 0.0 and start not in closed]
                rows += [(start, OPEN_QUEUE, number, 0, 0.0) for start in starts]
    return sorted(rows)


def _seat_rows(scenario: Scenario) -> list[Row]:
    """One row per seat that comes or goes at the start of an interval."""
    clock = scenario.clock
    rows: list[Row] = []
    for number, name in enumerate(scenario.groups):
        if name not in scenario.data.seats:
            continue
        seats, on, days_off = scenario.data.seats[name], 0, scenario.days_off(name)
        for day, date in enumerate(clock.dates):
            for position, (start, _) in enumerate(clock.local_starts(day)):
                wanted = 0 if date in days_off else int(seats.at(date, start))
                time = (int(clock.day_first[day]) + position) * clock.interval
                rows += [(time, SEAT_ON if wanted > on else SEAT_OFF, number, 0, 0.0)] * abs(wanted - on)
                on = wanted
    return rows
