"""What customers feel: satisfaction is perception − expectation, reported as expected shares; no luck is drawn.

s = Σ weight × gap, the weights from the scenario's `experience`. The gaps of a contact (its last leg, if handed on):

- resolution: 1 if it resolved the case, else 0, − the queue's FCR as the base plan gives it;
- wait: 1 − wait ÷ wait expected, from −1 to 1; expected is `expected_wait` on live channels, else the limit of the
  service level. Of a callback only what is beyond the time promised counts; a wait in vain is never better than
  expected;
- attempts: −1 for each earlier contact about the case;
- handover: −1 if it was handed on to somebody else (an agent who joins the first one is no hand-over);
- repetition: −1 if all had to be said again: at a further attempt, unless history is shared, and after a cold transfer;
- courtesy: the agent's courtesy − 1; 0 if nobody answered.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measures.cases import closes_case
from sim.measures.elementwise import Many, counted, least, most, negated, pick
from sim.measures.judging import Judged
from sim.observations import ContactRow, Table
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]


class Experiences(NamedTuple):
    """By queue, or by group that answered, what a contact adds to each sum of what customers feel.

    Of contacts `felt` (handled and not handed on): expected numbers of `satisfied`, `promoters` and `detractors`, sums
    of `ease` (1–7) and `courtesy`, and those that were `effortless`: never handed on, with nothing to say again.
    `waits_met` of `waits`: within the wait expected, answered or not. `cases_satisfied`: expected number of closed
    cases whose customer is satisfied by the contact that closed them.
    """

    felt: bool
    satisfied: float
    promoters: float
    detractors: float
    ease: float
    courtesy: float
    effortless: bool
    waits: bool
    waits_met: bool
    cases_satisfied: float


EXPERIENCE_SUMS = Experiences._fields


def logit(share: float) -> float:
    return float(np.log(share / (1.0 - share)))


def logistic(odds: Any) -> Floats:
    """Log-odds as a chance."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * odds)))


class Odds(NamedTuple):
    """Log-odds of what a contact's customer says."""

    satisfied: float
    """logit(csat) + s."""
    promoters: float
    """logit(promoters) + s."""
    detractors: float
    """logit(detractors) − s."""
    ease: float
    """logit((ces − 1) ÷ 6) + s without courtesy."""


class Felt(NamedTuple):
    """What the customer of a contact feels, and from which facts."""

    satisfied: float
    """Chances, as the logistic function of their odds."""
    promoters: float
    detractors: float
    ease: float
    """CES, 1–7: 1 + 6 × logistic."""
    repeats: bool
    """Whether all had to be said again."""
    handed_on: bool
    in_time: bool
    """Waited no longer than expected."""


class Weighed(NamedTuple):
    """The scenario's `experience`, lowered once; lists by queue."""

    resolution: float
    wait: float
    attempts: float
    handover: float
    repetition: float
    courtesy: float
    usual: Odds
    fcr: list[float]
    expected_wait: list[float]
    history_shared: bool
    cold: list[bool]
    handed: list[bool]


def weigh(scenario: Scenario) -> Weighed:
    experience = scenario.uses.experience
    assert experience is not None
    queues, weights, given = scenario.numbered.queues, experience.weights, experience.expected_wait
    usual = (experience.csat, experience.nps.promoters, experience.nps.detractors, (experience.ces - 1.0) / 6.0)
    expected = [queue.level.within if given is None or not queue.is_live else given for queue in queues]
    ways = [queue.ways_in for queue in queues]
    of_queues: list[Any] = [
        np.array([queue.spec.fcr for queue in queues]), np.array(expected, dtype=np.float64),
        np.array(["cold" in kinds for kinds in ways]), np.array([bool(kinds - {"swarm"}) for kinds in ways]),
    ]  # fmt: skip
    fcr, expected_wait, cold, handed = of_queues
    return Weighed(
        float(weights.resolution), float(weights.wait), float(weights.attempts), float(weights.handover),
        float(weights.repetition), float(weights.courtesy), Odds(*map(logit, usual)), fcr, expected_wait,
        bool(scenario.spec.quality.history_shared), cold, handed,
    )  # fmt: skip


