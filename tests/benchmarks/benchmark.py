"""How fast the floor is: the textbook twin, SimPy and the compiled calendar on the same customers, one core.

    python tests/benchmarks/benchmark.py [--rounds 5] [--days 7] [--profile] [--year]

"Loop" is the floor alone, its customers drawn. "Whole" starts from a loaded scenario: it draws the customers, plays
them and folds what was observed into sums; caches are warm. Medians of interleaved rounds, in processor seconds;
a ratio is the median of its rounds' own, as other work on the machine slows a whole round. `--year` plays a year of
300 people who come, learn and go, and says where the day loop spends its time.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import gc
import pstats
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from scenarios_at_random import WEEKDAYS, time_of_day, write_csv, write_toml
from twin import twin

from sim.demand.arrivals import Demand
from sim.demand.customers_of import lower_customers
from sim.floor.tables.engine import Births, Observed
from sim.floor.tables.lower import lower_births
from sim.luck import Luck
from sim.measures.folder import NO_PRESENCE, Folder
from sim.measures.timesheet import Timesheet
from sim.observations import ABANDONED, ANSWERED, CONTACT_ROW, IN_HAND, WAITING, Table
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import open_floor, replicate
from sim.workforce.day import Workforce

ENGINES = ("simpy", "compiled")
SCENARIOS = Path(__file__).parents[2] / "scenarios"
SEATS = 60


def volumes(folder: Path, name: str, contacts: int, first: int, last: int) -> str:
    """Contacts per half hour, from the half hour `first` to before `last`."""
    rows = [(day, time_of_day(1800 * half), contacts) for day in WEEKDAYS for half in range(first, last)]
    return write_csv(folder / f"{name}.csv", "weekday,start,contacts", rows)


def one_queue(folder: Path, days: int) -> Scenario:
    """One queue round the clock, always 60 seats: what the twin can play."""
    seats = [(day, time_of_day(1800 * half), SEATS) for day in WEEKDAYS for half in range(48)]
    queue = {
        "channel": "phone",
        "forecast": {"csv": volumes(folder, "calls", 350, 0, 48)},
        "talk": {"family": "lognormal", "mean": "4min", "cv": 1.0},
        "wrap": {"family": "exponential", "mean": "45s"},
        "patience": {"family": "exponential", "mean": "5min"},
    }
    staff = {"seats": {"csv": write_csv(folder / "seats.csv", "weekday,start,seats", seats)}, "skills": {"calls": {}}}
    center = {"start": dt.date(2026, 3, 2), "days": days}
    tables = {"center": center, "queues": {"calls": queue}, "groups": {"core": staff}}
    return load(write_toml(folder / "one.toml", tables))


def many_skills(folder: Path, days: int) -> Scenario:
    """Eight queues, five groups of 150 agents on shifts with breaks, overflow, ramps and talent."""
    names = [f"queue {number}" for number in range(8)]
    queues, groups = dict[str, Any](), dict[str, Any]()
    for number, name in enumerate(names):
        near, far = f"group {number % 5}", f"group {(number + 1) % 5}"
        queues[name] = {
            "channel": "phone",
            "forecast": {"csv": volumes(folder, name, 60, 16, 40)},
            "busyness": {"day_cv": 0.1, "interval_cv": 0.1},
            "talk": {"family": "lognormal", "mean": "4min", "cv": 0.9},
            "hold": {"family": "exponential", "mean": "15s"},
            "wrap": {"family": "exponential", "mean": "40s"},
            "patience": {"family": "exponential", "mean": "5min"},
            "route": [{"groups": [near]}, {"groups": [far], "after": "45s", "keep_idle": 1}],
        }
    for number in range(5):
        known = [name for place, name in enumerate(names) if number in (place % 5, (place + 1) % 5)]
        groups[f"group {number}"] = {
            "heads": 30,
            "shifts": {"early": "55%", "late": "45%"},
            "ramp": "standard",
            "tenure": {"from": "2w", "to": "104w"},
            "talent": {"speed": 0.15},
            "skills": {name: {"priority": 1 + place % 2} for place, name in enumerate(known)},
        }
    tables = {
        "center": {"start": dt.date(2026, 3, 2), "days": days, "open": {"mon-sun": "08:00-20:00"}},
        "queues": queues,
        "groups": groups,
        "shifts": {
            "early": {"hours": "08:00-16:30", "breaks": [{"within": "11:30-13:30", "length": "30min"}]},
            "late": {"hours": "11:30-20:00", "breaks": [{"within": "15:00-17:30", "length": "30min"}]},
        },
        "ramp": {"standard": {"family": "exponential", "start": {"speed": 0.6, "resolution": 0.8}, "weeks_to_95": 14}},
    }
    return load(write_toml(folder / "many.toml", tables))


def omnichannel(folder: Path, days: int) -> Scenario:
    """The shipped scenario of phone, chat, messaging, email and back office, for so many days."""
    text = f'extends = "omnichannel.toml"\n[center]\nweeks = "none"\ndays = {days}\n'
    shutil.copytree(SCENARIOS / "omnichannel", folder / "omnichannel")
    shutil.copy(SCENARIOS / "omnichannel.toml", folder)
    (folder / "some-days.toml").write_text(text, encoding="utf-8")
    return load(folder / "some-days.toml")


Days = list[Births]


def draw(prepared: Prepared) -> Days:
    demand = Demand(lower_customers(prepared.scenario, prepared.standard.work, prepared.expected), Luck(1, 0))
    born = [demand.day(day) for day in range(prepared.scenario.clock.days)]
    return [lower_births(today) for today in born]


def play_floor(prepared: Prepared, days: Days, engine: str) -> list[Observed]:
    floor, clock = open_floor(prepared.setting, engine), prepared.scenario.clock
    ends = clock.day_start[1:].tolist()
    seen = [floor.play(born, prepared.duties.day(day), ends[day]) for day, born in enumerate(days)]
    return [*seen, floor.close(clock.end)]


def play_twin(prepared: Prepared, days: Days) -> Table:
    """The twin's contacts as the floor's rows, by arrival."""
    born = np.concatenate([born.arrivals for born in days])
    columns = (born["arrived"], born["talk"] + born["hold"], born["wrap"], born["arrived"] + born["patience"])
    story = twin(SEATS, zip(*(column.tolist() for column in columns), strict=True), prepared.scenario.clock.end)
    lost, open_ = np.isnan(story.answered), np.isnan(story.ended)
    rows = np.zeros(len(born), CONTACT_ROW)
    rows["outcome"] = np.select([lost & open_, lost, open_], [WAITING, ABANDONED, IN_HAND], ANSWERED)
    rows["arrived"], rows["on_hold"] = born["arrived"], born["hold"]
    rows["answered"], rows["hung_up"] = np.nan_to_num(story.answered, nan=-1.0), np.nan_to_num(story.hung_up)
    rows["ended"] = np.where(open_, prepared.scenario.clock.end, story.ended)
    return rows


def fold_twin(prepared: Prepared) -> None:
    folder = Folder(prepared.counting)
    folder.fold(play_twin(prepared, draw(prepared)), NO_PRESENCE)


def timed(act: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    act()
    return time.process_time() - began


def compare(title: str, scenario: Scenario, rounds: int, with_twin: bool) -> None:
    """Times every way of playing in each round; prints the medians."""
    prepared = prepare(scenario)
    days = draw(prepared)
    contacts = sum(len(born.arrivals) for born in days)
    players: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {}
    if with_twin:
        players["textbook twin"] = (lambda: play_twin(prepared, days), lambda: fold_twin(prepared))
    players["SimPy"] = (lambda: play_floor(prepared, days, "simpy"), lambda: replicate(prepared, 0, "simpy"))
    players["compiled"] = (lambda: play_floor(prepared, days, "compiled"), lambda: replicate(prepared, 0, "compiled"))
    players["compiled"][1]()
    seconds: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in players}
    for _ in range(rounds):
        for name, acts in players.items():
            for act, times in zip(acts, seconds[name], strict=True):
                times.append(timed(act))
    print(f"\n{title}: {contacts:,} contacts, {len(prepared.agents.names)} agents, {rounds} rounds")
    print(f"{'':16}{'loop, contacts/s':>20}{'ratio':>8}{'whole, contacts/s':>20}{'ratio':>8}")
    base = seconds[next(iter(players))]
    for name, both in seconds.items():
        line = f"{name:16}"
        for times, first in zip(both, base, strict=True):
            ratio = statistics.median(one / other for one, other in zip(first, times, strict=True))
            line += f"{contacts / statistics.median(times):20,.0f}{ratio:8.1f}"
        print(line)


def year_of_people(folder: Path) -> Scenario:
    """The hiring wave with 300 heads and 6,000 contacts a day, every leaver replaced."""
    shutil.copytree(SCENARIOS / "hiring-wave", folder / "hiring-wave")
    shutil.copy(SCENARIOS / "hiring-wave.toml", folder)
    order = {"group": "agents", "replace": "leavers", "vacancy": "3w", "training": {"length": "6w", "dropout": 0.1}}
    longer = {"family": "lognormal", "mean": "11min", "cv": 0.95}
    changed = {
        "extends": "hiring-wave.toml",
        "queues": {"claims": {"forecast": {"factor": 1.15}, "talk": longer}, "visits": {"forecast": {"factor": 1.15}}},
        "groups": {"agents": {"heads": 300}},
        "hiring": {"order": order},
    }
    return load(write_toml(folder / "year.toml", changed))


class Stopwatch:
    """Adds up the seconds spent in a method of a class."""

    def __init__(self, owner: type[Any], method: str) -> None:
        self.seconds, act = 0.0, getattr(owner, method)

        def watched(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return act(*given, **named)
            finally:
                self.seconds += time.process_time() - began

        setattr(owner, method, watched)


def where_a_year_goes(scenario: Scenario) -> None:
    """Processor seconds of one replication's parts, under both calendars."""
    prepared = prepare(scenario)
    replicate(prepared, 0, "compiled")
    parts = {
        "workforce: who is there today, and how good": Stopwatch(Workforce, "morning"),
        "workforce: what the day did to people": Stopwatch(Workforce, "evening"),
        "hours and pay": Stopwatch(Timesheet, "add"),
        "demand: the day's contacts and their luck": Stopwatch(Demand, "day"),
        "folding what was observed": Stopwatch(Folder, "fold"),
    }
    for engine in ENGINES:
        before = {part: watch.seconds for part, watch in parts.items()}
        began = time.process_time()
        played = replicate(prepared, 1, engine)
        whole = time.process_time() - began
        spent = {part: watch.seconds - before[part] for part, watch in parts.items()} | {"floor": played.floor_seconds}
        spent["the rest"] = whole - sum(spent.values())
        print(
            f"\nA year of {len(prepared.agents.of_group(0))} people, {engine}: {played.contacts:,} contacts, {whole:.1f} s"
        )
        for part, seconds in spent.items():
            print(f"{part:48}{seconds:8.2f} s{seconds / whole:8.0%}")


def profile(title: str, scenario: Scenario) -> None:
    """Where the time of whole runs goes."""
    prepared = prepare(scenario)
    for engine in ENGINES:
        replicate(prepared, 0, engine)
        with cProfile.Profile() as watch:
            for replication in range(5 if engine == "compiled" else 1):
                replicate(prepared, replication, engine)
        print(f"\n{title}, {engine}")
        pstats.Stats(watch).sort_stats("tottime").print_stats(16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--year", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.year:
            where_a_year_goes(year_of_people(Path(folder)))
            return
        one, many = one_queue(Path(folder), asked.days), many_skills(Path(folder), asked.days)
        channels = omnichannel(Path(folder), asked.days)
        if asked.profile:
            profile("one queue", one)
            profile("many skills", many)
            profile("all channels", channels)
        else:
            compare("One queue, 60 seats round the clock", one, asked.rounds, with_twin=True)
            compare("Eight queues, five groups on shifts", many, asked.rounds, with_twin=False)
            compare("All channels, two sites, a vendor", channels, asked.rounds, with_twin=False)
            loop = load(SCENARIOS / "rush-trap.toml")
            compare("Repeats, redials, haste and fatigue, customers", loop, asked.rounds, with_twin=False)


if __name__ == "__main__":
    main()
