"""Cases and their next attempts: repeats, redials, escalations, customers, outreach, and what the days before bring.

Where luck decides, the comment gives the standard error; a test fails beyond 3.5 of them.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from days_of_demand import (
    DAY,
    HOUR,
    TICK,
    agrees,
    center,
    constant,
    demand_of,
    machine,
    of_queue,
    only,
    same,
    together,
    where,
)
from scenarios_at_random import WEEKDAYS, write_csv
from scipy import stats

from sim.contact import DRAWN
from sim.demand.arrivals import DayOfDemand, Demand
from sim.demand.customers_of import lower_customers
from sim.demand.forecast import expected
from sim.demand.opening import open_seconds, windows_of
from sim.luck import (
    COMES_WHEN,
    NEXT_ATTEMPT,
    NEXT_LEG,
    REDIAL,
    REDIAL_AFTER,
    REPEAT,
    REPEAT_AFTER,
    REPEAT_TO,
    RESOLVE,
    TALK,
    TRANSFER,
    Luck,
    Stream,
    uniforms,
)
from sim.observations import Table
from sim.scenario.model import Scenario

OF_LEGS_AND_CASES = (
    "legs_to_come", "first_leg", "escalates", "customer", "attempt", "next_repeat", "next_redial", "repeat_after",
    "redial_after", "comes_when", "told_again", "pick", "begun",
)  # fmt: skip
OLD = tuple(name for name in DRAWN if name not in OF_LEGS_AND_CASES)
BEYOND = 3.0


def always(mean: str) -> dict[str, str]:
    return {"family": "constant", "mean": mean}


def repeat(share: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"repeat": {"share": share, **more}}


def redial(share: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"redial": {"share": share, **more}}


def today(scenario: Scenario, day: int = 0) -> DayOfDemand:
    return demand_of(scenario).day(day)


# ---- The next attempts ------------------------------------------------------------------------------------------


def test_one_row_serves_repeats_and_redials_of_one_queue(tmp_path: Path) -> None:
    """Everybody comes again, 2 h after an answer or 5 min after hanging up, three times in all; 100 s × 25 % again."""
    again = repeat(after=always("2h"), attempts=3, repeated=0.25) | redial(after=always("5min"), attempts=3)
    told = today(center(tmp_path, {"q": 10}, {"q": constant("100s", **again)}))
    contacts, rows, n = told.contacts, told.follow_ups, len(told.contacts["arrived"])
    assert n > 150
    assert contacts["next_repeat"].tolist() == contacts["next_redial"].tolist() == list(range(n))
    assert rows["next_repeat"].tolist() == rows["next_redial"].tolist() == [*range(n, 2 * n), *[-1] * n]
    assert rows["attempt"].tolist() == [2] * n + [3] * n
    assert rows["index"].tolist() == contacts["index"].tolist() * 2
    expects = {"talk": 100, "told_again": 25, "repeat_after": 7200, "redial_after": 300, "arrived": 0, "queue": 0}
    for name, value in (expects | {"refused": 0, "legs_to_come": 0, "customer": -1, "escalates": 0}).items():
        assert set(rows[name].tolist()) == {value}, name
    assert (contacts["attempt"] == 1).all()
    assert (contacts["told_again"] == 0).all()
    assert len(told.legs["talk"]) == 0


def test_each_kind_of_follow_up_has_its_own_limit(tmp_path: Path) -> None:
    """Repeats up to the second attempt, redials up to the fourth."""
    again = repeat(after=always("2h"), attempts=2) | redial(after=always("5min"), attempts=4)
    told = today(center(tmp_path, {"q": 10}, {"q": constant("100s", **again)}))
    n = len(told.contacts["arrived"])
    by_attempt = [where(told.follow_ups, told.follow_ups["attempt"] == attempt) for attempt in (2, 3, 4)]
    assert [len(rows["talk"]) for rows in by_attempt] == [n, n, n]
    second, third, fourth = by_attempt
    assert (second["repeat_after"] == 7200).all()
    assert set(third["repeat_after"]) == set(third["told_again"]) == set(fourth["repeat_after"]) == {0.0}
    assert (third["redial_after"] == 300).all()
    assert second["next_repeat"].tolist() == [-1] * n
    assert second["next_redial"].tolist() == list(range(n, 2 * n))
    assert set(fourth["next_repeat"]) == set(fourth["next_redial"]) == {-1}


def test_a_limit_of_one_is_no_follow_up(tmp_path: Path) -> None:
    again = repeat(attempts=1) | redial(attempts=1)
    told = today(center(tmp_path, {"q": 10}, {"q": again}))
    assert len(told.follow_ups["talk"]) == 0
    assert {name: told.follow_ups[name].dtype for name in DRAWN} == {n: told.contacts[n].dtype for n in DRAWN}
    assert set(told.contacts["next_repeat"]) == set(told.contacts["next_redial"]) == {-1}


def test_a_repeat_elsewhere_has_a_row_of_its_own_and_the_other_queues_rules(tmp_path: Path) -> None:
    """Phone 100 s: repeats go to email after 1 day, redials stay after 5 min. Email 300 s: half of it told again at the
    desk, an hour later, which nobody leaves. A redial is as the call was: its repeats go to email too."""
    queues = {
        "calls": constant("100s")
        | repeat(after=always("1d"), to={"mail": 1.0}, attempts=3, repeated=0.25)
        | redial(after=always("5min"), attempts=2),
        "mail": constant("300s", channel="email") | repeat(after=always("1h"), to={"desk": 1.0}, repeated=0.5),
        "desk": constant("50s"),
    }
    told = today(center(tmp_path, {"calls": 10, "mail": 0, "desk": 0}, queues))
    contacts, rows, n = told.contacts, told.follow_ups, len(told.contacts["talk"])
    assert len(rows["talk"]) == 5 * n
    columns = ("queue", "attempt", "talk", "repeat_after", "redial_after", "told_again")

    def row(number: int) -> tuple[float, ...]:
        return tuple(float(rows[name][number]) for name in columns)

    for place in range(n):
        by_mail, call = contacts["next_repeat"][place], contacts["next_redial"][place]
        assert row(by_mail) == (1, 2, 300, DAY, 0, 25)
        assert row(call) == (0, 2, 100, 0, 300, 0)
        desk, mail = rows["next_repeat"][by_mail], rows["next_repeat"][call]
        assert row(desk) == (2, 3, 50, HOUR, 0, 150)
        assert row(mail) == (1, 3, 300, DAY, 0, 25)
        assert rows["next_redial"][by_mail] == rows["next_redial"][call] == rows["next_repeat"][desk] == -1
        # A third attempt by email may have a fourth.
        assert row(rows["next_repeat"][mail]) == (2, 4, 50, HOUR, 0, 150)


def test_history_shared_leaves_nothing_to_say_again(tmp_path: Path) -> None:
    world = {"quality": {"history_shared": True}}
    told, without = (today(center(tmp_path, {"q": 10}, {"q": repeat()}, more)) for more in (world, None))
    assert set(told.follow_ups["told_again"]) == {0.0}
    assert (without.follow_ups["told_again"] > 0).all()
    assert same(told.follow_ups, without.follow_ups, set(DRAWN) - {"told_again"})


def test_every_path_of_every_case_is_as_its_luck_says(tmp_path: Path) -> None:
    """Three queues that send repeats to each other; each path walked on paper: by the luck's purposes and the laws."""
    laws = {  # share, mean after, to, repeated, attempts; redial's share, mean, attempts; mean talk
        "a": (0.8, 3600.0, {"b": 0.4, "c": 0.3}, 0.2, 5, 0.7, 100.0, 4, 100.0),
        "b": (0.9, 7200.0, {"a": 0.5}, 0.5, 4, 0.0, 0.0, 0, 200.0),
        "c": (0.6, 60.0, {}, 0.3, 6, 0.9, 50.0, 6, 300.0),
    }
    queues: dict[str, dict[str, Any]] = {}
    for name, (share, after, to, repeated, attempts, redials, soon, most, talk) in laws.items():
        queues[name] = {"talk": {"family": "exponential", "mean": f"{talk}s"}}
        law = {"family": "exponential", "mean": f"{after}s"}
        queues[name] |= repeat(share, after=law, to=to, repeated=repeated, attempts=attempts)
        if redials:
            queues[name] |= redial(redials, after={"family": "exponential", "mean": f"{soon}s"}, attempts=most)
    scenario = center(tmp_path, {"a": only(9, 60), "b": only(9, 30), "c": only(9, 30)}, queues)
    told = today(scenario)
    contacts, rows = told.contacts, told.follow_ups
    date, seen, names = scenario.clock.start.toordinal(), set(), list(laws)

    def follow(key: Any, queue: str, attempt: int, talk: float, table: Table, at: int) -> None:
        share, after, to, repeated, attempts, redials, soon, most, _ = laws[queue]

        def luck(purpose: int) -> float:
            return float(uniforms(key, purpose + NEXT_ATTEMPT * attempt)[0])

        def draw(purpose: int, mean: float) -> float:
            return -math.log1p(-luck(purpose)) * mean

        comes = attempt < attempts and luck(REPEAT) < share
        where_to, left = queue, luck(REPEAT_TO)
        for other, part in to.items():
            if left < part:
                where_to = other
                break
            left -= part
        by_repeat, by_redial = int(table["next_repeat"][at]), int(table["next_redial"][at])
        again = attempt < most and luck(REDIAL) < redials
        assert (by_repeat >= 0) == comes
        assert (by_redial >= 0) == again
        assert (by_repeat == by_redial) == (comes == again and (not comes or where_to == queue))
        for row, goes, mean, purpose, column in (
            (by_repeat, where_to, after, REPEAT_AFTER, "repeat_after"),
            (by_redial, queue, soon, REDIAL_AFTER, "redial_after"),
        ):
            if row < 0:
                continue
            seen.add(row)
            assert rows["queue"][row] == names.index(goes)
            assert rows["attempt"][row] == attempt + 1
            assert rows["index"][row] == table["index"][at]
            assert 0 <= rows[column][row] - draw(purpose, mean) <= TICK * 1.001
            assert rows["comes_when"][row] == luck(COMES_WHEN)
            assert rows["resolve"][row] == luck(RESOLVE)
            assert rows["talk"][row] == pytest.approx(draw(TALK, laws[goes][-1]), rel=1e-12)
            if column == "repeat_after":
                assert rows["told_again"][row] == pytest.approx(repeated * talk, rel=1e-12)
            follow(key, goes, attempt + 1, float(rows["talk"][row]), rows, row)

    for name in names:
        keys_of = Stream(1, 0, f"queue/{name}")
        own = np.flatnonzero(contacts["queue"] == names.index(name))
        for at in own:
            key = keys_of.keys(date, contacts["index"][at : at + 1])
            follow(key, name, 1, float(contacts["talk"][at]), contacts, int(at))
    assert len(contacts["talk"]) > 80
    # No row is there that nobody may come to.
    assert seen == set(range(len(rows["talk"])))
    assert len(seen) > len(contacts["talk"])
    assert (rows["repeat_after"] * 2**20 % 1 == 0).all()


