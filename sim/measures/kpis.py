"""Every KPI is one row: unit, which way is better, numerator, denominator. Sums first, ratio last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.measures.families import by_name as by_name
from sim.measures.shrinkage import KINDS, kinds_of
from sim.measures.sums import QUEUE_SUMS, WAIT_EDGES
from sim.scenario.language.off_floor import OUT_OF_OFFICE
from sim.scenario.language.queues import Queue
from sim.scenario.model import Scenario
from sim.units import DAY, HOUR, MINUTE, YEAR

Floats = NDArray[np.float64]
Numbers = NDArray[np.floating[Any]] | NDArray[np.integer[Any]] | float
Named = Mapping[str, Floats]
"""Sums by name, all of one shape (replications, or nothing)."""

CENTER, CHANNEL, SITE, QUEUE, GROUP, VENDOR = "center", "channel", "site", "queue", "group", "vendor"
CONTACTS = (CENTER, CHANNEL, QUEUE)
STAFF = (CENTER, SITE, GROUP)
EVERYWHERE = (CENTER, CHANNEL, SITE, QUEUE, GROUP)
BACKLOGS = (CHANNEL, QUEUE)

SIGNED = (-np.inf, np.inf)
"""The range of an amount that may be on either side of 0."""

DAYS_A_YEAR = YEAR / DAY

LEVELS: dict[str, tuple[Callable[[Named], Floats], Callable[[Named], Floats]]] = {
    "negative": (lambda s: s["within"], lambda s: s["offered"]),
    "positive": (lambda s: s["within"] + s["abandoned_within"], lambda s: s["offered"]),
    "ignore": (lambda s: s["within"], lambda s: s["offered"] - s["abandoned_within"]),
    "answered": (lambda s: s["within"], lambda s: s["answered"]),
    "short_excluded": (lambda s: s["within"], lambda s: s["offered"] - s["abandoned_short"]),
}
"""The five ways to count a service level, as (numerator, denominator)."""

LEVEL_SUMS = (*QUEUE_SUMS, "level_met", "level_base")


def with_levels(scenario: Scenario, sums: Floats) -> Floats:
    """Queue sums (… × queues × QUEUE_SUMS) with each queue's own service level appended: LEVEL_SUMS."""
    extended = np.empty((*sums.shape[:-1], len(LEVEL_SUMS)))
    extended[..., : len(QUEUE_SUMS)] = sums
    for queue in scenario.numbered.queues:
        met, base = LEVELS[queue.level.counting]
        s = by_name(QUEUE_SUMS, sums[..., queue.number, :])
        extended[..., queue.number, -2], extended[..., queue.number, -1] = met(s), base(s)
    return extended


def ratio(numerator: Numbers, denominator: Numbers) -> Floats:
    """numerator ÷ denominator; NaN where there is nothing to divide by."""
    above, below = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    return np.asarray(np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0))


Where = Callable[[Scenario, list[str]], bool]
"""Whether a scenario, and the queues of a scope, have what a KPI measures."""


def _always(scenario: Scenario, queues: list[str]) -> bool:  # noqa: ARG001
    return True


PRINTED = ("percent", "clock", "span", "money", "figure", "count")
"""A share in percent with one digit; seconds as a clock has them; hours as a stretch of time; an amount; a number of
two digits, or of one from 10 on; a whole number."""

PRINTED_AS = {"share": "percent", "s": "clock", "money": "money", "points": "figure"}
"""By unit, where a KPI's own row says nothing else."""


