"""What the search has learnt: effective people by the ledger, costs by the books, and how service answers to both.

Costs are read from the plans played, by difference from the plan without classes: so much for each person who starts,
and so much for each day of theirs on the floor.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.measures.kpis import QUEUE
from sim.measures.seat_shares import skills_matrix
from sim.scenario.model import Scenario
from sim.staffing.hiring.answering import Answer
from sim.staffing.hiring.intake import Classes, Intake
from sim.staffing.hiring.ledger import Offered, expected_heads
from sim.staffing.hiring.program import Target
from sim.staffing.hiring.response import Response, Seen, response_of, stretches
from sim.study.prepared import Prepared
from sim.study.targets import Periods

Floats = NDArray[np.float64]


FEW = 0.02
"""Of the staff there, so many more by the largest class: with fewer a period is as it is, whoever is hired."""


class Model:
    """Of one plan of today, whose classes are up for change."""

    def __init__(
        self, empty: Prepared, intakes: Sequence[Intake], targets: Sequence[Periods], occupancy: Floats
    ) -> None:
        """`empty`: the plan without classes. `occupancy`: days × groups, as it was played."""
        scenario = empty.scenario
        self._intakes, self._targets = intakes, targets
        self._stretches = [stretches(scenario.clock, target.level.per) for target in targets]
        self._groups = [_groups_of(scenario, target) for target in targets]
        heads = expected_heads(scenario, empty.agents, occupancy)
        self.effective = heads.effective
        """Days × groups, without classes."""
        self.offer: list[Floats] = []
        """By intake: dates × days × groups, the effective people that one offer brings."""
        self._hires: list[Floats] = []
        """By intake: dates × (people who start, days on the floor), of one offer."""
        for intake in intakes:
            gains, hires = [], []
            for date in intake.dates:
                # By the difference of a whole class: what an order does beside it is in.
                offers = float(max(1, intake.size.at_most // 2))
                offered = Offered(intake.hiring, (date - scenario.clock.start).days, offers)
                more = expected_heads(scenario, empty.agents, occupancy, [offered])
                gains.append((more.effective - heads.effective) / offers)
                hires.append([(more.hired - heads.hired) / offers, (more.floor - heads.floor).sum() / offers])
            self.offer.append(np.array(gains))
            self._hires.append(np.array(hires))
        # The end of a term changes neither pay nor what a start costs.
        kinds = [(intake.group, intake.like) for intake in intakes]
        self._kind = [kinds.index(kind) for kind in kinds]
        self._prices = np.zeros(2 * len(intakes))

    def people(self, classes: Classes) -> Floats:
        """Expected effective people under a plan, days × groups."""
        found = self.effective.copy()
        for one in classes:
            found += one.offers * self.offer[one.intake][one.date]
        return found

    def seen(self, classes: Classes, answer: Answer) -> list[Seen]:
        """By target, what a plan that was played was seen to do."""
        people, found = self.people(classes), []
        for n in range(len(self._targets)):
            first, _ = self._stretches[n]
            met, base = (np.add.reduceat(answer.days[n][..., k].mean(axis=0), first) for k in (0, 1))
            found.append(Seen(self._by_stretch(n, people, answer.days[n]), met, base))
        return found

    def _by_stretch(self, target: int, people: Floats, days: Floats) -> Floats:
        """Mean effective people of the target's groups over the days of each stretch on which anybody comes."""
        first, _ = self._stretches[target]
        comes = (days[..., 1].sum(axis=0) > 0).astype(np.float64)
        of_groups = people[:, self._groups[target]].sum(axis=1)
        return np.add.reduceat(of_groups * comes, first) / np.maximum(np.add.reduceat(comes, first), 1.0)

    def targets(self, plays: Sequence[tuple[Classes, Answer]], goals: Sequence[Floats]) -> list[Target]:
        """As the program sees them, from the plans played, the last being the one to start from."""
        seen = [self.seen(classes, answer) for classes, answer in plays]
        days, found = plays[-1][1].days, []
        for n in range(len(self._targets)):
            response = response_of([one[n] for one in seen], self._stretches[n][1])
            staff = self._by_stretch(n, self.effective, days[n])
            offer = tuple(np.array([self._by_stretch(n, one, days[n]) for one in gains]) for gains in self.offer)
            found.append(Target(response, staff, offer, goals[n]))
        return found

    def needed(self, seen: Sequence[Target]) -> Floats:
        """Effective people, days × groups, with whom each week would have its target's level, as seen; of a group that
        is alone with a queue. NaN where nobody comes, or several groups share the work."""
        found = np.full(self.effective.shape, np.nan)
        for n, (target, own) in enumerate(zip(self._targets, seen, strict=True)):
            if len(self._groups[n]) == 1:
                first, group = self._stretches[n][0], self._groups[n][0]
                by_day = np.repeat(own.response.enough(target.level.target), np.diff(first, append=len(found)))
                found[:, group] = np.fmax(found[:, group], by_day)
        return found

    def in_reach(self, target: int) -> NDArray[np.bool_]:
        """By period of a target, whether any class that is allowed brings a few people into it."""
        first, period = self._stretches[target]
        staff = np.add.reduceat(self.effective[:, self._groups[target]].sum(axis=1), first)
        most = np.zeros(len(first))
        for intake, gains in zip(self._intakes, self.offer, strict=True):
            whole = intake.size.at_most * gains[:, :, self._groups[target]].sum(axis=2)
            most = np.maximum(most, np.add.reduceat(whole, first, axis=1).max(axis=0))
        return np.asarray(np.bincount(period, most) > FEW * np.bincount(period, staff))

    def levels(self, responses: Sequence[Response], classes: Classes, days: Sequence[Floats]) -> list[Floats]:
        """By target, the level that each period is expected to have under a plan."""
        people = self.people(classes)
        return [response.of_periods(self._by_stretch(n, people, days[n])) for n, response in enumerate(responses)]

    def learn_costs(self, plays: Sequence[tuple[Classes, Answer]]) -> None:
        """Prices of a person who starts and of a day on the floor, by kind of class."""
        from scipy.optimize import nnls

        runs = min(answer.replications for _, answer in plays)
        money = np.array([answer.money[:runs].mean() for _, answer in plays])
        hires = np.array([self._hired(classes) for classes, _ in plays])
        empty = [classes for classes, _ in plays].index(())
        scale = np.maximum(np.abs(hires).max(axis=0), 1e-9)
        self._prices = nnls(hires / scale, money - money[empty])[0] / scale

    def _hired(self, classes: Classes) -> Floats:
        found = np.zeros(len(self._prices))
        for one in classes:
            kind = 2 * self._kind[one.intake]
            found[kind : kind + 2] += one.offers * self._hires[one.intake][one.date]
        return found

    @property
    def costs(self) -> list[Floats]:
        """By intake, of one offer by date."""
        return [hires @ self._prices[2 * k : 2 * k + 2] for k, hires in zip(self._kind, self._hires, strict=True)]

    def cost(self, classes: Classes) -> float:
        """Of the classes, beside the plan without any."""
        return float(self._hired(classes) @ self._prices)


def _groups_of(scenario: Scenario, target: Periods) -> list[int]:
    """Groups that serve a target's queues."""
    can = skills_matrix(scenario)
    own = [
        number
        for number, queue in enumerate(scenario.numbered.queues)
        if target.name == (queue.name if target.scope == QUEUE else queue.spec.contract)
    ]
    return np.flatnonzero(can[:, own].any(axis=1)).tolist()
