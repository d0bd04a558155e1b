"""The folder of why hours fell short: a table, a picture, and a page that stands alone."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from sim import __version__
from sim.explaining.bad_hours import Reasons
from sim.report.folder import write_csv
from sim.report.tables.why import why_table
from sim.report.text.numbers import share
from sim.report.text.why import headline, method, next_steps, rows, sentences
from sim.report.write import write_pages


def write_why(folder: Path, r: Reasons, file: str, command: str) -> None:
    """Everything, the manifest last. `file`: the scenario's, as the next steps name it; `command` repeats it."""
    from sim.report.charts import why as charts

    write_csv(why_table(r), folder / "why.csv")
    drawn = charts.draw(r)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    seed = r.scenario.spec.run.seed
    page = environment.from_string(_file("why.html")).render(
        headline=headline(r), sentences=sentences(r), charts=drawn, rows=rows(r) if r.parts else (),
        steps=next_steps(r, file), method=method(r), title=r.scenario.spec.title, plan=r.label, command=command,
        version=__version__, seed=seed, target=share(r.target), level=share(r.level.mean),
        charts_style=Markup(_file("charts-style.html")), charts_script=Markup(_file("charts-script.html")),
    )  # fmt: skip
    told = {"command": command, "version": __version__, "plan": r.label, "seed": seed, "queue": r.queue}
    write_pages(folder, drawn, page, {**told, "replications": r.replications, "sentence": headline(r)})


def _file(name: str) -> str:
    return resources.files("sim.report.page").joinpath(name).read_text(encoding="utf-8")
