"""What must hold of any days on the floor, read off the observed rows by code that knows nothing of the floor's rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.demand.opening import open_seconds
from sim.floor.rules.primitives import snap
from sim.floor.tables.engine import Births, Engine, Observed
from sim.observations import (
    ABANDONED,
    ANSWERED,
    AVAILABLE,
    BALKED,
    BLOCKED,
    CUT_OFF,
    DESKLESS,
    HELD,
    IN_HAND,
    OFF,
    OVERRUN,
    REFUSED,
    UNREACHED,
    WAITING,
    Table,
)
from sim.scenario.holding import Holding
from sim.scenario.language.channels import CHANNELS
from sim.scenario.language.handling import Callback, Transfer
from sim.scenario.language.queues import Queue
from sim.scenario.model import Scenario
from sim.study.prepared import Prepared
from sim.study.replicate import DayByDay
from sim.workforce.roster import build_segments

Floats = NDArray[np.float64]
Stretches = list[tuple[float, float]]

CLOSE = 1e-4
"""Seconds by which sums of times on the grid may be off."""


# ---------------------------------------------------------------- playing a scenario


@dataclass
class Witness:
    """A floor that remembers what it was given."""

    floor: Engine
    arrivals: list[Table] = field(default_factory=list)
    legs: list[Table] = field(default_factory=list)

    @property
    def events(self) -> int:
        return self.floor.events

    def play(self, born: Births, duties: Table, until: float, *, opens: bool = True, ends: bool = True) -> Observed:
        before = sum(map(len, self.legs))
        self.arrivals.append(later_by(born.arrivals, before))
        self.legs.append(later_by(born.legs, before))
        return self.floor.play(born, duties, until, opens=opens, ends=ends)

    def set_proficiency(self, speed: Table, resolution: Table, courtesy: Table) -> None:
        self.floor.set_proficiency(speed, resolution, courtesy)

    def close(self, now: float) -> Observed:
        return self.floor.close(now)


def later_by(born: Table, legs: int) -> Table:
    """The same, numbering the legs of all days in one go."""
    born = born.copy()
    born["first_leg"] += legs
    return born


def play(prepared: Prepared, floor: Engine) -> Played:
    witness = Witness(floor)
    days = list(DayByDay(prepared, witness, 0).play())
    return Played(prepared, np.concatenate(witness.arrivals), np.concatenate(witness.legs), days, floor.events)


@dataclass
class Played:
    prepared: Prepared
    arrivals: Table
    legs: Table
    days: list[Observed]
    events: int

    def tables(self) -> list[tuple[bytes, bytes]]:
        return [(day.contacts.tobytes(), day.presence.tobytes()) for day in self.days]

    @property
    def scenario(self) -> Scenario:
        return self.prepared.scenario

    @property
    def end(self) -> float:
        return self.scenario.clock.end

    @cached_property
    def presence(self) -> Table:
        """Of our own agents; a vendor's people are no business of ours."""
        rows = np.concatenate([day.presence for day in self.days])
        return rows[rows["group"] < len(self.scenario.groups)]

    @cached_property
    def story(self) -> Story:
        return tell(self)

    def specs(self) -> list[Queue]:
        return list(self.scenario.spec.queues.values())

    def holding(self, group: int, q: int) -> Holding:
        """How the group's agents hold the queue's contacts; what gives way to others is held alone."""
        scenario = self.scenario
        if group >= len(scenario.groups):
            return Holding(1, True)
        name = scenario.groups[group]
        held = scenario.group(name).holding(self.specs()[q].channel)
        theirs = {self.specs()[scenario.queue(other).number].channel for other in scenario.spec.groups[name].skills}
        callers = tuple(channel for channel in held.interrupted_by if channel in theirs)
        return Holding(held.at_once, held.alone or bool(callers), callers, held.resume_penalty)

    def carries(self, q: int) -> bool:
        """Whether work on the queue's contacts is left to others at the end of a shift."""
        spec = self.specs()[q]
        return not CHANNELS[spec.channel].live and spec.at_shift_end != "finish"

    def hands_back_shared(self, group: int) -> bool:
        """Whether the group's agents may have had contacts in hand, beside others, that somebody else finished."""
        rows = self.story.rows
        queues = set(rows["queue"][rows["handed_back"] > 0].tolist())
        return any(g == group and q in queues and not held.alone for (g, q), held in self.holdings.items())

    @cached_property
    def holdings(self) -> dict[tuple[int, int], Holding]:
        """By group and queue of the group's skills."""
        scenario = self.scenario
        return {
            (g, scenario.queue(name).number): self.holding(g, scenario.queue(name).number)
            for g, group in enumerate(scenario.spec.groups.values())
            for name in group.skills
        }

    @cached_property
    def places(self) -> list[int]:
        """Per group: how many contacts an agent can hold together."""
        sums = []
        for g in range(len(self.scenario.groups)):
            by_channel = {self.specs()[q].channel: held for (of, q), held in self.holdings.items() if of == g}
            sums.append(max(1, sum(held.at_once for held in by_channel.values() if not held.alone)))
        return sums

    @cached_property
    def blends(self) -> list[bool]:
        """Per group: whether an agent ever has more than one contact begun, or finishes what another has dropped."""
        dropped = {q for (_, q), held in self.holdings.items() if held.interrupted_by or self.carries(q)}
        return [
            any(not held.alone or q in dropped for (of, q), held in self.holdings.items() if of == g)
            for g in range(len(self.scenario.groups))
        ]

    def speed(self, a: int, q: int) -> float:
        return float(self.prepared.setting.speed[a * len(self.scenario.queues) + q])

    @cached_property
    def signed_on(self) -> dict[int, Stretches]:
        rows = self.presence
        return by_agent(rows[rows["activity"] == AVAILABLE])

    @cached_property
    def finishers(self) -> set[int]:
        """Agents who hold one contact at a time and finished what others had begun: since when, no row tells."""
        rows = self.story.rows[self.story.taken & (self.story.rows["paused"] > 0)]
        return {int(row["agent"]) for row in rows if not self.blends[row["group"]]}

    @cached_property
    def in_hand(self) -> dict[int, Stretches]:
        """Per agent: when something was in hand. Those who hold one at a time have their contacts' rows to say so."""
        held = self.presence[self.presence["activity"] >= HELD]
        found = by_agent(held)
        rows = self.story.rows
        for row in rows[rows["agent"] >= 0]:
            if row["group"] < len(self.scenario.groups) and not self.blends[row["group"]] and not row["paused"]:
                stretch = (float(row["answered"]), min(float(row["ended"]), self.end))
                found.setdefault(int(row["agent"]), []).append(stretch)
        return {a: joined(stretches) for a, stretches in found.items()}

    @cached_property
    def held(self) -> dict[int, list[tuple[float, float, int]]]:
        """Per agent of a group that blends: (from, to, places taken)."""
        rows = self.presence[self.presence["activity"] >= HELD]
        found: dict[int, list[tuple[float, float, int]]] = {}
        for row in rows[np.argsort(rows["began"], kind="stable")]:
            stretch = (float(row["began"]), float(row["ended"]), int(row["activity"]) - HELD)
            found.setdefault(int(row["agent"]), []).append(stretch)
        return found