def test_rows_grow_with_the_attempts_not_with_the_ways_to_them(tmp_path: Path) -> None:
    """Everybody repeats on the other queue and redials on the own: of 2^19 ways to the 20th attempt, at most two
    queues × (their repeat, their redial) a generation, less what is not there at first: 2 + 18 × 4 rows."""
    again = {name: repeat(to={other: 1.0}, attempts=20) | redial(attempts=20) for name, other in ("ab", "ba")}
    told = today(center(tmp_path, {"a": only(9, 20), "b": 0}, again))
    n = len(told.contacts["talk"])
    assert n > 5
    assert len(told.follow_ups["talk"]) == n * (2 + 18 * 4)
    assert np.bincount(told.follow_ups["attempt"])[2:].tolist() == [2 * n, *[4 * n] * 18]


def test_shares_of_repeats_where_they_go_and_redials(tmp_path: Path) -> None:
    """Of 24,000 contacts 30 % may repeat, a fifth of these elsewhere; half may redial: standard errors up to 2.5 %."""
    queues = {"a": repeat(0.3, to={"b": 0.2}, attempts=2) | redial(0.5, attempts=2)}
    told = today(center(tmp_path, {"a": 1000, "b": 0}, queues))
    contacts, rows, n = told.contacts, told.follow_ups, len(told.contacts["talk"])
    comes, again = contacts["next_repeat"] >= 0, contacts["next_redial"] >= 0
    agrees(comes.mean(), 0.3, math.sqrt(0.3 * 0.7 / n))
    agrees(again.mean(), 0.5, math.sqrt(0.5 * 0.5 / n))
    agrees((comes & again).mean(), 0.15, math.sqrt(0.15 * 0.85 / n))
    elsewhere = rows["queue"][contacts["next_repeat"][comes]] == 1
    agrees(elsewhere.mean(), 0.2, math.sqrt(0.2 * 0.8 / comes.sum()))
    shared = comes & again
    assert np.array_equal((contacts["next_repeat"] == contacts["next_redial"])[shared], rows["queue"][contacts["next_repeat"][shared]] == 0)  # fmt: skip
    assert stats.kstest(rows["comes_when"], "uniform").pvalue > 0.001
    delays = rows["repeat_after"][rows["repeat_after"] > 0]
    assert stats.kstest(delays, "expon", args=(0, DAY)).pvalue > 0.001
    delays = rows["redial_after"][rows["redial_after"] > 0]
    assert stats.kstest(delays, "expon", args=(0, 300)).pvalue > 0.001


