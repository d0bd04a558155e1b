"""One caller's story moment by moment."""

from __future__ import annotations

from typing import NamedTuple

from sim.explaining.story import GAVE_UP, UNFINISHED, Leg, Story, WentFirst
from sim.explaining.turns import LENGTH, PRIORITY, WEIGHT
from sim.report.text.story import at, listed, resolved_word

AT_MOST = 6
"""Of those who went first, in the time line: the first so many."""
BRIEFLY = {PRIORITY: "priority", WEIGHT: "its wait counts more", LENGTH: "longer line", "": "rule not known"}


class Moment(NamedTuple):
    """A line of the time line: when, how long after the contact came, and what happened."""

    at: str
    since: str
    text: str


def time_line(story: Story) -> list[Moment]:
    """What happened, moment by moment, leg after leg."""
    told: list[tuple[float, str]] = []
    for leg in story.legs:
        told += [(leg.arrived, f"comes to {leg.queue}; {leg.ahead:,} ahead")]
        if leg.promised is not None:
            told.append((leg.arrived, f"takes a callback, promised by {at(story, leg.promised)}"))
        told += [
            (leg.arrived + after, f"{listed(list(groups))} {'is' if len(groups) == 1 else 'are'} asked too")
            for after, groups, _ in leg.routes
            if 0.0 < after <= leg.left - leg.arrived
        ]
        told += [(one.taken, _goes_first(one)) for one in leg.went_first[:AT_MOST]]
        if more := leg.went_first[AT_MOST:]:
            until = at(story, more[-1].taken)
            told.append((more[0].taken, f"… and {len(more)} more that came later go first, till {until}"))
        if leg.answered is None:
            told.append((leg.left, _ends(leg)))
            continue
        name = leg.agent or leg.group
        begun = leg.way == "taken up again"
        told.append((leg.answered, f"somebody begins it, and hands it on to {name}" if begun else f"{name} answers"))
        if leg.hung_up is not None and leg.outcome != UNFINISHED:
            if leg.ended > leg.hung_up:
                told.append((leg.hung_up, f"the talk ends, {name} wraps up"))
            told.append((leg.ended, f"{name} is done; " + ("sent on" if leg.sent_on else resolved_word(leg.resolved))))
    first = story.legs[0].arrived
    again = (one for one in story.case if one.arrived > first)
    told += [(one.arrived, f"comes again, to {one.queue}: contact {one.contact}") for one in again]
    told.sort(key=lambda one: one[0])
    return [Moment(at(story, when), "+" + _since(when - first), text) for when, text in told]


def _goes_first(one: WentFirst) -> str:
    return f"{one.contact} of {one.queue} goes first, to {one.agent} ({BRIEFLY.get(one.why, one.why)})"


def _ends(leg: Leg) -> str:
    """For the time line, in the present."""
    return {GAVE_UP: "hangs up" if leg.channel == "phone" else "gives up", "balked": "hangs up at once"}.get(
        leg.outcome, leg.outcome
    )


def _since(passed: float) -> str:
    minutes, rest = divmod(round(passed), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
