"""A scenario file and its plans: `extends` and `like` resolved, plans ready to be laid over the base."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError, did_you_mean, nearest, shown
from sim.scenario import schema
from sim.scenario.fields import IS_FILE
from sim.scenario.files import FileProblem, inside, read_toml
from sim.scenario.names import folder_problem, is_of_results
from sim.scenario.overrides import field_kind, has_mark, merge
from sim.scenario.schema import ScenarioSpec

BASE = "base"

NAMED_TABLES = (
    "calendars", "queues", "groups", "shifts", "rotations", "ramp", "sites", "vendors", "contracts",
    "hiring", "attrition", "moves", "absence", "courses",
)  # fmt: skip

DEEPEST = 40
LONGEST_CHAIN = 20


@dataclass(frozen=True)
class ScenarioFile:
    """A file with what it extends beneath it: the base plan as one table, and what each plan changes."""

    path: Path
    base: dict[str, Any]
    plans: dict[str, dict[str, Any]]
    problems: list[Problem]
    incomplete: set[str]
    """Tables whose `like` leads nowhere: they lack what they should have had from there."""

    tables: dict[Hashable, tuple[Any, list[Problem]]] = field(default_factory=dict)
    """CSV files read so far, with their problems: plans share them."""


def read_file(path: Path) -> ScenarioFile:
    problems: list[Problem] = []
    incomplete: set[str] = set()
    if folder_problem(path.stem):
        raise ScenarioError(str(path), [Problem("file", f"its name {folder_problem(path.stem)}")])
    raw = _with_extends(path, path.parent, (), problems, incomplete)
    if any(problem.where == "extends" for problem in problems):
        # Half a scenario is not worth judging.
        raise ScenarioError(str(path), problems)
    plans = raw.pop("plans", {})
    if not isinstance(plans, dict):
        problems.append(Problem("plans", "write [plans.NAME] tables"))
        plans = {}
    for name, plan in list(plans.items()):
        if not isinstance(plan, dict):
            problems.append(Problem(f"plans.{name}", f"write a table [plans.{name}], not {shown(plan)}"))
            plans.pop(name)
        elif not _is_plan_name(name):
            problems.append(Problem(f'plans."{name}"', 'a plan names a folder: use letters, digits, "-" and "_"'))
            plans.pop(name)
        elif is_of_results(name) or folder_problem(name):
            taken = "is taken: choose another" if is_of_results(name) else folder_problem(name)
            problems.append(Problem(f"plans.{name}", f"the name {taken}"))
            plans.pop(name)
    by_folder: dict[str, str] = {}
    for name in plans:
        # Some systems know no case.
        other = by_folder.setdefault(name.casefold(), name)
        if other != name:
            problems.append(Problem(f"plans.{name}", f"differs from plans.{other} in case alone: choose another name"))
    incomplete |= resolve_likes(raw, problems)
    return ScenarioFile(path, raw, plans, problems, incomplete)


def _is_plan_name(name: str) -> bool:
    allowed = all(c.isalnum() or c in "-_. " for c in name)
    return allowed and 0 < len(name) <= 60 and name == name.strip() and not name.startswith(".")


def _with_extends(
    path: Path, folder: Path, trail: tuple[Path, ...], problems: list[Problem], incomplete: set[str]
) -> dict[str, Any]:
    """The file with the file it extends beneath it; the file names it holds are made relative to `folder`."""
    try:
        raw = read_toml(path)
        if _depth(raw) > DEEPEST:
            raise FileProblem("is nested too deeply to be a scenario")
    except FileProblem as error:
        if not trail:
            raise ScenarioError(str(path), [Problem(path.name or "file", str(error))]) from None
        problems.append(Problem("extends", f"{path.name}: {error}"))
        return {}
    home = path.parent.resolve().relative_to(folder.resolve())
    if home != Path():
        _prefix_files(raw, ScenarioSpec, home)
    base_name = raw.pop("extends", None)
    if base_name is None:
        return raw
    if not isinstance(base_name, str):
        problems.append(Problem("extends", f"write the name of a scenario file in quotes, not {shown(base_name)}"))
        return raw
    trail = (*trail, path.resolve())
    try:
        base_path = inside(folder, str(home / base_name))
        if base_path in trail:
            circle = " → ".join(p.name for p in (*trail, base_path))
            raise FileProblem(f"goes in a circle: {circle}; remove one of them")
        if len(trail) > LONGEST_CHAIN:
            raise FileProblem(f"is the end of a chain of more than {LONGEST_CHAIN} files; extend a nearer one")
    except FileProblem as error:
        problems.append(Problem("extends", f"{base_name}: {error}"))
        return raw
    base = _with_extends(base_path, folder, trail, problems, incomplete)
    incomplete |= resolve_likes(base, problems)
    plans = _joined_plans(base.pop("plans", {}), raw.pop("plans", {}))
    return {**merge(base, raw, ScenarioSpec, "", problems), "plans": plans}


def _joined_plans(base: object, change: object) -> object:
    """Plans of a file and of the file it extends: one of the same name replaces, "none" removes."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change if isinstance(base, dict) else base
    return {name: plan for name, plan in {**base, **change}.items() if plan != "none"}


