"""The frontier: which value is best and how surely, what that hangs on, and what may be swept."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from shop import SHOP, but, problems, sim, write

from sim.measures.break_even import load_break_even
from sim.report.text.frontier import change_of, hangs_on, load_sentence, next_step, sentences, verdict
from sim.scenario.load import load
from sim.shares import shared_out
from sim.study.frontier.choice import choose, rivals_of
from sim.study.frontier.levers import find_lever
from sim.study.frontier.sensitivity import Assumption, Replay, Sensitivity, assumptions_of, turns_of
from sim.study.frontier.sweep import Frontier, points_of
from sim.study.statistics import Estimate

QUICK = ("--engine", "simpy", "--jobs", "1")

CHATS = SHOP + (
    '[queues.chats]\nlike = "orders"\nchannel = "chat"\nrepeat = { share = 0.5 }\n'
    "[groups.chatters]\nheads = 4\nshifts = { early = 2, late = 2 }\nskills = { chats = {} }\n"
)
PRICED = but("fcr = 0.7", "fcr = 0.65\nrepeat = { share = 0.5 }") + (
    "[customers]\nnumber = 200\nvalue = 500\nleave = [0.2, 0.5]\n"
)


# The choice: exact arithmetic, and what its intervals promise.


def test_the_lowest_mean_is_chosen_with_an_interval_for_all_rivals_at_once() -> None:
    money = np.array([[110.0, 90, 100, 104], [100.0, 100, 100, 100], [95.0, 98.5, 94, 96.5]])
    found = choose(money, today=1)
    assert (found.today, found.best) == (1, 2)
    for n in (0, 2):
        d = money[n] - money[1]
        half = stats.t.ppf(1 - 0.05 / 2 / 2, 3) * d.std(ddof=1) / 2
        assert found.differences[n].mean == pytest.approx(d.mean())
        assert found.differences[n].half_width == pytest.approx(half)
    assert found.best_difference.mean == -4.0
    # −4 ± 4.1 beside another rival, −4 ± 3.1 by itself.
    assert not found.is_sure
    assert choose(money[1:], today=0).is_sure


def test_of_equally_cheap_values_todays_is_the_best() -> None:
    assert choose(np.array([[5.0, 7], [5.0, 7], [5.0, 7]]), today=1).best == 1
    assert choose(np.array([[5.0, 7], [6.0, 8], [5.0, 7]]), today=2).best == 2
    assert choose(np.ones((3, 4)), today=0).is_flat


def test_luck_alone_is_seldom_taken_for_a_saving() -> None:
    """Seven values that are all the same: the interval of the lowest covers 0 in 95 of 100 studies, one by itself not."""
    luck, runs, studies = np.random.default_rng(1), 10, 2000
    wrong = alone = 0
    for _ in range(studies):
        money = luck.normal(size=(7, runs))
        found = choose(money, today=3)
        wrong += found.is_sure
        d = (money - money[3])[found.best]
        alone += found.best != 3 and stats.ttest_1samp(d, 0.0).pvalue < 0.05
    # 5 % is for errors to both sides and for independent differences: less than 2.5 % + 3.5 standard errors of 0.35 %.
    assert wrong / studies < 0.025 + 3.5 * 0.0035
    # What a single interval would have claimed: that is why there is a simultaneous one.
    assert alone / studies > 0.08


def test_todays_value_as_the_best_is_held_against_both_sides() -> None:
    money = np.array([[9.0, 9], [7.0, 7], [5.0, 5], [8.0, 8], [6.0, 6]])
    assert rivals_of(choose(money, today=2)) == [1, 4]
    assert rivals_of(choose(money, today=0)) == [2]


# Break-evens for money.


CURVES: dict[str, Callable[[float], float]] = {
    "nearly straight": lambda e: 5 * e + (e - 0.5) ** 3,
    "ever steeper": lambda e: math.exp(4 * e),
    "ever flatter": math.sqrt,
}


@pytest.mark.parametrize("true", [0.02, 0.21, 0.29, 0.31, 0.7, 0.99])
@pytest.mark.parametrize("curve", CURVES)
def test_the_break_even_for_money_is_found_where_the_saving_changes_its_sign(true: float, curve: str) -> None:
    played: list[float] = []

    def saving(e: float) -> Estimate:
        assert 0.0 <= e <= 1.0
        played.append(e)
        mean = 1000 * (CURVES[curve](e) - CURVES[curve](true))
        return Estimate(mean, mean - 1, mean + 1, 1.0)

    found = {at: saving(at) for at in (0.0, 0.3, 1.0)}
    (turn,) = turns_of(saving, found, 0.3)
    assert turn.at == pytest.approx(true, abs=0.003)
    assert turn.low < turn.at < turn.high
    # Each step plays two plans with all their replications.
    assert len(played) <= 3 + 4
    assert set(played) == set(found)


def test_a_saving_of_one_sign_has_no_break_even() -> None:
    found = {at: Estimate(5 + at, 4, 7, 1.0) for at in (0.0, 0.3, 1.0)}
    assert turns_of(lambda _: pytest.fail("nothing to look for"), found, 0.3) == ()


def test_a_sign_that_is_nothing_but_noise_has_none_either() -> None:
    found = {0.0: Estimate(-5, -9, 1, 1.0), 0.3: Estimate(3, -2, 8, 1.0), 1.0: Estimate(4, -1, 9, 1.0)}
    assert turns_of(lambda _: pytest.fail("nothing to look for"), found, 0.3) == ()


# The sentence.


def frontier(
    tmp_path: Path, over: str, values: list[str], money: list[list[float]], toml: str = PRICED, **more: Any
) -> Frontier:
    """A frontier with hand-made results."""
    path = write(tmp_path, toml)
    plan = load(path)
    lever = find_lever(plan, over, more.get("group"), more.get("queue"))
    points = points_of(path, plan, lever, values)
    today = next(n for n, point in enumerate(points) if point.plan is plan)
    results = [SimpleNamespace(replications=len(row)) for row in money]
    choice = choose(np.array(money), today)
    load_found = {"orders": load_break_even(0.5, 0.65) or 0.0}
    sensitivities = tuple(more.get("sensitivities", ()))
    return Frontier(
        lever, plan, tuple(points), tuple(results), more.get("kpi", "net_cost"), choice, (), load_found, sensitivities, ()  # type: ignore[arg-type]
    )  # fmt: skip


TODAY = [3000.0, 3100, 2900, 3000]


def less(amounts: list[float]) -> list[float]:
    return [money - amount for money, amount in zip(TODAY, amounts, strict=True)]


def test_a_sure_saving_is_said_in_a_sentence(tmp_path: Path) -> None:
    f = frontier(tmp_path, "pace", ["1.04"], [TODAY, less([1900.0, 1500, 2300, 1900])])
    half = stats.t.ppf(0.975, 3) * np.std([1900, 1500, 2300, 1900], ddof=1) / 2
    assert half == pytest.approx(520, abs=1)
    assert verdict(f).text == "Calls 4 % slower save USD 1,900 ± 520 a week."
    assert verdict(f).tone == "good"
    assert sentences(f)[1].text == "It is the highest value tried: the best may lie beyond."


def test_an_unsure_saving_is_not_claimed(tmp_path: Path) -> None:
    f = frontier(tmp_path, "pace", ["0.9"], [less([1900.0, -1500, 2300, 100]), TODAY])
    assert verdict(f).text.startswith(
        "No value is surely better than today's (pace 1): lowest is calls 10 % faster, saving"
    )
    assert "--replications 20" in next_step(f, Path("spring.toml"), "--over pace")


def test_todays_value_may_be_the_best(tmp_path: Path) -> None:
    f = frontier(tmp_path, "heads", ["10", "8"], [less([-300.0] * 4), TODAY, less([-200.0] * 4)])
    assert verdict(f).text == (
        "No value tried is better than today's (heads 9): the next best, 1 head more, costs USD 200.00 a week more."
    )


def test_one_replication_tells_nothing_for_sure(tmp_path: Path) -> None:
    f = frontier(tmp_path, "heads", ["8"], [[2000.0], [3000.0]])
    assert "One replication tells no interval" in verdict(f).text


def test_a_lever_that_moves_nothing_is_none(tmp_path: Path) -> None:
    f = frontier(tmp_path, "queues.orders.fcr", ["0.8"], [TODAY, TODAY])
    assert verdict(f).text == "Nothing changes, whatever the value: queues.orders.fcr is no lever here."


def test_where_quality_has_no_price_the_cheapest_is_not_called_the_best(tmp_path: Path) -> None:
    f = frontier(tmp_path, "heads", ["8"], [less([500.0] * 4), TODAY], SHOP, kpi="cost_total")
    assert verdict(f).text == "1 head fewer saves USD 500.00 a week."
    assert "the cheapest is not the best" in sentences(f)[1].text
    assert "[customers]" in next_step(f, Path("spring.toml"), "--over heads")


@pytest.mark.parametrize(
    ("over", "more", "value", "text"),
    [
        ("pace", {}, "0.95", "calls and chats"), ("pace", {"group": "core"}, "0.95", "core: calls 5 % faster"),
        ("pace", {"queue": "chats"}, "1.1", "chats: contacts 10 % slower"),
        ("heads", {}, "+2", "2 heads more"), ("heads", {"group": "chatters"}, "3", "chatters: 1 head fewer"),
        ("concurrency", {}, "3", "3 at once instead of 2"),
        ("quality.history_shared", {}, "true", "quality.history_shared = true instead of false"),
    ],
)  # fmt: skip
def test_a_change_is_reported_in_the_planners_words(
    tmp_path: Path, over: str, more: dict[str, str], value: str, text: str
) -> None:
    f = frontier(tmp_path, over, [value], [TODAY, TODAY], CHATS, **more)
    other = next(n for n in range(2) if n != f.choice.today)
    assert change_of(f, other) == text.replace("calls and chats", "contacts 5 % faster")


def sensitivity(replays: dict[float, tuple[float, float]], rival: int = 1) -> Sensitivity:
    """An elasticity of 0.3, from 0 to 1; replays: mean and half width of the saving."""
    estimates = {at: Estimate(mean, mean - half, mean + half, 1.0) for at, (mean, half) in replays.items()}
    turns = turns_of(
        lambda at: Estimate(1e4 * (at - 0.2), 1e4 * (at - 0.2) - 500, 1e4 * (at - 0.2) + 500, 1.0), estimates, 0.3
    )
    assumption = Assumption("quality.pace.resolution", 0.3, 0.0, 1.0, lambda scenario, _: scenario)
    return Sensitivity(assumption, rival, tuple(Replay(at, estimates[at]) for at in sorted(estimates)), turns)


def test_a_verdict_that_flips_within_the_range_says_on_what_it_hangs(tmp_path: Path) -> None:
    found = sensitivity({0.0: (-2000.0, 500), 0.3: (1000.0, 500), 1.0: (8000.0, 500)})
    f = frontier(tmp_path, "pace", ["1.04"], [TODAY, less([1000.0] * 4)], sensitivities=[found])
    assert hangs_on(f, found).text == (
        "This hangs on a number that nobody has measured: what pace does to resolution, assumed 0.3. It breaks even at "
        "0.20 (0.15 to 0.25), inside the range of 0 to 1: below it, calls 4 % slower cost more than today, USD 2,000 ± 500 a "
        "week at 0."
    )
    assert hangs_on(f, found).tone == "bad"


def test_a_verdict_that_holds_over_the_range_says_so(tmp_path: Path) -> None:
    found = sensitivity({0.0: (500.0, 100), 0.3: (1000.0, 500), 1.0: (8000.0, 500)})
    f = frontier(tmp_path, "pace", ["1.04"], [TODAY, less([1000.0] * 4)], sensitivities=[found])
    assert hangs_on(f, found).text.startswith("This holds over the whole range of what pace does to resolution, 0 to 1")
    unsure = sensitivity({0.0: (500.0, 900), 0.3: (1000.0, 500), 1.0: (8000.0, 500)})
    assert "it is not sure at 0." in hangs_on(f, unsure).text


def test_beside_the_elasticity_stands_its_break_even_for_load(tmp_path: Path) -> None:
    f = frontier(tmp_path, "pace", ["1.04"], [TODAY, less([1000.0] * 4)])
    assert f"{(1 - 0.5 * 0.35) / (0.5 * 0.65):.2f} (orders), assumed 0.3" in load_sentence(f)


# Levers.


def test_whole_heads_are_shared_out_by_largest_remainder() -> None:
    assert shared_out(10, [4, 5]) == [4, 6]
    assert shared_out(0, [4, 5]) == [0, 0]
    assert [sum(shared_out(n, [3, 3, 1])) for n in range(30)] == list(range(30))


@pytest.mark.parametrize(("text", "heads"), [("11", 11), ("+2", 11), ("-3", 6), ("110%", 10), ("50%", 5)])
def test_heads_take_their_shifts_along(tmp_path: Path, text: str, heads: int) -> None:
    path = write(tmp_path)
    plan = load(path)
    first, second = points_of(path, plan, find_lever(plan, "heads", None, None), [text])
    moved = second if first.plan is plan else first
    assert moved.value.number == heads
    group = moved.plan.spec.groups["core"]
    assert group.heads == heads == sum(part.value for part in (group.shifts or {}).values())


def test_heads_of_all_groups_keep_their_parts(tmp_path: Path) -> None:
    path = write(tmp_path, CHATS)
    plan = load(path)
    points = points_of(path, plan, find_lever(plan, "heads", None, None), ["26"])
    assert [point.value.number for point in points] == [13, 26]
    assert [group.heads for group in points[1].plan.spec.groups.values()] == [18, 8]


@pytest.mark.parametrize(
    ("over", "values", "labels"),
    [
        ("pace", ["1.1", "90%", "1.0", "0.9"], ["0.9", "1", "1.1"]),
        ("queues.orders.patience.mean", ["80%", "+5m"], ["4m", "5min", "10m"]),
        ("queues.orders.at_close", ["cut off"], ["serve", "cut off"]),
        ("queues.orders.service_level.target", ["0.9", "+5%"], ["0.8", "0.85", "0.9"]),
        ("quality.pace.resolution", ["0.1", "1"], ["0.1", "0.3", "1"]),
        ("groups.core.wage", ["105%"], ["20", "21"]),
        ("queues.orders.lines", ["5"], ["5", "none"]),
    ],
)  # fmt: skip
def test_values_are_read_as_plans_read_them_and_todays_is_among_them(
    tmp_path: Path, over: str, values: list[str], labels: list[str]
) -> None:
    path = write(tmp_path)
    plan = load(path)
    points = points_of(path, plan, find_lever(plan, over, None, None), values)
    assert [point.value.label for point in points] == labels
    assert sum(point.plan is plan for point in points) == 1


def test_what_has_no_values_of_its_own_gets_usual_ones(tmp_path: Path) -> None:
    path = write(tmp_path, CHATS)
    plan = load(path)
    usual = {
        over: find_lever(plan, over, None, None).usual for over in ("pace", "concurrency", "heads", "queues.orders.fcr")
    }
    assert usual["pace"] == ("0.85", "0.9", "0.95", "1", "1.05", "1.1", "1.15")
    assert usual["concurrency"] == ("1", "2", "3", "4")
    assert usual["heads"] == ("10", "11", "12", "13", "14", "15", "16")
    assert max(map(float, usual["queues.orders.fcr"])) <= 1.0
    assert find_lever(plan, "quality.history_shared", None, None).usual == ("true", "false")


def test_pace_hangs_on_its_elasticity_concurrency_on_what_several_cost_heads_on_neither(tmp_path: Path) -> None:
    plan = load(write(tmp_path, CHATS))
    found = {
        over: list(assumptions_of(find_lever(plan, over, None, None), plan))
        for over in ("pace", "heads", "concurrency")
    }
    (pace,) = found["pace"]
    assert (pace.setting, pace.assumed, pace.low, pace.high) == ("quality.pace.resolution", 0.3, 0.0, 1.0)
    assert pace.at(plan, 0.7).spec.quality.pace.resolution == 0.7
    assert found["heads"] == []
    (several,) = found["concurrency"]
    # Nothing is assumed here: up to the planners' rule of thumb is tried.
    assert (several.assumed, several.low, several.high) == (0.0, 0.0, 1.0)
    curve = several.at(plan, 1.0).spec.queues["chats"].resolution_by_load
    assert curve == pytest.approx((1.0, 85 / 91, 78 / 91, 70 / 91))
    assert several.at(plan, 1.0).spec.queues["orders"].resolution_by_load is None


# The command.


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.report.charts.frontier.draw", lambda _: {})


@pytest.mark.usefixtures("no_pictures")
def test_todays_value_is_what_run_plays_and_differences_are_paired(tmp_path: Path) -> None:
    path = write(tmp_path, but("heads = 9\nshifts = { early = 4, late = 5 }", "shifts = { early = 1, late = 1 }"))
    more = (*QUICK, "--replications", "4")
    result = sim("frontier", path, "--over", "heads", "--values", "1,3", *more, "--out", tmp_path / "f")
    assert result.exit_code == 0, result.output
    assert sim("run", path, *more, "--out", tmp_path / "r").exit_code == 0
    table = pd.read_csv(tmp_path / "f" / "frontier.csv", keep_default_na=False, na_values=[""])
    assert list(table.columns[:6]) == ["plan", "lever", "value", "scope", "name", "kpi"]
    assert list(dict.fromkeys(table["value"])) == [1, 2, 3]
    keys = ["scope", "name", "kpi"]
    today = table[table["value"] == 2].set_index(keys)
    both = today.join(pd.read_csv(tmp_path / "r" / "summary.csv").set_index(keys).add_suffix("_played"), how="inner")
    assert len(both) > 40
    for figure in ("mean", "ci_low", "ci_high"):
        pd.testing.assert_series_equal(both[figure], both[f"{figure}_played"], check_names=False)
    assert (table["confidence"].dropna() > 0.95 - 1e-9).all()
    assert today["difference"].isna().all()
    other = table[table["value"] == 3].set_index(keys)
    np.testing.assert_allclose(other["difference"], other["mean"] - today["mean"], atol=1e-6, equal_nan=True)
    told = json.loads((tmp_path / "f" / "manifest.json").read_text())["frontier"]
    assert (told["today"], told["minimised"]) == ("2", "cost_total")
    # Two days are played: a week has three and a half times as much.
    week = told["against_today_a_week"]["3"]["mean"]
    assert week == pytest.approx(3.5 * other.loc[("center", "all", "cost_total"), "difference"])
    assert "the cheapest is not the best" in " ".join(result.output.split())


def test_a_frontier_is_drawn_and_reported_on_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, CHATS)
    monkeypatch.chdir(tmp_path)
    result = sim("frontier", path, "--over", "concurrency", "--values", "1,3", *QUICK)
    assert result.exit_code == 0, result.output
    folder = tmp_path / "results" / "spring" / "frontier"
    assert {one.name for one in folder.iterdir()} == {"frontier.csv", "manifest.json", "report.html", "charts"}
    assert (folder / "charts" / "frontier.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (folder / "charts" / "frontier.svg").read_bytes()
    text = (folder / "report.html").read_text()
    assert "Bonferroni" in text
    assert 'id="picture-frontier"' in text
    assert "(baseline)" not in text
    told = json.loads((folder / "manifest.json").read_text())
    assert told["command"].startswith("sim frontier ")
    assert told["frontier"]["sentence"].replace("±", "±") in text.replace("\u00a0", " ")
    assert "Next: " in result.output


@pytest.mark.usefixtures("no_pictures")
def test_every_elasticity_is_calibrated_anew_with_the_base_plans_pace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The base plan works fast already: whatever that does to quality, its observed FCR is what it resolves."""
    seen: list[Frontier] = []
    monkeypatch.setattr("sim.command.frontier._show", lambda found, *_: seen.append(found))
    busy = PRICED.replace("skills = { orders = {} }", "skills = { orders = {} }\npace = 0.8")
    path = write(tmp_path, busy)
    result = sim(
        "frontier", path, "--over", "pace", "--values", "1", *QUICK, "--replications", "8", "--out", tmp_path / "f"
    )
    assert result.exit_code == 0, result.output
    (found,) = seen
    replays = found.studies[1:]
    assert {study.results[0].scenario.spec.quality.pace.resolution for study in replays} >= {0.0, 1.0}
    for study in replays:
        today, other = study.results
        rows = {row.figure: row for row in today.calibration.rows}
        e = today.scenario.spec.quality.pace.resolution
        # Closed form: everybody works at 0.8 of the time, so the base chance is what makes × 0.8^e the FCR observed.
        assert rows["fcr"].standard == pytest.approx(0.65 / 0.8**e, rel=0.02)
        assert other.calibration is today.calibration
        fcr = today.kpi("fcr")
        assert fcr.mean == pytest.approx(0.65, abs=3.5 * fcr.half_width / stats.t.ppf(0.975, 7))
    ends = {r.at: r.saving.mean for h in found.sensitivities for r in h.replays}
    assert {0.0, 0.3, 1.0} <= set(ends)


