"""Names of figures, dates and verdicts as people read them, for charts and the page."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Container, Sequence
from typing import NamedTuple

from sim.measures import kpis
from sim.measures.kpis import TITLED
from sim.report.text.numbers import NOTHING, clock, count, decimal, half_width, is_even, money, seconds, share, span
from sim.scenario.language.center import Matters
from sim.study.compare import HEADLINES, OF_THE_SHUT_OUT, Difference, jointly
from sim.study.statistics import Estimate
from sim.units import HOUR


def _listed(table: str, *first: str) -> tuple[str, ...]:
    """The KPIs of a table in their places, and behind them whatever else says that it is listed there."""
    return (*first, *(kpi.id for kpi in kpis.KPIS if kpi.table == table and kpi.id not in first))


CASES = _listed(
    "cases",
    "cases", "attempts_per_case", "further_attempts", "repeat_rate", "redial_rate", "escalation_rate", "swarm_rate",
    "rushed_share", "fcr", "fcr_net", "fcr_observed", "case_resolution_rate", "time_to_resolution_h", "cases_open_end",
)  # fmt: skip
OF_LOOP = ("attempts_per_case", "escalation_rate", "rushed_share")
"""Cases are told of where one of these is."""

SATISFACTION = _listed("satisfaction", "csat", "csat_case", "nps", "ces")
PILLARS = tuple(pillar.id for pillar in kpis.PILLARS)
CUSTOMERS = _listed(
    "customers",
    "outreach_prevented", "bad_cases", "customers_left", "sales", "sales_margin", "value_lost", "waiting_cost",
    "net_cost",
)  # fmt: skip

GOODWILL_LINES = ("goodwill", "outreach")
"""Lines of the cost that customers give rise to."""

IN_ALL = ("cost_total", "net_cost", "cost_per_contact", "cost_per_resolution")
"""Told below what customers cost and bring."""

NET_COST = "cost − income − margin of sales + value of customers lost + price of their waiting"

WAITING = "waiting"
"""The line below the cost's total: what customers' waiting is worth, which nobody is paid."""

PILLAR_FORMULAS = (
    "Personalisation: 10 × the share of contacts handled with nothing to say again and never handed on. Integrity: "
    "10 × the share of customers served, and of callbacks made by the time promised. Expectations: 10 × the share of "
    "waits within the wait expected. Resolution: 10 × the share of closed cases that were resolved. Time and effort: "
    "10 × (CES − 1) ÷ 6. Empathy: 7.5 × the courtesy shown, 1 being usual."
)

ALL = "all queues"
"""The whole center beside its queues."""

HANDED_ON = "A contact that is handed on is unresolved at its queue; of the whole center it counts as it ends."
"""Why the FCR of all queues may be above that of each."""


class Calibrated(NamedTuple):
    """A figure that calibration solves for: its name where room is short, in full, and its unit."""

    short: str
    name: str
    unit: str


CALIBRATED = {
    "aht_s": Calibrated("AHT", "Handle time", "s"),
    "solo_s": Calibrated("solo", "Work, one contact in hand", "s"),
    "session_s": Calibrated("session", "Session, and the work behind it", "s"),
    "fcr": Calibrated("FCR", "Resolved at first contact", "share"),
    "contacts": Calibrated("volume", "Contacts, without those transferred here", "contacts"),
}
"""The names of calibration's figures."""

FRESH = Calibrated("fresh cases", "Fresh cases in the contacts observed", "contacts")
"""What the volume is solved for where customers come again."""


def calibrated(figure: str, come_again: bool) -> Calibrated:
    """The names of a figure of a queue, where customers of some queue come again or not."""
    return FRESH if come_again and figure == "contacts" else CALIBRATED[figure]


def residual_span(half_width: float | None) -> str:
    """Of a residual, in points or percent; nothing where it is none, or not known."""
    text = f"{100 * (half_width or 0.0):.2f}"
    return f" ±{text}" if float(text) else ""


def calibrated_text(figure: str, value: float) -> str:
    unit = CALIBRATED[figure].unit
    return {"s": seconds, "share": share, "contacts": count}[unit](value)


def compared(known: Container[str], *, shut_out: bool) -> list[str]:
    """The KPIs that plans are compared by, of those that there are. `shut_out`: some plan does not let everybody in."""
    return [kpi for kpi in HEADLINES if kpi in known and (shut_out or kpi not in OF_THE_SHUT_OUT)]


def certainty(differences: Sequence[Difference]) -> str:
    """What the intervals of the figures that plans are compared by say together."""
    intervals, each = jointly(differences)
    if intervals < 2:
        return "Each 95 % interval stands for itself."
    alone = f"{decimal(100 * each, 2)} %"
    return f"The whole center's {intervals} intervals hold jointly with 95 % (each by itself with {alone})."


def sameness(matters: Matters) -> str:
    """Below which differences plans are told to be the same."""
    own = ", ".join(f"{TITLED[kpi].title if kpi in TITLED else kpi} {value:g}" for kpi, value in matters.kpis.items())
    return (
        f"Same: a difference too small to matter, of {100 * matters.share:.3g} points, {matters.seconds:.3g} s, or "
        f"{100 * matters.relative:.3g} % of any other figure{'; ' + own if own else ''}. The file may say otherwise."
    )


def limit_text(within: float) -> str:
    """ "8 h", "36 h", "5 days": the limit for a reply."""
    return span(within).replace(".0 ", " ")


def value_text(value: float, unit: str, currency: str) -> str:
    """A figure with its unit."""
    if unit == "share":
        return share(value)
    if unit == "s":
        return seconds(value)
    if unit == "money":
        return money(value, currency, money_digits(value))
    return f"{count(value)} h" if unit == "h" else figure_text(value, unit)


