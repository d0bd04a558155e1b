"""The front door for Python: load a center, vary it, run it, compare it, staff it. The commands go through it too.

Nothing here is global, and nothing prints. Errors are `SimError`; those of a scenario, `ScenarioError`, name every
problem.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from sim.center import Center, all_of, read
from sim.common import on_common_days
from sim.errors import Problem, ScenarioError
from sim.results import Comparison, Keeper, Progress, Result
from sim.scenario.load import plan_of
from sim.scenario.reading.plans import BASE
from sim.study.refusals import worlds_apart
from sim.study.run import Options, run_study
from sim.units import parse_duration
from sim.ways_out import option

if TYPE_CHECKING:
    from sim.chosen import Chosen
    from sim.fitted import Fitted
    from sim.fitting.records import Log
    from sim.one_person import PowerOfOne
    from sim.reasons import Why
    from sim.sensitive import Sensitivity
    from sim.staffed import Staffed
    from sim.told import Shown, Told

CLUSTER_OR_JOBS = "plays on its own workers, and jobs are processes of this machine: give one of them"
ENGINES = ("auto", "simpy", "compiled")


def load(source: str | Path | Mapping[str, Any], plan: str = BASE, *, folder: str | Path = ".") -> Center:
    """A plan of a scenario file; or of its tables as a dict, whose CSV files lie under `folder`.

    ScenarioError names every problem of the plan and its base.
    """
    file = read(source, folder)
    base = plan_of(file, BASE)
    return Center(base if plan == BASE else plan_of(file, plan), base, plan, _file=file)


def load_all(source: str | Path | Mapping[str, Any], *, folder: str | Path = ".") -> list[Center]:
    """The base and every plan; ScenarioError names the problems of all of them at once."""
    return all_of(read(source, folder))


def run(
    center: Center,
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 0,
    engine: str = "auto",
    keep_contacts: bool = False,
    fresh: bool = False,
    anyway: bool = False,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Result:
    """Play one plan. What is not given is the file's; `jobs`: processes, 0 for as many as pay off.

    `keep_contacts` keeps a row per contact in memory; without it `.contacts` plays again. `fresh` calibrates anew,
    and plays anew, whatever an earlier run has left; `anyway` plays what does not seem to fit the memory. `cluster`: of
    Dask, which plays in place of processes here: tcp://host:port, or its scheduler's file.
    """
    keeper = Keeper(progress)
    options = Options(
        replications, seed, jobs, engine, keep_contacts, remember=not fresh, anyway=anyway, cluster=cluster
    )
    options = _checked([center], options)
    return Result(run_study([center.entry], options, keeper), [center], keeper.rows)


def compare(
    *centers: Center,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 0,
    engine: str = "auto",
    keep_contacts: bool = False,
    fresh: bool = False,
    anyway: bool = False,
    cluster: str | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Play several plans on the same luck; the first is the baseline. Of one center alone: all plans of its file.

    Options as those of `run`.
    """
    keeper = Keeper(progress)
    options = Options(
        replications, seed, jobs, engine, keep_contacts, remember=not fresh, anyway=anyway, cluster=cluster
    )
    options = _checked(centers, options)
    together = to_compare(centers)
    return Comparison(
        run_study([c.entry for c in together], on_common_luck(together, options), keeper), together, keeper.rows
    )


def staff(
    center: Center,
    *,
    budget: float | None = None,
    keep_heads: bool = False,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 0,
    engine: str = "auto",
    time: str | float | None = None,
    fresh: bool = False,
    anyway: bool = False,
    progress: Progress | None = None,
) -> Staffed:
    """Find how many people, on which shifts, hold every target for the least cost; the file's `[staffing]` says more.

    `budget`: the best service for this cost a week (in all, where no whole weeks are played). `keep_heads`: the same
    people on better shifts. `time`: seconds, or "2min", after which the best so far is returned, as it is after Ctrl-C.
    `replications` are those that confirm.
    """
    from sim.staffed import Demand, Staffed
    from sim.staffing.search import find_staff

    said = {"budget": budget, "keep_heads": keep_heads, "replications": replications, "seed": seed, "time": time}
    options = Options(replications, seed, jobs, engine, remember=not fresh, anyway=anyway)
    options = _checked([center], options, _demand_problems(budget, time))
    seconds = None if time is None else time if isinstance(time, int | float) else parse_duration(time)
    wanted = Demand(budget, keep_heads, seconds).of(center.scenario)
    found = find_staff(
        center._file, center.scenario.plan, wanted, options, Keeper(progress), layers=center._changes
    )  # fmt: skip
    return Staffed(found, center, said)


