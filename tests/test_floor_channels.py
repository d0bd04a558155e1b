"""Stories of chats, emails, callbacks, transfers, vendors and desks: scripted luck, exact endings, both calendars."""

from __future__ import annotations

from typing import Any

import pytest
from stories import ALL_DAY, DAY, Call, Teller, crew


def constant(seconds: float) -> dict[str, str]:
    return {"family": "constant", "mean": f"{seconds}s"}


def chats(*speeds: float, at_once: int = 2, agents: tuple[str, ...] = ("ann",), **queue: Any) -> dict[str, Any]:
    """One queue of chats, its agents holding so many each: a thousand seconds are a thousand with one in hand."""
    return {
        "queues": {"calls": {"channel": "chat", "speed_by_load": [1.0, *speeds], **queue}},
        "groups": {"core": crew(*agents, capacity={"chat": {"at_once": at_once}})},
    }


# ---------------------------------------------------------------- several contacts in hand


def test_two_chats_in_hand_go_at_half_speed_each(tell: Teller) -> None:
    told = tell([Call(0, talk=100), Call(50, talk=100)], **chats(0.5))
    assert told.endings == ["ann 0-150", "ann 50-200"]
    assert told.rows["effort"].tolist() == [50 + 100 / 2, 100 / 2 + 50]
    assert told.presence == ["ann holds 1 0-50", "ann holds 2 50-150", "ann holds 1 150-200", "ann work 0-86400"]


def test_a_third_chat_waits_for_a_place(tell: Teller) -> None:
    """At 150 the first is done; the second has 50 s left and the third brings 30."""
    told = tell([Call(0, talk=100), Call(50, talk=100), Call(60, talk=30)], **chats(0.5))
    assert told.endings == ["ann 0-150", "ann 50-230", "ann 150-210"]


def test_three_chats_go_at_the_last_speed_that_is_given(tell: Teller) -> None:
    told = tell([Call(0, talk=40), Call(0.5, talk=40), Call(1, talk=40)], **chats(0.5, at_once=3))
    # At 1 there are 39.25, 39.75 and 40 s left: at a half each until 79.5, two of them until 80.5, and the last alone.
    assert told.endings == ["ann 0-79.5", "ann 0.5-80.5", "ann 1-80.75"]


def test_wrapping_up_a_chat_takes_a_share_of_the_agent(tell: Teller) -> None:
    told = tell([Call(0, talk=50, wrap=30), Call(20, talk=100)], **chats(0.5))
    assert told.endings == ["ann 0-140", "ann 20-180"]
    assert told.rows["hung_up"].tolist() == [80, 180]


def test_an_agents_own_speed_counts_beside_the_load(tell: Teller) -> None:
    story = chats(0.5)
    story["groups"]["core"]["skills"] = {"calls": {"speed": 2.0}}
    told = tell([Call(0, talk=100, wrap=20), Call(10, talk=100)], **story)
    # 10 s alone and 80 s at a half are 50 s of talk; then 20 s for 10 s of wrap; the other has done 50 by 110.
    assert told.endings == ["ann 0-110", "ann 10-110"]


def test_a_silent_customer_holds_a_place_until_the_session_closes(tell: Teller) -> None:
    """Silent after half the talk, at 80; meanwhile the other chat goes at full speed, and the third waits until 140."""
    story = chats(0.5, silent={"share": 0, "closes_after": "60s"})
    calls = [Call(0, talk=100, luck={"silent": 0.5, "resolve": 0.0}), Call(20, talk=100), Call(90, talk=10)]
    told = tell(calls, **story)
    assert told.endings == ["ann 0-140", "ann 20-160", "ann 140-160"]
    assert told.rows["effort"].tolist() == [20 + 60 / 2 + 60 / 2, 120 / 2 + 20 / 2, 20 / 2]
    assert told.rows["resolved"][0] == 0


def test_what_is_left_to_wrap_of_a_silent_chat_is_work_again(tell: Teller) -> None:
    story = chats(0.5, silent={"share": 0, "closes_after": "60s"})
    told = tell([Call(0, talk=100, wrap=30, luck={"silent": 0.2}), Call(30, talk=100)], **story)
    # Silent from 20 to 80; the other alone from 30 to 80; then both at a half: 60 s for the wrap.
    assert told.endings == ["ann 0-140", "ann 30-160"]
    assert told.rows["hung_up"].tolist() == [80, 160]


@pytest.mark.parametrize(("choose", "agents"), [("least_loaded", "ann bob ann"), ("most_loaded", "ann ann bob")])
def test_the_least_or_the_most_loaded_takes_it(tell: Teller, choose: str, agents: str) -> None:
    story = chats(agents=("ann", "bob"), route=[{"groups": ["core"], "choose": choose}])
    told = tell([Call(at, talk=1000) for at in (1, 2, 3)], **story)
    assert " ".join(ending.split()[0] for ending in told.endings) == agents


