"""The shop with speed against quality, for the tests of the language; with every setting of it, sound as it is."""

from __future__ import annotations

from omni import omni

FELT = omni(
    "fcr = 0.7",
    """fcr = 0.7
unresolvable = "5%"
pace = 0.98
repeat = { share = "50%", after = { family = "gamma", mean = "6h", cv = 1.2 }, to = { chat = "20%" }, repeated = "30%", attempts = 5 }
redial = { share = "40%", after = { family = "exponential", mean = "4min" }, attempts = 3 }
escalation = { share = "30%", kind = "warm", to = "returns", handover = "45s" }
outreach = { reached = "40%", prevents = "20%", messages = 1.5, cost = 0.02 }
credit = { share = "60%", amount = 8, softens = "40%" }
sale = { share = "4%", margin = 25 }""",
    "wage = 20\n",
    """wage = 20
pace = 0.95
pressure = { waiting_per_agent = 1.5, pace = 0.9 }
fatigue = { occupancy = 0.8, hours = 3, rest = "20min", speed = 0.9, resolution = 0.92, courtesy = 0.9 }
""",
    '[queues.chat]\n',
    """[queues.chat]
resolution_by_load = [1.0, 0.96, 0.9]
repeat = { share = 0.4 }
escalation = { share = 0.5, kind = "follow up", length = { family = "exponential", mean = "8min" }, resolution = 0.6 }
""",
) + """
[quality]
history_shared = true
pace = { resolution = 0.4, range = [0.1, 0.9], courtesy = 0.2 }
[experience]
weights = { resolution = 2.1, wait = 0.2, attempts = 0.6, handover = 0.2, repetition = 0.3, courtesy = 0.9 }
csat = 0.8
nps = { promoters = 0.4, detractors = 0.3 }
ces = 5.2
expected_wait = "40s"
[customers]
number = 4000
value = 150
leave = [0.05, 0.1, 0.25]
bad_below = 0.45
"""  # fmt: skip
