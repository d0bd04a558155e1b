"""What the commands do: load, play, show, write."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from sim.errors import Problem, ScenarioError, SimError
from sim.observations import Table
from sim.report.folder import whole_folder, write_csv, write_manifest
from sim.report.manifest import manifest
from sim.report.tables import Tables, tabulate
from sim.report.terminal import show_comparison, summarise
from sim.scenario.load import load, load_plans
from sim.scenario.plans import BASE, read_file
from sim.study.compare import Difference, compare
from sim.study.result import PlanResult
from sim.study.run import Case, Options, Ready, Study, make_ready, run_study

RESULTS = Path("results")


class Watcher:
    """Progress on the terminal, and contact rows to disk as they come."""

    def __init__(self, contacts_file: Path | None) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("replications"),
            TimeRemainingColumn(), console=Console(stderr=True), transient=True,
        )  # fmt: skip
        self._tasks: dict[str, TaskID] = {}
        self._stage: TaskID | None = None
        self._contacts_file = contacts_file
        self._writer: Any = None

    def __enter__(self) -> Watcher:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        if self._writer is not None:
            self._writer.close()

    def stage(self, text: str) -> None:
        if self._stage is not None:
            self._bar.remove_task(self._stage)
        self._stage = self._bar.add_task(text, total=None)

    def progress(self, plan: str, done: int, wanted: int) -> None:
        if self._stage is not None:
            self._bar.remove_task(self._stage)
            self._stage = None
        if plan not in self._tasks:
            self._tasks[plan] = self._bar.add_task(f"playing {plan}", total=wanted)
        self._bar.update(self._tasks[plan], completed=done, total=wanted)

    def kept(self, result: PlanResult, replication: int, rows: Table) -> None:
        from sim.report.contacts import contact_table, open_writer

        assert self._contacts_file is not None
        table = contact_table(result, result.label, replication, rows)
        if self._writer is None:
            self._writer = open_writer(self._contacts_file, table)
        self._writer.write_table(table)


def run_files(files: list[Path], plan: str | None, options: Options, out: Path | None) -> None:
    """`sim run`: one plan of each file, each into its own result folder."""
    cases = [(file, _case(file, plan or BASE)) for file in _distinct(files)]
    folders = [folder_of(out, file, case.plan.plan, several=len(cases) > 1) for file, case in cases]
    for number, folder in enumerate(folders):
        if folder in folders[:number]:
            other = cases[folders.index(folder)][0]
            raise SimError(f"{other} and {cases[number][0]} would both write {folder}; run them one by one with --out")
    # All of them, before the first is played.
    ready = [announced([case], options, str(file) if len(cases) > 1 else "") for file, case in cases]
    for (file, case), folder in zip(cases, folders, strict=True):
        label = case.plan.plan
        command = command_of("run", [file], plan, options, out)
        study, tables, _ = _play(ready.pop(0), [label], options, folder, command, with_comparison=False)
        console = Console()
        summarise(console, study.results[0], label, tables)
        console.print(f"\n{speed_of([study])}")
        console.print(f"Results: {folder}/  (open {folder}/report.html)", soft_wrap=True, markup=False)
        # By name alone: a mistake in a plan that was not asked for does not spoil this run.
        others = ", ".join(read_file(file).plans)
        if others and label == BASE:
            next_step = f"Next: sim compare {shlex.quote(str(file))}  (plans: {others})"
            console.print(next_step, soft_wrap=True, markup=False)


def compare_files(files: list[Path], plan: str | None, options: Options, out: Path | None) -> None:
    """`sim compare`: all plans of one file (or the base and one plan), or the same plan of several files."""
    files = _distinct(files)
    if len(files) == 1:
        plans = load_plans(files[0])
        chosen = [p for p in plans if plan is None or p.plan in (BASE, plan)]
        if plan is not None and len(chosen) < 2:
            load(files[0], plan)  # says which plans there are
        cases = [Case(plans[0], p) for p in chosen]
        labels = [p.plan for p in chosen]
        if len(cases) < 2:
            problem = Problem(
                "plans",
                "there is only the base plan; add a table such as [plans.two-more], or name a second file",
            )
            raise ScenarioError(str(files[0]), [problem])
    else:
        cases = [_case(file, plan or BASE) for file in files]
        labels = [file.stem for file in files]
        if len(set(labels)) != len(labels):
            labels = [str(file) for file in files]
        _same_horizon(cases, labels)
    cases = [replace(case, label=label) for case, label in zip(cases, labels, strict=True)]
    folder = folder_of(out, files[0], "compare", several=False)
    command = command_of("compare", files, plan, options, out)
    if options.seed is None:
        # Common luck: every plan is played with the baseline's seed.
        options = replace(options, seed=cases[0].plan.spec.run.seed)
    ready = announced(cases, options)
    study, _, differences = _play(ready, labels, options, folder, command, with_comparison=True)
    console = Console()
    show_comparison(console, study.results, labels, differences or [])
    console.print(speed_of([study]))
    console.print(f"Results: {folder}/  (open {folder}/report.html)", soft_wrap=True, markup=False)


def announced(cases: list[Case], options: Options, name: str = "", after: str = "") -> Ready:
    """The study, ready to play; if it is large, how large is said: of which file (`name`), and what comes `after`."""
    with guarded():
        ready = make_ready(cases, options)
    if ready.size.is_large:
        line = f"{name}: {ready.size}" if name else str(ready.size)
        Console(stderr=True).print(f"{line}{after}", soft_wrap=True, markup=False, highlight=False)
    return ready


def _play(
    ready: Ready,
    labels: list[str],
    options: Options,
    folder: Path,
    command: str,
    *,
    with_comparison: bool,
) -> tuple[Study, Tables, list[Difference] | None]:
    """Play, tabulate, write. The folder is opened first: a long run must not end at a locked door."""
    with whole_folder(folder) as scratch:
        with Watcher(scratch / "contacts.parquet" if options.keep_contacts else None) as watcher:
            with guarded():
                study = run_study(ready.cases, options, watcher, ready)
            watcher.stage("writing tables and charts")
            differences = compare(study.results, labels) if with_comparison else None
            tables = tabulate(study.results, labels, differences)
            _write(scratch, study, labels, tables, differences, command)
        return study, tables, differences


@contextmanager
def guarded() -> Iterator[None]:
    """Processes that the system killed are told of in words."""
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    try:
        yield
    except TerminatedWorkerError:
        raise SimError("a worker process was killed, perhaps for want of memory; try --jobs 1") from None


def _write(
    folder: Path,
    study: Study,
    labels: list[str],
    tables: Tables,
    differences: list[Difference] | None,
    command: str,
) -> None:
    from sim.report import charts, pages
    from sim.report.facts import facts_of

    for name, table in tables.by_file().items():
        write_csv(table, folder / f"{name}.csv")
    facts = facts_of(study.results, labels, differences, study.engine, command)
    drawn = charts.draw(tables, facts)
    write_pages(folder, drawn, pages.render(tables, facts, drawn), manifest(study, labels, differences, command))


def write_pages(folder: Path, drawn: dict[str, bytes], page: str, told: dict[str, Any]) -> None:
    """The charts, the report and the manifest of a result folder."""
    (folder / "charts").mkdir()
    for name, picture in drawn.items():
        (folder / "charts" / name).write_bytes(picture)
    (folder / "report.html").write_text(page, encoding="utf-8")
    write_manifest(folder, told)


def _case(file: Path, plan: str) -> Case:
    base = load(file)
    return Case(base, base if plan == BASE else load(file, plan))


def _distinct(files: list[Path]) -> list[Path]:
    return list(dict.fromkeys(files))


def folder_of(out: Path | None, file: Path, name: str, *, several: bool) -> Path:
    if out is None:
        return RESULTS / file.stem / name
    return out / file.stem / name if several else out


def _same_horizon(cases: list[Case], labels: list[str]) -> None:
    """What files must share to be compared."""
    first = cases[0].plan.spec.center
    for case, label in zip(cases[1:], labels[1:], strict=True):
        center = case.plan.spec.center
        problems = [
            Problem(f"center.{key}", f"is {getattr(center, key)}; in {labels[0]} it is {getattr(first, key)}")
            for key in ("start", "timezone", "currency")
            if getattr(center, key) != getattr(first, key)
        ]
        days, wanted = case.plan.clock.days, cases[0].plan.clock.days
        if days != wanted:
            problems.append(Problem("center", f"plays {days} days; {labels[0]} plays {wanted}"))
        if problems:
            raise ScenarioError(label, problems)


def command_of(
    verb: str, files: list[Path], plan: str | None, options: Options, out: Path | None, **more: str | None
) -> str:
    """The command that repeats a study; `more`: options of this verb alone."""
    words = ["sim", verb, *map(str, files)]
    given = {
        **{f"--{name}": value for name, value in more.items()},
        "--plan": plan, "--replications": options.replications, "--seed": options.seed, "--jobs": options.jobs or None,
        "--engine": None if options.engine == "auto" else options.engine, "--out": out,
        "--keep": "contacts" if options.keep_contacts else None,
    }  # fmt: skip
    for name, value in given.items():
        words += [] if value is None else [name, str(value)]
    words += ["--anyway"] if options.anyway else []
    return shlex.join(words)


def speed_of(studies: list[Study]) -> str:
    contacts = sum(result.contacts for study in studies for result in study.results)
    engine, jobs = studies[0].engine, studies[0].jobs
    where = f"{engine} calendar, {jobs} process{'es' * (jobs > 1)}"
    seconds = sum(study.wall_seconds for study in studies)
    return f"{contacts:,} contacts played in {seconds:.1f} s ({contacts / seconds:,.0f} a second, {where})"
