"""Careers against exact values: survival curves, renewal theory, expected survivors of a class, learning curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.luck import PeopleLuck
from sim.scenario.language.workforce import Burnout, Ramp
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.workforce.attrition import burnout_factor, steady_tenures, survival
from sim.workforce.careers import MOVEMENTS, NESTING, ON_FLOOR, STANDING, TRAINING, Careers
from sim.workforce.people import Agents, build_agents
from sim.workforce.ramp import ramp_at, ramp_of_all

Floats = NDArray[np.float64]

POWER, ERRORS = 0.003, 3.5
"""The largest standard error, as a share of the exact value; and how many of them a result may be away from it."""

WORLD = """
[center]
start = 2026-03-02
days = {days}
timezone = "UTC"
[queues.q]
channel = "phone"
forecast = {{ replay = "none.csv" }}
talk = {{ family = "constant", mean = "100s" }}
[shifts.day]
hours = "08:00-16:00"
[groups.core]
heads = {heads}
shifts = {{ day = 1.0 }}
skills = {{ q = {{}} }}
"""

RATES = (0.8, 0.4, 0.2)
LAW = "[attrition.a]\nannual_rate = {{ first_90_days = {}, first_year = {}, later = {} }}\n"


def world(folder: Path, text: str, *, heads: int, days: int) -> Scenario:
    """`text` goes on with the core group's settings."""
    (folder / "none.csv").write_text("arrived\n2026-03-02 08:00:00\n")
    (folder / "world.toml").write_text(WORLD.format(days=days, heads=heads) + text)
    return load(folder / "world.toml")


def lives(
    scenario: Scenario, replications: int, *, handled: float = 0.0, occupancy: float = math.nan
) -> Iterator[tuple[Agents, Careers, Callable[[], Iterator[int]]]]:
    """Each replication's careers, and the days to play them by."""
    agents = build_agents(scenario)
    sources = [(source.name, source.count) for source in agents.sources]
    contacts, used = np.full(len(agents.names), handled), np.full(len(scenario.groups), occupancy)
    for replication in range(replications):
        careers = Careers(scenario, agents, PeopleLuck(1, replication, sources))

        def days(careers: Careers = careers) -> Iterator[int]:
            for day in range(scenario.clock.days):
                careers.morning(day)
                yield day
                careers.evening(day, contacts, used)

        yield agents, careers, days


def hazards(rates: tuple[float, float, float], days: int) -> Floats:
    """Per day of tenure, as the law says it: a rate a year, cut at 90 and 365 days."""
    tenure = np.arange(days)
    return np.where(tenure < 90, rates[0], np.where(tenure < 365, rates[1], rates[2])) / 365.0


def still_there(rates: tuple[float, float, float], days: int) -> Floats:
    """S(0), S(1), …"""
    return np.exp(-np.concatenate([[0.0], np.cumsum(hazards(rates, days))]))[:days]


def is_share(count: float, of: int, share: float) -> None:
    """A share of independent people."""
    error = math.sqrt(share * (1.0 - share) / of)
    assert error <= POWER * share
    assert abs(count / of - share) <= ERRORS * error


def is_mean(values: Floats, exact: float) -> None:
    """One value per independent replication."""
    error = values.std(ddof=1) / math.sqrt(len(values))
    assert error <= POWER * exact
    assert abs(values.mean() - exact) <= ERRORS * error


def test_a_hazard_law_gives_its_survival_curve(tmp_path: Path) -> None:
    """100,000 people from their first day on: the share still there after 30, 90, 180, 365 and 400 days."""
    scenario = world(tmp_path, 'tenure = "0d"\nattrition = "a"\n' + LAW.format(*RATES), heads=10_000, days=400)
    heads = np.zeros(401)
    for _, careers, days in lives(scenario, 10):
        for _ in days():
            pass
        heads += careers.standing[:, 0, STANDING.index("heads")]
    exact = still_there(RATES, 401)
    for day in (30, 90, 180, 365, 400):
        is_share(heads[day], 100_000, exact[day])


