"""What is kept of a contact and of a person, told by scripted stories with exact endings, under both calendars."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from numpy.testing import assert_allclose
from stories import ALL_DAY, DAY, Call, Told, crew, seen_of
from stories import Teller as Tell

import sim
from sim.command.cli import main
from sim.explaining.agent_days import DOING, agent_days, uncovered
from sim.explaining.overtaking import Overtaking
from sim.explaining.seen import WAYS

ORDERS, RETURNS = "orders", "returns"
PRIORITY = {"core": crew("ann", skills={ORDERS: {"priority": 1}, RETURNS: {"priority": 2}})}
TWO = {ORDERS: {}, RETURNS: {}}


def ways(told: Told) -> list[str]:
    """How each call found its agent, in the order in which they came."""
    return [WAYS[way] for way in seen_of(told).way]


def went_first(told: Told) -> list[tuple[float, float]]:
    """(arrival of who waited, arrival of who went first)."""
    waited, first = Overtaking(seen_of(told)).all()
    arrived = seen_of(told).rows["arrived"]
    return list(zip(arrived[waited].tolist(), arrived[first].tolist(), strict=True))


def days(told: Told) -> list[str]:
    """ "ann talk 0-90": stretches, without who was off."""
    found, names = agent_days(seen_of(told)), told.prepared.agents.names
    rows = zip(found.agent, found.doing, found.began, found.ended, strict=True)
    return [f"{names[a]} {DOING[what]} {b:g}-{e:g}" for a, what, b, e in rows if DOING[what] != "off"]


# ---------------------------------------------------------------- a contact


def test_patience_left_is_what_was_left_at_the_answer(tell: Tell) -> None:
    told = tell([Call(0, talk=100, patience=30), Call(10, patience=200), Call(20), Call(30, patience=5)])
    assert told.endings == ["ann 0-100", "ann 100-110", "ann 110-120", "abandoned 35"]
    assert_allclose(seen_of(told).patience_left, [30.0, 110.0, np.nan, np.nan])
    assert_allclose(seen_of(told).patience, [30.0, 200.0, np.nan, 5.0])


def test_ahead_counts_who_stands_in_line_at_the_same_queue(tell: Tell) -> None:
    told = tell([Call(0, talk=100), Call(10, patience=15), Call(20), Call(30, luck={"balks": 1}), Call(40), Call(105)])
    assert told.endings == ["ann 0-100", "abandoned 25", "ann 100-110", "balked 30", "ann 110-120", "ann 120-130"]
    # The one who left at 25, and who never stood, do not count at 40; of two in line at 100, one is left at 105.
    assert seen_of(told).ahead.tolist() == [0, 0, 1, 1, 1, 1]


def test_how_an_agent_was_found(tell: Tell) -> None:
    route = [{"groups": ["core"]}, {"groups": ["flex"], "after": "45s", "choose": ["fastest"]}]
    told = tell(
        [Call(0, talk=100), Call(10, talk=300), Call(20, talk=5), Call(500)],
        queues={"calls": {"route": route}}, groups={"core": crew("ann"), "flex": crew("bob")},
    )  # fmt: skip
    assert told.endings == ["ann 0-100", "bob 55-355", "ann 100-105", "ann 500-510"]
    seen = seen_of(told)
    assert ways(told) == ["at once", "tier opened", "next free", "at once"]
    assert seen.tier.tolist() == [1, 2, 1, 1]
    codes, words = seen.rules
    assert [words[code] for code in codes] == [
        "longest idle", "fastest", "skill priority, then priority class, then longest waiting", "longest idle",
    ]  # fmt: skip


def test_who_comes_later_and_has_priority_goes_first(tell: Tell) -> None:
    told = tell(
        [Call(0, talk=100, queue=ORDERS), Call(10, queue=RETURNS), Call(20, queue=ORDERS), Call(30, queue=RETURNS)],
        queues=TWO, groups=PRIORITY,
    )  # fmt: skip
    assert told.endings == ["ann 0-100", "ann 110-120", "ann 100-110", "ann 120-130"]
    assert went_first(told) == [(10.0, 20.0)]


def test_nobody_is_overtaken_by_those_whom_it_could_not_have_had(tell: Tell) -> None:
    """Bob has no returns; cat's group opens to them after a minute only, and keeps nobody from orders till then."""
    groups = {
        "core": crew("ann"), "side": crew("bob", skills={ORDERS: {}}), "late": crew("cat"),
    }  # fmt: skip
    returns = {"route": [{"groups": ["core"]}, {"groups": ["late"], "after": "60s"}]}
    calls = [
        Call(0, talk=500, queue=RETURNS), Call(1, talk=50, queue=ORDERS), Call(2, talk=50, queue=ORDERS),
        Call(10, queue=RETURNS), Call(20, talk=40, queue=ORDERS), Call(25, talk=40, queue=ORDERS),
    ]  # fmt: skip
    told = tell(calls, queues={ORDERS: {"route": [{"groups": ["side", "late"]}]}, RETURNS: returns}, groups=groups)
    # Both later orders are taken at 51 and 52, before the minute of the return is over.
    assert told.endings == ["ann 0-500", "bob 1-51", "cat 2-52", "cat 92-102", "bob 51-91", "cat 52-92"]
    assert went_first(told) == []


