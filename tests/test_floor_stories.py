"""Stories of a few callers with scripted luck and exact endings, each played by both calendars."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from scenarios_at_random import WEEKDAYS, time_of_day, write_csv, write_toml
from stories import ALL_DAY, DAY, Call, Teller, crew

from sim.scenario.load import load

# ---------------------------------------------------------------- waiting


def test_patience_makes_three_characters(tell: Teller) -> None:
    told = tell([Call(0, talk=200), Call(10, patience=100), Call(20, patience=0), Call(30), Call(40, patience=180)])
    assert told.endings == ["ann 0-200", "abandoned 110", "abandoned 20", "ann 200-210", "ann 210-220"]


def test_the_patience_of_one_who_is_answered_at_once_is_idle(tell: Teller) -> None:
    assert tell([Call(0, talk=50, patience=0), Call(60, talk=50, patience=10)]).endings == ["ann 0-50", "ann 60-110"]


def test_hold_and_wrap_are_work_and_speed_divides_them(tell: Teller) -> None:
    groups = {"core": {"agents": {"ann": ALL_DAY}, "skills": {"calls": {"speed": 2.0}}}}
    told = tell([Call(0, talk=100, hold=20, wrap=40), Call(1)], groups=groups)
    assert told.endings == ["ann 0-80", "ann 80-85"]
    assert told.rows[0][["on_hold", "hung_up"]].tolist() == (10.0, 60.0)


def test_a_balker_hangs_up_only_if_there_is_a_wait(tell: Teller) -> None:
    balks = {"balks": 1}
    told = tell([Call(1, talk=99, luck=balks), Call(10, luck=balks), Call(20), Call(200, luck=balks)])
    assert told.endings == ["ann 1-100", "balked 10", "ann 100-110", "ann 200-210"]


def test_the_chance_to_resolve_decides(tell: Teller) -> None:
    """A base chance of one half, 1.2 times as good at this queue: the odds of 1 become (1.2 − 0.5) / 0.5, or 58.3 %."""
    groups = {"core": {"agents": {"ann": ALL_DAY}, "skills": {"calls": {"resolution": 1.2}}}}
    told = tell([Call(0, luck={"resolve": 0.58}), Call(50, luck={"resolve": 0.59})], groups=groups)
    assert told.rows["resolved"].tolist() == [1, 0]


# ---------------------------------------------------------------- who takes this contact?


def test_the_longest_idle_is_not_who_just_returned_from_break(tell: Teller) -> None:
    ann = [(0, 120, "work"), (120, 240, "break"), (240, DAY, "work")]
    groups = {"core": {"agents": {"ann": ann, "bob": [(60, DAY, "work")]}}}
    told = tell([Call(300, talk=100), Call(310, talk=100), Call(500)], groups=groups)
    assert told.endings == ["bob 300-400", "ann 310-410", "bob 500-510"]


def test_the_longest_idle_of_several_groups(tell: Teller) -> None:
    groups = {"west": crew("ann"), "east": crew("bob"), "south": crew("cat")}
    told = tell([Call(0, talk=50), Call(10, talk=20), Call(100), Call(110), Call(120)], groups=groups)
    assert told.endings == ["ann 0-50", "bob 10-30", "cat 100-110", "bob 110-120", "ann 120-130"]


def test_overflow_opens_after_a_wait_and_keeps_a_reserve(tell: Teller) -> None:
    route = [{"groups": ["core"]}, {"groups": ["flex"], "after": "45s", "keep_idle": 1}]
    told = tell(
        [Call(0, talk=1000), Call(10, talk=100), Call(20, talk=50), Call(300), Call(990, talk=5)],
        queues={"calls": {"route": route}},
        groups={"core": crew("ann"), "flex": crew("bob", "cat")},
    )
    # The third finds one idle agent in flex, the reserve, until bob is free; the fourth finds both.
    assert told.endings == ["ann 0-1000", "bob 55-155", "bob 155-205", "cat 345-355", "ann 1000-1005"]


def test_a_contact_that_has_left_does_not_overflow(tell: Teller) -> None:
    route = [{"groups": ["core"]}, {"groups": ["flex"], "after": "45s"}]
    told = tell(
        [Call(0, talk=30), Call(10, patience=30), Call(20, talk=100)],
        queues={"calls": {"route": route}},
        groups={"core": crew("ann"), "flex": crew("bob")},
    )
    assert told.endings == ["ann 0-30", "ann 30-40", "ann 40-140"]


def test_shares_split_between_groups(tell: Teller) -> None:
    route = [{"groups": ["east", "west"], "share": {"east": 0.25, "west": 0.75}}]
    told = tell(
        [Call(at, talk=100, luck={"share": share}) for at, share in ((1, 0.8), (2, 0.2), (3, 0.3), (4, 0.9), (5, 0.1))],
        queues={"calls": {"route": route}},
        groups={"east": crew("e1", "e2"), "west": crew("w1", "w2")},
    )
    # West is full when the fourth comes: east helps out; the fifth waits for whoever is free first.
    assert told.endings == ["w1 1-101", "e1 2-102", "w2 3-103", "e2 4-104", "w1 101-201"]


def test_a_fixed_order_is_kept(tell: Teller) -> None:
    route = [{"groups": ["west", "east"], "choose": "in_order"}]
    told = tell(
        [Call(1), Call(20), Call(40, talk=100), Call(50, talk=100), Call(60, talk=100), Call(150)],
        queues={"calls": {"route": route}},
        groups={"east": crew("e1"), "west": crew("w1", "w2")},
    )
    assert told.endings == ["w1 1-11", "w1 20-30", "w1 40-140", "w2 50-150", "e1 60-160", "w1 150-160"]


def test_the_fastest_then_the_most_proficient_then_the_longest_idle(tell: Teller) -> None:
    skill = [{"speed": 1.0, "resolution": 1.5}, {"speed": 2.0, "resolution": 0.8}, {"speed": 2.0, "resolution": 0.9}]
    groups = {
        "slow": crew("ann", skills={"calls": skill[0]}),
        "quick": crew("bob", skills={"calls": skill[1]}),
        "best": crew("cat", "dan", skills={"calls": skill[2]}),
    }
    calls = [Call(at, talk=200) for at in (1, 2, 3, 4)]
    route = {"groups": ["slow", "quick", "best"], "choose": ["fastest", "most_proficient"]}
    told = tell(calls, queues={"calls": {"route": [route]}}, groups=groups)
    assert told.endings == ["cat 1-101", "dan 2-102", "bob 3-103", "ann 4-204"]
    route["choose"] = ["most_proficient", "fastest"]
    told = tell(calls, queues={"calls": {"route": [route]}}, groups=groups)
    assert told.endings == ["ann 1-201", "cat 2-102", "dan 3-103", "bob 4-104"]
    route["choose"] = ["fastest"]
    told = tell([Call(1, talk=20), *calls[1:]], queues={"calls": {"route": [route]}}, groups=groups)
    assert told.endings == ["bob 1-11", "cat 2-102", "dan 3-103", "ann 4-204"]


# ---------------------------------------------------------------- what does this free agent take?


def test_the_first_class_goes_first_and_each_queue_in_order(tell: Teller) -> None:
    told = tell(
        [Call(0, talk=100, queue="plain"), Call(10, queue="plain"), Call(20, queue="gold"), Call(30, queue="gold")],
        queues={"plain": {"priority": 2}, "gold": {"priority": 1}},
    )
    assert told.endings == ["ann 0-100", "ann 120-130", "ann 100-110", "ann 110-120"]


def test_an_agents_own_skill_priority_goes_before_the_class(tell: Teller) -> None:
    told = tell(
        [Call(0, talk=100, queue="plain"), Call(10, queue="gold"), Call(20, queue="plain")],
        queues={"plain": {"priority": 2}, "gold": {"priority": 1}},
        groups={"core": crew("ann", skills={"plain": {"priority": 1}, "gold": {"priority": 2}})},
    )
    assert told.endings == ["ann 0-100", "ann 110-120", "ann 100-110"]


def test_equal_priorities_take_the_longest_waiting(tell: Teller) -> None:
    calls = [Call(0, talk=100, queue="b"), Call(10, queue="b"), Call(20, queue="a"), Call(30, queue="b")]
    told = tell(calls, queues={"a": {}, "b": {}})
    assert told.endings == ["ann 0-100", "ann 100-110", "ann 110-120", "ann 120-130"]


@pytest.mark.parametrize(("at", "first"), [(70, "heavy"), (85, "light")])
def test_the_wait_counts_times_the_weight(tell: Teller, at: int, first: str) -> None:
    """At second 100: a wait of 80 against four times 30, or four times 15."""
    told = tell(
        [Call(0, talk=100, queue="light"), Call(20, queue="light"), Call(at, queue="heavy")],
        queues={"light": {"weight": 1}, "heavy": {"weight": 4}},
        groups={"core": crew("ann", take=["wait_weight"])},
    )
    light, heavy = ("110-120", "100-110") if first == "heavy" else ("100-110", "110-120")
    assert told.endings == ["ann 0-100", f"ann {light}", f"ann {heavy}"]


def test_a_free_agent_leaves_what_is_not_yet_open_to_its_group(tell: Teller) -> None:
    route = [{"groups": ["core"]}, {"groups": ["flex"], "after": "60s"}]
    told = tell(
        [Call(0, talk=500), Call(1, talk=40, queue="other"), Call(10, talk=5), Call(20, queue="other")],
        queues={"calls": {"route": route}, "other": {"route": [{"groups": ["flex"]}]}},
        groups={"core": crew("ann"), "flex": crew("bob")},
    )
    assert told.endings == ["ann 0-500", "bob 1-41", "bob 70-75", "bob 41-51"]


# ---------------------------------------------------------------- lines, hours, closing


def test_blocked_while_the_lines_are_full_and_a_line_is_free_at_hang_up(tell: Teller) -> None:
    calls = [Call(0, talk=100, wrap=100), Call(10), Call(20), Call(150), Call(160)]
    endings = ["ann 0-200", "ann 200-210", "blocked 20", "ann 210-220", "blocked 160"]
    assert tell(calls, center={"lines": 2}).endings == endings
    assert tell(calls, queues={"calls": {"lines": 2}}).endings == endings


def test_one_who_gives_up_or_balks_frees_a_line(tell: Teller) -> None:
    calls = [Call(0, talk=100), Call(10, patience=20), Call(20), Call(40, luck={"balks": 1}), Call(50), Call(60)]
    told = tell(calls, center={"lines": 2})
    assert told.endings == ["ann 0-100", "abandoned 30", "blocked 20", "balked 40", "ann 100-110", "blocked 60"]


def test_a_queue_of_few_lines_leaves_the_centers_to_others(tell: Teller) -> None:
    calls = [Call(0, talk=100, queue="a"), Call(10, queue="a"), *(Call(at, queue="b") for at in (20, 30, 40))]
    told = tell(calls, center={"lines": 3}, queues={"a": {"lines": 1}, "b": {}})
    assert told.endings == ["ann 0-100", "blocked 10", "ann 100-110", "ann 110-120", "blocked 40"]


def test_out_of_hours_is_refused_and_closing_time_cuts_off(tell: Teller) -> None:
    hours = {"open": {"mon-sun": "00:10-00:30"}}
    calls = [Call(599), Call(600, talk=1500), Call(700), Call(1799), Call(1800), Call(1900)]
    told = tell(calls, queues={"calls": {**hours, "at_close": "cut off"}})
    served, refused = ["out of hours 599", "ann 600-2100"], ["out of hours 1800", "out of hours 1900"]
    assert told.endings == [*served, "cut off at close 1800", "cut off at close 1800", *refused]
    told = tell(calls, queues={"calls": hours})
    assert told.endings == [*served, "ann 2100-2110", "ann 2110-2120", *refused]


def test_closing_cuts_off_its_own_queue_only(tell: Teller) -> None:
    closing = {"open": {"mon-sun": "00:00-00:30"}, "at_close": "cut off"}
    calls = [Call(0, talk=2000, queue="a"), Call(10, queue="a"), Call(20, queue="b")]
    told = tell(calls, queues={"a": closing, "b": {}})
    assert told.endings == ["ann 0-2000", "cut off at close 1800", "ann 2000-2010"]


def test_hours_past_midnight_belong_to_the_evening_they_began(tell: Teller) -> None:
    """Also the first night's: they are those of the eve, as its night shift is."""
    calls = [Call(3600), Call(2 * 3600), Call(20 * 3600), Call(DAY + 3600), Call(DAY + 2 * 3600)]
    told = tell(calls, center={"days": 2, "open": {"mon-sun": "18:00-02:00"}}, groups={"core": {"seats": [1]}})
    assert told.endings == [
        "core 1 3600-3610", "out of hours 7200", "core 1 72000-72010", "core 1 90000-90010", "out of hours 93600",
    ]  # fmt: skip


