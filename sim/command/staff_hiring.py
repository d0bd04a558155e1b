"""What `sim staff --hiring` does: find the classes that hold the targets for least, show and write."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from sim.command.play import Watcher, command_of, folder_of, say_workbook
from sim.report.folder import whole_folder
from sim.scenario.load import plan_of
from sim.scenario.reading.plans import BASE, read_file
from sim.staffing.hiring.finding import find_hiring
from sim.study.run import Options, check_kpis
from sim.units import format_duration


def hire(
    file: Path,
    plan: str | None,
    options: Options,
    out: Path | None,
    *,
    seconds: float | None = None,
) -> None:
    """The search, its folder, and what the terminal says. `seconds`: in place of the time that `[staffing]` gives."""
    from sim.report.terminal.hiring_plan import show_hiring
    from sim.report.text.hiring_plan import next_steps
    from sim.report.write_hiring import write_hiring

    read = read_file(file)
    check_kpis(plan_of(read, plan or BASE))
    time = None if seconds is None else format_duration(seconds)
    command = command_of("staff", [file], plan, options, out, time=time) + " --hiring"
    folder = folder_of(out, file, "hiring", several=False)
    with whole_folder(folder) as scratch, Watcher(None) as watcher:
        found = find_hiring(read, plan or BASE, options, watcher, seconds=seconds)
        watcher.stage("writing tables and the chart")
        written = write_hiring(scratch, found, read, [], command, xlsx=options.xlsx)
    console = Console()
    show_hiring(console, found)
    console.print(f"Results: {folder}/", soft_wrap=True, markup=False)
    if found.study is not None:
        say_workbook(console, folder, options)
    for text in next_steps(file, folder / written.name):
        console.print(text, soft_wrap=True, markup=False)
