"""What a search for staff was asked, in words, and how much it played."""

from __future__ import annotations

import math

from sim.report.text.names import plural
from sim.report.text.numbers import decimal, share
from sim.report.text.phrases import amount
from sim.report.text.staffing import conditions
from sim.report.text.staffing_values import AIMS, currency_of, found_result, is_tested, people, weekly
from sim.staffing.allowed import Column, Limit
from sim.staffing.found import Found
from sim.staffing.span import span_of

MOST_NAMED = 6


def asked(f: Found) -> list[tuple[str, str]]:
    """(what, in words): the aim, the conditions, what may change and what may not."""
    w = f.wanted
    first = f"; {AIMS[w.minimise]} comes second" if w.budget is not None or w.keep_heads else ""
    rows = [("Aim", "the best service" + first if first else f"least {AIMS[w.minimise]}")]
    rows.append(("Must hold", conditions(f) + ("" if w.periods is not None else ", on average in each of its periods")))
    rows += [("Limit", limit.said or f"{limit.kpi} of {limit.scope} {limit.name}") for limit in w.limits]
    rows += [(f"Target of {name}", f"{share(target, 0)}, not the file's") for name, target in w.targets.items()]
    rows += [("Need not hold", ", ".join(sorted(w.left_out)))] if w.left_out else []
    if w.budget is not None:
        rows.append(("Budget", f"{amount(weekly(f, w.budget), 0.0, currency_of(f))} {span_of(f.plan).words}"))
    rows += [("People", "as many of each group and contract as today")] if w.keep_heads else []
    rows += [(f"May change: {group}", _ranges(f, group)) for group in f.allowed.groups]
    # A share of the heads is no number of them: what the file says of it is told by its place.
    rows += [(limit.name, text) for limit in f.allowed.limits if (text := _limit(limit)) and limit.counts_heads]
    if f.allowed.most_moved is not None:
        rows.append(("Changes", f"at most {people(f.allowed.most_moved)} other than today"))
    return rows + [(f"Stays: {group}", why) for group, why in f.allowed.fixed.items()]


def _ranges(f: Found, group: str) -> str:
    """ "early, 40 h and late, 40 h: 0 to 42 each"."""
    alike: dict[tuple[int, int], list[str]] = {}
    for column in f.allowed.columns:
        if column.group == group:
            alike.setdefault((column.least, column.most), []).append(_name(column))
    return "; ".join(f"{_named(names)}: {_span(*span, len(names))}" for span, names in alike.items())


def _name(column: Column) -> str:
    return column.shift if column.hours is None else f"{column.shift} ({column.hours:g} h)"


def _named(names: list[str]) -> str:
    if len(names) <= MOST_NAMED:
        return ", ".join(names)
    return f"{len(names)} shifts from {names[0]} to {names[-1]}"


def _span(least: int, most: int, number: int) -> str:
    return f"{least} to {most} people{' each' if number > 1 else ''}"


def _limit(limit: Limit) -> str:
    low = f"at least {decimal(limit.low, 0)}" if limit.low > 0.0 else ""
    high = f"at most {decimal(limit.high, 0)}" if limit.high < math.inf else ""
    return " and ".join(part for part in (low, high) if part)


def played_text(f: Found) -> str:
    """ "41 staffings and 820 replications played in 12.5 s; …"."""
    return (
        f"{plural(f.plays, 'staffing')} and {plural(f.replications, 'replication')} played in {f.seconds:,.1f} s. "
        f"{fresh_text(f)}"
    )


def fresh_text(f: Found) -> str:
    """ "The plan found: its periods by 400 replications, all else by 100, with seed 4711, which …"."""
    own, tested = found_result(f), f.confirmation
    runs = plural(own.replications, "replication")
    if tested.replications != own.replications:
        by = f"by {plural(tested.replications, 'replication')}" if is_tested(f) else "on the search's luck"
        runs = f"its periods {by}, all else by {runs}"
    return f"The plan found: {runs} with seed {own.scenario.spec.run.seed}, which the search had not seen"
