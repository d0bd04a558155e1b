"""Who moves to another group today: so many heads on a date, or a share of the proficient a year (promotion)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.luck import CHOSEN, PROMOTION, PeopleLuck
from sim.scenario.language.workforce import Move
from sim.scenario.model import Scenario
from sim.units import DAY, YEAR
from sim.workforce.hiring import Places, day_number
from sim.workforce.people import Agents

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Moves:
    def __init__(self, scenario: Scenario, agents: Agents, luck: PeopleLuck) -> None:
        self._luck, self._moves = luck, scenario.spec.moves
        self._places = {source.entry: Places(source) for source in agents.sources if source.kind == "moves"}
        self._on = {name: day_number(move.on, scenario.clock.start) for name, move in self._moves.items()}
        self._from = {name: agents.group == scenario.group(move.source).number for name, move in self._moves.items()}

    def on(self, day: int, there: Bools, proficient: Bools, tenure: Floats) -> Iterator[tuple[Move, Ints, Ints]]:
        """Each move, the agents who make it, and the numbers that they take; nobody moves twice in a morning.

        `there`: on the floor and done with nesting; `tenure` in days.
        """
        there = there.copy()
        passed_over = np.zeros(len(there))
        for name, move in self._moves.items():
            if move.annual_share is None:
                if self._on[name] != day:
                    continue
                candidates = np.flatnonzero(there & self._from[name])
                luck = self._luck.uniforms(CHOSEN, day, candidates)
                chosen = candidates[np.lexsort((luck, ~proficient[candidates]))[: move.heads]]
            else:
                candidates = np.flatnonzero(there & self._from[name] & proficient & (tenure >= move.after / DAY))
                chance = -math.expm1(-move.annual_share * DAY / YEAR)
                # Whom one promotion has passed over has used up that part of the day's luck.
                below = passed_over[candidates] + (1.0 - passed_over[candidates]) * chance
                chosen = candidates[self._luck.uniforms(PROMOTION, day, candidates) < below]
                passed_over[candidates] = below
            if chosen.size:
                there[chosen] = False
                yield move, chosen, self._places[name].take(chosen.size)
