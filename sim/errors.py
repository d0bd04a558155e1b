"""The error tree. Every message is in the planner's words and says the way out."""

from __future__ import annotations

import datetime as dt
import difflib
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

MOST_SHOWN = 200
"""Problems printed of one file; the rest are counted."""

LONGEST_LINE = 400
MOST_COMPARED = 2000


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a scenario: where it stands, and what to do about it."""

    where: str
    what: str
    at: str = ""
    """The line of the file, such as spring.toml:41, where that is known."""

    inherited: str = field(default="", compare=False)
    """What of it comes from a base, a plan or a `like`, and from which line, to follow `what`."""


class SimError(Exception):
    """Anything a user can mend; the command prints it and exits with 2."""


class ScenarioError(SimError):
    """A scenario that cannot be played, with every problem found in it."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = list(dict.fromkeys(problems))
        super().__init__(self.text())

    def text(self, width: int | None = None) -> str:
        """The message: a line per problem; or, for a terminal of so many columns, wrapped to them."""
        count = len(self.problems)
        listed = [
            (one_line(p.at), one_line(p.where), one_line(p.what + p.inherited)) for p in self.problems[:MOST_SHOWN]
        ]
        lines = [f"{one_line(self.source)}: {count} problem{'s' if count != 1 else ''}"]
        lines += _wrapped(listed, width) if width is not None else _in_columns(listed)
        if count > MOST_SHOWN:
            lines.append(f"  … and {count - MOST_SHOWN} more")
        return "\n".join(lines)


def _in_columns(listed: list[tuple[str, str, str]]) -> list[str]:
    first = min(32, max((len(at) for at, _, _ in listed), default=0))
    second = min(48, max((len(where) for _, where, _ in listed), default=0))
    head = f"  {{:<{first}}}  {{:<{second}}}  {{}}" if first else f"  {{1:<{second}}}  {{2}}"
    return [head.format(*problem) for problem in listed]


def _wrapped(listed: list[tuple[str, str, str]], width: int) -> list[str]:
    """Where it is in one line, what it is below, indented."""
    lines = []
    for at, where, what in listed:
        lines.append(f"  {at}  {where}" if at else f"  {where}")
        lines += textwrap.wrap(
            what, max(width, 40), initial_indent="      ", subsequent_indent="      ", break_on_hyphens=False,
            break_long_words=False,
        )  # fmt: skip
    return lines


def one_line(text: str) -> str:
    """Text as it may be printed: what would break or colour the line is written out, and very long text cut."""
    text = text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def shown(value: object) -> str:
    """A value as it stands in a scenario file, short enough for a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number that large"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + '…"'[: 2 if isinstance(value, str) else 1]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The tail of a message about an unknown word: the nearest known one, or the whole list."""
    known = sorted(known)
    near = nearest(word, known)
    if near is not None:
        return f'did you mean "{near}"?'
    if not known:
        return "there is nothing of the kind in this scenario"
    listed = ", ".join(known[:12])
    return f"known: {listed}{', …' if len(known) > 12 else ''}"


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that looks most like this one, if any does."""
    if len(known) > MOST_COMPARED or len(word) > 200:
        return None
    by_lower = {one.lower(): one for one in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None