def test_hours_past_midnight_are_known_to_the_checks(tell: Teller) -> None:
    """A queue open from 18:00 to 02:00 is not warned that its calls at 01:00 will be refused."""
    halves = [time_of_day(1800 * half) for half in (*range(4), *range(36, 48))]
    told = tell([Call(0)], center={"open": {"mon-sun": "18:00-02:00"}})
    volumes = [(day, start, 5) for day in WEEKDAYS for start in halves]
    forecast = {"csv": write_csv(told.scenario.folder / "volumes.csv", "weekday,start,contacts", volumes)}
    raw = {**told.scenario.resolved, "run": {"replications": 2}}
    raw["queues"]["calls"]["forecast"] = forecast
    again = load(write_toml(told.scenario.folder / "night.toml", raw))
    # Its calls take a second, which is another matter.
    assert [problem.where for problem in again.warnings] == ["queues.calls.talk.mean"]


# ---------------------------------------------------------------- staff come and go


def test_going_home_waits_for_the_contact_in_hand(tell: Teller) -> None:
    groups = {"core": {"agents": {"ann": [(0, 1800, "work")]}}}
    told = tell([Call(1700, talk=200, wrap=100), Call(1750, patience=3000)], groups=groups)
    assert told.endings == ["ann 1700-2000", "abandoned 4750"]
    assert told.presence == ["ann late for off 1800-2000", "ann work 0-2000"]


