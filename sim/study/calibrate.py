"""Solving for what the center observed: the standard work and base resolution that make the base plan reproduce them.

A planner's AHT and FCR are those of today's mix of agents. With w the share of a queue's contacts that an agent
answers, factor = 1 / Σ w/speed, and the base chance b solves Σ w min(1, b × resolution) = FCR ÷ the share of contacts
that are neither transferred nor end in silence. The shares come from the agents themselves where they are alike, else
from pilot runs of the base plan. A forecast contains what other queues transfer: pilot runs tell which share a queue
sends on, and `volumes` what comes by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import expected, work_of
from sim.errors import Problem, ScenarioError
from sim.observations import ANSWERED, REFUSED
from sim.scenario.model import Scenario
from sim.study.brought_work import brought_work
from sim.study.prepared import Prepared, Standard, with_standard
from sim.study.replicate import DayByDay, open_floor
from sim.study.volumes import fresh_shares, totals
from sim.workforce.people import holds, skill_tables
from sim.workforce.shares import GOLDEN

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


@dataclass
class _Seen:
    """What pilot replications saw."""

    answered: Floats
    """Contacts of each queue that each agent answered, and their work: 2 × agents × queues."""
    came: Floats
    ended: Floats
    sent: Floats
    """Contacts per queue: all, those answered, and those of these that it sent on to another."""

    @classmethod
    def nothing(cls, agents: int, queues: int) -> _Seen:
        return cls(np.zeros((2, agents, queues)), *np.zeros((3, queues)))

    def and_also(self, other: _Seen) -> _Seen:
        return _Seen(
            self.answered + other.answered, self.came + other.came, self.ended + other.ended, self.sent + other.sent
        )

    def share_sent(self) -> Floats:
        """Of the contacts that came."""
        return self.sent / np.maximum(self.came, 1.0)

    def share_kept(self, base: Scenario) -> Floats:
        """Of the answered, those who end with the queue's own agents, the customer still there."""
        silent = [queue.silent.share if queue.silent else 0.0 for queue in base.spec.queues.values()]
        return (1.0 - self.sent / np.maximum(self.ended, 1.0)) * (1.0 - np.array(silent))


def calibrate(prepared: Prepared, engine: str) -> Calibration:
    """The solution for the base plan, which every plan of the file inherits."""
    base, agents = prepared.scenario, prepared.agents
    speed, resolution = skill_tables(base, agents)
    skilled = holds(base, agents) & agents.starting[:, None]
    observed = [queue.basis == "observed" for queue in base.spec.queues.values()]
    same_speed, same_resolution = _alike(speed, skilled), _alike(resolution, skilled)
    seen = _Seen.nothing(*skilled.shape)
    shares = _shares(seen.answered, skilled)
    volume: dict[str, float] = {}
    standard = _solve(base, shares, speed, resolution, observed, volume, seen.share_kept(base))
    forecast = np.array([prepared.expected[queue].contacts.sum() for queue in base.queues])
    sent = np.zeros(len(base.queues))
    mixed = any(o and not (a and b) for o, a, b in zip(observed, same_speed, same_resolution, strict=True))
    if mixed or any(queue.transfer for queue in base.spec.queues.values()):
        for number in range(ROUNDS):
            seen = seen.and_also(_pilot(with_standard(prepared, standard), engine, number))
            volume = fresh_shares(base, forecast, seen.share_sent())
            kept = seen.share_kept(base)
            standard = _solve(base, _shares(seen.answered, skilled), speed, resolution, observed, volume, kept)
            standard = _without_brought(base, standard, observed, forecast, seen.share_sent())
        # Luck that the solution has not seen tells what is left over.
        unseen = _pilot(with_standard(prepared, standard), engine, ROUNDS)
        shares = _shares(unseen.answered, skilled)
        sent, kept = unseen.share_sent(), unseen.share_kept(base)
    else:
        kept = seen.share_kept(base)
        standard = _without_brought(base, standard, observed, forecast, sent)
    brought = brought_work(base, forecast, sent, volume)
    slowness = np.array([_mean_slowness(shares[1, :, q], speed[:, q]) for q in range(len(base.queues))])
    whole = brought.whole_work(np.array([standard.work[queue] for queue in base.queues]), slowness)
    seen_in_all = totals(base, forecast, sent, volume)
    rows: list[CalibrationRow] = []
    for q, queue in enumerate(base.queues):
        basis, of_contacts = base.spec.queues[queue].basis, shares[0, :, q]
        aht, factor = _mean_handle_time(base, queue), standard.work[queue]
        fcr, chance = _observed_fcr(base, queue, float(kept[q])), standard.resolution[queue]
        alike = same_resolution[q] and not base.spec.queues[queue].transfer
        slower = (float(whole[q]) if brought.is_some[q] else factor * slowness[q]) - 1.0
        work = "aht_s" if all(base.holding(g, base.spec.queues[queue].channel).alone for g in base.groups) else "solo_s"
        found = _mean_chance(of_contacts, chance, resolution[:, q]) * float(kept[q])
        figures = [
            (work, aht, aht * factor, factor, slower, same_speed[q]),
            ("fcr", fcr, chance, chance / fcr if fcr else 1.0, found - fcr, alike),
        ]
        for figure, given, solved, ratio, residual, closed_form in figures:
            # Where nobody serves the queue yet there is nothing to solve for.
            is_given = basis == "standard" or not skilled[:, q].any()
            method = "as given" if is_given else "closed form" if closed_form else "pilot runs"
            # What is taken as given has nothing left over by definition.
            left = 0.0 if is_given else float(residual)
            rows.append(CalibrationRow(queue, figure, basis, given, solved, ratio, left, method))
        if queue in volume and forecast[q]:
            given, share = float(forecast[q]), volume[queue]
            left = float(seen_in_all[q] / given) - 1.0
            rows.append(CalibrationRow(queue, "contacts", "observed", given, given * share, share, left, "pilot runs"))
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


