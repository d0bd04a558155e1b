"""Whatever a planner may get wrong about people over months: the culprit named, the way out said, exit 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop import problems, sim, table, write
from staffed import EVERYTHING, FILES, SHOP, change
from test_bad_input import ODD, assert_plain, break_settings

from sim.scenario.load import load

CORE, SUMMER, YEARLY = "groups.core", "hiring.summer", "attrition.yearly"
STAFF = "heads = 9\nshifts = { early = 4, late = 5 }\n"
LAW = "[attrition.yearly]\nannual_rate = 0.35\n"
TRAINING = 'training = { length = "2w", dropout = "10%", licence_pass = "80%", retake_after = "1w" }\n'
NESTING = 'nesting = { length = "1w", speed = 0.6, resolution = 0.8, mentor_per = 5, mentor_share = 0.25 }\n'
CLASS = '[hiring.summer]\ngroup = "core"\nstarts = 2026-03-09\noffers = 6\n'
ORDER = '[hiring.back]\ngroup = "core"\nreplace = "leavers"\n'
COURSE = '[courses.tone]\ngroups = ["core"]\nstarts = 2026-03-09\nlength = "8h"\n'
SEATS = {"seats.csv": table("seats", "3")}
ROSTER = {"roster.csv": "agent,date,start,end,activity,paid\nann,2026-03-02,09:00,17:00,work,yes\n"}
PEOPLE = {"people.csv": FILES["people.csv"]}


def core(*lines: str, base: str = SHOP) -> str:
    """The shop with settings added to its group."""
    return change("[groups.core]\n", "\n".join(("[groups.core]", *lines, "")), base)


def hire(**settings: str) -> str:
    """The shop with a class, settings replaced or added; those that are "" taken out."""
    given = {"group": '"core"', "starts": "2026-03-09", "offers": "6", **settings}
    return SHOP + "[hiring.summer]\n" + "".join(f"{key} = {value}\n" for key, value in given.items() if value)


def order(**settings: str) -> str:
    return hire(starts="", offers="", **settings)


def train(text: str) -> str:
    return hire(training=f"{{ {text} }}")


def nest(text: str) -> str:
    return hire(nesting=f'{{ length = "1w", speed = 0.6, resolution = 0.8{text} }}')


def law(text: str) -> str:
    return core('attrition = "yearly"') + f"[attrition.yearly]\n{text}\n"


def move(text: str) -> str:
    return SHOP + f'[groups.flex]\nlike = "core"\n[moves.x]\n{text}\n'


def absent(text: str) -> str:
    return SHOP + f"[absence.x]\n{text}\n"


def course(text: str) -> str:
    """The course with settings replaced, or added."""
    keys = {line.split(" = ")[0] for line in text.splitlines()}
    kept = [line for line in COURSE.splitlines() if line.split(" = ")[0] not in keys]
    return SHOP + "\n".join((*kept, text, ""))


def crossed(text: str, skill: str = "{ holders = 0 }", queue: str = "returns") -> str:
    """The shop with a second queue, whose skill the group has in some way, and is trained in."""
    more = '[queues.returns]\nlike = "orders"\n[groups.flex]\nheads = 4\nshifts = { early = "100%" }\nskills = { returns = {} }\n'
    base = core(f"cross_training.{queue} = {{ {text} }}", base=SHOP + more)
    return change(
        "skills = { orders = {} }", f"skills = {{ orders = {{}}{f', returns = {skill}' if skill else ''} }}", base
    )


LESSONS = 'heads = 2, starts = 2026-03-09, length = "8h"'

Row = tuple[str, str, str, str] | tuple[str, str, str, str, dict[str, str]]
"""What is wrong, spring.toml, where it stands, what is said of it; and other files."""

HIRING: list[Row] = [
    ("unknown group", hire(group='"cor"'), f"{SUMMER}.group", '"cor" is not a group; did you mean "core"?'),
    ("no group", hire(group=""), f"{SUMMER}.group", 'is missing; write the group that they join, such as group = "core"'),
    ("class before the horizon", hire(starts="2026-02-02"), f"{SUMMER}.starts",
     "2026-02-02 lies before the first day, 2026-03-02; count these people among the heads, or write a later day"),
    ("negative offers", hire(offers="-6"), f"{SUMMER}.offers", "-6 is negative; write 0 or more"),
    ("half an offer", hire(offers="6.5"), f"{SUMMER}.offers", "6.5 is not a whole number"),
    ("more show up than there are", hire(show_up='"120%"'), f"{SUMMER}.show_up",
     '"120%" is not a share; write a number from 0 to 1, or "0%" to "100%"'),
    ("class and order", hire(hold="9"), SUMMER, 'give one of starts (a class), replace = "leavers" and hold (standing orders)'),
    ("class without offers", hire(offers=""), SUMMER, "a class has starts and offers"),
    ("a vacancy of a class", hire(vacancy='"3w"'), SUMMER, "vacancy, from and to go with a standing order, not with a class"),
    ("order that ends before it begins", order(hold="12", **{"from": "2026-04-06", "to": "2026-04-01"}), f"{SUMMER}.to",
     "2026-04-01 lies before 2026-04-06, the day in from"),
    ("two orders for a group", core('attrition = "yearly"') + LAW + ORDER + ORDER.replace("back", "again"), "hiring.again",
     '"back" is a standing order for core already; keep one of the two'),
    ("heads of a class", hire(offers="", heads="6"), f"{SUMMER}.heads",
     '"heads" is not a setting here; a class has offers, and a share of them show up; a standing order holds heads: hold = 120'),
    ("hiring in a group", core("hiring = 6"), f"{CORE}.hiring",
     '"hiring" is not a setting here; people are hired by a table [hiring.NAME] that names the group'),
    ("dropout over 1", train('length = "2w", dropout = 1.5'), f"{SUMMER}.training.dropout",
     '1.5 is not a share; write a number from 0 to 1, or "0%" to "100%"'),
    ("training of no length", train('length = "0s"'), f"{SUMMER}.training.length", "has no length; leave training out if they start on the floor"),
    ("training of some length", train("dropout = 0.1"), f"{SUMMER}.training.length", 'is missing; write length = "6w"'),
    ("hours of training", train('length = "2w", hours_a_week = 400'), f"{SUMMER}.training.hours_a_week", "is hours a week; 84 at most"),
    ("hours of the contract", hire(contract_hours="400"), f"{SUMMER}.contract_hours", "is hours a week; 84 at most"),
    ("trainer of nobody", train('length = "2w", trainer = { per = 0, wage = 30 }'), f"{SUMMER}.training.trainer.per",
     "must be 1 or more: the trainees that one trainer takes"),
    ("trainer for nothing", train('length = "2w", trainer = { per = 9 }'), f"{SUMMER}.training.trainer.wage",
     "is missing; write it per hour, such as wage = 28"),
    ("an order that nobody passes", order(hold="12", training='{ length = "2w", licence_pass = 0.02 }'), f"{SUMMER}.training",
     "2% of those who start come on the floor: a standing order would hire on and on; write a lower dropout, or a class"),
    ("term before the class", hire(contract_until="2026-03-06"), f"{SUMMER}.contract_until",
     "2026-03-06 lies before 2026-03-09, when the class starts; write a later day"),
    ("term before the training ends", hire(contract_until="2026-03-20", training='{ length = "2w" }'), f"{SUMMER}.contract_until",
     "2026-03-20 lies before 2026-03-23, the first day after the training: nobody would come on the floor; write a later day"),
    ("nesting without a mentor", nest(""), f"{SUMMER}.nesting.mentor_per",
     "is missing: who helps? write mentor_per = 5, mentor_share = 0.25; or mentor_share = 0 if nobody does"),
    ("mentor of no share", nest(", mentor_per = 5"), f"{SUMMER}.nesting.mentor_share",
     "is missing; write the share of a mentor's shift, such as 0.25"),
    ("mentor of nobody", nest(", mentor_per = 0, mentor_share = 0.25"), f"{SUMMER}.nesting.mentor_per",
     "must be 1 or more: the nesters that one mentor helps"),
    ("nesting of no length", change('length = "1w"', 'length = "0s"', nest(", mentor_share = 0")), f"{SUMMER}.nesting.length",
     "has no length; leave nesting out if nobody is helped"),
    ("nesting in an unknown queue", nest(', mentor_share = 0, queues = ["order"]'), f"{SUMMER}.nesting.queues",
     '"order" is not a queue; did you mean "orders"?'),
    ("nesting in a queue of others",
     nest(', mentor_share = 0, queues = ["returns"]') + '[queues.returns]\nlike = "orders"\n[groups.flex]\nlike = "core"\nskills.returns = {}\n',
     f"{SUMMER}.nesting.queues", 'group core lacks the skill "returns"; its skills are orders'),
    ("hiring into a roster", change(STAFF, 'roster = { csv = "roster.csv" }\n', hire()), f"{SUMMER}.group",
     "core has roster, and whoever joins or changes groups goes with shifts", ROSTER),
    ("hiring into seats", change(STAFF, 'seats = { csv = "seats.csv" }\n', hire()), f"{SUMMER}.group",
     "core has seats, and whoever joins or changes groups goes with shifts", SEATS),
    ("hiring into shifts of nobody", change(STAFF, "shifts = { early = 0, late = 0 }\n", hire()), f"{SUMMER}.group",
     "the shifts of core have 0 heads each, so nobody can say who joins which; use shares"),
]  # fmt: skip

ATTRITION: list[Row] = [
    ("unknown law", core('attrition = "yeerly"') + LAW, f"{CORE}.attrition", '"yeerly" is not a law of attrition; did you mean "yearly"?'),
    ("first law", core('attrition = "yearly"'), f"{CORE}.attrition", '"yearly" is not a law of attrition; add a table [attrition.yearly]'),
    ("no rate", law(""), f"{YEARLY}.annual_rate", "is missing; write leavers per head and year, such as annual_rate = 0.35"),
    ("rate", law("rate = 0.35"), f"{YEARLY}.rate", '"rate" is not a setting here; write annual_rate = 0.35'),
    ("negative rate", law("annual_rate = -0.35"), f"{YEARLY}.annual_rate", "-0.35 is negative; write 0 or more"),
    ("no rate of any tenure", law("annual_rate = { }"), f"{YEARLY}.annual_rate",
     "is empty; write annual_rate = 0.35, or some of first_90_days, first_year and later"),
    ("more than everybody a day", law("annual_rate = 500"), f"{YEARLY}.annual_rate",
     "500 a year is 1.37 leavers a head and day, and a chance is at most 1; 0.35 a year is usual"),
    ("more than everybody a day, in the worst month", law('annual_rate = 50\nseason = "season.csv"'), f"{YEARLY}.annual_rate",
     "50 a year × a season of 12 is 1.64 leavers a head and day, and a chance is at most 1; 0.35 a year is usual",
     {"season.csv": "month,factor\n" + "".join(f"{n},{n}\n" for n in range(1, 13))}),
    ("more than everybody a day, burnt out", law("annual_rate = 50\nburnout = { above_occupancy = 0.7, factor_per_10_points = 3 }"),
     f"{YEARLY}.annual_rate", "50 a year × 27 at full occupancy is 3.70 leavers a head and day, and a chance is at most 1; 0.35 a year is usual"),
    ("season of nothing", law('annual_rate = 0.35\nseason = "season.csv"'), f"{YEARLY}.season",
     "the factors are all 0; write 1 for an ordinary week or month",
     {"season.csv": "month,factor\n" + "".join(f"{n},0\n" for n in range(1, 13))}),
    ("season without June", law('annual_rate = 0.35\nseason = "season.csv"'), f"{YEARLY}.season", "season.csv: no row for month 6",
     {"season.csv": "month,factor\n" + "".join(f"{n},1\n" for n in range(1, 13) if n != 6)}),
    ("steady without attrition", core('tenure = "steady"'), f"{CORE}.tenure",
     '"steady" is the mix that attrition implies, and the group has none; write attrition = "…", or a duration such as "2y"'),
    ("steady though nobody leaves",
     core('attrition = "yearly"', 'tenure = "steady"') + "[attrition.yearly]\nannual_rate = { first_90_days = 1, first_year = 1, later = 0 }\n",
     f"{CORE}.tenure",
     'nobody leaves after the first year (attrition.yearly): there is no steady mix; write a later rate, or a duration such as "2y"'),
    ("misspelt tenure", core('tenure = { form = "1w", to = "3w" }'), f"{CORE}.tenure.form", '"form" is not a setting here; did you mean "from"?'),
    ("leaver of no name", core("leavers.x = { on = 2026-03-09, agent = \"ann\" }"), f"{CORE}.leavers.x.agent",
     "goes with a people file or a roster; write heads = 1"),
    ("unknown leaver", change("heads = 9\n", 'people = { csv = "people.csv" }\n', core('leavers.x = { on = 2026-03-09, agent = "anm3" }')),
     f"{CORE}.leavers.x.agent", '"anm3" is not an agent of core; did you mean "ann3"?', PEOPLE),
    ("one leaves twice", change("heads = 9\n", 'people = { csv = "people.csv" }\n', core(
        'leavers = { x = { on = 2026-03-09, agent = "ann3" }, y = { on = 2026-03-16, agent = "ann3" } }')),
     f"{CORE}.leavers.y.agent", '"ann3" leaves twice; remove one of the two', PEOPLE),
    ("more leavers than heads", core("leavers.x = { on = 2026-03-09, heads = 12 }"), f"{CORE}.leavers", "12 leave, but the group has 9 heads"),
    ("leaver of no kind", core("leavers.x = { on = 2026-03-09 }"), f"{CORE}.leavers.x", "give either heads or agent"),
    ("leaver of no day", core("leavers.x = { heads = 1 }"), f"{CORE}.leavers.x.on", "is missing; write the day, such as on = 2026-03-02"),
]  # fmt: skip

MOVES: list[Row] = [
    ("from nobody known", move('from = "cor"\nto = "flex"\nannual_share = 0.1'), "moves.x.from", '"cor" is not a group; did you mean "core"?'),
    ("to nobody known", move('from = "core"\nto = "flx"\nannual_share = 0.1'), "moves.x.to", '"flx" is not a group; did you mean "flex"?'),
    ("to nobody", move('from = "core"\nannual_share = 0.1'), "moves.x.to", 'is missing; write the group, such as to = "senior"'),
    ("to themselves", move('from = "core"\nto = "core"\nannual_share = 0.1'), "moves.x.to", "is the group that they come from; name another"),
    ("before the horizon", move('from = "core"\nto = "flex"\non = 2026-03-01\nheads = 2'), "moves.x.on",
     "2026-03-01 lies before the first day, 2026-03-02; count these heads in flex, or write a later day"),
    ("more than there are", move('from = "core"\nto = "flex"\non = 2026-03-09\nheads = 12'), "moves.x.heads", "is 12, but core has 9 heads"),
    ("a tenure for a date", move('from = "core"\nto = "flex"\non = 2026-03-09\nheads = 2\nafter = "1y"'), "moves.x.after",
     "goes with annual_share: on a date, whoever is proficient moves"),
    ("two kinds", move('from = "core"\nto = "flex"\non = 2026-03-09\nannual_share = 0.1'), "moves.x", "give either on and heads, or annual_share"),
    ("to seats", move('from = "core"\nto = "desk"\nannual_share = 0.1') + '[groups.desk]\nseats = { csv = "seats.csv" }\nskills = { orders = {} }\n',
     "moves.x.to", "desk has seats, and whoever joins or changes groups goes with shifts", SEATS),
    ("from a roster", move('from = "desk"\nto = "core"\nannual_share = 0.1') + '[groups.desk]\nroster = { csv = "roster.csv" }\nskills = { orders = {} }\n',
     "moves.x.from", "desk has roster, and whoever joins or changes groups goes with shifts", ROSTER),
    ("promotion in a group", core("promotion = 0.1"), f"{CORE}.promotion",
     '"promotion" is not a setting here; a promotion is a table [moves.NAME] with from, to and annual_share'),
]  # fmt: skip

ABSENCE: list[Row] = [
    ("no days", absent('spell = "2d"'), "absence.x.annual_days", "is missing; write working days a year, such as annual_days = 12"),
    ("days", absent("days = 12"), "absence.x.days", '"days" is not a setting here; write annual_days'),
    ("leave over 365 days", absent("annual_days = 366"), "absence.x.annual_days", "is 366, but a year has 365 days, 260 of them working days"),
    ("always on leave", absent("annual_days = 300"), "absence.x.annual_days", "is 300, but a year has 260 working days; write fewer"),
    ("always sick", absent('annual_days = 300\nspell = "3d"'), "absence.x.annual_days", "is 300, but a year has 260 working days; write fewer"),
    ("days that no spell holds", absent('annual_days = 200\nspell = "2d"'), "absence.x.spell",
     "200 days a year cannot come in spells of 2d: the next would begin before the last has ended; write a longer one"),
    ("a spell of leave", absent('annual_days = 12\nspell = "2d"\nat_most = 0.1'), "absence.x", "at_most goes with leave, spell with sickness"),
    ("sick of no group known", absent('annual_days = 12\nspell = "2d"\ngroups = ["cor"]'), "absence.x.groups", '"cor" is not a group; did you mean "core"?'),
    ("sick twice", absent('annual_days = 12\nspell = "2d"\ngroups = ["core", "core"]'), "absence.x.groups", "names a group twice"),
    ("sick seats", change(STAFF, 'seats = { csv = "seats.csv" }\n', absent('annual_days = 12\nspell = "2d"\ngroups = ["core"]')),
     "absence.x.groups", "core has seats, not people; give it shifts, or leave it out here", SEATS),
    ("leave of nobody by name", absent('annual_days = 12\nat_most = 0.2\ncsv = "leave.csv"'), "absence.x.csv",
     "leave is granted to agents by name: give their group a people file or a roster", {"leave.csv": "agent,from,to\nann3,2026-03-09,2026-03-13\n"}),
    ("leave of somebody unknown", change("heads = 9\n", 'people = { csv = "people.csv" }\n', absent('annual_days = 12\nat_most = 0.2\ncsv = "leave.csv"')),
     "absence.x.csv", '"anm3" is in no people file or roster; did you mean "ann3"?',
     {**PEOPLE, "leave.csv": "agent,from,to\nanm3,2026-03-09,2026-03-13\nann4,2026-03-09,2026-03-09\n"}),
    ("leave backwards", change("heads = 9\n", 'people = { csv = "people.csv" }\n', absent('annual_days = 12\nat_most = 0.2\ncsv = "leave.csv"')),
     "absence.x.csv", "leave.csv line 2: ends on 2026-03-09, before it starts on 2026-03-13",
     {**PEOPLE, "leave.csv": "agent,from,to\nann3,2026-03-13,2026-03-09\n"}),
    ("absence in a group", core("absence = {}"), f"{CORE}.absence",
     '"absence" is not a setting here; a table [absence.NAME] is of all groups, or of those that its groups name'),
    ("shrinkage in a group", core("shrinkage = 0.3"), f"{CORE}.shrinkage",
     '"shrinkage" is not a setting here; it follows from absence, breaks, meetings and courses; what you planned goes into [shrinkage_plan]'),
    ("more planned than there is", SHOP + "[shrinkage_plan]\nleave = 0.8\nsick = 0.3\n", "shrinkage_plan",
     "leave and sick add up to 110% of contracted hours; 100% at most"),
    ("late by what", core('lateness = { share = "10%" }'), f"{CORE}.lateness.mean", 'is missing; write by how much, such as mean = "6min"'),
]  # fmt: skip

OFF_FLOOR: list[Row] = [
    ("meetings of no group", SHOP + '[meetings.team]\nhours = "09:00-09:30"\n', "meetings",
     '"meetings" is not a setting here; meetings are of a group: [groups.NAME.meetings.TITLE]'),
    ("meetings of a shift", change('hours = "09:00-17:00"', 'hours = "09:00-17:00"\nmeetings = {}'), "shifts.late.meetings",
     '"meetings" is not a setting here; meetings are of a group: [groups.NAME.meetings.TITLE]'),
    ("meeting at any time", core("meetings.team = {}"), f"{CORE}.meetings.team",
     'give either hours = "09:00-09:30", or length = "30min" in the week\'s quietest interval'),
    ("coaching for nobody", core('coaching.talk = { length = "30min", at_once = 0 }'), f"{CORE}.coaching.talk.at_once",
     "never lets anybody go; write a share such as 0.1"),
    ("coaching each day", core('coaching.talk = { length = "30min", every = "1d" }'), f"{CORE}.coaching.talk",
     'every is whole weeks, such as "1w" or "2w"'),
    ("course for nobody", course("groups = []"), "courses.tone.groups",
     'is empty; write the groups that attend, such as groups = ["core"]'),
    ("course for an unknown group", course('groups = ["core", "cor"]'), "courses.tone.groups", '"cor" is not a group; did you mean "core"?'),
    ("course for seats", change(STAFF, 'seats = { csv = "seats.csv" }\n', SHOP + COURSE), "courses.tone.groups",
     "core has seats, not people; give it shifts, or leave it out here", SEATS),
    ("course of no length", course('length = "0s"'), "courses.tone.length", 'must be more than 0, such as "8h"'),
    ("course of no hours a day", course('a_day = "0s"'), "courses.tone.a_day", 'must be more than 0, such as "4h"'),
    ("course for nobody at once", course("at_once = 0"), "courses.tone.at_once", "must be more than 0, such as 0.1"),
    ("course again at once", course('every = "8h"'), "courses.tone.every",
     '8h is no longer than the course itself; write the time until it is repeated, such as "26w"'),
    ("effect gone at once", course('effect = { speed = 1.05 }\nhalf_life = "0s"'), "courses.tone.half_life",
     "the effect would be gone at once; leave it out if it stays"),
    ("skill of an unknown queue", crossed(LESSONS, queue="retruns", skill=""), f"{CORE}.cross_training.retruns",
     '"retruns" is not a queue; did you mean "returns"?'),
    ("skill that the group lacks", crossed(LESSONS, skill=""), f"{CORE}.cross_training.returns",
     "is not a skill of the group: say who holds it before; add returns = { holders = 0 } to groups.core.skills"),
    ("skill that everybody has", crossed(LESSONS, skill="{}"), f"{CORE}.cross_training.returns",
     "everybody holds the skill already; write the share who hold it before, such as holders = 0, in groups.core.skills"),
    ("skill with an unknown ramp", crossed(LESSONS + ', ramp = "slow"'), f"{CORE}.cross_training.returns.ramp",
     '"slow" is not a ramp; add a table [ramp.slow]'),
    ("skill in no time", crossed(LESSONS.replace("8h", "0s")), f"{CORE}.cross_training.returns.length", 'must be more than 0, such as "8h"'),
    ("supervisors of nobody", core("supervisors = { per = 0, wage = 28 }"), f"{CORE}.supervisors.per",
     "must be 1 or more: the heads that one supervisor leads"),
    ("supervisors of everybody", core("supervisors = { wage = 28 }"), f"{CORE}.supervisors.per",
     "is missing; write how many heads one of them leads, such as per = 12"),
    ("supervisors of the center", SHOP + "[supervisors]\nper = 12\nwage = 28\n", "supervisors",
     '"supervisors" is not a setting here; it is a setting of a group: supervisors = … in [groups.NAME]'),
    ("raise of nothing", change("wage = 20", "wage = { steps = [[0, 20]], raises = { a = { on = 2026-03-09 } } }"),
     f"{CORE}.wage.raises.a.factor", "is missing; write factor = 1.03"),
    ("raises beside the wage", core("raises = {}"), f"{CORE}.raises",
     '"raises" is not a setting here; write wage = { steps = [[0, 20]], raises = { spring = { on = 2026-04-01, factor = 1.03 } } }'),
]  # fmt: skip


def ramp(text: str) -> str:
    return core('ramp = "r"') + f"[ramp.r]\n{text}\n"


RAMPS: list[Row] = [
    ("ramps", SHOP + '[ramps.x]\nfamily = "linear"\n', "ramps", '"ramps" is not a setting here; did you mean "ramp"?'),
    ("from above", ramp('family = "linear"\nweeks = 8\nstart = { speed = 1.2 }'), "ramp.r.start.speed",
     "is 1.2, and the ramp leads to 1, a proficient agent: it would fall; write 1 or less"),
    ("from above in quality", ramp('family = "exponential"\nweeks_to_95 = 8\nstart = { speed = 0.6, resolution = 1.1 }'), "ramp.r.start.resolution",
     "is 1.1, and the ramp leads to 1, a proficient agent: it would fall; write 1 or less"),
    ("table that ends at 90 %", ramp('family = "table"\nsteps = [[0, 0.5, 0.8], [8, 0.9, 1.0]]'), "ramp.r",
     "the last step must reach speed 1 and resolution 1"),
    ("start of a table", ramp('family = "table"\nsteps = [[0, 0.5, 0.8], [8, 1.0, 1.0]]\nstart = { speed = 0.5 }'), "ramp.r.start",
     "goes with other families: the first of the steps says where it starts"),
    ("contacts in weeks", ramp('family = "linear"\nby = "contacts"\nweeks = 8'), "ramp.r", "the family linear by contacts takes contacts, and only that"),
    ("contacts of those there", ramp('family = "linear"\nby = "contacts"\ncontacts = 800'), "ramp.r",
     'contacts_a_week goes with by = "contacts", and only with it'),
]  # fmt: skip


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row[0]) for row in (*HIRING, *ATTRITION, *MOVES, *ABSENCE, *OFF_FLOOR, *RAMPS)]
)
def test_each_mistake_is_reported_once_with_the_way_out(tmp_path: Path, row: Row) -> None:
    _, toml, where, what, *files = row
    result = sim("check", write(tmp_path, toml, dict(files[0]) if files else None))
    assert result.exit_code == 2
    assert problems(result) == [(where, what)], result.output
    assert_plain(result.output)


def test_seats_take_nothing_of_people(tmp_path: Path) -> None:
    lines = (
        'attrition = "yearly"', "leavers.x = { on = 2026-03-09, heads = 1 }", 'tenure = "steady"',
        'lateness = { share = 0.1, mean = "5min" }', 'early_log_off = { share = 0.1, mean = "5min" }',
        'meetings.x = { hours = "09:00-09:30" }', 'coaching.x = { length = "30min" }', f"cross_training.orders = {{ {LESSONS} }}",
        "supervisors = { per = 12, wage = 28 }",
    )  # fmt: skip
    toml = change(STAFF, 'seats = { csv = "seats.csv" }\n', core(*lines)) + LAW
    found = problems(sim("check", write(tmp_path, toml, dict(SEATS))))
    keys = (
        "attrition",
        "leavers",
        "lateness",
        "early_log_off",
        "meetings",
        "coaching",
        "cross_training",
        "supervisors",
    )
    assert sorted(found) == sorted(
        [
            *((f"{CORE}.{key}", "goes with shifts or a roster, not with seats") for key in keys),
            (f"{CORE}.tenure", '"steady" goes with shifts or a roster, not with seats'),
        ]
    )


def test_all_at_once(tmp_path: Path) -> None:
    """One pass, every table, and the plans; what could not be read is judged no further."""
    toml = core('attrition = "yearly"', 'tenure = "steady"', "supervisors = { per = 0, wage = 28 }") + (
        "[attrition.yearly]\nannual_rate = 400\n"
        '[hiring.summer]\ngroup = "cor"\nstarts = 2026-02-02\noffers = 6\nnesting = { length = "1w", speed = 0.6, resolution = 0.8 }\n'
        '[hiring.broken]\ngroup = "core"\nstarts = 2026-03-09\noffers = -1\n'
        "[absence.leave]\nannual_days = 400\n"
        + change('"core"', '"coer"', COURSE)
        + '[plans.late]\nhiring.summer.starts = 2026-02-09\n[plans.typo]\nhiring.sumer.offers = "+5"\n'
    )
    result = sim("check", write(tmp_path, toml))
    assert result.exit_code == 2
    assert sorted(where for where, _ in problems(result)) == [
        "absence.leave.annual_days",
        "attrition.yearly.annual_rate",
        "courses.tone.groups",
        "groups.core.supervisors.per",
        "hiring.broken.offers",
        "hiring.summer.group",
        "hiring.summer.nesting.mentor_per",
        "hiring.summer.starts",
        "plans.late.hiring.summer.starts",
        "plans.typo.hiring.sumer",
    ]
    assert ("plans.typo.hiring.sumer", 'is not in the base, and not complete; did you mean "summer"?') in problems(
        result
    )


WARNED: list[Row] = [
    ("class after the horizon", hire(starts="2026-05-04"), f"{SUMMER}.starts",
     "2026-05-04 lies after the last day, 2026-04-26: the class is not played"),
    ("order before the horizon", core('attrition = "yearly"') + LAW + ORDER + "to = 2026-02-28\n", "hiring.back.to",
     "2026-02-28 lies before the first day, 2026-03-02: the order fills nothing"),
    ("order after the horizon", core('attrition = "yearly"') + LAW + ORDER + "from = 2026-05-01\n", "hiring.back.from",
     "2026-05-01 lies after the last day, 2026-04-26: the order fills nothing"),
    ("nobody to replace", SHOP + ORDER, "hiring.back.replace", "nobody ever leaves core: the order hires nobody; add attrition to the group"),
    ("a second try for nobody", train('length = "2w", retake_after = "1w"'), f"{SUMMER}.training.retake_after",
     "everybody passes at once: it does nothing; write licence_pass"),
    ("nobody passes", train('length = "2w", licence_pass = 0'), f"{SUMMER}.training", "nobody passes it: the class never comes on the floor"),
    ("training beyond the horizon", train('length = "7w"'), f"{SUMMER}.training.length",
     "lasts until 2026-04-26, after the last day, 2026-04-26: nobody comes on the floor"),
    ("nobody to mentor", hire(group='"new"', nesting='{ length = "1w", speed = 0.6, resolution = 0.8, mentor_per = 5, mentor_share = 0.25 }')
     + '[groups.new]\nlike = "core"\nheads = 0\nshifts = { early = "50%", late = "50%" }\n', f"{SUMMER}.nesting",
     "nobody of new is there to mentor when the class comes on the floor, on 2026-03-09: nobody helps"),
    ("law of nobody", SHOP + LAW, YEARLY, 'no group names it; write attrition = "yearly" in a group'),
    ("group emptied", change(STAFF, 'heads = 2\nshifts = { early = "100%" }\n', law("annual_rate = 20")), f"{CORE}.attrition",
     # 2 heads × exp(−20 × 26 / 365) = 0.48 on the 26th day, 28 March; a day before it is 0.51.
     "of 2 heads less than half a head is expected to be left in the week of 2026-03-23: attrition empties the group; add hiring"),
    ("leaver before the horizon", core("leavers.x = { on = 2026-03-01, heads = 1 }"), f"{CORE}.leavers.x.on",
     "2026-03-01 lies before the first day, 2026-03-02: they are gone; take them off heads"),
    ("leaver after the horizon", core("leavers.x = { on = 2026-04-27, heads = 1 }"), f"{CORE}.leavers.x.on",
     "2026-04-27 lies after the last day, 2026-04-26: nobody of them leaves"),
    ("move after the horizon", move('from = "core"\nto = "flex"\non = 2026-04-27\nheads = 2'), "moves.x.on",
     "2026-04-27 lies after the last day, 2026-04-26: nobody moves"),
    ("shrinkage that nothing produces", SHOP + "[shrinkage_plan]\nleave = 0.08\ncoaching = 0.02\nbreaks = 0.03\n", "shrinkage_plan",
     "nothing in the file produces leave, coaching: people are there as if it were 0"),
    ("nobody to hold", order(hold="0"), "hiring.summer.hold", "is 0: the order never hires anybody"),
    ("a raise as a share", change("wage = 20", "wage = { steps = 20, raises = { a = { on = 2026-03-09, factor = 0.03 } } }"),
     f"{CORE}.wage.raises.a.factor", "multiplies by 0.03; 3 % more is 1.03, 3 % less is 0.97"),
    ("an effect as a share", course("effect = { resolution = 0.04 }"), "courses.tone.effect.resolution",
     "multiplies by 0.04; 3 % more is 1.03, 3 % less is 0.97"),
    ("a burnout that keeps people", core('attrition = "yearly"') + "[attrition.yearly]\nannual_rate = 0.2\nburnout = { above_occupancy = 0.8, factor_per_10_points = 0.5 }\n",
     "attrition.yearly.burnout.factor_per_10_points",
     "is below 1: the busier the floor, the fewer; write 1.5 for half as many again per 10 points"),
    ("a promotion of everybody", move('from = "core"\nto = "flex"\nannual_share = 12'), "moves.x.annual_share",
     "is 12 a head and year: nearly everybody moves within the year; 10 % is 0.10"),
    ("raise before the horizon", change("wage = 20", "wage = { steps = 20, raises = { a = { on = 2026-03-01, factor = 1.03 } } }"),
     f"{CORE}.wage.raises.a.on",
     "2026-03-01 lies before the first day, 2026-03-02: wages are raised from the start; write the raised wages in steps instead"),
    ("raise after the horizon", change("wage = 20", "wage = { steps = 20, raises = { a = { on = 2026-04-27, factor = 1.03 } } }"),
     f"{CORE}.wage.raises.a.on", "2026-04-27 lies after the last day, 2026-04-26: it raises nothing"),
    ("hired later", change("heads = 9\n", 'people = { csv = "people.csv" }\n'), f"{CORE}.people",
     "ann8 hired after the first day, and there from it; hire by a table such as [hiring.core]",
     {"people.csv": PEOPLE["people.csv"].replace("ann8,2024", "ann8,2027")}),
    ("hours for days", absent("annual_days = 160"), "absence.x.annual_days", "is 160 of 260 working days a year; is it a number of hours?"),
    ("more leave than fits", absent('annual_days = 30\nat_most = "12%"'), "absence.x.at_most",
     # One of nine at a time, on the 365 days of a year whose late shift works every weekday: 40.6 a head.
     "", {}),
    ("more leave than fits, five days a week", change('hours = "09:00-17:00"', 'days = "mon-fri"\nhours = "09:00-17:00"', absent('annual_days = 30\nat_most = "12%"')),
     "absence.x.at_most",
     # One of nine on 260.7 days a year: 28.97 a head.
     "12% of the 9 heads of core is 1: there is room for 29.0 days a head and year, not for 30; the rest is not taken"),
    ("one at a time at least", absent('annual_days = 30\nat_most = "10%"'), "absence.x.at_most", "", {}),
    ("leave of another year", change("heads = 9\n", 'people = { csv = "people.csv" }\n', absent('annual_days = 12\nat_most = 0.2\ncsv = "leave.csv"')),
     "absence.x.csv", "1 of 2 rows lie outside 2026-03-02 to 2026-04-26",
     {**PEOPLE, "leave.csv": "agent,from,to\nann3,2025-03-09,2025-03-13\nann4,2026-03-01,2026-03-02\n"}),
    ("meeting at night", core('meetings.team = { hours = "20:00-20:30" }'), f"{CORE}.meetings.team",
     "no shift of the group works at 20:00-20:30 on any day: it never takes place"),
    ("coaching of a day and a night", core('coaching.talk = { length = "9h" }'), f"{CORE}.coaching.talk.length",
     "9h at a time, but no shift of core is longer than 8h30m: it never takes place"),
    ("course before the horizon", course("starts = 2026-03-01"), "courses.tone.starts",
     "2026-03-01 lies before the first day, 2026-03-02: it starts then, and nobody has attended yet"),
    ("course after the horizon", course("starts = 2026-04-27"), "courses.tone.starts",
     "2026-04-27 lies after the last day, 2026-04-26: nobody attends"),
    ("course of long days", course('length = "20h"\na_day = "10h"'), "courses.tone.a_day",
     "10h at a time, but no shift of core is longer than 8h30m: it never takes place"),
    ("what fades", course('half_life = "10w"'), "courses.tone.half_life", "the course has no effect that could fade; add effect"),
    ("more to train than lack the skill", crossed(LESSONS.replace("heads = 2", "heads = 7"), skill='{ holders = "50%" }'),
     f"{CORE}.cross_training.returns.heads", "is 7, but only 4 of 9 heads lack the skill"),
]  # fmt: skip


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in WARNED])
def test_what_is_odd_but_possible_is_warned_about_once(tmp_path: Path, row: Row) -> None:
    _, toml, where, what, *files = row
    path = write(tmp_path, toml, dict(files[0]) if files else None)
    assert [(problem.where, problem.what) for problem in load(path).warnings] == ([(where, what)] if what else [])
    result = sim("check", path)
    assert result.exit_code == 0
    assert f"warning: {where}: {what}" in result.output or not what
    assert_plain(result.output)


def test_a_workforce_of_everything_is_sound(tmp_path: Path) -> None:
    """No rule, old or new, finds fault with it: an empty group is hired into, a skill is trained, nobody runs out."""
    result = sim("check", write(tmp_path, EVERYTHING, FILES))
    assert result.exit_code == 0, result.output
    # Two opening hours a day are far less than anybody's shift.
    lines = [line for line in result.output.splitlines() if "warning" in line]
    assert [line for line in lines if "outside the opening hours" not in line] == []


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    told = {problem.where: problem.what for problem in load(write(tmp_path, EVERYTHING, FILES)).assumptions}
    expected = {
        "groups.core.tenure": "the mix that attrition leaves in the long run, season and burnout left out",
        "groups.core.ramp": "goes on day by day; those there at the start have been on it for their tenure",
        "groups.core.cross_training.returns.at_once": "10% of the group's heads (assumption)",
        "groups.core.cross_training.returns.a_day": "4h at most (assumption)",
        "attrition.yearly.burnout.over_weeks": "4 (assumption)",
        "absence.sick.burnout.over_weeks": "4 (assumption)",
        "hiring.season.show_up": "everybody with an offer starts",
        "moves.promotion.after": "52w of tenure (assumption)",
        "courses.tone.at_once": "10% of the group's heads (assumption)",
        "courses.tone.effect.courtesy": "is recorded; no KPI uses it without [experience]",
    }
    assert {where: told.get(where) for where in expected} == expected
    assert "groups.seasonal.tenure" not in told
    bare = (
        core('attrition = "yearly"', 'coaching.talk = { length = "30min" }')
        + LAW
        + ORDER
        + ('training = { length = "2w", trainer = { wage = 30 } }\n[absence.leave]\nannual_days = 20\n')
    )
    told = {problem.where: problem.what for problem in load(write(tmp_path, bare)).assumptions}
    assert {
        "groups.core.tenure": "104w for everybody (assumption)",
        "groups.core.coaching.talk.at_once": "no limit on how many attend at once",
        "hiring.back.vacancy": "none: whoever is lost is replaced the next morning",
        "hiring.back.training.dropout": "everybody who starts finishes the training",
        "hiring.back.training.trainer.per": "15 trainees (assumption)",
        "absence.leave.block": "5d taken together (assumption)",
        "absence.leave.at_most": "no limit on how many are on leave at once",
    }.items() <= told.items()


@pytest.mark.parametrize(
    ("toml", "where"),
    [
        ("[hiring.summer]\noffers = [6]\nstarts = 2026-03-09\n" + 'group = "core"\n', "hiring.summer.offers"),
        ('[hiring.summer]\ngroup = 3\nstarts = 2026-03-09\noffers = 6\nnesting = { length = "1w", speed = 0.6, resolution = 0.8, mentor_share = 0 }\n',
         "hiring.summer.group"),
        ("[attrition.yearly]\nannual_rate = true\n", "attrition.yearly.annual_rate"),
        ('[attrition.yearly]\nannual_rate = 0.3\nseason = "none.csv"\n', "attrition.yearly.season"),
        ('[absence.leave]\nannual_days = 20\ncsv = "none.csv"\nat_most = 0.2\n', "absence.leave.csv"),
        ('[courses.x]\ngroups = "core"\nstarts = 2026-03-09\nlength = "8h"\n', "courses.x.groups"),
    ],
)  # fmt: skip
def test_what_could_not_be_read_is_not_judged_again(tmp_path: Path, toml: str, where: str) -> None:
    base = core('attrition = "yearly"', 'tenure = "steady"')
    whole = base + toml + ("" if "[attrition" in toml else LAW)
    assert [place for place, _ in problems(sim("check", write(tmp_path, whole)))] == [where]


@pytest.mark.parametrize("seed", range(3))
def test_nonsense_in_any_setting_is_refused_or_played_but_never_a_fault(tmp_path: Path, seed: int) -> None:
    write(tmp_path, files=FILES)
    break_settings(tmp_path, EVERYTHING, [*ODD, "steady", "leavers", "returns", "2w", 0.35, 400], seed, 3)
