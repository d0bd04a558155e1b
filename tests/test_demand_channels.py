"""Demand across channels: machines, deflection, backlogs and legs, counted and timed by arithmetic.

Where luck decides, the comment gives the standard error; a test fails beyond 3.5 of them.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from days_of_demand import (
    DAY,
    HOUR,
    TICK,
    Hours,
    agrees,
    center,
    constant,
    contacts_of,
    demand_of,
    machine,
    of_queue,
    only,
    same,
    sessions_of,
    sessions_together,
    together,
    where,
)
from scenarios_at_random import WEEKDAYS, write_csv
from scipy import stats

from sim.contact import DRAWN
from sim.demand.forecast import expected
from sim.observations import Table
from sim.scenario.model import Scenario

# ---- Self-service -----------------------------------------------------------------------------------------------


def test_a_machine_that_contains_nobody_hands_on_when_the_session_ends(tmp_path: Path) -> None:
    """Sessions of 90 s, a quarter of the work saved: the same customers 90 s later, with 3/4 of talk and hold."""
    work = {"hold": {"family": "exponential", "mean": "20s"}, "wrap": {"family": "exponential", "mean": "30s"}}
    hours = {"q": only(9, 400)}
    base = contacts_of(center(tmp_path, hours, {"q": work}))
    scenario = center(tmp_path, hours, {"q": work | machine(0, work_saved=0.25)})
    handed, sessions = contacts_of(scenario), sessions_of(scenario)
    assert len(base["arrived"]) > 600
    assert np.array_equal(sessions["began"], base["arrived"])
    assert np.array_equal(sessions["ended"], base["arrived"] + 90)
    assert not sessions["contained"].any()
    assert np.array_equal(handed["arrived"], base["arrived"] + 90)
    assert np.array_equal(handed["talk"], base["talk"] * 0.75)
    assert np.array_equal(handed["hold"], base["hold"] * 0.75)
    assert same(handed, base, ("wrap", "resolve", "index"))
    # Patience counts from the arrival at the queue; each moment is rounded up to the grid on its own.
    patience = handed["patience"], base["patience"]
    assert np.abs(patience[0] - patience[1]).max() <= TICK


def test_those_handed_on_are_a_thinned_poisson_stream(tmp_path: Path) -> None:
    """12,000 an hour, 30 % contained: 140 a minute reach the queue, 1.5 min later, each minute Poisson on its own.

    Over 60 minutes × 14 days × 3 replications: the mean's standard error is √(140/2520) = 0.17 %, that of variance
    ÷ mean √(2/2520) = 2.8 %, that of the correlation of neighbours 1/√2478 = 2 %.
    """
    scenario = center(tmp_path, {"q": only(9, 12_000)}, {"q": machine(0.3)}, days=14)
    counts = []
    for replication in range(3):
        arrived = contacts_of(scenario, replication)["arrived"] - 9 * HOUR - 90
        assert (arrived % DAY < HOUR).all()
        minutes = np.bincount((arrived // 60).astype(int), minlength=14 * 1440)
        counts.append(minutes.reshape(14, 1440)[:, :60])
    by_minute = np.concatenate(counts)
    agrees(by_minute.mean(), 140, math.sqrt(140 / 2520))
    agrees(by_minute.var(ddof=1) / by_minute.mean(), 1, math.sqrt(2 / 2520))
    agrees(np.corrcoef(by_minute[:, :-1].ravel(), by_minute[:, 1:].ravel())[0, 1], 0, 1 / math.sqrt(2478))


def test_some_of_the_contained_come_back_after_a_while(tmp_path: Path) -> None:
    """One hour's entrants, evenly spread, 60 % contained, half of them back after an exponential hour.

    Of those, 1/e are back within the hour after the session of 90 s, and e⁻ᵏ (e − 2 + 1/e) in the k-th hour after it.
    With 20,000 a day over 12 days each count is Poisson: standard errors of 0.3 % in the first hour, 4 % in the fifth.
    """
    volumes, days = {"q": only(9, 20_000)}, 12
    spec = machine(0.6, come_back={"share": 0.5, "after": "1h"}, work_saved=0.25)
    scenario = center(tmp_path, volumes, {"q": spec}, days=days)
    arrived = contacts_of(scenario)["arrived"] - 90
    hours = np.bincount((arrived // HOUR).astype(int), minlength=24 * days + 24)[: 24 * days].reshape(days, 24).sum(0)
    entered, back = 20_000 * days, 20_000 * days * 0.6 * 0.5
    wanted = [entered * 0.4 + back / math.e, *(back * math.exp(-k) * (math.e - 2 + 1 / math.e) for k in range(1, 6))]
    for count, exact in zip(hours[9:15], wanted, strict=True):
        agrees(count, exact, math.sqrt(exact))
    assert hours[:9].sum() <= entered * math.exp(-12)


def test_only_those_handed_on_have_work_saved(tmp_path: Path) -> None:
    """Constant talk of 100 s: 60 s for those handed on, all of it for those who come back."""
    spec = machine(0.5, come_back={"share": 1, "after": "30min"}, work_saved=0.4)
    spec["talk"] = {"family": "constant", "mean": "100s"}
    scenario = center(tmp_path, {"q": only(9, 300)}, {"q": spec})
    contacts, sessions = contacts_of(scenario), sessions_of(scenario)
    known = dict(zip(contacts["arrived"], contacts["talk"], strict=True))
    handed = sessions["contained"] == 0
    assert {known.pop(ended) for ended in sessions["ended"][handed]} == {60.0}
    assert set(known.values()) == {100.0}
    assert len(known) == sessions["contained"].sum() > 100


def test_raising_containment_only_removes(tmp_path: Path) -> None:
    """Contained at 30 % stays contained at 50 %; those who are still handed on are the same to the last byte.

    Of 9,600, 20 % leave: standard error √(0.2 · 0.8/9600) = 2 % of it.
    """
    less, more = (center(tmp_path, {"q": 200}, {"q": machine(share)}) for share in (0.3, 0.5))
    before, after = contacts_of(less), contacts_of(more)
    assert same(sessions_of(less), sessions_of(more), ("queue", "began", "ended"))
    still = np.isin(before["arrived"], after["arrived"])
    assert same(where(before, still), after)
    entered = len(sessions_of(less)["began"])
    agrees((~still).sum() / entered, 0.2, math.sqrt(0.2 * 0.8 / entered))


def test_every_session_reaches_the_queue_once_even_past_midnight(tmp_path: Path) -> None:
    """Sessions of three hours: who enters from 21:00 on is tomorrow's contact; who ends after the horizon is nobody's."""
    scenario = center(tmp_path, {"q": 60}, {"q": machine(0.4, session="3h")}, days=3)
    demand = demand_of(scenario)
    days = [demand.day(day) for day in range(3)]
    for day, told in enumerate(days):
        arrived = told.contacts["arrived"]
        assert ((arrived >= DAY * day) & (arrived < DAY * (day + 1))).all()
        assert len(np.unique(told.contacts["index"])) == len(arrived)
        began = told.sessions["began"]
        assert ((began >= DAY * day) & (began < DAY * (day + 1))).all()
    contacts, sessions = together(d.contacts for d in days), sessions_together(d.sessions for d in days)
    handed = sessions["ended"][sessions["contained"] == 0]
    assert np.array_equal(contacts["arrived"], np.sort(handed[handed < 3 * DAY]))
    late = (handed // DAY > (handed - 3 * HOUR) // DAY).sum()
    assert late > 200


def test_days_later_nobody_who_comes_back_is_lost_or_counted_twice(tmp_path: Path) -> None:
    """Everybody is contained, for 12 hours on average, and back after 12 more; 15e⁻¹⁴ take over a week: none of 4,000.

    The mean delay's standard error is 12 h/√4000 = 1.6 %. The variances of session, delay and one hour's entry add up;
    that of a variance of the law of two stages is √(5/4000) = 3.5 %.
    """
    volumes = [
        (day.isoformat(), f"{h:02d}:00", 4_000 * (n == 0 and h == 9))
        for n, day in enumerate(dates(8))
        for h in range(24)
    ]
    csv = write_csv(tmp_path / "one-day.csv", "date,start,contacts", volumes)
    stay = {"family": "exponential", "mean": "12h"}
    spec = machine(1, come_back={"share": 1, "after": "12h"}, session=stay) | {"forecast": {"csv": csv}}
    scenario = center(tmp_path, {"q": 0}, {"q": spec}, days=8)
    demand = demand_of(scenario)
    days = [demand.day(day) for day in range(8)]
    sessions, contacts = days[0].sessions, together(day.contacts for day in days)
    assert len(contacts["arrived"]) == len(sessions["began"]) > 3_500
    # One contact's luck is distinguished by its index, below the days that it stayed away.
    assert len(np.unique(contacts["index"] % (1 << 48))) == len(contacts["index"])
    delay = contacts["arrived"].mean() - sessions["ended"].mean()
    agrees(delay, 12 * HOUR, 12 * HOUR / math.sqrt(len(contacts["arrived"])))
    variance = 2 * (12 * HOUR) ** 2 + HOUR**2 / 12
    agrees(contacts["arrived"].var(), variance, variance * math.sqrt(5 / len(contacts["arrived"])))


def dates(days: int) -> list[dt.date]:
    return [dt.date(2026, 3, 2) + dt.timedelta(days=day) for day in range(days)]


def everything(folder: Path, days: int = 5) -> Scenario:
    """A machine that keeps people for days, deflection into it, transfers round about, chat, and a backlog."""
    queues: dict[str, dict[str, Any]] = {
        "calls": {
            **machine(0.6, session="2h", come_back={"share": 0.8, "after": "20h"}),
            "open": {"mon-sun": "08:00-20:00"},
            "callback": {"offer_above": {"wait": "1min"}},
            "transfer": {"orders": {"share": 0.3, "repeated": 0.5}, "mail": {"share": 0.2}},
        },
        "orders": {"deflect": {"calls": 0.3, "chat": 0.2}, "transfer": {"calls": {"share": 0.4, "kind": "warm"}}},
        "chat": {"channel": "chat", "silent": {"share": 0.2}, "deflect": {"orders": 0.1}},
        "mail": {"channel": "email", "backlog_at_start": {"contacts": 50, "oldest": "2d"}},
    }
    return center(folder, {"calls": 30, "orders": 20, "chat": 10, "mail": 5}, queues, days=days)


def test_a_day_is_the_same_whichever_days_were_asked_before(tmp_path: Path) -> None:
    scenario = everything(tmp_path)
    demand = demand_of(scenario)
    in_turn = [demand.day(day) for day in range(5)]
    back_and_forth = demand_of(scenario)
    for day in (3, 4, 4, 1, 0, 2):
        for told in (back_and_forth.day(day), demand_of(scenario).day(day)):
            assert same(told.contacts, in_turn[day].contacts)
            assert same(told.legs, in_turn[day].legs)
            assert same(told.sessions, in_turn[day].sessions, ("queue", "began", "ended", "contained"))
    assert len(in_turn[3].legs["queue"]) > 100


def test_a_queue_never_has_two_contacts_of_one_index_on_a_day(tmp_path: Path) -> None:
    demand = demand_of(everything(tmp_path))
    for day in range(5):
        contacts = demand.day(day).contacts
        pairs = np.stack([contacts["queue"], contacts["index"]])
        assert len(np.unique(pairs, axis=1).T) == len(contacts["index"])
        assert (np.diff(contacts["arrived"]) >= 0).all()


# ---- Deflection -------------------------------------------------------------------------------------------------


def test_deflection_moves_customers_and_touches_nobody_else(tmp_path: Path) -> None:
    """A quarter of a's 9,600 customers come by b: its work (three times a's, standard factor 2) and patience.

    The share's standard error is √(0.25 · 0.75/9600) = 1.8 % of it. Who moves has nothing to do with other luck.
    """
    volumes = {"a": 200, "b": 100}
    laws: dict[str, dict[str, Any]] = {
        "a": {"route": [{"groups": ["near", "far"], "share": {"near": 0.5, "far": 0.5}}]},
        "b": {"talk": {"family": "exponential", "mean": "300s"}, "patience": {"family": "constant", "mean": "7s"}},
    }
    base = center(tmp_path, volumes, laws)
    plan = center(tmp_path, volumes, laws | {"a": laws["a"] | {"deflect": {"b": "25%"}}})
    before, after = contacts_of(base, b=2.0), contacts_of(plan, b=2.0)
    a_before, a_after = of_queue(before, base, "a"), of_queue(after, plan, "a")
    b_before, b_after = of_queue(before, base, "b"), of_queue(after, plan, "b")
    stays = np.isin(a_before["arrived"], a_after["arrived"])
    assert same(where(a_before, stays), a_after)
    own = np.isin(b_after["index"], b_before["index"])
    assert same(where(b_after, own), b_before)
    left, moved = where(a_before, ~stays), where(b_after, ~own)
    assert np.array_equal(left["arrived"], moved["arrived"])
    assert moved["talk"] == pytest.approx(left["talk"] * 6.0, rel=1e-12)
    assert same(left, moved, ("resolve",))
    assert moved["patience"] == pytest.approx(7.0, abs=TICK)
    share, n = len(moved["arrived"]) / len(a_before["arrived"]), len(a_before["arrived"])
    agrees(share, 0.25, math.sqrt(0.25 * 0.75 / n))
    for column, law in (("talk", stats.expon(0, 100)), ("resolve", stats.uniform), ("share", stats.uniform)):
        assert stats.kstest(left[column], law.cdf).pvalue > 0.001


def test_a_second_deflection_leaves_the_first_alone(tmp_path: Path) -> None:
    volumes: dict[str, Hours] = {"a": 200, "b": 0, "c": 0}
    one, two = (center(tmp_path, volumes, {"a": {"deflect": to}}) for to in ({"b": 0.2}, {"b": 0.2, "c": 0.1}))
    before, after = contacts_of(one), contacts_of(two)
    assert same(of_queue(before, one, "b"), of_queue(after, two, "b"))
    entered = len(before["arrived"])
    assert len(after["arrived"]) == entered
    c = of_queue(after, two, "c")
    assert np.isin(c["arrived"], of_queue(before, one, "a")["arrived"]).all()
    agrees(len(c["arrived"]) / entered, 0.1, math.sqrt(0.1 * 0.9 / entered))


def test_the_deflected_meet_the_other_queues_hours_and_machine(tmp_path: Path) -> None:
    """Everybody comes by b, open from nine to five, behind a machine whose sessions last 30 min."""
    volumes: dict[str, Hours] = {"a": 50, "b": 0}
    base = contacts_of(center(tmp_path, volumes))
    queues = {"a": {"deflect": {"b": 1}}, "b": {"open": {"mon-sun": "09:00-17:00"}, **machine(0, session="30min")}}
    scenario = center(tmp_path, volumes, queues)
    contacts, sessions = contacts_of(scenario), sessions_of(scenario)
    assert (contacts["queue"] == 1).all()
    assert (sessions["queue"] == 1).all()
    assert np.array_equal(sessions["began"], base["arrived"])
    arrived = base["arrived"] + HOUR / 2
    assert np.array_equal(contacts["arrived"], arrived[arrived < 2 * DAY])
    in_hours = (contacts["arrived"] % DAY >= 9 * HOUR) & (contacts["arrived"] % DAY < 17 * HOUR)
    assert np.array_equal(contacts["refused"] == 0, in_hours)


def test_where_the_forecast_tells_no_handle_time_the_usual_one_holds(tmp_path: Path) -> None:
    """Ten contacts of 100 s at nine and thirty of 200 s at ten: (10 · 100 + 30 · 200)/40 = 175 s at other hours."""
    told = {9: "10,100", 10: "30,200"}
    rows = [(day, f"{hour:02d}:00", told.get(hour, "0,0")) for day in WEEKDAYS for hour in range(24)]
    csv = write_csv(tmp_path / "told.csv", "weekday,start,contacts,aht_s", rows)
    handle = {"handle": {"mean": "from forecast", "family": "constant"}, "forecast": {"csv": csv}}
    scenario = center(tmp_path, {"a": 30, "b": 0}, {"a": {"deflect": {"b": 1}}, "b": handle})
    wanted = [{9: 100.0, 10: 200.0}.get(hour, 175.0) for hour in range(24)]
    assert expected(scenario, "b").work_factor[:24].tolist() == wanted
    contacts = contacts_of(scenario)
    moved = where(contacts, contacts["index"] >= 1 << 36)
    assert moved["talk"].tolist() == [wanted[int(t % DAY // HOUR)] for t in moved["arrived"]]
    assert set(moved["talk"]) == {100.0, 175.0, 200.0}


# ---- Backlog, deferred and shared channels ----------------------------------------------------------------------


def test_a_backlog_is_evenly_old_and_waits_at_the_start(tmp_path: Path) -> None:
    """400 contacts of the last two days: one in each 432 s. Their mean talk's standard error is 100 s/√400 = 5 %."""
    volumes: dict[str, Hours] = {"q": 20, "mail": 20}
    mail = {"channel": "email", "arrives": "open", "open": {"mon-sun": "08:00-12:00"}}
    base = center(tmp_path, volumes, {"mail": mail})
    scenario = center(tmp_path, volumes, {"mail": mail | {"backlog_at_start": {"contacts": 400, "oldest": "2d"}}})
    before, after = demand_of(base), demand_of(scenario, mail=1.5)
    first = after.day(0).contacts
    old = where(first, slice(0, 400))
    assert same(where(first, slice(400, None)), demand_of(base, mail=1.5).day(0).contacts)
    assert same(demand_of(base, mail=1.5).day(1).contacts, after.day(1).contacts)
    assert before.day(0).contacts["arrived"][0] >= 0
    assert np.floor(-old["arrived"] / 432).tolist() == list(range(399, -1, -1))
    assert len(np.unique(old["arrived"] % 432)) == 400
    assert (old["queue"] == 1).all()
    assert (old["index"] < 0).all()
    assert len(np.unique(old["index"])) == 400
    assert not old["refused"].any()
    assert np.isinf(old["patience"]).all()
    agrees(old["talk"].mean(), 150, 150 / math.sqrt(400))
    assert stats.kstest(old["talk"], "expon", (0, 150)).pvalue > 0.001