def test_a_break_keeps_its_length_when_it_starts_late(tell: Teller) -> None:
    groups = {"core": {"agents": {"ann": [(0, 600, "work"), (600, 1200, "break"), (1200, 3600, "work")]}}}
    told = tell([Call(500, talk=300), Call(1210)], groups=groups)
    assert told.endings == ["ann 500-800", "ann 1400-1410"]
    assert told.presence == ["ann late for break 600-800", "ann work 0-800", "ann break 800-1400", "ann work 1400-3600"]


def test_a_meeting_ends_on_time(tell: Teller) -> None:
    groups = {"core": {"agents": {"ann": [(0, 600, "work"), (600, 1200, "meeting"), (1200, 3600, "work")]}}}
    told = tell([Call(500, talk=300), Call(1190)], groups=groups)
    assert told.endings == ["ann 500-800", "ann 1200-1210"]
    assert told.presence[:2] == ["ann late for meeting 600-800", "ann work 0-800"]
    assert told.presence[2:] == ["ann meeting 800-1200", "ann work 1200-3600"]


PASSER_BY = [(900, 960, "work")]
"""Somebody else's row of the roster falls due during ann's break: the order of events must not matter."""


def test_nobody_works_between_a_break_and_going_home(tell: Teller) -> None:
    groups = {"core": {"agents": {"ann": [(0, 600, "work"), (600, 1200, "break")], "bob": PASSER_BY}}}
    told = tell([Call(500), Call(1000, patience=2000)], groups=groups)
    assert told.endings == ["ann 500-510", "abandoned 3000"]
    assert told.presence == ["ann work 0-600", "bob work 900-960", "ann break 600-1200"]


