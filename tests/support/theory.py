"""Exact expected values from queueing theory, for the tests; written without a look at the simulator.

Rates are per second and times in seconds. `arrivals`, `service` and `impatience` are rates; `within` is a
threshold on the wait. A share is of the contacts *offered*: those that arrived and were not blocked, balkers
included. An abandonment "within t" has 0 < wait <= t, so a balk never is one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
from numpy.polynomial import legendre
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, sparse, stats

Array = NDArray[np.float64]
Family = Literal["exponential", "lognormal", "gamma", "erlang", "weibull", "hyperexponential", "uniform"]


# ---------------------------------------------------------------- Markov chains: two solvers for all of them


def _generator(size: int, moves: Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]]) -> sparse.csr_array:
    """The generator with rows summing to 0 from blocks of (origins, targets, rates)."""
    origins, targets, rates = (np.concatenate([np.ravel(m[i]) for m in moves]) for i in range(3))
    here = np.arange(size)
    exits = np.bincount(origins.astype(int), rates, size)
    where = (np.concatenate([origins, here]).astype(int), np.concatenate([targets, here]).astype(int))
    return sparse.csr_array((np.concatenate([rates, -exits]), where), shape=(size, size))


def transient(generator: sparse.csr_array, start: Array, seconds: float) -> tuple[Array, Array]:
    """State probabilities after `seconds`, and their integral over that time.

    Uniformisation (Jensen 1953; the integral as in Reibman and Trivedi 1989): only sums of positive terms.
    """
    pace = float(-generator.diagonal().min())
    steps = pace * seconds
    if steps == 0.0:
        return start, start * seconds
    count = np.arange(int(steps + 12.0 * math.sqrt(steps) + 40.0))
    reached, beyond = stats.poisson.pmf(count, steps), stats.poisson.sf(count, steps) / pace
    jump = (generator.T / pace).tocsr()
    at, end, total = start, 0.0 * start, 0.0 * start
    for here, later in zip(reached, beyond, strict=True):
        end, total = end + here * at, total + later * at
        at = at + jump @ at
    return end, total


def stationary(generator: sparse.csr_array, tolerance: float = 2e-15) -> Array:
    """Stationary probabilities by the power method on the uniformised chain (Stewart 1994)."""
    size = generator.shape[0]
    jump = (generator.T / (-1.05 * generator.diagonal().min())).tocsr()
    p: Array = np.full(size, 1.0 / size)
    for step in range(400_000):
        change: Array = jump @ p
        p = p + change
        if step % 50 == 0:
            p /= p.sum()
            if float(np.abs(change).sum()) < tolerance:
                return p
    raise ArithmeticError("the stationary probabilities did not converge")


# ---------------------------------------------------------------- one queue, one pool


@dataclass(frozen=True, slots=True)
class Wait:
    """Waiting without loss: share that waits, mean wait of everybody, P(wait <= within)."""

    waited: float
    wait_mean: float
    answered_within: float


@dataclass(frozen=True, slots=True)
class Delay:
    """Waiting with loss; every share but `blocked` is of the offered (arrived and not blocked)."""

    blocked: float  # of all arrivals
    balked: float
    abandoned: float  # balkers included
    waited: float  # wait > 0; a balker does not wait
    wait_mean: float  # of everybody offered; a balker counts 0
    wait_answered: float  # of the answered
    answered_within: float  # answered and wait <= within
    abandoned_within: float  # abandoned and 0 < wait <= within
    occupancy: float


def erlang_b(servers: int, offered_load: float) -> float:
    """Blocking in M/G/n/n, by Erlang's recursion (1917).

    It depends on the service law through its mean only (Sevastyanov 1957): test it with any law of work.
    """
    blocking = 1.0
    for n in range(1, servers + 1):
        blocking = offered_load * blocking / (n + offered_load * blocking)
    return blocking


def erlang_c(arrivals: float, service: float, servers: int, within: float = 0.0) -> Wait:
    """M/M/n: Erlang's delay formula (1917), from Erlang B as in Cooper (1981)."""
    load = arrivals / service
    if load >= servers:
        raise ValueError("unstable: the load reaches the servers")
    blocking = erlang_b(servers, load)
    waited = blocking / (1.0 - load / servers * (1.0 - blocking))
    spare = servers * service - arrivals
    return Wait(waited, waited / spare, 1.0 - waited * math.exp(-spare * within))


