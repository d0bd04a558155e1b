"""What a choice hangs on: worlds against edited files, break-evens by hand, effects of a linear function, ranges."""

from __future__ import annotations

import contextlib
import math
import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shop import SHOP, but, problems, table, write
from shop import sim as command

import sim
from sim.choosing.sensitivity import together, worlds
from sim.choosing.sensitivity.found import Alone, Choice, Turn
from sim.choosing.sensitivity.together import effects_of, sample
from sim.report.text.sensitivity import into_words, sentences, short_words, side_text
from sim.scenario.assumptions.inputs import Input, author_rows, inputs_of
from sim.scenario.load import load
from sim.sensitive import Sensitivity
from sim.study.calibration.calibrate import Calibration, calibrate
from sim.study.prepared import Prepared
from sim.study.shelf import Shelf

QUICK = ("--engine", "simpy", "--jobs", "1")
TWO_MORE = '[plans.two-more]\ngroups.core.heads = "+2"\n'
BUSY = {"orders.csv": table("contacts", "60")}


@pytest.fixture(autouse=True)
def _few_worlds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough to see that they are drawn."""
    monkeypatch.setattr(together, "TRAJECTORIES", 2)
    monkeypatch.setattr(together, "DRAWN", 4)


def asked(file: Path, inputs: str = "*", plan: str = "base", replications: int = 3, jobs: int = 1) -> Sensitivity:
    center = sim.load(file, plan)
    return sim.sensitivity(center, inputs=inputs, replications=replications, engine="simpy", jobs=jobs)


def alone(found: Sensitivity, place: str) -> Alone:
    return next(one for one in found.found.alone if one.input.place == place)


def cost(result: sim.Result) -> float:
    return result.kpi("cost_total").mean


# Worlds: the same as the file would play, if it said so.


def test_another_patience_plays_as_a_file_that_says_so(tmp_path: Path) -> None:
    priced = but("wage = 20", "wage = 20\n[costs]\ntelecom_per_minute = 1")
    ranges = '[uncertain]\nqueues.orders.patience.mean = ["1min", "10min"]\n'
    found = alone(asked(write(tmp_path, priced + ranges, BUSY), "queues.*.patience.*"), "queues.orders.patience.mean")
    today = sim.run(sim.load(write(tmp_path, priced, BUSY)), replications=3, engine="simpy", jobs=1)
    for mean, end in zip(("1min", "10min"), found.ends, strict=True):
        edited = write(tmp_path, priced.replace('mean = "5min"', f'mean = "{mean}"'), BUSY)
        there = sim.run(sim.load(edited), replications=3, engine="simpy", jobs=1)
        assert end.money.mean == pytest.approx(cost(there) - cost(today), rel=1e-9)
        assert end.money.mean != 0.0


@pytest.mark.parametrize(
    ("place", "setting"),
    [("queues.orders.forecast.factor", "queues.orders.forecast.factor"),
     ("queues.orders.handle_time", "queues.orders.talk.mean")],
)  # fmt: skip
def test_what_was_observed_moves_tomorrow_and_not_what_was_seen(tmp_path: Path, place: str, setting: str) -> None:
    """New people are slow: were the base plan calibrated to the changed figure, its standard would be another."""
    slow = but("wage = 20", 'wage = 20\nramp = "usual"\ntenure = "2w"') + (
        '[ramp.usual]\nfamily = "exponential"\nstart = { speed = 0.6 }\nweeks_to_95 = 10\n'
        "[costs]\ntelecom_per_minute = 1\n"
    )
    file = write(tmp_path, slow, BUSY)
    found = alone(asked(file, place), place)
    base = sim.load(file)
    for end in found.ends:
        value = f"{100 * end.value:g}%" if setting.endswith("mean") else end.value
        varied = sim.compare(base, base.vary({setting: value}), replications=3, engine="simpy", jobs=1)
        change = varied.differences.query("scope == 'center' and kpi == 'cost_total'")["difference"].iloc[0]
        assert end.money.mean == pytest.approx(change, rel=1e-9)
        assert end.points.mean == pytest.approx(_worst_change(varied), abs=1e-9)


def _worst_change(varied: sim.Comparison) -> float:
    """The base plan's worst day, under the other plan less under the base."""
    days = varied.periods.query("scope == 'queue' and name == 'orders' and period == 'day'")
    base, other = (days[days["plan"] == plan].set_index("date")["service_level"] for plan in varied.plans)
    return float(other[base.idxmin()] - base.min())


