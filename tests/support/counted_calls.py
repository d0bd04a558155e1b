"""How much Python does: a cost that no clock tells, and no other load on the machine changes."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any


def calls_of(act: Callable[[], object]) -> Counter[str]:
    """Calls of Python's functions and of C's in doing it, by name."""
    counted: Counter[str] = Counter()

    def watch(frame: FrameType, event: str, arg: Any) -> None:
        if event == "call":
            counted[frame.f_code.co_name] += 1
        elif event == "c_call":
            counted[arg.__name__] += 1

    sys.setprofile(watch)
    try:
        act()
    finally:
        sys.setprofile(None)
    return counted


def calls(act: Callable[[], object]) -> int:
    """All of them."""
    return calls_of(act).total()