def test_a_backlog_of_this_very_moment_is_still_from_before(tmp_path: Path) -> None:
    backlog = {"backlog_at_start": {"contacts": 3, "oldest": "0s"}}
    first = demand_of(center(tmp_path, {"mail": 0}, {"mail": {"channel": "email"} | backlog})).day(0)
    assert (first.contacts["arrived"] < 0).all()


def test_what_can_wait_comes_at_all_hours_and_never_gives_up(tmp_path: Path) -> None:
    """Email out of hours is kept unless it arrives in open hours only; calls are refused."""
    hours = {"open": {"mon-sun": "08:00-12:00"}}
    queues = {
        "calls": hours,
        "mail": {"channel": "email", **hours},
        "form": {"channel": "back office", "arrives": "open", **hours},
    }
    scenario = center(tmp_path, {"calls": 20, "mail": 20, "form": 20}, queues)
    contacts = contacts_of(scenario)
    for queue in scenario.queues:
        own = of_queue(contacts, scenario, queue)
        at_night = (own["arrived"] % DAY < 8 * HOUR) | (own["arrived"] % DAY >= 12 * HOUR)
        assert at_night.sum() > 500
        assert np.array_equal(own["refused"] == 1, at_night & (queue != "mail"))
        assert np.isinf(own["patience"]).all() == (queue != "calls")
        assert not own["balks"].any()


