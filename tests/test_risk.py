"""What may go wrong with a plan: chances, ranges and prices with values by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from rich.console import Console
from shop import but, sim, table, write

import sim as simulator
from sim.choosing.failing import Failing, chance_of, failing
from sim.choosing.off_forecast import Error, Off, errors_of
from sim.choosing.payback import Payback, payback_of
from sim.choosing.risk import LEVEL, per_point, spread_of
from sim.report.terminal.risk import show_off
from sim.report.text.risk import off_note, out_of, payback_text, percent, percents
from sim.scenario.language.handling import ServiceLevel
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.compare import Difference
from sim.study.drawn_load import drawn_excess
from sim.study.statistics import UNKNOWN, Estimate, Figure, figure, without_dust
from sim.study.targets import Periods, verdicts_on

Floats = NDArray[np.float64]

FORTNIGHT = but("days = 2", "days = 14")
CALLS: dict[str, str | bytes] = {"orders.csv": table("contacts", days=("mon", "tue", "wed", "thu", "fri"))}
DAYS = [(f"2026-03-{2 + day:02d}", "") for day in range(14)]


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load(write(tmp_path, FORTNIGHT, CALLS))


def target(missed: list[list[int]], name: str = "orders", per: str = "day", labels: object = None) -> Periods:
    """By replication, the numbers of the periods that miss it; the weekend is closed."""
    labels = DAYS if labels is None else labels
    assert isinstance(labels, list)
    level = ServiceLevel.model_validate({"target": 0.8, "within": "20s", "per": per})
    levels = np.zeros((len(missed), len(labels), 2))
    levels[..., 1] = [0.0 if per == "day" and n % 7 > 4 else 10.0 for n in range(len(labels))]
    levels[..., 0] = levels[..., 1]
    for run, days in enumerate(missed):
        levels[run, days, 0] = 7.0
    known = int((levels[0, :, 1] > 0).sum())
    counts = np.array([[known - len(days), known] for days in missed], dtype=float)
    return Periods("queue", name, level, levels, labels, counts)


def found(scenario: Scenario, *targets: Periods) -> dict[tuple[str, str], Failing]:
    rows = failing(scenario, targets, verdicts_on(list(targets)))
    return {(one.name, one.span): one for one in rows}


def test_a_span_fails_where_any_period_in_it_does(scenario: Scenario) -> None:
    # Four replications of two working weeks: two misses in week 1, one in week 2, one in each, none.
    rows = found(scenario, target([[0, 3], [8], [1, 7], []]))
    assert list(rows) == [("orders", "day"), ("orders", "week"), ("orders", "horizon")]
    day, week, whole = rows.values()
    assert (day.failed, day.spans, day.replications) == (5, 40, 4)
    assert (week.failed, week.spans) == (4, 8)
    assert (whole.failed, whole.spans) == (3, 4)
    assert [one.chance.mean for one in rows.values()] == [5 / 40, 4 / 8, 3 / 4]


def test_all_targets_together_fail_where_one_does_and_shorter_spans_are_not_judged(scenario: Scenario) -> None:
    calls, letters = target([[0], [], [8]]), target([[1], [], []], "letters", "week", [DAYS[0], DAYS[7]])
    rows = found(scenario, calls, letters)
    assert ("letters", "day") not in rows
    assert ("all", "day") not in rows
    # Week 1 of the first fails both, week 2 of the first the letters', week 2 of the third the calls'.
    assert (rows["all", "week"].failed, rows["all", "week"].spans) == (3, 6)
    assert rows["all", "horizon"].failed == 2


def test_a_month_without_a_week_that_begins_in_it_is_not_judged(tmp_path: Path) -> None:
    dates = but("start = 2026-03-02", "start = 2026-02-27", "days = 2", "days = 5")
    march = load(write(tmp_path, dates, CALLS))
    # Friday 27 February to Tuesday 3 March: weeks begin on the first day, cut, and on Monday 2 March.
    rows = found(march, target([[1], [0]], "orders", "week", [("2026-02-27", ""), ("2026-03-02", "")]))
    assert (rows["orders", "month"].failed, rows["orders", "month"].spans) == (2, 4)
    one = found(march, target([[0], []], "orders", "week", [("2026-02-27", "")]))
    assert (one["orders", "month"].failed, one["orders", "month"].spans) == (1, 2)


def test_a_chance_counts_replications_where_their_spans_go_together() -> None:
    """Wilson's interval by hand: at p = ½ half its width is z √(n/4 + z²/4) ÷ (n + z²)."""

    def half_width(trials: float) -> float:
        z = 1.959964
        return float(z * np.sqrt(trials / 4 + z * z / 4) / (trials + z * z))

    spans = np.full(20, 10.0)
    together = chance_of(np.array([10.0, 0.0] * 10), spans, lasting=False)
    assert together.mean == 0.5
    assert together.half_width == pytest.approx(half_width(20), abs=1e-6)
    # 7 and 3 of 10: a squared error of 0.04 ÷ 19; by Student's t of 199 and of 19, as far as 20 replications tell it.
    known = (1.971957 / 2.093024) ** 2
    partly = chance_of(np.array([7.0, 3.0] * 10), spans, lasting=False)
    assert partly.half_width == pytest.approx(half_width(known * (0.25 / (0.04 / 19) + 1)), abs=1e-6)
    # Two replications tell little, and each of them is worth one trial at the least: Wilson at 1 of 2.
    two = chance_of(np.array([3.0, 0.0]), np.array([3.0, 3.0]), lasting=False)
    assert two.half_width == pytest.approx(half_width(2), abs=1e-6)
    # Binomial: the mean squared distance from 5 of 10 is 2.5 × 20 ÷ 19 here, as of independent spans.
    apart = np.sqrt(2.5) * np.array([1.0, -1.0] * 10)
    alone = chance_of(5.0 + apart, spans, lasting=False)
    assert alone.half_width == pytest.approx(half_width(known * (0.25 / (0.025 / 19) + 1)), abs=1e-6)


