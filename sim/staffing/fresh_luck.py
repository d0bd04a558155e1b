"""The cheapest plan that passes the test on fresh luck: each that fails asks for more room inside its targets."""

from __future__ import annotations

from functools import reduce

from sim.demand.remembered import Memory
from sim.staffing.confirming import Test, buffer_of, test
from sim.staffing.covering import better
from sim.staffing.found import Confirmation
from sim.staffing.judge import ANCHORED, Judged
from sim.staffing.playing import Playing
from sim.staffing.setting import Setting
from sim.staffing.steering import steer

MOST_TESTS = 6
"""Plans that are put to the test, until one passes."""

MOST_CHANCES = 2
"""Cheaper plans that are put to the test once one has passed."""

WORTH_A_TEST = 0.003
"""What such a plan saves at least, as a share of the cost."""


class FreshLuck:
    """Tests one after another; what came of them is there when it is stopped."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.question = setting.fresh()
        self.tests: list[Test] = []
        self.told: Test | None = None
        """The test of the plan to tell: the one that passed, else the one that came nearest."""
        self.best: Judged | None = None
        """That plan, on the search's luck; None where none was tested."""

    def run(self, best: Judged) -> None:
        """TimeIsUp ends it anywhere."""
        setting = self.setting
        setting.watcher.stage("confirming on luck that the search has not seen")
        # Few plans are played on this luck, and each of many replications: nothing of it is worth keeping.
        playing = Playing(self.question, setting.engine, setting.jobs, setting.kept, memory=Memory(0.0))
        try:
            self._test(self._anchored(best), playing)
        finally:
            playing.close()

    def _anchored(self, best: Judged) -> Judged:
        """The best, whose levels are known better from here on, and with it those of what is near."""
        judge = self.setting.judge
        judge.anchor(best.heads, ANCHORED)
        return judge.of_one(best.heads) or best

    def _test(self, best: Judged, playing: Playing) -> None:
        setting, candidate = self.setting, best
        for number in range(1, MOST_TESTS + 1):
            if (number > 1 or not self._is_hopeful(candidate)) and not setting.is_for_service:
                roomy = self._with_room(candidate, number)
                if roomy is None:
                    # More room may ask for another plan.
                    continue
                candidate = roomy
            found = test(playing, setting.judge, candidate.heads, setting.sizes.confirm, len(self.tests) + 1)
            if found is None:
                break
            self.tests.append(found)
            self.told, self.best = found, candidate
            if found.passed or setting.is_for_service:
                if not setting.is_for_service:
                    self._try_cheaper(playing)
                setting.say(self.best)
                return
        if self.tests:
            self.told = max(self.tests, key=lambda one: (not one.surely_fails, one.worst))
            self.best = setting.judge.of_one(self.told.heads)

    def _try_cheaper(self, playing: Playing) -> None:
        """What is cheaper than the plan that passed, and holds with less room than was asked for, may pass as well."""
        setting, judge = self.setting, self.setting.judge
        for _ in range(MOST_CHANCES):
            assert self.best is not None
            most, tested = self.best.cost * (1.0 - WORTH_A_TEST), {one.heads for one in self.tests}
            known = [one for one in judge.of_asked() if one.holds and one.cost < most and one.heads not in tested]
            allowed = [one for one in known if judge.allowed.holds(one.heads)]
            if not allowed:
                return
            candidate = max(allowed, key=lambda one: (one.worst, one.heads))
            found = test(playing, judge, candidate.heads, setting.sizes.confirm, len(self.tests) + 1)
            if found is None:
                return
            self.tests.append(found)
            if found.passed:
                self.told, self.best = found, candidate

    def _is_hopeful(self, candidate: Judged) -> bool:
        judge = self.setting.judge
        answer = judge.playing.answer(candidate.heads, judge.runs)
        return answer is not None and bool(
            (candidate.margin >= buffer_of(judge, answer, self.setting.sizes.confirm)).all()
        )

    def _with_room(self, candidate: Judged, number: int) -> Judged | None:
        """The cheapest staffing near this one that is so far inside its targets that the test is passed most of the
        time, and none that was tested; None where nothing is."""
        setting, judge = self.setting, self.setting.judge
        answer = judge.playing.answer(candidate.heads, judge.runs)
        assert answer is not None
        plain = judge.buffer
        judge.buffer = buffer_of(judge, answer, setting.sizes.confirm) * (1.0 + 0.5 * (number - 1))
        try:
            inside = judge.of_one(candidate.heads)
            assert inside is not None
            proposed = setting.gains.proposed(setting.program.price)
            other = None if proposed is None else judge.of_one(proposed)
            starts = (one for one in (inside, other) if one is not None)
            found = reduce(better, (setting.repair(one) for one in starts))
            if found.holds:
                found = setting.polish(steer(judge, setting.gains, found, setting.program.price))
        finally:
            judge.buffer = plain
        tested = {one.heads for one in self.tests}
        return None if found.heads in tested or not found.holds else judge.of_one(found.heads)

    def confirmation(self) -> Confirmation:
        """In words, with what it stands on."""
        seed, told = self.question.seed, self.told
        if told is None:
            return Confirmation(False, 0, seed, 0, "not confirmed: no plan was played on fresh luck")
        runs = f"{told.answer.runs} replications of seed {seed}, which the search has not seen"
        share = self.setting.wanted.periods
        average = "on average in every period" if share is None else "in as many of its periods as were asked for"
        if told.passed:
            others = sum(not one.passed for one in self.tests)
            before = f"; {others} cheaper {'plans' if others > 1 else 'plan'} did not pass" if others else ""
            says = f"every target surely holds {average}, on {runs}{before}"
        elif told.surely_fails:
            says = f"not confirmed: on {runs}, a target surely fails"
        else:
            says = f"not confirmed: on {runs}, some period is too close to its target to tell"
        return Confirmation(told.passed, told.answer.runs, seed, len(self.tests), says)
