"""People's lives, day by day: hired, in training, nesting, on the floor, promoted, gone. Arrays over all who may work.

In the morning people come, move on and go; in the evening the day has made them learn, or leave. Whoever leaves in the
evening has worked that day, night shifts that began on it included.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from sim import luck as purposes
from sim.luck import PeopleLuck
from sim.scenario.language.workforce import Move, Ramp
from sim.scenario.model import Scenario
from sim.workforce.attrition import Leaving
from sim.workforce.contract_hours import weekly_contracts
from sim.workforce.hiring import NO_DAY, Recruiting, Ways
from sim.workforce.moves import Moves
from sim.workforce.people import Agents
from sim.workforce.persons import Persons
from sim.workforce.ramp import PROFICIENT, ramp_of_all
from sim.workforce.skills import skills_held
from sim.workforce.wages import Wages

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

YET_TO_COME, TRAINING, NESTING, ON_FLOOR, LEFT, MOVED = range(6)

MOVEMENTS = (
    "hired",
    "graduated",
    "left",
    "contract_ended",
    "dropped_out",
    "moved_in",
    "moved_out",
    "became_proficient",
    "weeks_to_proficient",
)
"""Heads a day and group. heads + hired + moved_in − left − moved_out are the heads of the next morning. `graduated`:
from the training to the floor, at once where there is none. `left` contains `contract_ended`, and `dropped_out`: in the
training, or for want of the licence. `weeks_to_proficient`: summed over those who became so, since they were hired."""

NOBODY: Ints = np.empty(0, np.int64)
SATURDAY = 5

STANDING = ("heads", "in_training", "nesting", "ramping")
"""Heads at the end of a day."""


class Careers(Persons):
    """Everybody's stage, tenure and proficiency in one replication, and the ledger of what happened to them.

    All arrays go by agent number. Days are numbers since the start; what never happens is on day ∞.
    """

    def __init__(self, scenario: Scenario, agents: Agents, luck: PeopleLuck) -> None:
        spec, count, groups = scenario.spec, len(agents.names), len(scenario.groups)
        self._scenario, self._luck, self._group, self._groups = scenario, luck, agents.group, groups
        self._ways = Ways(list(spec.hiring.values()), scenario.clock.start)
        self._recruiting, self._moves = Recruiting(scenario, agents, luck), Moves(scenario, agents, luck)
        self._leaving, self._wages = Leaving(scenario), Wages(scenario)
        self._days_off = [group.days_off for group in scenario.numbered.groups]

        self.stage = np.where(agents.starting, ON_FLOOR, YET_TO_COME).astype(np.int8)
        # A tenure given by date is whole days again, whatever its weeks were rounded to.
        hired_day = np.where(agents.starting, -np.round(agents.tenure_weeks * 7.0, 6), NO_DAY)
        super().__init__(
            hired_day=hired_day,
            clock_start=hired_day.copy(),
            contacts=np.zeros(count),
            contract_hours=agents.contract_hours.copy(),
            talent=_talent(scenario, agents, luck),
            proficient=np.zeros(count, np.bool_),
            own_wage=agents.own_wage.copy(),
            was_there=agents.starting.copy(),
            contract_until=np.full(count, NO_DAY),
            known_to_leave=np.full(count, NO_DAY),
            learns_since=hired_day.copy(),
            was_proficient=np.zeros(count, np.bool_),
        )
        self.joined_day = hired_day.copy()
        """First day on the floor, in this group."""
        self.skills = skills_held(scenario, agents)
        self.started = np.zeros(len(spec.hiring))
        """People who started so far, by hiring entry."""
        self.moved: tuple[Ints, Ints] = NOBODY, NOBODY
        """The agent numbers that people gave up this morning, and those that they took."""

        self._entry = np.full(count, -1)
        self._stage_ends = np.full(count, NO_DAY)
        """The first morning after the training, or the nesting."""
        self._retaking = np.zeros(count, np.bool_)
        self._drops_out = np.full(count, NO_DAY)
        self._ramp = np.tile(agents.starting.astype(np.float64), (2, 1))
        self._in_class = np.zeros(count, np.bool_)

        self._leavers_by_number: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._read_leavers(agents)
        self._ramps = self._read_ramps(agents)
        self.movements = np.zeros((scenario.clock.days, groups, len(MOVEMENTS)))
        """Days × groups × MOVEMENTS."""
        self.standing = np.zeros((scenario.clock.days + 1, groups, len(STANDING)))
        """Days + 1 × groups × STANDING; row 0 before the first day, then the end of each."""
        self.on_contract = np.zeros((scenario.clock.days, groups))
        """Days × groups: contract hours a week of those on the floor; whoever has none counts as full time."""
        self._rate(0)
        self.was_proficient |= self.proficient
        self._book_standing(0)

    def _read_leavers(self, agents: Agents) -> None:
        start = self._scenario.clock.start
        for group in self._scenario.numbered.groups:
            names = {agents.names[a]: a for a in agents.of_group(group.number)}
            for leaver in group.spec.leavers.values():
                day = (leaver.on - start).days
                if leaver.agent is not None:
                    self.known_to_leave[names[leaver.agent]] = day
                else:
                    self._leavers_by_number[day].append((group.number, leaver.heads or 0))

    def _read_ramps(self, agents: Agents) -> list[tuple[Ramp, Ints]]:
        """Each ramp, and the agents whose ramp it is; sets what they had handled at the start."""
        names = np.array([group.spec.ramp or "" for group in self._scenario.numbered.groups])[self._group]
        ramps = [(ramp, np.flatnonzero(names == name)) for name, ramp in self._scenario.spec.ramp.items()]
        for ramp, members in ramps:
            if ramp.contacts_a_week is not None:
                self.contacts[members] = agents.tenure_weeks[members] * ramp.contacts_a_week
        return ramps

    # ---------------------------------------------------------------- asked by others

    @property
    def on_floor(self) -> Bools:
        """Nesting included."""
        return np.asarray((self.stage == NESTING) | (self.stage == ON_FLOOR))

    @property
    def nesting_entry(self) -> Ints:
        """Number of the hiring entry of those who are nesting, else −1."""
        return np.where(self.stage == NESTING, self._entry, -1)

    @property
    def factors(self) -> Floats:
        """2 × agents: speed and resolution today, talent included; their last of those gone, 0 before they come."""
        return self._ramp * self.talent

    def tenure(self, day: int) -> Floats:
        """Days since the hire; −∞ before it."""
        return day - self.hired_day

    def wages(self, day: int) -> Floats:
        """Per hour, in the group's currency. Trainees have the first step."""
        weeks = np.where(self._in_class, 0.0, np.maximum(self.tenure(day), 0.0) / 7.0)
        return self._wages.on(day, self._group, weeks, self.own_wage)

    def classroom_hours(self, day: int) -> Floats:
        """Paid hours of training today."""
        result = np.zeros(len(self.stage))
        trainees = np.flatnonzero(self._in_class)
        result[trainees] = self._class_hours(day, trainees) * self._ways.paid[self._entry[trainees]]
        return result

    def trainers(self, day: int) -> Floats:
        """Trainer hours today, by hiring entry; they stay as long as the trainees with the longest day."""
        result = np.zeros(len(self.started))
        for entry, hiring in enumerate(self._scenario.spec.hiring.values()):
            trainees = np.flatnonzero(self._in_class & (self._entry == entry))
            if hiring.training is not None and hiring.training.trainer is not None and trainees.size:
                trainers = math.ceil(trainees.size / hiring.training.trainer.per)
                result[entry] = trainers * self._class_hours(day, trainees).max()
        return result

    def _class_hours(self, day: int, trainees: Ints) -> Floats:
        """A fifth of the week's from Monday to Friday, but for days off."""
        date = self._date(day)
        if date.weekday() >= SATURDAY:
            return np.zeros(len(trainees))
        own, full_time = self.contract_hours[trainees], self._scenario.spec.center.full_time_hours
        of_class = self._ways.hours_a_week[self._entry[trainees]]
        a_week = np.where(np.isnan(of_class), np.where(np.isnan(own), full_time, own), of_class)
        works = np.array([date not in days_off for days_off in self._days_off])
        return np.asarray(a_week / 5.0 * works[self._group[trainees]])

    def _date(self, day: int) -> dt.date:
        return self._scenario.clock.start + dt.timedelta(days=day)

    # ---------------------------------------------------------------- the morning

    def morning(self, day: int) -> None:
        """Who comes, moves on and goes before the day begins."""
        self._known_leavers(day)
        self._end_stages(day)
        self.moved = NOBODY, NOBODY
        for move, old, new in self._moves.on(day, self.stage == ON_FLOOR, self.proficient, self.tenure(day)):
            self._take_over(day, move, old, new)
        for entry, who in self._recruiting.classes(day):
            self._hire(day, entry, who)
        for entry, who in self._recruiting.orders(day, self._count(self._employed)):
            self._hire(day, entry, who)
        # Those without a training, or without a nesting, go straight on.
        self._end_stages(day)
        self._in_class = self.stage == TRAINING
        self._rate(day)
        hours = weekly_contracts(self.contract_hours, self._scenario.spec.center.full_time_hours)
        self.on_contract[day] = np.bincount(self._group, hours * self.on_floor, self._groups)
        newly = np.flatnonzero(self.proficient & ~self.was_proficient)
        if newly.size:
            self.was_proficient[newly] = True
            self._book(day, "became_proficient", newly)
            self._book(day, "weeks_to_proficient", newly, (day - self.learns_since[newly]) / 7.0)

    def _known_leavers(self, day: int) -> None:
        named = np.flatnonzero((self.known_to_leave <= day) & self._employed)
        if named.size:
            self._leave(day, day, named)
        for group, heads in self._leavers_by_number.get(day, ()):
            candidates = np.flatnonzero(self.on_floor & (self._group == group))
            # Who is known to leave was there already: those hired since stay, as long as that is possible.
            luck = self._luck.uniforms(purposes.KNOWN_LEAVER, day, candidates)
            order = np.lexsort((luck, ~self.was_there[candidates]))
            self._leave(day, day, candidates[order[:heads]])

    def _end_stages(self, day: int) -> None:
        """Training ends, with the licence, and nesting ends."""
        over = np.flatnonzero(self._stage_ends == day)
        if not over.size:
            return
        training = over[self.stage[over] == TRAINING]
        entry, again = self._entry[training], self._retaking[training]
        first, second = (self._luck.uniforms(purpose, 0, training) for purpose in (purposes.LICENCE, purposes.RETAKE))
        passed = np.where(again, second, first) < self._ways.licence_pass[entry]
        more = ~passed & ~again & (self._ways.retake_days[entry] < NO_DAY)
        self._retaking[training[more]] = True
        self._stage_ends[training[more]] = day + self._ways.retake_days[entry[more]]
        failed = training[~passed & ~more]
        self._book(day, "dropped_out", failed)
        self._leave(day, day, failed)
        graduates = training[passed]
        self._book(day, "graduated", graduates)
        self.stage[graduates], self.joined_day[graduates] = NESTING, day
        self._stage_ends[graduates] = self.clock_start[graduates] = (
            day + self._ways.nesting_days[self._entry[graduates]]
        )
        self._ramp[:, graduates] = self._ways.nesting[:, self._entry[graduates]]

        nested = np.flatnonzero((self._stage_ends == day) & (self.stage == NESTING))
        self.stage[nested], self._stage_ends[nested] = ON_FLOOR, NO_DAY
        self._ramp[:, nested] = 1.0

    def _hire(self, day: int, entry: int, who: Ints) -> None:
        ways = self._ways
        days = ways.training_days[entry]
        self._entry[who], self.stage[who] = entry, TRAINING
        self.hired_day[who] = self.learns_since[who] = day
        self._stage_ends[who] = day + days
        self.contract_until[who] = ways.until[entry]
        drops_out = who[self._luck.uniforms(purposes.DROP_OUT, 0, who) < ways.dropout[entry]]
        on = np.floor(self._luck.uniforms(purposes.DROP_OUT_WHEN, 0, drops_out) * days)
        self._drops_out[drops_out] = day + on
        self.started[entry] += len(who)
        self._book(day, "hired", who)

    def _take_over(self, day: int, move: Move, old: Ints, new: Ints) -> None:
        """People go on under new numbers, in another group."""
        self.go_on_as(old, new)
        self._luck.keys[new] = self._luck.keys[old]
        groups, ramps = self._scenario.spec.groups, self._scenario.spec.ramp
        before, after = (ramps.get(groups[name].ramp or "") for name in (move.source, move.target))
        if after is not None and after.contacts_a_week is not None and (before is None or before.by == "weeks"):
            # Nobody has counted their contacts so far.
            self.contacts[new] = (day - self.clock_start[new]) / 7.0 * after.contacts_a_week
        if move.ramp_again:
            self.clock_start[new] = self.learns_since[new] = day
            self.contacts[new], self.was_proficient[new] = 0.0, False
        self._ramp[:, new] = 1.0
        self.stage[new], self.stage[old] = ON_FLOOR, MOVED
        self.joined_day[new] = day
        self.moved = np.concatenate([self.moved[0], old]), np.concatenate([self.moved[1], new])
        self._book(day, "moved_out", old)
        self._book(day, "moved_in", new)

    def _rate(self, day: int) -> None:
        """The ramp's speed and resolution today, and who is proficient."""
        for ramp, members in self._ramps:
            who = members[self.stage[members] == ON_FLOOR]
            experience = self.contacts[who] if ramp.by == "contacts" else (day - self.clock_start[who]) / 7.0
            self._ramp[:, who] = ramp_of_all(ramp, experience)
        self.proficient = (self.stage == ON_FLOOR) & (self._ramp[0] >= PROFICIENT)

    # ---------------------------------------------------------------- the evening

    def evening(self, day: int, handled: Floats, occupancy: Floats) -> None:
        """What the day did. `handled` contacts by agent; `occupancy` by group over its last weeks, NaN if not known."""
        self.contacts += np.where(self.stage == ON_FLOOR, handled, 0.0)
        ended = np.flatnonzero((self.contract_until <= day) & self._employed)
        self._book(day, "contract_ended", ended)
        self._go(day, ended)
        drop_outs = np.flatnonzero((self._drops_out == day) & (self.stage == TRAINING))
        self._book(day, "dropped_out", drop_outs)
        there = np.flatnonzero(self.on_floor)
        chance = self._leaving.chance(self._date(day), self._group[there], day - self.hired_day[there], occupancy)
        leavers = there[self._luck.uniforms(purposes.LEAVING, day, there) < chance]
        self._leave(day, day + 1, np.concatenate([drop_outs, leavers]))
        self._book_standing(day + 1)

    def _leave(self, day: int, gone: int, who: Ints) -> None:
        """They leave a vacancy, from the day `gone` on."""
        if who.size:
            self._go(day, who)
            self._recruiting.lost(day, gone, np.bincount(self._group[who], minlength=self._groups))

    def _go(self, day: int, who: Ints) -> None:
        self._book(day, "left", who)
        self.stage[who], self._stage_ends[who] = LEFT, NO_DAY

    # ---------------------------------------------------------------- the ledger

    @property
    def _employed(self) -> Bools:
        return np.asarray((self.stage >= TRAINING) & (self.stage <= ON_FLOOR))

    def _count(self, who: Bools) -> Ints:
        return np.bincount(self._group[who], minlength=self._groups)

    def _book(self, day: int, movement: str, who: Ints, amount: Floats | None = None) -> None:
        if who.size:
            per_group = np.bincount(self._group[who], weights=amount, minlength=self._groups)
            self.movements[day, :, MOVEMENTS.index(movement)] += per_group

    def _book_standing(self, row: int) -> None:
        on_floor = self.stage == ON_FLOOR
        stages = np.bincount(self._group * 6 + self.stage, minlength=6 * self._groups).reshape(self._groups, 6)
        heads = stages[:, [TRAINING, NESTING, ON_FLOOR]].sum(axis=1)
        ramping = self._count(on_floor & ~self.proficient)
        self.standing[row] = np.stack([heads, stages[:, TRAINING], stages[:, NESTING], ramping], axis=1)


def _talent(scenario: Scenario, agents: Agents, luck: PeopleLuck) -> Floats:
    """2 × agents: what a person's proficient speed and resolution are; a mean of 1 of 1/speed, and of resolution."""
    from scipy.special import ndtri

    talents = [group.spec.talent for group in scenario.numbered.groups]
    fast, good = np.array([[talent.speed, talent.resolution] for talent in talents])[agents.group].T
    drawn = np.stack(
        [
            np.exp(fast * ndtri(luck.uniforms(purposes.TALENT_SPEED)) + fast * fast / 2.0),
            np.exp(good * ndtri(luck.uniforms(purposes.TALENT_RESOLUTION)) - good * good / 2.0),
        ]
    )
    return np.where(agents.starting, agents.talent, drawn)
