"""Whole numbers in given proportions, and kinds mixed evenly."""

from __future__ import annotations

import math
from collections.abc import Sequence

GOLDEN = 0.6180339887498949
"""Multiples of it fall evenly between whole numbers, however many are taken."""


def largest_remainder(shares: list[float], total: int) -> list[int]:
    """Whole numbers in these proportions that add up to `total`."""
    exact = [share * total for share in shares]
    counts = [math.floor(value + 1e-9) for value in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (round(counts[i] - exact[i], 9), i))
    for i in by_remainder[: total - sum(counts)]:
        counts[i] += 1
    return counts


def shared_out(whole: int, parts: Sequence[float]) -> list[int]:
    """A whole number split in proportion to parts, evenly where they are all 0; of equal remainders the first gains."""
    total = sum(parts)
    return largest_remainder([part / total if total else 1.0 / len(parts) for part in parts], whole)


def interleave(counts: list[int]) -> list[int]:
    """Kinds 0, 1, … in the given numbers, each spread evenly over the whole."""
    places = [((j + 0.5) / count, kind) for kind, count in enumerate(counts) for j in range(count)]
    return [kind for _, kind in sorted(places)]


def in_proportion(shares: list[float], count: int) -> list[int]:
    """Kinds 0, 1, … in shares that add up to 1, as nearly as can be among any first so many of them.

    The kind that is furthest behind comes next, so that a longer row only goes on.
    """
    given = [0] * len(shares)
    kinds = []
    for so_far in range(1, count + 1):
        kind = max(range(len(shares)), key=lambda i: (round(shares[i] * so_far - given[i], 9), -i))
        given[kind] += 1
        kinds.append(kind)
    return kinds