def test_the_legs_of_a_contact_have_one_number(tell: Tell) -> None:
    second = {"talk": {"family": "constant", "mean": "30s"}}
    told = tell(
        [Call(0, talk=100, queue="first"), Call(50, talk=20, queue="first"), Call(60, talk=5, queue="second")],
        queues={"first": {"transfer": {"second": {"share": 1.0}}}, "second": second},
        groups={"front": crew("ann", skills={"first": {}}), "back": crew("bob", skills={"second": {}})},
    )
    assert told.endings == ["ann 0-100", "bob 100-130", "ann 100-120", "bob 130-160", "bob 60-65"]
    seen = seen_of(told)
    assert seen.rows["arrived"].tolist() == [0, 50, 60, 100, 120]
    assert seen.contact.tolist() == [0, 1, 2, 0, 1]


# ---------------------------------------------------------------- a person


def test_an_agents_day_is_told_stretch_by_stretch(tell: Tell) -> None:
    """A call of 50 s at 290 comes before the break, which then lasts its full length."""
    ann = [(0, 300, "work"), (300, 400, "break"), (400, 600, "work"), (600, 700, "meeting")]
    told = tell(
        [Call(10, talk=60, wrap=30), Call(20, talk=5), Call(290, talk=50)],
        groups={"core": {"agents": {"ann": ann}}},
    )
    assert told.endings == ["ann 10-100", "ann 100-105", "ann 290-340"]
    assert days(told) == [
        "ann available 0-10", "ann talk 10-70", "ann wrap 70-100", "ann talk 100-105", "ann available 105-290",
        "ann talk 290-340", "ann break 340-440", "ann available 440-600", "ann meeting 600-700",
    ]  # fmt: skip
    found = agent_days(seen_of(told))
    off = [(b, e) for what, b, e in zip(found.doing, found.began, found.ended, strict=True) if DOING[what] == "off"]
    assert off == [(700.0, float(DAY))]


def test_stretches_of_one_who_holds_several_overlap_and_add_up(tell: Tell) -> None:
    groups = {"core": {"agents": {"ann": ALL_DAY}, "capacity": {"chat": {"at_once": 2}}}}
    told = tell(
        [Call(10, talk=100, queue="chats"), Call(20, talk=100, queue="chats")],
        queues={"chats": {"channel": "chat", "speed_by_load": [1.0, 1.0]}}, groups=groups,
    )  # fmt: skip
    assert told.endings == ["ann 10-110", "ann 20-120"]
    assert days(told) == [
        "ann available 0-10", "ann talk 10-110", "ann talk 20-120", f"ann available 120-{DAY}",
    ]  # fmt: skip


def test_what_is_uncovered() -> None:
    inside = np.array([0, 0, 1]), np.array([0.0, 10.0, 0.0]), np.array([10.0, 20.0, 5.0])
    covers = np.array([0, 0, 1]), np.array([5.0, 8.0, 1.0]), np.array([9.0, 12.0, 2.0])
    agent, began, ended = uncovered(inside, covers)
    assert list(zip(agent, began, ended, strict=True)) == [(0, 0, 5), (0, 12, 20), (1, 0, 1), (1, 2, 5)]


# ---------------------------------------------------------------- what is written


