"""What a scenario leaves to us, and what we then take: printed with every result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.assumptions_conventions import assumptions_of_conventions
from sim.scenario.assumptions_quality import assumptions_of_quality
from sim.scenario.channels import SPEED_BY_LOAD
from sim.scenario.findings import groups_serving
from sim.scenario.heads import starting_heads
from sim.scenario.model import Scenario
from sim.scenario.schema import Group, Queue
from sim.scenario.schema_off_floor import Lessons
from sim.scenario.schema_workforce import Hiring, filled_rates
from sim.scenario.shift_hours import hours_a_week, parts_in_order
from sim.units import DAY, format_duration

ASSUMED_TENURE = 104 * 7 * DAY


def assumptions_of(s: Scenario) -> Iterator[Problem]:
    for name, queue in s.spec.queues.items():
        given = queue.model_fields_set
        if "patience" not in given and s.queue(name).is_live:
            yield Problem(f"queues.{name}.patience", "exponential, mean 5 min (assumption; test 1 to 10 min)")
        if "fcr" not in given:
            yield Problem(f"queues.{name}.fcr", "70 % (industry average, SQM)")
        serving = groups_serving(s, name)
        if queue.basis == "observed" and serving and all(starting_heads(s, group) == 0 for group in serving):
            text = "nobody serves it on the first day: handle time and FCR are taken as those of proficient agents"
            yield Problem(f"queues.{name}", text)
        yield from _of_level(s, name, queue)
        yield from _of_channel(s, name, queue)
    for name, group in s.spec.groups.items():
        given = group.model_fields_set
        people = s.data.people.get(name, ())
        if "wage" not in given and not (people and all(person.wage is not None for person in people)):
            yield Problem(f"groups.{name}.wage", "20.92 per hour (US mean, BLS OEWS May 2023, 43-4051)")
        for channel, held in s.group(name).holdings.items():
            own = group.capacity.get(channel)  # type: ignore[call-overload]
            if not held.alone and (own is None or own.at_once is None):
                yield Problem(f"groups.{name}.capacity.{channel}", f"at_once = {held.at_once} (assumption)")
    for name, vendor in s.spec.vendors.items():
        if "resolution" not in vendor.model_fields_set:
            yield Problem(f"vendors.{name}.resolution", f"{100 * vendor.resolution:g} % (assumption)")
    for name in s.spec.contracts:
        if _cuts_a_period(s, name):
            text = "periods that the horizon cuts are judged and paid by the part that lies in it"
            yield Problem(f"contracts.{name}.service_level", text)
    yield from _of_the_start(s)
    yield from _of_workforce(s)
    yield from assumptions_of_quality(s)
    yield from assumptions_of_conventions(s)
    if s.uses.waiting_prices and s.spec.customers is not None:
        text = "counts in the net cost beside what customers who leave are worth: a price of their time, not of leaving"
        yield Problem("costs.waiting_per_minute", text)
    if "load" not in s.spec.costs.model_fields_set:
        yield Problem("costs.load", "1.27 × wages (BLS ECEC, private industry)")


def _of_the_start(s: Scenario) -> Iterator[Problem]:
    """What the floor is like when the horizon begins, where customers are there at midnight."""
    if s.warm_up_days:
        before = "day" if s.warm_up_days == 1 else f"{s.warm_up_days} days"
        whose = "; by the starting staff, none of them absent" if s.uses.moving_workforce else ""
        yield Problem("run.warm_up", f"the {before} before the first, like the first week; counted nowhere{whose}")
        return
    first, eve = s.clock.start, s.clock.start - dt.timedelta(days=1)
    for name in s.spec.queues:
        closes = max((end for _, end in s.queue(name).open_spans(eve)), default=0.0)
        if (
            s.queue(name).is_live
            and closes >= DAY
            and any(start == 0.0 for start, _ in s.queue(name).open_spans(first))
        ):
            yield Problem(
                "run.warm_up", 'begins with nobody waiting, though it never closes; write "1d" to play a day before'
            )
            return


def _of_level(s: Scenario, name: str, queue: Queue) -> Iterator[Problem]:
    contract = s.spec.contracts.get(queue.contract or "")
    if "service_level" in queue.model_fields_set or (contract is not None and contract.service_level is not None):
        return
    if s.queue(name).is_live:
        yield Problem(f"queues.{name}.service_level", "80 % in 20 s per day (industry habit)")
    else:
        yield Problem(f"queues.{name}.service_level", "80 % replied in 24 h per day, all hours counted (assumption)")


def _of_channel(s: Scenario, name: str, queue: Queue) -> Iterator[Problem]:
    """What goes with the queue's channel, where the file says less than it could."""
    where = f"queues.{name}"
    if queue.speed_by_load is None and any(
        not s.group(group).holding(queue.channel).alone and s.group(group).places > 1
        for group in groups_serving(s, name)
    ):
        speeds = ", ".join(f"{speed:.2f}" for speed in SPEED_BY_LOAD)
        text = "the last goes on (planners' rule of thumb: sessions of 18, 22 and 30 min at 1.5, 2.5 and 3.5 together)"
        yield Problem(f"{where}.speed_by_load", f"{speeds} with 1, 2, 3, 4 in hand; {text}")
    if s.queue(name).carries_over and queue.at_shift_end is None:
        text = "work in hand when a shift ends is carried over to whoever takes it up next, with nothing lost"
        yield Problem(f"{where}.at_shift_end", text)
    machine, callback, backlog = queue.self_service, queue.callback, queue.backlog_at_start
    if machine is not None:
        if "session" not in machine.model_fields_set:
            yield Problem(f"{where}.self_service.session", "exponential, mean 2 min (assumption)")
        if "come_back" not in machine.model_fields_set:
            text = "nobody whom the machine contains comes to an agent after all (assumption)"
            yield Problem(f"{where}.self_service.come_back", text)
    if callback is not None:
        for key, of in (("accept", "of offers"), ("answered", "of calls")):
            if key not in callback.model_fields_set:
                yield Problem(f"{where}.callback.{key}", f"{100 * getattr(callback, key):g} % {of} (assumption)")
    if backlog is not None and not s.queue(name).is_live and "oldest" not in backlog.model_fields_set:
        yield Problem(f"{where}.backlog_at_start.oldest", f"{format_duration(backlog.oldest)} (assumption)")


