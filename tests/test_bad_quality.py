"""Whatever a planner may get wrong about speed and quality: the culprit named, the way out said, exit 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from felt import FELT
from omni import put
from shop import SHOP, but, problems, sim, table, write
from test_bad_input import ODD, assert_plain, break_settings

from sim.scenario.load import load

QUEUE, GROUP = "queues.orders", "groups.core"
REPEAT, REDIAL, ESCALATION = f"{QUEUE}.repeat", f"{QUEUE}.redial", f"{QUEUE}.escalation"
CUSTOMERS = "[customers]\nnumber = 900\nvalue = 100\nleave = [0.1, 0.2]\n"
REPLAY = {"log.csv": "arrived\n2026-03-02 09:10:00\n"}


def queue(*lines: str, base: str = SHOP) -> str:
    """The shop with settings added to its queue; a setting that is there is replaced."""
    text = base
    for line in lines:
        key = line.split(" = ")[0]
        old = [known for known in text.splitlines() if known.startswith(f"{key} = ")]
        text = text.replace(old[0], line, 1) if old else text.replace(f"[{QUEUE}]\n", f"[{QUEUE}]\n{line}\n", 1)
    return text


def core(*lines: str) -> str:
    return SHOP.replace(f"[{GROUP}]\n", "\n".join((f"[{GROUP}]", *lines, "")))


def customers(**settings: str) -> str:
    given = {"number": "900", "value": "100", "leave": "[0.1, 0.2]", **settings}
    return SHOP + "[customers]\n" + "".join(f"{key} = {value}\n" for key, value in given.items() if value)


def many(*lines: str) -> str:
    """Phone, chat and email, with settings added to the queue orders, all of it phone."""
    return put(QUEUE, *lines)


Row = tuple[str, str, str, str] | tuple[str, str, str, str, dict[str, str]]
"""What is wrong, spring.toml, where it stands, what is said of it; and other files."""

WRONG: list[Row] = [
    # Who comes again.
    ("share of repeats missing", queue("repeat = {}"), f"{REPEAT}.share",
     "is missing; write the share of the unresolved who come again, such as share = 0.5"),
    ("more repeats than unresolved", queue("repeat = { share = 1.2 }"), f"{REPEAT}.share",
     '1.2 is not a share; write a number from 0 to 1, or "0%" to "100%"'),
    ("unknown queue", many('repeat = { share = 0.3, to = { chatt = "20%" } }'), f"{REPEAT}.to", '"chatt" is not a queue; did you mean "chat"?'),
    ("repeats to itself", many('repeat = { share = 0.3, to = { orders = "20%" } }'), f"{REPEAT}.to", "names the queue itself; name another"),
    ("more than all repeats", many('repeat = { share = 0.3, to = { chat = "60%", email = "50%" } }'), f"{REPEAT}.to",
     "the shares add up to 110.0%, more than all repeats"),
    ("no attempts", queue("repeat = { share = 0.3, attempts = 0 }"), REPEAT, "attempts is from 1 to 20"),
    ("attempts without end", queue("redial = { share = 0.3, attempts = 21 }"), REDIAL, "attempts is from 1 to 20"),
    ("repeats never", queue('repeat = { share = 0.3, after = { family = "never" } }'), f"{REPEAT}.after.family", '"never" is a law of patience only'),
    ("redials never", queue('redial = { share = 0.3, after = { family = "never" } }'), f"{REDIAL}.after.family", '"never" is a law of patience only'),
    ("delay of no mean", queue('redial = { share = 0.3, after = { family = "exponential" } }'), f"{REDIAL}.after", "mean is missing"),
    ("delay in a file that is not there", queue('repeat = { share = 0.3, after = { family = "empirical", csv = "gaps.csv" } }'),
     f"{REPEAT}.after.csv", "gaps.csv: no such file"),
    ("delay of text", queue('redial = { share = 0.3, after = { family = "empirical", csv = "gaps.csv" } }'),
     f"{REDIAL}.after.csv", 'gaps.csv line 2: seconds: "soon" is not a number', {"gaps.csv": "seconds\nsoon\n"}),
    ("redial to another queue", queue('redial = { share = 0.3, to = "orders" }'), f"{REDIAL}.to",
     '"to" is not a setting here; whoever was lost tries again on the same queue'),
    ("pace in percent", queue("pace = 95"), f"{QUEUE}.pace", "is 95 times the standard handle time; 0.95 is 5 % less, 1.05 is 5 % more"),
    # What can be resolved.
    ("nobody could resolve", queue("unresolvable = 1"), f"{QUEUE}.unresolvable", "is 100%: nobody could resolve anything; write less"),
    ("more resolved than can be", queue("unresolvable = 0.4"), f"{QUEUE}.fcr",
     "cannot be 70%: 40% of the cases nobody can resolve, and the FCR counts them; write 60% or less"),
    ("usual FCR, more than can be", queue("unresolvable = 0.4").replace("fcr = 0.7\n", ""), f"{QUEUE}.fcr",
     "cannot be 70% (the usual, as none is given): 40% of the cases nobody can resolve, and the FCR counts them; write 60% or less"),
    # 0.8 of the contacts stay, and 0.8 of those can be resolved: 64 %.
    ("more resolved than stay and can be", many('transfer = { chat = { share = "20%" } }\nunresolvable = 0.2'), f"{QUEUE}.fcr",
     "cannot be 70%: 20% of the contacts are transferred, or end in silence, and 20% of the cases nobody can resolve; write 64% or less"),
    ("chances of no load", put("queues.chat", "resolution_by_load = []"), "queues.chat.resolution_by_load",
     "is empty; write the relative chance with 1, 2, … in hand, such as [1.0, 0.97, 0.94]"),
    ("chance above one", put("queues.chat", "resolution_by_load = [1.0, 1.2]"), "queues.chat.resolution_by_load.2",
     '1.2 is not a share; write a number from 0 to 1, or "0%" to "100%"'),
    # The second line.
    ("escalation to nowhere", queue("escalation = { share = 0.3 }"), ESCALATION,
     'cold goes on to a second line; write its queue, such as to = "tier-2"'),
    ("follow up elsewhere", many('escalation = { share = 0.3, kind = "follow up", to = "returns" }'), ESCALATION,
     'a follow up stays with the first agent; remove to, or write to = "none" in a plan'),
    ("unknown kind", many('escalation = { share = 0.3, kind = "follow", to = "returns" }'), f"{ESCALATION}.kind",
     '"follow" is not known; did you mean "follow up"?'),
    ("unknown second line", many('escalation = { share = 0.3, to = "return" }'), f"{ESCALATION}.to", '"return" is not a queue; did you mean "returns"?'),
    ("escalation to itself", many('escalation = { share = 0.3, to = "orders" }'), f"{ESCALATION}.to", "names the queue itself; name another"),
    ("second line of nobody", many('escalation = { share = 0.3, to = "tier-2" }') + '[queues.tier-2]\nlike = "orders"\nescalation = "none"\n', "queues.tier-2",
     "no group serves this queue; add tier-2 = {} to the skills of a group"),
    ("swarm by mail", many('escalation = { share = 0.3, kind = "swarm", to = "email" }'), f"{ESCALATION}.kind",
     'a swarm joins two agents and a customer who waits; nobody waits in email: write kind = "cold"'),
    ("warm to a chat", many('escalation = { share = 0.3, kind = "warm", to = "chat" }'), f"{ESCALATION}.kind",
     'a warm escalation joins agents with nothing else in hand, and those of core hold several chat contacts: write kind = "cold"'),
    ("handover of a cold one", many('escalation = { share = 0.3, to = "returns", handover = "30s" }'), f"{ESCALATION}.handover",
     'goes with kind = "warm"; remove it, or write handover = "none" in a plan'),
    ("said again to both", many('escalation = { share = 0.3, kind = "warm", to = "returns", repeated = 0.2 }'), f"{ESCALATION}.repeated",
     'goes with kind = "cold"; remove it, or write repeated = "none" in a plan'),
    ("work after a cold one", many('escalation = { share = 0.3, to = "returns", length = { family = "constant", mean = "5min" } }'), f"{ESCALATION}.length",
     'goes with kind = "follow up"; remove it, or write length = "none" in a plan'),
    ("chance of a swarm", many('escalation = { share = 0.3, kind = "swarm", to = "returns", resolution = 0.9 }'), f"{ESCALATION}.resolution",
     'goes with kind = "follow up"; remove it, or write resolution = "none" in a plan'),
    ("learnt alone", queue('escalation = { share = 0.3, kind = "follow up", experience = 2 }'), f"{ESCALATION}.experience",
     'goes with kind = "swarm"; remove it, or write experience = "none" in a plan'),
    ("work without end", queue('escalation = { share = 0.3, kind = "follow up", length = { family = "never" } }'), f"{ESCALATION}.length.family",
     '"never" is a law of patience only'),
    ("target of an escalation", many('escalation = { share = 0.3, queue = "returns", to = "returns" }'), f"{ESCALATION}.queue",
     '"queue" is not a setting here; write to = "QUEUE"'),
    # Haste and fatigue.
    ("pace of nothing", core("pace = 0"), f"{GROUP}.pace", "must be more than 0"),
    ("pressure of nothing", core("pressure = {}"), f"{GROUP}.pressure.waiting_per_agent",
     "is missing; write how many may wait per agent before they rush, such as waiting_per_agent = 1"),
    ("always busy", core("fatigue = { occupancy = 1 }"), f"{GROUP}.fatigue", "occupancy is between 0 and 1"),
    ("too tired to move", core("fatigue = { speed = 0 }"), f"{GROUP}.fatigue", "speed and rest must be more than 0"),
    ("elasticity out of its range", SHOP + "[quality.pace]\nresolution = 1.5\n", "quality.pace",
     "resolution is 1.5, outside its range; write range = [0, 1.5] too"),
    ("range upside down", SHOP + "[quality.pace]\nrange = [0.9, 0.1]\n", "quality.pace", "range goes from low to high, such as [0.1, 0.9]"),
    ("negative elasticity", SHOP + "[quality.pace]\nresolution = -0.3\n", "quality.pace.resolution", "-0.3 is negative; write 0 or more"),
    ("elasticity by name", SHOP + "[quality]\nelasticity = 0.3\n", "quality.elasticity",
     '"elasticity" is not a setting here; write [quality.pace] with resolution and courtesy'),
    ("target for the handle time", core('aht_target = "5min"'), f"{GROUP}.aht_target",
     '"aht_target" is not a setting here; write pace = 0.95: the share of standard handle time that agents take'),
    ("rush of a queue", queue("rush = true"), f"{QUEUE}.rush",
     '"rush" is not a setting here; haste is a setting of a group: pressure = { waiting_per_agent = 1, pace = 0.9 }'),
    ("CRM", SHOP.replace("days = 2", "days = 2\ncrm = true"), "center.crm",
     '"crm" is not a setting here; write [quality] with history_shared = true: nothing is gone through again'),
    # What customers feel, cost and earn.
    ("impossible satisfaction", SHOP + "[experience]\ncsat = 1\n", "experience", "csat, promoters and detractors lie between 0 and 1"),
    ("more than everybody", SHOP + "[experience]\nnps = { promoters = 0.7, detractors = 0.4 }\n", "experience",
     "promoters and detractors are more than everybody"),
    ("ease in percent", SHOP + "[experience]\nces = 80\n", "experience", "ces lies between 1 and 7"),
    ("no wait expected", SHOP + '[experience]\nexpected_wait = "0s"\n', "experience", "expected_wait must be more than 0s"),
    ("no wait expected by the level", queue('service_level = { within = "0s" }') + "[experience]\n", f"{QUEUE}.service_level.within",
     "is 0s, and would be the wait that customers expect; write expected_wait in [experience]"),
    ("satisfaction of a queue", queue("csat = 0.8"), f"{QUEUE}.csat",
     '"csat" is not a setting here; it follows from what happens; what customers expect is set in [experience]: csat = 0.78'),
    ("target for the FCR", queue('fcr_target = "80%"'), f"{QUEUE}.fcr_target",
     '"fcr_target" is not a setting here; a target does nothing by itself: write fcr as observed; the study says what a plan reaches'),
    ("nobody's center", customers(number="0"), "customers", "number must be 1 or more"),
    ("customers of no number", customers(number=""), "customers.number",
     "is missing; write how many there are when the horizon begins, such as number = 40000"),
    ("customers of no value", customers(value=""), "customers.value", "is missing; write what is lost when one leaves, such as value = 120"),
    ("no chance to leave", customers(leave=""), "customers.leave",
     "is missing; write the chance at the first bad case, the second …, such as leave = [0.05, 0.1]"),
    ("one chance to leave", customers(leave="0.05"), "customers.leave", "write a list here, such as [0.05], not 0.05"),
    ("empty chances to leave", customers(leave="[]"), "customers.leave", "is empty"),
    ("chance to leave above one", customers(leave="[0.1, 5]"), "customers.leave.2",
     '5 is not a share; write a number from 0 to 1, or "0%" to "100%"'),
    ("everything prevented", queue("outreach = { reached = 1, prevents = 1, cost = 0.1 }"), f"{QUEUE}.outreach",
     "all cases are prevented: nobody would come; write a lower share in reached or prevents"),
    ("free messages", queue("outreach = { reached = 0.5, prevents = 0.5 }"), f"{QUEUE}.outreach.cost",
     "is missing; write the cost of a message, such as cost = 0.02"),
    ("credit of nothing", queue("credit = {}") + CUSTOMERS, f"{QUEUE}.credit.amount", "is missing; write what is given, such as amount = 10"),
    ("sale of nothing", queue("sale = { share = 0.1 }"), f"{QUEUE}.sale.margin", "is missing; write what a sale earns, such as margin = 30"),
    ("churn of a queue", queue("churn = 0.1"), f"{QUEUE}.churn",
     '"churn" is not a setting here; add a table [customers] with number, value and leave'),
]  # fmt: skip


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in WRONG])
def test_the_culprit_is_named_and_the_way_out_said(tmp_path: Path, row: Row) -> None:
    _, toml, where, what, *files = row
    result = sim("check", write(tmp_path, toml, dict(files[0]) if files else None))
    assert result.exit_code == 2, result.output
    assert problems(result) == [(where, what)]
    assert_plain(result.output)


WARNED: list[Row] = [
    # 0.9 × (1 − 0.1) = 0.81: 1/0.19 = 5.3 times; 1 + 0.81 + 0.81² + 0.81³ = 3.0 of them within four attempts.
    ("loop that hardly settles", queue("fcr = 0.1", "repeat = { share = 0.9 }"), f"{REPEAT}.share",
     "each contact brings 0.81 more on average: load is 5.3 times that of the first contacts, 3.0 times with the limit of 4 attempts"),
    # Just below 0.7 nothing is said.
    ("loop that settles", queue("fcr = 0.23", "repeat = { share = 0.9 }"), f"{REPEAT}.share", ""),
    ("loop that cannot settle", queue("fcr = 0", "repeat = { share = 1, attempts = 6 }"), f"{REPEAT}.share",
     "each contact brings 1.00 more on average: load grows without bound, until the limit of 6 attempts; lower the share, or raise fcr. "
     "And the forecast contains the repeats: no first contacts would be left"),
    ("loop that cannot settle, on top", queue('forecast = { csv = "orders.csv", contains = "first contacts" }', "fcr = 0", "repeat = { share = 1 }"),
     f"{REPEAT}.share",
     "each contact brings 1.00 more on average: load grows without bound, until the limit of 4 attempts; lower the share, or raise fcr"),
    # Rushing at 0.5 with elasticity 1 halves 0.4 to 0.2: 0.9 × 0.8 = 0.72.
    ("loop of those who rush", queue("fcr = 0.4", "repeat = { share = 0.9 }", base=core("pressure = { waiting_per_agent = 1, pace = 0.5 }"))
     + "[quality.pace]\nresolution = 1\n", f"{REPEAT}.share",
     "each contact brings 0.72 more on average: load is 3.6 times that of the first contacts, 2.6 times with the limit of 4 attempts"),
    # Who called comes again by chat, and stays there: what goes round is the chat's 0.9 × 0.8 alone.
    ("loop of one of two", many("repeat = { share = 0.9, to = { chat = 1 } }", "basis = \"standard\"").replace(
        "[queues.chat]\n", "[queues.chat]\nfcr = 0.2\nrepeat = { share = 0.9 }\nforecast.contains = \"first contacts\"\n").replace(
        'forecast.contains = "first contacts"\nchannel = "chat"\nforecast = { csv = "orders.csv" }', 'channel = "chat"\nforecast = { csv = "orders.csv", contains = "first contacts" }'),
     "queues.chat.repeat.share",
     "each contact brings 0.72 more on average: load is 3.6 times that of the first contacts, 2.6 times with the limit of 4 attempts"),
    # Each sends all its repeats to the other: √(0.9 × 0.8 · 0.9 × 0.9) = 0.764.
    ("loop of two", many("repeat = { share = 0.9, to = { chat = 1 }, attempts = 3 }").replace("fcr = 0.7", "fcr = 0.2").replace(
        "[queues.chat]\n", "[queues.chat]\nfcr = 0.1\nrepeat = { share = 0.9, to = { orders = 1 }, attempts = 2 }\n"),
     f"{REPEAT}.share",
     "each contact of orders, chat brings 0.76 more on average: load is 4.2 times that of the first contacts, 2.3 times with the limit of 3 attempts"),
    ("everybody redials", queue("redial = { share = 1, attempts = 9 }"), f"{REDIAL}.share",
     "is 100%: where nobody is answered, each contact comes again until the limit of 9 attempts; most lost customers try again, not all"),
    ("one attempt", queue("redial = { share = 0.4, attempts = 1 }"), f"{REDIAL}.attempts", "is 1, the first contact included: nobody comes again"),
    ("repeats of a log", queue('forecast = { replay = "log.csv" }', "repeat = { share = 0.4 }"), REPEAT,
     "the log that is replayed holds all that came: these contacts come on top", REPLAY),
    ("redials by mail", put("queues.email", "redial = { share = 0.4 }"), "queues.email.redial",
     "customers of email do not wait on the line: nobody is lost, and nobody tries again"),
    ("redials of the endlessly patient", queue("redial = { share = 0.4 }", 'patience = { family = "never" }'), REDIAL,
     "customers never give up, and always get a line: nobody is lost, and nobody tries again"),
    ("redials of those cut off", queue("redial = { share = 0.4 }", 'patience = { family = "never" }', 'at_close = "cut off"'), REDIAL, ""),
    ("repeats next month", queue('repeat = { share = 0.4, after = { family = "exponential", mean = "4w" } }'), f"{REPEAT}.after",
     "is 4w on average: most come after the end of the horizon"),
    ("nothing to share", SHOP + "[quality]\nhistory_shared = true\n", "quality.history_shared",
     "no queue has repeats, so nobody says anything again: it does nothing"),
    # 80 contacts of which 0.9 × 0.9 come on to returns, which has 80 itself, and its own 0.9 × 0.5 on top.
    ("more repeats than the forecast", many("repeat = { share = 0.9, to = { returns = 1 } }", 'basis = "standard"').replace("fcr = 0.7", "fcr = 0.1").replace(
        "[queues.returns]\n", "[queues.returns]\nfcr = 0.5\nrepeat = { share = 0.9 }\n"), "queues.returns.forecast.contains",
     'repeats alone bring up to 101 contacts, more than the forecast\'s 80; write contains = "first contacts" if they come on top'),
    # 80 × (0.5 sent + 0.9 × 0.9 escalated).
    ("more escalations than the forecast", many('transfer = { returns = { share = "50%" } }', 'escalation = { share = 0.9, to = "returns" }', 'basis = "standard"')
     .replace("fcr = 0.7", "fcr = 0.1"), "queues.returns.forecast.contains",
     'transfers and escalations alone bring up to 105 contacts, more than the forecast\'s 80; write contains = "first contacts" if they come on top'),
    ("first contacts of a queue with redials", queue('forecast = { csv = "orders.csv", contains = "first contacts" }', "redial = { share = 0.4 }"),
     f"{QUEUE}.forecast.contains", ""),
    ("none left to escalate", many('transfer = { chat = { share = 1 } }', 'escalation = { share = 0.3, kind = "follow up" }', 'basis = "standard"').replace(
        "[queues.chat]\n", "[queues.chat]\nfcr = 0.5\n"), ESCALATION, "all contacts are transferred: none is left to escalate"),
    # Haste and fatigue.
    ("pace as a change", core("pace = 0.05"), f"{GROUP}.pace", "is 0.05 times the standard handle time; 0.95 is 5 % less, 1.05 is 5 % more"),
    ("pressure to sit still", core("pressure = { waiting_per_agent = 1, pace = 1 }"), f"{GROUP}.pressure.pace",
     "is 1: nobody hurries; 0.9 is ten percent less time"),
    ("pressure of mail", put("groups.flex", "pressure = { waiting_per_agent = 1 }").replace("{ returns = {}, email = {} }", "{ email = {} }").replace(
        "chat = {}, email", "chat = {}, returns = {}, email"), "groups.flex.pressure",
     "contacts of email wait for hours as a rule: the group would rush whenever there is a backlog"),
    ("seats that tire", SHOP.replace("heads = 9\nshifts = { early = 4, late = 5 }\n", 'seats = { csv = "seats.csv" }\nfatigue = {}\n'), f"{GROUP}.fatigue",
     "seats have neither shifts nor breaks: whoever sits there tires all day, and only idle time restores", {"seats.csv": table("seats", "3")}),
    ("seats that rush", SHOP.replace("heads = 9\nshifts = { early = 4, late = 5 }\n", 'seats = { csv = "seats.csv" }\npace = 0.9\npressure = { waiting_per_agent = 1 }\n'),
     f"{GROUP}.pressure", "", {"seats.csv": table("seats", "3")}),
    # 0.7 × 1.5² = 1.575; 0.7 × 1.5^0.5 = 0.857 is a chance, and 0.7 × 1.5^1 = 1.05 at the end of the usual range is none.
    ("elasticity beyond certainty", core("pace = 1.5") + "[quality.pace]\nresolution = 2\nrange = [0, 2]\n", f"{GROUP}.pace",
     "at pace 1.5 and an elasticity of 2, 70% resolved of orders would be 158% as a product; the chance is held below 100 % by the odds"),
    ("range beyond certainty", core("pace = 1.5") + "[quality.pace]\nresolution = 0.5\n", f"{GROUP}.pace",
     "at pace 1.5 and an elasticity of 1 (the high end of quality.pace.range), 70% resolved of orders would be 105% as a product; "
     "the chance is held below 100 % by the odds"),
    ("a queue beyond certainty", queue("pace = 1.5"), f"{QUEUE}.pace",
     "at pace 1.5 and an elasticity of 1 (the high end of quality.pace.range), 70% resolved of orders would be 105% as a product; "
     "the chance is held below 100 % by the odds"),
    ("haste takes it back", queue("pace = 0.9", base=core("pace = 1.5")), f"{GROUP}.pace", ""),
    ("pressure beyond certainty", queue("fcr = 0.8", base=core("pace = 0.9", "pressure = { waiting_per_agent = 1, pace = 1.6 }"))
     + "[quality.pace]\nresolution = 0.9\n", f"{GROUP}.pressure.pace", "*"),
    ("chances by load rise", put("queues.chat", "resolution_by_load = [0.9, 0.95]"), "queues.chat.resolution_by_load", "*"),
    ("load of the lonely", queue("resolution_by_load = [1.0, 0.9]"), f"{QUEUE}.resolution_by_load",
     "no group holds phone beside other contacts: it does nothing"),
    # What customers feel, cost and earn.
    ("nothing is felt", SHOP + "[experience]\nweights = { resolution = 0, wait = 0, attempts = 0, handover = 0, repetition = 0, courtesy = 0 }\n",
     "experience.weights", "are all 0: whatever happens, customers are as satisfied as ever"),
    ("churn that falls", customers(leave='[0.1, "20%", 0.15]'), "customers.leave",
     "falls from 20% to 15% at bad case 3: the more a customer has suffered, the sooner they leave"),
    ("churn that stays", customers(leave="[0.1, 0.1]"), "customers.leave", ""),
    ("nothing is bad", customers(bad_below="0"), "customers.bad_below", "is 0: no case is ever bad, and nobody leaves"),
    ("all is bad", customers(bad_below="0.9"), "customers.bad_below", "is 90%, above csat (78%): a case that goes just as expected is a bad one"),
    # 80 contacts in two days are 280 a week; a monthly volume of ten times the customers is not.
    ("hardly any customers", customers(number="20"), "customers.number", "is 20, and 280 contacts come in a week: each customer would come 14 times"),
    ("customers enough", customers(number="28"), "customers.number", ""),
    ("nothing prevented", queue("outreach = { reached = 0.5, prevents = 0, cost = 0.1 }"), f"{QUEUE}.outreach", "reached × prevents is 0: it prevents nothing"),
    ("credit without customers", queue("credit = { amount = 9 }"), f"{QUEUE}.credit", "without [customers] no bad cases are counted: nobody gets a credit"),
    ("credit of nobody", queue("credit = { amount = 9, share = 0 }") + CUSTOMERS, f"{QUEUE}.credit.share", "is 0: nobody gets a credit"),
    ("sales for nothing", queue("sale = { share = 0.1, margin = 0 }"), f"{QUEUE}.sale", "share × margin is 0: it earns nothing"),
]  # fmt: skip

SEVERAL = {
    "pressure beyond certainty": [
        (f"{GROUP}.pressure.pace", "is 1.6: nobody hurries; 0.9 is ten percent less time"),
        # 0.9 × 1.6 = 1.44; 0.8 × 1.44^0.9 = 1.11.
        (f"{GROUP}.pressure.pace", "at pace 1.44 and an elasticity of 0.9, 80% resolved of orders would be 111% as a product; "
         "the chance is held below 100 % by the odds"),
    ],
    "chances by load rise": [
        ("queues.chat.resolution_by_load", "starts at 0.9: it is relative to one contact in hand, so that is 1.0"),
        ("queues.chat.resolution_by_load", "rises: agents would resolve more with more contacts in hand"),
    ],
}  # fmt: skip
"""Rows about which two things are said."""


@pytest.mark.parametrize("row", [pytest.param(row, id=row[0]) for row in WARNED])
def test_what_is_odd_but_possible_is_warned_about_once(tmp_path: Path, row: Row) -> None:
    name, toml, where, what, *files = row
    path = write(tmp_path, toml, dict(files[0]) if files else None)
    expected = SEVERAL[name] if what == "*" else [(where, what)] if what else []
    assert [(problem.where, problem.what) for problem in load(path).warnings] == expected
    result = sim("check", path)
    assert result.exit_code == 0
    assert all(f"warning: {place}: {text}" in result.output for place, text in expected)
    assert_plain(result.output)


def test_a_plan_is_not_held_to_what_the_base_observed(tmp_path: Path) -> None:
    """Harder cases in a plan lower what is resolved, and the FCR stays that of the base."""
    toml = SHOP + "[plans.harder]\nqueues.orders.unresolvable = 0.5\n"
    assert load(write(tmp_path, toml), "harder").warnings == ()
    toml = (
        SHOP.replace("fcr = 0.7", 'fcr = 0.7\nbasis = "standard"')
        + "[plans.harder]\nqueues.orders.unresolvable = 0.5\n"
    )
    assert [where for where, _ in problems(sim("check", write(tmp_path, toml)))] == ["plans.harder.queues.orders.fcr"]


def test_a_scenario_of_everything_felt_is_sound(tmp_path: Path) -> None:
    result = sim("check", write(tmp_path, FELT))
    assert result.exit_code == 0, result.output
    # Cebu's people work by their own clock: at night the center's.
    known = ("nobody is signed on", "cannot be reached")
    lines = [line for line in result.output.splitlines() if "warning" in line]
    assert [line for line in lines if not any(words in line for words in known)] == []


@pytest.mark.parametrize(
    ("toml", "where"),
    [
        (queue("repeat = { share = 2, attempts = 0 }"), REPEAT + ".share"),
        (queue('repeat = { share = 0.9, after = { family = "empirical", csv = "none.csv" } }', "fcr = 0.1"), f"{REPEAT}.after.csv"),
        (many('escalation = { share = 0.3, kind = "warm", to = 3 }'), f"{ESCALATION}.to"),
        (core("pressure = { waiting_per_agent = true }"), f"{GROUP}.pressure.waiting_per_agent"),
        (core('pace = "fast"'), f"{GROUP}.pace"),
        (customers(leave='[0.2, "x"]'), "customers.leave.2"),
        (customers(number="1.5"), "customers.number"),
        (SHOP + "[experience]\nweights = 3\n" + CUSTOMERS, "experience.weights"),
        (SHOP + "[quality]\npace = 0.9\n", "quality.pace"),
        (but("days = 2", "days = 0", "fcr = 0.7", "fcr = 0.7\nrepeat = { share = 0.5 }") + CUSTOMERS, "center"),
    ],
)  # fmt: skip
def test_what_could_not_be_read_is_not_judged_again(tmp_path: Path, toml: str, where: str) -> None:
    assert [place for place, _ in problems(sim("check", write(tmp_path, toml)))] == [where]


@pytest.mark.parametrize("seed", range(3))
def test_nonsense_in_any_setting_is_refused_or_played_but_never_a_fault(tmp_path: Path, seed: int) -> None:
    write(tmp_path)
    break_settings(tmp_path, FELT, [*ODD, "swarm", "follow up", "cold", "chat", "orders", 0.35, 400, 0.0], seed, 3)
