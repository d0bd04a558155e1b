"""The search for the hiring year: the program proposes, the simulation disposes, and fresh luck confirms."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.staffing.hiring.intake import Class, Classes, Intake, allows
from sim.staffing.hiring.judging import levels_of, margins
from sim.staffing.hiring.model import Model, shortfalls
from sim.staffing.hiring.playing import Answer, Playing
from sim.staffing.hiring.program import Proposal, propose
from sim.study.run import Watcher

Floats = NDArray[np.float64]

FIRST_RUNS, LATER_RUNS = 4, 12
"""Replications of a plan: while the program is far off, and near the end."""

MOST_ROUNDS = 6
"""Proposals at each number of replications."""

MOST_MOVES = 6
"""Steps away from the best plan that are played."""

MOST_GOAL = 0.995
"""A level next to which no margin is asked for."""

NEAR = 0.03
"""A plan is worth playing where it is thought to be short of a goal by no more than this; more often, where it was."""

BEHIND = 0.01
"""So far short by few replications, a plan is near enough for more; a step, beside the best's own, is given up."""


class Stopped(Exception):
    """The time is over."""


@dataclass
class Search:
    """One search. `playing` is on its own luck; goals lie above the targets by what a sure verdict takes."""

    playing: Playing
    model: Model
    intakes: tuple[Intake, ...]
    watcher: Watcher
    confirm_runs: int
    extra: list[Floats]
    """By target and period: what goals were raised by, where the search's luck flattered."""
    push: list[Floats]
    """Likewise for the program alone, where it proposes again what does not hold."""
    plays: dict[Classes, Answer]
    deadline: float | None = None
    """By the monotonic clock."""

    @classmethod
    def begin(
        cls, playing: Playing, intakes: tuple[Intake, ...], today: Classes | None, watcher: Watcher, runs: int
    ) -> Search:
        """Plays the plan without classes, some that show what classes do, and today's."""
        first = _first_plans(intakes)
        plays = {classes: playing.answer(classes, FIRST_RUNS) for classes in first}
        if today is not None:
            plays[today] = playing.answer(today, FIRST_RUNS)
        like = plays[first[-1] if today is None else today]
        with np.errstate(invalid="ignore"):
            occupancy = np.asarray(like.occupancy.mean(axis=0))
        model = Model(playing.prepared(()), intakes, playing.targets, occupancy)
        extra = [np.zeros(answer.shape[1]) for answer in like.levels]
        return cls(playing, model, intakes, watcher, runs, extra, [one.copy() for one in extra], plays)

    # ---------------------------------------------------------------- goals

    def goals(self, answer: Answer) -> list[Floats]:
        """What each period's level must be in the search, to hold surely when it is confirmed."""
        found = []
        for n, target in enumerate(self.playing.targets):
            goal = target.level.target + margins(answer, n, self.confirm_runs) + self.extra[n]
            # Next to everybody in time is as good as it gets.
            goal = np.minimum(goal, max(MOST_GOAL, target.level.target))
            # Before anybody hired can be there, no class makes a period surer than it is.
            goal = np.where(self.model.in_reach(n), goal, target.level.target)
            level = levels_of(answer, n)
            out = ~self.model.in_reach(n) & (level >= target.level.target)
            found.append(np.where(np.isfinite(level) & ~out, goal, np.nan))
        return found

    def short(self, answer: Answer) -> float:
        """How far the worst period lies below its goal; 0 where all hold."""
        short = shortfalls(self.playing.targets, answer, self.goals(answer))
        return max(0.0, *(float(one.max(initial=-np.inf)) for one in short))

    def holds(self, classes: Classes) -> bool:
        return self.short(self.plays[classes]) <= 0.0

    # ---------------------------------------------------------------- rounds

    def play(self, classes: Classes, runs: int) -> Answer:
        """Plays a plan, which is then the one that the model starts from."""
        if self.deadline is not None and time.monotonic() > self.deadline:
            raise Stopped
        self.plays.pop(classes, None)
        self.plays[classes] = self.playing.answer(classes, runs)
        self._tell()
        return self.plays[classes]

    def _tell(self) -> None:
        best = self.best()
        if best is None:
            return
        answer, sizes = self.plays[best], [one.offers for one in best]
        text = f"best so far: {len(sizes)} class{'es' * (len(sizes) != 1)} ({' + '.join(map(str, sizes)) or 'nobody'})"
        self.watcher.stage(f"{text}, {self.playing.luck.kpi} {answer.money.mean():,.0f}; not confirmed yet")

    def best(self) -> Classes | None:
        """The cheapest plan that holds, among those played most."""
        most = max(answer.replications for answer in self.plays.values())
        holding = [c for c, answer in self.plays.items() if answer.replications == most and self.holds(c)]
        return min(holding, key=lambda c: (float(self.plays[c].money.mean()), c), default=None)

    def rounds(self, runs: int, near: float = 0.0) -> None:
        """The program proposes from the plan nearest to the goals, then from the last played, until it proposes what
        was played already; or, where that is more than nothing, until a plan is so near to its goals."""
        self.play(self.nearest(), runs)
        for _ in range(MOST_ROUNDS):
            proposal = self.propose()
            if proposal is None:
                proposal = self._as_near_as_can_be()
            if proposal is None:
                return
            classes, again = proposal.classes, self.plays.get(proposal.classes)
            if again is not None and (again.replications >= runs or self.short(again) > NEAR):
                if self.holds(classes):
                    return
                self._push(self.plays[classes])
                continue
            # Few replications tell what is far off.
            if again is not None or self.short(self.play(classes, FIRST_RUNS)) <= NEAR:
                self.play(classes, runs)
            self.push = [np.zeros_like(one) for one in self.push]
            if near and self.short(self.plays[classes]) <= near:
                return

    def propose(self, earliest: Sequence[int] | None = None, relief: float = 0.0) -> Proposal | None:
        """By the program; dates before `earliest`, by intake, are over; `relief` is taken off every goal."""
        known = list(self.plays.items())
        self.model.learn_costs(known)
        goals = [
            np.minimum(goal + push, MOST_GOAL) - relief
            for goal, push in zip(self.goals(known[-1][1]), self.push, strict=True)
        ]
        return propose(self.intakes, self.model.costs, self.model.targets(known, goals), earliest)

    def bound(self, classes: Classes) -> float | None:
        """The cost of classes in fractions that just hold every target, as seen from this plan."""
        self._from(classes)
        goals = [
            np.where(np.isfinite(goal), target.level.target, np.nan)
            for goal, target in zip(self.goals(self.plays[classes]), self.playing.targets, strict=True)
        ]
        known = list(self.plays.items())
        found = propose(self.intakes, self.model.costs, self.model.targets(known, goals))
        return None if found is None else found.bound

    def dearer_from(self, classes: Classes) -> Callable[[Sequence[int]], float | None]:
        """What the program's plan costs more than these classes, where dates before some are over, by intake."""

        def dearer(earliest: Sequence[int]) -> float | None:
            self._from(classes)
            found = self.propose(earliest)
            return None if found is None else found.cost - self.model.cost(classes)

        return dearer

    def _from(self, classes: Classes) -> None:
        """The model starts from this plan, which was played."""
        self.plays[classes] = self.plays.pop(classes)

    def _as_near_as_can_be(self) -> Proposal | None:
        """The program's plan for goals that are lower by as little as makes them possible."""
        for relief in (0.01, 0.02, 0.05, 0.1, 0.2, 0.4):
            proposal = self.propose(relief=relief)
            if proposal is not None:
                return proposal
        return None

    def nearest(self) -> Classes:
        """Of the plans played most, the one whose worst period lacks least."""
        most = max(answer.replications for answer in self.plays.values())
        played = [c for c, answer in self.plays.items() if answer.replications == most]
        return min(played, key=lambda c: (self.short(self.plays[c]), float(self.plays[c].money.mean()), c))

    def learn_from(self, fresh: Answer) -> None:
        """Goals rise where fresh luck shows a plan to lack what it takes to hold surely."""
        for n, target in enumerate(self.playing.targets):
            lacks = target.level.target + margins(fresh, n, self.confirm_runs) - levels_of(fresh, n)
            lacks = np.maximum(np.nan_to_num(lacks), 0.0)
            best = self.best()
            over = 0.0 if best is None else np.nan_to_num(levels_of(self.plays[best], n) - self._plain_goal(best, n))
            self.extra[n] = np.where(lacks > 0.0, np.maximum(self.extra[n], over + lacks), self.extra[n])

    def _plain_goal(self, classes: Classes, target: int) -> Floats:
        """Goals that nothing has raised."""
        level = self.playing.targets[target].level.target
        return level + margins(self.plays[classes], target, self.confirm_runs)

    def _push(self, answer: Answer) -> None:
        """The program's goals of the periods that fail go up by what they lack."""
        for n, short in enumerate(shortfalls(self.playing.targets, answer, self.goals(answer))):
            self.push[n] += np.maximum(short, 0.0)

    # ---------------------------------------------------------------- steps

    def steps(self, runs: int) -> None:
        """One offer fewer, one class fewer, one class a date sooner or later: what is cheaper and holds is better."""
        tried = 0
        while tried < MOST_MOVES:
            best = self.best()
            if best is None:
                return
            step = self._next_step(best)
            if step is None:
                return
            if self._may_hold(self.play(step, FIRST_RUNS), self.plays[best]):
                self.play(step, runs)
            tried += 1
            # The model starts from the best again.
            self.play(self.best() or best, runs)

    def _may_hold(self, step: Answer, best: Answer) -> bool:
        """By what the step changed on common luck."""
        same, goals = best.first(step.replications), self.goals(best)
        levels = [levels_of(best, n) + levels_of(step, n) - levels_of(same, n) for n in range(len(goals))]
        lacks = [np.nan_to_num(goal - level, nan=-np.inf) for goal, level in zip(goals, levels, strict=True)]
        return max(float(one.max()) for one in lacks) <= BEHIND

    def _next_step(self, best: Classes) -> Classes | None:
        """The step that is expected to save most, of those that may hold and were not played."""
        known = list(self.plays.items())
        answer = self.plays[best]
        self.model.learn_costs(known)
        goals = self.goals(answer)
        responses = [target.response for target in self.model.targets([*known, (best, answer)], goals)]
        found = []
        for step in neighbours(self.intakes, best):
            saves = self.model.cost(best) - self.model.cost(step)
            if saves <= 0.0 or step in self.plays:
                continue
            levels = self.model.levels(responses, step, answer.days)
            lacks = [np.nan_to_num(goal - level, nan=-np.inf) for goal, level in zip(goals, levels, strict=True)]
            short = max(float(one.max()) for one in lacks)
            if short <= NEAR:
                found.append((max(short, 0.0) > 0.0, -saves, step))
        return min(found)[2] if found else None


