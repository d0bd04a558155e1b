"""The reference calendar: SimPy's."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import simpy
from simpy.events import NORMAL

from sim.floor.rules.events import close_books, follow, open_day
from sim.floor.rules.handlers import HANDLERS
from sim.floor.rules.staffing import midnight
from sim.floor.tables.engine import Births, Observed, opening_lists
from sim.floor.tables.layout import Floor, Setting, as_objects
from sim.floor.tables.over_midnight import NOTHING_KEPT, POINTERS, Kept, after, kept_rows
from sim.floor.tables.records import (
    NEVER,
    Agent,
    Callback,
    CenterState,
    Contact,
    Duty,
    Group,
    Holding,
    List,
    Member,
    Opening,
    Queue,
    Rise,
    Site,
    Skill,
    Tier,
    Transfer,
    Window,
)
from sim.observations import CONTACT_ROW, PRESENCE_ROW, Table


class Due(simpy.Event):
    """An event of the floor: certain to happen, and shared callbacks."""

    __slots__ = ("stamp", "what", "who")
    _ok = True

    def __init__(self, env: simpy.Environment, callbacks: list[Any], what: int, who: int, stamp: int) -> None:
        # Not super().__init__: it makes a list of callbacks for each event, and marks it as undecided.
        self.env = env
        self.callbacks = callbacks
        self.what = what
        self.who = who
        self.stamp = stamp


class Rows(list[Any]):
    """A table of the floor that refuses negative indices: -1 means nobody, never the last row."""

    def __getitem__(self, index: Any) -> Any:
        if index < 0:
            raise IndexError(f"row {index} of a floor table")
        return super().__getitem__(index)


class SimpyFloor:
    """The floor's rules under SimPy. `careful` makes every table refuse a negative index (for tests)."""

    def __init__(self, setting: Setting, *, careful: bool = False) -> None:
        self._setting, self._careful = setting, careful
        self._callbacks = [self._take]
        self.begin_anew()

    def begin_anew(self) -> None:
        setting = self._setting
        self.env = simpy.Environment()
        self.events = 0
        lists, agents = opening_lists(setting)
        rows: type[list[Any]] = Rows if self._careful else list
        self.floor = Floor(
            center=as_objects(CenterState, setting.center),
            contacts=rows(),
            contact_stamp=rows(),
            agents=rows(as_objects(Agent, agents)),
            agent_stamp=rows([0] * len(agents)),
            queues=rows(as_objects(Queue, setting.queues)),
            groups=rows(as_objects(Group, setting.groups)),
            tiers=rows(as_objects(Tier, setting.tiers)),
            members=rows(as_objects(Member, setting.members)),
            skills=rows(as_objects(Skill, setting.skills)),
            openings=rows(as_objects(Opening, setting.openings)),
            rises=rows(as_objects(Rise, setting.rises)),
            holdings=rows(as_objects(Holding, setting.holdings)),
            transfers=rows(as_objects(Transfer, setting.transfers)),
            callbacks=rows(as_objects(Callback, setting.callbacks)),
            windows=rows(as_objects(Window, setting.windows)),
            sites=rows(as_objects(Site, setting.sites)),
            lists=rows(as_objects(List, lists)),
            speed=rows(setting.speed.tolist()),
            resolution=rows(setting.resolution.tolist()),
            pace=rows(setting.pace.tolist()),
            care=rows(setting.care.tolist()),
            courtesy=rows(setting.courtesy.tolist()),
            work_stamp=rows([0] * len(agents)),
            arrivals=rows(),
            legs=rows(),
            follow_ups=rows(),
            duties=rows(),
            calendar=self,
            contact_log=[],
            presence_log=[],
        )

        self._book = self.floor.center[0]
        self._kept: Kept = NOTHING_KEPT

    def schedule(self, when: float, what: int, who: int, stamp: int) -> None:
        # On the grid, now + (when - now) is exactly `when`.
        env = self.env
        env.schedule(Due(env, self._callbacks, what, who, stamp), NORMAL, when - env.now)

    def _take(self, event: Due) -> None:
        self.events += 1
        now = self.env.now
        HANDLERS[event.what](self.floor, now, event.who, event.stamp)
        if self._book.settling >= 0 or self._book.joining >= 0:
            follow(self.floor, now)

    def play(self, born: Births, duties: Table, until: float, *, opens: bool = True, ends: bool = True) -> Observed:
        # Nothing here forms a cycle, and looking for one among a day's records costs a fifth of the time.
        collects = gc.isenabled()
        gc.disable()
        try:
            born, pointers = after(self._kept, born)
            for name, rows in pointers.items():
                for contact, row in zip(self.floor.contacts, rows.tolist(), strict=True):
                    setattr(contact, name, row)
            return self._play(born, duties if opens else None, until, ends)
        finally:
            if collects:
                gc.enable()

    def _play(self, born: Births, duties: Table | None, until: float, ends: bool) -> Observed:
        floor = self.floor
        floor.arrivals[:] = as_objects(Contact, born.arrivals)
        # Few of these ever come to be contacts.
        floor.legs[:] = born.legs.tolist()
        floor.follow_ups[:] = born.follow_ups.tolist()
        floor.center[0].arrivals, floor.center[0].next_arrival = len(born.arrivals), NEVER if ends else until
        if duties is not None:
            floor.duties[:] = as_objects(Duty, duties)
            floor.center[0].duties = len(duties)
            open_day(floor)
        self.env.run(until=until)
        if ends:
            midnight(floor, until)
        if floor.center[0].cases:
            self._keep(born)
        return self._drain()

    def _keep(self, born: Births) -> None:
        """What may yet be needed of the day's tables."""
        contacts = self.floor.contacts
        pointers = {name: np.array([getattr(c, name) for c in contacts], np.int64) for name in POINTERS}
        self._kept = kept_rows(born, pointers, np.array([contact.legs_to_come for contact in contacts], np.int64))

    def set_proficiency(self, speed: Table, resolution: Table, courtesy: Table) -> None:
        self.floor.speed[:] = speed.tolist()
        self.floor.resolution[:] = resolution.tolist()
        self.floor.courtesy[:] = courtesy.tolist()

    def close(self, now: float) -> Observed:
        close_books(self.floor, now)
        return self._drain()

    def _drain(self) -> Observed:
        observed = Observed(
            np.fromiter(self.floor.contact_log, CONTACT_ROW), np.fromiter(self.floor.presence_log, PRESENCE_ROW)
        )
        self.floor.contact_log.clear()
        self.floor.presence_log.clear()
        return observed
