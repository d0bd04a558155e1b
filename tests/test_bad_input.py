"""Whatever a planner may get wrong: every problem at once, in the planner's words, exit 2, never a traceback."""

from __future__ import annotations

import copy
import datetime as dt
import errno
import os
import random
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from omni import EVERYTHING, OMNI, omni, put
from scenarios_at_random import write_toml
from shop import ORDERS, SHOP, but, problems, sim, table, write

Row = tuple[str, str | bytes, dict[str, str | bytes], list[tuple[str, str]]]
"""What is wrong, spring.toml, other files, and for each problem (where it stands, words that must be said of it)."""

CSV = "queues.orders.forecast.csv"
QUEUE = "queues.orders"
GROUP = "groups.core"
TALK = 'talk = { family = "exponential", mean = "3min" }'
STAFF = "heads = 9\nshifts = { early = 4, late = 5 }\n"
BREAKS = 'breaks = [{ within = "09:30-11:00", length = "15min", paid = true }]'
FORECAST = '{ csv = "orders.csv" }'


def one(what: str, toml: str | bytes, where: str, words: str, **files: str | bytes) -> Row:
    """A row with one problem."""
    return what, toml, {f"{name}.csv": text for name, text in files.items()}, [(where, words)]


SETTINGS: list[Row] = [
    one("unknown key", but("fcr = 0.7", "fcr = 0.7\npatiense = 3"), f"{QUEUE}.patiense", 'did you mean "patience"?'),
    one("unknown table", SHOP + "[grups.x]\na = 1", "grups", 'did you mean "groups"?'),
    one("misspelt required key", but("channel =", "chanel ="), f"{QUEUE}.chanel", 'did you mean "channel"?'),
    one("misspelt section", but("[center]", "[centre]"), "centre", 'did you mean "center"?'),
    one("misspelt family", but('"exponential", mean = "5min"', '"exponentail", mean = "5min"'),
        f"{QUEUE}.patience.family", '"exponentail" is not known; did you mean "exponential"?'),
    one("misspelt queue", but("orders = {}", "orders = {}, ordres = {}"),
        f"{GROUP}.skills", '"ordres" is not a queue; queues are orders'),
    one("misspelt shift", but("early = 4", "erly = 4"), f"{GROUP}.shifts", '"erly" is not a shift; did you mean "early"?'),
    one("unknown ramp", but("wage = 20", 'ramp = "fast"'), f"{GROUP}.ramp", '"fast" is not a ramp'),
    one("unknown rotation", but("wage = 20", 'rotation = "x"'), f"{GROUP}.rotation", '"x" is not a rotation'),
    one("unknown calendar", but("days = 2", 'days = 2\ncalendar = "us"'), "center.calendar", '"us" is not a calendar'),
    one("city as a zone", but("days = 2", 'days = 2\ntimezone = "Berlin"'), "center.timezone", 'did you mean "Europe/Berlin"?'),
    one("zone out of the zones' folder", but("days = 2", 'days = 2\ntimezone = "../../etc/passwd"'),
        "center.timezone", "write a region and a city"),
    one("no unit", but('"20s"', "20"), f"{QUEUE}.service_level.within", 'with its unit, such as "20s"'),
    one("wrong unit", but('"20s"', '"20 parsecs"'), f"{QUEUE}.service_level.within", "is not a duration"),
    one("negative duration", but('"20s"', '"-20s"'), f"{QUEUE}.service_level.within", "is negative"),
    one("endless duration", but('"20s"', f'"{"9" * 400}y"'), f"{QUEUE}.service_level.within", "longer than a hundred years"),
    one("negative number", but("heads = 9", "heads = -9"), f"{GROUP}.heads", "-9 is negative; write 0 or more"),
    one("NaN", but("wage = 20", "wage = nan"), f"{GROUP}.wage", "not a finite number"),
    one("infinite", but("wage = 20", "wage = -inf"), f"{GROUP}.wage", "not a finite number"),
    one("400 digits", but("heads = 9", "heads = 1" + 400 * "0"), f"{GROUP}.heads", "too large"),
    one("hexadecimal of 20,000 digits", but("heads = 9", "heads = 0x" + 20_000 * "f"), f"{GROUP}.heads", "too large"),
    one("half a person", but("heads = 9", "heads = 8.5"), f"{GROUP}.heads", "not a whole number"),
    one("number in quotes", but("heads = 9", 'heads = "9"'), f"{GROUP}.heads", "write 9 without quotes"),
    one("decimal comma", but("wage = 20", 'wage = "20,50"'), f"{GROUP}.wage", "decimals with a point"),
    one("currency", but("wage = 20", 'wage = "$20.50"'), f"{GROUP}.wage", "the currency stands in center.currency"),
    one("boolean for a number", but("heads = 9", "heads = true"), f"{GROUP}.heads", "write a number, not true"),
    one("date for a number", but("heads = 9", "heads = 2026-01-01"), f"{GROUP}.heads", "write a number, not 2026-01-01"),
    one("text for true", but("paid = true", 'paid = "yes"'), "shifts.early.breaks.1.paid", "write true or false"),
    one("share over 1", but("0.80", "80"), f"{QUEUE}.service_level.target", '80 is not a share; write a number from 0 to 1'),
    one("share over 100 %", but("0.80", '"180%"'), f"{QUEUE}.service_level.target", '"180%" is not a share'),
    one("change without a base", but("heads = 9", 'heads = "+9"'), f"{GROUP}.heads", "write the number here"),
    one("none without a base", but("heads = 9", 'heads = "none"'), f"{GROUP}.heads", "leave the key out"),
    one("date in quotes", but("start = 2026-03-02", 'start = "2026-03-02"'), "center.start", "without quotes"),
    one("moment with a zone", but("start = 2026-03-02", "start = 2026-03-02T08:00:00+01:00"), "center.start", "write a date"),
    one("year 1", but("2026-03-02", "0001-01-01"), "center.start", "outside the years"),
    one("year 9999", but("2026-03-02", "9999-12-31"), "center.start", "outside the years"),
    one("hour 25", but("08:00-16:30", "08:00-25:30"), "shifts.early.hours", "not a time of day"),
    one("time without quotes", but('"09:00-17:00"', "09:00:00"), "shifts.late.hours", 'write "08:00-16:30"'),
    one("empty span", but("09:00-17:00", "09:00-09:00"), "shifts.late.hours", "is empty"),
    one("no weekday", but('days = "mon-fri"', 'days = "mo-fr"'), "shifts.early.days", "is not a weekday"),
    one("list for a table", but("{ orders = {} }", '["orders"]'), f"{GROUP}.skills", "write a table here, not a list"),
    one("text for a table", but(TALK, 'talk = "3min"'), f"{QUEUE}.talk", 'write a table here, not "3min"'),
    one("text for a list of tables", but("fcr = 0.7", 'route = "core"'), f"{QUEUE}.route", "[[queues.orders.route]]"),
    one("text for a list", but("fcr = 0.7", 'route = [{ groups = "core" }]'), f"{QUEUE}.route.1.groups", 'such as ["core"]'),
    one("double brackets", but("[queues.orders]", "[[queues.orders]]"), QUEUE, "single brackets"),
    one("empty text", but('channel = "phone"', 'channel = ""'), f"{QUEUE}.channel", "known: back office, chat, email"),
    one("empty title", but('"Shop"', '""'), "title", "write text in quotes"),
    one("too long a title", but('"Shop"', f'"{"x" * 300}"'), "title", "at most 200"),
    one("days and weeks", but("days = 2", "days = 2\nweeks = 1"), "center", "either weeks or days"),
    one("too long a horizon", but("days = 2", "weeks = 500"), "center", "1 to 731"),
    one("no horizon", but("days = 2", "days = 0"), "center", "the horizon is 0 days"),
    one("odd interval", but("30min", "7min"), "center.interval", "30min is usual"),
    one("no interval", omni("30min", "0s"), "center.interval", "30min is usual"),
    one("replications and precision", but("replications = 2", "replications = 2\nprecision = { half_width = 0.01 }"),
        "run", "either replications or precision"),
    one("no replication", but("replications = 2", "replications = 0"), "run.replications", "must be 1 or more"),
    one("negative seed", but("replications = 2", "seed = -1"), "run.seed", "not a seed"),
    one("load without the wage", SHOP + "[costs]\nload = 0.27", "costs.load", "write 1.27"),
    one("busyness of 900 %", but("fcr = 0.7", "busyness = { day_cv = 9 }"), f"{QUEUE}.busyness.day_cv", "too large"),
    one("not built yet", SHOP + "[campaigns.spring]\nfactor = 2\n", "campaigns", "campaigns is not supported yet"),
    one("control characters in a name", SHOP + '[shifts."\\u001b[31m\\n"]\nhours = "08:00-16:00"',
        "shifts.\\x1b[31m\\n", "printable"),
]  # fmt: skip

