"""A contact's fields stand in one place: a misspelt one is an error, wherever it is written, and both calendars agree."""

from __future__ import annotations

from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.contact import DRAWN, REPORTED
from sim.demand.rows import no_rows, put, usual_row
from sim.floor.rules import primitives
from sim.floor.rules.copying import as_row, bear, write_row
from sim.floor.tables.layout import LAYOUT
from sim.floor.tables.records import Contact
from sim.observations import CONTACT_ROW, LUCK, ContactRow


def a_row(layout: np.dtype[Any], value: int) -> Any:
    """A row as compiled rules see it, full of what was there before."""
    table = np.empty(1, layout).view(np.recarray)
    for name in layout.names or ():
        table[name] = value
    return table[0]


def test_a_contact_is_born_alike_under_both_calendars() -> None:
    """A number of its own in each field of the luck, in a slot that somebody has used: nothing of the old one stays."""
    luck = np.empty(1, LUCK).view(np.recarray)
    for number, name in enumerate(DRAWN):
        luck[name] = 100 + number
    contact = Contact(*luck.tolist()[0])
    assert {name: getattr(contact, name) for name in DRAWN} == {name: 100 + n for n, name in enumerate(DRAWN)}
    others = {f.name: f.default for f in fields(Contact) if f.name not in DRAWN}
    assert {name: getattr(contact, name) for name in others} == others
    slot = a_row(LAYOUT[Contact], 7)
    bear(slot, luck[0])
    assert slot.tolist() == astuple(contact)


def test_a_row_is_reported_alike_under_both_calendars() -> None:
    """Each field of the contact in the field of the row that has its name, none left as it was."""
    contact = Contact()
    for number, name in enumerate(LAYOUT[Contact].names or ()):
        setattr(contact, name, 100 + number)
    row = a_row(CONTACT_ROW, -7)
    write_row(row, contact)
    row.outcome, row.group, row.resolved = 1, 2, 0

    class Log:
        contact_log: list[tuple[Any, ...]] = []  # noqa: RUF012

    primitives.note_contact(Log, 1, 2, 0, contact)  # type: ignore[arg-type]
    assert np.fromiter(Log.contact_log, CONTACT_ROW).tolist() == [row.tolist()]
    told = ContactRow(*as_row(contact)[:5], **dict(zip(REPORTED[5:], as_row(contact)[5:], strict=True)))
    assert {name: getattr(told, name) for name in REPORTED} == {name: getattr(contact, name) for name in REPORTED}
    assert -7 not in row.tolist()


def test_a_misspelt_column_is_an_error_never_a_default() -> None:
    rows, place = no_rows(1), np.array([0])
    put(rows, place, usual_row(queue=3), {"talk": np.array([5.0]), "balks": np.array([True])})
    defaults = {f.name: f.default for f in fields(Contact) if f.name in DRAWN}
    told = dict(zip(DRAWN, rows.tolist()[0], strict=True))
    assert told == defaults | {"queue": 3, "talk": 5.0, "balks": 1}
    with pytest.raises(KeyError, match="tlak"):
        put(rows, place, usual_row(), {"tlak": np.array([5.0])})
    with pytest.raises(KeyError, match="quuee"):
        usual_row(quuee=3)


WRONG = {
    "haste_and_fatigue.py": ("contact.pace = 1.0", "contact.pcae = 1.0", '"Contact" has no attribute "pcae"'),
    "routing.py": ("member.keep_idle", "member.keeps_idle", '"Member" has no attribute "keeps_idle"'),
    "lists.py": ("row.count += 1", "row.counts += 1", 'List" has no attribute "counts"'),
}


FAR = ("numpy", "sim.api", "sim.scenario", "sim.study")
"""What no rule's types depend on, and takes long to look through."""


def test_the_type_checker_sees_a_wrong_name_in_a_rule(tmp_path: Path) -> None:
    """Copies of rules with one name misspelt each, and of one as it is: an error in each but the last."""
    api = pytest.importorskip("mypy.api")
    folder = Path(sim.__file__).parent / "floor" / "rules"
    for name, (right, wrong, _) in WRONG.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert right in text
        (tmp_path / f"wrong_{name}").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    (tmp_path / "as_it_is.py").write_text(
        (folder / "haste_and_fatigue.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    settings = tmp_path / "mypy.ini"
    settings.write_text(
        "[mypy]\nstrict = True\nfollow_imports = silent\n"
        + "".join(f"[mypy-{other}.*]\nfollow_imports = skip\n" for other in FAR)
    )
    files = sorted(str(path) for path in tmp_path.glob("*.py"))
    said, trouble, _ = api.run(["--config-file", str(settings), "--cache-dir", str(tmp_path / "cache"), *files])
    assert not trouble
    errors = [line for line in said.splitlines() if ": error:" in line]
    for name, (_, _, message) in WRONG.items():
        assert [line for line in errors if f"wrong_{name}" in line and message in line], said
    assert not [line for line in errors if "as_it_is" in line], said