def test_attempts_have_luck_of_their_own(tmp_path: Path) -> None:
    """Correlations of talk, luck to resolve and patience between three attempts of 24,000 cases: error 0.0065 each."""
    told = today(center(tmp_path, {"q": 1000}, {"q": repeat(attempts=3)}))
    contacts, rows, n = told.contacts, told.follow_ups, len(told.contacts["talk"])
    second, third = where(rows, slice(0, n)), where(rows, slice(n, 2 * n))
    for column in ("talk", "resolve", "patience", "comes_when", "repeat_after"):
        tables = (contacts, second, third) if column in ("talk", "resolve", "patience") else (second, third)
        for one, other in [(a, b) for a in tables for b in tables if a is not b]:
            agrees(float(np.corrcoef(one[column], other[column])[0, 1]), 0, 1 / math.sqrt(n))
    assert (second["patience"] * 2**20 % 1 == 0).all()


def test_follow_ups_keep_the_contacts_and_more_of_them_keep_the_fewer(tmp_path: Path) -> None:
    """Switched on, at 20 %, at 50 %, with redials: the same contacts; the same repeats and some more."""
    made = [{}, repeat(0.2, attempts=2), repeat(0.5, attempts=2), repeat(0.5, attempts=2) | redial(0.4, attempts=2)]
    base, few, many, both = (today(center(tmp_path, {"q": 200}, {"q": own})) for own in made)
    for told in (few, many, both):
        assert same(told.contacts, base.contacts, set(DRAWN) - {"next_repeat", "next_redial"})
    had = few.contacts["next_repeat"] >= 0
    assert 500 < had.sum() < (many.contacts["next_repeat"] >= 0).sum()
    for less, more in ((few, many), (many, both)):
        has = less.contacts["next_repeat"] >= 0
        before = where(less.follow_ups, less.contacts["next_repeat"][has])
        after = where(more.follow_ups, more.contacts["next_repeat"][has])
        assert same(before, after, set(DRAWN) - {"redial_after"})