def neighbours(intakes: Sequence[Intake], classes: Classes) -> list[Classes]:
    """Plans one step away: sizes by one, two or four offers, dates by one, an offer from one class to another, or
    without a class."""
    found = set[Classes]()
    for n, one in enumerate(classes):
        rest = classes[:n] + classes[n + 1 :]
        found.add(rest)
        moved = [replace(one, date=one.date + step) for step in (-1, 1)]
        found |= {(*rest, step) for step in moved if 0 <= step.date < len(intakes[one.intake].dates)}
        for offers in (1, 2, 4):
            found.add((*rest, replace(one, offers=one.offers - offers)))
            for k, other in enumerate(rest):
                given = (*rest[:k], replace(other, offers=other.offers + offers), *rest[k + 1 :])
                found.add((*given, replace(one, offers=one.offers - offers)))
    plans = {tuple(sorted(plan)) for plan in found}
    return sorted(plan for plan in plans if plan != classes and allows(intakes, plan))


def _first_plans(intakes: Sequence[Intake]) -> list[Classes]:
    """Without classes; and for each intake a class early and one late, which show what an offer costs and does."""
    found: list[Classes] = [()]
    for number, intake in enumerate(intakes):
        offers = max(intake.size.at_least, intake.size.at_most // 2)
        if intake.in_training is not None:
            offers = max(1, min(offers, intake.in_training))
        for part in (0.2, 0.5):
            found.append((Class(number, int(part * (len(intake.dates) - 1)), offers),))
    return list(dict.fromkeys(found))
