"""One caller's story on the terminal: what happened in a bar, in sentences, and moment by moment."""

from __future__ import annotations

import textwrap

from rich.console import Console

from sim.explaining.story import Story
from sim.report.text.story import headline, sentences
from sim.report.text.story_moments import time_line

WIDTH = 80
BAR = 60
SIGNS = (("waits", "."), ("talks", "="), ("wrap", "~"))


def show_story(console: Console, story: Story) -> None:
    for line in story_lines(story, min(WIDTH, console.width)):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def story_lines(story: Story, width: int = WIDTH) -> list[str]:
    """All of it, in lines of at most this many characters."""
    lines = [*textwrap.wrap(headline(story), width), ""]
    for paragraph in sentences(story):
        lines += [*textwrap.wrap(paragraph, width, break_on_hyphens=False), ""]
    lines += [*_bar(story, width), ""]
    moments = time_line(story)
    first, second = (max(len(one[column]) for one in moments) for column in (0, 1))
    for moment in moments:
        before = f"{moment.at:>{first}}  {moment.since:>{second}}  "
        lines += textwrap.wrap(moment.text, width, initial_indent=before, subsequent_indent=" " * len(before))
    return lines


def _bar(story: Story, width: int) -> list[str]:
    """The contact from its beginning to its end, each sign worth as much time."""
    marks = {"waits": 0.0, "talks": 0.0, "wrap": 0.0}
    parts: list[tuple[str, float]] = []
    for leg in story.legs:
        parts.append(("waits", leg.wait))
        if leg.answered is not None and leg.hung_up is not None:
            parts += [("talks", leg.hung_up - leg.answered), ("wrap", leg.ended - leg.hung_up)]
    whole = sum(length for _, length in parts)
    if whole <= 0.0:
        return []
    signs, each = dict(SIGNS), whole / min(BAR, width - 2)
    drawn, done, at = "", 0.0, 0
    for name, length in parts:
        done += length
        marks[name] += length
        drawn, at = drawn + signs[name] * (round(done / each) - at), round(done / each)
    legend = ", ".join(f"{sign} {name}" for name, sign in SIGNS if marks[name])
    return [f"|{drawn}|", f"({legend}; a sign is {each:,.1f} s)"]
