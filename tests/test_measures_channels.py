"""Observations of channels, callbacks, transfers and partners, written by hand, and what must follow by arithmetic."""

from __future__ import annotations

from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import observations as obs
from sim.measures.erlang_seats import seats_needed
from sim.measures.folder import Folder
from sim.measures.folding_tables import lower_counting
from sim.measures.kpis import LEVEL_SUMS, by_name, center_kpis, with_levels
from sim.measures.requirement import Load, requirement
from sim.measures.seat_shares import seat_kinds
from sim.measures.sums import CONTRACT_SUMS, GROUP_SUMS, LIVE_EDGES, slots_of
from sim.measures.waiting import Backlog, OpenHours, backlog_of, lie_there
from sim.report.tables.contacts import contact_table
from sim.report.tables.study import tabulate
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.calibration.calibrate import Calibration
from sim.study.compare import compare
from sim.study.expected.need import Need
from sim.study.prepared import prepare
from sim.study.replicate import Replication
from sim.study.result import PlanResult
from sim.workforce.people import build_agents

HOUR = 3600.0
DAY = 24 * HOUR

CENTER = """
[center]
start = 2026-03-02
days = 3
interval = "30min"
open = { mon-sun = "08:00-20:00" }
"""
PHONE = """
channel = "phone"
forecast = { replay = "none-come.csv" }
talk = { family = "constant", mean = "100s" }
service_level = { target = 0.8, within = "20s" }
"""
CHAT = PHONE.replace("phone", "chat")
EMAIL = """
channel = "email"
at_shift_end = "finish"
forecast = { replay = "none-come.csv" }
talk = { family = "constant", mean = "100s" }
service_level = { target = 0.8, within = "4h", clock = "open" }
"""
SEATED = 'seats = { csv = "seats.csv" }\n'


def world(folder: Path, text: str) -> Scenario:
    """A scenario of the text; two seats from 08:00 to 09:00 on Monday for whoever names them."""
    (folder / "none-come.csv").write_text("arrived\n2026-03-02 08:00:00\n")
    (folder / "seats.csv").write_text("weekday,start,seats\nmon,08:00,2\nmon,08:30,2\n")
    (folder / "world.toml").write_text(text)
    return load(folder / "world.toml")


def contact(outcome: int = obs.ANSWERED, **told: Any) -> tuple[Any, ...]:
    """A contact row, times in seconds from midnight; held alone by agent 0 of group 0, unless said otherwise."""
    row = obs.ContactRow(outcome=outcome, answered=-1.0)
    if outcome in (obs.ANSWERED, obs.IN_HAND):
        row = replace(row, agent=0, group=0, effort=told["ended"] - told["answered"] - told.get("paused", 0.0))
        told = {"hung_up": told["ended"], **told}
    return astuple(replace(row, **told))


def fold(scenario: Scenario, rows: list[tuple[Any, ...]], presence: list[tuple[Any, ...]] = []) -> Folder:  # noqa: B006
    folder = Folder(lower_counting(scenario, slots_of(scenario), np.zeros(9, np.int64)))
    folder.work_at(np.ones((9, len(scenario.queues))))
    folder.fold(np.array(rows, obs.CONTACT_ROW), np.array(presence, obs.PRESENCE_ROW))
    return folder


def study(folder: Folder, scenario: Scenario, **told: Any) -> PlanResult:
    """A study whose only replication saw what was folded."""
    prepared = prepare(scenario)
    lines, groups = len(prepared.payroll.lines), len(scenario.groups)
    payroll = prepared.payroll
    booked = {
        "staff_slots": payroll.scheduled.staff_slots,
        "staff_days": payroll.scheduled.staff_days,
        "costs": np.zeros(lines),
    }
    booked |= {"group_costs": np.zeros(groups), "income": np.zeros(0)} | told
    one = Replication(folder.sums, contacts=0, floor_seconds=0.0, **booked)
    result = PlanResult(prepared, Calibration(prepared.standard, ()))
    result.add(one)
    return result


def told(result: PlanResult, scope: str, name: str = "all") -> dict[str, float]:
    """The summary's means of one scope."""
    table = tabulate([result], ["base"]).summary
    rows = table[(table.scope == scope) & (table.name == name)]
    return dict(zip(rows.kpi, rows["mean"], strict=True))


def of_queue(folder: Folder, scenario: Scenario, queue: str) -> dict[str, float]:
    """A queue's sums, its service level's among them."""
    totals = with_levels(scenario, folder.sums.queue_days).sum(axis=0)[scenario.queue(queue).number]
    return {name: float(value) for name, value in by_name(LEVEL_SUMS, totals).items()}


def of_group(folder: Folder, group: int = 0) -> dict[str, float]:
    return dict(zip(GROUP_SUMS, folder.sums.group_days.sum(axis=0)[group].tolist(), strict=True))


# ---- What agents hold together -----------------------------------------------------------------------------------


@pytest.fixture
def chats(tmp_path: Path) -> Scenario:
    return world(tmp_path, f"{CENTER}[queues.chat]{CHAT}[groups.g]\n{SEATED}skills = {{ chat = {{}} }}\n")


