"""The report's parts on promises: targets under their own period, and who did not get in or still waits at the end."""

from __future__ import annotations

import math

from sim.measures.kpis import CENTER
from sim.report.page.figures import Cell, Figures, Part, by_plan, share_cell
from sim.report.text.lost import Lost, beside_target, lost_of, small_share
from sim.report.text.names import limit_text
from sim.report.text.numbers import NOTHING, decimal, seconds, share
from sim.report.text.phrases import TONES
from sim.report.text.targets import (
    ONE_REPLICATION,
    held_text,
    level_of,
    met_text,
    target_name,
    verdict_words,
    worst_name,
)
from sim.study.statistics import Estimate
from sim.study.targets import Verdict


def targets(f: Figures) -> Part:
    """A row per target, and one for all of them; a grid per plan."""
    head = ("Target", "Answered within", "Verdict", "Periods that meet it", "All of them meet it", "Worst period")
    rows = {plan: [_target_row(f, plan, one) for one in _shown(f.facts.verdicts[plan])] for plan in f.facts.plans}
    grids = by_plan(f, head, rows, words=3)
    note = (
        "A target is judged in each of its own periods. Met: the 95 % interval of every period's mean lies above it; "
        "missed: some surely lie below, by intervals widened for as many periods as there are. All of them meet it: "
        "replications in which every period did, as played, and the chance with its 95 % interval (Wilson)."
    )
    if any(runs < 2 for runs in f.facts.replications.values()):
        note += f" {ONE_REPLICATION.capitalize()}."
    return Part("targets", "Targets, period by period", note, grids)


def _shown(verdicts: list[Verdict]) -> list[Verdict]:
    """One target alone is all of them."""
    return verdicts if len(verdicts) > 2 else verdicts[:-1]


def _target_row(f: Figures, plan: str, one: Verdict) -> list[Cell]:
    verdict = Cell(verdict_words(one.verdict), "", TONES.get(one.verdict, ""))
    chance = _span(one.all_met)
    held = Cell(share(one.all_met.mean, 0), f"{held_text(one)}; {chance}" if chance else "")
    if one.scope == CENTER:
        return [Cell("all targets", "", "sum"), Cell(""), verdict, Cell(""), held, Cell("")]
    _, live, clock = level_of(f.facts.scenarios[plan], one)
    hours = "of opening hours" if clock == "open" and not live else ""
    lost = beside_target(f, plan, f.facts.scenarios[plan], one)
    worst = share_cell(one.worst_level)
    return [
        Cell(target_name(one)),
        Cell(limit_text_of(f, plan, one), _lines(f"per {one.per}", hours)),
        verdict,
        Cell(met_text(one)),
        held,
        Cell(f"{worst_name(one)}: {worst.text}", _lines(worst.small, lost)) if one.worst[0] else Cell(NOTHING),
    ]


def limit_text_of(f: Figures, plan: str, one: Verdict) -> str:
    """ "80 % in 20 s"."""
    within, live, _ = level_of(f.facts.scenarios[plan], one)
    return f"{share(one.target, 0)} in {seconds(within) if live else limit_text(within)}"


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _span(e: Estimate) -> str:
    """ "3 to 30 %", or nothing."""
    return f"{share(e.low, 0)[:-2]} to {share(e.high, 0)}" if math.isfinite(e.low) else ""


def verdict_cell(f: Figures, plan: str, one: Verdict) -> Cell:
    """The verdict on a target, with the share of its periods that meet it, and the worst."""
    worst = f"{met_text(one)}; worst {worst_name(one)}, {share(one.worst_level.mean)}"
    small = _lines(worst, beside_target(f, plan, f.facts.scenarios[plan], one)) if one.worst[0] else ""
    return Cell(verdict_words(one.verdict), small, TONES.get(one.verdict, ""))


def shut_out(f: Figures) -> Part:
    """Only where anybody is: queues whose contacts were shut out, or wait still when the horizon ends."""
    head = (
        "Busy signal", "Out of hours", "Still waiting at the end", "Service level of those who got in",
        "Of all who tried",
    )  # fmt: skip
    rows = {}
    for plan in f.facts.plans:
        found = {name: lost_of(f, plan, "queue", name) for name in f.facts.live(plan)}
        rows[plan] = [_lost_row(f, plan, name, one) for name, one in found.items() if one.shut_out or one.waiting > 0]
    note = (
        "Busy signal: of those who called in opening hours, for want of a line. Of all who tried: answered in time (as "
        "the target counts) ÷ everybody who called, also those who gave up, got a busy signal or came out of hours. "
        "Whoever waits at the end counts as too late once the limit has passed, before that not at all."
    )
    return Part("shut-out", "Who did not get in, or still waits", note, by_plan(f, ("Queue", *head), rows))


def _lost_row(f: Figures, plan: str, name: str, lost: Lost) -> list[Cell]:
    busy, refused, waiting, level, tried = (
        f.kpi(plan, kpi, "queue", name)
        for kpi in ("blocked_rate", "out_of_hours_rate", "waiting_end", "service_level", "service_level_tried")
    )
    return [
        Cell(name),
        Cell(small_share(busy.mean), share_cell(busy).small if lost.busy > 0 else "", "bad" if lost.busy > 0 else ""),
        Cell(small_share(refused.mean), share_cell(refused).small if lost.refused > 0 else ""),
        Cell(decimal(waiting.mean), f"{small_share(lost.of_those)} of those who got in" if lost.waiting > 0 else ""),
        share_cell(level),
        share_cell(tried),
    ]