def test_another_queue_leaves_the_follow_ups_alone(tmp_path: Path) -> None:
    own = {"q": repeat(0.5) | redial(0.5)}
    alone = today(center(tmp_path, {"q": 100}, own))
    beside = center(tmp_path, {"p": 100, "q": 100}, own | {"p": repeat(0.9, to={"q": 0.5}) | redial(0.9)})
    told = today(beside)
    at = np.flatnonzero(told.contacts["queue"] == 1)
    rows, stack = [], []
    for place, mine in zip(at, range(len(at)), strict=True):
        stack.append((told.contacts, int(place), alone.contacts, mine))
    while stack:
        table, row, other, mine = stack.pop()
        rows.append(mine)
        for way in ("next_repeat", "next_redial"):
            one, two = int(table[way][row]), int(other[way][mine])
            assert (one < 0) == (two < 0)
            if one >= 0:
                for name in set(OLD) - {"queue"} | {"told_again", "repeat_after", "redial_after", "comes_when"}:
                    assert told.follow_ups[name][one] == alone.follow_ups[name][two]
                stack.append((told.follow_ups, one, alone.follow_ups, two))
    assert len(rows) > 2 * len(at)


def test_who_comes_by_another_queue_or_a_machine_has_a_case_there(tmp_path: Path) -> None:
    """a's contacts come by b instead, whose machine hands everybody on: b's rules, whole work, and usual work."""
    queues = {
        "a": {"deflect": {"b": 1.0}} | repeat(1.0, after=always("1h"), attempts=2),
        "b": constant("100s", **machine(0.0, work_saved=0.5)) | repeat(1.0, after=always("3h"), attempts=2),
    }
    told = today(center(tmp_path, {"a": only(9, 100), "b": 0}, queues))
    n = len(told.contacts["talk"])
    assert n > 60
    assert set(told.contacts["talk"]) == {50.0}
    assert set(told.follow_ups["talk"]) == {100.0}
    assert set(told.follow_ups["repeat_after"]) == {3 * HOUR}
    assert set(told.follow_ups["told_again"]) == {12.5}
    assert set(told.follow_ups["queue"]) == {1}


def test_follow_ups_and_their_legs_bring_the_usual_work(tmp_path: Path) -> None:
    """Calls of 100 s at 9 and 300 s at 10, as many of each: a follow-up, whenever it comes, has 200 s."""
    hours = [(hour, 20 if hour in (9, 10) else 0, 300 if hour == 10 else 100) for hour in range(24)]
    rows = [(day, f"{hour:02d}:00", contacts, aht) for day in WEEKDAYS for hour, contacts, aht in hours]
    own = constant("100s", forecast={"csv": write_csv(tmp_path / "v.csv", "weekday,start,contacts,aht_s", rows)})
    sends = {"transfer": {"p": {"share": 1.0}}}
    told = today(center(tmp_path, {"q": 0, "p": 0}, {"q": own | sends | repeat(attempts=2), "p": own}))
    assert set(told.contacts["talk"]) == {100.0, 300.0}
    assert set(told.follow_ups["talk"]) == {200.0}
    first, later = (where(told.legs, told.legs["attempt"] == attempt) for attempt in (1, 2))
    assert set(first["talk"]) == {100.0, 300.0}
    assert set(later["talk"]) == {200.0}


def test_a_replayed_log_has_follow_ups_by_the_laws(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "log.csv", "arrived,talk_s", [("2026-03-02 09:00:00", 50), ("2026-03-02 10:00:00", 60)])
    again = constant("100s", forecast={"replay": path}) | repeat(attempts=2, repeated=0.5, after=always("1h"))
    told = today(center(tmp_path, {"q": 0}, {"q": again}))
    assert told.contacts["talk"].tolist() == [50, 60]
    assert told.follow_ups["talk"].tolist() == [100, 100]
    assert told.follow_ups["told_again"].tolist() == [25, 30]


# ---- Legs -------------------------------------------------------------------------------------------------------


def test_follow_ups_have_legs_of_their_own(tmp_path: Path) -> None:
    """Half are handed on, a quarter of the talk repeated: each attempt by its own luck. Error of 4,800 pairs: 0.0144."""
    queues = {"a": constant("100s", transfer={"b": {"share": 0.5, "repeated": 0.25}}) | repeat(attempts=3), "b": {}}
    scenario = center(tmp_path, {"a": 200, "b": 0}, queues)
    told = today(scenario)
    contacts, rows, legs, n = told.contacts, told.follow_ups, told.legs, len(told.contacts["talk"])
    has = [table["legs_to_come"] == 1 for table in (contacts, where(rows, slice(0, n)), where(rows, slice(n, 2 * n)))]
    for one, other in ((has[0], has[1]), (has[1], has[2]), (has[0], has[2])):
        agrees(float(np.corrcoef(one, other)[0, 1]), 0, 1 / math.sqrt(n))
    assert sum(h.sum() for h in has) == len(legs["talk"])
    keys = Stream(1, 0, "queue/a").keys(scenario.clock.start.toordinal(), contacts["index"])
    for attempt, chosen in enumerate(has, start=1):
        ahead = NEXT_ATTEMPT * (attempt - 1)
        assert np.array_equal(chosen, uniforms(keys, TRANSFER + ahead) < 0.5)
        table = contacts if attempt == 1 else where(rows, rows["attempt"] == attempt)
        leg = where(legs, table["first_leg"][chosen])
        assert np.array_equal(leg["resolve"], uniforms(keys[chosen], RESOLVE + NEXT_LEG + ahead))
        assert np.allclose(leg["talk"] - 25, -np.log1p(-uniforms(keys[chosen], TALK + NEXT_LEG + ahead)) * 100)
        assert set(leg["attempt"]) == {attempt}
        assert leg["index"].tolist() == table["index"][chosen].tolist()
    # The contacts' legs are those that they have without follow-ups, and come first.
    queues["a"].pop("repeat")
    plain = today(center(tmp_path, {"a": 200, "b": 0}, queues))
    assert same(plain.legs, where(legs, slice(0, has[0].sum())))
    assert same(plain.contacts, contacts, set(DRAWN) - {"next_repeat"})


