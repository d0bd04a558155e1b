"""A callback promised on a later leg is the center's too: its customers were promised it, whichever queue did."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_measures_channels import CENTER, PHONE, SEATED, contact, fold, study, told, world

from sim import observations as obs


def test_the_center_counts_a_promise_on_a_later_leg(tmp_path: Path) -> None:
    """Three come to `a` and go on to `b`, where each is promised a call after 60 s: made after 50, after 100, never.

    Two of three are reached, one of them in time; they waited 75 s on average. The same at `b`, and nothing at `a`.
    """
    offer = "callback = { offer_above = { waiting = 1 } }\n"
    text = f"{CENTER}[queues.a]{PHONE}transfer.b = {{ share = 1 }}\n[queues.b]{PHONE}{offer}"
    scenario = world(tmp_path, f"{text}[groups.g]\n{SEATED}skills = {{ a = {{}}, b = {{}} }}\n")
    rows = [contact(queue=0, arrived=0.0, answered=0.0, ended=100.0, transferred=1) for _ in range(3)]
    leg = {"queue": 1, "leg": 1, "arrived": 100.0, "promised": 160.0}
    rows += [
        contact(**leg, answered=150.0, ended=180.0),
        contact(**leg, answered=200.0, ended=240.0),
        contact(obs.UNREACHED, **leg, ended=600.0, attempts=2),
    ]
    result = study(fold(scenario, rows), scenario)
    expected = {"callback_reached": 2 / 3, "callback_kept": 1 / 2, "callback_promised_s": 60, "callback_wait_s": 75}
    for scope, name in (("center", "all"), ("queue", "b")):
        kpi = told(result, scope, name)
        assert {key: kpi[key] for key in expected} == pytest.approx(expected), scope
    assert not set(expected) & set(told(result, "queue", "a"))
