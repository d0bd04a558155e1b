"""A scenario lowered to the floor's tables: after this, policies are data."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.demand.arrivals import DayOfDemand
from sim.demand.forecast import expected, work_of
from sim.demand.opening import open_seconds, windows_of
from sim.floor.tables.engine import Births
from sim.floor.tables.layout import MOST_LOAD, Setting, blank, table_of
from sim.floor.tables.lower_routes import lower_routes, lower_skills, on_grid
from sim.floor.tables.records import (
    COLD,
    FOLLOW_UP,
    SWARM,
    WARM,
    Agent,
    Callback,
    CenterState,
    Holding,
    Queue,
    Site,
    Transfer,
    Window,
)
from sim.observations import Table
from sim.scenario.language.channels import CHANNELS
from sim.scenario.model import Scenario
from sim.units import HOUR
from sim.workforce.people import Agents

KINDS = {"cold": COLD, "warm": WARM, "swarm": SWARM, "follow up": FOLLOW_UP}


def lower_setting(scenario: Scenario, agents: Agents, speed: Table, resolution: Table, courtesy: Table) -> Setting:
    """The floor before the first day; `speed` and `resolution` have shape agents × queues, `courtesy` agents.

    Vendors come after the groups, as groups whose agents are always there.
    """
    spec = scenario.spec
    tiers, members = lower_routes(scenario)
    skills, openings, rises, groups = lower_skills(scenario)
    people, speed, resolution = _people(scenario, agents, speed, resolution)
    _lower_rush_and_fatigue(scenario, groups)
    callbacks, windows = _callbacks(scenario)
    transfers, queues = _queues(scenario)
    windows = _follow_up_windows(scenario, queues, windows)
    table = _holdings(scenario)
    _note_holdings(queues, table)
    center = blank(CenterState, 1)
    center["queues"], center["groups"], center["agents"] = len(queues), len(groups), len(people)
    center["lines"] = _limit(spec.center.lines)
    center["blends"], center["cases"] = scenario.uses.blending, scenario.uses.cases
    center["estimates"] = scenario.uses.estimates
    center["rushes_or_tires"] = scenario.uses.pressure or scenario.uses.fatigue
    center["carries"] = queues["carries"].any()
    center["calls_behind"] = callbacks["behind"].any()
    sites = blank(Site, len(spec.sites))
    sites["desks"] = [_limit(site.seats) for site in spec.sites.values()]
    _place_lists(center[0], groups, sites)
    return Setting(
        center, people, queues, groups, tiers, members, skills, openings, rises, table, transfers, callbacks,
        windows, sites, np.ascontiguousarray(speed.reshape(-1)), np.ascontiguousarray(resolution.reshape(-1)),
        _by_load([queue.speed_by_load for queue in scenario.numbered.queues]),
        _by_load([queue.spec.resolution_by_load or (1.0,) for queue in scenario.numbered.queues]),
        np.concatenate([courtesy, np.ones(len(people) - len(agents.names))]),
    )  # fmt: skip


def _lower_rush_and_fatigue(scenario: Scenario, groups: Table) -> None:
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
    for queue in scenario.numbered.queues:
        if not queue.is_followed_up:
            continue
        queues[queue.number]["next_window"] = len(rows)
        open_at = windows_of(scenario, queue.name, 0, scenario.clock.days)
        rows += zip(open_at.start.tolist(), open_at.end.tolist(), strict=True)
        queues[queue.number]["end_window"] = len(rows)
    return table_of(Window, rows)


def _place_lists(center: Any, groups: Table, sites: Table) -> None:
    """Where each kind of lists starts; kinds that the scenario does not need have no lists."""
    center["levels"] = groups["places"].max(initial=1) - 1
    center["first_level"] = center["queues"] + 2 * center["groups"]
    center["first_interruptible"] = center["first_level"] + center["levels"] * center["groups"]
    center["first_site"] = center["first_interruptible"] + (center["groups"] if center["blends"] else 0)
    center["first_hand"] = center["first_site"] + len(sites)
    center["first_parked"] = center["first_hand"] + (center["agents"] if center["blends"] else 0)
    center["first_behind"] = center["first_parked"] + (center["queues"] if center["estimates"] else 0)
    center["lists"] = center["first_behind"] + (center["queues"] if center["calls_behind"] else 0)


def _people(scenario: Scenario, agents: Agents, speed: Table, resolution: Table) -> tuple[Table, Table, Table]:
    """The floor's agents, their speed and chance to resolve, the vendors' places after our own."""
    spec, queues = scenario.spec, len(scenario.queues)
    people = blank(Agent, len(agents.names))
    people["group"] = agents.group
    limited = [name for name, site in spec.sites.items() if site.seats is not None]
    sites = [group.site for group in scenario.numbered.groups]
    numbers = np.array([list(spec.sites).index(site) if site in limited else -1 for site in sites], dtype=np.int64)
    people["site"] = numbers[agents.group]
    for vendor in scenario.numbered.vendors:
        capacity, shape = vendor.spec.capacity, (vendor.spec.capacity, queues)
        places = blank(Agent, capacity)
        places["group"] = vendor.as_group
        people = np.concatenate([people, places])
        speed = np.concatenate([speed, np.full(shape, 1.0 / vendor.spec.handle_factor)])
        resolution = np.concatenate([resolution, np.full(shape, vendor.spec.resolution)])
    return people, speed, resolution


def _queues(scenario: Scenario) -> tuple[Table, Table]:
    """(transfers, queues)."""
    queues = scenario.numbered.queues
    transfers: list[tuple[Any, ...]] = []
    table = blank(Queue, len(queues))
    first = callbacks = 0
    limits = [scenario.spec.center.lines, *(queue.spec.lines for queue in queues)]
    any_limit = any(limit is not None for limit in limits)
    for one in queues:
        row, channel, queue = table[one.number], one.channel, one.spec
        row["first_tier"], first = first, first + len(one.tiers)
        row["end_tier"] = first
        row["lines"], row["trunk"] = _limit(queue.lines), int(channel.lines)
        row["lines_counted"] = int(any_limit and (channel.lines or queue.lines is not None))
        row["cut_off"] = int(queue.at_close == "cut off")
        row["carries"] = int(one.carries_over)
        row["channel"], row["live"] = list(CHANNELS).index(queue.channel), int(channel.live)
        if one.ways_in and channel.live:
            row["closed"] = int(not any(start <= 0.0 < end for start, end in open_seconds(scenario, one.name, 0)))
        if queue.silent is not None:
            row["closes_after"] = on_grid(queue.silent.closes_after)
        if queue.callback is not None:
            row["callback"], callbacks = callbacks, callbacks + 1
        if queue.announce is not None:
            told = queue.announce
            row["announces"], row["announce_above"] = 1, told.above
            row["tolerance"], row["patience_factor"] = told.tolerance, told.patience_factor
        row["handle"] = _planned_handle_time(scenario, one.name) if queue.announce or queue.callback else 0.0
        row["first_transfer"] = len(transfers)
        for target, transfer in one.transfers:
            transfers.append((target.number, KINDS[transfer.kind], on_grid(transfer.handover), 0, 0.0))
        if (escalation := queue.escalation) is not None:
            target = one.second_line or one
            handover, chance = on_grid(escalation.handover), escalation.resolution
            transfers.append((target.number, KINDS[escalation.kind], handover, 1, chance))
        row["end_transfer"] = len(transfers)
    return table_of(Transfer, transfers), table


def _planned_handle_time(scenario: Scenario, queue: str) -> float:
    """Mean handle time as planned, over the forecast; a replayed log's own times are not in it."""
    return work_of(scenario, queue).mean * expected(scenario, queue).usual_work


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
    view = scenario.numbered
    table = blank(Holding, (len(view.groups) + len(view.vendors)) * len(view.queues))
    channels = list(CHANNELS)
    for group in view.groups:
        known = set(group.holdings)
        for queue in view.queues:
            holding = group.holding(queue.spec.channel)
            mask = 0 if queue.is_live else sum(
                1 << channels.index(other) for other in set(holding.interrupted_by) & known
            )  # fmt: skip
            alone, penalty = int(holding.alone or mask != 0), on_grid(holding.resume_penalty)
            row = (holding.at_once, alone, mask, penalty, int(holding.by_anybody))
            table[group.number * len(view.queues) + queue.number] = row
    return table


def _note_holdings(queues: Table, table: Table) -> None:
    """Note for each queue what to look for: groups that hold its contacts beside others, or drop others for them."""
    by_group = table.reshape(-1, len(queues))
    queues["shared"] = (by_group["alone"] == 0).any(axis=0)
    masks = int(np.bitwise_or.reduce(table["interrupted_by"]))
    queues["interrupts"] = (masks >> queues["channel"]) & 1


def _by_load(given: list[tuple[float, ...]]) -> Table:
    """queue × load, flat: what is given for 1, 2, 3 … contacts worked on at once; the last value goes on."""
    table = np.ones((len(given), MOST_LOAD))
    for q, values in enumerate(given):
        for load in range(1, MOST_LOAD):
            table[q, load] = values[min(load, len(values)) - 1]
    return np.ascontiguousarray(table.reshape(-1))


def _limit(given: int | None) -> int:
    return -1 if given is None else given


def lower_births(today: DayOfDemand) -> Births:
    """What a day brings to the floor."""
    return Births(today.contacts, today.legs, today.follow_ups)
