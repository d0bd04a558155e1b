"""The table of KPIs looked up by name: what pages, charts and the terminal ask it for."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd


class Estimate(NamedTuple):
    mean: float
    low: float
    high: float


UNKNOWN = Estimate(math.nan, math.nan, math.nan)


class Summary:
    """A row per plan, scope, name and KPI, found at once; made once for a study (`Tables.known`)."""

    def __init__(self, table: pd.DataFrame) -> None:
        columns = (table[name].tolist() for name in ("plan", "scope", "name", "kpi", "mean", "ci_low", "ci_high"))
        self._summary = {row[:4]: Estimate(*row[4:]) for row in zip(*columns, strict=True)}
        self._names: dict[tuple[str, str], dict[str, None]] = {}
        for plan, scope, name, _ in self._summary:
            self._names.setdefault((plan, scope), {})[name] = None

    def kpi(self, plan: str, kpi: str, scope: str = "center", name: str = "all") -> Estimate:
        return self._summary.get((plan, scope, name, kpi), UNKNOWN)

    def tells(self, plan: str, kpi: str, scope: str = "center", name: str = "all") -> bool:
        """Whether the plan has what the KPI measures."""
        return (plan, scope, name, kpi) in self._summary

    def names(self, plan: str, scope: str) -> list[str]:
        return list(self._names.get((plan, scope), ()))