def escalation(kind: str, share: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"escalation": {"kind": kind, "share": share, **more}}


@pytest.mark.parametrize(("kind", "talk"), [("cold", 300 + 50), ("warm", 300), ("swarm", 300)])
def test_an_escalated_contact_is_a_leg_of_the_second_line(tmp_path: Path, kind: str, talk: float) -> None:
    """300 s there, and half of the 100 s again if it is cold. Nobody escalates from the second line."""
    again = {"repeated": 0.5} if kind == "cold" else {}
    queues = {
        "a": constant("100s") | escalation(kind, to="b", **again),
        "b": constant("300s") | escalation("cold", to="a"),
    }
    told = today(center(tmp_path, {"a": 10, "b": 0}, queues))
    n = len(told.contacts["talk"])
    assert told.contacts["legs_to_come"].tolist() == [1] * n
    assert told.contacts["first_leg"].tolist() == list(range(n))
    for name, value in {"talk": talk, "queue": 1, "escalates": 1, "legs_to_come": 0}.items():
        assert set(told.legs[name].tolist()) == {value}, name
    assert (told.contacts["escalates"] == 0).all()


def test_following_up_is_a_leg_of_more_work_on_the_same_queue(tmp_path: Path) -> None:
    """600 s at standard speed, twice the work by calibration: 1,200 s, no hold, no wrap, no end to patience."""
    work = {"hold": always("20s"), "wrap": always("30s")}
    own = constant("100s", **work) | escalation("follow up", length=always("10min")) | repeat(attempts=2)
    told = demand_of(center(tmp_path, {"q": 100}, {"q": own}), q=2.0).day(0)
    n = len(told.contacts["talk"])
    assert len(told.legs["talk"]) == 2 * n
    for name, value in {"talk": 1200, "hold": 0, "wrap": 0, "patience": math.inf, "queue": 0, "escalates": 1}.items():
        assert set(told.legs[name].tolist()) == {value}, name
    legs = told.legs["resolve"]
    assert stats.kstest(legs, "uniform").pvalue > 0.001
    first = np.concatenate([told.contacts["resolve"], told.follow_ups["resolve"]])
    agrees(float(np.corrcoef(first, legs)[0, 1]), 0, 1 / math.sqrt(2 * n))


def test_who_is_transferred_is_not_escalated_and_who_is_escalated_may_be_transferred_on(tmp_path: Path) -> None:
    """Of 24,000, 40 % are transferred to b; of the other 60 % half may be escalated to c, which sends all on to b.

    So 0.3 go a → c → b. With a swarm nobody goes on. Standard error of 0.3: 1 % of it.
    """
    for kind, legs_each in (("cold", 2), ("swarm", 1)):
        queues = {
            "a": {"transfer": {"b": {"share": 0.4}}} | escalation(kind, 0.5, to="c"),
            "c": {"transfer": {"b": {"share": 1.0}}},
        }
        told = today(center(tmp_path, {"a": 1000, "b": 0, "c": 0}, queues))
        plain = today(
            center(tmp_path, {"a": 1000, "b": 0, "c": 0}, queues | {"a": {"transfer": {"b": {"share": 0.4}}}})
        )
        contacts, legs, n = told.contacts, told.legs, len(told.contacts["talk"])
        moved = plain.contacts["legs_to_come"] == 1
        has = contacts["legs_to_come"] > 0
        first = np.where(has, legs["escalates"][contacts["first_leg"]], 0) == 1
        assert not (first & moved).any()
        assert np.array_equal(has & ~first, moved)
        assert same(where(legs, contacts["first_leg"][moved]), plain.legs, OLD)
        agrees(first.mean(), 0.3, math.sqrt(0.3 * 0.7 / n))
        assert set(contacts["legs_to_come"][first]) == {legs_each}
        at = contacts["first_leg"][first]
        assert set(legs["queue"][at]) == {2}
        if legs_each == 2:
            assert set(legs["queue"][at + 1]) == {1}
            assert set(legs["escalates"][at + 1]) == {0}


# ---- Cases and customers ----------------------------------------------------------------------------------------


