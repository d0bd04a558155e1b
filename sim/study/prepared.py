"""One plan made ready to play: lowered once, and shared by all its replications."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.chances import relative_chance
from sim.demand.customers_of import CustomersOf, lower_customers
from sim.demand.forecast import Expected, expected
from sim.errors import Problem
from sim.floor.tables.duties import Duties, fixed_duties, lower_duties
from sim.floor.tables.layout import Setting
from sim.floor.tables.lower import lower_setting
from sim.measures.costs import Payroll, prepare_payroll
from sim.measures.folding_tables import CountingOf, lower_counting
from sim.measures.sums import Slots, slots_of
from sim.scenario.model import Scenario
from sim.study.warm_up import WarmUp, warm_up_of
from sim.workforce.contract_hours import ContractPlayed, contracts_played
from sim.workforce.people import Agents, build_agents
from sim.workforce.proficiency import courtesy_on
from sim.workforce.roster import Roster, build_segments
from sim.workforce.skills import skill_tables

Floats = NDArray[np.float64]


class Rates(NamedTuple):
    """What a queue's contacts were seen to bring about in the base plan, per contact, and the settings behind it."""

    sent: float
    """Transferred; then escalated, repeated, redialled."""
    escalated: float
    repeated: float
    redialled: float
    stayed: float
    """Seconds of staying with it after handing it on; then the share that is worked on afterwards."""
    worked_on: float
    tempo: float
    """Handle time of those who answer, against the mean of those on shift: haste, fatigue, and who answers most."""
    chance: float
    """Mean chance to resolve of the staff with the skill."""
    shares: tuple[float, float, float, float]
    """Settings: transferred; escalated and repeated, of the unresolved; redialled, of the lost."""


@dataclass(frozen=True)
class Standard:
    """What calibration solves for, per queue: the factor on work, the base chance to resolve, the fresh volume."""

    work: dict[str, float]
    resolution: dict[str, float]
    volume: dict[str, float] = field(default_factory=dict)
    """Share of the forecast that comes by itself, where transfers, repeats and redials bring the rest; more than all of
    it where some are prevented."""
    carried: dict[str, float] = field(default_factory=dict)
    """Chance that a contact of the days before the horizon brings a repeat into it, where there are repeats."""
    customers_there: tuple[float, ...] | None = None
    """By day, where customers leave: the share of them whom the base plan is expected to have still. The forecast is
    what these bring."""
    seen: dict[str, Rates] = field(default_factory=dict)
    """By queue; nothing before the base plan has been calibrated."""
    solo: dict[str, float] = field(default_factory=dict)
    """Where handle time is that of sessions: the part of it that it takes with nothing else in hand."""


@dataclass(frozen=True)
class Prepared:
    """A plan lowered once; every replication starts from it."""

    scenario: Scenario
    agents: Agents
    speed: Floats
    """Agents × queues, on the first day."""
    starting_duties: Duties | None
    """As `duties`; None where they are made only when asked for."""
    fixed: Duties
    """Closing times and seats alone, where the workforce moves."""
    roster: Roster | None
    """Of everybody who may ever work, where the workforce moves."""
    setting: Setting
    expected: dict[str, Expected]
    payroll: Payroll
    slots: Slots
    standard: Standard
    contracts: tuple[ContractPlayed, ...] = ()
    """Of the starting staff, where the file gives contract hours."""
    foreseen: tuple[Problem, ...] = ()
    """Warnings that need the roster; found once per study."""
    warm_up: WarmUp | None = None

    def fresh(self) -> dict[str, Expected]:
        """The forecast without what transfers, repeats and redials bring; with those who will have left by then."""
        less = {
            queue: replace(self.expected[queue], contacts=self.expected[queue].contacts * share)
            for queue, share in self.standard.volume.items()
            if queue in self.expected
        }
        fresh = self.expected | less
        if self.standard.customers_there is None:
            return fresh
        # A plan may last longer than the base plan.
        known_until = len(self.standard.customers_there) - 1
        still_there = np.array(self.standard.customers_there)[np.minimum(self.scenario.clock.interval_day, known_until)]
        return {queue: replace(one, contacts=one.contacts / still_there) for queue, one in fresh.items()}

    @cached_property
    def duties(self) -> Duties:
        """Of the starting staff, when everybody comes; with the days of a warm-up. Where the workforce moves, a pilot
        alone asks for them: they are large, and no replication's."""
        if self.starting_duties is not None:
            return self.starting_duties
        return lower_duties(self.scenario, build_segments(self.scenario, self.agents, self.roster))

    @cached_property
    def customers(self) -> CustomersOf:
        """Who comes, by the floor's clock: from the first day of a warm-up on."""
        scenario, fresh = self.scenario, self.fresh()
        if self.warm_up is not None:
            scenario, fresh = self.warm_up.scenario, self.warm_up.volumes(fresh)
        return lower_customers(scenario, self.standard.work, fresh, self.standard.carried)

    @cached_property
    def counting(self) -> CountingOf:
        """What counts, and where."""
        return lower_counting(self.scenario, self.slots, self.agents.group)

    @property
    def contacts(self) -> float:
        """Contacts expected in one replication."""
        return float(sum(queue.contacts.sum() for queue in self.expected.values()))


