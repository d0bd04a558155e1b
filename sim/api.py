"""The front door for Python: load a center, vary it, run it, compare it. The commands go through it too.

Nothing here is global, and nothing prints. Errors are `SimError`; those of a scenario, `ScenarioError`, name every
problem.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, ScenarioError
from sim.scenario.load import plan_of, plans_of
from sim.scenario.model import Scenario
from sim.scenario.plans import BASE, ScenarioFile, file_of, read_file
from sim.scenario.toml_lines import split_keys
from sim.study.run import Case, Options, Study, Watcher, run_study

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sim.report.tables import Tables
    from sim.study.compare import Difference
    from sim.study.result import PlanResult
    from sim.study.statistics import Estimate

ENGINES = ("auto", "simpy", "compiled")

Progress = Callable[[str, int, int], None]
"""Told what is going on, how many replications of it are done, and of how many; 0 of 0 where nothing is counted."""


@dataclass(frozen=True, eq=False, repr=False)
class Center:
    """One plan of a scenario, checked and frozen. `name` is what results call it."""

    scenario: Scenario
    base: Scenario
    """The base plan of the file: what was observed is its, and every plan inherits its calibration."""

    name: str = BASE
    _file: ScenarioFile = field(repr=False, kw_only=True)
    _changes: tuple[dict[str, Any], ...] = field(default=(), repr=False, kw_only=True)

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans of the file, the base first."""
        return (BASE, *self._file.plans)

    def plan(self, name: str) -> Center:
        """Another plan of the same file."""
        return Center(plan_of(self._file, name), self.base, name, _file=self._file)

    def vary(self, changes: Mapping[str, Any], name: str = "varied") -> Center:
        """This plan with settings changed, each named by its place: `{"groups.core.heads": "+2"}`.

        Values are what a plan in a file may say: "+2", "105%" and "none" change, scale and remove.
        """
        layers = (*self._changes, _nested(changes))
        scenario = plan_of(self._file, self.scenario.plan, layers)
        return Center(scenario, self.base, name, _file=self._file, _changes=layers)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is odd, but possible."""
        return self.scenario.warnings

    @property
    def assumptions(self) -> tuple[Problem, ...]:
        """What the file leaves to the program, with its source."""
        return self.scenario.assumptions

    def __repr__(self) -> str:
        return f"<Center {self}>"

    def __str__(self) -> str:
        scenario = self.scenario
        counts = f"{len(scenario.queues)} queues, {len(scenario.groups)} groups, {scenario.clock.days} days"
        return f"{scenario.spec.title or scenario.name}, plan {self.name}: {counts}"

    def _repr_html_(self) -> str:
        rows = [("plans of the file", ", ".join(self.plans)), *((w.where, f"warning: {w.what}") for w in self.warnings)]
        rows += [(a.where, f"assumed: {a.what}") for a in self.assumptions]
        cells = "".join(f"<tr><td>{escape(where)}</td><td>{escape(what)}</td></tr>" for where, what in rows)
        return f"<table><caption>{escape(str(self))}</caption>{cells}</table>"

    def named(self, name: str) -> Center:
        """The same under another name."""
        return replace(self, name=name)

    @property
    def case(self) -> Case:
        """As a study plays it."""
        return Case(self.base, self.scenario, self.name)


class Result:
    """Plans as they were played, as tables; the columns are those of the result folder's files."""

    def __init__(self, study: Study, centers: Sequence[Center], rows: Sequence[Any] = ()) -> None:
        self.study, self._centers, self._rows = study, tuple(centers), list(rows)

    @property
    def plans(self) -> tuple[str, ...]:
        """What was played, in order; the first is the baseline."""
        return tuple(result.label for result in self.study.results)

    @property
    def replications(self) -> int:
        """Of the first plan."""
        return self.study.results[0].replications

    @property
    def engine(self) -> str:
        """The calendar that played: simpy or compiled."""
        return self.study.engine

    @cached_property
    def tables(self) -> Tables:
        """All of them, as they are written."""
        from sim.report.tables import tabulate

        return tabulate(self.study.results, list(self.plans), self.paired)

    @property
    def paired(self) -> list[Difference] | None:
        """Differences from the baseline; None where nothing was compared."""
        return None

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Every KPI of the center and its parts with its 95 % interval: a row per plan, scope, name and KPI."""
        return self.tables.summary.copy()

    @cached_property
    def intervals(self) -> pd.DataFrame:
        """Per queue or group and interval of the day; `date` is a date where intervals are dated."""
        return _dated(self.tables.intervals)

    @cached_property
    def periods(self) -> pd.DataFrame:
        """The same by day, week and month."""
        return _dated(self.tables.periods)

    @cached_property
    def workforce(self) -> pd.DataFrame:
        """Per group and week: heads, who came and went, hours and what they cost in shrinkage."""
        return _dated(self.tables.workforce)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Per line of the bill, with its interval; lines add up to the total."""
        return self.tables.costs.copy()

    def kpi(self, kpi: str, scope: str = "center", name: str = "all", plan: str | None = None) -> Estimate:
        """A figure with its 95 % interval, of the first plan if none is named."""
        labels = list(self.plans)
        if plan is not None and plan not in labels:
            raise ScenarioError("this result", [Problem(plan, f"was not played; plans are {', '.join(labels)}")])
        result = self.study.results[0 if plan is None else labels.index(plan)]
        known = {told.id for told, _ in result.told(scope, name)} if (scope, name) in result.scopes() else set()
        if kpi not in known | {"wait_p90_s"}:
            text = f"is not told of {scope} {name}; see .summary for what is"
            raise ScenarioError("this result", [Problem(kpi, text)])
        return result.kpi(kpi, scope, name)

    @cached_property
    def contacts(self) -> pa.Table:
        """A row per contact, as Arrow. Rows that were not kept are made by playing again, on the same luck."""
        import pyarrow as pa

        if not self._rows:
            keeper = _Keeper()
            self._again(keeper)
            self._rows = keeper.rows
        return pa.concat_tables(self._rows, promote_options="permissive")

    def _again(self, watcher: Watcher) -> None:
        for center, played in zip(self._centers, self.study.results, strict=True):
            # Each as often as it was: a precision may have stopped one plan sooner than another.
            options = Options(
                played.replications, played.scenario.spec.run.seed, self.study.jobs, self.study.engine,
                keep_contacts=True, remember=True, anyway=True,
            )  # fmt: skip
            run_study([center.case], options, watcher)

    @cached_property
    def people(self) -> pd.DataFrame:
        """Who is there on the first day: a row per plan and person."""
        import pandas as pd

        return pd.concat([_people_of(result) for result in self.study.results], ignore_index=True)

    def write(self, folder: str | Path) -> Path:
        """The result folder, as the command writes it: whole or not at all."""
        from sim.report.folder import whole_folder

        with whole_folder(Path(folder)) as scratch:
            self.write_into(scratch, self._as_said)
        return Path(folder)

    def write_into(self, folder: Path, command: str) -> None:
        """The files alone, into a folder that is open already; `command` repeats the run."""
        from sim.report.write import write_contacts, write_study

        if self._rows:
            write_contacts(folder, self.contacts)
        write_study(folder, self.study, self.tables, self.paired, command)

    @property
    def _as_said(self) -> str:
        """What repeats the run, as Python."""
        centers = ", ".join(_said(center) for center in self._centers)
        seed = self.study.results[0].scenario.spec.run.seed
        return f"{self._verb}({centers}, replications={self.replications}, seed={seed})"

    _verb = "sim.run"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {', '.join(self.plans)}: {self.replications} replications>"

    def __str__(self) -> str:
        return self._headlines().to_string()

    def _repr_html_(self) -> str:
        return str(self._headlines().to_html())

    def _headlines(self) -> pd.DataFrame:
        """KPIs of the whole center by plan: the mean, and the 95 % interval where there is one."""
        from sim.study.compare import HEADLINES

        rows = self.summary[(self.summary["scope"] == "center") & self.summary["kpi"].isin(HEADLINES)]
        told = rows.assign(figure=[_span(*row) for row in rows[["mean", "ci_low", "ci_high"]].itertuples(index=False)])
        table = told.pivot(index="kpi", columns="plan", values="figure")
        return table.reindex(index=[kpi for kpi in HEADLINES if kpi in table.index], columns=list(self.plans))