def test_cost_is_linear_in_the_wage(tmp_path: Path) -> None:
    file = write(tmp_path, SHOP + "[uncertain]\ngroups.core.wage = [18, 23]\n")
    run = sim.run(sim.load(file), replications=3, engine="simpy", jobs=1)
    hours = run.kpi("paid_hours").mean
    low, high = alone(asked(file, "groups.core.wage"), "groups.core.wage").ends
    assert low.money.mean == pytest.approx(-2 * 1.27 * hours)
    assert high.money.mean == pytest.approx(3 * 1.27 * hours)
    assert low.money.half_width == pytest.approx(0.0, abs=1e-6)
    assert low.points.mean == high.points.mean == 0.0


# Break-evens.


def test_the_value_of_a_customer_between_two_plans_by_hand(tmp_path: Path) -> None:
    """Net cost is cost + value × those who leave: two plans cost the same where value = Δ cost ÷ Δ leavers."""
    shop = but("fcr = 0.7", "fcr = 0.65", "heads = 9", "heads = 5",
               "{ early = 4, late = 5 }", "{ early = 2, late = 3 }")  # fmt: skip
    text = shop + (
        "[customers]\nnumber = 20000\nvalue = 100\nleave = [0.2, 0.5]\n"
        '[plans.some]\ngroups.core.heads = "+4"\n[plans.many]\ngroups.core.heads = "+6"\n'
        "[uncertain]\ncustomers.value = [1, 5000]\n"
    )
    file = write(tmp_path, text, {"orders.csv": table("contacts", "40")})
    found = asked(file, "customers.value", replications=6)
    played = sim.compare(sim.load(file), replications=6, engine="simpy", jobs=1)
    some, many = ({kpi: played.kpi(kpi, plan=plan).mean for kpi in ("cost_total", "value_lost")}
                  for plan in ("some", "many"))  # fmt: skip
    by_hand = 100 * (many["cost_total"] - some["cost_total"]) / (some["value_lost"] - many["value_lost"])
    (turn,) = alone(found, "customers.value").turns
    assert found.chosen == "some"
    assert (turn.into, turn.above) == (Choice("many", holds=True), True)
    assert turn.at == pytest.approx(by_hand, rel=1e-9)
    assert turn.low < by_hand < turn.high
    assert f"above {by_hand:,.0f}" in found.sentence
    assert "many is taken" in found.sentence


def test_a_plan_alone_hangs_on_its_target(tmp_path: Path) -> None:
    file = write(tmp_path, SHOP + "[uncertain]\nqueues.orders.forecast.factor = [0.5, 2]\n", BUSY)
    found = asked(file, "queues.orders.forecast.factor", replications=6)
    (turn,) = alone(found, "queues.orders.forecast.factor").turns
    # It holds on average at 6 replications, and not surely: that is said first.
    assert found.sentence.startswith("Whether base holds every target is itself too close to tell on 6 replications. ")
    assert "That base holds every target hangs on 1 of 1 uncertain number" in found.sentence
    # Just within the break-even it holds on average, well beyond it does not.
    center, levels = sim.load(file), []
    for factor in (turn.at - 0.05, turn.at, turn.at + 0.05):
        varied = center.vary({"queues.orders.forecast.factor": factor})
        days = sim.compare(center, varied, replications=6, engine="simpy", jobs=1).periods
        own = days[(days["plan"] == "varied") & (days["name"] == "orders") & (days["period"] == "day")]
        levels.append(own["service_level"].min())
    assert levels[0] > 0.80 > levels[2]
    assert levels[1] == pytest.approx(0.80, abs=0.02)


def test_break_evens_in_words() -> None:
    patience = Input(("queues", "orders", "patience", "mean"), "patience of orders", "time", 300, 60, 600, "ours")
    turn = Turn(190.0, 170.0, 210.0, Choice("base", holds=True), above=False)
    assert side_text(patience, turn) == "below 3m10s (2m50s to 3m30s)"
    here = Choice("two-more", holds=True)
    assert into_words(here, Choice("base", holds=True)) == "base is taken"
    assert into_words(here, Choice("base", holds=False)) == "no plan holds all, and base is nearest"
    assert into_words(here, Choice("two-more", holds=False), several=False) == "two-more misses a target"
    assert into_words(here, Choice("two-more", holds=False)) == "two-more misses a target, and no plan holds all"


# Together.