def test_customers_fall_silent_at_any_point_of_the_talk(tmp_path: Path) -> None:
    """A fifth of 9,600 chats: standard error 2 % of it; where, is uniform (Kolmogorov-Smirnov at 0.1 %)."""
    chat = {"channel": "chat"}
    base = contacts_of(center(tmp_path, {"q": 200}, {"q": chat}))
    quiet = contacts_of(center(tmp_path, {"q": 200}, {"q": chat | {"silent": {"share": "20%"}}}))
    assert same(base, quiet, set(DRAWN) - {"silent"})
    assert (base["silent"] == 2).all()
    falls = quiet["silent"][quiet["silent"] != 2]
    agrees(len(falls) / len(base["silent"]), 0.2, math.sqrt(0.2 * 0.8 / len(base["silent"])))
    assert stats.kstest(falls, "uniform").pvalue > 0.001


def test_the_luck_of_callbacks_is_there_only_where_they_are_offered(tmp_path: Path) -> None:
    offer = {"callback": {"offer_above": {"wait": "1min"}}}
    scenario = center(tmp_path, {"a": 200, "b": 200}, {"a": offer})
    contacts = contacts_of(scenario)
    assert stats.kstest(of_queue(contacts, scenario, "a")["accepts"], "uniform").pvalue > 0.001
    assert (of_queue(contacts, scenario, "b")["accepts"] == 1).all()


