"""What tables, sections and charts tell of transfers, machines, replies and desks, where a scenario uses them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.floor.tables.duties import seats_by_interval
from sim.measures.sums import Slots, spread
from sim.observations import LEAVE, SICK
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared
from sim.study.result import PlanResult
from sim.units import HOUR
from sim.workforce.roster import build_segments

Floats = NDArray[np.float64]


def transfers(scenario: Scenario) -> dict[str, str]:
    """By queue, where its contacts go on to: "billing (cold), retention (warm)"."""
    return {
        queue.name: ", ".join(f"{other.name} ({transfer.kind})" for other, transfer in queue.transfers)
        for queue in scenario.numbered.queues
        if queue.transfers
    }


def contained_by_machines(prepared: Prepared) -> pd.DataFrame:
    """Contacts that end with the machine, by its queue and slot, as the forecast has them."""
    scenario, fresh = prepared.scenario, prepared.fresh()
    tables = []
    for name in scenario.uses.machines:
        queue = scenario.queue(name).spec
        service = queue.self_service
        assert service is not None
        enter = fresh[name].contacts * (1.0 - sum(queue.deflect.values()))
        for other in scenario.numbered.queues:
            enter = enter + fresh[other.name].contacts * other.spec.deflect.get(name, 0.0)
        tables.append(_by_slot(prepared.slots, name, "contained", enter * service.containment))
    return pd.concat(tables) if tables else pd.DataFrame(columns=["name", "date", "start", "contained"])


def oldest_ages(result: PlanResult) -> pd.DataFrame:
    """Hours since the arrival of the oldest contact that waits for a reply, by queue and slot, at intervals' ends."""
    deferred = result.scenario.uses.deferred
    if not result.oldest.size or not deferred:
        return pd.DataFrame(columns=["name", "date", "start", "age"])
    ages = result.oldest / result.replications / HOUR
    slots = result.prepared.slots
    return pd.concat([_by_slot(slots, name, "age", ages[:, k]) for k, name in enumerate(deferred)])


def desks_taken(prepared: Prepared) -> pd.DataFrame:
    """People on shift at sites with limited desks, breaks included, by slot: each takes a desk if there is one."""
    scenario, clock = prepared.scenario, prepared.scenario.clock
    limited = [site for site in scenario.uses.sites if scenario.spec.sites[site].seats is not None]
    if not limited:
        return pd.DataFrame(columns=["name", "date", "start", "people"])
    site_of = np.array([limited.index(g.site) if g.site in limited else -1 for g in scenario.numbered.groups])
    people = np.zeros((clock.intervals + 1, len(limited)))
    segments = build_segments(scenario, prepared.agents)
    site = site_of[prepared.agents.group[segments.agent]]
    there = (site >= 0) & (segments.activity != LEAVE) & (segments.activity != SICK)
    if there.any():
        first, block = spread(clock, len(limited), site[there], segments.start[there], segments.end[there])
        people[first : first + len(block)] += block / clock.interval
    for group, site_number in zip(scenario.groups, site_of, strict=True):
        if site_number >= 0 and group in scenario.data.seats:
            people[:-1, site_number] += seats_by_interval(scenario, group)
    return pd.concat([_by_slot(prepared.slots, site, "people", people[:-1, k]) for k, site in enumerate(limited)])


def _by_slot(slots: Slots, name: str, column: str, values: Floats) -> pd.DataFrame:
    """A value per interval of the horizon as means over what each row of the interval table gathers."""
    means = np.bincount(slots.of_interval, values, slots.count) / slots.occurrences
    dates, starts = zip(*slots.labels, strict=True)
    return pd.DataFrame({"name": name, "date": dates, "start": starts, column: means})
