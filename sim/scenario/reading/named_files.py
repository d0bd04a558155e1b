"""The files that a scenario is made of: itself, what it extends, and the data that it and its plans name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.scenario.language.fields import IS_FILE
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.language.sheets import split_sheet
from sim.scenario.reading.files import inside
from sim.scenario.reading.overrides import field_kind, has_mark
from sim.scenario.reading.plans import ScenarioFile, read_toml


def files_of(file: ScenarioFile) -> list[str]:
    """Names from the folder of a sound scenario, each once; what was never a file of its own is left out."""
    named = list(_chain(file.path)) if file.path.exists() else []
    for table in (file.base, *file.plans.values()):
        named += files_named_in(table)
    return list(dict.fromkeys(named))


def _chain(path: Path) -> Iterator[str]:
    """A file and what it extends, one after another."""
    folder, current = path.parent, path
    while True:
        yield current.resolve().relative_to(folder.resolve()).as_posix()
        base = read_toml(current).raw.get("extends")
        if not isinstance(base, str):
            return
        current = inside(folder, str(current.parent.resolve().relative_to(folder.resolve()) / base))


def files_named_in(table: Mapping[str, Any], model: Any = ScenarioSpec) -> Iterator[str]:
    """The data files that a table of a scenario names, from its folder."""
    for key, value in table.items():
        kind = field_kind(model, key)
        if isinstance(value, dict):
            yield from files_named_in(value, kind)
        elif isinstance(value, str) and value != "none" and has_mark(kind, IS_FILE):
            yield Path(split_sheet(value)[0]).as_posix()
