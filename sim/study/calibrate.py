"""Solving for what the center observed: the standard work, base resolution and fresh volumes that make the base plan
reproduce it.

A planner's AHT and FCR are those of today's mix of agents, as they work in a hurry, tired, and with several contacts at
a time. With w the share of a queue's contacts that an agent answers, factor = 1 / Σ w pace/speed, and the base chance b
solves Σ w care × (b made as good as the agent) = FCR ÷ the share of contacts that are neither transferred, nor end in
silence, nor are beyond everybody. Shares come from the agents themselves where they are alike, else from pilot runs of
the base plan. A forecast contains what other contacts bring: pilot runs tell how much, and `volumes` what is left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.chances import relative_chance
from sim.demand.forecast import work_of
from sim.errors import Problem, ScenarioError
from sim.scenario.model import Scenario
from sim.study.brought_work import BroughtWork, HardCases, brought_work
from sim.study.loyal import share_by_day, share_there
from sim.study.need import mean_handle_time, tempo_of
from sim.study.pilots import PILOT_CONTACTS, Seen, pilot, together, work_by_interval
from sim.study.precision import Judge, as_many_as, fewest, tolerance
from sim.study.prepared import Prepared, Standard, with_standard
from sim.study.rates import rates_seen
from sim.study.sessions import Sessions
from sim.study.volumes import Inflow, as_forecast, assumed_inflow, before_outreach, fresh_shares, totals
from sim.workforce.people import holds
from sim.workforce.skills import skill_tables

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PILOTS = 2
"""Pilots that are solved from, together; one more tells the residual."""

LOOP_PILOTS = (*[PILOT_CONTACTS // 4] * 3, *[PILOT_CONTACTS] * 3)
"""The most contacts of the pilots that are solved from where what is solved for changes what the floor does to people's
work, and this the solution: the first only find out where it settles; the last is left out where the one before found
nothing left over."""

SCOUTS = 3
"""Those first ones: they play the fewest contacts that tell anything."""

REMEMBERED = 0.5
"""Of what the pilots before saw: less work makes for fresher agents, and fresher agents for less work left to find. The
memory keeps the solution from swinging to and fro, and forgets where it came from."""

OF_LAST_TWO = 1.3
"""A pilot's standard error, as a multiple of the solution's, which comes of it and half of the one before:
√(1 + ½²) ÷ (1 + ½) = 1 ÷ 1.34."""

OF_SESSIONS = 2.0
"""How much less well the length of sessions is known: it is as noisy as the study's own handle times."""

VARIANCE = {True: 0.25, False: 0.1}
"""Of a contact, as a share: about what pilots are up against where contacts bring contacts, and where only agents
differ."""

SURE = 3.5
"""Standard errors by which what the pilots saw must miss an observed FCR for it to be out of reach."""

NOTHING = 1e-6
"""Of an observed figure, left for the queue's own contacts: others bring more than was observed."""

MORE = {"fcr": "follow-ups resolve more"}


@dataclass(frozen=True)
class CalibrationRow:
    """One observed figure: what the planner gave, the standard behind it, their ratio, and what is left over."""

    queue: str
    figure: str
    basis: str
    observed: float
    standard: float
    factor: float
    residual: float
    method: str
    residual_half_width: float | None = 0.0
    """Of the residual's 95 % interval, by the luck of the pilot that tells it: 0 where it needs none, None where a
    single day has no spread."""


@dataclass(frozen=True)
class Calibration:
    standard: Standard
    rows: tuple[CalibrationRow, ...]
    remembered: bool = False
    """From an earlier run of the same base plan."""


