"""A week of the ledger in words, for the marks of its charts; `week`: a row of the table `workforce`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.report.text.numbers import decimal, share

STAGE_NAMES = {"in_training": "in training"}


def stages_text(week: Mapping[Any, Any]) -> str:
    others = ("ramping", "nesting", "in_training")
    known = week["heads_end"] - sum(week[stage] for stage in others)
    told = [f"{decimal(week[stage])} {STAGE_NAMES.get(stage, stage)}" for stage in others if week[stage]]
    return f"{decimal(week['heads_end'])} heads, {', '.join([f'{decimal(known)} proficient', *told])}"


def movements_text(week: Mapping[Any, Any]) -> str:
    came, went = week["hired"] + week["moved_in"], week["left"] + week["moved_out"]
    return f"{decimal(came)} hired or moved here, {decimal(went)} left or moved away"


def fte_text(week: Mapping[Any, Any]) -> str:
    return f"{decimal(week['fte_effective'])} effective FTE, {decimal(week['fte_required'])} required"


def short_text(week: Mapping[Any, Any]) -> str:
    return f"{decimal(week['intervals_short'])} open intervals short of people"


def shrinkage_text(week: Mapping[Any, Any]) -> str:
    planned = f", planned {share(week['shrinkage_planned'])}" if np.isfinite(week["shrinkage_planned"]) else ""
    return f"produced {share(week['shrinkage_produced'])}{planned}"
