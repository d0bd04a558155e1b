"""What a search for staff says: the plan in a sentence, how sure that is, how far from the best, what to do next."""

from __future__ import annotations

import shlex
from pathlib import Path

from sim.measures.kpis import CENTER
from sim.report.text.names import plural
from sim.report.text.numbers import share
from sim.report.text.phrases import Sentence, amount
from sim.report.text.staffing_values import (
    AIMS,
    NOT_CONFIRMED,
    SEARCHS,
    SURELY,
    against,
    aim_text,
    cheapest_that_holds,
    currency_of,
    found_result,
    how_sure,
    in_when,
    is_tested,
    least_text,
    level_text,
    money_of,
    people,
    sum_text,
    surely_misses,
    weekly,
    what_of,
    when_of,
)
from sim.report.text.targets import chance_sentence
from sim.staffing.found import Found, Period
from sim.staffing.span import span_of
from sim.staffing.wanted import HEADS, PAID_HOURS
from sim.study.compare import Difference
from sim.study.result import PlanResult
from sim.study.targets import verdicts_of

ON_THE_SEARCHS_LUCK = (
    f"On the luck that the search saw, which flatters what it chose: {NOT_CONFIRMED}. Only the plan found was played "
    "on luck that the search had not seen."
)
STOPPED = "Stopped early"


def verdict(f: Found) -> Sentence:
    """The answer."""
    failing = [p for p in f.periods if p.margin < 0]
    if f.impossible is not None:
        found = _impossible(f)
    elif failing:
        found = _falls_short(f, failing)
    else:
        found = _holds(f)
    if f.is_finished:
        return found._replace(text=found.text[:1].upper() + found.text[1:])
    return Sentence(f"{STOPPED}; best so far: {found.text}", "bad" if found.tone == "bad" else "unsure")


def conditions(f: Found) -> str:
    """ "every target each day", "every target in 90 % of its periods and 2 limits"."""
    wanted = f.wanted
    text = "every target" + (" asked for" if wanted.left_out or wanted.targets else "")
    pers = {period.per for period in f.periods if period.per}
    if wanted.periods is None and len(pers) == 1:
        text += f" each {pers.pop()}"
    if wanted.periods is not None:
        text += f" in {share(wanted.periods, 0)} of its periods"
    return text + (f" and {plural(len(wanted.limits), 'limit')}" if wanted.limits else "")


def _holds(f: Found) -> Sentence:
    is_sure = f.confirmation.is_sure
    # A target that holds on average fails on some of the days: how often is told beside it.
    average = " on average" if f.wanted.periods is None else ""
    sure = "" if is_sure else f", which is {NOT_CONFIRMED}"
    verb = "holds" if sum(f.heads) == 1 else "hold"
    text = f"{_who(f)} {verb} {conditions(f)}{average}{_for(f)}{sure}.{_against(f)}"
    return Sentence(text, "good" if is_sure else "unsure")


def _who(f: Found) -> str:
    number = people(sum(f.heads))
    if f.heads == f.allowed.today:
        return f"today's {number}, as they are,"
    return f"the same {number} on other shifts" if f.wanted.keep_heads else number


def _for(f: Found) -> str:
    text = sum_text(f, found_result(f).kpi(money_of(f)))
    return f" with {text}" if f.wanted.minimise == PAID_HOURS else f" for {text}"


