"""A plan that was found, as a file that extends the scenario it was found for, and the copy that it extends.

A file may only extend what lies under its own folder: so the scenario and its data are copied beside the plan. The plan
is one of `[plans]`, not the file's base, since the base plan is what was observed, and calibrated to.
"""

from __future__ import annotations

import copy
import shutil
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.errors import ScenarioError
from sim.report.tables.staffing import STAFFED
from sim.report.text.toml_text import toml_text
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.load import plan_of
from sim.scenario.model import Scenario
from sim.scenario.reading.named_files import files_of
from sim.scenario.reading.plans import BASE, ScenarioFile, laid_over, prefix_files, read_file

COPIED = "scenario"
"""Folder of the copy."""


def plan_name(file: ScenarioFile) -> str:
    """What the plan is called: "staffed", or with a number where the file has a plan of that name."""
    taken, name, number = {plan.casefold() for plan in (BASE, *file.plans)}, STAFFED, 2
    while name in taken:
        name, number = f"{STAFFED}-{number}", number + 1
    return name


def write_plan(
    folder: Path, file: ScenarioFile, plan: str, layers: Sequence[Mapping[str, Any]], told: Sequence[str]
) -> Path:
    """`staffed.toml` with the named plan and the layers over it as one plan, and the scenario under `scenario/`.

    `told`: what stands above it and describes it, the first as the plan's description.
    """
    copied = _copy(folder / COPIED, file)
    table: dict[str, Any] = {} if plan == BASE else dict(file.plans[plan])
    for layer in layers:
        table = laid_over(table, dict(layer))
    table = copy.deepcopy(table)
    prefix_files(table, ScenarioSpec, Path(COPIED))
    table["description"] = told[0] if told else "none"
    head = [f"# {line}".rstrip() for text in told for line in textwrap.wrap(text, 110, break_on_hyphens=False)]
    name = plan_name(file)
    body = toml_text({"extends": f"{COPIED}/{copied}"}) + "\n" + toml_text(table, ("plans", name))
    path = folder / f"{STAFFED}.toml"
    path.write_text("\n".join([*head, "", body]).lstrip("\n"), encoding="utf-8")
    return path


def plays_as(path: Path, name: str, wanted: Scenario, groups: Sequence[str]) -> bool:
    """Whether the plan of a file has the same people on the same shifts in these groups."""
    try:
        written = plan_of(read_file(path), name)
    except ScenarioError:
        return False
    return written.spec.shifts == wanted.spec.shifts and all(
        written.spec.groups.get(group) == wanted.spec.groups[group] for group in groups
    )


def _copy(folder: Path, file: ScenarioFile) -> str:
    """The scenario and all that it names; its name there."""
    for name in files_of(file):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.path.parent / name, folder / name)
    if not file.path.exists():
        # Tables that were never a file.
        folder.mkdir(exist_ok=True)
        (folder / file.path.name).write_text(toml_text({**file.base, "plans": file.plans}), encoding="utf-8")
    return file.path.name
