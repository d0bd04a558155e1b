"""One uncertain number at a time over its range, all others as they are; and where in it the choice becomes another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sim.choosing.candidate import Candidate
from sim.choosing.sensitivity.found import Alone, Choice, End, Turn
from sim.choosing.sensitivity.judging import Judge, cheaper, margin, of_plan
from sim.choosing.sensitivity.setting import World
from sim.choosing.sensitivity.worlds import Worlds
from sim.errors import Problem
from sim.scenario.assumptions.inputs import Input
from sim.study.run import Watcher
from sim.study.statistics import Estimate

HALVINGS = 5
"""Of the part of a range in which the choice becomes another; then a straight line."""

MOST_CUTS = 4
"""Times that a range which cannot be played to its end is halved."""


@dataclass
class _Side:
    """From today's value to an end of a range; parts of the range from 0 to 1."""

    number: int
    today: float
    end: float
    cut: str = ""
    plans: list[Candidate] | None = None
    """At the end."""
    near: float = 0.0
    far: float = 0.0
    """Between them the choice becomes another."""


class OneAtATime:
    """Plays both ends of every range, and halves the sides at whose end another choice is made."""

    def __init__(self, worlds: Worlds, judge: Judge, today: list[Candidate], runs: int, watcher: Watcher) -> None:
        self.worlds, self.judge, self.today, self.runs, self._watcher = worlds, judge, today, runs, watcher
        self.choice = judge.choice(today)
        self.inputs = worlds.setting.inputs
        self._played: dict[tuple[int, float], list[Candidate]] = {}

    def found(self) -> tuple[list[Alone], list[tuple[str, str]]]:
        """Every input in its order, and those that cannot be moved at all, with the reason."""
        sides = self._ends()
        turns = self._turns([side for side in sides if side.plans is not None])
        found, left = [], []
        for number, one in enumerate(self.inputs):
            own = [side for side in sides if side.number == number]
            ends = tuple(self._end(side) for side in own if side.plans is not None)
            if ends:
                own_turns = tuple(turn for side, turn in turns if side.number == number)
                found.append(Alone(one, ends, own_turns))
            else:
                left.append((one.name, next(side.cut for side in own)))
        return found, left

    # ------------------------------------------------------------ ends

    def _ends(self) -> list[_Side]:
        sides = []
        for number, one in enumerate(self.inputs):
            today = min(1.0, max(0.0, one.part_at(one.today)))
            sides += [_Side(number, today, end) for end in (0.0, 1.0) if abs(end - today) > 1e-9]
        waiting = sides
        for _ in range(1 + MOST_CUTS):
            again = []
            for side, played in zip(waiting, self._play([(s.number, s.end) for s in waiting], "ends"), strict=True):
                if isinstance(played, Problem):
                    side.cut = f"{played.where}: {played.what}"
                    side.end = (side.end + side.today) / 2
                    again.append(side)
                else:
                    side.plans = played
            waiting = again
        return sides

    def _end(self, side: _Side) -> End:
        assert side.plans is not None
        return End(
            self.inputs[side.number].value_at(side.end), self.judge.choice(side.plans),
            self.judge.money(side.plans, self.today), self.judge.points(side.plans, self.today),
            self.judge.apart(side.plans), side.cut,
        )  # fmt: skip

    # ------------------------------------------------------------ turns

    def _turns(self, sides: Sequence[_Side]) -> list[tuple[_Side, Turn]]:
        if self.choice is None:
            return []
        turning = [s for s in sides if s.plans is not None and self.judge.choice(s.plans) != self.choice]
        for side in turning:
            side.near, side.far = side.today, side.end
        for _ in range(HALVINGS):
            middles = [(side.number, (side.near + side.far) / 2) for side in turning]
            for side, (_, middle), played in zip(turning, middles, self._play(middles, "break-evens"), strict=True):
                if isinstance(played, Problem) or self.judge.choice(played) != self.choice:
                    # A middle that cannot be played is no world in which today's choice stands.
                    side.far = side.far if isinstance(played, Problem) else middle
                else:
                    side.near = middle
        return [(side, self._turn(side)) for side in turning]

    def _turn(self, side: _Side) -> Turn:
        one = self.inputs[side.number]
        near, far = self._at(side, side.near), self._at(side, side.far)
        into = self.judge.choice(far)
        assert into is not None
        assert self.choice is not None
        assert side.plans is not None
        before, after, at_today, at_end = (
            _balance(plans, near, far, self.choice, into) for plans in (near, far, self.today, side.plans)
        )
        at = _crossing(side.near, before.mean, side.far, after.mean)
        slope = abs((at_end.mean - at_today.mean) / (side.end - side.today))
        half = max(before.half_width, after.half_width) / slope if slope > 0.0 else float("inf")
        ends = sorted((side.near, side.far))
        low = max(0.0, min(ends[0], at - half)) if half == half else ends[0]
        high = min(1.0, max(ends[1], at + half)) if half == half else ends[1]
        return Turn(one.value_at(at), one.value_at(low), one.value_at(high), into, side.end > side.today)

    def _at(self, side: _Side, part: float) -> list[Candidate]:
        return self.today if part == side.today else self._played[side.number, part]

    def _play(self, points: Sequence[tuple[int, float]], what: str) -> list[list[Candidate] | Problem]:
        worlds: list[World] = [((number, self.inputs[number].value_at(part)),) for number, part in points]
        found, label = list[list[Candidate] | Problem](), f"one at a time, {what}"
        each = len(self.worlds.setting.plans) * self.runs
        for point, played in zip(points, self.worlds.play(worlds, self.runs), strict=True):
            found.append(played)
            if not isinstance(played, Problem):
                self._played[point] = played
            self._watcher.progress(label, len(found) * each, len(points) * each)
        return found


def _crossing(near: float, before: float, far: float, after: float) -> float:
    """Where a straight line between the two is 0; halfway where both lie on one side, as they may by a rule on luck."""
    if not before * after <= 0.0 or before == after:
        return (near + far) / 2
    return near + (far - near) * before / (before - after)


def _balance(
    plans: Sequence[Candidate], near: Sequence[Candidate], far: Sequence[Candidate], today: Choice, into: Choice
) -> Estimate:
    """What changes its sign where one choice becomes another, in a world: how far above its target the plan is that
    ceases, or begins, to hold it; else what the one saves against the other."""
    for name in dict.fromkeys((today.plan, into.plan)):
        before, after = of_plan(near, name), of_plan(far, name)
        if before.holds != after.holds:
            worst = (after if before.holds else before).worst
            if worst is not None:
                return margin(of_plan(plans, name), worst)
    return cheaper(of_plan(plans, today.plan), of_plan(plans, into.plan))


def ranked(found: Sequence[Alone]) -> list[Alone]:
    """Those first that the choice hangs on, then by how much they move money or service, of the most that any does."""
    money = max((one.money_swing for one in found), default=0.0) or 1.0
    points = max((one.points_swing for one in found), default=0.0) or 1.0
    return sorted(found, key=lambda one: (not one.turns, -max(one.money_swing / money, one.points_swing / points)))


def cut_at(one: Input, ends: Sequence[End]) -> Input:
    """The input over the range that can be played."""
    values = [end.value for end in ends] + [one.today]
    return replace(one, low=min(values), high=max(values))
