"""A workbook as it is written: typed cells, headings that stay in sight, filters, pages that print; never a formula.

The same content makes the same bytes: nothing in the file tells when it was written.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any

from sim.report.text.names import date_text
from sim.report.workbook.columns import DATE, FIGURE, MONEY, NUMBER, SECONDS, SHARE, TEXT, TIME, Column

MOST_ROWS = 1_048_575
"""Of a sheet, below its headings: a longer table goes on in the next."""

LONGEST_NAME, LONGEST_TEXT = 31, 32_767
"""Characters of a sheet's name, and of a cell."""

SAMPLE = 200
"""Rows that a column's width is taken from."""

NARROWEST, WIDEST = 9, 60
WRITTEN = dt.datetime(2000, 1, 1)

A4 = 9
GREY = "#E9ECEF"

WHOLE = "whole"
"""A kind of cells beside those of columns: a number with nothing behind the point."""

WHOLE_FROM = 10_000
"""From here on nobody reads decimals."""

WITHOUT_CENTS = frozenset((
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
))  # fmt: skip
"""Currencies whose smallest unit is one (ISO 4217)."""

_NO_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class Book:
    """Sheets, one after another; before every sum stands the currency's name."""

    def __init__(self, path: Path, title: str, currency: str, author: str = "") -> None:
        import xlsxwriter  # type: ignore[import-untyped]

        # Rows go to the disk as they come: a year of intervals needs no memory.
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "nan_inf_to_errors": False})
        self._book.set_properties({"title": title, "author": author, "created": WRITTEN})
        self._title, self._taken = title, set[str]()
        forms = {
            NUMBER: "#,##0.0", WHOLE: "#,##0", FIGURE: "#,##0.00", SHARE: "0.0 %", SECONDS: "#,##0.0",
            DATE: "ddd d mmm yyyy", TIME: "[hh]:mm", TEXT: "@",
            MONEY: _form_of(currency),
        }  # fmt: skip
        self._formats = {
            kind: self._book.add_format({"num_format": form, "valign": "top"}) for kind, form in forms.items()
        }
        head = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": GREY}
        self._head = self._book.add_format(head)
        self._prose = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._strong = self._book.add_format({"text_wrap": True, "valign": "top", "bold": True, "font_size": 13})

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

        try:
            self._book.close()
        except FileCreateError as failed:
            # A full disk is one whoever meets it.
            raise (failed.args[0] if isinstance(failed.args[0], OSError) else failed) from None

    def table(self, name: str, columns: Sequence[Column]) -> None:
        """A sheet of columns with a heading each; where it has more rows than a sheet can, several."""
        rows = max((len(column.values) for column in columns), default=0)
        for number, first in enumerate(range(0, max(rows, 1), MOST_ROWS), 1):
            sheet = self._sheet(name if number == 1 else f"{name[: LONGEST_NAME - 4]} {number}")
            self._rows(sheet, 0, columns, range(first, min(rows, first + MOST_ROWS)), WIDEST)
            sheet.freeze_panes(1, 1)
            sheet.repeat_rows(0)
            if columns:
                sheet.autofilter(0, 0, max(1, min(rows - first, MOST_ROWS)), len(columns) - 1)

    def letter(
        self, name: str, lines: Sequence[tuple[str, str]], columns: Sequence[Column], widths: Sequence[int]
    ) -> None:
        """A sheet of text, each line under its heading, or beside none, and a small table below it."""
        sheet = self._sheet(name)
        for number, width in enumerate(widths):
            sheet.set_column(number, number, width)
        row, last = 0, len(widths) - 1
        for heading, text in lines:
            if heading:
                sheet.merge_range(row, 0, row, last, "", self._head)
                sheet.write_string(row, 0, _fitting(heading), self._head)
                row += 1
            form, size = (self._strong, 1.25) if heading == lines[0][0] else (self._prose, 1.0)
            sheet.set_row(row, 15.0 * size * max(1, math.ceil(len(text) * size / sum(widths))) + 3.0)
            sheet.merge_range(row, 0, row, last, "", form)
            sheet.write_string(row, 0, _fitting(text), form)
            row += 1
        if columns:
            self._rows(sheet, row + 1, columns, range(len(columns[0].values)), 0)

    def _sheet(self, name: str) -> Any:
        sheet = self._book.add_worksheet(self._free(name))
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer(f"&L{self._title[:150].replace('&', '&&')}&C&A&R&P of &N")
        return sheet

    def _free(self, name: str) -> str:
        """A name that a sheet can have, and none has."""
        plain = _NO_NAME.sub(" ", name).strip("' ")[:LONGEST_NAME] or "Sheet"
        free, number = plain, 2
        while free.casefold() in self._taken:
            free, number = f"{plain[: LONGEST_NAME - 4]} {number}", number + 1
        self._taken.add(free.casefold())
        return free

    def _rows(self, sheet: Any, top: int, columns: Sequence[Column], rows: range, text_width: int) -> None:
        """`text_width`: the widest that a column may be; 0 where widths are set."""
        for c, column in enumerate(columns):
            if text_width:
                sheet.set_column(c, c, _width(column, rows, text_width))
        for c, column in enumerate(columns):
            sheet.write_string(top, c, _fitting(column.heading), self._head)
        kinds = [_digits_of(column) for column in columns]
        for r, at in enumerate(rows, top + 1):
            for c, column in enumerate(columns):
                kind = kinds[c]
                self._cell(sheet, r, c, column.values[at], kind if isinstance(kind, str) else kind[at])

    def _cell(self, sheet: Any, r: int, c: int, value: Any, kind: str) -> None:
        if value is None or value == "" or value != value:
            return
        if isinstance(value, str):
            value = _typed(value, kind)
        if isinstance(value, str):
            sheet.write_string(r, c, _fitting(value), self._prose)
        elif isinstance(value, dt.date):
            sheet.write_datetime(r, c, value, self._formats[DATE])
        elif math.isfinite(value):
            sheet.write_number(r, c, value, self._formats[kind])


