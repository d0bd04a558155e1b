"""What a command loads, and what is said while it works: a newcomer's first minute."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.command.play import Watcher

STARTER = Path(__file__).parents[1] / "scenarios" / "starter.toml"
HEAVY = {"scipy", "pandas", "matplotlib", "numba", "simpy", "joblib", "jinja2", "pyarrow", "rich"}


def loaded_by(*arguments: str) -> set[str]:
    """Packages that a command has loaded when it ends well."""
    report = "import atexit, sys; atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))"
    start = f"{report}; sys.argv = ['sim', *{list(arguments)!r}]; from sim.__main__ import start; start()"
    result = subprocess.run([sys.executable, "-c", start], capture_output=True, check=True, text=True)
    return {name.partition(".")[0] for name in result.stderr.split()}


def test_help_loads_neither_numpy_nor_pydantic() -> None:
    loaded = loaded_by("--help")
    assert "click" in loaded
    assert not loaded & (HEAVY | {"numpy", "pydantic"})


def test_check_loads_nothing_that_only_playing_needs() -> None:
    loaded = loaded_by("check", str(STARTER))
    assert "pydantic" in loaded
    # The starter's people differ: scipy draws their talent.
    assert loaded & HEAVY <= {"scipy"}


def test_on_a_pipe_each_stage_is_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    with Watcher(None) as watcher:
        watcher.stage("calibrating")
        for done in range(3):
            watcher.progress("base", done, 2)
        watcher.progress("more", 0, 2)
        watcher.stage("writing")
    out, err = capfd.readouterr()
    assert err.splitlines() == ["calibrating", "playing base", "playing more", "writing"]
    assert out == ""


def test_a_damaged_cache_is_named(tmp_path: Path) -> None:
    """What numba raises of a file cut short, as by a full disk: one line says what to delete."""
    pytest.importorskip("numba")
    cache = tmp_path / "compiled"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    code = (
        "import pickle, sim.study.run as run\n"
        "def broken(*_): raise pickle.UnpicklingError('pickle data was truncated')\n"
        "run.open_floor = broken\n"
        "import sys; sys.argv = ['sim', 'run', sys.argv[1], '--engine', 'compiled', '--out', sys.argv[2]]\n"
        "from sim.__main__ import start; start()"
    )
    command = [sys.executable, "-c", code, str(STARTER), str(tmp_path / "out")]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 2
    assert f"delete {cache} and run again" in result.stderr
    assert "fault in the program" not in result.stderr
