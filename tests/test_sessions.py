"""Chat work given as the length of sessions: the work behind it against the chain of loads, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import theory_channels as exact_of
from omni import omni
from shop import problems, sim
from shop import write as write_shop
from worlds import Calls, Silent, Staff, play_plans, write

from sim.scenario.load import load
from sim.study.calibration import calibrate
from sim.study.run import Entry, Options, run_study

SPEEDS = [1.0, 0.75, 0.6]
AGENTS = 6


@pytest.mark.parametrize("offered", [6.0, 9.0])
def test_the_work_behind_observed_sessions_is_found(tmp_path: Path, offered: float) -> None:
    """Solo work of 300 s at a known load makes sessions of a length that the chain tells; given that length, the work is
    found again within 1 %, and the base plan has these sessions. A plan with more agents has shorter ones."""
    rate = offered / 300.0
    exact = exact_of.sharing(rate, 1.0 / 300.0, AGENTS, SPEEDS, impatience=1.0 / 600.0, room=80)
    more = exact_of.sharing(rate, 1.0 / 300.0, AGENTS + 3, SPEEDS, impatience=1.0 / 600.0, room=80)
    says = f'talk = {{ family = "exponential", mean = "{exact.session:.6f}s", is = "session" }}\n'
    says += f'patience = {{ family = "exponential", mean = "600s" }}\nspeed_by_load = {SPEEDS}\n'
    seats = "skills.chats = {}\ncapacity.chat.at_once = 3"
    path = write(tmp_path, {"chats": Calls(3600 * rate, says, "chat")}, {"agents": Staff(AGENTS, seats)}, days=7)
    rows = (tmp_path / "agents-seats.csv").read_text().replace(f",{AGENTS}\n", f",{AGENTS + 3}\n")
    (tmp_path / "more.csv").write_text(rows.rsplit(",", 1)[0] + f",{AGENTS + 3}")
    path.write_text(path.read_text() + '\n[plans.more]\ngroups.agents.seats.csv = "more.csv"\n')
    base, plan = play_plans(path, ["base", "more"], 8)
    solo = base.prepared.standard.solo["chats"] * exact.session
    session, shorter = (result.kpi("aht_s", "queue", "chats").mean for result in (base, plan))
    print(f"session {exact.session:.4g}, played {session:.4g}; solo {solo:.4g}; more {more.session:.4g}, {shorter:.4g}")
    assert solo == pytest.approx(300.0, rel=0.01)
    assert session == pytest.approx(exact.session, rel=0.01)
    assert shorter == pytest.approx(more.session, rel=0.012)
    (row,) = [row for row in base.calibration.rows if row.figure == "session_s"]
    assert row.observed == pytest.approx(exact.session, rel=1e-6)
    assert row.standard == pytest.approx(solo, rel=1e-9)
    assert abs(row.residual) < 0.02


def test_sessions_of_agents_who_differ_with_wrap_and_by_interval_are_reproduced(tmp_path: Path) -> None:
    """Slow and fast agents, wrap in the session, calls beside: the handle time that the file gives comes out."""
    chat = 'handle = { family = "lognormal", mean = "10min", cv = 0.8, wrap_share = 0.1, is = "session" }\n'
    call = 'talk = { family = "exponential", mean = "4min" }\nwrap = { family = "exponential", mean = "30s" }\n'
    skills = "skills.chats = {}\nskills.calls = {}\ntalent = { speed = 0.2 }"
    queues = {"chats": Calls([10.0] * 8 + [60.0] * 8 + [30.0] * 8, chat, "chat"), "calls": Calls(40, call)}
    (result,) = play_plans(write(tmp_path, queues, {"agents": Staff(12, skills)}, days=7), ["base"], 8)
    assert result.kpi("aht_s", "queue", "chats").mean == pytest.approx(600.0, rel=0.01)
    assert result.kpi("aht_s", "queue", "calls").mean == pytest.approx(270.0, rel=0.01)


def test_the_need_is_that_of_the_work_behind(tmp_path: Path) -> None:
    """The same center described by its sessions and by its solo work needs the same seats."""
    exact = exact_of.sharing(6.0 / 300.0, 1.0 / 300.0, AGENTS, SPEEDS, impatience=1.0 / 600.0, room=80)
    says = f'patience = {{ family = "exponential", mean = "600s" }}\nspeed_by_load = {SPEEDS}\n'
    seats = {"agents": Staff(AGENTS, "skills.chats = {}\ncapacity.chat.at_once = 3")}
    needed = []
    for number, how in enumerate((f'mean = "{exact.session:.6f}s", is = "session"', 'mean = "300s"')):
        (tmp_path / str(number)).mkdir()
        queues = {"chats": Calls(72, f'talk = {{ family = "exponential", {how} }}\n{says}', "chat")}
        (result,) = play_plans(write(tmp_path / str(number), queues, seats, days=7), ["base"], 4)
        needed.append(result.requirement().required.mean())
    assert needed[0] == pytest.approx(needed[1], rel=0.01)


def test_a_longer_talk_of_some_days_and_an_uncertain_handle_time_come_on_top(tmp_path: Path) -> None:
    """On 3 of 6 days chats take half as long again; what was observed is that of usual days. Each replication's own draw
    of the handle time is no part of what was observed either: constant sessions, one at a time in mostly idle hands."""
    chat = 'talk = { family = "constant", mean = "200s", is = "session" }\n'
    path = write(tmp_path, {"chats": Calls(60, chat, "chat")}, {"agents": Staff(40, "skills.chats = {}")}, days=6)
    event = ", events.x = { from = 2026-03-02, to = 2026-03-04, talk_factor = 1.5 } }"
    toml = path.read_text().replace(', contains = "all contacts" }', event)
    path.write_text(toml + "\n[forecast_error]\naht_cv = 0.2\n")
    (result,) = play_plans(path, ["base"], 2)
    assert result.prepared.standard.solo["chats"] == pytest.approx(1.0, abs=0.002)
    (row,) = [row for row in result.calibration.rows if row.figure == "session_s"]
    assert abs(row.residual) < 0.002


TALK = 'talk = { family = "exponential", mean = "4min", is = "solo" }'
SESSION = TALK.replace("solo", "session")
EMAIL = 'talk = { family = "exponential", mean = "6min" }'
CALLS = 'talk = { family = "exponential", mean = "2min" }'

WRONG = [
    (omni(TALK, f'basis = "standard"\n{SESSION}'), "queues.chat.talk.is",
     "a session's length is what was observed of today's staff; remove it, or basis"),
    (omni(TALK, 'wrap = { family = "constant", mean = "1min", is = "session" }\n' + TALK), "queues.chat.wrap.is",
     "stands with talk, and is then of hold and wrap too; remove it here"),
    (omni(EMAIL, EMAIL.replace(" }", ', is = "session" }')), "queues.email.talk.is",
     "contacts of email are not sessions; remove it"),
    (omni() + f"[plans.x]\nqueues.chat.{SESSION}\n", "plans.x.queues.chat.talk.is",
     'the base plan was observed, and its talk is that of "solo"; write the same here'),
]  # fmt: skip


@pytest.mark.parametrize(("toml", "where", "what"), WRONG)
def test_where_sessions_mean_nothing_they_are_refused(tmp_path: Path, toml: str, where: str, what: str) -> None:
    result = sim("check", write_shop(tmp_path, toml))
    assert problems(result) == [(where, what)]


def test_a_call_as_a_session_is_a_call(tmp_path: Path) -> None:
    scenario = load(write_shop(tmp_path, omni(CALLS, CALLS.replace(" }", ', is = "session" }'), TALK, SESSION)))
    assert scenario.queue("chat").as_session
    assert not scenario.queue("returns").as_session
    told = {problem.where: problem.what for problem in scenario.warnings}
    assert told["queues.returns.talk.is"].startswith("every agent holds one of these contacts at a time")
    assert "queues.chat.talk.is" in {problem.where for problem in scenario.assumptions}


def test_both_calendars_find_the_same_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrate, "LOOP_PILOTS", (200, 400))
    monkeypatch.setattr(calibrate, "PILOT_CONTACTS", 400)
    chat = SESSION + '\npatience = { family = "exponential", mean = "3min" }\nspeed_by_load = [1.0, 0.7]\n'
    scenario = load(
        write(tmp_path, {"chat": Calls(30, chat, "chat")}, {"agents": Staff(2, "skills.chat = {}")}, days=1)
    )
    found = []
    for engine in ("simpy", "compiled"):
        (result,) = run_study([Entry(scenario, scenario)], Options(2, 1, 1, engine), Silent()).results
        found.append(
            (result.calibration.rows, result.prepared.standard, result.sums_of("queue", "chat")["talk"].tolist())
        )
    assert found[0][2][0] > 0.0
    assert found[0] == found[1]
