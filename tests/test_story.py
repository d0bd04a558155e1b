"""One caller's story: scripted luck, facts known beforehand, both calendars; and what the command says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from shop import SHOP as TWO_DAYS
from shop import write
from stories import DAY, Again, Call, Told, crew, seen_of
from stories import Teller as Tell
from test_what_is_seen import SHOP

import sim
from sim.command.cli import main
from sim.explaining.story import Story
from sim.explaining.telling import Telling
from sim.explaining.turns import PRIORITY
from sim.report.terminal.story import story_lines
from sim.report.text.story import headline, sentences
from sim.report.text.story_moments import time_line

ORDERS, RETURNS = "orders", "returns"
ANN = {"core": crew("ann", skills={ORDERS: {"priority": 1}, RETURNS: {"priority": 2}})}
TWO: dict[str, Any] = {ORDERS: {}, RETURNS: {}}


def story_of(told: Told, contact: int) -> Story:
    return Telling(seen_of(told), "base", 0).of(contact)


def three(tell: Tell) -> Told:
    """Ann talks to an order till 100; a return waits from 10 on, at most a minute and a half; an order comes at 20."""
    calls = [
        Call(0, talk=80, wrap=20, queue=ORDERS), Call(10, patience=115, queue=RETURNS), Call(20, talk=50, queue=ORDERS),
    ]  # fmt: skip
    told = tell(calls, queues=TWO, groups=ANN)
    assert told.endings == ["ann 0-100", "abandoned 125", "ann 100-150"]
    return told


def test_three_callers(tell: Tell) -> None:
    story = story_of(three(tell), 1)
    (leg,) = story.legs
    assert (leg.queue, leg.arrived, leg.left, leg.wait, leg.patience) == (RETURNS, 10.0, 125.0, 115.0, 115.0)
    assert (leg.ahead, leg.ahead_elsewhere) == (0, {})
    assert leg.people == {"core": {"talk": 1}}
    assert leg.people_at_end == {"core": {"talk": 1}}
    (first,) = leg.went_first
    assert (first.contact, first.queue, first.arrived, first.taken) == (2, ORDERS, 20.0, 100.0)
    assert (first.agent, first.group, first.why) == ("ann", "core", PRIORITY)
    # Without it nobody else waited: the return was next for ann.
    assert leg.but_for == first
    assert leg.saving is not None
    # At 125 nobody else waits: one more of core would have done; ann is free again at 150.
    assert (leg.saving.by, leg.saving.people, leg.saving.group) == (125.0, 1, "core")
    assert leg.saving.back is None
    assert leg.saving.next_free == ("ann", 150.0)


def test_three_callers_in_words(tell: Tell) -> None:
    story = story_of(three(tell), 1)
    assert headline(story) == "Contact 1 waited 1 min 55 s for returns and hung up."
    assert " ".join(sentences(story)[1:]) == (
        "The caller called returns at 00:00:10. Nobody stood ahead in line. Who could have answered then: core, 1 on "
        "duty: 1 talking. At the end of the wait: core, 1 on duty: 1 talking. 1 contact that came later went first: 1 of "
        "orders (its queue goes first for them); the first of them was contact 2, at 00:01:40. But for contact 2 of orders, the caller was next for ann at "
        "00:01:40, after 90 s. At 00:02:05, after 1 min "
        "55 s, the patience of the caller was at an end: nobody had answered. As far as this replay tells, one person "
        "more of core, free just before 00:02:05, would have been enough: the caller was next for them. The first to be "
        "free was ann, at 00:02:30, 25 s later."
    )
    assert [(one.at, one.since, one.text) for one in time_line(story)] == [
        ("00:00:10", "+0:00", "comes to returns; 0 ahead"),
        ("00:01:40", "+1:30", "2 of orders goes first, to ann (priority)"),
        ("00:02:05", "+1:55", "hangs up"),
    ]
    assert max(map(len, story_lines(story))) <= 80


def test_who_was_late_needed_as_many_as_went_before(tell: Tell) -> None:
    """Four orders in line behind a call of 100 s, a target of 20 s: at 25 s the last of them was third in line."""
    calls = [Call(0, talk=100), Call(1, patience=10), *(Call(at, talk=5) for at in (2, 3, 5))]
    told = tell(calls, queues={"calls": {"service_level": {"target": 0.8, "within": "20s"}}})
    assert told.endings == ["ann 0-100", "abandoned 11", "ann 100-105", "ann 105-110", "ann 110-115"]
    (leg,) = story_of(told, 4).legs
    assert (leg.ahead, leg.way, leg.agent, leg.tier) == (3, "next free", "ann", 1)
    assert leg.saving is not None
    assert (leg.saving.by, leg.saving.people) == (25.0, 3)
    assert leg.saving.next_free == ("ann", 100.0)
    # Who is answered in time, or at once, needed nothing.
    assert story_of(told, 0).legs[0].saving is None
    assert story_of(told, 0).legs[0].way == "at once"


def test_whoever_was_on_break_is_named_with_the_return(tell: Tell) -> None:
    bob = [(0, 50, "work"), (50, 350, "break"), (350, DAY, "work")]
    groups = {"core": {"agents": {"ann": [(0, DAY, "work")], "bob": bob}}}
    told = tell([Call(60, talk=1000), Call(70, patience=100)], groups=groups)
    assert told.endings == ["ann 60-1060", "abandoned 170"]
    (leg,) = story_of(told, 1).legs
    assert leg.people == {"core": {"talk": 1, "break": 1}}
    assert "core, 1 on duty: 1 talking, and besides 1 on break." in " ".join(sentences(story_of(told, 1)))
    assert leg.saving is not None
    assert leg.saving.back == ("bob", "break", 350.0)
    assert leg.saving.next_free == ("bob", 350.0)


def test_who_is_not_there_is_not_on_duty(tell: Tell) -> None:
    groups = {"core": crew("ann"), "side": {"agents": {"bob": [(0, DAY, "sick")], "cat": [(0, DAY, "meeting")]}}}
    story = story_of(tell([Call(60, talk=1000), Call(70, patience=100)], groups=groups), 1)
    assert story.legs[0].people == {"core": {"talk": 1}, "side": {"sick": 1, "meeting": 1}}
    assert "side: nobody on duty, 1 in a meeting (not there: 1 sick)" in " ".join(sentences(story))
    assert story.legs[0].saving is not None
    assert story.legs[0].saving.back == ("cat", "meeting", float(DAY))


def test_the_rest_of_the_case_is_told(tell: Tell) -> None:
    told = tell(
        [Call(0, luck={"resolve": 0.9}, then=Again(100, talk=20, luck={"resolve": 0.1}))],
        queues={"calls": {"repeat": {"share": 0.0}}},
    )
    assert told.endings == ["ann 0-10", "ann 110-130"]
    first, second = story_of(told, 0), story_of(told, 1)
    assert [(one.contact, one.attempt, one.arrived, one.resolved) for one in first.case] == [(1, 2, 110.0, True)]
    assert [(one.contact, one.attempt, one.arrived, one.resolved) for one in second.case] == [(0, 1, 0.0, False)]
    assert second.attempt == 2


# ---------------------------------------------------------------- the command, and Python


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("told")
    rows = [f"mon,{hour:02d}:{minute:02d},34" for hour in range(8, 12) for minute in (0, 30)]
    (folder / "calls.csv").write_text("weekday,start,contacts\n" + "\n".join(rows) + "\n")
    (folder / "shop.toml").write_text(SHOP)
    return folder / "shop.toml"


def told_by(*words: object) -> Any:
    return CliRunner().invoke(main, ["story", *map(str, words)])


def test_the_worst_waited_longest_and_agrees_with_its_row(shop: Path) -> None:
    rows = sim.run(sim.load(shop), replications=1, engine="simpy", jobs=1).contacts.to_pandas()
    worst = rows.loc[rows.wait_s.idxmax()]
    out = shop.parent / "worst"
    done = told_by(shop, "--engine", "simpy", "--out", out)
    assert done.exit_code == 0, done.output
    story = json.loads((out / "story.json").read_text())
    (leg,) = story["legs"]
    assert (story["contact"], leg["queue"], leg["outcome"]) == (worst.contact, worst.queue, worst.outcome)
    assert leg["left"] - leg["arrived"] == pytest.approx(worst.wait_s)
    assert (leg["ahead"], len(leg["went_first"])) == (worst.ahead, worst.overtaken)
    assert [one["contact"] for one in leg["went_first"]][:5] == [int(n) for n in worst.overtaken_by.split()]
    assert f"Contact {worst.contact} waited" in done.output
    page = (out / "story.html").read_text()
    assert story["headline"] in page
    assert "http" not in page
    lines = done.output.split("Results:")[0].splitlines()
    assert max(map(len, lines)) <= 80


def test_python_tells_what_the_command_tells(shop: Path) -> None:
    told = sim.story(sim.load(shop), contact=17, engine="simpy")
    done = told_by(shop, "--contact", 17, "--engine", "simpy", "--out", shop.parent / "python")
    assert told.text in done.output
    assert f"--contact 17 --replication 0 --engine simpy --out {shop.parent / 'python'}" in done.output
    assert str(told) == told.text
    told.write(shop.parent / "written")
    assert (shop.parent / "written" / "story.html").exists()


def test_worst_and_median_replications_are_ranked_by_service_level(shop: Path) -> None:
    center = sim.load(shop)
    rows = sim.run(center, replications=5, engine="simpy", jobs=1).contacts.to_pandas()
    rows["met"] = (rows.outcome == "answered") & (rows.wait_s <= 20.0)
    ranked = rows.groupby("replication").met.mean().sort_values(kind="stable").index
    for which, number in (("worst", ranked[0]), ("median", ranked[2])):
        told = sim.story(center, replication=which, replications=5, engine="simpy", jobs=1)
        assert told.story.replication == number
        own = rows[rows.replication == number]
        assert told.story.contact == own.contact[own.wait_s.idxmax()]


def test_every_problem_is_named_with_the_way_out(shop: Path) -> None:
    done = told_by(shop, "--contact", "bad", "--replication", "best")
    assert done.exit_code == 2
    assert "write worst, random, or a number from 0 on, not 'bad'" in done.output
    assert "write worst, median, or a number from 0 on, not 'best'" in done.output
    for words, text in (
        (("--contact", "99999"), "is not there; they go from 0 to"),
        (("--day", "tue"), "is not played; the scenario plays 2026-03-02 to 2026-03-02"),
        (("--day", "soon"), "write a weekday such as mon, or a date such as 2026-03-02"),
    ):
        done = told_by(shop, *words, "--engine", "simpy", "--out", shop.parent / "none")
        assert done.exit_code == 2
        assert text in " ".join(done.output.split())
        assert not (shop.parent / "none").exists()


def test_a_contact_of_another_day_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, TWO_DAYS)
    words = ("--contact", "0", "--replication", "0", "--engine", "simpy", "--out", tmp_path / "out")
    other = told_by(file, *words, "--day", "tue")
    assert other.exit_code == 2
    assert "came on 2026-03-02, not on 2026-03-03" in " ".join(other.output.split())
    assert told_by(file, *words, "--day", "mon").exit_code == 0


def test_an_outside_partner_answers_after_its_wait(tell: Tell) -> None:
    """Taken from the line when the second step opens, at 40, and answered 20 s later."""
    vendor = {"price": {"per": "contact", "rate": 1}, "wait": "20s", "handle_factor": 2.0, "capacity": 1}
    route = [{"groups": ["core"]}, {"vendor": "out", "after": "30s"}]
    told = tell([Call(0, talk=1000), Call(10, talk=30)], queues={"calls": {"route": route}}, vendors={"out": vendor})
    story = story_of(told, 1)
    (leg,) = story.legs
    assert (leg.left, leg.answered, leg.way, leg.tier, leg.group, leg.agent) == (
        40.0,
        60.0,
        "tier opened",
        2,
        "out",
        "",
    )
    words = " ".join(sentences(story))
    assert "step 2 of the route opened, and out, an outside partner, was free" in words
    assert ("00:00:40", "+0:30", "out is asked too") in [tuple(one) for one in time_line(story)]


def test_mail_is_told_in_its_own_words(tell: Tell) -> None:
    queues = {"mail": {"channel": "email"}}
    told = tell([Call(0, talk=50, queue="mail"), Call(5, talk=30, queue="mail")], queues=queues)
    words = " ".join(sentences(story_of(told, 1)))
    assert "The customer wrote to mail at 00:00:05. Nothing lay before it." in words
    assert "1 at email" in words
    assert "went first" not in words
    assert "enough" not in words
