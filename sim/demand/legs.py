"""Where contacts go on to when they are transferred: every leg is known at birth, so that no plan changes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.contacts import BORN_WITH, COUNTED, Batch, Columns, Floats, Ints, QueueLaws, stacked
from sim.luck import NEXT_LEG, TRANSFER, Words, uniforms
from sim.scenario.channels import MOST_TRANSFERS
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class Transfers:
    """A queue's transfers: shares added up over the targets, and the share of the talk that each hears again."""

    to: Ints
    up_to: Floats
    repeated: Floats


def transfers_of(scenario: Scenario) -> dict[int, Transfers]:
    """By the number of the queue that contacts leave."""
    found = {}
    for number, queue in enumerate(scenario.spec.queues.values()):
        if queue.transfer:
            to = np.array([scenario.queues.index(name) for name in queue.transfer])
            shares = [transfer.share for transfer in queue.transfer.values()]
            repeated = [transfer.repeated for transfer in queue.transfer.values()]
            found[number] = Transfers(to, np.cumsum(shares), np.array(repeated))
    return found


def no_legs() -> Columns:
    return {name: np.empty(0, np.int64 if name in COUNTED else np.float64) for name in BORN_WITH}


def add_legs(
    contacts: Columns, keys: Words, interval: Ints, transfers: dict[int, Transfers], laws: list[QueueLaws]
) -> Columns:
    """The legs of these contacts, each one's together and in turn; `legs` and `first_leg` are set on both.

    A leg's own `legs` and `first_leg` tell what follows it. Its patience counts from the transfer, so it arrives at 0.
    """
    position = np.arange(len(keys))
    queue, talk = contacts["queue"], contacts["talk"]
    parts: list[Columns] = []
    places: list[Ints] = []
    for leg in range(1, MOST_TRANSFERS + 1):
        moves = [_moves(keys, position, queue, talk, source, leg, transfers[source]) for source in transfers]
        position, queue, again = (np.concatenate(column) for column in zip(*moves, strict=True))
        if not len(position):
            break
        now: list[Columns] = []
        where: list[Ints] = []
        for target in np.unique(queue):
            come = np.flatnonzero(queue == target)
            at = position[come]
            batch = Batch(keys[at], contacts["index"][at], interval[at], np.zeros(len(at)))
            born = laws[target].born(batch, leg) | {"refused": np.array(0)}
            born["talk"] = born["talk"] + again[come]
            now.append(born)
            where.append(at)
        position = np.concatenate(where)
        queue = np.concatenate([np.broadcast_to(part["queue"], len(part["talk"])) for part in now])
        talk = np.concatenate([part["talk"] for part in now])
        parts += now
        places += where
    if not parts:
        contacts["legs"] = contacts["first_leg"] = np.zeros(len(keys), np.int64)
        return no_legs()
    place = np.concatenate(places)
    # Earlier legs stand first in the parts: a stable sort keeps each contact's in turn.
    order = np.argsort(place, kind="stable")
    place = place[order]
    legs = stacked(parts, order, tuple(name for name in BORN_WITH if name not in ("legs", "first_leg")))
    counts = np.bincount(place, minlength=len(keys))
    first = np.cumsum(counts) - counts
    contacts["legs"], contacts["first_leg"] = counts, np.where(counts > 0, first, 0)
    row = np.arange(len(place))
    legs["legs"] = first[place] + counts[place] - 1 - row
    legs["first_leg"] = np.where(legs["legs"] > 0, row + 1, 0)
    return legs


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