STAFFING = frozenset({"groups", "shifts", "rotations"})
"""Tables that say who works when, and nothing of who calls."""


def with_staff_of(scenario: Scenario, other: Scenario) -> Scenario:
    """A plan with another's staff, of which the other differs in nothing else: both then share what is known of their
    customers."""
    return scenario.with_spec(**{name: getattr(other.spec, name) for name in sorted(STAFFING)})


def _same_customers(scenario: Scenario, other: Scenario) -> bool:
    """Whether two plans share all but these tables, as one made from the other (`with_spec`) does."""
    tables = set(type(scenario.spec).model_fields) - STAFFING
    same = all(getattr(scenario.spec, name) is getattr(other.spec, name) for name in tables)
    return same and scenario.data is other.data


def prepare(scenario: Scenario, standard: Standard | None = None, like: Prepared | None = None) -> Prepared:
    """The plan under a calibration's solution; without one, its figures are taken as standard.

    `like`: another plan made ready; where both have the same customers, what is known of them is not worked out again.
    """
    if standard is None:
        chances = {queue.name: queue.spec.fcr for queue in scenario.numbered.queues}
        standard = Standard(dict.fromkeys(scenario.queues, 1.0), chances)
    agents = build_agents(scenario)
    roster = Roster(scenario, agents)
    moves = scenario.uses.moving_workforce
    # Where the workforce moves, each replication draws up its own weeks.
    segments = None if moves and not scenario.warm_up_days else build_segments(scenario, agents, roster)
    speed, multiplier = skill_tables(scenario, agents)
    chance = chance_to_resolve(scenario, multiplier, standard)
    known = like if like is not None and _same_customers(scenario, like.scenario) else None
    slots, warm_up = slots_of(scenario) if known is None else known.slots, None
    if segments is not None:
        warm_up = warm_up_of(scenario, segments)
    duties = None if warm_up is None else warm_up.duties
    if duties is None and segments is not None:
        duties = lower_duties(scenario, segments)
    return Prepared(
        scenario, agents, speed,
        duties,
        fixed_duties(scenario) if warm_up is None else warm_up.fixed,
        roster if moves else None,
        lower_setting(
            scenario if warm_up is None else warm_up.scenario, agents, speed, chance,
            courtesy_on(scenario, agents, None),
        ),
        {queue: expected(scenario, queue) for queue in scenario.queues} if known is None else known.expected,
        prepare_payroll(scenario, agents, None if moves else segments, slots.of_interval, slots.count), slots, standard,
        contracts_played(scenario, agents, roster, agents.starting), warm_up=warm_up,
    )  # fmt: skip


def with_standard(prepared: Prepared, standard: Standard) -> Prepared:
    """The same plan under a calibration's solution."""
    _, multiplier = skill_tables(prepared.scenario, prepared.agents)
    chance = chance_to_resolve(prepared.scenario, multiplier, standard)
    # A vendor's chances, behind our own agents', are its own.
    own = chance.reshape(-1)
    resolution = np.concatenate([own, prepared.setting.resolution[len(own) :]])
    return replace(prepared, setting=replace(prepared.setting, resolution=resolution), standard=standard)


def chance_to_resolve(scenario: Scenario, multiplier: Floats, standard: Standard) -> Floats:
    """Agents × queues: each queue's base chance, made as good as each agent's multiplier says."""
    base = np.array([standard.resolution[queue] for queue in scenario.queues])
    return np.asarray(np.minimum(1.0, relative_chance(base, multiplier)))
