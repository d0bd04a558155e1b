"""A contact's fields, each in one place: which class it stands in, and on which side of the line, says all about it.

`Reported` is what its row says; `Born` adds the luck that the floor alone sees; the floor's own record adds what it
keeps in its head. Fields ahead of a KW_ONLY line are drawn by the demand; those behind it start with their default.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, fields

NEVER = 1e300
"""Later than any time: patience without end is above it."""


@dataclass(slots=True)
class Reported:
    """What a contact's row says of it, as the floor left it. Times in seconds since the start, on the floor's grid."""

    queue: int = 0
    index: int = 0
    arrived: float = 0.0
    attempt: int = 1
    """1 for a case's first contact, 2, 3 … for repeats and redials."""
    customer: int = -1
    _: KW_ONLY
    agent: int = -1
    """-1 when nobody answered."""
    answered: float = -1.0
    on_hold: float = 0.0
    """Seconds of hold, as its agent took them."""
    hung_up: float = 0.0
    ended: float = 0.0
    leg: int = 0
    """0 for the contact as it came, 1, 2 … once transferred."""
    transferred: int = 0
    """KEPT, TRANSFERRED, ESCALATED or SWARMED."""
    effort: float = 0.0
    """Agent time in seconds, shared among simultaneous contacts."""
    paused: float = 0.0
    """Seconds between first answer and end in which nobody worked on it."""
    promised: float = -1.0
    """When the callback was promised for; -1 where none was."""
    attempts: int = 0
    """Callback attempts that did not reach the customer."""
    case_began: float = 0.0
    """When the case's first contact arrived."""
    again: float = -1.0
    """When the customer comes again about the case, be it past the horizon; -1 if not: then, unless it was handed on or
    the horizon cut it short, the case is closed."""
    pace: float = 1.0
    """Share of the agent's usual handle time that it took, by haste and fatigue; then what these did to the chance to
    resolve, and the courtesy shown, 1 being usual."""
    care: float = 1.0
    courtesy: float = 1.0
    handed_back: int = 0
    """Times that an agent left it, begun, to whoever takes it up next."""
    gives_up: float = NEVER
    """The moment at which its patience ends, or would have; NEVER, and later, for who waits for ever."""


@dataclass(slots=True)
class Born(Reported):
    """What a contact is born with: work in seconds at standard speed, and uniforms still to be judged."""

    balks: int = 0
    refused: int = 0
    talk: float = 0.0
    hold: float = 0.0
    wrap: float = 0.0
    patience: float = 0.0
    """Seconds that it waits from its arrival on, a leg from its transfer; on the grid, or endless."""
    resolve: float = 0.0
    share: float = 0.0
    silent: float = 2.0
    """The share of the talk after which the customer falls silent; 2, past its end, for never."""
    accepts: float = 1.0
    legs_to_come: int = 0
    """Rows of the day's legs, from `first_leg` on, that follow if it is transferred; 0 once they stand by."""
    first_leg: int = 0
    escalates: int = 0
    """A leg that follows only if the agent before cannot resolve the case."""
    next_repeat: int = -1
    """Rows of today's follow-ups that come if it is unresolved, or lost; -1 for none."""
    next_redial: int = -1
    # how a follow-up comes: after a repeat, or a redial, in seconds; its place in the opening hours if that is out of
    # hours; and what of the talk is gone through again if it is a repeat.
    repeat_after: float = 0.0
    redial_after: float = 0.0
    comes_when: float = 0.5
    told_again: float = 0.0
    pick: float = 0.0
    """A uniform that chooses among agents, where a tier does so at random."""
    begun: int = 0
    """Whether an agent had it in hand when the horizon began: it goes first then."""


REPORTED = tuple(f.name for f in fields(Reported))
DRAWN = tuple(f.name for f in fields(Born) if not f.kw_only)
"""What the demand draws, in the order in which a record takes it."""
