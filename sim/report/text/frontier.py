"""What a frontier says: the best trade-off in a sentence, and what it hangs on."""

from __future__ import annotations

import math
import shlex
from collections.abc import Sequence
from pathlib import Path

from sim.report.text.frontier_values import TOO_CLOSE, holds
from sim.report.text.names import plural
from sim.report.text.numbers import decimal, share
from sim.report.text.phrases import Sentence, amount, signed
from sim.report.text.places import place_words
from sim.report.text.quality import told_again
from sim.report.text.targets import ONE_REPLICATION, worst_name
from sim.study.frontier.choice import rivals_of
from sim.study.frontier.held import below
from sim.study.frontier.sensitivity import Replay, Sensitivity, Turn, is_clear
from sim.study.frontier.sweep import Frontier
from sim.study.statistics import Estimate
from sim.study.targets import Verdict

NO_PRICE = (
    "Quality has no price in this scenario: nobody leaves, nothing is sold and no client pays, so the cheapest is not "
    "the best. Give [customers], a queue's sale or a contract, or weigh the cost against the columns beside it."
)
CHOSEN = (
    "The intervals of the differences hold all at once with 95 % (Bonferroni): the lowest of several values is "
    "flattered by its luck, and one interval for it alone would be too narrow."
)


NAMED = 2
"""Missed targets that a sentence names; of more, how many."""


def about_half(found: Estimate, currency: str) -> str:
    return amount(abs(found.mean), found.half_width, currency)


def change_of(f: Frontier, n: int) -> str:
    """ "calls 4 % slower", "2 heads more", "3 at once instead of 2": a value against today's, and whose it is."""
    lever, value, today = f.lever, f.points[n].value, f.today.value
    prefix = "" if lever.everywhere else f"{', '.join(lever.groups if lever.groups else lever.queues)}: "
    if lever.kind == "pace" and value.number is not None and today.number:
        ratio = value.number / today.number - 1.0
        live = {f.plan.spec.queues[queue].channel for queue in lever.queues}
        prefix = prefix if lever.paths[0][0] == "groups" or not prefix else f"{', '.join(lever.queues)}: "
        what = "calls" if live == {"phone"} else "contacts"
        return f"{prefix}{what} {abs(100 * ratio):.3g} % {'slower' if ratio > 0 else 'faster'}"
    if lever.kind == "heads" and value.number is not None and today.number is not None:
        more = round(value.number - today.number)
        return f"{prefix}{plural(abs(more), 'head')} {'more' if more > 0 else 'fewer'}"
    if lever.kind == "concurrency":
        return f"{prefix}{value.label} at once instead of {today.label}"
    return f"{lever.name} = {value.label} instead of {today.label}"


def verdict(f: Frontier) -> Sentence:
    """The sentence: what the best value saves a week, or that none is surely better than today's."""
    currency, d = f.plan.spec.center.currency, f.choice.best_difference
    today = f"today's ({f.lever.name} {f.today.value.label})"
    if f.choice.is_flat:
        return Sentence(f"Nothing changes, whatever the value: {f.lever.name} is no lever here.", "unsure")
    if f.lever.is_risk:
        return _risk(f)
    if f.results[0].replications < 2:
        return Sentence(
            "One replication tells no interval: nothing is sure, and no value is called the best.", "unsure"
        )
    if f.crown is None:
        return _nearest(f)
    saves = f"{about_half(d, currency)} a week"
    if not f.prices_quality and not f.holds(f.choice.today):
        return _instead_of_today(f, saves)
    if f.choice.best == f.choice.today:
        rest = [n for n in range(len(f.points)) if n != f.choice.today]
        others = [n for n in rest if f.prices_quality or f.holds(n)]
        if not others:
            average = "" if all(f.missed(n) for n in rest) else " on average"
            return Sentence(f"No other value tried than {today} holds every target{average}.", "unsure")
        near = min(others, key=lambda n: f.choice.differences[n].mean)
        worse = f.choice.differences[near]
        nearest = f"the next best, {change_of(f, near)}, costs {about_half(worse, currency)} a week more"
        sure = "" if worse.low > 0 else ", which is not sure"
        return Sentence(f"No value tried is better than {today}: {nearest}{sure}.", "unsure")
    what = change_of(f, f.choice.best)
    if f.choice.is_sure:
        return Sentence(f"{_capital(what)} {_saves(f, f.choice.best)} {saves}.", "good")
    if not math.isfinite(d.low):
        return Sentence(
            f"{_capital(what)} would save {saves}, but one replication tells no interval: nothing is sure.", "unsure"
        )
    text = f"No value is surely better than {today}: lowest is {what}, saving {saves}."
    return Sentence(text, "unsure")


