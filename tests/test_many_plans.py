"""Many plans of a small center: what is offered, which is chosen, and that a killed choice goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import sim
from sim.choosing.grid import Grid, grid_of, parsed
from sim.choosing.selected import Selected, select
from sim.command.cli import main
from sim.report.tables.many import grid_table
from sim.report.text.many import name_of
from sim.report.workbook.columns import columns_of
from sim.report.workbook.many import headings, with_numbers
from sim.scenario.load import load
from sim.scenario.reading.plans import read_file
from sim.study.run import Entry, Options, run_study
from sim.study.targets import verdicts_of

CENTER = """\
title = "Two desks, a day"

[center]
start = 2026-03-02
days = 1
interval = "30min"
open = { mon-fri = "09:00-11:00" }

[run]
seed = 7

[queues.orders]
channel = "phone"
forecast = { csv = "orders.csv" }
talk = { family = "exponential", mean = "4min" }
patience = { family = "exponential", mean = "5min" }
service_level = { target = 0.80, within = "30s", per = "day" }
  [[queues.orders.route]]
  groups = ["core", "flex"]

[queues.returns]
like = "orders"
forecast = { csv = "returns.csv" }
  [[queues.returns.route]]
  groups = ["flex"]

[groups.core]
heads = 4
shifts = { day = 1.0 }
wage = 20
  [groups.core.skills]
  orders = { priority = 1 }

[groups.flex]
like = "core"
heads = 2
wage = 24
  [groups.flex.skills]
  orders = { priority = 2 }
  returns = { priority = 1 }

[shifts.day]
days = "mon-fri"
hours = "09:00-11:00"
"""

GRID = """
[grid]
groups.core.heads = "+0..+4"
"groups.flex.heads" = [2, 4, 5]

[plans.two-more]
groups.core.heads = "+2"
"""


class Killed(Exception):
    """As good as a process that is no more."""


class Watching:
    """Ends it after so many steps."""

    def __init__(self, after: int = 10_000) -> None:
        self.after, self.steps, self.stages = after, 0, list[str]()

    def stage(self, text: str) -> None:
        self.stages.append(text)

    def progress(self, plan: str, done: int, wanted: int) -> None:  # noqa: ARG002
        self.steps += 1
        if self.steps > self.after:
            raise Killed

    def kept(self, *what: Any) -> None: ...


def write(folder: Path, more: str = GRID) -> Path:
    for queue, calls in (("orders", 12), ("returns", 5)):
        rows = [f"mon,{half // 2:02d}:{30 * (half % 2):02d},{calls}" for half in range(18, 22)]
        (folder / f"{queue}.csv").write_text("\n".join(["weekday,start,contacts", *rows]) + "\n")
    (folder / "desks.toml").write_text(CENTER + more)
    return folder / "desks.toml"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path)


def offered(path: Path, **wanted: object) -> Grid:
    file = read_file(path)
    return grid_of(file, "base", wanted or file.grid or {})


def search(path: Path, watcher: Watching | None = None, *, jobs: int = 1, remember: bool = False) -> Selected:
    options = Options(replications=20, jobs=jobs, engine="simpy", remember=remember)
    return select(offered(path), options, watcher or Watching())


def test_every_combination_is_offered_once(path: Path) -> None:
    """Today's plan first, then the file's own, then all others: 5 × 3, of which one is today's and one two-more."""
    grid = offered(path)
    assert len(grid) == 1 + 1 + 5 * 3 - 2
    assert [grid.name(n) for n in range(3)] == ["base", "two-more", "plan 2"]
    heads = [tuple(grid.scenario(n).spec.groups[group].heads for group in ("core", "flex")) for n in range(len(grid))]
    assert heads[:2] == [(4, 2), (6, 2)]
    assert sorted(heads[2:]) == sorted(
        (core, flex) for core in range(4, 9) for flex in (2, 4, 5) if (core, flex) not in {(4, 2), (6, 2)}
    )
    for n in range(len(grid)):
        assert grid.levels(n) == tuple(map(str, heads[n]))