def test_where_no_span_ever_failed_lasting_luck_makes_a_replication_one_trial() -> None:
    none, spans = np.zeros(20), np.full(20, 10.0)
    # Wilson at 0 of n: z² ÷ (n + z²).
    assert chance_of(none, spans, lasting=False).high == pytest.approx(3.841459 / 203.841459)
    assert chance_of(none, spans, lasting=True).high == pytest.approx(3.841459 / 23.841459)
    assert chance_of(none, spans, lasting=True).low == 0.0
    assert np.isnan(chance_of(none[:1], spans[:1], lasting=False).mean)


def test_ranges_are_percentiles_from_twenty_replications_on_and_before_the_ends() -> None:
    few = spread_of(np.arange(1.0, 20.0))
    assert (few.low, few.high, few.is_percentiles) == (1.0, 19.0, False)
    # Rank r of 29 stands for r ÷ 30: the third and the twenty-seventh.
    many = spread_of(np.arange(1.0, 30.0)[::-1])
    assert (many.low, many.high, many.is_percentiles) == (3.0, 27.0, True)


def of(mean: float, low: float, high: float, verdict: str) -> Difference:
    return Difference("more", "base", "center", "all", "", "", Estimate(mean, low, high), verdict, 1.0)


def figures(cost: Floats, met: Floats) -> dict[str, Figure]:
    sums = {"cost": cost, "met": met, "base": np.full(len(met), 100.0), "runs": np.ones(len(met))}
    return {
        "cost_total": figure(lambda s: s["cost"] / s["runs"], sums),
        LEVEL: figure(lambda s: s["met"] / s["base"], sums),
    }


