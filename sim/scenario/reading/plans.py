"""A scenario file and its plans: `extends` and `like` resolved, plans ready to be laid over the base."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import Problem, ScenarioError, did_you_mean, nearest, shown
from sim.scenario.language.fields import IS_FILE
from sim.scenario.language.groups import Group
from sim.scenario.language.mixes import MIX_KEYS
from sim.scenario.language.queues import Queue
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.language.shifts import Shift
from sim.scenario.reading.files import FileProblem, inside, read_text
from sim.scenario.reading.names import folder_problem, is_of_results
from sim.scenario.reading.origins import Table, origin_of, with_origins
from sim.scenario.reading.overrides import field_kind, has_mark, merge
from sim.scenario.reading.toml_budget import (
    MOST_PLANS,
    TOO_MANY_PLANS,
    require_few_entries,
    require_moderate,
    require_shallow,
)
from sim.scenario.reading.toml_lines import Lines, as_keys, dotted
from sim.scenario.reading.toml_reader import Document, plain_lines, read

BASE = "base"

NAMED_TABLES = (
    "calendars", "queues", "groups", "shifts", "rotations", "ramp", "sites", "vendors", "contracts",
    "hiring", "attrition", "moves", "absence", "courses",
)  # fmt: skip

LARGEST_TOML = 2_000_000
LONGEST_CHAIN = 20


@dataclass(frozen=True)
class ScenarioFile:
    """A file with what it extends beneath it: the base plan as one table, and what each plan changes."""

    path: Path
    base: dict[str, Any]
    plans: dict[str, dict[str, Any]]
    problems: list[Problem]
    incomplete: set[str]
    """What is no TOML, and tables whose `like` leads nowhere: they lack what they should have had from there."""

    blind: bool = False
    """Whether a base or a table could not be read at all: anything may seem to be missing."""

    tables: dict[Hashable, tuple[Any, list[Problem]]] = field(default_factory=dict)
    """CSV files read so far, with their problems: plans share them."""

    grid: dict[str, Any] | None = None
    """`[grid]`: settings by their places, each with the values to try."""


@dataclass
class _Reading:
    """What is found while a file and its bases are read."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    incomplete: set[str] = field(default_factory=set)
    blind: bool = False

    def label(self, path: Path) -> str:
        """A file's name as messages give it: from the scenario's folder."""
        try:
            return path.resolve().relative_to(self.folder.resolve()).as_posix()
        except ValueError:
            return path.name


def read_file(path: Path) -> ScenarioFile:
    return _parted(path, lambda reading: _with_extends(path, (), reading))


def file_of(tables: Mapping[str, Any], folder: Path, name: str) -> ScenarioFile:
    """Tables as a file in the folder would hold them, named `name`.toml."""
    path = folder / f"{name}.toml"
    try:
        require_shallow(tables)
        document = Document(copy.deepcopy(dict(tables)), Lines())
        require_few_entries(document.raw, document.lines)
    except FileProblem as error:
        raise ScenarioError(str(path), [Problem(error.place or path.name, str(error))]) from None
    return _parted(path, lambda reading: _on_its_base(document, path, (), reading))


def _parted(path: Path, read: Callable[[_Reading], dict[str, Any]]) -> ScenarioFile:
    """The base plan, and the plans."""
    if folder_problem(path.stem):
        raise ScenarioError(str(path), [Problem("file", f"its name {folder_problem(path.stem)}")])
    reading = _Reading(path.parent)
    raw = read(reading)
    problems, incomplete = reading.problems, reading.incomplete
    plans, grid = raw.pop("plans", {}), raw.pop("grid", None)
    origin = origin_of(raw, "plans")
    if grid is not None and not isinstance(grid, dict):
        problems.append(Problem("grid", "write a [grid] table: groups.core.heads = [20, 22, 24]"))
        grid = None
    if not isinstance(plans, dict):
        problems.append(Problem("plans", "write [plans.NAME] tables", str(origin or "")))
        plans = {}
    for name, plan in list(plans.items()):
        at, place = str(origin_of(plans, name) or ""), as_keys(("plans", name))
        if not isinstance(plan, dict):
            problems.append(Problem(place, f"write a table [{place}], not {shown(plan)}", at))
            plans.pop(name)
        elif not _is_plan_name(name):
            problems.append(Problem(f'plans."{name}"', 'a plan names a folder: use letters, digits, "-" and "_"', at))
            plans.pop(name)
        elif is_of_results(name) or folder_problem(name):
            taken = "is taken: choose another" if is_of_results(name) else folder_problem(name)
            problems.append(Problem(place, f"the name {taken}", at))
            plans.pop(name)
        else:
            problems += _dotted_names(name, plan)
    if len(plans) > MOST_PLANS:
        raise ScenarioError(str(path), [Problem("plans", TOO_MANY_PLANS, str(origin or ""))])
    by_folder: dict[str, str] = {}
    for name in plans:
        # Some systems know no case.
        other = by_folder.setdefault(name.casefold(), name)
        if other != name:
            text = f"differs from plans.{other} in case alone: choose another name"
            problems.append(Problem(f"plans.{name}", text, str(origin_of(plans, name) or "")))
    # What a `like` names may stand in what could not be read.
    incomplete |= resolve_likes(raw, [] if reading.blind else problems)
    return ScenarioFile(path, raw, plans, problems, incomplete, reading.blind, grid=grid)