def test_nobody_works_between_a_break_and_a_meeting(tell: Teller) -> None:
    stretches = [(0, 600, "work"), (600, 1200, "break"), (1200, 1800, "meeting"), (1800, 3600, "work")]
    told = tell([Call(500), Call(1000, talk=100)], groups={"core": {"agents": {"ann": stretches, "bob": PASSER_BY}}})
    assert told.endings == ["ann 500-510", "ann 1800-1900"]
    assert told.presence[2:] == ["ann break 600-1200", "ann meeting 1200-1800", "ann work 1800-3600"]


def test_a_contact_may_outlast_the_break_it_delays(tell: Teller) -> None:
    """The second break is due while the first contact lasts: it replaces the first."""
    times, what = [0, 600, 660, 1200, 1500, 3600], ["work", "break", "work", "break", "work"]
    stretches = list(zip(times, times[1:], what, strict=False))
    told = tell([Call(500, talk=800), Call(1400)], groups={"core": {"agents": {"ann": stretches}}})
    assert told.endings == ["ann 500-1300", "ann 1600-1610"]
    assert "ann break 1300-1600" in told.presence


def test_a_late_break_ends_with_what_comes_next(tell: Teller) -> None:
    """Due until 1200 it would last until 1700: but ann goes home at 1500, or has her second break from 1600."""
    late = [(0, 600, "work"), (600, 1200, "break")]
    calls = [Call(500, talk=600), Call(1650, patience=2000)]
    told = tell(calls, groups={"core": {"agents": {"ann": [*late, (1200, 1500, "work")]}}})
    assert told.endings == ["ann 500-1100", "abandoned 3650"]
    assert told.presence[2:] == ["ann break 1100-1500"]
    rest = [(1200, 1600, "work"), (1600, 1900, "break"), (1900, 3600, "work")]
    told = tell(calls, groups={"core": {"agents": {"ann": [*late, *rest]}}})
    assert told.endings == ["ann 500-1100", "ann 1900-1910"]
    assert told.presence[2:] == ["ann break 1100-1600", "ann break 1600-1900", "ann work 1900-3600"]


