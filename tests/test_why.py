"""Why hours fell short: the parts add up, and have the size that playing without the cause gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from shop import ORDERS, SHOP, table

import sim
from sim.command.cli import main
from sim.errors import ScenarioError
from sim.explaining.causes import Asked, causes_of, played_otherwise
from sim.explaining.sharing_out import EXACT_UP_TO, parts, sets_of
from sim.scenario.starter import write_starter
from sim.study.prepared import prepare
from sim.workforce.roster import Roster

RUNS = 6
PLAIN = SHOP.replace('breaks = [{ within = "09:30-11:00", length = "15min", paid = true }]\n', "")


def center(folder: Path, text: str, orders: str = ORDERS) -> sim.Center:
    (folder / "orders.csv").write_text(orders, encoding="utf-8")
    (folder / "shop.toml").write_text(text, encoding="utf-8")
    return sim.load(folder / "shop.toml")


def level(one: sim.Center, start: str = "10:00", runs: int = RUNS) -> float:
    """Of orders on Monday, in an interval: by the table of a run, an independent way to the same figure."""
    rows = sim.run(one, replications=runs, engine="compiled").intervals
    rows = rows[(rows["scope"] == "queue") & (rows["date"].astype(str) == "2026-03-02") & (rows["start"] == start)]
    return float(rows["service_level"].iloc[0])


def asked(one: sim.Center, **more: Any) -> Any:
    given = {"at": "mon 10:10", "replications": RUNS, "engine": "compiled"} | more
    return sim.why(one, "orders", **given).found


def points(found: Any) -> dict[str, float]:
    return {part.cause.name: part.points.mean for part in found.parts}


def adds_up(found: Any) -> None:
    whole = sum(points(found).values()) + found.rest.mean
    assert whole == pytest.approx(found.target - found.level.mean, abs=1e-12)


def test_a_shift_that_begins_late(tmp_path: Path) -> None:
    """The late shift comes at half past ten: what that costs at ten is what it brings to come at nine."""
    late = PLAIN.replace('hours = "09:00-17:00"', 'hours = "10:30-17:00"')
    one = center(tmp_path, late, table("contacts", "40"))
    found = asked(one)
    there = level(one.vary({"shifts.late.hours": "09:00-17:00"}, "there"))
    assert points(found) == {"shift starts and ends": pytest.approx(there - level(one), abs=1e-12)}
    assert found.level.mean == pytest.approx(level(one), abs=1e-12)
    assert points(found)["shift starts and ends"] > 0.1
    adds_up(found)


def test_a_break_in_the_peak(tmp_path: Path) -> None:
    fixed = PLAIN.replace(
        'days = "mon-fri"\n', 'days = "mon-fri"\nbreaks = [{ at = "10:00", length = "30min", paid = true }]\n'
    )
    one = center(tmp_path, fixed, table("contacts", "40"))
    found = asked(one)
    without = level(one.vary({"shifts.early.breaks": []}, "without"))
    assert points(found) == {"breaks and meetings": pytest.approx(without - level(one), abs=1e-12)}
    assert points(found)["breaks and meetings"] > 0.1
    adds_up(found)


def test_a_fifth_more_calls(tmp_path: Path) -> None:
    one = center(tmp_path, f"{PLAIN}\n[forecast_error]\nlevel = 1.2\n", table("contacts", "50"))
    found = asked(one)
    usual = level(one.vary({"forecast_error.level": 1}, "usual"))
    assert points(found) == {"busier than usual": pytest.approx(usual - level(one), abs=1e-12)}
    assert points(found)["busier than usual"] > 0.02
    adds_up(found)


def test_two_at_once_share_what_they_do_together(tmp_path: Path) -> None:
    """Shapley's value of two by hand: half of what each adds first, and half of what it adds last."""
    text = PLAIN.replace('hours = "09:00-17:00"', 'hours = "10:30-17:00"') + "\n[forecast_error]\nlevel = 1.2\n"
    one = center(tmp_path, text, table("contacts", "40"))
    there, usual = {"shifts.late.hours": "09:00-17:00"}, {"forecast_error.level": 1}
    none, a, b, both = (level(one.vary(changes, "x")) for changes in ({}, there, usual, {**there, **usual}))
    found = asked(one)
    assert points(found) == {
        "shift starts and ends": pytest.approx(((a - none) + (both - b)) / 2, abs=1e-12),
        "busier than usual": pytest.approx(((b - none) + (both - a)) / 2, abs=1e-12),
    }
    adds_up(found)


