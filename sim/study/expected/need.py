"""The seats that a plan needs for its expected load, and those that it has: from the forecast, the calibration and the
roster alone, so the same however many replications are played, and before any is.

Contacts are the forecast's with what they are expected to bring: transfers and escalations where they come from,
repeats and redials spread over the day like the forecast of the queue they come to. Handle time is that of the people
there: standard work × the forecast's factors × the mean of 1 ÷ speed of those on shift with the skill, such that the
base plan's whole is the handle time observed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.demand.forecast import work_of
from sim.measures.requirement import Load, Requirement, at_full_hands, requirement
from sim.measures.waiting import OpenHours
from sim.scenario.language.channels import MOST_TRANSFERS
from sim.scenario.model import Scenario
from sim.study.expected.brought_work import brought_work
from sim.study.expected.presence import Presence, starting_staff
from sim.study.expected.rates import Brought, expected_rates
from sim.study.expected.volumes import Traffic, coming, prevented
from sim.study.paper import lived_on_paper
from sim.study.prepared import Prepared

Floats = NDArray[np.float64]


class Need:
    """A plan's expected load against its seats. Tables are intervals × queues or groups."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared, self.scenario = prepared, prepared.scenario
        self.rates = expected_rates(prepared)
        self.shares = net_shares(prepared, self.rates)
        self.contacts, self.follow_ups = expected_contacts(prepared, self.rates, self.shares)
        own, fixed = self._work()
        self.presence = self._presence(own)
        self.load = self._load(own, fixed)
        kinds = self.presence.kinds
        self.requirement: Requirement = requirement(self.scenario, self.load, self.presence.seats, kinds)

    def _presence(self, own: Floats) -> Presence:
        if not self.scenario.uses.moving_workforce:
            return starting_staff(self.prepared)
        return lived_on_paper(self.prepared, self.contacts, own * self.tempo())

    def tempo(self) -> Floats:
        """Per queue: what handle times are of those that the mean of the people on shift would give."""
        seen = self.prepared.standard.seen
        if seen:
            return np.array([seen[queue].tempo if queue in seen else 1.0 for queue in self.scenario.queues])
        # Nothing is calibrated: what the file gives is what its own people need.
        observed = np.array([queue.spec.basis == "observed" for queue in self.scenario.numbered.queues])
        return np.where(observed, 1.0 / mean_slowness(starting_staff(self.prepared), self.contacts), 1.0)

    def _work(self) -> tuple[Floats, Floats]:
        """Seconds per contact: standard work, which the people's speed divides, and what it does not divide."""
        scenario, prepared = self.scenario, self.prepared
        forecast = np.array([prepared.expected[queue].contacts.sum() for queue in scenario.queues])
        net = dict(zip(scenario.queues, self.shares.tolist(), strict=True))
        brought = brought_work(Traffic(scenario, forecast, self.rates.inflow, net), self.rates.hard)
        factors = np.array([prepared.standard.work[queue] for queue in scenario.queues])
        nobody = np.zeros(len(factors))
        fixed = brought.whole_work(factors, nobody)
        slope = brought.whole_work(factors, nobody + 1.0) - fixed
        given = np.array([self._given(queue) for queue in scenario.queues]).T
        return given * slope, given * fixed

    def _given(self, queue: str) -> Floats:
        """The handle time that the file gives, per interval; a follow-up's is the usual one."""
        scenario, volumes, law = self.scenario, self.prepared.expected[queue], work_of(self.scenario, queue)
        q = scenario.queue(queue).number
        mean = mean_handle_time(scenario, queue)
        talk = law.mean_of("talk") * mean / law.mean if law.mean else 0.0
        by_interval = volumes.work_factor * (mean + talk * (volumes.talk_factor - 1.0))
        later = np.divide(
            self.follow_ups[:, q],
            self.contacts[:, q],
            out=np.zeros_like(mean * by_interval),
            where=self.contacts[:, q] > 0,
        )
        return by_interval + later * (volumes.usual_work * mean - by_interval)

    def _load(self, own: Floats, fixed: Floats) -> Load:
        scenario = self.scenario
        handle = own * self.tempo() * self.presence.slowness + fixed
        handle = np.stack([at_full_hands(scenario, queue, handle[:, q]) for q, queue in enumerate(scenario.queues)], 1)
        patience = np.array([queue.law("patience").mean for queue in scenario.numbered.queues])
        return Load(self.contacts, handle, 1.0 / np.maximum(patience, 1e-9))


