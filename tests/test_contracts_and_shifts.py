"""Contract hours and shifts: who works which, by arithmetic and by trying everything."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from shop import problems, sim, write
from test_workforce import schedule, world
from worlds import Silent

from sim.report.tables.study import Tables, tabulate
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.study.expected.foresight import foresee
from sim.study.run import Entry, Options, run_study
from sim.workforce.contract_hours import contracts_played
from sim.workforce.people import build_agents
from sim.workforce.roster import Roster

CASES = Path(__file__).parent / "cases"
CASE = (CASES / "two-contracts.toml").read_text()
CSV = (CASES / "two-contracts.csv").read_text()

FIRST, SECOND = "shifts = { day = 5, short = 5 }", 'contract_hours = { "38.75" = 5, "20" = 5 }'


def case(folder: Path, text: str = CASE) -> Scenario:
    (folder / "two-contracts.csv").write_text(CSV)
    (folder / "case.toml").write_text(text)
    return load(folder / "case.toml")


def but(old: str, new: str, text: str = CASE) -> str:
    assert old in text
    return text.replace(old, new)


def played(scenario: Scenario) -> list[tuple[float, int, float]]:
    """(contract, heads, hours a week) of the starting staff."""
    agents = build_agents(scenario)
    found = contracts_played(scenario, agents, Roster(scenario, agents), agents.starting)
    return [(one.hours, one.heads, one.rostered) for one in found]


def warned(scenario: Scenario) -> list[tuple[str, str]]:
    return [(p.where, p.what) for p in foresee(scenario, scenario) if "contracts play" in p.what]


def tables(scenario: Scenario) -> Tables:
    study = run_study([Entry(scenario, scenario)], Options(2, jobs=1, engine="simpy"), Silent())
    return tabulate(study.results, ["base"])


def tables_of(scenario: Scenario) -> dict[str, str]:
    """What the CSV files hold."""
    return {name: table.to_csv() for name, table in tables(scenario).by_file().items()}


def ledger(scenario: Scenario) -> pd.DataFrame:
    return tables(scenario).workforce


# ---------------------------------------------------------------- the handed case


def test_the_longest_contracts_work_the_longest_shifts(tmp_path: Path) -> None:
    """5 × 7.75 + 5 × 4 hours on each of ten days, and the columns and screens say so."""
    (tmp_path / "two-contracts.csv").write_text(CSV)
    (tmp_path / "case.toml").write_text(CASE)
    result = sim("run", tmp_path / "case.toml", "--out", tmp_path / "r")
    assert result.exit_code == 0, result.output
    header, *rows = [line.split(",") for line in (tmp_path / "r" / "workforce.csv").read_text().splitlines()]
    assert [(row[header.index("contracted_hours")], row[header.index("contract_hours")]) for row in rows] == [
        ("293.75", "293.75")
    ] * 2
    summary = (tmp_path / "r" / "summary.csv").read_text()
    assert "base,contract,desk 38.75 h,rostered_hours_week,h,38.75,,,,2" in summary
    assert "base,contract,desk 20 h,rostered_hours_week,h,20,,,,2" in summary
    assert "base,contract,desk 20 h,contract_heads,heads,5,,,,2" in summary
    assert re.search(r"desk +38\.75 +5 +38\.75", result.output)
    assert re.search(r"desk +20 +5 +20\.00", result.output)
    page = (tmp_path / "r" / "report.html").read_text()
    assert "Contract hours and the roster" in page
    assert "contracts play" not in result.output


def test_no_order_of_keys_changes_a_byte(tmp_path: Path) -> None:
    """Shifts, contracts, shift tables and settings named in another order: the same CSVs."""
    turned = but(FIRST, "shifts = { short = 5, day = 5 }", but(SECOND, 'contract_hours = { "20" = 5, "38.75" = 5 }'))
    head, rest = turned.split("[groups.desk]")
    group, rest = rest.split("[shifts.day]")
    day, rest = rest.split("[shifts.short]")
    short, rotation = rest.split("[rotations.weekdays]")
    settings_of_group = "\n".join(reversed(group.strip().splitlines()))
    moved = f"[rotations.weekdays]{rotation}\n[shifts.short]{short}[shifts.day]{day}\n[groups.desk]\n"
    one, other = tables_of(case(tmp_path)), tables_of(case(tmp_path, f"{moved}{settings_of_group}\n{head}"))
    assert list(one) == ["summary", "intervals", "periods", "workforce", "costs"]
    assert one == other


# ---------------------------------------------------------------- every mix

MIXES = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from([10.0, 16.0, 20.0, 24.0, 30.0, 40.0]), st.sampled_from([4, 5, 6, 8])),
    min_size=1,
    max_size=4,
)


def mixed(folder: Path, mix: list[tuple[int, float, int]], turned: bool) -> Scenario:
    contracts, shifts = Counter[float](), dict[str, tuple[int, int]]()
    for number, (heads, hours, length) in enumerate(mix):
        contracts[hours] += heads
        shifts[f"s{number}"] = (heads, length)
    names, hours_named = list(shifts), list(contracts)
    if turned:
        names, hours_named = names[::-1], hours_named[::-1]
    parts = ", ".join(f"{name} = {shifts[name][0]}" for name in names)
    given_hours = ", ".join(f'"{hours:g}" = {contracts[hours]}' for hours in hours_named)
    text = f"[groups.g]\nshifts = {{ {parts} }}\ncontract_hours = {{ {given_hours} }}\nskills = {{ q = {{}} }}\n"
    for name in names:
        text += f'[shifts.{name}]\ndays = "mon-fri"\nhours = "08:00-{8 + shifts[name][1]:02d}:00"\n'
    return world(folder, text, days=7)


@given(mix=MIXES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_pairing_plays_more_contract_hours(tmp_path: Path, mix: list[tuple[int, float, int]]) -> None:
    """Against the best of all assignments, solved as such; a contract of 99 % of its shift works all of it."""
    scenario = mixed(tmp_path, mix, False)
    contracts = [hours for heads, hours, _ in mix for _ in range(heads)]
    shifts = [5.0 * length for heads, _, length in mix for _ in range(heads)]
    worth = np.array([[shift if hours >= 0.99 * shift else hours for shift in shifts] for hours in contracts])
    rows, columns = linear_sum_assignment(np.minimum(worth, 1e9), maximize=True)
    found = sum(heads * hours for _, heads, hours in played(scenario))
    assert found == pytest.approx(worth[rows, columns].sum())


@given(mix=MIXES)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_order_of_keys_changes_a_person_or_a_stretch(tmp_path: Path, mix: list[tuple[int, float, int]]) -> None:
    one, other = (mixed(tmp_path, mix, order) for order in (False, True))
    assert build_agents(one).contract_hours.tolist() == build_agents(other).contract_hours.tolist()
    for column, same in zip(schedule(one).columns(), schedule(other).columns(), strict=True):
        assert np.array_equal(column, same)


def test_shifts_of_the_same_hours_share_their_contracts_evenly(tmp_path: Path) -> None:
    """Eight hours early or late, and four at noon: the six long contracts are three and three, and so are the heads."""
    text = (
        "[groups.g]\nshifts = { noon = 4, early = 4, late = 4 }\nskills = { q = {} }\n"
        'contract_hours = { "16" = 6, "40" = 6 }\n'
        '[shifts.noon]\ndays = "mon-fri"\nhours = "10:00-14:00"\n'
        '[shifts.early]\ndays = "mon-fri"\nhours = "06:00-14:00"\n[shifts.late]\ndays = "mon-fri"\nhours = "12:00-20:00"\n'
    )
    scenario = world(tmp_path, text, days=70)
    found, contracts = schedule(scenario), build_agents(scenario).contract_hours
    begins = {int(a): float(start % 86400 / 3600) for a, start in zip(found.agent, found.start, strict=True)}
    kinds = Counter((begins[a], hours) for a, hours in enumerate(contracts.tolist()))
    assert kinds == {(6.0, 40.0): 3, (12.0, 40.0): 3, (6.0, 16.0): 1, (12.0, 16.0): 1, (10.0, 16.0): 4}


def test_without_contracts_shifts_are_filled_block_by_block(tmp_path: Path) -> None:
    """Whoever has no contract works what the shift says, the longer or the shorter one."""
    scenario = case(tmp_path, but(SECOND, ""))
    assert played(scenario) == []
    assert schedule(scenario).paid.sum() > 0
    assert warned(scenario) == []


# ---------------------------------------------------------------- named by the planner


def test_whoever_wants_another_pairing_names_it(tmp_path: Path) -> None:
    """Turned round on purpose: 20 of 38.75 hours on the long shift, and 20 on the short one, of 38.75 wanted."""
    turned = but(FIRST, "shifts = { day = { heads = 5, contract_hours = 20 }, short = 5 }")
    scenario = case(tmp_path, turned)
    assert played(scenario) == [(38.75, 5, 20.0), (20.0, 5, 20.0)]
    ((where, what),) = warned(scenario)
    assert where == "groups.desk.contract_hours"
    assert "38.75 h contracts play 20.0 h a week (5 heads)" in what
    alone = case(
        tmp_path, but(SECOND, "", but(FIRST, "shifts = { day = 5, short = { heads = 5, contract_hours = 16 } }"))
    )
    assert played(alone) == [(16.0, 5, 16.0)]
    usual = case(
        tmp_path, but(SECOND, "contract_hours = 38.75", but(FIRST, 'shifts = { day = 5, short = { heads = 5, contract_hours = 16 } }'))
    )  # fmt: skip
    assert played(usual) == [(38.75, 5, 38.75), (16.0, 5, 16.0)]


def test_the_pairing_is_among_the_assumptions_unless_it_is_named(tmp_path: Path) -> None:
    named = but(FIRST, "shifts = { day = 5, short = { heads = 5, contract_hours = 20 } }")
    for text, assumed in ((CASE, True), (named, False), (but(SECOND, "contract_hours = 20"), False)):
        places = [one.where for one in case(tmp_path, text).assumptions]
        assert ("groups.desk.shifts" in places) == assumed


def test_several_contracts_on_one_shift_and_shares(tmp_path: Path) -> None:
    heads = 'shifts = { day = { heads = 6, contract_hours = { "38.75" = 4, "31" = 2 } }, short = 4 }'
    scenario = case(tmp_path, but(SECOND, "contract_hours = 20", but(FIRST, heads)))
    assert played(scenario) == [(38.75, 4, 38.75), (31.0, 2, 31.0), (20.0, 4, 20.0)]
    shares = 'shifts = { day = "50%", short = { share = "50%", contract_hours = 20 } }'
    scenario = case(tmp_path, but(SECOND, "contract_hours = 38.75", but(FIRST, shares)))
    assert played(scenario) == [(38.75, 5, 38.75), (20.0, 5, 20.0)]


def test_plans_and_likes_carry_what_is_named(tmp_path: Path) -> None:
    more = (
        '[groups.other]\nlike = "desk"\nshifts = { day = 5, short = { heads = 5, contract_hours = 20 } }\n'
        '[plans.longer]\ngroups.other.shifts.short.heads = "+1"\ngroups.other.heads = "+1"\n'
        'groups.other.contract_hours = { "38.75" = 5, "20" = 6 }\n'
    )
    case(tmp_path, CASE + more)
    plan = load(tmp_path / "case.toml", "longer")
    assert played(plan)[2:] == [(38.75, 5, 38.75), (20.0, 6, 20.0)]


def test_people_of_a_file_go_by_their_own_contracts(tmp_path: Path) -> None:
    """Four of 20 hours and one of 38.75 on two long and three short shifts; who has none counts as full time."""
    (tmp_path / "people.csv").write_text("agent,contract_hours\na,20\nb,20\nc,38.75\nd,20\ne,\n")
    people = but(FIRST, 'people = { csv = "people.csv" }\nshifts = { short = 3, day = 2 }', but(SECOND, ""))
    scenario = case(tmp_path, people.replace("heads = 10\n", ""))
    begins = schedule(scenario)
    early = sorted(set(begins.agent[begins.start % 86400 == 6 * 3600].tolist()))
    assert early == [2, 4]
    named = people.replace("heads = 10\n", "").replace("short = 3", "short = { heads = 3, contract_hours = 38.75 }")
    with pytest.raises(Exception, match=r"names 3 heads of 38\.75 hours so far, and the people file has 1"):
        case(tmp_path, named)


SHOP_STAFF = "heads = 9\nshifts = { early = 4, late = 5 }"


@pytest.mark.parametrize(
    ("staff", "where", "what"),
    [
        ("shifts = { early = 4, late = { contract_hours = 20 } }", "shifts.late", "give either heads = 5 or share = 0.5"),
        ("shifts = { early = 4, late = { heads = 5, share = 0.5 } }", "shifts.late", "give either heads"),
        ('shifts = { early = 4, late = { heads = 5, contract_hours = { "40" = 3, "20" = 1 } } }', "shifts.late",
         "the contracts are of 4 heads, but 5 work the shift"),
        ('shifts = { early = "50%", late = { share = "50%", contract_hours = { "40" = 3 } } }\nheads = 9', "shifts.late",
         "name one contract"),
        ('shifts = { early = 4, late = { heads = 5, contract_hours = 20 } }\ncontract_hours = { "40" = 6, "20" = 3 }',
         "shifts.late.contract_hours", "names 5 heads of 20 hours so far, and the group's contract_hours have 3"),
        ("shifts = { early = 4, late = { heads = 5, contract_hours = 100 } }", "shifts.late.contract_hours", "84 at most"),
        ("shifts = { early = 4, late = { heads = 5, contract_hour = 20 } }", "shifts.late.contract_hour",
         "did you mean"),
        ('shifts = { early = 4, late = 5 }\ncontract_hours = { "40" = 6, "40.0" = 3 }', "contract_hours",
         "40 hours are given twice"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_is_refused(tmp_path: Path, staff: str, where: str, what: str) -> None:
    result = sim("check", write(tmp_path, shop.but(SHOP_STAFF, staff)))
    assert result.exit_code == 2, result.output
    ((place, said),) = problems(result)
    assert place == f"groups.core.{where}"
    assert what in said


# ---------------------------------------------------------------- those who join


JOINING = (
    "[groups.g]\nshifts = { day = 4, short = 4 }\n"
    'contract_hours = { "40" = 4, "20" = 4 }\nattrition = "a"\nskills = { q = {} }\n'
    '[shifts.day]\ndays = "mon-fri"\nhours = "08:00-16:00"\n[shifts.short]\ndays = "mon-fri"\nhours = "10:00-14:00"\n'
    "[attrition.a]\nannual_rate = 0.5\n"
)


@pytest.mark.parametrize(
    ("hiring", "expected"),
    [
        ("starts = 2026-03-03\noffers = 6\ncontract_hours = 20", {(20.0, 4.0): 6}),
        ("starts = 2026-03-03\noffers = 6\ncontract_hours = 40", {(40.0, 8.0): 6}),
        ("starts = 2026-03-03\noffers = 6\ncontract_hours = 16", {(16.0, 4.0): 6}),
        ("starts = 2026-03-03\noffers = 6", {(40.0, 8.0): 3, (20.0, 4.0): 3}),
        ('replace = "leavers"', None),
    ],
)
def test_who_joins_goes_the_way_of_the_contract(
    tmp_path: Path, hiring: str, expected: dict[tuple[float, float], int] | None
) -> None:
    scenario = world(tmp_path, JOINING + f'[hiring.new]\ngroup = "g"\n{hiring}\n', days=28)
    agents = build_agents(scenario)
    source = agents.sources[1]
    found = Roster(scenario, agents).of_dates(range(0, 28), ~agents.starting)
    length = {int(a): float((e - s) / 3600) for a, s, e in zip(found.agent, found.start, found.end, strict=True)}
    kinds = Counter((float(agents.contract_hours[a]), length[a]) for a in source.members.tolist() if a in length)
    if expected is not None:
        assert kinds == expected
    else:
        # By turns, for as long as any come.
        assert set(kinds) == {(40.0, 8.0), (20.0, 4.0)}
        assert abs(kinds[40.0, 8.0] - kinds[20.0, 4.0]) <= 1


def test_a_class_on_the_wrong_shifts_is_reported(tmp_path: Path) -> None:
    text = JOINING.replace("shifts = { day = 4, short = 4 }", "shifts = { short = 8 }").replace(
        'contract_hours = { "40" = 4, "20" = 4 }', "contract_hours = 20"
    )
    text += '[hiring.new]\ngroup = "g"\nstarts = 2026-03-03\noffers = 6\ncontract_hours = 40\n'
    ((where, what),) = warned(world(tmp_path, text, days=28))
    assert where == "hiring.new"
    assert "40 h contracts play 20.0 h a week (6 heads)" in what


# ---------------------------------------------------------------- the ledger


def test_days_off_are_no_missing_hours(tmp_path: Path) -> None:
    """A week with a closed Wednesday calls for four fifths of the contracts, and that is what it plays."""
    text = but("weeks = 2", 'weeks = 2\ncalendar = "c"') + "[calendars.c]\nclosed = [2026-09-09]\n"
    hours = ledger(case(tmp_path, text))[["contracted_hours", "contract_hours"]]
    assert hours.to_numpy().tolist() == [[235.0, 235.0], [293.75, 293.75]]


def test_contract_hours_follow_who_is_there(tmp_path: Path) -> None:
    """Four of 20 hours join nine of 40 on the second Monday, and two of the nine are gone from the third on."""
    text = shop.but(
        "days = 2", "weeks = 3", "wage = 20", "wage = 20\ncontract_hours = 40",
        'mon-fri = "09:00-11:00"', 'mon-tue = "09:00-11:00"', "[shifts.late]", '[shifts.late]\ndays = "mon-fri"',
    )  # fmt: skip
    text += "[groups.core.leavers.two]\non = 2026-03-16\nheads = 2\n"
    text += '[hiring.new]\ngroup = "core"\nstarts = 2026-03-09\noffers = 4\ncontract_hours = 20\n'
    assert ledger(load(write(tmp_path, text)))["contract_hours"].tolist() == [360.0, 440.0, 360.0]


def test_without_contract_hours_the_column_is_empty(tmp_path: Path) -> None:
    scenario = load(write(tmp_path))
    assert ledger(scenario)["contract_hours"].isna().all()
    assert ",contract," not in tables_of(scenario)["summary"]


def test_every_order_of_three_shifts_is_one(tmp_path: Path) -> None:
    """And of three contracts: thirty-six ways to write the same group."""
    shifts = {"a": ("07:00-15:00", 3), "b": ("08:00-14:00", 2), "c": ("12:00-16:00", 2)}
    contracts = {"40": 3, "30": 2, "20": 2}
    tables = "".join(f'[shifts.{n}]\ndays = "mon-fri"\nhours = "{h}"\n' for n, (h, _) in shifts.items())
    seen = set()
    for names, hours in itertools.product(itertools.permutations(shifts), itertools.permutations(contracts)):
        parts = ", ".join(f"{n} = {shifts[n][1]}" for n in names)
        given_hours = ", ".join(f'"{h}" = {contracts[h]}' for h in hours)
        text = f"[groups.g]\nshifts = {{ {parts} }}\ncontract_hours = {{ {given_hours} }}\nskills = {{ q = {{}} }}\n"
        scenario = world(tmp_path, text + tables)
        seen.add(tuple(column.tobytes() for column in schedule(scenario).columns()))
        assert played(scenario) == [(40.0, 3, 40.0), (30.0, 2, 30.0), (20.0, 2, 20.0)]
    assert len(seen) == 1
