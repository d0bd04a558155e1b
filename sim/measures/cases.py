"""Cases: how their contacts follow one another, and how they end. A case is counted where its contact was.

A contact that is handed on has a row for each leg; its case goes on with the last of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import observations as obs
from sim.measures.judging import Columns, Judged
from sim.observations import Table
from sim.scenario.model import Scenario
from sim.units import DAY

Flags = NDArray[np.bool_]

CASE_SUMS = (
    "first_handled", "first_resolved", "first_beyond", "first_kept", "first_repeated",
    "kept_handled", "repeated", "lost", "redialled", "came", "came_again", "escalated", "swarmed", "rushed",
    "opened", "closed", "closed_resolved", "closed_attempts", "resolved_s", "left_open",
)  # fmt: skip
"""By queue, or by group that answered. Of a case's first attempt, handled: `first_handled`, `first_resolved`,
`first_beyond` (nobody could have resolved it), `first_kept` (not handed on, at queues with repeats) and of these
`first_repeated` (followed by another attempt within 7 days). Of all attempts: `kept_handled`, handled and not handed
on, of which `repeated` are followed by a repeat; `lost` ones, of which `redialled`; `came`, and `came_again` of a case
that had begun before; handled ones that were `escalated`, of which `swarmed`, and `rushed`. Then the cases, also those
that had begun before the horizon: `opened` by the first contact, `closed` by the last, with their attempts,
`closed_resolved` and the seconds that this took from the first contact's arrival to the last one's end, and those that
the horizon's end left open."""

ENTERED = ("first_handled", "first_beyond", "escalated", "swarmed", "rushed")
"""Of CASE_SUMS, what the center counts only where the contact entered: shares of contacts handled."""

OBSERVED_WITHIN = 7 * DAY


def is_over(rows: Table) -> Flags:
    """Contacts that the end of the horizon did not cut short."""
    return np.asarray((rows["outcome"] != obs.WAITING) & (rows["outcome"] != obs.IN_HAND))


def closes_case(rows: Table) -> Flags:
    """Contacts with which their case ends: over, not handed on, and not followed by another attempt."""
    return np.asarray(is_over(rows) & (rows["transferred"] == obs.KEPT) & (rows["again"] < 0.0))


def comes_again(scenario: Scenario) -> Flags:
    """Per queue, whether its unresolved customers may come again."""
    return np.array([queue.spec.repeat is not None for queue in scenario.numbered.queues])


def case_columns(rows: Table, judged: Judged, end: float, again_at: Flags) -> Columns:
    """CASE_SUMS of contact rows; `end` of the horizon, `again_at` as of `comes_again`."""
    handled, resolved = judged.columns["handled"], judged.columns["resolved"]
    lost = judged.columns["abandoned"] | judged.columns["blocked"]
    onward, again, attempt = rows["transferred"].copy(), rows["again"].copy(), rows["attempt"].copy()
    kept, first, follows = onward == obs.KEPT, attempt == 1, again >= 0.0
    came, last = judged.leg == 0, handled & kept
    watched = last & first & again_at[judged.queue]
    of_contacts = {
        "first_handled": handled & first,
        "first_resolved": resolved & first,
        "first_beyond": handled & first & (rows["resolved"] == -1),
        "first_kept": watched,
        "first_repeated": watched & follows & (again - judged.ended <= OBSERVED_WITHIN),
        "kept_handled": last,
        "repeated": last & follows,
        "lost": lost,
        "redialled": lost & follows,
        "came": came,
        "came_again": came & ~first,
        "escalated": handled & ((onward == obs.ESCALATED) | (onward == obs.SWARMED)),
        "swarmed": handled & (onward == obs.SWARMED),
        "rushed": handled & (rows["pace"] < 1.0),
    }
    closed = closes_case(rows)
    solved = closed & resolved
    # What lay there when the horizon began is in no sum of contacts; its cases are cases all the same.
    ours = judged.arrived >= 0.0
    return {name: column & ours for name, column in of_contacts.items()} | {
        "opened": came & first,
        "closed": closed,
        "closed_resolved": solved,
        "closed_attempts": np.where(closed, attempt, 0),
        "resolved_s": np.where(solved, judged.ended - rows["case_began"], 0.0),
        "left_open": kept & (~is_over(rows) | (again >= end)),
    }
