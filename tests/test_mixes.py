"""Tables of shares and counts through `extends`, `like` and plans: replaced, changed entry by entry, scaled with heads."""

from __future__ import annotations

import itertools
import typing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from shop import SHOP, but, problems_with_lines, sim, write

from sim.scenario.language.mixes import MIXES, in_proportion
from sim.scenario.language.scenario import ScenarioSpec
from sim.scenario.load import load
from sim.scenario.reading.overrides import options

COUNTS = 'contract_hours = { "40" = 7, "24" = 2 }'
BASE = but("wage = 20", f"wage = 20\n{COUNTS}") + '[shifts.night]\nhours = "09:00-16:00"\n'


def core(
    folder: Path, change: str, toml: str = BASE, group: str = "core"
) -> tuple[int | None, dict[str, float], dict[float, int]]:
    """The group's heads, shifts and contract hours under a plan."""
    spec = load(write(folder, f"{toml}[plans.x]\n{change}\n"), "x").spec.groups[group]
    return (
        spec.heads,
        {name: part.value for name, part in (spec.shifts or {}).items()},
        dict(spec.contract_hours or ()),
    )


CHANGES: list[tuple[str, tuple[int, dict[str, float], dict[float, int]]]] = [
    # Given anew, in braces or under a header of its own: nothing of the base is left.
    ("groups.core.shifts = { night = 9 }", (9, {"night": 9}, {40: 7, 24: 2})),
    ("[plans.x.groups.core.shifts]\nnight = 4\nlate = 5", (9, {"night": 4, "late": 5}, {40: 7, 24: 2})),
    ('groups.core.shifts = { early = "60%", night = "40%" }', (9, {"early": 0.6, "night": 0.4}, {40: 7, 24: 2})),
    ('groups.core.contract_hours = { "40" = 6, "20" = 3 }', (9, {"early": 4, "late": 5}, {40: 6, 20: 3})),
    # Dotted keys, and tables with a change in them: entry by entry.
    ("groups.core.shifts.early = 3\ngroups.core.shifts.late = 6", (9, {"early": 3, "late": 6}, {40: 7, 24: 2})),
    ("groups.core.shifts.early = 3\ngroups.core.shifts.night = 1", (9, {"early": 3, "late": 5, "night": 1}, {40: 7, 24: 2})),
    ('groups.core.shifts = { early = "-2", night = 2 }', (9, {"early": 2, "late": 5, "night": 2}, {40: 7, 24: 2})),
    ('groups.core.shifts = { early = "none", late = 9 }', (9, {"late": 9}, {40: 7, 24: 2})),
    ("groups.core.contract_hours.40 = 6\ngroups.core.contract_hours.24 = 3", (9, {"early": 4, "late": 5}, {40: 6, 24: 3})),
    ('groups.core.contract_hours.40 = "-1"\ngroups.core.contract_hours.24 = "+1"', (9, {"early": 4, "late": 5}, {40: 6, 24: 3})),
    # Heads alone take counts along: 4/9 and 5/9 of 11 are 4.89 and 6.11; 7/9 and 2/9 are 8.56 and 2.44.
    ('groups.core.heads = "+2"', (11, {"early": 5, "late": 6}, {40: 9, 24: 2})),
    ("groups.core.heads = 11", (11, {"early": 5, "late": 6}, {40: 9, 24: 2})),
    ('groups.core.heads = "200%"', (18, {"early": 8, "late": 10}, {40: 14, 24: 4})),
    # 4/9 and 5/9 of 5 are 2.22 and 2.78; 7/9 and 2/9 are 3.89 and 1.11.
    ('groups.core.heads = "-4"', (5, {"early": 2, "late": 3}, {40: 4, 24: 1})),
    # What is given with the heads stands as it is given.
    ('groups.core.heads = "+2"\ngroups.core.shifts = { night = 11 }', (11, {"night": 11}, {40: 9, 24: 2})),
    ('groups.core.heads = "+2"\ngroups.core.shifts.late = "+2"', (11, {"early": 4, "late": 7}, {40: 9, 24: 2})),
    ('groups.core.heads = "+2"\ngroups.core.contract_hours = 40', (11, {"early": 5, "late": 6}, {40: 0})),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), CHANGES)