def _against(f: Found) -> str:
    """ " That is USD 1,870 ± 40 a week less than your cheapest plan that does (two-more)."."""
    if f.wanted.budget is not None:
        return _budget(f)
    others = f.study.results[:-1]
    rival = cheapest_that_holds(f)
    if f.heads == f.allowed.today and (rival is None or rival[0] is others[0]):
        return " No better shifts were found." if f.wanted.keep_heads else " No cheaper staffing was found."
    if rival is None:
        none = "Today's plan does" if len(others) == 1 else f"None of your {len(others)} plans does"
        return f" {none}{' not' * (len(others) == 1)}, not even on average."
    result, how = rival
    whose = f"your cheapest plan that does{'' if how == SURELY else ' on average'} ({result.label})"
    if f.wanted.minimise == HEADS:
        more = sum(f.heads) - sum(f.allowed.today) if result is others[0] else _heads_between(f, result)
        fewer = f" {people(abs(more))} {'more' if more > 0 else 'fewer'} than {whose}."
        return fewer if more else f" As many as in {whose}."
    found = [d for d in against(f, result) if d.kpi == money_of(f) and d.scope == CENTER]
    return f" That is {_less(f, found[0])} {whose}." if found else ""


def _budget(f: Found) -> str:
    assert f.wanted.budget is not None
    return f" The budget is {amount(weekly(f, f.wanted.budget), 0.0, currency_of(f))} {span_of(f.plan).words}."


def _heads_between(f: Found, other: PlanResult) -> int:
    own, others = (int(result.prepared.agents.starting.sum()) for result in (found_result(f), other))
    return own - others


def _less(f: Found, d: Difference) -> str:
    e = d.estimate.times(span_of(f.plan).scale)
    hours = f.wanted.minimise == PAID_HOURS
    size = amount(abs(e.mean), e.half_width, "" if hours else currency_of(f)).strip()
    unsure = "" if e.low > 0 or e.high < 0 else ", which is not sure,"
    return f"{size}{' paid hours' * hours} {span_of(f.plan).words} {'less' if e.mean <= 0 else 'more'}{unsure} than"


def _falls_short(f: Found, failing: list[Period]) -> Sentence:
    """The sum, or the people that were allowed, do not reach what was wanted, or luck may hide that they do."""
    one, number, budget = sum(f.heads) == 1, len(failing), _budget(f) if f.wanted.budget is not None else ""
    if not surely_misses(f):
        below = f"on average {_short(f, failing[0])}"
        below += f", the lowest of {number} of {plural(len(f.periods), 'period')} that fall short" if number > 1 else ""
        runs = plural(found_result(f).replications, "replication")
        text = f"{_who(f)} may hold {conditions(f)}{_for(f)}, and may not: {below}; {runs} cannot tell that from luck."
        return Sentence(text + budget, "unsure")
    more = f", the worst of {number} periods that fail" if number > 1 else ""
    text = f"{_who(f)} {'comes' if one else 'come'} nearest{_for(f)}, but {'does' if one else 'do'} not hold "
    return Sentence(f"{text}{conditions(f)}: {_short(f, failing[0])}{more}.{budget}", "bad")


def _short(f: Found, p: Period) -> str:
    """ "orders reaches 71.2 % on Mon 2 Mar (target 80 %)"."""
    currency = currency_of(f)
    reached = f"{'is at' if p.at_most else 'reaches'} {level_text(p, p.level.mean, currency)}"
    return f"{what_of(p)} {reached} {in_when(p)} (target {aim_text(p, currency)})"


def _impossible(f: Found) -> Sentence:
    assert f.impossible is not None
    who = f"{'the same people on other shifts' if f.wanted.keep_heads else 'any staffing that is allowed'}"
    text = f"no way was found for {who} to hold {conditions(f)}: in the nearest, {people(sum(f.heads))}{_for(f)}, "
    text += f"{_short(f, f.impossible.period)}. In the way: {f.impossible.in_the_way.rstrip('.')}."
    text += _in_time(f) if f.wanted.keep_heads else ""
    return Sentence(text, "bad")


def _in_time(f: Found) -> str:
    """What other shifts of the same people bring all the same."""
    now, found = (result.kpi("service_level").mean for result in (f.study.results[0], found_result(f)))
    return f" In time, whole center: {share(now, 1)} today, {share(found, 1)} on these shifts."


