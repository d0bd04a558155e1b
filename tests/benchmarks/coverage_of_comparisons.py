"""How often a comparison's intervals hold the truth, and how often it calls better what is not.

    python tests/benchmarks/coverage_of_comparisons.py [--comparisons 200] [--replications 20]

A little day whose rates and seats change is exact by the forward equations of M(t)/M/s(t)+M (`theory.staffed_day`). Two
plans are compared with the base, on seeds of their own: one with a seat more, whose differences are exact, and one that
is the same in law on other luck (its queue has another name), from which nothing differs. Then chances and ranges as
`sim.choosing` has them: of days of this center, whose truth all comparisons together tell, and of drawn spans with a
known chance; the price of a point of service level, and the week in which a plan that spends first has paid back. Binomial standard error at 200 comparisons: 1.5 points at 95 %, 1.8 at 93 %.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import theory
from worlds import Calls, Staff, write

import sim
from sim.choosing.failing import chance_of
from sim.choosing.payback import payback_of
from sim.choosing.risk import spread_of
from sim.study.statistics import Estimate

Floats = NDArray[np.float64]

QUARTER, TALK, PATIENCE, COPIES = 900.0, 180.0, 120.0, 3
CALLS = [15, 25, 40, 40, 40, 25, 40, 30, 16, 0, 0, 0, 0, 0, 0, 0]
SEATS = [4, 7, 9, 5, 9, 8, 5, 7, 6, 1, 0, 0, 0, 0, 0, 0]
MORE = [seats + (seats > 1) for seats in SEATS]
CLOSED = [0] * (96 - COPIES * len(CALLS))
KNOWN = (("queue", "calls", "service_level"), ("queue", "calls", "abandon_rate"), ("group", "agents", "occupancy"))
NOTHING_MATTERS = '[results.matters]\nshare = 0.0\nseconds = "0s"\nrelative = 0.0'
Row = tuple[str, str, str]


def center(folder: Path, queue: str, more: str = "") -> sim.Center:
    says = f"""
        talk = {{ family = "exponential", mean = "{TALK:g}s" }}
        patience = {{ family = "exponential", mean = "{PATIENCE:g}s" }}
        service_level = {{ target = 0.55, within = "0s" }}"""
    folder.mkdir(parents=True)
    staff = {"agents": Staff(SEATS * COPIES + CLOSED, f"wage = 20\nskills.{queue} = {{}}")}
    return sim.load(write(folder, {queue: Calls(CALLS * COPIES + CLOSED, says)}, staff, interval=15, days=2, more=more))


def exact(seats: list[int]) -> dict[Row, float]:
    pieces = [theory.Piece(QUARTER, calls / QUARTER, n) for calls, n in zip(CALLS, seats, strict=True)]
    day = theory.staffed_day(pieces, 1.0 / TALK, 1.0 / PATIENCE, room=60)
    at_once = sum(i.answered_at_once for i in day.intervals) / day.offered
    busy = sum(i.busy_s for i in day.intervals)
    there = busy + sum(i.idle_s for i in day.intervals)
    return dict(zip(KNOWN, (at_once, day.abandon_share, busy / there), strict=True))


def covers(e: Estimate, truth: float) -> bool:
    return bool(e.low - 1e-12 <= truth <= e.high + 1e-12)


def told(what: str, hits: float, of: int, wanted: str) -> None:
    print(f"{what:66}{hits / of:8.1%}   {wanted}", flush=True)


def comparisons(folder: Path, number: int, runs: int) -> None:
    seats = "weekday,start,seats\n" + "".join(
        f"{day},{n // 4:02d}:{n % 4 * 15:02d},{of}\n"
        for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        for n, of in enumerate(MORE * COPIES + CLOSED)
    )
    base = center(
        folder / "base", "calls", f'{NOTHING_MATTERS}\n[plans.more.groups.agents]\nseats = {{ csv = "more.csv" }}'
    )
    (folder / "base" / "more.csv").write_text(seats)
    twin = center(folder / "twin", "others", NOTHING_MATTERS).named("twin")
    truth = {row: more - less for (row, more), less in zip(exact(MORE).items(), exact(SEATS).values(), strict=True)}
    covered, verdicts, any_sure, jointly = Counter[Row](), Counter[tuple[str, str]](), 0, 0
    met, costs = list[Floats](), list[Floats]()
    chances, ranges = list[Estimate](), list[tuple[float, float]]()
    prices, dearer = list[Estimate](), list[float]()
    for seed in range(1, number + 1):
        how = {"replications": runs, "seed": seed, "jobs": 1, "engine": "compiled", "fresh": True}
        more = sim.compare(base, base.plan("more"), **how)  # type: ignore[arg-type]
        of = {(d.scope, d.name, d.kpi): d for d in more.paired}
        for row, value in truth.items():
            covered[row] += covers(of[row].estimate, value)
        own = [("center", "all", kpi) for _, _, kpi in KNOWN]
        jointly += all(covers(of[row].estimate, value) for row, value in zip(own, truth.values(), strict=True))
        same = sim.compare(base, twin, **how)  # type: ignore[arg-type]
        sure = [d for d in same.paired if d.verdict in ("better", "worse")]
        any_sure += any(d.scope == "center" and d.confidence > 0.95 for d in sure)
        verdicts.update((d.kpi, d.verdict) for d in sure if d.scope == "channel")
        risk = more.risk.of("base")
        day = risk.chance("day")
        assert day is not None
        assert risk.service is not None
        chances.append(day.chance)
        ranges.append((risk.service.low, risk.service.high))
        prices.append(more.risk.of("more").per_point.money)
        dearer.append(of["center", "all", "cost_total"].estimate.mean)
        levels = more.study.results[0].day_levels[:, :, 0]
        met.append((levels[..., 0] / levels[..., 1] < 0.55).mean(axis=1))
        costs.append(levels[..., 0].sum(axis=1) / levels[..., 1].sum(axis=1))
    print(f"a seat more, by the forward equations: {number} comparisons of {runs} replications")
    for row, value in truth.items():
        told(f"  95 % interval covers {row[2]} of {row[1]}, {value:+.4f}", covered[row], number, "91 to 98 %")
    told("  joint intervals of the center cover all three", jointly, number, "95 % or more")
    # What people past the end of a shift cost more or less is luck: the truth is the mean of all comparisons.
    price = float(np.mean(dearer)) / (100.0 * truth[KNOWN[0]])
    known = [e for e in prices if np.isfinite(e.mean)]
    print(f"  a point of service level, {price:.2f}: told in {len(known)} of {number}")
    told(
        "  95 % interval covers it, of those that tell it",
        sum(covers(e, price) for e in known),
        len(known),
        "91 to 98 %",
    )
    print("the same in law, on other luck")
    told("  some headline of the center is called better or worse", any_sure, number, "at most 7 %")
    for kpi in ("service_level", "abandon_rate", "asa_s", "wait_p90_s"):
        told(f"  {kpi} of phone is called better, by itself", verdicts[kpi, "better"], number, "2.5 %; at most 7 %")
        told(f"  {kpi} of phone is called worse", verdicts[kpi, "worse"], number, "2.5 %; at most 7 %")
    print(f"chances and ranges of the base; the truth is that of all {number * runs:,} replications")
    share = float(np.concatenate(met).mean())
    told(
        f"  95 % interval covers the chance that a day fails, {share:.3f}",
        sum(covers(e, share) for e in chances),
        number,
        "91 to 98 %",
    )
    others = [inside(costs, n, ends) for n, ends in enumerate(ranges)]
    told("  another replication lies between the percentiles of service", float(np.sum(others)), number, "80 %")


def inside(values: list[Floats], own: int, ends: tuple[float, float]) -> float:
    """Share of other comparisons' replications between the ends."""
    rest = np.concatenate([of for n, of in enumerate(values) if n != own])
    return float(((ends[0] <= rest) & (rest <= ends[1])).mean())