def _dotted_names(name: str, plan: dict[str, Any]) -> list[Problem]:
    """Tables of a plan that are plans themselves: `[plans.two.more]` is a table `more` of a plan `two`. They are taken
    out."""
    fields, found = set(ScenarioSpec.model_fields), list[Problem]()
    for key, entry in list(plan.items()):
        if key not in fields and isinstance(entry, dict) and fields & set(entry):
            text = f'is no setting of plan {name}; a name with a dot stands in quotes: [plans."{name}.{key}"]'
            at = str(origin_of(plan, key) or "")
            found.append(Problem(as_keys(("plans", name, key)), text, at))
            plan.pop(key)
    return found


def _is_plan_name(name: str) -> bool:
    allowed = all(c.isalnum() or c in "-_. " for c in name)
    return allowed and 0 < len(name) <= 60 and name == name.strip() and not name.startswith(".")


def read_toml(path: Path) -> Document:
    """What the file says, with the mistakes in it; FileProblem if it is no text of a scenario at all."""
    text = plain_lines(read_text(path, LARGEST_TOML))
    if not text.strip():
        raise FileProblem("is empty; `sim new FILE` writes a scenario that runs")
    if text.lstrip().startswith("{"):
        raise FileProblem("is JSON, and a scenario is TOML; `sim new FILE` writes one that runs")
    require_moderate(text)
    document = read(text)
    require_few_entries(document.raw, document.lines)
    return document


def _with_extends(path: Path, trail: tuple[Path, ...], reading: _Reading, named_at: str = "") -> dict[str, Any]:
    """The file with the file it extends beneath it; the file names it holds are made relative to the folder.

    `named_at`: the line that names the file.
    """
    problems = reading.problems
    try:
        document = read_toml(path)
    except FileProblem as error:
        at = "" if error.line is None else f"{reading.label(path) if trail else path.name}:{error.line}"
        if not trail:
            raise ScenarioError(str(path), [Problem(error.place or path.name or "file", str(error), at)]) from None
        where = at.replace(":", " line ") if at else path.name
        problems.append(Problem("extends", ": ".join(filter(None, (where, error.place, str(error)))), named_at))
        reading.blind = True
        return {}
    return _on_its_base(document, path, trail, reading)


def _on_its_base(document: Document, path: Path, trail: tuple[Path, ...], reading: _Reading) -> dict[str, Any]:
    folder, problems = reading.folder, reading.problems
    label = reading.label(path) if trail else path.name
    for mistake in document.mistakes:
        problems.append(Problem(dotted(mistake.place or ()) or label, mistake.what, f"{label}:{mistake.line}"))
    reading.incomplete |= {dotted(place) for place in document.lost}
    reading.blind |= document.blind or (bool(document.mistakes) and not document.raw)
    problems += _unquoted_changes(document, label)
    raw = with_origins(document.raw, document.lines, label)
    home = path.parent.resolve().relative_to(folder.resolve())
    if home != Path():
        prefix_files(raw, ScenarioSpec, home)
    at = str(origin_of(raw, "extends") or "")
    base_name = raw.pop("extends", None)
    if base_name is None:
        return raw
    trail = (*trail, path.resolve())
    try:
        if not isinstance(base_name, str):
            raise FileProblem(f"write the name of a scenario file in quotes, not {shown(base_name)}")
        base_path = _base_of(folder, str(home / base_name), trail)
    except FileProblem as error:
        text = f"{base_name}: {error}" if isinstance(base_name, str) else str(error)
        problems.append(Problem("extends", text, at))
        reading.blind = True
        return raw
    base = _with_extends(base_path, trail, reading, at)
    if reading.blind:
        return raw
    reading.incomplete |= resolve_likes(base, problems)
    origins = {**getattr(base, "origins", {}), **raw.origins}
    plans = _joined_plans(base.pop("plans", {}), raw.pop("plans", {}))
    merged = merge(base, raw, ScenarioSpec, "", problems)
    result = Table(merged)
    result.put("plans", plans, origins.get("plans"))
    return result


