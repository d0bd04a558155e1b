"""The folder of a search for staff: a plan that plays the same, rosters that read back, and the front doors to it."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from found_by_hand import SEED, found_by_hand
from shop import ORDERS, but, sim, table, write

import sim as house
from sim.errors import ScenarioError
from sim.report.plan_file import plan_name, plays_as, write_plan
from sim.report.tables.staffing import roster_table
from sim.report.text.toml_text import toml_text
from sim.scenario.load import load, plan_of
from sim.scenario.reading.named_files import files_of
from sim.scenario.reading.origins import Table
from sim.scenario.reading.plans import BASE, file_of, read_file
from sim.staffed import Staffed
from sim.staffing.allowed import allowed_of
from sim.staffing.found import Found
from sim.staffing.wanted import Wanted
from sim.study.prepared import prepare
from sim.workforce.roster import build_segments

ASKED = but("heads = 9", "heads = 9\ncontract_hours = 40") + (
    '[plans.longer]\nqueues.orders.talk = { mean = "200s" }\ngroups.core.heads = "+1"\n'
)
FEWER = (3, 4)
FILES = {
    "binding.csv", "worth.csv", "curve.csv", "need.csv", "staffing.csv", "roster.csv", "roster/core.csv", "staffed.toml",
    "scenario/spring.toml", "scenario/orders.csv", "report.html", "manifest.json", "charts/coverage.png",
    "charts/coverage.svg", "charts/curve.png", "charts/curve.svg",
}  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("shop"), ASKED)


@pytest.fixture(scope="module")
def fewer(path: Path) -> Found:
    return found_by_hand(path, FEWER)


def segments(scenario: Any) -> list[tuple[Any, ...]]:
    prepared = prepare(scenario)
    found = build_segments(scenario, prepared.agents)
    columns = found.agent, found.start, found.end, found.activity, found.paid
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return sorted((prepared.agents.names[agent], *rest) for agent, *rest in rows)


# The plan as a file


@pytest.mark.parametrize("plan", [BASE, "longer"])
def test_the_plan_written_is_the_plan_found_and_the_base_stays(path: Path, tmp_path: Path, plan: str) -> None:
    """Of a plan that changes more than its staff, that is kept too."""
    file = read_file(path)
    changes = allowed_of(plan_of(file, plan)).changes(FEWER)
    written = write_plan(tmp_path, file, plan, [changes], ["Seven people."])
    found = load(written, "staffed")
    wanted = plan_of(file, plan, [changes])
    assert found.spec.groups == wanted.spec.groups
    assert found.spec.queues["orders"].talk == wanted.spec.queues["orders"].talk
    assert found.description == "Seven people."
    # The base is what was observed: everything is calibrated to it.
    assert load(written).spec.groups == load(path).spec.groups
    assert plays_as(written, "staffed", wanted, ["core"])
    assert not plays_as(written, "longer", wanted, ["core"])


def test_a_plan_of_the_name_is_not_changed(tmp_path: Path) -> None:
    file = read_file(write(tmp_path, ASKED + '[plans.staffed]\ngroups.core.heads = "+5"\n'))
    assert plan_name(file) == "staffed-2"
    (out := tmp_path / "out").mkdir()
    written = write_plan(out, file, BASE, [allowed_of(plan_of(file, BASE)).changes(FEWER)], ["Seven."])
    assert load(written, "staffed").spec.groups["core"].heads == 14
    assert load(written, "staffed-2").spec.groups["core"].heads == 7


def test_new_shifts_go_along(path: Path, tmp_path: Path) -> None:
    allowed = allowed_of(load(path))
    noon = {"hours": "10:00-14:00", "days": "mon-fri", "breaks": [{"within": "11:00-12:00", "length": "15min"}]}
    column = replace(allowed.columns[0], shift="noon-1000", today=0)
    wider = replace(allowed, columns=(*allowed.columns, column), shifts={"noon-1000": noon})
    written = write_plan(tmp_path, read_file(path), BASE, [wider.changes((2, 3, 2))], ["."])
    found = load(written, "staffed").spec
    assert found.shifts["noon-1000"].hours == (36000.0, 50400.0)
    assert found.groups["core"].shifts is not None
    assert list(found.groups["core"].shifts) == ["early", "late", "noon-1000"]


def test_all_files_of_a_scenario_are_copied(tmp_path: Path) -> None:
    """Those that it extends, from other folders too, and those that only a plan names."""
    write(tmp_path, ASKED, {"data/busy.csv": table("contacts", "30"), "sub/orders.csv": ORDERS})
    base = (tmp_path / "spring.toml").read_text()
    (tmp_path / "sub" / "world.toml").write_text(base)
    (tmp_path / "spring.toml").unlink()
    top = tmp_path / "shop.toml"
    top.write_text('extends = "sub/world.toml"\n[plans.busy]\nqueues.orders.forecast.csv = "data/busy.csv"\n')
    file = read_file(top)
    assert set(files_of(file)) == {"shop.toml", "sub/world.toml", "sub/orders.csv", "data/busy.csv"}
    (out := tmp_path / "out").mkdir()
    written = write_plan(out, file, "busy", [allowed_of(plan_of(file, "busy")).changes(FEWER)], ["."])
    assert load(written, "staffed").data.volumes == plan_of(file, "busy").data.volumes
    assert load(written, "staffed").spec.groups["core"].heads == 7


def test_tables_that_never_were_a_file_are_written(path: Path, tmp_path: Path) -> None:
    file = file_of(tomllib.loads(ASKED), path.parent, "scenario")
    written = write_plan(tmp_path, file, "longer", [allowed_of(plan_of(file, BASE)).changes(FEWER)], ["."])
    assert load(written, "staffed").spec.groups["core"].heads == 7
    assert load(written, "longer").spec.groups == load(path, "longer").spec.groups


def test_tables_become_the_text_that_says_them() -> None:
    tables = {
        "title": 'a "quoted" \\ shop\x7f é\n', "flag": True, "list": [1, 2.5, "x", {"a": 1}], "empty": {},
        "plans": {"two more": {"a.b": {"c": {"d": {"40": 7, "x y": 0.1}}}, "n": 40.0}},
        "groups": {"core": {"mix": Table({"early": 1, "late": {"heads": 2}}, whole=True)}},
    }  # fmt: skip
    assert tomllib.loads(toml_text(tables)) == tables
    # A table that was given as a whole is written as one: it takes the place of what it is laid over.
    assert "mix = { early = 1, late = { heads = 2 } }" in toml_text(tables)
    assert '"a.b".c.d.40 = 7' in toml_text(tables)


# Rosters


def test_a_roster_reads_back_as_it_was(tmp_path: Path) -> None:
    """Also through midnight, and over the night on which clocks are set forward."""
    night = but(
        "start = 2026-03-02\ndays = 2", 'start = 2026-03-06\ndays = 4\ntimezone = "America/New_York"',
        '"09:00-17:00"', '"22:00-06:00"\nbreaks = [{ within = "00:30-04:30", length = "30min", paid = false }]',
        'mon-fri = "09:00-11:00"', 'mon-tue = "09:00-11:00"',
    )  # fmt: skip
    roster = '[plans.rostered]\ngroups.core = { heads = "none", shifts = "none", roster = { csv = "core.csv" } }\n'
    path = write(tmp_path, night + roster, {"core.csv": "agent,date,start,end,activity,paid\n"})
    found = found_by_hand(path, (4, 5), replications=1)
    roster_table(found.study.results[-1], "core").to_csv(tmp_path / "core.csv", index=False)
    assert segments(load(path, "rostered")) == segments(found.plan)


# The front doors


def test_the_command_writes_a_folder_whose_plan_plays_as_told(
    path: Path, fewer: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {}

    def find_staff(file: Any, plan: str, wanted: Wanted, *_: Any, **__: Any) -> Found:
        asked.update(file=file.path, plan=plan, wanted=wanted)
        return fewer

    monkeypatch.setattr("sim.staffing.search.find_staff", find_staff)
    monkeypatch.setattr("sim.command.staff.find_staff", find_staff, raising=False)
    monkeypatch.chdir(tmp_path)
    done = sim("staff", path, "--budget", "2100", "--keep-heads", "--time", "2min", "--out", "out")
    assert done.exit_code == 0, done.output
    # Two days are no week: the budget is of both.
    assert asked["wanted"] == Wanted(budget=2100.0, keep_heads=True, seconds=120.0)
    assert (asked["file"], asked["plan"]) == (path, BASE)
    there = {file.relative_to("out").as_posix() for file in Path("out").rglob("*") if file.is_file()}
    told = json.loads(Path("out/manifest.json").read_text())
    assert there == FILES
    assert set(told["files"]) == FILES
    assert told["command"] == f"sim staff {path} --budget 2100 --time 2m --out out --keep-heads"
    assert "Next: sim compare out/staffed.toml --plan staffed" in done.output
    page = Path("out/report.html").read_text()
    assert "7 people hold every target" in page
    assert page.count("not confirmed") >= len(fewer.curve)
    assert sim("check", "out/staffed.toml").exit_code == 0
    again = sim(
        "run", "out/staffed.toml", "--plan", "staffed", "--seed", SEED, "--replications", fewer.confirmation.replications,
        "--engine", "simpy", "--jobs", 1, "--out", "again",
    )  # fmt: skip
    assert again.exit_code == 0, again.output
    costs = pd.read_csv("again/costs.csv").set_index("line")["mean"]
    assert costs["total"] == pytest.approx(told["staffing"]["found"]["mean"], rel=1e-9)


def test_a_time_that_is_none_is_refused(path: Path) -> None:
    done = sim("staff", path, "--time", "soon")
    assert done.exit_code == 2
    assert '"soon" is not a duration' in done.output


def test_python_has_the_same(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    center = house.load(path).vary({"queues.orders.forecast.factor": 1.1}, name="busier")
    asked = {}

    def find_staff(file: Any, plan: str, wanted: Wanted, *_: Any, layers: Any) -> Found:
        asked.update(layers=layers, seconds=wanted.seconds)
        today = plan_of(file, plan, layers)
        changes = allowed_of(today).changes(FEWER)
        found = found_by_hand(path, FEWER, replications=2)
        return replace(found, today=today, plan=plan_of(file, plan, [*layers, changes]), changes=changes)

    monkeypatch.setattr("sim.staffing.search.find_staff", find_staff)
    found = house.staff(center, time="1min")
    assert isinstance(found, Staffed)
    assert asked["seconds"] == 60.0
    assert len(asked["layers"]) == 1
    assert (found.people, found.staffing["found"].tolist()) == (7, [3, 4])
    # The plan found is the one that was varied, with other people.
    assert found.center.scenario.spec.groups["core"].heads == 7
    assert found.center.scenario.spec.queues["orders"].forecast.factor == 1.1
    assert found.kpi("cost_total").mean == found.found.study.results[-1].kpi("cost_total").mean
    found.write(tmp_path / "out")
    written = load(tmp_path / "out" / "staffed.toml", "staffed").spec
    assert written.queues["orders"].forecast.factor == 1.1
    assert written.groups["core"].heads == 7
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert told["command"].startswith("sim.staff(sim.load(")
    assert told["command"].endswith("time='1min')")
    assert np.array_equal(found.binding["target"].unique(), [0.8])


def test_python_names_every_bad_option(path: Path) -> None:
    with pytest.raises(ScenarioError) as error:
        house.staff(house.load(path), budget=-1, time="soon", seed=-1)
    assert [problem.where for problem in error.value.problems] == ["seed", "budget", "time"]