class Comparison(Result):
    """Plans on the same customers; the first is the baseline."""

    _verb = "sim.compare"

    @cached_property
    def paired(self) -> list[Difference]:
        """What `differences` shows, row by row."""
        from sim.study.compare import compare as compared

        return compared(self.study.results, list(self.plans))

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Every KPI of every plan minus the baseline's, paired, with what it proves."""
        assert self.tables.comparison is not None
        return self.tables.comparison.copy()


# ---------------------------------------------------------------- what one can do


def load(source: str | Path | Mapping[str, Any], plan: str = BASE, *, folder: str | Path = ".") -> Center:
    """A plan of a scenario file; or of its tables as a dict, whose CSV files lie under `folder`.

    ScenarioError names every problem of the plan and its base.
    """
    file = file_of(_plain(source), Path(folder), "scenario") if isinstance(source, Mapping) else read_file(Path(source))
    base = plan_of(file, BASE)
    return Center(base if plan == BASE else plan_of(file, plan), base, plan, _file=file)


def load_all(source: str | Path | Mapping[str, Any], *, folder: str | Path = ".") -> list[Center]:
    """The base and every plan; ScenarioError names the problems of all of them at once."""
    file = file_of(_plain(source), Path(folder), "scenario") if isinstance(source, Mapping) else read_file(Path(source))
    return _all_of(file)


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
    progress: Progress | None = None,
) -> Result:
    """Play one plan. What is not given is the file's; `jobs`: processes, 0 for as many as pay off.

    `keep_contacts` keeps a row per contact in memory; without it `.contacts` plays again. `fresh` calibrates anew,
    whatever an earlier run has found; `anyway` plays what does not seem to fit the memory.
    """
    keeper = _Keeper(progress)
    options = Options(replications, seed, jobs, engine, keep_contacts, remember=not fresh, anyway=anyway)
    options = _checked([center], options)
    return Result(run_study([center.case], options, keeper), [center], keeper.rows)


