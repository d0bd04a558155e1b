"""Centers whose cheapest staffing is known without the program: by Erlang's formulas, by a Markov chain, by counting.

Every center is open day and night for one day, with one shift that lasts as long, so that a target of the day is one of
the steady state (the first minutes, in which it fills, are a thousandth of it); or open for some hours, with shifts.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import theory
from scenarios_at_random import WEEKDAYS, time_of_day, write_csv, write_toml
from scipy import optimize

Heads = tuple[int, ...]


@dataclass(frozen=True)
class Line:
    """A queue of calls, Poisson, exponential work and patience."""

    per_minute: float | Sequence[float]
    """Or by hour that the center is open."""
    talk_s: float
    patience_s: float | None
    target: float
    within_s: float = 20.0
    groups: tuple[str, ...] = ("agents",)
    """Who may answer, in order of preference."""
    per: str = "day"


@dataclass(frozen=True)
class Crew:
    """A group: today's heads by shift, what it takes first, and how fast it is at it."""

    shifts: Mapping[str, int]
    skills: Mapping[str, float]
    """By queue in order of priority: speed."""
    wage: float = 20.0


@dataclass(frozen=True)
class Known:
    """The cheapest staffing that holds; by how much it does, and by how much every other that costs no more fails."""

    heads: Heads
    holds_by: float
    others_fail_by: float


def write_center(
    folder: Path,
    lines: Mapping[str, Line],
    crews: Mapping[str, Crew],
    shifts: Mapping[str, tuple[int, int]] | None = None,
    *,
    minutes: int = 60,
) -> Path:
    """`shifts`: hours from and to; of one that lasts all day, "day", if there are none. `minutes`: of an interval."""
    shifts = shifts or {"day": (0, 24)}
    opens, closes = min(first for first, _ in shifts.values()), max(last for _, last in shifts.values())
    tables: dict[str, Any] = {
        "center": {
            "start": dt.date(2026, 3, 2),
            "days": 1,
            "interval": f"{minutes}min",
            "rest_between_shifts": "0h",
            "open": "24/7" if (opens, closes) == (0, 24) else {"mon": f"{_clock(opens)}-{_clock(closes)}"},
        },
        "queues": {name: _queue(folder, name, line, opens, closes, minutes) for name, line in lines.items()},
        "groups": {name: _group(crew) for name, crew in crews.items()},
        "shifts": {name: {"hours": f"{_clock(first)}-{_clock(last)}"} for name, (first, last) in shifts.items()},
        "costs": {"load": 1.0},
    }
    return write_toml(folder / "center.toml", tables)


def _clock(hour: int) -> str:
    return f"{hour:02d}:00"


def _queue(folder: Path, name: str, line: Line, opens: int, closes: int, minutes: int) -> dict[str, Any]:
    hours = range(opens, closes)
    rates = [line.per_minute] * len(hours) if isinstance(line.per_minute, int | float) else line.per_minute
    rows = [
        (day, time_of_day(hour * 3600 + minute * 60), rate * minutes)
        for day in WEEKDAYS
        for hour, rate in zip(hours, rates, strict=True)
        for minute in range(0, 60, minutes)
    ]
    patience = (
        {"family": "never"} if line.patience_s is None else {"family": "exponential", "mean": f"{line.patience_s}s"}
    )
    return {
        "channel": "phone",
        "forecast": {"csv": write_csv(folder / f"{name}.csv", "weekday,start,contacts", rows)},
        "talk": {"family": "exponential", "mean": f"{line.talk_s}s"},
        "basis": "standard",
        "patience": patience,
        "service_level": {"target": line.target, "within": f"{line.within_s}s", "per": line.per},
        "route": [{"groups": list(line.groups), "choose": ["in_order"]}],
    }


def _group(crew: Crew) -> dict[str, Any]:
    skills = {queue: {"priority": 1 + n, "speed": speed} for n, (queue, speed) in enumerate(crew.skills.items())}
    return {"shifts": dict(crew.shifts), "wage": crew.wage, "skills": skills}


# ---------------------------------------------------------------- one queue


def erlang_level(erlangs: float, agents: int, talk_s: float, patience_s: float | None, within_s: float) -> float:
    """Share of all who call that is answered in time; where all wait for ever, 0 if agents are too few."""
    if patience_s is not None:
        return theory.erlang_a(erlangs / talk_s, 1.0 / talk_s, agents, 1.0 / patience_s, within_s).answered_within
    if agents <= erlangs:
        return 0.0
    return theory.erlang_c(erlangs / talk_s, 1.0 / talk_s, agents, within_s).answered_within