def calibrate(prepared: Prepared, engine: str) -> Calibration:
    """The solution for the base plan, which every plan of the file inherits."""
    base = prepared.scenario
    center = _Center(prepared)
    turns = base.uses.feedback
    nothing = Seen.nothing(*center.skilled.shape)
    assumed = assumed_inflow(base) if turns else nothing.inflow(base)
    volume = fresh_shares(base, center.forecast, assumed.whole) if turns else {}
    standard = center.solved(nothing, assumed, assumed.repeated.sum(axis=1), volume)
    sessions = bool(center.sessions.given.any())
    if not (turns or sessions or center.asks_pilots):
        standard = center.less_brought(standard, nothing, assumed, volume)
        rows = center.rows(standard, nothing, assumed, volume, by_pilots=False)
        return Calibration(center.with_rates(standard, nothing, assumed), rows)
    returns = turns or sessions
    remembered = REMEMBERED if returns else 1.0
    most = LOOP_PILOTS if returns else (PILOT_CONTACTS,) * PILOTS
    scouts, pilots, seen = SCOUTS if returns else PILOTS - 1, 1 + len(most), nothing
    for number, contacts in enumerate(most):
        judge = center.judge(standard, volume, scouts=number < scouts)
        batches = pilot(with_standard(prepared, standard), engine, number, pilots, contacts, judge.missing)
        one = together(batches)
        settled = number > scouts and judge.is_settled(batches)
        seen = seen.and_also(one, remembered)
        center.sessions.learn(one.by_queue("session"), one.by_queue("told"), one.by_queue("held"))
        inflow = seen.inflow(base)
        volume = fresh_shares(base, center.forecast, inflow.whole)
        standard = center.solved(seen, inflow, seen.per_contact("repeats"), volume)
        standard = center.less_brought(standard, seen, inflow, volume)
        if settled:
            break
    # Luck that the solution has not seen tells what is left over, as many contacts as the last pilot saw: whoever stops
    # when the spread is small finds it too small.
    judge, enough = center.judge(standard, volume), as_many_as(batches)
    batches = pilot(with_standard(prepared, standard), engine, pilots - 1, pilots, PILOT_CONTACTS, enough)
    unseen = together(batches)
    rows = center.rows(
        standard, unseen, unseen.inflow(base), volume, by_pilots=turns, unsure=judge.half_widths(batches).tolist()
    )
    standard = center.with_rates(standard, seen, inflow)
    return Calibration(_with_leavers(prepared, standard, seen.and_also(unseen)), rows)


def in_closed_form(prepared: Prepared) -> Standard | None:
    """Standard work and base chances where they take no pilot runs, else None; ScenarioError as from `calibrate`."""
    center, nothing = _Center(prepared), Seen.nothing(len(prepared.agents.names), len(prepared.scenario.queues))
    if center.takes_pilots:
        return None
    inflow = nothing.inflow(prepared.scenario)
    return center.solved(nothing, inflow, inflow.repeated.sum(axis=1), {})


def pilot_contacts(prepared: Prepared) -> int:
    """About how many contacts the pilots of this base plan play."""
    base, center = prepared.scenario, _Center(prepared)
    sessions = bool(center.sessions.given.any())
    returns = base.uses.feedback or sessions
    coming = center.forecast[center.forecast > 0.0]
    if not (returns or center.asks_pilots) or not len(coming):
        return 0
    variance = VARIANCE[returns] if not sessions else 1.0 / OF_SESSIONS**2
    # They play on until the queue that needs most has had its due.
    least = fewest(coming)
    due = np.maximum(variance / (OF_LAST_TWO * tolerance(coming)) ** 2, least)
    seen, known = (float((answered / coming).max() * coming.sum()) for answered in (least, due))
    most = LOOP_PILOTS if returns else (PILOT_CONTACTS,) * PILOTS
    first, others = (SCOUTS, 2) if returns else (PILOTS - 1, 1)
    return int(first * min(most[0], seen) + (others + 1) * min(PILOT_CONTACTS, known))


