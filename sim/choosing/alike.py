"""Which plans can be chosen among: those that promise what the baseline does, and differ in what somebody decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sim.measures.contracts import judged_contracts
from sim.measures.kpis import CENTER
from sim.scenario.changes import Change, changes_of, in_words
from sim.scenario.language.handling import ServiceLevel
from sim.scenario.model import Scenario
from sim.study.compare import figures_of, verdict_of
from sim.study.frontier.levers import is_uncertain
from sim.study.result import PlanResult
from sim.study.statistics import difference
from sim.study.targets import CONTRACT, NOBODY_CAME, Verdict, verdicts_of

SHUT_OUT = {"blocked": "more callers get a busy signal", "out_of_hours": "more callers come out of hours"}
"""By KPI, contacts: what the level of those who got in does not tell."""

MOST_SHUT_OUT = 0.01
"""Of all who come in the baseline: a plan that shuts out so many more promises less; what is below is told."""


class LeftOut(NamedTuple):
    """Why a plan was not considered; nothing where it is."""

    why: str = ""
    assumes_of: str = ""
    """The plan that it is under another assumption."""


CHOOSABLE = LeftOut()


def left_out(
    results: Sequence[PlanResult], labels: Sequence[str], worse: Sequence[tuple[bool, float]]
) -> list[LeftOut]:
    """By plan; the first is the baseline.

    `worse`: by plan, whether it fails its targets, and its money: of two plans that differ in what nobody decides
    alone, both as far from today's assumptions, the better looking is left out.
    """
    base, verdicts = results[0], verdicts_of(results[0])
    reasons = [CHOOSABLE]
    for result in results[1:]:
        reasons.append(LeftOut(_promises_less(base, result, verdicts) or _shuts_out(base, result)))
    for n, other in _other_worlds([result.scenario for result in results], worse):
        if not reasons[n].why:
            reasons[n] = LeftOut(f"it is {labels[other]} under another assumption, which nobody decides", labels[other])
    for n, result in enumerate(results):
        if not reasons[n].why:
            reasons[n] = LeftOut(_assumes(base, result))
    return reasons


def _promises_less(base: PlanResult, plan: PlanResult, verdicts: Sequence[Verdict]) -> str:
    """What of the baseline's promises the plan does not make."""
    mine, theirs = _levels(plan.scenario), _levels(base.scenario)
    own = {(one.scope, one.name): one.verdict for one in verdicts_of(plan)}
    for one in verdicts[:-1]:
        key = (one.scope, one.name)
        what = f"contract {one.name}" if one.scope == CONTRACT else one.name
        if key not in mine:
            return f"it does not serve {what}"
        if mine[key] != theirs[key].model_copy(update={"target": mine[key].target}):
            return f"it judges {what} by another target"
        if mine[key].target < theirs[key].target:
            return f"it lowers the target of {what}"
        if one.verdict != NOBODY_CAME and own[key] == NOBODY_CAME:
            return f"nobody reaches {what} in it"
    return ""


def _assumes(base: PlanResult, plan: PlanResult) -> str:
    """What a plan takes for granted, beside what somebody can decide."""
    assumed = _assumed(changes_of(base.scenario.resolved, plan.scenario.resolved))
    return f"it also changes what nobody decides ({in_words(assumed)})" if assumed else ""


def _levels(scenario: Scenario) -> dict[tuple[str, str], ServiceLevel]:
    levels = {("queue", name): scenario.queue(name).level for name in scenario.queues}
    return levels | {(CONTRACT, name): level for name, level in judged_contracts(scenario).items()}


def _shuts_out(base: PlanResult, plan: PlanResult) -> str:
    """Whether surely more callers do not get in at all, and not just a few."""
    runs, wanted = min(base.replications, plan.replications), (*SHUT_OUT, "offered")
    own, today = ({kpi.id: of for kpi, of in figures_of(one, CENTER, "all", runs, wanted)} for one in (plan, base))
    smallest = MOST_SHUT_OUT * today["offered"].whole
    for kpi, text in SHUT_OUT.items():
        if kpi in own and kpi in today:
            change, _ = difference(own[kpi], today[kpi])
            if verdict_of(change, -1, smallest) == "worse":
                return f"{text} in it"
    return ""


def _other_worlds(plans: Sequence[Scenario], worse: Sequence[tuple[bool, float]]) -> list[tuple[int, int]]:
    """(plan, the one it is under another assumption) of plans that differ in settings alone that nobody decides."""
    found = []
    assumed = (len(_assumed(changes_of(plans[0].resolved, plan.resolved))) for plan in plans)
    # The nearest to today's assumptions stays; of two as near the one that looks worse.
    rank = [(number, not fails, -money) for number, (fails, money) in zip(assumed, worse, strict=True)]
    for n, plan in enumerate(plans):
        for m, other in enumerate(plans):
            if n == m or n == 0:
                continue
            changes = list(changes_of(other.resolved, plan.resolved))
            if changes and len(_assumed(changes)) == len(changes) and rank[m] < rank[n]:
                found.append((n, m))
                break
    return found


def _assumed(changes: Iterable[Change]) -> list[Change]:
    return [change for change in changes if is_uncertain(change.path)]