def m_m_n(
    arrivals: float,
    service: float,
    servers: int,
    *,
    impatience: float = 0.0,
    places: int | None = None,
    balk: float = 0.0,
    within: float = 0.0,
) -> Delay:
    """M/M/n(/places)(+M) where a customer who would have to wait balks with probability `balk`.

    Birth-death state (Palm 1957; Riordan 1962). A customer with j ahead is a chain of j + 1 stages,
    left forward at rate n*mu + i*theta and by abandoning at rate theta: closed form for the share answered
    and its mean wait, uniformisation for the distribution. `places` counts those in service too.
    """
    logs, peak = [0.0], 0.0
    while places is None or len(logs) <= places:
        k = len(logs)
        birth = arrivals * (1.0 - balk if k > servers else 1.0)
        death = min(k, servers) * service + max(k - servers, 0) * impatience
        if places is None and impatience == 0.0 and k > servers and birth >= death:
            raise ValueError("unstable: the load reaches the servers, and nobody leaves")
        logs.append(logs[-1] + math.log(birth / death) if birth > 0.0 else -math.inf)
        peak = max(peak, logs[-1])
        if places is None and k > servers and birth < death and logs[-1] < peak - 45.0:
            break
    p = np.exp(np.array(logs) - peak)
    p /= p.sum()
    level = np.arange(p.size)
    blocked = float(p[-1]) if places is not None else 0.0
    offered = 1.0 - blocked
    at_once = float(p[:servers].sum()) / offered
    met_queue = p[servers:-1] / offered  # a customer admitted with j = 0, 1, ... ahead in the queue
    joins, ahead = met_queue * (1.0 - balk), np.arange(met_queue.size)
    forward = servers * service + ahead * impatience
    answer = servers * service / (forward + impatience)  # the product over the stages telescopes
    answered = at_once + float(joins @ answer)
    stages = np.cumsum(1.0 / (forward + impatience))

    size = ahead.size
    onward = (ahead, np.where(ahead > 0, ahead - 1, size), forward)
    gives_up = (ahead, np.full(size, size + 1), np.full(size, impatience))
    end, _ = transient(_generator(size + 2, [onward, gives_up]), np.append(joins, [0.0, 0.0]), within)
    return Delay(
        blocked=blocked,
        balked=balk * float(met_queue.sum()),
        abandoned=balk * float(met_queue.sum()) + float(joins @ (1.0 - answer)),
        waited=float(joins.sum()),
        wait_mean=float(np.maximum(level - servers, 0) @ p) / (arrivals * offered),
        wait_answered=float(joins @ (answer * stages)) / answered,
        answered_within=at_once + float(end[size]),
        abandoned_within=float(end[size + 1]),
        occupancy=float(np.minimum(level, servers) @ p) / servers,
    )


def erlang_a(arrivals: float, service: float, servers: int, impatience: float, within: float = 0.0) -> Delay:
    """M/M/n+M (Palm 1957; Garnett, Mandelbaum and Reiman 2002). `m_m_n_g` derives the same another way."""
    return m_m_n(arrivals, service, servers, impatience=impatience, within=within)


_NODES, _WEIGHTS = legendre.leggauss(20)
_LEGENDRE = (legendre.legvander(_NODES, 19) * _WEIGHTS[:, None]).T * (np.arange(20) + 0.5)[:, None]
# _PARTIAL[i, k]: the integral from -1 to node i of the k-th Lagrange polynomial
_PARTIAL = legendre.legval(_NODES, legendre.legint(np.eye(20), lbnd=-1)).T @ _LEGENDRE


