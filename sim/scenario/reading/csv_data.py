"""What a scenario's CSV files say, all of them together."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.scenario.reading import csv_tables


@dataclass(frozen=True)
class Data:
    """What the scenario's CSV files say, by queue or group."""

    volumes: dict[str, dict[str, csv_tables.Profile]] = field(default_factory=dict)
    shapes: dict[str, csv_tables.Profile] = field(default_factory=dict)
    seasons: dict[str, csv_tables.Season] = field(default_factory=dict)
    months: dict[str, csv_tables.Months] = field(default_factory=dict)
    replays: dict[str, csv_tables.Replay] = field(default_factory=dict)
    samples: dict[str, tuple[float, ...]] = field(default_factory=dict)
    seats: dict[str, csv_tables.Profile] = field(default_factory=dict)
    people: dict[str, tuple[csv_tables.Person, ...]] = field(default_factory=dict)
    rosters: dict[str, tuple[csv_tables.RosterRow, ...]] = field(default_factory=dict)
    attrition_seasons: dict[str, csv_tables.Season] = field(default_factory=dict)
    """By attrition law; below, by absence."""
    absence_seasons: dict[str, csv_tables.Season] = field(default_factory=dict)
    granted_leave: dict[str, tuple[csv_tables.GrantedLeave, ...]] = field(default_factory=dict)
