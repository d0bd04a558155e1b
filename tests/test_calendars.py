"""Two calendars, one answer: random scenarios played under both, and what must hold in any of them."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numba
import numpy as np
import pytest
from numpy.typing import NDArray
from scenarios_at_random import write_csv, write_scenario, write_toml

from sim.demand.arrivals import Demand, open_seconds
from sim.floor import calendar_compiled, records
from sim.floor.cache import floor_hash
from sim.floor.calendar_compiled import CompiledFloor, build_loop
from sim.floor.calendar_simpy import SimpyFloor
from sim.floor.doors import snap
from sim.floor.engine import Engine, Observed
from sim.floor.handlers import HANDLERS
from sim.floor.lower import lower_contacts
from sim.luck import Luck
from sim.observations import (
    ABANDONED,
    ANSWERED,
    AVAILABLE,
    BALKED,
    BLOCKED,
    CUT_OFF,
    IN_HAND,
    OVERRUN,
    REFUSED,
    WAITING,
    Table,
)
from sim.scenario.load import load, load_plans
from sim.scenario.model import Scenario
from sim.study.replicate import DayByDay, Prepared, Standard, prepare
from sim.study.result import PlanResult
from sim.study.run import Case, Options, run_study
from sim.workforce.roster import build_segments

Floats = NDArray[np.float64]
Stretches = list[tuple[float, float]]

SEEDS = range(80)
"""How many random scenarios a run plays; any number agrees, so try a thousand now and then."""


# ---------------------------------------------------------------- playing a scenario


@dataclass
class Witness:
    """A floor that remembers what it was given."""

    floor: Engine
    arrivals: list[Table] = field(default_factory=list)

    @property
    def events(self) -> int:
        return self.floor.events

    def play(self, arrivals: Table, duties: Table, until: float) -> Observed:
        self.arrivals.append(arrivals)
        return self.floor.play(arrivals, duties, until)

    def close(self, now: float) -> Observed:
        return self.floor.close(now)


@dataclass
class Played:
    prepared: Prepared
    arrivals: Table
    days: list[Observed]
    events: int

    @property
    def contacts(self) -> Table:
        return np.concatenate([day.contacts for day in self.days])

    @property
    def presence(self) -> Table:
        return np.concatenate([day.presence for day in self.days])

    def tables(self) -> list[tuple[bytes, bytes]]:
        return [(day.contacts.tobytes(), day.presence.tobytes()) for day in self.days]


def as_given(scenario: Scenario) -> Prepared:
    """Without calibration: work and resolution as the file says."""
    queues = scenario.spec.queues
    return prepare(scenario, Standard(dict.fromkeys(queues, 1.0), {name: queue.fcr for name, queue in queues.items()}))


def play(prepared: Prepared, floor: Engine) -> Played:
    witness = Witness(floor)
    days = list(DayByDay(prepared, witness, 0).play())
    return Played(prepared, np.concatenate(witness.arrivals), days, floor.events)


@pytest.mark.parametrize("seed", SEEDS)
def test_both_calendars_tell_the_same_true_story(seed: int, tmp_path: Path) -> None:
    prepared = as_given(load(write_scenario(seed, tmp_path)))
    one = play(prepared, SimpyFloor(prepared.setting, careful=True))
    other = play(prepared, CompiledFloor(prepared.setting))
    assert one.tables() == other.tables()
    assert one.events == other.events
    for holds in INVARIANTS:
        holds(one)


# ---------------------------------------------------------------- what must hold in every story


def of_agents(played: Played) -> tuple[dict[int, Stretches], dict[int, Stretches]]:
    """Per agent, by time: stretches signed on, joined where they touch, and contacts in hand."""
    end = played.prepared.scenario.clock.end
    signed_on: dict[int, Stretches] = {}
    rows = played.presence[played.presence["activity"] == AVAILABLE]
    for row in rows[np.lexsort((rows["began"], rows["agent"]))]:
        stretches = signed_on.setdefault(int(row["agent"]), [])
        if stretches and stretches[-1][1] == row["began"]:
            stretches[-1] = (stretches[-1][0], float(row["ended"]))
        else:
            stretches.append((float(row["began"]), float(row["ended"])))
    in_hand: dict[int, Stretches] = {}
    taken = played.contacts[played.contacts["agent"] >= 0]
    for row in taken[np.lexsort((taken["ended"], taken["answered"], taken["agent"]))]:
        in_hand.setdefault(int(row["agent"]), []).append((float(row["answered"]), min(float(row["ended"]), end)))
    return signed_on, in_hand


def lies_within(inner: tuple[float, float], outer: Stretches) -> bool:
    return any(start <= inner[0] and inner[1] <= end for start, end in outer)


def on_schedule(prepared: Prepared) -> dict[int, Stretches]:
    """When each agent with shifts or a roster is to be available, joined where stretches touch."""
    segments = build_segments(prepared.scenario, prepared.agents)
    schedule: dict[int, Stretches] = {}
    for a, start, end, activity in zip(
        segments.agent.tolist(), segments.start.tolist(), segments.end.tolist(), segments.activity.tolist(), strict=True
    ):
        if activity == AVAILABLE:
            stretches = schedule.setdefault(a, [])
            if stretches and stretches[-1][1] == start:
                stretches[-1] = (stretches[-1][0], end)
            else:
                stretches.append((start, end))
    return schedule


def middles(stretch: tuple[float, float], others: Stretches) -> list[float]:
    """One moment of each part into which the others' ends cut a stretch."""
    start, end = stretch
    cuts = sorted({start, end, *(cut for other in others for cut in other if start < cut < end)})
    return [(cut + following) / 2 for cut, following in pairwise(cuts)]


