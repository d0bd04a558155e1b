"""Results as tables: the columns are a contract (README), and every row starts with its plan."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.measures.kpis import (
    CENTER,
    CONTACTS,
    GROUP,
    LEVEL_SUMS,
    QUEUE,
    STAFF,
    by_name,
    groups_of,
    queues_of,
    ratio,
)
from sim.measures.periods import first_days
from sim.measures.requirement import Requirement
from sim.measures.shortage import shortage
from sim.report.tables.spread import BANDS, bands_of
from sim.report.tables.workforce import contract_rows, workforce_table
from sim.report.text.known import Known
from sim.report.text.names import WAITING
from sim.study.compare import Difference
from sim.study.kept import STAFF_NAMES
from sim.study.result import PlanResult
from sim.study.statistics import FREE, NOT_NEGATIVE, Estimate, Range, estimate, ratio_bands
from sim.study.targets import CONTRACT, verdicts_of
from sim.units import HOUR

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MEASURES = (
    "offered", "answered", "abandoned", "service_level", "service_level_low", "service_level_high", "asa_s", "aht_s",
    "occupancy", "seats", "required", "short", "backlog", "required_exact", "signed_on",
)  # fmt: skip
"""`seats` are those scheduled, as the need is of what is expected; `signed_on` is played, overruns and all."""
LOST = ("blocked", "refused")
"""Contacts that heard it engaged, or came when the queue was closed: offered counts neither."""


@dataclass(frozen=True)
class Tables:
    """One study's tables by file name, without the suffix."""

    summary: pd.DataFrame
    intervals: pd.DataFrame
    periods: pd.DataFrame
    workforce: pd.DataFrame
    costs: pd.DataFrame
    comparison: pd.DataFrame | None = None

    @cached_property
    def known(self) -> Known:
        """The figures looked up by name."""
        return Known(self.summary, self.costs, self.comparison)

    def by_file(self) -> dict[str, pd.DataFrame]:
        tables = {name: getattr(self, name) for name in ("summary", "intervals", "periods", "workforce", "costs")}
        if self.comparison is not None:
            tables["comparison"] = self.comparison
        return tables


def tabulate(results: list[PlanResult], labels: list[str], differences: list[Difference] | None = None) -> Tables:
    """The tables of several plans, one below the other."""
    parts: dict[str, list[pd.DataFrame]] = {
        key: [] for key in ("summary", "intervals", "periods", "workforce", "costs")
    }
    for result, label in zip(results, labels, strict=True):
        view = _View(result, label)
        parts["summary"].append(view.summary())
        if result.prepared.contracts:
            parts["summary"].append(contract_rows(result, label))
        parts["intervals"].append(view.intervals())
        parts["periods"].append(view.periods())
        parts["workforce"].append(workforce_table(result, label, view.paid_need))
        parts["costs"].append(view.costs())
    whole = {key: pd.concat(tables, ignore_index=True) for key, tables in parts.items()}
    return Tables(**whole, comparison=None if differences is None else comparison_table(differences))


def comparison_table(differences: list[Difference]) -> pd.DataFrame:
    columns = ["plan", "baseline", "scope", "name", "kpi", "difference", "ci_low", "ci_high", "better", "confidence"]
    rows = [
        (
            d.plan,
            d.baseline,
            d.scope,
            d.name,
            d.kpi,
            d.estimate.mean,
            d.estimate.low,
            d.estimate.high,
            d.verdict,
            d.confidence,
        )
        for d in differences
    ]
    return pd.DataFrame(rows, columns=columns)


