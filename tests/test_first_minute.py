"""What a command loads, and what is said while it works: a newcomer's first minute."""

from __future__ import annotations

import os
import subprocess
import sys
import time
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


def test_what_is_played_beyond_the_plans_is_not_counted_among_them(capfd: pytest.CaptureFixture[str]) -> None:
    with Watcher(None, [3, 3]) as watcher:
        for plan in ("base", "more", "base with more calls"):
            watcher.progress(plan, 3, 3)
        assert sum(watcher._done.values()) == 6
    assert capfd.readouterr().err.splitlines() == [
        "playing base (1 of 2)", "playing more (2 of 2)", "playing base with more calls",
    ]  # fmt: skip


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


def test_of_the_floors_rules_none_is_compiled_to_be_entered_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machine code of each rule, with all that it calls, took three quarters of the loop's compilation."""
    numba = pytest.importorskip("numba")
    from numba.core.codegen import JITCodeLibrary

    import sim.floor.calendars.compiled
    from sim.floor.rules.primitives import snap

    entered: list[str] = []
    finish = JITCodeLibrary._finalize_specific

    def counted(library: JITCodeLibrary) -> None:
        entered.append(library.name)
        finish(library)

    monkeypatch.setattr(JITCodeLibrary, "_finalize_specific", counted)

    @numba.njit
    def snapped(time: float, also: int) -> float:
        return snap(time) + also

    # 1 + 2⁻²² lies a quarter of the way from the grid's 1 to its next.
    assert snapped(1.0 + 2.0**-22, 1) == 2.0
    assert [name.rpartition(".")[2] for name in entered] == ["snapped"]
    # Three numbers enter the loop, no array: unpacking them was 40 µs each time.
    assert sim.floor.calendars.compiled.LOOP.py_func.__code__.co_varnames[:3] == ("address", "until", "step")


def test_a_table_that_lies_otherwise_is_refused() -> None:
    """The compiled loop is told where tables lie, and could not tell."""
    pytest.importorskip("numba")
    import numpy as np

    from sim.floor.calendars.tables import KINDS, Tables
    from sim.floor.tables.layout import Floor

    right = {name: np.zeros(3, kind) for name, kind in KINDS.items()}
    Tables(Floor(**right))
    for wrong in (np.zeros(3, np.float32), np.zeros(6)[::2], np.zeros(3, KINDS["queues"])):
        with pytest.raises(TypeError, match="speed"):
            Tables(Floor(**{**right, "speed": wrong}))


def test_a_log_is_told_again_how_far_it_has_come(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.command.play.SAYS_EVERY", 0.05)
    with Watcher(None) as watcher:
        watcher.progress("base", 3, 20)
        time.sleep(0.4)
    said = capfd.readouterr().err.splitlines()
    assert said[0] == "playing base"
    assert len(said) >= 3
    assert set(said[1:]) == {"playing base: 3 of 20 replications, 0 s so far"}


def test_another_process_fills_the_cache_with_the_counting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says nothing where it fails; so this looks at what it is told to do, and that it does it."""
    pytest.importorskip("numba")
    from sim.scenario.load import load
    from sim.study import compiling
    from sim.study.prepared import prepare

    found, counting = tmp_path / "found", prepare(load(STARTER)).counting
    rule = f"import sim.measures.folder as f\nf.compile_folding = lambda of: open({str(found)!r}, 'w').write(type(of).__name__)\n"
    assert "compile_folding(pickle.loads(counting))" in compiling._CHILD
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with monkeypatch.context() as patched:
        patched.setattr(
            compiling, "_CHILD", compiling._CHILD.replace("from sim.measures.folder", rule + "from sim.measures.folder")
        )
        with compiling.counting_compiled_beside(counting):
            pass
    assert found.read_text() == type(counting).__name__