def test_what_is_taken_is_named_where_it_is_todays_choice_too() -> None:
    """ "as today" beside a plan that is not today's would read as today's plan."""
    assert short_words(Choice("two-more", True), True) == "two-more"
    assert short_words(Choice("two-more", False), True) == "none; two-more nearest"
    assert [short_words(Choice("base", holds), False) for holds in (True, False)] == ["holds", "falls short"]
    assert short_words(None, True) == ""


def test_elementary_effects_of_a_linear_function_are_its_slopes() -> None:
    points = sample(3, 4, 8)
    (first, first_sd), (second, _), (third, _) = effects_of(points, points @ np.array([3.0, -2.0, 0.0]), seed=4)
    assert (first.mean, second.mean, third.mean) == pytest.approx((3.0, 2.0, 0.0))
    assert first.half_width == pytest.approx(0.0, abs=1e-9)
    assert first_sd == pytest.approx(0.0, abs=1e-9)


def test_elementary_effects_of_a_product_vary() -> None:
    points = sample(2, 4, 8)
    (first, sd), _ = effects_of(points, points[:, 0] * points[:, 1], seed=4)
    # The effect of one factor is the other, which is 0, 1/3, 2/3 or 1.
    assert 0.0 < first.low < first.mean < first.high < 1.0
    assert sd > 0.1


def test_together_moves_cost_by_the_whole_range(tmp_path: Path) -> None:
    text = SHOP + TWO_MORE + "[uncertain]\ncosts.load = [1.1, 1.5]\ngroups.core.wage = [20, 21]\n"
    found = asked(write(tmp_path, text), "costs.*,groups.core.wage")
    load = next(one for one in found.found.together.effects if one.input.place == "costs.load")
    hours = sim.run(sim.load(write(tmp_path, text)), replications=3, engine="simpy", jobs=1).kpi("paid_hours").mean
    # Wages are 20 to 21, wherever the trajectories are: a change of the load by 0.4 moves cost by 0.4 of them.
    assert 0.4 * 20 * hours <= load.money.mean <= 0.4 * 21 * hours
    assert found.found.together.drawn == 4


def test_as_many_processes_as_one_likes(tmp_path: Path) -> None:
    file = write(tmp_path, SHOP + TWO_MORE, BUSY)
    one, two = (asked(file, "queues.*.patience.*,queues.*.factor", replications=2, jobs=jobs).table for jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two)


# Ranges.


def test_ranges_are_the_files_where_it_states_them(tmp_path: Path) -> None:
    text = SHOP + (
        '[uncertain]\nqueues.orders.patience.mean = { range = ["2min", "200%"], source = "a log" }\n'
        '"queues.orders.fcr" = ["-10%", 0.9]\nqueues.orders.talk.mean = ["-30s", "4min"]\n'
    )
    own = {one.place: one for one in inputs_of(load(write(tmp_path, text)))}
    patience, fcr = own["queues.orders.patience.mean"], own["queues.orders.fcr"]
    assert (patience.low, patience.high, patience.source, patience.is_stated) == (120.0, 600.0, "a log", True)
    assert (fcr.low, fcr.high) == pytest.approx((0.6, 0.9))
    assert (own["queues.orders.talk.mean"].low, own["queues.orders.talk.mean"].high) == (150.0, 240.0)
    # Its parts are stated: handle time as a whole is not moved beside them.
    assert "queues.orders.handle_time" not in own
    assert own["queues.orders.forecast.factor"].source == "usual range: 10 % to either side"


def test_usual_ranges_end_where_shares_do(tmp_path: Path) -> None:
    text = but("fcr = 0.7", "fcr = 0.7\nrepeat = { share = 0.8 }")
    own = {one.place: one for one in inputs_of(load(write(tmp_path, text)))}
    assert (own["queues.orders.repeat.share"].low, own["queues.orders.repeat.share"].high) == (0.4, 1.0)
    # What the program assumes has a range as well.
    assert own["queues.orders.repeat.after.mean"].today == 86400.0


def test_the_programs_own_patience_is_moved(tmp_path: Path) -> None:
    text = but('patience = { family = "exponential", mean = "5min" }\n', "")
    found = alone(asked(write(tmp_path, text, BUSY), "queues.*.patience.*"), "queues.orders.patience.mean")
    assert [end.value for end in found.ends] == [60.0, 600.0]
    assert found.ends[0].points.mean != 0.0


