"""Answers of a search for the hiring year, on disk: what a search that was killed goes on with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measures.contracts import judged_contracts
from sim.measures.kpis import QUEUE
from sim.scenario.model import Scenario
from sim.staffing.hiring.answering import Answer
from sim.staffing.hiring.intake import Intake
from sim.study.calibration.remembered import key_of
from sim.study.result import PlanResult
from sim.study.shelf import BROKEN, Shelf, shelf_of
from sim.study.targets import Periods

FAMILY = "family "
"""Before the name of a family of the whole result."""


class Remembered(Shelf):
    """By seed and plan: its answer, its targets, and the whole result where that is kept."""

    @classmethod
    def of(cls, base: Scenario, today: Scenario, intakes: Sequence[Intake], kpi: str) -> Remembered | None:
        """Of one question; None where nothing is to be remembered."""
        path = shelf_of(lambda: f"hiring {key_of(base)} {key_of(today)} {tuple(intakes)!r} {kpi}")
        return None if path is None else cls(path)

    def write(
        self, seed: int, plan: Scenario, answer: Answer, targets: Sequence[Periods], result: PlanResult | None
    ) -> None:
        arrays: dict[str, NDArray[Any]] = {"money": answer.money, "occupancy": answer.occupancy}
        for n, (levels, days) in enumerate(zip(answer.levels, answer.days, strict=True)):
            arrays |= {f"levels {n}": levels, f"days {n}": days}
        told: dict[str, Any] = {"targets": [[one.scope, one.name, one.labels] for one in targets]}
        if result is not None:
            arrays |= {f"{FAMILY}{name}": array for name, array in result.taken().items()}
            told["result"] = [result.contacts, result.floor_seconds, result.replications]
        self.put(seed, key_of(plan), told, arrays)

    def read(self, seed: int, plan: Scenario, result: PlanResult | None) -> tuple[Answer, list[Periods]] | None:
        """`result`: an empty one, which gets what was kept. None where there is nothing, or less than is asked for."""
        found = self.get(seed, key_of(plan))
        if found is None:
            return None
        told, arrays = found
        try:
            runs, number = len(arrays["money"]), range(len(told["targets"]))
            levels, days = (tuple(arrays[f"{name} {n}"] for n in number) for name in ("levels", "days"))
            answer = Answer(arrays["money"], levels, days, arrays["occupancy"])
            targets = [_target(plan, one, levels[n]) for n, one in enumerate(told["targets"])]
            if result is not None:
                own = {name: array for name, array in arrays.items() if name.startswith(FAMILY)}
                result.put_back({name.removeprefix(FAMILY): array for name, array in own.items()})
                result.contacts, result.floor_seconds, result.replications = told["result"]
        except BROKEN:
            return None
        lengths = {len(one) for one in (*levels, *days, answer.occupancy)}
        return (answer, targets) if lengths <= {runs} and (result is None or result.replications == runs) else None


def _target(scenario: Scenario, told: Sequence[Any], levels: NDArray[Any]) -> Periods:
    scope, name, labels = told
    level = scenario.queue(name).level if scope == QUEUE else judged_contracts(scenario)[name]
    # Who judges them counts anew (`judging.as_played`).
    return Periods(scope, name, level, levels, [(date, start) for date, start in labels], np.zeros((len(levels), 2)))
