"""What `sim story` does: play one replication, find the contact, tell and write its story."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console

from sim.command.play import Watcher, command_of, folder_of
from sim.errors import Problem, ScenarioError
from sim.report.folder import whole_folder
from sim.scenario.reading.plans import BASE
from sim.study.run import Options
from sim.told import choice_problems, tell


def story_of(
    file: Path, contact: str, plan: str | None, replication: str, day: str | None, options: Options, out: Path | None
) -> None:
    """`sim story`: one contact of one replication of a plan."""
    from sim import api
    from sim.report.terminal.story import show_story
    from sim.report.write_story import write_story

    which, number = _asked(file, contact, replication)
    center = api.load(file, plan or BASE)
    folder = folder_of(out, file, "story", several=False)
    with whole_folder(folder) as scratch:
        with Watcher(None) as watcher:
            told = tell(center, which, number, day, options, watcher)
        one, played = str(told.story.contact), str(told.story.replication)
        again = command_of("story", [file], plan, options, out, contact=one, replication=played)
        write_story(scratch, told.story, again)
    console = Console()
    show_story(console, told.story)
    console.print(f"\nResults: {folder}/  (open {folder}/story.html)", soft_wrap=True, markup=False)
    console.print(f"This one again: {again}", soft_wrap=True, markup=False)
    console.print(f"Next: sim story {shlex.quote(str(file))} --contact random", soft_wrap=True, markup=False)


def _asked(file: Path, contact: str, replication: str) -> tuple[str | int, str | int]:
    """What is said on the command line, and every problem of it at once."""
    which, number = number_or_word(contact), number_or_word(replication)
    if problems := choice_problems(which, number):
        raise ScenarioError(str(file), [Problem(f"--{one.where}", one.what) for one in problems])
    return which, number


def number_or_word(text: str) -> str | int:
    return int(text) if text.isascii() and text.isdecimal() else text
