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
    tables = _Author(random.Random(seed), folder).write()
    # Luck of their own: the center of telephones beneath stays as it is, whatever is added.
    _Channels(random.Random(f"{seed}/channels"), folder, tables).add()
    _Floor(random.Random(f"{seed}/floor"), tables).add()
    return write_toml(folder / "scenario.toml", tables)


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

    def write(self) -> dict[str, Any]:
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
        return tables

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


CHANNELS = ("phone", "video", "in person", "chat", "messaging", "email", "social", "back office")
DEFERRED = ("email", "social", "back office")
SHARED = ("chat", "messaging")

FEATURES = (
    "capacity", "interrupted", "speed_by_load", "silent", "backlog", "self_service", "deflect", "transfer", "callback",
    "announce", "loads", "vendors", "sites", "holders", "away", "contracts",
)  # fmt: skip


class _Channels:
    """Everything beside the telephone, on top of a center of telephones."""

    def __init__(self, luck: random.Random, folder: Path, tables: dict[str, Any]) -> None:
        self.luck, self.folder, self.tables = luck, folder, tables
        self.queues: dict[str, dict[str, Any]] = tables["queues"]
        self.groups: dict[str, dict[str, Any]] = tables["groups"]

    def maybe(self, chance: float) -> bool:
        return self.luck.random() < chance

    def add(self) -> None:
        if self.maybe(0.1):
            return
        often = self.luck.choice([0.3, 0.5, 0.8])
        chosen = [feature for feature in FEATURES if self.maybe(often)]
        self.channels()
        for feature in chosen:
            getattr(self, feature)()
        for queue in self.queues.values():
            # No more can be resolved than end here, the customer still there.
            lost = sum(transfer["share"] for transfer in queue.get("transfer", {}).values())
            kept = (1 - lost) * (1 - queue.get("silent", {"share": 0})["share"])
            queue["fcr"] = min(queue["fcr"], int(100 * kept) / 100)

    # ---- whose contacts they are

    def channels(self) -> None:
        for queue in self.queues.values():
            if self.maybe(0.65):
                queue["channel"] = self.luck.choice(CHANNELS)
            if queue["channel"] in DEFERRED:
                self.defer(queue)

    def defer(self, queue: dict[str, Any]) -> None:
        for key in ("patience", "balk", "lines", "at_close"):
            queue.pop(key, None)
        queue["service_level"] = {
            "target": 0.9,
            "within": self.luck.choice(["30min", "4h", "1d"]),
            "clock": self.luck.choice(["all", "open"]),
        }
        if self.maybe(0.2):
            queue["arrives"] = "open"
        if "replay" in queue["forecast"]:
            log = self.folder / queue["forecast"]["replay"]
            log.write_text("\n".join(line.rsplit(",", 1)[0] for line in log.read_text().splitlines()) + "\n")

    def live(self, name: str) -> bool:
        return self.queues[name]["channel"] not in DEFERRED

    def serving(self, name: str) -> list[dict[str, Any]]:
        return [group for group in self.groups.values() if name in group["skills"]]

    def is_alone(self, group: dict[str, Any], channel: str) -> bool:
        own = group.get("capacity", {}).get(channel, {})
        return bool(own.get("alone", channel not in SHARED))

    def all_alone(self, name: str) -> bool:
        return all(self.is_alone(group, self.queues[name]["channel"]) for group in self.serving(name))

    def backlog(self) -> None:
        for name, queue in self.queues.items():
            if not self.live(name) and self.maybe(0.7):
                oldest = self.luck.choice(["10min", "20h", "3d"])
                queue["backlog_at_start"] = {"contacts": self.luck.randint(0, 30), "oldest": oldest}

    def self_service(self) -> None:
        for name, queue in self.queues.items():
            if self.live(name) and self.maybe(0.6):
                queue["self_service"] = {
                    "kind": self.luck.choice(["ivr", "bot"]),
                    "containment": self.luck.choice([0.0, 0.3, 0.6]),
                    "session": self.luck.choice(
                        [{"family": "constant", "mean": "0s"}, {"family": "gamma", "mean": "3min", "cv": 1.5}]
                    ),
                    "work_saved": self.luck.choice([0.0, 0.25]),
                    "come_back": {"share": self.luck.choice([0.0, 0.5, 1.0]), "after": "2h"},
                }

    def others(self, name: str) -> list[str]:
        others = [other for other in self.queues if other != name]
        return self.luck.sample(others, min(len(others), self.luck.randint(1, 2)))

    def deflect(self) -> None:
        for name, queue in self.queues.items():
            if self.maybe(0.5):
                queue["deflect"] = {other: self.luck.choice([0.1, 0.4]) for other in self.others(name)}

    def transfer(self) -> None:
        for name, queue in self.queues.items():
            if self.maybe(0.6):
                queue["transfer"] = {other: self.kind_of_transfer(name, other) for other in self.others(name)}

    def kind_of_transfer(self, name: str, other: str) -> dict[str, Any]:
        share = self.luck.choice([0.1, 0.3, 0.45])
        if self.maybe(0.6) and all(self.live(end) and self.all_alone(end) for end in (name, other)):
            return {"share": share, "kind": "warm", "handover": self.luck.choice(["0s", "20s", "200s"])}
        return {"share": share, "repeated": self.luck.choice([0.0, 0.5])}

    def contracts(self) -> None:
        clock = "all" if any(self.live(name) for name in self.queues) else "open"
        level = {"target": 0.8, "within": "40s", "per": self.luck.choice(["day", "week", "month"]), "clock": clock}
        bill = {"per": self.luck.choice(["handled minute", "contact", "resolved contact", "staffed hour"]), "rate": 2.5}
        credit, bonus = {"low": {"below": 0.7, "share": 0.05}}, {"high": {"above": 0.9, "share": 0.02}}
        self.tables["contracts"] = {"client": {"bill": bill, "service_level": level, "credits": credit, "bonus": bonus}}
        for queue in self.queues.values():
            if self.maybe(0.6):
                queue["contract"] = "client"
                if self.maybe(0.5):
                    queue.pop("service_level")

    # ---- what one agent holds

    def capacity(self) -> None:
        for group in self.groups.values():
            for channel in sorted({self.queues[name]["channel"] for name in group["skills"]}):
                if self.maybe(0.6):
                    group.setdefault("capacity", {})[channel] = self.kind_of_capacity(group, channel)

    def kind_of_capacity(self, group: dict[str, Any], channel: str) -> dict[str, Any]:
        mine = [name for name in group["skills"] if self.queues[name]["channel"] == channel]
        refused = any(other.get("capacity", {}).get(channel, {}).get("at_once") == 0 for other in self.groups.values())
        if not refused and all(len(self.routed(name)) > 1 for name in mine) and self.maybe(0.1):
            return {"at_once": 0}
        if channel in SHARED:
            return {"at_once": 1, "alone": True} if self.maybe(0.2) else {"at_once": self.luck.randint(1, 4)}
        return {"at_once": self.luck.randint(1, 3), "alone": False} if self.maybe(0.3) else {"at_once": 1}

    def interrupted(self) -> None:
        for group in self.groups.values():
            known = sorted({self.queues[name]["channel"] for name in group["skills"]})
            callers = [channel for channel in known if channel not in DEFERRED] or ["phone"]
            for channel in known:
                if channel in DEFERRED and self.maybe(0.8):
                    group.setdefault("capacity", {})[channel] = {
                        "interrupted_by": self.luck.sample(callers, self.luck.randint(1, len(callers))),
                        "resume_penalty": self.luck.choice(["0s", "40s", "5min"]),
                    }

    def speed_by_load(self) -> None:
        for queue in self.queues.values():
            if self.maybe(0.7):
                queue["speed_by_load"] = self.luck.choice([[1.0, 0.5], [1.0, 0.8, 0.6, 0.45], [1.0, 0.3], [1.0]])

    def silent(self) -> None:
        for name, queue in self.queues.items():
            if queue["channel"] in SHARED and not any(
                self.is_alone(group, queue["channel"]) for group in self.serving(name)
            ):
                share, closes = self.luck.choice([0.1, 0.5]), self.luck.choice(["0s", "2min", "20min"])
                queue["silent"] = {"share": share, "closes_after": closes}

    # ---- customers who have to wait

    def callback(self) -> None:
        for name, queue in self.queues.items():
            if queue["channel"] != "phone" or not self.all_alone(name) or self.maybe(0.2):
                continue
            above = {"wait": self.luck.choice(["0s", "1min", "5min"])} if self.maybe(0.5) else {}
            callback: dict[str, Any] = {
                "offer_above": above or {"waiting": self.luck.choice([0, 1, 4])},
                "accept": self.luck.choice([0.3, 1.0]),
                "answered": self.luck.choice([0.3, 0.8, 1.0]),
                "ring": self.luck.choice(["0s", "25s", "2min"]),
                "attempts": self.luck.randint(1, 3),
                "retry_after": self.luck.choice(["0s", "5min", "1h"]),
            }
            if self.maybe(0.5):
                late = queue.get("open", self.tables["center"]["open"]) == OPEN[3]
                callback |= {"when": "quiet", "quiet": "17:00-19:00" if late else "10:00-11:30"}
            queue["callback"] = callback

    def announce(self) -> None:
        for name, queue in self.queues.items():
            if self.live(name) and self.maybe(0.7):
                queue["announce"] = {
                    "above": self.luck.choice(["0s", "1min"]),
                    "tolerance": self.luck.choice([0.5, 2.0]),
                    "patience_factor": self.luck.choice([0.5, 1.0, 3.0]),
                }

    # ---- who takes them

    def routed(self, name: str) -> set[str]:
        """The groups that the queue's route names."""
        skilled = {group for group, table in self.groups.items() if name in table["skills"]}
        tiers = self.queues[name].get("route")
        return skilled if tiers is None else {group for tier in tiers for group in tier["groups"]}

    def route(self, name: str) -> list[dict[str, Any]]:
        """The queue's route, written out if it was not."""
        serving = [group for group, table in self.groups.items() if name in table["skills"]]
        tiers: list[dict[str, Any]] = self.queues[name].setdefault("route", [{"groups": serving}])
        return tiers

    def loads(self) -> None:
        for name in self.queues:
            for tier in self.route(name):
                if "groups" in tier and self.maybe(0.7):
                    rules = tier.get("choose", ["longest_idle"])
                    tier["choose"] = [self.luck.choice(["least_loaded", "most_loaded"]), *rules[:1]]

    def vendors(self) -> None:
        names = [f"vendor {number}" for number in range(self.luck.randint(1, 2))]
        for name in names:
            self.tables.setdefault("vendors", {})[name] = {
                "price": {"per": self.luck.choice(["contact", "handled minute"]), "rate": 1.5, "minimum": 50},
                "wait": self.luck.choice(["0s", "20s", "4min"]),
                "handle_factor": self.luck.choice([0.8, 1.25]),
                "resolution": 0.6,
                "capacity": self.luck.randint(1, 5),
            }
        for name in self.queues:
            if self.live(name) and self.maybe(0.6):
                after = int(self.route(name)[-1].get("after", "0s")[:-1]) + self.luck.choice([0, 30, 200])
                self.route(name).append({"vendor": self.luck.choice(names), "after": f"{after}s"})

    def sites(self) -> None:
        zones = ["UTC", "Asia/Manila", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
        for number in range(self.luck.randint(1, 2)):
            site: dict[str, Any] = {}
            if self.maybe(0.6):
                site["timezone"] = self.luck.choice(zones)
            if self.maybe(0.7):
                site["seats"] = self.luck.randint(1, 6)
            if self.maybe(0.3):
                site |= {"currency": "PHP", "exchange": 0.02}
            if self.maybe(0.3):
                site["calendar"] = "own"
            self.tables.setdefault("sites", {})[f"site {number}"] = site
        for group in self.groups.values():
            if self.maybe(0.8):
                group["site"] = self.luck.choice(list(self.tables["sites"]))
                group["wage"] = 140

    def holders(self) -> None:
        for group in self.groups.values():
            for skill in group["skills"].values():
                if self.maybe(0.5):
                    skill["holders"] = self.luck.choice([0.3, 0.5, 0.9])

    def away(self) -> None:
        for group in self.groups.values():
            if "seats" not in group and self.maybe(0.7):
                hours = self.luck.choice(["09:10-10:40", "12:00-16:00", "17:00-17:30", "22:00-03:00"])
                group["away"] = {"course": {"hours": hours, "heads": 1, "paid": self.maybe(0.5)}}


class _Floor:
    """Who takes up what was begun, who leaves, who goes first: on top of it all."""

    def __init__(self, luck: random.Random, tables: dict[str, Any]) -> None:
        self.luck, self.tables = luck, tables
        self.queues: dict[str, dict[str, Any]] = tables["queues"]
        self.groups: dict[str, dict[str, Any]] = tables["groups"]

    def maybe(self, chance: float) -> bool:
        return self.luck.random() < chance

    def add(self) -> None:
        if self.maybe(0.2):
            return
        for queue in self.queues.values():
            self.queue(queue)
        for group in self.groups.values():
            if "seats" in group and self.maybe(0.5):
                group["seats"]["leave"] = "named"
            if self.maybe(0.3):
                before = [rule for rule in group.get("take", []) if rule in ("skill_priority", "priority_class")]
                group["take"] = [*before, "longest_queue"]
            for capacity in group.get("capacity", {}).values():
                if "interrupted_by" in capacity and self.maybe(0.5):
                    capacity["resumed_by"] = "anybody"

    def queue(self, queue: dict[str, Any]) -> None:
        if queue["channel"] in DEFERRED and self.maybe(0.4):
            queue["at_shift_end"] = "finish"
        if queue.get("callback", {}).get("when") is None and "callback" in queue and self.maybe(0.6):
            queue["callback"] |= {"when": "behind", "keep_idle": self.luck.choice([0, 0, 1])}
        if self.maybe(0.4):
            first = self.luck.choice([5, 40])
            queue["priority_after"] = [[f"{first}s", self.luck.randint(1, 3)], [f"{3 * first}s", 1]]
        if self.maybe(0.3):
            queue["head_start"] = self.luck.choice(["20s", "90s"])
        if self.maybe(0.3):
            queue["counts_double"] = self.luck.choice(["20s", "90s"])
        for tier in queue.get("route", []):
            if "groups" in tier and self.maybe(0.4):
                tier["choose"] = [
                    *tier.get("choose", [])[: int(tier.get("choose", [""])[0].endswith("loaded"))],
                    "random",
                ]
        self.close_a_tier(queue.get("route", []))

    def close_a_tier(self, tiers: list[dict[str, Any]]) -> None:
        """The first closes while a later one is open."""
        after = [int(tier.get("after", "0s")[:-1]) for tier in tiers]
        if len(tiers) > 1 and after[-1] > 0 and self.maybe(0.6):
            tiers[0]["until"] = f"{after[-1] + self.luck.choice([0, 60])}s"