# ---- Legs -------------------------------------------------------------------------------------------------------


def transferred(scenario: Scenario, **standard: float) -> tuple[Table, Table]:
    told = demand_of(scenario, **standard).day(0)
    return told.contacts, told.legs


def test_a_transferred_customer_says_part_of_it_again(tmp_path: Path) -> None:
    """a has 100 s of talk and passes on everything, half of it repeated; b has 3 × 20 s, and a quarter repeated.

    60 + 100/2 = 110; 100 + 110/4 = 127.5; 60 + 127.5/2 = 123.75; 100 + 123.75/4 = 130.9375. No fifth transfer.
    """
    queues = {
        "a": constant("100s", transfer={"b": {"share": 1, "repeated": 0.5}}),
        "b": constant("20s", transfer={"a": {"share": 1, "repeated": 0.25}}),
    }
    contacts, legs = transferred(center(tmp_path, {"a": 10, "b": 0}, queues), b=3.0)
    n = len(contacts["arrived"])
    assert n > 150
    assert (contacts["legs_to_come"] == 4).all()
    assert contacts["first_leg"].tolist() == list(range(0, 4 * n, 4))
    assert legs["talk"].tolist() == [110, 127.5, 123.75, 130.9375] * n
    assert legs["queue"].tolist() == [1, 0, 1, 0] * n
    assert legs["index"].tolist() == np.repeat(contacts["index"], 4).tolist()
    # A leg tells in turn what follows it.
    assert legs["legs_to_come"].tolist() == [3, 2, 1, 0] * n
    follows = legs["legs_to_come"] > 0
    assert legs["first_leg"][follows].tolist() == (np.flatnonzero(follows) + 1).tolist()
    assert not legs["arrived"].any()


