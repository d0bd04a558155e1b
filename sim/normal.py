"""Quantiles of the normal law without scipy, whose `special` takes 0.3 s to load: `sim check` needs a few hundred."""

from __future__ import annotations

import math

_MIDDLE = (
    (-59.9633501014107895267, 98.0010754185999661536, -56.6762857469070293439, 13.9312609387279679503,
     -1.23916583867381258016),
    (1.0, 1.95448858338141759834, 4.67627912898881538453, 86.3602421390890590575, -225.462687854119370527,
     200.260212380060660359, -82.0372256168333339912, 15.9056225126211695515, -1.18331621121330003142),
)  # fmt: skip
_NEAR = (
    (4.05544892305962419923, 31.5251094599893866154, 57.1628192246421288162, 44.0805073893200834700,
     14.6849561928858024014, 2.18663306850790267539, -0.140256079171354495875, -3.50424626827848203418e-2,
     -8.57456785154685413611e-4),
    (1.0, 15.7799883256466749731, 45.3907635128879210584, 41.3172038254672030440, 15.0425385692907503408,
     2.50464946208309415979, -0.142182922854787788574, -3.80806407691578277194e-2, -9.33259480895457427372e-4),
)  # fmt: skip
_FAR = (
    (3.23774891776946035970, 6.91522889068984211695, 3.93881025292474443415, 1.33303460815807542389,
     0.201485389549179081538, 1.23716634817820021358e-2, 3.01581553508235416007e-4, 2.65806974686737550832e-6,
     6.23974539184983293730e-9),
    (1.0, 6.02427039364742014255, 3.67983563856160859403, 1.37702099489081330271, 0.216236993594496635890,
     1.34204006088543189037e-2, 3.28014464682127739104e-4, 2.89247864745380683936e-6, 6.79019408009981274425e-9),
)  # fmt: skip
"""Numerator and denominator of the rational functions in the middle, in the tails, and far out (under exp(−32))."""

_TAIL = 0.13533528323661269189
_SQRT_2PI = 2.50662827463100050242


def normal_quantile(u: float) -> float:
    """z with P(Z ≤ z) = u of a standard normal, 0 < u < 1: digit by digit what `scipy.special.ndtri` gives.

    Source: ndtri of the Cephes library (S. L. Moshier), in the same order of operations.
    """
    above = u > 1.0 - _TAIL
    tail = 1.0 - u if above else u
    if tail > _TAIL:
        y = tail - 0.5
        square = y * y
        return (y + y * (square * _polynomial(square, _MIDDLE[0]) / _polynomial(square, _MIDDLE[1]))) * _SQRT_2PI
    x = math.sqrt(-2.0 * math.log(tail))
    inverse = 1.0 / x
    over, under = _NEAR if x < 8.0 else _FAR
    size = (x - math.log(x) / x) - inverse * _polynomial(inverse, over) / _polynomial(inverse, under)
    return size if above else -size


def _polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    value = coefficients[0]
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value
