"""The folder of why hours fell short: a table, a picture, and a page that stands alone."""

from __future__ import annotations

from pathlib import Path

from sim import __version__
from sim.explaining.bad_hours import Reasons
from sim.report.folder import write_csv
from sim.report.page.one_answer import Listed, OneAnswer, page
from sim.report.tables.why import why_table
from sim.report.text.numbers import share
from sim.report.text.why import headline, method, next_steps, rows, sentences
from sim.report.write import write_pages


def write_why(folder: Path, r: Reasons, file: str, command: str) -> None:
    """Everything, the manifest last. `file`: the scenario's, as the next steps name it; `command` repeats it."""
    from sim.report.charts import why as charts

    write_csv(why_table(r), folder / "why.csv")
    drawn, seed = charts.draw(r), r.scenario.spec.run.seed
    adds_up = f"Target {share(r.target)} − {share(r.level.mean)} as played = these parts added up."
    parts = Listed(
        "What takes how many points", ("Cause", "Points", "What was played instead"), rows(r), adds_up, numbers=(1,)
    )
    answer = OneAnswer(
        headline(r), f"{r.scenario.spec.title}, plan {r.label}", sentences(r), [parts] if r.parts else [],
        next_steps(r, file), method(r), command, seed,
    )  # fmt: skip
    told = {"command": command, "version": __version__, "plan": r.label, "seed": seed, "queue": r.queue}
    write_pages(folder, drawn, page(answer, drawn), {**told, "replications": r.replications, "sentence": headline(r)})
