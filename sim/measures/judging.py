"""What each contact counts as: rows of the floor turned into one column per sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import observations as obs
from sim.measures.waiting import ReplyClocks, WaitingLine
from sim.observations import Table
from sim.scenario.language.handling import ServiceLevel
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Judged:
    """Contact rows by column. `columns` holds the sums that the scenario's features give rise to, by name."""

    queue: Ints
    group: Ints
    leg: Ints
    arrived: Floats
    answered_at: Floats
    ended: Floats
    taken: Flags
    """Somebody has had it in hand."""
    answered: Flags
    waited: Flags
    still_open: Flags
    """Not over when the horizon ends; deferred contacts also while they are worked on."""
    wait: Floats
    columns: Columns
    by_contract: Columns
    """The columns that a limit decides, under the contract's."""

    def only(self, chosen: Flags) -> Judged:
        if chosen.all():
            return self
        kept: dict[str, Any] = {}
        for name, value in vars(self).items():
            one_level_more = isinstance(value, dict)
            kept[name] = {k: column[chosen] for k, column in value.items()} if one_level_more else value[chosen]
        return Judged(**kept)


@dataclass(frozen=True)
class _Fates:
    """Contacts, and what became of them; `until` is when they were answered, or else ended."""

    queue: Ints
    arrived: Floats
    until: Floats
    answered: Flags
    settled: Flags
    still_open: Flags
    gave_up: Flags


class _Limits:
    """The service levels by which each queue's contacts are judged; queues without one are not."""

    def __init__(self, scenario: Scenario, levels: dict[str, ServiceLevel]) -> None:
        given = [levels.get(queue) for queue in scenario.queues]
        self.judged = np.array([level is not None for level in given])
        self._within = np.array([np.inf if level is None else level.within for level in given])
        self._short = np.array([0.0 if level is None else level.short_abandon for level in given])
        self._clocks = ReplyClocks(scenario, levels)

    def columns(self, of: _Fates) -> tuple[Floats, dict[str, Flags]]:
        """Everybody's wait, and the columns that a limit decides."""
        wait = self._clocks.wait(of.queue, of.arrived, of.until)
        limit, short = self._within[of.queue], self._short[of.queue]
        # A contact that the end of the horizon finds waiting counts only once its limit has passed.
        offered = of.settled | (of.still_open & (wait >= limit))
        in_time = wait <= limit
        return wait, {
            "offered": offered,
            "answered": of.answered,
            "within": of.answered & in_time,
            "abandoned_within": of.gave_up & in_time,
            "abandoned_short": of.gave_up & (wait <= short),
        }


