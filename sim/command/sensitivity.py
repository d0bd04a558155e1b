"""What `sim sensitivity` does: play the plans in other worlds, show and write."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from sim.choosing.sensitivity.finding import find, make_asked
from sim.command.play import Watcher, announce, command_of, folder_of, say_workbook
from sim.report.folder import whole_folder
from sim.scenario.load import plan_of, plans_of
from sim.scenario.reading.plans import BASE, read_file
from sim.study.run import Options, check_kpis


def sensitivity_of(file: Path, inputs: str | None, plan: str | None, options: Options, out: Path | None) -> None:
    """`sim sensitivity`: all plans of a file, or the base and one plan."""
    from sim.report.terminal.sensitivity import show_sensitivity
    from sim.report.text.sensitivity import next_step
    from sim.report.write_sensitivity import write_found

    read = read_file(file)
    plans = plans_of(read) if plan is None else [plan_of(read, name) for name in dict.fromkeys((BASE, plan))]
    for one in plans:
        check_kpis(one)
    command = command_of("sensitivity", [file], plan, options, out, inputs=inputs)
    folder = folder_of(out, file, "sensitivity", several=False)
    asked = make_asked(read, plans, inputs or "*", options)
    if asked.size.is_large:
        announce(f"{asked.size}")
    with whole_folder(folder) as scratch, Watcher(None) as watcher:
        try:
            found = find(asked, watcher)
        except KeyboardInterrupt:
            if options.remember:
                announce("what was played is kept: the same command goes on where it was")
            raise
        watcher.stage("writing the table and the chart")
        write_found(scratch, found, command, xlsx=options.xlsx)
    console = Console()
    show_sensitivity(console, found)
    if found.reused:
        text = f"{found.reused:,} worlds were known from a run that had been stopped; --fresh plays them anew"
        console.print(text, style="dim")
    console.print(f"Results: {folder}/  (open {folder}/report.html)", soft_wrap=True, markup=False)
    say_workbook(console, folder, options)
    console.print(next_step(found, file), soft_wrap=True, markup=False)
