"""One caller's story, as facts: who stood ahead and went first, what everybody was doing, and what would have saved it.

All of it is what one replication's rows prove. What would have happened otherwise is not played again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from sim.explaining.agent_days import DOING
from sim.observations import ABANDONED, ANSWERED, AWAY, IN_HAND, LATE, LEAVE, OUTCOMES, SICK

ABSENT = (LEAVE, SICK, AWAY, LATE)
"""Who is on the roster, and not there."""
NOT_THERE = frozenset(DOING[what] for what in ABSENT)

UNFINISHED = OUTCOMES[IN_HAND]
GAVE_UP = OUTCOMES[ABANDONED]
ANSWERED_ONE = OUTCOMES[ANSWERED]


@dataclass(frozen=True)
class WentFirst:
    """A contact that came later and was taken first: when, by whom, and by which rule (see `turns`)."""

    contact: int
    queue: str
    arrived: float
    taken: float
    agent: str
    group: str
    why: str


@dataclass(frozen=True)
class Saving:
    """What the rows prove would have been enough: so many people more of a group, free at `by`, for whose work this
    contact was next but one … and who of those away came back, or who came free, first after that."""

    by: float
    people: int
    group: str
    back: tuple[str, str, float] | None
    """(agent, what they were away for, when it ended): the first of those who were away then."""
    next_free: tuple[str, float] | None
    """(agent, when): the first who was free again after it."""


@dataclass(frozen=True)
class Leg:
    """The contact at one queue. Times in seconds since the start, durations in seconds."""

    queue: str
    channel: str
    live: bool
    arrived: float
    left: float
    """Taken, or gone unanswered."""
    outcome: str
    ahead: int
    ahead_elsewhere: dict[str, int]
    """Of other queues, who waited then for the same people."""
    routes: tuple[tuple[float, tuple[str, ...], int], ...]
    """Steps of the route: after which wait, whom, and how many idle each keeps in reserve."""
    people: dict[str, dict[str, int]]
    """By group of the route: how many of them were doing what just before it came: an activity, or the channel of the
    contact in hand where that is not the phone. Who was off is left out."""
    people_at_end: dict[str, dict[str, int]]
    """The same just before it left the line."""
    went_first: tuple[WentFirst, ...]
    but_for: WentFirst | None
    """The first of those without whom this contact was next, for the very agent who took them."""
    patience: float | None
    """None for who waits for ever."""
    patience_left: float | None
    limit: float
    """Within which its queue's service level wants the answer."""
    promised: float | None
    agent: str
    group: str
    tier: int
    way: str
    rule: str
    answered: float | None
    hung_up: float | None
    ended: float
    hold: float
    paused: float
    """Of the time from the answer to the end: it lay aside."""
    resolved: bool
    sent_on: bool
    saving: Saving | None

    @property
    def wait(self) -> float:
        return (self.left if self.answered is None else self.answered) - self.arrived


@dataclass(frozen=True)
class Later:
    """Another contact of the same case."""

    contact: int
    attempt: int
    queue: str
    arrived: float
    outcome: str
    resolved: bool


@dataclass(frozen=True)
class Story:
    """One contact of one replication, leg by leg."""

    title: str
    plan: str
    seed: int
    replication: int
    contact: int
    attempt: int
    zone: str
    start: dt.datetime
    """The local moment of second 0."""
    legs: tuple[Leg, ...]
    case: tuple[Later, ...]
    """The other contacts of its case, by time."""

    def as_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {**asdict(self), "start": self.start.isoformat()}
