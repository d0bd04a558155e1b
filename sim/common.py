"""What plans that are compared have in common: the days that all of them play, and what only some of them have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sim.center import Center
from sim.errors import Problem, ScenarioError

PLACES = ("queues", "groups", "sites", "vendors", "contracts")


def on_common_days(centers: Sequence[Center]) -> list[Center]:
    """The same, each on the first days that all of them play; ScenarioError where they do not begin alike, or a plan
    does not go on those days alone."""
    least = min(center.scenario.clock.days for center in centers)
    return [on_first_days(center, least) for center in centers]


def uncommon(centers: Sequence[Center]) -> tuple[Problem, ...]:
    """What of the plans is not compared, where something is not."""
    found = []
    for center in centers:
        if center.days_left_out:
            days = center.scenario.clock.days
            text = f"compared on the first {days} of its {days + center.days_left_out} days, those that all plans play"
            found.append(Problem(f"plan {center.name}", text))
    for place in PLACES:
        of = [set(getattr(center.scenario.spec, place)) for center in centers]
        for name in dict.fromkeys(name for center in centers for name in getattr(center.scenario.spec, place)):
            have = [center.name for center, names in zip(centers, of, strict=True) if name in names]
            if len(have) < len(centers):
                found.append(Problem(f"{place}.{name}", _only_in(have, centers)))
    return tuple(found)


def _only_in(have: Sequence[str], centers: Sequence[Center]) -> str:
    lacking = [center.name for center in centers if center.name not in have]
    own = (
        "its own figures are compared with nothing" if lacking[0] == centers[0].name else "it shows no difference there"
    )
    return f"not in {', '.join(lacking)}: {own}, and the whole center's figures count it"


def on_first_days(center: Center, days: int) -> Center:
    """The plan on its first days alone; ScenarioError where it does not go on them."""
    left_out = center.scenario.clock.days - days
    if not left_out:
        return center
    changes: dict[str, object] = {"center.days": days}
    if "weeks" in center.scenario.resolved.get("center", {}):
        changes["center.weeks"] = "none"
    try:
        cut = center.vary(changes, center.name)
        # What the plan is, is what its file says; that it is cut is said elsewhere.
        own = center.scenario
        scenario = replace(cut.scenario, description=own.description, changes=own.changes)
        return replace(cut, scenario=scenario, days_left_out=left_out)
    except ScenarioError as error:
        text = f"plays {days + left_out} days; on the first {days} of them alone it does not go"
        raise ScenarioError(center.name, [Problem("center", text), *error.problems]) from None
