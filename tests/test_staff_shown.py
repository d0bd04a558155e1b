"""What is said of a search for staff: the sentence and its variants, the terminal, the tables."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from found_by_hand import SEED, found_by_hand, impossible
from rich.console import Console
from shop import but, write

from sim.api import load as load_center
from sim.report.tables.staffing import binding_table, curve_table, need_table, staffing_table, worth_table
from sim.report.terminal.staffing import show_found
from sim.report.text.numbers import money
from sim.report.text.staffing import next_step, plan_text, sentences, verdict
from sim.report.text.staffing_asked import asked, played_text
from sim.report.text.staffing_values import (
    NOT,
    ON_AVERAGE,
    SURELY,
    held,
    how_sure,
    in_when,
    margin_text,
    surely_misses,
    when_of,
)
from sim.staffing.found import Confirmation, Found, Period
from sim.staffing.span import span_of
from sim.staffing.wanted import HEADS, NET_COST, PAID_HOURS, KpiLimit, Wanted
from sim.study.statistics import Estimate

ASKED = but("heads = 9", "heads = 9\ncontract_hours = 40") + '[plans.one-more]\ngroups.core.heads = "+1"\n'
FEWER, NOBODY_EARLY = (3, 4), (0, 1)
"""Early and late; the shop has 4 and 5, for one erlang."""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("shop"), ASKED)


@pytest.fixture(scope="module")
def fewer(path: Path) -> Found:
    return found_by_hand(path, FEWER, others=["one-more"])


@pytest.fixture(scope="module")
def short(path: Path) -> Found:
    return found_by_hand(path, NOBODY_EARLY)


def shown(f: Found, width: int = 80) -> str:
    out = io.StringIO()
    show_found(Console(file=out, width=width), f)
    return out.getvalue()


def unsure(f: Found) -> Found:
    return replace(f, confirmation=replace(f.confirmation, is_sure=False, says="One period is too close to tell."))


def test_the_sentence_has_people_and_money_a_week_and_what_is_saved(fewer: Found) -> None:
    today, _, own = (result.costs.sum(axis=1) for result in fewer.study.results)
    text = verdict(fewer).text
    assert text.startswith("7 people hold every target each day on average for USD ")
    assert (
        f" hold every target each day on average for {money(round(own.mean(), 0), 'USD')}"
        in text.replace(".0", "").split(" ±")[0]
    )
    # Today's nine hold them too, for less than the plan of ten: they are what the seven are held against.
    saved = (today - own).mean()
    assert saved > 0
    assert "in 2 days less than your cheapest plan that does (base)" in text
    said = float(text.split("That is USD ")[1].split(" ")[0].replace(",", ""))
    assert said == pytest.approx(saved, rel=0.01)
    assert verdict(fewer).tone == "good"


def test_what_is_not_confirmed_says_so_everywhere(fewer: Found) -> None:
    f = unsure(fewer)
    answer = verdict(f)
    assert "hold every target each day on average for" in answer.text
    assert "which is not confirmed" in answer.text
    assert answer.tone == "unsure"
    assert "Not confirmed: One period is too close to tell." in [s.text for s in sentences(f)]
    assert "not confirmed" in " ".join(plan_text(f, "spring.toml", "staffed"))
    assert "not confirmed" not in verdict(fewer).text
    # What rests on the search's own luck is never confirmed.
    assert set(worth_table(fewer)["confirmed"]) == set(curve_table(fewer)["confirmed"]) == {"no"}
    assert "on the search's luck: not confirmed" in shown(fewer)


def test_today_may_be_the_best(fewer: Found) -> None:
    f = replace(fewer, allowed=replace(fewer.allowed, columns=tuple(
        replace(column, today=number) for column, number in zip(fewer.allowed.columns, FEWER, strict=True)
    )))  # fmt: skip
    assert verdict(f).text.startswith("Today's 7 people, as they are, hold every target each day on average for USD ")
    assert verdict(f).text.endswith("No cheaper staffing was found.")
    assert next_step(f, Path("spring.toml"), Path("x/staffed.toml"), "staffed") == ["Next: sim run spring.toml"]


def test_impossible_names_the_target_what_is_reached_and_what_stands_in_the_way(short: Found) -> None:
    f = replace(short, impossible=impossible(short))
    worst, text = short.periods[0], verdict(f).text
    assert worst.level.mean < 0.8
    assert text.startswith(
        "No way was found for any staffing that is allowed to hold every target each day: in the nearest, "
    )
    assert f"orders reaches {100 * worst.level.mean:.1f} % on {when_of(worst)} (target 80 %)" in text
    assert "(target 80 %). In the way: no shift covers 10:30 to 11:00." in text
    assert verdict(f).tone == "bad"
    # A bound of what holds says nothing of what does not.
    assert not any("could still be saved" in s.text for s in sentences(f))
    same = replace(f, wanted=Wanted(keep_heads=True))
    assert verdict(same).text.startswith(
        "No way was found for the same people on other shifts to hold every target each day: in the nearest, "
    )
    assert next_step(f, Path("s.toml"), None, "")[0].startswith("Next: allow more in [staffing] of s.toml")


def test_stopped_early_is_the_best_so_far(fewer: Found) -> None:
    f = replace(unsure(fewer), is_finished=False, bound=None, worth=(), curve=())
    assert verdict(f).text.startswith(
        "Stopped early; best so far: 7 people hold every target each day on average for USD"
    )
    assert "which is not confirmed" in verdict(f).text
    assert "No bound is known" in " ".join(s.text for s in sentences(f))
    again, so_far = next_step(f, Path("s.toml"), Path("x/staffed.toml"), "staffed")
    assert "goes on from where it was" in again
    assert so_far == "The best so far: sim compare x/staffed.toml --plan staffed"
    assert verdict(replace(fewer, is_finished=False)).tone == "unsure"


def test_what_luck_may_have_put_below_is_not_said_to_fail(fewer: Found) -> None:
    lowest = replace(fewer.periods[0], level=Estimate(fewer.periods[0].target - 0.01, 0.5, 1.0))
    assert not surely_misses(fewer)
    said = verdict(replace(fewer, periods=(lowest, *fewer.periods[1:])))
    assert said.tone == "unsure"
    assert said.text.startswith("7 people may hold every target each day for USD")
    assert ", and may not: on average orders reaches 79.0 % on " in said.text
    assert "replications cannot tell that from luck." in said.text


def test_a_budget_is_told_for_the_days_played(fewer: Found, short: Found) -> None:
    asked_for = Wanted(budget=1000.0)
    text = verdict(replace(short, wanted=asked_for)).text
    assert text.startswith("1 person comes nearest for USD ")
    assert "but does not hold every target each day: orders" in text
    assert text.endswith("The budget is USD 1,000 in 2 days.")
    assert verdict(replace(fewer, wanted=asked_for)).text.endswith("The budget is USD 1,000 in 2 days.")
    assert ("Budget", "USD 1,000 in 2 days") in asked(replace(fewer, wanted=asked_for))


def test_the_same_people_on_other_shifts(fewer: Found) -> None:
    text = verdict(replace(fewer, wanted=Wanted(keep_heads=True))).text
    assert text.startswith("The same 7 people on other shifts hold every target each day on average for USD")


def test_what_is_least_may_be_people_hours_or_net_cost(fewer: Found) -> None:
    f = replace(fewer, wanted=Wanted(HEADS), bound=replace(fewer.bound, cost=6.0))  # type: ignore[type-var]
    assert "2 people fewer than your cheapest plan that does (base)." in verdict(f).text
    assert any("has fewer than 6 people: at most 1.5 % could still be saved" in s.text for s in sentences(f))
    f = replace(fewer, wanted=Wanted(PAID_HOURS))
    paid = fewer.study.results[-1].kpi("paid_hours").mean
    assert f"hold every target each day on average with {paid:,.2f}" in verdict(f).text
    assert "paid hours in 2 days" in verdict(f).text
    assert "for a net cost of USD" in verdict(replace(fewer, wanted=Wanted(NET_COST))).text


def test_conditions_beside_the_targets_are_told(fewer: Found) -> None:
    limit = KpiLimit("abandon_rate", "queue", "orders", most=0.04, said="queues.orders.abandon_rate <= 4%")
    f = replace(fewer, wanted=Wanted(periods=0.9, limits=(limit,), left_out=frozenset({"chats"})))
    assert "hold every target asked for in 90 % of its periods and 1 limit for" in verdict(f).text
    assert dict(asked(f))["Limit"] == "queues.orders.abandon_rate <= 4%"
    assert dict(asked(f))["Need not hold"] == "chats"
    assert "Of the file's own targets: all targets hold" in " ".join(s.text for s in sentences(f)) or (
        "Of the file's own targets: the target holds" in " ".join(s.text for s in sentences(f))
    )


def test_how_a_plan_holds_is_judged_by_what_was_asked(fewer: Found, short: Found) -> None:
    own, bad = fewer.study.results[-1], short.study.results[-1]
    assert held(own, Wanted()) == SURELY
    assert held(bad, Wanted()) == NOT
    assert held(bad, Wanted(left_out=frozenset({"orders"}))) == SURELY
    assert held(bad, Wanted(targets={"orders": 0.0})) == SURELY
    assert held(own, Wanted(targets={"orders": 1.0})) == NOT
    lost = own.kpi("abandon_rate", "queue", "orders")
    of_own = KpiLimit("abandon_rate", "queue", "orders", most=lost.mean)
    assert held(own, Wanted(limits=(of_own,))) in (ON_AVERAGE, SURELY)
    assert held(own, Wanted(limits=(replace(of_own, most=lost.mean - 1e-6),))) == NOT
    assert held(own, Wanted(limits=(KpiLimit("occupancy", "center", "all", least=1.01),))) == NOT


def test_a_period_is_told_in_its_unit_and_by_its_own_name() -> None:
    level = Estimate(0.812, 0.79, 0.834)
    p = Period("queue", "orders", "service_level", "week", "2026-03-02", "", 0.8, level)
    assert (in_when(p), how_sure(p), margin_text(p, "USD")) == (
        "in the week of Mon 2 Mar",
        "too close to tell",
        "+1.2 points",
    )
    wait = Period("queue", "orders", "asa_s", "", "", "", 40.0, Estimate(45.0, 42.0, 48.0), at_most=True)
    assert (when_of(wait), how_sure(wait), margin_text(wait, "USD")) == ("whole horizon", "fails", "−5 s")
    assert how_sure(replace(wait, level=Estimate(35.0, 30.0, 39.9))) == "holds"
    assert how_sure(replace(p, level=Estimate(math.nan))) == "nobody came"
    share = replace(p, per="share of days", date="")
    assert (when_of(share), in_when(share)) == ("share of days", "as the share of days")


@pytest.mark.parametrize("how", ["sure", "unsure", "stopped", "impossible", "short"])
def test_a_terminal_of_80_columns_is_not_broken(how: str, fewer: Found, short: Found) -> None:
    f = {
        "sure": fewer, "unsure": unsure(fewer), "stopped": replace(unsure(fewer), is_finished=False, worth=(), bound=None),
        "impossible": replace(short, impossible=impossible(short)), "short": short,
    }[how]  # fmt: skip
    lines = shown(f).splitlines()
    assert max(map(len, lines)) <= 80
    # The answer comes first.
    assert " ".join(verdict(f).text.split()).startswith(lines[1].strip())
    people = [line.split() for line in lines if line.strip().startswith("all ")]
    assert people[0][:3] == ["all", "9", str(sum(f.heads))]


def test_tables_add_up(fewer: Found) -> None:
    staff, need, curve = staffing_table(fewer), need_table(fewer), curve_table(fewer)
    assert staff["today"].sum() == 9
    assert staff["found"].sum() == 7
    assert staff["change"].sum() == -2
    assert (need["required_formula_whole"] == np.ceil(need["required_formula"])).all()
    assert list(need.columns[:4]) == ["plan", "pool", "weekday", "start"]
    cost = fewer.study.results[-1].costs.sum(axis=1).mean()
    assert curve["least"][1] == pytest.approx(0.99 * cost)
    assert math.isnan(curve["least"][3])
    assert curve["staffing"][3] == ""
    # The hand made it 640 a week, and one in all for the second column.
    assert worth_table(fewer)["saves"].tolist() == pytest.approx([640.0 * 2 / 7, 640.0 * 2 / 7 + 1])


def test_what_was_never_tested_is_told_to_be_on_the_searchs_luck(fewer: Found) -> None:
    """Stopped before the test, the periods are those that the search itself saw."""
    none = Confirmation(False, 0, SEED, 0, "not confirmed: no plan was played on fresh luck")
    f = replace(fewer, confirmation=none, is_finished=False)
    told = [s.text for s in sentences(f)]
    assert told[-1] == "Not confirmed: no plan was played on fresh luck."
    assert any(text.startswith("Tightest is orders") and "on the search's luck: not confirmed" in text for text in told)
    assert "on fresh luck; ±" not in shown(f)
    assert shown(f, 200).count("on the search's luck: not confirmed") == 3
    assert "its periods on the search's luck, all else by 8 replications with seed" in played_text(f)
    assert set(binding_table(f)["luck"]) == {"the search's"}
    assert set(binding_table(fewer)["luck"]) == {"fresh"}


def test_how_much_was_played_tells_the_test_from_the_tables(fewer: Found) -> None:
    assert played_text(fewer).endswith(
        f"The plan found: 8 replications with seed {SEED}, which the search had not seen"
    )
    more: Any = replace(fewer, confirmation=replace(fewer.confirmation, replications=400))
    assert "its periods by 400 replications, all else by 8 replications with seed" in played_text(more)


@pytest.mark.parametrize(
    ("days", "scale", "words"), [(1, 1.0, "in a day"), (5, 1.0, "in 5 days"), (7, 1.0, "a week"), (28, 0.25, "a week")]
)
def test_money_is_told_a_week_where_whole_weeks_are_played(days: int, scale: float, words: str) -> None:
    starter = load_center(Path(__file__).parents[1] / "scenarios" / "starter.toml")
    center = starter.vary({"center.weeks": "none", "center.days": days})
    assert span_of(center.scenario) == (pytest.approx(scale), words)
