"""What customers feel, and how cases go on: rows written by hand, and what must follow from them by arithmetic."""

from __future__ import annotations

import math
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_measures_channels import study, told

from sim import observations as obs
from sim.measures.cases import CASE_SUMS
from sim.measures.customers import CUSTOMER_SUMS
from sim.measures.folder import NO_PRESENCE, Folder
from sim.measures.folding_tables import lower_counting
from sim.measures.judging import Judge
from sim.measures.kpis import CENTER, GROUP, LEVEL_SUMS, QUEUE, by_name, kpis_of, with_levels
from sim.measures.quality import EXPERIENCE_SUMS, Feelings, Felt
from sim.measures.sums import Sums, slots_of
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.prepared import prepare

HOUR, DAY = 3600.0, 86400.0
CENTER_TABLE = '[center]\nstart = 2026-03-02\ndays = 2\ninterval = "30min"\n'
PHONE = """
channel = "phone"
forecast = { csv = "volumes.csv" }
talk = { family = "constant", mean = "100s" }
service_level = { target = 0.8, within = "20s" }
fcr = 0.7
"""
EMAIL = PHONE.replace("phone", "email").replace("20s", "4h")
AGAIN = "repeat = { share = 0.5 }\nredial = { share = 0.5 }\n"
FEELS = "[experience]\n"
GROUPS = '[groups.g]\nseats = {{ csv = "seats.csv" }}\nskills = {{ {skills} }}\n'


def world(folder: Path, queues: dict[str, str], more: str = "", groups: str = "") -> Scenario:
    starts = [
        f"{day},{hour:02d}:{minute},1\n" for day in ("mon", "tue") for hour in range(24) for minute in ("00", "30")
    ]
    (folder / "volumes.csv").write_text("weekday,start,contacts\n" + "".join(starts))
    (folder / "seats.csv").write_text("weekday,start,seats\nmon,08:00,2\ntue,08:00,2\n")
    tables = "".join(f"[queues.{name}]{says}" for name, says in queues.items())
    groups = groups or GROUPS.format(skills=", ".join(f"{name} = {{}}" for name in queues))
    (folder / "world.toml").write_text(CENTER_TABLE + tables + groups + more)
    return load(folder / "world.toml")


def row(outcome: int = obs.ANSWERED, wait: float = 0.0, at: float = 9 * HOUR, **told: Any) -> obs.ContactRow:
    """A contact of 9 o'clock; one that was answered took 100 s, of agent 0 in group 0."""
    row = obs.ContactRow(outcome=outcome, answered=-1.0, arrived=at, case_began=at, ended=at + wait)
    if outcome in (obs.ANSWERED, obs.IN_HAND):
        end = at + wait + 100.0
        row = replace(row, agent=0, group=0, answered=at + wait, hung_up=end, ended=end, effort=100.0)
    return replace(row, **told)


def table(*rows: obs.ContactRow) -> obs.Table:
    return np.array([astuple(row) for row in rows], obs.CONTACT_ROW)


def fold(scenario: Scenario, *rows: obs.ContactRow) -> Sums:
    folder = Folder(lower_counting(scenario, slots_of(scenario), np.zeros(4, np.int64)))
    folder.fold(table(*rows), NO_PRESENCE)
    return folder.sums


def cases_of(sums: Sums, queue: int = 0) -> dict[str, float]:
    return {name: float(sums.cases[:, queue, k].sum()) for k, name in enumerate(CASE_SUMS)}