def _digits_of(column: Column) -> str | Sequence[str]:
    """The kinds of a column's cells: numbers with a decimal where one of them has one, or each as it is where kinds
    differ by row."""
    if isinstance(column.kind, str):
        return WHOLE if column.kind == NUMBER and all(map(_is_whole, column.values)) else column.kind
    return [
        WHOLE if kind == NUMBER and _is_whole(value) else kind
        for kind, value in zip(column.kind, column.values, strict=True)
    ]


def _is_whole(value: Any) -> bool:
    """Nothing to be said behind the point: what is no number has nothing there."""
    return not isinstance(value, int | float) or value != value or abs(value) >= WHOLE_FROM or float(value).is_integer()


@lru_cache(8192)
def _typed(text: str, kind: str) -> Any:
    """A date or a time of day as a spreadsheet keeps it; of a typical week, its name."""
    if kind == DATE:
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return date_text(text)
    if kind == TIME and (found := re.fullmatch(r"(\d\d):(\d\d)(?::(\d\d))?", text)):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return (hours * 3600 + minutes * 60 + seconds) / 86400
    return text


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 2]} …"


def _width(column: Column, rows: range, widest: int) -> float:
    """For the values of the first rows, and the longest word of the heading."""
    shown = [column.values[at] for at in rows[:SAMPLE]]
    longest = max((_length(value) for value in shown if value is not None and value == value), default=0)
    longest += 4 * (column.kind == MONEY) + 4 * (column.kind == DATE)
    return max(NARROWEST, min(widest, longest + 2), max(map(len, column.heading.split()), default=0) + 2)


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else 15 if isinstance(value, dt.date) else len(f"{value:,.1f}")


def _form_of(currency: str) -> str:
    """ "USD 1,234.50", "-USD 1,234.50"."""
    amount = f'"{currency.replace(chr(34), "")} "#,##0' + ("" if currency in WITHOUT_CENTS else ".00")
    return f"{amount};-{amount}"
