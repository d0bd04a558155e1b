"""What waiting costs: the first class some weeks later, and the best found without an earlier one; both as played."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sim.staffing.hiring.found import Delay
from sim.staffing.hiring.intake import Classes, Intake, allows
from sim.staffing.hiring.judging import periods_on, saving
from sim.staffing.hiring.playing import Playing
from sim.study.statistics import Estimate

WEEKS = (1, 2, 4)


def delayed(intakes: Sequence[Intake], classes: Classes, weeks: int) -> Classes | None:
    """The plan with its first class so many weeks later; None where that is no date, or leaves no room."""
    if not classes:
        return None
    first = min(classes, key=lambda one: (intakes[one.intake].dates[one.date], one))
    dates = intakes[first.intake].dates
    later = [n for n, date in enumerate(dates) if (date - dates[first.date]).days == 7 * weeks]
    if not later:
        return None
    plan = tuple(sorted([*(one for one in classes if one != first), replace(first, date=later[0])]))
    return plan if allows(intakes, plan) else None


def delays_of(
    playing: Playing,
    intakes: Sequence[Intake],
    classes: Classes,
    runs: int,
    instead: Callable[[Sequence[int], Classes], Estimate | None],
) -> tuple[Delay, ...]:
    """`instead`: what the cheapest plan from these dates on, by intake, costs more than these classes."""
    found = []
    for weeks in WEEKS:
        plan = delayed(intakes, classes, weeks)
        if plan is None:
            continue
        answer, now = playing.answer(plan, runs), playing.answer(classes, runs)
        begins = min(intakes[one.intake].dates[one.date] for one in classes)
        earliest = [sum((date - begins).days < 7 * weeks for date in intake.dates) for intake in intakes]
        lowest = periods_on(playing.targets, answer)[0]
        found.append(Delay(weeks, saving(answer, now), lowest, instead(earliest, classes)))
    return tuple(found)
