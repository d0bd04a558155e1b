"""What to say of a setting that is missing, misplaced or called otherwise: the way out, in the planner's words."""

from __future__ import annotations

NOT_YET = "is not supported yet"

SETTINGS_TO_COME = {
    "ScenarioSpec": {"campaigns", "outages"},
    "Center": {"site"},
    "Shift": {"site"},
}
"""Settings that the language is growing towards, by the table that will hold them: refused by name, never ignored."""

MACHINE = 'a machine stands in front of a queue: self_service = { kind = "KIND", containment = "30%" } there'
OF_CLASS = "training and nesting are settings of a class: [hiring.NAME.training]"
SETTINGS_OF_GROUPS = (
    "cross_training", "early_log_off", "lateness", "leavers", "supervisors", "talent", "tenure", "wage",
)  # fmt: skip
OF_SHRINKAGE = "it follows from absence, breaks, meetings and courses; what you planned goes into [shrinkage_plan]"
SICKNESS = "sickness is a table [absence.NAME] with annual_days and spell"
RAISES = "write wage = { steps = [[0, 20]], raises = { spring = { on = 2026-04-01, factor = 1.03 } } }"
LEAVE = "leave is a table [absence.NAME] with annual_days"
REPEATS = "write repeat = { share = 0.5 }: of those whose contact did not resolve the case"
REDIALS = "write redial = { share = 0.4 }: of those who were lost"
PACE = "write pace = 0.95: the share of standard handle time that agents take"
OF_PACE = "it is a setting of a group or a queue; what it does to resolution stands in [quality.pace]"
RUSH = "haste is a setting of a group: pressure = { waiting_per_agent = 1, pace = 0.9 }"
SECOND_LINE = 'write escalation = { share = 0.3, kind = "cold", to = "QUEUE" }'
CSAT = "it follows from what happens; what customers expect is set in [experience]: csat = 0.78"
SHARED = "write [quality] with history_shared = true: nothing is gone through again"
CUSTOMERS = "add a table [customers] with number, value and leave"
GOODWILL = "write credit = { amount = 10 }: given after a bad case"
OUTREACH = "a queue has outreach = { reached = 0.5, prevents = 0.3, cost = 0.02 }"

