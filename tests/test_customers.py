"""Customers with a memory: a story of three, and the chance to leave against exact theory."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from test_measures_quality import FEELS, HOUR, PHONE, row, table, world

from sim import observations as obs
from sim.measures.customers import CUSTOMER_SUMS, Customers
from sim.scenario.model import Scenario

GOODWILL = "credit = { share = 1.0, amount = 30, softens = 1.0 }\n"


def memory(folder: Path, says: str, queue: str = PHONE, more: str = "", days: int = 2) -> Scenario:
    scenario = world(folder, {"q": queue, "r": PHONE}, f"[customers]\nvalue = 500\n{says}\n{more}")
    assert scenario.clock.days == days
    return scenario


def bad(customer: int, **told: Any) -> obs.ContactRow:
    """Not resolved: satisfied with chance logistic(1.266 − 1.4 + 0.3) = 0.54 if answered at once; 0.47 after 20 s."""
    return row(wait=20.0, customer=customer, **told)


def good(customer: int) -> obs.ContactRow:
    return row(resolved=1, customer=customer)


def test_the_story_of_three_customers(tmp_path: Path) -> None:
    """Nobody leaves at the first bad case, everybody at the second.

    Anna has a bad case on each of two days, and leaves on the second evening. Ben has a good one and a bad one. Carl
    has three bad cases on one day: he leaves for the second, and the third is counted, but not felt.
    """
    anna, ben, carl = range(3)
    customers = Customers(memory(tmp_path, "number = 3\nleave = [0, 1]"), 0)
    customers.evening(0, table(bad(anna), good(ben), bad(carl), bad(carl), bad(carl)))
    assert customers.gone.tolist() == [False, False, True]
    customers.evening(1, table(bad(ben), bad(anna)))
    assert customers.gone.tolist() == [True, False, True]
    assert customers.left.tolist() == [1, 1, 0]
    expected = {
        "bad_cases": 6,
        "held_against": 5,
        "credits": 0,
        "credit_cost": 0,
        "customers_left": 2,
        "value_lost": 1000,
    }
    assert customers.sums == expected
    assert tuple(customers.sums) == CUSTOMER_SUMS


def test_only_cases_that_are_closed_are_held_against_us(tmp_path: Path) -> None:
    """Who will come again, is handed on, waits, or is nobody we know has not said the last word."""
    customers = Customers(memory(tmp_path, "number = 9\nleave = [1]"), 0)
    rows = (
        bad(0, again=20 * HOUR), bad(1, transferred=obs.TRANSFERRED), row(obs.WAITING, customer=2), bad(-1),
        row(obs.IN_HAND, customer=3),
    )  # fmt: skip
    customers.evening(0, table(*rows))
    assert not customers.gone.any()
    customers.evening(0, table(row(obs.ABANDONED, wait=90.0, customer=4), row(obs.REFUSED, customer=5)))
    assert np.flatnonzero(customers.gone).tolist() == [4, 5]


def test_what_is_bad_is_said_by_the_scenario(tmp_path: Path) -> None:
    """Not resolved, but answered at once: satisfied with a chance of 54.2 %."""
    left = []
    for bad_below in (0.54, 0.55):
        customers = Customers(memory(tmp_path, f"number = 1\nleave = [1]\nbad_below = {bad_below}"), 0)
        customers.evening(0, table(row(customer=0)))
        left.append(customers.sums["customers_left"])
    assert left == [0, 1]


def test_goodwill_softens_the_case(tmp_path: Path) -> None:
    """Queue q makes up for every bad case with 30; queue r for none."""
    customers = Customers(memory(tmp_path, "number = 2\nleave = [1]", PHONE + GOODWILL), 0)
    customers.evening(0, table(bad(0), bad(0), bad(1, queue=1)))
    assert customers.gone.tolist() == [False, True]
    assert customers.sums["credits"] == 2
    assert customers.sums["credit_cost"] == 60
    assert customers.sums["held_against"] == 1


def test_leavers_are_as_many_as_the_binomial_law_says(tmp_path: Path) -> None:
    """100,000 customers with three bad cases each, one after the other on the same day, two of which are made up for
    half the time: a case counts with a chance of 3/4, and the first, second and third that counts drives away a tenth,
    a fifth, a half.

    With n of three cases counted by the binomial law, the customer is still there with the product of what stays.
    """
    people = 100_000
    credit = "credit = { share = 0.5, amount = 10, softens = 0.5 }\n"
    scenario = memory(tmp_path, f"number = {people}\nleave = [0.1, 0.2, 0.5]", PHONE + credit)
    customers = Customers(scenario, 0)
    rows = np.repeat(table(bad(0)), 3 * people)
    rows["customer"] = np.tile(np.arange(people), 3)
    customers.evening(0, rows)
    stay = np.cumprod([1.0, 0.9, 0.8, 0.5])
    there = float((stats.binom.pmf(np.arange(4), 3, 0.75) * stay).sum())
    error = float(np.sqrt(there * (1 - there) / people))
    assert error < 0.003 * there  # power: a chance that is off by 1 % would show
    assert abs(1 - customers.gone.mean() - there) < 3.5 * error
    assert customers.sums["customers_left"] == customers.gone.sum()
    # Credits go to bad cases of those still there: before the second and third case by then.
    asked = 1 + _there(1, stay) + _there(2, stay)
    credits = customers.sums["credits"] / people
    assert abs(credits - 0.5 * asked) < 3.5 * np.sqrt(3 * 0.25 / people)
    assert customers.sums["credit_cost"] == 10 * customers.sums["credits"]


def _there(cases: int, stay: np.ndarray[Any, Any]) -> float:
    return float((stats.binom.pmf(np.arange(cases + 1), cases, 0.75) * stay[: cases + 1]).sum())


def test_cases_that_come_at_random_drive_away_by_the_poisson_law(tmp_path: Path) -> None:
    """A bad case falls on one customer in 50,000 at random, 20,000 a day for ten days: 4 each, by the Poisson law
    (customers of one draw are not independent: their variance is below the binomial one, which bounds it)."""
    people, days, each_day = 50_000, 10, 20_000
    customers = Customers(memory(tmp_path, f"number = {people}\nleave = [0.02, 0.05, 0.1]"), 3)
    rows = np.repeat(table(bad(0)), each_day)
    luck = np.random.default_rng(5)
    for _ in range(days):
        rows["customer"] = luck.integers(people, size=each_day)
        customers.evening(0, rows)
    number = np.arange(60)
    stay = np.concatenate([[1.0], np.cumprod(1.0 - np.array([0.02, 0.05, *[0.1] * 57]))])
    there = float((stats.poisson.pmf(number, days * each_day / people) * stay).sum())
    error = float(np.sqrt(there * (1 - there) / people))
    assert error < 0.003 * there
    assert abs(1 - customers.gone.mean() - there) < 3.5 * error


def test_luck_is_a_customers_own(tmp_path: Path) -> None:
    """Whether somebody leaves at their second bad case hangs neither on others, nor on the day, nor on the order."""
    scenario = memory(tmp_path, "number = 2000\nleave = [0.3, 0.6]")
    rows = np.repeat(table(bad(0)), 2000)
    rows["customer"] = np.arange(2000)
    together, apart = Customers(scenario, 0), Customers(scenario, 0)
    together.evening(0, np.concatenate([rows, rows]))
    apart.evening(0, rows[::-1].copy())
    apart.evening(1, rows[500:1500])
    assert (together.gone[500:1500] == apart.gone[500:1500]).all()
    assert 0.5 < apart.gone[500:1500].mean() < 1
    assert (Customers(scenario, 1).gone == 0).all()
    other = Customers(scenario, 1)
    other.evening(0, rows)
    assert (other.gone != apart.gone).any()


def test_row_by_row_the_same_cases_are_bad(tmp_path: Path) -> None:
    """Waits of 0 to 60 s, resolved or not, some of nobody's or handed on: numba finds the bad cases that columns do."""
    scenario = memory(tmp_path, "number = 300\nleave = [0.3]", PHONE + GOODWILL)
    luck, rows = np.random.default_rng(7), np.repeat(table(bad(0)), 3000)
    rows["customer"] = luck.integers(-1, 300, 3000)
    rows["resolved"], rows["queue"] = luck.integers(0, 2, (2, 3000))
    rows["answered"] = rows["arrived"] + luck.random(3000) * 60
    rows["transferred"] = luck.random(3000) < 0.2
    columns, by_row = Customers(scenario, 0), Customers(scenario, 0, compiled=True)
    for one in (columns, by_row):
        one.evening(0, rows)
    assert columns.sums == by_row.sums
    closed = ((rows["transferred"] == 0) & (rows["customer"] >= 0)).sum()
    assert 0.2 * closed < columns.sums["bad_cases"] < 0.8 * closed
    assert (columns.gone == by_row.gone).all()


def test_a_year_of_a_million_customers_is_no_burden(tmp_path: Path) -> None:
    """20,000 cases a day, a third of them bad: an evening takes far less than 20 ms."""
    customers = Customers(memory(tmp_path, "number = 1_000_000\nleave = [0.02, 0.05]"), 0)
    rows = np.repeat(table(bad(0)), 20_000)
    rows["customer"] = np.random.default_rng(1).integers(1_000_000, size=20_000)
    rows["resolved"][: 2 * 20_000 // 3] = 1
    customers.evening(0, rows)
    began = time.process_time()
    for _ in range(10):
        customers.evening(1, rows)
    assert (time.process_time() - began) / 10 < 0.05


@pytest.mark.parametrize("weight", [0.0, 2.0])
def test_feelings_decide_what_is_bad(tmp_path: Path, weight: float) -> None:
    """Where resolution does not matter to customers, an unresolved case answered at once is no bad one."""
    more = FEELS + f"weights = {{ resolution = {weight} }}\n"
    customers = Customers(memory(tmp_path, "number = 1\nleave = [1]", more=more), 0)
    customers.evening(0, table(bad(0)))
    assert customers.gone[0] == (weight > 0)
