"""The language of what is not known: how far numbers of the file may be off, each named by its place."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from sim.errors import shown

KEYS = ("range", "source")
"""Of a range that says where it is from."""


def _ranges(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        text = 'write places and ranges here, such as queues.orders.patience.mean = ["2min", "8min"]'
        raise ValueError(f"{text}, not {shown(value)}")
    return value


Uncertain = Annotated[
    dict[str, Any],
    BeforeValidator(_ranges),
    WithJsonSchema(
        {
            "type": "object",
            "description": "ranges by place, [low, high] or { range = [low, high], source = … }; ends are what a plan "
            'may say: a value, or a change of the file\'s, such as "80%", "+5%", "-30s"',
            "examples": [{"queues": {"orders": {"patience": {"mean": ["2min", "8min"]}}}}],
        }
    ),
]
