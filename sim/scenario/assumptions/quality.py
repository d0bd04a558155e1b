"""What a scenario leaves to us of speed against quality, and what we then take."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Problem
from sim.scenario.estimates import senders_of
from sim.scenario.language.laws import Table
from sim.scenario.language.quality import OF_KIND, Escalation, Recommendation, Weights
from sim.scenario.language.queues import Queue
from sim.scenario.model import Scenario
from sim.scenario.serving import holding_several
from sim.units import format_duration


def assumptions_of_quality(s: Scenario) -> Iterator[Problem]:
    brought = senders_of(s)
    for name, queue in s.spec.queues.items():
        yield from _of_cases(s, name, queue, brought.get(name, {}))
        yield from _of_money(f"queues.{name}", queue)
        if queue.escalation is not None:
            yield from _of_escalation(f"queues.{name}.escalation", queue.escalation)
        asked = s.uses.cases or s.uses.experience is not None
        if asked and queue.resolution_by_load is None and holding_several(s, name):
            text = "agents resolve as much with several contacts in hand (assumption)"
            rule = "a planners' rule of thumb: 88, 82 and 74 % at 1.5, 2.5 and 3.5 together"
            yield Problem(f"queues.{name}.resolution_by_load", f"{text}; {rule}")
    for name, group in s.spec.groups.items():
        where = f"groups.{name}"
        if group.pressure is not None and _leaves(group.pressure, "pace"):
            yield Problem(f"{where}.pressure.pace", f"{group.pressure.pace:g} of the usual handle time (assumption)")
        if group.fatigue is not None:
            yield from _left(f"{where}.fatigue", group.fatigue, "everybody comes rested")
    yield from _of_pace(s)
    yield from _of_experience(s)
    customers = s.spec.customers
    if customers is not None:
        text = "each new case is that of any of them, and everybody starts without bad cases"
        yield Problem("customers", f"{text} (assumption)")
        if _leaves(customers, "bad_below"):
            text = f"a case is bad if the chance that its customer is satisfied is below {customers.bad_below:.0%}"
            yield Problem("customers.bad_below", f"{text} (assumption)")


def _leaves(table: Table, key: str) -> bool:
    return key not in table.model_fields_set


def _left(where: str, table: Table, also: str = "") -> Iterator[Problem]:
    """All that a table leaves out, in one line."""
    left = [f"{key} {_value(key, getattr(table, key))}" for key in type(table).model_fields if _leaves(table, key)]
    text = f"{', '.join(left)} (assumption{'s' if len(left) > 1 else ''})" if left else ""
    if left or also:
        yield Problem(where, "; ".join(part for part in (text, also) if part))


def _value(key: str, value: float) -> str:
    return format_duration(value) if key == "rest" else f"{value:g}"


def _of_cases(s: Scenario, name: str, queue: Queue, senders: dict[str, dict[str, float]]) -> Iterator[Problem]:
    where = f"queues.{name}"
    for key, again in (("repeat", queue.repeat), ("redial", queue.redial)):
        if again is None:
            continue
        if _leaves(again, "after"):
            yield Problem(
                f"{where}.{key}.after", f"exponential, mean {format_duration(again.after.mean or 0)} (assumption)"
            )
        if _leaves(again, "attempts"):
            yield Problem(f"{where}.{key}.attempts", f"{again.attempts} contacts of one case at most (assumption)")
    if queue.repeat is not None:
        if _leaves(queue.repeat, "repeated") and not s.spec.quality.history_shared:
            text = f"{queue.repeat.repeated:.0%} of the talk is gone through again (assumption)"
            yield Problem(f"{where}.repeat.repeated", text)
        text = "what came before the horizon is the base plan's: repeats of earlier contacts come in"
        yield Problem(f"{where}.repeat", text)
    brought = [kind for by in senders.values() for kind in by]
    brought += ["redials"] if queue.redial is not None else []
    kinds = " and ".join(kind for kind in ("escalations", "repeats", "redials") if kind in brought)
    if kinds and s.queue(name).counts_what_is_brought and _leaves(queue.forecast, "contains"):
        yield Problem(f"{where}.forecast.contains", f"all contacts: the volumes, being observed, contain {kinds}")


def _of_escalation(where: str, escalation: Escalation) -> Iterator[Problem]:
    texts = {
        "length": f"exponential, mean {format_duration(escalation.length.mean or 0)} of extra work",
        "resolution": f"the follow up resolves {escalation.resolution:.0%} of the cases",
        "experience": f"the first agent learns as from {escalation.experience:g} further contact",
    }
    for key, text in texts.items():
        if OF_KIND[key] == escalation.kind and _leaves(escalation, key):
            yield Problem(f"{where}.{key}", f"{text} (assumption)")


def _of_money(where: str, queue: Queue) -> Iterator[Problem]:
    if queue.outreach is not None and _leaves(queue.outreach, "messages"):
        text = f"{queue.outreach.messages:g} for each case whose customer is reached (assumption)"
        yield Problem(f"{where}.outreach.messages", text)
    if queue.credit is not None:
        if _leaves(queue.credit, "share"):
            yield Problem(f"{where}.credit.share", f"{queue.credit.share:.0%} of bad cases (assumption)")
        if _leaves(queue.credit, "softens"):
            text = f"{queue.credit.softens:.0%} of credits, after which the case is not held against us (assumption)"
            yield Problem(f"{where}.credit.softens", text)


def _of_pace(s: Scenario) -> Iterator[Problem]:
    """The elasticities, wherever anybody's pace may differ from the standard."""
    elasticity = s.spec.quality.pace
    if not s.uses.pace:
        return
    low, high = elasticity.range
    if _leaves(elasticity, "resolution"):
        text = f"{elasticity.resolution:g} (assumption, from {low:g} to {high:g}: nobody has measured it for you)"
        yield Problem("quality.pace.resolution", text)
    elif _leaves(elasticity, "range"):
        yield Problem("quality.pace.range", f"resolution may lie from {low:g} to {high:g} (assumption)")
    if s.uses.experience is not None and _leaves(elasticity, "courtesy"):
        yield Problem("quality.pace.courtesy", f"{elasticity.courtesy:g} (assumption)")


def _of_experience(s: Scenario) -> Iterator[Problem]:
    experience = s.uses.experience
    if experience is None:
        return
    if s.spec.experience is None:
        yield Problem("experience", "not given: customers feel, and stay or leave, by what is assumed here")
    yield from _of_weights(experience.weights)
    if _leaves(experience, "csat"):
        text = f"{experience.csat:.0%} of customers who get just what they expect are satisfied (assumption)"
        yield Problem("experience.csat", text)
    yield from _of_recommendation(experience.nps)
    if _leaves(experience, "ces"):
        yield Problem(
            "experience.ces", f"ease of {experience.ces:g}, from 1 to 7, where all is as expected (assumption)"
        )
    if experience.expected_wait is None:
        yield Problem("experience.expected_wait", "the limit of each queue's service level (assumption)")


def _of_weights(weights: Weights) -> Iterator[Problem]:
    left = [f"{key} {weight:g}" for key, weight in weights if _leaves(weights, key)]
    if left:
        text = "assumption: resolution weighs most and waiting least, as the studies find"
        yield Problem("experience.weights", f"in log-odds: {', '.join(left)} ({text})")


def _of_recommendation(nps: Recommendation) -> Iterator[Problem]:
    left = [f"{share:.0%} {key}" for key, share in nps if _leaves(nps, key)]
    if left:
        yield Problem("experience.nps", f"{' and '.join(left)} where all is as expected (assumption)")
