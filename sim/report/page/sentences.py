"""Every plan in a few sentences: service against target, shortage, cost, and what changes against the baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.measures.kpis import TITLED
from sim.report.page.figures import Figures
from sim.report.text.lost import beside_level, beside_target, lost_of
from sim.report.text.lost import sentences as lost_sentences
from sim.report.text.names import (
    NET_COST,
    change_span,
    change_text,
    limit_text,
    value_text,
)
from sim.report.text.numbers import decimal, money, seconds, share
from sim.report.text.phrases import TONES, Sentence, between
from sim.report.text.shortage import busiest_text, short_text
from sim.report.text.targets import chance_sentence, every, level_of, met_text, target_name, verdict_words, worst_name
from sim.study.targets import MET, MISSED, NO_VERDICT, UNCLEAR, Verdict

MOST_NAMED = 4


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
    sentences += [Sentence(text, "bad") for text in lost_sentences(lost_of(f, plan))]
    sentences += [*_against_targets(f, plan), _short_sentence(f, plan), _cost_sentence(f, plan)]
    # Of the other plans, what changes is told.
    sentences += _quality_sentences(f, plan) if plan == f.facts.baseline else []
    sentences += [Sentence(f.facts.weighed[plan])] if f.facts.weighed.get(plan) else []
    interval = between(level, "share")
    about = f"95 % interval {interval}" if interval else "no interval from one replication"
    whose = "live contacts" if f.facts.deferred(plan) and f.facts.live(plan) else "contacts"
    lost = lost_of(f, plan)
    if lost.shut_out:
        whose, about = f"{whose} that got in", f"{beside_level(lost)}; {about}"
    told = f.facts.descriptions.get(plan, "")
    told = "" if told == f.facts.description else told
    return Headline(plan, share(level.mean), f"of {whose} answered in time; {about}", sentences, told)


def _against_targets(f: Figures, plan: str) -> list[Sentence]:
    """Every target in its own periods; of many how many, and the worst. Then the chance that all hold."""
    *singles, _ = f.facts.verdicts[plan]
    told = [(one, Sentence(_target_text(f, plan, one), TONES.get(one.verdict, ""))) for one in singles]
    chance = [Sentence(text, tone) for text, tone in [chance_sentence(f.facts.verdicts[plan])] if text]
    if len(told) <= MOST_NAMED:
        return [*(sentence for _, sentence in told), *chance]
    tally = {word: sum(one.verdict == word for one in singles) for word in (MET, MISSED, UNCLEAR, NO_VERDICT)}
    parts = ", ".join(f"{number} {verdict_words(word)}" for word, number in tally.items() if number)
    tone = "bad" if tally[MISSED] else "" if tally[NO_VERDICT] else "unsure" if tally[UNCLEAR] else "good"
    lost = sorted((pair for pair in told if pair[0].verdict == MISSED), key=lambda pair: _beyond(pair[0]))
    worst = [sentence for _, sentence in lost[: MOST_NAMED - 1]]
    return [Sentence(f"{len(singles)} targets: {parts}.", tone), *worst, *chance]


def _beyond(one: Verdict) -> float:
    return one.worst_level.mean - one.target


def _target_text(f: Figures, plan: str, one: Verdict) -> str:
    """ "orders: 80 % within 20 s per month: target missed; 83 % of months meet it, worst June 2027 with 62.0 %." """
    within, live, clock = level_of(f.facts.scenarios[plan], one)
    limit = seconds(within) if live else limit_text(within)
    limit += " of opening hours" if clock == "open" and not live else ""
    text = f"{target_name(one)}: {share(one.target, 0)} within {limit} {every(one.per)}"
    text += f": {verdict_words(one.verdict, full=True)}"
    if not one.worst[0]:
        return f"{text}."
    text += f"; {met_text(one)} meet it, at worst {worst_name(one)} with {share(one.worst_level.mean)}"
    # Nobody should read a level without those who did not get in.
    beside = beside_target(f, plan, f.facts.scenarios[plan], one)
    return f"{text}" + (f"; {beside}." if beside else ".")


def _short_sentence(f: Figures, plan: str) -> Sentence:
    found = f.facts.short[plan]
    most = "" if found.short else busiest_text(found)
    return Sentence(f"{short_text(found)} {most}".strip(), "bad" if found.short or found.after_hours else "good")


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
        texts.append(f"{decimal(left)} customers leave, worth {worth}. Net cost ({NET_COST}): {cost}")
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
        d, verdict = f.change(plan, kpi)
        if verdict in ("better", "worse") or (verdict == "" and math.isfinite(d.mean) and d.mean):
            unit = TITLED[kpi].unit
            span = change_span(d.low, d.high, unit)
            text = f"Against {f.facts.baseline}: {up if d.mean > 0 else down}, "
            text += change_text(d.mean, unit, f.facts.currency) + (f" ({span})" if span else "")
            sentences.append(Sentence(f"{text}.", TONES.get(verdict, "")))
    return sentences


def _change_sentences(f: Figures, plan: str) -> list[Sentence]:
    sentences = []
    for kpi in ("service_level", "cost_total"):
        d, verdict = f.change(plan, kpi)
        name, unit = TITLED[kpi].title, TITLED[kpi].unit
        if verdict == "same":
            sentences.append(Sentence(f"Against {f.facts.baseline}: the same {name.lower()}."))
            continue
        text = f"Against {f.facts.baseline}: {name.lower()} {change_text(d.mean, unit, f.facts.currency)}"
        span = change_span(d.low, d.high, unit)
        text += f" ({span})" if span else ""
        sentences.append(Sentence(f"{text}{', ' + verdict if verdict else ''}.", TONES.get(verdict, "")))
    return [*sentences, *_quality_changes(f, plan)]