def choose(
    center: Center,
    vary: Mapping[str, Any] | None = None,
    *,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 0,
    engine: str = "auto",
    fresh: bool = False,
    anyway: bool = False,
    progress: Progress | None = None,
) -> Chosen:
    """Choose among many plans: every combination of the values that settings are given, or the file's `[grid]`.

    `vary`: values by place, `{"groups.core.heads": "-2..+4", "groups.flex.heads": [0, 2, 4]}`. `replications`: the most
    that a plan gets. The file's own plans are chosen among, too, where the center is its base plan.
    """
    from sim.choosing.grid import grid_of
    from sim.choosing.selected import select
    from sim.chosen import Chosen

    options = _checked([center], Options(replications, seed, jobs, engine, remember=not fresh, anyway=anyway))
    if vary is not None and not isinstance(vary, Mapping):
        raise ScenarioError("choose", [Problem("vary", 'write values by place: {"groups.core.heads": "-2..+4"}')])
    wanted, said = (center._file.grid or {}, "grid.") if vary is None else (vary, "vary ")
    grid = grid_of(
        center._file, center.scenario.plan, wanted, said=said, layers=center._changes, label=center.name
    )  # fmt: skip
    found = select(grid, options, Keeper(progress))
    return Chosen(found, center, {"vary": vary and dict(vary), "replications": replications, "seed": seed})


def sensitivity(
    center: Center,
    *,
    inputs: str = "*",
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 0,
    engine: str = "auto",
    fresh: bool = False,
    anyway: bool = False,
    progress: Progress | None = None,
) -> Sensitivity:
    """What the choice of a plan hangs on: every uncertain number over its range, alone and together.

    Of a file's base plan: all plans of its file; of another plan: the base and that one. `inputs`: only numbers at
    these places, such as "queues.*"; several with commas. Ranges: the file's `[uncertain]`, else usual ones.
    """
    from sim.choosing.sensitivity.finding import find, make_asked
    from sim.sensitive import Sensitivity

    said = {"inputs": inputs if inputs != "*" else "", "replications": replications, "seed": seed}
    options = Options(replications, seed, jobs, engine, remember=not fresh, anyway=anyway)
    options = _checked([center], options)
    if center.is_changed:
        text = "is not among the plans of its file; write what it changes into a plan, or into the file"
        raise ScenarioError("sensitivity", [Problem(center.name, text)])
    of_base = center.scenario.plan == BASE
    plans = [one.scenario for one in center.all_plans] if of_base else [center.base, center.scenario]
    return Sensitivity(find(make_asked(center._file, plans, inputs, options), Keeper(progress)), center, said)


def forget() -> int:
    """Delete what earlier runs have left to go on from: replications, searches, calibrations. Bytes that are free."""
    from sim.study.shelf import forget_all

    return forget_all()[1]


def story(
    center: Center,
    *,
    contact: str | int = "worst",
    replication: str | int = 0,
    day: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 0,
    engine: str = "auto",
    fresh: bool = False,
    anyway: bool = False,
    progress: Progress | None = None,
) -> Told:
    """One caller's story in one replication of a plan, played again with all its rows.

    `contact`: its number among the rows of contacts, "worst" for who waited longest, or "random"; of a `day` such as
    "mon" or "2026-03-02". `replication`: its number, or "worst" or "median" by service level among `replications`.
    """
    from sim.told import choice_problems, tell

    options = Options(replications, seed, jobs, engine, remember=not fresh, anyway=anyway)
    options = _checked([center], options, choice_problems(contact, replication))
    return tell(center, contact, replication, day, options, Keeper(progress))


