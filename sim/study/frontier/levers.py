"""Levers: what a frontier moves, over which values, and the changes of a plan that make them."""

from __future__ import annotations

import math
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sim.errors import Problem, ScenarioError, did_you_mean, shown
from sim.scenario.heads import heads_given
from sim.scenario.language.fields import IS_DURATION, PERCENT_IS_VALUE
from sim.scenario.model import Scenario
from sim.scenario.reading.overrides import has_mark, options
from sim.scenario.reading.toml_lines import as_keys
from sim.shares import shared_out
from sim.study.frontier.settings import Path, Value, check_path, kind_at, setter, value_at
from sim.units import format_duration, parse_number, parse_rate

Kind = Literal["pace", "heads", "concurrency", "setting"]

DIALS: tuple[Kind, ...] = ("pace", "heads", "concurrency")
FACTORS = (0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15)
MOST_AT_ONCE = 4
STEPS_OF_HEADS = 3
"""To either side, over a fifth of the heads."""


@dataclass(frozen=True)
class Lever:
    """What is moved. `groups` and `queues`: whom it touches, as far as that is known."""

    name: str
    kind: Kind
    paths: tuple[Path, ...]
    value: Callable[[Scenario], Value]
    change: Callable[[str], dict[str, Any]]
    """The table that a value, as written, lays over the plan; ValueError says what is wrong with it."""
    usual: tuple[str, ...]
    groups: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    everywhere: bool = True
    """Whether it moves all that it could."""

    @property
    def settings(self) -> list[str]:
        """The settings that it moves, as they stand in the file."""
        return [as_keys(path) for path in self.paths]

    @property
    def is_risk(self) -> bool:
        """Whether nobody chooses its values: they happen, or are not known."""
        return self.kind == "setting" and all(is_uncertain(path) for path in self.paths)

    @property
    def moves_pace(self) -> bool:
        """Whether agents take more or less time under another value: by a dial, or under pressure."""
        return self.kind == "pace" or any("pressure" in path for path in self.paths)


OF_CUSTOMERS = (
    "forecast", "busyness", "talk", "hold", "wrap", "handle", "patience", "patience_by_time", "balk", "balk_by_time",
    "fcr", "unresolvable", "repeat", "redial", "silent",
)  # fmt: skip
OF_PEOPLE = ("talent", "lateness", "early_log_off")
OF_THE_WORLD = ("forecast_error", "customers", "experience", "absence", "attrition", "ramp")


def is_uncertain(path: Path) -> bool:
    """Whether a setting says what customers, people or the world will do: it can be wrong, and not be decided."""
    match path:
        case ("queues", _, "self_service", "come_back", *_):
            return True
        case ("queues", _, key, *_):
            return key in OF_CUSTOMERS
        case ("groups", _, key, *_):
            return key in OF_PEOPLE
        case ("quality", "pace", *_) | ("center", "load", *_) | ("sites", _, "load", *_):
            return True
    return path[0] in OF_THE_WORLD


def find_lever(plan: Scenario, over: str, group: str | None, queue: str | None) -> Lever:
    """The lever that is asked for; ScenarioError lists all that is wrong with the question."""
    problems: list[Problem] = []
    dotted = "." in over
    if not dotted and over not in DIALS:
        text = f"is no lever; {did_you_mean(over, DIALS)}, or name a setting such as groups.core.pressure.pace"
        problems.append(Problem(f"--over {over}", text))
    for option, name, known, goes_with in (
        ("--group", group, plan.groups, DIALS), ("--queue", queue, plan.queues, ("pace",)),
    ):  # fmt: skip
        if name is None:
            continue
        if name not in known:
            problems.append(Problem(f"{option} {name}", f"is not in this plan; {did_you_mean(name, known)}"))
        elif dotted or (over in DIALS and over not in goes_with):
            problems.append(Problem(f"{option} {name}", f"goes with --over {' or '.join(goes_with)} alone"))
    if group is not None and queue is not None:
        problems.append(Problem("--queue", "pace is a group's or a queue's: give --group or --queue, not both"))
    if problems:
        raise ScenarioError(plan.name, problems)
    try:
        return _lever(plan, over, group, queue)
    except ValueError as error:
        raise ScenarioError(plan.name, [Problem(f"--over {over}", str(error))]) from None


def _lever(plan: Scenario, over: str, group: str | None, queue: str | None) -> Lever:
    path = tuple(over.split("."))
    if over == "pace" and queue is not None:
        return _pace(plan, over, (("queues", queue, "pace"),))
    groups = plan.groups if group is None else [group]
    if over == "pace":
        return _pace(plan, over, tuple(("groups", name, "pace") for name in groups))
    if over == "heads":
        return _heads(plan, over, groups, named=group is not None)
    if over == "concurrency":
        return _concurrency(plan, over, groups)
    check_path(plan, path)
    match path:
        case ("groups" | "queues", _, "pace"):
            return _pace(plan, over, (path,))
        case ("groups", name, "heads"):
            return _heads(plan, over, [name], named=True)
        case ("groups", name, "capacity", channel, "at_once"):
            return _concurrency(plan, over, [name], channel)
    return _setting(plan, over, path)


def _pace(plan: Scenario, name: str, paths: tuple[Path, ...]) -> Lever:
    today = _same([(path, value_at(plan, path)) for path in paths])
    around = [round(today.number * factor, 6) for factor in FACTORS] if today.number else []
    groups = tuple(path[1] for path in paths if path[0] == "groups")
    queues = tuple(path[1] for path in paths if path[0] == "queues")
    if groups:
        queues = tuple(q.name for q in plan.numbered.queues if any(group.name in groups for group in q.groups))
    everywhere = set(groups) == set(plan.groups) or (not groups and set(queues) == set(plan.queues))
    return Lever(
        name, "pace", paths, lambda s: value_at(s, paths[0]), setter(paths), tuple(f"{value:g}" for value in around),
        groups, queues, everywhere,
    )  # fmt: skip


