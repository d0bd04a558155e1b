"""Replications of prepared plans played in this process, one after the other: what can be used again is."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sim.demand.remembered import Memory
from sim.floor.tables.engine import Engine
from sim.measures.folder import By, compile_folding
from sim.study.prepared import Prepared
from sim.study.replicate import Replication, open_floor, replicate
from sim.study.result import PlanResult

JUDGED = frozenset(
    {"day_levels", "contract_levels", "interval_counts", "intervals_met", "costs", "group_costs", "income"}
)
"""What targets are judged by (sim.study.targets), and money: all that a search for a plan asks of its replications."""


class Player:
    """Plays one prepared plan again and again; to play another, make another."""

    def __init__(self, prepared: Prepared, engine: str, memory: Memory | None = None) -> None:
        """`memory`: shared by players of plans with the same customers (`sim.study.prepared.with_staff_of`)."""
        self.prepared, self.engine, self._memory = prepared, engine, memory
        self._floor: Engine | None = None
        self._by: By | None = None

    def replicate(self, replication: int, keep_contacts: bool = False) -> Replication:
        """Play the whole horizon once; what it hands over is the caller's to keep."""
        if self._floor is None:
            self._floor = open_floor(self.prepared.setting, self.engine, lends=True)
        else:
            self._floor.begin_anew()
            # Worth its while from the second time on.
            if self._by is None and self.engine == "compiled":
                self._by = compile_folding(self.prepared.counting)
        return replicate(
            self.prepared, replication, self.engine, keep_contacts, floor=self._floor, by=self._by, memory=self._memory
        )

    def add_to(self, result: PlanResult, replications: Iterable[int], only: Collection[str] | None = JUDGED) -> None:
        """Play these replications of the result's plan and keep of them the named families, or all there are.

        Whoever compares plans gives each the same numbers: their luck is then common.
        """
        for replication in replications:
            result.add(self.replicate(replication), only)
