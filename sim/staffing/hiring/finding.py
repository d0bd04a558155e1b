"""From a file to the hiring year found: what is allowed, the search, the test on fresh luck, the file's own plans."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field, replace

from sim.errors import Problem, ScenarioError
from sim.scenario.load import plan_of, plans_of
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import BASE, ScenarioFile
from sim.staffing.found import Bound, Confirmation, Floats, Period
from sim.staffing.hiring.answering import Answer
from sim.staffing.hiring.asked import refuse
from sim.staffing.hiring.delay import delays_of
from sim.staffing.hiring.found import Delay, HiringFound, Missed, Rival
from sim.staffing.hiring.impossible import in_the_way
from sim.staffing.hiring.intake import Classes, Intake, changes_of, classes_today, intakes_of, names_of
from sim.staffing.hiring.judging import (
    MOST_TRIED,
    is_sure,
    money_of,
    periods_on,
    saving,
    verdicts_on,
)
from sim.staffing.hiring.playing import Luck, Playing, Stopped
from sim.staffing.hiring.remembered import Remembered
from sim.staffing.hiring.search import BEHIND, FIRST_RUNS, LATER_ROUNDS, LATER_RUNS, MOST_ROUNDS, Search
from sim.staffing.wanted import wanted_of
from sim.study.prepared import prepare
from sim.study.run import Options, Study, Watcher, choose_engine
from sim.study.targets import MISSED
from sim.ways_out import option

CONFIRM_RUNS = 40
"""Replications on fresh luck of the plan that is tested, where none are asked for."""

BESIDE_RUNS = 40
"""At most, of each of the file's plans on the same luck."""

DELAY_RUNS = 12
"""Likewise, for each delay of the first class."""

MOST_TURNS, DEAR = 3, 0.01
"""The program is asked again where a new reference has left only what holds at so much more than what nearly does."""

FRESH_SEED = 1_000_003
"""Added to the seed for luck that the search has not seen."""

FOUND = "found"
"""What the plan found is called beside those of the file."""

PLAYS_EXPECTED, CONTACTS_PER_SECOND = 200, 400_000


def find_hiring(
    file: ScenarioFile,
    plan: str,
    options: Options,
    watcher: Watcher,
    *,
    seconds: float | None = None,
) -> HiringFound:
    """The cheapest classes that hold every target, in place of those of a plan of the file.

    What may be planned, `[staffing.hiring]` says. After so many `seconds`, else those of `[staffing]`, and on Ctrl-C,
    the best so far. ScenarioError where nothing can be planned, or more is asked than this search looks at.
    """
    began = time.monotonic()
    base, today = plan_of(file, BASE), plan_of(file, plan)
    refuse(file, today)
    wanted, intakes = wanted_of(today), intakes_of(file, today)
    contacts = PLAYS_EXPECTED * prepare(today).contacts
    jobs = options.jobs or ((os.cpu_count() or 1) if contacts > 30 * CONTACTS_PER_SECOND else 1)
    luck = Luck(
        today.spec.run.seed if options.seed is None else options.seed,
        choose_engine(options.engine, contacts), jobs, wanted.minimise,
    )  # fmt: skip
    runs = options.replications or CONFIRM_RUNS
    if runs < 2:
        text = "one replication tells nothing of how sure a plan is; give 2 or more"
        raise ScenarioError(str(file.path), [Problem(option("replications", runs), text)])
    store = Remembered.of(base, today, intakes, luck.kpi) if options.remember else None
    if store is not None and store.count:
        watcher.stage(f"going on with {store.count} plans that an earlier search has played")
    seconds = wanted.seconds if seconds is None else seconds
    deadline = None if seconds is None else began + seconds
    finding = _Finding(file, base, today, intakes, luck, runs, watcher, began, deadline, store)
    finding.look()
    return finding.found(time.monotonic() - began)


