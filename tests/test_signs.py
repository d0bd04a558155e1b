"""Which way each lever must move results: paired on common luck, with the defaults as shipped.

Theory says the sign, not the size. Every lever is a plan of one center with all of speed against quality switched on, and
its difference from the base plan may not go the wrong way by more than three standard errors; where theory leaves no
doubt that there is an effect, it must be seen: beyond three standard errors the right way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pytest
from scipy import stats
from worlds import play_plans

from sim.study.compare import Difference, compare

pytestmark = pytest.mark.long
REPLICATIONS, ERRORS = 10, 3.0

CENTER = """
[center]
start = 2026-03-02
days = 12
interval = "60min"
open = { mon-sun = "08:00-16:00" }

[queues.calls]
channel = "phone"
forecast = { csv = "calls.csv" }
talk = { family = "lognormal", mean = "5min", cv = 1.0 }
wrap = { family = "exponential", mean = "60s" }
unresolvable = 0.05
repeat = { share = 0.7 }
redial = { share = 0.5 }

[queues.chats]
channel = "chat"
forecast = { csv = "chats.csv" }
talk = { family = "lognormal", mean = "6min", cv = 0.8, is = "solo" }
speed_by_load = [1.0, 0.8, 0.62]
resolution_by_load = [1.0, 0.96, 0.9]
repeat = { share = 0.7, to = { calls = 0.5 } }

[queues.experts]
channel = "phone"
forecast = { csv = "experts.csv" }
talk = { family = "lognormal", mean = "8min", cv = 1.0 }
fcr = 0.85

[groups.agents]
heads = 21
shifts = { all = "100%" }
tenure = { from = "2w", to = "2y" }
ramp = "standard"
talent = { speed = 0.15, resolution = 0.05 }
skills = { calls = {} }
pressure = { waiting_per_agent = 0.2 }
fatigue = {}

[groups.chatters]
heads = 7
shifts = { all = "100%" }
skills = { chats = {} }
capacity = { chat = { at_once = 3 } }

[groups.second-line]
heads = 8
shifts = { all = "100%" }
skills = { experts = {} }

[shifts.all]
hours = "08:00-16:00"
breaks = [{ within = "11:00-13:00", length = "30min", paid = true }]

[ramp.standard]
family = "exponential"
start = { speed = 0.6, resolution = 0.80 }
weeks_to_95 = 14

[experience]