@dataclass(frozen=True)
class _Mix:
    """Who answers each queue's contacts, and how: agents × queues; then per queue."""

    contacts: Floats
    """Shares of the first attempts; then of the work."""
    work: Floats
    care: Floats
    """What the floor did to the chance to resolve, in the mean; then to the time."""
    pace: Floats
    kept: Floats
    """Share of the answered who are not transferred and do not fall silent."""
    resolvable: Floats
    worked_on: Floats
    """Share of the unresolved that their agent's work afterwards resolves."""

    def slowness(self, speed: Floats) -> Floats:
        """Mean of pace ÷ speed over agents; who cannot serve the queue has no weight."""
        found = []
        for q in range(len(self.kept)):
            able = speed[:, q] > 0.0
            found.append((self.work[able, q] * self.pace[able, q] / speed[able, q]).sum())
        return np.array(found)

    def chance(self, q: int, base_chance: float, resolution: Floats) -> float:
        """Mean chance that the agent resolves, at once, what can be resolved and is kept."""
        chance = np.minimum(1.0, relative_chance(base_chance, resolution[:, q]))
        return float((self.contacts[:, q] * relative_chance(chance, self.care[:, q])).sum())

    def reach(self, q: int, resolution: Floats) -> float:
        """The best that chance can be."""
        able = resolution[:, q] > 0
        return float((self.contacts[able, q] * self.care[able, q]).sum())