def schedules_make_sense(played: Played) -> None:
    """An agent's scheduled stretches have a length and follow each other."""
    segments = build_segments(played.prepared.scenario, played.prepared.agents)
    assert (segments.start < segments.end).all()
    same = segments.agent[1:] == segments.agent[:-1]
    assert (segments.start[1:] >= segments.end[:-1])[same].all()


def every_contact_born_ends_once(played: Played) -> None:
    def keys(table: Table) -> Table:
        return np.sort(table[["arrived", "queue", "index"]], order=["arrived", "queue", "index"])

    assert np.array_equal(keys(played.arrivals), keys(played.contacts))


def endings_follow_from_luck(played: Played) -> None:
    """Each contact's ending against what it was born with: patience, work, chance to resolve."""
    prepared, rows = played.prepared, played.contacts
    end, queues = prepared.scenario.clock.end, len(prepared.scenario.queues)
    rows = rows[np.lexsort((rows["index"], rows["queue"], rows["arrived"]))]
    born = played.arrivals[np.lexsort((played.arrivals["index"], played.arrivals["queue"], played.arrivals["arrived"]))]
    outcome = rows["outcome"]
    assert np.array_equal(outcome == REFUSED, born["refused"] == 1)
    at_once = np.isin(outcome, (REFUSED, BLOCKED, BALKED))
    assert np.array_equal(rows["ended"][at_once], rows["arrived"][at_once])
    assert born["balks"][outcome == BALKED].all()
    gone = outcome == ABANDONED
    assert np.array_equal(rows["ended"][gone], born["gives_up"][gone])
    assert (rows["ended"] == end)[outcome == WAITING].all()
    waited = np.isin(outcome, (WAITING, CUT_OFF))
    assert (rows["ended"] <= born["gives_up"])[waited].all()
    taken = np.isin(outcome, (ANSWERED, IN_HAND))
    assert np.array_equal(taken, rows["agent"] >= 0)
    assert not (born["balks"] & (rows["answered"] > rows["arrived"]))[taken].any()
    row, birth = rows[taken], born[taken]
    assert (row["answered"] >= row["arrived"]).all()
    assert (row["answered"] <= birth["gives_up"]).all()
    at = row["agent"] * queues + row["queue"]
    speed = prepared.setting.speed[at]
    assert np.array_equal(row["hung_up"], snap(row["answered"] + (birth["talk"] + birth["hold"]) / speed))
    assert np.array_equal(row["ended"], snap(row["hung_up"] + birth["wrap"] / speed))
    assert np.array_equal(row["hold"], snap(birth["hold"] / speed))
    assert np.array_equal(row["resolved"] == 1, birth["resolve"] < prepared.setting.resolution[at])
    assert np.array_equal(row["outcome"] == ANSWERED, row["ended"] < end)
    spec, names = prepared.scenario.spec, prepared.scenario.queues
    skilled = [group.skills for group in spec.groups.values()]
    assert all(names[q] in skilled[g] for q, g in zip(row["queue"].tolist(), row["group"].tolist(), strict=True))
    assert np.array_equal(row["group"], prepared.agents.group[row["agent"]])


