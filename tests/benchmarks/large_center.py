"""A center as large as the largest in the literature, 65 queues × 89 groups, made up from a seed; and how fast it plays.

    python tests/benchmarks/large_center.py [--queues 65] [--groups 89] [--days 1] [--seed 1] [--write FOLDER]

Queues bring 2 to 15 erlangs at their busiest, groups take 2 to 6 of them, and five shifts cover a day of twelve hours.
A group has the heads that its part of the load asks for and a tenth more: nobody has looked where that falls short.
Prints seconds: loading and preparing it, the first replication, and each further one (median), on one core.
"""

from __future__ import annotations

import argparse
import datetime as dt
import math
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from scenarios_at_random import WEEKDAYS, time_of_day, write_csv, write_toml

from sim.scenario.load import load
from sim.study.prepared import prepare
from sim.study.replicate import replicate

OPENS, CLOSES, INTERVAL = 8, 20, 1800
SHAPE = (0.45, 0.85, 1.0, 0.95, 0.85, 0.9, 0.95, 0.9, 0.75, 0.6, 0.45, 0.35)
"""Load by hour, against the busiest."""
SHIFTS = {
    "early": ("08:00-16:00", "11:00-13:00", 0.35),
    "usual": ("09:00-17:00", "11:30-13:30", 0.20),
    "middle": ("10:00-18:00", "12:30-14:30", 0.15),
    "late": ("12:00-20:00", "15:00-17:00", 0.25),
    "morning": ("09:00-13:00", None, 0.25),
}
"""Hours, when its half hour of break may lie, and heads against those that the busiest hour asks for."""
SPARE = 1.1


def write_large_center(folder: Path, *, queues: int = 65, groups: int = 89, days: int = 1, seed: int = 1) -> Path:
    """The scenario file of this seed, and its CSV files beside it."""
    luck = random.Random(f"{seed}/{queues}/{groups}")
    names = [f"q{number:02d}" for number in range(queues)]
    erlangs = {name: luck.uniform(2.0, 15.0) for name in names}
    skills = _skills(luck, names, groups)
    tables: dict[str, Any] = {
        "title": f"Made up: {queues} queues, {groups} groups",
        "center": {"start": dt.date(2026, 3, 2), "days": days, "open": {"mon-sun": f"{OPENS:02d}:00-{CLOSES}:00"}},
        "run": {"replications": 20, "seed": seed},
        "queues": {name: _queue(luck, folder, name, erlangs[name]) for name in names},
        "groups": {group: _group(luck, group, skills, erlangs) for group in skills},
        "shifts": {name: _shift(hours, pause) for name, (hours, pause, _) in SHIFTS.items()},
    }
    return write_toml(folder / "large.toml", tables)


def _skills(luck: random.Random, queues: list[str], groups: int) -> dict[str, list[str]]:
    """By group, the queues that it takes; each queue is taken by two groups at least."""
    skills = {f"g{number:02d}": luck.sample(queues, luck.randint(2, min(6, len(queues)))) for number in range(groups)}
    for queue in queues:
        while sum(queue in known for known in skills.values()) < min(2, groups):
            luck.choice([known for known in skills.values() if queue not in known]).append(queue)
    return skills


def _queue(luck: random.Random, folder: Path, name: str, erlangs: float) -> dict[str, Any]:
    talk = luck.uniform(150.0, 480.0)
    rows = [
        (day, time_of_day(second), round(erlangs * SHAPE[second // 3600 - OPENS] / talk * INTERVAL, 2))
        for day in WEEKDAYS
        for second in range(OPENS * 3600, CLOSES * 3600, INTERVAL)
    ]
    return {
        "channel": "phone",
        "forecast": {"csv": write_csv(folder / f"{name}.csv", "weekday,start,contacts", rows)},
        "busyness": {"day_cv": 0.08, "shared": "all"},
        "talk": {"family": "lognormal", "mean": f"{talk:.0f}s", "cv": 1.0},
        "patience": {"family": "exponential", "mean": f"{luck.uniform(120.0, 400.0):.0f}s"},
        "service_level": {"target": 0.8, "within": "20s", "per": "day"},
    }


def _group(luck: random.Random, name: str, skills: dict[str, list[str]], erlangs: dict[str, float]) -> dict[str, Any]:
    """Its part of each queue's load is that of one of the groups that take it."""
    taken = {queue: sum(queue in known for known in skills.values()) for queue in skills[name]}
    part = sum(erlangs[queue] / by for queue, by in taken.items())
    heads = {shift: max(1, math.ceil(part * SPARE * share - luck.random())) for shift, (*_, share) in SHIFTS.items()}
    return {
        "shifts": heads,
        "wage": round(18.0 + 0.8 * len(taken), 2),
        "skills": {queue: {"priority": 1 + place // 2} for place, queue in enumerate(taken)},
    }


def _shift(hours: str, pause: str | None) -> dict[str, Any]:
    return {"hours": hours} | ({"breaks": [{"within": pause, "length": "30min"}]} if pause else {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queues", type=int, default=65)
    parser.add_argument("--groups", type=int, default=89)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replications", type=int, default=9)
    parser.add_argument("--write", type=Path, help="write the scenario into this folder, and stop")
    said = parser.parse_args()
    size = {"queues": said.queues, "groups": said.groups, "days": said.days, "seed": said.seed}
    if said.write:
        said.write.mkdir(parents=True, exist_ok=True)
        print(write_large_center(said.write, **size))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = write_large_center(Path(folder), **size)
        begun = time.process_time()
        scenario = load(path)
        loaded = time.process_time()
        prepared = prepare(scenario)
        ready = time.process_time()
        each, contacts = [], 0
        for replication in range(said.replications + 1):
            start = time.process_time()
            one = replicate(prepared, replication, "compiled")
            each.append(time.process_time() - start)
            contacts = one.contacts
    print(f"{said.queues} queues, {said.groups} groups, {len(prepared.speed)} agents, {contacts} contacts")
    print(f"load {loaded - begun:.2f} s, prepare {ready - loaded:.2f} s")
    print(f"first replication {each[0]:.2f} s, then {statistics.median(each[1:]) * 1000:.0f} ms each")


if __name__ == "__main__":
    main()
