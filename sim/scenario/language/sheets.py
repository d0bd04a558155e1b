"""Files that are one sheet of an .xlsx workbook: "volumes.xlsx#Orders", or `csv = "volumes.xlsx", sheet = "Orders"`."""

from __future__ import annotations

import re

_NAMED = re.compile(r"(?P<file>.*?\.xlsx)(?:#(?P<sheet>.*))?", re.IGNORECASE | re.DOTALL)


def split_sheet(name: str) -> tuple[str, str | None]:
    """ "volumes.xlsx#Orders" → ("volumes.xlsx", "Orders"); a file alone names no sheet."""
    found = _NAMED.fullmatch(name)
    return (found["file"], found["sheet"]) if found else (name, None)


def is_workbook(name: str) -> bool:
    return _NAMED.fullmatch(name) is not None
