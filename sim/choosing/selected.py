"""The plan that was selected among many: which, what it costs against today's, and how surely."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from sim.choosing.grid import Grid
from sim.choosing.offered import Offered
from sim.choosing.screening import FIRST, MOST, Left, Screening
from sim.choosing.tally import NEAR, ROWS, Tally
from sim.errors import Problem, ScenarioError, SimError
from sim.scenario.load import plan_of
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import BASE, laid_over
from sim.study.compare import Difference, compare, smallest_that_matters
from sim.study.frontier.choice import mean_of, t_of
from sim.study.prepared import prepare
from sim.study.run import Entry, Options, Study, Watcher, check_kpis, choose_engine, run_study
from sim.study.sizes import SECONDS_A_CONTACT, duration_text, free_memory, memory
from sim.study.statistics import UNKNOWN, Estimate
from sim.study.targets import periods_of
from sim.ways_out import option

BEST = "best"
"""What the plan is called where it is written."""

MOST_OFFERED, LONGEST = 100_000, 86_400.0
"""Plans, and seconds of their first replications, beyond which nobody waits by mistake."""

A_TALLY = 2_000.0
"""Bytes of a plan's sums beside those by period."""

A_PLAN = 0.01
"""Seconds that making one ready takes, and again each time it is played."""

Kind = Literal["holds", "none holds", "no target"]


@dataclass(frozen=True)
class Selected:
    """Money over the horizon."""

    grid: Grid
    kpi: str
    """What is least: net_cost where customers have a value, else cost_total."""
    near: float
    """A plan so far below a target is as good as one that holds it, as a share."""
    screening: Screening
    study: Study
    """Today's plan, and the one selected if that is another: on the same luck, as often as that was played."""
    jobs: int
    reused: int
    wall_seconds: float

    @property
    def kind(self) -> Kind:
        if self.screening.best is not None:
            return "holds"
        return "no target" if all(one.worst is None for one in self.screening.tallies.values()) else "none holds"

    @cached_property
    def ranked(self) -> list[int]:
        return self.screening.ranked()

    @property
    def chosen(self) -> int:
        """The plan to take; where none holds the one that is least below."""
        return self.ranked[0]

    @property
    def keeps_today(self) -> bool:
        return self.chosen == 0

    @property
    def today(self) -> Scenario:
        return self.study.results[0].scenario

    @property
    def plan(self) -> Scenario:
        return self.study.results[-1].scenario

    @property
    def slack(self) -> float:
        """What matters, of money."""
        return self.screening.slack

    @property
    def promised(self) -> float:
        """The chance, at the least, that no plan which holds with a little to spare costs less by what matters."""
        return self.screening.sure

    def tally(self, n: int) -> Tally | None:
        return self.screening.tallies.get(n)

    def left(self, n: int) -> Left:
        return self.screening.left(n)

    def money(self, n: int) -> Estimate:
        """Its mean, with a 95 % interval: today's by all of its replications, and the difference by the plan's own, so
        that plans that were played less often are not told apart by luck that they have in common."""
        today = self.screening.tallies[0].money
        apart = self.screening.tallies[n].money
        runs = len(apart)
        apart = apart - today[:runs]
        both = np.cov(today[:runs], apart)
        spread = float(today.var(ddof=1) / len(today) + both[1, 1] / runs + 2.0 * both[0, 1] / len(today))
        cost, half = self.screening.cost(n), t_of(runs) * math.sqrt(max(spread, 0.0))
        return Estimate(cost, cost - half, cost + half)

    def change(self, n: int) -> Estimate:
        """From today's, on common luck, with the 95 % interval of this difference alone."""
        if n == 0:
            return UNKNOWN
        own, today = self.screening.tallies[n].money, self.screening.tallies[0].money
        return mean_of(own - today[: len(own)], t_of(len(own)))

    @cached_property
    def periods(self) -> list[tuple[str, str, str, tuple[str, str]]]:
        """(scope, name, per, (date, start)) of every period of every target, as tallies number them."""
        return [
            (target.scope, target.name, target.level.per, label)
            for target in periods_of(self.study.results[0])
            for label in target.labels
        ]

    @cached_property
    def differences(self) -> list[Difference]:
        """Of every KPI, of the plan selected from today's."""
        labels = [result.label for result in self.study.results]
        return compare(self.study.results, labels) if len(labels) > 1 else []

    @cached_property
    def table(self) -> dict[str, Any] | None:
        """What `[plans.best]` of the file would say; None where the plan is in it already, or cannot be said so."""
        file, at = self.grid.file, self.grid.at(self.chosen)
        if at is None:
            return None
        whole: Mapping[str, Any] = {} if self.grid.start == BASE else file.plans[self.grid.start]
        outright = (
            one.outright(n) for one, n in zip(self.grid.settings, at, strict=True) if one.levels[n] != one.today
        )
        for layer in (*self.grid.layers, *outright):
            whole = laid_over(dict(whole), layer)
        try:
            written = plan_of(file, BASE, [dict(whole)])
        except ScenarioError:
            return None
        same = written.with_spec(run=self.plan.spec.run).spec == self.plan.spec
        return dict(whole) if same else None

    @property
    def new_name(self) -> str:
        """What it is called there: another name where the file has one like it."""
        taken, name, number = {one.casefold() for one in (BASE, *self.grid.file.plans)}, BEST, 2
        while name in taken:
            name, number = f"{BEST}-{number}", number + 1
        return name


