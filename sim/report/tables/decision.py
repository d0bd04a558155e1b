"""The decision as a table, a row per plan, and as the manifest has it."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.choosing.decision import Decision, Weighed
from sim.report.text.decision import Answer
from sim.study.statistics import Estimate

COLUMNS = (
    "plan", "role", "verdict", "chance", "chance_low", "chance_high", "short", "worst_target", "worst_period",
    "worst_level", "kpi", "mean", "ci_low", "ci_high", "difference", "difference_low", "difference_high",
    "from_chosen", "from_chosen_low", "from_chosen_high", "dominated_by", "left_out",
)  # fmt: skip


def decision_table(d: Decision) -> pd.DataFrame:
    """`short`: how far the worst target is below on average, a share; money over the horizon, its `difference` from the
    baseline; `role`: chosen, nearest, runner-up or nothing."""
    return pd.DataFrame([_row(d, one) for one in d.plans], columns=list(COLUMNS))


def _row(d: Decision, one: Weighed) -> tuple[object, ...]:
    chance, worst = one.whole.all_met, one.worst
    period = " ".join(text for text in worst.worst if text) if worst else ""
    return (
        one.plan, role_of(d, one), one.whole.verdict, chance.mean, chance.low, chance.high,
        one.gap, worst.name if worst else "", period, worst.worst_level.mean if worst else math.nan,
        d.kpi, *_three(one.money), *_three(one.change), *_three(one.apart), one.dominated_by, one.left_out.why,
    )  # fmt: skip


def role_of(d: Decision, one: Weighed) -> str:
    """Chosen, nearest, runner-up or nothing."""
    if d.chosen is not None and one.plan == d.chosen.plan:
        return "chosen" if d.kind == "holds" else "nearest"
    return "runner-up" if d.runner_up is not None and one.plan == d.runner_up.plan else ""


def roles_of(d: Decision) -> dict[str, str]:
    """By plan, as the page tells it: "baseline", "baseline, chosen", "runner-up"; nothing for the others."""
    told = {one.plan: role_of(d, one) for one in d.plans}
    base = d.baseline.plan
    return told | {base: ", ".join(role for role in ("baseline", told[base]) if role)}


def _three(e: Estimate) -> tuple[float, float, float]:
    return e.mean, e.low, e.high


def described(d: Decision, answer: Answer) -> dict[str, Any]:
    """The answer, for the manifest; null where nothing is decided, or nothing can be told."""
    return {
        "kind": d.kind,
        "plan": None if d.chosen is None else d.chosen.plan,
        "runner_up": None if d.runner_up is None else d.runner_up.plan,
        "minimised": d.kpi,
        "chance_cheapest_that_holds": d.sure if math.isfinite(d.sure) else None,
        "not_told_apart": list(d.open),
        "replications_needed": d.needed,
        "sentence": answer.text,
        "numbers": [one._asdict() for one in answer.numbers],
        "notes": list(answer.notes),
    }