@dataclass(frozen=True)
class Kpi:
    id: str
    unit: str
    better: int
    """1 when more is better, -1 when less is, 0 when neither."""
    scopes: tuple[str, ...]
    numerator: Callable[[Named], Floats]
    denominator: Callable[[Named], Floats]
    where: Where = _always
    of_live: bool = False
    """Of those who wait for their answer: the center's leaves deferred queues out."""
    at_most: float = np.inf
    range: tuple[float, float] | None = None
    """Between what values it lies by nature; if not given, a share between 0 and 1, anything else above 0."""
    title: str = ""
    """What people read; `short` where room is short, as in a small chart, `head` above a column of cases, `narrow`
    above one on the terminal."""
    short: str = ""
    head: str = ""
    narrow: str = ""
    printed: str = ""
    """How, if not as its unit is: PRINTED."""
    table: str = ""
    """Where it is listed, behind those that have their places there: cases, satisfaction or customers."""

    @property
    def form(self) -> str:
        """How it is printed: one of PRINTED."""
        return self.printed or PRINTED_AS.get(self.unit, "count")

    @property
    def within(self) -> tuple[float, float]:
        """The range that its intervals never leave."""
        return self.range or (0.0, 1.0 if self.unit == "share" else self.at_most)

    def value(self, s: Named) -> Floats:
        return np.asarray(np.minimum(ratio(self.numerator(s), self.denominator(s)), self.at_most))


def _runs(s: Named) -> Floats:
    return s["replications"]


def _sum(name: str) -> Callable[[Named], Floats]:
    return lambda s: s[name]


def _per_run(
    kpi: str, unit: str, better: int, scopes: tuple[str, ...], name: str, scale: float = 1.0, where: Where = _always,
    **told: str,
) -> Kpi:  # fmt: skip
    """Of a run; `told`: title, head and so on."""
    return Kpi(kpi, unit, better, scopes, lambda s: s[name] / scale, _runs, where, **told)  # type: ignore[arg-type]


def _any_queue(has: Callable[[Queue], object]) -> Where:
    return lambda scenario, queues: any(has(scenario.queue(queue).spec) for queue in queues)


def _live(scenario: Scenario, queues: list[str]) -> bool:
    return any(scenario.queue(queue).is_live for queue in queues)


def _deferred(scenario: Scenario, queues: list[str]) -> bool:
    return any(not scenario.queue(queue).is_live for queue in queues)


def _prices_waiting(scenario: Scenario, queues: list[str]) -> bool:
    return any(scenario.queue(queue).waiting_price for queue in queues)


def _any(has: Callable[[Scenario], object]) -> Where:
    return lambda scenario, queues: bool(has(scenario))  # noqa: ARG005


def _any_of_theirs(has: Callable[[Queue], object]) -> Where:
    """As `_any_queue`; where a scope is people, and not queues, those of the whole center."""
    return lambda scenario, queues: any(has(scenario.spec.queues[queue]) for queue in queues or scenario.queues)


def _attended(s: Named) -> Floats:
    return s["contracted"] - s["out_of_office"]


def _not_available(s: Named) -> Floats:
    return s["out_of_office"] + s["in_office_off"]


def shrinkage(s: Named) -> Floats:
    """1 − (1 − out of office) × (1 − in office), where what is in the office is a share of attended hours."""
    return ratio(_not_available(s), s["contracted"])


def _shrinks_by(kind: str) -> Kpi:
    """Its share of contracted hours if out of office, else of attended ones."""
    base = _sum("contracted") if kind in OUT_OF_OFFICE else _attended
    where = _any(lambda scenario: kind in kinds_of(scenario))
    return Kpi(f"shrinkage_{kind}", "share", -1, STAFF, _sum(kind), base, where)


def _goes_on(queue: Queue) -> bool:
    """Whether its contacts may be handed on to another queue."""
    return bool(queue.transfer) or (queue.escalation is not None and queue.escalation.kind in ("cold", "warm"))


