"""The shipped scenarios, as a user meets them: both calendars, the same tables; and a guarded golden study."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sim.command.cli import main

ROOT = Path(__file__).parent.parent
SHORT = ("starter", "bank-1999", "simple-msk")
LONG = {
    "omnichannel": "run",
    "bpo-four-sites": "compare",
    "insurance-hiring-year": "run",
    "it-help-desk": "run",
    "hiring-wave": "compare",
    "attrition-spiral": "run",
    "rush-trap": "run",
    "bot-first": "run",
    "second-tier": "compare",
}
"""Played for their first eight days here: a weekend, and a week that the horizon cuts."""
HURRIED = {
    "hiring-wave": {"starts = 2027-03-15": "starts = 2027-01-05", 'length = "6w"': 'length = "2d"'},
    "attrition-spiral": {'= "6w"': '= "1d"', "later = 0.28": "later = 9.0"},
}
"""What makes people come and go within those days."""
HEAVY = ("omnichannel", "hiring-wave", "bpo-four-sites", "second-tier", "bot-first")
"""Take SimPy ten seconds and more: compared in .ci/run."""

GOLDEN = Path(__file__).parent / "golden" / "starter-summary.csv"
GOLDEN_RUN = ["run", str(ROOT / "scenarios" / "starter.toml"), "--replications", "4", "--jobs", "1"]


def command(*words: str) -> None:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long if name in HEAVY else ()) for name in (*SHORT, *LONG)]
)
def test_both_calendars_give_the_same_tables_byte_for_byte(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Shorter pilots: what they find is the same under both calendars too.
    monkeypatch.setattr("sim.study.calibration.calibrate.LOOP_PILOTS", (2_000,) * 3)
    monkeypatch.setattr("sim.study.calibration.calibrate.PILOT_CONTACTS", 4_000)
    scenario = ROOT / "scenarios" / f"{name}.toml"
    verb, replications = LONG.get(name, "compare"), "2"
    if name in LONG:
        text, cuts = re.subn(r"(?m)^weeks = \d+", "days = 8", scenario.read_text(encoding="utf-8"), count=1)
        assert cuts == 1
        for slow, fast in HURRIED.get(name, {}).items():
            assert slow in text
            text = text.replace(slow, fast)
        shutil.copytree(scenario.with_suffix(""), tmp_path / name)
        scenario = tmp_path / f"{name}.toml"
        scenario.write_text(text, encoding="utf-8")
        replications = "1"
    for engine in ("simpy", "compiled"):
        out = str(tmp_path / engine)
        command(verb, str(scenario), "--replications", replications, "--engine", engine, "--jobs", "1", "--out", out)
    tables = sorted(path.name for path in (tmp_path / "simpy").glob("*.csv"))
    assert [table for table in tables if table not in ("comparison.csv", "decision.csv", "risk.csv")] == [
        "costs.csv",
        "intervals.csv",
        "periods.csv",
        "summary.csv",
        "workforce.csv",
    ]
    ledger = pd.read_csv(tmp_path / "simpy" / "workforce.csv")
    assert (ledger["hired"].sum() > 0) == (name in HURRIED)
    for table in tables:
        assert (tmp_path / "simpy" / table).read_bytes() == (tmp_path / "compiled" / table).read_bytes(), table


@pytest.mark.parametrize("number", [0, 1])
def test_what_the_manual_adds_goes_with_the_starter(number: int, tmp_path: Path) -> None:
    """The manual's files beside the starter, its people and its loop: they check, and their first week plays."""
    shutil.copytree(ROOT / "scenarios" / "starter", tmp_path / "starter")
    shutil.copy(ROOT / "scenarios" / "starter.toml", tmp_path)
    pages = ROOT / "sim" / "manual" / "pages"
    texts = [(pages / name).read_text(encoding="utf-8") for name in ("41-people.md", "42-quality.md")]
    blocks = [re.findall(r"~~~toml\n(.*?)~~~", text, re.DOTALL)[0] for text in texts]
    (tmp_path / "more.toml").write_text(blocks[number], encoding="utf-8")
    command("check", str(tmp_path / "more.toml"))
    (tmp_path / "week.toml").write_text('extends = "more.toml"\n[center]\nweeks = 1\n', encoding="utf-8")
    command("run", str(tmp_path / "week.toml"), "--replications", "1", "--jobs", "1", "--out", str(tmp_path / "out"))


def test_the_golden_study_has_not_moved(tmp_path: Path) -> None:
    """If it has to move: `python tests/golden/refresh.py`, and a line tagged "changes results" in CHANGELOG.md."""
    command(*GOLDEN_RUN, "--out", str(tmp_path / "out"))
    found, golden = pd.read_csv(tmp_path / "out" / "summary.csv"), pd.read_csv(GOLDEN)
    # Other machines' exp and log may differ in the last digits.
    pd.testing.assert_frame_equal(found, golden, rtol=1e-7, atol=1e-9)


def test_sim_new_writes_the_shipped_starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    command("new", "starter.toml")
    for file in ("starter.toml", "starter/orders.csv", "starter/returns.csv"):
        assert (tmp_path / file).read_bytes() == (ROOT / "scenarios" / file).read_bytes()
    command("check", "starter.toml")