def spent(scenario: Scenario, amount: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """All of it in the first cost line."""
    lines = prepare(scenario).payroll.lines
    return np.array([amount, *[0.0] * (len(lines) - 1)])


def kpi_values(scenario: Scenario, sums: Sums) -> dict[str, float]:
    """The KPIs of all queues, as those of one."""
    named = by_name(LEVEL_SUMS, with_levels(scenario, sums.queue_days).sum(axis=(0, 1)))
    named |= by_name(CASE_SUMS, sums.cases.sum(axis=(0, 1))) | by_name(
        EXPERIENCE_SUMS, sums.experience.sum(axis=(0, 1))
    )
    named["replications"] = np.array(1.0)
    return {kpi.id: float(kpi.value(named)) for kpi in kpis_of(scenario, QUEUE, "q") if kpi.id in TOLD}


TOLD = {
    "fcr", "fcr_net", "fcr_observed", "escalation_rate", "swarm_rate", "transfer_rate", "rushed_share", "repeat_rate",
    "redial_rate", "further_attempts", "cases", "cases_open_end", "attempts_per_case", "case_resolution_rate",
    "time_to_resolution_h", "csat", "csat_case", "nps", "ces", "pillar_personalisation", "pillar_integrity",
    "pillar_expectations", "pillar_resolution", "pillar_time_and_effort", "pillar_empathy",
}  # fmt: skip


def feel(scenario: Scenario, *rows: obs.ContactRow) -> Felt:
    return Feelings(scenario)(table(*rows), Judge(scenario)(table(*rows)))


def logit(p: float) -> float:
    return math.log(p / (1.0 - p))


def logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x))


# Weights as given by default: resolution 2, wait 0.3, attempts 0.7, handover 0.3, repetition 0.4, courtesy 1.


def test_a_wait_expected_in_seconds_is_not_that_for_a_reply(tmp_path: Path) -> None:
    """The reply after one hour of four: 1 − 1/4, whatever callers expect."""
    scenario = world(tmp_path, {"q": EMAIL}, FEELS + 'expected_wait = "50s"\n')
    felt = feel(scenario, row(resolved=1, wait=HOUR - 100.0))
    assert felt.satisfied[0] == pytest.approx(logistic(logit(0.78) + 0.6 + 0.3 * 0.75))
    assert felt.in_time.all()


@pytest.mark.parametrize(
    ("told", "s", "courtesy"),
    [
        # Resolved at once: (1 − 0.7) × 2 + 1 × 0.3.
        ({"resolved": 1}, 0.6 + 0.3, 0.0),
        ({"resolved": 0}, -1.4 + 0.3, 0.0),
        ({"resolved": -1}, -1.4 + 0.3, 0.0),
        # Answered after 5 s of 20: 1 − 1/4. After 20: 0. After 100 s: not below −1.
        ({"resolved": 1, "wait": 5.0}, 0.6 + 0.3 * 0.75, 0.0),
        ({"resolved": 1, "wait": 20.0}, 0.6, 0.0),
        ({"resolved": 1, "wait": 100.0}, 0.6 - 0.3, 0.0),
        # The third attempt: two earlier ones, and all said again.
        ({"resolved": 1, "attempt": 3}, 0.6 + 0.3 - 1.4 - 0.4, 0.0),
        # A courtesy of 0.8 costs 0.2, and not the ease.
        ({"resolved": 1, "courtesy": 0.8}, 0.6 + 0.3, -0.2),
        # Given up after 5 s: in vain is no better than expected. After 30 s: 1 − 1.5. Blocked: as given up at once.
        ({"outcome": obs.ABANDONED, "wait": 5.0, "courtesy": 0.5}, -1.4, 0.0),
        ({"outcome": obs.ABANDONED, "wait": 30.0}, -1.4 - 0.15, 0.0),
        ({"outcome": obs.BLOCKED}, -1.4, 0.0),
    ],
)
def test_what_one_customer_feels(tmp_path: Path, told: dict[str, Any], s: float, courtesy: float) -> None:
    """CSAT 78 %, NPS 45 − 25, CES 5.5 of who gets just what they expect; every gap moves the log-odds by its weight."""
    felt = feel(world(tmp_path, {"q": PHONE}, FEELS), row(**told))
    assert felt.satisfied[0] == pytest.approx(logistic(logit(0.78) + s + courtesy), rel=1e-12)
    assert felt.promoters[0] == pytest.approx(logistic(logit(0.45) + s + courtesy), rel=1e-12)
    assert felt.detractors[0] == pytest.approx(logistic(logit(0.25) - s - courtesy), rel=1e-12)
    assert felt.ease[0] == pytest.approx(1.0 + 6.0 * logistic(logit(4.5 / 6.0) + s), rel=1e-12)