_transfers = _any_queue(_goes_on)
_callbacks = _any_queue(lambda queue: queue.callback)
_machine = _any_queue(lambda queue: queue.self_service)
_contracts = _any(lambda scenario: scenario.spec.contracts)
_people_come_and_go = _any(lambda scenario: scenario.uses.turnover)
_ramps = _any(lambda scenario: scenario.uses.ramps)
_one_contact = _any(lambda scenario: not scenario.uses.cases)
_cases = _any(lambda scenario: scenario.uses.cases)
_repeats = _any_of_theirs(lambda queue: queue.repeat)
_redials = _any_of_theirs(lambda queue: queue.redial)
_escalates = _any_of_theirs(lambda queue: queue.escalation is not None and queue.escalation.to)
_swarms = _any_of_theirs(lambda queue: queue.escalation is not None and queue.escalation.kind == "swarm")
_unresolvable = _any_of_theirs(lambda queue: queue.unresolvable)
_rushes = _any(lambda scenario: scenario.uses.pressure)
_feels = _any(lambda scenario: scenario.uses.experience is not None)
_customers = _any(lambda scenario: scenario.uses.customers)
_sells = _any_queue(lambda queue: queue.sale)
_outreach = _any_queue(lambda queue: queue.outreach)
_worth = _any(lambda scenario: scenario.uses.worth)
_trains = _any(lambda scenario: scenario.uses.training)


def _ease(s: Named) -> Floats:
    return s["ease"] - s["felt"]


def _pillar(
    name: str, narrow: str, numerator: Callable[[Named], Floats], denominator: Callable[[Named], Floats]
) -> Kpi:
    """Out of 10."""
    scopes = EVERYWHERE if name == "empathy" else CONTACTS
    title = name.replace("_", " ").capitalize()
    return Kpi(
        f"pillar_{name}", "points", 1, scopes, numerator, denominator, _feels, at_most=10.0, title=title, narrow=narrow
    )


PILLARS = (
    _pillar("personalisation", "personal", lambda s: 10.0 * s["effortless"], _sum("felt")),
    _pillar(
        "integrity", "integrity", lambda s: 10.0 * (s["handled"] + s["kept"]),
        lambda s: s["handled"] + s["abandoned"] + s["blocked"] + s["unreached"] + s["first_reached"],
    ),
    _pillar("expectations", "expected", lambda s: 10.0 * s["waits_met"], _sum("waits")),
    _pillar("resolution", "resolved", lambda s: 10.0 * s["closed_resolved"], _sum("closed")),
    _pillar("time_and_effort", "effort", lambda s: 10.0 / 6.0 * _ease(s), _sum("felt")),
    _pillar("empathy", "empathy", lambda s: 7.5 * s["courtesy"], _sum("felt")),
)  # fmt: skip
"""The six pillars of customer experience, from facts; to be read as change against the baseline.

- personalisation: 10 × contacts handled with nothing to say again and never handed on ÷ contacts handled;
- integrity: 10 × promises kept: customers served, of those who came, and callbacks made by the time promised;
- expectations: 10 × waits within the wait expected ÷ all waits, answered or not;
- resolution: 10 × closed cases that were resolved ÷ closed cases;
- time and effort: 10 × (CES − 1) ÷ 6;
- empathy: 7.5 × mean courtesy: the usual courtesy is good, and not the best.
"""