def test_of_equally_loaded_agents_the_one_whose_load_changed_first(tell: Teller) -> None:
    told = tell(
        [Call(0, talk=1000), Call(1, talk=20), Call(2, talk=1000), Call(3, talk=1000)],
        **chats(at_once=3, agents=("ann", "bob")),
    )
    # Third, ann with one since 0; fourth, bob with one since 1.
    assert told.endings == ["ann 0-1000", "bob 1-21", "ann 2-1002", "bob 3-1003"]


def test_a_call_is_held_alone_and_chats_beside_each_other(tell: Teller) -> None:
    told = tell(
        [
            Call(0, talk=100, queue="chat"),
            Call(10, queue="phone"),
            Call(20, talk=50, queue="chat"),
            Call(105, queue="chat"),
        ],
        queues={"phone": {"priority": 1}, "chat": {"channel": "chat", "priority": 2, "speed_by_load": [1.0, 1.0]}},
    )
    # The call waits until both chats are done; the last chat until the call is.
    assert told.endings == ["ann 0-100", "ann 100-110", "ann 20-70", "ann 110-120"]


def test_each_channel_has_its_own_number_at_once(tell: Teller) -> None:
    capacity = {"chat": {"at_once": 1}, "messaging": {"at_once": 2}}
    told = tell(
        [
            Call(0, talk=100, queue="chat"),
            Call(10, queue="chat"),
            *(Call(at, talk=50, queue="text") for at in (20, 30, 40)),
        ],
        queues={
            "chat": {"channel": "chat", "speed_by_load": [1.0]},
            "text": {"channel": "messaging", "speed_by_load": [1.0]},
        },
        groups={"core": crew("ann", capacity=capacity)},
    )
    assert told.endings == ["ann 0-100", "ann 100-110", "ann 20-70", "ann 30-80", "ann 70-120"]


def test_a_group_that_holds_none_of_a_channel_takes_none(tell: Teller) -> None:
    told = tell(
        [Call(0, talk=100), Call(10)],
        queues={"calls": {"channel": "chat"}},
        groups={
            "east": crew("ann", capacity={"chat": {"at_once": 0}}),
            "west": crew("bob", capacity={"chat": {"at_once": 1}}),
        },
    )
    assert told.endings == ["bob 0-100", "bob 100-110"]


def test_the_roster_calls_away_somebody_with_two_chats(tell: Teller) -> None:
    """Both are finished, no third is taken, and the break keeps its length."""
    story = chats()
    story["groups"]["core"]["agents"] = {"ann": [(0, 600, "work"), (600, 900, "break"), (900, 3600, "work")]}
    told = tell([Call(500, talk=200), Call(550, talk=300), Call(650)], **story)
    assert told.endings == ["ann 500-700", "ann 550-850", "ann 1150-1160"]
    assert [stay for stay in told.presence if "holds" not in stay] == [
        "ann late for break 600-850", "ann work 0-850", "ann break 850-1150", "ann work 1150-3600",
    ]  # fmt: skip


def test_seats_are_cut_while_agents_hold_chats(tell: Teller) -> None:
    """The first to finish a contact takes no more, and leaves with its last."""
    story = chats()
    story["groups"]["core"] = {"seats": [2, 1], "capacity": {"chat": {"at_once": 2}}}
    calls = [Call(1000, talk=1000), Call(1100, talk=1500), Call(1900, talk=500), Call(2100, talk=10)]
    told = tell(calls, **story)
    assert told.endings == ["core 1 1000-2000", "core 2 1100-2600", "core 1 1900-2400", "core 2 2100-2110"]
    assert [stay for stay in told.presence if "work" in stay] == ["core 1 work 0-2400", "core 2 work 0-86400"]


def test_the_end_finds_chats_in_hand(tell: Teller) -> None:
    told = tell([Call(DAY - 100, talk=60), Call(DAY - 50, talk=500), Call(DAY - 20, talk=500)], **chats(0.5))
    assert told.endings[1:] == ["ann 86350-86400 in hand", "ann 86380-86400 in hand"]
    # 50 s alone; 10 s are left, 20 s at a half.
    assert told.endings[0] == "ann 86300-86370"
    assert told.rows["effort"].tolist() == [50 + 20 / 2, 20 / 2 + 10 + 20 / 2, 20 / 2]
    assert told.rows["hung_up"].tolist() == [86370, 86400, 86400]


# ---------------------------------------------------------------- work that is put aside


