"""What `sim staff` does: find the staff that holds the targets for least, show and write."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from sim.command.play import Watcher, command_of, folder_of, say_workbook
from sim.report.folder import whole_folder
from sim.scenario.load import plan_of
from sim.scenario.reading.plans import BASE, read_file
from sim.staffed import Demand
from sim.staffing.search import find_staff
from sim.study.run import Options, check_kpis
from sim.units import format_duration


def staff_of(file: Path, demand: Demand, plan: str | None, options: Options, out: Path | None) -> None:
    """`sim staff`: the search, its folder, and what the terminal says."""
    from sim.report.plan_file import plan_name
    from sim.report.terminal.staffing import show_found
    from sim.report.text.staffing import next_step
    from sim.report.write_staffing import write_found

    read = read_file(file)
    today = plan_of(read, plan or BASE)
    check_kpis(today)
    command = command_of(
        "staff", [file], plan, options, out,
        budget=None if demand.budget is None else f"{demand.budget:g}",
        time=None if demand.seconds is None else format_duration(demand.seconds),
    ) + " --keep-heads" * demand.keep_heads  # fmt: skip
    # A sum, or other shifts, is another question: its answer leaves the first one where it is.
    question = "staff" + "-budget" * (demand.budget is not None) + "-keep-heads" * demand.keep_heads
    folder = folder_of(out, file, question, several=False)
    with whole_folder(folder) as scratch, Watcher(None) as watcher:
        found = find_staff(read, plan or BASE, demand.of(today), options, watcher)
        watcher.stage("writing tables, rosters and charts")
        written = write_found(scratch, found, read, [], command, xlsx=options.xlsx)
    console = Console()
    show_found(console, found)
    console.print(f"Results: {folder}/  (open {folder}/report.html)", soft_wrap=True, markup=False)
    say_workbook(console, folder, options)
    for line in next_step(found, file, None if written is None else folder / written.name, plan_name(read)):
        console.print(line, soft_wrap=True, markup=False)
