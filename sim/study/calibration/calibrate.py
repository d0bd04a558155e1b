"""Solving for what the center observed: the standard work, base resolution and fresh volumes that make the base plan
reproduce it; and when its pilots have played enough.

Who answers how much comes from the agents themselves where they are alike, else from pilot runs of the base plan. A
forecast contains what other contacts bring: pilot runs show how much, and `volumes` what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.calibration.base_plan import BasePlan
from sim.study.calibration.customers_there import share_by_day
from sim.study.calibration.evidence import Evidence
from sim.study.calibration.pilots import PILOT_CONTACTS, pilot
from sim.study.calibration.precision import Judge, as_many_as, fewest, tolerance
from sim.study.calibration.rows import CalibrationRow, rows_of
from sim.study.calibration.seen import Seen, together
from sim.study.prepared import Prepared, Standard, with_standard

Floats = NDArray[np.float64]

PILOTS = 2
"""Pilots that are solved from, together; one more shows the residual."""

LOOP_PILOTS = (*[PILOT_CONTACTS // 4] * 3, *[PILOT_CONTACTS] * 3)
"""The most contacts of the pilots that are solved from where what is solved for changes what the floor does to people's
work, and this the solution: the first only find out where it settles; the last is left out where the one before found
nothing left over."""

SCOUTS = 3
"""Those first ones: they play the fewest contacts that say anything."""

REMEMBERED = 0.5
"""Of what the pilots before saw: less work makes for fresher agents, and fresher agents for less work left to find. The
memory keeps the solution from swinging to and fro, and forgets where it came from."""

OF_LAST_TWO = 1.3
"""A pilot's standard error, as a multiple of the solution's, which comes of it and half of the one before:
√(1 + ½²) ÷ (1 + ½) = 1 ÷ 1.34."""

OF_SESSIONS = 2.0
"""How much less well the length of sessions is known: it is as noisy as the study's own handle times."""

VARIANCE = {True: 0.25, False: 0.1}
"""Of a contact, as a share: about what pilots are up against where contacts bring contacts, and where only agents
differ."""


@dataclass(frozen=True)
class Calibration:
    standard: Standard
    rows: tuple[CalibrationRow, ...]
    remembered: bool = False
    """From an earlier run of the same base plan."""


def calibrate(prepared: Prepared, engine: str) -> Calibration:
    """The solution for the base plan, which every plan of the file inherits."""
    plan = BasePlan(prepared)
    if not plan.takes_pilots:
        evidence = plan.unplayed()
        standard = plan.less_brought(plan.solved(evidence), evidence)
        rows = rows_of(plan, standard, evidence, by_pilots=False)
        return Calibration(plan.with_rates(standard, evidence), rows)
    solution = _settle(plan, engine)
    standard, evidence = solution.standard, solution.evidence
    # Luck that the solution has not seen says what is left over, as many contacts as the last pilot saw: whoever stops
    # when the spread is small finds it too small.
    number, judge, enough = len(_course(plan).most), _judge(plan, standard, evidence), as_many_as(solution.batches)
    batches = pilot(with_standard(prepared, standard), engine, number, number + 1, PILOT_CONTACTS, enough)
    unseen = together(batches)
    rows = rows_of(plan, standard, evidence.but_for(unseen), by_pilots=plan.turns, unsure=judge.half_widths(batches))
    standard = plan.with_rates(standard, evidence)
    return Calibration(_with_leavers(prepared, standard, evidence.seen.and_also(unseen)), rows)


def in_closed_form(prepared: Prepared) -> Standard | None:
    """Standard work and base chances where they take no pilot runs, else None; ScenarioError as from `calibrate`."""
    plan = BasePlan(prepared)
    return None if plan.takes_pilots else plan.solved(plan.unplayed())


