"""What the base plan's contacts were seen to bring about, queue by queue, and what that makes of a plan's.

A plan that transfers more, resolves less or has slower people changes its own load: each rate of the base plan is
scaled by what the plan's settings, and its people's chance to resolve, are to the base plan's. Abandonment, and with it
redials, stays as it was observed: it hangs on the seats that are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import work_of
from sim.scenario.language.queues import Queue
from sim.study.expected.brought_work import HardCases
from sim.study.expected.volumes import Inflow, split_escalations, split_repeats, split_transfers
from sim.study.prepared import Prepared, Rates
from sim.workforce.people import holds

Floats = NDArray[np.float64]


def rates_seen(prepared: Prepared, inflow: Inflow, hard: HardCases, tempo: Floats) -> dict[str, Rates]:
    """The base plan's, by queue. `prepared` under its solution."""
    chances = mean_chances(prepared)
    columns = (inflow.transferred, inflow.escalated, inflow.repeated, inflow.redialled)
    table = np.array([*(column.sum(axis=1) for column in columns), hard.stayed, hard.worked_on, tempo, chances])
    seen = zip(table.T.tolist(), prepared.scenario.numbered.queues, strict=True)
    return {queue.name: Rates._make([*row, _shares(queue.spec)]) for row, queue in seen}


def _shares(queue: Queue) -> tuple[float, float, float, float]:
    """What the file says is transferred; escalated and repeated, of the unresolved; redialled, of the lost."""
    return (
        sum(transfer.share for transfer in queue.transfer.values()),
        0.0 if queue.escalation is None else queue.escalation.share,
        0.0 if queue.repeat is None else queue.repeat.share,
        0.0 if queue.redial is None else queue.redial.share,
    )


def mean_chances(prepared: Prepared) -> Floats:
    """Per queue: mean chance to resolve of the starting staff with the skill, on the first day; 1 without any."""
    agents, queues = prepared.agents, len(prepared.scenario.queues)
    able = holds(prepared.scenario, agents) & agents.starting[:, None]
    chance = prepared.setting.resolution[: able.size].reshape(-1, queues)
    whole = able.sum(axis=0)
    return np.asarray(np.divide((chance * able).sum(axis=0), whole, out=np.ones(queues), where=whole > 0))


@dataclass(frozen=True)
class Brought:
    """What a plan's contacts are expected to bring about."""

    inflow: Inflow
    hard: HardCases


def expected_rates(prepared: Prepared) -> Brought:
    """The base plan's rates as this plan scales them; where nothing was seen, what the file says."""
    scenario, chances = prepared.scenario, mean_chances(prepared)
    moved = {name: _scaled(prepared, name, float(chances[q])) for q, name in enumerate(scenario.queues)}
    sent, escalated, repeated, redialled, stayed, worked_on = np.array(list(moved.values())).T
    redials = np.diag(redialled)
    return Brought(
        Inflow(split_transfers(scenario, sent), split_escalations(scenario, escalated),
               split_repeats(scenario, repeated), redials),
        HardCases(stayed, worked_on),
    )  # fmt: skip


def _scaled(prepared: Prepared, name: str, chance: float) -> tuple[float, float, float, float, float, float]:
    queue, seen = prepared.scenario.spec.queues[name], prepared.standard.seen.get(name)
    sent, escalated, repeated, redialled = _shares(queue)
    unresolved = 1.0 - queue.fcr
    if seen is None:
        return sent, escalated * unresolved, repeated * unresolved, 0.0, 0.0, 0.0
    was = seen.shares
    # The chance that is left unresolved moves with that of being resolved.
    better = chance / seen.chance if seen.chance > 0.0 else 1.0
    worse = max(1.0 - queue.fcr * better, 0.0) / unresolved if unresolved > 0.0 else 1.0
    hard = _times(seen.escalated, was[1], escalated, unresolved) * worse
    return (
        _times(seen.sent, was[0], sent),
        hard,
        _times(seen.repeated, was[2], repeated, unresolved) * worse,
        _times(seen.redialled, was[3], redialled, 0.0),
        _stays(prepared, queue, hard) if seen.stayed == 0.0 else seen.stayed * hard / max(seen.escalated, 1e-12),
        _times(seen.worked_on, was[1], escalated) * worse if seen.worked_on > 0.0 else hard,
    )


def _stays(prepared: Prepared, queue: Queue, escalated: float) -> float:
    """Seconds for which a first agent stays where nobody did in the base plan; the wait for the second is unknown."""
    hard = queue.escalation
    if hard is None or hard.to is None or hard.kind not in ("warm", "swarm"):
        return 0.0
    law = work_of(prepared.scenario, hard.to)
    talk = (law.mean - law.wrap.mean - law.talk.mean * law.tied_wrap) * prepared.expected[hard.to].usual_work
    return escalated * (hard.handover if hard.kind == "warm" else talk)


def _times(seen: float, was: float, now: float, of: float = 1.0) -> float:
    """A rate as seen under one share, under another; under none before, that share of so many."""
    return seen * now / was if was > 0.0 else now * of