def test_tenure_at_the_start_places_people_on_the_curve(tmp_path: Path) -> None:
    """From 80 days on, past the first rate and the second: S(80 + t) / S(80)."""
    text = 'tenure = "80d"\nattrition = "a"\n' + LAW.format(*RATES)
    heads = np.zeros(301)
    for _, careers, days in lives(world(tmp_path, text, heads=10_000, days=300), 8):
        for _ in days():
            pass
        heads += careers.standing[:, 0, STANDING.index("heads")]
    exact = still_there(RATES, 400)
    for day in (5, 15, 290, 300):
        is_share(heads[day], 80_000, exact[80 + day] / exact[80])


@pytest.mark.parametrize(
    ("occupancy", "factor"),
    # 7 points above 88 %, 1.5 per ten; not above it; not known.
    [(0.95, 1.5**0.7), (0.80, 1.0), (math.nan, 1.0)],
)
def test_burnout_multiplies_the_rate(tmp_path: Path, occupancy: float, factor: float) -> None:
    burnout = Burnout(above_occupancy=0.88, factor_per_10_points=1.5)
    assert burnout_factor(burnout, np.array([occupancy])) == pytest.approx([factor])
    text = 'tenure = "2y"\nattrition = "a"\n' + LAW.format(*RATES)
    text += "burnout = { above_occupancy = 0.88, factor_per_10_points = 1.5 }\n"
    heads = 0.0
    for _, careers, days in lives(world(tmp_path, text, heads=25_000, days=100), 2, occupancy=occupancy):
        for _ in days():
            pass
        heads += careers.standing[100, 0, STANDING.index("heads")]
    is_share(heads, 50_000, math.exp(-100 / 365 * RATES[2] * factor))


def test_a_season_multiplies_the_rate(tmp_path: Path) -> None:
    """Three times as many in April: from 2 March on, 30 days of March, 30 of April, 30 of May."""
    factors = [3.0 if month == 4 else 1.0 for month in range(1, 13)]
    rows = [f"{month},{factor}" for month, factor in enumerate(factors, start=1)]
    (tmp_path / "season.csv").write_text("\n".join(["month,factor", *rows]))
    text = 'tenure = "2y"\nattrition = "a"\n' + LAW.format(*RATES) + 'season = "season.csv"\n'
    heads = np.zeros(91)
    for _, careers, days in lives(world(tmp_path, text, heads=25_000, days=90), 2):
        for _ in days():
            pass
        heads += careers.standing[:, 0, STANDING.index("heads")]
    for day, weighted in ((30, 30), (60, 120), (90, 150)):
        is_share(heads[day], 50_000, math.exp(-weighted / 365 * RATES[2]))


def test_the_steady_mix_is_the_survival_curve(tmp_path: Path) -> None:
    """Density of tenure S(t) / ∫S: its shares and its mean, integrated piece by piece; the heads are its quantiles."""
    scenario = world(tmp_path, 'tenure = "steady"\nattrition = "a"\n' + LAW.format(*RATES), heads=4000, days=1)
    days = np.array(steady_tenures(scenario, "core", 4000)) * 7.0
    first, second, later = (rate / 365.0 for rate in RATES)
    # ∫S over each of the three pieces, the last one without end.
    at_90 = math.exp(-90 * first)
    at_365 = at_90 * math.exp(-275 * second)
    pieces = np.array([(1 - at_90) / first, (at_90 - at_365) / second, at_365 / later])
    shares = [(days < 90).mean(), ((days >= 90) & (days < 365)).mean(), (days >= 365).mean()]
    assert shares == pytest.approx(pieces / pieces.sum(), abs=1 / 4000)
    # Past a year the rest is exponential, so its median is known.
    assert np.median(days[days >= 365]) == pytest.approx(365 + math.log(2) / later, rel=0.002)
    assert build_agents(scenario).tenure_weeks.mean() * 7 == pytest.approx(days.mean())
    law = scenario.spec.attrition["a"].annual_rate
    assert survival(law, 500) == pytest.approx(still_there(RATES, 500), rel=1e-12)
    # Neither the first heads nor every second one are a sample apart.
    assert days[:2000].mean() == pytest.approx(days.mean(), rel=0.01)
    assert days[::2].mean() == pytest.approx(days.mean(), rel=0.01)


