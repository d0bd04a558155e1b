"""The folder of a fit: the scenario and its CSVs, the estimates as a table, pictures and a page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim import __version__
from sim.fitting.fit import Fit
from sim.fitting.judged import Judged
from sim.report.fitted_scenario import start_of, write_scenario
from sim.report.folder import write_csv
from sim.report.text.fitting import assumptions, cannot_tell, headline, rows_of
from sim.report.write import write_pages


def estimates_table(f: Fit) -> pd.DataFrame:
    """scope, name, estimate, unit, value, low, high, n, of, said: 95 % intervals, empty where there are none."""
    rows = [(row.scope, row.name, row.what, row.unit, *row.finding, row.said) for row in rows_of(f)]
    return pd.DataFrame(rows, columns=["scope", "name", "estimate", "unit", "value", "low", "high", "n", "of", "said"])


def held_back_table(judged: Judged) -> pd.DataFrame:
    """A row per date, queue (and all of them) and figure: what came, what was played, and its band."""
    rows = [
        (str(day.date), day.queue, day.figure, day.actual, day.played, day.low, day.high, day.is_inside)
        for day in judged.days
    ]
    return pd.DataFrame(rows, columns=["date", "queue", "figure", "came", "played", "p10", "p90", "inside"])


def write_fit(folder: Path, f: Fit, command: str, judged: Judged | None = None) -> None:
    """Everything, the manifest last. `command` fits again; `judged`: on the dates held back, if there are such."""
    from sim.report.charts.fitting import draw
    from sim.report.page.fitting import page

    write_scenario(folder, f)
    write_csv(estimates_table(f), folder / "estimates.csv")
    if judged is not None:
        write_csv(held_back_table(judged), folder / "held_back.csv")
    drawn = draw(f)
    start, days = start_of(f)
    told = {
        "command": command, "version": __version__, "answer": headline(f), "source": f.log.source,
        "timezone": f.log.timezone, "first": str(f.first), "until": str(f.until),
        "held_back": [str(date) for date in f.held_back], "start": str(start), "days": days,
        "rows": f.log.rows,
        "left_out": [{"why": one.why, "rows": one.rows, "example": one.shown} for one in f.log.left_out],
        "assumptions": [one._asdict() for one in assumptions(f)],
        "cannot_tell": [one._asdict() for one in cannot_tell(f)],
    }  # fmt: skip
    write_pages(folder, drawn, page(f, command, drawn, judged), told)