def test_a_warm_transfer_repeats_nothing(tmp_path: Path) -> None:
    queues = {
        "a": constant("100s", transfer={"b": {"share": 1, "kind": "warm", "handover": "20s"}}),
        "b": constant("60s"),
    }
    _, legs = transferred(center(tmp_path, {"a": 10, "b": 0}, queues))
    assert set(legs["talk"]) == {60.0}


def test_what_the_machine_saved_is_not_said_again(tmp_path: Path) -> None:
    """100 s less 20 %, half of them repeated: 60 + 40."""
    queues = {
        "a": constant("100s", transfer={"b": {"share": 1, "repeated": 0.5}}) | machine(0, work_saved=0.2),
        "b": constant("60s"),
    }
    _, legs = transferred(center(tmp_path, {"a": 10, "b": 0}, queues))
    assert set(legs["talk"]) == {100.0}


def test_shares_of_transfers_and_their_chain(tmp_path: Path) -> None:
    """30 % of a go to b, 10 % to c; half of b's go on to c. Of 24,000: standard errors up to 4 % of each share."""
    queues = {"a": {"transfer": {"b": {"share": 0.3}, "c": {"share": 0.1}}}, "b": {"transfer": {"c": {"share": 0.5}}}}
    volumes: dict[str, Hours] = {"a": 1000, "b": 0, "c": 0}
    base, scenario = center(tmp_path, volumes), center(tmp_path, volumes, queues)
    contacts, legs = transferred(scenario)
    assert same(demand_of(base).day(0).contacts, contacts, set(DRAWN) - {"legs_to_come", "first_leg"})
    n = len(contacts["arrived"])
    once, twice = (np.flatnonzero(contacts["legs_to_come"] == k) for k in (1, 2))
    ways = {
        "b": (legs["queue"][contacts["first_leg"][once]] == 1).sum(),
        "c": (legs["queue"][contacts["first_leg"][once]] == 2).sum(),
        "b, c": len(twice),
    }
    assert (legs["queue"][contacts["first_leg"][twice]] == 1).all()
    assert (legs["queue"][contacts["first_leg"][twice] + 1] == 2).all()
    for way, share in {"b": 0.15, "c": 0.1, "b, c": 0.15}.items():
        agrees(ways[way] / n, share, math.sqrt(share * (1 - share) / n))
    assert contacts["legs_to_come"].sum() == len(legs["queue"])
    assert contacts["legs_to_come"].max() == 2


