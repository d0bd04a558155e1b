"""A local search on common luck: what fails is mended, then nothing is left that could go, move or be exchanged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from sim.staffing.allowed import Heads
from sim.staffing.covering import better
from sim.staffing.gains import Gains
from sim.staffing.judge import BATCH, Judge, Judged
from sim.staffing.learning import MANY_COLUMNS
from sim.staffing.steering import steer

Floats = NDArray[np.float64]

DOUBT = 0.02
"""Points by which a step may be expected to fail and is tried all the same: what is expected is no more than that."""

MOST_REPAIRS = 60
MOST_LEAPS = 6
LEFT_TO_STEPS = 0.015
"""Points missing that are mended head by head."""

SAME_COST, BETTER_SERVICE = 1e-6, 1e-3
"""Of two staffings whose cost differs by no more, the one whose tightest target has so many points more is better."""

MOST_TRIED = 60
"""Steps that are looked at around one staffing, the largest savings first."""

TIE = 0.005
"""Prices that differ by less, as a share of the dearest, are the same."""

WORTH_EXCHANGING = 1e-3
"""What an exchange of several people must save at least, as a share of all."""

Steps = tuple[tuple[int, int], ...]
"""(column, heads more)."""


def stepped(heads: Heads, *steps: tuple[int, int]) -> Heads:
    """`steps`: (column, heads more)."""
    changed = list(heads)
    for column, step in steps:
        changed[column] += step
    return tuple(changed)


def repair(judge: Judge, gains: Gains, found: Judged, price: Floats) -> Judged:
    """Add whoever brings most for the money, or move somebody, until all holds; the nearest that was found, else."""
    if len(price) <= MANY_COLUMNS:
        best = _leaped(judge, gains, found, price)
    else:
        starts = [found, *([] if judge.anchored else _today(judge))]
        best = reduce(better, (steer(judge, gains, one, price, until_it_holds=True) for one in starts))
    for _ in range(MOST_REPAIRS):
        if best.holds:
            break
        options, improved = _mending(judge, gains, best, price), list[Judged]()
        more = [heads for heads in _additions(judge, best, price) if heads not in options[: 4 * BATCH]]
        for batch in (options[:BATCH], options[BATCH : 4 * BATCH], more):
            if not improved:
                improved = [one for one in judge.of_all(batch) if one is not None and one.short < best.short - 1e-9]
        if not improved:
            break
        best = min(improved, key=lambda one: _worth(one, best))
    return best


def _additions(judge: Judge, found: Judged, price: Floats) -> list[Heads]:
    """One person more anywhere, and two: whatever is expected of them, the cheapest first."""
    steps = [(j, extra) for extra in (1, 2) for j in np.argsort(price, kind="stable").tolist()]
    return [heads for step in steps if judge.allowed.holds(heads := stepped(found.heads, step))][:MOST_TRIED]


def _today(judge: Judge) -> list[Judged]:
    """Today's staffing, if it is allowed: what holds near it may be cheaper than what holds near another."""
    today = judge.of_one(judge.allowed.today) if judge.allowed.holds(judge.allowed.today) else None
    return [] if today is None else [today]


def _leaped(judge: Judge, gains: Gains, found: Judged, price: Floats) -> Judged:
    """Several people at once, as long as much is missing: as many as are expected to mend it, but for the last step."""
    best = found
    for _ in range(MOST_LEAPS):
        gain, margin, heads = np.maximum(gains.near(best), 0.0), best.margin.copy(), best.heads
        while float(np.min(margin, initial=0.0)) < -LEFT_TO_STEPS:
            short = margin < 0.0
            brought = np.minimum(gain[short], -margin[short, None]).sum(axis=0) / np.maximum(price, 1e-9)
            for j in np.argsort(-brought, kind="stable").tolist():
                if brought[j] > 0.0 and judge.allowed.holds(stepped(heads, (j, 1))):
                    heads, margin = stepped(heads, (j, 1)), margin + gain[:, j]
                    break
            else:
                break
        if heads == best.heads:
            break
        one = judge.of_one(heads)
        if one is None or one.short >= best.short:
            break
        best = one
    return best


def _worth(one: Judged, before: Judged) -> tuple[float, float]:
    """Price of a point mended, the cheapest first; of those that cost nothing, whoever mends most."""
    mended = before.short - one.short
    paid = one.cost - before.cost
    return (paid / mended if paid > 0.0 else -mended / 1e6, one.short)


def _mending(judge: Judge, gains: Gains, found: Judged, price: Floats) -> list[Heads]:
    """Additions and moves, by what they are expected to mend for their price."""
    gain, short = gains.near(found), found.margin < 0.0
    # A person mends what is missing, and no more.
    brought = np.minimum(np.maximum(gain[short], 0.0), -found.margin[short, None]).sum(axis=0)
    offers: list[tuple[float, Heads]] = []
    for j, extra in enumerate(brought.tolist()):
        if extra <= 0.0:
            continue
        offers.append((extra / max(price[j], 1e-9), stepped(found.heads, (j, 1))))
        for i, number in enumerate(found.heads):
            if i != j and number > 0 and brought[i] < extra:
                paid = max(price[j] - price[i], 0.05 * price[j])
                offers.append(((extra - brought[i]) / max(paid, 1e-9), stepped(found.heads, (j, 1), (i, -1))))
    offers = [offer for offer in offers if judge.allowed.holds(offer[1])]
    offers.sort(key=lambda offer: (-offer[0], offer[1]))
    return [heads for _, heads in offers]


