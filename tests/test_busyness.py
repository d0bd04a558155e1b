"""Days unlike each other: handle times by day, queues busy on opposite days, intervals that remember, times of day."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from shop import ORDERS, problems, sim, table, write

from sim.copula import NotPossibleError, factor_correlation, mixing, normal_correlation, reachable
from sim.demand.arrivals import Demand
from sim.demand.busyness import Busyness, busyness_of, intervals_of, variance_shares, work_variance_shares
from sim.demand.customers_of import lower_customers
from sim.luck import Luck
from sim.scenario.load import load
from sim.scenario.model import Scenario

QUEUE = """
[queues.{name}]
channel = "phone"
forecast = {{ csv = "v.csv" }}
talk = {{ family = "constant", mean = "100s" }}
wrap = {{ family = "constant", mean = "20s" }}
{more}
"""


def world(folder: Path, queues: dict[str, str], days: int = 28, contacts: float = 30.0, more: str = "") -> Scenario:
    """Open around the clock, the same volume every hour; one agent has all skills."""
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    rows = [f"{day},{hour:02d}:00,{contacts}" for day in week for hour in range(24)]
    (folder / "v.csv").write_text("weekday,start,contacts\n" + "\n".join(rows))
    skills = ", ".join(f"{name} = {{}}" for name in queues)
    (folder / "world.toml").write_text(
        f'[center]\nstart = 2026-03-02\ndays = {days}\ninterval = "60min"\nopen = "24/7"\n'
        + "".join(QUEUE.format(name=name, more=own) for name, own in queues.items())
        + f'[groups.g]\nheads = 1\nshifts = {{ s = 1 }}\nskills = {{ {skills} }}\n[shifts.s]\nhours = "08:00-16:00"\n{more}'
    )
    return load(folder / "world.toml")


def demand_of(scenario: Scenario, replication: int = 0) -> Demand:
    return Demand(lower_customers(scenario, dict.fromkeys(scenario.queues, 1.0)), Luck(1, replication))


def within(found: float, expected: float, error: float) -> None:
    assert abs(found - expected) < 3.5 * error, f"{found:.5g} is not {expected:.5g} ± {3.5 * error:.2g}"


# ---- The copula, against laws that have a closed form --------------------------------------------------------------


def test_exponentials_of_opposite_normals_correlate_by_one_minus_pi_squared_sixths() -> None:
    """E[ln U ln(1 − U)] = 2 − π²/6: the least that two exponentials can have."""
    low, high = reachable(1.0, 1.0)
    assert low == pytest.approx(1.0 - math.pi**2 / 6.0, abs=1e-9)
    assert high == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize(
    ("one", "other", "wanted"), [(0.1, 0.1, -0.4), (0.3, 1.2, 0.5), (0.05, 2.0, -0.15), (1, 1, -0.6)]
)
def test_the_correlation_given_is_that_of_the_factors(one: float, other: float, wanted: float) -> None:
    """By two-dimensional quadrature with scipy's own gamma law."""
    r = normal_correlation(one, other, wanted)
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / math.sqrt(2 * math.pi)
    z = r * nodes[:, None] + math.sqrt(1 - r * r) * nodes[None, :]

    def factor(at: np.ndarray, cv: float) -> np.ndarray:
        law = stats.gamma(1 / cv**2, scale=cv**2)
        return np.where(at < 0, law.ppf(stats.norm.cdf(at)), law.isf(stats.norm.sf(at)))

    product = (weights[:, None] * weights[None, :] * factor(nodes, one)[:, None] * factor(z, other)).sum()
    assert (product - 1.0) / (one * other) == pytest.approx(wanted, abs=2e-4)
    assert factor_correlation(one, other, r) == pytest.approx(wanted, abs=1e-9)


def test_normals_are_mixed_to_the_correlations_given() -> None:
    wanted = np.array([[1, -0.4, 0.2], [-0.4, 1, 0.1], [0.2, 0.1, 1]])
    lower = mixing(wanted)
    assert lower @ lower.T == pytest.approx(wanted)
    assert (np.triu(lower, 1) == 0).all()
    # Exactly opposite is possible, and needs no luck of its own.
    assert mixing(np.array([[1.0, -1.0], [-1.0, 1.0]])).tolist() == [[1, 0], [-1, 0]]
    with pytest.raises(NotPossibleError, match="row 2"):
        mixing(np.array([[1, -0.6, -0.6], [-0.6, 1, -0.6], [-0.6, -0.6, 1]]))