def test_more_transfers_keep_the_legs_there_were_and_repeats_only_add(tmp_path: Path) -> None:
    """From 20 % to 50 % of the contacts, then with half of the talk repeated: own draw and that half, leg by leg."""
    volumes: dict[str, Hours] = {"a": 200, "b": 200}
    told = []
    for share, repeated in ((0.2, 0.0), (0.5, 0.0), (0.5, 0.5)):
        queues = {q: {"transfer": {other: {"share": share, "repeated": repeated}}} for q, other in ("ab", "ba")}
        told.append(transferred(center(tmp_path, volumes, queues)))
    (few, few_legs), (many, many_legs), (again, again_legs) = told
    had = np.flatnonzero(few["legs_to_come"] > 0)
    assert 1_000 < len(had) < (many["legs_to_come"] > 0).sum()
    for column in ("talk", "resolve", "patience", "queue"):
        before, after = few_legs[column][few["first_leg"][had]], many_legs[column][many["first_leg"][had]]
        assert np.array_equal(before, after)
    assert same(many_legs, again_legs, set(DRAWN) - {"talk"})
    for place in np.flatnonzero(again["legs_to_come"] > 0):
        talk = again["talk"][place]
        for row in range(again["first_leg"][place], again["first_leg"][place] + again["legs_to_come"][place]):
            talk = many_legs["talk"][row] + 0.5 * talk
            assert again_legs["talk"][row] == talk