def test_a_point_of_service_has_a_price_where_both_differences_are_clear() -> None:
    luck = np.array([-2.0, 0.0, 2.0, 1.0, -1.0])
    base = figures(1000.0 + luck, 70.0 + luck)
    more = figures(1300.0 + luck, 75.0 + luck)
    cost, level = of(300.0, 290.0, 310.0, "worse"), of(0.05, 0.04, 0.06, "better")
    # USD 300 for 5 points, the same in every replication.
    price = per_point(more, base, [cost, level])
    assert price.money.mean == pytest.approx(60.0)
    assert (price.saves, price.why) == (False, "")
    assert price.money.low == pytest.approx(60.0)
    fewer = per_point(
        figures(700.0 + luck, 65.0 + luck), base, [of(-300, -310, -290, "better"), of(-1, -1, -1, "worse")]
    )
    assert fewer.money.mean == pytest.approx(60.0)
    assert fewer.saves
    # The jackknife by hand: a price of 300 ÷ (5 + e) of five replications, e adding up to 0.
    away = np.array([1.0, -1.0, 0.5, -0.5, 0.0])
    noisy = per_point(figures(1300.0 + luck, 75.0 + luck + away), base, [cost, level])
    left_out = 300.0 / (5.0 - away / 4)
    error = np.sqrt(4 / 5 * ((left_out - left_out.mean()) ** 2).sum())
    assert noisy.money.half_width == pytest.approx(2.776445 * error, rel=1e-4)


def test_a_point_of_service_has_no_price_where_a_difference_may_be_luck() -> None:
    own = figures(np.array([1.0, 2.0]), np.array([70.0, 71.0]))
    sure, unsure, small = of(9, 8, 10, "worse"), of(0.1, -0.1, 0.3, "unclear"), of(0.0004, 0.0001, 0.0007, "same")
    assert per_point(own, own, [sure, unsure]).why == "service level does not clearly differ"
    assert per_point(own, own, [unsure, small]).why == "cost and service level do not clearly differ"
    assert (
        per_point(own, own, [of(-9, -10, -8, "better"), of(1, 1, 1, "better")]).why == "it costs less and serves better"
    )
    assert np.isnan(per_point(own, own, [sure, unsure]).money.mean)


WEEKS = np.array([10.0, 10.0, 0.0, -10.0, -11.0, -10.0])
"""A day against today: behind by 70, 140, 140, 70, −7 and −77 at the weeks' ends."""


def spent(weeks: Floats, luck: float = 0.0) -> Floats:
    """Cost by day of five replications; `luck`: half the width that the interval of their sum gets on the first day."""
    each = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
    days = np.tile(100.0 + np.repeat(weeks, 7), (5, 1))
    # Student's t of 4 × the standard error, √(2.5 ÷ 5).
    days[:, 0] += each * luck / (2.776445 * np.sqrt(0.5))
    return days


def test_a_plan_pays_back_from_the_week_on_in_which_it_has_cost_less() -> None:
    today = spent(np.zeros(6))
    found = payback_of(spent(WEEKS, 50.0), today)
    # 70 is beyond 50, −7 is not, and −77 surely is below.
    assert (found.kind, found.weeks, found.low, found.high) == ("pays back", 5, 5, 6)
    assert [found.most.mean, found.end.mean, found.end.half_width] == pytest.approx([140.0, -77.0, 50.0])
    unsure = payback_of(spent(WEEKS, 80.0), today)
    assert (unsure.weeks, unsure.low, unsure.high) == (5, 4, None)
    # Behind again at the end: what it had saved does not stay.
    assert payback_of(spent(np.append(WEEKS, [20.0])), spent(np.zeros(7))).kind == "not within the horizon"
    assert payback_of(spent(WEEKS[:4], 10.0), spent(np.zeros(4))).kind == "not within the horizon"


def test_plans_that_only_spend_or_only_save_have_no_payback() -> None:
    today = spent(np.zeros(6))
    assert payback_of(spent(np.full(6, 1.0)), today).kind == "spends more throughout"
    assert payback_of(spent(np.full(6, -1.0)), today).kind == "saves from the start"
    assert payback_of(today, today).kind == "not told"
    # 140 behind, which may be luck; and what does not matter is nothing.
    assert payback_of(spent(WEEKS, 150.0), today).kind == "not told"
    assert payback_of(spent(WEEKS, 10.0), today, smallest=200.0).kind == "not told"
    assert payback_of(spent(WEEKS)[:1], today[:1]).kind == "not told"


