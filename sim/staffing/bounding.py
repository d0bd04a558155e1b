"""Below what price no allowed staffing holds what is wanted, and what that rests on."""

from __future__ import annotations

import numpy as np

from sim.scenario.serving import has_vendor
from sim.staffing.coverage import Coverage
from sim.staffing.cutting import Cutting
from sim.staffing.enumerating import Enumerated
from sim.staffing.found import Bound
from sim.staffing.judge import Judge, Judged
from sim.staffing.program import Program


def bound_of(
    judge: Judge,
    coverage: Coverage,
    cutting: Cutting | None,
    program: Program,
    best: Judged,
    enumerated: Enumerated | None,
) -> Bound | None:
    """Of the best staffing's cost: what the program's price leaves as the least, in the unit of what is minimised."""
    price = float(program.price @ np.array(best.heads))
    if enumerated is not None:
        least = min(float(program.price @ np.array(enumerated.heads)), price)
        rests = (
            f"each of the {enumerated.cheaper} cheaper staffings, on the search's luck: {enumerated.played} that fail "
            "were played, and each has on every shift at most as many people as one of these; "
            "more people were never seen to do harm"
        )
        return _bound(best, price, least, "enumerated", rests)
    if cutting is not None:
        cutting.settle()
    if cutting is not None and cutting.last is not None and program.cuts:
        least = min(cutting.last.bound, price)
        planes, seen = len(program.cuts), len(cutting.holding)
        rests = (
            "an assumption, not a proof: near its targets each further person brings less than the one before. "
            f"{planes} limits follow from it by playing one person more or fewer; all {seen} staffings that were "
            "played and held keep to them"
        )
        if cutting.thrown_away:
            rests += f"; {cutting.thrown_away} more, which one of these broke, were left out"
        return _bound(best, price, least, "cuts", rests)
    work = by_work(judge, coverage, program)
    if work is None:
        return None
    rests = "the work alone: nobody ever waits for a contact, and no contact for a person"
    return _bound(best, price, min(work, price), "work", rests)


def _bound(best: Judged, price: float, least: float, kind: str, rests: str) -> Bound:
    cost = best.cost - (price - least)
    return Bound(cost, (best.cost - cost) / best.cost if best.cost else 0.0, kind, rests)


def by_work(judge: Judge, coverage: Coverage, program: Program) -> float | None:
    """The price of seats for the work of the contacts that must be answered, every second of them used, day by day."""
    scenario, judged = judge.playing.question.base, judge.kinds.members
    aims: dict[str, float] = {}
    for members in judged:
        one = judge.conditions[members[0]]
        # Of weeks and months nobody can say which day answers less.
        if one.kpi == "service_level" and one.per in ("day", "interval"):
            aims[one.name] = judge.aim(members[0])
    live = [queue.is_live and not has_vendor(queue.spec) for queue in scenario.numbered.queues]
    share = np.array([aims.get(queue, 0.0) for queue in scenario.queues]) * live
    if not share.any():
        return None
    days = coverage.by_day()
    proposal = Program(judge.allowed, program.price).cheapest(days, days.work * share)
    return None if proposal is None else proposal.bound
