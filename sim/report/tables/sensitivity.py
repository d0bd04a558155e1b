"""What a choice hangs on as a table, and as the manifest has it."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.choosing.sensitivity.found import Choice, Sensitivities
from sim.report.text.sensitivity import sentences
from sim.scenario.assumptions.inputs import Input
from sim.study.statistics import UNKNOWN, Estimate

COLUMNS = (
    "plan", "part", "input", "place", "today", "low", "high", "source", "at", "at_low", "at_high", "kpi", "money",
    "money_low", "money_high", "target", "period", "points", "points_low", "points_high", "against_today",
    "against_today_low", "against_today_high", "money_sd", "points_sd", "taken", "holds", "cut",
)  # fmt: skip


def sensitivity_table(s: Sensitivities) -> pd.DataFrame:
    """`plan`: the one taken today. `part`: alone (an end of a range: changes against today's value), break-even
    (`at` with what is open; `taken` beyond it), together (mean sizes over the whole range). Durations in seconds,
    points as a share, money over the horizon; `against_today`: what the plan costs more than today's plan there."""
    rows = []
    for one in s.alone:
        for end in one.ends:
            effects = (end.money, end.points, end.apart)
            rows.append(_row(s, "alone", one.input, (end.value, math.nan, math.nan), effects, end.choice, cut=end.cut))
        for turn in one.turns:
            rows.append(_row(s, "break-even", one.input, (turn.at, turn.low, turn.high), (UNKNOWN,) * 3, turn.into))
    for effect in () if s.together is None else s.together.effects:
        sds = effect.money_varies, effect.points_varies
        effects = (effect.money, effect.points, UNKNOWN)
        rows.append(_row(s, "together", effect.input, (math.nan,) * 3, effects, None, sds=sds))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    s: Sensitivities, part: str, one: Input, at: tuple[float, ...], effects: tuple[Estimate, ...],
    choice: Choice | None, *, sds: tuple[float, float] = (math.nan, math.nan), cut: str = "",
) -> tuple[object, ...]:  # fmt: skip
    money, points, apart = ((e.mean, e.low, e.high) for e in effects)
    period = " ".join(text for text in s.period if text)
    taken: tuple[object, object] = ("", "") if choice is None else (choice.plan, choice.holds)
    return (
        s.subject, part, one.name, one.place, one.today, one.low, one.high, one.source, *at, s.decision.kpi, *money,
        s.target, period, *points, *apart, *sds, *taken, cut,
    )  # fmt: skip


def inputs_table(s: Sensitivities) -> pd.DataFrame:
    """Every uncertain number: value, range, and where that is from."""
    rows = [
        (s.subject, one.input.name, one.input.place, one.input.today_text, one.input.text(one.input.low),
         one.input.text(one.input.high), one.input.source, one.input.is_stated)
        for one in s.alone
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["plan", "input", "place", "value", "low", "high", "source", "stated"])


def described(s: Sensitivities) -> dict[str, Any]:
    """The answer, for the manifest."""
    together = s.together
    return {
        "choice": None if s.choice is None else s.choice._asdict(),
        "sentence": " ".join(sentence.text for sentence in sentences(s)),
        "inputs": {
            one.input.place: {"low": one.input.low, "high": one.input.high, "source": one.input.source}
            for one in s.alone
        },
        "break_evens": [
            {"input": one.input.place, "at": turn.at, "low": turn.low, "high": turn.high, "above": turn.above,
             "into": turn.into._asdict()}
            for one in s.alone for turn in one.turns
        ],
        "left_out": dict(s.left_out),
        "worlds_by_choice": [] if together is None else [
            {**choice._asdict(), "worlds": number} for choice, number in together.choices.items()
        ],
        "plays": s.plays,
    }  # fmt: skip