def test_payback_says_when_and_how_surely() -> None:
    behind = Estimate(900.0, 800.0, 1000.0)
    told = payback_text(Payback("pays back", 5, 5, 6), "USD"), payback_text(Payback("pays back", 5, 4, None), "USD")
    assert told == (("after 5 weeks", "5 to 6 weeks"), ("after 5 weeks", "from 4 weeks on, or not within the horizon"))
    not_yet = payback_text(Payback("not within the horizon", most=behind, end=behind), "USD")
    assert not_yet == ("not within the horizon", "USD 900 ± 100 behind at the end")
    assert payback_text(Payback("spends more throughout", most=behind, end=behind), "USD") == ("", "")


def test_a_chance_is_never_rounded_to_none_or_all() -> None:
    assert [percent(value) for value in (0.0, 0.001, 0.25, 0.999, 1.0)] == ["0 %", "0.1 %", "25 %", "99.9 %", "100 %"]
    assert percents(Estimate(0.5, 0.42, 0.58)) == "42 to 58 %"
    assert percents(Estimate(0.5)) == ""


HIRING = """
[costs]
load = 1.25
per_contact = 0.4
seat_per_hour = 1.5
[hiring.class]
group = "core"
starts = 2026-03-16
offers = 2
cost = 3000
training = { length = "2w", trainer = { per = 4, wage = 40 } }
"""


def test_the_days_of_the_cost_add_up_to_its_lines_and_lie_where_it_is_spent(tmp_path: Path) -> None:
    toml = but("days = 2", "weeks = 3", "heads = 9", "heads = 9\nsupervisors = { per = 5, wage = 30 }") + HIRING
    result = simulator.run(simulator.load(write(tmp_path, toml, CALLS)), replications=2, engine="simpy")
    played = result.study.results[0]
    by_day = played.cost_days
    assert by_day.sum(axis=1) == pytest.approx(played.costs.sum(axis=1))
    # On Saturday five work for eight hours, at their desks, and nobody calls; nine people have two supervisors, a
    # seventh of whose week is paid a day.
    supervisor = 1.25 * 30 * 40 / 7
    assert by_day[0, 5] == pytest.approx(5 * 8 * (1.25 * 20 + 1.5) + 2 * supervisor)
    # The class begins on the third Monday: its fees, two trainees' and a trainer's eight hours, a third supervisor.
    classroom = 2 * 3000 + 1.25 * (2 * 8 * 20 + 8 * 40) + supervisor
    contacts = (by_day[:, 14] - by_day[:, 7] - classroom) / 0.4
    assert np.abs(contacts).max() < 40


def test_a_schedule_is_paid_on_the_days_on_which_it_works(tmp_path: Path) -> None:
    toml = but("days = 2", "days = 7") + "[costs]\nload = 1.5\n"
    result = simulator.run(simulator.load(write(tmp_path, toml, CALLS)), replications=2, engine="simpy")
    played = result.study.results[0]
    assert played.cost_days.sum(axis=1) == pytest.approx(played.costs.sum(axis=1))
    # Four for eight and a half hours on working days, five for eight on every day; overruns apart.
    assert played.cost_days[0, 5] == pytest.approx(1.5 * 20 * 5 * 8, rel=1e-6)
    assert played.cost_days[0, 0] == pytest.approx(1.5 * 20 * (4 * 8.5 + 5 * 8), rel=0.01)


# ---------------------------------------------------------------- through the front door

PLANS = """
[plans.few]
groups.core.shifts = { early = 1, late = 0 }
groups.core.heads = 1
[plans.many]
groups.core.shifts = { early = 10, late = 10 }
groups.core.heads = 20
"""
LEAVING = """
[attrition.leaving]
annual_rate = 0.35
"""
WEEK = but("days = 2", "days = 7", "replications = 2", "replications = 20") + PLANS