KPIS: tuple[Kpi, ...] = (
    Kpi(
        "service_level", "share", 1, CONTACTS, _sum("level_met"), _sum("level_base"), of_live=True,
        narrow="service\nlevel, %", title="Service level",
    ),
    *(Kpi(f"sl_{name}", "share", 1, CONTACTS, met, base, of_live=True) for name, (met, base) in LEVELS.items()),
    Kpi("within_target", "share", 1, BACKLOGS, _sum("level_met"), _sum("level_base"), _deferred),
    Kpi(
        "abandon_rate", "share", -1, CONTACTS,
        lambda s: s["abandoned"] - s["abandoned_short"], lambda s: s["offered"] - s["abandoned_short"], of_live=True,
        narrow="aban-\ndoned, %", title="Abandoned",
    ),
    Kpi("balk_rate", "share", -1, CONTACTS, _sum("balked"), _sum("offered"), of_live=True),
    Kpi(
        "blocked_rate", "share", -1, CONTACTS, _sum("blocked"), lambda s: s["offered"] + s["blocked"], of_live=True,
        narrow="busy\nsignal, %", title="Busy signal",
    ),
    Kpi(
        "out_of_hours_rate", "share", -1, CONTACTS,
        _sum("refused"), lambda s: s["offered"] + s["blocked"] + s["refused"],
        narrow="out of\nhours, %", title="Out of hours",
    ),
    # Of everybody who tried, whatever the convention leaves out: those who gave up, were refused, or heard it engaged.
    Kpi(
        "service_level_tried", "share", 1, CONTACTS,
        _sum("level_met"), lambda s: s["offered"] + s["blocked"] + s["refused"], _live, of_live=True,
        narrow="all who\ntried, %", title="Service level, all who tried",
    ),
    Kpi(
        "waited_share", "share", -1, CONTACTS,
        _sum("delayed"), lambda s: s["offered"] + s["open"], _live, of_live=True, title="Had to wait",
    ),
    Kpi(
        "asa_s", "s", -1, CONTACTS, _sum("wait_answered"), _sum("answered"), of_live=True,
        narrow="ASA", title="Mean wait of answered", short="Mean wait",
    ),
    Kpi("wait_mean_s", "s", -1, CONTACTS, _sum("wait"), _sum("waited"), of_live=True),
    Kpi(
        "wait_abandoned_s", "s", 0, CONTACTS, _sum("wait_gave_up"), _sum("gave_up"), _live, of_live=True,
        title="Mean wait of those who gave up",
    ),
    # A time average over opening hours: Little's law makes it the arrivals per second × their mean wait.
    Kpi(
        "waiting_mean", "contacts", -1, CONTACTS, _sum("in_line"), _sum("open_s"), _live, of_live=True,
        title="Waiting on average",
    ),
    Kpi("callback_rate", "share", 0, CONTACTS, _sum("callbacks"), _sum("offered"), _callbacks, of_live=True),
    Kpi("callback_reached", "share", 1, CONTACTS, _sum("reached"), _sum("callbacks"), _callbacks),
    Kpi("callback_kept", "share", 1, CONTACTS, _sum("kept"), _sum("first_reached"), _callbacks),
    Kpi("callback_promised_s", "s", 0, CONTACTS, _sum("promised_wait"), _sum("reached"), _callbacks),
    Kpi("callback_wait_s", "s", -1, CONTACTS, _sum("callback_wait"), _sum("reached"), _callbacks),
    Kpi("backlog", "contacts", -1, BACKLOGS, _sum("backlog"), _sum("interval_ends"), _deferred),
    _per_run("backlog_end", "contacts", -1, BACKLOGS, "backlog_end", where=_deferred),
    Kpi("oldest_age_h", "h", -1, BACKLOGS, lambda s: s["oldest_s"] / HOUR, _sum("interval_ends"), _deferred),
    Kpi("aht_s", "s", 0, EVERYWHERE, lambda s: s["talk"] + s["hold"] + s["wrap"], _sum("handled")),
    Kpi("aht_s", "s", 0, (VENDOR,), _sum("handle_s"), _sum("handled")),
    Kpi("effort_s", "s", 0, EVERYWHERE, _sum("effort"), _sum("handled")),
    Kpi("talk_s", "s", 0, EVERYWHERE, _sum("talk"), _sum("handled")),
    Kpi("hold_s", "s", -1, EVERYWHERE, _sum("hold"), _sum("handled")),
    Kpi("wrap_s", "s", 0, EVERYWHERE, _sum("wrap"), _sum("handled")),
    Kpi(
        "occupancy", "share", 0, STAFF, _sum("handling"), _sum("available"),
        narrow="occu-\npancy, %", title="Occupancy",
    ),
    # Staff kept on after hours to empty the queue dilutes the first.
    Kpi(
        "occupancy_open", "share", 0, STAFF, _sum("handling_open"), _sum("available_open"),
        title="Occupancy in opening hours",
    ),
    Kpi("slot_occupancy", "share", 0, STAFF, _sum("slots_taken"), _sum("slots")),
    # Whoever works through an unpaid break is there longer than is paid.
    Kpi("utilisation", "share", 0, STAFF, _sum("available"), _sum("paid"), at_most=1.0),
    Kpi("shrinkage", "share", -1, STAFF, _not_available, _sum("contracted")),
    Kpi(
        "adherence", "share", 1, STAFF,
        lambda s: s["available"] - s["overrun"], lambda s: s["scheduled"],
    ),
    # Cases that the first contact resolved: without repeats and redials, every contact is a case's first.
    *(
        Kpi(
            "fcr", "share", 1, EVERYWHERE, _sum(resolved), _sum(handled), where,
            narrow="FCR", title="Resolved at first contact", short="Resolved at once", head="FCR",
        )
        for resolved, handled, where in (
            ("resolved", "handled", _one_contact), ("first_resolved", "first_handled", _cases),
        )
    ),
    Kpi(
        "fcr_net", "share", 1, EVERYWHERE,
        _sum("first_resolved"), lambda s: s["first_handled"] - s["first_beyond"], _unresolvable,
        narrow="net", title="FCR, net of the unresolvable",
    ),
    Kpi(
        "fcr_observed", "share", 1, EVERYWHERE,
        lambda s: s["first_kept"] - s["first_repeated"], _sum("first_kept"), _repeats,
        narrow="observed", title="No repeat within 7 days",
    ),
    Kpi("resolution_rate", "share", 1, CONTACTS, _sum("resolved"), lambda s: s["offered"] + s["blocked"]),
    Kpi("transfer_rate", "share", -1, CONTACTS, _sum("transferred"), _sum("handled"), _transfers),
    Kpi(
        "escalation_rate", "share", -1, EVERYWHERE, _sum("escalated"), _sum("handled"), _escalates,
        narrow="escalated", title="Escalated",
    ),
    Kpi(
        "swarm_rate", "share", 0, EVERYWHERE, _sum("swarmed"), _sum("handled"), _swarms,
        narrow="swarmed", title="Swarmed",
    ),
    Kpi(
        "rushed_share", "share", 0, EVERYWHERE, _sum("rushed"), _sum("handled"), _rushes,
        narrow="rushed", title="Answered in a rush", head="In a rush",
    ),
    # What follows: after contacts that were handled, after those that were lost; and what of the load this is.
    Kpi(
        "repeat_rate", "share", -1, EVERYWHERE, _sum("repeated"), _sum("kept_handled"), _repeats,
        narrow="repeat", title="Repeats",
    ),
    Kpi(
        "redial_rate", "share", 0, CONTACTS, _sum("redialled"), _sum("lost"), _redials,
        narrow="redial", title="Redials",
    ),
    Kpi(
        "further_attempts", "share", -1, CONTACTS, _sum("came_again"), _sum("came"), _cases,
        title="Come again, of all",
    ),
    _per_run("cases", "cases", 0, CONTACTS, "opened", where=_cases, narrow="cases", title="Cases"),
    _per_run(
        "cases_open_end", "cases", -1, CONTACTS, "left_open", where=_cases,
        narrow="open at end", title="Cases open at the end", head="Open at the end",
    ),
    Kpi(
        "attempts_per_case", "contacts", -1, CONTACTS, _sum("closed_attempts"), _sum("closed"), _cases,
        narrow="each", printed="figure", title="Contacts per case",
    ),
    Kpi(
        "case_resolution_rate", "share", 1, CONTACTS, _sum("closed_resolved"), _sum("closed"), _cases,
        narrow="in the end", title="Cases resolved in the end", head="Resolved in the end",
    ),
    Kpi(
        "time_to_resolution_h", "h", -1, CONTACTS, lambda s: s["resolved_s"] / HOUR, _sum("closed_resolved"), _cases,
        narrow="after", printed="span", title="Time to resolution", head="After",
    ),
    Kpi(
        "csat", "share", 1, EVERYWHERE, _sum("satisfied"), _sum("felt"), _feels,
        narrow="CSAT, %", title="Satisfied (CSAT)",
    ),
    Kpi(
        "csat_case", "share", 1, CONTACTS, _sum("cases_satisfied"), _sum("closed"), _feels,
        narrow="by case, %", title="Satisfied, by case",
    ),
    Kpi(
        "nps", "points", 1, CONTACTS,
        lambda s: 100.0 * (s["promoters"] - s["detractors"]), _sum("felt"), _feels, range=(-100.0, 100.0),
        narrow="NPS", title="NPS",
    ),
    Kpi(
        "ces", "points", 1, CONTACTS, _sum("ease"), _sum("felt"), _feels, range=(1.0, 7.0),
        narrow="CES (1 to 7)", title="Ease (CES, 1 to 7)",
    ),
    *PILLARS,
    Kpi(
        "containment_rate", "share", 1, CONTACTS, _sum("contained"), _sum("sessions"), _machine,
        title="Contained by self-service", short="Contained",
    ),
    _per_run("self_service_sessions", "contacts", 0, CONTACTS, "sessions", where=_machine),
    _per_run("self_service_minutes", "min", 0, CONTACTS, "session_s", MINUTE, where=_machine),
    _per_run("offered", "contacts", 0, CONTACTS, "offered"),
    _per_run("answered", "contacts", 1, (*EVERYWHERE, VENDOR), "answered"),
    _per_run("abandoned", "contacts", -1, CONTACTS, "abandoned"),
    _per_run("blocked", "contacts", -1, CONTACTS, "blocked"),
    _per_run("out_of_hours", "contacts", -1, CONTACTS, "refused"),
    _per_run("cut_off", "contacts", -1, CONTACTS, "cut_off"),
    Kpi(
        "waiting_end", "contacts", -1, CONTACTS, _sum("waiting"), _runs, _live, of_live=True,
        narrow="waiting\nat end", title="Still waiting at the end",
    ),
    _per_run("paid_hours", "h", -1, STAFF, "paid", HOUR, title="Paid hours"),
    _per_run("available_hours", "h", 0, STAFF, "available", HOUR),
    Kpi("idle_hours", "h", 0, STAFF, lambda s: (s["available"] - s["handling"]) / HOUR, _runs, title="Idle hours"),
    _per_run("overrun_hours", "h", -1, STAFF, "shift_overrun", HOUR),
    *(_shrinks_by(kind) for kind in KINDS),
    _per_run("training_hours", "h", 0, STAFF, "classroom", HOUR, _trains),
    _per_run("hired", "heads", 0, STAFF, "hired", where=_people_come_and_go),
    _per_run("left", "heads", 0, STAFF, "left", where=_people_come_and_go),
    _per_run("heads_end", "heads", 0, STAFF, "heads_end", where=_people_come_and_go),
    # A year's leavers per head: who leaves at the end of a contract was never to stay.
    Kpi(
        "attrition_rate", "share", -1, STAFF,
        lambda s: s["left"] - s["contract_ended"], lambda s: s["head_days"] / DAYS_A_YEAR, _people_come_and_go,
        range=(0.0, np.inf), title="Attrition a year",
    ),
    Kpi("weeks_to_proficiency", "weeks", -1, STAFF, _sum("weeks_to_proficient"), _sum("became_proficient"), _ramps),
    _per_run(
        "outreach_prevented", "cases", 1, CONTACTS, "prevented", where=_outreach,
        title="Cases prevented by outreach",
    ),
    _per_run("bad_cases", "cases", -1, (CENTER,), "bad_cases", where=_customers, title="Bad cases"),
    _per_run(
        "customers_left", "customers", -1, (CENTER,), "customers_left", where=_customers,
        title="Customers who left", short="Customers lost",
    ),
    _per_run("sales", "sales", 1, CONTACTS, "sales", where=_sells, title="Sales"),
    _per_run("sales_margin", "money", 1, CONTACTS, "sales_margin", where=_sells, title="Margin of sales"),
    _per_run("staff_cost", "money", -1, (SITE,), "staff_cost"),
    _per_run("cost_total", "money", -1, (CENTER,), "cost", narrow="cost", title="Cost"),
    Kpi("cost_per_contact", "money", -1, (CENTER,), _sum("cost"), _sum("handled"), title="Cost per contact"),
    Kpi(
        "cost_per_resolution", "money", -1, (CENTER,), _sum("cost"), _sum("settled"),
        title="Cost per resolved case", short="Cost per case",
    ),
    _per_run("income", "money", 1, (CENTER,), "income", where=_contracts),
    Kpi(
        "margin", "money", 1, (CENTER,), lambda s: s["income"] - s["cost"], _runs, _contracts, range=SIGNED,
        title="Income less cost",
    ),
    _per_run("value_lost", "money", -1, (CENTER,), "value_lost", where=_customers, title="Value of customers lost"),
    _per_run(
        "waiting_cost", "money", -1, CONTACTS, "waiting_cost", where=_prices_waiting,
        title="Customers' waiting, at its price",
    ),
    # Cost less what is earned, and what is lost for good, and customers' time: what the best trade-off has least of.
    Kpi(
        "net_cost", "money", -1, (CENTER,),
        lambda s: s["cost"] - s["income"] - s["sales_margin"] + s["value_lost"] + s["waiting_cost"], _runs, _worth,
        range=SIGNED, title="Net cost",
    ),
)  # fmt: skip


