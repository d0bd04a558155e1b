"""Stories of who takes up what was dropped, who leaves a seat, who is called back when, and who goes first."""

from __future__ import annotations

from typing import Any

import pytest
from stories import DAY, Call, Teller, crew


def mail(at: float, talk: float, **more: Any) -> Call:
    return Call(at, talk=talk, queue="mail", **more)


# ---------------------------------------------------------------- who goes on with what was dropped


def blended(resumed_by: str, penalty: str = "0s") -> dict[str, Any]:
    """Ann takes calls and drops emails for them; bob answers emails alone, and cat's are not interrupted."""
    capacity = {"email": {"interrupted_by": ["phone"], "resume_penalty": penalty, "resumed_by": resumed_by}}
    return {
        "queues": {"calls": {}, "mail": {"channel": "email"}},
        "groups": {"core": crew("ann", capacity=capacity), "back": crew("bob", skills={"mail": {}})},
    }


def test_anybody_who_is_idle_goes_on_with_a_dropped_email(tell: Teller) -> None:
    calls = [mail(0, 30), mail(10, 300), Call(100, talk=500)]
    told = tell(calls, **blended("anybody", "40s"))
    # Bob took the first; ann dropped the second at 100, with 210 s left.
    assert told.endings == ["ann 0-30", "bob 10-310", "ann 100-600"]
    told = tell([mail(0, 600), mail(10, 50), Call(100, talk=500)], **blended("anybody", "40s"))
    assert told.endings == ["bob 0-640", "bob 10-60", "ann 100-600"]
    assert told.rows[0][["paused", "effort", "handed_back"]].tolist() == (0.0, 640.0, 1)


def test_the_same_agent_goes_on_though_a_colleague_is_idle(tell: Teller) -> None:
    told = tell([mail(0, 600), mail(10, 50), Call(100, talk=500)], **blended("same agent", "40s"))
    assert told.endings == ["ann 0-1140", "bob 10-60", "ann 100-600"]
    assert told.rows[0][["paused", "effort", "handed_back"]].tolist() == (500.0, 640.0, 0)


def test_a_dropped_email_goes_before_those_that_came_later(tell: Teller) -> None:
    """Bob is busy until 210; ann's own, dropped at 100, is first in line."""
    told = tell([mail(0, 300), mail(10, 200), mail(50, 70), Call(100, talk=500)], **blended("anybody"))
    assert told.endings == ["bob 0-410", "bob 10-210", "bob 410-480", "ann 100-600"]


def test_who_dropped_it_may_take_it_up_too(tell: Teller) -> None:
    told = tell([mail(0, 300), mail(10, 2000), Call(100, talk=50)], **blended("anybody"))
    assert told.endings == ["ann 0-350", "bob 10-2010", "ann 100-150"]


# ---------------------------------------------------------------- who leaves a seat


@pytest.fixture
def tell_seats(tell: Teller) -> Teller:
    """With `seats`: the teller writes the file, the story says who leaves."""

    def play(calls: list[Call], leave: str, wanted: list[int], **tables: Any) -> Any:
        tell([Call(1)], groups={"core": {"seats": wanted}})
        group = {"seats": {"csv": "core-seats.csv", "leave": leave}, **tables.pop("group", {})}
        return tell(calls, groups={"core": group}, **tables)

    return play


def test_named_beforehand_the_last_seat_leaves_though_another_agent_is_idle(tell_seats: Teller) -> None:
    calls = [Call(1000, talk=100), Call(1001, talk=2000), Call(1900, talk=50)]
    told = tell_seats(calls, "named", [2, 1])
    assert told.endings == ["core 1 1000-1100", "core 2 1001-3001", "core 1 1900-1950"]
    assert sorted(told.presence) == ["core 1 work 0-86400", "core 2 work 0-3001"]
    told = tell_seats(calls, "first free", [2, 1])
    assert told.endings == ["core 1 1000-1100", "core 2 1001-3001", "core 2 3001-3051"]