@dataclass
class Tried:
    """What a local search has seen of its steps, at whatever staffing: a step brings much the same at the next one."""

    failed: set[Heads] = field(default_factory=set)
    effects: dict[Heads, Floats] = field(default_factory=dict)
    """By step (heads more, by column): margins gained, by kind."""

    def expects(self, found: Judged, heads: Heads) -> Floats | None:
        """Margins after a step that was seen elsewhere."""
        effect = self.effects.get(step_to(found.heads, heads))
        return None if effect is None else found.margin + effect


def step_to(before: Heads, heads: Heads) -> Heads:
    return tuple(other - one for one, other in zip(before, heads, strict=True))


def polish(judge: Judge, gains: Gains, found: Judged, price: Floats, *, thorough: bool = True) -> Judged:
    """No drop, move or exchange that is expected to hold is cheaper and holds, once this is done; no drop alone, where
    it need not be thorough."""
    tried = Tried()
    if len(price) > MANY_COLUMNS:
        # A plan with room is near one that was polished.
        thorough = thorough and not judge.buffer.any()
    while True:
        cheaper = _first_better(judge, gains, found, price, tried, thorough=thorough)
        if cheaper is None:
            return found
        found = cheaper


def _first_better(
    judge: Judge, gains: Gains, found: Judged, price: Floats, tried: Tried, *, thorough: bool
) -> Judged | None:
    options = [heads for heads in _savings(judge, gains, found, price, tried) if heads not in tried.failed]
    if not thorough:
        options = [heads for heads in options if sum(heads) == sum(found.heads) - 1 and _is_drop(heads, found.heads)]
    for first in range(0, len(options), BATCH):
        batch = options[first : first + BATCH]
        tried.failed.update(batch)
        hopeful = []
        for heads, expected, may_hold in judge.glances(found, batch):
            tried.effects[step_to(found.heads, heads)] = expected - found.margin
            hopeful += [heads] if may_hold else []
        for one in judge.of_all(hopeful) if hopeful else []:
            if one is not None and one.holds and _is_better(one, found):
                return one
    return None


def _is_better(one: Judged, found: Judged) -> bool:
    """Cheaper; or of the same cost, with better service."""
    if abs(one.cost - found.cost) <= SAME_COST:
        return one.worst > found.worst + BETTER_SERVICE
    return one.cost < found.cost


def _is_drop(heads: Heads, before: Heads) -> bool:
    return sum(one != other for one, other in zip(heads, before, strict=True)) == 1


def _savings(judge: Judge, gains: Gains, found: Judged, price: Floats, tried: Tried) -> list[Heads]:
    """Steps that save, the largest saving first, but for those that are sure to fail."""
    gain = gains.near(found)
    columns = range(len(found.heads))
    offers: list[tuple[float, Heads]] = []
    for saving, steps in _steps(columns, price, found.heads):
        heads, seen = stepped(found.heads, *steps), found.margin + sum(gain[:, j] * step for j, step in steps)
        expected = tried.expects(found, heads)
        if float(np.min(seen if expected is None else expected, initial=np.inf)) < -DOUBT:
            continue
        if judge.allowed.holds(heads):
            offers.append((saving, heads))
    offers.sort(key=lambda offer: (-offer[0], offer[1]))
    return list(dict.fromkeys(heads for _, heads in offers))[:MOST_TRIED]


def _steps(columns: range, price: Floats, heads: Heads) -> Iterator[tuple[float, Steps]]:
    """(saving, steps) of all drops and moves that save or cost the same, and of exchanges of up to two for up to three.

    What costs the same by price may save as it is played: whoever works past the end of a shift is paid for it."""
    free = [i for i in columns if heads[i] > 0]
    least = WORTH_EXCHANGING * float(price @ np.array(heads))
    tie = TIE * float(price.max(initial=0.0))
    for i in free:
        yield float(price[i]), ((i, -1),)
        for j in columns:
            if j != i and price[i] - price[j] >= -tie:
                yield float(price[i] - price[j]), ((i, -1), (j, 1))
    if len(columns) > MANY_COLUMNS:
        return
    for gone in (*((i,) for i in free), *combinations_with_replacement(free, 2)):
        if any(gone.count(i) > heads[i] for i in gone):
            continue
        others = [j for j in columns if j not in gone]
        for come in (n for size in (1, 2, 3) for n in combinations_with_replacement(others, size)):
            saving = float(price[list(gone)].sum() - price[list(come)].sum())
            if len(gone) + len(come) > 2 and saving >= least:
                yield saving, (*((i, -1) for i in gone), *((j, 1) for j in come))
