"""The floor as compiled rules see it: one address, behind which every table's address and length stand.

A tuple of thirty arrays would be two hundred arguments of each rule: most of what there was to compile, and 40 µs to
unpack at each entry. A negative index is out of range here: nothing counts from the end.
"""

# numba is typed in parts only.
# mypy: disable-error-code="misc,no-untyped-call,untyped-decorator,import-untyped,attr-defined,override"

from __future__ import annotations

import operator
from typing import Any, get_args, get_type_hints

import numpy as np
from llvmlite import ir
from numba import from_dtype, types
from numba.core import cgutils
from numba.core.datamodel import register_default
from numba.core.datamodel.models import OpaqueModel
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_global, signature
from numba.extending import infer_getattr, intrinsic, lower_builtin, lower_getattr_generic

from sim.floor.tables.layout import LAYOUT, Floor
from sim.floor.tables.records import Event
from sim.observations import CONTACT_ROW, LUCK, PRESENCE_ROW

_PLAIN = {int: np.dtype(np.int64), float: np.dtype(np.float64)}
_BESIDE = {
    "arrivals": LUCK,
    "legs": LUCK,
    "follow_ups": LUCK,
    "calendar": LAYOUT[Event],
    "contact_log": CONTACT_ROW,
    "presence_log": PRESENCE_ROW,
}
"""Tables that are not lists of one record under SimPy."""


def _kinds() -> dict[str, np.dtype[Any]]:
    rows = {name: hint for name, hint in get_type_hints(Floor).items() if name not in _BESIDE}
    of_rows = {name: get_args(hint)[0] for name, hint in rows.items()}
    found = {name: _PLAIN.get(row) or LAYOUT[row] for name, row in of_rows.items()} | _BESIDE
    return {name: found[name] for name in Floor._fields}


KINDS = _kinds()
"""What a row of each table is, in the order of Floor."""


class Tables:
    """The floor's arrays, and where they lie."""

    def __init__(self, floor: Floor) -> None:
        self._where = np.zeros((len(KINDS), 2), np.int64)
        self.address = self._where.ctypes.data
        """What the compiled rules are given."""
        self._floor: tuple[Any, ...] = (None,) * len(KINDS)
        self.put(floor)

    def put(self, floor: Floor) -> None:
        """From now on these; TypeError if one does not lie as its kind does."""
        table: Any
        for number, (table, before) in enumerate(zip(floor, self._floor, strict=True)):
            if table is not before:
                self._where[number] = _place(Floor._fields[number], table), len(table)
        # Nobody else may hold them.
        self._floor = floor


def _place(name: str, table: Any) -> int:
    if table.dtype != KINDS[name] or not table.flags.c_contiguous:
        raise TypeError(f"the table {name} lies as {table.dtype}, not one after the other as {KINDS[name]}")
    # Not of its __array_interface__, which lists every field of a record.
    place: int = table.ctypes.data
    return place


class FloorType(types.Type):
    """The floor: where the addresses stand."""

    def __init__(self) -> None:
        super().__init__(name="Floor")


class TableType(types.Type):
    """One of its tables: where its address and length stand."""

    def __init__(self, name: str) -> None:
        self.row = from_dtype(KINDS[name])
        super().__init__(name=f"Table({name})")


FLOOR = FloorType()
TABLES = {name: TableType(name) for name in KINDS}

register_default(FloorType)(OpaqueModel)
register_default(TableType)(OpaqueModel)

_WORD = ir.IntType(64)


@intrinsic
def floor_at(typing: Any, address: Any) -> Any:  # noqa: ARG001
    """The floor whose addresses stand at this one."""

    def build(context: Any, builder: Any, signature: Any, values: Any) -> Any:  # noqa: ARG001
        return builder.inttoptr(values[0], cgutils.voidptr_t)

    return FLOOR(types.int64), build


@infer_getattr
class _TableOf(AttributeTemplate):
    key = FloorType

    def generic_resolve(self, floor: Any, name: str) -> Any:  # noqa: ARG002
        return TABLES.get(name)


@lower_getattr_generic(FloorType)
def _table_of(context: Any, builder: Any, kind: Any, floor: Any, name: str) -> Any:  # noqa: ARG001
    return builder.gep(floor, [ir.Constant(_WORD, 16 * Floor._fields.index(name))])


def _loaded(builder: Any, table: Any, number: int, kind: Any) -> Any:
    """A table's address (0), or its length (1): it stays what it is as long as compiled code runs."""
    place = builder.gep(builder.bitcast(table, kind.as_pointer()), [ir.Constant(_WORD, number)], inbounds=True)
    word = builder.load(place)
    word.set_metadata("invariant.load", builder.module.add_metadata([]))
    return word


@infer_global(operator.getitem)
class _Row(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
        table, at = args
        known = isinstance(table, TableType) and isinstance(at, types.Integer)
        return signature(table.row, table, types.intp) if known else None


@infer_global(operator.setitem)
class _SetRow(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
        table, at, _ = args
        known = isinstance(table, TableType) and isinstance(at, types.Integer)
        return signature(types.none, table, types.intp, table.row) if known else None


@infer_global(len)
class _Length(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:  # noqa: ARG002
        (table,) = args
        return signature(types.intp, table) if isinstance(table, TableType) else None


@lower_builtin(operator.getitem, TableType, types.Integer)
def _row(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    kind, place = signature.args[0], _place_of(context, builder, signature.args[0], *values)
    # A record is known by its place.
    return place if isinstance(kind.row, types.Record) else context.unpack_value(builder, kind.row, place)


@lower_builtin(operator.setitem, TableType, types.Integer, types.Any)
def _set_row(context: Any, builder: Any, signature: Any, values: Any) -> Any:
    kind, place = signature.args[0], _place_of(context, builder, signature.args[0], *values[:2])
    context.pack_value(builder, kind.row, values[2], place)
    return context.get_dummy_value()


@lower_builtin(len, TableType)
def _length(context: Any, builder: Any, signature: Any, values: Any) -> Any:  # noqa: ARG001
    return _loaded(builder, values[0], 1, _WORD)


def _place_of(context: Any, builder: Any, kind: Any, table: Any, at: Any) -> Any:
    """Where this row lies."""
    if context.enable_boundscheck:
        cgutils.do_boundscheck(context, builder, at, _loaded(builder, table, 1, _WORD))
    if isinstance(kind.row, types.Record):
        first = _loaded(builder, table, 0, cgutils.voidptr_t)
        place = builder.gep(first, [builder.mul(at, ir.Constant(_WORD, kind.row.size))], inbounds=True)
        return builder.bitcast(place, context.get_value_type(kind.row))
    first = _loaded(builder, table, 0, context.get_data_type(kind.row).as_pointer())
    return builder.gep(first, [at], inbounds=True)
