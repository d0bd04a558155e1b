"""Whether a staffing holds what is wanted, on the luck of a search, and by how much not."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sim.staffing.allowed import Allowed, Heads
from sim.staffing.conditions import Alike, Condition, alike
from sim.staffing.playing import Answer, Playing
from sim.study.prepared import Prepared

Floats = NDArray[np.float64]

A_GLANCE = 4
"""This part of the replications is enough to see that a staffing is far off."""

BATCH = 4
"""Staffings that are tried together; not the number of processes, on which no answer may hang."""

ANCHORED = 8
"""So many times the search's replications say how far these are off."""


@dataclass(frozen=True)
class Judged:
    """A staffing as it was played."""

    heads: Heads
    cost: float
    margin: Floats
    """By kind of condition, how far it is inside its target."""

    @property
    def worst(self) -> float:
        return float(np.min(self.margin, initial=math.inf))

    @property
    def short(self) -> float:
        """Points missing, added up."""
        return float(np.maximum(-self.margin, 0.0).sum())

    @property
    def holds(self) -> bool:
        return self.worst >= 0.0


class TimeIsUp(Exception):
    """The search's time is over, or Ctrl-C was pressed."""


@dataclass
class Judge:
    """Plays staffings by the search's number of replications, and holds them against the targets."""

    playing: Playing
    allowed: Allowed
    """What the question allows, and a budget, if there is one."""
    conditions: tuple[Condition, ...]
    kinds: Alike
    runs: int
    check: Callable[[], None]
    """Raises TimeIsUp."""
    buffer: Floats = field(default_factory=lambda: np.zeros(0))
    """By kind, how far inside its target a level is to be."""
    shift: Mapping[str, float] = field(default_factory=dict)
    """By queue or contract: a target other than its own, as a curve asks for."""
    anchored: tuple[int, Floats] | None = None
    """What levels of so many replications are off by, kind by kind, as more of one staffing say."""
    asked: dict[Heads, None] = field(default_factory=dict)
    """Staffings that were judged by all replications, in order; not whatever else an earlier search has left behind."""

    @classmethod
    def of(cls, playing: Playing, prepared: Prepared, heads: Heads, runs: int, check: Callable[[], None]) -> Judge:
        """`prepared`: today's plan; `heads`: any staffing that plays."""
        answer = playing.answer(heads, runs)
        assert answer is not None
        volume = volumes(prepared, answer.conditions)
        kinds = alike(answer.conditions, volume)
        judge = cls(playing, playing.question.allowed, answer.conditions, kinds, runs, check)
        judge.buffer = np.zeros(len(kinds.members))
        return judge

    def aim(self, number: int) -> float:
        one = self.conditions[number]
        return self.shift.get(one.name, one.target) if one.kpi == "service_level" else one.target

    @property
    def aims(self) -> Floats:
        """By kind: the target, and 1 or −1 for a floor or a ceiling."""
        return np.array([self.aim(members[0]) for members in self.kinds.members])

    @property
    def signs(self) -> Floats:
        return np.array([self.conditions[members[0]].sign for members in self.kinds.members])

    def levels(self, answer: Answer) -> Floats:
        """By kind; where nobody came, the target itself."""
        found = self.kinds.levels(answer.sums)
        if self.anchored is not None and self.anchored[0] == answer.runs:
            found = found + self.anchored[1]
        return np.where(np.isnan(found), self.aims, found)

    def anchor(self, heads: Heads, times: int) -> bool:
        """Play a staffing by so many times the replications: on common luck others near it are off by as much. Once in
        a search; whether this was it."""
        if self.anchored is not None:
            return False
        self.check()
        known = self.playing.answer(heads, times * self.runs)
        if known is None:
            return False
        few, many = (self.kinds.levels(sums) for sums in (known.sums[: self.runs], known.sums))
        self.anchored = self.runs, np.nan_to_num(many - few)
        return True

    def judged(self, heads: Heads, answer: Answer) -> Judged:
        return Judged(heads, answer.cost, self.signs * (self.levels(answer) - self.aims) - self.buffer)

    def of_played(self) -> list[Judged]:
        """Every staffing that was played by the search's number of replications: by the levels that planes were laid
        on first, and by those that are known better since."""
        judges = (self,) if self.anchored is None else (self, replace(self, anchored=None))
        return [judge.judged(heads, answer) for judge in judges for heads, answer in self.playing.played(self.runs)]

    def of_asked(self) -> list[Judged]:
        """Every staffing that this search has judged by all replications."""
        known = ((heads, self.playing.known(heads, self.runs)) for heads in self.asked)
        return [self.judged(heads, answer) for heads, answer in known if answer is not None]

    def of_all(self, staffings: Sequence[Heads], runs: int | None = None) -> list[Judged | None]:
        """None for what no plan can have."""
        self.check()
        answers = self.playing.answers(staffings, runs or self.runs)
        if runs is None or runs >= self.runs:
            self.asked.update(dict.fromkeys(staffings))
        return [None if a is None else self.judged(h, a) for h, a in zip(staffings, answers, strict=True)]

    def glances(self, best: Judged, staffings: Sequence[Heads]) -> Iterator[tuple[Heads, Floats, bool]]:
        """By a part of the replications, as few as tell: each staffing's margin, and whether it may hold and be
        cheaper. What differs from the best, whose levels are known better, has little luck in it."""
        most = min(max(self.runs // A_GLANCE, 4), self.runs)
        left = list(staffings)
        for runs in dict.fromkeys((max(most // 2, min(4, most)), most)):
            self.check()
            known, *answers = self.playing.answers([best.heads, *left], runs)
            assert known is not None
            here, unsure = self.signs * self.levels(known), list[Heads]()
            for heads, answer in zip(left, answers, strict=True):
                if answer is None:
                    continue
                expected = best.margin + self.signs * self.levels(answer) - here
                error = paired_error(self.kinds, known.sums, answer.sums)
                saved = known.spent - answer.spent
                is_hopeful = bool((expected + doubt(runs) * error >= 0.0).all())
                is_hopeful &= saved.mean() + doubt(runs) * saved.std(ddof=1) / math.sqrt(runs) >= 0.0
                if runs == most or not is_hopeful:
                    yield heads, expected, is_hopeful
                else:
                    unsure.append(heads)
            left = unsure
            if not left:
                break

    def of_one(self, heads: Heads) -> Judged | None:
        return self.of_all([heads])[0]


def doubt(runs: int) -> float:
    """Standard errors of so many replications beyond which luck seldom goes (one time in forty, on one side)."""
    from scipy.special import stdtrit

    return float(stdtrit(runs - 1, 0.975)) if runs > 1 else math.inf


def paired_error(kinds: Alike, one: Floats, other: Floats) -> Floats:
    """Of the difference of two staffings' levels on the same luck, by kind; by jackknife."""
    runs = len(one)
    if runs < 2 or not kinds.members:
        return np.zeros(len(kinds.members))
    left = []
    for sums in (one, other):
        counted = np.stack([sums[:, list(members)].sum(axis=1) for members in kinds.members], axis=1)
        rest = counted.sum(axis=0) - counted
        with np.errstate(divide="ignore", invalid="ignore"):
            left.append(np.nan_to_num(rest[..., 0] / rest[..., 1]))
    differ = left[1] - left[0]
    return np.asarray(np.sqrt((runs - 1) / runs * ((differ - differ.mean(axis=0)) ** 2).sum(axis=0)))


def volumes(prepared: Prepared, conditions: Sequence[Condition]) -> Floats:
    """Contacts that the forecast has in each condition's period; 1 for what has none."""
    import datetime as dt

    from sim.measures.contracts import judged_contracts
    from sim.measures.periods import first_days

    scenario, clock = prepared.scenario, prepared.scenario.clock
    by_queue = {queue: one.contacts for queue, one in prepared.expected.items()}
    contracts = {
        name: [queue for queue in scenario.queues if scenario.spec.queues[queue].contract == name]
        for name in judged_contracts(scenario)
    }
    day_of = {date.isoformat(): day for day, date in enumerate(clock.dates)}
    found = np.ones(len(conditions))
    for number, one in enumerate(conditions):
        if not one.date:
            continue
        queues = contracts[one.name] if one.scope == "contract" else [one.name]
        contacts = np.sum([by_queue[queue] for queue in queues if queue in by_queue], axis=0)
        if not np.any(contacts):
            # What only others send there has no forecast.
            continue
        day = day_of[dt.date.fromisoformat(one.date).isoformat()]
        if one.start:
            rows = np.flatnonzero(clock.interval_day == day)
            labels = [clock.start_label(day, index - int(clock.day_first[day])) for index in rows.tolist()]
            found[number] = contacts[rows[labels.index(one.start)]]
            continue
        begins = first_days(clock, one.per)
        ends = np.append(begins[1:], clock.days)
        end = int(ends[np.searchsorted(begins, day)])
        found[number] = contacts[(clock.interval_day >= day) & (clock.interval_day < end)].sum()
    return found