WORK: list[Row] = [
    one("no talk", but(TALK, ""), f"{QUEUE}.talk", "is missing; write talk ="),
    one("talk and handle", but(TALK, f'{TALK}\nhandle = {{ mean = "3min" }}'), f"{QUEUE}.handle", "either talk"),
    one("wrap beside handle", but(TALK, 'handle = { mean = "3min" }\nwrap = { family = "constant", mean = "9s" }'),
        f"{QUEUE}.wrap", "part of handle"),
    one("no mean", but(', mean = "5min"', ""), f"{QUEUE}.patience", "mean is missing"),
    one("no cv", but(TALK, 'talk = { family = "lognormal", mean = "3min" }'), f"{QUEUE}.talk", "needs a cv"),
    one("cv of an exponential", but('mean = "5min"', 'mean = "5min", cv = 2'), f"{QUEUE}.patience", "remove it"),
    one("endless talk", but(TALK, 'talk = { family = "never" }'), f"{QUEUE}.talk.family", "patience only"),
    one("no work", but('"3min"', '"0s"'), f"{QUEUE}.talk.mean", "more than 0s"),
    one("no handle time", but(TALK, 'handle = { mean = "0s" }'), f"{QUEUE}.handle.mean", "more than 0s"),
    one("impossible Erlang", but(TALK, 'handle = { family = "erlang", mean = "3min", cv = 0.9 }'),
        f"{QUEUE}.handle", "whole k"),
    one("AHT that nobody gives", but(TALK, 'handle = { mean = "from forecast" }'), f"{QUEUE}.handle.mean", "aht_s column"),
    one("no source of volumes", but(FORECAST, "{ }"), f"{QUEUE}.forecast", "exactly one of csv, week, month, months and replay"),
    one("week without a shape", but(FORECAST, "{ week = 100 }"), f"{QUEUE}.forecast", "needs a shape"),
    one("event ends before it starts",
        but(FORECAST, '{ csv = "orders.csv", events = { x = { from = 2026-03-03, to = 2026-03-02 } } }'),
        f"{QUEUE}.forecast.events.x", "before it starts"),
    one("shrinking to nothing", but(FORECAST, '{ csv = "orders.csv", growth = "-150%" }'), f"{QUEUE}.forecast", "-100 %"),
]  # fmt: skip

ROUTES: list[Row] = [
    one("route to nobody known", but("fcr = 0.7", 'route = [{ groups = ["core"] }, { groups = ["cor"] }]'),
        f"{QUEUE}.route.2.groups", '"cor" is not a group; did you mean "core"?'),
    one("empty route", but("fcr = 0.7", "route = []"), f"{QUEUE}.route", "is empty; remove it"),
    one("tiers out of order", but("fcr = 0.7", 'route = [{ groups = ["core"], after = "9s" }, { groups = ["core"] }]'),
        f"{QUEUE}.route", "earlier tiers come first"),
    one("half of the contacts", but("fcr = 0.7", 'route = [{ groups = ["core"], share = { core = "50%" } }]'),
        f"{QUEUE}.route.1.share", "not 100 %"),
    one("three rules of choice", but("fcr = 0.7", 'route = [{ groups = ["core"], choose = ["fastest", "in_order", "longest_idle"] }]'),
        f"{QUEUE}.route.1.choose", "name one rule, or two"),
    one("a share of another group", but("fcr = 0.7", 'route = [{ groups = ["core"], share = { flex = "100%" } }]'),
        f"{QUEUE}.route.1.share", "give a share to each of core, and to no other"),
    one("a rule of choice twice", but("wage = 20", 'take = ["skill_priority", "skill_priority"]'), f"{GROUP}.take", "name each rule once"),
    one("group twice", but("fcr = 0.7", 'route = [{ groups = ["core", "core"] }]'), f"{QUEUE}.route.1.groups", "twice"),
    ("skill that nobody has", but("{ orders = {} }", "{}"), {},
     [(QUEUE, "no group serves this queue; add orders = {}"), (f"{GROUP}.skills", "the group has no skill; queues are orders")]),
    one("queue that nobody serves", SHOP + '[queues.returns]\nlike = "orders"', "queues.returns", "no group serves this queue"),
    one("queue named as a part of another", but("{ orders = {} }", '{ orders = {}, "orders/counts" = {} }')
        + '[queues."orders/counts"]\nlike = "orders"', "queues.orders/counts", "choose another name"),
]  # fmt: skip

STAFFING: list[Row] = [
    one("heads and counts disagree", but("late = 5", "late = 6"), f"{GROUP}.shifts",
        "the counts add up to 10, but the group has 9 heads"),
    one("shares add up to 110 %", but("early = 4, late = 5", 'early = "50%", late = "60%"'), f"{GROUP}.shifts", "not 100 %"),
    one("shares without heads", but("heads = 9\n", "", "early = 4, late = 5", 'early = "50%", late = "50%"'),
        f"{GROUP}.heads", "shares need heads"),
    one("shares and counts", but("early = 4", 'early = "40%"'), f"{GROUP}.shifts", "mixes shares and counts"),
    one("no shift in shifts", but("early = 4, late = 5", ""), f"{GROUP}.shifts", "is empty"),
    one("a hundred hours a week", but("wage = 20", "contract_hours = 100"), f"{GROUP}.contract_hours", "84 at most"),
    one("no shifts", but("shifts = { early = 4, late = 5 }\n", ""), GROUP, "exactly one of shifts, roster and seats"),
    one("breaks overlap", but(BREAKS, BREAKS.replace("}]", '}, { within = "09:30-10:30", length = "30min" }]')),
        "shifts.early.breaks", "two breaks overlap"),
    one("break outside the shift", but('within = "09:30-11:00"', 'within = "16:00-17:00"'),
        "shifts.early.breaks.1", "outside the shift 08:00-16:30"),
    one("break longer than its window", but('"15min"', '"2h"'), "shifts.early.breaks.1", "longer than its window"),
    one("break nowhere", but('within = "09:30-11:00", ', ""), "shifts.early.breaks.1", "either within"),
    one("impossible rest", but("08:00-16:30", "06:00-23:30"), f"{GROUP}.shifts", "shift early leaves 6h30m"),
    one("rest asked for", but("wage = 20", 'rest_between_shifts = "15h45m"'), f"{GROUP}.shifts", "15h45m of rest are needed"),
    one("nobody ever works", SHOP + '[rotations.x]\nweeks = ["-------"]', "rotations.x", "nobody ever works"),
    one("week of six days", SHOP + '[rotations.x]\nweeks = ["MTWTF-"]', "rotations.x", "is not a week"),
    one("text for weeks", SHOP + '[rotations.x]\nweeks = "MTWTF--"', "rotations.x.weeks", "write a list"),
    one("wages from week 1", but("wage = 20", "wage = { steps = [[1, 20]] }"), f"{GROUP}.wage.steps", "start at week 0"),
    one("misspelt steps", but("wage = 20", "wage = { step = [[0, 20]] }"), f"{GROUP}.wage.step", 'did you mean "steps"?'),
    one("contracts for other heads", but("wage = 20", 'contract_hours = { "40" = 3, "20" = 2 }'),
        f"{GROUP}.contract_hours", "the heads add up to 5, but the group has 9"),
    one("tenure backwards", but("wage = 20", 'tenure = { from = "3w", to = "1w" }'), f"{GROUP}.tenure", "newest"),
    one("ramp without its weeks", SHOP + '[ramp.x]\nfamily = "linear"', "ramp.x", "takes weeks"),
]  # fmt: skip