def misses(targets: Sequence[Verdict]) -> str:
    """ "orders, 72.0 % in time (target 80 %), and 2 more"."""
    told = [
        f"{one.name}, {share(one.worst_level.mean)} in time{_when(one)} (target {share(one.target, 0)})"
        for one in targets[:NAMED]
    ]
    more = len(targets) - len(told)
    return " and ".join(told) + (f" and {plural(more, 'more queue')}" if more else "")


def _when(one: Verdict) -> str:
    """The worst of the target's periods."""
    return f" in its worst {one.per}, {worst_name(one)}" if one.worst[0] else ""


def _risk(f: Frontier) -> Sentence:
    """What an uncertain number does: over the values tried, to the money and to the targets."""
    currency, what = f.plan.spec.center.currency, "net cost" if f.prices_quality else "cost"
    ends = (0, len(f.points) - 1)
    moves = " and ".join(
        f"{signed(f.choice.differences[n], currency)} at {f.points[n].value.label}" for n in ends if n != f.choice.today
    )
    text = (
        f"A risk, not a choice: nobody sets {f.lever.name}. Against today's value of {f.today.value.label}, {what} a "
        f"week changes by {moves}."
    )
    if f.results[0].replications < 2:
        return Sentence(f"{text} Of targets, {ONE_REPLICATION}." if f.targets else text, "unsure")
    every = range(len(f.points))
    missed = "; ".join(f"{f.points[n].value.label}: {misses(f.missed(n))}" for n in every if f.missed(n))
    unclear = ", ".join(f.points[n].value.label for n in every if f.unclear(n) and not f.missed(n))
    text += f" Targets are missed at {missed}." if missed else ""
    text += f" Whether every target holds at {unclear} is {TOO_CLOSE}." if unclear else ""
    text += " Every target holds at every value tried." if f.targets and not missed and not unclear else ""
    return Sentence(text, "bad" if missed else "unsure")


def _nearest(f: Frontier) -> Sentence:
    """Where quality has no price and no value holds the targets."""
    worst, *_ = below(f.targets[f.choice.best])
    gap, others = decimal(100.0 * worst.gap), [one for one in f.missed(f.choice.best) if one is not worst]
    more = "" if worst.is_missed else f", which is {TOO_CLOSE}"
    more += f"; it misses {misses(others)} too" if others else ""
    average = "" if worst.is_missed else " on average"
    text = (
        f"No value tried holds every target{average}. Nearest is {f.lever.name} {f.best.value.label}: "
        f"{misses([worst])} is {gap} points short{more}."
    )
    return Sentence(text, "bad")


def _instead_of_today(f: Frontier, amount_a_week: str) -> Sentence:
    """Today's value does not hold a target: the cheapest that does."""
    more = "costs" if f.choice.best_difference.mean > 0 else "saves"
    told = change_of(f, f.choice.best)
    sure = "" if is_clear(f.choice.best_difference) else ", which is not sure"
    today = f"oday's value ({f.lever.name} {f.today.value.label})"
    missed = f.missed(f.choice.today)
    text = f"T{today} misses {misses(missed)}." if missed else _whether(f"t{today}", f.unclear(f.choice.today))
    text += (
        f" The cheapest value tried that {holds(f, f.choice.best)} every target is {told}: it {more} {amount_a_week}"
        f"{' more' * (more == 'costs')}{sure}."
    )
    return Sentence(text, "unsure")


def of_targets(f: Frontier) -> list[Sentence]:
    """What a choice by money must not hide: the targets that the chosen value misses, or the cheaper ones do."""
    if f.crown is None:
        return []
    best, found = f.choice.best, list[Sentence]()
    if missed := f.missed(best):
        whose = "Today's value itself" if best == f.choice.today else f"{f.lever.name} {f.best.value.label}"
        found.append(Sentence(f"{whose} misses {misses(missed)}.", "bad"))
    elif unclear := f.unclear(best):
        whether = _whether(f"{f.lever.name} {f.best.value.label}", unclear)
        found.append(Sentence(f"{whether} {_what_surely_holds(f)}", "unsure"))
    limit = f.choice.best_difference.mean
    cheaper = [n for n, d in enumerate(f.choice.differences) if d.mean < limit and not f.holds(n)]
    surely = [n for n in cheaper if f.missed(n)]
    if cheaper and cheaper != [f.choice.today]:
        dearest = max(surely or cheaper, key=lambda n: f.choice.differences[n].mean)
        name = f"{f.lever.name} {f.points[dearest].value.label}"
        which = f"{len(surely)} cheaper values miss" if len(surely) > 1 else "A cheaper value misses"
        text = f"{which} a target: {name} misses {misses(f.missed(dearest))}." if surely else ""
        found.append(Sentence(text or f"Cheaper, {_whether(name, f.unclear(dearest), first='w')}", "unsure"))
    return found


