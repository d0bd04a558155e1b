"""Where contacts go on to when they are transferred or escalated: every leg is known at birth, whatever the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.contacts import (
    NOT_SILENT,
    Batch,
    Columns,
    Floats,
    Ints,
    QueueLaws,
    drawn,
    no_rows,
    stacked,
)
from sim.distributions import Law
from sim.luck import ESCALATE, NEXT_LEG, NOBODY_CAN, TALK, TRANSFER, Words, uniforms
from sim.scenario.language.channels import MOST_TRANSFERS
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Transfers:
    """A queue's transfers: shares added up over the targets, and the share of the talk that each hears again."""

    to: Ints
    up_to: Floats
    repeated: Floats


@dataclass(frozen=True)
class Escalates:
    """What may become of a queue's contacts that their agent cannot resolve: one leg, to another queue or its own."""

    share: float
    to: int
    repeated: float
    length: Law | None
    """Of the work that the same agent does afterwards, if it is not another's."""
    ends: bool
    """Whether that leg is the last: nobody hands on what is followed up, or what two agents hold together."""


@dataclass(frozen=True)
class Onward:
    """By the number of the queue that contacts leave."""

    transfers: dict[int, Transfers]
    escalates: dict[int, Escalates]

    def __bool__(self) -> bool:
        return bool(self.transfers or self.escalates)


def onward_of(scenario: Scenario) -> Onward:
    transfers: dict[int, Transfers] = {}
    escalates: dict[int, Escalates] = {}
    for queue in scenario.numbered.queues:
        if queue.transfers:
            to = np.array([other.number for other, _ in queue.transfers])
            shares = [transfer.share for _, transfer in queue.transfers]
            repeated = [transfer.repeated for _, transfer in queue.transfers]
            transfers[queue.number] = Transfers(to, np.cumsum(shares), np.array(repeated))
        spec, other = queue.spec.escalation, queue.second_line
        if spec is not None and spec.share:
            escalates[queue.number] = Escalates(
                spec.share,
                queue.number if other is None else other.number,
                spec.repeated,
                queue.law("escalation.length") if other is None else None,
                spec.kind in ("follow up", "swarm"),
            )
    return Onward(transfers, escalates)


def add_legs(
    contacts: Columns, keys: Words, interval: Ints, began: Floats, onward: Onward, laws: list[QueueLaws]
) -> Columns:
    """The legs of these contacts, each one's together and in turn; `legs_to_come` and `first_leg` are set on both.

    A leg's own say what follows it. Its patience counts from the transfer, so it arrives at 0.
    `began`: when the contacts' cases came.
    """
    position = np.arange(len(keys))
    queue, talk = contacts["queue"], contacts["talk"]
    escalated, ends = np.zeros((2, len(keys)), bool)
    parts: list[Columns] = []
    places: list[Ints] = []
    for leg in range(1, MOST_TRANSFERS + 1):
        moves = [_moves(keys, position, queue, talk, source, leg, t) for source, t in onward.transfers.items()]
        if leg == 1:
            stays = np.ones(len(keys), bool)
            for gone, _, _ in moves:
                stays[gone] = False
            for source, escalates in onward.escalates.items():
                here = np.flatnonzero(stays & (queue == source))
                here = here[uniforms(keys[here], ESCALATE) < escalates.share]
                escalated[here], ends[here] = True, escalates.ends
                if escalates.length is None:
                    moves.append((here, np.full(len(here), escalates.to), escalates.repeated * talk[here]))
                else:
                    batch = Batch(keys[here], contacts["index"][here], interval[here], np.zeros(len(here)))
                    parts.append(_worked_on(batch, laws[source], escalates.length))
                    places.append(here)
        if not sum(len(gone) for gone, _, _ in moves):
            break
        position, queue, again = (np.concatenate(column) for column in zip(*moves, strict=True))
        now: list[Columns] = []
        where: list[Ints] = []
        for target in np.unique(queue):
            come = np.flatnonzero(queue == target)
            at = position[come]
            batch = Batch(keys[at], contacts["index"][at], interval[at], np.zeros(len(at)))
            born = laws[target].born(batch, leg, began[at])
            born["talk"] = born["talk"] + again[come]
            if leg == 1:
                born["escalates"] = escalated[at].astype(np.int64)
            now.append(born)
            where.append(at)
        position = np.concatenate(where)
        goes_on = ~ends[position]
        queue = np.concatenate([np.broadcast_to(part["queue"], len(part["talk"])) for part in now])[goes_on]
        talk = np.concatenate([part["talk"] for part in now])[goes_on]
        position = position[goes_on]
        parts += now
        places += where
    if not parts:
        contacts["legs_to_come"] = contacts["first_leg"] = np.zeros(len(keys), np.int64)
        return no_rows()
    place = np.concatenate(places)
    # Earlier legs stand first in the parts: a stable sort keeps each contact's in turn.
    order = np.argsort(place, kind="stable")
    place = place[order]
    legs = stacked(parts, order)
    legs["resolve"] = np.where(contacts["resolve"][place] == NOBODY_CAN, NOBODY_CAN, legs["resolve"])
    legs["customer"], legs["attempt"] = contacts["customer"][place], contacts["attempt"][place]
    counts = np.bincount(place, minlength=len(keys))
    first = np.cumsum(counts) - counts
    contacts["legs_to_come"], contacts["first_leg"] = counts, np.where(counts > 0, first, 0)
    row = np.arange(len(place))
    legs["legs_to_come"] = first[place] + counts[place] - 1 - row
    legs["first_leg"] = np.where(legs["legs_to_come"] > 0, row + 1, 0)
    return legs


def _worked_on(batch: Batch, laws: QueueLaws, length: Law) -> Columns:
    """What the same agent does when the customer has hung up, as a leg: it may resolve the case."""
    nothing = np.zeros(len(batch))
    return laws.born(batch, 1) | {
        "talk": drawn(length, batch.keys, TALK + NEXT_LEG) * laws.standard,
        "hold": nothing,
        "wrap": nothing,
        "patience": np.full(len(batch), np.inf),
        "silent": np.array(NOT_SILENT),
        "escalates": np.array(1),
    }


def _moves(
    keys: Words, position: Ints, queue: NDArray[np.int64], talk: Floats, source: int, leg: int, transfers: Transfers
) -> tuple[Ints, Ints, Floats]:
    """Who leaves the source queue, where to, and the seconds of talk that are gone through again."""
    here = np.flatnonzero(queue == source)
    chosen = np.searchsorted(
        transfers.up_to, uniforms(keys[position[here]], TRANSFER + (leg - 1) * NEXT_LEG), side="right"
    )
    goes = chosen < len(transfers.to)
    here, chosen = here[goes], chosen[goes]
    return position[here], transfers.to[chosen], transfers.repeated[chosen] * talk[here]
