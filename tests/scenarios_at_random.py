"""Valid scenarios at random: everything the language has, switched on or off by one seed.

Each is a scenario file with the CSV files that it names. Small on purpose: a day or two, some hundred contacts.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Row = tuple[object, ...]


def toml(value: object) -> str:
    """A value as TOML; tables are written inline."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(toml(entry) for entry in value) + "]"
    return json.dumps(value) if isinstance(value, str) else str(value)


def write_csv(path: Path, header: str, rows: Iterable[Row]) -> str:
    """Writes the file; returns its name, as a scenario says it."""
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n", encoding="utf-8")
    return path.name


def write_toml(path: Path, tables: dict[str, Any]) -> Path:
    path.write_text("\n".join(f"{key} = {toml(table)}" for key, table in tables.items()) + "\n", encoding="utf-8")
    return path


def time_of_day(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{rest:02d}" if rest else "")


def write_scenario(seed: int, folder: Path) -> Path:
    """The scenario of this seed, in a folder of its own."""
    return _Author(random.Random(seed), folder).write()


START = {
    "2026-03-02": "UTC",
    "2026-03-28": "Europe/Berlin",  # the clocks go forward in the second night
    "2026-03-29": "Europe/Berlin",
    "2026-10-24": "Europe/Berlin",  # and back
    "2026-03-07": "America/New_York",
    "2026-06-12": "Asia/Kolkata",
}

OPEN: tuple[object, ...] = (
    "24/7",
    {"mon-sun": "08:00-20:00"},
    {"mon-fri": "07:30-18:30", "sat,sun": ["09:00-12:00", "13:00-17:00"]},
    {"mon-sun": "16:00-02:00"},
)

SHIFTS: dict[str, list[dict[str, Any]]] = {
    "07:00-15:30": [
        {"within": "09:00-10:30", "length": "15min", "paid": True},
        {"within": "11:00-13:30", "length": "30min"},
    ],
    "09:00-17:00": [{"at": "12:00", "length": "45min"}],
    "12:00-20:15": [{"within": "15:00-18:00", "length": "20min", "paid": True}],
    "16:00-24:00": [{"within": "18:00-20:00", "length": "30min"}, {"at": "23:45", "length": "15min", "paid": True}],
    "22:00-06:00": [{"within": "01:00-05:00", "length": "30min"}],
    "00:00-12:00": [],
}


class _Author:
    def __init__(self, luck: random.Random, folder: Path) -> None:
        self.luck, self.folder = luck, folder
        self.start = dt.date.fromisoformat(luck.choice(list(START)))
        self.days = luck.choice([1, 1, 2, 2, 3])
        self.interval = luck.choice([15, 30, 60])
        self.queues = [f"q{number}" for number in range(luck.randint(1, 5))]
        self.groups = [f"g{number}" for number in range(luck.randint(1, 4))]

    def write(self) -> Path:
        luck = self.luck
        skills = {g: luck.sample(self.queues, luck.randint(1, len(self.queues))) for g in self.groups}
        for queue in self.queues:
            if not any(queue in known for known in skills.values()):
                skills[luck.choice(self.groups)].append(queue)
        tables: dict[str, Any] = {
            "title": "at random",
            "center": self.center(),
            "run": {"replications": 1, "seed": luck.randrange(1000)},
            "queues": {q: self.queue(q, [g for g in self.groups if q in skills[g]]) for q in self.queues},
            "groups": {g: self.group(g, skills[g]) for g in self.groups},
            "shifts": {
                f"shift {number}": {"hours": hours, "breaks": breaks}
                for number, (hours, breaks) in enumerate(SHIFTS.items())
            },
            "rotations": {
                "two": {"weeks": ["MTWTF--", "--WTFSS"]},
                "three": {"weeks": ["MTWTFSS", "M-W-FSS", "-TWTFS-"], "assign": "together"},
            },
            "ramp": {
                "exponential": {"family": "exponential", "start": {"speed": 0.6, "resolution": 0.8}, "weeks_to_95": 14},
                "table": {"family": "table", "steps": [[0, 0.5, 0.7], [8, 0.9, 0.9], [26, 1.0, 1.0]]},
                "s": {"family": "s-curve", "start": {"speed": 0.7}, "weeks_to_95": 20},
                "linear": {"family": "linear", "start": {"speed": 0.4, "resolution": 0.5}, "weeks": 30},
            },
            "calendars": {"own": {"closed": [self.start + dt.timedelta(days=1)]}},
        }
        if self.maybe(0.3):
            tables["forecast_error"] = {"level_cv": 0.1, "aht_cv": 0.05}
        return write_toml(self.folder / "scenario.toml", tables)

    def maybe(self, chance: float) -> bool:
        return self.luck.random() < chance

    def center(self) -> dict[str, Any]:
        center: dict[str, Any] = {
            "start": self.start,
            "days": self.days,
            "interval": f"{self.interval}min",
            "timezone": START[self.start.isoformat()],
            "open": self.luck.choice(OPEN),
        }
        if self.maybe(0.3):
            center["lines"] = self.luck.randint(3, 12)
        if self.days > 1 and self.maybe(0.2):
            center["calendar"] = "own"
        return center

    def queue(self, name: str, holders: list[str]) -> dict[str, Any]:
        luck = self.luck
        queue: dict[str, Any] = {
            "channel": "phone",
            "patience": self.law(f"{name}-patience", luck.choice([20, 90, 400]), patience=True),
            "service_level": {"target": 0.8, "within": luck.choice(["0s", "20s", "60s"])},
            "fcr": luck.choice([0.5, 0.74, 1.0]),
        }
        minutes = luck.choice([1, 3, 6])
        aht = self.maybe(0.3)
        if self.maybe(0.15):
            queue["forecast"] = {"replay": self.replay(name)}
            aht = False
        elif self.maybe(0.2):
            queue["forecast"] = {"week": luck.choice([300, 2000]), "shape": self.profile(name, "share", by_date=False)}
            aht = False
        else:
            queue["forecast"] = {"csv": self.profile(name, "contacts,aht_s" if aht else "contacts", self.maybe(0.3))}
            if self.maybe(0.3):
                queue["forecast"]["factor"] = 1.3
            if self.maybe(0.2):
                sale = {"from": self.start, "to": self.start + dt.timedelta(days=1), "factor": 1.5, "talk_factor": 1.2}
                queue["forecast"]["events"] = {"sale": sale}
        if self.maybe(0.25):
            mean = "from forecast" if aht else f"{minutes}min"
            queue["handle"] = {"family": "lognormal", "mean": mean, "cv": 0.8, "wrap_share": 0.2}
        else:
            queue["talk"] = self.law(f"{name}-talk", 60 * minutes)
            if self.maybe(0.4):
                queue["hold"] = self.law(f"{name}-hold", 20)
            if self.maybe(0.6):
                queue["wrap"] = self.law(f"{name}-wrap", 30)
        busyness = {"day_cv": 0.2, "interval_cv": 0.3, "shared": "weather"}
        queue["busyness"] = {key: value for key, value in busyness.items() if self.maybe(0.3)}
        for key, chance, values in (
            ("open", 0.2, OPEN),
            ("balk", 0.3, (0.1, 0.5)),
            ("lines", 0.3, (0, 2, 4, 9)),
            ("at_close", 0.4, ("cut off",)),
            ("priority", 0.4, (1, 2, 3)),
            ("weight", 0.4, (0.5, 2.0, 4.0)),
            ("basis", 0.2, ("standard",)),
        ):
            if self.maybe(chance):
                queue[key] = luck.choice(values)
        if self.maybe(0.7):
            queue["route"] = self.route(holders)
        return queue

    def law(self, name: str, mean: int, patience: bool = False) -> dict[str, Any]:
        spread = {"lognormal": 1.1, "gamma": 0.7, "erlang": 0.5, "weibull": 1.4, "hyperexponential": 1.8}
        never = ["never", "never"] if patience else []
        family = self.luck.choice(["constant", "exponential", "empirical", *spread, *never])
        if family == "never":
            return {"family": family}
        if family == "empirical":
            sample = sorted(round(self.luck.expovariate(1 / mean), 1) for _ in range(40))
            return {"family": family, "csv": write_csv(self.folder / f"{name}.csv", "seconds", [(x,) for x in sample])}
        law: dict[str, Any] = {"family": family, "mean": f"{mean}s"}
        if family in spread:
            law["cv"] = spread[family]
        if patience and family == "constant" and self.maybe(0.3):
            law["mean"] = "0s"
        return law

    def profile(self, name: str, columns: str, by_date: bool) -> str:
        """Volumes for every interval; some of them fall outside opening hours."""
        luck = self.luck
        dates = [(self.start + dt.timedelta(days=day)).isoformat() for day in range(self.days)]
        top = luck.choice([2.0, 6.0, 12.0]) * self.interval / 30
        quiet = luck.random() * 0.5
        rows: list[Row] = []
        for day in dates if by_date else WEEKDAYS:
            for minute in range(0, 1440, self.interval):
                busy = 7 <= minute // 60 < 21
                volume = round(luck.uniform(0.1, top if busy else top * quiet), 2) if luck.random() > 0.05 else 0.0
                aht = (luck.choice([90, 180, 300]),) if "aht_s" in columns else ()
                rows.append((day, time_of_day(60 * minute), volume, *aht))
        return write_csv(self.folder / f"{name}.csv", f"{'date' if by_date else 'weekday'},start,{columns}", rows)

    def replay(self, name: str) -> str:
        """A log with ties, gaps, moments outside the horizon, and customers without patience."""
        luck, rows = self.luck, list[Row]()
        midnight = dt.datetime.combine(self.start, dt.time())
        for _ in range(luck.randint(20, 150)):
            moment = midnight + dt.timedelta(seconds=luck.randrange(-3600, self.days * 86400 + 3600, 30))
            rows.append((moment, *(luck.choice(["", 0, 30, 75.25, 600]) for _ in range(4))))
        rows += rows[:5]
        return write_csv(self.folder / f"{name}-log.csv", "arrived,talk_s,hold_s,wrap_s,patience_s", rows)

    def route(self, holders: list[str]) -> list[dict[str, Any]]:
        luck, tiers, after = self.luck, list[dict[str, Any]](), 0
        for _ in range(luck.randint(1, 3)):
            groups = luck.sample(holders, luck.randint(1, len(holders)))
            rules = ["longest_idle", "most_proficient", "fastest", "in_order"]
            tier: dict[str, Any] = {"groups": groups, "choose": luck.sample(rules, luck.choice([1, 1, 2]))}
            if after:
                tier["after"] = f"{after}s"
            if self.maybe(0.4):
                tier["keep_idle"] = luck.randint(1, 2)
            if len(groups) > 1 and self.maybe(0.5):
                parts = [1 / len(groups)] * len(groups)
                tier["share"] = dict(zip(groups, parts, strict=True))
            tiers.append(tier)
            after += luck.choice([0, 10, 45, 300])
        return tiers

    def group(self, name: str, skills: list[str]) -> dict[str, Any]:
        luck = self.luck
        group: dict[str, Any] = {"skills": {}}
        for queue in skills:
            skill = {"priority": luck.randint(1, 2), "speed": luck.choice([0.8, 0.95, 1.2]), "resolution": 0.9}
            group["skills"][queue] = {key: value for key, value in skill.items() if self.maybe(0.5)}
        rules = ["skill_priority", "priority_class"]
        if self.maybe(0.7):
            last = luck.choice(["longest_waiting", "wait_weight"])
            group["take"] = [*luck.sample(rules, luck.randint(0, 2)), last]
        if self.maybe(0.5):
            group["talent"] = {"speed": 0.19, "resolution": 0.05}
        if self.maybe(0.5):
            group["ramp"] = luck.choice(["exponential", "table", "s", "linear"])
            group["tenure"] = luck.choice(["10w", {"from": "1w", "to": "60w"}])
        heads = luck.randint(1, 9)
        kind = luck.choice(["shifts", "shifts", "people", "roster", "seats"])
        if kind == "seats":
            group["seats"] = {"csv": self.seats(name), "shrinkage": 0.2}
        elif kind == "roster":
            group["roster"] = {"csv": self.roster(name, heads)}
        else:
            self.shifts(group, name, heads, people=kind == "people")
        return group

    def shifts(self, group: dict[str, Any], name: str, heads: int, people: bool) -> None:
        luck = self.luck
        names = luck.sample([f"shift {number}" for number in range(len(SHIFTS))], luck.randint(1, 3))
        if people:
            group["people"] = {"csv": self.people(name, heads)}
        if self.maybe(0.5):
            group["shifts"] = {shift: f"{100 / len(names):.10f}%" for shift in names}
            if not people:
                group["heads"] = heads
        else:
            counts = [heads // len(names) + (number < heads % len(names)) for number in range(len(names))]
            group["shifts"] = dict(zip(names, counts, strict=True))
        if self.maybe(0.4):
            group["rotation"] = luck.choice(["two", "three"])
        if not people and self.maybe(0.4):
            group["contract_hours"] = luck.choice([20, 40, {"30": heads // 2, "38.5": heads - heads // 2}])

    def people(self, name: str, heads: int) -> str:
        hired = self.start - dt.timedelta(weeks=30)
        known = (hired, 30, 19.5, 1.1, 0.9)
        rows = [(f"{name} p{k}", *(self.luck.choice(["", value]) for value in known)) for k in range(heads)]
        return write_csv(self.folder / f"{name}-people.csv", "agent,hired,contract_hours,wage,speed,resolution", rows)

    def roster(self, name: str, heads: int) -> str:
        """Days cut into stretches of anything, some back to back, some across midnight."""
        luck, rows = self.luck, list[Row]()
        for k in range(heads):
            at = luck.randrange(0, 600, 5)
            end = 1440 * self.days
            while at < end:
                stop = at + luck.randrange(10, 300, 5)
                activity = luck.choice(["work"] * 5 + ["break", "break", "meeting", "training", "sick"])
                date = self.start + dt.timedelta(days=at // 1440)
                if not self.clock_changes(at, stop):
                    start, close = time_of_day(at % 1440 * 60), time_of_day(stop % 1440 * 60)
                    rows.append((f"{name} r{k}", date, start, close, activity, "yes"))
                at = stop + (luck.randrange(5, 700, 5) if self.maybe(0.3) else 0)
        return write_csv(self.folder / f"{name}-roster.csv", "agent,date,start,end,activity,paid", rows)

    def clock_changes(self, start: int, end: int) -> bool:
        """Whether a stretch touches the early hours, whose length depends on the date: a roster leaves them alone."""
        return any(start < 1440 * day + 240 and end > 1440 * day + 60 for day in range(self.days + 1))

    def seats(self, name: str) -> str:
        rows = [
            (day, time_of_day(60 * minute), self.luck.choice([0, 1, 2, 3, 3, 4, 6]))
            for day in WEEKDAYS
            for minute in range(0, 1440, self.interval)
        ]
        return write_csv(self.folder / f"{name}-seats.csv", "weekday,start,seats", rows)
