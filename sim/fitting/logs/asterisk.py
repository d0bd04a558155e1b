"""Asterisk's `queue_log`: time|call|queue|agent|event|data…, a line per event, moments in seconds since 1970 UTC.

Read in blocks of columns, as such a log is long. Staffing is in `presence`, beside this file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, ScenarioError
from sim.fitting.logs.presence import EVENTS as PRESENCE_EVENTS
from sim.fitting.logs.presence import presence_of
from sim.fitting.logs.preset import contacts_of
from sim.fitting.records import ABANDONED, ANSWERED, LEFT_OTHERWISE, LeftOut, Log

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

NAME = "asterisk"
FIELDS = ("time", "call", "queue", "agent", "event", "d1", "d2", "d3")
ENTER, CONNECT, RING = "ENTERQUEUE", "CONNECT", "RINGNOANSWER"
OTHERWISE = ("EXITWITHTIMEOUT", "EXITEMPTY", "EXITWITHKEY")
WAIT_ENDS = (CONNECT, "ABANDON", *OTHERWISE)
TALK_ENDS = ("COMPLETEAGENT", "COMPLETECALLER", "TRANSFER", "BLINDTRANSFER", "ATTENDEDTRANSFER")
STILL_WAITS_S = 3600.0
"""Who came later than this before the end of the log and has no end is taken to wait still."""
BLOCK = 16 << 20


@dataclass(frozen=True)
class _Place:
    """Rows of all files, to say of each where it stands."""

    paths: tuple[str, ...]
    first: tuple[int, ...]
    """The row at which each file begins."""

    def of(self, row: int) -> str:
        number = max(k for k, first in enumerate(self.first) if first <= row)
        return f"{self.paths[number]}:{row - self.first[number] + 1}"


def fits(path: Path) -> bool:
    """Whether the first line looks like one: five fields between bars, the first a moment."""
    import gzip

    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            fields = file.readline(4096).lstrip(b"\xef\xbb\xbf").split(b"|")
    except (OSError, EOFError):
        return False
    return len(fields) >= 5 and fields[0].replace(b".", b"").isdigit() and fields[4].strip().isupper()


def read_asterisk(paths: Sequence[Path], timezone: str | None) -> Log:
    """All files together, in order of time. ScenarioError names every file that cannot be read."""
    events, place, rows = _events(paths)
    # A file kept twice, or the end of one that begins the next.
    twice = _again(events)
    no_moment = events["time"].isna()
    no_event = ~no_moment & (events["event"] == "")
    out = [
        *_left_out(events, no_moment, "no moment in seconds since 1970 at its beginning", place),
        *_left_out(events, no_event, "less than five fields: no event", place),
        *_left_out(events, twice & ~no_moment & ~no_event, "the same line a second time", place),
    ]
    unused = no_moment | no_event | twice
    if unused.any():
        events = events[~unused]
    if not (events["event"] == ENTER).any():
        what = f"no call enters a queue: there is no {ENTER}; is it Asterisk's queue_log?"
        raise ScenarioError("fit", [Problem(", ".join(map(str, paths)), what)])
    backwards = int((events["time"].diff() < 0).sum())
    if backwards:
        events = events.sort_values("time", kind="stable")
    contacts, more = _contacts(events, place)
    presence, noticed = presence_of(events[events["event"].isin(PRESENCE_EVENTS)], *_ends(events))
    rings = int((events["event"] == RING).sum())
    remarks = ["wrap is unknown to this log: at most it shows in pauses"]
    if timezone is None:
        remarks.append("its moments are UTC, and no zone was given: the center's clock is taken for UTC")
    if backwards:
        remarks.append(f"{backwards:,} lines stand before an earlier one; they were put in order of time")
    if rings:
        remarks.append(f"{rings:,} rings that an agent did not take are no abandonment: the caller went on waiting")
    unfinished = int((contacts["outcome"].eq(ANSWERED) & contacts["talk_s"].isna()).sum())
    if unfinished:
        remarks.append(f"{unfinished:,} answered calls have no end in the log: their talk is not known")
    return Log(
        NAME, timezone or "UTC", contacts_of(contacts), presence=presence, rows=rows, left_out=(*out, *more),
        remarks=(*remarks, *noticed),
    )  # fmt: skip


def _again(events: pd.DataFrame) -> pd.Series[bool]:
    """Whether the same line stood before: told by numbers, as text of so many lines would fill the memory."""
    import pandas as pd

    codes = {name: events[name].cat.codes for name in FIELDS[1:]}
    return pd.DataFrame({"time": events["time"], **codes}, copy=False).duplicated()


def _ends(events: pd.DataFrame) -> tuple[float, float]:
    return float(events["time"].iloc[0]), float(events["time"].iloc[-1])


def _events(paths: Sequence[Path]) -> tuple[pd.DataFrame, _Place, int]:
    """(a row per line, FIELDS with `row`; where they stand; how many). A line's other fields are not kept."""
    import numpy as np
    import pyarrow as pa

    blocks, first, problems, rows = list[Any](), list[int](), list[Problem](), 0
    for path in paths:
        first.append(rows)
        try:
            for encoding in ("utf8", "latin1"):
                try:
                    own = [_fields(lines) for lines in _lines(path, encoding)]
                    break
                except pa.ArrowInvalid:
                    if encoding == "latin1":
                        raise
        except pa.ArrowInvalid:
            problems.append(Problem(str(path), "is no text: Asterisk's queue_log has a line per event, with bars"))
            continue
        except OSError as error:
            problems.append(Problem(str(path), f"cannot be read: {error.strerror or error}"))
            continue
        if not own:
            problems.append(Problem(str(path), "is empty"))
        blocks += own
        rows += sum(len(block) for block in own)
        own.clear()
    if problems:
        raise ScenarioError("fit", problems)
    table = pa.Table.from_batches(blocks).unify_dictionaries()
    blocks.clear()
    events = table.to_pandas(split_blocks=True, self_destruct=True)
    del table
    events["row"] = np.arange(rows)
    return events, _Place(tuple(map(str, paths)), tuple(first)), rows


