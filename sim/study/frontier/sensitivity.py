"""What the worth of a lever hangs on: numbers that nobody has measured, and where each of them turns the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sim.scenario.model import Scenario
from sim.study.frontier.choice import Choice, Point, a_week, mean_of, money_of, t_of
from sim.study.frontier.levers import Lever
from sim.study.run import Entry, Options, Ready, Study, Watcher, run_study, size_of_more
from sim.study.sizes import Size
from sim.study.statistics import Estimate

RULE_OF_THUMB = (1.0, 85 / 91, 78 / 91, 70 / 91)
"""What several chats at once may cost: FCR of 88, 82 and 74 % at 1.5, 2.5 and 3.5 together, read at whole loads."""

MOST_STEPS = 4
"""Replays that look for a break-even, once the ends of a range have shown that there is one."""

NEAR = 0.5
"""Of its half width: a saving so close to 0 is one; who stays and who leaves moves in steps."""


@dataclass(frozen=True)
class Assumption:
    """A number that nobody has measured and that the lever's worth hangs on, with the range it may lie in."""

    setting: str
    assumed: float
    low: float
    high: float
    at: Callable[[Scenario, float], Scenario]
    """The same scenario under another value."""
    unit: str = ""
    """What a value means, where the setting is not the number itself."""


@dataclass(frozen=True)
class Replay:
    """What the rival saves against today, a week, were the assumed number this; an ordinary 95 % interval."""

    at: float
    saving: Estimate


@dataclass(frozen=True)
class Turn:
    """Where a saving is 0; `low` and `high`: how far the replications leave that open."""

    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Sensitivity:
    """How the verdict on a value moves over the range of an assumed number."""

    assumption: Assumption
    rival: int
    replays: tuple[Replay, ...]
    """By the assumed number."""
    turns: tuple[Turn, ...]

    @property
    def assumed(self) -> Replay:
        return next(replay for replay in self.replays if replay.at == self.assumption.assumed)


def assumptions_of(lever: Lever, plan: Scenario) -> Iterator[Assumption]:
    """The unmeasured numbers that the lever's worth hangs on; none for heads."""
    if lever.moves_pace:
        pace = plan.spec.quality.pace
        yield Assumption("quality.pace.resolution", pace.resolution, *pace.range, _with_elasticity)
    if lever.kind == "concurrency":
        given = any(plan.spec.queues[queue].resolution_by_load for queue in lever.queues)

        def with_loss(scenario: Scenario, scale: float) -> Scenario:
            return _with_loss_by_load(scenario, lever.queues, scale)

        unit = "times the loss given" if given else "times the rule of thumb (88, 82, 74 % at 1.5, 2.5, 3.5 together)"
        yield Assumption("resolution_by_load", float(given), 0.0, 2.0 if given else 1.0, with_loss, unit)


def size_of_replays(lever: Lever, plan: Scenario, points: Sequence[Point], ready: Ready) -> tuple[Size, Size] | None:
    """The least and the most that is replayed once these values are played; None where no number is assumed."""
    ends = sum((a.low != a.assumed) + (a.high != a.assumed) for a in assumptions_of(lever, plan))
    if not ends:
        return None
    today = next(n for n, point in enumerate(points) if point.plan is plan)
    # One rival, or if today's value is the best, one on each side of it.
    rivals = (today > 0) + (today < len(points) - 1)
    steps = rivals * ends * MOST_STEPS
    return (
        size_of_more(ready, 2 * ends, ends),
        size_of_more(ready, (1 + rivals) * ends + 2 * steps, ends + steps),
    )  # fmt: skip


def _with_elasticity(scenario: Scenario, elasticity: float) -> Scenario:
    quality = scenario.spec.quality
    pace = quality.pace.model_copy(update={"resolution": elasticity})
    return scenario.with_spec(quality=quality.model_copy(update={"pace": pace}))


def _with_loss_by_load(scenario: Scenario, names: Sequence[str], scale: float) -> Scenario:
    queues = dict(scenario.spec.queues)
    for name in set(names) & set(queues):
        curve = queues[name].resolution_by_load or RULE_OF_THUMB
        scaled = tuple(max(0.0, 1.0 - scale * (1.0 - share)) for share in curve)
        queues[name] = queues[name].model_copy(update={"resolution_by_load": scaled})
    return scenario.with_spec(queues=queues)


