"""One row per stretch of an agent's time: what they did, and for which contact."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sim.explaining.agent_days import DOING, TALK, agent_days
from sim.explaining.seen import Seen
from sim.observations import Table
from sim.report.tables.contacts import local_times
from sim.study.result import PlanResult


def people_table(result: PlanResult, label: str, replication: int, rows: Table, stays: Table) -> Any:
    """A replication's stretches of agents' time, by agent and time, as an Arrow table.

    Those of an agent who holds several contacts together overlap. `hold_s` is the part of a talk that was hold.
    """
    import pyarrow as pa

    scenario, seen = result.scenario, Seen(result.prepared, rows, stays)
    told, local = agent_days(seen), local_times(scenario)
    of_contact = told.row >= 0
    row = seen.rows[told.row] if len(seen.rows) else np.zeros(len(told.row), seen.rows.dtype)
    contact = seen.contact[told.row] if len(seen.rows) else np.zeros(len(told.row), np.int64)
    agents, queues = result.prepared.agents, np.array([*scenario.queues, ""])
    columns = {
        "plan": label,
        "replication": np.full(len(told.agent), replication, np.int32),
        "agent": np.array(agents.names)[told.agent],
        "group": np.array(scenario.groups)[agents.group[told.agent]],
        "activity": pd.Categorical.from_codes(told.doing.tolist(), categories=pd.Index(DOING)),
        "began": local(told.began),
        "ended": local(told.ended),
        "began_s": told.began,
        "ended_s": told.ended,
        "contact": pd.array(np.where(of_contact, contact, 0), dtype="Int64"),
        "queue": queues[np.where(of_contact, row["queue"], -1)],
        "hold_s": np.where(told.doing == TALK, row["on_hold"], np.nan),
    }
    table = pd.DataFrame(columns)
    table.loc[~of_contact, "contact"] = pd.NA
    return pa.Table.from_pandas(table, preserve_index=False)
