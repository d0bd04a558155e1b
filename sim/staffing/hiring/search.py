"""The search for the hiring year: the program proposes, the simulation disposes, and fresh luck confirms.

Proposals are played few times. How well they serve, their differences from one plan that was played more often tell, on
the luck that both had: two plans of much the same people differ by far less than either of them varies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.staffing.hiring.answering import Answer, joined
from sim.staffing.hiring.intake import Class, Classes, Intake, by_group
from sim.staffing.hiring.judging import levels_of, margins, saving
from sim.staffing.hiring.model import Model
from sim.staffing.hiring.neighbours import neighbours
from sim.staffing.hiring.playing import Playing
from sim.staffing.hiring.program import Proposal, propose
from sim.study.run import Watcher
from sim.study.statistics import Estimate

Floats = NDArray[np.float64]

LOOK, FIRST_RUNS, LATER_RUNS = 2, 4, 12
"""Replications of a step before it may be given up, of any plan that is proposed, and of the best."""

MOST_ROUNDS, LATER_ROUNDS = 6, 3
"""Proposals of the program at a time; and where dates are over, or a test has taught something."""

MOST_MOVES = 8
"""Steps away from the best plan that are played, each time."""

MOST_SETTLED = 3
"""Plans that are played more often before the next proposal."""

MOST_GOAL = 0.995
"""A level next to which no margin is asked for."""

NEAR = 0.03
"""A step is worth playing where it is thought to be short of a goal by no more than this."""

BEHIND = 0.01
"""So far short, a plan is near enough for the reference; a step by more, as first seen, is given up."""


@dataclass
class Search:
    """One search. `playing` is on its own luck; goals lie above the targets by what a sure verdict takes."""

    playing: Playing
    model: Model
    intakes: tuple[Intake, ...]
    watcher: Watcher
    confirm_runs: int
    plays: dict[Classes, Answer]
    """The last is the one that the model starts from."""
    reference: Classes
    """The plan that others are held against."""
    push: list[Floats]
    """By target and period: by how much the program's goals lie higher, where it proposes again what does not hold."""
    fresh: tuple[Answer, ...] = ()
    """Of the reference, once it has been put to the test: luck that the others have not had."""
    tests: int = 0
    """Plans that have been put to it."""
    given_up: set[Classes] = field(default_factory=set)
    _seen: tuple[tuple[Classes, int, int], tuple[list[Floats], list[Floats]]] | None = None

    @classmethod
    def begin(
        cls, playing: Playing, intakes: tuple[Intake, ...], today: Classes | None, watcher: Watcher, runs: int
    ) -> Search:
        """Plays the least that an answer takes: the plan without classes, and today's."""
        first = () if today is None else today
        plays = {classes: playing.answer(classes, FIRST_RUNS) for classes in dict.fromkeys([(), first])}
        with np.errstate(invalid="ignore"):
            occupancy = np.asarray(plays[first].occupancy.mean(axis=0))
        model = Model(playing.prepared(()), intakes, playing.targets, occupancy)
        push = [np.zeros(answer.shape[1]) for answer in plays[first].levels]
        return cls(playing, model, intakes, watcher, runs, plays, first, push)

    def look_around(self) -> None:
        """For each group a class early and one late, which show what an offer costs and does."""
        for together in by_group(self.intakes):
            intake = self.intakes[together[0]]
            offers = max(intake.size.at_least, intake.size.at_most // 2)
            if intake.in_training is not None:
                offers = max(1, min(offers, intake.in_training))
            for part in (0.2, 0.5):
                self.play((Class(together[0], int(part * (len(intake.dates) - 1)), offers),), FIRST_RUNS)

    # ---------------------------------------------------------------- levels and goals

    def _known_of_reference(self) -> tuple[list[Floats], list[Floats]]:
        """By target and period: its level, by all that is known of it, and its margin."""
        own = self.plays[self.reference]
        state = self.reference, own.replications, self.tests
        if self._seen is None or self._seen[0] != state:
            whole, number = joined([own, *self.fresh]), range(len(self.playing.targets))
            margin = [margins(whole, n, self.confirm_runs, self.tests + 1) for n in number]
            self._seen = state, ([levels_of(whole, n) for n in number], margin)
        return self._seen[1]

    def levels(self, classes: Classes) -> list[Floats]:
        """By target, each period's: the reference's, and by how much the plan's lies above on common luck."""
        return self._levels(self.plays[classes], is_reference=classes == self.reference)

    def _levels(self, own: Answer, *, is_reference: bool = False) -> list[Floats]:
        found, same = self._known_of_reference()[0], self.plays[self.reference].first(own.replications)
        if is_reference:
            return found
        own = own.first(same.replications)
        return [level + levels_of(own, n) - levels_of(same, n) for n, level in enumerate(found)]

    def goals(self) -> list[Floats]:
        """What each period's level must be in the search, to hold surely when it is confirmed; NaN where no class that
        is allowed changes it."""
        found, levels, margin = list[Floats](), *self._known_of_reference()
        for n, (target, level) in enumerate(zip(self.playing.targets, levels, strict=True)):
            goal = target.level.target + margin[n]
            # Next to everybody in time is as good as it gets.
            goal = np.minimum(goal, max(MOST_GOAL, target.level.target))
            # Before anybody hired can be there, no class makes a period surer than it is.
            goal = np.where(self.model.in_reach(n), goal, target.level.target)
            out = ~self.model.in_reach(n) & (level >= target.level.target)
            found.append(np.where(np.isfinite(level) & ~out, goal, np.nan))
        return found

    def lacks(self, answer: Answer, *, is_reference: bool = False) -> list[Floats]:
        """By target and period, how far a plan lies below its goal; not above 0 where it does not."""
        levels = self._levels(answer, is_reference=is_reference)
        return [np.nan_to_num(goal - level, nan=-np.inf) for goal, level in zip(self.goals(), levels, strict=True)]

    def _lacks(self, classes: Classes) -> list[Floats]:
        return self.lacks(self.plays[classes], is_reference=classes == self.reference)

    def short(self, classes: Classes) -> float:
        """How far the worst period lies below its goal; 0 where all hold."""
        return max(0.0, *(float(one.max(initial=-np.inf)) for one in self._lacks(classes)))

    def holds(self, classes: Classes) -> bool:
        return self.short(classes) <= 0.0

    def cost(self, classes: Classes) -> float:
        """As the reference's is known, and by how much the plan's differs on common luck."""
        own, same = self.plays[classes].money, self.plays[self.reference].money
        runs = min(len(own), len(same))
        return float(same.mean() + own[:runs].mean() - same[:runs].mean())

    def best(self) -> Classes | None:
        """The cheapest plan that holds."""
        holding = [classes for classes in self.plays if self.holds(classes)]
        return min(holding, key=lambda c: (self.cost(c), c), default=None)

    def nearest(self) -> Classes:
        """The plan whose worst period lacks least."""
        return min(self.plays, key=lambda c: (self.short(c), self.cost(c), c))

    def nearly(self) -> Classes:
        """The cheapest plan that nearly holds; where there is none, the nearest."""
        near = [classes for classes in self.plays if self.short(classes) <= BEHIND]
        return min(near, key=lambda c: (self.cost(c), c), default=self.nearest())

    # ---------------------------------------------------------------- playing

    def play(self, classes: Classes, runs: int) -> None:
        """Plays a plan, which is then the one that the model starts from."""
        answer = self.playing.answer(classes, runs)
        self.plays.pop(classes, None)
        self.plays[classes] = answer
        best = self.best()
        if best is not None:
            sizes = " + ".join(str(one.offers) for one in best) or "nobody"
            text = f"best so far: {len(best)} class{'es' * (len(best) != 1)} ({sizes})"
            self.watcher.stage(f"{text}, {self.playing.luck.kpi} {self.cost(best):,.0f}; not confirmed yet")

    def _start_from(self, classes: Classes) -> None:
        """The model starts from this plan, which was played."""
        self.plays[classes] = self.plays.pop(classes)

    def settle(self, runs: int) -> None:
        """Plays the cheapest plan that nearly holds so often that it can be the reference, until one is that still."""
        for _ in range(MOST_SETTLED):
            chosen = self.nearly()
            if self.plays[chosen].replications >= runs:
                break
            self.play(chosen, runs)
            if not self.fresh:
                self.reference = chosen

    def learn_from(self, classes: Classes, answer: Answer) -> None:
        """A plan was put to the test, and is what others are held against, with all that is now known of it."""
        self.fresh = (*self.fresh, answer) if classes == self.reference else (answer,)
        self.reference, self.tests = classes, self.tests + 1

    # ---------------------------------------------------------------- rounds

    def rounds(self, most: int, near: float = 0.0, earliest: Sequence[int] | None = None) -> None:
        """The program proposes, from the cheapest plan that nearly holds, then from the last played, until it comes to
        what was played and holds; or, where `near` is more than nothing, until a plan is so near to its goals."""
        self._start_from(self.nearly())
        self.push = [np.zeros_like(one) for one in self.push]
        for _ in range(most):
            proposal = self.propose(earliest)
            if proposal is None and earliest is None:
                proposal = self._as_near_as_can_be()
            if proposal is None:
                return
            if proposal.classes in self.plays:
                if self.holds(proposal.classes):
                    return
                self.push = [push + np.maximum(one, 0.0) for push, one in
                             zip(self.push, self._lacks(proposal.classes), strict=True)]  # fmt: skip
                continue
            self.play(proposal.classes, FIRST_RUNS)
            self.push = [np.zeros_like(one) for one in self.push]
            if near and self.short(proposal.classes) <= near:
                return

    def _known(self) -> list[tuple[Classes, Answer]]:
        """What the model learns from: every plan under the same replications."""
        runs = min(answer.replications for answer in self.plays.values())
        return [(classes, answer.first(runs)) for classes, answer in self.plays.items()]

    def _as_seen(self, goals: Sequence[Floats], last: tuple[Classes, Answer]) -> list[Floats]:
        """Goals for the level that the plan started from had in its few replications."""
        levels = self.levels(last[0])
        return [goal - level + levels_of(last[1], n) for n, (goal, level) in enumerate(zip(goals, levels, strict=True))]

    def propose(self, earliest: Sequence[int] | None = None, relief: float = 0.0) -> Proposal | None:
        """By the program; dates before `earliest`, by intake, are over; `relief` is taken off every goal."""
        goals = [
            np.minimum(goal + push, MOST_GOAL) - relief for goal, push in zip(self.goals(), self.push, strict=True)
        ]
        return self._proposed(goals, earliest)

    def _proposed(self, goals: Sequence[Floats], earliest: Sequence[int] | None = None) -> Proposal | None:
        known = self._known()
        self.model.learn_costs(known)
        targets = self.model.targets(known, self._as_seen(goals, known[-1]))
        return propose(self.intakes, self.model.costs, targets, earliest)

    def bound(self, classes: Classes) -> float | None:
        """The cost of classes in fractions that just hold every target, as seen from this plan."""
        self._start_from(classes)
        goals = [
            np.where(np.isfinite(goal), target.level.target, np.nan)
            for goal, target in zip(self.goals(), self.playing.targets, strict=True)
        ]
        found = self._proposed(goals)
        return None if found is None else found.bound

    def needed(self, classes: Classes) -> Floats:
        """Effective people, days × groups, for each week's target, as seen from this plan."""
        self._start_from(classes)
        return self.model.needed(self.model.targets(self._known(), self.goals()))

    def dearer_from(self, earliest: Sequence[int], classes: Classes) -> Estimate | None:
        """What the cheapest plan that holds and has no class before these dates, by intake, costs more than another; a
        few more are played first."""
        self.rounds(LATER_ROUNDS, earliest=earliest)
        later = [c for c in self.plays if all(one.date >= earliest[one.intake] for one in c) and self.holds(c)]
        found = min(later, key=lambda c: (self.cost(c), c), default=None)
        return None if found is None else saving(self.plays[classes], self.plays[found])

    def _as_near_as_can_be(self) -> Proposal | None:
        """The program's plan for goals that are lower by as little as makes them possible."""
        for relief in (0.01, 0.02, 0.05, 0.1, 0.2, 0.4):
            proposal = self.propose(relief=relief)
            if proposal is not None:
                return proposal
        return None

    # ---------------------------------------------------------------- steps

    def steps(self, runs: int) -> None:
        """One offer fewer, one class fewer, one class a date sooner or later: what is cheaper and holds is better."""
        for _ in range(MOST_MOVES):
            best = self.best()
            step = None if best is None else self._next_step(best)
            if best is None or step is None:
                return
            if self._is_hopeless(step, best):
                self.given_up.add(step)
                continue
            self.play(step, FIRST_RUNS)
            if self.best() == step:
                self.play(step, runs)

    def _is_hopeless(self, step: Classes, best: Classes) -> bool:
        """By a first look: clearly short, or dearer each time."""
        look = self.playing.answer(step, LOOK)
        short = max(float(one.max(initial=-np.inf)) for one in self.lacks(look))
        return short > BEHIND or bool((look.money >= self.plays[best].money[:LOOK]).all())

    def _next_step(self, best: Classes) -> Classes | None:
        """The step that is expected to save most, of those that may hold and were not played."""
        self._start_from(best)
        known, goals = self._known(), self.goals()
        self.model.learn_costs(known)
        goals = self._as_seen(goals, known[-1])
        responses = [target.response for target in self.model.targets(known, goals)]
        found = []
        for step in neighbours(self.intakes, best):
            saves = self.model.cost(best) - self.model.cost(step)
            if saves <= 0.0 or step in self.plays or step in self.given_up:
                continue
            levels = self.model.levels(responses, step, known[-1][1].days)
            lacks = [np.nan_to_num(goal - level, nan=-np.inf) for goal, level in zip(goals, levels, strict=True)]
            short = max(float(one.max()) for one in lacks)
            if short <= NEAR:
                found.append((max(short, 0.0) > 0.0, -saves, step))
        return min(found)[2] if found else None
