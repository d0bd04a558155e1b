"""Plans that another one makes pointless: surely cheaper, and surely no worse in anything that it promises."""

from __future__ import annotations

from collections.abc import Sequence

from sim.choosing.candidate import Candidate
from sim.measures.kpis import TITLED
from sim.scenario.language.center import Matters
from sim.study.compare import smallest_that_matters, verdict_of
from sim.study.frontier.choice import mean_of, t_of
from sim.study.statistics import difference, joint_confidence, share_differences, t_quantile
from sim.study.targets import Periods


def dominated(candidates: Sequence[Candidate], matters: Matters, money_matters: float) -> dict[str, str]:
    """By plan, one that dominates it: of several the cheapest.

    Each of these claims is a claim of which every part must be true, so every part is judged by the same interval
    (Berger 1982); that any pair among all be called so by luck has 5 % (Bonferroni over the pairs).
    """
    found, pairs = dict[str, str](), len(candidates) * (len(candidates) - 1) // 2
    for one in candidates:
        rivals = (other for other in candidates if other is not one)
        others = [other for other in rivals if _dominates(other, one, matters, money_matters, pairs)]
        if others:
            found[one.plan] = min(others, key=lambda other: other.cost).plan
    return found


def _dominates(own: Candidate, other: Candidate, matters: Matters, money_matters: float, pairs: int) -> bool:
    saved = mean_of(own.money - other.money, t_of(len(own.money), pairs))
    if verdict_of(saved, -1, money_matters) != "better":
        return False
    return _keeps_targets(own, other, matters.share, pairs) and _keeps_quality(own, other, matters, pairs)


def _keeps_targets(own: Candidate, other: Candidate, slack: float, pairs: int) -> bool:
    """Whether in every period of every target of the other it surely holds, or surely is no worse."""
    mine = {(target.scope, target.name): target for target in own.targets}
    for target in other.targets:
        same = mine.get((target.scope, target.name))
        if same is None or same.level != target.level or not _no_worse(same, target, slack, pairs):
            return False
    return True


def _no_worse(own: Periods, other: Periods, slack: float, pairs: int) -> bool:
    came = other.levels[..., 1].sum(axis=0) > 0
    (met, base), (met_of_other, base_of_other) = (
        (target.levels[:, came, 0], target.levels[:, came, 1]) for target in (own, other)
    )
    confidence = joint_confidence(pairs)
    _, low, _ = share_differences((met, base), (met_of_other, base_of_other), confidence)
    holds = own.surely_hold(confidence)[came]
    # What is not known is no better.
    return bool((holds | (low >= -slack)).all())


def _keeps_quality(own: Candidate, other: Candidate, matters: Matters, pairs: int) -> bool:
    confidence = joint_confidence(pairs)
    for kpi, theirs in other.quality.items():
        if kpi not in own.quality:
            # What only one of them has is no promise that the other breaks.
            continue
        better, unit = TITLED[kpi].better, TITLED[kpi].unit
        found, _ = difference(own.quality[kpi], theirs)
        degrees = len(own.money) - 1 - max(own.quality[kpi].spent, theirs.spent)
        half = found.half_width * t_quantile(degrees, confidence) / t_quantile(degrees)
        # NaN, where it cannot be told, is no better.
        if not better * found.mean - half >= -smallest_that_matters(matters, kpi, unit, theirs.whole):
            return False
    return True
