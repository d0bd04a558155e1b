"""What a kind of log is: the columns it is known by, and how they are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.fitting.records import CONTACT_COLUMNS, LeftOut, Log

if TYPE_CHECKING:
    import pandas as pd

CATEGORIES = ("case", "customer", "queue", "channel", "outcome", "agent")


@dataclass(frozen=True)
class Preset:
    name: str
    needs: tuple[str, ...]
    """Columns without which it is not read."""
    timezone: str
    read: Callable[[pd.DataFrame, str], Log]
    """The table and the clock's zone."""

    def fits(self, table: pd.DataFrame) -> bool:
        return all(name in table.columns for name in self.needs)


def contacts_of(table: pd.DataFrame) -> pd.DataFrame:
    """All of CONTACT_COLUMNS, empty where the table has none, in order of time."""
    import numpy as np
    import pandas as pd

    whole = table.reindex(columns=list(CONTACT_COLUMNS))
    for name in CATEGORIES:
        column = whole[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            whole[name] = column.cat.remove_unused_categories()
        else:
            whole[name] = column.where(column.isna(), column.astype(str)).astype("category")
    for name in ("arrived", "left", "ended", "talk_s", "hold_s", "wrap_s", "ring_s"):
        whole[name] = whole[name].astype(np.float64)
    return whole.sort_values("arrived", kind="stable").reset_index(drop=True)


def left_out(table: pd.DataFrame, rows: pd.Series[bool], why: str) -> list[LeftOut]:
    """Of a table that is numbered from 0; its header is line 1."""
    if not rows.any():
        return []
    first = int(rows.to_numpy().argmax())
    said = ",".join(str(value) for value in table.iloc[first].tolist())
    return [LeftOut(why, int(rows.sum()), f"line {first + 2}: {said[:120]}")]
