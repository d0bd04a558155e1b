"""The fast calendar: the same rules compiled by numba around a binary heap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba.extending import overload, register_jitable

import sim.compiled_kernels  # noqa: F401 - whoever compiles the floor draws compiled too
from sim.floor import doors
from sim.floor.cache import floor_hash
from sim.floor.carry import NOTHING_KEPT, POINTERS, Kept, after, kept_rows
from sim.floor.copying import bear, tell
from sim.floor.engine import NOBODY, Births, Observed, opening_lists
from sim.floor.handlers import HANDLERS
from sim.floor.records import (
    ABANDON,
    ARRIVE,
    CALL_BACK,
    COME_AGAIN,
    DUTY,
    END_STAGE,
    FINISH,
    HAND_OVER,
    HANG_UP,
    LAYOUT,
    NEVER,
    OVERFLOW,
    RETURN,
    UNANSWERED,
    Contact,
    Duty,
    Event,
    Floor,
    Setting,
)
from sim.floor.rules import close_books, follow, open_day
from sim.floor.staffing import midnight
from sim.observations import CONTACT_ROW, PRESENCE_ROW, Table, stacked

(
    arrive, abandon, overflow, hang_up, finish, duty, return_from_break,
    end_stage, call_back, unanswered, hand_over, take_desk, come_again,
) = HANDLERS  # fmt: skip

EVENTS_AT_ONCE = 32
"""No event schedules, or creates, more than this many; a closing queue may let go of every agent besides."""

OPEN, RUN, MIDNIGHT, CLOSE_BOOKS = range(4)

for _rule in doors.RULES:
    register_jitable(_rule)

_bear = register_jitable(bear)
_tell = register_jitable(tell)


@overload(doors.schedule)
def _schedule(floor: Any, when: Any, what: Any, who: Any, stamp: Any) -> Any:  # noqa: ARG001
    def push(floor: Any, when: Any, what: Any, who: Any, stamp: Any) -> None:
        book = floor.book[0]
        heap = floor.calendar
        order = book.order
        book.order = order + 1
        at = book.pending
        book.pending = at + 1
        time = doors.snap(when)
        while at > 0:
            parent = (at - 1) >> 1
            # A new event has the largest order: it passes only strictly later ones.
            if heap[parent].time <= time:
                break
            heap[at] = heap[parent]
            at = parent
        event = heap[at]
        event.time = time
        event.order = order
        event.what = what
        event.who = who
        event.stamp = stamp

    return push


@overload(doors.spare_slot)
def _spare_slot(floor: Any) -> Any:  # noqa: ARG001
    def take(floor: Any) -> int:
        book = floor.book[0]
        c = book.spare
        if c >= 0:
            book.spare = floor.contacts[c].next_spare
        else:
            c = book.slots
            book.slots = c + 1
        return int(c)

    return take


@overload(doors.be_born)
def _be_born(floor: Any, c: Any, row: Any) -> Any:  # noqa: ARG001
    def copy(floor: Any, c: Any, row: Any) -> None:
        _bear(floor.contacts[c], floor.arrivals[row])

    return copy


@overload(doors.leg_born)
def _leg_born(floor: Any, c: Any, row: Any) -> Any:  # noqa: ARG001
    def copy(floor: Any, c: Any, row: Any) -> None:
        _bear(floor.contacts[c], floor.legs[row])

    return copy


@overload(doors.follow_up_born)
def _follow_up_born(floor: Any, c: Any, row: Any) -> Any:  # noqa: ARG001
    def copy(floor: Any, c: Any, row: Any) -> None:
        _bear(floor.contacts[c], floor.follow_ups[row])

    return copy


@overload(doors.note_contact)
def _note_contact(floor: Any, outcome: Any, group: Any, resolved: Any, contact: Any) -> Any:  # noqa: ARG001
    def note(floor: Any, outcome: Any, group: Any, resolved: Any, contact: Any) -> None:
        row = floor.contact_log[floor.book[0].contact_rows]
        floor.book[0].contact_rows += 1
        _tell(row, contact)
        row.outcome = outcome
        row.group = group
        row.resolved = resolved

    return note


@overload(doors.note_presence)
def _note_presence(floor: Any, a: Any, group: Any, activity: Any, began: Any, ended: Any) -> Any:  # noqa: ARG001
    def note(floor: Any, a: Any, group: Any, activity: Any, began: Any, ended: Any) -> None:
        row = floor.presence_log[floor.book[0].presence_rows]
        floor.book[0].presence_rows += 1
        row.agent = a
        row.group = group
        row.activity = activity
        row.began = began
        row.ended = ended

    return note


@register_jitable
def _pop(floor: Any) -> None:
    """Move the last event to the top and let it sink."""
    book = floor.book[0]
    heap = floor.calendar
    end = book.pending - 1
    book.pending = end
    if end == 0:
        return
    last_time = heap[end].time
    last_order = heap[end].order
    at = 0
    child = 1
    while child < end:
        other = child + 1
        if other < end and (
            heap[other].time < heap[child].time
            or (heap[other].time == heap[child].time and heap[other].order < heap[child].order)
        ):
            child = other
        if last_time < heap[child].time or (last_time == heap[child].time and last_order < heap[child].order):
            break
        heap[at] = heap[child]
        at = child
        child = 2 * at + 1
    heap[at] = heap[end]


@register_jitable
def _has_room(floor: Any) -> bool:
    """Whether whatever the next event does fits: checked before it is taken."""
    book = floor.book[0]
    # A closing queue may send everybody who waits home, to come again.
    come_again = book.slots * book.cases
    return bool(
        book.pending + book.agents + come_again + EVENTS_AT_ONCE <= len(floor.calendar)
        and book.slots + EVENTS_AT_ONCE <= len(floor.contacts)
        and book.contact_rows + book.slots + EVENTS_AT_ONCE <= len(floor.contact_log)
        and book.presence_rows + 3 * book.agents + EVENTS_AT_ONCE <= len(floor.presence_log)
    )


def build_loop(source_hash: str, *, boundscheck: bool = False) -> Callable[[Any, float, int], int]:
    """The compiled loop. The hash of the floor's files enters numba's cache key through the closure."""

    # _nrt=False spares the reference counting of the tuple's arrays at each call (numba #2345) and turns
    # an allocation inside a rule into a compile error; forceinline makes the rules one function.
    @numba.njit(cache=not boundscheck, _nrt=False, forceinline=True, boundscheck=boundscheck)  # type: ignore[call-overload, untyped-decorator]
    def loop(floor: Any, until: float, step: int) -> int:
        if len(source_hash) == 0:
            return 0
        if step == OPEN:
            open_day(floor)
        elif step == MIDNIGHT:
            midnight(floor, until)
        elif step == CLOSE_BOOKS:
            close_books(floor, until)
        else:
            taken = 0
            while floor.book[0].pending > 0 and floor.calendar[0].time < until:
                if not _has_room(floor):
                    return -1 - taken
                event = floor.calendar[0]
                now = event.time
                what = event.what
                who = event.who
                stamp = event.stamp
                _pop(floor)
                taken += 1
                if what == ARRIVE:
                    arrive(floor, now, who, stamp)
                elif what == FINISH:
                    finish(floor, now, who, stamp)
                elif what == ABANDON:
                    abandon(floor, now, who, stamp)
                elif what == OVERFLOW:
                    overflow(floor, now, who, stamp)
                elif what == HANG_UP:
                    hang_up(floor, now, who, stamp)
                elif what == DUTY:
                    duty(floor, now, who, stamp)
                elif what == RETURN:
                    return_from_break(floor, now, who, stamp)
                elif what == END_STAGE:
                    end_stage(floor, now, who, stamp)
                elif what == CALL_BACK:
                    call_back(floor, now, who, stamp)
                elif what == UNANSWERED:
                    unanswered(floor, now, who, stamp)
                elif what == HAND_OVER:
                    hand_over(floor, now, who, stamp)
                elif what == COME_AGAIN:
                    come_again(floor, now, who, stamp)
                else:
                    take_desk(floor, now, who, stamp)
                follow(floor, now)
            return taken
        return 0

    return loop  # type: ignore[no-any-return]


LOOP = build_loop(floor_hash())


def _of_arrays(**tables: Any) -> Any:
    """A floor whose rules find arrays of records, where the types promise lists of them: the same fields either way."""
    return Floor(**tables)


def _grown(table: Table, rows: int) -> Table:
    larger = np.zeros(rows, table.dtype)
    larger[: len(table)] = table
    return larger


class CompiledFloor:
    """The floor's rules, compiled. Tables grow between two events, never within one."""

    def __init__(self, setting: Setting, loop: Callable[[Any, float, int], int] = LOOP) -> None:
        self._loop = loop
        self.events = 0
        lists, agents = opening_lists(setting)
        book = setting.book.copy()
        self.floor = _of_arrays(
            book=book,
            contacts=np.zeros(256, LAYOUT[Contact]),
            contact_stamp=np.zeros(256, np.int64),
            agents=agents,
            agent_stamp=np.zeros(len(agents), np.int64),
            queues=setting.queues.copy(),
            groups=setting.groups.copy(),
            tiers=setting.tiers,
            members=setting.members,
            skills=setting.skills,
            openings=setting.openings,
            rises=setting.rises,
            holdings=setting.holdings,
            transfers=setting.transfers,
            callbacks=setting.callbacks.copy(),
            windows=setting.windows,
            sites=setting.sites.copy(),
            lists=lists,
            speed=setting.speed.copy(),
            resolution=setting.resolution.copy(),
            pace=setting.pace,
            care=setting.care,
            courtesy=setting.courtesy.copy(),
            work_stamp=np.zeros(len(agents), np.int64),
            arrivals=NOBODY,
            legs=NOBODY,
            follow_ups=NOBODY,
            duties=np.zeros(0, LAYOUT[Duty]),
            calendar=np.zeros(1024, LAYOUT[Event]),
            contact_log=np.zeros(4096, CONTACT_ROW),
            presence_log=np.zeros(6 * len(agents) + 1024, PRESENCE_ROW),
        )
        self._drained: list[Observed] = []
        self._kept: Kept = NOTHING_KEPT

    def play(self, born: Births, duties: Table, until: float, *, opens: bool = True, ends: bool = True) -> Observed:
        book = self.floor.book[0]
        born, pointers = after(self._kept, born)
        for name, rows in pointers.items():
            self.floor.contacts[name][: len(rows)] = rows
        book["arrivals"], book["next_arrival"] = len(born.arrivals), NEVER if ends else until
        self.floor = self.floor._replace(arrivals=born.arrivals, legs=born.legs, follow_ups=born.follow_ups)
        if opens:
            book["duties"] = len(duties)
            self.floor = self.floor._replace(duties=duties)
        self._make_room()
        if opens:
            self._loop(self.floor, until, OPEN)
        while (taken := self._loop(self.floor, until, RUN)) < 0:
            self.events += -1 - taken
            self._make_room()
        self.events += taken
        if ends:
            self._make_room()
            self._loop(self.floor, until, MIDNIGHT)
        if book["cases"]:
            contacts = self.floor.contacts[: book["slots"]]
            pointers = {name: contacts[name].copy() for name in POINTERS}
            self._kept = kept_rows(born, pointers, contacts["legs_to_come"].copy())
        return self._take_observed()

    def learn(self, speed: Table, resolution: Table, courtesy: Table) -> None:
        self.floor.speed[:] = speed
        self.floor.resolution[:] = resolution
        self.floor.courtesy[:] = courtesy

    def close(self, now: float) -> Observed:
        self._make_room()
        self._loop(self.floor, now, CLOSE_BOOKS)
        return self._take_observed()

    def _make_room(self) -> None:
        """Drain the logs and double whatever table is short."""
        self._drain()
        floor, book = self.floor, self.floor.book[0]
        come_again = int(book["slots"] * book["cases"])
        if book["pending"] + book["agents"] + come_again + 2 * EVENTS_AT_ONCE > len(floor.calendar):
            more = 2 * len(floor.calendar) + int(book["agents"]) + come_again
            floor = floor._replace(calendar=_grown(floor.calendar, more))
        if book["slots"] + EVENTS_AT_ONCE > len(floor.contacts):
            floor = floor._replace(
                contacts=_grown(floor.contacts, 2 * len(floor.contacts)),
                contact_stamp=_grown(floor.contact_stamp, 2 * len(floor.contacts)),
            )
        if 2 * (book["slots"] + EVENTS_AT_ONCE) > len(floor.contact_log):
            floor = floor._replace(contact_log=np.zeros(2 * len(floor.contact_log), CONTACT_ROW))
        self.floor = floor

    def _drain(self) -> None:
        book = self.floor.book[0]
        self._drained.append(
            Observed(
                stacked([self.floor.contact_log[: book["contact_rows"]]]),
                stacked([self.floor.presence_log[: book["presence_rows"]]]),
            )
        )
        book["contact_rows"] = book["presence_rows"] = 0

    def _take_observed(self) -> Observed:
        self._drain()
        parts, self._drained = self._drained, []
        if len(parts) == 1:
            return parts[0]
        return Observed(stacked([p.contacts for p in parts]), stacked([p.presence for p in parts]))
