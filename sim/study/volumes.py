"""The contacts that come to a queue by themselves, where its forecast contains what other queues transfer to it.

With T the contacts that a queue sees and s the share of them that it sends on, split over its targets as the file says,
what comes by itself is F − Σ s T over the queues that send, F being the forecast: nothing, where that is below 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario

Floats = NDArray[np.float64]

ROUNDS = 1000
"""Of a transfer loop: what goes round shrinks each time."""


def receives(scenario: Scenario, queue: str) -> bool:
    """Whether the queue's forecast contains contacts that other queues transfer to it.

    A log that is replayed has arrivals alone, and a machine's forecast counts those who enter the machine.
    """
    spec = scenario.spec.queues[queue]
    counts_all = spec.forecast.replay is None and spec.forecast.contains == "all contacts"
    return counts_all and not spec.self_service and any(queue in q.transfer for q in scenario.spec.queues.values())


def fresh_shares(scenario: Scenario, forecast: Floats, sent: Floats) -> dict[str, float]:
    """By queue that receives transfers: the share of its forecast that comes by itself. `sent`: share sent on."""
    moves = moves_of(scenario, sent)
    receivers = [receives(scenario, queue) for queue in scenario.queues]
    own, fresh = _coming(scenario, forecast), forecast.copy()
    total = own.copy()
    for _ in range(ROUNDS):
        inflow = total @ moves
        fresh = np.where(receivers, np.maximum(forecast - inflow, 0.0), forecast)
        after = _coming(scenario, fresh) + inflow
        if np.allclose(after, total, rtol=1e-9, atol=1e-9):
            break
        total = after
    shares = fresh / np.where(forecast > 0, forecast, np.inf)
    return {queue: float(shares[q]) for q, queue in enumerate(scenario.queues) if receivers[q]}


def totals(scenario: Scenario, forecast: Floats, sent: Floats, shares: dict[str, float]) -> Floats:
    """Contacts that each queue sees in all, when these shares of the forecasts come by themselves."""
    fresh = forecast * np.array([shares.get(queue, 1.0) for queue in scenario.queues])
    return np.asarray(np.linalg.solve(np.eye(len(fresh)) - moves_of(scenario, sent).T, _coming(scenario, fresh)))


def moves_of(scenario: Scenario, sent: Floats) -> Floats:
    """Share of each queue's contacts that goes on to each other queue."""
    table = np.zeros((len(scenario.queues), len(scenario.queues)))
    for q, queue in enumerate(scenario.spec.queues.values()):
        whole = sum(transfer.share for transfer in queue.transfer.values())
        for target, transfer in queue.transfer.items():
            table[q, scenario.queues.index(target)] = sent[q] * transfer.share / whole if whole else 0.0
    return table


def _coming(scenario: Scenario, forecast: Floats) -> Floats:
    """Contacts that reach each queue other than by transfer: some come another way, a machine contains some."""
    coming = forecast.copy()
    for q, queue in enumerate(scenario.spec.queues.values()):
        for target, share in queue.deflect.items():
            coming[q] -= share * forecast[q]
            coming[scenario.queues.index(target)] += share * forecast[q]
    for q, queue in enumerate(scenario.spec.queues.values()):
        machine = queue.self_service
        if machine is not None:
            coming[q] *= 1.0 - machine.containment * (1.0 - machine.come_back.share)
    return coming
