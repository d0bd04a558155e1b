"""Valid scenarios at random whose workforce moves: lives, absence and training, switched on or off by one seed.

Each is a scenario file with the CSV files that it names: few people and few contacts, over a day up to 100 days.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenarios_at_random import WEEKDAYS, Row, time_of_day, write_csv, write_toml

STARTS = {
    "2026-12-14": "UTC",  # New Year, when leave is planned anew, may lie ahead
    "2026-12-17": "Europe/Berlin",  # a Thursday
    "2026-03-27": "Europe/Berlin",  # the clocks go forward in the second night
    "2026-10-21": "Europe/Berlin",  # and back in the fourth
    "2026-03-06": "America/New_York",
}

ZONES = ("Asia/Manila", "America/Los_Angeles", "Europe/Berlin", "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago")

CHANNELS = {"calls": "phone", "chats": "chat", "letters": "email", "special": "phone"}

RAMPS: dict[str, dict[str, Any]] = {
    "weeks": {"family": "exponential", "start": {"speed": 0.6, "resolution": 0.8}, "weeks_to_95": 3},
    "curve": {
        "family": "power", "by": "contacts", "start": {"speed": 0.5, "resolution": 0.7},
        "learning_rate": 0.85, "contacts_a_week": 40,
    },
    "table": {"family": "table", "steps": [[0, 0.5, 0.7], [1, 0.9, 0.8], [4, 1.0, 1.0]]},
    "s": {"family": "s-curve", "start": {"speed": 0.7}, "weeks_to_95": 2},
    "linear": {
        "family": "linear", "by": "contacts", "start": {"speed": 0.4, "resolution": 0.5}, "contacts": 90,
        "contacts_a_week": 25,
    },
}  # fmt: skip


def write_workforce(seed: int, folder: Path) -> Path:
    """The scenario of this seed, in a folder of its own."""
    return _Author(random.Random(f"{seed}/workforce"), folder).write()


class _Author:
    def __init__(self, luck: random.Random, folder: Path) -> None:
        self.luck, self.folder = luck, folder
        start = luck.choice(list(STARTS))
        self.start, self.zone = dt.date.fromisoformat(start), STARTS[start]
        self.days = luck.choices([1, 2, 9, 20, 33, 100], [1, 1, 4, 5, 3, 1])[0]
        self.groups = [f"g{number}" for number in range(luck.randint(1, 3))]
        self.queues = ["calls", "chats", "letters"][: luck.randint(1, 3)]
        self.hours = luck.choice(["09:00-17:00", "00:00-24:00"])
        self.interval = luck.choice([1800, 3600])
        self.named: dict[str, list[str]] = {}
        """Agents known by name, by group."""
        self.rostered: set[str] = set()
        """Groups that nobody may join or leave."""

    def maybe(self, chance: float) -> bool:
        return self.luck.random() < chance

    def date(self, first: int = 0, last: int | None = None) -> dt.date:
        end = self.days - 1 if last is None else min(last, self.days - 1)
        return self.start + dt.timedelta(days=self.luck.randint(min(first, end), end))

    def write(self) -> Path:
        tables: dict[str, Any] = {
            "title": "people at random",
            "center": {
                "start": self.start,
                "days": self.days,
                "interval": f"{self.interval}s",
                "timezone": self.zone,
                "open": {"mon-sun": self.hours},
                "overtime_after": {"day": "8h", "week": "38h"},
                "pay": {"night": {"hours": "22:00-06:00", "premium": 0.25}, "weekend": 0.1, "holiday": 0.5},
            },
            "run": {"replications": 2, "seed": self.luck.randrange(1000)},
            "queues": {queue: self.queue(queue) for queue in self.queues},
            "groups": {group: self.group(group) for group in self.groups},
            "shifts": {
                "early": {"hours": "08:00-16:00", "breaks": [{"within": "11:00-13:00", "length": "30min"}]},
                "late": {
                    "hours": "12:00-20:15",
                    "breaks": [
                        {"within": "13:00-14:30", "length": "10min"},
                        {"within": "15:00-18:00", "length": "20min", "paid": True},
                    ],
                },
                "night": {"hours": "22:00-06:00", "breaks": [{"within": "01:00-04:00", "length": "30min"}]},
                "weekdays": {"days": "mon-fri", "hours": "09:00-17:00", "breaks": [{"at": "12:00", "length": "45min"}]},
            },
            "rotations": {
                "two": {"weeks": ["MTWTF--", "--WTFSS"]},
                "three": {"weeks": ["MTWTFSS", "M-W-FSS", "-TWTFS-"], "assign": "together"},
            },
            "ramp": RAMPS,
            "attrition": {
                "hard": {
                    "annual_rate": {"first_90_days": 8.0, "first_year": 5.0, "later": 3.0},
                    "burnout": {"above_occupancy": 0.3, "factor_per_10_points": 1.4, "over_weeks": 2},
                },
                "seasonal": {"annual_rate": 2.0, "season": self.season("leaving")},
            },
            "calendars": {"own": {"closed": [self.date()], "holidays": [self.date()]}},
            "costs": {"load": 1.3, "seat_per_hour": 1.5},
        }  # fmt: skip
        if self.maybe(0.4):
            tables["sites"] = {"far": self.site()}
            tables["groups"][self.groups[-1]]["site"] = "far"
        if self.maybe(0.2):
            tables["center"]["calendar"] = "own"
        features: dict[str, Callable[[], dict[str, Any]]] = {
            "hiring": self.hiring, "moves": self.moves, "absence": self.absence, "courses": self.courses,
        }  # fmt: skip
        for name, feature in features.items():
            if self.maybe(0.7) and (found := feature()):
                tables[name] = found
        if self.maybe(0.25):
            self.nobody_yet(tables)
        if self.maybe(0.25):
            self.vendor(tables)
        return write_toml(self.folder / "scenario.toml", tables)

    def season(self, name: str) -> str:
        by, last = self.luck.choice([("month", 12), ("week", 53)])
        rows: list[Row] = [(number, self.luck.choice([0, 0.5, 1, 2])) for number in range(1, last)] + [(last, 1)]
        return write_csv(self.folder / f"{name}-season.csv", f"{by},factor", rows)

    def site(self) -> dict[str, Any]:
        site: dict[str, Any] = {"timezone": self.luck.choice(ZONES)}
        for key, chance, value in (
            ("seats", 0.3, self.luck.randint(2, 6)),
            ("exchange", 0.4, 0.25),
            ("calendar", 0.4, "own"),
            ("pay", 0.3, {"night": {"hours": "20:00-05:00", "premium": 0.4}, "overtime": 0.25}),
            ("overtime_after", 0.3, {"day": "7h"}),
        ):
            if self.maybe(chance):
                site[key] = value
        return site | ({"currency": "PHP"} if "exchange" in site else {})

    # ---- demand

    def queue(self, name: str) -> dict[str, Any]:
        busy = self.luck.choice([1.0, 1.0, 3.0]) if self.days < 50 else 1.0
        rows: list[Row] = [
            (day, time_of_day(start), busy * self.luck.choice([0.5, 2.0, 6.0]) * self.interval / 3600)
            for day in WEEKDAYS
            for start in range(0, 86400, self.interval)
        ]
        channel = CHANNELS[name]
        queue: dict[str, Any] = {
            "channel": channel,
            "forecast": {"csv": write_csv(self.folder / f"{name}.csv", "weekday,start,contacts", rows)},
            "talk": {"family": "exponential", "mean": "6min"},
        }
        if channel == "phone" and self.maybe(0.5):
            queue["callback"] = {"offer_above": {"wait": "1min"}}
        if channel == "chat" and self.maybe(0.5):
            queue["speed_by_load"] = [1.0, 0.8, 0.5]
        return queue

    def nobody_yet(self, tables: dict[str, Any]) -> None:
        """A queue served by nobody but a group that is still to be hired."""
        tables["queues"]["special"] = self.queue("special")
        tables["groups"]["new"] = {"heads": 0, "skills": {"special": {}}, "shifts": {"early": "100%"}, "ramp": "s"}
        start = {"group": "new", "starts": self.date(0, 6), "offers": 3}
        tables.setdefault("hiring", {})["first"] = start | ({"training": {"length": "1d"}} if self.maybe(0.5) else {})

    def vendor(self, tables: dict[str, Any]) -> None:
        tables["vendors"] = {"partner": {"price": {"per": "contact", "rate": 2.0}, "capacity": 2}}
        own = [group for group in self.groups if "calls" in tables["groups"][group]["skills"]]
        tables["queues"]["calls"]["route"] = [{"groups": own}, {"vendor": "partner", "after": "30s"}]

    # ---- groups

    def group(self, name: str) -> dict[str, Any]:
        heads = self.luck.randint(3, 12)
        group: dict[str, Any] = {
            "skills": {queue: {} for queue in self.queues},
            "wage": {
                "steps": [[0, 15.0], [2, 16.0], [30, 18.0]],
                "raises": {"rise": {"on": self.date(), "factor": 1.02}, "later": {"on": self.date(), "factor": 1.1}},
            },
            "talent": {"speed": 0.1, "resolution": 0.05},
        }
        kind = self.luck.choice(
            ["heads", "heads", "people", "roster", "seats"] if name != "g0" else ["heads", "people"]
        )
        if kind == "seats":
            self.rostered.add(name)
            return {"skills": group["skills"], "wage": 17, "seats": {"csv": self.seats(name), "shrinkage": 0.2}}
        if kind == "roster":
            self.rostered.add(name)
            group["roster"] = {"csv": self.roster(name, heads)}
        else:
            group["shifts"] = self.luck.choice(
                [
                    {"early": "100%"},
                    {"early": "50%", "late": "50%"},
                    {"late": "60%", "night": "40%"},
                    {"weekdays": "100%"},
                ]
            )
            if self.maybe(0.3):
                group["rotation"] = self.luck.choice(["two", "three"])
            if kind == "people":
                group["people"] = {"csv": self.people(name, heads)}
            else:
                group["heads"] = heads
                if self.maybe(0.4):
                    part = heads // 3
                    group["contract_hours"] = self.luck.choice([20, 38, {"20": part, "38.5": heads - part}])
        self.lives(group, name)
        self.off_floor(group)
        if self.maybe(0.3) and "chats" in self.queues:
            group["capacity"] = {"chat": {"at_once": self.luck.randint(2, 3)}}
        if self.maybe(0.3) and "letters" in self.queues:
            interrupted = {"interrupted_by": ["phone"], "resume_penalty": "30s"}
            group.setdefault("capacity", {})["email"] = interrupted
        return group

    def lives(self, group: dict[str, Any], name: str) -> None:
        leaver = (
            {"agent": self.luck.choice(self.named[name])} if name in self.named and self.maybe(0.6) else {"heads": 1}
        )
        for key, chance, value in (
            ("attrition", 0.7, self.luck.choice(["hard", "seasonal"])),
            ("ramp", 0.7, self.luck.choice(list(RAMPS))),
            ("tenure", 0.7, self.luck.choice(["3w", {"from": "1w", "to": "40w"}])),
            ("lateness", 0.5, {"share": 0.4, "mean": self.luck.choice(["12min", "3h"])}),
            ("early_log_off", 0.5, {"share": 0.3, "mean": "10min", "paid": True}),
            ("supervisors", 0.3, {"per": 8, "wage": 25}),
            ("leavers", 0.3, {"known": {**leaver, "on": self.date(1)}}),
        ):
            if self.maybe(chance):
                group[key] = value
        if group.get("tenure") is None and "attrition" in group and self.maybe(0.6):
            group["tenure"] = "steady"

    def off_floor(self, group: dict[str, Any]) -> None:
        team = {"days": "wed", "hours": self.luck.choice(["13:00-13:30", "23:30-00:30", "07:00-09:00"])}
        meetings = {"team": {**team, "paid": self.maybe(0.7)}}
        if self.maybe(0.4):
            meetings["alone"] = {"length": "45min", "days": "mon-thu", "at_once": 0.01, "paid": False}
        at_once = self.luck.choice([0.01, 0.2, 1.0])
        coaching = {"one": {"length": "30min", "every": self.luck.choice(["1w", "2w"]), "at_once": at_once}}
        project = {"project": {"days": "tue,wed", "hours": "13:20-15:10", "heads": 1, "paid": self.maybe(0.5)}}
        for key, chance, value in (("meetings", 0.5, meetings), ("coaching", 0.5, coaching), ("away", 0.25, project)):
            if self.maybe(chance):
                group[key] = value
        if len(self.queues) > 1 and self.maybe(0.4):
            group["skills"][self.queues[1]] = {"holders": self.luck.choice([0, 0.3])}
            training = {"heads": 2, "starts": self.date(0, 4), "length": "6h", "at_once": 0.5}
            if self.maybe(0.7):
                training["ramp"] = self.luck.choice(list(RAMPS))
            group["cross_training"] = {self.queues[1]: training}

    def people(self, group: str, heads: int) -> str:
        names = self.named[group] = [f"{group} p{k}" for k in range(heads)]
        known = (self.start - dt.timedelta(days=self.luck.choice([1, 80, 400])), 20, 19.5, 1.1, 0.9)
        rows = [(name, *(self.luck.choice(["", value]) for value in known)) for name in names]
        return write_csv(self.folder / f"{group}-people.csv", "agent,hired,contract_hours,wage,speed,resolution", rows)

    def roster(self, group: str, heads: int) -> str:
        """Days of work, break, work; some in training or away sick, and some across midnight."""
        names, rows = [f"{group} r{k}" for k in range(heads)], list[Row]()
        self.named[group] = names
        for name in names:
            begins = self.luck.choice([6, 8, 14, 21])
            for day in range(self.days):
                if self.maybe(0.3):
                    continue
                date, first = (
                    self.start + dt.timedelta(days=day),
                    self.luck.choice(["work", "work", "training", "sick"]),
                )
                for what, start, end in ((first, 0, 2), ("work", 2, 4), ("break", 4, 5), ("work", 5, 8)):
                    hours = (time_of_day(3600 * ((begins + hour) % 24)) for hour in (start, end))
                    late = begins + start >= 24
                    paid = "no" if what == "break" else "yes"
                    rows.append((name, date + dt.timedelta(days=1) if late else date, *hours, what, paid))
        rows = rows or [(names[0], self.start, "08:00", "12:00", "work", "yes")]
        seen = {row[0] for row in rows}
        self.named[group] = [name for name in names if name in seen]
        return write_csv(self.folder / f"{group}-roster.csv", "agent,date,start,end,activity,paid", rows)

    def seats(self, group: str) -> str:
        rows: list[Row] = [
            (day, time_of_day(start), self.luck.choice([0, 1, 2]))
            for day in WEEKDAYS
            for start in range(0, 86400, self.interval)
        ]
        return write_csv(self.folder / f"{group}-seats.csv", "weekday,start,seats", rows)

    # ---- the workforce's own tables

    @property
    def joinable(self) -> list[str]:
        return [group for group in self.groups if group not in self.rostered]

    def hiring(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for group in self.joinable:
            if self.maybe(0.6):
                entry: dict[str, Any] = {
                    "group": group,
                    "starts": self.date(0, 4),
                    "offers": 6,
                    "show_up": 0.8,
                    "cost": 900,
                }
                if self.maybe(0.6):
                    entry["training"] = self.training()
                if self.maybe(0.6):
                    entry["nesting"] = {
                        "length": "3d", "speed": 0.5, "resolution": 0.7, "queues": self.queues[:1], "mentor_per": 2,
                        "mentor_share": self.luck.choice([0.3, 1.0]),
                    }  # fmt: skip
                if self.maybe(0.3):
                    entry["contract_until"] = self.start + dt.timedelta(days=self.days + self.luck.randint(-3, 3))
                    if entry["contract_until"] <= entry["starts"] + dt.timedelta(days=5):
                        entry["contract_until"] = entry["starts"] + dt.timedelta(days=6)
                if self.maybe(0.3):
                    entry["contract_hours"] = self.luck.choice([16, 30])
                result[f"class {group}"] = entry
            if self.maybe(0.4):
                kind = {"hold": self.luck.choice([2, 10])} if self.maybe(0.5) else {"replace": "leavers"}
                order = {"group": group, "vacancy": self.luck.choice(["0", "3d"]), "cost": 100, **kind}
                if self.maybe(0.3):
                    order["training"] = self.training()
                if self.maybe(0.3):
                    order["nesting"] = {"length": "1w", "speed": 0.7, "resolution": 1.0, "mentor_share": 0}
                if self.maybe(0.2):
                    order |= {"from": self.date(0, 2), "to": self.start + dt.timedelta(days=self.days // 2 + 2)}
                result[f"order {group}"] = order
        return result

    def training(self) -> dict[str, Any]:
        training: dict[str, Any] = {
            "length": "4d", "dropout": 0.2, "licence_pass": 0.7, "retake_after": "2d", "paid": self.maybe(0.8),
            "trainer": {"per": 4, "wage": 30},
        }  # fmt: skip
        return training | ({"hours_a_week": 30} if self.maybe(0.3) else {})

    def moves(self) -> dict[str, Any]:
        if len(self.joinable) < 2:
            return {}
        on, ends = self.date(1), {"from": self.joinable[0], "to": self.joinable[-1]}
        moves = {
            "shift": {**ends, "on": on, "heads": 1},
            "up": {**ends, "annual_share": 3.0, "after": "2w", "ramp_again": self.maybe(0.5)},
        }
        if self.maybe(0.4):
            moves["back"] = {"from": ends["to"], "to": ends["from"], "annual_share": 6.0, "after": "0"}
        return moves

    def absence(self) -> dict[str, Any]:
        sick: dict[str, Any] = {"annual_days": 30, "spell": "2.5d", "paid": self.maybe(0.5)}
        if self.maybe(0.4):
            sick["burnout"] = {"above_occupancy": 0.3, "factor_per_10_points": 1.5, "over_weeks": 1}
        if self.maybe(0.4):
            sick["season"] = self.season("sick")
        leave = {"annual_days": 40, "block": self.luck.choice(["2d", "5d"]), "at_most": 0.3, "paid": True}
        if self.maybe(0.4):
            leave["season"] = self.season("leave")
        known = [name for names in self.named.values() for name in names]
        if known and self.maybe(0.7):
            leave["csv"] = self.granted(known)
        absence = {"sick": sick, "leave": leave}
        if self.maybe(0.4):
            absence["care"] = {"annual_days": 10, "spell": "1d", "paid": not sick["paid"]}
        if self.maybe(0.4):
            groups = [group for group in self.groups[:1] if group not in self.rostered]
            absence["unpaid leave"] = {"annual_days": 15, "block": "1d", "paid": False, "groups": groups}
        return absence

    def granted(self, known: list[str]) -> str:
        rows: list[Row] = []
        for name in self.luck.sample(known, min(3, len(known))):
            first = self.start + dt.timedelta(days=self.luck.randint(-2, self.days))
            rows.append((name, first, first + dt.timedelta(days=self.luck.randint(0, 9))))
        return write_csv(self.folder / "granted.csv", "agent,from,to", rows)

    def courses(self) -> dict[str, Any]:
        groups = self.joinable
        effect = {"speed": 1.05, "resolution": 1.1, "courtesy": 1.2}
        course = {
            "groups": groups[:1], "starts": self.date(0, 3), "length": "6h", "a_day": "2h",
            "at_once": self.luck.choice([0.01, 0.4]), "cost": 50, "effect": effect, "half_life": "10w", "every": "2w",
        }  # fmt: skip
        courses = {"update": course}
        if self.maybe(0.4):
            short = {"groups": groups, "starts": self.date(), "length": "45min", "at_once": 0.2, "paid": False}
            courses["short"] = {**short, "effect": {"speed": 1.2}}
        return courses