def test_what_clients_pay_is_a_price_of_quality(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Net cost is cost − income then, though no KPI of that name is reported where nobody leaves and nothing is sold."""
    seen: list[Frontier] = []
    monkeypatch.setattr("sim.command.frontier._show", lambda found, *_: seen.append(found))
    paid = (
        but("fcr = 0.7", 'fcr = 0.7\ncontract = "client"')
        + '[contracts.client]\nbill = { per = "contact", rate = 40 }\n'
    )
    result = sim("frontier", write(tmp_path, paid), "--over", "heads", "--values", "7", *QUICK, "--out", tmp_path / "f")
    assert result.exit_code == 0, result.output
    (found,) = seen
    assert found.kpi == "net_cost"
    fewer, today = ([played.kpi(kpi).mean for kpi in ("cost_total", "income")] for played in found.results)
    assert found.choice.differences[0].mean == pytest.approx(3.5 * ((fewer[0] - fewer[1]) - (today[0] - today[1])))


@pytest.mark.parametrize(
    ("words", "where", "what"),
    [
        (["--over", "pase"], "--over pase", 'did you mean "pace"?'),
        (["--over", "speed"], "--over speed", "groups.core.pressure.pace"),
        (["--over", "pace", "--group", "cor"], "--group cor", 'did you mean "core"?'),
        (["--over", "pace", "--queue", "order"], "--queue order", 'did you mean "orders"?'),
        (["--over", "heads", "--queue", "orders"], "--queue orders", "goes with --over pace"),
        (["--over", "pace", "--queue", "orders", "--group", "core"], "--queue", "not both"),
        (["--over", "queues.orders.fcr", "--group", "core"], "--group core", "goes with"),
        (["--over", "groups.core.pase"], "--over groups.core.pase", 'did you mean "pace"?'),
        (["--over", "groups.cor.pace"], "--over groups.cor.pace", 'did you mean "core"?'),
        (["--over", "groups.core.pressure.pace"], "--over groups.core.pressure.pace", "this plan has no groups.core.pressure"),
        (["--over", "queues.orders.talk"], "--over queues.orders.talk", "is a table; name one of its settings"),
        (["--over", "groups."], "--over groups.", "is not in groups"),
        (["--over", "run.seed"], "--over run.seed", "is no lever"),
        (["--over", "center.days"], "--over center.days", "is no lever"),
        (["--over", "concurrency"], "--over concurrency", "chat"),
        (["--over", "pace", "--values", "1"], "--values", "is the only one"),
        (["--over", "pace", "--values", "100%,1.0"], "--values", "is the only one"),
        (["--over", "pace", "--values", "0.9,,1"], "--values 0.9,,1", "a value is empty"),
        (["--over", "pace", "--values", "fast"], "--values fast: groups.core.pace", "number"),
        (["--over", "pace", "--values", "-2"], "--values -2: groups.core.pace", "goes below 0"),
        (["--over", "heads", "--values", "7.5"], "--values 7.5", "not a whole number of people"),
        (["--over", "heads", "--values", "few"], "--values few", "is no number of heads"),
        (["--over", "heads", "--values", "-20"], "--values -20", "not a whole number of people"),
        (["--over", "queues.orders.fcr", "--values", "1.2"], "--values 1.2: queues.orders.fcr", "1.2"),
        (["--over", "queues.orders.lines"], "--values", "no values are usual here"),
    ],
)  # fmt: skip
def test_what_cannot_be_swept_is_said_with_the_way_out(tmp_path: Path, words: list[str], where: str, what: str) -> None:
    result = sim("frontier", write(tmp_path), *words, "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "fault" not in result.output
    found = dict(problems(result))
    assert where in found, result.output
    assert what in found[where], result.output
    assert not (tmp_path / "out").exists()


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    path = write(tmp_path)
    found = problems(sim("frontier", path, "--over", "pase", "--group", "cor", "--queue", "order"))
    assert [where for where, _ in found] == ["--over pase", "--group cor", "--queue order", "--queue"]
    found = problems(sim("frontier", path, "--over", "pace", "--values", "fast,-3,0.9"))
    assert [where for where, _ in found] == ["--values fast: groups.core.pace", "--values -3: groups.core.pace"]


def test_heads_of_a_group_that_is_run_by_seats_are_not_moved(tmp_path: Path) -> None:
    seats = "weekday,start,seats\n" + "".join(
        f"{day},{start},3\n" for day in ("mon", "tue") for start in ("09:00", "09:30", "10:00", "10:30")
    )
    toml = but("heads = 9\nshifts = { early = 4, late = 5 }", 'seats = { csv = "s.csv" }')
    path = write(tmp_path, toml, {"s.csv": seats})
    for words in (["--group", "core"], []):
        ((where, what),) = problems(sim("frontier", path, "--over", "heads", *words))
        assert where == "--over heads"
        assert "is run by its seats file" in what


def test_groups_of_different_pace_are_moved_one_by_one(tmp_path: Path) -> None:
    toml = CHATS + "pace = 0.9\n"
    ((where, what),) = problems(sim("frontier", write(tmp_path, toml), "--over", "pace"))
    assert where == "--over pace"
    assert "groups.core.pace is 1, groups.chatters.pace 0.9" in what
