"""The table of a selection among many plans, and what the manifest says of it."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.choosing.selected import Selected
from sim.report.text.many import answer_of, said_of

AFTER = (
    "replications", "kpi", "mean", "ci_low", "ci_high", "change", "change_low", "change_high", "margin", "scope",
    "name", "per", "date", "start", "became", "why",
)  # fmt: skip


def grid_table(s: Selected) -> pd.DataFrame:
    """A row per plan, the best first: its settings, what it costs over the horizon and against today's (each interval
    of 95 % by itself), how far its worst period is above its target (`margin`, a share), and what became of it."""
    rows = [(s.grid.name(n), *s.grid.levels(n), *_played(s, n)) for n in s.ranked]
    rows += [
        (s.grid.name(n), *s.grid.levels(n), 0, s.kpi, *[math.nan] * 7, *[""] * 5, said_of(s, n), why)
        for n, why in sorted(s.screening.refused.items())
    ]
    return pd.DataFrame(rows, columns=["plan", *(one.place for one in s.grid.settings), *AFTER])


def _played(s: Selected, n: int) -> tuple[object, ...]:
    one, cost, change = s.screening.tallies[n], s.money(n), s.change(n)
    where: tuple[str, ...] = ("", "", "", "", "")
    if one.worst is not None and len(s.periods) == one.periods:
        scope, name, per, label = s.periods[one.worst]
        where = (scope, name, per, *label)
    money = cost.mean, cost.low, cost.high, change.mean, change.low, change.high
    return (one.runs, s.kpi, *money, one.margin, *where, said_of(s, n), "")


def described(s: Selected) -> dict[str, Any]:
    """For the manifest."""
    answer = answer_of(s)
    return {
        "answer": answer.text,
        "notes": list(answer.notes),
        "plans": len(s.grid),
        "settings": {one.place: list(one.levels) for one in s.grid.settings},
        "chosen": s.grid.name(s.chosen),
        "levels": dict(zip((one.place for one in s.grid.settings), s.grid.levels(s.chosen), strict=True)),
        "kind": s.kind,
        "promised": None if math.isnan(s.promised) else s.promised,
        "near": s.near,
        "matters": s.slack,
        "surely_holds": s.screening.surely_holds,
        "replications": s.screening.played,
        "equal_shares": s.screening.equal_shares,
        "undecided": len(s.screening.rivals),
        "left_out": len(s.screening.refused),
    }