def _concurrency(plan: Scenario, name: str, groups: Sequence[str], channel: str | None = None) -> Lever:
    """How many contacts an agent holds at once, where contacts may stand side by side."""
    held = [
        (g, c)
        for g in groups
        for c in dict.fromkeys(plan.queue(q).spec.channel for q in plan.spec.groups[g].skills)
        if (channel is None or c == channel) and not plan.group(g).holding(c).alone
    ]
    if not held:
        raise ValueError("nobody there holds several contacts of a channel at once, as on chat and messaging")
    paths = tuple(("groups", g, "capacity", c, "at_once") for g, c in held)

    def read(scenario: Scenario, number: int = 0) -> Value:
        group, channel = held[number]
        at_once = scenario.group(group).holding(channel).at_once
        return Value(str(at_once), float(at_once))

    _same([(path, read(plan, number)) for number, path in enumerate(paths)])
    channels = {c for _, c in held}
    queues = tuple(q.name for q in plan.numbered.queues if q.spec.channel in channels)
    usual = tuple(str(n) for n in range(1, MOST_AT_ONCE + 1))
    own = tuple(dict.fromkeys(g for g, _ in held))
    return Lever(name, "concurrency", paths, read, setter(paths), usual, own, queues, channel is None)


def _heads(plan: Scenario, name: str, groups: Sequence[str], *, named: bool) -> Lever:
    """Heads on the first day, of all these groups together; each keeps its part of them."""
    counted = {g: heads for g in groups if (heads := _countable_heads(plan, g)) is not None}
    if named or not counted:
        for g in groups:
            if g not in counted:
                spec = plan.spec.groups[g]
                means = next((key for key in ("seats", "people", "roster") if getattr(spec, key) is not None), None)
                text = f"is run by its {means} file: that file says how many there are" if means else "has no heads"
                raise ValueError(f"group {g} {text}; move groups that have heads or shifts by count")
    total = sum(counted.values())
    step = max(1, math.floor(0.2 * total / STEPS_OF_HEADS + 0.5))
    around = (total + step * k for k in range(-STEPS_OF_HEADS, STEPS_OF_HEADS + 1))

    def change(text: str) -> dict[str, Any]:
        parts = shared_out(_heads_wanted(text, total), list(counted.values()))
        return {"groups": {g: {"heads": part} for g, part in zip(counted, parts, strict=True)}}

    def read(scenario: Scenario) -> Value:
        heads = sum(heads_given(scenario, g) or 0 for g in counted)
        return Value(str(heads), float(heads))

    paths = tuple(("groups", g, "heads") for g in counted)
    usual = tuple(str(heads) for heads in around if heads > 0)
    everywhere = set(counted) == set(plan.groups)
    return Lever(name, "heads", paths, read, change, usual, tuple(counted), everywhere=everywhere)


def _countable_heads(plan: Scenario, group: str) -> int | None:
    spec = plan.spec.groups[group]
    return None if spec.seats or spec.roster or spec.people else heads_given(plan, group)


def _heads_wanted(text: str, total: int) -> int:
    """ "21", "+2", "-2" or "90%" of the heads there are."""
    try:
        if text.endswith("%"):
            wanted: float = math.floor(total * parse_rate(text) + 0.5)
        else:
            wanted = parse_number(float(text)) + (total if text[:1] in ("+", "-") else 0)
    except ValueError:
        raise ValueError(f'{shown(text)} is no number of heads; write 21, "+2" or "90%"') from None
    if wanted != int(wanted) or wanted < 0:
        raise ValueError(f"{wanted:g} heads are not a whole number of people")
    return int(wanted)


def _setting(plan: Scenario, name: str, path: Path) -> Lever:
    today, kind = value_at(plan, path), kind_at(path)
    queues = (path[1],) if path[0] == "queues" else ()
    groups = (path[1],) if path[0] == "groups" else ()
    usual = _usual_of(today, kind)
    return Lever(name, "setting", (path,), lambda s: value_at(s, path), setter((path,)), usual, groups, queues)


def _usual_of(today: Value, kind: Any) -> tuple[str, ...]:
    """Values to try of a setting: all its words, or 15 % to either side."""
    choices = [
        word for option in options(kind) if typing.get_origin(option) is Literal for word in typing.get_args(option)
    ]
    if choices:
        return tuple(map(str, choices))
    if today.label in ("true", "false"):
        return ("true", "false")
    if not today.number:
        return ()
    values = [today.number * factor for factor in FACTORS]
    if has_mark(kind, IS_DURATION):
        return tuple(format_duration(round(value)) for value in values)
    if int in options(kind):
        return tuple(dict.fromkeys(f"{math.floor(value + 0.5)}" for value in values))
    return tuple(f"{round(value, 6):g}" for value in values if value <= 1.0 or not has_mark(kind, PERCENT_IS_VALUE))


def _same(found: list[tuple[Path, Value]]) -> Value:
    """The value that all these places have today; ValueError if they differ."""
    (first, value), *others = found
    for path, other in others:
        if other != value:
            text = f"{'.'.join(first)} is {value.label}, {'.'.join(path)} {other.label}"
            raise ValueError(f"there is not one value of today: {text}; choose with --group, or name one setting")
    return value
