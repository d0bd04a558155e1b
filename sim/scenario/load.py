"""Files in, frozen scenarios out: `extends`, `like` and plans resolved, data files read, everything checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim.clock import Clock
from sim.distributions import Law
from sim.errors import Problem, ScenarioError, did_you_mean
from sim.scenario import data
from sim.scenario.files import FileProblem, inside, read_toml
from sim.scenario.overrides import merge
from sim.scenario.schema import LawSpec, ScenarioSpec
from sim.scenario.words import problems_of

BASE = "base"
FILE_KEYS = ("csv", "season", "shape", "replay")
DEEPEST = 40


@dataclass(frozen=True)
class Data:
    """What the scenario's CSV files say, by queue or group."""

    volumes: dict[str, dict[str, data.Profile]] = field(default_factory=dict)
    shapes: dict[str, data.Profile] = field(default_factory=dict)
    seasons: dict[str, tuple[str, dict[int, float]]] = field(default_factory=dict)
    replays: dict[str, data.Replay] = field(default_factory=dict)
    samples: dict[str, tuple[float, ...]] = field(default_factory=dict)
    seats: dict[str, data.Profile] = field(default_factory=dict)
    people: dict[str, tuple[data.Person, ...]] = field(default_factory=dict)
    rosters: dict[str, tuple[data.RosterRow, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scenario:
    """One plan in one world, validated. `resolved` is the merged file, for the manifest."""

    name: str
    plan: str
    folder: Path
    spec: ScenarioSpec
    resolved: dict[str, Any]
    data: Data
    warnings: tuple[Problem, ...] = ()
    assumptions: tuple[Problem, ...] = ()

    @cached_property
    def clock(self) -> Clock:
        center = self.spec.center
        days = center.days if center.days is not None else 7 * (center.weeks or 0)
        return Clock(center.start, days, center.interval, center.timezone)

    @property
    def queues(self) -> list[str]:
        return list(self.spec.queues)

    @property
    def groups(self) -> list[str]:
        return list(self.spec.groups)

    @cached_property
    def closed_days(self) -> frozenset[dt.date]:
        return frozenset(self._calendar_days("closed"))

    @cached_property
    def holidays(self) -> frozenset[dt.date]:
        return frozenset(self._calendar_days("holidays"))

    def _calendar_days(self, kind: str) -> tuple[dt.date, ...]:
        calendar = self.spec.calendars.get(self.spec.center.calendar or "")
        return getattr(calendar, kind) if calendar else ()

    def open_spans(self, queue: str, date: dt.date) -> tuple[tuple[float, float], ...]:
        """The queue's opening hours on a date, in seconds after local midnight."""
        if date in self.closed_days:
            return ()
        own = self.spec.queues[queue].open
        return (self.spec.center.open if own is None else own)[date.weekday()]

    def law(self, queue: str, part: str) -> Law:
        """The law of a queue's talk, hold, wrap or patience, as the file gives it."""
        spec: LawSpec = getattr(self.spec.queues[queue], part)
        return spec.law(self.data.samples.get(f"{queue}.{part}", ()))

    def tiers_of(self, queue: str) -> list[Any]:
        """The queue's route; by default one tier of every group with the skill."""
        from sim.scenario.schema import Tier

        route = self.spec.queues[queue].route
        if route is not None:
            return list(route)
        return [Tier(groups=tuple(g for g, group in self.spec.groups.items() if queue in group.skills))]


def load(path: Path, plan: str = BASE) -> Scenario:
    """The named plan of a scenario file. ScenarioError lists every problem."""
    file = _read(path)
    problems: list[Problem] = []
    if plan != BASE and plan not in file.plans:
        known = [BASE, *file.plans]
        raise ScenarioError(str(path), [Problem(f"--plan {plan}", f"no such plan; {did_you_mean(plan, known)}")])
    scenario = _build(file, plan, problems)
    if problems or scenario is None:
        raise ScenarioError(str(path), problems)
    return scenario


def load_plans(path: Path) -> list[Scenario]:
    """The base and every plan of a file; the problems of all of them at once."""
    file = _read(path)
    scenarios, found = [], list[Problem]()
    for plan in [BASE, *file.plans]:
        problems: list[Problem] = []
        scenarios.append(_build(file, plan, problems))
        seen = {(p.where, p.what) for p in found}
        prefix = "" if plan == BASE else f"plans.{plan}: "
        found += [Problem(prefix + p.where, p.what) for p in problems if (p.where, p.what) not in seen]
    if found:
        raise ScenarioError(str(path), found)
    return [scenario for scenario in scenarios if scenario is not None]


@dataclass(frozen=True)
class _File:
    path: Path
    base: dict[str, Any]
    plans: dict[str, dict[str, Any]]
    problems: list[Problem]


def _read(path: Path) -> _File:
    problems: list[Problem] = []
    raw = _with_extends(path, path.parent, (), problems)
    plans = raw.pop("plans", {})
    if not isinstance(plans, dict):
        problems.append(Problem("plans", "write [plans.NAME] tables"))
        plans = {}
    for name, plan in list(plans.items()):
        if not isinstance(plan, dict):
            problems.append(Problem(f"plans.{name}", f"write a table [plans.{name}]"))
            plans.pop(name)
        elif name == BASE or not name.strip() or len(name) > 60 or not all(c.isalnum() or c in "-_. " for c in name) or name.startswith("."):
            problems.append(
                Problem(f"plans.{name}", 'a plan names a folder: use letters, digits, "-" and "_", and not "base"')
            )
            plans.pop(name)
    for table in ("queues", "groups", "shifts"):
        _resolve_like(raw, table, problems)
    return _File(path, raw, plans, problems)


def _with_extends(path: Path, folder: Path, trail: tuple[Path, ...], problems: list[Problem]) -> dict[str, Any]:
    """The file with the file it extends beneath it; the file names it holds are made relative to `folder`."""
    try:
        raw = read_toml(path)
    except FileProblem as error:
        if not trail:
            raise ScenarioError(str(path), [Problem(path.name, str(error))]) from None
        problems.append(Problem("extends", f"{path.name} {error}"))
        return {}
    if _depth(raw) > DEEPEST:
        raise ScenarioError(str(path), [Problem(path.name, "is nested too deeply to be a scenario")])
    if path.parent.resolve() != folder.resolve():
        _prefix_files(raw, path.parent.resolve().relative_to(folder.resolve()))
    base_name = raw.pop("extends", None)
    if base_name is None:
        return raw
    if not isinstance(base_name, str):
        problems.append(Problem("extends", "write the name of a scenario file"))
        return raw
    try:
        base_path = inside(folder, str(path.parent.resolve().relative_to(folder.resolve()) / base_name))
    except FileProblem as error:
        problems.append(Problem("extends", f"{base_name} {error}"))
        return raw
    trail = (*trail, path.resolve())
    if base_path in trail:
        circle = " → ".join(p.name for p in (*trail, base_path))
        problems.append(Problem("extends", f"goes in a circle: {circle}; remove one of them"))
        return raw
    base = _with_extends(base_path, folder, trail, problems)
    plans = {**base.pop("plans", {}), **raw.pop("plans", {})}
    merged = merge(base, raw, ScenarioSpec, "", problems)
    return {**merged, "plans": plans} if plans else merged


def _depth(value: object, limit: int = DEEPEST + 1) -> int:
    if limit == 0:
        return 1
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max((_depth(child, limit - 1) for child in children), default=0)


def _prefix_files(table: dict[str, Any], prefix: Path) -> None:
    for key, value in table.items():
        if isinstance(value, dict):
            _prefix_files(value, prefix)
        elif key in FILE_KEYS and isinstance(value, str) and value != "none":
            table[key] = str(prefix / value)


def _resolve_like(raw: dict[str, Any], table: str, problems: list[Problem]) -> None:
    """Each `like` replaced by the table it names, with its own entries laid over."""
    entries = raw.get(table)
    if not isinstance(entries, dict):
        return
    kind = {"queues": "Queue", "groups": "Group", "shifts": "Shift"}[table]
    from sim.scenario import schema

    def resolve(name: str, trail: tuple[str, ...]) -> dict[str, Any]:
        entry = entries[name]
        if not isinstance(entry, dict) or "like" not in entry:
            return entry if isinstance(entry, dict) else {}
        entry = dict(entry)
        model_name = entry.pop("like")
        where = f"{table}.{name}.like"
        if not isinstance(model_name, str) or model_name not in entries:
            problems.append(Problem(where, f"{model_name!r} is not in {table}; {did_you_mean(str(model_name), entries)}"))
            return entry
        if model_name in (*trail, name):
            problems.append(Problem(where, f"goes in a circle: {' → '.join((*trail, name, model_name))}"))
            return entry
        return merge(resolve(model_name, (*trail, name)), entry, getattr(schema, kind), f"{table}.{name}", problems)

    resolved = {name: resolve(name, ()) if isinstance(entries[name], dict) else entries[name] for name in entries}
    raw[table] = resolved


def _build(file: _File, plan: str, problems: list[Problem]) -> Scenario | None:
    from sim.scenario.checks import assumptions_of, check, check_horizon

    problems += file.problems
    raw = file.base
    if plan != BASE:
        raw = merge(file.base, file.plans[plan], ScenarioSpec, "", problems)
        for table in ("queues", "groups", "shifts"):
            _resolve_like(raw, table, problems)
    try:
        spec = ScenarioSpec.model_validate(raw)
    except ValidationError as error:
        problems += problems_of(error, ScenarioSpec)
        return None
    before = len(problems)
    problems += check_horizon(spec)
    if len(problems) > before:
        return None
    scenario = Scenario(file.path.stem, plan, file.path.parent, spec, raw, _read_data(spec, file.path.parent, problems))
    found = list(check(scenario))
    problems += [finding.problem for finding in found if not finding.only_warns]
    warnings = tuple(finding.problem for finding in found if finding.only_warns)
    return Scenario(
        scenario.name, plan, scenario.folder, spec, raw, scenario.data, warnings, tuple(assumptions_of(scenario))
    )


def _read_data(spec: ScenarioSpec, folder: Path, problems: list[Problem]) -> Data:
    result = Data()
    interval = spec.center.interval
    for name, queue in spec.queues.items():
        forecast, where = queue.forecast, f"queues.{name}.forecast"
        if forecast.csv is not None:
            result.volumes[name] = data.read_volumes(f"{where}.csv", forecast.csv, folder, interval, problems)
        if forecast.shape is not None:
            result.shapes[name] = data.read_shape(f"{where}.shape", forecast.shape, folder, interval, problems)
        if forecast.season is not None:
            result.seasons[name] = data.read_season(f"{where}.season", forecast.season, folder, problems)
        if forecast.replay is not None:
            result.replays[name] = data.read_replay(f"{where}.replay", forecast.replay, folder, problems)
        for part, law in _laws(queue):
            if law.csv is not None:
                place = f"queues.{name}.{part}.csv"
                result.samples[f"{name}.{part}"] = data.read_sample(place, law.csv, folder, problems)
    for name, group in spec.groups.items():
        where = f"groups.{name}"
        if group.seats is not None:
            result.seats[name] = data.read_seats(f"{where}.seats.csv", group.seats.csv, folder, interval, problems)
        if group.people is not None:
            result.people[name] = data.read_people(f"{where}.people.csv", group.people.csv, folder, problems)
        if group.roster is not None:
            result.rosters[name] = data.read_roster(f"{where}.roster.csv", group.roster.csv, folder, problems)
    return result


def _laws(queue: Any) -> Iterator[tuple[str, LawSpec]]:
    for part in ("talk", "hold", "wrap", "patience"):
        law = getattr(queue, part)
        if law is not None:
            yield part, law
