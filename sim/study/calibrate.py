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
from sim.scenario.model import Scenario
from sim.study.replicate import DayByDay, Prepared, Standard, open_floor, with_standard
from sim.workforce.people import skill_tables

Floats = NDArray[np.float64]

PILOT = 1_000_000
"""Pilots play replications from this number on, so that no luck of the study is used twice."""

ROUNDS = 2
"""Pilots that are solved from, together; one more tells the residual."""

ANSWERED_WANTED = 5_000
"""Contacts of each queue that a pilot should see answered: shares then tell a mean of 1/speed to about 0.3 %."""

PILOT_CONTACTS = 60_000
"""No pilot plays more, however rare a queue's contacts are."""


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


def calibrate(prepared: Prepared, engine: str) -> Calibration:
    """The solution for the base plan, which every plan of the file inherits."""
    base, agents = prepared.scenario, prepared.agents
    speed, resolution = skill_tables(base, agents)
    holds = np.array([[queue in group.skills for queue in base.queues] for group in base.spec.groups.values()])
    skilled = holds[agents.group]
    equal = _shares(np.zeros(skilled.shape), skilled)
    observed = [queue.basis == "observed" for queue in base.spec.queues.values()]
    same_speed, same_resolution = _alike(speed, skilled), _alike(resolution, skilled)
    standard = _solve(base, equal, speed, resolution, observed)
    shares = equal
    if any(seen and not (a and b) for seen, a, b in zip(observed, same_speed, same_resolution, strict=True)):
        counts = np.zeros(skilled.shape)
        for number in range(ROUNDS):
            counts += _pilot(with_standard(prepared, standard), engine, number)
            standard = _solve(base, _shares(counts, skilled), speed, resolution, observed)
        # Luck that the solution has not seen tells what is left over.
        shares = _shares(_pilot(with_standard(prepared, standard), engine, ROUNDS), skilled)
    rows: list[CalibrationRow] = []
    for q, queue in enumerate(base.queues):
        basis, weights = base.spec.queues[queue].basis, shares[:, q]
        aht, factor = _mean_handle_time(base, queue), standard.work[queue]
        fcr, chance = base.spec.queues[queue].fcr, standard.resolution[queue]
        residuals = factor * (weights / speed[:, q]).sum() - 1.0, _mean_chance(weights, chance, resolution[:, q]) - fcr
        figures = (
            ("aht_s", aht, aht * factor, factor, residuals[0], same_speed[q]),
            ("fcr", fcr, chance, chance / fcr if fcr else 1.0, residuals[1], same_resolution[q]),
        )
        for figure, given, solved, ratio, residual, closed_form in figures:
            method = "as given" if basis == "standard" else "closed form" if closed_form else "pilot runs"
            left = residual if method == "pilot runs" else 0.0
            rows.append(CalibrationRow(queue, figure, basis, given, solved, ratio, float(left), method))
    return Calibration(standard, tuple(rows))


def _alike(table: Floats, skilled: NDArray[np.bool_]) -> list[bool]:
    """Per queue, whether all agents with the skill have the same figure."""
    return [len(np.unique(table[skilled[:, q], q])) <= 1 for q in range(table.shape[1])]


def _shares(counts: Floats, skilled: NDArray[np.bool_]) -> Floats:
    """Shares of each queue's contacts per agent; equal ones where none was answered."""
    totals = counts.sum(axis=0)
    equal = skilled / np.maximum(skilled.sum(axis=0), 1)
    return np.asarray(np.where(totals > 0, counts / np.maximum(totals, 1.0), equal))


def _mean_chance(weights: Floats, base_chance: float, resolution: Floats) -> float:
    return float((weights * np.minimum(1.0, base_chance * resolution)).sum())


def _mean_handle_time(base: Scenario, queue: str) -> float:
    """The handle time the file gives, averaged over the forecast."""
    work, volumes = work_of(base, queue), expected(base, queue)
    rest = work.mean - work.talk.mean
    per_contact = volumes.work_factor * (work.talk.mean * volumes.talk_factor + rest)
    total = volumes.contacts.sum()
    return float((volumes.contacts * per_contact).sum() / total) if total else work.mean


def _solve(base: Scenario, weights: Floats, speed: Floats, resolution: Floats, observed: list[bool]) -> Standard:
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
        if _mean_chance(weights, middle, resolution) < fcr:
            low = middle
        else:
            high = middle
    return high


def _pilot(prepared: Prepared, engine: str, number: int) -> Floats:
    """Contacts that each agent answers of each queue in pilot replications; agents × queues."""
    scenario = prepared.scenario
    shape = len(prepared.agents.names), len(scenario.queues)
    days = _pilot_days(prepared)
    counts = np.zeros(shape)
    played, run = 0, 0
    busy = np.array([prepared.expected[queue].contacts.sum() > 0 for queue in scenario.queues])
    while played < PILOT_CONTACTS and run < 50 and (counts.sum(axis=0)[busy] < ANSWERED_WANTED).any():
        loop = DayByDay(prepared, open_floor(prepared.setting, engine), PILOT + 1000 * number + run)
        for observed in loop.play(days):
            rows = observed.contacts[observed.contacts["outcome"] == ANSWERED]
            counts += np.bincount(rows["agent"] * shape[1] + rows["queue"], minlength=counts.size).reshape(shape)
        played += max(loop.born, 1)
        run += 1
    return counts


def _pilot_days(prepared: Prepared) -> int:
    """Whole weeks that hold about a third of the most a pilot plays, one at least."""
    days = prepared.scenario.clock.days
    weekly = prepared.contacts / days * 7
    return min(days, 7 * max(1, round(PILOT_CONTACTS / 3 / max(weekly, 1.0))))
