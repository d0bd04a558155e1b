"""Targets judged in their own periods: met in all, missed in one, or neither; the chance, the worst, and the words."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shop import sim
from worlds import play

from sim.report.text.targets import chance_sentence, met_text, verdict_words, worst_name
from sim.scenario.language.handling import ServiceLevel
from sim.study.targets import MET, MISSED, NO_VERDICT, NOBODY_CAME, UNCLEAR, Verdict, _judge, Periods, verdicts_of

SEASON = """
title = "Three months"
[center]
start = 2027-01-01
days = 90
interval = "60min"
open = { mon-sun = "10:00-12:00" }
[run]
replications = 4
[queues.orders]
channel = "phone"
forecast = { csv = "calls.csv" }
talk = { family = "exponential", mean = "3min" }
patience = { family = "never" }
service_level = { target = 0.8, within = "30s", per = "month" }
[queues.letters]
channel = "email"
contract = "partner"
forecast = { csv = "letters.csv" }
talk = { family = "constant", mean = "1min" }
service_level = { target = 0.7, within = "96h", per = "week" }
[groups.desk]
seats = { csv = "seats.csv" }
skills = { orders = { priority = 1 }, letters = { priority = 2 } }
[contracts.partner]
bill = { per = "contact", rate = 1.0 }
service_level = { target = 0.5, within = "24h", per = "month" }
[plans.none-missing]
groups.desk.seats = { csv = "more.csv" }
"""


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people in January and March, one and a half calls at once: enough. In February two."""
    folder = tmp_path_factory.mktemp("season")
    weekdays = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    hours = [f"{day},{hour}:00" for day in weekdays for hour in (10, 11)]
    (folder / "calls.csv").write_text("weekday,start,contacts\n" + "".join(f"{hour},30\n" for hour in hours))
    (folder / "letters.csv").write_text("weekday,start,contacts\n" + "".join(f"{hour},1\n" for hour in hours))
    dates = pd.date_range("2027-01-01", periods=90)
    for name, in_february in (("seats", 2), ("more", 5)):
        rows = [f"{d:%Y-%m-%d},{h}:00,{in_february if d.month == 2 else 5}\n" for d in dates for h in (10, 11)]
        (folder / f"{name}.csv").write_text("date,start,seats\n" + "".join(rows))
    (folder / "season.toml").write_text(SEASON)
    return folder / "season.toml"


def periods(levels: list[list[float]], contacts: float = 100.0, target: float = 0.8) -> Verdict:
    """The verdict on levels (replications × periods) of so many contacts each."""
    shares = np.array(levels)
    sums = np.stack([shares * contacts, np.full(shares.shape, contacts)], axis=-1)
    counts = np.stack([(shares >= target).sum(axis=1), np.full(len(shares), shares.shape[1])], axis=1).astype(float)
    labels = [(f"2027-01-{day + 1:02d}", "") for day in range(shares.shape[1])]
    level = ServiceLevel.model_validate({"target": target, "per": "day"})
    return _judge(Periods("queue", "orders", level, sums, labels, counts))


def test_met_means_every_period_and_missed_one_of_them() -> None:
    good, bad = [0.90, 0.91, 0.89, 0.90], [0.62, 0.60, 0.64, 0.61]
    assert periods(np.array([good, good]).T.tolist()).verdict == MET
    assert periods(np.array([good, good, good, bad]).T.tolist()).verdict == MISSED
    assert periods(np.array([good, [0.7, 0.9, 0.75, 0.9]]).T.tolist()).verdict == UNCLEAR


def test_that_some_period_fails_must_be_surer_the_more_there_are() -> None:
    """A mean of 0.77 with standard error 0.0071: t = 4.2 at 3 degrees beats 3.18 (one period), not 5.84 (six: 0.4 %)."""
    low = [0.77 + step * 0.0142 / np.std([-1, 1, -1, 1], ddof=1) for step in (-1, 1, -1, 1)]
    good = [0.90, 0.91, 0.89, 0.90]
    assert periods(np.array([low]).T.tolist()).verdict == MISSED
    assert periods(np.array([low, *[good] * 5]).T.tolist()).verdict == UNCLEAR
    # Four of six as low: t(98.3 %) = 3.74 is enough for each.
    assert periods(np.array([*[low] * 4, good, good]).T.tolist()).verdict == MISSED
    # To hold everywhere takes no more certainty of each: none is widened.
    high = [0.8 + 0.0071 * 4.2 + (value - 0.77) for value in low]
    assert periods(np.array([high] * 6).T.tolist()).verdict == MET


def test_where_nothing_varies_the_contacts_say_how_sure_it_is() -> None:
    """Nobody in time of 2 contacts in all: up to 84 % may be (1 − 0.025^½); of 40 at most 9 %. Likewise all in time."""
    assert periods([[0.0], [0.0]], contacts=1.0).verdict == UNCLEAR
    assert periods([[0.0], [0.0]], contacts=20.0).verdict == MISSED
    assert periods([[1.0], [1.0]], contacts=1.0).verdict == UNCLEAR
    assert periods([[1.0], [1.0]], contacts=20.0).verdict == MET