def drawn(studies: int) -> None:
    """Spans that fail by a known chance: independent, or with a chance of their replication's own."""
    print(f"chances of drawn spans: {studies:,} studies")
    rng = np.random.default_rng(16)
    kinds: Iterable[tuple[int, int, float, float]] = (
        (20, 1, 0.5, 0.0), (20, 1, 0.1, 0.0), (20, 28, 0.02, 0.0), (20, 28, 0.3, 0.0), (20, 4, 0.1, 0.0),
        (100, 28, 0.02, 0.0), (20, 28, 0.3, 0.1), (20, 28, 0.1, 0.3), (20, 4, 0.2, 0.5), (100, 28, 0.1, 0.3),
    )  # fmt: skip
    for runs, spans, chance, together in kinds:
        hits = 0
        for _ in range(studies):
            own = np.full(runs, chance)
            if together:
                scale = 1.0 / together - 1.0
                own = rng.beta(chance * scale, (1.0 - chance) * scale, runs)
            failed = rng.binomial(spans, own).astype(np.float64)
            found = chance_of(failed, np.full(runs, float(spans)), lasting=together > 0.0)
            hits += covers(found, chance)
        words = f"correlated by {together:g}" if together else "independent"
        told(f"  {runs} × {spans} spans, {words}, chance {chance:.0%}", hits, studies, "91 to 98 %")
    inside_all = []
    for _ in range(studies):
        ends = spread_of(rng.lognormal(size=20))
        inside_all.append(normal_between(ends.low, ends.high))
    told("  another value lies between percentiles of 20, lognormal", float(np.sum(inside_all)), studies, "80 %")


def paid_back(studies: int) -> None:
    """A plan that spends 100 a day for two weeks and saves 45 a day from then on has made up for it on day 46, in week
    7: the known answer. Days have luck of their own, and replications one that lasts."""
    print(f"payback, 12 weeks: {studies:,} studies")
    rng = np.random.default_rng(61)
    expected = np.where(np.arange(84) < 14, 100.0, -45.0)
    for runs, daily, lasting in ((20, 50.0, 0.0), (20, 150.0, 5.0), (100, 150.0, 10.0), (10, 300.0, 0.0)):
        hits, found = 0, 0
        for _ in range(studies):
            luck = rng.normal(0.0, daily, (runs, 84)) + rng.normal(0.0, lasting, (runs, 1))
            one = payback_of(expected + luck, np.zeros((runs, 84)))
            if one.kind in ("pays back", "not within the horizon"):
                found += 1
                hits += (one.low is None or one.low <= 7) and (one.high is None or one.high >= 7)
        words = f"  {runs} replications, {daily:g} a day and {lasting:g} that lasts: told {found:,}; covers week 7"
        told(words, hits, found, "95 % or more")


def normal_between(low: float, high: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(np.log(high)) - ndtr(np.log(low)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comparisons", type=int, default=200)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--studies", type=int, default=2000, help="of drawn spans")
    said = parser.parse_args()
    drawn(said.studies)
    paid_back(said.studies)
    with tempfile.TemporaryDirectory() as folder:
        comparisons(Path(folder), said.comparisons, said.replications)


if __name__ == "__main__":
    main()
