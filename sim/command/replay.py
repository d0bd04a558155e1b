"""What `sim replay` does: play one replication, and write a page that shows hours of one of its days."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console

from sim.command.play import Watcher, command_of, folder_of
from sim.command.story import number_or_word
from sim.errors import Problem, ScenarioError
from sim.report.folder import whole_folder
from sim.scenario.reading.plans import BASE
from sim.study.run import Options
from sim.told import choice_problems, show


def replay_of(
    file: Path, day: str, since: str | None, until: str | None, plans: tuple[str | None, str | None], replication: str,
    options: Options, out: Path | None,
) -> None:  # fmt: skip
    """`sim replay`: hours of a day of one replication of a plan, and of another beside it if one is named."""
    from sim import api
    from sim.report.text.fates import fared_text
    from sim.report.text.names import plural
    from sim.report.write_replay import write_replay

    number = number_or_word(replication)
    if problems := choice_problems("worst", number):
        raise ScenarioError(str(file), [Problem(f"--{one.where}", one.what) for one in problems])
    plan, against = plans
    center, other = api.load(file, plan or BASE), None
    if against is not None:
        if against == center.name:
            told = "is the plan that is played itself; name another"
            raise ScenarioError(str(file), [Problem(f"--against {against}", told)])
        center, other = api.to_compare([center, api.load(file, against)])
        options = api.on_common_luck([center, other], options)
    folder = folder_of(out, file, "replay", several=False)
    with whole_folder(folder) as scratch:
        with Watcher(None) as watcher:
            shown = show(center, other, day, since, until, number, options, watcher)
        played = str(shown.scene["replication"])
        again = command_of(
            "replay", [file], plan, options, out, day=day, **{"from": since, "to": until}, replication=played,
            against=against,
        )  # fmt: skip
        write_replay(scratch, shown.scene, again)
        size = (scratch / "replay.html").stat().st_size
    console = Console()
    scene = shown.scene
    count = f"{plural(len(scene['contacts']), 'contact')} and {plural(len(scene['agents']), 'agent')}"
    which = f"plan {scene['plan']}" if other is None else f"plans {scene['plan']} and {other.name}"
    told = f"{count} on {scene['date']}, {which}, replication {played}: {size / 1000:,.0f} kB"
    story = f"sim story {shlex.quote(str(file))} --day {day} --replication {played}"
    if plan is not None:
        story += f" --plan {shlex.quote(plan)}"
    if other is not None:
        console.print(fared_text(scene), soft_wrap=True, markup=False, highlight=False)
    console.print(told, soft_wrap=True, markup=False, highlight=False)
    console.print(f"Results: {folder}/  (open {folder}/replay.html)", soft_wrap=True, markup=False)
    if scene["contacts"]:
        console.print(f"Next: {story}", soft_wrap=True, markup=False)
