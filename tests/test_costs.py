"""Money by arithmetic: pay by site and its clock, vendors' minimums, what clients pay under a contract.

Rosters and sums are written by hand; nobody calls, and nothing is played.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import observations as obs
from sim.measures.contracts import income
from sim.measures.costs import (
    Payroll,
    costs_by_group,
    costs_by_line,
    prepare_payroll,
    scheduled_pay,
    unscheduled_premium_hours,
)
from sim.measures.folder import Folder
from sim.measures.folding_tables import lower_counting
from sim.measures.sums import CONTRACT_SUMS, GROUP_SUMS, QUEUE_SUMS, Sums, slots_of
from sim.scenario.load import load
from sim.scenario.model import Scenario
from sim.units import HOUR
from sim.workforce.people import build_agents
from sim.workforce.segments import Segments

CENTER = '[center]\nstart = {start}\ndays = {days}\ntimezone = "{zone}"\nopen = {{ mon = "10:00-10:30" }}\n'
QUEUE = """
[queues.{name}]
channel = "phone"
forecast = {{ csv = "volumes.csv" }}
talk = {{ family = "constant", mean = "100s" }}
"""
GROUP = '[groups.{name}]\nheads = {heads}\nshifts = {{ day = "100%" }}\nskills = {{ {skills} }}\nwage = {wage}\n'
REST = '[shifts.day]\nhours = "09:00-17:00"\n[costs]\nload = 1.25\n'


def world(folder: Path, text: str) -> Scenario:
    (folder / "volumes.csv").write_text("weekday,start,contacts\nmon,10:00,5\n")
    (folder / "seats.csv").write_text("weekday,start,seats\nmon,10:00,1\n")
    (folder / "world.toml").write_text(text)
    return load(folder / "world.toml")


def group(name: str, wage: float, more: str = "", heads: int = 1, skills: str = "q = {}") -> str:
    return GROUP.format(name=name, heads=heads, skills=skills, wage=wage) + more + "\n"


Stretch = tuple[int, int, float, float, bool]


def payroll_of(scenario: Scenario, stretches: list[Stretch] = []) -> Payroll:  # noqa: B006 - only read
    """The payroll of (agent, local date's number, from, to, paid), in hours since the center's first midnight."""
    rows = sorted(stretches)
    paid = np.array([row[4] for row in rows], np.bool_)
    segments = Segments(
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], np.float64) * HOUR,
        np.array([row[3] for row in rows], np.float64) * HOUR,
        np.full(len(rows), obs.AVAILABLE),
        paid,
        paid,
    )
    slots = slots_of(scenario)
    return prepare_payroll(scenario, build_agents(scenario), segments, slots.of_interval, slots.count)


def no_sums(scenario: Scenario, agents: int = 1) -> Sums:
    """The sums of a replication in which nothing happened."""
    return Folder(lower_counting(scenario, slots_of(scenario), np.zeros(agents, np.int64))).sums


def presence(rows: list[tuple[int, int, int, float, float]]) -> obs.Table:
    """(agent, group, activity, from, to), in hours since the center's first midnight."""
    return np.array(
        [(a, g, activity, start * HOUR, end * HOUR) for a, g, activity, start, end in rows], obs.PRESENCE_ROW
    )


def amounts(payroll: Payroll, sums: Sums | None = None, seen: obs.Table | None = None) -> dict[str, float]:
    """Every cost line; the people's own add up to what the groups cost."""
    sums = no_sums(payroll.scenario, len(payroll.agents.names)) if sums is None else sums
    extra = unscheduled_premium_hours(payroll, presence([]) if seen is None else seen)
    earned = scheduled_pay(payroll, sums, extra)
    lines = dict(zip(payroll.lines, costs_by_line(payroll, sums, earned).tolist(), strict=True))
    staff = [lines[line] for line in lines if line.startswith("wages ") or line.endswith(" premium") or line == "load"]
    assert costs_by_group(payroll, earned).sum() == pytest.approx(sum(staff))
    return lines


MANILA = """
[sites.manila]
timezone = "Asia/Manila"
currency = "PHP"
exchange = 0.0175
overtime_after = { day = "8h" }
pay = { night = { hours = "22:00-06:00", premium = "10%" }, weekend = "30%", overtime = "25%" }
"""
NEW_YORK = CENTER.format(start="2026-03-30", days=7, zone="America/New_York") + (
    'pay = { night = { hours = "22:00-06:00", premium = "50%" }, overtime = "50%" }\n'
)


def test_a_manila_night_is_paid_by_manilas_clock_and_converted(tmp_path: Path) -> None:
    """Manila is 12 hours ahead: five nights 21:00-06:00, Monday to Friday there, are 9:00-18:00 in New York.

    Eight paid hours each but for an unpaid one at 00:30; 22:00-06:00 holds seven of them; of Friday's, Saturday has
    five. The other group has no site: 22:00-4:00 in New York under the center's rule, on Monday and on the eve, of which
    four hours are left.
    """
    text = (
        NEW_YORK + MANILA + QUEUE.format(name="q") + group("there", 160, 'site = "manila"') + group("here", 20) + REST
    )
    scenario = world(tmp_path, text)
    nights = [
        (0, day, 24 * day + start, 24 * day + end, paid)
        for day in range(5)
        for start, end, paid in ((9.0, 12.5, True), (12.5, 13.5, False), (13.5, 18.0, True))
    ]
    payroll = payroll_of(scenario, [*nights, (1, -1, 0.0, 4.0, True), (1, 0, 22.0, 28.0, True)])
    peso = 0.0175
    there, here = np.array([40 * 160, 35 * 16, 5 * 48]) * peso, np.array([10 * 20, 10 * 10, 0])
    night, weekend = there[1] + here[1], there[2]
    assert amounts(payroll) == pytest.approx(
        {
            "wages there": there[0], "wages here": here[0], "night premium": night, "weekend premium": weekend,
            "overtime premium": 0.0, "load": 0.25 * (there.sum() + here.sum()),
        }
    )  # fmt: skip
    earned = scheduled_pay(payroll, no_sums(scenario, 2), unscheduled_premium_hours(payroll, presence([])))
    by_group = costs_by_group(payroll, earned)
    assert by_group == pytest.approx([1.25 * there.sum(), 1.25 * here.sum()])


def test_easter_monday_is_paid_in_krakow_alone_and_from_its_own_midnight(tmp_path: Path) -> None:
    """Both sites work Sunday 20:00 to Monday 4:00, London time; in Krakow it is Monday from 23:00 London time on."""
    text = (
        CENTER.format(start="2026-04-05", days=3, zone="Europe/London")
        + 'calendar = "uk"\npay = { holiday = "100%" }\n[calendars.uk]\n[calendars.pl]\nholidays = [2026-04-06]\n'
        + '[sites.leeds]\n[sites.krakow]\ntimezone = "Europe/Warsaw"\ncalendar = "pl"\ncurrency = "PLN"\nexchange = 0.2\n'
        + QUEUE.format(name="q") + group("leeds", 15, 'site = "leeds"') + group("krakow", 40, 'site = "krakow"') + REST
    )  # fmt: skip
    payroll = payroll_of(world(tmp_path, text), [(0, 0, 20.0, 28.0, True), (1, 0, 20.0, 28.0, True)])
    assert amounts(payroll)["holiday premium"] == pytest.approx(5 * 40 * 0.2)


def test_overtime_goes_by_each_sites_limits(tmp_path: Path) -> None:
    """Everybody works 9 hours from Monday to Friday and 6 on Saturday: 51.

    Over 8 hours a day: 5. Over 8 a day and 44 of the other 46 hours a week: 7. Over 40 a week: 11. The last site has
    no rules of its own: over the center's 45 a week, 6.
    """
    sites = {
        "a": 'overtime_after = { day = "8h" }\npay = { overtime = "25%" }',
        "b": 'overtime_after = { day = "8h", week = "44h" }\npay = { overtime = "100%" }',
        "c": 'overtime_after = { week = "40h" }\npay = { overtime = "10%" }',
        "d": 'currency = "BTC"\nexchange = 2.0',
    }
    text = (
        CENTER.format(start="2026-03-30", days=7, zone="America/Bogota")
        + 'overtime_after = { week = "45h" }\npay = { overtime = "50%" }\n'
        + "".join(f"[sites.{site}]\n{rules}\n" for site, rules in sites.items())
        + QUEUE.format(name="q") + "".join(group(site, 10, f'site = "{site}"') for site in sites) + REST
    )  # fmt: skip
    week = [
        (a, day, 24.0 * day + 8, 24.0 * day + 8 + (9 if day < 5 else 6), True) for a in range(4) for day in range(6)
    ]
    payroll = payroll_of(world(tmp_path, text), week)
    extra = unscheduled_premium_hours(payroll, presence([]))
    over = np.array([5 * 2.5, 7 * 10.0, 11 * 1.0, 6 * 5.0 * 2.0])
    assert amounts(payroll)["overtime premium"] == pytest.approx(over.sum())
    wages = 51 * 10.0 * np.array([1, 1, 1, 2])
    assert costs_by_group(payroll, scheduled_pay(payroll, no_sums(payroll.scenario, 4), extra)) == pytest.approx(
        1.25 * (wages + over)
    )


def test_weeks_are_the_sites_own_from_monday_to_sunday(tmp_path: Path) -> None:
    """From a Wednesday on: ten hours on Friday, Saturday and Sunday, and on the Monday and Tuesday after.

    Thirty hours and twenty: none over 35, whatever dates before and after the horizon the site has as well.
    """
    text = (
        CENTER.format(start="2026-04-01", days=9, zone="Pacific/Honolulu")
        + '[sites.apia]\ntimezone = "Pacific/Apia"\novertime_after = { week = "35h" }\n'
        + QUEUE.format(name="q") + group("apia", 10, 'site = "apia"', heads=2) + REST
    )  # fmt: skip
    # Apia is 23 hours ahead of Honolulu: its 9:00 is 10:00 of the day before.
    five = [(0, day, 24.0 * day - 14, 24.0 * day - 4, True) for day in range(2, 7)]
    scenario = world(tmp_path, text)
    assert amounts(payroll_of(scenario, five))["overtime premium"] == 0.0
    around = [(1, -2, 0.0, 1.0, True), (1, 10, 210.0, 216.0, True)]
    assert amounts(payroll_of(scenario, [*five, *around]))["overtime premium"] == 0.0
    sixth = [(0, 7, 154.0, 170.0, True)]
    assert amounts(payroll_of(scenario, [*five, *sixth, *around]))["overtime premium"] == pytest.approx(1 * 10 * 0.5)


@pytest.mark.parametrize(
    ("shifts", "end", "hours", "night"),
    [
        # Tuesday 0:00-8:00 in Manila lies in New York's Monday; six hours of it are night.
        ([(1, 12.0, 20.0)], 20.0, 8.5, 6.0),
        # Monday 13:00-21:00, and Tuesday 8:00-12:00, which ends with New York's Monday.
        ([(0, 1.0, 9.0), (1, 20.0, 24.0)], 9.0, 12.5, 0.0),
    ],
)
def test_time_past_the_end_belongs_to_the_date_of_the_shift(
    tmp_path: Path, shifts: list[tuple[int, float, float]], end: float, hours: float, night: float
) -> None:
    """Half an hour past eight, all of it seen on New York's Monday: overtime on the date of the shift, in Manila."""
    scenario = world(tmp_path, NEW_YORK + MANILA + QUEUE.format(name="q") + group("g", 160, 'site = "manila"') + REST)
    sums = no_sums(scenario)
    sums.shift_overrun[0, 0] = 1800.0
    seen = presence([(0, 0, obs.OVERRUN + obs.OFF, end, end + 0.5)])
    found = amounts(payroll_of(scenario, [(0, *shift, True) for shift in shifts]), sums, seen)
    peso = 0.0175
    assert found["wages g"] == pytest.approx(hours * 160 * peso)
    assert found["night premium"] == pytest.approx(night * 16 * peso)
    assert found["overtime premium"] == pytest.approx(0.5 * 40 * peso)


@pytest.mark.parametrize(
    ("center", "site", "start", "worked", "weekend"),
    [
        # Kiritimati is 26 hours ahead: the end of the center's Thursday is there 22:00 on Friday to 2:00 on Saturday.
        ("Etc/GMT+12", "Pacific/Kiritimati", "2026-04-02", (1, 20.0, 24.0), 2),
        # And the other way about: the beginning of Monday is 22:00 on Saturday to 2:00 on Sunday.
        ("Pacific/Kiritimati", "Etc/GMT+12", "2026-04-06", (-2, 0.0, 4.0), 4),
    ],
)
def test_no_site_is_too_far_away(
    tmp_path: Path, center: str, site: str, start: str, worked: tuple[int, float, float], weekend: float
) -> None:
    text = (
        CENTER.format(start=start, days=1, zone=center) + MANILA.replace("Asia/Manila", site)
        + QUEUE.format(name="q") + group("g", 160, 'site = "manila"') + REST
    )  # fmt: skip
    found = amounts(payroll_of(world(tmp_path, text), [(0, *worked, True)]))
    assert found["night premium"] == pytest.approx(4 * 16 * 0.0175)
    assert found["weekend premium"] == pytest.approx(weekend * 48 * 0.0175)


def test_seats_at_a_site_are_paid_by_its_rules_and_vendors_people_by_nobody(tmp_path: Path) -> None:
    """A seat from 21:00 to 5:00 in Manila, a fifth of the paid time shrunk away: 10 paid hours, 8.75 of them at night."""
    seats = '[groups.g]\nsite = "manila"\nwage = 160\nskills = { q = {} }\nseats = { csv = "seats.csv", shrinkage = "20%" }\n'
    scenario = world(tmp_path, NEW_YORK + MANILA + QUEUE.format(name="q") + seats + "[costs]\nload = 1.25\n")
    sums = no_sums(scenario)
    sums.group_days[0, 0, GROUP_SUMS.index("available")] = 8 * HOUR
    seen = presence([(0, 0, obs.AVAILABLE, 9.0, 17.0), (1, 1, obs.AVAILABLE, 0.0, 24.0)])
    found = amounts(payroll_of(scenario), sums, seen)
    assert found["wages g"] == pytest.approx(10 * 160 * 0.0175)
    assert found["night premium"] == pytest.approx(8.75 * 16 * 0.0175)


VENDORS = """
[vendors.partner]
price = {{ {price} }}
capacity = 5
[vendors.idle]
price = {{ rate = 1.0, minimum = 1000 }}
capacity = 5
"""
ROUTE = '[[queues.q.route]]\ngroups = ["g"]\n[[queues.q.route]]\nvendor = "partner"\nafter = "60s"\n'
SPRING = CENTER.format(start="2026-03-30", days=33, zone="UTC")


@pytest.mark.parametrize(
    ("price", "did", "expected"),
    [
        # March has 2 of its 31 days in the horizon, April all, May 1. 2000 minutes are more than 2/31 of the minimum.
        ("rate = 0.78, minimum = 12000", {0: (9, 2000.0), 10: (9, 10000.0)}, 1560 + 12000 + 12000 / 31),
        ("rate = 0.78, minimum = 12000", {1: (9, 100.0), 31: (9, 20000.0)}, 12000 * 2 / 31 + 15600 + 12000 / 31),
        # Four whole weeks and five days of a fifth.
        ('per = "contact", rate = 2.0, minimum = 70, per_period = "week"', {6: (40, 1.0)}, 80 + 3 * 70 + 50),
        ('per = "contact", rate = 2.0, minimum = 70, per_period = "day"', {6: (40, 1.0)}, 80 + 32 * 70),
        ("rate = 0.5", {0: (1, 10.0), 31: (1, 30.0)}, 20.0),
    ],
)
def test_a_vendor_charges_the_minimum_for_its_part_of_the_period(
    tmp_path: Path, price: str, did: dict[int, tuple[float, float]], expected: float
) -> None:
    scenario = world(
        tmp_path, SPRING + VENDORS.format(price=price) + QUEUE.format(name="q") + ROUTE + group("g", 20) + REST
    )
    sums = no_sums(scenario)
    for day, (answered, minutes) in did.items():
        sums.vendor_days[0, day] = answered, answered, 60.0 * minutes
    # A vendor on no route sells nothing and charges nothing.
    found = {line: amount for line, amount in amounts(payroll_of(scenario), sums).items() if line.startswith("vendor")}
    assert found == pytest.approx({"vendor partner": expected})


def test_sessions_with_the_machine_cost_their_price(tmp_path: Path) -> None:
    machine = 'self_service = { containment = "40%", cost_per_session = 0.20 }\n'
    free = 'self_service = { containment = "40%" }\n'
    queues = QUEUE.format(name="q") + machine + QUEUE.format(name="r") + free
    scenario = world(tmp_path, SPRING + queues + group("g", 20, skills="q = {}, r = {}") + REST)
    sums = no_sums(scenario)
    sums.sessions[:] = (500, 200, 60000), (300, 100, 30000)
    assert amounts(payroll_of(scenario), sums)["self-service"] == pytest.approx(100.0)


def test_a_transferred_contact_costs_the_center_once_and_each_queue_its_own(tmp_path: Path) -> None:
    """Ten answered in q; six in r, of which four had been answered in q before: twelve contacts in all."""
    text = (
        SPRING
        + QUEUE.format(name="q")
        + "cost_per_contact = 2.0\n"
        + QUEUE.format(name="r")
        + "cost_per_contact = 5.0\n"
    )
    scenario = world(tmp_path, text + group("g", 20, skills="q = {}, r = {}") + REST + "per_contact = 0.1\n")
    sums, answered = no_sums(scenario), QUEUE_SUMS.index("answered")
    sums.queue_days[3, :, answered] = 10, 6
    sums.later_legs[..., 1, answered] = 4
    assert amounts(payroll_of(scenario), sums)["contacts"] == pytest.approx(10 * 2 + 6 * 5 + 12 * 0.1)


def test_a_plan_that_buys_and_sells_nothing_has_no_such_lines(tmp_path: Path) -> None:
    payroll = payroll_of(world(tmp_path, SPRING + QUEUE.format(name="q") + group("g", 20) + REST))
    assert payroll.lines == ["wages g", "overtime premium", "load"]
    assert payroll.income_lines == []
    assert income(payroll.scenario, no_sums(payroll.scenario)).tolist() == []


CONTRACT = """
[contracts.telco]
bill = {{ per = "{per}", rate = {rate} }}
{more}
[contracts.nobodys]
bill = {{ rate = 1.0 }}
"""
JUDGED = 'service_level = { target = 0.80, within = "30s", per = "month", counting = "ignore" }\n'


def client(folder: Path, per: str, rate: float, more: str = "", groups: str = "") -> Scenario:
    """Queues a and b under the client's contract, c under nobody's."""
    under = 'contract = "telco"\n'
    queues = QUEUE.format(name="a") + under + QUEUE.format(name="b") + under + QUEUE.format(name="c")
    staff = groups or group("g", 20, skills="a = {}, b = {}, c = {}")
    return world(folder, SPRING + CONTRACT.format(per=per, rate=rate, more=more) + queues + staff + REST)


def earned(scenario: Scenario, sums: Sums) -> dict[str, float]:
    return dict(zip(payroll_of(scenario).income_lines, income(scenario, sums).tolist(), strict=True))


@pytest.mark.parametrize(
    ("per", "rate", "expected"),
    # Talk 700 + hold 200 + wrap 300 s in a; 60 s of talk in b; c is the center's own.
    [("handled minute", 0.5, 0.5 * (20 + 1)), ("contact", 3.0, 3.0 * 11), ("resolved contact", 4.0, 4.0 * 7)],
)
def test_a_client_pays_by_what_its_queues_did(tmp_path: Path, per: str, rate: float, expected: float) -> None:
    scenario, names = client(tmp_path, per, rate), ("talk", "hold", "wrap", "answered", "resolved")
    sums = no_sums(scenario)
    chosen = [QUEUE_SUMS.index(name) for name in names]
    sums.queue_days[0, 0, chosen] = 500, 200, 300, 8, 6
    sums.queue_days[32, 0, chosen] = 200, 0, 0, 2, 1
    sums.queue_days[32, 1, chosen] = 60, 0, 0, 1, 0
    sums.queue_days[5, 2, chosen] = 9000, 9000, 9000, 900, 900
    assert earned(scenario, sums) == pytest.approx({"billing telco": expected})


def test_staffed_hours_of_shared_agents_are_split_by_their_work(tmp_path: Path) -> None:
    """Ten hours a month: those of `own` count whole; of `shared`, as much as of its own work was the client's.

    In March 1800 of its 2400 s; in April it did nothing, and two of its three skills are the client's; in May, nothing
    for the client. `others` serves c alone.
    """
    staff = (
        group("own", 20, skills="a = {}") + group("shared", 20, skills="a = {}, b = {}, c = {}")
        + group("others", 20, skills="c = {}")
    )  # fmt: skip
    scenario = client(tmp_path, "staffed hour", 30.0, groups=staff)
    sums = no_sums(scenario)
    for day in (0, 10, 32):
        sums.group_days[day, :, GROUP_SUMS.index("available")] = 10 * HOUR
    sums.group_work[0] = [[5000, 0, 0], [600, 1200, 600], [0, 0, 9000]]
    sums.group_work[32] = [[0, 0, 0], [0, 0, 700], [0, 0, 0]]
    assert earned(scenario, sums) == pytest.approx({"billing telco": 30.0 * (3 * 10 + 7.5 + 10 * 2 / 3 + 0)})


MONTHS = {"march": 1, "april": 15, "may": 32}


def judged(scenario: Scenario, months: dict[str, tuple[float, tuple[float, ...], tuple[float, ...]]]) -> Sums:
    """Per month: contacts answered in a, and (offered, within, abandoned within) of a and of b."""
    sums = no_sums(scenario)
    for month, (answered, of_a, of_b) in months.items():
        sums.queue_days[MONTHS[month], 0, QUEUE_SUMS.index("answered")] = answered
        for queue, levels in enumerate((of_a, of_b)):
            for name, value in zip(("offered", "within", "abandoned_within"), levels, strict=True):
                sums.contract_days[MONTHS[month], queue, CONTRACT_SUMS.index(name)] = value
    return sums


CREDITS = JUDGED + 'credits = { worst = { below = 0.75, share = "8%" }, bad = { below = 0.80, share = "3%" } }'


def test_of_several_credits_the_lowest_threshold_applies_to_the_months_bill(tmp_path: Path) -> None:
    """March: of 980 - 80 and 120 - 20 contacts 670 and 100, 77 %: 3 % of its bill. April: 74 %, 8 %, not 11. May: none."""
    scenario = client(tmp_path, "contact", 2.0, CREDITS)
    months = {
        "march": (500, (980, 670, 80), (120, 100, 20)),
        "april": (800, (1000, 740, 0), (0, 0, 0)),
        "may": (50, (0, 0, 0), (0, 0, 0)),
    }
    found = earned(scenario, judged(scenario, months))
    assert found == pytest.approx({"billing telco": 2700.0, "credits telco": -(0.03 * 1000 + 0.08 * 1600)})


def test_the_level_of_a_contract_is_pooled_over_its_queues(tmp_path: Path) -> None:
    """900 of 1000 in a and 10 of 100 in b: 82.7 %, though b alone is far below. At exactly 80 % nothing is credited."""
    scenario = client(tmp_path, "contact", 2.0, CREDITS)
    months = {"march": (500, (1000, 900, 0), (100, 10, 0)), "april": (500, (900, 800, 0), (100, 0, 0))}
    # Written to a file, nothing is 0.0, not -0.0.
    assert str(earned(scenario, judged(scenario, months))["credits telco"]) == "0.0"


def test_of_several_bonuses_the_highest_threshold_applies(tmp_path: Path) -> None:
    """95 % earns 2 %, 88 % earns 1 %, exactly 85 % nothing."""
    bonus = JUDGED + 'bonus = { best = { above = 0.90, share = "2%" }, good = { above = 0.85, share = "1%" } }'
    scenario = client(tmp_path, "contact", 2.0, bonus)
    months = {
        "march": (100, (100, 95, 0), (0, 0, 0)),
        "april": (200, (100, 88, 0), (0, 0, 0)),
        "may": (400, (100, 85, 0), (0, 0, 0)),
    }
    found = earned(scenario, judged(scenario, months))
    assert found == pytest.approx({"billing telco": 1400.0, "bonus telco": 0.02 * 200 + 0.01 * 400})


def test_a_level_is_judged_over_its_own_periods(tmp_path: Path) -> None:
    """By the week, Monday to Sunday: Sunday's 70 % is judged with Monday's 100 %, and the next Monday's apart."""
    weekly = CREDITS.replace('per = "month"', 'per = "week"')
    scenario = client(tmp_path, "contact", 1.0, weekly)
    sums = no_sums(scenario)
    for day, within in ((0, 100), (6, 70), (7, 70)):
        sums.queue_days[day, 0, QUEUE_SUMS.index("answered")] = 100
        for name, value in (("offered", 100), ("within", within)):
            sums.contract_days[day, 0, CONTRACT_SUMS.index(name)] = value
    assert earned(scenario, sums)["credits telco"] == pytest.approx(-0.08 * 100)


def test_goodwill_and_outreach_are_lines_of_the_total_where_they_are_used(tmp_path: Path) -> None:
    """Three customers written to, two messages of 0.50 each; credits of 60 were given."""
    queue = QUEUE.format(name="q")
    says = queue + "outreach = { reached = 0.5, prevents = 0.5, messages = 2, cost = 0.5 }\ncredit = { amount = 30 }\n"
    rest = group("g", 20) + REST
    customers = "[customers]\nnumber = 9\nvalue = 500\nleave = [0.1]\n"
    center = CENTER.format(start="2026-03-02", days=1, zone="UTC")
    payroll = payroll_of(world(tmp_path, center + says + rest + customers))
    sums = no_sums(payroll.scenario)
    sums.outreach += [[3, 1]]
    earned = scheduled_pay(payroll, sums, {})
    found = dict(zip(payroll.lines, costs_by_line(payroll, sums, earned, {"credit_cost": 60.0}).tolist(), strict=True))
    assert payroll.lines[-2:] == ["goodwill", "outreach"]
    assert (found["goodwill"], found["outreach"]) == (60.0, 3.0)
    assert sum(found.values()) == 63.0
    plain = payroll_of(world(tmp_path, center + queue + rest))
    assert not {"goodwill", "outreach"} & set(plain.lines)