def test_whoever_is_named_takes_no_more(tell_seats: Teller) -> None:
    """Core 1 is busy still when core 2 has finished: the call that waits is not for the one who leaves."""
    calls = [Call(1000, talk=5000), Call(1001, talk=1000), Call(1900, talk=50)]
    assert tell_seats(calls, "named", [2, 1]).endings == ["core 1 1000-6000", "core 2 1001-2001", "core 1 6000-6050"]


def test_a_seat_that_comes_back_in_time_keeps_whoever_was_to_leave_it(tell_seats: Teller) -> None:
    calls = [Call(1000, talk=5000), Call(1001, talk=4000), Call(3700, talk=50)]
    told = tell_seats(calls, "named", [2, 1, 2])
    assert told.endings == ["core 1 1000-6000", "core 2 1001-5001", "core 2 5001-5051"]
    assert sorted(told.presence) == ["core 1 work 0-86400", "core 2 work 0-86400"]


def test_whoever_is_named_with_two_chats_finishes_both(tell_seats: Teller) -> None:
    queues = {"calls": {"channel": "chat", "speed_by_load": [1.0, 1.0]}}
    calls = [Call(at, talk=1000) for at in (1000, 1001, 1002, 1003)]
    group = {"capacity": {"chat": {"at_once": 2}}}
    told = tell_seats([*calls, Call(1900, talk=10)], "named", [2, 1], queues=queues, group=group)
    assert told.endings[4] == "core 1 2000-2010"
    assert [stay for stay in told.presence if "work" in stay] == ["core 2 work 0-2003", "core 1 work 0-86400"]


# ---------------------------------------------------------------- callbacks behind the live queue

REFUSES, ACCEPTS = {"accepts": 1.0}, {"accepts": 0.2}


def behind(**more: Any) -> dict[str, Any]:
    callback = {"offer_above": {"waiting": 0}, "accept": 1.0, "answered": 0.5, "ring": "25s", "retry_after": "100s"}
    return {"queues": {"calls": {"callback": {**callback, "when": "behind", **more}}}}


def test_a_callback_lets_all_who_wait_on_the_line_go_first(tell: Teller) -> None:
    calls = [Call(1, talk=99), Call(10, talk=50, luck=ACCEPTS), Call(20, talk=30, luck=REFUSES)]
    told = tell([*calls, Call(110, talk=40, luck=REFUSES), Call(300, luck=REFUSES)], **behind())
    assert told.endings == ["ann 1-100", "ann 170-220", "ann 100-130", "ann 130-170", "ann 300-310"]


def test_callbacks_behind_are_made_in_the_order_of_their_promises(tell: Teller) -> None:
    calls = [Call(1, talk=99), Call(10, talk=50, luck=ACCEPTS), Call(20, talk=30, luck=ACCEPTS)]
    told = tell(calls, **behind())
    assert told.endings == ["ann 1-100", "ann 100-150", "ann 150-180"]
    # One second a call as planned, one agent: the second behind the first.
    assert told.rows["promised"].tolist() == [-1.0, 11.0, 22.0]


def test_a_callback_that_is_missed_is_made_again_when_somebody_is_free(tell: Teller) -> None:
    """Rings from 100 to 125; due again at 225, when ann is on the phone until 300."""
    calls = [Call(1, talk=99), Call(10, talk=50, luck={"accepts": 0.7}), Call(200, talk=100, luck=REFUSES)]
    told = tell([*calls, Call(250, talk=10, luck=REFUSES)], **behind(attempts=2))
    assert told.endings == ["ann 1-100", "ann 310-360", "ann 200-300", "ann 300-310"]
    assert told.rows["attempts"].tolist() == [0, 1, 0, 0]


def test_some_agents_are_kept_idle_for_those_who_call(tell: Teller) -> None:
    """Bob is free at 100, but ann is not until 200; then bob stays idle, and ann makes the call."""
    calls = [Call(1, talk=199), Call(2, talk=98), Call(10, talk=50, luck=ACCEPTS)]
    told = tell(calls, groups={"core": crew("ann", "bob")}, **behind(keep_idle=1))
    assert told.endings == ["ann 1-200", "bob 2-100", "ann 200-250"]