VOLUMES: list[Row] = [
    one("no such file", but(FORECAST, '{ csv = "ordres.csv" }'), CSV, 'no such file; did you mean "orders.csv"?'),
    one("no such folder", but(FORECAST, '{ csv = "vol/orders.csv" }'), CSV, "no such folder"),
    one("outside the folder", but(FORECAST, '{ csv = "../orders.csv" }'), CSV, "lies outside the scenario's folder"),
    one("absolute path", but(FORECAST, '{ csv = "/etc/passwd" }'), CSV, "lies outside the scenario's folder"),
    one("a folder", but(FORECAST, '{ csv = "." }'), CSV, "is a folder"),
    one("NUL in the name", but(FORECAST, '{ csv = "a\\u0000b" }'), CSV, "printable"),
    one("missing column", SHOP, CSV, 'column "contacts" is missing', orders=ORDERS.replace(",contacts", "")),
    one("misspelt column", SHOP, CSV, 'did you mean "contacts"?', orders=ORDERS.replace("contacts", "contact")),
    one("no header", SHOP, CSV, "the first line must be weekday,start,contacts", orders=ORDERS.split("\n", 1)[1]),
    one("unknown column", SHOP, CSV, 'column "Note" is not known',
        orders=ORDERS.replace("contacts\n", "contacts,Note\n").replace("10\n", "10,x\n")),
    one("column without a name", SHOP, CSV, "a column has no name", orders=ORDERS.replace("\n", ",\n")),
    one("column twice", SHOP, CSV, 'column "contacts" stands twice',
        orders=ORDERS.replace("contacts\n", "contacts,contacts\n").replace("10\n", "10,10\n")),
    one("weekday and date", SHOP, CSV, "exactly one of the columns weekday and date",
        orders=ORDERS.replace("weekday,", "weekday,date,").replace("mon,", "mon,2026-03-02,")),
    one("semicolons", SHOP, CSV, 'columns are separated by ";"', orders=ORDERS.replace(",", ";")),
    one("tabs", SHOP, CSV, "columns are separated by tabs", orders=ORDERS.replace(",", "\t")),
    one("gap", SHOP, CSV, "no row for mon 09:30; the queue is open then: write contacts 0",
        orders=ORDERS.replace("mon,09:30,10\n", "")),
    one("another year", SHOP, CSV, "no row for 2026-03-02 09:00",
        orders=table("contacts", days=("2025-03-02", "2025-03-03"), by="date")),
    one("interval twice", SHOP, CSV, "orders.csv line 10: mon 09:30 stands in line 3 already", orders=ORDERS + "mon,09:30,1\n"),
    one("off the grid", SHOP, CSV, "start 09:35 is not the start of an interval of 30 minutes",
        orders=ORDERS + "mon,09:35,1\n"),
    one("latin-1", SHOP, CSV, "is not UTF-8 text (line 2); save it as UTF-8",
        orders=ORDERS.replace("mon", "mön", 1).encode("latin-1")),
    one("UTF-16", SHOP, CSV, "is UTF-16 text; save it as UTF-8", orders=ORDERS.encode("utf-16")),
    one("NUL", SHOP, CSV, "is not a text file", orders=ORDERS.replace("10\n", "1\0\n")),
    one("empty", SHOP, CSV, "orders.csv: is empty", orders="\n\n"),
    one("no rows", SHOP, CSV, "has a header but no rows", orders="weekday,start,contacts\n"),
    one("open quotation mark", SHOP, CSV, "line 3: a quotation mark is not closed",
        orders=ORDERS.replace("mon,09:30", '"mon,09:30')),
    one("too few cells", SHOP, CSV, "line 10: 1 cell under 3 columns", orders=ORDERS + "mon\n"),
    one("decimal comma unquoted", SHOP, CSV, "write decimals with a point", orders=ORDERS + "wed,09:00,28,7\n"),
    one("decimal comma quoted", SHOP, CSV, "write decimals with a point", orders=ORDERS + 'wed,09:00,"28,7"\n'),
    one("negative contacts", SHOP, CSV, 'contacts: "-1" is negative', orders=ORDERS + "wed,09:00,-1\n"),
    one("contacts not a number", SHOP, CSV, "not a finite number", orders=ORDERS + "wed,09:00,nan\n"),
    one("empty cell", SHOP, CSV, "contacts: is empty", orders=ORDERS + "wed,09:00,\n"),
    one("a trillion contacts", SHOP, CSV, "is too many", orders=ORDERS + "wed,09:00,1e12\n"),
    one("German weekday", SHOP, CSV, '"montag" is not a weekday; write one of mon', orders=ORDERS + "montag,09:00,1\n"),
    one("German date", SHOP, CSV, '"02.03.2026" is not a date; write 2026-03-02',
        orders=table("contacts", by="date", days=("2026-03-02", "2026-03-03")) + "02.03.2026,09:00,1\n"),
    one("nine thirty", SHOP, CSV, '"9:30 AM" is not a time of day', orders=ORDERS + "wed,9:30 AM,1\n"),
    one("contacts without AHT", SHOP, CSV, "has contacts but an aht_s of 0",
        orders=ORDERS.replace("contacts\n", "contacts,aht_s\n").replace("10\n", "10,180\n") + "wed,09:00,1,0\n"),
    ("a bad cell and a gap in one file", SHOP,
     {"orders.csv": ORDERS.replace("mon,09:30,10", "mon,09:30,-10").replace("mon,10:00,10\n", "")},
     [(CSV, "orders.csv line 3"), (CSV, "no row for mon 10:00;")]),
]  # fmt: skip

OTHER_FILES: list[Row] = [
    one("shape all 0", but(FORECAST, '{ week = 90, shape = "shape.csv" }'), f"{QUEUE}.forecast.shape", "all 0",
        shape=table("share", "0")),
    one("season without week 2", but(FORECAST, '{ week = 90, shape = "shape.csv", season = "season.csv" }'),
        f"{QUEUE}.forecast.season", "no row for week 2",
        shape=table("share"), season="week,factor\n" + "".join(f"{n},1\n" for n in range(1, 54) if n != 2)),
    one("log of another year", but(FORECAST, '{ replay = "log.csv" }'), f"{QUEUE}.forecast.replay", "no row lies within",
        log="arrived\n2025-03-02 09:14:05\n"),
    one("log with a zone", but(FORECAST, '{ replay = "log.csv" }'), f"{QUEUE}.forecast.replay", "has a zone",
        log="arrived\n2026-03-02 09:14:05\n2026-03-02 09:14:05+01:00\n"),
    one("sample all 0", but(TALK, 'talk = { family = "empirical", csv = "talk.csv" }'), f"{QUEUE}.talk.csv", "all 0",
        talk="seconds\n0\n"),
    one("too many seats", but(STAFF, 'seats = { csv = "seats.csv" }\n'), f"{GROUP}.seats.csv", "100,000 seats at most",
        seats=table("seats", "3") + "wed,09:00,200000\n"),
    one("seats of another year", but(STAFF, 'seats = { csv = "seats.csv" }\n'), f"{GROUP}.seats", "no row lies within",
        seats=table("seats", "3", days=("2025-03-03",), by="date")),
    one("people in seats", but(STAFF, 'seats = { csv = "seats.csv" }\npeople = { csv = "people.csv" }\n'), f"{GROUP}.people",
        "not with seats", seats=table("seats", "3"), people="agent\nann\n"),
    one("rotation beside a roster", but(STAFF, 'roster = { csv = "roster.csv" }\nrotation = "x"\n') + '[rotations.x]\nweeks = ["MTWTF--"]',
        f"{GROUP}.rotation", "goes with shifts, not with roster",
        roster="agent,date,start,end,activity,paid\nann,2026-03-02,09:00,17:00,work,yes\n"),
    one("heads beside people", but("heads = 9", 'heads = 9\npeople = { csv = "people.csv" }'), f"{GROUP}.heads", "remove heads",
        people="agent\n" + "".join(f"a{n}\n" for n in range(9))),
    one("one agent twice", but("heads = 9", 'people = { csv = "people.csv" }', "early = 4, late = 5", "early = 1"),
        f"{GROUP}.people.csv", "twice", people="agent\nann\nann\n"),
    one("200 hours a week", but("heads = 9", 'people = { csv = "people.csv" }', "early = 4, late = 5", "early = 1"),
        f"{GROUP}.people.csv", "hours a week", people="agent,contract_hours\nann,200\n"),
    one("agent in two places", but(STAFF, 'roster = { csv = "roster.csv" }\n'), f"{GROUP}.roster.csv",
        "line 3: ann: overlaps the segment in line 2",
        roster="agent,date,start,end,activity,paid\nann,2026-03-02,09:00,17:00,work,yes\nann,2026-03-02,10:00,11:00,break,no\n"),
    one("unknown activity", but(STAFF, 'roster = { csv = "roster.csv" }\n'), f"{GROUP}.roster.csv", '"wrk" is not known',
        roster="agent,date,start,end,activity,paid\nann,2026-03-02,09:00,17:00,wrk,yes\n"),
    one("roster of another year", but(STAFF, 'roster = { csv = "roster.csv" }\n'), f"{GROUP}.roster", "no row lies within",
        roster="agent,date,start,end,activity,paid\nann,2025-03-02,09:00,17:00,work,yes\n"),
    one("agent not among the people", but(STAFF, 'roster = { csv = "roster.csv" }\npeople = { csv = "people.csv" }\n'),
        f"{GROUP}.roster", '"ann" is not in the people file; did you mean "anna"?', people="agent\nanna\n",
        roster="agent,date,start,end,activity,paid\nann,2026-03-02,09:00,17:00,work,yes\n"),
    one("short rest in a roster",
        but("days = 2", 'days = 2\nrest_between_shifts = "11h"', STAFF, 'roster = { csv = "roster.csv" }\n'),
        f"{GROUP}.roster", "ann has 8h before 2026-03-03 07:00; 11h of rest are needed",
        roster="agent,date,start,end,activity,paid\n"
        "ann,2026-03-02,15:00,23:00,work,yes\nann,2026-03-03,07:00,12:00,work,yes\n"),
]  # fmt: skip

