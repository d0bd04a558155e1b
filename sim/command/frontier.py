"""What `sim frontier` does: find the lever, play its values, show and write."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from sim.command.play import Watcher, announce, command_of, folder_of, say_workbook, speed_of
from sim.errors import Problem, ScenarioError
from sim.report.folder import whole_folder, write_csv
from sim.report.tables.manifest import manifest
from sim.report.write import write_pages
from sim.scenario.load import load
from sim.scenario.reading.plans import BASE
from sim.study.frontier.levers import find_lever
from sim.study.frontier.sensitivity import size_of_replays
from sim.study.frontier.sweep import Frontier, entries_of, points_of, sweep
from sim.study.run import Options, Ready, check_kpis, make_ready
from sim.study.sizes import Size


@dataclass(frozen=True)
class Question:
    """Which lever is swept, as the command line has it."""

    over: str
    group: str | None = None
    queue: str | None = None
    values: str | None = None


def frontier_of(file: Path, question: Question, plan: str | None, options: Options, out: Path | None) -> None:
    """`sim frontier`: one lever of one plan over its values."""
    base = load(file)
    chosen = base if plan in (None, BASE) else load(file, plan)
    check_kpis(chosen)
    try:
        lever = find_lever(chosen, question.over, question.group, question.queue)
    except ScenarioError as error:
        raise ScenarioError(str(file), error.problems) from None
    points = points_of(file, chosen, lever, _texts(file, question.values) or lever.usual)
    command = command_of(
        "frontier", [file], plan, options, out,
        over=question.over, group=question.group, queue=question.queue, values=question.values,
    )  # fmt: skip
    folder = folder_of(out, file, "frontier", several=False)
    if options.seed is None:
        options = replace(options, seed=chosen.spec.run.seed)
    ready = make_ready(entries_of(base, chosen, lever, points)[0], options)
    _announce(ready, size_of_replays(lever, chosen, points, ready))
    with whole_folder(folder) as scratch, Watcher(None) as watcher:
        found = sweep(base, chosen, lever, points, options, watcher, ready)
        watcher.stage("writing the table and the charts")
        _write(scratch, found, command, options)
    _show(found, file, question, folder, options)


def _announce(ready: Ready, replays: tuple[Size, Size] | None) -> None:
    """How large it is, if it is large, or may be once what the answer hangs on is replayed."""
    whole = ready.size if replays is None else ready.size.then(replays[1])
    if not whole.is_large:
        return
    text = (
        "" if replays is None else f" Replays of what the answer hangs on come on top: {replays[0].up_to(replays[1])}."
    )
    announce(f"{ready.size}{text}")


def _texts(file: Path, values: str | None) -> list[str]:
    if values is None:
        return []
    texts = [text.strip() for text in values.split(",")]
    if not all(texts):
        raise ScenarioError(str(file), [Problem(f"--values {values}", "a value is empty; write them as 0.9,1,1.1")])
    return texts


def _write(folder: Path, found: Frontier, command: str, options: Options) -> None:
    from sim.report.charts import frontier as charts_frontier
    from sim.report.page.frontier import page
    from sim.report.tables.frontier import described, frontier_table
    from sim.report.text.facts import facts_of

    study, differences = found.studies[0], list(found.differences)
    labels = [result.label for result in study.results]
    write_csv(frontier_table(found), folder / "frontier.csv")
    facts = facts_of(study.results, labels, differences, study.engine, command)
    drawn = charts_frontier.draw(found)
    # One lever, not plans side by side: the page has the one headline.
    alone = replace(facts, plans=facts.plans[:1])
    if options.xlsx:
        from sim.report.text.frontier import sentences
        from sim.report.workbook.study import write_tables

        told = [sentence.text for sentence in sentences(found)]
        write_tables(folder, told, {"Frontier": frontier_table(found)}, facts)
    recorded = {**manifest(study, labels, differences, command), "frontier": described(found)}
    write_pages(folder, drawn, page(found, alone, drawn), recorded)


def _show(found: Frontier, file: Path, question: Question, folder: Path, options: Options) -> None:
    from sim.report.terminal.frontier import show_frontier
    from sim.report.text.frontier import next_step

    console = Console()
    show_frontier(console, found)
    console.print(speed_of(list(found.studies)))
    console.print(f"Results: {folder}/  (open {folder}/report.html)", soft_wrap=True, markup=False)
    say_workbook(console, folder, options)
    asked = {"--over": question.over, "--group": question.group, "--queue": question.queue}
    words = [word for name, value in asked.items() if value is not None for word in (name, value)]
    console.print(next_step(found, file, shlex.join(words)), soft_wrap=True, markup=False)
