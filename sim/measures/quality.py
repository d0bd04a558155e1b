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

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measures.cases import closes_case
from sim.measures.judging import Columns, Judged
from sim.observations import Table
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

EXPERIENCE_SUMS = (
    "felt", "satisfied", "promoters", "detractors", "ease", "courtesy", "effortless", "waits", "waits_met",
    "cases_satisfied",
)  # fmt: skip
"""By queue, or by group that answered. Of contacts `felt` (handled and not handed on): expected numbers of `satisfied`,
`promoters` and `detractors`, sums of `ease` (1–7) and `courtesy`, and those that were `effortless`: never handed on,
with nothing to say again. `waits_met` of `waits`: within the wait expected, answered or not. `cases_satisfied`:
expected number of closed cases whose customer is satisfied by the contact that closed them."""


def logit(share: float) -> float:
    return float(np.log(share / (1.0 - share)))


def logistic(odds: Floats) -> Floats:
    """Log-odds as a chance."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * odds)))


@dataclass(frozen=True)
class Felt:
    """What the customer of each contact feels, and from which facts."""

    satisfied: Floats
    """Chance: logistic(logit(csat) + s)."""
    promoters: Floats
    """Chance: logistic(logit(promoters) + s)."""
    detractors: Floats
    """Chance: logistic(logit(detractors) − s)."""
    ease: Floats
    """CES, 1–7: 1 + 6 × logistic(logit((ces − 1) ÷ 6) + s without courtesy)."""
    repeats: Flags
    """Whether all had to be said again."""
    handed_on: Flags
    in_time: Flags
    """Waited no longer than expected."""


class Feelings:
    """The scenario's `experience`, lowered once."""

    def __init__(self, scenario: Scenario) -> None:
        experience = scenario.uses.experience
        assert experience is not None
        queues = scenario.numbered.queues
        self._weights = experience.weights
        self._csat, self._ease = logit(experience.csat), logit((experience.ces - 1.0) / 6.0)
        self._promoters, self._detractors = logit(experience.nps.promoters), logit(experience.nps.detractors)
        self._fcr = np.array([queue.spec.fcr for queue in queues])
        given = experience.expected_wait
        self._expected_wait = np.array(
            [queue.level.within if given is None or not queue.is_live else given for queue in queues]
        )
        self._history_shared = scenario.spec.quality.history_shared
        ways = [queue.ways_in for queue in queues]
        self._cold = np.array(["cold" in kinds for kinds in ways])
        self._handed = np.array([bool(kinds - {"swarm"}) for kinds in ways])

    def __call__(self, rows: Table, judged: Judged) -> Felt:
        weights, queue, later = self._weights, judged.queue, judged.leg > 0
        repeats, handed_on = later & self._cold[queue], later & self._handed[queue]
        if not self._history_shared:
            repeats = repeats | (rows["attempt"] > 1)
        wait, gap = self._waits(rows, judged)
        without_courtesy = (
            weights.resolution * (judged.columns["resolved"] - self._fcr[queue])
            + weights.wait * gap
            - weights.attempts * (rows["attempt"] - 1)
            - weights.handover * handed_on
            - weights.repetition * repeats
        )
        s = without_courtesy + weights.courtesy * np.where(judged.taken, rows["courtesy"] - 1.0, 0.0)
        return Felt(
            logistic(self._csat + s), logistic(self._promoters + s), logistic(self._detractors - s),
            1.0 + 6.0 * logistic(self._ease + without_courtesy),
            repeats, handed_on, wait <= self._expected_wait[queue],
        )  # fmt: skip

    def _waits(self, rows: Table, judged: Judged) -> tuple[Floats, Floats]:
        """The wait that counts, and its gap."""
        beyond = judged.wait - (rows["promised"] - rows["arrived"])
        wait = np.where(rows["promised"] >= 0.0, np.maximum(beyond, 0.0), judged.wait)
        expected = self._expected_wait[judged.queue]
        over = np.divide(wait, expected, out=np.where(wait > 0.0, np.inf, 0.0), where=expected > 0.0)
        gap = np.clip(1.0 - over, -1.0, 1.0)
        return wait, np.where(judged.answered, gap, np.minimum(gap, 0.0))


def experience_columns(rows: Table, judged: Judged, felt: Felt) -> Columns:
    """EXPERIENCE_SUMS of contact rows."""
    ours = judged.arrived >= 0.0
    last, waited = judged.columns["handled"] & (rows["transferred"] == 0) & ours, judged.waited & ours

    def of_last(values: NDArray[Any]) -> Floats:
        return np.where(last, values, 0.0)

    return {
        "felt": last,
        "satisfied": of_last(felt.satisfied),
        "promoters": of_last(felt.promoters),
        "detractors": of_last(felt.detractors),
        "ease": of_last(felt.ease),
        "courtesy": of_last(rows["courtesy"]),
        "effortless": last & ~felt.repeats & ~felt.handed_on,
        "waits": waited,
        "waits_met": waited & felt.in_time,
        "cases_satisfied": np.where(closes_case(rows), felt.satisfied, 0.0),
    }
