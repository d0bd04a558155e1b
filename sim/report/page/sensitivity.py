"""The page of what a choice hangs on: the answer, every number alone, where the choice turns, and all together."""

from __future__ import annotations

from collections.abc import Mapping

from sim.choosing.sensitivity.found import Alone, End, Sensitivities
from sim.report.charts.svg import Drawn
from sim.report.page.chapters import Chapter
from sim.report.page.figures import Cell, Grid, Part
from sim.report.page.page import Page, fill, picture
from sim.report.page.sentences import Headline
from sim.report.text.facts import Facts
from sim.report.text.names import plural, span_text
from sim.report.text.numbers import NOTHING
from sim.report.text.sensitivity import (
    ALONE_NOTE,
    HELD,
    change,
    effect_rows,
    into_words,
    money_name,
    sentences,
    short_words,
    side_text,
    subject_target,
    together_note,
)

CAPTION = (
    "Each bar goes from the low to the high end of a number's range, all else as it is; the thin lines are intervals. "
    "A diamond: within its range the choice becomes another."
)


def page(s: Sensitivities, facts: Facts, charts: Mapping[str, Drawn]) -> str:
    """One page that stands alone."""
    title = "What the choice hangs on" if s.choice is not None and len(s.decision.plans) > 1 else "What it hangs on"
    many = len(s.turning)
    big = "nothing within range" if not many else f"{many} of {plural(len(s.alone), 'number')}"
    headline = Headline(f"{title}: {s.subject}", big if s.choice is not None else s.subject, _about(s), sentences(s))
    parts = [_turns(s), _alone(s), _together(s), _inputs(s)]
    pictures = [picture(name, data, CAPTION) for name, data in charts.items()]
    return fill(
        Page(
            subtitle=f"{span_text(facts.start, facts.last)} · sensitivity · {facts.files[0]}",
            headlines=[headline],
            chapters=[Chapter(pictures=pictures), Chapter(parts=[part for part in parts if part.grids])],
            replications=f"{plural(s.decision.replications, 'replication')} of each plan and world",
        ),
        facts,
    )


def _about(s: Sensitivities) -> str:
    plans = ", ".join(one.plan for one in s.decision.plans)
    return f"{plural(len(s.alone), 'uncertain number')}; {'plans' if len(s.decision.plans) > 1 else 'plan'} {plans}"


def _turns(s: Sensitivities) -> Part:
    rows = [
        [Cell(one.input.name), Cell(one.input.today_text), Cell(side_text(one.input, turn)),
         Cell(into_words(s.choice, turn.into, len(s.decision.plans) > 1), "", "unsure")]
        for one in s.turning for turn in one.turns if s.choice is not None
    ]  # fmt: skip
    note = (
        "Break-evens: where, moved alone, a number changes what is taken by the rule that plans are decided by. In "
        "brackets: how far the replications leave it open."
    )
    head = ("Number", "Today", "Break-even", "Beyond it")
    return Part("turns", "Where the choice turns", note, [Grid(head, rows, words=4)] if rows else [])


def _alone(s: Sensitivities) -> Part:
    currency = s.study.results[0].scenario.spec.center.currency
    rows = [_row(s, one, end, place) for one in s.alone for place, end in enumerate(one.ends)]
    many, target = len(s.decision.plans) > 1, subject_target(s)
    head = ("Number", "At", f"{money_name(s).capitalize()}, {currency}", f"Points, {target}" if target else "Points",
            *(("Against today's plan",) if _is_other(s) else ()), *(("Taken",) if many else ("Targets",)))  # fmt: skip
    return Part("alone", "Each number alone", f"{ALONE_NOTE} {HELD}", [Grid(head, rows)] if rows else [])


def _is_other(s: Sensitivities) -> bool:
    return s.subject != s.decision.baseline.plan


def _row(s: Sensitivities, one: Alone, end: End, place: int) -> list[Cell]:
    differs = s.choice is not None and end.choice != s.choice
    return [
        Cell(one.input.name, f"today {one.input.today_text}" if place == 0 else ""),
        Cell(one.input.text(end.value)),
        _changed(change(end.money, "money")), _changed(change(end.points, "points")),
        *([_changed(change(end.apart, "money"))] if _is_other(s) else []),
        Cell(short_words(end.choice, len(s.decision.plans) > 1) or NOTHING, "", "unsure" if differs else ""),
    ]  # fmt: skip


def _changed(text: str) -> Cell:
    value, _, half = text.partition(" ± ")
    return Cell(value or NOTHING, f"± {half}" if half else "")


def _together(s: Sensitivities) -> Part:
    currency = s.study.results[0].scenario.spec.center.currency
    rows = [[Cell(one.input.name), _changed(money), _changed(points)] for one, money, points in effect_rows(s)]
    grids = [Grid(("Number", f"Moves {money_name(s)}, {currency}", "Moves points"), rows)] if rows else []
    if s.together is not None and s.together.choices:
        counted = [
            [
                Cell(choice.plan),
                Cell("holds every target" if choice.holds else "nearest; none holds"),
                Cell(str(number)),
            ]
            for choice, number in s.together.choices.items()
        ]
        title = f"Taken in {s.together.drawn} worlds, every number drawn from its range"
        grids.append(Grid(("Plan", "Targets", "Worlds"), counted, title, words=2))
    return Part("together", "All numbers together", together_note(s), grids)


def _inputs(s: Sensitivities) -> Part:
    rows = [
        [Cell(one.input.name), Cell(one.input.today_text),
         Cell(f"{one.input.text(one.input.low)} to {one.input.text(one.input.high)}"), Cell(one.input.source),
         Cell(_even(s, one))]
        for one in s.alone
    ]  # fmt: skip
    note = "Ranges that the file does not state are usual ones: state yours under [uncertain]."
    head = ("Number", "Value", "Range", "Range from", "Break-even")
    return Part("ranges", "Ranges", note, [Grid(head, rows, words=5)] if rows else [])


def _even(s: Sensitivities, one: Alone) -> str:
    if s.choice is None:
        return NOTHING
    return ", ".join(side_text(one.input, turn) for turn in one.turns) or "none within its range"
