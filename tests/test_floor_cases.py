"""Stories of cases that go on: repeats, redials, escalations, haste and fatigue. Scripted luck, exact endings."""

from __future__ import annotations

import math
from typing import Any

import pytest
from stories import DAY, Again, Call, Teller, crew

from sim.chances import relative_chance
from sim.floor.rules.cases import relative_chance as on_the_floor

FAILS, RESOLVES = {"resolve": 0.9}, {"resolve": 0.1}
CASES = {"queues": {"calls": {"repeat": {"share": 0.0}}}}
"""The chance to resolve is a half; who comes again is scripted."""


# ---------------------------------------------------------------- repeats and redials


def test_an_unresolved_case_comes_again(tell: Teller) -> None:
    told = tell([Call(0, luck=FAILS, then=Again(100, talk=20, luck=RESOLVES))], **CASES)
    assert told.endings == ["ann 0-10", "ann 110-130"]
    assert told.rows["again"].tolist() == [110, -1]
    assert told.rows["attempt"].tolist() == [1, 2]
    assert told.rows["case_began"].tolist() == [0, 0]
    assert told.rows["resolved"].tolist() == [0, 1]


def test_a_resolved_case_is_closed(tell: Teller) -> None:
    told = tell([Call(0, luck=RESOLVES, then=Again(100))], **CASES)
    assert told.endings == ["ann 0-10"]
    assert told.rows["again"].tolist() == [-1]


def test_what_is_told_again_is_talk(tell: Teller) -> None:
    told = tell([Call(0, luck=FAILS, then=Again(100, talk=20, luck={"told_again": 5}))], **CASES)
    assert told.endings == ["ann 0-10", "ann 110-135"]


def test_who_gave_up_redials_and_has_nothing_to_tell_again(tell: Teller) -> None:
    calls = [Call(0, talk=100), Call(10, patience=20, then=Again(200, luck={"told_again": 5}))]
    told = tell(calls, **CASES)
    assert told.endings == ["ann 0-100", "abandoned 30", "ann 230-240"]
    assert told.rows["again"].tolist() == [-1, 230, -1]


def test_patience_counts_from_each_attempt(tell: Teller) -> None:
    calls = [Call(0, talk=200), Call(10, patience=20, then=Again(50, patience=15, then=Again(1000)))]
    told = tell(calls, **CASES)
    assert told.endings == ["ann 0-200", "abandoned 30", "abandoned 95", "ann 1095-1105"]
    assert told.rows["case_began"].tolist() == [0, 10, 10, 10]


def test_a_busy_line_is_tried_again(tell: Teller) -> None:
    told = tell([Call(0, talk=100), Call(10, then=Again(100))], center={"lines": 1}, **CASES)
    assert told.endings == ["ann 0-100", "blocked 10", "ann 110-120"]


def test_a_repeat_may_come_to_another_queue(tell: Teller) -> None:
    queues = {"calls": {"repeat": {"share": 0.0, "to": {"mail": 1.0}}}, "mail": {"channel": "email"}}
    told = tell([Call(0, luck=FAILS, then=Again(100, queue="mail"))], queues=queues)
    assert told.endings == ["ann 0-10", "ann 110-120"]
    assert told.rows["queue"].tolist() == [0, 1]


HOURS = {"center": {"days": 2, "open": {"mon-sun": "08:00-10:00"}}, **CASES}
EIGHT = 8 * 3600


def test_out_of_hours_means_the_next_opening(tell: Teller) -> None:
    """Three hours after eight is past ten: a quarter into the next day's two hours."""
    days = {"groups": {"core": {"agents": {"ann": [(0, DAY, "work"), (DAY, 2 * DAY, "work")]}}}}
    told = tell([Call(EIGHT, luck=FAILS, then=Again(3 * 3600, luck={"comes_when": 0.25}))], **HOURS, **days)
    assert told.rows["arrived"].tolist() == [EIGHT, DAY + EIGHT + 1800]


def test_what_comes_after_the_horizon_leaves_the_case_open(tell: Teller) -> None:
    told = tell([Call(EIGHT, luck=FAILS, then=Again(3 * 3600))], **HOURS | {"center": {"open": {"mon": "08:00-10:00"}}})
    assert told.endings == ["ann 28800-28810"]
    assert told.rows["again"][0] >= DAY


TWO_DAYS: dict[str, Any] = {
    "center": {"days": 2},
    "groups": {"core": {"agents": {"ann": [(0, DAY, "work"), (DAY, 2 * DAY, "work")]}}},
}


def test_a_case_goes_on_over_midnight(tell: Teller) -> None:
    late = DAY - 10
    told = tell([Call(late, 5, luck=FAILS, then=Again(20, 5, luck=FAILS, then=Again(10, 5)))], **CASES, **TWO_DAYS)
    assert told.rows["arrived"].tolist() == [late, late + 25, late + 40]