def sentences(f: Found) -> list[Sentence]:
    """The answer, the chance, what is tightest, how far from the best and how sure."""
    falls_short = f.impossible is not None or any(p.margin < 0 for p in f.periods)
    between = [] if falls_short else [*_tightest(f), _bound(f)]
    return [verdict(f), *_chance(f), *between, _confirmation(f)]


def _chance(f: Found) -> list[Sentence]:
    text, tone = chance_sentence(verdicts_of(found_result(f)))
    if not text:
        return []
    if f.wanted.targets or f.wanted.left_out:
        text = f"Of the file's own targets: {text[:1].lower()}{text[1:]}"
    return [Sentence(text, tone)]


def _tightest(f: Found) -> list[Sentence]:
    if not f.periods:
        return []
    p, currency = f.periods[0], currency_of(f)
    sure = how_sure(p)
    text = f"Tightest is {what_of(p)}, {when_of(p)}: {level_text(p, p.level.mean, currency)} against "
    text += f"{aim_text(p, currency)}" + ("" if sure == "holds" else f", {sure}")
    text += "" if is_tested(f) else f", {SEARCHS}"
    return [Sentence(f"{text}.", "" if sure == "holds" and is_tested(f) else "unsure")]


def _bound(f: Found) -> Sentence:
    b = f.bound
    if b is None:
        return Sentence("No bound is known: how far this is from the cheapest is not known.", "unsure")
    has = {HEADS: "has fewer than", PAID_HOURS: "takes fewer than"}.get(
        f.wanted.minimise, f"has a {AIMS[f.wanted.minimise]} below"
    )
    text = f"No allowed staffing that holds this {has} {least_text(f, b.cost)}: at most {share(max(b.gap, 0.0))} could "
    return Sentence(f"{text}still be saved. What that rests on: {b.rests_on.rstrip('.')}.")


def _confirmation(f: Found) -> Sentence:
    c, says = f.confirmation, f.confirmation.says.rstrip(".")
    if c.is_sure:
        return Sentence(f"Confirmed: {says}.", "good" if f.is_finished else "unsure")
    says = says if says.startswith(NOT_CONFIRMED) else f"{NOT_CONFIRMED}: {says}"
    return Sentence(f"{says[:1].upper()}{says[1:]}.", "unsure")


def next_step(f: Found, file: Path, plan_file: Path | None, name: str) -> list[str]:
    """The commands that follow from the answer; `plan_file`: None where the plan could not be written as one."""
    if not f.is_finished:
        begin = "Next: the same command again; it goes on from where it was"
        return [begin, *([] if plan_file is None else [f"The best so far: {_compare(plan_file, name)}"])]
    if f.impossible is not None:
        return [f"Next: allow more in [staffing] of {file}, or ask for less; then the same again"]
    if f.heads == f.allowed.today:
        return [f"Next: sim run {shlex.quote(str(file))}"]
    if plan_file is None:
        return ["The plan could not be written as a file that plays the same; staffing.csv has its people"]
    return [
        f"Next: {_compare(plan_file, name)}",
        f"To keep it: put [plans.{name}] from that file into {file}",
    ]


def _compare(plan_file: Path, name: str) -> str:
    return f"sim compare {shlex.quote(str(plan_file))} --plan {shlex.quote(name)}"


def plan_text(f: Found, file: str, name: str) -> list[str]:
    """What stands above the plan in its file, the plan's description first."""
    own = found_result(f)
    sure = "confirmed on fresh luck" if f.confirmation.is_sure else NOT_CONFIRMED
    return [
        f"{people(sum(f.heads)).capitalize()}{_for(f)}, as sim staff found them: {sure}.",
        verdict(f).text,
        f"Figures: {plural(own.replications, 'replication')} with seed {own.scenario.spec.run.seed}.",
        f"sim run THIS --plan {name} plays it, sim compare THIS --plan {name} holds it against the base plan, on a "
        f"copy of {file} as it was searched. To go on with the file itself, put the tables [plans.{name}…] into it. "
        "It stands as a plan, not as the file's base: the base plan is what was observed, and calibrated to.",
    ]