def an_agent_has_one_contact_at_a_time_while_signed_on(played: Played) -> None:
    signed_on, in_hand = of_agents(played)
    for a, contacts in in_hand.items():
        for (_, ended), (answered, _) in pairwise(contacts):
            assert ended <= answered, f"agent {a} at {answered}"
        assert all(lies_within(contact, signed_on.get(a, [])) for contact in contacts), f"agent {a}"


def an_agent_is_in_one_place(played: Played) -> None:
    """Presence rows of an agent never overlap; an overrun lies within one and has a contact in hand."""
    signed_on, in_hand = of_agents(played)
    rows = played.presence
    assert (rows["began"] < rows["ended"]).all()
    assert np.array_equal(rows["group"], played.prepared.agents.group[rows["agent"]])
    for part in (rows[rows["activity"] < OVERRUN], rows[rows["activity"] >= OVERRUN]):
        part = part[np.lexsort((part["began"], part["agent"]))]
        same = part["agent"][1:] == part["agent"][:-1]
        assert (part["began"][1:] >= part["ended"][:-1])[same].all()
    for row in rows[rows["activity"] >= OVERRUN]:
        stretch, a = (float(row["began"]), float(row["ended"])), int(row["agent"])
        assert lies_within(stretch, signed_on[a])
        assert lies_within(stretch, in_hand[a])


def rosters_are_kept(played: Played) -> None:
    """Nobody comes unasked; whoever is signed on off schedule overruns, with a contact in hand."""
    schedule = on_schedule(played.prepared)
    signed_on, _ = of_agents(played)
    overrun = played.presence[played.presence["activity"] >= OVERRUN]
    by_seats = [group.seats is not None for group in played.prepared.scenario.spec.groups.values()]
    for a, stretches in signed_on.items():
        if by_seats[played.prepared.agents.group[a]]:
            continue
        planned = schedule.get(a, [])
        for start, _ in stretches:
            assert any(first <= start < last for first, last in planned), f"agent {a} signs on at {start}"
        noted = overrun[overrun["agent"] == a]
        late = list(zip(noted["began"].tolist(), noted["ended"].tolist(), strict=True))
        for moment in (middle for stretch in stretches for middle in middles(stretch, [*planned, *late])):
            assert lies_within((moment, moment), [*planned, *late]), f"agent {a} is signed on at {moment}"


def seats_are_filled(played: Played) -> None:
    """As many signed on as seats; more only while the last contacts of those who leave are finished."""
    scenario, clock = played.prepared.scenario, played.prepared.scenario.clock
    signed_on, in_hand = of_agents(played)
    for number, name in enumerate(scenario.groups):
        if name not in scenario.data.seats:
            continue
        members = played.prepared.agents.of_group(number).tolist()
        for day, date in enumerate(clock.dates):
            for position, (local, _) in enumerate(clock.local_starts(day)):
                at = (clock.day_first[day] + position + 0.5) * clock.interval
                wanted = 0 if date in scenario.closed_days else int(scenario.data.seats[name].at(date, local))
                here = [a for a in members if lies_within((at, at), signed_on.get(a, []))]
                busy = sum(lies_within((at, at), in_hand.get(a, [])) for a in here)
                assert len(here) == wanted or len(here) == busy > wanted, f"{name} at {at}"


def first_come_first_served(played: Played) -> None:
    """Nobody of a queue is answered while someone who came earlier to it still waits."""
    rows = played.contacts
    rows = rows[~np.isin(rows["outcome"], (REFUSED, BLOCKED, BALKED))]
    left = np.where(rows["agent"] >= 0, rows["answered"], rows["ended"])
    for q in range(len(played.prepared.scenario.queues)):
        mine = rows["queue"] == q
        arrived, leaves, answered = rows["arrived"][mine], left[mine], rows["agent"][mine] >= 0
        overtakes = (arrived[:, None] > arrived) & (leaves[:, None] < leaves) & answered[:, None]
        # Two who arrived before, and left at one moment with, each other are not told apart.
        assert not overtakes.any()