def test_parts_of_many_causes_add_up_too() -> None:
    """More causes than all sets are played of: of each order the parts add up, and so does their mean."""
    count = EXACT_UP_TO + 2
    luck = np.random.default_rng(3)
    worth = luck.uniform(0.0, 1.0, count)

    def value(removed: frozenset[int]) -> Any:
        return np.array([sum(worth[n] for n in removed) ** 2])

    found = parts(value, count, 7)
    assert found.sum() == pytest.approx(worth.sum() ** 2)
    # Shapley's value of a squared sum is worth × the whole sum.
    assert found[:, 0] == pytest.approx(worth * worth.sum(), rel=0.25)
    assert len(sets_of(count, 7)) < 2**count
    exact = parts(value, 4, 7)
    assert exact[:, 0] == pytest.approx(worth[:4] * worth[:4].sum())


def test_the_same_people_work_on_the_same_days(tmp_path: Path) -> None:
    """Contracts go by the hours that shifts pay: without breaks, and with longer hours, nobody's days move."""
    write_starter(tmp_path / "my.toml")
    one = sim.load(tmp_path / "my.toml").scenario
    causes = causes_of(Asked(one, "orders", (one.clock.dates[0],)))
    other = played_otherwise(one, [cause.shifts for cause in causes])
    assert other.spec.shifts["late"].hours == (8 * 3600.0, 20 * 3600.0)
    assert other.spec.shifts["late"].breaks == ()
    rosters = [Roster(each, prepare(each).agents) for each in (one, other)]
    for day in range(one.clock.days):
        assert (rosters[0].scheduled(day) == rosters[1].scheduled(day)).all()


def test_other_queues_first(tmp_path: Path) -> None:
    """A queue that everybody takes last is short for the others: first, it is not."""
    text = PLAIN.replace(
        "[groups.core]",
        '[queues.others]\nlike = "orders"\n[groups.core]',
    ).replace("skills = { orders = {} }", "skills = { others = { priority = 1 }, orders = { priority = 2 } }")
    one = center(tmp_path, text, table("contacts", "35"))
    found = asked(one)
    first = level(one.vary({"groups.core.skills.orders.priority": 0, "queues.orders.priority": 0}, "first"))
    assert points(found)["other queues first"] == pytest.approx(first - level(one), abs=1e-12)
    assert points(found)["other queues first"] > 0.01


def test_an_hour_that_holds_says_so(tmp_path: Path) -> None:
    found = sim.why(center(tmp_path, SHOP), "orders", at="mon 10:10", replications=2, engine="simpy")
    assert found.sentence.endswith("nothing is short.")
    assert found.found.gap < 0


def test_one_replication_has_no_intervals(tmp_path: Path) -> None:
    text = PLAIN.replace('hours = "09:00-17:00"', 'hours = "10:30-17:00"')
    one = center(tmp_path, text, table("contacts", "40"))
    found = asked(one, replication=3)
    assert found.replications == 1
    assert all(np.isnan(part.points.low) for part in found.parts)
    assert "±" not in sim.why(one, "orders", at="mon 10:10", replication=3, engine="compiled").text
    adds_up(found)


def test_of_a_whole_day_and_week(tmp_path: Path) -> None:
    text = PLAIN.replace('hours = "09:00-17:00"', 'hours = "10:30-17:00"')
    one = center(tmp_path, text, table("contacts", "40"))
    day, week = asked(one, at=None, day="mon"), asked(one, at=None, week="mon")
    assert day.hours.dates == tuple(one.scenario.clock.dates[:1])
    assert week.hours.dates == tuple(one.scenario.clock.dates)
    for found in (day, week):
        adds_up(found)


