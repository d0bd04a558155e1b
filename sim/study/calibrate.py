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
    observed = [queue.basis == "observed" for queue in base.spec.queues.values()]
    same_speed, same_resolution = _alike(speed, skilled), _alike(resolution, skilled)
    seen = np.zeros((2, *skilled.shape))
    shares = _shares(seen, skilled)
    standard = _solve(base, shares, speed, resolution, observed)
    if any(seen and not (a and b) for seen, a, b in zip(observed, same_speed, same_resolution, strict=True)):
        for number in range(ROUNDS):
            seen += _pilot(with_standard(prepared, standard), engine, number)
            standard = _solve(base, _shares(seen, skilled), speed, resolution, observed)
        # Luck that the solution has not seen tells what is left over.
        shares = _shares(_pilot(with_standard(prepared, standard), engine, ROUNDS), skilled)
    rows: list[CalibrationRow] = []
    for q, queue in enumerate(base.queues):
        basis, (of_contacts, of_work) = base.spec.queues[queue].basis, shares[:, :, q]
        aht, factor = _mean_handle_time(base, queue), standard.work[queue]
        fcr, chance = base.spec.queues[queue].fcr, standard.resolution[queue]
        slower = factor * (of_work / speed[:, q]).sum() - 1.0
        figures = (
            ("aht_s", aht, aht * factor, factor, slower, same_speed[q]),
            ("fcr", fcr, chance, chance / fcr if fcr else 1.0,
             _mean_chance(of_contacts, chance, resolution[:, q]) - fcr, same_resolution[q]),
        )  # fmt: skip
        for figure, given, solved, ratio, residual, closed_form in figures:
            method = "as given" if basis == "standard" else "closed form" if closed_form else "pilot runs"
            # What is taken as given has nothing left over by definition.
            left = 0.0 if basis == "standard" else float(residual)
            rows.append(CalibrationRow(queue, figure, basis, given, solved, ratio, left, method))
    return Calibration(standard, tuple(rows))


def _alike(table: Floats, skilled: NDArray[np.bool_]) -> list[bool]:
    """Per queue, whether all agents with the skill have the same figure."""
    return [len(np.unique(table[skilled[:, q], q])) <= 1 for q in range(table.shape[1])]


def _shares(seen: Floats, skilled: NDArray[np.bool_]) -> Floats:
    """Shares of each queue's contacts, and of its work, per agent; equal ones where nothing was answered."""
    totals = seen.sum(axis=1, keepdims=True)
    equal = skilled / np.maximum(skilled.sum(axis=0), 1)
    return np.asarray(np.where(totals > 0, seen / np.maximum(totals, 1e-12), equal))


def _mean_chance(weights: Floats, base_chance: float, resolution: Floats) -> float:
    return float((weights * np.minimum(1.0, base_chance * resolution)).sum())


def _work_by_interval(base: Scenario, queue: str) -> Floats:
    """The handle time the file gives for each interval's contacts; a dated event's factor comes on top."""
    work, volumes = work_of(base, queue), expected(base, queue)
    return np.asarray(volumes.work_factor * work.mean)


def _mean_handle_time(base: Scenario, queue: str) -> float:
    """The handle time the file gives, averaged over the forecast, or over the log that is replayed."""
    if queue in base.data.replays:
        times = base.data.replays[queue].times
        total = 0.0
        for part in ("talk", "hold", "wrap"):
            known = np.array(times.get(f"{part}_s", ()), dtype=float)
            mean = work_of(base, queue).mean_of(part)
            total += float(np.where(np.isnan(known), mean, known).mean()) if len(known) else mean
        return total
    contacts = expected(base, queue).contacts
    if not contacts.sum():
        return work_of(base, queue).mean
    return float((contacts * _work_by_interval(base, queue)).sum() / contacts.sum())


def _solve(base: Scenario, shares: Floats, speed: Floats, resolution: Floats, observed: list[bool]) -> Standard:
    work: dict[str, float] = {}
    chances: dict[str, float] = {}
    for q, queue in enumerate(base.queues):
        fcr, (of_contacts, of_work) = base.spec.queues[queue].fcr, shares[:, :, q]
        if observed[q] and of_contacts.sum() > 0:
            work[queue] = float(1.0 / (of_work / speed[:, q]).sum())
            chances[queue] = _base_chance(base, queue, fcr, of_contacts, resolution[:, q])
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
    """Contacts of each queue that each agent answers in pilot replications, and their work: 2 × agents × queues."""
    scenario, clock = prepared.scenario, prepared.scenario.clock
    shape = len(prepared.agents.names), len(scenario.queues)
    work = np.array([_work_by_interval(scenario, queue) for queue in scenario.queues])
    seen = np.zeros((2, *shape))
    played, run = 0, 0
    busy = np.array([prepared.expected[queue].contacts.sum() > 0 for queue in scenario.queues])
    while played < PILOT_CONTACTS and run < 50 and (seen[0].sum(axis=0)[busy] < ANSWERED_WANTED).any():
        loop = DayByDay(prepared, open_floor(prepared.setting, engine), PILOT + 1000 * number + run)
        for observed in loop.play(*_pilot_days(prepared, number, run)):
            rows = observed.contacts[observed.contacts["outcome"] == ANSWERED]
            key = rows["agent"] * shape[1] + rows["queue"]
            interval = (rows["arrived"] / clock.interval).astype(np.int64)
            seen[0] += np.bincount(key, minlength=seen[0].size).reshape(shape)
            seen[1] += np.bincount(key, work[rows["queue"], interval], seen[0].size).reshape(shape)
        played += max(loop.born, 1)
        run += 1
    return seen


def _pilot_days(prepared: Prepared, number: int, run: int) -> tuple[int, int]:
    """First and end day of a pilot's run: the whole horizon if it is short, else a week, spread over the horizon."""
    days = prepared.scenario.clock.days
    if prepared.contacts <= PILOT_CONTACTS / 2 or days <= 7:
        return 0, days
    weeks = days // 7
    # Steps of the golden ratio fall evenly, however many are taken.
    week = int((number / (ROUNDS + 1) + run * 0.6180339887498949) % 1.0 * weeks)
    return 7 * week, 7 * week + 7
