"""Which of many plans: replications go where they decide, by a selection procedure for common luck with a guarantee.

All plans get a few replications. Then a plan leaves when it falls short and surely does not hold with room to spare, or
when it surely does not cost less, by what matters, than the cheapest that holds: as differences replication by
replication on common luck tell. The others get as many again, and so on, until none is left beside the cheapest, or all
left have the most there may be.
Whoever left for its cost alone is taken back when the plan it was held against turns out to miss a target.

The promise, of the plan that is chosen: **no plan that holds every target with room to spare costs less by more than
what matters**. It can fail in two ways, if B is the cheapest of those plans. B may be called missing: it is judged at
most once a stage (`could_hold`), at MISSING ÷ stages each. Or B may be called no cheaper than the plan it is held
against, any of the others, at any stage: each of these paired t tests has DEARER ÷ (others × stages). Bonferroni adds
them up, so luck may hang together as it will, and stages may be stopped at any of them. That the chosen plan itself
holds is a third claim, of any plan at any stage: NOT_HELD ÷ (plans × stages). Together 5 %.

Screening with paired differences, then more for survivors: Nelson, Swann, Goldsman and Song 2001 (Operations Research
49, 950-963). Fully sequential, with eliminations by whoever is still there: Kim and Nelson 2001; of the best among
plans that must hold constraints, with what is desirable, acceptable and not: Andradóttir and Kim 2010. That others are
held against one good plan, so that the work grows with their number alone: Pei, Nelson and Hunter 2024. It assumes
means of replications that are about normal, and differences whose spread a few replications show.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.choosing.tally import Tally

Floats = NDArray[np.float64]

MISSING, DEARER, NOT_HELD = 0.02, 0.01, 0.02
"""Chances to be wrong: of the best plan called missing, or no cheaper; of the chosen one called holding."""

PROMISED = 1.0 - MISSING - DEARER - NOT_HELD
FIRST, MOST = 5, 320
"""Replications that every plan gets, and that one gets at most."""

AT_LEAST_SHOWN, SHOWN = 20, 10
"""Replications of the plans that are shown beside the chosen one, and how many these are."""

Left = Literal["best", "left out", "misses", "dearer", "open"]
"""What becomes of a plan: there is no such plan, or it cannot be chosen; it falls short, and surely does not hold with
room to spare; it surely does not cost less than the best; luck leaves it undecided."""

Play = Callable[[Sequence[int], range], Iterable[tuple[int, Tally | str]]]
"""Plays these plans' replications: what came of each, or why there is no such plan."""