def test_whoever_waits_at_midnight_may_still_redial(tell: Teller) -> None:
    calls = [
        Call(DAY - 20, talk=100),
        Call(DAY - 10, patience=50, then=Again(30, luck=FAILS, then=Again(40))),
        Call(DAY + 500, talk=5),
    ]
    told = tell(calls, **CASES, **TWO_DAYS)
    assert told.endings[1:] == ["abandoned 86440", "ann 86900-86905", "ann 86480-86490", "ann 86530-86540"]


# ---------------------------------------------------------------- what is done about a hard case


def second_line(kind: str, **more: Any) -> dict[str, Any]:
    queues = {
        "calls": {"escalation": {"share": 1.0, "kind": kind, "to": "second", **more}},
        "second": {"talk": {"family": "constant", "mean": "30s"}, "fcr": 1.0},
    }
    groups = {"core": crew("ann", skills={"calls": {}}), "experts": crew("bob", skills={"second": {}})}
    return {"queues": queues, "groups": groups}


def test_an_unresolved_contact_goes_to_the_second_line(tell: Teller) -> None:
    told = tell([Call(0, luck=FAILS), Call(100, luck=RESOLVES)], **second_line("cold"))
    assert told.endings == ["ann 0-10", "bob 10-40", "ann 100-110"]
    assert told.rows["transferred"].tolist() == [2, 0, 0]
    assert told.rows["resolved"].tolist() == [0, 1, 1]


def test_a_warm_escalation_keeps_the_first_agent_for_the_handover(tell: Teller) -> None:
    told = tell([Call(0, wrap=5, luck=FAILS)], **second_line("warm", handover="8s"))
    assert told.endings == ["ann 0-23", "bob 10-48"]


def test_a_swarm_keeps_the_first_agent_to_the_end(tell: Teller) -> None:
    told = tell([Call(0, wrap=5, luck=FAILS)], **second_line("swarm"))
    assert told.endings == ["ann 0-45", "bob 10-40"]
    assert told.rows["transferred"].tolist() == [3, 0]
    assert told.rows["resolved"].tolist() == [0, 1]
    assert told.rows["effort"].tolist() == [45, 30]


def test_a_swarm_waits_for_the_second_agent_together(tell: Teller) -> None:
    """Bob is busy until 60: ann waits with her customer."""
    told = tell([Call(0, queue="second", talk=60), Call(10, luck=FAILS)], **second_line("swarm"))
    assert told.endings == ["bob 0-60", "ann 10-90", "bob 60-90"]


@pytest.mark.parametrize(("luck", "resolved"), [(0.2, 1), (0.4, 0)])
def test_the_first_agent_follows_up(tell: Teller, luck: float, resolved: int) -> None:
    escalation = {"share": 1.0, "kind": "follow up", "length": {"family": "constant", "mean": "25s"}, "resolution": 0.3}
    queues = {"calls": {"escalation": escalation}}
    told = tell([Call(0, wrap=4, luck=FAILS), Call(100, wrap=4, luck=RESOLVES)], queues=queues, legs={"resolve": luck})
    assert told.endings == ["ann 0-39", "ann 100-114"]
    assert told.rows["hung_up"].tolist() == [10, 110]
    assert told.rows["resolved"].tolist() == [resolved, 1]


def test_an_unresolved_escalation_comes_again(tell: Teller) -> None:
    story = second_line("cold")
    story["queues"]["calls"]["repeat"] = {"share": 0.0}
    story["queues"]["second"]["fcr"] = 0.0
    told = tell([Call(0, luck=FAILS, then=Again(100, luck=RESOLVES))], **story)
    assert told.endings == ["ann 0-10", "bob 10-40", "ann 140-150"]
    assert told.rows["again"].tolist() == [-1, 140, -1]


# ---------------------------------------------------------------- haste and fatigue


def test_agents_rush_while_others_wait(tell: Teller) -> None:
    """Half a contact per agent is exceeded once, when the second is answered: the third waits."""
    groups = {"core": crew("ann", pressure={"waiting_per_agent": 0.5, "pace": 0.5})}
    told = tell([Call(0, 100, wrap=10), Call(1, 100, wrap=10), Call(2, 100, wrap=10)], groups=groups)
    assert told.endings == ["ann 0-110", "ann 110-165", "ann 165-275"]
    assert told.rows["pace"].tolist() == [1.0, 0.5, 1.0]
    assert told.rows["care"].tolist() == [1.0, pytest.approx(0.5**0.3), 1.0]


def test_haste_lowers_the_chance(tell: Teller) -> None:
    """The chance of a half becomes 0.5 × 0.5: luck of 0.3 fails in a hurry."""
    groups = {"core": crew("ann", pressure={"waiting_per_agent": 0.5, "pace": 0.5})}
    quality = {"pace": {"resolution": 1.0}}
    calls = [Call(at, 100, luck={"resolve": 0.3}) for at in (0, 1, 2)]
    told = tell(calls, groups=groups, quality=quality)
    assert told.rows["resolved"].tolist() == [1, 0, 1]


