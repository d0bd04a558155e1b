"""A result where a notebook shows it: the decision in words, and plans side by side with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sim.measures.kpis import TITLED
from sim.report.text.decision import Answer
from sim.report.text.known import Known
from sim.report.text.lost import lost_of
from sim.report.text.names import compared, value_text
from sim.report.text.phrases import between
from sim.study.compare import HEADLINES

STRONG = 'style="font-size: 115%; font-weight: bold"'
SMALL = 'style="font-size: 85%; opacity: 0.75"'
LEFT = 'style="text-align: left; vertical-align: top"'
RIGHT = 'style="text-align: right; vertical-align: top; padding-left: 1.5em"'


def shown(answer: Answer, plans: Sequence[str], known: Known, currency: str, replications: str) -> str:
    """HTML without style sheets: a notebook has its own."""
    first, *others = (f"<p>{escape(sentence.text)}</p>" for sentence in answer.sentences)
    told = "".join(
        [
            first.replace("<p>", f"<p {STRONG}>", 1),
            *others,
            *(f"<p {SMALL}>{escape(note)}</p>" for note in answer.notes),
        ]
    )
    shut_out = any(lost_of(known, plan).shut_out for plan in plans)
    kpis = compared([kpi for kpi in HEADLINES if any(known.tells(plan, kpi) for plan in plans)], shut_out=shut_out)
    head = "".join(f"<th {RIGHT}>{escape(plan)}</th>" for plan in plans)
    rows = "".join(
        f"<tr><th {LEFT}>{escape(TITLED[kpi].title)}</th>"
        + "".join(f"<td {RIGHT}>{_cell(known, plan, kpi, currency)}</td>" for plan in plans)
        + "</tr>"
        for kpi in kpis
    )
    caption = f"<caption {LEFT}>The whole center, {replications}; below each mean its 95 % interval</caption>"
    return f"{told}<table>{caption}<thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(known: Known, plan: str, kpi: str, currency: str) -> str:
    e, unit = known.kpi(plan, kpi), TITLED[kpi].unit
    span = between(e, unit, currency) if e.high > e.low else ""
    return escape(value_text(e.mean, unit, currency)) + (f"<br><span {SMALL}>{escape(span)}</span>" if span else "")