def test_a_plan_replaces_changes_or_scales_a_mix(tmp_path: Path, change: str, wanted: tuple[int, Any, Any]) -> None:
    assert core(tmp_path, change) == wanted


def test_shares_stay_and_their_contracts_follow_the_heads(tmp_path: Path) -> None:
    toml = BASE.replace("early = 4, late = 5", 'early = "50%", late = "50%"')
    assert core(tmp_path, 'groups.core.heads = "+2"', toml) == (11, {"early": 0.5, "late": 0.5}, {40: 9, 24: 2})


def test_counts_without_heads_are_heads_too(tmp_path: Path) -> None:
    toml = SHOP.replace("heads = 9\n", "")
    assert core(tmp_path, 'groups.core.heads = "+9"', toml)[:2] == (18, {"early": 8, "late": 10})


def test_like_and_extends_follow_the_same_rules(tmp_path: Path) -> None:
    more = '[groups.half]\nlike = "core"\nheads = "50%"\n[groups.nights]\nlike = "core"\nshifts = { night = 9 }\n'
    assert core(tmp_path, "title = 'x'", BASE + more, "half") == (5, {"early": 2, "late": 3}, {40: 4, 24: 1})
    assert core(tmp_path, "title = 'x'", BASE + more, "nights") == (9, {"night": 9}, {40: 7, 24: 2})
    write(tmp_path, BASE)
    (tmp_path / "child.toml").write_text(
        'extends = "spring.toml"\n[groups.core]\nheads = 18\n[groups.core.contract_hours]\n38 = 18\n'
    )
    spec = load(tmp_path / "child.toml").spec.groups["core"]
    assert {name: part.heads for name, part in (spec.shifts or {}).items()} == {"early": 8, "late": 10}
    assert spec.contract_hours == ((38, 18),)


def test_the_order_of_keys_changes_nothing() -> None:
    parts = {"a": 3, "b": 3, "c": 2, "d": 1}
    found = {tuple(sorted(in_proportion(dict(order), 7).items())) for order in itertools.permutations(parts.items())}
    # 2.33, 2.33, 1.56, 0.78: the two left go to d and c.
    assert found == {(("a", 2), ("b", 2), ("c", 2), ("d", 1))}
    # Of equal remainders the larger part gains, then the first by name.
    assert in_proportion({"b": 1, "a": 1}, 3) == {"b": 1, "a": 2}
    assert in_proportion({"a": 1, "b": 3}, 2) == {"a": 0, "b": 2}


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 50), min_size=1), st.integers(0, 500))
def test_parts_add_up_and_are_never_a_whole_one_off(parts: dict[str, int], whole: int) -> None:
    found = in_proportion(parts, whole)
    assert sum(found.values()) == whole
    total = sum(parts.values())
    assert all(abs(found[name] - whole * part / total) < 1 for name, part in parts.items()) if total else True


def test_a_refused_mix_says_what_is_inherited_and_from_where(tmp_path: Path) -> None:
    more = '[groups.flex]\nlike = "core"\nheads = 5\nshifts.early = 1\n[plans.x]\ngroups.core.shifts.early = 6\n'
    found = problems_with_lines(sim("check", write(tmp_path, SHOP + more)))
    assert found == [
        ("spring.toml:30", "groups.flex.shifts", "the counts add up to 6, but the group has 5 heads; drop one of the two, or use shares; "
         "inherited: late = 5 (spring.toml:18, groups.core.shifts)"),
        ("spring.toml:32", "plans.x.groups.core.shifts", "the counts add up to 11, but the group has 9 heads; drop one of the two, or use "
         "shares; inherited: late = 5 (spring.toml:18), heads = 9 (spring.toml:17)"),
    ]  # fmt: skip


