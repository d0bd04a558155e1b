"""Exact expected values for the loop of speed against quality: repeats, redials, haste, second lines.

As in `theory` and `theory_channels`, and likewise written without a look at the simulator: rates are per second. Cases
whose contacts come again form a closed loop with the queue; with exponential work of one law the whole is a network of
product form or a chain of few dimensions, so that nothing has to be approximated but the ends of the state space.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import theory_channels as chains

# ---------------------------------------------------------------- repeats as a network of product form


@dataclass(frozen=True, slots=True)
class Cases:
    """Of one case, on average."""

    attempts: float
    resolved: float  # share resolved in the end
    time: float  # seconds from the first arrival to the end of the contact that resolved it, of those resolved


def repeats(resolution: float, share: float, most: int, contact: float, delay: float) -> Cases:
    """A case whose contacts resolve it with a chance, else come again by `share`, `most` contacts at the utmost.

    The queue sees `attempts` × the cases that begin, and is M/M/n at that rate: orbit and queue are a network of
    product form whose customers remember their attempt (Baskett, Chandy, Muntz and Palacios 1975). A contact takes
    `contact` seconds from arrival to end, and the next one comes `delay` seconds after it.
    """
    again = (1.0 - resolution) * share
    reach = again ** np.arange(most)  # comes to its first, second … contact
    resolved = resolution * reach
    nth = np.arange(1, most + 1)
    times = nth * contact + (nth - 1) * delay
    time = float(times @ resolved / resolved.sum()) if resolution > 0.0 else math.inf
    return Cases(float(reach.sum()), float(resolved.sum()), time)


def load_at_pace(pace: float, elasticity: float, resolution: float, share: float) -> float:
    """Work brought by a case at this pace, against standard work without repeats; no limit of attempts."""
    return pace / (1.0 - share * (1.0 - resolution * float(pace**elasticity)))


def load_break_even(resolution: float, share: float) -> float:
    """The elasticity at which a slightly different pace leaves the load where it is: the derivative above is 0."""
    return (1.0 - share * (1.0 - resolution)) / (share * resolution)


def network_of_queues(
    fresh: Sequence[float], resolution: Sequence[float], again: Sequence[Sequence[float]], most: int
) -> list[float]:
    """Rates of entry at each queue when the unresolved come again by `again` (from queue to queue), `most` contacts."""
    onward = [[(1.0 - r) * share for share in row] for r, row in zip(resolution, again, strict=True)]
    return chains.jackson(fresh, onward, most - 1)


# ---------------------------------------------------------------- redials and repeats of the impatient


@dataclass(frozen=True, slots=True)
class Loop:
    """Shares are of contacts, whatever their attempt."""

    contacts: float  # per second
    abandoned: float
    waited: float  # found all agents busy
    wait_mean: float
    occupancy: float
    lost: float  # probability of the states at the edge: keep it negligible


def redial_and_repeat(
    fresh: float,
    service: float,
    servers: int,
    impatience: float,
    *,
    redial: tuple[float, float],
    unresolved_again: tuple[float, float],
    room: int,
    redialing: int,
    repeating: int,
) -> Loop:
    """M/M/n+M whose abandoned redial, and whose answered come again for want of a resolution: (share, rate) each.

    Two orbits of their own pace (Aguir, Karaesmen, Akşin and Chauvet 2004 for redials; Ding, Remerova, van der Mei and
    Zwart 2015 for both). (in the queue, served included; going to redial; going to repeat)
    """
    back, back_rate = redial
    again, again_rate = unresolved_again
    most = servers + room

    def moves(state: tuple[int, int, int]) -> Iterator[tuple[float, tuple[int, int, int]]]:
        here, away, later = state
        if here < most:
            yield fresh, (here + 1, away, later)
            yield away * back_rate, (here + 1, away - 1, later)
            yield later * again_rate, (here + 1, away, later - 1)
        done, gone = min(here, servers) * service, max(here - servers, 0) * impatience
        yield done * (again if later < repeating else 0.0), (here - 1, away, later + 1)
        yield done * (1.0 - again if later < repeating else 1.0), (here - 1, away, later)
        yield gone * (back if away < redialing else 0.0), (here - 1, away + 1, later)
        yield gone * (1.0 - back if away < redialing else 1.0), (here - 1, away, later)

    chain = chains.steady((0, 0, 0), moves)

    def coming(state: tuple[int, int, int]) -> float:
        return fresh + state[1] * back_rate + state[2] * again_rate

    contacts = chain.mean(coming)
    line = chain.mean(lambda s: max(s[0] - servers, 0))
    return Loop(
        contacts=contacts,
        abandoned=impatience * line / contacts,
        waited=chain.mean(lambda s: coming(s) * (s[0] >= servers)) / contacts,
        wait_mean=line / contacts,
        occupancy=chain.mean(lambda s: min(s[0], servers)) / servers,
        lost=chain.mean(lambda s: float(s[0] == most or s[1] == redialing or s[2] == repeating)),
    )


@dataclass(frozen=True, slots=True)
class Retrial:
    contacts: float  # tries per second
    blocked: float  # of all tries
    occupancy: float
    lost: float


def blocked_and_redial(
    fresh: float, service: float, servers: int, share: float, rate: float, redialing: int
) -> Retrial:
    """M/M/n/n whose blocked try again by `share`: linear retrials with loss (Falin and Templeton 1997)."""

    def moves(state: tuple[int, int]) -> Iterator[tuple[float, tuple[int, int]]]:
        busy, away = state
        yield busy * service, (busy - 1, away)
        if busy < servers:
            yield fresh, (busy + 1, away)
            yield away * rate, (busy + 1, away - 1)
        else:
            yield (fresh * share if away < redialing else 0.0), (busy, away + 1)
            yield away * rate * (1.0 - share), (busy, away - 1)

    chain = chains.steady((0, 0), moves)
    contacts = chain.mean(lambda s: fresh + s[1] * rate)
    return Retrial(
        contacts=contacts,
        blocked=chain.mean(lambda s: (fresh + s[1] * rate) * (s[0] == servers)) / contacts,
        occupancy=chain.mean(lambda s: s[0]) / servers,
        lost=chain.mean(lambda s: float(s[1] == redialing)),
    )


# ---------------------------------------------------------------- haste


@dataclass(frozen=True, slots=True)
class Haste:
    contacts: float  # per second
    rushed: float  # share of the answered
    handle: float
    resolved: float  # share of the answered
    abandoned: float
    wait_mean: float
    occupancy: float
    lost: float


def rushing(
    fresh: float,
    service: float,
    servers: int,
    *,
    above: float,
    pace: float,
    impatience: float = 0.0,
    resolution: float = 0.0,
    hasty_resolution: float = 0.0,
    again: tuple[float, float] = (0.0, 1.0),
    room: int = 60,
    repeating: int = 0,
) -> Haste:
    """M/M/n(+M) whose agents rush a contact, from its answer to its end, if more than `above` others wait by then.

    A rushed contact takes `pace` of the time and resolves with another chance; the unresolved come again by
    (share, rate). (rushed in hand, others in hand, waiting, going to come again)
    """
    share, rate = again

    def moves(state: tuple[int, int, int, int]) -> Iterator[tuple[float, tuple[int, int, int, int]]]:
        hasty, calm, line, later = state
        idle = servers - hasty - calm
        for comes, left in ((fresh, later), (later * rate, later - 1)):
            if idle:
                yield comes, (hasty, calm + 1, 0, left)
            elif line < room:
                yield comes, (hasty, calm, line + 1, left)
        if line:
            yield line * impatience, (hasty, calm, line - 1, later)
        ends = ((hasty * service / pace, hasty_resolution, -1, 0), (calm * service, resolution, 0, -1))
        for ended, chance, fewer_hasty, fewer_calm in ends:
            next_hasty = int(line > 0 and line - 1 > above)
            next_calm = int(line > 0) - next_hasty
            after = (hasty + fewer_hasty + next_hasty, calm + fewer_calm + next_calm, max(line - 1, 0))
            back = (1.0 - chance) * share if later < repeating else 0.0
            yield ended * back, (*after, later + 1)
            yield ended * (1.0 - back), (*after, later)

    chain = chains.steady((0, 0, 0, 0), moves)
    contacts = chain.mean(lambda s: fresh + s[3] * rate)
    line, hasty, calm = (chain.mean(lambda s, i=i: s[i]) for i in (2, 0, 1))  # type: ignore[misc]
    answered = contacts - impatience * line
    rushed = hasty * service / pace / answered
    return Haste(
        contacts=contacts,
        rushed=rushed,
        handle=(hasty + calm) / answered,
        resolved=rushed * hasty_resolution + (1.0 - rushed) * resolution,
        abandoned=impatience * line / contacts,
        wait_mean=line / contacts,
        occupancy=(hasty + calm) / servers,
        lost=chain.mean(lambda s: float(s[2] == room or (repeating > 0 and s[3] == repeating))),
    )


# ---------------------------------------------------------------- a second line


@dataclass(frozen=True, slots=True)
class Swarm:
    wait_mean: float  # at the first queue
    wait_second: float  # of those for whom a second agent is called
    occupancy: float  # of the first line, waiting for the second included
    occupancy_second: float


def swarming(
    fresh: float, service: float, agents: int, share: float, second_service: float, seconds: int, room: int = 250
) -> Swarm:
    """A share of contacts is joined by one of `seconds`, after the first agent's own work, who stays to the end.

    All exponential, nobody gives up. (talking alone, with a second agent or waiting for one, waiting at the first)
    """

    def moves(state: tuple[int, int, int]) -> Iterator[tuple[float, tuple[int, int, int]]]:
        alone, together, line = state
        if alone + together < agents:
            yield fresh, (alone + 1, together, 0)
        elif line < room:
            yield fresh, (alone, together, line + 1)
        taken = min(line, 1)
        yield alone * service * (1.0 - share), (alone - 1 + taken, together, line - taken)
        yield alone * service * share, (alone - 1, together + 1, line)
        yield min(together, seconds) * second_service, (alone + taken, together - 1, line - taken)

    chain = chains.steady((0, 0, 0), moves)
    return Swarm(
        wait_mean=chain.mean(lambda s: s[2]) / fresh,
        wait_second=chain.mean(lambda s: max(s[1] - seconds, 0)) / (fresh * share),
        occupancy=chain.mean(lambda s: s[0] + s[1]) / agents,
        occupancy_second=chain.mean(lambda s: min(s[1], seconds)) / seconds,
    )
