"""Worlds for the tests: scenario files written into a folder, played as the command plays them, and judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.observations import Table
from sim.scenario.load import load
from sim.study.result import PlanResult
from sim.study.run import Entry, Options, run_study
from sim.study.statistics import estimate

Floats = NDArray[np.float64]

POWER, RARE = 0.003, 0.01
"""The largest standard error that a comparison with theory may have, as a share of the exact value."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Calls:
    """A queue: contacts per interval (one number, or the day's in order), and the rest of its table as TOML."""

    contacts: float | Sequence[float]
    says: str
    channel: str = "phone"
    contains: str = "all contacts"
    """Whether the contacts include those that other queues transfer."""


@dataclass(frozen=True)
class Staff:
    """A group of seats per interval (one number, or the day's in order), and the rest of its table as TOML."""

    seats: int | Sequence[int]
    says: str


def write(
    folder: Path,
    queues: Mapping[str, Calls],
    groups: Mapping[str, Staff],
    *,
    days: int = 7,
    interval: int = 60,
    center: str = "",
    more: str = "",
) -> Path:
    """A center open day and night, every day alike: `scenario.toml` and its CSV files. `interval` in minutes."""
    parts = [f'[center]\nstart = 2026-03-02\ndays = {days}\ninterval = "{interval}min"\n{center}']
    for name, queue in queues.items():
        csv = _profile(folder / f"{name}-volumes.csv", "contacts", queue.contacts, interval)
        forecast = f'{{ csv = "{csv}", contains = "{queue.contains}" }}'
        parts.append(f'[queues.{name}]\nchannel = "{queue.channel}"\nforecast = {forecast}\n{queue.says}')
    for name, group in groups.items():
        csv = _profile(folder / f"{name}-seats.csv", "seats", group.seats, interval)
        parts.append(f'[groups.{name}]\nseats = {{ csv = "{csv}" }}\n{group.says}')
    path = folder / "scenario.toml"
    path.write_text("\n\n".join([*parts, more]))
    return path


def _profile(path: Path, column: str, values: float | Sequence[float], interval: int) -> str:
    starts = [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(0, 1440, interval)]
    of_day = [values] * len(starts) if isinstance(values, int | float) else values
    rows = [f"{day},{start},{value}" for day in WEEKDAYS for start, value in zip(starts, of_day, strict=True)]
    path.write_text("\n".join([f"weekday,start,{column}", *rows]))
    return path.name


@dataclass
class Silent:
    """A watcher that says nothing."""

    def stage(self, text: str) -> None: ...

    def progress(self, plan: str, done: int, wanted: int) -> None: ...

    def kept(self, result: PlanResult, replication: int, rows: Table, stays: Table) -> None: ...


@dataclass
class Snapshots(Silent):
    """Keeps every replication's own sums by slot, of which a study itself keeps the totals only."""

    queue_totals: list[Floats] = field(default_factory=list)
    group_totals: list[Floats] = field(default_factory=list)

    def kept(self, result: PlanResult, replication: int, rows: Table, stays: Table) -> None:  # noqa: ARG002
        assert result.queue_slots is not None
        assert result.group_slots is not None
        self.queue_totals.append(result.queue_slots.copy())
        self.group_totals.append(result.group_slots.copy())

    @property
    def queue_slots(self) -> Floats:
        """Replications × slots × queues × sums."""
        return np.diff(np.array(self.queue_totals), axis=0, prepend=0.0)

    @property
    def group_slots(self) -> Floats:
        return np.diff(np.array(self.group_totals), axis=0, prepend=0.0)


def play(path: Path, replications: int = 16, seed: int = 1, watcher: Silent | None = None) -> PlanResult:
    """The base plan, on this process."""
    return play_plans(path, ["base"], replications, seed, watcher)[0]


def play_plans(
    path: Path, plans: Sequence[str], replications: int = 16, seed: int = 1, watcher: Silent | None = None
) -> list[PlanResult]:
    base = load(path)
    entries = [Entry(base, base if plan == "base" else load(path, plan)) for plan in plans]
    keep = isinstance(watcher, Snapshots)
    options = Options(replications, seed, jobs=1, engine="compiled", keep_contacts=keep)
    return run_study(entries, options, watcher or Silent()).results


def agree(
    result: PlanResult, kpi: str, exact: float, *, power: float = POWER, scope: str = "center", name: str = "all"
) -> None:
    """The KPI is the exact value, within 3.5 standard errors that are themselves small enough to see 1 %."""
    estimate = result.kpi(kpi, scope, name)
    error = estimate.half_width / float(stats.t.ppf(0.975, result.replications - 1))
    close(f"{kpi} {name}", estimate.mean, error, exact, power)


def close(what: str, simulated: float, error: float, exact: float, power: float = POWER) -> None:
    """|simulated − exact| ≤ 3.5 standard errors, each at most `power` of the exact value."""
    text = f"{what}: exact {exact:.6g}, simulated {simulated:.6g}, standard error {error / abs(exact):.3%} of it"
    print(f"{text}, z {(simulated - exact) / max(error, 1e-12 * abs(exact)):+.2f}")
    assert error <= power * abs(exact), f"{text}: too large to tell"
    assert abs(simulated - exact) <= 3.5 * error + 1e-12 * abs(exact), text


def agree_of(
    result: PlanResult, what: str, value: Callable[[dict[str, Floats]], Floats], exact: float, power: float = POWER
) -> None:
    """The same for a function of the center's wait counts."""
    told = estimate(value, result.waits_of("center", "all"))  # type: ignore[arg-type]
    close(what, told.mean, told.half_width / float(stats.t.ppf(0.975, result.replications - 1)), exact, power)