def desk(agents: dict[str, Any] | None = None, penalty: str = "40s", **more: Any) -> dict[str, Any]:
    """Emails that give way to calls."""
    capacity = {"email": {"interrupted_by": ["phone"], "resume_penalty": penalty}}
    return {
        "queues": {"calls": {}, "mail": {"channel": "email", **more}},
        "groups": {"core": {"agents": agents or {"ann": ALL_DAY}, "capacity": capacity}},
    }


def mail(at: float, talk: float, **more: Any) -> Call:
    return Call(at, talk=talk, queue="mail", **more)


def test_an_email_is_put_aside_twice_and_each_time_costs_the_penalty(tell: Teller) -> None:
    """100 s, 150 s of the 240 s that are left, and 130 s of the rest: 300 s of work and twice 40 s."""
    told = tell([mail(0, 300), Call(100, talk=50), Call(300, talk=60)], **desk())
    assert told.endings == ["ann 0-490", "ann 100-150", "ann 300-360"]
    assert told.rows[0][["paused", "effort"]].tolist() == (110.0, 380.0)
    assert told.presence == [
        "ann holds 1 0-100", "ann holds 1 100-150", "ann holds 1 150-300", "ann holds 1 300-360", "ann holds 1 360-490",
        "ann work 0-86400",
    ]  # fmt: skip


def test_an_email_is_put_aside_while_it_is_wrapped_up(tell: Teller) -> None:
    told = tell([mail(0, 100, wrap=60), Call(120, talk=50)], **desk())
    assert told.endings == ["ann 0-250", "ann 120-170"]
    assert told.rows[0][["paused", "effort"]].tolist() == (50.0, 200.0)


def test_several_calls_are_taken_before_an_email_is_taken_up_again(tell: Teller) -> None:
    told = tell([mail(0, 100), Call(50, talk=50), Call(60, talk=50), mail(70, 10)], **desk())
    assert told.endings == ["ann 0-240", "ann 50-100", "ann 100-150", "ann 240-250"]


def test_nobody_begins_an_email_while_a_call_waits_that_would_interrupt_it(tell: Teller) -> None:
    """Although the email has waited longer, and would come first."""
    told = tell([Call(0, talk=100), mail(10, 100), Call(20, talk=50)], **desk(priority=1))
    assert told.endings == ["ann 0-100", "ann 150-250", "ann 100-150"]


def test_an_idle_agent_goes_before_one_with_an_email(tell: Teller) -> None:
    told = tell([mail(0, 300), Call(100)], **desk({"ann": ALL_DAY, "bob": ALL_DAY}))
    assert told.endings == ["ann 0-300", "bob 100-110"]


def test_other_emails_and_chats_not_named_wait(tell: Teller) -> None:
    story = desk()
    story["queues"]["chat"] = {"channel": "chat"}
    told = tell([mail(0, 300), mail(10, 10), Call(20, queue="chat")], **story)
    assert told.endings == ["ann 0-300", "ann 300-310", "ann 310-320"]


def test_several_chats_are_taken_while_an_email_lies_aside(tell: Teller) -> None:
    capacity = {"email": {"interrupted_by": ["chat"], "resume_penalty": "40s"}, "chat": {"at_once": 2}}
    told = tell(
        [mail(0, 200), Call(100, talk=100), Call(150, talk=100), Call(160, talk=10)],
        queues={"calls": {"channel": "chat", "speed_by_load": [1.0, 0.5]}, "mail": {"channel": "email"}},
        groups={"core": crew("ann", capacity=capacity)},
    )
    # The chats: 50 s alone, 100 s for the other 50; then 50 s and 10 s at a half; the email from 310 on.
    assert told.endings == ["ann 0-450", "ann 100-250", "ann 150-310", "ann 250-270"]


def test_going_home_gives_an_email_back_and_another_finishes_it_next_morning(tell: Teller) -> None:
    """100 s are done; 500 s and the penalty are left, for somebody twice as fast."""
    story = desk({"ann": [(0, 3600, "work")]})
    story["groups"]["fast"] = {
        "agents": {"bob": [(DAY, DAY + 7200, "work")]},
        "skills": {"mail": {"speed": 2.0}},
    }
    told = tell([mail(3300, 600), Call(3400, talk=300), mail(3500, 60)], center={"days": 2}, **story)
    # It goes to the front of the line.
    assert told.endings == ["bob 3300-86670", "ann 3400-3700", "bob 86670-86700"]
    assert told.rows[0][["paused", "effort"]].tolist() == (86400.0 - 3400, 100.0 + 540 / 2)