def test_unresolvable_cases_are_so_to_the_end(tmp_path: Path) -> None:
    """A fifth of 24,000 cases: standard error 1.3 % of it. Every leg and attempt of theirs, and of no other."""
    queues = {
        "a": {"unresolvable": 0.2, "transfer": {"b": {"share": 0.5}}}
        | repeat(1.0, to={"b": 0.5}, attempts=3)
        | escalation("follow up", 0.5)
    }
    told = today(center(tmp_path, {"a": 1000, "b": 0}, queues | {"b": repeat(attempts=3)}))
    contacts, n = told.contacts, len(told.contacts["talk"])
    beyond = contacts["resolve"] == BEYOND
    agrees(beyond.mean(), 0.2, math.sqrt(0.2 * 0.8 / n))
    cases = set(contacts["index"][beyond].tolist())
    assert len(set(contacts["index"].tolist())) == n
    for table in (told.legs, told.follow_ups):
        its = np.isin(table["index"], list(cases))
        assert np.array_equal(table["resolve"] == BEYOND, its)
        assert 0 < its.sum() < len(its)
    # The rest is as it was.
    del queues["a"]["unresolvable"]
    plain = today(center(tmp_path, {"a": 1000, "b": 0}, queues | {"b": repeat(attempts=3)}))
    for one, other in ((told.contacts, plain.contacts), (told.legs, plain.legs), (told.follow_ups, plain.follow_ups)):
        assert same(one, other, set(DRAWN) - {"resolve"})
        fine = one["resolve"] != BEYOND
        assert np.array_equal(one["resolve"][fine], other["resolve"][fine])


CUSTOMERS = {"customers": {"number": 40, "value": 100, "leave": [0.1]}}


def test_each_new_case_is_that_of_a_customer(tmp_path: Path) -> None:
    """Forty customers, all alike: chi-squared at 0.1 %. Legs and follow-ups are the same customer's."""
    queues = {"q": {"transfer": {"p": {"share": 0.5}}} | repeat(attempts=2)}
    told = today(center(tmp_path, {"q": 200, "p": 20}, queues, CUSTOMERS))
    contacts = told.contacts
    assert stats.chisquare(np.bincount(contacts["customer"], minlength=40)).pvalue > 0.001
    assert contacts["customer"].max() == 39
    own = {(int(c), int(q)): int(who) for c, q, who in zip(contacts["index"], contacts["queue"], contacts["customer"], strict=True)}  # fmt: skip
    for index, who in zip(told.follow_ups["index"], told.follow_ups["customer"], strict=True):
        assert own[int(index), 0] == who
    has = contacts["legs_to_come"] > 0
    assert np.array_equal(told.legs["customer"][contacts["first_leg"][has]], contacts["customer"][has])
    plain = today(center(tmp_path, {"q": 200, "p": 20}, queues))
    assert same(plain.contacts, contacts, set(DRAWN) - {"customer"})
    assert set(plain.contacts["customer"]) == set(plain.legs["customer"]) == {-1}


def test_the_gone_begin_no_more_cases(tmp_path: Path) -> None:
    """Without follow-ups too; and who entered the machine before midnight still comes."""
    held = machine(0.5, always("3h"), come_back={"share": 1.0, "after": "6h"})
    for own in ({}, held, repeat(0.5)):
        scenario = center(tmp_path, {"q": 60}, {"q": own}, CUSTOMERS)
        gone = np.arange(40) < 10
        stay, leave = demand_of(scenario), demand_of(scenario)
        assert same(stay.day(0).contacts, leave.day(0, np.zeros(40, bool)).contacts)
        whole, less = stay.day(1), leave.day(1, gone)
        fresh = whole.contacts["index"] < 1 << 48
        kept = ~(gone[whole.contacts["customer"]] & fresh)
        names = set(DRAWN) - {"next_repeat", "next_redial"}
        assert same(where(whole.contacts, kept), less.contacts, names)
        assert kept.sum() < 0.85 * len(kept)
        assert fresh.all() == (own is not held)
        if own is held:
            assert 0.65 < len(less.sessions["began"]) / len(whole.sessions["began"]) < 0.85


def test_outreach_prevents_cases_and_counts_its_messages(tmp_path: Path) -> None:
    """Half of 24,000 are reached, 30 % of these prevented: standard errors 0.6 % and 1 %. The others are as they were."""
    plan = {"outreach": {"reached": 0.5, "prevents": 0.3, "cost": 0.1}}
    base, scenario = center(tmp_path, {"p": 50, "q": 1000}), center(tmp_path, {"p": 50, "q": 1000}, {"q": plan})
    before, told = today(base), today(scenario)
    n = int((before.contacts["queue"] == 1).sum())
    reached, prevented = told.outreach[1]
    assert told.outreach[0].tolist() == [0, 0]
    assert not before.outreach.any()
    agrees(reached / n, 0.5, 0.5 / math.sqrt(n))
    agrees(prevented / reached, 0.3, math.sqrt(0.3 * 0.7 / reached))
    left = np.isin(before.contacts["arrived"], told.contacts["arrived"])
    assert same(where(before.contacts, left), told.contacts)
    assert len(left) - left.sum() == prevented


# ---- What the days before bring ---------------------------------------------------------------------------------


def carrying(scenario: Scenario, first_day: int = 0, standard: float = 1.0, **chance: float) -> Demand:
    works = dict.fromkeys(scenario.queues, standard)
    return Demand(lower_customers(scenario, works, None, chance), Luck(1, 0), first_day)


def carried_of(scenario: Scenario, first_day: int = 0, **chance: float) -> Table:
    """Second attempts among the arrivals, all days'."""
    demand = carrying(scenario, first_day, **chance)
    contacts = together(demand.day(day).contacts for day in range(first_day, scenario.clock.days))
    return where(contacts, contacts["attempt"] == 2)


