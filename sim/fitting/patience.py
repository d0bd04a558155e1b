"""Patience from waits of which most are cut short by an answer.

Waits that ended otherwise than by hanging up say "at least this long". Laws are fitted by maximum likelihood;
Kaplan and Meier's curve (1958), which assumes none, stands beside them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import chi2

from sim.fitting.finding import Finding, Flags, Floats, share_of, unknown

OF = "abandoned contacts"
AT_ONCE_S = 1.0
"""Who hangs up within this time may have balked; whether that is more than the law brings is tested."""
FEWEST = 10
AT_RISK = 20
"""Below so many who still wait, the curve says little."""
MANY = 100_000
CV_WITHIN = (0.2, 5.0)


@dataclass(frozen=True)
class Patience:
    """A law of the time after which customers hang up."""

    family: str
    """"exponential" or "weibull"; nothing where too few hung up."""
    mean: Finding
    """Seconds."""
    cv: float
    balk: Finding
    """The share who hang up at once when they have to wait; value 0 where no more do than the law brings."""
    times: Floats
    surviving: Floats
    """Kaplan-Meier: the share who would still wait at these times."""
    longest: float
    """Seconds up to which at least `AT_RISK` were seen to wait."""
    extrapolated: float
    """The share whose patience is longer than that: nobody has seen them hang up."""
    peaks: tuple[tuple[float, float], ...] = ()
    """(second, times as many hang up as around it): announcements are felt here."""

    def survival(self, times: Floats) -> Floats:
        """The law's share who still wait."""
        if self.family == "exponential":
            return np.asarray(np.exp(-times / self.mean.value))
        shape = shape_of(self.cv)
        scale = self.mean.value / math.gamma(1 + 1 / shape)
        return np.asarray(np.exp(-((times / scale) ** shape)))


def shape_of(cv: float) -> float:
    from sim.distributions import weibull_shape

    return weibull_shape(cv)


def fit_patience(waits: Floats, hung_up: Flags) -> Patience:
    """`waits`: seconds, of all who were offered; `hung_up`: who of them abandoned. Who waited 0 s tells nothing."""
    balk = _balking(waits, hung_up)
    unseen = AT_ONCE_S if balk.value > 0 else 0.0
    keep = waits > unseen
    ended = _gathered(waits[keep], hung_up[keep], unseen)
    lost = float(ended.events.sum())
    curve_times, surviving, longest = _kaplan_meier(ended)
    left = float(surviving[np.searchsorted(curve_times, longest, side="right") - 1]) if len(curve_times) else 1.0
    peaks = _peaks(waits[keep], hung_up[keep])
    if lost < FEWEST:
        return Patience("", unknown(OF, int(lost)), np.nan, balk, curve_times, surviving, longest, left, peaks)
    constant = float((ended.number * (ended.times - unseen)).sum()) / lost
    shape, scale = _weibull(ended)
    better = _likelihood(shape, scale, ended) - _likelihood(1.0, constant, ended)
    family, cv, mean = "weibull", _weibull_cv(shape), _weibull_mean(shape, scale, ended)
    # Twice the gain is chi-square with one degree where the law is exponential. The interval stays the wider law's:
    # that a test did not tell the two apart makes nobody know the mean better.
    if 2 * better <= chi2.ppf(0.95, 1) or not CV_WITHIN[0] <= cv <= CV_WITHIN[1]:
        family, cv = "exponential", 1.0
        mean = mean._replace(value=constant, low=min(mean.low, constant), high=max(mean.high, constant))
    return Patience(family, mean, cv, balk, curve_times, surviving, longest, left, peaks)


class _Ended(NamedTuple):
    """Waits by when they ended, in order."""

    times: Floats
    events: Floats
    """How many hung up then."""
    number: Floats
    """How many waits ended then."""
    unseen: float = 0.0
    """Seconds before which nobody is in it, though they may have hung up (left truncation)."""


def _gathered(waits: Floats, hung_up: Flags, unseen: float = 0.0) -> _Ended:
    """To tenths of a second where there are many."""
    rounded = np.maximum(np.round(waits, 1), 0.1) if len(waits) > MANY else waits
    times, at = np.unique(rounded, return_inverse=True)
    events = np.bincount(at, weights=hung_up.astype(float), minlength=len(times)).astype(np.float64)
    return _Ended(times, events, np.bincount(at, minlength=len(times)).astype(np.float64), unseen)


def _kaplan_meier(ended: _Ended) -> tuple[Floats, Floats, float]:
    if not len(ended.times):
        return np.zeros(0), np.zeros(0), 0.0
    at_risk = ended.number[::-1].cumsum()[::-1]
    surviving = np.cumprod(1.0 - ended.events / at_risk)
    enough = ended.times[at_risk >= AT_RISK]
    return ended.times, surviving, float(enough[-1]) if len(enough) else 0.0