# ---- Handle time by day --------------------------------------------------------------------------------------------


def test_all_work_of_a_days_contacts_is_slower_by_one_gamma_factor(tmp_path: Path) -> None:
    scenario = world(tmp_path, {"q": "busyness = { handle_day_cv = 0.2 }"}, days=3)
    demand = demand_of(scenario)
    factors = []
    for day in range(3):
        born = demand.day(day).contacts
        assert len(born["talk"]) > 400
        (talk,), (wrap,) = np.unique(born["talk"]), np.unique(born["wrap"])
        assert talk / 100 == pytest.approx(wrap / 20)
        factors.append(talk / 100)
    assert len(set(factors)) == 3
    found = Busyness(busyness_of(scenario), Luck(1, 0)).handle_times("q")
    assert factors == pytest.approx(found)


def test_handle_times_by_day_have_their_mean_and_cv_and_their_own_luck(tmp_path: Path) -> None:
    """20,000 days: the mean's standard error is cv/√n, that of the variance of a gamma cv² √((2 + 6 cv²)/n)."""
    cv, days = 0.2, 500
    scenario = world(tmp_path, {"q": f"busyness = {{ handle_day_cv = {cv} }}", "r": ""}, days=days)
    x = np.concatenate([Busyness(busyness_of(scenario), Luck(1, k)).handle_times("q") for k in range(40)])
    within(x.mean(), 1.0, cv / math.sqrt(len(x)))
    within(x.var(), cv**2, cv**2 * math.sqrt((2 + 6 * cv**2) / len(x)))
    assert stats.kstest(x, stats.gamma(1 / cv**2, scale=cv**2).cdf).pvalue > 0.001
    # Nobody else's luck moves: the same arrivals, and the other queue's contacts byte for byte.
    with_it = demand_of(scenario).day(1).contacts
    without = demand_of(world(tmp_path, {"q": "", "r": ""}, days=days)).day(1).contacts
    for name in ("arrived", "queue", "patience", "resolve"):
        assert np.array_equal(with_it[name], without[name])
    assert np.array_equal(with_it["talk"][with_it["queue"] == 1], without["talk"][without["queue"] == 1])
    assert not np.array_equal(with_it["talk"], without["talk"])


def test_queues_may_have_slow_days_together(tmp_path: Path) -> None:
    shared = 'busyness = { handle_day_cv = 0.2, handle_shared = "system" }'
    scenario = world(tmp_path, {"q": shared, "r": shared, "s": "busyness = { handle_day_cv = 0.2 }"})
    q, r, s = (Busyness(busyness_of(scenario), Luck(1, 0)).handle_times(name) for name in "qrs")
    assert np.array_equal(q, r)
    assert abs(np.corrcoef(q, s)[0, 1]) < 0.6


def test_a_case_that_comes_again_has_the_work_of_the_day_it_came(tmp_path: Path) -> None:
    more = "busyness = { handle_day_cv = 0.3 }\nredial = { share = 1.0 }\ntransfer = { r = { share = 0.5 } }"
    scenario = world(tmp_path, {"q": more, "r": ""}, days=3)
    factors = Busyness(busyness_of(scenario), Luck(1, 0)).handle_times("q")
    demand = demand_of(scenario)
    for day in range(3):
        today = demand.day(day)
        own = today.follow_ups["queue"] == 0
        assert own.sum() > 100
        assert today.follow_ups["talk"][own] / 100 == pytest.approx(factors[day])
        # At the queue that it is handed on to, that queue's days count.
        assert today.legs["talk"][today.legs["queue"] == 1] == pytest.approx(100.0)


# ---- Queues that are busy on opposite days -------------------------------------------------------------------------


def days_of(scenario: Scenario, name: str, runs: int) -> np.ndarray:
    first = scenario.clock.start.toordinal()
    found = []
    for run in range(runs):
        busyness = Busyness(busyness_of(scenario), Luck(1, run))
        days = range(first, first + scenario.clock.days)
        found += busyness.volumes(name, intervals_of(days, np.ones_like(days)), np.ones(len(days))).tolist()
    return np.array(found)