def test_a_range_ends_where_the_checks_end_it(tmp_path: Path) -> None:
    text = but("fcr = 0.7", "fcr = 0.7\nunresolvable = 0.28\nrepeat = { share = 0.5 }") + (
        "[uncertain]\nqueues.orders.fcr = [0.6, 0.8]\n"
    )
    found = asked(write(tmp_path, text), "queues.orders.fcr", replications=2)
    low, high = alone(found, "queues.orders.fcr").ends
    assert (low.value, low.cut) == (0.6, "")
    assert 0.7 < high.value < 0.72
    assert "cannot be played whole" in str(found)


def test_ranges_that_are_none(tmp_path: Path) -> None:
    text = SHOP + (
        "[uncertain]\nqueues.orders.fcr = [0.8, 0.6]\n"
        "queues.orders.pateince.mean = [1, 2]\nqueues.orders.patience.family = [1, 2]\nrun.seed = [1, 2]\n"
        'groups.core.heads = "x"\nqueues.orders.patience.mean = ["2min", 8]\ncosts.load = [1.1, 1.4, 1.5]\n'
    )
    result = command("check", write(tmp_path, text))
    assert result.exit_code == 2
    said = dict(problems(result))
    assert "0.8 is not below 0.6" in said["uncertain.queues.orders.fcr"]
    assert 'did you mean "patience"?' in said["uncertain.queues.orders.pateince.mean"]
    assert "no number" in said["uncertain.queues.orders.patience.family"]
    assert "every play shares" in said["uncertain.run.seed"]
    assert "its low and its high end" in said["uncertain.groups.core.heads"]
    assert "uncertain.queues.orders.patience.mean" in said
    assert "its low and its high end" in said["uncertain.costs.load"]


def test_what_somebody_decides_is_not_uncertain(tmp_path: Path) -> None:
    text = SHOP + (
        "[uncertain]\ngroups.core.heads = [5, 9]\nqueues.orders.service_level.target = [0.7, 0.9]\n"
        "groups.core.wage = [18, 23]\n"
    )
    said = dict(problems(command("check", write(tmp_path, text))))
    assert "is decided, and not uncertain; sim compare --vary groups.core.heads=" in said["uncertain.groups.core.heads"]
    assert "judged by" in said["uncertain.queues.orders.service_level.target"]
    assert len(said) == 2


# What cannot be said, and the front door.


def test_one_replication_tells_no_choice(tmp_path: Path) -> None:
    found = asked(write(tmp_path, SHOP + TWO_MORE), "queues.*.factor", replications=1)
    assert found.chosen is None
    assert found.sentence.startswith("One replication tells no choice")
    assert all(math.isnan(end.points.low) and not one.turns for one in found.found.alone for end in one.ends)


def test_nobody_came_and_nothing_is_chosen(tmp_path: Path) -> None:
    empty = {"orders.csv": table("contacts", "0")}
    found = asked(write(tmp_path, SHOP + TWO_MORE, empty), "queues.*.factor")
    assert found.sentence.startswith("No target is judged")


def test_the_command_writes_and_says(tmp_path: Path) -> None:
    file = write(tmp_path, SHOP + TWO_MORE, BUSY)
    out = tmp_path / "out"
    result = command("sensitivity", file, "--inputs", "queues.*.factor,queues.*.patience.*", "--out", out, *QUICK)
    assert result.exit_code == 0, result.output
    assert {path.name for path in out.iterdir()} == {
        "charts",
        "inputs.csv",
        "manifest.json",
        "report.html",
        "sensitivity.csv",
    }
    written = pd.read_csv(out / "sensitivity.csv")
    assert list(written["part"].unique()) == ["alone", "together"]
    assert max(map(len, result.stdout.splitlines()[:-2])) <= 80
    assert "[uncertain]: queues.orders." in result.stdout
    page = (out / "report.html").read_text()
    assert "Each number alone" in page
    assert "Nan" not in page


def test_a_choice_that_is_not_settled_is_said_first(tmp_path: Path) -> None:
    found = asked(write(tmp_path, SHOP + TWO_MORE, BUSY), "queues.*.patience.*").found
    assert found.choice is not None
    other = next(one.plan for one in found.decision.plans if one.plan != found.subject)
    settled = replace(found, decision=replace(found.decision, open=()))
    unsettled = replace(found, decision=replace(found.decision, open=(other,)))
    first, also = sentences(unsettled)[0].text, sentences(settled)[0].text
    start = f"The choice itself is not settled: {other} cannot be told apart from {found.subject} on 3 replications. "
    assert first.startswith(start)
    assert "not settled" not in also


