"""Why hours of a queue fell short, as Python programs ask for it and hold what was found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sim.center import Center
from sim.common import on_first_days
from sim.errors import Problem, ScenarioError
from sim.explaining.bad_hours import Reasons, hours_of, why
from sim.explaining.causes import Changes
from sim.explaining.replaying import MEDIAN, WORST, number_of
from sim.scenario.language.groups import OF_PEOPLE
from sim.study.run import Entry, Options, Watcher

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Why:
    """The causes of a shortfall, which add up to it."""

    found: Reasons
    as_said: str
    """What asks it again, as Python."""

    @property
    def sentence(self) -> str:
        """What was short, and by how much."""
        from sim.report.text.why import headline

        return headline(self.found)

    @property
    def text(self) -> str:
        """The sentence, and what takes the points."""
        from sim.report.text.why import sentences

        return " ".join([self.sentence, *sentences(self.found)])

    @cached_property
    def table(self) -> pd.DataFrame:
        """What why.csv has."""
        from sim.report.tables.why import why_table

        return why_table(self.found)

    def write(self, folder: str | Path) -> Path:
        """The result folder, as the command writes it: whole or not at all."""
        from sim.report.folder import whole_folder
        from sim.report.write_why import write_why

        with whole_folder(Path(folder)) as scratch:
            write_why(scratch, self.found, f"{self.found.scenario.name}.toml", self.as_said)
        return Path(folder)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Why: {self.sentence}>"


def ask_why(
    center: Center, queue: str | None, at: str | None, day: str | None, week: str | None, replication: str | int | None,
    options: Options, watcher: Watcher,
) -> Why:  # fmt: skip
    """Of all replications together, or of one: its number, "worst" or "median" of that day."""
    scenario = center.scenario
    named = queue or _only(center)
    hours = hours_of(scenario, named, at, day, week)
    only = None
    if replication is not None:
        first = scenario.clock.dates.index(hours.dates[0])
        only = number_of(center.entry, options, replication, first, watcher)

    # What comes after these hours changes nothing of them; deferred work of theirs may be done later.
    last = (hours.dates[-1] - scenario.clock.start).days + 1
    played = on_first_days(center, last) if scenario.queue(named).is_live and not plans_ahead(center) else center

    def without(changes: Changes) -> Entry:
        return played.vary(changes, "without").entry

    reasons = why(played.entry, without, named, hours, only, options, watcher)
    given = {
        "queue": named, "at": at, "day": day, "week": week, "replication": only, "replications": options.replications,
        "seed": options.seed,
    }  # fmt: skip
    said = "".join(f", {name}={value!r}" for name, value in given.items() if value is not None)
    return Why(reasons, f"sim.why({center.as_said}{said})")


def plans_ahead(center: Center) -> bool:
    """Whether who is there on a day may hang on how many days follow: leave, classes and quiet hours are laid over all
    of them."""
    spec = center.scenario.spec
    ahead = [key for key in OF_PEOPLE if key != "supervisors"]
    of_groups = any(getattr(group, key) for group in spec.groups.values() for key in ahead)
    return bool(spec.hiring or spec.moves or spec.absence or spec.courses or of_groups)


def _only(center: Center) -> str:
    queues = center.scenario.queues
    if len(queues) > 1:
        raise ScenarioError(center.scenario.name, [Problem("--queue", f"say which: {', '.join(queues)}")])
    return queues[0]


WORDS = (WORST, MEDIAN)


def replication_problems(replication: object) -> list[Problem]:
    """What is wrong with the choice of a replication."""
    is_number = isinstance(replication, int) and not isinstance(replication, bool) and replication >= 0
    if replication is None or is_number or replication in WORDS:
        return []
    return [Problem("replication", f"write {', '.join(WORDS)}, or a number from 0 on, not {replication!r}")]
