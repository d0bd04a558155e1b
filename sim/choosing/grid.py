"""Many plans in a few lines: settings, each with values to try, and every combination of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.errors import Problem, ScenarioError, shown
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.load import plan_of
from sim.scenario.model import Scenario
from sim.scenario.reading.overrides import merge
from sim.scenario.reading.plans import BASE, ScenarioFile
from sim.scenario.reading.toml_lines import dotted, split_keys
from sim.scenario.settings import as_written, check_path, value_at
from sim.study.frontier.levers import is_uncertain

Path = tuple[str, ...]

_NUMBER = r"([+-]?\d+(?:\.\d+)?)(%?)"
_RANGE = re.compile(rf"\s*{_NUMBER}\s*\.\.\s*{_NUMBER}\s*(?:/\s*(\d+(?:\.\d+)?)%?)?\s*")

MOST_VALUES = 10_000
"""Of one setting."""

HOW = 'write values, [20, 22, 24] or ["+2", "105%"], or a range, "-2..+4" or "20..30/2"'


@dataclass(frozen=True)
class Setting:
    """A setting that the grid moves."""

    path: Path
    changes: tuple[object, ...]
    """What a plan would write, value by value."""
    values: tuple[object, ...]
    """What that comes to, as a file has it."""
    levels: tuple[str, ...]
    """The same as text."""
    today: str

    @property
    def place(self) -> str:
        return dotted(self.path)

    def layer(self, number: int) -> dict[str, Any]:
        return self._placed(self.changes[number])

    def outright(self, number: int) -> dict[str, Any]:
        """The same, whatever it is laid over."""
        return self._placed(self.values[number])

    def _placed(self, value: object) -> dict[str, Any]:
        table: Any = value
        for key in reversed(self.path):
            table = {key: table}
        return dict(table)


@dataclass(frozen=True)
class Grid:
    """Plans that are offered, by number: 0 is the one that the grid starts from, then others by name, then all
    combinations of the settings' values."""

    file: ScenarioFile
    start: str
    """The plan that the settings are changed in."""
    layers: tuple[dict[str, Any], ...]
    """Changes over it that it starts with."""
    named: tuple[str, ...]
    settings: tuple[Setting, ...]
    seed: int | None = None
    label: str = ""
    """What the plan that it starts from is called; its own name if empty."""

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(one.levels) for one in self.settings)

    def __len__(self) -> int:
        return 1 + len(self.named) + math.prod(self.shape) - (self._no_change is not None)

    @property
    def _no_change(self) -> int | None:
        """The combination that is the plan itself."""
        if not all(one.today in one.levels for one in self.settings):
            return None
        at = tuple(one.levels.index(one.today) for one in self.settings)
        return int(np.ravel_multi_index(at, self.shape))

    def at(self, n: int) -> tuple[int, ...] | None:
        """By setting, which of its values; None of a plan with a name."""
        flat = n - 1 - len(self.named)
        if flat < 0:
            return None
        same = self._no_change
        flat += same is not None and flat >= same
        return tuple(int(place) for place in np.unravel_index(flat, self.shape))

    def levels(self, n: int) -> tuple[str, ...]:
        """By setting; of a plan with a name what it starts from, as its own changes may be others."""
        at = self.at(n)
        if at is None:
            return tuple(one.today if n == 0 else "" for one in self.settings)
        return tuple(one.levels[place] for one, place in zip(self.settings, at, strict=True))

    def name(self, n: int) -> str:
        if n == 0:
            return self.label or self.start
        return self.named[n - 1] if n <= len(self.named) else f"plan {n}"

    def changes(self, n: int) -> list[dict[str, Any]]:
        """One over another, over the plan that the grid starts from; nothing of a plan with a name."""
        at = self.at(n)
        return [] if at is None else [one.layer(place) for one, place in zip(self.settings, at, strict=True)]

    def scenario(self, n: int) -> Scenario:
        """ScenarioError where there can be no such plan."""
        seed = [] if self.seed is None else [{"run": {"seed": self.seed}}]
        if 0 < n <= len(self.named):
            return plan_of(self.file, self.named[n - 1], seed)
        return plan_of(self.file, self.start, [*self.layers, *self.changes(n), *seed])


