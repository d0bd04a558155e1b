"""Names that become folders: what every system can write, and what results do not need for themselves."""

from __future__ import annotations

import re

LONGEST = 150
"""Bytes of a folder's name. Systems allow 255, and a folder being written has a longer name beside it."""

_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_OF_RESULTS = re.compile(
    r"manifest\.json|report\.html|stress-des\.md|charts|.*\.(csv|parquet|xlsx)|base|compare|frontier", re.IGNORECASE
)
"""Files and folders of results: the base plan's, a comparison's and a frontier's among them."""


def folder_problem(name: str) -> str:
    """Why a name cannot be a folder of results beside others; empty if it can."""
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return "is not UTF-8: rename it"
    if _DEVICES.fullmatch(name):
        return "is the name of a device on Windows: choose another"
    if name != name.rstrip(". "):
        return "ends with a dot or a space, which Windows drops: choose another"
    return f"is longer than {LONGEST} bytes as a folder's name: choose a shorter one" if size > LONGEST else ""


def is_of_results(name: str) -> bool:
    """Whether results use the name themselves."""
    return _OF_RESULTS.fullmatch(name) is not None
