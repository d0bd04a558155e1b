"""A scenario lowered to the floor's tables: after this, policies are data."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.demand.arrivals import DayOfDemand
from sim.demand.forecast import expected, work_of
from sim.demand.opening import open_seconds, windows_of
from sim.floor.engine import Births
from sim.floor.lower_routes import lower_routes, lower_skills, on_grid
from sim.floor.records import (
    COLD,
    FOLLOW_UP,
    MOST_LOAD,
    SWARM,
    WARM,
    Agent,
    Book,
    Callback,
    Holding,
    Queue,
    Setting,
    Site,
    Transfer,
    Window,
    blank,
    table_of,
)
from sim.observations import Table
from sim.scenario import schema
from sim.scenario.channels import CHANNELS
from sim.scenario.holding import holdings
from sim.scenario.model import Scenario
from sim.units import HOUR
from sim.workforce.people import Agents

KINDS = {"cold": COLD, "warm": WARM, "swarm": SWARM, "follow up": FOLLOW_UP}


def lower_setting(scenario: Scenario, agents: Agents, speed: Table, resolution: Table, courtesy: Table) -> Setting:
    """The floor before the first day; `speed` and `resolution` have shape agents × queues, `courtesy` agents.

    Vendors come after the groups, as groups whose agents are always there.
    """
    spec = scenario.spec
    tiers, members, routes = lower_routes(scenario)
    skills, openings, rises, groups = lower_skills(scenario, routes)
    people, speed, resolution = _people(scenario, agents, speed, resolution)
    _lower_moods(scenario, groups)
    callbacks, windows = _callbacks(scenario)
    transfers, queues = _queues(scenario, routes)
    windows = _follow_up_windows(scenario, queues, windows)
    table = _holdings(scenario)
    _note_holdings(queues, table)
    book = blank(Book, 1)
    book["queues"], book["groups"], book["agents"] = len(queues), len(groups), len(people)
    book["lines"] = _limit(spec.center.lines)
    book["blends"] = groups["blends"].any()
    rushes = (groups["rush_above"] >= 0.0).any()
    book["estimates"] = rushes or any(queue.callback or queue.announce for queue in spec.queues.values())
    book["moods"] = rushes or groups["tires"].any()
    book["cases"] = scenario.has_cases
    book["carries"] = queues["carries"].any()
    book["calls_behind"] = callbacks["behind"].any()
    sites = blank(Site, len(spec.sites))
    sites["desks"] = [_limit(site.seats) for site in spec.sites.values()]
    _place_lists(book[0], groups, sites)
    return Setting(
        book, people, queues, groups, tiers, members, skills, openings, rises, table, transfers, callbacks,
        windows, sites, np.ascontiguousarray(speed.reshape(-1)), np.ascontiguousarray(resolution.reshape(-1)),
        _by_load(scenario, [scenario.speed_by_load(queue) for queue in scenario.queues]),
        _by_load(scenario, [queue.resolution_by_load or (1.0,) for queue in spec.queues.values()]),
        np.concatenate([courtesy, np.ones(len(people) - len(agents.names))]),
    )  # fmt: skip


def _lower_moods(scenario: Scenario, groups: Table) -> None:
    """What pressure and fatigue do to the work of each group."""
    elasticity = scenario.spec.quality.pace
    for row, group in zip(groups, scenario.spec.groups.values(), strict=False):
        if group.pressure is not None:
            pace = group.pressure.pace
            row["rush_above"], row["rush_pace"] = group.pressure.waiting_per_agent, pace
            row["rush_care"], row["rush_courtesy"] = pace**elasticity.resolution, pace**elasticity.courtesy
        if group.fatigue is not None:
            tired = group.fatigue
            per_second = 1.0 / (tired.hours * HOUR)
            row["tires"], row["busy_strain"], row["break_relief"] = 1, per_second, 1.0 / tired.rest
            row["idle_relief"] = per_second * tired.occupancy / (1.0 - tired.occupancy)
            row["tired_pace"], row["tired_care"] = 1.0 / tired.speed, tired.resolution
            row["tired_courtesy"] = tired.courtesy


def _follow_up_windows(scenario: Scenario, queues: Table, windows: Table) -> Table:
    """The windows, and behind them the opening hours of queues to which customers come again."""
    rows = [tuple(row) for row in windows.tolist()]
    for number, name in enumerate(scenario.queues):
        if not scenario.is_followed_up(name):
            continue
        queues[number]["next_window"] = len(rows)
        open_at = windows_of(scenario, name, 0, scenario.clock.days)
        rows += zip(open_at.start.tolist(), open_at.end.tolist(), strict=True)
        queues[number]["end_window"] = len(rows)
    return table_of(Window, rows)


def _place_lists(book: Any, groups: Table, sites: Table) -> None:
    """Where each kind of lists starts; kinds that the scenario does not need have no lists."""
    book["levels"] = groups["places"].max(initial=1) - 1
    book["first_level"] = book["queues"] + 2 * book["groups"]
    book["first_interruptible"] = book["first_level"] + book["levels"] * book["groups"]
    book["first_site"] = book["first_interruptible"] + (book["groups"] if book["blends"] else 0)
    book["first_hand"] = book["first_site"] + len(sites)
    book["first_parked"] = book["first_hand"] + (book["agents"] if book["blends"] else 0)
    book["first_behind"] = book["first_parked"] + (book["queues"] if book["estimates"] else 0)
    book["lists"] = book["first_behind"] + (book["queues"] if book["calls_behind"] else 0)


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
    targets = transfer_targets(scenario)
    any_limit = any(limit is not None for limit in [spec.center.lines, *(q.lines for q in spec.queues.values())])
    for number, (name, queue) in enumerate(spec.queues.items()):
        row, channel = table[number], CHANNELS[queue.channel]
        row["first_tier"], first = first, first + len(routes[name])
        row["end_tier"] = first
        row["lines"], row["trunk"] = _limit(queue.lines), int(channel.lines)
        row["lines_counted"] = int(any_limit and (channel.lines or queue.lines is not None))
        row["cut_off"] = int(queue.at_close == "cut off")
        row["carries"] = int(scenario.carries_over(name))
        row["channel"], row["live"] = list(CHANNELS).index(queue.channel), int(channel.live)
        if name in targets and channel.live:
            row["closed"] = int(not any(start <= 0.0 < end for start, end in open_seconds(scenario, name, 0)))
        if queue.silent is not None:
            row["closes_after"] = on_grid(queue.silent.closes_after)
        if queue.callback is not None:
            row["callback"], callbacks = callbacks, callbacks + 1
        if queue.announce is not None:
            told = queue.announce
            row["announces"], row["announce_above"] = 1, told.above
            row["tolerance"], row["patience_factor"] = told.tolerance, told.patience_factor
        row["handle"] = _planned_handle_time(scenario, name) if queue.announce or queue.callback else 0.0
        row["first_transfer"] = len(transfers)
        for target, transfer in queue.transfer.items():
            transfers.append((names.index(target), KINDS[transfer.kind], on_grid(transfer.handover), 0, 0.0))
        if (escalation := queue.escalation) is not None:
            target = name if escalation.to is None else escalation.to
            handover, chance = on_grid(escalation.handover), escalation.resolution
            transfers.append((names.index(target), KINDS[escalation.kind], handover, 1, chance))
        row["end_transfer"] = len(transfers)
    return table_of(Transfer, transfers), table


def _planned_handle_time(scenario: Scenario, queue: str) -> float:
    """Mean handle time as planned, over the forecast; a replayed log's own times are not in it."""
    return work_of(scenario, queue).mean * expected(scenario, queue).usual_work


