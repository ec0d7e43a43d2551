"""Builds the feature matrix: the spine of households × the catalogue's families."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.catalogue import ARREARS, FEATURES, SIGNS, STOPS
from features.catalogue_welfare import NEED_LEVEL
from features.columns import arrow_of, numpy_of
from features.compile import Bools, Plan, finish, plan, unproven
from features.feature import Feature, State
from features.planes import MISSING, Cubes, Events
from features.windows import months_before, windowed
from pipeline.errors import ContractBroken
from pipeline.warehouse import Warehouse

_STATES: tuple[State, ...] = ("any", "current", "restored")


def build_features(
    warehouse: Warehouse,
    as_of: date,
    households: Iterable[str] | None = None,
) -> pa.Table:
    """What was known of every household before `as_of`.

    Grain: one row per household of core_household, sorted by household_id.
    The whole matrix is kept as the table `feat_matrix`, with its `as_of`; with
    `households` only theirs is returned and nothing is kept.

    Raises:
        ContractBroken: The families' SQL and the catalogue differ.
    """
    warehouse.run_sql("features/_spine")
    ids = warehouse.fetch("SELECT household_id FROM _spine ORDER BY household_index")
    columns = _windowed_columns(warehouse, as_of, ids.num_rows)
    columns |= _family_columns(warehouse, as_of, ids.column(0))
    matrix = pa.table(
        {"household_id": ids.column(0)} | {name: columns[name] for name in FEATURES}
    )
    if households is not None:
        chosen = pa.array(sorted(set(households)), pa.string())
        return matrix.filter(pc.is_in(matrix["household_id"], chosen))
    dates = pa.repeat(pa.scalar(as_of, pa.date32()), matrix.num_rows)
    warehouse.put("feat_matrix", matrix.add_column(0, "as_of", dates))
    return matrix


def _windowed_columns(
    warehouse: Warehouse, as_of: date, households: int
) -> dict[str, pa.Array]:
    compiled = plan(FEATURES.values())
    values = {
        c.feature.name: np.zeros(households, _type(c.feature)) for c in compiled.columns
    }
    nulls: dict[str, Bools] = {}
    blind, stale = _blind(warehouse), _stale(warehouse)
    for column in compiled.columns:
        if column.proof:
            nulls[column.feature.name] = blind[column.feature.source or ""].copy()

    def consume(where: slice, cubes: Cubes) -> None:
        for column in compiled.columns:
            name = column.feature.name
            values[name][where] = finish(column, cubes, as_of)
            if column.proof:
                nulls[name][where] &= unproven(column, cubes, compiled)
            if column.proof and column.feature.source in stale:
                nulls[name][where] |= values[name][where] == 0

    windowed(
        _events(warehouse, compiled, as_of),
        consume,
        households=households,
        as_of=as_of,
        windows=compiled.windows,
        measures=compiled.measures,
    )
    return {name: arrow_of(values[name], nulls.get(name)) for name in values}


def _events(warehouse: Warehouse, compiled: Plan, as_of: date) -> Events:
    types = compiled.event_types
    numbers = pa.array(range(len(types)), pa.int8())
    plan_type = pa.table({"event_type": pa.array(types), "type_index": numbers})
    warehouse.put("_plan_type", plan_type, home="temp")
    rows = warehouse.fetch_sql("features/_event_input", {"as_of": as_of})
    event_type = numpy_of(rows["type_index"])
    flags: dict[State, Bools] = {
        "any": np.ones(rows.num_rows, dtype=np.bool_),
        "current": numpy_of(rows["is_current"]),
        "restored": numpy_of(rows["is_restored"]),
    }
    # An event enters once per state that it is in: each is a stream of its own.
    streams = []
    for state, flag in flags.items():
        channel = compiled.lookup(state)[event_type]
        kept = np.flatnonzero(flag & (channel >= 0))
        streams.append((kept, channel[kept]))
    order = np.concatenate([kept for kept, _ in streams])
    return Events(
        household=numpy_of(rows["household_index"])[order],
        channel=np.concatenate([channel for _, channel in streams]),
        occurred=numpy_of(rows["occurred_on"].cast(pa.int32()))[order],
        known=numpy_of(rows["known_on"].cast(pa.int32()))[order],
        values={
            name: numpy_of(rows[name].fill_null(MISSING))[order]
            for name in ("months_overdue", "amount_krw")
        },
    )


def _blind(warehouse: Warehouse) -> dict[str, Bools]:
    rows = warehouse.fetch_sql("features/_observable", {})
    sources = [name for name in rows.column_names if name != "household_id"]
    return {source: ~numpy_of(rows[source]) for source in sources}


def _stale(warehouse: Warehouse) -> set[str]:
    """Sources that told nothing of late: what they do not show may be there by now."""
    rows = warehouse.fetch("SELECT source FROM core_source_clock WHERE is_stale")
    return set(rows.column(0).to_pylist())


def _family_columns(
    warehouse: Warehouse, as_of: date, ids: pa.ChunkedArray
) -> dict[str, pa.ChunkedArray]:
    params: dict[str, Any] = {
        "as_of": as_of,
        "arrears": list(ARREARS),
        "stops": list(STOPS),
        "signs": list(SIGNS),
        "need_level": NEED_LEVEL,
    }
    params |= {f"start_{m}m": months_before(as_of, m) for m in (3, 6, 12, 24)}
    warehouse.run_sql("features/_past_result", params)
    declared: dict[str, list[Feature]] = {}
    for feature in FEATURES.values():
        if not feature.is_windowed:
            declared.setdefault(feature.family, []).append(feature)
    found: dict[str, pa.ChunkedArray] = {}
    for family, features in declared.items():
        table = warehouse.fetch_sql(f"features/feat_{family}", params)
        _check(family, table, [f.name for f in features], ids)
        found |= {f.name: table[f.name].cast(_arrow_type(f)) for f in features}
    return found


def _check(
    family: str, table: pa.Table, names: list[str], ids: pa.ChunkedArray
) -> None:
    columns = set(table.column_names) - {"household_id"}
    if missing := sorted(set(names) - columns):
        raise ContractBroken(
            f"feat_{family}.sql lacks the catalogue's columns {missing}",
            "add them to the SELECT, or take them out of features/catalogue.py",
        )
    if extra := sorted(columns - set(names)):
        raise ContractBroken(
            f"feat_{family}.sql has columns that the catalogue lacks: {extra}",
            "declare them in features/catalogue.py, or take them out",
        )
    if not table["household_id"].equals(ids):
        raise ContractBroken(
            f"feat_{family}.sql does not give core_household's rows in order",
            "give one row per household, ORDER BY household_id",
        )


def _type(feature: Feature) -> type[np.integer[Any]]:
    return np.int64 if feature.unit == "원" else np.int32


def _arrow_type(feature: Feature) -> pa.DataType:
    return pa.from_numpy_dtype(_type(feature))
