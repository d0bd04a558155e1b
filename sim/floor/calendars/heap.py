"""The compiled calendar's order: a binary heap, and beside it two chains of which one event at most is pending."""

from __future__ import annotations

from typing import Any

from numba.extending import register_jitable

from sim.floor.calendars.parts import PART
from sim.floor.tables.records import NEVER

NEXT_ARRIVAL, NEXT_DUTY, TOP = range(3)
"""Rows of the calendar: two chains, in each of which an event schedules the next; then the heap of all others."""

KINDS = 16
"""Above the number of kinds of events: an event's order and kind are one number, so that it takes 32 bytes."""


@register_jitable(**PART)
def _is_before(event: Any, time: float, order: int) -> bool:
    return bool(event.time < time or (event.time == time and event.order < order))


@register_jitable(**PART)
def _put(floor: Any, at: int, time: float, order: int, who: int, stamp: int) -> None:
    event = floor.calendar[TOP + at]
    event.time = time
    event.order = order
    event.who = who
    event.stamp = stamp


@register_jitable(**PART)
def next_row(floor: Any) -> int:
    """Of the next arrival, the next duty and the top of the heap, the first."""
    first = floor.calendar[TOP]
    arrival = floor.calendar[NEXT_ARRIVAL]
    duty = floor.calendar[NEXT_DUTY]
    if _is_before(arrival, first.time, first.order):
        return NEXT_DUTY if _is_before(duty, arrival.time, arrival.order) else NEXT_ARRIVAL
    return NEXT_DUTY if _is_before(duty, first.time, first.order) else TOP


@register_jitable(**PART)
def order_heap(floor: Any, known: int, top_is_free: bool) -> None:
    """The events scheduled since there were `known` find their places; the last takes the top's, if that is free."""
    center = floor.center[0]
    heap = floor.calendar
    if top_is_free:
        center.pending -= 1
        last = heap[TOP + center.pending]
        time, order, who, stamp = last.time, last.order, last.who, last.stamp
        known = min(known, center.pending)
        at = 0
        child = 1
        while child < known:
            left = heap[TOP + child]
            right = heap[TOP + child + 1]
            # Added up, not decided: the processor cannot guess which child is earlier.
            earlier = (right.time < left.time) | ((right.time == left.time) & (right.order < left.order))
            child += int((child + 1 < known) & earlier)
            other = heap[TOP + child]
            if not _is_before(other, time, order):
                break
            _put(floor, at, other.time, other.order, other.who, other.stamp)
            at = child
            child = 2 * at + 1
        _put(floor, at, time if center.pending > 0 else NEVER, order, who, stamp)
    for new in range(known, center.pending):
        event = heap[TOP + new]
        time, order, who, stamp = event.time, event.order, event.who, event.stamp
        at = new
        while at > 0:
            other = heap[TOP + ((at - 1) >> 1)]
            if _is_before(other, time, order):
                break
            _put(floor, at, other.time, other.order, other.who, other.stamp)
            at = (at - 1) >> 1
        _put(floor, at, time, order, who, stamp)
