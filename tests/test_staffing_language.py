"""`[staffing]`: what a planner may say to a search, and what is said of mistakes in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shop import SHOP, but, problems, sim, write

from sim.measures.kpis import KPIS
from sim.scenario.language.staffing import LIMITABLE
from sim.scenario.load import load
from sim.staffing.wanted import HEADS, KpiLimit, Wanted, wanted_of


def wanted(folder: Path, staffing: str, plan: str = "base") -> Wanted:
    return wanted_of(load(write(folder, SHOP + staffing), plan))


def found(folder: Path, staffing: str, shop: str = SHOP) -> list[tuple[str, str]]:
    return problems(sim("check", write(folder, shop + staffing)))


def test_without_a_word_all_targets_are_held_at_the_least_cost(tmp_path: Path) -> None:
    assert wanted(tmp_path, "") == Wanted("cost_total")
    assert wanted(tmp_path, "[staffing]\n") == Wanted("cost_total")


def test_what_is_wanted_is_read_from_the_file(tmp_path: Path) -> None:
    said = wanted(
        tmp_path,
        """
[staffing]
minimise = "heads"
hold = { targets = ["orders"], in = "9 days in 10" }
also = ["queues.orders.abandon_rate <= 4%", "groups.core.occupancy >= 0.5", "fcr >= 70%", "center.asa_s <= 1m10s"]
time = "2min"
""",
    )
    assert said == Wanted(
        HEADS,
        0.9,
        (
            KpiLimit("abandon_rate", "queue", "orders", None, 0.04, "queues.orders.abandon_rate <= 4%"),
            KpiLimit("occupancy", "group", "core", 0.5, None, "groups.core.occupancy >= 0.5"),
            KpiLimit("fcr", "center", "all", 0.7, None, "fcr >= 70%"),
            KpiLimit("asa_s", "center", "all", None, 70.0, "center.asa_s <= 1m10s"),
        ),
        seconds=120.0,
    )


def test_targets_that_are_not_named_need_not_hold(tmp_path: Path) -> None:
    shop = but("skills = { orders = {} }", "skills = { orders = {}, other = {} }")
    other = '[queues.other]\nlike = "orders"\n[staffing]\nhold = { targets = "other", in = "95% of periods" }\n'
    said = wanted_of(load(write(tmp_path, shop + other)))
    assert (said.left_out, said.periods) == ({"orders"}, 0.95)


def test_plans_change_what_is_wanted(tmp_path: Path) -> None:
    text = '[staffing]\nminimise = "paid_hours"\n[plans.tight]\nstaffing.minimise = "cost"\nstaffing.time = "10s"\n'
    assert wanted(tmp_path, text) == Wanted("paid_hours")
    assert wanted(tmp_path, text, "tight") == Wanted("cost_total", seconds=10.0)


def test_kpis_that_can_be_held_are_as_measured() -> None:
    for kpi, said in LIMITABLE.items():
        rows = [row for row in KPIS if row.id == kpi]
        measured = {scope for row in rows for scope in row.scopes}
        assert {row.unit for row in rows} == {said.unit}, kpi
        assert {row.better for row in rows} == {said.better}, kpi
        assert measured == set(said.scopes), kpi


def test_the_schema_tells_of_it() -> None:
    schema = json.loads(sim("schema").output)
    assert "abandon_rate" in schema["$defs"]["Staffing"]["properties"]["also"]["description"]
    assert "twice today's" in schema["$defs"]["GroupStaffing"]["properties"]["heads"]["description"]
    assert set(schema["$defs"]["Starts"]["properties"]) == {"from", "to", "every"}


GROUP = "[staffing.groups.core]\n"
RULE = '[staffing.shifts.peak]\nstarts = { from = "09:00", to = "10:00" }\nlengths = ["4h"]\n'


@pytest.mark.parametrize(
    ("staffing", "where", "what"),
    [
        ('also = ["queues.orders.abandon <= 4%"]\n', "staffing.also.1", 'did you mean "abandon_rate"?'),
        ('also = ["queues.order.asa_s <= 4s"]\n', "staffing.also.1", '"order" is not a queue; did you mean "orders"?'),
        ('also = ["queue.orders.asa_s <= 4s"]\n', "staffing.also.1", '"queue" has no KPIs; did you mean "queues"?'),
        ('also = ["channels.chat.asa_s <= 4s"]\n', "staffing.also.1", 'no queue is of the channel "chat"; known: phone'),
        ('also = ["groups.core.asa_s <= 4s"]\n', "staffing.also.1", "asa_s is not measured of a group"),
        ('also = ["queues.orders.asa_s <= 40"]\n', "staffing.also.1", 'asa_s is a time; write "40s"'),
        ('also = ["fcr <= 70%"]\n', "staffing.also.1", "would hold fcr where it is bad; write >="),
        ('also = ["fcr > 70%"]\n', "staffing.also.1", 'write "<=" or ">="'),
        ('also = ["fcr >= 170%"]\n', "staffing.also.1", "is not a share"),
        (
            'also = ["occupancy >= 90%", "occupancy <= 86%"]\n', "staffing.also.2",
            '"occupancy <= 86%" contradicts "occupancy >= 90%"; nothing lies between them',
        ),
        ('hold = { targets = ["order"] }\n', "staffing.hold.targets", 'did you mean "orders"?'),
        ('hold = { in = "95% of weeks" }\n', "staffing.hold.in", "the target of orders is judged per day"),
        ('hold = { in = "most days" }\n', "staffing.hold.in", 'write "on average", "95% of days" or "9 days in 10"'),
        ('hold = { in = "11 days in 10" }\n', "staffing.hold.in", "is not a share"),
        ('minimise = "money"\n', "staffing.minimise", '"money" is not known; known: cost, heads, net_cost, paid_hours'),
        ('change_at_most = "130% of heads"\n', "staffing.change_at_most", "is not a share"),
        ("[staffing.groups.cor]\n", "staffing.groups.cor", 'is not a group; did you mean "core"?'),
        (GROUP + "heads = { at_least = 9, at_most = 8 }\n", "staffing.groups.core.heads", "at_least = 9 is more than"),
        (GROUP + 'heads = "some"\n', "staffing.groups.core.heads", 'write "fixed", or {'),
        (GROUP + 'shifts = ["earl"]\n', "staffing.groups.core.shifts", 'fits no shift; did you mean "early"?'),
        (GROUP + "part_time = { hours = [40] }\n", "staffing.groups.core.part_time.hours", "40 is not part time"),
        (GROUP + "weekend = { at_most = \"4 in 3\" }\n", "staffing.groups.core.weekend.at_most", '"1 in 3"'),
        (RULE.replace('"10:00"', '"08:00"'), "staffing.shifts.peak.starts", "to lies before from"),
        (RULE.replace('"4h"', '"25h"'), "staffing.shifts.peak.lengths.1", "less than 24 hours"),
        (RULE.replace('"10:00"', '"23:00", every = "1min"'), "staffing.shifts.peak", "makes 841 shifts; 200 at most"),
        (RULE.replace('"4h"', '"17h"'), "staffing.shifts.peak", "leaves 7h until the next day's"),
        (
            RULE + 'breaks = [{ after = "2h", before_end = "1h50m", length = "15min" }]\n',
            "staffing.shifts.peak.breaks", "a shift of 4h has no room for a break",
        ),
        (
            RULE + 'breaks = [{ after = "1h", length = "1h" }, { after = "1h", length = "1h" }]\n',
            "staffing.shifts.peak.breaks", "two breaks overlap",
        ),
        (
            RULE + '[shifts.peak-0930]\nhours = "09:30-13:45"\n', "staffing.shifts.peak",
            'makes a shift "peak-0930", and the file has another of this name',
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_told_once_with_the_way_out(tmp_path: Path, staffing: str, where: str, what: str) -> None:
    one = found(tmp_path, "[staffing]\n" + staffing)
    assert [place for place, _ in one] == [where]
    assert what in one[0][1]


def test_a_target_that_is_only_assumed_cannot_be_named(tmp_path: Path) -> None:
    shop = but('service_level = { target = 0.80, within = "20s" }\n', "")
    [(where, what)] = found(tmp_path, '[staffing]\nhold = { targets = ["orders"] }\n', shop)
    assert where == "staffing.hold.targets"
    assert "orders has no target; write service_level" in what
    assert wanted(tmp_path, "").left_out == frozenset()


def test_offered_contracts_go_with_contracts_of_ones_own(tmp_path: Path) -> None:
    [(where, what)] = found(tmp_path, "[staffing.groups.core]\npart_time = { hours = 20 }\n")
    assert (where, "core says no contract hours of its own" in what) == ("staffing.groups.core.part_time.hours", True)


def test_groups_of_files_are_not_searched(tmp_path: Path) -> None:
    shop = but("heads = 9\nshifts = { early = 4, late = 5 }\n", 'roster = { csv = "roster.csv" }\n')
    roster = "agent,date,start,end,activity,paid\nAnn,2026-03-02,09:00,11:00,available,1\n"
    path = write(tmp_path, shop + "[staffing.groups.core]\nheads = 3\n", {"roster.csv": roster})
    [(where, what)] = problems(sim("check", path))
    assert (where, what[:31]) == ("staffing.groups.core", "its roster is given by a file, ")


def test_a_rule_that_nobody_may_use_is_told(tmp_path: Path) -> None:
    output = sim("check", write(tmp_path, SHOP + GROUP + 'shifts = ["early"]\n' + RULE)).output
    assert "warning: staffing.shifts.peak: no group may use it" in output
