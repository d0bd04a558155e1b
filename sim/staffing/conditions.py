"""What must hold of a staffing, as shares of sums: every period of every target, and the limits of KPIs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures.kpis import KPIS
from sim.staffing.wanted import HEADS, KpiLimit, Wanted
from sim.study.result import PlanResult
from sim.study.targets import Periods, periods_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Condition:
    """A share of two sums that must be at least, or at most, its target."""

    scope: str
    name: str
    kpi: str
    """service_level for a target."""
    per: str
    """"" for a KPI of the whole horizon."""
    date: str
    start: str
    target: float
    at_most: bool = False

    @property
    def sign(self) -> float:
        return -1.0 if self.at_most else 1.0


def conditions_of(result: PlanResult, wanted: Wanted) -> tuple[tuple[Condition, ...], Floats]:
    """The conditions, and replications × conditions × (what counts, of how much)."""
    conditions: list[Condition] = []
    columns: list[Floats] = []
    for target in periods_of(result):
        if target.name in wanted.left_out:
            continue
        aim = wanted.targets.get(target.name, target.level.target)
        for about, sums in _of_target(target, aim, wanted.periods):
            conditions.append(about)
            columns.append(sums)
    for limit in wanted.limits:
        about, sums = _of_kpi(result, limit)
        conditions.append(about)
        columns.append(sums)
    return tuple(conditions), np.stack(columns, axis=1) if columns else np.zeros((result.replications, 0, 2))


def _of_target(target: Periods, aim: float, share: float | None) -> list[tuple[Condition, Floats]]:
    name, per = (target.scope, target.name, "service_level"), target.level.per
    if share is None:
        return [
            (Condition(*name, per, *label, aim), target.levels[:, number]) for number, label in enumerate(target.labels)
        ]
    with np.errstate(divide="ignore", invalid="ignore"):
        reached = target.levels[..., 0] / target.levels[..., 1]
    counts = np.stack([(reached >= aim).sum(axis=1), np.isfinite(reached).sum(axis=1)], axis=1)
    return [(Condition(*name, f"share of {per}s", "", "", share), counts.astype(np.float64))]


def _of_kpi(result: PlanResult, limit: KpiLimit) -> tuple[Condition, Floats]:
    sums = result.sums_of(limit.scope, limit.name)
    for kpi, found in result.kpi_sums(limit.scope, limit.name):
        if kpi.id == limit.kpi:
            sums = found
            break
    else:
        kpi = next(kpi for kpi in KPIS if kpi.id == limit.kpi)
    counted = [
        np.broadcast_to(np.asarray(of(sums), float), result.replications) for of in (kpi.numerator, kpi.denominator)
    ]
    bound = limit.most if limit.most is not None else limit.least
    assert bound is not None
    about = Condition(limit.scope, limit.name, limit.kpi, "", "", "", bound, at_most=limit.most is not None)
    return about, np.stack(counted, axis=1)


def minimised(result: PlanResult, wanted: Wanted, heads: Sequence[int]) -> Floats:
    """By replication: what is to be least."""
    if wanted.minimise == HEADS:
        return np.full(result.replications, float(sum(heads)))
    kpi = next(kpi for kpi in KPIS if kpi.id == wanted.minimise)
    return np.asarray(kpi.value(result.sums_of("center", "all")), dtype=np.float64)


@dataclass(frozen=True)
class Alike:
    """Conditions that are alike but for their date, such as the Mondays of a month: one average of them has less luck
    in it. A search goes by these; what is confirmed is every date by itself."""

    members: tuple[tuple[int, ...], ...]
    """Numbers of conditions."""

    def levels(self, sums: Floats) -> Floats:
        """Replications × conditions × 2 → by kind, the share over all replications; NaN where nobody came."""
        whole = sums.sum(axis=0)
        counted = np.array([whole[list(members)].sum(axis=0) for members in self.members]).reshape(-1, 2)
        with np.errstate(divide="ignore", invalid="ignore"):
            return counted[:, 0] / counted[:, 1]

    def errors(self, sums: Floats) -> Floats:
        """Their standard errors, by jackknife over replications; infinite from one."""
        runs = len(sums)
        if runs < 2:
            return np.full(len(self.members), np.inf)
        counted = np.stack([sums[:, list(members)].sum(axis=1) for members in self.members], axis=1)
        left = counted.sum(axis=0) - counted
        with np.errstate(divide="ignore", invalid="ignore"):
            share = left[..., 0] / left[..., 1]
        return np.asarray(np.sqrt((runs - 1) / runs * ((share - share.mean(axis=0)) ** 2).sum(axis=0)))


SAME_VOLUME = 0.005
"""Periods whose expected contacts differ by less, relatively, are alike."""


def alike(conditions: Sequence[Condition], sums: Floats, volume: Floats) -> Alike:
    """`volume`: the contacts that the forecast has in each condition's period; those with nobody are left out."""
    import datetime as dt

    groups: dict[tuple[object, ...], list[list[int]]] = {}
    for number, one in enumerate(conditions):
        if one.per and not volume[number] > 0.0:
            continue
        weekday = dt.date.fromisoformat(one.date).weekday() if one.date and one.per in ("day", "interval") else one.date
        for members in groups.setdefault((one.scope, one.name, one.kpi, one.per, weekday, one.start), []):
            if abs(volume[members[0]] - volume[number]) <= SAME_VOLUME * volume[number]:
                members.append(number)
                break
        else:
            groups[one.scope, one.name, one.kpi, one.per, weekday, one.start].append([number])
    return Alike(tuple(tuple(members) for kinds in groups.values() for members in kinds))