def test_a_callback_goes_before_emails_of_a_later_class_and_after_those_of_an_earlier(tell: Teller) -> None:
    for priority, endings in (
        (2, ["ann 1-100", "ann 100-150", "ann 150-210"]),
        (1, ["ann 1-100", "ann 160-210", "ann 100-160"]),
    ):
        story = behind()
        story["queues"]["calls"]["priority"] = 3 - priority
        story["queues"]["mail"] = {"channel": "email", "priority": priority}
        told = tell([Call(1, talk=99), Call(10, talk=50, luck=ACCEPTS), mail(5, 60)], **story)
        assert told.endings == endings


def test_no_call_is_made_while_anybody_waits_whom_the_agent_serves(tell: Teller) -> None:
    """A call of the last class waits: the email goes first, then that call, then the callback of the first class."""
    story = behind()
    story["queues"]["mail"] = {"channel": "email"}
    story["queues"]["last"] = {}
    story["queues"]["calls"]["priority"] = 1
    story["queues"]["mail"]["priority"], story["queues"]["last"]["priority"] = 2, 3
    told = tell([Call(1, talk=99), Call(10, talk=50, luck=ACCEPTS), mail(5, 60), Call(20, queue="last")], **story)
    assert told.endings == ["ann 1-100", "ann 170-220", "ann 100-160", "ann 160-170"]


def test_the_end_finds_a_callback_that_nobody_has_made(tell: Teller) -> None:
    told = tell([Call(DAY - 100, talk=500), Call(DAY - 50, luck=ACCEPTS)], **behind())
    assert told.endings == ["ann 86300-86800 in hand", "still waiting 86400"]


# ---------------------------------------------------------------- who takes this contact?


def test_a_random_agent_is_the_one_that_luck_points_at(tell: Teller) -> None:
    """Of four idle agents in two groups a quarter of the luck is each one's; then of three, a third."""
    route = [{"groups": ["east", "west"], "choose": "random"}]
    picks = [(1, 0.6), (2, 0.6), (3, 0.1), (4, 0.99)]
    told = tell(
        [Call(at, talk=100, luck={"pick": pick}) for at, pick in picks],
        queues={"calls": {"route": route}},
        groups={"east": crew("e1"), "west": crew("w1", "w2", "w3")},
    )
    # Third of e1, w1, w2, w3; second of e1, w1, w3; first of e1, w3; the last.
    assert told.endings == ["w2 1-101", "w1 2-102", "e1 3-103", "w3 4-104"]


def test_luck_leaves_a_reserve_alone_and_knows_who_has_the_skill(tell: Teller) -> None:
    route = [{"groups": ["east", "west"], "choose": "random", "keep_idle": 1}]
    told = tell(
        [Call(1, talk=100, luck={"pick": 0.99}), Call(2, talk=100, luck={"pick": 0.99})],
        queues={"calls": {"route": route}},
        groups={"east": crew("e1", "e2"), "west": crew("w1", "w2")},
    )
    # The last of four; then west has nobody but its reserve: the last of e1 and e2.
    assert told.endings == ["w2 1-101", "e2 2-102"]


def test_among_the_least_loaded_any_may_take_a_chat(tell: Teller) -> None:
    route = [{"groups": ["core"], "choose": ["least_loaded", "random"]}]
    told = tell(
        [Call(at, talk=1000, luck={"pick": pick}) for at, pick in ((1, 0.9), (2, 0.1), (3, 0.9), (4, 0.9), (5, 0.0))],
        queues={"calls": {"channel": "chat", "route": route}},
        groups={"core": crew("ann", "bob", capacity={"chat": {"at_once": 3}})},
    )
    # Idle: ann, bob. With one: bob since 1, ann since 2. With two: ann, bob in the order of getting there.
    assert [ending.split()[0] for ending in told.endings] == ["bob", "ann", "ann", "bob", "ann"]