def least_agents(level: Callable[[int], float], target: float) -> tuple[Known, float]:
    """And how many it takes in fractions, between the last that fails and the first that holds."""
    agents = 1
    while level(agents) < target:
        agents += 1
    holds, fails = level(agents) - target, target - level(agents - 1)
    return Known((agents,), holds, fails), agents - 1 + fails / (holds + fails)


# ---------------------------------------------------------------- two queues, two groups


def chain_levels(heads: Heads, lines: Mapping[str, Line], crews: Mapping[str, Crew], room: int = 12) -> list[float]:
    """By queue: the share that is answered at once, from the balance equations; nobody waits behind `room` others."""
    names, queues = list(crews), list(lines)
    exact = theory.skills(
        heads,
        [[names.index(group) for group in line.groups] for line in lines.values()],
        [float(line.per_minute) / 60.0 for line in lines.values()],  # type: ignore[arg-type]
        [[crew.skills.get(q, 1.0) / line.talk_s for crew in crews.values()] for q, line in lines.items()],
        [1.0 / (line.patience_s or float("inf")) for line in lines.values()],
        room=room,
        choose="in_order",
        take=[[queues.index(queue) for queue in crew.skills] for crew in crews.values()],
    )
    return [1.0 - outcome.waited for outcome in exact.queues]


def cheapest(margins: Mapping[Heads, float], prices: Sequence[float]) -> Known:
    """By counting: `margins`, how far each staffing is inside all of its targets; negative where one fails."""

    def price(heads: Heads) -> float:
        return sum(number * each for number, each in zip(heads, prices, strict=True))

    best = min((heads for heads, margin in margins.items() if margin >= 0.0), key=price)
    others = [-margins[heads] for heads in margins if heads != best and price(heads) <= price(best)]
    return Known(best, margins[best], min(others))


SHAPES: dict[str, tuple[dict[str, Line], dict[str, Crew]]] = {
    "N": (
        {
            "sales": Line(3.5, 60.0, 60.0, 0.78, 0.0, ("east", "west")),
            "help": Line(2.0, 60.0, 90.0, 0.61, 0.0, ("west",)),
        },
        {"east": Crew({"day": 5}, {"sales": 1.0}, 18.0), "west": Crew({"day": 5}, {"help": 1.0, "sales": 1.0}, 20.0)},
    ),
    "X": (
        {
            "sales": Line(3.0, 60.0, 60.0, 0.84, 0.0, ("east", "west")),
            "help": Line(2.0, 60.0, 90.0, 0.84, 0.0, ("west", "east")),
        },
        {
            "east": Crew({"day": 4}, {"sales": 1.0, "help": 0.5}, 18.0),
            "west": Crew({"day": 4}, {"help": 1.0, "sales": 0.5}, 20.0),
        },
    ),
}
"""Targets that the cheapest staffing holds by a clear margin, and that all others of its price clearly miss."""


def known_of_shape(shape: str) -> tuple[Known, dict[Heads, list[float]]]:
    """And the levels of every staffing of up to nine in each group, as many together as the cheapest may have."""
    lines, crews = SHAPES[shape]
    every = [heads for heads in itertools.product(range(1, 10), repeat=2) if 5 <= sum(heads) <= 10]
    levels = {heads: chain_levels(heads, lines, crews) for heads in every}
    margins = {
        heads: min(level - line.target for level, line in zip(found, lines.values(), strict=True))
        for heads, found in levels.items()
    }
    return cheapest(margins, [crew.wage for crew in crews.values()]), levels


# ---------------------------------------------------------------- shifts


def least_cover(need: Sequence[int], shifts: Sequence[tuple[int, int]], most: int) -> tuple[int, list[Heads]]:
    """Least hours that cover the need of each hour, and every staffing that does with so many: all are counted.

    `need` by hour from the first that a shift works; `shifts`: hours from and to; `most` heads on each."""
    opens = min(first for first, _ in shifts)
    least, found = 10**9, list[Heads]()
    for heads in itertools.product(range(most + 1), repeat=len(shifts)):
        hours = sum(number * (last - first) for number, (first, last) in zip(heads, shifts, strict=True))
        if hours > least or not all(_there(heads, shifts, opens + k) >= seats for k, seats in enumerate(need)):
            continue
        least, found = hours, [*(found if hours == least else []), heads]
    return least, found


def _there(heads: Heads, shifts: Sequence[tuple[int, int]], hour: int) -> int:
    return sum(number for number, (first, last) in zip(heads, shifts, strict=True) if first <= hour < last)