@dataclass
class Replays:
    """Today's value and its rivals, played again under other values of an assumed number."""

    base: Scenario
    points: Sequence[Point]
    today: int
    rivals: list[int]
    name: str
    kpi: str
    assumption: Assumption
    options: Options
    watcher: Watcher
    studies: list[Study]

    def sensitivities(self, choice: Choice) -> Iterator[Sensitivity]:
        """For each rival of today, how the saving moves over the range; the ends are played for all together."""
        a, runs = self.assumption, self.options.replications or 0
        one, many = t_of(runs), t_of(runs, max(1, len(self.points) - 1))
        ends = {at: self.play(at, self.rivals) for at in (a.low, a.high) if at != a.assumed}
        for rival in self.rivals:
            d = choice.differences[rival]
            half = d.half_width * one / many
            found = {a.assumed: Estimate(-d.mean, -d.mean - half, -d.mean + half, d.sd)}
            found |= {at: played[rival] for at, played in ends.items()}

            def saving(at: float, rival: int = rival) -> Estimate:
                return self.play(at, [rival])[rival]

            turns = turns_of(saving, found, a.assumed)
            replays = tuple(Replay(at, found[at]) for at in sorted(found))
            yield Sensitivity(a, rival, replays, turns)

    def play(self, at: float, rivals: Sequence[int]) -> dict[int, Estimate]:
        """What each rival saves a week were the number `at`: calibrated anew, the base plan with it."""
        a = self.assumption
        base = a.at(self.base, at)
        numbers = [self.today, *rivals]
        labels = [f"{self.name} {self.points[n].value.label}, {a.setting} {at:.3g}" for n in numbers]
        entries = [Entry(base, a.at(self.points[n].plan, at), label) for n, label in zip(numbers, labels, strict=True)]
        study = run_study(entries, self.options, self.watcher)
        self.studies.append(study)
        weekly = a_week(base)
        today, *others = (weekly * money_of(result, self.kpi) for result in study.results)
        t = t_of(len(today))
        return {n: mean_of(today - other, t) for n, other in zip(rivals, others, strict=True)}


def turns_of(saving: Callable[[float], Estimate], found: dict[float, Estimate], assumed: float) -> tuple[Turn, ...]:
    """Where the saving changes its sign between the assumed number and the ends of its range, by false position.

    `found` has the savings at the ends and at the assumed number; what is played on the way is added to it.
    """
    turns = []
    for end in [at for at in sorted(found) if at != assumed]:
        near, far = assumed, end
        signs_differ = found[near].mean * found[far].mean < 0.0
        if not signs_differ or not (is_clear(found[near]) or is_clear(found[far])):
            # Where neither side differs from 0 for sure there is nothing to look for.
            continue
        weights = {near: 1.0, far: 1.0}
        for _ in range(MOST_STEPS):
            at = _crossing(near, weights[near] * found[near].mean, far, weights[far] * found[far].mean)
            found[at] = saving(at)
            if abs(found[at].mean) <= NEAR * found[at].half_width or found[at].mean == 0.0:
                near = far = at
                break
            # The end that stays counts half (Illinois), or the other one creeps.
            if found[at].mean * found[near].mean > 0.0:
                near, weights = at, {at: 1.0, far: weights[far] / 2}
            else:
                far, weights = at, {near: weights[near] / 2, at: 1.0}
        turns.append(_turn(found, assumed, end, near, far))
    return tuple(turns)


def is_clear(saving: Estimate) -> bool:
    """Whether it is surely a saving, or surely a cost."""
    return saving.low > 0.0 or saving.high < 0.0


def _crossing(a: float, value_a: float, b: float, value_b: float) -> float:
    return a + (b - a) * value_a / (value_a - value_b)


def _turn(found: dict[float, Estimate], assumed: float, end: float, near: float, far: float) -> Turn:
    """The break-even between two neighbours; what the replications leave open, by the slope over the whole side."""
    at = near if near == far else _crossing(near, found[near].mean, far, found[far].mean)
    slope = abs((found[end].mean - found[assumed].mean) / (end - assumed))
    half = max(found[near].half_width, found[far].half_width) / slope
    return Turn(at, at - half, at + half)
