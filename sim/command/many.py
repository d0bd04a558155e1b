"""What `sim compare` does with many plans: choose among them, show and write."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from sim.choosing.grid import Grid, an_example, grid_of, parsed
from sim.choosing.selected import select
from sim.command.play import Watcher, announce, command_of, folder_of, say_workbook
from sim.errors import Problem, ScenarioError
from sim.report.folder import whole_folder
from sim.scenario.reading.plans import BASE, read_file
from sim.study.run import Options


def is_of_many(files: Sequence[Path], vary: Sequence[str], plan: str | None) -> bool:
    """Whether many plans are meant: some settings are to be varied, or the file has a [grid] and no plan is named."""
    return bool(vary) or (len(files) == 1 and plan is None and read_file(files[0]).grid is not None)


def choose_in(files: list[Path], vary: Sequence[str], plan: str | None, options: Options, out: Path | None) -> None:
    """`sim compare FILE --vary …`, or of a file with a [grid]."""
    from sim.report.terminal.many import show_selected
    from sim.report.text.many import next_step
    from sim.report.write_many import plan_text, write_selected

    if len(set(files)) > 1:
        raise ScenarioError("compare", [Problem("--vary", "changes the settings of one file; name one")])
    if options.keeps:
        text = "is for a few plans; choose one first, and then run it"
        raise ScenarioError("compare", [Problem("--keep", text)])
    file = files[0]
    offered = asked(file, vary, plan)
    if not vary:
        announce(f"{file.name} has a [grid]: choosing among {len(offered):,} plans")
        if offered.named:
            announce(f"(--plan NAME compares a plan that has a name, such as {offered.named[0]}, with {BASE})")
    words = shlex.join([word for text in vary for word in ("--vary", text)])
    command = f"{command_of('compare', [file], plan, options, out)} {words}".strip()
    folder = folder_of(out, file, "grid", several=False)
    with whole_folder(folder) as scratch, Watcher(None) as watcher:
        try:
            found = select(offered, options, watcher)
        except KeyboardInterrupt:
            if options.remember:
                announce("what was played is kept: the same command goes on where it was")
            raise
        watcher.stage("writing the table and the page")
        write_selected(scratch, found, command, xlsx=options.xlsx)
    console = Console()
    show_selected(console, found, plan_text(found))
    again = sum(result.replications for result in found.study.results)
    said = f"{found.screening.played:,} replications played, {again:,} of them again in full"
    console.print(f"{said}, in {found.wall_seconds:.0f} s", style="dim")
    console.print(f"Results: {folder}/  (open {folder}/report.html)", soft_wrap=True, markup=False)
    say_workbook(console, folder, options)
    console.print(f"Next: {next_step(found, str(file), words)}", soft_wrap=True, markup=False)


def asked(file: Path, vary: Sequence[str], plan: str | None) -> Grid:
    """ScenarioError names everything that is wrong with what is to be varied."""
    read, wanted, problems = read_file(file), dict[str, object](), list[Problem]()
    for text in vary:
        try:
            place, values = parsed(text, an_example(read))
        except ValueError as error:
            problems.append(Problem(f"--vary {text}", str(error)))
            continue
        if place in wanted:
            problems.append(Problem(f"--vary {text}", "varies the same setting again; give all its values at once"))
        wanted[place] = values
    try:
        found = grid_of(read, plan or BASE, wanted or read.grid or {}, said="--vary " if vary else "grid.")
    except ScenarioError as error:
        raise ScenarioError(error.source, [*problems, *(error.problems if wanted or not problems else [])]) from None
    if problems:
        raise ScenarioError(str(file), problems)
    return found
