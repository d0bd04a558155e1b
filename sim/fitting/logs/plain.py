"""A CSV with a row per contact, its columns by their plain names: queue, arrived, answered or left, ended, agent …"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.fitting.logs.preset import Preset, contacts_of, left_out
from sim.fitting.records import ABANDONED, ANSWERED, OUTCOMES, Log

if TYPE_CHECKING:
    import pandas as pd


def read(table: pd.DataFrame, timezone: str) -> Log:
    """`arrived`, `left`, `answered`, `ended`: 2026-03-02 09:15:04, on the zone's clock unless they say their own.

    Without `outcome`, whoever has `answered` was answered. `wait_s` stands in for `left`, `talk_s` for `ended`.
    """
    import numpy as np
    import pandas as pd

    table = table.copy()
    moments = {
        name: _moments(table[name], timezone) for name in ("arrived", "answered", "left", "ended") if name in table
    }
    arrived = moments["arrived"]
    answered = moments.get("answered", arrived * np.nan)
    left = moments.get("left", arrived * np.nan).fillna(answered)
    if "wait_s" in table:
        left = left.fillna(arrived + pd.to_numeric(table["wait_s"], errors="coerce"))
    if "outcome" in table:
        outcome: Any = table["outcome"].astype(str).str.strip().str.lower()
    else:
        outcome = pd.Series(np.where(answered.notna(), ANSWERED, ABANDONED), index=table.index)
    ended = moments.get("ended", arrived * np.nan)
    numbers = {
        name: pd.to_numeric(table[name], errors="coerce") for name in ("talk_s", "hold_s", "wrap_s") if name in table
    }
    served = outcome == ANSWERED
    left = left.fillna(ended.where(~served))
    ended = ended.fillna(left + numbers.get("talk_s", arrived * np.nan).fillna(0.0))
    problems = [
        (arrived.isna(), "no moment of arrival that can be read"),
        (~outcome.isin(OUTCOMES), f"an outcome other than {', '.join(OUTCOMES)}"),
        (left.isna() & arrived.notna(), "no moment at which the wait ended"),
        ((left < arrived) | (ended < left), "leaves before it comes, or ends before it is answered"),
    ]
    out, bad = [], pd.Series(False, index=table.index)
    for rows, why in problems:
        out += left_out(table, rows & ~bad, why)
        bad |= rows
    texts: dict[str, Any] = {
        name: table[name] for name in ("contact", "case", "customer", "queue", "agent", "channel") if name in table
    }
    kept = pd.DataFrame({**texts, **numbers, "arrived": arrived, "left": left, "ended": ended, "outcome": outcome})[
        ~bad
    ]
    if "channel" not in kept:
        kept["channel"] = "phone"
    kept["talk_s"] = kept["talk_s"] if "talk_s" in kept else (kept["ended"] - kept["left"]).where(served)
    return Log("contacts", timezone, contacts_of(kept), rows=len(table), left_out=tuple(out))


def _moments(column: pd.Series[Any], timezone: str) -> pd.Series[float]:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column):
        return column.astype(float)
    text = column.astype(str).str.strip()
    with_zone = text.str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True)
    local = pd.to_datetime(text.where(~with_zone), errors="coerce", format="ISO8601")
    local = local.dt.tz_localize(timezone, ambiguous=True, nonexistent="shift_forward").dt.tz_convert("UTC")
    absolute = pd.to_datetime(text.where(with_zone), errors="coerce", format="ISO8601", utc=True)
    moments = local.fillna(absolute)
    seconds: pd.Series[float] = (moments - pd.Timestamp(0, tz="UTC")).dt.total_seconds()
    return seconds


PLAIN = Preset("contacts", ("queue", "arrived"), "UTC", read)
