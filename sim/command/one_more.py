"""What `sim power-of-one` does: play one person more and one fewer, hour by hour, show and write."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console

from sim.command.play import Watcher, command_of, folder_of
from sim.explaining.one_more import Found
from sim.one_person import ask_one_more
from sim.report.folder import whole_folder
from sim.scenario.reading.plans import BASE
from sim.study.run import Options
from sim.units import WEEKDAYS, format_time_of_day


def one_more_of(
    file: Path, group: str | None, at: str | None, plan: str | None, options: Options, out: Path | None
) -> None:
    """`sim power-of-one`: of all groups, or of one."""
    from sim import api
    from sim.report.terminal.one_more import show_one_more
    from sim.report.write_one_more import write_one_more

    center = api.load(file, plan or BASE)
    folder, quoted = folder_of(out, file, "power-of-one", several=False), shlex.quote(str(file))
    with whole_folder(folder) as scratch, Watcher(None) as watcher:
        found = ask_one_more(center, group, at, options, watcher).found
        watcher.stage("writing the table and the charts")
        steps = _next_steps(found, quoted)
        again = command_of("power-of-one", [file], plan, options, out, group=group, at=at)
        write_one_more(scratch, found, steps, again)
    console = Console()
    show_one_more(console, found)
    console.print(f"\nResults: {folder}/  (open {folder}/report.html)", soft_wrap=True, markup=False)
    for step in steps:
        console.print(f"Next: {step}", soft_wrap=True, markup=False, highlight=False)


def _next_steps(found: Found, file: str) -> list[str]:
    steps = [f"people who can be had on shifts, not hours: sim staff {file}"]
    if best := found.best(1):
        way = best[0].way
        queue = shlex.quote(next(iter(found.scenario.spec.groups[way.group].skills)))
        when = f"{WEEKDAYS[best[0].weekday]} {format_time_of_day(way.begin)}"
        steps.insert(0, f'why that hour is short: sim why {file} --queue {queue} --at "{when}"')
    return steps
