"""How well pilots know a figure, and how well they must.

An error comes from leaving out one of a few batches at a time (the jackknife), each some of a pilot's runs: it needs no
formula for the variance, and holds for ratios of sums. Runs too long for a pilot to play some are cut into days; what
the days of a week differ by then counts as luck, which is on the careful side. Stopping by it is all but unbiased: it
goes by the spread of figures and never by their values, and looks seldom. What is left over is read off a pilot that
nothing was solved from, and that does not stop by its own spread.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.study.calibration.pilots import FEWEST_BATCHES
from sim.study.calibration.seen import Seen, together

Floats = NDArray[np.float64]

FINEST = 0.002
"""Standard error of a solution, of handle time and volume as a share and of FCR in chances, that is always enough."""

OF_HALF_WIDTH = 1 / 4
"""The same as a share of the half width that USUAL_REPLICATIONS leave for a volume: a small center's study cannot show
more. What was asked for of this study does not matter: a solution must not change with it."""

USUAL_REPLICATIONS = 20
T_95 = 2.093
"""Student's t, two-sided, for that many."""

SURE = 1.96
"""Standard errors to a half width, were the spread known; a few batches take more."""

SETTLED = 1.5
"""Half widths within which what is left over may be luck: three standard errors."""

FEWEST_ANSWERED = 1_000
HORIZONS = 10
"""Each queue has this many contacts answered in every pilot, or those of so many horizons: before, a spread says little
of itself."""


def tolerance(contacts: Floats) -> Floats:
    """Standard error that the solution may have, per queue with so many contacts in the horizon."""
    half_width = T_95 / np.sqrt(USUAL_REPLICATIONS * np.maximum(contacts, 1e-9))
    return np.asarray(np.maximum(FINEST, OF_HALF_WIDTH * half_width))


def fewest(contacts: Floats) -> Floats:
    """Contacts of each queue that a pilot sees answered at least."""
    return np.asarray(np.minimum(FEWEST_ANSWERED, HORIZONS * contacts))


def as_many_as(batches: Sequence[Seen]) -> Callable[[Sequence[Seen]], float]:
    """For a pilot that sees as many contacts as these did."""
    wanted = float(together(batches).by_queue("came").sum())
    return lambda seen: wanted / max(float(together(seen).by_queue("came").sum()), 1.0)


def half_widths(figures: Callable[[Seen], Floats], batches: Sequence[Seen]) -> Floats:
    """Of 95 % intervals of figures of what all batches saw; without a second batch nothing is known of them."""
    from scipy.special import stdtrit

    seen = [batch for batch in batches if batch.saw_some]
    if len(seen) < 2:
        return np.full_like(figures(together(batches)), math.inf)
    without = np.array([figures(together([other for other in seen if other is not one])) for one in seen])
    variance = (len(seen) - 1) / len(seen) * ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(stdtrit(len(seen) - 1, 0.975) * np.sqrt(variance))


@dataclass(frozen=True)
class Judge:
    """Judges what a pilot knows of what a solution leaves over."""

    figures: Callable[[Seen], Floats]
    """Figures × queues: handle time, FCR and contacts left over; then who is still there at the end."""
    contacts: Floats
    """Of each queue in the horizon."""
    served: NDArray[np.bool_]
    """Whether some agent has the queue's skill."""
    will_do: Floats
    """Standard errors that will do, like the figures."""
    possible: NDArray[np.bool_]
    """Whether nothing can be left over of a queue."""
    scouts: bool = False
    """Whether the fewest contacts will do, whatever their spread."""

    def half_widths(self, batches: Sequence[Seen]) -> Floats:
        """Of the figures."""
        return half_widths(self.figures, batches)

    def missing(self, batches: Sequence[Seen]) -> float:
        """How many times the contacts seen it takes; at most 1 where they will do."""
        some = self.contacts > 0.0
        answered = together(batches).by_agent("first").sum(axis=0)
        least = (fewest(self.contacts) / np.maximum(answered, 1.0))[some & self.served].max(initial=0.0)
        if least > 1.0 or self.scouts:
            return float(least)
        batches = [batch for batch in batches if batch.saw_some]
        if len(batches) < FEWEST_BATCHES:
            return FEWEST_BATCHES / max(len(batches), 1)
        return float(((self.half_widths(batches) / (SURE * self.will_do))[:, some] ** 2).max(initial=0.0))

    def is_settled(self, batches: Sequence[Seen]) -> bool:
        """Whether no more is left over than luck leaves: a loop has come to rest."""
        within = np.maximum(SETTLED * self.half_widths(batches), self.will_do)
        left = np.abs(self.figures(together(batches)))
        return bool((left <= within)[: len(left) - 1, self.possible].all())
