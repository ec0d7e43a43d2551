"""A segment of text rows checked column by column, each distinct cell once.

Nearly every column of an extract repeats few cells, and of the others nearly every
cell is plain. So a column is read by its distinct cells, or is proven plain byte by
byte; what is neither sends its whole row through the contract's own SELECT.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data_contracts.base import Contract, ContractField
from data_contracts.derive import (
    checking_sql,
    parameters,
    plain_marks,
    quick_sql,
    rules_sql,
)
from data_contracts.identifiers import KeyedId, ResidentNumber
from pipeline.plain_rows import split_plain
from pipeline.proven import proven, repeats
from pipeline.warehouse import Warehouse

Mask = npt.NDArray[np.bool_]
# More odd cells than this, and the column's own SQL is cheaper than whole rows.
_MANY_ODD = 0.02
_MOST_REMEMBERED = 1 << 17
# Batches of this many rows let the engine's threads share a segment.
_SHARE = 1 << 14


@dataclass(frozen=True)
class Checked:
    """Typed columns of the good rows, and the codes of the bad ones; both by row_no."""

    good: pa.Table
    bad: pa.Table


@dataclass
class _Read:
    """What cells of a field mean: typed columns, and which of them are refused."""

    typed: list[pa.Array]
    refused: pa.Array


class SegmentCheck:
    """Checks segments of one file; equal row by row to the contract's SELECT."""

    def __init__(
        self,
        warehouse: Warehouse,
        contract: Contract,
        params: Mapping[str, Any],
        *,
        by_columns: bool = True,
    ) -> None:
        self._by_columns = by_columns
        self._warehouse = warehouse
        self._contract = contract
        self._params = params
        self._alone = {field.name: _alone(contract, field) for field in contract.fields}
        self._known: dict[str, tuple[pa.Array, _Read]] = {}

    def check(self, rows: pa.Table) -> Checked:
        """Rows with their text columns, checked."""
        if not self._by_columns or not rows.num_rows:
            return check_by_law(self._warehouse, self._contract, rows, self._params)
        odd = np.zeros(rows.num_rows, dtype=np.bool_)
        columns: dict[str, Any] = {"row_no": rows.column("row_no")}
        for field in self._contract.fields:
            columns |= self._column(field, rows.column(field.name), odd)
        good = pa.table(columns)
        bad = self._broken(good, odd)
        if bad.num_rows:
            broken = np.searchsorted(
                rows.column("row_no").to_numpy(), bad.column("row_no").to_numpy()
            )
            gone = odd.copy()
            gone[broken] = True
        else:
            gone = odd
        if gone.any():
            good = good.filter(pa.array(~gone))
        if odd.any():
            long_way = check_by_law(
                self._warehouse,
                self._contract,
                rows.filter(pa.array(odd)),
                self._params,
            )
            good = pa.concat_tables(
                [_flat(good), long_way.good.cast(_flat(good).schema)]
            )
            bad = pa.concat_tables([bad, long_way.bad])
        return Checked(good, bad)

    def _column(
        self, field: ContractField, cells: pa.ChunkedArray, odd: Mask
    ) -> dict[str, Any]:
        names = [name for name, _ in _columns(self._alone[field.name])]
        if not repeats(cells):
            plain = proven(field, cells)
            if plain is not None and plain[1].mean() <= _MANY_ODD:
                odd |= plain[1]
                return {names[0]: plain[0]}
            read = self._read(field, cells)
            odd |= read.refused.to_numpy(zero_copy_only=False)
            return dict(zip(names, read.typed, strict=True))
        encoded = cells.dictionary_encode(null_encoding="encode")
        distinct = encoded.chunk(encoded.num_chunks - 1).dictionary
        read = self._recalled(field, distinct)
        index = pa.chunked_array([chunk.indices for chunk in encoded.chunks])
        if pc.any(read.refused).as_py():
            odd |= read.refused.take(index).to_numpy()
        return {
            name: _spread(values, index)
            for name, values in zip(names, read.typed, strict=True)
        }

    def _recalled(self, field: ContractField, cells: pa.Array) -> _Read:
        """What distinct cells mean; those of earlier segments are not read again."""
        # What is kept as a key only is not kept here either.
        if isinstance(field.type, (ResidentNumber, KeyedId)):
            return self._read(field, cells)
        known = self._known.get(field.name)
        if known is None:
            read = self._read(field, cells)
        else:
            seen, before = known
            at = pc.index_in(cells, value_set=seen)
            if at.null_count == 0:
                return _taken(before, at)
            new = cells.filter(at.is_null())
            added = self._read(field, new)
            read = _Read(
                [
                    pa.concat_arrays(pair)
                    for pair in zip(before.typed, added.typed, strict=True)
                ],
                pa.concat_arrays([before.refused, added.refused]),
            )
            seen = pa.concat_arrays([seen, new])
            if len(seen) <= _MOST_REMEMBERED:
                self._known[field.name] = (seen, read)
            return _taken(read, pc.index_in(cells, value_set=seen))
        if len(cells) <= _MOST_REMEMBERED:
            self._known[field.name] = (cells, read)
        return read

    def _read(self, field: ContractField, cells: pa.Array | pa.ChunkedArray) -> _Read:
        """Cells through the SQL of their field alone."""
        alone = self._alone[field.name]
        number = pa.array(np.arange(len(cells), dtype=np.int64))
        rows = pa.table({"row_no": number, field.name: cells})
        found = _by_quick_sql(self._warehouse, alone, rows, self._params)
        typed = [found.column(name).combine_chunks() for name, _ in _columns(alone)]
        return _Read(typed, found.column("refused").combine_chunks())

    def _broken(self, typed: pa.Table, odd: Mask) -> pa.Table:
        """Rows whose typed columns break a rule of the contract."""
        sql = rules_sql(self._contract, "_segment_typed")
        if sql is None:
            return _no_bad()
        params = {k: v for k, v in self._params.items() if f"${k}" in sql}
        with self._warehouse.registered(typed, "_segment_typed"):
            found = self._warehouse.fetch(sql, params)
        if found.num_rows and odd.any():
            # Those of odd rows are told by the long way.
            other = typed.column("row_no").filter(pa.array(odd))
            found = found.filter(
                pc.invert(pc.is_in(found.column("row_no"), value_set=other))
            )
        return found


