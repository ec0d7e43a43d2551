"""The helper that draws tables must itself be able to fail."""

import pytest

from pipeline.warehouse import Warehouse
from tests.lib.tables import assert_table, draw, load


def test_a_drawn_table_has_its_types_and_missing_cells() -> None:
    with Warehouse.in_memory() as warehouse:
        load(
            warehouse,
            "events",
            """
            account_no | months INT | stopped_on DATE | empty
            0000000001 | 3          | 2026-03-02      | ''
            0000000002 |            |                 |
            """,
        )
        found = warehouse.rows("SELECT * FROM events ORDER BY 1")
        assert [str(v) for v in found[0]] == ["0000000001", "3", "2026-03-02", ""]
        assert found[1] == ("0000000002", None, None, None)


def test_undrawn_columns_of_a_schema_hold_their_default() -> None:
    with Warehouse.in_memory() as warehouse:
        schema = {"a": "VARCHAR", "n": "INTEGER", "b": "BOOLEAN"}
        load(warehouse, "t", "a\nx", schema, {"n": "7"})
        assert warehouse.rows("SELECT * FROM t") == [("x", 7, None)]
        with pytest.raises(AssertionError, match=r"no columns \['typo'\]"):
            load(warehouse, "t", "typo\nx", schema)


def test_a_difference_shows_both_drawings() -> None:
    with Warehouse.in_memory() as warehouse:
        load(warehouse, "t", "dong | n INT\n쌍용 | 1")
        assert_table(warehouse, "t", "n | dong\n1 | 쌍용")
        with pytest.raises(AssertionError, match="found\n.*\n쌍용 | 1\n\nexpected"):
            assert_table(warehouse, "t", "dong | n\n쌍용 | 2")
        with pytest.raises(AssertionError):
            assert_table(warehouse, "t", "dong | n\n쌍용 | 1\n쌍용 | 1")


def test_hangul_is_aligned() -> None:
    assert draw(["동", "b"], [["a", None], ["가", True]]) == "동 | b\na  |\n가 | true"
