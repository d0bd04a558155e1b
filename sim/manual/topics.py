"""What the manual has pages about: those that are written, and one for each table of the language."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from sim.errors import Problem, ScenarioError, did_you_mean
from sim.manual.finding import meant_by
from sim.manual.recipes import recipes
from sim.manual.reference import Key, about, keys_of
from sim.scenario.language.scenario import ScenarioSpec

LANGUAGE = "language"
"""The page that lists the tables of a scenario file."""


RECIPES = "recipes"
RECIPES_ABOUT = "Scenario files for common questions: each runs as it is, and is yours to change."


@dataclass(frozen=True)
class Topic:
    """A page that is written."""

    name: str
    title: str
    about: str
    """One sentence."""
    text: str
    """Markdown, its title left out."""


@cache
def topics() -> dict[str, Topic]:
    """The written pages, in reading order: files are numbered."""
    folder = resources.files("sim.manual").joinpath("pages")
    found = {}
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        if path.name.endswith(".md"):
            title, _, text = path.read_text(encoding="utf-8").partition("\n")
            name = path.name.removesuffix(".md").partition("-")[2]
            text = text.strip()
            found[name] = Topic(name, title.removeprefix("# ").strip(), _first_sentence(text), text)
    return found


def tables() -> dict[str, Key]:
    """The tables of a scenario file, and its own settings."""
    return keys_of(ScenarioSpec)


def topic_or_key(name: str) -> Topic | None:
    """The page of a name; None for a setting of the language. ScenarioError if it is neither."""
    if name in topics():
        return topics()[name]
    try:
        meant_by(name)
    except ScenarioError:
        known = (*topics(), RECIPES, *recipes(), LANGUAGE, *tables())
        text = f"is no topic; {did_you_mean(name, known)}; `sim manual` lists all"
        raise ScenarioError("sim manual", [Problem(name, text)]) from None
    return None


def language_about() -> str:
    """What the page of the language begins with."""
    return about(ScenarioSpec)


def _first_sentence(text: str) -> str:
    paragraph = " ".join(text.partition("\n\n")[0].split())
    head, mark, _ = paragraph.partition(". ")
    return (head + mark.strip() if mark else paragraph).replace("`", "")
