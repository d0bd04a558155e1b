"""Pieces of text that the terminal, the page and the charts share, and the tone in which they are said."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from sim.report.text.names import WAITING, value_text
from sim.report.text.numbers import decimal, is_even
from sim.study.statistics import Estimate

TONES = {"met": "good", "missed": "bad", "unclear": "unsure", "better": "good", "worse": "bad"}


class Sentence(NamedTuple):
    text: str
    tone: str = ""


def between(e: Estimate, unit: str, currency: str = "") -> str:
    """ "50.9 % to 56.3 %", or nothing."""
    if not math.isfinite(e.low):
        return ""
    return f"{value_text(e.low, unit, currency)} to {value_text(e.high, unit, currency)}"


def half_text(e: Estimate, digits: int) -> str:
    """ "± 1.2", or "0.3 to 2.9" where ± would lie; nothing where there is no interval, or none to speak of."""
    half = (e.high - e.low) / 2
    if not half > 0:
        return ""
    even = is_even(e.mean, e.low, e.high)
    return f"± {decimal(half, digits)}" if even else f"{decimal(e.low, digits)} to {decimal(e.high, digits)}"


def income_lines(costs: pd.DataFrame) -> list[str]:
    """What clients pay, its total and the margin: the lines below the cost's total. None without contracts."""
    lines: dict[str, None] = {}
    for _, own in costs.groupby("plan", sort=False)["line"]:
        names = own.tolist()
        lines |= dict.fromkeys(names[names.index("total") + 1 :])
    return [line for line in lines if line != WAITING]


def without_income(costs: pd.DataFrame) -> pd.DataFrame:
    """The lines that add up to the cost, and their total."""
    return costs[~costs["line"].isin([*income_lines(costs), WAITING])]