WHOLE_FILE: list[Row] = [
    one("empty", "", "spring.toml", "is empty; `sim new FILE`"),
    one("binary", bytes(range(1, 256)) * 50, "spring.toml", "is not UTF-8 text"),
    one("not TOML", but("heads = 9", "heads = nine"), f"{GROUP}.heads", 'text stands in quotes: "nine"'),
    one("key twice", but("heads = 9", "heads = 9\nheads = 9"), f"{GROUP}.heads", "stands in line 17 already"),
    one("table twice", SHOP + "[groups.core]\nheads = 9", GROUP, "[groups.core] stands in line 16 already"),
    one("5,000 digits", but("heads = 9", "heads = 1" + 5000 * "0"), f"{GROUP}.heads", "a number that is too long"),
    one("lists 10,000 deep", "a = " + 10_000 * "[" + 10_000 * "]", "a", "nested too deeply"),
    one("tables 60 deep", f"[{'.'.join('a' * 60)}]", "a.a.a.a.a.…", "nested too deeply"),
    one("keys 100,000 deep", f"{'.'.join('a' * 100_000)} = 1", "spring.toml", "a line of more than 100,000 characters"),
    one("5 MB", "x = 1\n" * 1_000_000, "spring.toml", "larger than 2 MB; is it the right file?"),
]

OVERRIDES: list[Row] = [
    one("no base", 'extends = "winter.toml"\n' + SHOP, "extends", "winter.toml: no such file"),
    one("base outside the folder", 'extends = "../spring.toml"\n' + SHOP, "extends", "lies outside the scenario's folder"),
    one("its own base", 'extends = "spring.toml"\n' + SHOP, "extends", "in a circle: spring.toml → spring.toml"),
    ("bases in a circle", 'extends = "b.toml"', {"b.toml": 'extends = "c.toml"', "c.toml": 'extends = "b.toml"'},
     [("extends", "in a circle: spring.toml → b.toml → c.toml → b.toml")]),
    ("broken base", 'extends = "b.toml"', {"b.toml": "x = = three"}, [("x", "write one =")]),
    ("a chain of 300 files", 'extends = "b0.toml"',
     {f"b{n}.toml": f'extends = "b{n + 1}.toml"' for n in range(300)}, [("extends", "extend a nearer one")]),
    one("base not a name", "extends = 3\n" + SHOP, "extends", "the name of a scenario file"),
    one("like nothing", SHOP + '[shifts.x]\nlike = "erly"', "shifts.x.like", 'did you mean "early"?'),
    ("alike in a circle", SHOP + '[shifts.a]\nlike = "b"\n[shifts.b]\nlike = "a"', {},
     [("shifts.a.like", "a → b → a"), ("shifts.b.like", "a → b → a")]),
    one("a chain of 50 shifts", SHOP + "".join(f'[shifts.s{n}]\nlike = "s{n + 1}"\n' for n in range(30))
        + '[shifts.s30]\nlike = "early"', "shifts.s20.like", "name a nearer one"),
    one("plans not a table", "plans = 3\n" + SHOP, "plans", "[plans.NAME]"),
    one("plan not a table", SHOP + "[plans]\nx = 3", "plans.x", "write a table [plans.x], not 3"),
    one("plan that leaves its folder", SHOP + '[plans."../x"]\ntitle = "x"', 'plans."../x"', "a plan names a folder"),
    one("plan named ..", SHOP + '[plans.".."]\ntitle = "x"', 'plans.".."', "a plan names a folder"),
    one("plan named base", SHOP + '[plans.base]\ntitle = "x"', "plans.base", "the name is taken"),
    one("plan named compare", SHOP + '[plans.compare]\ntitle = "x"', "plans.compare", "the name is taken"),
    one("plan for a group that is not there", SHOP + '[plans.x]\ngroups.cor.heads = "+2"',
        "plans.x.groups.cor", 'did you mean "core"?'),
    one("change of a misspelt setting", SHOP + '[plans.x]\ngroups.core.haeds = "+2"',
        "plans.x.groups.core.haeds", 'did you mean "heads"?'),
    one("change of what the base leaves out", SHOP + '[plans.x]\ncenter.lines = "+2"',
        "plans.x.center.lines", "the base gives none; write the value itself"),
    one("change of a table", SHOP + '[plans.x]\ngroups.core.shifts = "+2"',
        "plans.x.groups.core.shifts", "the base has a table here"),
    one("change of a list", SHOP + '[plans.x]\nshifts.early.breaks = "105%"',
        "plans.x.shifts.early.breaks", "the base has a list here"),
    one("below zero heads", SHOP + '[plans.x]\ngroups.core.heads = "-20"', "plans.x.groups.core.heads", "goes below 0"),
    one("below zero seconds", SHOP + '[plans.x]\nqueues.orders.service_level.within = "-30s"',
        "plans.x.queues.orders.service_level.within", "goes below 0"),
    one("seconds without a unit", SHOP + '[plans.x]\nqueues.orders.service_level.within = "+20"',
        "plans.x.queues.orders.service_level.within", "is not a duration"),
    one("percentage added to money", SHOP + '[plans.x]\ngroups.core.wage = "+5%"', "plans.x.groups.core.wage", 'write "105%"'),
    one("share past 1", SHOP + '[plans.x]\nqueues.orders.fcr = "+50%"', "plans.x.queues.orders.fcr", "is not a share"),
    one("400 digits of change", SHOP + f'[plans.x]\ngroups.core.heads = "+{"9" * 400}"', "plans.x.groups.core.heads", "number"),
    one("none of nothing", SHOP + '[plans.x]\ngroups.cor = "none"', "plans.x.groups.cor", 'nothing to remove; did you mean "core"?'),
    one("none of what is needed", SHOP + '[plans.x]\ncenter.start = "none"', "plans.x.center.start", "is missing"),
    one("none of everything", SHOP + '[plans.x]\nqueues = "none"', "plans.x.queues", "is missing"),
    ("two plans with the same mistake", SHOP + "[plans.x]\nrun.sed = 1\n[plans.y]\nrun.sed = 1", {},
     [("plans.x.run.sed", 'did you mean "seed"?'), ("plans.y.run.sed", 'did you mean "seed"?')]),
]  # fmt: skip

CHAT, MAIL, RETURNS = "queues.chat", "queues.email", "queues.returns"
HELD = f"{GROUP}.capacity"


def held(channel: str, capacity: str) -> str:
    """The shop with everything, where the core holds a channel's contacts in some way."""
    return put("groups.core", f"capacity.{channel} = {{ {capacity} }}")


HOLDING: list[Row] = [
    one("misspelt channel", held("chatt", "at_once = 2"), f"{HELD}.chatt", '"chatt" is not known; did you mean "chat"?'),
    one("concurrency", put("groups.core", "concurrency = 3"), f"{GROUP}.concurrency", "capacity = { chat = { at_once = 3 } }"),
    one("nobody can hold it", held("chat", "at_once = 0"), f"{HELD}.chat.at_once", "nobody can hold a contact of chat"),
    one("forty chats", held("chat", "at_once = 40"), HELD, "40 contacts at once; 15 at most"),
    one("chats alone, three at once", held("chat", "alone = true, at_once = 3"), f"{HELD}.chat.alone",
        "write at_once = 1, or alone = false to hold 3"),
    one("two chats alone, by default", held("chat", "alone = true"), f"{HELD}.chat.alone", "write at_once = 1"),
    one("two calls", held("phone", "at_once = 2"), f"{HELD}.phone.at_once", "phone is held alone, one at a time"),
    one("interrupted among others", held("email", 'alone = false, interrupted_by = "phone"'), f"{HELD}.email.alone",
        "is worked alone; remove alone = false"),
    one("two interrupted", held("email", 'at_once = 2, interrupted_by = ["phone"]'), f"{HELD}.email.interrupted_by",
        "goes with at_once = 1, not 2"),
    one("interrupts itself", held("email", 'interrupted_by = ["phone", "email"]'), f"{HELD}.email.interrupted_by",
        "email does not interrupt itself"),
    one("interrupted by what can wait", held("email", 'interrupted_by = ["social"]'), f"{HELD}.email.interrupted_by",
        "social can wait; name channels on which customers wait"),
    one("interrupted twice by one", held("email", 'interrupted_by = ["phone", "phone"]'), f"{HELD}.email.interrupted_by", "twice"),
    one("a caller put aside", held("phone", 'interrupted_by = ["chat"]'), f"{HELD}.phone.interrupted_by",
        "customers of phone wait, and are not put aside; it goes with email, social, back office"),
    one("interrupted by nothing known", held("email", 'interrupted_by = ["fone"]'), f"{HELD}.email.interrupted_by.1",
        'did you mean "phone"?'),
    one("no speeds", put(CHAT, "speed_by_load = []"), f"{CHAT}.speed_by_load", "is empty; write the speed"),
    one("one speed without brackets", put(CHAT, "speed_by_load = 0.8"), f"{CHAT}.speed_by_load", "such as [0.8]"),
    one("no speed at all", put(CHAT, "speed_by_load = [1.0, 0.0]"), f"{CHAT}.speed_by_load.2", "must be more than 0"),
    one("silent callers", put(RETURNS, 'silent = { share = "5%" }'), f"{RETURNS}.silent", "goes with chat and messaging, not with phone"),
    one("silence by mail", put(MAIL, 'silent = { share = "5%" }'), f"{MAIL}.silent", "not with email"),
    one("silence where nothing else is in hand", held("chat", "alone = true, at_once = 1").replace(f"[{CHAT}]", f'[{CHAT}]\nsilent.share = "5%"'),
        f"{CHAT}.silent", "the agents of core hold chat alone"),
    one("a skill that nobody holds", omni("chat = {},", "chat = { holders = 0 },"), f"{GROUP}.skills.chat.holders", "remove it, or give a share"),
]  # fmt: skip

