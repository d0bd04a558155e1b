"""A page with one answer: a sentence, pictures, tables, how it was found. It stands alone, and opens from disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from sim import __version__
from sim.report.charts.svg import Drawn


@dataclass(frozen=True)
class Listed:
    """A table of the page."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    numbers: Sequence[int] = ()
    """Columns of figures, which are not broken."""


@dataclass(frozen=True)
class OneAnswer:
    """What the page says. `command` makes it again."""

    headline: str
    subtitle: str
    sentences: Sequence[str]
    tables: Sequence[Listed]
    steps: Sequence[str]
    method: Sequence[str]
    command: str
    seed: int


def page(answer: OneAnswer, charts: Mapping[str, Drawn]) -> str:
    """Everything in it is escaped, nothing in it is fetched."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_file("one-answer.html")).render(
        **vars(answer), charts=charts, version=__version__, charts_style=Markup(_file("charts-style.html")),
        charts_script=Markup(_file("charts-script.html")),
    )  # fmt: skip


def _file(name: str) -> str:
    return resources.files("sim.report.page").joinpath(name).read_text(encoding="utf-8")