def m_m_n_g(
    arrivals: float,
    service: float,
    servers: int,
    survival: Callable[[Array], Array],
    within: float = 0.0,
    breaks: Sequence[float] = (),
    panels: int = 400,
) -> Delay:
    """M/M/n+G with survival(x) = P(patience > x); name its jumps and kinks in `breaks`.

    Baccelli and Hebuterne (1981); Zeltyn and Mandelbaum (2005): the wait offered to a customer
    without limit of patience has density lam * p[n-1] * exp(lam * H(x) - n*mu*x), H the integral of the
    survival. Piecewise 20-point Gauss-Legendre. Patience 0 (survival(0) < 1) is balking.
    """
    horizon = 25.0 / (servers * service)
    while True:
        cuts = [0.0, within, *(b for b in breaks if b < horizon)]
        grids = np.geomspace(1e-7, 1.0, 60) * horizon, np.linspace(0.0, horizon, panels)
        edges = np.unique(np.concatenate([cuts, *grids]))
        half = np.diff(edges)[:, None] / 2.0
        x = edges[:-1, None] + half * (1.0 + _NODES)
        stays = np.asarray(survival(x), dtype=float)
        area = half * (stays @ _PARTIAL.T)
        panel = half[:, 0] * (stays @ _WEIGHTS)
        area += np.concatenate([[0.0], np.cumsum(panel)[:-1]])[:, None]
        exponent = arrivals * area - servers * service * x
        if exponent[-1, -1] < max(float(exponent.max()), 0.0) - 45.0:
            break
        horizon *= 2.0
    peak = max(float(exponent.max()), 0.0)
    density = arrivals * np.exp(exponent - peak) * half * _WEIGHTS
    idle = math.exp(-peak) / erlang_b(servers - 1, arrivals / service)
    density /= idle + float(density.sum())
    delayed, early = float(density.sum()), x < within
    abandoned = float((density * (1.0 - stays)).sum())
    at_zero, at_within = np.asarray(survival(np.array([0.0, within])), dtype=float)
    balked = delayed * float(1.0 - at_zero)
    left_early = (density * (1.0 - stays))[early].sum() + density[~early].sum() * (1.0 - at_within)
    return Delay(
        blocked=0.0,
        balked=balked,
        abandoned=abandoned,
        waited=delayed - balked,
        wait_mean=float((density * area).sum()),
        wait_answered=float((density * stays * x).sum()) / (1.0 - abandoned),
        answered_within=1.0 - delayed + float((density * stays)[early].sum()),
        abandoned_within=float(left_early) - balked,
        occupancy=arrivals / service * (1.0 - abandoned) / servers,
    )


def m_g_1_wait(arrivals: float, mean: float, cv: float) -> float:
    """Mean wait in M/G/1 (Pollaczek 1930, Khinchine 1932)."""
    return m_g_1_priorities([arrivals], [mean], [cv])[0]


def m_d_n(arrivals: float, duration: float, servers: int, within: float = 0.0) -> Wait:
    """M/D/n, and M/D/1: state probabilities by Crommelin (1932), the wait's cdf by Franx (2001).

    All terms are positive, so it is stable where Erlang's and Crommelin's alternating sums are not.
    """
    load = arrivals * duration
    if load >= servers:
        raise ValueError("unstable: the load reaches the servers")
    size = servers + 5 + int(40.0 / (1.5 * math.log(servers / load)))  # the tail falls faster than rho**1.5
    after = np.arange(size) - np.maximum(np.arange(size) - servers, 0)[:, None]  # arrivals that lead there
    balance = stats.poisson.pmf(after, load).T - np.eye(size)
    balance[-1] = 1.0
    p = np.linalg.solve(balance, np.eye(size)[-1])
    waits = float(np.maximum(np.arange(size) - servers, 0) @ p) / arrivals
    rounds = math.floor(within / duration) + 1
    queue_at_most = np.append(np.cumsum(p)[servers:], np.ones(max(rounds * servers - size + servers, 0)))
    new = stats.poisson.pmf(np.arange(rounds * servers), arrivals * (rounds * duration - within))
    early = float(new @ queue_at_most[: rounds * servers][::-1])
    return Wait(1.0 - float(p[:servers].sum()), waits, early)