@counted
def counted_wait(row: ContactRow, judged: Judged) -> float:
    """Of a callback, only what is beyond the time promised."""
    beyond = judged.wait - (row.promised - row.arrived)
    wait: float = pick(row.promised >= 0.0, most(beyond, 0.0), judged.wait)
    return wait


@counted
def says_again(weighed: Weighed, row: ContactRow, judged: Judged) -> bool:
    """Whether all had to be said again."""
    further = negated(weighed.history_shared) & (row.attempt > 1)
    again: bool = ((judged.leg > 0) & weighed.cold[judged.queue]) | further
    return again


@counted
def odds_of(weighed: Weighed, row: ContactRow, judged: Judged) -> Odds:
    wait, expected = counted_wait(row, judged), weighed.expected_wait[judged.queue]
    expects = expected > 0.0
    over = pick(expects, wait / pick(expects, expected, 1.0), pick(wait > 0.0, np.inf, 0.0))
    gap = least(most(1.0 - over, -1.0), 1.0)
    gap = pick(judged.answered, gap, least(gap, 0.0))
    handed_on = (judged.leg > 0) & weighed.handed[judged.queue]
    without_courtesy = (
        weighed.resolution * (judged.columns.resolved * 1.0 - weighed.fcr[judged.queue])
        + weighed.wait * gap
        - weighed.attempts * (row.attempt - 1)
        - weighed.handover * (handed_on * 1.0)
        - weighed.repetition * (says_again(weighed, row, judged) * 1.0)
    )
    s = without_courtesy + weighed.courtesy * pick(judged.taken, row.courtesy - 1.0, 0.0)
    usual = weighed.usual
    return Odds(usual.satisfied + s, usual.promoters + s, usual.detractors - s, usual.ease + without_courtesy)


def as_chances(odds: Odds) -> Odds:
    """The odds of many contacts as chances."""
    chances: list[Any] = [logistic(one) for one in odds]
    return Odds(*chances)


@counted
def felt_of(weighed: Weighed, row: ContactRow, judged: Judged, chances: Odds) -> Felt:
    """`chances`: as of `as_chances`."""
    return Felt(
        chances.satisfied,
        chances.promoters,
        chances.detractors,
        1.0 + 6.0 * chances.ease,
        says_again(weighed, row, judged),
        (judged.leg > 0) & weighed.handed[judged.queue],
        counted_wait(row, judged) <= weighed.expected_wait[judged.queue],
    )


@counted
def experiences(row: ContactRow, judged: Judged, felt: Felt) -> Experiences:
    """What a row counts."""
    ours = judged.arrived >= 0.0
    last, waited = judged.columns.handled & (row.transferred == 0) & ours, judged.waited & ours
    return Experiences(
        felt=last,
        satisfied=pick(last, felt.satisfied, 0.0),
        promoters=pick(last, felt.promoters, 0.0),
        detractors=pick(last, felt.detractors, 0.0),
        ease=pick(last, felt.ease, 0.0),
        courtesy=pick(last, row.courtesy, 0.0),
        effortless=last & negated(felt.repeats | felt.handed_on),
        waits=waited,
        waits_met=waited & felt.in_time,
        cases_satisfied=pick(closes_case(row), felt.satisfied, 0.0),
    )


class Feelings:
    """What customers feel, of tables of rows."""

    def __init__(self, scenario: Scenario) -> None:
        self.weighed = weigh(scenario)

    def __call__(self, rows: Table, judged: Judged) -> Felt:
        row: Any = Many(rows)
        return felt_of(self.weighed, row, judged, as_chances(odds_of(self.weighed, row, judged)))
