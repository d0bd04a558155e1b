"""What the terminal, the page and the charts say of a workforce that moves; nothing where it does not."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shop import but, sim, table, write
from test_report_channels import page_of
from worlds import play

from sim.measures.people_costs import REPLACEMENT_SUMS
from sim.report.charts.workforce import Weeks
from sim.report.tables.study import tabulate
from sim.report.text.facts import facts_of
from sim.report.text.workforce import findings_of, remarks_of, story_of, wear_of
from sim.study.kept import STAFF_NAMES
from sim.study.result import PlanResult

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
FILES: dict[str, str | bytes] = {"orders.csv": table("contacts", "30", days=WEEKDAYS)}
QUICK = ("--engine", "compiled", "--jobs", "1")

LIVES = """
ramp = "usual"
attrition = "usual"
[ramp.usual]
family = "linear"
weeks = 2
start = { speed = 0.5, resolution = 0.8 }
[attrition.usual]
annual_rate = 0.5
burnout = { above_occupancy = 0.5, factor_per_10_points = 1.5, over_weeks = 1 }
[hiring.spring]
group = "core"
starts = 2026-03-09
offers = 3
cost = 500
training = { length = "1w" }
[absence.flu]
annual_days = 20
spell = "2d"
[shrinkage_plan]
sick = 0.05
breaks = 0.04
coaching = 0.03
"""
WORLD = but("days = 2", "weeks = 6", "wage = 20\n", f"wage = 20{LIVES}")

PARTS = {"workforce", "shrinkage"}
BY_MONTH = {"months", "ledger"}
TITLES = ("Workforce", "Effective people against need", "Shrinkage")


def world(folder: Path, *changes: str) -> Path:
    toml = WORLD
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in toml, f"the world does not say {old}"
        toml = toml.replace(old, new)
    return write(folder, toml, FILES)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Six weeks with a class, run in a terminal of 80 columns: the folder, and what it said."""
    folder = tmp_path_factory.mktemp("played")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")
        result = sim("run", world(folder), *QUICK, "--out", folder / "out")
    assert result.exit_code == 0, result.output
    return folder / "out", result.output


def test_lives_are_reported(played: tuple[Path, str]) -> None:
    folder, said = played
    assert set(page_of(folder).rows) >= PARTS
    assert "workforce.png" in {path.name for path in (folder / "charts").iterdir()}
    for title in TITLES:
        assert f"\n{title}" in said
    assert "Burnout of core: " in said
    assert "Replacing an agent: " in said


