"""The one door to the engine: transactions, SQL files, errors without values."""

import threading
from collections.abc import Iterator

import pyarrow as pa
import pytest

from pipeline.engine import smaller_memory
from pipeline.errors import ContractBroken
from pipeline.sql_files import load_sql
from pipeline.warehouse import Warehouse

CANARY = "9001011234567"


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    with Warehouse.in_memory() as opened:
        opened.execute("CREATE TABLE t (x INTEGER)")
        yield opened


def count(warehouse: Warehouse) -> int:
    return int(warehouse.rows("SELECT count(*) FROM t")[0][0])


def test_a_transaction_is_all_or_nothing(warehouse: Warehouse) -> None:
    def interrupted() -> None:
        with warehouse.transaction():
            warehouse.execute("INSERT INTO t VALUES (1)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert count(warehouse) == 0
    with warehouse.transaction():
        warehouse.execute("INSERT INTO t VALUES (1)")
    assert count(warehouse) == 1


def test_an_inner_transaction_joins_the_outer(warehouse: Warehouse) -> None:
    def failing() -> None:
        with warehouse.transaction():
            with warehouse.transaction():
                warehouse.execute("INSERT INTO t VALUES (1)")
            raise ValueError("outer")

    with pytest.raises(ValueError, match="outer"):
        failing()
    assert count(warehouse) == 0


def test_a_rehearsal_leaves_nothing_and_ends_its_transaction(
    warehouse: Warehouse,
) -> None:
    with warehouse.rehearsal():
        with warehouse.transaction():
            warehouse.execute("INSERT INTO t VALUES (1)")
        assert count(warehouse) == 1
    assert count(warehouse) == 0
    with warehouse.transaction():
        warehouse.execute("INSERT INTO t VALUES (2)")
    assert count(warehouse) == 1


@pytest.mark.parametrize(
    "sql",
    [
        f"-- cast\nSELECT CAST('{CANARY}x' AS DATE)",
        f"-- key\nINSERT INTO k VALUES ('{CANARY}'), ('{CANARY}')",
        f"-- error\nSELECT error('{CANARY}')",
        f"-- column\nSELECT no_such_column_{CANARY} FROM t",
    ],
)
def test_an_engine_error_never_quotes_a_value(warehouse: Warehouse, sql: str) -> None:
    warehouse.execute("CREATE TABLE k (x VARCHAR PRIMARY KEY)")
    with pytest.raises(ContractBroken) as caught:
        warehouse.execute(sql)
    assert CANARY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_ctrl_c_in_the_middle_of_a_statement_is_ctrl_c(warehouse: Warehouse) -> None:
    def endless() -> None:
        with warehouse.transaction():
            warehouse.execute("INSERT INTO t SELECT 1")
            warehouse.rows("SELECT count(*) FROM range(300000) a, range(300000) b")

    threading.Timer(0.3, warehouse._connection.interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        endless()
    assert count(warehouse) == 0


def test_a_sql_file_wants_exactly_its_parameters(warehouse: Warehouse) -> None:
    needed = load_sql("core/core_visible_file").params
    assert needed == ("as_of",)
    with pytest.raises(ContractBroken, match="as_of"):
        warehouse.run_sql("core/core_visible_file")
    with pytest.raises(ContractBroken, match="no SQL file"):
        warehouse.run_sql("core/no_such_table")


def test_frames_go_in_and_come_out(warehouse: Warehouse) -> None:
    frame = pa.table({"x": [1, 2]})
    assert warehouse.put("u", frame) == 2
    assert warehouse.append("u", frame) == 2
    assert warehouse.fetch("SELECT sum(x)::INT AS s FROM u").to_pylist() == [{"s": 6}]
    assert warehouse.has_table("u")
    assert not warehouse.has_table("vault.u")


def test_rows_lent_in_a_transaction_do_not_pile_up_in_it() -> None:
    with Warehouse.in_memory() as warehouse, warehouse.transaction():
        warehouse.execute("CREATE TABLE kept (n BIGINT)")
        before = pa.total_allocated_bytes()
        for _ in range(5):
            frame = pa.table({"n": pa.array(range(100_000), pa.int64())})
            with warehouse.registered(frame, "lent"):
                warehouse.execute("INSERT INTO kept SELECT n FROM lent")
            del frame
        # One table takes 0.8 MB; the engine held all five until the commit. A thread of it
        # may let go of the last one a moment after its statement has ended.
        for _ in range(200):
            if pa.total_allocated_bytes() - before < 800_000:
                break
            threading.Event().wait(0.05)
        assert pa.total_allocated_bytes() - before < 800_000
        assert warehouse.rows("SELECT count(*) FROM kept") == [(500_000,)]


@pytest.mark.parametrize(
    ("one", "other", "smaller"),
    [
        ("512MB", "2GB", "512MB"),
        ("256MB", "512MB", "256MB"),
        ("1 GiB", "1GB", "1GB"),
        ("512MB", "80%", "512MB"),
    ],
)
def test_the_smaller_memory_limit_counts(one: str, other: str, smaller: str) -> None:
    assert smaller_memory(one, other) == smaller
