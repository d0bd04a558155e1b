"""What the simulator computes rather than plays, against independent formulas."""

from __future__ import annotations

import math

import numpy as np
import pytest
import theory
from numpy.testing import assert_allclose
from scipy import integrate, special, stats

from sim.distributions import Law, poisson_quantile
from sim.measures.erlang import erlang_a
from sim.measures.erlang_seats import seats_needed
from sim.measures.kpis import LEVELS

CONVENTIONS = ("negative", "positive", "ignore", "answered", "short_excluded")
SHARES = np.array([1e-12, 1e-6, 0.001, 0.05, 0.3, 0.5, 0.77, 0.95, 0.999, 1 - 1e-9])
LAWS = [
    ("exponential", 1.0),
    ("lognormal", 0.3),
    ("lognormal", 2.5),
    ("gamma", 0.2),
    ("gamma", 1.7),
    ("erlang", 0.5),
    ("erlang", 1.0 / math.sqrt(3.0)),
    ("weibull", 0.4),
    ("weibull", 2.0),
    ("hyperexponential", 1.8),
]


@pytest.mark.parametrize(("family", "cv"), LAWS)
def test_quantiles_of_a_law_are_its_inverse(family: theory.Family, cv: float) -> None:
    """Root finding on the textbook's distribution function; the hyperexponential's phases share a uniform."""
    quantiles = Law(family, 250.0, cv).quantile(SHARES)
    if family != "hyperexponential":
        assert_allclose(theory.law_cdf(family, 250.0, cv, quantiles), SHARES, rtol=1e-9, atol=1e-13)
        middle = SHARES[2:-2]
        exact = [theory.law_quantile(family, 250.0, cv, share) for share in middle]
        assert_allclose(Law(family, 250.0, cv).quantile(middle), exact, rtol=1e-9, atol=1e-11)
        return
    uniform = (np.arange(400_000) + 0.5) / 400_000
    drawn = np.sort(Law(family, 250.0, cv).quantile(uniform))
    assert_allclose(theory.law_cdf(family, 250.0, cv, drawn), uniform, atol=1e-5)


@pytest.mark.parametrize(("family", "cv"), LAWS)
def test_a_law_has_the_mean_and_spread_it_is_named_by(family: str, cv: float) -> None:
    """Moments as integrals of the quantile function, in the normal scale of the uniform."""

    def moment(power: int) -> float:
        def inner(z: float) -> float:
            u = np.array([stats.norm.cdf(z)])
            return float(Law(family, 4.0, cv).quantile(u)[0]) ** power * float(stats.norm.pdf(z))

        return float(integrate.quad(inner, -8.0, 8.0, limit=400, points=[-4, -2, 0, 2, 4])[0])

    mean = moment(1)
    assert mean == pytest.approx(4.0, rel=1e-5)
    assert math.sqrt(moment(2) - mean**2) / mean == pytest.approx(cv, rel=2e-3)


def test_poisson_counts_are_the_exact_quantiles() -> None:
    """scipy's own search, for means from next to nothing to a year's calls; at the last number below 1, where the
    distribution function has no digits left to tell counts apart, the first of those it does not."""
    u = np.random.default_rng(3).uniform(size=20_000)
    u[:6] = [1e-15, 1e-9, 0.5, 1 - 1e-9, 1 - 1e-13, 1 - 1e-14]
    for mean in (1e-9, 0.02, 0.7, 3.0, 12.5, 140.0, 4_321.0, 250_000.0):
        assert np.array_equal(poisson_quantile(u, np.full(len(u), mean)), stats.poisson.ppf(u, mean).astype(int)), mean
        last = np.array([1 - 2.0**-53])
        k = poisson_quantile(last, np.array([mean]))
        assert special.pdtr(k, mean) >= last
        assert k == 0 or special.pdtr(k - 1, mean) < last
    assert np.array_equal(poisson_quantile(u, np.zeros(len(u))), np.zeros(len(u)))


