"""What a scenario leaves to us of the workforce over months, and what we then take."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.heads import ASSUMED_TENURE, starting_heads
from sim.scenario.language.groups import Group
from sim.scenario.language.off_floor import Lessons
from sim.scenario.language.workforce import Burnout, Hiring, filled_rates
from sim.scenario.model import Scenario
from sim.scenario.shift_hours import hours_a_week, parts_in_order
from sim.units import format_duration


def assumptions_of_workforce(s: Scenario) -> Iterator[Problem]:
    for part in (_of_people, _of_joining, _of_attrition, _of_moves, _of_absence, _of_courses):
        yield from part(s)


def _of_people(s: Scenario) -> Iterator[Problem]:
    for name, group in s.spec.groups.items():
        yield from _of_pairing(s, name, group)
        yield from _of_tenure(s, name, group)
        yield from _of_activities(name, group)
        for queue, training in group.cross_training.items():
            yield from _of_lessons(f"groups.{name}.cross_training.{queue}", training)


def _of_joining(s: Scenario) -> Iterator[Problem]:
    for name, hiring in s.spec.hiring.items():
        yield from _of_hiring(f"hiring.{name}", hiring)


def _of_attrition(s: Scenario) -> Iterator[Problem]:
    for name, law in s.spec.attrition.items():
        written = s.resolved.get("attrition", {}).get(name, {}).get("annual_rate")
        if isinstance(written, dict):
            for step, source in filled_rates(written).items():
                text = f"{getattr(law.annual_rate, step):g} a year, as {source}: it is not given"
                yield Problem(f"attrition.{name}.annual_rate.{step}", text)
        yield from _of_burnout(f"attrition.{name}", law.burnout)


def _of_burnout(where: str, burnout: Burnout | None) -> Iterator[Problem]:
    if burnout is not None and "over_weeks" not in burnout.model_fields_set:
        yield Problem(f"{where}.burnout.over_weeks", f"{burnout.over_weeks:g} (assumption)")


def _of_moves(s: Scenario) -> Iterator[Problem]:
    for name, move in s.spec.moves.items():
        if move.annual_share is not None and "after" not in move.model_fields_set:
            yield Problem(f"moves.{name}.after", f"{format_duration(move.after)} of tenure (assumption)")


def _of_absence(s: Scenario) -> Iterator[Problem]:
    for name, absence in s.spec.absence.items():
        given, where = absence.model_fields_set, f"absence.{name}"
        if not absence.is_sickness and "block" not in given:
            yield Problem(f"{where}.block", f"{format_duration(absence.block)} taken together (assumption)")
        if not absence.is_sickness and "at_most" not in given:
            yield Problem(f"{where}.at_most", "no limit on how many are on leave at once")
        yield from _of_burnout(where, absence.burnout)


def _of_courses(s: Scenario) -> Iterator[Problem]:
    for name, course in s.spec.courses.items():
        yield from _of_lessons(f"courses.{name}", course)
        if course.effect.courtesy != 1 and s.uses.experience is None:
            yield Problem(f"courses.{name}.effect.courtesy", "is recorded; no KPI uses it without [experience]")


def _of_pairing(s: Scenario, name: str, group: Group) -> Iterator[Problem]:
    """Contracts and shifts of several lengths, and nothing that says which goes with which; parts of seats."""
    contracts = {hours for hours, _ in group.contract_hours or ()}
    contracts |= {person.contract_hours for person in s.data.people.get(name, ()) if person.contract_hours is not None}
    parts = parts_in_order(s, group)
    lengths = {round(hours_a_week(s, group, s.spec.shifts[shift]), 6) for shift in parts}
    if len(contracts) > 1 and len(lengths) > 1 and not any(part.contract_hours for part in parts.values()):
        text = (
            "the longest contracts work the shifts that pay most hours a week (a shift's contract_hours says otherwise)"
        )
        yield Problem(f"groups.{name}.shifts", text)
    if name in s.data.seats and any(seats % 1.0 for seats in s.data.seats[name].values.values()):
        text = (
            "a part of a seat is there for that part of the interval, beside its neighbours or at either end by turns"
        )
        yield Problem(f"groups.{name}.seats", text)


def _of_tenure(s: Scenario, name: str, group: Group) -> Iterator[Problem]:
    if group.seats is None and starting_heads(s, name) == 0:
        # Nobody is there whose tenure could matter.
        return
    people, where = s.data.people.get(name, ()), f"groups.{name}"
    hired = bool(people) and all(person.hired is not None for person in people)
    matters = group.ramp is not None or group.attrition is not None or len(group.wage.steps) > 1
    if group.tenure is None and not hired and matters:
        who = "whose day of hire is not given" if people else "for everybody"
        yield Problem(f"{where}.tenure", f"{format_duration(ASSUMED_TENURE)} {who} (assumption)")
    if group.tenure == "steady" and not hired:
        yield Problem(f"{where}.tenure", "the mix that attrition leaves in the long run, season and burnout left out")
    if group.ramp is not None:
        yield Problem(f"{where}.ramp", "goes on day by day; those there at the start have been on it for their tenure")


def _of_activities(name: str, group: Group) -> Iterator[Problem]:
    for key, activities in (("meetings", group.meetings), ("coaching", group.coaching)):
        for label, activity in activities.items():
            if activity.length is not None and "at_once" not in activity.model_fields_set:
                yield Problem(f"groups.{name}.{key}.{label}.at_once", "no limit on how many attend at once")


def _of_hiring(where: str, hiring: Hiring) -> Iterator[Problem]:
    given, training = hiring.model_fields_set, hiring.training
    if hiring.is_class and "show_up" not in given:
        yield Problem(f"{where}.show_up", "everybody with an offer starts")
    if not hiring.is_class and "vacancy" not in given:
        yield Problem(f"{where}.vacancy", "none: whoever is lost is replaced the next morning")
    if training is None:
        return
    if not {"dropout", "licence_pass"} & training.model_fields_set:
        yield Problem(f"{where}.training.dropout", "everybody who starts finishes the training")
    if training.trainer is None:
        yield Problem(f"{where}.training.trainer", "costs nothing")
    elif "per" not in training.trainer.model_fields_set:
        yield Problem(f"{where}.training.trainer.per", f"{training.trainer.per} trainees (assumption)")


def _of_lessons(where: str, lessons: Lessons) -> Iterator[Problem]:
    if "at_once" not in lessons.model_fields_set:
        yield Problem(f"{where}.at_once", f"{lessons.at_once:.0%} of the group's heads (assumption)")
    if "a_day" not in lessons.model_fields_set and lessons.length > lessons.a_day:
        yield Problem(f"{where}.a_day", f"{format_duration(lessons.a_day)} at most (assumption)")
