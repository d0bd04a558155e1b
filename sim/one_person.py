"""What one person more, or one fewer, would change, as Python programs ask for it and hold what was found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sim.center import Center
from sim.common import on_first_days
from sim.errors import Problem, ScenarioError
from sim.explaining.causes import Changes
from sim.explaining.one_more import Found, groups_of, power_of_one
from sim.explaining.replaying import day_of
from sim.reasons import plans_ahead
from sim.study.run import Entry, Options, Watcher
from sim.units import parse_time_of_day

if TYPE_CHECKING:
    import pandas as pd

A_WEEK = 7
"""Days that are played: the first of each weekday, where later ones change nothing of them."""


@dataclass(frozen=True)
class PowerOfOne:
    """By group, weekday and time: what one person more, and one fewer, would change."""

    found: Found
    as_said: str
    """What asks it again, as Python."""

    @property
    def sentence(self) -> str:
        """Where one more does most."""
        from sim.report.text.one_more import headline

        return headline(self.found)

    @cached_property
    def table(self) -> pd.DataFrame:
        """What power_of_one.csv has."""
        from sim.report.tables.one_more import one_more_table

        return one_more_table(self.found)

    def write(self, folder: str | Path) -> Path:
        """The result folder, as the command writes it: whole or not at all."""
        from sim.report.folder import whole_folder
        from sim.report.write_one_more import write_one_more

        with whole_folder(Path(folder)) as scratch:
            write_one_more(scratch, self.found, [], self.as_said)
        return Path(folder)

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        return f"<PowerOfOne: {self.sentence}>"


def ask_one_more(center: Center, group: str | None, at: str | None, options: Options, watcher: Watcher) -> PowerOfOne:
    """Of all groups that serve queues in which customers wait, or of one; `at`: where the curve is drawn."""
    scenario = center.scenario
    groups = groups_of(scenario, group)
    days = scenario.clock.days
    played = on_first_days(center, min(A_WEEK, days)) if days > A_WEEK and not plans_ahead(center) else center

    def vary(changes: Changes) -> Entry:
        return played.vary(changes, "one").entry

    found = power_of_one(played.entry, vary, groups, _place(center, at), options, watcher)
    given = {"group": group, "at": at, "replications": options.replications, "seed": options.seed}
    said = "".join(f", {name}={value!r}" for name, value in given.items() if value is not None)
    return PowerOfOne(found, f"sim.power_of_one({center.as_said}{said})")


def _place(center: Center, at: str | None) -> tuple[int, float] | None:
    if at is None:
        return None
    scenario = center.scenario
    when, _, time = at.strip().rpartition(" ")
    try:
        if not when:
            raise ValueError('write a day and a time, such as "mon 10:00"')
        second = parse_time_of_day(time)
    except ValueError as error:
        raise ScenarioError(scenario.name, [Problem(f"--at {at}", str(error))]) from None
    return scenario.clock.dates[day_of(scenario, when)].weekday(), second
