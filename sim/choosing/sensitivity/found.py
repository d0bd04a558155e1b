"""What a choice of plan hangs on, as it was found."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.choosing.decision import Decision
from sim.scenario.assumptions.inputs import Input
from sim.study.run import Study
from sim.study.statistics import Estimate


class Choice(NamedTuple):
    """Which plan is taken, and whether it holds every target on average; else it is the nearest."""

    plan: str
    holds: bool


@dataclass(frozen=True)
class End:
    """An end of an input's range, all else as it is. Changes are against today's value, on common luck."""

    value: float
    choice: Choice | None
    """None where nothing can be chosen."""
    money: Estimate
    """Of the plan that is taken today, over the horizon."""
    points: Estimate
    """Of that plan's worst target in its worst period, a share."""
    apart: Estimate
    """What that plan costs more than today's plan there; unknown where it is today's plan."""
    cut: str = ""
    """Why the range ends here, where it was to go on."""


@dataclass(frozen=True)
class Turn:
    """Where the choice becomes another one; `low`, `high`: how far the replications leave that open."""

    at: float
    low: float
    high: float
    into: Choice
    above: bool
    """Whether it is so above this value; else below."""


@dataclass(frozen=True)
class Alone:
    """One input over its range."""

    input: Input
    ends: tuple[End, ...]
    """By value; none at today's."""
    turns: tuple[Turn, ...] = ()

    @property
    def money_swing(self) -> float:
        """The most by which it moves money to either side."""
        return max((abs(end.money.mean) for end in self.ends), default=0.0)

    @property
    def points_swing(self) -> float:
        return max((abs(end.points.mean) for end in self.ends if math.isfinite(end.points.mean)), default=0.0)

    @property
    def cut(self) -> str:
        return next((end.cut for end in self.ends if end.cut), "")


@dataclass(frozen=True)
class Effect:
    """An input's elementary effects over its whole range, the others anywhere in theirs (Morris 1991; the mean of their
    sizes after Campolongo et al. 2007), with a bootstrap interval over trajectories."""

    input: Input
    money: Estimate
    points: Estimate
    money_varies: float = math.nan
    """Standard deviation of the effects: how much they depend on the others, or bend."""
    points_varies: float = math.nan


@dataclass(frozen=True)
class Together:
    """All inputs at once, anywhere in their ranges."""

    effects: tuple[Effect, ...]
    """The largest first."""
    trajectories: int
    runs: int
    """Replications of each of their worlds."""
    choices: dict[Choice, int] = field(default_factory=dict)
    """In how many worlds, drawn from all ranges, each choice is made; the most frequent first. None of one plan."""
    refused: int = 0
    """Trajectories left out, for a world in them that cannot be."""

    @property
    def drawn(self) -> int:
        return sum(self.choices.values())

    def taken(self, plan: str) -> int:
        """In how many of them the plan is taken."""
        return sum(number for choice, number in self.choices.items() if choice.plan == plan)


@dataclass(frozen=True)
class Sensitivities:
    """The choice of today, and what it hangs on."""

    decision: Decision
    choice: Choice | None
    subject: str
    """The plan whose money and service are told: the one taken, else today's."""
    target: str
    """Its worst target today: the queue, or the client's contract; empty where there is none."""
    period: tuple[str, str]
    alone: tuple[Alone, ...]
    """Those first that the choice hangs on, then by how much they move."""
    together: Together | None
    study: Study
    """Today's world."""
    plays: int
    """Plans × replications that were played of other worlds."""
    left_out: tuple[tuple[str, str], ...] = ()
    """(input, why) of those that cannot be moved."""
    reused: int = 0
    """Worlds that a run which was stopped had played."""

    @property
    def turning(self) -> list[Alone]:
        return [one for one in self.alone if one.turns]
