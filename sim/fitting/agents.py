"""Agents: how much they differ in handle time, and which queues they serve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.fitting.finding import Finding, Flags, Floats, Ints, unknown
from sim.fitting.handling import SHORT_S
from sim.fitting.spread import spread_between

OF = "agents"
FEWEST = 50
"""Contacts of an agent, to be compared with others."""
FEW_OF_EXPECTED = 1 / 3
"""An agent who takes less than this part of what their hours and the mix of contacts let expect has not the skill."""
SMALL = 0.05
"""A set of skills whose agents take less of the contacts joins the set most like it."""
MOST_GROUPS = 6


@dataclass(frozen=True)
class Talent:
    """How agents differ in handle time, on the log scale, after queue, hour and the noise of each one's mean."""

    spread: Finding
    agents: Ints
    effects: Floats
    """Of each agent, against the middle."""
    errors: Floats
    """Standard errors of those."""


def fit_talent(seconds: Floats, agents: Ints, cells: Ints) -> Talent:
    """`cells`: queue and hour as one number. Talks of less than ten seconds are left out: whoever cuts lines is not
    fast. Agents and cells are taken apart by turns (least squares for two ways of sorting)."""
    use = (agents >= 0) & (seconds >= SHORT_S)
    logs, agent, cell = np.log(seconds[use]), agents[use], cells[use]
    number = np.bincount(agent, minlength=int(agent.max()) + 1 if len(agent) else 0)
    enough = np.flatnonzero(number >= FEWEST)
    if len(enough) < 3:
        return Talent(unknown(OF, len(enough)), enough, np.zeros(len(enough)), np.zeros(len(enough)))
    keep = np.isin(agent, enough)
    logs, agent = logs[keep], np.searchsorted(enough, agent[keep])
    _, cell = np.unique(cell[keep], return_inverse=True)
    of_agent, of_cell = np.bincount(agent).astype(float), np.bincount(cell).astype(float)
    effects: Floats = np.zeros(len(enough))
    levels: Floats = np.zeros(len(of_cell))
    for _ in range(50):
        levels = np.bincount(cell, weights=logs - effects[agent]) / of_cell
        before = effects
        effects = np.bincount(agent, weights=logs - levels[cell]) / of_agent
        if np.abs(effects - before).max() < 1e-6:
            break
    left = logs - levels[cell] - effects[agent]
    variance = float((left**2).sum() / max(len(logs) - len(enough) - len(of_cell) + 1, 1))
    noise = variance / of_agent
    return Talent(spread_between(effects, noise, OF), enough, effects - np.median(effects), np.sqrt(noise))


def fit_skills(agents: Ints, queues: Ints, hours: Ints, number_of_queues: int) -> tuple[Ints, Flags, Ints]:
    """(group of each agent, −1 of none; group × queue: who serves what; contacts: agent × queue).

    What an agent would take of a queue, were all alike, follows from when they worked: the mix of contacts answered in
    the same hours of the log. `hours`: the hour of the log in which each contact was answered.
    """
    many = int(agents.max()) + 1 if len(agents) and agents.max() >= 0 else 0
    known = agents >= 0
    agents, queues, hours = agents[known], queues[known], hours[known]
    taken = np.bincount(agents * number_of_queues + queues, minlength=many * number_of_queues)
    taken = taken.reshape(many, number_of_queues)
    _, hour = np.unique(hours, return_inverse=True)
    several = int(hour.max()) + 1 if len(hour) else 0
    seen = np.bincount(hour * number_of_queues + queues, minlength=several * number_of_queues)
    mix = seen.reshape(several, number_of_queues) / np.maximum(np.bincount(hour, minlength=several), 1)[:, None]
    expected = np.zeros((many, number_of_queues))
    np.add.at(expected, agents, mix[hour])
    # Few expected, and none or few seen, prove nothing: then the skill is taken for given.
    serves = (taken >= FEW_OF_EXPECTED * expected) | ((expected < 5) & (taken.sum(axis=1) > 0)[:, None])
    groups, own = _grouped(serves, taken)
    return groups, own, taken


def _grouped(serves: Flags, taken: Ints) -> tuple[Ints, Flags]:
    """Agents of equal skills are a group; small ones join the nearest, and no queue is left without anybody."""
    works = taken.sum(axis=1) > 0
    groups = np.full(len(serves), -1)
    if not works.any():
        return groups, np.zeros((0, serves.shape[1]), bool)
    sets, at = np.unique(serves[works], axis=0, return_inverse=True)
    load = np.bincount(at.ravel(), weights=taken[works].sum(axis=1))
    order = np.argsort(-load, kind="stable")
    kept = [number for number in order if load[number] >= SMALL * load.sum()][:MOST_GROUPS]
    for queue in np.flatnonzero(serves.any(axis=0)):
        if not any(sets[number, queue] for number in kept):
            kept.append(next(number for number in order if sets[number, queue]))
    chosen = sets[kept]
    apart = (sets[:, None, :] != chosen[None, :, :]).sum(axis=2)
    groups[works] = apart.argmin(axis=1)[at.ravel()]
    return groups, chosen
