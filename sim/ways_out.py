"""How a way out is written: as an option where the command asks, as an argument where a Python program does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_WRITTEN = {
    "anyway": ("--anyway", "anyway=True"),
    "cluster": ("--cluster {}", 'cluster="{}"'),
    "jobs": ("--jobs {}", "jobs={}"),
    "engine": ("--engine {}", 'engine="{}"'),
    "keep": ("--keep {}", "keep_{}=True"),
    "out": ("--out", "write(folder)"),
    "second": ("name a second file", "give a second center"),
    "replications": ("--replications {}", "replications={}"),
    "plan": ("--plan {}", 'plan="{}"'),
    "mapping": ("--mapping {}", 'mapping="{}"'),
}
"""By option: as the command has it, and as Python does."""

_by_command: ContextVar[bool] = ContextVar("by_command", default=False)


@contextmanager
def of_the_command() -> Iterator[None]:
    """Within it, ways out are written for somebody at a terminal."""
    before = _by_command.set(True)
    try:
        yield
    finally:
        _by_command.reset(before)


def option(name: str, value: object = "") -> str:
    """`--jobs 2`, or `jobs=2`, for whoever asks."""
    command, python = _WRITTEN[name]
    return (command if _by_command.get() else python).format(value)