WAITING: list[Row] = [
    *(
        one(f"{key} of an email", put(MAIL, setting), f"{MAIL}.{key}", f'do not wait on the line; remove {key}, or write {key} = "none"')
        for key, setting in (
            ("patience", 'patience = { family = "exponential", mean = "5min" }'),
            ("balk", "balk = 0.1"),
            ("announce", "announce = {}"),
            ("lines", "lines = 4"),
            ("at_close", 'at_close = "serve"'),
            ("minimum", "minimum = 1"),
            ("callback", 'callback = { offer_above = { wait = "3min" } }'),
            ("self_service", 'self_service = { containment = "30%" }'),
        )
    ),
    one("patience in an email's log", omni(f'[{MAIL}]\nchannel = "email"\nforecast = {FORECAST}', f'[{MAIL}]\nchannel = "email"\nforecast = {{ replay = "log.csv" }}'),
        f"{MAIL}.forecast.replay", "remove the column patience_s", log="arrived,patience_s\n2026-03-02 09:14:05,60\n"),
    one("callers from yesterday", put(RETURNS, "backlog_at_start = { contacts = 9 }"),
        f"{RETURNS}.backlog_at_start.oldest", 'say how long the first in line has waited, such as oldest = "2min"'),
    one("callers at night", put(CHAT, 'arrives = "always"'), f"{CHAT}.arrives", 'write open = "24/7" instead'),
    one("callers on the open clock", put(CHAT, 'service_level.clock = "open"'), f"{CHAT}.service_level.clock", 'write clock = "all"'),
    one("half a backlog", put(MAIL, "backlog_at_start = {}"), f"{MAIL}.backlog_at_start.contacts", "is missing; write how many wait"),
]  # fmt: skip


def phone(*lines: str) -> str:
    return put(RETURNS, *lines)


CALLBACKS: list[Row] = [
    one("call back a chat", put(CHAT, "callback = { offer_above = { waiting = 3 } }"), f"{CHAT}.callback", "goes with phone: customers of chat"),
    one("never said when", phone("callback = {}"), f"{RETURNS}.callback.offer_above", 'is missing; write offer_above = { wait = "3min" }'),
    one("two thresholds", phone('callback = { offer_above = { wait = "3min", waiting = 3 } }'), f"{RETURNS}.callback.offer_above", "give either wait"),
    one("quiet hours left out", phone('callback = { offer_above = { waiting = 3 }, when = "quiet" }'), f"{RETURNS}.callback", "needs its hours"),
    one("hours in turn", phone('callback = { offer_above = { waiting = 3 }, quiet = "10:00-11:00" }'), f"{RETURNS}.callback", 'goes with when = "quiet"'),
    one("no attempt", phone("callback = { offer_above = { waiting = 3 }, attempts = 0 }"), f"{RETURNS}.callback", "1 or more"),
    one("callbacks without hours", phone('callback = { offer_above = { waiting = 3 }, when = "quiet", quiet = "11:00-13:00" }'),
        f"{RETURNS}.callback.quiet", "never open at 11:00-13:00, and nobody works then"),
    one("callbacks by agents with chats in hand", held("phone", "alone = false").replace(
        f"[{QUEUE}]", f"[{QUEUE}]\ncallback = {{ offer_above = {{ waiting = 3 }} }}"),
        f"{QUEUE}.callback", "those of core hold phone beside others"),
    one("callback as a channel", but('"phone"', '"callback"'), f"{QUEUE}.channel", "a callback is a setting of a phone queue"),
    one("bot as a channel", but('"phone"', '"bot"'), f"{QUEUE}.channel", 'self_service = { kind = "bot"'),
    one("bot as a setting", phone("bot = {}"), f"{RETURNS}.bot", 'self_service = { kind = "bot"'),
    one("endless session", phone('self_service = { containment = 0.3, session = { family = "never" } }'),
        f"{RETURNS}.self_service.session.family", "patience only"),
    one("machine that does nothing known", phone("self_service = { }"), f"{RETURNS}.self_service.containment", 'containment = "30%"'),
    one("no such sessions", phone('self_service = { containment = 0.3, session = { family = "empirical", csv = "s.csv" } }'),
        f"{RETURNS}.self_service.session.csv", "no such file"),
]  # fmt: skip

ONWARD: list[Row] = [
    one("an FCR of contacts that go on", put(QUEUE, 'transfer.returns = { share = "40%" }'), f"{QUEUE}.fcr",
        "cannot be 70%: 40% of the contacts are transferred, or end in silence; write 60% or less"),
    one("deflected to nobody known", phone('deflect = { chatt = "10%" }'), f"{RETURNS}.deflect", '"chatt" is not a queue; did you mean "chat"?'),
    one("deflected to itself", phone('deflect = { returns = "10%" }'), f"{RETURNS}.deflect", "names the queue itself"),
    one("more deflected than come", phone('deflect = { chat = "60%", email = "50%" }'), f"{RETURNS}.deflect", "add up to 110.0%"),
    one("transferred to nobody known", phone('transfer.order = { share = "10%" }'), f"{RETURNS}.transfer", 'did you mean "orders"?'),
    one("transferred to itself", phone('transfer.returns = { share = "10%" }'), f"{RETURNS}.transfer", "names the queue itself"),
    one("more transferred than answered", phone('transfer = { orders = { share = "60%" }, chat = { share = "50%" } }'),
        f"{RETURNS}.transfer", "add up to 110.0%"),
    one("no share", phone("transfer.orders = {}"), f"{RETURNS}.transfer.orders.share", 'is missing; write a share, such as share = "10%"'),
    one("transferred to a queue that nobody serves",
        omni("{ orders = {}, chat = {}, email = {} }", "{ orders = {}, email = {} }", f"[{RETURNS}]", f'[{RETURNS}]\ntransfer.chat = {{ share = "10%" }}'),
        CHAT, "no group serves this queue"),
    one("handed over cold", phone('transfer.orders = { share = "10%", handover = "30s" }'), f"{RETURNS}.transfer.orders.handover", 'kind = "warm"'),
    one("repeated though warm", phone('transfer.orders = { share = "10%", kind = "warm", repeated = "30%" }'),
        f"{RETURNS}.transfer.orders.repeated", 'kind = "cold"'),
    one("warm from chat", put(CHAT, 'transfer.orders = { share = "10%", kind = "warm" }'), f"{CHAT}.transfer.orders.kind",
        'those of core hold several chat contacts: write kind = "cold"'),
    one("warm to chat", phone('transfer.chat = { share = "10%", kind = "warm" }'), f"{RETURNS}.transfer.chat.kind", "those of core hold several chat contacts"),
    one("warm to email", phone('transfer.email = { share = "10%", kind = "warm" }'), f"{RETURNS}.transfer.email.kind", "nobody waits in email"),
    one("warm from email", put(MAIL, 'transfer.orders = { share = "10%", kind = "warm" }'), f"{MAIL}.transfer.orders.kind", "nobody waits in email"),
]  # fmt: skip


def routed(queue: str, *tiers: str) -> str:
    return put(queue, f"route = [{', '.join(tiers)}]")


