"""Customers who were drawn are kept: plans that differ in staff alone face the same ones again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.demand.arrivals import DayOfDemand, Demand
from sim.demand.customers_of import CustomersOf
from sim.luck import Luck

MOST_CONTACTS = 450_000
"""Expected contacts of the replications that are kept: 200 bytes each, and as much for each that may follow. Other
replications are drawn each time."""


class RememberedDemand:
    """A replication's days, each drawn when it is first asked for; whoever asks again gets the same tables."""

    def __init__(self, demand: Demand) -> None:
        self._demand, self._days = demand, dict[int, tuple[DayOfDemand, ...]]()
        self.aht_error = demand.aht_error

    def parts(self, day: int, gone: NDArray[np.bool_] | None = None) -> Iterator[DayOfDemand]:
        """As `Demand.parts`, of customers who all stay."""
        assert gone is None
        if day not in self._days:
            self._days[day] = tuple(self._demand.parts(day))
        yield from self._days[day]


class Memory:
    """Of plans that have the same customers: what each of their replications brings, from the first day on."""

    def __init__(self, most_contacts: float = MOST_CONTACTS) -> None:
        self._most = self._room = most_contacts
        self._demands: dict[tuple[dt.date, int], RememberedDemand] = {}

    def emptied(self) -> Memory:
        """As large, and nothing in it."""
        return Memory(self._most)

    def demand(self, customers: CustomersOf, luck: Luck) -> RememberedDemand | Demand:
        """Kept where there is room; a plan whose warm-up begins on another day has others."""
        key = customers.scenario.clock.start, luck.replication
        if key not in self._demands:
            contacts = float(customers.by_interval.sum())
            if contacts > self._room:
                return Demand(customers, luck)
            self._room -= contacts
            self._demands[key] = RememberedDemand(Demand(customers, luck))
        return self._demands[key]
