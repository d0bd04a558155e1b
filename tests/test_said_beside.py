"""What a figure or a hint must not be told without: a horizon shorter than the figure's days, the quotes of a name."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from shop import SHOP, but, problems, sim, table, write

from sim.report.text.quality import beyond_the_end
from sim.scenario.load import load
from sim.scenario.reading.toml_lines import as_key, as_keys, split_keys
from sim.study.frontier.levers import find_lever

AGAIN = but("fcr = 0.7", "fcr = 0.65\nrepeat = { share = 0.5 }")
QUICK = ("--engine", "simpy", "--jobs", "1", "--replications", "2")


@pytest.mark.parametrize(("days", "said"), [(2, True), (6, True), (7, False), (8, False)])
def test_a_horizon_shorter_than_seven_days_is_said_beside_the_observed_fcr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, said: bool
) -> None:
    monkeypatch.setattr("sim.report.charts.plan.draw", lambda *_: {})
    assert bool(beyond_the_end(days)) is said
    toml = AGAIN.replace("days = 2", f"days = {days}")
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    path = write(tmp_path, toml, {"orders.csv": table("contacts", days=week)})
    assert load(path).clock.days == days
    result = sim("run", path, *QUICK, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    words = f"only {days} days are played: repeats due later are counted as drawn"
    assert (words in " ".join(result.output.split())) is said
    page = (tmp_path / "out" / "report.html").read_text()
    assert "nobody came again within 7 days" in page
    assert (words in page) is said
    # The figure itself stands in the table as ever.
    assert "fcr_observed" in (tmp_path / "out" / "summary.csv").read_text()


def test_one_day_is_one() -> None:
    assert beyond_the_end(1) == "only 1 day is played: repeats due later are counted as drawn"


@pytest.mark.parametrize("name", ["core", "two-more", "con.x", "my plan", 'a "b" c', "é", "back\\slash", ""])
def test_a_name_is_typed_so_that_it_is_read_back(name: str) -> None:
    assert tomllib.loads(f"[plans.{as_key(name)}]\n") == {"plans": {name: {}}}
    assert split_keys(as_keys(("plans", name, "heads"))) == ("plans", name, "heads")
    assert (as_key(name) == name) is (name in ("core", "two-more"))


def test_hints_quote_the_names_that_need_it(tmp_path: Path) -> None:
    path = write(tmp_path, f'{SHOP}\n[plans]\n"con.x" = 3\n')
    assert problems(sim("check", path)) == [('plans."con.x"', 'write a table [plans."con.x"], not 3')]
    path = write(tmp_path, f'{SHOP}\n[plans."con.x"]\ngroups.core.heads = "+1"\n')
    assert problems(sim("check", path))[0][0] == 'plans."con.x"'
    path = write(tmp_path, f'{SHOP}\n[queues."or.ders"]\nlike = "orders"\n')
    assert '"or.ders" = {} to the skills' in sim("check", path).output


def test_a_lever_names_its_settings_as_the_file_does(tmp_path: Path) -> None:
    path = write(tmp_path, SHOP.replace("[groups.core", '[groups."co.re"').replace('["core"]', '["co.re"]'))
    assert find_lever(load(path), "heads", None, None).settings[0] == 'groups."co.re".heads'
