"""Who comes again: redials after hanging up, repeats after an answer; only where a log knows its customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.fitting.finding import Finding, Flags, Floats, Ints, share_of, unknown
from sim.units import DAY, HOUR

REDIAL_WITHIN_S = HOUR
REPEAT_WITHIN_S = 7 * DAY


@dataclass(frozen=True)
class Again:
    """Of one queue."""

    redial: Finding
    """The share of the abandoned who come to the queue again within an hour."""
    redial_after_s: float
    """Mean, from hanging up."""
    fcr: Finding
    """The share of the answered whose customer came to no queue again within 7 days."""
    repeat_after_s: float
    """Mean, from the end of the contact, of those who did."""


NOT_KNOWN = Again(unknown("abandoned contacts"), np.nan, unknown("answered contacts"), np.nan)


def fit_again(
    customers: Ints, queues: Ints, arrived: Floats, ended: Floats, answered: Flags, abandoned: Flags, number: int
) -> list[Again]:
    """By queue; `customers`: −1 where not known. `ended`: when the customer was gone. Whom the log cannot follow to the
    end of the window is left out."""
    if not (customers >= 0).any():
        return [NOT_KNOWN] * number
    end = float(np.nanmax(arrived))
    known = customers >= 0
    order = np.lexsort((arrived, customers))
    order = order[known[order]]
    who = customers[order]
    follows = np.concatenate([who[1:] == who[:-1], [False]])
    gap = np.full(len(order), np.inf)
    gap[:-1][follows[:-1]] = (arrived[order][1:] - ended[order][:-1])[follows[:-1]]
    # An abandoned contact's next is asked for on its own queue.
    by_queue = np.lexsort((arrived, queues, customers))
    by_queue = by_queue[known[by_queue]]
    same = (customers[by_queue][1:] == customers[by_queue][:-1]) & (queues[by_queue][1:] == queues[by_queue][:-1])
    again = np.full(len(customers), np.inf)
    again[by_queue[:-1][same]] = (arrived[by_queue][1:] - ended[by_queue][:-1])[same]
    after = np.full(len(customers), np.inf)
    after[order] = gap
    return [
        _of_queue(known & (queues == queue), again, after, ended, answered, abandoned, end) for queue in range(number)
    ]


def _of_queue(
    own: Flags, again: Floats, after: Floats, ended: Floats, answered: Flags, abandoned: Flags, end: float
) -> Again:
    lost = own & abandoned & (ended <= end - REDIAL_WITHIN_S)
    back = lost & (again <= REDIAL_WITHIN_S)
    redial = share_of(int(back.sum()), int(lost.sum()), "abandoned contacts")
    served = own & answered & (ended <= end - REPEAT_WITHIN_S)
    repeated = served & (after <= REPEAT_WITHIN_S)
    fcr = share_of(int((served & ~repeated).sum()), int(served.sum()), "answered contacts")
    return Again(
        redial, float(np.maximum(again[back], 0).mean()) if back.any() else np.nan, fcr,
        float(np.maximum(after[repeated], 0).mean()) if repeated.any() else np.nan,
    )  # fmt: skip