def _unquoted_changes(document: Document, label: str) -> Iterator[Problem]:
    """Numbers such as +2 where a change is meant: TOML takes the sign for a part of the number."""
    for place, text in document.lines.signed.items():
        table: Any = document.raw
        for part in place[:-1]:
            table = table[part]
        changes = place[0] == "plans" or "extends" in document.raw or (isinstance(table, dict) and "like" in table)
        if text[0] == "+" and changes:
            what = f'write "{text}" in quotes to add to what the base gives; without them it is the number {text[1:]}'
            yield Problem(dotted(place), what, f"{label}:{document.lines.of[place]}")


def _base_of(folder: Path, name: str, trail: tuple[Path, ...]) -> Path:
    path = inside(folder, name)
    if path in trail:
        circle = " → ".join(p.name for p in (*trail, path))
        raise FileProblem(f"goes in a circle: {circle}; remove one of them")
    if len(trail) > LONGEST_CHAIN:
        raise FileProblem(f"is the end of a chain of more than {LONGEST_CHAIN} files; extend a nearer one")
    return path


def _joined_plans(base: object, change: object) -> object:
    """Plans of a file and of the file it extends: one of the same name changes what it names, "none" removes."""
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change if isinstance(base, dict) else base
    both = laid_over(base, change)
    return Table({name: plan for name, plan in both.items() if plan != "none"}, both.origins)


def laid_over(base: dict[str, Any], change: dict[str, Any]) -> Table:
    """Changes over changes: the later one of a setting stands, a mix of shares or counts as a whole."""
    result = Table({**base, **change}, {**getattr(base, "origins", {}), **getattr(change, "origins", {})})
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict) and key not in MIX_KEYS:
            result[key] = laid_over(base[key], value)
    return result


def prefix_files(table: dict[str, Any], model: Any, home: Path) -> None:
    """File names in `table` made relative to the folder above `home`."""
    for key, value in table.items():
        kind = field_kind(model, key)
        if key == "plans" and model is ScenarioSpec and isinstance(value, dict):
            for plan in value.values():
                if isinstance(plan, dict):
                    prefix_files(plan, ScenarioSpec, home)
        elif isinstance(value, dict):
            prefix_files(value, kind, home)
        elif isinstance(value, str) and value != "none" and has_mark(kind, IS_FILE):
            table[key] = str(home / value)


def resolve_likes(raw: dict[str, Any], problems: list[Problem]) -> set[str]:
    """Each `like` replaced by the table it names, with its own entries laid over; the places where that failed."""
    incomplete: set[str] = set()
    for table, kind in (("queues", Queue), ("groups", Group), ("shifts", Shift)):
        if isinstance(raw.get(table), dict):
            entries = _resolve_like(raw[table], table, kind, problems, incomplete)
            raw[table] = Table(entries, getattr(raw[table], "origins", None))
    return incomplete


def _resolve_like(
    entries: dict[str, Any], table: str, kind: type, problems: list[Problem], incomplete: set[str]
) -> dict[str, Any]:
    done: dict[str, Any] = {}

    def resolve(name: str, trail: tuple[str, ...]) -> Any:
        if name in done or not isinstance(entries[name], dict) or "like" not in entries[name]:
            return done.get(name, entries[name])
        entry = Table(entries[name])
        at = str(origin_of(entry, "like") or "")
        other = entry.pop("like")
        place = f"{table}.{name}"
        trail = (*trail, name)
        if not isinstance(other, str) or not isinstance(entries.get(other), dict):
            text = f"{shown(other)} is not in {table}; {did_you_mean(str(other), entries)}"
            problems.append(Problem(f"{place}.like", text, at))
            incomplete.add(place)
        elif other in trail:
            circle = trail[trail.index(other) :]
            text = f"goes in a circle: {' → '.join((*circle, other))}; remove one of them"
            ats = {member: str(origin_of(entries[member], "like") or "") for member in circle}
            problems.extend(Problem(f"{table}.{member}.like", text, ats[member]) for member in circle)
            incomplete.add(place)
        elif len(trail) > LONGEST_CHAIN:
            text = f"is the end of a chain of more than {LONGEST_CHAIN}; name a nearer one"
            problems.append(Problem(f"{place}.like", text, at))
            incomplete.add(place)
        else:
            entry = Table(merge(resolve(other, trail), entry, kind, place, problems))
            if f"{table}.{other}" in incomplete:
                incomplete.add(place)
        done[name] = entry
        return entry

    return {name: resolve(name, ()) for name in entries}


def new_in(file: ScenarioFile, change: Mapping[str, Any]) -> dict[str, str]:
    """Tables that a plan adds although the base has one of nearly the same name: place, and that name."""
    found: dict[str, str] = {}
    for table in NAMED_TABLES:
        written, known = change.get(table), file.base.get(table)
        if isinstance(written, dict) and isinstance(known, dict):
            near = {name: nearest(name, list(known)) for name in written if name not in known}
            found |= {f"{table}.{name}": other for name, other in near.items() if other is not None}
    return found
