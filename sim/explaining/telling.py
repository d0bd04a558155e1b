"""How one caller's story is read from the rows of a replication."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sim.explaining.agent_days import AT_WORK, DOING, RING, TALK, WRAP, agent_days
from sim.explaining.overtaking import Overtaking
from sim.explaining.seen import LOST, NEXT_FREE, WAYS, Bools, Ints, Seen
from sim.explaining.story import ABSENT, Later, Leg, Saving, Story, WentFirst
from sim.explaining.turns import Turns
from sim.observations import AVAILABLE, KEPT, OFF, OUTCOMES

HANDLING = (TALK, WRAP, RING, AT_WORK)
"""What an agent is doing who has somebody in hand."""


class Telling:
    """Tells the stories of one replication."""

    def __init__(self, seen: Seen, label: str, replication: int) -> None:
        self.seen, self._label, self._replication = seen, label, replication
        self._turns, self._overtaking = Turns(seen), Overtaking(seen)
        self._names = [*seen.prepared.agents.names]
        self._groups = [*seen.scenario.groups, *seen.scenario.spec.vendors]
        self._days = agent_days(seen)

    def of(self, contact: int) -> Story:
        """The story of the contact with this number."""
        seen, scenario = self.seen, self.seen.scenario
        own = np.flatnonzero(seen.contact == contact)
        own = own[np.argsort(seen.rows["leg"][own], kind="stable")]
        first = seen.rows[own[0]]
        return Story(
            title=scenario.spec.title or scenario.name, plan=self._label, seed=scenario.spec.run.seed,
            replication=self._replication, contact=contact, attempt=int(first["attempt"]),
            zone=scenario.spec.center.timezone, start=scenario.clock.moment(0.0),
            legs=tuple(self._leg(row) for row in own.tolist()), case=self._case(own),
        )  # fmt: skip

    def _case(self, own: Ints) -> tuple[Later, ...]:
        seen, rows = self.seen, self.seen.rows
        if not seen.scenario.uses.case_numbers:
            return ()
        one = rows[own[0]]
        same = (rows["case_began"] == one["case_began"]) & (rows["customer"] == one["customer"])
        others = np.flatnonzero(same & (rows["leg"] == 0) & (seen.contact != seen.contact[own[0]]))
        # Cases that began at one moment, without a customer to tell them by, are told apart by their place in it.
        others = others[rows["index"][others] == one["index"]]
        return tuple(
            Later(
                int(seen.contact[row]), int(rows["attempt"][row]), self._queue(row), float(rows["arrived"][row]),
                OUTCOMES[rows["outcome"][row]], bool(rows["resolved"][row] == 1),
            )
            for row in others.tolist()
        )  # fmt: skip

    def _queue(self, row: int) -> str:
        return self.seen.scenario.queues[int(self.seen.rows["queue"][row])]

    def _agent(self, row: int) -> str:
        """A vendor's places have no names."""
        agent = int(self.seen.rows["agent"][row])
        return self._names[agent] if 0 <= agent < len(self._names) else ""

    def _leg(self, row: int) -> Leg:
        seen, one = self.seen, self.seen.rows[row]
        queue = seen.scenario.queue(self._queue(row))
        arrived, left, answered = float(one["arrived"]), float(seen.left[row]), bool(seen.answered[row])
        codes, rules = seen.rules
        first = self._went_first(row)
        return Leg(
            queue=queue.name, channel=queue.spec.channel, live=queue.is_live, arrived=arrived, left=left,
            outcome=OUTCOMES[one["outcome"]], ahead=int(seen.ahead[row]), ahead_elsewhere=self._elsewhere(row),
            routes=tuple(
                (float(tier.after), tuple(tier.groups) or (str(tier.vendor),), int(tier.keep_idle))
                for tier in queue.tiers
            ),
            people=self._people(queue.routed_to, arrived), people_at_end=self._people(queue.routed_to, left),
            went_first=tuple(told for _, told in first), but_for=self._but_for(row, first),
            patience=_finite(seen.patience[row]), patience_left=_finite(seen.patience_left[row]),
            limit=float(queue.level.within),
            promised=float(one["promised"]) if one["promised"] >= 0.0 else None,
            agent=self._agent(row), group=self._groups[one["group"]] if answered else "", tier=int(seen.tier[row]),
            way=WAYS[seen.way[row]], rule=rules[codes[row]],
            answered=float(one["answered"]) if answered else None,
            hung_up=float(one["hung_up"]) if answered else None, ended=float(one["ended"]),
            hold=float(one["on_hold"]), paused=float(one["paused"]), resolved=answered and bool(one["resolved"] == 1),
            sent_on=bool(one["transferred"] != KEPT), saving=self._saving(row),
        )  # fmt: skip

    def _elsewhere(self, row: int) -> dict[str, int]:
        """Who waited at other queues that the same groups may take from."""
        seen, rows = self.seen, self.seen.rows
        now, queue = rows["arrived"][row], seen.scenario.queue(self._queue(row))
        waits = seen.stood & seen.live & (rows["arrived"] < now) & (seen.left > now)
        shared = [q for q in seen.scenario.numbered.queues if set(q.routed_to) & set(queue.routed_to) and q != queue]
        counts = {q.name: int((waits & (rows["queue"] == q.number)).sum()) for q in shared}
        return {name: count for name, count in counts.items() if count}

    def _went_first(self, row: int) -> list[tuple[int, WentFirst]]:
        """With their rows, by when they were taken."""
        seen, rows, told = self.seen, self.seen.rows, list[tuple[int, WentFirst]]()
        for _, first in self._overtaking.of(np.array([row])):
            for other in first.tolist():
                group = int(rows["group"][other])
                why = self._turns.why(other, row, group, float(seen.taken[other]))
                one = WentFirst(
                    int(seen.contact[other]), self._queue(other), float(rows["arrived"][other]),
                    float(seen.taken[other]), self._agent(other), self._groups[group], why,
                )  # fmt: skip
                told.append((other, one))
        return told

    def _but_for(self, row: int, first: list[tuple[int, WentFirst]]) -> WentFirst | None:
        for other, one in first:
            just, group = np.nextafter(one.taken, 0.0), int(self.seen.rows["group"][other])
            if one.why and set(self._turns.before(row, group, just).tolist()) == {other}:
                return one
        return None

    @cached_property
    def _group_of(self) -> Ints:
        return self.seen.prepared.agents.group

    def _doing(self, now: float) -> dict[int, int]:
        """The stretch that each agent, by number, was in just before a moment; of who holds several contacts, talk goes
        first."""
        days = self._days
        there = np.flatnonzero((days.began < now) & (now <= days.ended))
        stretch: dict[int, int] = {}
        for at in there.tolist():
            agent, what = int(days.agent[at]), int(days.doing[at])
            other = int(days.doing[stretch[agent]]) if agent in stretch else -1
            if agent not in stretch or (what in HANDLING and (other not in HANDLING or what < other)):
                stretch[agent] = at
        return stretch

    def _words(self, stretch: int) -> str:
        """What is done in a stretch, in a word."""
        doing, row = int(self._days.doing[stretch]), int(self._days.row[stretch])
        if doing != TALK:
            return DOING[doing]
        channel = self.seen.scenario.queue(self._queue(row)).spec.channel
        return DOING[doing] if channel == "phone" else channel

    def _people(self, groups: list[str], now: float) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {group: {} for group in groups}
        for agent, stretch in sorted(self._doing(now).items()):
            group, what = self._groups[self._group_of[agent]], self._words(stretch)
            if group in found and self._days.doing[stretch] != OFF:
                found[group][what] = found[group].get(what, 0) + 1
        return found

    def _saving(self, row: int) -> Saving | None:
        """Of a caller who was lost in line, or answered later than the service level wants."""
        seen, one = self.seen, self.seen.rows[row]
        limit = float(one["arrived"]) + float(seen.scenario.queue(self._queue(row)).level.within)
        lost = one["outcome"] in LOST and bool(seen.stood[row])
        late = bool(seen.answered[row]) and float(one["answered"]) > limit
        if not seen.live[row] or one["promised"] >= 0.0 or not (lost or late):
            return None
        by = float(seen.left[row]) if lost else limit
        # Just before: who is there at the very moment has gone.
        just = np.nextafter(by, 0.0)
        groups = self._turns.open_to(row, just)
        if not groups:
            return None
        people, group = min(
            ((len(self._turns.before(row, group, just)) + 1, group) for group in groups), key=lambda found: found[0]
        )
        return Saving(by, people, self._groups[group], self._back(groups, by), self._next_free(groups, by))

    def _of_groups(self, groups: list[int]) -> Bools:
        return np.isin(self._group_of[self._days.agent], groups)

    def _back(self, groups: list[int], now: float) -> tuple[str, str, float] | None:
        """The first to come back of those who were away, but on duty."""
        days = self._days
        away = self._of_groups(groups) & (days.began < now) & (days.ended >= now) & (days.doing != OFF)
        away &= ~np.isin(days.doing, (AVAILABLE, *ABSENT, *HANDLING))
        at = np.flatnonzero(away)
        if not len(at):
            return None
        first = at[np.argmin(days.ended[at])]
        return self._names[days.agent[first]], DOING[days.doing[first]], float(days.ended[first])

    def _next_free(self, groups: list[int], now: float) -> tuple[str, float] | None:
        """The first who was idle, or took somebody from the line, at that moment or later."""
        seen, days = self.seen, self._days
        idle = np.flatnonzero(self._of_groups(groups) & (days.doing == AVAILABLE) & (days.began >= now))
        took = np.flatnonzero(
            seen.by_ours & np.isin(seen.rows["group"], groups) & (seen.way == NEXT_FREE) & (seen.taken >= now)
        )
        found = [(float(days.began[at]), int(days.agent[at])) for at in idle.tolist()]
        found += [(float(seen.taken[at]), int(seen.rows["agent"][at])) for at in took.tolist()]
        if not found:
            return None
        when, agent = min(found)
        return self._names[agent], when


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
