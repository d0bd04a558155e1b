"""A difference that several causes make together, shared out among them so that the parts add up (Shapley 1953).

The value of a set of causes is what is reached without them. A cause's part is what its removal adds, averaged over all
orders in which the causes can be removed; of many causes, over some orders and their reverses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import combinations
from math import factorial

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Removed = frozenset[int]

EXACT_UP_TO = 7
"""Causes of which all sets are played: 128."""
ORDERS = 12
"""Of more, so many orders, and their reverses."""


def sets_of(count: int, seed: int) -> list[Removed]:
    """The sets of causes that have to be played, the empty one first."""
    if count <= EXACT_UP_TO:
        return [frozenset(one) for size in range(count + 1) for one in combinations(range(count), size)]
    ways = (frozenset(order[:size]) for order in _orders(count, seed) for size in range(count + 1))
    return sorted(set(ways), key=lambda one: (len(one), sorted(one)))


def parts(value: Callable[[Removed], Floats], count: int, seed: int) -> Floats:
    """Causes × whatever a value holds: the parts, which add up to the value without all less that with all."""
    if count <= EXACT_UP_TO:
        return np.stack([_exact(value, cause, count) for cause in range(count)])
    shares = np.zeros((count, *value(frozenset()).shape))
    orders = list(_orders(count, seed))
    for order in orders:
        for size, cause in enumerate(order):
            shares[cause] += value(frozenset(order[: size + 1])) - value(frozenset(order[:size]))
    return shares / len(orders)


def _exact(value: Callable[[Removed], Floats], cause: int, count: int) -> Floats:
    others = [one for one in range(count) if one != cause]
    total = np.zeros(value(frozenset()).shape)
    for size in range(count):
        weight = factorial(size) * factorial(count - size - 1) / factorial(count)
        for one in combinations(others, size):
            total = total + weight * (value(frozenset((*one, cause))) - value(frozenset(one)))
    return total


def _orders(count: int, seed: int) -> Iterable[tuple[int, ...]]:
    luck = np.random.default_rng(seed)
    for _ in range(ORDERS):
        order = tuple(int(one) for one in luck.permutation(count))
        yield order
        yield order[::-1]