def _what_surely_holds(f: Frontier) -> str:
    sure = [n for n in range(len(f.points)) if f.holds(n) and not f.unclear(n)]
    if not sure:
        return "No value tried surely holds."
    cheapest = min(sure, key=lambda n: f.choice.differences[n].mean)
    return f"The cheapest value tried that surely holds is {f.lever.name} {f.points[cheapest].value.label}."


def _whether(value: str, unclear: Sequence[Verdict], first: str = "W") -> str:
    told = " and ".join(_unclear(one) for one in unclear)
    return f"{first}hether {value} holds its targets is {TOO_CLOSE}: {told}."


def _unclear(one: Verdict) -> str:
    level = one.worst_level
    between = f"{share(level.mean)} ({share(level.low)} to {share(level.high)})"
    return f"{one.name}, {between}{_when(one)}; target {share(one.target, 0)}"


def _is_many(f: Frontier, n: int) -> bool:
    """Whether what changes is told in the plural."""
    value, today = f.points[n].value.number, f.today.value.number
    return f.lever.kind == "pace" or (
        f.lever.kind == "heads" and value is not None and today is not None and abs(value - today) != 1
    )


def _saves(f: Frontier, n: int) -> str:
    return "save" if _is_many(f, n) else "saves"


def _costs(f: Frontier, n: int) -> str:
    return "cost" if _is_many(f, n) else "costs"


def _capital(text: str) -> str:
    """A sentence's first letter; names and settings stay as they are written."""
    return text if ":" in text or "=" in text else text[:1].upper() + text[1:]


def sentences(f: Frontier) -> list[Sentence]:
    """The verdict, what it is worth, and what it hangs on."""
    found = [verdict(f), *of_targets(f)]
    if f.lever.is_risk:
        return found
    if f.kpi != "net_cost":
        found.append(Sentence(NO_PRICE, "unsure"))
    found += [hangs_on(f, sensitivity) for sensitivity in f.sensitivities]
    ends = {0: "lowest", len(f.points) - 1: "highest"}
    is_number = all(point.value.number is not None for point in f.points)
    if is_number and f.choice.best in ends and f.choice.best != f.choice.today:
        found.append(Sentence(f"It is the {ends[f.choice.best]} value tried: the best may lie beyond.", "unsure"))
    return found


def hangs_on(f: Frontier, sensitivity: Sensitivity) -> Sentence:
    """Whether the verdict holds over the whole range of an assumed number, and if not, from where on it flips."""
    a, what = sensitivity.assumption, change_of(f, sensitivity.rival)
    number, unit = place_words(a.setting), f" {a.unit}" if a.unit else ""
    span = f"{a.low:g} to {a.high:g}{unit}"
    assumed = f"assumed {a.assumed:g}"
    about = "" if f.choice.best == sensitivity.rival else f" ({what} against today)"
    if sensitivity.turns:
        turns = " and ".join(turn_text(turn, a.low, a.high) for turn in sensitivity.turns)
        sides = "; ".join(_side(sensitivity, turn, f, what) for turn in sensitivity.turns)
        flips = any(is_clear(_beyond(sensitivity, turn).saving) for turn in sensitivity.turns)
        text = (
            f"This{about} {'hangs' if flips else 'may hang'} on a number that nobody has measured: {number}, "
            f"{assumed}{unit}. It breaks even at {turns}, inside the range of {span}: {sides}."
        )
        return Sentence(text, "bad" if flips else "unsure")
    if len(sensitivity.replays) == 1:
        return Sentence(
            f"{number[:1].upper()}{number[1:]} is {assumed}, and its range is that one number: nothing was replayed.",
            "unsure",
        )
    unsure = [r for r in sensitivity.replays if not is_clear(r.saving)]
    if len(unsure) == len(sensitivity.replays):
        return Sentence(f"This{about} is not sure at any value of {number} from {span} ({assumed}).", "unsure")
    if unsure:
        where = ", ".join(f"{replay.at:g}" for replay in unsure)
        text = f"The sign{about} is the same for {number} from {span} ({assumed}), but it is not sure at {where}."
        return Sentence(text, "unsure")
    text = f"This{about} holds over the whole range of {number}, {span} ({assumed}): a number nobody has measured."
    return Sentence(text, "good")


def turn_text(turn: Turn, low: float, high: float) -> str:
    """ "0.21 (0.17 to 0.25)"."""
    if not math.isfinite(turn.low):
        return f"{turn.at:.2f}"
    if turn.low < low and turn.high > high:
        return f"about {turn.at:.2f} (the replications leave all of the range open)"
    return f"{turn.at:.2f} ({max(turn.low, low):.2f} to {min(turn.high, high):.2f})"


