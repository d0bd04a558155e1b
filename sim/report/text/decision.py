"""The decision in words: two sentences, three numbers, and what else must be known before it is taken."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sim.choosing.decision import Decision, Kind, Weighed
from sim.report.text.held import CLOSE, others_missed, points, short_words, state_of
from sim.report.text.known import Known
from sim.report.text.lost import beside_level, lost_of, shut_out
from sim.report.text.names import money_digits, plural
from sim.report.text.numbers import decimal, money, share
from sim.report.text.phrases import Sentence, amount, between, signed
from sim.report.text.targets import (
    ONE_REPLICATION,
    assumed_targets,
    chance_sentence,
    chance_text,
    held_text,
    period_at,
    target_name,
)
from sim.scenario.described import description_of
from sim.study.result import PlanResult
from sim.study.statistics import Estimate

WHAT = {"net_cost": "net cost", "cost_total": "cost"}
LONGEST_CHANGE = 80
"""Characters of what a plan changes, in its sentence."""


MOST_ADVISED = 1000
"""Replications that are worth asking for."""


class Number(NamedTuple):
    """A number with what it is of, and what stands beside it in smaller type."""

    what: str
    value: str
    small: str = ""


@dataclass(frozen=True)
class Answer:
    sentences: tuple[Sentence, ...]
    numbers: tuple[Number, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(one.text for one in self.sentences)


@dataclass(frozen=True)
class About:
    """What the words need beside the decision."""

    currency: str
    days: int
    descriptions: dict[str, str]
    """By plan, what it is or changes."""
    known: Known
    assumed: str = ""
    """Of the targets that the file does not give, in a sentence."""


def answer_of(d: Decision, results: Sequence[PlanResult], known: Known) -> Answer:
    """Of the plans that the decision is between, in its order."""
    base = results[0].scenario
    told = {one.plan: description_of(of.scenario, base) for one, of in zip(d.plans, results, strict=True)}
    return answer(d, About(base.spec.center.currency, base.clock.days, told, known, assumed_targets(base)))


def answer(d: Decision, about: About) -> Answer:
    told = _TOLD[d.kind](_Words(d, about))
    return replace(told, notes=(*told.notes, about.assumed)) if about.assumed else told


class _Words:
    """A decision's words, with what they need."""

    def __init__(self, d: Decision, about: About) -> None:
        self.d, self.about = d, about
        self.what = WHAT[d.kpi]

    def changed(self, one: Weighed) -> str:
        """ "two-more (core: 21 → 23 heads)"."""
        said = self.about.descriptions.get(one.plan, "").rstrip(".")
        is_told = one.plan != self.d.baseline.plan and said and len(said) <= LONGEST_CHANGE
        return f"{one.plan} ({said})" if is_told else one.plan

    def more(self, e: Estimate, than: str = "") -> str:
        """ "costs USD 300 ± 40 more than base"; "costs the same"."""
        than = f" than {than}" if than else ""
        if max(abs(e.low), abs(e.high)) <= self.d.smallest:
            return f"costs the same{than.replace('than', 'as')}, within {self.money(self.d.smallest)}"
        how = "more" if e.mean > 0 else "less"
        net = "net " * (self.d.kpi == "net_cost")
        text = f"costs {net}{amount(abs(e.mean), e.half_width, self.about.currency)} {how}{than}"
        return f"{text}, which is not sure" if e.low <= 0.0 <= e.high else text

    def money(self, value: float) -> str:
        return money(value, self.about.currency, money_digits(value))

    def left(self) -> int:
        """Plans that are not considered."""
        return sum(bool(one.left_out.why) for one in self.d.plans)

    def eligible(self, plans: str) -> str:
        """Of `plans`, those that are considered: "plans to choose from", where not all are."""
        return f"{plans} to choose from" if self.left() else plans

    # ------------------------------------------------------------ numbers

    def cost(self, one: Weighed) -> Number:
        base, net = self.d.baseline, "Net cost" if self.d.kpi == "net_cost" else "Cost"
        small = "today's plan"
        if len(self.d.plans) == 1:
            small = between(one.money, "money", self.about.currency)
        elif one.plan != base.plan:
            percent = f" ({_percent(one.change.mean / base.money.mean)})" if base.money.mean > 0 else ""
            small = f"{signed(one.change, self.about.currency)}{percent} against {base.plan}"
        return Number(f"{net}, {plural(self.about.days, 'day')}", self.money(one.money.mean), small)

    def chance(self, one: Weighed) -> Number:
        whole = one.whole
        within = chance_text(whole).partition(" % ")[2].strip("()")
        small = f"{within}; in {held_text(whole)} replications" if within else ONE_REPLICATION
        return Number("Chance that every target holds", share(whole.all_met.mean, 0), small)

    def runner_up(self) -> Number:
        d = self.d
        if d.runner_up is None:
            return Number("Runner-up", "none", f"no other {self.eligible('plan')} holds every target")
        assert d.chosen is not None
        told = "not told apart by these replications" if d.runner_up.plan in d.open else f"against {d.chosen.plan}"
        return Number(f"Runner-up, {d.runner_up.plan}", signed(d.runner_up.apart, self.about.currency), told)

    def short(self, one: Weighed) -> Number:
        assert one.worst is not None
        level, aim = share(one.worst.worst_level.mean), share(one.worst.target, 0)
        small = f"{target_name(one.worst)} {period_at(one.worst)}: {level}, target {aim}"
        if one.gap > 0.0:
            return Number("Short of its worst target", points(one.gap), small)
        return Number("Above its tightest target", points(-one.worst.gap), small)

    # ------------------------------------------------------------ notes

    def notes(self) -> tuple[str, ...]:
        d, told = self.d, list[str]()
        assert d.chosen is not None
        if len(d.holding) > 1:
            told.append(self.sureness())
        if d.surer is not None:
            told.append(f"{d.surer.plan} {state_of(d.surer)}, and {self.more(d.surer.apart)}.")
        if d.steadier is not None:
            own, other = (held_text(one.whole) for one in (d.chosen, d.steadier))
            often = f"in {other} replications, {d.chosen.plan} in {own}"
            told.append(f"{d.steadier.plan} {self.more(d.steadier.apart)}, and all targets hold more often: {often}.")
        cheaper = [one for one in (d.tempting, d.maybe) if one is not None]
        told += [f"{one.plan} {self.more(one.apart)}, and {state_of(one)}." for one in cheaper]
        told += [
            f"{one.plan} is not worth taking: {one.dominated_by} surely costs less and is no worse in any target or "
            "headline."
            for one in d.plans if one.dominated_by
        ]  # fmt: skip
        told += [self.left_out(one) for one in d.plans if one.left_out.why]
        if (lost := lost_of(self.about.known, d.chosen.plan)).shut_out:
            told.append(
                f"In {d.chosen.plan}, {shut_out(lost)}: {share(lost.tried)} of all who tried were answered in time."
            )
        return tuple(told)

    def sureness(self) -> str:
        """How sure the choice is, and what would make it so."""
        d = self.d
        assert d.chosen is not None
        by = f" by more than {self.money(d.smallest)}" if d.smallest else ""
        sure = "this is sure" if d.sure > 0.9995 else f"a chance of at least {share(math.floor(1000 * d.sure) / 1000)}"
        text = f"No other plan that holds is cheaper than {d.chosen.plan}{by}: {sure}."
        if d.sure < 0.5:
            text = "Luck could overturn which of those that hold is the cheapest."
        if not d.open:
            return text
        names = " and ".join(d.open[:2]) + (f" and {len(d.open) - 2} more" if len(d.open) > 2 else "")
        needed = f"about {_round_up(d.needed):,} would be needed" if d.needed else "nor would they on 100,000"
        if d.needed and d.needed <= d.replications:
            needed = "more would be needed"
        return f"{text} {names} cannot be told apart from it on {plural(d.replications, 'replication')}; {needed}."

    def left_out(self, one: Weighed) -> str:
        chosen, base, said = self.d.chosen, self.d.baseline, self.about.descriptions.get(one.plan, "").rstrip(".")
        assert chosen is not None
        if one.left_out.assumes_of != chosen.plan:
            return f"{one.plan} was not considered: {one.left_out.why}."
        text = f"{chosen.plan} hangs on what nobody decides: under the assumption of {one.plan}"
        text += f" ({said})" if said and len(said) <= 2 * LONGEST_CHANGE else ""
        return f"{text} it {self.more(one.change, base.plan)}, and {state_of(one)}."

    # ------------------------------------------------------------ sentences

    def alone(self) -> Answer:
        one = self.d.baseline
        assert one.worst is not None
        first = f"{one.plan} {state_of(one)}{_and(others_missed(one))}."
        if one.holds:
            first = f"{first[:-1]}; the tightest is {short_words(one.worst)}."
        if not_in := beside_level(lost_of(self.about.known, one.plan)):
            first = f"{first[:-1]}; {not_in} were answered in time."
        costs = f"It costs {amount(one.money.mean, one.money.half_width, self.about.currency)} in "
        costs += plural(self.about.days, "day") + (" net" if self.d.kpi == "net_cost" else "")
        second = f"{chance_sentence(one.verdicts)[0]} {costs}.".lstrip()
        tone = "good" if one.surely_holds else "bad" if one.whole.is_missed else "unsure"
        numbers = (self.cost(one), self.chance(one), self.short(one))
        return Answer((Sentence(first, tone), Sentence(second)), numbers)

    def holds(self) -> Answer:
        d, chosen = self.d, self.d.chosen
        assert chosen is not None
        if len(d.plans) == 1:
            return self.alone()
        number, held = len(d.holding), state_of(chosen)
        others = f"{number} plans that do"
        if number == 1:
            first = f"it alone of {self.eligible(plural(len(d.plans) - self.left(), 'plan'))} {held}"
        elif d.keeps_today:
            first = f"it {held}, and none of the {others} surely costs less"
        else:
            first = f"it {held}, at the least {self.what} of the {others}"
            if d.baseline.holds and d.runner_up is not None and d.runner_up.apart.mean < 0.0:
                # Another may be lower still, which is luck as far as anybody can tell.
                first = f"it {held}, surely costs less than today's, and none of the {others} surely costs less than it"
        what = f"Keep {chosen.plan}" if d.keeps_today else f"Take {self.changed(chosen)}"
        tone = "good" if chosen.surely_holds else "unsure"
        sentences = (Sentence(f"{what}: {first}.", tone), Sentence(self.beside(chosen)))
        return Answer(sentences, (self.cost(chosen), self.chance(chosen), self.runner_up()), self.notes())

    def beside(self, chosen: Weighed) -> str:
        """What it buys and costs against today; of today's plan, what the next would."""
        d, base = self.d, self.d.baseline
        if not d.keeps_today:
            return f"It {self.more(chosen.change, base.plan)}; {base.plan} {state_of(base)}."
        if d.runner_up is not None:
            return f"The runner-up, {self.changed(d.runner_up)}, {self.more(d.runner_up.apart)}."
        others = [one for one in d.plans if one is not chosen and not one.left_out.why and one.worst is not None]
        if not others:
            return "No other plan can be chosen."
        near = min(others, key=lambda one: one.gap)
        return f"The nearest of the others, {self.changed(near)}, {self.more(near.apart)}, and {state_of(near)}."

    def none_holds(self) -> Answer:
        d, chosen, base = self.d, self.d.chosen, self.d.baseline
        assert chosen is not None
        assert chosen.worst is not None
        if len(d.plans) == 1:
            return self.alone()
        average = "" if all(one.whole.is_missed for one in d.plans if not one.left_out.why) else " on average"
        nearest = f"today's, {chosen.plan}," if d.keeps_today else self.changed(chosen)
        first = (
            f"No plan holds every target{average}; {nearest} comes nearest: {target_name(chosen.worst)} is "
            f"{points(chosen.gap)} short {period_at(chosen.worst)}{'' if chosen.whole.is_missed else ', ' + CLOSE}"
            f"{_and(others_missed(chosen), 'it ')}."
        )
        parts = []
        if not d.keeps_today:
            parts.append(f"It {self.more(chosen.change, base.plan)}, and {base.plan} is {points(base.gap)} short")
        if d.runner_up is not None and d.runner_up.plan != base.plan:
            near = d.runner_up
            how = "is as near, as far as can be told" if near.plan in d.open else f"is {points(near.gap)} short"
            parts.append(f"{near.plan} {how}{_and(others_missed(near))}, and {self.more(near.apart)}")
        second = [Sentence(f"{'; '.join(parts)}.")] if parts else []
        numbers = (self.cost(chosen), self.chance(chosen), self.short(chosen))
        return Answer((Sentence(first, "bad"), *second), numbers, self.notes())

    def one_replication(self) -> Answer:
        first = "One replication tells no interval and no chance: no plan is called the best on it."
        holding = self.d.holding
        second = "In it no plan holds every target."
        if holding:
            lowest = min(holding, key=lambda one: one.money.mean)
            of = f"the cheapest of {len(holding)} plans that hold" if len(holding) > 1 else "the only plan that holds"
            second = f"In it {lowest.plan} is {of} every target, {self.money(lowest.money.mean)}: its luck alone."
        if len(self.d.plans) == 1:
            lowest = self.d.baseline
            first = "One replication tells no interval, no verdict and no chance."
            second = f"By its luck alone the {self.what} is {self.money(lowest.money.mean)}."
        return Answer((Sentence(first, "unsure"), Sentence(second)))

    def no_target(self) -> Answer:
        first = "No target can be judged, as nobody came to any: no plan is called the best."
        second = f"The lowest {self.what} alone says nothing of service."
        if len(self.d.plans) == 1:
            first = "No target can be judged, as nobody came to any."
            second = f"It costs {self.money(self.d.baseline.money.mean)}."
        return Answer((Sentence(first, "unsure"), Sentence(second)))


_TOLD: dict[Kind, Callable[[_Words], Answer]] = {
    "holds": _Words.holds, "none holds": _Words.none_holds, "one replication": _Words.one_replication,
    "no target": _Words.no_target,
}  # fmt: skip


def _and(text: str, who: str = "") -> str:
    return f", and {who}{text}" if text else ""


def _percent(ratio: float) -> str:
    return f"{'+' if ratio > 0 else '−' if ratio < 0 else ''}{decimal(abs(100.0 * ratio))} %"


def _round_up(number: int) -> int:
    """To two digits."""
    unit = int(10 ** max(0, len(str(number)) - 2))
    return -(-number // unit) * unit


def next_step(d: Decision, files: Sequence[str]) -> str:
    """The command that follows, of files as they were given; nothing where none does."""
    if d.kind == "one replication":
        return f"sim compare {' '.join(files)} --replications 20"
    if d.kind == "none holds" and len(files) == 1:
        return f"sim staff {files[0]}"
    if d.needed and d.needed <= MOST_ADVISED:
        return f"sim compare {' '.join(files)} --replications {_round_up(d.needed)}"
    return ""