def test_a_plan_with_a_name_is_told_with_what_it_has_and_stays_beside_a_like_one(tmp_path: Path) -> None:
    """One that changes something else too is no twin of the combination; one that lacks the setting has no level."""
    more = "[plans.dear]\ngroups.core.heads = 6\ngroups.core.wage = 21\n[plans.same]\ndescription = 'As today'\n"
    grid = offered(write(tmp_path, "[grid]\ngroups.core.heads = [4, 6]\n" + more))
    assert [(grid.name(n), *grid.levels(n)) for n in range(len(grid))] == [
        ("base", "4"), ("dear", "6"), ("same", "4"), ("plan 3", "6"),
    ]  # fmt: skip


def test_what_is_not_varied_is_said(path: Path) -> None:
    """Values that a plan has already: of all settings refused, of one told."""
    ran = CliRunner().invoke(
        main, ["compare", str(path), "--vary", "groups.core.heads=4", "--vary", "groups.flex.heads=2"]
    )
    assert ran.exit_code == 2
    assert "varies nothing" in ran.output
    assert "groups.core.heads 4 and groups.flex.heads 2 is what it has" in ran.output
    found = sim.choose(sim.load(path), {"groups.core.heads": [4, 8], "groups.flex.heads": [2]}, replications=5, jobs=1)
    assert "flex heads was not varied: 2, as in base, is all that was tried." in found.answer.notes


def test_an_example_is_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, "[grid]\n")
    path.write_text(path.read_text().replace("core", "desk"))
    for given in (["compare", str(path)], ["compare", str(path), "--vary", "nothing"]):
        said = CliRunner().invoke(main, given).output
        assert "groups.desk.heads" in said
        assert "core" not in said


def test_settings_are_numbers_in_the_workbook(path: Path) -> None:
    """Under what people call them; what is not a number in every row stays text."""
    wanted = {"groups.core.heads": [6, 8], "queues.orders.lines": [20, 30]}
    found = sim.choose(sim.load(path), wanted, replications=5, jobs=1).selected
    columns = {one.heading: one for one in columns_of(
        with_numbers(found, grid_table(found)), "USD", called=headings(found)
    )}  # fmt: skip
    assert set(columns["Core heads"].values) == {4.0, 6.0, 8.0}
    assert columns["Core heads"].kind == "number"
    assert columns["Orders lines"].kind == "text"


def test_all_that_is_varied_is_named(path: Path) -> None:
    wanted = {"groups.core.heads": [9], "groups.flex.heads": [6], "groups.core.wage": [21], "groups.flex.wage": [25]}
    found = sim.choose(sim.load(path), wanted, replications=5, jobs=1).selected
    assert name_of(found, 2) == "plan 2 (core: 4 → 9 heads, wage 20 → 21; flex: 2 → 6 heads, wage 24 → 25)"


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ("-1..+1", ("3", "4", "5")),
        ("4..8/2", ("4", "6", "8")),
        ("50%..100%/25", ("2", "3", "4")),
        ([4, "+0", "100%", 5], ("4", "5")),
        (range(5, 7), ("5", "6")),
    ],
)
def test_how_values_are_written(path: Path, values: object, levels: tuple[str, ...]) -> None:
    assert offered(path, **{"groups.core.heads": values}).settings[0].levels == levels


def test_all_that_is_wrong_is_said_at_once(path: Path) -> None:
    wanted = {
        "groups.cor.heads": [1], "groups.core.heads": [], "queues.orders.talk.mean": ["3min"],
        "queues.orders.service_level.target": [0.5], "groups.flex.heads": "4..2", "groups.core.wage": [{}],
        "center.days": [2], "groups.core.skills": [1],
    }  # fmt: skip
    with pytest.raises(sim.ScenarioError) as error:
        offered(path, **wanted)
    told = {problem.where.removeprefix("grid."): problem.what for problem in error.value.problems}
    assert set(told) == set(wanted)
    assert 'did you mean "core"' in told["groups.cor.heads"]
    assert "has no values" in told["groups.core.heads"]
    assert "anybody decides" in told["queues.orders.talk.mean"]
    assert "no lever" in told["queues.orders.service_level.target"]


@pytest.mark.parametrize("text", ["groups.core.heads", "=3", ""])
def test_what_is_no_setting_and_values(text: str) -> None:
    with pytest.raises(ValueError, match="write SETTING=VALUES"):
        parsed(text)


