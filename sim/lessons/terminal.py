"""A lesson as text: the question, and apart from it the answer."""

from __future__ import annotations

import textwrap

from sim.lessons.lesson import Lesson
from sim.lessons.playing import Taught


def listed(every: list[Lesson]) -> str:
    return "\n".join(f"{one.number:3}  {one.name:12} {one.title}" for one in every)


def asked(one: Lesson, width: int = 80) -> str:
    return "\n".join([f"Lesson {one.number}: {one.title}", "", *textwrap.wrap(one.question, width)])


def answered(found: Taught, width: int = 80) -> str:
    one = found.lesson
    seen = f"Mean waits of {found.replications} replications, with 95 % intervals. Assumed: nobody gives up."
    paragraphs = [found.filled(one.answer), found.finding, one.notice, seen]
    lines = []
    for text in paragraphs:
        lines += [*textwrap.wrap(text, width), ""]
    for number, (ask, answer) in enumerate(one.questions, start=1):
        lines += textwrap.wrap(f"{number}. {ask}", width, subsequent_indent="   ")
        lines += [*textwrap.wrap(found.filled(answer), width, initial_indent="   ", subsequent_indent="   "), ""]
    return "\n".join(lines).rstrip()
