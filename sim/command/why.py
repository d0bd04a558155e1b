"""What `sim why` does: play the plan without each set of causes, show and write what each takes."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console

from sim.command.play import Watcher, command_of, folder_of
from sim.command.story import number_or_word
from sim.errors import Problem, ScenarioError
from sim.reasons import ask_why, replication_problems
from sim.report.folder import whole_folder
from sim.scenario.reading.plans import BASE
from sim.study.run import Options


def why_of(
    file: Path, queue: str | None, hours: tuple[str | None, str | None, str | None], replication: str | None,
    plan: str | None, options: Options, out: Path | None,
) -> None:  # fmt: skip
    """`sim why`: hours of a queue; `hours`: one interval, a day, or the week from a day on, one of them given."""
    from sim import api
    from sim.report.terminal.why import show_why
    from sim.report.text.why import next_steps
    from sim.report.write_why import write_why

    which = None if replication is None else number_or_word(replication)
    if problems := replication_problems(which):
        raise ScenarioError(str(file), [Problem(f"--{one.where}", one.what) for one in problems])
    center = api.load(file, plan or BASE)
    folder = folder_of(out, file, "why", several=False)
    at, day, week = hours
    with whole_folder(folder) as scratch:
        with Watcher(None) as watcher:
            found = ask_why(center, queue, at, day, week, which, options, watcher).found
        only = None if found.only is None else str(found.only)
        again = command_of(
            "why", [file], plan, options, out, queue=found.queue, at=at, day=day, week=week, replication=only
        )
        quoted = shlex.quote(str(file))
        write_why(scratch, found, quoted, again)
    console = Console()
    show_why(console, found)
    console.print(f"\nResults: {folder}/  (open {folder}/report.html)", soft_wrap=True, markup=False)
    for step in next_steps(found, quoted):
        console.print(f"Next: {step}", soft_wrap=True, markup=False, highlight=False)
