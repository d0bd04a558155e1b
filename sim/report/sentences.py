"""Every plan in a few sentences: service against target, shortage, cost, and what changes against the baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from sim.report.figures import TONES, Figures, between
from sim.report.numbers import decimal, money, seconds, share
from sim.report.words import (
    KPI_NAMES,
    change_span,
    change_text,
    date_text,
    intervals_short,
    limit_text,
    value_text,
    verdict_on,
)

MOST_NAMED = 4


class Sentence(NamedTuple):
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Headline:
    """A plan in a few sentences."""

    plan: str
    big: str
    about: str
    sentences: list[Sentence]
    description: str = ""
    """What the plan is; that of the baseline stands above, where it is the scenario's."""


def headlines(f: Figures) -> list[Headline]:
    return [_headline(f, plan) for plan in f.facts.plans]


def _headline(f: Figures, plan: str) -> Headline:
    level = f.kpi(plan, "service_level")
    sentences = [] if plan == f.facts.baseline else _change_sentences(f, plan)
    sentences += [*_against_targets(f, plan), _short_sentence(f, plan), _cost_sentence(f, plan)]
    # Of the other plans, what changes is told.
    sentences += _quality_sentences(f, plan) if plan == f.facts.baseline else []
    interval = between(level, "share")
    about = f"95 % interval {interval}" if interval else "no interval from one replication"
    whose = "live contacts" if f.facts.deferred(plan) and f.facts.live(plan) else "contacts"
    told = f.facts.descriptions.get(plan, "")
    told = "" if told == f.facts.description else told
    return Headline(plan, share(level.mean), f"of {whose} answered in time; {about}", sentences, told)


def _against_targets(f: Figures, plan: str) -> list[Sentence]:
    """Every queue against its target; of many queues how many, and the worst."""
    verdicts: list[tuple[float, str, Sentence]] = []
    for name, target in f.facts.targets[plan].items():
        level = f.kpi(plan, "service_level", "queue", name)
        verdict = verdict_on(level.mean, level.low, level.high, target.share)
        interval = between(level, "share")
        limit = seconds(target.within) if target.live else limit_text(target.within)
        limit += " of opening hours" if target.clock == "open" and not target.live else ""
        text = f"{name}: {share(level.mean)} within {limit}" + (f" ({interval})" if interval else "")
        found = {"met": "target met", "missed": "target missed", "unclear": "too close to tell"}.get(verdict, verdict)
        text += f", target {share(target.share, 0)}: {found}."
        verdicts.append((level.mean - target.share, verdict, Sentence(text, TONES.get(verdict, ""))))
    if len(verdicts) <= MOST_NAMED:
        return [sentence for _, _, sentence in verdicts]
    tally = {word: sum(v == word for _, v, _ in verdicts) for word in ("met", "missed", "unclear")}
    parts = ((tally["met"], "met"), (tally["missed"], "missed"), (tally["unclear"], "too close to tell"))
    told = ", ".join(f"{number} {word}" for number, word in parts if number)
    text = f"Targets of {len(verdicts)} queues: {told}."
    lost = sorted((v for v in verdicts if v[1] == "missed"), key=lambda v: v[0])
    tone = "bad" if tally["missed"] else "unsure" if tally["unclear"] else "good"
    return [Sentence(text, tone), *(sentence for _, _, sentence in lost[: MOST_NAMED - 1])]


def _short_sentence(f: Figures, plan: str) -> Sentence:
    whole = f.intervals(plan).groupby(["date", "start"], sort=False)["short"].sum().reset_index()
    short = whole[whole["short"] >= 0.05]
    if short.empty:
        return Sentence("No interval is short of people.", "good")
    worst = short.sort_values("short", ascending=False, kind="stable").iloc[0]
    most = f"by {decimal(float(worst['short']))} at worst, {date_text(str(worst['date']))} {worst['start']}"
    return Sentence(f"{intervals_short(len(short), len(whole), str(worst['date']))}, {most}.", "bad")


