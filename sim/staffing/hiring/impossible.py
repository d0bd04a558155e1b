"""Why no classes that are allowed hold the targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sim.staffing.found import Period
from sim.staffing.hiring.intake import Classes, Intake, by_group


def in_the_way(intakes: Sequence[Intake], classes: Classes, lowest: Period) -> str:
    """A sentence: what fails by most, and which allowance stands in the way."""
    reached = f"{lowest.name} reaches {lowest.level.mean:.1%} of {lowest.target:.0%} from {lowest.date}"
    first = min(intake.dates[0] + dt.timedelta(days=intake.training_days) for intake in intakes)
    if lowest.date and dt.date.fromisoformat(lowest.date) < first:
        return f"{reached}: nobody who may be hired is on the floor before {first}"
    for together in by_group(intakes):
        intake, own = intakes[together[0]], [one for one in classes if one.intake in together]
        if len(own) == intake.at_most and all(one.offers == intake.size.at_most for one in own):
            most = f"{intake.at_most} classes of {intake.size.at_most} offers"
            return f"{reached}: {most} are all that is allowed for {intake.group}"
        if intake.in_training is not None and own and max(one.offers for one in own) >= intake.in_training:
            return f"{reached}: {intake.group} has room for {intake.in_training} in training"
        if len(own) == intake.at_most:
            return f"{reached}: {intake.at_most} classes are all that is allowed for {intake.group}"
    return f"{reached}: no plan of these classes that was played holds it"
