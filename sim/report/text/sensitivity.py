"""What a choice hangs on, in words: where it becomes another, what moves most, and what was held."""

from __future__ import annotations

import math
import shlex
from pathlib import Path

from sim.choosing.sensitivity.found import Alone, Choice, Effect, Sensitivities, Turn
from sim.report.text.decision import WHAT
from sim.report.text.names import money_digits, plural
from sim.report.text.numbers import decimal, is_even
from sim.report.text.phrases import Sentence
from sim.report.text.targets import period_at, target_name
from sim.scenario.assumptions.inputs import Input
from sim.scenario.language.center import Center
from sim.scenario.reading.toml_lines import as_keys
from sim.study.statistics import Estimate
from sim.study.targets import UNCLEAR

MOST_NAMED = 3

HELD = (
    "Volumes, handle times and FCR off by so much are tomorrow's: what was observed of the base plan stays, and plans "
    "play on the standard behind it. Under any other number the base plan is calibrated anew, so that it still "
    "reproduces what was observed. Plans that give a number themselves keep it."
)
ALONE_NOTE = (
    "Each input moved alone, all else as it is, on common luck; each ± is a 95 % interval and stands for itself."
)


def sentences(s: Sensitivities) -> list[Sentence]:
    """The answer first; before it, where the choice itself is not settled, that."""
    unsettled = "" if s.choice is None else _unsettled(s)
    tone = "" if s.choice is None else "bad" if s.turning else "unsure" if unsettled else "good"
    told = [Sentence(f"{unsettled} {_answer(s)}".strip(), tone)]
    told += [Sentence(text) for text in (_moves(s), _together(s), _cut(s), _left_out(s)) if text]
    return told


def _answer(s: Sensitivities) -> str:
    kind, many = s.decision.kind, len(s.decision.plans) > 1
    inputs = plural(len(s.alone), "uncertain number")
    if kind == "one replication":
        return f"One replication tells no choice, nor what it hangs on: what moves is told of {s.subject} alone."
    if s.choice is None:
        return f"No target is judged, so no plan can be chosen: what moves is told of {s.subject} alone."
    if many:
        what = (
            f"The choice of {s.subject}"
            if s.choice.holds
            else f"No plan holds every target; that {s.subject} is nearest"
        )
    else:
        what = f"That {s.subject} {'holds every target' if s.choice.holds else 'falls short of a target'}"
    if not s.alone:
        return "No number could be moved, so nothing is known of what the choice hangs on."
    if not s.turning and len(s.alone) == 1:
        return f"{what} does not hang on {s.alone[0].input.name}: within its range it changes nothing of it."
    if not s.turning:
        return f"{what} hangs on none of {inputs}: no one of them, within its range, changes it."
    named = [f"{one.input.name}: {turns_text(s, one)}" for one in s.turning[:MOST_NAMED]]
    more = len(s.turning) - MOST_NAMED
    listed = "; ".join(named) + (f"; and {more} more" if more > 0 else "")
    rest = len(s.alone) - len(s.turning)
    others = f" None of the other {rest}, within its range, changes it." if rest > 1 else ""
    return f"{what} hangs on {len(s.turning)} of {inputs}. {_upper(listed)}.{others}"


def _unsettled(s: Sensitivities) -> str:
    """That replications leave open what is taken today, or whether it holds."""
    d, runs = s.decision, plural(s.decision.replications, "replication")
    if d.open:
        names = " and ".join(d.open[:2]) + (f" and {len(d.open) - 2} more" if len(d.open) > 2 else "")
        return f"The choice itself is not settled: {names} cannot be told apart from {s.subject} on {runs}."
    if d.chosen is not None and d.chosen.whole.verdict == UNCLEAR:
        return f"Whether {s.subject} holds every target is itself too close to tell on {runs}."
    return ""


