"""What each agent did, stretch by stretch, and for which contact."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.explaining.seen import Bools, Floats, Ints, Seen
from sim.observations import ACTIVITIES, AVAILABLE, HELD, OFF, OVERRUN, Table

TALK, WRAP, RING, AT_WORK = range(len(ACTIVITIES), len(ACTIVITIES) + 4)
DOING = (*("available" if name == "work" else name for name in ACTIVITIES), "talk", "wrap", "ring", "at work")
"""What an agent may be doing. Talk has its hold in it: the floor knows how long that was, not when. "At work" is what
was put aside and taken up again, or handed on begun: no row says whose contact it was at each moment."""
ON_DUTY = (AVAILABLE, TALK, WRAP, RING, AT_WORK)
"""Signed on and free or with a customer, as the floor counts it: who is on break or in a meeting is not."""
OFF_DUTY = frozenset(name for what, name in enumerate(DOING) if what not in ON_DUTY)


class Stretches(NamedTuple):
    """By agent and time. Those of an agent who holds several contacts together overlap; seconds since the start."""

    agent: Ints
    doing: Ints
    """Its place in DOING."""
    began: Floats
    ended: Floats
    row: Ints
    """Of the contact rows (`Seen.rows`); -1 where no contact is meant."""


def agent_days(seen: Seen) -> Stretches:
    """Of everybody of the center's own who was there at all, over the whole horizon: what is left over is off."""
    end, groups = seen.scenario.clock.end, len(seen.scenario.groups)
    stays = seen.stays[(seen.stays["group"] < groups) & (seen.stays["ended"] > 0.0)]
    here, held = stays[stays["activity"] < OVERRUN], stays[stays["activity"] >= HELD]
    contacts = _of_contacts(seen, end)
    blends = seen.prepared.setting.groups["blends"][held["group"]] == 1
    rang = _of_table(held[~blends], RING)
    begun = _of_table(held[blends], AT_WORK)
    at_work = _of_spans(AT_WORK, *uncovered(_spans(begun), _spans(contacts)))
    working = _joined(contacts, rang, begun)
    free = uncovered(_spans(_of_table(here[here["activity"] == AVAILABLE], AVAILABLE)), _spans(working))
    people = np.unique(here["agent"])
    whole = people, np.zeros(len(people)), np.full(len(people), end)
    off = uncovered(whole, _spans(_of_table(here, OFF)))
    others = here[here["activity"] != AVAILABLE]
    away = Stretches(
        others["agent"], others["activity"], np.maximum(others["began"], 0.0), others["ended"],
        np.full(len(others), -1),
    )  # fmt: skip
    told = _joined(contacts, rang, at_work, _of_spans(AVAILABLE, *free), _of_spans(OFF, *off), away)
    told = _picked(told, told.ended > told.began)
    return _picked(told, np.lexsort((told.row, told.doing, told.began, told.agent)))


def _of_contacts(seen: Seen, end: float) -> Stretches:
    """Talk and wrap of contacts that one agent had in hand from the answer to the end."""
    rows = seen.rows
    own = np.flatnonzero(seen.by_ours & (rows["paused"] == 0.0) & (rows["handed_back"] == 0) & (rows["ended"] > 0.0))
    answered, hung_up, ended = (
        np.clip(rows[name][own], 0.0, end) for name in ("answered", "hung_up", "ended")
    )  # fmt: skip
    agent = rows["agent"][own]
    talk = Stretches(agent, np.full(len(own), TALK), answered, hung_up, own)
    return _joined(talk, Stretches(agent, np.full(len(own), WRAP), hung_up, ended, own))


Spans = tuple[Ints, Floats, Floats]
"""Agent, began, ended."""


def _spans(told: Stretches) -> Spans:
    return told.agent, told.began, told.ended


def _of_spans(doing: int, agent: Ints, began: Floats, ended: Floats) -> Stretches:
    return Stretches(agent, np.full(len(agent), doing), began, ended, np.full(len(agent), -1))


def _of_table(stays: Table, doing: int) -> Stretches:
    return _of_spans(doing, stays["agent"], np.maximum(stays["began"], 0.0), stays["ended"])


def _joined(*told: Stretches) -> Stretches:
    agent, doing, began, ended, row = (np.concatenate(columns) for columns in zip(*told, strict=True))
    return Stretches(agent, doing, began, ended, row)


def _picked(told: Stretches, which: NDArray[Any]) -> Stretches:
    return Stretches(told.agent[which], told.doing[which], told.began[which], told.ended[which], told.row[which])


def uncovered(inside: Spans, covers: Spans) -> Spans:
    """What of each agent's spans nothing of `covers` lies over, in one piece where it is one."""
    agent = np.concatenate([inside[0], inside[0], covers[0], covers[0]])
    time = np.concatenate([inside[1], inside[2], covers[1], covers[2]])
    one, two = np.ones(len(inside[0]), np.int64), np.ones(len(covers[0]), np.int64)
    deep = np.concatenate([one, -one, 0 * two, 0 * two])
    over = np.concatenate([0 * one, 0 * one, two, -two])
    order = np.lexsort((time, agent))
    agent, time, deep, over = agent[order], time[order], np.cumsum(deep[order]), np.cumsum(over[order])
    if not len(agent):
        return inside
    # What holds after the last of the events at one moment holds until the next one.
    last = np.concatenate([(agent[1:] != agent[:-1]) | (time[1:] != time[:-1]), [True]])
    agent, time, bare = agent[last], time[last], (deep[last] > 0) & (over[last] == 0)
    starts = bare & ~_before(bare)
    ends = ~bare & _before(bare)
    return agent[starts], time[starts], time[ends]


def _before(bare: Bools) -> Bools:
    return np.concatenate([[False], bare[:-1]])
