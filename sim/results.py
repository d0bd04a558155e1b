"""Plans as they were played, as Python programs hold them: tables, figures, and a folder of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.center import Center
from sim.common import uncommon
from sim.errors import Problem, ScenarioError, nearest
from sim.study.run import Options, Study, Watcher, run_study

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from sim.choosing.decision import Decision
    from sim.choosing.off_forecast import Off
    from sim.choosing.risk import Risk
    from sim.report.tables.study import Tables
    from sim.report.text.decision import Answer
    from sim.study.compare import Difference
    from sim.study.result import PlanResult
    from sim.study.statistics import Estimate

Progress = Callable[[str, int, int], None]
"""Told what is going on, how many replications of it are done, and of how many; 0 of 0 where nothing is counted."""


class Result:
    """Plans as they were played, as tables; the columns are those of the result folder's files."""

    def __init__(self, study: Study, centers: Sequence[Center], rows: Sequence[Any] = ()) -> None:
        self.study, self._centers, self._rows = study, tuple(centers), list(rows)
        self._off: tuple[Off, ...] = ()

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
        from sim.report.tables.study import tabulate

        return tabulate(self.study.results, list(self.plans), self.paired)

    @property
    def paired(self) -> list[Difference] | None:
        """Differences from the baseline; None where nothing was compared."""
        return None

    @property
    def uncommon(self) -> tuple[Problem, ...]:
        """What is not compared; nothing of one plan."""
        return ()

    @cached_property
    def decision(self) -> Decision:
        """Which plan, by what, and how surely; of one plan, whether it holds its targets."""
        from sim.choosing.decision import decide

        return decide(self.study.results, self.plans, self.paired or ())

    @property
    def answer(self) -> Answer:
        """The decision in words: `.text`, `.numbers`, `.notes`."""
        from sim.report.text.decision import answer_of

        return answer_of(self.decision, self.study.results, self.tables.known)

    @property
    def risk(self) -> Risk:
        """What may go wrong: how often each plan fails, how far replications lie apart, a year, a point of service; and
        what a forecast that is off does, once `play_off_forecast` has played it."""
        return replace(self._risk, off=self._off)

    @cached_property
    def _risk(self) -> Risk:
        from sim.choosing.risk import risk_of

        return risk_of(self.study.results, self.plans, self.decision, self.paired or ())

    def play_off_forecast(self, progress: Progress | None = None) -> tuple[Off, ...]:
        """Play today's and the chosen plan once more with more calls, and with longer ones: by a standard deviation of
        the file's forecast error, or by 5 % where it states none. What comes of it is in `.risk.off`, too."""
        self.watch_off_forecast(Keeper(progress))
        return self._off

    def watch_off_forecast(self, watcher: Watcher) -> None:
        """The same, followed by a watcher."""
        from sim.choosing.off_forecast import play_off

        chosen = self.decision.chosen
        names = dict.fromkeys([self.plans[0], *([] if chosen is None else [chosen.plan])])
        which = [self.plans.index(name) for name in names]
        seed = self.study.results[0].scenario.spec.run.seed
        options = Options(None, seed, self.study.jobs, self.study.engine, remember=True, anyway=True)
        results = [self.study.results[n] for n in which]
        self._off = play_off([self._centers[n].entry for n in which], results, options, watcher)

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
        known = {row.id for row, _ in result.kpi_sums(scope, name)} if (scope, name) in result.scopes() else set()
        if kpi not in known | {"wait_p90_s"}:
            raise ScenarioError("this result", [Problem(kpi, _not_reported(result, scope, name, kpi, known))])
        return result.kpi(kpi, scope, name)

    @cached_property
    def contacts(self) -> pa.Table:
        """A row per contact, as Arrow. Rows that were not kept are made by playing again, on the same luck."""
        import pyarrow as pa

        if not self._rows:
            keeper = Keeper()
            self._again(keeper)
            self._rows = keeper.rows
        return pa.concat_tables(self._rows, promote_options="permissive")

    @cached_property
    def agent_days(self) -> pa.Table:
        """What each agent did, a row per stretch, and for which contact, as Arrow: made by playing again."""
        import pyarrow as pa

        keeper = Keeper(of_people=True)
        self._again(keeper)
        return pa.concat_tables(keeper.rows, promote_options="permissive")

    def _again(self, watcher: Watcher) -> None:
        for center, played in zip(self._centers, self.study.results, strict=True):
            # Each as often as it was: a precision may have stopped one plan sooner than another.
            options = Options(
                played.replications, played.scenario.spec.run.seed, self.study.jobs, self.study.engine,
                keep_contacts=True, remember=True, anyway=True, cluster=self.study.cluster,
            )  # fmt: skip
            run_study([center.entry], options, watcher)

    @cached_property
    def people(self) -> pd.DataFrame:
        """Who is there on the first day: a row per plan and person."""
        import pandas as pd

        return pd.concat([_people_of(result) for result in self.study.results], ignore_index=True)

    def write(self, folder: str | Path, *, xlsx: bool = False) -> Path:
        """The result folder, as the command writes it: whole or not at all. `xlsx`: with a workbook of its tables."""
        from sim.report.folder import whole_folder

        with whole_folder(Path(folder)) as scratch:
            self.write_into(scratch, self._as_said, xlsx=xlsx)
        return Path(folder)

    def write_into(self, folder: Path, command: str, *, xlsx: bool = False) -> None:
        """The files alone, into a folder that is open already; `command` repeats the run."""
        from sim.report.write import write_contacts, write_study

        if self._rows:
            write_contacts(folder, self.contacts)
        write_study(
            folder, self.study, self.tables, self.paired, self.decision, command, self.risk, self.uncommon, xlsx=xlsx
        )

    @property
    def _as_said(self) -> str:
        """What repeats the run, as Python."""
        centers = ", ".join(center.as_said for center in self._centers)
        seed = self.study.results[0].scenario.spec.run.seed
        return f"{self._verb}({centers}, replications={self.replications}, seed={seed})"

    _verb = "sim.run"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {', '.join(self.plans)}: {self.replications} replications>"

    def __str__(self) -> str:
        return self._headlines().to_string()

    def _repr_html_(self) -> str:
        from sim.report.page.in_notebook import shown
        from sim.report.text.names import runs_text

        results = self.study.results
        often = runs_text([result.replications for result in results])
        return shown(self.answer, self.plans, self.tables.known, results[0].scenario.spec.center.currency, often)

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

    @property
    def uncommon(self) -> tuple[Problem, ...]:
        """What is not compared: days that not all plans play, queues and groups that not all have."""
        return uncommon(self._centers)

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Every KPI of every plan minus the baseline's, paired, with what it proves."""
        assert self.tables.comparison is not None
        return self.tables.comparison.copy()


