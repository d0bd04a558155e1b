"""A machine in front of a queue: it contains a share of the contacts, and hands the rest on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.demand.contacts import Batch, drawn, grid_up
from sim.demand.rows import Columns
from sim.distributions import Law
from sim.luck import COME_BACK, COME_BACK_AFTER, CONTAIN, SESSION, uniforms
from sim.scenario.language.handling import SelfService

SESSION_COLUMNS = {"queue": np.int64, "began": np.float64, "ended": np.float64, "contained": np.int64}


class Machine:
    """The machine never makes anybody wait, and works whenever a contact comes."""

    def __init__(self, number: int, spec: SelfService, session: Law) -> None:
        self._number, self._spec, self._session = number, spec, session

    def serve(self, batch: Batch) -> tuple[Columns, Batch]:
        """Everybody's session, and those who reach the queue: handed on at once, or back although contained."""
        keys, spec = batch.keys, self._spec
        ended = grid_up(batch.arrived + drawn(self._session, keys, SESSION))
        contained = uniforms(keys, CONTAIN) < spec.containment
        sessions: Columns = {
            "queue": np.full(len(keys), self._number),
            "began": batch.arrived,
            "ended": ended,
            "contained": contained.astype(np.int64),
        }
        reaches = ~contained
        if spec.come_back.share:
            reaches |= uniforms(keys, COME_BACK) < spec.come_back.share
        onward, back = batch.take(reaches), contained[reaches]
        arrived = ended[reaches]
        after = Law("exponential", spec.come_back.after)
        arrived[back] = grid_up(arrived[back] + drawn(after, onward.keys[back], COME_BACK_AFTER))
        # Those who were contained begin anew with the agent.
        left = np.where(back, 1.0, 1.0 - spec.work_saved)
        return sessions, replace(onward, arrived=arrived, left=left)


def all_sessions(parts: list[Columns]) -> Columns:
    """The sessions of all machines, by the time they began."""
    if not parts:
        return {name: np.empty(0, kind) for name, kind in SESSION_COLUMNS.items()}
    order = np.argsort(np.concatenate([part["began"] for part in parts]), kind="stable")
    return {name: np.concatenate([part[name] for part in parts])[order] for name in SESSION_COLUMNS}