[customers]
number = 40000
value = 200
leave = [0.1, 0.2, 0.4]
"""

HOURLY = {"calls": 150, "chats": 50, "experts": 20}


@dataclass(frozen=True)
class Sign:
    """A KPI that the lever must not move the wrong way; `seen`: that it must move the right way."""

    kpi: str
    way: Literal["up", "down"]
    seen: bool = True
    queue: str = ""


@dataclass(frozen=True)
class Lever:
    says: str
    signs: tuple[Sign, ...]


def up(kpi: str, queue: str = "", *, seen: bool = True) -> Sign:
    return Sign(kpi, "up", seen, queue)


def down(kpi: str, queue: str = "", *, seen: bool = True) -> Sign:
    return Sign(kpi, "down", seen, queue)


LEVERS = {
    "better-people": Lever(
        "groups.agents.skills.calls.resolution = 1.05",
        (up("fcr", "calls"), down("offered", "calls"), up("csat", "calls"), down("customers_left"), down("repeat_rate")),
    ),
    "a-course": Lever(
        """[plans.a-course.courses.craft]
        kind = "technical"
        groups = ["agents"]
        starts = 2026-03-02
        length = "1h"
        a_day = "1h"
        at_once = "40%"
        effect = { resolution = 1.08 }""",
        (up("fcr", "calls"), down("repeat_rate", "calls")),
    ),
    "more-agents": Lever(
        'groups.agents.heads = "+3"',
        (
            down("wait_mean_s", "calls"), down("abandon_rate", "calls"), up("service_level", "calls"),
            down("rushed_share"), up("fcr", "calls"), down("customers_left", seen=False), up("csat", "calls"),
        ),
    ),
    "slower": Lever(
        "groups.agents.pace = 1.1",
        (up("fcr", "calls"), up("aht_s", "calls"), up("pillar_empathy")),
    ),
    "faster": Lever(
        "groups.agents.pace = 0.9",
        (down("fcr", "calls"), down("aht_s", "calls"), down("wait_mean_s", "calls"), down("pillar_empathy")),
    ),
    "no-haste": Lever(
        'groups.agents.pressure = "none"',
        (up("aht_s", "calls"), up("fcr", "calls", seen=False), up("wait_mean_s", "calls", seen=False)),
    ),
    "never-tired": Lever(  # who is busy four hours in five is neither tired nor rested: little is left to see here
        'groups.agents.fatigue = "none"',
        (
            up("fcr", "calls", seen=False), down("aht_s", "calls", seen=False), down("wait_mean_s", "calls", seen=False),
            up("csat", "calls", seen=False),
        ),
    ),
    "history": Lever(
        "quality.history_shared = true",
        (down("aht_s", "calls"), down("wait_mean_s", "calls"), up("csat"), up("ces"), up("pillar_personalisation")),
    ),
    "more-repeats": Lever(
        "queues.calls.repeat.share = 0.9",
        (up("offered", "calls"), up("repeat_rate", "calls"), up("wait_mean_s", "calls"), up("case_resolution_rate")),
    ),
    "more-redials": Lever(
        "queues.calls.redial.share = 0.9",
        (up("offered", "calls"), up("redial_rate", "calls"), up("wait_mean_s", "calls", seen=False)),
    ),
    "more-attempts": Lever(
        "queues.calls.repeat.attempts = 8\nqueues.calls.redial.attempts = 8",
        (up("offered", "calls"), up("attempts_per_case"), up("case_resolution_rate")),
    ),
    "fewer-chats-at-once": Lever(
        "groups.chatters.capacity.chat.at_once = 1\ngroups.chatters.heads = 14",
        (up("fcr", "chats"), down("aht_s", "chats"), up("effort_s", "chats")),
    ),
    "goodwill": Lever(
        "queues.calls.credit = { amount = 10, softens = 0.5 }",
        (down("customers_left"), down("value_lost")),
    ),
    "outreach": Lever(
        "queues.calls.outreach = { reached = 0.3, prevents = 0.4, cost = 0.1 }",
        (down("offered", "calls"), down("wait_mean_s", "calls"), up("fcr", "calls", seen=False)),
    ),
    "cold-escalation": Lever(
        'queues.calls.escalation = { share = 0.5, to = "experts" }',
        (up("case_resolution_rate"), down("repeat_rate", "calls"), up("wait_mean_s", "experts")),
    ),
    "swarm": Lever(
        'queues.calls.escalation = { share = 0.5, kind = "swarm", to = "experts" }',
        (up("case_resolution_rate"), up("aht_s", "calls"), up("occupancy")),
    ),
    "follow-up": Lever(
        'queues.calls.escalation = { share = 0.5, kind = "follow up" }',
        (up("case_resolution_rate"), up("occupancy")),
    ),
    "beyond-everybody": Lever(
        "queues.calls.unresolvable = 0.15",
        (down("fcr", "calls"), down("case_resolution_rate"), up("offered", "calls")),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def differences(tmp_path_factory: pytest.TempPathFactory) -> list[Difference]:
    folder = tmp_path_factory.mktemp("signs")
    for queue, contacts in HOURLY.items():
        rows = [
            f"{d},{h:02d}:00,{contacts}"
            for d in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
            for h in range(8, 16)
        ]
        (folder / f"{queue}.csv").write_text("\n".join(["weekday,start,contacts", *rows]))
    plans = [f"[plans.{name}]\n{lever.says}" for name, lever in LEVERS.items()]
    path = folder / "center.toml"
    path.write_text("\n\n".join([CENTER, *plans]))
    results = play_plans(path, ["base", *LEVERS], REPLICATIONS)
    return compare(results, ["base", *LEVERS])


@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_moves_results_the_way_theory_says(name: str, differences: list[Difference]) -> None:
    wrong = []
    for sign in LEVERS[name].signs:
        scope = ("queue", sign.queue) if sign.queue else ("center", "all")
        (row,) = [d for d in differences if (d.plan, d.scope, d.name, d.kpi) == (name, *scope, sign.kpi)]
        found, each = row.estimate, 0.5 + row.confidence / 2
        error = found.half_width / float(stats.t.ppf(each, REPLICATIONS - 1))
        gain = found.mean if sign.way == "up" else -found.mean
        text = f"{name}: {sign.kpi} {scope[1]} goes {sign.way} by {gain:.5g} ± {error:.2g}"
        print(text)
        if gain < (ERRORS if sign.seen else -ERRORS) * error or (sign.seen and gain <= 0.0):
            wrong.append(text)
    assert not wrong