def test_the_five_conventions_count_as_agreed() -> None:
    """S = 70, abandoned within T = 10, O = 100: ignore 77.8 %, negative 70 %, positive 80 %."""
    sums = {"offered": 100.0, "answered": 84.0, "within": 70.0, "abandoned_within": 10.0, "abandoned_short": 4.0}
    told = {name: float(met(sums) / base(sums)) for name, (met, base) in LEVELS.items()}  # type: ignore[arg-type]
    exact = theory.service_levels(100.0, 84.0, 70.0, 10.0, 4.0)
    assert told == pytest.approx({name: getattr(exact, name) for name in CONVENTIONS})
    assert told["ignore"] == pytest.approx(0.7778, abs=5e-5)
    assert (told["negative"], told["positive"]) == (0.7, 0.8)


SYSTEMS = [
    (0.5, 1, 60.0, 20.0, 5.0),
    (6.0, 5, 300.0, 20.0, 5.0),
    (10.0, 12, 120.0, 0.0, 5.0),
    (12.0, 10, 30.0, 15.0, 30.0),
    (50.0, 52, 600.0, 30.0, 0.0),
    (300.0, 290, 240.0, 20.0, 10.0),
    (40.0, 10, 90.0, 60.0, 5.0),
    (2.0, 2, 300.0, 3600.0, 10.0),
]
"""(load, seats, mean patience, T, t0): light and overloaded, patient and not, one seat and three hundred."""


@pytest.mark.parametrize(("load", "seats", "patience", "within", "short"), SYSTEMS)
def test_the_planners_formula_is_erlang_a(
    load: float, seats: int, patience: float, within: float, short: float
) -> None:
    told = erlang_a(load / 180.0, 180.0, 1.0 / patience, seats, within, short)  # type: ignore[arg-type]
    exact = theory.erlang_a(load / 180.0, 1.0 / 180.0, seats, 1.0 / patience, within)
    levels = theory.service_levels(1.0, 1.0 - exact.abandoned, exact.answered_within, exact.abandoned_within)
    assert_allclose(told.abandoned, exact.abandoned, rtol=1e-9)
    assert_allclose(told.abandoned_within, exact.abandoned_within, rtol=1e-9, atol=1e-15)
    for convention in CONVENTIONS[:-1]:
        assert_allclose(told.service_level(convention), getattr(levels, convention), rtol=1e-9)


@pytest.mark.parametrize(("load", "seats", "patience", "within", "short"), SYSTEMS)
def test_the_planners_formula_knows_who_gives_up_early(
    load: float, seats: int, patience: float, within: float, short: float
) -> None:
    """t0 bends the integrand: before or beyond T."""
    told = erlang_a(load / 180.0, 180.0, 1.0 / patience, seats, within, short)  # type: ignore[arg-type]
    exact = theory.erlang_a(load / 180.0, 1.0 / 180.0, seats, 1.0 / patience, short).abandoned_within
    assert_allclose(told.abandoned_short, exact, rtol=1e-6, atol=1e-15)


def test_endless_patience_makes_the_planners_formula_erlang_c() -> None:
    told = erlang_a(*(np.array(x) for x in (8.0 / 180.0, 180.0, 0.0, 10.0)), 20.0)
    exact = theory.erlang_c(8.0 / 180.0, 1.0 / 180.0, 10, 20.0)
    assert_allclose(told.answered_within, exact.answered_within, rtol=1e-8)


def test_the_seats_required_are_the_fewest_that_reach_the_target() -> None:
    for load, patience, target in [(0.3, 300.0, 0.8), (4.0, 120.0, 0.8), (25.0, 300.0, 0.9), (140.0, 60.0, 0.95)]:
        rates = np.array([load / 240.0]), np.array([240.0]), np.array([1.0 / patience])
        found = int(seats_needed(*rates, 20.0, 0.0, "negative", target)[0])

        def level(seats: int, load: float = load, patience: float = patience) -> float:
            return theory.erlang_a(load / 240.0, 1.0 / 240.0, seats, 1.0 / patience, 20.0).answered_within

        assert level(found) >= target
        assert found == 1 or level(found - 1) < target, load