def _cobham(shares: Sequence[float], residual: float) -> tuple[float, ...]:
    """Cobham (1954): residual / ((1 - sigma[k-1]) * (1 - sigma[k])), sigma the load of class k and above."""
    below = [1.0 - sum(shares[:k]) for k in range(len(shares) + 1)]
    if below[-1] <= 0.0:
        raise ValueError("unstable: the load reaches the servers")
    return tuple(residual / (below[k] * below[k + 1]) for k in range(len(shares)))


def m_m_n_priorities(arrivals: Sequence[float], service: float, servers: int) -> tuple[float, ...]:
    """Mean wait per class, highest first: non-preemptive M/M/n (Cobham 1954; Kella and Yechiali 1985)."""
    residual = erlang_c(sum(arrivals), service, servers).waited / (servers * service)
    return _cobham([rate / (servers * service) for rate in arrivals], residual)


def m_g_1_priorities(arrivals: Sequence[float], means: Sequence[float], cvs: Sequence[float]) -> tuple[float, ...]:
    """Mean wait per class, highest first: non-preemptive M/G/1, a law per class (Cobham 1954)."""
    works = list(zip(arrivals, means, cvs, strict=True))
    residual = sum(rate * mean**2 * (1.0 + cv**2) for rate, mean, cv in works) / 2.0
    return _cobham([rate * mean for rate, mean, _ in works], residual)


# ---------------------------------------------------------------- several queues, several groups


@dataclass(frozen=True, slots=True)
class QueueOutcome:
    """One queue; every share but `blocked` is of the offered. sum(answered) + abandoned = 1."""

    blocked: float  # of all arrivals
    abandoned: float
    waited: float
    wait_mean: float  # of everybody offered (Little)
    answered: tuple[float, ...]  # by group


@dataclass(frozen=True, slots=True)
class SkillsOutcome:
    queues: tuple[QueueOutcome, ...]
    busy: tuple[float, ...]  # mean busy agents, by group
    states: int


_State = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]  # busy by kind, idle groups, waiting queues


