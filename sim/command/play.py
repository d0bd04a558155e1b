"""What the commands do: load, play, show, write."""

from __future__ import annotations

import shlex
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from sim import api
from sim.center import Center
from sim.errors import SimError
from sim.observations import Table
from sim.report.folder import whole_folder
from sim.report.kept import KeptFiles
from sim.report.terminal.decision import show_answer
from sim.report.terminal.risk import show_off, show_risk
from sim.report.terminal.summary import show_comparison, summarise
from sim.report.text.decision import next_step
from sim.results import Comparison, Result
from sim.scenario.reading.plans import BASE
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, Ready, Study, make_ready, run_study

RESULTS = Path("results")

SAYS_EVERY = 10.0
"""Seconds after which a log is told again what is going on."""


class Watcher:
    """Progress on a terminal, a line per stage where there is none; and what is kept to disk as it comes."""

    def __init__(self, files: KeptFiles | None, wanted: Sequence[int] = ()) -> None:
        """`wanted`: replications by plan, where that many are known to come; of several the whole is shown too."""
        console = Console(stderr=True)
        self._moves = console.is_terminal
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("replications"),
            TimeRemainingColumn(), console=console, transient=True, disable=not self._moves,
        )  # fmt: skip
        self._tasks: dict[str, TaskID] = {}
        self._wanted, self._done = wanted, dict[str, int]()
        self._whole: TaskID | None = None
        self._stage: TaskID | None = None
        self._files = files
        self._going_on, self._since = "", time.monotonic()
        self._over = threading.Event()

    def __enter__(self) -> Watcher:
        self._bar.start()
        if not self._moves:
            threading.Thread(target=self._keep_saying, name="says what goes on", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._bar.stop()

    def stage(self, text: str) -> None:
        self._say(text)
        if self._stage is not None:
            self._bar.remove_task(self._stage)
        self._stage = self._bar.add_task(text, total=None)

    def progress(self, plan: str, done: int, wanted: int) -> None:
        if self._stage is not None:
            self._bar.remove_task(self._stage)
            self._stage = None
        if plan not in self._tasks:
            plans, number = len(self._wanted), len(self._tasks) + 1
            # What is played beyond them, such as a forecast that is off, is none of so many.
            if number <= plans:
                self._done[plan] = 0
            self._say(f"playing {plan}{f' ({number} of {plans})' * (1 < plans >= number)}")
            if plans > 1 and self._whole is None:
                self._whole = self._bar.add_task("all plans", total=sum(self._wanted))
            self._tasks[plan] = self._bar.add_task(f"playing {plan}", total=wanted)
        self._going_on = f"playing {plan}: {done} of {wanted} replications"
        self._bar.update(self._tasks[plan], completed=done, total=wanted)
        if plan in self._done:
            self._done[plan] = done
        if self._whole is not None:
            self._bar.update(self._whole, completed=sum(self._done.values()))

    def _say(self, line: str) -> None:
        # Whoever reads a log sees no bar.
        self._going_on, self._since = line, time.monotonic()
        if not self._moves:
            announce(line)

    def _keep_saying(self) -> None:
        """A log that stands still looks like a program that does."""
        while not self._over.wait(SAYS_EVERY):
            if self._going_on:
                announce(f"{self._going_on}, {time.monotonic() - self._since:.0f} s so far")

    def kept(self, result: PlanResult, replication: int, rows: Table, stays: Table) -> None:
        assert self._files is not None
        self._files.add(result, replication, rows, stays)


def run_files(files: list[Path], plan: str | None, options: Options, out: Path | None, *, risk: bool = False) -> None:
    """`sim run`: one plan of each file, each into its own result folder."""
    centers = [(file, api.load(file, plan or BASE)) for file in _distinct(files)]
    folders = [folder_of(out, file, center.name, several=len(centers) > 1) for file, center in centers]
    for number, folder in enumerate(folders):
        if folder in folders[:number]:
            other = centers[folders.index(folder)][0]
            raise SimError(
                f"{other} and {centers[number][0]} would both write {folder}; run them one by one with --out"
            )
    # All of them, before the first is played.
    ready = [announced([center.entry], options, str(file) if len(centers) > 1 else "") for file, center in centers]
    for (file, center), folder in zip(centers, folders, strict=True):
        command = command_of("run", [file], plan, options, out) + " --risk" * risk
        result = _play(Result, [center], ready.pop(0), options, folder, command, risk=risk)
        console = Console()
        summarise(console, result.study.results[0], center.name, result.tables, result.answer)
        show_off(console, result.risk.off, center.scenario.spec.center.currency)
        console.print(f"\n{speed_of([result.study])}")
        console.print(f"Results: {folder}/  (open {folder}/report.html)", soft_wrap=True, markup=False)
        say_workbook(console, folder, options)
        # By name alone: a mistake in a plan that was not asked for does not spoil this run.
        others = ", ".join(center.plans[1:])
        if others and center.name == BASE:
            next_step = f"Next: sim compare {shlex.quote(str(file))}  (plans: {others})"
            console.print(next_step, soft_wrap=True, markup=False)


def compare_files(
    files: list[Path], plan: str | None, options: Options, out: Path | None, *, risk: bool = False
) -> None:
    """`sim compare`: all plans of one file (or the base and one plan), or the same plan of several files."""
    files = _distinct(files)
    if len(files) == 1:
        centers = api.load_all(files[0])
        if plan is not None:
            centers = [center for center in centers if center.name == BASE]
            centers += [] if plan == BASE else [centers[0].plan(plan)]
    else:
        names = [file.stem for file in files]
        if len(set(names)) != len(names):
            names = [str(file) for file in files]
        centers = [api.load(file, plan or BASE).named(name) for file, name in zip(files, names, strict=True)]
    centers = api.to_compare(centers)
    options = api.on_common_luck(centers, options)
    folder = folder_of(out, files[0], "compare", several=False)
    command = command_of("compare", files, plan, options, out) + " --risk" * risk
    ready = announced([center.entry for center in centers], options)
    result = _play(Comparison, centers, ready, options, folder, command, risk=risk)
    console = Console()
    for one in result.uncommon:
        console.print(Text(f"{one.where}: {one.what}.", style="yellow"))
    show_comparison(console, result.study.results, result.tables, result.paired or [], result.risk)
    base = result.study.results[0].scenario
    chosen = None if result.decision.chosen is None else result.decision.chosen.plan
    show_risk(console, result.risk, base.spec.center.currency, base.clock.days, chosen)
    show_answer(console, result.answer)
    console.print(f"\n{speed_of([result.study])}")
    console.print(f"Results: {folder}/  (open {folder}/report.html)", soft_wrap=True, markup=False)
    say_workbook(console, folder, options)
    if step := next_step(result.decision, [shlex.quote(str(file)) for file in files]):
        console.print(f"Next: {step}", soft_wrap=True, markup=False)


def announced(entries: list[Entry], options: Options, name: str = "") -> Ready:
    """The study, ready to play; if it is large, how large is said: of which file (`name`)."""
    ready = make_ready(entries, options)
    if ready.size.is_large:
        announce(f"{name}: {ready.size}" if name else str(ready.size))
    return ready


def announce(line: str) -> None:
    Console(stderr=True).print(line, soft_wrap=True, markup=False, highlight=False)


def _play(
    kind: type[Result], centers: list[Center], ready: Ready, options: Options, folder: Path, command: str,
    *, risk: bool = False,
) -> Result:  # fmt: skip
    """Play, tabulate, write. The folder is opened first: a long run must not end at a locked door."""
    with whole_folder(folder) as scratch:
        with KeptFiles(scratch, options) as files, Watcher(files, ready.wanted) as watcher:
            result = kind(run_study(ready.entries, options, watcher, ready), centers)
            if risk:
                result.watch_off_forecast(watcher)
            files.close()
            watcher.stage("writing tables and charts")
            result.write_into(scratch, command, xlsx=options.xlsx)
        return result


def _distinct(files: list[Path]) -> list[Path]:
    return list(dict.fromkeys(files))


def folder_of(out: Path | None, file: Path, name: str, *, several: bool) -> Path:
    if out is None:
        return RESULTS / file.stem / name
    return out / file.stem / name if several else out


def command_of(
    verb: str, files: list[Path], plan: str | None, options: Options, out: Path | None, **more: str | None
) -> str:
    """The command that repeats a study; `more`: options of this verb alone."""
    words = ["sim", verb, *map(str, files)]
    given = {
        **{f"--{name}": value for name, value in more.items()},
        "--plan": plan, "--replications": options.replications, "--seed": options.seed, "--jobs": options.jobs or None,
        "--engine": None if options.engine == "auto" else options.engine, "--out": out,
        "--cluster": options.cluster,
    }  # fmt: skip
    for name, value in given.items():
        words += [] if value is None else [name, str(value)]
    words += ["--keep", "contacts"] * options.keep_contacts + ["--keep", "people"] * options.keep_people
    words += ["--keep-as", options.keep_as] * (options.keeps and options.keep_as != Options.keep_as)
    words += ["--xlsx"] if options.xlsx else []
    words += ["--anyway"] if options.anyway else []
    return shlex.join(words)


def say_workbook(console: Console, folder: Path, options: Options) -> None:
    """Where the workbook is, if one was asked for."""
    if options.xlsx:
        console.print(f"Workbook: {folder}/results.xlsx", soft_wrap=True, markup=False)


def speed_of(studies: list[Study]) -> str:
    results = [result for study in studies for result in study.results]
    contacts = sum(result.contacts - result.contacts_before for result in results)
    runs, before = sum(result.replications for result in results), sum(result.before for result in results)
    engine, jobs = studies[0].engine, studies[0].jobs
    where = f"{engine} calendar, {jobs} process{'es' * (jobs > 1)}"
    if studies[0].cluster is not None:
        where = f"{engine} calendar, {jobs} worker{'s' * (jobs > 1)} of a cluster"
    seconds = sum(study.wall_seconds for study in studies)
    if before == runs:
        return f"All {runs:,} replications were kept from before; --fresh plays them anew"
    speed = f"{contacts:,} contacts played in {seconds:.1f} s ({contacts / seconds:,.0f} a second, {where})"
    kept = f"\n{before:,} of {runs:,} replications were kept from before (--fresh plays anew)"
    return speed + (kept if before else "")