class Judge:
    """The scenario's rules for what counts, lowered once."""

    def __init__(self, scenario: Scenario) -> None:
        queues = scenario.numbered.queues
        levels = {queue.name: queue.contract.service_level for queue in queues if queue.contract is not None}
        self._limits = _Limits(scenario, {queue.name: queue.level for queue in queues})
        self._under_contract = _Limits(scenario, {name: level for name, level in levels.items() if level is not None})
        self._end = scenario.clock.end
        self._deferred = np.array([not queue.is_live for queue in queues])
        self._on_line = np.array([queue.channel.lines for queue in queues])
        self._transfers, self._callbacks = scenario.uses.legs, bool(scenario.uses.callbacks)
        self._line = WaitingLine(scenario)
        self._joined = np.array([queue.ways_in == {"swarm"} for queue in queues])

    def __call__(self, rows: Table) -> Judged:
        outcome, queue, group = rows["outcome"].copy(), rows["queue"].copy(), rows["group"].copy()
        arrived, answered_at, ended = rows["arrived"].copy(), rows["answered"].copy(), rows["ended"].copy()
        hung_up, hold = rows["hung_up"], rows["on_hold"]
        handled = outcome == obs.ANSWERED
        taken = handled | (outcome == obs.IN_HAND)
        answered, still_open = taken, outcome == obs.WAITING
        until = np.where(taken, answered_at, ended)
        if self._deferred.any():
            # The answer is the reply, sent at the end.
            deferred = self._deferred[queue]
            answered = handled | (taken & ~deferred)
            still_open = still_open | (taken & deferred & ~handled)
            until = np.where(deferred, np.minimum(ended, self._end), until)
        gave_up = (outcome == obs.ABANDONED) & (ended > arrived)
        lost = (outcome == obs.ABANDONED) | (outcome == obs.BALKED) | (outcome == obs.CUT_OFF)
        waited = answered | lost
        if self._callbacks:
            waited = waited | (outcome == obs.UNREACHED)
        fates = _Fates(queue, arrived, until, answered, waited, still_open, gave_up)
        wait, by_limit = self._limits.columns(fates)
        connected = np.where(answered, np.minimum(hung_up, self._end), ended) - arrived
        queued = np.where(self._deferred[queue] | (outcome == obs.REFUSED), 0.0, np.minimum(until, self._end) - arrived)
        if self._joined.any():
            # The line is the first agent's still, who stays to the end.
            joined = self._joined[queue] & (rows["leg"] > 0)
            connected[joined] = queued[joined] = 0.0
        columns: Columns = {
            **by_limit,
            "abandoned": lost, "balked": outcome == obs.BALKED, "blocked": outcome == obs.BLOCKED,
            "refused": outcome == obs.REFUSED, "cut_off": outcome == obs.CUT_OFF,
            "wait_answered": np.where(answered, wait, 0.0), "wait": np.where(waited, wait, 0.0), "waited": waited,
            "handled": handled,
            "talk": np.where(handled, hung_up - answered_at - hold - rows["paused"], 0.0),
            "hold": np.where(handled, hold, 0.0),
            "wrap": np.where(handled, ended - hung_up, 0.0),
            "resolved": handled & (rows["resolved"] == 1),
            "effort": np.where(handled, rows["effort"], 0.0),
            "connected": connected if self._on_line.all() else np.where(self._on_line[queue], connected, 0.0),
            "open": still_open & ~by_limit["offered"],
            "queued": queued,
        }  # fmt: skip
        columns |= self._in_line(fates, wait, outcome == obs.BALKED)
        if self._transfers:
            # A second agent who joins takes nothing over.
            onward = (rows["transferred"] == obs.TRANSFERRED) | (rows["transferred"] == obs.ESCALATED)
            columns["transferred"] = handled & onward
        if self._callbacks:
            columns |= self._called_back(rows, answered, waited, columns["connected"], queued)
        by_contract: Columns = {}
        if self._under_contract.judged.any():
            covered = self._under_contract.judged[queue]
            by_contract = {name: flags & covered for name, flags in self._under_contract.columns(fates)[1].items()}
        return Judged(
            queue, group, rows["leg"].copy(), arrived, answered_at, ended, taken, answered, waited, still_open, wait,
            columns, by_contract,
        )  # fmt: skip

    def _in_line(self, of: _Fates, wait: Floats, balked: Flags) -> Columns:
        """Who had to wait at all, how long those waited who gave up, who waits still; of live queues alone.

        Whoever balks would have had to wait, and did not.
        """
        live = ~self._deferred[of.queue]
        gave_up, waiting = of.gave_up & live, of.still_open & live
        return {
            "waiting": waiting,
            "delayed": live & (balked | ((of.settled | waiting) & (wait > 0.0))),
            "gave_up": gave_up,
            "wait_gave_up": np.where(gave_up, wait, 0.0),
            "in_line": self._line.seconds(of.queue, of.arrived, of.until, live & (of.settled | waiting)),
        }

    def _called_back(self, rows: Table, answered: Flags, waited: Flags, connected: Floats, queued: Floats) -> Columns:
        """Promised callbacks that are over, and how the promise was kept; nobody is connected while waiting for one."""
        promised = rows["promised"] >= 0.0
        reached = promised & answered
        talked = np.where(reached, np.minimum(rows["hung_up"], self._end) - rows["answered"], 0.0)
        return {
            "connected": np.where(promised, talked, connected),
            "queued": np.where(promised, 0.0, queued),
            "unreached": rows["outcome"] == obs.UNREACHED,
            "callbacks": promised & waited,
            "reached": reached,
            # Who did not pick up at first had been called by then: only of the others is it known when the call came.
            "first_reached": reached & (rows["attempts"] == 0),
            "kept": reached & (rows["attempts"] == 0) & (rows["answered"] <= rows["promised"]),
            "promised_wait": np.where(reached, rows["promised"] - rows["arrived"], 0.0),
            "callback_wait": np.where(reached, rows["answered"] - rows["arrived"], 0.0),
        }
