"""A study that was killed goes on with what it had played: the same bytes, and what is not as it was written, anew."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from scenarios_at_random import write_scenario
from shop import SHOP, but
from shop import sim as command
from shop import write as write_shop
from workforces_at_random import write_workforce
from worlds import Silent

import sim
from sim.errors import SimError
from sim.report.tables.study import tabulate
from sim.scenario.load import load
from sim.study import played_before
from sim.study.player import Player
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, Study, run_study
from sim.study.shelf import REPLICATIONS, SEARCHES, Shelf, forget_all

DEARER = "\n[plans.dearer]\ngroups.core.wage = 21\n"


class Killed(Exception):
    """As good as a process that is no more: nothing of the study sees it."""


class Killing(Silent):
    """Ends it after so many replications."""

    def __init__(self, after: int = 10_000) -> None:
        self.after, self.stages = after, list[str]()

    def stage(self, text: str) -> None:
        self.stages.append(text)

    def progress(self, plan: str, done: int, wanted: int) -> None:  # noqa: ARG002
        if done >= self.after:
            raise Killed


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where all is kept, at any price: of small studies, and each replication as it comes."""
    monkeypatch.setenv("SIM_SOLUTIONS", str(tmp_path / "kept"))
    monkeypatch.setattr("sim.study.run.PAYS_FROM", 0.0)
    monkeypatch.setattr(played_before, "SHARE", 1e9)
    monkeypatch.setattr(played_before, "SHARE_AT_THE_END", 1e9)
    return tmp_path / "kept"


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The replications that are played, one by one."""
    numbers, replicate = list[int](), Player.replicate

    def counted(player: Player, replication: int, keep_contacts: bool = False) -> object:
        numbers.append(replication)
        return replicate(player, replication, keep_contacts)

    monkeypatch.setattr(Player, "replicate", counted)
    return numbers


def study_of(
    file: Path, runs: int | None, watcher: Silent | None = None, *, plans: tuple[str, ...] = ("base",), jobs: int = 1,
    remember: bool = True, seed: int | None = None, engine: str = "simpy",
) -> Study:  # fmt: skip
    base = load(file)
    entries = [Entry(base, base if plan == "base" else load(file, plan)) for plan in plans]
    options = Options(runs, seed, jobs, engine, remember=remember)
    return run_study(entries, options, watcher or Silent())


def tables_of(study: Study) -> dict[str, str]:
    labels = [result.label for result in study.results]
    return {name: table.to_csv() for name, table in tabulate(study.results, labels).by_file().items()}


def shelves(place: Path) -> list[Path]:
    return sorted((place / REPLICATIONS).glob("*"))


def shop(folder: Path, *changes: str, more: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    return write_shop(folder, but(*changes) + more)


# ---------------------------------------------------------------- it goes on


@pytest.mark.parametrize("seed", [1, pytest.param(3, marks=pytest.mark.long)])
@pytest.mark.parametrize("writer", [write_scenario, write_workforce])
def test_every_kind_of_table_is_the_same(writer: object, seed: int, tmp_path: Path, place: Path) -> None:
    """Of centers at random, killed twice over; what is added up comes in the same order."""
    file = writer(seed, tmp_path)  # type: ignore[operator]
    whole = study_of(file, 4, remember=False)
    for after in (1, 3):
        with pytest.raises(Killed):
            study_of(file, 4, Killing(after))
    again = study_of(file, 4)
    assert again.results[0].before == 3
    assert tables_of(again) == tables_of(whole)
    assert again.results[0].contacts == whole.results[0].contacts
    assert shelves(place)


def test_only_what_is_missing_is_played(tmp_path: Path, place: Path, played: list[int]) -> None:
    file, watcher = shop(tmp_path, more=DEARER), Killing()
    plans = ("base", "dearer")
    whole = study_of(file, 6, plans=plans, remember=False)
    with pytest.raises(Killed):
        study_of(file, 6, Killing(4), plans=plans)
    del played[:]
    again = study_of(file, 6, watcher, plans=plans)
    assert played == [4, 5, 0, 1, 2, 3, 4, 5]
    assert watcher.stages[-1] == "base: 4 of 6 replications were played before"
    assert tables_of(again) == tables_of(whole)
    del played[:]
    more = study_of(file, 8, plans=plans)
    assert played == [6, 7, 6, 7]
    assert tables_of(more) == tables_of(study_of(file, 8, plans=plans, remember=False))
    del played[:]
    fewer = study_of(file, 3, plans=plans)
    assert played == []
    assert tables_of(fewer) == tables_of(study_of(file, 3, plans=plans, remember=False))
    assert len(shelves(place)) == 2


def test_blocks_of_several(tmp_path: Path, place: Path, played: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where writing is dear, many replications are written at once; who asks for fewer plays from the last whole one."""
    file = shop(tmp_path)
    study_of(file, 3)
    monkeypatch.setattr(played_before, "SHARE", 0.0)
    study_of(file, 9)
    (shelf,) = shelves(place)
    with sqlite3.connect(shelf) as store:
        assert [number for (number,) in store.execute("SELECT number FROM answers ORDER BY number")] == [0, 1, 2, 3]
    del played[:]
    assert tables_of(study_of(file, 5)) == tables_of(study_of(file, 5, remember=False))
    assert played[:2] == [3, 4]
    assert study_of(file, 9).results[0].before == 9