def by_agent(rows: Table) -> dict[int, Stretches]:
    """Stretches per agent, joined where they touch."""
    found: dict[int, Stretches] = {}
    for row in rows:
        found.setdefault(int(row["agent"]), []).append((float(row["began"]), float(row["ended"])))
    return {a: joined(stretches) for a, stretches in found.items()}


def joined(stretches: Stretches) -> Stretches:
    whole: Stretches = []
    for start, end in sorted(stretches):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def lies_within(inner: tuple[float, float], outer: Stretches) -> bool:
    return any(start <= inner[0] and inner[1] <= end for start, end in outer)


def is_at(moment: float, stretches: Stretches) -> bool:
    return lies_within((moment, moment), stretches)


def middles(stretch: tuple[float, float], others: Stretches) -> list[float]:
    """One moment of each part into which the others' ends cut a stretch."""
    start, end = stretch
    cuts = sorted({start, end, *(cut for other in others for cut in other if start < cut < end)})
    return [(cut + following) / 2 for cut, following in pairwise(cuts)]


# ---------------------------------------------------------------- rows, and what they were born as


@dataclass
class Story:
    """Every row beside what its leg was born with, and the rows of the legs before and after it (-1: none)."""

    rows: Table
    born: Table
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    handover: Floats
    """Seconds of talk that are the hand-over from the leg before."""
    vendor_wait: Floats
    """Until the vendor who took it answers."""

    @property
    def taken(self) -> NDArray[np.bool_]:
        return np.asarray(self.rows["agent"] >= 0)

    @property
    def gives_up(self) -> Floats:
        return np.asarray(self.rows["arrived"] + self.born["patience"])

    @property
    def leaves_line(self) -> Floats:
        """When the contact stood in line no more, as far as the rows tell."""
        return np.where(self.taken, self.rows["answered"] - self.vendor_wait, self.rows["ended"])

    def pairs(self) -> Iterator[tuple[int, int]]:
        """(row, row of the leg after it)."""
        for i in np.flatnonzero(self.after >= 0).tolist():
            yield i, int(self.after[i])


def snap_all(times: Floats) -> Floats:
    finite = np.isfinite(times)
    result = np.asarray(times, np.float64).copy()
    result[finite] = (result[finite] + 1.5 * 2.0**32) - 1.5 * 2.0**32
    return result


KEY = ["arrived", "queue", "index"]


def tell(played: Played) -> Story:
    """Every contact born has one row of leg 0, every transferred row one of the next leg, and no row is left over."""
    rows = np.concatenate([day.contacts for day in played.days])
    rows = rows[np.lexsort((rows["index"], rows["queue"], rows["arrived"], rows["leg"]))]
    firsts = int((rows["leg"] == 0).sum())
    arrivals = np.sort(played.arrivals, order=KEY)
    assert np.array_equal(arrivals[KEY], rows[KEY][:firsts]), "not every contact born has one row"
    born = np.empty(len(rows), arrivals.dtype)
    born[:firsts] = arrivals
    before, after = np.full((2, len(rows)), -1)
    handover = np.zeros(len(rows))
    by_key: dict[tuple[int, int, int], list[int]] = {}
    for i in range(firsts, len(rows)):
        by_key.setdefault((int(rows["index"][i]), int(rows["leg"][i]), int(rows["queue"][i])), []).append(i)
    for i in range(len(rows)):
        row = rows[i]
        if row["leg"] > 0:
            assert before[i] >= 0, f"a leg that nothing led to: {row}"
        if not row["transferred"]:
            continue
        assert born["legs_to_come"][i] > 0, f"transferred, but born to stay: {row}"
        leg = played.legs[born["first_leg"][i]]
        way = transfer(played, int(row["queue"]), int(leg["queue"]))
        wanted = hangs_up(played, row, born[i], handover[i])
        # Interrupted work moves the moment of hanging up by its pauses, and what they cost.
        earliest = row["answered"] if row["paused"] or row["handed_back"] else wanted
        near = [
            j for j in by_key.get((int(row["index"]), int(row["leg"]) + 1, int(leg["queue"])), [])
            if before[j] < 0 and earliest - CLOSE <= rows["arrived"][j] <= max(wanted, row["hung_up"]) + CLOSE
        ]  # fmt: skip
        assert near, f"transferred, but nothing follows: {row}"
        j = min(near, key=lambda j: abs(float(rows["arrived"][j]) - wanted))
        born[j], before[j], after[i] = leg, i, j
        if way.kind == "warm" and rows["promised"][j] < 0:
            handover[j] = way.handover
    # Handed on at once, it was put aside too.
    rows["paused"][(rows["handed_back"] > 0) & (rows["paused"] == 0.0)] = CLOSE / 100.0
    waits = np.array([*[0.0] * len(played.scenario.groups), *(v.wait for v in played.scenario.spec.vendors.values())])
    return Story(rows, born, before, after, handover, waits[np.maximum(rows["group"], 0)] * (rows["agent"] >= 0))


