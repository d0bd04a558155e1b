"""A fit on the terminal, in lines of at most 80 characters."""

from __future__ import annotations

import textwrap

from sim.fitting.fit import Fit
from sim.fitting.judged import Judged
from sim.report.text import fitting as text
from sim.report.text import judged as judged_text

WIDTH = 80


def fit_lines(f: Fit, judged: Judged | None = None) -> list[str]:
    """The answer, the estimates by queue, what was unusual, what the log cannot tell, and what is assumed."""
    lines = _wrapped(text.headline(f)) + _wrapped(f"Open {text.hours_text(f)}.")
    before = ""
    for row in text.rows_of(f):
        if row.name != before:
            lines += ["", row.name]
            before = row.name
        value, between = text.value_text(row.finding, row.unit), text.interval_text(row.finding, row.unit)
        lines.append(f"  {row.what[:34]:<34} {value:>13}  {between}")
    lines += ["", "Behind each value stands its 95 % interval."]
    if judged is not None:
        lines.append("")
        for sentence in judged_text.sentences(judged):
            lines += _wrapped(sentence)
        for cells in (judged_text.HEAD, *judged_text.rows(judged)):
            lines.append("  {:<15} {:>9} {:>9} {:>13}  {}".format(*cells))
        lines.append("")
    for when, what in text.special_text(f):
        lines += _wrapped(f"Unusual: {when}: {what}")
    for one in text.cannot_tell(f):
        lines += _wrapped(f"Not told: {one.about}: {one.what}")
    for one in text.assumptions(f):
        lines += _wrapped(f"Assumed: {one.about}: {one.what}")
    return [line.rstrip() for line in lines]


def _wrapped(words: str) -> list[str]:
    return textwrap.wrap(words, WIDTH, subsequent_indent="  ", break_on_hyphens=False)
