"""Why hours of a queue fell short, in sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.explaining.bad_hours import Hours, Part, Reasons
from sim.explaining.causes import SHIFT_TIMES, SHIFTS
from sim.report.text.names import date_text
from sim.report.text.numbers import NOTHING, decimal, share
from sim.study.statistics import Estimate

LEAST_TOLD = 0.005
"""Points of service, as shares: half a point; what is less is told together."""

WORTH_A_STEP = 0.02
"""Of a cause, likewise, for which a next step is named."""

REST = "too few people even so"
SPARE = "beyond the target, all these gone"
NONE_HERE = "The scenario has none of the causes that can be taken away; what is short is people."

STEPS = {
    "breaks and meetings": "move breaks or meetings out of these hours in a plan, then: sim compare FILE",
    SHIFT_TIMES: "better shifts of the same people: sim staff FILE --keep-heads",
    "absence": "how much of it is planned: the ledger, workforce.csv, of sim run FILE",
    "busier than usual": "what a forecast that is off does: sim compare FILE --risk",
    "longer contacts than usual": "what a forecast that is off does: sim compare FILE --risk",
    "newcomers": "when classes start: sim staff FILE --hiring",
    "repeats and redials": "what resolving more would save: sim frontier FILE --over pace",
    "other queues first": "who is offered what first: skills.QUEUE.priority in a plan, then: sim compare FILE",
    REST: "how many people, on which shifts: sim staff FILE",
}
"""By cause, what one would look at next."""


def hours_text(hours: Hours) -> str:
    """ "Mon 2 Mar, 10:30-11:00", "Mon 2 Mar", "Mon 2 Mar to Sun 8 Mar"."""
    first, last = (date_text(str(date)) for date in (hours.dates[0], hours.dates[-1]))
    return f"{first}, {hours.starts}" if hours.is_one else first if first == last else f"{first} to {last}"


def points(value: float) -> str:
    """ "12.3", without a sign."""
    return decimal(100 * value) if abs(value) < 0.9995 else decimal(100 * value, 0)


def with_half(one: Estimate) -> str:
    """ "12.3 ± 2.1"; of one replication the value alone."""
    half = one.half_width
    return points(one.mean) + (f" ± {points(half)}" if math.isfinite(half) else "")


def headline(r: Reasons) -> str:
    """What was short, and by how much."""
    where = f"{r.queue}, {hours_text(r.hours)}"
    if not math.isfinite(r.level.mean):
        return f"{where}: nobody came."
    level = f"{share(r.level.mean)} answered in time, target {share(r.target, 0)}"
    if r.gap > 0:
        return f"{where}: {level}: {points(r.gap)} points short."
    return f"{where}: {level}: nothing is short."


def sentences(r: Reasons) -> list[str]:
    """What takes the points, and what is left."""
    if not math.isfinite(r.level.mean):
        return []
    told = [] if r.has_hours or r.gap <= 0 else [_hours_of_people(r)]
    sure = [part for part in ranked(r) if not part.points.low <= 0.0 <= part.points.high]
    costing = [part for part in sure if part.points.mean >= LEAST_TOLD]
    helping = [part for part in sure if part.points.mean <= -LEAST_TOLD]
    unsure = [part for part in ranked(r) if part not in sure and abs(part.points.mean) >= LEAST_TOLD]
    if costing:
        taken = _listed([f"{part.cause.name} {with_half(part.points)}" for part in costing])
        told.append(f"{_capital(taken)} points." if r.gap > 0 else f"Even so, these cost points: {taken}.")
    if unsure:
        told.append(f"Not sure: {_listed([f'{part.cause.name} {with_half(part.points)}' for part in unsure])}.")
    if helping:
        less = (f"{part.cause.name}: without, {points(-part.points.mean)} points less" for part in helping)
        told.append(f"{_capital('; '.join(less))}.")
    if not r.parts:
        told.append(NONE_HERE)
    if r.parts:
        if r.has_hours and r.gap > 0:
            told.append(_hours_of_people(r))
        told.append(f"Without any of these, {share(r.without_all.mean)} would be in time: {_of_the_rest(r)}.")
    return told


def _hours_of_people(r: Reasons) -> str:
    """Whether other shifts alone could do."""
    when = "that day" if len(r.hours.dates) == 1 else "those days"
    hours = f"{r.hours_there:,.0f} seat hours are given to the queue {when}, {r.hours_needed:,.0f} are needed"
    laid = "enough, if they lay where they are needed" if r.has_hours else "too few, whatever the shifts"
    return f"People: {hours}: {laid}."


def _of_the_rest(r: Reasons) -> str:
    """What is left when all causes are gone."""
    rest = r.rest
    if r.only is not None:
        short = f"{points(rest.mean)} points are short for want of people, or by chance"
        return short if rest.mean > 0 else "nothing is short"
    if rest.low <= 0.0 <= rest.high:
        return f"whether there are people enough then is not sure ({with_half(r.without_all)} %)"
    if rest.mean > 0:
        return f"{with_half(rest)} points are short for want of people, whatever their shifts"
    return "nothing is short, with everybody there in all opening hours" if _of_shifts(r) else "nothing is short"


def _of_shifts(r: Reasons) -> bool:
    return any(part.cause.name == SHIFT_TIMES for part in r.parts)


def ranked(r: Reasons) -> list[Part]:
    """The dearest cause first."""
    return sorted(r.parts, key=lambda part: -part.points.mean)


def method(r: Reasons) -> list[str]:
    """How it was found, and what it does not say."""
    seen = (
        f"Of {r.replications} replications of these hours."
        if r.only is None
        else f"Of replication {r.only} alone: what chance did in it is in every figure, and none has an interval."
    )
    how = (
        "The plan was played again, on the same customers, without each set of the causes; a cause's part is what its "
        "removal adds, averaged over all orders of removing them (Shapley), so that the parts add up."
    )
    if not r.is_exact:
        how = how.replace("each set", "many sets").replace("all orders", f"{r.orders} orders")
    notes = [seen, how]
    if any(part.cause.name in SHIFTS for part in r.parts):
        text = "Who works on the day stays the same; longer hours are no plan, only a way to see what shift times cost."
        notes.append(text)
    if r.hours.is_one:
        per = r.scenario.queue(r.queue).level.per
        judged = "" if per == "interval" else f" The target itself is judged by the {per}."
        notes.append(f"A contact counts in the interval in which it came.{judged}")
    return notes


def next_steps(r: Reasons, file: str) -> list[str]:
    """By the dearest causes, what one would look at; at most three."""
    if not r.gap > 0:
        return []
    names = [part.cause.name for part in ranked(r) if part.points.mean >= WORTH_A_STEP]
    names += [REST] if r.rest.mean > WORTH_A_STEP else []
    if not r.has_hours:
        names = [REST, *(name for name in names if name not in (REST, SHIFT_TIMES))]
    steps = dict.fromkeys(STEPS[name].replace("FILE", file) for name in names)
    return list(steps)[:3]


def rest_name(r: Reasons) -> str:
    return REST if r.rest.mean > 0 else SPARE


def rows(r: Reasons) -> Sequence[tuple[str, str, str]]:
    """(cause, points with interval, what is played instead), the rest last."""
    told = [(part.cause.name, with_half(part.points), part.cause.without) for part in ranked(r)]
    rest = r.rest
    return [*told, (rest_name(r), with_half(rest) if math.isfinite(rest.mean) else NOTHING, "")]


def _listed(parts: Sequence[str]) -> str:
    """ "a, b and c"."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
