"""The error tree. Every message is in the planner's words and says the way out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a scenario: where it stands, and what to do about it."""

    where: str
    what: str


class SimError(Exception):
    """Anything a user can mend; the command prints it and exits with 2."""


class ScenarioError(SimError):
    """A scenario that cannot be played, with every problem found in it."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = list(dict.fromkeys(problems))
        super().__init__(self.text())

    def text(self) -> str:
        count = len(self.problems)
        width = min(48, max((len(p.where) for p in self.problems), default=0))
        lines = [f"{self.source}: {count} problem{'s' if count != 1 else ''}"]
        lines += [f"  {p.where:<{width}}  {p.what}" for p in self.problems]
        return "\n".join(lines)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The tail of a message about an unknown word: the nearest known one, or the whole list."""
    known = sorted(known)
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f'did you mean "{near[0]}"?'
    if not known:
        return "there is nothing of the kind in this scenario"
    shown = ", ".join(known[:12])
    return f"known: {shown}{', …' if len(known) > 12 else ''}"
