"""What is wrong with the header of a planner's CSV file, and the header that it should have."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import nearest, shown

MOST_COLUMNS = 100

Columns = tuple[str, ...]


def header_problems(
    written: list[str], header: Columns, needed: Columns, optional: Columns, either: Columns
) -> Iterator[str]:
    """`written`: the header's cells; `header`: the columns that they name. Of the columns `either`, one is there."""
    known = (*either, *needed, *optional)
    rest = "".join(f"[,{column}]" for column in optional)
    headers = [(column, *needed) for column in either] or [needed]
    expected = " or ".join(",".join(columns) + rest for columns in headers)
    if problem := _no_header(header, known, expected):
        yield problem
        return
    misspelt = {nearest(column, known) for column in header if column and column not in known}
    yield from _unknown_columns(written, header, known, expected)
    for column in needed:
        if column not in header and column not in misspelt:
            yield f'column "{column}" is missing; the header is {expected}'
    if either and sum(column in header for column in either) != 1 and not misspelt & set(either):
        yield f"give exactly one of the columns {' and '.join(either)}; the header is {expected}"
    for column in dict.fromkeys(column for column in header if column and header.count(column) > 1):
        yield f'column "{column}" stands twice'


def _no_header(header: Columns, known: Columns, expected: str) -> str | None:
    """Why the line is no header at all."""
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        mark = '";"' if ";" in header[0] else "tabs"
        return f'columns are separated by {mark}; save it with "," between columns and "." in decimals (CSV UTF-8)'
    if len(header) > MOST_COLUMNS:
        return f"more than {MOST_COLUMNS} columns; the header is {expected}"
    if not set(header) & set(known) and not any(nearest(column, known) for column in header):
        return f"is not the header; the first line must be {expected}"
    return None


def _unknown_columns(written: list[str], header: Columns, known: Columns, expected: str) -> Iterator[str]:
    for column, as_written in zip(header, written, strict=True):
        if column == "":
            yield "a column has no name; remove it"
        elif column not in known:
            near = nearest(column, known)
            way_out = f'did you mean "{near}"?' if near else f"the header is {expected}"
            yield f"column {shown(as_written.strip())} is not known; {way_out}"