def skills(
    agents: Sequence[int],
    serves: Sequence[Sequence[int]],
    arrivals: Sequence[float],
    service: Sequence[Sequence[float]],
    impatience: Sequence[float],
    room: int,
    *,
    lines: int | None = None,
    choose: Literal["longest_idle", "in_order"] = "longest_idle",
    take: Literal["longest_waiting"] | Sequence[Sequence[int]] = "longest_waiting",
) -> SkillsOutcome:
    """Multi-skill M/M, exactly, from the balance equations of the chain reached from the empty center.

    `agents[g]` agents in group g; `serves[q]` the groups that may take queue q, in order of preference;
    `service[q][g]`; at most `room` contacts wait in all, and at most `lines` wait or are served, one more is
    blocked (`lines` even if an agent is idle who could take it). A contact goes to the eligible
    agent who is idle longest, or to the first group in order with one idle; a freed agent takes the contact
    that waits longest, or by `take[g]`, the group's queues in order of priority. The state keeps the order of
    the idle groups (oldest first) and of the waiting queues where a rule looks at them: Adan and Weiss (2014)
    for the idea; solved numerically, so rates may differ by queue and group.
    """
    kinds = sorted({(g, service[q][g]) for q, groups in enumerate(serves) for g in groups})
    kind = {(q, g): kinds.index((g, service[q][g])) for q, groups in enumerate(serves) for g in groups}
    width, idle_ordered, by_age = 4 + len(agents), choose == "longest_idle", isinstance(take, str)
    able = [{q for q, groups in enumerate(serves) if g in groups} for g in range(len(agents))]

    def change(busy: tuple[int, ...], k: int, by: int) -> tuple[int, ...]:
        return (*busy[:k], busy[k] + by, *busy[k + 1 :])

    def without(row: tuple[int, ...], i: int) -> tuple[int, ...]:
        return row[:i] + row[i + 1 :]

    def moves(state: _State) -> Iterator[tuple[float, _State, int]]:
        """(rate, next state, column of the flow that this move counts in, or -1)."""
        busy, idle, waiting = state
        full = lines is not None and sum(busy) + len(waiting) >= lines
        for q, rate in enumerate(arrivals):
            if full:
                yield rate, state, q * width
                continue
            looked_at = idle if idle_ordered else serves[q]
            group = next((g for g in looked_at if g in idle and g in serves[q]), None)
            if group is not None:
                taken = change(busy, kind[q, group], 1), without(idle, idle.index(group)), waiting
                yield rate, taken, q * width + 4 + group
            elif len(waiting) < room:
                row = (*waiting, q) if by_age else tuple(sorted((*waiting, q)))
                yield rate, (busy, idle, row), q * width + 2
            else:
                yield rate, state, q * width
        for k, (group, rate) in enumerate(kinds):
            if not busy[k]:
                continue
            looked_at = waiting if isinstance(take, str) else take[group]
            nxt = next((q for q in looked_at if q in waiting and q in able[group]), None)
            left = change(busy, k, -1)
            if nxt is None:
                row = (*idle, group) if idle_ordered else tuple(sorted((*idle, group)))
                yield rate * busy[k], (left, row, waiting), -1
            else:
                taken = change(left, kind[nxt, group], 1), idle, without(waiting, waiting.index(nxt))
                yield rate * busy[k], taken, nxt * width + 4 + group
        place = 0
        for q, run in groupby(waiting):  # whoever leaves a run of one queue, the row that remains is the same
            length = len(list(run))
            yield impatience[q] * length, (busy, idle, without(waiting, place)), q * width + 1
            place += length

    start: _State = ((0,) * len(kinds), tuple(g for g, n in enumerate(agents) for _ in range(n)), ())
    index, reached = {start: 0}, [start]
    triples: list[tuple[int, int, float]] = []
    flows: list[tuple[int, int, float]] = []
    for i, state in enumerate(reached):  # the list grows as we walk
        for rate, target, column in moves(state):
            if rate <= 0.0:
                continue
            j = index.setdefault(target, len(index))
            if j == len(reached):
                reached.append(target)
            triples.append((i, j, rate))
            if column >= 0:
                flows.append((i, column, rate))
        flows.extend((i, q * width + 3, 1.0) for q in state[2])
    origin, to, speed = np.array(triples).T
    moving = origin != to
    p = stationary(_generator(len(reached), [(origin[moving], to[moving], speed[moving])]))
    at, column_of, amount = np.array(flows).T
    flow = np.bincount(column_of.astype(int), p[at.astype(int)] * amount, len(arrivals) * width)

    outcomes, busy_mean = [], [0.0] * len(agents)
    for q, rate in enumerate(arrivals):
        counted = flow[q * width : (q + 1) * width]
        offered = rate - float(counted[0])
        abandoned, waited, wait_mean, *answered = (counted[1:] / offered).tolist()
        outcomes.append(QueueOutcome(1.0 - offered / rate, abandoned, waited, wait_mean, tuple(answered)))
        for g in serves[q]:
            busy_mean[g] += answered[g] * offered / service[q][g]
    return SkillsOutcome(tuple(outcomes), tuple(busy_mean), len(reached))


