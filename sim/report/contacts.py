"""One row per contact, for whoever wants to follow a single customer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim import observations as obs
from sim.observations import Table
from sim.study.result import PlanResult


def contact_table(result: PlanResult, label: str, replication: int, rows: Table) -> Any:
    """A replication's contact rows with names, local times and durations, as an Arrow table."""
    import pyarrow as pa

    scenario = result.scenario
    rows = rows[np.argsort(rows["arrived"], kind="stable")]
    answered = rows["answered"] >= 0
    origin = pd.Timestamp(scenario.clock.moment(0.0)).tz_convert("UTC")
    moments = (origin + pd.to_timedelta(rows["arrived"], unit="s")).tz_convert(scenario.spec.center.timezone)
    wait_end = np.where(answered, rows["answered"], rows["ended"])
    handled = rows["outcome"] == obs.ANSWERED
    names, groups = np.array([*result.prepared.agents.names, ""]), np.array([*scenario.groups, ""])
    frame = pd.DataFrame(
        {
            "plan": label,
            "replication": np.full(len(rows), replication, np.int32),
            "queue": pd.Categorical.from_codes(rows["queue"].tolist(), categories=pd.Index(scenario.queues)),
            "arrived": moments.floor("ms"),
            "outcome": pd.Categorical.from_codes(rows["outcome"].tolist(), categories=pd.Index(obs.OUTCOMES)),
            "wait_s": wait_end - rows["arrived"],
            "group": groups[rows["group"]],
            "agent": names[rows["agent"]],
            "talk_s": np.where(handled, rows["hung_up"] - rows["answered"] - rows["hold"], np.nan),
            "hold_s": np.where(handled, rows["hold"], np.nan),
            "wrap_s": np.where(handled, rows["ended"] - rows["hung_up"], np.nan),
            "resolved": handled & (rows["resolved"] == 1),
        }
    )
    return pa.Table.from_pandas(frame, preserve_index=False)


def open_writer(path: Path, table: Any) -> Any:
    import pyarrow.parquet as pq

    return pq.ParquetWriter(path, table.schema)
