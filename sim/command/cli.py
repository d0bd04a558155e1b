"""The command: options in, messages out. No logic lives here."""

from __future__ import annotations

import errno
import functools
import os
import shlex
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim import __version__
from sim.errors import SimError
from sim.plain_text import speak_plainly
from sim.ways_out import of_the_command

if TYPE_CHECKING:
    from sim.study.run import Options


class _ReaderHasLeft(Exception):
    """Whoever read our output has closed it, as `| head` does: no error, and not ours to exit 1 for, as click would."""


@contextmanager
def _to_a_reader() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise _ReaderHasLeft from None
        raise


class _Program(click.Group):
    """Every error is one message and exit 2; a traceback never reaches a user."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _to_a_reader():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _to_a_reader():
            return super().invoke(ctx)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["standalone_mode"] = False
        for stream in (sys.stdout, sys.stderr):
            speak_plainly(stream)
        try:
            with of_the_command():
                code = super().main(*args, **kwargs)
            sys.stdout.flush()
        except click.ClickException as error:
            error.show()
            sys.exit(2)
        except SimError as error:
            _fail(_message(error))
        except click.Abort:
            # click has ended the line on which ^C stands.
            _fail(_stopped())
        except KeyboardInterrupt:
            _fail(f"\n{_stopped()}")
        except (BrokenPipeError, _ReaderHasLeft):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except RecursionError:
            _fail("the scenario is nested too deeply")
        except MemoryError:
            _fail("not enough memory; use fewer --jobs, or a shorter horizon")
        except OSError as error:
            _fail(f"{error.filename or 'the system'}: {error.strerror or error}")
        except Exception as error:
            if os.environ.get("SIM_DEBUG"):
                raise
            _fail(
                f"a fault in the program, not in your scenario: {type(error).__name__}: {error}\n"
                "please report it with the scenario; SIM_DEBUG=1 shows where it happened"
            )
        sys.exit(code if isinstance(code, int) else 0)


def _stopped() -> str:
    """What is true after a signal: what was written by then, and kept, if anything was."""
    folders, before = sys.modules.get("sim.report.folder"), sys.modules.get("sim.study.played_before")
    written = [str(path) for path in folders.written] if folders is not None else []
    kept = sum(before.on_shelves.values()) if before is not None else 0
    text = f"stopped; by then results were written to {', '.join(written)}"
    if not written:
        text = "stopped; nothing was written, earlier results are untouched"
    return text + (f"; {kept:,} replications are kept, and the same command goes on from there" if kept else "")


def _message(error: SimError) -> str:
    """The error, wrapped to the terminal if it goes to one; a line per problem for whoever reads it from a pipe."""
    from sim.errors import ScenarioError

    if isinstance(error, ScenarioError) and sys.stderr.isatty():
        text = error.text(shutil.get_terminal_size().columns)
        return text + _explained(error.source, [problem.where for problem in error.problems])
    return str(error)


def _explained(source: str, places: list[str]) -> str:
    """How to read of the first setting that is wrong, if the language knows it."""
    if not source.endswith(".toml"):
        return ""
    from sim.manual.finding import known_place

    known = next(filter(None, map(known_place, places)), None)
    return "" if known is None else f"\n`sim explain {known}` tells what may stand there"


def _echo(line: str) -> None:
    """A line of output, wrapped between words if it goes to a terminal."""
    if sys.stdout.isatty():
        line = textwrap.fill(
            line, shutil.get_terminal_size().columns, subsequent_indent="      ", break_on_hyphens=False
        )
    click.echo(line)


def _fail(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(2)


@click.group(cls=_Program, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="sim")
def main() -> None:
    """Simulate a contact center and its workforce from a scenario file.

    Start with: sim new my.toml, then sim run my.toml, then sim compare my.toml. To ask how fast to work, with how
    many people, or how many chats at once: sim frontier my.toml --over pace. To find how many people, on which
    shifts: sim staff my.toml. Among many plans: sim compare my.toml --vary groups.core.heads=-2..+4. What the choice
    hangs on: sim sensitivity my.toml. What became of one caller: sim story my.toml; a morning to watch: sim replay
    my.toml --day mon; why an hour was bad: sim why my.toml --at "mon 10:40". From your own log to a scenario: sim fit
    calls.csv. All of it, with recipes: sim manual.
    """


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--recipe", metavar="NAME", help="Begin with the file for a common question; sim manual recipes lists them."
)
def new(file: Path, recipe: str | None) -> None:
    """Write a commented starter scenario that runs."""
    if recipe is None:
        from sim.scenario.starter import write_starter

        written = write_starter(file)
    else:
        from sim.manual.recipes import write_recipe

        written = write_recipe(recipe, file)
    click.echo("wrote " + ", ".join(str(path) for path in written))
    click.echo(f"next: sim run {shlex.quote(str(file))}")


@main.command(short_help="List every problem of scenario files.")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """List every problem of scenario files; exit 0 if there is none, else 2."""
    from sim.errors import ScenarioError
    from sim.scenario.load import load_plans
    from sim.scenario.reading.plans import BASE, read_file
    from sim.staffing.refusals import foreseen
    from sim.study.expected.foresight import foreseen_in
    from sim.study.refusals import never_compared, refused
    from sim.study.sizes import check_room, free_memory

    failed = False
    for file in files:
        try:
            plans = load_plans(file)
            check_room(plans, free_memory())
            problems, open_questions = refused(plans)
            if (grid := read_file(file).grid) is not None:
                from sim.choosing.grid import grid_of

                grid_of(read_file(file), BASE, grid)
            if problems:
                raise ScenarioError(str(file), problems)
        except ScenarioError as error:
            failed = True
            click.echo(_message(error), err=True)
            continue
        base = plans[0]
        size = [(len(base.queues), "queue"), (len(base.groups), "group"), (base.clock.days, "day")]
        counted = ", ".join(f"{number} {what}{'s' * (number != 1)}" for number, what in size)
        _echo(f"{file}: good; {counted}, plans: {', '.join(plan.plan for plan in plans)}")
        of_plans = (warning for plan in plans for warning in plan.warnings)
        warnings = dict.fromkeys(
            (*never_compared(plans), *of_plans, *open_questions, *foreseen_in(plans), *foreseen(plans))
        )
        for warning in {(warning.where, warning.what): warning for warning in warnings}.values():
            line = f" ({warning.at})" if warning.at else ""
            whose = [plan.plan for plan in plans if warning in plan.warnings]
            whose = [] if len(whose) in (0, len(plans)) else whose
            of = f" (plan{'s' * (len(whose) > 1)} {', '.join(whose)})" if whose else ""
            _echo(f"  warning: {warning.where}{of}: {warning.what}{line}")
        for assumption in base.assumptions:
            _echo(f"  assumed: {assumption.where}: {assumption.what}")
    if failed:
        sys.exit(2)


@main.command(short_help="Teach a lesson: a guess, then what runs give.")
@click.argument("which", required=False)
@click.option("--jobs", type=click.IntRange(min=0), default=0, help="Processes; 0 for as many as pay off.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the lesson's scenario into this folder as well.")
def lessons(which: str | None, jobs: int, out: Path | None) -> None:
    """List the lessons, or teach WHICH: its number or name. On a terminal the answer comes after Enter."""
    from sim.command.lessons import list_lessons, teach_lesson

    if which is None:
        list_lessons()
    else:
        teach_lesson(which, jobs, out)


@main.command(short_help="Print the JSON Schema, for editors.")
def schema() -> None:
    """Print the JSON Schema of the scenario language, for editors."""
    import json

    from sim.scenario.language.scenario import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


@main.command(short_help="Explain one setting of a scenario file.")
@click.argument("key")
def explain(key: str) -> None:
    """Explain one setting: groups.shifts, queues.orders.patience, or only its end, short_abandon.

    What it means, how it is written, its default, what a plan may say of it, and an example that runs.
    """
    from sim.command.manual import explain_key

    explain_key(key)


@main.command(short_help="Read the manual.")
@click.argument("topic", required=False)
@click.option("--html", type=click.Path(path_type=Path), metavar="DIR", help="Write all of it as pages into a folder.")
def manual(topic: str | None, html: Path | None) -> None:
    """Read a page of the manual; without a topic, list all: tours by reader, how it works, recipes, the language."""
    from sim.command.manual import manual_of, write_manual

    if html is not None and topic is not None:
        raise click.UsageError("--html writes the whole manual; leave the topic out")
    if html is not None:
        write_manual(html)
        return
    manual_of(topic)


def _playing(
    replications: str = "Independent runs of each plan.", folder: str = "results/<file>/<plan>"
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The options of everything that plays, with what differs in their help; the command gets them as one."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        return _with_playing_options(command, replications, folder)

    return decorate


def _with_playing_options(command: Callable[..., None], runs: str, folder: str) -> Callable[..., None]:
    @functools.wraps(command)
    def with_options(
        *, replications: int | None, seed: int | None, jobs: int | None, engine: str, fresh: bool, anyway: bool,
        cluster: str | None, keep: tuple[str, ...] = (), keep_as: str = "parquet", xlsx: bool = False, **others: Any,
    ) -> None:  # fmt: skip
        from sim.study.run import Options

        if cluster is not None and jobs is not None:
            raise click.UsageError("--cluster plays on its own workers; --jobs are processes here: give one of them")
        options = Options(
            replications, seed, jobs or 0, engine, keep_contacts="contacts" in keep, remember=not fresh, anyway=anyway,
            xlsx=xlsx, cluster=cluster, keep_people="people" in keep, keep_as=keep_as,
        )  # fmt: skip
        command(options=options, **others)

    decorated: Callable[..., None] = with_options
    for option in reversed(
        (
            click.option("--replications", type=click.IntRange(1, 100_000), help=runs),
            click.option("--seed", type=click.IntRange(0), help="Seed of all luck; the file's if not given."),
            click.option("--jobs", type=click.IntRange(1, 1024), help="Processes; as many as cores if not given."),
            click.option(
                "--engine", type=click.Choice(["auto", "simpy", "compiled"]), default="auto", show_default=True,
                help="Calendar: both give the same numbers; compiled is faster on long jobs.",
            ),
            click.option("--out", type=click.Path(path_type=Path), help=f"Folder; by default {folder}."),
            click.option(
                "--fresh", is_flag=True,
                help="Calibrate and play anew. Else what an earlier run found or played for the same plan and seed is "
                "taken from the user's cache: the same numbers, sooner (sim forget empties it). SIM_SOLUTIONS names "
                "another folder for it, or off.",
            ),
            click.option("--xlsx", is_flag=True, help="Also write the tables as a workbook, results.xlsx."),
            click.option("--anyway", is_flag=True, help="Play even what does not seem to fit this machine's memory."),
            click.option(
                "--cluster", metavar="ADDRESS",
                help="Play on a Dask cluster: tcp://host:8786, or its scheduler's file. The same numbers; needs the "
                "extra [cluster] here, and the same sim and libraries there.",
            ),
        )
    ):  # fmt: skip
        decorated = option(decorated)
    return decorated


def _plays_here(options: Options, what: str) -> None:
    if options.cluster is not None:
        raise click.UsageError(f"{what} plays on this machine alone; leave out --cluster")


def _study_options(plan: str, folder: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        keep = click.option(
            "--keep", type=click.Choice(["contacts", "people"]), multiple=True,
            help="Also write a row per contact, or per stretch of an agent's time; may be given twice. Plays every "
            "replication, whatever was played before.",
        )  # fmt: skip
        keep_as = click.option(
            "--keep-as", type=click.Choice(["parquet", "csv"]), default="parquet", show_default=True,
            help="How what is kept is written.",
        )  # fmt: skip
        which = click.option("--plan", default=None, help=plan)
        files = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
        return files(which(keep(keep_as(_playing(folder=folder)(command)))))

    return decorate


_with_risk = click.option(
    "--risk", is_flag=True,
    help="Also play today's and the chosen plan under a forecast that is off: more calls, and longer ones.",
)  # fmt: skip


@main.command(short_help="Play a plan, and say whether it holds.")
@_study_options("The plan to play; the base plan if not given.", "results/<file>/<plan>")
@_with_risk
def run(files: tuple[Path, ...], plan: str | None, options: Options, out: Path | None, *, risk: bool) -> None:
    """Play scenario files, print the summary and write the result folder."""
    from sim.command.play import run_files

    run_files(list(files), plan, options, out, risk=risk)


@main.command(short_help="Which plan, and why; also among many.")
@click.option(
    "--vary", multiple=True, metavar="SETTING=VALUES",
    help="Choose among many plans: groups.core.heads=-2..+4, or =20,22,24; may be given several times.",
)  # fmt: skip
@_study_options(
    "Of one file, this plan against the base plan; of several, this plan of each.", "results/<file>/compare"
)
@_with_risk
def compare(
    files: tuple[Path, ...], vary: tuple[str, ...], plan: str | None, options: Options, out: Path | None, *, risk: bool
) -> None:
    """Compare all plans of a file, or several files, the first being the baseline.

    With --vary, or a [grid] in the file, choose among all combinations of its values: every plan is played a few
    times, and those that it hangs on up to --replications times (320 if not given). A choice that is stopped goes on
    where it was.
    """
    from sim.command.many import choose_in, is_of_many
    from sim.command.play import compare_files

    if is_of_many(files, vary, plan):
        _plays_here(options, "a choice among many plans")
        if risk:
            raise click.UsageError("--risk is for a few plans; choose one first, then: --plan NAME --risk")
        choose_in(list(files), vary, plan, options, out)
        return
    compare_files(list(files), plan, options, out, risk=risk)


@main.command(short_help="Sweep one lever: cost against service and quality.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--over", required=True, help="pace, heads, concurrency, or a setting: groups.core.pressure.pace.")
@click.option("--group", default=None, help="Whose pace, heads or concurrency; all groups' if not given.")
@click.option("--queue", default=None, help="Whose pace, instead of a group's.")
@click.option("--values", default=None, help="Values to try: 0.9,1,1.1, or changes of today's: 90%,-2,+2.")
@click.option("--plan", default=None, help="The plan to change; the base plan if not given.")
@_playing(folder="results/<file>/frontier")
def frontier(
    file: Path, over: str, group: str | None, queue: str | None, values: str | None, plan: str | None,
    options: Options, out: Path | None,
) -> None:  # fmt: skip
    """Sweep one lever of a plan: cost against service and quality, and the best trade-off.

    Says what the answer hangs on: beside every assumed elasticity stands its break-even.
    """
    from sim.command.frontier import Question, frontier_of

    frontier_of(file, Question(over, group, queue, values), plan, options, out)


@main.command(short_help="What the choice of a plan hangs on.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--inputs", default=None, help='Only numbers at these places: "queues.*", or several with commas.')
@click.option("--plan", default=None, help="The base plan and this one; all plans if not given.")
@_playing(folder="results/<file>/sensitivity")
def sensitivity(file: Path, inputs: str | None, plan: str | None, options: Options, out: Path | None) -> None:
    """What the choice of a plan hangs on: every uncertain number over its range.

    One at a time and all together: what it moves, and where another plan would be taken. Ranges are those of the file's
    [uncertain], else usual ones that say so.
    """
    from sim.command.sensitivity import sensitivity_of

    _plays_here(options, "sim sensitivity")
    sensitivity_of(file, inputs, plan, options, out)


@main.command(short_help="Tell one caller's story.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--contact", default="worst", show_default=True, help="worst, random, or a number: whose story.")
@click.option("--replication", default="0", show_default=True, help="worst, median, or a number: of which replication.")
@click.option("--day", default=None, help="Worst, and random, of this day: mon, or 2026-03-02.")
@click.option("--plan", default=None, help="The plan to play; the base plan if not given.")
@_playing("As many to find the worst or the median one among.", "results/<file>/story")
def story(
    file: Path, contact: str, replication: str, day: str | None, plan: str | None, options: Options, out: Path | None
) -> None:
    """Tell one caller's story: who stood ahead, who went first, what agents did, what would have been enough.

    Contacts and replications have the numbers that contacts.parquet gives them (--keep contacts). The worst is who
    waited longest; the worst replication has the lowest service level, of as many as --replications says.
    """
    from sim.command.story import story_of

    _plays_here(options, "sim story")
    story_of(file, contact, plan, replication, day, options, out)


@main.command(short_help="Why hours of a queue fell short.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--queue", default=None, help="Whose hours; may be left out where there is one queue.")
@click.option("--at", default=None, help='One interval: "mon 10:40", or "2026-03-02 10:40".')
@click.option("--day", default=None, help="A whole day: mon, or 2026-03-02.")
@click.option("--week", default=None, help="The seven days from this one on.")
@click.option(
    "--replication",
    default=None,
    help="One replication alone: worst, median, or a number. All together if not given.",
)
@click.option("--plan", default=None, help="The plan to play; the base plan if not given.")
@_playing(folder="results/<file>/why")
def why(
    file: Path, queue: str | None, at: str | None, day: str | None, week: str | None, replication: str | None,
    plan: str | None, options: Options, out: Path | None,
) -> None:  # fmt: skip
    """Why hours of a queue fell short of its target: breaks, shifts, absence, busy days, newcomers, other queues …

    The plan is played again without each set of the causes, on the same customers; the parts add up to what is short.
    """
    from sim.command.why import why_of

    _plays_here(options, "sim why")
    why_of(file, queue, (at, day, week), replication, plan, options, out)


@main.command("power-of-one", short_help="What one person more, or fewer, would change, hour by hour.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--group", default=None, help="Of this group alone; of all that serve waiting customers if not given.")
@click.option("--at", default=None, help='Where the curve from 3 fewer to 5 more is drawn: "mon 10:00".')
@click.option("--plan", default=None, help="The plan to play; the base plan if not given.")
@_playing("Runs of each hour; 25 at most.", "results/<file>/power-of-one")
def power_of_one(
    file: Path, group: str | None, at: str | None, plan: str | None, options: Options, out: Path | None
) -> None:
    """What one person more, or one fewer, would change: by group, weekday and time of day.

    Contacts answered in time, abandoned, points of the day's service level, cost; the ten best hours to add and to take
    away, once more on luck that did not choose them. Of a longer horizon, its first week.
    """
    from sim.command.one_more import one_more_of

    _plays_here(options, "sim power-of-one")
    one_more_of(file, group, at, plan, options, out)


@main.command(short_help="Write a page that plays hours of a day.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--day", required=True, help="mon, for the first Monday, or 2026-03-02.")
@click.option("--from", "since", default=None, help="From this time of day on: 10:00. All opening hours if not given.")
@click.option("--to", "until", default=None, help="Until this time of day: 12:00.")
@click.option("--replication", default="0", show_default=True, help="worst, median, or a number: of which replication.")
@click.option("--plan", default=None, help="The plan to play; the base plan if not given.")
@click.option("--against", metavar="PLAN", default=None, help="Another plan beside it, on the same customers.")
@_playing("As many to find the worst or the median one among.", "results/<file>/replay")
def replay(
    file: Path, day: str, since: str | None, until: str | None, replication: str, plan: str | None,
    against: str | None, options: Options, out: Path | None,
) -> None:  # fmt: skip
    """Write a page that plays hours of a day: queues, callers, agents, curves and a log.

    The page stands alone and opens from disk. The worst replication has the lowest service level on that day, of as
    many as --replications says. With --against, two plans run by one clock, and who fared differently is listed.
    """
    from sim.command.replay import replay_of

    _plays_here(options, "sim replay")
    replay_of(file, day, since, until, (plan, against), replication, options, out)


class _Duration(click.ParamType[float]):
    """As a scenario writes it: "90s", "2min", "1h"."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from sim.units import parse_duration

        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@main.command(short_help="Find how many people, on which shifts.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--plan", default=None, help="The plan to begin with; the base plan if not given.")
