"""One plan of a scenario, as Python programs hold it: checked, frozen, and varied by naming places and values."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError
from sim.scenario.load import plan_of, plans_of
from sim.scenario.model import Scenario
from sim.scenario.reading.plans import BASE, ScenarioFile, file_of, read_file
from sim.scenario.reading.toml_lines import split_keys
from sim.study.run import Entry


@dataclass(frozen=True, eq=False, repr=False)
class Center:
    """One plan of a scenario, checked and frozen. `name` is what results call it."""

    scenario: Scenario
    base: Scenario
    """The base plan of the file: what was observed is its, and every plan inherits its calibration."""

    name: str = BASE
    _file: ScenarioFile = field(repr=False, kw_only=True)
    _changes: tuple[dict[str, Any], ...] = field(default=(), repr=False, kw_only=True)
    days_left_out: int = field(default=0, repr=False, kw_only=True)
    """Days at its end that are not played, as the plans it is compared with do not have them."""

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans of the file, the base first."""
        return (BASE, *self._file.plans)

    def plan(self, name: str) -> Center:
        """Another plan of the same file."""
        return Center(plan_of(self._file, name), self.base, name, _file=self._file)

    def vary(self, changes: Mapping[str, Any], name: str = "varied") -> Center:
        """This plan with settings changed, each named by its place: `{"groups.core.heads": "+2"}`.

        Values are what a plan in a file may say: "+2", "105%" and "none" change, scale and remove.
        """
        layers = (*self._changes, _nested(changes))
        scenario = plan_of(self._file, self.scenario.plan, layers)
        return Center(scenario, self.base, _named(name), _file=self._file, _changes=layers)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is odd, but possible."""
        return self.scenario.warnings

    @property
    def assumptions(self) -> tuple[Problem, ...]:
        """What the file leaves to the program, with its source."""
        return self.scenario.assumptions

    def __repr__(self) -> str:
        return f"<Center {self}>"

    def __str__(self) -> str:
        scenario = self.scenario
        days = scenario.clock.days
        counts = f"{len(scenario.queues)} queues, {len(scenario.groups)} groups, {days} day{'s' * (days != 1)}"
        return f"{scenario.spec.title or scenario.name}, plan {self.name}: {counts}"

    def _repr_html_(self) -> str:
        rows = [("plans of the file", ", ".join(self.plans)), *((w.where, f"warning: {w.what}") for w in self.warnings)]
        rows += [(a.where, f"assumed: {a.what}") for a in self.assumptions]
        cells = "".join(f"<tr><td>{escape(where)}</td><td>{escape(what)}</td></tr>" for where, what in rows)
        return f"<table><caption>{escape(str(self))}</caption>{cells}</table>"

    def named(self, name: str) -> Center:
        """The same under another name; another plan of the file is `plan(name)`."""
        return replace(self, name=_named(name))

    @property
    def is_changed(self) -> bool:
        """Whether it is more than a plan of its file."""
        return bool(self._changes)

    @property
    def entry(self) -> Entry:
        """As a study plays it."""
        return Entry(self.base, self.scenario, self.name)

    @property
    def as_said(self) -> str:
        """What makes it again, as Python."""
        path = self._file.path
        # Of a dict, the manifest holds the tables as they were resolved.
        said = f"sim.load({str(path)!r}" if path.exists() else f"sim.load({{…}}, folder={str(path.parent)!r}"
        said += ")" if self.scenario.plan == BASE else f", {self.scenario.plan!r})"
        for layer in self._changes:
            said += f".vary({json.dumps(layer, default=str)}, name={self.name!r})"
        return said

    @property
    def all_plans(self) -> list[Center]:
        """Every plan of the file, the base first; ScenarioError names the problems of all of them at once."""
        return all_of(self._file)


def _named(name: str) -> str:
    if not name.strip():
        raise ScenarioError("sim", [Problem("name", 'is empty; results call a plan by it, such as name="busier"')])
    return name


def read(source: str | Path | Mapping[str, Any], folder: str | Path) -> ScenarioFile:
    """A scenario file; or its tables as a dict, whose CSV files lie under `folder`."""
    return file_of(_plain(source), Path(folder), "scenario") if isinstance(source, Mapping) else read_file(Path(source))


def all_of(file: ScenarioFile) -> list[Center]:
    plans = plans_of(file)
    return [Center(plan, plans[0], plan.plan, _file=file) for plan in plans]


def _nested(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Tables within tables, of settings named by their places."""
    whole: dict[str, Any] = {}
    problems = list[Problem]()
    if not isinstance(changes, Mapping) or not all(isinstance(place, str) for place in changes):
        text = 'write a dict of places and values, such as {"groups.core.heads": "+2"}'
        raise ScenarioError("vary", [Problem("changes", text)])
    for place, value in changes.items():
        *tables, setting = split_keys(place) or [place]
        table = whole
        for name in tables:
            table = table.setdefault(name, {})
            if not isinstance(table, dict):
                problems.append(Problem(place, "is changed as a whole already; say it once"))
                break
        else:
            table[setting] = _plain(value)
    if problems:
        raise ScenarioError("vary", problems)
    return whole


def _plain(value: Any) -> Any:
    """As a file holds it: numbers of numpy become numbers."""
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value.item() if hasattr(value, "item") and not isinstance(value, str) else copy.copy(value)