def turns_text(s: Sensitivities, one: Alone) -> str:
    """ "below 3m10s, 2m50s to 3m30s by these replications, quick-overflow is taken"."""
    assert s.choice is not None
    today, several, parts = s.choice, len(s.decision.plans) > 1, []
    for turn in one.turns:
        there = into_words(today, turn.into, several)
        parts.append(f"{side_text(one.input, turn)} {there}{_close(one.input, turn)}")
    return ", ".join(parts)


def side_text(one: Input, turn: Turn) -> str:
    low, high = one.text(turn.low), one.text(turn.high)
    span = f" ({low} to {high})" if low != high else ""
    return f"{'above' if turn.above else 'below'} {one.text(turn.at)}{span}"


def into_words(today: Choice, into: Choice, several: bool = True) -> str:
    """What another choice is; `several`: among more than one plan."""
    if into.plan == today.plan:
        short = "misses a target, and no plan holds all" if several else "misses a target"
        return f"{into.plan} {'holds every target' if into.holds else short}"
    return f"{into.plan} is taken" if into.holds else f"no plan holds all, and {into.plan} is nearest"


def short_words(there: Choice | None, several: bool) -> str:
    """The same for a table, whether it is today's choice or another; of one plan, whether it holds."""
    if there is None:
        return ""
    if not several:
        return "holds" if there.holds else "falls short"
    return there.plan if there.holds else f"none; {there.plan} nearest"


def _close(one: Input, turn: Turn) -> str:
    return ", too close to today's to tell" if turn.low <= one.today <= turn.high else ""


def subject_target(s: Sensitivities) -> str:
    """ "orders on Sat 7 Mar": the target that service is told of."""
    plan = next(one for one in s.decision.plans if one.plan == s.subject)
    return "" if plan.worst is None else f"{target_name(plan.worst)} {period_at(plan.worst)}"


def money_name(s: Sensitivities) -> str:
    return WHAT[s.decision.kpi]


def _moves(s: Sensitivities) -> str:
    """What moves money and service most, of those moved alone."""
    if not s.alone:
        return ""
    center = _center(s)
    money = max(s.alone, key=lambda one: one.money_swing)
    points = max(s.alone, key=lambda one: one.points_swing)
    of, small = f"{money_name(s)} of {s.subject} over {_days(s)}", s.decision.smallest
    is_moved = money.money_swing > 0.0 and money.money_swing >= small
    if is_moved:
        text = f"{_upper(of)} moves most with {money.input.name}: {center.currency} {_span(money, 'money')}"
    else:
        least = f" by {center.currency} {decimal(small, money_digits(small))}, the least that matters" if small else ""
        text = f"No number alone moves {of}{least}"
    if not math.isfinite(points.points_swing) or not points.points_swing:
        return f"{text}."
    by = "with it too: " if points is money and is_moved else f"with {points.input.name}: "
    return f"{text}; {subject_target(s)} moves most {by}{_span(points, 'points')}, in points."


def _days(s: Sensitivities) -> str:
    return plural(s.study.results[0].scenario.clock.days, "day")


def _center(s: Sensitivities) -> Center:
    return s.study.results[0].scenario.spec.center


def _span(one: Alone, what: str) -> str:
    """ "−59 ± 11 at × 0.9, +64 ± 10 at × 1.1"."""
    return ", ".join(f"{change(getattr(end, what), what)} at {one.input.text(end.value)}" for end in one.ends)


def change(e: Estimate, what: str) -> str:
    """ "+64 ± 10", points with a digit; nothing where it is unknown."""
    scale, digits = (100.0, 1) if what == "points" else (1.0, _digits(e))
    if not math.isfinite(e.mean):
        return ""
    text = decimal(e.mean * scale, digits)
    sign = "+" if e.mean > 0 and text.strip("0.,") else ""
    half = f" ± {decimal(e.half_width * scale, digits)}" if e.half_width > 0 else ""
    return f"{sign}{text}{half}"