def check_by_law(
    warehouse: Warehouse,
    contract: Contract,
    rows: pa.Table,
    params: Mapping[str, Any],
) -> Checked:
    """Rows through the contract's own SELECT."""
    sql = checking_sql(contract, "_segment_text")
    names = ", ".join(["row_no", *(name for name, _ in _columns(contract))])
    given = {name: params[name] for name in parameters(contract)}
    with warehouse.registered(shared(rows), "_segment_text"):
        found = warehouse.fetch(f"SELECT {names}, reasons FROM ({sql})", given)
    reasons = found.column("reasons")
    is_bad = pc.greater(pc.list_value_length(reasons), 0)
    bad = found.select(["row_no", "reasons"]).filter(is_bad)
    good = found.drop_columns(["reasons"])
    return Checked(good.filter(pc.invert(is_bad)) if bad.num_rows else good, bad)


def _by_quick_sql(
    warehouse: Warehouse, alone: Contract, rows: pa.Table, params: Mapping[str, Any]
) -> pa.Table:
    """Typed columns of a field's cells, in their order, and which are refused."""
    plain, other = split_plain(rows, plain_marks(alone))
    parts = [
        part.append_column("is_plain", pa.repeat(pa.scalar(flag), part.num_rows))
        for part, flag in ((plain, True), (other, False))
        if part.num_rows
    ]
    batches = [b for part in parts for b in part.to_batches(max_chunksize=_SHARE)]
    schema = pa.schema([*rows.schema, ("is_plain", pa.bool_())])
    names = ", ".join(name for name, _ in _columns(alone))
    sql = quick_sql(alone, "_segment_cells")
    given = {name: params[name] for name in parameters(alone)}
    with warehouse.registered(pa.Table.from_batches(batches, schema), "_segment_cells"):
        found = warehouse.fetch(
            f"SELECT row_no, {names}, len(reasons) > 0 AS refused FROM ({sql})", given
        )
    return found.sort_by("row_no") if len(parts) > 1 else found


def _taken(read: _Read, at: pa.Array) -> _Read:
    return _Read([typed.take(at) for typed in read.typed], read.refused.take(at))


def _spread(values: pa.Array, index: pa.ChunkedArray) -> pa.ChunkedArray:
    """Values of distinct cells for all rows; texts stay a dictionary."""
    if not pa.types.is_string(values.type):
        return values.take(index)
    return pa.chunked_array(
        [pa.DictionaryArray.from_arrays(part, values) for part in index.chunks]
    )


def _flat(rows: pa.Table) -> pa.Table:
    """Without dictionaries."""
    return rows.cast(
        pa.schema(
            (
                each.name,
                each.type.value_type
                if pa.types.is_dictionary(each.type)
                else each.type,
            )
            for each in rows.schema
        )
    )


def shared(rows: pa.Table) -> pa.Table:
    """The same rows in batches that the engine's threads can share."""
    return pa.Table.from_batches(rows.to_batches(max_chunksize=_SHARE), rows.schema)


def _columns(contract: Contract) -> list[tuple[str, str]]:
    return [
        (column.name, column.sql_type)
        for field in contract.fields
        for column in field.type.columns(field.name, field.name)
    ]


def _alone(contract: Contract, field: ContractField) -> Contract:
    return contract.model_copy(
        update={
            "fields": (field,),
            "rules": (),
            "key": (field.name,),
            "recognised_by": (),
        }
    )


def _no_bad() -> pa.Table:
    return pa.table(
        {
            "row_no": pa.array([], pa.int64()),
            "reasons": pa.array([], pa.list_(pa.string())),
        }
    )
