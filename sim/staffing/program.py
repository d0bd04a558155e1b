"""The staffing of least price, as an integer program: needs covered by shifts, and cuts that simulation has found.

Needs are covered through flows: in each interval of the week the seats of a group are shared out among the queues of
its skills. A cut is a plane above a condition's level as a function of heads (Atlason, Epelman and Henderson 2004):
where each further person brings less than the one before, no staffing below it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.staffing.allowed import Allowed, Heads
from sim.staffing.coverage import Coverage
from sim.staffing.quiet import no_word_of_the_solver

if TYPE_CHECKING:
    from scipy.optimize import LinearConstraint
    from scipy.sparse import csr_matrix

Floats = NDArray[np.float64]

GAP, NODES = 1e-6, 100_000
"""Relative gap to which the solver proves an optimum, and nodes that it may take: never a time, on which the answer
would hang."""

MANY = 2_000
LARGE_GAP, LARGE_NODES = 5e-3, 500
"""The same of programs with more flows than that: what they propose is played and corrected anyway."""

STEP_GAP, STEP_NODES = 1e-3, 100
"""The same of a step from a staffing that was played."""

NOTHING = 1e-9
"""Seats that are none."""

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

    def cheapest(self, coverage: Coverage | None = None, need: Floats | None = None) -> Proposal | None:
        """The best staffing that keeps to all cuts, and covers the need (intervals of the week × queues) if one is
        given, as far as it can be; None where nothing keeps to the cuts."""
        rows = self._rows()
        for cut in self.cuts:
            rows.add(np.array([cut.gain]), cut.least, np.inf)
        if coverage is not None and need is not None:
            # What cannot be covered is left, at a price that no head has.
            _cover(rows, coverage, need, missing=MISSING * max(float(self.price.max(initial=0.0)), 1.0))
        large = len(rows.prices) > MANY
        return self._solved(rows, LARGE_GAP if large else GAP, LARGE_NODES if large else NODES)

    def nearby(self, here: Sequence[int], most: float, missing: float) -> Proposal | None:
        """The best staffing in which at most `most` heads come and go together, against `here`; `missing`: the price of
        each unit by which a cut is not kept to."""
        from scipy.sparse import csr_matrix, eye

        rows, count = self._rows(), len(here)
        if self.cuts:
            first = rows.variables(np.full(len(self.cuts), missing))
            least = np.array([cut.least for cut in self.cuts])
            rows.add(np.array([cut.gain for cut in self.cuts]), least, np.inf, eye(len(self.cuts), format="csr"), first)
        first = _steps_from(rows, np.array(here, dtype=np.float64))
        rows.add(np.zeros((1, count)), -np.inf, most, csr_matrix(np.ones((1, 2 * count))), first)
        return self._solved(rows, STEP_GAP, STEP_NODES)

    def _rows(self) -> _Rows:
        """With what is allowed."""
        rows = _Rows()
        for limit in self.allowed.limits:
            rows.add(np.array([limit.weights]), limit.low, limit.high)
        if self.allowed.most_moved is not None:
            _keep_near(rows, np.array(self.allowed.today, dtype=np.float64), self.allowed.most_moved)
        return rows

    def _solved(self, rows: _Rows, gap: float, nodes: int) -> Proposal | None:
        from scipy.optimize import Bounds, milp

        columns, extra = self.allowed.columns, rows.prices
        with no_word_of_the_solver():
            found = milp(
                np.concatenate([self.price, extra]),
                constraints=rows.constraints(),
                bounds=Bounds(
                    np.concatenate([[c.least for c in columns], np.zeros(len(extra))]),
                    np.concatenate([[c.most for c in columns], np.full(len(extra), np.inf)]),
                ),
                integrality=np.concatenate([np.ones(len(columns)), np.zeros(len(extra))]),
                options={"mip_rel_gap": gap, "node_limit": nodes},
            )
        if found.x is None:
            return None
        bound = found.fun if found.mip_dual_bound is None else found.mip_dual_bound
        return Proposal(tuple(round(value) for value in found.x[: len(columns)]), float(bound))


class _Rows:
    """The rows of a program: heads first, then what each further part of it brings along."""

    def __init__(self) -> None:
        self._parts: list[tuple[Floats, csr_matrix | None, int, Floats, Floats]] = []
        """Of heads, of further variables, where these begin; least and most."""
        self.prices = np.zeros(0)
        """Of the further variables."""

    def variables(self, prices: Floats) -> int:
        """So many more, none below 0; the number of the first."""
        first = len(self.prices)
        self.prices = np.concatenate([self.prices, prices])
        return first

    def add(
        self, heads: Floats, low: Floats | float, high: Floats | float, rest: csr_matrix | None = None, first: int = 0
    ) -> None:
        """`rest`: of the further variables from `first` on."""
        size = len(heads)
        self._parts.append((heads, rest, first, np.broadcast_to(low, size), np.broadcast_to(high, size)))

    def constraints(self) -> LinearConstraint | tuple[()]:
        from scipy.optimize import LinearConstraint
        from scipy.sparse import csr_matrix, hstack, vstack

        if not self._parts:
            return ()
        blocks, extra = [], len(self.prices)
        for heads, rest, first, _, _ in self._parts:
            width = 0 if rest is None else rest.shape[1]
            middle = csr_matrix((len(heads), 0)) if rest is None else rest
            before, behind = csr_matrix((len(heads), first)), csr_matrix((len(heads), extra - first - width))
            blocks.append(hstack([csr_matrix(heads), before, middle, behind], format="csr"))
        low, high = (np.concatenate([part[k] for part in self._parts]) for k in (3, 4))
        return LinearConstraint(vstack(blocks, format="csr"), low, high)


def _keep_near(rows: _Rows, today: Floats, most: int) -> None:
    """No more heads are added, nor taken away, than `most`."""
    from scipy.sparse import csr_matrix

    count = len(today)
    first = _steps_from(rows, today)
    sums = np.kron(np.eye(2), np.ones(count))
    rows.add(np.zeros((2, count)), -np.inf, float(most), csr_matrix(sums), first)


def _steps_from(rows: _Rows, here: Floats) -> int:
    """The number of the first of as many variables for heads added, then for those taken away: heads − added + taken
    away = here."""
    from scipy.sparse import csr_matrix

    count = len(here)
    first = rows.variables(np.zeros(2 * count))
    eye = np.eye(count)
    rows.add(eye, here, here, csr_matrix(np.hstack([-eye, eye])), first)
    return first


def _cover(rows: _Rows, coverage: Coverage, need: Floats, missing: float) -> None:
    """Flows of seats from groups to queues in the intervals in which anything is needed; `missing`: the price of a seat
    that no group has."""
    from scipy.sparse import coo_matrix

    flows = [
        (i, g, q)
        for i in np.flatnonzero((need > NOTHING).any(axis=1)).tolist()
        for g, q in zip(*(axis.tolist() for axis in np.nonzero(coverage.skills)), strict=True)
        if need[i, q] > NOTHING
    ]
    # What nobody can serve is no need of ours.
    by_queue, by_group = (
        {key: row for row, key in enumerate(sorted(keys))}
        for keys in ({(i, q) for i, _, q in flows}, {(i, g) for i, g, _ in flows})
    )
    if not flows:
        return
    first = rows.variables(np.concatenate([np.zeros(len(flows)), np.full(len(by_queue), missing)]))
    width, number = len(flows) + len(by_queue), np.arange(len(flows))
    to_queues = np.array([by_queue[i, q] for i, _, q in flows])
    without = np.arange(len(by_queue))
    covered = coo_matrix(
        (np.ones(width), (np.concatenate([to_queues, without]), np.concatenate([number, len(flows) + without]))),
        shape=(len(by_queue), width),
    ).tocsr()
    wanted = np.array([need[key] for key in by_queue])
    rows.add(np.zeros((len(by_queue), coverage.presence.shape[1])), wanted, np.inf, covered, first)
    of_groups = np.array([by_group[i, g] for i, g, _ in flows])
    used = coo_matrix((np.ones(len(flows)), (of_groups, number)), shape=(len(by_group), width)).tocsr()
    interval, group = (np.array(axis) for axis in zip(*by_group, strict=True))
    seats = coverage.presence[interval] * (coverage.group[None, :] == group[:, None])
    rows.add(-seats, -np.inf, coverage.seats_fixed[interval, group], used, first)
