"""The "Anonymous Bank" call log (Technion, 1999): a row per call, clock times without zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.fitting.logs.preset import Preset, contacts_of, left_out
from sim.fitting.records import ABANDONED, ANSWERED, Log

if TYPE_CHECKING:
    import pandas as pd

QUEUES = {"NW": "prospects", "NE": "trading"}
"""All other types are customers: regular service, in English, messages called back, internet questions."""


def read(table: pd.DataFrame, timezone: str) -> Log:
    """Offered: whoever reached an agent or the queue. A queue that begins at 0:00:00 was never waited in."""
    import numpy as np
    import pandas as pd

    began, over, menu = (_seconds(table[name]) for name in ("q_start", "q_exit", "vru_exit"))
    answered = table["outcome"] == "AGENT"
    phantom = table["outcome"] == "PHANTOM"
    in_menu = ~phantom & ~answered & (began == 0)
    # Clock times alone: who leaves half a day and more before they came waits over midnight.
    over = over.where(over >= began - 12 * 3600, over + 24 * 3600)
    # Nobody waits backwards.
    backwards = ~phantom & (began > 0) & (over < began)
    midnight = (pd.to_datetime(table["date"]).dt.tz_localize(timezone) - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    arrived = midnight + np.where(began > 0, began, menu)
    left = midnight + np.where(began > 0, np.maximum(began, over), menu)
    talk = table["ser_time"].where(answered).astype(float)
    kept = pd.DataFrame({
        "contact": table["call_id"].astype(str), "queue": table["type"].map(QUEUES).fillna("customers"),
        "channel": "phone", "arrived": arrived, "left": left, "ended": left + talk.fillna(0.0),
        "outcome": np.where(answered, ANSWERED, ABANDONED),
        "agent": table["server"].where(answered & (table["server"] != "NO_SERVER")), "talk_s": talk,
    })[~phantom & ~in_menu]  # fmt: skip
    unnamed = int((answered & (table["server"] == "NO_SERVER")).sum())
    remarks = [
        "no staffing log, wrap times or breaks: seats and wrap are inferred",
        f"{unnamed:,} answered calls name no agent: their work is in no seat",
    ]
    if backwards.any():
        remarks.append(f"{int(backwards.sum())} calls leave the queue before they enter it; they count as not waiting")
    out = [
        *left_out(table, phantom, "a phantom call, as the log marks it"),
        *left_out(table, in_menu, "hung up in the voice menu, before any queue"),
    ]
    return Log(
        "anonymous-bank", timezone, contacts_of(kept), within_s=20.0, rows=len(table), left_out=tuple(out),
        remarks=tuple(remarks),
    )  # fmt: skip


def _seconds(clock: pd.Series[str]) -> pd.Series[int]:
    parts = clock.str.split(":", expand=True).astype(int)
    return parts[0] * 3600 + parts[1] * 60 + parts[2]


BANK = Preset(
    "anonymous-bank",
    ("date", "vru_exit", "q_start", "q_exit", "outcome", "ser_time", "server", "type", "call_id"),
    "Asia/Jerusalem",
    read,
)
