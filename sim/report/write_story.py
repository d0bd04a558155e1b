"""The folder of a story: its facts as JSON, and a page that stands alone."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from sim import __version__
from sim.explaining.story import Story
from sim.report.folder import write_manifest
from sim.report.text.story import headline, sentences
from sim.report.text.story_moments import time_line


def write_story(folder: Path, story: Story, command: str) -> None:
    """`command` tells it again."""
    told = {"headline": headline(story), "sentences": sentences(story), **story.as_dict()}
    (folder / "story.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "story.html").write_text(page(story, command), encoding="utf-8")
    write_manifest(
        folder,
        {
            "command": command, "version": __version__, "plan": story.plan, "seed": story.seed,
            "replication": story.replication, "contact": story.contact,
        },
    )  # fmt: skip


def page(story: Story, command: str) -> str:
    """One page, everything in it escaped, nothing in it fetched."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = resources.files("sim.report.page").joinpath("story.html").read_text(encoding="utf-8")
    return environment.from_string(template).render(
        story=story, headline=headline(story), sentences=sentences(story), moments=time_line(story),
        parts=_parts(story), command=command, version=__version__,
    )  # fmt: skip


def _parts(story: Story) -> list[tuple[str, float]]:
    """(wait, talk or wrap; its share of the whole in per cent), leg by leg."""
    parts: list[tuple[str, float]] = []
    for leg in story.legs:
        parts.append(("wait", leg.wait))
        if leg.answered is not None and leg.hung_up is not None:
            parts += [("talk", leg.hung_up - leg.answered), ("wrap", leg.ended - leg.hung_up)]
    whole = sum(length for _, length in parts)
    return [(name, 100.0 * length / whole) for name, length in parts if length > 0.0] if whole > 0.0 else []