def pilot_contacts(prepared: Prepared) -> int:
    """About how many contacts the pilots of this base plan play."""
    plan = BasePlan(prepared)
    coming = plan.forecast[plan.forecast > 0.0]
    if not plan.takes_pilots or not len(coming):
        return 0
    course = _course(plan)
    variance = VARIANCE[plan.turns] if not plan.has_sessions else 1.0 / OF_SESSIONS**2
    # They play on until the queue that needs most has had its due.
    least = fewest(coming)
    due = np.maximum(variance / (OF_LAST_TWO * tolerance(coming)) ** 2, least)
    seen, known = (float((answered / coming).max() * coming.sum()) for answered in (least, due))
    return int(course.scouts * min(course.most[0], seen) + course.others * min(PILOT_CONTACTS, known))


class _Course(NamedTuple):
    """The pilots that are solved from."""

    most: tuple[int, ...]
    """The most contacts of each."""
    scouts: int
    remembered: float
    """Of what those before saw."""
    others: int
    """Those that play their due, as a rule; the one that says what is left over among them."""


def _course(plan: BasePlan) -> _Course:
    if plan.turns or plan.has_sessions:
        return _Course(LOOP_PILOTS, SCOUTS, REMEMBERED, 3)
    return _Course((PILOT_CONTACTS,) * PILOTS, PILOTS - 1, 1.0, 2)


@dataclass(frozen=True)
class _Solution:
    standard: Standard
    evidence: Evidence
    batches: Sequence[Seen]
    """Of the last pilot that it was solved from."""


def _settle(plan: BasePlan, engine: str) -> _Solution:
    """The solution after the last of the pilots, or the first that finds it at rest."""
    course, evidence, batches = _course(plan), plan.unplayed(), list[Seen]()
    standard = plan.solved(evidence)
    for number, most in enumerate(course.most):
        judge = _judge(plan, standard, evidence, scouts=number < course.scouts)
        prepared = with_standard(plan.prepared, standard)
        batches = pilot(prepared, engine, number, 1 + len(course.most), most, judge.missing)
        settled = number > course.scouts and judge.is_settled(batches)
        one = together(batches)
        plan.sessions.learn(one)
        evidence = plan.played(evidence.seen.and_also(one, course.remembered))
        standard = plan.less_brought(plan.solved(evidence), evidence)
        if settled:
            break
    return _Solution(standard, evidence, batches)


def _judge(plan: BasePlan, standard: Standard, evidence: Evidence, *, scouts: bool = False) -> Judge:
    """Of a pilot under this solution."""

    def figures(seen: Seen) -> Floats:
        left = plan.left_over(standard, evidence.but_for(seen))
        return np.vstack([left, np.full(left.shape[1], plan.still_there(seen))])

    contacts = np.where(plan.forecast > 0.0, plan.forecast, plan.brought)
    will_do = np.tile(OF_LAST_TWO * tolerance(contacts), (4, 1))
    will_do[0, plan.sessions.given] *= OF_SESSIONS
    # Where others bring more than was observed, something is always left over.
    fresh = evidence.traffic.fresh
    possible = np.array([fresh.get(queue, 1.0) > 0.0 for queue in plan.base.queues], np.bool_)
    return Judge(figures, contacts, np.asarray(plan.skilled.any(axis=0)), will_do, possible, scouts)


def _with_leavers(prepared: Prepared, standard: Standard, seen: Seen) -> Standard:
    """Whoever leaves must have been there: what was observed is what those still there brought."""
    base, clock = prepared.scenario, prepared.scenario.clock
    customers = base.spec.customers
    if customers is None:
        return standard
    fresh = with_standard(prepared, standard).fresh()
    contacts = np.sum([queue.contacts for queue in fresh.values()], axis=0)
    by_day = np.bincount(clock.interval_day, contacts, clock.days).astype(np.float64)
    there = share_by_day(seen.bad_cases_a_case(), by_day, customers.number, customers.leave)
    return replace(standard, customers_there=there)