def grid_of(
    file: ScenarioFile,
    start: str,
    wanted: Mapping[str, object],
    *,
    said: str = "grid.",
    layers: Sequence[dict[str, Any]] = (),
    label: str = "",
) -> Grid:
    """`wanted`: values by place. `said`: how messages begin that name a place. ScenarioError lists all that is wrong.

    Plans of the file are offered beside the grid's where it starts from the base plan as it is.
    """
    plan = plan_of(file, start, layers)
    settings, problems = [], list[Problem]()
    flat = _flat(wanted)
    if not flat:
        raise ScenarioError(str(file.path), [Problem("grid", f"names no setting; groups.core.heads = …: {HOW}")])
    for path, values in flat.items():
        where = f"{said}{dotted(path)}"
        try:
            settings.append(_setting(plan, path, _texts(values)))
        except ValueError as error:
            problems.append(Problem(where, str(error)))
    if problems:
        raise ScenarioError(str(file.path), problems)
    named = tuple(file.plans) if start == BASE and not layers else ()
    found = Grid(file, start, tuple(layers), named, tuple(settings), label=label)
    if len(found) < 2:
        text = f"offers no plan but {start} itself; give other values to try"
        raise ScenarioError(str(file.path), [Problem(said.rstrip("."), text)])
    return found


def _flat(wanted: Mapping[str, object], where: Path = ()) -> dict[Path, object]:
    """By place; a place may be written as tables, or as one name in quotes."""
    found = dict[Path, object]()
    for key, value in wanted.items():
        path = (*where, *(split_keys(key) or (key,)))
        found |= _flat(value, path) if isinstance(value, Mapping) else {path: value}
    return found


def _texts(values: object) -> list[object]:
    """Every value as a plan would write it. ValueError says how to write them."""
    if isinstance(values, str):
        return _ranged(values)
    values = list(values) if isinstance(values, range) else values
    if not isinstance(values, list | tuple) or not values:
        raise ValueError(f"has no values; {HOW}" if values in ([], ()) else f"{shown(values)}: {HOW}")
    for value in values:
        if not isinstance(value, str | int | float | bool) or value == "":
            raise ValueError(f"{shown(value)} is no value; {HOW}")
    return list(values)


def _ranged(text: str) -> list[object]:
    """ "-2..+4" are changes, "20..30/2" values two apart, "90%..110%/5" shares of today's."""
    found = _RANGE.fullmatch(text)
    if found is None:
        raise ValueError(f"{shown(text)} is no range; {HOW}")
    first, percent, last, percent_too, apart = found.groups()
    if bool(percent) != bool(percent_too):
        raise ValueError(f'{shown(text)}: write both ends in per cent, or neither: "90%..110%/5"')
    low, high, step = float(first), float(last), float(apart or 1)
    if high < low or step <= 0:
        raise ValueError(f"{shown(text)}: the lower end comes first, and the step is above 0")
    count = math.floor((high - low) / step + 1e-9) + 1
    if count > MOST_VALUES:
        raise ValueError(f"{shown(text)} has {count:,} values; a longer step has fewer: {text.strip()}/STEP")
    signed = first[0] in "+-" or last[0] in "+-"
    numbers = [round(low + step * n, 9) for n in range(count)]
    if percent:
        return [f"{number:{'+' if signed else ''}g}%" for number in numbers]
    return [f"{number:+g}" if signed else int(number) if number.is_integer() else number for number in numbers]


def parsed(text: str) -> tuple[str, object]:
    """ "groups.core.heads=-2..+4" or "…=0,2,4" of a command line. ValueError says how to write it."""
    place, sign, values = text.partition("=")
    if not sign or not place.strip():
        raise ValueError("write SETTING=VALUES, such as groups.core.heads=-2..+4 or groups.core.heads=20,22,24")
    if ".." in values:
        return place.strip(), values
    texts = [one.strip() for one in values.split(",")]
    return place.strip(), [as_written(one) for one in texts] if any(texts) else []


def _setting(plan: Scenario, path: Path, values: Sequence[object]) -> Setting:
    """ValueError says why a plan's setting cannot be moved so."""
    if len(path) < 2 or path[0] == "staffing":
        raise ValueError("is no setting to move; name one such as groups.core.heads")
    check_path(plan, path)
    if is_uncertain(path):
        raise ValueError("is nothing that anybody decides; sim frontier and sim sensitivity say what hangs on it")
    if "service_level" in path:
        raise ValueError("is what plans are judged by; a target is no lever")
    today = value_at(plan, path).label
    changes = dict[str, tuple[object, object]]()
    for value in values:
        setting = Setting(path, (value,), (), (), today)
        problems: list[Problem] = []
        merged: Any = merge(plan.resolved, setting.layer(0), ScenarioSpec, "", problems)
        if problems:
            raise ValueError(f"{shown(value)}: {problems[0].what}")
        for key in path:
            merged = merged.get(key) if isinstance(merged, dict) else None
        changes.setdefault(_text(merged), (value, "none" if merged is None else merged))
    return Setting(
        path, tuple(change for change, _ in changes.values()), tuple(value for _, value in changes.values()),
        tuple(changes), today,
    )  # fmt: skip


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)