def transfer(played: Played, source: int, target: int) -> Transfer:
    return played.specs()[source].transfer[played.scenario.queues[target]]


def hangs_up(played: Played, row: Table, born: Table, handover: float) -> float:
    """When the customer leaves, or goes on: known of contacts held alone; else as the row has it."""
    if not played.holding(int(row["group"]), int(row["queue"])).alone or row["paused"] or row["handed_back"]:
        return float(row["hung_up"])
    begins = snap(float(row["answered"]) + handover) if handover else float(row["answered"])
    return snap(begins + float(born["talk"] + born["hold"]) / played.speed(int(row["agent"]), int(row["queue"])))


# ---------------------------------------------------------------- what must hold


def schedules_make_sense(played: Played) -> None:
    """An agent's scheduled stretches have a length and follow each other."""
    segments = build_segments(played.scenario, played.prepared.agents)
    assert (segments.start < segments.end).all()
    same = segments.agent[1:] == segments.agent[:-1]
    assert (segments.start[1:] >= segments.end[:-1])[same].all()


def transfers_follow_from_luck(played: Played) -> None:
    """Whoever is to go on does, unless the session closes in silence or nobody takes contacts there any more."""
    story, scenario = played.story, played.scenario
    assert (story.rows["leg"] <= 4).all()
    assert not story.rows["resolved"][story.rows["transferred"] == 1].any()
    closed_at_once = 0
    for i in np.flatnonzero(story.taken & (story.born["legs_to_come"] > 0)).tolist():
        row, target = story.rows[i], int(played.legs["queue"][story.born["first_leg"][i]])
        if row["transferred"]:
            moment = float(story.rows["arrived"][story.after[i]])
            assert is_open(played, target, moment), f"sent on to a closed queue: {row}"
        elif row["outcome"] == ANSWERED and not falls_silent(played, row, story.born[i]):
            assert not is_open(played, target, float(row["hung_up"]), strictly=True), f"not sent on: {row}"
            closed_at_once += 1
    assert closed_at_once == 0 or any(scenario.queue(name).is_live for name in scenario.queues)


def is_open(played: Played, q: int, moment: float, strictly: bool = False) -> bool:
    """Whether contacts may be sent on to a queue; deferred ones wait for their agents."""
    scenario, name = played.scenario, played.scenario.queues[q]
    if not scenario.queue(name).is_live:
        return True
    spans = [span for day in range(scenario.clock.days) for span in open_seconds(scenario, name, day)]
    if strictly:
        return any(start < moment < end for start, end in spans)
    return any(start <= moment <= end for start, end in spans)


def falls_silent(played: Played, row: Table, born: Table) -> bool:
    return bool(born["silent"] < 1.0) and not played.holding(int(row["group"]), int(row["queue"])).alone


def endings_follow_from_luck(played: Played) -> None:
    """Each ending against what the contact was born with: patience, and who was to balk."""
    story = played.story
    rows, born, outcome = story.rows, story.born, story.rows["outcome"]
    assert np.array_equal(outcome == REFUSED, born["refused"] == 1)
    at_once = np.isin(outcome, (REFUSED, BLOCKED, BALKED))
    assert np.array_equal(rows["ended"][at_once], rows["arrived"][at_once])
    taken = np.isin(outcome, (ANSWERED, IN_HAND))
    assert np.array_equal(taken, story.taken)
    # Handed back, it may wait for a second agent at the end.
    assert ((rows["answered"] >= 0) == taken)[outcome != WAITING].all()
    assert (rows["answered"] >= rows["arrived"])[taken].all()
    assert (rows["ended"] == played.end)[outcome == WAITING].all()
    had_to_wait = story.leaves_line > rows["arrived"]
    # Customers may be told to expect a wait that they find too long; and be more, or less, patient for it.
    told = np.array([queue.announce is not None for queue in played.specs()])[rows["queue"]]
    factor = np.array([1.0 if q.announce is None else q.announce.patience_factor for q in played.specs()])
    gives_up = story.gives_up
    patience = gives_up - rows["arrived"]
    other = snap_all(rows["arrived"] + patience * factor[rows["queue"]])
    promised = rows["promised"] >= 0
    assert (born["balks"] | told)[outcome == BALKED].all()
    stayed = stands_in_line(played) & had_to_wait & ~promised
    assert not born["balks"][stayed].any()
    gone = outcome == ABANDONED
    assert (gone <= ~promised).all()
    assert ((rows["ended"] == gives_up) | (told & (rows["ended"] == other)))[gone].all()
    # They are answered while they are there; whoever is promised a call waits for ever.
    latest = np.where(told & had_to_wait, np.maximum(gives_up, other), gives_up)
    stays = np.where(story.taken, rows["answered"], rows["ended"])
    waits = np.isin(outcome, (ANSWERED, IN_HAND, WAITING, CUT_OFF)) & ~promised
    assert (stays <= latest)[waits].all()
    assert np.array_equal(outcome == ANSWERED, story.taken & (rows["ended"] < played.end))