def test_who_gets_just_what_they_expect_feels_as_the_scenario_says(tmp_path: Path) -> None:
    """A queue that always resolves, an answer when expected, the usual courtesy: no gap, on any weights."""
    given = 'csat = 0.6\nnps = { promoters = 0.3, detractors = 0.4 }\nces = 4.0\nexpected_wait = "50s"\n'
    felt = feel(world(tmp_path, {"q": PHONE.replace("0.7", "1.0")}, FEELS + given), row(resolved=1, wait=50.0))
    assert (felt.satisfied[0], felt.promoters[0], felt.detractors[0], felt.ease[0]) == pytest.approx((0.6, 0.3, 0.4, 4))


def test_history_that_is_shared_spares_saying_it_again(tmp_path: Path) -> None:
    """An attempt more costs its 0.7 all the same."""
    felt = feel(world(tmp_path, {"q": PHONE}, FEELS + "[quality]\nhistory_shared = true\n"), row(resolved=1, attempt=2))
    assert felt.satisfied[0] == pytest.approx(logistic(logit(0.78) + 0.6 + 0.3 - 0.7), rel=1e-12)
    assert not felt.repeats[0]


@pytest.mark.parametrize(
    ("way", "s", "repeats", "handed_on"),
    [
        ("transfer = { r = { share = 0.2 } }", -0.3 - 0.4, True, True),
        ('transfer = { r = { share = 0.2, kind = "warm" } }', -0.3, False, True),
        ('escalation = { share = 0.5, to = "r", kind = "cold" }', -0.3 - 0.4, True, True),
        ('escalation = { share = 0.5, to = "r", kind = "warm" }', -0.3, False, True),
        ('escalation = { share = 0.5, to = "r", kind = "swarm" }', 0.0, False, False),
    ],
)
def test_how_a_contact_is_handed_on_is_felt(tmp_path: Path, way: str, s: float, repeats: bool, handed_on: bool) -> None:
    """A cold transfer has all said again, a warm one is a hand-over alone, and a second agent who joins is neither."""
    felt = feel(world(tmp_path, {"q": PHONE + way + "\n", "r": PHONE}, FEELS), row(queue=1, leg=1, resolved=1))
    assert felt.satisfied[0] == pytest.approx(logistic(logit(0.78) + 0.6 + 0.3 + s), rel=1e-12)
    assert (felt.repeats[0], felt.handed_on[0]) == (repeats, handed_on)


def test_of_a_callback_only_what_is_beyond_the_promise_counts(tmp_path: Path) -> None:
    """Promised in ten minutes: called after five, and after 10 min 5 s, a quarter of the 20 s that a call may wait."""
    callback = 'callback = { offer_above = { wait = "1min" }, accept = "50%" }\n'
    at = 9 * HOUR
    early, late = (row(resolved=1, wait=wait, promised=at + 600.0) for wait in (300.0, 605.0))
    felt = feel(world(tmp_path, {"q": PHONE + callback}, FEELS), early, late)
    s = [0.6 + 0.3, 0.6 + 0.3 * 0.75]
    assert felt.satisfied.tolist() == pytest.approx([logistic(logit(0.78) + one) for one in s], rel=1e-12)


def test_a_reply_is_waited_for_in_hours_of_its_own_limit(tmp_path: Path) -> None:
    """A mail answered after two of four hours: the gap is half the wait expected."""
    mail = row(resolved=1, wait=2 * HOUR - 100.0)
    assert feel(world(tmp_path, {"q": EMAIL}, FEELS), mail).satisfied[0] == pytest.approx(
        logistic(logit(0.78) + 0.6 + 0.15), rel=1e-12
    )