@dataclass
class _Finding:
    file: ScenarioFile
    base: Scenario
    today: Scenario
    intakes: tuple[Intake, ...]
    luck: Luck
    runs: int
    watcher: Watcher
    began: float
    deadline: float | None
    store: Remembered | None
    search: Search | None = None
    fresh: Playing | None = None
    """The luck of the last test."""
    chosen: Classes = ()
    tried: int = 0
    periods: tuple[Period, ...] = ()
    is_sure: bool = False
    is_finished: bool = False
    rivals: list[tuple[str, Answer]] = field(default_factory=list)
    missed: list[Missed] = field(default_factory=list)
    delays: tuple[Delay, ...] = ()
    played: list[Playing] = field(default_factory=list)

    def look(self) -> None:
        """Search, test, compare; what a Ctrl-C or the deadline leaves out is not there."""
        try:
            search = self._begun()
            self._search(search, MOST_ROUNDS)
            self._confirm(search)
            self._compare(search)
            if self.chosen and self.fresh is not None and search.best() is not None:
                self.watcher.stage("what waiting costs")
                runs = min(self.runs, DELAY_RUNS)
                self.delays = delays_of(self.fresh, self.intakes, self.chosen, runs, search.dearer_from)
            self.is_finished = True
            if self.store is not None:
                self.store.drop()
        except (KeyboardInterrupt, Stopped):
            if self.search is None:
                raise
        finally:
            for playing in self.played:
                playing.close()

    @property
    def _later(self) -> int:
        """Replications near the end of the search; not more than those that confirm."""
        return max(FIRST_RUNS, min(LATER_RUNS, self.runs))

    def _playing(self, seed: int, *, keeps: bool = False) -> Playing:
        luck = replace(self.luck, seed=seed)
        about = self.file, self.base, self.today.plan, self.intakes, luck, self.watcher
        self.played.append(Playing(*about, keeps=keeps, store=self.store))
        return self.played[-1]

    def _begun(self) -> Search:
        """With the least that an answer takes, whatever the time."""
        playing = self._playing(self.luck.seed)
        today = classes_today(self.intakes, self.today)
        self.search = Search.begin(playing, self.intakes, today, self.watcher, self.runs)
        playing.deadline = self.deadline
        self.search.look_around()
        return self.search

    def _search(self, search: Search, rounds: int) -> None:
        if not search.tests:
            search.rounds(rounds, near=BEHIND)
            search.settle(self._later)
        for _ in range(MOST_TURNS):
            search.rounds(rounds)
            search.settle(self._later)
            best = search.best()
            if best is not None and search.cost(best) <= (1.0 + DEAR) * search.cost(search.nearly()):
                break
        search.steps(self._later)

    def _confirm(self, search: Search) -> None:
        """The best that holds is put to the test on fresh luck; where that is not sure, what is known of it grows by
        what it did there, and the search goes on."""
        for n in range(1, MOST_TRIED + 1):
            best = search.best()
            if n > 1 and best is None:
                break
            self.chosen = search.nearest() if best is None else best
            self.tried, self.fresh = n, self._playing(self.luck.seed + n * FRESH_SEED, keeps=True)
            self.fresh.deadline = self.deadline
            self.watcher.stage(f"playing the best on fresh luck, test {n}")
            answer = self.fresh.answer(self.chosen, self.runs)
            self.periods = periods_on(self.fresh.targets, answer, n)
            self.is_sure = is_sure(self.periods)
            if self.is_sure or best is None:
                break
            search.learn_from(self.chosen, answer)
            if n < MOST_TRIED:
                self._search(search, LATER_ROUNDS)

    def _compare(self, search: Search) -> None:
        """The file's plans on the fresh luck; those that surely miss a target are seen to do so sooner."""
        assert self.fresh is not None
        before = search.playing
        for plan in plans_of(self.file):
            if plan.clock.days != self.today.clock.days or plan.queues != self.today.queues:
                continue
            is_today = plan.plan == self.today.plan
            if not is_today:
                seen = verdicts_on(before.targets, before.of_plan(plan.plan, plan, FIRST_RUNS))
                if any(one.verdict == MISSED for one in seen):
                    self.missed.append(Missed(plan.plan, max(seen, key=lambda one: one.gap)))
                    continue
            answer = self.fresh.of_plan(plan.plan, plan, min(self.runs, BESIDE_RUNS))
            self.rivals.insert(0 if is_today else len(self.rivals), (plan.plan, answer))

    # ---------------------------------------------------------------- the answer

    def found(self, seconds: float) -> HiringFound:
        search = self.search
        assert search is not None
        if not self.tried:
            self.chosen = search.best() or search.nearest()
        playing = self.fresh if self.fresh is not None and self._is_known(self.fresh) else search.playing
        answer = playing.answer(self.chosen, playing.replications(self.chosen))
        targets = playing.targets
        periods = self.periods if playing is self.fresh else periods_on(targets, answer)
        rivals = tuple(
            Rival(name, money_of(other), verdicts_on(targets, other), saving(other, answer), other.replications)
            for name, other in self.rivals
        )
        way = ""
        if self.is_finished and search.best() is None and periods[0].margin < 0.0:
            way = in_the_way(self.intakes, self.chosen, periods[0])
        plan = search.playing.plan(self.chosen)
        return HiringFound(
            self.base, self.today, plan, changes_of(self.intakes, self.chosen), self.intakes, self.chosen,
            names_of(self.intakes, self.chosen), self.luck.kpi, money_of(answer), verdicts_on(targets, answer),
            periods, rivals, tuple(self.missed), self._confirmation(answer, playing), self._bound(search, answer),
            self.delays, way, self.is_finished, self._effective(search),
            search.needed(self.chosen), self._study(), sum(one.plays for one in self.played),
            sum(one.runs for one in self.played), seconds,
        )  # fmt: skip

    def _effective(self, search: Search) -> dict[str, Floats]:
        today = classes_today(self.intakes, self.today)
        found = {"without classes": search.model.effective}
        found |= {} if today is None else {"today": search.model.people(today)}
        return {**found, "found": search.model.people(self.chosen)}

    def _study(self) -> Study | None:
        """Of what was played on the fresh luck."""
        fresh = self.fresh
        key = "" if fresh is None else fresh.name_of(self.chosen)
        if fresh is None or not self._is_known(fresh):
            return None
        fresh.results[key].label = FOUND
        results = [fresh.results[name] for name in (*(name for name, _ in self.rivals), key)]
        return Study(results, self.luck.engine, self.luck.jobs, time.monotonic() - self.began)

    def _is_known(self, playing: Playing) -> bool:
        return playing.replications(self.chosen) >= self.runs

    def _confirmation(self, answer: Answer, playing: Playing) -> Confirmation:
        runs, seed = answer.replications, playing.luck.seed
        if playing is not self.fresh:
            says = f"not confirmed: {runs} replications on the luck that the search has seen, which flatter"
        elif self.is_sure:
            says = f"surely holds every target in all of its periods, on luck new to the search ({runs} replications)"
        else:
            at = self.periods[0]
            says = f"not sure: {at.name} may lie below its target from {at.date} on ({runs} fresh replications)"
        return Confirmation(self.is_sure and playing is self.fresh, runs, seed, max(self.tried, 1), says)

    def _bound(self, search: Search, answer: Answer) -> Bound | None:
        """By the program without whole numbers, where every target is just held."""
        least = search.bound(self.chosen) if self.is_finished and search.best() is not None else None
        if least is None:
            return None
        cost = float(answer.money.mean())
        bound = min(cost, cost - search.model.cost(self.chosen) + least)
        return Bound(
            bound, (cost - bound) / cost if cost else 0.0, "work",
            f"the expected ledger, and how service answered to people in the {search.playing.plays} plans played: "
            "classes in fractions of people, every target just held on average",
        )  # fmt: skip
