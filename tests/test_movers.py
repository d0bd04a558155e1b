"""Who moves to another group is the same person there: one record goes along, whole."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
from test_careers import MOVE, SPARE, Story, world

from sim.workforce.careers import LEFT, ON_FLOOR, YET_TO_COME
from sim.workforce.persons import Persons


def test_a_fixed_term_ends_in_the_new_group_too(tmp_path: Path) -> None:
    """Hired to 20 March, moved on the 12th: the 20th, day 18, is the last day; nobody is missed elsewhere."""
    text = SPARE + MOVE + "heads = 1\n"
    text += '[hiring.class]\ngroup = "core"\nstarts = 2026-03-02\noffers = 1\ncontract_until = 2026-03-20\n'
    story = Story(world(tmp_path, text))
    assert story.life("help 1") == [(0, YET_TO_COME), (10, ON_FLOOR), (19, LEFT)]
    assert story.booked("contract_ended", 1) == story.booked("left", 1) == {18: 1.0}
    assert story.booked("left") == {}


def test_all_that_is_a_persons_goes_along() -> None:
    """Each column has a number of its own per person; two people change numbers, the third does not."""
    count = 5
    columns = {f.name: np.arange(count) + 10.0 * place for place, f in enumerate(fields(Persons))}
    columns["talent"] = np.stack([columns["talent"], columns["talent"] + 500.0])
    persons = Persons(**columns)  # type: ignore[arg-type]
    before = {name: column.copy() for name, column in columns.items()}
    persons.go_on_as(np.array([0, 2]), np.array([4, 3]))
    for name, column in before.items():
        now = getattr(persons, name)
        assert np.array_equal(now[..., [4, 3]], column[..., [0, 2]]), name
        assert np.array_equal(now[..., [0, 1, 2]], column[..., [0, 1, 2]]), name