def test_one_replication_tells_no_verdict_and_no_chance() -> None:
    one = periods([[0.99, 0.98]])
    assert (one.verdict, one.met.mean) == (NO_VERDICT, 1.0)
    assert math.isnan(one.all_met.mean)
    text, tone = chance_sentence([one, Verdict("center", "all", "", math.nan, NO_VERDICT, one.met, one.all_met, 1, 1)])
    assert text == "The target holds on every day: one replication tells no verdict and no chance."
    assert tone == ""


def test_the_chance_that_all_periods_hold_is_a_share_of_replications() -> None:
    """In two of four both days do: 50 %, by Wilson 15.0 to 85.0 %."""
    one = periods([[0.9, 0.8], [0.9, 0.7], [0.8, 0.81], [0.5, 0.5]])
    assert one.held == 2
    assert (one.all_met.mean, one.all_met.low, one.all_met.high) == pytest.approx((0.5, 0.1500, 0.8500), abs=5e-5)
    assert one.met.mean == 5 / 8
    assert (one.worst, one.worst_level.mean) == (("2027-01-02", ""), pytest.approx((0.8 + 0.7 + 0.81 + 0.5) / 4))


def test_a_queue_without_contacts_is_no_target() -> None:
    assert periods([[0.9], [0.9]], contacts=0.0).verdict == NOBODY_CAME


def test_a_month_that_fails_is_not_hidden_by_the_year(season: Path) -> None:
    """Two people at 1.5 erlangs answer 38 % within 30 s (Erlang C); the three months' mean stays above 70."""
    result = play(season, replications=4)
    orders, letters, partner, whole = verdicts_of(result)
    assert (orders.verdict, orders.worst) == (MISSED, ("2027-02-01", ""))
    assert orders.worst_level.high < 0.8
    assert orders.met.mean == pytest.approx(2 / 3)
    assert (orders.held, whole.held, whole.verdict) == (0, 0, MISSED)
    assert (letters.verdict, partner.verdict, partner.scope) == (MET, MET, "contract")
    assert worst_name(orders) == "February 2027"
    assert met_text(orders) == "67 % of months"


def test_tables_terminal_page_and_comparison_tell_the_same(season: Path, tmp_path: Path) -> None:
    result = sim("compare", season, "--jobs", 1, "--engine", "simpy", "--replications", 3, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert re.search(r"(?m)^ base +missed +0 of 3 +0 % \(0 to 56 %\) +orders, February 2027 \d\d\.\d", result.output)
    assert re.search(r"(?m)^ none-missing +met +3 of 3 +100 % \(44 to 100 %\)", result.output)
    table = pd.read_csv(tmp_path / "out" / "summary.csv").set_index(["plan", "scope", "name", "kpi"])["mean"]
    assert table["base", "center", "all", "all_targets_met"] == 0.0
    assert table["none-missing", "center", "all", "all_targets_met"] == 1.0
    assert table["base", "queue", "orders", "target_met"] == pytest.approx(2 / 3)
    assert table["base", "contract", "partner", "all_periods_met"] == 1.0
    months = pd.read_csv(tmp_path / "out" / "periods.csv").query(
        "plan == 'base' and name == 'orders' and period == 'month'"
    )
    assert table["base", "queue", "orders", "worst_period"] == pytest.approx(months["service_level"].min())
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    cards = re.findall(r'<article class="card">.*?</article>', page, re.DOTALL)
    assert "orders: 80 % within 30 s in every month: target missed" in cards[0]
    assert "at worst February 2027 with" in cards[0]
    assert "All targets hold in all their periods in 0 of 3 replications: a chance of 0 % (0 to 56 %)." in cards[0]
    assert not re.search(r'class="good">orders', cards[0])
    assert "orders: 80 % within 30 s in every month: target met" in cards[1]
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())["plans"]["base"]["targets"]
    assert told[0]["worst_period"] == "2027-02-01"
    assert told[-1] == {"scope": "center", "name": "all", "verdict": "missed", "all_periods_met": 0.0}


def test_no_verdict_from_one_replication_anywhere(season: Path, tmp_path: Path) -> None:
    said = sim("run", season, "--jobs", 1, "--engine", "simpy", "--replications", 1, "--out", tmp_path / "out").output
    assert "one replication tells no verdict and no chance" in said
    assert not re.search(
        r"(?m)^ (orders|letters|all).* (met|missed) ", said.replace(" met in", "").replace("all met", "")
    )
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    targets = page[page.index('id="targets"') : page.index('id="queues"')]
    assert 'class="good"' not in targets
    assert verdict_words(NO_VERDICT) in targets
    card = page[page.index('<article class="card">') : page.index("</article>")]
    assert "no verdict from one replication" in card.replace("\u00a0", " ")
    assert 'class="good">' not in card.split("intervals")[0]
