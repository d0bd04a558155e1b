"""How a contact is born from its luck, and put into its row: made of the names of its fields, which stand in one place.

Under SimPy a contact is made of its luck by Contact's own constructor.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from sim.contact import DRAWN, REPORTED
from sim.floor.tables.records import Contact


def _made(source: str) -> Callable[..., Any]:
    """Attribute by attribute, as if written out by hand: neither a loop over names nor an attrgetter is as fast."""
    names: dict[str, Any] = {}
    exec(source, names)
    function: Callable[..., Any] = names["function"]
    return function


as_row = _made(f"def function(contact): return ({', '.join(f'contact.{name}' for name in REPORTED)})")
"""What is reported of a contact, as a tuple in the order of Reported."""


def _all_at_once(fields: Sequence[tuple[str, object]]) -> str:
    """All is read before anything is written, so that neighbours can be moved together."""
    names = ", ".join(f"v{number}" for number in range(len(fields)))
    values = ", ".join(str(value) for _, value in fields)
    return f"    {names} = {values}\n" + "".join(f"    {name} = v{n}\n" for n, (name, _) in enumerate(fields))


write_row = _made(
    "def function(row, contact):\n" + _all_at_once([(f"row.{name}", f"contact.{name}") for name in REPORTED])
)
"""The same into a row of an array."""

bear = _made(
    "def function(contact, luck):\n"
    + _all_at_once([(f"contact.{name}", f"luck.{name}") for name in DRAWN])
    + "".join(f"    contact.{f.name} = {f.default}\n" for f in fields(Contact) if f.name not in DRAWN)
)
"""A row of the contacts' array becomes one with this luck; all else starts with its default."""
