"""What the floor keeps in its head: records of ints and floats, the same under both calendars.

Under SimPy a table is a list of these objects; compiled, it is a numpy array whose layout derives from them.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import get_args

from sim.contact import NEVER as NEVER
from sim.contact import Born
from sim.observations import OFF
from sim.scenario.language.queues import Choose

# Events, in the order of the handlers.
(
    ARRIVE, ABANDON, OVERFLOW, HANG_UP, FINISH, DUTY, RETURN,
    END_STAGE, CALL_BACK, UNANSWERED, HAND_OVER, TAKE_DESK, COME_AGAIN,
) = range(13)  # fmt: skip

# What a duty row asks for.
ASSIGN, SEAT_ON, SEAT_OFF, CLOSE, OPEN_QUEUE = range(5)

# How a tier chooses among agents who hold equally many contacts.
CHOOSE = {name: number for number, name in enumerate(get_args(Choose))}
"""A rule's number, by the name that a scenario writes: for whoever carries the rule out."""

LONGEST_IDLE = CHOOSE["longest_idle"]

# Where a contact stands: before its first answer, in conversation, with a customer who has fallen silent, being
# wrapped up, with an agent who waits for the next one to take over, or dropped for another contact.
WAITS, TALKS, SILENT, WRAPS, HANDS_OVER, DROPPED = range(6)

# Whether a contact resolved the case: not known yet, nobody could, no, yes.
UNDECIDED, BEYOND, FAILED, RESOLVED = -2, -1, 0, 1

# What is done with a contact that goes on to another queue, or that its agent follows up.
COLD, WARM, SWARM, FOLLOW_UP = range(4)


@dataclass(slots=True)
class Contact(Born):
    """A contact on the floor. Beside what is reported of it and what it is born with, what the floor keeps in its head.

    Work is in seconds at standard speed until answered.
    """

    _: KW_ONLY
    tier: int = 0
    line: int = -1
    ahead: int = -1
    behind: int = -1
    onward: int = -1
    helper: int = -1
    """The agent before, who stays for the hand-over, and how long that takes."""
    handover: float = 0.0
    swarms: int = 0
    """Whether the first agent stays to the end."""
    stage: int = WAITS
    left: float = 0.0
    """Work of the stage still to do, held beside others."""
    dropped_at: float = 0.0
    rang_at: float = 0.0
    """When the callback began to ring that nobody picks up."""
    resolved: int = UNDECIDED
    others: float = 0.0
    """Agent time of the others that it was held beside, before it was handed back."""
    next_spare: int = -1
    """Of a slot that is free: the next one."""


@dataclass(slots=True)
class Agent:
    """An agent's state. `wanted` is the activity the roster asks for; it waits for the contacts in hand."""

    group: int = 0
    site: int = -1
    activity: int = OFF
    since: float = 0.0
    wanted: int = OFF
    wanted_at: float = -1.0
    length: float = 0.0
    contact: int = -1
    """The contact held alone."""
    dropped: int = -1
    """The contact interrupted for another."""
    held: int = 0
    load: int = 0
    """Contacts in hand, and those of them worked on: more than one only of shared channels."""
    next: int = -1
    """The shared contact whose stage ends next."""
    worked_until: float = 0.0
    taken: int = 0
    taken_since: float = 0.0
    leaving: int = 0
    at_desk: int = 0
    strain: float = 0.0
    """From 0, rested, to 1, fully tired; as of `strain_at`."""
    strain_at: float = 0.0
    idle_since: float = 0.0
    line: int = -1
    ahead: int = -1
    behind: int = -1


@dataclass(slots=True)
class Queue:
    lines: int = -1
    lines_used: int = 0
    lines_counted: int = 0
    trunk: int = 0
    """Whether its contacts take one of the center's lines too."""
    cut_off: int = 0
    closed: int = 0
    first_tier: int = 0
    end_tier: int = 0
    channel: int = 0
    live: int = 1
    shared: int = 0
    """Whether any group holds its contacts beside others."""
    interrupts: int = 0
    """Whether any group drops others for its contacts."""
    closes_after: float = 0.0
    callback: int = -1
    announces: int = 0
    announce_above: float = 0.0
    tolerance: float = 1.0
    patience_factor: float = 1.0
    handle: float = 0.0
    """Mean handle time as planned, for the expected wait."""
    on_duty: int = 0
    """Agents signed on with the skill, where the expected wait is asked for."""
    first_transfer: int = 0
    end_transfer: int = 0
    next_window: int = 0
    end_window: int = 0
    """Opening hours that follow-ups keep to, from the next on; the last begins with the horizon's end."""
    carries: int = 0
    """Whether work in hand is carried over at the end of a shift."""


@dataclass(slots=True)
class Group:
    excess: int = 0
    first_skill: int = 0
    end_skill: int = 0
    blends: int = 0
    """Whether its agents hold several contacts, or may be interrupted."""
    places: int = 1
    keeps_idle: int = 0
    """Whether a tier keeps some of its agents in reserve."""
    delay: float = -1.0
    """A vendor answers after this; -1 for agents of our own."""
    rush_above: float = -1.0
    """Contacts waiting per agent on duty above which agents rush; -1 for never. Below: what rushing does."""
    rush_pace: float = 1.0
    rush_care: float = 1.0
    rush_courtesy: float = 1.0
    tires: int = 0
    busy_strain: float = 0.0
    """Strain per second in contact; relief per idle second, and per second of a break; then what full strain does."""
    idle_relief: float = 0.0
    break_relief: float = 0.0
    tired_pace: float = 1.0
    tired_care: float = 1.0
    tired_courtesy: float = 1.0
    names_leavers: int = 0
    """Whether who leaves a seat is named beforehand."""
    rises: int = 0
    """Whether a skill's rank depends on the wait."""
    by_length: int = 0
    """Whether its agents take from the queue in which most wait."""