def alone_takes_its_time(played: Played) -> None:
    """A contact held alone, and not interrupted: its work at the agent's speed, from the answer on."""
    story = played.story
    queues, chance = len(played.scenario.queues), played.prepared.setting.resolution
    for i in np.flatnonzero(story.taken).tolist():
        row, born = story.rows[i], story.born[i]
        a, q, g = int(row["agent"]), int(row["queue"]), int(row["group"])
        alone = played.holding(g, q).alone
        silent = falls_silent(played, row, born)
        resolved = bool(born["resolve"] < chance[a * queues + q]) and not row["transferred"]
        if row["outcome"] == ANSWERED or alone:
            assert bool(row["resolved"]) == (resolved and not silent), f"resolved? {row}"
        if not alone or row["paused"]:
            continue
        speed, hung_up = played.speed(a, q), hangs_up(played, row, born, float(story.handover[i]))
        if story.after[i] >= 0 and transfer(played, q, int(story.rows["queue"][story.after[i]])).kind == "warm":
            hung_up = let_go(played, int(story.after[i]), hung_up)
        if row["outcome"] == IN_HAND and hung_up >= played.end:
            # Stays on for a next agent whom the end finds not there, or not ready yet.
            assert row["hung_up"] >= played.end
            continue
        assert row["hung_up"] == hung_up, f"hung up {hung_up}: {row}"
        assert row["ended"] == snap(hung_up + float(born["wrap"]) / speed), f"{row}"
        assert row["on_hold"] == snap(float(born["hold"]) / speed)
        assert row["effort"] == row["ended"] - row["answered"]


def let_go(played: Played, after: int, hung_up: float) -> float:
    """When the next agent, or whatever ends the wait for one, frees the first; unknown of who is promised a call."""
    story = played.story
    row = story.rows[after]
    if row["promised"] >= 0:
        return hung_up
    if row["agent"] >= 0:
        return snap(float(row["answered"] + story.handover[after]))
    return float(row["ended"])


def shared_work_goes_at_its_pace(played: Played) -> None:
    """Of contacts held together: each second of so many in hand does so much of each, and is shared among them."""
    story = played.story
    rows, born = story.rows, story.born
    shared = [i for i in np.flatnonzero(story.taken).tolist() if not alone_row(played, rows[i])]
    by_agent: dict[int, list[int]] = {}
    for i in shared:
        by_agent.setdefault(int(rows["agent"][i]), []).append(i)
    for a, mine in by_agent.items():
        if rows["paused"][mine].any() or played.hands_back_shared(int(rows["group"][mine[0]])):
            # Begun by somebody else, or by this agent: the row does not say when it changed hands.
            continue
        queue, answered, ended = (rows[name][mine] for name in ("queue", "answered", "ended"))
        hung_up = rows["hung_up"][mine]
        closes = np.array([0.0 if q.silent is None else q.silent.closes_after for q in played.specs()])[queue]
        silent = born["silent"][mine] < 1.0
        over = rows["outcome"][mine] == ANSWERED
        quiet = np.where(silent, hung_up - closes, hung_up)
        if (silent & ~over).any():
            # When somebody fell silent who still was at the end is not in the row.
            continue
        cuts = np.unique(np.concatenate([answered, ended, hung_up, quiet]))
        if len(cuts) == 1:
            continue
        middle, length = (cuts[:-1] + cuts[1:]) / 2, np.diff(cuts)

        def during(start: Floats, end: Floats, at: Floats = middle) -> NDArray[np.bool_]:
            return (start <= at[:, None]) & (at[:, None] < end)

        here, worked = during(answered, ended), during(answered, quiet) | during(hung_up, ended)
        held, load = here.sum(axis=1), worked.sum(axis=1)
        speeds = [played.scenario.queue(name).speed_by_load for name in played.scenario.queues]
        pace = np.array(
            [[speeds[q][min(max(n, 1), len(speeds[q])) - 1] for q in queue.tolist()] for n in load.tolist()]
        )
        effort = (here * (length / np.maximum(held, 1))[:, None]).sum(axis=0)
        assert np.allclose(effort, rows["effort"][mine], rtol=0, atol=CLOSE), f"effort of agent {a}"
        done = pace * length[:, None]
        speed = np.array([played.speed(a, q) for q in queue.tolist()])
        talk = (born["talk"][mine] + born["hold"][mine]) / speed * np.where(silent, born["silent"][mine], 1.0)
        wrap = born["wrap"][mine] / speed
        talked, wrapped = (done * during(answered, quiet)).sum(axis=0), (done * during(hung_up, ended)).sum(axis=0)
        assert np.allclose(talked[over], talk[over], rtol=0, atol=CLOSE), f"talk of agent {a}"
        assert np.allclose(wrapped[over], wrap[over], rtol=0, atol=CLOSE), f"wrap of agent {a}"
        assert (talked <= talk + CLOSE).all()
        assert (wrapped <= wrap + CLOSE).all()


def alone_row(played: Played, row: Table) -> bool:
    return played.holding(int(row["group"]), int(row["queue"])).alone


def pauses_cost_their_penalty(played: Played) -> None:
    """An interrupted contact's own time is its work, and so many times the penalty; only what may be is interrupted."""
    story = played.story
    for i in np.flatnonzero(story.rows["paused"] > 0).tolist():
        row, born, q = story.rows[i], story.born[i], int(story.rows["queue"][i])
        givers = {
            g: held
            for (g, of), held in played.holdings.items()
            if of == q and (held.interrupted_by or played.carries(q))
        }
        assert givers, f"nobody puts it aside: {row}"
        members = np.flatnonzero(np.isin(played.prepared.agents.group, [g for (g, of) in played.holdings if of == q]))
        speeds = {played.speed(a, q) for a in members.tolist()} - {0.0}
        penalties = {held.resume_penalty for held in givers.values()}
        alone = all(held.alone for (_, of), held in played.holdings.items() if of == q)
        if len(speeds) > 1 or len(penalties) > 1 or row["outcome"] != ANSWERED or not alone:
            continue
        (speed,), (penalty,) = speeds, penalties
        extra = float(row["ended"] - row["answered"] - row["paused"])
        extra -= float(born["talk"] + born["hold"] + born["wrap"]) / speed
        times = round(extra / penalty) if penalty else 0
        assert abs(extra - times * penalty) < CLOSE, f"{extra} s more: {row}"
        assert times >= (1 if penalty else 0)


