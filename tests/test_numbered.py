"""The numbered view of a scenario, and what it uses, against a file read by hand."""

from __future__ import annotations

import datetime as dt
import pickle
from functools import cached_property
from pathlib import Path

import pytest

from sim.scenario.features import Features
from sim.scenario.holding import Holding
from sim.scenario.load import load
from sim.scenario.model import Scenario

MONDAY, TUESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)

WORLD = """
[center]
start = 2026-03-02
days = 14
timezone = "Europe/London"
currency = "GBP"
open = { mon-fri = "08:00-18:00" }
calendar = "uk"
pay = { weekend = "10%" }

[calendars.uk]
closed = [2026-03-03]
[calendars.pl]
closed = [2026-03-04]
holidays = [2026-03-05]

[sites.home]
[sites.krakow]
timezone = "Europe/Warsaw"
calendar = "pl"
currency = "PLN"
exchange = 0.2
pay = { holiday = "50%" }

[costs]
waiting_per_minute = 0.3

[contracts.partner]
bill = { rate = 0.5 }
service_level = { target = 0.9, per = "week" }

[vendors.spare]
price = { rate = 0.4 }
capacity = 3
[vendors.outside]
price = { rate = 0.6 }
capacity = 5

[queues.post]
channel = "email"
open = { mon-sat = "09:00-17:00" }
forecast = { week = 700, shape = "shape.csv" }
talk = { family = "constant", mean = "4min" }
at_shift_end = "finish"
contract = "partner"

[queues.calls]
channel = "phone"
forecast = { week = 700, shape = "shape.csv" }
talk = { family = "exponential", mean = "3min" }
wrap = { family = "constant", mean = "20s" }
contract = "partner"
transfer = { back = { share = 0.1, kind = "cold" } }
repeat = { share = 0.5, to = { chat = 1.0 } }
deflect = { chat = 0.05 }
route = [
  { groups = ["core", "far"], share = { core = 0.25, far = 0.75 } },
  { groups = ["far"], after = "60s" },
  { vendor = "outside", after = "90s" },
]

[queues.chat]
channel = "chat"
forecast = { week = 700, shape = "shape.csv" }
talk = { family = "exponential", mean = "5min" }
waiting_per_minute = 0
redial = { share = 0.3 }
escalation = { share = 0.1, to = "back", kind = "cold" }

[queues.back]
channel = "back office"
forecast = { week = 70, shape = "shape.csv", contains = "first contacts" }
talk = { family = "constant", mean = "10min" }

[groups.far]
site = "krakow"
heads = 5
shifts = { day = "100%" }
skills = { chat = {}, calls = {} }
wage = 40

[groups.core]
heads = 4
shifts = { day = "100%" }
skills = { back = {}, post = {}, calls = {} }
capacity = { email = { interrupted_by = ["phone"], resume_penalty = "30s" } }

[groups.clerks]
site = "home"
heads = 2
shifts = { day = "100%" }
skills = { back = {} }

[shifts.day]
days = "mon-fri"
hours = "08:00-18:00"

[plans.without_far]
groups.far.skills = { chat = {}, calls = "none" }
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "world.toml"
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    rows = [f"{day},{hour:02}:{minute},1" for day in days for hour in range(24) for minute in ("00", "30")]
    (tmp_path / "shape.csv").write_text("\n".join(["weekday,start,share", *rows]) + "\n")
    path.write_text(WORLD)
    return path


@pytest.fixture
def scenario(path: Path) -> Scenario:
    return load(path)


def test_numbers_count_in_the_files_order(scenario: Scenario) -> None:
    view = scenario.numbered
    assert [(queue.number, queue.name) for queue in view.queues] == [
        (0, "post"),
        (1, "calls"),
        (2, "chat"),
        (3, "back"),
    ]
    assert [(group.number, group.name) for group in view.groups] == [(0, "far"), (1, "core"), (2, "clerks")]
    # On the floor vendors come after the three groups.
    assert [(vendor.number, vendor.as_group, vendor.name) for vendor in view.vendors] == [
        (0, 3, "spare"), (1, 4, "outside"),
    ]  # fmt: skip
    assert scenario.queue("chat") is view.queues[2]
    assert scenario.group("core") is view.groups[1]
    assert scenario.vendor("outside") is view.vendors[1]
    with pytest.raises(KeyError):
        scenario.queue("core")


def test_a_queue_by_its_channel_and_the_hours(scenario: Scenario) -> None:
    post, calls, chat, back = scenario.numbered.queues
    assert [queue.is_live for queue in (post, calls, chat, back)] == [False, True, True, False]
    assert [queue.accepts_at_all_hours for queue in (post, calls, chat, back)] == [True, False, False, True]
    assert [queue.carries_over for queue in (post, calls, chat, back)] == [False, False, False, True]
    saturday = dt.date(2026, 3, 7)
    assert post.open_spans(saturday) == ((9 * 3600.0, 17 * 3600.0),)
    assert calls.open_spans(saturday) == ()
    assert calls.open_spans(MONDAY) == ((8 * 3600.0, 18 * 3600.0),)
    assert post.open_spans(TUESDAY) == calls.open_spans(TUESDAY) == ()


def test_a_queues_laws_level_and_price(scenario: Scenario) -> None:
    post, calls, chat, back = scenario.numbered.queues
    assert [calls.law(part).mean for part in ("talk", "hold", "wrap")] == [180.0, 0.0, 20.0]
    assert (calls.law("patience").family, calls.law("patience").mean) == ("exponential", 300.0)
    assert post.law("patience").family == "never"
    # The contract's target, by the channel's usual limit; else all is usual.
    assert (calls.level.target, calls.level.within, calls.level.per) == (0.9, 20.0, "week")
    assert (chat.level.target, chat.level.within) == (0.8, 20.0)
    assert (post.level.target, post.level.within) == (0.9, 86400.0)
    assert (back.level.target, back.level.within) == (0.8, 86400.0)
    assert [queue.contract is not None for queue in (post, calls, chat, back)] == [True, True, False, False]
    assert [queue.waiting_price for queue in (post, calls, chat, back)] == [0.0, 0.3, 0.0, 0.0]


def test_who_has_the_skill_and_where_the_route_leads(path: Path) -> None:
    scenario, without = load(path), load(path, "without_far")
    post, calls, chat, back = scenario.numbered.queues
    names = [[group.name for group in queue.groups] for queue in (post, calls, chat, back)]
    assert names == [["core"], ["far", "core"], ["far"], ["core", "clerks"]]
    assert [[group.name for group in queue.sharing] for queue in (calls, chat)] == [[], ["far"]]
    assert [tier.groups for tier in back.tiers] == [("core", "clerks")]
    assert [(tier.groups, tier.vendor) for tier in calls.tiers] == [
        (("core", "far"), None), (("far",), None), ((), "outside"),
    ]  # fmt: skip
    assert calls.routed_to == ["core", "far"]
    # Without the skill a group drops out of the route, and the others share what was its part.
    calls = without.queue("calls")
    assert [(tier.groups, tier.share, tier.vendor) for tier in calls.tiers] == [
        (("core",), {"core": 1.0}, None), ((), None, "outside"),
    ]  # fmt: skip


def test_how_contacts_follow_one_another(scenario: Scenario) -> None:
    post, calls, chat, back = scenario.numbered.queues
    assert [(other.name, transfer.share) for other, transfer in calls.transfers] == [("back", 0.1)]
    assert [(other.number, share) for other, share in calls.repeats_to] == [(2, 1.0)]
    assert [(other.number, share) for other, share in calls.deflects_to] == [(2, 0.05)]
    assert [queue.second_line for queue in (post, calls, chat, back)] == [None, None, back, None]
    assert [queue.ways_in for queue in (post, calls, chat, back)] == [set(), set(), set(), {"cold"}]
    assert [queue.hands_to for queue in (post, calls, chat, back)] == [set(), {"back", "chat"}, {"back"}, set()]
    # All repeats of calls come by chat, whose lost redial; nobody comes again to the others.
    assert [queue.is_followed_up for queue in (post, calls, chat, back)] == [False, False, True, False]
    assert [queue.counts_what_is_brought for queue in (post, calls, chat, back)] == [True, True, True, False]


def test_a_group_by_its_site(scenario: Scenario) -> None:
    far, core, clerks = scenario.numbered.groups
    assert [group.site for group in (far, core, clerks)] == ["krakow", None, "home"]
    assert [group.days_off for group in (far, core, clerks)] == [{dt.date(2026, 3, 4)}, {TUESDAY}, {TUESDAY}]
    assert [group.holidays for group in (far, core, clerks)] == [{dt.date(2026, 3, 5)}, set(), set()]
    assert [group.exchange for group in (far, core, clerks)] == [0.2, 1.0, 1.0]
    assert [group.pay.weekend for group in (far, core, clerks)] == [0.0, 0.1, 0.1]
    # Eight in the morning in Warsaw is seven in London.
    assert [group.local_time.elapsed(0, 8 * 3600.0) for group in (far, core)] == [7 * 3600.0, 8 * 3600.0]


def test_how_a_groups_agents_hold_contacts(scenario: Scenario) -> None:
    far, core, clerks = scenario.numbered.groups
    assert [[queue.name for queue in group.queues] for group in (far, core, clerks)] == [
        ["calls", "chat"], ["post", "calls", "back"], ["back"],
    ]  # fmt: skip
    assert far.holdings == {"chat": Holding(2, alone=False), "phone": Holding(1, alone=True)}
    assert core.holding("email") == Holding(1, True, ("phone",), 30.0)
    assert [group.interruptible for group in (far, core, clerks)] == [set(), {"email"}, set()]
    assert [group.places for group in (far, core, clerks)] == [2, 1, 1]
    # Chats beside others; dropped emails; and back office work, which is carried over to the next shift.
    assert [group.blends for group in (far, core, clerks)] == [True, True, True]


def test_a_route_changed_in_a_copy_is_numbered_anew(scenario: Scenario) -> None:
    assert [queue.is_live for queue in scenario.numbered.queues][1]
    queues = dict(scenario.spec.queues)
    queues["calls"] = queues["calls"].model_copy(update={"channel": "email"})
    assert not scenario.with_spec(queues=queues).queue("calls").is_live
    assert scenario.queue("calls").is_live


def test_a_scenario_is_sent_without_what_is_worked_out_from_it(scenario: Scenario) -> None:
    fresh = len(pickle.dumps(scenario))
    for queue in scenario.numbered.queues:
        assert all((queue.groups, queue.tiers, queue.law("talk")))
    assert all(group.queues for group in scenario.numbered.groups)
    assert scenario.uses.cases
    sent = pickle.dumps(scenario)
    assert len(sent) == fresh
    again = pickle.loads(sent)
    assert again == scenario
    assert [queue.name for queue in again.group("core").queues] == ["post", "calls", "back"]


# ---- What a scenario uses -------------------------------------------------------------------------------------------


def test_what_the_file_uses(scenario: Scenario) -> None:
    used = scenario.uses
    assert (used.live, used.deferred) == (["calls", "chat"], ["post", "back"])
    assert used.channels == {"email": ["post"], "phone": ["calls"], "chat": ["chat"], "back office": ["back"]}
    assert used.sites == {"home": ["clerks"], "krakow": ["far"]}
    # Nobody is sent to the other vendor.
    assert used.vendors == ["outside"]
    assert (used.machines, used.callbacks) == ([], [])
    names = [
        "cases", "transfers", "escalations", "legs", "case_numbers", "case_counts", "feedback", "concurrency",
        "blending", "waiting_prices", "worth", "quality_prices",
    ]  # fmt: skip
    assert [name for name in names if not getattr(used, name)] == []
    absent = [
        "estimates", "pressure", "fatigue", "pace", "courtesy", "experience", "moving_workforce", "turnover", "ramps",
        "training", "supervisors", "customers", "sales", "credits", "contact_costs",
    ]  # fmt: skip
    assert [name for name in absent if getattr(used, name)] == []


@pytest.mark.parametrize(
    ("more", "features"),
    [
        ('queues.calls.callback = { offer_above = { wait = "2min" } }', {"callbacks", "estimates"}),
        ('queues.chat.announce = { above = "1min" }', {"estimates"}),
        (
            "groups.far.pressure = { waiting_per_agent = 1, pace = 0.9 }",
            {"pressure", "estimates", "pace", "courtesy"},
        ),
        ("groups.far.fatigue = { hours = 2, occupancy = 0.8 }", {"fatigue", "courtesy"}),
        ("queues.post.pace = 0.9", {"pace", "courtesy"}),
        ("experience.csat = 0.8", {"experience", "courtesy"}),
        (
            "customers = { number = 900, value = 9, leave = [0.1] }",
            {"customers", "experience", "courtesy"},
        ),
        ("groups.core.wage = { steps = [[0, 18], [26, 19]] }", {"moving_workforce"}),
        ("queues.chat.cost_per_contact = 0.1", {"contact_costs"}),
        ("queues.chat.sale = { share = 0.1, margin = 20 }", {"sales"}),
        ("groups.core.supervisors = { per = 10, wage = 30 }", {"supervisors", "moving_workforce"}),
        (
            'hiring.spring = { group = "core", offers = 1, starts = 2026-03-04, training = { length = "2d" } }',
            {"turnover", "training", "moving_workforce"},
        ),
    ],
)
def test_each_feature_by_what_the_file_adds(path: Path, more: str, features: set[str]) -> None:
    """A plan that adds one thing uses it, and what goes with it, and nothing else that the base does not."""
    path.write_text(WORLD + f"[plans.more]\n{more}\n")
    before, after = (load(path, plan).uses for plan in ("base", "more"))
    listed = {name for name, kind in vars(Features).items() if isinstance(kind, property | cached_property)}
    assert {
        name for name in listed if name[0] != "_" and bool(getattr(before, name)) != bool(getattr(after, name))
    } == (features)