def test_given_back_to_agents_who_hold_emails_beside_others(tell: Teller) -> None:
    """What the first agent did counts; of two in hand, each takes half of the second's time."""
    story = desk({"ann": [(0, 3600, "work")]})
    story["groups"]["pair"] = {
        "agents": {"bob": [(DAY, DAY + 7200, "work")]},
        "skills": {"mail": {}},
        "capacity": {"email": {"at_once": 2, "alone": False}},
    }
    story["queues"]["mail"]["speed_by_load"] = [1.0, 0.5]
    told = tell([mail(3300, 600), Call(3400, talk=300), mail(3500, 100)], center={"days": 2}, **story)
    # 540 s and 100 s together: 200 s until the other is done, then 440 s alone.
    assert told.endings == ["bob 3300-87040", "ann 3400-3700", "bob 86400-86600"]
    assert told.rows[0][["paused", "effort"]].tolist() == (86400.0 - 3400, 100.0 + 200 / 2 + 440)


def test_an_agent_on_break_keeps_the_email(tell: Teller) -> None:
    """Though somebody else is idle: the call delays the break, and the email waits for both."""
    ann = [(0, 600, "work"), (600, 1200, "break"), (1200, DAY, "work")]
    told = tell([mail(0, 1000), Call(500, talk=200)], **desk({"ann": ann, "bob": [(650, DAY, "work")]}))
    assert told.endings == ["ann 0-1840", "ann 500-700"]
    assert "ann break 700-1300" in told.presence


def test_somebody_about_to_leave_is_not_interrupted(tell: Teller) -> None:
    story = desk({"ann": [(0, 600, "work")]}, at_shift_end="finish")
    told = tell([mail(0, 1000), Call(700, patience=60), Call(1000, patience=10)], **story)
    assert told.endings == ["ann 0-1000", "abandoned 760", "abandoned 1010"]


def test_emails_wait_over_night_and_come_out_of_hours(tell: Teller) -> None:
    told = tell(
        [mail(3700, 100), mail(DAY - 10, 50)],
        center={"days": 2, "open": {"mon-sun": "08:00-20:00"}},
        **desk({"ann": [(DAY, DAY + 3600, "work")]}),
    )
    assert told.endings == ["ann 86400-86500", "ann 86500-86550"]


def test_the_end_finds_an_email_laid_aside(tell: Teller) -> None:
    """40 s are done of it; its row is as if it were taken up at the end."""
    told = tell([mail(DAY - 100, 90), Call(DAY - 60, talk=500)], **desk())
    assert told.endings == ["ann 86300-86450 in hand", "ann 86340-86840 in hand"]
    assert told.rows[0]["paused"] == 60


def test_an_email_that_is_done_is_not_interrupted_by_its_own_transfer(tell: Teller) -> None:
    story = desk(transfer={"calls": {"share": 1.0}})
    story["queues"]["calls"]["talk"] = constant(30)
    told = tell([mail(0, 100)], **story)
    assert told.endings == ["ann 0-100", "ann 100-130"]
    assert told.rows["paused"].tolist() == [0, 0]


# ---------------------------------------------------------------- callbacks, and customers who are told


def promising(**more: Any) -> dict[str, Any]:
    """Callbacks for all who have to wait; half of the attempts reach them."""
    callback = {"offer_above": {"waiting": 0}, "accept": 1.0, "answered": 0.5, "ring": "25s", "retry_after": "100s"}
    return {"queues": {"calls": {"callback": {**callback, "attempts": 2, **more}}}}


REFUSES = {"accepts": 1.0}


def test_a_callback_keeps_its_place_is_missed_and_tried_again(tell: Teller) -> None:
    """Luck of 0.7: above one half; what is left, 0.4, is below. The next in line is served meanwhile."""
    calls = [Call(1, talk=99), Call(10, talk=50, patience=20, luck={"accepts": 0.7}), Call(20, luck=REFUSES)]
    told = tell(calls, **promising())
    assert told.endings == ["ann 1-100", "ann 225-275", "ann 125-135"]
    assert told.rows["attempts"].tolist() == [0, 1, 0]
    assert "ann holds 1 100-125" in told.presence


def test_a_callback_goes_before_those_who_came_later(tell: Teller) -> None:
    calls = [Call(1, talk=99), Call(10, talk=50, luck={"accepts": 0.2}), Call(20, luck=REFUSES)]
    told = tell(calls, **promising())
    assert told.endings == ["ann 1-100", "ann 100-150", "ann 150-160"]
    # First in line, a second a call as planned, one agent.
    assert told.rows["promised"].tolist() == [-1, 11, -1]


def test_who_is_never_reached(tell: Teller) -> None:
    told = tell([Call(1, talk=99), Call(10, luck={"accepts": 0.99})], **promising())
    assert told.endings == ["ann 1-100", "not reached 250"]
    assert [stay for stay in told.presence if "holds" in stay] == ["ann holds 1 100-125", "ann holds 1 225-250"]


