"""What the lessons are: their texts, which travel with the package, and the scenario that each is played from."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from sim.errors import SimError, one_line

TEXTS = resources.files("sim.lessons") / "texts"


@dataclass(frozen=True)
class Lesson:
    """`figures`: KPI and plan by name. What `more` names must exceed what `less` names, or `otherwise` is said."""

    number: int
    name: str
    title: str
    question: str
    figures: dict[str, tuple[str, str]]
    answer: str
    more: str
    less: str
    holds: str
    otherwise: str
    notice: str
    questions: tuple[tuple[str, str], ...]

    @property
    def scenario(self) -> str:
        return (TEXTS / f"{self.name}.toml").read_text(encoding="utf-8")


def lessons() -> list[Lesson]:
    """All of them, in the order in which they are taught."""
    rows = tomllib.loads((TEXTS / "lessons.toml").read_text(encoding="utf-8"))["lesson"]
    return [_lesson(number, row) for number, row in enumerate(rows, start=1)]


def _lesson(number: int, row: dict[str, Any]) -> Lesson:
    figures = {name: (kpi, plan) for name, (kpi, plan) in row["figures"].items()}
    questions = tuple((one["ask"], one["answer"]) for one in row["questions"])
    return Lesson(**{**row, "number": number, "figures": figures, "questions": questions})


def lesson(which: str) -> Lesson:
    """By its number or name; SimError tells of those there are."""
    every = lessons()
    for one in every:
        if which in (str(one.number), one.name):
            return one
    there = ", ".join(f"{one.number} {one.name}" for one in every)
    raise SimError(f"{one_line(which)}: there is no such lesson; there are {there}")


def write_scenario(one: Lesson, folder: Path) -> list[Path]:
    """The scenario and the CSV files that it names, to be run or changed. Nothing that exists is overwritten."""
    text = one.scenario
    csvs = [file.name for file in TEXTS.iterdir() if file.name.endswith(".csv") and f'"{file.name}"' in text]
    texts = {f"{one.name}.toml": text}
    texts |= {name: (TEXTS / name).read_text(encoding="utf-8") for name in sorted(csvs)}
    if there := [name for name in texts if (folder / name).exists()]:
        raise SimError(f"{folder} holds {', '.join(there)} already; choose another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in texts.items():
            (folder / name).write_text(content, encoding="utf-8")
    except OSError as error:
        raise SimError(f"{folder} cannot be written: {error.strerror}; choose another place") from None
    return [folder / name for name in texts]