def test_six_contacts_make_the_figures_of_what_customers_feel(tmp_path: Path) -> None:
    """Resolved at once; at the second attempt after 10 s; not resolved, and comes again; given up after 4 s for good,
    and after 40 s to try again; one blocked. Courtesy 1, 0.9 and 1.1.

    Three are felt. Three of six customers were served; waits of 0, 10, 0 and 4 s are within what is expected, 40 s is
    not. Closed: the first two, resolved; the one given up for good, and the blocked one.
    """
    scenario = world(tmp_path, {"q": PHONE + AGAIN}, FEELS)
    sums = fold(
        scenario,
        row(resolved=1),
        row(resolved=1, wait=10.0, attempt=2, case_began=HOUR, courtesy=0.9),
        row(again=20 * HOUR, courtesy=1.1),
        row(obs.ABANDONED, wait=4.0),
        row(obs.ABANDONED, wait=40.0, again=10 * HOUR),
        row(obs.BLOCKED),
    )
    s = [0.6 + 0.3, 0.6 + 0.15 - 0.7 - 0.4, -1.4 + 0.3]
    with_courtesy = [s[0], s[1] - 0.1, s[2] + 0.1]
    satisfied = [logistic(logit(0.78) + x) for x in with_courtesy]
    ease = [1.0 + 6.0 * logistic(logit(0.75) + x) for x in s]
    promoters = sum(logistic(logit(0.45) + x) for x in with_courtesy)
    detractors = sum(logistic(logit(0.25) - x) for x in with_courtesy)
    expected = {
        "csat": sum(satisfied) / 3,
        "csat_case": (satisfied[0] + satisfied[1] + 2 * logistic(logit(0.78) - 1.4)) / 4,
        "nps": 100 * (promoters - detractors) / 3,
        "ces": sum(ease) / 3,
        "pillar_personalisation": 10 * 2 / 3,
        "pillar_integrity": 10 * 3 / 6,
        "pillar_expectations": 10 * 4 / 5,
        "pillar_resolution": 10 * 2 / 4,
        "pillar_time_and_effort": 10 * (sum(ease) / 3 - 1) / 6,
        "pillar_empathy": 7.5 * (1 + 0.9 + 1.1) / 3,
    }
    value = kpi_values(scenario, sums)
    assert {name: value[name] for name in expected} == pytest.approx(expected, rel=1e-12)
    # What the group's people left behind: the same three contacts.
    assert sums.group_experience[0, 0].tolist()[:6] == pytest.approx(sums.experience[0, 0].tolist()[:6])


def test_empathy_is_at_most_ten(tmp_path: Path) -> None:
    scenario = world(tmp_path, {"q": PHONE}, FEELS)
    assert kpi_values(scenario, fold(scenario, row(courtesy=1.5)))["pillar_empathy"] == 10.0


def test_promises_of_callbacks_are_part_of_integrity(tmp_path: Path) -> None:
    """One called in time, one late, one not reached: two of three served, one of two promises kept: 3 of 5."""
    scenario = world(tmp_path, {"q": PHONE + 'callback = { offer_above = { wait = "1min" }, accept = "50%" }\n'}, FEELS)
    promised = 9 * HOUR + 600.0
    in_time, late = row(wait=500.0, promised=promised), row(wait=700.0, promised=promised)
    sums = fold(scenario, in_time, late, row(obs.UNREACHED, wait=800.0, promised=promised, attempts=1))
    assert kpi_values(scenario, sums)["pillar_integrity"] == pytest.approx(10 * 3 / 5)