class _Center:
    """The base plan as its planner observed it."""

    def __init__(self, prepared: Prepared) -> None:
        base, agents = prepared.scenario, prepared.agents
        self.base, self.prepared = base, prepared
        self.speed, self.resolution = skill_tables(base, agents)
        self.skilled: Flags = holds(base, agents) & agents.starting[:, None]
        self.observed = np.array([queue.basis == "observed" for queue in base.spec.queues.values()])
        self.same_speed, self.same_resolution = (_alike(t, self.skilled) for t in (self.speed, self.resolution))
        self.sessions = Sessions(base)
        self.forecast = np.array([prepared.expected[queue].contacts.sum() for queue in base.queues])
        # Where nobody serves the queue yet there is nothing to solve for.
        self.as_given: Flags = ~(self.observed & self.skilled.any(axis=0))
        self.brought = self.forecast
        for _ in base.queues:
            self.brought = self.forecast + self.brought @ assumed_inflow(base).whole

    def still_there(self, seen: Seen) -> float:
        """About the share of customers who have not left by the end; 1 where nobody ever does."""
        customers = self.base.spec.customers
        if customers is None:
            return 1.0
        a_case = seen.held_against / max(float(seen.by_queue("fresh").sum()), 1.0)
        return share_there(a_case * float(self.forecast.sum()) / customers.number, customers.leave)

    @property
    def is_mixed(self) -> bool:
        """Whether the mix of agents has a say in an observed figure."""
        alike = zip(self.observed, self.same_speed, self.same_resolution, strict=True)
        return any(observed and not (speed and resolution) for observed, speed, resolution in alike)

    @property
    def asks_pilots(self) -> bool:
        """Whether some figure has no closed form."""
        return self.is_mixed or self.base.uses.transfers

    @property
    def takes_pilots(self) -> bool:
        return self.base.uses.feedback or bool(self.sessions.given.any()) or self.asks_pilots

    def luck(self, q: int, best: float, seen: Seen) -> float:
        """By how much the best that was seen may lie below the best there is, by the luck of the pilots alone."""
        if not self.takes_pilots:
            return 1e-12
        ended = float(seen.by_queue("ended")[q])
        return SURE * math.sqrt(best * max(0.0, 1.0 - best) / ended) if ended else math.inf

    def mix(self, seen: Seen) -> _Mix:
        first, work = seen.by_agent("first"), seen.by_agent("work")
        hard = [queue.escalation for queue in self.base.spec.queues.values()]
        worked_on = np.array([0.0 if e is None or e.to is not None else e.share * e.resolution for e in hard])
        return _Mix(
            _shares(first, self.skilled), _shares(work, self.skilled), _mean(seen.by_agent("care"), first),
            _mean(seen.by_agent("paced"), work), seen.share_kept(self.base), seen.share_resolvable(self.base),
            worked_on * (1.0 - seen.share_later_legs()),
        )  # fmt: skip

    def solved(self, seen: Seen, inflow: Inflow, repeats: Floats, volume: dict[str, float]) -> Standard:
        """As if all work were own work. `repeats`: that each queue's contacts bring about, per contact."""
        base, mix = self.base, self.mix(seen)
        work: dict[str, float] = {}
        chances: dict[str, float] = {}
        slowness = mix.slowness(self.speed)
        for q, queue in enumerate(base.queues):
            if self.observed[q] and mix.contacts[:, q].sum() > 0:
                work[queue] = float(self.sessions.factor[q] / slowness[q])
                chances[queue] = self._base_chance(q, mix, seen)
            else:
                work[queue], chances[queue] = 1.0, base.spec.queues[queue].fcr
        gross = before_outreach(base, volume)
        fresh = self.forecast * np.array([gross.get(queue, 1.0) for queue in base.queues])
        due = totals(base, self.forecast, inflow.whole, volume) * repeats
        chance = np.minimum(1.0, due / np.where(fresh > 0.0, fresh, np.inf))
        carried = {queue: float(chance[q]) for q, queue in enumerate(base.queues) if base.spec.queues[queue].repeat}
        solo = {queue: float(self.sessions.factor[q]) for q, queue in enumerate(base.queues) if self.sessions.given[q]}
        return Standard(work, chances, gross, carried, solo=solo)

    def less_brought(self, standard: Standard, seen: Seen, inflow: Inflow, volume: dict[str, float]) -> Standard:
        """With less own work, where contacts bring work along or leave some of it with a machine."""
        brought = self._brought(standard, seen, inflow, volume)
        own = brought.own_work(np.array([standard.work[queue] for queue in self.base.queues]), self.observed)
        return replace(standard, work=dict(zip(self.base.queues, own.tolist(), strict=True)))

    def with_rates(self, standard: Standard, seen: Seen, inflow: Inflow) -> Standard:
        """With what was seen of the base plan, by which plans' expected loads are judged."""
        hard, prepared = self._hard(standard, seen), with_standard(self.prepared, standard)
        known = replace(standard, seen=rates_seen(prepared, inflow, hard, np.ones(len(self.base.queues))))
        if not seen.by_queue("ended").any():
            return known
        tempo = tempo_of(replace(prepared, standard=known), self.mix(seen).slowness(self.speed))
        return replace(standard, seen=rates_seen(prepared, inflow, hard, tempo))

    def _brought(self, standard: Standard, seen: Seen, inflow: Inflow, volume: dict[str, float]) -> BroughtWork:
        hard = self._hard(standard, seen)
        return brought_work(self.base, self.forecast, inflow, volume, hard, self.prepared.expected)

    def _hard(self, standard: Standard, seen: Seen) -> HardCases:
        mix = self.mix(seen)
        ended = np.maximum(seen.by_queue("ended"), 1.0)
        worked_on = np.zeros(len(self.base.queues))
        for one in self.base.numbered.queues:
            q, queue, spec = one.number, one.name, one.spec
            if spec.escalation is not None and spec.escalation.to is None:
                # Among all attempts, more are beyond everybody than among the first.
                somebody_can = 1.0 - seen.by_queue("beyond")[q] / ended[q]
                resolved = somebody_can * mix.chance(q, standard.resolution[queue], self.resolution)
                worked_on[q] = spec.escalation.share * mix.kept[q] * (1.0 - resolved)
        return HardCases(seen.by_queue("stayed") / ended, worked_on * (1.0 - seen.by_queue("later_legs") / ended))

    def _base_chance(self, q: int, mix: _Mix, seen: Seen) -> float:
        queue, resolution = self.base.queues[q], self.resolution
        kept, may, worked_on = float(mix.kept[q]), float(mix.kept[q] * mix.resolvable[q]), float(mix.worked_on[q])
        fcr, reach = _observed_fcr(self.base, queue, kept), mix.reach(q, resolution)
        best = (worked_on + (1.0 - worked_on) * reach) * may
        if fcr > best + max(1e-12, self.luck(q, best, seen)):
            why = "some agents' resolution at this queue is 0"
            if may < 1.0:
                why = f"{1 - may:.0%} of its contacts are transferred, end in silence, or are beyond everybody"
            elif not (resolution[self.skilled[:, q], q] == 0.0).any():
                why = "haste, fatigue and contacts held beside each other cost too much resolution"
            text = f"{fcr:.0%} cannot be reached: {why}; write {int(100 * best)}% or less"
            raise ScenarioError(self.base.name, [Problem(f"queues.{queue}.fcr", text)])
        fcr = fcr / may if may < 1.0 else fcr
        if worked_on:
            fcr = max(fcr - worked_on, 0.0) / (1.0 - worked_on) if worked_on < 1.0 else 0.0
        own = resolution[:, q]
        low, high = 0.0, 1.0 / float(own[own > 0].min()) if reach else 1.0
        for _ in range(100):
            middle = (low + high) / 2
            if middle in (low, high):
                # Neighbours: no number lies between.
                break
            if mix.chance(q, middle, resolution) < fcr:
                low = middle
            else:
                high = middle
        return high

    def left_over(self, standard: Standard, seen: Seen, inflow: Inflow, volume: dict[str, float]) -> Floats:
        """Of handle time, FCR and contacts, by queue, what is left over in what was seen: a share; of FCR, a chance."""
        base, mix = self.base, self.mix(seen)
        brought = self._brought(standard, seen, inflow, volume)
        work, slowness = np.array([standard.work[queue] for queue in base.queues]), mix.slowness(self.speed)
        slower = np.where(brought.is_some, brought.whole_work(work, slowness), work * slowness) - 1.0
        told = seen.by_queue("told")
        session = seen.by_queue("session") / np.where(told > 0.0, told, np.inf)
        slower = np.where(self.sessions.given, np.where(told > 0.0, session - 1.0, 0.0), slower)
        in_all = as_forecast(base, self.forecast, inflow.whole, volume)
        left = np.zeros((3, len(base.queues)))
        for q, queue in enumerate(base.queues):
            found = mix.chance(q, standard.resolution[queue], self.resolution)
            worked_on = float(mix.worked_on[q])
            found = worked_on + (1.0 - worked_on) * found if worked_on else found
            found *= float(mix.kept[q] * mix.resolvable[q])
            if not self.as_given[q]:
                left[:2, q] = slower[q], found - _observed_fcr(base, queue, float(mix.kept[q]))
            if queue in volume and self.forecast[q]:
                left[2, q] = float(in_all[q] / self.forecast[q]) - 1.0
        return left

    def judge(self, standard: Standard, volume: dict[str, float], *, scouts: bool = False) -> Judge:
        """Of a pilot under this solution."""

        def figures(seen: Seen) -> Floats:
            left = self.left_over(standard, seen, seen.inflow(self.base), volume)
            return np.vstack([left, np.full(left.shape[1], self.still_there(seen))])

        contacts = np.where(self.forecast > 0.0, self.forecast, self.brought)
        will_do = np.tile(OF_LAST_TWO * tolerance(contacts), (4, 1))
        will_do[0, self.sessions.given] *= OF_SESSIONS
        # Where others bring more than was observed, something is always left over.
        possible = np.array([volume.get(queue, 1.0) > 0.0 for queue in self.base.queues], np.bool_)
        return Judge(figures, contacts, np.asarray(self.skilled.any(axis=0)), will_do, possible, scouts)

    def rows(
        self,
        standard: Standard,
        seen: Seen,
        inflow: Inflow,
        volume: dict[str, float],
        *,
        by_pilots: bool,
        unsure: list[list[float]] | None = None,
    ) -> tuple[CalibrationRow, ...]:
        """Each observed figure, and what is left over of it in what was seen. `by_pilots`: nothing in closed form;
        `unsure`: half widths of what is left over, in the order of `left_over`."""
        base, mix = self.base, self.mix(seen)
        left_over = self.left_over(standard, seen, inflow, volume).tolist()
        unsure = unsure or np.zeros((3, len(base.queues))).tolist()
        rows: list[CalibrationRow] = []
        for one in base.numbered.queues:
            q, queue, spec = one.number, one.name, one.spec
            aht, factor = _mean_handle_time(self.prepared, queue), standard.work[queue]
            fcr, chance = _observed_fcr(base, queue, float(mix.kept[q])), standard.resolution[queue]
            work, closed = "aht_s", bool(self.same_speed[q])
            if self.sessions.given[q]:
                work, closed = "session_s", False
            elif not all(base.group(g).holding(spec.channel).alone for g in base.groups):
                work = "solo_s"
            figures = [
                (work, aht, aht * factor, factor, closed),
                ("fcr", fcr, chance, chance / fcr if fcr else 1.0, self.same_resolution[q] and not spec.transfer),
            ]
            for number, (figure, given, solved, ratio, closed_form) in enumerate(figures):
                in_closed_form = closed_form and not by_pilots
                method = "as given" if self.as_given[q] else "closed form" if in_closed_form else "pilot runs"
                left, error = left_over[number][q], _finite(unsure[number][q])
                if ratio < NOTHING and left > 0.0:
                    method += f": {MORE.get(figure, 'others bring more')}"
                rows.append(CalibrationRow(queue, figure, spec.basis, given, solved, ratio, left, method, error))
            if queue in standard.volume and self.forecast[q]:
                given, share, method = float(self.forecast[q]), standard.volume[queue], "closed form"
                left, error = left_over[2][q], _finite(unsure[2][q])
                if queue in volume:
                    method = "pilot runs" if share else "pilot runs: others bring more"
                row = CalibrationRow(queue, "contacts", "observed", given, given * share, share, left, method, error)
                rows.append(row)
        return tuple(rows)


