"""Whole numbers in given proportions, and kinds mixed evenly."""

from __future__ import annotations

import math


def largest_remainder(shares: list[float], total: int) -> list[int]:
    """Whole numbers in these proportions that add up to `total`."""
    exact = [share * total for share in shares]
    counts = [math.floor(value + 1e-9) for value in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (counts[i] - exact[i], i))
    for i in by_remainder[: total - sum(counts)]:
        counts[i] += 1
    return counts


def interleave(counts: list[int]) -> list[int]:
    """Kinds 0, 1, … in the given numbers, each spread evenly over the whole."""
    places = [((j + 0.5) / count, kind) for kind, count in enumerate(counts) for j in range(count)]
    return [kind for _, kind in sorted(places)]