PARTNERS: list[Row] = [
    one("unknown vendor", routed(RETURNS, '{ groups = ["flex"] }', '{ vendor = "partnr" }'), f"{RETURNS}.route.2.vendor", 'did you mean "partner"?'),
    one("vendor beside groups", routed(RETURNS, '{ groups = ["flex"], vendor = "partner" }'), f"{RETURNS}.route.1", "give either groups"),
    one("nobody in a tier", routed(RETURNS, '{ after = "20s" }'), f"{RETURNS}.route.1", "give either groups"),
    one("vendor of emails", routed(MAIL, '{ groups = ["core", "flex"] }', '{ vendor = "partner" }'), f"{MAIL}.route.2.vendor", "live channels only, not email"),
    ("a vendor's tier with what goes with groups",
     routed(RETURNS, '{ groups = ["flex"] }', '{ vendor = "partner", keep_idle = 1, choose = "fastest", share = { partner = 1.0 } }'), {},
     [(f"{RETURNS}.route.2.{key}", "goes with groups; remove it from the vendor's tier") for key in ("keep_idle", "choose", "share")]),
    one("vendor in a queue", phone('vendor = "partner"'), f"{RETURNS}.vendor", "a vendor takes contacts in a tier of the route"),
    one("vendor without people", omni("capacity = 5", "capacity = 0"), "vendors.partner.capacity", "must be 1 or more"),
    one("vendor of any size", omni("capacity = 5\n", ""), "vendors.partner.capacity", "is missing; write how many contacts"),
    one("vendor for nothing", omni(", rate = 2.5", ""), "vendors.partner.price.rate", "is missing; write the price of one"),
    one("loads decide last", routed(CHAT, '{ groups = ["core"], choose = ["longest_idle", "most_loaded"] }'), f"{CHAT}.route.1.choose", "name most_loaded first"),
    one("two loads", routed(CHAT, '{ groups = ["core"], choose = ["least_loaded", "most_loaded"] }'), f"{CHAT}.route.1.choose", "name most_loaded first"),
    one("unknown contract", phone().replace('contract = "telco"', 'contract = "telko"'), f"{RETURNS}.contract", 'did you mean "telco"?'),
    one("first contract", but("fcr = 0.7", 'contract = "telco"'), f"{QUEUE}.contract", "add a table [contracts.telco]"),
    one("contract for nothing", omni('bill = { per = "contact", rate = 4 }\n', ""), "contracts.telco.bill", "is missing; write bill ="),
    one("contract by the interval", omni('per = "week"', 'per = "interval"'), "contracts.telco.service_level.per", '"day", "week" or "month"'),
    one("callers on the contract's open clock", omni('per = "week"', 'per = "week", clock = "open"'),
        "contracts.telco.service_level.clock", "returns is live"),
    one("credits for what is not agreed", omni('service_level = { target = "80%", within = "30s", per = "week" }\n', ""),
        "contracts.telco", "need the contract's service_level"),
    one("credit of more than the bill", omni('share = "5%"', "share = 5"), "contracts.telco.credits.low.share", "5 is not a share"),
    one("credit below nothing", omni('below = "75%", ', ""), "contracts.telco.credits.low.below", "is missing; write the service level"),
]  # fmt: skip

SITE = "sites.cebu"
ROSTER = "agent,date,start,end,activity,paid\n"

SITES: list[Row] = [
    one("unknown site", omni('site = "cebu"', 'site = "cebuu"'), f"{GROUP}.site", '"cebuu" is not a site; did you mean "cebu"?'),
    one("first site", but("wage = 20", 'site = "cebu"'), f"{GROUP}.site", "add a table [sites.cebu]"),
    one("time of a group", put("groups.flex", 'timezone = "Asia/Manila"'), "groups.flex.timezone", "a group has its site's"),
    one("city as a site's zone", omni("Asia/Manila", "Manila"), f"{SITE}.timezone", 'did you mean "Asia/Manila"?'),
    one("no site's zone", omni("Asia/Manila", "Xy/Zz"), f"{SITE}.timezone", "write a region and a city"),
    one("a site's unknown calendar", omni('calendar = "ph"', 'calendar = "phl"'), f"{SITE}.calendar", '"phl" is not a calendar; did you mean "ph"?'),
    one("worthless money", omni("exchange = 0.0175", "exchange = 0"), f"{SITE}.exchange",
        "must be more than 0: what one PHP is worth in the center's currency"),
    one("foreign money at no rate", omni("exchange = 0.0175\n", ""), f"{SITE}.exchange", "is missing; write what one PHP is worth in USD"),
    one("a rate of no money", omni('currency = "PHP"\n', ""), f"{SITE}.currency", "is missing; name the currency"),
    one("a rate of our own money", omni('"PHP"', '"USD"'), f"{SITE}.exchange", "in USD as the center's are; remove exchange"),
    one("no desk", put(SITE, "seats = 0"), f"{SITE}.seats", "write 1 or more"),
    one("rest that the site asks for", put(SITE, 'rest_between_shifts = "16h"'), f"{GROUP}.shifts",
        "shift early leaves 15h30m until the next day's; 16h of rest are needed"),
    one("rest in a site's roster", put(SITE, 'rest_between_shifts = "11h"').replace(STAFF, 'roster = { csv = "roster.csv" }\n'),
        f"{GROUP}.roster", "ann has 8h before 2026-03-03 07:00; 11h of rest are needed",
        roster=ROSTER + "ann,2026-03-02,15:00,23:00,work,yes\nann,2026-03-03,07:00,12:00,work,yes\n"),
    one("waiting for a desk by roster", omni(STAFF, 'roster = { csv = "roster.csv" }\n'), f"{GROUP}.roster.csv", '"waiting for a desk" is not known',
        roster=ROSTER + "ann,2026-03-02,09:00,17:00,waiting for a desk,yes\n"),
    one("more away than there are", put("groups.flex", 'away.x = { hours = "09:00-10:00", heads = 5 }'), "groups.flex.away.x.heads",
        "is 5, but the group has 4 heads"),
    one("more away than the roster has", omni(STAFF, 'roster = { csv = "roster.csv" }\naway.x = { hours = "09:00-10:00", heads = 2 }\n'),
        f"{GROUP}.away.x.heads", "the group has 1 heads", roster=ROSTER + "ann,2026-03-02,09:00,17:00,work,yes\n"),
    one("seats away", omni("heads = 4\nshifts = { early = 4 }", 'seats = { csv = "seats.csv" }\naway.x = { hours = "09:00-10:00", heads = 1 }'),
        "groups.flex.away.x", "in seats, the away are left out already", seats=table("seats", "3")),
    one("away, but who", put("groups.flex", 'away.x = { hours = "09:00-10:00" }'), "groups.flex.away.x.heads", "such as heads = 2"),
]  # fmt: skip

IN_PLANS: list[Row] = [
    one("a skill gone and a route left", omni("orders = {}, chat", "chat", f"[{QUEUE}]", f'[{QUEUE}]\nroute = [{{ groups = ["core", "flex"] }}]',
        "returns = {}, email", "returns = {}, orders = {}, email"), f"{QUEUE}.route.1.groups", 'group core lacks the skill "orders"'),
    one("a plan that leaves a route to nobody", routed(MAIL, '{ groups = ["flex"] }') + '[plans.x]\ngroups.flex.skills.email = "none"',
        f"plans.x.{MAIL}.route", "no group that it names has the skill in this plan"),
    one("a plan's misspelt site", OMNI + '[plans.x.sites.cebuu]\nseats = 3\ncurency = "PHP"', "plans.x.sites.cebuu.curency", 'did you mean "currency"?'),
    one("a plan's misspelt vendor", OMNI + "[plans.x]\nvendors.partnr.capacity = 7", "plans.x.vendors.partnr", 'did you mean "partner"?'),
    one("a plan's misspelt contract", OMNI + "[plans.x]\ncontracts.telko.bonus.more.share = 0.1", "plans.x.contracts.telko", 'did you mean "telco"?'),
    one("a plan that changes the worth of nothing", OMNI + '[plans.x]\nqueues.chat.callback.accept = "+5%"', "plans.x.queues.chat.callback.offer_above", "is missing"),
]  # fmt: skip

ROWS = [
    *SETTINGS, *WORK, *ROUTES, *STAFFING, *VOLUMES, *OTHER_FILES, *WHOLE_FILE, *OVERRIDES,
    *HOLDING, *WAITING, *CALLBACKS, *ONWARD, *PARTNERS, *SITES, *IN_PLANS,
]  # fmt: skip


