"""A crash, a write error and a full disk at every file operation of run, compare and frontier.

The commands run in a child of this process, whose file operations are counted as the interpreter announces them; at
the n-th one the child is gone, or the operation fails. Whatever n: the folder holds the old results or the new, whole;
nobody else's file is touched; and the next run ends well and cleans up.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shop import SHOP, sim, write

from sim.report.charts import frontier as charts_frontier
from sim.report.charts import plan as charts
from sim.report.charts.svg import Drawn

PLANS = "[plans.dearer]\ngroups.core.wage = 21\n"
PICTURE = Drawn(b"picture", "<svg></svg>")

COMMANDS = {
    "run": ("run", "--xlsx"),
    "compare": ("compare",),
    "frontier": ("frontier", "--over", "groups.core.wage", "--values", "20,21"),
}
CHANGES = {
    "open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.listdir", "shutil.rmtree",
    "tempfile.mkdtemp", "sim.exchange",
}  # fmt: skip
CRASHED = 137
EVERY = int(os.environ.get("CRASH_POINTS_EVERY", "20"))
"""At every so many-th file operation; at each where the long tests run."""


class Armed:
    """Counts file operations under a folder; at the n-th one something happens."""

    def __init__(self) -> None:
        self.folder, self.left, self.seen = "", -1, 0
        self.happens: Callable[[], None] = lambda: None
        # An audit hook stays for good: it is armed in a child only.
        sys.addaudithook(self._hear)

    def arm(self, folder: Path, at: int, happens: Callable[[], None]) -> None:
        self.folder, self.left, self.happens = str(folder), at, happens

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if (
            not self.folder
            or event not in CHANGES
            or not str(arguments[0] if arguments else "").startswith(self.folder)
        ):
            return
        self.seen += 1
        if self.seen == self.left:
            self.happens()


HOOK = Armed()


def crash() -> None:
    os._exit(CRASHED)


def fail(number: int) -> Callable[[], None]:
    def happens() -> None:
        raise OSError(number, os.strerror(number))

    return happens


def in_a_child(words: list[str], folder: Path, at: int, happens: Callable[[], None]) -> tuple[int, int]:
    """(exit code, file operations seen) of the command in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        HOOK.arm(folder, at, happens)
        code = 1
        try:
            code = sim(*words).exit_code
        finally:
            HOOK.folder = ""
            os.write(writer, str(HOOK.seen).encode())
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as said:
        seen = said.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), int(seen or 0)


def whole(out: Path) -> str:
    """The plan's or command's cost figures, of a folder that holds all that its manifest names."""
    told = json.loads((out / "manifest.json").read_text())
    assert all((out / name).is_file() for name in told["files"])
    return (out / ("frontier.csv" if (out / "frontier.csv").exists() else "summary.csv")).read_text()


@pytest.mark.parametrize("kind", ["crash", "write error", "full disk"])
@pytest.mark.parametrize("command", COMMANDS)
def test_whatever_happens_at_any_file_operation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, kind: str
) -> None:
    # Pictures take most of the time and are written like every other file.
    monkeypatch.setattr(charts, "draw", lambda *_: dict.fromkeys(("one.png", "two.png"), PICTURE))
    monkeypatch.setattr(charts_frontier, "draw", lambda *_: {"one.png": PICTURE})
    happens = {"crash": crash, "write error": fail(errno.EIO), "full disk": fail(errno.ENOSPC)}[kind]
    home = tmp_path / "work"
    file, out = write(tmp_path / "scenario", SHOP + PLANS), home / "out"
    first, *rest = COMMANDS[command]
    words = [first, str(file), *rest, "--engine", "simpy", "--jobs", "1", "--out", str(out), "--seed"]
    home.mkdir()
    (home / "letter.txt").write_text("mine")
    assert sim(*words, "1").exit_code == 0
    old = whole(out)
    _, operations = in_a_child([*words, "2"], home, -1, crash)
    new = whole(out)
    assert old != new
    assert operations > 15
    assert sim(*words, "1").exit_code == 0
    for at in range(1, operations + 1, EVERY):
        code, seen = in_a_child([*words, "2"], home, at, happens)
        assert code in ({CRASHED} if kind == "crash" else {0, 2}), (at, code)
        assert kind == "crash" or seen >= at
        assert whole(out) in (old, new), at
        assert (home / "letter.txt").read_text() == "mine"
        if whole(out) == new or len(list(home.iterdir())) > 2:
            assert sim(*words, "1").exit_code == 0
            assert whole(out) == old
            assert {path.name for path in home.iterdir()} == {"out", "letter.txt"}, at
