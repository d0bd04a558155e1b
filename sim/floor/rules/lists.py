"""Linked lists threaded through records: nothing is allocated while the clock runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sim.floor.rules.primitives import rule
from sim.floor.tables.records import List


class Node(Protocol):
    """What can stand in a list: a contact, or an agent."""

    line: int
    ahead: int
    behind: int


@rule
def put(lists: list[List], nodes: Sequence[Node], which: int, x: int) -> None:
    """Append node `x` to list `which`."""
    row = lists[which]
    node = nodes[x]
    node.line = which
    node.ahead = row.last
    node.behind = -1
    if row.last >= 0:
        nodes[row.last].behind = x
    else:
        row.first = x
    row.last = x
    row.count += 1


@rule
def drop(lists: list[List], nodes: Sequence[Node], x: int) -> None:
    """Take node `x` out of the list it stands in."""
    node = nodes[x]
    row = lists[node.line]
    if node.ahead >= 0:
        nodes[node.ahead].behind = node.behind
    else:
        row.first = node.behind
    if node.behind >= 0:
        nodes[node.behind].ahead = node.ahead
    else:
        row.last = node.ahead
    row.count -= 1
    node.line = -1
    node.ahead = -1
    node.behind = -1


@rule
def put_before(lists: list[List], nodes: Sequence[Node], which: int, x: int, other: int) -> None:
    """Node `x` goes into list `which`, ahead of one that stands in it; to its end for -1."""
    if other < 0:
        put(lists, nodes, which, x)
        return
    row = lists[which]
    node = nodes[x]
    node.line = which
    node.ahead = nodes[other].ahead
    node.behind = other
    if node.ahead >= 0:
        nodes[node.ahead].behind = x
    else:
        row.first = x
    nodes[other].ahead = x
    row.count += 1