def test_the_risk_of_plans_played(tmp_path: Path) -> None:
    file = write(tmp_path, WEEK, CALLS)
    shown = sim("compare", file, "--out", tmp_path / "out", "--engine", "simpy", "--jobs", "1")
    assert shown.exit_code == 0, shown.output
    assert "Chance to fail a target, %" in shown.output
    block = shown.output.partition("Chance to fail")[2].partition("8 times of 10")[0]
    assert 0 < max(map(len, block.splitlines())) <= 80
    csv = pd.read_csv(tmp_path / "out" / "risk.csv", keep_default_na=False, na_values=[""])
    assert list(csv.columns[:4]) == ["plan", "figure", "scope", "name"]
    fails = csv[csv["figure"] == "fails"].set_index(["plan", "span"])
    # One person for what keeps nine busy fails every day, twenty none.
    assert fails["value"]["few", "day"] == 1.0
    assert fails["value"]["many", "day"] == 0.0
    assert fails["of"]["base", "day"] == 100
    # Neglected customers give up and cost nothing: the plan that serves nobody has no cost per resolved case.
    cases = csv[csv["figure"] == "cost_per_resolution"].set_index("plan")["value"]
    assert np.isnan(cases["few"])
    assert cases["many"] > 0
    page = (tmp_path / "out" / "report.html").read_text()
    assert "Chance to fail the target" in page
    # Of "few", "no verdict" stands where "better" would: on the page as on the terminal, and nowhere else there.
    assert "no verdict: targets fail" in page
    of_few, _, _ = shown.output.partition("few against base")[2].partition("many against base")
    told = [line for line in of_few.splitlines() if "no verdict" in line]
    assert len(told) == 1
    assert told[0].strip().startswith("Cost per resolved")


def test_what_chances_are_counted_out_of_is_said(tmp_path: Path) -> None:
    """Five open days in each of 20 replications, and a week: two chances of 0 % with intervals of another width."""
    result = simulator.compare(simulator.load(write(tmp_path, WEEK, CALLS)), engine="simpy", jobs=1)
    told = "Each chance is counted out of all that were played (100 days, 20 replications)"
    assert out_of(result.risk).startswith(told)
    assert "the fewer, the wider its interval" in out_of(result.risk)
    many = result.risk.of("many")
    day, week = many.chance("day").chance, many.chance("horizon").chance
    assert day.mean == week.mean == 0.0
    # Wilson's upper end of none out of n: z² ÷ (n + z²).
    assert week.high == pytest.approx(1.959964**2 / (20 + 1.959964**2), abs=1e-6)
    assert day.high < week.high


def test_chances_agree_with_the_periods_played(tmp_path: Path) -> None:
    result = simulator.compare(simulator.load(write(tmp_path, WEEK, CALLS)), engine="simpy", jobs=1)
    risk = result.risk.of("base")
    levels = result.study.results[0].day_levels[:, :, 0]
    days = levels[:, :5, 0] / levels[:, :5, 1]
    day, whole = risk.chance("day"), risk.chance("horizon")
    assert day.chance.mean == pytest.approx((days < 0.8).mean())
    assert whole.chance.mean == pytest.approx((days < 0.8).any(axis=1).mean())
    costs = result.study.results[0].costs.sum(axis=1)
    # Rank 2.1 of 20.
    low = np.sort(costs)[1] + 0.1 * (np.sort(costs)[2] - np.sort(costs)[1])
    assert risk.cost.low == pytest.approx(low)
    assert risk.year.cost.mean == pytest.approx(costs.mean() * 365.25 / 7)


@pytest.mark.parametrize(
    ("toml", "why"),
    [
        (WEEK.replace("days = 7", "days = 10"), "10 days are no whole weeks"),
        (WEEK.replace("days = 7", "days = 1"), "one day is no week"),
        (WEEK.replace('csv = "orders.csv"', 'csv = "orders.csv", growth = 0.1'), "dated events or growth"),
        (
            WEEK.replace('csv = "orders.csv"', 'week = 200, shape = "shape.csv", season = "season.csv"'),
            "the forecast has a season",
        ),
        (WEEK.replace("wage = 20", 'wage = 20\nattrition = "leaving"') + LEAVING, "people come and go"),
    ],
)
def test_days_that_are_no_picture_of_a_year_are_not_made_one(toml: str, why: str, tmp_path: Path) -> None:
    season = "month,factor\n" + "".join(f"{month},1\n" for month in range(1, 13))
    shape = table("share", "0.05", days=("mon", "tue", "wed", "thu", "fri"))
    write(tmp_path, toml, CALLS | {"shape.csv": shape, "season.csv": season})
    result = simulator.run(simulator.load(tmp_path / "spring.toml"), replications=2, engine="simpy")
    year = result.risk.plans[0].year
    assert why in year.why
    assert np.isnan(year.cost.mean)