def _depth(value: object, limit: int = DEEPEST + 1) -> int:
    if limit == 0:
        return 1
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max((_depth(child, limit - 1) for child in children), default=0)


def _prefix_files(table: dict[str, Any], model: Any, home: Path) -> None:
    """File names in `table` made relative to the folder above `home`."""
    for key, value in table.items():
        kind = field_kind(model, key)
        if key == "plans" and model is ScenarioSpec and isinstance(value, dict):
            for plan in value.values():
                if isinstance(plan, dict):
                    _prefix_files(plan, ScenarioSpec, home)
        elif isinstance(value, dict):
            _prefix_files(value, kind, home)
        elif isinstance(value, str) and value != "none" and has_mark(kind, IS_FILE):
            table[key] = str(home / value)


def resolve_likes(raw: dict[str, Any], problems: list[Problem]) -> set[str]:
    """Each `like` replaced by the table it names, with its own entries laid over; the places where that failed."""
    incomplete: set[str] = set()
    for table, kind in (("queues", schema.Queue), ("groups", schema.Group), ("shifts", schema.Shift)):
        if isinstance(raw.get(table), dict):
            raw[table] = _resolve_like(raw[table], table, kind, problems, incomplete)
    return incomplete


def _resolve_like(
    entries: dict[str, Any], table: str, kind: type, problems: list[Problem], incomplete: set[str]
) -> dict[str, Any]:
    done: dict[str, Any] = {}

    def resolve(name: str, trail: tuple[str, ...]) -> Any:
        if name in done or not isinstance(entries[name], dict) or "like" not in entries[name]:
            return done.get(name, entries[name])
        entry = dict(entries[name])
        other = entry.pop("like")
        place = f"{table}.{name}"
        trail = (*trail, name)
        if not isinstance(other, str) or not isinstance(entries.get(other), dict):
            text = f"{shown(other)} is not in {table}; {did_you_mean(str(other), entries)}"
            problems.append(Problem(f"{place}.like", text))
            incomplete.add(place)
        elif other in trail:
            circle = trail[trail.index(other) :]
            text = f"goes in a circle: {' → '.join((*circle, other))}; remove one of them"
            problems.extend(Problem(f"{table}.{member}.like", text) for member in circle)
            incomplete.add(place)
        elif len(trail) > LONGEST_CHAIN:
            text = f"is the end of a chain of more than {LONGEST_CHAIN}; name a nearer one"
            problems.append(Problem(f"{place}.like", text))
            incomplete.add(place)
        else:
            entry = merge(resolve(other, trail), entry, kind, place, problems)
            if f"{table}.{other}" in incomplete:
                incomplete.add(place)
        done[name] = entry
        return entry

    return {name: resolve(name, ()) for name in entries}


def new_in_plan(file: ScenarioFile, plan: str) -> dict[str, str]:
    """Tables that a plan adds although the base has one of nearly the same name: place, and that name."""
    found: dict[str, str] = {}
    for table in NAMED_TABLES:
        written, known = file.plans[plan].get(table), file.base.get(table)
        if isinstance(written, dict) and isinstance(known, dict):
            near = {name: nearest(name, list(known)) for name in written if name not in known}
            found |= {f"{table}.{name}": other for name, other in near.items() if other is not None}
    return found
