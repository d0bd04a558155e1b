"""How many customers the base plan has still: what was observed is what these bring."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FEWEST = 1e-3
"""Share of customers that counts as some."""


def share_there(bad_cases: float, leave: tuple[float, ...]) -> float:
    """Chance that a customer is still there who has had Poisson many bad cases, so many in the mean.

    After the k-th bad case leave[k − 1] of them go, the last value standing for all further ones.
    """
    if bad_cases <= 0.0:
        return 1.0
    most = math.ceil(bad_cases + 10.0 * math.sqrt(bad_cases) + 30.0)
    stays = 1.0 - np.array([*leave, *[leave[-1]] * most])[:most]
    chance, there, term = 0.0, 1.0, math.exp(-bad_cases)
    for number, stay in enumerate(stays, 1):
        chance += term * there
        there *= float(stay)
        term *= bad_cases / number
    return chance


def share_by_day(a_case: float, cases: Floats, customers: int, leave: tuple[float, ...]) -> tuple[float, ...]:
    """Share of customers still there on each day, on which so many cases begin.

    a_case: bad cases held against us per case. As cases fall to customers still there, their number a customer rises.
    """
    shares, so_far = [], 0.0
    for today in cases.tolist():
        shares.append(max(share_there(so_far, leave), FEWEST))
        so_far += a_case * today / (customers * shares[-1])
    return tuple(shares)