def _lines(path: Path, encoding: str) -> Any:
    """Blocks of whole lines, one column."""
    import pyarrow as pa
    from pyarrow import csv

    if not path.stat().st_size:
        return
    with pa.input_stream(str(path), compression="gzip" if path.suffix == ".gz" else None) as stream:
        reader = csv.open_csv(
            stream,
            read_options=csv.ReadOptions(block_size=BLOCK, column_names=["line"], encoding=encoding),
            # Lines have more fields or fewer: the split comes after. No line holds this mark.
            parse_options=csv.ParseOptions(delimiter="\x01", quote_char=False, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(column_types={"line": pa.string()}, strings_can_be_null=False),
        )
        for batch in reader:
            yield batch.column(0)


def _fields(lines: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    padded = pc.binary_join_element_wise(lines, "|" * len(FIELDS), "")
    parts = pc.split_pattern(padded, "|", max_splits=len(FIELDS))
    columns = {name: pc.list_element(parts, k) for k, name in enumerate(FIELDS)}
    clean = pc.replace_substring_regex(columns["time"], "^\ufeff", "")
    is_moment = pc.match_substring_regex(clean, r"^\d{9,11}(\.\d+)?$")
    columns["time"] = pc.cast(pc.if_else(is_moment, clean, None), pa.float64())
    # Of the data only what is read: why a pause is made, who calls, how long it rang. The rest would fill the memory.
    event = columns["event"]
    for name, of in (("d1", ("PAUSE", "PAUSEALL")), ("d2", (ENTER,)), ("d3", (CONNECT,))):
        columns[name] = pc.if_else(pc.is_in(event, pa.array(of)), columns[name], "")
    for name in FIELDS[1:]:
        columns[name] = pc.dictionary_encode(columns[name])
    return pa.RecordBatch.from_pydict(columns)


def _contacts(events: pd.DataFrame, place: _Place) -> tuple[pd.DataFrame, list[LeftOut]]:
    """A row for each time that a call enters a queue; a call that enters several is one case."""
    import numpy as np
    import pandas as pd

    own = events[events["event"].isin((ENTER, *WAIT_ENDS, *TALK_ENDS))]
    codes = own["call"].cat.codes.to_numpy()
    own = own.iloc[np.argsort(codes, kind="stable")]
    codes = np.sort(codes)
    enters = (own["event"] == ENTER).to_numpy()
    leg = np.cumsum(enters) - 1
    entered = own[enters]
    # A leg of the call before is none of this call.
    foreign = (leg < 0) | (codes[enters][np.maximum(leg, 0)] != codes if enters.any() else np.ones(len(own), bool))
    out = _left_out(own, pd.Series(foreign, index=own.index), "the call did not enter a queue before, in this log",
                    place)  # fmt: skip
    known = own[~foreign & ~enters]
    leg = leg[~foreign & ~enters]
    wait, wait_of = _first(known, leg, WAIT_ENDS, len(entered))
    talk, talk_of = _first(known, leg, TALK_ENDS, len(entered))
    event = wait["event"].astype(object).to_numpy()
    answered, abandoned = event == CONNECT, event == "ABANDON"
    arrived = entered["time"].to_numpy(float)
    last = float(events["time"].iloc[-1])
    waits = ~wait_of & (last - arrived <= STILL_WAITS_S)
    left = np.where(wait_of, wait["time"].to_numpy(float), last)
    over = np.where(answered & talk_of, talk["time"].to_numpy(float), left)
    ring = pd.to_numeric(wait["d3"].astype(object), errors="coerce").to_numpy(float)
    table = pd.DataFrame({
        "contact": entered["call"].astype(str).array, "case": entered["call"].array,
        "customer": entered["d2"].where(entered["d2"].ne("")).array,
        "queue": entered["queue"].astype(object).to_numpy(), "channel": "phone", "arrived": arrived, "left": left,
        "ended": over, "outcome": np.select([answered, abandoned], [ANSWERED, ABANDONED], LEFT_OTHERWISE),
        "agent": wait["agent"].astype(object).where(answered).to_numpy(),
        "talk_s": np.where(answered & talk_of, over - left, np.nan), "ring_s": np.where(answered, ring, np.nan),
    })  # fmt: skip
    lost = pd.Series(~wait_of & ~waits, index=entered.index)
    out += _left_out(entered, lost, "entered a queue, and the log does not say how the wait ended", place)
    return table[~lost.to_numpy()], out


def _first(
    events: pd.DataFrame, leg: np.ndarray[Any, Any], kinds: Sequence[str], legs: int
) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """(the first event of these kinds of each leg, whether it has one)."""
    import numpy as np

    wanted = events["event"].isin(kinds).to_numpy()
    own, at = events[wanted], leg[wanted]
    found, where = np.unique(at, return_index=True)
    place = np.zeros(legs, np.int64)
    place[found] = where
    has = np.zeros(legs, bool)
    has[found] = True
    if not len(own):
        own = events.reindex([-1])
    picked = own.iloc[place].reset_index(drop=True)
    for name in ("event", "agent", "time"):
        picked[name] = picked[name].where(has)
    return picked, has


def _left_out(table: pd.DataFrame, rows: pd.Series[bool], why: str, place: _Place) -> list[LeftOut]:
    if not rows.any():
        return []
    first = table.loc[rows.to_numpy()].sort_values("row").iloc[0]
    said = "|".join("" if value != value else str(value) for value in (first[name] for name in FIELDS[1:]))
    return [LeftOut(why, int(rows.sum()), f"{place.of(int(first['row']))}: {said.rstrip('|')[:120]}")]
