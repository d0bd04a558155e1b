"""Solving for what the center observed: the standard work and base resolution that make the base plan reproduce them.

A planner's AHT and FCR are those of today's mix of agents. With w the share of a queue's contacts that an agent
answers, factor = 1 / Σ w/speed, and the base chance b solves Σ w min(1, b × resolution) = FCR. The shares come from
the agents themselves where they are alike, else from pilot runs of the base plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import expected, work_of
from sim.errors import Problem, ScenarioError
from sim.observations import ANSWERED
from sim.scenario.load import Scenario
from sim.study.replicate import DayByDay, Prepared, Standard, open_floor, prepare
from sim.workforce.people import build_agents, skill_tables

Floats = NDArray[np.float64]

PILOT = 1_000_000
"""Pilots play replications from this number on, so that no luck of the study is used twice."""

PILOT_CONTACTS = 20_000
CLOSE_ENOUGH = 1e-3
ROUNDS = 4


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


@dataclass(frozen=True)
class Calibration:
    standard: Standard
    rows: tuple[CalibrationRow, ...]


def calibrate(base: Scenario, engine: str) -> Calibration:
    """The solution for the base plan, which every plan of the file inherits."""
    agents = build_agents(base)
    speed, resolution = skill_tables(base, agents)
    skilled = np.array(
        [[queue in group.skills for queue in base.queues] for group in base.spec.groups.values()]
    )[agents.group]
    weights = skilled / np.maximum(skilled.sum(axis=0), 1)
    observed = [queue.basis == "observed" for queue in base.spec.queues.values()]

    def alike(table: Floats) -> list[bool]:
        return [len(np.unique(table[skilled[:, q], q])) <= 1 for q in range(len(base.queues))]

    same_speed, same_resolution = alike(speed), alike(resolution)
    needs_pilot = any(
        seen and not (a and b) for seen, a, b in zip(observed, same_speed, same_resolution, strict=True)
    )
    standard = _solve(base, weights, speed, resolution, observed)
    residual = np.zeros(len(base.queues))
    if needs_pilot:
        for _ in range(ROUNDS):
            weights = _pilot_shares(base, standard, engine, weights)
            factors = np.array([standard.work[queue] for queue in base.queues])
            residual = np.where(observed, factors * (weights / speed).sum(axis=0) - 1.0, 0.0)
            standard = _solve(base, weights, speed, resolution, observed)
            if np.abs(residual).max() < CLOSE_ENOUGH:
                break
    rows: list[CalibrationRow] = []
    for q, queue in enumerate(base.queues):
        basis = base.spec.queues[queue].basis
        method = "as given" if basis == "standard" else "closed form" if same_speed[q] else "pilot runs"
        aht, factor = _mean_handle_time(base, queue), standard.work[queue]
        rows.append(
            CalibrationRow(queue, "aht_s", basis, aht, aht * factor, factor, float(residual[q]), method)
        )
        fcr, chance = base.spec.queues[queue].fcr, standard.resolution[queue]
        left = (
            float((weights[:, q] * np.minimum(1.0, chance * resolution[:, q])).sum() - fcr)
            if observed[q]
            else 0.0
        )
        method = "as given" if basis == "standard" else "closed form" if same_resolution[q] else "pilot runs"
        rows.append(
            CalibrationRow(queue, "fcr", basis, fcr, chance, chance / fcr if fcr else 1.0, left, method)
        )
    return Calibration(standard, tuple(rows))


def _mean_handle_time(base: Scenario, queue: str) -> float:
    """The handle time the file gives, averaged over the forecast."""
    work, volumes = work_of(base, queue), expected(base, queue)
    rest = work.mean - work.talk.mean
    per_contact = volumes.work_factor * (work.talk.mean * volumes.talk_factor + rest)
    total = volumes.contacts.sum()
    return float((volumes.contacts * per_contact).sum() / total) if total else work.mean


def _solve(
    base: Scenario, weights: Floats, speed: Floats, resolution: Floats, observed: list[bool]
) -> Standard:
    work: dict[str, float] = {}
    chances: dict[str, float] = {}
    for q, queue in enumerate(base.queues):
        fcr = base.spec.queues[queue].fcr
        if observed[q] and weights[:, q].sum() > 0:
            work[queue] = float(1.0 / (weights[:, q] / speed[:, q]).sum())
            chances[queue] = _base_chance(base, queue, fcr, weights[:, q], resolution[:, q])
        else:
            work[queue], chances[queue] = 1.0, fcr
    return Standard(work, chances)


def _base_chance(base: Scenario, queue: str, fcr: float, weights: Floats, resolution: Floats) -> float:
    reach = float(weights[resolution > 0].sum())
    if fcr > reach + 1e-12:
        raise ScenarioError(
            base.name,
            [
                Problem(
                    f"queues.{queue}.fcr",
                    f"{fcr:.0%} cannot be reached: some agents' resolution at this queue is 0",
                )
            ],
        )
    low, high = 0.0, 1.0 / float(resolution[resolution > 0].min()) if reach else 1.0
    for _ in range(100):
        middle = (low + high) / 2
        if float((weights * np.minimum(1.0, middle * resolution)).sum()) < fcr:
            low = middle
        else:
            high = middle
    return high


def _pilot_shares(base: Scenario, standard: Standard, engine: str, fallback: Floats) -> Floats:
    """Share of each queue's answered contacts per agent, from pilot replications; agents × queues."""
    prepared = prepare(base, standard)
    days = _pilot_days(prepared)
    counts = np.zeros(fallback.size)
    replication, played = PILOT, 0
    while played < PILOT_CONTACTS and replication < PILOT + 50:
        loop = DayByDay(prepared, open_floor(prepared.setting, engine), replication)
        for observed in loop.play(days):
            rows = observed.contacts[observed.contacts["outcome"] == ANSWERED]
            counts += np.bincount(rows["agent"] * len(base.queues) + rows["queue"], minlength=fallback.size)
        played += max(loop.born, 1)
        replication += 1
    table = counts.reshape(fallback.shape)
    totals = table.sum(axis=0)
    return np.where(totals > 0, table / np.maximum(totals, 1.0), fallback)


def _pilot_days(prepared: Prepared) -> int:
    """Whole weeks that hold about a pilot's contacts, one at least."""
    days = prepared.scenario.clock.days
    weekly = prepared.contacts / days * 7
    return min(days, 7 * max(1, round(PILOT_CONTACTS / max(weekly, 1.0))))