def test_a_steady_population_stays_steady(tmp_path: Path) -> None:
    """Replaced the next morning, the heads lose 1 / E[L] a day from the first day on, and the mix stays what it is."""
    rates = (8.0, 4.0, 2.0)
    text = 'tenure = "steady"\nattrition = "a"\n' + LAW.format(*rates)
    text += '[hiring.keep]\ngroup = "core"\nreplace = "leavers"\n'
    curve = still_there(rates, 50 * 365)
    left, young = [], []
    for _, careers, days in lives(world(tmp_path, text, heads=2500, days=120), 40):
        for day in days():
            if day % 40 == 39:
                young.append((careers.tenure(day)[careers.on_floor] < 90).mean())
            assert careers.on_floor.sum() == 2500
        left.append(careers.movements[:, 0, MOVEMENTS.index("left")].mean())
    is_mean(np.array(left), 2500 / curve.sum())
    is_mean(np.array(young).reshape(-1, 3).mean(axis=1), curve[:90].sum() / curve.sum())


VACANCY, IN_TRAINING, DROPOUT = 10, 20, 0.25
SHORT_STAYS = (5.0, 4.0, 3.0)


def learnt(days: Floats) -> Floats:
    """A straight ramp from 0.5 to 1 over 26 weeks."""
    return 0.5 + 0.5 * np.minimum(1.0, days / 182)


def renewals(horizon: int) -> tuple[Floats, Floats, float, float]:
    """Per seat: share on the floor and speed on it, by day; and the limits that renewal theory gives for both.

    A seat is worked for L days, vacant for ten, and in training for twenty, of which the trainee sees a uniform part
    if they drop out. Day by day it is the renewal equation, from the same first day as the simulation's.
    """
    h = hazards(SHORT_STAYS, horizon + IN_TRAINING + 1)[IN_TRAINING:]
    worked = np.exp(-np.concatenate([[0.0], np.cumsum(h)]))[: horizon + 1]
    ends = worked[:-1] - worked[1:]
    came, hired = np.zeros(horizon), np.zeros(horizon)
    came[0] = 1.0
    for day in range(1, horizon):
        left = day - VACANCY - np.arange(1, horizon + 1)
        hired[day] = (came[left[left >= 0]] * ends[: (left >= 0).sum()]).sum()
        dropped = day - VACANCY - np.arange(1, IN_TRAINING + 1)
        hired[day] += hired[dropped[dropped >= 0]].sum() * DROPOUT / IN_TRAINING
        if day >= IN_TRAINING:
            came[day] += hired[day - IN_TRAINING] * (1.0 - DROPOUT)
    share, speed = np.zeros(horizon), np.zeros(horizon)
    for day in range(horizon):
        ages = np.arange(day + 1)
        there = came[day - ages] * worked[ages]
        # Those who were there at the start have learnt for the twenty days of tenure that they came with.
        since = ages + np.where(ages == day, IN_TRAINING, 0)
        share[day], speed[day] = there.sum(), (there * learnt(since)).sum() / there.sum()
    stay = worked.sum()
    failed = DROPOUT / (1.0 - DROPOUT) * ((IN_TRAINING + 1) / 2 + VACANCY)
    cycle = stay + VACANCY + IN_TRAINING + failed
    return share, speed, stay / cycle, float((worked[:horizon] * learnt(np.arange(horizon))).sum() / stay)


def test_the_renewal_equation_tends_to_renewal_theory() -> None:
    """Of the oracle itself: after ten years it says what alternating renewal theory says."""
    share, speed, productive, career = renewals(3650)
    assert share[-1] == pytest.approx(productive, rel=1e-6)
    assert speed[-1] == pytest.approx(career, rel=1e-6)