def test_a_tier_closes_to_those_who_have_waited_too_long(tell: Teller) -> None:
    """Core may take who has waited less than 60 s; flex from 90 s on. Nobody in between."""
    route = [{"groups": ["core"], "until": "60s"}, {"groups": ["flex"], "after": "90s"}]
    told = tell(
        [Call(0, talk=100), Call(10, talk=20), Call(50, talk=30), Call(65, talk=20)],
        queues={"calls": {"route": route}},
        groups={"core": crew("ann"), "flex": crew("bob")},
    )
    # At 100 the second has waited too long for ann, the third, 50 s, has not; the last comes in time too.
    assert told.endings == ["ann 0-100", "bob 100-120", "ann 100-130", "bob 155-175"]


# ---------------------------------------------------------------- what does this free agent take?


def test_of_the_longest_queue_the_first_is_taken(tell: Teller) -> None:
    calls = [Call(0, talk=100, queue="a"), Call(10, queue="a"), Call(20, queue="b"), Call(30, queue="b")]
    told = tell(calls, queues={"a": {}, "b": {}}, groups={"core": crew("ann", take=["longest_queue"])})
    # Two wait in b; then one each, and a's has waited longer.
    assert told.endings == ["ann 0-100", "ann 110-120", "ann 100-110", "ann 120-130"]


def test_a_class_goes_before_the_longer_queue(tell: Teller) -> None:
    calls = [Call(0, talk=100, queue="a"), Call(10, queue="a"), Call(20, queue="b"), Call(30, queue="b")]
    groups = {"core": crew("ann", take=["priority_class", "longest_queue"])}
    told = tell(calls, queues={"a": {"priority": 1}, "b": {"priority": 2}}, groups=groups)
    assert told.endings == ["ann 0-100", "ann 100-110", "ann 110-120", "ann 120-130"]


@pytest.mark.parametrize(("free_at", "first"), [(69, "gold"), (70, "plain")])
def test_priority_rises_with_the_wait(tell: Teller, free_at: int, first: str) -> None:
    """Class 3 becomes class 1 after 60 s: as good as gold, and older."""
    queues = {"plain": {"priority": 3, "priority_after": [["30s", 2], ["60s", 1]]}, "gold": {"priority": 1}}
    told = tell([Call(0, talk=free_at, queue="plain"), Call(10, queue="plain"), Call(20, queue="gold")], queues=queues)
    started = [ending.split()[1].split("-")[0] for ending in told.endings]
    assert started[1 if first == "plain" else 2] == str(free_at)


def test_a_risen_class_passes_a_queue_that_is_looked_at_before(tell: Teller) -> None:
    """Three classes: the lowest has risen above the middle one, and stays below the first."""
    queues = {
        "gold": {"priority": 1}, "silver": {"priority": 2}, "plain": {"priority": 3, "priority_after": [["50s", 1]]},
    }  # fmt: skip
    calls = [Call(0, talk=100, queue="gold"), Call(30, queue="plain"), Call(20, queue="silver"), Call(90, queue="gold")]
    told = tell(calls, queues=queues)
    assert told.endings == ["ann 0-100", "ann 100-110", "ann 120-130", "ann 110-120"]


@pytest.mark.parametrize(
    ("setting", "waited", "first"),
    [
        # The others have waited 150 s. Ninety seconds ahead from the start:
        ({"head_start": "90s"}, 59, "others"), ({"head_start": "90s"}, 61, "theirs"),
        # The first 90 s count double: 74 s count 148, 76 s count 152.
        ({"counts_double": "90s"}, 74, "others"), ({"counts_double": "90s"}, 76, "theirs"),
        # Only the first ninety: of 100 s they are 90 ahead of 189, behind 191.
        ({"counts_double": "40s"}, 109, "others"), ({"counts_double": "40s"}, 111, "theirs"),
    ],
)  # fmt: skip
def test_a_head_start_in_a_shared_line(tell: Teller, setting: dict[str, str], waited: int, first: str) -> None:
    calls = [Call(0, talk=200, queue="others"), Call(50, queue="others"), Call(200 - waited, queue="theirs")]
    told = tell(calls, queues={"others": {}, "theirs": setting})
    assert told.endings[1 if first == "others" else 2] == "ann 200-210"