ELSEWHERE = {
    "ScenarioSpec": {
        **{key: f"it is a setting of a group: {key} = … in [groups.NAME]" for key in SETTINGS_OF_GROUPS},
        "meetings": "meetings are of a group: [groups.NAME.meetings.TITLE]",
        "coaching": "coaching is of a group: [groups.NAME.coaching.TITLE]",
        "training": OF_CLASS,
        "nesting": OF_CLASS,
        "classes": "a class is a table [hiring.NAME] with group, starts and offers",
        "raises": "in a group, " + RAISES,
        "promotion": "a promotion is a table [moves.NAME] with from, to and annual_share",
        "leave": LEAVE,
        "sickness": SICKNESS,
        "shrinkage": OF_SHRINKAGE,
        "pace": OF_PACE,
        "pressure": RUSH,
        "rush": RUSH,
        "fatigue": "it is a setting of a group: [groups.NAME.fatigue]",
        "crm": SHARED,
        "history_shared": SHARED,
        "csat": "write it in [experience]",
        "nps": "write it in [experience]",
        "ces": "write it in [experience]",
        "satisfaction": "add a table [experience]",
        "churn": CUSTOMERS,
        "loyalty": CUSTOMERS,
        "outreach": OUTREACH,
        "repeat": "it is a setting of a queue: repeat = { share = 0.5 }",
        "redial": "it is a setting of a queue: redial = { share = 0.4 }",
        "escalation": "it is a setting of a queue: escalation = { … }",
    },
    "Center": {"pace": OF_PACE, "fcr": "it is a setting of a queue", "crm": SHARED},
    "Queue": {
        "bot": MACHINE.replace("KIND", "bot"),
        "ivr": MACHINE.replace("KIND", "ivr"),
        "vendor": 'a vendor takes contacts in a tier of the route: { vendor = "partner", after = "2min" }',
        "bill": 'clients pay by contract: a table [contracts.NAME], and contract = "NAME" here',
        **dict.fromkeys(("repeats", "repeat_rate", "recontact", "recontact_rate"), REPEATS),
        **dict.fromkeys(("redials", "redial_rate", "retry", "retrial"), REDIALS),
        "callback_rate": f"customers who come again: {REPEATS}; an offer to call back is callback = {{ … }}",
        **dict.fromkeys(("escalate", "second_tier", "second_line", "tier2", "tier_2"), SECOND_LINE),
        "swarm": SECOND_LINE.replace("cold", "swarm"),
        "follow_up": 'write escalation = { share = 0.3, kind = "follow up" }',
        "fcr_target": "a target does nothing by itself: write fcr as observed; the study says what a plan reaches",
        "aht_target": PACE,
        "aht": f"write talk, hold and wrap, or handle; to change the time of all, {PACE}",
        "pressure": RUSH,
        "rush": RUSH,
        "fatigue": "it is a setting of a group: [groups.NAME.fatigue]",
        **dict.fromkeys(("csat", "nps", "ces"), CSAT),
        "expected_wait": "write it in [experience]; else customers expect the limit of the service level",
        "churn": CUSTOMERS,
        "leave": CUSTOMERS,
        "value": CUSTOMERS + ": the value of a customer",
        **dict.fromkeys(("goodwill", "compensation"), GOODWILL),
        **dict.fromkeys(("upsell", "sales", "revenue"), "write sale = { share = 0.05, margin = 30 }"),
        **dict.fromkeys(("outbound", "proactive"), OUTREACH),
        "crm": SHARED,
        "history_shared": SHARED,
        "difficulty": "hard cases are those that the agent cannot resolve: fcr, unresolvable and escalation",
    },
    "Group": {
        "concurrency": "write capacity = { chat = { at_once = 3 } }",
        "timezone": 'a group has its site\'s: a table [sites.NAME], and site = "NAME" here',
        "currency": 'a group has its site\'s: a table [sites.NAME], and site = "NAME" here',
        "hiring": "people are hired by a table [hiring.NAME] that names the group",
        "training": OF_CLASS,
        "nesting": OF_CLASS,
        "absence": "a table [absence.NAME] is of all groups, or of those that its groups name",
        "leave": LEAVE,
        "sickness": SICKNESS,
        "shrinkage": OF_SHRINKAGE,
        "courses": "a table [courses.NAME] names the groups that attend",
        "moves": "a table [moves.NAME] says from which group, and to which",
        "promotion": "a promotion is a table [moves.NAME] with from, to and annual_share",
        "raises": RAISES,
        "burnout": "it is a setting of a law of attrition: [attrition.NAME.burnout]",
        "aht_target": PACE,
        "rush": RUSH,
        "fcr": "it is a setting of a queue; of a group it is the resolution of a skill: skills.QUEUE.resolution",
        "escalation": f"it is a setting of a queue: {SECOND_LINE}",
        "courtesy": "it follows from pace, fatigue and courses: courses.NAME.effect.courtesy",
        "elasticity": "write it in [quality.pace]: resolution and courtesy",
    },
    "Quality": {
        "elasticity": "write [quality.pace] with resolution and courtesy",
        "crm": "write history_shared = true",
    },
    "PaceElasticity": {
        "elasticity": "write resolution, the elasticity of the chance to resolve",
        "fcr": "write resolution, the elasticity of the chance to resolve",
    },
    "Repeat": {
        **dict.fromkeys(("delay", "mean"), 'write after = { family = "exponential", mean = "1d" }'),
        "limit": "write attempts: contacts of one case at most",
        "channel": 'write to = { QUEUE = "30%" }: what part comes to another queue',
        "queue": 'write to = { QUEUE = "30%" }: what part comes to another queue',
    },
    "Redial": {
        **dict.fromkeys(("delay", "mean"), 'write after = { family = "exponential", mean = "5min" }'),
        "limit": "write attempts: contacts of one case at most",
        "to": "whoever was lost tries again on the same queue",
    },
    "Escalation": {
        **dict.fromkeys(("queue", "target"), 'write to = "QUEUE"'),
        "after": "a contact is escalated when the first agent hangs up; a follow up takes length",
    },
    "Pressure": {"waiting": "write waiting_per_agent", "above": "write waiting_per_agent"},
    "Fatigue": {"break": "write rest: the length of a break after which the fully tired are restored"},
    "Goodwill": {"cost": "write amount"},
    "Sale": dict.fromkeys(("price", "amount", "value"), "write margin = 30 per sale"),
    "Experience": {"fcr": "customers expect the queue's fcr", "wait": "write expected_wait"},
    "Customers": {
        **dict.fromkeys(
            ("churn", "leave_after"), "write leave = [0.05, 0.1, 0.2]: at the first bad case, the second …"
        ),
        **dict.fromkeys(("size", "count", "base"), "write number"),
        "lifetime_value": "write value",
    },
    "Shift": {"meetings": "meetings are of a group: [groups.NAME.meetings.TITLE]"},
    "Attrition": {
        "rate": "write annual_rate = 0.35",
        "groups": 'a group names its law: attrition = "NAME" in the group',
    },
    "Hiring": {
        "heads": "a class has offers, and a share of them show up; a standing order holds heads: hold = 120",
        "dropout": 'it is a setting of the training: training = { length = "6w", dropout = 0.1 }',
        "mentor_per": "it is a setting of nesting: nesting = { …, mentor_per = 5, mentor_share = 0.25 }",
        "wage": "whoever joins starts at the first step of the group's wage",
        "ramp": "whoever joins takes the group's ramp",
    },
    **{
        table: dict.fromkeys(
            ("xlsx", "excel", "workbook", "file"), 'write csv = "volumes.xlsx", and sheet = "NAME" if it has several'
        )
        for table in ("Forecast", "CsvFile", "Seats", "LawSpec")
    },
    "Absence": {"days": "write annual_days", "rate": "write annual_days: working days a year"},
}
"""Settings that planners look for in a table, and that stand in another."""

