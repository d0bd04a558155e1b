"""Pieces of text that the terminal, the page and the charts share, and the tone in which they are said."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from sim.report.text.names import WAITING, money_digits, value_text
from sim.report.text.numbers import decimal, is_even, money
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


def amount(mean: float, half: float, currency: str) -> str:
    """ "USD 1,900 ± 600": as many digits as the half width deserves, two of its own."""
    if not math.isfinite(half) or half == 0.0:
        return money(mean, currency, money_digits(mean))
    digits = 1 - math.floor(math.log10(half))
    return f"{money(round(mean, digits), currency, max(0, digits))} ± {decimal(round(half, digits), max(0, digits))}"


def signed(d: Estimate, currency: str) -> str:
    """ "+USD 1,900 ± 600"."""
    return ("+" if d.mean > 0 else "−" if d.mean < 0 else "") + amount(abs(d.mean), d.half_width, currency)