# ---------------------------------------------------------------- a day with changing rates and seats


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the day with one arrival rate and one number of seats."""

    seconds: float
    arrivals: float
    seats: int


@dataclass(frozen=True, slots=True)
class StaffedInterval:
    """Expected values over one piece, by the clock; `answered_at_once` is of its arrivals (wait 0)."""

    offered: float
    answered_at_once: float
    abandoned: float
    busy_s: float  # agent-seconds in contact, overrun included
    overrun_s: float  # agent-seconds in contact beyond the seats, after a cut
    idle_s: float  # agent-seconds available: with `busy_s` the denominator of occupancy
    queue_mean: float
    lost: float  # arrivals that found `room` waiting: keep it negligible


@dataclass(frozen=True, slots=True)
class StaffedDay:
    intervals: tuple[StaffedInterval, ...]
    offered: float
    abandoned: float
    abandon_share: float
    busy_at_end: float
    waiting_at_end: float


def staffed_day(
    pieces: Sequence[Piece],
    service: float,
    impatience: float,
    *,
    room: int,
    leave: Literal["idle_first", "anyone"] = "idle_first",
) -> StaffedDay:
    """M(t)/M/s(t)+M from an empty start: Kolmogorov's forward equations on (busy, waiting), piece by piece.

    As in Green, Kolesar and Soares (2001), with Ingolfsson's (2005) exhaustive discipline: a cut lets
    contacts in hand be finished. `leave="idle_first"`: idle agents go first, and nothing is taken until
    busy < seats. `leave="anyone"`: the leavers are named beforehand and no different from those who stay, so
    the busy ones among them are hypergeometric, finish and go, while an idle colleague who stays takes
    contacts. More seats take waiting contacts at once. Close the day with a piece without arrivals.
    """
    top, row = max(piece.seats for piece in pieces), room + 1
    state = np.arange((top + 1) * row)
    busy, waiting = np.divmod(state, row)
    p = np.zeros(state.size)
    p[0] = 1.0
    seats, leavers, intervals = 0, 0.0, []
    for piece in pieces:
        if leave == "anyone" and piece.seats < seats:
            kept = np.zeros_like(p)
            for gone in range(seats - piece.seats + 1):
                chance = p * stats.hypergeom.pmf(gone, seats, np.minimum(busy, seats), seats - piece.seats)
                kept += np.bincount(np.maximum(state - gone * row, 0), chance, state.size)
                leavers += gone * float(chance.sum())
            p = kept
        seats = piece.seats
        takes = np.clip(seats - busy, 0, waiting)
        p = np.asarray(np.bincount(state + takes * (row - 1), p, state.size), dtype=float)

        free, fits = (busy < seats) & (waiting == 0), (busy >= seats) & (waiting < room)
        serving, queued = busy > 0, waiting > 0
        next_one = np.where((busy <= seats) & queued, state - 1, state - row)
        blocks = [
            (state[free], state[free] + row, np.full(free.sum(), piece.arrivals)),
            (state[fits], state[fits] + 1, np.full(fits.sum(), piece.arrivals)),
            (state[serving], next_one[serving], busy[serving] * service),
            (state[queued], state[queued] - 1, waiting[queued] * impatience),
        ]
        p, spent = transient(_generator(state.size, blocks), p, piece.seconds)
        stay = math.exp(-service * piece.seconds)
        finishing, leavers = leavers * (1.0 - stay) / service, leavers * stay
        intervals.append(
            StaffedInterval(
                offered=piece.arrivals * piece.seconds,
                answered_at_once=piece.arrivals * float(spent[busy < seats].sum()),
                abandoned=impatience * float(spent @ waiting),
                busy_s=float(spent @ busy) + finishing,
                overrun_s=float(spent @ np.maximum(busy - seats, 0)) + finishing,
                idle_s=float(spent @ np.maximum(seats - busy, 0)),
                queue_mean=float(spent @ waiting) / piece.seconds,
                lost=piece.arrivals * float(spent[(busy >= seats) & (waiting == room)].sum()),
            )
        )
    offered, abandoned = sum(i.offered for i in intervals), sum(i.abandoned for i in intervals)
    share = abandoned / offered if offered else 0.0
    return StaffedDay(tuple(intervals), offered, abandoned, share, float(p @ busy) + leavers, float(p @ waiting))


# ---------------------------------------------------------------- busyness, counting conventions, laws


def busy_count_pmf(k: NDArray[np.int64], mean: float, cv: float) -> Array:
    """P(N = k), N ~ Poisson(mean * G), G gamma of mean 1: negative binomial (Greenwood and Yule 1920)."""
    if cv == 0.0:
        return np.asarray(stats.poisson.pmf(k, mean), dtype=float)
    shape = cv**-2
    return np.asarray(stats.nbinom.pmf(k, shape, shape / (shape + mean)), dtype=float)


def interval_variance(mean: float, day_cv: float, interval_cv: float = 0.0) -> float:
    """Variance of N ~ Poisson(mean * D * I), D and I independent of mean 1 (law of total variance)."""
    return mean + mean**2 * ((1.0 + day_cv**2) * (1.0 + interval_cv**2) - 1.0)


def interval_covariance(mean: float, other: float, day_cv: float) -> float:
    """Covariance of two intervals' counts that share the day's factor only (law of total covariance)."""
    return mean * other * day_cv**2


def day_variance(means: Sequence[float], day_cv: float, interval_cv: float) -> float:
    """Variance of a day's total: the sum of all interval variances and covariances."""
    own = sum(interval_variance(m, day_cv, interval_cv) - interval_covariance(m, m, day_cv) for m in means)
    return own + interval_covariance(sum(means), sum(means), day_cv)


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    negative: float
    positive: float
    ignore: float
    answered: float
    short_excluded: float