def test_queues_are_busy_on_opposite_days_by_the_correlation_given(tmp_path: Path) -> None:
    """Three queues; of n days the sample correlation r has the standard error (1 − r²)/√n, near normal here."""
    cv, runs = 0.15, 12
    own = f"day_cv = {cv}"
    queues = {
        "a": f"busyness = {{ {own}, correlation = {{ b = -0.6 }} }}",
        "b": f"busyness = {{ {own} }}",
        "c": f"busyness = {{ {own}, correlation = {{ a = 0.3 }} }}",
    }
    scenario = world(tmp_path, queues, days=500)
    a, b, c = (days_of(scenario, name, runs) for name in queues)
    n = len(a)
    for one, other, expected in ((a, b, -0.6), (a, c, 0.3), (b, c, 0.0)):
        within(float(np.corrcoef(one, other)[0, 1]), expected, (1 - expected**2) / math.sqrt(n) * 1.1)
    for x in (a, b, c):
        within(x.mean(), 1.0, cv / math.sqrt(n))
        within(x.var(), cv**2, cv**2 * math.sqrt((2 + 6 * cv**2) / n))
    # The first queue's days are as they are without the others.
    alone = world(tmp_path, dict.fromkeys(queues, f"busyness = {{ {own} }}"), days=500)
    assert np.array_equal(days_of(alone, "a", 1), days_of(scenario, "a", 1))
    assert not np.array_equal(days_of(alone, "b", 1), days_of(scenario, "b", 1))


def test_who_shares_a_word_goes_along(tmp_path: Path) -> None:
    queues = {
        "a": "busyness = { day_cv = 0.2, correlation = { b = -1.0 } }",
        "b": 'busyness = { day_cv = 0.2, shared = "mail" }',
        "c": 'busyness = { day_cv = 0.2, shared = "mail" }',
    }
    (tmp_path / "x").mkdir()
    found = problems(sim("check", write(tmp_path / "x", toml_of(queues), {"v.csv": ORDERS})))
    # −0.98 is the least that two gamma factors of CV 0.2 can have.
    assert found[0][0] == "queues.a.busyness.correlation.b"
    assert f"{reachable(0.2, 0.2)[0]:.2f} to 1.00" in found[0][1]
    queues["a"] = queues["a"].replace("-1.0", "-0.95")
    scenario = world(tmp_path, queues, days=300)
    a, b, c = (days_of(scenario, name, 1) for name in queues)
    assert np.array_equal(b, c)
    assert np.corrcoef(a, c)[0, 1] < -0.9


def toml_of(queues: dict[str, str]) -> str:
    skills = ", ".join(f"{name} = {{}}" for name in queues)
    return (
        '[center]\nstart = 2026-03-02\ndays = 2\nopen = { mon-fri = "09:00-11:00" }\n'
        + "".join(QUEUE.format(name=name, more=own) for name, own in queues.items())
        + f'[groups.g]\nheads = 9\nshifts = {{ s = 9 }}\nskills = {{ {skills} }}\n[shifts.s]\nhours = "08:00-16:00"\n'
    )


CV = "day_cv = 0.1"


