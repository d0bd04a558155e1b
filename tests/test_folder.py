"""Result folders: written whole or not at all, and never at the cost of the previous one."""

from __future__ import annotations

import contextlib
import csv
import errno
import json
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
import psutil
import pytest
from shop import SHOP, problems, sim, write

from sim.errors import SimError
from sim.processes import this_machine, this_process
from sim.report import folder as folders
from sim.report.folder import whole_folder, write_csv, write_manifest
from sim.scenario.reading.names import is_of_results

ENDLESS = ("--replications", "100000")
FILES = {
    "charts",
    "costs.csv",
    "intervals.csv",
    "manifest.json",
    "periods.csv",
    "report.html",
    "risk.csv",
    "stress-des.md",
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
        (scratch / "summary.csv").write_text(text)
        write_manifest(scratch, {"version": text})
        if error is not None:
            raise error


def holds(target: Path) -> str:
    """The one word of a folder that `fill` has written, whole."""
    assert {path.name for path in target.iterdir()} == {"manifest.json", "summary.csv"}
    text = (target / "summary.csv").read_text()
    assert json.loads((target / "manifest.json").read_text())["version"] == text
    return text


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


BEFORE = ("About 8.0 million contacts, ", "loading ", "compiling ", "calibrating ", "playing ", "writing ")


def in_the_end(said: str) -> list[str]:
    """The lines, but for those that say how large the study is, and at which stage it is."""
    return [line for line in said.strip().splitlines() if line and not line.startswith(BEFORE)]


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
    assert in_the_end(err) == [STOPPED]
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
    assert in_the_end(err) == [STOPPED]
    assert not beside(played.parent / "out")


def test_a_disk_that_is_full_costs_nothing(played: Path) -> None:
    out = played.parent / "out"
    before = contents(out)
    result = subprocess.run(
        [sys.executable, "-m", "sim", *run(played)], capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )  # fmt: skip
    assert result.returncode == 2
    (line,) = in_the_end(result.stderr)
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
        ("link", "is a link, not a folder"),
        ("/proc/out", "cannot be written"),
        ("x" * 300, "longer than 150 bytes"),
    ):
        began = time.monotonic()
        result = sim("run", path, "--engine", "simpy", "--out", tmp_path / out, *ENDLESS)
        assert result.exit_code == 2, out
        (line,) = in_the_end(result.output)
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
        assert holds(target) == "first"
        assert not beside(target)


def test_a_new_folder_holds_nothing_of_the_previous_one(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with whole_folder(target) as scratch:
        (scratch / "contacts.parquet").write_text("rows")
        write_manifest(scratch, {})
    fill(target, "second")
    assert holds(target) == "second"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    fill(tmp_path / "out", "first")
    assert holds(tmp_path / "out") == "first"


@pytest.mark.parametrize("swaps", [True, False])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_at_the_last_step_puts_the_previous_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, swaps: bool
) -> None:
    """Whether the system can swap two folders in one step or not."""
    target = tmp_path / "out"
    fill(target, "first")
    rename = Path.rename

    def failing(self: Path, to: Path) -> Path:
        if self.suffix == ".partial":
            raise error
        return rename(self, to)

    def swap(*_: Path) -> bool:
        if swaps:
            raise error
        return False

    monkeypatch.setattr(Path, "rename", failing)
    monkeypatch.setattr(folders, "exchange", swap)
    with pytest.raises((SimError, KeyboardInterrupt)):
        fill(target, "second")
    assert holds(target) == "first"
    assert not beside(target)


def test_without_a_swap_results_are_changed_over_in_two_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "exchange", lambda *_: False)
    for text in ("first", "second"):
        fill(tmp_path / "out", text)
        assert holds(tmp_path / "out") == text
    assert not beside(tmp_path / "out")


def leftover(target: Path, number: int, since: float, kind: str, machine: str = "") -> Path:
    return target.with_name(f".{target.name}.{machine or this_machine()}-{number}-{since:.0f}.abcd1234.{kind}")


def test_a_run_killed_between_the_two_last_steps_is_mended_by_the_next(tmp_path: Path) -> None:
    """The previous folder has been moved aside, the new one not yet put in its place."""
    target = tmp_path / "out"
    fill(target, "first")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    target.rename(leftover(target, dead.pid, time.time(), "previous"))
    with contextlib.suppress(RuntimeError), whole_folder(target):
        raise RuntimeError
    assert holds(target) == "first"
    assert not beside(target)


