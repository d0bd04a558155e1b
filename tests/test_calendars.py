"""Two calendars, one answer: random scenarios played under both, and what must hold in any of them."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field, fields, replace
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
from sim.floor.records import DUTY, RETURN
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
from sim.scenario.load import Scenario, load, load_plans
from sim.study.replicate import DayByDay, Prepared, Standard, prepare
from sim.study.run import Case, Options, PlanResult, run_study
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
    return [(cut + following) / 2 for cut, following in zip(cuts, cuts[1:], strict=False)]


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
    skilled = [{prepared.scenario.queues.index(q) for q in group.skills} for group in prepared.scenario.spec.groups.values()]
    assert all(int(q) in skilled[int(g)] for q, g in set(zip(row["queue"].tolist(), row["group"].tolist(), strict=True)))
    assert np.array_equal(row["group"], prepared.agents.group[row["agent"]])


def an_agent_has_one_contact_at_a_time_while_signed_on(played: Played) -> None:
    signed_on, in_hand = of_agents(played)
    for a, contacts in in_hand.items():
        for (_, ended), (answered, _) in zip(contacts, contacts[1:], strict=False):
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