def test_what_moves_no_money_that_matters_is_no_driver(tmp_path: Path) -> None:
    """Wages alone: patience moves service and not the bill; the load on wages moves it by as much as its range."""
    found = asked(write(tmp_path, SHOP, BUSY), "queues.*.patience.*")
    smallest = found.found.decision.smallest
    assert smallest > 0.0
    assert f"No number alone moves cost of base over 2 days by USD {smallest:.2f}, the least that matters" in str(found)
    assert "with patience of orders: " in str(found)
    load = asked(write(tmp_path, SHOP + "[uncertain]\ncosts.load = [1.2, 1.3]\n", BUSY), "costs.load")
    assert "Cost of base over 2 days moves most with load on wages: USD" in str(load)


def test_pattern_of_nothing(tmp_path: Path) -> None:
    result = command("sensitivity", write(tmp_path), "--inputs", "queue.*", *QUICK)
    assert result.exit_code == 2
    assert "no uncertain number has such a place" in result.output


def test_a_varied_center_is_refused(tmp_path: Path) -> None:
    center = sim.load(write(tmp_path)).vary({"groups.core.heads": "+1"})
    with pytest.raises(sim.ScenarioError, match="not among the plans"):
        sim.sensitivity(center)


def test_what_the_starter_shows_of_ranges_can_be_taken(tmp_path: Path) -> None:
    assert command("new", tmp_path / "my.toml").exit_code == 0
    before, rest = (tmp_path / "my.toml").read_text().split("# [uncertain]\n", 1)
    shown, after = rest.split("\n\n", 1)
    lines = "\n".join(line.removeprefix("# ") for line in shown.splitlines())
    (tmp_path / "my.toml").write_text(f"{before}[uncertain]\n{lines}\n\n{after}")
    stated = [one for one in inputs_of(load(tmp_path / "my.toml")) if one.is_stated]
    assert [(one.name, one.text(one.low), one.text(one.high)) for one in stated] == [
        ("patience of orders", "1m", "10m"), ("volume of orders", "× 0.95", "× 1.15"),
    ]  # fmt: skip


def test_the_range_of_all_handle_time_can_be_stated(tmp_path: Path) -> None:
    text = SHOP + '[uncertain]\nqueues.orders.handle_time = { range = ["90%", 1.2], source = "a log" }\n'
    own = {one.place: one for one in inputs_of(load(write(tmp_path, text)))}
    found = own["queues.orders.handle_time"]
    assert (found.low, found.high, found.source) == (0.9, 1.2, "a log")
    wrong = SHOP + "[uncertain]\nqueues.orders.handle_time = [1.1, 1.2]\nqueues.order.handle_time = [0.9, 1.1]\n"
    said = dict(problems(command("check", write(tmp_path, wrong))))
    assert "uncertain.queues.orders.handle_time" not in said
    assert "uncertain.queues.order.handle_time" in said


def test_a_range_reaches_to_todays_value_and_binds_no_plan(tmp_path: Path) -> None:
    text = SHOP + (
        '[plans.calm]\nqueues.orders.patience.mean = "20min"\n'
        '[uncertain]\nqueues.orders.patience.mean = ["6min", "8min"]\n'
    )
    file = write(tmp_path, text)
    result = command("check", file)
    assert result.exit_code == 0
    assert "today's value, 5min, lies outside" in result.output
    own = {one.place: one for one in inputs_of(load(file))}["queues.orders.patience.mean"]
    assert (own.today, own.low, own.high) == (300.0, 300.0, 480.0)


def test_the_base_plan_is_calibrated_anew_under_what_is_believed_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def noted(prepared: Prepared, engine: str) -> Calibration:
        queue = prepared.scenario.spec.queues["orders"]
        seen.append((queue.patience.mean, queue.forecast.factor, prepared.scenario.spec.costs.load))
        return calibrate(prepared, engine)

    monkeypatch.setattr(worlds, "calibrate", noted)
    text = SHOP + "[uncertain]\ncosts.load = [1.1, 1.5]\n"
    setting = "queues.orders.forecast.factor,queues.orders.handle_time,costs.load"
    asked(write(tmp_path, text), setting)
    assert seen == []
    found = asked(write(tmp_path, text), f"{setting},queues.*.patience.*")
    of_ends = [(150.0, 1.0, 1.27), (600.0, 1.0, 1.27)]
    assert seen[:2] == of_ends
    # All together: volumes are tomorrow's there, too; what else is believed is the base plan's.
    assert all(factor == 1.0 for _, factor, _ in seen)
    assert len(found.found.alone) == 4