def lines_are_counted(played: Played) -> None:
    """Never more on the lines than there are; blocked only when they are full."""
    spec, rows = played.prepared.scenario.spec, played.contacts
    rows = rows[rows["outcome"] != REFUSED]
    blocked = rows["outcome"] == BLOCKED
    leaves = np.where(rows["agent"] >= 0, rows["hung_up"], rows["ended"])

    def on_the_lines(at: Floats, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """At least and at most so many, as moments may coincide."""
        arrived, left = rows["arrived"][chosen & ~blocked], leaves[chosen & ~blocked]
        here = arrived <= at[:, None]
        return (here & (left > at[:, None])).sum(axis=1), (here & (left >= at[:, None])).sum(axis=1)

    limits = [(spec.center.lines, np.ones(len(rows), bool))]
    limits += [(queue.lines, rows["queue"] == q) for q, queue in enumerate(spec.queues.values())]
    full = np.zeros(blocked.sum(), bool)
    for limit, chosen in limits:
        if limit is not None:
            assert (on_the_lines(rows["arrived"][~blocked], chosen)[0] <= limit).all()
            full |= (on_the_lines(rows["arrived"][blocked], chosen)[1] >= limit) & chosen[blocked]
    assert full.all()


def closing_time_cuts_off(played: Played) -> None:
    scenario, rows = played.prepared.scenario, played.contacts
    for q, (name, queue) in enumerate(scenario.spec.queues.items()):
        mine = rows[rows["queue"] == q]
        cut = mine[mine["outcome"] == CUT_OFF]
        spans = {span for day in range(scenario.clock.days) for span in open_seconds(scenario, name, day)}
        closings = {end for _, end in spans} - {start for start, _ in spans}
        if queue.at_close != "cut off":
            assert not len(cut)
            continue
        assert set(cut["ended"].tolist()) <= closings
        left = np.where(mine["agent"] >= 0, mine["answered"], mine["ended"])
        for moment in closings:
            assert not ((mine["arrived"] < moment) & (left > moment)).any()


def nobody_waits_beside_an_idle_agent(played: Played) -> None:
    """At random moments: no waiting contact has an idle agent in a tier that is open to it, beyond the reserve."""
    scenario, rows = played.prepared.scenario, played.contacts
    signed_on, in_hand = of_agents(played)
    tiers = [scenario.tiers_of(queue) for queue in scenario.queues]
    left = np.where(rows["agent"] >= 0, rows["answered"], rows["ended"])
    for at in np.random.default_rng(1).uniform(0, scenario.clock.end, 60).tolist():
        waiting = rows[(rows["arrived"] < at) & (left > at)]
        if not len(waiting):
            continue
        idle = dict.fromkeys(scenario.groups, 0)
        for a, stretches in signed_on.items():
            if lies_within((at, at), stretches) and not lies_within((at, at), in_hand.get(a, [])):
                idle[scenario.groups[played.prepared.agents.group[a]]] += 1
        for contact in waiting:
            for tier in tiers[contact["queue"]]:
                if at >= contact["arrived"] + tier.after:
                    assert all(idle[group] <= tier.keep_idle for group in tier.groups), f"at {at}"


INVARIANTS = (
    schedules_make_sense,
    every_contact_born_ends_once,
    endings_follow_from_luck,
    an_agent_has_one_contact_at_a_time_while_signed_on,
    an_agent_is_in_one_place,
    rosters_are_kept,
    seats_are_filled,
    first_come_first_served,
    lines_are_counted,
    closing_time_cuts_off,
    nobody_waits_beside_an_idle_agent,
)


# ---------------------------------------------------------------- the compiled calendar's own promises


def test_the_random_scenarios_meet_every_event(tmp_path: Path) -> None:
    met: set[int] = set()

    class Watched(SimpyFloor):
        def schedule(self, when: float, what: int, who: int, stamp: int) -> None:
            met.add(what)
            super().schedule(when, what, who, stamp)

    for seed in range(8):
        folder = tmp_path / str(seed)
        folder.mkdir()
        prepared = as_given(load(write_scenario(seed, folder)))
        play(prepared, Watched(prepared.setting))
    assert met == set(range(len(HANDLERS)))


def test_both_calendars_dispatch_alike() -> None:
    """An event constant names its rule, is its place in HANDLERS, and the compiled if-chain calls that rule."""
    events = ("ARRIVE", "ABANDON", "OVERFLOW", "HANG_UP", "FINISH", "DUTY", "RETURN")
    assert [getattr(records, event) for event in events] == list(range(len(HANDLERS)))
    rules = {**{event: event.lower() for event in events}, "RETURN": "return_from_break"}
    assert [handler.__name__ for handler in HANDLERS] == [rules[event] for event in events]
    chain = inspect.getsource(build_loop)
    branches = dict(re.findall(r"if what == (\w+):\n +(\w+)\(floor, now, who, stamp\)", chain))
    otherwise = re.findall(r"else:\n +(\w+)\(floor, now, who, stamp\)", chain)
    assert len(otherwise) == 1
    (last,) = set(events) - set(branches)
    assert {**branches, last: otherwise[0]} == rules
    for rule in rules.values():
        assert getattr(calendar_compiled, rule) is HANDLERS[events.index(next(e for e in events if rules[e] == rule))]


def test_the_option_that_makes_the_loop_fast_still_works() -> None:
    """`_nrt=False` is private to numba; without it each call counts references, ten times slower."""
    way_round = (
        "numba no longer has its private option _nrt. The public way round: drop the option, pass the arrays' "
        "addresses, and rebuild the tuple inside the loop from owner-less views (numba.carray)"
    )
    assert calendar_compiled.LOOP.targetoptions["_nrt"] is False
    try:

        @numba.njit(_nrt=False)
        def allocates(count: int) -> int:
            return len(np.zeros(count))

    except KeyError:
        pytest.fail(way_round)
    with pytest.raises(numba.core.errors.TypingError):
        allocates(3)


def test_tables_may_grow_at_any_moment(tmp_path: Path) -> None:
    """Tables that start too small for a single event change nothing."""
    prepared = as_given(load(write_scenario(11, tmp_path)))
    room, tight = CompiledFloor(prepared.setting), CompiledFloor(prepared.setting)
    tight.floor = tight.floor._replace(
        contacts=tight.floor.contacts[:1],
        contact_stamp=tight.floor.contact_stamp[:1],
        calendar=tight.floor.calendar[:1],
        contact_log=tight.floor.contact_log[:1],
        presence_log=tight.floor.presence_log[: 2 * len(prepared.agents.names) + calendar_compiled.EVENTS_AT_ONCE],
    )
    one, other = play(prepared, room), play(prepared, tight)
    assert len(one.contacts) > 100
    assert one.tables() == other.tables()
    assert one.events == other.events


def test_no_index_leaves_its_table(tmp_path: Path) -> None:
    """Out of range, the compiled loop would read rubbish in silence: this one looks, and compiles for ten seconds."""
    loop = build_loop(floor_hash(), boundscheck=True)
    for seed in SEEDS:
        folder = tmp_path / str(seed)
        folder.mkdir()
        prepared = as_given(load(write_scenario(seed, folder)))
        looked, trusted = CompiledFloor(prepared.setting, loop), CompiledFloor(prepared.setting)
        assert play(prepared, looked).tables() == play(prepared, trusted).tables()


# ---------------------------------------------------------------- the tables of a study


class Nobody:
    """Watches a study and says nothing."""

    def stage(self, text: str) -> None: ...

    def progress(self, plan: str, done: int, wanted: int) -> None: ...

    def kept(self, result: PlanResult, replication: int, rows: Table) -> None: ...


def study_bytes(base: Scenario, **options: Any) -> dict[str, bytes]:
    """Every figure of a study's only plan."""
    (result,) = run_study([Case(base, base)], Options(replications=3, **options), Nobody()).results
    standard, apart = result.calibration.standard, ("prepared", "calibration", "floor_seconds")
    figures = {f.name: getattr(result, f.name) for f in fields(result) if f.name not in apart}
    figures |= {"work": list(standard.work.values()), "resolution": list(standard.resolution.values())}
    return {name: np.asarray(figure).tobytes() for name, figure in figures.items()}


@pytest.mark.parametrize("seed", [5, 8, 23])
def test_a_study_tells_the_same_under_any_calendar_and_number_of_processes(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.study.calibrate.PILOT_CONTACTS", 2_000)
    base = load(write_scenario(seed, tmp_path))
    one = study_bytes(base, engine="simpy", jobs=1)
    assert one == study_bytes(base, engine="compiled", jobs=1)
    if seed == 5:
        assert one == study_bytes(base, engine="compiled", jobs=2)
        assert one != study_bytes(base, engine="compiled", jobs=1, seed=base.spec.run.seed + 1)


# ---------------------------------------------------------------- luck that nobody else's changes


def center(folder: Path, **changes: Any) -> Path:
    """Two queues, two groups, all kinds of luck; `changes` are further tables, such as plans."""
    law = {"family": "lognormal", "mean": "3min", "cv": 1.0}
    volumes = [("mon", f"{hour:02d}:00", 30) for hour in range(24)]
    queue = {
        "channel": "phone",
        "forecast": {"csv": write_csv(folder / "volumes.csv", "weekday,start,contacts", volumes)},
        "busyness": {"day_cv": 0.2, "interval_cv": 0.2},
        "talk": law,
        "hold": law,
        "wrap": law,
        "patience": law,
        "balk": 0.2,
        "route": [{"groups": ["east", "west"], "share": {"east": 0.5, "west": 0.5}}],
    }
    group = {"shifts": {"day": 6}, "skills": {"a": {}, "b": {}}, "talent": {"speed": 0.2}}
    tables: dict[str, Any] = {
        "center": {"start": dt.date(2026, 3, 2), "days": 1, "interval": "60min"},
        "queues": {"a": queue, "b": queue},
        "groups": {"east": group, "west": group},
        "shifts": {"day": {"hours": "06:00-22:00"}},
        "forecast_error": {"level_cv": 0.1, "aht_cv": 0.1},
        **changes,
    }
    return write_toml(folder / "center.toml", tables)


def customers(scenario: Scenario, queue: str) -> Table:
    """A queue's contacts of the first day, with all their luck but not their queue's number."""
    demand = Demand(scenario, Luck(scenario.spec.run.seed, 0), dict.fromkeys(scenario.queues, 1.0))
    born = lower_contacts(demand.day(0))
    born = born[born["queue"] == scenario.queues.index(queue)]
    return born[[name for name in born.dtype.names or () if name != "queue"]]


def test_another_queue_or_group_leaves_the_customers_alone(tmp_path: Path) -> None:
    knows_it: dict[str, Any] = {"skills": {"first": {}}}
    plans = {
        "queue": {"queues": {"first": {"like": "a"}}, "groups": {"east": knows_it, "west": knows_it}},
        "group": {"groups": {"north": {"like": "east"}}},
        "heads": {"groups": {"west": {"shifts": {"day": 9}}}},
    }
    base, *others = load_plans(center(tmp_path, plans=plans))
    for other in others:
        for queue in base.queues:
            assert np.array_equal(customers(base, queue), customers(other, queue)), f"{other.plan}, {queue}"
    with_group = as_given(others[1])
    assert np.array_equal(as_given(base).agents.speed, with_group.agents.speed[:12])


def test_a_queue_listed_first_leaves_the_customers_alone(tmp_path: Path) -> None:
    base = load(center(tmp_path))
    spec = base.spec.model_copy(update={"queues": dict(reversed(base.spec.queues.items()))})
    turned = replace(base, spec=spec)
    assert turned.queues == ["b", "a"]
    for queue in base.queues:
        assert np.array_equal(customers(base, queue), customers(turned, queue))


def test_more_demand_keeps_the_customers_and_adds_some(tmp_path: Path) -> None:
    plans = {"busy": {"queues": {"a": {"forecast": {"factor": "110%"}}}}}
    base, busy = load_plans(center(tmp_path, plans=plans))
    before, after = customers(base, "a"), customers(busy, "a")
    kept = np.isin(after["arrived"], before["arrived"])
    assert np.array_equal(after[kept], before)
    assert 0.05 < (len(after) - len(before)) / len(before) < 0.15
    assert np.array_equal(customers(base, "b"), customers(busy, "b"))


def test_replications_differ_and_repeat(tmp_path: Path) -> None:
    prepared = as_given(load(center(tmp_path)))
    one, again = play(prepared, CompiledFloor(prepared.setting)), play(prepared, CompiledFloor(prepared.setting))
    assert one.tables() == again.tables()
    other = list(DayByDay(prepared, CompiledFloor(prepared.setting), 1).play())
    assert other[0].contacts.tobytes() != one.days[0].contacts.tobytes()