def test_callbacks_are_offered_above_so_many_waiting_to_those_who_accept(tell: Teller) -> None:
    luck = [REFUSES, {"accepts": 0.2}, {"accepts": 0.5}]
    calls = [Call(1, talk=99), *(Call(10 + n, patience=500, luck=luck[n]) for n in range(3))]
    told = tell(calls, **promising(offer_above={"waiting": 1}, accept=0.4))
    assert (told.rows["promised"] >= 0).tolist() == [False, False, True, False]


def test_a_callback_frees_the_line(tell: Teller) -> None:
    calls = [Call(1, talk=99), Call(10, luck={"accepts": 0.0}), Call(20, luck=REFUSES), Call(30, luck=REFUSES)]
    told = tell(calls, center={"lines": 2}, **promising())
    assert told.endings == ["ann 1-100", "ann 100-110", "ann 110-120", "blocked 30"]


def test_a_quiet_callback_comes_in_its_window(tell: Teller) -> None:
    """Luck of 0.25 where half accept: the middle one of 1024 places between one and two o'clock."""
    calls = [Call(1, talk=99), Call(10, talk=50, luck={"accepts": 0.25}), Call(20, luck=REFUSES)]
    told = tell(calls, **promising(when="quiet", quiet="01:00-02:00", accept=0.5))
    moment = 3600 + 3600 * 512.5 / 1024
    assert told.rows["answered"].tolist() == [1, moment, 100]
    assert told.rows["promised"][1] == 7200, "the customer is told until when"


def test_no_quiet_callback_is_offered_once_its_hours_are_over(tell: Teller) -> None:
    told = tell(
        [Call(8000, talk=100), Call(8010, talk=50, luck={"accepts": 0.1})],
        **promising(when="quiet", quiet="01:00-02:00"),
    )
    assert told.endings == ["ann 8000-8100", "ann 8100-8150"]


def test_the_end_finds_a_callback_unkept(tell: Teller) -> None:
    calls = [Call(100, talk=100), Call(110, luck={"accepts": 0.99}), Call(DAY - 30, talk=100), Call(DAY - 20)]
    calls[3].luck = {"accepts": 0.0}
    told = tell(calls, **promising(retry_after="25h"))
    assert told.endings[1] == "still waiting 86400"
    assert told.endings[3] == "still waiting 86400"


def test_the_end_finds_a_call_ringing(tell: Teller) -> None:
    told = tell([Call(DAY - 110, talk=100), Call(DAY - 100, luck={"accepts": 0.9})], **promising())
    assert told.endings == ["ann 86290-86390", "still waiting 86400"]
    assert told.rows[["agent", "group"]][1].tolist() == (-1, -1)


def test_closing_time_cuts_off_those_on_the_line_but_not_a_promise(tell: Teller) -> None:
    story = promising(answered=1.0)
    story["queues"]["calls"] |= {"open": {"mon-sun": "00:10-00:30"}, "at_close": "cut off"}
    told = tell([Call(600, talk=1500), Call(700, luck={"accepts": 0.5}), Call(800, luck=REFUSES)], **story)
    assert told.endings == ["ann 600-2100", "ann 2100-2110", "cut off at close 1800"]


@pytest.mark.parametrize(("factor", "third"), [(1.0, "abandoned 170"), (2.0, "ann 200-210")])
def test_who_is_told_a_wait_leaves_or_stays(tell: Teller, factor: float, third: str) -> None:
    """A call takes 100 s as planned, one agent: the first in line is told 100 s, the second 200 s."""
    announce = {"tolerance": 1.0, "patience_factor": factor}
    calls = [Call(0, talk=200), *(Call(at, patience=patience) for at, patience in ((10, 50), (20, 150), (30, 150)))]
    told = tell(calls, queues={"calls": {"announce": announce, "talk": constant(100)}})
    assert told.endings == ["ann 0-200", "balked 10", third, "balked 30"]


def test_a_short_wait_is_not_told(tell: Teller) -> None:
    announce = {"above": "100s", "tolerance": 0.1}
    told = tell(
        [Call(0, talk=200), Call(10, patience=900), Call(20, patience=900)],
        queues={"calls": {"announce": announce, "talk": constant(100)}},
    )
    assert told.endings == ["ann 0-200", "ann 200-210", "balked 20"]


# ---------------------------------------------------------------- transfers


