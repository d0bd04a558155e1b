"""A center whose seats are known, played by the simulator; its contacts as a log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from known_logs import START, START_S, log_of

import sim
from sim.fitting.records import Log

DAYS = 7
SEATS = (4, 6, 8, 8, 6, 7, 8, 6, 4, 3)
"""By hour from eight to six."""


def center(folder: Path, wrap_s: float, calls_an_hour_and_seat: float) -> Any:
    """One queue; `calls_an_hour_and_seat` at 200 s of talk says how busy agents are."""
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    halves = [(day, f"{8 + half // 2:02d}:{30 * (half % 2):02d}", half // 2) for day in names for half in range(20)]
    seats = "\n".join(f"{day},{start},{SEATS[hour]}" for day, start, hour in halves)
    volumes = "\n".join(f"{day},{start},{calls_an_hour_and_seat * SEATS[hour] / 2:.2f}" for day, start, hour in halves)
    (folder / "seats.csv").write_text(f"weekday,start,seats\n{seats}\n")
    (folder / "volumes.csv").write_text(f"weekday,start,contacts\n{volumes}\n")
    return sim.load(
        {
            "title": "Seats known",
            "center": {"start": START, "days": DAYS, "open": {"mon-sun": "08:00-18:00"}, "timezone": "UTC"},
            "run": {"replications": 1, "seed": 1},
            "queues": {
                "calls": {
                    "channel": "phone", "forecast": {"csv": "volumes.csv"},
                    "busyness": {"day_cv": 0.1, "interval_cv": 0.1},
                    "talk": {"family": "lognormal", "mean": "200s", "cv": 0.9},
                    "wrap": {"family": "lognormal", "mean": f"{wrap_s:g}s", "cv": 0.6},
                    "patience": {"family": "exponential", "mean": "300s"},
                }
            },
            "groups": {"agents": {"seats": {"csv": "seats.csv"}, "skills": {"calls": {"priority": 1}}}},
        },
        folder=folder,
    )  # fmt: skip


def log_played(contacts: pd.DataFrame, *, with_wrap: bool) -> Log:
    """Of a result's contact rows."""
    answered = (contacts["outcome"] == "answered").to_numpy()
    wait = contacts["wait_s"].to_numpy(float)
    arrived = START_S + contacts["arrived_s"].to_numpy(float)
    talk = np.where(answered, contacts["talk_s"].to_numpy(float), np.nan)
    return log_of({
        "queue": np.full(len(contacts), "calls", object), "channel": np.full(len(contacts), "phone", object),
        "arrived": arrived, "left": arrived + wait, "ended": arrived + wait + np.nan_to_num(talk),
        "outcome": np.where(answered, "answered", "abandoned"),
        "agent": np.where(answered, contacts["agent"].astype(object), None), "talk_s": talk,
        "wrap_s": np.where(answered, contacts["wrap_s"].to_numpy(float), np.nan) if with_wrap else np.full(len(talk), np.nan),
    })  # fmt: skip
