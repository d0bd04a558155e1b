"""Each observed figure, the standard behind it, and what is left over: the rows that summary and manifest print."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import work_of
from sim.study.calibration.base_plan import BasePlan
from sim.study.calibration.evidence import Evidence
from sim.study.calibration.pilots import work_by_interval
from sim.study.expected.need import mean_handle_time
from sim.study.prepared import Prepared, Standard

Floats = NDArray[np.float64]

LEAST_OWN = 1e-6
"""Of an observed figure, left for the queue's own contacts: below, others bring more than was observed."""

WORK, FCR, CONTACTS = range(3)
"""Rows of what is left over."""

MORE = {WORK: "others bring more", FCR: "follow-ups resolve more", CONTACTS: "others bring more"}


@dataclass(frozen=True)
class CalibrationRow:
    """One observed figure: what the planner gave, the standard behind it, their ratio, and what is left over."""

    queue: str
    figure: str
    basis: str
    observed: float
    standard: float
    factor: float
    residual: float
    method: str
    residual_half_width: float | None = 0.0
    """Of the residual's 95 % interval, by the luck of the pilot that found it: 0 where it needs none, None where a
    single day has no spread."""


class _Figure(NamedTuple):
    """An observed figure of a queue, and what was solved for behind it."""

    kind: int
    name: str
    basis: str
    observed: float
    standard: float
    factor: float
    method: str


def rows_of(
    plan: BasePlan, standard: Standard, evidence: Evidence, *, by_pilots: bool, unsure: Floats | None = None
) -> tuple[CalibrationRow, ...]:
    """`by_pilots`: nothing in closed form; `unsure`: half widths of what is left over, in the order of `left_over`."""
    left_over = plan.left_over(standard, evidence)
    unsure = np.zeros_like(left_over) if unsure is None else unsure
    rows = []
    for q, queue in enumerate(plan.base.queues):
        for f in _figures(plan, standard, evidence, q, by_pilots=by_pilots):
            left, half_width = float(left_over[f.kind, q]), float(unsure[f.kind, q])
            more = f": {MORE[f.kind]}" if _others_bring_more(f, left) else ""
            known = half_width if math.isfinite(half_width) else None
            rows.append(
                CalibrationRow(queue, f.name, f.basis, f.observed, f.standard, f.factor, left, f.method + more, known)
            )
    return tuple(rows)


def _others_bring_more(figure: _Figure, left: float) -> bool:
    return figure.factor == 0.0 if figure.kind == CONTACTS else figure.factor < LEAST_OWN and left > 0.0


def _figures(plan: BasePlan, standard: Standard, evidence: Evidence, q: int, *, by_pilots: bool) -> Iterator[_Figure]:
    """Of one queue: handle time, FCR, and contacts where its forecast contains what others bring, or prevent."""
    queue = plan.base.queues[q]
    spec = plan.base.spec.queues[queue]

    def method(closed_form: bool) -> str:
        return "as given" if plan.as_given[q] else "closed form" if closed_form and not by_pilots else "pilot runs"

    aht, factor = _handle_time(plan.prepared, queue), standard.work[queue]
    by_speed = method(bool(plan.same_speed[q]) and not plan.sessions.given[q])
    yield _Figure(WORK, _name_of_work(plan, q), spec.basis, aht, aht * factor, factor, by_speed)
    fcr, chance = plan.observed_fcr(q, plan.mix(evidence.seen)), standard.resolution[queue]
    by_chance = method(plan.same_resolution[q] and not spec.transfer)
    yield _Figure(FCR, "fcr", spec.basis, fcr, chance, chance / fcr if fcr else 1.0, by_chance)
    if queue in standard.volume and plan.forecast[q]:
        contacts, share = float(plan.forecast[q]), standard.volume[queue]
        by_loop = "pilot runs" if queue in evidence.traffic.fresh else "closed form"
        yield _Figure(CONTACTS, "contacts", "observed", contacts, contacts * share, share, by_loop)


def _name_of_work(plan: BasePlan, q: int) -> str:
    """What the handle time is that of: sessions, work with nothing else in hand, or contacts held alone."""
    if plan.sessions.given[q]:
        return "session_s"
    channel = plan.base.spec.queues[plan.base.queues[q]].channel
    return "aht_s" if all(plan.base.group(g).holding(channel).alone for g in plan.base.groups) else "solo_s"


def _handle_time(prepared: Prepared, queue: str) -> float:
    """The handle time the file gives, averaged over the forecast, or over the log that is replayed."""
    base, volumes = prepared.scenario, prepared.expected[queue]
    if queue in base.data.replays:
        return mean_handle_time(base, queue)
    contacts = volumes.contacts
    if not contacts.sum():
        return work_of(base, queue).mean
    return float((contacts * work_by_interval(base, queue, volumes)).sum() / contacts.sum())