def test_constant_headcount_with_vacancy_training_and_ramp(tmp_path: Path) -> None:
    """Productive share and mean speed of the floor by half-years; the last one is the long run."""
    text = f'tenure = "{IN_TRAINING}d"\nattrition = "a"\nramp = "r"\n' + LAW.format(*SHORT_STAYS)
    text += '[ramp.r]\nfamily = "linear"\nstart = { speed = 0.5, resolution = 0.5 }\nweeks = 26\n[hiring.keep]\n'
    text += f'group = "core"\nreplace = "leavers"\nvacancy = "{VACANCY}d"\n'
    text += f'training = {{ length = "{IN_TRAINING}d", dropout = {DROPOUT} }}\n'
    share, speed, productive, career = renewals(546)
    shares, speeds = [], []
    for _, careers, days in lives(world(tmp_path, text, heads=1300, days=546), 14):
        there, fast = np.zeros(546), np.zeros(546)
        for day in days():
            on_floor = careers.on_floor
            there[day], fast[day] = on_floor.sum() / 1300, careers.factors[0, on_floor].mean()
        shares.append(there.reshape(3, 182).mean(axis=1))
        speeds.append(fast.reshape(3, 182).mean(axis=1))
    for half in range(3):
        is_mean(np.array(shares)[:, half], share.reshape(3, 182)[half].mean())
        is_mean(np.array(speeds)[:, half], speed.reshape(3, 182)[half].mean())
    assert share[-182:].mean() == pytest.approx(productive, rel=0.002)
    assert speed[-182:].mean() == pytest.approx(career, rel=0.002)


def test_a_classs_expected_survivors_week_by_week(tmp_path: Path) -> None:
    """Show-up 90 %, 6 weeks of training that 10 % leave on a uniform day, licence 80 % with one retake, attrition."""
    text = 'attrition = "a"\n' + LAW.format(*RATES)
    text += """
[hiring.class]
group = "core"
starts = 2026-03-09
offers = 10000
show_up = 0.9
training = { length = "6w", dropout = 0.1, licence_pass = 0.8, retake_after = "1w" }
nesting = { length = "2w", speed = 0.5, resolution = 0.5, mentor_share = 0 }
"""
    standing = np.zeros((201, 4))
    for _, careers, days in lives(world(tmp_path, text, heads=0, days=200), 10):
        for _ in days():
            pass
        standing += careers.standing[:, 0]
    came, offers, stay = 0.9, 100_000, still_there(RATES, 400)

    def expected(week: int) -> tuple[float, float]:
        """Shares of the offers there, and in training, at the end of a week after the first day."""
        day = 7 * week - 1
        if week <= 6:
            both = came * (1.0 - 0.1 * (day + 1) / 42)
            return both, both
        passed, retaking = came * 0.9 * 0.8, came * 0.9 * 0.2
        first = passed * stay[day + 1] / stay[42]
        if week == 7:
            return first + retaking, retaking
        return first + retaking * 0.8 * stay[day + 1] / stay[49], 0.0

    for week in range(1, 28):
        there, in_training = expected(week)
        is_share(standing[7 + 7 * week, 0], offers, there)
        if in_training > 0.5:
            is_share(standing[7 + 7 * week, 1], offers, in_training)
        else:
            error = math.sqrt(offers * in_training)
            assert abs(standing[7 + 7 * week, 1] - offers * in_training) <= ERRORS * error
    assert standing[7 + 42, 2] == 0.0
    # At the end of the eighth week all that is left is nesting, but those of the first try, whose two weeks are over.
    first, both = came * 0.9 * 0.8 * stay[56] / stay[42], expected(8)[0]
    assert standing[7 + 56, 2] / offers == pytest.approx(both, rel=0.005)
    assert standing[7 + 57, 2] / offers == pytest.approx(both - first, rel=0.02)


def test_promotion_of_a_share_a_year(tmp_path: Path) -> None:
    """Of 100,000 proficient, 1 − exp(−3 × 100/365) after 100 days."""
    text = 'tenure = "2y"\n[groups.team-leads]\nheads = 0\nshifts = { day = 1.0 }\nskills = { q = {} }\n'
    text += '[moves.up]\nfrom = "core"\nto = "team-leads"\nannual_share = 3.0\n'
    moved = 0.0
    for _, careers, days in lives(world(tmp_path, text, heads=20_000, days=100), 5):
        for _ in days():
            pass
        moved += careers.standing[100, 1, 0]
    is_share(moved, 100_000, 1 - math.exp(-3.0 * 100 / 365))


