"""Hours booked for several days at once are those booked day by day, to the last bit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.measures import timesheet
from sim.scenario.load import load
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import Replication, replicate

SCENARIOS = Path(__file__).parents[1] / "scenarios"


def wave(folder: Path, hours_a_week: float) -> Prepared:
    """Three weeks of the hiring wave, with a class in training from the second on."""
    shutil.copytree(SCENARIOS / "hiring-wave", folder / "hiring-wave")
    shutil.copy(SCENARIOS / "hiring-wave.toml", folder)
    text = 'extends = "hiring-wave.toml"\n[center]\nweeks = "none"\ndays = 22\n[hiring.march]\nstarts = 2027-01-05\n'
    text += '[results]\nintervals = "typical week"\n'
    (folder / "short.toml").write_text(text + f"[hiring.march.training]\nhours_a_week = {hours_a_week}\n")
    return prepare(load(folder / "short.toml"))


def booked(one: Replication) -> list[bytes]:
    return [table.tobytes() for table in (one.staff_slots, one.staff_days, one.costs)]


# 33.337 hours in five days are no whole seconds an interval: then it matters what is added first.
@pytest.mark.parametrize("hours_a_week", [40.0, 33.337])
def test_days_booked_together_are_as_day_by_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours_a_week: float
) -> None:
    prepared = wave(tmp_path, hours_a_week)
    together = booked(replicate(prepared, 0, "simpy"))
    monkeypatch.setattr(timesheet, "BOOKED_AT_ONCE", 1)
    assert booked(replicate(prepared, 0, "simpy")) == together