def _beyond(sensitivity: Sensitivity, turn: Turn) -> Replay:
    """The replay at the end of the range that lies beyond the break-even."""
    return sensitivity.replays[0] if turn.at < sensitivity.assumption.assumed else sensitivity.replays[-1]


def _side(sensitivity: Sensitivity, turn: Turn, f: Frontier, what: str) -> str:
    """ "below it, calls 5 % slower cost more than today, USD 900 ± 400 a week at 0"."""
    beyond = _beyond(sensitivity, turn)
    side = "below" if turn.at < sensitivity.assumption.assumed else "above"
    size = amount(abs(beyond.saving.mean), beyond.saving.half_width, f.plan.spec.center.currency)
    if beyond.saving.mean > 0:
        text = f"{side} it, {what} {_saves(f, sensitivity.rival)} {size} a week at {beyond.at:g}"
    else:
        text = f"{side} it, {what} {_costs(f, sensitivity.rival)} more than today, {size} a week at {beyond.at:g}"
    return text if is_clear(beyond.saving) else f"{text}, which is not sure"


def load_sentence(f: Frontier) -> str:
    """The break-even for load; nothing where nobody comes again, or where the lever has none."""
    found = ", ".join(f"{even:.2f} ({queue})" for queue, even in f.load.items())
    if not found:
        return ""
    if f.lever.moves_pace:
        e = f.plan.spec.quality.pace.resolution
        return (
            f"For load alone, haste stops paying above an elasticity of {found}, assumed {e:g}: beyond it, the "
            f"repeats that it causes take more time than it saves.{told_again(f.plan)}"
        )
    rival = f.points[rivals_of(f.choice)[0]].value.label
    swap = f"{rival} at once instead of {f.today.value.label}"
    if all(even * f.plan.spec.queues[queue].fcr > 1.0 for queue, even in f.load.items()):
        # Fewer at once: what is lost in pace would take a chance to resolve above 100 %.
        return f"For load alone, {swap} never pays: no chance to resolve saves as many repeats as it costs time."
    return (
        f"For load alone, {swap} breaks even at a chance to resolve of {found} times today's: below it, the work is "
        "more, repeats included; above it, less."
    )


def next_step(f: Frontier, file: Path, question: str) -> str:
    """The command, or the edit, that follows from the answer. `question`: which lever, as asked."""
    name = shlex.quote(str(file))
    again = f"sim frontier {name} {question}"
    if f.choice.is_flat:
        return f"Next: sim run {name}"
    if f.lever.is_risk:
        way = f"put the worst of these values that you believe in into a plan ({f.lever.name})"
        return f"Next: {way}, then sim frontier {name} --plan PLAN --over heads"
    if f.results[0].replications < 2:
        return f"Next: {again} --replications 20  (one tells no interval)"
    if f.crown is None:
        # More people are a way to hold a target; to work ever faster, or to hurry more, is none.
        further = _beyond_the_end(f) if f.lever.kind == "heads" else ""
        way = f"{again} --values {further}" if further else f"sim staff {name}"
        return f"Next: {way}  (none of these holds every target)"
    if f.kpi != "net_cost":
        return f"Next: give quality a price in {name}, by [customers] with number, value and leave; then the same again"
    if f.choice.best != f.choice.today and not f.choice.is_sure:
        runs = max(20, 4 * f.results[f.choice.today].replications)
        return f"Next: {again} --replications {runs}  (four times as many replications halve the intervals)"
    if f.choice.best != f.choice.today and (further := _beyond_the_end(f)):
        return f"Next: {again} --values {further}  (the best of these lies at the end)"
    if f.choice.best == f.choice.today:
        return f"Next: sim run {name}"
    settings = ", ".join(f.lever.settings[:2]) + (", …" if len(f.lever.settings) > 2 else "")
    return f"Next: put it into a plan ({settings}: {f.best.value.label}), then sim compare {name}"


def _beyond_the_end(f: Frontier) -> str:
    """Values to try where the best lies at an end of a dial; nothing elsewhere."""
    best, edge = f.choice.best, len(f.points) - 1
    if best not in (0, edge) or None in [point.value.number for point in f.points] or f.lever.kind == "setting":
        return ""
    first, second = f.points[best].value.number or 0.0, f.points[1 if best == 0 else edge - 1].value.number or 0.0
    step = first - second
    beyond = [round(first + step * k, 6) for k in (1, 2) if first + step * k > first / 2]
    return ",".join(f"{value:g}" for value in sorted([first, *beyond])) if beyond else ""
