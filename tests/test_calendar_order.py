"""The compiled calendar hands events out by time, then by order of scheduling; and what is kept over midnight."""

from __future__ import annotations

import heapq
from types import SimpleNamespace

import numpy as np

from sim.floor.calendars.heap import KINDS, NEXT_ARRIVAL, NEXT_DUTY, TOP, next_row, order_heap
from sim.floor.tables.engine import Births
from sim.floor.tables.layout import blank
from sim.floor.tables.over_midnight import after, kept_rows
from sim.floor.tables.records import CenterState, Event
from sim.observations import LUCK, stacked


def test_events_come_by_time_and_order_of_scheduling() -> None:
    """Against Python's own heap; few different times, so that most events tie."""
    luck = np.random.default_rng(1)
    calendar, center = blank(Event, 3000).view(np.recarray), blank(CenterState, 1).view(np.recarray)
    floor, other, came, due = SimpleNamespace(calendar=calendar, center=center), list[tuple[float, int]](), [], []
    scheduled = 0

    def schedule(row: int, time: float) -> None:
        nonlocal scheduled
        event = calendar[row]
        event.time, event.order, event.who, event.stamp = time, scheduled * KINDS, scheduled, 7 * scheduled
        heapq.heappush(other, (time, scheduled))
        scheduled += 1

    def schedule_some(now: float, most: int) -> None:
        for _ in range(luck.integers(0, most, endpoint=True)):
            schedule(TOP + center[0].pending, now + luck.integers(0, 4))
            center[0].pending += 1

    schedule(NEXT_ARRIVAL, 0.0)
    schedule(NEXT_DUTY, 0.0)
    schedule_some(0.0, 40)
    order_heap(floor, 0, False)
    while other:
        due.append(heapq.heappop(other))
        row, known = next_row(floor), center[0].pending
        event = calendar[row]
        now = float(event.time)
        came.append((now, int(event.who)))
        assert event.stamp == 7 * event.who
        event.time = 1e300
        goes_on = len(came) < 1500
        if row != TOP and goes_on:
            schedule(row, now + luck.integers(0, 3))
        schedule_some(now, 2 if goes_on else 0)
        order_heap(floor, known, row == TOP)
    assert len(came) > 1500
    assert came == due
    assert center[0].pending == 0


def test_over_midnight_only_what_is_carried_over_gets_new_numbers() -> None:
    """Of yesterday's five follow-ups, a contact points at the third, that at the fifth, which may have the last leg."""
    yesterday = Births(np.zeros(0, LUCK), np.zeros(3, LUCK), np.zeros(5, LUCK))
    for name in ("next_repeat", "next_redial"):
        yesterday.follow_ups[name] = -1
    yesterday.follow_ups["next_redial"][2] = 4
    yesterday.follow_ups["legs_to_come"][4], yesterday.follow_ups["first_leg"][4] = 1, 2
    yesterday.follow_ups["talk"], yesterday.legs["talk"] = range(10, 15), range(20, 23)
    pointers = {"next_repeat": np.array([-1, 2]), "next_redial": np.array([-1, -1]), "first_leg": np.array([0, 0])}
    kept = kept_rows(yesterday, pointers, np.array([0, 0]))

    today = Births(np.zeros(4, LUCK), np.zeros(2, LUCK), np.zeros(6, LUCK))
    today.follow_ups["talk"], today.legs["talk"] = 1.0, 2.0
    born, moved = after(kept, today)
    assert born.arrivals is today.arrivals
    assert born.follow_ups["talk"].tolist() == [1.0] * 6 + [12.0, 14.0]
    assert born.legs["talk"].tolist() == [2.0] * 2 + [22.0]
    assert moved["next_repeat"].tolist() == [-1, 6]
    assert moved["next_redial"].tolist() == [-1, -1]
    assert born.follow_ups["next_redial"][6:].tolist() == [7, -1]
    assert born.follow_ups["first_leg"][7] == 2
    # What was kept is as it was: the day may come in parts.
    assert kept.follow_ups["next_redial"].tolist() == [1, -1]


def test_tables_are_joined_as_they_lie() -> None:
    tables = [np.zeros(rows, LUCK) for rows in (3, 0, 2)]
    for table in tables:
        for at, name in enumerate(LUCK.names or ()):
            table[name] = at + np.arange(len(table))
    whole = stacked(tables)
    assert whole.tolist() == np.concatenate(tables).tolist()