def test_cases_from_their_first_contact_to_their_last(tmp_path: Path) -> None:
    """Two days of one queue, 8 rows.

    A: resolved at once. B: not resolved, comes again after 2 h and then is. C: gives up, tries again 10 min later, is
    not resolved and comes again beyond the end. D: nobody could resolve it; comes no more. E: waits when the horizon
    ends. F: began before the horizon, its second contact is resolved.
    """
    at, end = 9 * HOUR, 2 * DAY
    scenario = world(tmp_path, {"q": PHONE + AGAIN + "unresolvable = 0.1\n"})
    sums = fold(
        scenario,
        row(resolved=1),
        row(again=11 * HOUR),
        row(at=11 * HOUR, resolved=1, attempt=2, case_began=at),
        row(obs.ABANDONED, again=at + 600.0),
        row(at=at + 600.0, attempt=2, case_began=at, again=end + HOUR),
        row(resolved=-1),
        row(obs.WAITING, at=47 * HOUR, wait=HOUR),
        row(at=10 * HOUR, resolved=1, attempt=2, case_began=-2 * HOUR),
    )
    found = cases_of(sums)
    assert found == {
        "first_handled": 3, "first_resolved": 1, "first_beyond": 1, "first_kept": 3, "first_repeated": 1,
        "kept_handled": 6, "repeated": 2, "lost": 1, "redialled": 1, "came": 8, "came_again": 3,
        "escalated": 0, "swarmed": 0, "rushed": 0,
        "opened": 5, "closed": 4, "closed_resolved": 3, "closed_attempts": 6, "left_open": 2,
        "resolved_s": 100 + (2 * HOUR + 100) + (12 * HOUR + 100),
    }  # fmt: skip
    # One case had begun before: what is open at the end is what was, and what came, less what was closed.
    assert found["left_open"] == 1 + found["opened"] - found["closed"]
    value = kpi_values(scenario, sums)
    expected = {
        "fcr": 1 / 3, "fcr_net": 1 / 2, "fcr_observed": 2 / 3, "repeat_rate": 2 / 6, "redial_rate": 1,
        "further_attempts": 3 / 8, "cases": 5, "cases_open_end": 2, "attempts_per_case": 6 / 4,
        "case_resolution_rate": 3 / 4, "time_to_resolution_h": (14 * HOUR + 300) / 3 / HOUR,
    }  # fmt: skip
    assert {name: value[name] for name in expected} == pytest.approx(expected)


def test_a_repeat_is_observed_within_seven_days(tmp_path: Path) -> None:
    """The clock starts when the contact ends."""
    at = 9 * HOUR + 100.0
    sums = fold(world(tmp_path, {"q": PHONE + AGAIN}), row(again=at + 7 * DAY), row(again=at + 7 * DAY + 1.0), row())
    found = cases_of(sums)
    assert (found["first_kept"], found["first_repeated"], found["repeated"]) == (3, 1, 2)


def test_a_case_that_is_handed_on_is_closed_where_it_ends(tmp_path: Path) -> None:
    """Queue q hands on three: to be resolved, to give up in r, and to wait there still when the horizon ends."""
    scenario = world(tmp_path, {"q": PHONE + "transfer = { r = { share = 0.2 } }\n" + AGAIN, "r": PHONE})
    gone = row(transferred=obs.TRANSFERRED)
    late: dict[str, Any] = {"queue": 1, "leg": 1, "at": 9 * HOUR + 100.0, "case_began": 9 * HOUR}
    sums = fold(
        scenario, gone, gone, gone,
        row(resolved=1, **late), row(obs.ABANDONED, wait=50.0, **late), row(obs.WAITING, wait=39 * HOUR - 100.0, **late),
    )  # fmt: skip
    first, second = cases_of(sums), cases_of(sums, 1)
    names = (
        "opened",
        "closed",
        "closed_resolved",
        "left_open",
        "came",
        "first_handled",
        "first_resolved",
        "kept_handled",
    )
    assert [first[name] for name in names] == [3, 0, 0, 0, 3, 3, 0, 0]
    assert [second[name] for name in names] == [0, 2, 1, 1, 0, 1, 1, 1]
    assert second["resolved_s"] == 200.0
    # By transfer came all of it: the center leaves them out of contacts handled.
    assert sums.cases[1, 1].tolist() == [second[name] for name in CASE_SUMS]


