"""What a selection among many plans says: which one, what it costs against today's, how surely, and for what effort."""

from __future__ import annotations

import math
import shlex

from sim.choosing.grid import Setting
from sim.choosing.screening import AT_LEAST_SHOWN, FIRST
from sim.choosing.selected import Selected
from sim.report.text.decision import WHAT, Answer, Number
from sim.report.text.held import points, short_words
from sim.report.text.names import money_digits, plural
from sim.report.text.numbers import NOTHING, decimal, money, share
from sim.report.text.phrases import Sentence, amount
from sim.report.text.targets import chance_text, held_text, period_at, period_name, target_name
from sim.scenario.changes import NAMED_FIRST, changes_of, in_words
from sim.scenario.model import Scenario
from sim.study.statistics import Estimate
from sim.study.targets import CONTRACT, Verdict, verdicts_of

SAID = {
    "best": "chosen", "misses": "falls short", "dearer": "no cheaper", "open": "undecided",
    "left out": "left out",
}  # fmt: skip
"""What became of a plan."""

SHORT = SAID | {"open": "open"}
WORTH_SAYING = 1.2
MOST_CHANGES = 100
"""Characters of what the plan changes, in its sentence."""


def answer_of(s: Selected) -> Answer:
    return {"holds": _holds, "none holds": _none_holds, "no target": _no_target}[s.kind](s)


def name_of(s: Selected, n: int) -> str:
    """ "plan 812 (core: 21 → 23 heads)"."""
    if n == 0:
        return f"today's plan, {s.grid.name(0)},"
    # All that was varied is named, or nothing: what the rest is would be anybody's guess.
    changes = list(changes_of(_without_run(s.today), _without_run(s.grid.scenario(n))))
    told = in_words(changes, len(changes))
    return f"{s.grid.name(n)} ({told})" if told and len(told) <= MOST_CHANGES else s.grid.name(n)


def setting_name(path: tuple[str, ...]) -> str:
    """ "core heads"."""
    return " ".join(path[1:] if path[0] in NAMED_FIRST else path).replace("_", " ")


def margin_text(margin: float) -> str:
    """ "+2.1", "−5.3": points above the target in the worst period."""
    return NOTHING if math.isnan(margin) else f"{'+' if margin > 0 else ''}{decimal(100.0 * margin)}"


def worst_text(s: Selected, n: int) -> str:
    """ "orders, Sat 7 Mar": the period that is furthest below its target, or nearest to it."""
    one = s.screening.tallies[n]
    if one.worst is None or len(s.periods) != one.periods:
        return ""
    scope, name, per, label = s.periods[one.worst]
    return f"{'contract ' if scope == CONTRACT else ''}{name}, {period_name(per, *label)}"


def said_of(s: Selected, n: int, *, short: bool = False) -> str:
    """What became of a plan, in words."""
    if s.screening.best is None and n == s.chosen:
        return "nearest"
    return (SHORT if short else SAID)[s.left(n)]


def _without_run(scenario: Scenario) -> dict[str, object]:
    return {key: table for key, table in scenario.resolved.items() if key != "run"}


# ---------------------------------------------------------------- sentences


def _holds(s: Selected) -> Answer:
    sure = s.screening.surely_holds
    held = "it holds every target" + ("" if sure else " on average")
    settled = sure and not s.screening.rivals
    if s.keeps_today:
        first = f"Of {plural(len(s.grid), 'plan')}, keep {s.grid.name(0)}: {held}, and none that does costs less."
        second = _state_of_today(s)
    else:
        least = f"for the least {WHAT[s.kpi]}"
        first = f"Of {plural(len(s.grid), 'plan')}, take {name_of(s, s.chosen)}: {held}, {least}."
        second = f"It {_costs(s)}; {_state_of_today(s)}"
    notes = (*_at_the_edge(s), _promise(s), _whether_it_holds(s), *_undecided(s), *_further(s))
    sentences = (Sentence(first, "good" if settled else "unsure"), Sentence(second[0].upper() + second[1:]))
    return Answer(sentences, _numbers(s), notes)


