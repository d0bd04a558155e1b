"""The commands at the front door: what they say, what they write, and their exit codes."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from shop import SHOP, but, problems, sim, write

PLANS = (
    SHOP
    + '[plans.more]\ngroups.core.heads = "+1"\ngroups.core.shifts.late = "+1"\n[plans.dear]\ngroups.core.wage = "110%"\n'
)
QUICK = ("--engine", "simpy", "--jobs", "1")
TABLES = ("summary.csv", "intervals.csv", "periods.csv", "workforce.csv", "costs.csv", "risk.csv")


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests about tables only, in which charts would take most of the time."""
    monkeypatch.setattr("sim.report.charts.plan.draw", lambda *_: {})
    monkeypatch.setattr("sim.report.page.page.render", lambda *_: "")


def tables(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


def program(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sim", *words], capture_output=True, text=True, check=False, cwd=folder
    )


def test_sim_and_python_m_sim_are_the_same_program(tmp_path: Path) -> None:
    installed = Path(sys.executable).parent / "sim"
    if not installed.exists():
        pytest.skip("sim is not installed as a command")
    one = subprocess.run([installed, "--version"], capture_output=True, text=True, check=True)
    other = program("--version", folder=tmp_path)
    assert one.stdout == other.stdout
    assert one.stdout.startswith("sim, version ")


def test_check_says_good_and_exits_with_0(tmp_path: Path) -> None:
    path = write(tmp_path, PLANS)
    result = sim("check", path)
    assert result.exit_code == 0
    assert result.output.startswith(f"{path}: good;")
    assert "plans: base, more, dear" in result.output


def test_check_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    assert program("check", "spring.toml", folder=tmp_path).returncode == 0
    assert sorted(tmp_path.rglob("*")) == before


def test_problems_go_to_standard_error(tmp_path: Path) -> None:
    write(tmp_path, but("heads = 9", "heads = -9"))
    for words in (["check", "spring.toml"], ["run", "spring.toml"]):
        result = program(*words, folder=tmp_path)
        assert result.returncode == 2
        assert result.stdout == ""
        assert result.stderr.splitlines() == [
            "spring.toml: 1 problem",
            "  spring.toml:17  groups.core.heads  -9 is negative; write 0 or more",
        ]
    assert not (tmp_path / "results").exists()


@pytest.mark.usefixtures("no_pictures")
def test_results_lie_where_the_contract_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, PLANS)
    monkeypatch.chdir(tmp_path)
    assert sim("run", "spring.toml", *QUICK).exit_code == 0
    assert sim("run", "spring.toml", "--plan", "more", *QUICK).exit_code == 0
    assert sim("compare", "spring.toml", *QUICK).exit_code == 0
    for plan, plans in (("base", {"base"}), ("more", {"more"}), ("compare", {"base", "more", "dear"})):
        folder = tmp_path / "results" / "spring" / plan
        for name in TABLES:
            frame = pd.read_csv(folder / name)
            assert frame.columns[0] == "plan"
            if len(frame):
                assert set(frame["plan"]) == plans, name
        assert (folder / "comparison.csv").exists() == (plan == "compare")
        assert '"seed": 1' in (folder / "manifest.json").read_text()


@pytest.mark.usefixtures("no_pictures")
def test_the_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    path = write(tmp_path)
    for out, seed in (("a", "5"), ("b", "5"), ("c", "6")):
        assert sim("run", path, *QUICK, "--seed", seed, "--out", tmp_path / out).exit_code == 0
    assert set(tables(tmp_path / "a")) == set(TABLES)
    assert tables(tmp_path / "a") == tables(tmp_path / "b")
    assert tables(tmp_path / "a")["summary.csv"] != tables(tmp_path / "c")["summary.csv"]


@pytest.mark.usefixtures("no_pictures")
def test_one_process_or_two_the_same_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, PLANS)
    for jobs in ("1", "2"):
        result = sim(
            "compare", path, "--engine", "simpy", "--jobs", jobs, "--replications", "6", "--out", tmp_path / jobs
        )
        assert result.exit_code == 0, result.output
    assert tables(tmp_path / "1") == tables(tmp_path / "2")