def _cost_sentence(f: Figures, plan: str) -> Sentence:
    currency = f.facts.currency
    total, case = f.kpi(plan, "cost_total"), f.kpi(plan, "cost_per_resolution")
    interval = between(total, "money", currency).replace(f"to {currency} ", "to ")
    text = f"It costs {value_text(total.mean, 'money', currency)}" + (f" ({interval})" if interval else "")
    text += f", {money(case.mean, currency, 2)} for every resolved case"
    income = f.kpi(plan, "income").mean
    text += f"; clients pay {value_text(income, 'money', currency)}" if math.isfinite(income) else ""
    return Sentence(f"{text}.")


def _quality_sentences(f: Figures, plan: str) -> list[Sentence]:
    """What a case takes, and what its customer makes of it, where the plan tells it."""
    each, first, felt = (f.kpi(plan, kpi).mean for kpi in ("attempts_per_case", "fcr", "csat"))
    texts = []
    if math.isfinite(each):
        texts.append(f"A case takes {decimal(each, 2)} contacts; {share(first)} are resolved by the first")
    if math.isfinite(felt):
        texts.append(f"{share(felt)} of customers would be satisfied, by the weights that are given or assumed")
    left, value, net = (f.kpi(plan, kpi).mean for kpi in ("customers_left", "value_lost", "net_cost"))
    waiting = f.kpi(plan, "waiting_cost").mean
    if math.isfinite(left):
        worth, cost = (value_text(amount, "money", f.facts.currency) for amount in (value, net))
        texts.append(f"{decimal(left)} customers leave, worth {worth}; with that, it costs {cost} net")
    if math.isfinite(waiting):
        what = value_text(waiting, "money", f.facts.currency)
        more = "" if math.isfinite(left) else f"; with that, it costs {value_text(net, 'money', f.facts.currency)} net"
        texts.append(f"Customers' waiting, at its price a minute, is worth {what}, which nobody is paid{more}")
    return [Sentence(f"{text}.") for text in texts]


IN_WORDS = {
    "fcr": ("more cases resolved at first contact", "fewer cases resolved at first contact"),
    "attempts_per_case": ("more contacts per case", "fewer contacts per case"),
    "csat": ("more customers satisfied", "fewer customers satisfied"),
    "customers_left": ("more customers left", "fewer customers left"),
    "net_cost": ("a higher net cost", "a lower net cost"),
}
"""What a plan does to quality, up and down."""


def _quality_changes(f: Figures, plan: str) -> list[Sentence]:
    """Only where cases, customers or satisfaction are followed; what is unclear is left to the table."""
    if not any(f.tells(plan, kpi) for kpi in IN_WORDS if kpi != "fcr"):
        return []
    sentences = []
    for kpi, (up, down) in IN_WORDS.items():
        (mean, low, high), verdict = f.change(plan, kpi)
        if verdict in ("better", "worse") or (verdict == "" and math.isfinite(mean) and mean):
            unit = KPI_NAMES[kpi][1]
            span = change_span(low, high, unit)
            text = f"Against {f.facts.baseline}: {up if mean > 0 else down}, "
            text += change_text(mean, unit, f.facts.currency) + (f" ({span})" if span else "")
            sentences.append(Sentence(f"{text}.", TONES.get(verdict, "")))
    return sentences


def _change_sentences(f: Figures, plan: str) -> list[Sentence]:
    sentences = []
    for kpi in ("service_level", "cost_total"):
        (mean, low, high), verdict = f.change(plan, kpi)
        name, unit = KPI_NAMES[kpi]
        if verdict == "same":
            sentences.append(Sentence(f"Against {f.facts.baseline}: the same {name.lower()}."))
            continue
        text = f"Against {f.facts.baseline}: {name.lower()} {change_text(mean, unit, f.facts.currency)}"
        span = change_span(low, high, unit)
        text += f" ({span})" if span else ""
        sentences.append(Sentence(f"{text}{', ' + verdict if verdict else ''}.", TONES.get(verdict, "")))
    return [*sentences, *_quality_changes(f, plan)]
