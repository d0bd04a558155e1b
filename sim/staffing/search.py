"""A search for staff, from the need on paper to a plan that is confirmed: each step in a module of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError
from sim.scenario.load import plan_of
from sim.scenario.reading.plans import BASE, ScenarioFile
from sim.staffing.allowed import Allowed, Heads, Limit, allowed_of
from sim.staffing.bounding import bound_of
from sim.staffing.climbing import climb
from sim.staffing.confirming import Test, buffer_of, test
from sim.staffing.coverage import Coverage, coverage_of
from sim.staffing.covering import Needs, better, cover
from sim.staffing.curve import curve_of
from sim.staffing.cutting import MOST_COLUMNS, Cutting
from sim.staffing.ending import Clock, ends_on_interrupt
from sim.staffing.enumerating import Enumerated, enumerate_cheaper
from sim.staffing.found import Confirmation, CurvePoint, Found, Impossible, Worth
from sim.staffing.gains import Gains
from sim.staffing.judge import Judge, Judged, TimeIsUp
from sim.staffing.playing import Playing, Question
from sim.staffing.polishing import polish, repair
from sim.staffing.program import Program
from sim.staffing.refusals import refuse
from sim.staffing.span import span_of
from sim.staffing.store import Kept
from sim.staffing.telling import impossible_of, need_of, periods_of, worth_of
from sim.staffing.wanted import HEADS, PAID_HOURS, Wanted, wanted_of
from sim.study.prepared import Prepared
from sim.study.run import Entry, Options, Study, Watcher, choose_engine, run_study

Floats = NDArray[np.float64]

SEARCHED = 400_000
"""Contacts that a staffing is played with in a search, in whole replications of these bounds."""
LEAST_RUNS, MOST_RUNS = 6, 40

CONFIRMED = 6_000_000
LEAST_CONFIRMING, MOST_CONFIRMING = 96, 1_600

ROUNDS = 3
"""Of local search and cutting planes."""

MOST_TESTS = 6
"""Plans that are put to the test, until one passes."""

SHOWN = 100
"""Replications at most of the plans side by side."""

SHOWN_IN_HASTE = 10
"""The same where the search was stopped."""

MOST_BESIDE = 8
"""Plans of the file that are played beside."""

STAFFED = "staffed"
"""What results call the plan found."""

PLAYS = 400
"""Staffings that a search is taken to play, where the calendar is chosen."""


@dataclass(frozen=True)
class Sizes:
    """Replications of a staffing in the search, of a confirmation, and of the plans side by side."""

    search: int
    confirm: int
    shown: int

    @classmethod
    def of(cls, contacts: float, asked: int | None) -> Sizes:
        """`contacts`: of a replication."""
        search = int(np.clip(SEARCHED / max(contacts, 1.0), LEAST_RUNS, MOST_RUNS))
        confirm = asked or int(np.clip(CONFIRMED / max(contacts, 1.0), LEAST_CONFIRMING, MOST_CONFIRMING))
        return cls(search, confirm, min(confirm, SHOWN))


def fresh_seed(seed: int) -> int:
    """A seed that the search has not seen."""
    return (seed * 2_654_435_761 + 40_503) % 2_147_483_647


def find_staff(
    file: ScenarioFile,
    plan: str,
    wanted: Wanted | None,
    options: Options,
    watcher: Watcher,
    *,
    layers: Sequence[dict[str, Any]] = (),
    allowed: Allowed | None = None,
) -> Found:
    """Search the staff of a plan. What `wanted` and `allowed` do not give, the file's `[staffing]` does.

    Ctrl-C, or the wanted time, ends it with the best found so far.
    """
    today = plan_of(file, plan, list(layers))
    wanted = wanted_of(today) if wanted is None else wanted
    allowed = allowed_of(today, keep_heads=wanted.keep_heads) if allowed is None else allowed
    refuse(today, wanted, allowed, file.path)
    seed = today.spec.run.seed if options.seed is None else options.seed
    question = Question(file, plan, tuple(layers), allowed, wanted, seed)
    clock = Clock(wanted.seconds)
    with ends_on_interrupt(clock):
        return _Search(question, options, watcher, clock).found()


class _Search:
    """One search, step by step; what it knows so far is there when it is stopped."""

    def __init__(self, question: Question, options: Options, watcher: Watcher, clock: Clock) -> None:
        self.question, self.options, self.watcher, self.clock = question, options, watcher, clock
        self.allowed, self.wanted = question.allowed, question.wanted
        watcher.stage("calibrating to what was observed")
        draft_contacts = _contacts(question)
        self.sizes = Sizes.of(draft_contacts, options.replications)
        self.engine = choose_engine(options.engine, draft_contacts * self.sizes.search * PLAYS)
        self.jobs = options.jobs or os.cpu_count() or 1
        self.kept = Kept.of(question) if options.remember else None
        if self.kept is not None and self.kept.count:
            watcher.stage(f"going on with {self.kept.count} staffings that an earlier search has played")
        self.playing = Playing(question, self.engine, self.jobs, self.kept)
        self.fresh = replace(question, seed=fresh_seed(question.seed))
        self.fresh_playing: Playing | None = None
        self.prepared: Prepared = self.playing.stage.player(self.allowed.today)[0].prepared
        self.coverage: Coverage = coverage_of(question, self.prepared)
        self.needs = Needs.of(self.coverage)
        self.best: Judged | None = None
        self.cutting: Cutting | None = None
        self.enumerated: Enumerated | None = None
        self.tests: list[Test] = []
        self.told: Test | None = None
        """The test of the plan found."""
        self.is_finished = True

    # ------------------------------------------------------------ the steps

    def found(self) -> Found:
        watcher, today = self.watcher, self.allowed.today
        self.judge = judge = Judge.of(self.playing, self.prepared, today, self.sizes.search, self.clock.check)
        self.gains = Gains.of(judge, self.coverage)
        self.program = Program(self.allowed, self._prices())
        answer = self.playing.answer(today, judge.runs)
        assert answer is not None
        # Today's plan is known, however short the time.
        self.best = start = self._start(judge.judged(today, answer))
        try:
            if self.wanted.budget is not None:
                self._keep_to(self.wanted.budget, start)
            watcher.stage("covering the need")
            self.best, played = cover(judge, self.program, self.needs, self.best)
            self._say()
            if self.is_for_service:
                watcher.stage("raising the service")
                most = np.inf if self.wanted.budget is None else self.wanted.budget
                self.best = climb(judge, self.gains, self.best, most)
                self._say()
            else:
                self._optimum(played)
            if self.best.holds or self.is_for_service:
                self._confirm()
        except TimeIsUp:
            self.is_finished = False
        return self._assembled()

    @property
    def is_for_service(self) -> bool:
        """Whether the best service is wanted, and not the least cost."""
        return self.wanted.budget is not None or self.wanted.keep_heads

    def _start(self, today: Judged) -> Judged:
        """Today's staffing; where it is not allowed, the allowed one that covers the need best, on paper."""
        if self.allowed.holds(today.heads):
            return today
        proposal = self.program.cheapest(self.coverage, self.needs.seats)
        answer = None if proposal is None else self.playing.answer(proposal.heads, self.judge.runs)
        return today if proposal is None or answer is None else self.judge.judged(proposal.heads, answer)

    def _keep_to(self, budget: float, start: Judged) -> None:
        """A limit on the price of heads: what is left of the budget beside what does not depend on them."""
        slopes = self.gains.see(start.heads, max(self.judge.runs // 2, 4))
        if slopes is not None:
            self.program.price = np.where(slopes.price > 0.0, slopes.price, self.program.price)
        fixed = start.cost - float(self.program.price @ np.array(start.heads))
        limit = Limit("--budget", tuple(self.program.price.tolist()), high=budget - fixed)
        self.judge.allowed = self.program.allowed = replace(self.allowed, limits=(*self.allowed.limits, limit))
        cheapest = Program(self.judge.allowed, self.program.price).cheapest()
        if cheapest is None:
            least = Program(self.allowed, self.program.price).cheapest()
            text = "no staffing that is allowed costs as little"
            text += "" if least is None else f"; the cheapest costs about {least.bound + fixed:,.0f} over the horizon"
            raise ScenarioError("sim staff", [Problem("--budget", text)])
        # Today's plan may cost more than that.
        if start.cost > budget or not self.judge.allowed.holds(start.heads):
            inside = self.judge.of_one(cheapest.heads)
            assert inside is not None
            self.best = inside

    def _optimum(self, played: Sequence[Judged]) -> None:
        """The best staffing on the search's luck: planes and local search in turn, for each tells the other more."""
        assert self.best is not None
        if len(self.allowed.columns) <= MOST_COLUMNS:
            runs = max(self.judge.runs // 2, 4)
            slopes = self.gains.see(self.best.heads, runs)
            if slopes is not None and self.wanted.minimise not in (HEADS, PAID_HOURS):
                self.program.price = np.where(slopes.price > 0.0, slopes.price, self.program.price)
            self.cutting = Cutting(self.judge, self.program, self.gains, runs)
            for one in played:
                self.cutting.know(one)
        # Planes are laid at the best, which must be near what it can be.
        self._polish()
        for _ in range(ROUNDS):
            if self.cutting is None or not self.best.holds:
                break
            self._cut()
            before = self.best
            self._polish()
            if self.best.heads == before.heads:
                break
        self.best, self.enumerated = enumerate_cheaper(self.judge, self.program.price, self.best)

    def _cut(self) -> None:
        assert self.best is not None
        assert self.cutting is not None
        self.cutting.know(self.best)
        self.watcher.stage("cutting off what cannot hold")
        self.best = self.cutting.run(self.best)
        self._say()

    def _polish(self) -> None:
        assert self.best is not None
        if not self.best.holds:
            self.watcher.stage("mending what fails")
            self.best = repair(self.judge, self.gains, self.best, self.program.price)
            self._say()
        if self.best.holds:
            self.watcher.stage("trying to do without, to move and to exchange people")
            few = len(self.allowed.columns) <= MOST_COLUMNS
            self.best = polish(self.judge, self.gains, self.best, self.program.price, thorough=few)
            self._say()

    def _confirm(self) -> None:
        """The cheapest plan that passes the test on fresh luck; each that fails asks for more room."""
        judge, best = self.judge, self.best
        assert best is not None
        self.watcher.stage("confirming on luck that the search has not seen")
        self.fresh_playing = Playing(self.fresh, self.engine, self.jobs, self.kept)
        candidate = best
        for number in range(1, MOST_TESTS + 1):
            if (number > 1 or not self._is_hopeful(candidate)) and not self.is_for_service:
                roomy = self._with_room(candidate, number)
                if roomy is None:
                    # More room may ask for another plan.
                    continue
                candidate = roomy
            found = test(self.fresh_playing, judge, candidate.heads, self.sizes.confirm, len(self.tests) + 1)
            if found is None:
                break
            self.tests.append(found)
            self.told, self.best = found, candidate
            if found.passed or self.is_for_service:
                self._say()
                return
        if self.tests:
            # None passed: the one that came nearest is told, as not sure.
            self.told = max(self.tests, key=lambda one: (not one.surely_fails, one.worst))
            self.best = judge.of_one(self.told.heads) or best

    def _is_hopeful(self, candidate: Judged) -> bool:
        answer = self.playing.answer(candidate.heads, self.judge.runs)
        return answer is not None and bool(
            (candidate.margin >= buffer_of(self.judge, answer, self.sizes.confirm)).all()
        )

    def _with_room(self, candidate: Judged, number: int) -> Judged | None:
        """The cheapest staffing near this one that is so far inside its targets that the test is passed most of the
        time, and none that was tested; None where nothing is."""
        judge = self.judge
        answer = self.playing.answer(candidate.heads, judge.runs)
        assert answer is not None
        plain = judge.buffer
        judge.buffer = buffer_of(judge, answer, self.sizes.confirm) * (1.0 + 0.5 * (number - 1))
        try:
            inside = judge.of_one(candidate.heads)
            assert inside is not None
            proposed = self.gains.proposed(self.program.price)
            other = None if proposed is None else judge.of_one(proposed)
            starts = (one for one in (inside, other) if one is not None)
            found = reduce(better, (repair(judge, self.gains, one, self.program.price) for one in starts))
            if found.holds:
                few = len(self.allowed.columns) <= MOST_COLUMNS
                found = polish(judge, self.gains, found, self.program.price, thorough=few)
        finally:
            judge.buffer = plain
        tested = {one.heads for one in self.tests}
        return None if found.heads in tested or not found.holds else judge.of_one(found.heads)

    # ------------------------------------------------------------ what is told

    def _prices(self) -> Floats:
        if self.wanted.minimise == HEADS:
            return np.ones(len(self.allowed.columns))
        return self.coverage.paid_hours if self.wanted.minimise == PAID_HOURS else self.coverage.price

    def _say(self) -> None:
        best = self.best
        assert best is not None
        failing = int((best.margin < 0.0).sum())
        holds = "holds on average" if best.holds else f"{failing} targets fail"
        told = f"{best.cost:,.0f} in all" if self.wanted.minimise in (HEADS, PAID_HOURS) else self._told(best.cost)
        self.watcher.stage(f"best so far: {sum(best.heads)} people, {told}, {holds}")

    def _told(self, cost: float) -> str:
        scenario = self.question.base
        scale, words = span_of(scenario)
        return f"{scenario.spec.center.currency} {cost * scale:,.0f} {words}"

    def _assembled(self) -> Found:
        judge, best = self.judge, self.best
        assert best is not None
        bound, worth, curve = None, tuple[Worth, ...](), tuple[CurvePoint, ...]()
        try:
            # Where a share of the periods is asked for, a level of service is another question.
            if best.holds and not self.is_for_service and self.wanted.periods is None:
                curve = self._curve(best)
            if best.holds:
                self.watcher.stage("what each person is worth")
                worth = worth_of(judge, best)
            if best.holds and not self.is_for_service:
                bound = bound_of(judge, self.coverage, self.cutting, self.program, best, self.enumerated)
        except TimeIsUp:
            self.is_finished = False
        shown = self.told.answer if self.told is not None else self.playing.answer(best.heads, judge.runs)
        assert shown is not None
        study = self._study(best.heads)
        for playing in (self.playing, self.fresh_playing):
            if playing is not None:
                playing.close()
        if self.kept is not None and self.is_finished:
            self.kept.drop()
        return Found(
            base=self.fresh.base, today=self.fresh.scenario(None), plan=self.fresh.scenario(best.heads),
            changes=self.allowed.changes(best.heads), allowed=self.allowed, wanted=self.wanted, heads=best.heads,
            study=study, periods=periods_of(judge, shown), confirmation=self._confirmation(), bound=bound, worth=worth,
            curve=curve, need=need_of(self.coverage, self.allowed, best.heads, study.results[-1]),
            impossible=self._impossible(),
            is_finished=self.is_finished,
            plays=self.playing.plays, replications=self.playing.replications, seconds=self.clock.elapsed,
        )  # fmt: skip

    def _impossible(self) -> Impossible | None:
        """Where the search came to its end and nothing holds; that a sum is too small is no wonder."""
        best = self.best
        if best is None or best.holds or not self.is_finished or self.wanted.budget is not None:
            return None
        return impossible_of(self.judge, best)

    def _curve(self, best: Judged) -> tuple[CurvePoint, ...]:
        self.watcher.stage("what a point of service costs")
        known = self.told.answer if self.told is not None else self.playing.answer(best.heads, self.judge.runs)
        assert known is not None
        points = curve_of(self.judge, self.gains, best, self.program.price, known)
        return tuple(sorted(points, key=lambda one: one.target))

    def _confirmation(self) -> Confirmation:
        seed = self.fresh.seed
        if self.told is None:
            return Confirmation(False, 0, seed, 0, "not confirmed: no plan was played on fresh luck")
        last = self.told
        runs = f"{last.answer.runs} replications of seed {seed}, which the search has not seen"
        share = self.wanted.periods
        average = "on average in every period" if share is None else "in as many of its periods as were asked for"
        if last.passed:
            others = sum(not one.passed for one in self.tests)
            before = f"; {others} cheaper {'plans' if others > 1 else 'plan'} did not pass" if others else ""
            says = f"every target surely holds {average}, on {runs}{before}"
        elif last.surely_fails:
            says = f"not confirmed: on {runs}, a target surely fails"
        else:
            says = f"not confirmed: on {runs}, some period is too close to its target to tell"
        return Confirmation(last.passed, last.answer.runs, seed, len(self.tests), says)

    def _study(self, heads: Heads) -> Study:
        """Today, the file's other plans and the plan found, side by side on the fresh luck."""
        self.watcher.stage("playing today's plan and the plan found side by side")
        fresh, base = self.fresh, self.fresh.base
        seeded = [*fresh.layers, {"run": {"seed": fresh.seed}}]
        entries = [Entry(base, fresh.scenario(None), fresh.plan)]
        for name in [BASE, *fresh.file.plans][:MOST_BESIDE]:
            if name != fresh.plan and not fresh.layers:
                other = plan_of(fresh.file, name, seeded)
                if other.clock.days == base.clock.days and other.queues == base.queues:
                    entries.append(Entry(base, other, name))
        entries.append(Entry(base, fresh.scenario(heads), STAFFED))
        runs = self.sizes.shown if self.is_finished else min(self.sizes.shown, SHOWN_IN_HASTE)
        options = replace(self.options, replications=runs, seed=None, engine=self.engine, jobs=self.jobs, remember=True)
        return run_study(entries, options, self.watcher)


def _contacts(question: Question) -> float:
    from sim.demand.forecast import expected

    scenario = question.scenario(None)
    return float(sum(expected(scenario, queue).contacts.sum() for queue in scenario.queues))