def expected_need(prepared: Prepared) -> Requirement:
    """Seats needed and there, per interval of the horizon. Without a calibration (`prepare` alone) the figures of the
    file are taken as observed of this plan's own starting staff."""
    return Need(prepared).requirement


def net_shares(prepared: Prepared, rates: Brought) -> Floats:
    """Per queue: the share of its forecast that comes by itself, less those whom outreach keeps from coming."""
    scenario, volume = prepared.scenario, prepared.standard.volume
    if not prepared.standard.seen:
        forecast = np.array([prepared.expected[queue].contacts.sum() for queue in scenario.queues])
        volume = Traffic.of_forecast(scenario, forecast, rates.inflow).before_outreach()
    return np.array([volume.get(queue, 1.0) * (1.0 - prevented(scenario, queue)) for queue in scenario.queues])


def expected_contacts(prepared: Prepared, rates: Brought, shares: Floats) -> tuple[Floats, Floats]:
    """Contacts that come per interval, and of these the repeats and redials; intervals × queues. Of customers who
    leave, as many as the base plan is expected to have."""
    scenario, inflow = prepared.scenario, rates.inflow
    is_open = open_parts(scenario)
    forecast = np.array([prepared.expected[queue].contacts for queue in scenario.queues])
    own = coming(scenario, forecast * shares[:, None]) * is_open
    at_once, later = inflow.transferred + inflow.escalated, inflow.repeated + inflow.redialled
    # Who is sent to a queue that is closed does not come there; a deferred one takes everybody.
    admits = np.array([scenario.queue(queue).is_live for queue in scenario.queues])[:, None] <= (is_open > 0.0)
    whole = np.linalg.solve(np.eye(len(own)) - (at_once + later).T, own.sum(axis=1))
    due = np.maximum(whole @ later, 0.0)
    usual = forecast * is_open
    usual[usual.sum(axis=1) == 0.0] = own.sum(axis=0)
    usual = usual * admits
    day = usual / np.maximum(usual.sum(axis=1, keepdims=True), 1e-12)
    follow_ups = due[:, None] * day
    contacts = own + follow_ups
    sent = contacts
    for _ in range(MOST_TRANSFERS):
        sent = (at_once.T @ sent) * admits
        contacts = contacts + sent
        if not sent.any():
            break
    return contacts.T, follow_ups.T


def open_parts(scenario: Scenario) -> Floats:
    """Queues × intervals: the part of each in which contacts are not turned away."""
    clock = scenario.clock
    edges = np.arange(clock.intervals + 1, dtype=np.float64) * clock.interval
    return np.array(
        [
            np.ones(clock.intervals)
            if scenario.queue(queue).accepts_at_all_hours
            else OpenHours(scenario, queue).between(edges[:-1], edges[1:]) / clock.interval
            for queue in scenario.queues
        ]
    )


def mean_slowness(presence: Presence, contacts: Floats) -> Floats:
    """Per queue, over its contacts: the mean of 1 ÷ speed of those on shift; 1 without contacts."""
    whole = contacts.sum(axis=0)
    found = (presence.slowness * contacts).sum(axis=0)
    return np.asarray(np.divide(found, whole, out=np.ones_like(whole), where=whole > 0))


def tempo_of(prepared: Prepared, slowness: Floats) -> Floats:
    """Per queue: the base plan's calibrated slowness against that of the people on shift when its contacts come."""
    rates = expected_rates(prepared)
    contacts, _ = expected_contacts(prepared, rates, net_shares(prepared, rates))
    usual = mean_slowness(starting_staff(prepared), contacts)
    return np.asarray(np.where((slowness > 0.0) & (contacts.sum(axis=0) > 0), slowness / usual, 1.0))


def mean_handle_time(scenario: Scenario, queue: str) -> float:
    """The handle time that the file gives, or the mean of the log that is replayed, before the forecast's factors."""
    if queue not in scenario.data.replays:
        return work_of(scenario, queue).mean
    times, total = scenario.data.replays[queue].times, 0.0
    for part in ("talk", "hold", "wrap"):
        known = np.array(times.get(f"{part}_s", ()), dtype=float)
        mean = work_of(scenario, queue).mean_of(part)
        total += float(np.where(np.isnan(known), mean, known).mean()) if len(known) else mean
    return total