def test_the_page_lists_numbers_with_where_they_are_from(tmp_path: Path) -> None:
    text = but("fcr = 0.7", "fcr = 0.7\nrepeat = { share = 0.4 }") + (
        "[customers]\nnumber = 1000\nvalue = 50\nleave = [0.1, 0.2]\n"
        '[uncertain]\nqueues.orders.patience.mean = { range = ["2min", "8min"], source = "a log" }\n'
    )
    rows = {row[0]: row[1:] for row in author_rows(load(write(tmp_path, text)))}
    assert rows["patience of orders"] == ("5m", "the file", "2m to 8m", "a log")
    assert rows["FCR of orders"] == ("70 %", "observed", "65 % to 75 %", "usual range: 5 points to either side")
    assert rows["repeat share of orders"][:3] == ("40 %", "the file", "20 % to 60 %")
    assert rows["time to repeat of orders"][:3] == ("1d", "assumption", "12h to 2d")
    assert rows["chance to leave"][:3] == ("0.1, 0.2", "the file", "× 0.5 to × 2")
    assert command("run", tmp_path / "spring.toml", "--out", tmp_path / "out", *QUICK).exit_code == 0
    assert "Numbers that nobody decides" in (tmp_path / "out" / "report.html").read_text()


def test_one_number_that_turns_nothing(tmp_path: Path) -> None:
    found = asked(write(tmp_path, SHOP + TWO_MORE + "[uncertain]\ncosts.load = [1.2, 1.3]\n", BUSY), "costs.load")
    assert found.sentence.endswith("does not hang on load on wages: within its range it changes nothing of it.")
    assert repr(found).endswith("1 uncertain number>")


class Killed(Exception):
    """As good as a process that is no more."""


def by_name(found: Sensitivity) -> list[object]:
    return [repr(found.found.alone), repr(found.found.together), found.found.plays]


def test_a_killed_one_goes_on_and_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped after some worlds, alone and together: what was played is not played again; the answer is the same."""
    file = write(tmp_path, SHOP + TWO_MORE, BUSY)
    monkeypatch.setenv("SIM_SOLUTIONS", "off")
    whole = asked(file, "queues.orders.*")
    monkeypatch.setenv("SIM_SOLUTIONS", str(tmp_path / "kept"))
    play, played, stop = worlds.play, list[object](), [0]

    def some(*of: object) -> object:
        played.append(of[1])
        if len(played) == stop[0]:
            raise Killed
        return play(*of)  # type: ignore[arg-type]

    monkeypatch.setattr(worlds, "play", some)
    for stop[0] in (4, 9):
        played.clear()
        with pytest.raises(Killed):
            asked(file, "queues.orders.*")
    stop[0], kept = 0, 3 + 8
    played.clear()
    found = asked(file, "queues.orders.*")
    assert found.found.reused == kept
    assert by_name(found) == by_name(whole)
    # Over: nothing of it is needed again.
    assert list((tmp_path / "kept" / "searches").glob("*.sqlite")) == []
    first = len(played)
    played.clear()
    assert asked(file, "queues.orders.*").found.reused == 0
    assert len(played) == first + kept


def test_a_torn_world_is_played_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that is not as it was written; another seed, and another file, know nothing of it."""
    file = write(tmp_path, SHOP + TWO_MORE, BUSY)
    monkeypatch.setenv("SIM_SOLUTIONS", str(tmp_path / "kept"))
    whole = asked(file, "queues.orders.*")
    monkeypatch.setattr(Shelf, "drop", Shelf.close)
    asked(file, "queues.orders.*")
    (shelf,) = (tmp_path / "kept" / "searches").glob("*.sqlite")
    with contextlib.closing(sqlite3.connect(shelf)) as store:
        number = store.execute("SELECT count(*) FROM answers").fetchone()[0]
        store.execute("UPDATE answers SET arrays = x'00' WHERE rowid = (SELECT min(rowid) FROM answers)")
        store.commit()
    found = asked(file, "queues.orders.*")
    assert found.found.reused == number - 1
    assert by_name(found) == by_name(whole)
    assert sim.sensitivity(sim.load(file), inputs="queues.orders.*", replications=3, seed=9, jobs=1).found.reused == 0
