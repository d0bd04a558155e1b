"""The folder of what one person more would change: a table, pictures, and a page that stands alone."""

from __future__ import annotations

from pathlib import Path

from sim import __version__
from sim.explaining.one_more import Found
from sim.report.folder import write_csv
from sim.report.page.one_answer import Listed, OneAnswer, page
from sim.report.tables.one_more import one_more_table
from sim.report.text.one_more import (
    BEST_HEAD,
    CURVE_HEAD,
    HEADS_HEAD,
    best_rows,
    curve_rows,
    head_rows,
    headline,
    method,
    place,
    sentences,
)
from sim.report.write import write_pages


def write_one_more(folder: Path, f: Found, steps: list[str], command: str) -> None:
    """Everything, the manifest last. `steps`: what one would do next; `command` repeats it."""
    from sim.report.charts import one_more as charts

    write_csv(one_more_table(f), folder / "power_of_one.csv")
    drawn, seed = charts.draw(f), f.scenario.spec.run.seed
    figures = range(1, 6)
    tables = [
        Listed("Best hours for one person more", BEST_HEAD, best_rows(f, 1), "", figures),
        Listed("Hours at which one fewer is missed least", BEST_HEAD, best_rows(f, -1), "", figures),
    ]
    if f.heads:
        note = "What a plan with that head gives: sim compare says the same."
        tables.append(Listed("One head more or fewer, on its own shifts", HEADS_HEAD, head_rows(f), note, figures))
    if f.curve_at is not None:
        title = f"People more or fewer: {place(f.curve_at)}"
        tables.append(Listed(title, CURVE_HEAD, curve_rows(f), "", figures))
    title = f"{f.scenario.spec.title}, plan {f.label}"
    answer = OneAnswer(headline(f), title, sentences(f), tables, steps, method(f), command, seed)
    told = {"command": command, "version": __version__, "plan": f.label, "seed": seed, "sentence": headline(f)}
    write_pages(folder, drawn, page(answer, drawn), {**told, "replications": f.replications})