@dataclass
class Screening:
    """Plan 0 is today's: it is played as often as any, so that others can be compared across numbers of replications.

    `slack`: money that matters, or how to know it from today's.
    """

    plans: int
    play: Play
    slack_of: Callable[[float], float]
    most: int = MOST
    tallies: dict[int, Tally] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    misses: set[int] = field(default_factory=set)
    best: int | None = None
    """The cheapest that holds on average, of those that do not surely miss."""
    _parked: set[int] = field(default_factory=set)
    """Plans that surely do not cost less than the best, by what matters."""
    _held_against: int | None = None

    @property
    def stages(self) -> list[int]:
        found = [min(FIRST, self.most)]
        while found[-1] < self.most:
            found.append(min(2 * found[-1], self.most))
        return found

    @property
    def slack(self) -> float:
        return self.slack_of(float(self.tallies[0].money.mean()))

    def run(self) -> None:
        """Until the best is known, or as well as it may be; and what is shown beside it well enough to be shown."""
        self._raise(range(self.plans), self.stages[0])
        while True:
            self._judge()
            wanted = self._wanted() or self._too_little_known()
            if not wanted:
                return
            least = min(self.tallies[n].runs for n in wanted)
            following = next(stage for stage in self.stages if stage > least)
            self._raise([n for n in wanted if self.tallies[n].runs < following], following)

    @property
    def alive(self) -> list[int]:
        return [n for n in self.tallies if n not in self.misses]

    @property
    def rivals(self) -> list[int]:
        """Plans that may hold, and may cost less than the best: in the end those that luck leaves undecided."""
        return [n for n in self.alive if n != self.best and n not in self._parked]

    @property
    def surely_holds(self) -> bool:
        """Whether the best does, for all that it was picked among so many."""
        if self.best is None:
            return False
        return self.tallies[self.best].could_miss <= NOT_HELD / (self.plans * len(self.stages))

    @property
    def sure(self) -> float:
        """The chance, at the least, that the promise is kept; less than PROMISED where rivals are open: of each the
        chance that it holds, or that it costs less, whichever is smaller."""
        if self.best is None:
            return math.nan
        doubt = sum(min(self.tallies[n].could_hold, self._could_cost_less(n)) for n in self.rivals)
        return max(0.0, PROMISED - doubt)

    @property
    def played(self) -> int:
        return sum(one.runs for one in self.tallies.values())

    @property
    def equal_shares(self) -> int:
        """Replications, had every plan had as many as the one that was played most beside today's."""
        most = max((one.runs for n, one in self.tallies.items() if n), default=self.tallies[0].runs)
        return most * len(self.tallies)

    def left(self, n: int) -> Left:
        """What became of a plan."""
        if n in self.refused:
            return "left out"
        if n == self.best:
            return "best"
        return "misses" if n in self.misses else "dearer" if n in self._parked else "open"

    def cost(self, n: int) -> float:
        """As far from today's as its own replications say, from all of today's: comparable whatever their number."""
        own, today = self.tallies[n].money, self.tallies[0].money
        return float(today.mean() + (own - today[: len(own)]).mean())

    def ranked(self) -> list[int]:
        """All that were played: the best, those that luck leaves undecided beside it, others that hold on average by
        their cost, then by how far they are off."""
        undecided = set() if self.best is None else set(self.rivals)
        best = [] if self.best is None else [self.best]
        others = [n for n in self.tallies if n != self.best]

        def place(n: int) -> tuple[float, float, int]:
            one = self.tallies[n]
            if n in undecided:
                return (-1.0, self.cost(n), n)
            holds = n not in self.misses and one.holds
            return (0.0, self.cost(n), n) if holds else (1.0 if one.margin < 0 else 2.0, -one.margin, n)

        return best + sorted(others, key=place)

    # ---------------------------------------------------------------- steps

    def _raise(self, plans: Iterable[int], runs: int) -> None:
        """To so many replications, stage by stage: plans that have as few together, today's among them."""
        behind = {n for n in plans if n not in self.refused}
        if 0 in self.tallies or 0 in behind:
            behind.add(0)
        for begins, ends in zip([0, *self.stages], self.stages, strict=False):
            end = min(ends, runs)
            due = sorted(n for n in behind if self._runs(n) == begins and begins < end)
            for n, found in self.play(due, range(begins, end)) if due else ():
                if isinstance(found, str):
                    self.refused[n] = found
                    behind.discard(n)
                else:
                    self.tallies[n] = self.tallies[n].then(found) if n in self.tallies else found

    def _runs(self, n: int) -> int:
        return self.tallies[n].runs if n in self.tallies else 0

    def _judge(self) -> None:
        level = MISSING / len(self.stages)
        # Judged at every stage it reaches, and never again at the same.
        # Who holds on average is held against others by its cost alone.
        self.misses |= {n for n in self.alive if self.tallies[n].could_hold <= level and not self.tallies[n].holds}
        self.best = self._cheapest()
        if self.best != self._held_against:
            # Whom another one had made pointless has its chance again.
            self._parked, self._held_against = set(), self.best
        if self.best is not None:
            level = DEARER / (max(1, self.plans - 1) * len(self.stages))
            self._parked |= {n for n in self.rivals if self._could_cost_less(n) <= level}

    def _cheapest(self) -> int | None:
        """Of those that hold on average the least money; what hardly differs goes to today's, else to whichever holds
        most surely."""
        holding = [n for n in self.alive if self.tallies[n].holds]
        if not holding:
            return None
        cost = {n: self.cost(n) for n in holding}
        least = min(cost.values())
        alike = [n for n in holding if cost[n] <= least + self.slack / 2]
        return min(alike, key=lambda n: (n != 0, self.tallies[n].could_miss, cost[n], n))

    def _could_cost_less(self, n: int) -> float:
        """The chance, at the most, of what was seen, if the plan costs less than the best by more than what matters."""
        from scipy.special import stdtr

        assert self.best is not None
        own, other = self.tallies[n].money, self.tallies[self.best].money
        runs = min(len(own), len(other))
        more = own[:runs] - other[:runs] + self.slack
        if runs < 2:
            return 1.0
        mean, sd = float(more.mean()), float(more.std(ddof=1))
        if sd <= 1e-9 * max(abs(mean), 1.0):
            return 0.0 if mean >= 0.0 else 1.0
        return float(stdtr(runs - 1, -mean / (sd / math.sqrt(runs))))

    def _wanted(self) -> list[int]:
        """Plans whose next replications may decide something."""
        rivals = [n for n in self.rivals if self.tallies[n].runs < self.most]
        if self.best is None:
            # Where nobody came there is nothing to find out.
            return [n for n in rivals if self.tallies[n].worst is not None]
        # A best that is not surely held goes along, and alone when it has no rival.
        if (rivals or not self.surely_holds) and self.tallies[self.best].runs < self.most:
            return [*rivals, self.best]
        return rivals

    def _too_little_known(self) -> list[int]:
        """Of what is shown, what a few replications flatter."""
        return [n for n in self.ranked()[:SHOWN] if self.tallies[n].runs < min(AT_LEAST_SHOWN, self.most)]