def compare(
    *centers: Center,
    replications: int | None = None,
    seed: int | None = None,
    jobs: int = 0,
    engine: str = "auto",
    keep_contacts: bool = False,
    fresh: bool = False,
    anyway: bool = False,
    progress: Progress | None = None,
) -> Comparison:
    """Play several plans on the same luck; the first is the baseline. Of one center alone: all plans of its file.

    Options as those of `run`.
    """
    keeper = _Keeper(progress)
    options = Options(replications, seed, jobs, engine, keep_contacts, remember=not fresh, anyway=anyway)
    options = _checked(centers, options)
    together = to_compare(centers)
    return Comparison(
        run_study([c.case for c in together], on_common_luck(together, options), keeper), together, keeper.rows
    )


def to_compare(centers: Sequence[Center]) -> list[Center]:
    """The centers, or all plans of the only one's file; ScenarioError where they cannot be compared."""
    if not centers:
        raise ScenarioError("compare", [Problem("centers", "none is given; the first is the baseline")])
    together = list(centers)
    if len(together) == 1:
        together = _all_of(together[0]._file)
        if len(together) == 1:
            text = "there is only the base plan; add a table such as [plans.two-more], or name a second file"
            raise ScenarioError(str(centers[0]._file.path), [Problem("plans", text)])
    names = [center.name for center in together]
    for name in names:
        if names.count(name) > 1:
            text = "is the name of two of them; give one another: center.vary({}, name=…)"
            raise ScenarioError("compare", [Problem(name, text)])
    _check_same_horizon(together)
    return together


def on_common_luck(centers: Sequence[Center], options: Options) -> Options:
    """The options with the baseline's seed, where none is given: every plan is played with it."""
    seed = centers[0].scenario.spec.run.seed if options.seed is None else options.seed
    return replace(options, seed=seed)


# ---------------------------------------------------------------- how