def replay(
    center: Center,
    *,
    day: str,
    since: str | None = None,
    until: str | None = None,
    against: Center | None = None,
    replication: str | int = 0,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 0,
    engine: str = "auto",
    fresh: bool = False,
    anyway: bool = False,
    progress: Progress | None = None,
) -> Shown:
    """Hours of a day ("mon", or "2026-03-02") of one replication, to be written as a page; options as of `story`.

    `since` and `until` are local times such as "10:00"; the day's opening hours if they are not given. `against`:
    another plan beside it, played with the same customers, with who fared differently.
    """
    from sim.told import choice_problems, show

    options = Options(replications, seed, jobs, engine, remember=not fresh, anyway=anyway)
    together = [center] if against is None else [center, against]
    options = _checked(together, options, choice_problems("worst", replication))
    if against is not None:
        center, against = to_compare(together)
        options = on_common_luck([center, against], options)
    return show(center, against, day, since, until, replication, options, Keeper(progress))


def why(
    center: Center,
    queue: str | None = None,
    *,
    at: str | None = None,
    day: str | None = None,
    week: str | None = None,
    replication: str | int | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 0,
    engine: str = "auto",
    fresh: bool = False,
    anyway: bool = False,
    progress: Progress | None = None,
) -> Why:
    """Why hours of a queue fell short of its target, split into causes that add up; options as of `story`.

    The hours: `at` ("mon 10:40": that interval), `day` ("mon"), or the `week` from a day on. `replication`: one of them
    alone, by its number or "worst" of that day; all together, with intervals, if it is not given.
    """
    from sim.reasons import ask_why, replication_problems

    options = Options(replications, seed, jobs, engine, remember=not fresh, anyway=anyway)
    options = _checked([center], options, replication_problems(replication))
    return ask_why(center, queue, at, day, week, replication, options, Keeper(progress))


def power_of_one(
    center: Center,
    *,
    group: str | None = None,
    at: str | None = None,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 0,
    engine: str = "auto",
    fresh: bool = False,
    anyway: bool = False,
    progress: Progress | None = None,
) -> PowerOfOne:
    """What one person more, and one fewer, would change, by group (or of one), weekday and time; options as of `story`.

    `at`: where the curve from three fewer to five more is drawn ("mon 10:00"); where one more does most if not given.
    """
    from sim.one_person import ask_one_more

    options = Options(replications, seed, jobs, engine, remember=not fresh, anyway=anyway)
    return ask_one_more(center, group, at, _checked([center], options), Keeper(progress))


def fit(
    *logs: str | Path | Log,
    preset: str | None = None,
    mapping: str | Path | None = None,
    timezone: str | None = None,
    within: str | float | None = None,
    weeks_held_back: int = 0,
    until: str | dt.date | None = None,
    stage: Callable[[str], None] | None = None,
) -> Fitted:
    """Estimate what logs of contacts tell, each with its interval, and what a scenario of them is.

    `logs`: files that are read together (as `preset` or `mapping` say; guessed if neither is given), or one `Log`.
    `timezone`: the center's clock; `within`: the service level's threshold in seconds, or "20s". The last
    `weeks_held_back` weeks, or what lies beyond `until`, are not fitted on. `stage` is told what begins.
    """
    from sim.fitted import fit_log
    from sim.fitting.records import Log

    said: dict[str, Any] = {
        "preset": preset, "mapping": None if mapping is None else str(mapping), "timezone": timezone, "within": within,
        "weeks_held_back": weeks_held_back, "until": None if until is None else str(until),
    }  # fmt: skip
    tell = stage or (lambda _: None)
    end, within_s = _fit_options(logs, within, weeks_held_back, until)
    if len(logs) == 1 and isinstance(logs[0], Log):
        log = logs[0] if within_s is None else replace(logs[0], within_s=within_s)
        given = "log"
    else:
        from sim.fitting.logs import read_logs

        tell("reading")
        paths = [Path(one) for one in logs if not isinstance(one, Log)]
        log = read_logs(
            paths, preset=preset, mapping=None if mapping is None else Path(mapping), timezone=timezone,
            within_s=within_s,
        )  # fmt: skip
        given = ", ".join(repr(str(path)) for path in paths)
    tell("fitting")
    return fit_log(log, weeks_held_back, end, given, said)