def test_problems_of_bases_have_their_lines(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "2026/base.toml": SHOP.replace("fcr = 0.7", "fcr = 70") + "[plans.y]\ngroups.core.heads = '+5%'\n",
        "2026/orders.csv": "weekday,start,contacts\nmon,09:00,-1\n",
    }
    child = 'extends = "2026/base.toml"\n\n[center]\nweeks = 1\n[groups.core]\nwgae = 21\n'
    found = problems_with_lines(sim("check", write(tmp_path, child, files)))
    assert [(at, where) for at, where, _ in found] == [
        ("spring.toml:3", "center"), ("spring.toml:6", "groups.core.wgae"), ("2026/base.toml:11", "queues.orders.forecast.csv"),
        ("2026/base.toml:15", "queues.orders.fcr"), ("2026/base.toml:28", "plans.y.groups.core.heads"),
    ]  # fmt: skip
    assert found[0][2] == "give either weeks or days; inherited: days = 2 (2026/base.toml:4)"
    assert "2026/orders.csv line 2" in found[2][2]


def test_a_missing_base_hides_no_mistake_of_the_file(tmp_path: Path) -> None:
    found = problems_with_lines(
        sim("check", write(tmp_path, 'extends = "x.toml"\n[groups.core]\nwgae = 21\nheads = -1\n'))
    )
    assert [(at, where) for at, where, _ in found] == [
        ("spring.toml:1", "extends"), ("spring.toml:3", "groups.core.wgae"), ("spring.toml:4", "groups.core.heads"),
    ]  # fmt: skip


def named_tables_of_numbers(model: Any, seen: set[str]) -> set[tuple[str, str]]:
    """(table, setting) of every setting that is a table of plain numbers by name."""
    found: set[tuple[str, str]] = set()
    for option in options(model):
        if typing.get_origin(option) in (dict, tuple, list):
            for inner in typing.get_args(option):
                found |= named_tables_of_numbers(inner, seen)
        if isinstance(option, type) and issubclass(option, BaseModel) and option.__name__ not in seen:
            seen.add(option.__name__)
            for name, info in option.model_fields.items():
                for kind in options(info.annotation):
                    entries = options(typing.get_args(kind)[1]) if typing.get_origin(kind) is dict else [BaseModel]
                    if not any(isinstance(entry, type) and issubclass(entry, BaseModel) for entry in entries):
                        found.add((option.__name__, info.alias or name))
                found |= named_tables_of_numbers(info.annotation, seen)
    return found


def test_every_table_of_numbers_is_known_as_a_mix() -> None:
    """A setting to come that is a table of plain shares or counts must say that it replaces."""
    known = {(table, key) for table, keys in MIXES.items() for key in keys}
    # Entries of these stand for themselves.
    known |= {("Busyness", "correlation"), ("Matters", "kpis"), ("ScenarioSpec", "uncertain")}
    assert named_tables_of_numbers(ScenarioSpec, set()) <= known
    # Shifts and hours of contracts are tables too, parsed by hand.
    assert known - named_tables_of_numbers(ScenarioSpec, set()) == {("Group", "contract_hours"), ("Group", "shifts")}


@pytest.mark.parametrize("heads", range(1, 30))
def test_contracts_that_shifts_name_go_the_way_of_these_shifts(tmp_path: Path, heads: int) -> None:
    """Whatever the heads, the group can be rostered: nobody of a shift is without the contract that it names."""
    toml = BASE.replace(
        "shifts = { early = 4, late = 5 }", "shifts = { early = { heads = 4, contract_hours = 24 }, late = 5 }"
    )
    toml = toml.replace(COUNTS, 'contract_hours = { "40" = 5, "24" = 4 }')
    assert toml.count("contract_hours") == 2
    path = write(tmp_path, f"{toml}[plans.x]\ngroups.core.heads = {heads}\n")
    group = load(path, "x").spec.groups["core"]
    named = group.shifts["early"].heads if group.shifts else None
    mix = dict(group.contract_hours or ())
    assert sum(mix.values()) == heads
    assert mix[24.0] >= (named or 0)