class _Keeper:
    """Hands progress on, and keeps contact rows."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress: Progress = progress or (lambda *_: None)
        self.rows: list[Any] = []

    def stage(self, text: str) -> None:
        self._progress(text, 0, 0)

    def progress(self, plan: str, done: int, wanted: int) -> None:
        self._progress(f"playing {plan}", done, wanted)

    def kept(self, result: PlanResult, replication: int, rows: Any) -> None:
        from sim.report.contacts import contact_table

        self.rows.append(contact_table(result, result.label, replication, rows))


def _all_of(file: ScenarioFile) -> list[Center]:
    plans = plans_of(file)
    return [Center(plan, plans[0], plan.plan, _file=file) for plan in plans]


def _nested(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Tables within tables, of settings named by their places."""
    whole: dict[str, Any] = {}
    problems = list[Problem]()
    if not isinstance(changes, Mapping) or not all(isinstance(place, str) for place in changes):
        text = 'write a dict of places and values, such as {"groups.core.heads": "+2"}'
        raise ScenarioError("vary", [Problem("changes", text)])
    for place, value in changes.items():
        *tables, setting = split_keys(place) or [place]
        table = whole
        for name in tables:
            table = table.setdefault(name, {})
            if not isinstance(table, dict):
                problems.append(Problem(place, "is changed as a whole already; say it once"))
                break
        else:
            table[setting] = _plain(value)
    if problems:
        raise ScenarioError("vary", problems)
    return whole


def _plain(value: Any) -> Any:
    """As a file holds it: numbers of numpy become numbers."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value.item() if hasattr(value, "item") and not isinstance(value, str) else copy.copy(value)


def _checked(centers: Sequence[Center], options: Options) -> Options:
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
    if problems:
        raise ScenarioError("sim", problems)
    return options


def _check_same_horizon(centers: Sequence[Center]) -> None:
    """What plans must share to be compared."""
    baseline = centers[0].scenario
    first = baseline.spec.center
    for other in centers[1:]:
        center = other.scenario.spec.center
        problems = [
            Problem(f"center.{key}", f"is {getattr(center, key)}; in {centers[0].name} it is {getattr(first, key)}")
            for key in ("start", "timezone", "currency")
            if getattr(center, key) != getattr(first, key)
        ]
        days, wanted = other.scenario.clock.days, baseline.clock.days
        if days != wanted:
            problems.append(Problem("center", f"plays {days} days; {centers[0].name} plays {wanted}"))
        if problems:
            raise ScenarioError(other.name, problems)


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    """With days as dates, where they are days: those of a typical week have other names."""
    import pandas as pd

    typed = table.copy()
    for column in ("date", "week"):
        if column in typed and not pd.api.types.is_numeric_dtype(typed[column]):
            dates = pd.to_datetime(typed[column], format="%Y-%m-%d", errors="coerce")
            if dates.notna().all():
                typed[column] = dates
    return typed


def _people_of(result: PlanResult) -> pd.DataFrame:
    import pandas as pd

    scenario, agents = result.scenario, result.prepared.agents
    groups = [scenario.groups[number] for number in agents.group]
    table = pd.DataFrame({
        "plan": result.label, "agent": agents.names, "group": groups,
        "site": [scenario.group(group).site or "" for group in groups], "tenure_weeks": agents.tenure_weeks,
        "contract_hours": agents.contract_hours, "wage": agents.wage,
        "speed": agents.speed, "resolution": agents.resolution,
    })  # fmt: skip
    return table[agents.starting].reset_index(drop=True)


def _said(center: Center) -> str:
    path = center._file.path
    # Of a dict, the manifest holds the tables as they were resolved.
    said = f"sim.load({str(path)!r}" if path.exists() else f"sim.load({{…}}, folder={str(path.parent)!r}"
    said += ")" if center.scenario.plan == BASE else f", {center.scenario.plan!r})"
    for layer in center._changes:
        said += f".vary({json.dumps(layer, default=str)}, name={center.name!r})"
    return said


def _span(mean: float, low: float, high: float) -> str:
    return f"{mean:,.4g}" + (f" ({low:,.4g} to {high:,.4g})" if low == low else "")
