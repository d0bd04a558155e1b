"""What must hold of those who are there: known leavers, moves, wages, supervisors and ramps over the horizon."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import did_you_mean
from sim.scenario.checks.findings import LEAST_FACTOR, MOST_FACTOR, Finding, error, warning
from sim.scenario.heads import most_heads
from sim.scenario.language.groups import OF_PEOPLE
from sim.scenario.model import Scenario


def seats_have_no_people(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        if group.seats is None:
            continue
        for key in OF_PEOPLE:
            if getattr(group, key):
                yield error(f"groups.{name}.{key}", "goes with shifts or a roster, not with seats")
        if group.tenure == "steady":
            yield error(f"groups.{name}.tenure", '"steady" goes with shifts or a roster, not with seats')


# ---- Leavers and moves ---------------------------------------------------------------------------------------------


def leavers_are_there(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        if group.seats is not None:
            continue
        known = {person.name for person in s.data.people.get(name, ())} | {
            r.agent for r in s.data.rosters.get(name, ())
        }
        named: set[str] = set()
        for label, leaver in group.leavers.items():
            where, agent = f"groups.{name}.leavers.{label}.agent", leaver.agent
            if agent is None:
                continue
            if group.people is None and group.roster is None:
                yield error(where, "goes with a people file or a roster; write heads = 1")
            elif known and agent not in known:
                yield error(where, f'"{agent}" is not an agent of {name}; {did_you_mean(agent, known)}')
            elif agent in named:
                yield error(where, f'"{agent}" leaves twice; remove one of the two')
            named.add(agent)
        most, total = most_heads(s, name), sum(leaver.heads or 1 for leaver in group.leavers.values())
        if most is not None and total > most:
            yield error(f"groups.{name}.leavers", f"{total} leave, but the group has {most} heads")


def leavers_leave_in_the_horizon(s: Scenario) -> Iterator[Finding]:
    first, last = s.clock.dates[0], s.clock.dates[-1]
    for name, group in s.spec.groups.items():
        for label, leaver in group.leavers.items():
            where = f"groups.{name}.leavers.{label}.on"
            if leaver.on < first:
                yield warning(
                    where, f"{leaver.on} lies before the first day, {first}: they are gone; take them off heads"
                )
            elif leaver.on > last:
                yield warning(where, f"{leaver.on} lies after the last day, {last}: nobody of them leaves")


def moves_find_people(s: Scenario) -> Iterator[Finding]:
    for name, move in s.spec.moves.items():
        most, where = most_heads(s, move.source), f"moves.{name}"
        if move.heads is not None and most is not None and move.heads > most:
            yield error(f"{where}.heads", f"is {move.heads}, but {move.source} has {most} heads")
        if move.heads is not None and "after" in move.model_fields_set:
            yield error(f"{where}.after", "goes with annual_share: on a date, whoever is proficient moves")


def moves_fall_in_the_horizon(s: Scenario) -> Iterator[Finding]:
    first, last = s.clock.dates[0], s.clock.dates[-1]
    for name, move in s.spec.moves.items():
        if move.on is not None and move.on < first:
            text = f"{move.on} lies before the first day, {first}; count these heads in {move.target}"
            yield error(f"moves.{name}.on", f"{text}, or write a later day")
        elif move.on is not None and move.on > last:
            yield warning(f"moves.{name}.on", f"{move.on} lies after the last day, {last}: nobody moves")


# ---- Wages, supervisors, ramps, people -----------------------------------------------------------------------------


def raises_fall_in_the_horizon(s: Scenario) -> Iterator[Finding]:
    first, last = s.clock.dates[0], s.clock.dates[-1]
    for name, group in s.spec.groups.items():
        for label, rise in group.wage.raises.items():
            where = f"groups.{name}.wage.raises.{label}.on"
            if rise.on < first:
                text = f"{rise.on} lies before the first day, {first}: wages are raised from the start"
                yield warning(where, f"{text}; write the raised wages in steps instead")
            elif rise.on > last:
                yield warning(where, f"{rise.on} lies after the last day, {last}: it raises nothing")


def supervisors_lead_somebody(s: Scenario) -> Iterator[Finding]:
    for name, group in s.spec.groups.items():
        if group.supervisors is not None and group.supervisors.per == 0:
            yield error(f"groups.{name}.supervisors.per", "must be 1 or more: the heads that one supervisor leads")


def ramps_lead_to_proficiency(s: Scenario) -> Iterator[Finding]:
    """Every family comes near 1, the proficient agent; from above, time on the floor would make agents worse."""
    for name, ramp in s.spec.ramp.items():
        if ramp.steps is not None and "start" in ramp.model_fields_set:
            yield error(f"ramp.{name}.start", "goes with other families: the first of the steps says where it starts")
            continue
        for key in ("speed", "resolution"):
            start = getattr(ramp.start, key)
            if start > 1:
                text = f"is {start:g}, and the ramp leads to 1, a proficient agent: it would fall"
                yield error(f"ramp.{name}.start.{key}", f"{text}; write 1 or less")


def people_are_hired_already(s: Scenario) -> Iterator[Finding]:
    for name, people in s.data.people.items():
        late = [person for person in people if person.hired is not None and person.hired > s.clock.start]
        if late:
            some = f"{late[0].name}{f' and {len(late) - 1} more' if len(late) > 1 else ''}"
            text = f"{some} hired after the first day, and there from it; hire by a table such as [hiring.{name}]"
            yield warning(f"groups.{name}.people", text)


# ---- Factors -------------------------------------------------------------------------------------------------------


def factors_are_no_shares(s: Scenario) -> Iterator[Finding]:
    for where, factor in _factors(s):
        if not LEAST_FACTOR <= factor <= MOST_FACTOR:
            yield warning(where, f"multiplies by {factor:g}; 3 % more is 1.03, 3 % less is 0.97")


def _factors(s: Scenario) -> Iterator[tuple[str, float]]:
    """(place, factor) of all that a planner may take for a share."""
    for name, group in s.spec.groups.items():
        for label, rise in group.wage.raises.items():
            yield f"groups.{name}.wage.raises.{label}.factor", rise.factor
    for name, course in s.spec.courses.items():
        for key, factor in course.effect:
            yield f"courses.{name}.effect.{key}", factor


def burnout_is_a_burden(s: Scenario) -> Iterator[Finding]:
    for table, laws in (("attrition", s.spec.attrition), ("absence", s.spec.absence)):
        for name, law in laws.items():
            if law.burnout is not None and law.burnout.factor_per_10_points < 1.0:
                text = "is below 1: the busier the floor, the fewer; write 1.5 for half as many again per 10 points"
                yield warning(f"{table}.{name}.burnout.factor_per_10_points", text)


def promotions_leave_somebody(s: Scenario) -> Iterator[Finding]:
    for name, move in s.spec.moves.items():
        if move.annual_share is not None and move.annual_share > 1.0:
            text = f"is {move.annual_share:g} a head and year: nearly everybody moves within the year; 10 % is 0.10"
            yield warning(f"moves.{name}.annual_share", text)