@pytest.mark.parametrize("grid", ["[grid]\n", "[grid]\ngroups.core.heads = 4\n", "[grid]\ngroups.core.heads = [4]\n"])
def test_an_empty_grid(tmp_path: Path, grid: str) -> None:
    path = write(tmp_path, grid)
    ran = CliRunner().invoke(main, ["compare", str(path)])
    assert ran.exit_code == 2
    assert any(told in ran.output for told in ("names no setting; groups.core.heads", "write values", "varies nothing"))
    with pytest.raises(sim.ScenarioError):
        offered(path)


def test_a_million_plans_are_refused_with_the_way_out(path: Path) -> None:
    center = sim.load(path)
    with pytest.raises(sim.SimError, match=r"1,002,001 plans.*Fewer values of groups.core.heads.*anyway=True"):
        sim.choose(center, {"groups.core.heads": "4..1004", "groups.flex.heads": "2..1002"})


def test_it_is_what_playing_everything_says(path: Path) -> None:
    """On the same luck, every plan by as many replications as the choice gives at most: the cheapest that holds."""
    found = search(path)
    grid, base = found.grid, load(path)
    entries = [Entry(base, grid.scenario(n), grid.name(n)) for n in range(len(grid))]
    results = run_study(entries, Options(20, jobs=1, engine="simpy"), Watching()).results
    holds = [max(one.gap for one in verdicts_of(result)[:-1]) <= 0.0 for result in results]
    costs = [float(result.costs.sum(axis=1).mean()) for result in results]
    least = min(cost for cost, held in zip(costs, holds, strict=True) if held)
    assert holds[found.chosen]
    assert costs[found.chosen] <= least + found.slack
    assert not holds[0]
    for n, result in enumerate(results):
        tally = found.screening.tallies[n]
        gap = max(one.gap for one in verdicts_of(result)[:-1])
        if tally.runs == 20:
            assert tally.margin == pytest.approx(-gap)
            assert found.screening.cost(n) == pytest.approx(costs[n])
        np.testing.assert_allclose(tally.money, result.costs.sum(axis=1)[: tally.runs])
    assert found.screening.played < found.screening.equal_shares


def test_any_number_of_processes_finds_the_same(path: Path) -> None:
    one, two = search(path), search(path, jobs=2)
    assert grid_table(two).to_csv() == grid_table(one).to_csv()
    assert two.promised == one.promised


