"""Worlds that a sensitivity which was stopped has played, kept on disk as they come: the same command goes on there.

They are found under a hash of all they hang on: the plans with what their files say, the calibration, the seed, which
numbers are moved, the program; each by the values it has, its replications and its plans.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.choosing.candidate import Candidate
from sim.choosing.sensitivity.setting import Played, Setting, World
from sim.errors import Problem
from sim.scenario.language.handling import ServiceLevel
from sim.scenario.load import plan_of
from sim.study.calibration.remembered import key_of, text_of
from sim.study.shelf import BROKEN, Shelf, shelf_of
from sim.study.targets import Periods, verdicts_on

Arrays = dict[str, NDArray[Any]]


class KeptWorlds:
    """Without a shelf nothing is kept, and nothing was played before."""

    def __init__(self, shelf: Shelf | None = None, seed: int = 0) -> None:
        self._shelf, self._seed = shelf, seed
        self._names = set() if shelf is None else set(shelf.names(seed))
        self.reused = 0
        """Worlds that were not played again."""

    @classmethod
    def of(cls, setting: Setting) -> KeptWorlds:
        def asked() -> str:
            plans = [key_of(plan_of(setting.file, name)) for name in setting.plans]
            places = [one.place for one in setting.inputs]
            return f"worlds {plans} {places} {setting.kpi} {''.join(text_of(setting.calibration.standard))}"

        path = shelf_of(asked)
        return cls(None if path is None else Shelf(path), setting.seed)

    def has(self, world: World, runs: int, plans: tuple[str, ...]) -> bool:
        return _name(world, runs, plans) in self._names

    def get(self, setting: Setting, world: World, runs: int, plans: tuple[str, ...]) -> Played | None:
        """None where it is not as it was written."""
        found = None if self._shelf is None else self._shelf.get(self._seed, _name(world, runs, plans))
        if found is None:
            return None
        try:
            played = _read(setting, found[0], found[1], runs, plans)
        except BROKEN:
            return None
        self.reused += 1
        return played

    def put(self, world: World, runs: int, plans: tuple[str, ...], played: Played) -> None:
        if self._shelf is not None:
            told, arrays = _written(played)
            self._shelf.put(self._seed, _name(world, runs, plans), told, arrays)

    def close(self, *, finished: bool) -> None:
        """What is finished is not needed again."""
        if self._shelf is not None:
            (self._shelf.drop if finished else self._shelf.close)()


def _name(world: World, runs: int, plans: tuple[str, ...]) -> str:
    return f"{world!r} {runs} {plans!r}"


def _written(played: Played) -> tuple[Any, Arrays]:
    if isinstance(played, Problem):
        return {"problem": asdict(played)}, {}
    arrays = {f"money {n}": one.money for n, one in enumerate(played)}
    for n, one in enumerate(played):
        for t, target in enumerate(one.targets):
            arrays |= {f"levels {n} {t}": target.levels, f"counts {n} {t}": target.counts}
    told = [
        [[target.scope, target.name, target.level.model_dump(), target.labels] for target in one.targets]
        for one in played
    ]
    return {"targets": told}, arrays


def _read(setting: Setting, told: Any, arrays: Mapping[str, NDArray[Any]], runs: int, plans: tuple[str, ...]) -> Played:
    """LookupError, TypeError or ValueError where it is nothing of the kind."""
    if "problem" in told:
        return Problem(**told["problem"])
    found = []
    for n, (plan, of_plan) in enumerate(zip(plans, told["targets"], strict=True)):
        targets = tuple(
            Periods(
                scope, name, ServiceLevel.model_construct(**level), arrays[f"levels {n} {t}"],
                [(date, start) for date, start in labels], arrays[f"counts {n} {t}"],
            )
            for t, (scope, name, level, labels) in enumerate(of_plan)
        )  # fmt: skip
        money = np.asarray(arrays[f"money {n}"])
        if len(money) != runs:
            raise ValueError(f"{len(money)} replications of {runs}")
        verdicts = tuple(verdicts_on(list(targets)))
        found.append(Candidate(plan, money, targets, verdicts, left_out=setting.left_out[plan]))
    return found