OTHER_WORDS = {
    "channel": {
        "callback": 'a callback is a setting of a phone queue: callback = { offer_above = { wait = "3min" } }',
        "bot": MACHINE.replace("KIND", "bot"),
        "ivr": MACHINE.replace("KIND", "ivr"),
        "self-service": MACHINE.replace("KIND", "bot"),
    },
}
"""Words that planners use for a setting, where the language says it otherwise."""

WAYS_OUT = {
    "center": "add a table [center] with start and weeks",
    "queues": "add a table such as [queues.orders]",
    "groups": "add a table such as [groups.core]",
    "group": 'write the group that they join, such as group = "core"',
    "start": "write the first day, such as start = 2026-03-02",
    "channel": 'write channel = "phone", "chat", "email" or another',
    "forecast": 'write forecast = { csv = "volumes.csv" }, with weekday,start,contacts',
    "skills": "write skills = { ... } with the queues that the group serves",
    "hours": 'write hours = "08:00-16:30"',
    "length": 'write length = "15min"',
    "csv": "write the name of a CSV file, or of an .xlsx workbook",
    "mean": 'write mean = "4m10s"',
    "family": 'write family = "exponential" or another',
    "bill": 'write bill = { per = "handled minute", rate = 0.42 }',
    "price": 'write price = { per = "handled minute", rate = 0.78 }',
    "rate": "write the price of one, such as rate = 0.42",
    "capacity": "write how many contacts it takes at once, such as capacity = 25",
    "containment": 'write the share who need no agent, such as containment = "30%"',
    "offer_above": 'write offer_above = { wait = "3min" }',
    "contacts": "write how many wait, such as contacts = 180",
    "share": 'write a share, such as share = "10%"',
    "heads": "write how many, such as heads = 2",
    "below": 'write the service level, such as below = "80%"',
    "above": 'write the service level, such as above = "85%"',
    "premium": 'write premium = "10%"',
    "annual_rate": "write leavers per head and year, such as annual_rate = 0.35",
    "first_90_days": "write leavers per head and year, such as first_90_days = 0.9",
    "first_year": "write leavers per head and year, such as first_year = 0.5",
    "later": "write leavers per head and year, such as later = 0.25",
    "annual_days": "write working days a year, such as annual_days = 12",
    "above_occupancy": "write above_occupancy = 0.88",
    "factor_per_10_points": "write what ten points more multiply the rate by, such as factor_per_10_points = 1.5",
    "starts": "write the first day, such as starts = 2026-03-02",
    "on": "write the day, such as on = 2026-03-02",
    "speed": "write it relative to a proficient agent, such as speed = 0.55",
    "resolution": "write it relative to a proficient agent, such as resolution = 0.75",
    "Course.groups": 'write groups = ["core"]',
    "Course.length": 'write the time for each agent, such as length = "8h"',
    "CrossTraining.length": 'write the time for each agent, such as length = "16h"',
    "Training.length": 'write length = "6w"',
    "Nesting.length": 'write length = "2w"',
    "Unpunctual.mean": 'write by how much, such as mean = "6min"',
    "Unpunctual.share": 'write the share of shifts, such as share = "10%"',
    "Raise.factor": "write factor = 1.03",
    "Move.from": 'write the group, such as from = "core"',
    "Move.to": 'write the group, such as to = "senior"',
    "Supervisors.per": "write how many heads one of them leads, such as per = 12",
    "Supervisors.wage": "write it per hour, such as wage = 28",
    "Trainer.wage": "write it per hour, such as wage = 28",
    "Repeat.share": "write the share of the unresolved who come again, such as share = 0.5",
    "Redial.share": "write the share of the lost who try again, such as share = 0.4",
    "Escalation.share": "write the share of what the first agent cannot resolve, such as share = 0.3",
    "Outreach.reached": "write the share of customers reached in time, such as reached = 0.5",
    "Outreach.prevents": "write the share of cases that it prevents, such as prevents = 0.3",
    "Outreach.cost": "write the cost of a message, such as cost = 0.02",
    "Goodwill.amount": "write what is given, such as amount = 10",
    "Sale.share": "write the share of contacts that resolve the case, such as share = 0.05",
    "Sale.margin": "write what a sale earns, such as margin = 30",
    "Pressure.waiting_per_agent": "write how many may wait per agent before they rush, such as waiting_per_agent = 1",
    "Customers.number": "write how many there are when the horizon begins, such as number = 40000",
    "Customers.value": "write what is lost when one leaves, such as value = 120",
    "Customers.leave": "write the chance at the first bad case, the second …, such as leave = [0.05, 0.1]",
}
"""By setting; by table and setting, where settings of one name differ."""