# ---------------------------------------------------------------- a forecast that is off

AGAIN = """fcr = 0.7
repeat = { share = "50%", after = { family = "exponential", mean = "2h" } }"""


def test_what_calls_and_how_long_are_so_many_times_the_forecast(tmp_path: Path) -> None:
    """In a plan and in the base, which is calibrated to what was forecast: repeats go along."""
    toml = but(
        "days = 2",
        "days = 7",
        "heads = 9",
        "heads = 20",
        "early = 4, late = 5",
        "early = 10, late = 10",
        "fcr = 0.7",
        AGAIN,
    )
    center = simulator.load(write(tmp_path, toml, CALLS))
    off = center.vary({"forecast_error.level": 1.5, "forecast_error.aht": 1.2}, "off")
    plain, varied = (simulator.run(one, replications=20, engine="simpy", jobs=1) for one in (center, off))
    in_base = simulator.load(write(tmp_path, toml + "[forecast_error]\nlevel = 1.5\naht = 1.2\n", CALLS))
    of_base = simulator.run(in_base, replications=20, engine="simpy", jobs=1)
    # Weights to the expected load expect so many, too.
    excess = [drawn_excess(one.study.results[0].prepared, 0) for one in (plain, varied)]
    assert excess[0] == pytest.approx(excess[1], abs=0.1)
    calls, aht = (plain.kpi(kpi, "queue", "orders").mean for kpi in ("offered", "aht_s"))
    for one in (varied, of_base):
        # Some 4,000 calls in all: the standard error of the ratio is 2 %, that of the handle times' less on common luck.
        assert one.kpi("offered", "queue", "orders").mean / calls == pytest.approx(1.5, rel=0.06)
        assert one.kpi("aht_s", "queue", "orders").mean / aht == pytest.approx(1.2, rel=0.04)


def test_a_forecast_that_is_off_is_played_for_todays_and_the_chosen_plan(tmp_path: Path) -> None:
    toml = WEEK.replace("heads = 9", "heads = 3").replace("early = 4, late = 5", "early = 2, late = 1")
    toml = toml.replace("replications = 20", "replications = 8") + "[forecast_error]\nlevel_cv = 0.2\n"
    result = simulator.compare(simulator.load(write(tmp_path, toml, CALLS)), engine="simpy", jobs=1)
    assert result.risk.off == ()
    off = result.play_off_forecast()
    chosen = result.decision.chosen
    assert chosen is not None
    plans = dict.fromkeys(["base", chosen.plan])
    assert [(one.plan, *one.error[:3]) for one in off] == [
        row for plan in plans for row in ((plan, "calls", 0.2, True), (plan, "handle time", 0.05, False))
    ]
    # The same as a plan that says so, on the same luck.
    center = simulator.load(tmp_path / "spring.toml")
    said = simulator.compare(center, center.vary({"forecast_error.level": 1.2}), engine="simpy", jobs=1)
    level = next(d for d in said.paired if (d.scope, d.kpi) == ("center", "service_level"))
    assert off[0].level.mean == pytest.approx(level.estimate.mean)
    assert off[0].level.mean < -0.01
    assert result.risk.off == off


def test_the_command_plays_a_forecast_that_is_off_if_it_is_asked_to(tmp_path: Path) -> None:
    file = write(tmp_path, WEEK.replace("replications = 20", "replications = 3"), CALLS)
    options = ("--engine", "simpy", "--jobs", "1", "--out", tmp_path / "out")
    plain = sim("run", file, *options)
    assert "If the forecast is off" not in plain.output
    shown = sim("compare", file, *options, "--risk")
    assert shown.exit_code == 0, shown.output
    assert "calls +5 % and handle time +5 %: an assumption" in shown.output
    csv = pd.read_csv(tmp_path / "out" / "risk.csv")
    off = csv[csv["figure"] == "service_level_difference_if_off"]
    assert off["span"].tolist()[:2] == ["calls +5 %", "handle time +5 %"]
    assert "--risk" in (tmp_path / "out" / "manifest.json").read_text()