def service_levels(
    offered: float, answered: float, within: float, left_within: float, left_short: float = 0.0
) -> ServiceLevels:
    """Five ways to count abandonments in a service level (industry conventions, from plain counts).

    `within`: answered within the threshold T; `left_within`: abandoned within T; `left_short`: within t0.
    """
    return ServiceLevels(
        negative=within / offered,
        positive=(within + left_within) / offered,
        ignore=within / (offered - left_within),
        answered=within / answered,
        short_excluded=within / (offered - left_short),
    )


def law_cdf(family: Family, mean: float, cv: float, x: ArrayLike) -> Array:
    """P(X <= x) by mean and cv (scipy.stats; Johnson, Kotz and Balakrishnan 1994 for the moments).

    Exponential ignores `cv`; Erlang wants cv**-2 to be whole; the hyperexponential has two phases and
    balanced means, p1/rate1 = p2/rate2 (Tijms 2003), cv >= 1; uniform wants cv <= 1/sqrt(3).
    """
    at = np.asarray(x, dtype=float)
    match family:
        case "exponential":
            value = stats.expon.cdf(at, scale=mean)
        case "lognormal":
            sigma = math.sqrt(math.log1p(cv**2))
            value = stats.lognorm.cdf(at, sigma, scale=mean * math.exp(-(sigma**2) / 2.0))
        case "gamma":
            value = stats.gamma.cdf(at, cv**-2, scale=mean * cv**2)
        case "erlang":
            phases = round(cv**-2)
            if abs(phases * cv**2 - 1.0) > 1e-9:
                raise ValueError("an Erlang law has cv = 1/sqrt(phases)")
            value = stats.erlang.cdf(at, phases, scale=mean / phases)
        case "weibull":
            shape = _weibull_shape(cv)
            value = stats.weibull_min.cdf(at, shape, scale=mean / math.gamma(1.0 + 1.0 / shape))
        case "hyperexponential":
            first = (1.0 + math.sqrt((cv**2 - 1.0) / (cv**2 + 1.0))) / 2.0
            value = sum(q * stats.expon.cdf(at, scale=mean / (2.0 * q)) for q in (first, 1.0 - first))
        case "uniform":
            half = math.sqrt(3.0) * cv * mean
            value = stats.uniform.cdf(at, mean - half, 2.0 * half)
    return np.asarray(value, dtype=float)


def _weibull_shape(cv: float) -> float:
    """The shape k with gamma(1 + 2/k) / gamma(1 + 1/k)**2 = 1 + cv**2."""

    def gap(k: float) -> float:
        return math.lgamma(1.0 + 2.0 / k) - 2.0 * math.lgamma(1.0 + 1.0 / k) - math.log1p(cv**2)

    return float(optimize.brentq(gap, 0.05, 500.0, xtol=1e-14))


def law_quantile(family: Family, mean: float, cv: float, share: float) -> float:
    """The x with P(X <= x) = share, by root finding on `law_cdf`."""
    high = mean

    def gap(x: float) -> float:
        return float(law_cdf(family, mean, cv, x)) - share

    while gap(high) < 0.0:
        high *= 2.0
    return float(optimize.brentq(gap, 0.0, high, xtol=1e-12))