def test_the_center_adds_up_cases_and_counts_a_contact_where_it_entered(tmp_path: Path) -> None:
    """Queue q, to whose resolved contacts a tenth buy for 20: one handed on to r, which resolves it; one resolved at
    once; one at the second attempt; one given up. A prevented case, two customers lost for 500 each; costs of 900.

    Of three first contacts handled, two were resolved by them; four cases took five contacts; three were resolved. Of the
    two that ended at q, where customers come again, one was seen to.
    """
    says = "transfer = { r = { share = 0.2 } }\nsale = { share = 0.1, margin = 20 }\n" + AGAIN
    says += "outreach = { reached = 0.5, prevents = 0.5, cost = 1 }\n"
    more = "[customers]\nnumber = 9\nvalue = 500\nleave = [0.5]\n"
    scenario = world(tmp_path, {"q": PHONE + says, "r": PHONE.replace("phone", "video")}, more)
    folder = Folder(lower_counting(scenario, slots_of(scenario), np.zeros(4, np.int64)))
    later: dict[str, Any] = {"at": 11 * HOUR, "attempt": 2, "case_began": 9 * HOUR}
    rows = (
        row(transferred=obs.TRANSFERRED), row(queue=1, leg=1, at=9 * HOUR + 100.0, case_began=9 * HOUR, resolved=1),
        row(resolved=1), row(again=11 * HOUR), row(resolved=1, **later), row(obs.ABANDONED, wait=30.0),
    )  # fmt: skip
    folder.fold(table(*rows), NO_PRESENCE)
    folder.outreach(np.array([[4, 1], [0, 0]]))
    customers = dict.fromkeys(CUSTOMER_SUMS, 0.0) | {"bad_cases": 3, "customers_left": 2, "value_lost": 1000}
    one = study(folder, scenario, costs=spent(scenario, 900.0), customers=np.array(list(customers.values())))
    center, q, video, g = (
        told(one, "center"),
        told(one, "queue", "q"),
        told(one, "channel", "video"),
        told(one, "group", "g"),
    )
    expected = {
        "fcr": 2 / 3, "cases": 4, "attempts_per_case": 5 / 4, "case_resolution_rate": 3 / 4, "cases_open_end": 0,
        "fcr_observed": 1 / 2, "repeat_rate": 1 / 4, "further_attempts": 1 / 5, "transfer_rate": 1 / 4,
        "cost_per_contact": 900 / 4, "cost_per_resolution": 900 / 3, "outreach_prevented": 1, "bad_cases": 3,
        "customers_left": 2, "value_lost": 1000, "sales": 0.2, "sales_margin": 4, "net_cost": 900 - 4 + 1000,
        "pillar_resolution": 7.5, "pillar_integrity": 8, "pillar_personalisation": 10 * 2 / 4,
    }  # fmt: skip
    assert {name: center[name] for name in expected} == pytest.approx(expected)
    expected = {"fcr": 1 / 3, "cases": 4, "attempts_per_case": 4 / 3, "sales_margin": 4, "outreach_prevented": 1}
    assert {name: q[name] for name in expected} == pytest.approx(expected)
    assert (video["fcr"], video["cases"], video["attempts_per_case"]) == (1, 0, 1)
    assert (g["fcr"], g["repeat_rate"], g["pillar_empathy"]) == (2 / 4, 1 / 4, 7.5)
    assert g["csat"] == pytest.approx(center["csat"])
    assert one.kpi("net_cost").mean == 1896
    assert one.kpi("fcr").mean == pytest.approx(2 / 3)


def test_without_customers_and_sales_the_net_cost_is_the_cost(tmp_path: Path) -> None:
    scenario = world(tmp_path, {"q": PHONE})
    folder = Folder(lower_counting(scenario, slots_of(scenario), np.zeros(4, np.int64)))
    folder.fold(table(row(resolved=1)), NO_PRESENCE)
    one = study(folder, scenario, costs=spent(scenario, 900.0))
    assert one.kpi("net_cost").mean == 900
    assert "net_cost" not in told(one, "center")


def test_what_is_done_about_hard_cases(tmp_path: Path) -> None:
    """Of six handled, one is transferred, one escalated, one swarmed: a second agent who joins takes nothing over."""
    way = 'transfer = { r = { share = 0.2 } }\nescalation = { share = 0.5, to = "r", kind = "swarm" }\n'
    rush = "[groups.g.pressure]\nwaiting_per_agent = 1\n"
    scenario = world(tmp_path, {"q": PHONE + way, "r": PHONE}, rush)
    codes = (obs.KEPT, obs.KEPT, obs.KEPT, obs.TRANSFERRED, obs.ESCALATED, obs.SWARMED)
    paces = (1.0, 1.02, 0.9, 0.9, 1.0, 1.0)
    rows = [row(transferred=code, pace=pace) for code, pace in zip(codes, paces, strict=True)]
    value = kpi_values(scenario, fold(scenario, *rows, row(obs.ABANDONED)))
    expected = {"transfer_rate": 2 / 6, "escalation_rate": 2 / 6, "swarm_rate": 1 / 6, "rushed_share": 2 / 6}
    assert {name: value[name] for name in expected} == pytest.approx(expected)