def _cuts_a_period(s: Scenario, contract: str) -> bool:
    """Whether a week or month, by which the contract is judged, begins before the horizon or ends after it."""
    level = s.spec.contracts[contract].service_level
    first, after = s.clock.start, s.clock.start + dt.timedelta(days=s.clock.days)
    if level is None or level.per not in ("week", "month"):
        return False
    if level.per == "week":
        return first.weekday() != 0 or after.weekday() != 0
    return first.day != 1 or after.day != 1


# ---- The workforce over months -------------------------------------------------------------------------------------


def _of_workforce(s: Scenario) -> Iterator[Problem]:
    for name, group in s.spec.groups.items():
        yield from _of_pairing(s, name, group)
        yield from _of_tenure(s, name, group)
        yield from _of_activities(name, group)
        for queue, training in group.cross_training.items():
            yield from _of_lessons(f"groups.{name}.cross_training.{queue}", training)
    for name, hiring in s.spec.hiring.items():
        yield from _of_hiring(f"hiring.{name}", hiring)
    for name, law in s.spec.attrition.items():
        written = s.resolved.get("attrition", {}).get(name, {}).get("annual_rate")
        if isinstance(written, dict):
            for step, source in filled_rates(written).items():
                text = f"{getattr(law.annual_rate, step):g} a year, as {source}: it is not given"
                yield Problem(f"attrition.{name}.annual_rate.{step}", text)
        if law.burnout is not None and "over_weeks" not in law.burnout.model_fields_set:
            yield Problem(f"attrition.{name}.burnout.over_weeks", f"{law.burnout.over_weeks:g} (assumption)")
    for name, move in s.spec.moves.items():
        if move.annual_share is not None and "after" not in move.model_fields_set:
            yield Problem(f"moves.{name}.after", f"{format_duration(move.after)} of tenure (assumption)")
    for name, absence in s.spec.absence.items():
        given, where = absence.model_fields_set, f"absence.{name}"
        if not absence.is_sickness and "block" not in given:
            yield Problem(f"{where}.block", f"{format_duration(absence.block)} taken together (assumption)")
        if not absence.is_sickness and "at_most" not in given:
            yield Problem(f"{where}.at_most", "no limit on how many are on leave at once")
        if absence.burnout is not None and "over_weeks" not in absence.burnout.model_fields_set:
            yield Problem(f"{where}.burnout.over_weeks", f"{absence.burnout.over_weeks:g} (assumption)")
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