def _weibull(ended: _Ended) -> tuple[float, float]:
    """Shape and scale at which the likelihood is greatest: the shape solves one equation, the scale follows."""
    logs, lost = np.log(ended.times), ended.events.sum()
    middle, top = float((ended.events * logs).sum() / lost), float(logs.max())
    # What lies before is left out of every wait: 0, or 1 s, whose log is 0.
    before = float(ended.number.sum()) if ended.unseen else 0.0

    def whole(shape: float) -> tuple[Floats, float]:
        powers = ended.number * np.exp(shape * (logs - top))
        return powers, float(powers.sum()) - before * math.exp(-shape * top)

    def slope(shape: float) -> float:
        powers, total = whole(shape)
        return float((powers * logs).sum()) / total - 1 / shape - middle

    low, high = 0.05, 30.0
    shape = 1.0 if slope(low) > 0 or slope(high) < 0 else float(brentq(slope, low, high))
    scale = (whole(shape)[1] / lost) ** (1 / shape) * math.exp(top)
    return shape, float(scale)


def _likelihood(shape: float, scale: float, ended: _Ended) -> float:
    logs = np.log(ended.times / scale)
    hazard = ended.events * (math.log(shape / scale) + (shape - 1) * logs)
    before = float(ended.number.sum()) * (ended.unseen / scale) ** shape
    return float(hazard.sum() - (ended.number * np.exp(shape * logs)).sum() + before)


def _weibull_cv(shape: float) -> float:
    return math.sqrt(math.exp(math.lgamma(1 + 2 / shape) - 2 * math.lgamma(1 + 1 / shape)) - 1)


def _weibull_mean(shape: float, scale: float, ended: _Ended) -> Finding:
    """The mean with its profile-likelihood interval: means that lose no more than half a chi-square's 95 % point."""
    mean = scale * math.gamma(1 + 1 / shape)
    least = _likelihood(shape, scale, ended) - float(chi2.ppf(0.95, 1)) / 2

    def lost(log_mean: float) -> float:
        def against(log_shape: float) -> float:
            log_scale = log_mean - math.lgamma(1 + math.exp(-log_shape))
            return -_likelihood(math.exp(log_shape), math.exp(log_scale), ended)

        best = minimize_scalar(against, bounds=(math.log(shape) - 1.5, math.log(shape) + 1.5), method="bounded")
        return least + float(best.fun)

    middle, ends = math.log(mean), []
    for way in (-1.0, 1.0):
        reach = 0.05
        while lost(middle + way * reach) < 0 and reach < 5.0:
            reach *= 1.6
        inside, outside = middle, middle + way * reach
        ends.append(math.exp(float(brentq(lost, inside, outside, xtol=1e-4))) if reach < 5.0 else math.exp(outside))
    return Finding(mean, ends[0], ends[1], int(ended.events.sum()), OF)


def _balking(waits: Floats, hung_up: Flags) -> Finding:
    """Who hung up at once beyond what the law of the later ones foretells, where that is clear (4 standard errors)."""
    had_to_wait = hung_up | (waits > 0)
    n, count = int(had_to_wait.sum()), int((hung_up & (waits <= AT_ONCE_S)).sum())
    of = "contacts that had to wait"
    later = waits > AT_ONCE_S
    none = Finding(0.0, np.nan, np.nan, n, of)
    if (later & hung_up).sum() < FEWEST:
        return none
    shape, scale = _weibull(_gathered(waits[later], hung_up[later], AT_ONCE_S))
    by_law = -math.expm1(-((AT_ONCE_S / scale) ** shape))
    if count - n * by_law <= 4.0 * math.sqrt(n * by_law + 1.0):
        return none
    found = share_of(count, n, of)
    return found._replace(value=found.value - by_law, low=max(found.low - by_law, 0.0), high=found.high - by_law)


def _peaks(waits: Floats, hung_up: Flags, width: float = 5.0, until: float = 180.0) -> tuple[tuple[float, float], ...]:
    """Spans of five seconds in which far more hang up than in the three on either side (5 standard errors, twice)."""
    edges = np.arange(0.0, until + width, width)
    lost = np.histogram(waits[hung_up], edges)[0].astype(float)
    exposure = np.array([np.clip(waits - edge, 0.0, width).sum() for edge in edges[:-1]])
    found = []
    for bin_ in range(1, len(lost)):
        near = [other for other in range(max(0, bin_ - 3), min(len(lost), bin_ + 4)) if other != bin_]
        around = exposure[near].sum()
        if around <= 0 or exposure[bin_] <= 0:
            continue
        expected = lost[near].sum() / around * exposure[bin_]
        if expected > 1 and lost[bin_] > 2 * expected and lost[bin_] - expected > 5 * math.sqrt(expected):
            found.append((float(edges[bin_]), float(lost[bin_] / expected)))
    return tuple(found)