TITLED = {kpi.id: kpi for kpi in KPIS if kpi.title}
"""The KPIs that are looked up by name."""


def queues_of(scenario: Scenario, scope: str, name: str) -> list[str]:
    """The queues whose contacts a scope counts: none for groups, sites and vendors."""
    known = scenario.queues
    if scope == CENTER:
        return known
    if scope == CHANNEL:
        return scenario.uses.channels.get(name, [])
    return [name] if scope == QUEUE and name in known else []


def groups_of(scenario: Scenario, scope: str, name: str) -> list[str]:
    """The groups whose people a scope counts: none for queues, channels and vendors."""
    known = scenario.groups
    if scope == CENTER:
        return known
    if scope == SITE:
        return scenario.uses.sites.get(name, [])
    return [name] if scope == GROUP and name in known else []


def kpis_of(scenario: Scenario, scope: str, name: str) -> list[Kpi]:
    """The KPIs that are reported for a scope, beside the quantile of waits."""
    queues = queues_of(scenario, scope, name)
    return [kpi for kpi in KPIS if scope in kpi.scopes and kpi.where(scenario, queues)]


def center_kpis(scenario: Scenario) -> list[str]:
    """The KPIs of the whole center, by which a study's precision may be asked for."""
    return [*(kpi.id for kpi in kpis_of(scenario, CENTER, "all")), "wait_p90_s"]


def wait_quantile(bins: Floats, share: float = 0.90) -> Floats:
    """The quantile of everybody's wait from fixed bins (… × bins), straight lines within a bin; seconds."""
    edges = WAIT_EDGES[: bins.shape[-1] - 1]
    total = bins.sum(axis=-1)
    cumulative = np.cumsum(bins, axis=-1)
    wanted = share * total
    at = np.minimum((cumulative < wanted[..., None]).sum(axis=-1), len(edges) - 1)
    upper = edges[at]
    lower = edges[np.maximum(at - 1, 0)]
    inside = np.take_along_axis(bins, at[..., None], -1)[..., 0]
    before = np.take_along_axis(cumulative, at[..., None], -1)[..., 0] - inside
    place = np.divide(wanted - before, inside, out=np.ones_like(wanted), where=inside > 0)
    return np.where(total > 0, np.where(at == 0, 0.0, lower + (upper - lower) * place), np.nan)


WAIT_P90 = Kpi(
    "wait_p90_s", "s", -1, CONTACTS, lambda s: wait_quantile(s["waits"]), lambda s: np.ones(s["waits"].shape[:-1])
)
"""Of wait counts in bins, on their last axis."""
