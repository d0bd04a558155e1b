"""What makes a search for staff pointless before it begins: each with the way out, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import Problem, ScenarioError
from sim.measures.kpis import CENTER, kpis_of
from sim.scenario.language.staffing import LIMITABLE
from sim.scenario.load import plan_of
from sim.scenario.model import Scenario
from sim.scenario.reading.origins import placed
from sim.scenario.reading.plans import ScenarioFile
from sim.shares import GOLDEN
from sim.staffing.allowed import Allowed, Heads, Limit, allowed_of
from sim.staffing.wanted import NET_COST, Wanted, wanted_of
from sim.study.expected.most_staff import most_staff_of
from sim.study.expected.reach import out_of_reach

Floats = NDArray[np.float64]

CHANGES = "staffing.change_at_most"

MOST_JUDGED = 20_000
"""Heads of all columns together whose roster is drawn up to judge what is beyond reach."""


def refuse(scenario: Scenario, wanted: Wanted, allowed: Allowed, source: Path) -> None:
    """ScenarioError with all that is wrong with what is wanted and allowed; whether it can be reached is not asked."""
    problems = [*_wants(scenario, wanted), *_allows(scenario, allowed)]
    if problems:
        raise ScenarioError(str(source), [placed(problem, scenario.resolved, source.name) for problem in problems])


def foreseen(plans: Sequence[Scenario]) -> Iterator[Problem]:
    """What a search would refuse of plans whose file says what may change: such a plan still plays."""
    for scenario in plans:
        if scenario.spec.staffing is not None:
            wanted, allowed = wanted_of(scenario), allowed_of(scenario)
            for problem in (*_wants(scenario, wanted), *_allows(scenario, allowed)):
                yield replace(problem, what=f"sim staff refuses this: {problem.what}")


def beyond_reach(
    file: ScenarioFile, plan: str, allowed: Allowed, base: Scenario, layers: Sequence[dict[str, Any]] = ()
) -> list[Problem]:
    """Targets that even the most people on every shift at once have no time for, as `sim check` warns of a plan.

    An upper bound: limits on several shifts together are not in it. `base`: whose staff the handle times are of. Where
    so many shifts are allowed that all of them at once are more than MOST_JUDGED heads, nothing is said.
    """
    if sum(column.most for column in allowed.columns) > MOST_JUDGED:
        return []
    most = allowed.changes([column.most for column in allowed.columns])
    return list(out_of_reach(most_staff_of(plan_of(file, plan, [*layers, most])), base))


# ---- What is wanted -------------------------------------------------------------------------------------------------


def _wants(scenario: Scenario, wanted: Wanted) -> Iterator[Problem]:
    if wanted.minimise == NET_COST and not _is_measured(scenario, NET_COST, CENTER, "all"):
        text = 'nothing has a value here beside the cost; write "cost", or give [customers] a value, or waiting a price'
        yield Problem("staffing.minimise", text)
    for number, limit in enumerate(wanted.limits, start=1):
        if not _is_measured(scenario, limit.kpi, limit.scope, limit.name):
            known = {kpi.id for kpi in kpis_of(scenario, limit.scope, limit.name)}
            text = f"{limit.kpi} is not measured here: the file has nothing that makes it"
            yield Problem(
                f"staffing.also.{number}", f"{text}; measured are {', '.join(sorted(known & set(LIMITABLE)))}"
            )
    if not wanted.limits and wanted.left_out >= set(_targets(scenario)):
        text = 'nothing must hold, which nobody does best; write targets = "all", name some, or a limit in also'
        yield Problem("staffing.hold.targets", text)
    if wanted.periods is not None and wanted.periods >= 1.0:
        yield Problem("staffing.hold.in", 'no number of people makes sure of all periods; write "99% of periods"')
    for name, (place, target) in _targets(scenario).items():
        if name not in wanted.left_out and wanted.targets.get(name, target) >= 1.0:
            text = "is everybody in time, which no number of people makes sure of: write less, such as 0.95"
            yield Problem(f"{place}.service_level.target", text)


def _targets(scenario: Scenario) -> dict[str, tuple[str, float]]:
    """By queue or contract: its place, and its target."""
    queues = {name: (f"queues.{name}", scenario.queue(name).level.target) for name in scenario.queues}
    contracts = {
        name: (f"contracts.{name}", one.service_level.target)
        for name, one in scenario.spec.contracts.items()
        if one.service_level is not None
    }
    return queues | contracts


def _is_measured(scenario: Scenario, kpi: str, scope: str, name: str) -> bool:
    return any(one.id == kpi for one in kpis_of(scenario, scope, name))


# ---- What is allowed ------------------------------------------------------------------------------------------------


def _allows(scenario: Scenario, allowed: Allowed) -> Iterator[Problem]:
    where = "staffing.groups" if scenario.spec.staffing is not None else "groups"
    if not allowed.columns:
        reasons = "; ".join(f"{group}: {reason}" for group, reason in allowed.fixed.items())
        yield Problem(where, f"nobody's number or shift may change ({reasons}); give a group heads and shifts")
        return
    # Prices by which no two staffings are alike.
    generic = np.asarray((np.arange(1, len(allowed.columns) + 1) * GOLDEN) % 1.0 + 0.5, dtype=np.float64)
    least = _least(allowed, allowed.limits, generic)
    if least is None:
        yield _conflict(allowed)
    elif least == allowed.today and _least(allowed, allowed.limits, -generic) == allowed.today:
        names = ", ".join(limit.name for limit in allowed.limits)
        yield Problem(where, f"nothing but today's staff is allowed; name more shifts, or leave more room in {names}")


def _conflict(allowed: Allowed) -> Problem:
    """Limits that cannot be kept together, each of which is needed for that."""
    kept, changes = list(allowed.limits), allowed.most_moved
    anything = np.zeros(len(allowed.columns))
    free = replace(allowed, most_moved=None)
    if changes is not None and _least(free, kept, anything) is None:
        allowed = free
    for limit in allowed.limits:
        others = [one for one in kept if one is not limit]
        if _least(allowed, others, anything) is None:
            kept = others
    said = [f"{limit.name} ({_range(limit)})" for limit in kept]
    said += [f"{CHANGES} ({changes} of today's heads)"] if allowed.most_moved is not None else []
    where = kept[0].name if kept else CHANGES
    stays = "" if len(said) > 1 else ", beside what stays as it is"
    return Problem(where, f"no staffing keeps to {' and '.join(said)}{stays}; loosen one of them")


def _range(limit: Limit) -> str:
    """Of heads; a share of heads is told by its name."""
    if any(weight not in (0.0, 1.0) for weight in limit.weights):
        return "a share"
    low, high = (f"{bound:g}" for bound in (limit.low, limit.high))
    return f"{low} heads" if low == high else f"{low} to {high} heads" if limit.low > 0 else f"at most {high} heads"


def _least(allowed: Allowed, limits: Sequence[Limit], price: Floats) -> Heads | None:
    """The staffing of the least price that keeps to these limits; None where there is none."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import block_array, csr_array, eye_array

    columns, today = len(allowed.columns), np.array(allowed.today, dtype=np.float64)
    # Heads, and by column those who are added to today's and those who are taken away.
    weights = csr_array(np.array([limit.weights for limit in limits]).reshape(len(limits), columns))
    every, one = csr_array(np.ones((1, columns))), eye_array(columns)
    blocks: list[list[Any]] = [[weights, None, None], [None, every, None], [None, None, every], [one, -one, one]]
    sides = [*((limit.low, limit.high) for limit in limits), *[(0.0, allowed.allowance)] * 2]
    low, high = (np.array([*side, *today]) for side in zip(*sides, strict=True))
    none = np.zeros(columns)
    found = milp(
        np.concatenate([price, none, none]),
        constraints=LinearConstraint(block_array(blocks, format="csr"), low, high),
        bounds=Bounds(
            np.array([column.least for column in allowed.columns] + [0] * (2 * columns), dtype=np.float64),
            np.array([column.most for column in allowed.columns] + [np.inf] * (2 * columns)),
        ),
        integrality=np.ones(3 * columns, dtype=np.int64),
    )
    return None if found.x is None else tuple(round(value) for value in found.x[:columns].tolist())
