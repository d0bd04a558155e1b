"""How much units truly differ (agents, days), once the noise of each one's own mean is taken out.

A random-effects model: y_i = mu + u_i + e_i, the variances v_i of e_i known. Estimate by DerSimonian & Laird (1986),
interval by the Q profile (Viechtbauer 2007): Q(t) = Σ (y_i − ȳ_t)² ÷ (v_i + t) is chi-square where t is the truth.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from sim.fitting.finding import Finding, Floats, unknown


def spread_between(means: Floats, variances: Floats, of: str, fitted: int = 1) -> Finding:
    """Standard deviation between units; `variances`: of each one's mean. `fitted`: parameters the means were freed of."""
    units = len(means)
    degrees = units - fitted
    if degrees < 1:
        return unknown(of, units)

    def heterogeneity(between: float) -> float:
        weights = 1.0 / (variances + between)
        middle = (weights * means).sum() / weights.sum()
        return float((weights * (means - middle) ** 2).sum())

    weights = 1.0 / variances
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    between = max(0.0, float((heterogeneity(0.0) - degrees) / scale))
    most = 1e3 * float(np.var(means) + variances.max())

    def at(quantile: float) -> float:
        aim = float(chi2.ppf(quantile, degrees))
        if heterogeneity(0.0) <= aim:
            return 0.0
        return float(brentq(lambda t: heterogeneity(t) - aim, 0.0, most)) if heterogeneity(most) < aim else most

    return Finding(float(np.sqrt(between)), float(np.sqrt(at(0.975))), float(np.sqrt(at(0.025))), units, of)