def size(e: Estimate, what: str) -> str:
    """How much an input moves, wherever the others are."""
    scale, digits = (100.0, 1) if what == "points" else (1.0, _digits(e))
    if not math.isfinite(e.mean):
        return ""
    if not e.half_width > 1e-9 * max(1.0, abs(e.mean)):
        # What is left over is rounding.
        return decimal(e.mean * scale, digits)
    if not is_even(e.mean, e.low, e.high):
        low, high = (decimal(end * scale, digits) for end in (e.low, e.high))
        return f"{decimal(e.mean * scale, digits)} ({low} to {high})"
    return f"{decimal(e.mean * scale, digits)} ± {decimal(e.half_width * scale, digits)}"


def _digits(e: Estimate) -> int:
    """Of money: cents where a sum is that small."""
    return 2 if 0 < abs(e.mean) < 10 and not e.half_width >= 1 else 0


def _together(s: Sensitivities) -> str:
    t = s.together
    if t is None:
        return ""
    told = ""
    if t.drawn and s.choice is not None:
        by_plan: dict[str, int] = {}
        for choice, number in t.choices.items():
            by_plan[choice.plan] = by_plan.get(choice.plan, 0) + number
        others = [f"{plan} in {number}" for plan, number in by_plan.items() if plan != s.subject]
        holding = sum(number for choice, number in t.choices.items() if choice.holds)
        told = (
            f"All together: of {t.drawn} worlds with every number somewhere in its range, {s.subject} is taken in "
            f"{by_plan.get(s.subject, 0)}{', ' + ', '.join(others) if others else ''}; a plan holds every target in "
            f"{holding}. That counts worlds, and is no chance."
        )
    return told


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cut(s: Sensitivities) -> str:
    cut = [one for one in s.alone if one.cut]
    if not cut:
        return ""
    told = [f"{one.input.name} only from {_ends(one)} ({one.cut})" for one in cut[:MOST_NAMED]]
    more = f"; and {len(cut) - MOST_NAMED} more" if len(cut) > MOST_NAMED else ""
    return f"Ranges that cannot be played whole: {'; '.join(told)}{more}."


def _ends(one: Alone) -> str:
    values = sorted([one.input.today, *(end.value for end in one.ends)])
    return f"{one.input.text(values[0])} to {one.input.text(values[-1])}"


def _left_out(s: Sensitivities) -> str:
    return f"Not moved: {'; '.join(f'{name} ({why})' for name, why in s.left_out)}." if s.left_out else ""


def effect_rows(s: Sensitivities) -> list[tuple[Effect, str, str]]:
    """(effect, money, points) of all together."""
    if s.together is None:
        return []
    return [(one, size(one.money, "money"), size(one.points, "points")) for one in s.together.effects]


def together_note(s: Sensitivities) -> str:
    """What the sizes mean."""
    t = s.together
    if t is None:
        return ""
    refused = f" {plural(t.refused, 'trajectory')} left out, for worlds that cannot be." if t.refused else ""
    return (
        f"By how much {money_name(s)} and {subject_target(s) or 'service'} of {s.subject} change over an input's whole "
        f"range, up or down, wherever the others are in theirs (Morris' elementary effects, {t.trajectories} "
        f"trajectories of {t.runs} replications; intervals by bootstrap).{refused}"
    )


def next_step(s: Sensitivities, file: Path) -> str:
    """The range that it pays to know: of what matters most, the first that the file does not state."""
    usual = [one for one in s.alone if not one.input.is_stated]
    if not usual:
        return f"Next: sim compare {shlex.quote(str(file))}"
    one = usual[0].input
    if one.whole is not None:
        return f"Next: measure the {one.name}; its range is a usual one, not yours"
    ends = ", ".join(_toml(one.written(end)) for end in (one.low, one.high))
    return f"Next: state the range that you know in {file.name}, under [uncertain]: {as_keys(one.path)} = [{ends}]"


def _toml(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value:g}"