@pytest.mark.parametrize(("toml", "files", "told"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_the_culprit_is_named_and_the_way_out_said(
    tmp_path: Path, toml: str | bytes, files: dict[str, str | bytes], told: list[tuple[str, str]]
) -> None:
    result = sim("check", write(tmp_path, toml, files))
    assert result.exit_code == 2
    found = problems(result)
    assert [where for where, _ in found] == [where for where, _ in told], result.output
    for (_, what), (_, words) in zip(found, told, strict=True):
        assert words in what
    assert_plain(result.output)


def assert_plain(output: str) -> None:
    """No word of the machinery, no line that goes on for ever, nothing that moves the cursor."""
    for word in (
        "Traceback",
        "pydantic",
        "ValidationError",
        "fault in the program",
        "[key]",
        "datetime",
        "Errno",
        "{'",
        "\x1b",
    ):
        assert word not in output
    assert all(len(line) < 900 for line in output.splitlines())


def test_the_message_is_as_agreed(tmp_path: Path) -> None:
    """DESIGN §9: the file, how many problems, and one line for each, in columns."""
    toml = but(
        '"exponential", mean = "5min"', '"exponentail", mean = "5min"', "orders = {}", "orders = {}, retruns = {}"
    )
    result = sim("check", write(tmp_path, toml))
    assert result.output.splitlines() == [
        f"{tmp_path}/spring.toml: 2 problems",
        '  spring.toml:13  queues.orders.patience.family  "exponentail" is not known; did you mean "exponential"?',
        '  spring.toml:19  groups.core.skills             "retruns" is not a queue; queues are orders',
    ]


def test_one_pass_names_the_problems_of_every_table_file_and_plan(tmp_path: Path) -> None:
    toml = but(
        '"exponential", mean = "3min"', '"expo", mean = "3min"', "late = 5", "late = 6", "paid = true", "paid = 1"
    )
    toml += """
        [shifts.night]
        hours = "20:00-13:00"
        [groups.nights]
        shifts = { night = 3 }
        skills = { orders = {}, retruns = {} }
        [plans.more]
        groups.core.heads = "+2.5"
        [plans.less]
        groups.core.heads = "-20"
        """
    volumes = ORDERS.replace("mon,09:30,10\n", "").replace("tue,09:00,10", "tue,09:00,-1")
    result = sim("check", write(tmp_path, toml, {"orders.csv": volumes}))
    assert sorted(where for where, _ in problems(result)) == sorted(
        [
            "queues.orders.talk.family",
            "shifts.early.breaks.1.paid",
            "groups.core.shifts",
            "groups.nights.skills",
            "groups.nights.shifts",
            CSV,
            CSV,
            "plans.more.groups.core.heads",
            "plans.less.groups.core.heads",
        ]
    )


def test_what_could_not_be_read_is_not_judged_again(tmp_path: Path) -> None:
    """A broken queue, group, shift or center is one problem; nothing else is missing because of it."""
    for old, new in (
        ("[queues.orders]\nchannel", "[queues.orders]\nx = 1\nchannel"),
        (FORECAST, "3"),
        ("{ orders = {} }", "3"),
        ("shifts = { early = 4, late = 5 }", "shifts = 3"),
        ('hours = "09:00-17:00"', 'hours = "9-17"'),
        ('open = { mon-fri = "09:00-11:00" }', "open = 3"),
        ('interval = "30min"', "interval = 30"),
        ("heads = 9", "heads = nan"),
    ):
        found = problems(sim("check", write(tmp_path, but(old, new))))
        assert len(found) == 1, f"{new}: {found}"


@pytest.mark.parametrize(
    ("toml", "refused"),
    [
        pytest.param(SHOP + "[campaigns.spring]\nfactor = 2\n", {"campaigns"}, id="campaigns"),
        pytest.param(OMNI + "[outages.x]\non = 2026-03-02\n", {"outages"}, id="outages"),
        pytest.param(but("days = 2", "days = 2\nsite = 1"), {"site"}, id="center"),
        pytest.param(but('hours = "09:00-17:00"', 'hours = "09:00-17:00"\nsite = 1'), {"site"}, id="shift"),
    ],
)  # fmt: skip
def test_what_is_not_built_yet_is_refused_by_name_and_nothing_else_said(
    tmp_path: Path, toml: str, refused: set[str]
) -> None:
    found = problems(sim("check", write(tmp_path, toml)))
    assert {what.split(" is not supported yet")[0] for _, what in found} == refused
    assert all("is not supported yet" in what for _, what in found)


def test_the_shop_with_everything_is_sound(tmp_path: Path) -> None:
    for toml in (OMNI, EVERYTHING):
        result = sim("check", write(tmp_path, toml))
        assert result.exit_code == 0, result.output
        assert "good; 4 queues, 2 groups" in result.output
        # Cebu's people work by their own clock: at night the center's.
        known = ("nobody is signed on", "cannot be reached")
        lines = [line for line in result.output.splitlines() if "warning" in line]
        assert [line for line in lines if not any(words in line for words in known)] == []


def test_a_tier_of_a_vendor_that_is_nowhere_is_refused_once(tmp_path: Path) -> None:
    toml = but("fcr = 0.7", 'route = [{ groups = ["core"] }, { vendor = "partner", after = "2min" }]')
    assert problems(sim("check", write(tmp_path, toml))) == [
        (f"{QUEUE}.route.2.vendor", '"partner" is not a vendor; add a table [vendors.partner]')
    ]


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        (but('"exponential", mean = "5min"', '"never"', "heads = 9\nshifts = { early = 4, late = 5 }", "shifts = { late = 1 }",
             '"3min"', '"3h"'), "the queue can never empty"),
        (but("heads = 9\nshifts = { early = 4, late = 5 }", 'heads = 0\nshifts = { early = "100%" }'), "nobody is ever there"),
        (but('within = "09:30-11:00"', 'at = "10:00"'), "sends everyone at once"),
        (but("09:00-11:00", "09:00-10:00"), "outside opening hours"),
        (but("fcr = 0.7", 'route = [{ groups = ["core"], after = "1min" }]'), "nobody may answer in the first 1m"),
        (but("replications = 2", "replications = 1"), "gives no intervals"),
        (but("fcr = 0.7", 'route = [{ groups = ["core"], keep_idle = 9 }]'), "group core has 9 heads: it will never take a contact here"),
        (but("wage = 20", 'take = ["longest_waiting", "skill_priority"]'), "what follows longest_waiting decides nothing"),
        (put(MAIL, 'route = [{ groups = ["flex"] }]'), "group core has the skill but no tier names it"),
        (held("social", "at_once = 1"), "capacity.social: no queue of the group is social: it does nothing"),
        (put("groups.flex", "capacity.email = { at_once = 0 }"), "the group never serves email, whose contacts others take"),
        (held("phone", "at_once = 2, alone = false"), "one agent talks to 2 customers at once"),
        (held("email", 'resume_penalty = "30s"').replace(f"[{MAIL}]", f'[{MAIL}]\nat_shift_end = "finish"'),
         "nothing interrupts these contacts; add interrupted_by"),
        (held("email", 'interrupted_by = ["phone", "video"]'), "no queue of the group is video: it interrupts nothing"),
        (put(QUEUE, "speed_by_load = [1.0, 0.8]"), "no group holds phone beside other contacts: it does nothing"),
        (put(CHAT, "speed_by_load = [0.9, 0.8]"), "starts at 0.9: talk is solo time"),
        (put(CHAT, "speed_by_load = [1.0, 0.7, 0.8]"), "rises"),
        (put(CHAT, "speed_by_load = [1.0]"), "agents of core hold up to 2 contacts: the last speed, 1, holds from 2 on"),
        (put(MAIL, 'service_level.within = "5min"'), "the work alone takes 6m, and hardly any is sent within 5m"),
        (put(RETURNS, "callback = { offer_above = { waiting = 3 }, accept = 0 }"), "nobody accepts the offer"),
        (put(RETURNS, 'callback = { offer_above = { waiting = 3 }, answered = "0%" }'), "nobody answers the call"),
        (put(RETURNS, "lines = 9\ncallback = { offer_above = { waiting = 9 } }"), "the queue has 9 lines: 9 never wait at once"),
        (put(RETURNS, 'callback = { offer_above = { waiting = 3 }, when = "quiet", quiet = "09:30-10:00", retry_after = "30min" }'),
         "30m after a missed call the quiet hours are over: they last 30m"),
        (put(RETURNS, 'callback = { offer_above = { waiting = 3 }, attempts = 3, retry_after = "1d" }'),
         "the last of 3 attempts comes 2d after the first: after the end of the horizon"),
        (put(CHAT, "self_service = { containment = 1 }"), "nobody reaches the queue"),
        (put(CHAT, "self_service = { containment = 0.5, work_saved = 1 }"), "nothing is left to talk about"),
        (put(CHAT, 'deflect = { email = "60%", orders = "40%" }'), "takes all contacts: nobody comes by this queue"),
        (put(RETURNS, 'fcr = 0.5\ntransfer.chat = { share = "5%" }').replace(
            f"[{CHAT}]", f'[{CHAT}]\nfcr = 0.5\ntransfer.orders = {{ share = "5%" }}').replace(
            f"[{QUEUE}]", f'[{QUEUE}]\ntransfer.returns = {{ share = "5%" }}'),
         "contacts may go round (orders → returns → chat → orders); at most 4 transfers of one are played"),
        (put(CHAT, 'forecast.contains = "first contacts"').replace(f'[{CHAT}]\nforecast.contains = "first contacts"\nchannel = "chat"\nforecast = {FORECAST}',
            f'[{CHAT}]\nchannel = "chat"\nforecast = {{ csv = "orders.csv", contains = "first contacts" }}'),
         "no queue transfers contacts here, and nobody comes again: it does nothing"),
        (put(RETURNS, 'fcr = 0.1\ntransfer.chat = { share = "60%" }').replace(
            f"[{QUEUE}]", f'[{QUEUE}]\nbasis = "standard"\ntransfer.chat = {{ share = "50%" }}'),
         "transfers alone bring up to 88 contacts, more than the forecast's 80"),
        (put(RETURNS, 'route = [{ groups = ["flex"], choose = "least_loaded" }]'), "least_loaded is the same as longest_idle"),
        (put(SITE, "seats = 8"), "up to 9 agents are on shift at 09:00 on 2026-03-02, local time, at 8 desks"),
        (omni('contract = "telco"', ""), "no queue is of this contract"),
        (put(MAIL, 'contract = "telco"'), "holds returns and email to the same limit of 30s"),
        (omni('above = "90%"', 'above = "70%"'), "between 70% and 75% a credit is paid and a bonus earned"),
        (put("groups.flex", 'away.x = { days = "tue", hours = "17:00-18:00", heads = 1 }'),
         "no shift of the group works at 17:00-18:00 on tue: nobody is away"),
        (put(MAIL, "backlog_at_start = { contacts = 9 }").replace('mean = "6min"', 'mean = "90h"'), "hours of work meet"),
        (put(MAIL, 'route = [{ groups = ["flex"] }]') + '[plans.x]\ngroups.flex.skills.email = "none"\n'
         'queues.email.route = [{ groups = ["flex", "core"] }]', 'group flex lacks the skill "email" in this plan: the tier does without it'),
    ],
)  # fmt: skip
def test_what_is_odd_but_possible_is_warned_about(tmp_path: Path, toml: str, words: str) -> None:
    result = sim("check", write(tmp_path, toml))
    assert result.exit_code == 0
    assert words in next(line for line in result.output.splitlines() if "warning:" in line and words in line)


