"""What must hold of where contacts go on: deflected to other queues, or transferred, and not for ever."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.checks.findings import Finding, error, others_are_known, queues_of_known_channel, warning
from sim.scenario.language.channels import MOST_TRANSFERS
from sim.scenario.language.handling import Transfer
from sim.scenario.model import Scenario
from sim.scenario.serving import why_not_joined


def deflected_contacts_arrive(s: Scenario) -> Iterator[Finding]:
    for name, queue in s.spec.queues.items():
        where = f"queues.{name}.deflect"
        yield from others_are_known(s, where, name, list(queue.deflect))
        total = sum(queue.deflect.values())
        if total > 1 + 1e-6:
            yield error(where, f"the shares add up to {total:.1%}, more than all contacts")
        elif total > 1 - 1e-6:
            yield warning(where, "takes all contacts: nobody comes by this queue")


def transferred_contacts_arrive(s: Scenario) -> Iterator[Finding]:
    known = dict(queues_of_known_channel(s))
    for name, queue in s.spec.queues.items():
        where = f"queues.{name}.transfer"
        yield from others_are_known(s, where, name, list(queue.transfer))
        total = sum(transfer.share for transfer in queue.transfer.values())
        if total > 1 + 1e-6:
            yield error(where, f"the shares add up to {total:.1%}, more than all contacts")
        for other, transfer in queue.transfer.items():
            if other != name and {name, other} <= set(known):
                yield from _kind_of_transfer(s, f"{where}.{other}", name, other, transfer)


def _kind_of_transfer(s: Scenario, where: str, name: str, other: str, transfer: Transfer) -> Iterator[Finding]:
    if transfer.kind == "cold":
        if transfer.handover:
            yield error(f"{where}.handover", 'goes with kind = "warm"; remove it')
        return
    if transfer.repeated:
        yield error(f"{where}.repeated", 'goes with kind = "cold": in a warm transfer nobody repeats; remove it')
    if reason := why_not_joined(s, "a warm transfer", name, other):
        yield error(f"{where}.kind", f'{reason}: write kind = "cold"')


def transfers_end(s: Scenario) -> Iterator[Finding]:
    """Contacts that may go round in a circle are played, but only so far."""
    listed: set[frozenset[str]] = set()
    for name in s.spec.queues:
        circle = _circle(s, name)
        if circle and frozenset(circle) not in listed:
            listed.add(frozenset(circle))
            way = " → ".join((*circle, name))
            text = f"contacts may go round ({way}); at most {MOST_TRANSFERS} transfers of one are played"
            yield warning(f"queues.{name}.transfer", text)


def _circle(s: Scenario, start: str) -> list[str]:
    """The shortest way of transfers from a queue back to it, without the return; empty if there is none."""
    trails = {start: [start]}
    reached = [start]
    for name in reached:
        queue = s.spec.queues[name]
        for other, transfer in queue.transfer.items():
            if transfer.share > 0 and other == start and name != start:
                return trails[name]
            if transfer.share > 0 and other not in trails and other in s.spec.queues:
                trails[other] = [*trails[name], other]
                reached.append(other)
    return []
