"""From the need on paper to the best staffing on the search's luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sim.errors import Problem, ScenarioError
from sim.staffing.allowed import Limit
from sim.staffing.climbing import climb
from sim.staffing.covering import FIRST_ROUNDS, MOST_ROUNDS, Needs, cover
from sim.staffing.cutting import Cutting
from sim.staffing.enumerating import Enumerated, enumerate_cheaper
from sim.staffing.judge import Judged
from sim.staffing.program import Program
from sim.staffing.setting import Setting
from sim.staffing.steering import steer
from sim.staffing.wanted import HEADS, PAID_HOURS

ROUNDS = 3
"""Of local search and cutting planes."""


class Finding:
    """Step by step; what it has found so far is there when it is stopped."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.needs = Needs.of(setting.coverage)
        self.cutting: Cutting | None = None
        self.enumerated: Enumerated | None = None
        # However short the time, what is told is allowed.
        self.best = self._start()

    def run(self) -> None:
        """TimeIsUp ends it anywhere."""
        setting, budget = self.setting, self.setting.wanted.budget
        if budget is not None:
            self._keep_to(budget)
        setting.watcher.stage("covering the need")
        rounds = MOST_ROUNDS if setting.is_for_service else FIRST_ROUNDS
        self.best, played = cover(setting.judge, setting.program, self.needs, self.best, rounds)
        setting.say(self.best)
        if setting.is_for_service:
            setting.watcher.stage("raising the service")
            self.best = climb(setting.judge, setting.gains, self.best, np.inf if budget is None else budget)
            setting.say(self.best)
        else:
            self._optimum(played)

    def _start(self) -> Judged:
        """Today's staffing; where it is not allowed, the allowed one that covers the need best, on paper."""
        setting, allowed = self.setting, self.setting.question.allowed
        heads = allowed.today
        if not allowed.holds(heads):
            proposal = setting.program.cheapest(setting.coverage, self.needs.seats)
            if proposal is not None and setting.playing.answer(proposal.heads, setting.judge.runs) is not None:
                heads = proposal.heads
        answer = setting.playing.answer(heads, setting.judge.runs)
        assert answer is not None
        return setting.judge.judged(heads, answer)

    def _keep_to(self, budget: float) -> None:
        """A limit on the price of heads: what is left of the budget beside what does not depend on them."""
        setting, start = self.setting, self.best
        judge, program, allowed = setting.judge, setting.program, setting.question.allowed
        slopes = setting.gains.see(start.heads, max(judge.runs // 2, 4))
        if slopes is not None:
            program.price = np.where(slopes.price > 0.0, slopes.price, program.price)
        fixed = start.cost - float(program.price @ np.array(start.heads))
        limit = Limit("--budget", tuple(program.price.tolist()), high=budget - fixed)
        judge.allowed = program.allowed = replace(allowed, limits=(*allowed.limits, limit))
        cheapest = program.cheapest()
        if cheapest is None:
            least = Program(allowed, program.price).cheapest()
            text = "no staffing that is allowed costs as little"
            text += "" if least is None else f"; the cheapest costs about {least.bound + fixed:,.0f} over the horizon"
            raise ScenarioError("sim staff", [Problem("--budget", text)])
        # Today's plan may cost more than that.
        if start.cost > budget or not judge.allowed.holds(start.heads):
            inside = judge.of_one(cheapest.heads)
            assert inside is not None
            self.best = inside

    def _optimum(self, played: Sequence[Judged]) -> None:
        """The best staffing on the search's luck: planes and local search in turn, for each tells the other more."""
        setting = self.setting
        judge, program = setting.judge, setting.program
        if setting.is_small:
            runs = max(judge.runs // 2, 4)
            slopes = setting.gains.see(self.best.heads, runs)
            if slopes is not None and setting.wanted.minimise not in (HEADS, PAID_HOURS):
                program.price = np.where(slopes.price > 0.0, slopes.price, program.price)
            self.cutting = Cutting(judge, program, setting.gains, runs)
            for one in played:
                self.cutting.know(one)
        self._mend()
        for _ in range(ROUNDS):
            before = self.best
            self._steer()
            if self.cutting is not None and self.best.holds:
                self._cut(self.cutting)
                self._mend()
            self._polish()
            if self.best.heads == before.heads:
                break
        self.best, self.enumerated = enumerate_cheaper(judge, program.price, self.best)

    def _cut(self, cutting: Cutting) -> None:
        cutting.know(self.best)
        self.setting.watcher.stage("cutting off what cannot hold")
        self.best = cutting.run(self.best)
        self.setting.say(self.best)

    def _mend(self) -> None:
        if not self.best.holds:
            self.setting.watcher.stage("mending what fails")
            self.best = self.setting.repair(self.best)
            self.setting.say(self.best)

    def _steer(self) -> None:
        setting = self.setting
        if self.best.holds:
            setting.watcher.stage("looking for the least that holds in large steps")
            self.best = steer(setting.judge, setting.gains, self.best, setting.program.price)
            setting.say(self.best)

    def _polish(self) -> None:
        if self.best.holds:
            self.setting.watcher.stage("trying to do without, to move and to exchange people")
            self.best = self.setting.polish(self.best)
            self.setting.say(self.best)