def _mean_slowness(weights: Floats, speed: Floats) -> float:
    """Mean of 1 ÷ speed over agents; who cannot serve the queue has no weight."""
    able = speed > 0.0
    return float((weights[able] / speed[able]).sum())


def _observed_fcr(base: Scenario, queue: str, kept: float) -> float:
    """The queue's FCR: as the planner saw it, over all its contacts; the default is of those it keeps."""
    spec = base.spec.queues[queue]
    return spec.fcr if "fcr" in spec.model_fields_set or kept == 1.0 else spec.fcr * kept


def _solve(
    base: Scenario,
    shares: Floats,
    speed: Floats,
    resolution: Floats,
    observed: list[bool],
    volume: dict[str, float],
    kept: Floats,
) -> Standard:
    work: dict[str, float] = {}
    chances: dict[str, float] = {}
    for q, queue in enumerate(base.queues):
        of_contacts, of_work = shares[:, :, q]
        if observed[q] and of_contacts.sum() > 0:
            work[queue] = 1.0 / _mean_slowness(of_work, speed[:, q])
            chances[queue] = _base_chance(base, queue, float(kept[q]), of_contacts, resolution[:, q])
        else:
            work[queue], chances[queue] = 1.0, base.spec.queues[queue].fcr
    return Standard(work, chances, volume)


def _without_brought(
    base: Scenario, standard: Standard, observed: list[bool], forecast: Floats, sent: Floats
) -> Standard:
    """Less own work where contacts bring work along, or leave some of it with a machine."""
    brought = brought_work(base, forecast, sent, standard.volume)
    own = brought.own_work(np.array([standard.work[queue] for queue in base.queues]), np.array(observed))
    return replace(standard, work=dict(zip(base.queues, own.tolist(), strict=True)))


def _base_chance(base: Scenario, queue: str, kept: float, weights: Floats, resolution: Floats) -> float:
    fcr, reach = _observed_fcr(base, queue, kept), float(weights[resolution > 0].sum())
    if fcr > reach * kept + 1e-12:
        why = "some agents' resolution at this queue is 0"
        if kept < 1.0:
            why = f"{1 - kept:.0%} of its contacts are transferred, or end in silence"
        raise ScenarioError(base.name, [Problem(f"queues.{queue}.fcr", f"{fcr:.0%} cannot be reached: {why}")])
    fcr = fcr / kept if kept < 1.0 else fcr
    low, high = 0.0, 1.0 / float(resolution[resolution > 0].min()) if reach else 1.0
    for _ in range(100):
        middle = (low + high) / 2
        if _mean_chance(weights, middle, resolution) < fcr:
            low = middle
        else:
            high = middle
    return high


def _pilot(prepared: Prepared, engine: str, number: int) -> _Seen:
    """What pilot replications see, until each queue has had enough contacts answered."""
    scenario, clock = prepared.scenario, prepared.scenario.clock
    agents, queues = len(prepared.agents.names), len(scenario.queues)
    work = np.array([_work_by_interval(scenario, queue) for queue in scenario.queues])
    busy = np.array([prepared.expected[queue].contacts.sum() > 0 for queue in scenario.queues])
    seen = _Seen.nothing(agents, queues)
    played, run = 0, 0
    while played < PILOT_CONTACTS and run < 50 and (seen.answered[0].sum(axis=0)[busy] < ANSWERED_WANTED).any():
        first, end = _pilot_days(prepared, number, run)
        loop = DayByDay(prepared, open_floor(prepared.setting, engine), PILOT + 1000 * number + run)
        for observed in loop.play(first, end):
            rows = observed.contacts
            seen.came += np.bincount(rows["queue"][rows["outcome"] != REFUSED], minlength=queues)
            seen.ended += np.bincount(rows["queue"][rows["outcome"] == ANSWERED], minlength=queues)
            seen.sent += np.bincount(rows["queue"], rows["transferred"], queues)
            # What a vendor answers is not our agents' work; what waited at the start belongs to no interval.
            rows = rows[(rows["outcome"] == ANSWERED) & (rows["agent"] < agents) & (rows["arrived"] >= 0.0)]
            key = rows["agent"] * queues + rows["queue"]
            interval = (rows["arrived"] / clock.interval).astype(np.int64)
            seen.answered[0] += np.bincount(key, minlength=agents * queues).reshape(agents, queues)
            weights = work[rows["queue"], interval]
            seen.answered[1] += np.bincount(key, weights, agents * queues).reshape(agents, queues)
        played += max(loop.born, 1)
        run += 1
    return seen


def _pilot_days(prepared: Prepared, number: int, run: int) -> tuple[int, int]:
    """First and end day of a pilot's run: the whole horizon if it is short, else a week, spread over the horizon."""
    days = prepared.scenario.clock.days
    if prepared.contacts <= PILOT_CONTACTS / 2 or days <= 7:
        return 0, days
    weeks = days // 7
    week = int((number / (ROUNDS + 1) + run * GOLDEN) % 1.0 * weeks)
    return 7 * week, 7 * week + 7
