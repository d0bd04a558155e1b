"""What must hold of `[staffing]`: it names what there is, holds what is declared, and allows shifts that can be worked.

Whether its limits can all be kept, and its targets reached, is asked when a search begins.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import did_you_mean
from sim.scenario.candidate_shifts import (
    MOST_OF_A_RULE,
    as_shifts,
    candidate_tables,
    made_by,
    matched,
    room_for_breaks,
    size_of,
)
from sim.scenario.checks.findings import (
    Finding,
    breaks_do_not_fit,
    error,
    is_unknown,
    names_of,
    rest_is_too_short,
    warning,
)
from sim.scenario.heads import heads_given
from sim.scenario.language.groups import Group
from sim.scenario.language.staffing import PERIODS, TABLES, GroupStaffing, KpiSaid, ShiftRule, Staffing
from sim.scenario.model import Scenario
from sim.scenario.shift_hours import heads_by_shift, parts_in_order
from sim.units import format_duration

ASKED = "staffing"


def _wanted(s: Scenario) -> Staffing:
    return s.spec.staffing or Staffing()


def _groups(s: Scenario) -> Iterator[tuple[str, GroupStaffing, Group]]:
    """Groups that are named and that the file has: place, what may change, the group."""
    for name, rule in _wanted(s).groups.items():
        if name in s.spec.groups:
            yield name, rule, s.spec.groups[name]


# ---- What must hold -------------------------------------------------------------------------------------------------


def limits_are_of_something(s: Scenario) -> Iterator[Finding]:
    tables = {scope: table for table, scope in TABLES.items()}
    channels = {queue.channel for queue in s.spec.queues.values()}
    for number, limit in enumerate(_wanted(s).also, start=1):
        where = f"{ASKED}.also.{number}"
        if limit.scope == "channel":
            if limit.name not in channels:
                yield error(where, f'no queue is of the channel "{limit.name}"; {did_you_mean(limit.name, channels)}')
        elif limit.scope != "center" and is_unknown(s, tables[limit.scope], limit.name):
            known = names_of(s, tables[limit.scope])
            yield error(where, f'"{limit.name}" is not a {limit.scope}; {did_you_mean(limit.name, known)}')


def limits_leave_something(s: Scenario) -> Iterator[Finding]:
    most: dict[tuple[str, str, str], KpiSaid] = {}
    least: dict[tuple[str, str, str], KpiSaid] = {}
    for number, limit in enumerate(_wanted(s).also, start=1):
        where, about = f"{ASKED}.also.{number}", (limit.scope, limit.name, limit.kpi)
        own, other = (most, least) if limit.at_most else (least, most)
        if about in own:
            yield error(where, f'"{limit.said}" beside "{own[about].said}"; keep the stricter one')
        own[about] = limit
        against = other.get(about)
        if against is not None and least[about].value > most[about].value:
            yield error(where, f'"{limit.said}" contradicts "{against.said}"; nothing lies between them')


def held_targets_are_declared(s: Scenario) -> Iterator[Finding]:
    where = f"{ASKED}.hold.targets"
    for name in _wanted(s).hold.targets or ():
        if name in s.spec.contracts:
            if s.spec.contracts[name].service_level is None:
                yield error(where, f"the contract {name} has no target; give it a service_level, or leave it out here")
        elif is_unknown(s, "queues", name):
            known = [*names_of(s, "queues"), *names_of(s, "contracts")]
            yield error(where, f'"{name}" is not a queue, nor a contract; {did_you_mean(name, known)}')
        elif name in s.spec.queues and not _has_target(s, name):
            text = f'{name} has no target; write service_level = {{ target = 0.80, within = "20s" }} in [queues.{name}]'
            yield error(where, f"{text}, or leave it out here")


def _has_target(s: Scenario, queue: str) -> bool:
    own = s.spec.queues[queue]
    contract = s.spec.contracts.get(own.contract or "")
    return own.service_level is not None or (contract is not None and contract.service_level is not None)


def targets_have_such_periods(s: Scenario) -> Iterator[Finding]:
    held, named = _wanted(s).hold.held, _wanted(s).hold.targets
    if held is None or held.of == "periods":
        return
    levels = {name: s.queue(name).level.per for name in s.queues}
    levels |= {name: one.service_level.per for name, one in s.spec.contracts.items() if one.service_level is not None}
    other = {name: per for name, per in levels.items() if PERIODS[per] != held.of and (named is None or name in named)}
    if other:
        some, per = next(iter(other.items()))
        more = f" and {len(other) - 1} more" if len(other) > 1 else ""
        text = f"speaks of {held.of}, and the target of {some}{more} is judged per {per}"
        yield error(f"{ASKED}.hold.in", f'{text}; write "periods", or per = "{held.of[:-1]}" there')


# ---- What may change ------------------------------------------------------------------------------------------------


def groups_may_change(s: Scenario) -> Iterator[Finding]:
    for name in _wanted(s).groups:
        if is_unknown(s, "groups", name):
            yield error(f"{ASKED}.groups.{name}", f"is not a group; {did_you_mean(name, names_of(s, 'groups'))}")
    for name, _, group in _groups(s):
        given = "roster" if group.roster is not None else "seats" if group.seats is not None else "people"
        if group.shifts is None or group.people is not None:
            text = f"its {given} {'is' if given == 'roster' else 'are'} given by a file, which no search changes"
            yield error(f"{ASKED}.groups.{name}", f"{text}; give it heads and shifts, or leave it out here")


def shifts_may_change(s: Scenario) -> Iterator[Finding]:
    candidates = list(candidate_tables(s.spec))
    used: set[str] = set()
    for name, rule, _ in _groups(s):
        for pattern in rule.shifts or ():
            found = matched((pattern,), [*s.spec.shifts, *candidates])
            used |= set(found)
            if not found and not any(place.startswith(f"{ASKED}.shifts") for place in s.lost):
                known = [*names_of(s, "shifts"), *(f"{rule}-*" for rule in _wanted(s).shifts)]
                yield error(
                    f"{ASKED}.groups.{name}.shifts", f'"{pattern}" fits no shift; {did_you_mean(pattern, known)}'
                )
    everybody = any(name not in _wanted(s).groups or _wanted(s).groups[name].shifts is None for name in s.spec.groups)
    for name, made in _wanted(s).shifts.items():
        if size_of(made) <= MOST_OF_A_RULE and not everybody and not used & set(made_by(name, made)):
            yield warning(f"{ASKED}.shifts.{name}", "no group may use it; name it in [staffing.groups.NAME] shifts")


def heads_suffice(s: Scenario) -> Iterator[Finding]:
    """The whole is no less than what stays as it is: of this plan, which nobody needs to search from."""
    for name, rule, group in _groups(s):
        heads, most = heads_given(s, name), rule.heads.at_most
        if most is None or heads is None or group.shifts is None or rule.shifts is None:
            continue
        free = set(matched(rule.shifts, list(s.spec.shifts)))
        counts = zip(parts_in_order(s, group), heads_by_shift(s, group, heads), strict=True)
        kept = {shift: count for shift, count in counts if shift not in free and count}
        if sum(kept.values()) > most:
            text = f"is {most}, but {sum(kept.values())} on {' and '.join(kept)} stay as they are"
            yield warning(f"{ASKED}.groups.{name}.heads.at_most", f"{text}; name these shifts too, or allow more heads")


def contracts_can_be_offered(s: Scenario) -> Iterator[Finding]:
    full = s.spec.center.full_time_hours
    for name, rule, group in _groups(s):
        where = f"{ASKED}.groups.{name}.part_time"
        if rule.part_time is None:
            continue
        longest = max(rule.part_time.hours, default=0.0)
        if longest >= full:
            yield error(f"{where}.hours", f"{longest:g} is not part time: center.full_time_hours is {full:g}")
        elif rule.part_time.hours and group.contract_hours is None:
            text = f"{name} says no contract hours of its own; write contract_hours = {full:g} in [groups.{name}]"
            yield error(f"{where}.hours", text)


# ---- Candidate shifts -----------------------------------------------------------------------------------------------


def candidates_can_be_named(s: Scenario) -> Iterator[Finding]:
    for name, rule in _wanted(s).shifts.items():
        where, size = f"{ASKED}.shifts.{name}", size_of(rule)
        if size > MOST_OF_A_RULE:
            yield error(where, f"makes {size:,} shifts; {MOST_OF_A_RULE} at most: fewer starts or lengths")
            continue
        # A plan that was found has what it took of them among its shifts.
        made = as_shifts(made_by(name, rule)) if all(room >= 0 for room in _rooms(rule)) else {}
        twice = next((shift for shift, one in made.items() if s.spec.shifts.get(shift, one) != one), None)
        if twice is not None:
            yield error(where, f'makes a shift "{twice}", and the file has another of this name; rename one of the two')


def _rooms(rule: ShiftRule) -> list[float]:
    """What breaks leave of their windows, in shifts of each length."""
    return [room for length in rule.lengths for room in room_for_breaks(rule, length)]


def candidates_have_room_for_breaks(s: Scenario) -> Iterator[Finding]:
    for name, rule in _wanted(s).shifts.items():
        for length in rule.lengths:
            if min(room_for_breaks(rule, length), default=0.0) < 0.0:
                text = (
                    f"a shift of {format_duration(length)} has no room for a break so long after its start and before"
                )
                way_out = "shorten after or before_end, or write shifts_from for longer shifts only"
                yield error(f"{ASKED}.shifts.{name}.breaks", f"{text} its end; {way_out}")
                break


def candidates_can_be_worked(s: Scenario) -> Iterator[Finding]:
    """What is asked of every shift: breaks that do not overlap."""
    for name, rule in _wanted(s).shifts.items():
        if size_of(rule) > MOST_OF_A_RULE or any(room < 0.0 for room in _rooms(rule)):
            continue
        shifts = as_shifts(made_by(name, rule))
        found = next((one for shift in shifts.items() for one in breaks_do_not_fit(*shift)), None)
        if found is not None:
            yield error(f"{ASKED}.shifts.{name}.breaks", found.problem.what)


def candidates_leave_rest(s: Scenario) -> Iterator[Finding]:
    for name, rule in _wanted(s).shifts.items():
        if size_of(rule) > MOST_OF_A_RULE or any(room < 0.0 for room in _rooms(rule)):
            continue
        shifts = as_shifts(made_by(name, rule))
        groups = [
            one for one, group in s.spec.groups.items() if group.shifts is not None and _may_use(s, one, list(shifts))
        ]
        for group in groups:
            found = next(rest_is_too_short(s, group, shifts), None)
            if found is not None:
                yield error(f"{ASKED}.shifts.{name}", f"{found.problem.what} ({group})")
                break


def _may_use(s: Scenario, group: str, shifts: list[str]) -> bool:
    rule = _wanted(s).groups.get(group, GroupStaffing())
    return rule.shifts is None or bool(matched(rule.shifts, shifts))
