"""The page of a selection among many plans: the answer, the best of them, what else changes, and how it was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sim.choosing.risk import risk_between
from sim.choosing.screening import SHOWN
from sim.choosing.selected import Selected
from sim.measures.kpis import CENTER
from sim.report.charts.svg import Drawn
from sim.report.page.chapters import Chapter
from sim.report.page.figures import Cell, Grid, Part, differences_grid
from sim.report.page.page import Page, fill, picture
from sim.report.text.facts import Facts
from sim.report.text.many import (
    SAID,
    answer_of,
    caption,
    margin_text,
    name_of,
    said_of,
    setting_name,
    worst_text,
)
from sim.report.text.names import certainty, compared, plural, sameness, span_text
from sim.report.text.numbers import NOTHING, decimal, money
from sim.report.text.phrases import half_text

TONES = {"best": "good", "misses": "bad", "open": "unsure"}
CAPTION = "Lower is cheaper, right is better: the choice is the lowest plan right of the line, as far as can be told."

HOW = (
    "Every plan was played a few times on the same luck. A plan left when it fell short and surely did not hold with "
    "room to spare, or when it surely cost no less, by what matters, than the cheapest that holds, as differences "
    "replication by replication tell; whoever had left for its cost came back when that one turned out to fall short. "
    "The others were played twice as often, and so on. "
    "Every such test is made so sure that all of them together are wrong in at most 5 % of such searches (Bonferroni); "
    "it assumes that means of replications are about normal."
)


def page(s: Selected, facts: Facts, text: str, charts: Mapping[str, Drawn]) -> str:
    """The report of a selection: one page that stands alone. `text`: the plan as a file has it."""
    parts = [_plans(s), _change(s), _found(s, text)]
    return fill(
        Page(
            subtitle=f"{span_text(facts.start, facts.last)} · {plural(len(s.grid), 'plan')} · {facts.files[0]}",
            headlines=[],
            chapters=[Chapter(parts=[part for part in parts if part.grids or part.told])],
            replications=f"{s.screening.played:,} replications of {plural(len(s.grid), 'plan')}",
            answer=answer_of(s),
            first=next((picture(name, data, CAPTION) for name, data in charts.items()), None),
        ),
        facts,
    )


def _plans(s: Selected) -> Part:
    currency = s.today.spec.center.currency
    head = (
        "Plan", *(setting_name(one.path) for one in s.grid.settings), "Net cost" if s.kpi == "net_cost" else "Cost",
        "Against today", "Worst period, points above target", "Replications", "",
    )  # fmt: skip
    shown = [*s.ranked[:SHOWN], *([] if 0 in s.ranked[:SHOWN] else [0])]
    rows = []
    for n in shown:
        one, change = s.screening.tallies[n], s.change(n)
        sign = "+" if change.mean > 0 else ""
        rows.append([
            Cell(s.grid.name(n), "today" if n == 0 else ""), *(Cell(level) for level in s.grid.levels(n)),
            Cell(money(s.screening.cost(n), currency)),
            Cell(NOTHING) if n == 0 else Cell(f"{sign}{decimal(change.mean, 0)}", half_text(change, 0)),
            Cell(margin_text(one.margin), worst_text(s, n)), Cell(f"{one.runs}"),
            Cell(said_of(s, n), "", TONES.get(s.left(n), "")),
        ])  # fmt: skip
    days = plural(s.today.clock.days, "day")
    return Part("plans", "The best plans", f"Money over {days}. {_sentence(caption(s))}", [Grid(head, rows)])


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _change(s: Selected) -> Part:
    """What else is different in the plan chosen."""
    if s.keeps_today:
        return Part("change", "")
    found = {d.kpi: d for d in s.differences if d.scope == CENTER}
    risk = risk_between(s.study.results, [one.label for one in s.study.results], s.differences)
    grid = differences_grid(found, compared(found, shut_out=True), s.today.spec.center.currency, risk)
    note = f"On the luck that the choice has seen. {certainty(s.differences)} {sameness(s.today.spec.results.matters)}"
    return Part("change", f"What changes with {name_of(s, s.chosen)}", note, [grid])


def _found(s: Selected, text: str) -> Part:
    """How the choice came about, and the plan as text."""
    became = Counter[str](s.left(n) for n in range(len(s.grid)))
    rows = [[Cell(SAID[left]), Cell(f"{became[left]:,}")] for left in SAID if became[left]]
    told = (
        ((f"As a plan of {s.grid.file.path.name}, [plans.{s.new_name}]", "; ".join(text.splitlines()[1:])),)
        if text
        else ()
    )
    return Part("found", "How it was found", HOW, [Grid(("What became of the plans", "Plans"), rows)], told)