def select(grid: Grid, options: Options, watcher: Watcher) -> Selected:
    """Choose among the plans of a grid. `options.replications`: the most that a plan gets.

    SimError where there are more plans than anybody would wait for, unless they are to be played anyway.
    """
    began = time.perf_counter()
    most = MOST if options.replications is None else options.replications
    if most < FIRST:
        text = f"every plan gets {FIRST} replications, and some more; {most} tell nothing for sure"
        raise ScenarioError(str(grid.file.path), [Problem(option("replications", most), text)])
    if options.seed is not None:
        grid = replace(grid, seed=options.seed)
    today = grid.scenario(0)
    check_kpis(today)
    base = plan_of(grid.file, BASE, [] if options.seed is None else [{"run": {"seed": options.seed}}])
    contacts = prepare(today).contacts * FIRST * len(grid)
    engine = choose_engine(options.engine, contacts)
    cores = os.cpu_count() or 1
    seconds = contacts * SECONDS_A_CONTACT[engine] + len(grid) * A_PLAN
    jobs = options.jobs or (cores if seconds > 6.0 else 1)
    watcher.stage(size_text(len(grid), seconds / min(jobs, cores), jobs))
    if (len(grid) > MOST_OFFERED or seconds / min(jobs, cores) > LONGEST) and not options.anyway:
        raise SimError(f"{size_text(len(grid), seconds / min(jobs, cores), jobs)}. {_fewer(grid)}")
    if (needed := _bytes(grid, today)) > free_memory() and not options.anyway:
        raise SimError(f"{len(grid):,} plans take {memory(needed)} of memory, and less is free. {_fewer(grid)}")
    matters = today.spec.results.matters
    near = max(NEAR, smallest_that_matters(matters, "service_level", "share", 0.0))
    offered = Offered.of(grid, base, near, engine, jobs, watcher, remember=options.remember)
    finished = False
    try:
        screening = Screening(
            len(grid), offered.play,
            lambda cost: smallest_that_matters(matters, offered.stage.kpi, "money", cost), most,
        )  # fmt: skip
        screening.run()
        finished = True
    finally:
        offered.close(finished=finished)
    study = _closing(grid, base, screening, replace(options, engine=engine), watcher)
    return Selected(
        grid, offered.stage.kpi, near, screening, study, jobs, offered.reused, time.perf_counter() - began
    )  # fmt: skip


def _bytes(grid: Grid, today: Scenario) -> float:
    """What is kept of all plans, by the periods of their targets."""
    by_interval = [queue.level.per == "interval" for queue in today.numbered.queues]
    periods = sum(today.clock.intervals if one else today.clock.days for one in by_interval)
    return len(grid) * (A_TALLY + 8.0 * ROWS * periods)


def _closing(grid: Grid, base: Scenario, screening: Screening, options: Options, watcher: Watcher) -> Study:
    """Today's and the plan selected, with all that is known of them."""
    chosen = screening.ranked()[0]
    entries = [Entry(base, grid.scenario(n), grid.name(n)) for n in dict.fromkeys((0, chosen))]
    return run_study(entries, replace(options, replications=screening.tallies[chosen].runs), watcher)


def size_text(plans: int, seconds: float, jobs: int) -> str:
    on = "1 process" if jobs == 1 else f"{jobs} processes"
    return f"{plans:,} plans: {FIRST} replications of each take about {duration_text(seconds)} on {on}"


def _fewer(grid: Grid) -> str:
    widest = max(grid.settings, key=lambda one: len(one.levels))
    return (
        f"Fewer values of {widest.place} ({len(widest.levels):,} now), or of the others, make fewer plans; "
        f"{option('anyway')} plays them all the same"
    )
