"""What one person more, or one fewer, would change, in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.explaining.one_more import Cell, Found, hours_text
from sim.report.text.names import money_digits, plural
from sim.report.text.numbers import NOTHING, decimal, money
from sim.study.statistics import Estimate
from sim.units import WEEKDAYS

DAYS = tuple(day.capitalize() for day in WEEKDAYS)


def place(cell: Cell) -> str:
    """ "core, Mon 10:00-10:30"."""
    return f"{cell.way.group}, {DAYS[cell.weekday]} {hours_text(cell.way)}"


def signed(one: Estimate, scale: float = 1.0) -> str:
    """ "+8.9 ± 2.1"."""
    if not math.isfinite(one.mean):
        return NOTHING
    number = decimal(scale * one.mean)
    half = scale * one.half_width
    sign = "+" if scale * one.mean > 0 and float(number.replace("−", "-").replace(",", "")) else ""
    return f"{sign}{number}" + (f" ± {decimal(half)}" if math.isfinite(half) else "")


def headline(f: Found) -> str:
    """Where one person more does most."""
    best = next(iter(f.best(1)), None)
    if best is None:
        return "No hour at which one person more could be tried."
    told = best.fresh or best.in_time
    saved = f"{signed(told)} contacts in time that day, for {_money(f, best.cost)}"
    return f"One person more does most in {place(best)}: {saved}."


def sentences(f: Found) -> list[str]:
    """What it would take away, and what a whole head brings."""
    told = []
    least = next(iter(f.best(-1)), None)
    if least is not None:
        lost = f"{signed(least.fresh or least.in_time)} contacts in time, {_money(f, -least.cost)} saved"
        told.append(f"One fewer is missed least in {place(least)}: {lost}.")
    for head in f.heads:
        if head.way.people == 1:
            brought = f"{signed(head.in_time)} contacts in time and {signed(head.points, 100)} points of service level"
            whole = f"One head more in {head.way.group}, on its own shifts"
            told.append(f"{whole}: {brought}, for {_money(f, head.cost)} in all.")
    return told


ONE_MORE = (
    "One more: an agent with the group's skills, proficient, there for that time alone, at the group's wage after two "
    "years. One fewer: somebody of the group who is away then, unpaid. Both at that time of every day; a cell shows "
    "what that day saw of it, contacts that wait into later hours among them."
)
CHOSEN = (
    "The cells named were chosen as the best of many, and luck has flattered them: 'fresh' is the same on replications "
    "that did not choose them. Effects of several hours do not add up: each is of one person beside today's."
)


def method(f: Found) -> list[str]:
    """How it was found, and what it does not say."""
    runs = plural(f.replications, "replication")
    seen = f"Each figure is a difference from the plan as it is, on the same customers, over {runs}"
    return [f"{seen}; cells are of {round(f.step / 60)} minutes.", ONE_MORE, CHOSEN]


BEST_HEAD = ("Where", "Contacts in time", "fresh", "Fewer abandoned", "Points of the day", "Cost of the day")


def best_rows(f: Found, people: int) -> Sequence[Sequence[str]]:
    """The ten best cells to add to, or to take from."""
    return [
        (
            place(cell), signed(cell.in_time), signed(cell.fresh) if cell.fresh else NOTHING,
            signed(Estimate(-cell.abandoned.mean, -cell.abandoned.high, -cell.abandoned.low)),
            signed(cell.points, 100), _money(f, cell.cost),
        )
        for cell in f.best(people)
    ]  # fmt: skip


HEADS_HEAD = ("Group", "Contacts in time", "Fewer abandoned", "Points", "Cost")


def head_rows(f: Found) -> Sequence[Sequence[str]]:
    """One head more, and one fewer, on the group's own shifts."""
    return [
        (
            f"{head.way.group}, {people_text(head.way.people)}", signed(head.in_time),
            signed(Estimate(-head.abandoned.mean, -head.abandoned.high, -head.abandoned.low)), signed(head.points, 100),
            _money(f, head.cost),
        )
        for head in f.heads
    ]  # fmt: skip


CURVE_HEAD = ("People", "That interval, in time %", "The day, in time %")


def curve_rows(f: Found) -> Sequence[Sequence[str]]:
    """From three fewer to five more."""
    return [(people_text(people), _level(then), _level(day)) for people, then, day in f.curve]


def people_text(people: int) -> str:
    """ "+2", "as it is", "−1"."""
    return f"{people:+d}".replace("-", "−") if people else "as it is"


def _level(one: Estimate) -> str:
    half = 100 * one.half_width
    return decimal(100 * one.mean) + (f" ± {decimal(half)}" if math.isfinite(half) else "")


def _money(f: Found, amount: float) -> str:
    return money(amount, f.scenario.spec.center.currency, money_digits(amount))
