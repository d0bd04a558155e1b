"""The figures that a log's own system would show, counted anew: what a planner holds against the report they know.

Conventions: offered is who came to wait (blocked are not), whatever the end of the wait; abandoned includes those who
gave up at once; service level is answered within the threshold, of all offered; ASA is the mean wait of the answered;
handle time is talk, hold and wrap, as far as the log knows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.fitting.records import ABANDONED, ANSWERED, BLOCKED

if TYPE_CHECKING:
    import pandas as pd


def own_figures(contacts: pd.DataFrame, within_s: float | None) -> dict[str, dict[str, float]]:
    """By queue, in order of name; `contacts`: CONTACT_COLUMNS. Without a threshold there is no service level."""
    came = contacts[contacts["outcome"] != BLOCKED]
    figures = {}
    for queue, own in came.groupby("queue", observed=True, sort=True):
        served = own[own["outcome"] == ANSWERED]
        waited = served["left"] - served["arrived"]
        known = served[served["talk_s"].notna()]
        work = known["talk_s"] + known["hold_s"].fillna(0.0) + known["wrap_s"].fillna(0.0)
        told = {
            "offered": float(len(own)),
            "answered": float(len(served)),
            "abandoned": float((own["outcome"] == ABANDONED).sum()),
        }
        if within_s is not None:
            told["service_level"] = float((waited <= within_s).sum()) / len(own)
        told |= {"asa_s": float(waited.mean()), "aht_s": float(work.mean())}
        figures[str(queue)] = told
    return figures