def _fit_options(
    logs: Sequence[object], within: str | float | None, weeks_held_back: object, until: str | dt.date | None
) -> tuple[dt.date | None, float | None]:
    """(the last date to fit on, the threshold in seconds); ScenarioError names all that is wrong."""
    problems, end, within_s = list[Problem](), None, None
    if not logs:
        problems.append(Problem("logs", "none is given"))
    if isinstance(weeks_held_back, bool) or not isinstance(weeks_held_back, int) or weeks_held_back < 0:
        problems.append(Problem("weeks_held_back", f"write whole weeks from 0 on, not {weeks_held_back!r}"))
    elif weeks_held_back and until is not None:
        problems.append(Problem("until", "says where the fit ends, as weeks_held_back does: give one of them"))
    try:
        end = dt.date.fromisoformat(until) if isinstance(until, str) else until
    except ValueError:
        problems.append(Problem("until", f"write a date such as 2026-03-29, not {until!r}"))
    try:
        within_s = None if within is None else float(within) if _is_number(within) else parse_duration(within)
        if within_s is not None and within_s <= 0:
            problems.append(Problem("within", "is a time above 0, such as 20s"))
    except ValueError as error:
        problems.append(Problem("within", str(error)))
    if problems:
        raise ScenarioError("fit", problems)
    return end, within_s


def _demand_problems(budget: object, time: object) -> list[Problem]:
    problems = []
    if budget is not None and not (_is_number(budget) and budget > 0):
        problems.append(Problem("budget", f"write a sum a week above 0, not {budget!r}"))
    if _is_number(time) and not time > 0:
        problems.append(Problem("time", f"write seconds above 0, not {time!r}"))
    elif time is not None and not _is_number(time):
        try:
            parse_duration(time)
        except ValueError as error:
            problems.append(Problem("time", str(error)))
    return problems


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def to_compare(centers: Sequence[Center]) -> list[Center]:
    """The centers, or all plans of the only one's file, on the days that all play; ScenarioError where they cannot be
    compared."""
    if not centers:
        raise ScenarioError("compare", [Problem("centers", "none is given; the first is the baseline")])
    together = list(centers)
    if len(together) == 1:
        if together[0].is_changed:
            text = "is not among the plans of its file; name the baseline too: sim.compare(center, varied)"
            raise ScenarioError("compare", [Problem(together[0].name, text)])
        together = together[0].all_plans
        if len(together) == 1:
            text = f"there is only the base plan; add a table such as [plans.two-more], or {option('second')}"
            raise ScenarioError(str(centers[0]._file.path), [Problem("plans", text)])
    names = [center.name for center in together]
    for name in names:
        if names.count(name) > 1:
            text = "is the name of two of them; give one another: center.vary({}, name=…)"
            raise ScenarioError("compare", [Problem(name, text)])
    if problems := worlds_apart([(center.name, center.scenario) for center in together]):
        raise ScenarioError("compare", problems)
    return on_common_days(together)


def on_common_luck(centers: Sequence[Center], options: Options) -> Options:
    """The options with the baseline's seed, where none is given: every plan is played with it."""
    seed = centers[0].scenario.spec.run.seed if options.seed is None else options.seed
    return replace(options, seed=seed)


def _checked(centers: Sequence[Center], options: Options, others: Sequence[Problem] = ()) -> Options:
    """The options; ScenarioError names every one that no command would take."""
    problems = [
        Problem(str(center)[:80], "is not a center; sim.load(file) makes one") for center in centers
        if not isinstance(center, Center)
    ]  # fmt: skip
    for name, value, least in (
        ("replications", options.replications, 1),
        ("seed", options.seed, 0),
        ("jobs", options.jobs, 0),
    ):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < least):
            problems.append(Problem(name, f"write a whole number from {least} on, not {value!r}"))
    if options.engine not in ENGINES:
        problems.append(Problem("engine", f"write one of {', '.join(ENGINES)}, not {options.engine!r}"))
    if options.cluster is not None and options.jobs:
        problems.append(Problem("cluster", CLUSTER_OR_JOBS))
    problems += others
    if problems:
        raise ScenarioError("sim", problems)
    return options