def agents_hold_what_they_can(played: Played) -> None:
    """Never more than the places there are; nothing beside a contact that is held alone."""
    story, scenario = played.story, played.scenario
    rows = story.rows[story.taken & (story.rows["group"] < len(scenario.groups))]
    for a in np.unique(rows["agent"]).tolist():
        mine = rows[rows["agent"] == a]
        g = int(mine["group"][0])
        if not played.blends[g]:
            mine = mine[mine["paused"] == 0]
            times = mine[np.lexsort((mine["ended"], mine["answered"]))]
            assert (np.minimum(times["ended"], played.end)[:-1] <= times["answered"][1:]).all(), f"agent {a}"
            continue
        held = played.held.get(a, [])
        assert all(0 < n <= played.places[g] for _, _, n in held), f"agent {a}"
        assert all(one[1] <= other[0] for one, other in pairwise(held)), f"agent {a}"
        if (mine["paused"] > 0).any():
            mine = mine[mine["paused"] == 0]
        alone = np.array([alone_row(played, row) for row in mine], bool)
        channels = np.array([played.specs()[q].channel for q in mine["queue"].tolist()])
        gives_way = np.array([bool(played.holding(g, q).interrupted_by) for q in mine["queue"].tolist()], bool)
        ends = np.minimum(mine["ended"], played.end)
        others = story.rows[(story.rows["agent"] == a) & (story.rows["paused"] > 0)]
        unclear = any(not alone_row(played, row) for row in others) or played.hands_back_shared(g)
        cuts = np.unique(np.concatenate([mine["answered"], ends]))
        for at in ((cuts[:-1] + cuts[1:]) / 2).tolist():
            here = (mine["answered"] <= at) & (at < ends)
            taken = next((n for start, end, n in held if start <= at < end), 0)
            together = int((here & ~alone).sum())
            by_itself = int((here & alone & ~gives_way).sum())
            assert by_itself <= 1, f"agent {a} at {at}"
            assert by_itself == 0 or (together == 0 and taken == played.places[g]), f"agent {a} at {at}"
            if together and not unclear:
                assert taken == together, f"agent {a} at {at}: {taken} of {together}"
            for channel in np.unique(channels[here & ~alone]).tolist():
                most = next(held_.at_once for (of, q), held_ in played.holdings.items()
                            if of == g and played.specs()[q].channel == channel)  # fmt: skip
                assert (here & ~alone & (channels == channel)).sum() <= most, f"agent {a} at {at}: {channel}"


def effort_is_all_of_the_agents_time(played: Played) -> None:
    """Of groups that blend: the effort of all contacts, and the rings of missed calls, is the time with a place taken."""
    story, scenario = played.story, played.scenario
    givers = {q for (_, q), held in played.holdings.items() if held.interrupted_by or played.carries(q)}
    rows = story.rows[story.taken]
    unfinished = story.rows[np.isin(story.rows["outcome"], (IN_HAND, WAITING)) & (story.rows["answered"] >= 0)]
    if np.isin(unfinished["queue"], list(givers)).any():
        # Whether it lay aside at the end, and since when, is not in the row.
        return
    ours = rows["group"] < len(scenario.groups)
    blends = np.array([*played.blends, *[False] * len(scenario.spec.vendors)])[rows["group"]]
    effort = np.minimum(rows["effort"], played.end - rows["answered"])[ours & blends].sum()
    rings = np.array([q.callback.ring if q.callback else 0.0 for q in played.specs()])
    calls = story.rows["attempts"] * rings[story.rows["queue"]]
    held = np.concatenate([day.presence for day in played.days])
    held = held[held["activity"] >= HELD]
    total = (held["ended"] - held["began"]).sum()
    ringing = calls[(story.rows["outcome"] == WAITING) & (story.rows["attempts"] > 0)].sum()
    assert effort + calls.sum() - ringing - CLOSE <= total <= effort + calls.sum() + CLOSE


def agents_are_in_one_place(played: Played) -> None:
    """Presence rows of an agent never overlap; an overrun lies within work and has a contact in hand."""
    rows = played.presence
    assert (rows["began"] < rows["ended"]).all()
    assert np.array_equal(rows["group"], played.prepared.agents.group[rows["agent"]])
    overrun = (rows["activity"] >= OVERRUN) & (rows["activity"] < HELD)
    for part in (rows[rows["activity"] < OVERRUN], rows[overrun], rows[rows["activity"] >= HELD]):
        part = part[np.lexsort((part["began"], part["agent"]))]
        same = part["agent"][1:] == part["agent"][:-1]
        assert (part["began"][1:] >= part["ended"][:-1])[same].all()
    for row in rows[overrun]:
        stretch, a = (float(row["began"]), float(row["ended"])), int(row["agent"])
        assert lies_within(stretch, played.signed_on[a])
        if a not in played.finishers:
            assert lies_within(stretch, played.in_hand[a]), f"late with nothing in hand: {row}"
    for a, stretches in played.in_hand.items():
        assert all(lies_within(stretch, played.signed_on.get(a, [])) for stretch in stretches), f"agent {a}"


def on_schedule(prepared: Prepared) -> dict[int, Stretches]:
    """When each agent with shifts or a roster is to be available, joined where stretches touch."""
    segments = build_segments(prepared.scenario, prepared.agents)
    columns = (segments.agent.tolist(), segments.start.tolist(), segments.end.tolist(), segments.activity.tolist())
    schedule: dict[int, Stretches] = {}
    for a, start, end, activity in zip(*columns, strict=True):
        if activity == AVAILABLE:
            schedule.setdefault(a, []).append((start, end))
    return {a: joined(stretches) for a, stretches in schedule.items()}


