"""Folding row by row, compiled, and column by column: the same rules, the same sums to the last bit; and no Python per
contact."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pytest
from counted_calls import calls

from sim.floor.calendars.cache import COUNTING
from sim.floor.tables.engine import Observed
from sim.measures.elementwise import RULES
from sim.measures.folder import NO_CONTACTS, NO_PRESENCE, Folder
from sim.measures.sums import Sums
from sim.observations import BLOCKED
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared, prepare
from sim.study.replicate import DayByDay, open_floor, replicate

SCENARIOS = Path(__file__).parents[1] / "scenarios"


@cache
def shipped(name: str, days: int) -> Scenario:
    folder = Path(mkdtemp()) / "scenarios"
    shutil.copytree(SCENARIOS, folder)
    (folder / "short.toml").write_text(f'extends = "{name}.toml"\n[center]\nweeks = "none"\ndays = {days}\n')
    return load(folder / "short.toml")


@cache
def seen(name: str, days: int) -> tuple[Prepared, list[Observed]]:
    prepared = prepare(shipped(name, days))
    return prepared, list(DayByDay(prepared, open_floor(prepared.setting, "compiled"), 3).play())


def folded(prepared: Prepared, days: list[Observed], *, compiled: bool, parts: int = 1) -> Sums:
    """Each day in so many parts."""
    folder = Folder(prepared.counting, compiled=compiled, warmed_up=prepared.warm_up is not None)
    folder.work_at(prepared.speed)
    for day in days:
        for rows in np.array_split(np.arange(len(day.contacts)), parts):
            folder.fold(day.contacts[rows], NO_PRESENCE)
        folder.fold(NO_CONTACTS, day.presence)
        folder.close_day()
    return folder.sums


def bytes_of(sums: Sums) -> dict[str, bytes]:
    return {name: getattr(sums, name).tobytes() for name in Sums.families()}


# Phone, chat, mail, vendors and callbacks; cases, feelings and customers; contracts and sites; a warm-up.
@pytest.mark.parametrize("name", ["omnichannel", "rush-trap", "bpo-four-sites", "starter"])
def test_rows_and_columns_add_up_to_the_same_bytes(name: str) -> None:
    prepared, days = seen(name, 3)
    by_columns = folded(prepared, days, compiled=False)
    assert by_columns.queue_days.any()
    assert by_columns.group_days.any()
    assert bytes_of(folded(prepared, days, compiled=True)) == bytes_of(by_columns)
    assert bytes_of(folded(prepared, days, compiled=True, parts=7)) == bytes_of(by_columns)
    assert bytes_of(folded(prepared, days, compiled=False, parts=7)) == bytes_of(by_columns)


def test_folding_twice_the_contacts_takes_no_more_calls() -> None:
    prepared, days = seen("omnichannel", 3)
    folder = Folder(prepared.counting, compiled=True)
    whole, there = days[0].contacts, days[0].presence
    folder.fold(whole, there)
    few = calls(lambda: folder.fold(whole[: len(whole) // 2], there[: len(there) // 2]))
    assert calls(lambda: folder.fold(whole, there)) <= few < 100


def test_a_further_day_takes_a_bounded_number_of_calls() -> None:
    """Of the fold, the floor and the books; of what is drawn as many as the demand needs."""
    short, longer = (prepare(shipped("bpo-four-sites", days)) for days in (7, 8))
    for prepared in (short, longer):
        replicate(prepared, 0, "compiled")
    a_day = calls(lambda: replicate(longer, 1, "compiled")) - calls(lambda: replicate(short, 1, "compiled"))
    contacts = replicate(longer, 1, "compiled").contacts - replicate(short, 1, "compiled").contacts
    assert contacts > 1000
    assert a_day < 3000


def test_a_contact_at_the_very_end_of_an_interval_has_a_place() -> None:
    """The second of two arrives when an interval begins, and is blocked at once: nothing that day comes later."""
    prepared, days = seen("starter", 3)
    rows = days[0].contacts[:2].copy()
    rows["outcome"], rows["answered"], rows["group"] = BLOCKED, -1.0, -1
    rows["arrived"] = rows["ended"] = [34000.0, 36000.0]
    for compiled in (False, True):
        sums = folded(prepared, [Observed(rows, NO_PRESENCE)], compiled=compiled)
        blocked = sums.views(Sums.queue_days)["blocked"]
        assert (blocked.sum(), blocked[0].sum()) == (2.0, 2.0)


def test_whatever_is_compiled_is_in_the_cache_key() -> None:
    """numba sees but the file that holds the loop."""
    assert {f"sim.measures.{name}" for name in COUNTING} >= {rule.__module__ for rule in RULES}