def test_whom_two_agents_help_is_connected_once(tmp_path: Path) -> None:
    """100 s with the first agent, then 60 s with both: the customer is on the line for 160 s."""
    way = 'escalation = { share = 0.5, to = "r", kind = "swarm" }\n'
    scenario = world(tmp_path, {"q": PHONE + way, "r": PHONE})
    first = row(transferred=obs.SWARMED, hung_up=9 * HOUR + 160.0, ended=9 * HOUR + 160.0)
    both = row(at=9 * HOUR + 100.0, queue=1, leg=1, hung_up=9 * HOUR + 160.0, ended=9 * HOUR + 160.0)
    entered = row(at=10 * HOUR, queue=1)
    connected = Judge(scenario)(table(first, both, entered)).columns.connected
    assert np.asarray(connected).tolist() == [160, 0, 100]


def test_what_lay_there_at_first_is_a_case_but_no_contact_of_the_horizon(tmp_path: Path) -> None:
    scenario = world(tmp_path, {"q": EMAIL + AGAIN + 'backlog_at_start = { contacts = 1, oldest = "2h" }\n'}, FEELS)
    sums = fold(scenario, row(at=-HOUR, wait=10 * HOUR, resolved=1))
    found = cases_of(sums)
    names = ("opened", "closed", "closed_resolved", "first_handled", "came", "kept_handled")
    assert [found[name] for name in names] == [1, 1, 1, 0, 0, 0]
    felt = dict(zip(EXPERIENCE_SUMS, sums.experience[0, 0], strict=True))
    assert (felt["felt"], felt["waits"]) == (0, 0)
    assert felt["cases_satisfied"] > 0


def test_nothing_is_counted_that_nobody_asks_for(tmp_path: Path) -> None:
    scenario = world(tmp_path, {"q": PHONE})
    sums = fold(scenario, row(resolved=1))
    assert not scenario.uses.case_counts
    assert sums.cases.size == sums.group_cases.size == sums.experience.size == sums.group_experience.size == 0
    known = {kpi.id for scope in (CENTER, QUEUE, GROUP) for kpi in kpis_of(scenario, scope, "all")}
    assert known & TOLD == {"fcr"}


@pytest.mark.parametrize(
    ("says", "kpis"),
    [
        (AGAIN, {"fcr_observed", "repeat_rate", "redial_rate", "further_attempts", "cases", "cases_open_end",
                 "attempts_per_case", "case_resolution_rate", "time_to_resolution_h"}),
        ("redial = { share = 0.5 }\n", {"redial_rate", "further_attempts", "cases", "cases_open_end",
                                        "attempts_per_case", "case_resolution_rate", "time_to_resolution_h"}),
        ("unresolvable = 0.1\n", {"fcr_net"}),
        ('escalation = { share = 0.5, kind = "follow up" }\n', set()),
        ("sale = { share = 0.1, margin = 20 }\n", {"sales", "sales_margin", "net_cost"}),
        ("outreach = { reached = 0.5, prevents = 0.5, cost = 1 }\n", {"outreach_prevented"}),
    ],
)  # fmt: skip
def test_figures_are_reported_where_there_is_something_to_measure(tmp_path: Path, says: str, kpis: set[str]) -> None:
    plain, with_it = world(tmp_path, {"q": PHONE}), world(tmp_path, {"q": PHONE + says})
    before, after = ({kpi.id for kpi in kpis_of(one, CENTER, "all")} for one in (plain, with_it))
    assert after - before == kpis
    assert before <= after
    assert [kpi.id for kpi in kpis_of(with_it, CENTER, "all")].count("fcr") == 1
