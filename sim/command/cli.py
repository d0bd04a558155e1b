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
    """What is true after a signal: what was written by then, if anything was."""
    folders = sys.modules.get("sim.report.folder")
    written = [str(path) for path in folders.written] if folders is not None else []
    if not written:
        return "stopped; nothing was written, earlier results are untouched"
    return f"stopped; by then results were written to {', '.join(written)}"


def _message(error: SimError) -> str:
    """The error, wrapped to the terminal if it goes to one; a line per problem for whoever reads it from a pipe."""
    from sim.errors import ScenarioError

    if isinstance(error, ScenarioError) and sys.stderr.isatty():
        return error.text(shutil.get_terminal_size().columns)
    return str(error)


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
    shifts: sim staff my.toml.
    """


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def new(file: Path) -> None:
    """Write a commented starter scenario that runs."""
    from sim.scenario.starter import write_starter

    written = write_starter(file)
    click.echo("wrote " + ", ".join(str(path) for path in written))
    click.echo(f"next: sim run {shlex.quote(str(file))}")


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """List every problem of scenario files; exit 0 if there is none, else 2."""
    from sim.errors import ScenarioError
    from sim.scenario.load import load_plans
    from sim.scenario.reading.plans import BASE, read_file
    from sim.staffing.refusals import foreseen
    from sim.study.expected.foresight import foreseen_in
    from sim.study.refusals import refused
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
        click.echo(
            f"{file}: good; {len(base.queues)} queues, {len(base.groups)} groups, {base.clock.days} "
            f"day{'s' * (base.clock.days != 1)}, "
            f"plans: {', '.join(plan.plan for plan in plans)}"
        )
        of_plans = (warning for plan in plans for warning in plan.warnings)
        warnings = dict.fromkeys((*of_plans, *open_questions, *foreseen_in(plans), *foreseen(plans)))
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


@main.command()
def schema() -> None:
    """Print the JSON Schema of the scenario language, for editors."""
    import json

    from sim.scenario.language.scenario import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


def _playing(command: Callable[..., None]) -> Callable[..., None]:
    """The options of everything that plays; the command gets them as one."""

    @functools.wraps(command)
    def with_options(
        *, replications: int | None, seed: int | None, jobs: int | None, engine: str, fresh: bool, anyway: bool,
        keep: str | None = None, **others: Any,
    ) -> None:  # fmt: skip
        from sim.study.run import Options

        options = Options(
            replications, seed, jobs or 0, engine, keep_contacts=keep == "contacts", remember=not fresh, anyway=anyway
        )
        command(options=options, **others)

    decorated: Callable[..., None] = with_options
    for option in reversed(
        (
            click.option("--replications", type=click.IntRange(1, 100_000), help="Independent runs."),
            click.option("--seed", type=click.IntRange(0), help="Seed of all luck; the file's if not given."),
            click.option("--jobs", type=click.IntRange(1, 1024), help="Processes; as many as cores if not given."),
            click.option(
                "--engine", type=click.Choice(["auto", "simpy", "compiled"]), default="auto", show_default=True,
                help="Calendar: both give the same numbers; compiled is faster on long jobs.",
            ),
            click.option("--out", type=click.Path(path_type=Path), help="Folder; by default results/<file>/<plan>."),
            click.option(
                "--fresh", is_flag=True,
                help="Calibrate anew. Else what an earlier run found for the same base plan and seed is taken from the "
                "user's cache: the same numbers, sooner. SIM_SOLUTIONS names another folder for it, or off.",
            ),
            click.option("--anyway", is_flag=True, help="Play even what does not seem to fit this machine's memory."),
        )
    ):  # fmt: skip
        decorated = option(decorated)
    return decorated


def _study_options(command: Callable[..., None]) -> Callable[..., None]:
    keep = click.option("--keep", type=click.Choice(["contacts"]), help="Also write a row per contact, as Parquet.")
    plan = click.option("--plan", default=None, help="The plan to play; the base plan if not given.")
    files = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
    return files(plan(keep(_playing(command))))


@main.command()
@_study_options
def run(files: tuple[Path, ...], plan: str | None, options: Options, out: Path | None) -> None:
    """Play scenario files, print the summary and write the result folder."""
    from sim.command.play import run_files

    run_files(list(files), plan, options, out)


@main.command()
@click.option(
    "--vary", multiple=True, metavar="SETTING=VALUES",
    help="Choose among many plans: groups.core.heads=-2..+4, or =20,22,24; may be given several times.",
)  # fmt: skip
@_study_options
def compare(
    files: tuple[Path, ...], vary: tuple[str, ...], plan: str | None, options: Options, out: Path | None
) -> None:
    """Compare all plans of a file, or several files, the first being the baseline.

    With --vary, or a [grid] in the file, choose among all combinations of its values: every plan is played a few
    times, and those that it hangs on up to --replications times (320 if not given). A choice that is stopped goes on
    where it was.
    """
    from sim.command.many import choose_in, is_of_many
    from sim.command.play import compare_files

    if is_of_many(files, vary, plan):
        choose_in(list(files), vary, plan, options, out)
        return
    compare_files(list(files), plan, options, out)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--over", required=True, help="pace, heads, concurrency, or a setting: groups.core.pressure.pace.")
@click.option("--group", default=None, help="Whose pace, heads or concurrency; all groups' if not given.")
@click.option("--queue", default=None, help="Whose pace, instead of a group's.")
@click.option("--values", default=None, help="Values to try: 0.9,1,1.1, or changes of today's: 90%,-2,+2.")
@click.option("--plan", default=None, help="The plan to change; the base plan if not given.")
@_playing
def frontier(
    file: Path, over: str, group: str | None, queue: str | None, values: str | None, plan: str | None,
    options: Options, out: Path | None,
) -> None:  # fmt: skip
    """Sweep one lever of a plan: cost against service and quality, and the best trade-off.

    Says what the answer hangs on: beside every assumed elasticity stands its break-even.
    """
    from sim.command.frontier import Question, frontier_of

    frontier_of(file, Question(over, group, queue, values), plan, options, out)


class _Duration(click.ParamType[float]):
    """As a scenario writes it: "90s", "2min", "1h"."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from sim.units import parse_duration

        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--plan", default=None, help="The plan to begin with; the base plan if not given.")
@click.option(
    "--budget", type=click.FloatRange(0, min_open=True),
    help="The best service for this cost a week; in all, of part of a week.",
)  # fmt: skip
@click.option("--keep-heads", is_flag=True, help="The same people, on better shifts.")
@click.option("--hiring", is_flag=True, help="Over months: sizes and dates of classes.")
@click.option("--time", type=_Duration(), help="The best plan found by then: 90s, 2min.")
@_playing
def staff(
    file: Path, plan: str | None, budget: float | None, keep_heads: bool, hiring: bool, time: float | None,
    options: Options, out: Path | None,
) -> None:  # fmt: skip
    """Find how many people, on which shifts, hold every target for the least cost.

    Heads by group, shift and contract are free, or what [staffing] of the file says. The plan found is confirmed on
    luck that the search has not seen (by so many --replications), and written as a file that runs. Ctrl-C, or --time,
    ends the search with the best so far.
    """
    if hiring:
        from sim.command.staff_hiring import hire

        if budget is not None or keep_heads:
            raise click.UsageError("--hiring is for the least cost, and goes with neither --budget nor --keep-heads")
        hire(file, plan, options, out, seconds=time)
        return
    from sim.command.staff import staff_of
    from sim.staffed import Demand

    staff_of(file, Demand(budget, keep_heads, time), plan, options, out)
