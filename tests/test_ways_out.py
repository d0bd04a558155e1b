"""Ways out as whoever asks can take them, and an exit code that says how a command ended."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from shop import SHOP, write
from shop import sim as command

import sim
from sim.command.cli import main
from sim.errors import SimError
from sim.study import sizes

HOME = Path(__file__).parents[1]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path, SHOP)


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a megabyte to spare."""
    monkeypatch.setattr("sim.study.run.free_memory", lambda: 1e6)


@pytest.mark.usefixtures("no_room")
def test_what_does_not_fit_is_played_anyway_as_the_one_who_asks_would_write_it(file: Path) -> None:
    with pytest.raises(SimError) as refused:
        sim.run(sim.load(file))
    assert "anyway=True plays all the same" in str(refused.value)
    assert "--" not in str(refused.value)
    at_the_terminal = command("run", file)
    assert at_the_terminal.exit_code == 2
    assert "--anyway plays all the same" in at_the_terminal.output
    assert "anyway=True" not in at_the_terminal.output
    # The command has left nothing behind: Python is told as before.
    with pytest.raises(SimError, match="anyway=True"):
        sim.run(sim.load(file))


@pytest.mark.usefixtures("no_room")
def test_fewer_jobs_and_no_contacts_are_said_in_both_tongues(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.study.run.check_room", lambda *_: None)
    monkeypatch.setattr(sizes, "A_KEPT_CONTACT", 1e9)
    words = {"engine": "simpy", "jobs": 1, "replications": 2}
    with pytest.raises(SimError, match=r"Leave out keep_contacts=True; anyway=True"):
        sim.run(sim.load(file), keep_contacts=True, **words)
    told = command("run", file, "--engine", "simpy", "--jobs", "1", "--replications", "2", "--keep", "contacts").output
    assert "Leave out --keep contacts; --anyway" in told


def test_a_folder_that_is_somebody_elses_names_the_way_to_another(file: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "thesis.txt").write_text("mine")
    played = sim.run(sim.load(file), engine="simpy", jobs=1, replications=2)
    with pytest.raises(SimError, match=r"choose another place with write\(folder\)"):
        played.write(taken)
    with pytest.raises(SimError, match=r"name another place with write\(folder\)"):
        played.write("")
    assert "choose another place with --out" in command("run", file, "--out", taken).output


def test_plans_that_are_not_there(file: Path) -> None:
    with pytest.raises(SimError, match='plan="nope"  no such plan'):
        sim.load(file, "nope")
    assert "--plan nope  no such plan" in command("run", file, "--plan", "nope").output
    with pytest.raises(SimError, match="or give a second center"):
        sim.compare(sim.load(file))
    assert "or name a second file" in command("compare", file).output


@pytest.mark.parametrize("code", [1, 3])
def test_a_command_that_ends_with_1_ends_with_1(code: int) -> None:
    @main.command("fails")
    def fails() -> None:
        sys.exit(code)

    try:
        assert command("fails").exit_code == code
    finally:
        del main.commands["fails"]


@pytest.mark.parametrize(
    ("first", "code"), [("check good", 0), ("check bad", 2), ("--help", 0), ("run --help", 0), ("nonsense", 2)]
)
def test_a_reader_that_takes_nothing_changes_no_verdict(tmp_path: Path, first: str, code: int) -> None:
    """`sim check … | head -0`: what is good is good, and what is bad stays bad, whoever reads."""
    path = write(tmp_path, SHOP.replace("heads = 9", "heds = 9") if first == "check bad" else SHOP)
    read, wrote = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "sim", *first.split()]
    if first.startswith("check"):
        words[-1] = str(path)
    result = subprocess.run(words, cwd=HOME, stdout=wrote, stderr=subprocess.PIPE, check=False, text=True)
    os.close(wrote)
    assert "Traceback" not in result.stderr
    assert result.returncode == code
