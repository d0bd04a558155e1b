"""What `extends`, `like` and plans mean: expected values from the rules of the language."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from felt import FELT
from omni import EVERYTHING, omni, put
from shop import ORDERS, SHOP, but, problems, sim, table, write
from staffed import EVERYTHING as STAFFED
from staffed import FILES

from sim.scenario.language.scenario import json_schema
from sim.scenario.language.shifts import PartTable
from sim.scenario.load import load, load_plans
from sim.scenario.model import Scenario
from sim.staffing.allowed import allowed_of

FULL = but(
    "wage = 20", "wage = 20\ncontract_hours = 40",
    "fcr = 0.7", 'fcr = 0.74\nbalk = "5%"\nlines = 12',
    TALK := 'talk = { family = "exponential", mean = "3min" }', 'talk = { family = "lognormal", mean = "4m10s", cv = 0.9 }',
    "days = 2", 'days = 2\novertime_after = { day = "8h", week = "40h" }\npay = { weekend = "10%" }',
)  # fmt: skip


def plan(folder: Path, change: str, toml: str = FULL, files: dict[str, str | bytes] | None = None) -> Scenario:
    return load(write(folder, f"{toml}\n[plans.x]\n{change}\n", files), "x")


def at(scenario: Scenario, place: str) -> Any:
    """The value at a place such as groups.core.heads."""
    value: Any = scenario.spec
    for part in place.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    return value


STAFF = "groups.core.heads"
SHARES = 'groups.core.shifts = { early = "none", late = "none" }\n'

CHANGES: list[tuple[str, str, Any]] = [
    # "+2" adds.
    ('groups.core.heads = "+2"\ngroups.core.shifts.late = "+2"', STAFF, 11),
    ('groups.core.heads = "-4"\ngroups.core.shifts.early = "none"', STAFF, 5),
    ('groups.core.heads = "+ 2"\ngroups.core.shifts.late = "+2"', STAFF, 11),
    ('groups.core.heads = "200%"\ngroups.core.shifts = { early = 9, late = 9 }', STAFF, 18),
    # 105 % of 9 heads is 9.45: nobody more. 150 % of 9 is 13.5: 14, a half is a whole one.
    ('groups.core.heads = "105%"', STAFF, 9),
    ('groups.core.heads = "150%"\ngroups.core.shifts = { early = "50%", late = "50%" }', STAFF, 14),
    ('queues.orders.lines = "50%"', "queues.orders.lines", 6),
    ('queues.orders.lines = "none"', "queues.orders.lines", None),
    ("queues.orders.lines = 20", "queues.orders.lines", 20),
    # Durations are scaled and added to, and stay durations.
    ('queues.orders.talk.mean = "105%"', "queues.orders.talk.mean", 262.5),
    ('queues.orders.talk.mean = "+20s"', "queues.orders.talk.mean", 270),
    ('queues.orders.talk.mean = "-10s"', "queues.orders.talk.mean", 240),
    ('queues.orders.service_level.within = "+10s"', "queues.orders.service_level.within", 30),
    ('queues.orders.service_level.within = "150%"', "queues.orders.service_level.within", 30),
    ('queues.orders.service_level.short_abandon = "+5s"', "queues.orders.service_level.short_abandon", 5),
    # Shares: a percentage is a value; a signed one moves by points.
    ('queues.orders.service_level.target = "85%"', "queues.orders.service_level.target", 0.85),
    ('queues.orders.fcr = "80%"', "queues.orders.fcr", 0.80),
    ('queues.orders.fcr = "+5%"', "queues.orders.fcr", 0.79),
    ('queues.orders.fcr = "-0.04"', "queues.orders.fcr", 0.70),
    ('queues.orders.balk = "+5%"', "queues.orders.balk", 0.10),
    ('queues.orders.balk = "+0.01"', "queues.orders.balk", 0.06),
    ('center.pay.weekend = "150%"', "center.pay.weekend", 1.5),
    ('center.pay.holiday = "100%"', "center.pay.holiday", 1.0),
    # Money is scaled and added to; whole amounts do not stay whole.
    ('groups.core.wage = "105%"', "groups.core.wage.steps", ((0, 21),)),
    ('groups.core.wage = "103%"', "groups.core.wage.steps", ((0, 20.6),)),
    ('groups.core.wage = "+0.75"', "groups.core.wage.steps", ((0, 20.75),)),
    ("groups.core.wage = { steps = [[0, 18], [26, 19.5]] }", "groups.core.wage.steps", ((0, 18), (26, 19.5))),
    ('groups.core.contract_hours = "90%"', "groups.core.contract_hours", ((36, 0),)),
    ('groups.core.contract_hours = { "40" = 6, "20" = 3 }', "groups.core.contract_hours", ((40, 6), (20, 3))),
    # Numbers that have a default only.
    ('queues.orders.forecast.factor = "110%"', "queues.orders.forecast.factor", 1.1),
    ('groups.core.skills.orders.speed = "90%"', "groups.core.skills.orders.speed", 0.9),
    ('costs.load = "+0.1"', "costs.load", 1.37),
    # Counts of a shift are added to; shares replace.
    ('groups.core.heads = "+1"\ngroups.core.shifts.early = "+1"', "groups.core.shifts", {"early": PartTable(heads=5), "late": PartTable(heads=5)}),
    ('groups.core.shifts = { early = "60%", late = "40%" }', "groups.core.shifts", {"early": PartTable(share=0.6), "late": PartTable(share=0.4)}),
    # A table that makes a choice replaces: cv and mean go with the family.
    ('queues.orders.talk = { family = "constant", mean = "3m" }', "queues.orders.talk.cv", None),
    ('queues.orders.patience = { family = "never" }', "queues.orders.patience.mean", None),
    ('queues.orders.forecast = { week = 500, shape = "shape.csv" }', "queues.orders.forecast.csv", None),
    # Others merge: what is not named stays.
    ('queues.orders.service_level = { within = "30s" }', "queues.orders.service_level.target", 0.8),
    ("queues.orders.talk = { cv = 0.5 }", "queues.orders.talk.mean", 250),
    ('center.overtime_after = { week = "38h" }', "center.overtime_after.day", 8 * 3600),
    ('center.overtime_after.week = "-2h"', "center.overtime_after.week", 38 * 3600),
    # Lists replace.
    ('shifts.early.breaks = [{ within = "12:00-13:00", length = "30min" }]', "shifts.early.breaks.0.length", 1800),
    # Text is text.
    ('title = "+2 people"', "title", "+2 people"),
    ("center.start = 2026-03-03", "center.start", dt.date(2026, 3, 3)),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "value"), CHANGES)
def test_a_plan_changes_what_it_names(tmp_path: Path, change: str, place: str, value: Any) -> None:
    files: dict[str, str | bytes] = {
        "shape.csv": table("share"),
        "orders.csv": table("contacts", days=("mon", "tue", "wed")),
    }
    scenario = plan(tmp_path, change, files=files)
    if place.endswith("breaks.0.length"):
        assert scenario.spec.shifts["early"].breaks[0].length == value
        return
    found = at(scenario, place)
    assert found == (pytest.approx(value) if isinstance(value, float) else value)


def test_a_plan_leaves_the_base_and_the_other_plans_alone(tmp_path: Path) -> None:
    more = '[plans.a]\ngroups.core.wage = "+1"\n[plans.b]\ngroups.core.wage = "+2"\nqueues.orders.talk.cv = 0.1\n'
    base, a, b = load_plans(write(tmp_path, FULL + more))
    assert [scenario.plan for scenario in (base, a, b)] == ["base", "a", "b"]
    assert [at(scenario, "groups.core.wage.steps")[0][1] for scenario in (base, a, b)] == [20, 21, 22]
    assert [at(scenario, "queues.orders.talk.cv") for scenario in (base, a, b)] == [0.9, 0.9, 0.1]


def test_a_plan_adds_a_group_and_a_queue(tmp_path: Path) -> None:
    change = """
        queues.returns = { like = "orders", fcr = "+5%", forecast = { csv = "returns.csv" } }
        groups.core.skills.returns = { priority = 2 }
        groups.flex = { like = "core", heads = "-7", shifts = { early = "none", late = 2 }, wage = "110%" }
    """
    scenario = plan(tmp_path, change, files={"returns.csv": table("contacts", "3")})
    assert scenario.queues == ["orders", "returns"]
    assert at(scenario, "queues.returns.fcr") == pytest.approx(0.79)
    assert at(scenario, "queues.returns.talk.mean") == 250
    assert scenario.data.volumes["returns"]["contacts"].at(dt.date(2026, 3, 2), 9 * 3600.0) == 3
    assert (at(scenario, "groups.flex.heads"), at(scenario, "groups.flex.shifts")) == (2, {"late": PartTable(heads=2)})
    assert at(scenario, "groups.flex.wage.steps") == ((0, 22),)
    assert set(at(scenario, "groups.flex.skills")) == {"orders", "returns"}


def test_a_plan_removes_a_group(tmp_path: Path) -> None:
    toml = FULL + '[groups.flex]\nlike = "core"\n'
    assert plan(tmp_path, 'groups.flex = "none"', toml).groups == ["core"]


def test_like_takes_everything_but_what_it_names(tmp_path: Path) -> None:
    more = """
        [queues.returns]
        like = "orders"
        talk = { family = "exponential", mean = "6m" }
        service_level.within = "+25s"
        lines = "none"
        [groups.flex]
        like = "part"
        [groups.part]
        like = "core"
        heads = "-4"
        shifts = { early = "none", late = 5 }
        skills = { returns = {} }
        [shifts.later]
        like = "late"
        hours = "10:00-18:00"
    """
    scenario = load(write(tmp_path, FULL + more))
    assert (at(scenario, "queues.returns.talk.mean"), at(scenario, "queues.returns.talk.cv")) == (360, None)
    assert at(scenario, "queues.returns.service_level.within") == 45
    assert at(scenario, "queues.returns.service_level.target") == 0.8
    assert at(scenario, "queues.returns.lines") is None
    assert at(scenario, "queues.orders.lines") == 12
    for group in ("part", "flex"):
        assert at(scenario, f"groups.{group}.heads") == 5
        assert at(scenario, f"groups.{group}.shifts") == {"late": PartTable(heads=5)}
        assert set(at(scenario, f"groups.{group}.skills")) == {"orders", "returns"}
    assert at(scenario, "shifts.later.hours") == (36_000, 64_800)


def test_a_file_changes_the_file_it_extends(tmp_path: Path) -> None:
    """The files that the base names lie beside the base; relative changes, removals and plans work as in a plan."""
    base = (
        FULL + '[queues.returns]\nlike = "orders"\n[plans.a]\ngroups.core.wage = 21\n[plans.b]\ngroups.core.wage = 22\n'
    )
    base = base.replace("{ orders = {} }", "{ orders = {}, returns = {} }")
    child = """
        extends = "2026/base.toml"
        title = "Shop, summer"
        [queues.orders]
        lines = "none"
        fcr = "+5%"
        talk.mean = "110%"
        [queues.returns]
        forecast = { csv = "returns.csv" }
        fcr = "-4%"
        [groups.core]
        wage = "+1"
        heads = "+1"
        shifts.early = "+1"
        [groups.flex]
        like = "core"
        heads = 5
        shifts.early = "none"
        [plans.a]
        groups.core.wage = "+2"
        [plans]
        b = "none"
    """
    files: dict[str, str | bytes] = {
        "2026/base.toml": base,
        "2026/orders.csv": ORDERS,
        "returns.csv": table("contacts", "3"),
    }
    path = write(tmp_path, child, files)
    (tmp_path / "orders.csv").unlink()
    scenario, a = load_plans(path)
    assert scenario.spec.title == "Shop, summer"
    assert at(scenario, "queues.orders.fcr") == pytest.approx(0.79)
    assert at(scenario, "queues.orders.talk.mean") == 275
    assert at(scenario, "queues.orders.lines") is None
    # A file changes only what it names: what was like orders in the base stays as it was there.
    assert at(scenario, "queues.returns.fcr") == pytest.approx(0.70)
    assert at(scenario, "queues.returns.talk.mean") == 250
    assert at(scenario, "groups.core.heads") == 10
    # What is new here is like the changed group.
    assert at(scenario, "groups.flex.wage.steps") == ((0, 21),)
    assert [at(s, "groups.core.wage.steps")[0][1] for s in (scenario, a)] == [21, 23]
    volumes = scenario.data.volumes
    assert [volumes[queue]["contacts"].at(dt.date(2026, 3, 2), 9 * 3600.0) for queue in ("orders", "returns")] == [
        10,
        3,
    ]


def test_files_extend_one_another(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a/b/base.toml": SHOP,
        "a/b/orders.csv": ORDERS,
        "a/middle.toml": 'extends = "b/base.toml"\ngroups.core.wage = "+1"\n[plans.x]\ngroups.core.wage = 30\n',
    }
    path = write(tmp_path, 'extends = "a/middle.toml"\ngroups.core.wage = "+1"\n', files)
    base, x = load_plans(path)
    assert [at(scenario, "groups.core.wage.steps")[0][1] for scenario in (base, x)] == [22, 30]


def test_a_base_may_name_files_above_it_within_the_folder(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"sub/base.toml": SHOP.replace('"orders.csv"', '"../orders.csv"')}
    assert load(write(tmp_path, 'extends = "sub/base.toml"', files)).data.volumes["orders"]["contacts"].values


def test_a_shift_named_like_a_file_key_is_not_a_file(tmp_path: Path) -> None:
    toml = SHOP.replace("early", "csv").replace("late", "season")
    files: dict[str, str | bytes] = {"sub/base.toml": toml, "sub/orders.csv": ORDERS}
    scenario = load(write(tmp_path, 'extends = "sub/base.toml"', files))
    assert at(scenario, "groups.core.shifts") == {"csv": PartTable(heads=4), "season": PartTable(heads=5)}


def test_a_group_named_like_a_choice_does_not_replace_the_others(tmp_path: Path) -> None:
    toml = FULL + '[groups.week]\nlike = "core"\n'
    assert plan(tmp_path, "groups.week.wage = 30", toml).groups == ["core", "week"]


def test_opening_hours_past_midnight_need_volumes(tmp_path: Path) -> None:
    toml = but('{ mon-fri = "09:00-11:00" }', '{ mon-tue = "23:00-01:00" }')
    rows = [("mon", "23:00"), ("mon", "23:30"), ("tue", "00:00"), ("tue", "23:00"), ("tue", "23:30")]
    orders = "weekday,start,contacts\n" + "".join(f"{day},{start},1\n" for day, start in rows)
    found = problems(sim("check", write(tmp_path, toml, {"orders.csv": orders})))
    assert [what.split(";")[0] for _, what in found] == ["no row for tue 00:30"]


def test_the_names_of_plans_are_suggested(tmp_path: Path) -> None:
    path = write(tmp_path, SHOP + '[plans.two-more]\ntitle = "x"')
    result = sim("run", path, "--plan", "two-mroe")
    assert result.exit_code == 2
    assert problems(result) == [("--plan two-mroe", 'no such plan; did you mean "two-more"?')]


def test_a_plan_is_judged_alone_when_it_is_run_alone(tmp_path: Path) -> None:
    path = write(tmp_path, SHOP + '[plans.good]\ngroups.core.wage = 21\n[plans.bad]\ngroups.core.shifts.late = "+2"\n')
    assert load(path, "good").plan == "good"
    result = sim("run", path, "--plan", "bad")
    assert problems(result)[0][0] == "plans.bad.groups.core.shifts"


def test_strange_names_are_names(tmp_path: Path) -> None:
    names = ["=cmd()", "<script>alert(1)</script>", "a.b", "日本", "[/red]", "x" * 80, "csv", "none", "0"]
    more = "".join(f"[groups.{name!r}]\nlike = 'core'\n" for name in names)
    assert load(write(tmp_path, SHOP + more)).groups == ["core", *names]


OMNI_CHANGES: list[tuple[str, str, Any]] = [
    # Tables merge, shares move by points, counts and durations are added to and scaled.
    ('queues.returns.deflect = { chat = "+5%" }', "queues.returns.deflect", {"chat": pytest.approx(0.25), "email": 0.05}),
    ('queues.returns.deflect.email = "none"', "queues.returns.deflect", {"chat": 0.2}),
    ('queues.returns.transfer.chat.share = "15%"', "queues.returns.transfer.chat.share", 0.15),
    ('queues.returns.transfer.orders.handover = "+10s"', "queues.returns.transfer.orders.handover", 40),
    ('queues.returns.transfer.chat.repeated = "+10%"', "queues.returns.transfer.chat.repeated", 0.1),
    ('queues.returns.self_service.containment = "+12%"', "queues.returns.self_service.containment", 0.42),
    ('queues.returns.self_service.come_back.after = "50%"', "queues.returns.self_service.come_back.after", 3600),
    ('queues.returns.callback.attempts = "+1"', "queues.returns.callback.attempts", 4),
    ('queues.returns.callback.retry_after = "200%"', "queues.returns.callback.retry_after", 1200),
    ('queues.returns.callback.offer_above.wait = "+30s"', "queues.returns.callback.offer_above.wait", 150),
    ('queues.returns.callback = "none"', "queues.returns.callback", None),
    ('queues.email.backlog_at_start.contacts = "50%"', "queues.email.backlog_at_start.contacts", 20),
    ('groups.core.capacity.chat.at_once = 3', "groups.core.capacity.chat.at_once", 3),
    ('groups.core.capacity.email = { interrupted_by = "chat" }', "groups.core.capacity.email.interrupted_by", ("chat",)),
    ('groups.core.skills.chat.holders = "40%"', "groups.core.skills.chat.holders", 0.4),
    ('vendors.partner.capacity = "+3"', "vendors.partner.capacity", 8),
    ('vendors.partner.price.rate = "110%"', "vendors.partner.price.rate", 2.75),
    ('vendors.partner.resolution = "-10%"', "vendors.partner.resolution", 0.6),
    ('sites.cebu.exchange = "110%"', "sites.cebu.exchange", 0.01925),
    ('sites.cebu.pay.night = { hours = "22:00-06:00", premium = "10%" }', "sites.cebu.pay.night.premium", 0.1),
    ('contracts.telco.credits.low.below = "-5%"', "contracts.telco.credits.low.below", 0.7),
    ('contracts.telco.bill.rate = "+0.5"', "contracts.telco.bill.rate", 4.5),
    # A threshold is a choice: it replaces.
    ('queues.returns.callback.offer_above = { waiting = 6 }', "queues.returns.callback.offer_above.wait", None),
    # A relative limit starts from what the channel has by default.
    ('queues.chat.service_level.within = "+10s"', "queues.chat.service_level.within", 30),
    ('queues.email.service_level.within = "50%"', "queues.email.service_level.within", 12 * 3600),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "value"), OMNI_CHANGES)
def test_a_plan_changes_channels_sites_and_contracts(tmp_path: Path, change: str, place: str, value: Any) -> None:
    found = at(plan(tmp_path, change, EVERYTHING), place)
    assert found == (pytest.approx(value) if isinstance(value, float) else value)


STAFFED_CHANGES: list[tuple[str, str, Any]] = [
    ('hiring.spring.offers = "+5"', "hiring.spring.offers", 13),
    ('hiring.spring.offers = "150%"', "hiring.spring.offers", 12),
    ("hiring.spring.starts = 2026-05-04", "hiring.spring.starts", dt.date(2026, 5, 4)),
    ('hiring.spring.show_up = "-10%"', "hiring.spring.show_up", 0.8),
    ('hiring.spring.training.length = "+2w"', "hiring.spring.training.length", 42 * 86400),
    ('hiring.spring.training.trainer.per = "+3"', "hiring.spring.training.trainer.per", 15),
    ('hiring.spring.nesting = "none"', "hiring.spring.nesting", None),
    ('hiring.back.vacancy = "200%"', "hiring.back.vacancy", 42 * 86400),
    ('hiring.back = { replace = "none", hold = 12 }', "hiring.back.hold", 12),
    ('hiring.season = "none"', "hiring", None),
    # A single rate stands for all three; what is not named stays.
    ('attrition.yearly.annual_rate.later = "150%"', "attrition.yearly.annual_rate.later", 0.33),
    ('attrition.yearly.annual_rate.later = "+0.03"', "attrition.yearly.annual_rate.first_year", 0.55),
    ("attrition.yearly.annual_rate = 0.3", "attrition.yearly.annual_rate.first_90_days", 0.3),
    ('attrition.yearly.burnout = "none"', "attrition.yearly.burnout", None),
    ('attrition.flat.annual_rate = "110%"', "attrition.flat.annual_rate.first_year", 0.44),
    ("attrition.flat.annual_rate = { first_90_days = 0.9 }", "attrition.flat.annual_rate.later", 0.4),
    ('attrition.flat.annual_rate.first_90_days = "+0.1"', "attrition.flat.annual_rate.first_90_days", 0.5),
    ('attrition.flat.annual_rate = { later = "50%" }', "attrition.flat.annual_rate.first_year", 0.4),
    # So does a single wage for its steps, and a single tenure for both its ends.
    ("groups.core.wage = 21", "groups.core.wage.steps", ((0, 21),)),
    ("groups.core.wage = 21", "groups.core.wage.raises", {}),
    ("groups.core.wage.steps = [[0, 30]]", "groups.core.wage.raises.spring.factor", 1.03),
    ('groups.core.wage.raises.spring.factor = "+0.02"', "groups.core.wage.raises.spring.factor", 1.05),
    ('groups.core.wage.raises.spring = "none"', "groups.core.wage.raises", {}),
    ("groups.core.wage.raises.autumn = { on = 2026-10-01, factor = 1.02 }", "groups.core.wage.raises.spring.factor", 1.03),
    ('groups.seasonal.wage = "110%"', "groups.seasonal.wage.steps", ((0, 20.9),)),
    ("groups.seasonal.wage = { steps = [[0, 18], [26, 20]] }", "groups.seasonal.wage.steps", ((0, 18), (26, 20))),
    ("groups.seasonal.wage.raises.may = { on = 2026-05-01, factor = 1.1 }", "groups.seasonal.wage.steps", ((0, 19),)),
    ('groups.core.tenure = "1y"', "groups.core.tenure.newest", 365 * 86400),
    ('groups.senior.tenure.to = "10w"', "groups.senior.tenure.newest", 5 * 7 * 86400),
    ('groups.core.supervisors.per = "-2"', "groups.core.supervisors.per", 10),
    ('groups.core.attrition = "flat"', "groups.core.attrition", "flat"),
    ('groups.core.meetings.team = { hours = "none", length = "45min" }', "groups.core.meetings.team.length", 2700),
    ('absence.leave.at_most = "20%"', "absence.leave.at_most", 0.2),
    ('absence.sick.annual_days = "120%"', "absence.sick.annual_days", 12),
    ('courses.tone.length = "+2h"', "courses.tone.length", 36000),
    ('moves.promotion.annual_share = "200%"', "moves.promotion.annual_share", 0.1),
    # The curve is a choice: its settings go with it.
    ('ramp.curve = { family = "linear", weeks = 10 }', "ramp.curve.weeks_to_95", None),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "value"), STAFFED_CHANGES)
def test_a_plan_changes_the_workforce(tmp_path: Path, change: str, place: str, value: Any) -> None:
    toml = (
        STAFFED.replace("[groups.senior]\n", '[groups.senior]\ntenure = "5w"\n')
        + "[attrition.flat]\nannual_rate = 0.4\n"
    )
    found = at(plan(tmp_path, change, toml, FILES), place)
    if place == "hiring":
        assert set(found) == {"spring", "back"}
        return
    assert found == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ('hiring.sumer.offers = "+5"', "hiring.sumer", 'did you mean "summer"?'),
        ('attrition.yearli.annual_rate.later = "+0.1"', "attrition.yearli", 'did you mean "yearly"?'),
        ('courses.tine.length = "+2h"', "courses.tine", 'did you mean "tone"?'),
        ('moves.promotions.annual_share = "200%"', "moves.promotions", 'did you mean "promotion"?'),
        ('hiring.spring.offers = "-20"', "hiring.spring.offers", "goes below 0"),
        ('groups.core.wage = "105%"', "groups.core.wage", "the base has a table here; write all of it anew"),
        ('attrition.yearly.annual_rate = "110%"', "attrition.yearly.annual_rate", "the base has a table here"),
        ('groups.core.leavers.ann = "none"', "groups.core.leavers.ann", "there is nothing to remove"),
    ],
)
def test_what_a_plan_cannot_change_of_the_workforce_is_reported(
    tmp_path: Path, change: str, place: str, words: str
) -> None:
    toml = STAFFED.replace("[hiring.spring]", "[hiring.summer]") if "sumer" in change else STAFFED
    found = problems(sim("check", write(tmp_path, f"{toml}[plans.x]\n{change}\n", FILES)))
    assert [where for where, _ in found] == [f"plans.x.{place}"]
    assert all(words in what for _, what in found)


FELT_CHANGES: list[tuple[str, str, Any]] = [
    ('queues.orders.repeat.share = "+5%"', "queues.orders.repeat.share", 0.55),
    ('queues.orders.repeat.to.chat = "none"', "queues.orders.repeat.to", {}),
    ('queues.orders.repeat.to.returns = "10%"', "queues.orders.repeat.to", {"chat": 0.2, "returns": 0.1}),
    ('queues.orders.repeat.after.mean = "200%"', "queues.orders.repeat.after.mean", 12 * 3600),
    ('queues.orders.repeat.after = { family = "constant", mean = "1d" }', "queues.orders.repeat.after.cv", None),
    ('queues.chat.repeat.attempts = "+1"', "queues.chat.repeat.attempts", 5),
    ('queues.chat.repeat.repeated = "-5%"', "queues.chat.repeat.repeated", 0.2),
    ('queues.orders.repeat = "none"', "queues.orders.repeat", None),
    ('queues.orders.redial.after.mean = "+1min"', "queues.orders.redial.after.mean", 300),
    ('queues.orders.redial = "none"', "queues.orders.redial", None),
    # A table that is not there yet starts from its defaults.
    ("queues.returns.redial.share = 0.3", "queues.returns.redial.after.mean", 300),
    ("queues.returns.repeat.share = 0.3", "queues.returns.repeat.attempts", 4),
    ('queues.orders.escalation = { kind = "cold", handover = "none" }', "queues.orders.escalation.to", "returns"),
    ('queues.orders.escalation = { kind = "swarm", handover = "none" }', "queues.orders.escalation.experience", 1.0),
    ('queues.orders.escalation = { kind = "follow up", to = "none", handover = "none" }', "queues.orders.escalation.resolution", 0.7),
    ('queues.orders.escalation = { handover = "+15s" }', "queues.orders.escalation.handover", 60),
    ('queues.orders.escalation = "none"', "queues.orders.escalation", None),
    ('queues.orders.outreach.reached = "+10%"', "queues.orders.outreach.reached", 0.5),
    ('queues.orders.outreach.messages = "200%"', "queues.orders.outreach.messages", 3.0),
    ('queues.orders.credit.amount = "150%"', "queues.orders.credit.amount", 12),
    ('queues.orders.credit = "none"', "queues.orders.credit", None),
    ('queues.orders.sale.margin = "+5"', "queues.orders.sale.margin", 30),
    ('queues.orders.unresolvable = "+5%"', "queues.orders.unresolvable", 0.1),
    ('queues.orders.pace = "105%"', "queues.orders.pace", 1.029),
    ("queues.chat.resolution_by_load = [1.0, 0.9]", "queues.chat.resolution_by_load", (1.0, 0.9)),
    ('queues.chat.resolution_by_load = "none"', "queues.chat.resolution_by_load", None),
    # A pace that the base leaves at 1 is scaled and added to as well.
    ('groups.flex.pace = "95%"', "groups.flex.pace", 0.95),
    ('groups.flex.pace = "-0.04"', "groups.flex.pace", 0.96),
    ('groups.core.pace = "+0.05"', "groups.core.pace", 1.0),
    ('groups.core.pressure.waiting_per_agent = "+1"', "groups.core.pressure.waiting_per_agent", 2.5),
    ('groups.core.pressure = "none"', "groups.core.pressure", None),
    ('groups.core.fatigue.speed = "+5%"', "groups.core.fatigue.speed", 0.95),
    ('groups.core.fatigue.rest = "150%"', "groups.core.fatigue.rest", 1800),
    ("groups.flex.fatigue = { hours = 5 }", "groups.flex.fatigue.occupancy", 0.8),
    ('groups.core.fatigue = "none"', "groups.core.fatigue", None),
    ("quality.history_shared = false", "quality.history_shared", False),
    ('quality.pace.resolution = "+0.2"', "quality.pace.resolution", 0.6),
    ('quality.pace.resolution = "150%"', "quality.pace.range", (0.1, 0.9)),
    ("quality.pace.range = [0, 1.5]", "quality.pace.range", (0, 1.5)),
    ('quality = "none"', "quality.pace.resolution", 0.3),
    ('experience.weights.wait = "200%"', "experience.weights.wait", 0.4),
    ('experience.csat = "-5%"', "experience.csat", 0.75),
    ('experience.expected_wait = "none"', "experience.expected_wait", None),
    ('customers.value = "110%"', "customers.value", 165),
    ("customers.leave = [0.1]", "customers.leave", (0.1,)),
    ('customers.bad_below = "+5%"', "customers.bad_below", 0.5),
    ('customers = "none"', "customers", None),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "value"), FELT_CHANGES)
def test_a_plan_changes_what_haste_does_and_what_customers_feel(
    tmp_path: Path, change: str, place: str, value: Any
) -> None:
    found = at(plan(tmp_path, change, FELT), place)
    assert found == (pytest.approx(value) if isinstance(value, float | dict) else value)


def test_like_takes_the_cases_and_the_haste_too(tmp_path: Path) -> None:
    more = """
        [queues.gifts]
        like = "orders"
        repeat = { share = "-10%", attempts = "none" }
        redial = "none"
        escalation.share = "+5%"
        [groups.part]
        like = "core"
        skills.gifts = {}
        pressure.pace = "+0.05"
        fatigue = "none"
    """
    scenario = load(write(tmp_path, FELT + more))
    assert at(scenario, "queues.gifts.repeat.share") == pytest.approx(0.4)
    assert at(scenario, "queues.gifts.repeat.attempts") == 4
    assert at(scenario, "queues.gifts.repeat.to") == {"chat": 0.2}
    assert at(scenario, "queues.gifts.redial") is None
    assert at(scenario, "queues.gifts.escalation.share") == pytest.approx(0.35)
    assert at(scenario, "queues.orders.redial.share") == 0.4
    assert at(scenario, "groups.part.pressure.pace") == pytest.approx(0.95)
    assert (at(scenario, "groups.part.pace"), at(scenario, "groups.part.fatigue")) == (0.95, None)


def test_cases_and_experience_are_there_where_they_are_asked_for(tmp_path: Path) -> None:
    plain = load(write(tmp_path))
    assert not plain.uses.cases
    assert plain.uses.experience is None
    assert load(write(tmp_path, but("fcr = 0.7", "redial = { share = 0.4 }"))).uses.cases
    given = load(write(tmp_path, SHOP + "[experience]\ncsat = 0.8\n")).uses.experience
    assert given is not None
    assert given.csat == 0.8
    # A memory needs something to remember.
    usual = load(write(tmp_path, SHOP + "[customers]\nnumber = 900\nvalue = 9\nleave = [0.1]\n")).uses.experience
    assert usual is not None
    assert usual.csat == 0.78


def test_delays_may_be_files_beside_the_base(tmp_path: Path) -> None:
    law = '{ family = "empirical", csv = "times.csv" }'
    base = but(
        "fcr = 0.7",
        f"repeat = {{ share = 0.4, after = {law} }}\nredial = {{ share = 0.4, after = {law} }}\n"
        f'escalation = {{ share = 0.4, kind = "follow up", length = {law} }}',
    )
    files: dict[str, str | bytes] = {"a/base.toml": base, "a/orders.csv": ORDERS, "a/times.csv": "seconds\n400\n200\n"}
    scenario = load(write(tmp_path, 'extends = "a/base.toml"', files))
    for part in ("repeat.after", "redial.after", "escalation.length"):
        assert scenario.data.samples[f"orders.{part}"] == (200, 400)
        assert scenario.queue("orders").law(part).mean == 300
        assert scenario.queue("orders").law(part).sample == (200, 400)


def test_a_queue_is_like_another_in_everything_but_its_channel(tmp_path: Path) -> None:
    toml = (
        EVERYTHING.replace("orders = {}, chat", "orders = {}, post = {}, again = {}, chat")
        + """
        [queues.again]
        like = "returns"
        route = "none"
        transfer.chat = "none"
        deflect.email = "10%"
        self_service.come_back.share = "+5%"
        callback = { offer_above = { waiting = 4 }, attempts = 1 }
        [queues.post]
        like = "email"
        channel = "back office"
        backlog_at_start = { contacts = "+10" }
        """
    )
    scenario = load(write(tmp_path, toml))
    assert set(at(scenario, "queues.again.transfer")) == {"orders"}
    assert at(scenario, "queues.again.deflect") == {"chat": 0.2, "email": 0.1}
    assert at(scenario, "queues.again.self_service.come_back.share") == pytest.approx(0.1)
    assert at(scenario, "queues.again.callback.retry_after") == 600
    assert at(scenario, "queues.again.callback.offer_above.wait") is None
    assert at(scenario, "queues.again.contract") == "telco"
    assert at(scenario, "queues.post.backlog_at_start.contacts") == 50
    assert not scenario.queue("post").is_live


def test_what_a_deferred_queue_inherits_from_a_live_one_can_be_removed(tmp_path: Path) -> None:
    toml = omni("orders = {},", "orders = {}, post = {},") + '[queues.post]\nlike = "orders"\nchannel = "email"\n'
    told = problems(sim("check", write(tmp_path, toml)))
    assert [where for where, _ in told] == ["queues.post.patience"]
    assert 'write patience = "none"' in told[0][1]
    toml += 'patience = "none"\nservice_level = { within = "8h" }\n'
    assert at(load(write(tmp_path, toml)), "queues.post.service_level.within") == 8 * 3600


def test_a_machines_sessions_may_be_a_file_beside_the_base(tmp_path: Path) -> None:
    law = '{ family = "empirical", csv = "sessions.csv" }'
    base = put("queues.chat", f'self_service = {{ containment = "30%", session = {law} }}')
    files: dict[str, str | bytes] = {"a/base.toml": base, "a/orders.csv": ORDERS, "a/sessions.csv": "seconds\n40\n20\n"}
    scenario = load(write(tmp_path, 'extends = "a/base.toml"', files))
    assert scenario.data.samples["chat.self_service.session"] == (20, 40)


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    """The assumptions of channels, vendors and contracts: only where the file is silent, and uses them."""
    toml = put("queues.chat", 'self_service = { containment = "30%" }')
    toml = toml.replace("[queues.returns]\n", "[queues.returns]\ncallback = { offer_above = { waiting = 3 } }\n")
    toml = toml.replace("[queues.email]\n", "[queues.email]\nbacklog_at_start = { contacts = 40 }\n")
    toml = toml.replace("wage = 20\n", "wage = { steps = [[0, 18], [26, 20]] }\n")
    told = {problem.where: problem.what for problem in load(write(tmp_path, toml)).assumptions}
    expected = {
        "queues.chat.patience": "mean 5 min",
        "queues.chat.fcr": "70 % (industry average, SQM)",
        "groups.flex.wage": "20.92 per hour",
        "groups.core.tenure": "104w for everybody",
        "queues.chat.speed_by_load": "1.00, 0.80, 0.62, 0.47 with 1, 2, 3, 4 in hand",
        "queues.chat.self_service.session": "mean 2 min",
        "queues.chat.self_service.come_back": "nobody",
        "queues.chat.service_level": "80 % in 20 s per day",
        "queues.email.service_level": "80 % replied in 24 h per day, all hours counted",
        "queues.email.backlog_at_start.oldest": "1d",
        "queues.returns.callback.accept": "50 % of offers",
        "queues.returns.callback.answered": "80 % of calls",
        "groups.core.capacity.chat": "at_once = 2",
        "vendors.partner.resolution": "70 %",
        "contracts.telco.service_level": "periods that the horizon cuts",
    }
    for where, words in expected.items():
        assert words in told[where], where
    assert {"queues.email.patience", "queues.email.speed_by_load", "queues.returns.service_level"}.isdisjoint(told)
    said = put("groups.core", "capacity.chat.at_once = 3").replace(
        "[queues.chat]\n", "[queues.chat]\nspeed_by_load = [1.0, 0.8, 0.6]\n"
    )
    said = said.replace("days = 2", "weeks = 1").replace("[vendors.partner]\n", "[vendors.partner]\nresolution = 0.6\n")
    week = table("contacts", days=("mon", "tue", "wed", "thu", "fri"))
    left = {problem.where for problem in load(write(tmp_path, said, {"orders.csv": week})).assumptions}
    assert left.isdisjoint(
        {
            "queues.chat.speed_by_load",
            "groups.core.capacity.chat",
            "vendors.partner.resolution",
            "contracts.telco.service_level",
        }
    )


BARE = but("fcr = 0.7", """
fcr = 0.7
repeat = { share = 0.4 }
redial = { share = 0.4 }
escalation = { share = 0.4, kind = "follow up" }
outreach = { reached = 0.5, prevents = 0.1, cost = 0.02 }
credit = { amount = 9 }
""", "wage = 20", "wage = 20\npressure = { waiting_per_agent = 1 }\nfatigue = { hours = 5 }") + """
[customers]
number = 900
value = 100
leave = [0.1]
"""  # fmt: skip


def test_what_is_left_out_of_quality_is_said_with_its_source(tmp_path: Path) -> None:
    told = {problem.where: problem.what for problem in load(write(tmp_path, BARE)).assumptions}
    assert {where: what for where, what in told.items() if where != "costs.load"} == {
        "queues.orders.wrap": "none: agents are free when the customer hangs up. An ACD's talk time is without wrap",
        "queues.orders.repeat.after": "exponential, mean 1d (assumption)",
        "queues.orders.repeat.attempts": "4 contacts of one case at most (assumption)",
        "queues.orders.repeat.repeated": "25% of the talk is gone through again (assumption)",
        "queues.orders.repeat": "what came before the horizon is the base plan's: repeats of earlier contacts come in",
        "queues.orders.redial.after": "exponential, mean 5m (assumption)",
        "queues.orders.redial.attempts": "4 contacts of one case at most (assumption)",
        "queues.orders.forecast.contains": "all contacts: the volumes, being observed, contain repeats and redials",
        "queues.orders.escalation.length": "exponential, mean 10m of extra work (assumption)",
        "queues.orders.escalation.resolution": "the follow up resolves 70% of the cases (assumption)",
        "queues.orders.outreach.messages": "1 for each case whose customer is reached (assumption)",
        "queues.orders.credit.share": "100% of bad cases (assumption)",
        "queues.orders.credit.softens": "50% of credits, after which the case is not held against us (assumption)",
        "groups.core.pressure.pace": "0.9 of the usual handle time (assumption)",
        "groups.core.fatigue": "occupancy 0.8, rest 30m, speed 0.95, resolution 0.95, courtesy 0.95 (assumptions); "
        "everybody comes rested",
        "quality.pace.resolution": "0.3 (assumption, from 0 to 1: nobody has measured it for you)",
        "quality.pace.courtesy": "0.3 (assumption)",
        "experience": "not given: customers feel, and stay or leave, by what is assumed here",
        "experience.weights": "in log-odds: resolution 2, wait 0.3, attempts 0.7, handover 0.3, repetition 0.4, "
        "courtesy 1 (assumption: resolution weighs most and waiting least, as the studies find)",
        "experience.csat": "78% of customers who get just what they expect are satisfied (assumption)",
        "experience.nps": "45% promoters and 25% detractors where all is as expected (assumption)",
        "experience.ces": "ease of 5.5, from 1 to 7, where all is as expected (assumption)",
        "experience.expected_wait": "the limit of each queue's service level (assumption)",
        "customers": "each new case is that of any of them, and everybody starts without bad cases (assumption)",
        "customers.bad_below": "a case is bad if the chance that its customer is satisfied is below 50% (assumption)",
    }


def test_what_is_given_of_quality_is_not_said(tmp_path: Path) -> None:
    told = {problem.where for problem in load(write(tmp_path, FELT)).assumptions}
    assert {where for where in told if where.split(".")[0] in ("quality", "experience", "customers")} == {"customers"}
    assert {where for where in told if where.startswith("queues.orders.")} == {
        "queues.orders.repeat", "queues.orders.forecast.contains", "queues.orders.wrap",
    }  # fmt: skip
    # The elasticity is given here, and its range is ours; without a dial or pressure neither matters.
    paced = SHOP + "[quality.pace]\nresolution = 0.4\n"
    assert "quality.pace.range" not in {problem.where for problem in load(write(tmp_path, paced)).assumptions}
    paced = paced.replace("wage = 20", "wage = 20\npace = 0.95")
    told = {problem.where for problem in load(write(tmp_path, paced)).assumptions}
    assert "quality.pace.range" in told
    assert {"quality.pace.resolution", "quality.pace.courtesy"}.isdisjoint(told)


def test_what_several_contacts_in_hand_do_to_resolution_is_assumed_where_it_matters(tmp_path: Path) -> None:
    where = "queues.chat.resolution_by_load"
    assert where not in {problem.where for problem in load(write(tmp_path, omni())).assumptions}
    toml = put("queues.chat", "repeat = { share = 0.3 }")
    told = {problem.where: problem.what for problem in load(write(tmp_path, toml)).assumptions}
    assert told[where].startswith("agents resolve as much with several contacts in hand (assumption)")


def test_a_phone_shop_leaves_only_what_it_always_left(tmp_path: Path) -> None:
    told = [problem.where for problem in load(write(tmp_path)).assumptions]
    assert told == ["queues.orders.wrap", "costs.load"]


def test_a_plan_may_take_a_skill_and_leave_the_route(tmp_path: Path) -> None:
    """A plan takes a skill away; the tier does without the group, and says so."""
    toml = put("queues.email", 'route = [{ groups = ["flex", "core"], share = { flex = "50%", core = "50%" } }]')
    scenario = plan(tmp_path, 'groups.flex.skills.email = "none"', toml)
    (tier,) = scenario.queue("email").tiers
    assert tier.groups == ("core",)
    assert [problem.where for problem in scenario.warnings] == ["queues.email.route.1.groups"]


@pytest.mark.parametrize(
    ("table", "keys"),
    [
        ("Queue", {"channel", "arrives", "backlog_at_start", "callback", "deflect", "silent", "speed_by_load", "transfer", "like"}),
        ("Group", {"site", "capacity", "away", "skills", "like"}),
        ("LawSpec", {"family", "mean", "cv", "csv", "is"}),
        ("ServiceLevel", {"target", "within", "clock"}),
        ("Tier", {"groups", "vendor", "after"}),
        ("Capacity", {"at_once", "alone", "interrupted_by", "resume_penalty"}),
        ("SelfService", {"containment", "session", "come_back", "work_saved"}),
        ("Callback", {"offer_above", "when", "quiet", "attempts"}),
        ("Site", {"timezone", "calendar", "currency", "exchange", "seats", "pay"}),
        ("Vendor", {"price", "capacity", "wait", "resolution"}),
        ("Contract", {"bill", "service_level", "credits", "bonus"}),
        ("SkillSpec", {"priority", "speed", "resolution", "holders"}),
        ("Away", {"days", "hours", "heads", "paid"}),
        ("Group", {"attrition", "leavers", "lateness", "meetings", "coaching", "cross_training", "supervisors", "wage"}),
        ("Hiring", {"group", "starts", "offers", "replace", "hold", "from", "to", "training", "nesting", "contract_until"}),
        ("Training", {"length", "dropout", "licence_pass", "retake_after", "trainer"}),
        ("Nesting", {"length", "speed", "resolution", "queues", "mentor_per", "mentor_share"}),
        ("Attrition", {"annual_rate", "season", "burnout"}),
        ("Leaver", {"on", "heads", "agent"}),
        ("Move", {"from", "to", "on", "heads", "annual_share", "after", "ramp_again"}),
        ("Absence", {"annual_days", "spell", "block", "season", "at_most", "csv", "groups", "paid"}),
        ("Activity", {"days", "hours", "length", "every", "at_once", "paid"}),
        ("Course", {"kind", "groups", "starts", "length", "a_day", "at_once", "effect", "half_life"}),
        ("CrossTraining", {"heads", "starts", "length", "ramp"}),
        ("Ramp", {"family", "by", "weeks_to_95", "contacts_to_95", "learning_rate", "contacts_a_week"}),
        ("Queue", {"unresolvable", "repeat", "redial", "escalation", "outreach", "credit", "sale", "pace", "resolution_by_load"}),
        ("Group", {"pace", "pressure", "fatigue"}),
        ("Repeat", {"share", "after", "to", "attempts", "repeated"}),
        ("Redial", {"share", "after", "attempts"}),
        ("Escalation", {"share", "kind", "to", "handover", "repeated", "length", "resolution", "experience"}),
        ("Outreach", {"reached", "prevents", "messages", "cost"}),
        ("Goodwill", {"share", "amount", "softens"}),
        ("Sale", {"share", "margin"}),
        ("Pressure", {"waiting_per_agent", "pace"}),
        ("Fatigue", {"occupancy", "hours", "rest", "speed", "resolution", "courtesy"}),
        ("PaceElasticity", {"resolution", "range", "courtesy"}),
        ("Quality", {"pace", "history_shared"}),
        ("Weights", {"resolution", "wait", "attempts", "handover", "repetition", "courtesy"}),
        ("Experience", {"weights", "csat", "nps", "ces", "expected_wait"}),
        ("Customers", {"number", "value", "leave", "bad_below"}),
        ("ShrinkagePlan", {"leave", "sick", "breaks", "meetings", "coaching", "training", "away", "late"}),
    ],
)  # fmt: skip
def test_the_schema_says_what_stands_in_a_table(table: str, keys: set[str]) -> None:
    definition = json_schema()["$defs"][table]
    assert keys <= set(definition["properties"])
    assert definition["additionalProperties"] is False


def test_the_schema_names_the_channels_wherever_one_is_written() -> None:
    schema = json_schema()["$defs"]
    channels = ["phone", "video", "in person", "chat", "messaging", "email", "social", "back office"]
    assert schema["Queue"]["properties"]["channel"]["enum"] == channels
    assert schema["Group"]["properties"]["capacity"]["propertyNames"]["enum"] == channels


def test_the_schema_describes_the_whole_language() -> None:
    schema = json_schema()
    assert {"center", "queues", "groups", "shifts", "plans", "extends"} <= set(schema["properties"])
    assert {"hiring", "attrition", "moves", "absence", "courses", "shrinkage_plan"} <= set(schema["properties"])
    assert {"quality", "experience", "customers"} <= set(schema["properties"])
    assert "like" in schema["$defs"]["Queue"]["properties"]
    event = schema["$defs"]["Event"]["properties"]
    assert {"from", "to"} <= set(event)
    assert sim("schema").exit_code == 0


def test_the_starter_runs_as_it_is_written(tmp_path: Path) -> None:
    assert sim("new", tmp_path / "my.toml").exit_code == 0
    result = sim("check", tmp_path / "my.toml")
    assert result.exit_code == 0
    assert "good" in result.output


def test_what_the_starter_shows_of_a_search_for_staff_can_be_asked(tmp_path: Path) -> None:
    assert sim("new", tmp_path / "my.toml").exit_code == 0
    before, rest = (tmp_path / "my.toml").read_text().split("# ---- How many people", 1)
    heading, shown = rest.split("\n\n", 1)
    assert "take the" in heading.lower()
    lines = shown.splitlines()
    assert all(line.startswith("# ") for line in lines)
    (tmp_path / "my.toml").write_text(before + "\n".join(line[2:] for line in lines) + "\n")
    scenario = load(tmp_path / "my.toml")
    assert scenario.warnings == load(tmp_path / "my.toml", "base").warnings
    allowed = allowed_of(scenario)
    assert {column.shift for column in allowed.columns if column.group == "core"} >= {"early", "late", "peak-0900-4h"}
    assert sum(c.today for c in allowed.columns) == 30


def test_what_the_manual_shows_of_a_search_for_staff_can_be_asked(tmp_path: Path) -> None:
    page = Path(__file__).parents[1] / "sim" / "manual" / "pages" / "30-staff.md"
    (block,) = re.findall(r"```ini\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert sim("new", tmp_path / "my.toml").exit_code == 0
    (tmp_path / "asked.toml").write_text(f'extends = "my.toml"\n{block}')
    allowed = allowed_of(load(tmp_path / "asked.toml"))
    assert {column.shift for column in allowed.columns if column.group == "core"} >= {
        "early",
        "peak-0900-4h",
        "peak-1200-6h",
    }
    assert allowed.most_moved == 9


def test_what_the_starter_shows_of_quality_runs_when_its_marks_are_taken_off(tmp_path: Path) -> None:
    """Every setting of it stands with its source, or as an assumption."""
    assert sim("new", tmp_path / "my.toml").exit_code == 0
    text = (tmp_path / "my.toml").read_text()
    before, rest = text.split("# ---- Speed against quality", 1)
    _, shown = rest.split("\n\n", 1)
    shown, after = shown.split("# ---- Plans", 1)
    lines = shown.splitlines()
    assert all(not line or line.startswith("# ") for line in lines)
    (tmp_path / "my.toml").write_text(before + "\n".join(line[2:] for line in lines) + "\n# ----" + after)
    result = sim("check", tmp_path / "my.toml")
    assert result.exit_code == 0, result.output
    assert "warning" not in result.output
    scenario = load(tmp_path / "my.toml")
    assert scenario.uses.cases
    assert scenario.spec.customers is not None
    assert scenario.spec.groups["core"].fatigue is not None