def test_coming_to_work_takes_the_longest_waiting(tell: Teller) -> None:
    told = tell([Call(10), Call(20)], groups={"core": {"agents": {"ann": [(600, 1200, "work")]}}})
    assert told.endings == ["ann 600-610", "ann 610-620"]
    assert told.presence == ["ann work 600-1200"]


@pytest.mark.parametrize(("start", "hours"), [("2026-03-28", 9), ("2026-10-24", 11)])
def test_a_break_keeps_its_length_while_the_clocks_change(tell: Teller, start: str, hours: int) -> None:
    """The night from 20:00 to 06:00 has nine hours in spring and eleven in autumn; its break is at 02:45."""
    told = tell(
        [Call(10)],
        center={"start": dt.date.fromisoformat(start), "days": 2, "timezone": "Europe/Berlin"},
        groups={"core": {"shifts": {"night": 1}}},
        shifts={"night": {"days": "sat", "hours": "20:00-06:00", "breaks": [{"at": "02:45", "length": "30min"}]}},
    )
    stays = [stay.split()[2:] for stay in told.presence]
    spent = {"work": 0, "break": 0}
    for activity, span in stays:
        began, ended = map(float, span.split("-"))
        spent[activity] += int(ended - began)
    assert spent == {"work": 3600 * hours - 1800, "break": 1800}


# ---------------------------------------------------------------- seats


def seats(*wanted: int) -> dict[str, Any]:
    return {"core": {"seats": list(wanted)}}


