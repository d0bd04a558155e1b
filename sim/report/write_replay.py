"""The folder of a replay: one page that stands alone, with its data in it."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from sim import __version__
from sim.report.folder import write_manifest
from sim.report.text.fates import fared_text, fate_rows, rule_text, time_text
from sim.report.text.names import date_text
from sim.report.text.story import DOING


def write_replay(folder: Path, scene: dict[str, Any], command: str) -> None:
    """`command` makes it again."""
    (folder / "replay.html").write_text(page(scene, command), encoding="utf-8")
    told = {name: scene[name] for name in ("plan", "seed", "replication", "date")}
    if "against" in scene:
        told |= {"against": scene["against"]["plan"], "fared": scene["fared"]}
    write_manifest(folder, {"command": command, "version": __version__, **told})


def page(scene: dict[str, Any], command: str) -> str:
    """Everything in it is escaped, nothing in it is fetched."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = resources.files("sim.report.page").joinpath("replay.html").read_text(encoding="utf-8")
    # Within a script nothing is read as markup but its own end.
    data = Markup(
        json.dumps({**scene, "words": DOING}, separators=(",", ":"), ensure_ascii=True).replace("<", "\\u003c")
    )
    beside: dict[str, Any] = {"fared": "", "rule": "", "fates": []}
    if "against" in scene:
        beside = {"fared": fared_text(scene), "rule": rule_text(scene), "fates": fate_rows(scene)}
    plans = [scene["plan"], *([scene["against"]["plan"]] if "against" in scene else [])]
    return environment.from_string(template).render(
        **beside,
        stories=_told_of(scene),
        intervals=_by_interval(scene),
        plans=plans,
        scene=scene,
        date=date_text(scene["date"], year=True),
        data=data,
        command=command,
        version=__version__,
    )


def _by_interval(scene: dict[str, Any]) -> list[list[str]]:
    """Time of day; then of each plan contacts that came, those expected, and seats needed."""
    tables = [one["intervals"] for one in (scene, *([scene["against"]] if "against" in scene else []))]
    return [
        [time_text(scene, rows[0][0])[:5], *(f"{value:g}" for row in rows for value in (row[3], row[2], row[4]))]
        for rows in zip(*tables, strict=True)
    ]


def _told_of(scene: dict[str, Any]) -> str:
    """Of how many the page tells the story."""
    told = [len(one.get("stories", ())) for one in (scene, *([scene["against"]] if "against" in scene else []))]
    return f"{sum(told):,} in all"
