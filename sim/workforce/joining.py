"""Everybody who may ever work under a plan has a place from the start: tables then never grow, nor names change.

A class has its offers; a standing order, or promotion, whatever attrition can do to the group at its worst.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.language.workforce import Attrition, Hiring, Move, Training
from sim.scenario.model import Scenario
from sim.units import DAY, YEAR

SIGMAS, SPARE = 8.0, 20
"""So many standard deviations, and places, beyond what is expected at worst: nobody is ever turned away."""

FEWEST_KEPT = 0.05
"""Of those who begin a training: with fewer an order could not keep up, and is refused."""


@dataclass(frozen=True)
class Source:
    """Where people come from: a group's starting staff, a class or standing order, or a move from another group."""

    name: str
    """Of their luck: "groups/core", "hiring/summer", "moves/promotion"."""
    group: int
    first: int
    """Number of the first agent; they follow each other."""
    count: int

    @property
    def kind(self) -> str:
        return self.name.split("/", 1)[0]

    @property
    def entry(self) -> str:
        """Name of the group, the hiring or the move."""
        return self.name.split("/", 1)[1]

    @property
    def members(self) -> NDArray[np.int64]:
        return np.arange(self.first, self.first + self.count)


def is_capacity(scenario: Scenario, source: Source) -> bool:
    """Whether the source has as many numbers as may ever be needed, not as many as come."""
    if source.kind == "hiring":
        return not scenario.spec.hiring[source.entry].is_class
    return source.kind == "moves" and scenario.spec.moves[source.entry].heads is None


def joining_sources(scenario: Scenario, starting: list[int]) -> list[Source]:
    """Those who may join the starting heads of each group, by class, order and move."""
    heads = dict(zip(scenario.groups, starting, strict=True))
    sources: list[Source] = []
    first = sum(starting)
    for kind, entries in (("hiring", scenario.spec.hiring), ("moves", scenario.spec.moves)):
        for name, entry in entries.items():
            group = entry.group if isinstance(entry, Hiring) else entry.target
            places = _hired(scenario, entry, heads) if isinstance(entry, Hiring) else _moved(scenario, entry, heads)
            sources.append(Source(f"{kind}/{name}", scenario.group(group).number, first, places))
            first += places
    return sources


def _hired(scenario: Scenario, hiring: Hiring, heads: dict[str, int]) -> int:
    if hiring.offers is not None:
        return hiring.offers
    most = _most_heads(scenario, hiring.group, heads)
    lost = most * _worst_rate(scenario, hiring.group) * _years(scenario)
    others = _going(scenario, hiring, heads)
    # Whoever fails the training is looked for again.
    lost += (most + others + lost) * (1.0 / max(_kept(hiring.training), FEWEST_KEPT) - 1.0)
    return math.ceil((hiring.hold or 0) + others + lost + SIGMAS * math.sqrt(lost)) + SPARE


def _kept(training: Training | None) -> float:
    """Share of those who start that comes on the floor."""
    return 1.0 if training is None else training.kept


def _going(scenario: Scenario, order: Hiring, heads: dict[str, int]) -> int:
    """No more people go otherwise than by attrition whom a standing order makes good: known leavers, those of classes
    who fail the training; if so many heads are to be held, also ends of terms, and moves to other groups."""
    holds = order.hold is not None
    going = sum(leaver.heads or 1 for leaver in scenario.spec.groups[order.group].leavers.values())
    for hiring in scenario.spec.hiring.values():
        if hiring.group == order.group and (_kept(hiring.training) < 1.0 or (holds and hiring.contract_until)):
            going += hiring.offers or 0
    moves = [move for move in scenario.spec.moves.values() if move.source == order.group]
    return going + sum(_moved(scenario, move, heads) for move in moves if holds)


def _moved(scenario: Scenario, move: Move, heads: dict[str, int]) -> int:
    if move.heads is not None:
        return move.heads
    return _promoted(scenario, move, _most_heads(scenario, move.source, heads))


def _promoted(scenario: Scenario, move: Move, most: int) -> int:
    """Promotions at most, of so many heads at once."""
    promoted = most * (move.annual_share or 0.0) * _years(scenario)
    return math.ceil(promoted + SIGMAS * math.sqrt(promoted)) + SPARE


def _most_heads(scenario: Scenario, group: str, heads: dict[str, int]) -> int:
    """No more people are ever in the group at once, those promoted into it from other groups included."""
    promotions = [
        move for move in scenario.spec.moves.values() if move.target == group and move.annual_share is not None
    ]
    promoted = sum(_promoted(scenario, move, _most_unpromoted(scenario, move.source, heads)) for move in promotions)
    return _most_unpromoted(scenario, group, heads) + promoted


def _most_unpromoted(scenario: Scenario, group: str, heads: dict[str, int]) -> int:
    """The same without those promoted into it."""
    hired = [hiring for hiring in scenario.spec.hiring.values() if hiring.group == group]
    held = max([heads[group], *(hiring.hold or 0 for hiring in hired)])
    moved = sum(move.heads or 0 for move in scenario.spec.moves.values() if move.target == group)
    return held + sum(hiring.offers or 0 for hiring in hired) + moved


def _worst_rate(scenario: Scenario, group: str) -> float:
    """Leavers a head and year, at the worst tenure, in the worst month, at full occupancy."""
    name = scenario.spec.groups[group].attrition
    attrition: Attrition | None = scenario.spec.attrition.get(name or "")
    if attrition is None:
        return 0.0
    rate = max(dict(attrition.annual_rate).values())
    if name in scenario.data.attrition_seasons:
        rate *= max(scenario.data.attrition_seasons[name][1].values())
    burnout = attrition.burnout
    if burnout is not None:
        rate *= max(1.0, burnout.factor(1.0))
    # Nobody leaves more than once a day.
    return float(min(rate, YEAR / DAY))


def _years(scenario: Scenario) -> float:
    return scenario.clock.days * DAY / YEAR
