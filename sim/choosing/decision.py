"""Which plan: the one that holds every target for least, what it buys and costs against today, and how surely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.choosing.alike import CHOOSABLE, LeftOut, left_out
from sim.choosing.candidate import Candidate, candidate_of
from sim.choosing.dominance import dominated
from sim.choosing.selection import replications_needed, sureness
from sim.scenario.language.center import Matters
from sim.study.compare import Difference, jointly, smallest_that_matters, verdict_of
from sim.study.frontier.choice import mean_of, t_of
from sim.study.frontier.held import nearest
from sim.study.result import PlanResult
from sim.study.statistics import UNKNOWN, Estimate
from sim.study.targets import MET, MISSED, Verdict

Floats = NDArray[np.float64]

Kind = Literal["holds", "none holds", "one replication", "no target"]


@dataclass(frozen=True)
class Weighed:
    """A plan among the others. Money over the horizon."""

    plan: str
    money: Estimate
    change: Estimate
    """From the baseline, by the interval of the comparison; unknown of the baseline itself."""
    apart: Estimate
    """From the chosen plan, all plans' intervals at once; unknown of the chosen itself, and where none is."""
    verdicts: tuple[Verdict, ...]
    gap: float
    """How far its worst target is below, in its worst period, as a share; 0 where all hold on average."""
    worst: Verdict | None
    holds: bool
    """Every target on average."""
    left_out: LeftOut = CHOOSABLE
    dominated_by: str = ""

    @property
    def whole(self) -> Verdict:
        return self.verdicts[-1]

    @property
    def surely_holds(self) -> bool:
        return self.whole.verdict == MET


@dataclass(frozen=True)
class Decision:
    """The answer. `plans` as they were given, the first the baseline."""

    kind: Kind
    kpi: str
    """What is to be least: net_cost where customers have a value, else cost_total."""
    replications: int
    plans: tuple[Weighed, ...]
    smallest: float
    """The least difference of money that matters."""
    chosen: Weighed | None = None
    """The plan to take; the nearest where none holds; None where nothing can be decided."""
    runner_up: Weighed | None = None
    """The next best of those that hold; where none does, of those that are not much further off."""
    sure: float = math.nan
    """The chance, at the least, that no other plan that holds is cheaper by what matters; NaN where none holds."""
    open: tuple[str, ...] = ()
    """Plans whose order beside the chosen one luck could overturn."""
    needed: int | None = None
    """Replications that would tell it from the first of them; None where no number in reach would, or none is open."""
    surer: Weighed | None = None
    """The cheapest that surely holds, where the chosen one is too close to tell."""
    tempting: Weighed | None = None
    """The cheapest of those that cost less and surely miss a target."""
    maybe: Weighed | None = None
    """The cheapest of those that cost less and fall short on average, which is too close to tell."""
    steadier: Weighed | None = None
    """Of those that hold and cost the same, or cannot be told apart by cost, the one that holds all targets in most
    replications, where that is more than the chosen one does."""

    @property
    def baseline(self) -> Weighed:
        return self.plans[0]

    @property
    def keeps_today(self) -> bool:
        return self.chosen is not None and self.chosen.plan == self.baseline.plan

    @property
    def holding(self) -> list[Weighed]:
        """The plans that are chosen among: they can be, and hold on average."""
        return [one for one in self.plans if one.holds and not one.left_out.why]


def decide(results: Sequence[PlanResult], labels: Sequence[str], differences: Sequence[Difference] = ()) -> Decision:
    """Of plans played on common luck, the first of them the baseline; `differences`: their comparison."""
    base = results[0].scenario
    kpi = "net_cost" if any(result.scenario.uses.quality_prices for result in results) else "cost_total"
    runs = min(result.replications for result in results)
    candidates = [candidate_of(result, label, kpi, runs) for result, label in zip(results, labels, strict=True)]
    reasons = left_out(results, labels, [(not one.holds, one.cost) for one in candidates])
    candidates = [replace(one, left_out=reason) for one, reason in zip(candidates, reasons, strict=True)]
    matters = base.spec.results.matters
    return decide_among(candidates, kpi, matters, intervals=jointly(differences)[0])


