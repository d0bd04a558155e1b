"""What a search for the hiring year says: the classes in a sentence, how sure that is, and what waiting costs."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from pathlib import Path

from sim.report.text.frontier import about_half
from sim.report.text.names import date_text, month_text, plural
from sim.report.text.numbers import decimal, money, share
from sim.report.text.phrases import Sentence, amount
from sim.report.text.targets import worst_text
from sim.staffing.found import Period
from sim.staffing.hiring.found import Delay, HiringFound, Rival
from sim.staffing.hiring.intake import Intake
from sim.staffing.wanted import NET_COST
from sim.study.statistics import Estimate
from sim.study.targets import MET, MISSED, NO_VERDICT, NOBODY_CAME, UNCLEAR, Verdict


def classes_text(found: HiringFound) -> str:
    """ "a class of 24 offers on Mon 12 Apr 2027 and one of 30 on Mon 3 May 2027"."""
    several = len({intake.group for intake in found.intakes}) > 1
    parts = []
    for n, (name, one) in enumerate(found.names.items()):
        of_group = f" for {found.intakes[one.intake].group}" if several else ""
        what = f"a class of {plural(one.offers, 'offer')}" if n == 0 else f"one of {one.offers}"
        until = found.intakes[one.intake].hiring.contract_until
        term = "" if until is None else f" until {date_text(until.isoformat(), year=True)}"
        parts.append(f"{what}{of_group} on {date_text(found.starts(name).isoformat(), year=True)}{term}")
    return "no class at all" if not parts else " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)


def period_text(period: Period) -> str:
    """ "claims, August 2027"."""
    if not period.date:
        return period.name
    if period.per == "month":
        return f"{period.name}, {month_text(period.date)}"
    text = date_text(period.date, year=True)
    return f"{period.name}, {'week of ' if period.per == 'week' else ''}{text} {period.start}".rstrip()


def level_text(level: Estimate) -> str:
    """ "82.4 % (80.5 to 84.3 %)"."""
    if not math.isfinite(level.low):
        return share(level.mean)
    return f"{share(level.mean)} ({share(level.low)[:-2]} to {share(level.high)})"


def what_is_least(found: HiringFound) -> str:
    return "net cost" if found.kpi == NET_COST else "cost"


def verdict(found: HiringFound) -> Sentence:
    """The sentence."""
    spec = found.base.spec.center
    currency, over = spec.currency, plural(found.plan.clock.days, "day")
    classes = classes_text(found)
    classes = classes[0].upper() + classes[1:]
    costs = f"{amount(found.cost.mean, found.cost.half_width, currency)} over {over}"
    if not found.holds:
        return Sentence(
            f"No classes that are allowed hold every target: {found.in_the_way}. Nearest: {classes}.", "bad"
        )
    if not found.confirmation.is_sure:
        best = "The best so far" if not found.is_finished else "The best found"
        return Sentence(
            f"{best}, {classes[0].lower()}{classes[1:]}, for {costs}, is {found.confirmation.says}.", "unsure"
        )
    hold = f"{classes} {'hold' if len(found.names) > 1 else 'holds'} every target for {costs}"
    rival = found.best_rival
    if rival is None:
        return Sentence(f"{hold}. No plan of the file holds every target, even on average.", "good")
    return Sentence(f"{hold}, {_against(rival, currency)}.", "good" if rival.difference.high < 0.0 else "unsure")


def _against(rival: Rival, currency: str) -> str:
    d = rival.difference
    if not math.isfinite(d.low) or d.low <= 0.0 <= d.high:
        between = f"{money(d.low, currency)} to {decimal(d.high, 0)}"
        beside = f"{rival.plan}, the cheapest plan of the file that does on average"
        return f"not surely less or more than {beside} ({between} on common luck)"
    saved = f"{about_half(d, currency)} {'less' if d.mean < 0.0 else 'more'}"
    part = f"{abs(d.mean) / rival.cost.mean:.1%}" if rival.cost.mean else "none"
    return f"{saved} ({part.replace('%', ' %')}) than {rival.plan}, the cheapest plan of the file that does on average"


def found_words(found: HiringFound) -> str:
    """Whether the plan found holds all targets, in a word or two."""
    return "surely met" if found.confirmation.is_sure else "not sure" if found.holds else "not held"


def luck_text(found: HiringFound) -> str:
    """How often the plan found, and those of the file, were played for what is said of them."""
    runs = found.confirmation.replications
    beside = min([runs, *(rival.replications for rival in found.rivals)])
    what = "luck that the search has not seen" if found.study is not None else "the luck of the search"
    others = "" if beside == runs or not found.rivals else f", {beside} of the file's plans, the same for all"
    return f"{plural(runs, 'replication')} of the plan found{others}, on {what}"


def worst_of(verdicts: Sequence[Verdict]) -> str:
    """How a plan holds its targets: its worst."""
    worst = max(verdicts, key=lambda one: one.gap)
    return f"{worst.name}, {worst_text(worst)}"


def sentences(found: HiringFound) -> list[Sentence]:
    """All of them, the answer first."""
    said = [verdict(found)]
    if found.confirmation.is_sure:
        tried = found.confirmation.tried
        more = f"; {plural(tried - 1, 'cheaper plan')} did not pass this test" if tried > 1 else ""
        said.append(Sentence(f"It {found.confirmation.says}{more}."))
    for missed in found.missed:
        said.append(Sentence(f"The plan {missed.plan} surely misses a target: {worst_of([missed.worst])}."))
    said += [delay_sentence(found, delay) for delay in found.delays]
    if found.bound is not None:
        currency = found.base.spec.center.currency
        said.append(
            Sentence(
                f"Bound: no classes of those allowed cost less than {money(found.bound.cost, currency)} "
                f"({share(found.bound.gap)} below the plan found), as far as it rests on {found.bound.rests_on}."
            )
        )
    return said


def delay_sentence(found: HiringFound, delay: Delay) -> Sentence:
    """What waiting costs: service, and what it takes to make good."""
    currency = found.base.spec.center.currency
    saves = delay.saves.mean
    changes = "saves" if saves >= 0 else "costs"
    fails = delay.lowest.margin < 0.0
    text = (
        f"The first class {plural(delay.weeks, 'week')} later {changes} {about_half(delay.saves, currency)} and "
        f"{'breaks' if fails else 'on average still holds'} the target: {period_text(delay.lowest)} "
        f"{share(delay.lowest.level.mean)}"
    )
    if delay.instead is None:
        instead = "of the few plans without an earlier class that were played, none would surely hold"
    else:
        dearer = f"{about_half(delay.instead, currency)} {'more' if delay.instead.mean >= 0 else 'less'}"
        instead = (
            "of the few plans without an earlier class that were played and would surely hold, the cheapest costs "
            f"{dearer} on the luck of the search"
        )
    return Sentence(f"{text}; {instead}.", "bad" if fails else "")


def rival_verdict(rival: Rival) -> str:
    """Of all targets of a plan of the file together: the least good of their verdicts."""
    words = [one.verdict for one in rival.verdicts]
    return next((word for word in (MISSED, NO_VERDICT, UNCLEAR, MET) if word in words), NOBODY_CAME)


def allowed_text(intake: Intake) -> str:
    """What the search might plan."""
    first, last = (date_text(date.isoformat(), year=True) for date in (intake.dates[0], intake.dates[-1]))
    until = intake.hiring.contract_until
    term = "" if until is None else f", until {date_text(until.isoformat(), year=True)}"
    room = "" if intake.in_training is None else f", {intake.in_training} offers in training at once"
    several = f"{intake.at_most} class{'es' * (intake.at_most != 1)}"
    sizes = f"{intake.size.at_least} to {intake.size.at_most} offers"
    return (
        f"{intake.group}: at most {several} of {sizes}, like "
        f"{intake.like}, on {len(intake.dates)} dates from {first} to {last}{term}{room}"
    )


def plan_text(found: HiringFound, file: str, name: str) -> list[str]:
    """What stands above the plan's file, and describes the plan."""
    about = f"{classes_text(found)}, found for {file}"
    return [about[0].upper() + about[1:], verdict(found).text, f"It is the plan {name}: sim compare this file."]


def next_steps(file: Path, written: Path) -> list[str]:
    """The plan's file beside the plans that it was held against."""
    return [f"Next: sim compare {shlex.quote(str(written))}  (the plan found beside those of {file.name})"]
