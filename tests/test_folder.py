"""Result folders: written whole or not at all, and never at the cost of the previous one."""

from __future__ import annotations

import contextlib
import csv
import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from shop import SHOP, sim, write

from sim.errors import SimError
from sim.report import folder as folders
from sim.report.folder import whole_folder, write_csv

ENDLESS = ("--replications", "100000")
FILES = {
    "charts",
    "costs.csv",
    "intervals.csv",
    "manifest.json",
    "periods.csv",
    "report.html",
    "summary.csv",
    "workforce.csv",
}


def run(path: Path, *words: str) -> list[str]:
    return ["run", str(path), "--engine", "simpy", "--jobs", "1", "--out", str(path.parent / "out"), *words]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def beside(folder: Path) -> set[str]:
    """What lies beside a folder under a name of the machinery."""
    return {path.name for path in folder.parent.iterdir() if path.name.startswith(".")}


def fill(target: Path, text: str, error: BaseException | None = None) -> None:
    with whole_folder(target) as scratch:
        (scratch / "manifest.json").write_text(text)
        if error is not None:
            raise error


@contextlib.contextmanager
def started(path: Path, *words: str) -> Iterator[subprocess.Popen[str]]:
    """An endless run, once it has opened its folder; whatever is left of it in the end is killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *run(path, *ENDLESS, *words)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        # A shell's background jobs ignore Ctrl-C, and what ignores it hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while not beside(path.parent / "out"):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("played")
    result = sim(*run(write(folder)))
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def played(tmp_path: Path, once: Path) -> Path:
    """A scenario with a result folder `out` beside it."""
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "spring.toml"


def test_a_run_leaves_its_folder_and_nothing_else(played: Path) -> None:
    assert {file.name for file in (played.parent / "out").iterdir()} == FILES
    assert not beside(played.parent / "out")


def test_a_killed_run_leaves_the_previous_result_and_the_next_one_cleans_up(played: Path) -> None:
    out = played.parent / "out"
    before = contents(out)
    with started(played) as process:
        process.kill()
    assert contents(out) == before
    assert sim(*run(played, "--seed", "2")).exit_code == 0
    assert contents(out)["summary.csv"] != before["summary.csv"]
    assert not beside(out)


def test_a_run_beside_another_does_not_clean_up_its_folder(played: Path) -> None:
    with started(played):
        assert sim(*run(played)).exit_code == 0
        assert len(beside(played.parent / "out")) == 1


STOPPED = "stopped; nothing was written, earlier results are untouched"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_says_one_line_and_exits_with_2(played: Path, jobs: str) -> None:
    out = played.parent / "out"
    before = contents(out)
    with started(played, "--jobs", jobs) as process:
        time.sleep(0.3)
        # As a terminal does it: to every process of the group.
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert err.strip() == STOPPED
    assert contents(out) == before
    assert not beside(out)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_that_is_asked_to_end_takes_its_workers_along(played: Path, jobs: str) -> None:
    """SIGTERM, as a scheduler sends it, to the one process that it knows."""
    with started(played, "--jobs", jobs) as process:
        time.sleep(0.7)
        process.terminate()
        # A worker left behind would hold the pipe open.
        _, err = process.communicate(timeout=15)
    assert process.returncode == 2
    assert err.strip() == STOPPED
    assert not beside(played.parent / "out")


def test_a_disk_that_is_full_costs_nothing(played: Path) -> None:
    out = played.parent / "out"
    before = contents(out)
    result = subprocess.run(
        [sys.executable, "-m", "sim", *run(played)], capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )  # fmt: skip
    assert result.returncode == 2
    (line,) = result.stderr.strip().splitlines()
    assert line == f"{out} cannot be written: File too large; the previous results, if any, are untouched"
    assert contents(out) == before
    assert not beside(out)


def test_a_starter_on_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "sim", "new", "my.toml"], capture_output=True, text=True, check=False, cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024)),
    )  # fmt: skip
    assert result.returncode == 2
    assert result.stderr.strip() == "my.toml cannot be written: File too large; choose another place"
    assert not list(tmp_path.rglob("*.*"))


def test_the_folder_is_opened_before_the_run(tmp_path: Path) -> None:
    """A long run must not end at a locked door."""
    path = write(tmp_path)
    (tmp_path / "file").write_text("mine")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    for out, words in (
        ("file", "is not a folder"),
        ("file/out", "cannot be written"),
        ("mine", "holds other files than results"),
        ("link", "is not a folder"),
        ("/proc/out", "cannot be written"),
        ("x" * 300, "cannot be written"),
    ):
        began = time.monotonic()
        result = sim("run", path, "--engine", "simpy", "--out", tmp_path / out, *ENDLESS)
        assert result.exit_code == 2, out
        (line,) = result.output.strip().splitlines()
        assert words in line
        assert "--out" in line
        assert time.monotonic() - began < 10
    assert (tmp_path / "file").read_text() == "mine"
    assert contents(tmp_path / "mine") == {"letter.txt": b"mine"}


@pytest.mark.parametrize("out", [".", "", "/"])
def test_a_folder_without_a_name_of_its_own_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    path = write(tmp_path / "scenario")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    result = sim("run", path, "--engine", "simpy", "--jobs", "1", "--out", out)
    assert result.exit_code == 2
    assert "fault in the program" not in result.output
    assert "--out" in result.output


def test_a_folder_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused by hand: root may write everywhere."""
    path = write(tmp_path / "scenario")

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    result = sim("run", path, "--engine", "simpy", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "cannot be written: Permission denied; choose another place with --out" in result.output


def test_a_failure_leaves_the_previous_folder(tmp_path: Path) -> None:
    target = tmp_path / "a" / "out"
    fill(target, "first")
    for error in (RuntimeError("x"), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            fill(target, "second", error)
        assert contents(target) == {"manifest.json": b"first"}
        assert not beside(target)


def test_a_new_folder_holds_nothing_of_the_previous_one(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with whole_folder(target) as scratch:
        (scratch / "manifest.json").write_text("first")
        (scratch / "contacts.parquet").write_text("rows")
    fill(target, "second")
    assert contents(target) == {"manifest.json": b"second"}


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    fill(tmp_path / "out", "first")
    assert contents(tmp_path / "out") == {"manifest.json": b"first"}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_at_the_last_step_puts_the_previous_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    target = tmp_path / "out"
    fill(target, "first")
    rename = Path.rename

    def failing(self: Path, to: Path) -> Path:
        if self.suffix == ".partial":
            raise error
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises((SimError, KeyboardInterrupt)):
        fill(target, "second")
    assert contents(target) == {"manifest.json": b"first"}


def test_a_run_killed_between_the_two_last_steps_is_mended_by_the_next(tmp_path: Path) -> None:
    """The previous folder has been moved aside, the new one not yet put in its place."""
    target = tmp_path / "out"
    fill(target, "first")
    target.rename(folders._previous(target))
    with contextlib.suppress(RuntimeError), whole_folder(target):
        raise RuntimeError
    assert contents(target) == {"manifest.json": b"first"}
    assert not beside(target)


TRAPS = ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "<script>", 'a,"b"', "ünïcode"]


def test_text_in_csv_stays_text(tmp_path: Path) -> None:
    """No cell that a spreadsheet takes for a formula; numbers stay numbers."""
    frame = pd.DataFrame({"name": TRAPS, "value": [-1.5] * len(TRAPS), "none": [None] * len(TRAPS)})
    write_csv(frame, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["value"] for row in rows] == ["-1.5"] * len(TRAPS)
    for row, trap in zip(rows, TRAPS, strict=True):
        assert row["name"] in (trap, "'" + trap)
        assert not row["name"].startswith(("=", "+", "-", "@", "\t"))


def test_names_from_the_file_stay_text_in_every_table_and_in_the_report(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    toml = SHOP.replace('"Shop"', f"'{evil} & [bold]shop[/x]'").replace("[queues.orders]", "[queues.'=cmd()']")
    toml = toml.replace("{ orders = {} }", "{ '=cmd()' = {} }").replace("groups.core", f"groups.'{evil}'")
    toml += f"[plans.more]\ngroups.'{evil}'.wage = 21\n[groups.'[/red]']\nlike = '{evil}'\n"
    path = write(tmp_path, toml)
    for words in (run(path), ["compare", *run(path)[1:]]):
        result = sim(*words)
        assert result.exit_code == 0, result.output
        out = tmp_path / "out"
        page = (out / "report.html").read_text(encoding="utf-8")
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
        assert "=cmd()" in page
        for file in out.glob("*.csv"):
            with file.open(encoding="utf-8", newline="") as lines:
                for row in csv.DictReader(lines):
                    assert row.get("name", "") in ("", "all", "phone", "'=cmd()", evil, "[/red]", "'[/red]"), file
        assert {path.suffix for path in (out / "charts").iterdir()} <= {".png", ".svg"}
        for picture in (out / "charts").glob("*.svg"):
            assert "<script>alert" not in picture.read_text(encoding="utf-8")