def decide_among(candidates: Sequence[Candidate], kpi: str, matters: Matters, intervals: int = 0) -> Decision:
    """`intervals`: how many differences from the baseline hold jointly in what is shown beside; at least the plans'."""
    few = _Money(candidates, max(intervals, len(candidates) - 1), kpi, matters)
    runs = few.runs
    plain = tuple(few.weighed(n) for n in range(len(candidates)))
    if runs < 2:
        return Decision("one replication", kpi, runs, plain, few.smallest)
    eligible = [n for n, one in enumerate(candidates) if one.is_judged and not one.left_out.why]
    if not eligible:
        return Decision("no target", kpi, runs, plain, few.smallest)
    outdone = dominated([candidates[n] for n in eligible], matters, few.smallest)
    holding = [n for n in eligible if candidates[n].holds]
    if not holding:
        return _of_nearest(few, eligible, outdone)
    chosen = _cheapest(few, holding)
    plans = few.all_weighed(chosen, outdone)
    rivals = sorted((n for n in holding if n != chosen), key=lambda n: few.mean[n])
    apart = few.money[rivals] - few.money[chosen]
    unsettled = [n for n in rivals if few.apart(n, chosen) == "unclear"]
    cheaper = [n for n in eligible if few.mean[n] < few.mean[chosen] and n not in holding]
    missing = [n for n in cheaper if candidates[n].whole.verdict == MISSED]
    sure = [n for n in holding if plans[n].surely_holds]
    return Decision(
        "holds", kpi, runs, plans, few.smallest, plans[chosen],
        plans[rivals[0]] if rivals else None,
        sureness(apart, few.smallest),
        tuple(candidates[n].plan for n in unsettled),
        few.needed(unsettled[0], chosen) if unsettled else None,
        plans[min(sure, key=lambda n: few.mean[n])] if sure and not plans[chosen].surely_holds else None,
        plans[min(missing, key=lambda n: few.mean[n])] if missing else None,
        plans[min(maybe, key=lambda n: few.mean[n])] if (maybe := [n for n in cheaper if n not in missing]) else None,
        _steadier(plans, chosen, [n for n in rivals if few.apart(n, chosen) in ("unclear", "same")]),
    )  # fmt: skip


def _cheapest(few: _Money, holding: Sequence[int]) -> int:
    """Of those that hold, the least money. What costs the same goes by how surely it holds; and today's plan is left
    for one alone that surely costs less."""
    if 0 in holding and not (holding := [n for n in holding if few.apart(n, 0) == "better"]):
        return 0
    least = min(holding, key=lambda n: few.mean[n])
    alike = [n for n in holding if n == least or few.apart(n, least) == "same"]
    verdicts = [one.whole for one in few.candidates]
    return max(alike, key=lambda n: (verdicts[n].verdict == MET, verdicts[n].held, -few.mean[n]))


def _steadier(plans: Sequence[Weighed], chosen: int, near: Sequence[int]) -> Weighed | None:
    best = max((plans[n] for n in near), key=lambda one: one.whole.held, default=None)
    return best if best is not None and best.whole.held > plans[chosen].whole.held else None


def _of_nearest(few: _Money, eligible: Sequence[int], outdone: dict[str, str]) -> Decision:
    shorts = [few.candidates[n].short for n in eligible]
    first, as_near = nearest(shorts, [few.mean[n] for n in eligible])
    chosen = eligible[first]
    plans = few.all_weighed(chosen, outdone)
    others = sorted((n for n in eligible if n != chosen), key=lambda n: few.candidates[n].gap)
    return Decision(
        "none holds", few.kpi, few.runs, plans, few.smallest, plans[chosen], plans[others[0]] if others else None,
        open=tuple(few.candidates[eligible[n]].plan for n in as_near if eligible[n] != chosen),
    )  # fmt: skip


class _Money:
    """The plans' money, and what its paired differences say."""

    def __init__(self, candidates: Sequence[Candidate], intervals: int, kpi: str, matters: Matters) -> None:
        self.candidates, self.kpi = candidates, kpi
        self.money = np.array([one.money for one in candidates])
        self.mean: list[float] = self.money.mean(axis=1).tolist()
        self.runs = self.money.shape[1]
        self._rivals, self._shown = max(1, len(candidates) - 1), max(1, intervals)
        self.smallest = smallest_that_matters(matters, kpi, "money", self.mean[0])

    def apart(self, n: int, other: int) -> str:
        """The verdict on a plan's money less another's."""
        return verdict_of(self._difference(n, other), -1, self.smallest)

    def needed(self, n: int, other: int) -> int | None:
        return replications_needed(self.money[n] - self.money[other], self._at_once(other))

    def _difference(self, n: int, other: int) -> Estimate:
        return mean_of(self.money[n] - self.money[other], t_of(self.runs, self._at_once(other)))

    def _at_once(self, other: int) -> int:
        """Intervals that hold at once: from the baseline those that the comparison shows, else those of all rivals."""
        return self._rivals if other else self._shown

    def weighed(self, n: int, chosen: int | None = None, dominated_by: str = "") -> Weighed:
        one = self.candidates[n]
        apart = UNKNOWN if chosen in (None, n) else self._difference(n, chosen or 0)
        change = self._difference(n, 0) if n else UNKNOWN
        return Weighed(
            one.plan, mean_of(one.money, t_of(self.runs)), change, apart, one.verdicts,
            one.gap, one.worst, one.holds, one.left_out, dominated_by,
        )  # fmt: skip

    def all_weighed(self, chosen: int, dominated: dict[str, str]) -> tuple[Weighed, ...]:
        return tuple(self.weighed(n, chosen, dominated.get(one.plan, "")) for n, one in enumerate(self.candidates))
