"""What all steps of a search stand on: the question, what plays its staffings, what judges them, what proposes them."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.staffing.coverage import Coverage, coverage_of
from sim.staffing.cutting import MOST_COLUMNS
from sim.staffing.ending import Clock
from sim.staffing.gains import Gains
from sim.staffing.judge import Judge, Judged
from sim.staffing.playing import Playing, Question
from sim.staffing.polishing import polish, repair
from sim.staffing.program import Program
from sim.staffing.remembered import Kept
from sim.staffing.span import span_of
from sim.staffing.wanted import HEADS, PAID_HOURS, Wanted
from sim.study.run import Options, Watcher, choose_engine

Floats = NDArray[np.float64]

SEARCHED = 400_000
"""Contacts that a staffing is played with in a search, in whole replications of these bounds."""
LEAST_RUNS, MOST_RUNS = 6, 40

CONFIRMED = 6_000_000
LEAST_CONFIRMING, MOST_CONFIRMING = 96, 1_600

SHOWN = 100
"""Replications at most of the plans side by side."""

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


@dataclass
class Setting:
    """Of one search; prices, planes and limits become better known as it goes on."""

    question: Question
    options: Options
    watcher: Watcher
    clock: Clock
    sizes: Sizes
    engine: str
    jobs: int
    kept: Kept | None
    playing: Playing
    coverage: Coverage
    judge: Judge
    gains: Gains
    program: Program

    @classmethod
    def of(cls, question: Question, options: Options, watcher: Watcher, clock: Clock) -> Setting:
        """Today's staffing is played here: it is known, however short the time."""
        watcher.stage("calibrating to what was observed")
        contacts = _contacts(question)
        sizes = Sizes.of(contacts, options.replications)
        engine = choose_engine(options.engine, contacts * sizes.search * PLAYS)
        jobs = options.jobs or os.cpu_count() or 1
        kept = Kept.of(question) if options.remember else None
        if kept is not None and kept.count:
            watcher.stage(f"going on with {kept.count} staffings that an earlier search has played")
        playing, allowed = Playing(question, engine, jobs, kept), question.allowed
        prepared = playing.stage.player(allowed.today)[0].prepared
        coverage = coverage_of(question, prepared)
        judge = Judge.of(playing, prepared, allowed.today, sizes.search, clock.check)
        program = Program(allowed, _prices(question.wanted, coverage))
        return cls(
            question, options, watcher, clock, sizes, engine, jobs, kept, playing, coverage, judge,
            Gains.of(judge, coverage), program,
        )  # fmt: skip

    @property
    def wanted(self) -> Wanted:
        return self.question.wanted

    @property
    def is_for_service(self) -> bool:
        """Whether the best service is wanted, and not the least cost."""
        return self.wanted.budget is not None or self.wanted.keep_heads

    @property
    def is_small(self) -> bool:
        """Whether every column can be looked at by itself."""
        return len(self.question.allowed.columns) <= MOST_COLUMNS

    def fresh(self) -> Question:
        return replace(self.question, seed=fresh_seed(self.question.seed))

    def repair(self, found: Judged) -> Judged:
        return repair(self.judge, self.gains, found, self.program.price)

    def polish(self, found: Judged) -> Judged:
        return polish(self.judge, self.gains, found, self.program.price, thorough=self.is_small)

    def say(self, best: Judged) -> None:
        failing = int((best.margin < 0.0).sum())
        # What is judged together may still fail on one of its dates.
        together = any(len(members) > 1 for members in self.judge.kinds.members)
        holds = (
            f"holds on average{', dates alike taken together' * together}" if best.holds else f"{failing} targets fail"
        )
        told = f"{best.cost:,.0f} in all" if self.wanted.minimise in (HEADS, PAID_HOURS) else self._told(best.cost)
        self.watcher.stage(f"best so far: {sum(best.heads)} people, {told}, {holds}")

    def _told(self, cost: float) -> str:
        scenario = self.question.base
        scale, words = span_of(scenario)
        return f"{scenario.spec.center.currency} {cost * scale:,.0f} {words}"


def _prices(wanted: Wanted, coverage: Coverage) -> Floats:
    if wanted.minimise == HEADS:
        return np.ones(coverage.price.shape)
    return coverage.paid_hours if wanted.minimise == PAID_HOURS else coverage.price


def _contacts(question: Question) -> float:
    from sim.demand.forecast import expected

    scenario = question.scenario(None)
    return float(sum(expected(scenario, queue).contacts.sum() for queue in scenario.queues))
