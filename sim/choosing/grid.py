"""Many plans in a few lines: settings, each with values to try, and every combination of them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.errors import Problem, ScenarioError, shown
from sim.scenario.changes import changes_of
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

    @property
    def varies(self) -> bool:
        """Whether any value is another than today's."""
        return self.levels != (self.today,)

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
    named_levels: tuple[tuple[str, ...], ...] = ()
    """By plan with a name and setting, what it has; "" where it has no such setting."""
    same: tuple[int, ...] = ()
    """Combinations, in order, that are the plan itself or one with a name: none is offered twice."""

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(one.levels) for one in self.settings)

    def __len__(self) -> int:
        return 1 + len(self.named) + math.prod(self.shape) - len(self.same)

    def combination(self, levels: Sequence[str]) -> int | None:
        """The one with these values; None where one of them is not tried."""
        if not all(level in one.levels for one, level in zip(self.settings, levels, strict=True)):
            return None
        at = tuple(one.levels.index(level) for one, level in zip(self.settings, levels, strict=True))
        return int(np.ravel_multi_index(at, self.shape))

    def at(self, n: int) -> tuple[int, ...] | None:
        """By setting, which of its values; None of a plan with a name."""
        flat = n - 1 - len(self.named)
        if flat < 0:
            return None
        for same in self.same:
            flat += flat >= same
        return tuple(int(place) for place in np.unravel_index(flat, self.shape))

    def levels(self, n: int) -> tuple[str, ...]:
        """By setting."""
        at = self.at(n)
        if at is None:
            return self.named_levels[n - 1] if n else tuple(one.today for one in self.settings)
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
        raise ScenarioError(str(file.path), [Problem("grid", f"names no setting; {an_example(file)} = …: {HOW}")])
    for path, values in flat.items():
        where = f"{said}{dotted(path)}"
        try:
            settings.append(_setting(plan, path, _texts(values)))
        except ValueError as error:
            problems.append(Problem(where, str(error)))
    if problems:
        raise ScenarioError(str(file.path), problems)
    named = tuple(file.plans) if start == BASE and not layers else ()
    if not any(one.varies for one in settings):
        values = " and ".join(f"{one.place} {one.today}" for one in settings)
        text = f"varies nothing, offers no plan but {start} itself: {values} is what it has; give other values to try"
        raise ScenarioError(str(file.path), [Problem(said.rstrip(". "), text)])
    return _without_twins(Grid(file, start, tuple(layers), named, tuple(settings), label=label))


def _without_twins(grid: Grid) -> Grid:
    """With what plans with names have of the settings, and without combinations that are such a plan."""
    own = grid.combination([one.today for one in grid.settings])
    same, levels = {own} - {None}, []
    for name in grid.named:
        try:
            plan = plan_of(grid.file, name)
        except ScenarioError:
            # It is left out when its turn comes, and says why.
            levels.append(("",) * len(grid.settings))
            continue
        levels.append(tuple(_level_in(plan, one.path) for one in grid.settings))
        twin = grid.combination(levels[-1])
        if twin is not None and twin not in same and _is(plan, grid, twin):
            same.add(twin)
    return replace(grid, named_levels=tuple(levels), same=tuple(sorted(n for n in same if n is not None)))


def _level_in(plan: Scenario, path: Path) -> str:
    try:
        check_path(plan, path)
    except ValueError:
        return ""
    return value_at(plan, path).label


def _is(plan: Scenario, grid: Grid, combination: int) -> bool:
    """Whether a combination is this plan, whatever both are called."""
    at = np.unravel_index(combination, grid.shape)
    layers = [one.layer(int(place)) for one, place in zip(grid.settings, at, strict=True)]
    try:
        other = plan_of(grid.file, grid.start, [*grid.layers, *layers])
    except ScenarioError:
        return False
    return not any(True for _ in changes_of(plan.resolved, other.resolved))


def an_example(file: ScenarioFile) -> str:
    """A setting that this file has, for messages."""
    groups = file.base.get("groups")
    group = next((name for name in groups if isinstance(name, str)), "core") if isinstance(groups, dict) else "core"
    return dotted(("groups", group, "heads"))


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


def parsed(text: str, example: str = "groups.core.heads") -> tuple[str, object]:
    """ "groups.core.heads=-2..+4" or "…=0,2,4" of a command line. ValueError says how to write it, by an `example`."""
    place, sign, values = text.partition("=")
    if not sign or not place.strip():
        raise ValueError(f"write SETTING=VALUES, such as {example}=-2..+4 or {example}=20,22,24")
    if ".." in values:
        return place.strip(), values
    texts = [one.strip() for one in values.split(",")]
    return place.strip(), [as_written(one) for one in texts] if any(texts) else []


def _setting(plan: Scenario, path: Path, values: Sequence[object]) -> Setting:
    """ValueError says why a plan's setting cannot be moved so."""
    if len(path) < 2 or path[0] == "staffing":
        raise ValueError(f"is no setting to move; name one such as {dotted(('groups', plan.groups[0], 'heads'))}")
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