TIRES = {"occupancy": 0.5, "hours": 1000 / 3600, "rest": "100s", "speed": 0.5, "resolution": 0.6, "courtesy": 0.8}


def test_work_tires_and_idle_time_restores(tell: Teller) -> None:
    """Strain 0.5 after 500 s; 0.65 at 650, 0.45 after 200 idle seconds: the same work takes 1.5, then 1.45 as long."""
    calls = [Call(0, 500), Call(500, 100), Call(850, 100)]
    told = tell(calls, groups={"core": crew("ann", fatigue=TIRES)})
    assert told.endings == ["ann 0-500", "ann 500-650", "ann 850-995"]
    assert told.rows["pace"].tolist() == [1.0, pytest.approx(1.5), pytest.approx(1.45)]
    assert told.rows["care"][1] == pytest.approx(1 - 0.5 * 0.4)
    assert told.rows["courtesy"][1] == pytest.approx(1 - 0.5 * 0.2)


def test_work_that_is_interrupted_has_tired_too(tell: Teller) -> None:
    """500 s of an e-mail are work like any other: half tired, the call that interrupts it takes 1.5 times as long."""
    capacity = {"email": {"interrupted_by": ["phone"]}}
    told = tell(
        [Call(0, 2000, queue="mail"), Call(500, 100)],
        queues={"calls": {}, "mail": {"channel": "email"}},
        groups={"core": crew("ann", capacity=capacity, fatigue=TIRES)},
    )
    assert told.endings == ["ann 0-2150", "ann 500-650"]
    assert told.rows["pace"].tolist() == [1.0, pytest.approx(1.5)]


def test_a_break_restores(tell: Teller) -> None:
    """Half tired at 500; a minute's break takes off 0.6 of full strain."""
    stretches = [(0, 600, "work"), (600, 660, "break"), (660, DAY, "work")]
    groups = {"core": {"agents": {"ann": stretches}, "fatigue": TIRES | {"occupancy": 0.001}}}
    told = tell([Call(0, 500), Call(700, 100)], groups=groups)
    assert told.rows["pace"].tolist() == [1.0, pytest.approx(1.0, abs=1e-3)]
    tired = tell([Call(0, 500), Call(700, 100)], groups={"core": crew("ann", fatigue=TIRES | {"occupancy": 0.001})})
    assert tired.rows["pace"][1] == pytest.approx(1.5, abs=1e-3)


def test_everybody_comes_rested(tell: Teller) -> None:
    stretches = [(0, 500, "work"), (10000, DAY, "work")]
    groups = {"core": {"agents": {"ann": stretches}, "fatigue": TIRES | {"occupancy": 0.001}}}
    told = tell([Call(0, 500), Call(10000, 100)], groups=groups)
    assert told.rows["pace"].tolist() == [1.0, 1.0]


def test_other_chats_in_hand_cost_resolution(tell: Teller) -> None:
    """Each chat is held 150 s for 100 s of its agent: 1.5 at a time, half way from 1 to 0.5."""
    queues = {"calls": {"channel": "chat", "speed_by_load": [1.0, 0.5], "resolution_by_load": [1.0, 0.5]}}
    groups = {"core": crew("ann", capacity={"chat": {"at_once": 2}})}
    calls = [Call(0, 100, luck={"resolve": 0.37}), Call(50, 100, luck={"resolve": 0.38})]
    told = tell(calls, queues=queues, groups=groups)
    assert told.endings == ["ann 0-150", "ann 50-200"]
    assert told.rows["care"].tolist() == [0.75, 0.75]
    assert told.rows["resolved"].tolist() == [1, 0]


@pytest.mark.parametrize("chance", [0.0, 0.2, 0.74, 0.99, 1.0])
def test_care_above_one_never_makes_more_than_certain(chance: float) -> None:
    """Times better multiplies the odds by what as many times worse would divide them by; the slope at 1 is one."""
    for times in (0.0, 0.5, 1.0, 1.1, 3.0, 100.0):
        found = on_the_floor(chance, times)
        assert 0.0 <= found <= 1.0
        assert found == float(relative_chance(chance, times))
        if 0.0 < chance < 1.0 < times:
            worse = on_the_floor(chance, 1.0 / times)
            assert math.isclose(odds(found) * odds(worse), odds(chance) ** 2, rel_tol=1e-9)
    if chance < 1.0:
        assert math.isclose(on_the_floor(chance, 1.0 + 1e-7) - chance, 1e-7 * chance, rel_tol=1e-4, abs_tol=1e-15)


def odds(chance: float) -> float:
    return chance / (1.0 - chance)
