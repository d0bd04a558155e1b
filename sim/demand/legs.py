"""Where contacts go on to when they are transferred or escalated: every leg is known at birth, whatever the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.contacts import NOT_SILENT, Batch, Floats, Ints, QueueLaws, drawn
from sim.demand.rows import no_rows
from sim.distributions import Law
from sim.kernels import Words
from sim.luck import ESCALATE, NEXT_LEG, NOBODY_CAN, TALK, TRANSFER, uniforms
from sim.observations import Table
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


@dataclass(frozen=True)
class _Move:
    """Those who go on as one leg: who, where to, and the share of the talk that is gone through again."""

    position: Ints
    to: Ints
    repeated: Floats


def add_legs(
    born: list[Table], keys: Words, interval: Ints, began: Floats, onward: Onward, laws: list[QueueLaws]
) -> Table:
    """The legs of the contacts born, each one's together and in turn; `legs_to_come` and `first_leg` are set on both.

    A leg's own say what follows it. Its patience counts from the transfer, so it arrives at 0.
    `born` are tables, one behind the other; `began`: when their contacts' cases came.
    """
    count = len(keys)
    queue = np.concatenate([table["queue"] for table in born])
    moves, worked_on, escalated = _moves_of(keys, queue, onward)
    legs_to_come = np.zeros(count, np.int64)
    for position in [move.position for move in moves] + [here for here, _ in worked_on]:
        legs_to_come[position] += 1
    ends = np.cumsum(legs_to_come)
    first = ends - legs_to_come
    _set_apart(born, "legs_to_come", legs_to_come)
    _set_apart(born, "first_leg", np.where(legs_to_come > 0, first, 0))
    legs = no_rows(int(ends[-1]) if count else 0)
    if not len(legs):
        return legs
    index, talk = (np.concatenate([table[name] for table in born]) for name in ("index", "talk"))
    for here, source in worked_on:
        batch = Batch(keys[here], index[here], interval[here], np.zeros(len(here)))
        _worked_on(legs, first[here], batch, laws[source], onward.escalates[source])
    for leg, move in enumerate(moves, 1):
        for target in np.unique(move.to):
            come = np.flatnonzero(move.to == target)
            at = move.position[come]
            here = first[at] + leg - 1
            batch = Batch(keys[at], index[at], interval[at], np.zeros(len(at)))
            laws[target].born(legs, here, batch, leg, began[at])
            legs["talk"][here] += move.repeated[come] * talk[at]
            if leg == 1:
                legs["escalates"][here] = escalated[at]
        # What the next leg goes through again is of this one's.
        talk[move.position] = legs["talk"][first[move.position] + leg - 1]
    place = np.repeat(np.arange(count), legs_to_come)
    beyond = np.concatenate([table["resolve"] for table in born]) == NOBODY_CAN
    if beyond.any():
        legs["resolve"][beyond[place]] = NOBODY_CAN
    for name in ("customer", "attempt"):
        legs[name] = np.concatenate([table[name] for table in born])[place]
    row = np.arange(len(legs))
    legs["legs_to_come"] = ends[place] - 1 - row
    legs["first_leg"] = np.where(legs["legs_to_come"] > 0, row + 1, 0)
    return legs


def _set_apart(born: list[Table], name: str, column: Ints) -> None:
    """Writes a column of all of them, each table's own."""
    start = 0
    for table in born:
        table[name] = column[start : start + len(table)]
        start += len(table)


def _moves_of(
    keys: Words, queue: Ints, onward: Onward
) -> tuple[list[_Move], list[tuple[Ints, int]], NDArray[np.bool_]]:
    """Who goes on to another queue, leg by leg; whom the same agent works on afterwards, by queue; and who goes on only
    if the first leg does not resolve the case."""
    position = np.arange(len(keys))
    escalated, ends = np.zeros((2, len(keys)), bool)
    legs: list[_Move] = []
    worked_on: list[tuple[Ints, int]] = []
    for leg in range(1, MOST_TRANSFERS + 1):
        moves = [_moves(keys, position, queue, source, leg, t) for source, t in onward.transfers.items()]
        if leg == 1:
            stays = np.ones(len(keys), bool)
            for move in moves:
                stays[move.position] = False
            for source, escalates in onward.escalates.items():
                here = np.flatnonzero(stays & (queue == source))
                here = here[uniforms(keys[here], ESCALATE) < escalates.share]
                escalated[here], ends[here] = True, escalates.ends
                if escalates.length is None:
                    to, repeated = np.full(len(here), escalates.to), np.full(len(here), escalates.repeated)
                    moves.append(_Move(here, to, repeated))
                else:
                    worked_on.append((here, source))
        if not sum(len(move.position) for move in moves):
            break
        whole = _Move(*(np.concatenate(column) for column in zip(*(vars(m).values() for m in moves), strict=True)))
        legs.append(whole)
        goes_on = ~ends[whole.position]
        position, queue = whole.position[goes_on], whole.to[goes_on]
    return legs, worked_on, escalated


def _worked_on(legs: Table, at: Ints, batch: Batch, laws: QueueLaws, escalates: Escalates) -> None:
    """What the same agent does when the customer has hung up, as a leg: it may resolve the case."""
    assert escalates.length is not None
    laws.born(legs, at, batch, 1)
    legs["talk"][at] = drawn(escalates.length, batch.keys, TALK + NEXT_LEG) * laws.standard
    legs["hold"][at] = legs["wrap"][at] = 0.0
    legs["patience"][at], legs["silent"][at], legs["escalates"][at] = np.inf, NOT_SILENT, 1


def _moves(keys: Words, position: Ints, queue: Ints, source: int, leg: int, transfers: Transfers) -> _Move:
    """Who leaves the source queue."""
    here = position[queue == source]
    chosen = np.searchsorted(transfers.up_to, uniforms(keys[here], TRANSFER + (leg - 1) * NEXT_LEG), side="right")
    goes = chosen < len(transfers.to)
    chosen = chosen[goes]
    return _Move(here[goes], transfers.to[chosen], transfers.repeated[chosen])