class _View:
    """One plan's result, with what several of its tables need worked out once."""

    def __init__(self, result: PlanResult, label: str) -> None:
        self.result, self.label = result, label
        self.scenario, self.clock = result.scenario, result.scenario.clock
        self.slots = result.prepared.slots
        self.need: Requirement = result.requirement()
        self.presence = result.need.presence
        self.queues, self.groups = (
            {name: number for number, name in enumerate(names)}
            for names in (self.scenario.queues, self.scenario.groups)
        )
        self.is_live = [self.scenario.queue(queue).is_live for queue in self.queues]
        self.verdicts = {(one.scope, one.name): one for one in verdicts_of(result)}
        self.slot_levels, self.day_levels = result.slot_levels, result.day_levels
        self.paid_need = self.need.group_required * self.clock.interval / HOUR / (1.0 - self._shrinkage())
        backlog = result.backlog / result.replications
        self.backlogs = dict(zip(self.scenario.uses.deferred, backlog.T, strict=True))

    def _shrinkage(self) -> Floats:
        """Share of contracted time off the floor, as scheduled; intervals × groups."""
        slots, presence = self.slots, self.presence
        there, contracted = (
            np.stack([np.bincount(slots.of_interval, column, slots.count) for column in table.T], axis=1)
            for table in (self.need.group_seats, presence.contracted)
        )
        whole = np.clip(1.0 - there.sum(axis=0) / np.maximum(contracted.sum(axis=0), 1e-12), 0.0, 0.9)
        # An interval with nobody at work, or all of them on a break, takes the group's own shrinkage.
        found = np.where(there > 0.0, np.clip(1.0 - ratio(there, contracted), 0.0, 0.9), whole)
        return np.asarray(found[slots.of_interval])

    def _by_slot(self, values: Floats) -> Floats:
        """Mean per slot of a value per interval of the horizon."""
        return np.asarray(np.bincount(self.slots.of_interval, values, self.slots.count) / self.slots.occurrences)

    def summary(self) -> pd.DataFrame:
        rows: list[tuple[Any, ...]] = []
        currency = self.scenario.spec.center.currency
        runs = self.result.replications
        for scope, name in self.result.scopes():
            found: list[tuple[str, str, Estimate]] = [
                (kpi.id, currency if kpi.unit == "money" else kpi.unit, e) for kpi, e in self.result.kpis(scope, name)
            ]
            if scope in CONTACTS:
                found.append(("wait_p90_s", "s", self.result.kpi("wait_p90_s", scope, name)))
            found += self._targets(scope, name)
            found += [
                (kpi, unit, Estimate(value, math.nan, math.nan, math.nan))
                for kpi, unit, value in self._planned(scope, name)
            ]
            rows += [(self.label, scope, name, k, unit, e.mean, e.low, e.high, e.sd, runs) for k, unit, e in found]
        for contract in (of for kind, of in self.verdicts if kind == CONTRACT):
            found = self._targets(CONTRACT, contract)
            rows += [
                (self.label, CONTRACT, contract, k, unit, e.mean, e.low, e.high, e.sd, runs) for k, unit, e in found
            ]
        columns = ["plan", "scope", "name", "kpi", "unit", "mean", "ci_low", "ci_high", "sd", "replications"]
        return pd.DataFrame(rows, columns=columns)

    def _planned(self, scope: str, name: str) -> list[tuple[str, str, float]]:
        """What follows from the expected load alone: paid hours required, people short, the formula's service level."""
        scenario, rows = self.scenario, list[tuple[str, str, float]]()
        queues = [self.queues[queue] for queue in queues_of(scenario, scope, name)]
        groups = [self.groups[group] for group in groups_of(scenario, scope, name)]
        if scope in STAFF:
            rows.append(("required_hours", "h", float(self.paid_need[:, groups].sum())))
        if scope in (*STAFF, *CONTACTS):
            found, hours = shortage(scenario, self.need, scope, name), self.clock.interval / HOUR
            rows += [
                ("short_hours", "h", float(found.missing.sum() * hours)),
                ("peak_short", "people", found.peak),
                ("intervals_short", "intervals", float(found.short.sum())),
                ("intervals_open", "intervals", float(found.is_open.sum())),
                ("short_hours_closed", "h", float(found.missing[~found.is_open].sum() * hours)),
            ]
        live = [q for q in queues if self.is_live[q]]
        if live or scope == CENTER:
            met, counted = self.need.erlang_met[:, live].sum(), self.need.erlang_counted[:, live].sum()
            rows.append(("service_level_erlang_a", "share", float(met / counted) if counted > 0.0 else math.nan))
        return rows

    def _targets(self, scope: str, name: str) -> list[tuple[str, str, Estimate]]:
        """How a target is kept, in its own periods; of the center, whether all of them are."""
        one = self.verdicts.get((scope, name))
        if one is None:
            return []
        if scope == CENTER:
            return [("all_targets_met", "share", one.all_met)]
        figures = (("target_met", one.met), ("all_periods_met", one.all_met), ("worst_period", one.worst_level))
        return [(kpi, "share", found) for kpi, found in figures]

    def intervals(self) -> pd.DataFrame:
        """One row per queue or group and slot in which anything happened or anybody was there."""
        runs, signed_on = self.result.replications * self.slots.occurrences, self._signed_on()
        slots, rows = _labels(self.slots.labels), _Rows(self.slots.count, (*MEASURES, *BANDS, *LOST))
        for q, name in enumerate(self.scenario.queues):
            measures = self._queue_measures(self.result.queue_slots[:, q], self.slot_levels[:, :, q], runs)
            need = {"seats": self.need.seats, "required": self.need.required, "short": self.need.short}
            need["required_exact"] = self.need.exact
            measures |= {key: self._by_slot(values[:, q]) for key, values in need.items()}
            if name in self.backlogs:
                measures["backlog"] = self._by_slot(self.backlogs[name])
            rows.add(QUEUE, name, measures | bands_of(self.result, q))
        for g, name in enumerate(self.scenario.groups):
            measures = self._group_measures(self.result.group_slots[:, g], runs)
            need = {"seats": self.need.group_seats, "required": self.need.group_required}
            need |= {"short": self.need.group_short, "required_exact": self.need.group_exact}
            need["signed_on"] = signed_on
            rows.add(GROUP, name, measures | {key: self._by_slot(values[:, g]) for key, values in need.items()})
        frame = rows.frame(self.label, slots)
        activity = frame["offered"].where(frame["scope"] == QUEUE, frame["answered"])
        kept = (activity > 0) | (frame["seats"] > 0) | (frame["required"] > 0) | (frame["backlog"] > 0)
        kept |= (frame[list(LOST)] > 0).any(axis=1)
        return frame[kept].reset_index(drop=True)

    def _queue_measures(self, sums: Floats, levels: Floats, runs: Floats | Ints | float) -> dict[str, Floats]:
        s = by_name(LEVEL_SUMS, sums)
        level, low, high = ratio_bands(levels[..., 0], levels[..., 1])
        return {
            "offered": s["offered"] / runs,
            "answered": s["answered"] / runs,
            "abandoned": s["abandoned"] / runs,
            "service_level": level,
            "service_level_low": low,
            "service_level_high": high,
            "asa_s": ratio(s["wait_answered"], s["answered"]),
            "aht_s": ratio(s["talk"] + s["hold"] + s["wrap"], s["handled"]),
            "blocked": s["blocked"] / runs,
            "refused": s["refused"] / runs,
        }

    def _group_measures(self, sums: Floats, runs: Floats | Ints | float) -> dict[str, Floats]:
        s = by_name(STAFF_NAMES, sums)
        return {
            "answered": s["answered"] / runs,
            "aht_s": ratio(s["talk"] + s["hold"] + s["wrap"], s["handled"]),
            "occupancy": ratio(s["handling"], s["available"]),
        }

    def _signed_on(self) -> Floats:
        """Mean agents signed on, as played; intervals × groups."""
        return self.result.signed_on / self.result.replications / self.clock.interval

    def _periods(self, per: str) -> tuple[list[str], Ints]:
        """First dates of the periods, and the number of each day's period."""
        first = first_days(self.clock, per)
        number = np.searchsorted(first, np.arange(self.clock.days), side="right") - 1
        return [self.clock.dates[day].isoformat() for day in first], number

    def periods(self) -> pd.DataFrame:
        """By day, week and month; seats, required and short are means over intervals with demand, backlog the last."""
        return pd.concat([self._of_periods(per) for per in ("day", "week", "month")], ignore_index=True)

    def _of_periods(self, per: str) -> pd.DataFrame:
        runs = float(self.result.replications)
        firsts, number = self._periods(per)
        of_interval = number[self.clock.interval_day]
        rows = _Rows(len(firsts), (*MEASURES, "target_met"))
        queue_days, group_days = (
            _gather(table[None], number)[0] for table in (self.result.queue_days, self.result.group_days)
        )
        of_days = _gather(self.day_levels, number)
        for q, name in enumerate(self.scenario.queues):
            levels = of_days[:, :, q]
            measures = self._queue_measures(queue_days[:, q], levels, runs)
            met = ratio(levels[..., 0], levels[..., 1])
            target = self.scenario.queue(name).level.target
            counted = np.isfinite(met)
            measures["target_met"] = ratio(((met >= target) & counted).sum(axis=0), counted.sum(axis=0))
            tables_of = (self.need.seats, self.need.required, self.need.short, self.need.exact)
            seats = tuple(table[:, q] for table in tables_of)
            measures |= _mean_seats(seats, of_interval, len(firsts))
            if name in self.backlogs:
                measures["backlog"] = self.backlogs[name][_last_of_each(of_interval)]
            rows.add(QUEUE, name, measures)
        for g, name in enumerate(self.scenario.groups):
            measures = self._group_measures(group_days[:, g], runs)
            tables_of = (
                self.need.group_seats,
                self.need.group_required,
                self.need.group_short,
                self.need.group_exact,
            )
            seats = tuple(table[:, g] for table in tables_of)
            rows.add(GROUP, name, measures | _mean_seats(seats, of_interval, len(firsts)))
        return rows.frame(self.label, {"period": per, "date": firsts, "start": np.nan})

    def costs(self) -> pd.DataFrame:
        payroll, amounts = self.result.prepared.payroll, self.result.costs
        named = {**{line: amounts[:, k] for k, line in enumerate(payroll.lines)}, "total": amounts.sum(axis=1)}
        if self.scenario.spec.contracts:
            income = self.result.income
            named |= {line: income[:, k] for k, line in enumerate(payroll.income_lines)}
            named["income total"] = income.sum(axis=1)
            named["margin"] = named["income total"] - named["total"]
        if self.scenario.uses.waiting_prices:
            named[WAITING] = self.result.sums_of("center", "all")["waiting_cost"]
        rows = []
        for line, column in named.items():
            sums = {"amount": column, "runs": np.ones(len(column))}
            found = estimate(lambda s: ratio(s["amount"], s["runs"]), sums, _range_of(line))
            rows.append((self.label, line, found.mean, found.low, found.high))
        return pd.DataFrame(rows, columns=["plan", "line", "mean", "ci_low", "ci_high"])