def test_leftovers_are_left_alone_while_their_run_may_be_alive(tmp_path: Path) -> None:
    """A number that is another process's by now is dead; a process of another machine nobody can tell of."""
    target, (number, since) = tmp_path / "out", this_process()
    alive = leftover(target, number, since, "partial")
    of_another_machine = leftover(target, 1, 0.0, "partial", machine="0123abcd")
    number_taken_again = leftover(target, number, since - 3600.0, "partial")
    of_another_folder = leftover(tmp_path / "out2", number, since - 3600.0, "partial")
    mine = tmp_path / ".out.my-own.partial"
    for folder in (alive, of_another_machine, number_taken_again, of_another_folder, mine):
        folder.mkdir()
    fill(target, "first")
    assert [path.exists() for path in (alive, of_another_machine, of_another_folder, mine)] == [True] * 4
    assert not number_taken_again.exists()


# ---- What is not ours --------------------------------------------------------------------------------------------

OTHERS = {
    "a browser extension": {"manifest.json": '{"manifest_version": 3, "name": "x"}', "background.js": "mine"},
    "a web app": {"manifest.json": '{"name": "x", "icons": []}', "index.html": "mine"},
    "an empty manifest": {"manifest.json": ""},
    "a list": {"manifest.json": "[1]"},
    "no files named": {"manifest.json": '{"format": "contact-center-sim results"}', "letter.txt": "mine"},
    "binary": {"manifest.json": "\udcff", "letter.txt": "mine"},
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_folder_of_others_is_never_touched(tmp_path: Path, name: str) -> None:
    target = tmp_path / "out"
    target.mkdir()
    for file, text in OTHERS[name].items():
        (target / file).write_text(text, errors="surrogateescape")
    before = contents(target)
    result = sim("run", write(tmp_path), "--engine", "simpy", "--out", target, *ENDLESS)
    assert (result.exit_code, "choose another place with --out" in result.output) == (2, True)
    assert contents(target) == before
    assert not beside(target)


@pytest.mark.parametrize("note", ["note.txt", "charts/mine.png", "notes/today.md", "summary.csv.bak"])
def test_a_note_beside_results_makes_the_next_run_refuse(played: Path, note: str) -> None:
    out = played.parent / "out"
    (out / note).parent.mkdir(exist_ok=True)
    (out / note).write_text("mine")
    before = contents(out)
    result = sim(*run(played, *ENDLESS))
    assert result.exit_code == 2
    assert note in result.output
    assert contents(out) == before


def test_what_systems_leave_in_any_folder_is_nobodys_work(played: Path) -> None:
    for name in (".DS_Store", "Thumbs.db", ".~lock.summary.csv#"):
        (played.parent / "out" / name).write_text("")
    assert sim(*run(played)).exit_code == 0


@pytest.mark.parametrize("swaps", [True, False])
def test_a_note_put_there_during_the_run_costs_neither_the_note_nor_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swaps: bool
) -> None:
    if not swaps:
        monkeypatch.setattr(folders, "exchange", lambda *_: False)
    target = tmp_path / "out"
    fill(target, "first")

    def play() -> None:
        with whole_folder(target) as scratch:
            (target / "note.txt").write_text("mine")
            (scratch / "summary.csv").write_text("second")
            write_manifest(scratch, {"version": "second"})

    with pytest.raises(SimError, match=r"holds what no run wrote \(note.txt\).*What was played is in .*out-2"):
        play()
    assert (target / "note.txt").read_text() == "mine"
    assert holds(tmp_path / "out-2") == "second"
    assert not beside(target)


# ---- Several at once ---------------------------------------------------------------------------------------------


def test_a_reader_always_finds_the_old_results_or_the_new(tmp_path: Path) -> None:
    """Two writers without rest, and a reader: never a moment without results, nobody fails, the last one stands."""
    target = tmp_path / "out"
    fill(target, "0")
    writer = (
        "import sys, tests.test_folder as t; from pathlib import Path\n"
        "for n in range(150): t.fill(Path(sys.argv[1]), f'{sys.argv[2]}{n}')"
    )
    root = Path(__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "tests" / "support")])}
    writers = [
        subprocess.Popen([sys.executable, "-c", writer, str(target), name], stderr=subprocess.PIPE, env=environment)
        for name in "ab"
    ]
    looks = 0
    while any(process.poll() is None for process in writers):
        assert (target / "manifest.json").exists(), f"nothing there after {looks} looks"
        looks += 1
    for process in writers:
        assert process.wait() == 0, process.communicate()
    assert looks > 100
    assert holds(target) in ("a149", "b149")
    assert not beside(target)


