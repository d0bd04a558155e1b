"""One caller's story in plain sentences."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sim.explaining.agent_days import OFF_DUTY
from sim.explaining.story import ANSWERED_ONE, GAVE_UP, NOT_THERE, UNFINISHED, Leg, Saving, Story
from sim.explaining.turns import LENGTH, PRIORITY, WEIGHT
from sim.report.text.names import date_text, plural
from sim.report.text.numbers import seconds
from sim.report.text.numbers import span as roughly

DOING = {
    "available": "free", "talk": "talking", "wrap": "wrapping up", "ring": "calling a customer back",
    "at work": "at work begun earlier", "break": "on break", "meeting": "in a meeting", "coaching": "in coaching",
    "training": "in training", "leave": "on leave", "sick": "sick", "away": "away", "late": "late",
    "waiting for a desk": "waiting for a desk",
}  # fmt: skip
WHY = {
    PRIORITY: "its queue goes first for them",
    WEIGHT: "its wait counts more for them",
    LENGTH: "its line was longer",
    "": "by a rule that no row shows",
}
PROVES = "As far as this replay tells"

EXACT = 6000.0
"""Seconds up to which a wait is told to the second."""


def span(value: float) -> str:
    """ "48 s", "2 min", "29 min 48 s", "3.4 h"."""
    return seconds(value).removesuffix(" 00 s") if value < EXACT else roughly(value)


def headline(story: Story) -> str:
    """ "Contact 412 waited 3 min 08 s for orders and hung up."."""
    first, last = story.legs[0], story.legs[-1]
    if len(story.legs) > 1:
        names = ", then ".join(leg.queue for leg in story.legs)
        return f"Contact {story.contact} went through {names}, and in the end {_fate(last)}."
    waited = "" if not first.wait else f"waited {span(first.wait)} for {first.queue} and "
    where = "" if waited else f" at {first.queue}"
    return f"Contact {story.contact} {waited}{_fate(first)}{where}."


def _fate(leg: Leg) -> str:
    if leg.answered is not None:
        if leg.outcome == UNFINISHED:
            return "was still in hand at the end"
        return "was answered" if leg.wait else "was answered at once"
    return {
        GAVE_UP: "hung up" if leg.channel == "phone" else "gave up",
        "balked": "hung up at once", "blocked": "found every line taken", "out of hours": "came out of hours",
        "cut off at close": "was cut off at closing time", "still waiting": "was still waiting at the end",
        "not reached": "was not reached",
    }[leg.outcome]  # fmt: skip


def sentences(story: Story) -> list[str]:
    """The whole story in short paragraphs, leg after leg, and what else became of the case."""
    told = [f"{_date(story)}; plan {story.plan}, replication {story.replication}, seed {story.seed}."]
    for number, leg in enumerate(story.legs):
        told += [" ".join(part) for part in _of_leg(story, leg, number) if part]
    told += [_of_case(story)] if story.case else []
    return told


def _date(story: Story) -> str:
    return date_text(_local(story, story.legs[0].arrived).date().isoformat(), year=True)


def _local(story: Story, when: float) -> dt.datetime:
    """Clocks may change within the horizon: what passes is real time."""
    return (story.start.astimezone(dt.UTC) + dt.timedelta(seconds=when)).astimezone(ZoneInfo(story.zone))


def at(story: Story, when: float) -> str:
    """ "10:38:12"; on another day than the contact came with its date: "Tue 3 Mar 08:00:00"."""
    moment, first = _local(story, when), _local(story, story.legs[0].arrived)
    date = "" if moment.date() == first.date() else date_text(moment.date().isoformat()) + " "
    return f"{date}{moment:%H:%M:%S}"


def _who(leg: Leg) -> str:
    return "the caller" if leg.channel == "phone" else "the customer"


def _of_leg(story: Story, leg: Leg, number: int) -> list[list[str]]:
    """How it came, who went first, how it ended, and what would have been enough: the sentences of each."""
    came = {"phone": "called", "chat": "opened a chat with"}.get(leg.channel, "wrote to")
    verb = "was sent on to" if number else came
    again = f", for the {_nth(story.attempt)} time about the same case" if story.attempt > 1 and not number else ""
    told = [f"{_who(leg).capitalize()} {verb} {leg.queue} at {at(story, leg.arrived)}{again}."]
    first: list[str] = []
    if leg.promised is not None:
        told.append(f"Rather than wait in line, {_who(leg)} took a callback, promised by {at(story, leg.promised)}.")
    elif leg.left > leg.arrived:
        told, first = [*told, _line(leg), *_people(leg)], _first(story, leg)
    return [told, first, _end(story, leg), _saved(story, leg, leg.saving) if leg.saving else []]


def _line(leg: Leg) -> str:
    verb = "stood ahead in line" if leg.live else "lay before it"
    own = f"{leg.ahead:,} {verb}" if leg.ahead else f"{'Nobody' if leg.live else 'Nothing'} {verb}"
    others = [f"{count} of {name}" for name, count in leg.ahead_elsewhere.items()]
    if not others:
        return f"{own}."
    also = " too" if leg.ahead else ""
    return f"{own}{',' if leg.ahead else ', but'} {listed(others)} waited for the same people{also}."


def _people(leg: Leg) -> list[str]:
    """What everybody did whom the route leads to, when it came and when it left the line; and who was not asked yet."""
    if not leg.people:
        return ["Its route leads to nobody of the center's own."]
    then, later = _by_group(leg, leg.people), _by_group(leg, leg.people_at_end)
    return [f"Who could have answered then: {then}.", f"At the end of the wait: {later}."]


def _by_group(leg: Leg, people: dict[str, dict[str, int]]) -> str:
    told = []
    for group, doing in people.items():
        step = next((s for s in leg.routes if group in s[1]), None)
        later = []
        if step is not None and step[0] > 0.0:
            later.append(f"asked after {span(step[0])}")
        if step is not None and step[2]:
            later.append(f"only while more than {step[2]} of them {'is' if step[2] == 1 else 'are'} free")
        there = {what: count for what, count in doing.items() if what not in OFF_DUTY}
        aside = {what: count for what, count in doing.items() if what in OFF_DUTY - NOT_THERE}
        absent = {what: count for what, count in doing.items() if what in NOT_THERE}
        missing = f" (not there: {doing_words(absent)})" if absent else ""
        if not there:
            besides = f", {doing_words(aside)}" if aside else ""
            told.append(f"{group}: nobody on duty{besides}{missing}{_in_brackets(later)}")
            continue
        besides = f", and besides {doing_words(aside)}" if aside else ""
        count = sum(there.values())
        told.append(f"{group}, {count} on duty{_in_brackets(later)}: {doing_words(there)}{besides}{missing}")
    return "; ".join(told)


def doing_words(doing: dict[str, int]) -> str:
    most_first = sorted(doing.items(), key=lambda one: -one[1])
    return listed([f"{count} {DOING.get(what, f'at {what}')}" for what, count in most_first])


def _in_brackets(words: list[str]) -> str:
    return f" ({', '.join(words)})" if words else ""


def _first(story: Story, leg: Leg) -> list[str]:
    if not leg.went_first:
        return ["Nobody who came later went first."] if leg.live else []
    kinds: dict[tuple[str, str], int] = {}
    for one in leg.went_first:
        kinds[one.queue, one.why] = kinds.get((one.queue, one.why), 0) + 1
    words = [f"{count} of {queue} ({WHY.get(why, why)})" for (queue, why), count in kinds.items()]
    first = leg.went_first[0]
    return [
        f"{plural(len(leg.went_first), 'contact')} that came later went first: {listed(words)}; the first of them was "
        f"contact {first.contact}, at {at(story, first.taken)}.",
        *_but_for(story, leg),
    ]


def _but_for(story: Story, leg: Leg) -> list[str]:
    if leg.but_for is None:
        return []
    one, when = leg.but_for, at(story, leg.but_for.taken)
    which = f"contact {one.contact} of {one.queue}"
    return [f"But for {which}, {_who(leg)} was next for {one.agent} at {when}, after {span(one.taken - leg.arrived)}."]


def _end(story: Story, leg: Leg) -> list[str]:
    who, when, waited, stood = _who(leg), at(story, leg.left), span(leg.wait), span(leg.left - leg.arrived)
    if leg.answered is None:
        return [_unanswered(leg, who, when, waited)]
    name = f"{leg.agent} of {leg.group}" if leg.agent else f"{leg.group}, an outside partner,"
    how = {
        "at once": f"{name} was free and took it at once",
        "tier opened": f"At {when}, after {stood}, step {leg.tier} of the route opened, and {name} was free",
        "called back": f"{name} reached the customer by a callback at {at(story, leg.answered)}, after {waited}",
        "taken up again": f"{name} finished it, which somebody else had begun at {when}",
    }.get(leg.way, f"At {when}, after {stood}, {name} came free and took it")
    rule = f" ({'chosen by' if leg.way != 'next free' else 'who takes by'} {leg.rule})" if leg.rule else ""
    told = [f"{how}{rule}."]
    if leg.answered > leg.left and leg.promised is None:
        told.append(f"It was answered at {at(story, leg.answered)}.")
    if leg.live and leg.promised is None:
        in_time = leg.wait <= leg.limit
        told.append(f"That was {'within' if in_time else 'later than'} the {seconds(leg.limit)} of its target.")
        if leg.patience_left is not None and leg.wait > 0.0:
            told.append(f"The customer would have waited {seconds(leg.patience_left)} more.")
    return told + _work(leg)


def _unanswered(leg: Leg, who: str, when: str, waited: str) -> str:
    return {
        GAVE_UP: f"At {when}, after {waited}, the patience of {who} was at an end: nobody had answered.",
        "balked": f"{who.capitalize()} left at once, for the wait that was to be expected.",
        "blocked": "Every line was taken, so the call did not come through.",
        "out of hours": "The queue was closed.",
        "cut off at close": f"At {when}, after {waited}, the queue closed, and {who} was cut off.",
        "still waiting": f"At {when}, when the replay ends, {who} had waited {waited} and was waiting still.",
        "not reached": f"Called back, {who} did not pick up, the last time at {when}.",
    }[leg.outcome]


def _work(leg: Leg) -> list[str]:
    if leg.outcome == UNFINISHED or leg.answered is None or leg.hung_up is None:
        return ["It was still in hand when the replay ends."]
    talk, wrap = leg.hung_up - leg.answered - leg.paused, leg.ended - leg.hung_up
    told = f"It took {span(talk)}" + (f", {seconds(leg.hold)} of that on hold" if leg.hold else "")
    told += f", and {span(wrap)} of wrap" if wrap else ""
    told += f"; it lay aside for {span(leg.paused)} meanwhile" if leg.paused else ""
    if leg.sent_on:
        return [f"{told}; then it was sent on."]
    return [f"{told}. The case was {'resolved' if leg.resolved else 'not resolved'} by it."]


def _saved(story: Story, leg: Leg, saving: Saving) -> list[str]:
    """What would have been enough; only what the rows prove."""
    when, before = at(story, saving.by), saving.people - 1
    if before:
        told = [
            f"{PROVES}, {saving.people} people more of {saving.group} would have had to be free just before {when}: "
            f"{before} who waited would have gone before {_who(leg)}."
        ]
    else:
        told = [
            f"{PROVES}, one person more of {saving.group}, free just before {when}, would have been enough: "
            f"{_who(leg)} was next for them."
        ]
    if saving.back is not None:
        name, what, until = saving.back
        told.append(f"{name} was {DOING.get(what, what)} then, and back first: {_after(story, until, saving.by)}.")
    if saving.next_free is not None:
        name, free = saving.next_free
        told.append(f"The first to be free was {name}, {_after(story, free, saving.by)}.")
    return told


def _after(story: Story, when: float, since: float) -> str:
    later = when - since
    return f"at {at(story, when)}, {span(later)} later" if later > 0.0 else "at that very moment"


def _of_case(story: Story) -> str:
    words = [
        f"contact {one.contact}, the {_nth(one.attempt)}, to {one.queue} at {at(story, one.arrived)}: {one.outcome}"
        + f", {resolved_word(one.resolved)}" * (one.outcome == ANSWERED_ONE)
        for one in story.case
    ]
    return f"Of the same case: {'; '.join(words)}."


def resolved_word(resolved: bool) -> str:
    return "resolved" if resolved else "not resolved"


def _nth(number: int) -> str:
    return f"{number}{'th' if number // 10 % 10 == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""