def test_nothing_is_reported_of_people_who_stay(tmp_path: Path) -> None:
    result = sim("run", write(tmp_path), *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert not (PARTS | BY_MONTH) & set(page_of(tmp_path / "out").rows)
    assert "workforce.png" not in {path.name for path in (tmp_path / "out" / "charts").iterdir()}
    assert not [title for title in TITLES if f"\n{title}" in result.output]
    assert page_of(tmp_path / "out").column("groups", "Heads") == {"core": "9"}


def test_the_ledger_on_disk_adds_up_week_by_week(played: tuple[Path, str]) -> None:
    ledger = pd.read_csv(played[0] / "workforce.csv")
    came, went = ledger["hired"] + ledger["moved_in"], ledger["left"] + ledger["moved_out"]
    assert (ledger["heads_start"] + came - went).tolist() == pytest.approx(ledger["heads_end"].tolist())
    assert ledger["heads_start"][1:].tolist() == ledger["heads_end"][:-1].tolist()
    assert ledger.set_index("week")["hired"].loc["2026-03-09"] == 3
    assert ledger["hired"].sum() == 3
    # Trainees count as heads, and are not on the floor.
    assert ledger.set_index("week")["in_training"].loc["2026-03-09"] > 2


def test_the_page_and_the_terminal_say_what_the_tables_say(played: tuple[Path, str]) -> None:
    folder, said = played
    ledger, page = pd.read_csv(folder / "workforce.csv"), page_of(folder)
    heads = f"9 → {ledger['heads_end'].iloc[-1]:.0f}"
    assert page.column("workforce", "Heads") == {"core": heads}
    assert re.search(rf"(?m)^ core +{heads} +3\.0 ", said)
    summary = pd.read_csv(folder / "summary.csv").query("scope == 'center'").set_index("kpi")["mean"]
    produced = page.column("shrinkage", "Produced")
    assert page.column("shrinkage", "Planned") == {
        "sickness": "5.0 %", "paid breaks": "4.0 %", "coaching": "3.0 %", "in all": "11.7 %",
    }  # fmt: skip
    assert produced["sickness"].startswith(f"{100 * summary['shrinkage_sick']:.1f} % ")
    assert produced["in all"] == f"{100 * summary['shrinkage']:.1f} %"
    assert re.search(rf"(?m)^ sickness +5\.0 +{100 * summary['shrinkage_sick']:.1f} *$", said)


def test_no_name_is_cut_in_80_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    path = world(
        tmp_path, "groups.core]", "groups.customer-care]", '"core"', '"customer-care"', "weeks = 6", "weeks = 3"
    )
    said = sim("run", path, *QUICK, "--out", tmp_path / "out").output
    assert max(len(line) for line in said.splitlines() if not line.startswith(("Results:", "Next:"))) <= 80
    # Agents, workforce, people against need.
    assert len(re.findall(r"(?m)^ customer-care ", said)) == 3


def test_beyond_eight_weeks_months_are_reported(tmp_path: Path) -> None:
    path = world(tmp_path, "weeks = 6", "weeks = 10", "replications = 2", "replications = 1")
    assert sim("run", path, *QUICK, "--out", tmp_path / "out").exit_code == 0
    page, files = page_of(tmp_path / "out"), {path.name for path in (tmp_path / "out" / "charts").iterdir()}
    assert set(page.rows) >= BY_MONTH
    assert "weeks.png" in files
    periods = pd.read_csv(tmp_path / "out" / "periods.csv").query("period == 'month' and scope == 'queue'")
    offered = page.column("months", "Offered")
    assert list(offered) == ["March 2026", "April 2026", "May 2026"]
    assert list(offered.values()) == [f"{value:,.0f}" for value in periods["offered"]]
    ledger = pd.read_csv(tmp_path / "out" / "workforce.csv")
    hired = page.column("ledger", "Hired")
    assert sum(float(value) for value in hired.values()) == ledger["hired"].sum()


def test_charts_are_the_same_bytes_every_time(tmp_path: Path, played: tuple[Path, str]) -> None:
    assert sim("run", world(tmp_path), *QUICK, "--out", tmp_path / "out").exit_code == 0
    drawn = (tmp_path / "out" / "charts" / "workforce.png").read_bytes()
    assert drawn.startswith(b"\x89PNG")
    assert drawn == (played[0] / "charts" / "workforce.png").read_bytes()


def test_plans_are_compared_by_their_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    path = world(
        tmp_path, "weeks = 6", "weeks = 3", "[hiring.spring]", '[plans.nobody]\nhiring = "none"\n[hiring.spring]'
    )
    result = sim("compare", path, *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "Attrition a year" in result.output
    page = page_of(tmp_path / "out")
    assert page.column("workforce", "Hired") == {"base": "3.0", "nobody": "0.0"}
    assert "workforce.png" in {path.name for path in (tmp_path / "out" / "charts").iterdir()}
    differences = pd.read_csv(tmp_path / "out" / "comparison.csv").query("scope == 'center' and kpi == 'hired'")
    assert differences["difference"].tolist() == [-3.0]


def test_a_plan_whose_people_stay_beside_one_whose_people_go(tmp_path: Path) -> None:
    """The baseline has no ledger of movements: there is nothing to compare attrition with, and nothing breaks."""
    plan = '\n[plans.leaving]\ngroups.core.attrition = "usual"\n[attrition.usual]\nannual_rate = 0.5\n'
    path = write(tmp_path, but("days = 2", "weeks = 2") + plan, FILES)
    result = sim("compare", path, *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert list(page_of(tmp_path / "out").column("workforce", "Hired")) == ["leaving"]
    assert "Attrition a year" not in result.output


def test_a_group_that_attrition_empties_is_warned_of_with_the_week(tmp_path: Path) -> None:
    path = world(tmp_path, "annual_rate = 0.5", "annual_rate = 40", "replications = 2", "replications = 1")
    result = sim("run", path, *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    said = " ".join(result.output.split())
    told = re.search(r"Warning: groups\.core: nobody is left on the floor in 1 of 1 replication, .* of (\S+) on", said)
    assert told is not None
    ledger = pd.read_csv(tmp_path / "out" / "workforce.csv").set_index("week")
    floor = ledger["heads_end"] - ledger["in_training"]
    assert told[1] == floor[floor == 0].index[0]
    manifest = (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    assert "nobody is left on the floor" in manifest
    assert "nobody is left on the floor" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_names_stay_text(tmp_path: Path) -> None:
    evil = "<b>[red]x[/y]"
    path = world(tmp_path, "groups.core]", f"groups.'{evil}']", '"core"', f"'{evil}'", "weeks = 6", "weeks = 2")
    result = sim("run", path, *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert evil in page_of(tmp_path / "out").column("workforce", "Heads")
    assert "<b>" not in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


# ---- From hand-made results ----------------------------------------------------------------------------------------


@pytest.fixture
def result(tmp_path: Path) -> PlanResult:
    return play(world(tmp_path), replications=2)


def set_load(result: PlanResult, handling: list[float]) -> None:
    """Handling seconds by day, of 100 signed on each day."""
    assert result.group_days is not None
    result.group_days[:, 0, STAFF_NAMES.index("available")] = 100.0
    result.group_days[:, 0, STAFF_NAMES.index("handling")] = handling


def test_burnout_looks_at_the_busiest_weeks_of_its_law(result: PlanResult) -> None:
    """A week's window: days 10 to 16 at 70 %, the rest at 40 %. 20 points above: 1.5 ^ 2."""
    set_load(result, [70.0 if 10 <= day <= 16 else 40.0 for day in range(42)])
    (wear,) = wear_of(result)
    assert (wear.group, wear.weeks, wear.last) == ("core", 1.0, dt.date(2026, 3, 18))
    assert (wear.occupancy, wear.factor) == pytest.approx((0.7, 1.5**2))
    told = {problem.where: problem.what for problem in remarks_of(result)}
    assert told["Burnout of core"].startswith(
        "70.0 % occupancy in its busiest week, up to 18 Mar 2026; attrition was 2.25"
    )


def test_below_its_threshold_burnout_does_nothing(result: PlanResult) -> None:
    set_load(result, [40.0] * 42)
    (wear,) = wear_of(result)
    assert wear.factor == 1.0
    told = {problem.where: problem.what for problem in remarks_of(result)}
    assert told["Burnout of core"].endswith("below the 50 % from which more people leave")


def test_replacement_is_what_was_spent_by_head_that_reached_the_floor(result: PlanResult) -> None:
    """Both replications together: 5 reached the floor; 2500 and 10,000 and 5000 and 1500 and 6000 were spent."""
    record = {"reached": 5, "recruiting": 2500, "training_pay": 10_000, "trainers": 5000, "mentors": 1500, "ramp": 6000}
    result.replacement = np.array([[float(record[name]) for name in REPLACEMENT_SUMS]])
    told = {problem.where: problem.what for problem in remarks_of(result)}
    assert told["Replacing an agent"].startswith(
        "USD 5,000 as simulated (recruiting 500, training pay 2,000, trainers 1,000, mentors 300, ramp 1,200); published"
    )
    result.replacement[:] = 0.0
    assert "Replacing an agent" not in {problem.where for problem in remarks_of(result)}


def test_who_is_emptied_is_counted_over_replications(result: PlanResult) -> None:
    result.emptied = [np.array([-1]), np.array([16])]
    (found,) = [finding for finding in findings_of(result) if "nobody is left" in finding.what]
    assert found.where == "groups.core"
    assert "in 1 of 2 replications, typically from the week of 2026-03-16 on" in found.what


def test_a_story_is_the_ledger_in_one_row(result: PlanResult) -> None:
    ledger = tabulate([result], ["base"]).workforce
    story = story_of(ledger, "base", "core")
    assert (story.heads_start, story.heads_end) == (9, ledger["heads_end"].iloc[-1])
    assert story.hired == ledger["hired"].sum()
    assert story.peak_short == ledger["peak_short"].max()
    assert ledger.set_index("week")["peak_short"][story.peak_week] == story.peak_short


@pytest.mark.parametrize(
    ("start", "days", "edges"),
    [("2026-03-02", 14, [0, 7, 14]), ("2026-03-04", 10, [0, 5, 10]), ("2026-03-08", 9, [0, 1, 8, 9])],
)
def test_weeks_begin_on_mondays(tmp_path: Path, start: str, days: int, edges: list[int]) -> None:
    toml = but("2026-03-02", start, "days = 2", f"days = {days}")
    result = play(write(tmp_path, toml, FILES), replications=1)
    facts = facts_of([result], ["base"], None, "compiled", "sim run")
    assert Weeks(facts).edges.tolist() == edges
    assert len(edges) - 1 == len(tabulate([result], ["base"]).workforce)