@pytest.mark.usefixtures("no_pictures")
def test_one_more_queue_leaves_the_others_customers_alone(tmp_path: Path) -> None:
    more = (
        '[queues.returns]\nlike = "orders"\n[groups.desk]\nlike = "core"\nskills = { orders = "none", returns = {} }\n'
    )
    for name, toml in (("one", SHOP), ("two", SHOP + more)):
        path = write(tmp_path / name, toml)
        assert sim("run", path, *QUICK, "--out", tmp_path / name / "out").exit_code == 0
    one, two = (pd.read_csv(tmp_path / name / "out" / "summary.csv") for name in ("one", "two"))
    orders = [
        frame[(frame["scope"] == "queue") & (frame["name"] == "orders")].reset_index(drop=True) for frame in (one, two)
    ]
    assert len(orders[0]) > 0
    pd.testing.assert_frame_equal(*orders)


@pytest.mark.usefixtures("no_pictures")
def test_two_files_are_compared_the_first_being_the_baseline(tmp_path: Path) -> None:
    spring = write(tmp_path, SHOP)
    summer = tmp_path / "summer.toml"
    summer.write_text('extends = "spring.toml"\ngroups.core.wage = "110%"\n')
    result = sim("compare", spring, summer, *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    frame = pd.read_csv(tmp_path / "out" / "comparison.csv")
    assert set(frame["plan"]) == {"summer"}
    assert set(frame["baseline"]) == {"spring"}
    costs = pd.read_csv(tmp_path / "out" / "costs.csv").query("line == 'wages'").set_index("plan")["mean"]
    if len(costs) == 2:
        assert costs["summer"] == pytest.approx(1.1 * costs["spring"])


def test_files_of_different_starts_are_not_compared(tmp_path: Path) -> None:
    spring = write(tmp_path, SHOP)
    summer = tmp_path / "summer.toml"
    summer.write_text('extends = "spring.toml"\ncenter.start = 2026-03-09\ncenter.currency = "EUR"\n')
    result = sim("compare", spring, summer, *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "summer: center.start" in result.output
    assert "summer: center.currency" in result.output
    assert not (tmp_path / "out").exists()


def test_there_must_be_something_to_compare(tmp_path: Path) -> None:
    result = sim("compare", write(tmp_path))
    assert result.exit_code == 2
    assert problems(result)[0][0] == "plans"


@pytest.mark.parametrize(
    "words",
    [
        ["--replications", "0"], ["--replications", "many"], ["--seed", "-1"], ["--jobs", "0"], ["--engine", "fast"],
        ["--keep", "everything"], ["--replicatons", "2"], ["--plan", "nope"], ["--plan", "../x"],
    ],
)  # fmt: skip
def test_wrong_options_exit_with_2(tmp_path: Path, words: list[str]) -> None:
    result = sim("run", write(tmp_path), *words)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "fault" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ["chekc"],
        ["check"],
        ["run"],
        ["compare"],
        ["new"],
        ["new", "a.toml", "b.toml"],
        ["schema", "x"],
        ["frontier"],
        ["frontier", "a.toml"],
        ["frontier", "a.toml", "b.toml", "--over", "pace"],
    ],
)
def test_wrong_commands_exit_with_2(words: list[str]) -> None:
    result = sim(*words)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words", [["--help"], ["-h"], ["run", "--help"], ["frontier", "--help"], ["--version"], ["schema"]]
)
def test_help_exits_with_0(words: list[str]) -> None:
    assert sim(*words).exit_code == 0


def test_help_knows_every_command() -> None:
    text = sim("--help").output
    assert all(f"  {command} " in text for command in ("new", "check", "schema", "run", "compare", "frontier"))
    assert "sim frontier my.toml" in " ".join(text.split())


@pytest.mark.parametrize("name", ["compare", "Frontier", "base"])
def test_a_plan_cannot_have_the_folder_of_a_command(tmp_path: Path, name: str) -> None:
    result = sim("check", write(tmp_path, f'{SHOP}[plans.{name}]\ngroups.core.wage = "110%"\n'))
    assert problems(result) == [(f"plans.{name}", "the name is taken: choose another")]


def test_what_is_wrong_with_the_precision_is_found_by_check(tmp_path: Path) -> None:
    """`check` and `run` refuse the same files."""
    path = write(tmp_path, but("replications = 2", 'precision = { kpi = "service_levl", half_width = 0.01 }'))
    for command in (["check", path], ["run", path, *QUICK, "--out", tmp_path / "out"]):
        result = sim(*command)
        assert result.exit_code == 2
        assert 'did you mean "service_level"?' in result.output