@dataclass(slots=True)
class Holding:
    """How a group's agents hold the contacts of a queue."""

    at_once: int = 1
    alone: int = 1
    interrupted_by: int = 0
    """A bit per channel."""
    penalty: float = 0.0
    by_anybody: int = 0
    """Whether anybody may go on with what was dropped."""


@dataclass(slots=True)
class Transfer:
    """Where contacts of a queue go on to, or what is done about those that it cannot resolve (`escalates`)."""

    queue: int = 0
    kind: int = COLD
    handover: float = 0.0
    escalates: int = 0
    resolution: float = 0.0
    """Of a follow-up by the first agent."""


@dataclass(slots=True)
class Callback:
    """When a callback is offered, and how it is made."""

    above_wait: float = -1.0
    above_waiting: int = -1
    accept: float = 0.0
    in_turn: int = 1
    answered: float = 1.0
    ring: float = 0.0
    attempts: int = 1
    retry_after: float = 0.0
    next_window: int = 0
    end_window: int = 0
    behind: int = 0
    """Whether it is made only while no live contact waits, and `keep_idle` other agents stay idle."""
    keep_idle: int = 0


@dataclass(slots=True)
class Window:
    """Quiet hours in which callbacks are made, or opening hours."""

    start: float = 0.0
    end: float = 0.0


@dataclass(slots=True)
class Site:
    desks: int = -1
    desks_used: int = 0


@dataclass(slots=True)
class Tier:
    """Agent groups that open to a queue's contacts `after` a wait."""

    after: float = 0.0
    choose: int = LONGEST_IDLE
    then: int = LONGEST_IDLE
    most_loaded: int = 0
    """Whether agents who hold most come first; if not, those who hold least."""
    shared: int = 0
    first_member: int = 0
    end_member: int = 0
    until: float = NEVER
    """It takes nobody who has waited so long."""


@dataclass(slots=True)
class Member:
    """A group in a tier; `share_up_to` is the cumulative share between the tier's groups."""

    group: int = 0
    keep_idle: int = 0
    share_up_to: float = 1.0
    partial: int = 0
    """Whether only some of the group's agents hold the skill."""


@dataclass(slots=True)
class Skill:
    """A queue that a group serves; lower `rank` is taken first, then the larger wait × weight."""

    queue: int = 0
    rank: int = 0
    weight: float = 1.0
    first_opening: int = 0
    end_opening: int = 0
    partial: int = 0
    """Whether only some of the group's agents hold the skill."""
    closes: int = 0
    """Whether the first in line may be closed to the group while others are not."""
    first_rise: int = 0
    end_rise: int = 0
    head_start: float = 0.0
    counts_double: float = 0.0
    """Seconds that the wait counts more; seconds of it that count twice."""


@dataclass(slots=True)
class Rise:
    """The rank of a skill's contacts that have waited so long."""

    after: float = 0.0
    rank: int = 0


@dataclass(slots=True)
class Opening:
    """When a queue's contacts are open to a group that has just become free."""

    after: float = 0.0
    keep_idle: int = 0
    until: float = NEVER


@dataclass(slots=True)
class Duty:
    """A row of the day's roster. `length` > 0 lasts that long from when it truly starts."""

    time: float = 0.0
    what: int = 0
    who: int = 0
    activity: int = 0
    length: float = 0.0


@dataclass(slots=True)
class List:
    """A doubly linked list of contacts or agents, threaded through their records."""

    first: int = -1
    last: int = -1
    count: int = 0


@dataclass(slots=True)
class CenterState:
    """What the floor knows of the center as a whole: its one row."""

    queues: int = 0
    groups: int = 0
    agents: int = 0
    blends: int = 0
    """Whether any group does."""
    estimates: int = 0
    """Whether any queue asks for the expected wait, or any group for how many are on duty."""
    rushes_or_tires: int = 0
    """Whether anybody rushes or tires."""
    cases: int = 0
    """Whether any case is followed up."""
    carries: int = 0
    """Whether any queue's work is carried over."""
    calls_behind: int = 0
    """Whether any queue's callbacks stand behind its live contacts."""
    begun: int = 0
    """Contacts in hand when the horizon began whose agents have not come yet."""
    levels: int = 0
    """Lists per group of agents who hold 1, 2, … contacts and have room for more."""
    first_level: int = 0
    first_interruptible: int = 0
    first_site: int = 0
    first_hand: int = 0
    """Where these kinds of lists start: see Floor.lists."""
    first_parked: int = 0
    first_behind: int = 0
    lists: int = 0
    settling: int = -1
    joining: int = -1
    """What the event at hand leaves to be done: a contact that joins a queue, then an agent to settle."""
    lines: int = -1
    lines_used: int = 0
    arrivals: int = 0
    next_arrival: float = NEVER
    """When the first contact of the day's next part arrives, if there is one."""
    duties: int = 0
    duty: int = 0
    """The next row of the roster to fall due."""
    spare: int = -1
    slots: int = 0
    # used by the compiled calendar only
    pending: int = 0
    in_order: int = 0
    """Events in the heap, and how many of them stand in their place."""
    order: int = 0
    contact_rows: int = 0
    presence_rows: int = 0


@dataclass(slots=True)
class Event:
    """`order`: times the number of kinds, plus which kind it is."""

    time: float = NEVER
    order: int = 0
    who: int = 0
    stamp: int = 0