def test_two_chats_overlap(chats: Scenario) -> None:
    """Sessions 0-600 and 200-800 of one agent, signed on 0-1000, who gives 400 s to each.

    Busy 800 of 1000 s. Places taken: 1 × 200 + 2 × 400 + 1 × 200 = 1200 of 2 × 1000.
    """
    rows = [
        contact(arrived=0.0, answered=0.0, ended=600.0, effort=400.0),
        contact(arrived=190.0, answered=200.0, hung_up=750.0, ended=800.0, effort=400.0),
    ]
    presence = [
        (0, 0, obs.AVAILABLE, 0.0, 1000.0),
        (0, 0, obs.HELD + 1, 0.0, 200.0),
        (0, 0, obs.HELD + 2, 200.0, 600.0),
        (0, 0, obs.HELD + 1, 600.0, 800.0),
    ]
    kpi = told(study(fold(chats, rows, presence), chats), "group", "g")
    expected = {
        "aht_s": 600, "talk_s": 575, "wrap_s": 25, "effort_s": 400, "occupancy": 0.8, "slot_occupancy": 0.6
    }  # fmt: skip
    assert {name: kpi[name] for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize(
    ("skills", "capacity", "blending", "together"),
    [
        ("q = {}", "", False, 1),
        ("chat = {}", "", True, 2),
        ("q = {}, chat = {}", "chat = { at_once = 3 }", True, 3),
        ("q = {}, mail = {}", "", False, 1),
        ("q = {}, mail = {}", 'email = { interrupted_by = "phone" }', True, 1),
        ("q = {}, mail = {}", 'email = { interrupted_by = "chat" }', False, 1),
        ("chat = {}, text = {}", "", True, 4),
    ],
)
def test_who_holds_several_contacts(tmp_path: Path, skills: str, capacity: str, blending: bool, together: int) -> None:
    """An interruption needs the skill of what interrupts; places add up over the channels that are shared."""
    queues = (
        f"[queues.q]{PHONE}[queues.chat]{CHAT}[queues.text]{PHONE.replace('phone', 'messaging')}[queues.mail]{EMAIL}"
    )
    everybody = f"[groups.all]\n{SEATED}skills = {{ q = {{}}, chat = {{}}, text = {{}}, mail = {{}} }}\n"
    group = f"[groups.g]\n{SEATED}skills = {{ {skills} }}\ncapacity = {{ {capacity} }}\n"
    scenario = world(tmp_path, CENTER + queues + everybody + group)
    assert (scenario.group("g").blends, scenario.group("g").places) == (blending, together)


def test_a_missed_call_keeps_an_agent_busy_who_holds_one_contact_at_a_time(tmp_path: Path) -> None:
    """60 s of handling in the contact's row, 25 s of ringing in the agent's: as many seconds of the one place."""
    phone = world(tmp_path, f"{CENTER}[queues.q]{PHONE}[groups.g]\n{SEATED}skills = {{ q = {{}} }}\n")
    rows = [contact(arrived=0.0, answered=0.0, ended=60.0)]
    presence = [(0, 0, obs.AVAILABLE, 0.0, 100.0), (0, 0, obs.HELD + 1, 70.0, 95.0)]
    sums = of_group(fold(phone, rows, presence))
    assert (sums["handling"], sums["slots_taken"]) == (85.0, 85.0)
    assert (sums["available"], sums["slots"]) == (100.0, 100.0)
    assert (sums["overrun"], sums["shift_overrun"]) == (0.0, 0.0)


def test_a_pause_is_nobodys_work(tmp_path: Path) -> None:
    """Taken up at 100 s, put aside for 300, sent at 600: 200 s of talk, and of effort."""
    mail = world(tmp_path, f"{CENTER}[queues.q]{EMAIL}[groups.g]\n{SEATED}skills = {{ q = {{}} }}\n")
    folder = fold(mail, [contact(arrived=0.0, answered=100.0, ended=600.0, paused=300.0)])
    assert (of_queue(folder, mail, "q")["talk"], of_group(folder)["effort"]) == (200.0, 200.0)


# ---- Deferred queues ---------------------------------------------------------------------------------------------


MAIL = f"{CENTER}[queues.mail]{EMAIL}[groups.g]\n{SEATED}skills = {{ mail = {{}} }}\n"


@pytest.fixture
def mail(tmp_path: Path) -> Scenario:
    return world(tmp_path, MAIL)


@pytest.fixture
def mail_at_all_hours(tmp_path: Path) -> Scenario:
    return world(tmp_path, MAIL.replace('clock = "open"', 'clock = "all"'))


def test_the_clock_of_a_reply_stops_at_night(mail: Scenario, mail_at_all_hours: Scenario) -> None:
    """Came at 19:00, taken up at 08:30 the next day, sent at 10:00: 15 h, of which the queue is open for 3."""
    reply = contact(arrived=19 * HOUR, answered=DAY + 8.5 * HOUR, ended=DAY + 10 * HOUR)
    sums = of_queue(fold(mail, [reply]), mail, "mail")
    assert (sums["wait_answered"], sums["within"], sums["level_base"]) == (3 * HOUR, 1, 1)
    sums = of_queue(fold(mail_at_all_hours, [reply]), mail_at_all_hours, "mail")
    assert (sums["wait_answered"], sums["within"], sums["level_base"]) == (15 * HOUR, 0, 1)


def test_open_hours_reach_over_weekends_nights_and_the_past(tmp_path: Path) -> None:
    """Open on weekdays, 22:00 to 02:00; from a Monday on, and before it as far as the oldest contact."""
    spans = CENTER.replace("days = 3", "days = 8").replace('mon-sun = "08:00-20:00"', 'mon-fri = "22:00-02:00"')
    text = f'{spans}[queues.q]{EMAIL}backlog_at_start = {{ contacts = 1, oldest = "3d" }}\n'
    scenario = world(tmp_path, f"{text}[groups.g]\n{SEATED}skills = {{ q = {{}} }}\n")

    def seconds(start: float, end: float) -> float:
        return float(OpenHours(scenario, "q").between(np.array([start]), np.array([end]))[0])

    assert seconds(21 * HOUR, 23 * HOUR) == HOUR
    assert seconds(23 * HOUR, DAY + 23 * HOUR) == 4 * HOUR
    # Friday 23:00 to Monday 23:00: until 02:00, and one hour more.
    assert seconds(4 * DAY + 23 * HOUR, 7 * DAY + 23 * HOUR) == 4 * HOUR
    # Friday before, 21:00, to Monday 01:00: Friday night only; Sunday has no hours.
    assert seconds(-3 * DAY + 21 * HOUR, HOUR) == 4 * HOUR


def test_no_reply_yet_counts_once_its_limit_has_passed(mail: Scenario) -> None:
    """At the end, 20:00 is long past: who came at 17:00 waits 3 open hours, who came at 16:00 the 4 of the limit."""
    end = 3 * DAY
    late = {"answered": end - 60.0, "ended": end + 60.0}
    rows = [
        contact(obs.IN_HAND, arrived=2 * DAY + 17 * HOUR, **late),
        contact(obs.IN_HAND, arrived=2 * DAY + 16 * HOUR, **late),
        contact(obs.WAITING, arrived=2 * DAY + 17 * HOUR, ended=end),
        contact(obs.WAITING, arrived=2 * DAY + 16 * HOUR, ended=end),
    ]
    folder = fold(mail, rows)
    sums = of_queue(folder, mail, "mail")
    assert (sums["offered"], sums["open"], sums["answered"], sums["waited"]) == (2, 2, 0, 0)
    assert (sums["level_met"], sums["level_base"]) == (0, 2)
    # Both in hand kept their agent busy for the last minute.
    assert (of_group(folder)["handling"], of_group(folder)["answered"]) == (120.0, 0)


def test_what_lay_there_is_worked_but_was_not_offered(mail: Scenario) -> None:
    """One from Sunday, replied to on Monday 09:00-09:10; it counts to the group when it is taken up, at 09:00."""
    old = contact(arrived=-10 * HOUR, answered=9 * HOUR, ended=9 * HOUR + 600, resolved=1)
    new = contact(arrived=8 * HOUR, answered=10 * HOUR, ended=10 * HOUR + 60)
    folder = fold(mail, [old, new])
    sums = of_queue(folder, mail, "mail")
    assert {k: sums[k] for k in ("offered", "answered", "handled", "talk", "resolved", "waited", "level_base")} == {
        "offered": 1, "answered": 1, "handled": 1, "talk": 60, "resolved": 0, "waited": 1, "level_base": 1
    }  # fmt: skip
    assert (of_group(folder)["handled"], of_group(folder)["talk"], of_group(folder)["handling"]) == (2, 660, 660)
    assert folder.sums.group_slots[18, 0, GROUP_SUMS.index("answered")] == 1
    assert folder.sums.waits.sum() == 1


def test_backlog_and_its_oldest_at_the_end_of_each_interval(mail: Scenario) -> None:
    """Half hours from midnight. A: from two hours before, sent at 01:10. B: 00:10 to 02:00. C: from 01:05, open still.

    A reply at the very end of an interval is no longer there; who comes at that moment belongs to the next.
    """
    rows = [
        contact(arrived=-2 * HOUR, answered=HOUR, ended=HOUR + 600),
        contact(arrived=600.0, answered=HOUR, ended=2 * HOUR),
        contact(obs.WAITING, arrived=HOUR + 300, ended=3 * DAY),
        contact(arrived=2 * HOUR, answered=2 * HOUR, ended=2 * HOUR + 60),
    ]
    folder = fold(mail, rows)
    assert folder.sums.backlog[:5, 0].tolist() == [2, 2, 2, 1, 1]
    ages = [2.5 * HOUR, 3 * HOUR, 1.5 * HOUR - 600, 2 * HOUR - HOUR - 300, 2.5 * HOUR - HOUR - 300]
    assert folder.sums.oldest[:5, 0].tolist() == ages
    result = study(folder, mail)
    kpi, ends = told(result, "queue", "mail"), 3 * 48
    assert kpi["backlog"] == pytest.approx((2 + 2 + 2 + 1 * (ends - 3)) / ends)
    assert kpi["backlog_end"] == 1
    expected = sum(ages[:3]) + sum((k + 1) * 1800 - HOUR - 300 for k in range(3, ends))
    assert kpi["oldest_age_h"] == pytest.approx(expected / ends / HOUR)
    assert kpi["within_target"] == kpi["service_level"]
    assert told(result, "channel", "email")["oldest_age_h"] == pytest.approx(kpi["oldest_age_h"])
    tables = tabulate([result], ["base"])
    of_mail = tables.intervals[tables.intervals.scope == "queue"]
    # Through the night, when nobody comes and nobody is there.
    assert of_mail.backlog.tolist() == folder.sums.backlog[:, 0].tolist()
    assert tables.intervals[tables.intervals.scope == "group"].backlog.isna().all()
    days = tables.periods[(tables.periods.scope == "queue") & (tables.periods.period == "day")]
    assert days.backlog.tolist() == [1, 1, 1]


def test_the_oldest_of_many_is_found_whatever_the_order(mail: Scenario) -> None:
    """Against the definition, on contacts that end in any order, in batches."""
    luck = np.random.default_rng(7)
    arrived = luck.uniform(-DAY, 2.9 * DAY, 400)
    ended = arrived + luck.exponential(5 * HOUR, 400)
    ended, still = np.minimum(ended, 3 * DAY), ended > 3 * DAY
    backlog = Backlog(backlog_of(mail))
    for part in np.array_split(np.argsort(ended, kind="stable"), 5):
        lie_there(backlog.lying, np.zeros(len(part), np.int64), arrived[part], ended[part], still[part])  # type: ignore[arg-type]
    ends = np.arange(1, 3 * 48 + 1) * 1800.0
    there = [(arrived < t) & ((ended > t) | still) & (ended > 0) for t in ends]
    assert backlog.contacts()[:, 0].tolist() == [one.sum() for one in there]
    ages = [t - arrived[one].min() if one.any() else 0.0 for t, one in zip(ends, there, strict=True)]
    assert backlog.oldest()[:, 0].tolist() == ages


def test_a_channel_is_as_old_as_the_older_of_its_queues(tmp_path: Path) -> None:
    """Two half hours each: queue a waits from 00:00, b from 01:00; the channel adds contacts and takes the oldest."""
    text = f"{CENTER}[queues.a]{EMAIL}[queues.b]{EMAIL}[groups.g]\n{SEATED}skills = {{ a = {{}}, b = {{}} }}\n"
    scenario = world(tmp_path, text)
    rows = [
        contact(queue=0, arrived=0.0, answered=0.0, ended=HOUR + 1),
        contact(queue=1, arrived=900.0, answered=HOUR, ended=HOUR + 1800),
    ]
    kpi, ends = told(study(fold(scenario, rows), scenario), "channel", "email"), 3 * 48
    assert kpi["backlog"] == pytest.approx((2 + 2) / ends)
    assert kpi["oldest_age_h"] == pytest.approx((1800 + 3600) / ends / HOUR)


def test_the_center_answers_for_its_live_channels(tmp_path: Path) -> None:
    """A call answered at once and an email in 2 h: the center's service is the call's, its contacts are both."""
    text = f"{CENTER}[queues.q]{PHONE}[queues.mail]{EMAIL}[groups.g]\n{SEATED}skills = {{ q = {{}}, mail = {{}} }}\n"
    scenario = world(tmp_path, text)
    rows = [
        contact(queue=0, arrived=9 * HOUR, answered=9 * HOUR + 4, ended=9 * HOUR + 60),
        contact(obs.ABANDONED, queue=0, arrived=9 * HOUR, ended=9 * HOUR + 30),
        contact(queue=1, arrived=9 * HOUR, answered=10 * HOUR, ended=11 * HOUR),
        contact(queue=1, arrived=9 * HOUR, answered=10 * HOUR, ended=14 * HOUR),
    ]
    kpi = told(study(fold(scenario, rows), scenario), "center")
    expected = {
        "service_level": 1 / 2, "sl_answered": 1, "abandon_rate": 1 / 2, "asa_s": 4, "wait_mean_s": 17,
        "offered": 4, "answered": 3, "aht_s": (56 + HOUR + 4 * HOUR) / 3,
    }  # fmt: skip
    assert {name: kpi[name] for name in expected} == pytest.approx(expected)
    assert kpi["wait_p90_s"] < 31
    assert not {"backlog", "within_target", "transfer_rate", "callback_rate", "income"} & set(kpi)
    mail = told(study(fold(scenario, rows), scenario), "queue", "mail")
    assert mail["asa_s"] == pytest.approx(3.5 * HOUR)
    # Halfway between the two waits' bins, which reach beyond two days for deferred queues.
    assert 4 * HOUR < mail["wait_p90_s"] < 5.2 * HOUR
    assert "service_level_erlang_a" not in mail


def test_waits_of_a_reply_may_be_long(mail_at_all_hours: Scenario, chats: Scenario) -> None:
    """Longer than the two days at which the bins of live queues end, as they always did."""
    assert Folder(lower_counting(chats, slots_of(chats), np.zeros(1, np.int64))).sums.waits.shape == (1, LIVE_EDGES + 1)
    reply = contact(arrived=0.0, answered=2.9 * DAY, ended=2.95 * DAY)
    kpi = told(study(fold(mail_at_all_hours, [reply]), mail_at_all_hours), "queue", "mail")
    assert kpi["wait_p90_s"] == pytest.approx(2.95 * DAY, rel=0.02)


# ---- Legs, callbacks, self-service -------------------------------------------------------------------------------


def test_the_center_counts_a_transferred_contact_once(tmp_path: Path) -> None:
    """Two contacts at `a`; one goes on to `b`, waits 30 s there, and is resolved by the second agent.

    a: 100 and 60 s, b: 200 s. The center handled two contacts in 360 s and resolved both; at `a` one of two is.
    """
    text = f"{CENTER}[queues.a]{PHONE}fcr = 0.5\ntransfer.b = {{ share = 0.5 }}\n[queues.b]{PHONE}"
    scenario = world(tmp_path, f"{text}[groups.g]\n{SEATED}skills = {{ a = {{}}, b = {{}} }}\n")
    rows = [
        contact(queue=0, arrived=0.0, answered=10.0, ended=110.0, transferred=1),
        contact(queue=0, arrived=5.0, answered=5.0, ended=65.0, resolved=1),
        contact(queue=1, arrived=110.0, answered=140.0, ended=340.0, resolved=1, leg=1),
    ]
    result = study(fold(scenario, rows), scenario)
    center, a, b = told(result, "center"), told(result, "queue", "a"), told(result, "queue", "b")
    expected = {
        "offered": 2, "answered": 2, "service_level": 1, "asa_s": 5, "wait_mean_s": 5, "aht_s": 180, "effort_s": 180,
        "fcr": 1, "resolution_rate": 1, "transfer_rate": 0.5,
    }  # fmt: skip
    assert {name: center[name] for name in expected} == pytest.approx(expected)
    assert center["wait_p90_s"] <= 10
    assert (a["offered"], a["fcr"], a["transfer_rate"]) == (2, 0.5, 0.5)
    assert (b["offered"], b["service_level"], b["asa_s"], b["fcr"]) == (1, 0, 30, 1)
    assert "transfer_rate" not in b
    # A channel adds its queues.
    assert told(result, "channel", "phone")["offered"] == 3


def test_promises_and_how_they_were_kept(tmp_path: Path) -> None:
    """Promised after 60 s each: reached after 50, after 100, never (given up after 500), and one still to come.

    Three are over, two were reached, one of them in time. With one ordinary contact, four are offered; nobody is on the
    line while waiting for a call.
    """
    offer = "callback = { offer_above = { waiting = 1 } }\n"
    scenario = world(tmp_path, f"{CENTER}[queues.q]{PHONE}{offer}[groups.g]\n{SEATED}skills = {{ q = {{}} }}\n")
    rows = [
        contact(arrived=0.0, answered=50.0, ended=80.0, promised=60.0),
        contact(arrived=0.0, answered=100.0, ended=140.0, promised=60.0),
        contact(obs.UNREACHED, arrived=0.0, ended=500.0, promised=60.0, attempts=2),
        contact(obs.WAITING, arrived=3 * DAY - 10, ended=3 * DAY, promised=3 * DAY + 50),
        contact(arrived=0.0, answered=10.0, ended=20.0),
    ]
    folder = fold(scenario, rows)
    kpi, sums = told(study(folder, scenario), "queue", "q"), of_queue(folder, scenario, "q")
    expected = {
        "offered": 4, "answered": 3, "abandoned": 0, "callback_rate": 3 / 4, "callback_reached": 2 / 3,
        "callback_kept": 1 / 2, "callback_promised_s": 60, "callback_wait_s": 75, "asa_s": 160 / 3,
        "wait_mean_s": 660 / 4, "service_level": 1 / 4, "sl_answered": 1 / 3,
    }  # fmt: skip
    assert {name: kpi[name] for name in expected} == pytest.approx(expected)
    assert (sums["unreached"], sums["open"], sums["connected"]) == (1, 1, 30 + 40 + 20)


def test_sessions_with_a_machine(tmp_path: Path) -> None:
    """Four sessions of 1, 2, 3 and 4 minutes, three of which needed nobody; the other queue has no machine."""
    machine = "self_service = { containment = 0.5 }\n"
    text = f"{CENTER}[queues.a]{PHONE}[queues.b]{PHONE}{machine}[groups.g]\n{SEATED}skills = {{ a = {{}}, b = {{}} }}\n"
    scenario = world(tmp_path, text)
    folder = fold(scenario, [contact(arrived=0.0, answered=0.0, ended=1.0)])
    for began, ended, contained in (([0, 100, 200], [60, 220, 380], [1, 0, 1]), ([900], [1140], [1])):
        queue = np.ones(len(began), np.int64)
        times = {"began": np.array(began, float), "ended": np.array(ended, float)}
        folder.sessions({"queue": queue, **times, "contained": np.array(contained)})
    result = study(folder, scenario)
    for scope, name in (("center", "all"), ("channel", "phone"), ("queue", "b")):
        kpi = told(result, scope, name)
        assert (kpi["self_service_sessions"], kpi["containment_rate"], kpi["self_service_minutes"]) == (4, 0.75, 10)
    assert not [name for name in told(result, "queue", "a") if "self_service" in name or "containment" in name]


# ---- Sites, vendors, contracts -----------------------------------------------------------------------------------


def test_a_site_is_the_sum_of_its_groups(tmp_path: Path) -> None:
    """Two groups of site `x`, a third of none; a group may bear a site's name. Occupancy (30 + 50) ÷ (100 + 100)."""
    groups = "".join(
        f"[groups.{name}]\n{SEATED}skills = {{ q = {{}} }}\n{site}"
        for name, site in (("x", 'site = "x"\n'), ("y", 'site = "x"\n'), ("z", ""))
    )
    scenario = world(tmp_path, f"{CENTER}[sites.x]\n[sites.empty]\n[queues.q]{PHONE}{groups}")
    rows = [contact(arrived=0.0, answered=0.0, ended=length, group=g) for g, length in enumerate((30.0, 50.0, 90.0))]
    presence = [(g, g, obs.AVAILABLE, 0.0, 100.0) for g in range(3)]
    result = study(fold(scenario, rows, presence), scenario, group_costs=np.array([3.0, 4.0, 9.0]))
    kpi = told(result, "site", "x")
    expected = {"answered": 2, "aht_s": 40, "occupancy": 0.4, "available_hours": 200 / HOUR, "staff_cost": 7}
    assert {name: kpi[name] for name in expected} == pytest.approx(expected)
    assert "offered" not in kpi
    assert told(result, "group", "x")["occupancy"] == pytest.approx(0.3)
    scopes = [scope for scope, _ in result.scopes()]
    assert scopes == ["center", "channel", "site", "queue", "group", "group", "group"]


def test_a_vendor_answers_for_a_queue_and_is_no_group_of_ours(tmp_path: Path) -> None:
    """One contact answered by the group (60 s), two by the vendor on two days (100 and 140 s): none of its hours ours."""
    text = f"{CENTER}[vendors.v]\nprice = {{ rate = 1 }}\ncapacity = 5\n[queues.q]{PHONE}"
    routes = '[[queues.q.route]]\ngroups = ["g"]\n[[queues.q.route]]\nvendor = "v"\nafter = "10s"\n'
    scenario = world(tmp_path, f"{text}{routes}[groups.g]\n{SEATED}skills = {{ q = {{}} }}\n")
    rows = [
        contact(arrived=0.0, answered=0.0, ended=60.0),
        contact(arrived=0.0, answered=50.0, ended=150.0, group=1, agent=9),
        contact(arrived=DAY, answered=DAY + 50, ended=DAY + 190, group=1, agent=10),
        contact(obs.ABANDONED, arrived=0.0, ended=45.0),
    ]
    presence = [
        (0, 0, obs.AVAILABLE, 0.0, 100.0),
        (9, 1, obs.AVAILABLE, 0.0, 3 * DAY),
        (9, 1, obs.HELD + 1, 50.0, 150.0),
    ]
    folder = fold(scenario, rows, presence)
    assert folder.sums.vendor_days[0].tolist() == [[1, 1, 100], [1, 1, 140], [0, 0, 0]]
    sums = of_group(folder)
    assert (sums["answered"], sums["handling"], sums["available"]) == (1, 60, 100)
    result = study(folder, scenario)
    assert told(result, "vendor", "v") == {"aht_s": 120, "answered": 2}
    assert (told(result, "queue", "q")["answered"], told(result, "queue", "q")["aht_s"]) == (3, 100)


CONTRACT = """
[contracts.client]
bill = { rate = 1 }
service_level = { target = 0.8, within = "40s", short_abandon = "10s" }
"""


def test_a_contract_judges_by_its_own_limits(tmp_path: Path) -> None:
    """Waits of 30 and 50 s, given up after 8 and 35 s: under the contract's 40 s and 10 s, not the queue's 20 and 0.

    The queue without a contract is left out.
    """
    queues = f'[queues.a]{PHONE}[queues.b]{PHONE}contract = "client"\n'
    scenario = world(tmp_path, f"{CENTER}{CONTRACT}{queues}[groups.g]\n{SEATED}skills = {{ a = {{}}, b = {{}} }}\n")
    rows = [
        contact(queue=1, arrived=DAY, answered=DAY + 30, ended=DAY + 60),
        contact(queue=1, arrived=DAY, answered=DAY + 50, ended=DAY + 60),
        contact(obs.ABANDONED, queue=1, arrived=DAY, ended=DAY + 8),
        contact(obs.ABANDONED, queue=1, arrived=DAY, ended=DAY + 35),
        contact(obs.WAITING, queue=1, arrived=3 * DAY - 30, ended=3 * DAY),
        contact(queue=0, arrived=DAY, answered=DAY, ended=DAY + 500),
    ]
    folder = fold(scenario, rows)
    days = folder.sums.contract_days
    assert CONTRACT_SUMS == ("offered", "answered", "within", "abandoned_within", "abandoned_short")
    assert days[:, 1].tolist() == [[0, 0, 0, 0, 0], [4, 2, 1, 2, 1], [0, 0, 0, 0, 0]]
    assert days[:, 0].sum() == 0
    own = of_queue(folder, scenario, "b")
    assert (own["offered"], own["within"], own["abandoned_within"]) == (5, 0, 1)
    # Agent seconds, by whom and for whom.
    assert folder.sums.group_work[1].tolist() == [[500, 40]]
    result = study(folder, scenario, costs=np.array([70.0, 0.0, 30.0]), income=np.array([250.0]))
    kpi = told(result, "center")
    assert (kpi["income"], kpi["margin"]) == (250, 150)
    lines = tabulate([result], ["base"]).costs
    assert dict(zip(lines.line, lines["mean"], strict=True)) == {
        "wages g": 70, "overtime premium": 0, "load": 30, "total": 100, "billing client": 250, "income total": 250,
        "margin": 150,
    }  # fmt: skip


def test_what_a_scenario_does_not_have_is_not_reported(chats: Scenario) -> None:
    """No rows, columns or lines for features that are not used; `backlog` stays empty."""
    tables = tabulate([study(fold(chats, [contact(arrived=0.0, answered=0.0, ended=1.0)]), chats)], ["base"])
    assert set(tables.summary.scope) == {"center", "channel", "queue", "group"}
    new = ("backlog", "oldest", "within_", "callback", "contain", "self_", "transfer", "income", "margin", "staff_cost")
    assert not [kpi for kpi in tables.summary.kpi if kpi.startswith(new)]
    assert tables.intervals.backlog.isna().all()
    assert tables.costs.line.tolist() == ["wages g", "overtime premium", "load", "total"]
    assert "backlog" not in center_kpis(chats)


def test_plans_are_compared_by_what_both_have(tmp_path: Path) -> None:
    """A plan that starts to call back has no baseline for its callbacks; the rest compares."""
    text = f"{CENTER}[queues.q]{PHONE}[groups.g]\n{SEATED}skills = {{ q = {{}} }}\n"
    base = world(tmp_path, text)
    plan = world(tmp_path, text.replace("[groups.g]", "callback = { offer_above = { waiting = 1 } }\n[groups.g]"))
    rows = [contact(arrived=0.0, answered=10.0, ended=20.0)]
    results = [study(fold(scenario, rows), scenario) for scenario in (base, plan)]
    known = {row.kpi for row in compare(results, ["base", "calls-back"])}
    assert "callback_rate" in told(results[1], "center")
    assert {"service_level", "wait_p90_s"} <= known
    assert "callback_rate" not in known


# ---- What is needed ----------------------------------------------------------------------------------------------


def need(scenario: Scenario, contacts: dict[str, dict[int, float]], handle: dict[str, float], seats: Any) -> Any:
    """The requirement of contacts by queue and interval; patience of 100 s where customers wait."""
    load = np.zeros((scenario.clock.intervals, len(scenario.queues)))
    for queue, by_interval in contacts.items():
        for interval, count in by_interval.items():
            load[interval, scenario.queue(queue).number] = count
    times = np.broadcast_to([handle[queue] for queue in scenario.queues], load.shape)
    impatience = np.array([0.01 if scenario.queue(queue).is_live else 0.0 for queue in scenario.queues])
    group_seats = np.zeros((scenario.clock.intervals, len(scenario.groups)))
    for group, by_interval in seats.items():
        for interval, count in by_interval.items():
            group_seats[interval, scenario.group(group).number] = count
    kinds = seat_kinds(scenario, build_agents(scenario))
    return requirement(scenario, Load(load, times, impatience), group_seats[:, kinds.group] * kinds.share, kinds)


def test_deferred_work_fills_the_room_there_is(mail: Scenario) -> None:
    """Monday brings 4 h of work (one contact of 2 h at 05:00 and one at 22:00) and has 2 + 4 + 4 seats of half an hour,
    5 h: each is needed to four fifths, and nobody is short. Tuesday brings 4 h and has 1 + 1 seats, 1 h: all of it, and
    the other 3 h, 6 seats of half an hour, are short: 3 in each of its two intervals."""
    monday, tuesday = {16: 2.0, 17: 4.0, 18: 4.0}, {48 + 20: 1.0, 48 + 21: 1.0}
    found = need(mail, {"mail": {10: 1, 44: 1, 48: 2}}, {"mail": 2 * HOUR}, {"g": monday | tuesday})
    wanted = np.zeros(3 * 48)
    wanted[[16, 17, 18]] = [1.6, 3.2, 3.2]
    wanted[[48 + 20, 48 + 21]] = 4.0
    assert found.required[:, 0] == pytest.approx(wanted)
    assert found.short.sum(axis=0) == pytest.approx([6.0])
    assert found.group_short[48 + 20] == pytest.approx([3.0])
    assert np.isnan(found.erlang_a_level).all()


def test_deferred_work_of_a_day_without_staff(tmp_path: Path) -> None:
    """Nobody is there: Monday's hour of work is needed in the queue's 24 open half hours; Tuesday is closed and leaves
    its hour to Wednesday."""
    closed = CENTER.replace('mon-sun = "08:00-20:00"', 'mon = "08:00-20:00", wed = "08:00-20:00"')
    scenario = world(tmp_path, f"{closed}[queues.q]{EMAIL}[groups.g]\n{SEATED}skills = {{ q = {{}} }}\n")
    found = need(scenario, {"q": {10: 1, 48 + 10: 1}}, {"q": HOUR}, {})
    required = found.required[:, 0].reshape(3, 48)
    assert required[[0, 2], 16:40] == pytest.approx(np.full((2, 24), 2 / 24))
    assert required.sum() == pytest.approx(4)


def test_live_queues_come_first_and_deferred_work_takes_the_rest(tmp_path: Path) -> None:
    """Ten seats in two intervals, of which calls need some in the first, by Erlang A. The emails of the day are worked
    where there is room, in proportion; what is more than that is short, half of it in each interval."""
    text = f"{CENTER}[queues.q]{PHONE}[queues.mail]{EMAIL}[groups.g]\n{SEATED}skills = {{ q = {{}}, mail = {{}} }}\n"
    scenario = world(tmp_path, text)
    seats, handle = {"g": {20: 10.0, 25: 10.0}}, {"q": 180.0, "mail": 1800.0}
    calls = need(scenario, {"q": {20: 50}}, handle, seats).required[20, 0]
    assert 5 < calls < 10
    room = np.array([10 - calls, 10])
    for count in (6, 40):
        found = need(scenario, {"q": {20: 50}, "mail": {3: count}}, handle, seats)
        too_much = max(count - room.sum(), 0.0)
        assert found.required[[20, 25], 0] == pytest.approx([calls, 0])
        assert found.required[[20, 25], 1] == pytest.approx((count - too_much) * room / room.sum() + too_much / 2)
        assert found.short.sum() == pytest.approx(too_much, abs=0.02)


def test_who_cannot_take_calls_has_room_however_many_come(tmp_path: Path) -> None:
    """Four seats for calls, which need more, and two for emails alone: these do their two intervals' work, unhurried."""
    text = (
        f"{CENTER}[queues.q]{PHONE}[queues.mail]{EMAIL}[groups.calls]\n{SEATED}skills = {{ q = {{}}, mail = {{}} }}\n"
    )
    scenario = world(tmp_path, f"{text}[groups.writers]\n{SEATED}skills = {{ mail = {{}} }}\n")
    seats = {"calls": {20: 4.0}, "writers": {20: 2.0, 21: 2.0}}
    found = need(scenario, {"q": {20: 100}, "mail": {3: 3}}, {"q": 180.0, "mail": 1800.0}, seats)
    assert found.required[[20, 21], 1] == pytest.approx([1.5, 1.5])
    assert found.group_short[[20, 21], 1] == pytest.approx([0, 0])


def test_deferred_queues_do_not_take_the_same_room_twice(tmp_path: Path) -> None:
    """Both queues' four seats of the first interval go to `a`, whose only ones they are; `b` has those of the second."""
    text = f"{CENTER}[queues.a]{EMAIL}[queues.b]{EMAIL}[groups.early]\n{SEATED}skills = {{ a = {{}}, b = {{}} }}\n"
    scenario = world(tmp_path, f"{text}[groups.late]\n{SEATED}skills = {{ b = {{}} }}\n")
    seats = {"early": {20: 4.0}, "late": {21: 4.0}}
    found = need(scenario, {"a": {3: 4}, "b": {3: 4}}, {"a": 1800.0, "b": 1800.0}, seats)
    assert found.required[[20, 21]] == pytest.approx(np.array([[4, 0], [0, 4]]))


def test_only_holders_of_a_skill_are_seats_for_it(tmp_path: Path) -> None:
    """Ten seats, of which four have the second skill: a need of six there is two short, however idle the others."""
    text = f"{CENTER}[queues.a]{EMAIL}[queues.b]{EMAIL}[groups.g]\nheads = 10\nshifts = {{ s = 10 }}\n"
    skills = 'skills = { a = {}, b = { holders = "40%" } }\n[shifts.s]\nhours = "08:00-20:00"\n'
    scenario = world(tmp_path, text + skills)
    kinds = seat_kinds(scenario, build_agents(scenario))
    assert dict(zip(map(tuple, kinds.can.tolist()), kinds.share.tolist(), strict=True)) == pytest.approx(
        {(True, False): 0.6, (True, True): 0.4}
    )
    found = need(scenario, {"b": {20: 6}}, {"a": 1800.0, "b": 1800.0}, {"g": {20: 10.0}})
    assert found.required[20].tolist() == pytest.approx([0, 6])
    assert found.seats[20, 1] == pytest.approx(4.0, abs=1e-3)
    assert found.short[20].sum() == pytest.approx(2.0, abs=1e-3)
    # Nobody is slower for a skill that he does not hold: 24 h of three working days are one full-time agent's.
    folder = fold(scenario, [contact(arrived=0.0, answered=0.0, ended=1.0)], [(0, 0, obs.AVAILABLE, 0.0, DAY)])
    ledger = tabulate([study(folder, scenario)], ["base"]).workforce
    assert ledger.fte_effective.tolist() == pytest.approx([1.0])


def test_a_chat_needs_its_part_of_an_agent_with_full_hands(chats: Scenario) -> None:
    """Solo work, at the speed of as many as there are places, divided by them: whatever is held as played. One chat is
    expected, by the log that is replayed."""
    found = Need(prepare(chats))
    solo = sum(chats.queue("chat").law(part).mean for part in ("talk", "hold", "wrap"))
    seconds = solo / chats.queue("chat").speed_by_load[1] / 2
    assert found.contacts[16].tolist() == [1.0]
    assert found.load.handle[:, 0] == pytest.approx(np.full(len(found.contacts), seconds))
    impatience = np.array([1.0 / chats.queue("chat").law("patience").mean])
    load = np.zeros((chats.clock.intervals, 1))
    load[16] = 30
    kinds = seat_kinds(chats, build_agents(chats))
    wanted = requirement(chats, Load(load, found.load.handle, impatience), np.zeros_like(load), kinds)
    places = seats_needed(np.array([30 / 1800]), np.array([2 * seconds]), impatience, 20.0, 0.0, "negative", 0.8)
    assert wanted.required[16, 0] == pytest.approx(places[0] / 2)


# ---- Contact by contact ------------------------------------------------------------------------------------------


def test_contacts_tell_of_the_features_in_use(tmp_path: Path, chats: Scenario) -> None:
    plain = [
        "plan", "replication", "queue", "arrived", "outcome", "wait_s", "group", "agent", "talk_s", "hold_s", "wrap_s",
        "resolved",
    ]  # fmt: skip
    folder = fold(chats, [contact(arrived=0.0, answered=0.0, ended=1.0)])
    rows = np.array([contact(arrived=0.0, answered=5.0, ended=90.0, paused=20.0, effort=40.0)], obs.CONTACT_ROW)
    table = contact_table(study(folder, chats), "base", 0, rows).to_pandas()
    assert table.columns.tolist()[: len(plain) + 1] == [*plain, "effort_s"]
    assert (table.effort_s[0], table.talk_s[0], table.wait_s[0]) == (40, 65, 5)
    assert len(table.outcome.cat.categories) == 8
    text = f"{CENTER}[vendors.v]\nprice = {{ rate = 1 }}\ncapacity = 5\n[queues.q]{PHONE}"
    text += "fcr = 0.5\ncallback = { offer_above = { waiting = 1 } }\ntransfer.mail = { share = 0.5 }\n"
    text += f'[[queues.q.route]]\ngroups = ["g"]\n[[queues.q.route]]\nvendor = "v"\nafter = "10s"\n[queues.mail]{EMAIL}'
    scenario = world(tmp_path, f"{text}[groups.g]\n{SEATED}skills = {{ q = {{}}, mail = {{}} }}\n")
    given = [
        contact(arrived=0.0, answered=5.0, ended=90.0, group=1, agent=7, transferred=1),
        contact(obs.UNREACHED, arrived=1.0, ended=99.0, promised=31.0, attempts=2),
        contact(queue=1, arrived=90.0, answered=100.0, ended=190.0, leg=1),
    ]
    folder = fold(scenario, given)
    table = contact_table(study(folder, scenario), "base", 0, np.array(given, obs.CONTACT_ROW)).to_pandas()
    assert table.columns.tolist()[len(plain) :][:4] == ["leg", "transferred", "promised_s", "missed_attempts"]
    assert table.outcome.tolist() == ["answered", "not reached", "answered"]
    assert (table.group.tolist(), table.agent.tolist()) == (["v", "", "g"], ["", "", "g 1"])
    assert (table.leg.tolist(), table.transferred.tolist()) == ([0, 0, 1], [True, False, False])
    assert (table.promised_s[1], table.missed_attempts[1]) == (30, 2)
    # The reply is what the writer of an email waits for.
    assert table.wait_s.tolist() == [5, 98, 100]
