"""What each contact counts as: one rule, for a contact's row or for columns of them (see `elementwise`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import observations as obs
from sim.measures.elementwise import Many, counted, least, most, negated, open_between, pick
from sim.measures.waiting import NO_HOURS, OpenHours, OpenTable, table_of_hours
from sim.observations import ContactRow, Table
from sim.scenario.language.handling import ServiceLevel
from sim.scenario.model import Scenario

Flags = NDArray[np.bool_]


class Counted(NamedTuple):
    """By queue, what a contact adds to each of its sums.

    By interval of arrival; what waited before the horizon began is not in them. `within`: answered within the queue's
    limit; `abandoned_within`, `abandoned_short`: gave up with 0 < wait ≤ the limit, ≤ the short-abandon threshold;
    `waited`: contacts whose whole wait is known; `open`: not over at the end, and not yet late. Deferred queues answer
    when the reply is sent. `callbacks`: promised ones that are over; of those `reached`, at once (`first_reached`) and
    by the time promised (`kept`), and the waits of those reached, as promised and as they were. Of live queues:
    `waiting` at the end of the horizon, whether or not late (the first interval's also those who came before it);
    `delayed`: had to wait at all, or would have had to and balked; `gave_up` after waiting, and how long; `in_line`:
    seconds waited in opening hours; `queued`: at any hour until the end of the horizon, whatever came of it, but not
    for a callback.
    """

    offered: bool
    answered: bool
    within: bool
    abandoned: bool
    abandoned_within: bool
    abandoned_short: bool
    balked: bool
    blocked: bool
    refused: bool
    cut_off: bool
    wait_answered: float
    wait: float
    waited: bool
    handled: bool
    talk: float
    hold: float
    wrap: float
    resolved: bool
    connected: float
    effort: float
    open: bool
    transferred: bool
    unreached: bool
    callbacks: bool
    reached: bool
    first_reached: bool
    kept: bool
    promised_wait: float
    callback_wait: float
    waiting: bool
    delayed: bool
    gave_up: bool
    wait_gave_up: float
    in_line: float
    queued: float


class ByContract(NamedTuple):
    """The sums that a limit decides, under the contract's."""

    offered: bool
    answered: bool
    within: bool
    abandoned_within: bool
    abandoned_short: bool


class Judged(NamedTuple):
    """A contact's row, or columns of them."""

    queue: int
    group: int
    leg: int
    arrived: float
    answered_at: float
    ended: float
    taken: bool
    """Somebody has had it in hand."""
    answered: bool
    waited: bool
    still_open: bool
    """Not over when the horizon ends; deferred contacts also while they are worked on."""
    wait: float
    columns: Counted
    by_contract: ByContract


class Limits(NamedTuple):
    """The service levels by which each queue's contacts are judged; queues without one are not."""

    judged: list[bool]
    within: list[float]
    short: list[float]
    clock: list[int]
    """The opening hours by which a wait runs; -1: by the clock."""


class Laws(NamedTuple):
    """The scenario's rules for what counts, lowered once; lists by queue."""

    end: float
    hours: OpenTable
    deferred: list[bool]
    live: list[bool]
    on_line: list[bool]
    joined: list[bool]
    """Whose later legs are second agents who join."""
    line: list[int]
    """The opening hours in which those stand in line who wait; -1 for a deferred queue."""
    level: Limits
    contract: Limits
    contracts: bool
    """Whether any contract has a limit; any contact is handed on; any callback promised."""
    transfers: bool
    callbacks: bool


def _arrays(kind: type[Any], **values: Any) -> Any:
    """A record whose rule finds arrays, where the types promise lists of numbers."""
    return kind(**{name: np.array(given) if isinstance(given, list) else given for name, given in values.items()})


def lower_laws(scenario: Scenario) -> Laws:
    queues = scenario.numbered.queues
    hours = [OpenHours(scenario, queue.name) for queue in queues]
    of_contracts = [None if queue.contract is None else queue.contract.service_level for queue in queues]

    def limits(given: Sequence[ServiceLevel | None]) -> Limits:
        by_hours = [
            level is not None and level.clock == "open" and not queue.is_live
            for queue, level in zip(queues, given, strict=True)
        ]
        found: Limits = _arrays(
            Limits,
            judged=[level is not None for level in given],
            within=[np.inf if level is None else level.within for level in given],
            short=[0.0 if level is None else level.short_abandon for level in given],
            clock=[queue.number if by_hours[queue.number] else NO_HOURS for queue in queues],
        )
        return found

    under_contract = limits(of_contracts)
    laws: Laws = _arrays(
        Laws,
        end=float(scenario.clock.end),
        hours=table_of_hours(hours),
        deferred=[not queue.is_live for queue in queues],
        live=[queue.is_live for queue in queues],
        on_line=[bool(queue.channel.lines) for queue in queues],
        joined=[queue.ways_in == {"swarm"} for queue in queues],
        line=[queue.number if queue.is_live else NO_HOURS for queue in queues],
        level=limits([queue.level for queue in queues]),
        contract=under_contract,
        contracts=bool(np.any(under_contract.judged)),
        transfers=scenario.uses.legs,
        callbacks=bool(scenario.uses.callbacks),
    )
    return laws


@counted
def waited_for(hours: OpenTable, limits: Limits, queue: int, arrived: float, until: float) -> float:
    """The wait as its limit counts it."""
    clock = limits.clock[queue]
    seconds: float = pick(clock >= 0, open_between(hours, clock >= 0, clock, arrived, until), until - arrived)
    return seconds


@counted
def judge(laws: Laws, row: ContactRow) -> Judged:
    outcome, queue, arrived, ended = row.outcome, row.queue, row.arrived, row.ended
    handled = outcome == obs.ANSWERED
    taken = handled | (outcome == obs.IN_HAND)
    deferred, live = laws.deferred[queue], laws.live[queue]
    # Of deferred contacts the answer is the reply, sent at the end.
    answered = handled | (taken & live)
    still_open = (outcome == obs.WAITING) | ((outcome == obs.IN_HAND) & deferred)
    until = pick(deferred, least(ended, laws.end), pick(taken, row.answered, ended))
    gave_up = (outcome == obs.ABANDONED) & (ended > arrived)
    balked = outcome == obs.BALKED
    lost = (outcome == obs.ABANDONED) | balked | (outcome == obs.CUT_OFF)
    unreached = laws.callbacks & (outcome == obs.UNREACHED)
    settled = answered | lost | unreached
    wait = waited_for(laws.hours, laws.level, queue, arrived, until)
    in_time = wait <= laws.level.within[queue]
    # A contact that the end of the horizon finds waiting counts only once its limit has passed.
    offered = settled | (still_open & (wait >= laws.level.within[queue]))

    connected = pick(answered, least(row.hung_up, laws.end), ended) - arrived
    queued = pick(deferred | (outcome == obs.REFUSED), 0.0, least(until, laws.end) - arrived)
    # Where a second agent has joined, the line is the first one's still, who stays to the end.
    joined = laws.joined[queue] & (row.leg > 0)
    # Nobody is connected while waiting to be called back.
    promised = laws.callbacks & (row.promised >= 0.0)
    reached = promised & answered
    talked = pick(reached, least(row.hung_up, laws.end) - row.answered, 0.0)
    connected = pick(promised, talked, pick(joined | negated(laws.on_line[queue]), 0.0, connected))
    # Who did not pick up at first had been called by then: only the others tell when the call came.
    at_once = reached & (row.attempts == 0)

    waiting = still_open & live
    # Whoever balks would have had to wait, and did not.
    delayed = live & (balked | ((settled | waiting) & (wait > 0.0)))
    in_line = live & (settled | waiting) & (until > arrived)
    line_s = open_between(laws.hours, in_line, laws.line[queue], most(arrived, 0.0), least(until, laws.end))
    # A second agent who joins takes nothing over.
    onward = (row.transferred == obs.TRANSFERRED) | (row.transferred == obs.ESCALATED)
    columns = Counted(
        offered=offered,
        answered=answered,
        within=answered & in_time,
        abandoned=lost,
        abandoned_within=gave_up & in_time,
        abandoned_short=gave_up & (wait <= laws.level.short[queue]),
        balked=balked,
        blocked=outcome == obs.BLOCKED,
        refused=outcome == obs.REFUSED,
        cut_off=outcome == obs.CUT_OFF,
        wait_answered=pick(answered, wait, 0.0),
        wait=pick(settled, wait, 0.0),
        waited=settled,
        handled=handled,
        talk=pick(handled, row.hung_up - row.answered - row.on_hold - row.paused, 0.0),
        hold=pick(handled, row.on_hold, 0.0),
        wrap=pick(handled, ended - row.hung_up, 0.0),
        resolved=handled & (row.resolved == 1),
        connected=connected,
        effort=pick(handled, row.effort, 0.0),
        open=still_open & negated(offered),
        transferred=laws.transfers & handled & onward,
        unreached=unreached,
        callbacks=promised & settled,
        reached=reached,
        first_reached=at_once,
        kept=at_once & (row.answered <= row.promised),
        promised_wait=pick(reached, row.promised - arrived, 0.0),
        callback_wait=pick(reached, row.answered - arrived, 0.0),
        waiting=waiting,
        delayed=delayed,
        gave_up=gave_up & live,
        wait_gave_up=pick(gave_up & live, wait, 0.0),
        in_line=line_s,
        queued=pick(promised | joined, 0.0, queued),
    )
    owed = waited_for(laws.hours, laws.contract, queue, arrived, until)
    covered, in_its_time = laws.contract.judged[queue], owed <= laws.contract.within[queue]
    by_contract = ByContract(
        offered=covered & (settled | (still_open & (owed >= laws.contract.within[queue]))),
        answered=covered & answered,
        within=covered & answered & in_its_time,
        abandoned_within=covered & gave_up & in_its_time,
        abandoned_short=covered & gave_up & (owed <= laws.contract.short[queue]),
    )
    return Judged(
        queue, row.group, row.leg, arrived, row.answered, ended, taken, answered, settled, still_open, wait, columns,
        by_contract,
    )  # fmt: skip


class Judge:
    """The rule on tables of rows."""

    def __init__(self, scenario: Scenario) -> None:
        self.laws = lower_laws(scenario)

    def __call__(self, rows: Table) -> Judged:
        row: Any = Many(rows)
        return judge(self.laws, row)