@click.option(
    "--budget", type=click.FloatRange(0, min_open=True),
    help="The best service for this cost a week; in all, of part of a week.",
)  # fmt: skip
@click.option("--keep-heads", is_flag=True, help="The same people, on better shifts.")
@click.option("--hiring", is_flag=True, help="Over months: sizes and dates of classes.")
@click.option("--time", type=_Duration(), help="The best plan found by then: 90s, 2min.")
@_playing("Runs on fresh luck that confirm the plan found.", "results/<file>/staff")
def staff(
    file: Path, plan: str | None, budget: float | None, keep_heads: bool, hiring: bool, time: float | None,
    options: Options, out: Path | None,
) -> None:  # fmt: skip
    """Find how many people, on which shifts, hold every target for the least cost.

    Heads by group, shift and contract are free, or what [staffing] of the file says. The plan found is confirmed on
    luck that the search has not seen (by so many --replications), and written as a file that runs. Ctrl-C, or --time,
    ends the search with the best so far.
    """
    _plays_here(options, "sim staff")
    if hiring:
        from sim.command.staff_hiring import hire

        if budget is not None or keep_heads:
            raise click.UsageError("--hiring is for the least cost, and goes with neither --budget nor --keep-heads")
        hire(file, plan, options, out, seconds=time)
        return
    from sim.command.staff import staff_of
    from sim.staffed import Demand

    staff_of(file, Demand(budget, keep_heads, time), plan, options, out)


