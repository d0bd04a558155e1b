"""One row per contact, for whoever wants to follow a single customer; one per leg, if it was transferred."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim import observations as obs
from sim.explaining.overtaking import Overtaking
from sim.explaining.seen import WAYS, Seen
from sim.observations import Table
from sim.scenario.model import Scenario
from sim.study.result import PlanResult


def contact_table(result: PlanResult, label: str, replication: int, rows: Table) -> Any:
    """A replication's contact rows with names, local times and durations, as an Arrow table."""
    import pyarrow as pa

    scenario, seen = result.scenario, Seen(result.prepared, rows)
    rows, local = seen.rows, local_times(scenario)
    handled = rows["outcome"] == obs.ANSWERED
    own = result.prepared.agents.names
    # A vendor's places have no names.
    names, agents = np.array([*own, ""]), np.where(rows["agent"] < len(own), rows["agent"], -1)
    groups = np.array([*scenario.groups, *scenario.spec.vendors, ""])
    calls_back = bool(scenario.uses.callbacks)
    outcomes = obs.OUTCOMES if calls_back else obs.OUTCOMES[: obs.UNREACHED]
    talk = rows["hung_up"] - rows["answered"] - rows["on_hold"] - rows["paused"]
    columns: dict[str, Any] = {
        "plan": label,
        "replication": np.full(len(rows), replication, np.int32),
        "queue": pd.Categorical.from_codes(rows["queue"].tolist(), categories=pd.Index(scenario.queues)),
        "arrived": local(rows["arrived"]),
        "outcome": pd.Categorical.from_codes(rows["outcome"].tolist(), categories=pd.Index(outcomes)),
        "wait_s": _waits(scenario, rows),
        "group": groups[rows["group"]],
        "agent": names[agents],
        "talk_s": np.where(handled, talk, np.nan),
        "hold_s": np.where(handled, rows["on_hold"], np.nan),
        "wrap_s": np.where(handled, rows["ended"] - rows["hung_up"], np.nan),
        "resolved": handled & (rows["resolved"] == 1),
    }
    if scenario.uses.blending:
        columns["effort_s"] = np.where(handled, rows["effort"], np.nan)
    if scenario.uses.legs:
        columns |= {"leg": rows["leg"], "transferred": rows["transferred"] == obs.TRANSFERRED}
    if scenario.uses.escalations:
        columns["escalated"] = np.isin(rows["transferred"], (obs.ESCALATED, obs.SWARMED))
    if scenario.uses.case_numbers:
        later = np.where(rows["again"] >= 0, rows["again"], np.nan)
        columns |= {"case": case_numbers(rows), "attempt": rows["attempt"], "again": local(later)}
    if scenario.uses.customers:
        columns["customer"] = rows["customer"]
    if scenario.uses.pressure or scenario.uses.fatigue:
        columns["pace"] = np.where(handled, rows["pace"], np.nan)
    if scenario.uses.courtesy:
        columns["courtesy"] = np.where(handled, rows["courtesy"], np.nan)
    if calls_back:
        promised = rows["promised"] - rows["arrived"]
        columns |= {
            "promised_s": np.where(rows["promised"] >= 0, promised, np.nan),
            "missed_attempts": rows["attempts"],
        }
    return pa.Table.from_pandas(pd.DataFrame(columns | _explained(seen, local)), preserve_index=False)


def _explained(seen: Seen, local: Callable[[Any], Any]) -> dict[str, Any]:
    """What joins a contact's legs, its moments, how it found its agent, and who went first."""
    rows, (codes, rules) = seen.rows, seen.rules
    answered = np.where(seen.answered, rows["answered"], np.nan)
    overtaken, by = _overtaken(seen)
    of_live = seen.live & (rows["promised"] < 0.0)
    return {
        "contact": seen.contact,
        "arrived_s": rows["arrived"],
        "answered": local(answered),
        "answered_s": answered,
        "ended": local(rows["ended"]),
        "ended_s": rows["ended"],
        "patience_left_s": seen.patience_left,
        "tier": _known_only(seen.tier, seen.tier > 0),
        "found": pd.Categorical.from_codes(seen.way.tolist(), categories=pd.Index(WAYS)),
        "rule": pd.Categorical.from_codes(codes.tolist(), categories=pd.Index(rules)),
        "ahead": seen.ahead,
        "overtaken": _known_only(overtaken, of_live),
        "overtaken_by": by,
    }


def _known_only(values: NDArray[np.int64], known: NDArray[np.bool_]) -> Any:
    """Whole numbers, and nothing where none is known."""
    column = pd.array(values, dtype="Int64")
    column[~known] = pd.NA
    return column


NAMED_AT_MOST = 5
"""Of those who went first, in `overtaken_by`: the first so many."""


def _overtaken(seen: Seen) -> tuple[NDArray[np.int64], list[str]]:
    """How many went first, and the numbers of the first few of them."""
    waited, first = Overtaking(seen).all()
    count = np.bincount(waited, minlength=len(seen.rows))
    by, numbers = [""] * len(seen.rows), seen.contact[first]
    # Pairs of one who waited stand together, in the order in which the others were taken.
    starts = np.flatnonzero(np.concatenate([[True], waited[1:] != waited[:-1]])) if len(waited) else waited
    for start in starts.tolist():
        row = waited[start]
        by[row] = " ".join(map(str, numbers[start : start + min(count[row], NAMED_AT_MOST)]))
    return count, by


def local_times(scenario: Scenario) -> Callable[[Any], Any]:
    """Seconds since the start as moments of the center's zone, to the millisecond; NaN is none."""
    origin = pd.Timestamp(scenario.clock.moment(0.0)).tz_convert("UTC")

    def local(seconds: Any) -> Any:
        moments = origin + pd.to_timedelta(seconds, unit="s").as_unit("ns")
        return moments.tz_convert(scenario.spec.center.timezone).floor("ms")

    return local


def case_numbers(rows: Table) -> NDArray[np.int64]:
    """A number for each case of the replication, from 0 on as they began: the same on all its attempts and legs.

    A case is known by when it began and whose it is. Cases that began at the very same moment, which only replayed
    logs have, and have no customer to tell them by, share a number.
    """
    began = np.rec.fromarrays([rows["case_began"], rows["customer"]])
    return np.asarray(np.unique(began, return_inverse=True)[1], np.int64)


def _waits(scenario: Scenario, rows: Table) -> Any:
    """Until the answer, or until the customer left; of deferred queues until the reply, at all hours."""
    live = np.array([queue.is_live for queue in scenario.numbered.queues])[rows["queue"]]
    replied = np.minimum(rows["ended"], scenario.clock.end)
    until = np.where(live, np.where(rows["answered"] >= 0, rows["answered"], rows["ended"]), replied)
    return until - rows["arrived"]
