"""A mapping file: which columns of a CSV are what, and which words mean that somebody was answered.

timezone = "Europe/Madrid"
[columns]
queue = "Skill"
arrived = "Start"
wait_s = "Seconds in queue"
[outcomes]
answered = ["handled"]
abandoned = ["hung up"]
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, did_you_mean
from sim.fitting.records import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "queue", "arrived", "answered", "left", "ended", "wait_s", "talk_s", "hold_s", "wrap_s", "agent", "outcome",
    "channel", "customer", "contact", "case",
)  # fmt: skip
NEEDED = ("queue", "arrived")


@dataclass(frozen=True)
class Mapping:
    columns: dict[str, str]
    """What the file calls each of `COLUMNS`."""
    outcomes: dict[str, str]
    """What each of the file's words means, in lower case."""
    timezone: str | None

    def applied(self, table: pd.DataFrame) -> pd.DataFrame:
        """The columns that are named, by their plain names; KeyError for one that is not there."""
        named = table[list(self.columns.values())].copy()
        named.columns = list(self.columns)
        if "outcome" in named and self.outcomes:
            words = named["outcome"].astype(str).str.strip().str.lower()
            named["outcome"] = words.map(lambda word: self.outcomes.get(word, word))
        return named


def read_mapping(path: Path, problems: list[Problem]) -> Mapping | None:
    """None where the file cannot be read; what is wrong with it joins `problems`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(str(path), f"cannot be read as TOML: {getattr(error, 'strerror', None) or error}"))
        return None
    before = len(problems)
    for key in content:
        if key not in ("columns", "outcomes", "timezone"):
            problems.append(Problem(f"{path}: {key}", did_you_mean(key, ("columns", "outcomes", "timezone"))))
    columns, outcomes = (_table(content.get(key, {}), f"{path}: {key}", problems) for key in ("columns", "outcomes"))
    for name in columns:
        if name not in COLUMNS:
            problems.append(Problem(f"{path}: columns.{name}", did_you_mean(name, COLUMNS)))
    for name in NEEDED:
        if name not in columns:
            problems.append(Problem(f"{path}: columns.{name}", "is missing: every contact has one"))
    meanings = {}
    for name, words in outcomes.items():
        if name not in OUTCOMES:
            problems.append(Problem(f"{path}: outcomes.{name}", did_you_mean(name, OUTCOMES)))
        for word in words if isinstance(words, list) else [words]:
            meanings[str(word).strip().lower()] = name
    if len(problems) > before:
        return None
    timezone = content.get("timezone")
    return Mapping({key: str(value) for key, value in columns.items()}, meanings, timezone)


def _table(value: Any, where: str, problems: list[Problem]) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    problems.append(Problem(where, 'is a table of names, such as [columns] and below it queue = "Skill"'))
    return {}