def test_repeats_of_the_days_before_come_when_they_would(tmp_path: Path) -> None:
    """Calls at 9 alone, each repeated 20 h later: on day 0 at 5, those of the day before, 125 s long; none later."""
    own = constant("100s") | repeat(0.5, after=always("20h"), attempts=3, repeated=0.25)
    scenario = center(tmp_path, {"q": only(9, 400)}, {"q": own}, days=3)
    come = carried_of(scenario, q=0.4)
    n = len(come["talk"])
    agrees(n / 400, 0.4, math.sqrt(0.4 / 400))
    assert ((come["arrived"] >= 5 * HOUR) & (come["arrived"] < 6 * HOUR)).all()
    assert set(come["talk"]) == {125.0}
    assert set(come["told_again"]) == {0.0}
    assert (come["patience"] > 0.0).all()
    # They are the luck of their own day, and half of them may come a third time: standard error 4 % of ~160.
    keys = Stream(1, 0, "queue/q").keys(scenario.clock.start.toordinal() - 1, come["index"] % (1 << 36))
    assert np.array_equal(come["resolve"], uniforms(keys, RESOLVE + NEXT_ATTEMPT))
    agrees((come["next_repeat"] >= 0).mean(), 0.5, 0.5 / math.sqrt(n))
    rows = carrying(scenario, q=0.4).day(0).follow_ups
    third = where(rows, come["next_repeat"][come["next_repeat"] >= 0])
    assert set(third["attempt"]) == {3}
    assert set(third["told_again"]) == {25.0}
    # Everybody else is who came without them.
    with_them, plain = carrying(scenario, q=0.4).day(0).contacts, today(scenario).contacts
    assert same(where(with_them, with_them["attempt"] == 1), plain, set(DRAWN) - {"next_repeat", "next_redial"})
    assert (np.diff(with_them["arrived"]) >= 0).all()


def test_days_before_are_like_those_of_the_first_week(tmp_path: Path) -> None:
    """100 on Mondays, 1000 on Sundays, else 300; each comes again after 24 h with chance 1: day 0, a Monday, sees
    Sunday's 1000 (three standard errors and a half: 110). From day 2 on it is Tuesday's own 300 that Wednesday sees."""
    volume = {"mon": 100, "sun": 1000}
    rows = [(day, f"{h:02d}:00", volume.get(day, 300) * (h == 9)) for day in WEEKDAYS for h in range(24)]
    path = write_csv(tmp_path / "v.csv", "weekday,start,contacts", rows)
    own = repeat(1.0, after=always("24h")) | {"forecast": {"csv": path}}
    scenario = center(tmp_path, {"q": 0}, {"q": own}, days=9)
    come = carried_of(scenario, q=1.0)
    agrees(len(come["talk"]), 1000, math.sqrt(1000))
    later = carried_of(scenario, 2, q=1.0)
    assert ((later["arrived"] >= 2 * DAY + 9 * HOUR) & (later["arrived"] < 2 * DAY + 10 * HOUR)).all()
    # The very contacts of that day, since the horizon holds it.
    tuesday = demand_of(scenario).day(1).contacts
    assert later["arrived"].tolist() == (tuesday["arrived"] + DAY).tolist()
    assert len(later["talk"]) > 200


def test_as_many_come_as_the_delays_say(tmp_path: Path) -> None:
    """1,000 an hour at all hours, chance 0.3, delays exponential with mean 6 h: 300 × 6 are still to come at the start,
    but for e^(−8) of them, from before the two days that hold 99 % of the delays. Standard error √1800 = 2.4 %."""
    own = repeat(0.3, after={"family": "exponential", "mean": "6h"})
    scenario = center(tmp_path, {"q": 1000}, {"q": own}, days=4)
    come = carried_of(scenario, q=0.3)
    agrees(len(come["talk"]), 1800 * (1 - math.exp(-8)), math.sqrt(1800))
    assert stats.kstest(come["arrived"], "expon", args=(0, 6 * HOUR)).pvalue > 0.001
    assert len(set(come["index"].tolist())) == len(come["index"])


def test_repeats_of_the_days_before_come_within_opening_hours(tmp_path: Path) -> None:
    """Open 8 to 12 but on Sundays; a third of the repeats go to a mailbox, open always, 12 h later on average.

    Of Friday's and Saturday's 3,000 calls between 11 and 12, two thirds come again by phone; those who would after
    Saturday noon come on Monday, nearly all of them moved there: uniformly from 8 to 12. Sunday's callers find closed
    doors, and do not come again. Standard error 2.2 %.
    """
    again = repeat(1.0, after={"family": "exponential", "mean": "12h"}, to={"mail": 1 / 3}, attempts=2)
    queues = {"calls": {"open": {"mon-sat": "08:00-12:00"}} | again, "mail": {"channel": "email"}}
    scenario = center(tmp_path, {"calls": only(11, 3000), "mail": 0}, queues, days=14)
    come = carried_of(scenario, calls=1.0)
    calls, mail = of_queue(come, scenario, "calls"), of_queue(come, scenario, "mail")
    spans = [span for day in range(14) for span in open_seconds(scenario, "calls", day)]
    at = calls["arrived"]
    assert all(any(start <= t < end for start, end in spans) for t in at)
    assert not calls["refused"].any()
    first = at[at < 12 * HOUR]

    def still_to_come(hours: float) -> float:
        """Chance of a delay longer than from 11:00 to 12:00, evenly, to so many hours after that noon."""
        return math.exp(-hours / 12) * 12 * (1 - math.exp(-1 / 12))

    exact = 2000 * sum(still_to_come(24 * day) - still_to_come(48 + 24 * day) for day in (0, 1))
    agrees(len(first), exact, math.sqrt(exact))
    assert stats.kstest(first, "uniform", args=(8 * HOUR, 4 * HOUR)).pvalue > 0.001
    assert (mail["arrived"] < 8 * HOUR).sum() > 5
    assert (mail["arrived"] >= 0).all()