def _none_holds(s: Selected) -> Answer:
    average = "" if not s.screening.rivals else " on average"
    nearest = name_of(s, s.chosen)
    worst = _worst(s)
    short = f": {target_name(worst)} is {points(worst.gap)} short {period_at(worst)}" if worst is not None else ""
    first = f"None of {plural(len(s.grid), 'plan')} holds every target{average}; {nearest} comes nearest{short}."
    second = _state_of_today(s) if s.keeps_today else f"It {_costs(s)}; {_state_of_today(s)}"
    told = f"With at least 95 %, none holds every target with {_spare(s)} to spare."
    notes = () if s.screening.rivals else (told,)
    sentences = (Sentence(first, "bad"), Sentence(second[0].upper() + second[1:]))
    return Answer(sentences, _numbers(s), (*_at_the_edge(s), *notes, *_undecided(s), *_further(s)))


def _no_target(s: Selected) -> Answer:
    first = "No target can be judged, as nobody came to any: no plan is called the best."
    return Answer((Sentence(first, "unsure"),), (), tuple(_further(s)))


ALONE = (
    "± is a 95 % interval of this one difference; where many are listed, as by sim compare, intervals hold jointly and "
    "are wider, also of the same difference."
)


def _costs(s: Selected) -> str:
    """ "costs USD 300 ± 40 less than base"."""
    e, base = s.change(s.chosen), s.grid.name(0)
    if max(abs(e.low), abs(e.high)) <= s.slack:
        return f"costs the same as {base}, within {_money(s, s.slack)}"
    text = f"costs {_sum(s, e)} {'more' if e.mean > 0 else 'less'} than {base}"
    return f"{text}, which is not sure" if e.low <= 0.0 <= e.high else text


def _state_of_today(s: Selected) -> str:
    base, singles = s.grid.name(0), verdicts_of(s.study.results[0])[:-1]
    known = [one for one in singles if one.worst[0]]
    if not known:
        return f"{base} has no target that anybody came to."
    worst = max(known, key=lambda one: one.gap)
    if worst.gap <= 0.0:
        return f"{base} holds every target on average."
    missed = any(one.is_missed for one in known)
    return f"{base} {'misses' if missed else 'falls short on average of'} {short_words(worst)}."


def _promise(s: Selected) -> str:
    spare, less = _spare(s), f"by more than {_money(s, s.slack)}"
    text = f"holds every target with {spare} to spare and costs less {less}"
    if s.promised < 0.5:
        return f"Luck could still show another that {text}."
    return f"With at least {math.floor(1000 * s.promised) / 10:g} % no other plan {text}."


def _whether_it_holds(s: Selected) -> str:
    runs = plural(s.screening.tallies[s.chosen].runs, "replication")
    if s.screening.surely_holds:
        return f"That it holds every target, or lies within {_spare(s)} of that, is part of the 95 %."
    return f"Whether it surely holds every target is too close to tell: on average over {runs} it does."


def _undecided(s: Selected) -> list[str]:
    rivals, most = s.screening.rivals, s.screening.most
    if not rivals:
        return []
    are = "1 plan is" if len(rivals) == 1 else f"{len(rivals):,} plans are"
    of = "it" if len(rivals) == 1 else "each"
    # Where none holds on average, those that are left fall short as well.
    why = "too close to a target to tell" if s.kind == "holds" else "that it holds is not ruled out by so few"
    return [f"{are} left undecided after {plural(most, 'replication')} of {of}: {why}."]


def edges(s: Selected) -> list[tuple[Setting, int]]:
    """Settings of which the plan has the lowest or the highest value that was tried, and which."""
    at = s.grid.at(s.chosen) or tuple(
        one.levels.index(one.today) if one.today in one.levels else -1 for one in s.grid.settings
    )  # fmt: skip
    found = []
    for one, place in zip(s.grid.settings, at, strict=True):
        numbers = [value for value in one.values if isinstance(value, int | float)]
        if len(numbers) == len(one.values) > 1 and place >= 0 and numbers[place] in (min(numbers), max(numbers)):
            found.append((one, place))
    return found if s.chosen == 0 or s.grid.at(s.chosen) is not None else []


def _at_the_edge(s: Selected) -> list[str]:
    """What was not tried: of settings that were not varied at all, and beyond the values that were."""
    told = [
        f"{setting_name(one.path)} was not varied: {one.today}, as in {s.grid.name(0)}, is all that was tried."
        for one in s.grid.settings
        if not one.varies
    ]
    for one, place in edges(s):
        which = "lowest" if one.values[place] == min(one.values) else "highest"  # type: ignore[type-var]
        told.append(
            f"{setting_name(one.path)} {one.levels[place]} is the {which} value tried: the best may lie beyond."
        )
    return told


