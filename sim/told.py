"""One caller's story, and a replay, as Python programs hold them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.center import Center
from sim.errors import Problem
from sim.explaining.replaying import MEDIAN, RANDOM, WORST, contact_of, day_of, replay
from sim.explaining.scene import both, scene, window_of
from sim.explaining.story import Story
from sim.explaining.telling import Telling
from sim.study.run import Options, Watcher


@dataclass(frozen=True)
class Told:
    """A story: its facts, and its words. What it says holds for the one replication that it is told of."""

    story: Story
    as_said: str
    """What tells it again, as Python."""

    @property
    def text(self) -> str:
        """As the terminal shows it, in lines of at most 80 characters."""
        from sim.report.terminal.story import story_lines

        return "\n".join(story_lines(self.story))

    def write(self, folder: str | Path) -> Path:
        """story.json and story.html in a folder, whole or not at all, as the command writes it."""
        from sim.report.folder import whole_folder
        from sim.report.write_story import write_story

        with whole_folder(Path(folder)) as scratch:
            write_story(scratch, self.story, self.as_said)
        return Path(folder)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<Told: contact {self.story.contact} of replication {self.story.replication}>"


def tell(
    center: Center, contact: str | int, replication: str | int, day: str | None, options: Options, watcher: Watcher
) -> Told:
    """The story of a contact: its number, "worst" or "random"; of a replication: its number, "worst" or "median"."""
    which_day = None if day is None else day_of(center.scenario, day)
    result, number, seen = replay(center.entry, options, replication, which_day, watcher)
    story = Telling(seen, result.label, number).of(contact_of(seen, contact, which_day))
    seed = result.scenario.spec.run.seed
    said = f"sim.story({center.as_said}, contact={story.contact}, replication={number}, seed={seed})"
    return Told(story, said)


@dataclass(frozen=True)
class Shown:
    """Hours of a day, as a replay shows them."""

    scene: dict[str, Any]
    """As the page has it: see sim.explaining.scene."""
    as_said: str
    """What makes it again, as Python."""

    def write(self, folder: str | Path) -> Path:
        """replay.html in a folder, whole or not at all, as the command writes it."""
        from sim.report.folder import whole_folder
        from sim.report.write_replay import write_replay

        with whole_folder(Path(folder)) as scratch:
            write_replay(scratch, self.scene, self.as_said)
        return Path(folder)

    def __repr__(self) -> str:
        return f"<Shown: {self.scene['date']}, replication {self.scene['replication']}>"


def show(
    center: Center, against: Center | None, day: str, since: str | None, until: str | None, replication: str | int,
    options: Options, watcher: Watcher,
) -> Shown:  # fmt: skip
    """Hours of a day of one replication: `since` and `until` as "10:00", else the hours in which any queue is open.

    `against`: another plan, shown beside it on the same customers; a replication that is sought is the first plan's.
    """
    from sim.report.text.stories_shown import add_stories

    number = day_of(center.scenario, day)
    window = window_of(center.scenario, number, since, until)
    result, played, seen = replay(center.entry, options, replication, number, watcher)
    hours = f", since={since!r}" * (since is not None) + f", until={until!r}" * (until is not None)
    seed = result.scenario.spec.run.seed
    than = "" if against is None else f", against={against.as_said}"
    said = f"sim.replay({center.as_said}, day={day!r}{hours}{than}, replication={played}, seed={seed})"
    tellings = [Telling(seen, result.label, played)]
    if against is None:
        shown = scene(seen, result.label, played, number, window)
    else:
        other, _, beside = replay(against.entry, options, played, number, watcher)
        shown = both((seen, result.label), (beside, other.label), played, number, window)
        tellings.append(Telling(beside, other.label, played))
    watcher.stage("telling the stories of those who waited too long")
    add_stories(shown, tellings)
    return Shown(shown, said)


def choice_problems(contact: object, replication: object) -> list[Problem]:
    """What is wrong with the choice of a contact and of a replication."""
    problems = []
    for name, value, words in (("contact", contact, (WORST, RANDOM)), ("replication", replication, (WORST, MEDIAN))):
        is_number = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if not (is_number or value in words):
            problems.append(Problem(name, f"write {', '.join(words)}, or a number from 0 on, not {value!r}"))
    return problems
