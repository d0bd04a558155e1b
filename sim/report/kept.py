"""Tables of what was kept, written replication by replication as they come: Parquet, or CSV."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import pandas as pd

from sim.observations import Table
from sim.report.folder import write_csv
from sim.study.result import PlanResult
from sim.study.run import Options


class KeptFiles:
    """The files of a result folder that what is kept goes to; they are there once something was."""

    def __init__(self, folder: Path, options: Options) -> None:
        self._folder, self._options = folder, options
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> KeptFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """All that has come is in the files."""
        for name, writer in self._writers.items():
            if writer is not None:
                writer.close()
                self._writers[name] = None

    def add(self, result: PlanResult, replication: int, rows: Table, stays: Table) -> None:
        """One more replication, as the study has kept it."""
        from sim.report.tables.agent_days import people_table
        from sim.report.tables.contacts import contact_table

        if self._options.keep_contacts:
            self.write("contacts", contact_table(result, result.label, replication, rows))
        if self._options.keep_people:
            self.write("people", people_table(result, result.label, replication, rows, stays))

    def write(self, name: str, table: Any) -> None:
        """An Arrow table more at the end of a file."""
        import pyarrow.parquet as pq

        path = self._folder / f"{name}.{self._options.keep_as}"
        if path.suffix == ".csv":
            write_csv(_as_iso(table.to_pandas()), path, goes_on=name in self._writers)
            self._writers[name] = None
            return
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(path, table.schema)
        self._writers[name].write_table(table)


def _as_iso(table: pd.DataFrame) -> pd.DataFrame:
    """With moments as text, the offset of the center's zone in each: 2026-03-02T09:30:05.250-05:00."""
    for column in table.columns:
        if isinstance(table[column].dtype, pd.DatetimeTZDtype):
            moments = [None if pd.isna(m) else m.isoformat(timespec="milliseconds") for m in table[column]]
            table[column] = pd.Series(moments, table.index, object)
        elif isinstance(table[column].dtype, pd.CategoricalDtype | pd.Int64Dtype):
            table[column] = table[column].astype(object)
    return table