@pytest.mark.usefixtures("place")
def test_on_several_processes_and_under_the_other_calendar(tmp_path: Path) -> None:
    file = shop(tmp_path)
    whole = tables_of(study_of(file, 6, remember=False))
    with pytest.raises(Killed):
        study_of(file, 6, Killing(3), jobs=2)
    again = study_of(file, 6, jobs=2)
    assert 3 <= again.results[0].before < 6
    assert tables_of(again) == whole
    other = study_of(file, 6, engine="compiled")
    assert other.results[0].before == 6
    assert tables_of(other) == whole


@pytest.mark.usefixtures("place")
def test_a_precision_stops_where_it_would_have(tmp_path: Path, played: list[int]) -> None:
    """Whatever has been kept: less, more, or a run that was to be more precise."""
    precision = "precision = {{ kpi = 'fcr', half_width = {}, at_least = 5, at_most = 60 }}"

    def center(name: str, half_width: float) -> Path:
        return shop(tmp_path / name, "replications = 2", precision.format(half_width))

    coarse, fine = center("coarse", 0.03), center("fine", 0.02)
    whole, finer = (study_of(file, None, remember=False) for file in (coarse, fine))
    runs = whole.results[0].replications
    assert 5 < runs < finer.results[0].replications < 60
    with pytest.raises(Killed):
        study_of(coarse, None, Killing(runs - 2))
    del played[:]
    assert tables_of(study_of(coarse, None)) == tables_of(whole)
    assert played == [runs - 2, runs - 1]
    assert tables_of(study_of(fine, None)) == tables_of(finer)
    del played[:]
    again = study_of(coarse, None)
    assert played == []
    assert again.results[0].replications == runs
    assert tables_of(again) == tables_of(whole)


PROGRAM = """
import sys
from sim.command.cli import main
from sim.study import played_before, run
run.PAYS_FROM, played_before.SHARE = 0.0, 1e9
keep = played_before.PlayedBefore.keep
def told(self, result, **how):
    keep(self, result, **how)
    print("kept", result.replications, flush=True)
played_before.PlayedBefore.keep = told
main(sys.argv[1:])
"""


def test_a_command_that_is_killed_goes_on(tmp_path: Path, place: Path) -> None:
    """SIGKILL in the midst of it; the second run says what it did not play, and writes the same tables."""
    file = shop(tmp_path, more=DEARER)
    words = ["compare", str(file), "--replications", "40", "--jobs", "1", "--engine", "simpy"]
    environment = {**os.environ, "SIM_SOLUTIONS": str(place)}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *words, "--out", str(tmp_path / "killed")], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if line == "kept 7\n":
                process.send_signal(signal.SIGKILL)
                break
    assert not (tmp_path / "killed").exists()
    done = command(*words, "--out", str(tmp_path / "again"))
    assert done.exit_code == 0
    said = [line for line in done.output.splitlines() if "kept from before" in line]
    kept = int(said[0].split()[0])
    assert said == [f"{kept} of 80 replications were kept from before (--fresh plays anew)"]
    assert 7 <= kept < 40
    assert command(*words, "--fresh", "--out", str(tmp_path / "whole")).exit_code == 0
    tables = {path.name: path.read_bytes() for path in (tmp_path / "whole").glob("*.csv")}
    assert tables == {path.name: path.read_bytes() for path in (tmp_path / "again").glob("*.csv")}
    third = command(*words, "--out", str(tmp_path / "third"))
    assert "All 80 replications were kept from before; --fresh plays them anew" in third.output