def going_on(first: dict[str, Any], second: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Everybody goes on from the first queue to the second, where they talk for 30 s."""
    transfer = {"second": {"share": 1.0, **first}}
    second = {"talk": constant(30), **(second or {})}
    return {"queues": {"first": {"transfer": transfer, **more}, "second": second}}


STAYS = {"legs_to_come": 0}
WARM = {"kind": "warm", "handover": "20s"}
TWO = {"front": crew("ann", skills={"first": {}}), "back": crew("bob", skills={"second": {}})}


def test_a_cold_transfer_waits_again_and_repeats_part_of_the_talk(tell: Teller) -> None:
    told = tell([Call(0, talk=100, wrap=20, queue="first", luck={"resolve": 0})], **going_on({"repeated": 0.5}))
    assert told.endings == ["ann 0-120", "ann 120-200"]
    assert told.rows[["leg", "transferred", "arrived"]].tolist() == [(0, 1, 0), (1, 0, 100)]
    assert told.rows["resolved"][0] == 0


def test_in_a_warm_transfer_the_first_agent_waits_and_hands_over(tell: Teller) -> None:
    calls = [Call(0, talk=100, wrap=10, queue="first"), Call(50, talk=100, queue="second")]
    told = tell(calls, **going_on(WARM), groups=TWO)
    # bob is free at 150; until 170 both are on the line, then bob talks for 30 s.
    assert told.endings == ["ann 0-180", "bob 150-200", "bob 50-150"]
    assert told.rows["hung_up"].tolist() == [170, 200, 150]


def test_a_warm_transfer_to_somebody_free(tell: Teller) -> None:
    told = tell(
        [Call(0, talk=100, wrap=10, queue="first"), Call(105, queue="first", luck=STAYS)], **going_on(WARM), groups=TWO
    )
    assert told.endings == ["ann 0-130", "bob 100-150", "ann 130-140"]


def test_a_customer_gives_up_while_being_handed_over(tell: Teller) -> None:
    calls = [Call(0, talk=100, wrap=10, queue="first"), Call(50, talk=100, queue="second")]
    told = tell(calls, **going_on(WARM, {"patience": constant(30)}), groups=TWO)
    assert told.endings == ["ann 0-140", "abandoned 130", "bob 50-150"]
    assert told.rows["transferred"].tolist() == [1, 0, 0]


def test_a_full_queue_or_a_promise_frees_the_first_agent_at_once(tell: Teller) -> None:
    calls = [Call(0, talk=100, wrap=10, queue="first"), Call(50, talk=100, queue="second", luck=REFUSES)]
    told = tell(calls, **going_on(WARM, {"lines": 1}), groups=TWO)
    assert told.endings == ["ann 0-110", "blocked 100", "bob 50-150"]
    promise = {"offer_above": {"waiting": 0}, "accept": 1.0, "answered": 1.0}
    told = tell(calls, **going_on(WARM, {"callback": promise}), groups=TWO)
    assert told.endings == ["ann 0-110", "bob 150-180", "bob 50-150"]


@pytest.mark.parametrize("kind", ["cold", "warm"])
def test_a_contact_for_a_closed_queue_ends_with_the_first_agent(tell: Teller, kind: str) -> None:
    story = going_on({"kind": kind}, {"open": {"mon-sun": "00:10-00:20"}})
    calls = [
        Call(0, talk=100, wrap=10, queue="first", luck={"resolve": 0.4}),
        Call(550, talk=100, wrap=10, queue="first"),
    ]
    told = tell([*calls, Call(1150, talk=100, queue="first")], **story, groups=TWO)
    assert told.endings == ["ann 0-110", "ann 550-660", "bob 650-680", "ann 1150-1250"]
    assert told.rows[["transferred", "resolved"]].tolist()[0] == (0, 1)


def test_a_contact_that_goes_round_is_transferred_four_times_at_most(tell: Teller) -> None:
    story = going_on({}, {"transfer": {"first": {"share": 1.0}}}, talk=constant(20))
    told = tell([Call(0, talk=10, queue="first")], **story)
    assert told.endings == ["ann 0-10", "ann 10-40", "ann 40-60", "ann 60-90", "ann 90-110"]
    assert told.rows["leg"].tolist() == [0, 1, 2, 3, 4]
    assert told.rows["transferred"].tolist() == [1, 1, 1, 1, 0]


def test_whoever_leaves_on_the_way_ends_there(tell: Teller) -> None:
    """The last two legs are never seen, and their places are free for others."""
    story = going_on({}, {"transfer": {"first": {"share": 1.0}}, "patience": constant(5)}, talk=constant(20))
    story["groups"] = TWO
    calls = [Call(0, talk=10, queue="first"), Call(5, talk=100, queue="second", luck=STAYS)]
    told = tell([*calls, Call(20, talk=1, queue="first", luck=STAYS)], **story)
    assert told.endings == ["ann 0-10", "abandoned 15", "bob 5-105", "ann 20-21"]


def test_a_chat_is_sent_on_while_its_agent_goes_home(tell: Teller) -> None:
    """The email that lies aside goes back, the chat goes on, and neither is lost."""
    capacity = {"email": {"interrupted_by": ["chat"]}, "chat": {"at_once": 2}}
    told = tell(
        [Call(0, talk=500, queue="mail"), Call(100, talk=600, queue="chat")],
        queues={
            "chat": {"channel": "chat", "transfer": {"second": {"share": 1.0}}},
            "mail": {"channel": "email", "at_shift_end": "finish"},
            "second": {"talk": constant(30)},
        },
        groups={
            "front": {"agents": {"ann": [(0, 600, "work")]}, "capacity": capacity, "skills": {"chat": {}, "mail": {}}},
            "back": {"agents": {"bob": [(650, DAY, "work")]}, "skills": {"mail": {}, "second": {}}},
        },
    )
    assert told.endings == ["bob 0-1130", "ann 100-700", "bob 700-730"]


def test_the_end_finds_an_agent_handing_over(tell: Teller) -> None:
    calls = [Call(DAY - 100, talk=50, wrap=10, queue="first"), Call(DAY - 90, talk=500, queue="second")]
    told = tell(calls, **going_on(WARM), groups=TWO)
    assert told.endings == ["ann 86300-86410 in hand", "still waiting 86400", "bob 86310-86810 in hand"]


# ---------------------------------------------------------------- vendors


def outside(capacity: int = 1, **more: Any) -> dict[str, Any]:
    vendor = {"price": {"per": "contact", "rate": 1}, "wait": "20s", "handle_factor": 2.0, "capacity": capacity, **more}
    route = [{"groups": ["core"]}, {"vendor": "out", "after": "30s"}]
    return {"queues": {"calls": {"route": route}}, "vendors": {"out": vendor}}


def test_a_vendor_takes_what_overflows_and_answers_after_its_wait(tell: Teller) -> None:
    told = tell([Call(0, talk=1000), Call(10, talk=50, wrap=5), Call(960, talk=50)], **outside())
    # From 40 on with the vendor, answered at 60; the last is ann's at 1000: the vendor would answer at 1010.
    assert told.endings == ["ann 0-1000", "out 60-170", "out 1010-1110"]
    assert told.rows["group"].tolist() == [0, 1, 1]


def test_a_customer_may_give_up_in_the_vendors_line_or_before_it(tell: Teller) -> None:
    calls = [Call(0, talk=1000), Call(10, talk=50), Call(20, patience=100), Call(100, patience=70), Call(110)]
    told = tell(calls, **outside())
    # Full until 160: the third waits in ours until 120; the fourth leaves the vendor's at 170, for the fifth.
    assert told.endings == ["ann 0-1000", "out 60-160", "abandoned 120", "abandoned 170", "out 190-210"]


def test_a_vendor_resolves_as_it_says(tell: Teller) -> None:
    calls = [Call(0, talk=1000), *(Call(at, luck={"resolve": luck}) for at, luck in ((10, 0.59), (11, 0.61)))]
    told = tell(calls, **outside(capacity=2, resolution=0.6))
    assert told.rows["resolved"][1:].tolist() == [1, 0]


def test_the_end_finds_a_customer_in_the_vendors_line(tell: Teller) -> None:
    told = tell([Call(DAY - 100, talk=500), Call(DAY - 45)], **outside())
    assert told.endings[1] == "still waiting 86400"
    assert told.rows[["agent", "group", "answered"]][1].tolist() == (-1, -1, -1)


# ---------------------------------------------------------------- desks


def at_desks(desks: int, **agents: Any) -> dict[str, Any]:
    return {"sites": {"here": {"seats": desks}}, "groups": {"core": {"site": "here", "agents": agents}}}


def test_who_finds_no_desk_waits_for_one(tell: Teller) -> None:
    shift = [(0, 7200, "work")]
    told = tell(
        [Call(10, talk=1000), Call(20, talk=1000), Call(30), Call(3650, talk=9), Call(3660, talk=9)],
        **at_desks(2, ann=[(0, 3600, "work")], bob=shift, cat=shift),
    )
    assert told.endings == ["ann 10-1010", "bob 20-1020", "ann 1010-1020", "bob 3650-3659", "cat 3660-3669"]
    assert sorted(told.presence) == [
        "ann work 0-3600", "bob work 0-7200", "cat waiting for a desk 0-3600", "cat work 3600-7200",
    ]  # fmt: skip


def test_a_desk_is_kept_over_a_break(tell: Teller) -> None:
    ann = [(0, 600, "work"), (600, 900, "break"), (900, 1800, "work")]
    told = tell([Call(700, talk=9)], **at_desks(1, ann=ann, bob=[(0, 3600, "work")]))
    assert told.endings == ["ann 900-909"]
    assert "bob waiting for a desk 0-1800" in told.presence


def test_nobody_sits_down_at_the_moment_of_going_home(tell: Teller) -> None:
    """All go home together: the desk that ann leaves is no use to dan, who has waited longest, nor to the others."""
    shift, later = [(0, 3600, "work")], [(60, 3600, "work")]
    told = tell(
        [Call(100, queue="other")],
        sites={"here": {"seats": 1}},
        queues={"calls": {}, "other": {}},
        groups={
            "core": {"site": "here", "agents": {"ann": shift}, "skills": {"calls": {}}},
            "more": {"site": "here", "agents": {"bob": later, "cat": later, "dan": shift}, "skills": {"other": {}}},
        },
    )
    assert told.endings == ["still waiting 86400"]
    assert sorted(told.presence) == [
        "ann work 0-3600", "bob waiting for a desk 60-3600", "cat waiting for a desk 60-3600",
        "dan waiting for a desk 0-3600",
    ]  # fmt: skip


def test_a_desk_is_not_given_to_somebody_whose_break_begins(tell: Teller) -> None:
    told = tell(
        [Call(3700, talk=9)],
        **at_desks(
            1,
            ann=[(0, 3600, "work")],
            bob=[(0, 3600, "work"), (3600, 5400, "break"), (5400, 7200, "work")],
            cat=[(0, 7200, "work")],
        ),
    )
    assert told.endings == ["cat 3700-3709"]


def test_a_newcomer_stands_behind_those_who_wait_for_a_desk(tell: Teller) -> None:
    told = tell(
        [Call(3700, talk=9)],
        **at_desks(1, ann=[(0, 3600, "work")], bob=[(0, 7200, "work")], cat=[(3600, 7200, "work")]),
    )
    assert told.endings == ["bob 3700-3709"]


def test_when_seats_are_cut_those_without_a_desk_leave_first(tell: Teller) -> None:
    told = tell(
        [Call(10, talk=3000), Call(20, talk=4000)],
        sites={"here": {"seats": 2}},
        groups={"core": {"site": "here", "seats": [4, 2, 1]}},
    )
    assert told.presence == [
        "core 4 waiting for a desk 0-1800", "core 3 waiting for a desk 0-1800", "core 1 work 0-3600", "core 2 work 0-86400",
    ]  # fmt: skip


# ---------------------------------------------------------------- holders, reserves, blocks of time


def test_only_holders_of_a_skill_take_its_contacts(tell: Teller) -> None:
    crew_of_four = crew("ann", "bob", "cat", "dan", skills={"gold": {"holders": 0.5}, "plain": {}})
    calls = [Call(at, talk=100, queue="gold") for at in (1, 2, 3)]
    told = tell(
        [*calls, *(Call(at, talk=50, queue="plain") for at in (4, 5))],
        queues={"gold": {}, "plain": {}},
        groups={"core": crew_of_four},
    )
    who = [ending.split()[0] for ending in told.endings]
    assert told.endings[2].split()[1] == "101-201"
    assert len({*who[:3]}) == 2
    assert not {*who[:3]} & {*who[3:]}


def test_a_reserve_is_of_those_who_hold_the_skill(tell: Teller) -> None:
    """One of two holders stays in reserve, though others are idle who cannot help."""
    story: dict[str, Any] = {
        "queues": {"gold": {"route": [{"groups": ["core"], "keep_idle": 1}]}, "plain": {}},
        "groups": {"core": crew("ann", "bob", "cat", "dan", skills={"gold": {"holders": 0.5}, "plain": {}})},
    }
    told = tell([Call(1, talk=100, queue="gold"), Call(2, talk=100, queue="gold")], **story)
    assert [ending.split()[1] for ending in told.endings] == ["1-101", "101-201"]


def test_a_reserve_stays_when_chats_are_added_to_others(tell: Teller) -> None:
    """While bob is in reserve, chats join ann's; while he has one of the other queue in hand, they wait."""
    story = chats(1.0, at_once=3, agents=("ann", "bob"))
    story["queues"]["calls"]["route"] = [{"groups": ["core"], "keep_idle": 1}]
    story["queues"]["other"] = {"channel": "chat", "speed_by_load": [1.0]}
    calls = [Call(1, talk=100), Call(2, talk=100), Call(3, talk=50, queue="other"), Call(4, talk=10)]
    told = tell(calls, **story)
    assert told.endings == ["ann 1-101", "ann 2-102", "bob 3-53", "ann 53-63"]


def test_a_block_of_time_away_takes_some_of_the_group(tell: Teller) -> None:
    away = {"course": {"hours": "00:10-00:20", "heads": 1}}
    told = tell([Call(650, talk=100), Call(660)], groups={"core": crew("ann", "bob", away=away)})
    assert told.endings == ["bob 650-750", "bob 750-760"]
    assert [stay for stay in told.presence if stay.startswith("ann")] == [
        "ann work 0-600", "ann away 600-1200", "ann work 1200-86400",
    ]  # fmt: skip