# ---------------------------------------------------------------- learning curves


def ramp(**says: object) -> Ramp:
    return Ramp.model_validate({"start": {"speed": 0.4, "resolution": 0.7}, **says})


BY_CONTACTS = {"by": "contacts", "contacts_a_week": 100}
CURVES = [
    # Each doubling of 1 + n leaves 80 % of the handle time, until the standard time is reached.
    (ramp(family="power", learning_rate=0.8, **BY_CONTACTS), 0, 0.4),
    (ramp(family="power", learning_rate=0.8, **BY_CONTACTS), 1, 0.4 / 0.8),
    (ramp(family="power", learning_rate=0.8, **BY_CONTACTS), 7, 0.4 / 0.8**3),
    (ramp(family="power", learning_rate=0.8, **BY_CONTACTS), 15, 0.4 / 0.8**4),
    (ramp(family="power", learning_rate=0.8, **BY_CONTACTS), 31, 1.0),
    (ramp(family="power", learning_rate=0.9), 3, 0.4 / 0.9**2),
    (ramp(family="exponential", contacts_to_95=2000, **BY_CONTACTS), 2000, 0.95),
    (ramp(family="exponential", contacts_to_95=2000, **BY_CONTACTS), 1000, 1 - math.sqrt(0.6 * 0.05)),
    (ramp(family="s-curve", contacts_to_95=2000, **BY_CONTACTS), 2000, 0.95),
    # Half way up the gap where w³ = h³, and h³ = 2000³ × left / (1 − left), left = 0.05 / 0.6.
    (ramp(family="s-curve", contacts_to_95=2000, **BY_CONTACTS), 2000 * (1 / 11) ** (1 / 3), 0.7),
    (ramp(family="linear", contacts=500, **BY_CONTACTS), 200, 0.64),
    (ramp(family="table", steps=[[0, 0.4, 0.7], [100, 0.8, 0.9], [300, 1, 1]], **BY_CONTACTS), 200, 0.9),
]


@pytest.mark.parametrize(("curve", "experience", "speed"), CURVES)
def test_learning_curves(curve: Ramp, experience: float, speed: float) -> None:
    assert ramp_at(curve, experience)[0] == pytest.approx(speed)


@pytest.mark.parametrize("family", ["power", "linear"])
def test_resolution_closes_its_gap_as_speed_does(family: str) -> None:
    curve = ramp(family=family, **({"learning_rate": 0.85} if family == "power" else {"weeks": 20}))
    for weeks in (0.0, 0.5, 3.0, 11.0, 200.0):
        speed, resolution = ramp_at(curve, weeks)
        assert (resolution - 0.7) / 0.3 == pytest.approx((speed - 0.4) / 0.6)


@pytest.mark.parametrize("curve", [curve for curve, _, _ in CURVES])
def test_many_agents_ramp_as_one(curve: Ramp) -> None:
    experience = np.concatenate([[0.0], np.geomspace(0.01, 1e5, 200)])
    one_by_one = np.array([ramp_at(curve, value) for value in experience.tolist()]).T
    assert np.array(ramp_of_all(curve, experience)) == pytest.approx(one_by_one, rel=1e-14)


def test_the_starting_staffs_ramps_keep_their_bits() -> None:
    """As they were first written, in plain arithmetic: results of static scenarios hang on the last bit."""
    for weeks in np.linspace(0.0, 40.0, 997).tolist():
        speed, _ = ramp_at(ramp(family="exponential", weeks_to_95=14), weeks)
        assert speed == 1.0 - (1.0 - 0.4) * math.exp(math.log(0.05 / (1.0 - 0.4)) * weeks / 14.0)
        speed, _ = ramp_at(ramp(family="s-curve", weeks_to_95=20), weeks)
        left = 0.05 / (1.0 - 0.4)
        assert speed == 0.4 + (1.0 - 0.4) * weeks**3 / (weeks**3 + 20.0**3 * left / (1.0 - left))
        assert ramp_at(ramp(family="linear", weeks=7), weeks)[0] == 0.4 + (1.0 - 0.4) * min(1.0, weeks / 7.0)


