"""Plans of the hiring year that are one step away from another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sim.staffing.hiring.intake import Classes, Intake, allows, by_group


def neighbours(intakes: Sequence[Intake], classes: Classes) -> list[Classes]:
    """Sizes by one, two or four offers, dates by one, the next end of a term, an offer from one class to another, or
    without a class."""
    found = set[Classes]()
    for n, one in enumerate(classes):
        rest = classes[:n] + classes[n + 1 :]
        found.add(rest)
        moved = [replace(one, date=one.date + step) for step in (-1, 1)]
        found |= {(*rest, step) for step in moved if 0 <= step.date < len(intakes[one.intake].dates)}
        found |= {(*rest, replace(one, intake=other)) for other in _other_terms(intakes, one.intake, one.date)}
        for offers in (1, 2, 4):
            found.add((*rest, replace(one, offers=one.offers - offers)))
            for k, other in enumerate(rest):
                given = (*rest[:k], replace(other, offers=other.offers + offers), *rest[k + 1 :])
                found.add((*given, replace(one, offers=one.offers - offers)))
    plans = {tuple(sorted(plan)) for plan in found}
    return sorted(plan for plan in plans if plan != classes and allows(intakes, plan))


def _other_terms(intakes: Sequence[Intake], intake: int, date: int) -> list[int]:
    """Intakes of the same group whose term ends next before or after, with the same date."""
    together = next(numbers for numbers in by_group(intakes) if intake in numbers)
    together = sorted(together, key=lambda n: intakes[n].hiring.contract_until or dt.date.max)
    at, starts = together.index(intake), intakes[intake].dates[date]
    near = [together[k] for k in (at - 1, at + 1) if 0 <= k < len(together)]
    return [n for n in near if date < len(intakes[n].dates) and intakes[n].dates[date] == starts]
