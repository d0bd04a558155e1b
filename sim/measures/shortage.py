"""Where people are missing, counted once for every page: out of open intervals, with work after closing apart.

The people missing in an interval are the seats required less those given to it, queue by queue, added up; a group's are
its part of them, so that groups and queues add up to the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures.kpis import CONTACTS, groups_of, queues_of
from sim.measures.requirement import Requirement
from sim.scenario.model import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SEEN = 0.05
"""Of people: less prints as none, and counts as none."""


@dataclass(frozen=True)
class Shortage:
    """Of some queues or groups, per interval of the horizon."""

    missing: Floats
    """People."""
    is_open: NDArray[np.bool_]
    """Whether one of the queues is open in some part of the interval."""

    @property
    def short(self) -> NDArray[np.bool_]:
        """Open intervals that are short of people."""
        return np.asarray(self.is_open & (self.missing >= SEEN))

    @property
    def after_hours(self) -> NDArray[np.bool_]:
        """Closed intervals in which work that is left over finds too few people."""
        return np.asarray(~self.is_open & (self.missing >= SEEN))

    @property
    def peak(self) -> float:
        """People missing at worst, while open."""
        return float(np.where(self.is_open, self.missing, 0.0).max(initial=0.0))

    def worst(self, most: int) -> Ints:
        """The open intervals with most people missing, the first of equals first."""
        order = np.argsort(-np.where(self.short, np.round(self.missing, 6), 0.0), kind="stable")[:most]
        return order[self.short[order]]

    def by_period(self, first: Ints) -> tuple[Floats, Ints, Ints]:
        """(people missing at worst, intervals short, intervals open) of the periods that begin at these intervals."""
        peak = np.maximum.reduceat(np.where(self.is_open, self.missing, 0.0), first)
        short, is_open = (np.add.reduceat(flags.astype(np.int64), first) for flags in (self.short, self.is_open))
        return peak, short, is_open


def shortage(scenario: Scenario, need: Requirement, scope: str, name: str) -> Shortage:
    """Of the center, a site, a channel, a queue or a group."""
    if scope in CONTACTS:
        queues = [scenario.queue(queue).number for queue in queues_of(scenario, scope, name)]
        return Shortage(need.short[:, queues].sum(axis=1), np.asarray(need.is_open[:, queues].any(axis=1)))
    groups = groups_of(scenario, scope, name)
    known = {queue for group in groups for queue in scenario.spec.groups[group].skills}
    queues = [q for q, queue in enumerate(scenario.queues) if queue in known]
    numbers = [scenario.group(group).number for group in groups]
    return Shortage(need.group_short[:, numbers].sum(axis=1), np.asarray(need.is_open[:, queues].any(axis=1)))