@main.command(short_help="From a log of contacts to a scenario.")
@click.argument("logs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--preset", default=None, help="What wrote the log; guessed if not given.")
@click.option("--mapping", type=click.Path(path_type=Path), help="TOML: what columns of another CSV are.")
@click.option("--timezone", default=None, help="The center's clock, such as Europe/Madrid.")
@click.option("--within", type=_Duration(), help="Threshold of the service level: 20s.")
@click.option("--weeks-held-back", type=click.IntRange(0), default=0, help="Last weeks that nothing is fitted on.")
@click.option("--until", default=None, help="The last date to fit on: 2026-03-29.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder; by default results/<log>/fit.")
def fit(
    logs: tuple[Path, ...], preset: str | None, mapping: Path | None, timezone: str | None, within: float | None,
    weeks_held_back: int, until: str | None, out: Path | None,
) -> None:  # fmt: skip
    """Estimate what a log of contacts tells, each with its interval, and write a scenario that runs.

    Volumes and how they vary, handle times and their drift, patience, agents and seats. What the log does not tell is
    an assumption by name. The page begins with the log's own figures.
    """
    from sim.command.fit import Asked, fit_logs

    if weeks_held_back and until is not None:
        raise click.UsageError("--weeks-held-back and --until both say where the fit ends: give one of them")
    fit_logs(list(logs), Asked(preset, mapping, timezone, within, weeks_held_back, until), out)


@main.command()
def forget() -> None:
    """Delete what earlier runs have left to go on from.

    A study of more than a few seconds keeps its replications in the user's cache, so that the same command goes on
    where it was stopped, and plays only what more --replications add. Kept, too, are calibrations, and searches that
    were stopped. Results do not change without them. The oldest go by themselves once they take more than 2 GB, or
    what SIM_STORE_LIMIT says (500MB; 0 keeps nothing).
    """
    from sim.study.shelf import forget_all
    from sim.study.sizes import memory

    folder, freed = forget_all()
    if folder is None:
        click.echo("nothing is kept: SIM_SOLUTIONS is off")
    elif not freed:
        click.echo(f"nothing was kept in {folder}")
    else:
        size = memory(freed) if freed >= 1e6 else f"{max(round(freed / 1e3), 1)} kB"
        click.echo(f"freed {size} in {folder}; the next run of each study plays all of it again")
