"""A search for the hiring year that was killed goes on with what it had played; the center of `test_hiring_search`."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_hiring_search import Silent, write

from sim.report.tables.hiring_plan import TABLES
from sim.scenario.load import plan_of
from sim.scenario.reading.plans import read_file
from sim.staffing.hiring.answering import Answer
from sim.staffing.hiring.finding import find_hiring
from sim.staffing.hiring.found import HiringFound
from sim.staffing.hiring.intake import classes_today, intakes_of
from sim.staffing.hiring.playing import Luck, Playing
from sim.staffing.hiring.remembered import Remembered
from sim.study.run import Options
from sim.study.targets import verdicts_of


class Killed(Exception):
    """As good as a process that is no more: nothing of the search sees it."""


class Killing(Silent):
    """Ends it after so many replications; counts them."""

    def __init__(self, after: int) -> None:
        self.after, self.played, self.stages = after, 0, list[str]()

    def stage(self, text: str) -> None:
        self.stages.append(text)

    def progress(self, plan: str, done: int, wanted: int) -> None:  # noqa: ARG002
        self.played += 1
        if self.played > self.after:
            raise Killed


def search(path: Path, watcher: Any, *, remember: bool) -> HiringFound:
    return find_hiring(read_file(path), "base", Options(replications=2, jobs=1, remember=remember), watcher)


def test_it_goes_on_and_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last byte of its tables and its plan; killed twice, the second time in the test on fresh luck."""
    path, kept = write(tmp_path), tmp_path / "kept"
    whole_watcher = Killing(10_000)
    whole = search(path, whole_watcher, remember=False)
    monkeypatch.setenv("SIM_SOLUTIONS", str(kept))
    monkeypatch.setattr("sim.staffing.hiring.playing.FEW", 2)
    with pytest.raises(Killed):
        search(path, Killing(15), remember=True)
    before_test = whole.replications - sum(one.replications for one in whole.rivals)
    second = Killing(before_test - 15)
    with pytest.raises(Killed):
        search(path, second, remember=True)
    assert second.stages[0].startswith("going on with ")
    last = Killing(10_000)
    again = search(path, last, remember=True)
    # No replication but those that the kill cut short is played again.
    assert last.played <= whole_watcher.played - 15 - second.after + 2 * 2
    for name, table in TABLES.items():
        assert table(again).to_csv() == table(whole).to_csv(), name
    assert again.changes == whole.changes
    assert again.study is not None
    assert whole.study is not None
    for one, other in zip(again.study.results, whole.study.results, strict=True):
        assert verdicts_of(one) == verdicts_of(other)
        assert one.contacts == other.contacts
    assert (again.plays, again.replications, again.bound) == (whole.plays, whole.replications, whole.bound)
    # A finished search leaves nothing behind.
    assert not list((kept / "searches").glob("*"))


def test_a_torn_or_another_question_s_store_counts_as_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIM_SOLUTIONS", str(tmp_path / "kept"))
    file = read_file(write(tmp_path))
    today = plan_of(file, "base")
    intakes = intakes_of(file, today)
    classes = classes_today(intakes, today)
    assert classes is not None

    def played(seed: int = 5) -> tuple[Answer, int]:
        watcher = Killing(99)
        store = Remembered.of(today, today, intakes, "cost_total")
        luck = Luck(seed, "simpy", 1, "cost_total")
        answer = Playing(file, today, "base", intakes, luck, watcher, keeps=True, store=store).answer(classes, 2)
        return answer, watcher.played

    first, number = played()
    assert number == 2
    again, number = played()
    assert number == 0
    for field in fields(Answer):
        for one, other in zip(getattr(first, field.name), getattr(again, field.name), strict=True):
            assert np.array_equal(one, other, equal_nan=True)
    assert played(6)[1] == 2
    (kept,) = (tmp_path / "kept" / "searches").glob("*.sqlite")
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2] + b"torn" * (len(whole) // 8))
    again, number = played()
    assert number == 2
    assert np.array_equal(again.money, first.money)
    other = Remembered.of(today, today, intakes, "net_cost")
    assert other is not None
    assert other.count == 0
