"""The fast calendar: the same rules compiled by numba around a binary heap, arrivals and duties beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba.extending import overload, register_jitable

from sim.compiled_kernels import entry_of  # to import it is to draw compiled
from sim.floor.calendars.cache import floor_hash
from sim.floor.calendars.heap import KINDS, NEXT_ARRIVAL, NEXT_DUTY, TOP, next_row, order_heap
from sim.floor.calendars.parts import PART
from sim.floor.calendars.tables import Tables, floor_at
from sim.floor.rules import primitives
from sim.floor.rules.copying import bear, write_row
from sim.floor.rules.events import close_books, follow, open_day
from sim.floor.rules.handlers import HANDLERS
from sim.floor.rules.staffing import midnight
from sim.floor.tables.engine import NO_CONTACTS, Births, Observed, opening_lists
from sim.floor.tables.layout import LAYOUT, Floor, Setting, blank
from sim.floor.tables.over_midnight import NOTHING_KEPT, POINTERS, Kept, after, kept_rows
from sim.floor.tables.records import (
    ABANDON,
    ARRIVE,
    CALL_BACK,
    COME_AGAIN,
    DUTY,
    END_STAGE,
    FINISH,
    HAND_OVER,
    HANG_UP,
    NEVER,
    OVERFLOW,
    RETURN,
    UNANSWERED,
    Contact,
    Duty,
    Event,
)
from sim.observations import CONTACT_ROW, PRESENCE_ROW, Table, as_words, stacked

(
    arrive, abandon, overflow, hang_up, finish, duty, return_from_break,
    end_stage, call_back, unanswered, hand_over, take_desk, come_again,
) = HANDLERS  # fmt: skip

EVENTS_AT_ONCE = 32
"""No event schedules, or creates, more than this many; a closing queue may let go of every agent besides."""

OPEN, RUN, MIDNIGHT, CLOSE_BOOKS = range(4)

for _rule in (*primitives.RULES, bear, write_row):
    register_jitable(**PART)(_rule)


@overload(primitives.schedule, jit_options=PART)
def _schedule(floor: Any, when: Any, what: Any, who: Any, stamp: Any) -> Any:  # noqa: ARG001
    def push(floor: Any, when: Any, what: Any, who: Any, stamp: Any) -> None:
        center = floor.center[0]
        order = center.order
        center.order = order + 1
        # Of these two one event at most is pending.
        if what == ARRIVE:
            row = NEXT_ARRIVAL
        elif what == DUTY:
            row = NEXT_DUTY
        else:
            row = TOP + center.pending
            center.pending += 1
        event = floor.calendar[row]
        event.time = primitives.snap(when)
        event.order = order * KINDS + what
        event.who = who
        event.stamp = stamp

    return push


@overload(primitives.spare_slot, jit_options=PART)
def _spare_slot(floor: Any) -> Any:  # noqa: ARG001
    def take(floor: Any) -> int:
        center = floor.center[0]
        c = center.spare
        if c >= 0:
            center.spare = floor.contacts[c].next_spare
        else:
            c = center.slots
            center.slots = c + 1
        return int(c)

    return take


@overload(primitives.be_born, jit_options=PART)
def _be_born(floor: Any, c: Any, row: Any) -> Any:  # noqa: ARG001
    def copy(floor: Any, c: Any, row: Any) -> None:
        bear(floor.contacts[c], floor.arrivals[row])

    return copy


@overload(primitives.leg_born, jit_options=PART)
def _leg_born(floor: Any, c: Any, row: Any) -> Any:  # noqa: ARG001
    def copy(floor: Any, c: Any, row: Any) -> None:
        bear(floor.contacts[c], floor.legs[row])

    return copy


@overload(primitives.follow_up_born, jit_options=PART)
def _follow_up_born(floor: Any, c: Any, row: Any) -> Any:  # noqa: ARG001
    def copy(floor: Any, c: Any, row: Any) -> None:
        bear(floor.contacts[c], floor.follow_ups[row])

    return copy


@overload(primitives.note_contact, jit_options=PART)
def _note_contact(floor: Any, outcome: Any, group: Any, resolved: Any, contact: Any) -> Any:  # noqa: ARG001
    def note(floor: Any, outcome: Any, group: Any, resolved: Any, contact: Any) -> None:
        row = floor.contact_log[floor.center[0].contact_rows]
        floor.center[0].contact_rows += 1
        write_row(row, contact)
        row.outcome = outcome
        row.group = group
        row.resolved = resolved

    return note


@overload(primitives.note_presence, jit_options=PART)
def _note_presence(floor: Any, a: Any, group: Any, activity: Any, began: Any, ended: Any) -> Any:  # noqa: ARG001
    def note(floor: Any, a: Any, group: Any, activity: Any, began: Any, ended: Any) -> None:
        row = floor.presence_log[floor.center[0].presence_rows]
        floor.center[0].presence_rows += 1
        row.agent = a
        row.group = group
        row.activity = activity
        row.began = began
        row.ended = ended

    return note


@register_jitable(**PART)
def _has_room(floor: Any) -> bool:
    """Whether whatever the next event does fits: checked before it is taken."""
    center = floor.center[0]
    # A closing queue may send everybody who waits home, to come again.
    come_again = center.slots * center.cases
    return bool(
        TOP + center.pending + center.agents + come_again + EVENTS_AT_ONCE <= len(floor.calendar)
        and center.slots + EVENTS_AT_ONCE <= len(floor.contacts)
        and center.contact_rows + center.slots + EVENTS_AT_ONCE <= len(floor.contact_log)
        and center.presence_rows + 3 * center.agents + EVENTS_AT_ONCE <= len(floor.presence_log)
    )


def build_loop(source_hash: str, *, boundscheck: bool = False) -> Callable[[int, float, int], int]:
    """The compiled loop. The hash of the floor's files enters numba's cache key through the closure."""

    # _nrt=False spares the reference counting of the tuple's arrays at each call (numba #2345) and turns
    # an allocation inside a rule into a compile error; forceinline makes the rules one function.
    @numba.njit(  # type: ignore[call-overload, untyped-decorator]
        cache=not boundscheck, _nrt=False, forceinline=True, boundscheck=boundscheck, no_cfunc_wrapper=True
    )  # fmt: skip
    def loop(address: int, until: float, step: int) -> int:
        if len(source_hash) == 0:
            return 0
        floor: Any = floor_at(address)  # type: ignore[call-arg]
        if step == OPEN:
            open_day(floor)
        elif step == MIDNIGHT:
            midnight(floor, until)
        elif step == CLOSE_BOOKS:
            close_books(floor, until)
        else:
            taken = 0
            # What was scheduled outside of any event.
            order_heap(floor, floor.center[0].in_order, False)
            while True:
                row = next_row(floor)
                event = floor.calendar[row]
                known = floor.center[0].pending
                now = event.time
                if now >= until or not _has_room(floor):
                    break
                what = event.order % KINDS
                who = event.who
                stamp = event.stamp
                event.time = NEVER
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
                if row == TOP or floor.center[0].pending > known:
                    order_heap(floor, known, row == TOP)
            floor.center[0].in_order = floor.center[0].pending
            return taken if now >= until else -1 - taken
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


def _longer(log: Table, written: int, rows: int) -> Table:
    """At least twice as long, and so many rows; what is written in it goes along."""
    longer = np.empty(max(2 * len(log), rows), log.dtype)
    as_words(longer)[:written] = as_words(log)[:written]
    return longer


CHANGED = ("center", "agents", "queues", "groups", "callbacks", "sites", "lists", "speed", "resolution", "courtesy")
"""Tables of a setting that rules, or the morning, write to."""


def _as_bytes(table: Table) -> Table:
    return table.reshape(-1).view(np.uint8)


class CompiledFloor:
    """The floor's rules, compiled. Tables grow between two events, never within one."""

    def __init__(self, setting: Setting, loop: Callable[[int, float, int], int] = LOOP, *, lends: bool = False) -> None:
        """`lends`: what was observed stands in the floor's own tables, and only until it plays on."""
        self._loop, self._lends, self._is_entry = loop, lends, False
        self.events = 0
        lists, agents = opening_lists(setting)
        center = setting.center.copy()
        self.floor = _of_arrays(
            center=center,
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
            arrivals=NO_CONTACTS,
            legs=NO_CONTACTS,
            follow_ups=NO_CONTACTS,
            duties=np.zeros(0, LAYOUT[Duty]),
            calendar=blank(Event, 1024),
            contact_log=np.empty(4096, CONTACT_ROW),
            presence_log=np.empty(6 * len(agents) + 1024, PRESENCE_ROW),
        )
        self._tables = Tables(self.floor)
        self._kept: Kept = NOTHING_KEPT
        # Whatever a replication changes, but for what `begin_anew` clears or the next writes over.
        changed = [getattr(self.floor, name) for name in CHANGED]
        self._before = [(_as_bytes(table), _as_bytes(table.copy())) for table in changed]

    def begin_anew(self) -> None:
        """As it was before the first day; tables that have grown stay as large."""
        floor = self.floor
        _as_bytes(floor.contacts[: floor.center[0]["slots"]])[:] = 0
        for table in (floor.contact_stamp, floor.agent_stamp, floor.work_stamp):
            table[:] = 0
        floor.calendar[: TOP + 1] = blank(Event, TOP + 1)
        for table, before in self._before:
            table[:] = before
        self._kept, self.events = NOTHING_KEPT, 0
        if not self._is_entry:
            self._loop, self._is_entry = entry_of(self._loop, self._tables.address, 0.0, RUN), True

    def play(self, born: Births, duties: Table, until: float, *, opens: bool = True, ends: bool = True) -> Observed:
        center = self.floor.center[0]
        born, pointers = after(self._kept, born)
        for name, rows in pointers.items():
            self.floor.contacts[name][: len(rows)] = rows
        center["arrivals"], center["next_arrival"] = len(born.arrivals), NEVER if ends else until
        self.floor = self.floor._replace(arrivals=born.arrivals, legs=born.legs, follow_ups=born.follow_ups)
        if opens:
            center["duties"] = len(duties)
            self.floor = self.floor._replace(duties=duties)
        self._make_room(len(born.arrivals))
        if opens:
            self._loop(self._tables.address, until, OPEN)
        while (taken := self._loop(self._tables.address, until, RUN)) < 0:
            self.events += -1 - taken
            self._make_room()
        self.events += taken
        if ends:
            self._make_room()
            self._loop(self._tables.address, until, MIDNIGHT)
        if center["cases"]:
            contacts = self.floor.contacts[: center["slots"]]
            pointers = {name: contacts[name].copy() for name in POINTERS}
            self._kept = kept_rows(born, pointers, contacts["legs_to_come"].copy())
        return self._take_observed()

    def set_proficiency(self, speed: Table, resolution: Table, courtesy: Table) -> None:
        self.floor.speed[:] = speed
        self.floor.resolution[:] = resolution
        self.floor.courtesy[:] = courtesy

    def close(self, now: float) -> Observed:
        self._make_room()
        self._loop(self._tables.address, now, CLOSE_BOOKS)
        return self._take_observed()

    def _make_room(self, contacts: int = 0) -> None:
        """Double whatever table is short. `contacts`: so many are to come, each of which may write a row."""
        floor, center = self.floor, self.floor.center[0]
        come_again = int(center["slots"] * center["cases"])
        if TOP + center["pending"] + center["agents"] + come_again + 2 * EVENTS_AT_ONCE > len(floor.calendar):
            more = 2 * len(floor.calendar) + int(center["agents"]) + come_again
            floor = floor._replace(calendar=_grown(floor.calendar, more))
        if center["slots"] + EVENTS_AT_ONCE > len(floor.contacts):
            floor = floor._replace(
                contacts=_grown(floor.contacts, 2 * len(floor.contacts)),
                contact_stamp=_grown(floor.contact_stamp, 2 * len(floor.contacts)),
            )
        rows = int(center["contact_rows"]) + contacts + 2 * (int(center["slots"]) + EVENTS_AT_ONCE)
        if rows > len(floor.contact_log):
            floor = floor._replace(contact_log=_longer(floor.contact_log, int(center["contact_rows"]), rows))
        rows = int(center["presence_rows"]) + 2 * (3 * int(center["agents"]) + EVENTS_AT_ONCE)
        if rows > len(floor.presence_log):
            floor = floor._replace(presence_log=_longer(floor.presence_log, int(center["presence_rows"]), rows))
        self.floor = floor
        self._tables.put(floor)

    def _take_observed(self) -> Observed:
        center = self.floor.center[0]
        contacts = self.floor.contact_log[: center["contact_rows"]]
        presence = self.floor.presence_log[: center["presence_rows"]]
        center["contact_rows"] = center["presence_rows"] = 0
        return Observed(contacts, presence) if self._lends else Observed(stacked([contacts]), stacked([presence]))