def test_what_the_file_states_of_the_forecast_error_is_told_from_what_is_assumed(tmp_path: Path) -> None:
    center = load(write(tmp_path, WEEK + "[forecast_error]\nlevel = 1.2\naht_cv = 0.1\n", CALLS))
    calls, handled = errors_of(center)
    assert (calls, handled) == (Error("calls", 0.05, False, 1.2), Error("handle time", 0.1, True))
    verdict = verdicts_on([target([[0]] * 20)])[-1]
    told = off_note([Off("base", one, UNKNOWN, UNKNOWN, verdict, verdict) for one in (calls, handled)])
    assert told.startswith("handle time +10 %: one standard deviation of the file's forecast error. calls +5 %: an ass")
    assert "states no level_cv. That is on top of what the file takes to be off already: calls × 1.2." in told


def test_unknown_plans_and_spans_are_named_with_the_known(tmp_path: Path) -> None:
    toml = WEEK.replace("replications = 20", "replications = 2")
    risk = simulator.compare(simulator.load(write(tmp_path, toml, CALLS)), engine="simpy", jobs=1).risk
    with pytest.raises(simulator.SimError, match='"bse" was not played; did you mean "base"'):
        risk.of("bse")
    with pytest.raises(simulator.SimError, match=r'"month" is no span that is judged; known: .*day'):
        risk.of("base").chance("month")
    with pytest.raises(simulator.SimError, match='queue "zzz" has no target; known: '):
        risk.of("base").chance("day", "queue", "zzz")


def test_rounding_is_no_money() -> None:
    """Of EUR 5,000 a ten-thousandth of a cent is rounding; a cent is not, nor is what an interval reaches."""
    none = without_dust(Estimate(9e-13, -2e-12, 4e-12), 5000.0)
    assert (none.mean, none.low, none.high) == (0.0, 0.0, 0.0)
    cent = without_dust(Estimate(0.01, -0.01, 0.03), 5000.0)
    assert (cent.mean, cent.low, cent.high) == (0.01, -0.01, 0.03)
    wide = without_dust(Estimate(-3e-12, -0.5, 0.5), -5000.0)
    assert (wide.mean, wide.low, wide.high) == (0.0, -0.5, 0.5)


def test_more_calls_on_paid_shifts_cost_nothing_more(tmp_path: Path) -> None:
    """Wages alone, which do not add up to round numbers: the difference is 0, not what floats leave of it."""
    toml = WEEK.replace("wage = 20", "wage = 20.13").replace("replications = 20", "replications = 3")
    off = simulator.run(simulator.load(write(tmp_path, toml, CALLS)), engine="simpy", jobs=1).play_off_forecast()
    for one in off:
        assert one.cost.mean == 0.0 or abs(one.cost.mean) > 1e-3
        assert one.cost.half_width == 0.0 or one.cost.half_width > 1e-3


def test_what_a_forecast_that_is_off_does_fits_a_narrow_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    file = "a-plan-with-quite-a-long-name"
    verdicts = verdicts_on([target([[0]] * 20)])
    off = Off(file, Error("handle time", 0.125, True), Estimate(-0.123, -0.135, -0.111),
              Estimate(12345.0, 11111.0, 13579.0), verdicts[-1], verdicts[-1])  # fmt: skip
    show_off(Console(width=80), [off], "EUR")
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    for whole in ("handle time +12.5 %", "−12.3 ± 1.2", "+12,300 ± 1,200", "from 0 to 0 of 20"):
        assert whole in shown
    table = shown.split("one standard deviation")[0]
    assert "…" not in table
    # The plan's name folds, and none of it is lost.
    assert "".join(line.split("handle")[0].strip() for line in table.splitlines() if "─" not in line).endswith(file)