# ---------------------------------------------------------------- what is not as it was written


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE answers SET arrays = CAST(substr(arrays, 1, 200) || 'x' || substr(arrays, 202) AS BLOB) WHERE number = 2",
        """UPDATE answers SET told = replace(told, '"contacts": ', '"contacts": 9') WHERE number = 2""",
        "UPDATE answers SET arrays = (SELECT arrays FROM answers WHERE number = 1) WHERE number = 2",
        "UPDATE answers SET checksum = NULL WHERE number = 2",
        "DELETE FROM answers WHERE number = 2",
    ],
)
def test_a_damaged_block_is_played_again(damage: str, tmp_path: Path, place: Path, played: list[int]) -> None:
    file = shop(tmp_path)
    whole = tables_of(study_of(file, 5))
    (shelf,) = shelves(place)
    with sqlite3.connect(shelf) as store:
        assert store.execute(damage).rowcount == 1
    store.close()
    del played[:]
    assert tables_of(study_of(file, 5)) == whole
    assert played == [2, 3, 4]
    assert tables_of(study_of(file, 5)) == whole
    assert played == [2, 3, 4]


@pytest.mark.parametrize("kept", [b"", b"no database", None])
def test_a_torn_shelf_is_filled_again(kept: bytes | None, tmp_path: Path, place: Path, played: list[int]) -> None:
    file = shop(tmp_path)
    whole = tables_of(study_of(file, 4))
    (shelf,) = shelves(place)
    content = shelf.read_bytes()
    shelf.write_bytes(content[: len(content) // 2] + b"torn" * 500 if kept is None else kept)
    del played[:]
    assert tables_of(study_of(file, 4)) == whole
    assert len(played) >= 1
    del played[:]
    assert tables_of(study_of(file, 4)) == whole
    assert played == []


def test_another_question_is_another_shelf(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def before(file: Path, **asked: object) -> int:
        return study_of(file, 3, **asked).results[0].before  # type: ignore[arg-type]

    file = shop(tmp_path / "a", more=DEARER)
    assert before(file) == 0
    assert before(file) == 3
    assert before(shop(tmp_path / "same", more=DEARER)) == 3
    assert before(file, seed=7) == 0
    assert before(file, plans=("dearer",)) == 0
    assert before(shop(tmp_path / "b", 'mean = "3min"', 'mean = "4min"')) == 0
    assert before(shop(tmp_path / "c", more='[results]\nintervals = "typical week"')) == 0
    monkeypatch.setattr("sim.study.calibration.remembered.program", lambda: "another version")
    assert before(file) == 0
    assert len(shelves(place)) == 6


@pytest.mark.usefixtures("place")
def test_rows_of_contacts_are_played(tmp_path: Path) -> None:
    file = shop(tmp_path)
    study_of(file, 3)
    again = sim.run(sim.load(file), replications=3, jobs=1, keep_contacts=True)
    assert again.study.results[0].before == 0
    assert again.contacts.num_rows == again.study.results[0].contacts


def test_what_is_over_at_once_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIM_SOLUTIONS", str(tmp_path / "kept"))
    study_of(shop(tmp_path), 3)
    assert shelves(tmp_path / "kept") == []


# ---------------------------------------------------------------- how much of it


def test_the_oldest_go_first(tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [shop(tmp_path / name, "wage = 20", f"wage = {wage}") for name, wage in (("a", 20), ("b", 21), ("c", 22))]
    search = place / SEARCHES / f"{'0' * 64}.sqlite"
    foreign = place / REPLICATIONS / "of somebody else.sqlite"
    for path in (search, foreign):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 1000)
    os.utime(search, (1, 1))
    for age, file in enumerate(files[:2]):
        study_of(file, 3)
        (new,) = [path for path in shelves(place) if path != foreign and path.stat().st_mtime > 1e9]
        os.utime(new, (100 + age, 100 + age))
    size = new.stat().st_size
    monkeypatch.setenv("SIM_STORE_LIMIT", f"{2.5 * size / 1e3:.0f} kB")
    study_of(files[2], 3)
    assert not search.exists()
    assert foreign.exists()
    assert [study_of(file, 3).results[0].before for file in (files[1], files[2])] == [3, 3]
    kept = sum(path.stat().st_size for path in shelves(place) if path != foreign)
    assert kept <= 2.5 * size
    assert study_of(files[0], 3).results[0].before == 0


@pytest.mark.usefixtures("place")
def test_what_is_larger_than_the_limit_throws_nothing_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, other = shop(tmp_path / "a"), shop(tmp_path / "b", "wage = 20", "wage = 21")
    study_of(file, 3)
    monkeypatch.setenv("SIM_STORE_LIMIT", "1KB")
    whole = tables_of(study_of(other, 3, remember=False))
    assert tables_of(study_of(other, 3)) == whole
    assert study_of(file, 3).results[0].before == 3
    monkeypatch.setenv("SIM_STORE_LIMIT", "0")
    assert study_of(file, 3).results[0].before == 0
    monkeypatch.setenv("SIM_STORE_LIMIT", "much")
    with pytest.raises(SimError, match="SIM_STORE_LIMIT is 'much', which is no size; write 500MB or 2GB"):
        study_of(file, 3)


def test_a_place_that_cannot_be_written_to(tmp_path: Path, place: Path) -> None:
    place.write_text("a file, where a folder should be")
    assert study_of(shop(tmp_path), 3).results[0].replications == 3


@pytest.mark.usefixtures("place")
def test_two_at_once(tmp_path: Path) -> None:
    """Both write to the same shelf, and both tell the same."""
    file, found = shop(tmp_path), dict[int, dict[str, str]]()
    whole = tables_of(study_of(file, 12, remember=False))

    def one(number: int) -> None:
        found[number] = tables_of(study_of(file, 12))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(found.values()) == [whole] * 3
    again = study_of(file, 12)
    assert again.results[0].before == 12
    assert tables_of(again) == whole


@pytest.mark.usefixtures("place")
def test_a_shelf_that_is_thrown_out_while_it_is_used(tmp_path: Path) -> None:
    file = shop(tmp_path)

    class Forgetting(Silent):
        def progress(self, plan: str, done: int, wanted: int) -> None:  # noqa: ARG002
            if done == 3:
                forget_all()

    assert tables_of(study_of(file, 6, Forgetting())) == tables_of(study_of(file, 6, remember=False))
    assert tables_of(study_of(file, 6)) == tables_of(study_of(file, 6, remember=False))


def test_forget(tmp_path: Path, place: Path) -> None:
    study_of(shop(tmp_path), 3)
    Shelf(place / SEARCHES / f"{'a' * 64}.sqlite").close()
    foreign = place / "notes.json"
    foreign.write_text("{}")
    size = sum(path.stat().st_size for path in place.rglob("*.sqlite"))
    said = command("forget").output
    assert said.startswith(f"freed {round(size / 1e3)} kB in {place}; ")
    assert [path for path in place.rglob("*") if path.is_file()] == [foreign]
    assert command("forget").output == f"nothing was kept in {place}\n"
    assert sim.forget() == 0


def test_forget_where_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIM_SOLUTIONS", "off")
    assert command("forget").output == "nothing is kept: SIM_SOLUTIONS is off\n"


def test_the_shop_is_played_as_it_is(tmp_path: Path) -> None:
    """What the other tests stand on: more than one replication of it, and no two alike."""
    file = write_shop(tmp_path, SHOP)
    result: PlanResult = study_of(file, 4, remember=False).results[0]
    assert len({float(cost) for cost in result.queue_totals[:, 0, 0]}) > 1
