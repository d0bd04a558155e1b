"""A textbook model of a one-queue phone center: one SimPy process per contact, one `Resource` of agents.

Written as a SimPy tutorial would, without a look at the floor's rules. It is fed the floor's customers, one row per
contact with all its luck, and knows nothing of rosters, tiers, lines or several queues.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass

import numpy as np
import simpy
from numpy.typing import NDArray

Steps = Generator[simpy.Event, object, None]
Floats = NDArray[np.float64]

GRID = 2.0**-20
"""Times are multiples of it, or sums of seconds would depend on their order."""


def rounded(seconds: float) -> float:
    return round(seconds / GRID) * GRID


@dataclass
class Story:
    """What became of each contact, in order of arrival; NaN for what had not happened by the end."""

    answered: Floats
    hung_up: Floats
    ended: Floats


def twin(agents: int, customers: Iterable[tuple[float, float, float, float]], until: float) -> Story:
    """Plays customers (arrived, seconds on the phone, wrap, gives up at), by arrival, until that moment."""
    env = simpy.Environment()
    staff = simpy.Resource(env, capacity=agents)
    story: list[list[float]] = []

    def contact(number: int, talk: float, wrap: float, patience: float) -> Steps:
        with staff.request() as request:
            got = yield request | env.timeout(patience)
            if request not in got:
                story[number][2] = env.now
                return
            story[number][0] = env.now
            yield env.timeout(rounded(env.now + talk) - env.now)
            story[number][1] = env.now
            yield env.timeout(rounded(env.now + wrap) - env.now)
            story[number][2] = env.now

    def source() -> Steps:
        for number, (arrived, talk, wrap, gives_up) in enumerate(customers):
            yield env.timeout(arrived - env.now)
            story.append([np.nan, np.nan, np.nan])
            env.process(contact(number, talk, wrap, gives_up - arrived))

    env.process(source())
    env.run(until)
    answered, hung_up, ended = np.array(story).reshape(-1, 3).T
    return Story(answered, hung_up, ended)