def _finite(half_width: float) -> float | None:
    return half_width if math.isfinite(half_width) else None


def _with_leavers(prepared: Prepared, standard: Standard, seen: Seen) -> Standard:
    """Whoever leaves must have been there: what was observed is what those still there brought."""
    base, clock = prepared.scenario, prepared.scenario.clock
    customers = base.spec.customers
    if customers is None:
        return standard
    fresh = with_standard(prepared, standard).fresh()
    contacts = np.sum([queue.contacts for queue in fresh.values()], axis=0)
    by_day = np.bincount(clock.interval_day, contacts, clock.days).astype(np.float64)
    a_case = seen.held_against / max(float(seen.by_queue("fresh").sum()), 1.0)
    return replace(standard, loyal=share_by_day(a_case, by_day, customers.number, customers.leave))


def _alike(table: Floats, skilled: Flags) -> list[bool]:
    """Per queue, whether all agents with the skill have the same figure."""
    return [len(np.unique(table[skilled[:, q], q])) <= 1 for q in range(table.shape[1])]


def _shares(seen: Floats, skilled: Flags) -> Floats:
    """Shares of each queue's contacts, or of its work, per agent; equal ones where nothing was answered."""
    whole = seen.sum(axis=0, keepdims=True)
    equal = skilled / np.maximum(skilled.sum(axis=0), 1)
    return np.asarray(np.where(whole > 0, seen / np.maximum(whole, 1e-12), equal))


def _mean(sums: Floats, weights: Floats) -> Floats:
    """1 where there is no weight."""
    return np.divide(sums, weights, out=np.ones_like(sums), where=weights > 0)


def _mean_handle_time(prepared: Prepared, queue: str) -> float:
    """The handle time the file gives, averaged over the forecast, or over the log that is replayed."""
    base, volumes = prepared.scenario, prepared.expected[queue]
    if queue in base.data.replays:
        return mean_handle_time(base, queue)
    contacts = volumes.contacts
    if not contacts.sum():
        return work_of(base, queue).mean
    return float((contacts * work_by_interval(base, queue, volumes)).sum() / contacts.sum())


def _observed_fcr(base: Scenario, queue: str, kept: float) -> float:
    """The queue's FCR: as the planner saw it, over all its contacts; the default is of those it keeps."""
    spec = base.spec.queues[queue]
    return spec.fcr if "fcr" in spec.model_fields_set or kept == 1.0 else spec.fcr * kept