def _further(s: Selected) -> list[str]:
    played, equal = s.screening.played, s.screening.equal_shares
    most = max((one.runs for n, one in s.screening.tallies.items() if n), default=FIRST)
    told = [f"Played {played:,} replications: {FIRST} of each plan, up to {most} of those it hangs on."]
    if equal >= WORTH_SAYING * played:
        told[0] += f" As many of every plan would be {equal:,}, {equal / played:.1f} times the work."
    if s.reused:
        told.append(f"{s.reused:,} of them were known from a selection that had been stopped.")
    refused = s.screening.refused
    if refused:
        first = min(refused)
        why = refused[first]
        which = f"the first of them {s.grid.name(first)}" if len(refused) > 1 else s.grid.name(first)
        told.append(f"{plural(len(refused), 'plan')} left out, {which}: {why}.")
    if not s.keeps_today and s.kind != "no target":
        told.append(ALONE)
    told.append("The choice has seen this luck, which flatters it a little: another --seed judges it afresh.")
    return told


# ---------------------------------------------------------------- numbers


def _numbers(s: Selected) -> tuple[Number, ...]:
    result, whole = s.study.results[-1], verdicts_of(s.study.results[-1])[-1]
    cost = s.money(s.chosen)
    change = s.change(s.chosen)
    sign = "+" if change.mean > 0 else "−" if change.mean < 0 else ""
    beside = "today's plan" if s.keeps_today else f"{sign}{_sum(s, change)} against {s.grid.name(0)}"
    days = plural(result.scenario.clock.days, "day")
    title = "Net cost" if s.kpi == "net_cost" else "Cost"
    numbers = [Number(f"{title}, {days}", _money(s, cost.mean), beside)]
    within = chance_text(whole).partition(" % ")[2].strip("()")
    small = f"{within}; in {held_text(whole)} replications" if within else ""
    numbers.append(Number("Chance that every target holds", share(whole.all_met.mean, 0), small))
    if (worst := _worst(s)) is not None:
        title = "Short of its worst target" if worst.gap > 0.0 else "Above its tightest target"
        numbers.append(Number(title, points(abs(worst.gap)), short_words(worst)))
    return tuple(numbers)


def _worst(s: Selected) -> Verdict | None:
    known = [one for one in verdicts_of(s.study.results[-1])[:-1] if one.worst[0]]
    return max(known, key=lambda one: one.gap, default=None)


def _spare(s: Selected) -> str:
    """ "1 point"."""
    return f"{100 * s.near:g} point{'' if s.near == 0.01 else 's'}"


def _sum(s: Selected, e: Estimate) -> str:
    """An amount without the sign; where luck moves it by less than half a unit, without its interval."""
    return amount(abs(e.mean), e.half_width if e.half_width >= 0.5 else 0.0, _currency(s))


def _money(s: Selected, value: float) -> str:
    return money(value, _currency(s), money_digits(value))


def _currency(s: Selected) -> str:
    return s.today.spec.center.currency


# ---------------------------------------------------------------- what else is shown


def caption(s: Selected) -> str:
    """What stands below the table of plans."""
    rest = len(s.ranked) - 10
    more = f"; {rest:,} more in grid.csv" if rest > 0 else ""
    return f"worst: points above the target in the worst period; from {AT_LEAST_SHOWN} replications or more{more}"


def next_step(s: Selected, file: str, words: str) -> str:
    """`words`: the options that say which plans."""
    name = s.new_name if s.table is not None else s.grid.name(s.chosen)
    quoted = shlex.quote(file)
    if s.kind == "none holds":
        return f"sim staff {quoted}{'  (or a wider range)' * bool(edges(s))}"
    if s.screening.rivals:
        return f"sim compare {quoted} {words} --replications {2 * s.screening.most}".replace("  ", " ")
    if s.keeps_today:
        return f"sim run {quoted}"
    return f"sim compare {quoted} --plan {shlex.quote(name)}" + ("  (once it stands in the file)" if s.table else "")