@pytest.mark.parametrize(
    ("queues", "where", "what"),
    [
        ({"a": f"busyness = {{ {CV}, correlation = {{ bb = 0.1 }} }}", "b": ""}, "queues.a.busyness.correlation.bb", 'did you mean "b"?'),
        ({"a": f"busyness = {{ {CV}, correlation = {{ a = 0.1 }} }}"}, "queues.a.busyness.correlation.a", '"none"'),
        ({"a": f"busyness = {{ {CV}, correlation = {{ b = 1.5 }} }}", "b": ""}, "queues.a.busyness.correlation.b", "-1 to 1"),
        (
            {"a": f"busyness = {{ {CV}, correlation = {{ b = 0.5 }} }}", "b": f"busyness = {{ {CV}, correlation = {{ a = 0.4 }} }}"},
            "queues.b.busyness.correlation.a", "say it once",
        ),
        (
            {"a": f'busyness = {{ {CV}, shared = "x", correlation = {{ b = 0.5 }} }}', "b": f'busyness = {{ {CV}, shared = "x" }}'},
            "queues.a.busyness.correlation.b", "their correlation is 1",
        ),
        (
            {
                "a": f"busyness = {{ {CV}, correlation = {{ b = -0.7, c = -0.7 }} }}",
                "b": f"busyness = {{ {CV}, correlation = {{ c = -0.7 }} }}", "c": f"busyness = {{ {CV} }}",
            },
            "queues.a.busyness.correlation", "71 % of each of them could",
        ),
        ({"a": "busyness = { interval_cv = 0.1, interval_correlation = 1.2 }"}, "queues.a.busyness.interval_correlation", "1.2"),
        ({"a": 'balk = 0.5\nbalk_by_time = [["08:00", 2.5]]'}, "queues.a.balk_by_time", "2 at most"),
        ({"a": 'patience_by_time = [["12:00", 1.1], ["08:00", 2]]'}, "queues.a.patience_by_time", "rise"),
        ({"a": "patience_by_time = 1.1"}, "queues.a.patience_by_time", '[["08:00", 1.2]'),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_with_the_way_out(tmp_path: Path, queues: dict[str, str], where: str, what: str) -> None:
    result = sim("check", write(tmp_path, toml_of(queues), {"v.csv": ORDERS}))
    assert result.exit_code == 2
    found = dict(problems(result))
    assert where in found, result.output
    assert what in found[where], result.output


def test_dials_that_turn_nothing_are_warned_about(tmp_path: Path) -> None:
    queues = {"a": "busyness = { day_cv = 0.1, interval_correlation = 0.5, correlation = { b = 0.2 } }", "b": ""}
    result = sim("check", write(tmp_path, toml_of(queues), {"v.csv": ORDERS}))
    assert result.exit_code == 0
    text = " ".join(result.output.split())
    assert "interval_correlation" in text
    assert "does nothing without interval_cv" in text
    assert "does nothing: b has no day_cv" in text


def test_plans_and_like_carry_the_dials(tmp_path: Path) -> None:
    toml = (
        toml_of({"a": "busyness = { day_cv = 0.1, handle_day_cv = 0.1 }", "b": ""})
        .replace("[groups.g]", '[queues.c]\nlike = "a"\nbusyness = { correlation = { b = 0.3 } }\n[groups.g]')
        .replace("b = {} }\n[shifts", "b = {}, c = {} }\n[shifts")
    )
    toml += "[plans.rough]\nqueues.a.busyness = { handle_day_cv = 0.2, correlation = { c = -0.2 } }\n"
    toml += '[plans.calm]\nqueues.c.busyness.correlation = "none"\n'
    path = write(tmp_path, toml, {"v.csv": ORDERS})
    base, rough, calm = load(path), load(path, "rough"), load(path, "calm")
    assert (base.spec.queues["c"].busyness.day_cv, base.spec.queues["c"].busyness.correlation) == (0.1, {"b": 0.3})
    assert rough.spec.queues["a"].busyness.model_dump(exclude_defaults=True) == {
        "day_cv": 0.1, "handle_day_cv": 0.2, "correlation": {"c": -0.2},
    }  # fmt: skip
    assert calm.spec.queues["c"].busyness.correlation == {}
    assert sim("schema").exit_code == 0


# ---- Intervals that remember ---------------------------------------------------------------------------------------


def test_intervals_remember_the_one_before_and_keep_their_mean_and_cv(tmp_path: Path) -> None:
    """The factors' autocorrelation at lag 1 is as given; at lag k that of normals of φᵏ. n chains of 24: averages of
    chains are independent, which gives the standard errors."""
    cv, rho, runs, days = 0.3, 0.6, 12, 700
    scenario = world(tmp_path, {"q": f"busyness = {{ interval_cv = {cv}, interval_correlation = {rho} }}"}, days=days)
    first = scenario.clock.start.toordinal()
    x = _chains(scenario, runs, days, first)
    n = len(x)
    within(x.mean(), 1.0, x.mean(axis=1).std() / math.sqrt(n))
    squares = ((x - 1.0) ** 2).mean(axis=1)
    within(squares.mean(), cv**2, squares.std() / math.sqrt(n))
    phi = normal_correlation(cv, cv, rho)
    assert 0.6 < phi < 0.63
    for lag, expected in ((1, rho), (2, factor_correlation(cv, cv, phi**2)), (5, factor_correlation(cv, cv, phi**5))):
        products = ((x[:, lag:] - 1.0) * (x[:, :-lag] - 1.0)).mean(axis=1)
        within(products.mean() / cv**2, expected, products.std() / math.sqrt(n) / cv**2)
    # Each interval by itself is gamma, the last as the first; the first is as it is without memory.
    assert stats.kstest(x[:, -1], stats.gamma(1 / cv**2, scale=cv**2).cdf).pvalue > 0.001
    forgetful = world(tmp_path, {"q": f"busyness = {{ interval_cv = {cv} }}"}, days=days)
    assert _chains(forgetful, 1, 3, first)[:, 0] == pytest.approx(x[:3, 0], rel=1e-12)


def _chains(scenario: Scenario, runs: int, days: int, first: int) -> np.ndarray:
    found = []
    for run in range(runs):
        busyness = Busyness(busyness_of(scenario), Luck(1, run))
        found += [
            busyness.volumes("q", intervals_of([first + day], np.array([24])), np.ones(24)) for day in range(days)
        ]
    return np.array(found)


def test_days_worked_out_together_are_as_each_by_itself(tmp_path: Path) -> None:
    """Of 23, 24 and 25 hours, in some of which nobody is expected; with and without memory."""
    queues = {
        "q": "busyness = { day_cv = 0.2, interval_cv = 0.3, interval_correlation = 0.5, correlation = { r = 0.6 } }",
        "r": "busyness = { day_cv = 0.2, interval_cv = 0.3 }",
    }
    scenario = world(tmp_path, queues, days=3)
    busyness, first = Busyness(busyness_of(scenario), Luck(1, 0)), scenario.clock.start.toordinal()
    lengths, dates = np.array([23, 24, 25]), [first, first + 1, first + 2]
    mean = np.where(np.arange(72) % 5, 10.0, 0.0)
    for name in "qr":
        together = busyness.volumes(name, intervals_of(dates, lengths), mean)
        ends = np.cumsum(lengths)
        alone = [
            busyness.volumes(name, intervals_of([date], lengths[k : k + 1]), mean[ends[k] - lengths[k] : ends[k]])
            for k, date in enumerate(dates)
        ]
        assert together.tobytes() == np.concatenate(alone).tobytes()
        assert (together[mean > 0.0] != 10.0).all()


def test_what_spreads_a_days_volume_and_its_work(tmp_path: Path) -> None:
    """24 hours of 10. Volume: chance 240; intervals of correlation 1 move as one, 0.2² · 240²; days 0.1² · 240². Work of
    constant length: chance as before; slow days 0.15² · 240²."""
    dials = "day_cv = 0.1, interval_cv = 0.2, interval_correlation = 1.0, handle_day_cv = 0.15"
    scenario = world(tmp_path, {"q": f"busyness = {{ {dials} }}"}, contacts=10.0)
    squared = 240.0**2
    parts = {"chance": 240.0, "busy intervals": 0.04 * squared, "busy days": 0.01 * squared, "forecast error": 0.0}
    whole = sum(parts.values())
    assert variance_shares(scenario, "q") == pytest.approx({cause: part / whole for cause, part in parts.items()})
    parts["slow days"] = 0.0225 * squared
    whole = sum(parts.values())
    assert work_variance_shares(scenario, "q") == pytest.approx({cause: part / whole for cause, part in parts.items()})


def test_the_spread_of_a_days_volume_and_work_is_as_worked_out(tmp_path: Path) -> None:
    """Played: 24 hours of 30, exponential talk. First-order formula, so 3 % beside what 2,800 days leave open."""
    dials = "day_cv = 0.08, interval_cv = 0.2, interval_correlation = 0.5, handle_day_cv = 0.1"
    scenario = world(tmp_path, {"q": f"busyness = {{ {dials} }}"}, days=280, contacts=30.0)
    counts, work = [], []
    for run in range(10):
        demand = demand_of(scenario, run)
        for day in range(280):
            born = demand.day(day).contacts
            counts.append(len(born["talk"]))
            work.append(float(born["talk"].sum()))
    phi = normal_correlation(0.2, 0.2, 0.5)
    lags = sum((24 - k) * factor_correlation(0.2, 0.2, phi**k) for k in range(1, 24))
    busy = 0.2**2 * 30.0**2 * (24 + 2 * lags)
    expected = 720 + busy + 0.08**2 * 720**2
    error = expected * (math.sqrt(2.5 / 2800) + 0.03 / 3.5)
    within(float(np.var(counts)), expected, error)
    assert variance_shares(scenario, "q")["busy intervals"] == pytest.approx(busy / expected)
    expected += 0.1**2 * 720**2
    within(float(np.var(work)) / 100**2, expected, expected * (math.sqrt(2.5 / 2800) + 0.03 / 3.5))


# ---- Times of day --------------------------------------------------------------------------------------------------


def test_patience_and_balking_go_by_the_local_time_of_arrival(tmp_path: Path) -> None:
    """Inverse law: the same contact's patience times its band's factor. Bands cut intervals; the last wraps midnight."""
    plain = 'patience = { family = "exponential", mean = "4min" }\nbalk = 0.3\n'
    bands = 'patience_by_time = [["08:15", 1.5], ["17:00", 0.5]]\nbalk_by_time = [["06:00", 2], ["12:00", 0]]\n'
    zone = 'timezone = "America/New_York"\n'
    before = _new_york(tmp_path, plain, zone)
    after = _new_york(tmp_path, plain + bands, zone)
    clock = before.clock
    # The night in which the clocks go forward is among these days.
    for day in (0, 6, 7):
        one, other = demand_of(before).day(day).contacts, demand_of(after).day(day).contacts
        assert np.array_equal(one["arrived"], other["arrived"])
        times = [clock.moment(float(moment)) for moment in one["arrived"]]
        local = np.array([time.hour * 3600 + time.minute * 60 + time.second for time in times])
        factor = np.where((local >= 8.25 * 3600) & (local < 17 * 3600), 1.5, 0.5)
        patience, changed = one["patience"], other["patience"]
        assert changed == pytest.approx(patience * factor, abs=1e-5)
        noon = local >= 12 * 3600
        morning = (local >= 6 * 3600) & ~noon
        assert not other["balks"][~morning].any()
        # Who balked at 0.3 balks at 0.6 as well, and as many more.
        assert (other["balks"] >= one["balks"])[morning].all()
        n = int(morning.sum())
        within(other["balks"][morning].mean(), 0.6, math.sqrt(0.24 / n))


def _new_york(folder: Path, more: str, zone: str) -> Scenario:
    world(folder, {"q": more}, contacts=100.0)
    path = folder / "world.toml"
    path.write_text(path.read_text().replace("days = 28\n", f"days = 10\n{zone}"))
    return load(path)


def test_what_follows_a_contact_goes_by_when_its_case_came(tmp_path: Path) -> None:
    more = (
        'patience = { family = "constant", mean = "4min" }\nredial = { share = 1.0 }\ntransfer = { r = { share = 0.5 } }\n'
        'patience_by_time = [["00:00", 1.5], ["12:00", 0.5]]\n'
    )
    scenario = world(tmp_path, {"q": more, "r": more.split("redial")[0] + more.rsplit("\n", 2)[-2]}, days=1)
    today = demand_of(scenario).day(0)
    came = np.where(today.contacts["arrived"] < 43200, 360.0, 120.0)
    row, target = today.contacts["next_redial"], np.flatnonzero(today.contacts["next_redial"] >= 0)
    assert len(target) > 100
    assert today.follow_ups["patience"][row[target]] == pytest.approx(came[target])
    handed = np.flatnonzero(today.contacts["legs_to_come"] > 0)
    assert today.legs["patience"][today.contacts["first_leg"][handed]] == pytest.approx(came[handed])


def test_new_dials_play_alike_under_both_calendars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.report.charts.plan.draw", lambda *_: {})
    dials = (
        'balk = 0.1\nbalk_by_time = [["09:30", 2]]\npatience_by_time = [["10:00", 0.5]]\n'
        "busyness = { day_cv = 0.2, interval_cv = 0.2, interval_correlation = 0.5, handle_day_cv = 0.2"
    )
    queues = {"a": dials + ", correlation = { b = -0.5 } }", "b": dials + " }"}
    path = write(tmp_path, toml_of(queues), {"v.csv": table("contacts", "40")})
    texts = []
    for engine, jobs in (("simpy", "1"), ("compiled", "1")):
        out = tmp_path / engine
        result = sim("run", path, "--replications", "4", "--engine", engine, "--jobs", jobs, "--out", out)
        assert result.exit_code == 0, result.output
        texts.append((out / "summary.csv").read_bytes() + (out / "intervals.csv").read_bytes())
        page = (out / "report.html").read_text()
        assert "Of a day&#39;s work" in page or "Of a day's work" in page
        assert "0.06 to 0.21" in page
    assert texts[0] == texts[1]
