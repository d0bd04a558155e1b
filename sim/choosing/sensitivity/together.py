"""All uncertain numbers at once: how much each moves wherever the others are, and how often the choice stands.

Effects are Morris': each trajectory begins somewhere in the box of all ranges and moves one input after the other by
two thirds of its range; what the step changes, per whole range, is an elementary effect. The mean of their sizes
(Campolongo, Cariboni and Saltelli 2007) has SALib's interval, a bootstrap over trajectories. Choices are made in worlds
drawn from the box as a Latin hypercube (McKay, Beckman and Conover 1979), as often played as today's: fewer
replications would choose otherwise for their luck alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.choosing.candidate import Candidate
from sim.choosing.sensitivity.found import Choice, Effect, Together
from sim.choosing.sensitivity.judging import Judge
from sim.choosing.sensitivity.setting import World
from sim.choosing.sensitivity.worlds import Worlds
from sim.errors import Problem
from sim.scenario.assumptions.inputs import Input
from sim.study.run import Watcher
from sim.study.statistics import UNKNOWN, Estimate, without_dust

Floats = NDArray[np.float64]
T = TypeVar("T")

TRAJECTORIES, LEVELS, RESAMPLES = 8, 4, 1000
MOST_RUNS = 5
"""Replications of a trajectory's worlds: luck is common, and what varies is the worlds."""

DRAWN = 32
"""Worlds in which a choice is made."""

FEWEST = 2
"""Trajectories that tell an interval."""


def sample(inputs: int, seed: int, trajectories: int) -> Floats:
    """Trajectories × (inputs + 1) points one after another, × inputs: parts of each range."""
    from SALib.sample import morris

    return np.asarray(morris.sample(_problem(inputs), trajectories, num_levels=LEVELS, seed=seed))


def drawn(inputs: int, seed: int, worlds: int) -> Floats:
    """Worlds × inputs: parts of each range, each range's evenly filled."""
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(inputs, seed=seed).random(worlds))


def _problem(inputs: int) -> dict[str, object]:
    names = [str(number) for number in range(inputs)]
    return {"num_vars": inputs, "names": names, "bounds": [[0.0, 1.0]] * inputs}


@dataclass(frozen=True)
class AllAtOnce:
    """`inputs`: each with its number in the setting, over the range that can be played."""

    worlds: Worlds
    inputs: Sequence[tuple[int, Input]]
    judge: Judge
    seed: int
    watcher: Watcher

    def found(self, runs: int) -> Together | None:
        """`runs`: replications of today's world; None of fewer than two inputs."""
        if len(self.inputs) < 2:
            return None
        few = min(MOST_RUNS, runs)
        effects, refused = self._effects(few)
        choices = Counter[Choice]()
        if self.judge.chooses and len(self.worlds.setting.plans) > 1:
            points = drawn(len(self.inputs), self.seed, DRAWN)
            made = self._play(points, runs, self.worlds.setting.plans, "together, choices", self.judge.choice)
            choices.update(choice for choice in made if choice is not None)
        return Together(tuple(_ranked(effects)), TRAJECTORIES - refused, few, dict(choices.most_common()), refused)

    def _effects(self, runs: int) -> tuple[list[Effect], int]:
        """And how many trajectories there are no effects of."""
        points, length = sample(len(self.inputs), self.seed, TRAJECTORIES), len(self.inputs) + 1
        played = self._play(points, runs, (self.judge.subject,), "together, effects", self._figures)
        whole = [n for n in range(0, len(played), length) if None not in played[n : n + length]]
        kept = [n for first in whole for n in range(first, first + length)]
        figures = np.array([played[n] for n in kept]).reshape(-1, 2)
        money, levels = (effects_of(points[kept], figures[:, column], self.seed) for column in (0, 1))
        cost = float(figures[:, 0].mean()) if len(figures) else 0.0
        effects = [
            Effect(one, without_dust(of_money, cost), of_level, varies, level_varies)
            for (_, one), (of_money, varies), (of_level, level_varies) in zip(self.inputs, money, levels, strict=True)
        ]
        return effects, TRAJECTORIES - len(whole)

    def _figures(self, plans: Sequence[Candidate]) -> tuple[float, float]:
        """Money and the level of the subject's worst target."""
        found = self.judge.level(plans[0])
        return plans[0].cost, float("nan") if found is None else float(found[0].sum() / max(found[1].sum(), 1.0))

    def _play(
        self, points: Floats, runs: int, plans: tuple[str, ...], what: str, of: Callable[[Sequence[Candidate]], T]
    ) -> list[T | None]:
        """What is asked of each world's plans; None where it cannot be played. The plans themselves are not kept."""
        asked: list[World] = [
            tuple((number, one.value_at(float(part))) for (number, one), part in zip(self.inputs, row, strict=True))
            for row in points
        ]
        found, each = list[T | None](), len(plans) * runs
        for one in self.worlds.once(asked, runs, plans):
            found.append(None if isinstance(one, Problem) else of(one))
            self.watcher.progress(what, len(found) * each, len(asked) * each)
        return found


def effects_of(points: Floats, values: Floats, seed: int) -> list[tuple[Estimate, float]]:
    """By input: the mean size of its elementary effects over its whole range with a 95 % interval, and their standard
    deviation. Unknown where there are not enough trajectories, or no values."""
    inputs = points.shape[1]
    if len(values) < FEWEST * (inputs + 1) or not np.isfinite(values).all():
        return [(UNKNOWN, float("nan"))] * inputs
    from SALib.analyze import morris

    problem = _problem(inputs)
    found = morris.analyze(problem, points, values, num_levels=LEVELS, num_resamples=RESAMPLES, seed=seed)
    rows = zip(found["mu_star"], found["mu_star_conf"], found["sigma"], strict=True)
    return [(Estimate(float(mu), max(0.0, float(mu - of)), float(mu + of)), float(sd)) for mu, of, sd in rows]


def _ranked(effects: Sequence[Effect]) -> list[Effect]:
    money = max((one.money.mean for one in effects), default=0.0) or 1.0
    points = max((one.points.mean for one in effects), default=0.0) or 1.0
    return sorted(effects, key=lambda one: -np.nanmax([one.money.mean / money, one.points.mean / points]))
