"""What pilots found is remembered for the same base plan, and never at the price of a number or of a run."""

from __future__ import annotations

import json
import math
import os
import pickle
from pathlib import Path

import pytest
from click.testing import CliRunner
from worlds import Calls, Silent, Staff, write

from sim.command.cli import main
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study import run
from sim.study.calibration import remembered
from sim.study.calibration.calibrate import Calibration
from sim.study.calibration.remembered import key_of, recall, remember
from sim.study.calibration.rows import CalibrationRow
from sim.study.prepared import Rates, Standard
from sim.study.run import Entry, Options, run_study

ROOT = Path(__file__).parent.parent
TALK = 'talk = { family = "exponential", mean = "240s" }\nfcr = 0.7\n'


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where solutions are remembered."""
    folder = tmp_path / "solutions"
    monkeypatch.setenv("SIM_SOLUTIONS", str(folder))
    return folder


def center(folder: Path, more: str = "", contacts: float = 30) -> Path:
    """Agents who differ, so that pilots are asked."""
    folder.mkdir(exist_ok=True)
    groups = {"slow": Staff(2, "skills.calls = { speed = 0.8 }"), "fast": Staff(2, "skills.calls = { speed = 1.2 }")}
    return write(folder, {"calls": Calls(contacts, TALK)}, groups, days=1, more=more)


def some(queue: str = "calls") -> Calibration:
    """A solution of odd numbers."""
    rates = Rates(
        0.1, 1 / 3, 0.0, 5e-324, math.pi, 1.0, 1.7976931348623157e308, 0.30000000000000004, (0, 0.1, 0.2, 0.3)
    )
    one = {queue: 1.1 - 0.1}
    standard = Standard(one, {queue: 2 / 3}, {queue: 0.1 + 0.2}, {}, (1.0, 0.99), {queue: rates}, {})
    return Calibration(
        standard, (CalibrationRow(queue, "aht_s", "observed", 1 / 7, 2.0, 3, -0.0, "pilot runs", 1e-17),)
    )


def test_what_is_remembered_is_the_same_to_the_last_bit(tmp_path: Path, place: Path) -> None:
    scenario = load(center(tmp_path / "a"))
    assert recall(scenario) is None
    remember(scenario, some())
    found = recall(scenario)
    assert found is not None
    assert found.remembered
    assert (repr(found.standard), repr(found.rows)) == (repr(some().standard), repr(some().rows))
    assert [path.suffix for path in place.iterdir()] == [".json"]


def command(file: Path, out: Path, *words: str) -> tuple[dict[str, bytes], dict[str, object]]:
    """The tables of a run, and its plan in the manifest."""
    words = ("run", str(file), "--replications", "2", "--jobs", "1", "--engine", "simpy", "--out", str(out), *words)
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["plans"]["base"]
    return {path.name: path.read_bytes() for path in out.glob("*.csv")}, told


def test_a_second_run_plays_no_pilot_and_tells_the_same(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = center(tmp_path / "a")
    tables, told = command(file, tmp_path / "one")
    assert told.pop("calibration_remembered") is False
    fresh, told_fresh = command(file, tmp_path / "two", "--fresh")
    assert told_fresh.pop("calibration_remembered") is False
    monkeypatch.setattr(run, "calibrate", None)
    again, told_again = command(file, tmp_path / "three")
    assert told_again.pop("calibration_remembered") is True
    assert (tables, told) == (again, told_again) == (fresh, told_fresh)
    assert len(list(place.iterdir())) == 1


def test_who_asks_by_program_leaves_nothing_behind(tmp_path: Path, place: Path) -> None:
    base = load(center(tmp_path / "a"))
    run_study([Entry(base, base)], Options(1, jobs=1, engine="simpy"), Silent())
    assert not place.exists()


def test_whatever_a_solution_depends_on_is_in_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = load(center(tmp_path / "a"))
    key, spec = key_of(base), base.spec
    assert key_of(load(center(tmp_path / "b"))) == key
    plans = load(center(tmp_path / "c", "[run]\nreplications = 7\n[plans.more]\nqueues.calls.fcr = 0.6"))
    assert key_of(plans) == key
    others = [
        key_of(base.with_spec(run=spec.run.model_copy(update={"seed": spec.run.seed + 1}))),
        key_of(load(center(tmp_path / "d", contacts=31))),
        key_of(load(center(tmp_path / "e", "[quality]\nhistory_shared = true"))),
        key_of(load(tmp_path / "c" / "scenario.toml", "more")),
    ]
    monkeypatch.setattr(remembered, "program", lambda: "another version")
    others.append(key_of(base))
    assert len({key, *others}) == 6


def test_every_shipped_scenario_differs_from_every_other() -> None:
    files = sorted((ROOT / "scenarios").glob("*.toml"))
    assert len({key_of(load(file)) for file in files}) == len(files) >= 11


def changed(text: str) -> list[bytes]:
    told = json.loads(text)
    wrong = [
        {**told, "key": "0" * 64},
        {**told, "solution": {**told["solution"], "rows": []}},
        [],
        {},
    ]
    for name, value in {
        "work": {"calls": "1"},
        "resolution": {},
        "seen": {"calls": [1, 2]},
        "customers_there": 3,
    }.items():
        standard = {**told["solution"]["standard"], name: value}
        solution = {**told["solution"], "standard": standard}
        wrong.append({**told, "solution": solution, "checksum": remembered._checksum(solution)})
    wrong.append(
        {
            **told,
            "solution": (other := {**told["solution"], "rows": [{"queue": "calls"}]}),
            "checksum": remembered._checksum(other),
        }
    )
    return [json.dumps(one).encode() for one in wrong]


def test_what_is_torn_or_foreign_is_as_if_it_were_not_there(tmp_path: Path, place: Path) -> None:
    scenario = load(center(tmp_path / "a"))
    remember(scenario, some())
    (path,) = place.iterdir()
    text = path.read_text()
    foreign = [text[:-1].encode(), b"", b"\x00\xff", b"[" * 100_000, pickle.dumps(some()), b" " * 5_000_000]
    for content in (*foreign, *changed(text)):
        path.write_bytes(content)
        assert recall(scenario) is None, content[:80]
        remember(scenario, some())
        assert path.read_text() == text
    path.unlink()
    path.mkdir()
    assert recall(scenario) is None
    remember(scenario, some())
    path.rmdir()
    if hasattr(os, "mkfifo"):
        # Nobody waits for who might write into it.
        os.mkfifo(path)
        assert recall(scenario) is None
    assert [one for one in place.iterdir() if one != path] == []


def test_a_place_that_cannot_be_written_costs_nobody_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = center(tmp_path / "a")
    (tmp_path / "file").write_text("mine")
    for where in (tmp_path / "file", tmp_path / "file" / "below", Path("x" * 5000)):
        monkeypatch.setenv("SIM_SOLUTIONS", str(where))
        scenario: Scenario = load(file)
        remember(scenario, some())
        assert recall(scenario) is None
    assert (tmp_path / "file").read_text() == "mine"
    monkeypatch.setenv("SIM_SOLUTIONS", "off")
    remember(load(file), some())
    assert recall(load(file)) is None


def test_the_oldest_go_and_what_is_not_ours_stays(tmp_path: Path, place: Path) -> None:
    place.mkdir()
    for number in range(remembered.MOST_KEPT + 5):
        old = place / f"{number:064d}.json"
        old.write_text("{}")
        os.utime(old, (number, number))
    theirs = [place / "notes.json", place / "notes.txt", place / ".late.partial"]
    for path in theirs:
        path.write_text("mine")
    (place / ".dead.partial").write_text("")
    os.utime(place / ".dead.partial", (1, 1))
    remember(load(center(tmp_path / "a")), some())
    left = {path.name for path in place.iterdir()}
    assert {path.name for path in theirs} <= left
    assert len(left) == remembered.MOST_KEPT + len(theirs)
    assert {f"{number:064d}.json" for number in range(6)} & left == set()
    assert f"{6:064d}.json" in left