def test_days_before_do_not_depend_on_the_order_of_asking(tmp_path: Path) -> None:
    queues = {
        "q": repeat(0.5, to={"p": 0.5}) | redial(0.5) | {"unresolvable": 0.1} | escalation("cold", 0.5, to="p"),
        "p": machine(0.3, {"family": "exponential", "mean": "2h"}) | repeat(0.5) | {"transfer": {"q": {"share": 0.5}}},
    }
    scenario = center(tmp_path, {"q": 20, "p": 20}, queues, CUSTOMERS, days=5)
    in_turn = [carrying(scenario, q=0.3, p=0.4).day(day) for day in range(5)]
    mixed = carrying(scenario, q=0.3, p=0.4)
    for day in (3, 1, 4, 1, 0, 2):
        told = mixed.day(day)
        for name in ("contacts", "legs", "follow_ups"):
            assert same(getattr(told, name), getattr(in_turn[day], name)), (day, name)
    assert len(in_turn[0].legs["talk"]) > 200
    whole = in_turn[2]
    for table in (whole.contacts, whole.follow_ups):
        for way in ("next_repeat", "next_redial"):
            row = table[way][table[way] >= 0]
            assert (whole.follow_ups["attempt"][row] == table["attempt"][table[way] >= 0] + 1).all()
        has = table["legs_to_come"] > 0
        assert (whole.legs["index"][table["first_leg"][has]] == table["index"][has]).all()


def test_more_of_those_who_come_again_are_beyond_everybody(tmp_path: Path) -> None:
    """10 % of all cases, and 30 % are not resolved; half of these come again: chance 0.15, a third of them unresolvable.

    Of some 3,600: standard error 2.4 % of it.
    """
    own = {"unresolvable": 0.1} | repeat(0.5, after={"family": "exponential", "mean": "1d"})
    come = carried_of(center(tmp_path, {"q": 1000}, {"q": own}, days=7), q=0.15)
    n = len(come["talk"])
    agrees((come["resolve"] == BEYOND).mean(), 1 / 3, math.sqrt(2 / 9 / n))


def test_nothing_comes_from_before_without_a_chance_or_a_second_attempt(tmp_path: Path) -> None:
    for own, chance in ((repeat(0.5), 0.0), (repeat(0.5, attempts=1), 0.5), ({}, 0.5), (repeat(0.0), 0.5)):
        assert not len(carried_of(center(tmp_path, {"q": 100}, {"q": own}), q=chance)["talk"])


def test_a_replayed_log_has_days_before_as_busy_as_its_own(tmp_path: Path) -> None:
    """2,000 calls on the only day, each repeated a day later: about 2,000 from before."""
    log = [(f"2026-03-02 09:{k // 60 % 60:02d}:{k % 60:02d}",) for k in range(2000)]
    path = write_csv(tmp_path / "log.csv", "arrived", log)
    own = repeat(1.0, after=always("24h")) | {"forecast": {"replay": path}}
    scenario = center(tmp_path, {"q": 0}, {"q": own}, days=1)
    assert expected(scenario, "q").contacts.sum() == 2000
    agrees(len(carried_of(scenario, q=1.0)["talk"]), 2000, math.sqrt(2000))


def test_windows(tmp_path: Path) -> None:
    """Open 8 to 12 and 13 to 17 but on Sundays; 2 March is a Monday."""
    queues = {"q": {"open": {"mon-sat": ["08:00-12:00", "13:00-17:00"]}}, "mail": {"channel": "email"}}
    scenario = center(tmp_path, {"q": 1, "mail": 1}, queues, days=7)
    windows = windows_of(scenario, "q", -2, 7)
    assert windows.start[:3].tolist() == [-2 * DAY + 8 * HOUR, -2 * DAY + 13 * HOUR, 8 * HOUR]
    asked = np.array([9.0, 12.0, 12.5, 16.99, 17.0, 7.99, -20.0, 5 * 24 + 17.5, 6 * 24 + 9]) * HOUR
    place = np.full(len(asked), 0.25)
    # Saturday evening and Sunday: the day after the horizon.
    wanted = [9.0, 14.0, 14.0, 16.99, 33.0, 9.0, 9.0, 174.0, 174.0]
    assert windows.within(asked, place).tolist() == pytest.approx([hour * HOUR for hour in wanted])
    always_open = windows_of(scenario, "mail", -2, 7)
    assert always_open.within(asked, place).tolist() == asked.tolist()