def test_the_same_on_two_processes(tmp_path: Path) -> None:
    text = PLAIN.replace('hours = "09:00-17:00"', 'hours = "10:30-17:00"')
    one = center(tmp_path, text, table("contacts", "40"))
    pd.testing.assert_frame_equal(*(
        sim.why(one, "orders", at="mon 10:10", replications=3, engine="simpy", jobs=jobs).table for jobs in (1, 2)
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "say which hours"),
        (("--at", "mon 10:40", "--day", "mon"), "one of them"),
        (("--at", "mon"), 'such as "mon 10:40"'),
        (("--at", "mon 25:00"), "25:00"),
        (("--at", "sun 10:00"), "is not played"),
        (("--at", "mon 12:00"), "is closed then"),
        (("--day", "someday"), "is no day"),
        (("--at", "mon 10:00", "--queue", "sales"), "is no queue; queues are orders"),
        (("--at", "mon 10:00", "--replication", "best"), "write worst, median, or a number"),
    ],
)
def test_bad_questions_are_one_message(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    center(tmp_path, SHOP)
    ran = CliRunner().invoke(main, ["why", str(tmp_path / "shop.toml"), "--out", str(tmp_path / "out"), *words])
    assert ran.exit_code == 2
    assert said in ran.output
    assert not (tmp_path / "out").exists()


def test_of_several_queues_one_has_to_be_named(tmp_path: Path) -> None:
    write_starter(tmp_path / "my.toml")
    with pytest.raises(ScenarioError, match="say which: orders, returns"):
        sim.why(sim.load(tmp_path / "my.toml"), at="mon 10:00")


def test_people_too_few_are_said_before_shifts_are_blamed(tmp_path: Path) -> None:
    """4 x 2 + 5 x 0.5 = 10.5 seat hours; 50 calls of three minutes in each of four half hours are 10 hours of talk:
    five erlangs for two hours, which no five seats can answer in time."""
    center(tmp_path, PLAIN.replace('hours = "09:00-17:00"', 'hours = "10:30-17:00"'), table("contacts", "50"))
    file = str(tmp_path / "shop.toml")
    ran = CliRunner().invoke(
        main, ["why", file, "--at", "mon 10:10", "--replications", "3", "--out", str(tmp_path / "out")]
    )
    said = " ".join(ran.output.split())
    assert said.index("too few, whatever the shifts") < said.index("shift starts and ends")
    assert f"Next: how many people, on which shifts: sim staff {file}" in ran.output
    assert "--keep-heads" not in ran.output


def test_the_command_says_it_and_writes_it(tmp_path: Path) -> None:
    text = PLAIN.replace('hours = "09:00-17:00"', 'hours = "10:30-17:00"')
    center(tmp_path, text, table("contacts", "30"))
    words = [
        "why",
        str(tmp_path / "shop.toml"),
        "--at",
        "mon 10:10",
        "--replications",
        "3",
        "--out",
        str(tmp_path / "out"),
    ]
    ran = CliRunner().invoke(main, words)
    assert ran.exit_code == 0, ran.output
    assert "points short" in " ".join(ran.output.split())
    assert f"Next: better shifts of the same people: sim staff {tmp_path / 'shop.toml'} --keep-heads" in ran.output
    assert [
        line for line in ran.output.splitlines() if len(line) > 80 and not line.startswith(("Next", "Results"))
    ] == []
    rows = pd.read_csv(tmp_path / "out" / "why.csv").set_index("what")["points"]
    assert rows["target"] - rows["level"] == pytest.approx(rows[["part", "rest"]].sum())
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "shift starts and ends" in page
    assert "https://" not in page.replace("http://www.w3.org", "")


@pytest.mark.long
def test_intervals_of_a_part_hold_the_truth(tmp_path: Path) -> None:
    """100 studies of ten replications each; the truth by 4,000 others. 95 of 100, within 3.5 standard errors (7.6)."""
    text = PLAIN.replace('hours = "09:00-17:00"', 'hours = "10:30-17:00"') + "\n[forecast_error]\nlevel_cv = 0.1\n"
    one = center(tmp_path, text, table("contacts", "40"))
    truth = points(asked(one, replications=4000, seed=999))
    held = dict.fromkeys(truth, 0)
    for seed in range(100):
        for part in asked(one, replications=10, seed=seed).parts:
            held[part.cause.name] += part.points.low <= truth[part.cause.name] <= part.points.high
    assert all(count >= 87 for count in held.values()), held
