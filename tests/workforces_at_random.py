"""Valid scenarios at random whose workforce moves: lives, absence and training, switched on or off by one seed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenarios_at_random import WEEKDAYS, Row, time_of_day, write_csv, write_toml

START = dt.date(2026, 12, 14)
"""The horizon passes New Year, when leave is planned anew."""

ZONES = ("Asia/Manila", "America/Los_Angeles", "Europe/Berlin")


def write_workforce(seed: int, folder: Path) -> Path:
    return _Author(random.Random(f"{seed}/workforce"), folder).write()


class _Author:
    def __init__(self, luck: random.Random, folder: Path) -> None:
        self.luck, self.folder = luck, folder
        self.days = luck.choice([9, 20, 33])
        self.groups = [f"g{number}" for number in range(luck.randint(1, 3))]
        self.queues = ["calls", "chats", "letters"][: luck.randint(1, 3)]
        self.hours = luck.choice(["09:00-17:00", "00:00-24:00"])

    def maybe(self, chance: float) -> bool:
        return self.luck.random() < chance

    def date(self, first: int = 0, last: int | None = None) -> dt.date:
        return START + dt.timedelta(days=self.luck.randint(first, self.days - 1 if last is None else last))

    def write(self) -> Path:
        tables: dict[str, Any] = {
            "title": "people at random",
            "center": {
                "start": START,
                "days": self.days,
                "interval": "60min",
                "timezone": self.luck.choice(["UTC", "Europe/Berlin"]),
                "open": {"mon-sun": self.hours},
                "overtime_after": {"day": "8h", "week": "38h"},
                "pay": {"night": {"hours": "22:00-06:00", "premium": 0.25}, "weekend": 0.1},
            },
            "run": {"replications": 2, "seed": self.luck.randrange(1000)},
            "queues": {queue: self.queue(queue) for queue in self.queues},
            "groups": {group: self.group() for group in self.groups},
            "shifts": {
                "early": {"hours": "08:00-16:00", "breaks": [{"within": "11:00-13:00", "length": "30min"}]},
                "late": {"hours": "12:00-20:15", "breaks": [{"within": "15:00-18:00", "length": "20min", "paid": True}]},
                "night": {"hours": "22:00-06:00", "breaks": [{"within": "01:00-04:00", "length": "30min"}]},
            },
            "rotations": {"two": {"weeks": ["MTWTF--", "--WTFSS"]}},
            "ramp": {
                "weeks": {"family": "exponential", "start": {"speed": 0.6, "resolution": 0.8}, "weeks_to_95": 3},
                "curve": {
                    "family": "power", "by": "contacts", "start": {"speed": 0.5, "resolution": 0.7},
                    "learning_rate": 0.85, "contacts_a_week": 40,
                },
            },
            "attrition": {
                "hard": {
                    "annual_rate": {"first_90_days": 8.0, "first_year": 5.0, "later": 3.0},
                    "burnout": {"above_occupancy": 0.3, "factor_per_10_points": 1.4, "over_weeks": 2},
                }
            },
        }  # fmt: skip
        if self.maybe(0.4):
            tables["sites"] = {"far": {"timezone": self.luck.choice(ZONES)}}
            tables["groups"][self.groups[-1]]["site"] = "far"
        features: dict[str, Callable[[], dict[str, Any]]] = {
            "hiring": self.hiring, "moves": self.moves, "absence": self.absence, "courses": self.courses,
        }  # fmt: skip
        for name, feature in features.items():
            if self.maybe(0.7) and (found := feature()):
                tables[name] = found
        return write_toml(self.folder / "scenario.toml", tables)

    def queue(self, name: str) -> dict[str, Any]:
        rows: list[Row] = [
            (day, time_of_day(3600 * hour), self.luck.choice([0.5, 2.0, 6.0])) for day in WEEKDAYS for hour in range(24)
        ]
        channel = {"calls": "phone", "chats": "chat", "letters": "email"}[name]
        queue: dict[str, Any] = {
            "channel": channel,
            "forecast": {"csv": write_csv(self.folder / f"{name}.csv", "weekday,start,contacts", rows)},
            "talk": {"family": "exponential", "mean": "6min"},
        }
        if channel == "phone" and self.maybe(0.5):
            queue["callback"] = {"offer_above": {"wait": "1min"}}
        return queue

    def group(self) -> dict[str, Any]:
        group: dict[str, Any] = {
            "heads": self.luck.randint(3, 12),
            "skills": {queue: {} for queue in self.queues},
            "shifts": self.luck.choice(
                [{"early": "100%"}, {"early": "50%", "late": "50%"}, {"late": "60%", "night": "40%"}]
            ),
            "wage": {
                "steps": [[0, 15.0], [2, 16.0], [30, 18.0]],
                "raises": {"new year": {"on": dt.date(2027, 1, 1), "factor": 1.02}},
            },
            "talent": {"speed": 0.1, "resolution": 0.05},
        }
        for key, chance, value in (
            ("attrition", 0.7, "hard"),
            ("ramp", 0.7, self.luck.choice(["weeks", "curve"])),
            ("tenure", 0.7, self.luck.choice(["3w", {"from": "1w", "to": "40w"}])),
            ("rotation", 0.3, "two"),
            ("contract_hours", 0.4, self.luck.choice([20, 38])),
            ("lateness", 0.5, {"share": 0.4, "mean": "12min"}),
            ("early_log_off", 0.5, {"share": 0.3, "mean": "10min", "paid": True}),
            ("supervisors", 0.3, {"per": 8, "wage": 25}),
            ("meetings", 0.5, {"team": {"days": "wed", "hours": "13:00-13:30"}}),
            ("coaching", 0.5, {"one": {"length": "30min", "every": "2w", "at_once": 0.2}}),
            ("leavers", 0.3, {"two": {"heads": 2, "on": self.date(1)}}),
        ):  # fmt: skip
            if self.maybe(chance):
                group[key] = value
        if len(self.queues) > 1 and self.maybe(0.4):
            group["skills"][self.queues[1]] = {"holders": 0.3}
            training = {"heads": 2, "starts": self.date(0, 4), "length": "6h", "at_once": 0.5, "ramp": "weeks"}
            group["cross_training"] = {self.queues[1]: training}
        if group.get("tenure") is None and "attrition" in group and self.maybe(0.6):
            group["tenure"] = "steady"
        return group

    def hiring(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for group in self.groups:
            if self.maybe(0.6):
                entry: dict[str, Any] = {
                    "group": group,
                    "starts": self.date(0, 4),
                    "offers": 6,
                    "show_up": 0.8,
                    "cost": 900,
                }
                if self.maybe(0.6):
                    entry["training"] = {
                        "length": "4d", "dropout": 0.2, "licence_pass": 0.7, "retake_after": "2d",
                        "trainer": {"per": 4, "wage": 30},
                    }  # fmt: skip
                if self.maybe(0.6):
                    entry["nesting"] = {
                        "length": "3d", "speed": 0.5, "resolution": 0.7, "queues": self.queues[:1], "mentor_per": 2,
                        "mentor_share": 0.3,
                    }  # fmt: skip
                if self.maybe(0.3):
                    entry["contract_until"] = START + dt.timedelta(days=self.days + self.luck.randint(-3, 3))
                result[f"class {group}"] = entry
            if self.maybe(0.4):
                kind = {"hold": 10} if self.maybe(0.5) else {"replace": "leavers"}
                result[f"order {group}"] = {"group": group, "vacancy": self.luck.choice(["0", "3d"]), **kind}
        return result

    def moves(self) -> dict[str, Any]:
        if len(self.groups) < 2:
            return {}
        on, ends = self.date(1), {"from": self.groups[0], "to": self.groups[1]}
        return {"shift": {**ends, "on": on, "heads": 1}, "up": {**ends, "annual_share": 3.0, "after": "2w"}}

    def absence(self) -> dict[str, Any]:
        sick = {"annual_days": 30, "spell": "2.5d", "paid": self.maybe(0.5)}
        leave = {"annual_days": 40, "block": self.luck.choice(["2d", "5d"]), "at_most": 0.3, "paid": True}
        return {"sick": sick, "leave": leave}

    def courses(self) -> dict[str, Any]:
        effect = {"speed": 1.05, "resolution": 1.1, "courtesy": 1.2}
        course = {
            "groups": self.groups[:1], "starts": self.date(0, 3), "length": "6h", "a_day": "2h", "at_once": 0.4,
            "cost": 50, "effect": effect, "half_life": "10w", "every": "2w",
        }  # fmt: skip
        return {"update": course}
