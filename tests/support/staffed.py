"""The shop over months, for the tests of the workforce; with every setting of it, sound as it is."""

from __future__ import annotations

from shop import but

SHOP = but("days = 2", "weeks = 8", 'mon-fri = "09:00-11:00"', 'mon-tue = "09:00-11:00"')
"""Eight weeks from 2026-03-02; the last day is 2026-04-26."""


def change(old: str, new: str, base: str = SHOP) -> str:
    assert old in base, f"the shop does not say {old}"
    return base.replace(old, new)


EVERYTHING = change("weeks = 8", "weeks = 40", change('skills = { orders = {} }\nwage = 20', """\
skills = { orders = {}, returns = { holders = "30%" } }
wage = { steps = [[0, 20], [26, 22]], raises = { spring = { on = 2026-04-01, factor = 1.03 } } }
ramp = "curve"
tenure = "steady"
attrition = "yearly"
leavers = { parents = { on = 2026-04-01, heads = 2 } }
lateness = { share = "8%", mean = "6min" }
early_log_off = { share = "3%", mean = "10min", paid = true }
meetings = { team = { days = "mon", hours = "09:00-09:30", every = "2w" } }
coaching = { talk = { length = "30min", at_once = "20%" } }
cross_training = { returns = { heads = 3, starts = 2026-03-09, length = "16h", ramp = "learning", cost = 50 } }
supervisors = { per = 12, wage = 28 }""")) + """
[queues.returns]
like = "orders"
[groups.seasonal]
heads = 0
shifts = { early = "50%", late = "50%" }
skills = { orders = {}, returns = {} }
ramp = "curve"
wage = 19
meetings = { team = { hours = "09:00-09:30" } }
away = { project = { days = "tue", hours = "09:00-10:00", heads = 2 } }
[groups.senior]
people = { csv = "people.csv" }
shifts = { late = "100%" }
skills = { orders = { speed = 1.1 }, returns = {} }
leavers = { ann = { on = 2026-06-01, agent = "ann1" } }
[ramp.curve]
family = "s-curve"
start = { speed = 0.55, resolution = 0.75 }
weeks_to_95 = 14
[ramp.learning]
family = "power"
by = "contacts"
start = { speed = 0.6 }
learning_rate = 0.85
contacts_a_week = 300
[attrition.yearly]
annual_rate = { first_90_days = 1.1, first_year = 0.55, later = 0.22 }
season = "season.csv"
burnout = { above_occupancy = 0.88, factor_per_10_points = 1.5 }
[hiring.spring]
group = "core"
starts = 2026-04-06
offers = 8
show_up = "90%"
training = { length = "4w", dropout = "10%", licence_pass = "78%", retake_after = "3w", trainer = { per = 12, wage = 30 } }
nesting = { length = "2w", speed = 0.55, resolution = 0.75, queues = ["orders"], mentor_per = 5, mentor_share = 0.25 }
cost = 900
[hiring.season]
group = "seasonal"
starts = 2026-06-01
offers = 6
contract_hours = 30
contract_until = 2026-10-30
[hiring.back]
group = "core"
replace = "leavers"
vacancy = "3w"
from = 2026-03-16
to = 2026-11-01
[moves.promotion]
from = "core"
to = "senior"
annual_share = 0.05
[moves.loan]
from = "core"
to = "seasonal"
on = 2026-05-04
heads = 2
ramp_again = true
[absence.sick]
annual_days = 10
spell = "3d"
season = "season.csv"
burnout = { above_occupancy = 0.9, factor_per_10_points = 1.2 }
[absence.leave]
annual_days = 20
block = "5d"
at_most = "15%"
csv = "leave.csv"
groups = ["core", "senior"]
[courses.tone]
kind = "soft skills"
groups = ["core", "senior"]
starts = 2026-03-23
length = "8h"
a_day = "2h"
every = "26w"
cost = 120
effect = { resolution = 1.04, courtesy = 1.1 }
half_life = "20w"
[shrinkage_plan]
leave = 0.08
sick = 0.04
meetings = 0.02
"""  # fmt: skip
"""Every setting of the workforce, sound as it is."""

FILES: dict[str, str | bytes] = {
    "people.csv": "agent,hired\n" + "".join(f"ann{n},2024-03-04\n" for n in range(9)),
    "season.csv": "month,factor\n" + "".join(f"{n},{1 + 0.02 * n:g}\n" for n in range(1, 13)),
    "leave.csv": "agent,from,to\nann3,2026-07-06,2026-07-17\n",
}
