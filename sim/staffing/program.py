"""The staffing of least price, as an integer program: needs covered by shifts, and cuts that simulation has found.

Needs are covered through flows: in each interval of the week the seats of a group are shared out among the queues of its
skills. A cut is a plane above a condition's level as a function of heads (Atlason, Epelman and Henderson 2004): where
each further person brings less than the one before, no staffing below it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.staffing.allowed import Allowed, Heads
from sim.staffing.coverage import Coverage

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]

GAP = 1e-6
"""Relative, to which the solver proves an optimum."""

MISSING = 20.0
"""Price of a seat that is missing in an interval, in heads of the dearest column."""


@dataclass(frozen=True)
class Cut:
    """Σ gain × heads ≥ least."""

    gain: tuple[float, ...]
    least: float

    def holds(self, heads: Sequence[int]) -> bool:
        return sum(g * n for g, n in zip(self.gain, heads, strict=True)) >= self.least - 1e-9


@dataclass(frozen=True)
class Proposal:
    heads: Heads
    bound: float
    """No staffing of the program has a lower price."""


@dataclass
class Program:
    """min Σ price × heads, heads whole and within what is allowed."""

    allowed: Allowed
    price: Floats
    cuts: list[Cut] = field(default_factory=list)
    seconds: float = 20.0
    """After which the solver's best is taken; the bound says how far it may be off."""

    def cheapest(self, coverage: Coverage | None = None, need: Floats | None = None) -> Proposal | None:
        """The best staffing that keeps to all cuts, and covers the need (intervals of the week × queues) if one is
        given; None where there is none."""
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import coo_matrix, csr_matrix, hstack, vstack

        columns = self.allowed.columns
        count = len(columns)
        flows = None if coverage is None or need is None else _flows(coverage, need)
        moved = self.allowed.most_moved is not None
        extra = (0 if flows is None else flows.count) + (2 * count if moved else 0)
        price = np.concatenate([self.price, np.zeros(extra)])
        if flows is not None:
            # What cannot be covered is left, at a price that no head has.
            price[count + flows.count - len(flows.need) : count + flows.count] = MISSING * max(self.price.max(), 1.0)
        rows: list[tuple[csr_matrix, Floats, Floats]] = []

        def add(heads_part: Floats, low: Floats, high: Floats, rest: csr_matrix | None = None) -> None:
            left = csr_matrix(heads_part)
            right = csr_matrix((left.shape[0], extra)) if rest is None else rest
            rows.append((hstack([left, right], format="csr"), low, high))

        if self.allowed.limits:
            limits = self.allowed.limits
            add(
                np.array([one.weights for one in limits]),
                np.array([one.low for one in limits]), np.array([one.high for one in limits]),
            )  # fmt: skip
        if self.cuts:
            least = np.array([cut.least for cut in self.cuts])
            add(np.array([cut.gain for cut in self.cuts]), least, np.full(len(least), np.inf))
        if flows is not None and coverage is not None:
            pad = extra - flows.count
            covered = hstack([flows.by_queue, csr_matrix((flows.by_queue.shape[0], pad))], format="csr")
            add(np.zeros((flows.by_queue.shape[0], count)), flows.need, np.full(len(flows.need), np.inf), covered)
            used = hstack([flows.by_group, csr_matrix((flows.by_group.shape[0], pad))], format="csr")
            add(-flows.seats, np.full(len(flows.fixed), -np.inf), flows.fixed, used)
        if moved:
            # heads − more + fewer = today; neither those added nor those taken away are more than may move.
            first = extra - 2 * count
            eye = np.arange(count)
            change = coo_matrix(
                (np.r_[-np.ones(count), np.ones(count)], (np.r_[eye, eye], np.r_[first + eye, first + count + eye])),
                shape=(count, extra),
            ).tocsr()
            today = np.array(self.allowed.today, float)
            add(np.eye(count), today, today, change)
            most = float(self.allowed.most_moved or 0)
            whole = coo_matrix(
                (
                    np.ones(2 * count),
                    (np.r_[np.zeros(count, int), np.ones(count, int)], np.r_[first + eye, first + count + eye]),
                ),
                shape=(2, extra),
            ).tocsr()
            add(np.zeros((2, count)), np.full(2, -np.inf), np.full(2, most), whole)
        matrix = vstack([one for one, _, _ in rows], format="csr") if rows else None
        limits_of = (
            () if matrix is None
            else LinearConstraint(matrix, np.concatenate([r[1] for r in rows]), np.concatenate([r[2] for r in rows]))
        )  # fmt: skip
        bounds = Bounds(
            np.r_[[c.least for c in columns], np.zeros(extra)], np.r_[[c.most for c in columns], np.full(extra, np.inf)]
        )
        whole_numbers = np.r_[np.ones(count), np.zeros(extra)]
        found = milp(
            price, constraints=limits_of, bounds=bounds, integrality=whole_numbers,
            options={"mip_rel_gap": GAP, "time_limit": self.seconds},
        )  # fmt: skip
        if found.x is None:
            return None
        heads = tuple(int(round(value)) for value in found.x[:count])
        bound = found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
        return Proposal(heads, float(bound))


@dataclass(frozen=True)
class _Flows:
    """Seats of groups to queues, in the intervals in which anything is needed."""

    count: int
    """Of flows, and behind them of seats that are missing, one for each row of the need."""
    by_queue: csr_matrix
    need: Floats
    by_group: csr_matrix
    seats: Floats
    """Rows of groups and intervals × columns."""
    fixed: Floats


def _flows(coverage: Coverage, need: Floats) -> _Flows:
    from scipy.sparse import coo_matrix

    needed = need > 1e-9
    where = np.flatnonzero(needed.any(axis=1))
    pairs = [(g, q) for g, q in zip(*np.nonzero(coverage.skills), strict=True)]
    variables = [(i, g, q) for i in where.tolist() for g, q in pairs if needed[i, q]]
    queue_row = {key: n for n, key in enumerate(sorted({(i, q) for i, _, q in variables}))}
    group_row = {key: n for n, key in enumerate(sorted({(i, g) for i, g, _ in variables}))}
    index = np.arange(len(variables))
    ones = np.ones(len(variables))
    count, missing = len(variables) + len(queue_row), np.arange(len(queue_row))
    by_queue = coo_matrix(
        (
            np.r_[ones, np.ones(len(queue_row))],
            (np.r_[[queue_row[i, q] for i, _, q in variables], missing], np.r_[index, len(variables) + missing]),
        ),
        shape=(len(queue_row), count),
    ).tocsr()
    by_group = coo_matrix(
        (ones, ([group_row[i, g] for i, g, _ in variables], index)), shape=(len(group_row), count)
    ).tocsr()
    # What nobody can serve is no need of ours.
    wanted = np.array([need[i, q] for i, q in queue_row])
    seats = np.zeros((len(group_row), coverage.presence.shape[1]))
    fixed = np.zeros(len(group_row))
    for (i, g), row in group_row.items():
        own = coverage.group == g
        seats[row, own] = coverage.presence[i, own]
        fixed[row] = coverage.seats_fixed[i, g]
    return _Flows(count, by_queue, wanted, by_group, seats, fixed)
