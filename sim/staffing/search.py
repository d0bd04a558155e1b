"""A search for staff, from the need on paper to a plan that is confirmed: each step in a module of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sim.scenario.load import plan_of
from sim.scenario.reading.plans import BASE, ScenarioFile
from sim.staffing.allowed import Allowed, Heads, allowed_of
from sim.staffing.bounding import bound_of
from sim.staffing.curve import curve_of
from sim.staffing.ending import Clock, ends_on_interrupt
from sim.staffing.finding import Finding
from sim.staffing.found import Bound, CurvePoint, Found, Impossible, Worth
from sim.staffing.fresh_luck import FreshLuck
from sim.staffing.judge import Judged, TimeIsUp
from sim.staffing.playing import Answer, Question
from sim.staffing.refusals import refuse
from sim.staffing.setting import Setting
from sim.staffing.telling import impossible_of, need_of, periods_of, worth_of
from sim.staffing.wanted import Wanted, wanted_of
from sim.study.run import Entry, Options, Study, Watcher, run_study

SHOWN_IN_HASTE = 10
"""Replications of the plans side by side where the search was stopped."""

MOST_BESIDE = 8
"""Plans of the file that are played beside."""

STAFFED = "staffed"
"""What results call the plan found."""


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
        return _Search(Setting.of(question, options, watcher, clock)).found()


class _Search:
    """One search; what it knows so far is told when it is stopped."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.finding, self.fresh_luck = Finding(setting), FreshLuck(setting)
        self.is_finished = True

    def found(self) -> Found:
        setting, finding = self.setting, self.finding
        try:
            finding.run()
            if finding.best.holds or setting.is_for_service:
                self.fresh_luck.run(finding.best)
        except TimeIsUp:
            self.is_finished = False
        return self._told(self.fresh_luck.best or finding.best)

    def _told(self, best: Judged) -> Found:
        setting, fresh = self.setting, self.fresh_luck.question
        judge, allowed = setting.judge, setting.question.allowed
        told = self.fresh_luck.told
        known = judge.playing.answer(best.heads, judge.runs) if told is None else told.answer
        assert known is not None
        curve, worth, bound = self._beside(best, known)
        study = self._study(best.heads)
        setting.playing.close()
        if setting.kept is not None and self.is_finished:
            setting.kept.drop()
        return Found(
            base=fresh.base, today=fresh.scenario(None), plan=fresh.scenario(best.heads),
            changes=allowed.changes(best.heads), allowed=allowed, wanted=setting.wanted, heads=best.heads,
            study=study, periods=periods_of(judge, known), confirmation=self.fresh_luck.confirmation(),
            bound=bound, worth=worth, curve=curve,
            need=need_of(setting.coverage, allowed, best.heads, study.results[-1]),
            impossible=self._impossible(best),
            is_finished=self.is_finished,
            plays=setting.playing.plays, replications=setting.playing.replications, seconds=setting.clock.elapsed,
        )  # fmt: skip

    def _beside(self, best: Judged, known: Answer) -> tuple[tuple[CurvePoint, ...], tuple[Worth, ...], Bound | None]:
        """The curve, what each person is worth, and the bound, as far as time allows."""
        setting, finding = self.setting, self.finding
        judge, is_for_cost = setting.judge, not setting.is_for_service
        curve, worth, bound = list[CurvePoint](), tuple[Worth, ...](), None
        if not best.holds:
            return (), (), None
        try:
            # Where a share of the periods is asked for, a level of service is another question.
            if is_for_cost and setting.wanted.periods is None:
                setting.watcher.stage("what a point of service costs")
                curve += curve_of(judge, setting.gains, best, setting.program.price, known)
            setting.watcher.stage("what each person is worth")
            worth = worth_of(judge, best)
            if is_for_cost:
                bound = bound_of(judge, setting.coverage, finding.cutting, setting.program, best, finding.enumerated)
        except TimeIsUp:
            self.is_finished = False
        return tuple(sorted(curve, key=lambda one: one.target)), worth, bound

    def _impossible(self, best: Judged) -> Impossible | None:
        """Where the search came to its end and nothing holds; that a sum is too small is no wonder."""
        if best.holds or not self.is_finished or self.setting.wanted.budget is not None:
            return None
        return impossible_of(self.setting.judge, best)

    def _study(self, heads: Heads) -> Study:
        """Today, the file's other plans and the plan found, side by side on the fresh luck."""
        setting, fresh = self.setting, self.fresh_luck.question
        setting.watcher.stage("playing today's plan and the plan found side by side")
        seeded, base = [*fresh.layers, {"run": {"seed": fresh.seed}}], fresh.base
        entries = [Entry(base, fresh.scenario(None), fresh.plan)]
        for name in [BASE, *fresh.file.plans][:MOST_BESIDE]:
            if name != fresh.plan and not fresh.layers:
                other = plan_of(fresh.file, name, seeded)
                if other.clock.days == base.clock.days and other.queues == base.queues:
                    entries.append(Entry(base, other, name))
        entries.append(Entry(base, fresh.scenario(heads), STAFFED))
        runs = setting.sizes.shown if self.is_finished else min(setting.sizes.shown, SHOWN_IN_HASTE)
        options = replace(
            setting.options, replications=runs, seed=None, engine=setting.engine, jobs=setting.jobs, remember=True
        )
        return run_study(entries, options, setting.watcher)
