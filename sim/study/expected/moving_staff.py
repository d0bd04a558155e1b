"""The people of one replication of a plan whose workforce moves, between the day loop and the floor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.floor.tables.duties import by_time, roster_duties
from sim.floor.tables.engine import Engine
from sim.floor.tables.layout import LAYOUT
from sim.floor.tables.records import Duty
from sim.measures.families import by_name
from sim.measures.folder import Folder
from sim.measures.sums import GROUP_SUMS
from sim.measures.timesheet import Timesheet
from sim.observations import Table, stacked
from sim.study.prepared import Prepared, chance_to_resolve
from sim.workforce.day import Workforce

Floats = NDArray[np.float64]


class MovingStaff:
    """Mornings: today's duties, speeds and pay. Evenings: what the day did to people."""

    def __init__(self, prepared: Prepared, replication: int) -> None:
        assert prepared.roster is not None
        self._prepared = prepared
        self.workforce = Workforce(prepared.scenario, prepared.agents, prepared.roster, replication)
        self.timesheet = Timesheet(prepared.payroll, self.workforce.careers, self.workforce.courses)
        self.speed: Floats = prepared.speed
        """Agents × queues, of today."""
        self._later: Table = np.empty(0, LAYOUT[Duty])

    def morning(self, day: int, floor: Engine) -> Table:
        """The day's duty rows; the floor learns how good everybody is today."""
        prepared, clock = self._prepared, self._prepared.scenario.clock
        today = self.workforce.morning(day)
        self.timesheet.add(day, today.segments, today.mentoring)
        self.speed = today.speed
        chance = chance_to_resolve(prepared.scenario, today.resolution, prepared.standard)
        own = self.speed.size
        floor.set_proficiency(
            np.concatenate([self.speed.reshape(-1), prepared.setting.speed[own:]]),
            np.concatenate([chance.reshape(-1), prepared.setting.resolution[own:]]),
            np.concatenate([today.courtesy, prepared.setting.courtesy[len(today.courtesy) :]]),
        )
        # A night's rows past midnight wait for the next morning.
        rows = by_time(stacked([prepared.fixed.day(day), self._later, roster_duties(today.segments)]))
        todays = int(np.searchsorted(rows["time"], clock.day_start[day + 1]))
        self._later = rows[todays:]
        return rows[:todays]

    def observe(self, day: int, presence: Table, folder: Folder) -> None:
        """What the day did, once it is folded; the books' closing comes as one more day, and does nothing to people."""
        self.timesheet.add_presence(presence)
        handled = folder.handled[: len(self.speed)].copy()
        folder.handled[:] = 0.0
        if day == self._prepared.scenario.clock.days:
            return
        so_far = by_name(GROUP_SUMS, folder.group_days[: day + 1])
        self.workforce.evening(day, handled, so_far["handling"], so_far["available"])