def rosters_are_kept(played: Played) -> None:
    """Nobody comes unasked; whoever is signed on off schedule overruns, with a contact in hand."""
    schedule = on_schedule(played.prepared)
    overrun = played.presence[(played.presence["activity"] >= OVERRUN) & (played.presence["activity"] < HELD)]
    by_seats = [group.seats is not None for group in played.scenario.spec.groups.values()]
    for a, stretches in played.signed_on.items():
        if by_seats[played.prepared.agents.group[a]]:
            continue
        planned = schedule.get(a, [])
        for start, _ in stretches:
            assert any(first <= start < last for first, last in planned), f"agent {a} signs on at {start}"
        noted = overrun[overrun["agent"] == a]
        late = list(zip(noted["began"].tolist(), noted["ended"].tolist(), strict=True))
        for moment in (middle for stretch in stretches for middle in middles(stretch, [*planned, *late])):
            assert is_at(moment, [*planned, *late]), f"agent {a} is signed on at {moment}"


def seats_are_filled(played: Played) -> None:
    """As many signed on, or waiting for a desk, as seats; more only while those who leave finish their contacts."""
    scenario, clock = played.scenario, played.scenario.clock
    rows = played.presence
    here = by_agent(rows[np.isin(rows["activity"], (AVAILABLE, DESKLESS))])
    for number, name in enumerate(scenario.groups):
        if name not in scenario.data.seats:
            continue
        members = played.prepared.agents.of_group(number).tolist()
        for day, date in enumerate(clock.dates):
            for position, (local, _) in enumerate(clock.local_starts(day)):
                at = (clock.day_first[day] + position + 0.5) * clock.interval
                wanted = 0 if date in scenario.group(name).days_off else int(scenario.data.seats[name].at(date, local))
                present = [a for a in members if is_at(at, here.get(a, []))]
                busy = sum(is_at(at, played.in_hand.get(a, [])) or a in played.finishers for a in present)
                # Who has several contacts in hand may still be finishing them when others come.
                named = scenario.spec.groups[name].seats.leave == "named"
                at_work = busy if played.blends[number] or named else busy - (len(present) > busy) * busy
                assert 0 <= len(present) - wanted <= at_work, f"{name} at {at}: {len(present)} of {wanted}"


def desks_suffice(played: Played) -> None:
    """Never more agents at desks than there are, from signing on to signing off; nobody stands beside a free one."""
    scenario = played.scenario
    rows = played.presence[played.presence["activity"] < OVERRUN]
    rows = rows[np.lexsort((rows["began"], rows["agent"]))]
    for site, spec in scenario.spec.sites.items():
        if spec.seats is None:
            continue
        groups = [g for g, name in enumerate(scenario.groups) if scenario.group(name).site == site]
        seated, standing = Stretches(), Stretches()
        since: dict[int, tuple[float, float]] = {}
        for row in rows[np.isin(rows["group"], groups)]:
            a, began, ended = int(row["agent"]), float(row["began"]), float(row["ended"])
            if row["activity"] == DESKLESS:
                standing.append((began, ended))
            at_desk = since.get(a)
            if at_desk is not None and at_desk[1] == began:
                since[a] = (at_desk[0], ended)
            elif row["activity"] == AVAILABLE:
                if at_desk is not None:
                    seated.append(at_desk)
                since[a] = (began, ended)
        seated += since.values()
        for moment in {start for start, _ in seated}:
            assert sum(start <= moment < end for start, end in seated) <= spec.seats, f"{site} at {moment}"
        for stretch in standing:
            for moment in middles(stretch, seated):
                assert sum(start <= moment < end for start, end in seated) == spec.seats, f"{site} at {moment}"


def agents_have_the_skill(played: Played) -> None:
    """Answered by groups with the skill, that hold such contacts at all, and by those among them who have learnt it."""
    scenario, story = played.scenario, played.story
    rows = story.rows[story.taken]
    served: dict[tuple[int, int], set[int]] = {}
    for row in rows:
        g, q = int(row["group"]), int(row["queue"])
        if g >= len(scenario.groups):
            name = list(scenario.spec.vendors)[g - len(scenario.groups)]
            assert any(tier.vendor == name for tier in scenario.queue(scenario.queues[q]).tiers)
            continue
        assert (g, q) in played.holdings, f"lacks the skill: {row}"
        assert played.holdings[g, q].at_once > 0, f"never holds such contacts: {row}"
        assert g == played.prepared.agents.group[row["agent"]]
        served.setdefault((g, q), set()).add(int(row["agent"]))
    for (g, q), who in served.items():
        share = list(scenario.spec.groups.values())[g].skills[scenario.queues[q]].holders
        heads = len(played.prepared.agents.of_group(g))
        assert len(who) <= max(1.0, share * heads + 0.5), f"{len(who)} of {heads} hold {scenario.queues[q]}"


def vendors_have_so_many_places(played: Played) -> None:
    scenario, story = played.scenario, played.story
    for number, vendor in enumerate(scenario.spec.vendors.values()):
        mine = story.rows["group"] == len(scenario.groups) + number
        began, ended = story.leaves_line[mine], story.rows["ended"][mine]
        for moment in began.tolist():
            assert ((began <= moment) & (moment < ended)).sum() <= vendor.capacity
        assert (began >= story.rows["arrived"][mine]).all()