@pytest.mark.parametrize(
    "toml",
    [
        pytest.param(but("heads = 9\nshifts = { early = 4, late = 5 }", 'heads = 0\nshifts = { early = "100%" }'), id="no heads"),
        pytest.param(but("start = 2026-03-02", "start = 2026-03-07"), id="closed all the time"),
        pytest.param(but('"exponential", mean = "5min"', '"never"', "heads = 9\nshifts = { early = 4, late = 5 }",
                         "shifts = { late = 1 }", '"3min"', '"3h"'), id="a queue that never empties"),
        pytest.param(but("replications = 2", "replications = 1"), id="one replication"),
        pytest.param(but("replications = 2", "seed = 20260302"), id="a date for a seed"),
    ],
)  # fmt: skip
def test_odd_worlds_run(tmp_path: Path, toml: str) -> None:
    path = write(tmp_path, toml)
    assert sim("check", path).exit_code == 0
    result = sim("run", path, *QUICK, "--replications", "2", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output


def test_a_starter_is_written_checked_and_said_how_to_run(tmp_path: Path) -> None:
    result = program("new", "my shop.toml", folder=tmp_path)
    assert result.returncode == 0
    assert result.stdout.splitlines()[-1] == "next: sim run 'my shop.toml'"
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")) == [
        "my shop.toml",
        "my shop/orders.csv",
        "my shop/returns.csv",
    ]
    assert program("check", "my shop.toml", folder=tmp_path).returncode == 0


def test_a_starter_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "my").mkdir()
    (tmp_path / "my" / "returns.csv").write_text("mine")
    result = sim("new", tmp_path / "my.toml")
    assert result.exit_code == 2
    assert "exists already" in result.output
    assert [path.name for path in tmp_path.rglob("*.*")] == ["returns.csv"]
    assert (tmp_path / "my" / "returns.csv").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("my", "try"),
        ("my.csv", "try"),
        ("", "ends in .toml"),
        ("/proc/my.toml", "cannot be written"),
        ('"my".toml', "without quotes"),
    ],
)
def test_where_a_starter_cannot_be_written(tmp_path: Path, name: str, words: str) -> None:
    result = sim("new", tmp_path / name if name else "")
    assert result.exit_code == 2
    (line,) = result.output.splitlines()
    assert words in line
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("no_pictures")
def test_a_frontier_of_a_plan_can_be_played_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.report.charts.frontier.draw", lambda _: {})
    path = write(tmp_path / "a folder", PLANS)
    words = ["--over", "heads", "--group", "core", "--values=-1,+1", "--plan", "more", *QUICK, "--seed", "7"]
    assert sim("frontier", path, *words, "--out", tmp_path / "out").exit_code == 0
    first = (tmp_path / "out" / "frontier.csv").read_bytes()
    assert set(pd.read_csv(tmp_path / "out" / "frontier.csv")["plan"]) == {"more"}
    assert set(pd.read_csv(tmp_path / "out" / "frontier.csv")["value"]) == {9, 10, 11}
    command = json.loads((tmp_path / "out" / "manifest.json").read_text())["command"]
    assert sim(*shlex.split(command)[1:]).exit_code == 0
    assert (tmp_path / "out" / "frontier.csv").read_bytes() == first


@pytest.mark.usefixtures("no_pictures")
def test_the_manifest_says_how_to_run_it_again(tmp_path: Path) -> None:
    path = write(tmp_path / "a folder")
    assert sim("run", path, *QUICK, "--seed", "7", "--out", tmp_path / "out").exit_code == 0
    text = json.dumps(json.loads((tmp_path / "out" / "manifest.json").read_text()))
    words = shlex.split(f"sim run {shlex.quote(str(path))} --seed 7 --jobs 1 --engine simpy")
    assert all(json.dumps(word)[1:-1] in text for word in words)


def test_a_reader_that_leaves_early_is_no_error() -> None:
    """As `sim schema | head -1` does."""
    read, wrote = os.pipe()
    os.close(read)
    result = subprocess.run(
        [sys.executable, "-m", "sim", "schema"], stdout=wrote, stderr=subprocess.PIPE, check=False, text=True
    )
    os.close(wrote)
    assert result.stderr == ""
    assert result.returncode == 0
