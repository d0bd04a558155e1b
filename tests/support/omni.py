"""The shop with everything beside the phone: chat, email, a site, a vendor, a contract. It is sound as it is."""

from __future__ import annotations

from shop import SHOP

OMNI = (
    SHOP.replace("{ orders = {} }", "{ orders = {}, chat = {}, email = {} }").replace(
        "wage = 20", 'wage = 20\nsite = "cebu"'
    )
    + """
[queues.returns]
channel = "phone"
contract = "telco"
forecast = { csv = "orders.csv" }
talk = { family = "exponential", mean = "2min" }
[queues.chat]
channel = "chat"
forecast = { csv = "orders.csv" }
talk = { family = "exponential", mean = "4min", is = "solo" }
[queues.email]
channel = "email"
forecast = { csv = "orders.csv" }
talk = { family = "exponential", mean = "6min" }
[groups.flex]
heads = 4
shifts = { early = 4 }
skills = { returns = {}, email = {} }
[sites.cebu]
timezone = "Asia/Manila"
calendar = "ph"
currency = "PHP"
exchange = 0.0175
[calendars.ph]
holidays = [2026-03-03]
[vendors.partner]
price = { per = "contact", rate = 2.5 }
capacity = 5
[contracts.telco]
bill = { per = "contact", rate = 4 }
service_level = { target = "80%", within = "30s", per = "week" }
credits = { low = { below = "75%", share = "5%" } }
bonus = { high = { above = "90%", share = "2%" } }
"""
)


def omni(*changes: str) -> str:
    """The same with texts replaced, given in pairs: old, new, old, new."""
    text = OMNI
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert text.count(old) >= 1, f"the shop does not say {old}"
        text = text.replace(old, new)
    return text


def put(table: str, *lines: str) -> str:
    """The same with settings added to a table, such as [queues.chat]."""
    return omni(f"[{table}]\n", "\n".join((f"[{table}]", *lines, "")))


EVERYTHING = (
    put(
        "queues.returns",
        "fcr = 0.6",
        "lines = 12",
        'callback = { offer_above = { wait = "2min" }, when = "quiet", quiet = "09:00-10:30", attempts = 3, retry_after = "10min" }',
        'self_service = { containment = "30%", work_saved = "10%", come_back = { share = "5%", after = "2h" } }',
        'transfer = { chat = { share = "10%" }, orders = { share = "5%", kind = "warm", handover = "30s" } }',
        'deflect = { chat = "20%", email = "5%" }',
        'announce = { above = "1min", tolerance = 0.8, patience_factor = 1.2 }',
        'route = [{ groups = ["flex"] }, { vendor = "partner", after = "1min" }]',
    )
    .replace("[queues.chat]\n", '[queues.chat]\nfcr = 0.6\nspeed_by_load = [1.0, 0.8]\nsilent = { share = "5%" }\n')
    .replace(
        "[queues.email]\n",
        '[queues.email]\narrives = "always"\nbacklog_at_start = { contacts = 40, oldest = "2d" }\n',
    )
    .replace(
        "[groups.core]\n",
        '[groups.core]\naway = { course = { days = "tue", hours = "09:00-10:00", heads = 2 } }\n'
        'capacity = { chat = { at_once = 2 }, email = { interrupted_by = ["phone"], resume_penalty = "30s" } }\n',
    )
    .replace(
        "[sites.cebu]\n", '[sites.cebu]\nseats = 12\npay = { night = { hours = "22:00-06:00", premium = "10%" } }\n'
    )
    .replace("{ returns = {}, email = {} }", '{ returns = { holders = "50%" }, email = {} }')
)
"""The same with every setting of channels, desks and pay put to use."""