def callbacks_are_kept(played: Played) -> None:
    """Promised to who accepts; as many attempts as luck has it, and never more than allowed."""
    rows, born = played.story.rows, played.story.born
    for i in np.flatnonzero((rows["promised"] >= 0) | (rows["outcome"] == UNREACHED)).tolist():
        row, callback = rows[i], played.specs()[int(rows["queue"][i])].callback
        assert callback is not None
        assert row["promised"] >= row["arrived"], f"promised for before it came: {row}"
        assert born["accepts"][i] < callback.accept
        misses = attempts_missed(callback, float(born["accepts"][i]))
        assert row["attempts"] <= callback.attempts
        assert row["outcome"] in (ANSWERED, IN_HAND, UNREACHED, WAITING), f"{row}"
        if row["outcome"] == UNREACHED:
            assert row["attempts"] == callback.attempts <= misses
        elif row["agent"] >= 0:
            assert row["attempts"] == misses < callback.attempts
            if callback.quiet is not None:
                # Promised until the quiet hours end; a clock change may make them an hour longer.
                start = row["promised"] - (callback.quiet[1] - callback.quiet[0]) - 3600.0
                assert row["answered"] >= start + misses * (callback.ring + callback.retry_after) - CLOSE
        if callback.quiet is not None:
            clock = played.scenario.clock
            last = callback.quiet[1]
            ends = [clock.elapsed(day, last) for day in range(-1, clock.days)]
            assert float(row["promised"]) in ends, f"not until a quiet hour's end: {row}"


def attempts_missed(callback: Callback, accepts: float) -> int:
    """How often the customer does not pick up, by the luck that is left once the callback is accepted."""
    luck = accepts / callback.accept
    if callback.when == "quiet":
        luck = luck * 1024.0 % 1.0
    misses = 0
    while luck >= callback.answered and misses < callback.attempts:
        luck, misses = (luck - callback.answered) / (1.0 - callback.answered), misses + 1
    return misses


def stands_in_line(played: Played) -> NDArray[np.bool_]:
    """Rows that stood in their queue's line from arrival until they left it, as far as the rows tell."""
    story, specs = played.story, played.specs()
    rows = story.rows
    elsewhere = np.isin(rows["outcome"], (REFUSED, BLOCKED, BALKED))
    # Parked until a quiet hour, or until another attempt; or behind the line.
    apart = np.array([q.callback is not None and q.callback.when != "in turn" for q in specs])[rows["queue"]]
    elsewhere |= (rows["promised"] >= 0) & (apart | (rows["attempts"] > 0))
    # In a vendor's line, perhaps.
    slow = {name for name, vendor in played.scenario.spec.vendors.items() if vendor.wait > 0}
    outside = np.array(
        [any(t.vendor in slow for t in played.scenario.queue(name).tiers) for name in played.scenario.queues]
    )
    elsewhere |= ~story.taken & outside[rows["queue"]]
    # Handed back by somebody who has gone home.
    elsewhere |= ~story.taken & (rows["answered"] >= 0)
    return ~elsewhere


def first_come_first_served(played: Played) -> None:
    """Nobody of a queue is answered while someone who came earlier to it still waits."""
    story, known = played.story, stands_in_line(played)
    for q, name in enumerate(played.scenario.queues):
        if any(tier.until is not None for tier in played.scenario.queue(name).tiers):
            # Closed to a group for those who have waited too long, not for others.
            continue
        mine = known & (story.rows["queue"] == q)
        arrived, leaves, answered = story.rows["arrived"][mine], story.leaves_line[mine], story.taken[mine]
        overtakes = (arrived[:, None] > arrived) & (leaves[:, None] < leaves) & answered[:, None]
        # Two who arrived before, and left at one moment with, each other are not distinguished.
        assert not overtakes.any(), f"{played.scenario.queues[q]}: {arrived[overtakes.any(axis=1)]}"


