"""A study's figures looked up by name: what the terminal, the page and the charts ask, and nobody else works out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from sim.study.statistics import UNKNOWN, Estimate


class Known:
    """Every KPI, line of the costs and difference from the baseline; made once for a study (`Tables.known`)."""

    def __init__(self, summary: pd.DataFrame, costs: pd.DataFrame, comparison: pd.DataFrame | None = None) -> None:
        self._kpis = {
            row[:4]: Estimate(*row[4:])
            for row in _rows(summary, "plan", "scope", "name", "kpi", "mean", "ci_low", "ci_high")
        }
        self._names: dict[tuple[str, str], dict[str, None]] = {}
        for plan, scope, name, _ in self._kpis:
            self._names.setdefault((plan, scope), {})[name] = None
        self._costs: dict[tuple[str, str], Estimate] = {}
        for plan, line, *three in _rows(costs, "plan", "line", "mean", "ci_low", "ci_high"):
            self._costs.setdefault((plan, line), Estimate(*three))
        self._changes: dict[tuple[str, str, str, str], tuple[Estimate, str]] = {}
        if comparison is not None:
            names = ("plan", "scope", "name", "kpi", "difference", "ci_low", "ci_high", "better")
            for row in _rows(comparison, *names):
                self._changes[row[:4]] = Estimate(*row[4:7]), str(row[7] or "")

    def kpi(self, plan: str, kpi: str, scope: str = "center", name: str = "all") -> Estimate:
        return self._kpis.get((plan, scope, name, kpi), UNKNOWN)

    def tells(self, plan: str, kpi: str, scope: str = "center", name: str = "all") -> bool:
        """Whether the plan has what the KPI measures."""
        return (plan, scope, name, kpi) in self._kpis

    def names(self, plan: str, scope: str) -> list[str]:
        return list(self._names.get((plan, scope), ()))

    def cost(self, plan: str, line: str) -> Estimate:
        return self._costs.get((plan, line), UNKNOWN)

    def has_cost(self, plan: str, line: str) -> bool:
        return (plan, line) in self._costs

    def change(self, plan: str, kpi: str, scope: str = "center", name: str = "all") -> tuple[Estimate, str]:
        """(difference from the baseline, verdict)."""
        return self._changes.get((plan, scope, name, kpi), (UNKNOWN, ""))

    def of(self, plan: str) -> OfPlan:
        return OfPlan(self, plan)


class OfPlan(NamedTuple):
    """One plan's."""

    known: Known
    plan: str

    def kpi(self, kpi: str, scope: str = "center", name: str = "all") -> Estimate:
        return self.known.kpi(self.plan, kpi, scope, name)

    def tells(self, kpi: str, scope: str = "center", name: str = "all") -> bool:
        return self.known.tells(self.plan, kpi, scope, name)

    def cost(self, line: str) -> Estimate:
        return self.known.cost(self.plan, line)


def _rows(table: pd.DataFrame, *columns: str) -> Iterable[tuple[Any, ...]]:
    return zip(*(table[name].tolist() for name in columns), strict=True)