@pytest.mark.parametrize(
    ("toml", "file", "words"),
    [
        (but(STAFF, 'seats = { csv = "more.csv" }\n'), table("seats", "0"), "all seats are 0"),
        (but(FORECAST, '{ replay = "more.csv" }'), "arrived\n2026-03-02 09:14:05\n2026-03-05 09:14:05\n", "1 rows lie outside the horizon"),
        (but(STAFF, 'roster = { csv = "more.csv" }\n'), ROSTER + "ann,2026-03-03,09:00,17:00,work,yes\nann,2026-03-04,04:00,07:00,work,yes\n",
         "1 rows lie outside the horizon"),
        # At a site eight hours ahead the horizon ends at eight in the morning.
        (omni(STAFF, 'roster = { csv = "more.csv" }\n'), ROSTER + "ann,2026-03-04,04:00,07:00,work,yes\nann,2026-03-04,09:00,17:00,work,yes\n",
         "1 rows lie outside the horizon"),
    ],
)  # fmt: skip
def test_what_is_odd_in_a_file_is_warned_about(tmp_path: Path, toml: str, file: str, words: str) -> None:
    result = sim("check", write(tmp_path, toml, {"more.csv": file}))
    assert result.exit_code == 0
    assert words in next(line for line in result.output.splitlines() if "warning:" in line and words in line)


@pytest.mark.parametrize(
    "orders",
    [
        pytest.param(b"\xef\xbb\xbf" + ORDERS.encode(), id="byte order mark"),
        pytest.param(ORDERS.replace("\n", "\r\n"), id="Windows lines"),
        pytest.param(ORDERS.replace("\n", "\r"), id="old Mac lines"),
        pytest.param(
            ORDERS.replace("weekday,start", " Weekday , START ").replace(",", " , "), id="spaces and capitals"
        ),
        pytest.param(
            ORDERS.replace("mon", '"Monday"').replace("10\n", '"10"\n') + "\n,,\n", id="quotes and blank lines"
        ),
        pytest.param(ORDERS.replace("09:", "9:"), id="one digit of the hour"),
    ],
)
def test_harmless_ways_to_write_a_csv_are_read(tmp_path: Path, orders: str | bytes) -> None:
    assert sim("check", write(tmp_path, files={"orders.csv": orders})).exit_code == 0


@pytest.mark.parametrize(
    ("toml", "files"),
    [
        pytest.param("".join(f"k{n} = 1\n" for n in range(50_000)), {}, id="50,000 unknown keys"),
        pytest.param(
            SHOP + "[groups.x.skills]\n" + "".join(f"k{n} = {{}}\n" for n in range(30_000)), {}, id="30,000 skills"
        ),
        pytest.param(SHOP, {"orders.csv": "x\n" * 1_000_000}, id="a million rows of garbage"),
        pytest.param(SHOP, {"orders.csv": "x" * 5_000_000}, id="one line of 5 MB"),
        pytest.param(SHOP, {"orders.csv": ORDERS + "mon,x,y\n" * 50_000}, id="50,000 bad rows"),
        pytest.param(
            SHOP, {"orders.csv": 'weekday,start,contacts\n"' + "x\n" * 2_000_000}, id="an open quotation mark"
        ),
    ],
)
def test_megabytes_of_garbage_are_refused_soon_and_briefly(
    tmp_path: Path, toml: str, files: dict[str, str | bytes]
) -> None:
    path = write(tmp_path, toml, files)
    started = time.perf_counter()
    result = sim("check", path)
    assert result.exit_code == 2
    assert len(result.output.splitlines()) <= 202
    assert time.perf_counter() - started < 10
    assert_plain(result.output)


def test_a_hundred_thousand_good_rows_are_read(tmp_path: Path) -> None:
    days = [
        f"{year}-{month:02d}-{day:02d}" for year in range(1990, 2080) for month in range(1, 13) for day in range(1, 25)
    ]
    assert (
        sim("check", write(tmp_path, files={"orders.csv": table("contacts", days=tuple(days), by="date")})).exit_code
        == 0
    )


ODD: list[Any] = [
    0, 1, -1, 2.5, 1e9, True, "", "x", "none", "+2", "-5", "105%", "0%", "100%", "10min", "0s", "24/7", "chat", "email", "phone",
    "warm", "quiet", "never", "core", "partner", "09:00-11:00", "23:00-01:00", "orders.csv", [], ["phone"], [1.0, 0.5], {},
    {"x": 1}, dt.date(1, 1, 1), dt.date(9999, 12, 31),
]  # fmt: skip


def places(table: dict[str, Any] | list[Any], trail: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, value in table.items() if isinstance(table, dict) else enumerate(table):
        yield (*trail, key)
        if isinstance(value, dict | list):
            yield from places(value, (*trail, key))


def break_settings(folder: Path, sound: str, odd: list[Any], seed: int, every: int) -> None:
    """One setting after another replaced by what does not belong there, or taken out: never a fault of the program."""
    luck, whole = random.Random(seed), tomllib.loads(sound)
    for place in list(places(whole))[seed::every]:
        broken: Any = copy.deepcopy(whole)
        table = broken
        for part in place[:-1]:
            table = table[part]
        if luck.random() < 0.2:
            del table[place[-1]]
        else:
            table[place[-1]] = luck.choice(odd)
        result = sim("check", write_toml(folder / "broken.toml", broken))
        assert result.exit_code in (0, 2), (place, result.output, result.exception)
        assert_plain(result.output)


@pytest.mark.parametrize("seed", range(4))
def test_nonsense_in_any_setting_is_refused_or_played_but_never_a_fault(tmp_path: Path, seed: int) -> None:
    write(tmp_path)
    break_settings(tmp_path, EVERYTHING, ODD, seed, 4)


def test_things_that_are_not_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    write(tmp_path)
    for name, words in (
        ("pipe.toml", "is not a regular file"),
        ("folder.toml", "is a folder"),
        ("loop.toml", "cannot be read"),
        ("sprng.toml", 'did you mean "spring.toml"?'),
        ("spring", 'did you mean "spring.toml"?'),
        ("nowhere/spring.toml", "no such folder"),
        ("spring.toml/x.toml", "cannot be read"),
        ("/dev/zero", "is not a regular file"),
        ("/dev/null", "is not a regular file"),
    ):
        result = sim("check", tmp_path / name)
        assert result.exit_code == 2, name
        assert words in result.output, name
        assert_plain(result.output)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(ORDERS)
    path = write(tmp_path / "mine", but(FORECAST, '{ csv = "link.csv" }'))
    (tmp_path / "mine/link.csv").symlink_to(tmp_path / "secret.csv")
    assert problems(sim("check", path)) == [(CSV, "link.csv: lies outside the scenario's folder; move it there")]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused by hand: root may read everything."""
    path = write(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    result = sim("check", path)
    assert result.exit_code == 2
    assert "cannot be read: Permission denied" in result.output


def test_each_of_several_files_is_judged(tmp_path: Path) -> None:
    good, bad = write(tmp_path / "a"), write(tmp_path / "b", but("heads = 9", "heads = -9"))
    result = sim("check", bad, good, tmp_path / "c.toml")
    assert result.exit_code == 2
    assert f"{good}: good" in result.output
    assert f"{bad}: 1 problem" in result.output
    assert f"{tmp_path}/c.toml: 1 problem" in result.output