def lines_are_counted(played: Played) -> None:
    """Never more on the lines than there are; blocked only when they are full."""
    spec, story = played.scenario.spec, played.story
    rows, known = story.rows, story.rows["outcome"] != REFUSED
    blocked = rows["outcome"] == BLOCKED
    leaves = np.where(story.taken, rows["hung_up"], rows["ended"])
    leaves = np.where(rows["promised"] >= 0, rows["arrived"], leaves)
    # A customer who goes on leaves this queue's line then, though the agent may stay for the hand-over.
    going = story.after >= 0
    leaves[going] = np.where(rows["promised"][going] >= 0, leaves[going], rows["arrived"][story.after[going]])
    phone = np.array([CHANNELS[q.channel].lines for q in played.specs()])[rows["queue"]]

    def on_the_lines(at: Floats, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """At least and at most so many, as moments may coincide."""
        arrived, left = rows["arrived"][chosen & known & ~blocked], leaves[chosen & known & ~blocked]
        here = arrived <= at[:, None]
        return (here & (left > at[:, None])).sum(axis=1), (here & (left >= at[:, None])).sum(axis=1)

    limits = [(spec.center.lines, phone)]
    limits += [(queue.lines, rows["queue"] == q) for q, queue in enumerate(spec.queues.values())]
    full = np.zeros(blocked.sum(), bool)
    for limit, chosen in limits:
        if limit is not None:
            assert (on_the_lines(rows["arrived"][known & ~blocked], chosen)[0] <= limit).all()
            full |= (on_the_lines(rows["arrived"][blocked], chosen)[1] >= limit) & chosen[blocked]
    assert full.all()


def closing_time_cuts_off(played: Played) -> None:
    scenario, story = played.scenario, played.story
    known = stands_in_line(played)
    for q, (name, queue) in enumerate(scenario.spec.queues.items()):
        mine = story.rows["queue"] == q
        cut = story.rows[mine & (story.rows["outcome"] == CUT_OFF)]
        spans = {span for day in range(scenario.clock.days) for span in open_seconds(scenario, name, day)}
        closings = {end for _, end in spans} - {start for start, _ in spans}
        if queue.at_close != "cut off":
            assert not len(cut)
            continue
        assert set(cut["ended"].tolist()) <= closings
        assert (cut["promised"] < 0).all()
        waits = mine & known & (story.rows["promised"] < 0)
        arrived, left = story.rows["arrived"][waits], story.leaves_line[waits]
        for moment in closings:
            assert not ((arrived < moment) & (left > moment)).any()


MOMENTS = 60


def nobody_waits_beside_a_free_agent(played: Played) -> None:
    """At random moments: for no waiting contact is somebody free, or has room, or would put other work aside."""
    scenario, story = played.scenario, played.story
    rows, queues = story.rows, range(len(scenario.queues))
    known, left = stands_in_line(played), story.leaves_line
    tiers = [scenario.queue(queue).tiers for queue in scenario.queues]
    for at in np.random.default_rng(1).uniform(0, played.end, MOMENTS).tolist():
        waiting = np.flatnonzero(known & (rows["arrived"] < at) & (left > at))
        if not len(waiting):
            continue
        crew = Crew.at(played, at)
        for q in queues:
            for i in waiting[rows["queue"][waiting] == q].tolist():
                for tier in tiers[q]:
                    wait = at - rows["arrived"][i]
                    if tier.after <= wait < (np.inf if tier.until is None else tier.until):
                        assert not crew.can_take(q, tier.groups, tier.keep_idle, tier.vendor), f"at {at}: {rows[i]}"


@dataclass
class Crew:
    """Who is doing what at a moment."""

    played: Played
    idle: dict[int, list[int]]
    """By group, who is signed on with nothing in hand."""
    with_room: dict[int, list[dict[str, int]]]
    """By group, per agent with a place left: contacts in hand by channel."""
    agents_with_room: dict[int, list[int]]
    gives_way: dict[int, list[tuple[int, Holding]]]
    """By group, agents at work that may be put aside."""
    at_vendor: dict[int, int]

    @classmethod
    def at(cls, played: Played, at: float) -> Crew:
        crew = cls(played, {}, {}, {}, {}, {})
        scenario, story = played.scenario, played.story
        rows = story.rows
        here = rows[story.taken & (rows["answered"] <= at) & (at < rows["ended"])]
        noted = played.presence[(played.presence["activity"] >= OVERRUN) & (played.presence["activity"] < HELD)]
        late = set(noted["agent"][(noted["began"] <= at) & (at < noted["ended"])].tolist())
        by_seats = [group.seats is not None for group in scenario.spec.groups.values()]
        for a, stretches in played.signed_on.items():
            if not is_at(at, stretches) or a in played.finishers:
                continue
            g = int(played.prepared.agents.group[a])
            if not is_at(at, played.in_hand.get(a, [])):
                crew.idle.setdefault(g, []).append(a)
            elif played.blends[g] and a not in late and not by_seats[g]:
                crew._add_busy(g, a, at, here[here["agent"] == a])
        for number, name in enumerate(scenario.spec.vendors):
            g = len(scenario.groups) + number
            routed = [
                q
                for q, queue in enumerate(scenario.queues)
                if any(t.vendor == name for t in scenario.queue(queue).tiers)
            ]
            there = (rows["group"] == g) & (story.leaves_line <= at) & (at < rows["ended"])
            # Of who gave up, or missed a call, the rows do not say where.
            perhaps = ~story.taken & np.isin(rows["queue"], routed) & (rows["arrived"] <= at) & (at <= rows["ended"])
            perhaps |= (rows["attempts"] > 0) & np.isin(rows["queue"], routed)
            crew.at_vendor[g] = int(there.sum() + perhaps.sum())
        return crew

    def _add_busy(self, g: int, a: int, at: float, mine: Table) -> None:
        played = self.played
        if (mine["paused"] > 0).any():
            return
        taken = next((n for start, end, n in played.held.get(a, []) if start <= at < end), 0)
        alone = [row for row in mine if alone_row(played, row)]
        if alone:
            held = played.holding(g, int(alone[0]["queue"]))
            if held.interrupted_by and len(mine) == 1:
                self.gives_way.setdefault(g, []).append((a, held))
        elif taken == len(mine) < played.places[g]:
            count: dict[str, int] = {}
            for q in mine["queue"].tolist():
                channel = played.specs()[q].channel
                count[channel] = count.get(channel, 0) + 1
            self.with_room.setdefault(g, []).append(count)
            self.agents_with_room.setdefault(g, []).append(a)

    def can_take(self, q: int, groups: tuple[str, ...], keep_idle: int, vendor: str | None) -> bool:
        played, channel = self.played, self.played.specs()[q].channel
        if vendor is not None:
            number = list(played.scenario.spec.vendors).index(vendor)
            free = played.scenario.spec.vendors[vendor].capacity
            return self.at_vendor[len(played.scenario.groups) + number] < free
        for g in map(played.scenario.groups.index, groups):
            held = played.holdings.get((g, q))
            if held is None or held.at_once == 0:
                continue
            # A group's reserve is made of those who could take the contact. It stays, whoever takes it.
            idle = sum(played.speed(a, q) > 0 for a in self.idle.get(g, []))
            if idle > keep_idle:
                return True
            if idle < keep_idle:
                continue
            counts = zip(self.agents_with_room.get(g, []), self.with_room.get(g, []), strict=True)
            if not held.alone and any(n.get(channel, 0) < held.at_once and played.speed(a, q) > 0 for a, n in counts):
                return True
            if any(
                channel in other.interrupted_by and played.speed(a, q) > 0 for a, other in self.gives_way.get(g, [])
            ):
                return True
        return False


def nobody_is_off_and_on(played: Played) -> None:
    """OFF is the absence of rows, never one of them."""
    assert not (played.presence["activity"] == OFF).any()


INVARIANTS = (
    schedules_make_sense,
    transfers_follow_from_luck,
    endings_follow_from_luck,
    alone_takes_its_time,
    shared_work_goes_at_its_pace,
    pauses_cost_their_penalty,
    agents_hold_what_they_can,
    effort_is_all_of_the_agents_time,
    agents_are_in_one_place,
    nobody_is_off_and_on,
    rosters_are_kept,
    seats_are_filled,
    desks_suffice,
    agents_have_the_skill,
    vendors_have_so_many_places,
    callbacks_are_kept,
    first_come_first_served,
    lines_are_counted,
    closing_time_cuts_off,
    nobody_waits_beside_a_free_agent,
)