def test_an_agent_learns_by_the_contacts_of_the_days(tmp_path: Path) -> None:
    """12.5 contacts a day after two weeks of 100: on day d the curve at 200 + 12.5 d."""
    text = 'tenure = "2w"\nramp = "r"\n[ramp.r]\nfamily = "power"\nby = "contacts"\ncontacts_a_week = 100\n'
    text += 'learning_rate = "90%"\nstart = { speed = 0.4, resolution = 0.7 }\n'
    curve = ramp(family="power", learning_rate=0.9, **BY_CONTACTS)
    for _, careers, days in lives(world(tmp_path, text, heads=2, days=100), 1, handled=12.5):
        for day in days():
            expected = ramp_at(curve, 200 + 12.5 * day)
            assert careers.factors[:, 1] == pytest.approx(expected, rel=1e-12)


def test_talent_of_those_hired_is_neutral_on_average(tmp_path: Path) -> None:
    """The means of 1/speed and of resolution are 1, and the spread of their logs is as given; nobody's is another's."""
    text = 'talent = { speed = 0.2, resolution = 0.1 }\n[hiring.class]\ngroup = "core"\nstarts = 2026-03-02\n'
    scenario = world(tmp_path, text + "offers = 50000\n", heads=0, days=1)
    speed, resolution = next(lives(scenario, 1))[1].talent
    is_mean(1 / speed, 1.0)
    is_mean(resolution, 1.0)
    assert np.log([speed, resolution]).std(axis=1) == pytest.approx([0.2, 0.1], rel=ERRORS / math.sqrt(100_000))
    assert abs(np.corrcoef(speed, resolution)[0, 1]) < ERRORS / math.sqrt(50_000)


# ---------------------------------------------------------------- common luck


EVERYBODY = """
attrition = "a"
talent = { speed = 0.2, resolution = 0.1 }
tenure = "steady"
leavers = { known = { on = 2026-05-01, heads = 5 } }
[groups.leads]
heads = 5
tenure = "2y"
shifts = { day = 1.0 }
skills = { q = {} }
attrition = "a"
[hiring.spring]
group = "core"
starts = 2026-03-09
offers = 40
show_up = 0.9
training = { length = "4w", dropout = 0.2, licence_pass = 0.8, retake_after = "1w" }
[hiring.leads]
group = "leads"
hold = 8
vacancy = "1w"
[moves.up]
from = "core"
to = "leads"
annual_share = 0.3
"""
MORE = """
[hiring.another]
group = "core"
starts = 2026-03-23
offers = 30
show_up = 0.8
training = { length = "2w", dropout = 0.3 }
"""


def test_a_class_more_leaves_everybody_elses_life_as_it_was(tmp_path: Path) -> None:
    """Stage by stage on every day, and talent; promotions too, as none of the class is there for a year."""
    text = EVERYBODY + LAW.format(4.0, 2.0, 1.0)
    stories = []
    for name, more in (("without", ""), ("with", MORE)):
        (tmp_path / name).mkdir()
        agents, careers, days = next(lives(world(tmp_path / name, text + more, heads=60, days=200), 1))
        stages = np.array([careers.stage.copy() for _ in days()])
        stories.append({n: (stages[:, a].tolist(), careers.talent[:, a].tolist()) for a, n in enumerate(agents.names)})
    without, more_people = stories
    assert set(without) < set(more_people)
    assert {name: more_people[name] for name in without} == without
    seen = {stage for stages, _ in without.values() for stage in stages}
    assert seen == set(range(6)) - {NESTING}
    ends = {more_people[f"another {k + 1}"][0][-1] for k in range(30)}
    assert ON_FLOOR in ends
    assert any(TRAINING in more_people[f"another {k + 1}"][0] for k in range(30))
