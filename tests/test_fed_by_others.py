"""A queue without a forecast, to which other queues send: who comes, what is observed of it, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop import SHOP, problems, sim, write
from worlds import Calls, Staff, agree, play, play_plans
from worlds import write as world

from sim.scenario.load import load

INNER = """
[queues.inner]
channel = "phone"
talk = { family = "exponential", mean = "2min" }
patience = { family = "never" }
[groups.core.skills.inner]
"""
SENDS = 'transfer = { inner = { share = 0.25, kind = "cold", repeated = 0 } }\nfcr = 0.5\n'


def fed(sends: str = "") -> str:
    toml = SHOP.replace("skills = { orders = {} }", "skills.orders = {}").replace("fcr = 0.7\n", sends or "fcr = 0.7\n")
    return toml + INNER


@pytest.mark.parametrize(
    "sends",
    [
        SENDS,
        'escalation = { share = 0.5, kind = "cold", to = "inner" }\nfcr = 0.5\n',
        "deflect = { inner = 0.25 }\n",
        'repeat = { share = 0.5, to = { inner = "40%" } }\n',
    ],
)
def test_whatever_sends_makes_a_forecast_needless(tmp_path: Path, sends: str) -> None:
    path = write(tmp_path, fed(sends))
    result = sim("check", path)
    assert result.exit_code == 0, result.output
    assert "queues.inner.forecast" not in result.output


def test_a_queue_that_nobody_feeds_needs_a_forecast(tmp_path: Path) -> None:
    text = 'is missing; write forecast = { csv = "volumes.csv" }, with weekday,start,contacts; '
    text += "or bring contacts to it by transfer, escalation, deflect or repeat.to of another queue"
    assert problems(sim("check", write(tmp_path, fed()))) == [("queues.inner.forecast", text)]
    own = fed().replace("[queues.inner]", "[queues.inner]\nrepeat = { share = 0.5 }")
    assert problems(sim("check", write(tmp_path, own))) == [("queues.inner.forecast", text)]


def test_a_plan_may_stop_what_feeds_it(tmp_path: Path) -> None:
    path = write(tmp_path, fed(SENDS) + '[plans.straight]\nqueues.orders.transfer = "none"\n')
    told = {p.where: p.what for p in load(path, "straight").warnings}
    assert told["queues.inner"] == "has no forecast, and under this plan no other queue brings it contacts"
    told = sim("run", path, "--replications", "2", "--engine", "compiled", "--jobs", "1", "--out", tmp_path / "out")
    assert told.exit_code == 0, told.output
    assert "what other queues bring" in (tmp_path / "out" / "report.html").read_text()
    base, straight = play_plans(path, ["base", "straight"], 2)
    assert base.kpi("offered", "queue", "inner").mean > 0.0
    assert straight.kpi("offered", "queue", "inner").mean == 0.0


def test_what_comes_is_what_is_sent_and_its_own_figures_are_reproduced(tmp_path: Path) -> None:
    """A quarter of 360 contacts an hour is transferred: 90 an hour, 7 days of 24 hours, none of it in a forecast; M/M/n
    of the inner queue with 6 agents who are slow at it, and take the 2 min that were observed all the same."""
    queue = 'talk = { family = "exponential", mean = "60s" }\npatience = { family = "never" }\n'
    inner = 'talk = { family = "exponential", mean = "120s" }\npatience = { family = "never" }\nfcr = 0.6\n'
    sends = 'transfer = { inner = { share = 0.25, kind = "cold", repeated = 0 } }\n'
    path = world(
        tmp_path,
        {"calls": Calls(360, queue + sends), "inner": Calls(0, inner)},
        {
            "front": Staff(12, "skills.calls = {}"),
            "back": Staff(6, "skills.inner = { speed = 0.75, resolution = 0.9 }"),
        },
    )
    toml = path.read_text()
    path.write_text(toml.replace('forecast = { csv = "inner-volumes.csv", contains = "all contacts" }\n', ""))
    result = play(path, 9)
    agree(result, "offered", 90.0 * 24 * 7, scope="queue", name="inner")
    agree(result, "aht_s", 120.0, scope="queue", name="inner", power=0.01)
    agree(result, "fcr", 0.6, scope="queue", name="inner", power=0.01)
    agree(result, "occupancy", 90.0 * 120.0 / 3600.0 / 6.0, scope="group", name="back", power=0.01)
