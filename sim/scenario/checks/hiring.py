"""What must hold of those who join: classes and standing orders, their training, nesting and terms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sim.errors import did_you_mean
from sim.scenario.checks.findings import Finding, error, group_is_known, is_lost, is_unknown, names_of, warning
from sim.scenario.heads import on_the_floor, starting_heads
from sim.scenario.language.workforce import Hiring
from sim.scenario.model import Scenario

MOST_HOURS = 84
FEWEST_KEPT = 0.05
"""Of those whom a standing order hires: it could not keep up with fewer."""


def _group_has_shifts(s: Scenario, where: str, name: str) -> Iterator[Finding]:
    """A known group that people may join and leave: its shifts say when whoever is there works."""
    yield from group_is_known(s, where, name)
    group = s.spec.groups.get(name)
    for way in ("roster", "seats"):
        if group is not None and getattr(group, way) is not None:
            yield error(where, f"{name} has {way}, and whoever joins or changes groups goes with shifts")


def joiners_find_a_group(s: Scenario) -> Iterator[Finding]:
    targets: dict[str, str] = {}
    for name, hiring in s.spec.hiring.items():
        yield from _group_has_shifts(s, f"hiring.{name}.group", hiring.group)
        targets[f"hiring.{name}.group"] = hiring.group
    for name, move in s.spec.moves.items():
        yield from _group_has_shifts(s, f"moves.{name}.from", move.source)
        if move.target == move.source:
            yield error(f"moves.{name}.to", "is the group that they come from; name another")
            continue
        yield from _group_has_shifts(s, f"moves.{name}.to", move.target)
        targets[f"moves.{name}.to"] = move.target
    for where, target in targets.items():
        group = s.spec.groups.get(target)
        if group is not None and group.shifts and not any(part.value for part in group.shifts.values()):
            yield error(
                where, f"the shifts of {target} have 0 heads each, so nobody can say who joins which; use shares"
            )


def classes_start_in_the_horizon(s: Scenario) -> Iterator[Finding]:
    first, last = s.clock.dates[0], s.clock.dates[-1]
    for name, hiring in s.spec.hiring.items():
        start, where = hiring.starts, f"hiring.{name}"
        if start is not None and start < first:
            text = f"{start} lies before the first day, {first}; count these people among the heads"
            yield error(f"{where}.starts", f"{text}, or write a later day")
        elif start is not None and start > last:
            yield warning(f"{where}.starts", f"{start} lies after the last day, {last}: the class is not played")
        elif hiring.last is not None and hiring.last < first:
            yield warning(f"{where}.to", f"{hiring.last} lies before the first day, {first}: the order fills nothing")
        elif hiring.first is not None and hiring.first > last:
            yield warning(f"{where}.from", f"{hiring.first} lies after the last day, {last}: the order fills nothing")


def orders_last(s: Scenario) -> Iterator[Finding]:
    for name, hiring in s.spec.hiring.items():
        if hiring.first is not None and hiring.last is not None and hiring.last < hiring.first:
            yield error(f"hiring.{name}.to", f"{hiring.last} lies before {hiring.first}, the day in from")
        if hiring.hold == 0:
            yield warning(f"hiring.{name}.hold", "is 0: the order never hires anybody")


def orders_stand_alone(s: Scenario) -> Iterator[Finding]:
    """Two standing orders would fill the same vacancy twice."""
    orders: dict[str, str] = {}
    for name, hiring in s.spec.hiring.items():
        if hiring.is_class:
            continue
        if hiring.group in orders:
            text = f'"{orders[hiring.group]}" is a standing order for {hiring.group} already'
            yield error(f"hiring.{name}", f"{text}; keep one of the two")
        orders.setdefault(hiring.group, name)


def orders_have_somebody_to_replace(s: Scenario) -> Iterator[Finding]:
    for name, hiring in s.spec.hiring.items():
        group = s.spec.groups.get(hiring.group)
        if hiring.replace is None or group is None or is_lost(s, f"groups.{hiring.group}.attrition"):
            continue
        trainings = [other.training for other in s.spec.hiring.values() if other.group == hiring.group]
        fails = any(training is not None and training.kept < 1 for training in trainings)
        if group.attrition is None and not group.leavers and not fails:
            text = f"nobody ever leaves {hiring.group}: the order hires nobody; add attrition to the group"
            yield warning(f"hiring.{name}.replace", text)


# ---- Training and nesting ------------------------------------------------------------------------------------------


def training_makes_sense(s: Scenario) -> Iterator[Finding]:
    for name, hiring in s.spec.hiring.items():
        training, where = hiring.training, f"hiring.{name}.training"
        if hiring.contract_hours is not None and hiring.contract_hours > MOST_HOURS:
            yield error(f"hiring.{name}.contract_hours", f"is hours a week; {MOST_HOURS} at most")
        if training is None:
            continue
        if training.length == 0:
            yield error(f"{where}.length", "has no length; leave training out if they start on the floor")
        if training.hours_a_week is not None and training.hours_a_week > MOST_HOURS:
            yield error(f"{where}.hours_a_week", f"is hours a week; {MOST_HOURS} at most")
        if training.trainer is not None and training.trainer.per == 0:
            yield error(f"{where}.trainer.per", "must be 1 or more: the trainees that one trainer takes")
        if training.retake_after is not None and training.licence_pass == 1:
            yield warning(f"{where}.retake_after", "everybody passes at once: it does nothing; write licence_pass")
        kept = training.kept
        if hiring.is_class and kept == 0:
            yield warning(where, "nobody passes it: the class never comes on the floor")
        elif not hiring.is_class and kept < FEWEST_KEPT:
            text = f"{kept:.0%} of those who start come on the floor"
            yield error(where, f"{text}: a standing order would hire on and on; write a lower dropout, or a class")


def training_ends_in_the_horizon(s: Scenario) -> Iterator[Finding]:
    first, last = s.clock.dates[0], s.clock.dates[-1]
    for name, hiring in s.spec.hiring.items():
        # An order hires from the first day on: longer than the horizon is too long.
        start = hiring.starts if hiring.starts is not None else max(first, hiring.first or first)
        floor = on_the_floor(hiring, start)
        if hiring.training is not None and first <= start <= last < floor:
            text = f"lasts until {floor - dt.timedelta(days=1)}, after the last day, {last}"
            yield warning(f"hiring.{name}.training.length", f"{text}: nobody comes on the floor")


def terms_outlast_training(s: Scenario) -> Iterator[Finding]:
    for name, hiring in s.spec.hiring.items():
        until, start = hiring.contract_until, hiring.starts or s.spec.center.start
        if until is None:
            continue
        where, floor = f"hiring.{name}.contract_until", on_the_floor(hiring, start)
        if until < start:
            text = f"{until} lies before {start}, {'when the class starts' if hiring.is_class else 'the first day'}"
            yield error(where, f"{text}; write a later day")
        elif until < floor:
            text = f"{until} lies before {floor}, the first day after the training: nobody would come on the floor"
            yield error(where, f"{text}; write a later day")


def nesters_have_mentors(s: Scenario) -> Iterator[Finding]:
    for name, hiring in s.spec.hiring.items():
        nesting, where = hiring.nesting, f"hiring.{name}.nesting"
        if nesting is None:
            continue
        if nesting.length == 0:
            yield error(f"{where}.length", "has no length; leave nesting out if nobody is helped")
        if nesting.mentor_per == 0:
            yield error(f"{where}.mentor_per", "must be 1 or more: the nesters that one mentor helps")
        elif nesting.mentor_share != 0 and nesting.mentor_per is None:
            text = "is missing: who helps? write mentor_per = 5, mentor_share = 0.25"
            yield error(f"{where}.mentor_per", f"{text}; or mentor_share = 0 if nobody does")
        elif nesting.mentor_share is None:
            yield error(f"{where}.mentor_share", "is missing; write the share of a mentor's shift, such as 0.25")


def mentors_are_there(s: Scenario) -> Iterator[Finding]:
    """Somebody of the group is on the floor before the class comes there."""
    for name, hiring in s.spec.hiring.items():
        nesting = hiring.nesting
        if nesting is None or not nesting.mentor_share or hiring.starts is None:
            continue
        floor = on_the_floor(hiring, hiring.starts)
        if starting_heads(s, hiring.group) == 0 and floor in s.clock.dates and not _anybody_before(s, hiring, floor):
            text = f"nobody of {hiring.group} is there to mentor when the class comes on the floor, on {floor}"
            yield warning(f"hiring.{name}.nesting", f"{text}: nobody helps")


def _anybody_before(s: Scenario, hiring: Hiring, floor: dt.date) -> bool:
    others = [other for other in s.spec.hiring.values() if other is not hiring and other.group == hiring.group]
    earlier = any(not other.is_class or on_the_floor(other, other.starts or floor) < floor for other in others)
    return earlier or any(
        move.target == hiring.group and (move.on is None or move.on <= floor) for move in s.spec.moves.values()
    )


def nesting_is_of_the_groups_queues(s: Scenario) -> Iterator[Finding]:
    for name, hiring in s.spec.hiring.items():
        group, where = s.spec.groups.get(hiring.group), f"hiring.{name}.nesting.queues"
        for queue in hiring.nesting.queues if hiring.nesting is not None else ():
            if is_unknown(s, "queues", queue):
                yield error(where, f'"{queue}" is not a queue; {did_you_mean(queue, names_of(s, "queues"))}')
            elif group is not None and queue not in group.skills and not is_lost(s, f"groups.{hiring.group}.skills"):
                skills = ", ".join(group.skills)
                yield error(where, f'group {hiring.group} lacks the skill "{queue}"; its skills are {skills}')
