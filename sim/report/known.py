"""The tables of KPIs and of costs looked up by name: what pages, charts and the terminal ask them for."""

from __future__ import annotations

import pandas as pd

from sim.study.statistics import UNKNOWN, Estimate


class Bill:
    """The table of costs looked up by line."""

    def __init__(self, table: pd.DataFrame) -> None:
        columns = (table[name].tolist() for name in ("plan", "line", "mean", "ci_low", "ci_high"))
        self._lines = {(row[0], row[1]): Estimate(*row[2:]) for row in zip(*columns, strict=True)}

    def line(self, plan: str, line: str) -> Estimate:
        return self._lines.get((plan, line), UNKNOWN)

    def tells(self, plan: str, line: str) -> bool:
        return (plan, line) in self._lines


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