class Keeper:
    """Hands progress on, and keeps contact rows, or the days of agents."""

    def __init__(self, progress: Progress | None = None, *, of_people: bool = False) -> None:
        self._progress: Progress = progress or (lambda *_: None)
        self._of_people = of_people
        self.rows: list[Any] = []

    def stage(self, text: str) -> None:
        self._progress(text, 0, 0)

    def progress(self, plan: str, done: int, wanted: int) -> None:
        self._progress(f"playing {plan}", done, wanted)

    def kept(self, result: PlanResult, replication: int, rows: Any, stays: Any) -> None:
        from sim.report.tables.agent_days import people_table
        from sim.report.tables.contacts import contact_table

        if self._of_people:
            self.rows.append(people_table(result, result.label, replication, rows, stays))
        else:
            self.rows.append(contact_table(result, result.label, replication, rows))


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


def _span(mean: float, low: float, high: float) -> str:
    return f"{mean:,.4g}" + (f" ({low:,.4g} to {high:,.4g})" if low == low else "")


def _not_reported(result: PlanResult, scope: str, name: str, kpi: str, known: set[str]) -> str:
    """Why a figure cannot be had, and what to write instead."""
    if known:
        near = nearest(kpi, sorted(known))
        hint = f'did you mean "{near}"?' if near else "see .summary for what is"
        return f"is not reported of {scope} {name}; {hint}"
    asked = [scope] if name == "all" else [name, scope]
    of = next((f"{kind!r}, {own!r}" for one in asked for kind, own in result.scopes() if own == one), None)
    hint = f"write .kpi({kpi!r}, {of})" if of else "see .summary for scopes and names"
    return f"is not reported of {scope} {name}; {hint}"