SHOP = """
title = "Shop"
[center]
start = 2026-03-02
days = 1
timezone = "America/New_York"
open = { mon-sun = "08:00-12:00" }
[run]
replications = 2
seed = 7
[queues.orders]
channel = "phone"
forecast = { csv = "calls.csv" }
talk = { family = "exponential", mean = "4m" }
wrap = { family = "exponential", mean = "30s" }
patience = { family = "exponential", mean = "5min" }
[[queues.orders.route]]
groups = ["core"]
[[queues.orders.route]]
groups = ["desk"]
after = "30s"
[queues.returns]
like = "orders"
[[queues.returns.route]]
groups = ["desk", "core"]
[groups.core]
heads = 6
shifts = { day = 6 }
[groups.core.skills]
orders = { priority = 1 }
returns = { priority = 2 }
[groups.desk]
heads = 3
shifts = { day = 3 }
[groups.desk.skills]
returns = { priority = 1 }
orders = { priority = 2 }
[shifts.day]
hours = "08:00-12:00"
breaks = [{ within = "09:30-11:00", length = "15min", paid = true }]
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    rows = [f"mon,{hour:02d}:{minute:02d},34" for hour in range(8, 12) for minute in (0, 30)]
    (folder / "calls.csv").write_text("weekday,start,contacts\n" + "\n".join(rows) + "\n")
    (folder / "shop.toml").write_text(SHOP)
    return folder / "shop.toml"


@pytest.fixture(scope="module")
def kept(shop: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contacts and people, as CSV, of two replications."""
    out = shop.parent / "kept"
    words = ["run", str(shop), "--engine", "simpy", "--jobs", "1", "--out", str(out)]
    done = CliRunner().invoke(main, [*words, "--keep", "contacts", "--keep", "people", "--keep-as", "csv"])
    assert done.exit_code == 0, done.output
    return pd.read_csv(out / "contacts.csv"), pd.read_csv(out / "people.csv")


def test_moments_are_seconds_in_the_centers_zone(kept: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    contacts, people = kept
    midnight = pd.Timestamp("2026-03-02T00:00:00-05:00")
    for table, names in ((contacts, ("arrived", "answered", "ended")), (people, ("began", "ended"))):
        for name in names:
            there = table[name].notna()
            passed = (pd.to_datetime(table[name][there]) - midnight).dt.total_seconds()
            assert (passed - table[f"{name}_s"][there]).abs().max() < 0.0011
            assert table[name][there].str.endswith("-05:00").all()


def test_columns_agree_with_a_look_at_every_pair(kept: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """Who stood ahead, and who went first, counted contact by contact from the other columns."""
    opens = {("orders", "core"): 0.0, ("orders", "desk"): 30.0, ("returns", "desk"): 0.0, ("returns", "core"): 0.0}
    overtaken = 0
    for _, rows in kept[0].groupby("replication"):
        left = rows.answered_s.fillna(rows.ended_s)
        for at, one in rows.iterrows():
            stood = (rows.queue == one.queue) & (rows.arrived_s < one.arrived_s) & (left > one.arrived_s)
            assert stood.sum() == one.ahead
            taken = rows[(rows.answered_s > one.arrived_s) & (rows.answered_s < left[at])]
            wait = taken.answered_s - one.arrived_s
            open_then = np.array([wait[n] >= opens[one.queue, group] for n, group in taken.group.items()], bool)
            first = taken[(taken.arrived_s > one.arrived_s) & open_then] if len(taken) else taken
            assert len(first) == one.overtaken
            named = [] if pd.isna(one.overtaken_by) else [int(float(n)) for n in str(one.overtaken_by).split()]
            assert named == first.sort_values("answered_s").contact.tolist()[:5]
            overtaken += len(first)
    assert overtaken > 20


def test_an_agents_stretches_fill_the_day_and_fit_the_contacts(kept: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    contacts, people = kept
    for _, own in people.groupby(["replication", "agent"]):
        assert own.began_s.iloc[0] == 0.0
        assert own.ended_s.iloc[-1] == DAY
        # Seconds are written with ten digits.
        assert_allclose(own.began_s.iloc[1:], own.ended_s.iloc[:-1], atol=2e-5)
    assert people.groupby(["replication", "agent"]).ngroups == 18
    talks = people[people.activity == "talk"].set_index(["replication", "contact"])
    told = contacts[contacts.outcome.isin(["answered", "in hand"])].set_index(["replication", "contact"])
    assert_allclose(talks.began_s.reindex(told.index), told.answered_s)
    assert (talks.agent.reindex(told.index) == told.agent).all()
    assert_allclose((talks.ended_s - talks.began_s).reindex(told.index), told.talk_s + told.hold_s, atol=1e-4)
    breaks = people[people.activity == "break"]
    assert (breaks.ended_s - breaks.began_s <= 900.0).all()
    assert len(breaks) == 18


def test_both_calendars_and_both_ways_to_write_keep_the_same(shop: Path) -> None:
    center = sim.load(shop)
    tables = [
        (result.contacts.to_pandas(), result.agent_days.to_pandas())
        for result in (sim.run(center, engine=engine, replications=1, jobs=1) for engine in ("simpy", "compiled"))
    ]
    for one, other in zip(*tables, strict=True):
        pd.testing.assert_frame_equal(one, other)
        assert len(one) > 200


def test_what_is_kept_is_named_when_it_is_wrong(shop: Path) -> None:
    done: Any = CliRunner().invoke(main, ["run", str(shop), "--keep", "persons"])
    assert done.exit_code == 2
    assert "people" in done.output
