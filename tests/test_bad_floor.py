"""What a planner may get wrong of the floor's rules, and what is odd but possible."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from omni import omni, put
from shop import but, problems, sim, write

from sim.scenario.load import load, load_plans

ORDERS, MAIL, CHAT, RETURNS = "queues.orders", "queues.email", "queues.chat", "queues.returns"
CALLBACK = "callback = { offer_above = { waiting = 3 }, accept = 0.5, answered = 0.8"


def shop(*lines: str) -> str:
    return but("fcr = 0.7", "\n".join(("fcr = 0.7", *lines)))


@pytest.mark.parametrize(
    ("toml", "where", "words"),
    [
        (shop('at_shift_end = "carry over"'), f"{ORDERS}.at_shift_end", 'write at_shift_end = "finish"'),
        (put(MAIL, 'at_shift_end = "leave"'), f"{MAIL}.at_shift_end", '"leave" is not known'),
        (put("groups.core", 'capacity.email = { interrupted_by = "phone", resumed_by = "nobody" }'),
         "groups.core.capacity.email.resumed_by", '"nobody" is not known'),
        (shop('route = [{ groups = ["core"], until = "60s" }]'), f"{ORDERS}.route",
         "nobody may answer who has waited 1m: leave `until` out of one tier, or add one"),
        (shop('route = [{ groups = ["core"], until = "0s" }, { groups = ["core"] }]'), f"{ORDERS}.route.1.until",
         "must be later than the tier's `after`"),
        (shop('route = [{ groups = ["core"], choose = ["fastest", "random"] }]'), f"{ORDERS}.route.1.choose",
         "name it alone, or after a load"),
        (shop('priority_after = [["60s", 1], ["30s", 2]]'), f"{ORDERS}.priority_after", "the waits must rise"),
        (shop('priority_after = [["0s", 1]]'), f"{ORDERS}.priority_after", "the waits must rise, the first above 0"),
        (shop('priority_after = [[60, 1]]'), f"{ORDERS}.priority_after", "with its unit"),
        (shop('head_start = 90'), f"{ORDERS}.head_start", "with its unit"),
        (shop(f'{CALLBACK}, keep_idle = 2 }}'), f"{ORDERS}.callback", 'keep_idle goes with when = "behind"'),
        (shop(f'{CALLBACK}, when = "behind", quiet = "09:00-10:00" }}'), f"{ORDERS}.callback",
         'quiet goes with when = "quiet"'),
        (shop("backlog_at_start = { contacts = 3 }"), f"{ORDERS}.backlog_at_start.oldest", 'such as oldest = "2min"'),
        (shop('lines = 4', 'backlog_at_start = { contacts = 3, oldest = "1min", in_hand = 2 }'),
         f"{ORDERS}.backlog_at_start", "5 contacts are there, on 4 lines"),
        (put(MAIL, "backlog_at_start = { contacts = 3, in_hand = 2 }"), f"{MAIL}.backlog_at_start.in_hand",
         "goes with channels on which customers wait, not with email"),
    ],
)  # fmt: skip
def test_the_culprit_is_named_and_the_way_out_said(tmp_path: Path, toml: str, where: str, words: str) -> None:
    found = problems(sim("check", write(tmp_path, toml)))
    assert any(place.startswith(where) and words in text for place, text in found), found


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (put("groups.core", 'capacity.email = { resumed_by = "anybody" }'), "nothing interrupts these contacts"),
        (shop('route = [{ groups = ["core"], until = "30s" }, { groups = ["core"], after = "60s" }]'),
         "nobody may answer between 30s and 1m of waiting"),
        (put("groups.flex", 'take = ["longest_queue", "priority_class"]'), "what follows longest_queue decides nothing"),
        (shop('priority_after = [["60s", 2]]'), "no group that serves other queues too takes by priority_class"),
        (shop('head_start = "90s"'), "no group compares waits here with those of another queue of equal priority"),
        (shop('counts_double = "90s"'), "no group compares waits here with those of another queue of equal priority"),
        (put(RETURNS, "priority = 2", 'counts_double = "90s"'), "no group compares waits here"),
    ],
)  # fmt: skip
def test_what_does_nothing_is_warned_about(tmp_path: Path, toml: str, words: str) -> None:
    result = sim("check", write(tmp_path, toml))
    assert result.exit_code == 0, result.output
    assert words in " ".join(result.output.split())


def test_what_does_something_is_not(tmp_path: Path) -> None:
    """Returns and email are of one class to the group that serves both."""
    toml = put(RETURNS, 'head_start = "90s"', 'priority_after = [["60s", 2]]')
    result = sim("check", write(tmp_path, toml))
    assert result.exit_code == 0
    assert "compares waits" not in result.output
    assert "takes by priority_class" not in result.output


def test_plans_change_the_rules(tmp_path: Path) -> None:
    plans = """
[plans.finish.queues.email]
at_shift_end = "finish"
[plans.ahead.queues.returns]
head_start = "2min"
[plans.more-ahead.queues.returns]
head_start = "+30s"
[plans.none.queues.returns]
priority_after = "none"
"""
    toml = put(RETURNS, 'head_start = "1min"', 'priority_after = [["60s", 2]]') + plans
    base, *others = load_plans(write(tmp_path, toml))
    finish, ahead, more, none = others
    assert (base.queue("email").carries_over, finish.queue("email").carries_over) == (True, False)
    starts = [s.spec.queues["returns"].head_start for s in (base, ahead, more)]
    assert starts == [60.0, 120.0, 90.0]
    assert (base.spec.queues["returns"].priority_after, none.spec.queues["returns"].priority_after) == (
        ((60.0, 2),),
        (),
    )


def test_a_rule_that_is_a_default_is_reported(tmp_path: Path) -> None:
    told = [p.what for p in load(write(tmp_path, omni())).assumptions if p.where == f"{MAIL}.at_shift_end"]
    assert told == ["work in hand when a shift ends is carried over to whoever takes it up next, with nothing lost"]
    given = load(write(tmp_path, put(MAIL, 'at_shift_end = "carry over"')))
    assert not [p for p in given.assumptions if p.where == f"{MAIL}.at_shift_end"]


def test_the_schema_says_what_each_rule_does() -> None:
    schema = json.loads(sim("schema").output)["$defs"]
    queue, tier = schema["Queue"]["properties"], schema["Tier"]["properties"]
    for where, key in (
        (queue, "at_shift_end"), (queue, "priority_after"), (queue, "head_start"), (queue, "counts_double"),
        (queue, "backlog_at_start"), (tier, "until"), (schema["Capacity"]["properties"], "resumed_by"),
        (schema["Seats"]["properties"], "leave"), (schema["Callback"]["properties"], "keep_idle"),
        (schema["Backlog"]["properties"], "in_hand"),
    ):  # fmt: skip
        assert len(where[key]["description"]) > 20, key
    assert "first free" in json.dumps(schema["Seats"]["properties"]["leave"])