def test_it_goes_on_where_it_was_killed(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = search(path)
    monkeypatch.setenv("SIM_SOLUTIONS", str(tmp_path / "kept"))
    with pytest.raises(Killed):
        search(path, Watching(4), remember=True)
    watching = Watching()
    again = search(path, watching, remember=True)
    assert any(stage.startswith("going on with") for stage in watching.stages)
    assert again.reused > 0
    assert grid_table(again).to_csv() == grid_table(whole).to_csv()
    # A finished search leaves nothing behind.
    assert not list((tmp_path / "kept" / "searches").glob("*"))
    assert search(path, remember=True).reused == 0


def test_what_was_torn_is_played_again(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIM_SOLUTIONS", str(tmp_path / "kept"))
    with pytest.raises(Killed):
        search(path, Watching(4), remember=True)
    (file,) = (tmp_path / "kept" / "searches").glob("*.sqlite")
    file.write_bytes(b"not a database" * 100)
    assert search(path, remember=True).reused == 0


def test_a_plan_that_the_checks_refuse_is_left_out_and_counted(tmp_path: Path) -> None:
    path = write(tmp_path, "[grid]\ngroups.core.heads = [-1, 6]\ngroups.flex.heads = [4, 5]\n")
    found = search(path)
    assert sorted(found.screening.refused) == [1, 2]
    table = grid_table(found)
    refused = table[table["became"] == "left out"]
    assert len(refused) == 2
    assert refused["why"].str.contains("groups.core.heads").all()


def test_a_lever_of_the_queue_is_held_against_the_same_promise(tmp_path: Path) -> None:
    """Fewer lines shut callers out: the level of those who get in is not worth it."""
    path = write(tmp_path, "[grid]\nqueues.orders.lines = [2, 50]\ngroups.core.heads = [8]\ngroups.flex.heads = [5]\n")
    path.write_text(path.read_text().replace("[queues.orders]\n", "[queues.orders]\nlines = 40\n", 1))
    found = search(path)
    table = grid_table(found).set_index("queues.orders.lines")
    assert "busy signal" in str(table.loc["2", "why"])
    assert found.grid.levels(found.chosen)[0] == "50"


def test_the_command_ends_with_a_plan_that_can_be_pasted(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    given = ["compare", str(path), "--jobs", "1", "--replications", "20", "--engine", "simpy", "--out", str(out)]
    ran = CliRunner().invoke(main, given, env={"COLUMNS": "80"}, standalone_mode=False)
    assert ran.exception is None or ran.exit_code == 0, ran.exception
    said = ran.output
    assert max(len(line) for line in said.splitlines() if str(tmp_path) not in line) <= 80
    assert "Of 15 plans, take plan" in said.replace("\n", " ")
    table = pd.read_csv(out / "grid.csv")
    assert len(table) == 15
    assert list(table.columns[:4]) == ["plan", "groups.core.heads", "groups.flex.heads", "replications"]
    pasted = (out / "plan.toml").read_text()
    assert pasted.strip() in said
    # Beforehand: whoever wanted the two named plans compared learns how.
    assert "desks.toml has a [grid]: choosing among 15 plans\n" in said
    assert "--plan NAME compares a plan that has a name, such as two-more, with base" in said
    path.write_text(path.read_text() + "\n" + pasted)
    best = load(path, "best").spec.groups
    chosen = table[table["became"] == "chosen"].iloc[0]
    assert (best["core"].heads, best["flex"].heads) == (chosen["groups.core.heads"], chosen["groups.flex.heads"])
    assert "<table" in (out / "report.html").read_text()


def test_mistakes_of_the_command(path: Path) -> None:
    given = ["compare", str(path), "--vary", "groups.core.heads", "--vary", "groups.x.heads=1", "--vary", "a.b=2"]
    ran = CliRunner().invoke(main, given, standalone_mode=False)
    assert ran.exit_code == 2
    assert all(word in ran.output for word in ("write SETTING=VALUES", "groups.x.heads", "a.b"))


def test_check_knows_the_grid(tmp_path: Path) -> None:
    path = write(tmp_path, "[grid]\ngroups.cor.heads = [5]\n")
    ran = CliRunner().invoke(main, ["check", str(path)])
    assert ran.exit_code == 2
    assert 'did you mean "core"' in ran.output


def test_from_python(path: Path) -> None:
    """The file's grid, or one's own; the center that was chosen runs, and a varied one can be the start."""
    center = sim.load(path)
    own = {"groups.core.heads": "+2..+4"}
    found = sim.choose(center.vary({"groups.flex.heads": 5}, name="five"), own, replications=20, jobs=1)
    assert found.holds
    assert found.center.scenario.spec.groups["flex"].heads == 5
    assert found.levels == {"groups.core.heads": str(found.center.scenario.spec.groups["core"].heads)}
    assert found.grid["plan"].tolist().count("five") == 1
    assert "five" in found.answer.text
    assert 0.0 < found.sure <= 0.95
    assert sim.choose(center, replications=10, jobs=1).selected.grid.shape == (5, 3)
    with pytest.raises(sim.ScenarioError):
        sim.choose(center, own, replications=4)


def test_a_plan_at_the_edge_of_what_was_tried_says_so(path: Path) -> None:
    """Two people miss; from there up, the fewest that were tried are more than enough; or none of them is."""
    two = sim.load(path).vary({"groups.core.heads": 1, "groups.flex.heads": 1}, name="two")
    many = sim.choose(two, {"groups.core.heads": [20, 24, 28], "groups.flex.heads": [12, 14]}, replications=5, jobs=1)
    assert many.levels == {"groups.core.heads": "20", "groups.flex.heads": "12"}
    assert many.answer.notes[:2] == (
        "core heads 20 is the lowest value tried: the best may lie beyond.",
        "flex heads 12 is the lowest value tried: the best may lie beyond.",
    )
    few = sim.choose(two, {"groups.core.heads": [1, 2]}, replications=5, jobs=1)
    assert not few.holds
    assert few.answer.notes[0] == "core heads 2 is the highest value tried: the best may lie beyond."
    assert all("too close to a target" not in note for note in few.answer.notes)