def test_workers_end_with_a_main_process_that_was_killed(played: Path) -> None:
    """Within seconds, and they let go of its output: a reader of the pipe is not kept waiting."""
    with started(played, "--jobs", "2") as process:
        deadline = time.monotonic() + 60
        while len(workers := psutil.Process(process.pid).children(recursive=True)) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.kill()
        process.communicate(timeout=60)
        _, alive = psutil.wait_procs(workers, timeout=60)
    assert not alive


# ---- Names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("manifest.json", "is taken"), ("Summary.CSV", "is taken"), ("charts", "is taken"), ("Compare", "is taken"),
        ("contacts.parquet", "is taken"), ("NUL", "a device on Windows"), ("com1.x", "a device on Windows"),
        ("late.", "drops"), ("\U0001d4d0" * 40, "longer than 150 bytes"), ("\u5f37" * 51, "longer than 150 bytes"),
    ],
)  # fmt: skip
def test_a_plan_whose_folder_could_not_be_is_named(tmp_path: Path, name: str, why: str) -> None:
    (problem,) = problems(sim("check", write(tmp_path, SHOP + f"[plans.'{name}']\ngroups.core.wage = 21\n")))
    assert why in problem[1]
    assert "choose" in problem[1]


def test_plans_that_differ_in_case_alone_would_share_a_folder(tmp_path: Path) -> None:
    plans = "[plans.more]\ngroups.core.wage = 21\n[plans.More]\ngroups.core.wage = 22\n"
    (problem,) = problems(sim("check", write(tmp_path, SHOP + plans)))
    assert problem == ("plans.More", "differs from plans.more in case alone: choose another name")


def test_the_names_that_results_use_are_not_those_of_plans() -> None:
    assert [name for name in FILES if not is_of_results(name)] == []


def test_names_that_are_no_text_are_refused_before_playing(tmp_path: Path) -> None:
    path = write(tmp_path)
    bad = tmp_path / os.fsdecode(b"bad\xff.toml")
    bad.write_bytes(path.read_bytes())
    for words in (("check", bad), ("run", path, "--out", tmp_path / os.fsdecode(b"o\xff"), *ENDLESS)):
        result = sim(*words)
        assert result.exit_code == 2
        assert "is not UTF-8: rename it" in result.output


# ---- Any terminal ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_output_reads_the_same_in_any_encoding(played: Path, encoding: str) -> None:
    """A minus above all: a figure must not lose its sign, nor the command fail after all its work."""
    toml = SHOP + "[plans.fewer]\ngroups.core.wage = 10\n"
    path = write(played.parent, toml)
    words = ["compare", *run(path)[1:-1], str(path.parent / encoding)]
    result = subprocess.run(
        [sys.executable, "-m", "sim", *words], capture_output=True, check=False,
        env={**os.environ, "PYTHONIOENCODING": encoding, "COLUMNS": "100"},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    said = result.stdout.decode(encoding)
    minus = "−" if encoding == "utf-8" else "-"
    assert f"{minus}USD" in said
    assert "?" not in said


TRAPS = [
    "=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200b=1", "＝1", "＋1", "－1", "＠A1",
    '"=1', "\x00=1", "<script>", 'a,"b"', "ünïcode",
]  # fmt: skip


def test_text_in_csv_stays_text(tmp_path: Path) -> None:
    """No cell that a spreadsheet takes for a formula; numbers stay numbers."""
    frame = pd.DataFrame({"name": TRAPS, "value": [-1.5] * len(TRAPS), "none": [None] * len(TRAPS)})
    write_csv(frame, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["value"] for row in rows] == ["-1.5"] * len(TRAPS)
    for row, trap in zip(rows, TRAPS, strict=True):
        text = trap.replace("\r", " ").replace("\n", " ")
        assert row["name"] == (text if trap in TRAPS[-3:] else "'" + text)


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
