"""What is said of one value of a frontier, on the terminal, the page and the chart: its money, its shares, its mark."""

from __future__ import annotations

from sim.measures.kpis import CENTER
from sim.report.text.targets import SHORT
from sim.study.frontier.sweep import Frontier
from sim.study.statistics import Estimate
from sim.study.targets import MISSED, UNCLEAR

TOO_CLOSE = SHORT[UNCLEAR]
"""As `sim run` says it."""

SHARES = (("service_level", "service level, %"), ("fcr", "FCR, %"), ("csat", "CSAT, %"))
LOST = (("blocked_rate", "busy signal, %"), ("out_of_hours_rate", "out of hours, %"))
"""What a service level is not told without."""

MARKED = {MISSED: "*", UNCLEAR: "?"}
"""Verdicts behind a level, where words have no room."""


def shares_of(f: Frontier) -> list[tuple[str, str]]:
    """The shares that the cost is weighed against, of those that the plan has."""
    reported = {kpi.id for kpi, _ in f.results[0].kpi_sums(CENTER, "all")}
    # A service level is not told without those who did not get in.
    lost = [(kpi, title) for kpi, title in LOST if any(result.kpi(kpi).mean > 0 for result in f.results)]
    return [(kpi, title) for kpi, title in SHARES if kpi in reported] + lost


def weekly(f: Frontier, kpi: str, n: int) -> Estimate:
    """A sum of money, a week."""
    return f.results[n].kpi(kpi).times(f.a_week)


def mark_of(f: Frontier, n: int, *, with_misses: bool = True) -> str:
    """What is special about a value."""
    best, missed, runs = "", f.missed(n) if with_misses else [], f.results[n].replications
    if n == f.crown:
        some_fail = not f.prices_quality and not all(f.holds(k) for k in range(len(f.points)))
        cheapest = f"cheapest that {holds(f, n)}" if some_fail or f.unclear(n) else "cheapest"
        best = "lowest" if f.prices_quality else cheapest
    elif n == f.choice.best and runs > 1 and not f.choice.is_flat and not f.lever.is_risk:
        best = "nearest"
    misses = f"misses {missed[0].name}" if len(missed) == 1 else f"misses {len(missed)} targets" if missed else ""
    # One replication tells no verdict of any value, which is said once; "may hold" says it already.
    if with_misses and not missed and runs > 1 and "may hold" not in best and f.unclear(n):
        misses = TOO_CLOSE
    marks = ["today"] * (n == f.choice.today) + [best, misses]
    return ", ".join(mark for mark in marks if mark)


def tone_of(e: Estimate, better: int) -> str:
    """Whether it is surely better; `better`: 1 if more is, -1 if less."""
    surely = (e.low > 0.0) - (e.high < 0.0)
    return {better: "good", -better: "bad"}.get(surely, "unsure")


def holds(f: Frontier, n: int) -> str:
    """Of a value that holds its targets on average: "holds", or "may hold" where that is too close to tell."""
    return "may hold" if f.unclear(n) else "holds"
