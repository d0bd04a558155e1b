"""Cases: how their contacts follow one another, and how they end. A case is counted where its contact was.

A contact that is handed on has a row for each leg; its case goes on with the last of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import observations as obs
from sim.measures.elementwise import counted, negated, pick
from sim.measures.judging import Judged
from sim.observations import ContactRow
from sim.scenario.model import Scenario
from sim.units import DAY

Flags = NDArray[np.bool_]


class CaseCounts(NamedTuple):
    """By queue, or by group that answered, what a contact adds to each sum of cases.

    Of a case's first attempt, handled: `first_handled`, `first_resolved`, `first_beyond` (nobody could have resolved
    it), `first_kept` (not handed on, at queues with repeats) and of these `first_repeated` (followed by another attempt
    within 7 days). Of all attempts: `kept_handled`, handled and not handed on, of which `repeated` are followed by a
    repeat; `lost` ones, of which `redialled`; `came`, and `came_again` of a case that had begun before; handled ones
    that were `escalated`, of which `swarmed`, and `rushed`. Then the cases, also those that had begun before the
    horizon: `opened` by the first contact, `closed` by the last, with their attempts, `closed_resolved` and the seconds
    that this took from the first contact's arrival to the last one's end, and those that the horizon's end left open.
    """

    first_handled: bool
    first_resolved: bool
    first_beyond: bool
    first_kept: bool
    first_repeated: bool
    kept_handled: bool
    repeated: bool
    lost: bool
    redialled: bool
    came: bool
    came_again: bool
    escalated: bool
    swarmed: bool
    rushed: bool
    opened: bool
    closed: bool
    closed_resolved: bool
    closed_attempts: int
    resolved_s: float
    left_open: bool


CASE_SUMS = CaseCounts._fields

ENTERED = ("first_handled", "first_beyond", "escalated", "swarmed", "rushed")
"""Of CASE_SUMS, what the center counts only where the contact entered: shares of contacts handled."""

OBSERVED_WITHIN = 7 * DAY


@counted
def is_over(row: ContactRow) -> bool:
    """A contact that the end of the horizon did not cut short."""
    return (row.outcome != obs.WAITING) & (row.outcome != obs.IN_HAND)


@counted
def closes_case(row: ContactRow) -> bool:
    """A contact with which its case ends: over, not handed on, and not followed by another attempt."""
    return is_over(row) & (row.transferred == obs.KEPT) & (row.again < 0.0)


def comes_again(scenario: Scenario) -> Flags:
    """Per queue, whether its unresolved customers may come again."""
    return np.array([queue.spec.repeat is not None for queue in scenario.numbered.queues])


@counted
def case_counts(row: ContactRow, judged: Judged, end: float, again_at: list[bool]) -> CaseCounts:
    """What a row counts; `end` of the horizon, `again_at` as of `comes_again`."""
    handled, resolved = judged.columns.handled, judged.columns.resolved
    lost = judged.columns.abandoned | judged.columns.blocked
    # What lay there when the horizon began is in no sum of contacts; its cases are cases all the same.
    ours = judged.arrived >= 0.0
    kept, first, follows = row.transferred == obs.KEPT, row.attempt == 1, row.again >= 0.0
    came, last = judged.leg == 0, handled & kept
    watched = ours & last & first & again_at[judged.queue]
    closed = closes_case(row)
    solved = closed & resolved
    swarmed = row.transferred == obs.SWARMED
    return CaseCounts(
        first_handled=ours & handled & first,
        first_resolved=ours & resolved & first,
        first_beyond=ours & handled & first & (row.resolved == -1),
        first_kept=watched,
        first_repeated=watched & follows & (row.again - judged.ended <= OBSERVED_WITHIN),
        kept_handled=ours & last,
        repeated=ours & last & follows,
        lost=ours & lost,
        redialled=ours & lost & follows,
        came=ours & came,
        came_again=ours & came & negated(first),
        escalated=ours & handled & ((row.transferred == obs.ESCALATED) | swarmed),
        swarmed=ours & handled & swarmed,
        rushed=ours & handled & (row.pace < 1.0),
        opened=came & first,
        closed=closed,
        closed_resolved=solved,
        closed_attempts=pick(closed, row.attempt, 0),
        resolved_s=pick(solved, judged.ended - row.case_began, 0.0),
        left_open=kept & (negated(is_over(row)) | (row.again >= end)),
    )