def transfer_targets(scenario: Scenario) -> set[str]:
    queues = scenario.spec.queues.values()
    lines = {queue.escalation.to for queue in queues if queue.escalation is not None and queue.escalation.to}
    return lines | {target for queue in queues for target in queue.transfer}


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
                callback.accept, int(callback.when == "in turn"), callback.answered, on_grid(callback.ring),
                callback.attempts, on_grid(callback.retry_after), first, len(windows),
                int(callback.when == "behind"), callback.keep_idle,
            )
        )  # fmt: skip
    return table_of(Callback, rows), table_of(Window, windows)


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
            alone, penalty = int(holding.alone or mask != 0), on_grid(holding.resume_penalty)
            row = (holding.at_once, alone, mask, penalty, int(holding.by_anybody))
            table[g * len(queues) + q] = row
    return table


def _note_holdings(queues: Table, table: Table) -> None:
    """Tell each queue what to look for: groups that hold its contacts beside others, or drop others for them."""
    by_group = table.reshape(-1, len(queues))
    queues["shared"] = (by_group["alone"] == 0).any(axis=0)
    masks = int(np.bitwise_or.reduce(table["interrupted_by"]))
    queues["interrupts"] = (masks >> queues["channel"]) & 1


def _by_load(scenario: Scenario, given: list[tuple[float, ...]]) -> Table:
    """queue × load, flat: what is given for 1, 2, 3 … contacts worked on at once; the last value goes on."""
    table = np.ones((len(scenario.queues), MOST_LOAD))
    for q, values in enumerate(given):
        for load in range(1, MOST_LOAD):
            table[q, load] = values[min(load, len(values)) - 1]
    return np.ascontiguousarray(table.reshape(-1))


def _limit(given: int | None) -> int:
    return -1 if given is None else given


def lower_births(today: DayOfDemand) -> Births:
    """What a day brings to the floor."""
    return Births(today.contacts, today.legs, today.follow_ups)
