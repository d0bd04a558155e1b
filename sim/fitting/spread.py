"""How much units truly differ (agents, days), once the noise of each one's own mean is taken out.

A random-effects model: y_i = mu + u_i + e_i, the variances v_i of e_i known. Q(t) = Σ (y_i − ȳ_t)² ÷ (v_i + t) is
chi-square where t is the true variance of u: the estimate is where Q is its mean (Paule & Mandel 1982), the interval
where it passes the quantiles (Q profile, Viechtbauer 2007).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from sim.fitting.finding import Finding, Floats, unknown


def spread_between(means: Floats, variances: Floats, of: str, fitted: int = 1) -> Finding:
    """Standard deviation between units; `variances`: of each one's mean; `fitted`: parameters taken out of these."""
    units = len(means)
    # Means without noise would weigh infinitely.
    variances = np.maximum(variances, 1e-12 * max(1.0, float(np.max(means**2, initial=0.0))))
    degrees = units - fitted
    if degrees < 1:
        return unknown(of, units)

    def heterogeneity(between: float) -> float:
        weights = 1.0 / (variances + between)
        middle = (weights * means).sum() / weights.sum()
        return float((weights * (means - middle) ** 2).sum())

    most = 1e3 * float(np.var(means) + variances.max())

    def where(aim: float) -> float:
        """The standard deviation at which Q comes to this."""
        if heterogeneity(0.0) <= aim:
            return 0.0
        if heterogeneity(most) >= aim:
            return float(np.sqrt(most))
        return float(np.sqrt(brentq(lambda t: heterogeneity(t) - aim, 0.0, most)))

    low, high = (where(float(chi2.ppf(quantile, degrees))) for quantile in (0.975, 0.025))
    return Finding(where(float(degrees)), low, high, units, of)