ROSTERED: dict[str, tuple[int, int]] = {
    "first": (8, 11),
    "second": (9, 12),
    "third": (10, 13),
    "last": (11, 14),
    "short": (8, 10),
}
NEEDED = (2, 4, 6, 5, 3, 4)
"""Seats by hour from eight."""
QUICK, PATIENT, AT_ONCE = 10.0, 30.0, 5.0
"""Seconds of work, patience and target: so short that an hour is a steady state of its own."""


def seats_level(erlangs: float, seats: int) -> float:
    return erlang_level(erlangs, seats, QUICK, PATIENT, AT_ONCE)


def load_between(seats: int, target: float) -> float:
    """Erlangs for which `seats` are as far above the target as one fewer is below."""

    def gap(erlangs: float) -> float:
        return seats_level(erlangs, seats) + seats_level(erlangs, seats - 1) - 2.0 * target

    return float(optimize.brentq(gap, 0.01, float(seats)))


def covered_center(folder: Path, today: Heads) -> Path:
    """Each hour needs just the seats of NEEDED, by a clear margin on both sides."""
    per_minute = [load_between(seats, 0.8) * 60.0 / QUICK for seats in NEEDED]
    line = Line(per_minute, QUICK, PATIENT, 0.8, AT_ONCE, per="interval")
    crew = Crew(dict(zip(ROSTERED, today, strict=True)), {"calls": 1.0})
    return write_center(folder, {"calls": line}, {"agents": crew}, ROSTERED)


# ---------------------------------------------------------------- small centers at random


@dataclass(frozen=True)
class Small:
    """A small center, and what each head of its columns (group, shift) is paid for the day."""

    path: Path
    columns: tuple[tuple[str, str], ...]
    prices: tuple[float, ...]
    today: Heads
    targets: Mapping[str, float]

    def staffings(self) -> Iterator[Heads]:
        """Up to twice today's heads of each group, the cheapest first."""
        groups = [group for group, _ in self.columns]
        most = {g: 2 * sum(n for n, own in zip(self.today, groups, strict=True) if own == g) for g in groups}
        every = itertools.product(*(range(most[group] + 1) for group in groups))
        kept = [
            heads
            for heads in every
            if all(sum(n for n, own in zip(heads, groups, strict=True) if own == g) <= m for g, m in most.items())
        ]
        return iter(sorted(kept, key=lambda heads: (self.price(heads), heads)))

    def price(self, heads: Heads) -> float:
        """Without what is paid for finishing after the end of a shift: a least of the cost."""
        return sum(number * each for number, each in zip(heads, self.prices, strict=True))

    def changes(self, heads: Heads) -> dict[str, Any]:
        """As `vary` takes them."""
        shifts: dict[str, dict[str, int]] = {}
        for (group, shift), number in zip(self.columns, heads, strict=True):
            shifts.setdefault(f"groups.{group}.shifts", {})[shift] = number
        return dict(shifts)


SHIFTS = {"all": (9, 13), "early": (9, 12), "late": (11, 13), "middle": (10, 12)}


def small_center(seed: int, folder: Path) -> Small:
    """Two or three columns, one or two queues, four hours."""
    luck = random.Random(f"{seed}/small")
    worked = luck.choice(
        [[["all", "early"]], [["all", "early", "late"]], [["all"], ["all", "middle"]], [["all"], ["all"]]]
    )
    names = ["plain", "skilled"][: len(worked)]
    queues = ["calls", "cases"][: luck.randint(1, 2) if len(worked) == 1 else 2]
    lines = {
        queue: Line(
            per_minute=tuple(round(luck.uniform(0.3, 1.4) / len(queues), 2) for _ in range(4)),
            talk_s=luck.randint(90, 180),
            patience_s=luck.randint(90, 300),
            target=luck.choice([0.7, 0.75, 0.8]),
            groups=tuple(names) if queue == "calls" else (names[-1],),
        )
        for queue in queues
    }
    crews = {}
    for place, (name, shifts) in enumerate(zip(names, worked, strict=True)):
        known = {queue: 1.0 for queue, line in lines.items() if name in line.groups}
        heads = {shift: luck.randint(1, 2) + (shift == "all") for shift in shifts}
        crews[name] = Crew(heads, known, wage=18.0 + 3.0 * place)
    columns = tuple((name, shift) for name, crew in crews.items() for shift in crew.shifts)
    used = {shift: SHIFTS[shift] for _, shift in columns}
    prices = tuple(crews[name].wage * (used[shift][1] - used[shift][0]) for name, shift in columns)
    today = tuple(crews[name].shifts[shift] for name, shift in columns)
    path = write_center(folder, lines, crews, used)
    return Small(path, columns, prices, today, {queue: line.target for queue, line in lines.items()})
