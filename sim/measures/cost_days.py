"""When the money of one replication is spent: the same amounts as its cost lines, by day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.measures.costs import STAFF_SUMS, Payroll, with_staff
from sim.measures.families import Views
from sim.measures.sums import GROUP_SUMS, QUEUE_SUMS, Sums
from sim.units import HOUR

Floats = NDArray[np.float64]

PAY_WORDS = ("wages ", "night premium", "weekend premium", "holiday premium", "overtime premium", "load")
"""How the lines begin that a schedule pays."""


def cost_by_day(payroll: Payroll, sums: Sums, amounts: Floats, staff_days: Floats, spent: Floats | None) -> Floats:
    """By day of the horizon; adds up to `amounts`, those of `payroll.lines`.

    `spent`: pay with its load, and fees, by day, where somebody booked them; else wages follow the hours that are paid,
    and premiums the wages. What has no day of its own (vendors' bills, sessions of machines, goodwill, outreach, second
    prices of transferred contacts) is spread evenly.
    """
    if len(sums.group_days) == 1:
        return np.array([float(amounts.sum())])
    dated = _scheduled(payroll, sums, amounts, staff_days) if spent is None else spent.copy()
    costs, available = payroll.scenario.spec.costs, Views(GROUP_SUMS, sums.group_days)["available"]
    queue_days = Views(QUEUE_SUMS, sums.queue_days)
    if "seats" in payroll.lines:
        dated += costs.seat_per_hour * available.sum(axis=1) / HOUR
    if "contacts" in payroll.lines:
        dated += queue_days["answered"] @ (payroll.cost_per_contact + costs.per_contact)
    if "telecom" in payroll.lines:
        dated += costs.telecom_per_minute * queue_days["connected"].sum(axis=1) / 60.0
    return np.asarray(dated + (float(amounts.sum()) - float(dated.sum())) / len(dated))


def _scheduled(payroll: Payroll, sums: Sums, amounts: Floats, staff_days: Floats) -> Floats:
    of_line = dict(zip(payroll.lines, amounts.tolist(), strict=True))
    paid = Views((*GROUP_SUMS, *STAFF_SUMS), with_staff(payroll, sums.group_days, staff_days))["paid"]
    in_all = paid.sum(axis=0)
    wages = np.array([of_line[f"wages {name}"] for name in payroll.scenario.groups])
    by_day = (paid / np.where(in_all > 0.0, in_all, 1.0)) @ wages
    pay = sum(amount for line, amount in of_line.items() if line.startswith(PAY_WORDS))
    return np.asarray(by_day * (pay / by_day.sum() if by_day.any() else 0.0))