def test_the_idle_leave_first_when_seats_are_cut(tell: Teller) -> None:
    told = tell([Call(1000, talk=2000), Call(1900)], groups=seats(2, 1))
    assert told.endings == ["core 1 1000-3000", "core 1 3000-3010"]
    assert told.presence == ["core 2 work 0-1800", "core 1 work 0-86400"]


def test_of_the_idle_the_newest_leaves(tell: Teller) -> None:
    told = tell([Call(1000), Call(2000)], groups=seats(2, 1))
    assert told.endings == ["core 1 1000-1010", "core 2 2000-2010"]


def test_the_busy_finish_before_they_leave(tell: Teller) -> None:
    told = tell([Call(0, talk=2100), Call(1, talk=1999), Call(1900), Call(3700)], groups=seats(2, 1, 2))
    assert told.endings == ["core 1 0-2100", "core 2 1-2000", "core 1 2100-2110", "core 1 3700-3710"]
    assert told.presence == ["core 2 work 0-2000", "core 1 work 0-86400", "core 2 work 3600-86400"]


def test_a_seat_given_back_in_time_keeps_its_agent(tell: Teller) -> None:
    told = tell([Call(0, talk=4000), Call(1, talk=5000), Call(1900)], groups=seats(2, 1, 2))
    assert told.endings == ["core 1 0-4000", "core 2 1-5001", "core 1 4000-4010"]
    assert sorted(told.presence) == ["core 1 work 0-86400", "core 2 work 0-86400"]


def test_without_seats_everybody_waits(tell: Teller) -> None:
    told = tell([Call(10, patience=60), Call(20)], groups=seats(0, 0, 1))
    assert told.endings == ["abandoned 70", "core 1 3600-3610"]


# ---------------------------------------------------------------- midnight and the end


def test_the_night_changes_nothing(tell: Teller) -> None:
    """Contacts in hand, some waiting with and without patience, and a break, all across midnight."""
    bob = [(0, DAY - 300, "work"), (DAY - 300, DAY + 300, "break"), (DAY + 300, DAY + 900, "work")]
    calls = [Call(DAY - 100, talk=300), Call(DAY - 50, patience=60), Call(DAY - 40)]
    calls += [Call(DAY + 150, talk=200), Call(DAY + 160)]
    groups = {"core": {"agents": {"ann": [(0, DAY, "work"), (DAY, 2 * DAY, "work")], "bob": bob}}}
    told = tell(calls, center={"days": 2}, groups=groups)
    assert told.endings[:3] == ["ann 86300-86600", "abandoned 86410", "ann 86600-86610"]
    assert told.endings[3:] == ["ann 86610-86810", "bob 86700-86710"]
    assert [stay for stay in told.presence if stay.startswith("bob")] == [
        "bob work 0-86100", "bob break 86100-86400", "bob break 86400-86700", "bob work 86700-87300",
    ]  # fmt: skip
    assert [stay for stay in told.presence if stay.startswith("ann")] == ["ann work 0-86400", "ann work 86400-172800"]


def test_an_overrun_is_cut_at_midnight(tell: Teller) -> None:
    groups = {"core": {"agents": {"ann": [(0, DAY - 600, "work")]}}}
    told = tell([Call(DAY - 700, talk=1000)], center={"days": 2}, groups=groups)
    assert told.endings == ["ann 85700-86700"]
    assert told.presence == [
        "ann late for off 85800-86400", "ann work 0-86400", "ann late for off 86400-86700", "ann work 86400-86700",
    ]  # fmt: skip


def test_the_end_of_the_horizon_finds_some_waiting_and_one_in_hand(tell: Teller) -> None:
    calls = [Call(DAY - 100, talk=60, wrap=300), Call(DAY - 50)]
    told = tell([*calls, Call(DAY - 40, patience=41), Call(DAY - 30, patience=10)])
    assert told.endings == ["ann 86300-86660 in hand", "still waiting 86400", "still waiting 86400", "abandoned 86380"]
    assert told.presence == ["ann work 0-86400"]
