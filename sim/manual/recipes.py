"""Scenario files for questions that planners often ask: each runs as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from sim.errors import Problem, ScenarioError, did_you_mean
from sim.scenario.starter import write_scenario

_FILE = re.compile(r'"([\w-]+\.csv)"')


@dataclass(frozen=True)
class Recipe:
    """A scenario, and the question that it is for."""

    name: str
    about: str
    """The first line of its file: what it is, and what is asked."""
    text: str

    @property
    def tables(self) -> tuple[str, ...]:
        """The CSV files that it names."""
        return tuple(dict.fromkeys(_FILE.findall(self.text)))


@cache
def recipes() -> dict[str, Recipe]:
    """By name, in the order of the alphabet."""
    folder = resources.files("sim.manual").joinpath("recipes")
    found = {}
    for path in sorted(folder.iterdir(), key=lambda one: one.name):
        if path.name.endswith(".toml"):
            text = path.read_text(encoding="utf-8")
            name = path.name.removesuffix(".toml")
            found[name] = Recipe(name, text.partition("\n")[0].removeprefix("# "), text)
    return found


def write_recipe(name: str, file: Path) -> list[Path]:
    """A recipe as a scenario file of one's own, with its tables in a folder of its name. ScenarioError for no recipe;
    SimError if something is there already."""
    if name not in recipes():
        text = f"is no recipe; {did_you_mean(name, recipes())}; `sim manual recipes` lists them"
        raise ScenarioError("sim new", [Problem(name, text)])
    recipe, folder = recipes()[name], resources.files("sim.manual").joinpath("recipes")
    text = _FILE.sub(lambda found: f'"{file.stem}/{found[1]}"', recipe.text).replace(" FILE", f" {file.name}")
    return write_scenario(file, text, {one: folder.joinpath(one).read_text(encoding="utf-8") for one in recipe.tables})