def narrow_text(e: Estimate, kpi: str, with_interval: bool = False) -> str:
    """A KPI where room is short, without its unit; of a share, with its interval if that is asked for."""
    form = TITLED[kpi].form
    if not math.isfinite(e.mean):
        return NOTHING
    if form == "percent":
        interval = half_width(e, 100) if with_interval else ""
        return decimal(100 * e.mean) + interval.replace("± ", "±").replace(" to ", "–")
    if form == "span":
        return span(e.mean * HOUR)
    if form == "figure":
        return figure_text(e.mean, "points")
    return clock(e.mean) if form == "clock" else count(e.mean)


def figure_text(value: float, unit: str) -> str:
    """Points, contacts of a case, or cases, customers and sales, without the unit."""
    if unit in ("points", "contacts"):
        return decimal(value, 2 if abs(value) < 10 else 1)
    return decimal(value) if abs(value) < 1000 else count(value)


def change_text(value: float, unit: str, currency: str = "") -> str:
    """A signed difference with its unit; without a currency, money is a bare number."""
    if not math.isfinite(value):
        return NOTHING
    size = abs(value) * (100 if unit == "share" else 1)
    # Two figures that count, no decimals beyond a hundred.
    digits = 0 if size >= 99.95 else 1 if size >= 0.95 and unit != "money" else 2
    # Of contacts per case a thousandth may matter.
    number = decimal(size, 4 if unit == "contacts" and 0.0005 <= size < 0.005 else digits)
    sign = "" if float(number.replace(",", "")) == 0 else "+" if value > 0 else "−"
    if unit == "money":
        return f"{sign}{currency} {number}" if currency else f"{sign}{number}"
    return f"{sign}{number} {'points' if unit == 'share' else unit}"


def change_span(low: float, high: float, unit: str, unit_too: bool = True) -> str:
    """ "+5.2 to +10.4 points", or nothing where one replication tells none."""
    if not math.isfinite(low):
        return ""
    first, last = change_text(low, unit), change_text(high, unit)
    return f"{first.split(' ')[0]} to {last if unit_too else last.split(' ')[0]}"


def money_digits(value: float) -> int:
    return 2 if abs(value) < 1000 else 0


def amount_digits(value: float, unit: str) -> int:
    """Of money, or of a number of cases, customers, sales."""
    return money_digits(value) if unit == "money" else 1 if abs(value) < 1000 else 0


def half_width_text(low: float, high: float, unit: str) -> str:
    """ "± 1.2 points", or nothing where one replication tells none."""
    half = (high - low) / 2
    if not math.isfinite(half):
        return ""
    if unit == "share":
        return f"± {decimal(100 * half)} points"
    if unit == "s":
        return f"± {decimal(half)} s"
    return f"± {decimal(half, 2 if half < 10 else 0)}" + (" h" if unit == "h" else "")


def spread_text(mean: float, low: float, high: float, unit: str) -> str:
    """ "± 1.2 points"; "9 to 60 s" where the interval is no ±; nothing where one replication tells none."""
    if not math.isfinite(high - low):
        return ""
    if is_even(mean, low, high):
        return half_width_text(low, high, unit)
    if unit == "share":
        return f"{decimal(100 * low)} to {decimal(100 * high)} %"
    if unit == "s":
        # Both ends as one reads them: "9 to 60 s", "48 s to 3 min 05 s".
        return f"{decimal(low, 0)} to {seconds(high)}" if high < 99.5 else f"{seconds(low)} to {seconds(high)}"
    digits = 2 if high - low < 20 else 0
    return f"{decimal(low, digits)} to {decimal(high, digits)}" + (" h" if unit == "h" else "")


def verdict_on(mean: float, low: float, high: float, target: float) -> str:
    """Of one period: "met", "missed" or "unclear"; "untold" without an interval, as one replication is."""
    if not math.isfinite(mean):
        return "no contacts"
    if not math.isfinite(low):
        return "untold"
    return "met" if low >= target else "missed" if high < target else "unclear"


def date_text(label: str, year: bool = False) -> str:
    """ "1999-02-22" → "Mon 22 Feb"; a typical week's "2026-03 mon" → "Mon, March 2026"."""
    if " " in label:
        month, weekday = label.split(" ", 1)
        return f"{weekday.capitalize()}, {month_text(f'{month}-01')}"
    date = dt.date.fromisoformat(label)
    return f"{date:%a} {date.day} {date:%b}" + (f" {date.year}" if year else "")


def month_text(date: str) -> str:
    """ "2027-03-15" → "March 2027"."""
    return f"{dt.date.fromisoformat(date):%B %Y}"


def month_tick(date: dt.date, several_years: bool) -> str:
    """ "Mar"; of several years, each stands for its January."""
    return f"{date:%Y}" if several_years and date.month == 1 else f"{date:%b}"


def span_text(first: dt.date, last: dt.date) -> str:
    """ "22–28 February 1999", "28 February – 3 March 2026"."""
    if first == last:
        return f"{first.day} {first:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {last:%B %Y}"
    head = f"{first.day} {first:%B}" + ("" if first.year == last.year else f" {first.year}")
    return f"{head} – {last.day} {last:%B %Y}"


def plural(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def runs_text(counts: Collection[int]) -> str:
    """ "20 replications"; of plans that were played more and less often, "12 to 20 replications"."""
    least, most = min(counts), max(counts)
    return plural(most, "replication") if least == most else f"{least:,} to {most:,} replications"