class _Rows:
    """A table of measures, queue by queue and group by group, as many rows each; made into one frame at the end."""

    def __init__(self, each: int, measures: tuple[str, ...]) -> None:
        self._each, self._names = each, list[tuple[str, str]]()
        self._columns: dict[str, list[Floats]] = {measure: [] for measure in measures}
        self._unknown = np.full(each, np.nan)

    def add(self, scope: str, name: str, measures: dict[str, Floats]) -> None:
        """What is not among the measures is not known."""
        self._names.append((scope, name))
        for measure, parts in self._columns.items():
            parts.append(measures.get(measure, self._unknown))

    def frame(self, plan: str, labels: dict[str, Any]) -> pd.DataFrame:
        """`labels`: columns that are the same for each, or a single value for all rows."""
        scopes, names = (np.repeat(np.array(column, object), self._each) for column in zip(*self._names, strict=True))
        again = {
            key: values * len(self._names) if isinstance(values, list) else values for key, values in labels.items()
        }
        columns = {measure: np.concatenate(parts) for measure, parts in self._columns.items()}
        return pd.DataFrame({"plan": plan, "scope": scopes, "name": names, **again, **columns})


def _range_of(line: str) -> Range:
    """Amounts are not negative, but for what is taken off a bill, and for what is left."""
    return (-np.inf, 0.0) if line.startswith("credits ") else FREE if line == "margin" else NOT_NEGATIVE


def _gather(days: Floats, number: Ints) -> Floats:
    """Sums over the days (second axis) of each period."""
    result = np.zeros((int(number.max()) + 1, days.shape[0], *days.shape[2:]))
    for day, period in enumerate(number.tolist()):
        result[period] += days[:, day]
    return np.moveaxis(result, 0, 1)


def _last_of_each(numbers: Ints) -> Ints:
    """Where each run of equal numbers ends."""
    return np.flatnonzero(np.diff(numbers, append=-1))


def _mean_seats(need: tuple[Floats, ...], of_interval: Ints, periods: int) -> dict[str, Floats]:
    """Seats, required (in fractions, too) and short per interval, over the intervals in which anybody is needed."""
    active = need[1] > 0
    count = np.bincount(of_interval, active.astype(float), periods)
    sums = [np.bincount(of_interval, column * active, periods) for column in need]
    return {
        name: ratio(total, count)
        for name, total in zip(("seats", "required", "short", "required_exact"), sums, strict=True)
    }


def _labels(labels: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    return {"date": [date for date, _ in labels], "start": [start for _, start in labels]}
