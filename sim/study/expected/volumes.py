"""The contacts that come to a queue by themselves, where its forecast contains what other contacts bring to it.

A queue's forecast F counts all contacts that come: transfers and escalations from other queues, repeats and redials of
its own and others. With M the share of each queue's contacts that brings one to each queue (queues × queues), what
comes by itself is F − F M: nothing, where that is below 0. What outreach prevents never comes, and is no part of F.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.model import Scenario

Floats = NDArray[np.float64]

ROUNDS = 1000
"""Of what contacts bring contacts: it shrinks each time."""


@dataclass(frozen=True)
class Inflow:
    """Shares of each queue's contacts that bring one to each queue: queues × queues."""

    transferred: Floats
    escalated: Floats
    repeated: Floats
    redialled: Floats

    @property
    def whole(self) -> Floats:
        return self.transferred + self.escalated + self.repeated + self.redialled


def assumed_inflow(scenario: Scenario) -> Inflow:
    """What the file alone says: as if everybody were answered, with the FCR that it gives, and nobody redialled."""
    queues = [queue.spec for queue in scenario.numbered.queues]
    unresolved = np.array([1.0 - queue.fcr for queue in queues])
    sent = np.array([sum(transfer.share for transfer in queue.transfer.values()) for queue in queues])
    shares = np.array([0.0 if queue.escalation is None else queue.escalation.share for queue in queues])
    again = np.array([0.0 if queue.repeat is None else queue.repeat.share for queue in queues])
    return Inflow(
        split_transfers(scenario, sent), split_escalations(scenario, shares * unresolved),
        split_repeats(scenario, again * unresolved), np.zeros((len(sent), len(sent))),
    )  # fmt: skip


def receives(scenario: Scenario, queue: str) -> bool:
    """Whether the queue's forecast contains contacts that others bring to it."""
    own = scenario.queue(queue)
    return own.counts_what_is_brought and (bool(own.ways_in) or own.is_followed_up)


@dataclass(frozen=True)
class Traffic:
    """The contacts that a forecast stands for: those that come by themselves, and those that other contacts bring."""

    scenario: Scenario
    forecast: Floats
    """Contacts per queue, over the horizon."""
    inflow: Inflow
    fresh: dict[str, float]
    """By queue that others bring contacts to: the share of its forecast that comes by itself; all of it elsewhere."""

    @classmethod
    def of_forecast(cls, scenario: Scenario, forecast: Floats, inflow: Inflow) -> Traffic:
        """With as many by themselves as leave the forecast when others bring theirs."""
        moves, receivers = inflow.whole, [receives(scenario, queue) for queue in scenario.queues]
        own, fresh = coming(scenario, forecast), forecast.copy()
        total = own.copy()
        for _ in range(ROUNDS):
            brought = total @ moves
            fresh = np.where(receivers, np.maximum(forecast - brought, 0.0), forecast)
            after = coming(scenario, fresh) + brought
            if np.allclose(after, total, rtol=1e-9, atol=1e-9):
                break
            total = after
        shares = fresh / np.where(forecast > 0, forecast, np.inf)
        by_queue = {queue: float(shares[q]) for q, queue in enumerate(scenario.queues) if receivers[q]}
        return cls(scenario, forecast, inflow, by_queue)

    def _by_themselves(self) -> Floats:
        return np.asarray(self.forecast * np.array([self.fresh.get(queue, 1.0) for queue in self.scenario.queues]))

    def totals(self) -> Floats:
        """Contacts that each queue sees in all."""
        fresh = self._by_themselves()
        return np.asarray(np.linalg.solve(np.eye(len(fresh)) - self.inflow.whole.T, coming(self.scenario, fresh)))

    def as_forecast(self) -> Floats:
        """The same as the forecasts count them: before some come another way, or are kept by a machine."""
        fresh = self._by_themselves()
        return np.asarray(self.totals() + (fresh - coming(self.scenario, fresh)))

    def before_outreach(self) -> dict[str, float]:
        """The shares of the forecasts that come by themselves, with those whom outreach keeps from coming."""
        found = dict(self.fresh)
        for queue in self.scenario.numbered.queues:
            name, kept = queue.name, 1.0 - prevented(self.scenario, queue.name)
            if queue.spec.forecast.replay is None and 0.0 < kept < 1.0:
                found[name] = self.fresh.get(name, 1.0) / kept
        return found


def prevented(scenario: Scenario, queue: str) -> float:
    """Share of the queue's cases that outreach prevents."""
    outreach = scenario.queue(queue).spec.outreach
    return 0.0 if outreach is None else outreach.reached * outreach.prevents


def split_transfers(scenario: Scenario, sent: Floats) -> Floats:
    """Queues × queues: shares of each queue's contacts that it transfers, split as the file says."""
    table = np.zeros((len(scenario.queues), len(scenario.queues)))
    for queue in scenario.numbered.queues:
        q, whole = queue.number, sum(transfer.share for _, transfer in queue.transfers)
        for target, transfer in queue.transfers:
            table[q, target.number] = sent[q] * transfer.share / whole if whole else 0.0
    return table


def split_escalations(scenario: Scenario, escalated: Floats) -> Floats:
    """The same of contacts that each queue sends to its second line."""
    table = np.zeros((len(scenario.queues), len(scenario.queues)))
    for queue in scenario.numbered.queues:
        if queue.second_line is not None:
            table[queue.number, queue.second_line.number] = escalated[queue.number]
    return table


def split_repeats(scenario: Scenario, repeats: Floats) -> Floats:
    """The same of repeats, by the queue that they come to."""
    table = np.zeros((len(scenario.queues), len(scenario.queues)))
    for queue in scenario.numbered.queues:
        if queue.spec.repeat is not None:
            q = queue.number
            for target, share in queue.repeats_to:
                table[q, target.number] += repeats[q] * share
            table[q, q] += repeats[q] * (1.0 - sum(share for _, share in queue.repeats_to))
    return table


def coming(scenario: Scenario, forecast: Floats) -> Floats:
    """Contacts that reach each queue by themselves: some come another way, a machine contains some. The first axis is
    queues."""
    reach = forecast.copy()
    for queue in scenario.numbered.queues:
        q = queue.number
        for target, share in queue.deflects_to:
            reach[q] -= share * forecast[q]
            reach[target.number] += share * forecast[q]
    for queue in scenario.numbered.queues:
        machine = queue.spec.self_service
        if machine is not None:
            reach[queue.number] *= 1.0 - machine.containment * (1.0 - machine.come_back.share)
    return reach