def test_each_leg_has_luck_of_its_own(tmp_path: Path) -> None:
    """Everything transferred twice, no repeats: talk, chance to resolve and patience of a contact's legs are independent.

    The standard error of a correlation of 24,000 pairs is 0.0065.
    """
    queues = {"a": {"transfer": {"b": {"share": 1}}}, "b": {"transfer": {"c": {"share": 1}}}}
    volumes: dict[str, Hours] = {"a": 1000, "b": 0, "c": 0}
    contacts, legs = transferred(center(tmp_path, volumes, queues))
    n = len(contacts["arrived"])
    for column in ("talk", "resolve", "patience"):
        first, second = legs[column].reshape(n, 2).T
        for one, other in [(contacts[column], first), (contacts[column], second), (first, second)]:
            agrees(np.corrcoef(one, other)[0, 1], 0, 1 / math.sqrt(n))
    patience = legs["patience"]
    agrees(patience.mean(), 300, 300 / math.sqrt(2 * n))
    assert (patience * 2**20 % 1 == 0).all()


def test_a_leg_follows_the_rules_of_the_queue_it_comes_to(tmp_path: Path) -> None:
    """No balking and no closing time for the transferred; patience only where somebody waits; luck where it is used."""
    to = {"mail": {"share": 0.4}, "chat": {"share": 0.3}, "desk": {"share": 0.3}}
    queues: dict[str, dict[str, Any]] = {
        "a": {"transfer": to, "balk": 0.5},
        "mail": {"channel": "email"},
        "chat": {"channel": "chat", "silent": {"share": 0.5}, "open": {"mon-sun": "12:00-13:00"}},
        "desk": {"balk": 0.9, "callback": {"offer_above": {"waiting": 3}}},
    }
    scenario = center(tmp_path, {"a": 200, "mail": 0, "chat": 0, "desk": 0}, queues)
    contacts, legs = transferred(scenario)
    mail, chat, desk = (of_queue(legs, scenario, name) for name in ("mail", "chat", "desk"))
    assert len(legs["queue"]) == len(contacts["queue"])
    assert np.isinf(mail["patience"]).all()
    assert np.isfinite(chat["patience"]).all()
    assert contacts["balks"].any()
    assert not legs["balks"].any()
    assert not legs["refused"].any()
    assert (mail["silent"] == 2).all()
    agrees((chat["silent"] < 1).mean(), 0.5, 0.5 / math.sqrt(len(chat["silent"])))
    assert stats.kstest(desk["accepts"], "uniform").pvalue > 0.001
    assert (chat["accepts"] == 1).all()


def test_a_scenario_without_legs_and_machines_has_none(tmp_path: Path) -> None:
    told = demand_of(center(tmp_path, {"q": 10})).day(0)
    assert told.legs.dtype.names == told.contacts.dtype.names == DRAWN
    assert {len(values) for values in [told.legs, *told.sessions.values()]} == {0}
    assert told.legs.dtype == told.contacts.dtype
    assert not told.contacts["legs_to_come"].any()
